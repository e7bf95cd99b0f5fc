//! The forms of a secret that are searched for literally: raw, and inside Base64 at each of its three alignments.
//! Percent-, form- and JSON-escapes are undone in the text (`views`), because they can be written in many ways.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::Masks;

/// One literal to search for.
pub(super) struct Needle {
    bytes: Zeroizing<Vec<u8>>,
    kind: Kind,
    /// The secret itself is so short that it is found by chance too.
    short: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Raw,
    /// Looked for only in bytes that are not UTF-8.
    Latin1,
    /// The characters that depend on the secret alone; beside them may stand one that depends on it in part.
    Base64 {
        partial_before: bool,
        partial_after: bool,
    },
}

impl Needle {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn latin1_only(&self) -> bool {
        self.kind == Kind::Latin1
    }

    pub(super) fn is_short(&self) -> bool {
        self.short
    }

    pub(super) fn holds_space(&self) -> bool {
        self.bytes.contains(&b' ')
    }

    /// What is to be masked for a hit at `start`: characters that hold a few bits of the secret, and padding, go with it.
    pub(super) fn extent(&self, haystack: &[u8], start: usize) -> Range<usize> {
        let mut range = start..start + self.bytes.len();
        if let Kind::Base64 {
            partial_before,
            partial_after,
        } = self.kind
        {
            if partial_before && start > 0 && is_base64(haystack[start - 1]) {
                range.start -= 1;
            }
            if partial_after && haystack.get(range.end).copied().is_some_and(is_base64) {
                range.end += 1;
            }
            while haystack.get(range.end) == Some(&b'=') && range.end < start + self.bytes.len() + 3
            {
                range.end += 1;
            }
        }
        range
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// All literals of these secrets, the longest first.
pub(super) fn needles<'a>(secrets: impl Iterator<Item = &'a str>) -> Vec<Needle> {
    let mut needles = Vec::new();
    for secret in secrets {
        let short = secret.len() < Masks::UNMISTAKABLE;
        let raw = secret.as_bytes().to_vec();
        let latin1 = latin1(secret);
        let mut plain = vec![raw.clone()];
        for hex in [HEX_UPPER, HEX_LOWER] {
            for unescaped in UNESCAPED {
                plain.push(escaped(secret, unescaped, b"+", hex));
                plain.push(escaped(secret, unescaped, b"%20", hex));
            }
        }
        plain.extend(latin1.clone());
        plain.sort_unstable();
        plain.dedup();
        for bytes in &plain {
            push_base64(&mut needles, bytes, short);
        }
        needles.push(Needle::new(raw, Kind::Raw, short));
        if let Some(latin1) = latin1 {
            needles.push(Needle::new(latin1, Kind::Latin1, short));
        }
    }
    needles.sort_by(|one, other| {
        (other.bytes.len(), &*one.bytes, one.kind, one.short).cmp(&(
            one.bytes.len(),
            &*other.bytes,
            other.kind,
            other.short,
        ))
    });
    needles.dedup_by(|one, other| one.bytes == other.bytes && one.kind == other.kind);
    needles
}

impl Needle {
    fn new(bytes: Vec<u8>, kind: Kind, short: bool) -> Self {
        Self {
            bytes: Zeroizing::new(bytes),
            kind,
            short,
        }
    }
}

fn push_base64(needles: &mut Vec<Needle>, secret: &[u8], short: bool) {
    for before in 0..3 {
        let mut padded = Zeroizing::new(vec![0; before]);
        padded.extend_from_slice(secret);
        let first = (before * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        let kind = Kind::Base64 {
            partial_before: before > 0,
            partial_after: !padded.len().is_multiple_of(3),
        };
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = Zeroizing::new(engine.encode(&*padded));
            let part = text.as_bytes()[first..last].to_vec();
            needles.push(Needle::new(part, kind, short));
        }
    }
}

const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";
const HEX_LOWER: &[u8; 16] = b"0123456789abcdef";

/// What encoders leave as it is besides letters and digits: RFC 3986, the form encoding of browsers, JavaScript's `encodeURIComponent`.
const UNESCAPED: [&[u8]; 3] = [b"-._~", b"*-._", b"-_.!~*'()"];

/// `text` percent-encoded, as it goes into `Basic` by RFC 6749 section 2.3.1.
fn escaped(text: &str, unescaped: &[u8], space: &[u8], hex: &[u8; 16]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => escaped.extend_from_slice(space),
            _ if byte.is_ascii_alphanumeric() || unescaped.contains(&byte) => escaped.push(byte),
            _ => escaped.extend([
                b'%',
                hex[usize::from(byte >> 4)],
                hex[usize::from(byte & 15)],
            ]),
        }
    }
    escaped
}

/// The ISO-8859-1 spelling, where there is one and it differs.
fn latin1(text: &str) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return None;
    }
    text.chars()
        .map(|character| u8::try_from(u32::from(character)).ok())
        .collect()
}
