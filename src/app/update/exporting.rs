//! Exports: what is wanted is written to be looked at, then copied or saved. Secrets only after a yes, and never into the state.

use std::path::PathBuf;

use super::super::command::Command;
use super::super::exporting::{
    ExportingAction, ExportingCommand, ExportingEvent, Job, OpenExport, SecretsWish, Subject,
    Wanted, likely_backend,
};
use super::super::importing::Trouble;
use super::super::notices::NoticeKind;
use super::super::state::{AppState, SandboxState};
use super::super::tab::title_of;
use super::super::tree::{Node, places};
use super::notice;
use crate::interchange::ImportedRequest;
use crate::interchange::writing::{Format, SubjectKind};
use crate::model::dynamic::Dynamics;
use crate::model::environment::{Environment, Place, Target, TokenFrom};
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::region::Region;
use crate::model::request::RequestDraft;
use crate::model::sandbox_environments::bind;

pub(super) fn on_action(state: &mut AppState, action: ExportingAction) -> Vec<Command> {
    match action {
        ExportingAction::Ask(wanted) => return ask(state, wanted),
        ExportingAction::ChooseFormat(format) => {
            return changed(state, |open| {
                open.format = format;
                open.secrets = SecretsWish::LeftOut;
            });
        }
        ExportingAction::ChooseBackend(region) => {
            return changed(state, |open| open.backend = Some(region));
        }
        ExportingAction::ChooseProfile(profile) => {
            if let Some(open) = &mut state.exporting.open {
                open.profile = profile;
            }
            return rewrite(state);
        }
        ExportingAction::IncludeSecrets(yes) => {
            return changed(state, |open| {
                open.secrets = if yes {
                    SecretsWish::Included
                } else {
                    SecretsWish::LeftOut
                };
            });
        }
        ExportingAction::AskForSecrets => {
            if let Some(open) = &mut state.exporting.open {
                open.secrets = SecretsWish::Asked;
            }
        }
        ExportingAction::Copy => {
            if let Some(job) = job(state) {
                return vec![Command::Exporting(ExportingCommand::Hand {
                    job: Box::new(job),
                })];
            }
        }
        ExportingAction::SaveTo(path) => return save(state, path, false),
        ExportingAction::Overwrite => {
            let path = state.exporting.open.as_mut();
            if let Some(path) = path.and_then(|open| open.is_there.take()) {
                return save(state, path, true);
            }
        }
        ExportingAction::KeepFile => {
            if let Some(open) = &mut state.exporting.open {
                open.is_there = None;
                if open.format.updates_files() {
                    return rewrite(state);
                }
            }
        }
        ExportingAction::Dismiss => state.exporting.open = None,
    }
    Vec::new()
}

fn ask(state: &mut AppState, wanted: Wanted) -> Vec<Command> {
    let Some(name) = name_of(state, &wanted) else {
        return Vec::new();
    };
    let kind = match &wanted {
        Wanted::Environment(_) => SubjectKind::Environment,
        Wanted::Request(_) | Wanted::Folder(_) | Wanted::AllRequests => SubjectKind::Requests,
        Wanted::Answer(_) | Wanted::Past(_) => SubjectKind::Exchanges,
    };
    if kind == SubjectKind::Requests && drafts(state, &wanted).is_empty() {
        notice(
            state,
            NoticeKind::Failure,
            "There is no saved request to export",
            "Ctrl+S saves the open one",
        );
        return Vec::new();
    }
    // A single request is most often wanted as a command, many as a collection.
    let first = Format::of(kind).find(|format| {
        matches!(wanted, Wanted::Folder(_) | Wanted::AllRequests)
            .then_some(Format::PostmanCollection)
            .is_none_or(|wanted| wanted == *format)
    });
    let Some(format) = first else {
        return Vec::new();
    };
    let region_behind = match &wanted {
        Wanted::Environment(id) => region_behind(state, id),
        _ => None,
    };
    state.exporting.open = Some(Box::new(OpenExport {
        wanted,
        name,
        kind,
        format,
        secrets: SecretsWish::default(),
        backend: region_behind,
        profile: String::new(),
        written: None,
        is_there: None,
        said: None,
    }));
    changed(state, |_| {})
}

/// The region that the environment says itself, or that of the one whose credentials it uses.
fn region_behind(state: &AppState, id: &EnvironmentId) -> Option<Region> {
    let environment = state.environment(id)?;
    let all: Vec<Environment> = state.all_environments().cloned().collect();
    let own = match &environment.target {
        Target::Direct { place } => Some(place.clone()),
        Target::Gateway(gateway) => match &gateway.token_from {
            TokenFrom::Region(place) => Some(place.clone()),
            TokenFrom::LoginPath => None,
        },
    };
    match own.or_else(|| likely_backend(environment, &all))? {
        Place::Region(region) => Some(region),
        _ => None,
    }
}

/// What was written is written anew.
fn changed(state: &mut AppState, change: impl FnOnce(&mut OpenExport)) -> Vec<Command> {
    let Some(open) = &mut state.exporting.open else {
        return Vec::new();
    };
    change(open);
    open.written = None;
    open.said = None;
    open.is_there = None;
    rewrite(state)
}

/// What is shown stays until the worker answers.
fn rewrite(state: &mut AppState) -> Vec<Command> {
    state.exporting.number += 1;
    let number = state.exporting.number;
    let Some(job) = job(state) else {
        state.exporting.open = None;
        return Vec::new();
    };
    vec![Command::Exporting(ExportingCommand::Show {
        number,
        job: Box::new(job),
    })]
}

fn save(state: &AppState, path: PathBuf, overwrites: bool) -> Vec<Command> {
    job(state)
        .map(|job| {
            Command::Exporting(ExportingCommand::Save {
                job: Box::new(job),
                path,
                overwrites,
            })
        })
        .into_iter()
        .collect()
}

/// What is exported now; `None` when it is gone.
fn job(state: &AppState) -> Option<Job> {
    let open = state.exporting.open.as_ref()?;
    let subject = match &open.wanted {
        Wanted::Environment(id) => {
            Subject::Environment(Box::new(bound(state, state.environment(id)?)))
        }
        wanted @ (Wanted::Request(_) | Wanted::Folder(_) | Wanted::AllRequests) => {
            let requests = drafts(state, wanted);
            if requests.is_empty() {
                return None;
            }
            let environment = state.active_environment();
            Subject::Requests {
                name: open.name.clone(),
                requests,
                environment: environment.map(|known| Box::new(bound(state, known))),
            }
        }
        Wanted::Answer(request) => {
            let answer = state.tab(request)?.answer.as_ref()?;
            Subject::Exchange(answer.exchange.clone())
        }
        Wanted::Past(id) => Subject::Past(vec![*id]),
    };
    Some(Job {
        subject,
        format: open.format,
        includes_secrets: open.secrets == SecretsWish::Included,
        backend: open.backend.map(Place::Region),
        profile: Some(open.profile.trim().to_owned()).filter(|profile| !profile.is_empty()),
        into: open.is_there.clone(),
        dynamics: Dynamics {
            now: state.now,
            // Written, not sent: recognisable is enough, and `update` has no randomness.
            random: u128::from(state.now.as_microsecond().unsigned_abs())
                .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        },
        folder: state.workspace.directory.clone(),
    })
}

/// With the addresses of the running sandbox.
fn bound(state: &AppState, environment: &Environment) -> Environment {
    match &state.sandbox {
        SandboxState::Running(addresses) => bind(environment, addresses),
        _ => environment.clone(),
    }
}

fn name_of(state: &AppState, wanted: &Wanted) -> Option<String> {
    Some(match wanted {
        Wanted::Environment(id) => state.environment(id)?.name.clone(),
        Wanted::Request(id) => title_of(draft(state, id)?).to_owned(),
        Wanted::Folder(path) => state.tree.row(&Node::Folder(path.clone()))?.name.clone(),
        Wanted::AllRequests => "All requests".to_owned(),
        Wanted::Answer(id) => {
            let tab = state.tab(id)?;
            tab.answer.as_ref()?;
            format!("{} {}", tab.draft.method, tab.title())
        }
        Wanted::Past(id) => {
            let entries = &state.history.entries;
            let entry = entries.iter().find(|entry| entry.id == *id)?;
            format!("{} {}", entry.summary.method, entry.summary.path)
        }
    })
}

/// As it is open, else as it is saved.
fn draft<'a>(state: &'a AppState, id: &RequestId) -> Option<&'a RequestDraft> {
    let open = state.tab(id).map(|tab| &tab.draft);
    open.or_else(|| state.stored(id))
}

fn drafts(state: &AppState, wanted: &Wanted) -> Vec<ImportedRequest> {
    if let Wanted::Request(id) = wanted {
        let draft = draft(state, id).cloned();
        return draft.map(ImportedRequest::new).into_iter().collect();
    }
    // As the tree shows them.
    let rows = state.tree.rows.iter();
    rows.filter_map(|row| {
        let Node::Request(id) = &row.node else {
            return None;
        };
        let is_in = match wanted {
            Wanted::Folder(path) => places::is_within(&row.within, path),
            _ => true,
        };
        if !is_in {
            return None;
        }
        Some(ImportedRequest {
            folder: folders(state, &row.within),
            ..ImportedRequest::new(state.stored(id)?.clone())
        })
    })
    .collect()
}

/// What the folders on the way to one are called, itself included.
fn folders(state: &AppState, path: &str) -> Vec<String> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    ends.chain((!path.is_empty()).then_some(path.len()))
        .map(|end| {
            let folder = Node::Folder(path[..end].to_owned());
            let known = state.tree.row(&folder).map(|row| row.name.clone());
            known.unwrap_or_else(|| {
                path[..end]
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            })
        })
        .collect()
}

pub(super) fn on_event(state: &mut AppState, event: ExportingEvent) -> Vec<Command> {
    let number = state.exporting.number;
    match event {
        ExportingEvent::Shown { number: of, result } => {
            if let Some(open) = &mut state.exporting.open
                && of == number
            {
                open.written = Some(result);
            }
        }
        ExportingEvent::Handed(Ok(_)) => {
            if let Some(open) = &mut state.exporting.open {
                let words = match open.secrets {
                    SecretsWish::Included => "Copied, with its secrets",
                    _ => "Copied, no secret is in it",
                };
                open.said = Some(Ok(words.to_owned()));
            }
        }
        ExportingEvent::Handed(Err(trouble)) | ExportingEvent::NotSaved(trouble) => {
            not_done(state, trouble);
        }
        ExportingEvent::IsThere { path } => {
            if let Some(open) = &mut state.exporting.open {
                open.is_there = Some(path);
                if open.format.updates_files() {
                    return rewrite(state);
                }
            }
        }
        ExportingEvent::Saved { path, .. } => {
            let hint = match state.exporting.open.take() {
                Some(open) if open.secrets == SecretsWish::Included => {
                    "Its secrets are in it, and only you can read the file"
                }
                _ => "",
            };
            let words = format!("Exported to {}", path.display());
            notice(state, NoticeKind::Done, words, hint);
        }
    }
    Vec::new()
}

fn not_done(state: &mut AppState, trouble: Trouble) {
    match &mut state.exporting.open {
        Some(open) => open.said = Some(Err(trouble)),
        None => notice(state, NoticeKind::Failure, trouble.text, trouble.hint),
    }
}
