//! The worker: a thread of its own that owns the runtime and executes `Command`s with transport, secrets, store and sandbox;
//! `Event`s come back. Both fronts (window and command line) drive it and nothing else, so what one can do the other can.
//! No window and no printing here.

mod catalogue;
mod checking;
mod commands;
mod comparing;
mod core;
mod dispatch;
mod editing;
mod events;
mod explaining;
mod exporting;
mod files;
mod follow;
mod handle;
mod history;
mod importing;
mod imports;
mod kept_tokens;
mod laying_out;
mod origins;
mod preferences;
mod prepare;
mod progress;
mod protection;
mod reading;
mod secret_report;
mod sending;
mod serial;
mod token_panel;
mod tree;
mod trust;
mod typed;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

pub use handle::{Spawner, Waited, WorkerHandle};
pub use laying_out::lay_out;
pub use preferences::read as read_preferences;

/// Called whenever an event is ready; the window asks for a repaint in it.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What the worker is started with.
#[derive(Clone)]
pub struct WorkerOptions {
    pub front: Front,
    /// Where mappings, approvals and drafts live; `None`: the platform's data folder.
    pub data_directory: Option<PathBuf>,
    /// What the history files exchanges under as long as no workspace is open; `None`: the default one.
    pub workspace: Option<PathBuf>,
    /// The first of the four ports of the sandbox; `None`: free ones.
    pub sandbox_port: Option<u16>,
    /// `GATESCOPE_SECRET_…` variables, taken out of the process's environment by `main`.
    pub secret_variables: Vec<(String, crate::model::secret::Secret)>,
    /// As `read_preferences` found them.
    pub settings: crate::model::settings::Settings,
}

impl WorkerOptions {
    #[must_use]
    pub fn new(front: Front) -> Self {
        Self {
            front,
            data_directory: None,
            workspace: None,
            sandbox_port: None,
            secret_variables: Vec::new(),
            settings: crate::model::settings::Settings::default(),
        }
    }
}

impl fmt::Debug for WorkerOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WorkerOptions")
            .field("front", &self.front)
            .field("data_directory", &self.data_directory)
            .field("workspace", &self.workspace)
            .field("sandbox_port", &self.sandbox_port)
            .field("secret_variables", &self.secret_variables.len())
            .finish_non_exhaustive()
    }
}

/// Who drives the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// Many exchanges at once: two runtime threads.
    Window,
    /// One command and out: one runtime thread, access tokens kept in the keyring between processes, Ctrl+C cancels.
    Headless,
}

/// A worker that starts its thread with the first command.
#[must_use]
pub fn start(options: WorkerOptions) -> WorkerHandle {
    WorkerHandle::new(options)
}

/// The bytes of a file that is to be imported.
///
/// # Errors
/// For folders, larger files than any reader takes, and those that cannot be read.
pub fn read_import(path: &std::path::Path) -> Result<Vec<u8>, crate::app::importing::Trouble> {
    importing::read_file(path)
}

/// Writes an export beside its place and moves it there; `is_private`: only this user can read it.
///
/// # Errors
/// When nothing was written.
pub fn write_export(
    path: &std::path::Path,
    text: &str,
    is_private: bool,
) -> Result<(), crate::app::importing::Trouble> {
    importing::write_file(path, text, is_private)
}

/// The files that a request sends: those outside of the workspace wait for the user's word.
#[must_use]
pub fn files_of(draft: &crate::model::request::RequestDraft) -> Vec<crate::app::command::Approval> {
    trust::body_files(draft)
        .into_iter()
        .map(crate::app::command::Approval::BodyFile)
        .collect()
}

/// Everything in an environment's settings that takes effect only after it was allowed on this machine.
#[must_use]
pub fn asks_for_approval(
    environment: &crate::model::environment::Environment,
) -> Vec<crate::app::command::Approval> {
    crate::store::approvals::asked_for(environment)
        .into_iter()
        .map(trust::approval)
        .collect()
}
