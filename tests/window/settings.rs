//! Settings, about, and the sheet of keys: what is chosen holds at once, and everything is reached without a mouse.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts};
use gatescope::app::preferences::{PreferencesCommand, Start};
use gatescope::model::settings::{Appearance, HeaderCase, ResponsePlace, Settings};

use super::fake::{Desk, repaint_delay, snapshot};

fn with_settings_open() -> Desk {
    let mut desk = Desk::fresh();
    desk.commands();
    desk.harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    desk.harness.run();
    desk
}

fn settings(desk: &Desk) -> Settings {
    desk.harness.state().state().settings.clone()
}

#[test]
fn what_is_chosen_holds_at_once() {
    let mut desk = with_settings_open();
    for label in ["Light", "Beside it", "content-type", "wgpu"] {
        desk.harness
            .get_by_role_and_label(Role::RadioButton, label)
            .click_accesskit();
        desk.harness.run();
    }
    desk.harness
        .get_by_label("Wrap long lines of bodies")
        .click_accesskit();
    desk.harness.run();
    let settings = settings(&desk);
    assert_eq!(settings.appearance, Appearance::Light);
    assert_eq!(settings.response_place, ResponsePlace::Beside);
    assert_eq!(settings.header_case, HeaderCase::Lower);
    assert!(settings.wrap_lines);
    assert!(!desk.harness.ctx.global_style().visuals.dark_mode);
}

#[test]
fn closing_the_window_writes_what_was_chosen() {
    let mut desk = with_settings_open();
    desk.harness
        .get_by_role_and_label(Role::RadioButton, "Dark")
        .click_accesskit();
    desk.harness.run();
    eframe::App::on_exit(desk.harness.state_mut(), None);
    let commands = desk.commands();
    let saved = commands.iter().find_map(|command| match command {
        Command::Preferences(PreferencesCommand::SaveSettings(settings)) => Some(settings),
        _ => None,
    });
    assert_eq!(
        saved.map(|settings| settings.appearance),
        Some(Appearance::Dark),
        "{commands:?}"
    );
}

#[test]
fn escape_and_the_same_key_lead_back() {
    for key in [
        (Modifiers::NONE, Key::Escape),
        (Modifiers::COMMAND, Key::Comma),
    ] {
        let mut desk = with_settings_open();
        desk.harness.get_by_label("Close settings");
        desk.harness.key_press_modifiers(key.0, key.1);
        desk.harness.run();
        assert!(
            desk.harness.query_by_label("Close settings").is_none(),
            "{key:?}"
        );
    }
}

#[test]
fn the_first_frame_has_the_theme_and_zoom_of_the_last_run() {
    let start = Start {
        found: true,
        settings: Settings {
            appearance: Appearance::Light,
            zoom_percent: 150,
            text_size: 18,
            ..Settings::default()
        },
        ..Start::default()
    };
    let desk = Desk::started(
        start,
        snapshot(Vec::new(), Drafts::default()),
        egui_kittest::Harness::builder(),
    );
    let (dark, zoom) = desk.first_frame;
    assert!(!dark);
    assert!((zoom - 1.5).abs() < 0.001, "{zoom}");
    let body = egui::TextStyle::Body.resolve(&desk.harness.ctx.global_style());
    assert!((body.size - 18.0).abs() < 0.001, "{body:?}");
}

#[test]
fn settings_are_reached_by_tab_alone_and_rest_when_nothing_happens() {
    let mut desk = with_settings_open();
    let mut reached = Vec::new();
    for _ in 0..80 {
        desk.harness.key_press(Key::Tab);
        desk.harness.run();
        for label in [
            "Like the desktop",
            "Below the request",
            "OpenGL",
            "Write every change at once",
            "Back to the usual settings",
        ] {
            let focused = desk
                .harness
                .query_all_by_label(label)
                .any(|node| node.is_focused());
            if focused && !reached.contains(&label) {
                reached.push(label);
            }
        }
    }
    assert_eq!(
        reached,
        [
            "Like the desktop",
            "Below the request",
            "OpenGL",
            "Write every change at once",
            "Back to the usual settings",
        ]
    );
    let delay = repaint_delay(&desk.harness);
    assert!(delay.as_secs() >= 1, "{delay:?}");
}

#[test]
fn keys_are_found_by_what_they_do() {
    let mut desk = Desk::fresh();
    desk.harness.key_press(Key::F1);
    desk.harness.run();
    desk.harness.get_by_label("Sending and reading");
    desk.harness.get_by_label("Normal size");
    desk.harness
        .get_by_role_and_label(Role::TextInput, "Find a key")
        .focus();
    desk.harness.run();
    desk.harness
        .get_by_role_and_label(Role::TextInput, "Find a key")
        .type_text("path");
    desk.harness.run();
    desk.harness.get_by_label("Go to the path");
    assert!(desk.harness.query_by_label("Normal size").is_none());
}

#[test]
fn about_shows_the_version_and_every_licence() {
    let mut desk = with_settings_open();
    desk.harness
        .get_by_label("About Gatescope, licences")
        .click_accesskit();
    desk.harness.run();
    desk.harness
        .get_by_label(concat!("Gatescope ", env!("CARGO_PKG_VERSION")));
    for licence in ["Inter", "JetBrains Mono", "Catalogue of operations"] {
        desk.harness.get_by_label(licence);
    }
    desk.harness.get_by_label("Inter").click_accesskit();
    desk.harness.run();
    assert!(
        desk.harness
            .query_all_by_label_contains("SIL OPEN FONT LICENSE")
            .count()
            > 0
    );
}

#[test]
fn a_tiny_window_scrolls_in_every_page() {
    for open in ["", "settings", "form", "keys"] {
        let mut desk = Desk::fresh();
        match open {
            "settings" => {
                desk.harness
                    .key_press_modifiers(Modifiers::COMMAND, Key::Comma);
            }
            "form" => desk.harness.get_by_label("Add the gateway…").click(),
            "keys" => desk.harness.key_press(Key::F1),
            _ => {}
        }
        desk.harness.run();
        for size in [egui::vec2(400.0, 300.0), egui::vec2(180.0, 120.0)] {
            desk.harness.set_size(size);
            desk.harness.run();
        }
        desk.harness.set_size(egui::vec2(1_440.0, 900.0));
        desk.harness.run();
    }
}
