//! Executes what the catalogue asks for: unpacking and searching off the main thread.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::catalogue::CatalogueCommand;

use super::core::Core;

/// Takes the command over and returns at once.
pub(super) fn dispatch(_core: &Arc<Core>, _tasks: &TaskTracker, command: CatalogueCommand) {
    match command {}
}
