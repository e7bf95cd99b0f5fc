//! Requests written as a Postman collection of version 2.1, and variables as an environment.

use serde_json::{Value, json};

use crate::interchange::written_requests::{
    Collection, Dialect, Login, WrittenRequest, WrittenVariable, base_of, environment_variables,
};
use crate::interchange::{Export, ExportContext};
use crate::model::environment::Environment;
use crate::model::request::{DraftBody, PartValue, QueryRow, RequestAuth};

/// Writes a collection of version 2.1: requests with their folders, the variables that they refer to, and how they get their token.
#[must_use]
pub(in crate::interchange) fn export(collection: Collection) -> Export {
    let requests: Vec<&WrittenRequest> = collection.requests.iter().collect();
    let mut document = json!({
        "info": {"name": collection.name, "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": folder_items(&requests, 0),
    });
    if let Some(auth) = login(&collection.login) {
        document["auth"] = auth;
    }
    if !collection.variables.is_empty() {
        document["variable"] = collection.variables.iter().map(variable).collect();
    }
    collection.export_json(&document)
}

/// Without a kind it is a text.
fn variable(variable: &WrittenVariable) -> Value {
    let mut written = json!({"key": variable.name, "value": variable.value});
    if variable.secret {
        written["type"] = json!("secret");
    }
    written
}

fn login(login: &Login) -> Option<Value> {
    Some(match login {
        Login::None => return None,
        Login::Token(token) => {
            json!({"type": "bearer", "bearer": list(&[("token", token)])})
        }
        Login::Client {
            token_url,
            client_id,
            client_secret,
            scope,
            in_body,
        } => {
            let placement = if *in_body { "body" } else { "header" };
            let mut fields = list(&[
                ("grant_type", "client_credentials"),
                ("accessTokenUrl", token_url),
                ("clientId", client_id),
                ("clientSecret", client_secret),
                ("scope", scope),
                ("client_authentication", placement),
                ("addTokenTo", "header"),
                ("headerPrefix", "Bearer"),
            ]);
            fields.retain(|field| field["value"] != json!(""));
            json!({"type": "oauth2", "oauth2": fields})
        }
    })
}

fn list(pairs: &[(&str, &str)]) -> Vec<Value> {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| json!({"key": key, "value": value, "type": "string"}))
        .collect()
}

fn folder_items(requests: &[&WrittenRequest], depth: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for request in requests {
        match request.folder.get(depth) {
            None => items.push(written(request)),
            Some(name) if done.contains(&name.as_str()) => {}
            Some(name) => {
                done.push(name);
                let inside: Vec<&WrittenRequest> = requests
                    .iter()
                    .filter(|other| other.folder.get(depth) == Some(name))
                    .copied()
                    .collect();
                items.push(json!({"name": name, "item": folder_items(&inside, depth + 1)}));
            }
        }
    }
    items
}

fn written(request: &WrittenRequest) -> Value {
    let draft = &request.draft;
    let auth = match &draft.auth {
        RequestAuth::Inherit => Value::Null,
        RequestAuth::None => json!({"type": "noauth"}),
        RequestAuth::Bearer { token } => {
            json!({"type": "bearer", "bearer": list(&[("token", token)])})
        }
        RequestAuth::Basic { user, password } => {
            json!({"type": "basic", "basic": list(&[("username", user), ("password", password)])})
        }
        RequestAuth::Header { name, value } => {
            json!({"type": "apikey", "apikey": list(&[("key", name), ("value", value), ("in", "header")])})
        }
    };
    let headers: Vec<Value> = draft
        .headers
        .iter()
        .map(|row| flagged(json!({"key": row.name, "value": row.value}), row.enabled))
        .collect();
    let mut written = json!({"method": draft.method, "header": headers, "url": url(request)});
    if !auth.is_null() {
        written["auth"] = auth;
    }
    if let Some(body) = written_body(&draft.body) {
        written["body"] = body;
    }
    if !request.description.is_empty() {
        written["description"] = Value::String(request.description.clone());
    }
    json!({"name": draft.name, "request": written})
}

/// Postman's own programs read the parts and leave `raw` alone.
fn url(request: &WrittenRequest) -> Value {
    let draft = &request.draft;
    let mut url = json!({"raw": request.url()});
    let authority = match request.origin.split_once("://") {
        Some((protocol, authority)) => {
            url["protocol"] = json!(protocol);
            authority
        }
        None => &request.origin,
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            (host, Some(port))
        }
        _ => (authority, None),
    };
    url["host"] = if host.contains("{{") || host.starts_with('[') {
        json!([host])
    } else {
        host.split('.').collect()
    };
    if let Some(port) = port {
        url["port"] = json!(port);
    }
    let path = request.path.strip_prefix('/').unwrap_or(&request.path);
    url["path"] = path.split('/').collect();
    if !draft.query.is_empty() {
        url["query"] = draft.query.iter().map(written_pair).collect();
    }
    if !draft.path_variables.is_empty() {
        url["variable"] = draft
            .path_variables
            .iter()
            .map(|row| json!({"key": row.name, "value": row.value}))
            .collect();
    }
    url
}

fn written_pair(row: &QueryRow) -> Value {
    flagged(json!({"key": row.name, "value": row.value}), row.enabled)
}

fn flagged(mut row: Value, enabled: bool) -> Value {
    if !enabled {
        row["disabled"] = Value::Bool(true);
    }
    row
}

/// The type of a text or a file stands in a header.
fn written_body(body: &DraftBody) -> Option<Value> {
    Some(match body {
        DraftBody::None => return None,
        DraftBody::Json { text } => {
            json!({"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}})
        }
        DraftBody::Text { text, .. } => {
            json!({"mode": "raw", "raw": text, "options": {"raw": {"language": "text"}}})
        }
        DraftBody::Form { rows } => {
            json!({"mode": "urlencoded", "urlencoded": rows.iter().map(written_pair).collect::<Vec<_>>()})
        }
        DraftBody::Multipart { rows } => {
            let rows: Vec<Value> = rows
                .iter()
                .map(|row| {
                    let mut written = match &row.value {
                        PartValue::Text(text) => {
                            json!({"key": row.name, "type": "text", "value": text})
                        }
                        PartValue::File { path, file_name } => {
                            let mut written = json!({"key": row.name, "type": "file", "src": path});
                            if !file_name.is_empty() {
                                written["fileName"] = json!(file_name);
                            }
                            written
                        }
                    };
                    if !row.content_type.is_empty() {
                        written["contentType"] = Value::String(row.content_type.clone());
                    }
                    flagged(written, row.enabled)
                })
                .collect();
            json!({"mode": "formdata", "formdata": rows})
        }
        DraftBody::File { path, .. } => json!({"mode": "file", "file": {"src": path}}),
    })
}

const BASE_URL: &str = "baseUrl";

/// Writes the variables of an environment as a Postman environment, with the address as `baseUrl`. They are called as a collection
/// calls them. Secret ones are of type `secret`, without a value unless the context shows them.
#[must_use]
pub fn export_environment(environment: &Environment, context: ExportContext<'_>) -> Export {
    let mut masked = Vec::new();
    let mut values = Vec::new();
    let has_own = environment.variables.iter().any(|own| own.name == BASE_URL);
    // Postman takes the last of two, and the requests mean their own.
    if !has_own {
        values.push(
            json!({"key": BASE_URL, "value": base_of(Some(environment)), "type": "default", "enabled": true}),
        );
    }
    for variable in environment_variables(environment, context, Dialect::Postman, &mut masked) {
        let kind = if variable.secret { "secret" } else { "default" };
        values.push(
            json!({"key": variable.name, "value": variable.value, "type": kind, "enabled": true}),
        );
    }
    let document = json!({
        "name": environment.name,
        "values": values,
        "_postman_variable_scope": "environment",
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    Export {
        text,
        masked,
        lint: Vec::new(),
    }
}
