//! What happens while a request is edited.

use crate::app::command::Command;
use crate::app::editing::{EditingAction, EditingEvent};
use crate::app::state::AppState;

pub(super) fn on_action(state: &mut AppState, action: EditingAction) -> Vec<Command> {
    let _ = (state, action);
    Vec::new()
}

pub(super) fn on_event(state: &mut AppState, event: EditingEvent) -> Vec<Command> {
    match event {
        EditingEvent::FileLookedAt { path, file } => {
            state.editing.files.insert(path, file);
        }
    }
    Vec::new()
}
