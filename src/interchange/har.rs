//! HTTP archives (HAR 1.2): requests in, exchanges out. Everything written goes through the masks of its exchange.

use serde_json::{Value, json};

use super::collecting::{Collecting, Found, form_decoded, text_body};
use super::document::{self, elements, member, text_of};
use super::text::Place;
use super::{Export, ImportError, Imported, Lint};
use crate::model::exchange::{Exchange, HeaderField, Hop, HopPurpose, header};
use crate::model::request::{DraftBody, HeaderRow, PartRow, PartValue, QueryRow, RequestDraft};
use crate::model::route::is_execute_api;
use crate::model::timings::Phase;

/// Headers that are made anew for each send, or say nothing of the request itself.
const MADE_ANEW: [&str; 8] = [
    "host",
    "content-length",
    "connection",
    "transfer-encoding",
    "accept-encoding",
    "user-agent",
    "origin",
    "referer",
];

/// Reads the requests. Where some go to Genesys Cloud or an API Gateway, those to other hosts are left out: an archive of a
/// browser is full of them. The same request is taken once.
///
/// # Errors
/// The text is no JSON, or no archive.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let mut collecting = Collecting::new(text);
    let document = document::read(text, &mut collecting.imported.lint)?;
    let Some(entries) = document
        .get("log")
        .and_then(|log| log.get("entries"))
        .and_then(Value::as_array)
    else {
        return Err(ImportError::new(
            Place::START,
            "This is no HTTP archive: it has no `log.entries`",
        ));
    };
    let version = document
        .pointer("/log/version")
        .and_then(text_of)
        .unwrap_or_default();
    if !["", "1.1", "1.2"].contains(&version.as_str()) {
        collecting.imported.lint.push(Lint::new(
            document::place_of(text, "\"version\""),
            "The archive has a version that is not known, so parts of it may be missing here",
            "Export it as HAR 1.2",
        ));
    }
    let requests: Vec<&Value> = entries
        .iter()
        .filter_map(|entry| entry.get("request"))
        .collect();
    let is_known = |request: &Value| {
        let url = member(request, "url");
        let host = url
            .split_once("://")
            .map_or("", |(_, behind)| {
                behind.split(['/', ':', '?']).next().unwrap_or_default()
            })
            .to_owned();
        super::collecting::region_of(&host).is_some() || is_execute_api(&host)
    };
    let any_known = requests.iter().any(|request| is_known(request));
    let (mut others, mut repeated) = (0_usize, 0_usize);
    let mut seen = std::collections::HashSet::new();
    for request in requests {
        let body = request
            .get("postData")
            .map(Value::to_string)
            .unwrap_or_default();
        if any_known && !is_known(request) {
            others += 1;
        } else if seen.insert((member(request, "method"), member(request, "url"), body)) {
            read_request(request, &mut collecting);
        } else {
            repeated += 1;
        }
    }
    if others > 0 {
        collecting.ignore(
            format!("{others} requests to other hosts"),
            "they go neither to Genesys Cloud nor to an API Gateway",
        );
    }
    if repeated > 0 {
        collecting.ignore(
            format!("{repeated} repeated requests"),
            "each is taken once",
        );
    }
    collecting.ignore(
        "answers and timings",
        "answers are kept in the history only",
    );
    Ok(collecting.finish())
}

fn read_request(request: &Value, collecting: &mut Collecting<'_>) {
    let headers: Vec<HeaderRow> = elements(request, "headers")
        .iter()
        .map(|row| HeaderRow {
            enabled: true,
            name: member(row, "name"),
            value: member(row, "value"),
        })
        .filter(|row| {
            let name = row.name.to_ascii_lowercase();
            !name.is_empty()
                && !name.starts_with(':')
                && !name.starts_with("sec-")
                && !MADE_ANEW.contains(&name.as_str())
        })
        .collect();
    let url = member(request, "url");
    let mut draft = RequestDraft {
        method: member(request, "method"),
        headers,
        body: request.get("postData").map_or(DraftBody::None, read_body),
        ..RequestDraft::default()
    };
    // The boundary is made anew with the body.
    if matches!(draft.body, DraftBody::Multipart { .. }) {
        draft
            .headers
            .retain(|row| !row.name.eq_ignore_ascii_case("content-type"));
    }
    if matches!(draft.body, DraftBody::Json { .. }) {
        draft.headers.retain(|row| {
            !(row.name.eq_ignore_ascii_case("content-type") && row.value == "application/json")
        });
    }
    if !url.contains('?') {
        draft.query = elements(request, "queryString").iter().map(pair).collect();
    }
    collecting.request(Found {
        draft,
        url: literal_braces(&url),
        ..Found::default()
    });
}

/// What was sent had no places and no variables: braces are literal.
fn literal_braces(url: &str) -> String {
    url.replace('{', "%7B").replace('}', "%7D")
}

fn pair(row: &Value) -> QueryRow {
    QueryRow {
        enabled: true,
        name: member(row, "name"),
        value: row.get("value").and_then(text_of),
    }
}

fn read_body(data: &Value) -> DraftBody {
    let content_type = member(data, "mimeType");
    let (text, params) = (member(data, "text"), elements(data, "params"));
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence == "multipart/form-data" && !params.is_empty() {
        let part = |row: &Value| PartRow {
            enabled: true,
            name: member(row, "name"),
            value: match member(row, "fileName") {
                name if name.is_empty() => PartValue::Text(member(row, "value")),
                name => PartValue::File {
                    path: name,
                    file_name: String::new(),
                },
            },
            content_type: member(row, "contentType"),
        };
        return DraftBody::Multipart {
            rows: params.iter().map(part).collect(),
        };
    }
    if text.is_empty() && essence == "application/x-www-form-urlencoded" {
        let decoded = |row: &Value| {
            let row = pair(row);
            QueryRow {
                name: form_decoded(&row.name),
                value: row.value.map(|value| form_decoded(&value)),
                ..row
            }
        };
        return DraftBody::Form {
            rows: params.iter().map(decoded).collect(),
        };
    }
    text_body(text, &content_type)
}

/// Writes every hop of the exchanges as an entry. Credentials and known secrets are masked, as on screen.
/// `version`: Gatescope's own.
#[must_use]
pub fn export(exchanges: &[&Exchange], version: &str) -> Export {
    let mut masked = Vec::new();
    let mut entries = Vec::new();
    for exchange in exchanges {
        for hop in &exchange.hops {
            entries.push(entry(exchange, hop, &mut masked));
        }
    }
    masked.sort();
    masked.dedup();
    let archive = json!({"log": {
        "version": "1.2",
        "creator": {"name": "Gatescope", "version": version},
        "entries": entries,
    }});
    let mut text = serde_json::to_string_pretty(&archive).unwrap_or_default();
    text.push('\n');
    Export {
        text,
        masked,
        lint: Vec::new(),
    }
}

fn entry(exchange: &Exchange, hop: &Hop, masked: &mut Vec<String>) -> Value {
    let sent = &hop.sent;
    let masks = &exchange.masks;
    let url = masks.url(&sent.url);
    if url != sent.url {
        masked.push("a credential in the URL".to_owned());
    }
    let mut headers_of = |headers: &[HeaderField]| -> Vec<Value> {
        headers
            .iter()
            .map(|field| {
                let value = masks.header(&field.name, &field.value);
                if value != field.text() {
                    masked.push(format!("header {}", field.name));
                }
                json!({"name": field.name, "value": value})
            })
            .collect()
    };
    let request_headers = headers_of(&sent.headers);
    let response_headers = hop
        .response
        .as_ref()
        .map(|response| headers_of(&response.headers))
        .unwrap_or_default();
    let mut body_of = |content_type: Option<&HeaderField>, bytes: &[u8], what: &str| {
        let content_type = content_type.map(HeaderField::text);
        let typed = String::from_utf8_lossy(bytes);
        let text = masks.body(content_type.as_deref(), &typed);
        if text != typed {
            masked.push(what.to_owned());
        }
        (content_type.unwrap_or_default(), text)
    };
    let mut request = json!({
        "method": sent.method,
        "url": url,
        "httpVersion": sent.version.to_string(),
        "cookies": [],
        "headers": request_headers,
        "queryString": query_of(&url),
        "headersSize": sent.head.as_ref().map_or(-1, |head| i64::try_from(head.len()).unwrap_or(-1)),
        "bodySize": sent.body_bytes,
    });
    if !sent.body_preview.is_empty() {
        let (content_type, text) = body_of(
            header(&sent.headers, "content-type"),
            &sent.body_preview,
            "a credential in a body sent",
        );
        request["postData"] = json!({"mimeType": content_type, "text": text});
    }
    let response = match &hop.response {
        Some(response) => {
            let decoded = &response.body.decoded;
            let (content_type, text) = if hop.purpose == HopPurpose::Token {
                masked.push("the answer of the token request".to_owned());
                (
                    header(&response.headers, "content-type")
                        .map(HeaderField::text)
                        .unwrap_or_default(),
                    masks.body(Some("application/json"), &String::from_utf8_lossy(decoded)),
                )
            } else {
                body_of(
                    header(&response.headers, "content-type"),
                    decoded,
                    "a credential in an answer",
                )
            };
            json!({
                "status": response.status,
                "statusText": response.reason,
                "httpVersion": response.version.to_string(),
                "cookies": [],
                "headers": response_headers,
                "content": {"size": decoded.len(), "mimeType": content_type, "text": text},
                "redirectURL": header(&response.headers, "location").map(|field| masks.url(&field.text())).unwrap_or_default(),
                "headersSize": response.head.as_ref().map_or(-1, |head| i64::try_from(head.len()).unwrap_or(-1)),
                "bodySize": response.body.wire.len(),
            })
        }
        None => json!({
            "status": 0, "statusText": "", "httpVersion": "", "cookies": [], "headers": [], "redirectURL": "",
            "content": {"size": 0, "mimeType": ""}, "headersSize": -1, "bodySize": -1,
            "_error": hop.error.as_ref().map(|error| masks.text(&error.text)),
        }),
    };
    let started =
        exchange.started_at + jiff::SignedDuration::try_from(hop.start_offset).unwrap_or_default();
    let (timings, time) = timings_of(hop);
    json!({
        "startedDateTime": started.to_string(),
        "time": time,
        "request": request,
        "response": response,
        "cache": {},
        "timings": timings,
        "serverIPAddress": hop.connection.peer_address.as_deref().map(|address| address.rsplit_once(':').map_or(address, |(host, _)| host)).unwrap_or_default(),
    })
}

fn query_of(url: &str) -> Vec<Value> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    super::collecting::read_query(query)
        .into_iter()
        .map(|row| json!({"name": form_decoded(&row.name), "value": form_decoded(row.value.as_deref().unwrap_or_default())}))
        .collect()
}

/// HAR counts TLS into `connect`; what did not happen is -1.
fn timings_of(hop: &Hop) -> (Value, f64) {
    let phases = &hop.phases;
    let one = |phase: Phase| {
        phases
            .get(phase)
            .map_or(-1.0, crate::model::timings::milliseconds)
    };
    let opening = [Phase::Tcp, Phase::Proxy, Phase::Tls]
        .into_iter()
        .filter_map(|phase| phases.get(phase));
    let happened = phases.get(Phase::Tcp).is_some();
    let connect = if happened {
        crate::model::timings::milliseconds(opening.sum())
    } else {
        -1.0
    };
    let always = |phase: Phase| one(phase).max(0.0);
    let timings = json!({
        "blocked": -1,
        "dns": one(Phase::Dns),
        "connect": connect,
        "ssl": one(Phase::Tls),
        "send": always(Phase::Send),
        "wait": always(Phase::Wait),
        "receive": always(Phase::Download),
    });
    (timings, crate::model::timings::milliseconds(phases.total))
}
