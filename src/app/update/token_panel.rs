//! What happens in the token panel.

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::command::Command;
use crate::app::event::TokenState;
use crate::app::notices::NoticeKind;
use crate::app::state::AppState;
use crate::app::token_panel::{
    HandedFor, Owner, OwnerAnswer, Revealed, TokenPanelAction, TokenPanelCommand, TokenPanelEvent,
};
use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, HopPurpose};
use crate::model::ids::EnvironmentId;

use super::sending::next_exchange;
use super::{notice, sending};

pub(super) fn on_action(state: &mut AppState, action: TokenPanelAction) -> Vec<Command> {
    match action {
        TokenPanelAction::Open(leg) => {
            if state.leg(leg).is_none() {
                return Vec::new();
            }
            state.token_panel.open = Some(leg);
            state.token_panel.revealed = None;
            ask_owner(state, false)
        }
        TokenPanelAction::Close => {
            state.token_panel.open = None;
            state.token_panel.revealed = None;
            Vec::new()
        }
        TokenPanelAction::Fetch => match state.token_panel.open {
            Some(leg) => {
                state.token_panel.revealed = None;
                sending::fetch_token(state, leg)
            }
            None => Vec::new(),
        },
        TokenPanelAction::Forget => match shown(state).map(|known| known.id.clone()) {
            Some(environment) => {
                state.token_panel.revealed = None;
                state.token_panel.owners.remove(&environment);
                vec![Command::ForgetToken { environment }]
            }
            None => Vec::new(),
        },
        TokenPanelAction::Copy => hand(state, HandedFor::Clipboard),
        TokenPanelAction::Reveal => hand(state, HandedFor::Reveal),
        TokenPanelAction::Hide => {
            state.token_panel.revealed = None;
            Vec::new()
        }
        TokenPanelAction::AskOwner => ask_owner(state, true),
    }
}

pub(super) fn on_event(state: &mut AppState, event: TokenPanelEvent) -> Vec<Command> {
    match event {
        TokenPanelEvent::Handed {
            environment,
            purpose: HandedFor::Reveal,
            token: Some(token),
        } => {
            // The panel may have been closed meanwhile, or show another environment.
            if shown(state).is_some_and(|known| known.id == environment) {
                state.token_panel.revealed = Some(Revealed {
                    environment,
                    token,
                    until: state.now + Revealed::LASTS,
                });
            }
        }
        TokenPanelEvent::Handed {
            purpose: HandedFor::Clipboard,
            token: Some(_),
            ..
        } => notice(
            state,
            NoticeKind::Done,
            "The token is in the clipboard",
            "Every program can read it there until something else is copied",
        ),
        TokenPanelEvent::Handed { token: None, .. } => notice(
            state,
            NoticeKind::Warning,
            "There is no token at hand",
            "Fetch one first",
        ),
        TokenPanelEvent::Owner {
            exchange,
            environment,
            outcome,
        } => {
            if let Some(owner) = state.token_panel.owners.get_mut(&environment)
                && owner.answer == OwnerAnswer::Asking(exchange)
            {
                owner.answer = OwnerAnswer::Answered(outcome);
            }
        }
    }
    Vec::new()
}

/// A token in the open is hidden when its time is over.
pub(super) fn expire(state: &mut AppState) {
    let over = state
        .token_panel
        .revealed
        .as_ref()
        .is_some_and(|revealed| revealed.until <= state.now);
    if over {
        state.token_panel.revealed = None;
    }
}

/// What the worker says of an environment's token.
pub(super) fn token_told(
    state: &mut AppState,
    environment: &EnvironmentId,
    token: TokenState,
) -> Vec<Command> {
    if state.tokens.get(environment) == Some(&token) {
        return Vec::new();
    }
    state.tokens.insert(environment.clone(), token);
    changed(state, environment)
}

fn changed(state: &mut AppState, environment: &EnvironmentId) -> Vec<Command> {
    let panel = &mut state.token_panel;
    if panel
        .revealed
        .as_ref()
        .is_some_and(|revealed| revealed.environment == *environment)
    {
        panel.revealed = None;
    }
    if shown(state).is_some_and(|known| known.id == *environment) {
        ask_owner(state, false)
    } else {
        Vec::new()
    }
}

/// Keeps what an exchange tells about the token: its own request, and nothing of the others.
pub(super) fn remember(state: &mut AppState, exchange: &Exchange) {
    let hops: Vec<_> = exchange
        .hops
        .iter()
        .filter(|hop| hop.purpose == HopPurpose::Token)
        .cloned()
        .collect();
    if hops.is_empty() {
        return;
    }
    let kept = Exchange {
        total: hops.iter().map(|hop| hop.phases.total).sum(),
        hops,
        notes: Vec::new(),
        redirect_offer: None,
        ..exchange.clone()
    };
    state
        .token_panel
        .exchanges
        .insert(exchange.environment.clone(), Arc::new(kept));
}

/// The environment whose panel is open.
fn shown(state: &AppState) -> Option<&Environment> {
    state.token_panel.open.and_then(|leg| state.leg(leg))
}

fn hand(state: &AppState, purpose: HandedFor) -> Vec<Command> {
    match shown(state).map(|known| known.id.clone()) {
        Some(environment) => vec![Command::TokenPanel(TokenPanelCommand::Hand {
            environment,
            purpose,
        })],
        None => Vec::new(),
    }
}

/// Asks once for each token; `again`: even when it was answered.
fn ask_owner(state: &mut AppState, again: bool) -> Vec<Command> {
    let Some(environment) = shown(state).cloned() else {
        return Vec::new();
    };
    let Some(of) = usable(state, &environment.id) else {
        return Vec::new();
    };
    if let Some(known) = state.token_panel.owners.get(&environment.id)
        && known.of == of
        && (!again || matches!(known.answer, OwnerAnswer::Asking(_)))
    {
        return Vec::new();
    }
    let exchange = next_exchange(state);
    state.token_panel.owners.insert(
        environment.id.clone(),
        Owner {
            of,
            answer: OwnerAnswer::Asking(exchange),
        },
    );
    vec![Command::TokenPanel(TokenPanelCommand::AskOwner {
        exchange,
        environment: Box::new(environment),
    })]
}

/// What tells this token from an earlier one, while it can be used.
fn usable(state: &AppState, environment: &EnvironmentId) -> Option<(String, Option<Timestamp>)> {
    match state.tokens.get(environment) {
        Some(TokenState::Valid { expires_at, masked })
            if expires_at.is_none_or(|until| until > state.now) =>
        {
            Some((masked.clone(), *expires_at))
        }
        _ => None,
    }
}
