//! HTTP archives (HAR 1.2): requests in; exchanges out is `export`.

mod export;

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::collecting::{Collecting, Found, form_decoded, text_body};
use super::document::{self, elements, member, text_of};
use super::text::Place;
use super::{ImportError, Imported, Lint};
use crate::model::masks::MASK;
use crate::model::request::{DraftBody, HeaderRow, PartRow, PartValue, QueryRow, RequestDraft};
use crate::model::route::is_execute_api;

pub use export::export;

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
/// browser is full of them. The same request is taken once; what follows a redirect and preflights are none of their own.
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
    let left_out = follow_ups(entries);
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
        .enumerate()
        .filter(|(at, _)| !left_out.contains(at))
        .filter_map(|(_, entry)| entry.get("request"))
        .filter(|request| !is_preflight(request))
        .collect();
    let preflights = entries
        .iter()
        .filter_map(|entry| entry.get("request"))
        .filter(|request| is_preflight(request))
        .count();
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
    let any_but_tokens = requests.iter().any(|request| !asks_for_token(request));
    let (mut others, mut repeated, mut tokens) = (0_usize, 0_usize, 0_usize);
    let mut seen = HashSet::new();
    for request in requests {
        let body = request
            .get("postData")
            .map(Value::to_string)
            .unwrap_or_default();
        if any_known && !is_known(request) {
            others += 1;
        } else if any_but_tokens && asks_for_token(request) {
            tokens += 1;
        } else if seen.insert((member(request, "method"), member(request, "url"), body)) {
            read_request(request, &mut collecting);
        } else {
            repeated += 1;
        }
    }
    let left = Left {
        others,
        tokens,
        repeated,
        redirected: left_out.len(),
        preflights,
    };
    left.tell(&mut collecting);
    collecting.ignore(
        "answers and timings",
        "answers are kept in the history only",
    );
    Ok(collecting.finish())
}

/// How many entries become no request, by the reason.
struct Left {
    others: usize,
    tokens: usize,
    repeated: usize,
    redirected: usize,
    preflights: usize,
}

impl Left {
    fn tell(&self, collecting: &mut Collecting<'_>) {
        for (count, one, many, why) in [
            (
                self.others,
                "a request to another host",
                "requests to other hosts",
                "neither Genesys Cloud nor an API Gateway is there",
            ),
            (
                self.tokens,
                "the token request",
                "token requests",
                "an environment asks for its token itself",
            ),
            (
                self.repeated,
                "a repeated request",
                "repeated requests",
                "each is taken once",
            ),
            (
                self.redirected,
                "a request that follows a redirect",
                "requests that follow a redirect",
                "the request that was redirected leads there again",
            ),
            (
                self.preflights,
                "a preflight",
                "preflights",
                "a browser asks so before it sends to another origin; nothing else does",
            ),
        ] {
            match count {
                0 => {}
                1 => collecting.ignore(one, why),
                _ => collecting.ignore(format!("{count} {many}"), why),
            }
        }
    }
}

/// `POST …/oauth/token`.
fn asks_for_token(request: &Value) -> bool {
    let url = member(request, "url");
    let path = url.split(['?', '#']).next().unwrap_or_default();
    member(request, "method") == "POST" && path.ends_with("/oauth/token")
}

/// The places of entries that a redirect of an earlier one made. Each redirect makes one.
fn follow_ups(entries: &[Value]) -> HashSet<usize> {
    let mut waiting: Vec<String> = Vec::new();
    let mut found = HashSet::new();
    for (at, entry) in entries.iter().enumerate() {
        let url = entry
            .get("request")
            .map(|request| member(request, "url"))
            .unwrap_or_default();
        if let Some(place) = waiting.iter().position(|target| *target == url) {
            waiting.swap_remove(place);
            found.insert(at);
        }
        waiting.extend(redirect_of(entry, &url));
    }
    found
}

/// Where the answer sends the client to, as a whole URL without its fragment.
fn redirect_of(entry: &Value, url: &str) -> Option<String> {
    let answer = entry.get("response")?;
    let status = member(answer, "status").parse::<u16>().ok()?;
    if ![301, 302, 303, 307, 308].contains(&status) {
        return None;
    }
    let location = elements(answer, "headers")
        .iter()
        .find(|row| member(row, "name").eq_ignore_ascii_case("location"))
        .map(|row| member(row, "value"));
    let target = [member(answer, "redirectURL"), location.unwrap_or_default()]
        .into_iter()
        .find(|target| !target.is_empty())?;
    let mut target = url::Url::parse(url).ok()?.join(&target).ok()?;
    target.set_fragment(None);
    Some(target.to_string())
}

/// What a browser asks before it sends to another origin.
fn is_preflight(request: &Value) -> bool {
    member(request, "method").eq_ignore_ascii_case("OPTIONS")
        && elements(request, "headers")
            .iter()
            .any(|row| member(row, "name").eq_ignore_ascii_case("access-control-request-method"))
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
        .filter(|row| {
            let is_masked = row.value.contains(MASK);
            if is_masked {
                collecting.ignore(
                    format!("masked header {}", row.name),
                    "its value was left out when the archive was written",
                );
            }
            !is_masked
        })
        .collect();
    let url = member(request, "url");
    let mut draft = RequestDraft {
        method: member(request, "method"),
        headers,
        body: match request.get("postData") {
            Some(data) => read_body(data, collecting),
            None => DraftBody::None,
        },
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

fn read_body(data: &Value, collecting: &mut Collecting<'_>) -> DraftBody {
    let content_type = member(data, "mimeType");
    let (mut text, params) = (member(data, "text"), elements(data, "params"));
    if ["encoding", "_encoding"]
        .map(|name| member(data, name))
        .contains(&"base64".to_owned())
    {
        let bytes = STANDARD.decode(text.as_bytes()).ok();
        let Some(decoded) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            collecting.ignore(
                "a body that is no text",
                "keep it as a file and choose it in the request",
            );
            return DraftBody::None;
        };
        text = decoded;
    }
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
