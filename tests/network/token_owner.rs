//! The token panel's questions, asked of the worker as the window asks them.

use std::time::Duration;

use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::token_panel::{HandedFor, OwnerOutcome, TokenPanelCommand, TokenPanelEvent};
use gatescope::model::environment::SandboxService;
use gatescope::model::ids::ExchangeId;
use gatescope::model::sandbox_environments::sandbox_environments;
use gatescope::worker::{Front, Waited, WorkerHandle, WorkerOptions};

fn next<T>(worker: &WorkerHandle, what: &str, wanted: impl Fn(Event) -> Option<T>) -> T {
    loop {
        match worker.wait(Duration::from_mins(1)) {
            Waited::Event(event) => {
                if let Some(found) = wanted(*event) {
                    return found;
                }
            }
            other => panic!("no {what}: {other:?}"),
        }
    }
}

#[test]
fn a_token_is_fetched_handed_over_and_its_owner_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = WorkerOptions::new(Front::Window);
    options.data_directory = Some(folder.path().to_owned());
    let mut worker = gatescope::worker::start(options);
    let environment = sandbox_environments()
        .into_iter()
        .find(|known| known.sandbox == Some(SandboxService::RestProxy))
        .expect("a built-in one");
    let ask = |exchange| {
        Command::TokenPanel(TokenPanelCommand::AskOwner {
            exchange: ExchangeId(exchange),
            environment: Box::new(environment.clone()),
        })
    };
    let owner = |worker: &WorkerHandle| {
        next(worker, "owner", |event| match event {
            Event::TokenPanel(TokenPanelEvent::Owner { outcome, .. }) => Some(outcome),
            // Neither this question nor its answer is a reason to ask for a token.
            Event::Token { state, .. } => panic!("a token was asked for: {state:?}"),
            _ => None,
        })
    };

    worker.send(ask(1));
    let OwnerOutcome::Unknown { text, hint } = owner(&worker) else {
        panic!("there is no token to ask with");
    };
    assert_eq!(text, "The token has expired or was forgotten");
    assert_eq!(hint, "Fetch a new one");

    worker.send(Command::FetchToken {
        exchange: ExchangeId(2),
        environment: Box::new(environment.clone()),
        force: true,
    });
    next(&worker, "end of the fetch", |event| {
        matches!(event, Event::Finished { .. }).then_some(())
    });
    worker.send(ask(3));
    let OwnerOutcome::Known(known) = owner(&worker) else {
        panic!("the sandbox knows its own token");
    };
    assert_eq!(known.organization.name, "Gatescope Sandbox");
    assert_eq!(known.client.id, "sandbox-client");
    assert_eq!(known.home_organization, None);

    worker.send(Command::TokenPanel(TokenPanelCommand::Hand {
        environment: environment.id.clone(),
        purpose: HandedFor::Reveal,
    }));
    let token = next(&worker, "token", |event| match event {
        Event::TokenPanel(TokenPanelEvent::Handed { token, .. }) => Some(token),
        _ => None,
    });
    let token = token.expect("it was fetched");
    assert!(
        token.expose().len() > 20,
        "{} characters",
        token.expose().len()
    );
    worker.shutdown();
}
