//! First start: the ways in.

use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::Command;
use gatescope::app::event::Event;

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
        [Command::OpenWorkspace { directory: None }]
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
