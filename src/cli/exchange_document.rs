//! The whole exchange as one JSON document: what `--json` prints. Keys keep their order; values are masked unless asked otherwise.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::body::{charset, sniff};
use crate::explain::answerer::WhoAnswered;
use crate::model::exchange::{
    Connection, Exchange, HeaderField, Hop, Response, SentRequest, header,
};
use crate::model::masks::Masks;
use crate::model::note::Note;
use crate::model::timings::milliseconds;

/// How values are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Showing<'a> {
    pub(super) masks: &'a Masks,
    pub(super) secrets: bool,
    /// Where the answer's body was written, when it was.
    pub(super) written_to: Option<&'a Path>,
}

impl Showing<'_> {
    pub(super) fn text(self, text: &str) -> String {
        if self.secrets {
            text.to_owned()
        } else {
            self.masks.text(text)
        }
    }

    pub(super) fn url(self, url: &str) -> String {
        if self.secrets {
            url.to_owned()
        } else {
            self.masks.url(url)
        }
    }

    pub(super) fn header(self, field: &HeaderField) -> String {
        if self.secrets {
            field.text()
        } else {
            self.masks.header(&field.name, &field.value)
        }
    }

    fn body(self, content_type: Option<&str>, text: &str) -> String {
        if self.secrets {
            text.to_owned()
        } else {
            self.masks.body(content_type, text)
        }
    }
}

pub(super) fn document(
    exchange: &Exchange,
    who: Option<&WhoAnswered>,
    showing: Showing<'_>,
) -> Value {
    let answer = exchange.answer();
    let answer_at = exchange
        .hops
        .iter()
        .rposition(|hop| answer.is_some_and(|answer| std::ptr::eq(answer, hop)));
    let hops: Vec<Value> = exchange
        .hops
        .iter()
        .enumerate()
        .map(|(at, entry)| {
            let written_to = showing.written_to.filter(|_| Some(at) == answer_at);
            hop(
                entry,
                Showing {
                    written_to,
                    ..showing
                },
            )
        })
        .collect();
    json!({
        "environment": exchange.environment,
        "started_at": exchange.started_at,
        "total_ms": milliseconds(exchange.total),
        "status": answer.and_then(|hop| hop.response.as_ref()).map(|response| response.status),
        "url": answer.map(|hop| showing.url(&hop.sent.url)),
        "answered_by": who.map(|who| answered_by(who, showing)),
        "hops": hops,
        "notes": exchange_notes(exchange, showing),
        "redirect_offer": exchange.redirect_offer.as_deref().map(|url| showing.url(url)),
        "error": exchange.error.as_ref().map(|error| json!({
            "kind": error.kind,
            "phase": error.phase,
            "text": showing.text(&error.text),
            "hint": showing.text(&error.hint),
        })),
    })
}

/// Who answered, in words and as data, with what shows it.
fn answered_by(who: &WhoAnswered, showing: Showing<'_>) -> Value {
    let mut document = json!({ "words": who.words(), "answerer": who.answerer });
    document["evidence"] = who
        .evidence
        .iter()
        .map(|one| json!({ "seen": showing.text(&one.seen), "shows": one.shows }))
        .collect();
    document
}

fn exchange_notes(exchange: &Exchange, showing: Showing<'_>) -> Vec<Value> {
    let mut all = notes(&exchange.notes, showing);
    if let Some(text) = super::send::masked(exchange) {
        all.push(json!({ "field": "body", "text": text }));
    }
    all
}

fn hop(hop: &Hop, showing: Showing<'_>) -> Value {
    json!({
        "purpose": hop.purpose,
        "start_ms": milliseconds(hop.start_offset),
        "request": request(&hop.sent, showing),
        "phases": hop.phases,
        "connection": connection(&hop.connection, showing),
        "response": hop.response.as_ref().map(|response| self::response(response, showing)),
        "error": hop.error.as_ref().map(|error| json!({
            "kind": error.kind,
            "phase": error.phase,
            "text": showing.text(&error.text),
            "hint": showing.text(&error.hint),
        })),
        "notes": notes(&hop.notes, showing),
    })
}

fn request(sent: &SentRequest, showing: Showing<'_>) -> Value {
    let content_type = header(&sent.headers, "content-type").map(HeaderField::text);
    json!({
        "method": showing.text(&sent.method),
        "url": showing.url(&sent.url),
        "version": sent.version,
        "headers": headers(&sent.headers, showing),
        "body": content(&sent.body_preview, content_type.as_deref(), showing),
        "body_bytes": sent.body_bytes,
        "total_bytes": sent.total_bytes,
    })
}

fn response(response: &Response, showing: Showing<'_>) -> Value {
    let content_type = header(&response.headers, "content-type").map(HeaderField::text);
    let body = &response.body;
    let mut shown = match showing.written_to {
        Some(path) => {
            let mut map = Map::new();
            map.insert("path".to_owned(), json!(path));
            map
        }
        None => content(&body.decoded, content_type.as_deref(), showing),
    };
    shown.insert("wire_bytes".to_owned(), json!(body.wire.len()));
    shown.insert("decoded_bytes".to_owned(), json!(body.decoded.len()));
    shown.insert("codings".to_owned(), json!(body.codings));
    shown.insert(
        "incomplete".to_owned(),
        json!(body.incomplete.as_ref().map(|problem| json!({
            "problem": problem,
            "text": problem.to_string(),
        }))),
    );
    json!({
        "version": response.version,
        "status": response.status,
        "reason": showing.text(&response.reason),
        "headers": headers(&response.headers, showing),
        "body": shown,
    })
}

/// `text` where the bytes read as text, `base64` where they do not.
fn content(
    bytes: &bytes::Bytes,
    content_type: Option<&str>,
    showing: Showing<'_>,
) -> Map<String, Value> {
    let mut map = Map::new();
    let kind = sniff::kind(content_type, bytes);
    if bytes.is_empty() || kind.is_text() {
        let decoded = charset::decode(bytes, content_type, None);
        let text = String::from_utf8_lossy(&decoded.bytes);
        map.insert(
            "text".to_owned(),
            Value::from(showing.body(content_type, &text)),
        );
    } else {
        let shown = if showing.secrets {
            bytes.to_vec()
        } else {
            showing.masks.bytes(bytes)
        };
        map.insert("base64".to_owned(), Value::from(STANDARD.encode(shown)));
    }
    map
}

fn headers(fields: &[HeaderField], showing: Showing<'_>) -> Vec<Value> {
    fields
        .iter()
        .map(|field| json!({ "name": showing.text(&field.name), "value": showing.header(field) }))
        .collect()
}

fn connection(connection: &Connection, showing: Showing<'_>) -> Value {
    json!({
        "peer_address": connection.peer_address,
        "resolved_addresses": connection.resolved_addresses,
        "proxy": connection.proxy.as_deref().map(|proxy| showing.url(proxy)),
        "reused": connection.reused,
        "tls": connection.tls,
    })
}

fn notes(notes: &[Note], showing: Showing<'_>) -> Vec<Value> {
    notes
        .iter()
        .map(|note| json!({ "field": note.field.to_string(), "text": showing.text(&note.text) }))
        .collect()
}
