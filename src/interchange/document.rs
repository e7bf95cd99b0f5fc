//! JSON and YAML texts as a tree, within limits: errors name line, column and what had been understood until then.
//! What the tree means is the work of each format's file.

use serde_json::Value;

use super::text::{LARGEST_TEXT, Place, empty};
use super::{ImportError, Lint};
use crate::body::duplicate_keys::duplicate_keys;

/// What a text is written in, told by its first sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Json,
    Yaml,
}

pub(super) fn notation(text: &str) -> Notation {
    match without_bom(text).trim_start().as_bytes().first() {
        Some(b'{' | b'[') => Notation::Json,
        _ => Notation::Yaml,
    }
}

pub(super) fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The tree of a JSON or YAML text. A key that an object holds twice is a lint in JSON (the last one counts) and an error in YAML.
pub(super) fn read(text: &str, lint: &mut Vec<Lint>) -> Result<Value, ImportError> {
    let text = without_bom(text);
    if text.trim().is_empty() {
        return Err(empty());
    }
    if text.len() > LARGEST_TEXT {
        let words = format!("The text is larger than {} MB", LARGEST_TEXT / 1_000_000);
        return Err(ImportError::new(Place::START, words));
    }
    match notation(text) {
        Notation::Json => {
            let value = serde_json::from_str(text).map_err(|failure| json_error(text, &failure))?;
            for key in duplicate_keys(text.as_bytes(), &|| false).unwrap_or_default() {
                lint.push(Lint::new(
                    Place::at(text, key.offset),
                    format!(
                        "The key `{}` stands twice in one object: the last one counts",
                        key.key
                    ),
                    "Take one of them away",
                ));
            }
            Ok(value)
        }
        Notation::Yaml => yaml(text),
    }
}

/// Aliases may not blow a text up: at most so many values come out of them.
const MOST_REPLAYED: usize = 200_000;

fn yaml(text: &str) -> Result<Value, ImportError> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        // YAML 1.2: `no` and `on` are texts.
        strict_booleans: true,
        budget: serde_saphyr::budget! {
            max_depth: 128,
            max_documents: 1,
            max_aliases: 10_000,
            max_anchors: 10_000,
            max_events: 20_000_000,
            max_nodes: 10_000_000,
            max_total_scalar_bytes: LARGEST_TEXT,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MOST_REPLAYED,
            max_replay_stack_depth: 64,
            max_alias_expansions_per_anchor: 2_000,
        },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|failure| {
        let place = failure.location();
        let number = |number: u64| usize::try_from(number).unwrap_or(1);
        let place = place.map_or(Place::START, |place| {
            yaml_place(text, number(place.line()), number(place.column()))
        });
        let message = failure.render();
        let message = message.lines().next().unwrap_or_default();
        let message = message.split(" at line ").next().unwrap_or(message);
        // What follows is for whoever calls the reader.
        let message = message.split(", set DuplicateKeyPolicy").next();
        let message = message.unwrap_or_default();
        error(
            place.line,
            place.column,
            format!("This is no YAML that can be read: {message}"),
            yaml_keys(text, place.line),
        )
    })
}

/// For YAML a lone carriage return ends a line too.
fn yaml_place(text: &str, line: usize, column: usize) -> Place {
    let mut signs = text.char_indices().peekable();
    let mut at_line = 1;
    while at_line < line {
        match signs.next() {
            None => break,
            Some((_, '\n')) => at_line += 1,
            Some((_, '\r')) if signs.peek().is_none_or(|(_, next)| *next != '\n') => at_line += 1,
            Some(_) => {}
        }
    }
    let offset = signs
        .nth(column.saturating_sub(1))
        .map_or(text.len(), |(offset, _)| offset);
    Place::at(text, offset)
}

/// A JSON error at its place, with the keys of the outermost object that had been read.
pub(super) fn json_error(text: &str, failure: &serde_json::Error) -> ImportError {
    let message = failure.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    let (line, column) = (failure.line().max(1), failure.column().max(1));
    let wording = if message.contains("recursion limit") {
        "The text is nested deeper than 127 levels".to_owned()
    } else if failure.is_eof() {
        format!("The text ends too early: {message}")
    } else {
        format!("This is no JSON: {message}")
    };
    error(line, column, wording, json_keys(text, line, column))
}

pub(super) fn error(
    line: usize,
    column: usize,
    text: impl Into<String>,
    understood: String,
) -> ImportError {
    ImportError::new(Place { line, column }, text).having_understood(understood)
}

/// `Read until there: openapi, info, paths`
fn words(keys: &[&str]) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let more = keys.len().saturating_sub(MOST_KEYS);
    let shown = keys
        .iter()
        .take(MOST_KEYS)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if more > 0 {
        format!("{shown} and {more} more")
    } else {
        shown
    }
}

const MOST_KEYS: usize = 20;

/// The keys of the outermost object before a place.
fn json_keys(text: &str, line: usize, column: usize) -> String {
    let mut depth = 0_usize;
    let mut keys = Vec::new();
    let mut last: Option<&str> = None;
    let start = line_start(text, line);
    let end = (start + column).min(text.len());
    for token in crate::body::json_lexer::Lexer::new(&text.as_bytes()[..end]) {
        use crate::body::json_lexer::TokenKind;
        match token.kind {
            TokenKind::BeginObject | TokenKind::BeginArray => depth += 1,
            TokenKind::EndObject | TokenKind::EndArray => depth = depth.saturating_sub(1),
            TokenKind::Colon if depth == 1 => keys.extend(last),
            _ => {}
        }
        last = (token.kind == TokenKind::String)
            .then(|| {
                text.get(token.start..token.end)
                    .map(|key| key.trim_matches('"'))
            })
            .flatten();
    }
    words(&keys)
}

fn line_start(text: &str, line: usize) -> usize {
    if line <= 1 {
        return 0;
    }
    memchr::memchr_iter(b'\n', text.as_bytes())
        .nth(line - 2)
        .map_or(text.len(), |at| at + 1)
}

/// The keys at the margin before a line.
fn yaml_keys(text: &str, line: usize) -> String {
    let keys: Vec<&str> = text
        .lines()
        .take(line.saturating_sub(1))
        .filter(|line| line.starts_with(|first: char| first.is_alphanumeric() || first == '"'))
        .filter_map(|line| line.split_once(':'))
        .map(|(key, _)| key.trim_matches('"'))
        .collect();
    words(&keys)
}

/// The first place where a text occurs; the beginning when it does not.
pub(super) fn place_of(text: &str, wanted: &str) -> Place {
    text.find(wanted)
        .map_or(Place::START, |at| Place::at(text, at))
}

/// A member as text; numbers and booleans as they are written.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// `value[name]` as text, or empty.
pub(super) fn member(value: &Value, name: &str) -> String {
    value.get(name).and_then(text_of).unwrap_or_default()
}

/// The elements of a list; nothing where there is none.
pub(super) fn elements<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_yaml_are_those_of_an_editor() {
        for (text, line, column, expected) in [
            ("a\nb: c", 2, 2, (2, 2)),
            ("a\r\nb: c", 2, 1, (2, 1)),
            ("a\r\r\rb: c", 4, 2, (1, 6)),
            ("a\nb", 9, 9, (2, 2)),
        ] {
            let place = yaml_place(text, line, column);
            assert_eq!((place.line, place.column), expected, "{text:?}");
        }
    }
}
