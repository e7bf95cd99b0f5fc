//! Comparisons that do not go on by themselves: they were stopped, could not be started, or something has to be asked first.

use crate::app::command::Command;
use crate::app::comparing::{ComparingFailure, NotStarted, Waiting};
use crate::app::event::NotSent;
use crate::app::state::{AppState, Dialog, Leg};
use crate::compare::Leg as CompareLeg;
use crate::model::ids::{ExchangeId, RequestId};
use crate::runs::comparison::StopReason;

use super::{compare, running, sample};
use crate::app::update::ask;

pub(super) fn stopped(state: &mut AppState, job: ExchangeId, reason: StopReason) {
    let Some(tab) = running(state, job) else {
        return;
    };
    tab.running = None;
    let hint = match reason {
        StopReason::FirstFailed => "Send it to A alone to see why",
        StopReason::NotConfirmed | StopReason::Cancelled => "",
    };
    tab.failure = Some(ComparingFailure {
        leg: (reason == StopReason::FirstFailed).then_some(CompareLeg::A),
        text: reason.to_string(),
        hint: hint.to_owned(),
    });
}

pub(super) fn not_started(state: &mut AppState, job: ExchangeId, reason: NotStarted) {
    let found = state.comparing.tabs.iter_mut().find(|(_, tab)| {
        let running = tab.running.as_ref().map(|running| running.job);
        let sampling = tab.sampling.as_ref().map(|sampling| sampling.job);
        running == Some(job) || sampling == Some(job)
    });
    let Some((request, tab)) = found else {
        return;
    };
    let request = request.clone();
    tab.running = None;
    tab.sampling = None;
    let asked = tab.asked.take();
    match reason {
        NotStarted::NeedsConfirmation(confirmation) => {
            state.comparing.wait(asked);
            ask(
                state,
                Dialog::ConfirmComparison {
                    confirmation,
                    request,
                },
            );
        }
        NotStarted::Failed { text, hint } => fail(state, &request, None, text, hint),
        NotStarted::Side { leg, reason } => {
            state.comparing.wait(asked.filter(|_| is_question(&reason)));
            side_not_sent(state, &request, leg, reason);
        }
    }
}

/// Whether an answer of the user lets it go on.
fn is_question(reason: &NotSent) -> bool {
    matches!(
        reason,
        NotSent::NeedsReadingConfirmation { .. }
            | NotSent::OriginsChanged { .. }
            | NotSent::NeedsApproval { .. }
    )
}

fn fail(
    state: &mut AppState,
    request: &RequestId,
    leg: Option<CompareLeg>,
    text: String,
    hint: String,
) {
    let tab = state.comparing.tabs.entry(request.clone()).or_default();
    tab.failure = Some(ComparingFailure { leg, text, hint });
}

fn side_not_sent(state: &mut AppState, request: &RequestId, leg: CompareLeg, reason: NotSent) {
    let window_leg = match leg {
        CompareLeg::A => Leg::A,
        CompareLeg::B => Leg::B,
    };
    match reason {
        NotSent::Problems(problems) => {
            let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
            let text = format!("{leg} cannot be sent to: {}", texts.join("; "));
            let hint = "Mend it in the request or in the environment".to_owned();
            if let Some(tab) = state.tabs.iter_mut().find(|tab| tab.id() == request) {
                tab.problems = problems;
            }
            fail(state, request, Some(leg), text, hint);
        }
        NotSent::RefusedByProtection { text } => {
            fail(state, request, Some(leg), text, String::new());
        }
        NotSent::NeedsConfirmation { text } => {
            // The question of the comparison itself names both sides; this one is never asked beside it.
            fail(state, request, Some(leg), text, String::new());
        }
        NotSent::NeedsReadingConfirmation { operation, text } => {
            ask(
                state,
                Dialog::ConfirmReading {
                    operation,
                    text,
                    command: None,
                    leg: window_leg,
                    request: request.clone(),
                },
            );
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
                    command: None,
                    leg: window_leg,
                    request: request.clone(),
                },
            );
        }
        NotSent::NeedsApproval { environment, items } => {
            ask(
                state,
                Dialog::Approve {
                    environment,
                    items,
                    command: None,
                    leg: window_leg,
                    request: request.clone(),
                },
            );
        }
        NotSent::Failed { text, hint } | NotSent::SecretUnreadable { text, hint } => {
            fail(state, request, Some(leg), format!("{leg}: {text}"), hint);
        }
        NotSent::Cancelled => {
            let text = "Cancelled before anything was sent".to_owned();
            fail(state, request, None, text, String::new());
        }
    }
}

/// The user said yes: both sides act.
pub(in crate::app::update) fn confirmed(state: &mut AppState, request: &RequestId) -> Vec<Command> {
    match state.comparing.take_waiting(request) {
        Some(Waiting::Compare(_, mut command)) => {
            command.confirmed = true;
            compare(state, request, *command)
        }
        Some(Waiting::Sample(..)) | None => Vec::new(),
    }
}

/// What a comparison of that request had to ask before has been answered: it goes on, as it was captured.
pub(in crate::app::update) fn resume(state: &mut AppState, request: &RequestId) -> Vec<Command> {
    let operations = state.settings.reading_operations.clone();
    match state.comparing.take_waiting(request) {
        Some(Waiting::Compare(_, mut command)) => {
            command.reading_operations = operations;
            compare(state, request, *command)
        }
        Some(Waiting::Sample(_, mut command)) => {
            command.reading_operations = operations;
            sample(state, request, *command)
        }
        None => Vec::new(),
    }
}

/// The question was answered with no, or with anything else than yes.
pub(in crate::app::update) fn not_confirmed(state: &mut AppState, request: &RequestId) {
    if state.comparing.take_waiting(request).is_some() {
        let text = StopReason::NotConfirmed.to_string();
        fail(state, request, None, text, String::new());
    }
}
