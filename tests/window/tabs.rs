//! The tabs: the dot, closing without a loss, many of them, their order, and a file that was changed outside.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gatescope::app::command::{Command, Drafts, OpenDraft};
use gatescope::app::event::{Event, StoredRequest, WorkspaceSnapshot};
use gatescope::model::ids::RequestId;
use gatescope::model::request::RequestDraft;

use super::fake::{Desk, snapshot};

fn draft(name: &str) -> RequestDraft {
    RequestDraft {
        id: RequestId(name.to_owned()),
        name: name.to_owned(),
        path: format!("/{name}"),
        ..RequestDraft::default()
    }
}

/// Requests that are in the workspace and open; of `edited` another path was typed.
fn opened(names: &[&str], edited: &[&str]) -> WorkspaceSnapshot {
    let open = names
        .iter()
        .map(|name| {
            let dirty = edited.contains(name);
            let mut draft = draft(name);
            if dirty {
                draft.path.push_str("/typed");
            }
            OpenDraft { draft, dirty }
        })
        .collect();
    WorkspaceSnapshot {
        rules: gatescope::app::event::StoredRules::default(),
        requests: names
            .iter()
            .map(|name| StoredRequest {
                path: format!("{name}.toml"),
                draft: draft(name),
            })
            .collect(),
        ..snapshot(
            Vec::new(),
            Drafts {
                open,
                zoom_percent: 100,
                ..Drafts::default()
            },
        )
    }
}

/// The tabs from left to right, as they are read out.
fn tabs(desk: &Desk) -> Vec<String> {
    let mut tabs: Vec<(f32, String)> = desk
        .harness
        .query_all_by_role(Role::Tab)
        .map(|tab| {
            (
                tab.rect().left(),
                tab.accesskit_node().label().unwrap_or_default(),
            )
        })
        .filter(|(_, name)| name.starts_with("Tab "))
        .collect();
    tabs.sort_by(|one, other| one.0.total_cmp(&other.0));
    tabs.into_iter().map(|(_, name)| name).collect()
}

fn press(desk: &mut Desk, modifiers: Modifiers, key: Key) {
    desk.harness.key_press_modifiers(modifiers, key);
    desk.harness.run();
}

fn active(desk: &Desk) -> String {
    let state = desk.harness.state().state();
    state.active_tab().expect("a tab").title().to_owned()
}

#[test]
fn an_unsaved_tab_is_closed_without_a_question_and_comes_back_as_it_was() {
    let mut desk = Desk::with(opened(&["a", "b"], &["b"]));
    assert_eq!(tabs(&desk), ["Tab a", "Tab b, not saved"]);
    desk.harness.get_by_label("Close b").click();
    desk.harness.run();
    assert!(desk.harness.state().state().dialog.is_none());
    assert_eq!(tabs(&desk), ["Tab a"]);
    desk.harness.get_by_label("GET b, not saved");
    press(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
    assert_eq!(tabs(&desk), ["Tab a", "Tab b, not saved"]);
    assert_eq!(
        desk.harness.get_by_label("Path").value().as_deref(),
        Some("/b/typed")
    );
    press(&mut desk, Modifiers::COMMAND, Key::W);
    desk.harness
        .get_by_label("Reopen: Closed b; what is not saved is kept")
        .click();
    desk.harness.run();
    assert_eq!(active(&desk), "b");
}

#[test]
fn the_middle_button_closes_and_keys_go_round() {
    let mut desk = Desk::with(opened(&["a", "b", "c"], &[]));
    assert_eq!(active(&desk), "a");
    for (modifiers, key, at) in [
        (Modifiers::CTRL, Key::Tab, "b"),
        (Modifiers::CTRL, Key::PageDown, "c"),
        (Modifiers::CTRL, Key::Tab, "a"),
        (Modifiers::CTRL | Modifiers::SHIFT, Key::Tab, "c"),
        (Modifiers::CTRL, Key::PageUp, "b"),
    ] {
        press(&mut desk, modifiers, key);
        assert_eq!(active(&desk), at, "after {key:?}");
    }
    let middle = desk.harness.get_by_label("Tab c").rect().center();
    desk.harness.hover_at(middle);
    for pressed in [true, false] {
        desk.harness.event(egui::Event::PointerButton {
            pos: middle,
            button: egui::PointerButton::Middle,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    desk.harness.run();
    assert_eq!(tabs(&desk), ["Tab a", "Tab b"]);
    assert_eq!(active(&desk), "b");
}

#[test]
fn of_fifty_tabs_the_chosen_one_is_in_view_and_the_list_leads_to_each() {
    let names: Vec<String> = (0..50)
        .map(|number| format!("request-{number:02}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut desk = Desk::with(opened(&names, &[]));
    let window = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1_440.0, 900.0));
    for key in [Key::PageUp, Key::PageDown] {
        press(&mut desk, Modifiers::CTRL, key);
        let rect = desk
            .harness
            .get_by_label(&format!("Tab {}", active(&desk)))
            .rect();
        assert!(window.contains_rect(rect), "{rect} of {}", active(&desk));
        for fixed in ["New tab", "List of tabs"] {
            let fixed = desk.harness.get_by_label(fixed).rect();
            assert!(window.contains_rect(fixed), "{fixed}");
        }
    }
    desk.harness.get_by_label("List of tabs").click();
    desk.harness.run();
    desk.harness
        .get_by_role_and_label(Role::Button, "request-07")
        .click();
    desk.harness.run();
    assert_eq!(active(&desk), "request-07");
}

#[test]
fn a_tab_is_dragged_to_another_place() {
    let mut desk = Desk::with(opened(&["a", "b", "c"], &[]));
    let from = desk.harness.get_by_label("Tab a").rect().center();
    let to = desk.harness.get_by_label("Tab c").rect().right_center() - egui::vec2(4.0, 0.0);
    desk.harness.drag_at(from);
    desk.harness.run_steps(1);
    for step in [0.3, 0.7, 1.0] {
        desk.harness.hover_at(from + (to - from) * step);
        desk.harness.run_steps(2);
    }
    desk.harness.drop_at(to);
    desk.harness.run_steps(3);
    assert_eq!(tabs(&desk), ["Tab b", "Tab c", "Tab a"]);
    assert_eq!(active(&desk), "a");
}

#[test]
fn which_of_two_edits_counts_is_chosen_above_the_request() {
    for (choice, path) in [("Take the file's", "/theirs"), ("Keep mine", "/a/typed")] {
        let mut desk = Desk::with(opened(&["a"], &["a"]));
        let mut outside = opened(&["a"], &[]);
        outside.requests[0].draft.path = "/theirs".to_owned();
        desk.event(Event::WorkspaceOpened(Box::new(outside)));
        desk.harness
            .get_by_label("requests/a.toml was changed outside while you were editing it");
        desk.commands();
        press(&mut desk, Modifiers::COMMAND, Key::S);
        assert!(
            !desk
                .commands()
                .iter()
                .any(|command| matches!(command, Command::SaveRequest { .. })),
            "nothing is written before it is chosen"
        );
        desk.harness.get_by_label(choice).click();
        desk.harness.run();
        assert!(desk.harness.query_by_label(choice).is_none());
        assert_eq!(
            desk.harness.get_by_label("Path").value().as_deref(),
            Some(path)
        );
    }
}

#[test]
fn a_double_click_names_the_request_in_its_tab() {
    let mut desk = Desk::with(opened(&["a"], &[]));
    press(&mut desk, Modifiers::COMMAND, Key::T);
    let place = desk
        .harness
        .get_by_label("Tab New request")
        .rect()
        .left_center();
    let place = place + egui::vec2(60.0, 0.0);
    desk.harness.hover_at(place);
    desk.harness.run();
    let clicks = [true, false, true, false].map(|pressed| egui::Event::PointerButton {
        pos: place,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    });
    desk.harness.input_mut().events.extend(clicks);
    desk.harness.run();
    desk.harness.event(egui::Event::Text("Mine".to_owned()));
    desk.harness.run();
    press(&mut desk, Modifiers::NONE, Key::Enter);
    assert_eq!(tabs(&desk), ["Tab a", "Tab Mine, not saved"]);
}

#[test]
fn a_long_title_is_shortened_where_its_closing_is_told() {
    let mut desk = Desk::fresh();
    press(&mut desk, Modifiers::COMMAND, Key::T);
    let long = format!("/api/v2/{}", "a-long-way/".repeat(200));
    desk.harness.event(egui::Event::Text(long));
    desk.harness.run();
    press(&mut desk, Modifiers::COMMAND, Key::W);
    let notices = &desk.harness.state().state().notices;
    let told = notices.iter().last().expect("it is told");
    assert!(
        told.text.starts_with("Closed /api/v2/a-long-way/"),
        "{told:?}"
    );
    assert!(
        told.text.ends_with("…; what is not saved is kept"),
        "{told:?}"
    );
    assert!(told.text.chars().count() < 90, "{told:?}");
}
