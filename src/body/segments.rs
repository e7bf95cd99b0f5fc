//! Where the lines of a text begin, with long lines cut into segments, so that any part of any body is reached at once.
//! A segment is one line, or a piece of at most `SEGMENT_CHARACTERS` characters of a longer one.

use std::ops::Range;

/// Characters after which a line is cut.
pub const SEGMENT_CHARACTERS: usize = 4_096;

/// Segments between two marks.
const BLOCK: usize = 64;

/// The index: little more than two bytes a line, for texts of any length. A place is a mark and the lengths behind it.
#[derive(Debug, Clone, Default)]
pub struct Segments {
    /// Bytes of each segment, its line end included, as far as they fit.
    lengths: Vec<u16>,
    /// First byte of every `BLOCK`th segment.
    marks: Vec<usize>,
    /// Segments whose length does not fit, with what is missing, ascending: text of the usual kind has none.
    long: Vec<(usize, usize)>,
    /// Segments that go on with the line of the one before, ascending.
    continued: Vec<usize>,
    length: usize,
}

impl Segments {
    /// Of a whole text. `None` when cancelled; asked once for each megabyte.
    #[must_use]
    pub fn of(text: &[u8], cancelled: &dyn Fn() -> bool) -> Option<Self> {
        const STEP: usize = 1024 * 1024;
        let mut builder = SegmentsBuilder::default();
        let mut at = 0;
        while at < text.len() {
            if cancelled() {
                return None;
            }
            let end = (at + STEP).min(text.len());
            for newline in memchr::memchr_iter(b'\n', &text[at..end]) {
                builder.end_line(text, at + newline + 1);
            }
            at = end;
        }
        Some(builder.finish(text))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// Lines, a last line without a line end included.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lengths.len() - self.continued.len()
    }

    /// First byte of a segment; the text's length for any segment behind the last.
    #[must_use]
    pub fn start(&self, segment: usize) -> usize {
        if segment >= self.lengths.len() {
            return self.length;
        }
        let block = segment / BLOCK;
        self.marks[block] + self.bytes_of(block * BLOCK..segment)
    }

    /// Bytes of some segments of one block.
    fn bytes_of(&self, segments: Range<usize>) -> usize {
        let short = self.lengths[segments.clone()].iter();
        let missing = if self.long.is_empty() {
            0
        } else {
            let first = self.long.partition_point(|(at, _)| *at < segments.start);
            let inside = self.long[first..].iter();
            inside
                .take_while(|(at, _)| *at < segments.end)
                .map(|(_, missing)| missing)
                .sum()
        };
        short.map(|length| usize::from(*length)).sum::<usize>() + missing
    }

    /// Memory of the index in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lengths.len() * size_of::<u16>()
            + (self.marks.len() + self.continued.len()) * size_of::<usize>()
            + self.long.len() * size_of::<(usize, usize)>()
    }

    /// All bytes of a segment, its line end included.
    #[must_use]
    pub fn range(&self, segment: usize) -> Range<usize> {
        let start = self.start(segment);
        if segment >= self.lengths.len() {
            return start..start;
        }
        start..start + self.bytes_of(segment..segment + 1)
    }

    /// The segment that holds a byte; the last one for offsets behind the text.
    #[must_use]
    pub fn at_offset(&self, offset: usize) -> usize {
        let marks = self.marks.partition_point(|mark| *mark <= offset);
        let Some(block) = marks.checked_sub(1) else {
            return 0;
        };
        let last = self.lengths.len() - 1;
        let mut segment = block * BLOCK;
        let mut end = self.marks[block] + self.bytes_of(segment..segment + 1);
        while end <= offset && segment < last {
            segment += 1;
            end += self.bytes_of(segment..segment + 1);
        }
        segment
    }

    /// Number of the line that a segment belongs to, from 1.
    #[must_use]
    pub fn line(&self, segment: usize) -> usize {
        let continued = self.continued.partition_point(|&at| at <= segment);
        segment + 1 - continued
    }

    /// Whether the segment goes on with the line of the one before.
    #[must_use]
    pub fn continues(&self, segment: usize) -> bool {
        self.continued.binary_search(&segment).is_ok()
    }

    /// First segment of a line (from 1); the last line's for numbers behind it.
    #[must_use]
    pub fn of_line(&self, line: usize) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.line(middle) < line {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut segment = low.min(self.len().saturating_sub(1));
        while segment > 0 && self.continues(segment) {
            segment -= 1;
        }
        segment
    }
}

/// Takes the lines of a text one by one, so that whoever writes the text can build its index on the way.
#[derive(Debug, Default)]
pub struct SegmentsBuilder {
    segments: Segments,
    line_start: usize,
}

impl SegmentsBuilder {
    #[must_use]
    pub fn with_capacity(lines: usize) -> Self {
        let mut builder = Self::default();
        builder.segments.lengths.reserve(lines);
        builder.segments.marks.reserve(lines / BLOCK);
        builder
    }

    /// Segments so far: the number of the one that the next line begins with.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.lengths.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.lengths.is_empty()
    }

    /// `text[..end]` ends with a line end.
    #[inline]
    pub fn end_line(&mut self, text: &[u8], end: usize) {
        if end - self.line_start <= SEGMENT_CHARACTERS {
            self.push(self.line_start, end - self.line_start);
        } else {
            self.cut(text, end);
        }
        self.line_start = end;
    }

    #[must_use]
    pub fn finish(mut self, text: &[u8]) -> Segments {
        if self.line_start < text.len() {
            self.end_line(text, text.len());
        }
        self.segments.length = text.len();
        self.segments.lengths.shrink_to_fit();
        self.segments.marks.shrink_to_fit();
        self.segments
    }

    #[cold]
    fn cut(&mut self, text: &[u8], end: usize) {
        let content_end = end - line_end_length(&text[self.line_start..end]);
        let mut at = self.line_start;
        while let Some(length) = cut_length(&text[at..content_end]) {
            self.push(at, length);
            at += length;
            self.segments.continued.push(self.segments.lengths.len());
        }
        self.push(at, end - at);
    }

    #[inline]
    fn push(&mut self, start: usize, length: usize) {
        let segment = self.segments.lengths.len();
        if segment.is_multiple_of(BLOCK) {
            self.segments.marks.push(start);
        }
        let short = u16::try_from(length).unwrap_or_else(|_| self.note_long(length));
        self.segments.lengths.push(short);
    }

    /// Nothing but the inside of characters has no place where it could be cut.
    #[cold]
    fn note_long(&mut self, length: usize) -> u16 {
        let segment = self.segments.lengths.len();
        let missing = length - usize::from(u16::MAX);
        self.segments.long.push((segment, missing));
        u16::MAX
    }
}

/// Bytes of the line end that a line has: 0, 1 or 2.
#[must_use]
pub fn line_end_length(line: &[u8]) -> usize {
    match line {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n'] => 1,
        _ => 0,
    }
}

/// Bytes of the first `SEGMENT_CHARACTERS` characters when there are more of them. Text is UTF-8.
fn cut_length(text: &[u8]) -> Option<usize> {
    let head = text.get(..SEGMENT_CHARACTERS)?;
    if head.is_ascii() && text.len() > SEGMENT_CHARACTERS {
        let is_border = is_character_start(text[SEGMENT_CHARACTERS]);
        debug_assert!(is_border, "ASCII is followed by the start of a character");
        return Some(SEGMENT_CHARACTERS);
    }
    let mut characters = 0;
    for (at, &byte) in text.iter().enumerate() {
        if is_character_start(byte) {
            if characters == SEGMENT_CHARACTERS {
                return Some(at);
            }
            characters += 1;
        }
    }
    None
}

const fn is_character_start(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Segments {
        Segments::of(text.as_bytes(), &|| false).unwrap()
    }

    #[test]
    fn lines_and_long_lines() {
        let long = "x".repeat(SEGMENT_CHARACTERS);
        let wide = "é".repeat(SEGMENT_CHARACTERS + 1);
        let table: Vec<(String, Vec<usize>, Vec<usize>)> = vec![
            (String::new(), vec![], vec![]),
            ("a".into(), vec![0], vec![1]),
            ("a\n".into(), vec![0], vec![1]),
            ("a\r\n\nb".into(), vec![0, 3, 4], vec![1, 2, 3]),
            (format!("{long}\nb"), vec![0, 4097], vec![1, 2]),
            (format!("{long}\r\nb"), vec![0, 4098], vec![1, 2]),
            (format!("{long}y\nb"), vec![0, 4096, 4098], vec![1, 1, 2]),
            (format!("a\n{wide}"), vec![0, 2, 8194], vec![1, 2, 2]),
        ];
        for (text, starts, lines) in table {
            let segments = of(&text);
            let shown: String = text.chars().take(8).collect();
            let is: Vec<usize> = (0..segments.len()).map(|at| segments.start(at)).collect();
            assert_eq!(is, starts, "{shown:?}…");
            let is: Vec<usize> = (0..segments.len()).map(|at| segments.line(at)).collect();
            assert_eq!(is, lines, "{shown:?}…");
            assert_eq!(segments.lines(), lines.last().copied().unwrap_or(0));
        }
    }

    #[test]
    fn texts_beyond_four_gigabytes_are_addressed() {
        let mut builder = SegmentsBuilder::default();
        let starts = [0, 10, (1 << 32) + 7, (3 << 32) + 1];
        let end = (3 << 32) + 9;
        for (at, start) in starts.into_iter().enumerate() {
            builder.push(start, starts.get(at + 1).unwrap_or(&end) - start);
        }
        let mut segments = builder.segments;
        segments.length = (3 << 32) + 9;
        let is: Vec<usize> = (0..5).map(|at| segments.start(at)).collect();
        assert_eq!(is, [0, 10, (1 << 32) + 7, (3 << 32) + 1, (3 << 32) + 9]);
        assert_eq!(segments.at_offset((1 << 32) + 8), 2);
        assert_eq!(segments.range(1), 10..(1 << 32) + 7);
    }

    #[test]
    fn what_cannot_be_cut_is_one_segment_of_any_length() {
        let mut text = b"a\n".repeat(100);
        text.extend(vec![0x80; 200_000]);
        text.extend(b"\n".repeat(100));
        let segments = Segments::of(&text, &|| false).unwrap();
        assert_eq!(segments.len(), 200);
        assert_eq!(segments.range(100), 200..200_201);
        assert_eq!(segments.range(199), text.len() - 1..text.len());
        for (offset, segment) in [
            (0, 0),
            (199, 99),
            (200, 100),
            (200_200, 100),
            (200_201, 101),
        ] {
            assert_eq!(segments.at_offset(offset), segment, "{offset}");
        }
        assert!(segments.bytes() < 600, "{}", segments.bytes());
    }

    #[test]
    fn cancelling_gives_nothing() {
        assert!(Segments::of(b"a\nb", &|| true).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn segments_make_up_the_text(pieces in proptest::collection::vec(("[aé漢\r]{0,9}", 0usize..1200, any::<bool>()), 0..8)) {
            let text: String = pieces
                .iter()
                .map(|(piece, times, ends)| piece.repeat(*times) + if *ends { "\n" } else { "" })
                .collect();
            let segments = of(&text);
            let mut joined = String::new();
            for segment in 0..segments.len() {
                let range = segments.range(segment);
                prop_assert!(!range.is_empty());
                prop_assert_eq!(segments.at_offset(range.start), segment);
                prop_assert_eq!(segments.at_offset(range.end - 1), segment);
                let piece = text.get(range).expect("cut at a character border");
                prop_assert!(piece.trim_end_matches(['\r', '\n']).chars().count() <= SEGMENT_CHARACTERS);
                let line = segments.line(segment);
                prop_assert!(segments.of_line(line) <= segment);
                prop_assert_eq!(segments.line(segments.of_line(line)), line);
                joined.push_str(piece);
            }
            prop_assert_eq!(segments.lines(), text.split_inclusive('\n').count());
            prop_assert_eq!(joined, text);
        }
    }
}
