//! What the answer of a token endpoint means: a token, or who refused it, why, and what to try.
//! Shapes: facts/genesys-cloud.md sections 4, 5 and 9, facts/peers.md cases 56-58. The gateway's own answers are `gateway`'s.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::gateway;
use super::source::{header_trouble, normalised_token};
use super::words::{
    login_host, login_place, place_name, quoted, route, route_name, through_gateway,
};
use super::{AccessToken, TokenRefusal, TokenRefusalKind};
use crate::model::environment::Environment;
use crate::model::exchange::{HeaderField, header};
use crate::model::masks::{Masks, mask_url};
use crate::model::note::Field;
use crate::model::route as route_rules;
use crate::model::secret::Secret;

/// Assumed when an answer names no usable lifetime: the shortest that Genesys Cloud gives.
const ASSUMED_LIFETIME: Duration = Duration::from_mins(5);

/// The longest lifetime Genesys Cloud gives; a longer one is not believed.
const LONGEST_LIFETIME: Duration = Duration::from_hours(48);

/// An answer and what is known about the request.
pub(super) struct Answer<'a> {
    pub(super) environment: &'a Environment,
    pub(super) login_url: &'a str,
    pub(super) status: u16,
    pub(super) headers: &'a [HeaderField],
    /// Without a byte order mark.
    pub(super) body: &'a [u8],
    pub(super) masks: &'a Masks,
}

/// The members of a JSON object, each as it was written.
pub(super) type Members = HashMap<String, Box<RawValue>>;

/// What the answer of the token endpoint means. `body` is decoded (no content coding left);
/// `masks` are those of the token request: an answer that is quoted may repeat what was sent.
///
/// # Errors
/// Every shape of facts/genesys-cloud.md section 4 and facts/peers.md cases 54-63 that holds no usable token.
pub fn read_token_answer(
    environment: &Environment,
    login_url: &str,
    status: u16,
    headers: &[HeaderField],
    body: &[u8],
    received_at: Timestamp,
    masks: &Masks,
) -> Result<AccessToken, TokenRefusal> {
    let unmarked = body.strip_prefix(b"\xef\xbb\xbf");
    let answer = Answer {
        environment,
        login_url,
        status,
        headers,
        body: unmarked.unwrap_or(body).trim_ascii(),
        masks,
    };
    let members: Option<Members> = serde_json::from_slice(answer.body).ok();
    if !(200..300).contains(&status) {
        return Err(answer.refusal(members.as_ref()));
    }
    let members = members.ok_or_else(|| answer.success_without_json())?;
    let mut token = answer.token(&members, received_at)?;
    if unmarked.is_some() {
        token.remarks.push(
            "The answer began with a byte order mark, at which other clients stop".to_owned(),
        );
    }
    Ok(token)
}

impl Answer<'_> {
    fn token(
        &self,
        members: &Members,
        received_at: Timestamp,
    ) -> Result<AccessToken, TokenRefusal> {
        let Some(text) =
            member::<String>(members, "access_token").filter(|text| !text.trim().is_empty())
        else {
            return Err(self.success_without_token(members));
        };
        let (value, mut remarks) = normalised_token(&text);
        if let Some(trouble) = header_trouble(&value) {
            return Err(self.say(
                TokenRefusalKind::NoAccessToken,
                format!("The `access_token` of the answer holds {trouble} and cannot be sent in a header"),
                format!("Look at what answers at {}", self.place()),
            ));
        }
        match member::<String>(members, "token_type") {
            Some(kind) if !kind.eq_ignore_ascii_case("bearer") => remarks.push(format!(
                "`token_type` is `{}`; the token is sent as `Bearer`",
                quoted(kind.as_bytes(), self.masks)
            )),
            _ => {}
        }
        if let Some(error) = member::<String>(members, "error") {
            remarks.push(format!(
                "The answer holds `error` (`{}`) beside the token",
                quoted(error.as_bytes(), self.masks)
            ));
        }
        let (lifetime, remark) = lifetime(members.get("expires_in").map(|value| value.get()));
        remarks.extend(remark);
        Ok(AccessToken {
            value: Secret::new(value),
            received_at,
            expires_at: Some(later(received_at, lifetime)),
            pasted: false,
            remarks,
        })
    }

    /// JSON with status 2xx, but no token in it.
    fn success_without_token(&self, members: &Members) -> TokenRefusal {
        let status = self.status;
        if let Some(error) = member::<String>(members, "error") {
            let description = description(members);
            let text = format!(
                "The answer has status {status} but says `{}`",
                self.phrase(&error, &description)
            );
            let mut hint = self.oauth_error(400, &error, &description).hint;
            if through_gateway(self.environment) {
                hint.push_str(
                    ". A non-proxy integration on the login route can turn every status into 200: use a proxy integration there",
                );
            }
            return self.say(TokenRefusalKind::ErrorInSuccess, text, hint);
        }
        if self.is_api_error(members) {
            return self.api_host(members);
        }
        if let Some(refusal) = gateway::refusal(self, Some(members)) {
            return refusal;
        }
        let mut names: Vec<&str> = members.keys().map(String::as_str).collect();
        names.sort_unstable();
        let names: Vec<String> = names
            .iter()
            .take(8)
            .map(|name| format!("`{}`", quoted(name.as_bytes(), self.masks)))
            .collect();
        let found = if names.is_empty() {
            "it is an empty object".to_owned()
        } else {
            format!("it holds {}", names.join(", "))
        };
        self.say(
            TokenRefusalKind::NoAccessToken,
            format!("The answer has status {status} but no `access_token`: {found}"),
            self.wrong_place(),
        )
    }

    /// Status 2xx, and no JSON object.
    fn success_without_json(&self) -> TokenRefusal {
        let status = self.status;
        if self.body.is_empty() {
            return self.say(
                TokenRefusalKind::NotJson,
                format!("The answer has status {status} and an empty body"),
                self.wrong_place(),
            );
        }
        if self.is_html() {
            return self.html();
        }
        self.say(
            TokenRefusalKind::NotJson,
            format!(
                "The answer has status {status} but is not a JSON object: {}",
                self.quote()
            ),
            self.wrong_place(),
        )
    }

    /// Any status but 2xx.
    fn refusal(&self, members: Option<&Members>) -> TokenRefusal {
        if (300..400).contains(&self.status) && header(self.headers, "location").is_some() {
            return self.redirect();
        }
        if let Some(members) = members {
            if let Some(error) =
                member::<String>(members, "error").filter(|_| !self.is_api_error(members))
            {
                return self.oauth_error(self.status, &error, &description(members));
            }
            if self.is_api_error(members) {
                return self.api_host(members);
            }
        }
        if let Some(refusal) = gateway::refusal(self, members) {
            return refusal;
        }
        if self.status == 429 {
            return self.rate_limited("");
        }
        if self.is_html() {
            return self.html();
        }
        let came = if self.body.is_empty() {
            "with an empty body".to_owned()
        } else {
            format!("with: {}", self.quote())
        };
        let hint = if self.status == 407 {
            "A proxy wants a user name and a password: check the environment's proxy settings"
                .to_owned()
        } else {
            self.wrong_place()
        };
        self.say(
            TokenRefusalKind::UnexpectedStatus,
            format!(
                "The token request was answered with status {} {came}",
                self.status
            ),
            hint,
        )
    }

    fn oauth_error(&self, status: u16, error: &str, description: &str) -> TokenRefusal {
        let said = description.to_lowercase();
        if said.contains("rate limit") || status == 429 {
            return self.rate_limited(description);
        }
        let phrase = self.phrase(error, description);
        match error {
            "invalid_client" if said.contains("not found") => self.unknown_client(&phrase),
            "invalid_client" if said.contains("authentication failed") || status == 401 => self.say(
                TokenRefusalKind::WrongSecret,
                format!("The login refused the client's secret: {phrase}"),
                format!(
                    "Enter the client secret again: it may have been reset, or cut when it was copied. Check too that the client ID belongs to {}",
                    self.organization()
                ),
            ),
            "invalid_client" => self.say(
                TokenRefusalKind::OAuthError,
                format!("The login refused the client: {phrase}"),
                format!("Check client ID and secret, and that the client belongs to {}", self.organization()),
            ),
            _ => self.say(
                TokenRefusalKind::OAuthError,
                format!("The login refused the token request with status {status}: {phrase}"),
                oauth_hint(error).to_owned(),
            ),
        }
    }

    fn unknown_client(&self, phrase: &str) -> TokenRefusal {
        let hint = if let Some(place) = login_place(self.environment) {
            format!(
                "The token was requested from {}. Check the client ID, and that the client's organization is in this region: the right client in the wrong region gets the same answer",
                place_name(place)
            )
        } else {
            format!(
                "Check the client ID, and which region the gateway's login route ({}) leads to: the right client in the wrong region gets the same answer",
                route(self.environment)
            )
        };
        self.say(
            TokenRefusalKind::UnknownClient,
            format!("The login does not know this client: {phrase}"),
            hint,
        )
    }

    pub(super) fn rate_limited(&self, description: &str) -> TokenRefusal {
        let wait = header(self.headers, "retry-after").map(HeaderField::text);
        let wait = match wait.as_deref().map(str::trim) {
            Some(seconds)
                if !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                format!("Wait {seconds} s")
            }
            _ => "Wait a minute".to_owned(),
        };
        let said = if description.is_empty() {
            String::new()
        } else {
            format!(": {}", quoted(description.as_bytes(), self.masks))
        };
        self.say(
            TokenRefusalKind::RateLimited,
            format!("Too many tokens were requested (status {}){said}", self.status),
            format!(
                "{wait}, then try again. The token endpoint has a limit of its own; Gatescope keeps one token and uses it again, \
                 so look for other programs with the same client"
            ),
        )
    }

    fn redirect(&self) -> TokenRefusal {
        let location = header(self.headers, "location").map_or_else(String::new, HeaderField::text);
        let location = quoted(mask_url(&location).as_bytes(), self.masks);
        self.say(
            TokenRefusalKind::Redirect,
            format!("The token request was redirected (status {}) to {location}", self.status),
            format!(
                "Credentials are never sent on to another URL. If the new one is right, put it into this environment; \
                 a redirect to a login page means that {} is not the token endpoint",
                self.place()
            ),
        )
    }

    /// facts/genesys-cloud.md section 9, point 1: `code`, `message` and one of three more.
    fn is_api_error(&self, members: &Members) -> bool {
        let status = member::<u16>(members, "status").is_some();
        let traced = members.contains_key("contextId")
            || header(self.headers, "inin-correlation-id").is_some();
        member::<String>(members, "code").is_some()
            && member::<String>(members, "message").is_some()
            && (status || traced)
    }

    fn api_host(&self, members: &Members) -> TokenRefusal {
        let code = member::<String>(members, "code").unwrap_or_default();
        let message = member::<String>(members, "message").unwrap_or_default();
        let inner = member::<u16>(members, "status").filter(|inner| *inner != self.status);
        let status = inner.map_or_else(
            || format!("status {}", self.status),
            |inner| format!("status {}, {inner} in the body", self.status),
        );
        let hint = if through_gateway(self.environment) {
            let suspicion = route_rules::environment_notes(self.environment)
                .into_iter()
                .find(|note| matches!(note.field, Field::Stage | Field::LoginPath))
                .map_or_else(String::new, |note| {
                    format!("{}: {}. ", note.field, note.text)
                });
            format!(
                "{suspicion}Check stage and login path first. If they are right, the gateway's login route ({}) leads to the API host: let it lead to {}",
                route(self.environment),
                login_host(self.environment)
            )
        } else {
            format!(
                "{} is not the login host: tokens come from {}",
                self.place(),
                login_host(self.environment)
            )
        };
        self.say(
            TokenRefusalKind::ApiHost,
            format!(
                "A Genesys Cloud API answered instead of the login ({status}): {}",
                self.phrase(&code, &message)
            ),
            hint,
        )
    }

    fn html(&self) -> TokenRefusal {
        let quote = self.quote();
        let hint = if quote.contains("The request could not be satisfied") {
            "CloudFront itself answered: host name or path are not the ones it knows. Check them"
                .to_owned()
        } else {
            format!(
                "A login page, a proxy or a firewall answered. Check that {} is the token endpoint, and the environment's proxy settings",
                self.place()
            )
        };
        self.say(
            TokenRefusalKind::Html,
            format!(
                "The answer is a web page, not JSON (status {}): {quote}",
                self.status
            ),
            hint,
        )
    }

    fn is_html(&self) -> bool {
        let declared = header(self.headers, "content-type")
            .is_some_and(|field| field.text().to_ascii_lowercase().contains("html"));
        let start: Vec<u8> = self
            .body
            .iter()
            .take(64)
            .map(u8::to_ascii_lowercase)
            .collect();
        (declared && start.starts_with(b"<"))
            || [&b"<!doctype html"[..], b"<html", b"<head", b"<body"]
                .iter()
                .any(|tag| start.starts_with(tag))
    }

    /// For answers that no token endpoint gives.
    fn wrong_place(&self) -> String {
        if through_gateway(self.environment) {
            format!(
                "Check that the gateway's login route ({}) leads to {}, with {}",
                route(self.environment),
                login_host(self.environment),
                route_name(self.environment)
            )
        } else {
            format!("Check that {} is the token endpoint", self.place())
        }
    }

    fn organization(&self) -> String {
        login_place(self.environment).map_or_else(
            || "the organization behind the gateway's login route".to_owned(),
            |place| format!("an organization in {}", place_name(place)),
        )
    }

    pub(super) fn place(&self) -> String {
        mask_url(&self.masks.text(self.login_url))
    }

    pub(super) fn quote(&self) -> String {
        quoted(self.body, self.masks)
    }

    fn phrase(&self, code: &str, description: &str) -> String {
        let phrase = if description.is_empty() || description == code {
            code.to_owned()
        } else {
            format!("{code}, {description}")
        };
        quoted(phrase.as_bytes(), self.masks)
    }

    #[expect(
        clippy::unused_self,
        reason = "one way to make a refusal, beside the others"
    )]
    pub(super) fn say(&self, kind: TokenRefusalKind, text: String, hint: String) -> TokenRefusal {
        TokenRefusal { kind, text, hint }
    }
}

fn oauth_hint(error: &str) -> &'static str {
    match error {
        "unsupported_grant_type" => {
            "The login does not know `grant_type=client_credentials`: check that the body of the token request reaches it unchanged"
        }
        "unauthorized_client" | "invalid_grant" => {
            "The client may not use the client credentials grant: change its grant type in Genesys Cloud, or use another client"
        }
        "invalid_scope" => {
            "Remove the scope: a client credentials token has the scope of the client's roles"
        }
        "invalid_request" => {
            "Check that the body of the token request reaches the login unchanged, with `Content-Type: application/x-www-form-urlencoded`"
        }
        "temporarily_unavailable" | "server_error" => "Try again in a minute",
        _ => "Check client ID, secret and scope",
    }
}

fn description(members: &Members) -> String {
    ["error_description", "description"]
        .iter()
        .find_map(|name| member::<String>(members, name))
        .unwrap_or_default()
}

pub(super) fn member<T: DeserializeOwned>(members: &Members, name: &str) -> Option<T> {
    serde_json::from_str::<Option<T>>(members.get(name)?.get()).ok()?
}

/// The lifetime that `expires_in` (as written) stands for, and what is worth saying about it.
fn lifetime(written: Option<&str>) -> (Duration, Option<String>) {
    let Some(written) = written.filter(|written| *written != "null") else {
        let remark = "The answer names no `expires_in`: 5 min are assumed".to_owned();
        return (ASSUMED_LIFETIME, Some(remark));
    };
    let text = serde_json::from_str::<String>(written).ok();
    let number = text.as_deref().map_or(written, str::trim).parse::<f64>();
    let shown: String = written.chars().take(40).collect();
    let shown = shown.trim_matches('"');
    let Some(seconds) = number.ok().filter(|seconds| !seconds.is_nan()) else {
        let remark =
            format!("`expires_in` is `{shown}`, not a number of seconds: 5 min are assumed");
        return (ASSUMED_LIFETIME, Some(remark));
    };
    if seconds <= 0.0 {
        let remark =
            format!("`expires_in` is {shown}: the token is used once, then another is requested");
        return (Duration::ZERO, Some(remark));
    }
    if seconds > LONGEST_LIFETIME.as_secs_f64() {
        let remark = format!(
            "`expires_in` is {shown} s, more than Genesys Cloud ever gives: 48 h are assumed"
        );
        return (LONGEST_LIFETIME, Some(remark));
    }
    let remark = text.map(|_| format!("`expires_in` is a text (`\"{shown}\"`), read as a number"));
    (Duration::from_secs_f64(seconds), remark)
}

fn later(timestamp: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by)
        .ok()
        .and_then(|by| timestamp.checked_add(by).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
