//! What a gateway check found: one result a step, in the order of the steps. Plain values that can be shown, stored and read
//! again; secrets are masked in them. How a result is reached is in the judges beside this file.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::compare::latency::{Connections, MedianDifference};
use crate::model::note::{Field, Fix};

/// The steps, in the order in which they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    Name,
    Tcp,
    Tls,
    Http,
    Stage,
    LoginPath,
    GatewayToken,
    RegionToken,
    ApiPath,
    Authorization,
    Query,
    RequestHeaders,
    Errors,
    Bodies,
    Compression,
    PageLinks,
    PlatformHeaders,
    SameAnswer,
    Latency,
    Clients,
}

impl StepKind {
    pub const ALL: [Self; 20] = [
        Self::Name,
        Self::Tcp,
        Self::Tls,
        Self::Http,
        Self::Stage,
        Self::LoginPath,
        Self::GatewayToken,
        Self::RegionToken,
        Self::ApiPath,
        Self::Authorization,
        Self::Query,
        Self::RequestHeaders,
        Self::Errors,
        Self::Bodies,
        Self::Compression,
        Self::PageLinks,
        Self::PlatformHeaders,
        Self::SameAnswer,
        Self::Latency,
        Self::Clients,
    ];

    /// What the step asks, in a few words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Name => "Name resolves",
            Self::Tcp => "Connection opens",
            Self::Tls => "TLS and certificate",
            Self::Http => "HTTP answers",
            Self::Stage => "Stage exists",
            Self::LoginPath => "Login path is routed",
            Self::GatewayToken => "Token through the gateway",
            Self::RegionToken => "Token from the region directly",
            Self::ApiPath => "API path reaches Genesys Cloud",
            Self::Authorization => "Authorization header passes",
            Self::Query => "Query string has the same effect",
            Self::RequestHeaders => "Request headers pass",
            Self::Errors => "Errors keep their status and body",
            Self::Bodies => "Request bodies pass",
            Self::Compression => "Compression",
            Self::PageLinks => "Pagination links can be followed",
            Self::PlatformHeaders => "Rate-limit and correlation headers survive",
            Self::SameAnswer => "Same answer as directly",
            Self::Latency => "Latency added",
            Self::Clients => "Official clients",
        }
    }
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Passed,
    /// It works, but not as it does directly.
    Warning,
    Failed,
    /// Not tried; the evidence says why.
    Skipped,
    /// Tried, and no answer can show it.
    NotObservable,
}

impl Outcome {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::NotObservable => "not observable here",
        }
    }
}

/// What is wrong, as a word that scripts can rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    NameNotResolved,
    NoConnection,
    WrongCertificate,
    TlsFailed,
    NoHttpAnswer,
    NotAGateway,
    StageMissing,
    LoginPathMissing,
    LoginRequestChanged,
    CredentialsRefused,
    ApiPathMissing,
    BackendUnreachable,
    AuthorizationDropped,
    AuthorizerInTheWay,
    HeaderCaseEnforced,
    ParameterRequired,
    QueryFixed,
    QueryDropped,
    QueryAppended,
    QueryChanged,
    HeadersChanged,
    StatusMasked,
    ErrorsChanged,
    BodyChanged,
    LinksBroken,
    HeadersLost,
    DifferentAnswer,
    WrongRegion,
    SlowBackend,
    Throttled,
    ApiKeyNeeded,
    SignatureNeeded,
    ClientsBreak,
}

impl Fault {
    /// A sentence's worth of it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NameNotResolved => "the name does not resolve",
            Self::NoConnection => "no connection",
            Self::WrongCertificate => "wrong certificate",
            Self::TlsFailed => "TLS failed",
            Self::NoHttpAnswer => "no HTTP answer",
            Self::NotAGateway => "not shown to be an API Gateway",
            Self::StageMissing => "stage missing",
            Self::LoginPathMissing => "login path not routed",
            Self::LoginRequestChanged => "login request changed on the way",
            Self::CredentialsRefused => "credentials refused",
            Self::ApiPathMissing => "API path not routed",
            Self::BackendUnreachable => "backend not reached",
            Self::AuthorizationDropped => "Authorization dropped",
            Self::AuthorizerInTheWay => "the gateway's authorizer takes the Authorization header",
            Self::HeaderCaseEnforced => "header-name case enforced",
            Self::ParameterRequired => "the gateway requires a parameter",
            Self::QueryFixed => "query parameter fixed",
            Self::QueryDropped => "query parameters dropped",
            Self::QueryAppended => "query parameters appended",
            Self::QueryChanged => "query string changed",
            Self::HeadersChanged => "request headers changed",
            Self::StatusMasked => "status masked",
            Self::ErrorsChanged => "errors changed",
            Self::BodyChanged => "bodies changed",
            Self::LinksBroken => "pagination links lead elsewhere",
            Self::HeadersLost => "response headers lost",
            Self::DifferentAnswer => "different answer",
            Self::WrongRegion => "wrong backend region",
            Self::SlowBackend => "slow backend",
            Self::Throttled => "throttled by the gateway",
            Self::ApiKeyNeeded => "API key needed",
            Self::SignatureNeeded => "AWS signature (IAM) needed",
            Self::ClientsBreak => "some official clients break",
        }
    }
}

/// Whether something tricky arrived as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    Same,
    Different,
    NotObservable,
}

impl Effect {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "same effect",
            Self::Different => "different effect",
            Self::NotObservable => "not observable here",
        }
    }
}

/// One thing that was sent both ways, and what each answer shows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectRow {
    pub what: String,
    pub effect: Effect,
    /// What the answer through the gateway shows.
    pub gateway: String,
    /// What the direct answer shows; without one, what was asked for.
    pub direct: String,
}

/// An id for a log search or a support ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedId {
    pub name: String,
    pub value: String,
}

/// What was measured of the time that the gateway adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Latency {
    pub connections: Connections,
    /// The gateway's time less the region's: median, interval and number of pairs.
    pub added: MedianDifference,
    /// Pairs in which only one connection was new: left out.
    pub mixed_pairs: usize,
    /// All pairs, in the order in which they were sent.
    pub samples: Vec<LatencySample>,
}

/// One request each way, one right after the other. Milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LatencySample {
    pub direct_ms: f64,
    pub gateway_ms: f64,
    /// The direct request went first.
    pub direct_first: bool,
    /// Both went over connections that were there already, or both over new ones; `None`: one of each.
    pub connections: Option<Connections>,
}

/// What one step found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepResult {
    pub step: StepKind,
    pub outcome: Outcome,
    /// `None` unless it failed or warned.
    pub fault: Option<Fault>,
    /// `Login path is not routed`.
    pub title: String,
    /// What was seen, each a line.
    pub evidence: Vec<String>,
    /// What it means, in a sentence; empty when there is nothing to say.
    pub means: String,
    /// What to try, in this order.
    pub tries: Vec<String>,
    pub links: Vec<String>,
    /// A change of the environment that one click makes.
    pub fix: Option<Fix>,
    /// The field of the environment that it is about.
    pub field: Option<Field>,
    pub effects: Vec<EffectRow>,
    /// Of the step that measures, when it could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Box<Latency>>,
    /// Of the requests sent for it; `None`: none was sent.
    pub took_ms: Option<f64>,
    pub request_ids: Vec<NamedId>,
    /// The exchanges that it looked at, by their ids in this run.
    pub exchanges: Vec<u64>,
}

impl StepResult {
    #[must_use]
    pub fn new(step: StepKind, outcome: Outcome, title: impl Into<String>) -> Self {
        Self {
            step,
            outcome,
            fault: None,
            title: title.into(),
            evidence: Vec::new(),
            means: String::new(),
            tries: Vec::new(),
            links: Vec::new(),
            fix: None,
            field: None,
            effects: Vec::new(),
            latency: None,
            took_ms: None,
            request_ids: Vec::new(),
            exchanges: Vec::new(),
        }
    }

    pub(super) fn passed(step: StepKind, title: impl Into<String>) -> Self {
        Self::new(step, Outcome::Passed, title)
    }

    pub(super) fn failed(step: StepKind, fault: Fault, title: impl Into<String>) -> Self {
        Self {
            fault: Some(fault),
            ..Self::new(step, Outcome::Failed, title)
        }
    }

    pub(super) fn warning(step: StepKind, fault: Fault, title: impl Into<String>) -> Self {
        Self {
            fault: Some(fault),
            ..Self::new(step, Outcome::Warning, title)
        }
    }

    pub(super) fn skipped(step: StepKind, because: impl Into<String>) -> Self {
        Self::new(step, Outcome::Skipped, step.words()).seen(because)
    }

    pub(super) fn not_observable(step: StepKind, because: impl Into<String>) -> Self {
        Self::new(step, Outcome::NotObservable, step.words()).seen(because)
    }

    pub(super) fn seen(mut self, line: impl Into<String>) -> Self {
        let line = line.into();
        if !line.is_empty() {
            self.evidence.push(line);
        }
        self
    }

    pub(super) fn means(mut self, sentence: impl Into<String>) -> Self {
        self.means = sentence.into();
        self
    }

    pub(super) fn attempt(mut self, words: impl Into<String>) -> Self {
        self.tries.push(words.into());
        self
    }

    pub(super) fn about(mut self, field: Field) -> Self {
        self.field = Some(field);
        self
    }

    /// Failed or warned.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        matches!(self.outcome, Outcome::Failed | Outcome::Warning)
    }
}

/// How many steps ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StepCounts {
    pub passed: usize,
    pub warnings: usize,
    pub failed: usize,
    pub skipped: usize,
    pub not_observable: usize,
}

impl StepCounts {
    #[must_use]
    pub fn of(steps: &[StepResult]) -> Self {
        let count = |outcome| steps.iter().filter(|step| step.outcome == outcome).count();
        Self {
            passed: count(Outcome::Passed),
            warnings: count(Outcome::Warning),
            failed: count(Outcome::Failed),
            skipped: count(Outcome::Skipped),
            not_observable: count(Outcome::NotObservable),
        }
    }

    /// `8 of 10 passed, 1 failed, 1 warning, 3 skipped`: of those that could show something.
    #[must_use]
    pub fn sentence(&self) -> String {
        let told = self.passed + self.warnings + self.failed;
        let mut text = format!("{} of {told} passed", self.passed);
        for (number, words) in [
            (self.failed, "failed"),
            (
                self.warnings,
                if self.warnings == 1 {
                    "warning"
                } else {
                    "warnings"
                },
            ),
            (self.skipped, "skipped"),
            (self.not_observable, "not observable here"),
        ] {
            if number > 0 {
                let _ = write!(text, ", {number} {words}");
            }
        }
        text
    }
}
