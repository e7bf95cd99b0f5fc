//! What can be folded in a pretty JSON text: which lines open an object or array, where it closes, how much it holds.
//! An index over lines, never a tree: twelve bytes a container. What is folded is `folding`.

use std::ops::Range;

/// An object or array that takes several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// The segment that ends with the opening bracket.
    open: u32,
    /// The segment that begins with the closing bracket; `UNCLOSED` when there is none.
    close: u32,
    /// Elements of the array, or keys of the object.
    items: u32,
}

const UNCLOSED: u32 = u32::MAX;
/// On the stack: this bracket is not in the index.
const UNLISTED: u32 = u32::MAX;

impl Fold {
    #[must_use]
    pub fn open(&self) -> usize {
        self.open as usize
    }

    #[must_use]
    pub fn close(&self) -> usize {
        self.close as usize
    }

    #[must_use]
    pub fn items(&self) -> usize {
        self.items as usize
    }

    pub(super) fn holds(&self, segment: usize) -> bool {
        self.close != UNCLOSED && self.open() < segment && segment <= self.close()
    }
}

/// All containers of a text in the order in which they open, so that those inside one follow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folds {
    folds: Vec<Fold>,
}

impl Folds {
    #[must_use]
    pub fn len(&self) -> usize {
        self.folds.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.folds.is_empty()
    }

    /// The number of the container that opens at the end of a segment.
    #[must_use]
    pub fn opening_at(&self, segment: usize) -> Option<usize> {
        let index = self.from(segment);
        self.get(index)
            .filter(|fold| fold.open() == segment)
            .map(|_| index)
    }

    /// `None` for numbers beyond the last and for brackets that never close.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Fold> {
        self.folds.get(index).filter(|fold| fold.close != UNCLOSED)
    }

    /// Numbers of everything that opens inside a container.
    #[must_use]
    pub fn inside(&self, index: usize) -> Range<usize> {
        let close = self.get(index).map_or(0, Fold::close);
        let first = (index + 1).min(self.folds.len());
        first..self.from(close).max(first)
    }

    /// The first container that opens at a segment or behind it.
    pub(super) fn from(&self, segment: usize) -> usize {
        self.folds.partition_point(|fold| fold.open() < segment)
    }

    /// All of them, those included that never close.
    pub(super) fn all(&self) -> &[Fold] {
        &self.folds
    }

    /// Memory of the index in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.folds.len() * size_of::<Fold>()
    }
}

/// Notes containers while a text is written.
#[derive(Debug, Default)]
pub(super) struct FoldsBuilder {
    folds: Vec<Fold>,
    /// Number and commas of each open bracket, the innermost left out.
    open: Vec<(u32, u32)>,
    /// The innermost: its number and its commas.
    current: (u32, u32),
    /// Open brackets beyond `MOST_LEVELS`.
    beyond: usize,
    most: usize,
}

/// Deeper brackets are not folded.
const MOST_LEVELS: usize = 1 << 20;

impl FoldsBuilder {
    /// For a text of so many bytes: the index takes a quarter of them at most.
    pub(super) fn for_text(bytes: usize) -> Self {
        Self {
            current: (UNLISTED, 0),
            most: (bytes / 48).max(1 << 18),
            ..Self::default()
        }
    }

    #[inline]
    pub(super) fn begin(&mut self) {
        if self.open.len() < MOST_LEVELS {
            self.open.push(self.current);
            self.current = (UNLISTED, 0);
        } else {
            self.beyond += 1;
        }
    }

    /// The first line break inside the innermost bracket; `segment` is the one that ended with the bracket.
    #[inline]
    pub(super) fn opened(&mut self, segment: usize) {
        if self.beyond > 0 || self.folds.len() >= self.most {
            return;
        }
        if let (Ok(open), Ok(index)) = (u32::try_from(segment), u32::try_from(self.folds.len())) {
            self.current.0 = index;
            self.folds.push(Fold {
                open,
                close: UNCLOSED,
                items: 0,
            });
        }
    }

    #[inline]
    pub(super) fn comma(&mut self) {
        self.current.1 = self.current.1.saturating_add(1);
    }

    /// `segment` is the one that begins with the closing bracket.
    #[inline]
    pub(super) fn end(&mut self, segment: usize) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let (index, commas) = self.current;
        if let Some(fold) = self.folds.get_mut(index as usize) {
            fold.close = u32::try_from(segment).unwrap_or(UNCLOSED);
            fold.items = commas.saturating_add(1);
        }
        self.current = self.open.pop().unwrap_or((UNLISTED, 0));
    }

    pub(super) fn finish(mut self) -> Folds {
        self.folds.shrink_to_fit();
        Folds { folds: self.folds }
    }
}
