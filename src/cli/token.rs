//! `gatescope token`: the state of an environment's access token, and the token itself on request.

use serde_json::{Value, json};

use crate::app::command::Command;
use crate::app::event::{Event, TokenState};
use crate::model::exchange::Exchange;
use crate::model::ids::EnvironmentId;
use crate::model::masks::Masks;
use crate::model::secret::Secret;

use super::arguments::TokenArguments;
use super::exchange_document::{Showing, document};
use super::failure::{Exit, Failure};
use super::session::{EXCHANGE, Session};
use super::{send, tell, terminal};

pub(super) fn run(arguments: &TokenArguments, mut session: Session) -> Exit {
    let fetched = fetch(arguments, &mut session);
    match fetched {
        Ok((environment, state, exchange)) => {
            show(arguments, &session, &environment, &state, &exchange)
        }
        Err(failure) => tell(&failure, arguments.json),
    }
}

fn fetch(
    arguments: &TokenArguments,
    session: &mut Session,
) -> Result<(EnvironmentId, TokenState, Exchange), Failure> {
    let environment = session.environment(&arguments.environment)?;
    let id = environment.id.clone();
    session.worker.send(Command::FetchToken {
        exchange: EXCHANGE,
        environment: Box::new(environment),
        force: arguments.new,
    });
    let mut state = TokenState::Missing;
    let ended = session.until(|event| match event {
        Event::Token { state: now, .. } => {
            state = now;
            None
        }
        Event::Finished { exchange, result } if exchange == EXCHANGE => Some(Ok(*result)),
        Event::NotSent { exchange, reason } if exchange == EXCHANGE => {
            Some(Err(Failure::not_sent(reason)))
        }
        _ => None,
    })?;
    Ok((id, state, ended?))
}

fn show(
    arguments: &TokenArguments,
    session: &Session,
    environment: &EnvironmentId,
    state: &TokenState,
    exchange: &Exchange,
) -> Exit {
    let token = session.worker.reveal_token(environment);
    if arguments.json {
        let showing = Showing {
            masks: &exchange.masks,
            secrets: arguments.show_secrets,
            written_to: None,
        };
        let revealed = token
            .as_ref()
            .filter(|_| arguments.show_secrets)
            .map(|token| token.expose().to_owned());
        terminal::print_json(&json!({
            "environment": environment,
            "token": state_document(state, revealed),
            "exchange": document(exchange, showing),
        }));
    } else {
        print(
            arguments,
            environment,
            state,
            token.as_ref().map(Secret::expose),
            &exchange.masks,
        );
    }
    match (state, send::of_exchange(exchange)) {
        (TokenState::Valid { .. }, _) => Exit::Holds,
        (_, Exit::Holds) => Exit::Missed,
        (_, exit) => exit,
    }
}

fn print(
    arguments: &TokenArguments,
    environment: &EnvironmentId,
    state: &TokenState,
    token: Option<&str>,
    masks: &Masks,
) {
    match (state, token) {
        (TokenState::Valid { .. }, Some(token)) if arguments.print => terminal::line(token),
        (TokenState::Valid { expires_at, masked }, _) => {
            let until = expires_at.map_or_else(
                || "no expiry known".to_owned(),
                |at| format!("valid until {at}"),
            );
            terminal::line(&format!("{environment}: {masked}, {until}"));
        }
        (TokenState::Refused { text, hint }, _) => {
            terminal::note(&format!("error: token: {}", masks.text(text)));
            if !hint.is_empty() {
                terminal::note(&format!("hint: {}", masks.text(hint)));
            }
        }
        (TokenState::Missing | TokenState::Fetching, _) => {
            terminal::note(&format!("error: `{environment}` has no token"));
            terminal::note(
                "hint: give it credentials: a client id with its secret, or an access token",
            );
        }
    }
}

fn state_document(state: &TokenState, revealed: Option<String>) -> Value {
    match state {
        TokenState::Missing | TokenState::Fetching => json!({ "state": "missing" }),
        TokenState::Valid { expires_at, masked } => json!({
            "state": "valid",
            "expires_at": expires_at,
            "value": revealed.unwrap_or_else(|| masked.clone()),
        }),
        TokenState::Refused { text, hint } => json!({
            "state": "refused",
            "text": text,
            "hint": hint,
        }),
    }
}
