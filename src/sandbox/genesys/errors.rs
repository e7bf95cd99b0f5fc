//! The API's error bodies: `message, code, status, messageParams, contextId, details, errors`
//! (facts/genesys-cloud.md sections 5 and 9; texts from the `x-inin-error-codes` of the public API description).

use axum::body::Body;
use axum::response::IntoResponse;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

/// An answer that is an error. Its body is written at the edge, where the correlation id is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: Box<str>,
    /// `messageWithParams`: the message with `{name}` in the place of each parameter.
    template: Option<&'static str>,
    parameters: Vec<(&'static str, String)>,
    /// The field that `details` names.
    field: Option<Box<str>>,
    /// Some errors are made before a context exists (429, bad.credentials).
    has_context: bool,
    /// Seconds.
    retry_after: Option<u64>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<Box<str>>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            template: None,
            parameters: Vec::new(),
            field: None,
            has_context: true,
            retry_after: None,
        }
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not.found",
            "The requested resource was not found.",
        )
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method.not.allowed",
            "HTTP 405 Method Not Allowed",
        )
    }

    pub(super) fn authentication_required() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "authentication.required",
            "No authentication bearer token specified in authorization header.",
        )
    }

    /// The token is unknown, expired, revoked, or from another region: the service does not say which.
    pub(super) fn bad_credentials() -> Self {
        Self {
            has_context: false,
            ..Self::new(
                StatusCode::UNAUTHORIZED,
                "bad.credentials",
                "Invalid login credentials.",
            )
        }
    }

    pub(super) fn user_context_required() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "not.a.user",
            "This request requires a user context. Client credentials cannot be used for requests to this resource.",
        )
    }

    pub(super) fn missing_permission(permission: &str) -> Self {
        let listed = format!("[{permission}]");
        Self {
            template: Some(
                "Unable to perform the requested action. You are missing the following permission(s): {permissions}",
            ),
            parameters: vec![("permissions", listed.clone())],
            ..Self::new(
                StatusCode::FORBIDDEN,
                "missing.permissions",
                format!(
                    "Unable to perform the requested action. You are missing the following permission(s): {listed}"
                ),
            )
        }
    }

    pub(super) fn invalid_query(name: &str, value: &str, allowed: &str) -> Self {
        Self {
            template: Some(
                "Value [{value}] is not valid for parameter [{parameter}]. Allowable values are: {allowable}",
            ),
            parameters: vec![
                ("value", value.to_owned()),
                ("parameter", name.to_owned()),
                ("allowable", allowed.to_owned()),
            ],
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "invalid.query.param.value",
                format!(
                    "Value [{value}] is not valid for parameter [{name}]. Allowable values are: {allowed}"
                ),
            )
        }
    }

    pub(super) fn bad_request() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad.request",
            "The request could not be understood by the server due to malformed syntax.",
        )
    }

    pub(super) fn constraint(field: &str, message: &str) -> Self {
        Self {
            field: Some(field.into()),
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "constraint.validation",
                format!("{field} {message}"),
            )
        }
    }

    pub(super) fn conflict(message: String) -> Self {
        Self::new(StatusCode::CONFLICT, "request.conflict", message)
    }

    pub(super) fn unsupported_media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported.media.type",
            "The media type of the request is not supported.",
        )
    }

    pub(super) fn entity_too_large(limit: usize) -> Self {
        Self {
            parameters: vec![("maximumBytes", limit.to_string())],
            ..Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request.entity.too.large",
                format!("The request is over the size limit. Maximum bytes: {limit}"),
            )
        }
    }

    pub(super) fn too_many_requests(seconds: u64) -> Self {
        Self {
            has_context: false,
            retry_after: Some(seconds),
            parameters: vec![("seconds", seconds.to_string())],
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too.many.requests.retry.after",
                format!(
                    "Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds"
                ),
            )
        }
    }

    /// The body, as it goes out with this correlation id.
    fn body(&self, correlation_id: &str) -> Value {
        let mut body = Map::new();
        body.insert("message".into(), self.message.as_ref().into());
        body.insert("code".into(), self.code.into());
        body.insert("status".into(), self.status.as_u16().into());
        if let Some(template) = self.template {
            body.insert("messageWithParams".into(), template.into());
        }
        let parameters: Map<String, Value> = self
            .parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(value.clone())))
            .collect();
        body.insert("messageParams".into(), Value::Object(parameters));
        if self.has_context {
            body.insert("contextId".into(), correlation_id.into());
        }
        let details = self
            .field
            .iter()
            .map(|field| json!({ "errorCode": self.code, "fieldName": field }));
        body.insert("details".into(), details.collect());
        body.insert("errors".into(), Value::Array(Vec::new()));
        Value::Object(body)
    }

    /// An answer that carries the error along until [`render`] writes it.
    pub(super) fn into_bytes(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = self.status;
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response<Body> {
        self.into_bytes().map(Body::from)
    }
}

/// Writes the body of an [`ApiError`] that `response` carries, if it carries one.
pub(super) fn render(response: &mut Response<Bytes>, correlation_id: &str) {
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        *response.body_mut() = Bytes::from(error.body(correlation_id).to_string());
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_fields_of_the_api_description() {
        let table = [
            (
                ApiError::not_found(),
                r#"{"message":"The requested resource was not found.","code":"not.found","status":404,"messageParams":{},"contextId":"c","details":[],"errors":[]}"#,
            ),
            (
                ApiError::bad_credentials(),
                r#"{"message":"Invalid login credentials.","code":"bad.credentials","status":401,"messageParams":{},"details":[],"errors":[]}"#,
            ),
            (
                ApiError::constraint("name", "must not be empty"),
                r#"{"message":"name must not be empty","code":"constraint.validation","status":400,"messageParams":{},"contextId":"c","details":[{"errorCode":"constraint.validation","fieldName":"name"}],"errors":[]}"#,
            ),
            (
                ApiError::too_many_requests(7),
                r#"{"message":"Rate limit exceeded the maximum. Retry the request in [7] seconds","code":"too.many.requests.retry.after","status":429,"messageParams":{"seconds":"7"},"details":[],"errors":[]}"#,
            ),
        ];
        for (error, expected) in table {
            assert_eq!(error.body("c").to_string(), expected, "{error:?}");
        }
    }
}
