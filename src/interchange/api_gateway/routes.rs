//! One operation of an export as a route: integration, what is passed, fixed, dropped or appended, what is demanded.
//! Words and warnings about it are `model::route_map`'s.

use serde_json::{Map, Value};

use super::Report;
use crate::interchange::document::{elements, member, text_of};
use crate::model::environment::ApiKind;
use crate::model::masks::{NOT_KEPT, is_credential_field, is_credential_header};
use crate::model::route_map::{
    Authorizer, AuthorizerKind, Demands, ExpectedEffect, Integration, ParameterPlace,
    RequiredParameter, Route,
};

const ANY: &str = "x-amazon-apigateway-any-method";
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// All operations: resource, method as written, operation.
pub(super) fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        item.as_object()
            .into_iter()
            .flatten()
            .filter_map(move |(method, operation)| {
                let known =
                    method == ANY || METHODS.contains(&method.to_ascii_lowercase().as_str());
                known.then_some((path.as_str(), method.as_str(), operation))
            })
    })
}

/// The integration of an operation, looked up where it is a reference.
pub(super) fn integration<'a>(document: &'a Value, operation: &'a Value) -> Option<&'a Value> {
    let integration = operation.get("x-amazon-apigateway-integration")?;
    Some(referenced(document, integration))
}

/// What a local `$ref` points to; anything else as it is. One step only, so that circles do no harm.
fn referenced<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix('#'))
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

pub(super) fn read(document: &Value, kind: ApiKind, report: &mut Report<'_>) -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, method, operation) in operations(document) {
        let resource = if path == "/$default" {
            "$default"
        } else {
            path
        };
        let method = if method == ANY {
            "ANY".to_owned()
        } else {
            method.to_ascii_uppercase()
        };
        let mut route = Route {
            method,
            resource: resource.to_owned(),
            integration: Integration::Unknown,
            uri: String::new(),
            timeout_ms: None,
            effects: Vec::new(),
            demands: demands(document, path, operation, report),
        };
        if let Some(integration) = integration(document, operation) {
            integrate(&mut route, integration, kind, report);
        }
        routes.push(route);
    }
    for (path, item) in document
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        if !item.is_object() {
            report.ignore(path, "it holds no operations");
        }
    }
    routes
}

fn integrate(route: &mut Route, integration: &Value, kind: ApiKind, report: &mut Report<'_>) {
    let name = route.name();
    let written = member(integration, "type");
    route.integration = match written.to_ascii_lowercase().as_str() {
        "http_proxy" => Integration::HttpProxy,
        "http" => Integration::Http,
        _ => Integration::Other,
    };
    if route.integration != Integration::Other {
        match integration.get("uri") {
            Some(Value::String(uri)) => route.uri.clone_from(uri),
            Some(_) => report.ignore(
                format!("the endpoint of {name}"),
                "it is no text: a template that was not filled in, such as Fn::Sub",
            ),
            None => report.ignore(
                format!("the endpoint of {name}"),
                "the integration has none",
            ),
        }
    }
    route.timeout_ms = integration
        .get("timeoutInMillis")
        .and_then(text_of)
        .and_then(|text| text.parse().ok());
    if member(integration, "connectionType").eq_ignore_ascii_case("vpc_link") {
        report.ignore(format!("the VPC link of {name}"), "the backend is reached inside a private network; a direct request from here may not get there");
    }
    if let Some(method) = integration.get("httpMethod").and_then(Value::as_str)
        && !method.eq_ignore_ascii_case("any")
        && route.method != "ANY"
        && !method.eq_ignore_ascii_case(&route.method)
        && route.integration != Integration::Other
    {
        report.lint(
            report.resource(&route.resource),
            format!("{name} calls the backend with {method}"),
            "Compare with the method that the backend gets",
        );
    }
    let parameters = integration
        .get("requestParameters")
        .and_then(Value::as_object);
    for (to, from) in parameters.into_iter().flatten() {
        let Some(from) = text_of(from) else {
            report.ignore(format!("{to} of {name}"), "its value is no text");
            continue;
        };
        match request_effect(to, &from, route.integration, report) {
            Some(effect) if is_plain_place(&effect) => {}
            Some(effect) => route.effects.push(effect),
            None => report.ignore(format!("{to} of {name}"), "this mapping is not known"),
        }
    }
    if kind == ApiKind::Rest {
        unfilled_place(route, parameters, report);
    }
    if route.integration == Integration::Http {
        route.effects.push(ExpectedEffect::OtherParametersDropped);
        route.effects.push(ExpectedEffect::OtherHeadersDropped);
    }
    templates(route, integration);
    answers(route, integration, kind, report);
}

/// `integration.request.path.proxy` from `method.request.path.proxy` is what everyone expects.
fn is_plain_place(effect: &ExpectedEffect) -> bool {
    matches!(effect, ExpectedEffect::PathFilled { name, from } if *from == format!("method.request.path.{name}"))
}

fn unfilled_place(route: &Route, parameters: Option<&Map<String, Value>>, report: &mut Report<'_>) {
    for piece in route.uri.split('{').skip(1) {
        let place = piece.split('}').next().unwrap_or_default();
        let mapping = format!("integration.request.path.{place}");
        let mapped = parameters.is_some_and(|parameters| parameters.contains_key(&mapping));
        if !mapped && !place.starts_with("stageVariables") && !place.is_empty() {
            report.lint(
                report.resource(&route.resource),
                format!(
                    "{}: no mapping fills the place {{{place}}} of the endpoint URL",
                    route.name()
                ),
                format!("Map {mapping} from method.request.path.{place}"),
            );
        }
    }
}

/// One line of `requestParameters`: `integration.request.querystring.pageSize` in REST APIs, `overwrite:header.x` in HTTP APIs.
fn request_effect(
    to: &str,
    from: &str,
    integration: Integration,
    report: &mut Report<'_>,
) -> Option<ExpectedEffect> {
    if let Some(target) = to.strip_prefix("integration.request.") {
        let (place, name) = target.split_once('.')?;
        let fixed = from
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''));
        return rest_effect(place, name, (from, fixed), integration, report);
    }
    let (operation, target) = to.split_once(':')?;
    let (place, name) = target.split_once('.').unwrap_or((target, ""));
    let name = name.to_owned();
    let is_static = !from.contains('$');
    Some(match (operation, place) {
        ("remove", "querystring") => ExpectedEffect::ParameterDropped { name },
        ("remove", "header") => ExpectedEffect::HeaderDropped { name },
        ("overwrite", "path") => ExpectedEffect::PathReplaced {
            from: from.to_owned(),
        },
        ("append", "querystring") if is_static => ExpectedEffect::ParameterAppended {
            value: kept(&name, from, false, report),
            name,
        },
        ("overwrite", "querystring") if is_static => ExpectedEffect::ParameterFixed {
            value: kept(&name, from, false, report),
            name,
        },
        ("append" | "overwrite", "querystring") => match from.strip_prefix("$request.querystring.")
        {
            Some(source) => ExpectedEffect::ParameterPassed {
                name,
                from: source.to_owned(),
            },
            None => ExpectedEffect::ParameterSet {
                name,
                from: from.to_owned(),
            },
        },
        ("append" | "overwrite", "header") if is_static => ExpectedEffect::HeaderFixed {
            value: kept(&name, from, true, report),
            name,
        },
        ("append" | "overwrite", "header") => match from.strip_prefix("$request.header.") {
            Some(source) => ExpectedEffect::HeaderPassed {
                name,
                from: source.to_owned(),
            },
            None => ExpectedEffect::HeaderSet {
                name,
                from: from.to_owned(),
            },
        },
        _ => return None,
    })
}

fn rest_effect(
    place: &str,
    name: &str,
    (from, fixed): (&str, Option<&str>),
    integration: Integration,
    report: &mut Report<'_>,
) -> Option<ExpectedEffect> {
    let name = name.to_owned();
    Some(match (place, fixed) {
        // A mapped parameter of a proxy integration is appended (facts section 0, point 5).
        ("querystring", Some(value)) if integration == Integration::HttpProxy => {
            ExpectedEffect::ParameterAppended {
                value: kept(&name, value, false, report),
                name,
            }
        }
        ("querystring", Some(value)) => ExpectedEffect::ParameterFixed {
            value: kept(&name, value, false, report),
            name,
        },
        ("querystring", None) => match from
            .strip_prefix("method.request.querystring.")
            .or_else(|| from.strip_prefix("method.request.multivaluequerystring."))
        {
            Some(source) => ExpectedEffect::ParameterPassed {
                name,
                from: source.to_owned(),
            },
            None => ExpectedEffect::ParameterSet {
                name,
                from: from.to_owned(),
            },
        },
        ("header", Some(value)) => ExpectedEffect::HeaderFixed {
            value: kept(&name, value, true, report),
            name,
        },
        ("header", None) => match from
            .strip_prefix("method.request.header.")
            .or_else(|| from.strip_prefix("method.request.multivalueheader."))
        {
            Some(source) => ExpectedEffect::HeaderPassed {
                name,
                from: source.to_owned(),
            },
            None => ExpectedEffect::HeaderSet {
                name,
                from: from.to_owned(),
            },
        },
        ("path", _) => ExpectedEffect::PathFilled {
            name,
            from: from.to_owned(),
        },
        _ => return None,
    })
}

/// A credential in a gateway's configuration is the gateway's own: it is not kept.
fn kept(name: &str, value: &str, header: bool, report: &mut Report<'_>) -> String {
    let secret = if header {
        is_credential_header(name)
    } else {
        is_credential_field(name)
    };
    if secret && !value.is_empty() {
        report.ignore(
            format!("the fixed value of {name}"),
            "it is a credential of the gateway's own and is not needed here",
        );
        NOT_KEPT.to_owned()
    } else {
        value.to_owned()
    }
}

fn templates(route: &mut Route, integration: &Value) {
    let templates = integration
        .get("requestTemplates")
        .and_then(Value::as_object);
    let mut rewritten = false;
    for (content_type, _) in templates.into_iter().flatten() {
        rewritten = true;
        route.effects.push(ExpectedEffect::BodyRewritten {
            content_type: content_type.clone(),
        });
    }
    let passthrough = member(integration, "passthroughBehavior").to_ascii_lowercase();
    if route.integration == Integration::Http
        && (passthrough == "never" || passthrough == "when_no_templates" && rewritten)
    {
        route.effects.push(ExpectedEffect::OtherBodiesRefused);
    }
}

/// Integration responses of non-proxy integrations and status mappings of HTTP APIs.
fn answers(route: &mut Route, integration: &Value, kind: ApiKind, report: &mut Report<'_>) {
    if kind == ApiKind::Http {
        for (pattern, mapping) in integration
            .get("responseParameters")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if let Some(status) = mapping
                .get("overwrite:statuscode")
                .and_then(text_of)
                .and_then(|text| text.parse().ok())
            {
                route.effects.push(ExpectedEffect::StatusMapped {
                    pattern: pattern.clone(),
                    status,
                });
            }
            if mapping
                .as_object()
                .is_some_and(|mapping| mapping.keys().any(|key| key != "overwrite:statuscode"))
            {
                report.ignore(
                    format!("response headers of {} for {pattern}", route.name()),
                    "mapped headers of answers are not foretold",
                );
            }
        }
        return;
    }
    let Some(responses) = integration.get("responses").and_then(Value::as_object) else {
        return;
    };
    if route.integration != Integration::Http {
        return;
    }
    let template_text = |response: &Value| {
        response
            .get("responseTemplates")
            .map(Value::to_string)
            .unwrap_or_default()
    };
    if responses
        .values()
        .any(|response| template_text(response).len() > 2)
    {
        route.effects.push(ExpectedEffect::AnswerRewritten);
    }
    let status = |response: &Value| {
        response
            .get("statusCode")
            .and_then(text_of)
            .and_then(|text| text.parse::<u16>().ok())
    };
    let overrides = |response: &Value| template_text(response).contains("responseOverride");
    for (pattern, response) in responses {
        let Some(status) = status(response).filter(|_| !overrides(response)) else {
            continue;
        };
        route
            .effects
            .push(if pattern == "default" && responses.len() == 1 {
                ExpectedEffect::StatusMasked { status }
            } else {
                ExpectedEffect::StatusMapped {
                    pattern: pattern.clone(),
                    status,
                }
            });
    }
}

fn demands(document: &Value, path: &str, operation: &Value, report: &mut Report<'_>) -> Demands {
    let mut demands = Demands::default();
    let shared = document
        .get("paths")
        .and_then(|paths| paths.get(path))
        .map_or(&[][..], |item| elements(item, "parameters"));
    for parameter in elements(operation, "parameters").iter().chain(shared) {
        let parameter = referenced(document, parameter);
        let place = match member(parameter, "in").as_str() {
            "query" => ParameterPlace::Query,
            "header" => ParameterPlace::Header,
            "body" => ParameterPlace::Body,
            _ => continue,
        };
        if parameter.get("required") == Some(&Value::Bool(true)) {
            demands.required.push(RequiredParameter {
                place,
                name: member(parameter, "name"),
            });
        }
    }
    let validator = ["x-amazon-apigateway-request-validator"]
        .iter()
        .find_map(|name| operation.get(name).or_else(|| document.get(name)))
        .and_then(Value::as_str);
    if let Some(validator) = validator {
        let found = document
            .get("x-amazon-apigateway-request-validators")
            .and_then(|validators| validators.get(validator));
        match found {
            Some(found) => {
                demands.validates_parameters =
                    found.get("validateRequestParameters") == Some(&Value::Bool(true));
                demands.validates_body =
                    found.get("validateRequestBody") == Some(&Value::Bool(true));
            }
            None => report.ignore(
                format!("the request validator {validator}"),
                "it is never defined",
            ),
        }
    }
    security(document, operation, &mut demands, report);
    demands
}

fn security(document: &Value, operation: &Value, demands: &mut Demands, report: &mut Report<'_>) {
    if let Some(auth) = operation
        .get("x-amazon-apigateway-auth")
        .or_else(|| document.get("x-amazon-apigateway-auth"))
        && member(auth, "type").eq_ignore_ascii_case("aws_iam")
    {
        demands.authorizer = Some(Authorizer {
            kind: AuthorizerKind::Iam,
            name: String::new(),
            header: String::new(),
        });
    }
    let own = operation
        .get("security")
        .or_else(|| document.get("security"));
    for requirement in own.and_then(Value::as_array).into_iter().flatten() {
        for name in requirement
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            let scheme = document
                .pointer("/components/securitySchemes")
                .or_else(|| document.get("securityDefinitions"))
                .and_then(|schemes| schemes.get(name));
            match scheme {
                Some(scheme) => apply_scheme(name, scheme, demands),
                None => report.ignore(format!("the security scheme {name}"), "it is never defined"),
            }
        }
    }
}

fn apply_scheme(name: &str, scheme: &Value, demands: &mut Demands) {
    let authorizer = scheme.get("x-amazon-apigateway-authorizer");
    let written = member(scheme, "x-amazon-apigateway-authtype").to_ascii_lowercase();
    let own_type = authorizer
        .map(|authorizer| member(authorizer, "type").to_ascii_lowercase())
        .unwrap_or_default();
    let kind = match (written.as_str(), own_type.as_str()) {
        ("awssigv4", _) => AuthorizerKind::Iam,
        (_, "jwt") => AuthorizerKind::Jwt,
        ("cognito_user_pools", _) | (_, "cognito_user_pools") => AuthorizerKind::Cognito,
        (_, "token" | "request") | ("custom", _) => AuthorizerKind::Lambda,
        _ if authorizer.is_some() => AuthorizerKind::Other,
        _ => {
            if member(scheme, "type").eq_ignore_ascii_case("apikey") {
                demands.api_key = true;
            }
            return;
        }
    };
    // `method.request.header.Authorization` and `$request.header.Authorization`; else the scheme's own header.
    let source = authorizer
        .and_then(|authorizer| authorizer.get("identitySource"))
        .map(|source| match source {
            Value::Array(sources) => sources
                .iter()
                .filter_map(text_of)
                .collect::<Vec<_>>()
                .join(", "),
            other => text_of(other).unwrap_or_default(),
        });
    let named = source
        .as_deref()
        .and_then(|source| {
            source
                .split(", ")
                .find_map(|one| one.rsplit_once("request.header."))
        })
        .map(|(_, header)| header.to_owned());
    let own = (member(scheme, "in") == "header")
        .then(|| member(scheme, "name"))
        .filter(|name| !name.eq_ignore_ascii_case("unused"));
    demands.authorizer = Some(Authorizer {
        kind,
        name: name.to_owned(),
        header: named.or(own).unwrap_or_default(),
    });
}
