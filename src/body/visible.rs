//! Making text from elsewhere safe to show: control characters that would steer a terminal, and characters that are invisible
//! or turn the direction of text around, are written as escapes (`\u{202e}`, `\x1b`). Everything else stays as it is.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// One line: line ends are escaped as well. Tabs stay.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    escape(text, false)
}

/// Several lines: `\n`, and `\r` in front of it, stay.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    escape(text, true)
}

/// A line with its spans moved to where they are in the shown line.
#[must_use]
pub fn line_with_spans<K>(
    text: &str,
    spans: Vec<(Range<usize>, K)>,
) -> (Cow<'_, str>, Vec<(Range<usize>, K)>) {
    let shown = line(text);
    if matches!(shown, Cow::Borrowed(_)) {
        return (shown, spans);
    }
    let moved = spans
        .into_iter()
        .map(|(span, kind)| {
            (
                shown_offset(text, span.start)..shown_offset(text, span.end),
                kind,
            )
        })
        .collect();
    (shown, moved)
}

/// Byte offset in the shown line of a byte offset in the line.
#[must_use]
pub fn shown_offset(text: &str, offset: usize) -> usize {
    let mut shown = 0;
    for (at, character) in text.char_indices() {
        if at >= offset {
            break;
        }
        shown += shown_length(character);
    }
    shown
}

/// Byte offset in the line of a byte offset in the shown line; inside an escape, that of the character it stands for.
#[must_use]
pub fn original_offset(text: &str, shown: usize) -> usize {
    let mut at_shown = 0;
    for (at, character) in text.char_indices() {
        at_shown += shown_length(character);
        if at_shown > shown {
            return at;
        }
    }
    text.len()
}

/// Whether a character is shown as an escape: controls but tab, marks of direction and what takes no space (Unicode `Cf` and line
/// separators), but not the joiners that scripts and emoji need.
#[must_use]
pub fn is_escaped(character: char) -> bool {
    match character {
        '\t' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        character if character < '\u{ad}' => false,
        character => INVISIBLE.iter().any(|range| range.contains(&character)),
    }
}

/// Beyond Latin-1 letters, ascending.
const INVISIBLE: [std::ops::RangeInclusive<char>; 10] = [
    '\u{ad}'..='\u{ad}',
    '\u{61c}'..='\u{61c}',
    '\u{180e}'..='\u{180e}',
    '\u{200b}'..='\u{200b}',
    '\u{200e}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{feff}'..='\u{feff}',
    '\u{fff9}'..='\u{fffb}',
    '\u{e0000}'..='\u{e007f}',
];

fn escape(text: &str, keeps_lines: bool) -> Cow<'_, str> {
    let stays = |at: usize, character: char| {
        !is_escaped(character)
            || keeps_lines
                && (character == '\n' || character == '\r' && text[at + 1..].starts_with('\n'))
    };
    let Some((first, _)) = text
        .char_indices()
        .find(|&(at, character)| !stays(at, character))
    else {
        return Cow::Borrowed(text);
    };
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(&text[..first]);
    for (at, character) in text[first..].char_indices() {
        if stays(first + at, character) {
            shown.push(character);
        } else {
            push_escape(&mut shown, character);
        }
    }
    Cow::Owned(shown)
}

fn push_escape(shown: &mut String, character: char) {
    let code = u32::from(character);
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        _ if code < 0x100 => write!(shown, "\\x{code:02x}").expect("a string takes all text"),
        _ => write!(shown, "\\u{{{code:x}}}").expect("a string takes all text"),
    }
}

fn shown_length(character: char) -> usize {
    if !is_escaped(character) {
        return character.len_utf8();
    }
    let mut escape = String::new();
    push_escape(&mut escape, character);
    escape.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_shown_as_an_escape() {
        let table = [
            ("plain \t text", "plain \t text"),
            ("é 漢 👩‍👧 नमस्ते", "é 漢 👩‍👧 नमस्ते"),
            ("\u{1b}[31mred", "\\x1b[31mred"),
            ("a\0b\u{7f}\u{9b}", "a\\x00b\\x7f\\x9b"),
            ("user\u{202e}gnp.exe", "user\\u{202e}gnp.exe"),
            ("\u{feff}{}", "\\u{feff}{}"),
            ("a\u{200b}b\u{2066}", "a\\u{200b}b\\u{2066}"),
            ("one\r\ntwo", "one\\r\\ntwo"),
        ];
        for (given, shown) in table {
            assert_eq!(line(given), shown, "{given:?}");
        }
        assert!(matches!(line("nothing to do"), Cow::Borrowed(_)));
    }

    #[test]
    fn several_lines_stay_several_lines() {
        assert_eq!(text("a\r\nb\rc\n\u{1b}"), "a\r\nb\\rc\n\\x1b");
    }

    #[test]
    fn spans_and_offsets_follow_the_escapes() {
        let given = "\"\u{202e}é\": \u{1b}1";
        let spans = vec![(0..7, 'k'), (7..9, 'p'), (9..11, 'n')];
        let (shown, moved) = line_with_spans(given, spans);
        assert_eq!(shown, "\"\\u{202e}é\": \\x1b1");
        let pieces: Vec<&str> = moved.iter().map(|(span, _)| &shown[span.clone()]).collect();
        assert_eq!(pieces, ["\"\\u{202e}é\"", ": ", "\\x1b1"]);
        for (at, character) in given.char_indices() {
            let from = shown_offset(given, at);
            assert_eq!(original_offset(given, from), at, "{character:?}");
        }
        assert_eq!(original_offset(given, 3), 1, "inside the escape");
        assert_eq!(original_offset(given, 99), given.len());
    }
}
