//! The resolved request: what a draft means in one environment, ready to be sent. Made by `resolve` and `token`.

use std::fmt;
use std::path::PathBuf;

use bytes::Bytes;

use super::environment::NetworkSettings;
use super::ids::EnvironmentId;
use super::masks::{Masks, mask_url};
use super::note::Note;
use super::secret::Secret;

/// Everything that one request puts on the wire, apart from the token, which `with_authorization` adds.
#[derive(Clone)]
pub struct ResolvedRequest {
    pub environment: EnvironmentId,
    pub method: String,
    pub url: RequestUrl,
    /// In wire order, `Host` and the body's framing (`Content-Length`, `Transfer-Encoding`) included.
    pub headers: Vec<RequestHeader>,
    pub body: RequestBody,
    pub network: NetworkSettings,
    pub proxy_password: Option<Secret>,
    /// Whether the environment's token belongs into `Authorization` before sending.
    pub wants_token: bool,
    /// `Some` when the path map applied: the path before it.
    pub mapped_from: Option<String>,
    pub notes: Vec<Note>,
    /// Every secret value that may occur in what is sent.
    pub masks: Masks,
}

/// Whatever prints a request prints no secret of it.
impl fmt::Debug for ResolvedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masks.debug(formatter, &Unmasked(self))
    }
}

struct Unmasked<'a>(&'a ResolvedRequest);

impl fmt::Debug for Unmasked<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.0;
        formatter
            .debug_struct("ResolvedRequest")
            .field("environment", &request.environment)
            .field("method", &request.method)
            .field("url", &request.url)
            .field("headers", &request.headers)
            .field("body", &request.body)
            .field("network", &request.network)
            .field("proxy_password", &request.proxy_password)
            .field("wants_token", &request.wants_token)
            .field("mapped_from", &request.mapped_from)
            .field("notes", &request.notes)
            .field("masks", &request.masks)
            .finish()
    }
}

impl ResolvedRequest {
    /// Puts `Authorization: Bearer …` behind `Host`, and the token on the masks.
    #[must_use]
    pub fn with_authorization(mut self, token: &Secret) -> Self {
        let position = self
            .headers
            .iter()
            .position(|header| header.name.eq_ignore_ascii_case("host"))
            .map_or(0, |at| at + 1);
        let value = Bytes::from(format!("Bearer {}", token.expose()));
        self.headers.insert(
            position,
            RequestHeader {
                name: "Authorization".to_owned(),
                value,
                origin: HeaderOrigin::Token,
            },
        );
        self.masks.add(token.expose());
        self.wants_token = false;
        self
    }
}

/// A URL in the pieces that go on the wire. `target` is path and query exactly as sent, never normalised.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestUrl {
    /// `http` or `https`.
    pub scheme: String,
    /// As it goes into `Host` and SNI: ASCII (IDN in punycode), IPv6 in brackets.
    pub host: String,
    pub port: u16,
    /// Begins with `/`.
    pub target: String,
}

impl fmt::Debug for RequestUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RequestUrl({})", mask_url(&self.to_string()))
    }
}

impl RequestUrl {
    #[must_use]
    pub fn is_default_port(&self) -> bool {
        matches!(
            (self.scheme.as_str(), self.port),
            ("https", 443) | ("http", 80)
        )
    }

    /// `host` or `host:port`, as in the `Host` header.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.is_default_port() {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// `scheme://host[:port]`: what credentials are bound to.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority())
    }
}

impl std::fmt::Display for RequestUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}{}", self.origin(), self.target)
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct RequestHeader {
    pub name: String,
    /// Bytes, because header values may be Latin-1 or UTF-8.
    pub value: Bytes,
    pub origin: HeaderOrigin,
}

impl fmt::Debug for RequestHeader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Masks::default().header(&self.name, &self.value);
        let line = format!("{}: {shown}", self.name);
        write!(formatter, "{line:?} ({:?})", self.origin)
    }
}

/// Why a header is there; on a redirect to another origin everything but `Typed` and `Automatic` is dropped,
/// and `Typed` too when `secret` is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderOrigin {
    /// A row of the request without any secret in it.
    Typed,
    /// A row whose value came from a secret or is named like a credential.
    Secret,
    /// A default header of the environment.
    EnvironmentDefault,
    /// The environment's token, or the client's own authentication at the token endpoint.
    Token,
    /// Written by Gatescope itself: `Host`, `Accept`, `Accept-Encoding`, `User-Agent`, `Content-Type`, `Content-Length`.
    Automatic,
}

/// Body bytes in order; files are opened and measured by the transport when the request is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestBody {
    pub segments: Vec<BodySegment>,
}

#[derive(Clone, PartialEq, Eq)]
pub enum BodySegment {
    Bytes(Bytes),
    /// `row` is the row of a multipart body, for messages.
    File {
        path: PathBuf,
        row: Option<usize>,
    },
}

/// Bytes by their length: what is in them no name tells.
impl fmt::Debug for BodySegment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(formatter, "Bytes({})", bytes.len()),
            Self::File { path, row } => write!(formatter, "File({}, {row:?})", path.display()),
        }
    }
}

impl RequestBody {
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self {
            segments: vec![BodySegment::Bytes(bytes.into())],
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }
}
