//! JSON as a row of tokens with their places in the text. No tree, no recursion, nothing respelled: a number keeps its digits,
//! a lone surrogate its escape, a repeated key its place. Whether the tokens make sense together is judged by `pretty`.
//!
//! Every byte that is not white space belongs to exactly one token, valid or not, so nothing is lost on the way.

/// What a token is. Words that are no JSON (`undefined`, `01`, `// remark`) are `Garbage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Three bytes at the very start.
    ByteOrderMark,
    /// A prefix such as `)]}',` that keeps the JSON from being run as a script; in front of everything but the mark.
    Protection,
    BeginObject,
    EndObject,
    BeginArray,
    EndArray,
    Colon,
    Comma,
    /// With its quotes. One that never ends runs to the end of the text.
    String,
    Number,
    /// `true`, `false`, `null`.
    Literal,
    Garbage,
}

/// `start..end` are byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
    /// What is wrong inside the token.
    pub flaw: Option<Flaw>,
}

/// What is wrong inside one token. Shown by `pretty`, which adds what is wrong between tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaw {
    pub kind: FlawKind,
    /// Byte offset in the text.
    pub at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlawKind {
    /// The text ends inside a string.
    UnfinishedString,
    /// A byte below 0x20 in a string, which has to be written as an escape.
    ControlCharacter,
    /// A backslash that begins no escape.
    BadEscape,
    /// A word that is neither a number nor `true`, `false` or `null`.
    UnknownWord,
}

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What services put in front of JSON so that it cannot be run as a script.
const PROTECTIONS: [&[u8]; 4] = [b")]}',", b")]}'", b"while(1);", b"for(;;);"];

/// Byte classes: what a byte is outside a string.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    Word,
    Blank,
    Quote,
    Structure,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Word; 256];
    let mut index = 0;
    while index < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let byte = index as u8;
        classes[index] = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => Class::Blank,
            b'"' => Class::Quote,
            b'{' | b'}' | b'[' | b']' | b':' | b',' => Class::Structure,
            _ => Class::Word,
        };
        index += 1;
    }
    classes
};

/// The tokens of a text, from any place between two tokens on.
#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    /// A mark or a protection may still come.
    before_json: bool,
}

impl<'a> Lexer<'a> {
    #[must_use]
    pub fn new(text: &'a [u8]) -> Self {
        Self::from_offset(text, 0)
    }

    /// Begins at `offset`, which has to lie between two tokens.
    #[must_use]
    pub fn from_offset(text: &'a [u8], offset: usize) -> Self {
        Self {
            text,
            at: offset,
            before_json: offset == 0,
        }
    }

    /// What may stand in front of JSON: the mark first, then a protection.
    #[cold]
    fn prefix(&mut self) -> Option<Token> {
        if self.at == 0 && self.text.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
            return Some(sound(TokenKind::ByteOrderMark, 0, self.at));
        }
        self.before_json = false;
        let rest = &self.text[self.at..];
        let blanks = rest
            .iter()
            .take_while(|&&byte| CLASSES[usize::from(byte)] == Class::Blank)
            .count();
        let length = PROTECTIONS
            .iter()
            .find(|protection| rest[blanks..].starts_with(protection))?
            .len();
        let start = self.at + blanks;
        self.at = start + length;
        Some(sound(TokenKind::Protection, start, self.at))
    }

    #[inline]
    fn string(&mut self, start: usize) -> Token {
        let mut at = start + 1;
        let mut flaw = None;
        loop {
            at = special_in_string(self.text, at);
            match self.text.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    break;
                }
                Some(b'\\') => {
                    let length = escape_length(self.text, at);
                    if length == 0 && at + 1 < self.text.len() {
                        flaw = flaw.or(Some(Flaw {
                            kind: FlawKind::BadEscape,
                            at,
                        }));
                    }
                    // Whatever follows a backslash does not end the string, known escape or not.
                    at = (at + length.max(2)).min(self.text.len());
                }
                Some(_) => {
                    flaw = flaw.or(Some(Flaw {
                        kind: FlawKind::ControlCharacter,
                        at,
                    }));
                    at += 1;
                }
                None => {
                    flaw = flaw.or(Some(Flaw {
                        kind: FlawKind::UnfinishedString,
                        at: start,
                    }));
                    self.at = self.text.len();
                    break;
                }
            }
        }
        Token {
            kind: TokenKind::String,
            start,
            end: self.at,
            flaw,
        }
    }

    #[inline]
    fn word(&mut self, start: usize) -> Token {
        let mut end = start + 1;
        while let Some(&byte) = self.text.get(end) {
            if CLASSES[usize::from(byte)] != Class::Word {
                break;
            }
            end += 1;
        }
        self.at = end;
        let word = &self.text[start..end];
        if is_number(word) {
            sound(TokenKind::Number, start, end)
        } else if matches!(word, b"true" | b"false" | b"null") {
            sound(TokenKind::Literal, start, end)
        } else {
            Token {
                kind: TokenKind::Garbage,
                start,
                end,
                flaw: Some(Flaw {
                    kind: FlawKind::UnknownWord,
                    at: start,
                }),
            }
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    #[inline]
    fn next(&mut self) -> Option<Token> {
        if self.before_json
            && let Some(prefix) = self.prefix()
        {
            return Some(prefix);
        }
        loop {
            let start = self.at;
            let byte = *self.text.get(start)?;
            match CLASSES[usize::from(byte)] {
                Class::Blank => self.at += 1,
                Class::Quote => return Some(self.string(start)),
                Class::Structure => {
                    self.at = start + 1;
                    let kind = match byte {
                        b'{' => TokenKind::BeginObject,
                        b'}' => TokenKind::EndObject,
                        b'[' => TokenKind::BeginArray,
                        b']' => TokenKind::EndArray,
                        b':' => TokenKind::Colon,
                        _ => TokenKind::Comma,
                    };
                    return Some(sound(kind, start, start + 1));
                }
                Class::Word => return Some(self.word(start)),
            }
        }
    }
}

/// Where a token that covers `offset` may have begun: the offset itself, or the start of the bare word around it.
/// Only for offsets outside strings; looks back at most `reach` bytes.
#[must_use]
pub fn word_start(text: &[u8], offset: usize, reach: usize) -> usize {
    let lowest = offset.saturating_sub(reach);
    let mut start = offset;
    while start > lowest && CLASSES[usize::from(text[start - 1])] == Class::Word {
        start -= 1;
    }
    start
}

/// More backslashes in a row than this are not worth counting for a colour.
const BACKSLASHES_COUNTED: usize = 64 * 1024;

/// Where the string that covers `offset` ends (behind its quote), looking at most up to `limit`.
/// `None` when it does not end before that. `offset` may stand behind a backslash.
#[must_use]
pub fn string_end(text: &[u8], offset: usize, limit: usize) -> Option<usize> {
    let backslashes = text[..offset]
        .iter()
        .rev()
        .take(BACKSLASHES_COUNTED)
        .take_while(|&&byte| byte == b'\\')
        .count();
    let mut at = offset + backslashes % 2;
    loop {
        at = special_in_string(&text[..limit], at.min(limit));
        match text[..limit].get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Whether a word follows the JSON grammar of numbers.
#[must_use]
pub fn is_number(word: &[u8]) -> bool {
    let mut rest = word.strip_prefix(b"-").unwrap_or(word);
    rest = match rest {
        [b'0', after @ ..] => after,
        [b'1'..=b'9', after @ ..] => skip_digits(after),
        _ => return false,
    };
    if let [b'.', after @ ..] = rest {
        rest = skip_digits(after);
        if rest.len() == after.len() {
            return false;
        }
    }
    if let [b'e' | b'E', after @ ..] = rest {
        let digits = match after {
            [b'+' | b'-', digits @ ..] | digits => digits,
        };
        rest = skip_digits(digits);
        if rest.len() == digits.len() {
            return false;
        }
    }
    rest.is_empty()
}

fn skip_digits(text: &[u8]) -> &[u8] {
    let digits = text
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    &text[digits..]
}

/// Length of the escape that begins at `at`, 0 when it is none.
fn escape_length(text: &[u8], at: usize) -> usize {
    match text.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
        Some(b'u')
            if text
                .get(at + 2..at + 6)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) =>
        {
            6
        }
        _ => 0,
    }
}

/// The next quote, backslash or control character from `at` on; the end of the text when there is none.
/// Eight bytes at a time: most strings hold none of them until their end.
#[inline]
fn special_in_string(text: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    while let Some(chunk) = text.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        let quote = word ^ (ONES * 0x22);
        let backslash = word ^ (ONES * 0x5c);
        let found = (quote.wrapping_sub(ONES) & !quote
            | backslash.wrapping_sub(ONES) & !backslash
            | word.wrapping_sub(ONES * 0x20) & !word)
            & HIGHS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = text.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            return at;
        }
        at += 1;
    }
    text.len()
}

const fn sound(kind: TokenKind, start: usize, end: usize) -> Token {
    Token {
        kind,
        start,
        end,
        flaw: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_grammar() {
        let table = [
            ("0", true),
            ("-0", true),
            ("12345678901234567890", true),
            ("1.50E+10", true),
            ("1e400", true),
            ("01", false),
            ("-", false),
            ("+1", false),
            ("1.", false),
            (".5", false),
            ("1e", false),
            ("0x1", false),
            ("NaN", false),
            ("", false),
        ];
        for (word, expected) in table {
            assert_eq!(is_number(word.as_bytes()), expected, "{word:?}");
        }
    }

    #[test]
    fn tokens_lie_where_they_are_and_flaws_are_named() {
        let text = b"\xef\xbb\xbf while(1); {\"a\\u12\":tru\n\"b";
        let is: Vec<(TokenKind, usize, usize, Option<FlawKind>)> = Lexer::new(text)
            .map(|token| {
                (
                    token.kind,
                    token.start,
                    token.end,
                    token.flaw.map(|flaw| flaw.kind),
                )
            })
            .collect();
        let expected = [
            (TokenKind::ByteOrderMark, 0, 3, None),
            (TokenKind::Protection, 4, 13, None),
            (TokenKind::BeginObject, 14, 15, None),
            (TokenKind::String, 15, 22, Some(FlawKind::BadEscape)),
            (TokenKind::Colon, 22, 23, None),
            (TokenKind::Garbage, 23, 26, Some(FlawKind::UnknownWord)),
            (TokenKind::String, 27, 29, Some(FlawKind::UnfinishedString)),
        ];
        assert_eq!(is, expected);
    }

    #[test]
    fn quotes_are_found_at_every_distance() {
        for length in 0..40 {
            for (tail, end) in [("\"", 2), ("\\\"\"", 4), ("é\"", 4)] {
                let text = format!("\"{}{tail},1", "x".repeat(length));
                let token = Lexer::new(text.as_bytes()).next().unwrap();
                assert_eq!((token.end, token.flaw), (length + end, None), "{text}");
                assert_eq!(
                    string_end(text.as_bytes(), 1, text.len()),
                    Some(length + end),
                    "{text}"
                );
                assert_eq!(string_end(text.as_bytes(), 1, length + 1), None, "{text}");
            }
        }
    }
}
