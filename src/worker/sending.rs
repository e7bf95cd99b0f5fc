//! Carrying a send or a token fetch out: prepare, send, tell what happened.

use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::app::command::SendCommand;
use crate::app::event::{Event, NotSent, TokenState};
use crate::app::state::Leg;
use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, SendErrorKind};
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::masks::{MASK, Masks};
use crate::model::request::RequestDraft;
use crate::model::secret::Secret;
use crate::model::token::{AccessToken, TokenSource};
use crate::transport::SendJob;

use super::core::Core;
use super::progress::Latest;
use super::{Front, history, kept_tokens, prepare};
use crate::store::history::Recording;

pub(super) async fn send(core: Arc<Core>, command: SendCommand, cancel: CancellationToken) {
    let exchange = command.exchange;
    let workspace = history::open_folder(&core);
    let prepared = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(NotSent::Cancelled),
        prepared = prepare::send(&core, &command) => prepared,
    };
    let sent = Sent {
        environment: command.environment,
        draft: Some(command.draft),
        leg: command.leg,
    };
    carry_out(&core, exchange, prepared, sent, workspace, cancel).await;
}

pub(super) async fn fetch_token(
    core: Arc<Core>,
    exchange: ExchangeId,
    environment: Environment,
    force: bool,
    cancel: CancellationToken,
) {
    let workspace = history::open_folder(&core);
    let prepared = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(NotSent::Cancelled),
        prepared = prepare::token(&core, exchange, &environment, force) => prepared,
    };
    let sent = Sent {
        environment,
        draft: None,
        leg: None,
    };
    carry_out(&core, exchange, prepared, sent, workspace, cancel).await;
}

/// What the history writes beside an exchange, as it was when the user asked for it.
struct Sent {
    environment: Environment,
    draft: Option<RequestDraft>,
    leg: Option<Leg>,
}

async fn carry_out(
    core: &Arc<Core>,
    exchange: ExchangeId,
    prepared: Result<SendJob, NotSent>,
    sent: Sent,
    workspace: impl Future<Output = PathBuf>,
    cancel: CancellationToken,
) {
    let job = match prepared {
        Ok(job) => job,
        Err(reason) => {
            core.end(exchange);
            let reason = without_secrets(reason, &core.known());
            core.events.emit(Event::NotSent { exchange, reason });
            return;
        }
    };
    let environment = Arc::clone(&job.environment);
    let source = job.token.clone();
    let wants_token = !matches!(source, TokenSource::None);
    bring_token(core, &job).await;
    let before = core.transport.cached_token(&source);
    let mut result = run(core, job, cancel).await;
    core.end(exchange);
    learn(core, &source, &mut result);
    if let Some(offer) = &result.redirect_offer {
        let status = result
            .answer()
            .and_then(|hop| hop.response.as_ref())
            .map(|response| response.status);
        core.remember_offer(offer, status.unwrap_or_default());
    }
    if wants_token {
        core.events.emit(Event::Token {
            environment: environment.id.clone(),
            state: token_state(core, &source, &result),
        });
    }
    let recording = Recording {
        exchange: Arc::new(result.clone()),
        environment: sent.environment,
        draft: sent.draft,
        leg: sent.leg.map(|leg| leg.letter().to_owned()),
        answered_by: None,
    };
    core.events.emit(Event::Finished {
        exchange,
        result: Box::new(result),
    });
    // After the answer is out: keeping a token must not hold it up.
    if core.options.front == Front::Headless && wants_token {
        kept_tokens::keep(core, &environment, &source, before.as_ref()).await;
    }
    history::record(core, workspace.await, recording).await;
}

/// What stands between a job and its first byte: the token that was used last, and the one that an earlier process kept.
async fn bring_token(core: &Arc<Core>, job: &SendJob) {
    if matches!(job.token, TokenSource::None) {
        return;
    }
    core.remember_source(&job.environment.id, &job.token);
    if core.options.front == Front::Headless && !job.options.force_new_token {
        kept_tokens::bring_back(core, &job.environment, &job.token).await;
    }
}

/// From now on the token of this exchange is masked, here and everywhere else.
fn learn(core: &Core, source: &TokenSource, result: &mut Exchange) {
    if let Some(token) = core.transport.cached_token(source) {
        core.learn(&token.value);
    }
    result.masks.extend(&core.known());
}

/// One request of a comparison: sent, and what became of its token told. Nothing is written; that is the caller's.
pub(super) async fn perform(core: &Arc<Core>, job: SendJob, cancel: CancellationToken) -> Exchange {
    let environment = job.environment.id.clone();
    let source = job.token.clone();
    let result = perform_quietly(core, job, cancel).await;
    if !matches!(source, TokenSource::None) {
        core.events.emit(Event::Token {
            environment,
            state: token_state(core, &source, &result),
        });
    }
    result
}

/// One of many requests: sent, and nothing told.
pub(super) async fn perform_quietly(
    core: &Arc<Core>,
    job: SendJob,
    cancel: CancellationToken,
) -> Exchange {
    let source = job.token.clone();
    bring_token(core, &job).await;
    let mut result = core.transport.send(job, cancel, Arc::new(|_| {})).await;
    learn(core, &source, &mut result);
    result
}

/// For the next process, when this one ends with its command.
pub(super) async fn keep_token(core: &Arc<Core>, job: &SendJob) {
    if core.options.front == Front::Headless && !matches!(job.token, TokenSource::None) {
        kept_tokens::keep(core, &job.environment, &job.token, None).await;
    }
}

async fn run(core: &Core, job: SendJob, cancel: CancellationToken) -> Exchange {
    let exchange = job.id;
    let environment: EnvironmentId = job.environment.id.clone();
    let latest = Latest::default();
    let sink = latest.sink(environment, core.events.clone());
    let sending = core.transport.send(job, cancel, sink);
    if core.options.front == Front::Headless {
        return sending.await;
    }
    tokio::select! {
        biased;
        result = sending => result,
        () = latest.tell(exchange, &core.events) => unreachable!("telling never ends by itself"),
    }
}

/// Problems may quote what was typed: a secret that stands where no name tells it is masked by its value.
pub(super) fn without_secrets(reason: NotSent, known: &Masks) -> NotSent {
    match reason {
        NotSent::Problems(mut problems) => {
            for problem in &mut problems {
                problem.text = known.text(&problem.text);
            }
            NotSent::Problems(problems)
        }
        other => other,
    }
}

pub(super) fn token_state(core: &Core, source: &TokenSource, result: &Exchange) -> TokenState {
    let failed = result
        .error
        .as_ref()
        .filter(|error| error.kind == SendErrorKind::Token);
    if let Some(error) = failed {
        return TokenState::failed(error, result.token_was_refused());
    }
    let token = match source {
        TokenSource::None => None,
        TokenSource::Pasted(token) => Some(token.clone()),
        TokenSource::Request { .. } => core.transport.cached_token(source),
    };
    token.map_or(TokenState::Missing, |token| valid(&token))
}

fn valid(token: &AccessToken) -> TokenState {
    TokenState::Valid {
        expires_at: token.expires_at,
        masked: masked(&token.value),
    }
}

/// The first and the last four characters, when that leaves most of it hidden.
fn masked(token: &Secret) -> String {
    let characters: Vec<char> = token.expose().chars().collect();
    if characters.len() < 20 {
        return MASK.to_owned();
    }
    let first: String = characters[..4].iter().collect();
    let last: String = characters[characters.len() - 4..].iter().collect();
    format!("{first}…{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_shows_its_ends_only() {
        for (token, expected) in [
            ("", MASK),
            ("short-token", MASK),
            ("1234567890123456789", MASK),
            ("abcdefghijklmnopqrstuvwxyz", "abcd…wxyz"),
        ] {
            assert_eq!(masked(&Secret::new(token)), expected, "{token}");
        }
    }
}
