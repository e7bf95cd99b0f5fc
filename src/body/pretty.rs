//! JSON with one value a line, written from the token stream: nothing respelled, nothing reordered, nothing lost.
//! What is not valid is written as well as it can be, and the first place where it is wrong is named.
//!
//! The law: the tokens of the pretty text are the tokens of the text.

mod grammar;

use std::fmt;

use self::grammar::Grammar;
use super::fold::{Folds, FoldsBuilder};
use super::highlight::StringMap;
use super::json_lexer::{BYTE_ORDER_MARK, Lexer, Token, TokenKind};
use super::segments::{Segments, SegmentsBuilder};

/// Where a text stops being JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonProblem {
    pub kind: JsonProblemKind,
    /// Byte offset in the text as it came.
    pub offset: usize,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "line {}, column {}: {}",
            self.line, self.column, self.kind
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum JsonProblemKind {
    #[error("there is nothing but blanks")]
    Blank,
    #[error("a value is expected here")]
    ValueExpected,
    #[error("a key in quotes is expected here")]
    KeyExpected,
    #[error("a colon is expected here")]
    ColonExpected,
    #[error("a comma or a closing bracket is expected here")]
    CommaExpected,
    #[error("there is a comma, but nothing follows it")]
    TrailingComma,
    #[error("this bracket closes one of the other kind")]
    WrongBracket,
    #[error("this bracket closes nothing")]
    NothingOpen,
    #[error("the text goes on after the end of the JSON")]
    TextAfterEnd,
    #[error("the text ends inside an object or array")]
    Unclosed,
    #[error("the text ends inside a string that begins here")]
    UnfinishedString,
    #[error("a control character stands in a string")]
    ControlCharacter,
    #[error("a backslash begins no escape")]
    BadEscape,
    #[error("this is neither a number nor `true`, `false` or `null`")]
    UnknownWord,
}

/// A pretty text with the index of its lines.
#[derive(Debug)]
pub struct Pretty {
    /// UTF-8 when the input was.
    pub text: Vec<u8>,
    pub segments: Segments,
    /// Of the pretty text.
    pub strings: StringMap,
    /// Of the text as it came.
    pub raw_strings: StringMap,
    /// Of the pretty text.
    pub folds: Folds,
    pub problem: Option<JsonProblem>,
    /// How deep the brackets go.
    pub depth: usize,
}

/// Levels that are indented; deeper ones stand below each other.
pub const INDENTED_LEVELS: usize = 100;

const INDENT: usize = 2;
const LINE_BREAK: [u8; 1 + INDENTED_LEVELS * INDENT] = {
    let mut text = [b' '; 1 + INDENTED_LEVELS * INDENT];
    text[0] = b'\n';
    text
};
const CANCEL_STEP: usize = 1024 * 1024;

/// Bytes that the pretty form of JSON like Genesys Cloud's needs at most; other texts may take more.
#[must_use]
pub fn usual_length(text: usize) -> usize {
    text + text / 2 + 64
}

/// `None` when cancelled; asked once for each megabyte.
#[must_use]
pub fn pretty(text: &[u8], cancelled: &dyn Fn() -> bool) -> Option<Pretty> {
    pretty_into(Vec::new(), text, cancelled)
}

/// The same, written into `room`: an empty buffer, with as much capacity as there is.
#[must_use]
pub fn pretty_into(room: Vec<u8>, text: &[u8], cancelled: &dyn Fn() -> bool) -> Option<Pretty> {
    let mut writer = Writer::new(room, text);
    let mut next_check = 0;
    for token in Lexer::new(text) {
        writer.write(token);
        if token.end >= next_check {
            if cancelled() {
                return None;
            }
            next_check = token.end + CANCEL_STEP;
        }
    }
    Some(writer.finish())
}

/// What was written last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Start,
    Protection,
    Begin,
    Comma,
    Colon,
    Value,
}

struct Writer<'a> {
    text: &'a [u8],
    out: Vec<u8>,
    segments: SegmentsBuilder,
    strings: StringMap,
    raw_strings: StringMap,
    folds: FoldsBuilder,
    grammar: Grammar,
    before: Before,
    /// Output beyond this is no longer indented: a body of brackets alone would grow a hundredfold.
    indented_until: usize,
}

impl<'a> Writer<'a> {
    fn new(mut room: Vec<u8>, text: &'a [u8]) -> Self {
        const MEGABYTE: usize = 1024 * 1024;
        let length = text.len();
        room.clear();
        room.reserve(usual_length(length));
        Self {
            text,
            out: room,
            segments: SegmentsBuilder::with_capacity(length / 16),
            strings: StringMap::default(),
            raw_strings: StringMap::default(),
            folds: FoldsBuilder::for_text(length),
            grammar: Grammar::default(),
            before: Before::Start,
            indented_until: (length.saturating_mul(8).saturating_add(16 * MEGABYTE))
                .min(length.saturating_add(512 * MEGABYTE)),
        }
    }

    #[inline]
    fn write(&mut self, token: Token) {
        match token.kind {
            TokenKind::BeginObject | TokenKind::BeginArray => {
                self.before_value();
                self.grammar.begin(token);
                self.folds.begin();
                self.copy_short(token);
                self.before = Before::Begin;
            }
            TokenKind::EndObject | TokenKind::EndArray => {
                self.grammar.end(token);
                if self.before != Before::Begin && self.before != Before::Start {
                    self.line_break();
                }
                self.folds.end(self.segments.len());
                self.copy_short(token);
                self.before = Before::Value;
            }
            TokenKind::Comma => {
                self.grammar.comma(token);
                self.folds.comma();
                self.before_separator();
                self.copy_short(token);
                self.before = Before::Comma;
            }
            TokenKind::Colon => {
                self.grammar.colon(token);
                self.before_separator();
                self.copy_short(token);
                self.before = Before::Colon;
            }
            TokenKind::String => {
                self.before_value();
                self.grammar.scalar(token);
                self.raw_strings.note(token.start, token.end);
                let start = self.out.len();
                self.copy(token);
                self.strings.note(start, self.out.len());
                if token.flaw.is_some() {
                    self.note_line_ends(start);
                }
                self.before = Before::Value;
            }
            TokenKind::Number | TokenKind::Literal | TokenKind::Garbage => {
                self.before_value();
                self.grammar.scalar(token);
                if self.out.is_empty() && begins_with_mark(self.text, token) {
                    self.out.push(b' ');
                }
                self.copy(token);
                self.before = Before::Value;
            }
            TokenKind::ByteOrderMark => self.copy(token),
            TokenKind::Protection => {
                self.copy(token);
                self.before = Before::Protection;
            }
        }
    }

    #[inline]
    fn before_value(&mut self) {
        match self.before {
            Before::Comma | Before::Begin | Before::Protection => self.line_break(),
            Before::Start => {}
            Before::Value if self.grammar.depth() == 0 => self.line_break(),
            Before::Colon | Before::Value => self.out.push(b' '),
        }
    }

    /// A comma or colon stands behind what it belongs to; behind a bracket, or at the start, it is wrong and gets its own line.
    #[inline]
    fn before_separator(&mut self) {
        if matches!(self.before, Before::Begin | Before::Protection) {
            self.line_break();
        }
    }

    #[inline]
    fn line_break(&mut self) {
        let levels = if self.out.len() < self.indented_until {
            self.grammar.depth().min(INDENTED_LEVELS)
        } else {
            0
        };
        let end = self.out.len() + 1;
        self.out.extend_from_slice(&LINE_BREAK[..=levels * INDENT]);
        self.segments.end_line(&self.out, end);
        if self.before == Before::Begin {
            self.folds.opened(self.segments.len() - 1);
        }
    }

    #[inline]
    fn copy(&mut self, token: Token) {
        self.out
            .extend_from_slice(&self.text[token.start..token.end]);
    }

    #[inline]
    fn copy_short(&mut self, token: Token) {
        self.out.push(self.text[token.start]);
    }

    /// Line ends inside a string are not valid JSON, but they are there.
    #[cold]
    fn note_line_ends(&mut self, from: usize) {
        let ends: Vec<usize> = memchr::memchr_iter(b'\n', &self.out[from..])
            .map(|at| from + at + 1)
            .collect();
        for end in ends {
            self.segments.end_line(&self.out, end);
        }
    }

    fn finish(mut self) -> Pretty {
        self.out.shrink_to_fit();
        let (problem, depth) = self.grammar.finish(self.text.len());
        Pretty {
            segments: self.segments.finish(&self.out),
            text: self.out,
            strings: self.strings,
            raw_strings: self.raw_strings,
            folds: self.folds.finish(),
            problem: problem.map(|(kind, offset)| place(self.text, kind, offset)),
            depth,
        }
    }
}

/// A word with a byte order mark in front, behind blanks: without a blank it would become a mark.
fn begins_with_mark(text: &[u8], token: Token) -> bool {
    text[token.start..].starts_with(BYTE_ORDER_MARK)
}

fn place(text: &[u8], kind: JsonProblemKind, offset: usize) -> JsonProblem {
    let before = &text[..offset.min(text.len())];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let characters = before[line_start..]
        .iter()
        .filter(|&&byte| byte & 0xc0 != 0x80)
        .count();
    JsonProblem {
        kind,
        offset,
        line: memchr::memchr_iter(b'\n', before).count() + 1,
        column: characters + 1,
    }
}

#[cfg(test)]
mod tests;
