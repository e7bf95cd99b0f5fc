//! What a route map foretells, translates and warns of.

mod words;

use super::*;
use crate::model::region::Region;

fn route(method: &str, resource: &str, uri: &str) -> Route {
    Route {
        method: method.to_owned(),
        resource: resource.to_owned(),
        integration: Integration::HttpProxy,
        uri: uri.to_owned(),
        timeout_ms: None,
        effects: Vec::new(),
        demands: Demands::default(),
    }
}

/// The gateway of the guide with the two paths that clients need.
fn guide() -> RouteMap {
    let passed = |name: &str| name.to_owned();
    RouteMap {
        kind: ApiKind::Rest,
        stage: "test".to_owned(),
        routes: vec![
            Route {
                integration: Integration::Http,
                effects: vec![
                    ExpectedEffect::ParameterPassed {
                        name: passed("pageNumber"),
                        from: passed("pageNumber"),
                    },
                    ExpectedEffect::ParameterFixed {
                        name: passed("pageSize"),
                        value: passed("5"),
                    },
                    ExpectedEffect::HeaderPassed {
                        name: passed("Authorization"),
                        from: passed("Authorization"),
                    },
                    ExpectedEffect::OtherParametersDropped,
                    ExpectedEffect::OtherHeadersDropped,
                    ExpectedEffect::StatusMasked { status: 200 },
                ],
                demands: Demands {
                    required: vec![RequiredParameter {
                        place: ParameterPlace::Header,
                        name: passed("Authorization"),
                    }],
                    ..Demands::default()
                },
                ..route("GET", "/users", "https://api.mypurecloud.com/api/v2/users")
            },
            route(
                "GET",
                "/users/{userId}",
                "https://api.mypurecloud.com/api/v2/users/{userId}",
            ),
            route(
                "ANY",
                "/queues/{proxy+}",
                "https://api.mypurecloud.com/api/v2/routing/queues/{proxy}",
            ),
            route("ANY", "/{proxy+}", "https://api.mypurecloud.com/{proxy}"),
            route(
                "ANY",
                "/loginpath/{proxy+}",
                "https://login.mypurecloud.com/{proxy}",
            ),
        ],
    }
}

#[test]
fn routing_follows_resource_and_method_together() {
    let rest = guide();
    let http = RouteMap {
        kind: ApiKind::Http,
        ..guide()
    };
    let table = [
        ("GET", "/users", Some("GET /users"), Some("GET /users")),
        (
            "GET",
            "/users?pageSize=3",
            Some("GET /users"),
            Some("GET /users"),
        ),
        ("GET", "/users/", Some("GET /users"), Some("ANY /{proxy+}")),
        (
            "POST",
            "/users",
            Some("ANY /{proxy+}"),
            Some("ANY /{proxy+}"),
        ),
        (
            "GET",
            "/users/7",
            Some("GET /users/{userId}"),
            Some("GET /users/{userId}"),
        ),
        (
            "GET",
            "/users/7/presence",
            Some("ANY /{proxy+}"),
            Some("ANY /{proxy+}"),
        ),
        (
            "GET",
            "/api/v2/users",
            Some("ANY /{proxy+}"),
            Some("ANY /{proxy+}"),
        ),
        (
            "POST",
            "/loginpath/oauth/token",
            Some("ANY /loginpath/{proxy+}"),
            Some("ANY /loginpath/{proxy+}"),
        ),
        (
            "GET",
            "/queues/1/members",
            Some("ANY /queues/{proxy+}"),
            Some("ANY /queues/{proxy+}"),
        ),
        ("GET", "/", None, None),
    ];
    for (method, path, in_rest, in_http) in table {
        let name = |map: &RouteMap| map.route(method, path).map(Route::name);
        assert_eq!(name(&rest).as_deref(), in_rest, "REST {method} {path}");
        assert_eq!(name(&http).as_deref(), in_http, "HTTP {method} {path}");
    }
    let fallback = RouteMap {
        kind: ApiKind::Http,
        routes: vec![route("ANY", "$default", "https://a.example/")],
        ..RouteMap::default()
    };
    assert_eq!(
        fallback.route("GET", "/").map(Route::name).as_deref(),
        Some("ANY $default")
    );
}

#[test]
fn paths_are_translated_both_ways() {
    let map = guide();
    let table = [
        ("GET", "/api/v2/users?pageSize=5", "/users?pageSize=5"),
        ("GET", "/api/v2/users/7", "/users/7"),
        ("POST", "/api/v2/users", "/api/v2/users"),
        (
            "GET",
            "/api/v2/users/me/presence",
            "/api/v2/users/me/presence",
        ),
        (
            "GET",
            "/api/v2/routing/queues/9/members",
            "/queues/9/members",
        ),
        ("GET", "/api/v2/routing/queues", "/api/v2/routing/queues"),
        ("POST", "/oauth/token", "/loginpath/oauth/token"),
    ];
    for (method, direct, gateway) in table {
        let own = (gateway != direct && !gateway.starts_with("/loginpath")).then_some(gateway);
        assert_eq!(
            map.own_path(method, direct, "").as_deref(),
            own,
            "{method} {direct}"
        );
        assert_eq!(
            map.direct_path(method, gateway).as_deref(),
            Some(direct),
            "{method} {gateway}"
        );
    }
    let narrow = RouteMap {
        routes: vec![map.routes[0].clone()],
        ..map
    };
    assert_eq!(narrow.own_path("GET", "/api/v2/groups", ""), None);
    assert_eq!(narrow.direct_path("POST", "/users"), None);
}

#[test]
fn a_place_may_have_another_name_at_the_backend() {
    let map = RouteMap {
        kind: ApiKind::Rest,
        routes: vec![Route {
            effects: vec![ExpectedEffect::PathFilled {
                name: "id".to_owned(),
                from: "method.request.path.userId".to_owned(),
            }],
            ..route(
                "GET",
                "/people/{userId}",
                "https://api.mypurecloud.com/api/v2/users/{id}",
            )
        }],
        ..RouteMap::default()
    };
    assert_eq!(
        map.own_path("GET", "/api/v2/users/7", "").as_deref(),
        Some("/people/7")
    );
    assert_eq!(
        map.direct_path("GET", "/people/7").as_deref(),
        Some("/api/v2/users/7")
    );
}

#[test]
fn the_login_and_api_path_follow_from_the_routes() {
    let map = guide();
    assert_eq!(map.login_path().as_deref(), Some("/loginpath"));
    assert_eq!(map.api_path().as_deref(), Some(""));
    let both = RouteMap {
        routes: vec![
            route("ANY", "/a/{proxy+}", "https://login.mypurecloud.de/{proxy}"),
            route("ANY", "/b/{proxy+}", "https://api.mypurecloud.de/{proxy}"),
        ],
        ..guide()
    };
    assert_eq!(
        (both.login_path().as_deref(), both.api_path().as_deref()),
        (Some("/a"), Some("/b"))
    );
}

#[test]
fn the_guides_mistakes_are_named() {
    let warnings = guide().warnings(Region::find("eu-central-1").ok());
    let texts = |route: &str| -> Vec<&str> {
        warnings
            .iter()
            .filter(|warning| warning.route.as_deref() == Some(route))
            .map(|warning| warning.text.as_str())
            .collect()
    };
    assert_eq!(
        texts("GET /users"),
        [
            "Authorization is marked as required, but no request validator checks it",
            "There is one integration response only, so every error of Genesys Cloud reads 200",
            "The backend api.mypurecloud.com is in US East (N. Virginia), the organisation in Frankfurt: every token is refused there with 401",
            "Other methods on /users fall through to ANY /{proxy+}",
        ]
    );
    let mut broken = guide();
    broken.routes.pop();
    broken.routes[3].uri = "http://api.mypurecloud.com/".to_owned();
    broken.routes[0].demands.api_key = true;
    broken.routes[1].demands.authorizer = Some(Authorizer {
        kind: AuthorizerKind::Iam,
        name: String::new(),
        header: String::new(),
    });
    let all: Vec<String> = broken
        .warnings(None)
        .into_iter()
        .map(|warning| warning.text)
        .collect();
    for wanted in [
        "No route leads to a Genesys Cloud login",
        "without encryption",
        "no place for the path",
        "It is guarded, but ANY",
        "IAM authorization uses up",
    ] {
        assert!(
            all.iter().any(|text| text.contains(wanted)),
            "{wanted}: {all:#?}"
        );
    }
}

#[test]
fn a_map_written_before_demands_existed_is_still_read() {
    let old = r#"{"kind":"rest","stage":"test","routes":[{"method":"GET","resource":"/users","integration":"http","uri":"https://a","effects":[{"effect":"status-masked","status":200}]}]}"#;
    let map: RouteMap = serde_json::from_str(old).expect("reads");
    assert!(map.routes[0].demands.is_empty());
    let again: RouteMap =
        serde_json::from_str(&serde_json::to_string(&guide()).expect("writes")).expect("reads");
    assert_eq!(again, guide());
}

#[test]
fn a_path_that_a_mapping_puts_in_place_of_the_endpoints_own_is_where_requests_go() {
    let replaced = |from: &str| RouteMap {
        kind: ApiKind::Http,
        stage: "dev".to_owned(),
        routes: vec![Route {
            effects: vec![ExpectedEffect::PathReplaced {
                from: from.to_owned(),
            }],
            ..route(
                "ANY",
                "/api/{proxy+}",
                "https://api.mypurecloud.com/{proxy}",
            )
        }],
    };
    for (expression, url) in [
        (
            "/api/v2/$request.path.proxy",
            "https://api.mypurecloud.com/api/v2/users/me",
        ),
        (
            "/api/v2/${request.path.proxy}/x",
            "https://api.mypurecloud.com/api/v2/users/me/x",
        ),
        ("/fixed", "https://api.mypurecloud.com/fixed"),
        (
            "/$context.stage/a",
            "https://api.mypurecloud.com/$context.stage/a",
        ),
    ] {
        let asked = Asked {
            method: "GET".to_owned(),
            path: "/api/users/me".to_owned(),
            ..Asked::default()
        };
        let foretold = replaced(expression).foretell(&asked);
        assert_eq!(foretold.backend_url.as_deref(), Some(url), "{expression}");
    }
    let map = replaced("/api/v2/$request.path.proxy");
    assert_eq!(
        map.own_path("GET", "/api/v2/users/me", "").as_deref(),
        Some("/api/users/me")
    );
    assert_eq!(
        map.direct_path("GET", "/api/users/me").as_deref(),
        Some("/api/v2/users/me")
    );
}
