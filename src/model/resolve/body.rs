//! The body: JSON and text as typed, forms, multipart with a boundary derived from the content
//! (so that a preview equals what is sent), files as segments that the transport opens. File paths are not expanded.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Work;
use crate::model::encode;
use crate::model::masks::{
    FieldSyntax, credentials_in_text, is_credential_field, is_made_of_references,
};
use crate::model::note::Field;
use crate::model::request::{DraftBody, PartRow, PartValue, QueryRow, RequestDraft};
use crate::model::resolved::{BodySegment, RequestBody};
use crate::model::variables::{Expansion, not_kept};

/// How the note about a JSON body that is none begins.
pub const NOT_JSON: &str = "This is not JSON from line";

#[derive(Debug, Default)]
pub(super) struct BuiltBody {
    pub(super) body: RequestBody,
    /// `None` when there is no body.
    pub(super) content_type: Option<String>,
    /// Bytes; `None` when a file has to be measured first.
    pub(super) length: Option<u64>,
}

impl BuiltBody {
    fn new(segments: Vec<BodySegment>, content_type: impl Into<String>) -> Self {
        let length = segments
            .iter()
            .try_fold(0_u64, |length, segment| match segment {
                BodySegment::Bytes(bytes) => Some(length + bytes.len() as u64),
                BodySegment::File { .. } => None,
            });
        Self {
            body: RequestBody { segments },
            content_type: Some(content_type.into()),
            length,
        }
    }

    fn none() -> Self {
        Self {
            length: Some(0),
            ..Self::default()
        }
    }

    fn text(text: String, content_type: impl Into<String>) -> Self {
        if text.is_empty() {
            return Self::none();
        }
        Self::new(vec![BodySegment::Bytes(Bytes::from(text))], content_type)
    }
}

pub(super) fn build(draft: &RequestDraft, work: &mut Work<'_>) -> BuiltBody {
    match &draft.body {
        DraftBody::None => BuiltBody::none(),
        DraftBody::Json { text } => json(text, work),
        DraftBody::Text { text, content_type } => {
            let expanded = work.expand(text, &Field::Body).text;
            check_content_type(content_type, Field::Body, work);
            text_credentials(text, &expanded, content_type, work);
            BuiltBody::text(
                expanded,
                or_default(content_type, "text/plain; charset=utf-8"),
            )
        }
        DraftBody::Form { rows } => form(rows, work),
        DraftBody::Multipart { rows } => multipart(draft, rows, work),
        DraftBody::File { path, content_type } => {
            check_content_type(content_type, Field::Body, work);
            work.problems.extend(not_kept(path, &Field::Body));
            if path.trim().is_empty() {
                work.problem(
                    Field::Body,
                    "No file is chosen: choose one, or another kind of body",
                );
                return BuiltBody::none();
            }
            let guessed = guess(path);
            BuiltBody::new(
                vec![BodySegment::File {
                    path: PathBuf::from(path),
                    row: None,
                }],
                or_default(content_type, &guessed),
            )
        }
    }
}

/// It becomes part of a head, where a line end would begin another header.
fn check_content_type(content_type: &str, field: Field, work: &mut Work<'_>) -> bool {
    if let Some(problem) = not_kept(content_type, &field) {
        work.problems.push(problem);
        return false;
    }
    let is_plain = !content_type.contains(|character: char| character.is_ascii_control());
    if !is_plain {
        work.problem(
            field,
            "The content type has a line end or another control character inside: take it out",
        );
    }
    is_plain
}

fn or_default<'a>(typed: &'a str, default: &'a str) -> &'a str {
    if typed.trim().is_empty() {
        default
    } else {
        typed
    }
}

fn guess(path: &str) -> String {
    mime_guess::from_path(path)
        .first_or_octet_stream()
        .essence_str()
        .to_owned()
}

fn json(text: &str, work: &mut Work<'_>) -> BuiltBody {
    let expanded = work.expand_json(text, &Field::Body);
    if !expanded.text.is_empty() {
        match serde_json::from_str::<Value>(&expanded.text) {
            Ok(value) => json_credentials(text, &expanded, &value, work),
            Err(error) => work.note(
                Field::Body,
                format!(
                    "{NOT_JSON} {}, column {} on; it is sent as typed",
                    error.line(),
                    error.column()
                ),
            ),
        }
    }
    BuiltBody::text(expanded.text, "application/json")
}

/// What is sent goes on the masks, what was typed is noted. A text that is JSON only after expansion is noted as sent.
fn json_credentials(typed: &str, expanded: &Expansion, sent: &Value, work: &mut Work<'_>) {
    for_each_credential(sent, None, &mut |_, value| work.mask(value));
    let typed = serde_json::from_str::<Value>(typed).ok();
    if typed.is_none() && expanded.has_secret() {
        return;
    }
    for_each_credential(typed.as_ref().unwrap_or(sent), None, &mut |name, value| {
        work.credential(Field::Body, name, value, value);
    });
}

/// Calls `visit` with the name and the text of each string and number that belongs to a member named like a credential.
fn for_each_credential(value: &Value, name: Option<&str>, visit: &mut impl FnMut(&str, &str)) {
    match (value, name) {
        (Value::Object(fields), _) => {
            for (name, value) in fields {
                let name = is_credential_field(name).then_some(name.as_str());
                for_each_credential(value, name, visit);
            }
        }
        (Value::Array(values), _) => {
            for value in values {
                for_each_credential(value, name, visit);
            }
        }
        (Value::String(text), Some(name)) if !text.is_empty() => visit(name, text),
        (Value::Number(number), Some(name)) => visit(name, &number.to_string()),
        _ => {}
    }
}

fn text_credentials(typed: &str, expanded: &str, content_type: &str, work: &mut Work<'_>) {
    let syntax = FieldSyntax::of(content_type, typed);
    for range in credentials_in_text(expanded, syntax) {
        work.mask(expanded[range].trim_matches('"'));
    }
    let is_typed = credentials_in_text(typed, syntax)
        .into_iter()
        .any(|range| !is_made_of_references(typed[range].trim_matches('"')));
    if is_typed {
        work.note(
            Field::Body,
            "A field of the body is named like a credential and its value is not kept with the request: make it a secret variable and write `{{secret.name}}`",
        );
    }
}

fn form(rows: &[QueryRow], work: &mut Work<'_>) -> BuiltBody {
    let mut pairs = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let blank = row.name.is_empty() && row.value.as_deref().unwrap_or_default().is_empty();
        if !row.enabled || blank {
            continue;
        }
        let field = Field::BodyRow(at);
        let name = work.expand(&row.name, &field).text;
        let mut pair = encode::form_component(&name);
        if let Some(value) = &row.value {
            let expanded = work.expand(value, &field).text;
            if is_credential_field(&name) {
                work.credential(field, &name, value, &expanded);
            }
            pair.push('=');
            pair.push_str(&encode::form_component(&expanded));
        }
        pairs.push(pair);
    }
    BuiltBody::text(pairs.join("&"), "application/x-www-form-urlencoded")
}

/// One part: its head, and its content.
struct Part {
    head: String,
    content: BodySegment,
}

fn multipart(draft: &RequestDraft, rows: &[PartRow], work: &mut Work<'_>) -> BuiltBody {
    let parts: Vec<Part> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.enabled)
        .filter_map(|(at, row)| part(row, at, work))
        .collect();
    if parts.is_empty() {
        return BuiltBody::none();
    }
    let boundary = typed_boundary(draft, work).unwrap_or_else(|| free_boundary(&parts));
    let mut segments = Vec::new();
    let mut text = Vec::new();
    for part in parts {
        text.extend_from_slice(format!("--{boundary}\r\n{}\r\n", part.head).as_bytes());
        match part.content {
            BodySegment::Bytes(bytes) => text.extend_from_slice(&bytes),
            file @ BodySegment::File { .. } => {
                segments.push(BodySegment::Bytes(Bytes::from(std::mem::take(&mut text))));
                segments.push(file);
            }
        }
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    segments.push(BodySegment::Bytes(Bytes::from(text)));
    BuiltBody::new(
        segments,
        format!("multipart/form-data; boundary={boundary}"),
    )
}

fn part(row: &PartRow, at: usize, work: &mut Work<'_>) -> Option<Part> {
    let field = Field::BodyRow(at);
    let name = work.expand(&row.name, &field).text;
    if !check_content_type(&row.content_type, field.clone(), work) {
        return None;
    }
    let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(&name));
    let mut content_type = row.content_type.trim().to_owned();
    let content = match &row.value {
        PartValue::Text(value) => {
            let expanded = work.expand(value, &field).text;
            if is_credential_field(&name) {
                work.credential(field, &name, value, &expanded);
            }
            BodySegment::Bytes(Bytes::from(expanded))
        }
        PartValue::File { path, file_name } => {
            work.problems.extend(not_kept(path, &field));
            work.problems.extend(not_kept(file_name, &field));
            if path.trim().is_empty() {
                work.problem(
                    field,
                    "No file is chosen: choose one, or switch the row off",
                );
                return None;
            }
            let last = path.rsplit(['/', '\\']).next().unwrap_or(path);
            let shown = or_default(file_name, last);
            head = format!("{head}; filename=\"{}\"", quoted(shown));
            if content_type.is_empty() {
                content_type = guess(shown);
            }
            BodySegment::File {
                path: PathBuf::from(path),
                row: Some(at),
            }
        }
    };
    head.push_str("\r\n");
    if !content_type.is_empty() {
        head = format!("{head}Content-Type: {content_type}\r\n");
    }
    Some(Part { head, content })
}

/// As the HTML standard writes names in a multipart head.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The boundary of a typed `Content-Type`.
fn typed_boundary(draft: &RequestDraft, work: &mut Work<'_>) -> Option<String> {
    let (at, row) = draft
        .headers
        .iter()
        .enumerate()
        .find(|(_, row)| row.enabled && row.name.trim().eq_ignore_ascii_case("content-type"))?;
    let boundary = row.value.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then(|| value.trim().trim_matches('"').to_owned())
    });
    if boundary.as_deref().unwrap_or_default().is_empty() {
        work.note(
            Field::Header(at),
            "The typed Content-Type names no boundary: the server cannot tell the parts; switch the header off",
        );
        return None;
    }
    boundary
}

/// Derived from the parts, and changed until no part holds it.
fn free_boundary(parts: &[Part]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.head.as_bytes());
        match &part.content {
            BodySegment::Bytes(bytes) => digest.update(bytes),
            BodySegment::File { path, .. } => digest.update(path.to_string_lossy().as_bytes()),
        }
    }
    let mut hash = digest.finalize();
    loop {
        let hex = hash[..12]
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let boundary = format!("gatescope-{hex}");
        let taken = parts.iter().any(|part| match &part.content {
            BodySegment::Bytes(bytes) => memchr::memmem::find(bytes, boundary.as_bytes()).is_some(),
            BodySegment::File { .. } => false,
        });
        if !taken {
            return boundary;
        }
        hash = Sha256::digest(hash);
    }
}
