//! What a route demands of a request and what it does to it, one sentence each.

use super::{Asked, Part, Words};
use crate::model::route_map::{
    AuthorizerKind, Demands, ExpectedEffect, Integration, ParameterPlace, Route,
};

pub(super) fn has_header(asked: &Asked, name: &str) -> bool {
    let mut headers = asked.headers.iter();
    headers.any(|header| header.name.eq_ignore_ascii_case(name))
}

fn sends_typed_header(asked: &Asked, name: &str) -> bool {
    let mut headers = asked.headers.iter();
    headers.any(|header| header.typed && header.name.eq_ignore_ascii_case(name))
}

fn has_parameter(asked: &Asked, name: &str) -> bool {
    asked.query.iter().any(|(other, _)| other == name)
}

pub(super) fn seconds(milliseconds: u64) -> String {
    if milliseconds.is_multiple_of(1000) {
        format!("{} s", milliseconds / 1000)
    } else {
        format!("{milliseconds} ms")
    }
}

pub(super) fn demands(route: &Route, asked: &Asked, words: &mut Words) {
    let demands = &route.demands;
    if demands.api_key {
        if has_header(asked, "x-api-key") {
            words.say(
                "An API key is demanded: x-api-key must hold one of a usage plan of this stage",
            );
        } else {
            words.warn(
                Part::Whole,
                "An API key is demanded and none is sent: 403 Forbidden; add the header x-api-key",
            );
        }
    }
    if demands.authorizer.is_some() {
        authorizer(demands, asked, words);
    }
    for parameter in &demands.required {
        let (part, name, missing) = match parameter.place {
            ParameterPlace::Query => (
                Part::Query(parameter.name.clone()),
                format!("the parameter {}", parameter.name),
                !has_parameter(asked, &parameter.name),
            ),
            ParameterPlace::Header => (
                Part::Header(parameter.name.clone()),
                format!("the header {}", parameter.name),
                !has_header(asked, &parameter.name),
            ),
            ParameterPlace::Path | ParameterPlace::Body => continue,
        };
        if missing && demands.validates_parameters {
            words.warn(
                part,
                format!("Without {name} the gateway answers 400 itself"),
            );
        } else if missing && route.integration == Integration::Unknown {
            words.say(format!(
                "{} is marked as required; the export does not say whether that is checked",
                capital(&name)
            ));
        } else if missing {
            words.say(format!(
                "{} is marked as required, but nothing checks it: the request passes without it",
                capital(&name)
            ));
        } else if parameter.place == ParameterPlace::Header {
            letter_case(&parameter.name, asked, words);
        }
    }
    if demands.validates_body {
        words.say(
            "The body is checked against a model: 400 Invalid request body where it does not fit",
        );
    }
}

/// Mappings and validators of REST APIs take header names by their case (facts section 0, point 7).
fn letter_case(name: &str, asked: &Asked, words: &mut Words) {
    let mut sent = asked.headers.iter();
    let written = sent.find(|header| header.name.eq_ignore_ascii_case(name));
    if let Some(written) = written.filter(|written| written.name != name) {
        words.warn(
            Part::Header(written.name.clone()),
            format!("The gateway looks for the header {name} with exactly these capitals"),
        );
    }
}

fn authorizer(demands: &Demands, asked: &Asked, words: &mut Words) {
    let Some(authorizer) = &demands.authorizer else {
        return;
    };
    let name = &authorizer.name;
    let reads_token = has_header(asked, "authorization")
        && (authorizer.header.is_empty()
            || authorizer.header.eq_ignore_ascii_case("authorization"));
    let (text, takes_token) = match authorizer.kind {
        AuthorizerKind::Iam => (
            "Must be signed with SigV4 (IAM): the Authorization header is used up by the signature, so the Genesys token has to travel in another header".to_owned(),
            reads_token,
        ),
        AuthorizerKind::Jwt => (
            format!("The JWT authorizer {name} decides: an opaque Genesys token in the same header is refused with 401"),
            reads_token,
        ),
        AuthorizerKind::Cognito => (
            format!("The Cognito authorizer {name} wants its own token in {}", header_or(&authorizer.header)),
            reads_token,
        ),
        AuthorizerKind::Lambda => (
            format!("The Lambda authorizer {name} decides, from {}", header_or(&authorizer.header)),
            false,
        ),
        AuthorizerKind::Other => (format!("The authorizer {name} decides"), false),
    };
    words.add(text, takes_token.then_some(Part::Whole));
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

pub(super) fn effects(route: &Route, asked: &Asked, words: &mut Words) {
    for effect in &route.effects {
        match effect {
            ExpectedEffect::ParameterFixed { .. }
            | ExpectedEffect::ParameterAppended { .. }
            | ExpectedEffect::ParameterDropped { .. }
            | ExpectedEffect::ParameterPassed { .. }
            | ExpectedEffect::ParameterSet { .. }
            | ExpectedEffect::OtherParametersDropped => parameter(effect, route, asked, words),
            ExpectedEffect::HeaderPassed { .. }
            | ExpectedEffect::HeaderFixed { .. }
            | ExpectedEffect::HeaderSet { .. }
            | ExpectedEffect::HeaderDropped { .. }
            | ExpectedEffect::OtherHeadersDropped => header(effect, route, asked, words),
            ExpectedEffect::PathFilled { .. } => {}
            ExpectedEffect::PathReplaced { .. } if !route.backend_path().contains('$') => {}
            ExpectedEffect::PathReplaced { from } => {
                words.say(format!("The path at the backend is set from {from}"));
            }
            ExpectedEffect::BodyRewritten { content_type } => {
                if asked.body.as_ref().is_some_and(|body| body == content_type) {
                    words.say("A template rewrites the body");
                }
            }
            ExpectedEffect::OtherBodiesRefused => refused_body(route, asked, words),
            ExpectedEffect::AnswerRewritten => words.say("A template rewrites the answer"),
            ExpectedEffect::StatusMasked { status } => words.say(format!(
                "Whatever Genesys Cloud answers, the status reads {status}: look at the body"
            )),
            ExpectedEffect::StatusMapped { pattern, status } if pattern == "default" => {
                words.say(format!("Any other status reads {status}"));
            }
            ExpectedEffect::StatusMapped { pattern, status } => {
                words.say(format!("A status that fits {pattern} reads {status}"));
            }
        }
    }
}

fn refused_body(route: &Route, asked: &Asked, words: &mut Words) {
    let Some(body) = &asked.body else { return };
    let taken = route.effects.iter().any(|effect| {
        matches!(effect, ExpectedEffect::BodyRewritten { content_type } if content_type == body)
    });
    if !taken {
        words.warn(
            Part::Body,
            format!("The gateway has no template for a body of {body} and refuses it with 415"),
        );
    }
}

fn parameter(effect: &ExpectedEffect, route: &Route, asked: &Asked, words: &mut Words) {
    match effect {
        ExpectedEffect::ParameterFixed { name, value } => {
            let sent = asked.query.iter().find(|(other, _)| other == name);
            match sent {
                Some((_, sent)) if sent == value => {
                    words.say(format!("{name} is fixed to {value}, as you ask"));
                }
                Some((_, sent)) => words.warn(
                    Part::Query(name.clone()),
                    format!("{name} is fixed to {value}: your {sent} is not used"),
                ),
                None => words.say(format!("{name} is fixed to {value}")),
            }
        }
        ExpectedEffect::ParameterAppended { name, value } if has_parameter(asked, name) => words
            .warn(
                Part::Query(name.clone()),
                format!("{name}={value} is added beside your own {name}: the backend gets both"),
            ),
        ExpectedEffect::ParameterAppended { name, value } => {
            words.say(format!("{name}={value} is added"));
        }
        ExpectedEffect::ParameterDropped { name } if has_parameter(asked, name) => {
            words.warn(
                Part::Query(name.clone()),
                format!("{name} is not passed on"),
            );
        }
        ExpectedEffect::OtherParametersDropped => {
            for (name, _) in asked.query.iter().filter(|(name, _)| !reaches(route, name)) {
                words.warn(
                    Part::Query(name.clone()),
                    format!("{name} is not passed on"),
                );
            }
        }
        ExpectedEffect::ParameterPassed { name, from }
            if name != from && has_parameter(asked, from) =>
        {
            words.say(format!("{from} arrives as {name}"));
        }
        ExpectedEffect::ParameterSet { name, from } => {
            words.say(format!("{name} is set from {from}"));
        }
        _ => {}
    }
}

fn header(effect: &ExpectedEffect, route: &Route, asked: &Asked, words: &mut Words) {
    match effect {
        ExpectedEffect::HeaderPassed { name, from } if has_header(asked, from) => {
            letter_case(from, asked, words);
            if !name.eq_ignore_ascii_case(from) {
                words.say(format!("The header {from} arrives as {name}"));
            }
        }
        ExpectedEffect::HeaderFixed { name, value } if sends_typed_header(asked, name) => words
            .warn(
                Part::Header(name.clone()),
                format!("The header {name} is fixed to {value}: yours is not used"),
            ),
        ExpectedEffect::HeaderFixed { name, value } => {
            words.say(format!("The header {name} is fixed to {value}"));
        }
        ExpectedEffect::HeaderSet { name, from } => {
            words.say(format!("The header {name} is set from {from}"));
        }
        ExpectedEffect::HeaderDropped { name } if has_header(asked, name) => words.warn(
            Part::Header(name.clone()),
            format!("The header {name} is taken out"),
        ),
        ExpectedEffect::OtherHeadersDropped => other_headers(route, asked, words),
        _ => {}
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

/// What a non-proxy integration sends by itself, whatever the client sends (facts section 3).
const OF_THE_GATEWAY: [&str; 7] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
];

fn other_headers(route: &Route, asked: &Asked, words: &mut Words) {
    let passed: Vec<&str> = route
        .effects
        .iter()
        .filter_map(|effect| match effect {
            ExpectedEffect::HeaderPassed { from, .. } => Some(from.as_str()),
            _ => None,
        })
        .collect();
    words.say(if passed.is_empty() {
        "Request headers that no mapping names do not pass".to_owned()
    } else {
        format!("Only these headers pass: {}", passed.join(", "))
    });
    let is_passed = |name: &str| {
        let mut passed = passed.iter();
        passed.any(|passed| passed.eq_ignore_ascii_case(name))
    };
    // An authorizer or a fixed header may make up for it; a key is meant for the gateway.
    if has_header(asked, "authorization") && !is_passed("authorization") && !is_set(route) {
        words.warn(
            Part::Header("Authorization".to_owned()),
            "No mapping passes the header Authorization: the token does not arrive",
        );
    }
    for header in asked.headers.iter().filter(|header| header.typed) {
        let name = header.name.to_ascii_lowercase();
        let is_known = OF_THE_GATEWAY.contains(&name.as_str())
            || ["authorization", "x-api-key"].contains(&name.as_str());
        if !is_known && !is_passed(&name) {
            words.warn(
                Part::Header(header.name.clone()),
                format!("The header {} is not passed on", header.name),
            );
        }
    }
}

/// The gateway puts an Authorization of its own there.
fn is_set(route: &Route) -> bool {
    route.effects.iter().any(|effect| match effect {
        ExpectedEffect::HeaderFixed { name, .. }
        | ExpectedEffect::HeaderSet { name, .. }
        | ExpectedEffect::HeaderPassed { name, .. } => name.eq_ignore_ascii_case("authorization"),
        _ => false,
    })
}
