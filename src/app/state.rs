//! Everything the window shows. Changed by `update` only.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

use jiff::Timestamp;

use crate::model::environment::{Environment, SandboxAddresses, SandboxService};
use crate::model::ids::{EnvironmentId, ExchangeId, RequestId};
use crate::model::rate_limit::RateLimit;
use crate::model::request::RequestDraft;
use crate::model::sandbox_environments::every_sandbox_environment;
use crate::model::secret::SecretKey;
use crate::model::settings::Settings;

use super::command::{Approval, SendCommand};
use super::event::{FileReport, KeyringState, SecretState, StoredRequest, TokenState};
use super::form::EnvironmentForm;
use super::notices::Notices;
use super::tab::Tab;

/// One side of a comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Leg {
    #[default]
    A,
    B,
}

impl Leg {
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Self::A => 0,
            Self::B => 1,
        }
    }

    /// `A` or `B`.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

#[derive(Debug)]
pub struct AppState {
    /// The time of the last input; everything shown is as of then.
    pub now: Timestamp,
    pub workspace: Workspace,
    /// The workspace's own.
    pub environments: Vec<Environment>,
    /// The four built-in ones.
    pub sandbox_environments: Vec<Environment>,
    pub sandbox: SandboxState,
    /// The environment of each leg, by `Leg::index`.
    pub legs: [Option<EnvironmentId>; 2],
    pub active_leg: Leg,
    pub tabs: Vec<Tab>,
    pub active_tab: usize,
    pub tokens: HashMap<EnvironmentId, TokenState>,
    pub secrets: HashMap<SecretKey, SecretState>,
    pub keyring: KeyringState,
    pub keyring_retrying: bool,
    pub form: Option<Box<EnvironmentForm>>,
    pub dialog: Option<Dialog>,
    /// Questions that came up while another one was shown, in their order.
    pub(super) questions: VecDeque<Dialog>,
    pub notices: Notices,
    /// Inner size of the window in points at 100 %; zero for not known.
    pub window_size: [u32; 2],
    /// The editor's share of the height in percent; 0 for the usual one.
    pub editor_percent: u32,
    pub settings: Settings,
    pub sidebar: SidebarPage,
    /// What the last answer that announced one said, and where it came from.
    pub rate_limit: Option<(EnvironmentId, RateLimit)>,
    pub history: super::history::HistoryState,
    pub tree: super::tree::TreeState,
    pub catalogue: super::catalogue::CatalogueState,
    pub token_panel: super::token_panel::TokenPanelState,
    pub reading: super::reading::ReadingState,
    pub editing: super::editing::EditingState,
    pub preferences: super::preferences::PreferencesState,
    pub comparing: super::comparing::ComparingState,
    pub importing: super::importing::ImportingState,
    pub exporting: super::exporting::ExportingState,
    pub checking: super::checking::CheckingState,
    /// Saves that have not been answered, oldest first: the draft as it was handed over.
    pub(super) saves_under_way: Vec<RequestDraft>,
    /// Saves that were answered with yes: the next look at the workspace shows what became of them.
    pub(super) saves_done: Vec<RequestDraft>,
    /// Of those under way, the requests that "save at once" saves.
    pub(super) quiet_saves: Vec<RequestId>,
    /// Environments whose save has not been answered: a look at the workspace from before does not hold them yet.
    pub(super) environments_under_way: Vec<Environment>,
    /// Token fetches that were asked for on their own.
    pub(super) token_fetches: HashMap<ExchangeId, EnvironmentId>,
    /// When drafts are written next.
    pub(super) drafts_due: Option<Timestamp>,
    pub(super) next_exchange: u64,
    pub(super) next_request: u64,
}

#[derive(Debug, Clone, Default)]
pub struct Workspace {
    pub directory: Option<PathBuf>,
    pub requests: Vec<StoredRequest>,
    pub folders: Vec<super::tree::StoredFolder>,
    pub reports: Vec<FileReport>,
    pub read_only: bool,
    pub stage: WorkspaceStage,
    /// Asked for and not answered: until then everything goes on in the present one.
    pub opening: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WorkspaceStage {
    #[default]
    Opening,
    Open,
    /// Work goes on in memory; a notice says why.
    Failed,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SandboxState {
    #[default]
    Stopped,
    Starting,
    Running(SandboxAddresses),
    Failed {
        text: String,
        hint: String,
    },
}

/// What the sidebar shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SidebarPage {
    #[default]
    Requests,
    History,
    Catalogue,
}

/// A question that has to be answered before anything else.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// A protected environment asks before an unsafe method.
    ConfirmUnsafe {
        text: String,
        command: Box<SendCommand>,
        leg: Leg,
        request: RequestId,
    },
    /// Known to read only, although its method is POST: asked about once for all protected and read-only environments.
    ConfirmReading {
        operation: String,
        text: String,
        /// `None`: a comparison waits for the answer.
        command: Option<Box<SendCommand>>,
        leg: Leg,
        request: RequestId,
    },
    OriginsChanged {
        environment: EnvironmentId,
        stored: Vec<String>,
        now: Vec<String>,
        command: Option<Box<SendCommand>>,
        leg: Leg,
        request: RequestId,
    },
    Approve {
        environment: EnvironmentId,
        items: Vec<Approval>,
        command: Option<Box<SendCommand>>,
        leg: Leg,
        request: RequestId,
    },
    /// The faults that a gateway of the sandbox can have, to choose one.
    BreakIt,
    /// Read-only: nothing to choose.
    Refused {
        text: String,
    },
    /// The redirect carries a body: it goes to another origin, so it is asked for.
    ConfirmFollow {
        url: String,
        request: RequestId,
    },
    CloseForm,
    /// A request that acts is to be sent to both sides of a comparison.
    ConfirmComparison {
        confirmation: crate::runs::comparison::Confirmation,
        request: RequestId,
    },
    ClearHistory {
        scope: crate::model::history::HistoryScope,
        text: String,
    },
    Keys,
}

impl Dialog {
    /// The request whose comparison goes on with a yes and ends with a no.
    pub(super) fn comparison(&self) -> Option<&RequestId> {
        match self {
            Self::ConfirmComparison { request, .. }
            | Self::ConfirmReading {
                command: None,
                request,
                ..
            }
            | Self::OriginsChanged {
                command: None,
                request,
                ..
            }
            | Self::Approve {
                command: None,
                request,
                ..
            } => Some(request),
            _ => None,
        }
    }
}

impl AppState {
    /// 50 % to 300 %.
    pub const ZOOM: std::ops::RangeInclusive<u32> = Settings::ZOOM;
    /// What the editor's share of the height can be set to, in percent.
    pub const SPLIT: std::ops::RangeInclusive<u8> = 15..=85;

    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            workspace: Workspace::default(),
            environments: Vec::new(),
            sandbox_environments: every_sandbox_environment(),
            sandbox: SandboxState::default(),
            legs: [None, None],
            active_leg: Leg::A,
            tabs: Vec::new(),
            active_tab: 0,
            tokens: HashMap::new(),
            secrets: HashMap::new(),
            keyring: KeyringState::default(),
            keyring_retrying: false,
            form: None,
            dialog: None,
            questions: VecDeque::new(),
            notices: Notices::default(),
            window_size: [0, 0],
            editor_percent: 0,
            settings: Settings::default(),
            sidebar: SidebarPage::default(),
            rate_limit: None,
            history: super::history::HistoryState::default(),
            tree: super::tree::TreeState::default(),
            catalogue: super::catalogue::CatalogueState::default(),
            token_panel: super::token_panel::TokenPanelState::default(),
            reading: super::reading::ReadingState::default(),
            editing: super::editing::EditingState::default(),
            preferences: super::preferences::PreferencesState::default(),
            comparing: super::comparing::ComparingState::default(),
            importing: super::importing::ImportingState::default(),
            exporting: super::exporting::ExportingState::default(),
            checking: super::checking::CheckingState::default(),
            saves_under_way: Vec::new(),
            saves_done: Vec::new(),
            quiet_saves: Vec::new(),
            environments_under_way: Vec::new(),
            token_fetches: HashMap::new(),
            drafts_due: None,
            next_exchange: 1,
            next_request: 1,
        }
    }

    /// Own environments first, then the sandbox's.
    pub fn all_environments(&self) -> impl Iterator<Item = &Environment> {
        self.environments.iter().chain(&self.sandbox_environments)
    }

    #[must_use]
    pub fn environment(&self, id: &EnvironmentId) -> Option<&Environment> {
        self.all_environments()
            .find(|environment| environment.id == *id)
    }

    #[must_use]
    pub fn leg(&self, leg: Leg) -> Option<&Environment> {
        self.legs[leg.index()]
            .as_ref()
            .and_then(|id| self.environment(id))
    }

    /// What Send uses.
    #[must_use]
    pub fn active_environment(&self) -> Option<&Environment> {
        self.leg(self.active_leg)
    }

    #[must_use]
    pub fn sandbox_environment(&self, service: SandboxService) -> Option<&Environment> {
        self.sandbox_environments
            .iter()
            .find(|environment| environment.sandbox == Some(service))
    }

    #[must_use]
    pub fn active_tab(&self) -> Option<&Tab> {
        self.tabs.get(self.active_tab)
    }

    #[must_use]
    pub fn tab(&self, request: &RequestId) -> Option<&Tab> {
        self.tabs.iter().find(|tab| tab.id() == request)
    }

    /// The request as the workspace has it.
    #[must_use]
    pub fn stored(&self, request: &RequestId) -> Option<&RequestDraft> {
        let requests = &self.workspace.requests;
        let is_it = |stored: &&StoredRequest| stored.draft.id == *request;
        self.tree
            .places
            .get(request)
            .and_then(|index| requests.get(*index))
            .filter(is_it)
            .or_else(|| requests.iter().find(is_it))
            .map(|stored| &stored.draft)
    }

    /// The tab holds something that is not in the workspace. A new request without any text does not count.
    #[must_use]
    pub fn is_unsaved(&self, tab: &Tab) -> bool {
        match self.stored(tab.id()) {
            Some(stored) => *stored != tab.draft,
            None => {
                !tab.is_only_past()
                    && tab.draft
                        != RequestDraft {
                            id: tab.draft.id.clone(),
                            ..RequestDraft::default()
                        }
            }
        }
    }

    /// Nothing to work with yet: the welcome page.
    #[must_use]
    pub fn shows_welcome(&self) -> bool {
        self.preferences.page == Some(super::preferences::Page::Welcome)
            || (self.preferences.page.is_none()
                && self.tabs.is_empty()
                && self.form.is_none()
                && !self.checking.on_page)
    }

    /// Something lies over the whole window: the keys of what is below it rest.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.dialog.is_some()
            || self.importing.preview.is_some()
            || self.exporting.open.is_some()
            || self.token_panel.open.is_some()
            || self.catalogue.palette_is_open
    }

    pub fn in_flight(&self) -> impl Iterator<Item = &Tab> {
        self.tabs.iter().filter(|tab| tab.in_flight.is_some())
    }

    /// What the status bar calls the state of work.
    #[must_use]
    pub fn is_fetching_token(&self, environment: &EnvironmentId) -> bool {
        self.token_fetches.values().any(|id| id == environment)
            || matches!(self.tokens.get(environment), Some(TokenState::Fetching))
    }

    /// When something changes without any input: drafts are due, a notice goes.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        [
            self.drafts_due,
            self.notices.next_change(),
            self.preferences.next_deadline(),
            self.token_panel.next_change(),
            super::history::stops_being_new(self),
        ]
        .into_iter()
        .flatten()
        .min()
    }
}
