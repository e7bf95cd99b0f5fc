//! Requests written as Bruno's collection export, which Bruno imports as a whole.

use serde_json::{Value, json};

use crate::interchange::Export;
use crate::interchange::written_requests::{Collection, Login, WrittenRequest};
use crate::model::request::{DraftBody, PartValue, QueryRow, RequestAuth, RequestDraft};

/// Writes requests with their folders, the variables that they refer to, and how they get their token.
#[must_use]
pub(in crate::interchange) fn export(mut collection: Collection) -> Export {
    collection.lose_parts(true, "Enter it in Bruno");
    let variables: Vec<Value> = collection
        .variables
        .iter()
        .map(|variable| json!({"name": variable.name, "value": variable.value, "enabled": true, "local": false}))
        .collect();
    let requests: Vec<&WrittenRequest> = collection.requests.iter().collect();
    let document = json!({
        "name": collection.name,
        "version": "1",
        "items": items(&requests, 0),
        "environments": [],
        "root": {"request": {"auth": login(&collection.login), "vars": {"req": variables, "res": []}}},
        "brunoConfig": {"version": "1", "name": collection.name, "type": "collection"},
    });
    collection.export_json(&document)
}

fn login(login: &Login) -> Value {
    match login {
        Login::None => json!({"mode": "inherit"}),
        Login::Token(token) => json!({"mode": "bearer", "bearer": {"token": token}}),
        Login::Client {
            token_url,
            client_id,
            client_secret,
            scope,
            in_body,
        } => {
            json!({"mode": "oauth2", "oauth2": {
                "grantType": "client_credentials",
                "accessTokenUrl": token_url,
                "refreshTokenUrl": "",
                "clientId": client_id,
                "clientSecret": client_secret,
                "scope": scope,
                "credentialsPlacement": if *in_body { "body" } else { "basic_auth_header" },
                "credentialsId": "credentials",
                "tokenPlacement": "header",
                "tokenHeaderPrefix": "Bearer",
                "tokenQueryKey": "access_token",
                "autoFetchToken": true,
                "autoRefreshToken": false,
            }})
        }
    }
}

fn items(requests: &[&WrittenRequest], depth: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for request in requests {
        match request.folder.get(depth) {
            None => items.push(one(request)),
            Some(name) if done.contains(&name.as_str()) => {}
            Some(name) => {
                done.push(name);
                let inside: Vec<&WrittenRequest> = requests
                    .iter()
                    .filter(|other| other.folder.get(depth) == Some(name))
                    .copied()
                    .collect();
                let inner = self::items(&inside, depth + 1);
                items.push(json!({"type": "folder", "name": name, "items": inner}));
            }
        }
    }
    items
}

/// The query stands in the URL, which is what Bruno sends; its list of parameters is for the table.
fn one(request: &WrittenRequest) -> Value {
    let draft = &request.draft;
    let headers: Vec<Value> = draft
        .headers
        .iter()
        .map(|row| json!({"name": row.name, "value": row.value, "enabled": row.enabled}))
        .collect();
    let mut params: Vec<Value> = rows(&draft.query);
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
            "url": request.url(),
            "params": params,
            "headers": headers,
            "auth": auth(draft),
            "body": body(draft),
            "docs": request.description,
        },
        // It is encoded already.
        "settings": {"encodeUrl": false},
    })
}

fn auth(draft: &RequestDraft) -> Value {
    match &draft.auth {
        RequestAuth::Inherit => json!({"mode": "inherit"}),
        RequestAuth::None => json!({"mode": "none"}),
        RequestAuth::Bearer { token } => json!({"mode": "bearer", "bearer": {"token": token}}),
        RequestAuth::Basic { user, password } => {
            json!({"mode": "basic", "basic": {"username": user, "password": password}})
        }
        RequestAuth::Header { name, value } => {
            json!({"mode": "apikey", "apikey": {"key": name, "value": value, "placement": "header"}})
        }
    }
}

fn rows(rows: &[QueryRow]) -> Vec<Value> {
    rows.iter()
        .map(|row| json!({"name": row.name, "value": row.value, "enabled": row.enabled}))
        .collect()
}

fn body(draft: &RequestDraft) -> Value {
    match &draft.body {
        DraftBody::None => json!({"mode": "none"}),
        DraftBody::Json { text } => json!({"mode": "json", "json": text}),
        DraftBody::Text { text, content_type } if content_type == "application/xml" => {
            json!({"mode": "xml", "xml": text})
        }
        DraftBody::Text { text, .. } => json!({"mode": "text", "text": text}),
        DraftBody::Form { rows: form } => {
            json!({"mode": "formUrlEncoded", "formUrlEncoded": rows(form)})
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
