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
    upload: Option<String>,
    /// What `--upload-file -` sends.
    uploads_text: Option<String>,
    /// What is sent comes from where the command gets its input.
    reads_input: bool,
    /// Variables of data that curl does not encode.
    has_plain_reference: bool,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    File(String),
}

impl Piece {
    fn is_nothing(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

impl Data {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) fn is_upload(&self) -> bool {
        self.upload.is_some()
    }

    /// The file that `--upload-file` names.
    pub(super) fn uploaded(&self) -> Option<&str> {
        self.upload.as_deref().filter(|path| !is_input(path))
    }

    pub(super) fn has_any(&self) -> bool {
        !self.pieces.is_empty()
            || !self.parts.is_empty()
            || self.upload.is_some()
            || self.reads_input
    }

    pub(super) fn upload(&mut self, path: &str, input: Option<&str>, imported: &mut Imported) {
        self.upload = Some(path.to_owned());
        match (is_input(path), input) {
            (false, _) => imported.files.push(NamedFile {
                path: path.to_owned(),
                purpose: "the body of the request".to_owned(),
            }),
            (true, Some(input)) => self.uploads_text = Some(input.to_owned()),
            (true, None) => self.input(imported),
        }
    }

    fn input(&mut self, imported: &mut Imported) {
        self.reads_input = true;
        imported.ignored.push(Ignored::new(
            "the standard input",
            "only what `echo` or `printf` writes in front is read: type the body",
        ));
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
            (None, _) => {
                self.has_plain_reference |= value.contains("{{");
                self.text(meaning, value);
            }
            (Some("-"), Some(input)) => {
                self.has_plain_reference |= input.contains("{{");
                self.text(meaning, input);
            }
            (Some("-"), None) => self.input(imported),
            (Some(path), _) => {
                if meaning == Meaning::Data {
                    imported.ignored.push(Ignored::new(
                        "taking the line breaks out of the file of --data",
                        "the file is sent as it is, as with --data-binary",
                    ));
                }
                self.file(path, "the body of the request", imported);
            }
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
                match (path, input) {
                    ("-", Some(input)) => {
                        let text = encoded_pair(name, input);
                        self.text(Meaning::DataEncoded, &text);
                    }
                    ("-", None) => self.input(imported),
                    _ => {
                        imported.ignored.push(Ignored::new(
                            "the encoding of --data-urlencode",
                            "a file is sent as it is",
                        ));
                        self.file(path, "a value of the form", imported);
                    }
                }
            }
            (Some(equals), _) => {
                let text = encoded_pair(&value[..equals], &value[equals + 1..]);
                self.text(Meaning::DataEncoded, &text);
            }
            (None, _) => self.text(Meaning::DataEncoded, &encoded(value, "+")),
        }
    }

    /// `name=content`, `name=@file`, `name=<file`, with `;type=` and `;filename=`.
    pub(super) fn add_part(&mut self, value: &str, literal: bool, imported: &mut Imported) {
        let (name, content) = value.split_once('=').unwrap_or((value, ""));
        if literal {
            return self.part(name, PartValue::Text(content.to_owned()), "");
        }
        let (contents, settings, is_cut) = part_settings(content);
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
        if is_cut {
            imported.ignored.push(Ignored::new(
                format!("what stands behind a semicolon in the form field `{name}`"),
                "curl leaves it out too: put the value in double quotes to keep it",
            ));
        }
        if contents.len() > 1 {
            imported.ignored.push(Ignored::new(
                format!("one field for the files of `{name}`"),
                "each becomes a field of its own",
            ));
        }
        for content in contents {
            let value = match content.chars().next() {
                Some(sign @ ('@' | '<')) => {
                    let path = content[1..].to_owned();
                    if sign == '<' {
                        imported.ignored.push(Ignored::new(
                            format!("`<` of the form field `{name}`"),
                            "the file is sent as a file, with its name",
                        ));
                    }
                    imported.files.push(NamedFile {
                        path: path.clone(),
                        purpose: format!("the form field `{name}`"),
                    });
                    PartValue::File {
                        path,
                        file_name: setting("filename").to_owned(),
                    }
                }
                _ => PartValue::Text(content),
            };
            self.part(name, value, setting("type"));
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

    /// What curl calls an empty body, as `-d ''` makes one.
    pub(super) fn type_of_nothing(&self) -> Option<&'static str> {
        match self.pieces.as_slice() {
            [piece] if piece.is_nothing() => Some(if self.is_json { JSON } else { FORM }),
            _ => None,
        }
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
        if let Some(text) = self.uploads_text {
            return DraftBody::Text {
                text,
                content_type: content_type.unwrap_or_default().to_owned(),
            };
        }
        if let Some(path) = self.upload.filter(|path| !is_input(path)) {
            return DraftBody::File {
                path,
                content_type: String::new(),
            };
        }
        let default = if self.is_json { JSON } else { FORM };
        let declared = content_type.unwrap_or(default);
        let encodes_references = !self.has_plain_reference;
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
        let Some(Piece::Text(text)) = pieces.pop().filter(|piece| !piece.is_nothing()) else {
            return DraftBody::None;
        };
        text_body(
            text,
            declared,
            content_type.is_some(),
            encodes_references,
            place,
            imported,
        )
    }
}

fn text_body(
    text: String,
    declared: &str,
    is_typed: bool,
    encodes_references: bool,
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
    if media_type == JSON {
        return DraftBody::Json { text };
    }
    if media_type == FORM {
        if text.trim_start().starts_with(['{', '[']) && !is_typed {
            imported.lint.push(Lint::new(
                place,
                "Without a Content-Type header curl sends JSON as a form, which Genesys Cloud answers with 415",
                "Choose JSON as the kind of body",
            ));
        } else if let Some(rows) = form_rows(&text, encodes_references) {
            return DraftBody::Form { rows };
        }
    }
    DraftBody::Text {
        text,
        content_type: declared.to_owned(),
    }
}

/// Rows that are sent as exactly this text, if there are such.
fn form_rows(text: &str, encodes_references: bool) -> Option<Vec<QueryRow>> {
    if text.contains("{{") && !encodes_references {
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

/// The value that is sent as `encoded`. A variable stands for itself: a form encodes its value.
fn plain(encoded: &str) -> Option<String> {
    let mut result = String::new();
    for (is_reference, piece) in around_references(encoded) {
        if is_reference {
            result.push_str(piece);
            continue;
        }
        let decoded = encode::decode(&piece.replace('+', " "));
        if encode::form_component(&decoded) != piece {
            return None;
        }
        result.push_str(&decoded);
    }
    Some(result)
}

/// The text in pieces: variables (`true`) and what stands between them.
pub(super) fn around_references(text: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(end) = rest[start..].find("}}").map(|at| start + at + 2) else {
            break;
        };
        pieces.push((false, &rest[..start]));
        pieces.push((true, &rest[start..end]));
        rest = &rest[end..];
    }
    pieces.push((false, rest));
    pieces
}

/// What `--url-query` adds.
pub(super) enum QueryArgument {
    Text(String),
    File,
}

/// As `--data-urlencode`, but for a plus sign in front of what is encoded already.
pub(super) fn query_argument(value: &str) -> QueryArgument {
    if let Some(plain) = value.strip_prefix('+') {
        return QueryArgument::Text(plain.to_owned());
    }
    match (value.find('='), value.find('@')) {
        (equals, Some(at)) if equals.is_none_or(|equals| at < equals) => QueryArgument::File,
        (Some(equals), _) => {
            QueryArgument::Text(encoded_pair(&value[..equals], &value[equals + 1..]))
        }
        (None, _) => QueryArgument::Text(encoded(value, "+")),
    }
}

fn is_input(path: &str) -> bool {
    path == "-" || path == "."
}

fn encoded_pair(name: &str, content: &str) -> String {
    if name.is_empty() {
        encoded(content, "+")
    } else {
        format!("{name}={}", encoded(content, "+"))
    }
}

/// As curl does it: everything but unreserved characters, and a space as `space`. Variables stay.
pub(super) fn encoded(text: &str, space: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for (is_reference, piece) in around_references(text) {
        if is_reference {
            result.push_str(piece);
            continue;
        }
        for byte in piece.bytes() {
            if byte == b' ' {
                result.push_str(space);
            } else if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                result.push(char::from(byte));
            } else {
                let _ = write!(result, "%{byte:02X}");
            }
        }
    }
    result
}

/// Contents (several files, divided by commas), `;key=value` settings, and whether there was more behind a semicolon, which
/// curl leaves out. A content may be in double quotes with backslashes.
fn part_settings(content: &str) -> (Vec<String>, Vec<(String, String)>, bool) {
    let are_files = content.starts_with('@');
    let mut contents = Vec::new();
    let mut pieces: Vec<String> = vec![String::new()];
    let mut quoted = false;
    let mut signs = content.chars().peekable();
    let mut at_start = true;
    while let Some(sign) = signs.next() {
        let is_content = pieces.len() == 1;
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
            ',' if are_files && !quoted && is_content => {
                contents.push(std::mem::replace(&mut pieces[0], "@".to_owned()));
                at_start = true;
                continue;
            }
            _ => piece.push(sign),
        }
        at_start = matches!(sign, '@' | '<') && at_start || (sign == '=' && pieces.len() > 1);
    }
    let mut pieces = pieces.into_iter();
    contents.extend(pieces.next());
    let mut settings: Vec<(String, String)> = Vec::new();
    let mut is_cut = false;
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
                _ => is_cut = true,
            },
        }
    }
    (contents, settings, is_cut)
}
