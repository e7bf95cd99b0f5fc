//! Exports of API Gateway, those of the facts and those in the wild.

mod samples;

use std::fmt::Write as _;

use super::*;
use crate::model::route::request_url;
use crate::model::route_map::{Asked, AuthorizerKind, ExpectedEffect, ParameterPlace, Route};

macro_rules! sample {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../../tests/fixtures/exports/", $name)),
        )
    };
}

const HTTP_API: [(&str, &str); 2] = [sample!("1-http-api.json"), sample!("1-http-api.yaml")];
const REST_PROXY: [(&str, &str); 4] = [
    sample!("2-rest-proxy.json"),
    sample!("2-rest-proxy.yaml"),
    sample!("2-rest-proxy.swagger2.json"),
    sample!("2-rest-proxy.swagger2.yaml"),
];
const REST_NON_PROXY: [(&str, &str); 4] = [
    sample!("3-rest-non-proxy.json"),
    sample!("3-rest-non-proxy.yaml"),
    sample!("3-rest-non-proxy.swagger2.json"),
    sample!("3-rest-non-proxy.swagger2.yaml"),
];
const WITHOUT_EXTENSIONS: [(&str, &str); 2] = [
    sample!("3-rest-non-proxy.no-extensions.json"),
    sample!("3-rest-non-proxy.no-extensions.yaml"),
];

fn read(name: &str, text: &str) -> (Imported, Environment, RouteMap) {
    let imported = import(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let environment = imported.environments[0].clone();
    let map = environment.route_map.clone().expect("a route map");
    (imported, environment, map)
}

fn gateway(environment: &Environment) -> &GatewayTarget {
    match &environment.target {
        Target::Gateway(gateway) => gateway,
        Target::Direct { .. } => panic!("no gateway"),
    }
}

fn names(map: &RouteMap) -> Vec<String> {
    map.routes.iter().map(Route::name).collect()
}

#[test]
fn the_samples_are_told_apart() {
    for (samples, kind, host, stage, timeout) in [
        (
            &HTTP_API[..],
            ApiKind::Http,
            "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "",
            Some(30_000),
        ),
        (
            &REST_PROXY[..],
            ApiKind::Rest,
            "f6g7h8i9j0.execute-api.us-east-1.amazonaws.com",
            "test",
            Some(29_000),
        ),
        (
            &REST_NON_PROXY[..],
            ApiKind::Rest,
            "f6g7h8i9j0.execute-api.us-east-1.amazonaws.com",
            "test",
            Some(29_000),
        ),
        (
            &WITHOUT_EXTENSIONS[..],
            ApiKind::Rest,
            "f6g7h8i9j0.execute-api.us-east-1.amazonaws.com",
            "test",
            None,
        ),
    ] {
        for (name, text) in samples {
            assert!(is_export(text), "{name}");
            let (_, environment, map) = read(name, text);
            let gateway = gateway(&environment);
            assert_eq!((gateway.api_kind, map.kind), (kind, kind), "{name}");
            assert_eq!(
                (
                    gateway.host.as_str(),
                    gateway.stage.as_str(),
                    map.stage.as_str()
                ),
                (host, stage, stage),
                "{name}"
            );
            assert_eq!(
                map.routes.last().expect("a route").timeout_ms,
                timeout,
                "{name}"
            );
            assert_eq!(gateway.protocol, Protocol::Https, "{name}");
        }
    }
}

#[test]
fn proxy_routes_pass_everything() {
    for (name, text) in HTTP_API.iter().chain(&REST_PROXY) {
        let (_, environment, map) = read(name, text);
        assert_eq!(names(&map), ["ANY /{proxy+}"], "{name}");
        let route = &map.routes[0];
        assert_eq!(
            (route.integration, route.uri.as_str()),
            (
                Integration::HttpProxy,
                "https://api.mypurecloud.com/{proxy}"
            ),
            "{name}"
        );
        assert_eq!(
            (&route.effects, environment.path_map.len()),
            (&Vec::new(), 0),
            "{name}"
        );
        // The guide's own gateway has no login path, so the token comes from the region.
        assert!(
            matches!(gateway(&environment).token_from, TokenFrom::Region(_)),
            "{name}"
        );
    }
}

#[test]
fn the_guides_users_route_is_understood() {
    for (name, text) in REST_NON_PROXY {
        let (imported, environment, map) = read(name, text);
        assert_eq!(names(&map), ["GET /users", "ANY /{proxy+}"], "{name}");
        let users = &map.routes[0];
        assert_eq!(
            (users.integration, users.uri.as_str()),
            (
                Integration::Http,
                "https://api.mypurecloud.com/api/v2/users"
            ),
            "{name}"
        );
        let text_of = |text: &str| text.to_owned();
        let wanted = [
            ExpectedEffect::ParameterPassed {
                name: text_of("pageNumber"),
                from: text_of("pageNumber"),
            },
            ExpectedEffect::ParameterFixed {
                name: text_of("pageSize"),
                value: text_of("5"),
            },
            ExpectedEffect::HeaderPassed {
                name: text_of("Authorization"),
                from: text_of("Authorization"),
            },
            ExpectedEffect::OtherParametersDropped,
            ExpectedEffect::OtherHeadersDropped,
            ExpectedEffect::StatusMasked { status: 200 },
        ];
        assert_eq!(users.effects, wanted, "{name}");
        assert_eq!(users.demands.required[0].name, "Authorization", "{name}");
        assert!(!users.demands.validates_parameters, "{name}");
        // Its route is the routes' business: a rule of the path map would take every method there.
        assert_eq!(environment.path_map, [], "{name}");
        for (method, target) in [("GET", "/test/users"), ("POST", "/test/api/v2/users")] {
            let routed = request_url(&environment, method, "/api/v2/users").expect("a URL");
            assert_eq!(routed.url.target, target, "{name} {method}");
        }
        let causes: Vec<&str> = imported
            .lint
            .iter()
            .map(|lint| lint.cause.as_str())
            .collect();
        for words in [
            "no request validator checks it",
            "every error of Genesys Cloud reads 200",
            "No route leads to a Genesys Cloud login",
        ] {
            assert!(
                causes.iter().any(|cause| cause.contains(words)),
                "{name}: {words}: {causes:#?}"
            );
        }
        let validator = imported
            .lint
            .iter()
            .find(|lint| lint.cause.contains("validator"))
            .expect("lint");
        let line = text.lines().nth(validator.place.line - 1).expect("a line");
        assert!(
            line.contains("/users"),
            "{name}: line {} is {line}",
            validator.place.line
        );
    }
}

#[test]
fn without_extensions_the_routes_are_known_and_their_work_is_not() {
    for (name, text) in WITHOUT_EXTENSIONS {
        let (imported, _, map) = read(name, text);
        assert_eq!(names(&map), ["GET /users", "ANY /{proxy+}"], "{name}");
        assert!(
            map.routes
                .iter()
                .all(|route| route.integration == Integration::Unknown),
            "{name}"
        );
        assert!(
            imported
                .lint
                .iter()
                .any(|lint| lint.cause.contains("has no extensions")),
            "{name}: {:#?}",
            imported.lint
        );
        assert!(
            imported
                .lint
                .iter()
                .all(|lint| !lint.cause.contains("calls no HTTP backend")
                    && !lint.cause.contains("no request validator")),
            "{name}: {:#?}",
            imported.lint
        );
        let bare = Asked {
            method: "GET".to_owned(),
            path: "/users".to_owned(),
            ..Asked::default()
        };
        let foretold: Vec<String> = map.foretell(&bare).texts().map(str::to_owned).collect();
        assert_eq!(
            foretold,
            [
                "Hits GET /users; the export does not say where that leads",
                "The header Authorization is marked as required; the export does not say whether that is checked",
            ],
            "{name}"
        );
    }
}

/// Facts section 10.11 and the table of section 5.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn oddities_of_exports_in_the_wild_are_read_or_reported() {
    let text = r#"{
      "openapi": "3.0.1",
      "servers": [{"url": "https://x1y2z3.execute-api.eu-west-1.amazonaws.com:{basePath}", "variables": {"basePath": {"default": "/prod"}}}],
      "paths": {
        "/a/{id}": {"get": {
          "security": [{"api_key": []}, {"pool": []}, {"nowhere": []}],
          "parameters": [{"name": "q", "in": "query", "required": true}],
          "x-amazon-apigateway-request-validator": "all",
          "x-amazon-apigateway-integration": {
            "type": "HTTP", "httpMethod": "POST", "uri": "http://${stageVariables.host}/b/{key}", "timeoutInMillis": "5000",
            "requestParameters": {
              "integration.request.path.key": "method.request.path.id",
              "integration.request.header.x-api-key": "'very-secret-key'",
              "integration.request.header.Authorization": "method.request.header.authorization",
              "integration.request.querystring.page": "method.request.querystring.q",
              "integration.request.querystring.trace": "context.requestId"},
            "responses": {"default": {"statusCode": 500}, "4\\d{2}": {"statusCode": "400", "responseTemplates": {"application/json": "{}"}}},
            "requestTemplates": {"application/json": "{}"}, "passthroughBehavior": "NEVER"}}},
        "/fn": {"post": {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}, "x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": {"Fn::Sub": "arn"}}}},
        "/sub": {"get": {"x-amazon-apigateway-integration": {"type": "http_proxy", "uri": {"Fn::Sub": "https://x"}, "requestParameters": {"integration.request.querystring.pageSize": "'5'"}}}}
      },
      "components": {"securitySchemes": {
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "pool": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools", "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": []}}}},
      "x-amazon-apigateway-request-validators": {"all": {"validateRequestParameters": true, "validateRequestBody": true}},
      "x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": {}}
    }"#;
    let (imported, environment, map) = read("wild", text);
    let own = gateway(&environment);
    assert_eq!(
        (own.host.as_str(), own.stage.as_str(), own.port),
        ("x1y2z3.execute-api.eu-west-1.amazonaws.com", "prod", None)
    );
    let route = &map.routes[0];
    assert_eq!(route.timeout_ms, Some(5000));
    let demands = &route.demands;
    assert!(demands.api_key && demands.validates_parameters && demands.validates_body);
    assert_eq!(demands.required[0].place, ParameterPlace::Query);
    assert_eq!(
        demands
            .authorizer
            .as_ref()
            .map(|authorizer| (authorizer.kind, authorizer.header.as_str())),
        Some((AuthorizerKind::Cognito, "Authorization"))
    );
    for wanted in [
        ExpectedEffect::PathFilled {
            name: "key".to_owned(),
            from: "method.request.path.id".to_owned(),
        },
        ExpectedEffect::HeaderFixed {
            name: "x-api-key".to_owned(),
            value: "(not kept)".to_owned(),
        },
        ExpectedEffect::ParameterPassed {
            name: "page".to_owned(),
            from: "q".to_owned(),
        },
        ExpectedEffect::ParameterSet {
            name: "trace".to_owned(),
            from: "context.requestId".to_owned(),
        },
        ExpectedEffect::StatusMapped {
            pattern: "4\\d{2}".to_owned(),
            status: 400,
        },
        ExpectedEffect::StatusMapped {
            pattern: "default".to_owned(),
            status: 500,
        },
        ExpectedEffect::OtherBodiesRefused,
        ExpectedEffect::AnswerRewritten,
    ] {
        assert!(
            route.effects.contains(&wanted),
            "{wanted:?} is not in {:#?}",
            route.effects
        );
    }
    assert!(!format!("{imported:?}").contains("very-secret-key"));
    assert_eq!(map.direct_path("GET", "/a/7"), Some("/b/7".to_owned()));
    assert_eq!(
        map.routes[1]
            .demands
            .authorizer
            .as_ref()
            .map(|authorizer| authorizer.kind),
        Some(AuthorizerKind::Iam)
    );
    assert_eq!(
        map.routes[2].effects,
        [ExpectedEffect::ParameterAppended {
            name: "pageSize".to_owned(),
            value: "5".to_owned()
        }]
    );
    let ignored: Vec<&str> = imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    for wanted in [
        "the security scheme nowhere",
        "the endpoint of GET /sub",
        "the fixed value of x-api-key",
        "x-amazon-apigateway-gateway-responses",
    ] {
        assert!(ignored.contains(&wanted), "{wanted}: {ignored:?}");
    }
    for words in [
        "stage variable host",
        "calls the backend with POST",
        "The mapping reads authorization",
        "without encryption",
    ] {
        assert!(
            imported.lint.iter().any(|lint| lint.cause.contains(words)),
            "{words}: {:#?}",
            imported.lint
        );
    }
}

#[test]
fn mappings_of_http_apis_are_read() {
    let text = r##"{"openapi":"3.0.1","info":{"title":"t","version":"2025-06-20 17:22:45UTC"},
      "servers":[{"url":"https://a.execute-api.us-east-1.amazonaws.com/{basePath}","variables":{"basePath":{"default":"dev"}}}],
      "paths":{"/$default":{"x-amazon-apigateway-any-method":{"isDefaultRoute":true,"x-amazon-apigateway-integration":{"$ref":"#/components/x-amazon-apigateway-integrations/one"}}}},
      "components":{"x-amazon-apigateway-integrations":{"one":{"type":"http_proxy","uri":"https://api.mypurecloud.ie","payloadFormatVersion":"1.0",
        "requestParameters":{"append:querystring.pageSize":"5","overwrite:header.x-org":"$request.header.org","remove:querystring.debug":"''","overwrite:path":"/api/v2/users"},
        "responseParameters":{"404":{"overwrite:statuscode":"204"}}}}}}"##;
    let (_, _, map) = read("HTTP", text);
    assert_eq!(map.routes[0].resource, "$default");
    let own = |text: &str| text.to_owned();
    assert_eq!(
        map.routes[0].effects,
        [
            ExpectedEffect::ParameterAppended {
                name: own("pageSize"),
                value: own("5")
            },
            ExpectedEffect::HeaderPassed {
                name: own("x-org"),
                from: own("org")
            },
            ExpectedEffect::ParameterDropped { name: own("debug") },
            ExpectedEffect::PathReplaced {
                from: own("/api/v2/users")
            },
            ExpectedEffect::StatusMapped {
                pattern: own("404"),
                status: 204
            },
        ]
    );
}

#[test]
fn what_is_no_export_is_told_with_its_place() {
    for (text, line, words) in [
        ("", 1, "empty"),
        ("{", 1, "ends too early"),
        (
            "{\"openapi\": \"3.0.1\",\n \"info\": {},\n \"paths\": nothing}",
            3,
            "no JSON",
        ),
        ("{\"a\": 1}", 1, "neither `openapi` nor `swagger`"),
        ("{\n\"openapi\": \"4.2\", \"paths\": {}}", 2, "not known"),
        ("{\"swagger\": \"2.0\"}", 1, "no `paths`"),
        ("openapi: 3.0.1\npaths:\n  /a: [\n", 4, "no YAML"),
        (
            "swagger: \"2.0\"\nswagger: \"2.0\"\npaths: {}\n",
            2,
            "no YAML",
        ),
    ] {
        let error = import(text).expect_err(text);
        assert!(error.text.contains(words), "{text:?}: {error}");
        assert!(error.place.line.abs_diff(line) <= 1, "{text:?}: {error}");
    }
    let error = import("{\"openapi\": \"3.0.1\", \"info\": {}, \"paths\": ").expect_err("cut off");
    assert_eq!(error.understood, "openapi, info, paths");
    let deep = format!("{{\"openapi\": {}", "[".repeat(100_000));
    assert!(
        import(&deep)
            .expect_err("deep")
            .text
            .contains("nested deeper"),
        "JSON"
    );
    let deep = format!("openapi: {}", "[".repeat(100_000));
    import(&deep).expect_err("deep YAML");
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 1..12 {
        let _ = writeln!(
            bomb,
            "a{level}: &a{level} [{}]",
            vec![format!("*a{}", level - 1); 10].join(",")
        );
    }
    let error = import(&bomb).expect_err("a bomb");
    assert!(error.text.contains("no YAML"), "{error}");
}

#[test]
fn a_key_that_stands_twice_is_reported() {
    let text = "{\"openapi\": \"3.0.1\", \"paths\": {\"/a\": {}, \n\"/a\": {}}}";
    let imported = import(text).expect("reads");
    let lint = imported
        .lint
        .iter()
        .find(|lint| lint.cause.contains("stands twice"))
        .expect("lint");
    assert_eq!((lint.place.line, lint.place.column), (2, 1));
}
