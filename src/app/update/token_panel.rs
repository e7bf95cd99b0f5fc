//! What happens in the token panel.

use crate::app::command::Command;
use crate::app::state::AppState;
use crate::app::token_panel::{TokenPanelAction, TokenPanelEvent};

pub(super) fn on_action(_state: &mut AppState, action: TokenPanelAction) -> Vec<Command> {
    match action {}
}

pub(super) fn on_event(_state: &mut AppState, event: TokenPanelEvent) -> Vec<Command> {
    match event {}
}
