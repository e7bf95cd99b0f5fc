//! Many pairs of requests, A B and B A in turn so that drift cancels out, paced under the rate limit that the answers announce.
//! Only for methods that read. What the samples say is computed by `compare::latency`.

use std::sync::Arc;

use super::comparison::LegRequest;
use super::rate_limit::{RateLimit, retry_after_ms};
use crate::compare::latency::{LatencyReport, LegSample, LegTiming, PairSample};
use crate::compare::record::{RunLeg, TokenUse};
use crate::compare::side::Leg;
use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, SendErrorKind};

/// What is to be sampled. The environments are those of the moment at which it begins.
#[derive(Debug, Clone)]
pub struct SamplingPlan {
    pub a: Arc<Environment>,
    pub b: Arc<Environment>,
    /// Only reads.
    pub safe: bool,
    pub pairs: usize,
    pub tokens: TokenUse,
}

impl SamplingPlan {
    /// Pairs unless told otherwise.
    pub const PAIRS: usize = 30;
    /// Pairs at most.
    pub const MOST_PAIRS: usize = 1_000;
}

/// Why a plan is not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SamplingRefused {
    #[error("Only requests that read are sampled: this one would act {0} times")]
    Unsafe(usize),
    #[error("Sample between 1 and {} pairs", SamplingPlan::MOST_PAIRS)]
    Pairs,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SamplingStep {
    /// Send this; `answer` takes the exchange.
    Send(LegRequest),
    /// Ask again at that time, in milliseconds of the caller's clock.
    WaitUntil { at_ms: u64, because: String },
    /// An answer is outstanding.
    Wait,
    /// All pairs are there, or no more will come: `report`.
    Done(SamplingEnd),
}

/// How a run of samples ended. What was measured until then is in the report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SamplingEnd {
    #[error("All pairs were measured")]
    Complete,
    #[error("Sampling was cancelled")]
    Cancelled,
    #[error("{0} was changed while it was sampled")]
    EnvironmentChanged(String),
    #[error("{pairs} pairs in a row could not be compared: {text}")]
    Failing { pairs: usize, text: String },
    #[error("{leg} allows the next request only in {seconds} s")]
    RateLimited { leg: Leg, seconds: u64 },
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SamplingProgress {
    pub measured: usize,
    pub of: usize,
    /// Pairs that could not be compared and were sent again.
    pub discarded: usize,
}

/// Pairs in a row that may fail.
const MOST_FAILURES: usize = 3;
/// The longest rest a service may ask for.
const LONGEST_REST_MS: u64 = 180_000;
/// The rest after a 429 that names none.
const REST_MS: u64 = 5_000;

/// The state of one run.
#[derive(Debug, Clone)]
pub struct SamplingRun {
    plan: SamplingPlan,
    samples: Vec<PairSample>,
    /// Of the pair under way, in the order sent.
    current: Vec<(Leg, Result<LegSample, String>)>,
    outstanding: Option<Leg>,
    /// When the next pair may begin.
    resume_at_ms: u64,
    failures: usize,
    discarded: usize,
    end: Option<SamplingEnd>,
}

impl SamplingRun {
    /// # Errors
    /// When the request acts, or the number of pairs is out of bounds.
    pub fn new(plan: SamplingPlan) -> Result<Self, SamplingRefused> {
        if !plan.safe {
            return Err(SamplingRefused::Unsafe(plan.pairs.saturating_mul(2)));
        }
        if !(1..=SamplingPlan::MOST_PAIRS).contains(&plan.pairs) {
            return Err(SamplingRefused::Pairs);
        }
        Ok(Self {
            plan,
            samples: Vec::new(),
            current: Vec::new(),
            outstanding: None,
            resume_at_ms: 0,
            failures: 0,
            discarded: 0,
            end: None,
        })
    }

    #[must_use]
    pub fn plan(&self) -> &SamplingPlan {
        &self.plan
    }

    /// What to do now; `now_ms` is any clock that only goes forward.
    pub fn next_step(&mut self, now_ms: u64) -> SamplingStep {
        if self.outstanding.is_some() {
            return SamplingStep::Wait;
        }
        if let Some(end) = &self.end {
            return SamplingStep::Done(end.clone());
        }
        if self.samples.len() >= self.plan.pairs {
            self.end = Some(SamplingEnd::Complete);
            return SamplingStep::Done(SamplingEnd::Complete);
        }
        // Only between pairs: both requests of one are to meet the same conditions.
        if self.current.is_empty() && now_ms < self.resume_at_ms {
            return SamplingStep::WaitUntil {
                at_ms: self.resume_at_ms,
                because: "the rate limit that the answers announce".to_owned(),
            };
        }
        let leg = match self.current.first() {
            None => self.first_leg(),
            Some((first, _)) => first.other(),
        };
        self.outstanding = Some(leg);
        let leg = match leg {
            Leg::A => RunLeg::A,
            Leg::B => RunLeg::B,
        };
        SamplingStep::Send(LegRequest::new(leg, self.plan.tokens))
    }

    /// A B, B A, A B, …
    fn first_leg(&self) -> Leg {
        if (self.samples.len() + self.discarded).is_multiple_of(2) {
            Leg::A
        } else {
            Leg::B
        }
    }

    /// The exchange asked for came to its end. One of another leg changes nothing.
    pub fn answer(&mut self, leg: Leg, exchange: &Exchange, now_ms: u64) {
        if self.outstanding != Some(leg) {
            return;
        }
        self.outstanding = None;
        let was_cancelled = exchange
            .error
            .as_ref()
            .is_some_and(|error| error.kind == SendErrorKind::Cancelled);
        if was_cancelled {
            self.end.get_or_insert(SamplingEnd::Cancelled);
            return;
        }
        self.pace(leg, exchange, now_ms);
        self.current.push((leg, sample(exchange)));
        if self.current.len() == 2 {
            self.complete_pair();
        }
    }

    fn pace(&mut self, leg: Leg, exchange: &Exchange, now_ms: u64) {
        let Some(response) = exchange.answer().and_then(|hop| hop.response.as_ref()) else {
            return;
        };
        let limit = RateLimit::of(&response.headers);
        let rest_ms = if response.status == 429 {
            retry_after_ms(&response.headers)
                .or(limit.map(|limit| limit.reset_ms))
                .unwrap_or(REST_MS)
        } else {
            let left = self.plan.pairs.saturating_sub(self.samples.len()) * 2;
            // The pause is reckoned by request and taken by pair.
            limit.map_or(0, |limit| {
                let wanted = u64::try_from(left).unwrap_or(u64::MAX);
                let pause = limit.pause_ms(wanted);
                pause.saturating_mul(2).min(pause.max(limit.reset_ms))
            })
        };
        if rest_ms > LONGEST_REST_MS {
            self.end.get_or_insert(SamplingEnd::RateLimited {
                leg,
                seconds: rest_ms / 1000,
            });
        }
        self.resume_at_ms = self.resume_at_ms.max(now_ms.saturating_add(rest_ms));
    }

    fn complete_pair(&mut self) {
        let mut legs = std::mem::take(&mut self.current);
        let first = legs[0].0;
        legs.sort_by_key(|(leg, _)| *leg);
        let [(_, a), (_, b)] = <[_; 2]>::try_from(legs).expect("two legs");
        let failure = match (&a, &b) {
            (Err(text), _) => Some(format!("A: {text}")),
            (_, Err(text)) => Some(format!("B: {text}")),
            (Ok(a), Ok(b)) if a.status != b.status => {
                Some(format!("A answered {}, B {}", a.status, b.status))
            }
            _ => None,
        };
        match (a, b, failure) {
            (Ok(a), Ok(b), None) => {
                self.failures = 0;
                self.samples.push(PairSample {
                    pair: self.samples.len() + 1,
                    first,
                    a,
                    b,
                });
            }
            (_, _, failure) => {
                self.discarded += 1;
                self.failures += 1;
                if self.failures >= MOST_FAILURES {
                    self.end.get_or_insert(SamplingEnd::Failing {
                        pairs: self.failures,
                        text: failure.unwrap_or_default(),
                    });
                }
            }
        }
    }

    /// Nothing more is sent; what was measured is kept.
    pub fn cancel(&mut self) {
        self.end.get_or_insert(SamplingEnd::Cancelled);
    }

    /// An environment was edited: later samples would measure something else, so there are none.
    pub fn environment_changed(&mut self, leg: Leg) {
        let environment = match leg {
            Leg::A => &self.plan.a,
            Leg::B => &self.plan.b,
        };
        let end = SamplingEnd::EnvironmentChanged(environment.name.clone());
        self.end.get_or_insert(end);
    }

    #[must_use]
    pub fn progress(&self) -> SamplingProgress {
        SamplingProgress {
            measured: self.samples.len(),
            of: self.plan.pairs,
            discarded: self.discarded,
        }
    }

    /// What the samples say so far.
    #[must_use]
    pub fn report(&self) -> LatencyReport {
        LatencyReport::new(self.samples.clone())
    }
}

fn sample(exchange: &Exchange) -> Result<LegSample, String> {
    let hop = exchange.answer();
    let error = exchange
        .error
        .as_ref()
        .or_else(|| hop?.error.as_ref())
        .map(|error| exchange.masks.text(&error.text));
    if let Some(error) = error {
        return Err(error);
    }
    let (Some(hop), Some(response)) = (hop, hop.and_then(|hop| hop.response.as_ref())) else {
        return Err("nothing came back".to_owned());
    };
    if let Some(problem) = &response.body.incomplete {
        return Err(problem.to_string());
    }
    if response.status == 429 || response.status >= 500 {
        return Err(format!("it answered {}", response.status));
    }
    Ok(LegSample {
        status: response.status,
        timing: LegTiming::of_hop(hop),
    })
}

#[cfg(test)]
mod tests;
