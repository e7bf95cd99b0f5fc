//! What the path field suggests while it is typed in: saved requests' paths and the catalogue's.

use egui::{Response, Ui};

use crate::app::action::Action;
use crate::app::catalogue::CatalogueAction;
use crate::app::state::AppState;
use crate::app::tab::title_of;
use crate::model::catalogue::fuzzy::{Finder, Query};
use crate::model::catalogue::{PathSuggestion, name_in_words};
use crate::model::request::{DraftBody, RequestDraft};
use crate::ui::tokens::Palette;
use crate::ui::widgets::basic;
use crate::ui::widgets::completion::{self, Completion, Preselect, Suggestion};

use super::View;
use super::sidebar::short_method;

/// Of the saved requests.
const MOST_SAVED: usize = 3;

/// One way to go on.
#[derive(Debug, Clone)]
enum Way {
    Saved {
        method: String,
        path: String,
        name: String,
    },
    Operation(PathSuggestion),
}

impl Way {
    fn method(&self) -> &str {
        match self {
            Self::Saved { method, .. } => method,
            Self::Operation(suggestion) => &suggestion.method,
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::Saved { path, .. } => path,
            Self::Operation(suggestion) => &suggestion.path,
        }
    }
}

/// Shows the list under the path field and puts what is accepted into the draft.
pub(super) fn after(
    ui: &Ui,
    view: &mut View<'_>,
    completion: Completion,
    field: &Response,
    draft: &mut RequestDraft,
) {
    let state = view.state;
    let (typed, method) = (draft.path.clone(), draft.method.clone());
    let answer = state.catalogue.paths(&typed, &method);
    // A path that is whole is meant as it is; an answer that is not there yet chooses nothing.
    let preselect = match answer {
        Some(answer) if !answer.is_whole => Preselect::First,
        _ => Preselect::Nothing,
    };
    let mut ways = Vec::new();
    let mut asks = false;
    let accepted = completion.after(ui, field, "Paths", preselect, || {
        asks = true;
        ways = known_ways(state, &typed, &method);
        rows(ui, state, &ways, &typed)
    });
    if asks && !state.catalogue.has_asked_paths(&typed, &method) {
        view.act(Action::Catalogue(CatalogueAction::CompletePath {
            typed,
            method,
        }));
    }
    if let Some(way) = accepted.and_then(|index| ways.get(index)) {
        accept(state, way, draft);
        completion::caret_to(ui, field.id, draft.path.chars().count());
    }
}

fn known_ways(state: &AppState, typed: &str, method: &str) -> Vec<Way> {
    let wanted = typed.trim().to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut saved: Vec<Way> = state
        .workspace
        .requests
        .iter()
        .map(|stored| &stored.draft)
        .filter(|known| known.path != typed && known.path.to_lowercase().contains(&wanted))
        .map(|known| Way::Saved {
            method: known.method.clone(),
            path: known.path.clone(),
            name: title_of(known).to_owned(),
        })
        .collect();
    saved.sort_by_key(|way| way.method() != method);
    saved.truncate(MOST_SAVED);
    let catalogue = &state.catalogue;
    let operations = match catalogue.paths(typed, method) {
        Some(answer) => answer.suggestions.clone(),
        // Until the answer is there what still fits stays, so that the list does not flicker.
        None => catalogue
            .last_paths()
            .suggestions
            .iter()
            .filter(|suggestion| suggestion.path.to_lowercase().starts_with(&wanted))
            .filter(|suggestion| suggestion.path != typed)
            .cloned()
            .collect(),
    };
    let operations = operations.into_iter().map(Way::Operation);
    saved.into_iter().chain(operations).collect()
}

fn rows(ui: &Ui, state: &AppState, ways: &[Way], typed: &str) -> Vec<Suggestion> {
    let palette = Palette::of(ui);
    let query = Query::new(typed);
    let mut finder = Finder::default();
    ways.iter()
        .map(|way| Suggestion {
            tag: Some((
                short_method(way.method()),
                basic::method_colour(palette, way.method()),
            )),
            label: way.path().to_owned(),
            marks: finder.marks(&query, way.path()),
            hint: hint(state, way),
            is_mono: true,
        })
        .collect()
}

/// The name, or what else can be done with this path.
fn hint(state: &AppState, way: &Way) -> String {
    match way {
        Way::Saved { name, .. } => format!("Saved: {name}"),
        Way::Operation(suggestion) => {
            let others: Vec<&str> = suggestion
                .methods
                .iter()
                .filter(|method| **method != suggestion.method)
                .map(String::as_str)
                .collect();
            if others.is_empty() {
                let operation = state
                    .catalogue
                    .operations()
                    .and_then(|catalogue| catalogue.operation(suggestion.operation));
                operation.map_or_else(String::new, |operation| name_in_words(operation.id))
            } else {
                format!("also {}", others.join(", "))
            }
        }
    }
}

/// Path and method as the row shows them; what the operation takes is ready to be filled in where nothing stands yet.
fn accept(state: &AppState, way: &Way, draft: &mut RequestDraft) {
    way.path().clone_into(&mut draft.path);
    way.method().clone_into(&mut draft.method);
    let Way::Operation(suggestion) = way else {
        return;
    };
    let Some(operation) = state
        .catalogue
        .operations()
        .and_then(|catalogue| catalogue.operation(suggestion.operation))
    else {
        return;
    };
    let ready = operation.request(draft.id.clone());
    if draft.query.is_empty() {
        draft.query = ready.query;
    }
    if draft.body == DraftBody::None {
        draft.body = ready.body;
    }
}
