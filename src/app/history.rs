//! The history of the workspace: every exchange, newest first, searched and reopened.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::model::history::{
    HistoryEntry, HistoryFilter, HistoryId, HistoryPlace, HistoryScope, PastExchange, WithoutBodies,
};
use crate::model::ids::{ExchangeId, RequestId};
use crate::model::request::RequestDraft;
use crate::model::settings::HistoryLimits;

use super::state::AppState;
use super::tab::Answer;

/// Entries that are read at once.
pub const PAGE: usize = 200;
/// Entries of one request that its menu offers.
pub const OF_REQUEST: usize = 20;

/// What the user does there.
#[derive(Debug, Clone)]
pub enum HistoryAction {
    /// The search field holds this now.
    Search(String),
    /// The end of what was read comes into sight.
    ReadOn,
    Select(HistoryId),
    /// Shows the exchange in a tab of its own, which the next one takes over as long as nothing was edited in it.
    Open(HistoryId),
    /// Makes a new request of what was sent.
    OpenAsRequest(HistoryId),
    Delete(HistoryId),
    /// Asks first.
    Clear(HistoryScope),
    /// The menu of the request's earlier exchanges is about to be shown.
    ListOf(RequestId),
    /// Shows an earlier exchange of the open request in its own tab.
    LookBack(HistoryId),
    /// Back from an earlier exchange to the newest answer.
    BackToNewest,
}

/// What is to be done outside for it. `workspace`: the folder, `None` for the one that is open.
#[derive(Debug, Clone)]
pub enum HistoryCommand {
    /// Entries behind `after`, or the newest; answers `Page` with the same number, unless a later one was asked for meanwhile.
    Read {
        number: u64,
        workspace: Option<PathBuf>,
        filter: HistoryFilter,
        after: Option<HistoryPlace>,
    },
    /// Answers `Of`.
    ReadOf {
        workspace: Option<PathBuf>,
        request: RequestId,
    },
    /// Answers `Loaded`, or `Gone`.
    Load {
        id: HistoryId,
        exchange: ExchangeId,
        purpose: LoadPurpose,
    },
    /// Answers `Gone`.
    Delete {
        id: HistoryId,
    },
    /// Takes a `Delete` of this run back; answers `Recorded`, or `Gone`.
    BringBack {
        id: HistoryId,
        workspace: Option<PathBuf>,
    },
    /// Answers `Cleared`.
    Clear {
        workspace: Option<PathBuf>,
        scope: HistoryScope,
    },
    SetLimits(HistoryLimits),
}

/// What a past exchange is loaded for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadPurpose {
    OwnTab,
    NewRequest,
    /// To be looked at in the tab of its request.
    TabOf(RequestId),
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum HistoryEvent {
    Page {
        number: u64,
        entries: Vec<HistoryEntry>,
        /// There is nothing behind them.
        complete: bool,
        zone: TimeZone,
    },
    Of {
        request: RequestId,
        entries: Vec<HistoryEntry>,
        zone: TimeZone,
    },
    /// An exchange ended and was written.
    Recorded {
        workspace: PathBuf,
        entry: Box<HistoryEntry>,
        zone: TimeZone,
    },
    Loaded {
        /// Its exchange carries the id that was asked for.
        past: Box<PastExchange>,
        purpose: LoadPurpose,
    },
    /// The entry is not there (any more).
    Gone {
        id: HistoryId,
        /// Because the user deleted it just now.
        deleted: bool,
    },
    /// Deleted entries that are too large to come back, so that no Undo is offered for them.
    Lost(Vec<HistoryId>),
    Cleared {
        scope: HistoryScope,
        entries: u64,
    },
    /// Something could not be read or written; sending goes on.
    Trouble {
        text: String,
        hint: String,
    },
}

/// What is shown of it.
#[derive(Debug, Clone)]
pub struct HistoryState {
    /// Local time, as the worker says; UTC until it said so.
    pub zone: TimeZone,
    pub search: String,
    /// Newest first, as far as they were read.
    pub entries: Vec<HistoryEntry>,
    /// The days of `entries`, in their order.
    pub days: Vec<HistoryDay>,
    pub selected: Option<HistoryId>,
    pub reading: Reading,
    /// The last exchanges of one request, newest first.
    pub of_request: Option<(RequestId, Vec<HistoryEntry>)>,
    /// Counts the questions, so that an answer to an older one is known.
    pub(super) number: u64,
    /// What is being read goes behind what is there.
    pub(super) reads_on: bool,
    /// What the worker was told; it begins with the default.
    pub(super) told_limits: HistoryLimits,
}

impl Default for HistoryState {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            search: String::new(),
            entries: Vec::new(),
            days: Vec::new(),
            selected: None,
            reading: Reading::default(),
            of_request: None,
            number: 0,
            reads_on: false,
            told_limits: HistoryLimits::default(),
        }
    }
}

impl HistoryState {
    /// The last exchanges of that request, as far as they were asked for.
    #[must_use]
    pub fn of(&self, request: &RequestId) -> Option<&[HistoryEntry]> {
        match &self.of_request {
            Some((known, entries)) if known == request => Some(entries),
            _ => None,
        }
    }
}

/// An answer is `just now` for so long.
const NEW_FOR: SignedDuration = SignedDuration::from_secs(30);

/// When the open request's answer is `just now` no more; `None` when it is not now.
#[must_use]
pub fn stops_being_new(state: &AppState) -> Option<Timestamp> {
    let tab = state.active_tab().filter(|tab| tab.past.is_none())?;
    let exchange = &tab.answer.as_ref()?.exchange;
    let total = SignedDuration::try_from(exchange.total).ok()?;
    let until = exchange.started_at.checked_add(total + NEW_FOR).ok()?;
    (until > state.now).then_some(until)
}

/// How far the list was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reading {
    /// Never yet.
    #[default]
    Idle,
    UnderWay,
    /// There is more behind the last entry.
    Partly,
    Complete,
}

/// Entries of one local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryDay {
    pub date: Date,
    /// Index of its first entry.
    pub first: usize,
    pub count: usize,
}

/// A tab that shows an exchange out of the history in place of its own answer.
#[derive(Debug, Clone)]
pub struct Past {
    pub entry: HistoryEntry,
    pub without_bodies: Option<WithoutBodies>,
    /// The request's own newest answer, to go back to.
    pub newest: Option<Answer>,
    /// What was sent, when the tab is there for this exchange alone: it is nobody's draft as long as it stays like this.
    pub own_tab: Option<Arc<RequestDraft>>,
}
