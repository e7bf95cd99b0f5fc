//! Both requests as they were sent, side by side, and which of their differences are meant: host, stage, API path, gateway headers, tokens.

use serde::{Deserialize, Serialize};

use super::present::Presenter;
use super::side::Side;
use crate::model::environment::Target;
use crate::model::exchange::{HeaderField, SentRequest, header};
use crate::model::route::{self, api_base};

/// What went out on each side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RequestComparison {
    /// `None`: nothing was sent.
    pub a: Option<SentSummary>,
    pub b: Option<SentSummary>,
    /// What differs between the two.
    pub rows: Vec<RequestRow>,
}

impl RequestComparison {
    /// Differences that nothing in the environments explains: the comparison may compare two questions.
    pub fn unintended(&self) -> impl Iterator<Item = &RequestRow> {
        self.rows.iter().filter(|row| row.intended.is_none())
    }
}

/// One request, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SentSummary {
    pub method: String,
    pub url: String,
    pub version: String,
    /// In wire order, names as sent.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body as text; empty for none.
    pub body: String,
    pub body_bytes: u64,
}

/// One difference between the two requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RequestRow {
    /// `origin`, `path`, `query`, `method`, `version`, `body`, or a header's name.
    pub part: String,
    /// `None`: not sent.
    pub a: Option<String>,
    pub b: Option<String>,
    /// Why it is as it should be; `None` when nothing explains it.
    pub intended: Option<String>,
}

/// Compares what was sent on each side.
pub(super) fn compare_requests(a: &Side<'_>, b: &Side<'_>, show: &Presenter) -> RequestComparison {
    let sent = |side: &Side<'_>| Some(side.exchange.answer()?.sent.clone());
    let (sent_a, sent_b) = (sent(a), sent(b));
    let rows = match (&sent_a, &sent_b) {
        (Some(one), Some(other)) => Pair {
            a,
            b,
            one,
            other,
            show,
        }
        .rows(),
        _ => Vec::new(),
    };
    let summary = |sent: &SentRequest| summary(sent, show);
    RequestComparison {
        a: sent_a.as_ref().map(summary),
        b: sent_b.as_ref().map(summary),
        rows,
    }
}

fn summary(sent: &SentRequest, show: &Presenter) -> SentSummary {
    SentSummary {
        method: sent.method.clone(),
        url: show.url(&sent.url),
        version: sent.version.to_string(),
        headers: sent
            .headers
            .iter()
            .map(|field| (field.name.clone(), show.header(&field.name, &field.value)))
            .collect(),
        body: body_text(sent, show),
        body_bytes: sent.body_bytes,
    }
}

fn body_text(sent: &SentRequest, show: &Presenter) -> String {
    let content_type = header(&sent.headers, "content-type").map(HeaderField::text);
    let text = String::from_utf8_lossy(&sent.body_preview);
    show.body(content_type.as_deref(), &text)
}

struct Pair<'a> {
    a: &'a Side<'a>,
    b: &'a Side<'a>,
    one: &'a SentRequest,
    other: &'a SentRequest,
    show: &'a Presenter,
}

impl Pair<'_> {
    fn rows(&self) -> Vec<RequestRow> {
        let (one, other) = (Address::of(&self.one.url), Address::of(&self.other.url));
        let query = |address: &Address| format!("?{}", address.query);
        let intended_path = self
            .intended_path(&one.path, &other.path)
            .or_else(|| self.mapped_path(&one.path, &other.path));
        let own_address = Some("each environment's own address".to_owned());
        let own_version = Some("the HTTP version is a setting of each environment".to_owned());
        let versions = (self.one.version.to_string(), self.other.version.to_string());
        let methods = (self.one.method.clone(), self.other.method.clone());
        let parts = [
            ("method", methods.0, methods.1, None),
            (
                "origin",
                one.origin.clone(),
                other.origin.clone(),
                own_address,
            ),
            ("path", one.path.clone(), other.path.clone(), intended_path),
            ("query", query(&one), query(&other), None),
            ("version", versions.0, versions.1, own_version),
        ];
        // Compared as they are and shown masked: two secrets look the same behind their masks.
        let mut rows: Vec<RequestRow> = parts
            .into_iter()
            .filter(|(_, a, b, _)| a != b)
            .map(|(part, a, b, intended)| RequestRow {
                part: part.to_owned(),
                a: Some(self.show.url(&a)),
                b: Some(self.show.url(&b)),
                intended,
            })
            .collect();
        self.header_rows(&mut rows);
        if self.one.body_bytes != self.other.body_bytes
            || self.one.body_preview != self.other.body_preview
        {
            rows.push(RequestRow {
                part: "body".to_owned(),
                a: Some(body_text(self.one, self.show)),
                b: Some(body_text(self.other, self.show)),
                intended: None,
            });
        }
        rows
    }

    fn intended_path(&self, one: &str, other: &str) -> Option<String> {
        let rest_a = without_prefix(self.a, one)?;
        let rest_b = without_prefix(self.b, other)?;
        if rest_a == rest_b {
            return Some("the stage and API path of each environment".to_owned());
        }
        None
    }

    /// One side's own path for what the other side asks.
    fn mapped_path(&self, one: &str, other: &str) -> Option<String> {
        let maps = |from: (&Side<'_>, &str), to: (&Side<'_>, &str), method: &str| {
            let Some(asked) = without_prefix(from.0, from.1) else {
                return false;
            };
            route::request_url(to.0.environment, method, asked)
                .is_ok_and(|routed| routed.mapped_from.is_some() && routed.url.target == to.1)
        };
        let is_mapped = maps((self.a, one), (self.b, other), &self.other.method)
            || maps((self.b, other), (self.a, one), &self.one.method);
        is_mapped.then(|| "mapped by an environment's path map or routes".to_owned())
    }

    fn header_rows(&self, rows: &mut Vec<RequestRow>) {
        let mut names: Vec<String> = Vec::new();
        for field in self.one.headers.iter().chain(&self.other.headers) {
            let name = field.name.to_ascii_lowercase();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let values = |sent: &SentRequest| -> Vec<Vec<u8>> {
                sent.headers
                    .iter()
                    .filter(|field| field.name.eq_ignore_ascii_case(&name))
                    .map(|field| field.value.to_vec())
                    .collect()
            };
            let (one, other) = (values(self.one), values(self.other));
            if one == other {
                continue;
            }
            let shown = |values: &[Vec<u8>]| {
                let texts: Vec<String> = values
                    .iter()
                    .map(|value| self.show.header(&name, value))
                    .collect();
                (!texts.is_empty()).then(|| texts.join(", "))
            };
            rows.push(RequestRow {
                a: shown(&one),
                b: shown(&other),
                intended: self.intended_header(&name),
                part: name,
            });
        }
    }

    fn intended_header(&self, name: &str) -> Option<String> {
        let reason = match name {
            "host" | ":authority" => "each environment's own address",
            "authorization" => "each environment's own token",
            "content-length" if self.one.body_bytes != self.other.body_bytes => {
                "follows from the body"
            }
            "x-api-key" => "the key of the gateway",
            "x-amz-date" | "x-amz-security-token" | "x-amz-content-sha256" => {
                "the signature for the gateway"
            }
            _ => {
                let owner = [self.a, self.b].into_iter().find(|side| {
                    side.environment
                        .default_headers
                        .iter()
                        .any(|row| row.enabled && row.name.trim().eq_ignore_ascii_case(name))
                })?;
                return Some(format!("a default header of {}", owner.environment.name));
            }
        };
        Some(reason.to_owned())
    }
}

/// A URL taken apart without respelling anything.
pub(super) struct Address {
    /// `https://host:port`
    pub(super) origin: String,
    pub(super) path: String,
    /// Without the question mark.
    pub(super) query: String,
}

impl Address {
    pub(super) fn of(url: &str) -> Self {
        let behind_scheme = url.find("://").map_or(0, |at| at + 3);
        let end = url[behind_scheme..]
            .find(['/', '?', '#'])
            .map_or(url.len(), |at| at + behind_scheme);
        let (origin, target) = url.split_at(end);
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            origin: origin.to_ascii_lowercase(),
            path: path.to_owned(),
            query: query.to_owned(),
        }
    }
}

/// A path behind the side's stage and API path; `None` when it does not begin with them.
pub(super) fn without_prefix<'p>(side: &Side<'_>, path: &'p str) -> Option<&'p str> {
    let prefix = prefix(side);
    let rest = path.strip_prefix(prefix.as_str())?;
    (rest.is_empty() || rest.starts_with('/') || prefix.is_empty()).then_some(rest)
}

/// Stage and API path in words: `the stage /test and the API path /apipath`; empty where there is none.
pub(super) fn prefix_words(side: &Side<'_>) -> String {
    let Target::Gateway(gateway) = &side.environment.target else {
        let prefix = prefix(side);
        return if prefix.is_empty() {
            prefix
        } else {
            format!("the path {prefix}")
        };
    };
    let named = |name: &str, value: &str| {
        let value = value.trim_matches('/');
        (!value.is_empty()).then(|| format!("the {name} /{value}"))
    };
    let parts = [
        named("stage", &gateway.stage),
        named("API path", &gateway.api_path),
    ];
    parts
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" and ")
}

/// Stage and API path: empty, or `/test`.
pub(super) fn prefix(side: &Side<'_>) -> String {
    api_base(side.environment)
        .map(|base| base.prefix)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
