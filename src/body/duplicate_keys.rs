//! Keys that an object holds more than once. Readers disagree on which value counts, so the viewer says so.

use super::json_lexer::{Lexer, TokenKind};

/// A key that was there already in the same object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey {
    /// As spelled, without the quotes; escapes are not resolved, so `"a"` and `"\u0061"` count as two.
    pub key: String,
    /// Byte offset of the repetition.
    pub offset: usize,
    /// Line of the repetition in the text as it came, from 1.
    pub line: usize,
}

/// Texts beyond this many bytes are not looked through: it would take longer than laying them out.
pub const LARGEST_TEXT: usize = 16 * 1024 * 1024;

/// Duplicates reported at most.
pub const MOST_REPORTED: usize = 100;

const CANCEL_STEP: usize = 1024 * 1024;

/// The repetitions in a JSON text in their order. Empty for texts beyond `LARGEST_TEXT`; `None` when cancelled.
#[must_use]
pub fn duplicate_keys(text: &[u8], cancelled: &dyn Fn() -> bool) -> Option<Vec<DuplicateKey>> {
    if text.len() > LARGEST_TEXT {
        return Some(Vec::new());
    }
    let mut open = OpenObjects {
        text,
        keys: Vec::new(),
        levels: Vec::new(),
        repeated: Vec::new(),
    };
    let mut next_check = 0;
    let mut string: Option<(usize, usize)> = None;
    for token in Lexer::new(text) {
        if token.end >= next_check {
            if cancelled() {
                return None;
            }
            next_check = token.end + CANCEL_STEP;
        }
        match token.kind {
            TokenKind::BeginObject | TokenKind::BeginArray => open.levels.push(open.keys.len()),
            TokenKind::EndObject | TokenKind::EndArray => open.close(),
            TokenKind::Colon => open.keys.extend(string),
            _ => {}
        }
        string = (token.kind == TokenKind::String).then_some((token.start, token.end));
    }
    while !open.levels.is_empty() {
        open.close();
    }
    Some(open.report())
}

struct OpenObjects<'a> {
    text: &'a [u8],
    /// Places of the keys of all open objects.
    keys: Vec<(usize, usize)>,
    /// Where the keys of each open bracket begin in `keys`.
    levels: Vec<usize>,
    repeated: Vec<(usize, usize)>,
}

impl OpenObjects<'_> {
    fn close(&mut self) {
        let Some(first) = self.levels.pop() else {
            return;
        };
        let text = self.text;
        let spelled = |key: (usize, usize)| &text[key.0..key.1];
        let keys = &mut self.keys[first..];
        keys.sort_unstable_by(|left, right| {
            spelled(*left)
                .cmp(spelled(*right))
                .then(left.0.cmp(&right.0))
        });
        let repetitions = keys
            .windows(2)
            .filter(|pair| spelled(pair[0]) == spelled(pair[1]))
            .map(|pair| pair[1]);
        self.repeated.extend(repetitions);
        self.keys.truncate(first);
    }

    fn report(mut self) -> Vec<DuplicateKey> {
        self.repeated.sort_unstable();
        self.repeated.truncate(MOST_REPORTED);
        let (mut line, mut counted) = (1, 0);
        self.repeated
            .iter()
            .map(|&(start, end)| {
                line += memchr::memchr_iter(b'\n', &self.text[counted..start]).count();
                counted = start;
                let key = self.text[start + 1..end].strip_suffix(b"\"");
                DuplicateKey {
                    key: String::from_utf8_lossy(key.unwrap_or_default()).into_owned(),
                    offset: start,
                    line,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peers' case 4.
    #[test]
    fn repetitions_are_found_in_their_own_object_only() {
        let table: [(&str, &[(&str, usize)]); 7] = [
            ("{\"a\":1,\"a\":2}", &[("a", 1)]),
            (
                "{\"a\":1,\n\"b\":2,\n\"a\":3,\"a\":4}",
                &[("a", 3), ("a", 3)],
            ),
            ("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}", &[]),
            (
                "[{\"x\":1},{\"x\":1,\"y\":{\"z\":1,\n\"z\":2},\"x\":3}]",
                &[("z", 2), ("x", 2)],
            ),
            ("{\"a\":\"a\",\"b\":\"a\"}", &[]),
            ("{\"a\":1,\"a\":2", &[("a", 1)]),
            ("]}{\"é\":1,\"é\":2", &[("é", 1)]),
        ];
        for (text, expected) in table {
            let is = duplicate_keys(text.as_bytes(), &|| false).unwrap();
            let is: Vec<(&str, usize)> = is.iter().map(|found| (&*found.key, found.line)).collect();
            assert_eq!(is, expected, "{text}");
        }
        assert!(duplicate_keys(b"{}", &|| true).is_none());
    }
}
