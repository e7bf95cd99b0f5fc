//! Arguments -> the request as a draft, the same that the window would hold.

use std::io::Read as _;
use std::path::Path;

use crate::app::event::{StoredRequest, WorkspaceSnapshot};
use crate::model::ids::RequestId;
use crate::model::masks::is_made_of_references;
use crate::model::note::{Field, Problem};
use crate::model::request::{
    DraftBody, HeaderRow, NamedText, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft,
};

use super::arguments::RequestArguments;
use super::failure::Failure;
use super::session::Session;

/// A request of the workspace, by its name or its file.
pub(super) fn saved<'a>(
    snapshot: &'a WorkspaceSnapshot,
    name: &str,
) -> Result<&'a StoredRequest, Failure> {
    let wanted = name.strip_prefix("requests/").unwrap_or(name);
    let stem = wanted.strip_suffix(".toml").unwrap_or(wanted);
    let by_file = snapshot
        .requests
        .iter()
        .find(|stored| stored.path.strip_suffix(".toml").unwrap_or(&stored.path) == stem);
    if let Some(found) = by_file {
        return Ok(found);
    }
    let by_name: Vec<&StoredRequest> = snapshot
        .requests
        .iter()
        .filter(|stored| stored.draft.name == name)
        .collect();
    match by_name.as_slice() {
        [one] => Ok(one),
        [] => {
            let known: Vec<&str> = snapshot
                .requests
                .iter()
                .take(12)
                .map(|stored| stored.path.as_str())
                .collect();
            Err(Failure::usage(
                format!("No saved request is called `{name}`"),
                if known.is_empty() {
                    "The workspace has none; import some with gatescope import".to_owned()
                } else {
                    format!("Saved are: {}", known.join(", "))
                },
            ))
        }
        several => {
            let files: Vec<&str> = several.iter().map(|stored| stored.path.as_str()).collect();
            Err(Failure::usage(
                format!("{} saved requests are called `{name}`", several.len()),
                format!("Name one by its file: {}", files.join(", ")),
            ))
        }
    }
}

pub(super) fn draft(
    arguments: &RequestArguments,
    session: &mut Session,
) -> Result<RequestDraft, Failure> {
    if let Some(name) = &arguments.saved {
        let snapshot = session.open()?;
        return saved(&snapshot, name).map(|stored| stored.draft.clone());
    }
    typed(arguments)
}

fn typed(arguments: &RequestArguments) -> Result<RequestDraft, Failure> {
    let body = body(arguments)?;
    let (method, path) = match arguments.line.as_slice() {
        [method, path] => (method.clone(), path.clone()),
        [path, ..] if body == DraftBody::None => ("GET".to_owned(), path.clone()),
        [path, ..] => ("POST".to_owned(), path.clone()),
        [] => return Err(Failure::usage("A path is missing", "")),
    };
    Ok(RequestDraft {
        id: RequestId("command-line".to_owned()),
        name: String::new(),
        method,
        path,
        path_variables: arguments
            .path_variables
            .iter()
            .map(|text| named(text))
            .collect(),
        query: arguments.query.iter().map(|text| query_row(text)).collect(),
        headers: headers(&arguments.headers)?,
        auth: auth(arguments)?,
        body,
    })
}

/// A secret must not stand in the arguments of a process, where everybody on the machine can read it.
fn auth(arguments: &RequestArguments) -> Result<RequestAuth, Failure> {
    if arguments.no_auth {
        return Ok(RequestAuth::None);
    }
    let Some(text) = &arguments.auth else {
        return Ok(RequestAuth::Inherit);
    };
    let reference = |secret: &str| {
        if is_made_of_references(secret) {
            Ok(secret.to_owned())
        } else {
            Err(Failure::usage(
                "--auth takes no secret as it is: other programs can read it",
                "Keep it with `gatescope env set-secret` and write {{secret.NAME}}",
            ))
        }
    };
    let parts: Vec<&str> = text.splitn(3, ':').collect();
    match parts.as_slice() {
        ["bearer", ..] => Ok(RequestAuth::Bearer {
            token: reference(text.trim_start_matches("bearer:"))?,
        }),
        ["basic", user, password] => Ok(RequestAuth::Basic {
            user: (*user).to_owned(),
            password: reference(password)?,
        }),
        ["header", name, value] => Ok(RequestAuth::Header {
            name: (*name).to_owned(),
            value: reference(value)?,
        }),
        _ => Err(Failure::usage(
            "--auth does not say what to send",
            "Write bearer:TOKEN, basic:USER:PASSWORD or header:NAME:VALUE",
        )),
    }
}

fn named(text: &str) -> NamedText {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    NamedText {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

pub(super) fn query_row(text: &str) -> QueryRow {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    QueryRow {
        enabled: true,
        name: name.to_owned(),
        value,
    }
}

/// `Name: value`; blanks around the value are the writer's, not the header's.
pub(super) fn headers(texts: &[String]) -> Result<Vec<HeaderRow>, Failure> {
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for (row, text) in texts.iter().enumerate() {
        match text.split_once(':') {
            Some((name, value)) => rows.push(HeaderRow {
                enabled: true,
                name: name.to_owned(),
                value: value.trim_matches([' ', '\t']).to_owned(),
            }),
            None => problems.push(Problem::new(
                Field::Header(row),
                // Only its first word: the rest may be a credential.
                format!(
                    "The header that begins with `{}` has no colon: write it as `Name: value`",
                    text.split_whitespace().next().unwrap_or_default()
                ),
            )),
        }
    }
    if problems.is_empty() {
        Ok(rows)
    } else {
        Err(Failure::problems(&problems))
    }
}

fn body(arguments: &RequestArguments) -> Result<DraftBody, Failure> {
    if let Some(data) = &arguments.data {
        return match data.strip_prefix('@') {
            Some("-") => Ok(DraftBody::Json {
                text: standard_input()?,
            }),
            Some(path) => Ok(DraftBody::File {
                path: readable(path, "the body file")?,
                content_type: "application/json".to_owned(),
            }),
            None => Ok(DraftBody::Json { text: data.clone() }),
        };
    }
    if !arguments.form.is_empty() {
        return Ok(DraftBody::Form {
            rows: arguments.form.iter().map(|text| query_row(text)).collect(),
        });
    }
    if !arguments.parts.is_empty() {
        return Ok(DraftBody::Multipart {
            rows: arguments
                .parts
                .iter()
                .map(|text| part(text))
                .collect::<Result<_, _>>()?,
        });
    }
    Ok(DraftBody::None)
}

fn part(text: &str) -> Result<PartRow, Failure> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let value = match value.strip_prefix('@') {
        Some(path) => PartValue::File {
            path: readable(path, &format!("the file of part `{name}`"))?,
            file_name: String::new(),
        },
        None => PartValue::Text(value.to_owned()),
    };
    Ok(PartRow {
        enabled: true,
        name: name.to_owned(),
        value,
        content_type: String::new(),
    })
}

/// The path of a file that is there: what is missing is told before anything is sent, a token request included.
fn readable(path: &str, what: &str) -> Result<String, Failure> {
    if Path::new(path).is_dir() {
        return Err(Failure::usage(
            format!("{what}, {path}, is a folder"),
            "Nothing was sent",
        ));
    }
    match std::fs::metadata(path) {
        Ok(_) => Ok(absolute(path)),
        Err(error) => Err(Failure::usage(
            format!("{what}, {path}, cannot be read: {error}"),
            "Nothing was sent",
        )),
    }
}

/// A path typed in a shell means the working directory, not the workspace.
fn absolute(path: &str) -> String {
    std::path::absolute(path).map_or_else(
        |_| path.to_owned(),
        |path| path.to_string_lossy().into_owned(),
    )
}

fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| {
        Failure::problems(&[Problem::new(
            Field::Body,
            format!("Standard input cannot be read as text ({error}): send it as a file with -d @FILE"),
        )])
    })?;
    Ok(text)
}
