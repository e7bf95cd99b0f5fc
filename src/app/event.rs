//! What came of a command. Events about an exchange carry its id; those of an unknown or older one are dropped by `update`.

use std::path::PathBuf;
use std::sync::Arc;

use crate::body::view::BodyView;
use crate::model::environment::{Environment, SandboxAddresses};
use crate::model::exchange::{Exchange, SendError};
use crate::model::ids::{EnvironmentId, ExchangeId, RequestId};
use crate::model::note::Problem;
use crate::model::request::RequestDraft;
use crate::model::secret::SecretKey;
use crate::model::timings::Phase;

use super::command::{Approval, Drafts, FilePurpose};

#[derive(Debug, Clone)]
pub enum Event {
    /// What `OpenWorkspace` asked for.
    WorkspaceOpened(Box<WorkspaceSnapshot>),
    /// The open workspace after a save or a change outside.
    WorkspaceChanged(Box<WorkspaceSnapshot>),
    WorkspaceFailed {
        directory: PathBuf,
        text: String,
        hint: String,
    },
    /// A file was written; `conflict` names the copy that was kept beside it.
    Saved {
        what: String,
        conflict: Option<String>,
    },
    SaveFailed {
        what: String,
        text: String,
        hint: String,
    },
    Keyring(KeyringState),
    /// Which secrets are stored, of all environments.
    SecretsKnown(Vec<(SecretKey, SecretState)>),
    /// Every secret that one environment needs, as the keyring itself says.
    SecretsChecked(Vec<SecretReport>),
    SandboxReady(SandboxAddresses),
    SandboxFailed {
        text: String,
        hint: String,
    },
    /// At most one every 50 ms for an exchange.
    Progress {
        exchange: ExchangeId,
        progress: Progress,
    },
    Token {
        environment: EnvironmentId,
        state: TokenState,
    },
    /// Terminal: the exchange ended, with an answer or with an error inside.
    Finished {
        exchange: ExchangeId,
        result: Box<Exchange>,
    },
    /// Terminal: nothing was sent.
    NotSent {
        exchange: ExchangeId,
        reason: NotSent,
    },
    BodyReady {
        exchange: ExchangeId,
        view: Arc<BodyView>,
    },
    FilePicked {
        purpose: FilePurpose,
        /// As `PickFile` named it: another one may be open by now.
        request: Option<RequestId>,
        path: PathBuf,
    },
    /// Nothing on this desktop shows file dialogs.
    NoFileDialog {
        purpose: FilePurpose,
    },
    /// The request's text body of `bytes` bytes is in a file now.
    BodyKept {
        request: RequestId,
        bytes: usize,
        path: PathBuf,
    },
    /// It stays in the editor.
    BodyNotKept {
        text: String,
        hint: String,
    },
    BodySaved {
        path: PathBuf,
    },
    BodySaveFailed {
        path: PathBuf,
        text: String,
    },
    History(super::history::HistoryEvent),
    Tree(super::tree::TreeEvent),
    Catalogue(super::catalogue::CatalogueEvent),
    TokenPanel(super::token_panel::TokenPanelEvent),
    Reading(super::reading::ReadingEvent),
    Editing(super::editing::EditingEvent),
    Explaining(super::explaining::ExplainingEvent),
    Checking(super::checking::CheckingEvent),
    Preferences(super::preferences::PreferencesEvent),
    Comparing(super::comparing::ComparingEvent),
    Importing(super::importing::ImportingEvent),
    Exporting(super::exporting::ExportingEvent),
}

#[derive(Debug, Clone)]
pub struct WorkspaceSnapshot {
    pub directory: PathBuf,
    /// The workspace's own; the sandbox's four come on top.
    pub environments: Vec<Environment>,
    pub requests: Vec<StoredRequest>,
    pub folders: Vec<super::tree::StoredFolder>,
    pub drafts: Drafts,
    /// What may differ between two answers, as `rules.toml` says.
    pub rules: StoredRules,
    /// Files that could not be read or were changed on the way in: each with its name, what happened and what to try.
    pub reports: Vec<FileReport>,
    /// The folder cannot be written.
    pub read_only: bool,
}

/// The comparison rules of the workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredRules {
    pub set: crate::model::rules::RuleSet,
    /// Some of `rules.toml` was not understood: it is not written over.
    pub damaged: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRequest {
    /// Below `requests/`, with `/`: `users/list-users.toml`.
    pub path: String,
    pub draft: RequestDraft,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FileReport {
    /// Below the workspace folder.
    pub file: String,
    pub text: String,
    pub hint: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    pub phase: Phase,
    pub fetching_token: bool,
    pub received_bytes: u64,
}

/// What the status bar says of the keyring.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum KeyringState {
    /// Not asked yet: it is opened only when needed.
    #[default]
    Untried,
    Ready,
    /// Secrets stay in memory for this run.
    Unavailable {
        reason: String,
        hint: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretState {
    Stored,
    /// In memory, for this run only.
    SessionOnly,
    /// Stored, but the environment's origins changed since: not sent until confirmed.
    OriginsChanged,
}

/// One secret that an environment needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretReport {
    /// With the environment that owns it: another one, when the credentials are the same as that one's.
    pub key: SecretKey,
    pub presence: SecretPresence,
    /// Origins of the environment to which it may not go until they are confirmed.
    pub unconfirmed: Vec<String>,
    /// Origins that it was entered or confirmed for.
    pub entered_for: Vec<String>,
}

/// Where the value of a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPresence {
    /// In the keyring.
    Stored,
    /// In memory, for this run only.
    SessionOnly,
    /// In the `GATESCOPE_SECRET_…` variable of that name, for this run only.
    Variable(String),
    Missing,
    /// It was entered on this machine, but the keyring does not answer.
    Unreadable {
        reason: String,
        hint: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenState {
    Missing,
    Fetching,
    /// `masked` shows the first and last characters at most.
    Valid {
        expires_at: Option<jiff::Timestamp>,
        masked: String,
    },
    /// The login said no.
    Refused {
        text: String,
        hint: String,
    },
    /// Nobody answered the request for a token.
    Unanswered {
        text: String,
        hint: String,
    },
}

impl TokenState {
    /// What is left of a token request that ended with `error`.
    #[must_use]
    pub fn failed(error: &SendError, refused: bool) -> Self {
        let (text, hint) = (error.text.clone(), error.hint.clone());
        if refused {
            Self::Refused { text, hint }
        } else {
            Self::Unanswered { text, hint }
        }
    }
}

/// Why nothing went out.
#[derive(Debug, Clone)]
pub enum NotSent {
    Problems(Vec<Problem>),
    /// The environment is read-only and the method is not.
    RefusedByProtection {
        text: String,
    },
    /// The environment asks before unsafe methods: ask, then send again with `confirmed_unsafe`.
    NeedsConfirmation {
        text: String,
    },
    /// The environment is protected or read-only, and the operation is known to read only although its method is POST:
    /// ask once, then send again with `confirmed_unsafe` and remember `operation` in the settings.
    NeedsReadingConfirmation {
        /// `METHOD path`, as `Settings::reading_operations` holds it.
        operation: String,
        text: String,
    },
    /// Secrets were entered for other origins.
    OriginsChanged {
        environment: EnvironmentId,
        stored: Vec<String>,
        now: Vec<String>,
    },
    /// The workspace asks for something that has to be allowed on this machine first.
    NeedsApproval {
        environment: EnvironmentId,
        items: Vec<Approval>,
    },
    /// The keyring has a secret that is needed, and does not give it.
    SecretUnreadable {
        text: String,
        hint: String,
    },
    Failed {
        text: String,
        hint: String,
    },
    Cancelled,
}
