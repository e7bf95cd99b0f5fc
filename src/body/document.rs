//! One way of reading a body: text in segments, or bytes in rows of hexadecimal. What a virtual view shows, finds and copies from.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use bytes::Bytes;

use super::fold::Folds;
use super::hex;
use super::highlight::{SpanKind, StringMap};
use super::segments::{Segments, line_end_length};

/// Rows that are reached by number, in constant or logarithmic time, however large the body is.
/// In a text a row is a segment: a line, or a piece of at most 4,096 characters of a longer one.
pub struct Document {
    bytes: Bytes,
    rows: Rows,
}

enum Rows {
    Text {
        segments: Segments,
        /// For colours; only JSON has them.
        strings: Option<StringMap>,
        /// Only pretty JSON has them.
        folds: Folds,
    },
    Hex,
}

/// A place in a document: a segment, and a byte offset in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    pub segment: usize,
    pub column: usize,
}

impl Document {
    /// `text` is UTF-8. `strings` is there when it is JSON.
    #[must_use]
    pub(super) fn text_document(
        text: Bytes,
        segments: Segments,
        strings: Option<StringMap>,
    ) -> Self {
        Self {
            bytes: text,
            rows: Rows::Text {
                segments,
                strings,
                folds: Folds::default(),
            },
        }
    }

    #[must_use]
    pub(super) fn with_folds(mut self, known: Folds) -> Self {
        if let Rows::Text { folds, .. } = &mut self.rows {
            *folds = known;
        }
        self
    }

    #[must_use]
    pub(super) fn hex_document(bytes: Bytes) -> Self {
        Self {
            bytes,
            rows: Rows::Hex,
        }
    }

    /// The whole text, or the bytes that the hexadecimal rows show.
    #[must_use]
    pub fn whole(&self) -> &Bytes {
        &self.bytes
    }

    /// What can be folded; `None` where nothing can.
    #[must_use]
    pub fn folds(&self) -> Option<&Folds> {
        match &self.rows {
            Rows::Text { folds, .. } if !folds.is_empty() => Some(folds),
            _ => None,
        }
    }

    /// Whether it is JSON, with keys and values.
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(
            &self.rows,
            Rows::Text {
                strings: Some(_),
                ..
            }
        )
    }

    /// Number of segments; 0 for an empty body.
    #[must_use]
    pub fn segments(&self) -> usize {
        match &self.rows {
            Rows::Text { segments, .. } => segments.len(),
            Rows::Hex => hex::rows(self.bytes.len()),
        }
    }

    /// Number of lines (rows in hexadecimal).
    #[must_use]
    pub fn lines(&self) -> usize {
        match &self.rows {
            Rows::Text { segments, .. } => segments.lines(),
            Rows::Hex => self.segments(),
        }
    }

    /// Line number of a segment, from 1.
    #[must_use]
    pub fn line(&self, segment: usize) -> usize {
        match &self.rows {
            Rows::Text { segments, .. } => segments.line(segment),
            Rows::Hex => segment + 1,
        }
    }

    /// Whether a segment goes on with the line of the one before: no line number beside it.
    #[must_use]
    pub fn continues(&self, segment: usize) -> bool {
        match &self.rows {
            Rows::Text { segments, .. } => segments.continues(segment),
            Rows::Hex => false,
        }
    }

    /// First segment of a line (from 1); the last line's for numbers behind it.
    #[must_use]
    pub fn segment_of_line(&self, line: usize) -> usize {
        match &self.rows {
            Rows::Text { segments, .. } => segments.of_line(line),
            Rows::Hex => line
                .saturating_sub(1)
                .min(self.segments().saturating_sub(1)),
        }
    }

    /// What a segment shows, without its line end; empty behind the last one. Not made safe: see `visible`.
    #[must_use]
    pub fn text(&self, segment: usize) -> Cow<'_, str> {
        match &self.rows {
            Rows::Text { segments, .. } => {
                String::from_utf8_lossy(&self.bytes[self.text_range(segments, segment)])
            }
            Rows::Hex => Cow::Owned(hex::row(&self.bytes, segment)),
        }
    }

    /// What the text of a segment consists of: every byte in exactly one span, in order.
    #[must_use]
    pub fn spans(&self, segment: usize) -> Vec<(Range<usize>, SpanKind)> {
        if let Rows::Text {
            segments,
            strings: Some(strings),
            ..
        } = &self.rows
        {
            return strings.spans(&self.bytes, self.text_range(segments, segment));
        }
        let length = self.text(segment).len();
        if length == 0 {
            Vec::new()
        } else {
            vec![(0..length, SpanKind::Plain)]
        }
    }

    /// The place of a byte of `whole()`.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        match &self.rows {
            Rows::Text { segments, .. } => {
                let segment = segments.at_offset(offset);
                let range = self.text_range(segments, segment);
                Place {
                    segment,
                    column: offset.clamp(range.start, range.end) - range.start,
                }
            }
            Rows::Hex => Place {
                segment: (offset / hex::ROW).min(self.segments().saturating_sub(1)),
                column: 0,
            },
        }
    }

    /// The byte of `whole()` at a place; columns behind the end of a segment count as its end.
    #[must_use]
    pub fn offset(&self, place: Place) -> usize {
        match &self.rows {
            Rows::Text { segments, .. } => {
                let range = self.text_range(segments, place.segment);
                range.start + place.column.min(range.len())
            }
            Rows::Hex => (place.segment * hex::ROW).min(self.bytes.len()),
        }
    }

    /// What is between two places, for the clipboard: the text as it is, or whole hexadecimal rows.
    #[must_use]
    pub fn slice(&self, from: Place, to: Place) -> String {
        let (from, to) = (from.min(to), from.max(to));
        match &self.rows {
            Rows::Text { .. } => {
                let range = self.offset(from)..self.offset(to);
                String::from_utf8_lossy(&self.bytes[range]).into_owned()
            }
            Rows::Hex => {
                let last = to.segment.min(self.segments().saturating_sub(1));
                let rows: Vec<String> = (from.segment..=last)
                    .map(|row| hex::row(&self.bytes, row))
                    .collect();
                rows.join("\n")
            }
        }
    }

    /// The bytes of `whole()` that a segment shows.
    #[must_use]
    pub fn range(&self, segment: usize) -> Range<usize> {
        match &self.rows {
            Rows::Text { segments, .. } => self.text_range(segments, segment),
            Rows::Hex => {
                let start = segment.saturating_mul(hex::ROW).min(self.bytes.len());
                start..(start + hex::ROW).min(self.bytes.len())
            }
        }
    }

    /// Where bytes of a segment stand in its text; `bytes` are offsets of `whole()`, cut to the segment.
    #[must_use]
    pub fn columns(&self, segment: usize, bytes: &Range<usize>) -> Range<usize> {
        let range = self.range(segment);
        let start = bytes.start.clamp(range.start, range.end) - range.start;
        let end = bytes.end.clamp(range.start, range.end) - range.start;
        match &self.rows {
            Rows::Text { .. } => start..end,
            Rows::Hex if start < end => hex::column(start)..hex::column(end - 1) + 2,
            Rows::Hex => 0..0,
        }
    }

    /// Longest segment in bytes is at most four times the 4,096 characters; this is the index's own memory in bytes, roughly.
    #[must_use]
    pub fn index_bytes(&self) -> usize {
        match &self.rows {
            Rows::Text {
                segments, folds, ..
            } => segments.bytes() + folds.bytes(),
            Rows::Hex => 0,
        }
    }

    fn text_range(&self, segments: &Segments, segment: usize) -> Range<usize> {
        let range = segments.range(segment);
        let line_end = line_end_length(&self.bytes[range.clone()]);
        range.start..range.end - line_end
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Document")
            .field("bytes", &self.bytes.len())
            .field("segments", &self.segments())
            .finish_non_exhaustive()
    }
}
