//! Executes what editing asks for.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::editing::EditingCommand;

use super::core::Core;

/// Takes the command over and returns at once.
pub(super) fn dispatch(_core: &Arc<Core>, _tasks: &TaskTracker, command: EditingCommand) {
    match command {}
}
