//! Insomnia exports: version 4 (JSON or YAML, a flat list of resources) and version 5 (YAML, nested).

mod export;

use std::fmt::Write as _;

use serde_json::Value;

use super::collecting::{
    ClientGrant, Collecting, DEEPEST_FOLDER, Found, FoundAuth, SetVariable, colon_places,
    graphql_body, own_type, text_body,
};
use super::document::{self, elements, member, text_of};
use super::text::Place;
use super::written_requests::Dialect;
use super::{ImportError, Imported};
use crate::model::request::{
    DraftBody, HeaderRow, NamedText, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft,
};

pub(super) use export::export;

/// Reads an export: requests with folders, variables of the base environment, client credentials of OAuth 2.0.
///
/// # Errors
/// The text is no JSON or YAML, or no export of version 4 or 5.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let own = with_own_references(&Dialect::Insomnia.with_own_dynamics(text));
    let text = own.as_str();
    let mut collecting = Collecting::new(text);
    let document = document::read(text, &mut collecting.imported.lint)?;
    let kind = member(&document, "type");
    if [
        "collection.insomnia.rest/5",
        "environment.insomnia.rest/5",
        "spec.insomnia.rest/5",
    ]
    .iter()
    .any(|known| kind.starts_with(known))
    {
        version_5(&document, &mut collecting);
    } else if member(&document, "_type") == "export"
        && document.get("resources").is_some_and(Value::is_array)
    {
        let version = member(&document, "__export_format");
        if version != "4" && version != "3" {
            return Err(ImportError::new(
                document::place_of(text, "__export_format"),
                "The export has a version that is not known: export it as version 4 or 5",
            ));
        }
        version_4(&document, &mut collecting);
    } else if kind.contains("insomnia.rest/") {
        return Err(ImportError::new(
            document::place_of(text, &kind),
            "Only collections are read: export the collection as Insomnia version 5",
        ));
    } else {
        return Err(ImportError::new(
            Place::START,
            "This is no Insomnia export: it has neither `_type: export` nor a type of insomnia.rest",
        ));
    }
    if text.contains("{%") {
        collecting.ignore(
            "template tags `{% … %}`",
            "nothing imported is executed; they stand in the requests as they were",
        );
    }
    Ok(collecting.finish())
}

/// `{{ _.baseUrl }}` and `{{_['baseUrl']}}` are `{{baseUrl}}`.
fn with_own_references(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, behind) = rest.split_at(at);
        written.push_str(before);
        let Some(end) = behind.find("}}") else {
            rest = behind;
            break;
        };
        let inner = behind[2..end].trim();
        let name = inner
            .strip_prefix("_.")
            .or_else(|| {
                inner
                    .strip_prefix("_['")
                    .and_then(|name| name.strip_suffix("']"))
            })
            .unwrap_or(inner);
        // Across lines it is no reference but JSON.
        if inner.contains(['\n', '"']) {
            written.push_str(&behind[..end + 2]);
        } else {
            let _ = write!(written, "{{{{{name}}}}}");
        }
        rest = &behind[end + 2..];
    }
    written.push_str(rest);
    written
}

fn version_4(document: &Value, collecting: &mut Collecting<'_>) {
    let resources = elements(document, "resources");
    let of_kind = |kind: &'static str| {
        resources
            .iter()
            .filter(move |resource| member(resource, "_type") == kind)
    };
    let is_base = |environment: &&Value| member(environment, "parentId").starts_with("wrk_");
    for base in of_kind("environment").filter(is_base) {
        data(base.get("data"), true, &member(base, "name"), collecting);
    }
    for own in of_kind("environment").filter(|own| !is_base(own)) {
        sub_environment(own.get("data"), &member(own, "name"), collecting);
    }
    for resource in resources {
        let kind = member(resource, "_type");
        if ![
            "environment",
            "request",
            "request_group",
            "workspace",
            "cookie_jar",
            "api_spec",
        ]
        .contains(&kind.as_str())
        {
            collecting.ignore(
                format!("{kind} `{}`", member(resource, "name")),
                "only HTTP requests are taken",
            );
        }
    }
    of_kind("cookie_jar").for_each(|jar| note_cookies(jar, collecting));
    for group in of_kind("request_group") {
        of_group(group, collecting);
    }
    for request in of_kind("request") {
        let mut folder = Vec::new();
        let mut inherited = None;
        let mut parent = member(request, "parentId");
        while let Some(group) =
            of_kind("request_group").find(|group| member(group, "_id") == parent)
        {
            folder.insert(0, member(group, "name"));
            inherited = inherited.or_else(|| own_auth(group));
            parent = member(group, "parentId");
            if folder.len() >= DEEPEST_FOLDER {
                collecting.ignore(member(group, "name"), "the folders nest too deeply");
                break;
            }
        }
        read_request(request, folder, inherited, collecting);
    }
}

fn version_5(document: &Value, collecting: &mut Collecting<'_>) {
    if let Some(environments) = document.get("environments") {
        data(
            environments.get("data"),
            true,
            "base environment",
            collecting,
        );
        for other in elements(environments, "subEnvironments") {
            sub_environment(other.get("data"), &member(other, "name"), collecting);
        }
    }
    if let Some(jar) = document.get("cookieJar") {
        note_cookies(jar, collecting);
    }
    children(
        elements(document, "collection"),
        &mut Vec::new(),
        None,
        collecting,
    );
}

fn note_cookies(jar: &Value, collecting: &mut Collecting<'_>) {
    let count = elements(jar, "cookies").len();
    if count > 0 {
        collecting.ignore(
            format!("{count} cookies of the jar `{}`", member(jar, "name")),
            "no cookie is sent by itself: write a Cookie header where a request needs it",
        );
    }
}

fn children<'a>(
    items: &'a [Value],
    folder: &mut Vec<String>,
    inherited: Option<&'a Value>,
    collecting: &mut Collecting<'_>,
) {
    if collecting.is_too_deep(folder) {
        return;
    }
    for item in items {
        if item.get("children").is_some() {
            of_group(item, collecting);
            folder.push(member(item, "name"));
            children(
                elements(item, "children"),
                folder,
                own_auth(item).or(inherited),
                collecting,
            );
            folder.pop();
        } else if item.get("method").is_some() {
            read_request(item, folder.clone(), inherited, collecting);
        } else {
            collecting.ignore(
                format!("`{}`", member(item, "name")),
                "only HTTP requests are taken",
            );
        }
    }
}

/// What a folder gives to its requests besides credentials: variables are taken, headers and scripts are not.
fn of_group(group: &Value, collecting: &mut Collecting<'_>) {
    let name = member(group, "name");
    data(
        group.get("environment"),
        false,
        &format!("of the folder `{name}`"),
        collecting,
    );
    if elements(group, "headers").iter().any(is_on) {
        collecting.ignore(
            format!("the headers of the folder `{name}`"),
            "a folder has none: add them to its requests or to the environment",
        );
    }
    for script in ["preRequestScript", "afterResponseScript", "scripts"] {
        if group.get(script).is_some_and(|script| {
            script.is_object() || script.as_str().is_some_and(|text| !text.is_empty())
        }) {
            collecting.ignore(
                format!("{script} of the folder `{name}`"),
                "nothing imported is executed",
            );
        }
    }
}

/// One that says where requests go is an environment of its own, any other adds to the variables of all.
fn sub_environment(own: Option<&Value>, name: &str, collecting: &mut Collecting<'_>) {
    let members = own.and_then(Value::as_object).into_iter().flatten();
    let set: Vec<SetVariable> = members
        .clone()
        .filter_map(|(key, value)| {
            Some(SetVariable {
                name: key.clone(),
                value: text_of(value)?,
                is_secret: false,
            })
        })
        .collect();
    if !collecting.set(name, &set) {
        data(own, false, name, collecting);
        return;
    }
    for (key, _) in members.filter(|(_, value)| text_of(value).is_none()) {
        collecting.ignore(
            format!("{key} of the environment {name}"),
            "its value is no text",
        );
    }
}

/// Variables; those of the base environment come first, others only where they bring a new name.
fn data(data: Option<&Value>, is_base: bool, name: &str, collecting: &mut Collecting<'_>) {
    let Some(data) = data.and_then(Value::as_object) else {
        return;
    };
    for (key, value) in data {
        match text_of(value) {
            Some(value)
                if is_base
                    || !collecting
                        .imported
                        .variables
                        .iter()
                        .any(|known| known.name == *key) =>
            {
                collecting.variable(key, &value, false);
            }
            Some(_) => collecting.ignore(
                format!("{key} of the environment {name}"),
                "another environment has a value for it; import that one again on its own",
            ),
            None => collecting.ignore(
                format!("{key} of the environment {name}"),
                "its value is no text",
            ),
        }
    }
}

fn own_auth(item: &Value) -> Option<&Value> {
    item.get("authentication")
        .filter(|auth| !member(auth, "type").is_empty())
}

fn is_on(row: &Value) -> bool {
    row.get("disabled") != Some(&Value::Bool(true))
}

fn pair(row: &Value) -> QueryRow {
    QueryRow {
        enabled: is_on(row),
        name: member(row, "name"),
        value: row.get("value").and_then(text_of),
    }
}

fn read_request(
    request: &Value,
    folder: Vec<String>,
    inherited: Option<&Value>,
    collecting: &mut Collecting<'_>,
) {
    let headers: Vec<HeaderRow> = elements(request, "headers")
        .iter()
        .map(|row| HeaderRow {
            enabled: is_on(row),
            name: member(row, "name"),
            value: member(row, "value"),
        })
        .filter(|row| !row.name.is_empty())
        .collect();
    let FoundAuth { auth, key } = own_auth(request)
        .or(inherited)
        .map(|auth| read_auth(auth, collecting))
        .unwrap_or_default();
    let mut draft = RequestDraft {
        name: member(request, "name"),
        method: member(request, "method"),
        path_variables: elements(request, "pathParameters")
            .iter()
            .map(|row| NamedText {
                name: member(row, "name"),
                value: member(row, "value"),
            })
            .collect(),
        query: elements(request, "parameters")
            .iter()
            .map(pair)
            .filter(|row| !row.name.is_empty())
            .collect(),
        headers,
        auth,
        body: request.get("body").map_or(DraftBody::None, read_body),
        ..RequestDraft::default()
    };
    own_type(&mut draft);
    for (name, owner) in [
        ("preRequestScript", request.get("preRequestScript")),
        ("afterResponseScript", request.get("afterResponseScript")),
        ("scripts", request.get("scripts")),
    ] {
        if owner.is_some_and(|script| {
            script.is_object() || script.as_str().is_some_and(|text| !text.is_empty())
        }) {
            collecting.ignore(
                format!("{name} of `{}`", draft.name),
                "nothing imported is executed",
            );
        }
    }
    let description = [
        member(request, "description"),
        request
            .get("meta")
            .map(|meta| member(meta, "description"))
            .unwrap_or_default(),
    ]
    .into_iter()
    .find(|text| !text.is_empty())
    .unwrap_or_default();
    collecting.request(Found {
        folder,
        draft,
        url: colon_places(&member(request, "url")),
        description,
        key,
    });
}

fn read_body(body: &Value) -> DraftBody {
    let content_type = member(body, "mimeType");
    let params = elements(body, "params");
    match content_type.as_str() {
        "application/x-www-form-urlencoded" if !params.is_empty() => DraftBody::Form {
            rows: params.iter().map(pair).collect(),
        },
        "multipart/form-data" => DraftBody::Multipart {
            rows: params
                .iter()
                .map(|row| PartRow {
                    enabled: is_on(row),
                    name: member(row, "name"),
                    value: if member(row, "type") == "file" {
                        PartValue::File {
                            path: member(row, "fileName"),
                            file_name: String::new(),
                        }
                    } else {
                        PartValue::Text(member(row, "value"))
                    },
                    content_type: match row.get("multiline") {
                        Some(Value::String(content_type)) => content_type.clone(),
                        _ => String::new(),
                    },
                })
                .collect(),
        },
        _ if !member(body, "fileName").is_empty() => DraftBody::File {
            path: member(body, "fileName"),
            content_type: content_type.clone(),
        },
        "application/graphql" => {
            let text = member(body, "text");
            match serde_json::from_str::<Value>(&text) {
                Ok(written) if written.is_object() => DraftBody::Json { text },
                _ => graphql_body(&text, ""),
            }
        }
        _ => text_body(member(body, "text"), &content_type),
    }
}

fn read_auth(auth: &Value, collecting: &mut Collecting<'_>) -> FoundAuth {
    if auth.get("disabled") == Some(&Value::Bool(true)) {
        return RequestAuth::None.into();
    }
    let found = match member(auth, "type").as_str() {
        "none" => RequestAuth::None,
        "bearer" => match member(auth, "prefix").as_str() {
            "" | "Bearer" => RequestAuth::Bearer {
                token: member(auth, "token"),
            },
            "NO_PREFIX" => RequestAuth::Header {
                name: "Authorization".to_owned(),
                value: member(auth, "token"),
            },
            prefix => RequestAuth::Header {
                name: "Authorization".to_owned(),
                value: format!("{prefix} {}", member(auth, "token")),
            },
        },
        "basic" => RequestAuth::Basic {
            user: member(auth, "username"),
            password: member(auth, "password"),
        },
        "apikey" if member(auth, "addTo") == "queryParams" => {
            return FoundAuth::key(member(auth, "key"), member(auth, "value"));
        }
        "apikey" => RequestAuth::Header {
            name: member(auth, "key"),
            value: member(auth, "value"),
        },
        "oauth2" if member(auth, "grantType") == "client_credentials" => {
            collecting.grant(ClientGrant {
                token_url: member(auth, "accessTokenUrl"),
                client_id: member(auth, "clientId"),
                client_secret: member(auth, "clientSecret"),
                scope: member(auth, "scope"),
                in_body: auth.get("credentialsInBody") == Some(&Value::Bool(true)),
            });
            RequestAuth::Inherit
        }
        other => {
            collecting.ignore(
                format!("credentials of the type {other}"),
                "this type is not taken; the environment's token is used",
            );
            RequestAuth::Inherit
        }
    };
    found.into()
}
