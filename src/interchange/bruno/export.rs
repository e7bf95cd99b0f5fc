//! Requests written as Bruno's collection export, which Bruno imports as a whole.

use serde_json::{Value, json};

use crate::interchange::written_requests::{Hiding, colon_url};
use crate::interchange::{Export, ImportedRequest};
use crate::model::request::{DraftBody, PartValue, QueryRow, RequestAuth, RequestDraft};

/// Writes requests with their folders. Literal credentials are left out and named; references stay.
/// `base`: what stands before every path, such as `{{baseUrl}}`.
#[must_use]
pub fn export(name: &str, base: &str, requests: &[ImportedRequest]) -> Export {
    let mut hiding = Hiding::default();
    let all: Vec<&ImportedRequest> = requests.iter().collect();
    let document = json!({
        "name": name,
        "version": "1",
        "items": items(&all, 0, base, &mut hiding),
        "environments": [],
        "brunoConfig": {"version": "1", "name": name, "type": "collection"},
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    hiding.export(text)
}

fn items(
    requests: &[&ImportedRequest],
    depth: usize,
    base: &str,
    hiding: &mut Hiding,
) -> Vec<Value> {
    let mut items = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for request in requests {
        match request.folder.get(depth) {
            None => items.push(one(base, request, hiding)),
            Some(name) if done.contains(&name.as_str()) => {}
            Some(name) => {
                done.push(name);
                let inside: Vec<&ImportedRequest> = requests
                    .iter()
                    .filter(|other| other.folder.get(depth) == Some(name))
                    .copied()
                    .collect();
                let inner = self::items(&inside, depth + 1, base, hiding);
                items.push(json!({"type": "folder", "name": name, "items": inner}));
            }
        }
    }
    items
}

fn one(base: &str, request: &ImportedRequest, hiding: &mut Hiding) -> Value {
    let draft = &request.draft;
    let headers: Vec<Value> = draft
        .headers
        .iter()
        .map(|row| json!({"name": row.name, "value": hiding.header(row, draft), "enabled": row.enabled}))
        .collect();
    let mut params: Vec<Value> = rows(&draft.query, draft, hiding);
    for row in &mut params {
        row["type"] = json!("query");
    }
    let path = draft.path_variables.iter();
    params.extend(
        path.map(
            |row| json!({"name": row.name, "value": row.value, "enabled": true, "type": "path"}),
        ),
    );
    json!({
        "type": "http",
        "name": draft.name,
        "request": {
            "method": draft.method,
            "url": colon_url(base, draft),
            "params": params,
            "headers": headers,
            "auth": auth(draft, hiding),
            "body": body(draft, hiding),
            "docs": request.description,
        },
    })
}

fn auth(draft: &RequestDraft, hiding: &mut Hiding) -> Value {
    match &draft.auth {
        RequestAuth::Inherit => json!({"mode": "inherit"}),
        RequestAuth::None => json!({"mode": "none"}),
        RequestAuth::Bearer { token } => {
            json!({"mode": "bearer", "bearer": {"token": hiding.credential("token", token, draft)}})
        }
        RequestAuth::Basic { user, password } => {
            json!({"mode": "basic", "basic": {"username": user, "password": hiding.credential("password", password, draft)}})
        }
        RequestAuth::Header { name, value } => {
            json!({"mode": "apikey", "apikey": {"key": name, "value": hiding.credential(name, value, draft), "placement": "header"}})
        }
    }
}

fn rows(rows: &[QueryRow], draft: &RequestDraft, hiding: &mut Hiding) -> Vec<Value> {
    rows.iter()
        .map(|row| json!({"name": row.name, "value": hiding.row(row, draft), "enabled": row.enabled}))
        .collect()
}

fn body(draft: &RequestDraft, hiding: &mut Hiding) -> Value {
    match &draft.body {
        DraftBody::None => json!({"mode": "none"}),
        DraftBody::Json { text } => json!({"mode": "json", "json": text}),
        DraftBody::Text { text, content_type } if content_type.contains("xml") => {
            json!({"mode": "xml", "xml": text})
        }
        DraftBody::Text { text, .. } => json!({"mode": "text", "text": text}),
        DraftBody::Form { rows: form } => {
            json!({"mode": "formUrlEncoded", "formUrlEncoded": rows(form, draft, hiding)})
        }
        DraftBody::Multipart { rows } => {
            let parts: Vec<Value> = rows
                .iter()
                .map(|row| {
                    let (kind, value) = match &row.value {
                        PartValue::Text(text) => ("text", json!(text)),
                        PartValue::File { path, .. } => ("file", json!([path])),
                    };
                    json!({"type": kind, "name": row.name, "value": value, "enabled": row.enabled, "contentType": row.content_type})
                })
                .collect();
            json!({"mode": "multipartForm", "multipartForm": parts})
        }
        DraftBody::File { path, content_type } => {
            json!({"mode": "file", "file": [{"filePath": path, "contentType": content_type, "selected": true}]})
        }
    }
}
