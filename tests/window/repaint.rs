//! Idle costs nothing: no frame is asked for without a cause.

use std::time::Duration;

use egui_kittest::kittest::Queryable as _;
use gatescope::app::event::{Event, TokenState};
use jiff::{SignedDuration, Timestamp};

use super::fake::{Desk, addresses, repaint_delay};

#[test]
fn the_welcome_page_sleeps_for_ever() {
    let mut desk = Desk::fresh();
    desk.harness.run();
    assert_eq!(repaint_delay(&desk.harness), Duration::MAX);
}

#[test]
fn in_flight_ticks_ten_times_a_second_and_no_oftener() {
    let mut desk = Desk::fresh();
    desk.harness
        .get_by_role_and_label(egui::accesskit::Role::Button, "Try the sandbox")
        .click();
    desk.harness.run();
    desk.event(Event::SandboxReady(addresses()));
    desk.harness.get_by_label("Send").click();
    desk.harness.run();
    assert_eq!(repaint_delay(&desk.harness), Duration::from_millis(100));
}

#[test]
fn a_token_countdown_wakes_the_window_when_its_words_change() {
    let mut desk = Desk::fresh();
    desk.harness
        .get_by_role_and_label(egui::accesskit::Role::Button, "Try the sandbox")
        .click();
    desk.harness.run();
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(60);
    let environment = desk.harness.state().state().legs[0].clone().expect("leg A");
    desk.event(Event::Token {
        environment,
        state: TokenState::Valid {
            expires_at: Some(now + SignedDuration::from_secs(2 * 3_600 + 30)),
            masked: "a…z".to_owned(),
        },
    });
    desk.harness.get_by_label_contains("2 h");
    // Drafts are due earlier than the countdown: both are causes, nothing else is.
    let delay = repaint_delay(&desk.harness);
    assert!(
        delay > Duration::from_millis(100) && delay <= Duration::from_secs(61),
        "{delay:?}"
    );
}
