//! Bytes as rows of sixteen: offset, hexadecimal, and what of it can be read.

use std::fmt::Write as _;

/// Bytes in a row.
pub const ROW: usize = 16;

#[must_use]
pub fn rows(length: usize) -> usize {
    length.div_ceil(ROW)
}

/// `00000010  7b 22 61 22 3a 31 7d 0a  …  {"a":1}.`; empty behind the last row.
#[must_use]
pub fn row(bytes: &[u8], row: usize) -> String {
    let start = row.saturating_mul(ROW);
    let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) else {
        return String::new();
    };
    let cells = &rest[..rest.len().min(ROW)];
    let mut text = String::with_capacity(78);
    write!(text, "{start:08x} ").expect("a string takes all text");
    for index in 0..ROW {
        if index % 8 == 0 {
            text.push(' ');
        }
        match cells.get(index) {
            Some(byte) => write!(text, "{byte:02x} ").expect("a string takes all text"),
            None => text.push_str("   "),
        }
    }
    text.push(' ');
    text.extend(cells.iter().map(|&byte| {
        if byte.is_ascii_graphic() || byte == b' ' {
            char::from(byte)
        } else {
            '.'
        }
    }));
    text
}

/// Where the two digits of a byte of a row begin in its text.
#[must_use]
pub fn column(byte: usize) -> usize {
    10 + byte * 3 + byte / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_line_up() {
        let bytes: Vec<u8> = (0x30..0x45).chain([0, 0xff]).collect();
        assert_eq!(rows(bytes.len()), 2);
        assert_eq!(
            row(&bytes, 0),
            "00000000  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?"
        );
        assert_eq!(
            row(&bytes, 1),
            "00000010  40 41 42 43 44 00 ff                              @ABCD.."
        );
        assert_eq!(row(&bytes, 2), "");
        for (index, byte) in bytes[..ROW].iter().enumerate() {
            let at = column(index);
            assert_eq!(row(&bytes, 0)[at..at + 2], format!("{byte:02x}"), "{index}");
        }
        assert_eq!(rows(0), 0);
        assert_eq!(rows(16), 1);
    }
}
