//! What came of commands. An event about an exchange changes the tab that waits for it, and nothing else.

use std::sync::Arc;

use crate::body::view::BodyView;
use crate::explain::answerer::who_answered;
use crate::model::edit::set_draft_field;
use crate::model::exchange::{Exchange, HeaderField, Response, header};
use crate::model::ids::{EnvironmentId, ExchangeId, RequestId};
use crate::model::masks::Masks;
use crate::model::note::Field;

use super::super::action::Action;
use super::super::command::{Command, FilePurpose};
use super::super::event::{
    Event, FileReport, KeyringState, NotSent, TokenState, WorkspaceSnapshot,
};
use super::super::notices::{NoticeKind, NoticeLink};
use super::super::state::{AppState, Dialog, Leg, SandboxState, WorkspaceStage};
use super::super::tab::{Answer, Failure, InFlight, Tab};
use super::{ask, environments, notice, refresh_previews, requests, start_sandbox};

#[expect(clippy::too_many_lines, reason = "one arm a kind: a table")]
pub(super) fn on_event(state: &mut AppState, event: Event) -> Vec<Command> {
    match event {
        Event::History(event) => return super::history::on_event(state, event),
        Event::Tree(event) => return super::tree::on_event(state, &event),
        Event::Catalogue(event) => return super::catalogue::on_event(state, event),
        Event::TokenPanel(event) => return super::token_panel::on_event(state, event),
        Event::Reading(event) => return super::reading::on_event(state, event),
        Event::Editing(event) => return super::editing::on_event(state, event),
        Event::Explaining(event) => return super::explaining::on_event(state, event),
        Event::Checking(event) => return super::checking::on_event(state, event),
        Event::Preferences(event) => return super::preferences::on_event(state, event),
        Event::Comparing(event) => return super::comparing::on_event(state, event),
        Event::Importing(event) => return super::importing::on_event(state, event),
        Event::Exporting(event) => return super::exporting::on_event(state, event),
        Event::WorkspaceOpened(snapshot) => return opened(state, *snapshot),
        Event::WorkspaceChanged(snapshot) => return changed(state, *snapshot),
        Event::WorkspaceFailed {
            directory,
            text,
            hint,
        } => {
            state.workspace.opening = None;
            // Another one that cannot be opened leaves the present one as it is.
            if state.workspace.stage != WorkspaceStage::Open {
                state.workspace.directory = Some(directory);
                state.workspace.stage = WorkspaceStage::Failed;
            }
            notice(state, NoticeKind::Failure, text, hint);
        }
        Event::Saved { what, conflict } => {
            let is_quiet = requests::saved(state, &what);
            environments::save_ended(state, &what);
            match conflict {
                Some(copy) => {
                    let link = copy.strip_prefix("requests/").map(str::to_owned);
                    let now = state.now;
                    state.notices.add_linked(
                        NoticeKind::Warning,
                        format!("Saved {what}; someone else had changed it, both are kept"),
                        format!("Compare it with {copy}"),
                        link.map(NoticeLink::OpenFile),
                        now,
                    );
                }
                // Whoever changed them was told already.
                None if is_quiet || what == crate::app::comparing::RULES => {}
                None => notice(state, NoticeKind::Done, format!("Saved {what}"), ""),
            }
        }
        Event::SaveFailed { what, text, hint } => {
            if let Some(draft) = requests::take_save(state, &what) {
                state.quiet_saves.retain(|id| *id != draft.id);
            }
            environments::save_ended(state, &what);
            save_failed(state, &what, &text, hint);
        }
        Event::Keyring(keyring) => {
            state.keyring = keyring;
            state.keyring_retrying = false;
        }
        Event::SecretsKnown(secrets) => state.secrets = secrets.into_iter().collect(),
        Event::SecretsChecked(reports) => environments::secrets_checked(state, reports),
        Event::SandboxReady(addresses) => {
            state.sandbox = SandboxState::Running(addresses);
            refresh_previews(state);
        }
        Event::SandboxFailed { text, hint } => {
            notice(state, NoticeKind::Failure, text.clone(), hint.clone());
            state.sandbox = SandboxState::Failed { text, hint };
        }
        Event::Progress { exchange, progress } => {
            if let Some(in_flight) = waiting(state, exchange).and_then(|tab| tab.in_flight.as_mut())
            {
                in_flight.progress = Some(progress);
            }
        }
        Event::Token {
            environment,
            state: token,
        } => {
            return super::token_panel::token_told(state, &environment, token);
        }
        Event::Finished { exchange, result } => return finished(state, exchange, *result),
        Event::NotSent { exchange, reason } => not_sent(state, exchange, reason),
        Event::BodyReady { exchange, view } => {
            if let Some(answer) = state
                .tabs
                .iter_mut()
                .filter_map(|tab| tab.answer.as_mut())
                .find(|answer| answer.exchange.id == exchange)
            {
                answer.view = Some(view);
                return super::reading::body_ready(state, exchange);
            }
        }
        Event::FilePicked {
            purpose,
            request,
            path,
        } => return picked(state, &purpose, request.as_ref(), path),
        Event::NoFileDialog { purpose } => super::file_dialogs::missing(state, &purpose),
        Event::BodyKept {
            request,
            bytes,
            path,
        } => requests::body_kept(state, &request, bytes, &path),
        Event::BodyNotKept { text, hint } => notice(
            state,
            NoticeKind::Warning,
            format!("The body did not become a file: {text}"),
            hint,
        ),
        Event::BodySaved { path } => notice(
            state,
            NoticeKind::Done,
            format!("Body saved to {}", path.display()),
            "",
        ),
        Event::BodySaveFailed { path, text } => notice(
            state,
            NoticeKind::Failure,
            format!("The body was not saved: {text}: {}", path.display()),
            "Choose another place",
        ),
    }
    Vec::new()
}

/// A secret that the keyring did not take is not lost: it is there for this run.
fn save_failed(state: &mut AppState, what: &str, text: &str, hint: String) {
    let by_keyring = matches!(
        &state.keyring,
        KeyringState::Unavailable { reason, .. } if reason == text
    );
    if by_keyring {
        // What follows the colon is the platform's own wording; the status bar has it.
        let reason = text.split(':').next().unwrap_or(text);
        let words = format!("Kept for this run only: {what}. {reason}");
        notice(state, NoticeKind::Warning, words, hint);
    } else {
        let words = format!("{what} was not saved: {text}");
        notice(state, NoticeKind::Failure, words, hint);
    }
}

/// The workspace as read: at the first time with its drafts, later only what changed outside. What was typed stays.
fn opened(state: &mut AppState, snapshot: WorkspaceSnapshot) -> Vec<Command> {
    let was_asked_for = state.workspace.opening.take().is_some();
    let mut commands = Vec::new();
    if super::preferences::is_another(state, &snapshot.directory) {
        if !was_asked_for {
            return commands;
        }
        commands = super::preferences::leave_workspace(state, &snapshot.directory);
    }
    commands.extend(shown(state, snapshot));
    commands
}

/// The workspace as it is after a save, or after a change outside. A late word about the one before changes nothing.
fn changed(state: &mut AppState, snapshot: WorkspaceSnapshot) -> Vec<Command> {
    if super::preferences::is_another(state, &snapshot.directory) {
        return Vec::new();
    }
    shown(state, snapshot)
}

fn shown(state: &mut AppState, snapshot: WorkspaceSnapshot) -> Vec<Command> {
    let first = state.workspace.stage != WorkspaceStage::Open
        || state.workspace.directory.as_ref() != Some(&snapshot.directory);
    let mut commands = Vec::new();
    state.workspace.directory = Some(snapshot.directory);
    state.workspace.read_only = snapshot.read_only;
    state.workspace.stage = WorkspaceStage::Open;
    // Every save reads the folder again: what was said once and put away does not come back.
    let known = std::mem::take(&mut state.workspace.reports);
    let new = snapshot
        .reports
        .iter()
        .filter(|report| first || !known.contains(report));
    for report in new {
        notice(
            state,
            NoticeKind::Warning,
            warning_of(report),
            report.hint.clone(),
        );
    }
    // What was mended outside needs no warning any more.
    for report in known
        .iter()
        .filter(|report| !snapshot.reports.contains(report))
    {
        state.notices.withdraw(&warning_of(report));
    }
    state.workspace.reports = snapshot.reports;
    environments::read(state, snapshot.environments);
    commands.extend(super::comparing::rules_read(state, snapshot.rules));
    super::tabs::read(state, first, snapshot.requests, snapshot.folders);
    if first {
        commands.extend(super::history::workspace_changed(state));
        super::tabs::take_drafts(state, snapshot.drafts);
        let needs_sandbox = Leg::BOTH
            .into_iter()
            .filter_map(|leg| state.leg(leg))
            .any(|environment| environment.sandbox.is_some());
        if needs_sandbox {
            commands.extend(start_sandbox(state));
        }
    }
    // A leg whose environment is not there keeps its choice: the folder may be between two versions.
    refresh_previews(state);
    commands
}

fn warning_of(report: &FileReport) -> String {
    format!("{}: {}", report.file, report.text)
}

/// The tab whose send or fetch under that id has not ended.
fn waiting(state: &mut AppState, exchange: ExchangeId) -> Option<&mut Tab> {
    state.tabs.iter_mut().find(|tab| {
        tab.in_flight
            .as_ref()
            .is_some_and(|in_flight| in_flight.exchange == exchange)
    })
}

fn take_in_flight(state: &mut AppState, exchange: ExchangeId) -> Option<(usize, InFlight)> {
    let index = state.tabs.iter().position(|tab| {
        tab.in_flight
            .as_ref()
            .is_some_and(|in_flight| in_flight.exchange == exchange)
    })?;
    let in_flight = state.tabs[index].in_flight.take()?;
    Some((index, in_flight))
}

fn finished(state: &mut AppState, exchange: ExchangeId, result: Exchange) -> Vec<Command> {
    super::token_panel::remember(state, &result);
    super::rate_limit(state, &result);
    if let Some(environment) = state.token_fetches.remove(&exchange) {
        token_fetched(state, environment, &result);
        return Vec::new();
    }
    let Some((index, in_flight)) = take_in_flight(state, exchange) else {
        return Vec::new();
    };
    let tab = &mut state.tabs[index];
    let beginning = result
        .answer()
        .and_then(|hop| hop.response.as_ref())
        .and_then(|response| beginning(response, &result.masks));
    let lay_out = result
        .answer()
        .and_then(|hop| hop.response.as_ref())
        .map(|response| lay_out(exchange, response, &result.masks));
    tab.past = None;
    let answer = Answer {
        who: who_answered(&result, &in_flight.command.environment),
        explanation: None,
        exchange: Arc::new(result),
        leg: in_flight.leg,
        environment: Box::new(in_flight.command.environment.clone()),
        view: beginning,
        command: in_flight.command,
    };
    let explain = super::explaining::ask(&answer);
    tab.answer = Some(answer);
    lay_out.into_iter().chain([explain]).collect()
}

/// Bodies from this size on take long enough to lay out that their beginning is shown meanwhile;
/// a smaller one would only flicker.
const SHOWN_AT_ONCE: usize = 1_000_000;

pub(super) fn beginning(response: &Response, masks: &Masks) -> Option<Arc<BodyView>> {
    let decoded = &response.body.decoded;
    if decoded.len() < SHOWN_AT_ONCE {
        return None;
    }
    let content_type = header(&response.headers, "content-type").map(HeaderField::text);
    // Secrets that reach over the end of what is shown are masked too.
    let looked_at = decoded
        .len()
        .min(BodyView::PREVIEW_BYTES + 1 + masks.longest_form());
    let head = decoded.slice(..looked_at);
    let ranges = masks.ranges(&head);
    let head = if ranges.is_empty() {
        head
    } else {
        Masks::replaced(&head, ranges).into()
    };
    Some(Arc::new(BodyView::preview(&head, content_type.as_deref())))
}

pub(super) fn lay_out(exchange: ExchangeId, response: &Response, masks: &Masks) -> Command {
    Command::LayOutBody {
        exchange,
        body: response.body.clone(),
        content_type: header(&response.headers, "content-type").map(HeaderField::text),
        masks: masks.clone(),
    }
}

/// The worker reports the token itself with `Event::Token`; what is left is an error on the way to it.
fn token_fetched(state: &mut AppState, environment: EnvironmentId, result: &Exchange) {
    if let Some(error) = &result.error {
        let name = state
            .environment(&environment)
            .map_or_else(|| environment.to_string(), |known| known.name.clone());
        notice(
            state,
            NoticeKind::Failure,
            format!(
                "No token for {name}: {}",
                error.text.trim_start_matches("No token: ")
            ),
            error.hint.clone(),
        );
        if !matches!(
            state.tokens.get(&environment),
            Some(TokenState::Valid { .. })
        ) {
            state.tokens.insert(
                environment,
                TokenState::failed(error, result.token_was_refused()),
            );
        }
    }
}

fn not_sent(state: &mut AppState, exchange: ExchangeId, reason: NotSent) {
    let (leg, request, command, index) =
        if let Some(environment) = state.token_fetches.remove(&exchange) {
            if let Some(TokenState::Fetching) = state.tokens.get(&environment) {
                state.tokens.insert(environment, TokenState::Missing);
            }
            let request = RequestId(String::new());
            (state.active_leg, request, None, None)
        } else if let Some((index, in_flight)) = take_in_flight(state, exchange) {
            let request = state.tabs[index].id().clone();
            (in_flight.leg, request, Some(in_flight.command), Some(index))
        } else {
            return;
        };
    match reason {
        NotSent::Problems(problems) => match index {
            Some(index) => state.tabs[index].problems = problems,
            None => {
                for problem in problems {
                    notice(state, NoticeKind::Failure, problem.to_string(), "");
                }
            }
        },
        NotSent::RefusedByProtection { text } => ask(state, Dialog::Refused { text }),
        NotSent::NeedsConfirmation { text } => {
            if let Some(command) = command {
                ask(
                    state,
                    Dialog::ConfirmUnsafe {
                        text,
                        command,
                        leg,
                        request,
                    },
                );
            }
        }
        NotSent::NeedsReadingConfirmation { operation, text } => {
            if let Some(command) = command {
                ask(
                    state,
                    Dialog::ConfirmReading {
                        operation,
                        text,
                        command: Some(command),
                        leg,
                        request,
                    },
                );
            }
        }
        NotSent::OriginsChanged {
            environment,
            stored,
            now,
        } => {
            ask(
                state,
                Dialog::OriginsChanged {
                    environment,
                    stored,
                    now,
                    command,
                    leg,
                    request,
                },
            );
        }
        NotSent::NeedsApproval { environment, items } => {
            ask(
                state,
                Dialog::Approve {
                    environment,
                    items,
                    command,
                    leg,
                    request,
                },
            );
        }
        NotSent::Failed { text, hint } | NotSent::SecretUnreadable { text, hint } => match index {
            Some(index) => state.tabs[index].failure = Some(Failure { leg, text, hint }),
            None => notice(state, NoticeKind::Failure, text, hint),
        },
        NotSent::Cancelled => {
            if let Some(index) = index {
                state.tabs[index].failure = Some(Failure {
                    leg,
                    text: "Cancelled before anything was sent".to_owned(),
                    hint: String::new(),
                });
            }
        }
    }
}

/// What was chosen belongs to the request that asked for it, whichever is open by now.
fn picked(
    state: &mut AppState,
    purpose: &FilePurpose,
    request: Option<&RequestId>,
    path: std::path::PathBuf,
) -> Vec<Command> {
    let text = path.to_string_lossy().into_owned();
    match purpose {
        FilePurpose::SaveBody => return super::sending::save_body_of(state, request, path),
        FilePurpose::SaveReport => {
            let action = super::super::checking::CheckingAction::Save(path);
            return super::on_action(state, Action::Checking(action));
        }
        FilePurpose::Workspace => {
            let action = super::super::preferences::PreferencesAction::OpenFolder(path);
            return super::on_action(state, Action::Preferences(action));
        }
        FilePurpose::Import => {
            let action = super::super::importing::ImportingAction::ReadFile(path);
            return super::on_action(state, Action::Importing(action));
        }
        FilePurpose::Export { .. } => {
            let action = super::super::exporting::ExportingAction::SaveTo(path);
            return super::on_action(state, Action::Exporting(action));
        }
        FilePurpose::SaveComparison(kind) => {
            return super::comparing::save(state, path, *kind);
        }
        FilePurpose::CaFile => environments::set_ca_file(state, &text),
        FilePurpose::BodyFile => {
            edit_field(state, request, &Field::Body, &text);
        }
        FilePurpose::PartFile(row) => {
            edit_field(state, request, &Field::BodyRow(*row), &text);
        }
    }
    Vec::new()
}

fn edit_field(state: &mut AppState, request: Option<&RequestId>, field: &Field, text: &str) {
    if let Some(tab) = request.and_then(|request| state.tab(request)) {
        let mut draft = tab.draft.clone();
        // A field that is gone by now has nowhere to put the path.
        if set_draft_field(&mut draft, field, text).is_ok() {
            requests::edit(state, draft);
        }
    }
}
