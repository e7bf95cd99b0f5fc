//! Keys are taken before any widget sees them.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::state::Leg;

use super::fake::{Desk, addresses};

fn at_work() -> Desk {
    let mut desk = Desk::fresh();
    desk.harness
        .get_by_role_and_label(egui::accesskit::Role::Button, "Try the sandbox")
        .click();
    desk.harness.run();
    desk.event(Event::SandboxReady(addresses()));
    desk.commands();
    desk
}

fn press(desk: &mut Desk, key: Key) {
    desk.harness.key_press_modifiers(Modifiers::COMMAND, key);
    desk.harness.run_steps(2);
}

#[test]
fn the_keys_do_their_work_while_a_field_has_the_focus() {
    let mut desk = at_work();
    press(&mut desk, Key::L);
    assert!(desk.harness.get_by_label("Path").is_focused());
    assert_eq!(desk.harness.state().state().active_leg, Leg::B);
    press(&mut desk, Key::Num1);
    assert_eq!(desk.harness.state().state().active_leg, Leg::A);
    press(&mut desk, Key::T);
    assert_eq!(desk.harness.state().state().tabs.len(), 2);
    press(&mut desk, Key::W);
    assert_eq!(desk.harness.state().state().tabs.len(), 1);
    assert_eq!(
        desk.harness.get_by_label("Path").value().as_deref(),
        Some("/api/v2/users"),
        "no key deleted text"
    );
    press(&mut desk, Key::S);
    press(&mut desk, Key::Enter);
    let commands = desk.commands();
    assert!(
        matches!(
            &commands[..],
            [Command::SaveRequest { .. }, Command::Send(_)]
        ),
        "{commands:?}"
    );
    desk.harness.key_press(Key::Escape);
    desk.harness.run_steps(2);
    assert!(matches!(desk.commands()[..], [Command::Cancel { .. }]));
}

#[test]
fn keys_of_one_frame_work_in_the_order_in_which_they_were_pressed() {
    let mut desk = at_work();
    let keys = [Key::Num1, Key::Enter].map(|key| egui::Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::COMMAND,
    });
    desk.harness.input_mut().events.extend(keys);
    desk.harness.run_steps(2);
    let commands = desk.commands();
    let [Command::Send(command)] = &commands[..] else {
        panic!("one send: {commands:?}");
    };
    assert_eq!(command.environment.name, "Sandbox direct");
}

#[test]
fn f1_lists_the_keys_and_escape_closes_the_list() {
    let mut desk = at_work();
    desk.harness.key_press(Key::F1);
    desk.harness.run();
    desk.harness.get_by_label("Go to the path");
    desk.harness.key_press(Key::Escape);
    desk.harness.run();
    assert!(desk.harness.query_by_label("Go to the path").is_none());
}

#[test]
fn the_environment_menu_opens_by_key_and_chooses() {
    let mut desk = at_work();
    press(&mut desk, Key::E);
    desk.harness.run();
    desk.harness.get_by_label("Sandbox HTTP API").click();
    desk.harness.run();
    let state = desk.harness.state().state();
    assert_eq!(
        state.leg(Leg::B).map(|known| known.name.as_str()),
        Some("Sandbox HTTP API")
    );
}

#[test]
fn zoom_stays_within_its_bounds() {
    let mut desk = at_work();
    for _ in 0..40 {
        press(&mut desk, Key::Minus);
    }
    assert_eq!(desk.harness.state().state().settings.zoom_percent, 50);
    press(&mut desk, Key::Num0);
    assert_eq!(desk.harness.state().state().settings.zoom_percent, 100);
}

#[test]
fn the_workspace_is_looked_at_when_the_user_comes_back_and_when_the_menu_opens() {
    let mut desk = at_work();
    let looks = |desk: &mut Desk| {
        desk.harness.run_steps(2);
        desk.all_commands()
            .iter()
            .filter(|command| matches!(command, Command::CheckWorkspace))
            .count()
    };
    looks(&mut desk);
    assert_eq!(looks(&mut desk), 0, "nothing happened");
    let mut come = |event: egui::Event| {
        desk.harness.input_mut().events.push(event);
        looks(&mut desk)
    };
    assert_eq!(come(egui::Event::WindowFocused(true)), 1, "focus");
    assert_eq!(come(egui::Event::PointerGone), 0, "the pointer left");
    let inside = egui::Event::PointerMoved(egui::pos2(700.0, 400.0));
    assert_eq!(come(inside.clone()), 1, "the pointer came in");
    assert_eq!(come(inside), 0, "the pointer was inside");
    press(&mut desk, Key::E);
    assert!(looks(&mut desk) > 0, "the menu of environments");
}
