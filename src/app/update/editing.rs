//! What happens while a request is edited.

use std::path::Path;

use crate::app::command::Command;
use crate::app::editing::{BodyKind, EditingAction, EditingCommand, EditingEvent, FileLook};
use crate::app::notices::NoticeKind;
use crate::app::state::{AppState, Leg, SandboxState, WorkspaceStage};
use crate::app::tab::EditorPage;
use crate::body::template;
use crate::interchange::curl::{CurlOptions, curl_command};
use crate::model::dynamic::Dynamics;
use crate::model::environment::{Environment, Variable};
use crate::model::ids::RequestId;
use crate::model::literal;
use crate::model::note::Field;
use crate::model::request::{DraftBody, PartRow, PartValue};
use crate::model::sandbox_environments::bind;
use crate::model::secret::{Secret, SecretKey, SecretName};
use crate::model::variables::references;

use super::{notice, pasted_url, requests};

pub(super) fn on_action(state: &mut AppState, action: EditingAction) -> Vec<Command> {
    match action {
        EditingAction::CopyAsCurl { request, leg } => copy_as_curl(state, request.as_ref(), leg),
        EditingAction::FormatBody => format_body(state),
        EditingAction::ChooseBodyKind(kind) => choose_kind(state, kind),
        EditingAction::TakeApart(draft) => pasted_url::take_apart(state, *draft),
        EditingAction::AnswerOffer(accepted) => pasted_url::answer(state, accepted),
        EditingAction::KeepSecret { request, field } => keep_secret(state, &request, &field),
        EditingAction::FileDropped(path) => file_dropped(state, &path),
        EditingAction::LookAtFile(path) => look_at(state, path),
    }
}

pub(super) fn on_event(state: &mut AppState, event: EditingEvent) -> Vec<Command> {
    match event {
        EditingEvent::FileLookedAt { path, file } => {
            state.editing.files.insert(path, file);
        }
    }
    Vec::new()
}

fn copy_as_curl(
    state: &mut AppState,
    request: Option<&RequestId>,
    leg: Option<Leg>,
) -> Vec<Command> {
    let leg = leg.unwrap_or(state.active_leg);
    let draft = match request {
        Some(id) => state
            .tab(id)
            .map(|tab| &tab.draft)
            .or_else(|| state.stored(id)),
        None => state.active_tab().map(|tab| &tab.draft),
    };
    let Some(draft) = draft.cloned() else {
        return Vec::new();
    };
    let Some(environment) = reachable(state, leg) else {
        notice(
            state,
            NoticeKind::Failure,
            format!(
                "Nothing was copied: leg {} has no address yet",
                leg.letter()
            ),
            "Choose an environment for it, or start the sandbox",
        );
        return Vec::new();
    };
    let options = CurlOptions {
        dynamics: Dynamics {
            now: state.now,
            // Copied, not sent: recognisable is enough, and `update` has no randomness.
            random: u128::from(state.now.as_microsecond().unsigned_abs())
                .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        },
        folder: state.workspace.directory.as_deref(),
    };
    match curl_command(&draft, &environment, options) {
        Ok(text) => {
            let words = if text.starts_with('#') {
                "Set the variables that its first lines name; no secret is in it"
            } else {
                ""
            };
            notice(
                state,
                NoticeKind::Done,
                format!("Copied as cURL for {}", environment.name),
                words,
            );
            vec![Command::Editing(EditingCommand::Copy(text))]
        }
        Err(problems) => {
            let first = problems.first().map(ToString::to_string);
            notice(
                state,
                NoticeKind::Failure,
                format!("Nothing was copied: {}", first.unwrap_or_default()),
                "",
            );
            Vec::new()
        }
    }
}

/// The leg's environment with its addresses.
fn reachable(state: &AppState, leg: Leg) -> Option<Environment> {
    let environment = state.leg(leg)?;
    if environment.sandbox.is_none() {
        return Some(environment.clone());
    }
    match &state.sandbox {
        SandboxState::Running(addresses) => Some(bind(environment, addresses)),
        _ => None,
    }
}

fn format_body(state: &mut AppState) -> Vec<Command> {
    let Some(tab) = state.active_tab() else {
        return Vec::new();
    };
    let mut draft = tab.draft.clone();
    let (DraftBody::Json { text } | DraftBody::Text { text, .. }) = &mut draft.body else {
        return Vec::new();
    };
    let places: Vec<_> = references(text)
        .into_iter()
        .map(|reference| reference.range)
        .collect();
    match template::formatted(text, &places) {
        Ok(formatted) => {
            *text = formatted;
            requests::edit(state, draft)
        }
        Err(problem) => {
            notice(
                state,
                NoticeKind::Warning,
                format!("The body was not formatted: it is not JSON, {problem}"),
                "Correct it there first",
            );
            Vec::new()
        }
    }
}

/// What was typed for the kind before is kept; a text goes along between JSON and text.
fn choose_kind(state: &mut AppState, kind: BodyKind) -> Vec<Command> {
    let Some(tab) = state.active_tab() else {
        return Vec::new();
    };
    let mut draft = tab.draft.clone();
    if BodyKind::of(&draft.body) == kind {
        return Vec::new();
    }
    let before = std::mem::take(&mut draft.body);
    let text = before.text().unwrap_or_default().to_owned();
    let others = state
        .editing
        .other_bodies
        .entry(draft.id.clone())
        .or_default();
    others.retain(|body| BodyKind::of(body) != BodyKind::of(&before));
    let known = others.iter().find(|body| BodyKind::of(body) == kind);
    draft.body = match (kind, known) {
        (BodyKind::None, _) => DraftBody::None,
        (BodyKind::Json, _) if !text.is_empty() => DraftBody::Json { text },
        (BodyKind::Text, known) if !text.is_empty() => DraftBody::Text {
            text,
            content_type: match known {
                Some(DraftBody::Text { content_type, .. }) => content_type.clone(),
                _ => String::new(),
            },
        },
        (_, Some(known)) => known.clone(),
        (kind, None) => empty_body(kind),
    };
    others.push(before);
    requests::edit(state, draft)
}

fn empty_body(kind: BodyKind) -> DraftBody {
    let text = String::new;
    match kind {
        BodyKind::None => DraftBody::None,
        BodyKind::Json => DraftBody::Json { text: text() },
        BodyKind::Text => DraftBody::Text {
            text: text(),
            content_type: text(),
        },
        BodyKind::Form => DraftBody::Form { rows: Vec::new() },
        BodyKind::Multipart => DraftBody::Multipart { rows: Vec::new() },
        BodyKind::File => DraftBody::File {
            path: text(),
            content_type: text(),
        },
    }
}

/// The file becomes the body, or a part of a multipart body; what stood there comes back with its kind.
fn file_dropped(state: &mut AppState, path: &Path) -> Vec<Command> {
    let Some(tab) = state.active_tab().filter(|_| state.form.is_none()) else {
        return super::importing::read_file(state, path);
    };
    if tab.editor_page != EditorPage::Body {
        return super::importing::read_file(state, path);
    }
    let Some(text) = path.to_str().map(str::to_owned) else {
        notice(
            state,
            NoticeKind::Failure,
            format!("{} cannot be used: its name is not UTF-8", path.display()),
            "Rename the file, then drop it again",
        );
        return Vec::new();
    };
    let mut commands = Vec::new();
    if !matches!(
        tab.draft.body,
        DraftBody::File { .. } | DraftBody::Multipart { .. }
    ) {
        commands.extend(choose_kind(state, BodyKind::File));
    }
    let Some(tab) = state.active_tab() else {
        return commands;
    };
    let mut draft = tab.draft.clone();
    match &mut draft.body {
        DraftBody::Multipart { rows } => rows.push(PartRow {
            enabled: true,
            name: "file".to_owned(),
            value: PartValue::File {
                path: text.clone(),
                file_name: String::new(),
            },
            content_type: String::new(),
        }),
        DraftBody::File { path, .. } => path.clone_from(&text),
        _ => {}
    }
    commands.extend(requests::edit(state, draft));
    // Dropped again, it may have become readable.
    state.editing.files.remove(&text);
    commands.extend(look_at(state, text));
    commands
}

fn look_at(state: &mut AppState, path: String) -> Vec<Command> {
    if path.is_empty() || state.editing.files.contains_key(&path) {
        return Vec::new();
    }
    // Each path that was typed on the way to a longer one is asked for; only the last ones are worth knowing.
    if state.editing.files.len() > 200 {
        state.editing.files.clear();
    }
    state.editing.files.insert(path.clone(), FileLook::Asked);
    vec![Command::Editing(EditingCommand::LookAtFile { path })]
}

/// The credential goes into the keyring for each leg that has an own environment: it would have been sent there too.
fn keep_secret(state: &mut AppState, request: &RequestId, field: &Field) -> Vec<Command> {
    let Some(tab) = state.tab(request) else {
        return Vec::new();
    };
    let mut draft = tab.draft.clone();
    let Some(found) = literal::literal(&draft, field) else {
        return Vec::new();
    };
    let mut environments: Vec<Environment> = Vec::new();
    for leg in Leg::BOTH {
        if let Some(environment) = state.leg(leg).filter(|known| known.sandbox.is_none())
            && !environments.iter().any(|known| known.id == environment.id)
        {
            environments.push(environment.clone());
        }
    }
    if state.workspace.stage != WorkspaceStage::Open || state.workspace.read_only {
        notice(
            state,
            NoticeKind::Failure,
            "The credential was not put into the keyring: the workspace cannot be written",
            "Start with --workspace and a folder that can be written",
        );
        return Vec::new();
    }
    if environments.is_empty() {
        notice(
            state,
            NoticeKind::Warning,
            "The credential was not put into the keyring: neither leg has an environment of yours",
            "The sandbox's environments keep no secrets. Choose another environment in the top bar",
        );
        return Vec::new();
    }
    let name = literal::free_name(&found.name, &environments.iter());
    if !literal::replace(&mut draft, field, &found, &name) {
        return Vec::new();
    }
    let mut commands = Vec::new();
    let mut names = Vec::new();
    for mut environment in environments {
        environment.variables.push(Variable {
            name: name.clone(),
            value: String::new(),
            secret: true,
        });
        names.push(environment.name.clone());
        super::environments::put_on_the_way(state, environment.clone());
        let save = Command::SaveEnvironment {
            environment: Box::new(environment.clone()),
        };
        // The secret first: the save then leaves it out wherever else it was typed.
        commands.push(Command::SetSecret {
            key: SecretKey {
                environment: environment.id.clone(),
                name: SecretName::Variable(name.clone()),
            },
            secret: Secret::new(found.value.clone()),
            environment: Box::new(environment),
        });
        commands.push(save);
    }
    commands.extend(requests::edit(state, draft));
    super::refresh_previews(state);
    notice(
        state,
        NoticeKind::Done,
        format!(
            "Kept as the secret variable `{name}` of {}",
            names.join(" and ")
        ),
        "",
    );
    commands
}
