//! One answer as the judges look at it: who gave it, what it says, and what the gateway itself refuses.

use std::sync::Arc;

use serde_json::Value;

use crate::explain::answerer::{Answerer, WhoAnswered, who_answered};
use crate::explain::shape::BodyShape;
use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, Hop, Response, header};
use crate::model::masks::mask_url;

/// Longer bodies are not taken apart.
const LONGEST: usize = 1024 * 1024;

pub(super) struct Seen<'a> {
    pub(super) exchange: &'a Arc<Exchange>,
    pub(super) who: WhoAnswered,
    pub(super) json: Option<Value>,
}

/// What the gateway itself answered, when it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    Throttled,
    NoRoute,
    /// A 403 `Forbidden` without more.
    Forbidden,
    /// It looked for an AWS signature.
    Signature,
    Authorizer,
    /// A validator wants a parameter; the gateway's words.
    Parameter(String),
    Timeout,
    Server,
    Other,
}

impl<'a> Seen<'a> {
    pub(super) fn new(exchange: &'a Arc<Exchange>, environment: &Environment) -> Self {
        let who = who_answered(exchange, environment);
        let json = exchange
            .hops
            .last()
            .and_then(|hop| hop.response.as_ref())
            .map(|response| &response.body.decoded)
            .filter(|body| body.len() <= LONGEST)
            .and_then(|body| serde_json::from_slice(body).ok());
        Self {
            exchange,
            who,
            json,
        }
    }

    pub(super) fn hop(&self) -> Option<&'a Hop> {
        self.exchange.hops.last()
    }

    pub(super) fn response(&self) -> Option<&'a Response> {
        self.hop()?.response.as_ref()
    }

    /// 0 without an answer.
    pub(super) fn wire_status(&self) -> u16 {
        self.response().map_or(0, |response| response.status)
    }

    /// What Genesys Cloud said, also when the gateway made a 200 of it.
    pub(super) fn status(&self) -> u16 {
        let wire = self.wire_status();
        match self.shape() {
            Some(BodyShape::GenesysError {
                status: Some(told), ..
            }) if (200..300).contains(&wire) => told,
            _ => wire,
        }
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status())
    }

    pub(super) fn shape(&self) -> Option<BodyShape> {
        self.response().map(BodyShape::of)
    }

    pub(super) fn code(&self) -> Option<String> {
        match self.shape()? {
            BodyShape::GenesysError { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Masked.
    pub(super) fn message(&self) -> String {
        let said = match self.shape() {
            Some(BodyShape::LoneMessage(Some(said))) => said,
            Some(BodyShape::GenesysError { message, .. }) => message,
            Some(BodyShape::OAuthError { error, description }) => description.unwrap_or(error),
            _ => String::new(),
        };
        self.exchange.masks.text(&said)
    }

    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.json.as_ref()?.get(name)
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.member(name)?.as_u64()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.header(name).is_some()
    }

    pub(super) fn header(&self, name: &str) -> Option<String> {
        Some(header(&self.response()?.headers, name)?.text())
    }

    pub(super) fn is_genesys(&self) -> bool {
        self.who.answerer.is_genesys()
    }

    pub(super) fn is_gateway_itself(&self) -> bool {
        matches!(self.who.answerer, Answerer::RestGateway | Answerer::HttpApi)
    }

    pub(super) fn refusal(&self) -> Option<Refusal> {
        if !self.is_gateway_itself() {
            return None;
        }
        let kind = self.header("x-amzn-errortype").unwrap_or_default();
        let kind = kind.split(':').next().unwrap_or_default();
        let said = match self.shape() {
            Some(BodyShape::LoneMessage(Some(said))) => said,
            _ => String::new(),
        };
        let status = self.wire_status();
        Some(match (status, kind) {
            (429, _) => Refusal::Throttled,
            (_, "UnrecognizedClientException" | "InvalidSignatureException") => Refusal::Signature,
            (_, "MissingAuthenticationTokenException" | "IncompleteSignatureException") => {
                Refusal::NoRoute
            }
            (400, "BadRequestException") if said.starts_with("Missing required") => {
                Refusal::Parameter(said)
            }
            (504, _) => Refusal::Timeout,
            // An HTTP API says so for a backend that is too slow, and for one that it cannot reach.
            (503, _) if self.waited_ms() >= 1_000 => Refusal::Timeout,
            (401, _) => Refusal::Authorizer,
            (403, "AccessDeniedException" | "ExpiredTokenException") => Refusal::Other,
            (403, _) => Refusal::Forbidden,
            (404, _) => Refusal::NoRoute,
            (500.., _) => Refusal::Server,
            _ => Refusal::Other,
        })
    }

    fn waited_ms(&self) -> u128 {
        self.hop()
            .and_then(|hop| hop.phases.wait)
            .map_or(0, |wait| wait.as_millis())
    }

    /// `GET /test/api/v2/users?pageSize=2`, masked.
    pub(super) fn request_line(&self) -> String {
        let Some(hop) = self.hop() else {
            return String::new();
        };
        let url = mask_url(&self.exchange.masks.text(&hop.sent.url));
        let path = url
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()))
            .unwrap_or(url);
        format!("{} {path}", hop.sent.method)
    }

    /// `GET /test/… → 403 Missing Authentication Token, from the REST API gateway itself`.
    pub(super) fn line(&self) -> String {
        let who = self.who.words();
        let request = self.request_line();
        if self.response().is_none() {
            let error = self
                .exchange
                .error
                .as_ref()
                .map_or("no answer", |error| error.text.as_str());
            let error = self.exchange.masks.text(error);
            return if request.is_empty() {
                error
            } else {
                format!("{request} → {error}")
            };
        }
        let said = self.message();
        let said = if said.is_empty() {
            String::new()
        } else {
            format!(" {}", shortened(&said).trim_end_matches('.'))
        };
        format!("{request} → {}{said}, from {who}", self.wire_status())
    }
}

/// Long texts end in `…`.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST_SHOWN: usize = 160;
    if text.chars().count() <= LONGEST_SHOWN {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(LONGEST_SHOWN).collect();
    format!("{beginning}…")
}
