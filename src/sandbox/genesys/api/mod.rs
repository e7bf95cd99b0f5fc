//! `api.{domain}`: which resource and method lead where. Who may call is checked by [`Caller`], before anything is read.

mod account;
mod analytics;
mod queues;
mod users;
mod utilities;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use serde_json::{Map, Value};

use super::World;
use super::edge::UsageCell;
use super::errors::ApiError;

pub(super) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/api/v2/users", get(users::list).post(users::create))
        .route("/api/v2/users/me", get(users::me))
        .route(
            "/api/v2/users/{id}",
            get(users::one).patch(users::change).delete(users::delete),
        )
        .route(
            "/api/v2/routing/queues",
            get(queues::list).post(queues::create),
        )
        .route(
            "/api/v2/routing/queues/{id}",
            get(queues::one)
                .put(queues::replace)
                .patch(queues::change)
                .delete(queues::delete),
        )
        .route(
            "/api/v2/tokens/me",
            get(account::token).delete(account::revoke),
        )
        .route(
            "/api/v2/organizations/me",
            get(account::organization).put(account::change_organization),
        )
        .route("/api/v2/date", get(utilities::date))
        .route("/api/v2/timezones", get(utilities::time_zones))
        .route("/api/v2/ipranges", get(utilities::ip_ranges))
        .route(
            "/api/v2/analytics/conversations/details",
            get(analytics::conversations),
        )
        .route(
            "/api/v2/analytics/conversations/details/query",
            post(analytics::query_conversations),
        )
        .fallback(async || ApiError::not_found())
        .method_not_allowed_fallback(other_method)
        // The door's own limit holds already.
        .layer(DefaultBodyLimit::disable())
        .with_state(world)
}

/// A resource exists but not with this method; the router adds which ones it has.
async fn other_method(method: Method) -> Response<Body> {
    if method == Method::OPTIONS {
        StatusCode::OK.into_response()
    } else {
        ApiError::method_not_allowed().into_response()
    }
}

/// Somebody with a good token whose rate limit is not used up.
#[derive(Debug)]
pub(super) struct Caller {
    token: String,
}

impl FromRequestParts<Arc<World>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        world: &Arc<World>,
    ) -> Result<Self, Self::Rejection> {
        let now = Instant::now();
        let token = bearer(&parts.headers).ok_or_else(ApiError::authentication_required)?;
        if !world.tokens.is_valid(token, now) {
            return Err(ApiError::bad_credentials());
        }
        let usage = world.request_limit.count(token, now);
        if let Some(cell) = parts.extensions.get::<UsageCell>() {
            // Set once per request: the extractor runs once.
            let _ = cell.set(usage);
        }
        if usage.is_exceeded() {
            return Err(ApiError::too_many_requests(usage.reset_seconds));
        }
        Ok(Self {
            token: token.to_owned(),
        })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// What a handler answers with: a body, or an error.
type Answer = Result<Response<Body>, ApiError>;

fn with_json(body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The id in the path; one that is no text at all exists nowhere.
fn id_of(path: Result<Path<String>, PathRejection>) -> Result<String, ApiError> {
    path.map(|Path(id)| id).map_err(|_| ApiError::not_found())
}

/// A body that is a JSON object, and says so.
fn object_of(headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, ApiError> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("application/json") {
        return Err(ApiError::unsupported_media_type());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(ApiError::bad_request()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearer_tokens_are_found() {
        let table = [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("Bearer  abc ", Some("abc")),
            ("Bearer", None),
            ("Bearer ", None),
            ("abc", None),
            ("Basic abc", None),
        ];
        for (value, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
            assert_eq!(bearer(&headers), expected, "{value:?}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
