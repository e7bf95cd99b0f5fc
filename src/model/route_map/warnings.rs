//! What a gateway's configuration gets wrong, as far as its route map tells (facts/amazon-api-gateway.md sections 0 and 7).

use serde::{Deserialize, Serialize};

use super::translate::leads_to_login;
use super::{
    Authorizer, AuthorizerKind, ExpectedEffect, Integration, ParameterPlace, Route, RouteMap,
};
use crate::model::environment::ApiKind;
use crate::model::region::Region;
use crate::model::sandbox_environments::UNBOUND_HOST;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteWarning {
    /// `GET /users`; `None` when it is about the whole gateway.
    pub route: Option<String>,
    /// What is the matter.
    pub text: String,
    /// What to change at the gateway.
    pub fix: String,
}

/// Longer than this and API Gateway needed a raised quota; a client's own limit must lie above.
const USUAL_LONGEST_MS: u64 = 30_000;

impl RouteMap {
    /// What this configuration gets wrong. `region`: where the organisation lives, when that is known; else the login route
    /// tells it.
    #[must_use]
    pub fn warnings(&self, region: Option<Region>) -> Vec<RouteWarning> {
        let mut found = Vec::new();
        let region = region.or_else(|| {
            let mut logins = self.routes.iter().filter(|route| leads_to_login(route));
            logins.find_map(|route| region_of(route.backend_host()?))
        });
        for route in &self.routes {
            self.of_route(route, region, &mut found);
        }
        self.of_whole(&mut found);
        found
    }

    fn of_route(&self, route: &Route, region: Option<Region>, found: &mut Vec<RouteWarning>) {
        let mut warn = |text: String, fix: &str| {
            found.push(RouteWarning {
                route: Some(route.name()),
                text,
                fix: fix.to_owned(),
            });
        };
        let unchecked: Vec<&str> = route
            .demands
            .required
            .iter()
            .filter(|parameter| parameter.place != ParameterPlace::Path)
            .map(|parameter| parameter.name.as_str())
            .collect();
        if !unchecked.is_empty()
            && !route.demands.validates_parameters
            && self.kind == ApiKind::Rest
            // Validators stand in the extensions.
            && route.integration != Integration::Unknown
        {
            warn(
                format!(
                    "{} is marked as required, but no request validator checks it",
                    unchecked.join(", ")
                ),
                "Choose a request validator in the method request and deploy again",
            );
        }
        if let Some(ExpectedEffect::StatusMasked { status }) = route
            .effects
            .iter()
            .find(|effect| matches!(effect, ExpectedEffect::StatusMasked { .. }))
        {
            warn(
                format!(
                    "There is one integration response only, so every error of Genesys Cloud reads {status}"
                ),
                r"Add integration responses for 4\d{2} and 5\d{2}, and the method responses they need, or use an HTTP proxy integration",
            );
        }
        for (text, fix) in [
            backend_region(route, region),
            plain_http(route),
            stage_variable(route),
            lost_path(route),
            one_segment(route),
            lost_token(route),
            token_case(route),
            route.demands.authorizer.as_ref().and_then(taken_header),
            long_timeout(route),
            not_http(route),
        ]
        .into_iter()
        .flatten()
        {
            warn(text, fix);
        }
    }

    fn of_whole(&self, found: &mut Vec<RouteWarning>) {
        let mut warn = |route: Option<String>, text: String, fix: &str| {
            found.push(RouteWarning {
                route,
                text,
                fix: fix.to_owned(),
            });
        };
        let reaches_api = self
            .routes
            .iter()
            .any(|route| is_genesys(route) && !leads_to_login(route));
        if reaches_api && self.login_path().is_none() {
            warn(
                None,
                "No route leads to a Genesys Cloud login: official clients cannot get a token through this gateway".to_owned(),
                "Add a route such as /loginpath/{proxy+} to https://login.{domain}/{proxy}, or take the token from the region directly",
            );
        }
        let open = self
            .routes
            .iter()
            .find(|route| route.is_greedy() && !is_guarded(route) && !leads_to_login(route));
        if let Some(open) = open {
            for guarded in self.routes.iter().filter(|route| is_guarded(route)) {
                warn(
                    Some(guarded.name()),
                    format!(
                        "It is guarded, but {} is open and leads to the same backend",
                        open.name()
                    ),
                    "Guard the greedy route as well, or take it away",
                );
            }
        }
        for route in self
            .routes
            .iter()
            .filter(|route| route.method != "ANY" && !route.is_greedy())
        {
            let greedy = self.route(other_method(&route.method), &route.resource);
            let lonely = !self
                .routes
                .iter()
                .any(|other| other.resource == route.resource && other.method != route.method);
            if let Some(greedy) = greedy.filter(|greedy| lonely && greedy.is_greedy()) {
                warn(
                    Some(route.name()),
                    format!(
                        "Other methods on {} fall through to {}",
                        route.resource,
                        greedy.name()
                    ),
                    "Add the methods that are meant, or an ANY method that refuses the others",
                );
            }
        }
    }
}

fn other_method(method: &str) -> &'static str {
    if method == "POST" { "PATCH" } else { "POST" }
}

fn is_guarded(route: &Route) -> bool {
    route.demands.api_key || route.demands.authorizer.is_some()
}

type Finding = Option<(String, &'static str)>;

/// The region of an `api.` or `login.` host.
fn region_of(host: &str) -> Option<Region> {
    let domain = ["api.", "login.", "apps."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix))?;
    Region::all().find(|region| region.domain() == domain)
}

fn is_genesys(route: &Route) -> bool {
    route
        .backend_host()
        .is_some_and(|host| region_of(host).is_some())
}

fn backend_region(route: &Route, wanted: Option<Region>) -> Finding {
    let host = route.backend_host()?;
    match (region_of(host), wanted) {
        (Some(region), Some(wanted)) if region != wanted => Some((
            format!(
                "The backend {host} is in {}, the organisation in {}: every token is refused there with 401",
                region.place(),
                wanted.place()
            ),
            "Change the endpoint URL to the domain of the organisation's region",
        )),
        (None, _) if !host.contains('{') && !is_loopback(host) => Some((
            format!("The backend {host} is no Genesys Cloud region"),
            "Check the endpoint URL; a custom domain is fine",
        )),
        _ => None,
    }
}

fn plain_http(route: &Route) -> Finding {
    let host = route.backend_host()?;
    (route.uri.starts_with("http://") && !is_loopback(host)).then(|| {
        (
            format!("The gateway calls {host} without encryption: the token travels in the clear"),
            "Write https:// in the endpoint URL",
        )
    })
}

/// The sandbox as well, which has no address yet.
fn is_loopback(host: &str) -> bool {
    host == UNBOUND_HOST
        || host == "localhost"
        || host.starts_with("127.")
        || host.ends_with(".localhost")
}

fn stage_variable(route: &Route) -> Finding {
    let (_, behind) = route.uri.split_once("${stageVariables.")?;
    let name = behind.split('}').next()?;
    Some((
        format!(
            "The endpoint depends on the stage variable {name}: a stage without it answers 500"
        ),
        "Set the variable in every stage",
    ))
}

fn lost_path(route: &Route) -> Finding {
    let last = route.resource.rsplit('/').next()?;
    last.strip_prefix('{')?.strip_suffix("+}")?;
    (route.backend_host().is_some() && !route.backend_uri().contains('{')).then(|| {
        (
            "The endpoint URL has no place for the path, so every request gets the same address"
                .to_owned(),
            "Put {proxy} at the end of the endpoint URL",
        )
    })
}

fn one_segment(route: &Route) -> Finding {
    route.resource.ends_with("{proxy}").then(|| {
        (
            "The place {proxy} takes one segment only, so /api/v2/users does not fit".to_owned(),
            "Write {proxy+} in the route",
        )
    })
}

fn lost_token(route: &Route) -> Finding {
    let passes = route.effects.iter().any(|effect| match effect {
        ExpectedEffect::HeaderPassed { name, .. }
        | ExpectedEffect::HeaderFixed { name, .. }
        | ExpectedEffect::HeaderSet { name, .. } => name.eq_ignore_ascii_case("authorization"),
        _ => false,
    });
    (route.integration == Integration::Http
        && route.effects.contains(&ExpectedEffect::OtherHeadersDropped)
        && !passes
        && !leads_to_login(route))
    .then(|| {
        (
            "No mapping passes the header Authorization: Genesys Cloud answers 401 to every token"
                .to_owned(),
            "Map integration.request.header.Authorization from method.request.header.Authorization",
        )
    })
}

/// REST APIs compare header names with their case (facts section 0, point 7).
fn token_case(route: &Route) -> Finding {
    route.effects.iter().find_map(|effect| match effect {
        ExpectedEffect::HeaderPassed { from, .. } if from.eq_ignore_ascii_case("authorization") && from != "Authorization" => Some((
            format!("The mapping reads {from}, but clients send Authorization over HTTP/1.1: names may have to agree in their case"),
            "Write Authorization in the method request and in the mapping",
        )),
        _ => None,
    })
}

fn taken_header(authorizer: &Authorizer) -> Finding {
    let reads_authorization =
        authorizer.header.is_empty() || authorizer.header.eq_ignore_ascii_case("authorization");
    let name = &authorizer.name;
    match authorizer.kind {
        AuthorizerKind::Iam => Some((
            "IAM authorization uses up the header Authorization: the Genesys token never arrives"
                .to_owned(),
            "Send the Genesys token in another header and map it to integration.request.header.Authorization (REST API only)",
        )),
        AuthorizerKind::Jwt | AuthorizerKind::Cognito if reads_authorization => Some((
            format!(
                "The authorizer {name} reads the header Authorization, where the Genesys token has to be: that one is refused with 401"
            ),
            "Let the authorizer read another header",
        )),
        AuthorizerKind::Lambda if reads_authorization => Some((
            format!(
                "The authorizer {name} reads the header Authorization and has to accept Genesys tokens"
            ),
            "Let the authorizer read another header, or make it accept them",
        )),
        _ => None,
    }
}

fn long_timeout(route: &Route) -> Finding {
    let timeout = route
        .timeout_ms
        .filter(|&timeout| timeout > USUAL_LONGEST_MS)?;
    Some((
        format!(
            "The gateway waits up to {} s for the backend",
            timeout / 1000
        ),
        "Set this environment's limit for the first byte above it",
    ))
}

fn not_http(route: &Route) -> Finding {
    (route.integration == Integration::Other).then(|| {
        (
            "The integration calls no HTTP backend (Lambda, mock or an AWS service): what it answers cannot be foretold".to_owned(),
            "Test it through the gateway only",
        )
    })
}
