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

/// The text of the path field, which has the keyboard, with the caret in its middle.
fn in_the_path(desk: &mut Desk) {
    press(desk, Key::L);
    desk.harness.key_press(Key::Home);
    desk.harness.key_press(Key::ArrowRight);
    desk.harness.key_press(Key::ArrowRight);
    desk.harness.run();
}

fn switcher(desk: &mut Desk) {
    press(desk, Key::E);
    desk.harness.run();
    assert!(
        desk.harness
            .get_by_label("Find an environment")
            .is_focused(),
        "the field has the keyboard: {:?}",
        desk.focused()
    );
}

fn of_leg(desk: &Desk, leg: Leg) -> String {
    let state = desk.harness.state().state();
    state.leg(leg).expect("an environment").name.clone()
}

#[test]
fn the_switcher_filters_and_chooses_and_gives_the_keyboard_back() {
    let mut desk = at_work();
    in_the_path(&mut desk);
    switcher(&mut desk);
    desk.harness
        .get_by_label("Find an environment")
        .type_text("http api");
    desk.harness.run();
    assert!(
        desk.harness
            .query_by_label("Sandbox REST non-proxy")
            .is_none()
    );
    desk.harness.key_press(Key::Enter);
    desk.harness.run();
    assert_eq!(of_leg(&desk, Leg::B), "Sandbox HTTP API");
    assert!(desk.harness.query_by_label("Find an environment").is_none());
    assert!(
        desk.harness.get_by_label("Path").is_focused(),
        "the keyboard is back: {:?}",
        desk.focused()
    );
}

#[test]
fn in_the_switcher_arrows_move_and_ctrl_1_leads_to_the_other_leg() {
    let mut desk = at_work();
    switcher(&mut desk);
    // The mark begins at the leg's own environment, the third of four.
    desk.harness.key_press(Key::ArrowDown);
    desk.harness.run();
    press(&mut desk, Key::Num1);
    desk.harness.run();
    assert!(
        desk.harness
            .get_by_label("Find an environment")
            .is_focused()
    );
    // Now it stands at leg A's, the first.
    desk.harness.key_press(Key::ArrowDown);
    desk.harness.run();
    desk.harness.key_press(Key::Enter);
    desk.harness.run();
    assert_eq!(of_leg(&desk, Leg::A), "Sandbox HTTP API");
    assert_eq!(of_leg(&desk, Leg::B), "Sandbox REST proxy", "as it was");
}

#[test]
fn escape_closes_the_switcher_and_nothing_was_chosen() {
    let mut desk = at_work();
    in_the_path(&mut desk);
    switcher(&mut desk);
    desk.harness.key_press(Key::ArrowUp);
    desk.harness.key_press(Key::Escape);
    desk.harness.run();
    assert!(desk.harness.query_by_label("Find an environment").is_none());
    assert_eq!(of_leg(&desk, Leg::B), "Sandbox REST proxy");
    assert!(desk.harness.get_by_label("Path").is_focused());
}

#[test]
fn the_legs_can_be_swapped() {
    let mut desk = at_work();
    desk.harness.get_by_label("Swap A and B").click();
    desk.harness.run();
    assert_eq!(of_leg(&desk, Leg::A), "Sandbox REST proxy");
    assert_eq!(of_leg(&desk, Leg::B), "Sandbox direct");
    assert_eq!(desk.harness.state().state().active_leg, Leg::B);
}

#[test]
fn the_divider_moves_by_arrows_and_goes_back_by_two_clicks() {
    let mut desk = at_work();
    let name = "Divider between request and response";
    let before = desk.harness.get_by_label(name).rect().center().y;
    desk.harness.get_by_label(name).focus();
    desk.harness.run();
    for _ in 0..3 {
        desk.harness.key_press(Key::ArrowDown);
        desk.harness.run();
    }
    let lower = desk.harness.get_by_label(name).rect().center().y;
    assert!(lower > before + 20.0, "{before} then {lower}");
    // Within one frame: apart by the harness's own pace they would be two clicks.
    let pos = desk.harness.get_by_label(name).rect().center();
    let events = &mut desk.harness.input_mut().events;
    events.push(egui::Event::PointerMoved(pos));
    for pressed in [true, false, true, false] {
        events.push(egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    desk.harness.run();
    let after = desk.harness.get_by_label(name).rect().center().y;
    assert!((after - before).abs() < 2.0, "{before} then {after}");
}

#[test]
fn nothing_moves_when_a_notice_comes() {
    let mut desk = at_work();
    super::scenes::answered(&mut desk, |_| {});
    let places = |desk: &Desk| {
        [
            "Path",
            "Send",
            "Response body",
            "Divider between request and response",
        ]
        .map(|name| desk.harness.get_by_label(name).rect())
    };
    let before = places(&desk);
    for index in 0..5 {
        desk.event(Event::SaveFailed {
            what: format!("request `{index}`"),
            text: "The folder cannot be written ".repeat(12),
            hint: "Choose another one".to_owned(),
        });
    }
    desk.harness.get_by_label_contains("Dismiss: request `4`");
    assert_eq!(places(&desk), before);
}
