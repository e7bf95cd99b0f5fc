//! `update`: an action or an event changes the state and asks for commands. An ordinary function, no window, no clock.

mod catalogue;
mod checking;
mod comparing;
mod editing;
mod environments;
mod events;
mod explaining;
mod exporting;
mod file_dialogs;
mod history;
mod importing;
mod outside;
mod pasted_url;
mod pasting;
mod preferences;
mod reading;
mod requests;
mod sending;
mod tabs;
#[cfg(test)]
mod tests;
mod token_panel;
mod tree;
mod undo;

use jiff::{SignedDuration, Timestamp};

use crate::model::environment::SandboxService;
use crate::model::exchange::Exchange;
use crate::model::rate_limit::RateLimit;
use crate::model::request::{QueryRow, RequestDraft};
use crate::model::settings::{ResponsePlace, Settings};
use crate::model::variables::dynamic_names;

use super::action::{Action, DialogAnswer};
use super::command::Command;
use super::event::Event;
use super::notices::NoticeKind;
use super::preview::LegPreview;
use super::state::{AppState, Dialog, Leg, SandboxState};
use super::url_line::UrlLine;

/// What `update` takes.
#[derive(Debug, Clone)]
pub enum Input {
    Action(Action),
    Event(Event),
}

impl From<Action> for Input {
    fn from(action: Action) -> Self {
        Self::Action(action)
    }
}

impl From<Event> for Input {
    fn from(event: Event) -> Self {
        Self::Event(event)
    }
}

/// How long after the last edit drafts are written.
const DRAFTS_AFTER: SignedDuration = SignedDuration::from_millis(800);

/// Applies one action or event as of `now` and returns what is to be done outside, in order.
pub fn update(state: &mut AppState, input: impl Into<Input>, now: Timestamp) -> Vec<Command> {
    state.now = now;
    state.notices.expire(now);
    token_panel::expire(state);
    let mut commands = match input.into() {
        Input::Action(action) => on_action(state, action),
        Input::Event(event) => events::on_event(state, event),
    };
    commands.extend(comparing::follow_up(state));
    commands
}

#[expect(clippy::too_many_lines, reason = "one arm a kind: a table")]
fn on_action(state: &mut AppState, action: Action) -> Vec<Command> {
    if let Some(commands) = preferences::hold(state, &action) {
        return commands;
    }
    if brings_forward(&action) {
        state.checking.on_page = false;
        preferences::leave_page(state);
    }
    match action {
        Action::Start { directory } => vec![Command::OpenWorkspace {
            directory,
            shown: None,
        }],
        Action::Focused => {
            let mut commands = vec![Command::CheckWorkspace];
            commands.extend(history::came_into_sight(state));
            commands
        }
        Action::Tick => {
            let mut commands = tabs::tick(state);
            commands.extend(history::limits_changed(state));
            commands
        }
        Action::Closing => tabs::closing(state),

        Action::ChooseEnvironment { leg, environment } => {
            choose_environment(state, leg, environment)
        }
        Action::ActivateLeg(leg) => {
            state.active_leg = leg;
            drafts_changed(state);
            Vec::new()
        }
        Action::SwapLegs => swap_legs(state),
        Action::FetchToken { leg } => sending::fetch_token(state, leg),
        Action::ForgetToken { environment } => {
            vec![Command::ForgetToken { environment }]
        }

        Action::TrySandbox => try_sandbox(state),
        Action::StartSandbox => start_sandbox(state).into_iter().collect(),

        Action::NewRequest => requests::new_request(state),
        Action::OpenRequest(id) => requests::open(state, &id),
        Action::SelectTab(id) => {
            requests::bring_forward(state);
            requests::select(state, &id)
        }
        Action::CloseTab(id) => tabs::close(state, &id),
        Action::EditDraft(draft) => requests::edit(state, *draft),
        Action::KeepBodyAsFile(draft) => requests::keep_body(state, *draft),
        Action::ApplyFix { request, fix } => requests::apply_fix(state, &request, &fix),
        Action::ShowEditorPage(page) => {
            if let Some(tab) = state.tabs.get_mut(state.active_tab) {
                tab.editor_page = page;
            }
            drafts_changed(state);
            Vec::new()
        }
        Action::ShowResponsePage(page) => {
            if let Some(tab) = state.tabs.get_mut(state.active_tab) {
                tab.response_page = page;
            }
            drafts_changed(state);
            Vec::new()
        }
        Action::ShowBodyAs(form) => {
            if let Some(tab) = state.tabs.get_mut(state.active_tab) {
                tab.body_form = form;
            }
            Vec::new()
        }
        Action::SaveRequest => requests::save(state),

        Action::Send => sending::send(state),
        Action::Cancel => sending::cancel(state),
        Action::FollowRedirect => sending::follow(state),
        Action::SaveBody { path } => sending::save_body(state, path),

        Action::NewEnvironment(target) => environments::new_form(state, &target),
        Action::EditEnvironment(id) => environments::edit_form(state, &id),
        Action::EditForm(form) => environments::form_edited(state, form),
        Action::ApplyFormFix(fix) => environments::apply_form_fix(state, &fix),
        Action::SaveForm => environments::save_form(state),
        Action::CloseForm => environments::ask_close_form(state),
        Action::DeleteEnvironment(id) => undo::delete_environment(state, &id),
        Action::MakeDirectTwin => environments::make_twin(state),

        Action::Answer(answer) => answer_dialog(state, answer),

        Action::PickFile { purpose } => vec![Command::PickFile {
            purpose,
            request: state.active_tab().map(|tab| tab.id().clone()),
        }],
        Action::RetryKeyring => {
            state.keyring_retrying = true;
            vec![Command::RetryKeyring]
        }
        Action::DismissNotice(id) => {
            state.notices.dismiss(id);
            Vec::new()
        }
        Action::FollowNotice(id) => tabs::follow_notice(state, id),
        Action::ShowKeys => {
            ask(state, Dialog::Keys);
            Vec::new()
        }
        Action::SetZoom(percent) => {
            let settings = Settings {
                zoom_percent: percent,
                ..state.settings.clone()
            };
            preferences::change(state, settings);
            Vec::new()
        }
        Action::SetSplit(percent) => {
            state.editor_percent = percent.min(u32::from(*AppState::SPLIT.end()));
            drafts_changed(state);
            Vec::new()
        }
        Action::SetAppearance(appearance) => {
            let settings = Settings {
                appearance,
                ..state.settings.clone()
            };
            preferences::change(state, settings);
            Vec::new()
        }
        Action::PlaceResponse(place) => place_response(state, place),
        Action::ShowSidebar(page) => {
            // Kept with the next change of the drafts: a look at another page is no reason to write.
            state.sidebar = page;
            history::came_into_sight(state)
        }

        Action::History(action) => history::on_action(state, action),
        Action::Tree(action) => tree::on_action(state, action),
        Action::Catalogue(action) => catalogue::on_action(state, action),
        Action::TokenPanel(action) => token_panel::on_action(state, action),
        Action::Reading(action) => reading::on_action(state, action),
        Action::Editing(action) => editing::on_action(state, action),
        Action::Explaining(action) => explaining::on_action(state, action),
        Action::Checking(action) => checking::on_action(state, action),
        Action::Preferences(action) => preferences::on_action(state, action),
        Action::Comparing(action) => comparing::on_action(state, action),
        Action::Importing(action) => importing::on_action(state, action),
        Action::Exporting(action) => exporting::on_action(state, action),
    }
}

fn answer_dialog(state: &mut AppState, answer: DialogAnswer) -> Vec<Command> {
    let Some(dialog) = state.dialog.take() else {
        return Vec::new();
    };
    let commands = answered(state, dialog, answer);
    if state.dialog.is_none() {
        state.dialog = state.questions.pop_front();
    }
    commands
}

/// Asks now, or after what is being asked already: no answer is lost. The sheet of keys asks nothing and gives way.
fn ask(state: &mut AppState, dialog: Dialog) {
    match (&state.dialog, &dialog) {
        (None | Some(Dialog::Keys), _) => state.dialog = Some(dialog),
        (Some(_), Dialog::Keys) | (Some(Dialog::CloseForm), Dialog::CloseForm) => {}
        (Some(_), _) => state.questions.push_back(dialog),
    }
}

fn answered(state: &mut AppState, dialog: Dialog, answer: DialogAnswer) -> Vec<Command> {
    if answer == DialogAnswer::Dismiss {
        if let Some(request) = dialog.comparison() {
            comparing::not_confirmed(state, request);
        }
        if matches!(dialog, Dialog::CloseForm) {
            preferences::stay(state);
        }
        return Vec::new();
    }
    let comparison = dialog.comparison().cloned();
    match dialog {
        Dialog::ConfirmUnsafe {
            command,
            leg,
            request,
            ..
        } => {
            let mut command = command;
            command.confirmed_unsafe = true;
            sending::send_again(state, &request, leg, *command)
        }
        Dialog::ConfirmReading {
            operation,
            command,
            leg,
            request,
            ..
        } => {
            let mut settings = state.settings.clone();
            if !settings.reading_operations.contains(&operation) {
                settings.reading_operations.push(operation);
            }
            preferences::change(state, settings);
            let Some(mut command) = command else {
                return comparing::resume(state, &request);
            };
            command.confirmed_unsafe = true;
            sending::send_again(state, &request, leg, *command)
        }
        Dialog::ConfirmComparison { request, .. } => comparing::confirmed(state, &request),
        Dialog::OriginsChanged {
            environment,
            command,
            leg,
            request,
            ..
        } => {
            let mut commands =
                sending::confirm_origins(state, &environment, command, leg, &request);
            commands.extend(
                comparison
                    .into_iter()
                    .flat_map(|of| comparing::resume(state, &of)),
            );
            commands
        }
        Dialog::Approve {
            environment,
            items,
            command,
            leg,
            request,
        } => {
            let mut commands = sending::approve(state, &environment, items, command, leg, &request);
            commands.extend(
                comparison
                    .into_iter()
                    .flat_map(|of| comparing::resume(state, &of)),
            );
            commands
        }
        Dialog::ConfirmFollow { url, request } => sending::follow_to(state, &request, url),
        Dialog::CloseForm if answer == DialogAnswer::Save => {
            let mut commands = environments::save_form(state);
            // With problems it stays open, and so does what waited for it.
            if state.form.is_none() {
                commands.extend(preferences::form_given_up(state));
            } else {
                preferences::stay(state);
            }
            commands
        }
        Dialog::CloseForm => {
            state.form = None;
            drafts_changed(state);
            preferences::form_given_up(state)
        }
        Dialog::ClearHistory { scope, .. } => history::clear(state, scope),
        Dialog::BreakIt => match answer {
            DialogAnswer::Break(broken) => checking::break_it(state, broken),
            _ => Vec::new(),
        },
        Dialog::Refused { .. } | Dialog::Keys => Vec::new(),
    }
}

fn choose_environment(
    state: &mut AppState,
    leg: Leg,
    environment: crate::model::ids::EnvironmentId,
) -> Vec<Command> {
    if state.environment(&environment).is_none() {
        return Vec::new();
    }
    let needs_sandbox = state
        .environment(&environment)
        .is_some_and(|environment| environment.sandbox.is_some());
    state.legs[leg.index()] = Some(environment);
    refresh_previews(state);
    drafts_changed(state);
    if needs_sandbox {
        start_sandbox(state).into_iter().collect()
    } else {
        Vec::new()
    }
}

fn try_sandbox(state: &mut AppState) -> Vec<Command> {
    requests::bring_forward(state);
    add_sandbox_request(state);
    take_sandbox(state, SandboxService::RestProxy)
}

/// The sandbox's region as leg A and one of its gateways as leg B, with something to send.
fn take_sandbox(state: &mut AppState, gateway: SandboxService) -> Vec<Command> {
    for (leg, service) in [(Leg::A, SandboxService::Direct), (Leg::B, gateway)] {
        state.legs[leg.index()] = state
            .sandbox_environment(service)
            .map(|environment| environment.id.clone());
    }
    // The tour's first send goes through the gateway; the direct way is one key away.
    state.active_leg = Leg::B;
    if state.tabs.is_empty() {
        add_sandbox_request(state);
    }
    preferences::leave_page(state);
    refresh_previews(state);
    drafts_changed(state);
    start_sandbox(state).into_iter().collect()
}

fn add_sandbox_request(state: &mut AppState) {
    let id = requests::unused_id(state);
    let draft = RequestDraft {
        id,
        name: "List users".to_owned(),
        path: "/api/v2/users".to_owned(),
        query: vec![QueryRow {
            enabled: true,
            name: "pageSize".to_owned(),
            value: Some("5".to_owned()),
        }],
        ..RequestDraft::default()
    };
    requests::add_tab(state, draft);
}

fn start_sandbox(state: &mut AppState) -> Option<Command> {
    match state.sandbox {
        SandboxState::Stopped | SandboxState::Failed { .. } => {
            state.sandbox = SandboxState::Starting;
            Some(Command::StartSandbox)
        }
        SandboxState::Starting | SandboxState::Running(_) => None,
    }
}

/// Computes what each leg of each tab would send.
fn refresh_previews(state: &mut AppState) {
    for index in 0..state.tabs.len() {
        refresh_preview(state, index);
    }
}

fn refresh_preview(state: &mut AppState, index: usize) {
    let addresses = match &state.sandbox {
        SandboxState::Running(addresses) => Some(addresses),
        _ => None,
    };
    let Some(tab) = state.tabs.get(index) else {
        return;
    };
    let mut foretold = [None, None];
    let previews = Leg::BOTH.map(|leg| {
        let environment = state.leg(leg).map(|environment| {
            let mut environment = environment.clone();
            let case = &mut environment.network.header_case;
            *case = state.settings.header_case_of(*case);
            environment
        });
        let preview = LegPreview::of(&tab.draft, environment.as_ref(), addresses);
        foretold[leg.index()] = preview.foretold(environment.as_ref(), addresses);
        preview
    });
    let urls = previews.each_ref().map(|preview| {
        let resolved = preview.ready()?;
        Some(resolved.masks.url(&resolved.url.to_string()))
    });
    let [a, b] = &urls;
    let line = |own: &Option<String>, other: &Option<String>| {
        own.as_ref().map(|own| UrlLine::new(own, other.as_deref()))
    };
    let url_lines = [line(a, b), line(b, a)];
    let tab = &mut state.tabs[index];
    tab.dynamic = dynamic_names(&tab.draft);
    tab.previews = previews;
    tab.url_lines = url_lines;
    tab.foretold = foretold;
    tab.generation += 1;
}

/// Something that is kept between runs changed: it is written a moment after the last change.
fn drafts_changed(state: &mut AppState) {
    state.drafts_due = Some(state.now + DRAFTS_AFTER);
}

/// Drafts, settings and the window's place, as far as they are due.
fn due(state: &mut AppState, at_once: bool) -> Vec<Command> {
    let mut commands = due_drafts(state, at_once);
    commands.extend(preferences::due(state, at_once));
    commands
}

/// Shows a request or the form of an environment: a page in its place gives way.
fn brings_forward(action: &Action) -> bool {
    matches!(
        action,
        Action::TrySandbox
            | Action::NewRequest
            | Action::OpenRequest(_)
            | Action::SelectTab(_)
            | Action::Tree(
                super::tree::TreeAction::Reopen(_)
                    | super::tree::TreeAction::ReopenClosed
                    | super::tree::TreeAction::NewRequest { .. }
            )
            | Action::NewEnvironment(_)
            | Action::EditEnvironment(_)
            | Action::Send
            | Action::Checking(
                super::checking::CheckingAction::Run(_) | super::checking::CheckingAction::Show
            )
            | Action::Comparing(
                super::comparing::ComparingAction::Start | super::comparing::ComparingAction::Show
            )
    )
}

fn due_drafts(state: &mut AppState, at_once: bool) -> Vec<Command> {
    match state.drafts_due {
        Some(due) if at_once || due <= state.now => {
            state.drafts_due = None;
            vec![Command::SaveDrafts {
                drafts: tabs::drafts(state),
            }]
        }
        _ => Vec::new(),
    }
}

fn swap_legs(state: &mut AppState) -> Vec<Command> {
    state.legs.swap(0, 1);
    refresh_previews(state);
    drafts_changed(state);
    Vec::new()
}

fn place_response(state: &mut AppState, place: ResponsePlace) -> Vec<Command> {
    if state.settings.response_place != place {
        let settings = Settings {
            response_place: place,
            ..state.settings.clone()
        };
        preferences::change(state, settings);
        state.editor_percent = 0;
        drafts_changed(state);
    }
    Vec::new()
}

/// Keeps what the answer announced; one that announced nothing leaves what was known.
fn rate_limit(state: &mut AppState, exchange: &Exchange) {
    let announced = exchange
        .answer()
        .and_then(|hop| hop.response.as_ref())
        .and_then(|response| RateLimit::read(&response.headers, state.now));
    if let Some(limit) = announced {
        state.rate_limit = Some((exchange.environment.clone(), limit));
    }
}

fn notice(
    state: &mut AppState,
    kind: NoticeKind,
    text: impl Into<String>,
    hint: impl Into<String>,
) {
    let now = state.now;
    state.notices.add(kind, text, hint, now);
}
