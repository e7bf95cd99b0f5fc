//! The exchange: what was really sent and what came back, hop by hop. Recorded by `transport`, read by everyone else.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{EnvironmentId, ExchangeId};
use super::masks::{Masks, mask_url};
use super::note::Note;
use super::timings::{Phase, Phases};

/// One press of Send, from the token request (when one was needed) to the last byte of the last hop.
#[derive(Clone)]
pub struct Exchange {
    pub id: ExchangeId,
    pub environment: EnvironmentId,
    pub started_at: Timestamp,
    /// In the order in which they happened. The last hop with `HopPurpose::Request`, `Redirect` or `Renewed` is the answer.
    pub hops: Vec<Hop>,
    pub notes: Vec<Note>,
    /// The secrets that may occur anywhere in this exchange: every output goes through them.
    pub masks: Masks,
    /// Wall time from start to end, token included.
    pub total: Duration,
    /// Set when the exchange ended without an answer that was read whole.
    pub error: Option<SendError>,
    /// A redirect to another origin that was not followed: the resolved `Location`.
    pub redirect_offer: Option<String>,
}

/// Whatever prints an exchange prints no secret of it.
impl fmt::Debug for Exchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masks.debug(formatter, &Unmasked(self))
    }
}

struct Unmasked<'a>(&'a Exchange);

impl fmt::Debug for Unmasked<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exchange = self.0;
        let offer = exchange.redirect_offer.as_deref().map(mask_url);
        formatter
            .debug_struct("Exchange")
            .field("id", &exchange.id)
            .field("environment", &exchange.environment)
            .field("started_at", &exchange.started_at)
            .field("hops", &exchange.hops)
            .field("notes", &exchange.notes)
            .field("masks", &exchange.masks)
            .field("total", &exchange.total)
            .field("error", &exchange.error)
            .field("redirect_offer", &offer)
            .finish()
    }
}

impl Exchange {
    /// The hop whose answer the user asked for: the last one that is not a token request.
    #[must_use]
    pub fn answer(&self) -> Option<&Hop> {
        self.hops
            .iter()
            .rev()
            .find(|hop| hop.purpose != HopPurpose::Token)
    }

    /// No token could be had because the login said no. Where nobody answered the error keeps the phase it ended in.
    #[must_use]
    pub fn token_was_refused(&self) -> bool {
        self.error
            .as_ref()
            .is_some_and(|error| error.kind == SendErrorKind::Token && error.phase.is_none())
    }
}

#[derive(Debug, Clone)]
pub struct Hop {
    pub purpose: HopPurpose,
    /// From the start of the exchange.
    pub start_offset: Duration,
    pub sent: SentRequest,
    pub phases: Phases,
    pub connection: Connection,
    pub response: Option<Response>,
    pub error: Option<SendError>,
    /// What is worth knowing about this hop: headers dropped on a redirect, a value that HTTP/2 respelled.
    pub notes: Vec<Note>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HopPurpose {
    /// The client credentials request.
    Token,
    Request,
    /// A redirect inside the origin, followed.
    Redirect,
    /// The same safe request once more with a renewed token after a 401.
    Renewed,
    /// The same request on a new connection, because the reused one had been closed before any byte of it was answered.
    Reconnected,
}

/// The request as it went out.
#[derive(Clone)]
pub struct SentRequest {
    pub method: String,
    /// Absolute URL with the target as sent.
    pub url: String,
    pub version: WireVersion,
    /// HTTP/1.1: request line and headers exactly as written to the socket. HTTP/2: `None`, the fields are in `headers`.
    pub head: Option<Bytes>,
    /// In wire order, names as sent.
    pub headers: Vec<HeaderField>,
    /// The first bytes of the body, at most `SentRequest::BODY_PREVIEW`.
    pub body_preview: Bytes,
    /// Body bytes accepted by the socket.
    pub body_bytes: u64,
    /// Head and body bytes together, where the head is known.
    pub total_bytes: u64,
}

/// Head and body by their length: both hold what headers and fields mask.
impl fmt::Debug for SentRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SentRequest")
            .field("method", &self.method)
            .field("url", &mask_url(&self.url))
            .field("version", &self.version)
            .field("head_bytes", &self.head.as_ref().map(Bytes::len))
            .field("headers", &self.headers)
            .field("body_preview_bytes", &self.body_preview.len())
            .field("body_bytes", &self.body_bytes)
            .field("total_bytes", &self.total_bytes)
            .finish()
    }
}

impl SentRequest {
    /// Bytes of the body kept for the Sent tab.
    pub const BODY_PREVIEW: usize = 64 * 1024;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WireVersion {
    #[serde(rename = "HTTP/1.0")]
    Http10,
    #[serde(rename = "HTTP/1.1")]
    Http11,
    #[serde(rename = "HTTP/2")]
    Http2,
}

impl std::fmt::Display for WireVersion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        })
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct HeaderField {
    pub name: String,
    pub value: Bytes,
}

impl fmt::Debug for HeaderField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Masks::default().header(&self.name, &self.value);
        write!(formatter, "{:?}", format!("{}: {shown}", self.name))
    }
}

impl HeaderField {
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<Bytes>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }

    /// The value as UTF-8 where it is, else as Latin-1.
    #[must_use]
    pub fn text(&self) -> String {
        std::str::from_utf8(&self.value).map_or_else(
            |_| self.value.iter().map(|&byte| char::from(byte)).collect(),
            str::to_owned,
        )
    }
}

/// Finds the first field of that name, case-insensitively.
#[must_use]
pub fn header<'a>(headers: &'a [HeaderField], name: &str) -> Option<&'a HeaderField> {
    headers
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case(name))
}

/// The connection a hop used.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// `203.0.113.7:443`, or the proxy's address when `proxy` is set.
    pub peer_address: Option<String>,
    /// All addresses the name resolved to, when this hop looked it up.
    pub resolved_addresses: Vec<String>,
    /// `http://host:port` of the proxy that was used, without credentials.
    pub proxy: Option<String>,
    /// The connection had served an earlier hop: no DNS, TCP or TLS phase.
    pub reused: bool,
    pub tls: Option<TlsInfo>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsInfo {
    /// `TLS 1.3`.
    pub version: String,
    /// `TLS13_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// `http/1.1`, `h2`, or none.
    pub alpn: Option<String>,
    /// The session was resumed from an earlier one.
    pub resumed: bool,
    /// Accepted because the environment trusts the leaf's fingerprint, not through the roots.
    pub trusted_by_fingerprint: bool,
    /// Leaf first.
    pub chain: Vec<Certificate>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    pub names: Vec<String>,
    pub not_before: Option<Timestamp>,
    pub not_after: Option<Timestamp>,
    /// `ECDSA P-256`, `RSA 2048`.
    pub key: String,
    /// SHA-256 of the DER, lower-case hex without colons.
    pub fingerprint: String,
}

#[derive(Clone)]
pub struct Response {
    pub version: WireVersion,
    pub status: u16,
    /// As received; empty over HTTP/2.
    pub reason: String,
    /// HTTP/1.1: the head exactly as received.
    pub head: Option<Bytes>,
    /// In wire order, names as received, repeats kept.
    pub headers: Vec<HeaderField>,
    pub body: Arc<ResponseBody>,
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("version", &self.version)
            .field("status", &self.status)
            .field("reason", &self.reason)
            .field("head_bytes", &self.head.as_ref().map(Bytes::len))
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish()
    }
}

/// A body as it came and as it reads. `decoded` equals `wire` when there was no content coding.
#[derive(Clone, Default)]
pub struct ResponseBody {
    /// After transfer decoding (chunks), before content decoding.
    pub wire: Bytes,
    pub decoded: Bytes,
    /// Content codings undone, outermost first: `gzip`, `br`.
    pub codings: Vec<String>,
    /// Why the body is not whole, when it is not. What arrived is kept.
    pub incomplete: Option<BodyProblem>,
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ResponseBody")
            .field("wire_bytes", &self.wire.len())
            .field("decoded_bytes", &self.decoded.len())
            .field("codings", &self.codings)
            .field("incomplete", &self.incomplete)
            .finish()
    }
}

/// Why a body is not whole or not decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum BodyProblem {
    #[error("the connection ended after {received} of {expected} bytes")]
    Truncated { received: u64, expected: u64 },
    #[error("the connection ended inside a chunked body, after {received} bytes")]
    TruncatedChunks { received: u64 },
    #[error("stopped at the limit of {limit} bytes on the wire")]
    WireLimit { limit: u64 },
    #[error("stopped decoding `{coding}` at the limit of {limit} bytes")]
    DecodedLimit { coding: String, limit: u64 },
    #[error("stopped decoding `{coding}`: more than {ratio} bytes for each byte received")]
    RatioLimit { coding: String, ratio: u64 },
    #[error("the `{coding}` data is damaged or cut off: {detail}")]
    BadCoding { coding: String, detail: String },
    #[error("the content coding `{coding}` is not known; the bytes are shown as they came")]
    UnknownCoding { coding: String },
    #[error("nothing arrived for {after_ms} ms in the middle of the body")]
    Silence { after_ms: u64 },
    #[error("the connection was reset in the middle of the body")]
    Reset,
    #[error("cancelled while downloading")]
    Cancelled,
}

/// Why nothing (or not everything) came back. `phase` is the phase that was under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{text}")]
pub struct SendError {
    pub kind: SendErrorKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// What happened, for a person, without secrets.
    pub text: String,
    /// What to try.
    pub hint: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SendErrorKind {
    /// The name servers say that there is no such name.
    NameNotResolved,
    /// No name server answered, so nobody said whether the name exists: offline, or the name servers out of reach.
    NoNameService,
    Refused,
    Unreachable,
    Reset,
    /// The peer closed the connection before the answer was whole.
    Closed,
    ConnectTimeout,
    FirstByteTimeout,
    SilenceTimeout,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateWrongName,
    CertificateUnknownAuthority,
    CertificateOther,
    Tls,
    ProxyRefused,
    ProxyAuthentication,
    Proxy,
    /// The answer is not HTTP, or its head is malformed or too large.
    Protocol,
    RedirectLimit,
    RedirectInvalid,
    BodyFile,
    Configuration,
    /// The token could not be had; the token hop tells why.
    Token,
    Cancelled,
}
