//! What becomes of each sample under `tests/fixtures/clients`: the guide's as printed, the vendor's own, and those with traps.
//! `SAMPLE.expected` holds environments, secrets (never their values), what is reported and what is left out.

use std::fmt::Write as _;

use crate::interchange::reading;
use crate::model::environment::{Credentials, Environment, Proxy, Target};
use crate::model::route;

struct Sample {
    name: &'static str,
    text: &'static str,
    expected: &'static str,
}

macro_rules! sample {
    ($name:literal) => {
        Sample {
            name: $name,
            text: include_str!(concat!("../../../tests/fixtures/clients/", $name)),
            expected: include_str!(concat!(
                "../../../tests/fixtures/clients/",
                $name,
                ".expected"
            )),
        }
    };
}

fn samples() -> Vec<Sample> {
    vec![
        sample!("gateway-numeric-port.json"),
        sample!("go-with-cli-paths.ini"),
        sample!("go.ini"),
        sample!("go.json"),
        sample!("guide-config.toml"),
        sample!("guide-curl.sh"),
        sample!("guide-gateway.json"),
        sample!("guide-provider.tf"),
        sample!("guide-sdk-fragment.json"),
        sample!("guide-sdk.ini"),
        sample!("guide-set-gateway.js"),
        sample!("percent-password.ini"),
        sample!("profiles-new.toml"),
        sample!("provider-traps.tf"),
        sample!("python-string-port.json"),
        sample!("readme-sdk.ini"),
        sample!("readme-sdk.json"),
        sample!("stage-and-port.ini"),
        sample!("stage-without-port.ini"),
        sample!("two-profiles.toml"),
        sample!("variables.sh"),
    ]
}

fn environment_in_words(environment: &Environment) -> String {
    let mut words = format!("environment {} ({})\n", environment.name, environment.id);
    if let Target::Gateway(gateway) = &environment.target {
        let region = gateway.region.map(|region| region.aws_name().to_owned());
        let _ = writeln!(
            words,
            "  gateway {}://{} port {:?} stage {:?} login {:?} api {:?} user {:?} region {}",
            gateway.protocol.scheme(),
            gateway.host,
            gateway.port,
            gateway.stage,
            gateway.login_path,
            gateway.api_path,
            gateway.user_name,
            region.unwrap_or_else(|| "unknown".to_owned()),
        );
    }
    match route::login_url(environment) {
        Ok(url) => {
            let _ = writeln!(words, "  login URL {url}");
        }
        Err(_) => words.push_str("  no login URL\n"),
    }
    let credentials = match &environment.credentials {
        Credentials::None => "none".to_owned(),
        Credentials::ClientCredentials { client_id, .. } => format!("client {client_id}"),
        Credentials::AccessToken => "access token".to_owned(),
        Credentials::SameAs { environment } => format!("same as {environment}"),
    };
    let _ = writeln!(words, "  credentials {credentials}");
    if let Proxy::Explicit { url, user_name, .. } = &environment.network.proxy {
        let _ = writeln!(words, "  proxy {url} user {user_name:?}");
    }
    words
}

fn in_words(text: &str) -> String {
    let read = match reading::import(text, None) {
        Ok(read) => read,
        Err(error) => return format!("error {error}\n"),
    };
    let mut words = format!("{}\n", read.kind);
    for environment in &read.imported.environments {
        words.push_str(&environment_in_words(environment));
    }
    for request in &read.imported.requests {
        let _ = writeln!(
            words,
            "request {} {}",
            request.draft.method, request.draft.path
        );
    }
    for secret in &read.imported.secrets {
        let _ = writeln!(
            words,
            "secret {:?} of line {} for {}",
            secret.name,
            secret.place.line,
            secret.origins.join(" ")
        );
    }
    for lint in &read.imported.lint {
        let _ = writeln!(
            words,
            "{}:{} {} -> {}",
            lint.place.line, lint.place.column, lint.cause, lint.fix
        );
    }
    for ignored in &read.imported.ignored {
        let _ = writeln!(words, "ignored {}: {}", ignored.what, ignored.why);
    }
    words
}

#[test]
fn every_sample_becomes_what_is_expected() {
    let mut wrong = String::new();
    for sample in samples() {
        let words = in_words(sample.text);
        if words != sample.expected {
            let _ = write!(wrong, "=== {}\n{words}", sample.name);
        }
    }
    assert!(wrong.is_empty(), "another result of\n{wrong}=== end");
}
