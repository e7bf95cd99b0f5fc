//! Names that hold characters nobody sees: wherever one is drawn or spoken, they are written out.

use egui::Modifiers;
use egui::epaint::Shape;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gatescope::app::command::{Drafts, OpenDraft};
use gatescope::app::event::Event;
use gatescope::app::history::HistoryEvent;
use gatescope::app::preferences::Start;
use gatescope::body::visible;
use gatescope::model::environment::Environment;
use gatescope::model::exchange::{SendError, SendErrorKind};
use gatescope::model::ids::{EnvironmentId, RequestId};
use gatescope::model::request::RequestDraft;
use gatescope::model::sandbox_environments::sandbox_environments;
use gatescope::ui::Window;

use super::answers;
use super::fake::{Desk, addresses, snapshot};
use super::history;
use super::scenes;

const NAME: &str = "Prod\u{202e}tset";
const SHOWN: &str = "Prod\\u{202e}tset";

fn environment() -> Environment {
    Environment {
        id: EnvironmentId::from_name("odd"),
        name: NAME.to_owned(),
        sandbox: None,
        ..sandbox_environments().remove(0)
    }
}

fn desk() -> Desk {
    let draft = RequestDraft {
        id: RequestId("r1".to_owned()),
        name: "List".to_owned(),
        path: "/api/v2/users".to_owned(),
        ..RequestDraft::default()
    };
    let id = environment().id;
    let drafts = Drafts {
        open: vec![OpenDraft { draft, dirty: true }],
        zoom_percent: 100,
        leg_a: Some(id.clone()),
        leg_b: Some(id),
        ..Drafts::default()
    };
    let builder = Harness::<Window>::builder()
        .with_size(egui::vec2(1_440.0, 900.0))
        .allow_missing_glyphs();
    let snapshot = snapshot(vec![environment()], drafts);
    let mut desk = Desk::started(Start::default(), snapshot, builder);
    desk.event(Event::SandboxReady(addresses()));
    desk
}

fn painted(shape: &Shape, texts: &mut Vec<String>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| painted(shape, texts)),
        Shape::Text(text) => texts.push(text.galley.text().to_owned()),
        _ => {}
    }
}

/// All that is drawn and all that is spoken.
fn texts(desk: &Desk) -> Vec<String> {
    let mut texts = Vec::new();
    for clipped in &desk.harness.output().shapes {
        painted(&clipped.shape, &mut texts);
    }
    for node in desk.harness.root().children_recursive() {
        let node = node.accesskit_node();
        texts.extend(node.label());
        texts.extend(node.value());
    }
    texts
}

#[track_caller]
fn check(desk: &Desk, place: &str) {
    let texts = texts(desk);
    let odd: Vec<&String> = texts
        .iter()
        .filter(|text| text.contains('\u{202e}'))
        .collect();
    assert!(odd.is_empty(), "{place}: {odd:?}");
    assert!(
        texts.iter().any(|text| text.contains(SHOWN)),
        "{place}: the name is nowhere"
    );
}

#[test]
fn an_environment_whose_name_turns_the_text_around_is_seen_through_everywhere() {
    assert_eq!(visible::line(NAME), SHOWN);
    let mut desk = desk();
    check(&desk, "main page");
    for page in ["Request auth", "Request preview"] {
        desk.harness.get_by_label(page).click();
        desk.harness.run();
        check(&desk, page);
    }
    for key in [egui::Key::E, egui::Key::K] {
        desk.harness.key_press_modifiers(Modifiers::COMMAND, key);
        desk.harness.run();
        check(&desk, &format!("Ctrl+{}", key.name()));
        desk.harness.key_press(egui::Key::Escape);
        desk.harness.run();
    }
    scenes::answered(&mut desk, |_| {});
    check(&desk, "answered");
    scenes::answered(&mut desk, |exchange| {
        let error = SendError {
            kind: SendErrorKind::FirstByteTimeout,
            phase: None,
            text: "Nothing came back".to_owned(),
            hint: String::new(),
        };
        *exchange = answers::failure(exchange.id, error);
    });
    check(&desk, "failed");

    desk.commands();
    desk.harness.get_by_label("Sidebar history").click();
    desk.harness.run();
    let number = history::asked(&desk.commands());
    let mut entry = history::entry(1);
    entry.summary.environment_name = NAME.to_owned();
    desk.event(Event::History(HistoryEvent::Page {
        number,
        entries: vec![entry],
        complete: true,
        zone: jiff::tz::TimeZone::UTC,
    }));
    check(&desk, "history");
    let spoken = format!("404, {SHOWN}");
    desk.harness.get_by_label_contains(&spoken);
}
