//! The environment form: open, edit, fix, save. Deleting is a change that can be undone: `undo`.

use crate::body::visible;
use crate::model::edit;
use crate::model::environment::{Colour, Credentials, Environment, PathMapRule, Place, Target};
use crate::model::ids::EnvironmentId;
use crate::model::note::{Field, Fix, Note, Problem};
use crate::model::region::Region;
use crate::model::route;
use crate::model::secret::{SecretKey, SecretName};

use super::super::client_preview::ClientPreview;
use super::super::command::Command;
use super::super::event::SecretReport;
use super::super::form::{
    EnvironmentForm, NewTarget, SAMPLE_PATH, blank, empty_gateway, unused_environment_id,
};
use super::super::notices::NoticeKind;
use super::super::pasted::{self, Pasted};
use super::super::state::{AppState, Dialog, Leg, WorkspaceStage};
use super::pasting::{
    is_elsewhere, pasted_url, suggested_name, take_invoke_url, take_pasted, unused_name,
};
use crate::runs::check::region_behind;

use super::{ask, drafts_changed, notice, outside, refresh_previews};

pub(super) fn new_form(state: &mut AppState, target: &NewTarget) -> Vec<Command> {
    let id = EnvironmentId::from_name("environment");
    // An API address may stand where an invoke URL is asked for.
    let pasted = match target {
        NewTarget::Gateway { invoke_url } => pasted::target_of(invoke_url),
        NewTarget::Direct(_) => None,
    };
    let mut form = match target {
        NewTarget::Gateway { .. } if matches!(pasted, Some(Pasted::Direct(_))) => {
            let target = Target::Gateway(Box::new(empty_gateway()));
            let mut form = EnvironmentForm::edit(blank(id, "", target));
            if let Some(pasted) = pasted {
                take_pasted(&mut form, pasted);
            }
            form.environment.name = suggested_name(&form.environment);
            form
        }
        NewTarget::Direct(region) => {
            let target = Target::Direct {
                place: Place::Region(*region),
            };
            let mut environment = blank(id, "", target);
            environment.name = suggested_name(&environment);
            EnvironmentForm::edit(environment)
        }
        NewTarget::Gateway { invoke_url } => {
            let environment = blank(id, "Gateway", Target::Gateway(Box::new(empty_gateway())));
            let mut form = EnvironmentForm::edit(environment);
            form.make_twin = true;
            take_invoke_url(&mut form, invoke_url);
            form.environment.name = suggested_name(&form.environment);
            form
        }
    };
    form.is_new = true;
    form.environment.name = unused_name(state, &form.environment.name);
    form.environment.network.limits = state.settings.limits.clone();
    let preferred = if form.is_gateway() {
        Colour::Violet
    } else {
        Colour::Teal
    };
    form.environment.colour = preferred.unused(&used_colours(state));
    form.initial = form.environment.clone();
    refresh(&mut form, state);
    state.form = Some(Box::new(form));
    Vec::new()
}

fn used_colours(state: &AppState) -> Vec<Colour> {
    state
        .environments
        .iter()
        .map(|environment| environment.colour)
        .collect()
}

/// A copy in the form, not saved yet. Its credentials are the original's: secrets are never copied.
pub(super) fn duplicate(state: &mut AppState, id: &EnvironmentId) -> Vec<Command> {
    let Some(original) = state.environments.iter().find(|known| known.id == *id) else {
        return Vec::new();
    };
    let mut copy = original.clone();
    copy.id = EnvironmentId::from_name("environment");
    copy.name = unused_name(state, &format!("{} copy", original.name.trim()));
    copy.colour = original.colour.unused(&used_colours(state));
    if matches!(
        copy.credentials,
        Credentials::ClientCredentials { .. } | Credentials::AccessToken
    ) {
        copy.credentials = Credentials::SameAs {
            environment: original.id.clone(),
        };
    }
    let mut form = EnvironmentForm::edit(copy);
    form.is_new = true;
    refresh(&mut form, state);
    state.form = Some(Box::new(form));
    Vec::new()
}

/// Takes a secret of the form's environment out of the keyring at once.
pub(super) fn forget_secret(state: &mut AppState, name: SecretName) -> Vec<Command> {
    let Some(form) = state.form.as_mut().filter(|form| !form.is_new) else {
        return Vec::new();
    };
    let key = SecretKey {
        environment: form.initial.id.clone(),
        name,
    };
    form.secret_reports.retain(|report| report.key != key);
    state.secrets.remove(&key);
    vec![Command::DeleteSecret { key }]
}

/// What the keyring says of the secrets of the environment in the form.
pub(super) fn secrets_checked(state: &mut AppState, reports: Vec<SecretReport>) {
    if let Some(form) = &mut state.form
        && !form.is_new
        && reports
            .iter()
            .any(|report| report.key.environment == form.initial.id)
    {
        form.secret_reports = reports;
    }
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
    let mut form = EnvironmentForm::edit(environment.clone());
    refresh(&mut form, state);
    state.form = Some(Box::new(form));
    // Only where something is kept is there anything to be asked.
    if state.secrets.keys().any(|key| key.environment == *id) {
        vec![Command::CheckSecrets {
            environment: Box::new(environment),
        }]
    } else {
        Vec::new()
    }
}

/// What the fields hold now. A changed invoke URL is taken apart into the fields below it.
pub(super) fn form_edited(state: &mut AppState, mut form: Box<EnvironmentForm>) -> Vec<Command> {
    let Some(before) = &state.form else {
        return Vec::new();
    };
    if let Some((pasted, into_name)) = pasted_url(before, &form) {
        if into_name {
            form.environment.name.clone_from(&before.environment.name);
        }
        let unnamed = form.environment.name.trim().is_empty()
            || form.environment.name == suggested_name(&before.environment);
        take_pasted(&mut form, pasted);
        if unnamed {
            let name = suggested_name(&form.environment);
            form.environment.name = unused_name(state, &name);
        }
    } else if before.invoke_url != form.invoke_url {
        let pasted = form.invoke_url.clone();
        take_invoke_url(&mut form, &pasted);
    } else if is_elsewhere(before, &form) {
        form.take_texts();
        form.mirror_invoke_url();
    }
    refresh(&mut form, state);
    state.form = Some(form);
    drafts_changed(state);
    Vec::new()
}

pub(super) fn apply_form_fix(state: &mut AppState, fix: &Fix) -> Vec<Command> {
    let Some(mut form) = state.form.take() else {
        return Vec::new();
    };
    if let Err(problem) = edit::apply_fix(&mut form.environment, fix) {
        notice(state, NoticeKind::Failure, problem.to_string(), "");
    }
    form.mirror_texts();
    let left: Vec<Note> = std::mem::take(&mut form.invoke_notes)
        .into_iter()
        .filter(|note| note.fix.as_ref() != Some(fix))
        .collect();
    form.mirror_invoke_url();
    form.invoke_notes = left;
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
pub(super) fn refresh(form: &mut EnvironmentForm, state: &AppState) {
    form.problems.clear();
    form.take_texts();
    form.notes = route::environment_notes(&form.environment);
    form.notes.extend(name_note(&form.environment.name));
    if let Credentials::ClientCredentials { client_id, .. } = &form.environment.credentials
        && client_id.trim().is_empty()
    {
        form.notes.push(Note::new(
            Field::ClientId,
            "Empty: without a client ID no token can be fetched",
        ));
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
    let mut problems = route::environment_problems(&form.environment);
    // A row that was added and not filled yet is left out when saving.
    problems.retain(|problem| !is_about_blank_row(&form.environment, &problem.field));
    add_problems(form, problems);
    let sample = route::request_url(&form.environment, "GET", SAMPLE_PATH).ok();
    form.sample_is_mapped = sample
        .as_ref()
        .is_some_and(|sample| sample.mapped_from.is_some());
    form.sample_url = sample.map_or_else(String::new, |sample| sample.url.to_string());
    form.clients = ClientPreview::of(&form.environment);
    let region = region_behind(&form.environment, &state.environments);
    let map = form.environment.route_map.as_ref();
    form.route_warnings = map.map_or_else(Vec::new, |map| map.warnings(region));
}

/// Signs that cannot be seen, or that turn the direction of what is written around them.
fn name_note(name: &str) -> Option<Note> {
    if !name.chars().any(visible::is_escaped) {
        return None;
    }
    let clean: String = name
        .chars()
        .filter(|character| !visible::is_escaped(*character))
        .collect();
    Some(
        Note::new(
            Field::Name,
            format!(
                "The name holds signs that cannot be seen: {}",
                visible::line(name)
            ),
        )
        .with_fix(
            "Take them out",
            vec![(Field::Name, clean.trim().to_owned())],
        ),
    )
}

fn is_about_blank_row(environment: &Environment, field: &Field) -> bool {
    match field {
        Field::Variable(name) if name.trim().is_empty() => !environment
            .variables
            .iter()
            .any(|variable| variable.name.trim().is_empty() && !variable.value.is_empty()),
        Field::PathMap(row) => environment.path_map.get(*row).is_some_and(is_blank_rule),
        _ => false,
    }
}

fn is_blank_rule(rule: &PathMapRule) -> bool {
    rule.from.trim().is_empty() && rule.to.trim().is_empty()
}

/// Rows that were added and never filled.
fn drop_blank_rows(environment: &mut Environment) {
    environment
        .variables
        .retain(|variable| !variable.name.trim().is_empty() || !variable.value.is_empty());
    environment.path_map.retain(|rule| !is_blank_rule(rule));
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
    drop_blank_rows(&mut form.environment);
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
    commands.extend(super::pasted_url::made(state));
    commands
}

/// The same region without the gateway, with the gateway's credentials, becomes leg A.
fn save_twin(state: &mut AppState, gateway: &Environment, region: Region) -> Vec<Command> {
    let taken: Vec<EnvironmentId> = state
        .all_environments()
        .map(|known| known.id.clone())
        .collect();
    let mut twin = edit::direct_twin(gateway, Place::Region(region), &taken);
    twin.colour = twin.colour.unused(&used_colours(state));
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

pub(super) fn put_on_the_way(state: &mut AppState, environment: Environment) {
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
    outside::notice_outside(state);
}

/// The save named so by its answer has ended.
pub(super) fn save_ended(state: &mut AppState, what: &str) {
    state
        .environments_under_way
        .retain(|environment| what != format!("environment `{}`", environment.name));
}

pub(super) fn ask_close_form(state: &mut AppState) -> Vec<Command> {
    match &state.form {
        Some(form) if form.is_changed() => ask(state, Dialog::CloseForm),
        _ => {
            state.form = None;
            drafts_changed(state);
        }
    }
    Vec::new()
}
