//! JSON and JavaScript's object literals as a tree that knows where each value stands. For configurations of a few KB:
//! large documents have their own walk. Keys that stand twice are kept and reported.

use std::collections::HashSet;

use super::text::{DEEPEST_NESTING, Place};
use super::types::{ImportError, Lint};

/// How strict the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Json,
    /// Bare and single-quoted keys, single quotes, backticks, comments, commas at the end, and expressions as code.
    JavaScript,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Leaf>),
    Map(Vec<Entry>),
    /// JavaScript that is no literal, such as `process.env.PORT`.
    Code(String),
}

/// Keys that stand twice and are reported: more say nothing new.
const MOST_REPEATED: usize = 100;

/// A value and its byte offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) at: usize,
    pub(super) node: Node,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_at: usize,
    pub(super) value: Leaf,
}

impl Leaf {
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.node {
            Node::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of that name; the last one, as readers of JSON take it.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key == key)
    }

    /// The text of a scalar, numbers as written. `None` for everything else.
    pub(super) fn scalar(&self) -> Option<String> {
        match &self.node {
            Node::Number(text) | Node::Text(text) => Some(text.clone()),
            Node::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }
}

/// A tree, where it ends, and the keys that stand twice.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: Leaf,
    pub(super) end: usize,
    pub(super) repeated: Vec<Lint>,
}

/// The whole text as one value.
pub(super) fn read(text: &str, syntax: Syntax) -> Result<Tree, ImportError> {
    let tree = read_from(text, 0, syntax)?;
    let mut reader = Reader::new(text, tree.end, syntax);
    reader.skip_blank()?;
    if reader.at < text.len() {
        return Err(reader.error("Something follows behind the end of the value: take it out"));
    }
    Ok(tree)
}

/// The value that begins at `offset`, or behind blanks there.
pub(super) fn read_from(text: &str, offset: usize, syntax: Syntax) -> Result<Tree, ImportError> {
    let mut reader = Reader::new(text, offset, syntax);
    reader.skip_blank()?;
    let root = reader.value(0)?;
    Ok(Tree {
        root,
        end: reader.at,
        repeated: reader.repeated,
    })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    syntax: Syntax,
    repeated: Vec<Lint>,
    /// Keys whose values were read whole.
    understood: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, at: usize, syntax: Syntax) -> Self {
        Self {
            text,
            at,
            syntax,
            repeated: Vec::new(),
            understood: Vec::new(),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn error(&self, text: &str) -> ImportError {
        self.error_at(self.at, text)
    }

    fn error_at(&self, at: usize, text: &str) -> ImportError {
        let mut keys: Vec<String> = self
            .understood
            .iter()
            .take(8)
            .map(|key| format!("`{key}`"))
            .collect();
        if self.understood.len() > keys.len() {
            keys.push("and more".to_owned());
        }
        ImportError::new(Place::at(self.text, at), text).having_understood(keys.join(", "))
    }

    fn skip_blank(&mut self) -> Result<(), ImportError> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|character: char| {
                character.is_whitespace() || character == '\u{feff}'
            });
            self.at += rest.len() - trimmed.len();
            if self.syntax == Syntax::Json {
                return Ok(());
            }
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                let end = trimmed
                    .find("*/")
                    .ok_or_else(|| self.error("A comment `/*` has no end: add `*/`"))?;
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Leaf, ImportError> {
        if depth > DEEPEST_NESTING {
            return Err(self.error("Brackets nest too deep for a configuration"));
        }
        let at = self.at;
        let node = match self.peek() {
            None => return Err(self.error("The text ends where a value is expected")),
            Some('{') => self.map(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => Node::Text(self.string('"')?),
            Some(quote @ ('\'' | '`')) if self.syntax == Syntax::JavaScript => {
                Node::Text(self.string(quote)?)
            }
            Some(_) => self.bare()?,
        };
        Ok(Leaf { at, node })
    }

    fn map(&mut self, depth: usize) -> Result<Node, ImportError> {
        let open = self.at;
        self.at += 1;
        let mut entries: Vec<Entry> = Vec::new();
        let mut keys: HashSet<String> = HashSet::new();
        loop {
            self.skip_blank()?;
            if self.take('}') {
                return Ok(Node::Map(entries));
            }
            let Some(first) = self.peek() else {
                return Err(self.unclosed(open, '{', '}'));
            };
            let key_at = self.at;
            let key = self.key(first)?;
            self.skip_blank()?;
            if !self.take(':') {
                return Err(self.error(&format!("A colon is missing behind the key `{key}`")));
            }
            self.skip_blank()?;
            let value = self.value(depth + 1)?;
            self.understood.push(key.clone());
            if !keys.insert(key.clone()) && self.repeated.len() < MOST_REPEATED {
                self.repeated.push(Lint::new(
                    Place::at(self.text, key_at),
                    format!("`{key}` stands twice: clients take the last one"),
                    "Keep one of them",
                ));
            }
            entries.push(Entry { key, key_at, value });
            self.separator('}', open, '{')?;
        }
    }

    fn list(&mut self, depth: usize) -> Result<Node, ImportError> {
        let open = self.at;
        self.at += 1;
        let mut leaves = Vec::new();
        loop {
            self.skip_blank()?;
            if self.take(']') {
                return Ok(Node::List(leaves));
            }
            if self.peek().is_none() {
                return Err(self.unclosed(open, '[', ']'));
            }
            leaves.push(self.value(depth + 1)?);
            self.separator(']', open, '[')?;
        }
    }

    fn unclosed(&self, open: usize, bracket: char, close: char) -> ImportError {
        let place = Place::at(self.text, open);
        self.error(&format!(
            "The text ends inside of `{bracket}` (line {}, column {}): add `{close}`",
            place.line, place.column
        ))
    }

    fn separator(&mut self, close: char, open: usize, bracket: char) -> Result<(), ImportError> {
        self.skip_blank()?;
        if self.take(',') {
            self.skip_blank()?;
            if self.syntax == Syntax::Json && self.peek() == Some(close) {
                return Err(self.error("A comma stands before the closing bracket: take it out"));
            }
            return Ok(());
        }
        match self.peek() {
            Some(character) if character == close => Ok(()),
            None => Err(self.unclosed(open, bracket, close)),
            Some(_) => Err(self.error(&format!("A comma or `{close}` is missing here"))),
        }
    }

    fn key(&mut self, first: char) -> Result<String, ImportError> {
        match first {
            '"' => self.string('"'),
            '\'' if self.syntax == Syntax::JavaScript => self.string('\''),
            _ if self.syntax == Syntax::Json => {
                Err(self.error("A key in double quotes is expected here"))
            }
            _ => {
                let rest = self.rest();
                let end = rest
                    .find(|character: char| {
                        !(character.is_alphanumeric() || character == '_' || character == '$')
                    })
                    .unwrap_or(rest.len());
                if end == 0 {
                    return Err(self.error("A key is expected here"));
                }
                self.at += end;
                Ok(rest[..end].to_owned())
            }
        }
    }

    fn string(&mut self, quote: char) -> Result<String, ImportError> {
        let open = self.at;
        self.at += 1;
        let mut value = String::new();
        loop {
            let Some(character) = self.peek() else {
                return Err(self.error_at(open, "A quote has no end: add the closing quote"));
            };
            if character == '\n' && quote != '`' {
                return Err(self.error_at(
                    open,
                    "A quote has no end on its line: add the closing quote",
                ));
            }
            self.at += character.len_utf8();
            match character {
                _ if character == quote => return Ok(value),
                '\\' => value.push(self.escape()?),
                _ => value.push(character),
            }
        }
    }

    fn escape(&mut self) -> Result<char, ImportError> {
        let Some(character) = self.peek() else {
            return Err(self.error("The text ends behind a backslash"));
        };
        self.at += character.len_utf8();
        Ok(match character {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => self.unicode()?,
            '"' | '\\' | '/' => character,
            _ if self.syntax == Syntax::JavaScript => character,
            _ => return Err(self.error("JSON knows no such escape behind the backslash")),
        })
    }

    fn unicode(&mut self) -> Result<char, ImportError> {
        let high = self.four_digits()?;
        if (0xd800..0xdc00).contains(&high) && self.rest().starts_with("\\u") {
            self.at += 2;
            let low = self.four_digits()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Result<u32, ImportError> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .ok_or_else(|| self.error("Four hexadecimal digits are expected behind `\\u`"))?;
        self.at += 4;
        Ok(u32::from_str_radix(digits, 16).unwrap_or_default())
    }

    fn bare(&mut self) -> Result<Node, ImportError> {
        let rest = self.rest();
        let end = rest
            .find([',', '}', ']', '\n', ';', ')'])
            .unwrap_or(rest.len());
        let end = rest[..end].find("//").unwrap_or(end);
        let word = rest[..end].trim_end();
        let node = match word {
            "" => return Err(self.error("A value is expected here")),
            "null" => Node::Null,
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            _ if is_number(word) => Node::Number(word.to_owned()),
            "undefined" if self.syntax == Syntax::JavaScript => Node::Null,
            _ if self.syntax == Syntax::JavaScript => {
                // A call's closing bracket belongs to it.
                let end = code_end(rest);
                self.at += end;
                return Ok(Node::Code(rest[..end].trim().to_owned()));
            }
            _ => return Err(self.error("This is no value: put texts into double quotes")),
        };
        self.at += word.len();
        Ok(node)
    }
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    digits.starts_with(|character: char| character.is_ascii_digit())
        && digits
            .chars()
            .all(|character| character.is_ascii_digit() || ".eE+-".contains(character))
        && digits.parse::<f64>().is_ok()
}

/// Where an expression ends: before a comma or closing bracket that is not its own.
fn code_end(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, character) in rest.char_indices() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' | ',' | ';' if depth == 0 => return at,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_tell_line_column_and_what_was_understood() {
        for (text, line, column, understood) in [
            ("", 1, 1, ""),
            ("{\"a\": 1,\n \"b\": tru}", 2, 7, "`a`"),
            ("{\"a\": 1,\n \"b\": \"x", 2, 7, "`a`"),
            ("{\"a\": 1,\n \"b\" 2}", 2, 6, "`a`"),
            ("{\"a\": 1", 1, 8, "`a`"),
            ("{\"a\": 1,}", 1, 9, "`a`"),
            ("{\"a\": 1} x", 1, 10, ""),
            ("{'a': 1}", 1, 2, ""),
            ("[\"\\x\"]", 1, 5, ""),
        ] {
            let error = read(text, Syntax::Json).expect_err(text);
            assert_eq!(error.place, Place { line, column }, "{text}: {error}");
            assert_eq!(error.understood, understood, "{text}: {error}");
        }
    }

    #[test]
    fn a_javascript_literal_may_hold_code_and_comments() {
        let text = "{ // the gateway\n host: 'gw', \"port\": 443, user: process.env['A,B'], /* x */ pw: get(1, 2),\n}";
        let tree = read(text, Syntax::JavaScript).expect("a literal");
        let value = |key: &str| tree.root.get(key).map(|entry| entry.value.node.clone());
        assert_eq!(value("host"), Some(Node::Text("gw".to_owned())));
        assert_eq!(value("port"), Some(Node::Number("443".to_owned())));
        assert_eq!(
            value("user"),
            Some(Node::Code("process.env['A,B']".to_owned()))
        );
        assert_eq!(value("pw"), Some(Node::Code("get(1, 2)".to_owned())));
    }

    #[test]
    fn deep_nesting_is_refused_and_repeated_keys_are_reported() {
        for syntax in [Syntax::Json, Syntax::JavaScript] {
            read(&"[".repeat(100_000), syntax).expect_err("too deep");
            read(&"{\"a\":".repeat(100_000), syntax).expect_err("too deep");
        }
        let tree = read("{\"a\": 1, \"a\": 2}", Syntax::Json).expect("a tree");
        assert_eq!(tree.repeated.len(), 1);
        assert_eq!(tree.root.get("a").map(|entry| entry.key_at), Some(9));
    }
}
