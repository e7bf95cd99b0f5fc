//! Where a value stands in a JSON text: its JSONPath (a normalized path of RFC 9535) and its bytes. Read from the tokens, so that
//! numbers, escapes and repeated keys stay what they are.

use std::fmt;
use std::ops::Range;

use super::json_lexer::{Lexer, Token, TokenKind};

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// With its escapes resolved.
    Key(String),
    Index(usize),
}

/// The way from the root to a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location(pub Vec<Step>);

/// `$.entities[0].name`; a key that is no plain name is quoted: `$['odd key']`.
impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("$")?;
        self.0.iter().try_for_each(|step| step.fmt(formatter))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(formatter, "[{index}]"),
            Self::Key(key) if is_plain_name(key) => write!(formatter, ".{key}"),
            Self::Key(key) => {
                formatter.write_str("['")?;
                for character in key.chars() {
                    match character {
                        '\'' | '\\' => write!(formatter, "\\{character}")?,
                        '\n' => formatter.write_str("\\n")?,
                        '\r' => formatter.write_str("\\r")?,
                        '\t' => formatter.write_str("\\t")?,
                        character if u32::from(character) < 0x20 => {
                            write!(formatter, "\\u{:04x}", u32::from(character))?;
                        }
                        character => write!(formatter, "{character}")?,
                    }
                }
                formatter.write_str("']")
            }
        }
    }
}

fn is_plain_name(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A value that was pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    pub location: Location,
    /// Of the text.
    pub value: Range<usize>,
}

const CANCEL_STEP: usize = 1024 * 1024;

/// A bracket that is open.
struct Level {
    start: usize,
    is_object: bool,
    /// Elements or members that have ended.
    index: usize,
    key: Option<Range<usize>>,
}

/// What happens while the tokens go by.
pub(super) enum Visit {
    /// A value begins; the levels above it say where it is.
    Begin(Token),
    /// A value ended: a scalar, or a bracket.
    End(Range<usize>),
}

/// The levels of brackets around the next token.
#[derive(Default)]
pub(super) struct Walk {
    levels: Vec<Level>,
}

impl Walk {
    /// Takes a token; tells `visit` what it means.
    pub(super) fn take(&mut self, text: &[u8], token: Token, visit: &mut dyn FnMut(&Self, Visit)) {
        match token.kind {
            TokenKind::BeginObject | TokenKind::BeginArray => {
                visit(self, Visit::Begin(token));
                self.levels.push(Level {
                    start: token.start,
                    is_object: token.kind == TokenKind::BeginObject,
                    index: 0,
                    key: None,
                });
            }
            TokenKind::EndObject | TokenKind::EndArray => {
                if let Some(level) = self.levels.pop() {
                    visit(self, Visit::End(level.start..token.end));
                }
            }
            TokenKind::Comma => {
                if let Some(level) = self.levels.last_mut() {
                    level.index += 1;
                    level.key = None;
                }
            }
            TokenKind::String if self.is_key(text, &token) => {
                if let Some(level) = self.levels.last_mut() {
                    level.key = Some(token.start..token.end);
                }
            }
            TokenKind::String | TokenKind::Number | TokenKind::Literal | TokenKind::Garbage => {
                visit(self, Visit::Begin(token));
                visit(self, Visit::End(token.start..token.end));
            }
            TokenKind::Colon | TokenKind::ByteOrderMark | TokenKind::Protection => {}
        }
    }

    fn is_key(&self, text: &[u8], token: &Token) -> bool {
        self.levels
            .last()
            .is_some_and(|level| level.is_object && level.key.is_none())
            && text[token.end..]
                .iter()
                .find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
                == Some(&b':')
    }

    /// Brackets around the next token.
    pub(super) fn depth(&self) -> usize {
        self.levels.len()
    }

    /// The last step to the value that begins or ended; `None` for the root.
    pub(super) fn step(&self, text: &[u8]) -> Option<Step> {
        self.levels.last().map(|level| level.step(text))
    }

    fn location(&self, text: &[u8]) -> Location {
        Location(self.levels.iter().map(|level| level.step(text)).collect())
    }
}

impl Level {
    fn step(&self, text: &[u8]) -> Step {
        match &self.key {
            Some(key) if self.is_object => Step::Key(string_text(&text[key.clone()])),
            _ => Step::Index(self.index),
        }
    }
}

/// What a string token says, its escapes resolved; one that is not sound, without its quotes.
#[must_use]
pub fn string_text(token: &[u8]) -> String {
    serde_json::from_slice(token).unwrap_or_else(|_| {
        let inner = token.strip_prefix(b"\"").unwrap_or(token);
        let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
        String::from_utf8_lossy(inner).into_owned()
    })
}

/// The value at an offset: that of a key for the key and its colon, the container for one of its brackets or commas.
/// `None` behind the last value, and when cancelled (asked once for each megabyte).
#[must_use]
pub fn at(text: &[u8], offset: usize, cancelled: &dyn Fn() -> bool) -> Option<Located> {
    let mut walk = Walk::default();
    let mut wanted: Option<(Location, usize)> = None;
    let mut result = None;
    let mut next_check = 0;
    for token in Lexer::new(text) {
        if token.end >= next_check {
            if cancelled() {
                return None;
            }
            next_check = token.end + CANCEL_STEP;
        }
        let is_here = token.end > offset && wanted.is_none();
        if is_here
            && matches!(
                token.kind,
                TokenKind::EndObject | TokenKind::EndArray | TokenKind::Comma
            )
        {
            // The container around it.
            let around = walk.levels.last()?.start;
            let mut location = walk.location(text);
            location.0.pop();
            wanted = Some((location, around));
        }
        walk.take(text, token, &mut |walk, visit| match visit {
            Visit::Begin(token) => {
                if is_here && wanted.is_none() {
                    wanted = Some((walk.location(text), token.start));
                }
            }
            Visit::End(range) => {
                if let Some((location, start)) = &wanted
                    && *start == range.start
                {
                    result = Some(Located {
                        location: location.clone(),
                        value: range,
                    });
                }
            }
        });
        if result.is_some() {
            return result;
        }
    }
    None
}

/// A value as one would paste it: a string without its quotes and escapes, a container without the indentation it stands at.
#[must_use]
pub fn value_text(text: &[u8], value: &Range<usize>) -> String {
    let bytes = &text[value.clone()];
    match bytes.first() {
        Some(b'"') => string_text(bytes),
        Some(b'{' | b'[') => {
            let line_start = memchr::memrchr(b'\n', &text[..value.start]).map_or(0, |at| at + 1);
            let indent = text[line_start..value.start]
                .iter()
                .take_while(|byte| **byte == b' ')
                .count();
            let lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate();
            let mut out = Vec::with_capacity(bytes.len());
            for (number, line) in lines {
                let blanks = line
                    .iter()
                    .take(indent)
                    .take_while(|byte| **byte == b' ')
                    .count();
                out.extend_from_slice(&line[if number == 0 { 0 } else { blanks }..]);
            }
            String::from_utf8_lossy(&out).into_owned()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_text_belongs_to_a_value() {
        let text = br#"{ "entities": [ {"id": "a\"b", "version": 12345678901234567890}, [ ] ], "odd key'": null, "n": {"x": -0.0} }"#;
        let find = |needle: &str| {
            memchr::memmem::find(text, needle.as_bytes()).unwrap_or_else(|| panic!("{needle}"))
        };
        let table = [
            (find("\"entities\""), "$.entities", None),
            (find(": [ {"), "$.entities", None),
            (find("\"id\""), "$.entities[0].id", Some("a\"b")),
            (find("a\\\""), "$.entities[0].id", Some("a\"b")),
            (
                find("1234"),
                "$.entities[0].version",
                Some("12345678901234567890"),
            ),
            (
                find("}, ["),
                "$.entities[0]",
                Some("{\"id\": \"a\\\"b\", \"version\": 12345678901234567890}"),
            ),
            (find(", [ ]"), "$.entities", None),
            (find("[ ]"), "$.entities[1]", Some("[ ]")),
            (find("null"), "$['odd key\\'']", Some("null")),
            (find("-0.0"), "$.n.x", Some("-0.0")),
            (0, "$", None),
            (text.len() - 1, "$", None),
        ];
        for (offset, path, value) in table {
            let located = at(text, offset, &|| false).unwrap_or_else(|| panic!("{offset}"));
            assert_eq!(located.location.to_string(), path, "at {offset}");
            if let Some(value) = value {
                assert_eq!(value_text(text, &located.value), value, "at {offset}");
            }
        }
        assert_eq!(at(text, 0, &|| true), None);
        assert_eq!(at(b"  ", 0, &|| false), None);
    }

    #[test]
    fn a_value_of_a_pretty_text_loses_the_indentation_it_stands_at() {
        let text = b"{\n  \"a\": {\n    \"b\": [\n      1\n    ]\n  }\n}";
        let located = at(text, 4, &|| false).expect("there is a value");
        assert_eq!(
            value_text(text, &located.value),
            "{\n  \"b\": [\n    1\n  ]\n}"
        );
    }

    #[test]
    fn what_is_no_json_breaks_nothing() {
        for text in [
            "{\"a\" 1}",
            "[1,,]",
            "]]",
            "{{{",
            "[\"a\":1]",
            "{\"a\":1,\"b\"}",
            "\"\\u12",
        ] {
            for offset in 0..=text.len() {
                if let Some(located) = at(text.as_bytes(), offset, &|| false) {
                    assert!(located.value.end <= text.len(), "{text} {offset}");
                }
            }
        }
    }
}
