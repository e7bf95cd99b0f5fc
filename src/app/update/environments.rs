//! The environment form: open, edit, fix, save. Deleting is a change that can be undone: `undo`.

use crate::model::edit;
use crate::model::environment::{Colour, Credentials, Environment, Place, Target};
use crate::model::ids::EnvironmentId;
use crate::model::note::{Field, Fix, Note, Problem};
use crate::model::region::Region;
use crate::model::route;
use crate::model::secret::SecretKey;

use super::super::command::Command;
use super::super::form::{EnvironmentForm, NewTarget, blank, empty_gateway, unused_environment_id};
use super::super::notices::NoticeKind;
use super::super::state::{AppState, Dialog, Leg, WorkspaceStage};
use super::{drafts_changed, notice, refresh_previews};

pub(super) fn new_form(state: &mut AppState, target: &NewTarget) -> Vec<Command> {
    let id = EnvironmentId::from_name("environment");
    let mut form = match target {
        NewTarget::Direct(region) => {
            let mut environment = blank(
                id,
                &format!("{} · direct", region.place()),
                Target::Direct {
                    place: Place::Region(*region),
                },
            );
            environment.colour = Colour::Teal;
            EnvironmentForm::edit(environment)
        }
        NewTarget::Gateway { invoke_url } => {
            let mut environment = blank(id, "Gateway", Target::Gateway(Box::new(empty_gateway())));
            environment.colour = Colour::Violet;
            let mut form = EnvironmentForm::edit(environment);
            form.make_twin = true;
            take_invoke_url(&mut form, invoke_url);
            form
        }
    };
    form.is_new = true;
    form.initial = form.environment.clone();
    refresh(&mut form, state);
    state.form = Some(Box::new(form));
    Vec::new()
}

pub(super) fn edit_form(state: &mut AppState, id: &EnvironmentId) -> Vec<Command> {
    let Some(environment) = state
        .environments
        .iter()
        .find(|environment| environment.id == *id)
        .cloned()
    else {
        return Vec::new();
    };
    let mut form = EnvironmentForm::edit(environment);
    refresh(&mut form, state);
    state.form = Some(Box::new(form));
    Vec::new()
}

/// What the fields hold now. A changed invoke URL is taken apart into the fields below it.
pub(super) fn form_edited(state: &mut AppState, mut form: Box<EnvironmentForm>) -> Vec<Command> {
    let Some(before) = &state.form else {
        return Vec::new();
    };
    if before.invoke_url != form.invoke_url {
        let pasted = form.invoke_url.clone();
        take_invoke_url(&mut form, &pasted);
    }
    refresh(&mut form, state);
    state.form = Some(form);
    Vec::new()
}

fn take_invoke_url(form: &mut EnvironmentForm, pasted: &str) {
    pasted.clone_into(&mut form.invoke_url);
    form.invoke_notes.clear();
    if pasted.trim().is_empty() {
        return;
    }
    match route::InvokeUrl::parse(pasted) {
        Ok(invoke) => {
            if let Target::Gateway(gateway) = &mut form.environment.target {
                invoke.apply_to(gateway);
            }
            form.invoke_notes = invoke.notes;
            form.mirror_texts();
        }
        Err(problems) => {
            form.invoke_notes = problems
                .into_iter()
                .map(|problem| Note::new(Field::InvokeUrl, problem.text))
                .collect();
        }
    }
}

pub(super) fn apply_form_fix(state: &mut AppState, fix: &Fix) -> Vec<Command> {
    let Some(mut form) = state.form.take() else {
        return Vec::new();
    };
    if let Err(problem) = edit::apply_fix(&mut form.environment, fix) {
        notice(state, NoticeKind::Failure, problem.to_string(), "");
    }
    form.invoke_notes
        .retain(|note| note.fix.as_ref() != Some(fix));
    form.mirror_texts();
    refresh(&mut form, state);
    state.form = Some(form);
    Vec::new()
}

pub(super) fn set_ca_file(state: &mut AppState, path: &str) {
    if let Some(mut form) = state.form.take() {
        path.clone_into(&mut form.environment.network.ca_file);
        refresh(&mut form, state);
        state.form = Some(form);
    }
}

/// Notes, problems and the two URLs of the form, as of what its fields hold.
fn refresh(form: &mut EnvironmentForm, state: &AppState) {
    form.problems.clear();
    form.take_texts();
    form.notes = route::environment_notes(&form.environment);
    if let Credentials::ClientCredentials { client_id, .. } = &form.environment.credentials
        && client_id.trim().is_empty()
    {
        form.notes.push(Note::new(
            Field::ClientId,
            "Empty: without a client ID no token can be fetched",
        ));
    }
    if form.environment.name.trim().is_empty() {
        form.problems
            .push(Problem::new(Field::Name, "An environment needs a name"));
    }
    let same_name = state.all_environments().any(|known| {
        known.name.trim() == form.environment.name.trim()
            && (form.is_new || known.id != form.environment.id)
    });
    if same_name {
        form.problems.push(Problem::new(
            Field::Name,
            "Another environment has this name already",
        ));
    }
    match route::api_base(&form.environment) {
        Ok(base) => form.api_url = base.url("").to_string(),
        Err(problems) => {
            form.api_url.clear();
            add_problems(form, problems);
        }
    }
    match route::login_url(&form.environment) {
        Ok(url) => form.login_url = url.to_string(),
        Err(problems) => {
            form.login_url.clear();
            add_problems(form, problems);
        }
    }
}

/// The two URLs share fields: the same problem is said once.
fn add_problems(form: &mut EnvironmentForm, problems: Vec<Problem>) {
    for problem in problems {
        if !form.problems.contains(&problem) {
            form.problems.push(problem);
        }
    }
}

/// Saves the environment, keeps the secrets that were typed, and makes its direct twin when that was asked for.
pub(super) fn save_form(state: &mut AppState) -> Vec<Command> {
    let Some(mut form) = state.form.take() else {
        return Vec::new();
    };
    refresh(&mut form, state);
    if !form.problems.is_empty() {
        state.form = Some(form);
        return Vec::new();
    }
    if state.workspace.stage != WorkspaceStage::Open || state.workspace.read_only {
        notice(
            state,
            NoticeKind::Failure,
            "The environment was not saved: the workspace cannot be written",
            "Start with --workspace and a folder that can be written",
        );
        state.form = Some(form);
        return Vec::new();
    }
    let mut commands = Vec::new();
    if form.is_new {
        form.environment.id = unused_environment_id(&form.environment.name, |id| {
            // The secrets of one that was deleted wait under its id.
            state.environment(id).is_some() || state.tree.undo.holds_environment(id)
        });
    }
    let environment = form.environment.clone();
    put_on_the_way(state, environment.clone());
    // The secrets go first: the save then leaves them out wherever else they were typed.
    for (name, secret) in std::mem::take(&mut form.entered) {
        if secret.expose().is_empty() {
            continue;
        }
        commands.push(Command::SetSecret {
            environment: Box::new(environment.clone()),
            key: SecretKey {
                environment: environment.id.clone(),
                name,
            },
            secret,
        });
    }
    commands.push(Command::SaveEnvironment {
        environment: Box::new(environment.clone()),
    });
    if form.is_new {
        let leg = if form.is_gateway() { Leg::B } else { Leg::A };
        state.legs[leg.index()] = Some(environment.id.clone());
        state.active_leg = leg;
        if form.is_gateway() && form.make_twin {
            commands.extend(save_twin(state, &environment, form.twin_region));
        }
    }
    if state.tabs.is_empty() {
        super::requests::new_request(state);
    }
    refresh_previews(state);
    drafts_changed(state);
    commands
}

/// The same region without the gateway, with the gateway's credentials, becomes leg A.
fn save_twin(state: &mut AppState, gateway: &Environment, region: Region) -> Vec<Command> {
    let taken: Vec<EnvironmentId> = state
        .all_environments()
        .map(|known| known.id.clone())
        .collect();
    let twin = edit::direct_twin(gateway, Place::Region(region), &taken);
    put_on_the_way(state, twin.clone());
    state.legs[Leg::A.index()] = Some(twin.id.clone());
    vec![Command::SaveEnvironment {
        environment: Box::new(twin),
    }]
}

/// The form's gateway gets its direct twin now.
pub(super) fn make_twin(state: &mut AppState) -> Vec<Command> {
    let Some((gateway, region)) = state
        .form
        .as_ref()
        .filter(|form| !form.is_new && matches!(form.initial.target, Target::Gateway(_)))
        .map(|form| (form.initial.clone(), form.twin_region))
    else {
        return Vec::new();
    };
    let commands = save_twin(state, &gateway, region);
    state.legs[Leg::B.index()] = Some(gateway.id);
    refresh_previews(state);
    drafts_changed(state);
    commands
}

fn put_on_the_way(state: &mut AppState, environment: Environment) {
    put(&mut state.environments, environment.clone());
    put(&mut state.environments_under_way, environment);
}

fn put(environments: &mut Vec<Environment>, environment: Environment) {
    match environments
        .iter_mut()
        .find(|known| known.id == environment.id)
    {
        Some(known) => *known = environment,
        None => environments.push(environment),
    }
}

/// The environments of the workspace as read. Those that are still on their way into it stay as they were handed over.
pub(super) fn read(state: &mut AppState, environments: Vec<Environment>) {
    state.environments = environments;
    for environment in state.environments_under_way.clone() {
        put(&mut state.environments, environment);
    }
}

/// The save named so by its answer has ended.
pub(super) fn save_ended(state: &mut AppState, what: &str) {
    state
        .environments_under_way
        .retain(|environment| what != format!("environment `{}`", environment.name));
}

pub(super) fn ask_close_form(state: &mut AppState) -> Vec<Command> {
    match &state.form {
        Some(form) if form.is_changed() => state.dialog = Some(Dialog::CloseForm),
        _ => state.form = None,
    }
    Vec::new()
}
