//! The request as a person typed it: the draft. What it means in one environment is `resolve`'s answer.

use serde::{Deserialize, Serialize};

use super::ids::RequestId;

/// One request as typed. Nothing in it is checked, expanded or encoded yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedText {
    pub name: String,
    pub value: String,
}

/// A row of the query string. `value: None` is `foo`, `Some("")` is `foo=`; a disabled row is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryRow {
    pub enabled: bool,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
}

/// A header row; name case, order and repeats are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderRow {
    pub enabled: bool,
    pub name: String,
    pub value: String,
}

/// What goes into `Authorization`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestAuth {
    /// The environment's token.
    #[default]
    Inherit,
    /// Nothing is added.
    None,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRow {
    pub enabled: bool,
    pub name: String,
    pub value: PartValue,
    /// Empty: left out for text, guessed from the file name for files.
    #[serde(default)]
    pub content_type: String,
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
