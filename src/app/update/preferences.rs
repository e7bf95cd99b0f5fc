//! What happens on the settings page.

use crate::app::command::Command;
use crate::app::preferences::{PreferencesAction, PreferencesEvent};
use crate::app::state::AppState;

pub(super) fn on_action(_state: &mut AppState, action: PreferencesAction) -> Vec<Command> {
    match action {}
}

pub(super) fn on_event(_state: &mut AppState, event: PreferencesEvent) -> Vec<Command> {
    match event {}
}
