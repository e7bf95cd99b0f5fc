//! What happens with gateway checks: they are started, their results come in, and links lead to the form.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::action::Action;
use crate::app::checking::{
    CheckRequest, CheckingAction, CheckingCommand, CheckingEvent, ShownCheck, can_check,
};
use crate::app::command::Command;
use crate::app::notices::NoticeKind;
use crate::app::state::{AppState, Dialog, Leg};
use crate::compare::report::ReportFormat;
use crate::model::broken_gateways::BrokenGateway;
use crate::model::environment::{Environment, SandboxService, Target};
use crate::model::history::HistoryId;
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::runs::check::outcome::StepKind;
use crate::runs::check::report::CheckReport;
use crate::runs::check::{CheckPlan, twin};

pub(super) fn on_action(state: &mut AppState, action: CheckingAction) -> Vec<Command> {
    match action {
        CheckingAction::Run(environment) => run(state, &environment),
        CheckingAction::RunAgain => {
            let Some(shown) = &state.checking.shown else {
                return Vec::new();
            };
            let environment = shown.environment.clone();
            run(state, &environment)
        }
        CheckingAction::Cancel => cancel(state),
        CheckingAction::Show => {
            state.checking.on_page = state.checking.shown.is_some();
            Vec::new()
        }
        CheckingAction::Close => {
            state.checking.on_page = false;
            Vec::new()
        }
        CheckingAction::FieldShown => {
            state.checking.field_wanted = None;
            Vec::new()
        }
        CheckingAction::AllowWrites(allow) => {
            state.checking.allow_writes = allow;
            Vec::new()
        }
        CheckingAction::EchoPath(path) => {
            state.checking.echo_path = path;
            Vec::new()
        }
        CheckingAction::ToggleExchange(step) => {
            if let Some(shown) = &mut state.checking.shown
                && !shown.opened.remove(&step)
            {
                shown.opened.insert(step);
            }
            Vec::new()
        }
        CheckingAction::Save(path) => save(state, path),
        CheckingAction::ShowField(step) => show_field(state, step),
        CheckingAction::Fix(step) => fix(state, step),
        CheckingAction::ListBroken => {
            super::ask(state, Dialog::BreakIt);
            Vec::new()
        }
        CheckingAction::Mend => check_in_sandbox(state, SandboxService::RestProxy),
    }
}

/// A broken gateway of the sandbox was chosen: it becomes leg B beside the region as leg A, and is checked.
pub(super) fn break_it(state: &mut AppState, broken: BrokenGateway) -> Vec<Command> {
    check_in_sandbox(state, SandboxService::Broken(broken))
}

fn check_in_sandbox(state: &mut AppState, service: SandboxService) -> Vec<Command> {
    let Some(gateway) = state
        .sandbox_environment(service)
        .map(|environment| environment.id.clone())
    else {
        return Vec::new();
    };
    let mut commands = super::take_sandbox(state, service);
    commands.extend(run(state, &gateway));
    commands
}

pub(super) fn on_event(state: &mut AppState, event: CheckingEvent) -> Vec<Command> {
    match event {
        CheckingEvent::Asking { run, step, resting } => {
            if let Some(shown) = of_run(state, run) {
                shown.asking = Some(step);
                shown.resting = resting;
            }
        }
        CheckingEvent::Step {
            run,
            result,
            exchanges,
        } => {
            for exchange in &exchanges {
                super::rate_limit(state, exchange);
            }
            if let Some(shown) = of_run(state, run) {
                shown.steps.push(*result);
                let kept = exchanges
                    .into_iter()
                    .map(|exchange| (exchange.id.0, exchange));
                shown.exchanges.extend(kept);
            }
        }
        CheckingEvent::Ended { run, report } => {
            if let Some(shown) = of_run(state, run) {
                shown.asking = None;
                shown.resting.clear();
                shown.report = Some(report);
            }
        }
        CheckingEvent::Loaded { run, report } => loaded(state, run, report),
        CheckingEvent::Saved { path } => {
            super::notice(
                state,
                NoticeKind::Done,
                format!("Report saved to {}", path.display()),
                "",
            );
        }
        CheckingEvent::NotSaved { path, text } => {
            super::notice(
                state,
                NoticeKind::Failure,
                format!(
                    "The report could not be saved to {}: {text}",
                    path.display()
                ),
                "Choose another place",
            );
        }
    }
    Vec::new()
}

/// Opens a report of the history.
pub(super) fn open_past(state: &mut AppState, id: HistoryId) -> Vec<Command> {
    let run = super::sending::next_exchange(state);
    vec![Command::Checking(CheckingCommand::Load { id, run })]
}

fn loaded(state: &mut AppState, run: ExchangeId, report: Arc<CheckReport>) {
    let is_running = state
        .checking
        .shown
        .as_ref()
        .is_some_and(ShownCheck::is_running);
    let Ok(environment) = EnvironmentId::new(report.environment.clone()) else {
        return;
    };
    // The page belongs to the check under way.
    if is_running {
        return;
    }
    super::preferences::leave_page(state);
    state.checking.on_page = true;
    state.checking.shown = Some(ShownCheck {
        run,
        environment,
        environment_name: report.environment_name.clone(),
        direct_name: report.direct_name.clone(),
        steps: report.steps.clone(),
        asking: None,
        resting: String::new(),
        exchanges: BTreeMap::new(),
        opened: BTreeSet::new(),
        route_warnings: report.route_warnings.clone(),
        report: Some(report),
    });
}

fn of_run(state: &mut AppState, run: ExchangeId) -> Option<&mut ShownCheck> {
    state
        .checking
        .shown
        .as_mut()
        .filter(|shown| shown.run == run)
}

fn run(state: &mut AppState, id: &EnvironmentId) -> Vec<Command> {
    let Some(gateway) = state
        .environment(id)
        .filter(|known| can_check(known))
        .cloned()
    else {
        return Vec::new();
    };
    let mut commands = cancel(state);
    state.checking.on_page = true;
    let all: Vec<Environment> = state.all_environments().cloned().collect();
    let direct = twin(&gateway, &all)
        .cloned()
        .or_else(|| other_leg(state, &gateway));
    let run = ExchangeId(state.next_exchange);
    state.next_exchange += CheckRequest::IDS;
    state.checking.shown = Some(ShownCheck {
        run,
        environment: gateway.id.clone(),
        environment_name: gateway.name.clone(),
        direct_name: direct.as_ref().map(|direct| direct.name.clone()),
        steps: Vec::new(),
        asking: Some(StepKind::Name),
        resting: String::new(),
        exchanges: BTreeMap::new(),
        opened: BTreeSet::new(),
        report: None,
        route_warnings: CheckPlan::new(gateway.clone(), None, &all).route_warnings(),
    });
    let echo_path = state.checking.echo_path.trim();
    commands.push(Command::Checking(CheckingCommand::Run(Box::new(
        CheckRequest {
            run,
            gateway,
            direct,
            all,
            allow_writes: state.checking.allow_writes,
            echo_path: Some(echo_path.to_owned()).filter(|path| !path.is_empty()),
            latency_pairs: CheckPlan::PAIRS,
        },
    ))));
    commands
}

/// The direct environment of the legs, when one of them is the gateway that is checked.
fn other_leg(state: &AppState, gateway: &Environment) -> Option<Environment> {
    let legs = Leg::BOTH.map(|leg| state.leg(leg));
    legs.iter()
        .flatten()
        .any(|leg| leg.id == gateway.id)
        .then(|| {
            legs.iter()
                .flatten()
                .find(|leg| matches!(leg.target, Target::Direct { .. }))
                .map(|leg| (*leg).clone())
        })
        .flatten()
}

fn cancel(state: &AppState) -> Vec<Command> {
    state
        .checking
        .shown
        .as_ref()
        .filter(|shown| shown.is_running())
        .map(|shown| Command::Cancel {
            exchange: shown.run,
        })
        .into_iter()
        .collect()
}

fn save(state: &AppState, path: PathBuf) -> Vec<Command> {
    let name = path.to_string_lossy();
    let format = ReportFormat::of_file(&name).unwrap_or(ReportFormat::Markdown);
    let text = state
        .checking
        .shown
        .as_ref()
        .and_then(|shown| shown.text(format));
    text.map(|text| Command::Checking(CheckingCommand::Save { text, path }))
        .into_iter()
        .collect()
}

/// Opens the form of the checked environment, at the field.
fn open_form(state: &mut AppState) -> Vec<Command> {
    let Some(id) = state
        .checking
        .shown
        .as_ref()
        .map(|shown| shown.environment.clone())
    else {
        return Vec::new();
    };
    let is_open = state
        .form
        .as_ref()
        .is_some_and(|form| form.initial.id == id);
    if is_open {
        return Vec::new();
    }
    super::on_action(state, Action::EditEnvironment(id))
}

fn show_field(state: &mut AppState, step: StepKind) -> Vec<Command> {
    let field = state
        .checking
        .shown
        .as_ref()
        .and_then(|shown| shown.step(step)?.field.clone());
    let commands = open_form(state);
    state.checking.field_wanted = field;
    state.checking.on_page = true;
    commands
}

fn fix(state: &mut AppState, step: StepKind) -> Vec<Command> {
    let Some((fix, field)) = state.checking.shown.as_ref().and_then(|shown| {
        let result = shown.step(step)?;
        Some((result.fix.clone()?, result.field.clone()))
    }) else {
        return Vec::new();
    };
    let mut commands = open_form(state);
    commands.extend(super::on_action(state, Action::ApplyFormFix(fix)));
    state.checking.field_wanted = field;
    state.checking.on_page = true;
    commands
}
