//! The gateway check: a gateway environment is proved step by step. Whoever drives it asks `next`, sends what it says, and hands in
//! the answers; each step becomes a result as soon as the answers it needs are there. It stops only where the next step cannot run.
//!
//! - `plan`: what is to be checked; `probe`: the requests; `seen`: one answer as it is looked at
//! - `connection`, `routes`, `effects`, `answers`: the judges of the steps
//! - `outcome`: results as values; `report`: the whole of it; `page`: as Markdown and HTML

mod answers;
mod connection;
mod effects;
pub mod outcome;
mod page;
mod plan;
mod probe;
pub mod report;
mod routes;
mod seen;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::explain::explanation::{Explanation, explain};
use crate::explain::rule::RemedyAction;
use crate::model::environment::{Credentials, Environment, Target, TokenFrom};
use crate::model::exchange::{Exchange, SendErrorKind};
use crate::model::note::Field;
use crate::model::route::environment_notes;
use crate::model::timings::milliseconds;

use super::rate_limit::{RateLimit, retry_after_ms};
use outcome::{Fault, NamedId, Outcome, StepKind, StepResult};
pub use plan::{CheckPlan, region_behind, twin};
use probe::Known;
pub use probe::{Probe, ProbeRequest, TokenOf, Way};
use report::CheckReport;
use seen::{Refusal, Seen};

/// What is to be done next.
#[derive(Debug, Clone)]
pub enum Next {
    /// Send this; `answer` (or `not_sent`) takes what comes of it.
    Send(Box<ProbeRequest>),
    /// Ask again at that time, in milliseconds of the caller's clock.
    WaitUntil { at_ms: u64, because: String },
    /// An answer is outstanding.
    Wait,
    /// Every step has its result: `report`.
    Done,
}

/// What came of a probe.
#[derive(Debug, Clone)]
enum Answer {
    Exchange(Arc<Exchange>),
    /// Nothing went out, and why.
    NotSent(String),
}

/// What a judge says.
enum Judged {
    /// It needs the answer to this first.
    Need(Probe),
    Is(Box<StepResult>),
}

impl From<StepResult> for Judged {
    fn from(result: StepResult) -> Self {
        Self::Is(Box::new(result))
    }
}

/// The longest rest a service may ask for.
const LONGEST_REST_MS: u64 = 65_000;
/// The rest after a 429 that names none.
const REST_MS: u64 = 5_000;
/// Requests that are still to come, for the pace: a check is short.
const STILL_TO_COME: u64 = 12;

/// The state of one check.
#[derive(Debug, Clone)]
pub struct CheckRun {
    plan: CheckPlan,
    started_ms: Option<u64>,
    ended_ms: u64,
    steps: Vec<StepResult>,
    answers: BTreeMap<Probe, Answer>,
    outstanding: Option<Probe>,
    /// Sent for the step that is under way.
    sent_for_step: Vec<Probe>,
    resume_at_ms: u64,
    /// Asked once more after a rest.
    asked_again: Vec<Probe>,
    throttled: Option<Probe>,
    cancelled: bool,
}

impl CheckRun {
    #[must_use]
    pub fn new(plan: CheckPlan) -> Self {
        Self {
            plan,
            started_ms: None,
            ended_ms: 0,
            steps: Vec::new(),
            answers: BTreeMap::new(),
            outstanding: None,
            sent_for_step: Vec::new(),
            resume_at_ms: 0,
            asked_again: Vec::new(),
            throttled: None,
            cancelled: false,
        }
    }

    #[must_use]
    pub fn plan(&self) -> &CheckPlan {
        &self.plan
    }

    /// The results so far, in the order of the steps.
    #[must_use]
    pub fn steps(&self) -> &[StepResult] {
        &self.steps
    }

    /// The step under way; `None` when all have a result.
    #[must_use]
    pub fn current(&self) -> Option<StepKind> {
        StepKind::ALL.get(self.steps.len()).copied()
    }

    /// What to do now; `now_ms` is any clock that only goes forward. Requests are told once.
    pub fn next(&mut self, now_ms: u64) -> Next {
        self.started_ms.get_or_insert(now_ms);
        self.ended_ms = now_ms;
        loop {
            if self.outstanding.is_some() {
                return Next::Wait;
            }
            let Some(step) = self.current() else {
                return Next::Done;
            };
            match self.judge(step) {
                Judged::Is(result) => self.conclude(*result),
                Judged::Need(probe) if self.cancelled => {
                    // What was cancelled has no answer, and needs none.
                    let because = "The check was cancelled before it";
                    self.answers
                        .insert(probe, Answer::NotSent(because.to_owned()));
                    self.conclude(StepResult::skipped(step, because));
                }
                Judged::Need(_) if now_ms < self.resume_at_ms => {
                    return Next::WaitUntil {
                        at_ms: self.resume_at_ms,
                        because: "the rate limit that the answers announce".to_owned(),
                    };
                }
                Judged::Need(probe) => {
                    let known = self.known();
                    let token = self.token_for(probe);
                    if let Some(request) = probe::request(&self.plan, probe, token, &known) {
                        self.outstanding = Some(probe);
                        self.sent_for_step.push(probe);
                        return Next::Send(Box::new(request));
                    }
                    let because = "There is nothing to ask it with".to_owned();
                    self.answers.insert(probe, Answer::NotSent(because));
                }
            }
        }
    }

    /// An exchange came to its end, with or without an answer.
    pub fn answer(&mut self, exchange: Arc<Exchange>, now_ms: u64) {
        let Some(probe) = self.outstanding.take() else {
            return;
        };
        let was_cancelled = exchange
            .error
            .as_ref()
            .is_some_and(|error| error.kind == SendErrorKind::Cancelled);
        self.cancelled |= was_cancelled;
        // What was stopped on its way is no answer, and no failure either.
        if was_cancelled {
            let because = "The check was cancelled before its answer";
            self.answers
                .insert(probe, Answer::NotSent(because.to_owned()));
            return;
        }
        if self.pace(probe, &exchange, now_ms) {
            return;
        }
        self.answers.insert(probe, Answer::Exchange(exchange));
    }

    /// Nothing went out.
    pub fn not_sent(&mut self, because: impl Into<String>) {
        if let Some(probe) = self.outstanding.take() {
            self.answers.insert(probe, Answer::NotSent(because.into()));
        }
    }

    /// Nothing more is sent. What is under way still has to be handed in, cancelled or not.
    pub fn cancel(&mut self) {
        self.cancelled = true;
    }

    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    #[must_use]
    pub fn report(&self) -> CheckReport {
        CheckReport::new(
            &self.plan,
            self.steps.clone(),
            self.ended_ms
                .saturating_sub(self.started_ms.unwrap_or(self.ended_ms)),
            self.cancelled,
            self.answers
                .values()
                .filter(|answer| matches!(answer, Answer::Exchange(_)))
                .count(),
        )
    }

    /// Every exchange of the run that came to an end.
    pub fn exchanges(&self) -> impl Iterator<Item = &Arc<Exchange>> {
        self.answers.values().filter_map(|answer| match answer {
            Answer::Exchange(exchange) => Some(exchange),
            Answer::NotSent(_) => None,
        })
    }

    /// Rests as the answers ask for it. `true`: the same is asked once more.
    fn pace(&mut self, probe: Probe, exchange: &Arc<Exchange>, now_ms: u64) -> bool {
        let environment = self.environment_of(probe);
        let seen = Seen::new(exchange, &environment);
        let Some(response) = seen.response() else {
            return false;
        };
        let limit = RateLimit::of(&response.headers);
        if response.status == 429 && !self.asked_again.contains(&probe) {
            let by_gateway = seen.is_gateway_itself();
            let rest = retry_after_ms(&response.headers)
                .or(limit.map(|limit| limit.reset_ms))
                .unwrap_or(if by_gateway { REST_MS / 5 } else { REST_MS });
            if rest <= LONGEST_REST_MS && !self.cancelled {
                self.asked_again.push(probe);
                self.resume_at_ms = now_ms.saturating_add(rest);
                return true;
            }
        }
        if seen.refusal() == Some(Refusal::Throttled) {
            self.throttled.get_or_insert(probe);
        }
        let rest = limit.map_or(0, |limit| limit.pause_ms(STILL_TO_COME));
        self.resume_at_ms = now_ms.saturating_add(rest.min(LONGEST_REST_MS));
        false
    }

    fn conclude(&mut self, mut result: StepResult) {
        let sent = std::mem::take(&mut self.sent_for_step);
        let exchanges: Vec<&Arc<Exchange>> = sent
            .iter()
            .filter_map(|probe| self.exchange(*probe))
            .collect();
        if result.took_ms.is_none() && !exchanges.is_empty() {
            let total = exchanges.iter().map(|exchange| exchange.total).sum();
            result.took_ms = Some(milliseconds(total));
        }
        if result.exchanges.is_empty() {
            result.exchanges = exchanges.iter().map(|exchange| exchange.id.0).collect();
        }
        self.steps.push(result);
    }

    fn judge(&self, step: StepKind) -> Judged {
        if let Some(because) = self.blocked(step) {
            return StepResult::skipped(step, because).into();
        }
        let judged = match step {
            StepKind::Name => self.name(),
            StepKind::Tcp => self.tcp(),
            StepKind::Tls => self.tls(),
            StepKind::Http => self.http(),
            StepKind::Stage => self.stage(),
            StepKind::LoginPath => self.login_path(),
            StepKind::GatewayToken => self.gateway_token(),
            StepKind::RegionToken => self.region_token(),
            StepKind::ApiPath => self.api_path(),
            StepKind::Authorization => self.authorization(),
            StepKind::Query => self.query(),
            StepKind::RequestHeaders => self.request_headers(),
            StepKind::Errors => self.errors(),
            StepKind::Bodies => self.bodies(),
            StepKind::Compression => self.compression(),
            StepKind::PageLinks => self.page_links(),
            StepKind::PlatformHeaders => self.platform_headers(),
            StepKind::SameAnswer => self.same_answer(),
            StepKind::Latency => self.latency(),
            StepKind::Clients => self.clients(),
        };
        match judged {
            Judged::Is(result) => self.unless_throttled(*result).into(),
            need @ Judged::Need(_) => need,
        }
    }

    /// Why a step cannot run.
    fn blocked(&self, step: StepKind) -> Option<String> {
        if step == StepKind::Clients {
            return None;
        }
        if self.cancelled && !self.needs_nothing_more(step) {
            return Some("The check was cancelled before it".to_owned());
        }
        if step == StepKind::RegionToken {
            return None;
        }
        if step > StepKind::Http && self.throttled.is_some() && self.sent_for_step.is_empty() {
            return Some("Not tried: the gateway refuses more requests for now (429)".to_owned());
        }
        let first_failed = self
            .steps
            .iter()
            .find(|result| result.outcome == Outcome::Failed && result.step <= StepKind::Stage);
        if let Some(failed) = first_failed {
            return Some(format!("{}, so it cannot be tried", failed.title));
        }
        if step > StepKind::Authorization {
            let failed = self.steps.iter().find(|result| {
                matches!(result.step, StepKind::ApiPath | StepKind::Authorization)
                    && result.outcome != Outcome::Passed
            });
            if let Some(failed) = failed {
                return Some(match (failed.outcome, failed.step) {
                    (Outcome::Failed | Outcome::Warning, _) => {
                        format!("{}, so it cannot be tried", failed.title)
                    }
                    (_, StepKind::Authorization) => {
                        "Not tried: whether the Authorization header passes is not known".to_owned()
                    }
                    _ => "Not tried: whether the API path reaches Genesys Cloud is not known"
                        .to_owned(),
                });
            }
        }
        None
    }

    /// The connection's steps read one and the same exchange.
    fn needs_nothing_more(&self, step: StepKind) -> bool {
        step <= StepKind::Http && self.exchange(Probe::Root).is_some()
    }

    /// A step during which the gateway began to refuse tells nothing else.
    fn unless_throttled(&self, result: StepResult) -> StepResult {
        let concerns = |probe: &Probe| match probe {
            // The first request serves several steps; the one about HTTP is the one to say it.
            Probe::Root => result.step == StepKind::Http,
            probe => self.sent_for_step.contains(probe),
        };
        let Some(probe) = self.throttled.filter(concerns) else {
            return result;
        };
        let failed = StepResult::failed(
            result.step,
            Fault::Throttled,
            "The gateway throttles the requests",
        )
        .means("The gateway itself answers 429: a limit of its account, stage, method or usage plan is reached, not one of Genesys Cloud")
        .attempt("Raise the throttling limits of the stage or of the usage plan, or wait and run the check again");
        self.explained(failed, probe)
    }

    fn exchange(&self, probe: Probe) -> Option<&Arc<Exchange>> {
        match self.answers.get(&probe)? {
            Answer::Exchange(exchange) => Some(exchange),
            Answer::NotSent(_) => None,
        }
    }

    /// The answer to a probe: asked for, looked at, or not to be had.
    fn look(&self, probe: Probe) -> Result<Seen<'_>, Missing> {
        match self.answers.get(&probe) {
            None => Err(Missing::NotAsked(probe)),
            Some(Answer::NotSent(because)) => Err(Missing::NotSent(because.clone())),
            Some(Answer::Exchange(exchange)) => {
                Ok(Seen::new(exchange, &self.environment_of(probe)))
            }
        }
    }

    fn environment_of(&self, probe: Probe) -> Arc<Environment> {
        match (probe.way(), &self.plan.direct) {
            (Way::Direct, Some(direct)) => Arc::clone(direct),
            _ => Arc::clone(&self.plan.gateway),
        }
    }

    fn step(&self, step: StepKind) -> Option<&StepResult> {
        self.steps.iter().find(|result| result.step == step)
    }

    fn has_passed(&self, step: StepKind) -> bool {
        self.step(step)
            .is_some_and(|result| result.outcome == Outcome::Passed)
    }

    /// The direct environment can be asked, with a token.
    fn has_control(&self) -> bool {
        self.plan.direct.is_some() && self.has_passed(StepKind::RegionToken)
    }

    /// Whose token goes through the gateway.
    fn token_through_gateway(&self) -> TokenOf {
        let Target::Gateway(gateway) = &self.plan.gateway.target else {
            return TokenOf::Nobody;
        };
        let by_login_path = gateway.token_from == TokenFrom::LoginPath;
        match &self.plan.gateway.credentials {
            Credentials::None => TokenOf::Nobody,
            Credentials::AccessToken => TokenOf::Own,
            _ if !by_login_path || self.has_passed(StepKind::GatewayToken) => TokenOf::Own,
            _ if self.plan.shares_client && self.has_control() => TokenOf::Direct,
            // The credentials are another environment's: whether they are a pasted token only a send would tell.
            _ => TokenOf::Nobody,
        }
    }

    fn token_for(&self, probe: Probe) -> TokenOf {
        match probe {
            Probe::Root | Probe::UnknownRoute | Probe::LoginBare | Probe::LoginSigned => {
                TokenOf::Nobody
            }
            Probe::GatewayToken | Probe::RegionToken => TokenOf::Own,
            probe if probe.way() == Way::Direct => TokenOf::Own,
            _ => self.token_through_gateway(),
        }
    }

    /// What later requests are made of.
    fn known(&self) -> Known {
        Known {
            ids: self.two_ids(),
            next_page: self.next_page(),
        }
    }

    /// An earlier step rules it out.
    fn is_proved(&self, remedy: &RemedyAction) -> bool {
        let RemedyAction::EditField { field } = remedy else {
            return false;
        };
        match field {
            Field::Stage => self.has_passed(StepKind::Stage),
            Field::LoginPath => self.has_passed(StepKind::LoginPath),
            Field::ApiPath => self.has_passed(StepKind::ApiPath),
            _ => false,
        }
    }

    /// The result with the explanation of the answer to `probe`: evidence, what to try, ids.
    fn explained(&self, mut result: StepResult, probe: Probe) -> StepResult {
        let Some(exchange) = self.exchange(probe) else {
            return result;
        };
        let environment = self.environment_of(probe);
        let explanation = explain(exchange, &environment);
        let seen = Seen::new(exchange, &environment);
        result.evidence.push(seen.line());
        result.exchanges.push(exchange.id.0);
        add_explanation(&mut result, &explanation, exchange, |remedy| {
            self.is_proved(remedy)
        });
        if let Some(field) = &result.field {
            result.fix = environment_notes(&self.plan.gateway)
                .into_iter()
                .find(|note| note.field == *field && note.fix.is_some())
                .and_then(|note| note.fix);
        }
        result
    }
}

/// Why there is no answer to look at.
enum Missing {
    NotAsked(Probe),
    NotSent(String),
}

impl Missing {
    /// Asks for it, or says that the step cannot be taken.
    fn judged(self, step: StepKind) -> Judged {
        match self {
            Self::NotAsked(probe) => Judged::Need(probe),
            Self::NotSent(because) => StepResult::skipped(step, because).into(),
        }
    }
}

fn add_explanation(
    result: &mut StepResult,
    explanation: &Explanation,
    exchange: &Exchange,
    is_proved: impl Fn(&RemedyAction) -> bool,
) {
    // What is to be changed in the gateway is said once: the step knows more of it than one answer does.
    let says_what_to_change = !result.tries.is_empty();
    if let Some(finding) = &explanation.main {
        if result.means.is_empty() {
            result.means.clone_from(&finding.means);
        }
        for remedy in &finding.remedies {
            // This is the check, and it has a control of its own.
            let is_here = matches!(
                remedy.action,
                Some(
                    RemedyAction::CheckGateway | RemedyAction::Compare | RemedyAction::SendDirectly
                )
            );
            let is_told = says_what_to_change && remedy.words.starts_with("In the gateway:");
            if remedy.action.as_ref().is_some_and(&is_proved) || is_told {
                continue;
            }
            if !is_here && !result.tries.contains(&remedy.words) {
                result.tries.push(remedy.words.clone());
            }
            if let (None, Some(RemedyAction::EditField { field })) = (&result.field, &remedy.action)
            {
                result.field = Some(field.clone());
            }
        }
        result.links.clone_from(&finding.links);
    }
    result.request_ids = explanation
        .request_ids
        .iter()
        .map(|id| NamedId {
            name: id.name.clone(),
            value: exchange.masks.text(&id.value),
        })
        .collect();
}

#[cfg(test)]
mod tests;
