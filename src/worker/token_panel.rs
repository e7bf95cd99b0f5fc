//! Executes what the token panel asks for: hands a token over, and asks its API whose it is.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::command::SendCommand;
use crate::app::event::{Event, NotSent};
use crate::app::token_panel::{OwnerOutcome, TokenPanelCommand, TokenPanelEvent};
use crate::model::environment::Environment;
use crate::model::exchange::Exchange;
use crate::model::ids::ExchangeId;
use crate::model::request::RequestDraft;
use crate::model::token::{TOKEN_INFO_PATH, TokenOwnerError, read_token_owner};
use crate::transport::SendOptions;

use super::core::Core;
use super::prepare;

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: TokenPanelCommand) {
    match command {
        TokenPanelCommand::Hand {
            environment,
            purpose,
        } => {
            let token = core.token_in_use(&environment);
            core.events.emit(Event::TokenPanel(TokenPanelEvent::Handed {
                environment,
                purpose,
                token,
            }));
        }
        TokenPanelCommand::AskOwner {
            exchange,
            environment,
        } => {
            let cancel = core.begin(exchange);
            tasks.spawn(tell_owner(Arc::clone(core), exchange, *environment, cancel));
        }
    }
}

async fn tell_owner(
    core: Arc<Core>,
    exchange: ExchangeId,
    environment: Environment,
    cancel: CancellationToken,
) {
    let id = environment.id.clone();
    let outcome = ask_owner(&core, exchange, environment, cancel).await;
    core.end(exchange);
    core.events.emit(Event::TokenPanel(TokenPanelEvent::Owner {
        exchange,
        environment: id,
        outcome,
    }));
}

/// One GET with the token that is there. It is neither fetched nor renewed for this question.
async fn ask_owner(
    core: &Core,
    exchange: ExchangeId,
    environment: Environment,
    cancel: CancellationToken,
) -> OwnerOutcome {
    let command = SendCommand {
        leg: None,
        dynamics: None,
        exchange,
        draft: RequestDraft {
            path: TOKEN_INFO_PATH.to_owned(),
            ..RequestDraft::default()
        },
        environment,
        confirmed_unsafe: false,
        follow_redirects: false,
        follow_to: None,
        reading_operations: Vec::new(),
    };
    let mut job = match prepare::send(core, &command).await {
        Ok(job) => job,
        Err(reason) => return not_asked(core, &reason),
    };
    let at_hand = core
        .transport
        .cached_token(&job.token)
        .is_some_and(|token| token.is_fresh(Timestamp::now()));
    if !at_hand {
        return unknown("The token has expired or was forgotten", "Fetch a new one");
    }
    job.options = SendOptions {
        follow_redirects: false,
        renew_on_unauthorized: false,
        ..SendOptions::default()
    };
    let mut result = core.transport.send(job, cancel, Arc::new(|_| {})).await;
    result.masks.extend(&core.known());
    outcome(&result)
}

fn outcome(result: &Exchange) -> OwnerOutcome {
    if let Some(error) = &result.error {
        return unknown(
            &result.masks.text(&error.text),
            &result.masks.text(&error.hint),
        );
    }
    let Some(response) = result.answer().and_then(|hop| hop.response.as_ref()) else {
        return unknown("Nothing came back", "Ask again");
    };
    match read_token_owner(response.status, &response.body.decoded) {
        Ok(owner) => OwnerOutcome::Known(owner),
        Err(error) => unknown(
            &result.masks.text(&format!(
                "GET {TOKEN_INFO_PATH}: {}",
                error.to_string().trim_end()
            )),
            what_to_try(&error),
        ),
    }
}

fn what_to_try(error: &TokenOwnerError) -> &'static str {
    match error {
        TokenOwnerError::Refused { status: 401, .. } => {
            "The API does not take this token: fetch a new one, and check that login and API belong to the same region"
        }
        TokenOwnerError::Refused {
            status: 403 | 404, ..
        } => {
            "A gateway may have no route for this path; a direct environment with the same credentials can tell"
        }
        TokenOwnerError::Refused { .. } => {
            "Ask again later, or send the request yourself to see all of the answer"
        }
        TokenOwnerError::NotJson | TokenOwnerError::NoOrganization => {
            "Something else than Genesys Cloud may have answered: send the request yourself to see it"
        }
    }
}

fn not_asked(core: &Core, reason: &NotSent) -> OwnerOutcome {
    match reason {
        NotSent::Problems(problems) => {
            let text = problems
                .first()
                .map_or("Something is missing in the environment", |problem| {
                    problem.text.as_str()
                });
            unknown(&core.known().text(text), "Edit the environment")
        }
        NotSent::Failed { text, hint } | NotSent::SecretUnreadable { text, hint } => {
            unknown(text, hint)
        }
        // A GET is neither asked about nor refused: these are for the others.
        NotSent::RefusedByProtection { text } | NotSent::NeedsConfirmation { text } => {
            unknown(text, "")
        }
        NotSent::NeedsReadingConfirmation { .. } => {
            unknown("The request was not sent", "Ask again")
        }
        NotSent::OriginsChanged { .. } => unknown(
            "The addresses of this environment have changed",
            "Send a request: it asks whether the secrets may go to the new ones",
        ),
        NotSent::NeedsApproval { .. } => unknown(
            "The workspace asks for something that has to be allowed on this machine",
            "Send a request: it asks for it",
        ),
        NotSent::Cancelled => unknown("Cancelled", "Ask again"),
    }
}

fn unknown(text: &str, hint: &str) -> OwnerOutcome {
    OwnerOutcome::Unknown {
        text: text.to_owned(),
        hint: hint.to_owned(),
    }
}
