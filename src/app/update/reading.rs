//! What happens while an answer is read.

use crate::app::command::Command;
use crate::app::reading::{ReadingAction, ReadingEvent};
use crate::app::state::AppState;

pub(super) fn on_action(_state: &mut AppState, action: ReadingAction) -> Vec<Command> {
    match action {}
}

pub(super) fn on_event(_state: &mut AppState, event: ReadingEvent) -> Vec<Command> {
    match event {}
}
