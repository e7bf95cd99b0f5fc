//! One command's talk with the worker.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::app::command::Command;
use crate::app::event::{Event, NotSent, WorkspaceSnapshot};
use crate::app::history::HistoryEvent;
use crate::model::environment::Environment;
use crate::model::exchange::Exchange;
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::rules::RuleSet;
use crate::model::sandbox_environments::every_sandbox_environment;
use crate::model::settings::Settings;
use crate::worker::{self, Front, Waited, WorkerHandle, WorkerOptions};

use super::Surroundings;
use super::failure::{Exit, Failure};
use super::terminal;

/// The only exchange of the process.
pub(super) const EXCHANGE: ExchangeId = ExchangeId(1);
/// How long a cancelled exchange may take to say so.
const AFTER_INTERRUPT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_hours(1);

#[derive(Debug)]
pub(super) struct Session {
    pub(super) worker: WorkerHandle,
    /// What the user chose for the whole program.
    pub(super) settings: Settings,
    workspace: Option<PathBuf>,
}

impl Session {
    pub(super) fn new(surroundings: Surroundings, sandbox_port: Option<u16>) -> Self {
        let mut options = WorkerOptions::new(Front::Headless);
        options.sandbox_port = sandbox_port;
        options.workspace.clone_from(&surroundings.workspace);
        options.secret_variables = surroundings.secret_variables;
        let start = worker::read_preferences(Front::Headless, None);
        for report in &start.reports {
            terminal::note(&format!("warning: {}: {}", report.file, report.text));
            terminal::note(&format!("hint: {}", report.hint));
        }
        options.settings = start.settings.clone();
        Self {
            worker: worker::start(options),
            settings: start.settings,
            workspace: surroundings.workspace,
        }
    }

    /// Opens the workspace and says on standard error what was odd about its files.
    pub(super) fn open(&mut self) -> Result<WorkspaceSnapshot, Failure> {
        if let Some(folder) = self.workspace.as_ref().filter(|folder| !folder.exists()) {
            terminal::note(&format!(
                "note: the workspace folder {} does not exist yet; the first save creates it",
                folder.display()
            ));
        }
        self.worker.send(Command::OpenWorkspace {
            directory: self.workspace.clone(),
            shown: None,
        });
        let snapshot = self.until(|event| match event {
            Event::WorkspaceOpened(snapshot) => Some(Ok(*snapshot)),
            Event::WorkspaceFailed { text, hint, .. } => Some(Err(Failure::usage(text, hint))),
            _ => None,
        })??;
        for report in &snapshot.reports {
            terminal::note(&format!("warning: {}: {}", report.file, report.text));
            terminal::note(&format!("hint: {}", report.hint));
        }
        Ok(snapshot)
    }

    /// The environment of that id. The workspace is opened only when it is none of the sandbox's.
    pub(super) fn environment(&mut self, id: &str) -> Result<Environment, Failure> {
        let mut known = every_sandbox_environment();
        if let Some(at) = known.iter().position(|known| known.id.as_str() == id) {
            return Ok(known.swap_remove(at));
        }
        find(&self.open()?.environments, id)
    }

    /// Two environments and the comparison rules of the workspace.
    pub(super) fn two_environments(
        &mut self,
        ids: [&str; 2],
    ) -> Result<([Environment; 2], RuleSet), Failure> {
        let snapshot = self.open()?;
        let own = snapshot.environments;
        Ok((
            [find(&own, ids[0])?, find(&own, ids[1])?],
            snapshot.rules.set,
        ))
    }

    /// Waits for the event that `pick` picks.
    pub(super) fn until<T>(
        &mut self,
        mut pick: impl FnMut(Event) -> Option<T>,
    ) -> Result<T, Failure> {
        let mut interrupted: Option<Instant> = None;
        loop {
            let limit = interrupted.map_or(LONG, |at| AFTER_INTERRUPT.saturating_sub(at.elapsed()));
            match self.worker.wait(limit) {
                Waited::Event(event) => {
                    if let Some(picked) = pick(*event) {
                        return Ok(picked);
                    }
                }
                Waited::Interrupted => interrupted = Some(Instant::now()),
                Waited::TimedOut if interrupted.is_some() => return Err(Failure::cancelled()),
                Waited::TimedOut => {}
                Waited::Stopped => {
                    return Err(Failure::new(
                        Exit::NoVerdict,
                        "The work ended without a result",
                        "Run it again with RUST_LOG=gatescope=debug to see why",
                    ));
                }
            }
        }
    }

    /// Waits for the end of the exchange.
    pub(super) fn exchange(&mut self) -> Result<Result<Exchange, NotSent>, Failure> {
        self.until(|event| match event {
            Event::Finished { exchange, result } if exchange == EXCHANGE => Some(Ok(*result)),
            Event::NotSent { exchange, reason } if exchange == EXCHANGE => Some(Err(reason)),
            _ => None,
        })
    }

    /// Waits until everything is written, and says what the history could not take. The answer was printed before.
    pub(super) fn end(mut self, is_silent: bool) {
        self.worker.shutdown();
        while let Some(event) = self.worker.try_event() {
            if let Event::History(HistoryEvent::Trouble { text, hint }) = event
                && !is_silent
            {
                terminal::note(&format!("warning: {text}"));
                terminal::note(&format!("hint: {hint}"));
            }
        }
    }

    /// Waits for a save to be told.
    pub(super) fn saved(&mut self) -> Result<(), Failure> {
        self.until(|event| match event {
            Event::Saved { conflict, .. } => {
                if let Some(file) = conflict {
                    terminal::note(&format!(
                        "warning: another program changed the same file; yours went to {file}"
                    ));
                }
                Some(Ok(()))
            }
            Event::SaveFailed { what, text, hint } => Some(Err(Failure::new(
                Exit::Usage,
                format!("{what}: {text}"),
                hint,
            ))),
            _ => None,
        })?
    }
}

/// The environment of that id among the workspace's own and the sandbox's.
pub(super) fn find(own: &[Environment], id: &str) -> Result<Environment, Failure> {
    let known = every_sandbox_environment();
    let mut all = own.iter().chain(&known);
    if let Some(found) = all.clone().find(|known| known.id.as_str() == id) {
        return Ok(found.clone());
    }
    let names: Vec<String> = all.by_ref().map(|known| known.id.to_string()).collect();
    Err(Failure::usage(
        format!("No environment is called `{id}`"),
        format!("Known are: {}", names.join(", ")),
    ))
}

/// The id as a slug.
pub(super) fn environment_id(text: &str) -> Result<EnvironmentId, Failure> {
    EnvironmentId::new(text).map_err(|error| Failure::usage(error.to_string(), ""))
}
