//! Places in a JSON body with wildcards: `$.entities[*].version`, `$..contextId`, `$.entities[id=8f4c].name`.
//! A path found by the comparison prints in the same spelling, so that it can become a rule.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A place or a pattern of places.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JsonPath(Vec<Segment>);

/// One step of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// `.name` or `["any text"]`.
    Member(String),
    /// `.*`
    AnyMember,
    /// `[3]`, from 0.
    Index(usize),
    /// `[*]`
    AnyElement,
    /// `[id=8f4c]`, `[name="a b"]`: the element whose member has that text.
    Identity { key: String, value: String },
    /// `..`: any number of steps, none among them.
    AnyDepth,
}

/// One step of a place that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep<'a> {
    Member(Cow<'a, str>),
    /// An element. An index is missing on the side that has no such element.
    Element {
        index_a: Option<usize>,
        index_b: Option<usize>,
        /// The member that names the element, and its text, where elements were aligned by one.
        identity: Option<(Cow<'a, str>, Cow<'a, str>)>,
    },
}

/// Why a text is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    #[error("a path begins with `$`")]
    NoRoot,
    #[error(
        "`{0}` is not understood: write `.name`, `[\"name\"]`, `[0]`, `[*]`, `.*`, `[id=text]` or `..`"
    )]
    Step(String),
    #[error("a path has at most {MOST_SEGMENTS} steps")]
    TooLong,
}

/// Steps of a pattern at most: matching keeps one bit for each.
pub(super) const MOST_SEGMENTS: usize = 60;

impl JsonPath {
    /// # Errors
    /// What is wrong with the steps.
    pub fn new(segments: Vec<Segment>) -> Result<Self, PathError> {
        if segments.len() > MOST_SEGMENTS {
            return Err(PathError::TooLong);
        }
        Ok(Self(segments))
    }

    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let mut rest = text.trim().strip_prefix('$').ok_or(PathError::NoRoot)?;
        let mut segments = Vec::new();
        while !rest.is_empty() {
            let (segment, after) = next_segment(rest)?;
            segments.push(segment);
            rest = after;
        }
        if segments.last() == Some(&Segment::AnyDepth) {
            return Err(PathError::Step("..".to_owned()));
        }
        Self::new(segments)
    }

    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The same with every element for a particular one: `$.entities[id=8f4c].version` becomes `$.entities[*].version`.
    #[must_use]
    pub fn for_every_element(&self) -> Self {
        let general = |segment: &Segment| match segment {
            Segment::Index(_) | Segment::Identity { .. } => Segment::AnyElement,
            other => other.clone(),
        };
        Self(self.0.iter().map(general).collect())
    }

    /// Whether exactly this place is meant.
    #[must_use]
    pub fn matches<'s>(&self, path: impl IntoIterator<Item = &'s PathStep<'s>>) -> bool {
        let mut states = self.start();
        for step in path {
            states = self.advance(states, step);
            if states == 0 {
                return false;
            }
        }
        states & self.accepting() != 0
    }

    /// Whether this place or one above it is meant.
    #[must_use]
    pub fn covers<'s>(&self, path: impl IntoIterator<Item = &'s PathStep<'s>>) -> bool {
        let mut states = self.start();
        if states & self.accepting() != 0 {
            return true;
        }
        for step in path {
            states = self.advance(states, step);
            if states & self.accepting() != 0 {
                return true;
            }
            if states == 0 {
                return false;
            }
        }
        false
    }

    fn accepting(&self) -> u64 {
        1 << self.0.len()
    }

    fn start(&self) -> u64 {
        self.without_steps(1)
    }

    /// One bit a number of segments that are behind; `..` may be passed without a step.
    fn without_steps(&self, mut states: u64) -> u64 {
        for (at, segment) in self.0.iter().enumerate() {
            if states >> at & 1 == 1 && *segment == Segment::AnyDepth {
                states |= 1 << (at + 1);
            }
        }
        states
    }

    fn advance(&self, states: u64, step: &PathStep<'_>) -> u64 {
        let mut next = 0;
        for (at, segment) in self.0.iter().enumerate() {
            if states >> at & 1 == 0 {
                continue;
            }
            if *segment == Segment::AnyDepth {
                next |= 1 << at;
            } else if segment.fits(step) {
                next |= 1 << (at + 1);
            }
        }
        self.without_steps(next)
    }
}

impl Segment {
    fn fits(&self, step: &PathStep<'_>) -> bool {
        match (self, step) {
            (Self::Member(wanted), PathStep::Member(name)) => wanted == name,
            (Self::AnyMember, PathStep::Member(_))
            | (Self::AnyElement, PathStep::Element { .. })
            | (Self::AnyDepth, _) => true,
            (
                Self::Index(wanted),
                PathStep::Element {
                    index_a, index_b, ..
                },
            ) => index_a.or(*index_b) == Some(*wanted),
            (
                Self::Identity { key, value },
                PathStep::Element {
                    identity: Some((name, text)),
                    ..
                },
            ) => key == name && value == text,
            _ => false,
        }
    }
}

fn next_segment(text: &str) -> Result<(Segment, &str), PathError> {
    let wrong = || PathError::Step(text.chars().take(40).collect());
    if let Some(rest) = text.strip_prefix("..") {
        // `..name` reads as `..` and `.name`; `..[0]` as `..` and `[0]`.
        let rest = if rest.starts_with('[') {
            rest
        } else {
            &text[1..]
        };
        return Ok((Segment::AnyDepth, rest));
    }
    if let Some(rest) = text.strip_prefix(".*") {
        return Ok((Segment::AnyMember, rest));
    }
    if let Some(rest) = text.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let name = &rest[..end];
        if name.is_empty() || !is_plain(name) {
            return Err(wrong());
        }
        return Ok((Segment::Member(name.to_owned()), &rest[end..]));
    }
    let inside = text.strip_prefix('[').ok_or_else(wrong)?;
    if let Some(rest) = inside.strip_prefix("*]") {
        return Ok((Segment::AnyElement, rest));
    }
    if inside.starts_with('"') {
        let (name, rest) = quoted(inside).ok_or_else(wrong)?;
        let rest = rest.strip_prefix(']').ok_or_else(wrong)?;
        return Ok((Segment::Member(name), rest));
    }
    if let Some(end) = inside.find(']')
        && let Ok(index) = inside[..end].parse()
    {
        return Ok((Segment::Index(index), &inside[end + 1..]));
    }
    let (key, value) = inside.split_once('=').ok_or_else(wrong)?;
    if key.is_empty() || !is_plain(key) {
        return Err(wrong());
    }
    let (value, rest) = if value.starts_with('"') {
        quoted(value).ok_or_else(wrong)?
    } else {
        let end = value.find(']').ok_or_else(wrong)?;
        (value[..end].to_owned(), &value[end..])
    };
    let rest = rest.strip_prefix(']').ok_or_else(wrong)?;
    let key = key.to_owned();
    Ok((Segment::Identity { key, value }, rest))
}

/// A JSON string at the start of `text`, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut at = 1;
    loop {
        match text.as_bytes().get(at)? {
            b'"' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    let value = serde_json::from_str(text.get(..=at)?).ok()?;
    Some((value, &text[at + 1..]))
}

fn is_plain(name: &str) -> bool {
    name.chars().all(|character| {
        character.is_alphanumeric() || matches!(character, '_' | '-' | '@' | ':' | '/')
    })
}

fn write_member(formatter: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if !name.is_empty() && is_plain(name) {
        write!(formatter, ".{name}")
    } else {
        write!(formatter, "[{}]", json_string(name))
    }
}

fn write_identity(formatter: &mut fmt::Formatter<'_>, key: &str, value: &str) -> fmt::Result {
    if !value.is_empty() && is_plain(value) {
        write!(formatter, "[{key}={value}]")
    } else {
        write!(formatter, "[{key}={}]", json_string(value))
    }
}

fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl fmt::Display for Segment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => write_member(formatter, name),
            Self::AnyMember => formatter.write_str(".*"),
            Self::Index(index) => write!(formatter, "[{index}]"),
            Self::AnyElement => formatter.write_str("[*]"),
            Self::Identity { key, value } => write_identity(formatter, key, value),
            Self::AnyDepth => formatter.write_str("."),
        }
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("$")?;
        for (at, segment) in self.0.iter().enumerate() {
            segment.fmt(formatter)?;
            // A bracket brings no dot of its own.
            let brackets = self
                .0
                .get(at + 1)
                .is_some_and(|next| next.to_string().starts_with('['));
            if *segment == Segment::AnyDepth && brackets {
                formatter.write_str(".")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for PathStep<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => write_member(formatter, name),
            Self::Element {
                identity: Some((key, value)),
                ..
            } if is_plain(key) => write_identity(formatter, key, value),
            Self::Element {
                index_a, index_b, ..
            } => write!(formatter, "[{}]", index_a.or(*index_b).unwrap_or(0)),
        }
    }
}

impl TryFrom<String> for JsonPath {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, PathError> {
        Self::parse(&text)
    }
}

impl From<JsonPath> for String {
    fn from(path: JsonPath) -> Self {
        path.to_string()
    }
}
