//! Imports: a file or a pasted text is read, what it would do is looked at, and after a yes it is one step that can be undone.

use std::path::Path;

use super::super::command::Command;
use super::super::editing::{OfferKind, UrlOffer};
use super::super::importing::{
    Applied, Choices, Fate, ImportingAction, ImportingCommand, ImportingEvent, Known, Plan, Preview,
};
use super::super::notices::NoticeKind;
use super::super::state::{AppState, Leg};
use super::super::tree::Node;
use super::super::undo::Change;
use super::{notice, requests, undo};
use crate::interchange::reading::Read;
use crate::model::environment::Target;
use crate::model::ids::{EnvironmentId, RequestId};

pub(super) fn on_action(state: &mut AppState, action: ImportingAction) -> Vec<Command> {
    match action {
        ImportingAction::ReadFile(path) => return read_file(state, &path),
        ImportingAction::ReadText(text) => {
            state.importing.reading += 1;
            return vec![Command::Importing(ImportingCommand::ReadText { text })];
        }
        ImportingAction::Choose(choices) => choose(state, choices),
        ImportingAction::Confirm => return confirm(state),
        ImportingAction::Dismiss => {
            state.importing.preview = None;
            next(state);
        }
        ImportingAction::DismissAll => {
            state.importing.waiting.clear();
            state.importing.preview = None;
            next(state);
        }
    }
    Vec::new()
}

pub(super) fn read_file(state: &mut AppState, path: &Path) -> Vec<Command> {
    if !requests::can_write(state, "Nothing was imported", "") {
        return Vec::new();
    }
    state.importing.reading += 1;
    vec![Command::Importing(ImportingCommand::ReadFile {
        path: path.to_owned(),
    })]
}

/// Shows the one that waits longest, unless one is shown or carried out.
fn next(state: &mut AppState) {
    if state.importing.preview.is_some() || state.importing.applying {
        return;
    }
    if let Some((name, read)) = state.importing.waiting.pop_front() {
        let choices = Choices::default();
        let plan = planned(state, &read, &choices);
        state.importing.shown += 1;
        state.importing.number += 1;
        state.importing.preview = Some(Box::new(Preview {
            name,
            kind: read.kind_in_words(),
            choices,
            plan,
            imported: read.imported,
        }));
    } else if state.importing.reading == 0 {
        state.importing.shown = 0;
    }
}

fn planned(state: &AppState, read: &Read, choices: &Choices) -> Plan {
    let known = Known {
        environments: &state.environments,
        requests: &state.workspace.requests,
    };
    Plan::new(read.imported.clone(), known, choices)
}

fn choose(state: &mut AppState, choices: Choices) {
    let Some(mut preview) = state.importing.preview.take() else {
        return;
    };
    let known = Known {
        environments: &state.environments,
        requests: &state.workspace.requests,
    };
    preview.plan = Plan::new(preview.imported.clone(), known, &choices);
    preview.choices = choices;
    state.importing.preview = Some(preview);
}

fn confirm(state: &mut AppState) -> Vec<Command> {
    let Some(preview) = state.importing.preview.take() else {
        return Vec::new();
    };
    if preview.plan.is_empty() || !requests::can_write(state, "Nothing was imported", "") {
        next(state);
        return Vec::new();
    }
    state.importing.applying = true;
    let requests = preview.plan.requests.iter();
    state.importing.environments = requests
        .filter(|planned| planned.fate != Fate::Replaces)
        .map(|planned| planned.environment.clone())
        .collect();
    vec![Command::Importing(ImportingCommand::Apply(Box::new(
        preview.plan,
    )))]
}

pub(super) fn on_event(state: &mut AppState, event: ImportingEvent) -> Vec<Command> {
    match event {
        ImportingEvent::Read {
            name,
            read: Ok(read),
        } => {
            let importing = &mut state.importing;
            importing.reading = importing.reading.saturating_sub(1);
            importing.waiting.push_back((name, read));
            next(state);
            Vec::new()
        }
        ImportingEvent::Read {
            name,
            read: Err(trouble),
        } => {
            let importing = &mut state.importing;
            importing.reading = importing.reading.saturating_sub(1);
            notice(
                state,
                NoticeKind::Failure,
                format!("{name}: {}", trouble.text),
                trouble.hint,
            );
            next(state);
            Vec::new()
        }
        ImportingEvent::Applied(applied) => {
            state.importing.applying = false;
            let commands = ended(state, *applied);
            next(state);
            commands
        }
    }
}

fn ended(state: &mut AppState, applied: Applied) -> Vec<Command> {
    let environments = std::mem::take(&mut state.importing.environments);
    for ((request, _), environment) in applied.new_requests.iter().zip(&environments) {
        if let Some(environment) = environment {
            let came_with = &mut state.importing.came_with;
            came_with.insert(request.clone(), environment.clone());
        }
    }
    let words = words(&applied);
    let lost = applied
        .secrets
        .iter()
        .find_map(|secret| secret.only_in_memory.clone());
    let only = match applied.new_requests.as_slice() {
        [(one, _)] => Some(one.clone()),
        _ => None,
    };
    let kept_operations = applied.kept_operations;
    let failed = applied.failed.clone();
    let new_environments = applied.environments.clone();
    let back = back(applied);
    let is_whole = failed.is_none();
    if !back.is_empty() || is_whole {
        let step =
            (!back.is_empty()).then(|| state.tree.undo.did(words.clone(), Change::Several(back)));
        let hint = match (lost, kept_operations) {
            (Some(trouble), _) => {
                format!("Its secrets stay in memory for this run: {}", trouble.text)
            }
            (None, 0) => String::new(),
            (None, kept) => {
                format!("{kept} operations that the catalogue has already stay as they are")
            }
        };
        undo::tell(state, words, &hint, step);
    }
    if let Some(trouble) = failed {
        notice(state, NoticeKind::Failure, trouble.text, trouble.hint);
    }
    let environment = only
        .as_ref()
        .and_then(|id| state.importing.came_with.get(id).cloned());
    let mut commands = Vec::new();
    let wishes = environment.map_or_else(
        || legs_for(state, &new_environments),
        |environment| vec![(state.active_leg, environment)],
    );
    for (leg, environment) in wishes {
        if state.leg(leg).is_none() {
            commands.extend(super::choose_environment(state, leg, environment));
        }
    }
    commands.extend(only.map_or_else(Vec::new, |id| requests::open(state, &id)));
    commands
}

/// A request that was imported with an environment which is on no leg: it is offered.
pub(super) fn offer_environment(state: &mut AppState, request: &RequestId) {
    let Some(came_with) = state.importing.came_with.get(request) else {
        return;
    };
    let is_chosen = state.legs.iter().flatten().any(|id| id == came_with);
    let Some(environment) = state.environment(came_with).filter(|_| !is_chosen) else {
        return;
    };
    state.editing.offer = Some(UrlOffer {
        request: request.clone(),
        origin: String::new(),
        kind: OfferKind::CameWith {
            leg: state.active_leg,
            environment: environment.id.clone(),
            name: environment.name.clone(),
        },
    });
}

/// Where new environments would go: a direct one and a gateway make a pair to compare, one kind alone goes where Send looks.
fn legs_for(state: &AppState, new: &[EnvironmentId]) -> Vec<(Leg, EnvironmentId)> {
    let of_kind = |is_gateway: bool| {
        new.iter()
            .find(|id| {
                state
                    .environment(id)
                    .is_some_and(|known| matches!(known.target, Target::Gateway(_)) == is_gateway)
            })
            .cloned()
    };
    match (of_kind(false), of_kind(true)) {
        (Some(direct), Some(gateway)) => vec![(Leg::A, direct), (Leg::B, gateway)],
        (Some(one), None) | (None, Some(one)) => vec![(state.active_leg, one)],
        (None, None) => Vec::new(),
    }
}

/// `Imported 2 environments and 1 request`.
fn words(applied: &Applied) -> String {
    let count = |number: usize, one: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{many} {one}s")),
    };
    let parts: Vec<String> = [
        count(
            applied.environments.len() + applied.changed.len(),
            "environment",
        ),
        count(applied.requests.len(), "request"),
        count(applied.secrets.len(), "secret"),
        count(applied.operations, "operation"),
    ]
    .into_iter()
    .flatten()
    .collect();
    match parts.as_slice() {
        [] => "Imported nothing new".to_owned(),
        [one] => format!("Imported {one}"),
        [head @ .., last] => format!("Imported {} and {last}", head.join(", ")),
    }
}

/// What takes the import back: folders that are new go as a whole.
fn back(applied: Applied) -> Vec<Change> {
    let mut back: Vec<Change> = Vec::new();
    let tops: Vec<&String> = applied
        .folders
        .iter()
        .filter(|folder| {
            let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            !applied.folders.iter().any(|other| other == parent)
        })
        .collect();
    let is_inside = |path: &str| {
        tops.iter().any(|folder| {
            path.strip_prefix(folder.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        })
    };
    back.extend(
        applied
            .new_requests
            .iter()
            .filter(|(_, path)| !is_inside(path))
            .map(|(id, _)| Change::Remove(Node::Request(id.clone()))),
    );
    back.extend(
        tops.into_iter()
            .cloned()
            .map(|folder| Change::Remove(Node::Folder(folder))),
    );
    back.extend(
        applied
            .changed_requests
            .into_iter()
            .map(|draft| Change::PutRequest(Box::new(draft))),
    );
    back.extend(
        applied
            .changed
            .into_iter()
            .map(|environment| Change::PutEnvironment(Box::new(environment))),
    );
    back.extend(
        applied
            .environments
            .into_iter()
            .map(Change::RemoveEnvironment),
    );
    back.extend(applied.import.map(Change::SwapImport));
    back
}
