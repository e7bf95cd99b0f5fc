//! `gatescope token`: the state of an environment's access token, and the token itself on request.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::command::Command;
use crate::app::event::{Event, TokenState};
use crate::body::format;
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
    let exit = match fetched {
        Ok((environment, state, exchange)) => {
            show(arguments, &session, &environment, &state, &exchange)
        }
        Err(failure) => tell(&failure, arguments.json),
    };
    session.end(false);
    exit
}

fn fetch(
    arguments: &TokenArguments,
    session: &mut Session,
) -> Result<(EnvironmentId, TokenState, Exchange), Failure> {
    if arguments.show_secrets && !arguments.json {
        return Err(Failure::usage(
            "--show-secrets belongs to --json",
            "To print the token alone use --print",
        ));
    }
    let environment = session.environment(&arguments.environment)?;
    let id = environment.id.clone();
    let asked = environment.clone();
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
            Some(Err(Failure::not_sent(reason, &asked)))
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
            "token": state_document(state, revealed, Timestamp::now()),
            "exchange": document(exchange, None, showing),
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
        (TokenState::Refused { .. }, Exit::Holds) => Exit::Missed,
        // Nothing was asked and nothing refused: the environment has no credentials.
        (_, Exit::Holds) => Exit::Usage,
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
            let how_long = how_long(*expires_at, Timestamp::now());
            terminal::line(&format!("{how_long}  {masked}  ({environment})"));
        }
        (TokenState::Refused { text, hint } | TokenState::Unanswered { text, hint }, _) => {
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

/// `valid, 23 h 59 m left, until 2026-01-02 03:04:05 UTC`: the state first, times to the second.
fn how_long(expires_at: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = expires_at else {
        return "valid, no expiry known".to_owned();
    };
    let until = at.strftime("%Y-%m-%d %H:%M:%S UTC");
    let left = format::countdown(left(at, now));
    if at <= now {
        format!("expired, at {until}")
    } else if left == "expired" {
        format!("valid, less than a second left, until {until}")
    } else {
        format!("valid, {left} left, until {until}")
    }
}

fn left(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or_default()
}

/// RFC 3339, to the second: what is finer than that is the moment of receipt, not what the server said.
fn to_the_second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn state_document(state: &TokenState, revealed: Option<String>, now: Timestamp) -> Value {
    match state {
        TokenState::Missing | TokenState::Fetching => json!({ "state": "missing" }),
        TokenState::Valid { expires_at, masked } => json!({
            "state": if expires_at.is_some_and(|at| at <= now) { "expired" } else { "valid" },
            "expires_at": expires_at.map(to_the_second),
            "seconds_left": expires_at.map(|at| left(at, now).as_secs()),
            "value": revealed.unwrap_or_else(|| masked.clone()),
        }),
        TokenState::Refused { text, hint } => json!({
            "state": "refused",
            "text": text,
            "hint": hint,
        }),
        TokenState::Unanswered { text, hint } => json!({
            "state": "unanswered",
            "text": text,
            "hint": hint,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_comes_first_and_times_are_readable() {
        let now: Timestamp = "2026-01-01T03:04:06.123456789Z".parse().expect("a time");
        for (expires_at, expected) in [
            (None, "valid, no expiry known"),
            (
                Some("2026-01-02T03:04:05.9Z"),
                "valid, 23 h 59 m left, until 2026-01-02 03:04:05 UTC",
            ),
            (
                Some("2026-01-01T03:04:06.5Z"),
                "valid, less than a second left, until 2026-01-01 03:04:06 UTC",
            ),
            (
                Some("2026-01-01T03:04:06.1Z"),
                "expired, at 2026-01-01 03:04:06 UTC",
            ),
        ] {
            let at = expires_at.map(|text| text.parse().expect("a time"));
            assert_eq!(how_long(at, now), expected, "{expires_at:?}");
        }
    }

    #[test]
    fn the_document_has_whole_seconds() {
        let now: Timestamp = "2026-01-01T00:00:00.25Z".parse().expect("a time");
        let state = TokenState::Valid {
            expires_at: Some("2026-01-01T00:01:00.75Z".parse().expect("a time")),
            masked: "abcd…wxyz".to_owned(),
        };
        let document = state_document(&state, None, now);
        assert_eq!(document["state"], "valid");
        assert_eq!(document["expires_at"], "2026-01-01T00:01:00Z");
        assert_eq!(document["seconds_left"], 60);
        assert_eq!(document["value"], "abcd…wxyz");
    }
}
