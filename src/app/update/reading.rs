//! What happens while an answer is read. Opening a link of it is `links`.

mod links;

use std::sync::Arc;

use crate::app::command::Command;
use crate::app::editing::EditingCommand;
use crate::app::notices::NoticeKind;
use crate::app::reading::{
    Filtering, Finding, Reading, ReadingAction, ReadingCommand, ReadingEvent, Taken, TakenValue,
    Taking,
};
use crate::app::state::{AppState, WorkspaceStage};
use crate::app::tab::Answer;
use crate::body::format;
use crate::body::search::Query;
use crate::body::sniff::BodyKind;
use crate::body::view::Mode;
use crate::model::environment::{Environment, Variable};
use crate::model::ids::ExchangeId;
use crate::model::masks::MASK;
use crate::model::settings::Settings;

use super::{notice, preferences, refresh_previews, sending};

/// The longest value that becomes a variable, in bytes.
const LONGEST_VARIABLE: usize = 64 * 1024;

pub(super) fn on_action(state: &mut AppState, action: ReadingAction) -> Vec<Command> {
    prune(state);
    match action {
        ReadingAction::Find {
            exchange,
            mode,
            query,
        } => find(state, exchange, mode, query),
        ReadingAction::Filter {
            exchange,
            expression,
        } => filter(state, exchange, expression.trim()),
        ReadingAction::Take {
            exchange,
            mode,
            offset,
            taking,
        } => take(state, exchange, mode, offset, taking),
        ReadingAction::KeepValue { name, replace } => keep_value(state, name.trim(), replace),
        ReadingAction::DropValue => {
            state.reading.taken = None;
            Vec::new()
        }
        ReadingAction::OpenLink { exchange, uri } => links::open(state, exchange, &uri),
        ReadingAction::TooMuchToCopy { bytes } => {
            let size = format::size(u64::try_from(bytes).unwrap_or(u64::MAX));
            notice(
                state,
                NoticeKind::Warning,
                format!("Not copied: {size} are too much for the clipboard"),
                "Save the body to a file instead",
            );
            Vec::new()
        }
        ReadingAction::SetWrap(wrap) => {
            let settings = Settings {
                wrap_lines: wrap,
                ..state.settings.clone()
            };
            preferences::change(state, settings);
            Vec::new()
        }
    }
}

pub(super) fn on_event(state: &mut AppState, event: ReadingEvent) -> Vec<Command> {
    prune(state);
    match event {
        ReadingEvent::Found {
            exchange,
            job,
            result,
        } => {
            let finding = state.reading.readings.get_mut(&exchange);
            if let Some(finding) = finding.and_then(|reading| reading.find.as_mut())
                && finding.job == job
            {
                finding.result = Some(result);
            }
        }
        ReadingEvent::Filtered {
            exchange,
            job,
            result,
        } => {
            let filter = state.reading.readings.get_mut(&exchange);
            if let Some(filter) = filter.and_then(|reading| reading.filter.as_mut())
                && filter.job == job
            {
                filter.result = Some(result);
                filter.before = None;
            }
        }
        ReadingEvent::Took {
            exchange,
            taking,
            result,
        } => return took(state, exchange, taking, result),
        ReadingEvent::Pictured { exchange, result } => {
            if answer(state, exchange).is_some() {
                let reading = state.reading.readings.entry(exchange).or_default();
                reading.picture = Some(result);
            }
        }
    }
    Vec::new()
}

/// A body has been laid out: pictures are decoded, and a filter runs once more on what is there now.
pub(super) fn body_ready(state: &mut AppState, exchange: ExchangeId) -> Vec<Command> {
    prune(state);
    let Some(view) = answer(state, exchange).and_then(|answer| answer.view.clone()) else {
        return Vec::new();
    };
    let mut commands = Vec::new();
    if view.kind() == BodyKind::Image {
        commands.push(Command::Reading(ReadingCommand::Picture { exchange, view }));
    }
    let expression = state
        .reading
        .reading(exchange)
        .and_then(|reading| reading.filter.as_ref())
        .map(|filter| filter.expression.clone());
    if let Some(expression) = expression {
        commands.extend(filter(state, exchange, &expression));
    }
    commands
}

fn answer(state: &AppState, exchange: ExchangeId) -> Option<&Answer> {
    state
        .tabs
        .iter()
        .filter_map(|tab| tab.answer.as_ref())
        .find(|answer| answer.exchange.id == exchange)
}

/// What was made of answers that are gone goes with them.
fn prune(state: &mut AppState) {
    let open: Vec<ExchangeId> = state
        .tabs
        .iter()
        .filter_map(|tab| tab.answer.as_ref())
        .map(|answer| answer.exchange.id)
        .collect();
    let reading = &mut state.reading;
    reading
        .readings
        .retain(|exchange, _| open.contains(exchange));
    if reading
        .taken
        .as_ref()
        .is_some_and(|taken| !open.contains(&taken.exchange))
    {
        reading.taken = None;
    }
}

fn reading(state: &mut AppState, exchange: ExchangeId) -> &mut Reading {
    state.reading.readings.entry(exchange).or_default()
}

fn find(state: &mut AppState, exchange: ExchangeId, mode: Mode, query: Query) -> Vec<Command> {
    let mut commands = Vec::new();
    let view = answer(state, exchange)
        .and_then(|answer| state.reading.view(answer))
        .cloned();
    let before = state
        .reading
        .readings
        .get_mut(&exchange)
        .and_then(|reading| reading.find.take());
    if let Some(before) = before.filter(|before| before.result.is_none()) {
        commands.push(Command::Cancel {
            exchange: before.job,
        });
    }
    let Some(view) = view.filter(|_| !query.text.is_empty()) else {
        return commands;
    };
    let job = sending::next_exchange(state);
    reading(state, exchange).find = Some(Finding {
        job,
        view: Arc::clone(&view),
        mode,
        query: query.clone(),
        result: None,
    });
    commands.push(Command::Reading(ReadingCommand::Find {
        exchange,
        job,
        view,
        mode,
        query,
    }));
    commands
}

fn filter(state: &mut AppState, exchange: ExchangeId, expression: &str) -> Vec<Command> {
    let mut commands = Vec::new();
    let view = answer(state, exchange).and_then(|answer| answer.view.clone());
    let shown = state.reading.filtered(exchange).cloned();
    let before = state
        .reading
        .readings
        .get_mut(&exchange)
        .and_then(|reading| reading.filter.take());
    if let Some(before) = before.filter(|before| before.result.is_none()) {
        commands.push(Command::Cancel {
            exchange: before.job,
        });
    }
    let Some(view) = view.filter(|_| !expression.is_empty()) else {
        return commands;
    };
    let job = sending::next_exchange(state);
    reading(state, exchange).filter = Some(Filtering {
        job,
        view: Arc::clone(&view),
        expression: expression.to_owned(),
        result: None,
        before: shown,
    });
    commands.push(Command::Reading(ReadingCommand::Filter {
        exchange,
        job,
        view,
        expression: expression.to_owned(),
    }));
    commands
}

fn take(
    state: &mut AppState,
    exchange: ExchangeId,
    mode: Mode,
    offset: usize,
    taking: Taking,
) -> Vec<Command> {
    let view = answer(state, exchange)
        .and_then(|answer| state.reading.view(answer))
        .cloned();
    let within = state.reading.filtered(exchange).cloned();
    view.map(|view| {
        Command::Reading(ReadingCommand::Take {
            exchange,
            view,
            mode,
            offset,
            taking,
            within,
        })
    })
    .into_iter()
    .collect()
}

fn took(
    state: &mut AppState,
    exchange: ExchangeId,
    taking: Taking,
    result: Result<TakenValue, String>,
) -> Vec<Command> {
    let value = match result {
        Ok(value) => value,
        Err(text) => {
            notice(state, NoticeKind::Warning, text, "");
            return Vec::new();
        }
    };
    match taking {
        Taking::Path => return vec![Command::Editing(EditingCommand::Copy(value.path))],
        Taking::Value => return vec![Command::Editing(EditingCommand::Copy(value.value))],
        Taking::Variable if value.value.len() > LONGEST_VARIABLE => notice(
            state,
            NoticeKind::Warning,
            "The value is too long for a variable: 64 KB are the most",
            "Copy it, or save the body to a file",
        ),
        Taking::Variable if value.value.contains(MASK) => notice(
            state,
            NoticeKind::Warning,
            "The value holds a secret, which is not kept in the workspace",
            "Store it as a secret of the environment",
        ),
        Taking::Variable => {
            state.reading.taken = Some(Taken {
                exchange,
                value,
                exists: None,
            });
        }
    }
    Vec::new()
}

fn keep_value(state: &mut AppState, name: &str, replace: bool) -> Vec<Command> {
    let Some(taken) = state.reading.taken.clone() else {
        return Vec::new();
    };
    let mut environment = match home_of(state, name) {
        Ok(environment) => environment,
        Err((text, hint)) => {
            notice(state, NoticeKind::Failure, text, hint);
            return Vec::new();
        }
    };
    let known = environment
        .variables
        .iter_mut()
        .find(|variable| variable.name == name);
    match known {
        Some(known) if known.value != taken.value.value && !replace => {
            state.reading.taken = Some(Taken {
                exists: Some(name.to_owned()),
                ..taken
            });
            return Vec::new();
        }
        Some(known) => known.value = taken.value.value,
        None => environment.variables.push(Variable {
            name: name.to_owned(),
            value: taken.value.value,
            secret: false,
        }),
    }
    state.reading.taken = None;
    super::environments::put_on_the_way(state, environment.clone());
    refresh_previews(state);
    vec![Command::SaveEnvironment {
        environment: Box::new(environment),
    }]
}

/// The environment that keeps a variable of that name; else what stands in the way, and what to try.
fn home_of(state: &AppState, name: &str) -> Result<Environment, (String, &'static str)> {
    if !is_variable_name(name) {
        return Err((
            format!("`{name}` cannot be the name of a variable"),
            "Use letters, digits, `_`, `-` and `.`; `secret.` stands for something else",
        ));
    }
    let Some(environment) = state.active_environment() else {
        return Err((
            "There is no environment to keep the variable in".to_owned(),
            "Choose one in the top bar",
        ));
    };
    if environment.sandbox.is_some() {
        return Err((
            "The sandbox's environments are built in and keep no variables".to_owned(),
            "Choose one of your own in the top bar",
        ));
    }
    if state.workspace.stage != WorkspaceStage::Open || state.workspace.read_only {
        return Err((
            "The variable was not kept: the workspace cannot be written".to_owned(),
            "Start with --workspace and a folder that can be written",
        ));
    }
    let is_secret = environment
        .variables
        .iter()
        .any(|variable| variable.name == name && variable.secret);
    if is_secret {
        return Err((
            format!("`{name}` is a secret variable"),
            "Choose another name, or replace the secret in the environment's form",
        ));
    }
    Ok(environment.clone())
}

fn is_variable_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with("secret.")
        && name
            .chars()
            .all(|character| character.is_alphanumeric() || "_-.".contains(character))
}

#[cfg(test)]
mod tests;
