//! Executes what reading an answer asks for: filters, images, links.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::reading::ReadingCommand;

use super::core::Core;

/// Takes the command over and returns at once.
pub(super) fn dispatch(_core: &Arc<Core>, _tasks: &TaskTracker, command: ReadingCommand) {
    match command {}
}
