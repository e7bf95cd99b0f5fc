//! The explanation of an answer: asked for when an answer is there, and what its remedies do at one click.
//! What an answer means lives in `explain`.

use std::sync::Arc;

use crate::explain::explanation::Explanation;
use crate::explain::rule::RemedyAction;
use crate::model::environment::{Environment, SandboxService, Target};
use crate::model::exchange::Exchange;
use crate::model::ids::ExchangeId;

use super::state::{AppState, Leg};
use super::tab::Answer;

/// What the user does there.
#[derive(Debug, Clone)]
pub enum ExplainingAction {
    /// Does what a remedy of the open answer offers.
    Take(RemedyAction),
    /// Sends the same through the sandbox's gateway that has no fault.
    Mend,
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

/// Why a remedy of an answer cannot be carried out with a click, where it is worth a word.
#[must_use]
pub fn why_not(answer: &Answer, action: &RemedyAction) -> Option<&'static str> {
    let is_sandbox = answer.environment.sandbox.is_some();
    (is_sandbox && matches!(action, RemedyAction::EditField { .. }))
        .then_some("in an environment of your own: the sandbox's cannot be changed")
}

/// The answer came through a gateway of the sandbox that has a fault, and the same can be sent through the one without.
#[must_use]
pub fn can_mend(state: &AppState) -> bool {
    state.active_tab().is_some_and(|tab| {
        let idle = tab.in_flight.is_none() && tab.past.is_none();
        let answer = tab.answer.as_ref();
        idle && answer.is_some_and(|answer| {
            matches!(answer.environment.sandbox, Some(SandboxService::Broken(_)))
        })
    })
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
