//! First start: the ways in.

use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::preferences::{PreferencesCommand, PreferencesEvent};

use super::fake::{Desk, addresses};

#[test]
fn the_first_start_shows_the_ways_in() {
    let desk = Desk::fresh();
    for words in ["Try the sandbox", "Add the gateway…", "Add the region…"] {
        desk.harness
            .get_by_role_and_label(egui::accesskit::Role::Button, words);
    }
    assert!(matches!(
        desk.commands()[..],
        [Command::OpenWorkspace {
            directory: None,
            ..
        }]
    ));
}

#[test]
fn one_click_starts_the_sandbox_and_leaves_a_request_ready_to_send() {
    let mut desk = Desk::fresh();
    desk.commands();
    desk.harness
        .get_by_role_and_label(egui::accesskit::Role::Button, "Try the sandbox")
        .click();
    desk.harness.run();
    assert!(matches!(desk.commands()[..], [Command::StartSandbox]));
    desk.event(Event::SandboxReady(addresses()));
    assert_eq!(
        desk.harness.get_by_label("Path").value().as_deref(),
        Some("/api/v2/users")
    );
    desk.harness
        .get_by_label_contains("http://127.0.0.1:1101/api/v2/users?pageSize=5");
    desk.harness
        .get_by_label_contains("http://127.0.0.1:1104/test/apipath/api/v2/users?pageSize=5");
}

#[test]
fn a_pasted_invoke_url_fills_the_form() {
    let mut desk = Desk::fresh();
    let field = desk.harness.get_by_label("Invoke URL");
    field.focus();
    desk.harness.run();
    desk.harness
        .get_by_label("Invoke URL")
        .type_text("https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test");
    desk.harness.run();
    desk.harness.get_by_label("Add the gateway…").click();
    desk.harness.run();
    for (label, value) in [
        ("Host", "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com"),
        ("Stage", "test"),
    ] {
        assert_eq!(
            desk.harness
                .get_by_role_and_label(egui::accesskit::Role::TextInput, label)
                .value()
                .as_deref(),
            Some(value),
            "{label}"
        );
    }
}

#[test]
fn an_api_address_becomes_a_direct_environment() {
    let mut desk = Desk::fresh();
    desk.harness.get_by_label("Invoke URL").focus();
    desk.harness.run();
    desk.harness
        .get_by_label("Invoke URL")
        .type_text("https://api.usw2.pure.cloud");
    desk.harness.run();
    desk.harness.get_by_label("Add the gateway…").click();
    desk.harness.run();
    desk.harness
        .get_by_label("GET https://api.usw2.pure.cloud/api/v2/users?pageSize=5");
}

#[test]
fn another_folder_is_opened_by_its_path_or_from_the_recent_ones() {
    let mut desk = Desk::fresh();
    desk.commands();
    let recent = vec!["/tmp/workspace".into(), "/home/me/acme".into()];
    desk.event(Event::Preferences(PreferencesEvent::Recent(recent)));
    desk.harness.get_by_label("Open now: /tmp/workspace");
    desk.harness.get_by_label("/home/me/acme").click_accesskit();
    desk.harness.run();
    let folder_of = |desk: &Desk| {
        desk.commands()
            .into_iter()
            .find_map(|command| match command {
                Command::OpenWorkspace { directory, .. } => directory,
                _ => None,
            })
    };
    assert_eq!(folder_of(&desk), Some("/home/me/acme".into()));
    desk.event(Event::WorkspaceFailed {
        directory: "/home/me/acme".into(),
        text: "It is a file".to_owned(),
        hint: "Choose a folder".to_owned(),
    });
    desk.harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Folder")
        .focus();
    desk.harness.run();
    desk.harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Folder")
        .type_text("/srv/typed");
    desk.harness.run();
    desk.harness.key_press(egui::Key::Enter);
    desk.harness.run();
    assert_eq!(folder_of(&desk), Some("/srv/typed".into()));
    desk.harness
        .get_by_label("Forget /home/me/acme")
        .click_accesskit();
    desk.harness.run();
    let commands = desk.commands();
    assert!(
        matches!(
            &commands[..],
            [Command::Preferences(PreferencesCommand::Forget(folder))] if folder.ends_with("acme")
        ),
        "{commands:?}"
    );
}
