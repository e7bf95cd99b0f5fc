//! What happens in the catalogue and the palette.

use crate::app::catalogue::{CatalogueAction, CatalogueEvent};
use crate::app::command::Command;
use crate::app::state::AppState;

pub(super) fn on_action(_state: &mut AppState, action: CatalogueAction) -> Vec<Command> {
    match action {}
}

pub(super) fn on_event(_state: &mut AppState, event: CatalogueEvent) -> Vec<Command> {
    match event {}
}
