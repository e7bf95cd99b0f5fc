//! `gatescope export`: an environment or requests of the workspace in another tool's format.

use std::path::Path;

use crate::app::command::Command;
use crate::app::event::{Event, SecretPresence, StoredRequest, WorkspaceSnapshot};
use crate::app::exporting::{likely_backend, with_own_credentials};
use crate::app::history::{HistoryCommand, HistoryEvent, LoadPurpose};
use crate::app::importing::{ImportingCommand, ImportingEvent};
use crate::interchange::text;
use crate::interchange::writing::{self, Format, Manner, Subject, SubjectKind};
use crate::interchange::{Export, ExportContext, ImportedRequest};
use crate::model::environment::{Environment, Place};
use crate::model::exchange::Exchange;
use crate::model::history::{HistoryEntry, HistoryFilter, HistoryKind};
use crate::model::region::Region;
use crate::model::sandbox_environments::every_sandbox_environment;
use crate::model::secret::{Secret, SecretKey, Secrets};
use crate::worker;

use super::arguments::ExportArguments;
use super::failure::{Exit, Failure};
use super::session::{EXCHANGE, Session, find};
use super::{send, tell, terminal};

pub(super) fn run(arguments: &ExportArguments, mut session: Session) -> Exit {
    let Some(format) = arguments.format else {
        terminal::raw(writing::list().as_bytes());
        return Exit::Holds;
    };
    let done = match format.takes() {
        SubjectKind::Exchanges => archive(arguments, &mut session),
        SubjectKind::Environment | SubjectKind::Requests => export(arguments, format, &mut session),
    };
    match done {
        Ok(()) => Exit::Holds,
        Err(failure) => tell(&failure, false),
    }
}

fn export(
    arguments: &ExportArguments,
    format: Format,
    session: &mut Session,
) -> Result<(), Failure> {
    let snapshot = session.open()?;
    let environment = match &arguments.environment {
        Some(name) => Some(find(&snapshot.environments, name)?),
        None => None,
    };
    let all = every_environment(&snapshot);
    let environment = environment.map(|environment| with_own_credentials(environment, &all));
    let secrets = match &environment {
        Some(environment) => secrets(arguments, session, environment, &snapshot)?,
        None => Secrets::new(),
    };
    let existing = existing(arguments, format)?;
    let likely = arguments.environment.as_ref();
    let likely = likely.and_then(|id| all.iter().find(|known| known.id.as_str() == id));
    let backend = arguments
        .backend
        .as_ref()
        .map(|text| Region::find(text).map_or_else(|_| Place::Domain(text.clone()), Place::Region))
        .or_else(|| likely_backend(likely?, &all));
    let requests = match format.takes() {
        SubjectKind::Requests => requests(arguments, format, &snapshot)?,
        SubjectKind::Environment | SubjectKind::Exchanges => Vec::new(),
    };
    let subject = match (format.takes(), &environment) {
        (SubjectKind::Environment, Some(environment)) => Subject::Environment(environment),
        (SubjectKind::Environment, None) => {
            return Err(Failure::usage(
                format!("`{}` is written from an environment", format.name()),
                "Name one with --env",
            ));
        }
        _ => Subject::Requests {
            name: "Gatescope",
            requests: &requests,
            environment: environment.as_ref(),
        },
    };
    let manner = Manner {
        context: ExportContext {
            secrets: &secrets,
            reveals_secrets: arguments.with_secrets,
        },
        existing: existing.as_deref(),
        profile: arguments.profile.as_deref(),
        backend: backend.as_ref(),
        dynamics: send::dynamics(),
        folder: Some(&snapshot.directory),
    };
    let export = writing::export(format, subject, manner)
        .map_err(|error| Failure::usage(error.0, "Nothing was written"))?;
    write(arguments, &export)?;
    tell_what_is_odd(arguments, &export);
    Ok(())
}

/// Every environment that can own credentials.
fn every_environment(snapshot: &WorkspaceSnapshot) -> Vec<Environment> {
    let mut all = snapshot.environments.clone();
    all.extend(every_sandbox_environment());
    all
}

/// Values when they may be shown; otherwise only which there are.
fn secrets(
    arguments: &ExportArguments,
    session: &mut Session,
    environment: &Environment,
    snapshot: &WorkspaceSnapshot,
) -> Result<Secrets, Failure> {
    let stored = find(&snapshot.environments, environment.id.as_str())?;
    let own = |key: SecretKey| SecretKey {
        environment: environment.id.clone(),
        ..key
    };
    if arguments.with_secrets {
        session
            .worker
            .send(Command::Importing(ImportingCommand::ReadSecrets {
                environment: Box::new(stored),
            }));
        return session
            .until(|event| match event {
                Event::Importing(ImportingEvent::Secrets(secrets)) => Some(secrets),
                _ => None,
            })?
            .map(|secrets| {
                secrets
                    .into_iter()
                    .map(|(key, value)| (own(key), value))
                    .collect()
            })
            .map_err(|trouble| Failure::usage(trouble.text, trouble.hint));
    }
    session.worker.send(Command::CheckSecrets {
        environment: Box::new(stored),
    });
    let reports = session.until(|event| match event {
        Event::SecretsChecked(reports) => Some(reports),
        _ => None,
    })?;
    Ok(reports
        .into_iter()
        .filter(|report| report.presence != SecretPresence::Missing)
        .map(|report| (own(report.key), Secret::new("")))
        .collect())
}

/// The file that a profile is written into.
fn existing(arguments: &ExportArguments, format: Format) -> Result<Option<String>, Failure> {
    let Some(path) = &arguments.output else {
        return Ok(None);
    };
    let is_updated = format.updates_files();
    match std::fs::read(path) {
        Ok(bytes) if is_updated && bytes.is_empty() => Ok(None),
        Ok(bytes) if is_updated => text::decode(&bytes).map(Some).map_err(|error| {
            Failure::usage(
                format!("--output: {}: {error}", path.display()),
                "Nothing was written",
            )
        }),
        Ok(_) if arguments.replace => Ok(None),
        Ok(_) => Err(Failure::usage(
            format!("--output: {} is there already", path.display()),
            "Nothing was written; add --replace to write over it",
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::usage(
            format!("--output: {} cannot be read: {error}", path.display()),
            "Nothing was written",
        )),
    }
}

/// The chosen requests, or all of them.
fn requests(
    arguments: &ExportArguments,
    format: Format,
    snapshot: &WorkspaceSnapshot,
) -> Result<Vec<ImportedRequest>, Failure> {
    let chosen: Vec<&StoredRequest> = if arguments.requests.is_empty() {
        if !arguments.all {
            return Err(Failure::usage(
                format!("`{}` is written from requests", format.name()),
                "Name them with --request, or take --all",
            ));
        }
        snapshot.requests.iter().collect()
    } else {
        arguments
            .requests
            .iter()
            .map(|name| super::draft::saved(snapshot, name))
            .collect::<Result<_, _>>()?
    };
    Ok(chosen
        .into_iter()
        .map(|stored| ImportedRequest {
            folder: folder_names(&stored.path, snapshot),
            ..ImportedRequest::new(stored.draft.clone())
        })
        .collect())
}

/// What the folders on the way to a file are called.
fn folder_names(path: &str, snapshot: &WorkspaceSnapshot) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in path.match_indices('/') {
        let folder = &path[..at];
        let known = snapshot.folders.iter().find(|known| known.path == folder);
        let name = known.map(|known| known.name.clone());
        let directory = folder.rsplit('/').next().unwrap_or(folder);
        names.push(
            name.filter(|name| !name.is_empty())
                .unwrap_or_else(|| directory.to_owned()),
        );
    }
    names
}

fn write(arguments: &ExportArguments, export: &Export) -> Result<(), Failure> {
    let Some(path) = &arguments.output else {
        terminal::document(&export.text);
        return Ok(());
    };
    let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
    worker::write_export(&path, &export.text, arguments.with_secrets)
        .map_err(|trouble| Failure::usage(format!("--output: {}", trouble.text), trouble.hint))?;
    terminal::note(&format!("written: {}", shown(&path)));
    Ok(())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn tell_what_is_odd(arguments: &ExportArguments, export: &Export) {
    for words in &export.masked {
        terminal::note(&format!("left out: {words}"));
    }
    if !export.masked.is_empty() && !arguments.with_secrets {
        terminal::note("hint: Secrets go into it with --with-secrets");
    }
    for lint in &export.lint {
        terminal::note(&format!(
            "warning: line {}, column {}: {}",
            lint.place.line, lint.place.column, lint.cause
        ));
        terminal::note(&format!("fix: {}", lint.fix));
    }
}

/// Exchanges out of the history, the oldest first. What is secret in them was masked when they were kept.
fn archive(arguments: &ExportArguments, session: &mut Session) -> Result<(), Failure> {
    let existing = existing(arguments, Format::Har)?;
    session.open()?;
    let mut entries = entries(arguments, session)?;
    if entries.is_empty() {
        return Err(Failure::usage(
            "No such exchange is in the history",
            "Send a request first, or take away --env or --search",
        ));
    }
    entries.reverse();
    let mut exchanges = Vec::new();
    for entry in entries {
        session.worker.send(Command::History(HistoryCommand::Load {
            id: entry.id,
            exchange: EXCHANGE,
            purpose: LoadPurpose::NewRequest,
        }));
        let loaded = session.until(|event| match event {
            Event::History(HistoryEvent::Loaded { past, .. }) => Some(Ok(Some(past.exchange))),
            Event::History(HistoryEvent::Gone { .. }) => Some(Ok(None)),
            Event::History(HistoryEvent::Trouble { text, hint }) => {
                Some(Err(Failure::usage(text, hint)))
            }
            _ => None,
        })??;
        exchanges.extend(loaded);
    }
    let all: Vec<&Exchange> = exchanges.iter().collect();
    let secrets = Secrets::new();
    let manner = Manner {
        context: ExportContext {
            secrets: &secrets,
            reveals_secrets: arguments.with_secrets,
        },
        existing: existing.as_deref(),
        profile: None,
        backend: None,
        dynamics: send::dynamics(),
        folder: None,
    };
    let subject = Subject::Exchanges {
        exchanges: &all,
        version: env!("CARGO_PKG_VERSION"),
    };
    let export = writing::export(Format::Har, subject, manner)
        .map_err(|error| Failure::usage(error.0, "Nothing was written"))?;
    write(arguments, &export)?;
    terminal::note("note: the history holds no secrets: they were masked when it was written");
    Ok(())
}

/// The newest that were asked for, newest first.
fn entries(
    arguments: &ExportArguments,
    session: &mut Session,
) -> Result<Vec<HistoryEntry>, Failure> {
    let wanted = usize::from(arguments.last.unwrap_or(1));
    let filter = HistoryFilter::parse(arguments.search.as_deref().unwrap_or_default());
    let is_wanted = |entry: &HistoryEntry| {
        let environment = arguments.environment.as_deref();
        entry.summary.kind == HistoryKind::Exchange
            && environment.is_none_or(|id| entry.summary.environment.as_str() == id)
    };
    let mut found: Vec<HistoryEntry> = Vec::new();
    let mut after = None;
    for number in 1.. {
        session.worker.send(Command::History(HistoryCommand::Read {
            number,
            workspace: None,
            filter: filter.clone(),
            after,
        }));
        let (page, is_complete) = session.until(|event| match event {
            Event::History(HistoryEvent::Page {
                entries, complete, ..
            }) => Some(Ok((entries, complete))),
            Event::History(HistoryEvent::Trouble { text, hint }) => {
                Some(Err(Failure::usage(text, hint)))
            }
            _ => None,
        })??;
        after = page.last().map(HistoryEntry::place);
        found.extend(page.into_iter().filter(is_wanted));
        if is_complete || found.len() >= wanted {
            break;
        }
    }
    found.truncate(wanted);
    Ok(found)
}
