//! What the user did, and what time did. Buttons, shortcuts and dialogs all speak this language.

use std::path::PathBuf;

use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::note::Fix;
use crate::model::request::RequestDraft;

use super::catalogue::CatalogueAction;
use super::command::FilePurpose;
use super::editing::EditingAction;
use super::form::{EnvironmentForm, NewTarget};
use super::history::HistoryAction;
use super::preferences::PreferencesAction;
use super::reading::ReadingAction;
use super::state::{Leg, SidebarPage};
use super::tab::{BodyForm, EditorPage, ResponsePage};
use super::token_panel::TokenPanelAction;
use super::tree::TreeAction;
use crate::model::settings::{Appearance, ResponsePlace};

#[derive(Debug, Clone)]
pub enum Action {
    /// The window is there: open the workspace (`None`: the default one).
    Start {
        directory: Option<PathBuf>,
    },
    /// The window was focused again: files may have changed.
    Focused,
    /// Time passed: due drafts are written, old notices go.
    Tick,
    /// The window closes: what is not written yet is written now.
    Closing,

    ChooseEnvironment {
        leg: Leg,
        environment: EnvironmentId,
    },
    ActivateLeg(Leg),
    /// A becomes B and B becomes A; the active leg stays where it is.
    SwapLegs,
    FetchToken {
        leg: Leg,
    },
    ForgetToken {
        environment: EnvironmentId,
    },

    /// Starts the sandbox, takes it as A and B, and opens a request that is ready to be sent.
    TrySandbox,
    StartSandbox,

    NewRequest,
    OpenRequest(RequestId),
    SelectTab(RequestId),
    /// Asks nothing and loses nothing: the tab can be opened again, and what it held is kept.
    CloseTab(RequestId),
    /// The draft as it is now; the tab is found by its id.
    EditDraft(Box<RequestDraft>),
    /// The draft with a text body that is too large to be edited: it becomes a body file.
    KeepBodyAsFile(Box<RequestDraft>),
    ApplyFix {
        request: RequestId,
        fix: Fix,
    },
    ShowEditorPage(EditorPage),
    ShowResponsePage(ResponsePage),
    ShowBodyAs(BodyForm),
    SaveRequest,

    /// Sends the open request on the active leg.
    Send,
    /// Cancels what is under way in the open request.
    Cancel,
    /// Goes where the redirect points, on another origin, without anything secret.
    FollowRedirect,
    SaveBody {
        path: PathBuf,
    },

    NewEnvironment(NewTarget),
    EditEnvironment(EnvironmentId),
    EditForm(Box<EnvironmentForm>),
    ApplyFormFix(Fix),
    SaveForm,
    /// Asks first when something was changed.
    CloseForm,
    /// No question: it can be undone, secrets included.
    DeleteEnvironment(EnvironmentId),
    MakeDirectTwin,

    /// The answer to the dialog that is shown.
    Answer(DialogAnswer),

    PickFile {
        purpose: FilePurpose,
    },
    RetryKeyring,
    DismissNotice(u64),
    /// Does what the notice offers.
    FollowNotice(u64),
    ShowKeys,
    SetZoom(u32),
    /// The editor's share of the height in percent; 0 for the usual one.
    SetSplit(u32),
    SetAppearance(Appearance),
    /// The response below the editor or beside it; the divider goes back to its usual place.
    PlaceResponse(ResponsePlace),
    ShowSidebar(SidebarPage),

    History(HistoryAction),
    Tree(TreeAction),
    Catalogue(CatalogueAction),
    TokenPanel(TokenPanelAction),
    Reading(ReadingAction),
    Editing(EditingAction),
    Explaining(super::explaining::ExplainingAction),
    Checking(super::checking::CheckingAction),
    Preferences(PreferencesAction),
    Comparing(super::comparing::ComparingAction),
    Importing(super::importing::ImportingAction),
    Exporting(super::exporting::ExportingAction),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogAnswer {
    /// The button that does it.
    Confirm,
    /// Save first, then close.
    Save,
    /// That gateway of the sandbox, of those that are listed.
    Break(crate::model::broken_gateways::BrokenGateway),
    /// Esc, a click beside the dialog, or its Cancel button.
    Dismiss,
}
