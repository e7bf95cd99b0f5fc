//! The form in which an exchange is written: one for one what `model::exchange` has, with the bodies beside it.
//! Forms of their own, so that nothing writes an exchange that was not masked first.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::environment::{Environment, SandboxService};
use crate::model::exchange::{
    BodyProblem, Connection, Exchange, HeaderField, Hop, HopPurpose, Response, ResponseBody,
    SendError, SentRequest, TlsInfo, WireVersion,
};
use crate::model::history::WithoutBodies;
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::masks::Masks;
use crate::model::note::Note;
use crate::model::request::RequestDraft;
use crate::model::timings::{Phase, Phases};

/// The document of one entry.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    environment: Environment,
    /// Not written with an environment of a workspace, which has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sandbox: Option<SandboxService>,
    draft: Option<RequestDraft>,
    without_bodies: Option<WithoutBodies>,
    sent_to: EnvironmentId,
    started_at: Timestamp,
    total: Duration,
    hops: Vec<KeptHop>,
    notes: Vec<Note>,
    error: Option<SendError>,
    redirect_offer: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptHop {
    purpose: HopPurpose,
    start_offset: Duration,
    sent: KeptSent,
    phases: Vec<(Phase, Duration)>,
    total: Duration,
    connection: KeptConnection,
    response: Option<KeptResponse>,
    error: Option<SendError>,
    notes: Vec<Note>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptSent {
    method: String,
    url: String,
    version: WireVersion,
    head: Option<KeptBytes>,
    headers: Vec<(String, KeptBytes)>,
    body_preview: KeptBytes,
    body_bytes: u64,
    total_bytes: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptConnection {
    peer_address: Option<String>,
    resolved_addresses: Vec<String>,
    proxy: Option<String>,
    reused: bool,
    tls: Option<TlsInfo>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptResponse {
    version: WireVersion,
    status: u16,
    reason: String,
    head: Option<KeptBytes>,
    headers: Vec<(String, KeptBytes)>,
    /// Position among the bodies of the entry.
    body: Option<usize>,
    wire_bytes: usize,
    codings: Vec<String>,
    incomplete: Option<BodyProblem>,
}

/// Text where it is some.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum KeptBytes {
    Text(String),
    Base64 { base64: String },
}

impl KeptBytes {
    fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64 {
                base64: STANDARD.encode(bytes),
            },
        }
    }

    fn bytes(self) -> Result<Bytes, String> {
        match self {
            Self::Text(text) => Ok(text.into()),
            Self::Base64 { base64 } => STANDARD
                .decode(base64)
                .map(Bytes::from)
                .map_err(|error| error.to_string()),
        }
    }
}

/// What a document says.
pub(super) struct Unpacked {
    pub(super) environment: Environment,
    pub(super) draft: Option<RequestDraft>,
    pub(super) without_bodies: Option<WithoutBodies>,
    pub(super) exchange: Exchange,
}

impl Document {
    /// The exchange is masked already. The bodies come out beside the document, in order.
    pub(super) fn pack(
        exchange: &Exchange,
        environment: Environment,
        draft: Option<RequestDraft>,
        without_bodies: Option<WithoutBodies>,
    ) -> (Self, Vec<Bytes>) {
        let mut bodies = Vec::new();
        let document = Self {
            sandbox: environment.sandbox,
            environment,
            draft,
            without_bodies,
            sent_to: exchange.environment.clone(),
            started_at: exchange.started_at,
            total: exchange.total,
            hops: exchange
                .hops
                .iter()
                .map(|hop| pack_hop(hop, &mut bodies))
                .collect(),
            notes: exchange.notes.clone(),
            error: exchange.error.clone(),
            redirect_offer: exchange.redirect_offer.clone(),
        };
        (document, bodies)
    }

    /// # Errors
    /// With the reason, when the document does not fit the bodies.
    pub(super) fn unpack(self, bodies: &[Bytes], id: ExchangeId) -> Result<Unpacked, String> {
        let mut environment = self.environment;
        environment.sandbox = self.sandbox;
        let hops: Result<Vec<Hop>, String> = self
            .hops
            .into_iter()
            .map(|hop| unpack_hop(hop, bodies))
            .collect();
        Ok(Unpacked {
            environment,
            draft: self.draft,
            without_bodies: self.without_bodies,
            exchange: Exchange {
                id,
                environment: self.sent_to,
                started_at: self.started_at,
                hops: hops?,
                notes: self.notes,
                masks: Masks::default(),
                total: self.total,
                error: self.error,
                redirect_offer: self.redirect_offer,
            },
        })
    }
}

fn pack_hop(hop: &Hop, bodies: &mut Vec<Bytes>) -> KeptHop {
    let sent = &hop.sent;
    let connection = &hop.connection;
    KeptHop {
        purpose: hop.purpose,
        start_offset: hop.start_offset,
        sent: KeptSent {
            method: sent.method.clone(),
            url: sent.url.clone(),
            version: sent.version,
            head: sent.head.as_deref().map(KeptBytes::of),
            headers: pack_headers(&sent.headers),
            body_preview: KeptBytes::of(&sent.body_preview),
            body_bytes: sent.body_bytes,
            total_bytes: sent.total_bytes,
        },
        phases: Phase::ALL
            .into_iter()
            .filter_map(|phase| Some((phase, hop.phases.get(phase)?)))
            .collect(),
        total: hop.phases.total,
        connection: KeptConnection {
            peer_address: connection.peer_address.clone(),
            resolved_addresses: connection.resolved_addresses.clone(),
            proxy: connection.proxy.clone(),
            reused: connection.reused,
            tls: connection.tls.clone(),
        },
        response: hop
            .response
            .as_ref()
            .map(|response| pack_response(response, bodies)),
        error: hop.error.clone(),
        notes: hop.notes.clone(),
    }
}

fn pack_response(response: &Response, bodies: &mut Vec<Bytes>) -> KeptResponse {
    let body = &response.body;
    let position = (!body.decoded.is_empty()).then(|| {
        bodies.push(body.decoded.clone());
        bodies.len() - 1
    });
    KeptResponse {
        version: response.version,
        status: response.status,
        reason: response.reason.clone(),
        head: response.head.as_deref().map(KeptBytes::of),
        headers: pack_headers(&response.headers),
        body: position,
        wire_bytes: body.wire.len(),
        codings: body.codings.clone(),
        incomplete: body.incomplete.clone(),
    }
}

fn pack_headers(headers: &[HeaderField]) -> Vec<(String, KeptBytes)> {
    headers
        .iter()
        .map(|field| (field.name.clone(), KeptBytes::of(&field.value)))
        .collect()
}

fn unpack_hop(kept: KeptHop, bodies: &[Bytes]) -> Result<Hop, String> {
    let mut phases = Phases {
        total: kept.total,
        ..Phases::default()
    };
    for (phase, duration) in kept.phases {
        phases.set(phase, duration);
    }
    let sent = kept.sent;
    let connection = kept.connection;
    Ok(Hop {
        purpose: kept.purpose,
        start_offset: kept.start_offset,
        sent: SentRequest {
            method: sent.method,
            url: sent.url,
            version: sent.version,
            head: sent.head.map(KeptBytes::bytes).transpose()?,
            headers: unpack_headers(sent.headers)?,
            body_preview: sent.body_preview.bytes()?,
            body_bytes: sent.body_bytes,
            total_bytes: sent.total_bytes,
        },
        phases,
        connection: Connection {
            peer_address: connection.peer_address,
            resolved_addresses: connection.resolved_addresses,
            proxy: connection.proxy,
            reused: connection.reused,
            tls: connection.tls,
        },
        response: kept
            .response
            .map(|response| unpack_response(response, bodies))
            .transpose()?,
        error: kept.error,
        notes: kept.notes,
    })
}

fn unpack_response(kept: KeptResponse, bodies: &[Bytes]) -> Result<Response, String> {
    let decoded = match kept.body {
        Some(position) => bodies
            .get(position)
            .cloned()
            .ok_or_else(|| "a body is missing".to_owned())?,
        None => Bytes::new(),
    };
    let wire = if kept.codings.is_empty() && decoded.len() == kept.wire_bytes {
        decoded.clone()
    } else {
        // Only the number of coded bytes was kept, and nothing looks at more of them.
        Bytes::from(vec![0; kept.wire_bytes])
    };
    Ok(Response {
        version: kept.version,
        status: kept.status,
        reason: kept.reason,
        head: kept.head.map(KeptBytes::bytes).transpose()?,
        headers: unpack_headers(kept.headers)?,
        body: Arc::new(ResponseBody {
            wire,
            decoded,
            codings: kept.codings,
            incomplete: kept.incomplete,
        }),
    })
}

fn unpack_headers(kept: Vec<(String, KeptBytes)>) -> Result<Vec<HeaderField>, String> {
    kept.into_iter()
        .map(|(name, value)| {
            Ok(HeaderField {
                name,
                value: value.bytes()?,
            })
        })
        .collect()
}
