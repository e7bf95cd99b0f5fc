//! One comparison: A, then B, then A again for safe methods; A and B once each, after a confirmation, for others.
//! Whoever drives it asks `next_step`, does what it says, and hands in the answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::compare::record::{LegOrder, RunLeg, RunRecord, TokenUse};
use crate::compare::{
    Answered, Comparison, Leg, Options, Side, Volatile, compare, volatile_places,
};
use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, SendErrorKind};
use crate::model::rules::RuleSet;

/// What a comparison is to do. The environments are those of the moment at which it begins; changing them later changes nothing here.
#[derive(Debug, Clone)]
pub struct ComparisonPlan {
    pub a: Arc<Environment>,
    pub b: Arc<Environment>,
    pub method: String,
    /// Only reads: GET, HEAD, OPTIONS and what the catalogue knows to read only. See `model::resolve::is_unsafe`.
    pub safe: bool,
    pub order: LegOrder,
    pub tokens: TokenUse,
    /// Whether A is asked again when the method is safe.
    pub ask_again: bool,
}

impl ComparisonPlan {
    #[must_use]
    pub fn new(a: Arc<Environment>, b: Arc<Environment>, method: &str, safe: bool) -> Self {
        Self {
            a,
            b,
            method: method.to_owned(),
            safe,
            order: LegOrder::default(),
            tokens: TokenUse::default(),
            ask_again: true,
        }
    }
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Ask the user; `confirm` takes the answer.
    Confirm(Confirmation),
    /// Send these at once; `answer` takes each exchange.
    Send(Vec<LegRequest>),
    /// Nothing until more answers are in.
    Wait,
    /// Everything is there: `conclude`.
    Compare,
    /// There is nothing to compare.
    Stopped(StopReason),
}

/// Both environments will act on the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    pub title: String,
    pub text: String,
}

/// One request to be sent, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegRequest {
    pub leg: RunLeg,
    /// Whose variables, headers, path map and addresses apply.
    pub environment: Leg,
    /// Whose token it carries.
    pub token: Leg,
    /// A redirect is a finding: it is never followed in a comparison.
    pub follow_redirects: bool,
    /// A 401 is a finding: no token is renewed in a comparison.
    pub renew_on_unauthorized: bool,
}

impl LegRequest {
    pub(super) fn new(leg: RunLeg, tokens: TokenUse) -> Self {
        let environment = leg.side();
        Self {
            leg,
            environment,
            token: tokens.owner(environment),
            follow_redirects: false,
            renew_on_unauthorized: false,
        }
    }
}

/// Why there is no comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    #[error("The request was not sent: it was not confirmed")]
    NotConfirmed,
    #[error("The comparison was cancelled")]
    Cancelled,
    #[error("A gave no answer, so B was not asked to act")]
    FirstFailed,
}

/// The state of one comparison.
#[derive(Debug, Clone)]
pub struct ComparisonRun {
    plan: ComparisonPlan,
    confirmed: Option<bool>,
    cancelled: bool,
    sent: Vec<RunLeg>,
    answers: BTreeMap<RunLeg, Arc<Exchange>>,
}

impl ComparisonRun {
    #[must_use]
    pub fn new(plan: ComparisonPlan) -> Self {
        Self {
            confirmed: plan.safe.then_some(true),
            plan,
            cancelled: false,
            sent: Vec::new(),
            answers: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn plan(&self) -> &ComparisonPlan {
        &self.plan
    }

    /// What to do now. Requests are told once: whoever asks again is told to wait.
    pub fn next_step(&mut self) -> Step {
        match self.confirmed {
            None if self.cancelled => return Step::Stopped(StopReason::Cancelled),
            None => return Step::Confirm(self.confirmation()),
            Some(false) => return Step::Stopped(StopReason::NotConfirmed),
            Some(true) => {}
        }
        if self.sent.iter().any(|leg| !self.answers.contains_key(leg)) {
            return Step::Wait;
        }
        let both = self.has(RunLeg::A) && self.has(RunLeg::B);
        if self.cancelled {
            return if both {
                Step::Compare
            } else {
                Step::Stopped(StopReason::Cancelled)
            };
        }
        let wanted = match (self.plan.order, self.sent.as_slice()) {
            (LegOrder::AtOnce, []) => vec![RunLeg::A, RunLeg::B],
            (LegOrder::OneAfterTheOther, []) => vec![RunLeg::A],
            (_, [RunLeg::A]) if !self.plan.safe && !self.is_answered(RunLeg::A) => {
                return Step::Stopped(StopReason::FirstFailed);
            }
            (_, [RunLeg::A]) => vec![RunLeg::B],
            _ if self.wants_again() => vec![RunLeg::AAgain],
            _ => return Step::Compare,
        };
        self.sent.extend(&wanted);
        let tokens = self.plan.tokens;
        Step::Send(
            wanted
                .into_iter()
                .map(|leg| LegRequest::new(leg, tokens))
                .collect(),
        )
    }

    /// Never for methods that act; and only when it can tell something.
    fn wants_again(&self) -> bool {
        self.plan.safe
            && self.plan.ask_again
            && !self.sent.contains(&RunLeg::AAgain)
            && self.is_answered(RunLeg::A)
            && self.is_answered(RunLeg::B)
    }

    fn has(&self, leg: RunLeg) -> bool {
        self.answers.contains_key(&leg)
    }

    fn is_answered(&self, leg: RunLeg) -> bool {
        self.answers
            .get(&leg)
            .and_then(|exchange| exchange.answer())
            .is_some_and(|hop| hop.response.is_some())
    }

    fn confirmation(&self) -> Confirmation {
        Confirmation {
            title: format!("Send {} to both environments?", self.plan.method),
            text: format!(
                "{} is sent to {} and to {}, and both will act on it. It is sent once to each; A is not asked again",
                self.plan.method, self.plan.a.name, self.plan.b.name
            ),
        }
    }

    /// The user's answer to `Step::Confirm`.
    pub fn confirm(&mut self, yes: bool) {
        if self.confirmed.is_none() {
            self.confirmed = Some(yes);
        }
    }

    /// An exchange came to its end, with or without an answer. One that was not asked for changes nothing.
    pub fn answer(&mut self, leg: RunLeg, exchange: Arc<Exchange>) {
        if !self.sent.contains(&leg) || self.has(leg) {
            return;
        }
        let was_cancelled = exchange
            .error
            .as_ref()
            .is_some_and(|error| error.kind == SendErrorKind::Cancelled);
        // Stopping A again only costs the knowledge of what is volatile; stopping A or B ends the run.
        if was_cancelled && leg != RunLeg::AAgain {
            self.cancelled = true;
        }
        self.answers.insert(leg, exchange);
    }

    /// Nothing more is sent. What is under way still has to be handed in, cancelled or not.
    pub fn cancel(&mut self) {
        self.cancelled = true;
    }

    #[must_use]
    pub fn exchange(&self, leg: RunLeg) -> Option<&Arc<Exchange>> {
        self.answers.get(&leg)
    }

    /// How the answers came about.
    #[must_use]
    pub fn record(&self) -> RunRecord {
        RunRecord {
            method: self.plan.method.clone(),
            order: self.plan.order,
            tokens: self.plan.tokens,
            sent: self.sent.clone(),
        }
    }

    /// The result of all answers. `who` decides who gave an answer. `None` when an answer is missing or it was cancelled.
    /// This is long work: not for the thread that paints.
    #[must_use]
    pub fn conclude(
        &self,
        who: &dyn Fn(&Exchange, &Environment) -> Answered,
        rules: &RuleSet,
        options: Options,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Comparison> {
        let answered = |leg: RunLeg| {
            let exchange = self.answers.get(&leg)?;
            let environment = match leg.side() {
                Leg::A => &self.plan.a,
                Leg::B => &self.plan.b,
            };
            Some((exchange, environment, who(exchange, environment)))
        };
        let (a, b) = (answered(RunLeg::A)?, answered(RunLeg::B)?);
        let again = answered(RunLeg::AAgain);
        let one = Side {
            exchange: a.0,
            environment: a.1,
            answered: &a.2,
        };
        let other = Side {
            exchange: b.0,
            environment: b.1,
            answered: &b.2,
        };
        let volatile = match &again {
            None => Volatile::not_asked(),
            Some((exchange, environment, answered)) => {
                let again = Side {
                    exchange,
                    environment,
                    answered,
                };
                volatile_places(&one, &again, rules, cancelled)?
            }
        };
        compare(&one, &other, &volatile, rules, options, cancelled)
    }
}

#[cfg(test)]
mod tests;
