//! Words of a POSIX shell. Every value is quoted; nothing of a value is ever read as shell.

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

fn joined(pieces: &[Piece]) -> Vec<Piece> {
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
pub(super) fn comment(text: &str) -> String {
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
    format!("# {}", harmless.trim())
}
