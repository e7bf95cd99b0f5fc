//! Executes what settings ask for.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::preferences::PreferencesCommand;

use super::core::Core;

/// Takes the command over and returns at once.
pub(super) fn dispatch(_core: &Arc<Core>, _tasks: &TaskTracker, command: PreferencesCommand) {
    match command {}
}
