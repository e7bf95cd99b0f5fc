//! The JSON that Bruno exports a whole collection to. What one request's credentials mean is the parent module's.

use serde_json::Value;

use super::{METHODS, auth, open_collection};
use crate::interchange::collecting::{
    Collecting, Found, FoundAuth, SetVariable, colon_places, graphql_body, own_type, text_body,
};
use crate::interchange::document::{self, elements, member, text_of};
use crate::interchange::text::Place;
use crate::interchange::{ImportError, Imported};
use crate::model::request::{
    DraftBody, HeaderRow, NamedText, PartRow, PartValue, QueryRow, RequestDraft,
};

pub(super) fn read(text: &str) -> Result<Imported, ImportError> {
    let mut collecting = Collecting::new(text);
    let document = document::read(text, &mut collecting.imported.lint)?;
    if document.get("opencollection").is_some() {
        return open_collection::import(text);
    }
    if document.get("items").and_then(Value::as_array).is_none() {
        return Err(ImportError::new(
            Place::START,
            "This is no Bruno collection: it has no `items`",
        ));
    }
    read_document(&document, &mut collecting);
    Ok(collecting.finish())
}

/// Reads a collection into `collecting`.
pub(super) fn read_document(document: &Value, collecting: &mut Collecting<'_>) {
    let inherited = root(document, "the collection", collecting).unwrap_or_default();
    for environment in elements(document, "environments") {
        let set: Vec<SetVariable> = elements(environment, "variables")
            .iter()
            .filter(|variable| variable.get("enabled") != Some(&Value::Bool(false)))
            .map(|variable| SetVariable {
                name: member(variable, "name"),
                value: member(variable, "value"),
                is_secret: variable.get("secret") == Some(&Value::Bool(true)),
            })
            .collect();
        if !collecting.set(&member(environment, "name"), &set) {
            for row in &set {
                collecting.variable(&row.name, &row.value, row.is_secret);
            }
        }
    }
    items(document, &mut Vec::new(), &inherited, collecting);
}

/// What a collection or folder gives to its requests: variables and credentials are taken, headers and scripts are named.
fn root(item: &Value, owner: &str, collecting: &mut Collecting<'_>) -> Option<FoundAuth> {
    let request = item.get("root").and_then(|root| root.get("request"))?;
    for variable in request
        .get("vars")
        .map(|vars| elements(vars, "req"))
        .unwrap_or_default()
    {
        if variable.get("enabled") != Some(&Value::Bool(false)) {
            collecting.variable(&member(variable, "name"), &member(variable, "value"), false);
        }
    }
    if !elements(request, "headers").is_empty() {
        collecting.ignore(
            format!("the headers of {owner}"),
            "they belong to no request: add them to the requests or to the environment",
        );
    }
    let has_script = request
        .get("script")
        .and_then(Value::as_object)
        .is_some_and(|scripts| {
            scripts
                .values()
                .any(|script| script.as_str().is_some_and(|text| !text.is_empty()))
        });
    if has_script {
        collecting.ignore(
            format!("the scripts of {owner}"),
            "nothing imported is executed",
        );
    }
    let own = request.get("auth")?;
    let kind = member(own, "mode");
    if ["", "inherit"].contains(&kind.as_str()) {
        return None;
    }
    let fields = own.get(&kind).cloned().unwrap_or_default();
    Some(auth(
        &kind,
        &|name| member(&fields, &camel(name)),
        collecting,
    ))
}

fn items(
    parent: &Value,
    folder: &mut Vec<String>,
    inherited: &FoundAuth,
    collecting: &mut Collecting<'_>,
) {
    if collecting.is_too_deep(folder) {
        return;
    }
    for item in elements(parent, "items") {
        let name = member(item, "name");
        match (item.get("request"), item.get("items")) {
            (Some(request), _) if !member(request, "url").is_empty() => {
                let mut found = json_request(request, name, folder, collecting);
                let mode = request.get("auth").map(|own| member(own, "mode"));
                if mode.is_none_or(|mode| mode == "inherit") {
                    found.draft.auth = inherited.auth.clone();
                    found.key.clone_from(&inherited.key);
                }
                collecting.request(found);
            }
            (_, Some(_)) => {
                let own = root(item, &format!("the folder `{name}`"), collecting);
                folder.push(name);
                items(item, folder, own.as_ref().unwrap_or(inherited), collecting);
                folder.pop();
            }
            _ => collecting.ignore(format!("`{name}`"), "only HTTP requests are taken"),
        }
    }
}

fn json_request(
    request: &Value,
    name: String,
    folder: &[String],
    collecting: &mut Collecting<'_>,
) -> Found {
    let is_on = |row: &Value| row.get("enabled") != Some(&Value::Bool(false));
    let pair = |row: &Value| QueryRow {
        enabled: is_on(row),
        name: member(row, "name"),
        value: row.get("value").and_then(text_of),
    };
    let params = elements(request, "params");
    let query: Vec<QueryRow> = params
        .iter()
        .filter(|row| member(row, "type") != "path")
        .map(pair)
        .collect();
    let url = member(request, "url");
    let url = if query.is_empty() {
        url
    } else {
        url.split('?').next().unwrap_or_default().to_owned()
    };
    let body = request.get("body").cloned().unwrap_or_default();
    let FoundAuth { auth, key } = request
        .get("auth")
        .map(|own| {
            let kind = member(own, "mode");
            let fields = own.get(&kind).cloned().unwrap_or_default();
            auth(&kind, &|name| member(&fields, &camel(name)), collecting)
        })
        .unwrap_or_default();
    let mut draft = RequestDraft {
        name,
        method: method(member(request, "method")),
        path_variables: params
            .iter()
            .filter(|row| member(row, "type") == "path")
            .map(|row| NamedText {
                name: member(row, "name"),
                value: member(row, "value"),
            })
            .collect(),
        query,
        headers: elements(request, "headers")
            .iter()
            .map(|row| HeaderRow {
                enabled: is_on(row),
                name: member(row, "name"),
                value: member(row, "value"),
            })
            .collect(),
        auth,
        body: match member(&body, "mode").as_str() {
            "json" => text_body(member(&body, "json"), "application/json"),
            "text" => text_body(member(&body, "text"), "text/plain"),
            "xml" => text_body(member(&body, "xml"), "application/xml"),
            "sparql" => text_body(member(&body, "sparql"), "application/sparql-query"),
            "graphql" => {
                let graphql = body.get("graphql").cloned().unwrap_or_default();
                graphql_body(&member(&graphql, "query"), &member(&graphql, "variables"))
            }
            "formUrlEncoded" => DraftBody::Form {
                rows: elements(&body, "formUrlEncoded").iter().map(pair).collect(),
            },
            "multipartForm" => DraftBody::Multipart {
                rows: elements(&body, "multipartForm")
                    .iter()
                    .flat_map(json_part)
                    .collect(),
            },
            "file" => elements(&body, "file")
                .iter()
                .find(|file| file.get("selected") != Some(&Value::Bool(false)))
                .map_or(DraftBody::None, |file| DraftBody::File {
                    path: member(file, "filePath"),
                    content_type: member(file, "contentType"),
                }),
            _ => DraftBody::None,
        },
        ..RequestDraft::default()
    };
    own_type(&mut draft);
    Found {
        folder: folder.to_vec(),
        draft,
        url: colon_places(&url),
        description: member(request, "docs"),
        key,
    }
}

/// Of the common ones the case does not matter there.
fn method(name: String) -> String {
    if METHODS.contains(&name.to_ascii_lowercase().as_str()) {
        name.to_ascii_uppercase()
    } else {
        name
    }
}

fn json_part(row: &Value) -> Vec<PartRow> {
    let make = |value| PartRow {
        enabled: row.get("enabled") != Some(&Value::Bool(false)),
        name: member(row, "name"),
        value,
        content_type: member(row, "contentType"),
    };
    match row.get("value") {
        Some(Value::Array(paths)) if member(row, "type") == "file" => paths
            .iter()
            .filter_map(text_of)
            .map(|path| {
                make(PartValue::File {
                    path,
                    file_name: String::new(),
                })
            })
            .collect(),
        other => vec![make(PartValue::Text(
            other.and_then(text_of).unwrap_or_default(),
        ))],
    }
}

/// `access_token_url` is `accessTokenUrl` in JSON.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut written = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.len().min(1));
        written.push_str(&first.to_ascii_uppercase());
        written.push_str(rest);
    }
    written
}
