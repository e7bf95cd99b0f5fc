//! The explanation of an answer: asked for when an answer is there, and what its remedies do at one click.
//! What an answer means lives in `explain`.

use std::sync::Arc;

use crate::explain::explanation::Explanation;
use crate::explain::rule::RemedyAction;
use crate::model::environment::{Environment, Target};
use crate::model::exchange::Exchange;
use crate::model::ids::ExchangeId;

use super::state::{AppState, Leg};

/// What the user does there.
#[derive(Debug, Clone)]
pub enum ExplainingAction {
    /// Does what a remedy of the open answer offers.
    Take(RemedyAction),
}

/// What is to be done outside for it: bodies are parsed off the main thread.
#[derive(Debug, Clone)]
pub enum ExplainingCommand {
    /// Answers `Explained`.
    Explain {
        exchange: Arc<Exchange>,
        environment: Box<Environment>,
    },
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum ExplainingEvent {
    Explained {
        exchange: ExchangeId,
        explanation: Arc<Explanation>,
    },
}

/// Whether one click can do it now; else the remedy is shown as words alone.
#[must_use]
pub fn is_possible(state: &AppState, action: &RemedyAction) -> bool {
    let Some(tab) = state.active_tab() else {
        return false;
    };
    let Some(answer) = &tab.answer else {
        return false;
    };
    let idle = tab.in_flight.is_none() && tab.past.is_none();
    match action {
        RemedyAction::EditField { .. } => {
            answer.environment.sandbox.is_none()
                && state.environment(&answer.environment.id).is_some()
        }
        RemedyAction::EditRequest { .. } => true,
        RemedyAction::ResendOtherHeaderCase => idle,
        RemedyAction::SendDirectly => idle && direct_leg(state).is_some(),
        RemedyAction::FetchToken => state.leg(answer.leg).is_some(),
        RemedyAction::CheckGateway => {
            super::checking::can_check(&answer.environment)
                && state.environment(&answer.environment.id).is_some()
        }
        RemedyAction::Compare => super::comparing::why_not(state).is_none(),
    }
}

/// The leg that goes to the region directly, when one does.
#[must_use]
pub fn direct_leg(state: &AppState) -> Option<Leg> {
    Leg::BOTH.into_iter().find(|leg| {
        state
            .leg(*leg)
            .is_some_and(|environment| matches!(environment.target, Target::Direct { .. }))
    })
}

/// The words on the link of a remedy.
#[must_use]
pub fn link_words(action: &RemedyAction) -> &'static str {
    match action {
        RemedyAction::EditField { .. } => "Edit the environment",
        RemedyAction::EditRequest { .. } => "Edit the request",
        RemedyAction::ResendOtherHeaderCase => "Send again",
        RemedyAction::SendDirectly => "Send directly",
        RemedyAction::Compare => "Compare",
        RemedyAction::CheckGateway => "Check the gateway",
        RemedyAction::FetchToken => "Fetch a token",
    }
}
