//! The shape of an answer's body, as far as it tells who wrote it. What it means lives in the tables of the answerers.

use serde_json::{Map, Value};

use crate::model::exchange::{Response, header};

/// Longer bodies are no error bodies: they are looked at, not parsed.
const LONGEST_PARSED: usize = 64 * 1024;

/// What an answer's body looks like.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyShape {
    Empty,
    /// `{"message": …}` and nothing else, `message` or `Message`; the text, or `None` for null.
    LoneMessage(Option<String>),
    /// `code` and `message` with one of `status`, `contextId` or the correlation header: facts/genesys-cloud.md, corrections, point 1.
    GenesysError {
        code: String,
        status: Option<u16>,
        message: String,
    },
    /// `error` with or without `error_description`: an OAuth answer (RFC 6749 section 5.2).
    OAuthError {
        error: String,
        description: Option<String>,
    },
    /// `access_token` with `token_type`.
    Token,
    /// Links such as `"selfUri": "/api/v2/…"`, as Genesys Cloud's entities carry.
    GenesysEntity,
    OtherJson,
    Html,
    Other,
}

impl BodyShape {
    #[must_use]
    pub fn of(response: &Response) -> Self {
        let body: &[u8] = &response.body.decoded;
        let text = body.trim_ascii();
        if text.is_empty() {
            return Self::Empty;
        }
        if looks_like_html(text) {
            return Self::Html;
        }
        if !matches!(text[0], b'{' | b'[') {
            return Self::Other;
        }
        if text.len() > LONGEST_PARSED {
            return if holds_entity(&text[..LONGEST_PARSED]) {
                Self::GenesysEntity
            } else {
                Self::OtherJson
            };
        }
        match serde_json::from_slice::<Value>(text) {
            Ok(Value::Object(members)) => Self::of_object(&members, response, text),
            Ok(_) if holds_entity(text) => Self::GenesysEntity,
            Ok(_) => Self::OtherJson,
            Err(_) => Self::Other,
        }
    }

    fn of_object(members: &Map<String, Value>, response: &Response, text: &[u8]) -> Self {
        let words = |name: &str| members.get(name).and_then(Value::as_str);
        if members.len() == 1
            && let Some(message) = members.get("message").or_else(|| members.get("Message"))
        {
            match message {
                Value::Null => return Self::LoneMessage(None),
                Value::String(said) => return Self::LoneMessage(Some(said.clone())),
                _ => {}
            }
        }
        if let (Some(code), Some(message)) = (words("code"), words("message")) {
            let status = members
                .get("status")
                .and_then(Value::as_u64)
                .and_then(|status| u16::try_from(status).ok());
            if status.is_some()
                || members.contains_key("contextId")
                || header(&response.headers, "inin-correlation-id").is_some()
            {
                return Self::GenesysError {
                    code: code.to_owned(),
                    status,
                    message: message.to_owned(),
                };
            }
        }
        if words("access_token").is_some() && members.contains_key("token_type") {
            return Self::Token;
        }
        if let Some(error) = words("error") {
            return Self::OAuthError {
                error: error.to_owned(),
                description: words("error_description").map(str::to_owned),
            };
        }
        if holds_entity(text) {
            return Self::GenesysEntity;
        }
        Self::OtherJson
    }

    /// In the words of the evidence: `a body of the shape {"message": …}`.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Empty => "an empty body",
            Self::LoneMessage(_) => "a body that is {\"message\": …} and nothing else",
            Self::GenesysError { .. } => "a body with Genesys Cloud's error members",
            Self::OAuthError { .. } => "a body with OAuth's error members",
            Self::Token => "a body with an access token",
            Self::GenesysEntity => "a body with Genesys Cloud's links (/api/v2/…)",
            Self::OtherJson => "a JSON body",
            Self::Html => "an HTML page",
            Self::Other => "a body that is neither JSON nor HTML",
        }
    }
}

fn looks_like_html(text: &[u8]) -> bool {
    let start: Vec<u8> = text.iter().take(64).map(u8::to_ascii_lowercase).collect();
    start.starts_with(b"<!doctype html")
        || start.starts_with(b"<html")
        || start.starts_with(b"<head")
}

fn holds_entity(text: &[u8]) -> bool {
    const LINKS: [&[u8]; 5] = [
        b"\"selfUri\"",
        b"\"nextUri\"",
        b"\"firstUri\"",
        b"\"lastUri\"",
        b"\"previousUri\"",
    ];
    LINKS
        .iter()
        .any(|link| memchr::memmem::find(text, link).is_some())
        && memchr::memmem::find(text, b"/api/v2/").is_some()
}
