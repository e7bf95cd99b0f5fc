//! The Genesys Cloud CLI's `config.toml`: one table a profile (facts/genesys-cloud.md section 1.3).
//! Writing changes one profile and leaves the rest of the file, comments and order as they are.

use std::ops::Range;

use toml_edit::{Document, DocumentMut, Item, Table, TableLike, Value, value};

use super::client_config::{ClientConfig, Outgoing, ProxyConfig, Told, deployment_text, filled};
use super::path_params;
use super::text::{self, Place};
use super::types::{Export, ExportContext, ExportError, Ignored, ImportError, Imported, Lint};
use crate::model::clients::OfficialClient;
use crate::model::environment::{Environment, Proxy};
use crate::model::masks::MASK;
use crate::model::route::TypedUrl;
use crate::model::secret::SecretName;

/// Where the CLI is told to go when nothing else is known.
const FIRST_REGION: &str = "mypurecloud.com";

/// Keys that become part of the environment.
const READ: [&str; 19] = [
    "environment",
    "client_credentials",
    "client_secret",
    "access_token",
    "grant_type",
    "gateway_protocol",
    "gateway_host",
    "gateway_port",
    "gateway_username",
    "gateway_password",
    "gateway_pathparams",
    "proxy_protocol",
    "proxy_host",
    "proxy_port",
    "proxy_username",
    "proxy_password",
    "oauth_token_data",
    "proxy_pathparams",
    "redirect_uri",
];

/// # Errors
/// For text that is no TOML, and for a file without a profile.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    if text.trim().is_empty() {
        return Err(text::empty());
    }
    if let Some(error) = text::too_deep(text) {
        return Err(error);
    }
    let text = text.trim_start_matches('\u{feff}');
    let document = Document::parse(text).map_err(|error| toml_error(text, &error))?;
    let mut imported = Imported::default();
    for (name, item) in document.iter() {
        read_item(text, name, item, &mut imported);
    }
    if imported.environments.is_empty() {
        return Err(ImportError::new(
            Place::START,
            "There is no profile: a profile is a table such as [DEFAULT]",
        ));
    }
    Ok(imported)
}

fn toml_error(text: &str, error: &toml_edit::TomlError) -> ImportError {
    let at = error.span().map_or(text.len(), |span| span.start);
    let mut end = at.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let profiles: Vec<&str> = text[..end]
        .lines()
        .filter(|line| line.starts_with('[') && line.trim_end().ends_with(']'))
        .take(8)
        .map(str::trim_end)
        .collect();
    let reason = error.message().lines().next().unwrap_or_default();
    ImportError::new(Place::at(text, at), format!("This is no TOML: {reason}"))
        .having_understood(profiles.join(", "))
}

/// A profile, or with a point in its name (`[team.prod]`) a table of profiles.
fn read_item(text: &str, name: &str, item: &Item, imported: &mut Imported) {
    let Some(table) = item.as_table_like() else {
        imported.ignored.push(Ignored::new(
            name,
            "it stands outside of a profile, where the CLI does not look",
        ));
        return;
    };
    let is_group = !table.is_empty() && table.iter().all(|(_, inner)| inner.is_table());
    if is_group {
        for (inner, item) in table.iter() {
            read_item(text, &format!("{name}.{inner}"), item, imported);
        }
    } else {
        read_profile(text, name, item, table, imported);
    }
}

/// The CLI's reader takes names of profiles and keys in any case.
fn in_any_case(table: &dyn TableLike, wanted: &str) -> Option<String> {
    let exact = table.contains_key(wanted);
    let mut names = table.iter().map(|(name, _)| name);
    if exact {
        return Some(wanted.to_owned());
    }
    names
        .find(|name| name.eq_ignore_ascii_case(wanted))
        .map(str::to_owned)
}

fn read_profile(
    text: &str,
    name: &str,
    item: &Item,
    table: &dyn TableLike,
    imported: &mut Imported,
) {
    let place = |item: &Item| Place::at(text, item.span().map_or(0, |span| span.start));
    let told = |key: &str| {
        let item = table.get(&in_any_case(table, key)?)?;
        Some(Told::new(scalar(item)?, place(item)))
    };
    let mut config = ClientConfig::new(name, place(item));
    config.region = told("environment");
    config.client_id = told("client_credentials");
    config.client_secret = told("client_secret");
    config.access_token = told("access_token");
    config.host = told("gateway_host");
    config.protocol = told("gateway_protocol");
    config.port = told("gateway_port");
    config.user_name = told("gateway_username");
    config.password = told("gateway_password");
    config.proxy = ProxyConfig {
        protocol: told("proxy_protocol"),
        host: told("proxy_host"),
        port: told("proxy_port"),
        user_name: told("proxy_username"),
        password: told("proxy_password"),
    };
    let item_of = |key: &str| table.get(&in_any_case(table, key)?);
    if let Some(params) = told("gateway_pathparams") {
        path_params::read_cli(&params, &mut config, &mut imported.lint);
    } else if let Some(item) = item_of("gateway_pathparams") {
        read_table_of_paths(item, place(item), &mut config, imported);
    }
    let misplaced = told("proxy_pathparams").filter(|params| {
        config.has_gateway()
            && config.login_path.is_none()
            && config.api_path.is_none()
            && params.text.contains(':')
    });
    if let Some(params) = &misplaced {
        imported.lint.push(Lint::new(
            params.place,
            "The gateway's paths stand in `proxy_pathparams`, where `gc profiles new` puts them and the CLI does not look: both are lost",
            "Name the key `gateway_pathparams`",
        ));
        path_params::read_cli(params, &mut config, &mut imported.lint);
    }
    lint_left_out(&config, &mut imported.lint);
    if let Some(region) = &config.region {
        lint_region(region, &mut imported.lint);
    }
    if let Some(grant) =
        told("grant_type").filter(|grant| ["2", "3"].contains(&grant.text.as_str()))
    {
        imported.lint.push(Lint::new(
            grant.place,
            "This profile logs a person in with a browser; Gatescope uses client credentials or a token",
            "Give the environment a client of its own, or paste a token",
        ));
    }
    for (key, item) in table.iter() {
        let lower = key.to_ascii_lowercase();
        let why = match lower.as_str() {
            "proxy_pathparams" if misplaced.is_some() => continue,
            "gateway_pathparams" if item.as_table_like().is_some() => continue,
            "oauth_token_data" => "a cached token of the CLI; Gatescope gets its own",
            "redirect_uri" | "secure_login_enabled" => "it belongs to a login with a browser",
            "proxy_pathparams" => "Gatescope reaches a proxy without a path",
            known if READ.contains(&known) && scalar(item).is_some() => continue,
            known if READ.contains(&known) => "its value is no text, number or truth value",
            _ => "it says nothing about where requests go",
        };
        if scalar(item).as_deref() != Some("") {
            imported
                .ignored
                .push(Ignored::new(format!("{name}.{key}"), why));
        }
    }
    config.add_to(&[OfficialClient::Cli], imported);
}

/// `{login = "/a", api = "/b"}`: TOML, but the CLI wants one text.
fn read_table_of_paths(
    item: &Item,
    place: Place,
    config: &mut ClientConfig,
    imported: &mut Imported,
) {
    imported.lint.push(Lint::new(
        place,
        "The CLI stops when the path parameters are no text",
        "Write them in quotes: `'{login: /loginpath, api: /apipath}'`",
    ));
    let Some(table) = item.as_table_like() else {
        return;
    };
    for (name, value) in table.iter() {
        if let Some(value) = scalar(value) {
            let told = Told::new(value.clone(), place);
            path_params::put(name, &value, &told, config, &mut imported.lint, "The CLI");
        }
    }
}

/// What the CLI makes of settings that are missing or stand beside each other.
fn lint_left_out(config: &ClientConfig, lint: &mut Vec<Lint>) {
    if config.has_gateway() && config.protocol.is_none() {
        lint.push(Lint::new(
            config.host.as_ref().map_or(config.start, |host| host.place),
            "Without gateway_protocol the CLI uses no gateway: requests go to the region directly",
            "Add `gateway_protocol = \"https\"`",
        ));
    }
    if filled(config.region.as_ref()).is_none() {
        lint.push(Lint::new(
            config.start,
            "Without `environment` the CLI answers \"Invalid AWS region\", with a gateway too",
            "Add the region, such as `environment = \"mypurecloud.com\"`",
        ));
    }
    if let (Some(token), Some(_)) = (
        filled(config.access_token.as_ref()),
        filled(config.client_id.as_ref()),
    ) {
        lint.push(Lint::new(
            token.place,
            "The CLI uses the access token and not the client: when the token ends, requests fail",
            "Take the access token out",
        ));
    }
}

fn scalar(item: &Item) -> Option<String> {
    match item.as_value()? {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Boolean(truth) => Some(truth.value().to_string()),
        _ => None,
    }
}

/// Three names stand with underscores in the CLI's own list.
fn lint_region(region: &Told, lint: &mut Vec<Lint>) {
    if ["me-central-1", "ap-northeast-3", "eu-central-2"].contains(&region.text.as_str()) {
        lint.push(Lint::new(
            region.place,
            "The CLI answers \"Invalid AWS region\" to this name",
            "Write the region's domain, such as mec1.pure.cloud, or the name with underscores",
        ));
    }
}

/// Writes `environment` into the profile of that name: into `existing`, a whole `config.toml`, or into a new one.
/// A secret that is masked keeps the value which the profile has.
///
/// # Errors
/// When `existing` is no TOML, the profile's name is taken by a value, or a path cannot be written.
pub fn export(
    environment: &Environment,
    context: ExportContext<'_>,
    existing: Option<&str>,
    profile: &str,
) -> Result<Export, ExportError> {
    let existing = existing.unwrap_or_default().trim_start_matches('\u{feff}');
    let mut document: DocumentMut = existing
        .parse()
        .map_err(|error| ExportError(toml_error(existing, &error).to_string()))?;
    let mut outgoing = Outgoing::new(environment, context);
    let mut own = Vec::new();
    // `[default]` and `[DEFAULT]` are one profile to the CLI, which writes names in lower case itself.
    let known = in_any_case(document.as_table(), profile);
    let profile = known.as_deref().unwrap_or(profile);
    let item = document
        .entry(profile)
        .or_insert_with(|| Item::Table(Table::new()));
    let Some(table) = item.as_table_like_mut() else {
        return Err(ExportError(format!(
            "`{profile}` is a value in this file and no profile: use another name"
        )));
    };
    write_credentials(table, &mut outgoing, &mut own);
    write_gateway(table, &mut outgoing, &mut own)?;
    write_proxy(table, environment, &mut outgoing);
    let text = document.to_string();
    let mut lint: Vec<Lint> = own
        .into_iter()
        .map(|(key, lint)| Lint {
            place: place_in(&text, profile, key),
            ..lint
        })
        .collect();
    if let Ok(read) = import(&text) {
        let own = lines_of(&text, profile);
        let found = read.lint.into_iter();
        lint.extend(found.filter(|lint| own.contains(&lint.place.line)));
    }
    Ok(Export {
        text,
        masked: outgoing.masked,
        lint,
    })
}

/// Where a key of a profile stands in a whole file.
fn place_in(text: &str, profile: &str, key: &str) -> Place {
    let document = Document::parse(text).ok();
    let span = document.as_ref().and_then(|document| {
        let table = document.get(profile)?.as_table_like()?;
        table.get(&in_any_case(table, key)?)?.span()
    });
    span.map_or(Place::START, |span| Place::at(text, span.start))
}

/// A whole file with its secrets masked, in whatever profile and comment they stand: to be shown, never to be written.
///
/// # Errors
/// When `text` is no TOML.
pub fn masked(text: &str) -> Result<String, ExportError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error| ExportError(toml_error(text, &error).to_string()))?;
    mask(document.as_table_mut());
    let text = document.to_string();
    let lines = text.split_inclusive('\n').map(|line| {
        let is_comment = line.trim_start().starts_with('#');
        match line.split_once('=') {
            Some((key, _)) if is_comment && hides(key) => format!("{key}= {MASK}\n"),
            _ => line.to_owned(),
        }
    });
    Ok(lines.collect())
}

fn hides(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["secret", "token", "password"]
        .iter()
        .any(|word| key.contains(word))
}

fn mask(table: &mut dyn TableLike) {
    for (key, item) in table.iter_mut() {
        if let Some(inner) = item.as_table_like_mut() {
            mask(inner);
        } else if hides(key.get())
            && let Some(old) = item.as_value_mut()
        {
            replace(old, Value::from(MASK));
        }
    }
}

/// The lines of a profile, from its heading to the next one; all of them for a profile without a heading of its own.
fn lines_of(text: &str, profile: &str) -> Range<usize> {
    let heading = |line: &str| {
        let inner = line.trim().strip_prefix('[')?;
        let (name, _) = inner.split_once(']')?;
        Some(name.trim().trim_matches(['"', '\'']).to_owned())
    };
    let mut headings = (1..)
        .zip(text.lines())
        .filter_map(|(number, line)| heading(line).map(|name| (number, name)));
    let Some((first, _)) = headings.find(|(_, name)| name == profile) else {
        return 0..usize::MAX;
    };
    first..headings.next().map_or(usize::MAX, |(next, _)| next)
}

fn write_credentials(
    table: &mut dyn TableLike,
    outgoing: &mut Outgoing<'_>,
    lint: &mut Vec<(&'static str, Lint)>,
) {
    let before = (had(table, "environment"), had(table, "client_credentials"));
    if let Some(place) = &outgoing.place {
        set(table, "environment", &deployment_text(place));
    } else if before.0.is_empty() {
        set(table, "environment", FIRST_REGION);
        let lint_of_region = Lint::new(
            Place::START,
            format!(
                "The CLI needs a region beside the gateway, and {FIRST_REGION} was written: no request goes there"
            ),
            "Put your region in, if a login with a browser is to find it",
        );
        lint.push(("environment", lint_of_region));
    }
    if let Some(id) = outgoing.client_id {
        set(table, "client_credentials", id);
        set(table, "grant_type", "1");
        // The CLI would use the token instead of the client.
        remove(table, "access_token");
        let secret = outgoing.secret(&SecretName::ClientSecret);
        match secret {
            Some(secret) => set(table, "client_secret", secret),
            None if before.1 != id && !had(table, "client_secret").is_empty() => {
                let kept = Lint::new(
                    Place::START,
                    "The profile keeps the secret of the client that it had before",
                    "Put the new client's secret in, or export with secrets",
                );
                lint.push(("client_secret", kept));
            }
            None => {}
        }
    }
    if outgoing.uses_token()
        && let Some(token) = outgoing.secret(&SecretName::AccessToken)
    {
        set(table, "access_token", token);
    }
    // A token of another client or region would be used until it ends.
    if before != (had(table, "environment"), had(table, "client_credentials")) {
        remove(table, "oauth_token_data");
    }
}

/// What the profile has under a key; empty when nothing.
fn had(table: &dyn TableLike, key: &str) -> String {
    let key = in_any_case(table, key).unwrap_or_default();
    table.get(&key).and_then(scalar).unwrap_or_default()
}

fn write_gateway(
    table: &mut dyn TableLike,
    outgoing: &mut Outgoing<'_>,
    lint: &mut Vec<(&'static str, Lint)>,
) -> Result<(), ExportError> {
    let Some(form) = outgoing.form.clone() else {
        // A host that stays would send everything to the gateway.
        for key in READ.iter().filter(|key| key.starts_with("gateway_")) {
            remove(table, key);
        }
        return Ok(());
    };
    let host_before = had(table, "gateway_host");
    set(table, "gateway_protocol", &form.protocol);
    set(table, "gateway_host", &form.host);
    set(table, "gateway_port", &form.port);
    let params = path_params::write_cli(&form)?;
    // As the vendor prints it: in single quotes.
    let literal: Value = format!("'{params}'")
        .parse()
        .map_err(|_| ExportError("The paths cannot be written: use plain ones".to_owned()))?;
    put(table, "gateway_pathparams", literal);
    set_or_remove(table, "gateway_username", outgoing.gateway_user);
    if let Some(password) = outgoing.secret(&SecretName::GatewayPassword) {
        set(table, "gateway_password", password);
    } else if host_before != form.host && !had(table, "gateway_password").is_empty() {
        let kept = Lint::new(
            Place::START,
            "The profile keeps the password of the gateway that it had before",
            "Take it out, or export with secrets",
        );
        lint.push(("gateway_password", kept));
    }
    Ok(())
}

fn write_proxy(table: &mut dyn TableLike, environment: &Environment, outgoing: &mut Outgoing<'_>) {
    let Proxy::Explicit { url, user_name, .. } = &environment.network.proxy else {
        for key in READ.iter().filter(|key| key.starts_with("proxy_")) {
            remove(table, key);
        }
        return;
    };
    let typed = TypedUrl::take_apart(url);
    set(
        table,
        "proxy_protocol",
        typed.scheme.as_deref().unwrap_or("http"),
    );
    set(table, "proxy_host", &typed.host);
    set_or_remove(
        table,
        "proxy_port",
        typed.port.as_deref().unwrap_or_default(),
    );
    set_or_remove(table, "proxy_username", user_name);
    if let Some(password) = outgoing.secret(&SecretName::ProxyPassword) {
        set(table, "proxy_password", password);
    }
}

fn remove(table: &mut dyn TableLike, key: &str) {
    if let Some(key) = in_any_case(table, key) {
        table.remove(&key);
    }
}

fn set(table: &mut dyn TableLike, key: &str, text: &str) {
    let key = &in_any_case(table, key).unwrap_or_else(|| key.to_owned());
    if table.get(key).and_then(scalar).as_deref() != Some(text) {
        put(table, key, Value::from(text));
    }
}

fn set_or_remove(table: &mut dyn TableLike, key: &str, text: &str) {
    if text.is_empty() {
        remove(table, key);
    } else {
        set(table, key, text);
    }
}

fn replace(old: &mut Value, new: Value) {
    let decor = old.decor().clone();
    *old = new;
    *old.decor_mut() = decor;
}

/// A comment behind the old value stays.
fn put(table: &mut dyn TableLike, key: &str, new: Value) {
    let key = &in_any_case(table, key).unwrap_or_else(|| key.to_owned());
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => replace(old, new),
        None => {
            table.insert(key, value(new));
        }
    }
}
