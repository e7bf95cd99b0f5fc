//! Writing to standard output and standard error. A reader that went away is no error; on a terminal nothing that came
//! from elsewhere may steer it.

use std::io::{self, IsTerminal as _, Write as _};

use serde_json::Value;

use crate::body::visible;

/// One line for a person, on standard error.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", visible::line(text));
}

/// One line of a result, on standard output.
pub(super) fn line(text: &str) {
    let _ = writeln!(io::stdout(), "{}", visible::line(text));
}

/// What a line says by its colour as well; its words say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Good,
    Bad,
    Faint,
}

impl Tone {
    fn codes(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Good => "1;32",
            Self::Bad => "1;31",
            Self::Faint => "2",
        }
    }
}

/// One line of a result, in its tone where the output is a terminal that takes colours.
pub(super) fn toned(tone: Tone, text: &str) {
    let shown = visible::line(text);
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if tone == Tone::Plain || !wanted || !output_is_terminal() {
        let _ = writeln!(io::stdout(), "{shown}");
    } else {
        let _ = writeln!(io::stdout(), "\u{1b}[{}m{shown}\u{1b}[0m", tone.codes());
    }
}

/// Bytes as they are.
pub(super) fn raw(bytes: &[u8]) {
    let mut output = io::stdout().lock();
    let _ = output.write_all(bytes).and_then(|()| output.flush());
}

/// A text of several lines: as it is for a file or a program, with what would steer a terminal escaped for a terminal.
pub(super) fn document(text: &str) {
    if output_is_terminal() {
        raw(visible::text(text).as_bytes());
    } else {
        raw(text.as_bytes());
    }
}

pub(super) fn print_json(document: &Value) {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    // JSON escapes control characters; the bidirectional ones stay text.
    self::document(&text);
}

pub(super) fn output_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether a person can be asked.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A question with yes and no; anything but `y` and `yes` is no.
pub(super) fn ask(question: &str) -> bool {
    let _ = write!(io::stderr(), "{} [y/N] ", visible::line(question));
    let _ = io::stderr().flush();
    let mut answer = String::new();
    if io::stdin().read_line(&mut answer).is_err() {
        return false;
    }
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}
