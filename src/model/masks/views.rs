//! A text with its escapes undone (`%XX`, `+`, JSON's backslashes), and the way back to the offsets of the text itself.
//! Undoing finds every spelling: any set of escaped characters, either case of the digits, one escape inside another.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr2};

/// Escapes are undone this many times over: `%2520`, a URL inside JSON.
const DEPTH: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    Percent,
    /// `%XX` and `+` for a space.
    Form,
    Json,
}

/// One escape: `length` bytes of the parent at `source` became `decoded` bytes at `at`.
#[derive(Debug, Clone, Copy)]
struct Jump {
    at: usize,
    source: usize,
    decoded: u8,
    length: u8,
}

/// A text in which some escapes are undone.
#[derive(Debug)]
pub(super) struct View<'a> {
    bytes: Cow<'a, [u8]>,
    jumps: Vec<Jump>,
    parent: Option<&'a View<'a>>,
}

/// Calls `visit` with `bytes` as they are and with each kind of escape undone, where there is any.
/// `spaces`: whether a `+` that stands for a space matters.
pub(super) fn for_each(bytes: &[u8], spaces: bool, mut visit: impl FnMut(&View<'_>)) {
    let plain = View {
        bytes: Cow::Borrowed(bytes),
        jumps: Vec::new(),
        parent: None,
    };
    visit(&plain);
    descend(&plain, spaces, DEPTH, &mut visit);
}

fn descend(parent: &View<'_>, spaces: bool, depth: usize, visit: &mut impl FnMut(&View<'_>)) {
    if depth == 0 {
        return;
    }
    for escapes in [Escapes::Percent, Escapes::Form, Escapes::Json] {
        if escapes == Escapes::Form && !spaces {
            continue;
        }
        if let Some(view) = parent.decoded(escapes) {
            visit(&view);
            descend(&view, spaces, depth - 1, visit);
        }
    }
}

impl View<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The range of the text itself that became `range`; escapes are taken whole.
    pub(super) fn source_range(&self, range: Range<usize>) -> Range<usize> {
        if range.is_empty() {
            return range;
        }
        let own = self.unit(range.start).start..self.unit(range.end - 1).end;
        match self.parent {
            Some(parent) => parent.source_range(own),
            None => own,
        }
    }

    /// The bytes of the parent that became the byte at `offset`.
    fn unit(&self, offset: usize) -> Range<usize> {
        let after = self.jumps.partition_point(|jump| jump.at <= offset);
        let Some(jump) = after.checked_sub(1).map(|index| self.jumps[index]) else {
            return offset..offset + 1;
        };
        let inside = offset - jump.at;
        let end = jump.source + usize::from(jump.length);
        match inside.checked_sub(usize::from(jump.decoded)) {
            None => jump.source..end,
            Some(beyond) => end + beyond..end + beyond + 1,
        }
    }

    /// `None` when there is nothing to undo.
    fn decoded(&self, escapes: Escapes) -> Option<View<'_>> {
        let source: &[u8] = &self.bytes;
        let mut position = next_escape(escapes, source, 0)?;
        let mut bytes = Vec::with_capacity(source.len());
        let mut jumps = Vec::new();
        let mut copied = 0;
        loop {
            let mut buffer = [0; 4];
            if let Some((length, decoded)) = unescape(escapes, &source[position..], &mut buffer) {
                bytes.extend_from_slice(&source[copied..position]);
                jumps.push(Jump {
                    at: bytes.len(),
                    source: position,
                    decoded,
                    length,
                });
                bytes.extend_from_slice(&buffer[..usize::from(decoded)]);
                position += usize::from(length);
                copied = position;
            } else {
                position += 1;
            }
            match next_escape(escapes, source, position) {
                Some(next) => position = next,
                None => break,
            }
        }
        bytes.extend_from_slice(&source[copied..]);
        (!jumps.is_empty()).then_some(View {
            bytes: Cow::Owned(bytes),
            jumps,
            parent: Some(self),
        })
    }
}

fn next_escape(escapes: Escapes, bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = match escapes {
        Escapes::Percent => memchr(b'%', rest),
        Escapes::Form => memchr2(b'%', b'+', rest),
        Escapes::Json => memchr(b'\\', rest),
    };
    found.map(|at| from + at)
}

/// Undoes the escape at the start of `bytes` into `buffer`: how many bytes it takes and how many it makes.
fn unescape(escapes: Escapes, bytes: &[u8], buffer: &mut [u8; 4]) -> Option<(u8, u8)> {
    match escapes {
        Escapes::Json => unescape_json(bytes, buffer),
        Escapes::Form if bytes[0] == b'+' => {
            buffer[0] = b' ';
            Some((1, 1))
        }
        Escapes::Percent | Escapes::Form => {
            let value = hex(bytes.get(1..3)?)?;
            buffer[0] = u8::try_from(value).ok()?;
            Some((3, 1))
        }
    }
}

fn unescape_json(bytes: &[u8], buffer: &mut [u8; 4]) -> Option<(u8, u8)> {
    buffer[0] = match *bytes.get(1)? {
        same @ (b'"' | b'\\' | b'/') => same,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unescape_unicode(bytes, buffer),
        _ => return None,
    };
    Some((2, 1))
}

fn unescape_unicode(bytes: &[u8], buffer: &mut [u8; 4]) -> Option<(u8, u8)> {
    let high = hex(bytes.get(2..6)?)?;
    if let Some(character) = char::from_u32(high) {
        let length = u8::try_from(character.encode_utf8(buffer).len()).ok()?;
        return Some((6, length));
    }
    if bytes.get(6..8)? != b"\\u" {
        return None;
    }
    let low = hex(bytes.get(8..12)?)?;
    if !(0xD800..0xDC00).contains(&high) || !(0xDC00..0xE000).contains(&low) {
        return None;
    }
    let character = char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))?;
    let length = u8::try_from(character.encode_utf8(buffer).len()).ok()?;
    Some((12, length))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, &digit| {
        Some(value * 16 + char::from(digit).to_digit(16)?)
    })
}
