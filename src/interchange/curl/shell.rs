//! Words of a shell, POSIX here, those of Windows in `windows`. Every value is quoted; nothing of a value is ever read as shell.

use super::windows;
use crate::interchange::Lint;
use crate::interchange::text::Place;

/// The shell that a command is written for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Shell {
    #[default]
    Posix,
    /// Windows `cmd.exe`.
    Cmd,
    /// PowerShell 7.3 or later: earlier ones drop the double quotes inside of a value.
    Power,
}

impl Shell {
    pub(super) fn quote(self, pieces: &[Piece]) -> String {
        match self {
            Self::Posix => quote(pieces),
            Self::Cmd => windows::quote_cmd(pieces),
            Self::Power => windows::quote_power_shell(pieces),
        }
    }

    /// The program, and what joins two lines of one command.
    pub(super) fn program(self) -> (&'static str, &'static str) {
        match self {
            Self::Posix => ("curl ", " \\\n  "),
            Self::Cmd => ("curl.exe ", " ^\n  "),
            Self::Power => ("curl.exe ", " `\n  "),
        }
    }

    /// What to say of a command of that many bytes.
    pub(super) fn too_long(self, bytes: usize) -> Option<Lint> {
        let (most, name) = match self {
            Self::Posix => return None,
            Self::Cmd => (windows::LONGEST_CMD, "cmd"),
            Self::Power => (windows::LONGEST_WINDOWS, "Windows"),
        };
        (bytes > most).then(|| {
            Lint::new(
                Place::START,
                format!("{name} takes no command of more than {most} characters"),
                "Send the body as a file",
            )
        })
    }

    /// How a variable of the environment is set.
    pub(super) fn assignment(self, name: &str, value: &str) -> String {
        let value = self.quote(&[Piece::Text(value.to_owned())]);
        match self {
            Self::Posix => format!("export {name}={value}"),
            // cmd keeps quotes in the value, so none are written around it.
            Self::Cmd => format!(
                "set {name}={}",
                value.trim_start_matches("^\"").trim_end_matches("^\"")
            ),
            Self::Power => format!("$env:{name} = {value}"),
        }
    }
}

/// A part of one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// The name of a shell variable. When it is not set, the shell says so and runs nothing.
    Variable(String),
}

/// One word of the shell.
pub(super) fn quote(pieces: &[Piece]) -> String {
    let word: String = joined(pieces)
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => single_quoted(text),
            Piece::Variable(name) => format!("\"${{{name}:?}}\""),
        })
        .collect();
    if word.is_empty() {
        "''".to_owned()
    } else {
        word
    }
}

/// Windows PowerShell 5.1 puts a value between quotes without a backslash before those inside and behind its last backslash,
/// and leaves empty ones out.
pub(super) fn is_changed_by_old_power_shell(pieces: &[Piece]) -> bool {
    let joined = joined(pieces);
    let is_changed = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains('"'));
    joined.is_empty()
        || joined.iter().any(is_changed)
        || matches!(joined.last(), Some(Piece::Text(text)) if text.ends_with('\\'))
}

pub(super) fn holds_nul(pieces: &[Piece]) -> bool {
    pieces
        .iter()
        .any(|piece| matches!(piece, Piece::Text(text) if text.contains('\0')))
}

/// A command that prints the pieces, byte for byte, of any length and with any bytes.
pub(super) fn printed(pieces: &[Piece]) -> String {
    let printed: Vec<String> = joined(pieces)
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) if text.contains('\0') => {
                let escaped = text
                    .replace('\\', "\\\\")
                    .replace('%', "%%")
                    .replace('\0', "\\000");
                format!("printf {}", single_quoted(&escaped))
            }
            piece => format!("printf '%s' {}", quote(std::slice::from_ref(piece))),
        })
        .collect();
    match printed.as_slice() {
        [one] => one.clone(),
        many => format!("{{ {}; }}", many.join("; ")),
    }
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

pub(super) fn joined(pieces: &[Piece]) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(text),
            _ => joined.push(piece.clone()),
        }
    }
    joined
}

/// A comment that is harmless even where a shell does not take `#` for one: nothing in it means anything to a shell.
pub(super) fn comment(shell: Shell, text: &str) -> String {
    let harmless: String = text
        .chars()
        .map(|character| {
            if character.is_alphanumeric() || " .,:-_/@".contains(character) {
                character
            } else {
                ' '
            }
        })
        .collect();
    let begin = if shell == Shell::Cmd { "rem" } else { "#" };
    format!("{begin} {}", harmless.trim())
}
