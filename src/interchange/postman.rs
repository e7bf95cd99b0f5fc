//! Postman collections (v2.1, and v2.0 where it differs) and environments. Scripts are never run, only named.

mod export;

use serde_json::Value;

use super::collecting::{
    ClientGrant, Collecting, Found, FoundAuth, SetVariable, colon_places, graphql_body, own_type,
    text_body,
};
use super::document::{self, elements, member, place_of, text_of};
use super::text::Place;
use super::written_requests::Dialect;
use super::{ImportError, Imported};
use crate::model::request::{
    DraftBody, HeaderRow, NamedText, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft,
};

pub(super) use export::export;
pub use export::export_environment;

/// Reads a collection: requests with folders, variables, client credentials of OAuth 2.0.
///
/// # Errors
/// The text is no JSON, or no collection of version 2.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let text = &*Dialect::Postman.with_own_dynamics(text);
    let mut collecting = Collecting::new(text);
    let document = document::read(text, &mut collecting.imported.lint)?;
    // The Postman API wraps a collection into an object.
    let collection = document.get("collection").unwrap_or(&document);
    let schema = collection
        .get("info")
        .map(|info| member(info, "schema"))
        .unwrap_or_default();
    if collection.get("item").and_then(Value::as_array).is_none() {
        let words = if document.get("requests").is_some() {
            "This is a Postman collection of version 1: export it again as version 2.1"
        } else {
            "This is no Postman collection: it has no `item`"
        };
        return Err(ImportError::new(Place::START, words));
    }
    if !schema.is_empty() && !schema.contains("/v2.") {
        return Err(ImportError::new(
            place_of(text, &schema),
            "The collection has a version that is not known: export it as version 2.1",
        ));
    }
    for variable in elements(collection, "variable") {
        let name = [member(variable, "key"), member(variable, "id")]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default();
        if variable.get("disabled") == Some(&Value::Bool(true)) {
            collecting.ignore(format!("the variable {name}"), "it is switched off");
        } else {
            collecting.variable(
                &name,
                &member(variable, "value"),
                member(variable, "type") == "secret",
            );
        }
    }
    note_scripts(collection, "the collection", &mut collecting);
    note_behavior(collection, "the collection", &mut collecting);
    let auth = auth(collection.get("auth"), &mut collecting);
    items(collection, &mut Vec::new(), &auth, &mut collecting);
    Ok(collecting.finish())
}

/// Reads an environment: its variables; those of type `secret` and those named like a credential go to the keyring.
/// With a host of Genesys Cloud or of a gateway among them it becomes an environment of its name.
///
/// # Errors
/// The text is no JSON, or no environment.
pub fn import_environment(text: &str) -> Result<Imported, ImportError> {
    let text = &*Dialect::Postman.with_own_dynamics(text);
    let mut collecting = Collecting::new(text);
    let document = document::read(text, &mut collecting.imported.lint)?;
    let environment = document.get("environment").unwrap_or(&document);
    if environment
        .get("values")
        .and_then(Value::as_array)
        .is_none()
    {
        return Err(ImportError::new(
            Place::START,
            "This is no Postman environment: it has no `values`",
        ));
    }
    let mut set = Vec::new();
    for variable in elements(environment, "values") {
        let name = member(variable, "key");
        if variable.get("enabled") == Some(&Value::Bool(false)) {
            collecting.ignore(format!("the variable {name}"), "it is switched off");
        } else {
            set.push(SetVariable {
                name,
                value: member(variable, "value"),
                is_secret: member(variable, "type") == "secret",
            });
        }
    }
    if !collecting.set(&member(environment, "name"), &set) {
        for row in &set {
            collecting.variable(&row.name, &row.value, row.is_secret);
        }
    }
    Ok(collecting.finish())
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
    for item in elements(parent, "item") {
        let name = member(item, "name");
        note_scripts(item, &format!("`{name}`"), collecting);
        note_behavior(item, &format!("`{name}`"), collecting);
        if item.get("item").is_some() {
            let own = item
                .get("auth")
                .filter(|auth| !auth.is_null())
                .map(|own| auth(Some(own), collecting));
            folder.push(name);
            items(item, folder, own.as_ref().unwrap_or(inherited), collecting);
            folder.pop();
        } else if let Some(request) = item.get("request") {
            let found = read_request(request, name, folder, inherited, collecting);
            collecting.request(found);
        } else {
            collecting.ignore(format!("`{name}`"), "it is neither a request nor a folder");
        }
        if !elements(item, "response").is_empty() {
            collecting.ignore("saved responses", "answers are kept in the history only");
        }
    }
}

fn note_scripts(item: &Value, owner: &str, collecting: &mut Collecting<'_>) {
    for event in elements(item, "event") {
        let script = event
            .get("script")
            .map(|script| script.get("exec").unwrap_or(script));
        let is_empty = script.is_none_or(|script| match script {
            Value::Array(lines) => lines
                .iter()
                .all(|line| line.as_str().is_none_or(|line| line.trim().is_empty())),
            other => other.as_str().is_none_or(str::is_empty),
        });
        if !is_empty {
            collecting.ignore(
                format!("the {} script of {owner}", member(event, "listen")),
                "nothing imported is executed",
            );
        }
    }
}

/// How Postman sends: redirects, certificates, bodies of GET and the like.
fn note_behavior(item: &Value, owner: &str, collecting: &mut Collecting<'_>) {
    let settings = item
        .get("protocolProfileBehavior")
        .and_then(Value::as_object);
    for name in settings.into_iter().flat_map(serde_json::Map::keys) {
        collecting.ignore(
            format!("protocolProfileBehavior.{name} of {owner}"),
            "it settles how Postman sends; Gatescope has it in the environment or not at all",
        );
    }
}

fn read_request(
    request: &Value,
    name: String,
    folder: &[String],
    inherited: &FoundAuth,
    collecting: &mut Collecting<'_>,
) -> Found {
    if let Some(url) = request.as_str() {
        let draft = RequestDraft {
            name,
            auth: inherited.auth.clone(),
            ..RequestDraft::default()
        };
        return Found {
            folder: folder.to_vec(),
            draft,
            url: colon_places(url),
            description: String::new(),
            key: inherited.key.clone(),
        };
    }
    let own = request.get("auth").filter(|auth| !auth.is_null());
    let headers: Vec<HeaderRow> = match request.get("header") {
        // Version 2.0 may have them as one text.
        Some(Value::String(lines)) => lines.lines().filter_map(header_line).collect(),
        _ => elements(request, "header").iter().map(header).collect(),
    };
    let content_type = headers
        .iter()
        .find(|row| row.enabled && row.name.eq_ignore_ascii_case("content-type"))
        .map(|row| row.value.clone());
    let (url, query, path_variables) = request.get("url").map(read_url).unwrap_or_default();
    let FoundAuth { auth, key } =
        own.map_or_else(|| inherited.clone(), |own| auth(Some(own), collecting));
    let mut draft = RequestDraft {
        name,
        method: member(request, "method"),
        path_variables,
        query,
        headers,
        auth,
        body: request.get("body").map_or(DraftBody::None, |body| {
            read_body(body, content_type.as_deref(), collecting)
        }),
        ..RequestDraft::default()
    };
    own_type(&mut draft);
    let description = request
        .get("description")
        .map(|text| text_of(text).unwrap_or_else(|| member(text, "content")))
        .unwrap_or_default();
    Found {
        folder: folder.to_vec(),
        draft,
        url,
        description,
        key,
    }
}

fn header_line(line: &str) -> Option<HeaderRow> {
    let (name, value) = line.split_once(':')?;
    Some(HeaderRow {
        enabled: true,
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
    })
}

fn header(row: &Value) -> HeaderRow {
    HeaderRow {
        enabled: is_on(row),
        name: member(row, "key"),
        value: member(row, "value"),
    }
}

fn is_on(row: &Value) -> bool {
    row.get("disabled") != Some(&Value::Bool(true))
}

fn pair(row: &Value) -> QueryRow {
    QueryRow {
        enabled: is_on(row),
        name: member(row, "key"),
        value: row.get("value").and_then(text_of),
    }
}

/// URL without what `query` holds, the query, and the places of the path.
fn read_url(url: &Value) -> (String, Vec<QueryRow>, Vec<NamedText>) {
    if let Some(text) = url.as_str() {
        return (colon_places(text), Vec::new(), Vec::new());
    }
    let raw = member(url, "raw");
    let whole = if raw.is_empty() { built(url) } else { raw };
    let query: Vec<QueryRow> = elements(url, "query").iter().map(pair).collect();
    let whole = if query.is_empty() {
        whole
    } else {
        whole.split('?').next().unwrap_or_default().to_owned()
    };
    let variables = elements(url, "variable")
        .iter()
        .map(|row| NamedText {
            name: member(row, "key"),
            value: member(row, "value"),
        })
        .filter(|row| !row.name.is_empty())
        .collect();
    (colon_places(&whole), query, variables)
}

/// The parts of a URL that has no `raw`.
fn built(url: &Value) -> String {
    let joined = |name: &str, sign: &str| match url.get(name) {
        Some(Value::Array(parts)) => parts
            .iter()
            .map(|part| text_of(part).unwrap_or_else(|| member(part, "value")))
            .collect::<Vec<_>>()
            .join(sign),
        Some(other) => text_of(other).unwrap_or_default(),
        None => String::new(),
    };
    let (host, path, port) = (joined("host", "."), joined("path", "/"), joined("port", ""));
    let protocol = member(url, "protocol");
    let scheme = if protocol.is_empty() || host.contains("{{") {
        String::new()
    } else {
        format!("{protocol}://")
    };
    let port = if port.is_empty() {
        port
    } else {
        format!(":{port}")
    };
    format!("{scheme}{host}{port}/{}", path.trim_start_matches('/'))
}

fn read_body(
    body: &Value,
    content_type: Option<&str>,
    collecting: &mut Collecting<'_>,
) -> DraftBody {
    if body.get("disabled") == Some(&Value::Bool(true)) {
        return DraftBody::None;
    }
    match member(body, "mode").as_str() {
        "raw" => {
            let text = member(body, "raw");
            let language = body
                .pointer("/options/raw/language")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let assumed = match (content_type, language) {
                (Some(content_type), _) => content_type,
                (None, "json") => "application/json",
                (None, "xml") => "application/xml",
                (None, "html") => "text/html",
                (None, _) if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() => {
                    "application/json"
                }
                (None, _) => "text/plain",
            };
            text_body(text, assumed)
        }
        "urlencoded" => DraftBody::Form {
            rows: elements(body, "urlencoded").iter().map(pair).collect(),
        },
        "formdata" => DraftBody::Multipart {
            rows: elements(body, "formdata").iter().flat_map(part).collect(),
        },
        "file" => DraftBody::File {
            path: body
                .get("file")
                .map(|file| member(file, "src"))
                .unwrap_or_default(),
            content_type: content_type.unwrap_or_default().to_owned(),
        },
        "graphql" => {
            let graphql = body.get("graphql").cloned().unwrap_or_default();
            let variables = match graphql.get("variables") {
                Some(Value::String(text)) => text.clone(),
                Some(other) if !other.is_null() => other.to_string(),
                _ => String::new(),
            };
            graphql_body(&member(&graphql, "query"), &variables)
        }
        "" => DraftBody::None,
        other => {
            collecting.ignore(
                format!("a body of the mode {other}"),
                "this mode is not known",
            );
            DraftBody::None
        }
    }
}

/// One row of form data; a row with several files is several parts.
fn part(row: &Value) -> Vec<PartRow> {
    let make = |value| PartRow {
        enabled: is_on(row),
        name: member(row, "key"),
        value,
        content_type: member(row, "contentType"),
    };
    if member(row, "type") != "file" {
        return vec![make(PartValue::Text(member(row, "value")))];
    }
    let file = |path: String| {
        make(PartValue::File {
            path,
            file_name: member(row, "fileName"),
        })
    };
    match row.get("src") {
        Some(Value::Array(paths)) => paths.iter().filter_map(text_of).map(file).collect(),
        Some(path) => vec![file(text_of(path).unwrap_or_default())],
        None => vec![file(String::new())],
    }
}

/// `{"type": "bearer", "bearer": [{"key": "token", "value": "…"}]}`; v2.0 has an object in place of the list.
fn auth(auth: Option<&Value>, collecting: &mut Collecting<'_>) -> FoundAuth {
    let Some(auth) = auth.filter(|auth| auth.is_object()) else {
        return FoundAuth::default();
    };
    let kind = member(auth, "type");
    let value = |key: &str| match auth.get(&kind) {
        Some(Value::Array(rows)) => rows
            .iter()
            .find(|row| member(row, "key") == key)
            .map(|row| member(row, "value"))
            .unwrap_or_default(),
        Some(object) => member(object, key),
        None => String::new(),
    };
    let found = match kind.as_str() {
        "" => RequestAuth::Inherit,
        "noauth" => RequestAuth::None,
        "bearer" => RequestAuth::Bearer {
            token: value("token"),
        },
        "basic" => RequestAuth::Basic {
            user: value("username"),
            password: value("password"),
        },
        "apikey" if value("in") == "query" => {
            return FoundAuth::key(value("key"), value("value"));
        }
        "apikey" => RequestAuth::Header {
            name: value("key"),
            value: value("value"),
        },
        "oauth2" => {
            let grant_type = value("grant_type");
            let has_client = !value("accessTokenUrl").is_empty() && !value("clientId").is_empty();
            if has_client && (grant_type.is_empty() || grant_type == "client_credentials") {
                collecting.grant(ClientGrant {
                    token_url: value("accessTokenUrl"),
                    client_id: value("clientId"),
                    client_secret: value("clientSecret"),
                    scope: value("scope"),
                    in_body: value("client_authentication") == "body",
                });
            } else if grant_type == "client_credentials" {
                collecting.ignore(
                    "the OAuth 2.0 client",
                    "it has no access token URL or no client ID: enter them in the environment",
                );
            } else if !grant_type.is_empty() {
                collecting.ignore(
                    format!("the OAuth 2.0 grant {grant_type}"),
                    "only client credentials are taken",
                );
            }
            if has_client && !value("accessToken").is_empty() {
                collecting.ignore(
                    "the access token that Postman had fetched",
                    "the environment fetches one with its client",
                );
            }
            match value("accessToken") {
                token if token.is_empty() || has_client => RequestAuth::Inherit,
                token => RequestAuth::Bearer { token },
            }
        }
        other => {
            collecting.ignore(
                format!("credentials of the type {other}"),
                "this type is not known; the environment's token is used",
            );
            RequestAuth::Inherit
        }
    };
    found.into()
}
