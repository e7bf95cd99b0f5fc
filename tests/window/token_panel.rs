//! The token of a leg: seen, revealed, copied, fetched and forgotten, and whose it is.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::Command;
use gatescope::app::event::{Event, TokenState};
use gatescope::app::token_panel::{HandedFor, OwnerOutcome, TokenPanelCommand, TokenPanelEvent};
use gatescope::model::ids::{EnvironmentId, ExchangeId};
use gatescope::model::secret::Secret;
use gatescope::model::token::{Named, TokenOwner};

use super::answers;
use super::fake::Desk;
use super::scenes;

const TOKEN: &str = "kestrel-0815-the-whole-token";

fn rest_proxy() -> EnvironmentId {
    EnvironmentId::new("sandbox-rest-proxy").expect("a slug")
}

fn open(desk: &mut Desk) {
    desk.harness.get_by_label_contains("Token of leg B").click();
    desk.harness.run();
}

fn press(desk: &mut Desk, name: &str) {
    desk.harness
        .get_by_role_and_label(Role::Button, name)
        .click();
    desk.harness.run();
}

/// The exchange under which the owner was asked for.
fn asked(commands: &[Command]) -> Option<ExchangeId> {
    commands.iter().find_map(|command| match command {
        Command::TokenPanel(TokenPanelCommand::AskOwner {
            exchange,
            environment,
        }) if environment.id == rest_proxy() => Some(*exchange),
        _ => None,
    })
}

fn owner(exchange: ExchangeId, outcome: OwnerOutcome) -> Event {
    Event::TokenPanel(TokenPanelEvent::Owner {
        exchange,
        environment: rest_proxy(),
        outcome,
    })
}

#[test]
fn without_a_token_nobody_is_asked_and_one_can_be_fetched() {
    let mut desk = scenes::at_work();
    open(&mut desk);
    desk.harness.get_by_label("No token");
    assert_eq!(
        asked(&desk.commands()),
        None,
        "there is nothing to ask with"
    );
    press(&mut desk, "Fetch a new token");
    let commands = desk.commands();
    let fetched = commands.iter().any(|command| {
        matches!(command, Command::FetchToken { environment, force: true, .. } if environment.id == rest_proxy())
    });
    assert!(fetched, "{commands:?}");
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 3_600);
    assert!(
        asked(&desk.commands()).is_some(),
        "the new token's owner is asked for"
    );
}

#[test]
fn the_owner_is_asked_for_once_a_token_and_told() {
    let mut desk = scenes::at_work();
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 3_600);
    open(&mut desk);
    let exchange = asked(&desk.commands()).expect("asked at the first opening");
    let known = TokenOwner {
        organization: Named {
            id: "o-1".to_owned(),
            name: "Acme".to_owned(),
        },
        home_organization: None,
        client: Named {
            id: "c-1".to_owned(),
            name: "CLI".to_owned(),
        },
        scopes: vec!["users:readonly".to_owned(), "routing".to_owned()],
    };
    // An answer to an earlier question is none to this one.
    desk.event(owner(
        ExchangeId(exchange.0 + 7),
        OwnerOutcome::Unknown {
            text: "too late".to_owned(),
            hint: String::new(),
        },
    ));
    assert!(desk.harness.query_by_label("too late").is_none());
    desk.event(owner(exchange, OwnerOutcome::Known(known)));
    for words in ["Acme (o-1)", "CLI (c-1)", "users:readonly, routing"] {
        desk.harness.get_by_label(words);
    }
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    open(&mut desk);
    assert_eq!(asked(&desk.commands()), None, "it is known");
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 7_200);
    assert!(asked(&desk.commands()).is_some(), "another token");
}

#[test]
fn an_owner_that_cannot_be_told_says_why_and_can_be_asked_for_again() {
    let mut desk = scenes::at_work();
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 3_600);
    open(&mut desk);
    let exchange = asked(&desk.commands()).expect("asked");
    desk.event(owner(
        exchange,
        OwnerOutcome::Unknown {
            text: "GET /api/v2/tokens/me: 403 Missing Authentication Token".to_owned(),
            hint: "A gateway may have no route for this path".to_owned(),
        },
    ));
    desk.harness
        .get_by_label("GET /api/v2/tokens/me: 403 Missing Authentication Token");
    desk.harness.get_by_label("Ask again").click();
    desk.harness.run();
    let again = asked(&desk.commands()).expect("asked again");
    assert_ne!(again, exchange);
}

#[test]
fn a_revealed_token_is_seen_and_hidden_with_the_panel() {
    let mut desk = scenes::at_work();
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 3_600);
    open(&mut desk);
    desk.harness.get_by_label("abcd…wxyz");
    desk.commands();
    press(&mut desk, "Reveal the token");
    let commands = desk.commands();
    assert!(
        matches!(
            &commands[..],
            [Command::TokenPanel(TokenPanelCommand::Hand {
                purpose: HandedFor::Reveal,
                ..
            })]
        ),
        "{commands:?}"
    );
    desk.event(handed(HandedFor::Reveal));
    desk.harness.get_by_label(TOKEN);
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    assert_eq!(desk.harness.state().state().token_panel.revealed, None);
    open(&mut desk);
    assert!(desk.harness.query_by_label(TOKEN).is_none());
    // What comes after the panel was closed stays closed.
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    desk.event(handed(HandedFor::Reveal));
    assert_eq!(desk.harness.state().state().token_panel.revealed, None);
}

fn handed(purpose: HandedFor) -> Event {
    Event::TokenPanel(TokenPanelEvent::Handed {
        environment: rest_proxy(),
        purpose,
        token: Some(Secret::new(TOKEN)),
    })
}

#[test]
fn a_copied_token_goes_to_the_clipboard_and_not_into_the_state() {
    let mut desk = scenes::at_work();
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 3_600);
    open(&mut desk);
    press(&mut desk, "Copy the token");
    desk.wires
        .borrow_mut()
        .events
        .push_back(handed(HandedFor::Clipboard));
    let mut copied = Vec::new();
    for _ in 0..3 {
        desk.harness.step();
        for command in &desk.harness.output().platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                copied.push(text.clone());
            }
        }
    }
    assert_eq!(copied, [TOKEN]);
    let panel = &desk.harness.state().state().token_panel;
    assert_eq!(panel.revealed, None, "it was not revealed by it");
    desk.harness.get_by_label("The token is in the clipboard");
}

#[test]
fn the_request_of_the_token_is_told_without_the_token() {
    let mut desk = scenes::at_work();
    scenes::answered(&mut desk, |exchange| {
        let request = answers::answer(exchange.id).hops.remove(1);
        exchange.hops[0].response = request.response;
    });
    open(&mut desk);
    desk.harness.get_by_label("The token request");
    desk.harness
        .get_by_label("POST http://127.0.0.1:1102/oauth/token");
    desk.harness.get_by_label("wait 45 ms");
    let kept = &desk.harness.state().state().token_panel.exchanges[&rest_proxy()];
    assert_eq!(kept.hops.len(), 1, "nothing of the request that followed");
    desk.harness.get_by_label("Sent").click();
    desk.harness.run();
    let shown = desk.harness.get_by_label_contains("Authorization: ");
    let text = shown.value().unwrap_or_default();
    assert!(!text.contains("not-a-real-token"), "{text}");
}

#[test]
fn a_refused_token_says_why_and_a_forgotten_one_is_gone() {
    let mut desk = scenes::at_work();
    desk.event(Event::Token {
        environment: rest_proxy(),
        state: TokenState::Refused {
            text: "The client secret is wrong".to_owned(),
            hint: "Enter it again".to_owned(),
        },
    });
    desk.harness.get_by_label("Token of leg B: refused");
    open(&mut desk);
    desk.harness.get_by_label("The client secret is wrong");
    desk.harness.get_by_label("Enter it again");
    desk.event(Event::Token {
        environment: rest_proxy(),
        state: TokenState::Unanswered {
            text: "No token: no name server answered".to_owned(),
            hint: String::new(),
        },
    });
    desk.harness.get_by_label("Token of leg B: no answer");
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 3_600);
    desk.commands();
    press(&mut desk, "Forget it");
    let commands = desk.commands();
    assert!(
        matches!(&commands[..], [Command::ForgetToken { environment }] if *environment == rest_proxy()),
        "{commands:?}"
    );
}

#[test]
fn below_the_panel_no_key_works_and_the_keyboard_goes_back_to_where_it_was() {
    let mut desk = scenes::at_work();
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 3_600);
    desk.harness.get_by_label_contains("Token of leg B").focus();
    desk.harness.run();
    desk.harness.key_press(egui::Key::Enter);
    desk.harness.run();
    desk.harness.get_by_label("Fetch a new token");
    desk.commands();
    for key in [egui::Key::Enter, egui::Key::T, egui::Key::W] {
        desk.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, key);
        desk.harness.run_steps(2);
    }
    let sent = desk
        .commands()
        .into_iter()
        .filter(|command| matches!(command, Command::Send(_)))
        .count();
    assert_eq!(sent, 0);
    assert_eq!(desk.harness.state().state().tabs.len(), 1);
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    assert!(desk.harness.query_by_label("Fetch a new token").is_none());
    assert!(
        desk.harness
            .get_by_label_contains("Token of leg B")
            .is_focused()
    );
}
