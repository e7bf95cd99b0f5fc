//! OpenCollection YAML, which Bruno writes from version 3 on: a request, an environment or a whole collection in one file.
//! It is brought into the form of Bruno's JSON; what that means is in `collection`.

use serde_json::{Map, Value, json};

use super::collection;
use crate::interchange::collecting::{Collecting, DEEPEST_FOLDER};
use crate::interchange::document::{self, elements, member};
use crate::interchange::text::Place;
use crate::interchange::{ImportError, Imported};

/// A `.bru` file begins with a block, and no YAML does.
pub(super) fn is_yaml(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .is_some_and(|line| {
            line == "---" || (line.contains(':') && !line.ends_with(['{', '[', '}']))
        })
}

pub(super) fn read(text: &str) -> Result<Imported, ImportError> {
    let mut collecting = Collecting::new(text);
    let document = document::read(text, &mut collecting.imported.lint)?;
    let version = member(&document, "opencollection");
    if !(version.is_empty() || version.starts_with('0') || version.starts_with('1')) {
        return Err(ImportError::new(
            document::place_of(text, "opencollection"),
            "`opencollection` has a version that is not known: 1 is read",
        ));
    }
    let is_request = document.get("http").is_some() || document.get("graphql").is_some();
    let is_environment = document.get("variables").is_some_and(Value::is_array);
    let known = if is_request {
        json!({ "items": [item(&document, 0, &mut collecting)] })
    } else if !version.is_empty() || document.get("items").is_some() {
        let environments = document
            .pointer("/config/environments")
            .or_else(|| document.get("environments"))
            .and_then(Value::as_array);
        json!({
            "root": root(&document),
            "items": items(&document, 0, &mut collecting),
            "environments": environments.into_iter().flatten().map(environment).collect::<Vec<_>>(),
        })
    } else if is_environment {
        json!({ "items": [], "environments": [environment(&document)] })
    } else if document.get("request").is_some() {
        json!({ "items": [], "root": root(&document) })
    } else {
        return Err(ImportError::new(
            Place::START,
            "This is no OpenCollection file: it has neither `http` nor `items` nor `variables`",
        ));
    };
    collection::read_document(&known, &mut collecting);
    Ok(collecting.finish())
}

fn items(parent: &Value, depth: usize, collecting: &mut Collecting<'_>) -> Vec<Value> {
    elements(parent, "items")
        .iter()
        .map(|one| item(one, depth, collecting))
        .collect()
}

fn name_of(item: &Value) -> String {
    let name = item.get("info").map(|info| member(info, "name"));
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| member(item, "name"))
}

fn item(one: &Value, depth: usize, collecting: &mut Collecting<'_>) -> Value {
    let name = name_of(one);
    if let Some(request) = one.get("http").or_else(|| one.get("graphql")) {
        let runtime = one.get("runtime").cloned().unwrap_or_default();
        for (what, parent) in [
            ("scripts", one),
            ("scripts", &runtime),
            ("assertions", &runtime),
        ] {
            if !elements(parent, what).is_empty() {
                collecting.ignore(
                    format!("the {what} of `{name}`"),
                    "nothing imported is executed",
                );
            }
        }
        for variable in elements(&runtime, "variables") {
            if is_on(variable) {
                collecting.variable(&member(variable, "name"), &member(variable, "value"), false);
            }
        }
        let own = [request.get("auth"), runtime.get("auth"), one.get("auth")];
        return json!({ "name": name, "request": {
            "url": request.get("url"),
            "method": request.get("method").cloned().unwrap_or_else(|| json!("GET")),
            "params": params(request.get("params")),
            "headers": rows(request.get("headers")),
            "body": body(request.get("body"), one.get("graphql").is_some()),
            "auth": auth(own.into_iter().flatten().next()),
            "docs": text(one.get("docs")),
        }});
    }
    if depth < DEEPEST_FOLDER && one.get("items").is_some() {
        return json!({ "name": name, "root": root(one), "items": items(one, depth + 1, collecting) });
    }
    // Other protocols; the reader names it.
    json!({ "name": name })
}

/// What a collection or a folder gives to its requests.
fn root(owner: &Value) -> Value {
    let Some(request) = owner.get("request") else {
        return Value::Null;
    };
    let scripts = !elements(request, "scripts").is_empty();
    json!({ "request": {
        "auth": auth(request.get("auth")),
        "headers": rows(request.get("headers")),
        "vars": { "req": rows(request.get("variables")) },
        "script": { "req": if scripts { "scripts" } else { "" } },
    }})
}

fn environment(one: &Value) -> Value {
    json!({ "name": name_of(one), "variables": rows(one.get("variables")) })
}

fn is_on(row: &Value) -> bool {
    row.get("disabled") != Some(&Value::Bool(true))
        && row.get("enabled") != Some(&Value::Bool(false))
}

/// Rows with `disabled` as rows with `enabled`; everything else of them stays.
fn rows(rows: Option<&Value>) -> Vec<Value> {
    let rows = rows.and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(|row| {
        let mut members = row.as_object()?.clone();
        members.insert("enabled".to_owned(), Value::Bool(is_on(row)));
        // A value may be an object with its kind beside it.
        if let Some(value) = row.get("value").and_then(|value| value.get("data")) {
            members.insert("value".to_owned(), value.clone());
        }
        Some(Value::Object(members))
    })
    .collect()
}

/// One list with a type for each, or a list for each type.
fn params(params: Option<&Value>) -> Vec<Value> {
    let Some(lists) = params.and_then(Value::as_object) else {
        return rows(params);
    };
    let mut all = Vec::new();
    for kind in ["query", "path"] {
        for mut row in rows(lists.get(kind)) {
            row["type"] = json!(kind);
            all.push(row);
        }
    }
    all
}

fn body(body: Option<&Value>, is_graphql: bool) -> Value {
    // Of several bodies the chosen one.
    let chosen = body.and_then(Value::as_array).and_then(|all| {
        let selected = |one: &&Value| one.get("selected") == Some(&Value::Bool(true));
        all.iter().find(selected).or_else(|| all.first())
    });
    let chosen = chosen.map(|one| one.get("body").unwrap_or(one));
    let Some(body) = chosen.or(body) else {
        return Value::Null;
    };
    let data = body.get("data").cloned().unwrap_or_default();
    let kind = member(body, "type");
    let mode = match kind.as_str() {
        _ if is_graphql => "graphql",
        "form-urlencoded" => "formUrlEncoded",
        "multipart-form" => "multipartForm",
        kind => kind,
    };
    let data = match mode {
        "formUrlEncoded" | "multipartForm" => Value::Array(rows(Some(&data))),
        "graphql" if data.is_null() => body.clone(),
        _ => data,
    };
    let mut known = Map::new();
    known.insert("mode".to_owned(), json!(mode));
    known.insert(mode.to_owned(), data);
    Value::Object(known)
}

/// Credentials with their fields beside `type`, or in an object of its name.
fn auth(auth: Option<&Value>) -> Value {
    let Some(auth) = auth else {
        return json!({ "mode": "inherit" });
    };
    if let Some(word) = auth.as_str() {
        return json!({ "mode": word });
    }
    let kind = member(auth, "type");
    let fields = auth
        .get(&kind)
        .filter(|own| own.is_object())
        .unwrap_or(auth);
    let mut fields = fields.as_object().cloned().unwrap_or_default();
    if let Some(flow) = fields.get("flow").cloned() {
        fields.insert("grantType".to_owned(), flow);
    }
    if let Some(client) = fields
        .get("credentials")
        .and_then(Value::as_object)
        .cloned()
    {
        if let Some(placement) = client.get("placement") {
            fields.insert("credentialsPlacement".to_owned(), placement.clone());
        }
        fields.extend(client);
    }
    if fields.get("placement").and_then(Value::as_str) == Some("query") {
        fields.insert("placement".to_owned(), json!("queryparams"));
    }
    let mut known = Map::new();
    known.insert("mode".to_owned(), json!(kind));
    known.insert(kind, Value::Object(fields));
    Value::Object(known)
}

fn text(docs: Option<&Value>) -> String {
    docs.map(|docs| document::text_of(docs).unwrap_or_else(|| member(docs, "content")))
        .unwrap_or_default()
}
