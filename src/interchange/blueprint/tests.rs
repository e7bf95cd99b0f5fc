//! Blueprints are read again as the gateway that they create.

use super::*;
use crate::interchange::api_gateway;
use crate::interchange::collecting::blank_environment;
use crate::model::environment::Colour;
use crate::model::ids::EnvironmentId;
use crate::model::region::Region;
use crate::model::route_map::RouteMap;

fn direct(place: Place) -> Environment {
    blank_environment(
        EnvironmentId::from_name("acme"),
        "Acme",
        Colour::Teal,
        Target::Direct { place },
    )
}

fn frankfurt() -> Environment {
    direct(Place::Region(
        Region::find("eu-central-1").expect("a region"),
    ))
}

fn created(blueprint: &Blueprint) -> (RouteMap, Vec<String>) {
    let imported = api_gateway::import(&blueprint.open_api().text).expect("reads");
    let map = imported.environments[0]
        .route_map
        .clone()
        .expect("a route map");
    (
        map,
        imported.lint.into_iter().map(|lint| lint.cause).collect(),
    )
}

#[test]
fn every_blueprint_leads_clients_to_login_and_api() {
    for kind in BlueprintKind::ALL {
        let blueprint = Blueprint::of(&frankfurt(), kind, None).expect("a blueprint");
        let (map, _) = created(&blueprint);
        assert_eq!(
            map.kind,
            if kind == BlueprintKind::HttpApi {
                ApiKind::Http
            } else {
                ApiKind::Rest
            },
            "{kind:?}"
        );
        assert_eq!(map.login_path().as_deref(), Some("/loginpath"), "{kind:?}");
        let direct = map.direct_path("GET", "/apipath/api/v2/users/me");
        assert_eq!(direct.as_deref(), Some("/api/v2/users/me"), "{kind:?}");
        let token = map
            .route("POST", "/loginpath/oauth/token")
            .expect("a route");
        assert_eq!(
            token.uri, "https://login.mypurecloud.de/{proxy}",
            "{kind:?}"
        );
        let has_users = map
            .route("GET", "/users")
            .is_some_and(|route| route.resource == "/users");
        assert_eq!(
            has_users,
            matches!(
                kind,
                BlueprintKind::RestNonProxy | BlueprintKind::RestNonProxyMended
            ),
            "{kind:?}"
        );
    }
}

#[test]
fn the_mended_users_resource_has_none_of_the_guides_mistakes() {
    let plain =
        Blueprint::of(&frankfurt(), BlueprintKind::RestNonProxy, None).expect("a blueprint");
    let about = |causes: &[String], words: &str| causes.iter().any(|cause| cause.contains(words));
    let (_, causes) = created(&plain);
    assert!(
        about(&causes, "no request validator") && about(&causes, "one integration response only"),
        "{causes:#?}"
    );
    let exported: Vec<String> = plain
        .open_api()
        .lint
        .into_iter()
        .map(|lint| lint.cause)
        .collect();
    assert!(
        about(&exported, "no request validator")
            && about(&exported, "one integration response only"),
        "the export tells them too: {exported:#?}"
    );
    let mended =
        Blueprint::of(&frankfurt(), BlueprintKind::RestNonProxyMended, None).expect("a blueprint");
    let (_, causes) = created(&mended);
    assert!(
        !about(&causes, "no request validator") && !about(&causes, "one integration response only"),
        "{causes:#?}"
    );
}

#[test]
fn terraform_holds_the_same_document() {
    for kind in BlueprintKind::ALL {
        let blueprint = Blueprint {
            name: "Acme ${x}".to_owned(),
            ..Blueprint::of(&frankfurt(), kind, None).expect("a blueprint")
        };
        let text = blueprint.terraform().text;
        let begin = text.find("<<-JSON\n").expect("a heredoc") + "<<-JSON\n".len();
        let end = text[begin..].find("  JSON\n").expect("its end") + begin;
        let inside = text[begin..end].replace("$${", "${");
        let inside: Value = serde_json::from_str(&inside)
            .unwrap_or_else(|error| panic!("{kind:?}: {error}\n{inside}"));
        let whole: Value = serde_json::from_str(&blueprint.open_api().text).expect("JSON");
        assert_eq!(inside, whole, "{kind:?}");
        assert!(
            !text.replace("$${", "").contains("${"),
            "{kind:?}: a template would be filled in"
        );
        assert_eq!(
            text.matches('{').count(),
            text.matches('}').count(),
            "{kind:?}"
        );
    }
}

#[test]
fn a_gateway_without_a_region_is_refused() {
    let mock = direct(Place::Origins {
        api: "http://127.0.0.1:1".to_owned(),
        login: "http://127.0.0.1:2".to_owned(),
    });
    let error = Blueprint::of(&mock, BlueprintKind::HttpApi, None).expect_err("no region");
    assert!(error.0.contains("choose a region"), "{error}");
    let custom = Blueprint::of(
        &mock,
        BlueprintKind::HttpApi,
        Some(&Place::Domain("https://api.acme.example/".to_owned())),
    )
    .expect("a blueprint");
    assert_eq!(
        (custom.api_host.as_str(), custom.login_host.as_str()),
        ("api.acme.example", "login.acme.example")
    );
}

#[test]
fn terraform_is_hcl_with_the_providers_own_names() {
    for kind in BlueprintKind::ALL {
        let blueprint = Blueprint::of(&frankfurt(), kind, None).expect("a blueprint");
        let text = blueprint.terraform().text;
        let body = hcl_edit::parser::parse_body(&text)
            .unwrap_or_else(|error| panic!("{kind:?}: {error}\n{text}"));
        let resources: Vec<(String, Vec<String>)> = body
            .get_blocks("resource")
            .map(|block| {
                let keys = block.body.attributes().map(|one| one.key.to_string());
                (block.labels[0].as_str().to_owned(), keys.collect())
            })
            .collect();
        let wanted: &[(&str, &[&str])] = if kind == BlueprintKind::HttpApi {
            &[
                ("aws_apigatewayv2_api", &["name", "protocol_type", "body"]),
                ("aws_apigatewayv2_stage", &["api_id", "name", "auto_deploy"]),
            ]
        } else {
            &[
                ("aws_api_gateway_rest_api", &["name", "body"]),
                ("aws_api_gateway_deployment", &["rest_api_id", "triggers"]),
                (
                    "aws_api_gateway_stage",
                    &["rest_api_id", "deployment_id", "stage_name"],
                ),
            ]
        };
        let found: Vec<(&str, Vec<&str>)> = resources
            .iter()
            .map(|(name, keys)| (name.as_str(), keys.iter().map(String::as_str).collect()))
            .collect();
        let wanted: Vec<(&str, Vec<&str>)> = wanted
            .iter()
            .map(|(name, keys)| (*name, keys.to_vec()))
            .collect();
        assert_eq!(found, wanted, "{kind:?}");
    }
}

#[test]
fn a_blueprint_is_read_again_without_warnings_but_those_of_the_guide() {
    for kind in BlueprintKind::ALL {
        if kind == BlueprintKind::RestNonProxy {
            continue;
        }
        let blueprint = Blueprint::of(&frankfurt(), kind, None).expect("a blueprint");
        let (map, mut causes) = created(&blueprint);
        // What is not created yet has no address, and the guide's `/users` stands beside a proxy.
        causes.retain(|cause| {
            cause != "The export does not say where the API is"
                && !cause.contains("fall through to ANY /{proxy+}")
        });
        assert_eq!(causes, Vec::<String>::new(), "{kind:?}");
        assert!(!map.routes.is_empty(), "{kind:?}");
    }
}

#[test]
fn terraform_creates_it_beside_the_backend_or_where_the_gateway_is() {
    let blueprint = Blueprint::of(&frankfurt(), BlueprintKind::HttpApi, None).expect("a blueprint");
    let text = blueprint.terraform().text;
    assert!(text.contains("default = \"eu-central-1\""), "{text}");
    let imported = api_gateway::import(
        r#"{"openapi":"3.0.1","info":{"title":"a","version":"1"},"servers":[{"url":"https://a1.execute-api.eu-west-1.amazonaws.com/dev"}],
            "paths":{"/{proxy+}":{"x-amazon-apigateway-any-method":{"x-amazon-apigateway-integration":{"type":"http_proxy","httpMethod":"ANY","uri":"https://api.mypurecloud.com/{proxy}"}}}}}"#,
    )
    .expect("an export");
    let blueprint = Blueprint::of(&imported.environments[0], BlueprintKind::RestProxy, None)
        .expect("a blueprint");
    assert_eq!(blueprint.aws_region, "eu-west-1");
}

#[test]
fn what_a_blueprint_leaves_open_is_told_at_its_line() {
    let blueprint =
        Blueprint::of(&frankfurt(), BlueprintKind::RestNonProxy, None).expect("a blueprint");
    for export in [blueprint.open_api(), blueprint.terraform()] {
        let told = export
            .lint
            .iter()
            .find(|lint| lint.cause.contains("no request validator"))
            .expect("the guide's /users checks nothing");
        let line = export
            .text
            .lines()
            .nth(told.place.line - 1)
            .expect("a line of the text");
        assert!(
            line.contains("\"get\"") || line.contains("\"/users\""),
            "{line}"
        );
    }
}
