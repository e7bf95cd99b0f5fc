//! What a gateway does with a request, as far as its configuration tells: routes and the effects to expect.
//! `foretell` says it for one request in words, `translate` turns direct paths into gateway paths and back,
//! `warnings` names what a configuration gets wrong. Reading one from an export is the work of `interchange`.

mod foretell;
#[cfg(test)]
mod tests;
mod translate;
mod warnings;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::environment::ApiKind;

pub use foretell::{Asked, AskedHeader, Foretold, Part, Sentence, foretell};
pub use warnings::RouteWarning;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct RouteMap {
    pub kind: ApiKind,
    pub stage: String,
    pub routes: Vec<Route>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Route {
    /// Upper case; `ANY` for every method.
    pub method: String,
    /// `/users`, `/users/{userId}`, `/{proxy+}`.
    pub resource: String,
    pub integration: Integration,
    /// Where the request goes: `https://api.mypurecloud.com/{proxy}`.
    pub uri: String,
    /// The integration's timeout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    #[serde(default)]
    pub effects: Vec<ExpectedEffect>,
    #[serde(default, skip_serializing_if = "Demands::is_empty")]
    pub demands: Demands,
}

impl Route {
    /// `GET /users`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.resource)
    }

    /// `/{proxy+}` and its like: takes everything below it.
    #[must_use]
    pub fn is_greedy(&self) -> bool {
        self.resource.ends_with("+}")
    }

    /// Host of the backend, without the port; `None` where the URI is no URL (Lambda, mock).
    #[must_use]
    pub fn backend_host(&self) -> Option<&str> {
        let (_, behind) = self.uri.split_once("://")?;
        let host = behind.split(['/', '?']).next()?;
        Some(host.split(':').next().unwrap_or(host)).filter(|host| !host.is_empty())
    }

    /// Path of the integration's URI: `/api/v2/users`, `/{proxy}`, or empty. Where a mapping replaces the path, that one, with
    /// places for what it takes from the route's own (facts/amazon-api-gateway.md section 5, `overwrite:path`).
    #[must_use]
    pub fn backend_path(&self) -> Cow<'_, str> {
        let replaced = self.effects.iter().rev().find_map(|effect| match effect {
            ExpectedEffect::PathReplaced { from } => Some(from.as_str()),
            _ => None,
        });
        if let Some(from) = replaced {
            return Cow::Owned(places_of(from));
        }
        let behind = self.uri.split_once("://").map_or("", |(_, behind)| behind);
        Cow::Borrowed(
            behind
                .find('/')
                .map_or("", |at| behind[at..].split('?').next().unwrap_or_default()),
        )
    }

    /// The integration's URI with the path that a mapping puts in place of its own.
    #[must_use]
    pub fn backend_uri(&self) -> Cow<'_, str> {
        let is_replaced = self
            .effects
            .iter()
            .any(|effect| matches!(effect, ExpectedEffect::PathReplaced { .. }));
        match self.uri.split_once("://") {
            Some((scheme, behind)) if is_replaced => {
                let authority = behind.split(['/', '?']).next().unwrap_or(behind);
                Cow::Owned(format!("{scheme}://{authority}{}", self.backend_path()))
            }
            _ => Cow::Borrowed(&self.uri),
        }
    }
}

/// `/api/v2/$request.path.proxy` and `/api/v2/${request.path.proxy}` as `/api/v2/{proxy}`. What else an expression takes stays as
/// it is written.
fn places_of(expression: &str) -> String {
    let mut path = String::new();
    let mut rest = expression;
    while let Some(at) = rest.find('$') {
        path.push_str(&rest[..at]);
        let found = &rest[at..];
        let (name, behind) = if let Some(inner) = found.strip_prefix("${request.path.") {
            inner.split_once('}').unwrap_or(("", found))
        } else if let Some(inner) = found.strip_prefix("$request.path.") {
            let end = inner
                .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                .unwrap_or(inner.len());
            inner.split_at(end)
        } else {
            ("", found)
        };
        if name.is_empty() {
            path.push('$');
            rest = &found[1..];
        } else {
            path.extend(["{", name, "}"]);
            rest = behind;
        }
    }
    path.push_str(rest);
    path
}

/// What the gateway asks of a request before it passes it on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Demands {
    /// Declared as required. Enforced only where `validates_parameters` is set (facts/amazon-api-gateway.md section 0, point 2).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<RequiredParameter>,
    pub validates_parameters: bool,
    pub validates_body: bool,
    /// `x-api-key` must hold a key of a usage plan.
    pub api_key: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer: Option<Authorizer>,
}

impl Demands {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RequiredParameter {
    pub place: ParameterPlace,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterPlace {
    Query,
    Header,
    Path,
    Body,
}

/// Who decides at the gateway whether a request may pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Authorizer {
    pub kind: AuthorizerKind,
    /// As the configuration calls it; empty for IAM.
    #[serde(default)]
    pub name: String,
    /// Header that it reads; empty when none is named.
    #[serde(default)]
    pub header: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorizerKind {
    /// Requests are signed with SigV4.
    Iam,
    Cognito,
    Lambda,
    Jwt,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Integration {
    /// `http_proxy`: headers, query and body pass.
    HttpProxy,
    /// `http`: only what is mapped passes.
    Http,
    /// Lambda, mock, an AWS service.
    Other,
    /// The configuration does not say: an export without extensions.
    Unknown,
}

/// A difference that the configuration itself explains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum ExpectedEffect {
    /// The backend gets `value` whatever the client sends.
    ParameterFixed { name: String, value: String },
    /// The backend never sees it.
    ParameterDropped { name: String },
    /// The backend gets the client's value and `value` (HTTP_PROXY mappings append).
    ParameterAppended { name: String, value: String },
    /// Query parameters not named by the mapping never reach the backend.
    OtherParametersDropped,
    /// Request headers not named by the mapping never reach the backend.
    OtherHeadersDropped,
    /// The client sees `status` whatever the backend answers.
    StatusMasked { status: u16 },
    /// The backend gets the client's query parameter `from` as `name`.
    ParameterPassed { name: String, from: String },
    /// The backend gets what the gateway's expression `from` yields: `context.requestId`, `stageVariables.size`.
    ParameterSet { name: String, from: String },
    /// The backend gets the client's header `from` as `name`. REST APIs compare the name with its case.
    HeaderPassed { name: String, from: String },
    /// The backend gets `value` in this header whatever the client sends.
    HeaderFixed { name: String, value: String },
    /// The backend gets what the gateway's expression `from` yields.
    HeaderSet { name: String, from: String },
    /// The backend never sees this header.
    HeaderDropped { name: String },
    /// The place `{name}` of the URI is filled by the gateway's expression `from`.
    PathFilled { name: String, from: String },
    /// The path at the backend is what the gateway's expression `from` yields.
    PathReplaced { from: String },
    /// A template rewrites request bodies of this media type.
    BodyRewritten { content_type: String },
    /// Bodies of media types without a template are refused with 415.
    OtherBodiesRefused,
    /// A template rewrites answers.
    AnswerRewritten,
    /// Answers of the backend whose status fits `pattern` (a regular expression, or `default` for all others) show `status`.
    StatusMapped { pattern: String, status: u16 },
}

impl RouteMap {
    /// The route that `method` on `path` hits, by API Gateway's order: resource and method together,
    /// static segments before `{parameter}`, both before `{proxy+}`; a resource without the method falls through
    /// to a greedy one (facts/amazon-api-gateway.md section 0, point 4). `path` has no stage; a query behind it is not looked at.
    #[must_use]
    pub fn route(&self, method: &str, path: &str) -> Option<&Route> {
        let path = path.split('?').next().unwrap_or_default();
        self.routes
            .iter()
            .filter(|route| route.method == "ANY" || route.method.eq_ignore_ascii_case(method))
            .filter_map(|route| {
                let fit = Fit::of(&route.resource, path, self.kind)?;
                Some((fit.rank, route.method != "ANY", route))
            })
            .max_by(|one, two| (&one.0, one.1).cmp(&(&two.0, two.1)))
            .map(|(_, _, route)| route)
    }
}

/// How a path fits a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Fit<'a> {
    /// Two points for a static segment, one for a parameter, none for the greedy rest.
    rank: Vec<u8>,
    /// What stands at the places, by name without `+`.
    values: Vec<(&'a str, &'a str)>,
}

impl<'a> Fit<'a> {
    /// `None` when the resource does not match. REST APIs ignore a slash at the end, HTTP APIs do not
    /// (facts/amazon-api-gateway.md section 3).
    fn of(resource: &'a str, path: &'a str, kind: ApiKind) -> Option<Self> {
        let mut fit = Self::default();
        if resource == "$default" {
            return Some(fit);
        }
        let mut rest = path.trim_start_matches('/');
        for part in resource.split('/').filter(|part| !part.is_empty()) {
            if rest.is_empty() {
                return None;
            }
            if let Some(name) = part
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix("+}"))
            {
                fit.rank.push(0);
                fit.values.push((name, rest));
                return Some(fit);
            }
            let (segment, behind) = rest.split_once('/').unwrap_or((rest, ""));
            let ended_with_slash = behind.is_empty() && rest.ends_with('/');
            if let Some(name) = place_name(part) {
                fit.rank.push(1);
                fit.values.push((name, segment));
            } else if part == segment {
                fit.rank.push(2);
            } else {
                return None;
            }
            if ended_with_slash && kind == ApiKind::Http {
                return None;
            }
            rest = behind;
        }
        rest.is_empty().then_some(fit)
    }
}

/// `{userId}` is the place `userId`.
fn place_name(part: &str) -> Option<&str> {
    part.strip_prefix('{')
        .and_then(|name| name.strip_suffix('}'))
}
