//! Folding a pretty JSON text: which lines open an object or array, where it closes, how much it holds, and which of them are
//! folded. An index over lines, never a tree: twelve bytes a container, and rows are found in logarithmic time.

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

    fn holds(&self, segment: usize) -> bool {
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
    fn from(&self, segment: usize) -> usize {
        self.folds.partition_point(|fold| fold.open() < segment)
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

/// Which containers of a text are folded, and what that does to its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folding {
    /// One bit a container; empty for nothing folded.
    folded: Vec<u64>,
    /// What is hidden, ascending and apart.
    hidden: Vec<Hidden>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hidden {
    first: usize,
    /// Behind the last.
    end: usize,
    /// Segments hidden in front of `first`.
    before: usize,
}

impl Folding {
    #[must_use]
    pub fn is_folded(&self, index: usize) -> bool {
        self.folded
            .get(index / 64)
            .is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Nothing is folded.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.hidden.is_empty()
    }

    /// Rows of a text of so many segments.
    #[must_use]
    pub fn rows(&self, segments: usize) -> usize {
        let hidden = self
            .hidden
            .last()
            .map_or(0, |last| last.before + last.end - last.first);
        segments.saturating_sub(hidden)
    }

    /// The segment that a row shows.
    #[must_use]
    pub fn segment(&self, row: usize) -> usize {
        let after = self
            .hidden
            .partition_point(|hidden| hidden.first - hidden.before <= row);
        let skipped = after.checked_sub(1).map_or(0, |index| {
            let hidden = self.hidden[index];
            hidden.before + hidden.end - hidden.first
        });
        row + skipped
    }

    /// The row of a segment; that of the folded line for one that is hidden.
    #[must_use]
    pub fn row(&self, segment: usize) -> usize {
        let after = self
            .hidden
            .partition_point(|hidden| hidden.first <= segment);
        let Some(hidden) = after.checked_sub(1).map(|index| self.hidden[index]) else {
            return segment;
        };
        if segment < hidden.end {
            (hidden.first - hidden.before).saturating_sub(1)
        } else {
            segment - (hidden.before + hidden.end - hidden.first)
        }
    }

    #[must_use]
    pub fn is_hidden(&self, segment: usize) -> bool {
        let after = self
            .hidden
            .partition_point(|hidden| hidden.first <= segment);
        after
            .checked_sub(1)
            .is_some_and(|index| segment < self.hidden[index].end)
    }

    pub fn set(&mut self, folds: &Folds, index: usize, folded: bool) {
        self.mark(folds, index..index + 1, folded);
        self.arrange(folds);
    }

    /// Folds everything that stands directly in a container; unfolds it all the way down when that is folded already.
    pub fn toggle_inside(&mut self, folds: &Folds, index: usize) {
        let inside = folds.inside(index);
        let mut all_folded = true;
        let mut children = Vec::new();
        let mut child = inside.start;
        while child < inside.end {
            all_folded &= self.is_folded(child);
            children.push(child);
            child = folds.inside(child).end;
        }
        self.mark(folds, index..index + 1, false);
        if all_folded {
            self.mark(folds, inside, false);
        } else {
            for child in children {
                self.mark(folds, child..child + 1, true);
            }
        }
        self.arrange(folds);
    }

    /// Folds what opens at that level or deeper, and unfolds the rest; level 0 is the whole text.
    pub fn fold_to_level(&mut self, folds: &Folds, level: usize) {
        self.folded = vec![0; folds.len().div_ceil(64)];
        let mut closes: Vec<u32> = Vec::new();
        for (index, fold) in folds.folds.iter().enumerate() {
            while closes.last().is_some_and(|close| *close <= fold.open) {
                closes.pop();
            }
            if closes.len() >= level && fold.close != UNCLOSED {
                self.folded[index / 64] |= 1 << (index % 64);
            }
            closes.push(fold.close);
        }
        self.arrange(folds);
    }

    pub fn unfold_all(&mut self) {
        self.folded = Vec::new();
        self.hidden = Vec::new();
    }

    /// Unfolds whatever hides a segment. `false` when nothing did.
    pub fn reveal(&mut self, folds: &Folds, segment: usize) -> bool {
        if !self.is_hidden(segment) {
            return false;
        }
        let before = folds.from(segment);
        for index in 0..before {
            if self.folded.get(index / 64) == Some(&0) {
                continue;
            }
            if self.is_folded(index) && folds.folds[index].holds(segment) {
                self.folded[index / 64] &= !(1 << (index % 64));
            }
        }
        self.arrange(folds);
        true
    }

    fn mark(&mut self, folds: &Folds, range: Range<usize>, folded: bool) {
        if self.folded.is_empty() {
            if !folded {
                return;
            }
            self.folded = vec![0; folds.len().div_ceil(64)];
        }
        for index in range.start..range.end.min(folds.len()) {
            let bit = 1 << (index % 64);
            if folded && folds.get(index).is_some() {
                self.folded[index / 64] |= bit;
            } else {
                self.folded[index / 64] &= !bit;
            }
        }
    }

    /// What is hidden follows from what is folded: the outermost of nested folds count.
    fn arrange(&mut self, folds: &Folds) {
        self.hidden.clear();
        let mut before = 0;
        let mut free_from = 0;
        for (word_index, word) in self.folded.iter().enumerate() {
            let mut word = *word;
            while word != 0 {
                let index = word_index * 64 + word.trailing_zeros() as usize;
                word &= word - 1;
                let Some(fold) = folds.get(index).filter(|fold| fold.open() >= free_from) else {
                    continue;
                };
                let (first, end) = (fold.open() + 1, fold.close() + 1);
                self.hidden.push(Hidden { first, end, before });
                before += end - first;
                free_from = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pretty::{Pretty, pretty};
    use super::*;

    fn of(text: &str) -> Pretty {
        pretty(text.as_bytes(), &|| false).expect("not cancelled")
    }

    fn lines(pretty: &Pretty) -> Vec<String> {
        (0..pretty.segments.len())
            .map(|segment| {
                let range = pretty.segments.range(segment);
                String::from_utf8_lossy(&pretty.text[range])
                    .trim_end()
                    .to_owned()
            })
            .collect()
    }

    fn shown(pretty: &Pretty, folding: &Folding) -> Vec<String> {
        let lines = lines(pretty);
        (0..folding.rows(lines.len()))
            .map(|row| lines[folding.segment(row)].trim().to_owned())
            .collect()
    }

    const USERS: &str = r#"{"entities":[{"id":1,"division":{"id":"d","name":"Home"}},{"id":2,"roles":[]}],"pageSize":5}"#;

    #[test]
    fn containers_of_several_lines_are_counted_and_the_empty_ones_are_not() {
        let pretty = of(USERS);
        let lines = lines(&pretty);
        let is: Vec<(&str, &str, usize)> = (0..pretty.folds.len())
            .filter_map(|index| pretty.folds.get(index))
            .map(|fold| {
                (
                    lines[fold.open()].trim(),
                    lines[fold.close()].trim(),
                    fold.items(),
                )
            })
            .collect();
        assert_eq!(
            is,
            [
                ("{", "}", 2),
                ("\"entities\": [", "],", 2),
                ("{", "},", 2),
                ("\"division\": {", "}", 2),
                ("{", "}", 2),
            ]
        );
    }

    #[test]
    fn what_never_closes_is_not_folded() {
        for text in [
            "{\"a\":[1,2",
            "[[",
            "]][",
            "{\"a\":1]]]",
            "[1,2]}{",
            "[1}{\"a\":2]",
        ] {
            let pretty = of(text);
            let mut folding = Folding::default();
            folding.fold_to_level(&pretty.folds, 0);
            let segments = pretty.segments.len();
            for row in 0..folding.rows(segments) {
                assert_eq!(folding.row(folding.segment(row)), row, "{text}");
            }
        }
    }

    #[test]
    fn levels_children_and_revealing() {
        let pretty = of(USERS);
        let folds = &pretty.folds;
        let mut folding = Folding::default();
        folding.fold_to_level(folds, 0);
        assert_eq!(shown(&pretty, &folding), ["{"]);
        folding.fold_to_level(folds, 1);
        assert_eq!(
            shown(&pretty, &folding),
            ["{", "\"entities\": [", "\"pageSize\": 5", "}"]
        );
        // A match inside the division opens the way to it, and nothing else.
        let home = lines(&pretty)
            .iter()
            .position(|line| line.contains("Home"))
            .expect("it is there");
        assert!(folding.is_hidden(home));
        assert!(folding.reveal(folds, home));
        assert!(!folding.is_hidden(home) && !folding.reveal(folds, home));
        assert_eq!(
            shown(&pretty, &folding)
                .iter()
                .filter(|line| *line == "{")
                .count(),
            3
        );
        folding.unfold_all();
        folding.toggle_inside(folds, 1);
        assert_eq!(
            shown(&pretty, &folding),
            [
                "{",
                "\"entities\": [",
                "{",
                "{",
                "],",
                "\"pageSize\": 5",
                "}"
            ]
        );
        folding.toggle_inside(folds, 1);
        assert!(folding.is_open());
    }

    #[test]
    fn a_hundred_thousand_levels_are_folded_at_once() {
        let text = "[".repeat(100_000) + "1" + &"]".repeat(100_000);
        let pretty = of(&text);
        let mut folding = Folding::default();
        folding.fold_to_level(&pretty.folds, 50_000);
        assert_eq!(folding.rows(pretty.segments.len()), 100_001);
        folding.reveal(&pretty.folds, 100_000);
        assert_eq!(folding.rows(pretty.segments.len()), 200_001);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn rows_and_segments_agree(text in "[\\[\\]{},1\"a:]{0,60}", marks in proptest::collection::vec((0usize..20, any::<bool>()), 0..12)) {
            let pretty = of(&text);
            let segments = pretty.segments.len();
            let mut folding = Folding::default();
            for (index, folded) in marks {
                if index < pretty.folds.len() {
                    folding.set(&pretty.folds, index, folded);
                }
            }
            let rows = folding.rows(segments);
            let visible: Vec<usize> = (0..segments).filter(|segment| !folding.is_hidden(*segment)).collect();
            let by_row: Vec<usize> = (0..rows).map(|row| folding.segment(row)).collect();
            prop_assert_eq!(&by_row, &visible);
            for (row, segment) in visible.iter().enumerate() {
                prop_assert_eq!(folding.row(*segment), row);
            }
            for segment in 0..segments {
                let mut opened = folding.clone();
                opened.reveal(&pretty.folds, segment);
                prop_assert!(!opened.is_hidden(segment));
            }
        }
    }
}
