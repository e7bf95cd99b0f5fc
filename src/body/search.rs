//! Finding text in a body: exact bytes, without regard to the case of ASCII letters, or by a regular expression.
//! All matches are found at once, in the background; showing them and stepping through them needs no search again.

use std::ops::Range;

use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

/// How a needle is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Case {
    Exact,
    /// `A` to `Z` equal `a` to `z`; other letters are compared exactly. (A regular expression ignores the case of all letters.)
    #[default]
    Ignored,
}

/// What to look for, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Query {
    pub text: String,
    pub case: Case,
    /// The text is a regular expression.
    pub is_pattern: bool,
}

/// The regular expression is none: what is wrong, in a few words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a regular expression: {0}")]
pub struct BadPattern(pub String);

/// Places of matches that do not overlap, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    places: Vec<Range<usize>>,
    total: usize,
}

impl Matches {
    /// Places kept at most; further matches are only counted.
    pub const MOST_KEPT: usize = 200_000;

    /// All matches, those that are not kept included.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The first `MOST_KEPT` of them.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.places.len()
    }

    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Range<usize>> {
        self.places.get(index)
    }

    /// Number of the first match that ends behind an offset; `kept` when there is none.
    #[must_use]
    pub fn from(&self, offset: usize) -> usize {
        self.places.partition_point(|place| place.end <= offset)
    }

    /// Numbers of the matches that touch a range of the text.
    #[must_use]
    pub fn within(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.from(range.start);
        let behind = self.places.partition_point(|place| place.start < range.end);
        first..behind.max(first)
    }

    fn add(&mut self, place: Range<usize>) {
        self.total += 1;
        if self.places.len() < Self::MOST_KEPT {
            self.places.push(place);
        }
    }
}

/// The longest compiled form of a regular expression, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

impl Query {
    /// `Ok(None)` when cancelled. Plain text is cancelled at once; a regular expression between two matches.
    ///
    /// # Errors
    /// When the text is to be a regular expression and is none.
    pub fn find(
        &self,
        text: &[u8],
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<Matches>, BadPattern> {
        let mut matches = Matches::default();
        if self.is_pattern {
            let pattern = self.pattern()?;
            if self.text.is_empty() {
                return Ok(Some(matches));
            }
            for (count, found) in pattern.find_iter(text).enumerate() {
                if count % 1_024 == 0 && cancelled() {
                    return Ok(None);
                }
                // An empty match shows nothing and can be stepped to by nobody.
                if !found.is_empty() {
                    matches.add(found.range());
                }
            }
            return Ok(Some(matches));
        }
        let Some(search) = Search::new(&self.text, self.case) else {
            return Ok(Some(matches));
        };
        let whole = search.each(text, cancelled, |start| {
            matches.add(start..start + search.needle.len());
        });
        Ok(whole.map(|()| matches))
    }

    fn pattern(&self) -> Result<Regex, BadPattern> {
        RegexBuilder::new(&self.text)
            .case_insensitive(self.case == Case::Ignored)
            .multi_line(true)
            .size_limit(PATTERN_SIZE)
            .build()
            .map_err(|error| BadPattern(reason(&error)))
    }
}

/// The crate's message ends with the reason; what is above it repeats the pattern with a caret under the place.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or(&text).trim();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
    }
}

/// A plain needle, prepared once.
struct Search {
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
    fn new(needle: &str, case: Case) -> Option<Self> {
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

    /// Starts of all matches that do not overlap. `None` when cancelled; asked at least once for each megabyte.
    fn each(
        &self,
        text: &[u8],
        cancelled: &dyn Fn() -> bool,
        mut found: impl FnMut(usize),
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
                found(at + start);
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
            .find(|&start| {
                text.get(start..start + self.needle.len())
                    .is_some_and(|candidate| candidate.eq_ignore_ascii_case(&self.needle))
            })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(text: &str, case: Case) -> Query {
        Query {
            text: text.to_owned(),
            case,
            is_pattern: false,
        }
    }

    fn starts(query: &Query, text: &[u8]) -> Vec<usize> {
        let matches = query.find(text, &|| false).expect("sound").expect("whole");
        assert_eq!(matches.total(), matches.kept());
        (0..matches.kept())
            .map(|index| matches.get(index).expect("kept").start)
            .collect()
    }

    #[test]
    fn plain_text_and_patterns() {
        let text = b"Users: user, USER, us\xc3\xa9r, aaa\nuser";
        let table: [(&str, Case, bool, &[usize]); 11] = [
            ("user", Case::Ignored, false, &[0, 7, 13, 30]),
            ("user", Case::Exact, false, &[7, 30]),
            ("USER", Case::Exact, false, &[13]),
            ("é", Case::Ignored, false, &[21]),
            ("aa", Case::Ignored, false, &[26]),
            (":", Case::Ignored, false, &[5]),
            ("missing", Case::Ignored, false, &[]),
            ("", Case::Ignored, false, &[]),
            ("us.r,", Case::Ignored, true, &[7, 13, 19]),
            ("^user", Case::Exact, true, &[30]),
            ("x*", Case::Exact, true, &[]),
        ];
        for (needle, case, is_pattern, expected) in table {
            let query = Query {
                is_pattern,
                ..query(needle, case)
            };
            assert_eq!(starts(&query, text), expected, "{needle} {case:?}");
        }
        let user = query("user", Case::Exact);
        assert_eq!(user.find(text, &|| true), Ok(None));
    }

    #[test]
    fn a_broken_pattern_is_explained_in_one_line() {
        for (pattern, words) in [("(", "unclosed group"), ("a{9999}{9999}", "too large")] {
            let query = Query {
                is_pattern: true,
                ..query(pattern, Case::Exact)
            };
            let error = query.find(b"", &|| false).expect_err(pattern).to_string();
            assert!(error.contains(words) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn what_is_on_the_screen_and_what_comes_next_is_found_by_place() {
        let text = b"a--aa-a";
        let matches = query("a", Case::Exact)
            .find(text, &|| false)
            .expect("sound")
            .expect("whole");
        assert_eq!(matches.within(&(0..1)), 0..1);
        assert_eq!(matches.within(&(1..3)), 1..1);
        assert_eq!(matches.within(&(2..5)), 1..3);
        assert_eq!(matches.from(1), 1);
        assert_eq!(matches.from(7), 4);
    }

    #[test]
    fn matches_across_blocks_are_found_once_and_beyond_the_limit_only_counted() {
        let mut text = vec![b'.'; CANCEL_STEP - 2];
        text.extend_from_slice(b"NeedleNeedle");
        text.extend(vec![b'.'; CANCEL_STEP]);
        let needle = query("needle", Case::Ignored);
        assert_eq!(starts(&needle, &text), [CANCEL_STEP - 2, CANCEL_STEP + 4]);
        let dots = query(".", Case::Exact)
            .find(&text, &|| false)
            .expect("sound")
            .expect("whole");
        assert_eq!(dots.total(), CANCEL_STEP * 2 - 2);
        assert_eq!(dots.kept(), Matches::MOST_KEPT);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn ignoring_case_finds_what_lower_case_finds(text in "[abAB.]{0,60}", needle in "[abAB.]{1,3}") {
            let lower_text = text.to_ascii_lowercase();
            let lower_needle = needle.to_ascii_lowercase();
            let expected: Vec<usize> = lower_text.match_indices(&lower_needle).map(|(at, _)| at).collect();
            prop_assert_eq!(starts(&query(&needle, Case::Ignored), text.as_bytes()), expected);
        }
    }
}
