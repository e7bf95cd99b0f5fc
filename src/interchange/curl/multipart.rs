//! A multipart body as `--form` options: its bytes are read back into the parts that they were made of.

use std::path::{Path, PathBuf};

use crate::model::resolved::{BodySegment, HeaderOrigin, ResolvedRequest};

use super::shell::Piece;

/// One part of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(String),
    File(PathBuf),
}

/// The parts, when the body is a form that options can say: with a boundary of Gatescope's own and names that curl takes.
pub(super) fn parts(request: &ResolvedRequest) -> Option<Vec<Part>> {
    let header = request
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-type"))?;
    let value = std::str::from_utf8(&header.value).ok()?;
    let boundary = value.strip_prefix("multipart/form-data; boundary=")?;
    let has_file = request
        .body
        .segments
        .iter()
        .any(|segment| matches!(segment, BodySegment::File { .. }));
    // A typed boundary is kept where the body is text, and curl's own has to do where files stand in it.
    if header.origin != HeaderOrigin::Automatic && !has_file {
        return None;
    }
    let parts = read(&request.body.segments, boundary)?;
    let can_be_said = |part: &Part| {
        let nul = matches!(&part.content, Content::Text(text) if text.contains('\0'));
        !nul && !part.name.contains(['=', '\0'])
    };
    (has_file || parts.iter().all(can_be_said)).then_some(parts)
}

fn read(segments: &[BodySegment], boundary: &str) -> Option<Vec<Part>> {
    let delimiter = format!("--{boundary}");
    let mut parts: Vec<Part> = Vec::new();
    for segment in segments {
        match segment {
            BodySegment::File { path, .. } => {
                parts.last_mut()?.content = Content::File(path.clone());
            }
            BodySegment::Bytes(bytes) => {
                let text = std::str::from_utf8(bytes).ok()?;
                let mut rest = text.strip_prefix("\r\n").unwrap_or(text);
                while let Some(behind) = rest
                    .strip_prefix(&delimiter)
                    .and_then(|behind| behind.strip_prefix("\r\n"))
                {
                    let (head, content) = behind.split_once("\r\n\r\n")?;
                    let mut part = read_head(head)?;
                    if content.is_empty() {
                        // Its file is the next segment.
                        parts.push(part);
                        break;
                    }
                    let end = content.find(&format!("\r\n{delimiter}"))?;
                    part.content = Content::Text(content[..end].to_owned());
                    parts.push(part);
                    rest = &content[end + 2..];
                }
            }
        }
    }
    Some(parts)
}

fn read_head(head: &str) -> Option<Part> {
    let (disposition, rest) = head.split_once("\r\n").unwrap_or((head, ""));
    let names = disposition.strip_prefix("Content-Disposition: form-data; name=\"")?;
    let (name, behind) = names.split_once('"')?;
    let file_name = behind
        .strip_prefix("; filename=\"")
        .and_then(|name| name.strip_suffix('"'))
        .map(unquoted);
    Some(Part {
        name: unquoted(name),
        file_name,
        content_type: rest.strip_prefix("Content-Type: ").map(str::to_owned),
        content: Content::Text(String::new()),
    })
}

/// curl writes these three as we do.
fn unquoted(name: &str) -> String {
    name.replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0A", "\n")
}

impl Part {
    /// The option and its value. `text` hides what is secret in a text, `place` tells where a file is.
    pub(super) fn option(
        &self,
        text: impl FnOnce(&str, &str) -> Vec<Piece>,
        place: impl FnOnce(&Path) -> String,
    ) -> (&'static str, Vec<Piece>) {
        let mut pieces = vec![Piece::Text(format!("{}=", self.name))];
        match (&self.content, &self.content_type) {
            (Content::Text(content), None) => {
                pieces.extend(text(&self.name, content));
                ("--form-string", pieces)
            }
            (Content::Text(content), Some(content_type)) => {
                // A variable is put in as it is: what it holds must not need to be escaped.
                let escaped = text(&self.name, content)
                    .into_iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => Piece::Text(escaped(&text)),
                        variable @ Piece::Variable(_) => variable,
                    });
                pieces.push(Piece::Text("\"".to_owned()));
                pieces.extend(escaped);
                pieces.push(Piece::Text(format!("\";type={content_type}")));
                ("--form", pieces)
            }
            (Content::File(path), content_type) => {
                let file_name = self.file_name.as_deref().unwrap_or_default();
                let mut value = format!(
                    "@\"{}\";filename=\"{}\"",
                    escaped(&place(path)),
                    escaped(file_name)
                );
                if let Some(content_type) = content_type {
                    value = format!("{value};type={content_type}");
                }
                pieces.push(Piece::Text(value));
                ("--form", pieces)
            }
        }
    }
}

/// Inside curl's double quotes.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
