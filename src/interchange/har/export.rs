//! Exchanges as an HTTP archive (HAR 1.2): each exchange is a page, each of its hops an entry. Everything goes through the masks of
//! its exchange unless it is asked for otherwise. Bodies are text, or Base64 where they do not read as text.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::body::{charset, sniff};
use crate::interchange::Export;
use crate::interchange::collecting::{form_decoded, read_query};
use crate::model::exchange::{Exchange, HeaderField, Hop, HopPurpose, Response, header};
use crate::model::masks::{MASK, Masks};
use crate::model::timings::{Phase, milliseconds};

/// Writes the exchanges. `version`: Gatescope's own.
#[must_use]
pub fn export(exchanges: &[&Exchange], version: &str, shows_secrets: bool) -> Export {
    let mut masked = BTreeSet::new();
    let (mut pages, mut entries) = (Vec::new(), Vec::new());
    for (index, exchange) in exchanges.iter().enumerate() {
        let page = format!("exchange-{}", index + 1);
        let mut writer = Writer {
            masks: (!shows_secrets).then_some(&exchange.masks),
            masked: &mut masked,
        };
        pages.push(json!({
            "startedDateTime": moment(exchange.started_at),
            "id": page,
            "title": title(exchange, &mut writer),
            "pageTimings": {},
        }));
        for hop in &exchange.hops {
            let mut entry = writer.entry(exchange, hop);
            entry["pageref"] = Value::from(page.as_str());
            entries.push(entry);
        }
    }
    let archive = json!({"log": {
        "version": "1.2",
        "creator": {"name": "Gatescope", "version": version},
        "pages": pages,
        "entries": entries,
    }});
    let mut text = serde_json::to_string_pretty(&archive).unwrap_or_default();
    text.push('\n');
    Export {
        text,
        masked: masked.into_iter().collect(),
        lint: Vec::new(),
    }
}

/// ISO 8601 with milliseconds.
fn moment(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// `GET https://…, acme-gateway`.
fn title(exchange: &Exchange, writer: &mut Writer<'_>) -> String {
    let sent = exchange.answer().or_else(|| exchange.hops.last());
    match sent {
        Some(hop) => {
            let url = writer.url(&hop.sent.url);
            format!("{} {url}, {}", hop.sent.method, exchange.environment)
        }
        None => exchange.environment.to_string(),
    }
}

/// Writes one exchange, and remembers what was left out.
struct Writer<'a> {
    /// `None`: everything as it is.
    masks: Option<&'a Masks>,
    masked: &'a mut BTreeSet<String>,
}

impl Writer<'_> {
    fn left_out(&mut self, what: impl Into<String>) {
        self.masked.insert(what.into());
    }

    fn url(&mut self, url: &str) -> String {
        let Some(masks) = self.masks else {
            return url.to_owned();
        };
        let shown = masks.url(url);
        if shown != url {
            self.left_out("a credential in the URL");
        }
        shown
    }

    fn value(&mut self, field: &HeaderField) -> String {
        let Some(masks) = self.masks else {
            return field.text();
        };
        let shown = masks.header(&field.name, &field.value);
        if shown != field.text() {
            self.left_out(format!("header {}", field.name));
        }
        shown
    }

    fn headers(&mut self, fields: &[HeaderField]) -> Vec<Value> {
        fields
            .iter()
            .map(|field| json!({"name": field.name, "value": self.value(field)}))
            .collect()
    }

    /// `what` says what it is when something is left out of it.
    fn body(&mut self, content_type: &str, bytes: &Bytes, what: &str) -> Body {
        let label = (!content_type.is_empty()).then_some(content_type);
        let readable = sniff::kind(label, bytes).is_text();
        let text = readable.then(|| charset::decode(bytes, label, None));
        let text = text.filter(|text| !text.charset.lossy);
        let Some(text) = text else {
            let shown = self
                .masks
                .map_or_else(|| bytes.to_vec(), |masks| masks.bytes(bytes));
            if shown[..] != bytes[..] {
                self.left_out(what);
            }
            return Body::Base64(STANDARD.encode(shown));
        };
        let text = String::from_utf8_lossy(&text.bytes).into_owned();
        let Some(masks) = self.masks else {
            return Body::Text(text);
        };
        let shown = masks.body(label, &text);
        if shown != text {
            self.left_out(what);
        }
        Body::Text(shown)
    }

    fn entry(&mut self, exchange: &Exchange, hop: &Hop) -> Value {
        let offset = jiff::SignedDuration::try_from(hop.start_offset).unwrap_or_default();
        let started = exchange.started_at + offset;
        let (timings, time) = timings_of(hop);
        let mut comment = purpose(hop.purpose).to_owned();
        if let Some(error) = &hop.error {
            let text = match self.masks {
                Some(masks) => masks.text(&error.text),
                None => error.text.clone(),
            };
            comment = format!("{comment}. {text}");
        }
        if let Some(proxy) = &hop.connection.proxy {
            comment = format!("{comment}. Through the proxy {proxy}");
        }
        let mut entry = json!({
            "startedDateTime": moment(started),
            "time": time,
            "request": self.request(hop),
            "response": self.response(hop),
            "cache": {},
            "timings": timings,
            "comment": comment,
        });
        // Behind a proxy the peer is the proxy.
        let peer = hop.connection.peer_address.as_deref();
        let peer = peer.and_then(|peer| peer.parse::<SocketAddr>().ok());
        if let Some(peer) = peer.filter(|_| hop.connection.proxy.is_none()) {
            entry["serverIPAddress"] = Value::from(peer.ip().to_string());
        }
        entry
    }

    fn request(&mut self, hop: &Hop) -> Value {
        let sent = &hop.sent;
        let url = self.url(&sent.url);
        let mut request = json!({
            "method": sent.method,
            "url": url,
            "httpVersion": sent.version.to_string(),
            "cookies": self.sent_cookies(&sent.headers),
            "headers": self.headers(&sent.headers),
            "queryString": query_of(&url),
            "headersSize": size_of(sent.head.as_ref()),
            "bodySize": sent.body_bytes,
        });
        if sent.body_preview.is_empty() {
            return request;
        }
        let content_type = content_type(&sent.headers);
        let body = self.body(
            &content_type,
            &sent.body_preview,
            "a credential in a body sent",
        );
        let mut data = json!({"mimeType": content_type, "params": []});
        match body {
            Body::Text(text) => data["text"] = Value::from(text),
            Body::Base64(text) => {
                // The format knows no encoding here; a name of its own begins with an underscore.
                data["text"] = Value::from(text);
                data["_encoding"] = Value::from("base64");
            }
        }
        let kept = sent.body_preview.len();
        if u64::try_from(kept).is_ok_and(|kept| kept < sent.body_bytes) {
            let words = format!("The first {kept} of {} bytes", sent.body_bytes);
            data["comment"] = Value::from(words);
        }
        request["postData"] = data;
        request
    }

    fn response(&mut self, hop: &Hop) -> Value {
        let Some(response) = &hop.response else {
            let text = hop.error.as_ref().map(|error| match self.masks {
                Some(masks) => masks.text(&error.text),
                None => error.text.clone(),
            });
            // As browsers write a request that was never answered.
            return json!({
                "status": 0, "statusText": "", "httpVersion": "", "cookies": [], "headers": [], "redirectURL": "",
                "content": {"size": 0, "mimeType": "x-unknown"}, "headersSize": -1, "bodySize": -1,
                "_error": text,
            });
        };
        let location = header(&response.headers, "location").map(HeaderField::text);
        let redirect = location.map(|location| self.url(&location));
        let reason = match self.masks {
            Some(masks) => masks.text(&response.reason),
            None => response.reason.clone(),
        };
        json!({
            "status": response.status,
            "statusText": reason,
            "httpVersion": response.version.to_string(),
            "cookies": self.received_cookies(&response.headers),
            "headers": self.headers(&response.headers),
            "content": self.content(hop.purpose, response),
            "redirectURL": redirect.unwrap_or_default(),
            "headersSize": size_of(response.head.as_ref()),
            "bodySize": response.body.wire.len(),
        })
    }

    fn content(&mut self, purpose: HopPurpose, response: &Response) -> Value {
        let body = &response.body;
        let content_type = content_type(&response.headers);
        // The answer of a token request is JSON whatever it is labelled.
        let read_as = match purpose {
            HopPurpose::Token if self.masks.is_some() => "application/json",
            _ => &content_type,
        };
        let what = match purpose {
            HopPurpose::Token => "the token in the answer of the token request",
            _ => "a credential in an answer",
        };
        let mut content = json!({"size": body.decoded.len(), "mimeType": content_type});
        if !body.codings.is_empty() {
            let (whole, wire) = (body.decoded.len(), body.wire.len());
            let saved =
                i64::try_from(whole).unwrap_or(i64::MAX) - i64::try_from(wire).unwrap_or(i64::MAX);
            content["compression"] = Value::from(saved);
        }
        match self.body(read_as, &body.decoded, what) {
            Body::Text(text) => content["text"] = Value::from(text),
            Body::Base64(text) => {
                content["text"] = Value::from(text);
                content["encoding"] = Value::from("base64");
            }
        }
        if let Some(problem) = &body.incomplete {
            content["comment"] = Value::from(format!("Not whole: {problem}"));
        }
        content
    }

    fn sent_cookies(&mut self, fields: &[HeaderField]) -> Vec<Value> {
        let cookies = fields
            .iter()
            .filter(|field| field.name.eq_ignore_ascii_case("cookie"));
        cookies
            .flat_map(|field| {
                let text = field.text();
                let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
                let pairs: Vec<(String, String)> = pairs
                    .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                    .collect();
                pairs
            })
            .map(|(name, value)| json!({"name": name, "value": self.cookie(&value)}))
            .collect()
    }

    fn received_cookies(&mut self, fields: &[HeaderField]) -> Vec<Value> {
        let cookies = fields
            .iter()
            .filter(|field| field.name.eq_ignore_ascii_case("set-cookie"));
        cookies
            .filter_map(|field| {
                let text = field.text();
                let mut parts = text.split(';');
                let (name, value) = parts.next()?.split_once('=')?;
                let value = self.cookie(value.trim());
                let mut cookie = json!({"name": name.trim(), "value": value});
                for part in parts {
                    attribute(&mut cookie, part);
                }
                Some(cookie)
            })
            .collect()
    }

    fn cookie(&self, value: &str) -> String {
        match self.masks {
            Some(_) => MASK.to_owned(),
            None => value.to_owned(),
        }
    }
}

enum Body {
    Text(String),
    Base64(String),
}

fn attribute(cookie: &mut Value, part: &str) {
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
    match name.as_str() {
        "path" | "domain" => cookie[name] = Value::from(value),
        "httponly" => cookie["httpOnly"] = Value::from(true),
        "secure" => cookie["secure"] = Value::from(true),
        "expires" => {
            if let Ok(at) = jiff::fmt::rfc2822::parse(value) {
                cookie["expires"] = Value::from(moment(at.timestamp()));
            }
        }
        _ => {}
    }
}

fn purpose(purpose: HopPurpose) -> &'static str {
    match purpose {
        HopPurpose::Token => "The access token",
        HopPurpose::Request => "The request",
        HopPurpose::Redirect => "A redirect, followed",
        HopPurpose::Renewed => "Once more with a renewed token, after a 401",
        HopPurpose::Reconnected => "Once more on a new connection",
    }
}

fn content_type(fields: &[HeaderField]) -> String {
    header(fields, "content-type").map_or_else(String::new, HeaderField::text)
}

/// -1 where it is not known, as over HTTP/2.
fn size_of(head: Option<&Bytes>) -> i64 {
    head.map_or(-1, |head| i64::try_from(head.len()).unwrap_or(-1))
}

fn query_of(url: &str) -> Vec<Value> {
    let url = url.split('#').next().unwrap_or_default();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    read_query(query)
        .into_iter()
        .map(|row| {
            let value = row.value.unwrap_or_default();
            json!({"name": form_decoded(&row.name), "value": form_decoded(&value)})
        })
        .collect()
}

/// The timings, and their sum. TLS is part of `connect` and told besides; what did not happen is -1. `blocked` is what the hop
/// took beyond its phases, so that the sum is the time of the hop.
fn timings_of(hop: &Hop) -> (Value, f64) {
    let phases = &hop.phases;
    let one = |phase: Phase| phases.get(phase).map_or(-1.0, milliseconds);
    let opening = [Phase::Tcp, Phase::Proxy, Phase::Tls];
    let opened: Vec<f64> = opening
        .into_iter()
        .filter_map(|phase| phases.get(phase).map(milliseconds))
        .collect();
    let connect = if opened.is_empty() {
        -1.0
    } else {
        rounded(opened.iter().sum())
    };
    let (send, wait, receive) = (
        one(Phase::Send).max(0.0),
        one(Phase::Wait).max(0.0),
        one(Phase::Download).max(0.0),
    );
    let known = one(Phase::Dns).max(0.0) + connect.max(0.0) + send + wait + receive;
    let rest = rounded(milliseconds(phases.total) - known);
    let blocked = if rest > 0.0 { rest } else { -1.0 };
    let timings = json!({
        "blocked": blocked,
        "dns": one(Phase::Dns),
        "connect": connect,
        "ssl": one(Phase::Tls),
        "send": send,
        "wait": wait,
        "receive": receive,
    });
    (timings, rounded(known + blocked.max(0.0)))
}

/// To microseconds: sums of decimals have crumbs.
fn rounded(milliseconds: f64) -> f64 {
    (milliseconds * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests;
