//! API descriptions (OpenAPI 3.0 and 3.1, Swagger 2.0) as a catalogue and as requests. The text is walked: what no request
//! needs is skipped, never held, so that tens of megabytes and circular references do no harm.
//! Examples made of schemas are in `schema`. What API Gateway wrote is handed to `api_gateway`.

mod inputs;
mod schema;
mod servers;
#[cfg(test)]
mod tests;
mod walk;

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::document::{self, Notation, json_error, notation, without_bom};
use super::text::{DEEPEST_NESTING, LARGEST_TEXT, Place, empty, too_deep};
use super::{Ignored, ImportError, Imported, ImportedRequest, Lint, api_gateway};
use crate::model::catalogue::{name_in_words, path_variables};
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::request::{DraftBody, NamedText, RequestDraft};
use inputs::form_body;
use schema::Examples;
use walk::{Members, Text};

/// Reads a description: catalogue, one request an operation (in a folder named by its first tag), and an environment
/// where the server is a Genesys Cloud region. An export of API Gateway becomes a gateway environment as well.
///
/// # Errors
/// The text is no JSON or YAML, or no description of a known version.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let text = without_bom(text);
    if text.trim().is_empty() {
        return Err(empty());
    }
    if text.len() > LARGEST_TEXT {
        return Err(ImportError::new(
            Place::START,
            format!("The text is larger than {} MB", LARGEST_TEXT / 1_000_000),
        ));
    }
    if api_gateway::is_export(text) {
        return api_gateway::import(text);
    }
    match notation(text) {
        Notation::Json => walk_json(text),
        Notation::Yaml => {
            let mut lint = Vec::new();
            let tree = document::read(text, &mut lint)?;
            let json = serde_json::to_string(&tree)
                .map_err(|failure| ImportError::new(Place::START, failure.to_string()))?;
            drop(tree);
            // Places in the rewritten text mean nothing.
            walk_json(&json).map_err(|failure| ImportError {
                place: Place::START,
                ..failure
            })
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Root<'a> {
    #[serde(borrow)]
    openapi: Option<&'a RawValue>,
    #[serde(borrow)]
    swagger: Option<&'a RawValue>,
    #[serde(borrow)]
    servers: Option<&'a RawValue>,
    #[serde(borrow)]
    host: Option<Text<'a>>,
    #[serde(borrow, rename = "basePath")]
    base_path: Option<Text<'a>>,
    #[serde(borrow)]
    paths: Option<&'a RawValue>,
    #[serde(borrow)]
    webhooks: Option<&'a RawValue>,
    #[serde(borrow)]
    components: Option<&'a RawValue>,
    #[serde(borrow)]
    definitions: Option<&'a RawValue>,
    #[serde(borrow)]
    parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    schemes: Option<Vec<Text<'a>>>,
    #[serde(borrow, rename = "securityDefinitions")]
    security_definitions: Option<&'a RawValue>,
    #[serde(borrow)]
    consumes: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Components<'a> {
    #[serde(borrow)]
    schemas: Option<Members<'a>>,
    #[serde(borrow)]
    parameters: Option<Members<'a>>,
    #[serde(borrow, rename = "requestBodies")]
    request_bodies: Option<Members<'a>>,
    #[serde(borrow, rename = "pathItems")]
    path_items: Option<Members<'a>>,
    #[serde(borrow, rename = "securitySchemes")]
    security_schemes: Option<Members<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Operation<'a> {
    #[serde(borrow, rename = "operationId")]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    summary: Option<Text<'a>>,
    #[serde(borrow)]
    tags: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    parameters: Option<Vec<&'a RawValue>>,
    #[serde(borrow, rename = "requestBody")]
    request_body: Option<&'a RawValue>,
    #[serde(borrow)]
    consumes: Option<Vec<Text<'a>>>,
}

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

fn walk_json(text: &str) -> Result<Imported, ImportError> {
    let root: Root<'_> =
        serde_json::from_str(text).map_err(|failure| json_error(text, &failure))?;
    check_version(text, &root)?;
    let paths = paths_of(text, &root)?;
    let components: Components<'_> = root
        .components
        .and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default();
    let schemas = components
        .schemas
        .or_else(|| members(root.definitions))
        .unwrap_or_default();
    let security: Vec<(String, serde_json::Value)> = components
        .security_schemes
        .or_else(|| members(root.security_definitions))
        .unwrap_or_default()
        .0
        .into_iter()
        .filter_map(|(name, raw)| Some((name.into_owned(), serde_json::from_str(raw.get()).ok()?)))
        .collect();
    let mut reader = Reader {
        path_items: components.path_items.unwrap_or_default().by_name(),
        parameters: components
            .parameters
            .or_else(|| members(root.parameters))
            .unwrap_or_default()
            .by_name(),
        bodies: components.request_bodies.unwrap_or_default().by_name(),
        examples: Examples::new(schemas.by_name()),
        consumes: root
            .consumes
            .as_deref()
            .unwrap_or_default()
            .iter()
            .map(|text| text.0.to_string())
            .collect(),
        base: String::new(),
        rows: Vec::new(),
        imported: Imported::default(),
        environment: None,
        origin: None,
    };
    let webhooks = members(root.webhooks).map_or(0, |webhooks| webhooks.0.len());
    if webhooks > 0 {
        reader.ignore(
            format!("{webhooks} webhooks"),
            "they are requests that the server sends",
        );
    }
    reader.servers(&root);
    reader.security(&security);
    for (path, item) in &paths.0 {
        reader.path(path, item, &paths);
    }
    Ok(reader.finish())
}

fn paths_of<'a>(text: &str, root: &Root<'a>) -> Result<Members<'a>, ImportError> {
    let Some(paths) = root.paths else {
        return Err(ImportError::new(
            Place::START,
            "The description has no `paths`, so there are no operations in it",
        ));
    };
    serde_json::from_str::<Members<'_>>(paths.get()).map_err(|_| {
        if too_deep(paths.get()).is_some()
            && let Some(error) = too_deep(text)
        {
            return ImportError {
                text: format!(
                    "Brackets nest deeper than {DEEPEST_NESTING} levels, and `paths` is no object"
                ),
                ..error
            };
        }
        let at = paths.get().as_ptr().addr() - text.as_ptr().addr();
        ImportError::new(
            Place::at(text, at),
            "`paths` is no object: its members are the paths",
        )
    })
}

fn members(raw: Option<&RawValue>) -> Option<Members<'_>> {
    serde_json::from_str(raw?.get()).ok()
}

fn check_version(text: &str, root: &Root<'_>) -> Result<(), ImportError> {
    let scalar = |raw: &RawValue| raw.get().trim_matches('"').to_owned();
    let (name, version, known) = match (root.openapi, root.swagger) {
        (Some(version), _) => ("openapi", scalar(version), &["3.0", "3.1"][..]),
        (None, Some(version)) => ("swagger", scalar(version), &["2"][..]),
        (None, None) => {
            return Err(ImportError::new(
                Place::START,
                "This is no API description: it has neither `openapi` nor `swagger`",
            ));
        }
    };
    if known.iter().any(|known| version.starts_with(known)) {
        return Ok(());
    }
    let place = document::place_of(text, name);
    Err(ImportError::new(
        place,
        format!("`{name}` has a version that is not known: 3.0 and 3.1 are read, and Swagger 2.0"),
    ))
}

/// What is gathered on the walk.
struct Reader<'a> {
    path_items: walk::ByName<'a>,
    parameters: walk::ByName<'a>,
    bodies: walk::ByName<'a>,
    examples: Examples<'a>,
    consumes: Vec<String>,
    /// Stands before every path; empty, or begins with a slash.
    base: String,
    /// Lines of the catalogue with what they are ordered by.
    rows: Vec<(String, String, String)>,
    imported: Imported,
    environment: Option<EnvironmentId>,
    origin: Option<String>,
}

impl<'a> Reader<'a> {
    fn path(&mut self, path: &str, item: &'a RawValue, paths: &Members<'a>) {
        let Ok(mut item) = serde_json::from_str::<Members<'a>>(item.get()) else {
            self.ignore(path, "it holds no operations");
            return;
        };
        if let Some(at) = item.0.iter().position(|(name, _)| name == "$ref") {
            let (_, reference) = item.0.swap_remove(at);
            match self.path_item(reference, paths) {
                // What stands beside the reference wins.
                Some(found) => {
                    let is_new = |(name, _): &(Cow<'a, str>, &'a RawValue)| {
                        !item.0.iter().any(|(own, _)| own == name)
                    };
                    let new: Vec<_> = found.0.into_iter().filter(is_new).collect();
                    item.0.extend(new);
                }
                None => self.ignore(path, "what it refers to is not in this file"),
            }
        }
        let shared = item
            .0
            .iter()
            .find(|(name, _)| name == "parameters")
            .and_then(|(_, raw)| serde_json::from_str::<Vec<&'a RawValue>>(raw.get()).ok())
            .unwrap_or_default();
        for (name, raw) in &item.0 {
            if !METHODS.contains(&name.as_ref()) {
                continue;
            }
            let method = name.to_ascii_uppercase();
            // A list would be taken for the fields in their order.
            let is_object = raw.get().starts_with('{');
            match serde_json::from_str::<Operation<'a>>(raw.get()) {
                Ok(operation) if is_object => {
                    self.operation(&method, path, &operation, &shared);
                }
                _ => self.ignore(
                    format!("{method} {path}"),
                    "its description is not as OpenAPI has it",
                ),
            }
        }
    }

    /// What `#/components/pathItems/Name` or `#/paths/~1users` refers to; one step, so that circles do no harm.
    fn path_item(&self, reference: &RawValue, paths: &Members<'a>) -> Option<Members<'a>> {
        let reference: String = serde_json::from_str(reference.get()).ok()?;
        let decoded = |name: &str| {
            crate::model::encode::decode(name)
                .replace("~1", "/")
                .replace("~0", "~")
        };
        let raw = if let Some(name) = reference.strip_prefix("#/components/pathItems/") {
            *self.path_items.get(decoded(name).as_str())?
        } else {
            let path = decoded(reference.strip_prefix("#/paths/")?);
            paths.0.iter().find(|(name, _)| *name == path)?.1
        };
        let mut found: Members<'a> = serde_json::from_str(raw.get()).ok()?;
        found.0.retain(|(name, _)| name != "$ref");
        Some(found)
    }

    fn operation(
        &mut self,
        method: &str,
        path: &str,
        operation: &Operation<'a>,
        shared: &[&'a RawValue],
    ) {
        let full = format!(
            "{}{}{path}",
            self.base,
            if path.starts_with('/') { "" } else { "/" }
        );
        let mut draft = RequestDraft {
            id: RequestId(String::new()),
            method: method.to_owned(),
            path_variables: path_variables(&full)
                .map(|name| NamedText {
                    name: name.to_owned(),
                    value: String::new(),
                })
                .collect(),
            ..RequestDraft::default()
        };
        let id = operation
            .id
            .as_ref()
            .map_or_else(|| made_id(method, path), |id| id.0.to_string());
        draft.name = operation
            .id
            .as_ref()
            .map_or_else(|| format!("{method} {full}"), |id| name_in_words(&id.0));
        let consumes = operation.consumes.as_ref().map_or_else(
            || self.consumes.clone(),
            |own| own.iter().map(|text| text.0.to_string()).collect(),
        );
        let own = operation.parameters.as_deref().unwrap_or_default();
        let mut form = Vec::new();
        for raw in shared.iter().chain(own) {
            self.parameter(raw, &mut draft, &mut form, &consumes);
        }
        if !form.is_empty() {
            draft.body = form_body(form, &consumes);
        }
        if let Some(body) = operation.request_body {
            self.body(body, &mut draft);
        }
        draft.path.clone_from(&full);
        let tags: Vec<String> = operation
            .tags
            .as_deref()
            .unwrap_or_default()
            .iter()
            .map(|tag| tag.0.to_string())
            .collect();
        self.row(&draft, &id, &tags);
        self.imported.requests.push(ImportedRequest {
            folder: tags
                .first()
                .cloned()
                .into_iter()
                .filter(|tag| !tag.is_empty())
                .collect(),
            draft,
            environment: self.environment.clone(),
            origin: self.origin.clone(),
            description: operation
                .summary
                .as_ref()
                .map(|text| text.0.to_string())
                .unwrap_or_default(),
        });
    }

    /// A line of the catalogue. It holds ASCII only, and names without spaces.
    fn row(&mut self, draft: &RequestDraft, id: &str, tags: &[String]) {
        let joined = |names: &mut dyn Iterator<Item = &str>| {
            names
                .map(|name| name.split_whitespace().collect::<Vec<_>>().join("-"))
                .filter(|name| !name.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let tags = joined(&mut tags.iter().map(String::as_str));
        let mut names: Vec<&str> = draft.query.iter().map(|row| row.name.as_str()).collect();
        // A list has a row for each of its values.
        names.dedup();
        let query = joined(&mut names.into_iter());
        let body = if draft.body == DraftBody::None {
            ""
        } else {
            "body"
        };
        let line = [
            draft.method.as_str(),
            &draft.path,
            id,
            if tags.is_empty() { "Operations" } else { &tags },
            &query,
            body,
        ]
        .join("\t");
        if line.is_ascii() && line.matches('\t').count() == 5 && !line.contains(['\n', '\r']) {
            self.rows
                .push((draft.path.clone(), draft.method.clone(), line));
        } else {
            self.ignore(
                format!("{} {} in the catalogue", draft.method, draft.path),
                "it has signs beyond ASCII; its request is taken",
            );
        }
    }

    fn ignore(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let ignored = Ignored::new(what, why);
        if self.imported.ignored.len() < MOST_IGNORED && !self.imported.ignored.contains(&ignored) {
            self.imported.ignored.push(ignored);
        }
    }

    fn finish(mut self) -> Imported {
        self.rows.sort();
        let mut catalogue = String::new();
        for (_, _, line) in &self.rows {
            let _ = writeln!(catalogue, "{line}");
        }
        self.imported.catalogue = Some(catalogue.trim_end_matches('\n').into());
        if self.examples.was_cut {
            self.imported.lint.push(Lint::new(
                Place::START,
                "Some bodies are large or refer to themselves: their examples are cut short",
                "Fill in what the operation needs",
            ));
        }
        self.imported
    }
}

/// More are not listed one by one.
const MOST_IGNORED: usize = 200;

/// `GET /users/{userId}/queues` is `getUsersUserIdQueues`.
fn made_id(method: &str, path: &str) -> String {
    let mut id = method.to_ascii_lowercase();
    for word in path
        .split(|sign: char| !sign.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let (first, rest) = word.split_at(1);
        id.push_str(&first.to_ascii_uppercase());
        id.push_str(rest);
    }
    id
}
