//! Ranked search by path, id, tag and method. Every word that was typed must be found somewhere.

use super::fuzzy::{Finder, Query, worth_of_share};
use super::{Catalogue, Column, Row, is_place};

/// What a word is worth where it was found. Methods and areas narrow a search down; paths and ids are what is looked for.
mod worth {
    pub(super) const METHOD: i32 = 50;
    pub(super) const WHOLE_ID: i32 = 110;
    pub(super) const WHOLE_PATH: i32 = 130;
    pub(super) const PATH_BEGINNING: i32 = 90;
    pub(super) const PATH_PART: i32 = 70;
    pub(super) const SEGMENT: i32 = 60;
    /// `queue` for `queues`.
    pub(super) const SEGMENT_IN_PLURAL: i32 = 56;
    pub(super) const SEGMENT_BEGINNING: i32 = 44;
    pub(super) const SEGMENT_INSIDE: i32 = 26;
    pub(super) const PLACE: i32 = 24;
    /// The last segment says what the operation is about.
    pub(super) const LAST: i32 = 14;
    pub(super) const FIRST: i32 = 10;
    pub(super) const ID_WORDS: i32 = 40;
    pub(super) const ID_INSIDE: i32 = 22;
    pub(super) const TAG: i32 = 36;
    pub(super) const TAG_BEGINNING: i32 = 20;
    /// Taken away for each segment: the shorter path is the more likely one.
    pub(super) const SEGMENT_COST: i32 = 3;
}

impl Catalogue {
    /// The operations that answer what was typed, the best first. Nothing typed: none.
    #[must_use]
    pub fn search(&self, typed: &str) -> Vec<u32> {
        let query = Query::new(typed);
        if query.is_empty() {
            return Vec::new();
        }
        let mut finder = Finder::default();
        let mut found: Vec<(i32, u32)> = Vec::new();
        for (index, row) in (0..).zip(&self.rows) {
            if let Some(score) = self.score(row, &query, &mut finder) {
                found.push((score, index));
            }
        }
        // Of equals the reading one first, then as the catalogue has them.
        found.sort_by_key(|(score, index)| {
            let reads = self
                .operation(*index)
                .is_some_and(|operation| operation.method == "GET");
            (-score, !reads, *index)
        });
        found.into_iter().map(|(_, index)| index).collect()
    }

    fn score(&self, row: &Row, query: &Query, finder: &mut Finder) -> Option<i32> {
        let column = |column| &self.lower[row.range(column)];
        let lower = Lower {
            method: column(Column::Method),
            path: column(Column::Path),
            id: column(Column::Id),
            tags: column(Column::Tags),
            cased_id: &self.text[row.range(Column::Id)],
        };
        let mut total = 0;
        for word in query.words() {
            total += lower.score(word, finder)?;
        }
        let segments = i32::try_from(lower.path.matches('/').count()).unwrap_or(i32::MAX);
        Some(total - segments * worth::SEGMENT_COST)
    }
}

/// One operation in lower case, and its id as it is, for the humps.
struct Lower<'a> {
    method: &'a str,
    path: &'a str,
    id: &'a str,
    tags: &'a str,
    cased_id: &'a str,
}

impl Lower<'_> {
    fn score(&self, word: &str, finder: &mut Finder) -> Option<i32> {
        let parts = [
            self.in_path(word),
            self.in_id(word),
            self.in_tags(word),
            (self.method == word).then_some(worth::METHOD),
        ];
        let best = parts.iter().flatten().max().copied();
        if let Some(best) = best {
            // Found in more than one place it is meant all the more.
            let all: i32 = parts.iter().flatten().sum();
            return Some(best + (all - best) / 4);
        }
        let in_id = finder.scattered(word, self.cased_id);
        let in_path = finder.scattered(word, self.path);
        let share = in_id.unwrap_or(0.0).max(in_path.unwrap_or(0.0));
        (share > 0.0).then(|| i32::try_from(worth_of_share(share)).unwrap_or(0))
    }

    fn in_path(&self, word: &str) -> Option<i32> {
        if word.contains('/') {
            return if self.path == word {
                Some(worth::WHOLE_PATH)
            } else if self.path.starts_with(word) {
                Some(worth::PATH_BEGINNING)
            } else {
                self.path.contains(word).then_some(worth::PATH_PART)
            };
        }
        if !self.path.contains(word) {
            return None;
        }
        let count = self.path.matches('/').count();
        self.path
            .split('/')
            .enumerate()
            .filter_map(|(at, segment)| in_segment(segment, word, at, count))
            .max()
    }

    fn in_id(&self, word: &str) -> Option<i32> {
        if self.id == word {
            return Some(worth::WHOLE_ID);
        }
        let mut best = None;
        for (at, _) in self.id.match_indices(word) {
            let begins = at == 0 || self.cased_id.as_bytes()[at].is_ascii_uppercase();
            let worth = if begins {
                worth::ID_WORDS
            } else {
                worth::ID_INSIDE
            };
            best = best.max(Some(worth));
        }
        best
    }

    fn in_tags(&self, word: &str) -> Option<i32> {
        self.tags
            .split(' ')
            .filter_map(|tag| {
                if tag == word {
                    Some(worth::TAG)
                } else {
                    tag.starts_with(word).then_some(worth::TAG_BEGINNING)
                }
            })
            .max()
    }
}

/// `at` counts from the empty part before the first slash: `/api/v2/users` has `users` at 3 of 3.
fn in_segment(segment: &str, word: &str, at: usize, count: usize) -> Option<i32> {
    if is_place(segment) {
        return segment.contains(word).then_some(worth::PLACE);
    }
    let worth = if segment == word {
        worth::SEGMENT
    } else if segment.strip_prefix(word) == Some("s") {
        worth::SEGMENT_IN_PLURAL
    } else if segment.starts_with(word) {
        worth::SEGMENT_BEGINNING
    } else if segment.contains(word) {
        return Some(worth::SEGMENT_INSIDE);
    } else {
        return None;
    };
    let last = if at == count { worth::LAST } else { 0 };
    // Behind `/api/v2/`.
    let first = if at == 3 { worth::FIRST } else { 0 };
    Some(worth + last + first)
}
