//! The request as a person typed it: the draft. What it means in one environment is `resolve`'s answer.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::RequestId;
use super::masks::{
    FieldSyntax, MASK, Masks, is_made_of_references, mask_named_fields, mask_url, shown_field,
};

/// One request as typed. Nothing in it is checked, expanded or encoded yet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct RequestDraft {
    pub id: RequestId,
    pub name: String,
    /// Standard or custom, sent as typed.
    pub method: String,
    /// `/api/v2/users/{userId}`: path only, or with `?query` as pasted, or an absolute URL on the environment's own origin.
    pub path: String,
    /// Values of the `{pathVariable}` places of `path`, by name.
    pub path_variables: Vec<NamedText>,
    pub query: Vec<QueryRow>,
    pub headers: Vec<HeaderRow>,
    pub auth: RequestAuth,
    pub body: DraftBody,
}

/// Credentials told by their names are masked: drafts travel inside commands, events and states that may be printed.
impl fmt::Debug for RequestDraft {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RequestDraft")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("method", &self.method)
            .field("path", &mask_url(&self.path))
            .field("path_variables", &self.path_variables)
            .field("query", &self.query)
            .field("headers", &self.headers)
            .field("auth", &self.auth)
            .field("body", &self.body)
            .finish()
    }
}

impl Default for RequestDraft {
    fn default() -> Self {
        Self {
            id: RequestId(String::new()),
            name: String::new(),
            method: "GET".to_owned(),
            path: String::new(),
            path_variables: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
            auth: RequestAuth::Inherit,
            body: DraftBody::None,
        }
    }
}

#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedText {
    pub name: String,
    pub value: String,
}

impl fmt::Debug for NamedText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NamedText")
            .field("name", &self.name)
            .field("value", &shown_field(&self.name, &self.value))
            .finish()
    }
}

/// A row of the query string. `value: None` is `foo`, `Some("")` is `foo=`; a disabled row is not sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryRow {
    pub enabled: bool,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
}

impl fmt::Debug for QueryRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &str| mask_url(shown_field(&self.name, value));
        formatter
            .debug_struct("QueryRow")
            .field("enabled", &self.enabled)
            .field("name", &self.name)
            .field("value", &self.value.as_deref().map(shown))
            .finish()
    }
}

/// A header row; name case, order and repeats are kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderRow {
    pub enabled: bool,
    pub name: String,
    pub value: String,
}

impl fmt::Debug for HeaderRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Masks::default().header(&self.name, self.value.as_bytes());
        formatter
            .debug_struct("HeaderRow")
            .field("enabled", &self.enabled)
            .field("name", &self.name)
            .field("value", &shown)
            .finish()
    }
}

/// What goes into `Authorization`. Texts may hold `{{variables}}`; a header row of the same name wins over it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestAuth {
    /// The environment's token.
    #[default]
    Inherit,
    /// Nothing is added.
    None,
    /// `Authorization: Bearer …` with a token of its own.
    Bearer { token: String },
    /// `Authorization: Basic …`: user and password as UTF-8, joined by a colon, in Base64 (RFC 7617).
    Basic { user: String, password: String },
    /// A header of another name, such as `x-api-key`.
    Header { name: String, value: String },
}

/// Credentials made of references are printed, typed ones are masked.
impl fmt::Debug for RequestAuth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| {
            if text.is_empty() || is_made_of_references(text) {
                text.to_owned()
            } else {
                MASK.to_owned()
            }
        };
        match self {
            Self::Inherit => formatter.write_str("Inherit"),
            Self::None => formatter.write_str("None"),
            Self::Bearer { token } => formatter
                .debug_tuple("Bearer")
                .field(&shown(token))
                .finish(),
            Self::Basic { user, password } => {
                let mut tuple = formatter.debug_tuple("Basic");
                tuple.field(user).field(&shown(password)).finish()
            }
            Self::Header { name, value } => {
                let mut tuple = formatter.debug_tuple("Header");
                tuple.field(name).field(&shown(value)).finish()
            }
        }
    }
}

#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DraftBody {
    #[default]
    None,
    /// Sent exactly as typed; `Content-Type: application/json` unless a header row says otherwise.
    Json {
        text: String,
    },
    Text {
        text: String,
        content_type: String,
    },
    /// `application/x-www-form-urlencoded`.
    Form {
        rows: Vec<QueryRow>,
    },
    /// `multipart/form-data`.
    Multipart {
        rows: Vec<PartRow>,
    },
    /// The bytes of a file, unchanged.
    File {
        path: String,
        content_type: String,
    },
}

impl fmt::Debug for DraftBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => formatter.write_str("None"),
            Self::Json { text } => {
                let shown = mask_named_fields(text, FieldSyntax::Json);
                formatter.debug_tuple("Json").field(&shown).finish()
            }
            Self::Text { text, content_type } => {
                let shown = mask_named_fields(text, FieldSyntax::of(content_type, text));
                let mut tuple = formatter.debug_tuple("Text");
                tuple.field(&shown).field(content_type).finish()
            }
            Self::Form { rows } => formatter.debug_tuple("Form").field(rows).finish(),
            Self::Multipart { rows } => formatter.debug_tuple("Multipart").field(rows).finish(),
            Self::File { path, content_type } => {
                let mut tuple = formatter.debug_tuple("File");
                tuple.field(path).field(content_type).finish()
            }
        }
    }
}

impl DraftBody {
    /// The typed text of a JSON or text body.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Json { text } | Self::Text { text, .. } => Some(text),
            _ => None,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRow {
    pub enabled: bool,
    pub name: String,
    pub value: PartValue,
    /// Empty: left out for text, guessed from the file name for files.
    #[serde(default)]
    pub content_type: String,
}

impl fmt::Debug for PartRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match &self.value {
            PartValue::Text(text) => PartValue::Text(shown_field(&self.name, text).to_owned()),
            file @ PartValue::File { .. } => file.clone(),
        };
        formatter
            .debug_struct("PartRow")
            .field("enabled", &self.enabled)
            .field("name", &self.name)
            .field("value", &value)
            .field("content_type", &self.content_type)
            .finish()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartValue {
    Text(String),
    File {
        path: String,
        /// Empty: the last part of `path`.
        #[serde(default)]
        file_name: String,
    },
}
