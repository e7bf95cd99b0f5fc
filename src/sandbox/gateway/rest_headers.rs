//! Which headers cross a REST API's HTTP_PROXY integration, and under which names
//! (facts/amazon-api-gateway.md section 2, recordings before tables, and section 10, point 2).

use http::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, DATE, HOST, SERVER, TRANSFER_ENCODING, VIA,
    WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::super::identifiers;

/// The id of the API, ten characters as the real ones have.
pub(super) const API_ID: &str = "f6g7h8i9j0";

/// Never reach the backend.
const DROPPED_FROM_REQUEST: [&str; 15] = [
    "connection",
    "content-encoding",
    "content-md5",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "www-authenticate",
    // Takes the place of the method, and is not passed on unless mapped.
    "x-http-method-override",
];

/// Come back under `x-amzn-Remapped-…`.
const REMAPPED: [(HeaderName, &str); 5] = [
    (CONNECTION, "x-amzn-remapped-connection"),
    (CONTENT_LENGTH, "x-amzn-remapped-content-length"),
    (DATE, "x-amzn-remapped-date"),
    (SERVER, "x-amzn-remapped-server"),
    (WWW_AUTHENTICATE, "x-amzn-remapped-www-authenticate"),
];

/// The client's headers as an HTTP_PROXY backend gets them.
pub(super) fn proxied_request(client: &HeaderMap, host: &'static str) -> HeaderMap {
    let mut headers = client.clone();
    for name in DROPPED_FROM_REQUEST {
        headers.remove(name);
    }
    let is_signed = headers
        .get(http::header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256"));
    if is_signed {
        headers.remove(http::header::AUTHORIZATION);
    }
    add_own(&mut headers, host);
    headers
}

/// What every integration's backend gets from the gateway itself.
pub(super) fn add_own(headers: &mut HeaderMap, host: &'static str) {
    headers.insert(HOST, HeaderValue::from_static(host));
    headers.insert("x-amzn-apigateway-api-id", HeaderValue::from_static(API_ID));
    headers.insert("x-forwarded-for", HeaderValue::from_static("127.0.0.1"));
    headers.insert("x-forwarded-port", HeaderValue::from_static("443"));
    headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
    if let Ok(trace) = HeaderValue::from_str(&identifiers::trace_id()) {
        headers.insert("x-amzn-trace-id", trace);
    }
}

/// The backend's headers as the client gets them.
pub(super) fn proxied_response(backend: &HeaderMap) -> HeaderMap {
    let mut headers = backend.clone();
    for name in [CONTENT_ENCODING, TRANSFER_ENCODING, VIA, HOST] {
        headers.remove(name);
    }
    for (name, remapped) in REMAPPED {
        if let Some(value) = headers.remove(&name) {
            headers.insert(HeaderName::from_static(remapped), value);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn text<'map>(headers: &'map HeaderMap, name: &str) -> Option<&'map str> {
        headers.get(name).and_then(|value| value.to_str().ok())
    }

    #[test]
    fn request_headers() {
        let passing = [
            "accept",
            "accept-encoding",
            "authorization",
            "content-type",
            "cookie",
            "range",
            "user-agent",
            "x-own",
        ];
        let client: Vec<_> = passing
            .iter()
            .chain(&DROPPED_FROM_REQUEST)
            .map(|name| (*name, "value"))
            .collect();
        let sent = proxied_request(&map(&client), "api.example");
        for name in passing {
            assert_eq!(text(&sent, name), Some("value"), "{name}");
        }
        for name in DROPPED_FROM_REQUEST {
            let expected = (name == "host").then_some("api.example");
            assert_eq!(text(&sent, name), expected, "{name}");
        }
        assert_eq!(text(&sent, "x-amzn-apigateway-api-id"), Some(API_ID));
        assert_eq!(text(&sent, "x-forwarded-proto"), Some("https"));
        assert!(text(&sent, "x-amzn-trace-id").is_some_and(|id| id.starts_with("Root=1-")));
    }

    #[test]
    fn a_signature_stays_at_the_gateway() {
        let client = map(&[(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=a, Signature=b",
        )]);
        assert_eq!(text(&proxied_request(&client, "x"), "authorization"), None);
    }

    #[test]
    fn response_headers() {
        let received = proxied_response(&map(&[
            ("connection", "keep-alive"),
            ("content-length", "12"),
            ("date", "now"),
            ("server", "s"),
            ("www-authenticate", "Bearer"),
            ("transfer-encoding", "chunked"),
            ("via", "1.1 x"),
            ("content-encoding", "gzip"),
            ("content-type", "application/json"),
            ("inin-correlation-id", "c"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
        ]));
        let table = [
            ("x-amzn-remapped-connection", Some("keep-alive")),
            ("x-amzn-remapped-content-length", Some("12")),
            ("x-amzn-remapped-date", Some("now")),
            ("x-amzn-remapped-server", Some("s")),
            ("x-amzn-remapped-www-authenticate", Some("Bearer")),
            ("content-type", Some("application/json")),
            ("inin-correlation-id", Some("c")),
            ("connection", None),
            ("date", None),
            ("via", None),
            ("transfer-encoding", None),
            ("content-encoding", None),
            ("server", None),
        ];
        for (name, expected) in table {
            assert_eq!(text(&received, name), expected, "{name}");
        }
        assert_eq!(received.get_all("set-cookie").iter().count(), 2);
    }
}
