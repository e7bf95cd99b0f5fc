//! Filtering JSON by JSONPath (RFC 9535). What matched is shown as it is spelled in the text, never as a reader of JSON would
//! write it again: the query runs over a tree, and the places of its matches are looked up in the tokens of the text.

use std::collections::HashMap;
use std::ops::Range;

use serde_json_path::JsonPath;

use super::json_lexer::{Lexer, TokenKind};
use super::location::{Location, Step, Visit, Walk};

/// Texts beyond this many bytes are not filtered: the tree takes about ten times as much memory.
pub const LARGEST_TEXT: usize = 32 * 1024 * 1024;

/// The text of all matches together stops growing here; `$..*` of a deep text would grow without end.
pub const LARGEST_RESULT: usize = 64 * 1024 * 1024;

/// What matched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filtered {
    /// An array of the matches, each as it is spelled.
    pub text: Vec<u8>,
    /// Where each match of `text` stands in the whole.
    pub locations: Vec<Location>,
    /// All matches, those that did not fit included.
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// `position` in characters, from 1.
    #[error("not a JSONPath, at character {position}: {text}")]
    BadPath { position: usize, text: String },
    #[error("the body has {bytes} bytes: it is filtered up to {LARGEST_TEXT}")]
    TooLarge { bytes: usize },
    #[error("the body nests too deeply to be filtered: 127 levels are the most")]
    TooDeep,
    #[error("the body is not valid JSON: {0}")]
    NotJson(String),
}

/// Whether the expression is a JSONPath.
///
/// # Errors
/// `FilterError::BadPath`.
pub fn check(expression: &str) -> Result<(), FilterError> {
    parse(expression).map(drop)
}

fn parse(expression: &str) -> Result<JsonPath, FilterError> {
    JsonPath::parse(expression.trim()).map_err(|error| FilterError::BadPath {
        position: error.position(),
        text: error.message().to_owned(),
    })
}

/// `Ok(None)` when cancelled.
///
/// # Errors
/// When the expression is no JSONPath, or the text cannot be filtered.
pub fn filter(
    text: &[u8],
    expression: &str,
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<Filtered>, FilterError> {
    let path = parse(expression)?;
    if text.len() > LARGEST_TEXT {
        return Err(FilterError::TooLarge { bytes: text.len() });
    }
    let start = Lexer::new(text)
        .find(|token| !matches!(token.kind, TokenKind::ByteOrderMark | TokenKind::Protection))
        .map_or(text.len(), |token| token.start);
    let tree: serde_json::Value = serde_json::from_slice(&text[start..]).map_err(not_read)?;
    if cancelled() {
        return Ok(None);
    }
    let found = path.query_located(&tree);
    let mut wanted = Wanted::default();
    let mut order = Vec::with_capacity(found.len());
    for node in found.iter() {
        if cancelled() {
            return Ok(None);
        }
        let steps: Vec<Step> = node
            .location()
            .iter()
            .map(|element| match (element.as_name(), element.as_index()) {
                (Some(name), _) => Step::Key(name.to_owned()),
                (None, index) => Step::Index(index.unwrap_or_default()),
            })
            .collect();
        order.push((wanted.add(&steps), Location(steps)));
    }
    drop(found);
    drop(tree);
    let places = wanted.places(text, cancelled);
    Ok(places.map(|places| gather(text, order, &places)))
}

fn not_read(error: serde_json::Error) -> FilterError {
    if error.to_string().contains("recursion limit") {
        FilterError::TooDeep
    } else {
        FilterError::NotJson(error.to_string())
    }
}

fn gather(text: &[u8], order: Vec<(usize, Location)>, places: &[Option<Range<usize>>]) -> Filtered {
    let mut result = Filtered {
        text: b"[".to_vec(),
        locations: Vec::new(),
        total: order.len(),
    };
    for (node, location) in order {
        let Some(place) = places.get(node).cloned().flatten() else {
            continue;
        };
        if result.text.len() + place.len() > LARGEST_RESULT {
            break;
        }
        if !result.locations.is_empty() {
            result.text.push(b',');
        }
        result.text.extend_from_slice(&text[place]);
        result.locations.push(location);
    }
    result.text.push(b']');
    result
}

/// The wanted locations as a tree of steps, so that one walk over the tokens finds them all.
#[derive(Debug)]
struct Wanted {
    /// The steps from each node on.
    nodes: Vec<HashMap<Step, usize>>,
    is_match: Vec<bool>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            nodes: vec![HashMap::new()],
            is_match: vec![false],
        }
    }
}

impl Wanted {
    fn add(&mut self, steps: &[Step]) -> usize {
        let mut node = 0;
        for step in steps {
            let fresh = self.nodes.len();
            node = *self.nodes[node].entry(step.clone()).or_insert(fresh);
            if node == fresh {
                self.nodes.push(HashMap::new());
                self.is_match.push(false);
            }
        }
        self.is_match[node] = true;
        node
    }

    /// Where each node's value is. Of a repeated key the last one counts, as for the tree.
    fn places(
        &self,
        text: &[u8],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Option<Range<usize>>>> {
        let mut places = vec![None; self.nodes.len()];
        let mut walk = Walk::default();
        // The node of each open bracket and of the value that began last; `None` for what nobody asked for.
        let mut open: Vec<Option<usize>> = Vec::new();
        for (count, token) in Lexer::new(text).enumerate() {
            if count % 65_536 == 0 && cancelled() {
                return None;
            }
            walk.take(text, token, &mut |walk, visit| match visit {
                Visit::Begin(_) => {
                    open.truncate(walk.depth());
                    let node = match open.last() {
                        // Behind the root value there is nothing that the tree knows.
                        None => Some(0),
                        Some(None) => None,
                        Some(Some(above)) if self.nodes[*above].is_empty() => None,
                        Some(Some(above)) => walk
                            .step(text)
                            .and_then(|step| self.nodes[*above].get(&step).copied()),
                    };
                    open.push(node);
                }
                Visit::End(range) => {
                    if let Some(node) = open.get(walk.depth()).copied().flatten()
                        && self.is_match[node]
                    {
                        places[node] = Some(range);
                    }
                }
            });
        }
        Some(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = r#"{"entities":[{"id":"a","version":12345678901234567890,"n":1.0},{"id":"b","version":-0.0,"n":1e2,"skills":[{"id":"s"}]}],"odd key":"\u00e9","id":"x","id":"y"}"#;

    fn run(text: &str, path: &str) -> (String, Vec<String>) {
        let filtered = filter(text.as_bytes(), path, &|| false)
            .unwrap_or_else(|error| panic!("{path}: {error}"))
            .expect("not cancelled");
        assert_eq!(filtered.total, filtered.locations.len(), "{path}");
        let text = String::from_utf8(filtered.text).expect("UTF-8");
        let locations = filtered.locations.iter().map(ToString::to_string).collect();
        (text, locations)
    }

    #[test]
    fn matches_keep_their_spelling_and_know_where_they_are() {
        let table: [(&str, &str, &[&str]); 9] = [
            (
                "$.entities[*].version",
                "[12345678901234567890,-0.0]",
                &["$.entities[0].version", "$.entities[1].version"],
            ),
            ("$..n", "[1.0,1e2]", &["$.entities[0].n", "$.entities[1].n"]),
            ("$['odd key']", "[\"\\u00e9\"]", &["$['odd key']"]),
            (
                "$.entities[?@.id == 'b'].skills",
                "[[{\"id\":\"s\"}]]",
                &["$.entities[1].skills"],
            ),
            ("$.entities[-1:].id", "[\"b\"]", &["$.entities[1].id"]),
            ("$.id", "[\"y\"]", &["$.id"]),
            ("$.missing", "[]", &[]),
            (
                "$.entities[1].skills[0]['id','id']",
                "[\"s\",\"s\"]",
                &["$.entities[1].skills[0].id", "$.entities[1].skills[0].id"],
            ),
            (
                " $.entities[0] ",
                "[{\"id\":\"a\",\"version\":12345678901234567890,\"n\":1.0}]",
                &["$.entities[0]"],
            ),
        ];
        for (path, text, locations) in table {
            let (is, at) = run(USERS, path);
            assert_eq!(is, text, "{path}");
            assert_eq!(at, locations, "{path}");
        }
        assert_eq!(run("\u{feff})]}',\n[1.50]", "$[0]").0, "[1.50]");
        assert_eq!(run("7", "$").0, "[7]");
    }

    #[test]
    fn what_cannot_be_filtered_says_why() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for (text, path, words) in [
            ("{}", "entities", "at character 1"),
            ("{}", "$.a[", "not a JSONPath"),
            ("{\"a\":", "$.a", "not valid JSON"),
            (deep.as_str(), "$", "too deeply"),
        ] {
            let error = filter(text.as_bytes(), path, &|| false).expect_err(path);
            assert!(error.to_string().contains(words), "{path}: {error}");
        }
        let large = vec![b' '; LARGEST_TEXT + 1];
        assert!(matches!(
            filter(&large, "$", &|| false),
            Err(FilterError::TooLarge { .. })
        ));
        assert_eq!(filter(b"{}", "$", &|| true), Ok(None));
        assert!(check("$.a").is_ok() && check("a").is_err());
    }
}
