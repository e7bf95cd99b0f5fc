//! The route map of every sample, field by field, and where it sends requests: beside a table that was written from the
//! samples and not from what the reader makes of them.

use super::{HTTP_API, REST_NON_PROXY, REST_PROXY, WITHOUT_EXTENSIONS, gateway, read};
use crate::model::environment::{ApiKind, Environment, TokenFrom};
use crate::model::route_map::{
    Asked, Demands, ExpectedEffect, Integration, ParameterPlace, Route, RouteMap,
};

const TABLE: &str = include_str!("samples.txt");

/// Each block of the table: the samples, and their lines.
fn blocks() -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
    let mut blocks: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for line in TABLE.lines() {
        if let Some(names) = line.strip_prefix("= ") {
            blocks.push((names.split(' ').collect(), Vec::new()));
        } else if !line.is_empty() && !line.starts_with('#') {
            blocks.last_mut().expect("names first").1.push(line);
        }
    }
    blocks
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        text
    }
}

fn or_empty(text: &str) -> String {
    if text.is_empty() {
        "(empty)".to_owned()
    } else {
        text.to_owned()
    }
}

fn told(environment: &Environment, map: &RouteMap, table: &[&str]) -> Vec<String> {
    let gateway = gateway(environment);
    assert_eq!(gateway.api_kind, map.kind);
    assert_eq!(gateway.stage, map.stage);
    let kind = match map.kind {
        ApiKind::Http => "HTTP API",
        ApiKind::Rest => "REST API",
        ApiKind::Unknown => "unknown",
    };
    let port = gateway
        .port
        .map_or("none".to_owned(), |port| port.to_string());
    let login = match &gateway.token_from {
        TokenFrom::Region(_) => "none".to_owned(),
        TokenFrom::LoginPath => or_empty(&gateway.login_path),
    };
    let mut lines = vec![
        format!("name: {}", environment.name),
        format!("kind: {kind}"),
        format!("host: {}", gateway.host),
        format!("protocol and port: {}, {port}", gateway.protocol.scheme()),
        format!(
            "Genesys Cloud region: {}",
            gateway
                .region
                .map_or("none".to_owned(), |region| region.aws_name().to_owned())
        ),
        format!("stage: {}", or_none(map.stage.clone())),
        format!("login path: {login}"),
        format!(
            "API path: {}",
            map.api_path()
                .map_or("none".to_owned(), |path| or_empty(&path))
        ),
    ];
    for route in &map.routes {
        lines.extend(told_of_route(route));
    }
    // Questions come from the table, answers from the map.
    for line in table {
        if let Some((method, path)) = question(line, "asked: ") {
            lines.push(format!(
                "asked: {method} {path} = {}",
                destination(map, method, path)
            ));
        } else if let Some((method, path)) = question(line, "direct: ") {
            let own = map.own_path(method, path, "");
            let own = own.unwrap_or_else(|| "under the API path".to_owned());
            lines.push(format!("direct: {method} {path} = {own}"));
        }
    }
    lines
}

fn question<'a>(line: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    line.strip_prefix(kind)?
        .split_once(" = ")?
        .0
        .split_once(' ')
}

fn destination(map: &RouteMap, method: &str, path: &str) -> String {
    let asked = Asked {
        method: method.to_owned(),
        path: path.split('?').next().unwrap_or_default().to_owned(),
        ..Asked::default()
    };
    let foretold = map.foretell(&asked);
    assert_eq!(
        map.route(method, path),
        foretold.route.as_ref(),
        "{method} {path}"
    );
    match (foretold.route, foretold.backend_url) {
        (None, _) => "refused".to_owned(),
        (Some(route), Some(url)) => format!("{}, {url}", route.name()),
        (Some(route), None) => format!("{}, nowhere known", route.name()),
    }
}

fn told_of_route(route: &Route) -> Vec<String> {
    let integration = match route.integration {
        Integration::HttpProxy => "proxy",
        Integration::Http => "non-proxy",
        Integration::Other => "other",
        Integration::Unknown => "unknown",
    };
    let (mut passed, mut fixed, mut appended, mut dropped, mut statuses, mut others) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for effect in &route.effects {
        match effect {
            ExpectedEffect::ParameterPassed { name, from } if name == from => {
                passed.push(format!("query {name}"));
            }
            ExpectedEffect::HeaderPassed { name, from } if name == from => {
                passed.push(format!("header {name}"));
            }
            ExpectedEffect::ParameterFixed { name, value } => {
                fixed.push(format!("query {name} {value}"));
            }
            ExpectedEffect::HeaderFixed { name, value } => {
                fixed.push(format!("header {name} {value}"));
            }
            ExpectedEffect::ParameterAppended { name, value } => {
                appended.push(format!("query {name} {value}"));
            }
            ExpectedEffect::ParameterDropped { name } => {
                dropped.push(format!("query {name}"));
            }
            ExpectedEffect::HeaderDropped { name } => {
                dropped.push(format!("header {name}"));
            }
            ExpectedEffect::OtherParametersDropped => {
                dropped.push("all other query parameters".to_owned());
            }
            ExpectedEffect::OtherHeadersDropped => {
                dropped.push("all other headers".to_owned());
            }
            ExpectedEffect::StatusMasked { status } => {
                statuses.push(format!("always {status}"));
            }
            ExpectedEffect::StatusMapped { pattern, status } => {
                statuses.push(format!("{pattern} as {status}"));
            }
            other => {
                others.push(format!("    {other:?}"));
            }
        }
    }
    let passes_all = !dropped.iter().any(|text| text.starts_with("all other"));
    if passes_all {
        passed.insert(0, "everything".to_owned());
    }
    if statuses.is_empty() {
        statuses.push("those of the backend".to_owned());
    }
    let list = |texts: Vec<String>| or_none(texts.join(", "));
    let mut lines = vec![
        format!("route: {}", route.name()),
        format!("    integration: {integration}"),
        format!("    endpoint: {}", or_none(route.uri.clone())),
        format!(
            "    backend host and path: {} {}",
            route.backend_host().unwrap_or("none"),
            or_none(route.backend_path().into_owned())
        ),
        format!("    passed: {}", list(passed)),
        format!("    fixed: {}", list(fixed)),
        format!("    appended: {}", list(appended)),
        format!("    dropped: {}", list(dropped)),
    ];
    lines.extend(told_of_demands(&route.demands));
    lines.extend([
        format!(
            "    timeout: {}",
            route
                .timeout_ms
                .map_or("none".to_owned(), |limit| format!("{limit} ms"))
        ),
        format!("    statuses: {}", list(statuses)),
    ]);
    lines.extend(others);
    lines
}

fn told_of_demands(demands: &Demands) -> Vec<String> {
    let required = demands.required.iter().map(|parameter| {
        let place = match parameter.place {
            ParameterPlace::Query => "query",
            ParameterPlace::Header => "header",
            ParameterPlace::Path => "path",
            ParameterPlace::Body => "body",
        };
        format!("{place} {}", parameter.name)
    });
    let validator = match (demands.validates_parameters, demands.validates_body) {
        (false, false) => "none",
        (true, false) => "parameters",
        (false, true) => "body",
        (true, true) => "parameters and body",
    };
    let authorizer = demands.authorizer.as_ref();
    vec![
        format!(
            "    required: {}",
            or_none(required.collect::<Vec<_>>().join(", "))
        ),
        format!("    validator: {validator}"),
        format!(
            "    API key: {}",
            if demands.api_key { "needed" } else { "none" }
        ),
        format!(
            "    authorizer: {}",
            authorizer.map_or("none".to_owned(), |one| format!("{:?}", one.kind))
        ),
    ]
}

#[test]
fn each_sample_says_what_stands_in_it() {
    let samples: Vec<(&str, &str)> = HTTP_API
        .into_iter()
        .chain(REST_PROXY)
        .chain(REST_NON_PROXY)
        .chain(WITHOUT_EXTENSIONS)
        .collect();
    let mut checked = Vec::new();
    for (names, table) in blocks() {
        for name in names {
            let (_, text) = samples
                .iter()
                .find(|(known, _)| *known == name)
                .unwrap_or_else(|| panic!("{name} is no sample"));
            let (_, environment, map) = read(name, text);
            let told = told(&environment, &map, &table);
            let (told, table) = (told.join("\n"), table.join("\n"));
            assert_eq!(told, table, "{name}\nis:\n{told}\nshould be:\n{table}");
            checked.push(name);
        }
    }
    assert_eq!(checked.len(), 12, "{checked:?}");
}
