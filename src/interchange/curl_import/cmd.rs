//! Words as Windows makes them: cmd takes its carets and separators, then the program takes quotes and backslashes.

use super::words::{Command, Line, Word};
use crate::interchange::text::Place;
use crate::interchange::types::ImportError;

/// A character and its byte offset in the text.
type Sign = (char, usize);

pub(super) fn split(text: &str) -> Result<Line, ImportError> {
    let mut line = Line::default();
    let mut takes_input = false;
    for (signs, pipes) in commands(text, &mut line) {
        let words = words(text, &signs, &line.commands)?;
        if !words.is_empty() {
            line.commands.push(Command { words, takes_input });
        }
        takes_input = pipes;
    }
    Ok(line)
}

/// What cmd hands on: carets taken, variables put in as references, split at `&`, `|` and line ends outside of quotes.
fn commands(text: &str, line: &mut Line) -> Vec<(Vec<Sign>, bool)> {
    let signs: Vec<Sign> = text.char_indices().map(|(at, sign)| (sign, at)).collect();
    let mut commands = Vec::new();
    let mut command: Vec<Sign> = Vec::new();
    let mut quoted = false;
    let mut index = 0;
    while let Some(&(sign, at)) = signs.get(index) {
        index += 1;
        match sign {
            '"' => {
                quoted = !quoted;
                command.push((sign, at));
            }
            '^' if !quoted => {
                if signs.get(index).is_some_and(|(next, _)| *next == '\r') {
                    index += 1;
                }
                if signs.get(index).is_some_and(|(next, _)| *next == '\n') {
                    index += 1;
                    // Behind a continued line the next sign is taken as it is: a second line end is one.
                    if signs.get(index).is_some_and(|(next, _)| *next == '\r') {
                        index += 1;
                    }
                    if signs.get(index).is_some_and(|(next, _)| *next == '\n') {
                        command.extend(signs.get(index));
                        index += 1;
                    }
                    index += prompt(text, &signs, index);
                    continue;
                }
                command.extend(signs.get(index));
                index += 1;
            }
            '%' => index = percent(text, &signs, index, at, &mut command, line),
            '&' | '|' | '\n' if !quoted => {
                let doubled = signs.get(index).is_some_and(|(next, _)| *next == sign);
                commands.push((std::mem::take(&mut command), sign == '|' && !doubled));
            }
            '\n' => {
                quoted = false;
                commands.push((std::mem::take(&mut command), false));
            }
            _ => command.push((sign, at)),
        }
    }
    commands.push((command, false));
    commands
}

/// How many signs of a prompt stand at the beginning of a continued line.
fn prompt(text: &str, signs: &[Sign], index: usize) -> usize {
    const PROMPT: &str = "More? ";
    let is_there = signs
        .get(index)
        .is_some_and(|(_, at)| text[*at..].starts_with(PROMPT));
    if is_there { PROMPT.len() } else { 0 }
}

/// `%NAME%` is a variable, `%%` a percent sign, everything else as it is.
fn percent(
    text: &str,
    signs: &[Sign],
    index: usize,
    at: usize,
    command: &mut Vec<Sign>,
    line: &mut Line,
) -> usize {
    let behind = &text[at + 1..];
    if behind.starts_with('%') {
        command.push(('%', at));
        return index + 1;
    }
    let end = behind
        .find(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_'))
        .unwrap_or(behind.len());
    let name = &behind[..end];
    let is_name = !name.is_empty() && !name.starts_with(|sign: char| sign.is_ascii_digit());
    if !is_name || !behind[end..].starts_with('%') {
        command.push(('%', at));
        return index;
    }
    command.extend(super::reference(name).chars().map(|sign| (sign, at)));
    line.variable(name);
    (index + name.chars().count() + 1).min(signs.len())
}

/// What the program makes of it: the rules of Microsoft's C runtime.
fn words(text: &str, signs: &[Sign], before: &[Command]) -> Result<Vec<Word>, ImportError> {
    let mut words: Vec<Word> = Vec::new();
    let mut word: Option<Word> = None;
    let mut open: Option<usize> = None;
    let mut index = 0;
    let begin = |word: &mut Option<Word>, at: usize| {
        word.get_or_insert_with(|| Word {
            text: String::new(),
            at,
        });
    };
    while let Some(&(sign, at)) = signs.get(index) {
        index += 1;
        match sign {
            '\\' => {
                let count = 1 + signs[index..]
                    .iter()
                    .take_while(|(next, _)| *next == '\\')
                    .count();
                index += count - 1;
                begin(&mut word, at);
                let quote_follows = signs.get(index).is_some_and(|(next, _)| *next == '"');
                let kept = if quote_follows { count / 2 } else { count };
                if let Some(word) = &mut word {
                    word.text.extend(std::iter::repeat_n('\\', kept));
                    if quote_follows && count % 2 == 1 {
                        word.text.push('"');
                        index += 1;
                    }
                }
            }
            '"' => {
                begin(&mut word, at);
                let doubled = signs.get(index).is_some_and(|(next, _)| *next == '"');
                match (open, &mut word) {
                    (Some(_), Some(word)) if doubled => {
                        word.text.push('"');
                        index += 1;
                    }
                    (Some(_), _) => open = None,
                    (None, _) => open = Some(at),
                }
            }
            _ if sign.is_whitespace() && open.is_none() => words.extend(word.take()),
            _ => {
                begin(&mut word, at);
                if let Some(word) = &mut word {
                    word.text.push(sign);
                }
            }
        }
    }
    words.extend(word);
    if let Some(at) = open {
        let read = Command {
            words,
            takes_input: false,
        };
        return Err(ImportError::new(
            Place::at(text, at),
            "A quote \" has no end: add the closing quote",
        )
        .having_understood(super::understood(before, &read)));
    }
    Ok(words)
}
