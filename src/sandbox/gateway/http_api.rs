//! The HTTP API: stages `$default` and `test`, three greedy routes. Everything passes; the gateway leaves `via` and
//! `forwarded` on the request and one id on the answer (facts/amazon-api-gateway.md sections 1b and 2).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, FORWARDED, HOST, VIA};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Uri};

use super::super::clock::SandboxClock;
use super::super::genesys::Genesys;
use super::super::identifiers;
use super::super::server;
use super::backend::{self, Backend};
use super::routes::{self, Target};
use super::{STAGE, path};

/// The longest that an integration may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The name that the real gateway would have been called by.
const OWN_HOST: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";
const OWN_ADDRESS: &str = "192.0.2.10";
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

#[derive(Debug)]
pub(in crate::sandbox) struct HttpApi {
    genesys: Arc<Genesys>,
    clock: SandboxClock,
}

impl HttpApi {
    pub(in crate::sandbox) fn new(genesys: Arc<Genesys>, clock: SandboxClock) -> Self {
        Self { genesys, clock }
    }

    pub(in crate::sandbox) async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let mut response = self.forwarded(request).await;
        if let Ok(id) = HeaderValue::from_str(&identifiers::gateway_request_id()) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }

    async fn forwarded(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        // A stage that is named wins over `$default`.
        let path = match routes::split_stage(parts.uri.path()) {
            (STAGE, rest) => rest,
            _ => parts.uri.path(),
        };
        let Some(Target::Proxy { backend, rest }) = routes::proxy(&parts.method, path) else {
            return refused(StatusCode::NOT_FOUND, "Not Found");
        };
        let Some(request) = outgoing(&parts, body, backend, rest) else {
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        };
        match backend::call(&self.genesys, backend, request, self.clock, TIMEOUT).await {
            Ok(response) => passed_on(response),
            Err(backend::TimedOut) => {
                refused(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
            }
        }
    }
}

/// The request as the backend gets it; `None` when the path makes no URL.
fn outgoing(parts: &Parts, body: Bytes, backend: Backend, rest: &str) -> Option<Request<Bytes>> {
    let target = match parts.uri.query() {
        Some(query) => format!("{}?{query}", path::backend_path(rest)),
        None => path::backend_path(rest),
    };
    let mut request = Request::new(body);
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = target.parse::<Uri>().ok()?;
    let headers = request.headers_mut();
    headers.clone_from(&parts.headers);
    for name in [
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
    ] {
        headers.remove(name);
    }
    for name in [
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ] {
        headers.remove(name);
    }
    headers.insert(HOST, HeaderValue::from_static(backend.host()));
    headers.insert(VIA, HeaderValue::from_static("HTTP/1.1 AmazonAPIGateway"));
    headers.insert(FORWARDED, forwarded(parts)?);
    if request.body().is_empty() && !request.headers().contains_key(CONTENT_TYPE) {
        request.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
    }
    Some(request)
}

/// `by=…;for=…;host=…;proto=https`; what the client put into `X-Forwarded-For` comes first.
fn forwarded(parts: &Parts) -> Option<HeaderValue> {
    let earlier = parts
        .headers
        .get("x-forwarded-for")
        .map_or_else(String::new, |value| {
            String::from_utf8_lossy(value.as_bytes())
                .split(',')
                .fold(String::new(), |text, address| {
                    text + "for=" + address.trim() + ";"
                })
        });
    let text = format!("by={OWN_ADDRESS};{earlier}for=127.0.0.1;host={OWN_HOST};proto=https");
    HeaderValue::from_str(&text).ok()
}

/// The backend's answer; the connection and the date are the gateway's own.
fn passed_on(mut response: Response<Bytes>) -> Response<Bytes> {
    let length = response.headers().get(CONTENT_LENGTH).cloned();
    for name in [CONNECTION, DATE] {
        response.headers_mut().remove(name);
    }
    server::finish(&mut response);
    if let (true, Some(length)) = (response.body().is_empty(), length) {
        // An answer to HEAD keeps the length of what GET would have brought.
        response.headers_mut().insert(CONTENT_LENGTH, length);
    }
    response
}

fn refused(status: StatusCode, message: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!(r#"{{"message":"{message}"}}"#)));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    server::finish(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(headers: &[(&'static str, &'static str)], body: &'static str) -> Request<Bytes> {
        let mut request = Request::builder().method("POST").uri("/x?a=1&a=2");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, body) = request.body(Bytes::from(body)).expect("valid").into_parts();
        outgoing(&parts, body, Backend::Api, "api/v2/a%2Fb").expect("a valid target")
    }

    #[test]
    fn the_backend_sees_the_request_and_the_gateways_marks() {
        let request = sent(
            &[
                ("host", "127.0.0.1:1"),
                ("authorization", "Bearer t"),
                ("accept-encoding", "gzip"),
                ("x-forwarded-for", "203.0.113.9"),
                ("x-forwarded-proto", "http"),
                ("connection", "close"),
                ("x-own", "1"),
            ],
            "",
        );
        assert_eq!(request.uri(), "/api/v2/a/b?a=1&a=2");
        let table = [
            ("host", Some("api.mypurecloud.com")),
            ("authorization", Some("Bearer t")),
            ("accept-encoding", Some("gzip")),
            ("via", Some("HTTP/1.1 AmazonAPIGateway")),
            (
                "forwarded",
                Some(
                    "by=192.0.2.10;for=203.0.113.9;for=127.0.0.1;host=a1b2c3d4e5.execute-api.us-east-1.amazonaws.com;proto=https",
                ),
            ),
            ("x-forwarded-for", None),
            ("x-forwarded-proto", None),
            ("connection", None),
            ("x-own", Some("1")),
            ("content-type", Some("application/x-www-form-urlencoded")),
        ];
        for (name, expected) in table {
            let value = request
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok());
            assert_eq!(value, expected, "{name}");
        }
    }

    #[test]
    fn a_content_type_is_added_only_where_there_is_neither_one_nor_a_body() {
        assert!(!sent(&[], "body").headers().contains_key(CONTENT_TYPE));
        let own = sent(&[("content-type", "application/json")], "");
        assert_eq!(own.headers()[CONTENT_TYPE], "application/json");
    }
}
