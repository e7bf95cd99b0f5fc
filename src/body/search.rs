//! Finding text in a body: exact bytes, or without regard to the case of ASCII letters.

use std::ops::Range;

use memchr::memmem;

/// How a needle is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Case {
    Exact,
    /// `A` to `Z` equal `a` to `z`; other letters are compared exactly.
    #[default]
    Ignored,
}

/// Something to look for, prepared once.
#[derive(Debug, Clone)]
pub struct Search {
    needle: Vec<u8>,
    case: Case,
    /// Index of the needle's rarest byte, which is looked for first when case is ignored.
    pivot: usize,
}

const CANCEL_STEP: usize = 1024 * 1024;

/// Letters of English and of JSON from the most frequent on.
const FREQUENT: &[u8] = b"\" e,tainosr:lhdcu0mpfg1ywbv2k-";

impl Search {
    /// `None` for an empty needle.
    #[must_use]
    pub fn new(needle: &str, case: Case) -> Option<Self> {
        let needle = needle.as_bytes().to_vec();
        let rarity = |byte: &u8| {
            FREQUENT
                .iter()
                .position(|frequent| *frequent == byte.to_ascii_lowercase())
                .unwrap_or(FREQUENT.len())
        };
        let pivot = (0..needle.len()).max_by_key(|&index| rarity(&needle[index]))?;
        let has_letters = needle.iter().any(u8::is_ascii_alphabetic);
        Some(Self {
            needle,
            case: if has_letters { case } else { Case::Exact },
            pivot,
        })
    }

    /// The first match that begins at `from` or behind it.
    #[must_use]
    pub fn next(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let rest = text.get(from..)?;
        let start = match self.case {
            Case::Exact => memmem::find(rest, &self.needle)?,
            Case::Ignored => self.find_ignoring_case(rest)?,
        };
        Some(from + start..from + start + self.needle.len())
    }

    /// The last match that begins before `before`.
    #[must_use]
    pub fn previous(&self, text: &[u8], before: usize) -> Option<Range<usize>> {
        let end = before.saturating_add(self.needle.len() - 1).min(text.len());
        let head = &text[..end];
        let start = match self.case {
            Case::Exact => memmem::rfind(head, &self.needle)?,
            Case::Ignored => self.rfind_ignoring_case(head)?,
        };
        Some(start..start + self.needle.len())
    }

    /// Matches that do not overlap. `None` when cancelled; asked at least once for each megabyte.
    #[must_use]
    pub fn count(&self, text: &[u8], cancelled: &dyn Fn() -> bool) -> Option<usize> {
        let mut count = 0;
        self.each(text, cancelled, |_| {
            count += 1;
            true
        })?;
        Some(count)
    }

    /// Offsets of the first `limit` matches. `None` when cancelled.
    #[must_use]
    pub fn first(
        &self,
        text: &[u8],
        limit: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<usize>> {
        let mut starts = Vec::new();
        self.each(text, cancelled, |start| {
            if starts.len() < limit {
                starts.push(start);
            }
            starts.len() < limit
        })?;
        Some(starts)
    }

    /// Bytes of every match.
    #[must_use]
    pub fn length(&self) -> usize {
        self.needle.len()
    }

    fn each(
        &self,
        text: &[u8],
        cancelled: &dyn Fn() -> bool,
        mut found: impl FnMut(usize) -> bool,
    ) -> Option<()> {
        let finder = memmem::Finder::new(&self.needle);
        let mut at = 0;
        while at < text.len() {
            if cancelled() {
                return None;
            }
            let block_end = (at + CANCEL_STEP).min(text.len());
            // A match that begins in this block may end in the next one.
            let window = (block_end + self.needle.len() - 1).min(text.len());
            while let Some(start) = match self.case {
                Case::Exact => finder.find(&text[at..window]),
                Case::Ignored => self.find_ignoring_case(&text[at..window]),
            } {
                if !found(at + start) {
                    return Some(());
                }
                at += start + self.needle.len();
                if at >= window {
                    break;
                }
            }
            at = at.max(block_end);
        }
        Some(())
    }

    fn find_ignoring_case(&self, text: &[u8]) -> Option<usize> {
        let pivot = self.needle[self.pivot];
        let (lower, upper) = (pivot.to_ascii_lowercase(), pivot.to_ascii_uppercase());
        memchr::memchr2_iter(lower, upper, text)
            .filter_map(|at| at.checked_sub(self.pivot))
            .find(|&start| self.matches_at(text, start))
    }

    fn rfind_ignoring_case(&self, text: &[u8]) -> Option<usize> {
        let pivot = self.needle[self.pivot];
        let (lower, upper) = (pivot.to_ascii_lowercase(), pivot.to_ascii_uppercase());
        memchr::memrchr2_iter(lower, upper, text)
            .filter_map(|at| at.checked_sub(self.pivot))
            .find(|&start| self.matches_at(text, start))
    }

    fn matches_at(&self, text: &[u8], start: usize) -> bool {
        text.get(start..start + self.needle.len())
            .is_some_and(|candidate| candidate.eq_ignore_ascii_case(&self.needle))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn next_previous_and_count() {
        let text = b"Users: user, USER, us\xc3\xa9r, aaa";
        let table: [(&str, Case, &[usize]); 7] = [
            ("user", Case::Ignored, &[0, 7, 13]),
            ("user", Case::Exact, &[7]),
            ("USER", Case::Exact, &[13]),
            ("é", Case::Ignored, &[21]),
            ("aa", Case::Ignored, &[26]),
            (":", Case::Ignored, &[5]),
            ("missing", Case::Ignored, &[]),
        ];
        for (needle, case, expected) in table {
            let search = Search::new(needle, case).unwrap();
            assert_eq!(
                search.first(text, 99, &|| false).unwrap(),
                expected,
                "{needle} {case:?}"
            );
            assert_eq!(
                search.count(text, &|| false),
                Some(expected.len()),
                "{needle}"
            );
            assert_eq!(
                search.next(text, 1).map(|found| found.start),
                expected.iter().copied().find(|&start| start >= 1),
                "{needle} {case:?}"
            );
            if needle != "aa" {
                assert_eq!(
                    search.previous(text, text.len()).map(|found| found.start),
                    expected.last().copied(),
                    "{needle} {case:?}"
                );
            }
        }
        let search = Search::new("user", Case::Ignored).unwrap();
        assert_eq!(search.previous(text, 13), Some(7..11));
        assert_eq!(search.previous(text, 8), Some(7..11));
        assert_eq!(search.previous(text, 0), None);
        assert!(Search::new("", Case::Exact).is_none());
        assert_eq!(search.count(text, &|| true), None);
    }

    #[test]
    fn matches_across_blocks_are_found_once() {
        let mut text = vec![b'.'; CANCEL_STEP - 2];
        text.extend_from_slice(b"NeedleNeedle");
        text.extend(vec![b'.'; CANCEL_STEP]);
        let search = Search::new("needle", Case::Ignored).unwrap();
        assert_eq!(search.count(&text, &|| false), Some(2));
        let exact = Search::new("Needle", Case::Exact).unwrap();
        assert_eq!(exact.first(&text, 1, &|| false).unwrap(), [CANCEL_STEP - 2]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn ignoring_case_finds_what_lower_case_finds(text in "[abAB.]{0,60}", needle in "[abAB.]{1,3}") {
            let lower_text = text.to_ascii_lowercase();
            let lower_needle = needle.to_ascii_lowercase();
            let search = Search::new(&needle, Case::Ignored).unwrap();
            let bytes = text.as_bytes();
            prop_assert_eq!(search.next(bytes, 0).map(|found| found.start), lower_text.find(&lower_needle));
            prop_assert_eq!(search.previous(bytes, bytes.len()).map(|found| found.start), lower_text.rfind(&lower_needle));
            prop_assert_eq!(search.count(bytes, &|| false), Some(lower_text.matches(&lower_needle).count()));
        }
    }
}
