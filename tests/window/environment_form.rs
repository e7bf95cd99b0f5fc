//! The form of an environment: every field can be reached, notes have their fixes, secrets stay out of sight.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts};
use gatescope::app::event::{Event, SecretPresence, SecretReport, SecretState};
use gatescope::model::environment::{Credentials, Environment, Place, Target};
use gatescope::model::ids::EnvironmentId;
use gatescope::model::secret::{SecretKey, SecretName};

use super::fake::{Desk, snapshot};

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
            "Host",
            "Stage",
            "Port",
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
            "Host",
            "Stage",
            "Port",
            "Login path",
            "API path"
        ]
    );
}

#[test]
fn what_is_remarked_while_typing_does_not_take_the_keyboard_away() {
    let mut lost = Vec::new();
    for (field, text) in [
        ("Name", "Sandbox direct"),
        (
            "Invoke URL",
            "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
        ),
        ("Host", "https://x/ y"),
        ("Stage", "test/test"),
        ("Port", "99999"),
        ("Login path", "/test/oauth/token"),
        ("API path", "/test/api/v2"),
        ("Default header 1 name", "Authorization"),
        ("Default header 1 value", "{{nowhere}}"),
    ] {
        let mut desk = with_form();
        fill(
            &mut desk,
            "Invoke URL",
            "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
        );
        desk.harness
            .get_by_role_and_label(Role::TextInput, field)
            .focus();
        desk.harness.run();
        let before = desk.harness.get_by_role_and_label(Role::TextInput, field);
        let before = before.value().unwrap_or_default();
        for character in text.chars() {
            desk.harness.event(egui::Event::Text(character.to_string()));
            desk.harness.run_steps(2);
        }
        let node = desk.harness.get_by_role_and_label(Role::TextInput, field);
        let after = node.value().unwrap_or_default();
        let expected = before.chars().count() + text.chars().count();
        if !node.is_focused() || after.chars().count() != expected {
            lost.push(format!(
                "{field}: `{before}` became `{after}` by typing `{text}`"
            ));
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
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
    // What stands in backticks is shown as code, without them.
    let words = notes[0].text.replace('`', "");
    desk.harness.get_by_label(&words);
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

#[test]
fn official_clients_are_listed_with_what_they_would_send_and_one_click_mends_it() {
    let mut desk = with_form();
    fill(
        &mut desk,
        "Invoke URL",
        "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
    );
    fill(&mut desk, "Login path", "/loginpath");
    fill(&mut desk, "API path", "/apipath");
    desk.harness.get_by_label("All seven clients");
    desk.harness
        .get_by_label("Show what happens with the stage inside the host")
        .click_accesskit();
    desk.harness.run();
    desk.harness.get_by_label("JavaScript, Python, Java, .NET");
    desk.harness.get_by_label("Go, CX as Code, CLI");
    desk.harness
        .get_by_label_contains("/test:443/loginpath/oauth/token");
    desk.harness
        .get_by_label("Back to the form that is set")
        .click_accesskit();
    desk.harness.run();
    desk.harness.get_by_label("All seven clients");
}

#[test]
fn the_urls_are_shown_as_they_will_be() {
    let mut desk = with_form();
    let unfinished = desk
        .harness
        .query_all_by_label("The address is not complete yet")
        .count();
    assert_eq!(unfinished, 2, "the sample and the token request");
    fill(
        &mut desk,
        "Invoke URL",
        "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
    );
    fill(&mut desk, "Login path", "/loginpath");
    fill(&mut desk, "API path", "/apipath");
    desk.harness.get_by_label(
        "GET https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test/apipath/api/v2/users?pageSize=5",
    );
    desk.harness.get_by_label(
        "POST https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test/loginpath/oauth/token",
    );
}

fn own_environment() -> Environment {
    let mut environment = gatescope::app::form::blank(
        EnvironmentId::from_name("acme"),
        "Acme",
        Target::Direct {
            place: Place::Region(gatescope::app::form::default_region()),
        },
    );
    environment.credentials = Credentials::ClientCredentials {
        client_id: "client".to_owned(),
        scope: String::new(),
        style: gatescope::model::environment::ClientAuthentication::Basic,
    };
    environment
}

/// The form of an environment whose client secret is filed on this machine.
fn with_own_form() -> Desk {
    let drafts = Drafts {
        leg_a: Some(EnvironmentId::from_name("acme")),
        ..Drafts::default()
    };
    let mut desk = Desk::with(snapshot(vec![own_environment()], drafts));
    desk.event(Event::SecretsKnown(vec![(key(), SecretState::Stored)]));
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::E);
    desk.harness.run();
    desk.harness.get_by_label("Edit…").click_accesskit();
    desk.harness.run();
    assert!(
        desk.harness.state().state().form.is_some(),
        "the form is open"
    );
    desk
}

fn key() -> SecretKey {
    SecretKey {
        environment: EnvironmentId::from_name("acme"),
        name: SecretName::ClientSecret,
    }
}

#[test]
fn the_form_says_where_a_secret_is() {
    let mut desk = with_own_form();
    let commands = desk.commands();
    assert!(
        commands
            .iter()
            .any(|command| matches!(command, Command::CheckSecrets { .. })),
        "{commands:?}"
    );
    for (presence, words) in [
        (SecretPresence::Stored, "stored in keyring"),
        (SecretPresence::SessionOnly, "in memory, for this run only"),
        (
            SecretPresence::Variable("GATESCOPE_SECRET_ACME".to_owned()),
            "For this run only, from GATESCOPE_SECRET_ACME",
        ),
        (SecretPresence::Missing, "not in the keyring any more"),
        (
            SecretPresence::Unreadable {
                reason: "the keyring is locked".to_owned(),
                hint: "Unlock it".to_owned(),
            },
            "cannot be read: the keyring is locked",
        ),
    ] {
        desk.event(Event::SecretsChecked(vec![SecretReport {
            key: key(),
            presence,
            unconfirmed: Vec::new(),
            entered_for: Vec::new(),
        }]));
        desk.harness.get_by_label(words);
        desk.harness.get_by_label("Replace client secret");
    }
    desk.harness
        .get_by_label("Replace client secret")
        .click_accesskit();
    desk.harness.run();
    desk.harness
        .get_by_role_and_label(Role::PasswordInput, "Client secret");
    desk.harness
        .get_by_label("Keep the stored client secret")
        .click_accesskit();
    desk.harness.run();
    desk.harness.get_by_label("Replace client secret");
    assert!(
        !desk
            .harness
            .state()
            .state()
            .form
            .as_ref()
            .expect("open")
            .is_changed()
    );
}

#[test]
fn a_file_changed_outside_while_editing_offers_both() {
    let mut desk = with_own_form();
    fill(&mut desk, "Name", " mine");
    let mut theirs = own_environment();
    theirs.colour = gatescope::model::environment::Colour::Red;
    desk.event(Event::WorkspaceOpened(Box::new(snapshot(
        vec![theirs],
        Drafts::default(),
    ))));
    desk.harness
        .get_by_label_contains("changed by another program");
    desk.harness.get_by_label("Keep mine").click_accesskit();
    desk.harness.run();
    assert!(desk.harness.query_by_label("Keep mine").is_none());
    assert!(
        desk.harness
            .state()
            .state()
            .form
            .as_ref()
            .expect("open")
            .is_changed()
    );
}

#[test]
fn saving_and_leaving_are_in_reach_in_the_narrowest_window() {
    for width in [267.0, 480.0, 1_440.0] {
        let known = gatescope::interchange::reading::import(
            include_str!("../fixtures/exports/3-rest-non-proxy.json"),
            None,
        );
        let known = known.expect("it reads").imported.environments;
        let drafts = Drafts {
            leg_a: Some(known[0].id.clone()),
            ..Drafts::default()
        };
        let builder = egui_kittest::Harness::builder().with_size(egui::vec2(width, 500.0));
        let mut desk = Desk::built(snapshot(known, drafts), builder);
        desk.run_command("Edit the environment of leg A");
        let window = desk.harness.ctx.content_rect();
        for label in ["Cancel editing", "Check the gateway", "Save"] {
            let rect = desk.harness.get_by_label(label).rect();
            assert!(
                window.contains_rect(rect),
                "{label} at {rect:?} is outside of {window:?}"
            );
        }
        // Nothing of the form is cut at the right either.
        let name = desk
            .harness
            .get_by_role_and_label(Role::TextInput, "Invoke URL")
            .rect();
        assert!(name.right() <= window.right(), "{name:?} of {window:?}");
    }
}
