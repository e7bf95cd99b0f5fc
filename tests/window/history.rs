//! The history in the window: the page of the sidebar, by mouse and by keyboard, and the menu of a request's earlier exchanges.

use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::history::{HistoryCommand, HistoryEvent, LoadPurpose};
use gatescope::body::view::BodyView;
use gatescope::model::environment::{Colour, Environment};
use gatescope::model::history::{
    HistoryEntry, HistoryId, HistoryKind, HistoryScope, HistorySummary, PastExchange, WithoutBodies,
};
use gatescope::model::ids::{EnvironmentId, ExchangeId, RequestId};
use gatescope::model::request::RequestDraft;
use gatescope::model::sandbox_environments::sandbox_environments;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::answers;
use super::fake::{Desk, addresses, repaint_delay};

pub(super) fn entry(id: i64) -> HistoryEntry {
    HistoryEntry {
        id: HistoryId(id),
        summary: HistorySummary {
            kind: HistoryKind::Exchange,
            request: Some(RequestId("r1".to_owned())),
            environment: EnvironmentId::new("acme").expect("a slug"),
            environment_name: "Acme".to_owned(),
            environment_colour: Colour::Violet,
            leg: Some("B".to_owned()),
            method: "GET".to_owned(),
            path: format!("/api/v2/users/{id}"),
            url: format!("https://h.example/api/v2/users/{id}"),
            status: Some(404),
            error: None,
            answered_by: None,
            started_at: Timestamp::UNIX_EPOCH - SignedDuration::from_mins(100 - id.min(99)),
            total: Duration::from_millis(12),
            wire_bytes: 2,
            decoded_bytes: 2,
        },
    }
}

/// The name of the row of entry `id`, as it is heard.
fn row(id: i64) -> String {
    format!("GET /api/v2/users/{id}, 404, Acme, Yesterday ")
}

/// The page is open and shows the entries `newest` down to 1.
pub(super) fn with_entries(newest: i64) -> Desk {
    let mut desk = Desk::fresh();
    show_entries(&mut desk, newest);
    desk
}

/// Opens the page with the entries `newest` down to 1.
pub(super) fn show_entries(desk: &mut Desk, newest: i64) {
    desk.commands();
    desk.harness.get_by_label("Sidebar history").click();
    desk.harness.run();
    let number = asked(&desk.commands());
    desk.event(Event::History(HistoryEvent::Page {
        number,
        entries: (1..=newest).rev().map(entry).collect(),
        complete: true,
        zone: TimeZone::UTC,
    }));
}

#[track_caller]
pub(super) fn asked(commands: &[Command]) -> u64 {
    match commands {
        [Command::History(HistoryCommand::Read { number, .. })] => *number,
        other => panic!("one page is asked for: {other:?}"),
    }
}

fn past(id: i64, exchange: ExchangeId) -> PastExchange {
    PastExchange {
        entry: entry(id),
        exchange: answers::answer(exchange),
        environment: Environment {
            name: "Deleted since".to_owned(),
            ..sandbox_environments().remove(0)
        },
        draft: Some(RequestDraft {
            path: "/api/v2/as/it/was".to_owned(),
            ..RequestDraft::default()
        }),
        without_bodies: None,
    }
}

/// Answers the load that was asked for, with its body laid out.
#[track_caller]
fn loaded(desk: &mut Desk, id: i64, without_bodies: Option<WithoutBodies>) -> LoadPurpose {
    let commands = desk.commands();
    let Some((exchange, purpose)) = commands.iter().find_map(|command| match command {
        Command::History(HistoryCommand::Load {
            id: asked,
            exchange,
            purpose,
        }) if asked.0 == id => Some((*exchange, purpose.clone())),
        _ => None,
    }) else {
        panic!("entry {id} is asked for: {commands:?}");
    };
    desk.event(Event::History(HistoryEvent::Loaded {
        past: Box::new(PastExchange {
            without_bodies,
            ..past(id, exchange)
        }),
        purpose: purpose.clone(),
    }));
    let view = BodyView::lay_out(
        &bytes::Bytes::from_static(answers::BODY.as_bytes()),
        Some("application/json"),
        &|| false,
    );
    desk.event(Event::BodyReady {
        exchange,
        view: Arc::new(view.expect("not cancelled")),
    });
    purpose
}

fn rows(desk: &Desk) -> usize {
    desk.harness.query_all_by_role(Role::ListBoxOption).count()
}

#[test]
fn the_page_asks_for_the_newest_searches_and_says_when_there_is_nothing() {
    let mut desk = with_entries(3);
    assert_eq!(rows(&desk), 3);
    assert_eq!(repaint_delay(&desk.harness), Duration::MAX, "it rests");
    let search = desk.harness.get_by_label("Search the history");
    search.focus();
    search.type_text("4xx");
    desk.harness.run();
    let commands = desk.commands();
    let Some(Command::History(HistoryCommand::Read { number, filter, .. })) = commands.last()
    else {
        panic!("a search: {commands:?}");
    };
    assert_eq!(filter.terms.len(), 1);
    desk.event(Event::History(HistoryEvent::Page {
        number: *number,
        entries: Vec::new(),
        complete: true,
        zone: TimeZone::UTC,
    }));
    desk.harness.get_by_label("No exchange matches");
    assert_eq!(rows(&desk), 0);
}

#[test]
fn the_list_is_walked_by_keyboard() {
    let mut desk = with_entries(5);
    desk.harness.get_by_label("Search the history").focus();
    desk.harness.run();
    let press = |desk: &mut Desk, key: Key| {
        desk.harness.key_press(key);
        desk.harness.run_steps(3);
        desk.harness.state().state().history.selected.map(|id| id.0)
    };
    for (key, selected) in [
        (Key::ArrowDown, 5),
        (Key::ArrowDown, 4),
        (Key::ArrowDown, 3),
        (Key::ArrowUp, 4),
        (Key::End, 1),
        (Key::Home, 5),
        (Key::ArrowUp, 5),
        (Key::PageDown, 1),
        (Key::ArrowUp, 2),
    ] {
        assert_eq!(press(&mut desk, key), Some(selected), "{key:?}");
    }
    desk.commands();
    press(&mut desk, Key::Enter);
    assert_eq!(loaded(&mut desk, 2, None), LoadPurpose::OwnTab);
    desk.harness
        .key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    desk.harness.run_steps(3);
    assert_eq!(loaded(&mut desk, 2, None), LoadPurpose::NewRequest);
    desk.commands();
    press(&mut desk, Key::Delete);
    let commands = desk.commands();
    assert!(
        commands.iter().any(|command| matches!(command, Command::History(HistoryCommand::Delete { id }) if id.0 == 2)),
        "{commands:?}"
    );
}

#[test]
fn of_a_hundred_thousand_entries_only_those_in_sight_are_laid_out() {
    let mut desk = with_entries(100_000);
    let in_sight = rows(&desk);
    assert!((5..40).contains(&in_sight), "{in_sight}");
    desk.harness.get_by_label_contains(&row(100_000));
    desk.harness.get_by_label("Search the history").focus();
    desk.harness.run();
    for key in [Key::ArrowDown, Key::End] {
        desk.harness.key_press(key);
        desk.harness.run_steps(6);
    }
    desk.harness.get_by_label_contains(&row(1));
    assert!(rows(&desk) < 40);
}

#[test]
fn opening_shows_every_page_as_it_was_in_its_environment() {
    let mut desk = with_entries(3);
    desk.harness.get_by_label_contains(&row(2)).click();
    desk.harness.run();
    assert_eq!(loaded(&mut desk, 2, None), LoadPurpose::OwnTab);
    desk.harness
        .get_by_label_contains("this answer is from the history, Yesterday");
    desk.harness.get_by_label_contains("leg B, Deleted since");
    desk.harness.get_by_label("200 OK");
    assert_eq!(
        desk.harness.get_by_label("Path").value().as_deref(),
        Some("/api/v2/as/it/was")
    );
    for (page, words) in [
        ("Response headers", "ININ-Correlation-Id"),
        ("Response sent", "1. Token"),
        ("Response connection", "127.0.0.1:1101"),
        ("Response timing", "Wait"),
    ] {
        desk.harness.get_by_label(page).click();
        desk.harness.run();
        let found = desk.harness.query_all_by_label_contains(words).count()
            + desk
                .harness
                .query_all_by_label_contains(&words.to_lowercase())
                .count();
        assert!(found > 0, "{page}: {words}");
    }
    assert_eq!(repaint_delay_without_drafts(&mut desk), Duration::MAX);
}

/// Drafts are due once after a tab was opened.
fn repaint_delay_without_drafts(desk: &mut Desk) -> Duration {
    match desk.harness.state().state().next_deadline() {
        Some(_) => Duration::MAX,
        None => repaint_delay(&desk.harness),
    }
}

#[test]
fn a_body_that_was_not_kept_says_so() {
    let mut desk = with_entries(3);
    desk.harness.get_by_label_contains(&row(2)).click();
    desk.harness.run();
    loaded(&mut desk, 2, Some(WithoutBodies::HeadsOnly));
    desk.harness.get_by_label(WithoutBodies::HeadsOnly.words());
}

#[test]
fn clearing_asks_and_names_what_goes() {
    let mut desk = with_entries(3);
    desk.harness.get_by_label("Clear").click();
    desk.harness.run();
    desk.harness.get_by_label("Clear this workspace…").click();
    desk.harness.run();
    desk.harness.get_by_label("Clear the history?");
    assert!(desk.commands().is_empty(), "nothing before the answer");
    desk.harness
        .get_all_by_role_and_label(Role::Button, "Clear")
        .last()
        .expect("the button of the question")
        .click();
    desk.harness.run();
    let commands = desk.commands();
    assert!(
        matches!(
            &commands[..],
            [Command::History(HistoryCommand::Clear {
                scope: HistoryScope::Workspace,
                ..
            })]
        ),
        "{commands:?}"
    );
}

#[test]
fn the_menu_of_a_request_looks_back_and_returns() {
    let mut desk = Desk::fresh();
    desk.harness
        .get_by_role_and_label(Role::Button, "Try the sandbox")
        .click();
    desk.harness.run();
    desk.event(Event::SandboxReady(addresses()));
    desk.harness.get_by_label("Send").click();
    desk.harness.run();
    let commands = desk.commands();
    let exchange = commands
        .iter()
        .find_map(|command| match command {
            Command::Send(command) => Some(command.exchange),
            _ => None,
        })
        .expect("a send");
    let mut answer = answers::answer(exchange);
    answer.started_at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(59);
    desk.event(Event::Finished {
        exchange,
        result: Box::new(answer),
    });
    desk.commands();
    desk.harness
        .get_by_label("History: this answer is from just now")
        .click();
    desk.harness.run();
    let request = desk
        .harness
        .state()
        .state()
        .active_tab()
        .expect("a tab")
        .id()
        .clone();
    let commands = desk.commands();
    assert!(
        matches!(&commands[..], [Command::History(HistoryCommand::ReadOf { request: of, .. })] if *of == request),
        "{commands:?}"
    );
    desk.event(Event::History(HistoryEvent::Of {
        request: request.clone(),
        entries: vec![entry(9), entry(8)],
        zone: TimeZone::UTC,
    }));
    desk.harness.get_by_label_contains(&row(8)).click();
    desk.harness.run();
    assert_eq!(loaded(&mut desk, 8, None), LoadPurpose::TabOf(request));
    desk.harness
        .get_by_label_contains("this answer is from the history, Yesterday")
        .click();
    desk.harness.run();
    desk.harness
        .get_by_label("Back to the newest answer")
        .click();
    desk.harness.run();
    desk.harness
        .get_by_label("History: this answer is from just now");
}

#[test]
fn after_a_restart_an_open_request_still_finds_its_exchanges() {
    let mut desk = Desk::fresh();
    desk.harness
        .get_by_role_and_label(Role::Button, "Try the sandbox")
        .click();
    desk.harness.run();
    desk.commands();
    desk.harness.get_by_label("History of this request").click();
    desk.harness.run();
    let commands = desk.commands();
    let [Command::History(HistoryCommand::ReadOf { request, .. })] = &commands[..] else {
        panic!("its exchanges are asked for: {commands:?}");
    };
    desk.event(Event::History(HistoryEvent::Of {
        request: request.clone(),
        entries: vec![entry(4)],
        zone: TimeZone::UTC,
    }));
    desk.harness.get_by_label_contains(&row(4)).click();
    desk.harness.run();
    loaded(&mut desk, 4, Some(WithoutBodies::TooLong));
    desk.harness.get_by_label(WithoutBodies::TooLong.words());
}
