//! What keeps two answers from being compared: one side was not reached, was answered by the gateway itself, refused, limited, broken or cut off.

use super::outcome::Obstacle;
use super::side::{Answerer, Leg, Side};
use super::status::Status;
use crate::model::exchange::{BodyProblem, SendErrorKind};

type Answer<'s> = (&'s Side<'s>, Option<Status>);

/// The first obstacle, in an order that is the same whichever side is A.
pub(super) fn obstacle(a: Answer<'_>, b: Answer<'_>) -> Option<Obstacle> {
    let legs = [(Leg::A, a, b), (Leg::B, b, a)];
    let first = |found: &dyn Fn(Answer<'_>, Answer<'_>) -> bool| {
        legs.iter()
            .find(|(_, own, other)| found(*own, *other))
            .map(|(leg, ..)| *leg)
    };
    if let Some(leg) = first(&|own, _| own.1.is_none() && own.0.exchange.token_was_refused()) {
        return Some(Obstacle::TokenRefused(leg));
    }
    if let Some(leg) = first(&|own, _| was_cancelled(own.0)) {
        return Some(Obstacle::Cancelled(leg));
    }
    match (a.1, b.1) {
        (None, None) => return Some(Obstacle::BothUnreachable),
        (None, Some(_)) => return Some(Obstacle::Unreachable(Leg::A)),
        (Some(_), None) => return Some(Obstacle::Unreachable(Leg::B)),
        _ => {}
    }
    if let Some(leg) = first(&|own, other| is_cut_off(own.0, other.0)) {
        return Some(Obstacle::Incomplete(leg));
    }
    let by_gateway = |side: &Side<'_>| side.answered.by == Answerer::Gateway;
    if let Some(leg) = first(&|own, other| by_gateway(own.0) && !by_gateway(other.0)) {
        return Some(Obstacle::GatewayAnswered(leg));
    }
    let effective = |answer: Answer<'_>| answer.1.map_or(0, |status| status.effective);
    if effective(a) == effective(b) {
        return None;
    }
    let only = |wanted: &dyn Fn(u16) -> bool| first(&|own, _| wanted(effective(own)));
    only(&|status| status == 401)
        .map(Obstacle::TokenRefused)
        .or_else(|| only(&|status| status == 429).map(Obstacle::RateLimited))
        .or_else(|| only(&|status| status >= 500).map(Obstacle::ServerError))
}

fn failed(side: &Side<'_>, kind: SendErrorKind) -> bool {
    side.exchange
        .error
        .as_ref()
        .is_some_and(|error| error.kind == kind)
}

fn was_cancelled(side: &Side<'_>) -> bool {
    let problem = side
        .response()
        .and_then(|response| response.body.incomplete.as_ref());
    failed(side, SendErrorKind::Cancelled) || problem == Some(&BodyProblem::Cancelled)
}

fn is_cut_off(own: &Side<'_>, other: &Side<'_>) -> bool {
    let problem = |side: &Side<'_>| side.response()?.body.incomplete.clone();
    let is_unknown =
        |problem: &Option<BodyProblem>| matches!(problem, Some(BodyProblem::UnknownCoding { .. }));
    match problem(own) {
        None => false,
        // Both came in a coding nobody here knows: their bytes are compared as they are.
        own if is_unknown(&own) && is_unknown(&problem(other)) => false,
        Some(_) => true,
    }
}
