//! Open requests: new, edit, save. Closing and what is kept over a restart are in `tabs`, deleting in `tree`.

#[path = "losses.rs"]
mod losses;

use std::path::Path;

use crate::model::edit::{set_draft_field, set_field};
use crate::model::environment::Environment;
use crate::model::ids::RequestId;
use crate::model::note::Fix;
use crate::model::request::{DraftBody, RequestDraft};

use super::super::command::Command;
use super::super::event::StoredRequest;
use super::super::notices::NoticeKind;
use super::super::state::{AppState, WorkspaceStage};
use super::super::tab::{Tab, title_of};
use super::super::tree::{TreeCommand, places};
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
    bring_forward(state);
    let folder = state.tree.chosen_folder();
    new_request_in(state, folder);
    Vec::new()
}

/// A request is to be seen: a page in front of it goes, and the form too, after a question when something was changed in it.
pub(super) fn bring_forward(state: &mut AppState) {
    super::preferences::leave_page(state);
    if state.form.is_some() {
        super::environments::ask_close_form(state);
    }
}

pub(super) fn new_request_in(state: &mut AppState, folder: String) {
    let id = unused_id(state);
    add_tab(
        state,
        RequestDraft {
            id,
            ..RequestDraft::default()
        },
    );
    if let Some(tab) = state.tabs.last_mut() {
        tab.folder = folder;
    }
}

/// Shows the request: its tab, else the one that was closed with what was not saved, else as the workspace has it.
pub(super) fn open(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    bring_forward(state);
    super::importing::offer_environment(state, id);
    if state.tab(id).is_some() {
        return select(state, id);
    }
    if state.tree.has_kept_draft(id) {
        return super::tabs::reopen(state, id);
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

/// The draft as it is typed. Rows or a body that are gone by it can be brought back.
pub(super) fn edit(state: &mut AppState, draft: RequestDraft) -> Vec<Command> {
    if let Some(index) = state.tabs.iter().position(|tab| *tab.id() == draft.id) {
        if let Some(words) = losses::of(&state.tabs[index].draft, &draft) {
            super::undo::file_edit(state, index, &draft, words);
        }
        put(state, index, draft);
    }
    Vec::new()
}

/// Puts a draft into a tab, and nothing more.
pub(super) fn put(state: &mut AppState, index: usize, draft: RequestDraft) {
    let tab = &mut state.tabs[index];
    if tab.draft != draft {
        tab.draft = draft;
        tab.problems.clear();
        tab.failure = None;
        refresh_preview(state, index);
        drafts_changed(state);
    }
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
    super::undo::change_draft(state, draft, &fix.label)
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
    if !can_write(
        state,
        "The request was not saved",
        "It stays open as a draft",
    ) {
        return Vec::new();
    }
    let Some(index) = state.tabs.iter().position(|tab| tab.id() == id) else {
        return Vec::new();
    };
    if state.tabs[index].file_changed {
        notice(
            state,
            NoticeKind::Warning,
            "Not saved: its file was changed outside in the same place",
            "Choose above the request: take the file's, or keep mine",
        );
        return Vec::new();
    }
    let is_new = state.stored(id).is_none();
    let tab = &mut state.tabs[index];
    if tab.draft.name.trim().is_empty() {
        let name = title_of(&tab.draft).to_owned();
        tab.draft.name = name;
    }
    let draft = tab.draft.clone();
    let folder = tab.folder.clone();
    state.saves_under_way.push(draft.clone());
    drafts_changed(state);
    let draft = Box::new(draft);
    vec![if is_new && !folder.is_empty() {
        super::tree::command(state, TreeCommand::SaveIn { draft, folder })
    } else {
        Command::SaveRequest { draft }
    }]
}

/// Whether the workspace can be written; says so when it cannot.
pub(super) fn can_write(state: &mut AppState, failed: &str, comfort: &str) -> bool {
    let writable = state.workspace.stage == WorkspaceStage::Open && !state.workspace.read_only;
    if !writable {
        let dot = if comfort.is_empty() { "" } else { ". " };
        notice(
            state,
            NoticeKind::Failure,
            format!("{failed}: the workspace cannot be written"),
            format!("{comfort}{dot}Start with --workspace and a folder that can be written"),
        );
    }
    writable
}

/// Takes the oldest save that the answer names; answers about other things name none, whatever they are called.
pub(super) fn take_save(state: &mut AppState, what: &str) -> Option<RequestDraft> {
    let index = state
        .saves_under_way
        .iter()
        .position(|draft| what == format!("request `{}`", draft.name))?;
    Some(state.saves_under_way.remove(index))
}

/// A save has been done: what was handed over is what the workspace has now. Answers whether nobody asked for it.
pub(super) fn saved(state: &mut AppState, what: &str) -> bool {
    let Some(draft) = take_save(state, what) else {
        return false;
    };
    let id = draft.id.clone();
    state.saves_done.push(draft.clone());
    if let Some(stored) = state
        .workspace
        .requests
        .iter_mut()
        .find(|stored| stored.draft.id == id)
    {
        stored.draft = draft;
    } else {
        let folder = state.tab(&id).map(|tab| tab.folder.as_str());
        let path = places::join(folder.unwrap_or_default(), "");
        state.workspace.requests.push(StoredRequest { path, draft });
    }
    state.tree.rebuild(&state.workspace);
    drafts_changed(state);
    let asked_for = state.quiet_saves.iter().position(|quiet| *quiet == id);
    asked_for
        .map(|index| state.quiet_saves.remove(index))
        .is_some()
}
