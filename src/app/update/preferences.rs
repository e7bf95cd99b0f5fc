//! What happens on the settings page, when another folder is opened, and when the window is moved.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use crate::app::action::Action;
use crate::app::command::{Command, Drafts};
use crate::app::comparing::TabComparing;
use crate::app::editing::EditingState;
use crate::app::notices::NoticeKind;
use crate::app::preferences::{
    OutsideChange, Page, PreferencesAction, PreferencesCommand, PreferencesEvent, Start,
};
use crate::app::reading::ReadingState;
use crate::app::state::{AppState, Dialog, Leg, WorkspaceStage};
use crate::app::token_panel::TokenPanelState;
use crate::model::settings::{Appearance, Settings};
use crate::model::window_place::WindowPlace;

use super::{
    ask, due_drafts, environments, notice, on_action as on_any_action, outside, refresh_previews,
    tabs,
};

/// How long after the last change settings and the window's place are written.
const WRITTEN_AFTER: SignedDuration = SignedDuration::from_millis(800);

pub(super) fn on_action(state: &mut AppState, action: PreferencesAction) -> Vec<Command> {
    match action {
        PreferencesAction::Show(page) => state.preferences.page = page,
        PreferencesAction::Change(settings) => change(state, *settings),
        PreferencesAction::OpenFolder(folder) => return open(state, folder),
        PreferencesAction::ForgetFolder(folder) => {
            return vec![Command::Preferences(PreferencesCommand::Forget(folder))];
        }
        PreferencesAction::Placed(place) => placed(state, place),
        PreferencesAction::TakeFile => outside::take_file(state),
        PreferencesAction::KeepMine => outside::keep_mine(state),
        PreferencesAction::Started(start) => started(state, *start),
        PreferencesAction::Duplicate(id) => return environments::duplicate(state, &id),
        PreferencesAction::ForgetSecret(name) => return environments::forget_secret(state, name),
        PreferencesAction::Remark { text, hint } => {
            notice(state, NoticeKind::Warning, text, hint);
        }
    }
    Vec::new()
}

pub(super) fn on_event(state: &mut AppState, event: PreferencesEvent) -> Vec<Command> {
    match event {
        PreferencesEvent::Recent(folders) => state.preferences.recent = folders,
        PreferencesEvent::NotSaved { text, hint } => notice(
            state,
            NoticeKind::Failure,
            format!("The settings were not saved: {text}"),
            hint,
        ),
    }
    Vec::new()
}

fn started(state: &mut AppState, start: Start) {
    state.settings = start.settings.within_bounds();
    state.preferences.found = start.found;
    state.preferences.place = start.place;
    state.preferences.recent = start.recent;
    for report in start.reports {
        notice(
            state,
            NoticeKind::Warning,
            format!("{}: {}", report.file, report.text),
            report.hint,
        );
    }
}

/// Applied at once, written a moment after the last change.
pub(super) fn change(state: &mut AppState, settings: Settings) {
    let settings = settings.within_bounds();
    if settings == state.settings {
        return;
    }
    let respelled = settings.header_case != state.settings.header_case;
    state.settings = settings;
    state.preferences.settings_due = Some(state.now + WRITTEN_AFTER);
    if respelled {
        refresh_previews(state);
    }
}

fn placed(state: &mut AppState, place: WindowPlace) {
    if state.preferences.place != Some(place) {
        state.preferences.place = Some(place);
        state.preferences.place_due = Some(state.now + WRITTEN_AFTER);
    }
}

/// What is due of settings and place; everything that waits when the window closes.
pub(super) fn due(state: &mut AppState, at_once: bool) -> Vec<Command> {
    let now = state.now;
    let is_due =
        |due: &mut Option<jiff::Timestamp>| due.take_if(|due| at_once || *due <= now).is_some();
    let mut commands = Vec::new();
    if is_due(&mut state.preferences.settings_due) {
        commands.push(PreferencesCommand::SaveSettings(Box::new(
            state.settings.clone(),
        )));
    }
    if is_due(&mut state.preferences.place_due)
        && let Some(place) = state.preferences.place
    {
        commands.push(PreferencesCommand::SavePlace(place));
    }
    commands.into_iter().map(Command::Preferences).collect()
}

/// Earlier versions kept zoom, theme and size with the drafts: they are taken over while there is no settings file.
pub(super) fn take_over(state: &mut AppState, drafts: &Drafts) {
    if state.preferences.found {
        return;
    }
    let mut settings = state.settings.clone();
    if AppState::ZOOM.contains(&drafts.zoom_percent) {
        settings.zoom_percent = drafts.zoom_percent;
    }
    if !drafts.appearance.is_empty() {
        settings.appearance = Appearance::from_word(&drafts.appearance);
    }
    change(state, settings);
    // The drafts of the next folder say nothing any more.
    state.preferences.found = true;
}

/// The request comes back to the front when something is done with requests.
pub(super) fn leave_page(state: &mut AppState) {
    state.preferences.page = None;
}

/// What would put something else in place of a form with changes is asked about first. `None`: it is done.
pub(super) fn hold(state: &mut AppState, action: &Action) -> Option<Vec<Command>> {
    let form = state.form.as_ref()?;
    if let Action::EditEnvironment(id) = action
        && !form.is_new
        && form.initial.id == *id
    {
        leave_page(state);
        return Some(Vec::new());
    }
    let replaces = matches!(
        action,
        Action::NewEnvironment(_)
            | Action::EditEnvironment(_)
            | Action::TrySandbox
            | Action::Preferences(
                PreferencesAction::Duplicate(_) | PreferencesAction::OpenFolder(_)
            )
    );
    if !replaces || !form.is_changed() {
        return None;
    }
    leave_page(state);
    state.preferences.after_form = Some(Box::new(action.clone()));
    ask(state, Dialog::CloseForm);
    Some(Vec::new())
}

/// The form was given up: what waited for it is done.
pub(super) fn form_given_up(state: &mut AppState) -> Vec<Command> {
    match state.preferences.after_form.take() {
        Some(action) => on_any_action(state, *action),
        None => Vec::new(),
    }
}

/// The question was answered with no.
pub(super) fn stay(state: &mut AppState) {
    state.preferences.after_form = None;
}

fn open(state: &mut AppState, folder: PathBuf) -> Vec<Command> {
    if let Some(other) = &state.workspace.opening {
        let text = format!("{} is still being opened", other.display());
        let hint = "Open the next folder when it is there".to_owned();
        notice(state, NoticeKind::Warning, text, hint);
        return Vec::new();
    }
    let mut commands = due_drafts(state, true);
    state.workspace.opening = Some(folder.clone());
    let is_open = state.workspace.stage == WorkspaceStage::Open;
    commands.push(Command::OpenWorkspace {
        directory: Some(folder),
        shown: state.workspace.directory.clone().filter(|_| is_open),
    });
    commands
}

/// Whether the folder is another one than that which is open.
pub(super) fn is_another(state: &AppState, directory: &Path) -> bool {
    state.workspace.stage == WorkspaceStage::Open
        && state.workspace.directory.as_deref() != Some(directory)
}

/// Another workspace has been opened: what belongs to the one before goes, its drafts to the disk.
pub(super) fn leave_workspace(state: &mut AppState, next: &Path) -> Vec<Command> {
    let enter = Command::EnterWorkspace {
        directory: next.to_owned(),
        drafts: tabs::drafts(state),
    };
    let under_way = state.tabs.iter().filter_map(|tab| tab.in_flight.as_ref());
    let compared = state.comparing.tabs.values();
    let checking = state.checking.shown.as_ref();
    let checking = checking
        .filter(|check| check.is_running())
        .map(|check| check.run);
    let commands = under_way
        .map(|in_flight| in_flight.exchange)
        .chain(compared.flat_map(TabComparing::jobs))
        .chain(checking)
        .map(|exchange| Command::Cancel { exchange })
        .chain([enter])
        .collect();
    state.comparing.tabs.clear();
    state.checking.shown = None;
    state.checking.on_page = false;
    state.tabs.clear();
    state.active_tab = 0;
    state.legs = [None, None];
    state.active_leg = Leg::A;
    state.tokens.clear();
    state.secrets.clear();
    state.form = None;
    state.preferences.after_form = None;
    state.dialog = None;
    state.questions.clear();
    state.comparing.waiting.clear();
    state.saves_under_way.clear();
    state.saves_done.clear();
    state.quiet_saves.clear();
    state.tree.leave();
    state.environments_under_way.clear();
    state.token_fetches.clear();
    // Environments and requests of the next one may have the same ids.
    state.token_panel = TokenPanelState::default();
    state.editing = EditingState::default();
    state.reading = ReadingState::default();
    state.rate_limit = None;
    state.drafts_due = None;
    state.workspace.reports.clear();
    if state.preferences.page == Some(Page::Welcome) {
        state.preferences.page = None;
    }
    commands
}

/// What the file of the environment in the form became.
pub(super) fn outside_change(state: &AppState) -> Option<OutsideChange> {
    let form = state.form.as_ref().filter(|form| !form.is_new)?;
    match state
        .environments
        .iter()
        .find(|known| known.id == form.initial.id)
    {
        None => Some(OutsideChange::Deleted),
        Some(now) if *now != form.initial => Some(OutsideChange::Changed(Box::new(now.clone()))),
        Some(_) => None,
    }
}
