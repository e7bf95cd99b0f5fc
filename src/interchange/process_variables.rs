//! `GENESYSCLOUD_*` variables, from the process or from `export` and `.env` lines
//! (facts/genesys-cloud.md section 1.3). They belong to CX as Code; the CLI reads four of them.

mod lines;

use std::collections::HashSet;
use std::fmt::Write as _;

use super::client_config::{ClientConfig, Outgoing, Told, deployment_text};
use super::path_params;
use super::text::{self, Place};
use super::types::{Export, ExportContext, Ignored, ImportError, Imported, Lint};
use crate::interchange::curl::quote_posix;
use crate::model::clients::OfficialClient;
use crate::model::environment::{Environment, Proxy};
use crate::model::route::TypedUrl;
use crate::model::secret::SecretName;

const PREFIX: &str = "GENESYSCLOUD_";
const NAME: &str = "GENESYSCLOUD variables";

/// Lines of `NAME=value`, `export NAME=value`, `set NAME=value` or `$env:NAME = "value"`, with comments; several on a line too.
///
/// # Errors
/// For a quote without end, and for text without any such variable.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    if text.trim().is_empty() {
        return Err(text::empty());
    }
    let mut pairs: Vec<(String, Told)> = Vec::new();
    let mut imported = Imported::default();
    for (index, line) in text.lines().enumerate() {
        lines::read(line, index + 1, &mut pairs, &mut imported)?;
    }
    import_pairs(pairs, imported)
}

/// The variables of a process, in any order.
///
/// # Errors
/// When none of them begins with `GENESYSCLOUD_`.
pub fn import_process(
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Imported, ImportError> {
    let pairs = variables
        .into_iter()
        .filter(|(name, _)| name.starts_with(PREFIX))
        .map(|(name, value)| (name, Told::new(value, Place::START)))
        .collect();
    import_pairs(pairs, Imported::default())
}

fn import_pairs(
    pairs: Vec<(String, Told)>,
    mut imported: Imported,
) -> Result<Imported, ImportError> {
    let Some((_, first)) = pairs.first() else {
        return Err(ImportError::new(
            Place::START,
            "There is no variable that begins with GENESYSCLOUD_",
        ));
    };
    let mut config = ClientConfig::new(NAME, first.place);
    let mut path_name: Option<Told> = None;
    let mut path_value: Option<Told> = None;
    let mut names: HashSet<String> = HashSet::new();
    for (name, told) in pairs {
        let lint = &mut imported.lint;
        // The two of a path have words of their own.
        if !names.insert(name.clone()) && !name.contains("_GATEWAY_PATH_") {
            lint.push(Lint::new(
                told.place,
                format!("{name} is set twice: the last one counts"),
                "Take one of them out",
            ));
        }
        match name.strip_prefix(PREFIX).unwrap_or_default() {
            "REGION" => config.region = Some(told),
            "OAUTHCLIENT_ID" => config.client_id = Some(told),
            "OAUTHCLIENT_SECRET" => config.client_secret = Some(told),
            "ACCESS_TOKEN" => config.access_token = Some(told),
            "GATEWAY_HOST" => config.host = Some(told),
            "GATEWAY_PORT" => config.port = Some(told),
            "GATEWAY_PROTOCOL" => config.protocol = Some(told),
            "GATEWAY_AUTH_USERNAME" => config.user_name = Some(told),
            "GATEWAY_AUTH_PASSWORD" => config.password = Some(told),
            "GATEWAY_PATH_NAME" => keep_one(&mut path_name, told, lint),
            "GATEWAY_PATH_VALUE" => keep_one(&mut path_value, told, lint),
            "PROXY_HOST" => config.proxy.host = Some(told),
            "PROXY_PORT" => config.proxy.port = Some(told),
            "PROXY_PROTOCOL" => config.proxy.protocol = Some(told),
            "PROXY_AUTH_USERNAME" => config.proxy.user_name = Some(told),
            "PROXY_AUTH_PASSWORD" => config.proxy.password = Some(told),
            _ => imported.ignored.push(Ignored::new(
                name,
                "it says nothing about where requests go",
            )),
        }
    }
    read_path(
        path_name.as_ref(),
        path_value.as_ref(),
        &mut config,
        &mut imported.lint,
    );
    lint_gateway(&config, &mut imported.lint);
    if let (Some(token), Some(_)) = (&config.access_token, &config.client_id) {
        imported.lint.push(Lint::new(
            token.place,
            "CX as Code and the CLI use the access token and not the client: when the token ends, requests fail",
            "Take GENESYSCLOUD_ACCESS_TOKEN out",
        ));
    }
    config.add_to(&[OfficialClient::CxAsCode], &mut imported);
    Ok(imported)
}

fn keep_one(slot: &mut Option<Told>, told: Told, lint: &mut Vec<Lint>) {
    if slot.is_some() {
        lint.push(Lint::new(
            told.place,
            "The variable is set twice: the last one counts, and one path is lost",
            "Put both `path_params` blocks into the provider block",
        ));
    }
    *slot = Some(told);
}

/// One variable holds one value, so that login and API path cannot both come from variables.
fn read_path(
    name: Option<&Told>,
    value: Option<&Told>,
    config: &mut ClientConfig,
    lint: &mut Vec<Lint>,
) {
    let Some(name) = name else {
        if let Some(value) = value {
            lint.push(Lint::new(
                value.place,
                "A path value without GENESYSCLOUD_GATEWAY_PATH_NAME belongs to no path",
                "Add the name, `login` or `api`",
            ));
        }
        return;
    };
    let text = value.map_or("", |told| told.text.as_str());
    let names: Vec<&str> = name
        .text
        .split([',', ';', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let values: Vec<&str> = text
        .split([',', ';', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    if names.len() > 1 || values.len() > 1 {
        lint.push(Lint::new(
            name.place,
            "Two values stand in one path variable: the provider takes them for one name, and both paths are lost",
            "Put two `path_params` blocks into the provider block",
        ));
    } else {
        lint.push(Lint::new(
            name.place,
            "Variables hold one path only: login and API path cannot both come from them",
            "Put two `path_params` blocks into the provider block",
        ));
    }
    for (index, name_text) in names.iter().enumerate() {
        let path = values.get(index).copied().unwrap_or_default();
        let told = Told::new(path, value.map_or(name.place, |value| value.place));
        path_params::put(name_text, path, &told, config, lint, "CX as Code");
    }
}

fn lint_gateway(config: &ClientConfig, lint: &mut Vec<Lint>) {
    if let Some(host) = config.host.as_ref().filter(|host| !host.text.is_empty()) {
        lint.push(Lint::new(
            host.place,
            "Without a `gateway` block in the provider block these variables do nothing, and requests go to the region directly",
            "Add `gateway { }` to the provider block; the CLI reads no gateway variables at all",
        ));
    }
}

/// `export` lines for a POSIX shell. Masked secrets are left out and named in comments.
#[must_use]
pub fn export(environment: &Environment, context: ExportContext<'_>) -> Export {
    let mut outgoing = Outgoing::new(environment, context);
    let mut text = String::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "export {PREFIX}{name}={}", quote_posix(value));
        }
    };
    if let Some(place) = &outgoing.place {
        let region = match place {
            crate::model::environment::Place::Region(region) => region.aws_name().to_owned(),
            other => deployment_text(other),
        };
        put("REGION", &region);
    }
    put("OAUTHCLIENT_ID", outgoing.client_id.unwrap_or_default());
    for (name, secret) in [
        ("OAUTHCLIENT_SECRET", SecretName::ClientSecret),
        ("ACCESS_TOKEN", SecretName::AccessToken),
        ("GATEWAY_AUTH_PASSWORD", SecretName::GatewayPassword),
        ("PROXY_AUTH_PASSWORD", SecretName::ProxyPassword),
    ] {
        // The provider and the CLI would use a token instead of the client.
        if secret == SecretName::AccessToken && !outgoing.uses_token() {
            continue;
        }
        put(name, outgoing.secret(&secret).unwrap_or_default());
    }
    if let Some(form) = &outgoing.form {
        put("GATEWAY_HOST", &form.host);
        put("GATEWAY_PORT", &form.port);
        put("GATEWAY_PROTOCOL", &form.protocol);
        put("GATEWAY_AUTH_USERNAME", outgoing.gateway_user);
    }
    if let Proxy::Explicit { url, user_name, .. } = &environment.network.proxy {
        let typed = TypedUrl::take_apart(url);
        put("PROXY_PROTOCOL", typed.scheme.as_deref().unwrap_or("http"));
        put("PROXY_HOST", &typed.host);
        put("PROXY_PORT", typed.port.as_deref().unwrap_or_default());
        put("PROXY_AUTH_USERNAME", user_name);
    }
    for words in &outgoing.masked {
        let _ = writeln!(text, "# The {words} was left out");
    }
    let mut lint = import(&text).map(|read| read.lint).unwrap_or_default();
    let has_paths = outgoing
        .form
        .as_ref()
        .is_some_and(|form| !form.login_path.is_empty() || !form.api_path.is_empty());
    if has_paths {
        // Where they would belong.
        let host = text.find(&format!("export {PREFIX}GATEWAY_HOST"));
        lint.push(Lint::new(
            host.map_or(Place::START, |at| Place::at(&text, at)),
            "The paths are not in these lines: variables hold one path only",
            "Export the provider block of CX as Code instead",
        ));
    }
    Export {
        text,
        masked: outgoing.masked,
        lint,
    }
}
