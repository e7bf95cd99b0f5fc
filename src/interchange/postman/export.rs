//! Requests written as a Postman collection of version 2.1.

use serde_json::Value;

use crate::interchange::written_requests::base_of;
use crate::interchange::{Export, ExportContext, ImportedRequest};
use crate::model::environment::Environment;
use crate::model::masks::{is_credential_header, is_made_of_references};
use crate::model::request::{DraftBody, PartValue, QueryRow, RequestAuth};
use crate::model::secret::SecretName;

/// Writes requests as a collection of version 2.1. Literal credentials are left out and named; references stay.
/// `base`: what stands before every path, such as `{{baseUrl}}`.
#[must_use]
pub fn export(name: &str, base: &str, requests: &[ImportedRequest]) -> Export {
    let mut masked = Vec::new();
    let items = folder_items(&requests.iter().collect::<Vec<_>>(), 0, base, &mut masked);
    let collection = serde_json::json!({
        "info": {"name": name, "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": items,
    });
    let mut text = serde_json::to_string_pretty(&collection).unwrap_or_default();
    text.push('\n');
    Export {
        text,
        masked,
        lint: Vec::new(),
    }
}

fn folder_items(
    requests: &[&ImportedRequest],
    depth: usize,
    base: &str,
    masked: &mut Vec<String>,
) -> Vec<Value> {
    let mut items = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for request in requests {
        match request.folder.get(depth) {
            None => items.push(written(request, base, masked)),
            Some(name) if done.contains(&name.as_str()) => {}
            Some(name) => {
                done.push(name);
                let inside: Vec<&ImportedRequest> = requests
                    .iter()
                    .filter(|other| other.folder.get(depth) == Some(name))
                    .copied()
                    .collect();
                items.push(serde_json::json!({"name": name, "item": folder_items(&inside, depth + 1, base, masked)}));
            }
        }
    }
    items
}

fn written(request: &ImportedRequest, base: &str, masked: &mut Vec<String>) -> Value {
    let draft = &request.draft;
    let path: Vec<String> = draft
        .path
        .split('/')
        .map(|segment| {
            match segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            {
                Some(name) if !name.starts_with('{') => format!(":{name}"),
                _ => segment.to_owned(),
            }
        })
        .collect();
    let path = path.join("/");
    let raw = if path.contains("://") {
        path
    } else {
        format!("{base}{path}")
    };
    let rows = |rows: &[QueryRow]| rows.iter().map(written_pair).collect::<Vec<_>>();
    let mut hide = |what: &str, value: &str| {
        if value.is_empty() || is_made_of_references(value) {
            value.to_owned()
        } else {
            masked.push(format!("{what} of `{}`", draft.name));
            String::new()
        }
    };
    let list = |pairs: &[(&str, String)]| {
        pairs
            .iter()
            .map(|(key, value)| serde_json::json!({"key": key, "value": value, "type": "string"}))
            .collect::<Vec<_>>()
    };
    let auth = match &draft.auth {
        RequestAuth::Inherit => Value::Null,
        RequestAuth::None => serde_json::json!({"type": "noauth"}),
        RequestAuth::Bearer { token } => {
            serde_json::json!({"type": "bearer", "bearer": list(&[("token", hide("token", token))])})
        }
        RequestAuth::Basic { user, password } => {
            serde_json::json!({"type": "basic", "basic": list(&[("username", user.clone()), ("password", hide("password", password))])})
        }
        RequestAuth::Header { name, value } => {
            serde_json::json!({"type": "apikey", "apikey": list(&[("key", name.clone()), ("value", hide(name, value)), ("in", "header".to_owned())])})
        }
    };
    let headers: Vec<Value> = draft
        .headers
        .iter()
        .map(|row| {
            let value = if is_credential_header(&row.name) {
                hide(&row.name, &row.value)
            } else {
                row.value.clone()
            };
            flagged(
                serde_json::json!({"key": row.name, "value": value}),
                row.enabled,
            )
        })
        .collect();
    let mut url = serde_json::json!({"raw": raw, "query": rows(&draft.query)});
    if !draft.path_variables.is_empty() {
        url["variable"] = draft
            .path_variables
            .iter()
            .map(|row| serde_json::json!({"key": row.name, "value": row.value}))
            .collect();
    }
    let mut written = serde_json::json!({"method": draft.method, "header": headers, "url": url});
    if !auth.is_null() {
        written["auth"] = auth;
    }
    if let Some(body) = written_body(&draft.body) {
        written["body"] = body;
    }
    if !request.description.is_empty() {
        written["description"] = Value::String(request.description.clone());
    }
    serde_json::json!({"name": draft.name, "request": written})
}

fn written_pair(row: &QueryRow) -> Value {
    flagged(
        serde_json::json!({"key": row.name, "value": row.value}),
        row.enabled,
    )
}

fn flagged(mut row: Value, enabled: bool) -> Value {
    if !enabled {
        row["disabled"] = Value::Bool(true);
    }
    row
}

fn written_body(body: &DraftBody) -> Option<Value> {
    Some(match body {
        DraftBody::None => return None,
        DraftBody::Json { text } => {
            serde_json::json!({"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}})
        }
        DraftBody::Text { text, .. } => {
            serde_json::json!({"mode": "raw", "raw": text, "options": {"raw": {"language": "text"}}})
        }
        DraftBody::Form { rows } => {
            serde_json::json!({"mode": "urlencoded", "urlencoded": rows.iter().map(written_pair).collect::<Vec<_>>()})
        }
        DraftBody::Multipart { rows } => {
            let rows: Vec<Value> = rows
                .iter()
                .map(|row| {
                    let mut written = match &row.value {
                        PartValue::Text(text) => {
                            serde_json::json!({"key": row.name, "type": "text", "value": text})
                        }
                        PartValue::File { path, .. } => {
                            serde_json::json!({"key": row.name, "type": "file", "src": path})
                        }
                    };
                    if !row.content_type.is_empty() {
                        written["contentType"] = Value::String(row.content_type.clone());
                    }
                    flagged(written, row.enabled)
                })
                .collect();
            serde_json::json!({"mode": "formdata", "formdata": rows})
        }
        DraftBody::File { path, .. } => serde_json::json!({"mode": "file", "file": {"src": path}}),
    })
}

/// Writes the variables of an environment as a Postman environment, with the address as `baseUrl`.
/// Secret ones are of type `secret`, without a value unless the context shows them.
#[must_use]
pub fn export_environment(environment: &Environment, context: ExportContext<'_>) -> Export {
    let mut masked = Vec::new();
    let mut values = vec![
        serde_json::json!({"key": "baseUrl", "value": base_of(Some(environment)), "type": "default", "enabled": true}),
    ];
    for variable in &environment.variables {
        let name = SecretName::Variable(variable.name.clone());
        let (value, kind) = if variable.secret {
            let shown = context.shown(environment, &name);
            if shown.is_none() && context.has(environment, &name) {
                masked.push(format!("the secret variable {}", variable.name));
            }
            (shown.unwrap_or_default(), "secret")
        } else {
            (variable.value.as_str(), "default")
        };
        values.push(serde_json::json!({"key": variable.name, "value": value, "type": kind, "enabled": true}));
    }
    let document = serde_json::json!({
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
