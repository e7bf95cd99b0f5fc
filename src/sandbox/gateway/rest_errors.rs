//! The REST API's own answers: status, text, error type and the three headers
//! (facts/amazon-api-gateway.md sections 0 and 1a). Only those that the guide's API and the broken gateways can give.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::super::server;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RestError {
    /// No such stage, or none given.
    Forbidden,
    /// No such resource and method, and no `Authorization` that could be read as a signature.
    MissingAuthenticationToken,
    /// The same with an `Authorization` that is no AWS signature: the whole value is hashed.
    IncompleteSignature {
        authorization: Vec<u8>,
    },
    IntegrationTimeout,
    ApiConfiguration,
    /// A request validator misses `Authorization`.
    AuthorizationMissing,
    TooManyRequests,
    /// A signature of an account that does not exist.
    UnknownSigner,
}

impl RestError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Forbidden
            | Self::MissingAuthenticationToken
            | Self::IncompleteSignature { .. }
            | Self::UnknownSigner => StatusCode::FORBIDDEN,
            Self::AuthorizationMissing => StatusCode::BAD_REQUEST,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::IntegrationTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::ApiConfiguration => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_type(&self) -> &'static str {
        match self {
            Self::Forbidden => "ForbiddenException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::IncompleteSignature { .. } => "IncompleteSignatureException",
            Self::IntegrationTimeout | Self::ApiConfiguration => "InternalServerErrorException",
            Self::AuthorizationMissing => "BadRequestException",
            Self::TooManyRequests => "TooManyRequestsException",
            Self::UnknownSigner => "UnrecognizedClientException",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Forbidden => "Forbidden".into(),
            Self::MissingAuthenticationToken => "Missing Authentication Token".into(),
            Self::IncompleteSignature { authorization } => format!(
                "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '{}'.",
                STANDARD.encode(Sha256::digest(authorization))
            ),
            Self::IntegrationTimeout => "Endpoint request timed out".into(),
            Self::ApiConfiguration => "Internal server error".into(),
            Self::AuthorizationMissing => {
                "Missing required request parameters: [Authorization]".into()
            }
            Self::TooManyRequests => "Too Many Requests".into(),
            Self::UnknownSigner => "The security token included in the request is invalid.".into(),
        }
    }

    /// The template of some types has a space before the message.
    fn body(&self) -> String {
        let space = match self {
            Self::IntegrationTimeout | Self::ApiConfiguration | Self::AuthorizationMissing => " ",
            _ => "",
        };
        format!("{{\"message\":{space}{}}}", Value::from(self.message()))
    }

    /// Without the ids, which every answer of the gateway gets.
    pub(super) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(self.body()));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            "x-amzn-errortype",
            HeaderValue::from_static(self.error_type()),
        );
        server::finish(&mut response);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_those_that_were_measured() {
        let table = [
            (RestError::Forbidden, r#"{"message":"Forbidden"}"#, 23),
            (
                RestError::MissingAuthenticationToken,
                r#"{"message":"Missing Authentication Token"}"#,
                42,
            ),
            (
                RestError::IntegrationTimeout,
                r#"{"message": "Endpoint request timed out"}"#,
                41,
            ),
            (
                RestError::ApiConfiguration,
                r#"{"message": "Internal server error"}"#,
                36,
            ),
        ];
        for (error, body, length) in table {
            assert_eq!(error.body(), body, "{error:?}");
            assert_eq!(error.body().len(), length, "{error:?}");
        }
    }
}
