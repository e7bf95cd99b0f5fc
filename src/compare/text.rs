//! Two texts by lines, and bytes that are no text. Also what the side-by-side view needs: which lines stand beside which.

use std::fmt::Write as _;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use super::align::align;
use super::json::hash_bytes;

/// Lines that differ: those of A between the first and second index stand for those of B. Either may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// Line numbers from 0.
    pub a: Range<usize>,
    pub b: Range<usize>,
}

/// Which lines of two texts differ; all others are the same in both, in order. `None` when cancelled.
#[must_use]
pub fn differing_lines(a: &[u8], b: &[u8], cancelled: &dyn Fn() -> bool) -> Option<Vec<Hunk>> {
    let (lines_a, lines_b) = (Lines::of(a), Lines::of(b));
    differing(&lines_a, &lines_b, cancelled)
}

/// Where the lines of a text begin.
pub(super) struct Lines<'t> {
    text: &'t [u8],
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t [u8]) -> Self {
        let mut starts: Vec<usize> = Vec::new();
        if !text.is_empty() {
            starts.push(0);
        }
        starts.extend(
            memchr::memchr_iter(b'\n', text)
                .map(|at| at + 1)
                .filter(|&at| at < text.len()),
        );
        Self { text, starts }
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// Bytes of the lines of that range.
    pub(super) fn range(&self, lines: &Range<usize>) -> Range<usize> {
        let start = |line: usize| self.starts.get(line).copied().unwrap_or(self.text.len());
        start(lines.start)..start(lines.end)
    }

    fn line(&self, line: usize) -> &'t [u8] {
        &self.text[self.range(&(line..line + 1))]
    }

    fn hashes(&self) -> Vec<u64> {
        (0..self.count())
            .map(|line| hash_bytes(self.line(line)))
            .collect()
    }
}

pub(super) fn differing(
    a: &Lines<'_>,
    b: &Lines<'_>,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Hunk>> {
    if a.text == b.text {
        return Some(Vec::new());
    }
    // The same lines are paired whichever text comes first.
    let turned = (a.text.len(), a.text) > (b.text.len(), b.text);
    let (one, other) = if turned { (b, a) } else { (a, b) };
    let alignment = align(&one.hashes(), &other.hashes(), cancelled)?;
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut next = (0, 0);
    let ends = (one.count(), other.count());
    let pairs = alignment
        .pairs
        .iter()
        .map(|&(left, right)| (left as usize, right as usize))
        // Equal hashes are no proof.
        .filter(|&(left, right)| one.line(left) == other.line(right))
        .chain(std::iter::once(ends));
    for (left, right) in pairs {
        if next.0 < left || next.1 < right {
            hunks.push(Hunk {
                a: next.0..left,
                b: next.1..right,
            });
        }
        next = (left + 1, right + 1);
    }
    if turned {
        for hunk in &mut hunks {
            std::mem::swap(&mut hunk.a, &mut hunk.b);
        }
    }
    Some(hunks)
}

/// Bytes that are no text: length, SHA-256 (lower-case hex), and where two of them begin to differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub(super) length: usize,
    pub(super) sha256: String,
}

impl Fingerprint {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut sha256 = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            write!(sha256, "{byte:02x}").expect("a string takes everything");
        }
        Self {
            length: bytes.len(),
            sha256,
        }
    }
}

/// The first byte at which two texts differ; the shorter's length when it is the start of the other.
pub(super) fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    if a == b {
        return None;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    Some(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two texts, and the lines of each that differ.
    type Row<'t> = (&'t str, &'t str, &'t [(Range<usize>, Range<usize>)]);

    #[test]
    fn lines_that_differ() {
        let table: [Row<'_>; 8] = [
            ("", "", &[]),
            ("a\nb\n", "a\nb\n", &[]),
            ("", "a\n", &[(0..0, 0..1)]),
            ("a\nb\nc", "a\nx\nc", &[(1..2, 1..2)]),
            ("a\nc", "a\nb\nc", &[(1..1, 1..2)]),
            ("a\nb\nc\n", "a\n", &[(1..3, 1..1)]),
            // The last line without its end is another line.
            ("a\nb", "a\nb\n", &[(1..2, 1..2)]),
            ("a\r\nb\n", "a\nb\n", &[(0..1, 0..1)]),
        ];
        for (a, b, expected) in table {
            let found =
                differing_lines(a.as_bytes(), b.as_bytes(), &|| false).expect("not cancelled");
            let found: Vec<_> = found.into_iter().map(|hunk| (hunk.a, hunk.b)).collect();
            assert_eq!(found, expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn bytes_by_length_hash_and_first_difference() {
        assert_eq!(first_difference(b"abc", b"abd"), Some(2));
        assert_eq!(first_difference(b"abc", b"ab"), Some(2));
        assert_eq!(first_difference(b"", b""), None);
        assert_eq!(
            Fingerprint::of(b"abc").sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
