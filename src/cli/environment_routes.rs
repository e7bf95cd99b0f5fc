//! What `gatescope env show` says of a gateway beyond its settings: the routes of its configuration with what is wrong with
//! them, and what official clients would send.

use serde_json::{Value, json};

use crate::app::client_preview::{ClientPreview, names};
use crate::model::environment::Environment;
use crate::model::region::Region;

use super::terminal;

/// `region`: where the organisation lives, when that is known.
pub(super) fn print_routes(environment: &Environment, region: Option<Region>) {
    let Some(map) = &environment.route_map else {
        return;
    };
    for route in &map.routes {
        terminal::line(&format!("route  {} -> {}", route.name(), route.uri));
    }
    print_warnings(environment, region);
}

/// What the configuration gets wrong, with the cure.
pub(super) fn print_warnings(environment: &Environment, region: Option<Region>) {
    let map = environment.route_map.iter();
    for warning in map.flat_map(|map| map.warnings(region)) {
        let route = warning
            .route
            .map_or_else(String::new, |route| format!("{route}: "));
        terminal::note(&format!("warning: {route}{}", warning.text));
        terminal::note(&format!("fix: {}", warning.fix));
    }
}

pub(super) fn routes_document(environment: &Environment, region: Option<Region>) -> Value {
    let Some(map) = &environment.route_map else {
        return Value::Null;
    };
    let warnings = map.warnings(region).into_iter();
    json!({
        "warnings": warnings
            .map(|warning| json!({ "route": warning.route, "text": warning.text, "fix": warning.fix }))
            .collect::<Vec<_>>(),
        "routes": map
            .routes
            .iter()
            .map(|route| json!({ "name": route.name(), "uri": route.uri }))
            .collect::<Vec<_>>(),
    })
}

/// Who works and who breaks, then the exact URLs.
pub(super) fn print_clients(environment: &Environment) {
    let Some(preview) = ClientPreview::of(environment) else {
        terminal::note(
            "note: official clients are given a gateway: this environment is none, or its address is not complete",
        );
        return;
    };
    for group in &preview.groups {
        terminal::line(&format!("client {}", group.words()));
    }
    for (clients, urls) in &preview.urls {
        terminal::line(&format!("{}:", names(clients)));
        for (method, url) in [("POST", &urls.login), ("GET", &urls.api)] {
            let text = if url.text.is_empty() {
                "past the gateway, to the region"
            } else {
                &url.text
            };
            terminal::line(&format!("  {method:4} {text}"));
        }
    }
}

/// `null` where there is no gateway to speak of.
pub(super) fn clients_document(environment: &Environment) -> Value {
    let Some(preview) = ClientPreview::of(environment) else {
        return Value::Null;
    };
    let rows = preview.urls.iter().flat_map(|(clients, urls)| {
        clients.iter().map(|client| {
            let group = preview
                .groups
                .iter()
                .find(|group| group.clients.contains(client));
            json!({
                "client": client.to_string(),
                "verdict": group.map(|group| group.verdict.word()),
                "reason": group.map(|group| group.reason.clone()),
                "login": urls.login.text,
                "api": urls.api.text,
            })
        })
    });
    Value::from(rows.collect::<Vec<_>>())
}
