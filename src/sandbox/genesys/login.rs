//! `login.{domain}`: the client credentials grant and the server's metadata. Errors have the OAuth shape, with the text in
//! `description` and `error_description` alike (facts/genesys-cloud.md section 4).

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::model::sandbox_environments::{DEMO_CLIENT_ID, DEMO_CLIENT_SECRET};

use super::World;

pub(super) fn answer(world: &World, request: &Request<Bytes>) -> Response<Bytes> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match request.uri().path() {
        "/oauth/token" if request.method() == Method::POST => token(world, request),
        "/oauth/token" => not_allowed("POST"),
        "/.well-known/oauth-authorization-server" if is_read => {
            with_json(StatusCode::OK, &metadata(&world.login_origin))
        }
        "/.well-known/oauth-authorization-server" => not_allowed("GET, HEAD"),
        _ => empty(StatusCode::NOT_FOUND),
    }
}

fn token(world: &World, request: &Request<Bytes>) -> Response<Bytes> {
    let now = Instant::now();
    let form = form_of(request);
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let usage = world.token_limit.count("login", now);
    if usage.is_exceeded() {
        let text = format!(
            "rate limit exceeded; retry in {} seconds",
            usage.reset_seconds
        );
        return refused(StatusCode::BAD_REQUEST, "invalid_request", &text);
    }
    match field("grant_type") {
        Some("client_credentials") => {}
        None | Some("") => {
            return refused(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "grant_type is required",
            );
        }
        Some(_) => {
            return refused(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "unsupported grant type",
            );
        }
    }
    let body_pair = field("client_id").map(|id| {
        (
            id.to_owned(),
            field("client_secret").unwrap_or_default().to_owned(),
        )
    });
    let offered = basic_pairs(request).or_else(|| body_pair.map(|pair| vec![pair]));
    match identify(&offered.unwrap_or_default()) {
        Identity::Demo => with_json(
            StatusCode::OK,
            &json!({
                "access_token": world.tokens.issue(now),
                "token_type": "bearer",
                "expires_in": world.tokens.lifetime().as_secs(),
            }),
        ),
        Identity::WrongSecret => refused(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "authentication failed",
        ),
        Identity::Unknown => refused(
            StatusCode::BAD_REQUEST,
            "invalid_client",
            "client not found",
        ),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Identity {
    Demo,
    WrongSecret,
    Unknown,
}

/// `offered`: the readings of what the client sent; one that fits is enough.
fn identify(offered: &[(String, String)]) -> Identity {
    let known = |pair: &&(String, String)| pair.0 == DEMO_CLIENT_ID;
    let mut readings = offered.iter().filter(known).peekable();
    if readings.peek().is_none() {
        return Identity::Unknown;
    }
    if readings.any(|(_, secret)| secret == DEMO_CLIENT_SECRET) {
        Identity::Demo
    } else {
        Identity::WrongSecret
    }
}

/// The client's id and secret from `Authorization: Basic`, raw and form-decoded (RFC 6749 section 2.3.1);
/// `None` without such a header.
fn basic_pairs(request: &Request<Bytes>) -> Option<Vec<(String, String)>> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let Ok(decoded) = STANDARD.decode(encoded.trim()) else {
        return Some(Vec::new());
    };
    let text = String::from_utf8_lossy(&decoded).into_owned();
    let Some((id, secret)) = text.split_once(':') else {
        return Some(Vec::new());
    };
    Some(vec![
        (id.to_owned(), secret.to_owned()),
        (form_decoded(id), form_decoded(secret)),
    ])
}

fn form_decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes())
        .next()
        .map(|(key, _)| key.into_owned())
        .unwrap_or_default()
}

/// The fields of a form body; none when the body is something else.
fn form_of(request: &Request<Bytes>) -> Vec<(String, String)> {
    let is_form = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value.split(';').next().is_some_and(|kind| {
                kind.trim()
                    .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            })
        });
    if !is_form {
        return Vec::new();
    }
    form_urlencoded::parse(request.body())
        .into_owned()
        .collect()
}

fn metadata(origin: &str) -> Value {
    json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/oauth/authorize"),
        "token_endpoint": format!("{origin}/oauth/token"),
        "response_types_supported": ["code", "token"],
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:saml2-bearer"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    })
}

fn refused(status: StatusCode, error: &str, description: &str) -> Response<Bytes> {
    with_json(
        status,
        &json!({
            "error": error,
            "description": description,
            "error_description": description,
        }),
    )
}

fn with_json(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = empty(status);
    *response.body_mut() = Bytes::from(body.to_string());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn not_allowed(methods: &'static str) -> Response<Bytes> {
    let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(methods));
    response
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_apart() {
        let pair = |id: &str, secret: &str| (id.to_owned(), secret.to_owned());
        let table = [
            (vec![], Identity::Unknown),
            (vec![pair("someone", "sandbox-secret")], Identity::Unknown),
            (vec![pair("sandbox-client", "")], Identity::WrongSecret),
            (
                vec![pair("sandbox-client", "sandbox-secret")],
                Identity::Demo,
            ),
            (
                vec![
                    pair("sandbox-client", "sandbox%2Dsecret"),
                    pair("sandbox-client", "sandbox-secret"),
                ],
                Identity::Demo,
            ),
        ];
        for (offered, expected) in table {
            assert_eq!(identify(&offered), expected, "{offered:?}");
        }
    }
}
