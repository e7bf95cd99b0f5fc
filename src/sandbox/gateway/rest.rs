//! The REST API: stage `test`, three greedy HTTP_PROXY routes, and the guide's non-proxy `GET /users`
//! (facts/amazon-api-gateway.md sections 0 to 3; exports/3-rest-non-proxy.json).

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use url::form_urlencoded;

use super::super::clock::SandboxClock;
use super::super::genesys::Genesys;
use super::super::identifiers;
use super::super::server;
use super::backend::{self, Backend};
use super::rest_errors::RestError;
use super::rest_headers::{self, API_ID};
use super::routes::{self, Target};
use super::template;
use super::{STAGE, path};

/// The default and longest integration timeout.
const TIMEOUT: Duration = Duration::from_secs(29);
/// What the guide's integration request sets `pageSize` to, whatever the client asks for.
const FIXED_PAGE_SIZE: &str = "5";

#[derive(Debug)]
pub(in crate::sandbox) struct RestApi {
    genesys: Arc<Genesys>,
    clock: SandboxClock,
}

impl RestApi {
    pub(in crate::sandbox) fn new(genesys: Arc<Genesys>, clock: SandboxClock) -> Self {
        Self { genesys, clock }
    }

    pub(in crate::sandbox) async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        identified(self.integrated(request).await)
    }

    async fn integrated(&self, request: Request<Bytes>) -> Result<Response<Bytes>, RestError> {
        let (mut parts, body) = request.into_parts();
        let (stage, path) = routes::split_stage(parts.uri.path());
        if stage != STAGE {
            return Err(RestError::Forbidden);
        }
        let path = path.to_owned();
        parts.method = effective_method(&parts);
        match routes::rest(&parts.method, &path) {
            Some(Target::Users) => self.users(&parts, body).await,
            Some(Target::Queues) => self.queues(&parts, body).await,
            Some(Target::Proxy { backend, rest }) => {
                self.proxied(&parts, body, backend, rest).await
            }
            None => Err(unknown_route(&parts.headers)),
        }
    }

    /// HTTP_PROXY: nearly everything passes, in both directions.
    pub(super) async fn proxied(
        &self,
        parts: &Parts,
        body: Bytes,
        backend: Backend,
        rest: &str,
    ) -> Result<Response<Bytes>, RestError> {
        let target = match parts.uri.query() {
            Some(query) => format!("{}?{}", path::backend_path(rest), path::rest_query(query)),
            None => path::backend_path(rest),
        };
        let headers = rest_headers::proxied_request(&parts.headers, backend.host());
        let request = outgoing(parts.method.clone(), &target, headers, as_text(&body))?;
        let answer = self.call(backend, request).await?;
        let length = answer.headers().get(CONTENT_LENGTH).cloned();
        let body = as_text(&decoded(&answer));
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = rest_headers::proxied_response(answer.headers());
        server::finish(&mut response);
        if let (true, Some(length)) = (parts.method == Method::HEAD, length) {
            response.headers_mut().insert(CONTENT_LENGTH, length);
        }
        Ok(response)
    }

    /// HTTP, non-proxy: only what the guide maps goes in, and the status is 200 whatever comes out.
    async fn users(&self, parts: &Parts, body: Bytes) -> Result<Response<Bytes>, RestError> {
        let target = users_target(parts.uri.query());
        let answer = self.mapped(parts, &target, body).await?;
        Ok(mapped_answer(StatusCode::OK, as_text(&decoded(&answer))))
    }

    /// HTTP, non-proxy, with a mapping template on the way back: the status is passed on (`$context.responseOverride.status`),
    /// the body is written anew. The template walks the list from its end and reads numbers as floating point, as such templates do.
    async fn queues(&self, parts: &Parts, body: Bytes) -> Result<Response<Bytes>, RestError> {
        let target = queues_target(parts.uri.query());
        let answer = self.mapped(parts, &target, body).await?;
        Ok(mapped_answer(
            answer.status(),
            template::rewritten(&decoded(&answer)),
        ))
    }

    /// What a non-proxy integration asks the service.
    async fn mapped(
        &self,
        parts: &Parts,
        target: &str,
        body: Bytes,
    ) -> Result<Response<Bytes>, RestError> {
        let headers = mapped_headers(&parts.headers);
        let request = outgoing(Method::GET, target, headers, as_text(&body))?;
        self.call(Backend::Api, request).await
    }

    async fn call(
        &self,
        backend: Backend,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, RestError> {
        backend::call(&self.genesys, backend, request, self.clock, TIMEOUT)
            .await
            .map_err(|backend::TimedOut| RestError::IntegrationTimeout)
    }
}

/// With the ids that every answer of a REST API carries.
pub(super) fn identified(answered: Result<Response<Bytes>, RestError>) -> Response<Bytes> {
    let mut response = answered.unwrap_or_else(RestError::into_response);
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-amzn-requestid", identifiers::random_uuid()),
        ("x-amz-apigw-id", identifiers::gateway_request_id()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}

/// `X-HTTP-Method-Override` on a POST takes the place of the method.
fn effective_method(parts: &Parts) -> Method {
    let named = parts
        .headers
        .get("x-http-method-override")
        .filter(|_| parts.method == Method::POST)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.trim().to_ascii_uppercase().parse().ok());
    named.unwrap_or_else(|| parts.method.clone())
}

/// A resource and method that do not exist: the gateway takes any `Authorization` for a signature of its own.
pub(super) fn unknown_route(headers: &HeaderMap) -> RestError {
    match headers.get(AUTHORIZATION) {
        Some(value) if !value.as_bytes().starts_with(b"AWS4-HMAC-SHA256") => {
            RestError::IncompleteSignature {
                authorization: value.as_bytes().to_vec(),
            }
        }
        _ => RestError::MissingAuthenticationToken,
    }
}

/// `pageNumber` passed on when the client gave one, `pageSize` fixed, nothing else.
fn users_target(query: Option<&str>) -> String {
    let query = path::rest_query(query.unwrap_or_default());
    let page_number = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "pageNumber")
        .last();
    let mut mapped = form_urlencoded::Serializer::new(String::new());
    if let Some((name, value)) = page_number {
        mapped.append_pair(&name, &value);
    }
    mapped.append_pair("pageSize", FIXED_PAGE_SIZE);
    format!("/api/v2/users?{}", mapped.finish())
}

/// What a non-proxy integration answers: no header of the service passes.
fn mapped_answer(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(trace) = HeaderValue::from_str(&identifiers::trace_id()) {
        headers.insert("x-amzn-trace-id", trace);
    }
    server::finish(&mut response);
    response
}

/// The parameters that the mapping names, as the client gave them.
fn queues_target(query: Option<&str>) -> String {
    const MAPPED: [&str; 3] = ["name", "pageNumber", "pageSize"];
    let query = path::rest_query(query.unwrap_or_default());
    let mut mapped = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if MAPPED.contains(&name.as_ref()) {
            mapped.append_pair(&name, &value);
        }
    }
    format!("/api/v2/routing/queues?{}", mapped.finish())
}

/// `Authorization` is the one header that the guide maps; the rest is the gateway's own.
fn mapped_headers(client: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(value) = client.get(AUTHORIZATION) {
        headers.insert(AUTHORIZATION, value.clone());
    }
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let content_type = client.get(CONTENT_TYPE).cloned();
    headers.insert(
        CONTENT_TYPE,
        content_type.unwrap_or(HeaderValue::from_static("application/json")),
    );
    if let Ok(agent) = HeaderValue::from_str(&format!("AmazonAPIGateway_{API_ID}")) {
        headers.insert(USER_AGENT, agent);
    }
    rest_headers::add_own(&mut headers, Backend::Api.host());
    headers
}

fn outgoing(
    method: Method,
    target: &str,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Request<Bytes>, RestError> {
    let uri: Uri = target.parse().map_err(|_| RestError::ApiConfiguration)?;
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

/// The body without its gzip coding: the coding's header does not come through.
fn decoded(response: &Response<Bytes>) -> Bytes {
    let is_gzip = response
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|value| value == "gzip");
    let mut plain = Vec::new();
    if is_gzip
        && GzDecoder::new(response.body().as_ref())
            .read_to_end(&mut plain)
            .is_ok()
    {
        Bytes::from(plain)
    } else {
        response.body().clone()
    }
}

/// Without binary media types every body is taken for UTF-8, and what is not is damaged.
fn as_text(body: &Bytes) -> Bytes {
    match String::from_utf8_lossy(body) {
        std::borrow::Cow::Borrowed(_) => body.clone(),
        std::borrow::Cow::Owned(damaged) => Bytes::from(damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_number_reaches_the_backend() {
        let table = [
            (None, "/api/v2/users?pageSize=5"),
            (Some("pageSize=50"), "/api/v2/users?pageSize=5"),
            (
                Some("pageNumber=2&expand=presence"),
                "/api/v2/users?pageNumber=2&pageSize=5",
            ),
            (
                Some("pageNumber=2;pageNumber=3"),
                "/api/v2/users?pageNumber=3&pageSize=5",
            ),
            (
                Some("pageNumber=a%26b"),
                "/api/v2/users?pageNumber=a%26b&pageSize=5",
            ),
            (Some("pagenumber=2"), "/api/v2/users?pageSize=5"),
        ];
        for (query, expected) in table {
            assert_eq!(users_target(query), expected, "{query:?}");
        }
    }

    #[test]
    fn only_mapped_headers_reach_the_non_proxy_backend() {
        let mut client = HeaderMap::new();
        for name in [
            "authorization",
            "accept",
            "accept-encoding",
            "cookie",
            "user-agent",
            "x-own",
        ] {
            client.insert(name, HeaderValue::from_static("client"));
        }
        let sent = mapped_headers(&client);
        let table = [
            ("authorization", Some("client")),
            ("accept", Some("application/json")),
            ("content-type", Some("application/json")),
            ("user-agent", Some("AmazonAPIGateway_f6g7h8i9j0")),
            ("accept-encoding", None),
            ("cookie", None),
            ("x-own", None),
            ("x-amzn-apigateway-api-id", Some("f6g7h8i9j0")),
        ];
        for (name, expected) in table {
            let value = sent.get(name).and_then(|value| value.to_str().ok());
            assert_eq!(value, expected, "{name}");
        }
    }

    #[test]
    fn a_post_may_name_another_method() {
        let table = [
            ("POST", Some("GET"), "GET"),
            ("POST", Some("delete"), "DELETE"),
            ("POST", None, "POST"),
            ("GET", Some("DELETE"), "GET"),
        ];
        for (method, named, expected) in table {
            let mut request = Request::builder().method(method);
            if let Some(named) = named {
                request = request.header("x-http-method-override", named);
            }
            let (parts, ()) = request.body(()).expect("valid").into_parts();
            assert_eq!(effective_method(&parts), expected, "{method} {named:?}");
        }
    }

    #[test]
    fn bodies_that_are_no_text_are_damaged() {
        assert_eq!(
            as_text(&Bytes::from_static(b"\xff\x00a")),
            "\u{fffd}\0a".as_bytes()
        );
        assert_eq!(as_text(&Bytes::from_static("ä".as_bytes())), "ä".as_bytes());
    }
}
