//! Requests written as an Insomnia export of version 4, which every version of Insomnia imports.

use serde_json::{Map, Value, json};

use crate::interchange::Export;
use crate::interchange::written_requests::{Collection, Login, WrittenRequest};
use crate::model::request::{DraftBody, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft};

const WORKSPACE: &str = "wrk_gatescope";

/// Writes requests with their folders, and the variables that they refer to as the base environment. A workspace has no
/// credentials to inherit, so each request says how it gets its token.
#[must_use]
pub(in crate::interchange) fn export(mut collection: Collection) -> Export {
    collection.lose_parts(false, "Enter it in Insomnia");
    let empty: Vec<String> = collection
        .requests
        .iter()
        .flat_map(|request| {
            request
                .draft
                .query
                .iter()
                .map(|row| (&request.draft.name, row))
        })
        .filter(|(_, row)| row.enabled && row.value.as_deref() == Some(""))
        .map(|(owner, row)| format!("Insomnia sends `{0}=` of `{owner}` as `{0}`", row.name))
        .collect();
    for cause in empty {
        collection.lost(
            cause,
            "Write it into the URL there, if the difference matters",
        );
    }
    let data: Map<String, Value> = collection
        .variables
        .iter()
        .map(|variable| (variable.name.clone(), json!(variable.value)))
        .collect();
    let requests = &collection.requests;
    let mut folders: Vec<Vec<String>> = Vec::new();
    let mut resources = vec![
        json!({"_id": WORKSPACE, "_type": "workspace", "parentId": Value::Null, "name": collection.name, "scope": "collection"}),
        json!({"_id": "env_gatescope", "_type": "environment", "parentId": WORKSPACE, "name": "Base Environment", "data": data}),
    ];
    for request in requests {
        for depth in 1..=request.folder.len() {
            let path = request.folder[..depth].to_vec();
            if !folders.contains(&path) {
                let parent = parent_id(&folders, &request.folder[..depth - 1]);
                folders.push(path);
                resources.push(json!({
                    "_id": format!("fld_{}", folders.len()),
                    "_type": "request_group",
                    "parentId": parent,
                    "name": request.folder[depth - 1],
                }));
            }
        }
    }
    for (number, request) in requests.iter().enumerate() {
        let mut written = one(request, &collection.login);
        written["_id"] = json!(format!("req_{}", number + 1));
        written["parentId"] = json!(parent_id(&folders, &request.folder));
        resources.push(written);
    }
    let document = json!({
        "_type": "export",
        "__export_format": 4,
        "__export_source": "gatescope",
        "resources": resources,
    });
    collection.export_json(&document)
}

fn parent_id(folders: &[Vec<String>], path: &[String]) -> String {
    folders
        .iter()
        .position(|known| known == path)
        .map_or_else(|| WORKSPACE.to_owned(), |at| format!("fld_{}", at + 1))
}

fn one(request: &WrittenRequest, login: &Login) -> Value {
    let draft = &request.draft;
    let headers: Vec<Value> = draft
        .headers
        .iter()
        .map(|row| json!({"name": row.name, "value": row.value, "disabled": !row.enabled}))
        .collect();
    let path_parameters: Vec<Value> = draft
        .path_variables
        .iter()
        .map(|row| json!({"name": row.name, "value": row.value}))
        .collect();
    json!({
        "_type": "request",
        "name": draft.name,
        "method": draft.method,
        "url": request.address(),
        "parameters": rows(&draft.query),
        "pathParameters": path_parameters,
        "headers": headers,
        "authentication": authentication(draft, login),
        "body": body(draft),
        "description": request.description,
    })
}

fn authentication(draft: &RequestDraft, login: &Login) -> Value {
    match (&draft.auth, login) {
        (RequestAuth::Inherit, Login::None) => json!({}),
        (RequestAuth::Inherit, Login::Token(token)) | (RequestAuth::Bearer { token }, _) => {
            json!({"type": "bearer", "token": token})
        }
        (
            RequestAuth::Inherit,
            Login::Client {
                token_url,
                client_id,
                client_secret,
                scope,
                in_body,
            },
        ) => json!({
            "type": "oauth2",
            "grantType": "client_credentials",
            "accessTokenUrl": token_url,
            "clientId": client_id,
            "clientSecret": client_secret,
            "scope": scope,
            "credentialsInBody": in_body,
            "tokenPrefix": "Bearer",
        }),
        (RequestAuth::None, _) => json!({"type": "none"}),
        (RequestAuth::Basic { user, password }, _) => {
            json!({"type": "basic", "username": user, "password": password})
        }
        (RequestAuth::Header { name, value }, _) => {
            json!({"type": "apikey", "key": name, "value": value, "addTo": "header"})
        }
    }
}

fn rows(rows: &[QueryRow]) -> Vec<Value> {
    rows.iter()
        .map(|row| json!({"name": row.name, "value": row.value.as_deref().unwrap_or_default(), "disabled": !row.enabled}))
        .collect()
}

fn body(draft: &RequestDraft) -> Value {
    match &draft.body {
        DraftBody::None => json!({}),
        DraftBody::Json { text } => json!({"mimeType": "application/json", "text": text}),
        DraftBody::Text { text, content_type } => json!({"mimeType": content_type, "text": text}),
        DraftBody::Form { rows: form } => {
            json!({"mimeType": "application/x-www-form-urlencoded", "params": rows(form)})
        }
        DraftBody::Multipart { rows } => {
            let params: Vec<Value> = rows.iter().map(part).collect();
            json!({"mimeType": "multipart/form-data", "params": params})
        }
        DraftBody::File { path, content_type } => {
            json!({"mimeType": content_type, "fileName": path})
        }
    }
}

/// The type of a text is what makes it one of several lines; that of a file is guessed from its name.
fn part(row: &PartRow) -> Value {
    let mut written = match &row.value {
        PartValue::Text(text) => json!({"name": row.name, "value": text}),
        PartValue::File { path, .. } => {
            json!({"name": row.name, "type": "file", "fileName": path})
        }
    };
    written["disabled"] = json!(!row.enabled);
    if !row.content_type.is_empty() && matches!(row.value, PartValue::Text(_)) {
        written["multiline"] = json!(row.content_type);
    }
    written
}
