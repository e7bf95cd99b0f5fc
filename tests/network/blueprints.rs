//! A gateway made of a blueprint: what its route map foretells of a request is what the sandbox's gateway of the same kind does,
//! and what a comparison with the direct way takes for expected.

use std::sync::Arc;

use gatescope::compare::outcome::{Comparison, SetAside};
use gatescope::compare::{Answered, Answerer, Options, Side, VerdictKind, Volatile, compare};
use gatescope::explain::answerer::who_answered;
use gatescope::interchange::blueprint::{Blueprint, BlueprintKind};
use gatescope::interchange::reading;
use gatescope::model::environment::{ApiKind, Environment, Place, Proxy};
use gatescope::model::exchange::Exchange;
use gatescope::model::ids::ExchangeId;
use gatescope::model::region::Region;
use gatescope::model::request::{DraftBody, QueryRow, RequestAuth, RequestDraft};
use gatescope::model::route_map::{
    ExpectedEffect, Foretold, Integration, Route, RouteMap, foretell,
};
use gatescope::model::rules::RuleSet;
use gatescope::model::sandbox_environments::{bind, sandbox_environments};
use gatescope::model::token::TokenSource;
use gatescope::transport::{SendJob, SendOptions, Transport};

use crate::drafts::{draft, resolved, row};
use crate::sandbox_harness::Running;
use crate::sandbox_harness::raw_http::{self, RawResponse};
use crate::sending::{describe, send_job};

const KINDS: [(BlueprintKind, &str); 3] = [
    (BlueprintKind::HttpApi, "sandbox-http-api"),
    (BlueprintKind::RestProxy, "sandbox-rest-proxy"),
    (BlueprintKind::RestNonProxy, "sandbox-rest-non-proxy"),
];

/// A running sandbox, and both ways to it.
struct Scene {
    running: Running,
    runtime: tokio::runtime::Runtime,
    direct: Environment,
    /// With the route map of the blueprint in place of its own.
    gateway: Environment,
    token: String,
}

impl Scene {
    fn new(kind: BlueprintKind, name: &str) -> Self {
        let running = Running::default();
        let bound = |name: &str| {
            let known = sandbox_environments();
            let found = known.iter().find(|known| known.id.as_str() == name);
            let mut bound = bind(found.expect("a sandbox environment"), &running.addresses);
            bound.network.proxy = Proxy::None;
            bound
        };
        let direct = bound("sandbox-direct");
        let mut gateway = bound(name);
        gateway.route_map = Some(map_of_blueprint(kind, &gateway, &running));
        let token = running.bearer().trim_start_matches("Bearer ").to_owned();
        Self {
            running,
            runtime: tokio::runtime::Runtime::new().expect("a runtime"),
            direct,
            gateway,
            token,
        }
    }

    fn draft(&self, asked: &Row) -> RequestDraft {
        let mut typed = draft(asked.method, asked.path);
        typed.auth = if asked.signed_in {
            RequestAuth::Bearer {
                token: self.token.clone(),
            }
        } else {
            RequestAuth::None
        };
        typed.query = asked
            .query
            .iter()
            .map(|(name, value)| QueryRow {
                enabled: true,
                name: (*name).to_owned(),
                value: Some((*value).to_owned()),
            })
            .collect();
        typed.headers = asked
            .headers
            .iter()
            .map(|(name, value)| row(name, value))
            .collect();
        if asked.method == "POST" {
            typed.body = DraftBody::Json {
                text: "{}".to_owned(),
            };
        }
        typed
    }

    fn send(&self, typed: &RequestDraft, environment: &Environment) -> Exchange {
        let job = SendJob {
            id: ExchangeId(1),
            environment: Arc::new(environment.clone()),
            request: Some(resolved(typed, environment)),
            token: TokenSource::None,
            options: SendOptions::default(),
        };
        let exchange = self.runtime.block_on(send_job(&Transport::new(), job));
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
        exchange
    }

    /// What Genesys Cloud itself answers to the request that is to arrive there.
    fn behind_the_gateway(&self, asked: &Row, foretold: &Foretold) -> RawResponse {
        let route = foretold.route.as_ref().expect("a route");
        let url = foretold.backend_url.as_deref().expect("a backend");
        let path = url
            .strip_prefix(self.running.addresses.api.as_str())
            .unwrap_or_else(|| panic!("{url} is not at the API"));
        let pairs = arriving(route, asked);
        let query: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let target = if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", query.join("&"))
        };
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("Content-Type", "application/json")];
        if asked.signed_in {
            headers.push(("Authorization", bearer.as_str()));
        }
        let body: &[u8] = if asked.method == "POST" { b"{}" } else { b"" };
        raw_http::send(
            &self.running.addresses.api,
            asked.method,
            &target,
            &headers,
            body,
        )
    }
}

/// The query as the effects of the route say that it arrives.
fn arriving(route: &Route, asked: &Row) -> Vec<(String, String)> {
    let sent = asked
        .query
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    if route.integration != Integration::Http {
        assert_eq!(
            route.effects,
            [],
            "a proxy route of a blueprint changes nothing"
        );
        return sent.collect();
    }
    let mut query = Vec::new();
    for effect in &route.effects {
        match effect {
            ExpectedEffect::ParameterFixed { name, value } => {
                query.push((name.clone(), value.clone()));
            }
            ExpectedEffect::ParameterPassed { name, from } => {
                let value = asked.query.iter().find(|(sent, _)| sent == from);
                query.extend(value.map(|(_, value)| (name.clone(), (*value).to_owned())));
            }
            _ => {}
        }
    }
    query
}

/// The blueprint for an environment, written and read again. Its backend is put where the sandbox's Genesys Cloud listens.
fn map_of_blueprint(kind: BlueprintKind, environment: &Environment, running: &Running) -> RouteMap {
    let place = Place::Region(
        Region::all()
            .find(|region| region.domain() == "mypurecloud.com")
            .expect("a region"),
    );
    let blueprint = Blueprint::of(environment, kind, Some(&place)).expect("a blueprint");
    let written = blueprint.open_api().text;
    let read =
        reading::import(&written, None).unwrap_or_else(|error| panic!("{error} in {written}"));
    let mut map = read.imported.environments[0]
        .route_map
        .clone()
        .expect("a route map");
    let api_kind = if kind == BlueprintKind::HttpApi {
        ApiKind::Http
    } else {
        ApiKind::Rest
    };
    assert_eq!(map.kind, api_kind, "{written}");
    let mut names: Vec<String> = map.routes.iter().map(Route::name).collect();
    names.sort();
    let mut expected = vec![
        "ANY /apipath/{proxy+}",
        "ANY /loginpath/{proxy+}",
        "ANY /{proxy+}",
    ];
    if kind == BlueprintKind::RestNonProxy {
        expected.push("GET /users");
    }
    assert_eq!(names, expected, "{written}");
    for route in &mut map.routes {
        let addresses = &running.addresses;
        route.uri = route
            .uri
            .replace("https://api.mypurecloud.com", &addresses.api)
            .replace("https://login.mypurecloud.com", &addresses.login);
    }
    map
}

/// One request, and what is to be told of it and to come of it.
struct Row {
    method: &'static str,
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
    headers: &'static [(&'static str, &'static str)],
    signed_in: bool,
    proxies: Expected,
    non_proxy: Expected,
}

#[derive(Clone, Copy)]
struct Expected {
    /// The route, and what is told to be at odds with what was typed.
    route: &'static str,
    at_odds: &'static [&'static str],
    status: u16,
    /// Beside the direct answer: whether nothing differs but what is expected to, and where that is.
    is_same: bool,
    differs: &'static [&'static str],
}

const USERS: &str = "/api/v2/users";
const API_PATH: &str = "ANY /apipath/{proxy+}";
const ALL: &str = "ANY /{proxy+}";
const OWN: &str = "GET /users";

const fn same(route: &'static str, status: u16) -> Expected {
    Expected {
        route,
        at_odds: &[],
        status,
        is_same: true,
        differs: &[],
    }
}

const fn warned(expected: Expected, at_odds: &'static [&'static str]) -> Expected {
    Expected {
        at_odds,
        ..expected
    }
}

/// Another answer than the direct one's, which the configuration does not take for expected.
const fn other(expected: Expected) -> Expected {
    Expected {
        is_same: false,
        ..expected
    }
}

const fn plain(
    method: &'static str,
    path: &'static str,
    proxies: Expected,
    non_proxy: Expected,
) -> Row {
    Row {
        method,
        path,
        query: &[],
        headers: &[],
        signed_in: true,
        proxies,
        non_proxy,
    }
}

/// `GET /users` with its fixed page.
const fn fixed_page() -> Expected {
    Expected {
        differs: &["$.pageSize"],
        ..same(OWN, 200)
    }
}

fn rows() -> Vec<Row> {
    let decoded =
        &["The gateway decodes the path once: api%2Fv2%2Fusers arrives as api/v2/users"][..];
    let own_size = &["pageSize is fixed to 5: your 7 is not used"][..];
    vec![
        plain("GET", USERS, same(API_PATH, 200), fixed_page()),
        Row {
            query: &[("pageSize", "7"), ("pageNumber", "2")],
            ..plain(
                "GET",
                USERS,
                same(API_PATH, 200),
                warned(fixed_page(), own_size),
            )
        },
        // As the route has it.
        Row {
            query: &[("pageSize", "5")],
            ..plain("GET", USERS, same(API_PATH, 200), same(OWN, 200))
        },
        Row {
            query: &[("pageSize", "5"), ("sortOrder", "DESC")],
            ..plain(
                "GET",
                USERS,
                same(API_PATH, 200),
                warned(same(OWN, 200), &["sortOrder is not passed on"]),
            )
        },
        Row {
            headers: &[("X-Own", "1")],
            ..plain(
                "GET",
                USERS,
                same(API_PATH, 200),
                warned(fixed_page(), &["The header X-Own is not passed on"]),
            )
        },
        // Every status reads 200: what counts is the one in the body.
        Row {
            signed_in: false,
            ..plain("GET", USERS, same(API_PATH, 401), same(OWN, 200))
        },
        plain("POST", USERS, same(API_PATH, 403), same(ALL, 403)),
        plain("GET", "/api/v2/nosuch", same(API_PATH, 404), same(ALL, 404)),
        plain(
            "GET",
            "/api/v2/users/a%20b%C3%A4",
            same(API_PATH, 404),
            same(ALL, 404),
        ),
        plain(
            "GET",
            "/api%2Fv2%2Fusers",
            other(warned(same(API_PATH, 200), decoded)),
            other(warned(same(ALL, 200), decoded)),
        ),
        // The gateway's own path, typed as such.
        Row {
            query: &[("pageSize", "7")],
            ..plain(
                "GET",
                "/users",
                same(API_PATH, 404),
                other(warned(same(OWN, 200), own_size)),
            )
        },
        plain(
            "POST",
            "/users",
            same(API_PATH, 404),
            warned(
                same(ALL, 404),
                &["/users takes only GET, so the request falls through to /{proxy+}"],
            ),
        ),
        plain("HEAD", USERS, same(API_PATH, 200), same(ALL, 200)),
        // A greedy place is never empty.
        plain(
            "GET",
            "/",
            same(ALL, 404),
            other(warned(
                same("refused", 403),
                &[
                    "No route for GET /: the gateway answers 403 itself and complains about the Authorization header, which is not the cause",
                ],
            )),
        ),
        Row {
            signed_in: false,
            ..plain(
                "GET",
                "/",
                same(ALL, 404),
                other(warned(
                    same("refused", 403),
                    &[
                        "No route for GET /: the gateway answers 403 Missing Authentication Token itself, which is not about the token",
                    ],
                )),
            )
        },
    ]
}

/// Places that a comparison expects to differ.
fn expected_places(comparison: &Comparison) -> Vec<String> {
    let rows = comparison.rows.iter();
    rows.filter(|row| matches!(row.set_aside, Some(SetAside::Expected { .. })))
        .map(|row| row.place.clone())
        .collect()
}

fn answered(exchange: &Exchange, environment: &Environment) -> Answered {
    let who = who_answered(exchange, environment);
    Answered {
        by: if who.answerer.is_genesys() {
            Answerer::GenesysCloud
        } else {
            Answerer::Gateway
        },
        text: who.words(),
        meaning: String::new(),
    }
}

fn status(exchange: &Exchange) -> u16 {
    let answer = exchange.answer().and_then(|hop| hop.response.as_ref());
    answer.expect("an answer").status
}

fn body_of(exchange: &Exchange) -> String {
    let answer = exchange.answer().and_then(|hop| hop.response.as_ref());
    String::from_utf8_lossy(&answer.expect("an answer").body.decoded).into_owned()
}

/// Without what is new in every answer.
fn lasting(body: String) -> String {
    let Ok(serde_json::Value::Object(mut members)) = serde_json::from_str(&body) else {
        return body;
    };
    for name in ["contextId", "entityId"] {
        members.remove(name);
    }
    serde_json::Value::Object(members).to_string()
}

#[test]
fn what_a_blueprint_foretells_is_what_its_gateway_does() {
    let mut troubles = Vec::new();
    for (kind, name) in KINDS {
        let scene = Scene::new(kind, name);
        for asked in rows() {
            check(&scene, kind, &asked, &mut troubles);
        }
    }
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}

fn check(scene: &Scene, kind: BlueprintKind, asked: &Row, troubles: &mut Vec<String>) {
    let case = format!(
        "{kind:?}: {} {} {:?}",
        asked.method, asked.path, asked.query
    );
    let mut hold = |holds: bool, words: String| {
        if !holds {
            troubles.push(format!("{case}: {words}"));
        }
    };
    let expected = if kind == BlueprintKind::RestNonProxy {
        &asked.non_proxy
    } else {
        &asked.proxies
    };
    let typed = scene.draft(asked);
    let foretold =
        foretell(&scene.gateway, &resolved(&typed, &scene.gateway)).expect("a route map");
    let route = foretold
        .route
        .as_ref()
        .map_or("refused".to_owned(), Route::name);
    hold(route == expected.route, format!("it hits {route}"));
    let at_odds: Vec<&str> = foretold
        .sentences
        .iter()
        .filter(|sentence| sentence.at_odds.is_some())
        .map(|sentence| sentence.text.as_str())
        .collect();
    hold(
        at_odds == expected.at_odds,
        format!("it is told {at_odds:?}"),
    );

    let through = scene.send(&typed, &scene.gateway);
    hold(status(&through) == expected.status, describe(&through));
    let who = answered(&through, &scene.gateway);
    match &foretold.route {
        None => hold(who.by == Answerer::Gateway, who.text.clone()),
        Some(route) => {
            let behind = scene.behind_the_gateway(asked, &foretold);
            let masks =
                |effect: &ExpectedEffect| matches!(effect, ExpectedEffect::StatusMasked { .. });
            let is_masked = route.effects.iter().any(masks);
            hold(
                is_masked == (route.integration == Integration::Http),
                format!("{:?}", route.effects),
            );
            hold(
                is_masked || status(&through) == behind.status,
                format!("{behind:?}"),
            );
            let (given, wanted) = (lasting(body_of(&through)), lasting(behind.text()));
            hold(given == wanted, format!("{given} is not {wanted}"));
        }
    }

    let direct = scene.send(&typed, &scene.direct);
    let by = answered(&direct, &scene.direct);
    let side = |exchange, environment, answered| Side {
        exchange,
        environment,
        answered,
    };
    let comparison = compare(
        &side(&direct, &scene.direct, &by),
        &side(&through, &scene.gateway, &who),
        &Volatile::not_asked(),
        &RuleSet::default(),
        Options::default(),
        &|| false,
    )
    .expect("not cancelled");
    let verdict = comparison.verdict.kind;
    let is_same = matches!(verdict, VerdictKind::Identical | VerdictKind::Equivalent);
    let rows: Vec<(&str, &str)> = comparison
        .differences()
        .map(|row| (row.place.as_str(), row.why.as_str()))
        .collect();
    hold(
        is_same == expected.is_same,
        format!("{}, {rows:?}", comparison.verdict.headline),
    );
    let places = expected_places(&comparison);
    for place in expected.differs {
        hold(
            places.iter().any(|known| known == place),
            format!("{place} is not among {places:?}"),
        );
    }
    let in_body = places.iter().any(|place| place.starts_with('$'));
    let may_differ = foretold
        .route
        .as_ref()
        .is_some_and(|route| route.integration == Integration::Http);
    hold(
        may_differ || !in_body,
        format!("expected to differ: {places:?}"),
    );
}
