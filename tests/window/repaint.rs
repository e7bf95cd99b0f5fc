//! Idle costs nothing: in every state the window asks for the next frame only when something will look different then.

use std::time::Duration;

use egui_kittest::kittest::Queryable as _;
use gatescope::app::event::Event;
use gatescope::app::token_panel::{HandedFor, TokenPanelEvent};
use gatescope::model::ids::EnvironmentId;
use gatescope::model::secret::Secret;

use super::fake::{Desk, repaint_delay};
use super::scenes;

/// What has to be written is written, what goes by itself is gone; then the delay.
fn delay_at_rest(desk: &mut Desk) -> Duration {
    for _ in 0..3 {
        desk.wait(5_000);
    }
    repaint_delay(&desk.harness)
}

#[test]
fn the_welcome_page_sleeps_for_ever() {
    let mut desk = Desk::fresh();
    desk.harness.run();
    assert_eq!(repaint_delay(&desk.harness), Duration::MAX);
}

#[test]
fn an_open_request_an_answer_and_an_open_list_sleep_for_ever() {
    let mut desk = scenes::at_work();
    assert_eq!(delay_at_rest(&mut desk), Duration::MAX, "a request");
    scenes::answered(&mut desk, |_| {});
    assert_eq!(delay_at_rest(&mut desk), Duration::MAX, "an answer");
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::E);
    desk.harness.run();
    assert_eq!(delay_at_rest(&mut desk), Duration::MAX, "the switcher");
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    desk.harness.key_press(egui::Key::F1);
    desk.harness.run();
    assert_eq!(delay_at_rest(&mut desk), Duration::MAX, "the list of keys");
}

#[test]
fn in_flight_ticks_ten_times_a_second_and_no_oftener() {
    let mut desk = scenes::at_work();
    scenes::press_send(&mut desk);
    desk.harness.run_steps(2);
    assert_eq!(repaint_delay(&desk.harness), Duration::from_millis(100));
}

#[test]
fn a_token_countdown_wakes_the_window_when_its_words_change() {
    let mut desk = scenes::at_work();
    delay_at_rest(&mut desk);
    scenes::token_arrives(&mut desk, "sandbox-direct", 2 * 3_600 + 30);
    desk.harness.get_by_label_contains("2 h");
    assert_eq!(
        repaint_delay(&desk.harness),
        Duration::from_millis(30_001),
        "2 h 0 m becomes 1 h 59 m after half a minute"
    );
    desk.wait(2 * 3_600_000 + 31_000);
    desk.harness.get_by_label_contains("expired");
    assert_eq!(delay_at_rest(&mut desk), Duration::MAX, "it is over");
}

#[test]
fn the_announced_rate_limit_ticks_each_second_until_it_is_reset() {
    let mut desk = scenes::at_work();
    scenes::answered(&mut desk, |exchange| {
        scenes::announces(exchange, 12, 300, 8);
    });
    desk.harness
        .get_by_label("rate limit 12 of 300, resets in 8 s");
    // Drafts are written and notices go within this time.
    desk.wait(5_000);
    desk.harness
        .get_by_label("rate limit 12 of 300, resets in 3 s");
    assert_eq!(repaint_delay(&desk.harness), Duration::from_secs(1));
    desk.wait(3_000);
    desk.harness.get_by_label("rate limit of 300, unused again");
    assert_eq!(repaint_delay(&desk.harness), Duration::MAX);
}

#[test]
fn a_token_in_the_open_is_hidden_in_time() {
    let mut desk = scenes::at_work();
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 20 * 24 * 3_600);
    delay_at_rest(&mut desk);
    desk.harness.get_by_label_contains("Token of leg B").click();
    desk.harness.run();
    desk.event(Event::TokenPanel(TokenPanelEvent::Handed {
        environment: EnvironmentId::new("sandbox-rest-proxy").expect("a slug"),
        purpose: HandedFor::Reveal,
        token: Some(Secret::new("the-whole-token")),
    }));
    desk.harness.get_by_label("the-whole-token");
    let delay = repaint_delay(&desk.harness);
    assert!(
        delay >= Duration::from_secs(1) && delay <= Duration::from_secs(31),
        "{delay:?}"
    );
    desk.wait(30_000);
    assert!(desk.harness.query_by_label("the-whole-token").is_none());
}

#[test]
fn every_page_sleeps_for_ever() {
    let clicks = |names: &'static [&'static str]| {
        move || {
            let mut desk = scenes::at_work();
            scenes::answered(&mut desk, |_| {});
            for name in names {
                desk.harness.get_by_label(name).click();
                desk.harness.run();
            }
            desk
        }
    };
    let commands = |words: &'static str| {
        move || {
            let mut desk = scenes::at_work();
            desk.run_command(words);
            desk
        }
    };
    let mut pages: Vec<(String, Box<dyn Fn() -> Desk>)> = Vec::new();
    for names in [
        &["Request headers"][..],
        &["Request body"],
        &["Request auth"],
        &["Request preview"],
        &["Response headers"],
        &["Response timing"],
        &["Response sent"],
        &["Response connection"],
        &["Response explain"],
        &["Find"],
        &["Filter $."],
        &["Sidebar history"],
        &["Sidebar catalogue"],
        &["New tab"],
    ] {
        pages.push((names.join(", "), Box::new(clicks(names))));
    }
    for words in [
        "Settings",
        "About Gatescope, licences",
        "Welcome page",
        "Add an environment…",
        "Token of leg A…",
        "Response beside the request",
    ] {
        pages.push((words.to_owned(), Box::new(commands(words))));
    }
    let restless: Vec<String> = pages
        .iter()
        .filter_map(|(page, open)| {
            let delay = delay_at_rest(&mut open());
            (delay != Duration::MAX).then(|| format!("{page}: {delay:?}"))
        })
        .collect();
    assert!(restless.is_empty(), "{restless:#?}");
}

#[test]
fn a_notice_wakes_the_window_when_it_goes_and_not_before() {
    let mut desk = scenes::at_work();
    delay_at_rest(&mut desk);
    desk.event(Event::BodySaved {
        path: "/tmp/users.json".into(),
    });
    let delay = repaint_delay(&desk.harness);
    assert!(delay >= Duration::from_secs(1), "{delay:?}");
    assert_eq!(delay_at_rest(&mut desk), Duration::MAX, "it is gone");
}
