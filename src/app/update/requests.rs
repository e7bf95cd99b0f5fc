//! Open requests: new, edit, save, close, delete.

use std::path::Path;

use crate::model::edit::{set_draft_field, set_field};
use crate::model::environment::Environment;
use crate::model::ids::RequestId;
use crate::model::note::Fix;
use crate::model::request::{DraftBody, RequestDraft};

use super::super::command::Command;
use super::super::event::StoredRequest;
use super::super::notices::NoticeKind;
use super::super::state::{AppState, Dialog, WorkspaceStage};
use super::super::tab::{Tab, title_of};
use super::{drafts_changed, notice, refresh_preview};

/// An id that neither the workspace nor a tab uses. It holds the time, so that two windows on one workspace differ.
pub(super) fn unused_id(state: &mut AppState) -> RequestId {
    loop {
        let id = RequestId(format!(
            "r{:x}-{}",
            state.now.as_microsecond(),
            state.next_request
        ));
        state.next_request += 1;
        if state.tab(&id).is_none() && state.stored(&id).is_none() {
            return id;
        }
    }
}

pub(super) fn add_tab(state: &mut AppState, draft: RequestDraft) {
    state.tabs.push(Tab::new(draft));
    state.active_tab = state.tabs.len() - 1;
    refresh_preview(state, state.active_tab);
    drafts_changed(state);
}

pub(super) fn new_request(state: &mut AppState) -> Vec<Command> {
    let id = unused_id(state);
    add_tab(
        state,
        RequestDraft {
            id,
            ..RequestDraft::default()
        },
    );
    Vec::new()
}

pub(super) fn open(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    if state.tab(id).is_some() {
        return select(state, id);
    }
    if let Some(draft) = state.stored(id).cloned() {
        add_tab(state, draft);
    }
    Vec::new()
}

pub(super) fn select(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    if let Some(index) = state.tabs.iter().position(|tab| tab.id() == id) {
        state.active_tab = index;
        drafts_changed(state);
    }
    Vec::new()
}

pub(super) fn ask_close(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    let Some(tab) = state.tab(id) else {
        return Vec::new();
    };
    if state.is_unsaved(tab) {
        state.dialog = Some(Dialog::CloseUnsaved {
            request: id.clone(),
            name: tab.title().to_owned(),
        });
        return Vec::new();
    }
    close(state, id)
}

/// Closes the tab and cancels what is under way in it; its later events find no tab and are dropped.
pub(super) fn close(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    let Some(index) = state.tabs.iter().position(|tab| tab.id() == id) else {
        return Vec::new();
    };
    let tab = state.tabs.remove(index);
    if index < state.active_tab || state.active_tab >= state.tabs.len() {
        state.active_tab = state.active_tab.saturating_sub(1);
    }
    drafts_changed(state);
    tab.in_flight
        .map(|in_flight| Command::Cancel {
            exchange: in_flight.exchange,
        })
        .into_iter()
        .collect()
}

pub(super) fn edit(state: &mut AppState, draft: RequestDraft) -> Vec<Command> {
    if let Some(index) = state.tabs.iter().position(|tab| *tab.id() == draft.id) {
        let tab = &mut state.tabs[index];
        if tab.draft != draft {
            tab.draft = draft;
            tab.problems.clear();
            tab.failure = None;
            refresh_preview(state, index);
            drafts_changed(state);
        }
    }
    Vec::new()
}

pub(super) fn apply_fix(state: &mut AppState, id: &RequestId, fix: &Fix) -> Vec<Command> {
    let Some(tab) = state.tab(id) else {
        return Vec::new();
    };
    let mut draft = tab.draft.clone();
    let mut environment_changes = Vec::new();
    for (field, text) in &fix.changes {
        if set_draft_field(&mut draft, field, text).is_err() {
            environment_changes.push((field.clone(), text.clone()));
        }
    }
    if !environment_changes.is_empty() {
        // The fix concerns the environment: its form opens with the change made, to be looked at and saved.
        let fix = Fix {
            label: fix.label.clone(),
            changes: environment_changes,
        };
        let has_field = |environment: &&Environment| {
            let mut changed = (*environment).clone();
            fix.changes
                .iter()
                .all(|(field, text)| set_field(&mut changed, field, text).is_ok())
        };
        if let Some(environment) = state
            .active_environment()
            .filter(|environment| environment.sandbox.is_none())
            .filter(has_field)
            .map(|environment| environment.id.clone())
        {
            let edits = super::super::action::Action::EditEnvironment(environment);
            let held = state.form.clone();
            super::on_action(state, edits);
            // A form with changes of another environment stays, and asks.
            if state.dialog.is_none() || state.form != held {
                super::environments::apply_form_fix(state, &fix);
            }
        }
    }
    edit(state, draft)
}

/// The text is the draft's at once, so that nothing is lost whatever becomes of the file.
pub(super) fn keep_body(state: &mut AppState, draft: RequestDraft) -> Vec<Command> {
    let has_variables = draft.body.text().is_some_and(|text| text.contains("{{"));
    let mut commands = edit(state, draft.clone());
    if has_variables {
        // A body file is sent as it is.
        notice(
            state,
            NoticeKind::Warning,
            "The body did not become a file: it holds variables, and the bytes of a file are sent unchanged",
            "It is sent all the same; replace the {{…}} to edit it as a file",
        );
    } else {
        commands.push(Command::KeepBody {
            draft: Box::new(draft),
        });
    }
    commands
}

/// The draft names the file in place of the text, unless another text stands there by now.
pub(super) fn body_kept(state: &mut AppState, request: &RequestId, bytes: usize, path: &Path) {
    let Some(tab) = state.tab(request) else {
        return;
    };
    let content_type = match &tab.draft.body {
        DraftBody::Json { text } if text.len() == bytes => "application/json".to_owned(),
        DraftBody::Text { text, content_type } if text.len() == bytes => content_type.clone(),
        _ => return,
    };
    let mut draft = tab.draft.clone();
    draft.body = DraftBody::File {
        path: path.to_string_lossy().into_owned(),
        content_type,
    };
    edit(state, draft);
}

/// Writes the open request to the workspace.
pub(super) fn save(state: &mut AppState) -> Vec<Command> {
    let Some(id) = state.active_tab().map(|tab| tab.id().clone()) else {
        return Vec::new();
    };
    save_tab(state, &id)
}

pub(super) fn save_tab(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    if state.workspace.stage != WorkspaceStage::Open || state.workspace.read_only {
        notice(
            state,
            NoticeKind::Failure,
            "The request was not saved: the workspace cannot be written",
            "It stays open as a draft. Start with --workspace and a folder that can be written",
        );
        return Vec::new();
    }
    let Some(tab) = state.tabs.iter_mut().find(|tab| tab.id() == id) else {
        return Vec::new();
    };
    if tab.draft.name.trim().is_empty() {
        let name = title_of(&tab.draft).to_owned();
        tab.draft.name = name;
    }
    let draft = tab.draft.clone();
    state.saves_under_way.push(draft.clone());
    drafts_changed(state);
    vec![Command::SaveRequest {
        draft: Box::new(draft),
    }]
}

/// With the setting that saves at once: the open requests that the workspace has, as far as they differ from it.
/// New ones get their place by the first save that the user asks for.
pub(super) fn save_what_follows(state: &mut AppState) -> Vec<Command> {
    if !state.settings.save_at_once
        || state.workspace.stage != WorkspaceStage::Open
        || state.workspace.read_only
    {
        return Vec::new();
    }
    let differing: Vec<RequestId> = state
        .tabs
        .iter()
        .filter(|tab| state.stored(tab.id()).is_some() && state.is_unsaved(tab))
        .filter(|tab| !state.saves_under_way.contains(&tab.draft))
        .map(|tab| tab.id().clone())
        .collect();
    differing
        .iter()
        .flat_map(|id| save_tab(state, id))
        .collect()
}

/// Takes the oldest save that the answer names; answers about other things name none.
pub(super) fn take_save(state: &mut AppState, what: &str) -> Option<RequestDraft> {
    let index = state
        .saves_under_way
        .iter()
        .position(|draft| what.contains(&draft.name))?;
    Some(state.saves_under_way.remove(index))
}

/// A save has been done: what was handed over is what the workspace has now.
pub(super) fn saved(state: &mut AppState, what: &str) {
    let Some(draft) = take_save(state, what) else {
        return;
    };
    state.saves_done.push(draft.clone());
    match state
        .workspace
        .requests
        .iter_mut()
        .find(|stored| stored.draft.id == draft.id)
    {
        Some(stored) => stored.draft = draft,
        None => state.workspace.requests.push(StoredRequest {
            path: String::new(),
            draft,
        }),
    }
    drafts_changed(state);
}

pub(super) fn ask_delete(state: &mut AppState, id: RequestId) -> Vec<Command> {
    if let Some(stored) = state.stored(&id) {
        state.dialog = Some(Dialog::DeleteRequest {
            name: title_of(stored).to_owned(),
            request: id,
        });
    }
    Vec::new()
}

/// Deletes the file; an open tab stays as an unsaved draft, so that a slip can be undone by saving again.
pub(super) fn delete(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    state
        .workspace
        .requests
        .retain(|stored| stored.draft.id != *id);
    drafts_changed(state);
    vec![Command::DeleteRequest {
        request: id.clone(),
    }]
}
