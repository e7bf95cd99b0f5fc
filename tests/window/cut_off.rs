//! Nothing that is shown is cut off or covered: notices, the menu of earlier answers, narrow windows, tooltips below the palette.

use egui::Pos2;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::history::{HistoryCommand, HistoryEvent};
use jiff::tz::TimeZone;

use super::fake::Desk;
use super::history::entry;
use super::scenes;

/// A click of the mouse: what is cut off does not get it.
fn click_at(desk: &mut Desk, at: Pos2) {
    desk.harness.hover_at(at);
    desk.harness.run();
    desk.harness.drag_at(at);
    desk.harness.run();
    desk.harness.drop_at(at);
    desk.harness.run();
}

#[test]
fn of_several_notices_each_is_whole() {
    let mut desk = scenes::at_work();
    let texts: Vec<String> = (1..=3).map(|number| format!("Trouble {number}")).collect();
    for text in &texts {
        desk.event(Event::History(HistoryEvent::Trouble {
            text: text.clone(),
            hint: "What to try takes some room, so that it stands in a row or two of its own"
                .to_owned(),
        }));
    }
    desk.harness.run();
    for text in &texts {
        let name = format!("Dismiss: {text}");
        let at = desk.harness.get_by_label(&name).rect().center();
        click_at(&mut desk, at);
        assert!(
            desk.harness.query_by_label(&name).is_none(),
            "{text} was cut off"
        );
    }
}

#[test]
fn the_menu_of_earlier_answers_shows_each_in_one_whole_row() {
    let mut desk = scenes::at_work();
    scenes::answered(&mut desk, |_| {});
    desk.harness
        .get_by_label_contains("History: this answer is from")
        .click();
    desk.harness.run();
    let commands = desk.commands();
    let request = commands
        .iter()
        .find_map(|command| match command {
            Command::History(HistoryCommand::ReadOf { request, .. }) => Some(request.clone()),
            _ => None,
        })
        .expect("its exchanges are asked for");
    let mut entries: Vec<_> = (1..=6).rev().map(entry).collect();
    for entry in &mut entries {
        entry.summary.environment_name =
            "Acme gateway of the contact centre in Frankfurt, third stage".to_owned();
    }
    desk.event(Event::History(HistoryEvent::Of {
        request,
        entries,
        zone: TimeZone::UTC,
    }));
    desk.harness.run();
    let name = |id: i64| format!("GET /api/v2/users/{id}, 404, Acme gateway");
    for id in 1..=6 {
        let rect = desk.harness.get_by_label_contains(&name(id)).rect();
        assert!(rect.height() < 40.0, "{id} is wrapped: {rect}");
    }
    let at = desk.harness.get_by_label_contains(&name(1)).rect().center();
    click_at(&mut desk, at);
    assert!(
        desk.commands()
            .iter()
            .any(|command| matches!(command, Command::History(HistoryCommand::Load { id, .. }) if id.0 == 1)),
        "the last row was cut off"
    );
}

#[test]
fn a_very_narrow_window_has_all_pages_and_tools_of_an_answer() {
    let mut desk = scenes::at_work();
    scenes::answered(&mut desk, |_| {});
    let width = 267.0;
    desk.harness.set_size(egui::vec2(width, 700.0));
    desk.harness.run();
    for name in [
        "Response body",
        "Response sent",
        "Response explain",
        "Find",
        "Save…",
    ] {
        let rect = desk.harness.get_by_label(name).rect();
        assert!(
            rect.left() >= 0.0 && rect.right() <= width,
            "{name} is cut off: {rect}"
        );
    }
}

#[test]
fn a_tooltip_goes_when_the_palette_covers_what_it_is_about() {
    let mut desk = scenes::at_work();
    let name = "Swap A and B";
    let at = desk.harness.get_by_label(name).rect().center();
    desk.harness.hover_at(at);
    desk.harness.run_steps(12);
    let shown = desk.harness.query_all_by_label(name).count();
    assert_eq!(shown, 2, "the button and its tooltip");
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::K);
    desk.harness.run();
    desk.harness.get_by_label("Search or run");
    assert_eq!(desk.harness.query_all_by_label(name).count(), 1);
}
