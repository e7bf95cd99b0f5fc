//! Workspace files, secrets and what never gets written. One module a subject.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests say what they leave out, and children talk to their parent"
)]

#[path = "../support/canary.rs"]
mod canary;
mod canary_command_line;
mod canary_scene;
mod canary_search;
#[cfg(target_os = "linux")]
mod canary_window;
mod catalogue;
mod conflicts;
mod damaged;
mod drafts;
mod folders;
mod history;
mod history_deleting;
mod history_recorded;
mod history_scene;
mod history_trouble;
mod keyring;
#[cfg(target_os = "linux")]
mod keyring_import;
mod killed;
#[path = "../support/left_out.rs"]
mod left_out;
mod machine;
mod preferences;
mod redirected_workspace;
mod rewriting;
mod round_trip;
mod rules;
mod scene;
#[cfg(target_os = "linux")]
mod secret_variables;
mod trouble;
mod two_processes;
