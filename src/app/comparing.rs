//! The comparison of the open request on A and B: what the user does with it, what is to be done outside, and what is shown.
//! Which request is sent when is decided in `runs`, what the answers mean in `compare`.

mod subject;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::body::view::BodyView;
use crate::compare::latency::LatencyReport;
use crate::compare::outcome::Comparison;
use crate::compare::record::{LegOrder, RunLeg, RunRecord, TokenUse};
use crate::compare::report::{Report, ReportFormat};
use crate::compare::{Hunk, Leg as CompareLeg};
use crate::model::dynamic::Dynamics;
use crate::model::environment::Environment;
use crate::model::exchange::Exchange;
use crate::model::history::{HistoryId, HistoryKind};
use crate::model::ids::{ExchangeId, RequestId};
use crate::model::request::RequestDraft;
use crate::model::rules::{CompareRule, JsonPath, RuleAction, RulePlace, RuleSet, Segment};
use crate::runs::comparison::{Confirmation, StopReason};
use crate::runs::sampling::{SamplingEnd, SamplingPlan, SamplingProgress};
pub(super) use subject::Subject;

use super::event::NotSent;
use super::state::AppState;

/// What the user does there. Everything is about the open request.
#[derive(Debug, Clone)]
pub enum ComparingAction {
    /// Sends the open request to A and B and shows what comes of it.
    Start,
    /// Stops the comparison (or the judging of it); what was shown before stays.
    Cancel,
    StartSampling {
        pairs: usize,
    },
    CancelSampling,
    ShowOptions(bool),
    SetOptions(ComparingOptions),
    /// Sets the difference in that row of the comparison aside by a rule: one of `Row::ignore_rules`, by its index.
    IgnoreRow {
        row: usize,
        choice: usize,
    },
    /// Switches a rule of the workspace or a shipped one, and judges the same answers again.
    SwitchRule {
        id: String,
        on: bool,
    },
    /// Deletes a rule of the workspace, and judges the same answers again.
    DeleteRule {
        id: String,
    },
    /// Shows a comparison out of the history; nothing is sent.
    Reopen(HistoryId),
    /// The whole report goes to the clipboard.
    CopyMarkdown,
    /// Asks where, then saves.
    AskWhereToSave(SaveKind),
    Save {
        path: PathBuf,
        kind: SaveKind,
    },
    /// Shows the comparison of the open request again after `Close`.
    Show,
    /// Back to the request; the result stays.
    Close,
}

/// What is saved as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SaveKind {
    Report(ReportFormat),
    /// The samples of the latency as CSV.
    Samples,
}

impl SaveKind {
    /// A name to begin with.
    #[must_use]
    pub fn file_name(self) -> String {
        match self {
            Self::Report(format) => format!("comparison.{}", format.file_ending()),
            Self::Samples => "latency.csv".to_owned(),
        }
    }
}

/// How comparisons are made, from the next one on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComparingOptions {
    pub order: LegOrder,
    pub tokens: TokenUse,
    pub alignment: Alignment,
}

/// How the elements of lists are aligned where no rule says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Alignment {
    /// By `id`, `selfUri` or `name` where every element has one of its own, else in order.
    #[default]
    Automatic,
    InOrder,
    /// By this member.
    ByKey(String),
}

/// What `Saved` and `SaveFailed` call the rules.
pub const RULES: &str = "the comparison rules";

/// Ids of the rules that an alignment stands for: they are no rules of the workspace.
const OPTION_RULE: &str = "option-alignment";

impl ComparingOptions {
    /// The rules with what the options say about lists behind the user's own.
    #[must_use]
    pub fn applied_to(&self, rules: &RuleSet) -> RuleSet {
        let action = match &self.alignment {
            Alignment::Automatic => return rules.clone(),
            Alignment::InOrder => RuleAction::List,
            Alignment::ByKey(key) => RuleAction::ByKey(key.clone()),
        };
        let places = [
            vec![],
            vec![Segment::AnyDepth, Segment::AnyMember],
            vec![Segment::AnyDepth, Segment::AnyElement],
        ];
        let mut rules = rules.clone();
        for segments in places {
            let place = JsonPath::new(segments).expect("two steps");
            let mut rule = CompareRule::new(RulePlace::Json(place), action.clone(), "as chosen");
            OPTION_RULE.clone_into(&mut rule.id);
            rules.own.push(rule);
        }
        rules
    }

    /// Takes the rules that the options stand for out of what is reported as unused.
    pub fn clean(comparison: &mut Comparison) {
        comparison
            .unused_rules
            .retain(|rule| rule.id != OPTION_RULE);
    }
}

/// What is to be done outside for it. `job` is what `Command::Cancel` stops.
#[derive(Debug, Clone)]
pub enum ComparingCommand {
    /// Answers `Progress`, then `Done`, `Stopped` or `NotStarted`.
    Compare(Box<CompareCommand>),
    /// The same answers under other rules; answers `Done` or `Stopped`.
    Judge {
        job: ExchangeId,
        compared: Arc<Compared>,
        rules: RuleSet,
        options: ComparingOptions,
    },
    /// Answers `SamplingProgress`, then `Sampled`, or `NotStarted`.
    Sample(Box<SampleCommand>),
    /// One of the environments of a sampling was edited.
    EnvironmentEdited { job: ExchangeId, leg: CompareLeg },
    /// Answers `Reopened` or `NotReopened`.
    Reopen {
        id: HistoryId,
        /// Ids for the exchanges that are loaded: A, B, A again.
        exchanges: [ExchangeId; 3],
    },
    /// Adds samples to a comparison of the history: what its page shows together is kept together.
    KeepSamples {
        id: HistoryId,
        latency: Arc<LatencyReport>,
    },
    /// Writes the rules of the workspace. Answers `Saved` or `SaveFailed`, and the workspace when it differs from what was handed in.
    SaveRules { rules: RuleSet },
    /// Answers `Written` or `NotWritten`.
    Save {
        report: Arc<Report>,
        kind: SaveKind,
        path: PathBuf,
    },
}

/// One press of Compare. The environments are captured as they are now.
#[derive(Debug, Clone)]
pub struct CompareCommand {
    pub job: ExchangeId,
    /// Of A, B and A again.
    pub exchanges: [ExchangeId; 3],
    pub draft: RequestDraft,
    pub a: Environment,
    pub b: Environment,
    /// The user confirmed that both environments will act.
    pub confirmed: bool,
    /// Operations that only read although their method is POST, as the user confirmed once (`Settings::reading_operations`).
    pub reading_operations: Vec<String>,
    pub options: ComparingOptions,
    pub rules: RuleSet,
    /// `None`: fresh values for this run, the same ones in all its requests.
    pub dynamics: Option<Dynamics>,
    /// Secrets stay readable in the result: the command line only.
    pub show_secrets: bool,
}

/// One press of Sample.
#[derive(Debug, Clone)]
pub struct SampleCommand {
    pub job: ExchangeId,
    pub draft: RequestDraft,
    pub a: Environment,
    pub b: Environment,
    pub reading_operations: Vec<String>,
    pub tokens: TokenUse,
    pub pairs: usize,
    pub dynamics: Option<Dynamics>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum ComparingEvent {
    Progress {
        job: ExchangeId,
        step: CompareStep,
    },
    Done {
        job: ExchangeId,
        compared: Arc<Compared>,
    },
    /// The bodies of a comparison laid out side by side.
    TextsReady {
        job: ExchangeId,
        texts: Arc<SideBySide>,
    },
    /// The comparison is in the history.
    Kept {
        job: ExchangeId,
        id: HistoryId,
    },
    /// There is no comparison.
    Stopped {
        job: ExchangeId,
        reason: StopReason,
    },
    /// Nothing was sent.
    NotStarted {
        job: ExchangeId,
        reason: NotStarted,
    },
    /// At most one every 100 ms.
    SamplingProgress {
        job: ExchangeId,
        progress: SamplingProgress,
        /// What is waited for, when it is: the rate limit.
        waiting: Option<String>,
    },
    Sampled {
        job: ExchangeId,
        end: SamplingEnd,
        latency: Arc<LatencyReport>,
    },
    Reopened {
        id: HistoryId,
        draft: Box<RequestDraft>,
        compared: Arc<Compared>,
    },
    NotReopened {
        text: String,
        hint: String,
    },
    Written {
        path: PathBuf,
    },
    NotWritten {
        path: PathBuf,
        text: String,
    },
}

/// Why nothing was sent.
#[derive(Debug, Clone)]
pub enum NotStarted {
    /// Ask; then send again with `confirmed`.
    NeedsConfirmation(Confirmation),
    /// One of the sides cannot be sent to (yet).
    Side {
        leg: CompareLeg,
        reason: NotSent,
    },
    Failed {
        text: String,
        hint: String,
    },
}

/// How far a comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareStep {
    /// Environments, secrets and tokens are looked up.
    Preparing,
    /// These are under way.
    Sending {
        leg: RunLeg,
        and_the_other: bool,
    },
    Judging,
}

impl CompareStep {
    /// `Sending to A again`
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Preparing => "Preparing both requests".to_owned(),
            Self::Sending {
                and_the_other: true,
                ..
            } => "Sending to A and B".to_owned(),
            Self::Sending { leg, .. } => format!("Sending to {leg}"),
            Self::Judging => "Comparing the answers".to_owned(),
        }
    }

    /// From 0 to 1, by steps.
    #[must_use]
    pub fn share(self) -> f32 {
        match self {
            Self::Preparing => 0.0,
            Self::Sending {
                leg: RunLeg::A | RunLeg::B,
                and_the_other: true,
            }
            | Self::Sending { leg: RunLeg::A, .. } => 0.1,
            Self::Sending { leg: RunLeg::B, .. } => 0.4,
            Self::Sending {
                leg: RunLeg::AAgain,
                ..
            } => 0.65,
            Self::Judging => 0.9,
        }
    }
}

/// A comparison with the answers it was made from.
#[derive(Debug, Clone)]
pub struct Compared {
    pub job: ExchangeId,
    pub comparison: Arc<Comparison>,
    /// How the legs were sent.
    pub run: RunRecord,
    pub a: ComparedSide,
    pub b: ComparedSide,
    /// A again, when it was sent.
    pub again: Option<Arc<Exchange>>,
    /// When A was sent.
    pub started_at: Timestamp,
    /// The entry it was read from, for one out of the history.
    pub past: Option<HistoryId>,
    /// The samples that were kept with it, for one out of the history.
    pub latency: Option<Arc<LatencyReport>>,
}

/// One side with its environment as it was then.
#[derive(Debug, Clone)]
pub struct ComparedSide {
    pub environment: Arc<Environment>,
    /// `None` only for a comparison out of the history whose exchange is not there any more.
    pub exchange: Option<Arc<Exchange>>,
}

/// Both bodies as text, laid out alike, and which lines differ.
#[derive(Debug)]
pub struct SideBySide {
    /// `None`: there is no body.
    pub a: Option<Arc<BodyView>>,
    pub b: Option<Arc<BodyView>>,
    /// In lines of the pretty form where both have one, else of the raw form; see `pretty`. Empty when one side has no text.
    pub hunks: Vec<Hunk>,
    /// The hunks are about the pretty form.
    pub pretty: bool,
    /// Secrets that occur in the bodies are masked in the views.
    pub masked: bool,
}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct ComparingState {
    /// By request.
    pub tabs: HashMap<RequestId, TabComparing>,
    pub options: ComparingOptions,
    pub options_shown: bool,
    /// Of the workspace; see `RuleSet::listed` for the shipped ones too.
    pub rules: RuleSet,
    /// Some of the file was not understood: it is not written over.
    pub rules_are_damaged: bool,
    /// What a question stands between and what it sends: at most one a request.
    pub(super) waiting: Vec<Waiting>,
}

/// What goes on when a dialog is answered with yes.
#[derive(Debug, Clone)]
pub(super) enum Waiting {
    Compare(RequestId, Box<CompareCommand>),
    Sample(RequestId, Box<SampleCommand>),
}

impl Waiting {
    pub(super) fn request(&self) -> &RequestId {
        match self {
            Self::Compare(request, _) | Self::Sample(request, _) => request,
        }
    }
}

impl ComparingState {
    /// It waits for an answer; what waited for the same request before is given up.
    pub(super) fn wait(&mut self, waiting: Option<Waiting>) {
        if let Some(waiting) = waiting {
            self.waiting
                .retain(|known| known.request() != waiting.request());
            self.waiting.push(waiting);
        }
    }

    /// What waits for that request waits no more.
    pub(super) fn take_waiting(&mut self, request: &RequestId) -> Option<Waiting> {
        let is_it = |known: &Waiting| known.request() == request;
        let index = self.waiting.iter().position(is_it)?;
        Some(self.waiting.remove(index))
    }
}

/// The comparison of one request.
#[derive(Debug, Clone, Default)]
pub struct TabComparing {
    /// The tab shows the comparison in place of editor and response.
    pub shown: bool,
    pub running: Option<Running>,
    /// The last one that came to an end; it stays while the next one runs.
    pub done: Option<Arc<Compared>>,
    /// Of `done`; `None` until the worker has them.
    pub texts: Option<Arc<SideBySide>>,
    /// The entry of `done` in the history; `None` until it is there.
    pub history: Option<HistoryId>,
    /// Why the last press of Compare or Sample gave nothing; what happened and what to try.
    pub failure: Option<ComparingFailure>,
    pub sampling: Option<Sampling>,
    /// The last samples.
    pub latency: Option<Arc<LatencyReport>>,
    /// How the last sampling ended, when it did not complete.
    pub sampling_end: Option<SamplingEnd>,
    /// What `done` is of.
    pub(super) compared: Option<Subject>,
    /// What `latency` is of.
    pub(super) sampled: Option<Subject>,
    /// What was asked for last, for the answers to its questions.
    pub(super) asked: Option<Waiting>,
}

impl TabComparing {
    /// What is under way.
    pub(super) fn jobs(&self) -> impl Iterator<Item = ExchangeId> + use<> {
        let running = self.running.as_ref().map(|running| running.job);
        let sampling = self.sampling.as_ref().map(|sampling| sampling.job);
        running.into_iter().chain(sampling)
    }

    /// The samples belong to what they were taken of.
    pub(super) fn drop_other_samples(&mut self) {
        if !self.samples_are_of_the_comparison() {
            self.latency = None;
            self.sampled = None;
        }
    }

    /// The samples are of the request and the environments that `done` is of.
    pub(super) fn samples_are_of_the_comparison(&self) -> bool {
        match (&self.compared, &self.sampled) {
            (Some(compared), Some(sampled)) => compared.is_same(sampled),
            _ => false,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Running {
    pub job: ExchangeId,
    pub step: CompareStep,
    pub started_at: Timestamp,
    /// Cancel was pressed; the end has not been reported yet.
    pub cancelling: bool,
    /// Nothing is sent: the same answers are judged under other rules.
    pub judges_again: bool,
    pub(super) subject: Option<Subject>,
}

#[derive(Debug, Clone)]
pub struct Sampling {
    pub job: ExchangeId,
    pub progress: SamplingProgress,
    /// What is waited for, when it is: the rate limit.
    pub waiting: Option<String>,
    pub started_at: Timestamp,
    pub cancelling: bool,
    /// As captured at the start: editing one of its environments ends the sampling.
    pub(super) subject: Subject,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparingFailure {
    /// The side it is about, when it is about one.
    pub leg: Option<CompareLeg>,
    pub text: String,
    pub hint: String,
}

/// Pairs that are offered, the usual number first.
pub const PAIRS: [usize; 4] = [SamplingPlan::PAIRS, 10, 100, 300];

/// The entries of the history that `ComparingAction::Reopen` takes.
pub const HISTORY_KIND: HistoryKind = HistoryKind::Comparison;

impl Compared {
    /// Whether its answers are at hand, to be judged again.
    #[must_use]
    pub fn has_answers(&self) -> bool {
        self.a.exchange.is_some() && self.b.exchange.is_some()
    }

    #[must_use]
    pub fn side(&self, leg: CompareLeg) -> &ComparedSide {
        match leg {
            CompareLeg::A => &self.a,
            CompareLeg::B => &self.b,
        }
    }
}

impl TabComparing {
    /// What a report tells of it; `None` as long as there is no comparison.
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        let done = self.done.as_ref()?;
        Some(Report {
            comparison: (*done.comparison).clone(),
            latency: self.latency.as_deref().cloned(),
            run: Some(done.run.clone()),
        })
    }

    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.running.is_some() || self.sampling.is_some()
    }
}

impl ComparingState {
    #[must_use]
    pub fn of(&self, request: &RequestId) -> Option<&TabComparing> {
        self.tabs.get(request)
    }
}

impl AppState {
    /// The comparison of the open request, when there is one.
    #[must_use]
    pub fn open_comparison(&self) -> Option<&TabComparing> {
        self.comparing.of(self.active_tab()?.id())
    }

    /// The open tab shows its comparison.
    #[must_use]
    pub fn shows_comparison(&self) -> bool {
        self.form.is_none() && self.open_comparison().is_some_and(|tab| tab.shown)
    }
}

/// Why Compare cannot be pressed now; `None`: it can.
#[must_use]
pub fn why_not(state: &AppState) -> Option<&'static str> {
    let tab = state.active_tab()?;
    if state.legs.iter().any(Option::is_none) {
        return Some("Choose an environment for A and for B in the top bar");
    }
    if state.legs[0] == state.legs[1] {
        return Some("A and B are the same environment: choose another one for B");
    }
    let busy = state
        .comparing
        .of(tab.id())
        .is_some_and(TabComparing::is_busy);
    busy.then_some("A comparison is under way")
}
