//! Which route a request will hit, and what will happen to it there, in words for the request editor.

use super::{
    AuthorizerKind, Demands, ExpectedEffect, Fit, Integration, ParameterPlace, Route, RouteMap,
};
use crate::model::environment::{ApiKind, Environment, Target};
use crate::model::request::{RequestAuth, RequestDraft};
use crate::model::route::{join, map_path};

/// A request as far as routing looks at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    /// Behind the stage, without the query: `/api/v2/users`.
    pub path: String,
    /// Names and values of the query, as typed.
    pub query: Vec<(String, String)>,
    /// Names of the headers, as typed.
    pub headers: Vec<String>,
}

/// What a route map says of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foretold<'a> {
    /// The path behind the stage, as the gateway sees it.
    pub gateway_path: String,
    /// `None`: the gateway refuses the request itself.
    pub route: Option<&'a Route>,
    /// Where the request goes from there, with the places filled as far as known.
    pub backend_url: Option<String>,
    /// What happens, one sentence a line, in the order in which it happens. No full stops.
    pub sentences: Vec<String>,
}

/// What the environment's route map says of a draft; `None` without a route map.
#[must_use]
pub fn foretell<'a>(environment: &'a Environment, draft: &RequestDraft) -> Option<Foretold<'a>> {
    let map = environment.route_map.as_ref()?;
    let Target::Gateway(gateway) = &environment.target else {
        return None;
    };
    let (typed, behind) = draft.path.split_once('?').unwrap_or((&draft.path, ""));
    let own = without_origin(typed, &gateway.stage);
    let path = map_path(&environment.path_map, &filled(own, draft)).path;
    let pasted = behind.split('&').filter(|piece| !piece.is_empty());
    let pasted = pasted.map(|piece| piece.split_once('=').unwrap_or((piece, "")));
    let rows = draft.query.iter().filter(|row| row.enabled);
    let rows = rows.map(|row| (row.name.as_str(), row.value.as_deref().unwrap_or_default()));
    let headers = draft.headers.iter().chain(&environment.default_headers);
    let mut headers: Vec<String> = headers
        .filter(|row| row.enabled)
        .map(|row| row.name.clone())
        .collect();
    match &draft.auth {
        RequestAuth::None => {}
        RequestAuth::Header { name, .. } => headers.push(name.clone()),
        _ => headers.push("Authorization".to_owned()),
    }
    let overridden = draft.headers.iter().find(|row| {
        row.enabled
            && map.kind == ApiKind::Rest
            && row.name.eq_ignore_ascii_case("x-http-method-override")
    });
    let asked = Asked {
        method: overridden.map_or(&draft.method, |row| &row.value).clone(),
        path: format!("{}{}", join(&[&gateway.api_path]), slashed(&path)),
        query: pasted
            .chain(rows)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        headers,
    };
    Some(map.foretell(&asked))
}

fn slashed(path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    }
}

/// The path of an absolute URL behind its stage; anything else as it is.
fn without_origin<'a>(path: &'a str, stage: &str) -> &'a str {
    let Some((_, behind)) = path.split_once("://") else {
        return path;
    };
    let own = behind.find('/').map_or("/", |at| &behind[at..]);
    let stage = stage.trim_matches('/');
    own.strip_prefix('/')
        .and_then(|rest| rest.strip_prefix(stage))
        .filter(|rest| !stage.is_empty() && rest.starts_with('/'))
        .unwrap_or(own)
}

/// The path with the values of its places; a place without one stays.
fn filled(path: &str, draft: &RequestDraft) -> String {
    let mut filled = path.to_owned();
    for variable in draft
        .path_variables
        .iter()
        .filter(|variable| !variable.value.is_empty())
    {
        filled = filled.replace(&format!("{{{}}}", variable.name), &variable.value);
    }
    filled
}

impl RouteMap {
    /// Which route `asked` hits and what happens to it.
    #[must_use]
    pub fn foretell(&self, asked: &Asked) -> Foretold<'_> {
        let route = self.route(&asked.method, &asked.path);
        let mut sentences = Vec::new();
        let mut backend_url = None;
        match route {
            None => sentences.push(self.refusal(asked)),
            Some(route) => {
                backend_url = self.backend_url(route, &asked.path);
                sentences.push(match &backend_url {
                    Some(url) => format!("Hits {} and goes to {url}", route.name()),
                    None if route.integration == Integration::Unknown => {
                        format!(
                            "Hits {}; the export does not say where that leads",
                            route.name()
                        )
                    }
                    None => format!("Hits {}, which calls no HTTP backend", route.name()),
                });
                sentences.extend(self.fallen_through(route, asked));
                demands(&route.demands, asked, &mut sentences);
                effects(route, asked, &mut sentences);
                if let Some(limit) = route.timeout_ms {
                    sentences.push(format!("The gateway gives up after {}", seconds(limit)));
                }
            }
        }
        Foretold {
            gateway_path: asked.path.clone(),
            route,
            backend_url,
            sentences,
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

    /// The integration's URI with the places of the resource put in.
    pub(super) fn backend_url(&self, route: &Route, path: &str) -> Option<String> {
        route.backend_host()?;
        let fit = Fit::of(&route.resource, path, self.kind)?;
        let mut url = route.uri.clone();
        for (name, value) in &fit.values {
            let source = route.effects.iter().find_map(|effect| match effect {
                ExpectedEffect::PathFilled { name, from }
                    if *from == format!("method.request.path.{name}") =>
                {
                    Some(name.as_str())
                }
                _ => None,
            });
            url = url.replace(&format!("{{{}}}", source.unwrap_or(name)), value);
        }
        for effect in &route.effects {
            if let ExpectedEffect::PathFilled { name, from } = effect {
                if let Some(fixed) = literal(from) {
                    url = url.replace(&format!("{{{name}}}"), fixed);
                } else if let Some((_, value)) = from
                    .strip_prefix("method.request.path.")
                    .and_then(|source| fit.values.iter().find(|(name, _)| *name == source))
                {
                    url = url.replace(&format!("{{{name}}}"), value);
                }
            }
        }
        Some(url)
    }
}

/// `'5'` in a mapping is the text 5.
pub(super) fn literal(expression: &str) -> Option<&str> {
    expression.strip_prefix('\'')?.strip_suffix('\'')
}

fn has_header(asked: &Asked, name: &str) -> bool {
    asked
        .headers
        .iter()
        .any(|header| header.eq_ignore_ascii_case(name))
}

fn has_parameter(asked: &Asked, name: &str) -> bool {
    asked.query.iter().any(|(other, _)| other == name)
}

fn seconds(milliseconds: u64) -> String {
    if milliseconds.is_multiple_of(1000) {
        format!("{} s", milliseconds / 1000)
    } else {
        format!("{milliseconds} ms")
    }
}

fn demands(demands: &Demands, asked: &Asked, sentences: &mut Vec<String>) {
    if demands.api_key {
        sentences.push(if has_header(asked, "x-api-key") {
            "An API key is demanded: x-api-key must hold one of a usage plan of this stage"
                .to_owned()
        } else {
            "An API key is demanded and none is sent: 403 Forbidden; add the header x-api-key"
                .to_owned()
        });
    }
    if let Some(authorizer) = &demands.authorizer {
        sentences.push(match authorizer.kind {
            AuthorizerKind::Iam => "Must be signed with SigV4 (IAM): the Authorization header is used up by the signature, so the Genesys token has to travel in another header".to_owned(),
            AuthorizerKind::Jwt => format!("The JWT authorizer {} decides: an opaque Genesys token in the same header is refused with 401", authorizer.name),
            AuthorizerKind::Cognito => format!("The Cognito authorizer {} wants its own token in {}", authorizer.name, header_or(&authorizer.header)),
            AuthorizerKind::Lambda => format!("The Lambda authorizer {} decides, from {}", authorizer.name, header_or(&authorizer.header)),
            AuthorizerKind::Other => format!("The authorizer {} decides", authorizer.name),
        });
    }
    for parameter in &demands.required {
        let (name, missing) = match parameter.place {
            ParameterPlace::Query => (
                format!("the parameter {}", parameter.name),
                !has_parameter(asked, &parameter.name),
            ),
            ParameterPlace::Header => (
                format!("the header {}", parameter.name),
                !has_header(asked, &parameter.name),
            ),
            ParameterPlace::Path | ParameterPlace::Body => continue,
        };
        let case_differs = parameter.place == ParameterPlace::Header
            && !missing
            && !asked.headers.contains(&parameter.name);
        if missing && demands.validates_parameters {
            sentences.push(format!("Without {name} the gateway answers 400 itself"));
        } else if missing {
            sentences.push(format!(
                "{} is marked as required, but nothing checks it: the request passes without it",
                capital(&name)
            ));
        } else if case_differs {
            sentences.push(format!(
                "The gateway looks for {name} with exactly these capitals"
            ));
        }
    }
    if demands.validates_body {
        sentences.push(
            "The body is checked against a model: 400 Invalid request body where it does not fit"
                .to_owned(),
        );
    }
}

fn header_or(header: &str) -> &str {
    if header.is_empty() {
        "the request"
    } else {
        header
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn effects(route: &Route, asked: &Asked, sentences: &mut Vec<String>) {
    let mut dropped: Vec<&str> = Vec::new();
    for effect in &route.effects {
        let sentence = match effect {
            ExpectedEffect::ParameterFixed { name, value } => {
                Some(match asked.query.iter().find(|(other, _)| other == name) {
                    Some((_, sent)) if sent == value => {
                        format!("{name} is fixed to {value}, as you ask")
                    }
                    Some((_, sent)) => {
                        format!("{name} is fixed to {value}: your {sent} is not used")
                    }
                    None => format!("{name} is fixed to {value}"),
                })
            }
            ExpectedEffect::ParameterAppended { name, value } => {
                Some(if has_parameter(asked, name) {
                    format!("{name}={value} is added beside your own {name}: the backend gets both")
                } else {
                    format!("{name}={value} is added")
                })
            }
            ExpectedEffect::ParameterDropped { name } => {
                if has_parameter(asked, name) {
                    dropped.push(name);
                }
                None
            }
            ExpectedEffect::OtherParametersDropped => {
                let lost = asked
                    .query
                    .iter()
                    .map(|(name, _)| name.as_str())
                    .filter(|name| !reaches(route, name));
                dropped.extend(lost);
                None
            }
            ExpectedEffect::OtherHeadersDropped => Some(other_headers(route, asked)),
            ExpectedEffect::StatusMasked { status } => Some(format!(
                "Whatever Genesys Cloud answers, the status reads {status}: look at the body"
            )),
            ExpectedEffect::StatusMapped { pattern, status } if pattern == "default" => {
                Some(format!("Any other status reads {status}"))
            }
            ExpectedEffect::StatusMapped { pattern, status } => {
                Some(format!("A status that fits {pattern} reads {status}"))
            }
            ExpectedEffect::ParameterPassed { name, from } => (name != from
                && has_parameter(asked, from))
            .then(|| format!("{from} arrives as {name}")),
            ExpectedEffect::ParameterSet { name, from } => {
                Some(format!("{name} is set from {from}"))
            }
            ExpectedEffect::HeaderPassed { name, from } => (name != from
                && has_header(asked, from))
            .then(|| format!("The header {from} arrives as {name}")),
            ExpectedEffect::HeaderFixed { name, value } => {
                Some(format!("The header {name} is fixed to {value}"))
            }
            ExpectedEffect::HeaderSet { name, from } => {
                Some(format!("The header {name} is set from {from}"))
            }
            ExpectedEffect::HeaderDropped { name } => {
                has_header(asked, name).then(|| format!("The header {name} is taken out"))
            }
            ExpectedEffect::PathFilled { .. } => None,
            ExpectedEffect::PathReplaced { from } => {
                Some(format!("The path at the backend is set from {from}"))
            }
            ExpectedEffect::BodyRewritten { content_type } => {
                Some(format!("A template rewrites bodies of {content_type}"))
            }
            ExpectedEffect::OtherBodiesRefused => {
                Some("Bodies of other media types are refused with 415".to_owned())
            }
            ExpectedEffect::AnswerRewritten => Some("A template rewrites the answer".to_owned()),
        };
        sentences.extend(sentence);
    }
    if !dropped.is_empty() {
        sentences.push(format!("Not passed on: {}", dropped.join(", ")));
    }
}

/// Whether a query parameter of the client's is named by the mapping.
fn reaches(route: &Route, parameter: &str) -> bool {
    route.effects.iter().any(|effect| match effect {
        ExpectedEffect::ParameterPassed { from, .. } => from == parameter,
        ExpectedEffect::ParameterFixed { name, .. }
        | ExpectedEffect::ParameterAppended { name, .. } => name == parameter,
        _ => false,
    })
}

fn other_headers(route: &Route, asked: &Asked) -> String {
    let passed: Vec<&str> = route
        .effects
        .iter()
        .filter_map(|effect| match effect {
            ExpectedEffect::HeaderPassed { from, .. } => Some(from.as_str()),
            _ => None,
        })
        .collect();
    let token_lost = route.integration == Integration::Http
        && has_header(asked, "authorization")
        && !passed.is_empty()
        && !passed
            .iter()
            .any(|name| name.eq_ignore_ascii_case("authorization"));
    if token_lost {
        format!(
            "Only these headers pass: {}; the token is not among them",
            passed.join(", ")
        )
    } else if passed.is_empty() {
        "Request headers that no mapping names do not pass".to_owned()
    } else {
        format!("Only these headers pass: {}", passed.join(", "))
    }
}
