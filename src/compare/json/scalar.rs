//! What strings and numbers mean, whatever their spelling: escapes, decimal values, instants. And hashes that are equal for equal meanings.

use std::borrow::Cow;

use jiff::Timestamp;

/// Spreads two numbers over 64 bits (a folded multiplication).
#[inline]
pub(in crate::compare) fn mix(left: u64, right: u64) -> u64 {
    let product =
        u128::from(left ^ 0x9e37_79b9_7f4a_7c15) * u128::from(right ^ 0xd6e8_feb8_6659_fd93);
    #[expect(clippy::cast_possible_truncation, reason = "the low half is wanted")]
    let low = product as u64;
    low ^ (product >> 64) as u64
}

#[inline]
pub(in crate::compare) fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        hash = mix(
            hash,
            u64::from_le_bytes(chunk.try_into().expect("eight bytes")),
        );
    }
    let mut last = 0;
    for &byte in chunks.remainder() {
        last = last << 8 | u64::from(byte);
    }
    mix(hash, last)
}

/// Of the inside of a string.
#[inline]
pub(super) fn string_hash(inside: &[u8], escaped: bool) -> u64 {
    if escaped {
        hash_bytes(&unescaped(inside))
    } else {
        hash_bytes(inside)
    }
}

/// The inside of a string with its escapes undone. A lone surrogate becomes the three bytes it would have in UTF-8,
/// so that two different ones stay different.
pub(super) fn unescaped(inside: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut text = Vec::with_capacity(inside.len());
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        if byte != b'\\' {
            text.push(byte);
            at += 1;
            continue;
        }
        let Some(&escape) = inside.get(at + 1) else {
            text.push(byte);
            break;
        };
        at += 2;
        match escape {
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'u' => {
                let Some(unit) = unit(inside, at) else {
                    text.extend(b"\\u");
                    continue;
                };
                at += 4;
                let low = inside[at..]
                    .starts_with(b"\\u")
                    .then(|| self::unit(inside, at + 2))
                    .flatten()
                    .filter(|low| (0xdc00..0xe000).contains(low));
                match low {
                    Some(low) if (0xd800..0xdc00).contains(&unit) => {
                        push_scalar(
                            &mut text,
                            0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00),
                        );
                        at += 6;
                    }
                    _ => push_scalar(&mut text, unit),
                }
            }
            other => text.push(other),
        }
    }
    Cow::Owned(text)
}

fn unit(inside: &[u8], at: usize) -> Option<u32> {
    let digits = std::str::from_utf8(inside.get(at..at + 4)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

#[expect(clippy::cast_possible_truncation, reason = "six bits at a time")]
fn push_scalar(text: &mut Vec<u8>, scalar: u32) {
    if let Some(character) = char::from_u32(scalar) {
        let mut room = [0; 4];
        text.extend(character.encode_utf8(&mut room).as_bytes());
    } else {
        text.push(0xe0 | (scalar >> 12) as u8);
        text.push(0x80 | (scalar >> 6 & 0x3f) as u8);
        text.push(0x80 | (scalar & 0x3f) as u8);
    }
}

/// A decimal number: `±0.digits × 10^exponent`, digits without zeros at either end. Zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal<'t> {
    negative: bool,
    digits: Cow<'t, [u8]>,
    exponent: i64,
}

impl<'t> Decimal<'t> {
    /// `None` when the exponent is beyond all reason: such numbers are told apart by their text.
    pub(super) fn read(text: &'t [u8]) -> Option<Self> {
        let (negative, text) = match text.strip_prefix(b"-") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => {
                let power = std::str::from_utf8(&text[at + 1..]).ok()?;
                (&text[..at], power.parse::<i64>().ok()?)
            }
            None => (text, 0),
        };
        let (whole, fraction) = match memchr::memchr(b'.', mantissa) {
            Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
            None => (mantissa, &[][..]),
        };
        let digits = if fraction.is_empty() {
            Cow::Borrowed(whole)
        } else {
            Cow::Owned([whole, fraction].concat())
        };
        let leading = digits.iter().take_while(|&&digit| digit == b'0').count();
        let trailing = digits
            .iter()
            .rev()
            .take_while(|&&digit| digit == b'0')
            .count();
        if leading == digits.len() {
            return Some(Self {
                negative: false,
                digits: Cow::Borrowed(b""),
                exponent: 0,
            });
        }
        let end = digits.len() - trailing;
        let digits = match digits {
            Cow::Borrowed(digits) => Cow::Borrowed(&digits[leading..end]),
            Cow::Owned(digits) => Cow::Owned(digits[leading..end].to_vec()),
        };
        let before_point = i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()?;
        Some(Self {
            negative,
            digits,
            exponent: power.checked_add(before_point)?,
        })
    }

    fn hash(&self) -> u64 {
        mix(
            hash_bytes(&self.digits),
            self.exponent.cast_unsigned() << 1 | u64::from(self.negative),
        )
    }

    /// As a whole number of `10^-places`. `None` when it is no whole number of them or does not fit.
    fn scaled(&self, places: i64) -> Option<i128> {
        let mut value: i128 = 0;
        for &digit in self.digits.iter() {
            value = value
                .checked_mul(10)?
                .checked_add(i128::from(digit - b'0'))?;
        }
        if value == 0 {
            return Some(0);
        }
        let digits = i64::try_from(self.digits.len()).ok()?;
        let zeros = u32::try_from(self.exponent.checked_sub(digits)?.checked_add(places)?).ok()?;
        value = value.checked_mul(10_i128.checked_pow(zeros)?)?;
        Some(if self.negative { -value } else { value })
    }

    /// Decimal places behind the point.
    fn places(&self) -> i64 {
        let digits = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        digits.saturating_sub(self.exponent).max(0)
    }
}

#[inline]
pub(super) fn number_hash(text: &[u8]) -> u64 {
    match Decimal::read(text) {
        Some(decimal) => decimal.hash(),
        None => hash_bytes(text),
    }
}

/// Whether two numbers have one value. Exact for any number of digits.
pub(super) fn same_number(a: &[u8], b: &[u8]) -> bool {
    match (Decimal::read(a), Decimal::read(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// Whether two numbers are at most `within` apart, reckoned exactly. Numbers that are too long for that are not.
pub(in crate::compare) fn are_within(a: &[u8], b: &[u8], within: &[u8]) -> bool {
    let numbers = [a, b, within].map(Decimal::read);
    let [Some(a), Some(b), Some(within)] = numbers else {
        return false;
    };
    let places = a.places().max(b.places()).max(within.places());
    let reckoned = || {
        let apart = a.scaled(places)?.checked_sub(b.scaled(places)?)?;
        Some(apart.unsigned_abs() <= within.scaled(places)?.unsigned_abs())
    };
    reckoned().unwrap_or(false)
}

/// Whether two texts are date-times of one instant.
pub(super) fn same_instant(a: &[u8], b: &[u8]) -> bool {
    let instant = |text: &[u8]| {
        let looks_like_one = (16..=40).contains(&text.len())
            && text[..4].iter().all(u8::is_ascii_digit)
            && text[4] == b'-'
            && matches!(text[10], b'T' | b't' | b' ');
        if !looks_like_one {
            return None;
        }
        std::str::from_utf8(text).ok()?.parse::<Timestamp>().ok()
    };
    matches!((instant(a), instant(b)), (Some(a), Some(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_value() {
        let table = [
            ("1", "1.0", true),
            ("1", "1e0", true),
            ("100", "1E+2", true),
            ("0.10", "1e-1", true),
            ("-0", "0", true),
            ("0.0", "0e99", true),
            ("9007199254740993", "9007199254740992", false),
            ("12345678901234567890", "12345678901234567891", false),
            ("12345678901234567890", "1234567890123456789e1", true),
            ("1", "-1", false),
            ("10", "1", false),
            ("1e99999999999999999999", "1e99999999999999999999", true),
            ("1e99999999999999999999", "10e99999999999999999998", false),
            ("1e400", "1e401", false),
        ];
        for (a, b, expected) in table {
            assert_eq!(same_number(a.as_bytes(), b.as_bytes()), expected, "{a} {b}");
            if expected {
                assert_eq!(
                    number_hash(a.as_bytes()),
                    number_hash(b.as_bytes()),
                    "{a} {b}"
                );
            }
        }
    }

    #[test]
    fn tolerances_are_exact() {
        let table = [
            ("1.0", "1.5", "0.5", true),
            ("1.0", "1.50000000000000000001", "0.5", false),
            ("12345678901234567890", "12345678901234567891", "0.5", false),
            ("12345678901234567890", "12345678901234567891", "1", true),
            ("-1", "1", "2", true),
            ("-1", "1", "1.999", false),
            ("1e300", "1e300", "1", false),
            ("0", "0.001", "1e-3", true),
        ];
        for (a, b, within, expected) in table {
            let found = are_within(a.as_bytes(), b.as_bytes(), within.as_bytes());
            assert_eq!(found, expected, "{a} {b} within {within}");
        }
    }

    #[test]
    fn instants_are_recognised() {
        let table = [
            (
                "2026-11-23T20:14:07.113Z",
                "2026-11-23T20:14:07.113+00:00",
                true,
            ),
            ("2026-11-23T20:14:07Z", "2026-11-23T20:14:07.000Z", true),
            ("2026-11-23T20:14:07Z", "2026-11-23T22:14:07+02:00", true),
            ("2026-11-23T20:14:07Z", "2026-11-23T22:14:07+0200", true),
            (
                "2026-11-23T20:14:07.113Z",
                "2026-11-23T20:14:07.302Z",
                false,
            ),
            ("2026-11-23T20:14:07", "2026-11-23T20:14:07Z", false),
            ("2026-11-23", "2026-11-23T00:00:00Z", false),
            ("2026-11-23T20:14:07Z[é", "2026-11-23T20:14:07Z", false),
        ];
        for (a, b, expected) in table {
            assert_eq!(
                same_instant(a.as_bytes(), b.as_bytes()),
                expected,
                "{a} {b}"
            );
        }
    }

    #[test]
    fn escapes_are_undone_and_lone_surrogates_stay_apart() {
        let table: [(&str, &[u8]); 6] = [
            (r"a\u00e9\n\/\\", "aé\n/\\".as_bytes()),
            (r"\ud83d\ude00", "😀".as_bytes()),
            (r"\ud83d", b"\xed\xa0\xbd"),
            (r"\ude00\ud83d", b"\xed\xb8\x80\xed\xa0\xbd"),
            (r"\ud83dx", b"\xed\xa0\xbdx"),
            (r"\ud83d\u0041", b"\xed\xa0\xbdA"),
        ];
        for (text, expected) in table {
            assert_eq!(unescaped(text.as_bytes()).as_ref(), expected, "{text}");
        }
    }
}
