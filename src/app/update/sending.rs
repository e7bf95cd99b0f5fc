//! Sending, cancelling, and the questions that may have to be answered in between.

use std::path::PathBuf;

use crate::model::environment::{Credentials, Environment};
use crate::model::ids::{EnvironmentId, ExchangeId, RequestId};

use super::super::command::{Approval, Command, SendCommand};
use super::super::notices::NoticeKind;
use super::super::state::{AppState, Dialog, Leg};
use super::super::tab::{Failure, InFlight};
use super::{ask, notice, start_sandbox};

pub(super) fn next_exchange(state: &mut AppState) -> ExchangeId {
    let id = ExchangeId(state.next_exchange);
    state.next_exchange += 1;
    id
}

/// Sends the open request on the active leg, unless it is under way already.
pub(super) fn send(state: &mut AppState) -> Vec<Command> {
    let leg = state.active_leg;
    let Some(environment) = state.leg(leg).cloned() else {
        let now_shown = Failure {
            leg,
            text: format!("Leg {} has no environment", leg.letter()),
            hint: "Choose one in the top bar".to_owned(),
        };
        if let Some(tab) = state.tabs.get_mut(state.active_tab) {
            tab.failure = Some(now_shown);
        }
        return Vec::new();
    };
    let Some(tab) = state.active_tab() else {
        return Vec::new();
    };
    let request = tab.id().clone();
    let command = SendCommand {
        exchange: ExchangeId(0),
        leg: Some(leg),
        draft: tab.draft.clone(),
        environment,
        confirmed_unsafe: false,
        reading_operations: state.settings.reading_operations.clone(),
        follow_redirects: true,
        follow_to: None,
        dynamics: None,
    };
    let sending = send_again(state, &request, leg, command);
    if sending.is_empty() {
        return sending;
    }
    // What goes out is what is shown; what changed outside is shown from the next look on.
    std::iter::once(Command::CheckWorkspace)
        .chain(sending)
        .collect()
}

/// Sends a captured command once more, under a new id. What is under way in that tab stays: one request, one send.
pub(super) fn send_again(
    state: &mut AppState,
    request: &RequestId,
    leg: Leg,
    mut command: SendCommand,
) -> Vec<Command> {
    let exchange = next_exchange(state);
    let started_at = state.now;
    let mut commands = Vec::new();
    let Some(tab) = state.tabs.iter_mut().find(|tab| tab.id() == request) else {
        return commands;
    };
    if tab.in_flight.is_some() {
        return commands;
    }
    command.exchange = exchange;
    tab.problems.clear();
    tab.failure = None;
    tab.in_flight = Some(InFlight {
        exchange,
        leg,
        started_at,
        progress: None,
        cancelling: false,
        command: Box::new(command.clone()),
    });
    if command.environment.sandbox.is_some() {
        commands.extend(start_sandbox(state));
    }
    commands.push(Command::Send(Box::new(command)));
    commands
}

pub(super) fn cancel(state: &mut AppState) -> Vec<Command> {
    let Some(in_flight) = state
        .tabs
        .get_mut(state.active_tab)
        .and_then(|tab| tab.in_flight.as_mut())
    else {
        return Vec::new();
    };
    in_flight.cancelling = true;
    vec![Command::Cancel {
        exchange: in_flight.exchange,
    }]
}

/// Follows the offered redirect; asks before a body is sent again.
pub(super) fn follow(state: &mut AppState) -> Vec<Command> {
    if state.active_tab().is_some_and(|tab| tab.past.is_some()) {
        notice(
            state,
            NoticeKind::Warning,
            "A redirect out of the history is not followed",
            "Send the request again and follow the new one",
        );
        return Vec::new();
    }
    let Some((request, url, has_body)) = state.active_tab().and_then(|tab| {
        let answer = tab.answer.as_ref()?;
        let url = answer.exchange.redirect_offer.clone()?;
        let sent = answer
            .exchange
            .answer()
            .is_some_and(|hop| hop.sent.body_bytes > 0);
        Some((tab.id().clone(), url, sent))
    }) else {
        return Vec::new();
    };
    if has_body {
        ask(state, Dialog::ConfirmFollow { url, request });
        return Vec::new();
    }
    follow_to(state, &request, url)
}

pub(super) fn follow_to(state: &mut AppState, request: &RequestId, url: String) -> Vec<Command> {
    let Some((leg, mut command)) = state.tab(request).and_then(|tab| {
        let answer = tab.answer.as_ref()?;
        Some((answer.leg, (*answer.command).clone()))
    }) else {
        return Vec::new();
    };
    command.follow_to = Some(url);
    send_again(state, request, leg, command)
}

pub(super) fn confirm_origins(
    state: &mut AppState,
    environment: &EnvironmentId,
    command: Option<Box<SendCommand>>,
    leg: Leg,
    request: &RequestId,
) -> Vec<Command> {
    let Some(known) = captured_or_current(state, environment, command.as_deref()) else {
        return Vec::new();
    };
    let mut commands = vec![Command::ConfirmOrigins {
        environment: Box::new(known),
    }];
    if let Some(command) = command {
        commands.extend(send_again(state, request, leg, *command));
    }
    commands
}

pub(super) fn approve(
    state: &mut AppState,
    environment: &EnvironmentId,
    items: Vec<Approval>,
    command: Option<Box<SendCommand>>,
    leg: Leg,
    request: &RequestId,
) -> Vec<Command> {
    let mut commands: Vec<Command> = items
        .into_iter()
        .map(|item| Command::Approve {
            environment: environment.clone(),
            item,
        })
        .collect();
    if let Some(command) = command {
        commands.extend(send_again(state, request, leg, *command));
    }
    commands
}

/// What the user saw in the question: the environment as captured, which a change made meanwhile must not replace.
fn captured_or_current(
    state: &AppState,
    id: &EnvironmentId,
    command: Option<&SendCommand>,
) -> Option<Environment> {
    command
        .map(|command| &command.environment)
        .filter(|environment| environment.id == *id)
        .or_else(|| state.environment(id))
        .cloned()
}

pub(super) fn fetch_token(state: &mut AppState, leg: Leg) -> Vec<Command> {
    let Some(environment) = state.leg(leg).cloned() else {
        return Vec::new();
    };
    if environment.credentials == Credentials::None || state.is_fetching_token(&environment.id) {
        return Vec::new();
    }
    let exchange = next_exchange(state);
    state.token_fetches.insert(exchange, environment.id.clone());
    let mut commands = Vec::new();
    if environment.sandbox.is_some() {
        commands.extend(start_sandbox(state));
    }
    commands.push(Command::FetchToken {
        exchange,
        environment: Box::new(environment),
        force: true,
    });
    commands
}

pub(super) fn save_body(state: &mut AppState, path: PathBuf) -> Vec<Command> {
    let open = state.active_tab().map(|tab| tab.id().clone());
    save_body_of(state, open.as_ref(), path)
}

pub(super) fn save_body_of(
    state: &mut AppState,
    request: Option<&RequestId>,
    path: PathBuf,
) -> Vec<Command> {
    let tab = request.and_then(|request| state.tab(request));
    let body = tab.and_then(|tab| {
        let exchange = &tab.answer.as_ref()?.exchange;
        let body = exchange.answer()?.response.as_ref()?.body.clone();
        Some((body, exchange.masks.clone()))
    });
    if let Some((body, masks)) = body {
        vec![Command::SaveBody { body, path, masks }]
    } else {
        notice(state, NoticeKind::Failure, "There is no body to save", "");
        Vec::new()
    }
}
