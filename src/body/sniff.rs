//! What kind of body it is, from its content type and its first bytes. The bytes win where they leave no doubt:
//! gateways label JSON as text and HTML error pages as JSON.

use super::charset::utf_16_pattern;

/// Kinds of bodies a viewer treats differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BodyKind {
    /// No bytes at all, whatever the label says.
    Empty,
    Json,
    Html,
    Xml,
    Text,
    Image,
    Binary,
}

impl BodyKind {
    /// Whether it is read as text.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Self::Json | Self::Html | Self::Xml | Self::Text)
    }
}

impl std::fmt::Display for BodyKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "empty body",
            Self::Json => "JSON",
            Self::Html => "HTML",
            Self::Xml => "XML",
            Self::Text => "text",
            Self::Image => "image",
            Self::Binary => "binary",
        })
    }
}

/// Bytes looked at.
const HEAD: usize = 8 * 1024;

/// Marks of image files at their start.
const IMAGES: [&[u8]; 7] = [
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"\0\0\x01\0",
    b"II*\0",
];

/// Marks of other files that are no text.
const BINARIES: [&[u8]; 6] = [
    b"%PDF-",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"OggS",
    b"ID3",
];

#[must_use]
pub fn kind(content_type: Option<&str>, bytes: &[u8]) -> BodyKind {
    if bytes.is_empty() {
        return BodyKind::Empty;
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let label = content_type.map(essence).unwrap_or_default();
    let is_wide = has_utf_16_mark(head)
        || utf_16_pattern(head).is_some()
        || content_type
            .and_then(|value| parameter(value, "charset"))
            .is_some_and(|charset| charset.to_ascii_lowercase().starts_with("utf-16"));
    if is_wide {
        let narrow: Vec<u8> = head.iter().copied().filter(|&byte| byte != 0).collect();
        return text_kind(&label, strip_marks(&narrow));
    }
    if is_image(head) && !label.starts_with("text/") {
        return BodyKind::Image;
    }
    if BINARIES.iter().any(|mark| head.starts_with(mark)) || memchr::memchr(0, head).is_some() {
        return if label.starts_with("image/") {
            BodyKind::Image
        } else {
            BodyKind::Binary
        };
    }
    let is_labelled_text = is_text_label(&label);
    if !is_labelled_text && looks_binary(head) {
        return if label.starts_with("image/") {
            BodyKind::Image
        } else {
            BodyKind::Binary
        };
    }
    text_kind(&label, strip_marks(head))
}

/// Type and subtype in lower case, without parameters.
#[must_use]
pub fn essence(content_type: &str) -> String {
    content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// A parameter of a content type, without its quotes. Names are compared without regard to case.
#[must_use]
pub fn parameter(content_type: &str, name: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (key.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then(|| value.to_owned())
    })
}

fn text_kind(label: &str, head: &[u8]) -> BodyKind {
    let starts = |mark: &[u8]| {
        head.get(..mark.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(mark))
    };
    if starts(b"<!doctype html") || starts(b"<html") {
        return BodyKind::Html;
    }
    if starts(b"<?xml") {
        return if label == "text/html" || label == "application/xhtml+xml" {
            BodyKind::Html
        } else {
            BodyKind::Xml
        };
    }
    if head.first() == Some(&b'<') {
        return match label {
            "text/html" | "application/xhtml+xml" => BodyKind::Html,
            _ if is_xml_label(label) => BodyKind::Xml,
            _ if is_json_label(label) => BodyKind::Html,
            _ => BodyKind::Text,
        };
    }
    if is_json_label(label) || looks_like_json(head) {
        return BodyKind::Json;
    }
    match label {
        "text/html" | "application/xhtml+xml" => BodyKind::Html,
        _ if is_xml_label(label) => BodyKind::Xml,
        _ => BodyKind::Text,
    }
}

fn is_json_label(label: &str) -> bool {
    matches!(
        label,
        "application/json" | "text/json" | "application/x-json"
    ) || label.ends_with("+json")
}

fn is_xml_label(label: &str) -> bool {
    matches!(label, "application/xml" | "text/xml") || label.ends_with("+xml")
}

fn is_text_label(label: &str) -> bool {
    label.starts_with("text/")
        || is_json_label(label)
        || is_xml_label(label)
        || matches!(
            label,
            "application/javascript"
                | "application/x-www-form-urlencoded"
                | "application/x-ndjson"
                | "application/yaml"
                | "application/graphql"
        )
}

/// An object or array to its first token. A number or word alone may be anything.
fn looks_like_json(head: &[u8]) -> bool {
    let head = head.strip_prefix(b")]}',").unwrap_or(head);
    let head = head
        .strip_prefix(b")]}'")
        .unwrap_or(head)
        .trim_ascii_start();
    let Some((bracket, rest)) = head.split_first() else {
        return false;
    };
    let next = rest.trim_ascii_start().first().copied();
    match bracket {
        b'{' => matches!(next, Some(b'"' | b'}') | None),
        b'[' => match next {
            Some(b'"' | b'{' | b'[' | b']' | b'-' | b'0'..=b'9') | None => true,
            Some(b't' | b'f' | b'n') => [&b"true"[..], b"false", b"null"]
                .iter()
                .any(|word| rest.trim_ascii_start().starts_with(word)),
            _ => false,
        },
        _ => false,
    }
}

fn is_image(head: &[u8]) -> bool {
    let is_webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    // "BM" alone is a word, too; a bitmap says its header's size at 14.
    let is_bitmap =
        head.get(14..18) == Some(&[40, 0, 0, 0]) || head.get(14..18) == Some(&[124, 0, 0, 0]);
    is_webp
        || IMAGES
            .iter()
            .any(|mark| head.starts_with(mark) && (*mark != b"BM" || is_bitmap))
}

fn has_utf_16_mark(head: &[u8]) -> bool {
    head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff])
}

/// Control characters that no text has, or bytes that are no UTF-8 in greater number.
fn looks_binary(head: &[u8]) -> bool {
    let controls = head
        .iter()
        .filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b))
        .count();
    if controls * 100 > head.len() {
        return true;
    }
    let mut broken = 0;
    for chunk in head.utf8_chunks() {
        broken += chunk.invalid().len();
    }
    broken * 10 > head.len() && broken > 3
}

fn strip_marks(head: &[u8]) -> &[u8] {
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .or_else(|| head.strip_prefix(b"\xff\xfe"))
        .or_else(|| head.strip_prefix(b"\xfe\xff"))
        .unwrap_or(head);
    head.trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peers' cases 10 to 13 and 47, and what gateways do.
    #[test]
    fn bytes_and_labels() {
        let table: [(Option<&str>, &[u8], BodyKind); 32] = [
            (Some("application/json"), b"", BodyKind::Empty),
            (None, b"", BodyKind::Empty),
            (Some("application/json"), b"{\"a\":1}", BodyKind::Json),
            (
                Some("application/json; charset=utf-8"),
                b"123",
                BodyKind::Json,
            ),
            (Some("APPLICATION/JSON"), b"not json at all", BodyKind::Json),
            (Some("text/plain"), b"{\"a\":1}", BodyKind::Json),
            (Some("application/vnd.x+json"), b"[1]", BodyKind::Json),
            (Some("application/problem+json"), b"null", BodyKind::Json),
            (
                Some("application/octet-stream"),
                b" \n[ {} ]",
                BodyKind::Json,
            ),
            (None, b"{\"a\":1}", BodyKind::Json),
            (None, b"\xef\xbb\xbf{\"a\":1}", BodyKind::Json),
            (None, b")]}',\n{\"a\":1}", BodyKind::Json),
            (None, b"{\0\"\0a\0\"\0", BodyKind::Json),
            (None, b"\xff\xfe{\0}\0", BodyKind::Json),
            (None, b"{foo: bar}", BodyKind::Text),
            (None, b"[see below]", BodyKind::Text),
            (Some("text/plain"), b"123", BodyKind::Text),
            (Some("text/plain"), b"caf\xe9", BodyKind::Text),
            (
                Some("text/plain; charset=utf-16le"),
                b"h\0i\0",
                BodyKind::Text,
            ),
            (
                Some("application/json"),
                b"<html><body>504</body></html>",
                BodyKind::Html,
            ),
            (
                Some("application/json"),
                b"<h1>Bad gateway</h1>",
                BodyKind::Html,
            ),
            (None, b"\n <!DOCTYPE html>", BodyKind::Html),
            (Some("text/html"), b"Bad gateway", BodyKind::Html),
            (Some("text/xml"), b"<a/>", BodyKind::Xml),
            (None, b"<?xml version=\"1.0\"?><a/>", BodyKind::Xml),
            (Some("image/svg+xml"), b"<svg/>", BodyKind::Xml),
            (Some("image/png"), b"\x89PNG\r\n\x1a\n\0\0", BodyKind::Image),
            (None, b"\xff\xd8\xff\xe0\0\x10", BodyKind::Image),
            (Some("text/plain"), b"BM is a name", BodyKind::Text),
            (Some("application/json"), b"{\"a\":\0}", BodyKind::Binary),
            (Some("application/pdf"), b"%PDF-1.7 ...", BodyKind::Binary),
            (None, b"\x01\x02\xfe\xff\x80\x81", BodyKind::Binary),
        ];
        for (label, bytes, expected) in table {
            let shown = String::from_utf8_lossy(bytes);
            assert_eq!(kind(label, bytes), expected, "{label:?} {shown:?}");
        }
    }

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        let table = [
            ("text/plain; charset=utf-8", Some("utf-8")),
            (
                "text/plain;format=flowed; CharSet = \"UTF-8\"",
                Some("UTF-8"),
            ),
            ("text/plain; charset=''", None),
            ("text/plain; charset", None),
            ("text/plain", None),
        ];
        for (value, expected) in table {
            assert_eq!(parameter(value, "charset").as_deref(), expected, "{value}");
        }
    }
}
