//! No mouse at all: an environment is made, a request sent, every page of the answer looked at, the history opened and gone back in.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts};
use gatescope::app::event::Event;
use gatescope::app::history::{HistoryCommand, HistoryEvent};
use gatescope::app::state::Leg;
use gatescope::app::tab::ResponsePage;

use super::fake::{Desk, snapshot};
use super::{history, scenes};

/// Presses Tab until that has the keyboard.
#[track_caller]
fn tab_to(desk: &mut Desk, wanted: &str) {
    let mut passed = Vec::new();
    for _ in 0..150 {
        let name = desk.focused().map(|(name, _)| name).unwrap_or_default();
        if name.starts_with(wanted) {
            return;
        }
        passed.push(name);
        desk.harness.key_press(Key::Tab);
        desk.harness.run();
    }
    panic!("Tab does not lead to `{wanted}`: {passed:?}");
}

fn typed(desk: &mut Desk, text: &str) {
    desk.harness.event(egui::Event::Text(text.to_owned()));
    desk.harness.run();
}

fn press(desk: &mut Desk, key: Key) {
    desk.harness.key_press(key);
    desk.harness.run();
}

fn control(desk: &mut Desk, key: Key) {
    desk.harness.key_press_modifiers(Modifiers::COMMAND, key);
    desk.harness.run();
}

/// As `Desk::run_command`, which asks for the field by name.
fn run(desk: &mut Desk, words: &str) {
    control(desk, Key::K);
    typed(desk, words);
    press(desk, Key::Enter);
}

#[test]
fn from_an_empty_window_to_a_past_answer() {
    let mut desk = Desk::fresh();
    run(&mut desk, "Add an environment");
    tab_to(&mut desk, "Name");
    control(&mut desk, Key::A);
    typed(&mut desk, "Acme");
    tab_to(&mut desk, "Direct region");
    press(&mut desk, Key::Space);
    desk.commands();
    control(&mut desk, Key::S);
    let saved = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::SaveEnvironment { environment } => Some(*environment),
            _ => None,
        });
    let saved = saved.expect("Ctrl+S saves the form");
    assert_eq!(saved.name, "Acme");
    desk.event(Event::Saved {
        what: "environment `Acme`".to_owned(),
        conflict: None,
    });
    let seen = snapshot(vec![saved.clone()], Drafts::default());
    desk.event(Event::WorkspaceOpened(Box::new(seen)));

    control(&mut desk, Key::E);
    typed(&mut desk, "Acme");
    press(&mut desk, Key::Enter);
    let state = desk.harness.state().state();
    assert_eq!(state.leg(Leg::A).map(|known| &known.id), Some(&saved.id));

    control(&mut desk, Key::T);
    typed(&mut desk, "/api/v2/users");
    scenes::answered(&mut desk, |_| {});
    for (name, page) in [
        ("Response headers", ResponsePage::Headers),
        ("Response timing", ResponsePage::Timing),
        ("Response sent", ResponsePage::Sent),
        ("Response connection", ResponsePage::Connection),
        ("Response explain", ResponsePage::Explain),
        ("Response body", ResponsePage::Body),
    ] {
        tab_to(&mut desk, name);
        press(&mut desk, Key::Enter);
        let tab = desk.harness.state().state().active_tab().expect("a tab");
        assert_eq!(tab.response_page, page);
    }

    desk.commands();
    run(&mut desk, "Show the history");
    let mut asked = desk.commands();
    asked.retain(|command| matches!(command, Command::History(_)));
    let number = history::asked(&asked);
    desk.event(Event::History(HistoryEvent::Page {
        number,
        entries: vec![history::entry(2), history::entry(1)],
        complete: true,
        zone: jiff::tz::TimeZone::UTC,
    }));
    tab_to(&mut desk, "Search the history");
    press(&mut desk, Key::ArrowDown);
    press(&mut desk, Key::Enter);
    let commands = desk.commands();
    assert!(
        commands
            .iter()
            .any(|command| matches!(command, Command::History(HistoryCommand::Load { .. }))),
        "the entry is opened: {commands:?}"
    );
    assert!(desk.harness.query_by_label("Path").is_some());
}
