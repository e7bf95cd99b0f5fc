//! Which route a request will hit, and what will happen to it there, in words for the request editor and the command line.
//! What of that is at odds with what was typed is marked, so that it can stand at its field.

mod happening;

use std::fmt::Write as _;

use super::{ExpectedEffect, Fit, Integration, Route, RouteMap};
use crate::model::encode;
use crate::model::environment::{ApiKind, Environment, Target};
use crate::model::resolved::{HeaderOrigin, ResolvedRequest};
use crate::model::route::{join, stage_in_url};
use happening::{demands, effects, has_header, seconds};

/// A request as far as routing looks at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    /// Behind the stage, without the query: `/api/v2/users`.
    pub path: String,
    /// Names and values of the query, decoded.
    pub query: Vec<(String, String)>,
    pub headers: Vec<AskedHeader>,
    /// Media type of the body, without parameters; `None` without a body.
    pub body: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedHeader {
    pub name: String,
    /// By the user, and not put in by the environment or by itself.
    pub typed: bool,
}

/// What a route map says of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foretold {
    /// The path behind the stage, as the gateway sees it.
    pub gateway_path: String,
    /// `None`: the gateway refuses the request itself.
    pub route: Option<Route>,
    /// Where the request goes from there, with the places filled as far as known.
    pub backend_url: Option<String>,
    /// What happens, in the order in which it happens.
    pub sentences: Vec<Sentence>,
}

/// One thing that happens. No full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub text: String,
    /// What was typed and will not come to pass as typed.
    pub at_odds: Option<Part>,
}

/// A part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Method, path, or the request as a whole.
    Whole,
    Query(String),
    Header(String),
    Body,
}

impl Foretold {
    /// The words alone.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.sentences.iter().map(|sentence| sentence.text.as_str())
    }
}

/// What the environment's route map says of a request; `None` without a route map, and for a request outside the stage.
/// Secrets stand masked.
#[must_use]
pub fn foretell(environment: &Environment, request: &ResolvedRequest) -> Option<Foretold> {
    let map = environment.route_map.as_ref()?;
    let Target::Gateway(gateway) = &environment.target else {
        return None;
    };
    let target = request.url.target.as_str();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.strip_prefix(join(&[stage_in_url(&gateway.stage)]).as_str())?;
    if !path.is_empty() && !path.starts_with('/') {
        return None;
    }
    let overridden = request
        .headers
        .iter()
        .find(|header| {
            map.kind == ApiKind::Rest && header.name.eq_ignore_ascii_case("x-http-method-override")
        })
        .map(|header| String::from_utf8_lossy(&header.value).into_owned());
    let token = request.wants_token.then(|| AskedHeader {
        name: "Authorization".to_owned(),
        typed: false,
    });
    let headers = request.headers.iter().map(|header| AskedHeader {
        name: header.name.clone(),
        typed: matches!(header.origin, HeaderOrigin::Typed | HeaderOrigin::Secret),
    });
    let asked = Asked {
        method: overridden.unwrap_or_else(|| request.method.clone()),
        path: if path.is_empty() { "/" } else { path }.to_owned(),
        query: pairs(query),
        headers: headers.chain(token).collect(),
        body: (!request.body.is_empty()).then(|| media_type(request)),
    };
    let mut foretold = map.foretell(&asked);
    for sentence in &mut foretold.sentences {
        sentence.text = shortened(&request.masks.text(&sentence.text));
    }
    Some(foretold)
}

/// Nobody reads a path of megabytes, and a window would lay it out with each frame.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_TOLD) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Characters of a sentence.
const MOST_TOLD: usize = 1_000;

fn pairs(query: &str) -> Vec<(String, String)> {
    let pieces = query.split('&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
        .map(|(name, value)| (encode::decode(name), encode::decode(value)))
        .collect()
}

/// Without one a gateway takes a body for JSON.
fn media_type(request: &ResolvedRequest) -> String {
    let written = request
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-type"))
        .map(|header| String::from_utf8_lossy(&header.value).into_owned());
    let written = written.as_deref().unwrap_or("application/json");
    let media_type = written.split(';').next().unwrap_or_default();
    media_type.trim().to_ascii_lowercase()
}

/// Sentences as they come up.
#[derive(Debug, Default)]
struct Words(Vec<Sentence>);

impl Words {
    fn say(&mut self, text: impl Into<String>) {
        self.add(text, None);
    }

    fn warn(&mut self, part: Part, text: impl Into<String>) {
        self.add(text, Some(part));
    }

    fn add(&mut self, text: impl Into<String>, at_odds: Option<Part>) {
        let text = text.into();
        if !self.0.iter().any(|known| known.text == text) {
            self.0.push(Sentence { text, at_odds });
        }
    }
}

impl RouteMap {
    /// Which route `asked` hits and what happens to it.
    #[must_use]
    pub fn foretell(&self, asked: &Asked) -> Foretold {
        let route = self.route(&asked.method, &asked.path);
        let mut words = Words::default();
        let mut backend_url = None;
        match route {
            None => words.warn(Part::Whole, self.refusal(asked)),
            Some(route) => {
                backend_url = self.arriving_url(route, &asked.path);
                words.say(destination(route, backend_url.as_deref()));
                self.decoded(route, &asked.path, &mut words);
                if let Some(text) = self.fallen_through(route, asked) {
                    words.warn(Part::Whole, text);
                }
                demands(route, asked, &mut words);
                effects(route, asked, &mut words);
                if let Some(limit) = route.timeout_ms {
                    words.say(format!("The gateway gives up after {}", seconds(limit)));
                }
            }
        }
        Foretold {
            gateway_path: asked.path.clone(),
            route: route.cloned(),
            backend_url,
            sentences: words.0,
        }
    }

    /// What the gateway answers where no route fits (facts/amazon-api-gateway.md section 0 point 3, sections 1a and 1b).
    fn refusal(&self, asked: &Asked) -> String {
        let (method, path) = (&asked.method, &asked.path);
        let answer = match self.kind {
            ApiKind::Http => "the gateway answers 404 Not Found itself",
            _ if has_header(asked, "authorization") => {
                "the gateway answers 403 itself and complains about the Authorization header, which is not the cause"
            }
            _ => {
                "the gateway answers 403 Missing Authentication Token itself, which is not about the token"
            }
        };
        format!("No route for {method} {path}: {answer}")
    }

    /// A resource that fits better lacks the method: the greedy one takes the request.
    fn fallen_through(&self, route: &Route, asked: &Asked) -> Option<String> {
        if !route.is_greedy() {
            return None;
        }
        let passed = self.routes.iter().find(|other| {
            !other.is_greedy()
                && !other.method.eq_ignore_ascii_case(&asked.method)
                && other.method != "ANY"
                && other.resource != "$default"
                && Fit::of(&other.resource, &asked.path, self.kind).is_some()
        })?;
        Some(format!(
            "{} takes only {}, so the request falls through to {}",
            passed.resource, passed.method, route.resource
        ))
    }

    /// The integration's URI with the places of the resource put in as they stand in the path.
    pub(super) fn backend_url(&self, route: &Route, path: &str) -> Option<String> {
        self.filled_url(route, path, str::to_owned)
    }

    /// The URL that the backend is asked for.
    fn arriving_url(&self, route: &Route, path: &str) -> Option<String> {
        self.filled_url(route, path, passed_on)
    }

    /// Says which places of the path arrive otherwise than they were typed.
    fn decoded(&self, route: &Route, path: &str, words: &mut Words) {
        let fit = Fit::of(&route.resource, path, self.kind).unwrap_or_default();
        for (_, value) in fit.values {
            let arrives = passed_on(value);
            if !arrives.eq_ignore_ascii_case(value) {
                words.warn(
                    Part::Whole,
                    format!("The gateway decodes the path once: {value} arrives as {arrives}"),
                );
            }
        }
    }

    fn filled_url(
        &self,
        route: &Route,
        path: &str,
        written: impl Fn(&str) -> String,
    ) -> Option<String> {
        route.backend_host()?;
        let fit = Fit::of(&route.resource, path, self.kind)?;
        let mut url = route.backend_uri().into_owned();
        for (name, value) in &fit.values {
            let source = route.effects.iter().find_map(|effect| match effect {
                ExpectedEffect::PathFilled { name, from }
                    if *from == format!("method.request.path.{name}") =>
                {
                    Some(name.as_str())
                }
                _ => None,
            });
            url = url.replace(&format!("{{{}}}", source.unwrap_or(name)), &written(value));
        }
        for effect in &route.effects {
            if let ExpectedEffect::PathFilled { name, from } = effect {
                if let Some(fixed) = literal(from) {
                    url = url.replace(&format!("{{{name}}}"), fixed);
                } else if let Some((_, value)) = from
                    .strip_prefix("method.request.path.")
                    .and_then(|source| fit.values.iter().find(|(name, _)| *name == source))
                {
                    url = url.replace(&format!("{{{name}}}"), &written(value));
                }
            }
        }
        Some(url)
    }
}

/// A place of the path as a gateway passes it on: decoded once (`%2F` arrives as `/`, `%252F` as `%2F`), and what cannot stand
/// in a URL encoded again (facts/amazon-api-gateway.md section 3).
fn passed_on(value: &str) -> String {
    let decoded = decoded_bytes(value);
    let mut text = String::with_capacity(decoded.len());
    for (at, byte) in decoded.iter().enumerate() {
        let stands = match byte {
            b'%' => escaped(&decoded[at..]).is_some(),
            _ => byte.is_ascii_graphic() && !b"\"#<>?\\^`{|}".contains(byte),
        };
        if stands {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn decoded_bytes(value: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let (byte, length) = escaped(rest).map_or((*first, 0), |byte| (byte, 2));
        decoded.push(byte);
        rest = &behind[length..];
    }
    decoded
}

/// The byte that `%XX` at the start stands for.
fn escaped(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else {
        return None;
    };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// `'5'` in a mapping is the text 5.
pub(super) fn literal(expression: &str) -> Option<&str> {
    expression.strip_prefix('\'')?.strip_suffix('\'')
}

fn destination(route: &Route, backend_url: Option<&str>) -> String {
    let name = route.name();
    let kind = match route.integration {
        Integration::HttpProxy => "an HTTP proxy",
        Integration::Http => "non-proxy",
        Integration::Other | Integration::Unknown => "",
    };
    match (backend_url, route.integration) {
        (Some(url), _) => format!("Hits {name}, {kind}, and goes to {url}"),
        (None, Integration::Unknown) => {
            format!("Hits {name}; the export does not say where that leads")
        }
        (None, _) => format!("Hits {name}, which calls no HTTP backend"),
    }
}
