//! What the writers of collections have in common. Requests are made ready once, whatever tool reads them: typed credentials are
//! hidden (`hiding`), what the environment does to them is put in (`effect`), and variables and dynamic values get the names that
//! the tool knows (`dialect`, `words`). How a tool's file is laid out is in its own file.

mod dialect;
mod effect;
mod hiding;
mod words;

use serde_json::Value;

use super::text::Place;
use super::{Export, ExportContext, ImportedRequest, Lint};
use crate::model::encode;
use crate::model::environment::{Environment, NetworkSettings};
use crate::model::request::{DraftBody, HeaderRow, PartValue, QueryRow, RequestAuth, RequestDraft};
use crate::model::route;
use crate::model::variables::references;

pub(super) use dialect::Dialect;
#[cfg(test)]
pub(super) use hiding::for_each_text;
pub use hiding::typed_credentials;
use words::Words;
pub(super) use words::WrittenVariable;

/// Requests as another tool gets them, in its own words.
#[derive(Debug)]
pub(super) struct Collection {
    pub(super) name: String,
    pub(super) requests: Vec<WrittenRequest>,
    /// Those that the requests and the login refer to.
    pub(super) variables: Vec<WrittenVariable>,
    pub(super) login: Login,
    masked: Vec<String>,
    lint: Vec<Lint>,
}

/// How requests without credentials of their own get a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Login {
    None,
    /// The client credentials grant; the secret is a reference to a variable.
    Client {
        token_url: String,
        client_id: String,
        client_secret: String,
        scope: String,
        in_body: bool,
    },
    /// A reference to the variable that holds the token.
    Token(String),
}

#[derive(Debug)]
pub(super) struct WrittenRequest {
    pub(super) folder: Vec<String>,
    pub(super) description: String,
    /// `https://host:port`, or a reference to the variable that holds it.
    pub(super) origin: String,
    /// Of the URL: begins with a slash, whole segments may be `:name`.
    pub(super) path: String,
    /// Everything else, its `path` empty. Its query is encoded, and its `path_variables` are those of `path`.
    pub(super) draft: RequestDraft,
}

impl WrittenRequest {
    /// Without the query.
    pub(super) fn address(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// The rows that are sent.
    pub(super) fn query(&self) -> String {
        joined(&self.draft.query)
    }

    /// The whole URL.
    pub(super) fn url(&self) -> String {
        match self.query() {
            query if query.is_empty() => self.address(),
            query => format!("{}?{query}", self.address()),
        }
    }
}

/// Rows that are switched on, as they stand behind a `?`.
pub(super) fn joined(rows: &[QueryRow]) -> String {
    let pieces: Vec<String> = rows
        .iter()
        .filter(|row| row.enabled)
        .map(|row| match &row.value {
            Some(value) => format!("{}={value}", row.name),
            None => row.name.clone(),
        })
        .collect();
    pieces.join("&")
}

/// The same, encoded as the body of a form; references stay as they are.
pub(super) fn form_text(rows: &[QueryRow]) -> String {
    let encoded: Vec<QueryRow> = rows
        .iter()
        .map(|row| QueryRow {
            enabled: row.enabled,
            name: between_references(&row.name, encode::form_component),
            value: row
                .value
                .as_ref()
                .map(|value| between_references(value, encode::form_component)),
        })
        .collect();
    joined(&encoded)
}

fn between_references(text: &str, encode: fn(&str) -> String) -> String {
    let mut written = String::with_capacity(text.len());
    let mut from = 0;
    for reference in references(text) {
        written.push_str(&encode(&text[from..reference.range.start]));
        written.push_str(&text[reference.range.clone()]);
        from = reference.range.end;
    }
    written.push_str(&encode(&text[from..]));
    written
}

impl Collection {
    /// Makes `requests` ready for the tool: as `environment` sends them, or with the variable `baseUrl` in front when there is none.
    pub(super) fn new(
        name: &str,
        requests: &[ImportedRequest],
        environment: Option<&Environment>,
        context: ExportContext<'_>,
        dialect: Dialect,
    ) -> Self {
        let mut masked = Vec::new();
        let mut lint = Vec::new();
        let mut requests = requests.to_vec();
        let mut variables = environment.map_or_else(Vec::new, |known| known.variables.clone());
        for request in &mut requests {
            if let Some(environment) = environment {
                effect::put_headers_in(&mut request.draft, environment);
            }
        }
        if !context.reveals_secrets {
            hiding::hide(&mut requests, &mut variables, &mut masked);
        }
        lint.extend(lost(&requests, environment, dialect));
        let mut words = Words::new(dialect, environment, variables);
        let wants_login = requests.iter().any(|request| {
            request.draft.auth == RequestAuth::Inherit
                && !effect::has_header(&request.draft, "Authorization")
        });
        let login = environment
            .filter(|_| wants_login)
            .map_or(Login::None, |known| words.login(known));
        let requests = requests
            .into_iter()
            .map(|request| words.request(request, environment, login != Login::None))
            .collect();
        let variables = words.finish(context, &mut masked, &mut lint);
        Self {
            name: name.to_owned(),
            requests,
            variables,
            login,
            masked,
            lint,
        }
    }

    /// What is said besides, in the end.
    pub(super) fn lost(&mut self, cause: impl Into<String>, fix: &str) {
        let lint = Lint::new(Place::START, cause, fix);
        if !self.lint.contains(&lint) {
            self.lint.push(lint);
        }
    }

    /// Says which names of files and types of parts the tool does not keep.
    pub(super) fn lose_parts(&mut self, keeps_types: bool, fix: &str) {
        let requests = self.requests.iter();
        let causes: Vec<String> = requests
            .flat_map(|request| lost_parts(&request.draft, keeps_types))
            .collect();
        for cause in causes {
            self.lost(cause, fix);
        }
    }

    /// With `document` as its text.
    pub(super) fn export_json(self, document: &Value) -> Export {
        let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
        text.push('\n');
        self.export(text)
    }

    pub(super) fn export(self, text: String) -> Export {
        Export {
            text,
            masked: self.masked,
            lint: self.lint,
        }
    }
}

/// What no collection holds.
fn lost(
    requests: &[ImportedRequest],
    environment: Option<&Environment>,
    dialect: Dialect,
) -> Vec<Lint> {
    let mut lint = Vec::new();
    for request in requests {
        if hiding::lacks_a_credential(&request.draft) {
            lint.push(Lint::new(
                Place::START,
                format!(
                    "A credential of `{}` was left out when it was saved",
                    request.draft.name
                ),
                "Enter it in the request and export again",
            ));
        }
    }
    if let Some(environment) = environment {
        if environment.network != NetworkSettings::default() {
            lint.push(Lint::new(
                Place::START,
                format!(
                    "Proxy, certificates and the like of `{}` are left out: no collection holds them",
                    environment.name
                ),
                "Enter them in the settings of the other tool",
            ));
        }
        if route::api_base(environment).is_err() {
            lint.push(Lint::new(
                Place::START,
                format!("`{}` does not say where requests go", environment.name),
                format!("Give the variable baseUrl a value in {}", dialect.title()),
            ));
        }
    }
    lint
}

/// What stands before every path: the environment's own address, or the variable `baseUrl`.
pub(super) fn base_of(environment: Option<&Environment>) -> String {
    environment
        .and_then(|environment| route::api_base(environment).ok())
        .map_or_else(
            || "{{baseUrl}}".to_owned(),
            |base| format!("{}{}", base.origin(), base.prefix),
        )
}

/// Variables with the values that may be written, and their names for the tool. Secrets that are left out are named in `masked`.
pub(super) fn environment_variables(
    environment: &Environment,
    context: ExportContext<'_>,
    dialect: Dialect,
    masked: &mut Vec<String>,
) -> Vec<WrittenVariable> {
    let names = dialect.names(&environment.variables);
    let all = environment.variables.iter().zip(names);
    all.map(|(variable, name)| {
        words::written_variable(variable, name, Some(environment), context, masked)
    })
    .collect()
}

/// The media type as a header row, where the tool would send another one or none for such a body.
pub(super) fn type_row(draft: &RequestDraft, dialect: Dialect) -> Option<HeaderRow> {
    const PLAIN: &str = "text/plain; charset=utf-8";
    let (content_type, is_told) = match (&draft.body, dialect) {
        (DraftBody::Json { .. }, Dialect::Insomnia) => ("application/json", false),
        (DraftBody::Form { .. }, Dialect::Insomnia) => ("application/x-www-form-urlencoded", false),
        // What Gatescope sends when nobody said anything.
        (DraftBody::Text { content_type, .. }, _) if content_type.trim().is_empty() => {
            (PLAIN, false)
        }
        (DraftBody::Text { content_type, .. }, Dialect::Bruno) => (
            content_type.as_str(),
            ["text/plain", "application/xml"].contains(&content_type.as_str()),
        ),
        (DraftBody::File { content_type, .. }, Dialect::Bruno) => (content_type.as_str(), true),
        (
            DraftBody::Text { content_type, .. } | DraftBody::File { content_type, .. },
            Dialect::Postman | Dialect::Insomnia | Dialect::HttpFile,
        ) => (content_type.as_str(), false),
        _ => return None,
    };
    let is_wanted =
        !is_told && !content_type.is_empty() && !effect::has_header(draft, "Content-Type");
    is_wanted.then(|| HeaderRow {
        enabled: true,
        name: "Content-Type".to_owned(),
        value: content_type.to_owned(),
    })
}

/// Names of files that differ from those of their paths, and types of parts, which the tool does not keep.
fn lost_parts(draft: &RequestDraft, keeps_types: bool) -> Vec<String> {
    let DraftBody::Multipart { rows } = &draft.body else {
        return Vec::new();
    };
    let mut lost = Vec::new();
    for row in rows {
        let PartValue::File { file_name, .. } = &row.value else {
            continue;
        };
        if !file_name.is_empty() {
            lost.push(format!(
                "The file name `{file_name}` of the part `{}` of `{}` is left out",
                row.name, draft.name
            ));
        }
        if !row.content_type.is_empty() && !keeps_types {
            lost.push(format!(
                "The type {} of the file `{}` of `{}` is left out",
                row.content_type, row.name, draft.name
            ));
        }
    }
    lost
}

#[cfg(test)]
mod tests;
