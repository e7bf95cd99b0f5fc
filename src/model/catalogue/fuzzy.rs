//! Words looked for in a text: every word must be there, as it is or with letters left out. Names of any language.

use nucleo_matcher::{Config, Matcher, Utf32Str};

/// A letter-by-letter match counts from this share of a perfect one on; below it is chance.
const LEAST_SHARE: f32 = 0.62;

/// What a word found as it stands is worth, by where it stands.
const WHOLE_TEXT: u32 = 100;
const BEGINNING: u32 = 70;
const WORD_BEGINNING: u32 = 55;
const INSIDE: u32 = 30;
/// The most that letters with gaps between them are worth.
const SCATTERED: f32 = 22.0;

/// What was typed, taken apart into words in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    words: Vec<String>,
}

impl Query {
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self {
            words: typed.split_whitespace().map(str::to_lowercase).collect(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// Finds words in texts. Keeps its working memory (about 135 KB): one for many texts.
pub struct Finder {
    matcher: Matcher,
    text: Vec<char>,
    word: Vec<char>,
    indices: Vec<u32>,
}

impl std::fmt::Debug for Finder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Finder")
    }
}

impl Default for Finder {
    fn default() -> Self {
        let mut config = Config::DEFAULT;
        config.set_match_paths();
        Self {
            matcher: Matcher::new(config),
            text: Vec::new(),
            word: Vec::new(),
            indices: Vec::new(),
        }
    }
}

impl Finder {
    /// How well the text answers; `None` when a word is not in it. Higher is better; an empty query is answered with 0.
    #[must_use]
    pub fn score(&mut self, query: &Query, text: &str) -> Option<u32> {
        let mut total = 0;
        for word in query.words() {
            total += self.score_of_word(word, text)?;
        }
        Some(total)
    }

    /// How well the text answers one word in lower case.
    #[must_use]
    pub fn score_of_word(&mut self, word: &str, text: &str) -> Option<u32> {
        let letters: Vec<char> = text.chars().collect();
        match occurrence(word, &letters) {
            Some(found) => Some(found.worth),
            None => self.scattered(word, text).map(worth_of_share),
        }
    }

    /// What share of a perfect match the letters of the word reach in the text, when it is more than chance.
    /// `text` may be in any case, `word` is in lower case.
    pub(super) fn scattered(&mut self, word: &str, text: &str) -> Option<f32> {
        let word = Utf32Str::new(word, &mut self.word);
        let text = Utf32Str::new(text, &mut self.text);
        let score = self.matcher.fuzzy_match(text, word)?;
        let perfect = perfect(word.len());
        let share = f32::from(score) / perfect;
        (share >= LEAST_SHARE).then_some(share.min(1.0))
    }

    /// The characters of the text that were found, in order, each once.
    #[must_use]
    pub fn marks(&mut self, query: &Query, text: &str) -> Vec<usize> {
        let letters: Vec<char> = text.chars().collect();
        let mut marks = Vec::new();
        for word in query.words() {
            if let Some(found) = occurrence(word, &letters) {
                marks.extend(found.at..found.at + word.chars().count());
            } else if self.scattered(word, text).is_some() {
                self.indices.clear();
                let word = Utf32Str::new(word, &mut self.word);
                let text = Utf32Str::new(text, &mut self.text);
                let _ = self.matcher.fuzzy_indices(text, word, &mut self.indices);
                marks.extend(
                    self.indices
                        .iter()
                        .filter_map(|index| usize::try_from(*index).ok()),
                );
            }
        }
        marks.sort_unstable();
        marks.dedup();
        marks
    }
}

/// At most `SCATTERED`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1 of a small number"
)]
pub(super) fn worth_of_share(share: f32) -> u32 {
    (share * SCATTERED) as u32
}

/// The score of so many letters in a row at the beginning of a word, as `nucleo_matcher` counts them:
/// 16 a letter, a bonus of 8 for each, twice for the first.
#[expect(
    clippy::cast_precision_loss,
    reason = "the length of a word that was typed"
)]
fn perfect(letters: usize) -> f32 {
    letters as f32 * 24.0 + 8.0
}

struct Occurrence {
    at: usize,
    worth: u32,
}

/// The best place at which the word stands as it is, upper and lower case being the same.
fn occurrence(word: &str, text: &[char]) -> Option<Occurrence> {
    let word: Vec<char> = word.chars().collect();
    if word.is_empty() || word.len() > text.len() {
        return None;
    }
    let mut best: Option<Occurrence> = None;
    for at in 0..=text.len() - word.len() {
        let here = &text[at..at + word.len()];
        if !here
            .iter()
            .zip(&word)
            .all(|(one, other)| same(*one, *other))
        {
            continue;
        }
        let worth = if word.len() == text.len() {
            WHOLE_TEXT
        } else if at == 0 {
            BEGINNING
        } else if begins_word(text, at) {
            WORD_BEGINNING
        } else {
            INSIDE
        };
        if best.as_ref().is_none_or(|best| worth > best.worth) {
            best = Some(Occurrence { at, worth });
        }
    }
    best
}

fn same(one: char, lower: char) -> bool {
    one == lower || one.to_lowercase().eq(std::iter::once(lower))
}

/// After a sign, or a capital after a small letter.
fn begins_word(text: &[char], at: usize) -> bool {
    let before = text[at - 1];
    !before.is_alphanumeric() || (before.is_lowercase() && text[at].is_uppercase())
}
