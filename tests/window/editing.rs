//! What is typed and pasted into a request, and how the height is shared with the answer.

use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts, OpenDraft};
use gatescope::app::event::{Event, FileReport};
use gatescope::model::ids::RequestId;
use gatescope::model::request::{DraftBody, QueryRow, RequestDraft};

use super::fake::{Desk, addresses, snapshot};

fn with_draft(draft: RequestDraft) -> Desk {
    let open = vec![OpenDraft { draft, dirty: true }];
    Desk::with(snapshot(
        Vec::new(),
        Drafts {
            open,
            zoom_percent: 100,
            ..Drafts::default()
        },
    ))
}

fn draft(body: DraftBody) -> RequestDraft {
    RequestDraft {
        id: RequestId("r1".to_owned()),
        name: "Search".to_owned(),
        path: "/api/v2/users/search".to_owned(),
        body,
        ..RequestDraft::default()
    }
}

fn json(text: &str) -> DraftBody {
    DraftBody::Json {
        text: text.to_owned(),
    }
}

fn body_of(desk: &Desk) -> DraftBody {
    desk.harness.state().state().tabs[0].draft.body.clone()
}

fn paste_into_body(desk: &mut Desk, text: &str) {
    desk.harness.get_by_label("Request body").click();
    desk.harness.run();
    desk.harness.get_by_label("Body text").focus();
    desk.harness.run();
    desk.harness.event(egui::Event::Paste(text.to_owned()));
    desk.harness.run();
}

#[test]
fn a_large_paste_becomes_a_body_file_and_loses_nothing_meanwhile() {
    let mut desk = with_draft(draft(json("[]")));
    desk.commands();
    let large = format!("[\"{}\"]", "x".repeat(300_000));
    paste_into_body(&mut desk, &large);
    let whole = body_of(&desk);
    let typed = whole.text().expect("a text until the file is there");
    assert_eq!(typed.len(), large.len() + 2);
    assert!(typed.contains(&large));
    let kept = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::KeepBody { draft } => Some(draft),
            _ => None,
        })
        .expect("the body goes to a file");
    assert_eq!(kept.body, whole);
    desk.event(Event::BodyKept {
        request: RequestId("r1".to_owned()),
        bytes: typed.len(),
        path: "/data/bodies/abc.json".into(),
    });
    assert_eq!(
        body_of(&desk),
        DraftBody::File {
            path: "/data/bodies/abc.json".to_owned(),
            content_type: "application/json".to_owned(),
        }
    );
    assert_eq!(
        desk.harness.get_by_label("Body file").value().as_deref(),
        Some("/data/bodies/abc.json")
    );
}

#[test]
fn a_large_paste_with_variables_stays_a_text() {
    let mut desk = with_draft(draft(json("")));
    desk.commands();
    let large = format!("[\"{{{{name}}}}{}\"]", "x".repeat(300_000));
    paste_into_body(&mut desk, &large);
    assert_eq!(body_of(&desk), json(&large));
    let commands = desk.commands();
    assert!(
        !commands
            .iter()
            .any(|command| matches!(command, Command::KeepBody { .. })),
        "a file's bytes are sent unchanged, variables included"
    );
}

#[test]
fn an_edited_text_is_not_replaced_by_the_file_of_an_older_one() {
    let mut desk = with_draft(draft(json("[1]")));
    desk.event(Event::BodyKept {
        request: RequestId("r1".to_owned()),
        bytes: 300_000,
        path: "/data/bodies/abc.json".into(),
    });
    assert_eq!(body_of(&desk), json("[1]"));
}

#[test]
fn the_share_of_the_editor_is_dragged_remembered_and_reset() {
    let mut desk = with_draft(draft(DraftBody::None));
    let label = "Divider between request and response";
    let before = desk.harness.get_by_label(label).rect().center();
    let target = before + egui::vec2(0.0, 120.0);
    desk.harness.drag_at(before);
    desk.harness.run();
    desk.harness.hover_at(target);
    desk.harness.run();
    desk.harness.drop_at(target);
    desk.harness.run();
    let percent = desk.harness.state().state().editor_percent;
    assert!((50..=65).contains(&percent), "{percent} %");
    let after = desk.harness.get_by_label(label).rect().center();
    assert!((after.y - target.y).abs() < 8.0, "{after} for {target}");

    let mut again = with_share(percent, egui::vec2(1_440.0, 900.0));
    let there = again.harness.get_by_label(label).rect().center();
    assert!((there.y - after.y).abs() < 1.0, "{there} for {after}");
    again.harness.hover_at(there);
    again.harness.run();
    // Both clicks in one frame: the harness's frames are further apart than those of a double click.
    let clicks = [true, false, true, false].map(|pressed| egui::Event::PointerButton {
        pos: there,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    });
    again.harness.input_mut().events.extend(clicks);
    again.harness.run();
    assert_eq!(again.harness.state().state().editor_percent, 0);
}

fn with_share(percent: u32, size: egui::Vec2) -> Desk {
    let mut desk = Desk::with(snapshot(
        Vec::new(),
        Drafts {
            open: vec![OpenDraft {
                draft: draft(DraftBody::None),
                dirty: true,
            }],
            zoom_percent: 100,
            editor_percent: percent,
            ..Drafts::default()
        },
    ));
    desk.harness.set_size(size);
    desk.harness.run();
    desk
}

#[test]
fn a_small_window_leaves_the_response_its_room() {
    for size in [
        egui::vec2(900.0, 600.0),
        egui::vec2(720.0, 450.0),
        egui::vec2(640.0, 420.0),
    ] {
        let desk = with_share(85, size);
        let divider = desk
            .harness
            .get_by_label("Divider between request and response")
            .rect()
            .center()
            .y;
        let left = size.y - 28.0 - divider;
        assert!(left >= 140.0, "{left} points for the response at {size}");
    }
}

#[test]
fn what_was_not_kept_is_to_be_entered_again() {
    let mut desk = with_draft(RequestDraft {
        query: vec![QueryRow {
            enabled: true,
            name: "access_token".to_owned(),
            value: Some("(not kept)".to_owned()),
        }],
        ..draft(DraftBody::None)
    });
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::E);
    desk.harness.run();
    desk.harness.get_by_label("Sandbox direct").click();
    desk.harness.run();
    desk.event(Event::SandboxReady(addresses()));
    let field = desk.harness.get_by_label("Parameter 1 value");
    assert_eq!(field.value().as_deref(), Some("(not kept)"));
    desk.harness
        .get_by_label_contains("(not kept) stands where a credential was left out");
}

#[test]
fn a_dismissed_report_stays_away_until_it_changes() {
    let report = |text: &str| FileReport {
        file: "environments/broken.toml".to_owned(),
        text: text.to_owned(),
        hint: String::new(),
    };
    let opened = |text: &str| {
        let mut snapshot = snapshot(Vec::new(), Drafts::default());
        snapshot.reports = vec![report(text)];
        snapshot
    };
    let mut desk = Desk::with(opened("line 3 is no TOML"));
    let words = "environments/broken.toml: line 3 is no TOML";
    desk.harness
        .get_by_label(&format!("Dismiss: {words}"))
        .click();
    desk.harness.run();
    assert!(desk.harness.query_by_label(words).is_none());
    desk.event(Event::WorkspaceOpened(Box::new(opened(
        "line 3 is no TOML",
    ))));
    assert!(desk.harness.query_by_label(words).is_none(), "it came back");
    desk.event(Event::WorkspaceOpened(Box::new(opened(
        "line 4 is no TOML",
    ))));
    desk.harness
        .get_by_label("environments/broken.toml: line 4 is no TOML");
}
