//! The settings page, opening folders, what the welcome page is asked for, and where the window stands.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::model::environment::Environment;
use crate::model::secret::SecretName;
use crate::model::settings::Settings;
use crate::model::window_place::WindowPlace;

use super::event::FileReport;

/// What the user does there.
#[derive(Debug, Clone)]
pub enum PreferencesAction {
    /// Shows a page in place of the request, or the request again.
    Show(Option<Page>),
    /// The settings as they are now; applied at once, written a moment later.
    Change(Box<Settings>),
    /// Opens another workspace; asks first when the environment form holds changes.
    OpenFolder(PathBuf),
    /// Takes a folder out of the list of recent ones.
    ForgetFolder(PathBuf),
    /// The window was moved, resized or maximised.
    Placed(WindowPlace),
    /// What the file of the environment in the form says now.
    TakeFile,
    /// What the form says.
    KeepMine,
    /// The settings that this start found.
    Started(Box<Start>),
    /// Deletes a secret of the environment in the form.
    ForgetSecret(SecretName),
    /// A copy of an environment, open in the form and not saved yet.
    Duplicate(crate::model::ids::EnvironmentId),
    /// Something worth saying about this start: the renderer is not the chosen one.
    Remark { text: String, hint: String },
}

/// What takes the place of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    Settings,
    Welcome,
    About,
}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum PreferencesCommand {
    /// Answers only when it failed.
    SaveSettings(Box<Settings>),
    SavePlace(WindowPlace),
    /// Takes a folder out of the recent ones; answers `Recent`.
    Forget(PathBuf),
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum PreferencesEvent {
    /// The folders that were open, latest first.
    Recent(Vec<PathBuf>),
    NotSaved {
        text: String,
        hint: String,
    },
}

/// What was found before the window opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    pub settings: Settings,
    /// There is a settings file. When there is none, zoom and theme of earlier versions are taken over from the drafts.
    pub found: bool,
    /// What was wrong with the file.
    pub reports: Vec<FileReport>,
    pub place: Option<WindowPlace>,
    /// Latest first.
    pub recent: Vec<PathBuf>,
}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct PreferencesState {
    pub page: Option<Page>,
    /// Latest first.
    pub recent: Vec<PathBuf>,
    /// `None`: nothing is known of it yet.
    pub place: Option<WindowPlace>,
    /// There was a settings file at the start.
    pub(super) found: bool,
    pub(super) settings_due: Option<Timestamp>,
    pub(super) place_due: Option<Timestamp>,
    /// The folder that is being opened in place of the present one.
    pub(super) opening: Option<PathBuf>,
}

impl PreferencesState {
    /// When something is written without any input.
    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        [self.settings_due, self.place_due]
            .into_iter()
            .flatten()
            .min()
    }
}

/// What happened outside to the environment whose form is open.
#[derive(Debug, Clone, PartialEq)]
pub enum OutsideChange {
    /// As its file says now.
    Changed(Box<Environment>),
    Deleted,
}
