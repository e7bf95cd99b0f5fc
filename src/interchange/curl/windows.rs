//! Words of the two Windows shells. In both, nothing of a value is ever read as a command.

use std::fmt::Write as _;

use super::shell::{Piece, joined};

/// cmd takes no longer line.
pub(super) const LONGEST_CMD: usize = 8_191;
/// Windows starts no program with more.
pub(super) const LONGEST_WINDOWS: usize = 32_767;

/// One word of cmd: the program sees one pair of double quotes, cmd sees none of it as a quote, so that each special sign
/// has its own caret. Backslashes count only in front of a quote (Microsoft's C runtime).
pub(super) fn quote_cmd(pieces: &[Piece]) -> String {
    let mut word = "^\"".to_owned();
    // Between a variable and what follows no sign may be taken for a part of its name.
    let mut backslashes = 0;
    let mut after_percent = false;
    for piece in joined(pieces) {
        let text = match piece {
            Piece::Text(text) => text,
            Piece::Variable(name) => {
                let _ = write!(word, "%{name}%");
                backslashes = 0;
                after_percent = false;
                continue;
            }
        };
        for sign in text.replace("\r\n", "\n").chars() {
            match sign {
                '\\' => {
                    backslashes += 1;
                    word.push('\\');
                }
                '"' => {
                    word.push_str(&"\\".repeat(backslashes));
                    word.push_str("\\^\"");
                    backslashes = 0;
                }
                '\n' => {
                    word.push_str("^\n\n");
                    backslashes = 0;
                }
                _ => {
                    let is_plain = sign.is_alphanumeric()
                        || sign == ' '
                        || "_-:=+~'/.,?;*`#@[]{}$".contains(sign);
                    // `%NAME%` would be a variable.
                    if !is_plain || after_percent {
                        word.push('^');
                    }
                    word.push(sign);
                    backslashes = 0;
                }
            }
            after_percent = sign == '%';
        }
    }
    word.push_str(&"\\".repeat(backslashes));
    word.push_str("^\"");
    word
}

/// One word of PowerShell, as version 7.3 and later hand it to a program.
pub(super) fn quote_power_shell(pieces: &[Piece]) -> String {
    let pieces = joined(pieces);
    let only_text: Option<String> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Variable(_) => None,
        })
        .collect();
    if let Some(text) = only_text {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let inner: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Variable(name) => format!("${{env:{name}}}"),
            Piece::Text(text) => text
                .chars()
                .flat_map(|sign| {
                    let escape =
                        matches!(sign, '`' | '"' | '$' | '\u{201c}' | '\u{201d}' | '\u{201e}');
                    escape.then_some('`').into_iter().chain([sign])
                })
                .collect(),
        })
        .collect();
    format!("\"{inner}\"")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::interchange::curl_import::import;
    use crate::model::request::DraftBody;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn words_of_cmd() {
        for (pieces, expected) in [
            (vec![text("")], "^\"^\""),
            (vec![text("a b")], "^\"a b^\""),
            (vec![text("a\"b")], "^\"a\\^\"b^\""),
            (vec![text("a\\\"b\\")], "^\"a\\\\\\^\"b\\\\^\""),
            (vec![text("a&b|c")], "^\"a^&b^|c^\""),
            (vec![text("%PATH%")], "^\"^%^PATH^%^\""),
            (vec![text("a\nb")], "^\"a^\n\nb^\""),
            (
                vec![text("x: "), Piece::Variable("KEY".to_owned())],
                "^\"x: %KEY%^\"",
            ),
        ] {
            assert_eq!(quote_cmd(&pieces), expected, "{pieces:?}");
        }
    }

    #[test]
    fn words_of_power_shell() {
        for (pieces, expected) in [
            (vec![text("")], "''"),
            (vec![text("a'b $c")], "'a''b $c'"),
            (
                vec![
                    text("x: \"$a\" "),
                    Piece::Variable("KEY".to_owned()),
                    text("y"),
                ],
                "\"x: `\"`$a`\" ${env:KEY}y\"",
            ),
        ] {
            assert_eq!(quote_power_shell(&pieces), expected, "{pieces:?}");
        }
    }

    proptest! {
        /// What is written is read again as it was.
        #[test]
        fn any_text_comes_back(body in "[ -~\n\u{e4}\u{20ac}\u{201c}]{1,40}") {
            prop_assume!(!body.starts_with('@'));
            for (shell, quoted, end) in [
                ("cmd", quote_cmd(&[text(&body)]), "^\n"),
                ("PowerShell", quote_power_shell(&[text(&body)]), "`\n"),
            ] {
                let command = format!("curl.exe {end}  -H \"Content-Type: text/x\" --data-raw {quoted} {end}  \"https://h.example/\"");
                let imported = import(&command).unwrap_or_else(|error| panic!("{shell}: {error} in {command}"));
                let read = match &imported.requests[0].draft.body {
                    DraftBody::Text { text, .. } => text.clone(),
                    DraftBody::None => String::new(),
                    other => panic!("{shell}: {other:?} of {command}"),
                };
                prop_assert_eq!(&read, &body, "{} of {}", shell, command);
            }
        }
    }
}
