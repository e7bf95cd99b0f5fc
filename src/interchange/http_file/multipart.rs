//! Multipart bodies as `.http` files hold them: parts between lines of the boundary, `< path` for a file.

use std::fmt::Write as _;

use crate::model::request::{PartRow, PartValue};

/// The parts of a body whose type names a boundary; `None` where it does not, or where no part is in it.
pub(super) fn read(body: &str, content_type: &str) -> Option<Vec<PartRow>> {
    let essence = content_type.split(';').next()?.trim();
    if !essence.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(content_type, "boundary")?;
    let opening = format!("--{boundary}");
    let closing = format!("{opening}--");
    let mut rows = Vec::new();
    let mut part: Option<Vec<&str>> = None;
    for line in body.lines() {
        if line.trim_end() == opening || line.trim_end() == closing {
            rows.extend(part.take().map(|lines| row(&lines)));
            if line.trim_end() == opening {
                part = Some(Vec::new());
            }
        } else if let Some(lines) = &mut part {
            lines.push(line);
        }
    }
    rows.extend(part.map(|lines| row(&lines)));
    (!rows.is_empty()).then_some(rows)
}

fn row(lines: &[&str]) -> PartRow {
    let split = lines
        .iter()
        .position(|line| line.trim().is_empty())
        .unwrap_or(lines.len());
    let (mut name, mut file_name, mut content_type) = (String::new(), None, String::new());
    for line in &lines[..split] {
        let Some((header, value)) = line.split_once(':') else {
            continue;
        };
        if header.trim().eq_ignore_ascii_case("content-disposition") {
            name = parameter(value, "name").unwrap_or_default();
            file_name = parameter(value, "filename");
        } else if header.trim().eq_ignore_ascii_case("content-type") {
            value.trim().clone_into(&mut content_type);
        }
    }
    let content = lines.get(split + 1..).unwrap_or_default().join("\n");
    let path = content
        .trim()
        .strip_prefix("< ")
        .filter(|path| !path.contains('\n'))
        .map(|path| path.trim().to_owned());
    let value = match path {
        Some(path) => PartValue::File {
            file_name: file_name
                .filter(|name| name != last_part(&path))
                .unwrap_or_default(),
            path,
        },
        None => PartValue::Text(content),
    };
    PartRow {
        enabled: true,
        name,
        value,
        content_type,
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// `name="value"` or `name=value` behind a semicolon.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header;
    while let Some(at) = rest.find(';') {
        rest = rest[at + 1..].trim_start();
        let Some((name, value)) = rest.split_once('=') else {
            continue;
        };
        let (text, behind) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => value.split_at(value.find(';').unwrap_or(value.len())),
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text.trim().to_owned());
        }
        rest = behind;
    }
    None
}

/// The type with its boundary, and the body. Rows that are switched off are left out.
pub(super) fn write(
    rows: &[PartRow],
    text_of: &mut dyn FnMut(&PartRow) -> String,
) -> (String, String) {
    let texts: Vec<String> = rows
        .iter()
        .filter(|row| row.enabled)
        .map(|row| {
            let mut lines = Vec::new();
            let (file_name, content) = match &row.value {
                PartValue::Text(_) => (String::new(), text_of(row)),
                PartValue::File { path, file_name } => {
                    let name = if file_name.is_empty() {
                        last_part(path)
                    } else {
                        file_name
                    };
                    (format!("; filename=\"{name}\""), format!("< {path}"))
                }
            };
            lines.push(format!(
                "Content-Disposition: form-data; name=\"{}\"{file_name}",
                row.name
            ));
            if !row.content_type.is_empty() {
                lines.push(format!("Content-Type: {}", row.content_type));
            }
            lines.push(String::new());
            lines.push(content);
            lines.join("\n")
        })
        .collect();
    let mut boundary = "boundary".to_owned();
    while texts.iter().any(|text| text.contains(&boundary)) {
        boundary.push_str("-x");
    }
    let mut body = String::new();
    for text in &texts {
        let _ = write!(body, "--{boundary}\n{text}\n");
    }
    let _ = write!(body, "--{boundary}--");
    (format!("multipart/form-data; boundary={boundary}"), body)
}
