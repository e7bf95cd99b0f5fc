//! What happens to the history.

use crate::app::command::Command;
use crate::app::history::{HistoryAction, HistoryEvent};
use crate::app::state::AppState;

pub(super) fn on_action(_state: &mut AppState, action: HistoryAction) -> Vec<Command> {
    let _ = action;
    Vec::new()
}

pub(super) fn on_event(_state: &mut AppState, event: HistoryEvent) -> Vec<Command> {
    let _ = event;
    Vec::new()
}
