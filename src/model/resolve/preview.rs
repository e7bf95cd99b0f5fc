//! The text of a resolved request as HTTP/1.1 puts it on the wire, secrets masked. Only for showing.

use crate::model::masks::MASK;
use crate::model::resolved::{BodySegment, HeaderOrigin, RequestHeader, ResolvedRequest};

/// Request line, headers and body; lines end as on the wire (CR LF). The token that is still to come stands masked,
/// a file as its path in parentheses.
#[must_use]
pub fn preview_text(request: &ResolvedRequest) -> String {
    let mut text = format!(
        "{} {} HTTP/1.1\r\n",
        request.method,
        request.masks.url(&request.url.target)
    );
    let after = request
        .headers
        .iter()
        .position(|header| header.name.eq_ignore_ascii_case("host"))
        .map_or(0, |at| at + 1);
    for (at, header) in request.headers.iter().enumerate() {
        if at == after {
            push_token(request, &mut text);
        }
        push_header(request, header, &mut text);
    }
    if after >= request.headers.len() {
        push_token(request, &mut text);
    }
    let has_file = request
        .body
        .segments
        .iter()
        .any(|segment| matches!(segment, BodySegment::File { .. }));
    let is_framed = request.headers.iter().any(|header| {
        ["content-length", "transfer-encoding"].contains(&header.name.to_ascii_lowercase().as_str())
    });
    if has_file && !is_framed {
        text.push_str(&request.network.header_case.spell("Content-Length", true));
        text.push_str(": (measured when sent)\r\n");
    }
    text.push_str("\r\n");
    for segment in &request.body.segments {
        match segment {
            BodySegment::Bytes(bytes) => {
                let bytes = request.masks.bytes(bytes);
                text.push_str(&String::from_utf8_lossy(&bytes));
            }
            BodySegment::File { path, .. } => {
                text.extend(["(contents of ", &path.to_string_lossy(), ")"]);
            }
        }
    }
    text
}

fn push_token(request: &ResolvedRequest, text: &mut String) {
    if request.wants_token {
        let name = request.network.header_case.spell("Authorization", true);
        text.extend([&name, ": Bearer ", MASK, "\r\n"]);
    }
}

fn push_header(request: &ResolvedRequest, header: &RequestHeader, text: &mut String) {
    let mut value = request.masks.header(&header.name, &header.value);
    // A secret too short for the masks would show.
    if matches!(header.origin, HeaderOrigin::Token | HeaderOrigin::Secret)
        && value.as_bytes() == header.value
    {
        MASK.clone_into(&mut value);
    }
    let added = matches!(header.origin, HeaderOrigin::Token | HeaderOrigin::Automatic);
    let name = request.network.header_case.spell(&header.name, added);
    text.extend([&name, ": ", &value, "\r\n"]);
}
