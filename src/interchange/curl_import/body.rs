//! The body that curl's data and form options make.

use std::fmt::Write as _;

use super::options::Meaning;
use crate::interchange::text::Place;
use crate::interchange::types::{Ignored, Imported, Lint, NamedFile};
use crate::model::encode;
use crate::model::request::{DraftBody, PartRow, PartValue, QueryRow};

/// The data options, as they come.
#[derive(Debug, Default)]
pub(super) struct Data {
    pieces: Vec<Piece>,
    pub(super) parts: Vec<PartRow>,
    pub(super) is_json: bool,
    pub(super) upload: Option<String>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    File(String),
}

const FORM: &str = "application/x-www-form-urlencoded";

impl Data {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) fn has_any(&self) -> bool {
        !self.pieces.is_empty() || !self.parts.is_empty() || self.upload.is_some()
    }

    pub(super) fn add(
        &mut self,
        meaning: Meaning,
        value: &str,
        input: Option<&str>,
        imported: &mut Imported,
    ) {
        self.is_json |= meaning == Meaning::Json;
        let file = match meaning {
            Meaning::DataRaw => None,
            Meaning::DataEncoded => return self.add_encoded(value, input, imported),
            _ => value.strip_prefix('@'),
        };
        match (file, input) {
            (None, _) => self.text(meaning, value),
            (Some("-"), Some(input)) => self.text(meaning, input),
            (Some(path), _) => self.file(path, "the body of the request", imported),
        }
    }

    /// JSON pieces stand side by side, all others are joined by `&`.
    fn text(&mut self, meaning: Meaning, value: &str) {
        if let Some(Piece::Text(before)) = self.pieces.last_mut() {
            if meaning != Meaning::Json {
                before.push('&');
            }
            before.push_str(value);
        } else {
            self.pieces.push(Piece::Text(value.to_owned()));
        }
    }

    fn file(&mut self, path: &str, purpose: &str, imported: &mut Imported) {
        imported.files.push(NamedFile {
            path: path.to_owned(),
            purpose: purpose.to_owned(),
        });
        self.pieces.push(Piece::File(path.to_owned()));
    }

    fn add_encoded(&mut self, value: &str, input: Option<&str>, imported: &mut Imported) {
        let equals = value.find('=');
        let at = value.find('@');
        match (equals, at) {
            (equals, Some(at)) if equals.is_none_or(|equals| at < equals) => {
                let (name, path) = (&value[..at], &value[at + 1..]);
                if let Some(input) = input.filter(|_| path == "-") {
                    let text = encoded_pair(name, input);
                    self.text(Meaning::DataEncoded, &text);
                } else {
                    imported.ignored.push(Ignored::new(
                        "the encoding of --data-urlencode",
                        "a file is sent as it is",
                    ));
                    self.file(path, "a value of the form", imported);
                }
            }
            (Some(equals), _) => {
                let text = encoded_pair(&value[..equals], &value[equals + 1..]);
                self.text(Meaning::DataEncoded, &text);
            }
            (None, _) => self.text(Meaning::DataEncoded, &encoded(value)),
        }
    }

    /// `name=content`, `name=@file`, `name=<file`, with `;type=` and `;filename=`.
    pub(super) fn add_part(&mut self, value: &str, literal: bool, imported: &mut Imported) {
        let (name, content) = value.split_once('=').unwrap_or((value, ""));
        if literal {
            return self.part(name, PartValue::Text(content.to_owned()), "");
        }
        let (content, settings) = part_settings(content);
        let setting = |key: &str| {
            settings
                .iter()
                .find(|(known, _)| known == key)
                .map_or("", |(_, value)| value.as_str())
        };
        for (key, _) in &settings {
            if !["type", "filename"].contains(&key.as_str()) {
                imported.ignored.push(Ignored::new(
                    format!("`;{key}` of the form field `{name}`"),
                    "Gatescope sets type and file name of a part only",
                ));
            }
        }
        let Some(paths) = content.strip_prefix(['@', '<']) else {
            return self.part(name, PartValue::Text(content), setting("type"));
        };
        if content.starts_with('<') {
            imported.ignored.push(Ignored::new(
                format!("`<` of the form field `{name}`"),
                "the file is sent as one, with its name: paste its text to send that alone",
            ));
        }
        // In quotes a comma is part of the name.
        let is_quoted = value.contains("=@\"") || value.contains("=<\"");
        let paths: Vec<&str> = if is_quoted {
            vec![paths]
        } else {
            paths.split(',').collect()
        };
        if paths.len() > 1 {
            imported.ignored.push(Ignored::new(
                format!("that the form field `{name}` has its files in one part"),
                "each becomes a part of its own",
            ));
        }
        for path in paths {
            imported.files.push(NamedFile {
                path: path.to_owned(),
                purpose: format!("the form field `{name}`"),
            });
            let file = PartValue::File {
                path: path.to_owned(),
                file_name: setting("filename").to_owned(),
            };
            self.part(name, file, setting("type"));
        }
    }

    fn part(&mut self, name: &str, value: PartValue, content_type: &str) {
        self.parts.push(PartRow {
            enabled: true,
            name: name.to_owned(),
            value,
            content_type: content_type.to_owned(),
        });
    }

    /// The pieces as a query string, for `-G`.
    pub(super) fn query(&self, imported: &mut Imported) -> String {
        let mut texts = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => texts.push(text.as_str()),
                Piece::File(_) => imported.ignored.push(Ignored::new(
                    "a file as part of the query",
                    "the query holds text only: paste the text",
                )),
            }
        }
        texts.join("&")
    }

    /// The body, and whether its own content type says what `content_type`, the header row, says.
    pub(super) fn into_body(
        self,
        content_type: Option<&str>,
        place: Place,
        imported: &mut Imported,
    ) -> DraftBody {
        if !self.parts.is_empty() {
            return DraftBody::Multipart { rows: self.parts };
        }
        if let Some(path) = self.upload {
            return DraftBody::File {
                path,
                content_type: String::new(),
            };
        }
        let default = if self.is_json {
            "application/json"
        } else {
            FORM
        };
        let declared = content_type.unwrap_or(default);
        let mut pieces = self.pieces;
        let several = pieces.len() > 1;
        if let Some(at) = pieces
            .iter()
            .position(|piece| matches!(piece, Piece::File(_)))
        {
            if several {
                imported.ignored.push(Ignored::new(
                    "all data besides the first file",
                    "a body is one file or one text",
                ));
            }
            if let Piece::File(path) = pieces.swap_remove(at) {
                return DraftBody::File {
                    path,
                    content_type: content_type.map_or(default.to_owned(), |_| String::new()),
                };
            }
        }
        let Some(Piece::Text(text)) = pieces.pop() else {
            return DraftBody::None;
        };
        text_body(text, declared, content_type.is_some(), place, imported)
    }
}

fn text_body(
    text: String,
    declared: &str,
    is_typed: bool,
    place: Place,
    imported: &mut Imported,
) -> DraftBody {
    let media_type = declared
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if ["{\\\"", "[{\\\"", "[\\\""]
        .iter()
        .any(|start| text.starts_with(start))
    {
        imported.lint.push(Lint::new(
            place,
            "The quotes of the JSON have backslashes, which the shell hands on: the body is no JSON",
            "Take the backslashes out; only Windows PowerShell needs them",
        ));
    }
    if media_type == "application/json" {
        return DraftBody::Json { text };
    }
    if media_type == FORM {
        if text.trim_start().starts_with(['{', '[']) && !is_typed {
            imported.lint.push(Lint::new(
                place,
                "Without a Content-Type header curl sends JSON as a form, which Genesys Cloud answers with 415",
                "Choose JSON as the kind of body",
            ));
        } else if let Some(rows) = form_rows(&text) {
            return DraftBody::Form { rows };
        }
    }
    DraftBody::Text {
        text,
        content_type: declared.to_owned(),
    }
}

/// Rows that are sent as exactly this text, if there are such.
fn form_rows(text: &str) -> Option<Vec<QueryRow>> {
    if text.contains("{{") {
        return None;
    }
    text.split('&')
        .map(|pair| {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (pair, None),
            };
            let row = QueryRow {
                enabled: true,
                name: plain(name)?,
                value: match value {
                    Some(value) => Some(plain(value)?),
                    None => None,
                },
            };
            (!row.name.is_empty()).then_some(row)
        })
        .collect()
}

fn plain(encoded: &str) -> Option<String> {
    let decoded = encode::decode(&encoded.replace('+', " "));
    (encode::form_component(&decoded) == encoded).then_some(decoded)
}

fn encoded_pair(name: &str, content: &str) -> String {
    if name.is_empty() {
        encoded(content)
    } else {
        format!("{name}={}", encoded(content))
    }
}

/// As curl does it: everything but unreserved characters.
fn encoded(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            result.push(char::from(byte));
        } else {
            let _ = write!(result, "%{byte:02X}");
        }
    }
    result
}

/// Content and `;key=value` settings; a part may be in double quotes with backslashes.
fn part_settings(content: &str) -> (String, Vec<(String, String)>) {
    let mut pieces: Vec<String> = vec![String::new()];
    let mut quoted = false;
    let mut signs = content.chars().peekable();
    let mut at_start = true;
    while let Some(sign) = signs.next() {
        let piece = pieces.last_mut().expect("there is always one piece");
        match sign {
            '"' if at_start || quoted => quoted = !quoted,
            '\\' if quoted && signs.peek().is_some_and(|next| "\"\\".contains(*next)) => {
                piece.extend(signs.next());
            }
            ';' if !quoted => {
                pieces.push(String::new());
                at_start = true;
                continue;
            }
            _ => piece.push(sign),
        }
        at_start = matches!(sign, '@' | '<') && at_start || (sign == '=' && pieces.len() > 1);
    }
    let mut pieces = pieces.into_iter();
    let mut content = pieces.next().unwrap_or_default();
    let mut settings: Vec<(String, String)> = Vec::new();
    for piece in pieces {
        match piece.trim().split_once('=') {
            Some((key, value)) if ["type", "filename", "headers", "encoder"].contains(&key) => {
                settings.push((key.to_owned(), value.to_owned()));
            }
            // `type=text/plain;charset=utf-8` goes on behind the semicolon.
            _ => match settings.last_mut() {
                Some((key, value)) if key == "type" => {
                    value.push(';');
                    value.push_str(&piece);
                }
                _ => {
                    content.push(';');
                    content.push_str(&piece);
                }
            },
        }
    }
    (content, settings)
}
