//! The gateway check in the window: which check is shown, its results so far, and what can be asked of it.
//! What is checked and how is in `runs::check`; who executes it is `worker`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::compare::report::ReportFormat;
use crate::model::environment::{Environment, Target};
use crate::model::exchange::Exchange;
use crate::model::history::HistoryId;
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::route_map::RouteWarning;
use crate::runs::check::outcome::{StepCounts, StepKind, StepResult};
use crate::runs::check::report::CheckReport;

use super::state::{AppState, Leg};

/// What the user does there.
#[derive(Debug, Clone)]
pub enum CheckingAction {
    /// Checks that environment and shows the page; what the form holds unsaved is saved first by the user.
    Run(EnvironmentId),
    /// The one that is shown, once more.
    RunAgain,
    Cancel,
    /// Shows the check that was run last.
    Show,
    /// The page goes; a check under way goes on.
    Close,
    /// The wanted field of the form has the focus.
    FieldShown,
    AllowWrites(bool),
    /// A path of the gateway that answers with what it received; empty for none.
    EchoPath(String),
    /// Shows or hides what was sent and what came back for a step.
    ToggleExchange(StepKind),
    /// The ending of the name says what is written.
    Save(PathBuf),
    /// A link of a step that leads to its field in the form.
    ShowField(StepKind),
    /// The change of the environment that a step offers.
    Fix(StepKind),
    /// Asks which fault a gateway of the sandbox is to have.
    ListBroken,
    /// The sandbox's gateway without the fault, as leg B, and its check.
    Mend,
}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum CheckingCommand {
    /// Answers `Asking`, `Step` and in the end `Ended`. `Command::Cancel` with the id of the run stops it.
    Run(Box<CheckRequest>),
    /// Reads a report out of the history; answers `Loaded` when it is there.
    Load { id: HistoryId, run: ExchangeId },
    /// Writes a report; answers `Saved` or `NotSaved`.
    Save { text: String, path: PathBuf },
}

/// What is to be checked; everything as it is now.
#[derive(Debug, Clone)]
pub struct CheckRequest {
    /// The ids after it belong to the run too, `CheckRequest::IDS` in all.
    pub run: ExchangeId,
    pub gateway: Environment,
    pub direct: Option<Environment>,
    /// Whose credentials `SameAs` means.
    pub all: Vec<Environment>,
    pub allow_writes: bool,
    pub echo_path: Option<String>,
    pub latency_pairs: usize,
}

impl CheckRequest {
    /// More than any check sends.
    pub const IDS: u64 = 4_096;
    /// So that their exchanges fit into `IDS`.
    pub const MOST_PAIRS: usize = 1_000;
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum CheckingEvent {
    /// A request goes out for this step, or it rests.
    Asking {
        run: ExchangeId,
        step: StepKind,
        /// Why nothing is sent for a while; empty otherwise.
        resting: String,
    },
    /// A step has its result.
    Step {
        run: ExchangeId,
        result: Box<StepResult>,
        /// The new exchanges it looked at.
        exchanges: Vec<Arc<Exchange>>,
    },
    Ended {
        run: ExchangeId,
        report: Arc<CheckReport>,
    },
    /// A past report; its exchanges are in the history, not here.
    Loaded {
        run: ExchangeId,
        report: Arc<CheckReport>,
    },
    Saved {
        path: PathBuf,
    },
    NotSaved {
        path: PathBuf,
        text: String,
    },
}

/// The part of the state that is about checks.
#[derive(Debug, Clone, Default)]
pub struct CheckingState {
    /// The page is in front.
    pub on_page: bool,
    /// The last check, running or done.
    pub shown: Option<ShownCheck>,
    pub allow_writes: bool,
    pub echo_path: String,
    /// The field of the form that is to come into sight and get the focus, once.
    pub field_wanted: Option<crate::model::note::Field>,
}

/// One check, running or done.
#[derive(Debug, Clone)]
pub struct ShownCheck {
    pub run: ExchangeId,
    pub environment: EnvironmentId,
    pub environment_name: String,
    pub direct_name: Option<String>,
    pub steps: Vec<StepResult>,
    /// The step under way; `None` when all are done.
    pub asking: Option<StepKind>,
    pub resting: String,
    pub exchanges: BTreeMap<u64, Arc<Exchange>>,
    /// Steps whose exchange is shown.
    pub opened: BTreeSet<StepKind>,
    pub report: Option<Arc<CheckReport>>,
    /// What the gateway's imported configuration gets wrong, known before the first step.
    pub route_warnings: Vec<RouteWarning>,
}

impl ShownCheck {
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.report.is_none()
    }

    /// `8 of 10 passed`, as of now.
    #[must_use]
    pub fn summary(&self) -> String {
        StepCounts::of(&self.steps).sentence()
    }

    #[must_use]
    pub fn step(&self, step: StepKind) -> Option<&StepResult> {
        self.steps.iter().find(|result| result.step == step)
    }

    #[must_use]
    pub fn text(&self, format: ReportFormat) -> Option<String> {
        self.report.as_ref().map(|report| report.write(format))
    }
}

/// Only gateways are checked.
#[must_use]
pub fn can_check(environment: &Environment) -> bool {
    matches!(environment.target, Target::Gateway(_))
}

/// The gateway that a check would be about: the form's, else the active leg's, else the other's.
#[must_use]
pub fn checkable(state: &AppState) -> Option<EnvironmentId> {
    if let Some(form) = &state.form {
        let saved = state.environment(&form.environment.id)?;
        return can_check(saved).then(|| saved.id.clone());
    }
    let mut legs = Leg::BOTH;
    legs.sort_by_key(|leg| *leg != state.active_leg);
    legs.into_iter()
        .filter_map(|leg| state.leg(leg))
        .find(|environment| can_check(environment))
        .map(|environment| environment.id.clone())
}
