//! Writing the head of an HTTP/1.1 request exactly as typed: case, order and repeats of names, and the target untouched.
//! Pure: what is sent is the business of `wire`.

use bytes::{BufMut as _, Bytes, BytesMut};

use crate::model::environment::HeaderCase;
use crate::model::exchange::HeaderField;
use crate::model::resolved::{HeaderOrigin, RequestHeader, RequestUrl};

/// How the target is written in the request line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TargetForm {
    /// `/path?query`, to the server itself or through a tunnel.
    Origin,
    /// `http://host/path?query`, to a proxy that is asked for a plain http address.
    Absolute,
}

/// Names in the case the environment asks for.
pub(crate) fn fields(headers: &[RequestHeader], case: HeaderCase) -> Vec<HeaderField> {
    headers
        .iter()
        .map(|header| {
            let added = matches!(header.origin, HeaderOrigin::Automatic | HeaderOrigin::Token);
            HeaderField::new(case.spell(&header.name, added), header.value.clone())
        })
        .collect()
}

/// Request line, fields and blank line.
pub(crate) fn head(
    method: &str,
    url: &RequestUrl,
    form: TargetForm,
    fields: &[HeaderField],
) -> Bytes {
    let mut head = BytesMut::with_capacity(256 + fields.len() * 64);
    head.put_slice(method.as_bytes());
    head.put_u8(b' ');
    if form == TargetForm::Absolute {
        head.put_slice(url.origin().as_bytes());
    }
    head.put_slice(url.target.as_bytes());
    head.put_slice(b" HTTP/1.1\r\n");
    for field in fields {
        head.put_slice(field.name.as_bytes());
        head.put_slice(if field.value.is_empty() { b":" } else { b": " });
        head.put_slice(&field.value);
        head.put_slice(b"\r\n");
    }
    head.put_slice(b"\r\n");
    head.freeze()
}

/// The last guard before the wire: bytes that would end a line or the request line early never go out.
/// `resolve` reports them at their fields; a redirect's `Location` passes only here.
pub(crate) fn unsendable(
    method: &str,
    url: &RequestUrl,
    headers: &[RequestHeader],
) -> Option<String> {
    let breaks = |bytes: &[u8]| bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
    let token = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| {
                byte.is_ascii_graphic() && !matches!(byte, b':' | b'(' | b')' | b',' | b';' | b'"')
            })
    };
    if !token(method) {
        return Some("the method holds characters that cannot be sent".to_owned());
    }
    if !url.target.starts_with('/') && url.target != "*" {
        return Some("the path does not begin with a slash".to_owned());
    }
    if url.target.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return Some("the path or query holds a space or control character".to_owned());
    }
    for header in headers {
        if !token(&header.name) {
            return Some(format!(
                "the header name `{}` holds characters that cannot be sent",
                header.name.escape_debug()
            ));
        }
        if breaks(&header.value) {
            return Some(format!(
                "the value of the header `{}` holds a line break",
                header.name
            ));
        }
    }
    None
}

/// Says how long the body is, in front of the fields that describe it, unless the request frames it itself.
/// `length`: `None` when there is no body.
pub(crate) fn with_framing(
    mut headers: Vec<RequestHeader>,
    length: Option<u64>,
) -> Vec<RequestHeader> {
    let Some(length) = length else {
        return headers;
    };
    let framed = headers.iter().any(|header| {
        header.name.eq_ignore_ascii_case("content-length")
            || header.name.eq_ignore_ascii_case("transfer-encoding")
    });
    if framed {
        return headers;
    }
    let position = headers
        .iter()
        .position(|header| {
            header
                .name
                .get(..8)
                .is_some_and(|start| start.eq_ignore_ascii_case("content-"))
        })
        .unwrap_or(headers.len());
    headers.insert(
        position,
        RequestHeader {
            name: "Content-Length".to_owned(),
            value: Bytes::from(length.to_string()),
            origin: HeaderOrigin::Automatic,
        },
    );
    headers
}

/// The request asks for its body to be sent in chunks.
pub(crate) fn is_chunked(headers: &[RequestHeader]) -> bool {
    headers.iter().any(|header| {
        header.name.eq_ignore_ascii_case("transfer-encoding")
            && header
                .value
                .rsplit(|&byte| byte == b',')
                .next()
                .is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case(b"chunked"))
    })
}

/// The request asks for the connection to end after the answer.
pub(crate) fn asks_to_close(headers: &[RequestHeader]) -> bool {
    headers.iter().any(|header| {
        header.name.eq_ignore_ascii_case("connection")
            && header
                .value
                .split(|&byte| byte == b',')
                .any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, value: &str) -> RequestHeader {
        RequestHeader {
            name: name.to_owned(),
            value: Bytes::copy_from_slice(value.as_bytes()),
            origin: HeaderOrigin::Typed,
        }
    }

    fn url(target: &str) -> RequestUrl {
        RequestUrl {
            scheme: "http".to_owned(),
            host: "host.test".to_owned(),
            port: 8080,
            target: target.to_owned(),
        }
    }

    #[test]
    fn a_head_is_written_as_typed() {
        let headers = [
            header("Host", "host.test:8080"),
            header("x-API-Key", "1"),
            header("X-Empty", ""),
            header("x-api-key", "2"),
        ];
        let table = [
            (
                HeaderCase::AsTyped,
                TargetForm::Origin,
                "GET /a/../{b} HTTP/1.1\r\nHost: host.test:8080\r\nx-API-Key: 1\r\nX-Empty:\r\nx-api-key: 2\r\n\r\n",
            ),
            (
                HeaderCase::Title,
                TargetForm::Origin,
                "GET /a/../{b} HTTP/1.1\r\nHost: host.test:8080\r\nX-Api-Key: 1\r\nX-Empty:\r\nX-Api-Key: 2\r\n\r\n",
            ),
            (
                HeaderCase::Lower,
                TargetForm::Absolute,
                "GET http://host.test:8080/a/../{b} HTTP/1.1\r\nhost: host.test:8080\r\nx-api-key: 1\r\nx-empty:\r\nx-api-key: 2\r\n\r\n",
            ),
        ];
        for (case, form, expected) in table {
            let written = head("GET", &url("/a/../{b}"), form, &fields(&headers, case));
            assert_eq!(String::from_utf8_lossy(&written), expected, "{case:?}");
        }
    }

    #[test]
    fn what_would_split_a_request_is_refused() {
        let table = [
            ("GET", "/ok", "X-A", "v", true),
            ("GET", "*", "X-A", "v", true),
            ("PURGE-ALL", "/ok", "X-A", "caf\u{e9}", true),
            ("GE T", "/ok", "X-A", "v", false),
            ("", "/ok", "X-A", "v", false),
            ("GET", "/a b", "X-A", "v", false),
            ("GET", "/a\r\nX: y", "X-A", "v", false),
            ("GET", "a", "X-A", "v", false),
            ("GET", "/", "X A", "v", false),
            ("GET", "/", "", "v", false),
            ("GET", "/", "X-A:", "v", false),
            ("GET", "/", "X-A", "v\r\nEvil: 1", false),
        ];
        for (method, target, name, value, sendable) in table {
            let found = unsendable(method, &url(target), &[header(name, value)]);
            assert_eq!(
                found.is_none(),
                sendable,
                "{method} {target} {name}: {value}: {found:?}"
            );
        }
    }

    #[test]
    fn content_length_goes_in_front_of_the_body_headers() {
        let names = |headers: Vec<RequestHeader>| -> Vec<String> {
            headers.into_iter().map(|header| header.name).collect()
        };
        let plain = vec![
            header("Host", "h"),
            header("content-type", "x/y"),
            header("Z", "1"),
        ];
        assert_eq!(
            names(with_framing(plain.clone(), Some(3))),
            ["Host", "Content-Length", "content-type", "Z"]
        );
        assert_eq!(
            names(with_framing(plain, None)),
            ["Host", "content-type", "Z"]
        );
        let typed = vec![header("CONTENT-LENGTH", "9")];
        assert_eq!(names(with_framing(typed, Some(3))), ["CONTENT-LENGTH"]);
        let chunked = vec![header("Transfer-Encoding", "gzip, chunked")];
        assert!(is_chunked(&chunked));
        assert_eq!(names(with_framing(chunked, Some(3))), ["Transfer-Encoding"]);
    }
}
