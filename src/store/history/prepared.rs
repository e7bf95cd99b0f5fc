//! An exchange made ready for writing, and made whole again after reading: masked, packed, compressed. No disk here.

use std::io::Read as _;
use std::sync::Arc;

use bytes::Bytes;

use super::super::withheld;
use super::kept::Document;
use super::masking;
use crate::model::environment::{Environment, KeepHistory};
use crate::model::exchange::{Exchange, Hop, ResponseBody};
use crate::model::history::{
    HistoryEntry, HistoryKind, HistorySummary, PastExchange, WithoutBodies,
};
use crate::model::ids::{ExchangeId, RequestId};
use crate::model::request::RequestDraft;

/// The longest body that is kept, in bytes. Masking and packing a longer one would take seconds.
pub const LARGEST_BODY: usize = 32 << 20;

/// More than this, in bytes, no part of an entry can be: what unpacks to more is damaged.
const LARGEST_PART: u64 = 256 << 20;

/// For documents, which are small and written once.
const DOCUMENT_LEVEL: i32 = 3;
/// For bodies: speed before size.
const BODY_LEVEL: i32 = 1;

/// An exchange that ended, with what belongs to it.
#[derive(Debug, Clone)]
pub struct Recording {
    pub exchange: Arc<Exchange>,
    /// As it was captured when the user pressed Send.
    pub environment: Environment,
    /// `None` for a token that was fetched on its own.
    pub draft: Option<RequestDraft>,
    /// `A` or `B`.
    pub leg: Option<String>,
    /// Who answered, in words, where that is known.
    pub answered_by: Option<String>,
}

/// Ready to be written.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub summary: HistorySummary,
    pub document: Vec<u8>,
    pub bodies: Vec<Vec<u8>>,
}

/// Masks, packs and compresses; `None` when the environment keeps no history. Takes time in proportion to the bodies.
///
/// # Errors
/// With the reason, when the exchange cannot be packed.
pub fn prepare(recording: &Recording) -> Result<Option<Prepared>, String> {
    let keep = recording.environment.history;
    if keep == KeepHistory::Nothing {
        return Ok(None);
    }
    let known = &recording.exchange.masks;
    let longest = if keep == KeepHistory::HeadsOnly {
        0
    } else {
        LARGEST_BODY
    };
    let (mut exchange, mut without) = masking::masked(&recording.exchange, longest);
    if keep == KeepHistory::HeadsOnly {
        without = Some(WithoutBodies::HeadsOnly);
        for hop in &mut exchange.hops {
            hop.sent.body_preview = Bytes::new();
        }
    }
    let environment = withheld::withhold_environment_with(&recording.environment, known).0;
    let draft = recording.draft.as_ref().map(|draft| {
        let mut draft = withheld::without_credentials_with(draft, known);
        if keep == KeepHistory::HeadsOnly {
            draft.body = crate::model::request::DraftBody::None;
        }
        draft
    });
    let summary = summary(recording, &exchange, &environment, draft.as_ref());
    let (document, bodies) = Document::pack(&exchange, environment, draft, without);
    let document = serde_json::to_vec(&document).map_err(|error| error.to_string())?;
    let compressed =
        |bytes: &[u8], level| zstd::bulk::compress(bytes, level).map_err(|error| error.to_string());
    Ok(Some(Prepared {
        summary,
        document: compressed(&document, DOCUMENT_LEVEL)?,
        bodies: bodies
            .iter()
            .map(|body| compressed(body, BODY_LEVEL))
            .collect::<Result<_, _>>()?,
    }))
}

/// The exchange of an entry, as its tabs show it.
///
/// # Errors
/// With the reason, when the parts are not what was written.
pub(super) fn restore(
    entry: HistoryEntry,
    document: &[u8],
    bodies: &[Vec<u8>],
    id: ExchangeId,
) -> Result<PastExchange, String> {
    let bodies: Vec<Bytes> = bodies
        .iter()
        .map(|body| unpacked(body).map(Bytes::from))
        .collect::<Result<_, _>>()?;
    let document: Document =
        serde_json::from_slice(&unpacked(document)?).map_err(|error| error.to_string())?;
    let unpacked = document.unpack(&bodies, id)?;
    Ok(PastExchange {
        entry,
        exchange: unpacked.exchange,
        environment: unpacked.environment,
        draft: unpacked.draft,
        without_bodies: unpacked.without_bodies,
    })
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut whole = Vec::new();
    zstd::stream::read::Decoder::new(bytes)
        .and_then(|decoder| decoder.take(LARGEST_PART).read_to_end(&mut whole))
        .map_err(|error| error.to_string())?;
    Ok(whole)
}

/// What a list shows of it, out of what is masked already.
fn summary(
    recording: &Recording,
    masked: &Exchange,
    environment: &Environment,
    draft: Option<&RequestDraft>,
) -> HistorySummary {
    let hop = masked.answer().or(masked.hops.last());
    let method = hop
        .map(|hop| &hop.sent.method)
        .or(draft.map(|draft| &draft.method));
    // Nothing may have got as far as a URL.
    let url = hop
        .map(|hop| &hop.sent.url)
        .or(draft.map(|draft| &draft.path));
    let url = url.cloned().unwrap_or_default();
    let answer = recording
        .exchange
        .answer()
        .or(recording.exchange.hops.last());
    let body = answer.and_then(body_of);
    let length = |bytes: &Bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    HistorySummary {
        kind: HistoryKind::Exchange,
        request: draft
            .map(|draft| draft.id.clone())
            .filter(|RequestId(id)| !id.is_empty()),
        environment: environment.id.clone(),
        environment_name: environment.name.clone(),
        environment_colour: environment.colour,
        leg: recording.leg.clone(),
        method: method.cloned().unwrap_or_default(),
        path: path_of(&url).to_owned(),
        url,
        status: answer
            .and_then(|hop| hop.response.as_ref())
            .map(|response| response.status),
        error: masked.error.as_ref().map(|error| error.kind),
        answered_by: recording
            .answered_by
            .as_deref()
            .map(|words| recording.exchange.masks.text(words)),
        started_at: masked.started_at,
        total: masked.total,
        wire_bytes: body.map_or(0, |body| length(&body.wire)),
        decoded_bytes: body.map_or(0, |body| length(&body.decoded)),
    }
}

fn body_of(hop: &Hop) -> Option<&ResponseBody> {
    hop.response.as_ref().map(|response| &*response.body)
}

/// The path of a URL, without origin, query and fragment.
fn path_of(url: &str) -> &str {
    let behind_origin = match url.split_once("://") {
        Some((_, rest)) => rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]),
        None => url,
    };
    let end = behind_origin
        .find(['?', '#'])
        .unwrap_or(behind_origin.len());
    match &behind_origin[..end] {
        "" => "/",
        path => path,
    }
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn the_path_is_what_stands_between_origin_and_query() {
        for (url, expected) in [
            (
                "https://h.example/test/api/v2/users?x=/y",
                "/test/api/v2/users",
            ),
            ("https://h.example", "/"),
            ("https://h.example?x=1", "/"),
            ("http://[::1]:80/a#b", "/a"),
            ("/api/v2/users/{id}?a", "/api/v2/users/{id}"),
            ("", "/"),
        ] {
            assert_eq!(path_of(url), expected, "{url}");
        }
    }
}
