//! What happens while a request is edited.

use crate::app::command::Command;
use crate::app::editing::{EditingAction, EditingEvent};
use crate::app::state::AppState;

pub(super) fn on_action(_state: &mut AppState, action: EditingAction) -> Vec<Command> {
    match action {}
}

pub(super) fn on_event(_state: &mut AppState, event: EditingEvent) -> Vec<Command> {
    match event {}
}
