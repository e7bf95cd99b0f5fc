//! `gatescope export`: an environment, requests or exchanges of the workspace in another tool's format. The worker writes it, as
//! it does for the window; here stand what is wanted and what is said.

use std::path::Path;

use crate::app::command::Command;
use crate::app::event::{Event, StoredRequest, WorkspaceSnapshot};
use crate::app::exporting::{ExportingCommand, ExportingEvent, Job, Remarks, Subject};
use crate::app::history::{HistoryCommand, HistoryEvent};
use crate::interchange::ImportedRequest;
use crate::interchange::writing::{self, Format, SubjectKind};
use crate::model::environment::{Environment, Place};
use crate::model::history::{HistoryEntry, HistoryFilter, HistoryId, HistoryKind};
use crate::model::region::Region;

use super::arguments::ExportArguments;
use super::failure::{Exit, Failure};
use super::session::{Session, find};
use super::{send, tell, terminal};

pub(super) fn run(arguments: &ExportArguments, mut session: Session) -> Exit {
    let Some(format) = arguments.format else {
        terminal::raw(writing::list().as_bytes());
        return Exit::Holds;
    };
    match export(arguments, format, &mut session) {
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
    let named = match (&arguments.environment, format.takes()) {
        // Of the history, which knows environments that are gone.
        (Some(_), SubjectKind::Exchanges) | (None, _) => None,
        (Some(name), _) => Some(find(&snapshot.environments, name)?),
    };
    let subject = match format.takes() {
        SubjectKind::Environment => of_environment(named, format)?,
        SubjectKind::Requests => Subject::Requests {
            name: "Gatescope".to_owned(),
            requests: requests(arguments, format, &snapshot)?,
            environment: named.map(Box::new),
        },
        SubjectKind::Exchanges => Subject::Past(exchanges(arguments, session)?),
    };
    let backend = arguments.backend.as_ref();
    let job = Job {
        subject,
        format,
        includes_secrets: arguments.with_secrets,
        backend: backend.map(|text| {
            Region::find(text).map_or_else(|_| Place::Domain(text.clone()), Place::Region)
        }),
        profile: arguments.profile.clone(),
        into: None,
        dynamics: send::dynamics(),
        folder: Some(snapshot.directory),
    };
    let remarks = match &arguments.output {
        Some(path) => save(arguments, job, path, session)?,
        None => print(job, session)?,
    };
    tell_what_is_odd(arguments, &remarks);
    if format.takes() == SubjectKind::Exchanges {
        terminal::note("note: the history holds no secrets: they were masked when it was written");
    }
    Ok(())
}

fn of_environment(named: Option<Environment>, format: Format) -> Result<Subject, Failure> {
    named
        .map(|environment| Subject::Environment(Box::new(environment)))
        .ok_or_else(|| {
            Failure::usage(
                format!("`{}` is written from an environment", format.name()),
                "Name one with --env",
            )
        })
}

fn print(job: Job, session: &mut Session) -> Result<Remarks, Failure> {
    let job = Box::new(job);
    let command = ExportingCommand::Hand { job };
    let handed = ask(session, command, |event| match event {
        ExportingEvent::Handed(handed) => Some(handed),
        _ => None,
    })?
    .map_err(|trouble| Failure::usage(trouble.text, trouble.hint))?;
    terminal::document(handed.text.expose());
    Ok(handed.remarks)
}

fn save(
    arguments: &ExportArguments,
    job: Job,
    path: &Path,
    session: &mut Session,
) -> Result<Remarks, Failure> {
    let overwrites = arguments.replace || job.format.updates_files();
    let command = ExportingCommand::Save {
        job: Box::new(job),
        path: path.to_owned(),
        overwrites,
    };
    let event = ask(session, command, Some)?;
    match event {
        ExportingEvent::Saved { path, remarks } => {
            terminal::note(&format!("written: {}", path.display()));
            Ok(remarks)
        }
        ExportingEvent::NotSaved(trouble) => Err(Failure::usage(
            format!("--output: {}", trouble.text),
            trouble.hint,
        )),
        _ => Err(Failure::usage(
            format!("--output: {} is there already", path.display()),
            "Nothing was written; add --replace to write over it",
        )),
    }
}

fn ask<T>(
    session: &mut Session,
    command: ExportingCommand,
    pick: impl Fn(ExportingEvent) -> Option<T>,
) -> Result<T, Failure> {
    session.worker.send(Command::Exporting(command));
    session.until(|event| match event {
        Event::Exporting(event) => pick(event),
        _ => None,
    })
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

fn tell_what_is_odd(arguments: &ExportArguments, remarks: &Remarks) {
    for words in &remarks.masked {
        terminal::note(&format!("left out: {words}"));
    }
    if !remarks.masked.is_empty() && !arguments.with_secrets {
        terminal::note("hint: Secrets go into it with --with-secrets");
    }
    for lint in &remarks.lint {
        terminal::note(&format!(
            "warning: line {}, column {}: {}",
            lint.place.line, lint.place.column, lint.cause
        ));
        terminal::note(&format!("fix: {}", lint.fix));
    }
}

/// Exchanges out of the history, the oldest first. What is secret in them was masked when they were kept.
fn exchanges(
    arguments: &ExportArguments,
    session: &mut Session,
) -> Result<Vec<HistoryId>, Failure> {
    let mut entries = entries(arguments, session)?;
    if entries.is_empty() {
        return Err(Failure::usage(
            "No such exchange is in the history",
            "Send a request first, or take away --env or --search",
        ));
    }
    entries.reverse();
    Ok(entries.iter().map(|entry| entry.id).collect())
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
