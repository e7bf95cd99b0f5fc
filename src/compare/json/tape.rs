//! A JSON text as a flat row of nodes in the order of the text: no tree, no recursion, nothing respelled. Each node knows where its value
//! stands, where the node behind it is, and a hash of its meaning that helps to align lists. What differs is never decided by a hash alone.

use std::ops::Range;

use super::scalar;
use crate::body::json_lexer::{Lexer, Token, TokenKind};

/// Values that one text may have.
pub(in crate::compare) const MOST_NODES: usize = 12_000_000;

/// No node.
pub(in crate::compare) const NONE: u32 = u32::MAX;

/// Tokens between two looks at the cancel flag.
const CANCEL_STEP: usize = 64 * 1024;

/// Why a text did not become nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::compare) enum TapeError {
    /// Not JSON; the byte offset at which that shows.
    Invalid {
        offset: usize,
    },
    TooLarge,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::compare) enum ValueKind {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

#[derive(Debug, Clone, Copy)]
pub(in crate::compare) struct Node {
    pub(in crate::compare) kind: ValueKind,
    /// The text has a backslash in the key.
    pub(in crate::compare) escaped_key: bool,
    pub(in crate::compare) start: u32,
    pub(in crate::compare) end: u32,
    /// The member's name with its quotes; empty for elements.
    pub(in crate::compare) key_start: u32,
    pub(in crate::compare) key_end: u32,
    /// The node behind this value and everything in it.
    pub(in crate::compare) after: u32,
    /// Members or elements.
    pub(in crate::compare) count: u32,
    /// Equal for equal meanings: key order, number text and escapes do not count.
    pub(in crate::compare) hash: u64,
}

#[derive(Debug)]
pub(in crate::compare) struct Tape<'t> {
    pub(in crate::compare) text: &'t [u8],
    pub(in crate::compare) nodes: Vec<Node>,
}

impl<'t> Tape<'t> {
    /// # Errors
    /// When the text is no JSON, has too many values, or reading was cancelled.
    pub(in crate::compare) fn read(
        text: &'t [u8],
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, TapeError> {
        if u32::try_from(text.len()).is_err() {
            return Err(TapeError::TooLarge);
        }
        let mut reader = Reader {
            text,
            nodes: Vec::with_capacity((text.len() / 24).min(MOST_NODES)),
            open: Vec::new(),
            expected: Expected::Value,
            key: Key::default(),
        };
        for (number, token) in Lexer::new(text).enumerate() {
            if number % CANCEL_STEP == 0 && cancelled() {
                return Err(TapeError::Cancelled);
            }
            reader.take(token)?;
        }
        if reader.expected != Expected::Nothing {
            return Err(TapeError::Invalid { offset: text.len() });
        }
        Ok(Self {
            text,
            nodes: reader.nodes,
        })
    }

    #[inline]
    pub(in crate::compare) fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    #[inline]
    pub(in crate::compare) fn value(&self, node: u32) -> &'t [u8] {
        let node = self.node(node);
        &self.text[node.start as usize..node.end as usize]
    }

    pub(in crate::compare) fn range(&self, node: u32) -> Range<usize> {
        let node = self.node(node);
        node.start as usize..node.end as usize
    }

    /// The member's name as spelled, without quotes.
    #[inline]
    pub(in crate::compare) fn key(&self, node: u32) -> &'t [u8] {
        let node = self.node(node);
        if node.key_start == node.key_end {
            return b"";
        }
        &self.text[node.key_start as usize + 1..node.key_end as usize - 1]
    }

    /// Members or elements in their order, put into `children`.
    pub(in crate::compare) fn children_into(&self, node: u32, children: &mut Vec<u32>) {
        children.clear();
        let parent = self.node(node);
        children.reserve(parent.count as usize);
        let mut child = node + 1;
        while child < parent.after {
            children.push(child);
            child = self.node(child).after;
        }
    }

    /// The last member of that name: what readers take when a name is repeated.
    pub(in crate::compare) fn member(&self, node: u32, name: &[u8]) -> Option<u32> {
        let parent = self.node(node);
        if parent.kind != ValueKind::Object {
            return None;
        }
        let mut found = None;
        let mut child = node + 1;
        while child < parent.after {
            let is_it = if self.node(child).escaped_key {
                scalar::unescaped(self.key(child)) == name
            } else {
                self.key(child) == name
            };
            if is_it {
                found = Some(child);
            }
            child = self.node(child).after;
        }
        found
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Value,
    ElementOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

#[derive(Debug, Clone, Copy, Default)]
struct Key {
    start: u32,
    end: u32,
    escaped: bool,
    hash: u64,
}

struct Open {
    node: u32,
    key_hash: u64,
    hash: u64,
    count: u32,
}

struct Reader<'t> {
    text: &'t [u8],
    nodes: Vec<Node>,
    open: Vec<Open>,
    expected: Expected,
    /// Of the member whose value comes next.
    key: Key,
}

impl Reader<'_> {
    #[inline]
    fn take(&mut self, token: Token) -> Result<(), TapeError> {
        let wrong = Err(TapeError::Invalid {
            offset: token.flaw.map_or(token.start, |flaw| flaw.at),
        });
        if token.flaw.is_some() {
            return wrong;
        }
        let value_fits = matches!(self.expected, Expected::Value | Expected::ElementOrEnd);
        match token.kind {
            TokenKind::String if matches!(self.expected, Expected::Key | Expected::KeyOrEnd) => {
                let inside = &self.text[token.start + 1..token.end - 1];
                let escaped = memchr::memchr(b'\\', inside).is_some();
                self.key = Key {
                    start: offset(token.start),
                    end: offset(token.end),
                    escaped,
                    hash: scalar::string_hash(inside, escaped),
                };
                self.expected = Expected::Colon;
            }
            TokenKind::String if value_fits => {
                let inside = &self.text[token.start + 1..token.end - 1];
                let escaped = memchr::memchr(b'\\', inside).is_some();
                let hash = scalar::string_hash(inside, escaped);
                self.leaf(ValueKind::String, token, hash)?;
            }
            TokenKind::Number if value_fits => {
                let hash = scalar::number_hash(&self.text[token.start..token.end]);
                self.leaf(ValueKind::Number, token, hash)?;
            }
            TokenKind::Literal if value_fits => {
                let word = &self.text[token.start..token.end];
                let (kind, hash) = match word {
                    b"null" => (ValueKind::Null, 0x4e),
                    b"true" => (ValueKind::Boolean, 0x54),
                    _ => (ValueKind::Boolean, 0x46),
                };
                self.leaf(kind, token, scalar::mix(hash, 1))?;
            }
            TokenKind::BeginObject if value_fits => self.begin(ValueKind::Object, token)?,
            TokenKind::BeginArray if value_fits => self.begin(ValueKind::Array, token)?,
            TokenKind::EndObject
                if matches!(self.expected, Expected::KeyOrEnd | Expected::CommaOrEnd) =>
            {
                return self.end(ValueKind::Object, token);
            }
            TokenKind::EndArray
                if matches!(self.expected, Expected::ElementOrEnd | Expected::CommaOrEnd) =>
            {
                return self.end(ValueKind::Array, token);
            }
            TokenKind::Colon if self.expected == Expected::Colon => {
                self.expected = Expected::Value;
            }
            TokenKind::Comma if self.expected == Expected::CommaOrEnd => {
                let Some(open) = self.open.last() else {
                    return wrong;
                };
                self.expected = match self.nodes[open.node as usize].kind {
                    ValueKind::Object => Expected::Key,
                    _ => Expected::Value,
                };
            }
            TokenKind::ByteOrderMark | TokenKind::Protection => {}
            _ => return wrong,
        }
        Ok(())
    }

    #[inline]
    fn push(&mut self, kind: ValueKind, token: Token) -> Result<u32, TapeError> {
        let node = self.nodes.len();
        if node >= MOST_NODES {
            return Err(TapeError::TooLarge);
        }
        self.nodes.push(Node {
            kind,
            escaped_key: self.key.escaped,
            start: offset(token.start),
            end: offset(token.end),
            key_start: self.key.start,
            key_end: self.key.end,
            after: offset(node + 1),
            count: 0,
            hash: 0,
        });
        Ok(offset(node))
    }

    #[inline]
    fn leaf(&mut self, kind: ValueKind, token: Token, hash: u64) -> Result<(), TapeError> {
        let node = self.push(kind, token)?;
        let key_hash = std::mem::take(&mut self.key).hash;
        self.complete(node, hash, key_hash);
        Ok(())
    }

    fn begin(&mut self, kind: ValueKind, token: Token) -> Result<(), TapeError> {
        let node = self.push(kind, token)?;
        let key = std::mem::take(&mut self.key);
        self.open.push(Open {
            node,
            key_hash: key.hash,
            hash: 0,
            count: 0,
        });
        self.expected = match kind {
            ValueKind::Object => Expected::KeyOrEnd,
            _ => Expected::ElementOrEnd,
        };
        Ok(())
    }

    fn end(&mut self, kind: ValueKind, token: Token) -> Result<(), TapeError> {
        let wrong = TapeError::Invalid {
            offset: token.start,
        };
        let open = self.open.pop().ok_or(wrong)?;
        let after = offset(self.nodes.len());
        let node = &mut self.nodes[open.node as usize];
        if node.kind != kind {
            return Err(wrong);
        }
        node.end = offset(token.end);
        node.after = after;
        node.count = open.count;
        let seed = if kind == ValueKind::Object {
            0x4f
        } else {
            0x41
        };
        let hash = scalar::mix(open.hash ^ seed, u64::from(open.count) + 1);
        self.complete(open.node, hash, open.key_hash);
        Ok(())
    }

    /// A value is over: its meaning becomes part of what holds it.
    #[inline]
    fn complete(&mut self, node: u32, hash: u64, key_hash: u64) {
        self.nodes[node as usize].hash = hash;
        let Some(open) = self.open.last_mut() else {
            self.expected = Expected::Nothing;
            return;
        };
        open.count += 1;
        // Members add up in any order; elements count by their place.
        open.hash = if self.nodes[open.node as usize].kind == ValueKind::Object {
            open.hash.wrapping_add(scalar::mix(hash, key_hash))
        } else {
            scalar::mix(open.hash, hash)
        };
        self.expected = Expected::CommaOrEnd;
    }
}

#[inline]
fn offset(value: usize) -> u32 {
    u32::try_from(value).expect("texts are shorter than 4 GB")
}
