//! What happens in the catalogue and the palette.

use std::sync::Arc;

use crate::app::catalogue::{
    CatalogueAction, CatalogueCommand, CatalogueEvent, CatalogueStage, CatalogueState, Missing,
    PaletteKey, Paths, SearchPlace,
};
use crate::app::command::Command;
use crate::app::notices::NoticeKind;
use crate::app::state::AppState;
use crate::app::tab::EditorPage;
use crate::model::catalogue::Catalogue;

use super::{notice, requests};

pub(super) fn on_action(state: &mut AppState, action: CatalogueAction) -> Vec<Command> {
    match action {
        CatalogueAction::Load => load(state).into_iter().collect(),
        CatalogueAction::Search { place, typed } => search(state, place, typed),
        CatalogueAction::CompletePath { typed, method } => complete_path(state, typed, method),
        CatalogueAction::OpenOperation(index) => open_operation(state, index),
        CatalogueAction::OpenPalette => {
            state.catalogue.palette_is_open = true;
            let mut commands: Vec<Command> = load(state).into_iter().collect();
            commands.extend(search(state, SearchPlace::Palette, String::new()));
            commands
        }
        CatalogueAction::ClosePalette => {
            state.catalogue.palette_is_open = false;
            Vec::new()
        }
        CatalogueAction::Used(key) => {
            remember(&mut state.catalogue, key);
            Vec::new()
        }
    }
}

pub(super) fn on_event(state: &mut AppState, event: CatalogueEvent) -> Vec<Command> {
    match event {
        CatalogueEvent::Loaded {
            catalogue,
            revision,
            missing,
        } => return loaded(state, catalogue, revision, missing),
        CatalogueEvent::Changed => {
            // What is shown stays until the other one is there.
            if !matches!(state.catalogue.stage, CatalogueStage::Packed) {
                return vec![Command::Catalogue(CatalogueCommand::Load)];
            }
        }
        CatalogueEvent::LoadFailed { text } => {
            state.catalogue.stage = CatalogueStage::Failed { text };
        }
        CatalogueEvent::Found {
            place,
            typed,
            operations,
            revision,
        } => {
            let is_of_another = revision != state.catalogue.revision;
            let search = state.catalogue.search_mut(place);
            // An answer that was overtaken by another question would make the list jump.
            if search.typed == typed && !is_of_another {
                search.answered = typed;
                search.operations = operations;
            }
        }
        CatalogueEvent::PathsFound {
            typed,
            method,
            completion,
            revision,
        } => {
            if revision == state.catalogue.revision
                && state.catalogue.has_asked_paths(&typed, &method)
            {
                state.catalogue.paths.answered = (typed, method);
                state.catalogue.paths.completion = completion;
            }
        }
    }
    Vec::new()
}

/// What was found in the operations before stands elsewhere now: it is searched for again.
fn loaded(
    state: &mut AppState,
    catalogue: Arc<Catalogue>,
    revision: u64,
    missing: Option<Missing>,
) -> Vec<Command> {
    let is_ready = matches!(state.catalogue.stage, CatalogueStage::Ready(_));
    if is_ready && revision <= state.catalogue.revision {
        return Vec::new();
    }
    if let Some(missing) = &missing
        && state.catalogue.missing.as_ref() != Some(missing)
    {
        notice(
            state,
            NoticeKind::Warning,
            missing.text.clone(),
            missing.hint.clone(),
        );
    }
    state.catalogue.missing = missing;
    state.catalogue.stage = CatalogueStage::Ready(catalogue);
    if revision == state.catalogue.revision {
        return Vec::new();
    }
    state.catalogue.revision = revision;
    state.catalogue.paths = Paths::default();
    let mut commands = Vec::new();
    for place in [SearchPlace::Sidebar, SearchPlace::Palette] {
        let search = state.catalogue.search_mut(place);
        if search.typed.trim().is_empty() {
            continue;
        }
        search.answered.clear();
        search.operations = Arc::default();
        commands.push(Command::Catalogue(CatalogueCommand::Search {
            place,
            typed: search.typed.clone(),
        }));
    }
    commands
}

fn load(state: &mut AppState) -> Option<Command> {
    match state.catalogue.stage {
        CatalogueStage::Packed => {
            state.catalogue.stage = CatalogueStage::Loading;
            Some(Command::Catalogue(CatalogueCommand::Load))
        }
        _ => None,
    }
}

/// Nothing typed is answered at once: nothing.
fn search(state: &mut AppState, place: SearchPlace, typed: String) -> Vec<Command> {
    let search = state.catalogue.search_mut(place);
    if search.typed == typed {
        return Vec::new();
    }
    search.typed.clone_from(&typed);
    if typed.trim().is_empty() {
        search.answered = typed;
        search.operations = Arc::default();
        return Vec::new();
    }
    let mut commands: Vec<Command> = load(state).into_iter().collect();
    commands.push(Command::Catalogue(CatalogueCommand::Search {
        place,
        typed,
    }));
    commands
}

fn complete_path(state: &mut AppState, typed: String, method: String) -> Vec<Command> {
    if state.catalogue.has_asked_paths(&typed, &method) {
        return Vec::new();
    }
    state.catalogue.paths.asked = (typed.clone(), method.clone());
    let mut commands: Vec<Command> = load(state).into_iter().collect();
    commands.push(Command::Catalogue(CatalogueCommand::CompletePath {
        typed,
        method,
    }));
    commands
}

fn open_operation(state: &mut AppState, index: u32) -> Vec<Command> {
    let Some(catalogue) = state.catalogue.operations().cloned() else {
        return Vec::new();
    };
    if let Some(operation) = catalogue.operation(index) {
        let id = requests::unused_id(state);
        requests::bring_forward(state);
        let draft = operation.request(id);
        let has_places = !draft.path_variables.is_empty();
        requests::add_tab(state, draft);
        // What is to be filled in first.
        if let Some(tab) = state.tabs.last_mut().filter(|_| has_places) {
            tab.editor_page = EditorPage::PathVariables;
        }
    }
    Vec::new()
}

fn remember(state: &mut CatalogueState, key: PaletteKey) {
    state.recent.retain(|known| *known != key);
    state.recent.insert(0, key);
    state.recent.truncate(CatalogueState::RECENT);
}
