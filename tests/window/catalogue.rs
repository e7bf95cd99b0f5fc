//! The catalogue in the sidebar, and the path field that completes from it.

use std::sync::Arc;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use gatescope::app::catalogue::{CatalogueCommand, CatalogueEvent, SearchPlace};
use gatescope::app::command::{Command, Drafts, OpenDraft};
use gatescope::app::event::Event;
use gatescope::app::state::SidebarPage;
use gatescope::model::catalogue::Catalogue;
use gatescope::model::ids::RequestId;
use gatescope::model::request::{DraftBody, RequestDraft};

use super::fake::{Desk, repaint_delay, snapshot};

fn whole() -> Arc<Catalogue> {
    let table = include_str!("../../assets/catalogue/operations.tsv");
    Arc::new(Catalogue::parse(table).expect("a catalogue"))
}

/// Answers what the window asked about operations, as the worker would.
pub(super) fn answer(desk: &mut Desk) {
    for _ in 0..4 {
        let asked: Vec<CatalogueCommand> = desk
            .commands()
            .into_iter()
            .filter_map(|command| match command {
                Command::Catalogue(command) => Some(command),
                _ => None,
            })
            .collect();
        if asked.is_empty() {
            return;
        }
        let catalogue = whole();
        for command in asked {
            desk.event(Event::Catalogue(match command {
                CatalogueCommand::Load => CatalogueEvent::Loaded {
                    catalogue: Arc::clone(&catalogue),
                    revision: 0,
                    missing: None,
                },
                CatalogueCommand::Search { place, typed } => CatalogueEvent::Found {
                    place,
                    operations: catalogue.search(&typed).into(),
                    revision: 0,
                    typed,
                },
                CatalogueCommand::CompletePath { typed, method } => CatalogueEvent::PathsFound {
                    completion: Arc::new(catalogue.complete_path(&typed, &method, 50)),
                    revision: 0,
                    typed,
                    method,
                },
            }));
        }
    }
}

/// The operations are there, whoever asked for them.
pub(super) fn unpacked(desk: &mut Desk) {
    desk.event(Event::Catalogue(CatalogueEvent::Loaded {
        catalogue: whole(),
        revision: 0,
        missing: None,
    }));
    answer(desk);
}

pub(super) fn type_text(desk: &mut Desk, text: &str) {
    desk.harness.event(egui::Event::Text(text.to_owned()));
    desk.harness.run();
    answer(desk);
}

fn at_catalogue() -> Desk {
    let mut desk = Desk::fresh();
    desk.harness.get_by_label("Sidebar catalogue").click();
    desk.harness.run();
    assert_eq!(desk.harness.state().state().sidebar, SidebarPage::Catalogue);
    answer(&mut desk);
    desk.harness.get_by_label("Search operations").focus();
    desk.harness.run();
    desk
}

fn press(desk: &mut Desk, keys: &[Key]) {
    for key in keys {
        desk.harness.key_press(*key);
        desk.harness.run();
    }
}

#[test]
fn areas_unfold_by_pointer_and_by_keys() {
    let mut desk = at_catalogue();
    desk.harness.get_by_label("AI studio 28 operations").click();
    desk.harness.run();
    desk.harness
        .get_by_label("GET /api/v2/agentic/virtualagents");
    desk.harness.get_by_label("AI studio 28 operations").click();
    desk.harness.run();
    let folded = desk
        .harness
        .query_by_label("GET /api/v2/agentic/virtualagents");
    assert!(folded.is_none());
    desk.harness.get_by_label("Search operations").focus();
    desk.harness.run();
    // The row that was clicked is the chosen one.
    press(&mut desk, &[Key::ArrowRight, Key::ArrowDown, Key::Enter]);
    let tab = desk
        .harness
        .state()
        .state()
        .active_tab()
        .expect("a request");
    assert_eq!(tab.draft.path, "/api/v2/agentic/virtualagents");
    assert_eq!(tab.draft.query.len(), 7);
}

#[test]
fn only_the_rows_in_sight_are_there() {
    let mut desk = at_catalogue();
    desk.harness
        .get_by_label("Search operations")
        .type_text("users");
    desk.harness.run();
    answer(&mut desk);
    let rows = desk
        .harness
        .query_all_by_role(egui::accesskit::Role::ListBoxOption)
        .count();
    assert!((10..80).contains(&rows), "{rows} rows of some hundred");
    assert_eq!(repaint_delay(&desk.harness), std::time::Duration::MAX);
}

#[test]
fn what_is_found_opens_as_a_request_ready_to_be_filled_in() {
    let mut desk = at_catalogue();
    type_text(&mut desk, "routing queue members");
    press(&mut desk, &[Key::Enter]);
    let state = desk.harness.state().state();
    let tab = state.active_tab().expect("a request");
    assert_eq!(tab.draft.name, "Get routing queue members");
    assert_eq!(tab.draft.path, "/api/v2/routing/queues/{queueId}/members");
    assert_eq!(tab.draft.path_variables[0].name, "queueId");
    assert!(tab.draft.query.iter().all(|row| !row.enabled));
    assert!(state.stored(tab.id()).is_none(), "not saved");
    assert!(
        desk.harness.get_by_label("Search operations").is_focused(),
        "the next one is found at once"
    );
    press(&mut desk, &[Key::ArrowDown, Key::Enter]);
    let state = desk.harness.state().state();
    assert_eq!(state.tabs.len(), 2);
    let [first, second] = [0, 1].map(|at| &state.tabs[at].draft);
    assert_ne!(
        (&first.method, &first.path),
        (&second.method, &second.path),
        "the second best"
    );
    assert_eq!(
        desk.harness
            .get_by_label("Search operations")
            .value()
            .as_deref(),
        Some("routing queue members"),
        "arrows and Enter leave the text alone"
    );
}

#[test]
fn what_is_not_there_is_said() {
    let mut desk = at_catalogue();
    type_text(&mut desk, "qqqq");
    desk.harness.get_by_label_contains("No operation matches");
    press(&mut desk, &[Key::ArrowDown, Key::Enter]);
    assert!(desk.harness.state().state().tabs.is_empty());
    let mut broken = Desk::fresh();
    broken.harness.get_by_label("Sidebar catalogue").click();
    broken.harness.run();
    broken.event(Event::Catalogue(CatalogueEvent::LoadFailed {
        text: "The catalogue could not be unpacked: it ends too early".to_owned(),
    }));
    broken
        .harness
        .get_by_label_contains("could not be unpacked");
}

fn with_path(path: &str) -> Desk {
    let draft = RequestDraft {
        id: RequestId("r1".to_owned()),
        path: path.to_owned(),
        ..RequestDraft::default()
    };
    let mut desk = Desk::with(snapshot(
        Vec::new(),
        Drafts {
            open: vec![OpenDraft { draft, dirty: true }],
            zoom_percent: 100,
            ..Drafts::default()
        },
    ));
    desk.harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    desk.harness.run();
    desk.commands();
    desk
}

fn draft(desk: &Desk) -> RequestDraft {
    desk.harness.state().state().tabs[0].draft.clone()
}

fn suggestions(desk: &Desk) -> usize {
    desk.harness
        .query_all_by_role(egui::accesskit::Role::ListBoxOption)
        .count()
}

#[test]
fn a_path_is_completed_by_keys() {
    for key in [Key::Enter, Key::Tab] {
        let mut desk = with_path("");
        type_text(&mut desk, "/api/v2/users/abc/rou");
        assert!(suggestions(&desk) > 3, "{}", suggestions(&desk));
        press(&mut desk, &[Key::ArrowDown, key]);
        assert_eq!(
            draft(&desk).path,
            "/api/v2/users/abc/routingstatus",
            "{key:?}"
        );
        assert_eq!(draft(&desk).method, "GET");
        assert!(desk.harness.get_by_label("Path").is_focused(), "{key:?}");
        assert_eq!(suggestions(&desk), 0, "it closes");
        // The caret is at the end: what is typed next comes there.
        type_text(&mut desk, "/x");
        assert_eq!(draft(&desk).path, "/api/v2/users/abc/routingstatus/x");
    }
}

#[test]
fn a_path_takes_its_method_query_and_body_along() {
    let mut desk = with_path("");
    type_text(&mut desk, "/api/v2/analytics/conversations/details/que");
    press(&mut desk, &[Key::Enter]);
    let done = draft(&desk);
    assert_eq!(done.path, "/api/v2/analytics/conversations/details/query");
    assert_eq!(done.method, "POST", "no other method has it");
    assert!(matches!(done.body, DraftBody::Json { .. }));
}

#[test]
fn the_list_closes_by_escape_and_keeps_what_was_typed() {
    let mut desk = with_path("");
    type_text(&mut desk, "/api/v2/us");
    let field = desk.harness.get_by_label("Path").rect();
    assert!(suggestions(&desk) > 0);
    press(&mut desk, &[Key::Escape]);
    assert_eq!(suggestions(&desk), 0);
    assert!(desk.harness.get_by_label("Path").is_focused());
    assert_eq!(
        desk.harness.get_by_label("Path").rect(),
        field,
        "nothing moved"
    );
    assert_eq!(draft(&desk).path, "/api/v2/us");
    press(&mut desk, &[Key::Tab]);
    assert_eq!(draft(&desk).path, "/api/v2/us", "closed, it takes no Tab");
    assert!(!desk.harness.get_by_label("Path").is_focused());
}

#[test]
fn a_whole_path_is_meant_as_it_is() {
    let mut desk = with_path("");
    type_text(&mut desk, "/api/v2/users");
    assert!(suggestions(&desk) > 0, "it can go on");
    press(&mut desk, &[Key::Enter]);
    assert_eq!(draft(&desk).path, "/api/v2/users");
}

#[test]
fn sending_is_not_taken_by_the_list() {
    let mut desk = with_path("");
    type_text(&mut desk, "/api/v2/us");
    assert!(suggestions(&desk) > 0);
    desk.harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    desk.harness.run();
    assert_eq!(draft(&desk).path, "/api/v2/us");
    let failure = desk.harness.state().state().tabs[0].failure.clone();
    let failure = failure.expect("Send was pressed, and there is no environment");
    assert!(failure.text.contains("environment"), "{failure:?}");
}

#[test]
fn a_click_accepts_and_a_saved_request_comes_first() {
    let saved = RequestDraft {
        id: RequestId("saved".to_owned()),
        name: "Our users".to_owned(),
        path: "/api/v2/users?pageSize=5&state=active".to_owned(),
        ..RequestDraft::default()
    };
    let mut content = snapshot(
        Vec::new(),
        Drafts {
            open: vec![OpenDraft {
                draft: RequestDraft {
                    id: RequestId("r1".to_owned()),
                    ..RequestDraft::default()
                },
                dirty: true,
            }],
            zoom_percent: 100,
            ..Drafts::default()
        },
    );
    content.requests = vec![gatescope::app::event::StoredRequest {
        path: "our-users.toml".to_owned(),
        draft: saved.clone(),
    }];
    let mut desk = Desk::with(content);
    desk.harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    desk.harness.run();
    type_text(&mut desk, "/api/v2/use");
    desk.harness
        .get_by_label_contains("Saved: Our users")
        .click();
    desk.harness.run();
    assert_eq!(draft(&desk).path, saved.path);
    assert!(desk.harness.get_by_label("Path").is_focused());
    assert_eq!(suggestions(&desk), 0);
}

#[test]
fn an_operation_that_only_reads_is_sent_after_one_yes() {
    let mut desk = with_path("/api/v2/users/search");
    desk.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    desk.harness.run();
    type_text(&mut desk, "sandbox direct leg a");
    press(&mut desk, &[Key::Enter]);
    desk.event(Event::SandboxReady(super::fake::addresses()));
    desk.commands();
    desk.harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    desk.harness.run_steps(3);
    let send = |desk: &Desk| {
        desk.commands()
            .into_iter()
            .find_map(|command| match command {
                Command::Send(command) => Some(command),
                _ => None,
            })
    };
    let first = send(&desk).expect("a send");
    desk.event(Event::NotSent {
        exchange: first.exchange,
        reason: gatescope::app::event::NotSent::NeedsReadingConfirmation {
            operation: "POST /api/v2/users/search".to_owned(),
            text: "`Acme` is read-only".to_owned(),
        },
    });
    desk.harness.get_by_label("POST /api/v2/users/search");
    desk.harness.get_by_label("It only reads, send it").click();
    desk.harness.run_steps(3);
    let second = send(&desk).expect("it is sent again");
    assert!(second.confirmed_unsafe);
    let remembered = &desk.harness.state().state().settings.reading_operations;
    assert_eq!(remembered[..], ["POST /api/v2/users/search".to_owned()]);
}

/// Among thousands of operations those of an import are told apart, in the list and in the palette.
#[test]
fn imported_operations_say_so() {
    let mut desk = at_catalogue();
    let (own, left_out) =
        whole().with_own("GET\t/api/v2/own/things/{thingId}\tgetOwnThing\tOwn\t\t\n");
    assert!(left_out.is_none(), "{left_out:?}");
    let found = |place, catalogue: &Catalogue| {
        Event::Catalogue(CatalogueEvent::Found {
            place,
            operations: catalogue.search("own things").into(),
            revision: 1,
            typed: "own things".to_owned(),
        })
    };
    let own = Arc::new(own);
    desk.event(Event::Catalogue(CatalogueEvent::Loaded {
        catalogue: Arc::clone(&own),
        revision: 1,
        missing: None,
    }));
    desk.harness
        .get_by_label("Search operations")
        .type_text("own things");
    desk.harness.run();
    desk.commands();
    desk.event(found(SearchPlace::Sidebar, &own));
    desk.harness
        .get_by_label("GET /api/v2/own/things/{thingId}, imported");
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::K);
    desk.harness.run();
    desk.harness
        .event(egui::Event::Text("own things".to_owned()));
    desk.harness.run();
    desk.commands();
    desk.event(found(SearchPlace::Palette, &own));
    desk.harness
        .get_by_label("GET /api/v2/own/things/{thingId} Get own thing · imported");
    // Genesys Cloud's own carry no mark.
    let marked = desk.harness.query_all_by_label_contains("imported").count();
    assert_eq!(marked, 2, "one in the list and one in the palette");
}
