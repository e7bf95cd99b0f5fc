//! The headless front: arguments in, the worker's commands, words or one JSON document out.
//! What is sent and how is decided where the window decides it; nothing here opens a file of the workspace, a keyring or a connection.

mod answer;
pub mod arguments;
mod check;
mod compare;
mod comparison_text;
mod draft;
mod dry_run;
mod environment_add;
mod environment_routes;
mod environments;
mod exchange_document;
mod export;
mod failure;
mod import;
mod import_text;
mod logging;
mod sandbox;
mod secret_variables;
mod secrets;
mod send;
mod session;
mod terminal;
mod token;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::model::secret::Secret;

pub use logging::set_up_logging;
pub use secret_variables::{hold_secret_variables, run_without_secret_variables, secret_variables};

use arguments::Subcommands;
use failure::{Exit, Failure};
use session::Session;

/// What every command line begins with in the process: taken apart by `main`.
#[derive(Debug, Default)]
pub struct Surroundings {
    pub workspace: Option<PathBuf>,
    /// `GATESCOPE_SECRET_…`, by name.
    pub secret_variables: Vec<(String, Secret)>,
}

/// Runs one subcommand to its exit code: 0, 1, 2, 3 or 130 (the table is in the help).
#[must_use]
pub fn run(command: Subcommands, surroundings: Surroundings) -> ExitCode {
    let exit = match command {
        Subcommands::Send(arguments) => send::run(&arguments, Session::new(surroundings, None)),
        Subcommands::Check(arguments) => check::run(&arguments, Session::new(surroundings, None)),
        Subcommands::Compare(arguments) => {
            compare::run(&arguments, Session::new(surroundings, None))
        }
        Subcommands::Token(arguments) => token::run(&arguments, Session::new(surroundings, None)),
        Subcommands::Env(command) => environments::run(command, Session::new(surroundings, None)),
        Subcommands::Import(arguments) => import::run(&arguments, Session::new(surroundings, None)),
        Subcommands::Export(arguments) => export::run(&arguments, Session::new(surroundings, None)),
        Subcommands::Sandbox(arguments) => {
            let session = Session::new(surroundings, arguments.port);
            sandbox::run(&arguments, session)
        }
    };
    exit.code()
}

/// Tells a failure in words, or as the document that was asked for.
fn tell(failure: &Failure, json: bool) -> Exit {
    if json {
        terminal::print_json(&failure.document());
    } else {
        failure.print();
    }
    failure.exit
}

/// Tells why there is no window.
#[must_use]
pub fn window_failed(error: &dyn std::error::Error) -> ExitCode {
    for text in error.to_string().lines() {
        terminal::note(text);
    }
    Exit::NoVerdict.code()
}
