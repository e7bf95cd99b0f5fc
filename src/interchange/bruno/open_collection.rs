//! OpenCollection, YAML or JSON, which Bruno writes from version 3 on: a request, a folder, an environment or a whole collection.
//! Names of fields are those of its schema 1.0.0, and those that Bruno adds (`actions`, `externalSecrets`).
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

/// Reads one file: a request, a folder's settings, an environment or a collection.
///
/// # Errors
/// For no YAML or JSON, a version that is not known, a request of another protocol, and a text that is none of these.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let mut collecting = Collecting::new(text);
    let document = document::read(text, &mut collecting.imported.lint)?;
    other_protocol(&document, text)?;
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
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        configuration(&document, &mut collecting);
        json!({
            "root": root(&document, &mut collecting),
            "items": items(&document, 0, &mut collecting),
            "environments": environments
                .iter()
                .map(|one| environment(one, environments, &mut collecting))
                .collect::<Vec<_>>(),
        })
    } else if is_environment {
        json!({ "items": [], "environments": [environment(&document, &[], &mut collecting)] })
    } else if document.get("request").is_some() {
        json!({ "items": [], "root": root(&document, &mut collecting) })
    } else {
        return Err(ImportError::new(
            Place::START,
            "This is no OpenCollection file: it has neither `http` nor `items` nor `variables`",
        ));
    };
    collection::read_document(&known, &mut collecting);
    Ok(collecting.finish())
}

/// A file of one request that is not sent over HTTP.
fn other_protocol(document: &Value, text: &str) -> Result<(), ImportError> {
    for (key, name) in [("grpc", "gRPC"), ("websocket", "WebSocket")] {
        if document.get(key).is_some_and(Value::is_object) {
            return Err(ImportError::new(
                document::place_of(text, &format!("{key}:")),
                format!("This is a {name} request: only HTTP and GraphQL requests are taken"),
            ));
        }
    }
    Ok(())
}

/// What stands in a collection for all its requests and is not taken.
fn configuration(document: &Value, collecting: &mut Collecting<'_>) {
    let is_set = |path: &str| match document.pointer(path) {
        Some(Value::Object(members)) => !members.is_empty(),
        Some(Value::Array(elements)) => !elements.is_empty(),
        _ => false,
    };
    if is_set("/config/proxy") {
        collecting.ignore(
            "the proxy of the collection",
            "a proxy belongs to an environment: enter it there",
        );
    }
    if is_set("/config/clientCertificates") {
        collecting.ignore("the client certificates of the collection", NO_CERTIFICATES);
    }
    let is_folder = document.get("bundled") != Some(&Value::Bool(true));
    if is_folder && elements(document, "items").is_empty() {
        collecting.ignore(
            "the requests of the collection",
            "they are in files beside it: import those, or export the collection as one file",
        );
    }
}

const NO_CERTIFICATES: &str = "Gatescope sends no client certificates";

fn items(parent: &Value, depth: usize, collecting: &mut Collecting<'_>) -> Vec<Value> {
    let is_script = |one: &Value| member(one, "type") == "script";
    if elements(parent, "items").iter().any(is_script) {
        collecting.ignore("a file of scripts", "nothing imported is executed");
    }
    elements(parent, "items")
        .iter()
        .filter(|one| !is_script(one))
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
            ("actions", &runtime),
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
                collecting.variable(&member(variable, "name"), &value_of(variable), false);
            }
        }
        let is_graphql = one.get("http").is_none();
        let own = [request.get("auth"), runtime.get("auth"), one.get("auth")];
        // Bruno leaves it out where a request has no credentials, and writes `inherit` where it has those of its folder.
        let own = own.into_iter().flatten().next();
        let own = own.map_or_else(|| json!({ "mode": "none" }), auth);
        let docs = text(one.get("docs"));
        let docs = if docs.is_empty() {
            text(one.pointer("/info/description"))
        } else {
            docs
        };
        let usual = json!(if is_graphql { "POST" } else { "GET" });
        return json!({ "name": name, "request": {
            "url": request.get("url"),
            "method": request.get("method").cloned().unwrap_or(usual),
            "params": params(request.get("params")),
            "headers": rows(request.get("headers")),
            "body": body(request.get("body"), is_graphql),
            "auth": own,
            "docs": docs,
        }});
    }
    let is_folder = one.get("items").is_some()
        || one.pointer("/info/type").and_then(Value::as_str) == Some("folder");
    if depth < DEEPEST_FOLDER && is_folder {
        let root = root(one, collecting);
        return json!({ "name": name, "root": root, "items": items(one, depth + 1, collecting) });
    }
    // Other protocols; the reader names it.
    json!({ "name": name })
}

/// What a collection or a folder gives to its requests.
fn root(owner: &Value, collecting: &mut Collecting<'_>) -> Value {
    let Some(request) = owner.get("request") else {
        return Value::Null;
    };
    let scripts = !elements(request, "scripts").is_empty();
    if !elements(request, "actions").is_empty() {
        let name = name_of(owner);
        collecting.ignore(
            format!("the actions of `{name}`"),
            "nothing imported is executed",
        );
    }
    json!({ "request": {
        "auth": request.get("auth").map(auth),
        "headers": rows(request.get("headers")),
        "vars": { "req": rows(request.get("variables")) },
        "script": { "req": if scripts { "scripts" } else { "" } },
    }})
}

/// Rows of an environment and of those that it extends; `all`: the environments of the same file.
fn environment(one: &Value, all: &[Value], collecting: &mut Collecting<'_>) -> Value {
    let name = name_of(one);
    let mut own = rows(one.get("variables"));
    let mut seen = vec![name.clone()];
    let mut base = member(one, "extends");
    while !base.is_empty() && !seen.contains(&base) {
        let Some(found) = all.iter().find(|other| name_of(other) == base) else {
            collecting.ignore(
                format!("the environment `{base}`, which `{name}` extends"),
                "it is in another file: import that too, and enter its variables here",
            );
            break;
        };
        let inherited = rows(found.get("variables"));
        let is_new = |row: &Value| {
            !own.iter()
                .any(|known| is_on(known) && known.get("name") == row.get("name"))
        };
        let new: Vec<Value> = inherited.into_iter().filter(is_new).collect();
        own.extend(new);
        seen.push(base);
        base = member(found, "extends");
    }
    for row in own.iter().filter(|row| is_on(row)) {
        let is_secret = row.get("secret") == Some(&Value::Bool(true));
        if is_secret && member(row, "value").is_empty() {
            collecting.ignore(
                format!("the value of the secret variable {}", member(row, "name")),
                "Bruno does not write it into the file: enter it in the environment",
            );
        }
    }
    for (key, what, why) in [
        (
            "clientCertificates",
            "the client certificates",
            NO_CERTIFICATES,
        ),
        (
            "externalSecrets",
            "the external secrets",
            "no other store is asked: enter them in the environment",
        ),
        (
            "dotEnvFilePath",
            "the .env file",
            "other files are not opened: import it on its own",
        ),
    ] {
        if one.get(key).is_some_and(|value| !value.is_null()) {
            collecting.ignore(format!("{what} of `{name}`"), why);
        }
    }
    json!({ "name": name, "variables": own })
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
        if is_variable(row) {
            members.insert("value".to_owned(), json!(value_of(row)));
        }
        Some(Value::Object(members))
    })
    .collect()
}

/// Files of a form have a list of paths for a value; of several values of a variable one is chosen.
fn is_variable(row: &Value) -> bool {
    match row.get("value") {
        Some(Value::Object(_)) => true,
        Some(Value::Array(values)) => values.iter().all(|value| value.get("value").is_some()),
        _ => false,
    }
}

/// A value alone, an object with its kind beside it, or the chosen one of several.
fn value_of(row: &Value) -> String {
    let Some(value) = row.get("value") else {
        return String::new();
    };
    let chosen = chosen(value).map_or(value, |one| one.get("value").unwrap_or(one));
    document::text_of(chosen).unwrap_or_else(|| member(chosen, "data"))
}

/// The selected one of a list of variants, or the first.
fn chosen(variants: &Value) -> Option<&Value> {
    let all = variants.as_array()?;
    all.iter()
        .find(|one| one.get("selected") == Some(&Value::Bool(true)))
        .or_else(|| all.first())
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
    let chosen = body
        .and_then(chosen)
        .map(|one| one.get("body").unwrap_or(one));
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
fn auth(auth: &Value) -> Value {
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

#[cfg(test)]
mod tests;
