//! What happens to the history: the list is read page by page, past exchanges come back into tabs.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::command::{Command, SendCommand};
use crate::app::comparing::ComparingAction;
use crate::app::history::{
    HistoryAction, HistoryCommand, HistoryDay, HistoryEvent, HistoryState, LoadPurpose, OF_REQUEST,
    Past, Reading,
};
use crate::app::notices::{NoticeKind, NoticeLink};
use crate::app::state::{AppState, Dialog, Leg, SidebarPage};
use crate::app::tab::{Answer, Tab};
use crate::app::undo::Change;
use crate::explain::answerer::who_answered;
use crate::model::history::{
    HistoryEntry, HistoryFilter, HistoryId, HistoryKind, HistoryScope, HistorySummary, PastExchange,
};
use crate::model::request::RequestDraft;

use super::events::{beginning, lay_out};
use super::{ask, drafts_changed, notice, refresh_preview, requests, sending, undo};

pub(super) fn on_action(state: &mut AppState, action: HistoryAction) -> Vec<Command> {
    match action {
        HistoryAction::Search(search) => {
            state.history.search = search;
            read(state, false)
        }
        HistoryAction::ReadOn if state.history.reading == Reading::Partly => read(state, true),
        HistoryAction::ReadOn => Vec::new(),
        HistoryAction::Select(id) => {
            state.history.selected = Some(id);
            Vec::new()
        }
        HistoryAction::Open(id) => {
            state.history.selected = Some(id);
            match kind_of(state, id) {
                HistoryKind::Report => super::checking::open_past(state, id),
                HistoryKind::Comparison => {
                    super::comparing::on_action(state, ComparingAction::Reopen(id))
                }
                HistoryKind::Exchange => load(state, id, LoadPurpose::OwnTab),
            }
        }
        HistoryAction::OpenAsRequest(id) if kind_of(state, id) == HistoryKind::Report => Vec::new(),
        HistoryAction::OpenAsRequest(id) => load(state, id, LoadPurpose::NewRequest),
        HistoryAction::LookBack(id) => match state.active_tab().map(|tab| tab.id().clone()) {
            Some(request) => load(state, id, LoadPurpose::TabOf(request)),
            None => Vec::new(),
        },
        HistoryAction::BackToNewest => back_to_newest(state),
        HistoryAction::Delete(id) => delete(state, id),
        HistoryAction::Clear(scope) => {
            ask(
                state,
                Dialog::ClearHistory {
                    text: clear_question(state, &scope),
                    scope,
                },
            );
            Vec::new()
        }
        HistoryAction::ListOf(request) => one(HistoryCommand::ReadOf {
            workspace: workspace(state),
            request,
        }),
    }
}

pub(super) fn on_event(state: &mut AppState, event: HistoryEvent) -> Vec<Command> {
    match event {
        HistoryEvent::Page {
            number,
            entries,
            complete,
            zone,
        } => {
            state.history.zone = zone;
            state.history.page(number, entries, complete);
        }
        HistoryEvent::Of {
            request,
            entries,
            zone,
        } => {
            state.history.zone = zone;
            state.history.of_request = Some((request, entries));
        }
        HistoryEvent::Recorded {
            workspace,
            entry,
            zone,
        } => {
            state.history.zone = zone;
            if state.workspace.directory.as_ref() == Some(&workspace) {
                state.history.recorded(*entry);
            }
        }
        HistoryEvent::Loaded { past, purpose } => return loaded(state, *past, purpose),
        HistoryEvent::Gone { id, deleted } => {
            state.history.remove(id);
            if !deleted {
                notice(
                    state,
                    NoticeKind::Warning,
                    "This exchange is not in the history any more",
                    "It was deleted, or the limits in the settings left no room for it",
                );
            }
        }
        HistoryEvent::Lost(lost) => {
            let words = "It is too large to be brought back";
            forget_past(state, |id| lost.contains(&id), words);
        }
        HistoryEvent::Cleared { entries, .. } => {
            let words = match entries {
                1 => "Cleared 1 exchange from the history".to_owned(),
                entries => format!("Cleared {entries} exchanges from the history"),
            };
            forget_past(state, |_| true, "The history was cleared since");
            notice(state, NoticeKind::Done, words, "");
            state.history.of_request = None;
            return read(state, false);
        }
        HistoryEvent::Trouble { text, hint } => {
            if state.history.reading == Reading::UnderWay {
                state.history.reading = Reading::Idle;
            }
            notice(state, NoticeKind::Warning, text, hint);
        }
    }
    Vec::new()
}

/// What the list knows of it.
fn kind_of(state: &AppState, id: HistoryId) -> HistoryKind {
    let known = state.history.entries.iter().find(|entry| entry.id == id);
    known.map_or(HistoryKind::Exchange, |entry| entry.summary.kind)
}

/// The page was opened, or the user came back to the window: another process may have sent something.
pub(super) fn came_into_sight(state: &mut AppState) -> Vec<Command> {
    // Far down a long list one is not thrown back to its beginning.
    let far = state.history.entries.len() > crate::app::history::PAGE;
    if state.sidebar != SidebarPage::History || far {
        return Vec::new();
    }
    read(state, false)
}

/// Entries that were deleted and cannot come back: no Undo is offered for them.
fn forget_past(state: &mut AppState, is_lost: impl Fn(HistoryId) -> bool, why: &str) {
    for step in state.tree.undo.forget_past(is_lost) {
        state.notices.unlink(&NoticeLink::Undo(step), why);
    }
}

fn delete(state: &mut AppState, id: HistoryId) -> Vec<Command> {
    let of_request = state.history.of_request.iter();
    let known = state
        .history
        .entries
        .iter()
        .chain(of_request.flat_map(|(_, entries)| entries))
        .find(|entry| entry.id == id);
    let what = known.map_or_else(
        || "an entry".to_owned(),
        |entry| format!("{} {}", entry.summary.method, entry.summary.path),
    );
    let words = format!("Deleted {what} from the history");
    let (step, commands) = undo::perform(state, words.clone(), Change::DeletePast(id));
    undo::tell(state, words, "", step);
    commands
}

/// Another workspace has another history.
pub(super) fn workspace_changed(state: &mut AppState) -> Vec<Command> {
    let history = &mut state.history;
    *history = HistoryState {
        zone: history.zone.clone(),
        search: std::mem::take(&mut history.search),
        number: history.number,
        told_limits: history.told_limits,
        ..HistoryState::default()
    };
    came_into_sight(state)
}

/// Tells the worker limits that were changed in the settings.
pub(super) fn limits_changed(state: &mut AppState) -> Vec<Command> {
    let limits = state.settings.history;
    if state.history.told_limits == limits {
        return Vec::new();
    }
    state.history.told_limits = limits;
    one(HistoryCommand::SetLimits(limits))
}

/// The user said yes.
pub(super) fn clear(state: &AppState, scope: HistoryScope) -> Vec<Command> {
    one(HistoryCommand::Clear {
        workspace: workspace(state),
        scope,
    })
}

pub(super) fn one(command: HistoryCommand) -> Vec<Command> {
    vec![Command::History(command)]
}

fn workspace(state: &AppState) -> Option<PathBuf> {
    state.workspace.directory.clone()
}

/// Asks for the newest entries, or for those behind the last one that is known.
fn read(state: &mut AppState, on: bool) -> Vec<Command> {
    let workspace = workspace(state);
    let history = &mut state.history;
    history.number += 1;
    history.reading = Reading::UnderWay;
    let after = history
        .entries
        .last()
        .filter(|_| on)
        .map(HistoryEntry::place);
    history.reads_on = after.is_some();
    one(HistoryCommand::Read {
        number: history.number,
        workspace,
        filter: HistoryFilter::parse(&history.search),
        after,
    })
}

fn load(state: &mut AppState, id: HistoryId, purpose: LoadPurpose) -> Vec<Command> {
    let exchange = sending::next_exchange(state);
    one(HistoryCommand::Load {
        id,
        exchange,
        purpose,
    })
}

fn clear_question(state: &AppState, scope: &HistoryScope) -> String {
    match scope {
        HistoryScope::Everything => {
            "Every exchange of every workspace is deleted for good".to_owned()
        }
        HistoryScope::Workspace => {
            "Every exchange of this workspace is deleted for good".to_owned()
        }
        HistoryScope::Environment(id) => {
            let name = state.environment(id).map(|known| known.name.clone());
            // It may have been deleted since; the history knows what it was called.
            let name = name.or_else(|| {
                state
                    .history
                    .entries
                    .iter()
                    .find(|entry| entry.summary.environment == *id)
                    .map(|entry| entry.summary.environment_name.clone())
            });
            let name = name.unwrap_or_else(|| id.to_string());
            format!("Every exchange of {name} in this workspace is deleted for good")
        }
    }
}

fn loaded(state: &mut AppState, past: PastExchange, purpose: LoadPurpose) -> Vec<Command> {
    let draft = past
        .draft
        .clone()
        .unwrap_or_else(|| draft_of(&past.entry.summary));
    match purpose {
        LoadPurpose::NewRequest => {
            let id = requests::unused_id(state);
            requests::bring_forward(state);
            requests::add_tab(state, RequestDraft { id, ..draft });
            Vec::new()
        }
        LoadPurpose::OwnTab => {
            let id = requests::unused_id(state);
            let draft = RequestDraft { id, ..draft };
            let (answer, commands) = answer(state, &past, &draft);
            let tab = Tab {
                answer: Some(answer),
                past: Some(Box::new(Past {
                    entry: past.entry,
                    without_bodies: past.without_bodies,
                    newest: None,
                    own_tab: Some(Arc::new(draft.clone())),
                })),
                ..Tab::new(draft)
            };
            show_in_own_tab(state, tab);
            commands
        }
        LoadPurpose::TabOf(request) => {
            let Some(tab) = state.tab(&request) else {
                return Vec::new();
            };
            let (answer, commands) = answer(state, &past, &tab.draft.clone());
            let Some(tab) = state.tabs.iter_mut().find(|tab| *tab.id() == request) else {
                return Vec::new();
            };
            let shown = tab.answer.replace(answer);
            let before = tab.past.take();
            let (newest, own_tab) = match before {
                Some(before) => (before.newest, before.own_tab),
                None => (shown, None),
            };
            tab.past = Some(Box::new(Past {
                entry: past.entry,
                without_bodies: past.without_bodies,
                newest,
                own_tab,
            }));
            commands
        }
    }
}

/// What a token request that was sent on its own looks like as a request.
fn draft_of(entry: &HistorySummary) -> RequestDraft {
    RequestDraft {
        name: format!("Token of {}", entry.environment_name),
        method: entry.method.clone(),
        path: entry.path.clone(),
        ..RequestDraft::default()
    }
}

fn answer(state: &AppState, past: &PastExchange, draft: &RequestDraft) -> (Answer, Vec<Command>) {
    let leg = match past.entry.summary.leg.as_deref() {
        Some("A") => Leg::A,
        Some("B") => Leg::B,
        _ => state.active_leg,
    };
    let response = past.exchange.answer().and_then(|hop| hop.response.as_ref());
    let commands = response
        .filter(|_| past.without_bodies.is_none())
        .map(|response| lay_out(past.exchange.id, response, &past.exchange.masks));
    let answer = Answer {
        who: who_answered(&past.exchange, &past.environment),
        explanation: None,
        leg,
        environment: Box::new(past.environment.clone()),
        view: response.and_then(|response| beginning(response, &past.exchange.masks)),
        command: Box::new(SendCommand {
            exchange: past.exchange.id,
            leg: Some(leg),
            draft: draft.clone(),
            environment: past.environment.clone(),
            confirmed_unsafe: false,
            follow_redirects: true,
            follow_to: None,
            reading_operations: state.settings.reading_operations.clone(),
            dynamics: None,
        }),
        exchange: Arc::new(past.exchange.clone()),
    };
    let explain = super::explaining::ask(&answer);
    (answer, commands.into_iter().chain([explain]).collect())
}

/// In the tab that shows another past exchange and nothing else, where there is one; else in a new one.
fn show_in_own_tab(state: &mut AppState, tab: Tab) {
    requests::bring_forward(state);
    let reusable = state
        .tabs
        .iter()
        .position(|open| open.is_only_past() && open.in_flight.is_none());
    let index = if let Some(index) = reusable {
        let before = &state.tabs[index];
        state.tabs[index] = Tab {
            editor_page: before.editor_page,
            response_page: before.response_page,
            body_form: before.body_form,
            ..tab
        };
        index
    } else {
        state.tabs.push(tab);
        state.tabs.len() - 1
    };
    state.active_tab = index;
    refresh_preview(state, index);
    drafts_changed(state);
}

fn back_to_newest(state: &mut AppState) -> Vec<Command> {
    let Some(tab) = state.tabs.get_mut(state.active_tab) else {
        return Vec::new();
    };
    let Some(past) = tab.past.take() else {
        return Vec::new();
    };
    if past.newest.is_none() && past.own_tab.is_some() {
        // It is all that this tab has.
        tab.past = Some(past);
        return Vec::new();
    }
    tab.answer = past.newest;
    let unread = tab.answer.as_ref().filter(|answer| answer.view.is_none());
    unread
        .and_then(|answer| {
            let response = answer.exchange.answer()?.response.as_ref()?;
            Some(lay_out(
                answer.exchange.id,
                response,
                &answer.exchange.masks,
            ))
        })
        .into_iter()
        .collect()
}

impl HistoryState {
    fn page(&mut self, number: u64, entries: Vec<HistoryEntry>, complete: bool) {
        if number != self.number {
            return;
        }
        if !self.reads_on {
            self.entries.clear();
            self.days.clear();
        }
        for entry in entries {
            self.append(entry);
        }
        self.reading = if complete {
            Reading::Complete
        } else {
            Reading::Partly
        };
        let known = |id: &HistoryId| self.entries.iter().any(|entry| entry.id == *id);
        self.selected = self.selected.filter(|id| known(id));
    }

    fn append(&mut self, entry: HistoryEntry) {
        let date = self.date(entry.summary.started_at);
        match self.days.last_mut().filter(|day| day.date == date) {
            Some(day) => day.count += 1,
            None => self.days.push(HistoryDay {
                date,
                first: self.entries.len(),
                count: 1,
            }),
        }
        self.entries.push(entry);
    }

    fn recorded(&mut self, entry: HistoryEntry) {
        if let Some((request, entries)) = &mut self.of_request
            && entry.summary.request.as_ref() == Some(request)
            && entry.summary.kind == HistoryKind::Exchange
        {
            let at = entries.partition_point(|known| known.place() > entry.place());
            entries.insert(at, entry.clone());
            entries.truncate(OF_REQUEST);
        }
        let listed = !matches!(self.reading, Reading::Idle)
            && HistoryFilter::parse(&self.search).matches(&entry.summary)
            && self
                .entries
                .iter()
                .take(50)
                .all(|known| known.id != entry.id);
        let at = self
            .entries
            .partition_point(|known| known.place() > entry.place());
        // Behind what was read it comes with the next page.
        if listed && (at < self.entries.len() || self.reading == Reading::Complete) {
            self.insert(at, entry);
        }
    }

    fn insert(&mut self, at: usize, entry: HistoryEntry) {
        let date = self.date(entry.summary.started_at);
        let day = self.days.partition_point(|day| day.date > date);
        match self.days.get_mut(day).filter(|day| day.date == date) {
            Some(day) => day.count += 1,
            None => self.days.insert(
                day,
                HistoryDay {
                    date,
                    first: at,
                    count: 1,
                },
            ),
        }
        for later in &mut self.days[day + 1..] {
            later.first += 1;
        }
        self.entries.insert(at, entry);
    }

    fn remove(&mut self, id: HistoryId) {
        if let Some((_, entries)) = &mut self.of_request {
            entries.retain(|entry| entry.id != id);
        }
        let Some(at) = self.entries.iter().position(|entry| entry.id == id) else {
            return;
        };
        self.entries.remove(at);
        let day = self.days.partition_point(|day| day.first + day.count <= at);
        self.days[day].count -= 1;
        for later in &mut self.days[day + 1..] {
            later.first -= 1;
        }
        self.days.retain(|day| day.count > 0);
        if self.selected == Some(id) {
            let next = self.entries.get(at).or(self.entries.last());
            self.selected = next.map(|entry| entry.id);
        }
    }

    fn date(&self, at: Timestamp) -> jiff::civil::Date {
        self.zone.to_datetime(at).date()
    }
}

#[cfg(test)]
mod tests;
