//! The built-in environments that point at the sandbox (four that work, and the broken gateways), and its demo credentials.
//! No port is stored: `bind` puts the addresses of the running instance in. Until then an environment is *unbound*:
//! its URLs read `http://(sandbox not started)/…`, which no request can reach.

use super::broken_gateways::BrokenGateway;
use super::clients::ClientForm;
use super::environment::{
    ApiKind, ClientAuthentication, Colour, Credentials, Environment, GatewayTarget, KeepHistory,
    NetworkSettings, Place, Protection, Protocol, SandboxAddresses, SandboxService, Target,
    TokenFrom,
};
use super::ids::EnvironmentId;
use super::route::{Base, TypedUrl};
use super::route_map::{
    Demands, ExpectedEffect, Integration, ParameterPlace, RequiredParameter, Route, RouteMap,
};
use super::secret::{Secret, SecretKey, SecretName, Secrets};

/// The demo client. Not a secret: it opens nothing but a sandbox on loopback.
pub const DEMO_CLIENT_ID: &str = "sandbox-client";
pub const DEMO_CLIENT_SECRET: &str = "sandbox-secret";

/// Stands for the host while no sandbox runs. No resolver takes it.
pub const UNBOUND_HOST: &str = "(sandbox not started)";

const STAGE: &str = "test";
const LOGIN_PATH: &str = "/loginpath";
const API_PATH: &str = "/apipath";
/// What the integrations of the sandbox's gateways are set to; in the sandbox itself time is a parameter.
const REST_TIMEOUT_MS: u64 = 29_000;
const HTTP_TIMEOUT_MS: u64 = 30_000;

const SERVICES: [SandboxService; 4] = [
    SandboxService::Direct,
    SandboxService::HttpApi,
    SandboxService::RestProxy,
    SandboxService::RestNonProxy,
];

/// `sandbox-direct`, `sandbox-http-api`, `sandbox-rest-proxy`, `sandbox-rest-non-proxy`, not yet bound.
#[must_use]
pub fn sandbox_environments() -> Vec<Environment> {
    SERVICES
        .into_iter()
        .map(|service| environment(service, None))
        .collect()
}

/// The environments of the broken gateways, not yet bound: `sandbox-broken-login-path-missing` and its like.
#[must_use]
pub fn broken_environments() -> Vec<Environment> {
    BrokenGateway::ALL
        .into_iter()
        .map(|broken| environment(SandboxService::Broken(broken), None))
        .collect()
}

/// The four and the broken ones.
#[must_use]
pub fn every_sandbox_environment() -> Vec<Environment> {
    let mut all = sandbox_environments();
    all.extend(broken_environments());
    all
}

/// The demo secrets of all of them.
#[must_use]
pub fn sandbox_secrets() -> Secrets {
    let broken = BrokenGateway::ALL.into_iter().map(SandboxService::Broken);
    SERVICES
        .into_iter()
        .chain(broken)
        .map(|service| {
            let key = SecretKey {
                environment: identity(service).0,
                name: SecretName::ClientSecret,
            };
            (key, Secret::new(DEMO_CLIENT_SECRET))
        })
        .collect()
}

/// `environment` with the running sandbox's addresses; an environment that is not the sandbox's comes back unchanged.
#[must_use]
pub fn bind(environment: &Environment, addresses: &SandboxAddresses) -> Environment {
    let Some(service) = environment.sandbox else {
        return environment.clone();
    };
    let bound = self::environment(service, Some(addresses));
    Environment {
        target: bound.target,
        route_map: bound.route_map,
        ..environment.clone()
    }
}

/// A sandbox environment whose addresses are not known yet.
#[must_use]
pub fn is_unbound(environment: &Environment) -> bool {
    environment.sandbox.is_some()
        && match &environment.target {
            Target::Direct { place } => *place == unbound_place(),
            Target::Gateway(gateway) => gateway.host == UNBOUND_HOST,
        }
}

/// What the URLs of an unbound environment begin with, for reading only.
pub(super) fn unbound_base(environment: &Environment, path: &str) -> Base {
    let prefix = match &environment.target {
        Target::Direct { .. } => String::new(),
        Target::Gateway(gateway) => super::route::join(&[&gateway.stage, path]),
    };
    Base {
        scheme: "http".to_owned(),
        host: UNBOUND_HOST.to_owned(),
        port: 80,
        prefix,
    }
}

fn unbound_place() -> Place {
    let origin = format!("http://{UNBOUND_HOST}");
    Place::Origins {
        api: origin.clone(),
        login: origin,
    }
}

fn identity(service: SandboxService) -> (EnvironmentId, &'static str, Colour) {
    let (name, colour) = match service {
        SandboxService::Direct => ("Sandbox direct", Colour::Teal),
        SandboxService::HttpApi => ("Sandbox HTTP API", Colour::Blue),
        SandboxService::RestProxy => ("Sandbox REST proxy", Colour::Violet),
        SandboxService::RestNonProxy => ("Sandbox REST non-proxy", Colour::Amber),
        SandboxService::Broken(broken) => {
            let id = EnvironmentId::from_name(&format!("sandbox {}", broken.name()));
            return (id, broken.name(), Colour::Red);
        }
    };
    (EnvironmentId::from_name(name), name, colour)
}

fn environment(service: SandboxService, addresses: Option<&SandboxAddresses>) -> Environment {
    let (id, name, colour) = identity(service);
    let target = match service {
        SandboxService::Direct => Target::Direct {
            place: addresses.map_or_else(unbound_place, |addresses| Place::Origins {
                api: addresses.api.clone(),
                login: addresses.login.clone(),
            }),
        },
        SandboxService::HttpApi => gateway(
            ApiKind::Http,
            addresses.map(|addresses| addresses.http_api.as_str()),
            ["", LOGIN_PATH, API_PATH],
        ),
        SandboxService::RestProxy => gateway(
            ApiKind::Rest,
            addresses.map(|addresses| addresses.rest_api.as_str()),
            [STAGE, LOGIN_PATH, API_PATH],
        ),
        SandboxService::RestNonProxy => gateway(
            ApiKind::Rest,
            addresses.map(|addresses| addresses.rest_api.as_str()),
            [STAGE, LOGIN_PATH, ""],
        ),
        SandboxService::Broken(broken) => {
            let doors = addresses.and_then(|addresses| addresses.broken.as_ref());
            let origin = doors.map(|doors| match broken {
                BrokenGateway::WrongCertificate => doors.secure.as_str(),
                _ => doors.plain.as_str(),
            });
            gateway(
                ApiKind::Rest,
                origin,
                [broken.stage(), LOGIN_PATH, API_PATH],
            )
        }
    };
    Environment {
        id,
        name: name.to_owned(),
        colour,
        protection: Protection::Normal,
        target,
        credentials: Credentials::ClientCredentials {
            client_id: DEMO_CLIENT_ID.to_owned(),
            scope: String::new(),
            style: ClientAuthentication::Basic,
        },
        variables: Vec::new(),
        default_headers: Vec::new(),
        path_map: Vec::new(),
        network: NetworkSettings::default(),
        history: KeepHistory::default(),
        route_map: route_map(service, addresses),
        sandbox: Some(service),
    }
}

fn gateway(kind: ApiKind, origin: Option<&str>, [stage, login, api]: [&str; 3]) -> Target {
    let typed = TypedUrl::take_apart(origin.unwrap_or_default());
    let host = if origin.is_some() {
        typed.host.clone()
    } else {
        UNBOUND_HOST.to_owned()
    };
    Target::Gateway(Box::new(GatewayTarget {
        protocol: typed.protocol().ok().flatten().unwrap_or(Protocol::Http),
        host,
        port: typed.port_number().ok().flatten(),
        stage: stage.to_owned(),
        login_path: login.to_owned(),
        api_path: api.to_owned(),
        token_from: TokenFrom::LoginPath,
        region: None,
        user_name: String::new(),
        api_kind: kind,
        client_form: ClientForm::default(),
    }))
}

fn route_map(service: SandboxService, addresses: Option<&SandboxAddresses>) -> Option<RouteMap> {
    let unbound = format!("http://{UNBOUND_HOST}");
    let (api, login) = addresses.map_or((unbound.as_str(), unbound.as_str()), |addresses| {
        (addresses.api.as_str(), addresses.login.as_str())
    });
    let (kind, stage, timeout_ms) = match service {
        // What a route map says of a fault would give it away.
        SandboxService::Direct | SandboxService::Broken(_) => return None,
        SandboxService::HttpApi => (ApiKind::Http, "", HTTP_TIMEOUT_MS),
        SandboxService::RestProxy | SandboxService::RestNonProxy => {
            (ApiKind::Rest, STAGE, REST_TIMEOUT_MS)
        }
    };
    let mut routes = vec![
        proxy_route("/{proxy+}", api, timeout_ms),
        proxy_route("/loginpath/{proxy+}", login, timeout_ms),
        proxy_route("/apipath/{proxy+}", api, timeout_ms),
    ];
    if service == SandboxService::RestNonProxy {
        routes.insert(0, users_route(api));
        routes.insert(1, queues_route(api));
    }
    Some(RouteMap {
        kind,
        stage: stage.to_owned(),
        routes,
    })
}

fn proxy_route(resource: &str, origin: &str, timeout_ms: u64) -> Route {
    Route {
        method: "ANY".to_owned(),
        resource: resource.to_owned(),
        integration: Integration::HttpProxy,
        uri: format!("{origin}/{{proxy}}"),
        timeout_ms: Some(timeout_ms),
        effects: Vec::new(),
        demands: Demands::default(),
    }
}

/// `GET /users` of the guide, section 3: `pageNumber` and `Authorization` pass, `pageSize` is fixed to 5,
/// every status of the backend reads 200.
fn users_route(api: &str) -> Route {
    Route {
        method: "GET".to_owned(),
        resource: "/users".to_owned(),
        integration: Integration::Http,
        uri: format!("{api}/api/v2/users"),
        timeout_ms: Some(REST_TIMEOUT_MS),
        effects: vec![
            ExpectedEffect::ParameterPassed {
                name: "pageNumber".to_owned(),
                from: "pageNumber".to_owned(),
            },
            ExpectedEffect::ParameterFixed {
                name: "pageSize".to_owned(),
                value: "5".to_owned(),
            },
            ExpectedEffect::HeaderPassed {
                name: "Authorization".to_owned(),
                from: "Authorization".to_owned(),
            },
            ExpectedEffect::OtherParametersDropped,
            ExpectedEffect::OtherHeadersDropped,
            ExpectedEffect::StatusMasked { status: 200 },
        ],
        // The guide ticks `Authorization` as required and chooses no validator.
        demands: Demands {
            required: vec![RequiredParameter {
                place: ParameterPlace::Header,
                name: "Authorization".to_owned(),
            }],
            ..Demands::default()
        },
    }
}

/// `GET /queues`: paging, `name` and `Authorization` pass, and a mapping template writes the answer anew. What it does to it is
/// not in the configuration that a route map is read from, so no difference in the body is expected of it.
fn queues_route(api: &str) -> Route {
    Route {
        method: "GET".to_owned(),
        resource: "/queues".to_owned(),
        integration: Integration::Http,
        uri: format!("{api}/api/v2/routing/queues"),
        timeout_ms: Some(REST_TIMEOUT_MS),
        effects: ["name", "pageNumber", "pageSize"]
            .map(|name| ExpectedEffect::ParameterPassed {
                name: name.to_owned(),
                from: name.to_owned(),
            })
            .into_iter()
            .chain([
                ExpectedEffect::HeaderPassed {
                    name: "Authorization".to_owned(),
                    from: "Authorization".to_owned(),
                },
                ExpectedEffect::OtherParametersDropped,
                ExpectedEffect::OtherHeadersDropped,
                ExpectedEffect::AnswerRewritten,
            ])
            .collect(),
        demands: Demands::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::environment::BrokenAddresses;
    use crate::model::route::{login_url, origins, request_url};

    fn addresses() -> SandboxAddresses {
        SandboxAddresses {
            api: "http://127.0.0.1:40001".to_owned(),
            login: "http://127.0.0.1:40002".to_owned(),
            http_api: "http://127.0.0.1:40003".to_owned(),
            rest_api: "http://127.0.0.1:40004".to_owned(),
            broken: None,
        }
    }

    #[test]
    fn each_environment_reaches_users_and_login_by_its_own_door() {
        let table = [
            (
                "sandbox-direct",
                "http://127.0.0.1:40001/api/v2/users?pageSize=5",
                "http://127.0.0.1:40002/oauth/token",
            ),
            (
                "sandbox-http-api",
                "http://127.0.0.1:40003/apipath/api/v2/users?pageSize=5",
                "http://127.0.0.1:40003/loginpath/oauth/token",
            ),
            (
                "sandbox-rest-proxy",
                "http://127.0.0.1:40004/test/apipath/api/v2/users?pageSize=5",
                "http://127.0.0.1:40004/test/loginpath/oauth/token",
            ),
            (
                "sandbox-rest-non-proxy",
                "http://127.0.0.1:40004/test/users?pageSize=5",
                "http://127.0.0.1:40004/test/loginpath/oauth/token",
            ),
        ];
        let environments = sandbox_environments();
        assert_eq!(environments.len(), table.len());
        for ((id, api, login), environment) in table.into_iter().zip(&environments) {
            assert_eq!(environment.id.as_str(), id);
            assert!(is_unbound(environment), "{id}");
            let bound = bind(environment, &addresses());
            assert!(!is_unbound(&bound), "{id}");
            let routed = request_url(&bound, "GET", "/api/v2/users?pageSize=5").expect(id);
            assert_eq!(routed.url.to_string(), api, "{id}");
            assert_eq!(login_url(&bound).expect(id).to_string(), login, "{id}");
            assert!(
                sandbox_secrets().contains_key(&SecretKey {
                    environment: environment.id.clone(),
                    name: SecretName::ClientSecret
                }),
                "{id}"
            );
        }
    }

    #[test]
    fn an_unbound_environment_still_reads_as_a_url() {
        let table = [
            "http://(sandbox not started)/api/v2/users",
            "http://(sandbox not started)/apipath/api/v2/users",
            "http://(sandbox not started)/test/apipath/api/v2/users",
            "http://(sandbox not started)/test/users",
        ];
        for (url, environment) in table.into_iter().zip(sandbox_environments()) {
            let routed = request_url(&environment, "GET", "/api/v2/users").expect("an unbound URL");
            assert_eq!(routed.url.to_string(), url);
            assert_eq!(origins(&environment), ["http://(sandbox not started)"]);
        }
    }

    #[test]
    fn binding_again_moves_to_the_new_addresses_and_keeps_what_the_user_set() {
        let mut environment = bind(&sandbox_environments()[2], &addresses());
        environment.protection = Protection::ReadOnly;
        let moved = bind(
            &environment,
            &SandboxAddresses {
                rest_api: "http://127.0.0.1:50000".to_owned(),
                ..addresses()
            },
        );
        assert_eq!(origins(&moved), ["http://127.0.0.1:50000"]);
        assert_eq!(moved.protection, Protection::ReadOnly);
    }

    #[test]
    fn the_non_proxy_route_map_names_its_effects() {
        let environment = bind(&sandbox_environments()[3], &addresses());
        let routes = environment.route_map.expect("a route map");
        let users = routes.route("GET", "/users").expect("a route for /users");
        assert_eq!(users.uri, "http://127.0.0.1:40001/api/v2/users");
        assert_eq!(users.effects.len(), 6);
        let table = [
            ("POST", "/users", "http://127.0.0.1:40001/{proxy}"),
            ("GET", "/users/me", "http://127.0.0.1:40001/{proxy}"),
            (
                "POST",
                "/loginpath/oauth/token",
                "http://127.0.0.1:40002/{proxy}",
            ),
        ];
        for (method, path, uri) in table {
            let route = routes.route(method, path).expect(path);
            assert_eq!(route.uri, uri, "{method} {path}");
        }
        assert_eq!(routes.route("GET", "/"), None);
    }

    #[test]
    fn integrations_have_the_timeout_of_their_kind_of_gateway() {
        for (environment, timeout) in
            sandbox_environments()
                .iter()
                .zip([None, Some(30_000), Some(29_000), Some(29_000)])
        {
            let routes = environment.route_map.iter().flat_map(|map| &map.routes);
            let mut timeouts: Vec<Option<u64>> = routes.map(|route| route.timeout_ms).collect();
            timeouts.dedup();
            assert_eq!(
                timeouts,
                timeout.map(Some).into_iter().collect::<Vec<_>>(),
                "{}",
                environment.id
            );
        }
    }

    #[test]
    fn a_broken_gateway_has_an_address_once_it_was_started() {
        let with_doors = SandboxAddresses {
            broken: Some(BrokenAddresses {
                plain: "http://127.0.0.1:40005".to_owned(),
                secure: "https://127.0.0.1:40006".to_owned(),
            }),
            ..addresses()
        };
        for environment in broken_environments() {
            assert!(
                is_unbound(&bind(&environment, &addresses())),
                "{}",
                environment.id
            );
            let bound = bind(&environment, &with_doors);
            assert!(!is_unbound(&bound), "{}", environment.id);
            let url = login_url(&bound).expect("a login URL").to_string();
            let secure = environment.id.as_str() == "sandbox-broken-wrong-certificate";
            assert_eq!(url.starts_with("https://127.0.0.1:40006/"), secure, "{url}");
        }
    }

    #[test]
    fn another_environment_is_left_alone() {
        let mut environment = sandbox_environments().remove(0);
        environment.sandbox = None;
        assert_eq!(bind(&environment, &addresses()), environment);
    }
}
