//! The tree of saved requests in the sidebar: pointer, keys, filter, and what is read out.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gatescope::app::command::{Command, Drafts};
use gatescope::app::event::{Event, StoredRequest, WorkspaceSnapshot};
use gatescope::app::tree::{Node, TreeCommand};
use gatescope::model::ids::RequestId;
use gatescope::model::request::RequestDraft;

use super::fake::{Desk, repaint_delay, snapshot};

fn stored(path: &str, name: &str, method: &str) -> StoredRequest {
    StoredRequest {
        path: format!("{path}.toml"),
        draft: RequestDraft {
            id: RequestId(path.to_owned()),
            name: name.to_owned(),
            method: method.to_owned(),
            path: format!("/api/v2/{path}"),
            ..RequestDraft::default()
        },
    }
}

fn workspace() -> WorkspaceSnapshot {
    WorkspaceSnapshot {
        rules: gatescope::app::event::StoredRules::default(),
        requests: vec![
            stored("users/list", "List users", "GET"),
            stored("users/one", "One user", "GET"),
            stored("queues/all", "All queues", "GET"),
            stored("queues/gone", "Delete queue", "DELETE"),
            stored("me", "Me", "GET"),
        ],
        ..snapshot(
            Vec::new(),
            Drafts {
                zoom_percent: 100,
                ..Drafts::default()
            },
        )
    }
}

/// The rows from top to bottom, as they are read out.
fn rows(desk: &Desk) -> Vec<String> {
    let mut rows: Vec<(f32, String)> = desk
        .harness
        .query_all_by_role(Role::TreeItem)
        .map(|row| {
            (
                row.rect().top(),
                row.accesskit_node().label().unwrap_or_default(),
            )
        })
        .collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.into_iter().map(|(_, name)| name).collect()
}

fn press(desk: &mut Desk, key: Key) {
    desk.harness.key_press(key);
    desk.harness.run();
}

fn press_with(desk: &mut Desk, modifiers: Modifiers, key: Key) {
    desk.harness.key_press_modifiers(modifiers, key);
    desk.harness.run();
}

fn focused(desk: &Desk) -> Option<String> {
    desk.harness
        .query_all_by_role(Role::TreeItem)
        .find(egui_kittest::Node::is_focused)
        .and_then(|row| row.accesskit_node().label())
}

/// The commands of the tree, in the order in which they were asked for.
fn tree_commands(desk: &Desk) -> Vec<TreeCommand> {
    desk.commands()
        .into_iter()
        .filter_map(|command| match command {
            Command::Tree(command) => Some(command),
            _ => None,
        })
        .collect()
}

#[test]
fn the_tree_is_walked_and_folded_by_keys_alone() {
    let mut desk = Desk::with(workspace());
    let all = [
        "Folder queues",
        "GET All queues",
        "DELETE Delete queue",
        "Folder users",
        "GET List users",
        "GET One user",
        "GET Me",
    ];
    assert_eq!(rows(&desk), all);
    desk.harness.get_by_label("Filter requests").focus();
    desk.harness.run();
    for (key, at) in [
        (Key::ArrowDown, "Folder queues"),
        (Key::ArrowDown, "GET All queues"),
        (Key::End, "GET Me"),
        (Key::ArrowUp, "GET One user"),
        (Key::ArrowLeft, "Folder users"),
        (Key::ArrowLeft, "Folder users"),
        (Key::ArrowDown, "GET Me"),
        (Key::ArrowUp, "Folder users"),
        (Key::ArrowRight, "Folder users"),
        (Key::ArrowRight, "GET List users"),
    ] {
        press(&mut desk, key);
        assert_eq!(focused(&desk).as_deref(), Some(at), "after {key:?}");
    }
    press(&mut desk, Key::Enter);
    let open = desk
        .harness
        .state()
        .state()
        .active_tab()
        .map(|tab| tab.title().to_owned());
    assert_eq!(open.as_deref(), Some("List users"));
    let row = desk.harness.get_by_label("GET List users");
    assert_eq!(row.accesskit_node().is_selected(), Some(true));
}

#[test]
fn a_folder_says_whether_it_is_open_and_stays_closed_over_a_restart() {
    let mut desk = Desk::with(workspace());
    let expanded = |desk: &Desk| {
        let row = desk.harness.get_by_label("Folder users");
        row.accesskit_node().data().is_expanded()
    };
    assert_eq!(expanded(&desk), Some(true));
    desk.harness.get_by_label("Folder users").click();
    desk.harness.run();
    assert_eq!(expanded(&desk), Some(false));
    assert!(desk.harness.query_by_label("GET One user").is_none());
    let mut again = workspace();
    again.drafts.collapsed = vec!["users".to_owned()];
    let desk = Desk::with(again);
    assert!(desk.harness.query_by_label("GET One user").is_none());
}

#[test]
fn f2_renames_in_place_and_escape_leaves_the_name() {
    let mut desk = Desk::with(workspace());
    desk.harness.get_by_label("GET Me").click();
    desk.harness.run();
    desk.commands();
    press(&mut desk, Key::F2);
    assert_eq!(
        desk.harness.get_by_label("Name").value().as_deref(),
        Some("Me")
    );
    desk.harness.event(egui::Event::Text("Nobody".to_owned()));
    desk.harness.run();
    press(&mut desk, Key::Escape);
    assert!(desk.harness.query_by_label("Name").is_none());
    assert!(tree_commands(&desk).is_empty());
    press(&mut desk, Key::F2);
    desk.harness.event(egui::Event::Text("Myself".to_owned()));
    desk.harness.run();
    press(&mut desk, Key::Enter);
    desk.harness.get_by_label("GET Myself");
    assert_eq!(
        focused(&desk).as_deref(),
        Some("GET Myself"),
        "the keys stay"
    );
    let commands = tree_commands(&desk);
    assert!(
        matches!(&commands[..], [TreeCommand::Rename { name, .. }] if name == "Myself"),
        "{commands:?}"
    );
}

#[test]
fn delete_undo_duplicate_and_moves_work_from_the_keyboard() {
    let mut desk = Desk::with(workspace());
    desk.harness.get_by_label("DELETE Delete queue").click();
    desk.harness.run();
    desk.commands();
    press(&mut desk, Key::Delete);
    assert!(desk.harness.query_by_label("DELETE Delete queue").is_none());
    desk.harness.get_by_label("Undo: Deleted Delete queue");
    assert_eq!(focused(&desk).as_deref(), Some("GET All queues"));
    press_with(&mut desk, Modifiers::COMMAND, Key::Z);
    desk.harness.get_by_label("DELETE Delete queue");
    press_with(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!(desk.harness.query_by_label("DELETE Delete queue").is_none());
    let kinds: Vec<&str> = tree_commands(&desk)
        .iter()
        .map(|command| match command {
            TreeCommand::Remove { .. } => "remove",
            TreeCommand::Restore { .. } => "restore",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["remove", "restore", "remove"]);
    desk.harness.get_by_label("GET List users").click();
    desk.harness.run();
    press_with(&mut desk, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(
        rows(&desk),
        [
            "Folder queues",
            "GET All queues",
            "Folder users",
            "GET One user",
            "GET List users",
            "GET Me",
        ]
    );
    assert_eq!(focused(&desk).as_deref(), Some("GET List users"));
    press_with(&mut desk, Modifiers::COMMAND, Key::D);
    desk.harness.get_by_label("GET List users copy");
}

#[test]
fn undo_belongs_to_the_text_while_a_field_has_the_focus() {
    let mut desk = Desk::with(workspace());
    desk.harness.get_by_label("GET Me").click();
    desk.harness.run();
    desk.harness.get_by_label("GET One user").click();
    desk.harness.run();
    press(&mut desk, Key::Delete);
    desk.harness.get_by_label("GET Me").click();
    desk.harness.run();
    desk.harness.get_by_label("Filter requests").focus();
    desk.harness.run();
    press_with(&mut desk, Modifiers::COMMAND, Key::Z);
    assert!(
        desk.harness.query_by_label("GET One user").is_none(),
        "Ctrl+Z in a field does not reach the tree"
    );
}

#[test]
fn the_filter_shows_matches_with_their_folders_and_enter_opens_the_first() {
    let mut desk = Desk::with(workspace());
    desk.harness.get_by_label("Folder users").click();
    desk.harness.run();
    desk.harness.get_by_label("Filter requests").focus();
    desk.harness.run();
    desk.harness.event(egui::Event::Text("one user".to_owned()));
    desk.harness.run();
    assert_eq!(rows(&desk), ["Folder users", "GET One user"]);
    press(&mut desk, Key::Enter);
    let open = desk
        .harness
        .state()
        .state()
        .active_tab()
        .map(|tab| tab.title().to_owned());
    assert_eq!(open.as_deref(), Some("One user"));
    desk.harness.get_by_label("Filter requests").focus();
    desk.harness.run();
    desk.harness.event(egui::Event::Text(" nothing".to_owned()));
    desk.harness.run();
    desk.harness
        .get_by_label("No request matches. Esc clears the filter");
    press(&mut desk, Key::Escape);
    assert_eq!(rows(&desk).len(), 5, "the closed folder is closed again");
}

#[test]
fn a_row_is_dragged_into_a_folder_and_between_two_others() {
    let mut desk = Desk::with(workspace());
    let mut drag = |from: &str, to: &str, offset: f32| {
        let start = desk.harness.get_by_label(from).rect().center();
        let end = desk.harness.get_by_label(to).rect().center() + egui::vec2(0.0, offset);
        desk.harness.drag_at(start);
        desk.harness.run_steps(1);
        desk.harness.hover_at(start + egui::vec2(0.0, -12.0));
        desk.harness.run_steps(1);
        desk.harness.hover_at(end);
        desk.harness.run_steps(1);
        desk.harness.drop_at(end);
        desk.harness.run_steps(3);
        let moved = tree_commands(&desk);
        (moved, rows(&desk))
    };
    let (moved, shown) = drag("GET Me", "Folder queues", 0.0);
    assert!(
        matches!(&moved[..], [TreeCommand::Move { node: Node::Request(_), path, .. }] if path == "queues/me.toml"),
        "{moved:?}"
    );
    assert_eq!(
        shown[..4],
        [
            "Folder queues",
            "GET All queues",
            "DELETE Delete queue",
            "GET Me"
        ]
    );
    let (moved, shown) = drag("GET Me", "DELETE Delete queue", -9.0);
    assert_eq!(
        shown[..4],
        [
            "Folder queues",
            "GET All queues",
            "GET Me",
            "DELETE Delete queue"
        ]
    );
    assert!(
        matches!(&moved[..], [TreeCommand::Move { orders, .. }] if orders == &[("queues".to_owned(), ["all", "me", "gone"].map(str::to_owned).to_vec())]),
        "{moved:?}"
    );
    let (moved, _) = drag("Folder queues", "GET Me", 9.0);
    assert!(
        moved.is_empty(),
        "a folder does not go into itself: {moved:?}"
    );
}

#[test]
fn two_thousand_requests_cost_only_the_rows_in_view() {
    let mut many = workspace();
    many.requests = (0..2_000)
        .map(|number| {
            stored(
                &format!("folder-{:02}/r{number:04}", number % 20),
                &format!("Request {number:04}"),
                "GET",
            )
        })
        .collect();
    let mut desk = Desk::with(many);
    assert!(rows(&desk).len() < 60, "{} rows", rows(&desk).len());
    desk.harness.get_by_label("Filter requests").focus();
    desk.harness.run();
    press(&mut desk, Key::ArrowDown);
    press(&mut desk, Key::End);
    assert_eq!(focused(&desk).as_deref(), Some("GET Request 1999"));
    desk.harness.get_by_label("GET Request 1999");
    press(&mut desk, Key::ArrowUp);
    assert_eq!(focused(&desk).as_deref(), Some("GET Request 1979"));
    assert!(repaint_delay(&desk.harness) > std::time::Duration::from_millis(100));
}

#[test]
fn names_that_steer_or_hide_are_shown_as_what_they_are() {
    let mut odd = workspace();
    odd.requests = vec![
        stored("a", "bell\u{7}", "GET"),
        stored("b", "user\u{202e}gnp.exe", "GET"),
        stored("c", "two\nlines", "GET"),
        stored("d", "Größe", "G\u{1b}T"),
    ];
    let desk = Desk::with(odd);
    let mut shown = rows(&desk);
    shown.sort();
    assert_eq!(
        shown,
        [
            "GET bell\\x07",
            "GET two\\nlines",
            "GET user\\u{202e}gnp.exe",
            "G\\x1bT Größe",
        ]
    );
}

#[test]
fn the_segments_lead_to_the_other_pages() {
    let mut desk = Desk::with(workspace());
    desk.harness.get_by_label("Sidebar history").click();
    desk.harness.run();
    assert!(rows(&desk).is_empty());
    desk.harness.get_by_label("Sidebar requests").click();
    desk.harness.run();
    assert_eq!(rows(&desk).len(), 7);
    desk.event(Event::WorkspaceOpened(Box::new(snapshot(
        Vec::new(),
        Drafts::default(),
    ))));
    desk.harness
        .get_by_label("No saved requests yet. Ctrl+S saves the open one");
}
