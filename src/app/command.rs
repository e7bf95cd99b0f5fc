//! What is to be done outside: executed by `worker`, answered by `event::Event`s.

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::dynamic::Dynamics;
use crate::model::environment::Environment;
use crate::model::exchange::ResponseBody;
use crate::model::ids::{EnvironmentId, ExchangeId, RequestId};
use crate::model::masks::{Masks, mask_url};
use crate::model::region::Region;
use crate::model::request::RequestDraft;
use crate::model::secret::{Secret, SecretKey};

#[derive(Debug, Clone)]
pub enum Command {
    /// Reads a workspace folder (`None`: the default one) with its drafts; answers `WorkspaceOpened` or `WorkspaceFailed`.
    OpenWorkspace {
        directory: Option<PathBuf>,
        /// The folder on screen: it stays the open one until `EnterWorkspace`.
        shown: Option<PathBuf>,
    },
    /// The window shows the workspace that was read last, in place of another one, whose last drafts these are. What was asked for
    /// before this is done in that one.
    EnterWorkspace {
        directory: PathBuf,
        drafts: Drafts,
    },
    /// Looks for changes made outside (at focus, before a send); answers `WorkspaceChanged` when there are some.
    CheckWorkspace,
    SaveEnvironment {
        environment: Box<Environment>,
    },
    DeleteEnvironment {
        environment: EnvironmentId,
    },
    SaveRequest {
        draft: Box<RequestDraft>,
    },
    DeleteRequest {
        request: RequestId,
    },
    /// Writes the drafts to the data folder, never to the workspace.
    SaveDrafts {
        drafts: Drafts,
    },
    /// Keeps a secret in the keyring, bound to the login and API origins of the environment.
    SetSecret {
        environment: Box<Environment>,
        key: SecretKey,
        secret: Secret,
    },
    DeleteSecret {
        key: SecretKey,
    },
    /// Looks for every secret that the environment needs, asking the keyring; answers `SecretsChecked`.
    CheckSecrets {
        environment: Box<Environment>,
    },
    /// The user saw old and new origins side by side and wants the environment's secrets sent to the new ones.
    ConfirmOrigins {
        environment: Box<Environment>,
    },
    /// The user saw the item (a CA file, a proxy, a resolve override, a body file outside the folder) and allows it on this machine.
    Approve {
        environment: EnvironmentId,
        item: Approval,
    },
    /// Opens the keyring again after it was absent, locked or slow.
    RetryKeyring,
    StartSandbox,
    Send(Box<SendCommand>),
    /// Stops an exchange, a token fetch or a body layout, in any phase.
    Cancel {
        exchange: ExchangeId,
    },
    /// Fetches the environment's token now. `force`: even when a fresh one is cached.
    FetchToken {
        exchange: ExchangeId,
        environment: Box<Environment>,
        force: bool,
    },
    ForgetToken {
        environment: EnvironmentId,
    },
    /// Lays a body out for the viewer in the background; answers `BodyReady`.
    LayOutBody {
        exchange: ExchangeId,
        body: Arc<ResponseBody>,
        content_type: Option<String>,
        /// The secrets of the exchange: where the answer echoes one, the view shows the mask.
        masks: Masks,
    },
    /// Opens the system's file dialog; answers `FilePicked`.
    PickFile {
        purpose: FilePurpose,
        /// The request that was open when it was asked for.
        request: Option<RequestId>,
    },
    /// Keeps the draft's large text body as a file in the data folder; answers `BodyKept` or `BodyNotKept`.
    KeepBody {
        draft: Box<RequestDraft>,
    },
    SaveBody {
        body: Arc<ResponseBody>,
        path: PathBuf,
        /// The secrets of the exchange: none of them is written.
        masks: Masks,
    },
    History(super::history::HistoryCommand),
    Tree(super::tree::TreeCommand),
    Catalogue(super::catalogue::CatalogueCommand),
    TokenPanel(super::token_panel::TokenPanelCommand),
    Reading(super::reading::ReadingCommand),
    Editing(super::editing::EditingCommand),
    Explaining(super::explaining::ExplainingCommand),
    Checking(super::checking::CheckingCommand),
    Preferences(super::preferences::PreferencesCommand),
    Comparing(super::comparing::ComparingCommand),
    Importing(super::importing::ImportingCommand),
    Exporting(super::exporting::ExportingCommand),
}

/// One press of Send. The environment is captured as it is now.
#[derive(Debug, Clone)]
pub struct SendCommand {
    pub exchange: ExchangeId,
    /// For the history; `None` on the command line.
    pub leg: Option<super::state::Leg>,
    pub draft: RequestDraft,
    pub environment: Environment,
    /// A protected environment's question has been answered with yes.
    pub confirmed_unsafe: bool,
    /// Operations that only read although their method is POST, as the user confirmed once (`Settings::reading_operations`).
    pub reading_operations: Vec<String>,
    pub follow_redirects: bool,
    /// The answer to a redirect that led to another origin: send to this URL, without anything secret.
    pub follow_to: Option<String>,
    /// What `{{$uuid}}` and its like are made from. `None`: fresh values; the legs of a comparison get the same ones.
    pub dynamics: Option<Dynamics>,
}

/// What the user is about to allow.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Approval {
    CaFile(String),
    Proxy(String),
    ResolveOverride { host: String, address: String },
    BodyFile(String),
    TrustedFingerprint(String),
}

/// As the questions put it, without the password of a proxy's URL.
impl std::fmt::Debug for Approval {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (what, of) = match self {
            Self::CaFile(path) => ("CaFile", path.clone()),
            Self::Proxy(url) => ("Proxy", mask_url(url)),
            Self::ResolveOverride { host, address } => {
                ("ResolveOverride", format!("{host} at {address}"))
            }
            Self::BodyFile(path) => ("BodyFile", path.clone()),
            Self::TrustedFingerprint(hex) => ("TrustedFingerprint", hex.clone()),
        };
        formatter.debug_tuple(what).field(&of).finish()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilePurpose {
    BodyFile,
    /// Row of a multipart body.
    PartFile(usize),
    CaFile,
    SaveBody,
    /// Of a gateway check.
    SaveReport,
    Workspace,
    /// A configuration of another tool.
    Import,
    /// What the open dialog exports.
    Export {
        file_name: String,
    },
    /// A comparison's report or its samples.
    SaveComparison(super::comparing::SaveKind),
}

/// What is kept between runs besides the workspace: open requests with what has not been written yet, and the chosen legs.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Drafts {
    pub open: Vec<OpenDraft>,
    pub active: usize,
    pub leg_a: Option<EnvironmentId>,
    pub leg_b: Option<EnvironmentId>,
    /// `true`: leg B is the one Send uses.
    pub leg_b_active: bool,
    /// The form of an environment with what was not saved; never a secret in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Box<FormDraft>>,
    /// Read only: earlier versions kept it here; 0 for nothing.
    #[serde(skip_serializing)]
    pub zoom_percent: u32,
    /// Read only: `system`, `dark`, `light`, or nothing.
    #[serde(skip_serializing)]
    pub appearance: String,
    /// Read only: inner size of the window in points at 100 %; zero for nothing.
    #[serde(skip_serializing)]
    pub window_size: [u32; 2],
    /// The editor's share of the height in percent; zero for the usual one.
    pub editor_percent: u32,
    /// What else is kept of the open tabs.
    pub tabs: Vec<KeptTab>,
    /// Tabs that were closed, the latest last.
    pub closed: Vec<OpenDraft>,
    /// Folders of the tree that are closed.
    pub collapsed: Vec<String>,
    /// The page of the sidebar: `requests`, `history` or `catalogue`.
    pub sidebar: String,
}

/// What is kept of an open tab besides its draft. Pages as words: one that a later version knows is no reason to lose the rest.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct KeptTab {
    pub request: RequestId,
    #[serde(default)]
    pub editor_page: String,
    #[serde(default)]
    pub response_page: String,
    /// Where a new request is going to be saved.
    #[serde(default)]
    pub folder: String,
    /// The file as it was when the typing began, for a request with changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Box<RequestDraft>>,
}

/// What stood in the form of an environment when the window closed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FormDraft {
    pub environment: Environment,
    pub is_new: bool,
    /// Region of the direct twin that saving makes too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<Region>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct OpenDraft {
    pub draft: RequestDraft,
    /// Differs from the workspace file.
    pub dirty: bool,
}
