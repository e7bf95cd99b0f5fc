//! `gatescope import`: a file or standard input becomes environments, requests and secrets, after a look at what it would do.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use crate::app::command::Command;
use crate::app::event::Event;
use crate::app::importing::{Applied, Choices, ImportingCommand, ImportingEvent, Known, Plan};
use crate::interchange::reading::{self, Read};
use crate::interchange::text::LARGEST_TEXT;
use crate::worker;

use super::arguments::ImportArguments;
use super::failure::{Exit, Failure};
use super::import_text::{document, preview, print_done};
use super::session::{Session, environment_id};
use super::{tell, terminal};

pub(super) fn run(arguments: &ImportArguments, mut session: Session) -> Exit {
    match import(arguments, &mut session) {
        Ok(exit) => exit,
        Err(failure) => tell(&failure, arguments.json),
    }
}

fn import(arguments: &ImportArguments, session: &mut Session) -> Result<Exit, Failure> {
    let read = read(arguments)?;
    let words = read.kind_in_words();
    let snapshot = session.open()?;
    let choices = Choices {
        into: into(arguments, &snapshot.environments)?,
        replaces: arguments.replace,
        takes_all_requests: arguments.all_requests,
        mends_clients: arguments.mend_clients,
    };
    let known = Known {
        environments: &snapshot.environments,
        requests: &snapshot.requests,
    };
    let plan = Plan::new(read.imported, known, &choices);
    if !arguments.json {
        preview(&words, &plan);
    }
    if arguments.dry_run || plan.is_empty() {
        if arguments.json {
            terminal::print_json(&document(&words, &plan, None));
        } else if plan.is_empty() {
            terminal::note("There is nothing to import");
        } else {
            terminal::note("Nothing was changed");
        }
        let is_lost = !arguments.dry_run && plan.lost_secrets > 0;
        return Ok(if is_lost { Exit::Missed } else { Exit::Holds });
    }
    if !arguments.yes {
        confirm(arguments)?;
    }
    let shown = plan.clone();
    session
        .worker
        .send(Command::Importing(ImportingCommand::Apply(Box::new(plan))));
    let applied = session.until(|event| match event {
        Event::Importing(ImportingEvent::Applied(applied)) => Some(*applied),
        _ => None,
    })?;
    if arguments.json {
        terminal::print_json(&document(&words, &shown, Some(&applied)));
    } else {
        print_done(&applied);
    }
    Ok(exit_of(&applied, &shown))
}

fn exit_of(applied: &Applied, plan: &Plan) -> Exit {
    let lost = plan.lost_secrets > 0
        || applied
            .secrets
            .iter()
            .any(|secret| secret.only_in_memory.is_some());
    match (&applied.failed, lost) {
        (Some(_), _) => Exit::Usage,
        (None, true) => Exit::Missed,
        (None, false) => Exit::Holds,
    }
}

fn confirm(arguments: &ImportArguments) -> Result<(), Failure> {
    let from_terminal = arguments.file.as_deref() != Some(Path::new("-"));
    if !arguments.json && from_terminal && terminal::can_ask() {
        if terminal::ask("Import this?") {
            return Ok(());
        }
        return Err(Failure::usage("Nothing was imported", ""));
    }
    Err(Failure::usage(
        "Nothing was imported: nobody could be asked",
        "Look at it with --dry-run, then import it with --yes",
    ))
}

fn into(
    arguments: &ImportArguments,
    known: &[crate::model::environment::Environment],
) -> Result<Option<crate::model::ids::EnvironmentId>, Failure> {
    let Some(name) = &arguments.environment else {
        return Ok(None);
    };
    let id = environment_id(name)?;
    if known.iter().any(|environment| environment.id == id) {
        return Ok(Some(id));
    }
    let names: Vec<String> = known.iter().map(|known| known.id.to_string()).collect();
    Err(Failure::usage(
        format!("--env: the workspace has no environment called `{name}`"),
        if names.is_empty() {
            "It has none yet: import without --env".to_owned()
        } else {
            format!("Known are: {}", names.join(", "))
        },
    ))
}

fn read(arguments: &ImportArguments) -> Result<Read, Failure> {
    let (name, read) = match &arguments.file {
        None => (
            "the variables of this process".to_owned(),
            reading::import_process(process_variables()),
        ),
        Some(path) if path == Path::new("-") => {
            if std::io::stdin().is_terminal() {
                terminal::note("Paste the text, then end it with Ctrl+D");
            }
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .take(LARGEST_TEXT as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| unreadable("standard input", &error))?;
            (
                "standard input".to_owned(),
                reading::import_bytes(&bytes, arguments.kind),
            )
        }
        Some(path) => {
            let name = path.display().to_string();
            let bytes = worker::read_import(path)
                .map_err(|trouble| Failure::usage(trouble.text, trouble.hint))?;
            (name, reading::import_bytes(&bytes, arguments.kind))
        }
    };
    read.map_err(|error| {
        let mut hint = "Nothing was imported".to_owned();
        if !error.understood.is_empty() {
            let _ = write!(hint, "; understood so far: {}", error.understood);
        }
        if arguments.kind.is_none() && arguments.file.is_some() {
            hint.push_str("; --kind says what to read it as");
        }
        Failure::usage(
            format!(
                "{name}: line {}, column {}: {}",
                error.place.line, error.place.column, error.text
            ),
            hint,
        )
    })
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    Failure::usage(
        format!("{name} cannot be read: {error}"),
        "Nothing was imported",
    )
}

/// Those that are text.
fn process_variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
