//! What differs between an answer and the same answer again: it leaves the verdict and stays visible.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::json::{Change, Place, fold};
use super::outcome::{RowKind, VolatileState};

/// The places at which A differs from A again. An argument of the two-answer core.
#[derive(Debug, Clone, Default)]
pub struct Volatile {
    pub(super) state: VolatileState,
    /// Places in A's JSON, by their fingerprints.
    pub(super) json: HashSet<u64>,
    /// Lower case.
    pub(super) headers: BTreeSet<String>,
    /// Lines of A's text, rising, none of them touching.
    pub(super) lines: Vec<Range<usize>>,
    /// The body as a whole: another kind, or bytes without structure.
    pub(super) body: bool,
    pub(super) media_type: bool,
}

impl Volatile {
    /// A was not asked again.
    #[must_use]
    pub fn not_asked() -> Self {
        Self::default()
    }

    /// A was asked again, and its answer tells nothing.
    #[must_use]
    pub fn unusable(because: impl Into<String>) -> Self {
        Self {
            state: VolatileState::Unusable {
                because: because.into(),
            },
            ..Self::default()
        }
    }

    #[must_use]
    pub fn state(&self) -> &VolatileState {
        &self.state
    }

    /// How many places are volatile.
    #[must_use]
    pub fn places(&self) -> usize {
        self.json.len()
            + self.headers.len()
            + self.lines.len()
            + usize::from(self.body)
            + usize::from(self.media_type)
    }

    pub(super) fn holds_header(&self, name: &str) -> bool {
        self.headers.contains(name)
    }

    /// Whether the place or one above it is volatile.
    pub(super) fn holds_change(&self, place: &Place<'_, '_>, change: Change) -> bool {
        if self.body {
            return true;
        }
        if self.json.is_empty() {
            return false;
        }
        let (own, above) = fingerprints(place, change);
        self.json.contains(&own) || above.iter().any(|print| self.json.contains(print))
    }

    pub(super) fn add_change(&mut self, place: &Place<'_, '_>, change: Change) {
        if change.kind != RowKind::KeyOrder {
            self.json.insert(fingerprints(place, change).0);
        }
    }

    /// Whether all these lines of A, or the gap at which they would stand, lie in volatile ones.
    pub(super) fn holds_lines(&self, lines: &Range<usize>) -> bool {
        if self.body {
            return true;
        }
        let behind = self
            .lines
            .partition_point(|known| known.start <= lines.start);
        behind
            .checked_sub(1)
            .is_some_and(|at| lines.end <= self.lines[at].end)
    }
}

/// The number of the change itself, and those of the places in which all below is volatile when they are.
fn fingerprints(place: &Place<'_, '_>, change: Change) -> (u64, Vec<u64>) {
    let mut prints: Vec<u64> = place.fingerprints().collect();
    let own = prints.pop().expect("the root at least");
    match change.kind {
        // The order of a list is one thing, its elements are another.
        RowKind::Moved => {
            let list = prints.last().copied().unwrap_or(own);
            (fold(list, ORDER), prints)
        }
        RowKind::Order | RowKind::Repeats => {
            prints.push(own);
            (fold(own, ORDER), prints)
        }
        _ => (own, prints),
    }
}

const ORDER: u64 = 5;
