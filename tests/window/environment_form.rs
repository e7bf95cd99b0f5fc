//! The form of an environment: every field can be reached, notes have their fixes, secrets stay out of sight.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::Command;

use super::fake::Desk;

fn with_form() -> Desk {
    let mut desk = Desk::fresh();
    desk.harness.get_by_label("Add the gateway…").click();
    desk.harness.run();
    desk.commands();
    desk
}

fn fill(desk: &mut Desk, label: &str, text: &str) {
    desk.harness
        .get_by_role_and_label(Role::TextInput, label)
        .focus();
    desk.harness.run();
    desk.harness
        .get_by_role_and_label(Role::TextInput, label)
        .type_text(text);
    desk.harness.run();
}

#[test]
fn tab_goes_through_the_fields_in_their_order() {
    let mut desk = with_form();
    desk.harness
        .get_by_role_and_label(Role::TextInput, "Name")
        .focus();
    desk.harness.run();
    let mut reached = Vec::new();
    for _ in 0..40 {
        desk.harness.key_press(Key::Tab);
        desk.harness.run();
        for label in [
            "Invoke URL",
            "Port",
            "Host",
            "Stage",
            "Login path",
            "API path",
        ] {
            let focused = desk
                .harness
                .query_by_role_and_label(Role::TextInput, label)
                .is_some_and(|node| node.is_focused());
            if focused && !reached.contains(&label) {
                reached.push(label);
            }
        }
    }
    assert_eq!(
        reached,
        [
            "Invoke URL",
            "Port",
            "Host",
            "Stage",
            "Login path",
            "API path"
        ]
    );
}

#[test]
fn a_stage_typed_twice_gets_a_note_beside_its_field() {
    let mut desk = with_form();
    fill(
        &mut desk,
        "Invoke URL",
        "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
    );
    fill(&mut desk, "API path", "/api/v2");
    let form = desk.harness.state().state().form.clone().expect("open");
    let notes: Vec<_> = form
        .notes_at(&gatescope::model::note::Field::ApiPath)
        .collect();
    assert!(!notes.is_empty(), "a path that contains /api/v2 is a trap");
    desk.harness.get_by_label(&notes[0].text);
}

#[test]
fn saving_an_unfinished_form_says_where_and_writes_nothing() {
    let mut desk = with_form();
    desk.harness.get_by_label("Save").click();
    desk.harness.run();
    assert!(desk.commands().is_empty());
    assert!(desk.harness.state().state().form.is_some());
    assert!(desk.harness.query_all_by_label_contains("problem").count() > 0);
}

#[test]
fn a_typed_secret_is_masked_and_goes_to_the_keyring_not_into_the_file() {
    let mut desk = with_form();
    fill(
        &mut desk,
        "Invoke URL",
        "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
    );
    desk.harness
        .get_by_label("Client credentials")
        .click_accesskit();
    desk.harness.run();
    fill(&mut desk, "Client ID", "client");
    desk.harness
        .get_by_role_and_label(Role::PasswordInput, "Client secret")
        .focus();
    desk.harness.run();
    desk.harness
        .get_by_role_and_label(Role::PasswordInput, "Client secret")
        .type_text("canary-secret");
    desk.harness.run();
    let shown = desk
        .harness
        .query_all_by_label_contains("canary-secret")
        .count();
    assert_eq!(shown, 0);
    desk.harness.get_by_label("Save").click();
    desk.harness.run();
    let commands = desk.commands();
    let kept = commands.iter().find_map(|command| match command {
        Command::SetSecret { secret, .. } => Some(secret.expose().to_owned()),
        _ => None,
    });
    assert_eq!(kept.as_deref(), Some("canary-secret"), "{commands:?}");
    assert!(!format!("{commands:?}").contains("canary-secret"));
}
