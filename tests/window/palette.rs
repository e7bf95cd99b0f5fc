//! Ctrl+K finds everything, and leaves every field as it was.

use std::time::Duration;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts, OpenDraft};
use gatescope::app::event::{Event, StoredRequest};
use gatescope::app::state::{Dialog, Leg};
use gatescope::model::ids::RequestId;
use gatescope::model::request::RequestDraft;

use super::catalogue::{answer, type_text};
use super::fake::{Desk, addresses, repaint_delay, snapshot};

const FIELD: &str = "Search or run";

fn request(id: &str, name: &str, path: &str) -> RequestDraft {
    RequestDraft {
        id: RequestId(id.to_owned()),
        name: name.to_owned(),
        path: path.to_owned(),
        ..RequestDraft::default()
    }
}

fn at_work() -> Desk {
    let open = [
        request("r1", "First", "/api/v2/first"),
        request("r2", "Second", "/api/v2/second"),
    ];
    let mut content = snapshot(
        Vec::new(),
        Drafts {
            open: open
                .into_iter()
                .map(|draft| OpenDraft { draft, dirty: true })
                .collect(),
            zoom_percent: 100,
            ..Drafts::default()
        },
    );
    content.requests = vec![StoredRequest {
        path: "wallboard.toml".to_owned(),
        draft: request("saved", "Wallboard größe", "/api/v2/analytics/queues"),
    }];
    let mut desk = Desk::with(content);
    desk.harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    desk.harness.run();
    desk.commands();
    desk
}

fn open(desk: &mut Desk) {
    desk.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    desk.harness.run();
    answer(desk);
    assert!(desk.harness.get_by_label(FIELD).is_focused());
}

fn press(desk: &mut Desk, key: Key) {
    desk.harness.key_press(key);
    desk.harness.run();
}

/// The labels of the rows, the first ones.
fn rows(desk: &Desk) -> Vec<String> {
    use egui_kittest::kittest::NodeT as _;
    desk.harness
        .query_all_by_role(egui::accesskit::Role::ListBoxOption)
        .filter_map(|row| row.accesskit_node().label())
        .collect()
}

fn run(desk: &mut Desk, typed: &str) {
    open(desk);
    type_text(desk, typed);
    press(desk, Key::Enter);
    assert!(
        desk.harness.query_by_label(FIELD).is_none(),
        "{typed}: it closes"
    );
}

#[test]
fn the_field_behind_it_keeps_its_text_its_caret_and_the_focus() {
    let mut desk = at_work();
    desk.harness.key_press(Key::Home);
    desk.harness.run();
    open(&mut desk);
    type_text(&mut desk, "zzz");
    for key in [Key::ArrowDown, Key::ArrowUp, Key::Tab, Key::Backspace] {
        press(&mut desk, key);
    }
    assert!(desk.harness.get_by_label(FIELD).is_focused());
    press(&mut desk, Key::Escape);
    assert!(desk.harness.query_by_label(FIELD).is_none());
    assert!(desk.harness.get_by_label("Path").is_focused(), "it returns");
    desk.harness.event(egui::Event::Text("x".to_owned()));
    desk.harness.run();
    let path = &desk.harness.state().state().tabs[0].draft.path;
    assert_eq!(path, "x/api/v2/first", "the caret is where it was");
}

#[test]
fn other_keys_wait_until_it_is_closed() {
    let mut desk = at_work();
    open(&mut desk);
    desk.commands();
    for key in [Key::Enter, Key::W, Key::S, Key::T, Key::K] {
        desk.harness.key_press_modifiers(Modifiers::COMMAND, key);
        desk.harness.run();
    }
    assert_eq!(desk.harness.state().state().tabs.len(), 2);
    assert!(desk.commands().is_empty());
    desk.harness.get_by_label(FIELD);
    assert_eq!(repaint_delay(&desk.harness), Duration::MAX, "it sleeps");
}

#[test]
fn before_anything_is_typed_it_offers_tabs_requests_environments_and_commands() {
    let mut desk = at_work();
    open(&mut desk);
    let rows = rows(&desk);
    for (at, words) in [
        (0, "GET First Open tab"),
        (1, "GET Second Open tab"),
        (2, "GET Wallboard größe Request"),
        (3, "A Sandbox direct"),
    ] {
        assert!(rows[at].starts_with(words), "{at}: {words} in {rows:#?}");
    }
}

#[test]
fn everything_is_found_and_done() {
    let mut desk = at_work();
    run(&mut desk, "wallb größe");
    let state = desk.harness.state().state();
    assert_eq!(state.tabs.len(), 3);
    assert_eq!(
        state.active_tab().map(gatescope::app::tab::Tab::title),
        Some("Wallboard größe")
    );

    run(&mut desk, "second");
    let state = desk.harness.state().state();
    assert_eq!(
        state.active_tab().map(gatescope::app::tab::Tab::title),
        Some("Second")
    );

    run(&mut desk, "sandbox rest proxy leg b");
    let state = desk.harness.state().state();
    let leg = state.leg(Leg::B).map(|known| known.name.as_str());
    assert_eq!(leg, Some("Sandbox REST proxy"));

    run(&mut desk, "light the");
    let appearance = desk.harness.state().state().settings.appearance;
    assert_eq!(appearance, gatescope::model::settings::Appearance::Light);

    run(&mut desk, "getRoutingQueues");
    let state = desk.harness.state().state();
    let path = state.active_tab().map(|tab| tab.draft.path.clone());
    assert_eq!(path.as_deref(), Some("/api/v2/routing/queues"));

    run(&mut desk, "go to the path");
    desk.harness.run();
    assert!(desk.harness.get_by_label("Path").is_focused());

    run(&mut desk, "this list");
    let dialog = &desk.harness.state().state().dialog;
    assert!(matches!(dialog, Some(Dialog::Keys)), "{dialog:?}");
}

#[test]
fn what_was_used_comes_first_the_next_time() {
    let mut desk = at_work();
    run(&mut desk, "larger");
    assert_eq!(desk.harness.state().state().settings.zoom_percent, 110);
    run(&mut desk, "getRoutingQueues");
    open(&mut desk);
    let rows = rows(&desk);
    assert!(rows[0].contains("/api/v2/routing/queues"), "{rows:#?}");
    assert!(rows[1].starts_with("Larger"), "{rows:#?}");
    press(&mut desk, Key::ArrowDown);
    press(&mut desk, Key::Enter);
    assert_eq!(desk.harness.state().state().settings.zoom_percent, 120);
}

#[test]
fn a_command_says_its_key_and_is_offered_only_when_it_can_be_done() {
    let mut desk = at_work();
    open(&mut desk);
    type_text(&mut desk, "save");
    assert!(
        rows(&desk).iter().any(|row| row.contains("Ctrl+S")),
        "{:#?}",
        rows(&desk)
    );
    press(&mut desk, Key::Escape);
    let mut empty = Desk::fresh();
    open(&mut empty);
    type_text(&mut empty, "save the request");
    let offered = rows(&empty);
    assert!(
        !offered
            .iter()
            .any(|row| row.starts_with("Save the request")),
        "{offered:#?}"
    );
}

#[test]
fn a_send_from_the_palette_is_a_send() {
    let mut desk = at_work();
    desk.harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    desk.harness.run();
    press(&mut desk, Key::Escape);
    run(&mut desk, "sandbox direct leg a");
    desk.event(Event::SandboxReady(addresses()));
    desk.commands();
    run(&mut desk, "send");
    let commands = desk.commands();
    assert!(
        commands
            .iter()
            .any(|command| matches!(command, Command::Send(_))),
        "{commands:?}"
    );
}

#[test]
fn a_click_beside_it_closes_it() {
    let mut desk = at_work();
    open(&mut desk);
    let beside = egui::pos2(40.0, 800.0);
    desk.harness.hover_at(beside);
    desk.harness.drag_at(beside);
    desk.harness.run();
    desk.harness.drop_at(beside);
    desk.harness.run();
    assert!(desk.harness.query_by_label(FIELD).is_none());
    assert!(desk.harness.get_by_label("Path").is_focused());
}
