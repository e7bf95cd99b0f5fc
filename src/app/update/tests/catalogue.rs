//! The catalogue, the palette, and operations that only read.

use std::sync::Arc;

use super::*;
use crate::app::catalogue::{
    CatalogueAction, CatalogueCommand, CatalogueEvent, CatalogueState, Missing, PaletteKey,
    SearchPlace,
};
use crate::app::state::Dialog;
use crate::model::catalogue::{Catalogue, PathCompletion};
use crate::model::request::DraftBody;

const TABLE: &str = "GET\t/api/v2/users\tgetUsers\tUsers\tpageSize expand\t\nPOST\t/api/v2/groups/{groupId}/search\tpostGroupSearch\tGroups Search\t\tbody\n";

fn catalogue_act(state: &mut AppState, action: CatalogueAction) -> Vec<Command> {
    act(state, Action::Catalogue(action))
}

fn catalogue_hear(state: &mut AppState, event: CatalogueEvent) {
    let commands = hear(state, Event::Catalogue(event));
    assert!(commands.is_empty(), "{commands:?}");
}

fn with_catalogue() -> AppState {
    let mut state = at_work();
    let catalogue = Catalogue::parse(TABLE).expect("a catalogue");
    catalogue_hear(
        &mut state,
        CatalogueEvent::Loaded {
            catalogue: Arc::new(catalogue),
            revision: 0,
            missing: None,
        },
    );
    state
}

fn chosen(number: u32) -> PaletteKey {
    PaletteKey::Operation {
        method: "GET".to_owned(),
        path: format!("/{number}"),
    }
}

fn typed(place: SearchPlace, typed: &str) -> CatalogueAction {
    CatalogueAction::Search {
        place,
        typed: typed.to_owned(),
    }
}

fn found(typed: &str, operations: &[u32]) -> CatalogueEvent {
    CatalogueEvent::Found {
        place: SearchPlace::Sidebar,
        typed: typed.to_owned(),
        operations: operations.into(),
        revision: 0,
    }
}

#[test]
fn the_operations_are_unpacked_once() {
    let mut state = at_work();
    let commands = catalogue_act(&mut state, CatalogueAction::Load);
    assert!(
        matches!(commands[..], [Command::Catalogue(CatalogueCommand::Load)]),
        "{commands:?}"
    );
    assert!(catalogue_act(&mut state, CatalogueAction::Load).is_empty());
    let catalogue = Catalogue::parse(TABLE).expect("a catalogue");
    catalogue_hear(
        &mut state,
        CatalogueEvent::Loaded {
            catalogue: Arc::new(catalogue),
            revision: 0,
            missing: None,
        },
    );
    assert!(catalogue_act(&mut state, CatalogueAction::Load).is_empty());
    assert_eq!(
        state.catalogue.operations().map(|known| known.count()),
        Some(2)
    );
}

#[test]
fn only_the_answer_to_the_last_question_is_shown() {
    let mut state = with_catalogue();
    catalogue_act(&mut state, typed(SearchPlace::Sidebar, "u"));
    let commands = catalogue_act(&mut state, typed(SearchPlace::Sidebar, "us"));
    assert!(
        matches!(&commands[..], [Command::Catalogue(CatalogueCommand::Search { typed, .. })] if typed == "us"),
        "{commands:?}"
    );
    let again = catalogue_act(&mut state, typed(SearchPlace::Sidebar, "us"));
    assert!(again.is_empty(), "asked already: {again:?}");
    catalogue_hear(&mut state, found("us", &[0]));
    catalogue_hear(&mut state, found("u", &[0, 1]));
    let search = state.catalogue.search(SearchPlace::Sidebar);
    assert_eq!(&search.operations[..], [0]);
    assert_eq!(search.answered, "us");
    let other = state.catalogue.search(SearchPlace::Palette);
    assert!(other.operations.is_empty(), "each place has its own");
    let commands = catalogue_act(&mut state, typed(SearchPlace::Sidebar, " "));
    assert!(commands.is_empty(), "nothing is asked about nothing");
    let search = state.catalogue.search(SearchPlace::Sidebar);
    assert!(search.operations.is_empty() && search.answered == " ");
}

#[test]
fn only_the_answer_about_the_path_as_it_is_counts() {
    let mut state = with_catalogue();
    let ask = |state: &mut AppState, typed: &str| {
        catalogue_act(
            state,
            CatalogueAction::CompletePath {
                typed: typed.to_owned(),
                method: "GET".to_owned(),
            },
        )
    };
    let answer = |typed: &str| CatalogueEvent::PathsFound {
        revision: 0,
        typed: typed.to_owned(),
        method: "GET".to_owned(),
        completion: Arc::new(PathCompletion {
            suggestions: Vec::new(),
            is_whole: true,
        }),
    };
    assert_eq!(ask(&mut state, "/a").len(), 1);
    assert_eq!(ask(&mut state, "/a").len(), 0);
    assert_eq!(ask(&mut state, "/ap").len(), 1);
    catalogue_hear(&mut state, answer("/a"));
    assert!(state.catalogue.paths("/a", "GET").is_none());
    catalogue_hear(&mut state, answer("/ap"));
    let known = state.catalogue.paths("/ap", "GET").expect("the answer");
    assert!(known.is_whole);
    assert!(state.catalogue.paths("/ap", "PUT").is_none());
}

#[test]
fn an_operation_opens_as_a_request_that_is_not_saved() {
    let mut state = with_catalogue();
    let before = state.tabs.len();
    let commands = catalogue_act(&mut state, CatalogueAction::OpenOperation(1));
    assert!(commands.is_empty(), "{commands:?}");
    assert_eq!(state.tabs.len(), before + 1);
    let draft = &state.active_tab().expect("it is shown").draft;
    assert_eq!(draft.name, "Post group search");
    assert_eq!(draft.method, "POST");
    assert_eq!(draft.path_variables[0].name, "groupId");
    assert!(matches!(draft.body, DraftBody::Json { .. }));
    assert!(state.stored(&draft.id).is_none());
    catalogue_act(&mut state, CatalogueAction::OpenOperation(99));
    assert_eq!(state.tabs.len(), before + 1, "there is no such operation");
    catalogue_act(&mut state, CatalogueAction::OpenOperation(1));
    assert_eq!(state.tabs.len(), before + 2, "each time a new one");
}

#[test]
fn the_palette_opens_empty_and_remembers_what_was_used() {
    let mut state = at_work();
    catalogue_act(&mut state, typed(SearchPlace::Palette, "old"));
    catalogue_act(&mut state, CatalogueAction::OpenPalette);
    assert!(state.catalogue.palette_is_open);
    assert_eq!(state.catalogue.search(SearchPlace::Palette).typed, "");
    for index in 0..30 {
        catalogue_act(&mut state, CatalogueAction::Used(chosen(index)));
    }
    catalogue_act(&mut state, CatalogueAction::Used(chosen(20)));
    catalogue_act(&mut state, CatalogueAction::ClosePalette);
    assert!(!state.catalogue.palette_is_open);
    let recent = &state.catalogue.recent;
    assert_eq!(recent.len(), CatalogueState::RECENT);
    assert_eq!(recent[0], chosen(20));
    assert_eq!(recent[1], chosen(29));
    let again = recent.iter().filter(|key| **key == chosen(20)).count();
    assert_eq!(again, 1, "{recent:?}");
}

#[test]
fn an_operation_that_only_reads_is_asked_about_once_and_remembered() {
    const OPERATION: &str = "POST /api/v2/users/search";
    let mut state = at_work();
    let refused = |state: &mut AppState| {
        let commands = act(state, Action::Send);
        let command = sent(&commands);
        let known = command.reading_operations.clone();
        hear(
            state,
            Event::NotSent {
                exchange: command.exchange,
                reason: NotSent::NeedsReadingConfirmation {
                    operation: OPERATION.to_owned(),
                    text: "`Acme` is read-only".to_owned(),
                },
            },
        );
        known
    };
    assert!(refused(&mut state).is_empty());
    assert!(matches!(
        &state.dialog,
        Some(Dialog::ConfirmReading { operation, .. }) if operation == OPERATION
    ));
    let commands = act(&mut state, Action::Answer(DialogAnswer::Dismiss));
    assert!(commands.is_empty() && state.settings.reading_operations.is_empty());
    refused(&mut state);
    let commands = act(&mut state, Action::Answer(DialogAnswer::Confirm));
    let again = sent(&commands);
    assert!(again.confirmed_unsafe);
    assert_eq!(state.settings.reading_operations, [OPERATION]);
    let in_flight = state.active_tab().and_then(|tab| tab.in_flight.clone());
    assert!(in_flight.is_some(), "it is on its way");
    hear(&mut state, exchange(again.exchange, None, 0));
    let commands = act(&mut state, Action::Send);
    let next = sent(&commands);
    assert_eq!(next.reading_operations, [OPERATION], "the worker knows");
    assert!(!next.confirmed_unsafe, "each send is looked at anew");
    // Written with the settings.
    let later = start() + SignedDuration::from_secs(10);
    let written = update(&mut state, Action::Tick, later);
    assert!(
        format!("{written:?}").contains("SaveSettings"),
        "{written:?}"
    );
}

#[test]
fn other_operations_are_fetched_at_once_and_what_was_found_before_is_searched_for_again() {
    let mut state = with_catalogue();
    catalogue_act(&mut state, typed(SearchPlace::Sidebar, "users"));
    catalogue_hear(&mut state, found("users", &[1]));
    assert_eq!(
        hear(&mut state, Event::Catalogue(CatalogueEvent::Changed)).len(),
        1,
        "the other operations are asked for"
    );
    let other = Catalogue::parse("GET\t/api/v2/own\tgetOwn\tOwn\t\t\n").expect("a catalogue");
    let loaded = |revision| CatalogueEvent::Loaded {
        catalogue: Arc::new(other.clone()),
        revision,
        missing: Some(Missing {
            text: "catalogue.tsv: line 3 is no operation".to_owned(),
            hint: "Import it again".to_owned(),
        }),
    };
    let commands = hear(&mut state, Event::Catalogue(loaded(1)));
    assert_eq!(commands.len(), 1, "the search is done again: {commands:?}");
    let search = state.catalogue.search(SearchPlace::Sidebar);
    assert!(search.operations.is_empty(), "{search:?}");
    assert!(
        state
            .notices
            .iter()
            .any(|notice| notice.text.contains("line 3")),
        "{:?}",
        state.notices
    );
    // A late answer about the operations before opens nothing wrong.
    catalogue_hear(&mut state, found("users", &[0]));
    let search = state.catalogue.search(SearchPlace::Sidebar);
    assert!(search.operations.is_empty(), "{search:?}");
}
