//! What happens to the tree of saved requests.

use crate::app::command::Command;
use crate::app::state::AppState;
use crate::app::tree::{TreeAction, TreeEvent};

pub(super) fn on_action(_state: &mut AppState, action: TreeAction) -> Vec<Command> {
    match action {}
}

pub(super) fn on_event(_state: &mut AppState, event: TreeEvent) -> Vec<Command> {
    match event {}
}
