//! The two gateways of the guide, as documented and recorded (facts/amazon-api-gateway.md sections 0 to 3 and 10):
//! an HTTP API and a REST API, both in front of the embedded Genesys.

mod backend;
mod broken;
mod http_api;
mod path;
mod rest;
mod rest_errors;
mod rest_headers;
mod routes;
mod template;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use super::server::{self, BODY_LIMIT};

pub(super) use broken::BrokenApi;
pub(super) use http_api::HttpApi;
pub(super) use rest::RestApi;

/// The one stage both gateways have by name.
const STAGE: &str = "test";

/// What was seen for more than 10 MB: plain text and no ids.
pub(super) fn too_large() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!(
        "HTTP content length exceeded {BODY_LIMIT} bytes."
    )));
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    server::finish(&mut response);
    response
}
