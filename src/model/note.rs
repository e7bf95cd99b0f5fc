//! Notes and problems: what is worth saying about one field, in the same words in the window and on the command line.
//! What rule finds them lives with the rule (`route`, `clients`, `resolve`), not here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The place a note or a problem belongs to: a field of the environment form or of the request editor.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    Environment,
    Name,
    Region,
    CustomDomain,
    InvokeUrl,
    Protocol,
    Host,
    Port,
    Stage,
    LoginPath,
    ApiPath,
    GatewayUserName,
    GatewayPassword,
    TokenFrom,
    ClientId,
    ClientSecret,
    AccessToken,
    Scope,
    SameAs,
    ClientForm(ClientFormField),
    Variable(String),
    /// Index of the row.
    DefaultHeader(usize),
    /// Index of the rule.
    PathMap(usize),
    Proxy,
    CaFile,
    TrustedFingerprint,
    HttpVersion,
    Limits,
    Method,
    Path,
    PathVariable(String),
    /// Index of the row.
    Query(usize),
    /// Index of the row.
    Header(usize),
    Body,
    /// Index of the row of a form or multipart body.
    BodyRow(usize),
    /// A part of the request's own credentials.
    Auth(AuthField),
}

/// A field of a request's own credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthField {
    Token,
    User,
    Password,
    HeaderName,
    HeaderValue,
}

/// A field of the form an official client is given for a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientFormField {
    Host,
    Port,
    Protocol,
    LoginPath,
    ApiPath,
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Environment => "environment",
            Self::Name => "name",
            Self::Region => "region",
            Self::CustomDomain => "custom domain",
            Self::InvokeUrl => "invoke URL",
            Self::Protocol => "protocol",
            Self::Host => "host",
            Self::Port => "port",
            Self::Stage => "stage",
            Self::LoginPath => "login path",
            Self::ApiPath => "API path",
            Self::GatewayUserName => "gateway user name",
            Self::GatewayPassword => "gateway password",
            Self::TokenFrom => "token from",
            Self::ClientId => "client ID",
            Self::ClientSecret => "client secret",
            Self::AccessToken => "access token",
            Self::Scope => "scope",
            Self::SameAs => "same as",
            Self::ClientForm(ClientFormField::Host) => "client host",
            Self::ClientForm(ClientFormField::Port) => "client port",
            Self::ClientForm(ClientFormField::Protocol) => "client protocol",
            Self::ClientForm(ClientFormField::LoginPath) => "client login path",
            Self::ClientForm(ClientFormField::ApiPath) => "client API path",
            Self::Variable(name) => return write!(formatter, "variable `{name}`"),
            Self::DefaultHeader(row) => return write!(formatter, "default header {}", row + 1),
            Self::PathMap(row) => return write!(formatter, "path map rule {}", row + 1),
            Self::Proxy => "proxy",
            Self::CaFile => "CA file",
            Self::TrustedFingerprint => "trusted fingerprint",
            Self::HttpVersion => "HTTP version",
            Self::Limits => "limits",
            Self::Method => "method",
            Self::Path => "path",
            Self::PathVariable(name) => return write!(formatter, "path variable `{name}`"),
            Self::Query(row) => return write!(formatter, "parameter {}", row + 1),
            Self::Header(row) => return write!(formatter, "header {}", row + 1),
            Self::Body => "body",
            Self::BodyRow(row) => return write!(formatter, "body row {}", row + 1),
            Self::Auth(AuthField::Token) => "bearer token",
            Self::Auth(AuthField::User) => "user name",
            Self::Auth(AuthField::Password) => "password",
            Self::Auth(AuthField::HeaderName) => "credential header",
            Self::Auth(AuthField::HeaderValue) => "credential",
        };
        formatter.write_str(text)
    }
}

/// A change of fields that one click makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What the link says: `Remove it`, `Move the stage into both paths`.
    pub label: String,
    /// The new text of each field it touches.
    pub changes: Vec<(Field, String)>,
}

/// Worth knowing, but the request can be sent. Nothing is changed silently: where a rule would help, it is the fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub field: Field,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fix: Option<Fix>,
}

impl Note {
    #[must_use]
    pub fn new(field: Field, text: impl Into<String>) -> Self {
        Self {
            field,
            text: text.into(),
            fix: None,
        }
    }

    #[must_use]
    pub fn with_fix(mut self, label: impl Into<String>, changes: Vec<(Field, String)>) -> Self {
        self.fix = Some(Fix {
            label: label.into(),
            changes,
        });
        self
    }
}

/// The request cannot be sent until this is mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {text}")]
pub struct Problem {
    pub field: Field,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fix: Option<Fix>,
}

impl Problem {
    #[must_use]
    pub fn new(field: Field, text: impl Into<String>) -> Self {
        Self {
            field,
            text: text.into(),
            fix: None,
        }
    }

    #[must_use]
    pub fn with_fix(mut self, label: impl Into<String>, changes: Vec<(Field, String)>) -> Self {
        self.fix = Some(Fix {
            label: label.into(),
            changes,
        });
        self
    }
}
