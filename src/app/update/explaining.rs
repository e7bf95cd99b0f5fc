//! What happens with explanations: they are asked for with every answer, and their remedies are carried out.

use std::sync::Arc;

use crate::app::action::Action;
use crate::app::checking::CheckingAction;
use crate::app::command::Command;
use crate::app::explaining::{
    ExplainingAction, ExplainingCommand, ExplainingEvent, can_mend, direct_leg, is_possible,
};
use crate::app::state::AppState;
use crate::app::tab::{Answer, EditorPage};
use crate::explain::rule::RemedyAction;
use crate::model::environment::{HeaderCase, SandboxService};

pub(super) fn on_action(state: &mut AppState, action: ExplainingAction) -> Vec<Command> {
    match action {
        ExplainingAction::Take(remedy) if is_possible(state, &remedy) => take(state, &remedy),
        ExplainingAction::Mend if can_mend(state) => mend(state),
        ExplainingAction::Take(_) | ExplainingAction::Mend => Vec::new(),
    }
}

pub(super) fn on_event(state: &mut AppState, event: ExplainingEvent) -> Vec<Command> {
    let ExplainingEvent::Explained {
        exchange,
        explanation,
    } = event;
    let answers = state.tabs.iter_mut().flat_map(|tab| {
        // The newest answer stands aside while a past one is looked at.
        let aside = tab.past.as_mut().and_then(|past| past.newest.as_mut());
        tab.answer.as_mut().into_iter().chain(aside)
    });
    for answer in answers.filter(|answer| answer.exchange.id == exchange) {
        answer.explanation = Some(Arc::clone(&explanation));
    }
    Vec::new()
}

/// Asks for the explanation of an answer.
pub(super) fn ask(answer: &Answer) -> Command {
    Command::Explaining(ExplainingCommand::Explain {
        exchange: Arc::clone(&answer.exchange),
        environment: answer.environment.clone(),
    })
}

fn take(state: &mut AppState, remedy: &RemedyAction) -> Vec<Command> {
    let Some((leg, environment)) = state
        .active_tab()
        .and_then(|tab| tab.answer.as_ref())
        .map(|answer| (answer.leg, answer.environment.id.clone()))
    else {
        return Vec::new();
    };
    match remedy {
        RemedyAction::EditField { field } => {
            let commands = super::on_action(state, Action::EditEnvironment(environment));
            state.checking.field_wanted = Some(field.clone());
            commands
        }
        RemedyAction::CheckGateway => {
            super::on_action(state, Action::Checking(CheckingAction::Run(environment)))
        }
        RemedyAction::EditRequest { .. } => {
            super::on_action(state, Action::ShowEditorPage(EditorPage::Auth))
        }
        RemedyAction::ResendOtherHeaderCase => resend_other_case(state),
        RemedyAction::SendDirectly => {
            let Some(direct) = direct_leg(state) else {
                return Vec::new();
            };
            let mut commands = super::on_action(state, Action::ActivateLeg(direct));
            commands.extend(super::on_action(state, Action::Send));
            commands
        }
        RemedyAction::FetchToken => super::on_action(state, Action::FetchToken { leg }),
        RemedyAction::Compare => super::on_action(
            state,
            Action::Comparing(crate::app::comparing::ComparingAction::Start),
        ),
    }
}

/// The gateway without a fault takes the place of the broken one, and the request is sent again.
fn mend(state: &mut AppState) -> Vec<Command> {
    let leg = state
        .active_tab()
        .and_then(|tab| Some(tab.answer.as_ref()?.leg));
    let healthy = state
        .sandbox_environment(SandboxService::RestProxy)
        .map(|environment| environment.id.clone());
    let (Some(leg), Some(environment)) = (leg, healthy) else {
        return Vec::new();
    };
    let mut commands = super::on_action(state, Action::ChooseEnvironment { leg, environment });
    commands.extend(super::on_action(state, Action::ActivateLeg(leg)));
    commands.extend(super::on_action(state, Action::Send));
    commands
}

/// The same once more, with the header names in the other case, whatever the environment says.
fn resend_other_case(state: &mut AppState) -> Vec<Command> {
    let Some((request, leg, mut command)) = state.active_tab().and_then(|tab| {
        let answer = tab.answer.as_ref()?;
        Some((tab.id().clone(), answer.leg, (*answer.command).clone()))
    }) else {
        return Vec::new();
    };
    let case = &mut command.environment.network.header_case;
    *case = match *case {
        HeaderCase::Lower | HeaderCase::AddedLower => HeaderCase::Title,
        HeaderCase::AsTyped | HeaderCase::Title => HeaderCase::Lower,
    };
    super::sending::send_again(state, &request, leg, command)
}
