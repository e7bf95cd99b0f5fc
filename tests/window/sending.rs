//! Typing, sending, and what comes back.

use std::sync::Arc;

use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, SendCommand};
use gatescope::app::event::{Event, NotSent};
use gatescope::body::view::BodyView;
use gatescope::model::exchange::{SendError, SendErrorKind};
use gatescope::model::note::{Field, Problem};
use gatescope::model::timings::Phase;

use super::answers;
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

fn press_send(desk: &mut Desk) -> SendCommand {
    desk.harness.get_by_label("Send").click();
    desk.harness.run_steps(2);
    desk.commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Send(send) => Some(*send),
            _ => None,
        })
        .expect("Send was pressed")
}

/// The answer and its laid out body arrive.
fn answered(desk: &mut Desk) {
    let send = press_send(desk);
    desk.event(Event::Finished {
        exchange: send.exchange,
        result: Box::new(answers::answer(send.exchange)),
    });
    for command in desk.commands() {
        if let Command::LayOutBody {
            exchange,
            body,
            content_type,
            ..
        } = command
        {
            let view = BodyView::lay_out(&body.decoded, content_type.as_deref(), &|| false)
                .expect("not cancelled");
            desk.event(Event::BodyReady {
                exchange,
                view: Arc::new(view),
            });
        }
    }
}

#[test]
fn what_is_typed_is_sent_with_the_environment_of_the_active_leg() {
    let mut desk = at_work();
    desk.harness.get_by_label("Path").focus();
    desk.harness.run();
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    desk.harness.run();
    desk.harness.get_by_label("Path").type_text("/api/v2/date");
    desk.harness.run();
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Num2);
    desk.harness.run();
    let send = press_send(&mut desk);
    assert_eq!(send.draft.path, "/api/v2/date");
    assert_eq!(send.environment.id.as_str(), "sandbox-rest-proxy");
}

#[test]
fn an_answer_shows_its_status_sizes_and_lossless_lines() {
    let mut desk = at_work();
    answered(&mut desk);
    desk.harness.get_by_label("200 OK");
    desk.harness.get_by_label("123 ms");
    let coded = desk.harness.get_all_by_label_contains("gzip").count();
    assert!(coded > 0, "the size on the wire is not shown");
    let body = desk
        .harness
        .get_by_role_and_label(egui::accesskit::Role::Document, "Body")
        .value()
        .expect("the body has lines");
    assert!(
        body.contains("\"version\": 12345678901234567890,"),
        "{body}"
    );
    assert!(body.contains("\"pageSize\": 5"), "{body}");
}

#[test]
fn every_page_of_the_answer_shows_what_it_is_for() {
    let mut desk = at_work();
    answered(&mut desk);
    for (page, words) in [
        ("Response headers", "ININ-Correlation-Id"),
        ("Response timing", "wait 45"),
        ("Response sent", "Host: 127.0.0.1:1101"),
        ("Response connection", "127.0.0.1:1101"),
    ] {
        desk.harness.get_by_label(page).click();
        desk.harness.run();
        let found = desk.harness.query_all_by_label_contains(words).count();
        assert!(found > 0, "{page} does not show {words}");
    }
    desk.harness.get_by_label("Response sent").click();
    desk.harness.run();
    let leaks = desk
        .harness
        .query_all_by_label_contains("not-a-real-token")
        .count();
    assert_eq!(leaks, 0, "a credential header is shown");
}

#[test]
fn a_problem_is_shown_at_its_field_with_its_fix() {
    let mut desk = at_work();
    let send = press_send(&mut desk);
    desk.event(Event::NotSent {
        exchange: send.exchange,
        reason: NotSent::Problems(vec![
            Problem::new(Field::Path, "The path has a line end").with_fix(
                "Remove it",
                vec![(Field::Path, "/api/v2/mended".to_owned())],
            ),
        ]),
    });
    desk.harness.get_by_label("The path has a line end");
    desk.harness.get_by_label("Remove it").click();
    desk.harness.run();
    assert_eq!(
        desk.harness.get_by_label("Path").value().as_deref(),
        Some("/api/v2/mended")
    );
    assert!(
        desk.harness
            .query_by_label("The path has a line end")
            .is_none()
    );
}

#[test]
fn a_failure_names_leg_phase_and_what_to_try_and_keeps_the_request() {
    let mut desk = at_work();
    let send = press_send(&mut desk);
    let error = SendError {
        kind: SendErrorKind::Refused,
        phase: Some(Phase::Tcp),
        text: "127.0.0.1:1101 refused the connection".to_owned(),
        hint: "Check host and port".to_owned(),
    };
    desk.event(Event::Finished {
        exchange: send.exchange,
        result: Box::new(answers::failure(send.exchange, error)),
    });
    desk.harness
        .get_by_label("Leg B, Sandbox REST proxy: failed in phase TCP");
    desk.harness
        .get_by_label("127.0.0.1:1101 refused the connection");
    desk.harness.get_by_label("Check host and port");
    assert_eq!(
        desk.harness.get_by_label("Path").value().as_deref(),
        Some("/api/v2/users")
    );
}

#[test]
fn a_protected_environment_asks_with_the_words_of_the_event() {
    let mut desk = at_work();
    let send = press_send(&mut desk);
    desk.event(Event::NotSent {
        exchange: send.exchange,
        reason: NotSent::NeedsConfirmation {
            text: "DELETE changes data in a protected environment".to_owned(),
        },
    });
    desk.harness
        .get_by_label("DELETE changes data in a protected environment");
    desk.harness
        .get_by_label("Send to Sandbox REST proxy")
        .click();
    desk.harness.run_steps(2);
    let commands = desk.commands();
    assert!(
        commands
            .iter()
            .any(|command| matches!(command, Command::Send(send) if send.confirmed_unsafe)),
        "{commands:?}"
    );
}

#[test]
fn a_redirect_to_another_origin_is_offered_not_followed() {
    let mut desk = at_work();
    let send = press_send(&mut desk);
    let mut exchange = answers::answer(send.exchange);
    exchange.redirect_offer = Some("https://elsewhere.example/x".to_owned());
    desk.event(Event::Finished {
        exchange: send.exchange,
        result: Box::new(exchange),
    });
    desk.commands();
    desk.harness
        .get_by_label("Follow without credentials")
        .click();
    desk.harness.run_steps(2);
    let commands = desk.commands();
    assert!(
        commands.iter().any(|command| matches!(
            command,
            Command::Send(send) if send.follow_to.as_deref() == Some("https://elsewhere.example/x")
        )),
        "{commands:?}"
    );
}

#[test]
fn the_whole_body_is_copied_as_it_is_shown() {
    let mut desk = at_work();
    answered(&mut desk);
    let role = egui::accesskit::Role::Document;
    desk.harness.get_by_role_and_label(role, "Body").click();
    desk.harness.run();
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    desk.harness.run();
    desk.harness.event(egui::Event::Copy);
    desk.harness.step();
    let copied = desk
        .harness
        .output()
        .platform_output
        .commands
        .iter()
        .find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
        .expect("something was copied");
    assert!(copied.starts_with("{\n"), "{copied}");
    assert!(copied.contains("12345678901234567890"), "{copied}");
    assert!(copied.trim_end().ends_with('}'), "{copied}");
}

#[test]
fn raw_and_hex_show_the_same_bytes_in_their_ways() {
    let mut desk = at_work();
    answered(&mut desk);
    for (form, words) in [("Raw", answers::BODY), ("Hex", "7b 22 65 6e")] {
        desk.harness.get_by_label_contains("Body as").click();
        desk.harness.run();
        desk.harness.get_by_label(form).click();
        desk.harness.run();
        let shown = desk
            .harness
            .get_by_role_and_label(egui::accesskit::Role::Document, "Body")
            .value()
            .expect("it shows something");
        assert!(shown.contains(words), "{form}: {shown}");
    }
}
