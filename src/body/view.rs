//! A body laid out for a virtual view: what kind it is, its text as it came and, for JSON, one value a line; bytes always.
//!
//! Laying out is pure and takes as long as the body is large: `worker` does it in the background and hands the result over in an `Arc`.
//! Everything after that (a line, its colours, a search) is quick at any place of any body.

use std::fmt;

use bytes::Bytes;

use super::charset::{self, Charset};
use super::document::Document;
use super::duplicate_keys::{self, DuplicateKey};
use super::highlight::StringMap;
use super::pretty::{self, JsonProblem};
use super::segments::Segments;
use super::sniff::{self, BodyKind};

pub use super::document::Place;
pub use super::highlight::SpanKind;

/// A way of reading a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// JSON with one value a line.
    Pretty,
    /// Text exactly as it came, in its charset.
    Raw,
    /// Bytes.
    Hex,
}

impl fmt::Display for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pretty => "Pretty",
            Self::Raw => "Raw",
            Self::Hex => "Hex",
        })
    }
}

/// A body, ready to be shown.
pub struct BodyView {
    kind: BodyKind,
    charset: Charset,
    bytes: Bytes,
    raw: Option<Document>,
    pretty: Option<Document>,
    hex: Document,
    problem: Option<JsonProblem>,
    duplicate_keys: Vec<DuplicateKey>,
    depth: usize,
    is_preview: bool,
}

impl BodyView {
    /// Bytes that `preview` lays out.
    pub const PREVIEW_BYTES: usize = 256 * 1024;

    /// Lays out a decoded body. `None` when cancelled, which is asked about at least once for each megabyte.
    #[must_use]
    pub fn lay_out(
        decoded: &Bytes,
        content_type: Option<&str>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        Self::lay_out_in(decoded, content_type, None, cancelled)
    }

    /// The same, with the pretty text written into `room` (see `pretty::pretty_into`).
    #[must_use]
    pub fn lay_out_into(
        room: Vec<u8>,
        decoded: &Bytes,
        content_type: Option<&str>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        Self::lay_out_all(room, decoded, content_type, None, cancelled)
    }

    /// The same in a charset of the user's choice (`charset::OFFERED`), for bodies with a wrong label.
    #[must_use]
    pub fn lay_out_in(
        decoded: &Bytes,
        content_type: Option<&str>,
        charset: Option<&str>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        Self::lay_out_all(Vec::new(), decoded, content_type, charset, cancelled)
    }

    fn lay_out_all(
        room: Vec<u8>,
        decoded: &Bytes,
        content_type: Option<&str>,
        charset: Option<&str>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let mut view = Self::of_bytes(decoded, content_type, charset);
        if !view.kind.is_text() {
            return Some(view);
        }
        let text = charset::decode(decoded, content_type, charset);
        view.charset = text.charset;
        if cancelled() {
            return None;
        }
        let mut strings = None;
        if view.kind == BodyKind::Json {
            strings = Some(view.add_pretty(room, &text.bytes, cancelled)?);
            view.duplicate_keys = duplicate_keys::duplicate_keys(&text.bytes, cancelled)?;
        }
        let segments = Segments::of(&text.bytes, cancelled)?;
        view.raw = Some(Document::text_document(text.bytes, segments, strings));
        Some(view)
    }

    /// The beginning of a body, as it came, at once: for the time until `lay_out` has done its work.
    #[must_use]
    pub fn preview(decoded: &Bytes, content_type: Option<&str>) -> Self {
        let head = decoded.slice(..decoded.len().min(Self::PREVIEW_BYTES));
        let mut view = Self::of_bytes(&head, content_type, None);
        view.is_preview = head.len() < decoded.len();
        if view.kind.is_text() {
            let text = charset::decode(&head, content_type, None);
            view.charset = text.charset;
            let segments = Segments::of(&text.bytes, &|| false).expect("nobody cancels");
            view.raw = Some(Document::text_document(text.bytes, segments, None));
        }
        view
    }

    /// The ways in which this body can be read, the best first.
    #[must_use]
    pub fn modes(&self) -> Vec<Mode> {
        let mut modes = Vec::new();
        if self.pretty.is_some() {
            modes.push(Mode::Pretty);
        }
        if self.raw.is_some() {
            modes.push(Mode::Raw);
        }
        modes.push(Mode::Hex);
        modes
    }

    /// The body in a mode; in the next best one when it has no such mode (`Pretty` -> `Raw` -> `Hex`).
    #[must_use]
    pub fn document(&self, mode: Mode) -> &Document {
        let raw = || self.raw.as_ref().unwrap_or(&self.hex);
        match mode {
            Mode::Pretty => self.pretty.as_ref().unwrap_or_else(raw),
            Mode::Raw => raw(),
            Mode::Hex => &self.hex,
        }
    }

    #[must_use]
    pub fn kind(&self) -> BodyKind {
        self.kind
    }

    /// What the text was read in. UTF-8 for bodies that are no text.
    #[must_use]
    pub fn charset(&self) -> &Charset {
        &self.charset
    }

    /// The decoded bytes, for saving: exactly as they came.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Where it stops being JSON, if it is meant to be JSON.
    #[must_use]
    pub fn problem(&self) -> Option<&JsonProblem> {
        self.problem.as_ref()
    }

    /// Keys that an object holds more than once (`duplicate_keys::MOST_REPORTED` at most; bodies up to 16 MB).
    #[must_use]
    pub fn duplicate_keys(&self) -> &[DuplicateKey] {
        &self.duplicate_keys
    }

    /// How deep the brackets of JSON go; beyond `pretty::INDENTED_LEVELS` they are no longer indented.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Only the beginning is there, the rest is on its way.
    #[must_use]
    pub fn is_preview(&self) -> bool {
        self.is_preview
    }

    /// What a person should know about how this body is shown, each a plain sentence without full stop; empty when all is well.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if let Some(problem) = &self.problem {
            remarks.push(format!("Not valid JSON, {problem}"));
        }
        if let Some(first) = self.duplicate_keys.first() {
            remarks.push(match self.duplicate_keys.len() {
                1 => format!("Duplicate key `{}` in line {}", first.key, first.line),
                more => format!(
                    "{more} duplicate keys, the first is `{}` in line {}",
                    first.key, first.line
                ),
            });
        }
        if self.charset.lossy {
            remarks.push(format!(
                "Some bytes are not valid {} and are shown as \u{fffd}, saving keeps them",
                self.charset.name
            ));
        }
        if let Some(label) = &self.charset.unknown_label {
            remarks.push(format!("The charset `{label}` is not known, read as UTF-8"));
        }
        if self.depth > pretty::INDENTED_LEVELS {
            remarks.push(format!(
                "{} levels deep, indented up to level {}",
                self.depth,
                pretty::INDENTED_LEVELS
            ));
        }
        remarks
    }

    fn of_bytes(bytes: &Bytes, content_type: Option<&str>, charset: Option<&str>) -> Self {
        let sniffed = sniff::kind(content_type, bytes);
        let is_chosen_text = charset.is_some() && sniffed == BodyKind::Binary;
        Self {
            // Who chooses a charset wants text.
            kind: if is_chosen_text {
                BodyKind::Text
            } else {
                sniffed
            },
            charset: Charset::default(),
            bytes: bytes.clone(),
            raw: None,
            pretty: None,
            hex: Document::hex_document(bytes.clone()),
            problem: None,
            duplicate_keys: Vec::new(),
            depth: 0,
            is_preview: false,
        }
    }

    /// Returns the map of strings of the text as it came.
    fn add_pretty(
        &mut self,
        room: Vec<u8>,
        text: &[u8],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<StringMap> {
        let pretty = pretty::pretty_into(room, text, cancelled)?;
        self.problem = pretty.problem;
        self.depth = pretty.depth;
        let document = Document::text_document(
            Bytes::from(pretty.text),
            pretty.segments,
            Some(pretty.strings),
        );
        self.pretty = Some(document.with_folds(pretty.folds));
        Some(pretty.raw_strings)
    }
}

impl fmt::Debug for BodyView {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BodyView")
            .field("kind", &self.kind)
            .field("bytes", &self.bytes.len())
            .field("modes", &self.modes())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
