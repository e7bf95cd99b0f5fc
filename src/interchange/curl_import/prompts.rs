//! Prompts of a shell that were copied along with a command: `$ curl …`, and `> ` at the beginning of the lines that go on.
//! A `>` there looks like a redirection, whose file name would swallow an option.

use super::words::{Command, Shell};

/// By the prompt in front of the first command, or by quotes that Windows PowerShell alone needs.
/// `None` for POSIX shells, and where nothing tells.
pub(super) fn shell_of(text: &str) -> Option<Shell> {
    let is_windows = text.contains("curl.exe");
    if is_windows && ["'{\\\"", "'[{\\\""].iter().any(|sign| text.contains(sign)) {
        return Some(Shell::Power);
    }
    let first = text.trim_start().lines().next().unwrap_or_default();
    let (prompt, _) = first.split_once('>')?;
    let mut signs = prompt.chars();
    let is_drive = signs.next().is_some_and(|sign| sign.is_ascii_alphabetic())
        && signs.next() == Some(':')
        && signs.next() == Some('\\');
    if prompt.starts_with("PS ") {
        Some(Shell::Power)
    } else if is_drive {
        Some(Shell::Cmd)
    } else {
        None
    }
}

/// Whether `rest`, the beginning of the second line of `command`, begins with a prompt.
pub(super) fn is_prompt(rest: &str, command: &Command, is_quoted: bool) -> bool {
    let prompt = length(rest);
    if prompt == 0 {
        return false;
    }
    let is_behind_prompt = command.words.first().is_some_and(|word| {
        let word = word.text.as_str();
        word == "PS" || word.ends_with(['$', '%', '#', '>', '❯'])
    });
    // Without a prompt in front of the command it may be a redirection, or part of the text in the quotes.
    let behind = rest[prompt..].trim_start();
    is_behind_prompt || !is_quoted && behind.starts_with(['-', '\'', '"', '$'])
}

/// Bytes of `> `, `>> ` or `quote> ` at the beginning of a line; 0 when there is no prompt.
pub(super) fn length(rest: &str) -> usize {
    let words = ["dquote", "quote", "bquote", "cmdsubst"];
    let word = words.iter().find(|word| rest.starts_with(**word));
    let behind_word = &rest[word.map_or(0, |word| word.len())..];
    let behind = behind_word.trim_start_matches('>');
    if behind.len() == behind_word.len() {
        return 0;
    }
    match behind.chars().next() {
        Some(' ') => rest.len() - behind.len() + 1,
        None | Some('\n' | '\r') => rest.len() - behind.len(),
        Some(_) => 0,
    }
}
