//! Colouring a piece of JSON in the middle of a huge body: which blocks of the text begin inside a string is noted once,
//! and a piece is lexed from the start of its block.

use std::ops::Range;

use super::json_lexer::{self, Lexer, TokenKind};

/// What a piece of text is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// A string in front of a colon.
    Key,
    String,
    Number,
    Literal,
    Punctuation,
    /// Blanks, what is no JSON, and all text that is not JSON.
    Plain,
}

/// Bytes of a block.
const BLOCK: usize = 8 * 1024;
/// Bytes behind a piece that are looked at to see where its last string ends and whether a colon follows.
const LOOK_AHEAD: usize = 64 * 1024;
/// Bytes in front of a block in which a bare word that covers the border may begin.
const LOOK_BACK: usize = 4 * 1024;

/// Which blocks of a JSON text begin inside a string.
#[derive(Debug, Clone, Default)]
pub struct StringMap {
    inside: Vec<bool>,
}

impl StringMap {
    /// A string covers `start..end`, quotes included. Ascending.
    #[inline]
    pub fn note(&mut self, start: usize, end: usize) {
        if start / BLOCK != (end - 1) / BLOCK {
            self.note_borders(start, end);
        }
    }

    #[cold]
    fn note_borders(&mut self, start: usize, end: usize) {
        let first = start / BLOCK + 1;
        let last = (end - 1) / BLOCK;
        self.inside.resize(first, false);
        self.inside.resize(last + 1, true);
    }

    fn begins_inside(&self, block: usize) -> bool {
        self.inside.get(block).copied().unwrap_or(false)
    }

    /// What `range` of `text` consists of: every byte of it in exactly one span, offsets from the start of `range`.
    #[must_use]
    pub fn spans(&self, text: &[u8], range: Range<usize>) -> Vec<(Range<usize>, SpanKind)> {
        let mut painter = Painter {
            range: range.clone(),
            spans: Vec::new(),
            painted: range.start,
        };
        let limit = range.end.saturating_add(LOOK_AHEAD).min(text.len());
        let visible = &text[..limit];
        let block = range.start / BLOCK;
        let border = block * BLOCK;
        let begin = if self.begins_inside(block) {
            let end = json_lexer::string_end(text, border, limit).unwrap_or(limit);
            painter.paint(border..end, string_kind(visible, end));
            end
        } else {
            json_lexer::word_start(text, border, LOOK_BACK)
        };
        for token in Lexer::from_offset(visible, begin) {
            if token.start >= range.end {
                break;
            }
            let kind = match token.kind {
                TokenKind::String => string_kind(visible, token.end),
                TokenKind::Number => SpanKind::Number,
                TokenKind::Literal => SpanKind::Literal,
                TokenKind::ByteOrderMark | TokenKind::Protection | TokenKind::Garbage => {
                    SpanKind::Plain
                }
                _ => SpanKind::Punctuation,
            };
            painter.paint(token.start..token.end, kind);
        }
        painter.finish()
    }
}

fn string_kind(text: &[u8], end: usize) -> SpanKind {
    let next = text[end.min(text.len())..]
        .iter()
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    if next == Some(&b':') {
        SpanKind::Key
    } else {
        SpanKind::String
    }
}

struct Painter {
    range: Range<usize>,
    spans: Vec<(Range<usize>, SpanKind)>,
    painted: usize,
}

impl Painter {
    fn paint(&mut self, token: Range<usize>, kind: SpanKind) {
        let start = token.start.max(self.range.start);
        let end = token.end.min(self.range.end);
        if start >= end {
            return;
        }
        self.fill(start);
        self.push(start, end, kind);
    }

    fn fill(&mut self, until: usize) {
        if self.painted < until {
            self.push(self.painted, until, SpanKind::Plain);
        }
    }

    fn push(&mut self, start: usize, end: usize, kind: SpanKind) {
        self.painted = end;
        let (start, end) = (start - self.range.start, end - self.range.start);
        match self.spans.last_mut() {
            Some((last, last_kind)) if *last_kind == kind && last.end == start => last.end = end,
            _ => self.spans.push((start..end, kind)),
        }
    }

    fn finish(mut self) -> Vec<(Range<usize>, SpanKind)> {
        self.fill(self.range.end);
        self.spans
    }
}
