//! `http-client.env.json` and its private twin, which stand beside `.http` files: named sets of variables, with OAuth 2.0 clients.

use serde_json::Value;

use crate::interchange::collecting::{
    ClientGrant, Collecting, SetVariable, host_of, is_known_host,
};
use crate::interchange::document::{self, member, text_of};
use crate::interchange::text::Place;
use crate::interchange::{ImportError, Imported};

/// Variables of all sets, in the dialect of Visual Studio.
const SHARED: &str = "$shared";

/// What people call their sets: with such names alone, a private file of nothing but passwords is known too.
const USUAL_NAMES: [&str; 12] = [
    "dev",
    "development",
    "local",
    "test",
    "testing",
    "qa",
    "uat",
    "stage",
    "staging",
    "prod",
    "production",
    "$shared",
];

/// Members that are no variables.
const SETTINGS: [&str; 3] = ["Security", "SSLConfiguration", "SecretKeys"];

pub(in crate::interchange) fn is_usual_name(name: &str) -> bool {
    USUAL_NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a text in JSON is such a file: sets of plain values, and in one of them an address or settings of the tool, or
/// all of them named as usual.
pub(in crate::interchange) fn is_file(text: &str) -> bool {
    let Ok(Value::Object(sets)) = serde_json::from_str::<Value>(text) else {
        return false;
    };
    let is_set = |set: &Value| {
        set.as_object().is_some_and(|members| {
            members.iter().all(|(name, value)| {
                SETTINGS.contains(&name.as_str())
                    || text_of(value).is_some()
                    || value.is_null()
                    || value.get("provider").is_some()
            })
        })
    };
    let says_so = |set: &Value| {
        set.as_object().is_some_and(|members| {
            members.iter().any(|(name, value)| {
                let text = value.as_str().unwrap_or_default();
                ["Security", "SSLConfiguration"].contains(&name.as_str())
                    || text.starts_with("https://")
                    || text.starts_with("http://")
                    || host_of(text).is_some_and(|host| is_known_host(&host))
            })
        })
    };
    let is_known = sets.contains_key(SHARED)
        || sets.values().any(says_so)
        || (!sets.is_empty() && sets.keys().all(|name| is_usual_name(name)));
    sets.values().all(is_set) && is_known
}

/// Reads a file of environments.
///
/// # Errors
/// For no JSON, and for a text that does not hold a set of variables under each name.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let mut collecting = Collecting::new(text);
    let document = document::read(text, &mut collecting.imported.lint)?;
    let Some(sets) = document
        .as_object()
        .filter(|sets| !sets.is_empty() && sets.values().all(Value::is_object))
    else {
        return Err(ImportError::new(
            Place::START,
            "This is no file of environments: it holds a name for each, and an object of variables",
        ));
    };
    if let Some(shared) = sets.get(SHARED) {
        for row in variables(SHARED, shared, &mut collecting) {
            collecting.variable(&row.name, &row.value, false);
        }
    }
    for (name, set) in sets.iter().filter(|(name, _)| *name != SHARED) {
        let rows = variables(name, set, &mut collecting);
        let is_environment = collecting.set(name, &rows);
        if !is_environment {
            for row in &rows {
                collecting.variable(&row.name, &row.value, false);
            }
        }
        let clients = set.pointer("/Security/Auth").and_then(Value::as_object);
        for (id, client) in clients.into_iter().flatten() {
            match grant(client) {
                Some(grant) if is_environment => collecting.grant_of_last_set(grant),
                Some(grant) => collecting.grant(grant),
                None => collecting.ignore(
                    format!("the credentials {id} of {name}"),
                    "only OAuth 2.0 client credentials are taken",
                ),
            }
        }
        certificates(name, set, &mut collecting);
    }
    Ok(collecting.finish())
}

/// Of `SSLConfiguration`: paths, or objects with `path` and `format`.
fn certificates(owner: &str, set: &Value, collecting: &mut Collecting<'_>) {
    let Some(settings) = set.get("SSLConfiguration") else {
        return;
    };
    if settings.get("clientCertificate").is_some() || settings.get("clientCertificateKey").is_some()
    {
        collecting.ignore(
            format!("the client certificate of {owner}"),
            "Gatescope sends no client certificates",
        );
    }
    if settings.get("verifyHostCertificate") == Some(&Value::Bool(false)) {
        collecting.ignore(
            format!("verifyHostCertificate of {owner}"),
            "certificates are always checked; trust this one in the environment instead",
        );
    }
}

fn variables(owner: &str, set: &Value, collecting: &mut Collecting<'_>) -> Vec<SetVariable> {
    let mut rows = Vec::new();
    for (name, value) in set.as_object().into_iter().flatten() {
        if SETTINGS.contains(&name.as_str()) {
            continue;
        }
        match text_of(value) {
            Some(value) => rows.push(SetVariable {
                name: name.clone(),
                value,
                is_secret: false,
            }),
            None => collecting.ignore(
                format!("the variable {name} of {owner}"),
                "its value is not in the file: enter it in the environment",
            ),
        }
    }
    rows
}

/// `Client Credentials` is a grant, and also where they stand: `basic`, `in body` or `none`.
fn grant(client: &Value) -> Option<ClientGrant> {
    let is_word = |name: &str, word: &str| {
        let written = member(client, name);
        written.is_empty() || written.eq_ignore_ascii_case(word)
    };
    if !is_word("Type", "OAuth2") || !is_word("Grant Type", "Client Credentials") {
        return None;
    }
    let scope = match client.get("Scope") {
        Some(Value::Array(scopes)) => {
            let scopes: Vec<String> = scopes.iter().filter_map(text_of).collect();
            scopes.join(" ")
        }
        _ => member(client, "Scope"),
    };
    Some(ClientGrant {
        token_url: member(client, "Token URL"),
        client_id: member(client, "Client ID"),
        client_secret: member(client, "Client Secret"),
        scope,
        in_body: member(client, "Client Credentials") == "in body",
    })
}

#[cfg(test)]
mod tests;
