//! What nobody means to do to the window: too much, odd characters, files that are not there, things that vanish under it.
//! It may refuse with a clear word; it may not freeze, panic or lose anything.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Modifiers;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts, OpenDraft};
use gatescope::app::editing::{EditingCommand, EditingEvent, FileLook};
use gatescope::app::event::{Event, StoredRequest};
use gatescope::app::importing::ImportingCommand;
use gatescope::app::preferences::Start;
use gatescope::model::environment::Environment;
use gatescope::model::ids::{EnvironmentId, RequestId};
use gatescope::model::request::{DraftBody, QueryRow, RequestDraft};
use gatescope::ui::Window;

use super::answers;
use super::fake::{Desk, addresses, repaint_delay, snapshot};
use super::scenes;

/// Emoji with joiners and skin, both writing directions, marks that stack, controls, a private and a never assigned character.
const ODD: &str = "👩🏽‍🚀 שלום مرحبا e\u{301}\u{300} \u{202e}abc\u{202c} \u{0}\u{7}\u{1b}[31m \u{e000}\u{10ffff}\u{378} 漢字";

fn request(id: &str, name: &str) -> RequestDraft {
    RequestDraft {
        id: RequestId(id.to_owned()),
        name: name.to_owned(),
        path: "/api/v2/users".to_owned(),
        ..RequestDraft::default()
    }
}

fn open(drafts: Vec<RequestDraft>) -> Drafts {
    Drafts {
        open: drafts
            .into_iter()
            .map(|draft| OpenDraft { draft, dirty: true })
            .collect(),
        zoom_percent: 100,
        leg_a: Some(EnvironmentId::from_name("sandbox direct")),
        leg_b: Some(EnvironmentId::from_name("sandbox rest proxy")),
        ..Drafts::default()
    }
}

/// The sandbox runs, and these requests are open. As in the real window, a box stands for a character that no font has.
fn with(drafts: Vec<RequestDraft>) -> Desk {
    with_size(drafts, egui::vec2(1_440.0, 900.0))
}

fn with_size(drafts: Vec<RequestDraft>, size: egui::Vec2) -> Desk {
    let builder = Harness::<Window>::builder()
        .with_size(size)
        .allow_missing_glyphs();
    let mut desk = Desk::started(
        Start::default(),
        snapshot(Vec::new(), open(drafts)),
        builder,
    );
    desk.event(Event::SandboxReady(addresses()));
    desk.commands();
    desk
}

fn body_of(desk: &Desk) -> String {
    let draft = &desk.harness.state().state().tabs[0].draft;
    draft.body.text().unwrap_or_default().to_owned()
}

fn text_body(text: &str) -> DraftBody {
    DraftBody::Text {
        text: text.to_owned(),
        content_type: "text/plain".to_owned(),
    }
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
fn five_megabytes_pasted_become_a_body_file_and_nothing_is_lost_meanwhile() {
    let draft = RequestDraft {
        body: text_body("before "),
        ..request("r1", "Paste")
    };
    let mut desk = with(vec![draft]);
    let line = "0123456789 abcdefghij ABCDEFGHIJ\n";
    let large = line.repeat(5_000_000 / line.len() + 1);
    desk.commands();
    paste_into_body(&mut desk, &large);
    let kept = body_of(&desk);
    assert_eq!(kept.len(), "before ".len() + large.len());
    assert!(kept.contains(&large));
    let asked = desk.commands();
    assert!(
        asked
            .iter()
            .any(|command| matches!(command, Command::KeepBody { .. })),
        "the worker is to write it into a file: {} commands",
        asked.len()
    );
    // The field does not lay such a text out while the file is on its way.
    assert!(desk.harness.query_by_label("Body text").is_none());
}

#[test]
fn a_line_of_two_megabytes_is_not_laid_out_but_kept_and_sent() {
    let long = "x".repeat(2_000_000);
    let draft = RequestDraft {
        body: text_body(&long),
        ..request("r1", "One line")
    };
    let mut desk = with(vec![draft]);
    desk.harness.get_by_label("Request body").click();
    desk.harness.run();
    assert_eq!(body_of(&desk), long);
    let send = scenes::press_send(&mut desk);
    assert_eq!(send.draft.body.text().map(str::len), Some(long.len()));
}

#[test]
fn a_path_and_a_value_of_two_megabytes_are_kept() {
    let long = "y".repeat(2_000_000);
    let draft = RequestDraft {
        path: format!("/{long}"),
        query: vec![QueryRow {
            enabled: true,
            name: "q".to_owned(),
            value: Some(long.clone()),
        }],
        ..request("r1", "Long")
    };
    let mut desk = with(vec![draft.clone()]);
    for page in ["Request headers", "Request preview", "Request params"] {
        desk.harness.get_by_label(page).click();
        desk.harness.run();
    }
    assert_eq!(desk.harness.state().state().tabs[0].draft, draft);
}

#[test]
fn ten_thousand_parameters_cost_what_is_visible() {
    let query: Vec<QueryRow> = (0..10_000)
        .map(|number| QueryRow {
            enabled: true,
            name: format!("name{number}"),
            value: Some(number.to_string()),
        })
        .collect();
    let draft = RequestDraft {
        query: query.clone(),
        ..request("r1", "Many")
    };
    let mut desk = with(vec![draft]);
    let rows = desk
        .harness
        .query_all_by_label_contains("Parameter ")
        .count();
    assert!(
        (1..1_000).contains(&rows),
        "{rows} nodes for the rows in sight"
    );
    desk.harness.get_by_label("Parameter 1 value").focus();
    desk.harness.run();
    desk.harness.event(egui::Event::Text("!".to_owned()));
    desk.harness.run();
    let now = &desk.harness.state().state().tabs[0].draft.query;
    assert_eq!(now.len(), query.len());
    assert_eq!(now[0].value.as_deref(), Some("0!"));
    assert_eq!(now[1..], query[1..]);
}

#[test]
fn odd_characters_are_shown_somehow_everywhere_and_kept_as_they_are() {
    let draft = RequestDraft {
        path: format!("/{ODD}"),
        query: vec![QueryRow {
            enabled: true,
            name: ODD.to_owned(),
            value: Some(ODD.to_owned()),
        }],
        body: text_body(ODD),
        ..request("r1", ODD)
    };
    let environment = Environment {
        id: EnvironmentId::from_name("odd"),
        name: ODD.to_owned(),
        sandbox: None,
        ..gatescope::model::sandbox_environments::sandbox_environments().remove(0)
    };
    let stored = StoredRequest {
        path: format!("{ODD}/one.toml"),
        draft: draft.clone(),
    };
    let mut snapshot = snapshot(vec![environment], open(vec![draft.clone()]));
    snapshot.requests.push(stored);
    let builder = Harness::<Window>::builder()
        .with_size(egui::vec2(1_440.0, 900.0))
        .allow_missing_glyphs();
    let mut desk = Desk::started(Start::default(), snapshot, builder);
    desk.event(Event::SandboxReady(addresses()));
    for page in [
        "Request body",
        "Request headers",
        "Request preview",
        "Request params",
    ] {
        desk.harness.get_by_label(page).click();
        desk.harness.run();
    }
    desk.harness
        .key_press_modifiers(Modifiers::COMMAND, egui::Key::K);
    desk.harness.run();
    desk.harness.event(egui::Event::Text(ODD.to_owned()));
    desk.harness.run();
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    desk.harness
        .key_press_modifiers(Modifiers::COMMAND, egui::Key::E);
    desk.harness.run();
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    scenes::answered(&mut desk, |exchange| {
        let hop = exchange.hops.last_mut().expect("the request");
        let response = hop.response.as_mut().expect("answered");
        response.reason = ODD.to_owned();
        let text = bytes::Bytes::from(format!("{{\"{}\":1}}", ODD.replace('\u{0}', "")));
        response.body = Arc::new(gatescope::model::exchange::ResponseBody {
            wire: text.clone(),
            decoded: text,
            codings: Vec::new(),
            incomplete: None,
        });
    });
    for page in ["Response headers", "Response sent", "Response body"] {
        desk.harness.get_by_label(page).click();
        desk.harness.run();
    }
    let kept = &desk.harness.state().state().tabs[0].draft;
    assert_eq!(*kept, draft);
}

#[test]
fn typed_odd_characters_reach_the_draft() {
    let mut desk = with(vec![request("r1", "Typed")]);
    desk.harness.get_by_label("Parameter 1 name").focus();
    desk.harness.run();
    for part in ["👩🏽‍🚀", "שלום", "e\u{301}", "漢字"] {
        desk.harness.event(egui::Event::Text(part.to_owned()));
        desk.harness.run();
    }
    let query = &desk.harness.state().state().tabs[0].draft.query;
    assert_eq!(query[0].name, "👩🏽‍🚀שלוםe\u{301}漢字");
}

#[test]
fn a_dropped_file_that_cannot_be_read_is_refused_with_a_word() {
    let draft = RequestDraft {
        body: text_body("typed before"),
        ..request("r1", "Drop")
    };
    let mut desk = with(vec![draft]);
    desk.harness.get_by_label("Request body").click();
    desk.harness.run();
    let missing = "/nowhere/at/all.json";
    let file = Arc::new(Dropped(missing.into()));
    desk.harness.input_mut().dropped_files.push(file);
    desk.harness.run();
    let asked = desk.commands();
    assert!(
        asked.iter().any(|command| matches!(
            command,
            Command::Editing(EditingCommand::LookAtFile { path }) if path == missing
        )),
        "the worker looks at it: {asked:?}"
    );
    let words = "There is no such file";
    desk.event(Event::Editing(EditingEvent::FileLookedAt {
        path: missing.to_owned(),
        file: FileLook::Unreadable(words.to_owned()),
    }));
    desk.harness.get_by_label_contains(words);
    // What was typed before is one step away.
    desk.run_command("Undo what was deleted, moved or changed as a whole");
    assert_eq!(body_of(&desk), "typed before");
}

#[test]
fn a_file_dropped_elsewhere_changes_no_request_and_is_read_for_an_import() {
    let mut desk = with(vec![request("r1", "Drop")]);
    let before = desk.harness.state().state().tabs[0].draft.clone();
    let file = Arc::new(Dropped("/nowhere/at/all.json".into()));
    desk.harness.input_mut().dropped_files.push(file);
    desk.harness.run();
    let asked = desk.commands();
    assert!(
        asked.iter().any(|command| matches!(
            command,
            Command::Importing(ImportingCommand::ReadFile { path }) if path == Path::new("/nowhere/at/all.json")
        )),
        "{asked:?}"
    );
    assert_eq!(desk.harness.state().state().tabs[0].draft, before);
}

/// A file that was dropped on the window.
#[derive(Debug)]
pub(crate) struct Dropped(pub(crate) PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("not there".to_owned())
    }
}

#[test]
fn an_environment_deleted_while_its_request_is_in_flight_still_gets_its_answer() {
    let environment = Environment {
        id: EnvironmentId::from_name("acme"),
        name: "Acme".to_owned(),
        sandbox: None,
        ..gatescope::model::sandbox_environments::sandbox_environments().remove(0)
    };
    let mut drafts = open(vec![request("r1", "In flight")]);
    drafts.leg_a = Some(environment.id.clone());
    let mut desk = Desk::with(snapshot(vec![environment], drafts.clone()));
    desk.harness
        .key_press_modifiers(Modifiers::COMMAND, egui::Key::Num1);
    desk.harness.run();
    desk.commands();
    let send = scenes::press_send(&mut desk);
    assert_eq!(send.environment.name, "Acme");
    // Its file is gone when the workspace is looked at again.
    desk.event(Event::WorkspaceOpened(Box::new(snapshot(
        Vec::new(),
        drafts,
    ))));
    let mut exchange = answers::answer(send.exchange);
    exchange.environment = send.environment.id.clone();
    desk.event(Event::Finished {
        exchange: send.exchange,
        result: Box::new(exchange),
    });
    desk.harness.get_by_label("200 OK");
    let state = desk.harness.state().state();
    assert!(state.tabs[0].in_flight.is_none());
    assert_eq!(state.tabs[0].draft.path, "/api/v2/users");
}

#[test]
fn a_workspace_changed_outside_while_a_field_is_edited_takes_no_text_away() {
    let stored = request("r1", "Shared");
    let mut first = snapshot(Vec::new(), open(vec![stored.clone()]));
    first.requests.push(StoredRequest {
        path: "shared.toml".to_owned(),
        draft: stored.clone(),
    });
    let mut desk = Desk::with(first.clone());
    desk.harness.get_by_label("Path").focus();
    desk.harness.run();
    desk.harness.event(egui::Event::Text("/mine".to_owned()));
    desk.harness.run_steps(2);
    let mine = desk.harness.state().state().tabs[0].draft.path.clone();
    assert!(mine.contains("/mine"), "{mine}");
    let mut second = first;
    second.requests[0].draft.path = "/theirs".to_owned();
    desk.event(Event::WorkspaceOpened(Box::new(second)));
    assert_eq!(desk.harness.state().state().tabs[0].draft.path, mine);
    let words = "was changed outside";
    assert!(desk.harness.query_all_by_label_contains(words).count() > 0);
    assert!(desk.harness.get_by_label("Path").is_focused());
}

#[test]
fn fifty_tabs_and_the_smallest_window_hold_everything() {
    let drafts: Vec<RequestDraft> = (0..50)
        .map(|number| {
            request(
                &format!("r{number}"),
                &format!("A request of number {number}"),
            )
        })
        .collect();
    let mut desk = with_size(drafts, egui::vec2(400.0, 300.0));
    assert_eq!(desk.harness.state().state().tabs.len(), 50);
    for _ in 0..3 {
        desk.harness.key_press_modifiers(
            Modifiers::COMMAND | Modifiers::CTRL | Modifiers::SHIFT,
            egui::Key::Tab,
        );
        desk.harness.run();
    }
    assert_eq!(desk.harness.state().state().active_tab, 47);
    scenes::answered(&mut desk, |_| {});
    let window = desk.harness.ctx.content_rect();
    for (role, name) in [(Role::TextInput, "Path"), (Role::Button, "Send")] {
        let rect = desk.harness.get_by_role_and_label(role, name).rect();
        assert!(
            window.contains_rect(rect),
            "`{name}` at {rect:?} of {window:?}"
        );
    }
    desk.wait(10_000);
    desk.wait(10_000);
    assert_eq!(repaint_delay(&desk.harness), std::time::Duration::MAX);
}

/// The smallest window at 150 %: what can be used lies inside it, and nothing of the bars on something else.
#[test]
fn nothing_overlaps_in_the_smallest_window_at_150_percent() {
    let mut desk = with_size(vec![request("r1", "Small")], egui::vec2(267.0, 200.0));
    scenes::answered(&mut desk, |exchange| {
        scenes::announces(exchange, 1, 300, 58);
    });
    desk.harness
        .key_press_modifiers(Modifiers::COMMAND, egui::Key::L);
    desk.harness.run();
    let window = desk.harness.ctx.content_rect();
    let mut seen = Vec::new();
    for name in [
        "Make leg A active",
        "Make leg B active",
        "Environment of leg A: Sandbox direct",
        "Environment of leg B: Sandbox REST proxy",
        "Search or run (Ctrl+K)",
        "Path",
        "Send",
        "Compare A and B",
    ] {
        let rect = desk.harness.get_by_label(name).rect();
        let is_across = rect.left() >= window.left() && rect.right() <= window.right();
        assert!(is_across, "`{name}` at {rect:?} of {window:?}");
        for (other, at) in &seen {
            let both: egui::Rect = rect.intersect(*at);
            let apart = both.width() <= 0.5 || both.height() <= 0.5;
            assert!(apart, "`{name}` at {rect:?} on `{other}` at {at:?}");
        }
        seen.push((name, rect));
    }
    let mut at_the_bottom: Vec<(String, egui::Rect)> = Vec::new();
    for clipped in &desk.harness.output().shapes {
        if let egui::Shape::Text(text) = &clipped.shape {
            let rect = text.visual_bounding_rect();
            if rect.top() > window.bottom() - 28.0 && text.galley.text() != "0.1.0" {
                at_the_bottom.push((text.galley.text().to_owned(), rect));
            }
        }
    }
    at_the_bottom.retain(|(text, _)| text.contains("of 300") || text.contains("workspace"));
    assert_eq!(at_the_bottom.len(), 2, "{at_the_bottom:?}");
    let both = at_the_bottom[0].1.intersect(at_the_bottom[1].1);
    assert!(both.width() <= 0.5, "{at_the_bottom:?}");
    desk.harness.key_press(egui::Key::F1);
    desk.harness.run();
    for name in ["Find a key", "Close"] {
        let rect = desk.harness.get_by_label(name).rect();
        let is_across = rect.left() >= window.left() && rect.right() <= window.right();
        assert!(is_across, "`{name}` at {rect:?} of {window:?}");
    }
}

#[test]
fn every_page_fits_the_smallest_window() {
    for command in [
        "Settings",
        "Welcome page",
        "About Gatescope, licences",
        "Add an environment…",
        "Show the history",
        "Show the catalogue of operations",
        "Token of leg A…",
    ] {
        let mut desk = with_size(vec![request("r1", "Small")], egui::vec2(400.0, 300.0));
        desk.run_command(command);
        desk.harness.run();
        desk.harness.key_press(egui::Key::F1);
        desk.harness.run();
    }
}
