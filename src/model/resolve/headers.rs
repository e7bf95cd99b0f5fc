//! The head: `Host`, the environment's defaults that no row overrides, the rows in order, then what Gatescope adds itself
//! and only when nobody typed it. With a file in the body there is no automatic `Content-Length` here:
//! the transport adds it after measuring.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::body::BuiltBody;
use super::{Work, auth, is_token};
use crate::model::environment::{Credentials, HttpVersion};
use crate::model::masks::{MASK, is_credential_header, is_header_of_references};
use crate::model::note::Field;
use crate::model::request::{HeaderRow, RequestAuth, RequestDraft};
use crate::model::resolved::{HeaderOrigin, RequestHeader, RequestUrl};

pub(super) struct Head {
    pub(super) headers: Vec<RequestHeader>,
    pub(super) wants_token: bool,
}

pub(super) fn build(
    draft: &RequestDraft,
    url: Option<&RequestUrl>,
    body: &BuiltBody,
    work: &mut Work<'_>,
) -> Head {
    let environment = work.environment;
    let mut headers = Vec::new();
    let typed = |name: &str| {
        draft
            .headers
            .iter()
            .position(|row| row.enabled && row.name.trim().eq_ignore_ascii_case(name))
    };
    let own = auth::header_name(&draft.auth);
    for (row, default) in environment.default_headers.iter().enumerate() {
        let name = default.name.trim();
        if typed(name).is_none() && !own.is_some_and(|own| own.eq_ignore_ascii_case(name)) {
            headers.extend(one(default, Field::DefaultHeader(row), work));
        }
    }
    for (row, typed) in draft.headers.iter().enumerate() {
        headers.extend(one(typed, Field::Header(row), work));
    }
    if let Some(url) = url
        && !has(&headers, "host")
    {
        headers.insert(0, automatic("Host", url.authority()));
    }
    match own.and_then(typed) {
        Some(row) => work.note(
            Field::Header(row),
            "This row is sent in place of the request's own credentials (Auth): switch it off to send those",
        ),
        None => {
            if let Some(header) = auth::header(&draft.auth, work) {
                let host = headers
                    .iter()
                    .position(|known| known.name.eq_ignore_ascii_case("host"));
                headers.insert(host.map_or(0, |host| host + 1), header);
            }
        }
    }
    check_framing(draft, &headers, body, work);
    add_automatic(draft, body, &mut headers);
    Head {
        wants_token: draft.auth == RequestAuth::Inherit
            && environment.credentials != Credentials::None
            && !has(&headers, "authorization"),
        headers,
    }
}

fn has(headers: &[RequestHeader], name: &str) -> bool {
    headers
        .iter()
        .any(|header| header.name.eq_ignore_ascii_case(name))
}

fn automatic(name: &str, value: impl Into<Bytes>) -> RequestHeader {
    RequestHeader {
        name: name.to_owned(),
        value: value.into(),
        origin: HeaderOrigin::Automatic,
    }
}

fn add_automatic(draft: &RequestDraft, body: &BuiltBody, headers: &mut Vec<RequestHeader>) {
    let user_agent = concat!("gatescope/", env!("CARGO_PKG_VERSION"));
    let mut wanted = vec![
        ("Accept", "application/json".to_owned()),
        ("Accept-Encoding", "gzip, deflate, br, zstd".to_owned()),
        ("User-Agent", user_agent.to_owned()),
    ];
    if let Some(content_type) = &body.content_type {
        wanted.push(("Content-Type", content_type.clone()));
    }
    let wants_length =
        !body.body.is_empty() || ["POST", "PUT", "PATCH"].contains(&draft.method.trim());
    if let Some(length) = body.length
        && wants_length
        && !has(headers, "transfer-encoding")
    {
        wanted.push(("Content-Length", length.to_string()));
    }
    for (name, value) in wanted {
        if !has(headers, name) {
            headers.push(automatic(name, value));
        }
    }
}

/// One row as a header; `None` for a row that is off or empty, and for one with a problem.
fn one(row: &HeaderRow, field: Field, work: &mut Work<'_>) -> Option<RequestHeader> {
    if !row.enabled {
        return None;
    }
    let name = work.expand(&row.name, &field).text.trim().to_owned();
    if name.is_empty() {
        if !row.value.is_empty() {
            work.problem(
                field,
                "The header has a value but no name: name it, or switch it off",
            );
        }
        return None;
    }
    let value = work.expand(&row.value, &field);
    if !is_token(&name) {
        work.problem(
            field,
            format!(
                "`{}` is not a header name: use letters, digits and dashes",
                name.escape_debug()
            ),
        );
        return None;
    }
    if value.text.contains(|character: char| {
        character.is_control() && character != '\t' && u32::from(character) < 0x80
    }) {
        work.problem(
            field,
            "The value has a line end or another control character inside: take it out",
        );
        return None;
    }
    // A preview shows dots for a secret; those do not go out.
    if !value.text.replace(MASK, "").is_ascii() {
        work.note(
            field.clone(),
            "The value is not ASCII and goes out as UTF-8",
        );
    }
    note_respelling(&name, &field, work);
    let credential = is_credential_header(&name);
    if credential {
        mask_credential(&name, &value.text, work);
        if !row.value.is_empty() && !is_header_of_references(&name, &row.value) {
            work.note_typed_credential(field.clone(), &name);
        }
    }
    let origin = match field {
        Field::DefaultHeader(_) => HeaderOrigin::EnvironmentDefault,
        _ if credential || value.has_secret() => HeaderOrigin::Secret,
        _ => HeaderOrigin::Typed,
    };
    Some(RequestHeader {
        name,
        value: Bytes::from(value.text),
        origin,
    })
}

/// A shorter value of one cookie is more likely a setting (`theme=dark`) than a credential.
const SHORTEST_COOKIE: usize = 8;

/// The whole value, what stands behind the scheme word, the password inside `Basic`, and each cookie by itself.
fn mask_credential(name: &str, value: &str, work: &mut Work<'_>) {
    work.mask(value);
    if name.eq_ignore_ascii_case("cookie") {
        for (_, cookie) in value.split(';').filter_map(|pair| pair.split_once('=')) {
            if cookie.len() >= SHORTEST_COOKIE {
                work.mask(cookie.trim());
            }
        }
        return;
    }
    let Some((scheme, rest)) = value.split_once(' ') else {
        return;
    };
    let rest = rest.trim();
    work.mask(rest);
    if scheme.eq_ignore_ascii_case("basic")
        && let Ok(pair) = STANDARD.decode(rest)
        && let Ok(pair) = String::from_utf8(pair)
        && let Some((_, password)) = pair.split_once(':')
    {
        work.mask(password);
    }
}

fn note_respelling(name: &str, field: &Field, work: &mut Work<'_>) {
    let version = match work.environment.network.http_version {
        HttpVersion::Http11 => return,
        HttpVersion::Automatic => "If HTTP/2 is agreed on",
        HttpVersion::Http2 => "Over HTTP/2",
    };
    let lower = name.to_ascii_lowercase();
    if [
        "connection",
        "keep-alive",
        "transfer-encoding",
        "upgrade",
        "proxy-connection",
    ]
    .contains(&lower.as_str())
    {
        work.note(field.clone(), format!("{version} there is no `{name}`"));
    } else if lower != name {
        work.note(
            field.clone(),
            format!("{version} the name goes out as `{lower}`"),
        );
    }
}

/// A typed length or transfer coding that does not fit the body would hang or cut the request.
fn check_framing(
    draft: &RequestDraft,
    headers: &[RequestHeader],
    body: &BuiltBody,
    work: &mut Work<'_>,
) {
    let field_of = |name: &str| {
        draft
            .headers
            .iter()
            .position(|row| row.enabled && row.name.trim().eq_ignore_ascii_case(name))
            .map_or(Field::Environment, Field::Header)
    };
    let named = |name: &str| {
        headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| String::from_utf8_lossy(&header.value).trim().to_owned())
            .collect::<Vec<String>>()
    };
    let lengths = named("content-length");
    let codings = named("transfer-encoding");
    if lengths.len() > 1 {
        work.problem(
            field_of("content-length"),
            "Content-Length stands twice: keep one",
        );
    }
    if let Some(typed) = lengths.first() {
        match (typed.parse::<u64>(), body.length) {
            (Err(_), _) => work.problem(
                field_of("content-length"),
                format!("`{typed}` is not a length: use the number of bytes, {}", body.length.unwrap_or(0)),
            ),
            (Ok(length), Some(actual)) if length > actual => work.problem(
                field_of("content-length"),
                format!("Content-Length is {length}, but the body has {actual} bytes: the server would wait for the rest"),
            ),
            (Ok(length), Some(actual)) if length < actual => work.problem(
                field_of("content-length"),
                format!("Content-Length is {length}, but the body has {actual} bytes: it would be cut off"),
            ),
            _ => {}
        }
    }
    if let Some(coding) = codings.first() {
        if !coding.eq_ignore_ascii_case("chunked") {
            work.problem(
                field_of("transfer-encoding"),
                format!("The transfer coding `{coding}` cannot be sent: use `chunked`, or none"),
            );
        } else if !lengths.is_empty() {
            work.problem(
                field_of("transfer-encoding"),
                "Transfer-Encoding and Content-Length exclude each other: remove one",
            );
        }
    }
}
