//! Whether tokens make JSON together: a state, a stack of one bit a bracket, and the first thing that was wrong.

use super::super::json_lexer::{FlawKind, Token, TokenKind};
use super::JsonProblemKind as Kind;

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Expected {
    /// The one value of the text.
    #[default]
    First,
    /// Behind a colon.
    Value,
    /// Behind a comma in an array.
    Element,
    /// Behind `[`.
    ElementOrEnd,
    /// Behind a comma in an object.
    Key,
    /// Behind `{`.
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

#[derive(Debug, Default)]
pub(super) struct Grammar {
    expected: Expected,
    open: Brackets,
    deepest: usize,
    problem: Option<(Kind, usize)>,
}

impl Grammar {
    /// Open brackets.
    #[inline]
    pub(super) fn depth(&self) -> usize {
        self.open.depth
    }

    #[inline]
    pub(super) fn begin(&mut self, token: Token) {
        self.value(token);
        let is_object = token.kind == TokenKind::BeginObject;
        self.open.push(is_object);
        self.deepest = self.deepest.max(self.open.depth);
        self.expected = if is_object {
            Expected::KeyOrEnd
        } else {
            Expected::ElementOrEnd
        };
    }

    #[inline]
    pub(super) fn end(&mut self, token: Token) {
        match self.expected {
            Expected::CommaOrEnd | Expected::ElementOrEnd | Expected::KeyOrEnd => {}
            Expected::Element | Expected::Key => self.wrong(Kind::TrailingComma, token.start),
            Expected::Value => self.wrong(Kind::ValueExpected, token.start),
            Expected::Colon => self.wrong(Kind::ColonExpected, token.start),
            Expected::First | Expected::Nothing => self.wrong(Kind::NothingOpen, token.start),
        }
        match self.open.pop() {
            Some(is_object) if is_object != (token.kind == TokenKind::EndObject) => {
                self.wrong(Kind::WrongBracket, token.start);
            }
            _ => {}
        }
        self.expected = self.behind_value();
    }

    #[inline]
    pub(super) fn comma(&mut self, token: Token) {
        match self.expected {
            Expected::CommaOrEnd => {}
            Expected::Nothing => self.wrong(Kind::TextAfterEnd, token.start),
            Expected::Key | Expected::KeyOrEnd => self.wrong(Kind::KeyExpected, token.start),
            Expected::Colon => self.wrong(Kind::ColonExpected, token.start),
            _ => self.wrong(Kind::ValueExpected, token.start),
        }
        self.expected = match self.open.top() {
            Some(true) => Expected::Key,
            Some(false) => Expected::Element,
            None => Expected::Nothing,
        };
    }

    #[inline]
    pub(super) fn colon(&mut self, token: Token) {
        match self.expected {
            Expected::Colon => {}
            Expected::Nothing => self.wrong(Kind::TextAfterEnd, token.start),
            Expected::Key | Expected::KeyOrEnd => self.wrong(Kind::KeyExpected, token.start),
            Expected::CommaOrEnd => self.wrong(Kind::CommaExpected, token.start),
            _ => self.wrong(Kind::ValueExpected, token.start),
        }
        self.expected = match self.open.top() {
            Some(true) => Expected::Value,
            Some(false) => Expected::Element,
            None => Expected::Nothing,
        };
    }

    /// A string or a bare word.
    #[inline]
    pub(super) fn scalar(&mut self, token: Token) {
        match self.expected {
            Expected::Key | Expected::KeyOrEnd => {
                if token.kind != TokenKind::String {
                    self.wrong(Kind::KeyExpected, token.start);
                }
                self.expected = Expected::Colon;
            }
            Expected::CommaOrEnd
                if token.kind == TokenKind::String && self.open.top() == Some(true) =>
            {
                // A comma is missing; what follows is most likely the next key.
                self.wrong(Kind::CommaExpected, token.start);
                self.expected = Expected::Colon;
            }
            _ => {
                self.value(token);
                self.expected = self.behind_value();
            }
        }
        if let Some(flaw) = token.flaw {
            let kind = match flaw.kind {
                FlawKind::UnfinishedString => Kind::UnfinishedString,
                FlawKind::ControlCharacter => Kind::ControlCharacter,
                FlawKind::BadEscape => Kind::BadEscape,
                FlawKind::UnknownWord => Kind::UnknownWord,
            };
            self.wrong(kind, flaw.at);
        }
    }

    /// The first problem as kind and byte offset, and the greatest depth.
    pub(super) fn finish(mut self, length: usize) -> (Option<(Kind, usize)>, usize) {
        match self.expected {
            Expected::First => self.wrong(Kind::Blank, length),
            Expected::Nothing => {}
            _ => self.wrong(Kind::Unclosed, length),
        }
        (self.problem, self.deepest)
    }

    #[inline]
    fn value(&mut self, token: Token) {
        match self.expected {
            Expected::First | Expected::Value | Expected::Element | Expected::ElementOrEnd => {}
            Expected::Key | Expected::KeyOrEnd => self.wrong(Kind::KeyExpected, token.start),
            Expected::Colon => self.wrong(Kind::ColonExpected, token.start),
            Expected::CommaOrEnd => self.wrong(Kind::CommaExpected, token.start),
            Expected::Nothing => self.wrong(Kind::TextAfterEnd, token.start),
        }
    }

    #[inline]
    fn behind_value(&self) -> Expected {
        if self.open.depth == 0 {
            Expected::Nothing
        } else {
            Expected::CommaOrEnd
        }
    }

    #[cold]
    fn wrong(&mut self, kind: Kind, at: usize) {
        self.problem.get_or_insert((kind, at));
    }
}

/// The open brackets, one bit each: `true` is an object.
#[derive(Debug, Default)]
struct Brackets {
    words: Vec<u64>,
    /// The topmost 64 at most, the latest lowest.
    current: u64,
    depth: usize,
}

impl Brackets {
    #[inline]
    fn push(&mut self, is_object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.words.push(self.current);
        }
        self.current = self.current << 1 | u64::from(is_object);
        self.depth += 1;
    }

    #[inline]
    fn pop(&mut self) -> Option<bool> {
        let top = self.top()?;
        self.depth -= 1;
        self.current >>= 1;
        if self.depth.is_multiple_of(64)
            && let Some(word) = self.words.pop()
        {
            self.current = word;
        }
        Some(top)
    }

    #[inline]
    fn top(&self) -> Option<bool> {
        (self.depth > 0).then_some(self.current & 1 == 1)
    }
}
