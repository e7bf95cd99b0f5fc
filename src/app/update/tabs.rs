//! The tabs: closing without a question and without a loss, opening again, their order, what is kept over a restart,
//! and what becomes of an open request whose file was changed outside.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::carry::merged;
use crate::model::ids::RequestId;
use crate::model::request::RequestDraft;

use super::super::command::{Command, Drafts, KeptTab, OpenDraft};
use super::super::event::StoredRequest;
use super::super::notices::{NoticeKind, NoticeLink};
use super::super::state::{AppState, Leg};
use super::super::tab::{Tab, title_of};
use super::super::tree::{ClosedTab, Node, StoredFolder, TreeCommand};
use super::{drafts_changed, due, notice, refresh_preview, requests};

/// So many closed tabs can be opened again when they hold nothing but what the workspace has.
const CLOSED_SAVED: usize = 25;
/// And so many when they hold what the workspace has not.
const CLOSED_UNSAVED: usize = 200;
/// Closed tabs that keep their answers; an answer can be large.
const CLOSED_ANSWERS: usize = 3;

/// Closes the tab. What is under way in it is cancelled; what was not saved is kept, and said.
pub(super) fn close(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    let Some(tab) = state.tab(id) else {
        return Vec::new();
    };
    let title = shortened(&crate::body::visible::line(tab.title()));
    let unsaved = state.is_unsaved(tab);
    let in_flight = tab.in_flight.is_some();
    let commands = put_away(state, id);
    if unsaved || in_flight {
        let words = match (unsaved, in_flight) {
            (_, false) => format!("Closed {title}; what is not saved is kept"),
            (true, true) => format!("Closed {title} and cancelled it; what is not saved is kept"),
            (false, true) => format!("Closed {title} and cancelled it"),
        };
        let now = state.now;
        state.notices.add_linked(
            NoticeKind::Done,
            words,
            "",
            Some(NoticeLink::Reopen(id.clone())),
            now,
        );
    }
    commands
}

/// A title may be all that was pasted into the path.
fn shortened(title: &str) -> String {
    const MOST: usize = 40;
    match title.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &title[..at]),
        None => title.to_owned(),
    }
}

pub(super) fn close_others(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    let others: Vec<RequestId> = state
        .tabs
        .iter()
        .map(|tab| tab.id().clone())
        .filter(|other| other != id)
        .collect();
    let mut commands = Vec::new();
    for other in &others {
        commands.extend(put_away(state, other));
    }
    if !others.is_empty() {
        let words = match others.len() {
            1 => "Closed 1 tab; Ctrl+Shift+T opens it again".to_owned(),
            count => format!("Closed {count} tabs; Ctrl+Shift+T opens them again"),
        };
        notice(state, NoticeKind::Done, words, "");
    }
    commands
}

/// Closes the tab and says nothing. Later events of what was under way find no tab and are dropped.
pub(super) fn put_away(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    let Some(index) = state.tabs.iter().position(|tab| tab.id() == id) else {
        return Vec::new();
    };
    let unsaved = state.is_unsaved(&state.tabs[index]);
    let base = base_of(state, &state.tabs[index]);
    let mut tab = state.tabs.remove(index);
    // Its file may be another one by the time it is opened again.
    tab.base = base;
    if index < state.active_tab || state.active_tab >= state.tabs.len() {
        state.active_tab = state.active_tab.saturating_sub(1);
    }
    let cancelled = tab.in_flight.take();
    if unsaved || state.stored(id).is_some() {
        file_closed(
            state,
            ClosedTab {
                tab,
                unsaved,
                index,
            },
        );
    }
    drafts_changed(state);
    cancelled
        .map(|in_flight| Command::Cancel {
            exchange: in_flight.exchange,
        })
        .into_iter()
        .collect()
}

fn file_closed(state: &mut AppState, closed: ClosedTab) {
    let list = &mut state.tree.closed;
    let id = closed.tab.id().clone();
    list.retain(|known| *known.tab.id() != id);
    list.push(closed);
    for (unsaved, most) in [(false, CLOSED_SAVED), (true, CLOSED_UNSAVED)] {
        let count = list.iter().filter(|known| known.unsaved == unsaved).count();
        if count > most
            && let Some(oldest) = list.iter().position(|known| known.unsaved == unsaved)
        {
            list.remove(oldest);
        }
    }
    let old = list.len().saturating_sub(CLOSED_ANSWERS);
    for known in &mut list[..old] {
        known.tab.answer = None;
        known.tab.past = None;
    }
}

pub(super) fn reopen_last(state: &mut AppState) -> Vec<Command> {
    match state
        .tree
        .closed
        .last()
        .map(|closed| closed.tab.id().clone())
    {
        Some(id) => reopen(state, &id),
        None => Vec::new(),
    }
}

/// Opens a closed tab where it stood: with its draft when that was not saved, else as the workspace has it now.
pub(super) fn reopen(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    state.notices.drop_link(&NoticeLink::Reopen(id.clone()));
    let Some(at) = state
        .tree
        .closed
        .iter()
        .position(|closed| closed.tab.id() == id)
    else {
        return Vec::new();
    };
    let closed = state.tree.closed.remove(at);
    if state.tab(id).is_some() {
        return requests::select(state, id);
    }
    let mut tab = closed.tab;
    if !closed.unsaved
        && let Some(stored) = state.stored(id)
    {
        tab.draft = stored.clone();
    }
    let base = tab.base.take();
    tab.file_changed = false;
    let index = closed.index.min(state.tabs.len());
    state.tabs.insert(index, tab);
    state.active_tab = index;
    compare_with_file(state, index, base.as_deref());
    refresh_preview(state, index);
    drafts_changed(state);
    Vec::new()
}

/// Does what a notice offers, and puts it away.
pub(super) fn follow_notice(state: &mut AppState, id: u64) -> Vec<Command> {
    let link = state
        .notices
        .iter()
        .find(|notice| notice.id == id)
        .and_then(|notice| notice.link.clone());
    state.notices.dismiss(id);
    match link {
        Some(NoticeLink::Undo(step)) => super::undo::undo_step(state, step),
        Some(NoticeLink::Reopen(request)) => {
            requests::bring_forward(state);
            reopen(state, &request)
        }
        Some(NoticeLink::OpenFile(path)) => {
            let request = state
                .workspace
                .requests
                .iter()
                .find(|stored| stored.path == path)
                .map(|stored| stored.draft.id.clone());
            request.map_or_else(Vec::new, |request| requests::open(state, &request))
        }
        None => Vec::new(),
    }
}

pub(super) fn move_tab(state: &mut AppState, id: &RequestId, to: usize) {
    let Some(from) = state.tabs.iter().position(|tab| tab.id() == id) else {
        return;
    };
    let to = to.min(state.tabs.len() - 1);
    if from == to {
        return;
    }
    let active = state.tabs[state.active_tab].id().clone();
    let tab = state.tabs.remove(from);
    state.tabs.insert(to, tab);
    if let Some(index) = state.tabs.iter().position(|tab| *tab.id() == active) {
        state.active_tab = index;
    }
    drafts_changed(state);
}

/// Time passed: drafts that are due are written; with "save at once" so are the files.
pub(super) fn tick(state: &mut AppState) -> Vec<Command> {
    let drafts_due = state.drafts_due.is_some_and(|due| due <= state.now);
    let mut commands = due(state, false);
    if drafts_due && state.settings.save_at_once {
        commands.extend(save_at_once(state));
    }
    commands
}

/// The window closes: what is not written yet is written now, and what was removed stays removed.
pub(super) fn closing(state: &mut AppState) -> Vec<Command> {
    let mut commands = due(state, true);
    if state.settings.save_at_once {
        commands.extend(save_at_once(state));
    }
    if state.tree.next_removal > 0 {
        commands.push(Command::Tree(TreeCommand::ForgetRemoved));
    }
    commands
}

/// Requests that have a file: a new one gets its file with the first Ctrl+S, when it has its name.
fn save_at_once(state: &mut AppState) -> Vec<Command> {
    if state.workspace.read_only {
        return Vec::new();
    }
    let changed: Vec<RequestId> = state
        .tabs
        .iter()
        .filter(|tab| !tab.file_changed && state.stored(tab.id()).is_some())
        .filter(|tab| state.is_unsaved(tab) && !state.saves_under_way.contains(&tab.draft))
        .map(|tab| tab.id().clone())
        .collect();
    let mut commands = Vec::new();
    for id in changed {
        state.quiet_saves.push(id.clone());
        commands.extend(requests::save_tab(state, &id));
    }
    commands
}

/// The requests and folders of the workspace as read. Unsaved tabs keep what was typed: an edit of the file in other places
/// is taken over, one in the same place has to be chosen.
pub(super) fn read(
    state: &mut AppState,
    first: bool,
    requests: Vec<StoredRequest>,
    folders: Vec<StoredFolder>,
) {
    if !first && state.tree.under_way > 0 {
        // From before the last change of the tree; a newer one is on its way.
        return;
    }
    let saves_done = std::mem::take(&mut state.saves_done);
    let bases: HashMap<RequestId, RequestDraft> = state
        .tabs
        .iter()
        .filter_map(|tab| Some((tab.id().clone(), state.stored(tab.id())?.clone())))
        .collect();
    state.workspace.requests = requests;
    state.workspace.folders = folders;
    state.tree.rebuild(&state.workspace);
    for index in 0..state.tabs.len() {
        let tab = &state.tabs[index];
        let Some(stored) = state.stored(tab.id()).cloned() else {
            settle_tab(&mut state.tabs[index]);
            continue;
        };
        let base = bases.get(tab.id());
        if base == Some(&tab.draft) || saves_done.contains(&tab.draft) {
            state.tabs[index].draft = stored;
        } else if let Some(base) = base.filter(|base| **base != stored) {
            let base = tab.base.as_deref().unwrap_or(base).clone();
            changed_outside(state, index, &base, &stored);
        }
        if state.stored(state.tabs[index].id()) == Some(&state.tabs[index].draft) {
            settle_tab(&mut state.tabs[index]);
        }
    }
}

/// The typing of the tab at `index` began on `base`: by now its file may be another one, or hold what was typed.
fn compare_with_file(state: &mut AppState, index: usize, base: Option<&RequestDraft>) {
    let stored = state.stored(state.tabs[index].id()).cloned();
    if let (Some(base), Some(stored)) = (base, stored)
        && *base != stored
        && state.tabs[index].draft != stored
    {
        changed_outside(state, index, base, &stored);
    }
}

/// The file of an edited request is another one than `base`, on which the typing began.
fn changed_outside(state: &mut AppState, index: usize, base: &RequestDraft, stored: &RequestDraft) {
    let file = file_of(state, &stored.id);
    let tab = &mut state.tabs[index];
    if let Some(both) = merged(base, &tab.draft, stored) {
        settle_tab(tab);
        if tab.draft != both {
            tab.draft = both;
            notice(
                state,
                NoticeKind::Done,
                format!("{file} was changed outside: taken over, beside what you typed"),
                "",
            );
        }
        return;
    }
    tab.file_changed = true;
    tab.base = Some(Box::new(base.clone()));
    notice(
        state,
        NoticeKind::Warning,
        format!("{file} was changed outside while you were editing it"),
        "Choose above the request: take the file's, or keep mine",
    );
}

fn settle_tab(tab: &mut Tab) {
    tab.file_changed = false;
    tab.base = None;
}

/// `requests/users/list.toml`, or what the request is called.
pub(super) fn file_of(state: &AppState, id: &RequestId) -> String {
    let stored = state
        .workspace
        .requests
        .iter()
        .find(|stored| stored.draft.id == *id);
    match stored {
        Some(stored) if !stored.path.is_empty() => format!("requests/{}", stored.path),
        Some(stored) => title_of(&stored.draft).to_owned(),
        None => id.to_string(),
    }
}

/// The file counts; what was typed here can be brought back by Undo.
pub(super) fn take_file(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    let Some(stored) = state.stored(id).cloned() else {
        return Vec::new();
    };
    settle(state, id);
    super::undo::change_draft(state, stored, "Took what the file has")
}

/// What was typed counts, and the next save writes it.
pub(super) fn keep_mine(state: &mut AppState, id: &RequestId) -> Vec<Command> {
    settle(state, id);
    Vec::new()
}

fn settle(state: &mut AppState, id: &RequestId) {
    if let Some(tab) = state.tabs.iter_mut().find(|tab| tab.id() == id) {
        settle_tab(tab);
    }
    drafts_changed(state);
}

/// What is kept over a restart.
pub(super) fn drafts(state: &AppState) -> Drafts {
    // A look into the history is no draft.
    let kept = |tab: &&Tab| !tab.is_only_past() || state.stored(tab.id()).is_some();
    Drafts {
        open: state
            .tabs
            .iter()
            .filter(kept)
            .map(|tab| OpenDraft {
                draft: tab.draft.clone(),
                dirty: state.is_unsaved(tab),
            })
            .collect(),
        active: state
            .tabs
            .iter()
            .take(state.active_tab)
            .filter(kept)
            .count(),
        leg_a: state.legs[0].clone(),
        leg_b: state.legs[1].clone(),
        leg_b_active: state.active_leg == Leg::B,
        editor_percent: state.editor_percent,
        form: super::outside::draft(state),
        tabs: state
            .tabs
            .iter()
            .map(|tab| (tab, base_of(state, tab)))
            .chain(closed_unsaved(state).map(|tab| (tab, tab.base.clone())))
            .map(|(tab, base)| KeptTab {
                request: tab.id().clone(),
                editor_page: word(&tab.editor_page),
                response_page: word(&tab.response_page),
                folder: tab.folder.clone(),
                base,
            })
            .collect(),
        closed: state
            .tree
            .closed
            .iter()
            .map(|closed| OpenDraft {
                draft: closed.tab.draft.clone(),
                dirty: closed.unsaved,
            })
            .collect(),
        collapsed: state.tree.collapsed.iter().cloned().collect(),
        sidebar: word(&state.sidebar),
        ..Drafts::default()
    }
}

pub(super) fn take_drafts(state: &mut AppState, drafts: Drafts) {
    super::preferences::take_over(state, &drafts);
    state.window_size = drafts.window_size;
    state.editor_percent = drafts.editor_percent.min(u32::from(*AppState::SPLIT.end()));
    state.legs = [drafts.leg_a, drafts.leg_b];
    state.active_leg = if drafts.leg_b_active { Leg::B } else { Leg::A };
    state.sidebar = of_word(&drafts.sidebar);
    state.tree.collapsed = drafts.collapsed.into_iter().collect();
    let kept: HashMap<RequestId, KeptTab> = drafts
        .tabs
        .into_iter()
        .map(|tab| (tab.request.clone(), tab))
        .collect();
    for open in drafts.open {
        if state.tab(&open.draft.id).is_some() {
            continue;
        }
        let mut tab = as_left(state, open).tab;
        if let Some(kept) = kept.get(tab.id()) {
            tab.editor_page = of_word(&kept.editor_page);
            tab.response_page = of_word(&kept.response_page);
            tab.folder.clone_from(&kept.folder);
        }
        state.tabs.push(tab);
        // The file may have become another one while the window was closed.
        let index = state.tabs.len() - 1;
        let base = kept.get(state.tabs[index].id());
        compare_with_file(state, index, base.and_then(|kept| kept.base.as_deref()));
    }
    state.active_tab = drafts.active.min(state.tabs.len().saturating_sub(1));
    if let Some(form) = drafts.form {
        super::outside::take_draft(state, *form);
    }
    for closed in drafts.closed {
        let mut closed = as_left(state, closed);
        if let Some(kept) = kept.get(closed.tab.id()) {
            closed.tab.folder.clone_from(&kept.folder);
            closed.tab.base.clone_from(&kept.base);
        }
        file_closed(state, closed);
    }
    if let Some(tab) = state.active_tab() {
        let node = Node::Request(tab.id().clone());
        state.tree.cursor = state.tree.row(&node).map(|row| row.node.clone());
    }
}

fn closed_unsaved(state: &AppState) -> impl Iterator<Item = &Tab> {
    let closed = state.tree.closed.iter();
    closed
        .filter(|closed| closed.unsaved)
        .map(|closed| &closed.tab)
}

/// What the typing began on; nothing for a request that holds what its file has, or has none.
fn base_of(state: &AppState, tab: &Tab) -> Option<Box<RequestDraft>> {
    if !state.is_unsaved(tab) {
        return None;
    }
    tab.base
        .clone()
        .or_else(|| state.stored(tab.id()).cloned().map(Box::new))
}

/// What was not saved as it was left, the rest as the workspace has it.
fn as_left(state: &AppState, open: OpenDraft) -> ClosedTab {
    let draft = match state.stored(&open.draft.id) {
        Some(stored) if !open.dirty => stored.clone(),
        _ => open.draft,
    };
    ClosedTab {
        tab: Tab::new(draft),
        unsaved: open.dirty,
        index: usize::MAX,
    }
}

fn word<T: Serialize>(choice: &T) -> String {
    serde_json::to_value(choice)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// A word that no one knows is the usual choice.
fn of_word<T: DeserializeOwned + Default>(word: &str) -> T {
    serde_json::from_value(serde_json::Value::from(word)).unwrap_or_default()
}
