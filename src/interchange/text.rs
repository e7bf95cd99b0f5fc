//! A file's bytes as text, and places in it. What the text means is the readers' work.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::types::ImportError;

/// No configuration is larger. API descriptions of 50 MB are.
pub const LARGEST_TEXT: usize = 64 * 1024 * 1024;

/// Deeper structures are refused before a recursive reader sees them.
pub const DEEPEST_NESTING: usize = 128;

/// Where something stands, counted from 1; columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place of a byte offset; beyond the end it is the end.
    #[must_use]
    pub fn at(text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// Decodes a file: UTF-8, with or without a byte order mark, or UTF-16 by its mark or by its zero bytes.
///
/// # Errors
/// For other encodings, for empty files and for those above `LARGEST_TEXT`.
pub fn decode(bytes: &[u8]) -> Result<String, ImportError> {
    if bytes.len() > LARGEST_TEXT {
        return Err(too_large(bytes.len()));
    }
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((guess(bytes), 0));
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(&bytes[mark..])
        .ok_or_else(|| not_text(bytes, encoding))?;
    if text.trim().is_empty() {
        return Err(empty());
    }
    Ok(text.into_owned())
}

/// The error for a text of that many bytes.
pub(super) fn too_large(bytes: usize) -> ImportError {
    ImportError::new(
        Place::START,
        format!(
            "It is too large, with {} MB or more: less than {} MB are read",
            bytes / 1_000_000,
            LARGEST_TEXT / 1_000_000
        ),
    )
}

/// The error of every reader for a text without anything in it.
#[must_use]
pub fn empty() -> ImportError {
    ImportError::new(Place::START, "There is nothing in it: the text is empty")
}

/// UTF-16 without a mark: every second byte of plain text is zero.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let head = &bytes[..bytes.len().min(64) & !1];
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0);
    let many = head.len() / 3;
    match (zeros(0).count(), zeros(1).count()) {
        (0, little) if little > 0 && little >= many => UTF_16LE,
        (big, 0) if big > 0 && big >= many => UTF_16BE,
        _ => UTF_8,
    }
}

fn not_text(bytes: &[u8], encoding: &'static Encoding) -> ImportError {
    let (place, words) = match std::str::from_utf8(bytes) {
        Err(error) if encoding == UTF_8 => {
            let good = &bytes[..error.valid_up_to()];
            let good = String::from_utf8_lossy(good);
            (Place::at(&good, good.len()), "UTF-8")
        }
        _ => (Place::START, "UTF-16"),
    };
    ImportError::new(
        place,
        format!("The bytes are no {words} text: save the file as UTF-8 and import it again"),
    )
}

/// The first place at which brackets nest deeper than `DEEPEST_NESTING`. Strings in double quotes do not count.
#[must_use]
pub fn too_deep(text: &str) -> Option<ImportError> {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'\n' => quoted = false,
            _ if quoted => {}
            b'[' | b'{' | b'(' => {
                depth += 1;
                if depth > DEEPEST_NESTING {
                    return Some(ImportError::new(
                        Place::at(text, at),
                        format!(
                            "Brackets nest deeper than {DEEPEST_NESTING} levels: no configuration does"
                        ),
                    ));
                }
            }
            b']' | b'}' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, mark: bool, big: bool) -> Vec<u8> {
        let mark = mark.then_some(0xfeff_u16);
        mark.into_iter()
            .chain(text.encode_utf16())
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn bytes_become_text_by_mark_or_by_their_zeros() {
        let text = "[gateway]\nhost = gw.example.com\n";
        for (name, bytes) in [
            ("UTF-8", text.as_bytes().to_vec()),
            ("UTF-8 with a mark", format!("\u{feff}{text}").into_bytes()),
            ("UTF-16LE with a mark", utf_16(text, true, false)),
            ("UTF-16BE with a mark", utf_16(text, true, true)),
            ("UTF-16LE", utf_16(text, false, false)),
            ("UTF-16BE", utf_16(text, false, true)),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok(text), "{name}");
        }
    }

    #[test]
    fn what_is_no_text_is_told_with_its_place() {
        for (bytes, line, column) in [
            (b"a\nb\xffc".as_slice(), 2, 2),
            (b"", 1, 1),
            (b" \r\n\t", 1, 1),
            (b"\xff\xfea", 1, 1),
        ] {
            let error = decode(bytes).expect_err("no text");
            assert_eq!(error.place, Place { line, column }, "{bytes:?}: {error}");
        }
    }

    #[test]
    fn places_count_characters() {
        let text = "äö\nü= x\r\nz";
        for (part, line, column) in [("äö", 1, 1), ("ö", 1, 2), ("=", 2, 2), ("z", 3, 1)] {
            let offset = text.find(part).expect("a part");
            assert_eq!(Place::at(text, offset), Place { line, column }, "{part}");
        }
        assert_eq!(Place::at(text, 999).line, 3);
    }

    #[test]
    fn only_brackets_outside_of_strings_nest() {
        let quoted = format!("[\"{}\"]", "[".repeat(500));
        assert_eq!(too_deep(&quoted), None);
        let error = too_deep(&"[".repeat(100_000)).expect("too deep");
        assert_eq!(error.place.column, DEEPEST_NESTING + 1);
    }
}
