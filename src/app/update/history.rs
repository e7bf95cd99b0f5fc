//! What happens to the history.

use crate::app::command::Command;
use crate::app::history::{HistoryAction, HistoryEvent};
use crate::app::state::AppState;

pub(super) fn on_action(_state: &mut AppState, action: HistoryAction) -> Vec<Command> {
    match action {}
}

pub(super) fn on_event(_state: &mut AppState, event: HistoryEvent) -> Vec<Command> {
    match event {}
}
