//! What the URL library of each official client makes of the path text it is given, and what it changes on the way.
//! JavaScript (the WHATWG rules) and Python (urllib3) are as recorded with the real SDKs; Go is `net/url`; .NET is `System.Uri`.
//! How the text comes about is in the parent.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Breakage, OfficialClient};
use crate::model::encode::decode;

/// The request line's target that `text` (it begins with a slash) becomes, and what that changes.
/// `None`: the library refuses the text.
pub(super) fn read(client: OfficialClient, text: &str) -> Option<(String, BTreeSet<Breakage>)> {
    let mut changed = BTreeSet::new();
    // WHATWG URLs have no tabs and line ends.
    let without_controls: String = match client {
        OfficialClient::JavaScript => text.replace(['\t', '\n', '\r'], ""),
        _ => text.to_owned(),
    };
    if without_controls != text {
        changed.insert(Breakage::ChangedCharacters);
    }
    let (text, fragment) = cut(&without_controls, '#');
    let (path, query) = cut(text, '?');
    if fragment.is_some() {
        changed.insert(Breakage::CutAtHash);
    }
    if query.is_some() {
        changed.insert(Breakage::QueryInPath);
    }
    let turned = match client {
        OfficialClient::JavaScript | OfficialClient::DotNet => path.replace('\\', "/"),
        _ => path.to_owned(),
    };
    if turned != path {
        changed.insert(Breakage::TurnedBackslash);
    }
    let walked = match client {
        OfficialClient::JavaScript => without_dots(&turned, true),
        OfficialClient::Python | OfficialClient::DotNet => without_dots(&turned, false),
        OfficialClient::Java
        | OfficialClient::Go
        | OfficialClient::CxAsCode
        | OfficialClient::Cli => turned.clone(),
    };
    if walked != turned {
        changed.insert(Breakage::DotSegments);
    }
    let mut target = encoded_path(client, &walked)?;
    note_encoding(&walked, &target, &mut changed);
    if let Some(query) = query {
        let encoded = encoded_query(client, query);
        note_encoding(query, &encoded, &mut changed);
        if !encoded.is_empty() || client != OfficialClient::JavaScript {
            target = format!("{target}?{encoded}");
        }
    }
    Some((target, changed))
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

/// Spaces are a breakage of their own; `%2f` and `%2F` are the same to a server.
fn note_encoding(before: &str, after: &str, changed: &mut BTreeSet<Breakage>) {
    if before.contains(' ') {
        changed.insert(Breakage::EncodedSpaces);
    }
    if !before.replace(' ', "%20").eq_ignore_ascii_case(after) {
        changed.insert(Breakage::ChangedCharacters);
    }
}

/// Takes `.` and `..` out; `encoded_too`: `%2e` is a dot as well.
fn without_dots(path: &str, encoded_too: bool) -> String {
    if path.is_empty() {
        return String::new();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut is_folder = false;
    for segment in path.strip_prefix('/').unwrap_or(path).split('/') {
        let dots = if encoded_too {
            segment.to_ascii_lowercase().replace("%2e", ".")
        } else {
            segment.to_owned()
        };
        is_folder = matches!(dots.as_str(), "." | "..");
        match dots.as_str() {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    if is_folder {
        kept.push("");
    }
    format!("/{}", kept.join("/"))
}

const MARKS: &str = "-._~!$&'()*+,;=:@/";

fn encoded_path(client: OfficialClient, path: &str) -> Option<String> {
    Some(match client {
        OfficialClient::JavaScript => encode(path, |letter| {
            letter.is_ascii_graphic() && !"\"<>`{}".contains(letter)
        }),
        OfficialClient::Python => encode_strictly(path, MARKS),
        OfficialClient::DotNet => encode_strictly(path, &format!("{MARKS}[]")),
        OfficialClient::Java => encode(path, |letter| letter.is_ascii_graphic()),
        OfficialClient::Go | OfficialClient::CxAsCode | OfficialClient::Cli => go_path(path)?,
    })
}

fn encoded_query(client: OfficialClient, query: &str) -> String {
    match client {
        OfficialClient::JavaScript => encode(query, |letter| {
            letter.is_ascii_graphic() && !"\"'<>".contains(letter)
        }),
        OfficialClient::Python => encode_strictly(query, &format!("{MARKS}?")),
        OfficialClient::DotNet => encode_strictly(query, &format!("{MARKS}?[]")),
        _ => encode(query, |letter| letter.is_ascii_graphic()),
    }
}

fn encode(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for letter in text.chars() {
        if stays(letter) {
            encoded.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// `%` stays when each one of the text begins an encoded byte, and is encoded otherwise.
fn encode_strictly(text: &str, marks: &str) -> String {
    let (text, is_encoded) = upper_cased_bytes(text);
    encode(&text, |letter| {
        letter.is_ascii_alphanumeric() || marks.contains(letter) || (letter == '%' && is_encoded)
    })
}

/// The text with `%2f` as `%2F`, and whether each `%` begins such a byte.
fn upper_cased_bytes(text: &str) -> (String, bool) {
    let mut written = String::with_capacity(text.len());
    let mut pieces = text.split('%');
    written.extend(pieces.next());
    let mut is_encoded = true;
    for piece in pieces {
        written.push('%');
        match piece.get(..2) {
            Some(byte) if byte.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
                written.push_str(&byte.to_ascii_uppercase());
                written.push_str(&piece[2..]);
            }
            _ => {
                is_encoded = false;
                written.push_str(piece);
            }
        }
    }
    (written, is_encoded)
}

/// `net/url` keeps a path that is encoded already; any other is decoded and encoded anew. Control characters and a `%` without
/// two digits are errors.
fn go_path(path: &str) -> Option<String> {
    if path.chars().any(|letter| letter.is_ascii_control()) || !upper_cased_bytes(path).1 {
        return None;
    }
    let is_valid = path.chars().all(|letter| {
        letter.is_ascii_alphanumeric() || MARKS.contains(letter) || "%[]".contains(letter)
    });
    if is_valid {
        return Some(path.to_owned());
    }
    let decoded = decode(path);
    Some(encode(&decoded, |letter| {
        letter.is_ascii_alphanumeric() || "-._~$&+,/:;=@".contains(letter)
    }))
}
