//! A command line as words, as the shell would hand them to a program: POSIX shells, Windows cmd, PowerShell.
//! Nothing is executed: variables become `{{variables}}`, commands inside of a command stay as text and are reported.

use std::collections::HashSet;

use crate::interchange::text::Place;
use crate::interchange::types::{ImportError, Lint};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shell {
    Posix,
    Cmd,
    Power,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Byte offset in the text.
    pub(super) at: usize,
}

/// One command and whether the one before is piped into it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
    pub(super) takes_input: bool,
}

#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) commands: Vec<Command>,
    /// Names of the shell's variables that the words hold.
    pub(super) variables: Vec<String>,
    known: HashSet<String>,
    pub(super) lint: Vec<Lint>,
}

impl Line {
    pub(super) fn variable(&mut self, name: &str) {
        if self.known.insert(name.to_owned()) {
            self.variables.push(name.to_owned());
        }
    }
}

/// Commands inside of a command that are reported: more say nothing new.
const MOST_REPORTED: usize = 20;

/// A shell's `${…}` is shorter than that many bytes; without a limit a text full of open ones would be searched again and again.
const LONGEST_EXPANSION: usize = 4_096;

/// By the first sign that only one of the shells has: what follows may be a value.
pub(super) fn shell_of(text: &str) -> Shell {
    if let Some(shell) = super::prompts::shell_of(text) {
        return shell;
    }
    const SIGNS: [(&str, Shell); 13] = [
        ("\"{\"\"", Shell::Cmd),
        ("\"[{\"\"", Shell::Cmd),
        ("\"[\"\"", Shell::Cmd),
        ("^\"", Shell::Cmd),
        ("^\n", Shell::Cmd),
        ("^\r\n", Shell::Cmd),
        ("`\n", Shell::Power),
        ("`\r\n", Shell::Power),
        ("(arg '", Shell::Power),
        ("$env:", Shell::Power),
        ("@'\n", Shell::Power),
        ("\\\n", Shell::Posix),
        ("\\\r\n", Shell::Posix),
    ];
    SIGNS
        .iter()
        .filter_map(|(sign, shell)| Some((text.find(sign)?, *shell)))
        .min_by_key(|(at, _)| *at)
        .map_or(Shell::Posix, |(_, shell)| shell)
}

pub(super) fn split(text: &str, shell: Shell) -> Result<Line, ImportError> {
    match shell {
        Shell::Cmd => super::cmd::split(text),
        Shell::Posix | Shell::Power => {
            let mut splitter = Splitter::new(text, shell);
            splitter.run()?;
            Ok(splitter.line)
        }
    }
}

/// The word as Windows PowerShell hands it on, when that makes JSON of it.
fn without_backslashes(word: &str) -> Option<String> {
    if !word.trim_start().starts_with(['{', '[']) || !word.contains("\\\"") {
        return None;
    }
    let plain = word.replace("\\\"", "\"");
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    (!is_json(word) && is_json(&plain)).then_some(plain)
}

struct Splitter<'a> {
    text: &'a str,
    at: usize,
    shell: Shell,
    line: Line,
    command: Command,
    word: Option<Word>,
    /// Whether the lines of this command begin with the prompt of a shell that waits for more; not known before the second one.
    is_prompted: Option<bool>,
}

impl<'a> Splitter<'a> {
    fn new(text: &'a str, shell: Shell) -> Self {
        Self {
            text,
            at: 0,
            shell,
            line: Line::default(),
            command: Command::default(),
            word: None,
            is_prompted: None,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn take(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn error(&self, at: usize, text: &str) -> ImportError {
        ImportError::new(Place::at(self.text, at), text)
            .having_understood(super::understood(&self.line.commands, &self.command))
    }

    fn push(&mut self, character: char) {
        self.word_here().push(character);
    }

    fn word_here(&mut self) -> &mut String {
        let at = self.at;
        &mut self
            .word
            .get_or_insert_with(|| Word {
                text: String::new(),
                at,
            })
            .text
    }

    fn start_word(&mut self, at: usize) {
        self.word.get_or_insert_with(|| Word {
            text: String::new(),
            at,
        });
    }

    fn end_word(&mut self) {
        let Some(mut word) = self.word.take() else {
            return;
        };
        if self.shell == Shell::Power
            && let Some(plain) = without_backslashes(&word.text)
        {
            word.text = plain;
            self.report(
                word.at,
                "The quotes have backslashes, as Windows PowerShell needs them: they are not sent",
                "PowerShell from 7.3 on sends them: take them out there",
            );
        }
        self.command.words.push(word);
    }

    /// At the beginning of a line that goes on with the command.
    fn skip_prompt(&mut self, is_quoted: bool) {
        let rest = self.rest();
        let command = &self.command;
        let is_prompted = *self
            .is_prompted
            .get_or_insert_with(|| super::prompts::is_prompt(rest, command, is_quoted));
        if is_prompted {
            self.at += super::prompts::length(rest);
        }
    }

    fn end_command(&mut self, pipes: bool) {
        self.end_word();
        self.is_prompted = None;
        if !self.command.words.is_empty() {
            let command = std::mem::take(&mut self.command);
            self.line.commands.push(command);
        }
        self.command.takes_input = pipes;
    }

    fn run(&mut self) -> Result<(), ImportError> {
        while let Some(character) = self.rest().chars().next() {
            let at = self.at;
            self.at += character.len_utf8();
            match character {
                '\n' | ';' => self.end_command(false),
                '|' => {
                    let is_or = self.rest().starts_with('|');
                    self.end_command(!is_or);
                }
                '&' if self.shell == Shell::Posix || self.word.is_none() => self.end_command(false),
                '>' | '<' if self.word.is_none() || self.is_descriptor() => self.redirection(),
                '#' if self.word.is_none() => self.comment(),
                '(' if self.shell == Shell::Power && self.word.is_none() => self.call(at)?,
                _ if character.is_whitespace() => self.end_word(),
                _ => {
                    self.start_word(at);
                    self.inside(character, at)?;
                }
            }
        }
        self.end_command(false);
        Ok(())
    }

    /// `2>`: the word so far is no word.
    fn is_descriptor(&self) -> bool {
        self.word.as_ref().is_some_and(|word| {
            !word.text.is_empty() && word.text.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// Where output goes is no part of the request: the file name behind is skipped as a word.
    fn redirection(&mut self) {
        self.word = None;
        let rest = self.rest();
        let behind = rest
            .trim_start_matches(['>', '<', '&'])
            .trim_start_matches([' ', '\t']);
        let end = behind
            .find(|character: char| character.is_whitespace() || ";|".contains(character))
            .unwrap_or(behind.len());
        self.at += rest.len() - behind.len() + end;
    }

    fn comment(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    fn inside(&mut self, character: char, at: usize) -> Result<(), ImportError> {
        match (self.shell, character) {
            (_, '\'') => self.single_quoted(at),
            (_, '"') => self.double_quoted(at),
            (Shell::Posix, '\\') => {
                self.backslash();
                Ok(())
            }
            (Shell::Posix, '$') if self.rest().starts_with('\'') => {
                self.at += 1;
                self.ansi_quoted(at)
            }
            (Shell::Posix, '$') if self.rest().starts_with('"') => {
                self.at += 1;
                self.double_quoted(at)
            }
            (_, '$') => {
                self.variable(at);
                Ok(())
            }
            (Shell::Posix, '`') => {
                self.push('`');
                self.no_command(at);
                Ok(())
            }
            (Shell::Power, '`') => {
                self.backtick();
                Ok(())
            }
            (Shell::Power, '@') if self.is_here_string() => self.here_string(at),
            _ => {
                self.push(character);
                Ok(())
            }
        }
    }

    fn single_quoted(&mut self, at: usize) -> Result<(), ImportError> {
        loop {
            match self.take() {
                None => return Err(self.error(at, "A quote ' has no end: add the closing quote")),
                Some('\'') if self.shell == Shell::Power && self.rest().starts_with('\'') => {
                    self.at += 1;
                    self.push('\'');
                }
                Some('\'') => return Ok(()),
                Some(character) => self.push_quoted(character),
            }
        }
    }

    /// Inside of quotes.
    fn push_quoted(&mut self, character: char) {
        self.push(character);
        if character == '\n' {
            self.skip_prompt(true);
        }
    }

    fn double_quoted(&mut self, at: usize) -> Result<(), ImportError> {
        loop {
            let here = self.at;
            let Some(character) = self.take() else {
                return Err(self.error(at, "A quote \" has no end: add the closing quote"));
            };
            match (self.shell, character) {
                (Shell::Power, '"') if self.rest().starts_with('"') => {
                    self.at += 1;
                    self.push('"');
                }
                (_, '"') => return Ok(()),
                (Shell::Posix, '\\') => match self.rest().chars().next() {
                    Some(next @ ('"' | '\\' | '$' | '`')) => {
                        self.at += 1;
                        self.push(next);
                    }
                    Some('\n') => {
                        self.at += 1;
                        self.skip_prompt(true);
                    }
                    Some('\r') if self.rest().starts_with("\r\n") => {
                        self.at += 2;
                        self.skip_prompt(true);
                    }
                    _ => self.push('\\'),
                },
                (Shell::Power, '`') => self.backtick(),
                (_, '$') => self.variable(here),
                (Shell::Posix, '`') => {
                    self.push('`');
                    self.no_command(here);
                }
                _ => self.push_quoted(character),
            }
        }
    }

    fn backslash(&mut self) {
        if self.rest().starts_with("\r\n") {
            self.at += 2;
            self.drop_empty_word();
        } else if self.rest().starts_with('\n') {
            self.at += 1;
            self.drop_empty_word();
        } else if let Some(next) = self.take() {
            self.push(next);
        }
    }

    /// A continued line begins no word of its own.
    fn drop_empty_word(&mut self) {
        self.skip_prompt(false);
        if self.word.as_ref().is_some_and(|word| word.text.is_empty()) {
            self.word = None;
        }
    }

    /// PowerShell's escapes.
    fn backtick(&mut self) {
        match self.take() {
            Some('\r') if self.rest().starts_with('\n') => {
                self.at += 1;
                self.drop_empty_word();
            }
            Some('\n') => self.drop_empty_word(),
            Some('n') => self.push('\n'),
            Some('r') => self.push('\r'),
            Some('t') => self.push('\t'),
            Some('0') => self.push('\0'),
            Some('a') => self.push('\u{7}'),
            Some('b') => self.push('\u{8}'),
            Some('e') => self.push('\u{1b}'),
            Some('f') => self.push('\u{c}'),
            Some('v') => self.push('\u{b}'),
            Some(character) => self.push(character),
            None => {}
        }
    }

    /// `$'…'`
    fn ansi_quoted(&mut self, at: usize) -> Result<(), ImportError> {
        let mut bytes: Vec<u8> = Vec::new();
        loop {
            match self.take() {
                None => return Err(self.error(at, "A quote $' has no end: add the closing quote")),
                Some('\'') => break,
                Some('\\') => self.ansi_escape(&mut bytes),
                Some(character) => {
                    bytes.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
                    if character == '\n' {
                        self.skip_prompt(true);
                    }
                }
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.word_here().push_str(&text);
        Ok(())
    }

    fn ansi_escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(character) = self.take() else {
            return;
        };
        let plain = match character {
            'a' => 7,
            'b' => 8,
            'e' | 'E' => 0x1b,
            'f' => 0xc,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 0xb,
            '\\' | '\'' | '"' | '?' => u8::try_from(character).unwrap_or(b'?'),
            'x' => {
                let value = self.digits(16, 2).unwrap_or_default();
                u8::try_from(value).unwrap_or_default()
            }
            '0'..='7' => {
                self.at -= 1;
                let value = self.digits(8, 3).unwrap_or_default();
                u8::try_from(value & 0xff).unwrap_or_default()
            }
            'u' | 'U' => {
                let count = if character == 'u' { 4 } else { 8 };
                let value = self.digits(16, count).unwrap_or_default();
                let character = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                bytes.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
                return;
            }
            'c' => {
                let control = self.take().unwrap_or('@').to_ascii_uppercase();
                u8::try_from(control).unwrap_or(b'@') & 0x1f
            }
            other => {
                bytes.push(b'\\');
                bytes.extend(other.encode_utf8(&mut [0; 4]).as_bytes());
                return;
            }
        };
        bytes.push(plain);
    }

    fn digits(&mut self, radix: u32, most: usize) -> Option<u32> {
        let count = self
            .rest()
            .chars()
            .take(most)
            .take_while(|character| character.is_digit(radix))
            .count();
        let value = u32::from_str_radix(&self.rest()[..count], radix).ok();
        self.at += count;
        value
    }

    /// Behind a `$`.
    fn variable(&mut self, at: usize) {
        let rest = self.rest();
        if rest.starts_with('(') {
            self.push('$');
            self.no_command(at);
            return;
        }
        let (name, length) = if let Some(behind) = rest.strip_prefix('{') {
            let near = behind.len().min(LONGEST_EXPANSION);
            let Some(end) = memchr::memchr(b'}', &behind.as_bytes()[..near]) else {
                return self.push('$');
            };
            (&behind[..end], end + 2)
        } else {
            let body = rest.strip_prefix("env:").map_or(rest, |_| &rest[4..]);
            let skipped = rest.len() - body.len();
            let end = body
                .find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
                .unwrap_or(body.len());
            (&rest[..skipped + end], skipped + end)
        };
        // `${NAME:?}` and `${NAME:-default}` are the variable too.
        let name = name.strip_prefix("env:").unwrap_or(name);
        let end = name
            .find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
            .unwrap_or(name.len());
        let name = &name[..end];
        if name.is_empty() || name.starts_with(|character: char| character.is_ascii_digit()) {
            return self.push('$');
        }
        self.at += length;
        let reference = super::reference(name);
        self.word_here().push_str(&reference);
        self.line.variable(name);
    }

    fn no_command(&mut self, at: usize) {
        self.report(
            at,
            "A command stands inside of the command: it is not run, and its text is kept",
            "Put what it prints in its place",
        );
    }

    fn report(&mut self, at: usize, cause: &str, fix: &str) {
        if self.line.lint.len() < MOST_REPORTED {
            let place = Place::at(self.text, at);
            self.line.lint.push(Lint::new(place, cause, fix));
        }
    }

    fn is_here_string(&self) -> bool {
        let rest = self.rest();
        ["'\n", "'\r\n", "\"\n", "\"\r\n"]
            .iter()
            .any(|begin| rest.starts_with(begin))
    }

    fn here_string(&mut self, at: usize) -> Result<(), ImportError> {
        let quote = self.take().unwrap_or('\'');
        let rest = self.rest();
        let body_at = rest.find('\n').map_or(0, |end| end + 1);
        let end_mark = format!("\n{quote}@");
        let Some(end) = rest[body_at.saturating_sub(1)..].find(&end_mark) else {
            return Err(self.error(at, "A here-string has no end: add it on a line of its own"));
        };
        let end = body_at.saturating_sub(1) + end;
        let body = rest[body_at..end.max(body_at)]
            .trim_end_matches('\r')
            .to_owned();
        self.word_here().push_str(&body);
        self.at += end + end_mark.len();
        Ok(())
    }

    /// `(arg '…')`, as the export writes it, or any other call.
    fn call(&mut self, at: usize) -> Result<(), ImportError> {
        if let Some(behind) = self.rest().strip_prefix("arg ") {
            self.at += self.rest().len() - behind.len();
            self.start_word(at);
            while let Some(character) = self.rest().chars().next() {
                let here = self.at;
                self.at += character.len_utf8();
                match character {
                    ')' => return Ok(()),
                    _ if character.is_whitespace() => {}
                    _ => self.inside(character, here)?,
                }
            }
            return Err(self.error(at, "A bracket ( has no end: add `)`"));
        }
        self.start_word(at);
        self.push('(');
        self.no_command(at);
        Ok(())
    }
}
