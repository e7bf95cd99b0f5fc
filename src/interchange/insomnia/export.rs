//! Requests written as an Insomnia export of version 4, which every version of Insomnia imports.

use serde_json::{Value, json};

use crate::interchange::written_requests::{Hiding, colon_url};
use crate::interchange::{Export, ImportedRequest};
use crate::model::request::{DraftBody, PartValue, QueryRow, RequestAuth, RequestDraft};

const WORKSPACE: &str = "wrk_gatescope";

/// Writes requests with their folders. Literal credentials are left out and named; references stay.
/// `base`: what stands before every path, such as `{{baseUrl}}`.
#[must_use]
pub fn export(name: &str, base: &str, requests: &[ImportedRequest]) -> Export {
    let mut hiding = Hiding::default();
    let mut folders: Vec<Vec<String>> = Vec::new();
    let mut resources = vec![
        json!({"_id": WORKSPACE, "_type": "workspace", "parentId": Value::Null, "name": name, "scope": "collection"}),
        json!({"_id": "env_gatescope", "_type": "environment", "parentId": WORKSPACE, "name": "Base Environment", "data": {}}),
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
        let mut written = one(base, request, &mut hiding);
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
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    hiding.export(text)
}

fn parent_id(folders: &[Vec<String>], path: &[String]) -> String {
    folders
        .iter()
        .position(|known| known == path)
        .map_or_else(|| WORKSPACE.to_owned(), |at| format!("fld_{}", at + 1))
}

fn one(base: &str, request: &ImportedRequest, hiding: &mut Hiding) -> Value {
    let draft = &request.draft;
    let headers: Vec<Value> = draft
        .headers
        .iter()
        .map(|row| json!({"name": row.name, "value": hiding.header(row, draft), "disabled": !row.enabled}))
        .collect();
    let authentication = match &draft.auth {
        RequestAuth::Inherit => json!({}),
        RequestAuth::None => json!({"type": "none"}),
        RequestAuth::Bearer { token } => {
            json!({"type": "bearer", "token": hiding.credential("token", token, draft)})
        }
        RequestAuth::Basic { user, password } => {
            json!({"type": "basic", "username": user, "password": hiding.credential("password", password, draft)})
        }
        RequestAuth::Header { name, value } => {
            json!({"type": "apikey", "key": name, "value": hiding.credential(name, value, draft), "addTo": "header"})
        }
    };
    let path_parameters: Vec<Value> = draft
        .path_variables
        .iter()
        .map(|row| json!({"name": row.name, "value": row.value}))
        .collect();
    json!({
        "_type": "request",
        "name": draft.name,
        "method": draft.method,
        "url": colon_url(base, draft),
        "parameters": rows(&draft.query, draft, hiding),
        "pathParameters": path_parameters,
        "headers": headers,
        "authentication": authentication,
        "body": body(draft, hiding),
        "description": request.description,
    })
}

fn rows(rows: &[QueryRow], draft: &RequestDraft, hiding: &mut Hiding) -> Vec<Value> {
    rows.iter()
        .map(|row| json!({"name": row.name, "value": hiding.row(row, draft), "disabled": !row.enabled}))
        .collect()
}

fn body(draft: &RequestDraft, hiding: &mut Hiding) -> Value {
    match &draft.body {
        DraftBody::None => json!({}),
        DraftBody::Json { text } => json!({"mimeType": "application/json", "text": text}),
        DraftBody::Text { text, content_type } => json!({"mimeType": content_type, "text": text}),
        DraftBody::Form { rows: form } => {
            json!({"mimeType": "application/x-www-form-urlencoded", "params": rows(form, draft, hiding)})
        }
        DraftBody::Multipart { rows } => {
            let params: Vec<Value> = rows
                .iter()
                .map(|row| match &row.value {
                    PartValue::Text(text) => {
                        json!({"name": row.name, "value": text, "disabled": !row.enabled})
                    }
                    PartValue::File { path, .. } => {
                        json!({"name": row.name, "type": "file", "fileName": path, "disabled": !row.enabled})
                    }
                })
                .collect();
            json!({"mimeType": "multipart/form-data", "params": params})
        }
        DraftBody::File { path, content_type } => {
            json!({"mimeType": content_type, "fileName": path})
        }
    }
}
