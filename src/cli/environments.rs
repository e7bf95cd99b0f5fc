//! `gatescope env …`: list, show, add, secrets, approvals, delete.

use std::io::{IsTerminal as _, Read as _};

use serde_json::{Value, json};

use crate::app::command::Command;
use crate::app::event::{Event, SecretState};
use crate::model::environment::{Credentials, Environment};
use crate::model::note::Note;
use crate::model::route;
use crate::model::sandbox_environments::every_sandbox_environment;
use crate::model::secret::{Secret, SecretKey, SecretName};
use crate::runs::check::region_behind;

use super::arguments::EnvironmentCommand;
use super::environment_add;
use super::environment_routes::{clients_document, print_clients, print_routes, routes_document};
use super::failure::{Exit, Failure, approval};
use super::secrets;
use super::session::{Session, environment_id};
use super::{tell, terminal};

pub(super) fn run(command: EnvironmentCommand, mut session: Session) -> Exit {
    let json = matches!(
        &command,
        EnvironmentCommand::List { json: true } | EnvironmentCommand::Show { json: true, .. }
    );
    let session = &mut session;
    let done = match command {
        EnvironmentCommand::List { json } => list(session, json),
        EnvironmentCommand::Show {
            name,
            clients,
            json,
        } => show(session, &name, clients, json),
        EnvironmentCommand::Add(arguments) => add(session, &arguments),
        EnvironmentCommand::SetSecret { name, key } => set_secret(session, &name, &key),
        EnvironmentCommand::DeleteSecret { name, key } => delete_secret(session, &name, &key),
        EnvironmentCommand::Approve { name, request } => {
            approve(session, &name, request.as_deref())
        }
        EnvironmentCommand::ConfirmOrigins { name } => confirm_origins(session, &name),
        EnvironmentCommand::Delete { name } => delete(session, &name),
    };
    match done {
        Ok(()) => Exit::Holds,
        Err(failure) => tell(&failure, json),
    }
}

fn list(session: &mut Session, json: bool) -> Result<(), Failure> {
    let mut all = session.open()?.environments;
    all.extend(every_sandbox_environment());
    for environment in &mut all {
        *environment = session.worker.without_secrets(environment);
    }
    if json {
        let rows: Vec<Value> = all.iter().map(summary).collect();
        terminal::print_json(&Value::from(rows));
        return Ok(());
    }
    let width = all
        .iter()
        .map(|environment| environment.id.as_str().len())
        .max()
        .unwrap_or_default();
    for environment in &all {
        terminal::line(&format!(
            "{:width$}  {}",
            environment.id.as_str(),
            address(environment)
        ));
    }
    Ok(())
}

fn show(session: &mut Session, name: &str, with_clients: bool, json: bool) -> Result<(), Failure> {
    let stored = session.environment(name)?;
    let all = if stored.sandbox.is_none() {
        session.open()?.environments
    } else {
        Vec::new()
    };
    let region = region_behind(&stored, &all);
    let environment = session.worker.without_secrets(&stored);
    let notes = route::environment_notes(&environment);
    session.worker.send(Command::CheckSecrets {
        environment: Box::new(stored),
    });
    let secrets = session.until(|event| match event {
        Event::SecretsChecked(reports) => Some(reports),
        _ => None,
    })?;
    if json {
        let mut document = summary(&environment);
        document["notes"] = notes
            .iter()
            .map(|note| json!({ "field": note.field.to_string(), "text": note.text, "fix": note.fix }))
            .collect();
        document["secrets"] = secrets.iter().map(secrets::document).collect();
        document["routes"] = routes_document(&environment, region);
        document["clients"] = clients_document(&environment);
        document["settings"] = serde_json::to_value(&environment).unwrap_or_default();
        terminal::print_json(&document);
        return Ok(());
    }
    terminal::line(&format!("{} ({})", environment.name, environment.id));
    terminal::line(&format!("API    {}", address(&environment)));
    terminal::line(&format!("login  {}", login(&environment)));
    terminal::line(&format!("token  {}", credentials(&environment)));
    for report in &secrets {
        terminal::line(&format!(
            "secret {}",
            secrets::state(report, &environment.id)
        ));
    }
    for rule in &environment.path_map {
        terminal::line(&format!("map    {} -> {}", rule.from, rule.to));
    }
    print_routes(&environment, region);
    if with_clients {
        print_clients(&environment);
    }
    print_notes(&notes);
    for report in &secrets {
        if let Some(hint) = secrets::hint(report, &environment.id) {
            terminal::note(&format!("hint: {hint}"));
        }
    }
    Ok(())
}

fn add(session: &mut Session, arguments: &super::arguments::AddArguments) -> Result<(), Failure> {
    let known = session.open()?.environments;
    let all: Vec<Environment> = known
        .into_iter()
        .chain(every_sandbox_environment())
        .collect();
    let added = environment_add::build(arguments, &all)?;
    refuse_missing_file(arguments)?;
    print_notes(&added.notes);
    for mut environment in added.environments {
        environment
            .network
            .limits
            .clone_from(&session.settings.limits);
        let id = environment.id.clone();
        let notes = route::environment_notes(&environment);
        let needs = match environment.credentials {
            Credentials::ClientCredentials { .. } => Some("client-secret"),
            Credentials::AccessToken => Some("access-token"),
            Credentials::None | Credentials::SameAs { .. } => None,
        };
        terminal::line(&format!("{id}  {}", address(&environment)));
        session.worker.send(Command::SaveEnvironment {
            environment: Box::new(environment),
        });
        session.saved()?;
        print_notes(&notes);
        if let Some(key) = needs {
            terminal::note(&format!("next: gatescope env set-secret {id} {key}"));
        }
    }
    Ok(())
}

/// A CA file that is not there is found before anything is written.
fn refuse_missing_file(arguments: &super::arguments::AddArguments) -> Result<(), Failure> {
    match &arguments.settings.ca_file {
        Some(path) if !path.is_file() => Err(Failure::usage(
            format!("--ca-file: there is no file {}", path.display()),
            "Nothing was written; give the path of a PEM file",
        )),
        _ => Ok(()),
    }
}

fn set_secret(session: &mut Session, name: &str, key: &str) -> Result<(), Failure> {
    let environment = own_environment(session, name)?;
    let key = secret_key(&environment, key)?;
    let secret = read_secret(&key)?;
    session.worker.send(Command::SetSecret {
        environment: Box::new(environment),
        key: key.clone(),
        secret,
    });
    session.saved().map_err(|failure| {
        failure.with_last_hint(format!(
            "A command keeps nothing in memory: without a keyring set {} for each run",
            key.variable_name()
        ))
    })?;
    terminal::note(&format!(
        "kept in the keyring: {} of {}",
        key.name, key.environment
    ));
    Ok(())
}

/// From a hidden prompt, or from standard input up to the first line end. Never from the arguments.
fn read_secret(key: &SecretKey) -> Result<Secret, Failure> {
    let unreadable =
        |error: std::io::Error| Failure::usage(format!("The secret cannot be read: {error}"), "");
    let text = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{} of {}: ", key.name, key.environment))
            .map_err(unreadable)?
    } else {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        text.lines().next().unwrap_or_default().to_owned()
    };
    if text.is_empty() {
        return Err(Failure::usage(
            format!("{}: the secret is empty", key.name),
            "Type it at the prompt, or pipe it in",
        ));
    }
    Ok(Secret::new(text))
}

fn delete_secret(session: &mut Session, name: &str, key: &str) -> Result<(), Failure> {
    let environment = own_environment(session, name)?;
    let key = secret_key(&environment, key)?;
    session
        .worker
        .send(Command::DeleteSecret { key: key.clone() });
    session.saved()?;
    terminal::note(&format!(
        "deleted from the keyring: {} of {}",
        key.name, key.environment
    ));
    Ok(())
}

fn approve(session: &mut Session, name: &str, request: Option<&str>) -> Result<(), Failure> {
    let environment = own_environment(session, name)?;
    let items = match request {
        None => crate::worker::asks_for_approval(&environment),
        Some(request) => {
            let snapshot = session.open()?;
            let stored = super::draft::saved(&snapshot, request)?;
            crate::worker::files_of(&stored.draft)
        }
    };
    if items.is_empty() {
        terminal::line("It asks for nothing that has to be allowed");
    }
    for item in items {
        terminal::line(&format!("allowed: {}", approval(&item)));
        session.worker.send(Command::Approve {
            environment: environment.id.clone(),
            item,
        });
        session.saved()?;
    }
    Ok(())
}

fn confirm_origins(session: &mut Session, name: &str) -> Result<(), Failure> {
    let environment = own_environment(session, name)?;
    session.worker.send(Command::CheckSecrets {
        environment: Box::new(environment.clone()),
    });
    let reports = session.until(|event| match event {
        Event::SecretsChecked(reports) => Some(reports),
        _ => None,
    })?;
    let mut before: Vec<String> = reports
        .into_iter()
        .flat_map(|report| report.entered_for)
        .collect();
    before.sort();
    before.dedup();
    for line in side_by_side(&before, &route::origins(&environment)) {
        terminal::line(&line);
    }
    session.worker.send(Command::ConfirmOrigins {
        environment: Box::new(environment),
    });
    session.saved()
}

/// Two columns: the origins that the secrets were entered for, and those of the environment as it is now.
fn side_by_side(before: &[String], now: &[String]) -> Vec<String> {
    let width = before
        .iter()
        .map(|origin| origin.chars().count())
        .max()
        .unwrap_or_default()
        .max(ENTERED_FOR.len());
    let mut lines = vec![format!("{ENTERED_FOR:width$}  now")];
    for row in 0..before.len().max(now.len()) {
        let old = before.get(row).map_or("", String::as_str);
        let new = now.get(row).map_or("", String::as_str);
        let mark = if new.is_empty() || before.iter().any(|known| known == new) {
            ""
        } else {
            "  (new)"
        };
        lines.push(format!("{old:width$}  {new}{mark}").trim_end().to_owned());
    }
    lines
}

const ENTERED_FOR: &str = "entered for";

fn delete(session: &mut Session, name: &str) -> Result<(), Failure> {
    let environment = own_environment(session, name)?;
    session.worker.send(Command::DeleteEnvironment {
        environment: environment.id.clone(),
    });
    session.saved()?;
    terminal::note(&format!("deleted: {} and its secrets", environment.id));
    Ok(())
}

/// One of the workspace's: the sandbox's cannot be changed.
fn own_environment(session: &mut Session, name: &str) -> Result<Environment, Failure> {
    environment_id(name)?;
    let environment = session.environment(name)?;
    if environment.sandbox.is_some() {
        return Err(Failure::usage(
            format!("`{name}` belongs to the sandbox and cannot be changed"),
            "Add an environment of your own with gatescope env add",
        ));
    }
    // What is stored is told behind the workspace; it is read here so that it is not taken for an answer later.
    let _known: Vec<(SecretKey, SecretState)> = session.until(|event| match event {
        Event::SecretsKnown(known) => Some(known),
        _ => None,
    })?;
    Ok(environment)
}

fn secret_key(environment: &Environment, key: &str) -> Result<SecretKey, Failure> {
    let fixed = [
        SecretName::ClientSecret,
        SecretName::AccessToken,
        SecretName::GatewayPassword,
        SecretName::ProxyPassword,
    ];
    let variables = environment
        .variables
        .iter()
        .filter(|variable| variable.secret)
        .map(|variable| SecretName::Variable(variable.name.clone()));
    let names: Vec<SecretName> = fixed.into_iter().chain(variables).collect();
    let known: Vec<String> = names.iter().map(ToString::to_string).collect();
    let name = names
        .into_iter()
        .find(|name| name.to_string() == key)
        .ok_or_else(|| {
            Failure::usage(
                format!("`{}` has no secret `{key}`", environment.id),
                format!("Known are: {}", known.join(", ")),
            )
        })?;
    Ok(SecretKey {
        environment: environment.id.clone(),
        name,
    })
}

fn summary(environment: &Environment) -> Value {
    json!({
        "id": environment.id,
        "name": environment.name,
        "api": address(environment),
        "login": login(environment),
        "protection": environment.protection,
        "sandbox": environment.sandbox.is_some(),
    })
}

pub(super) fn address(environment: &Environment) -> String {
    if environment.sandbox.is_some() {
        return format!("{} (started when it is needed)", environment.name);
    }
    match route::api_base(environment) {
        Ok(base) => format!("{}{}", base.origin(), base.prefix),
        Err(problems) => incomplete(&problems),
    }
}

pub(super) fn login(environment: &Environment) -> String {
    if environment.sandbox.is_some() {
        return "the sandbox's".to_owned();
    }
    match route::login_url(environment) {
        Ok(url) => url.to_string(),
        Err(problems) => incomplete(&problems),
    }
}

fn incomplete(problems: &[crate::model::note::Problem]) -> String {
    problems
        .first()
        .map_or_else(String::new, |problem| format!("incomplete: {problem}"))
}

fn credentials(environment: &Environment) -> String {
    match &environment.credentials {
        Credentials::None => "none".to_owned(),
        Credentials::ClientCredentials { client_id, .. } => format!("client {client_id}"),
        Credentials::AccessToken => "a pasted access token".to_owned(),
        Credentials::SameAs { environment } => format!("same as {environment}"),
    }
}

fn in_words(value: &str) -> &str {
    if value.is_empty() { "(empty)" } else { value }
}

pub(super) fn print_notes(notes: &[Note]) {
    for note in notes {
        terminal::note(&format!("note: {}: {}", note.field, note.text));
        if let Some(fix) = &note.fix {
            let changes: Vec<String> = fix
                .changes
                .iter()
                .map(|(field, value)| format!("{field} = {}", in_words(value)))
                .collect();
            terminal::note(&format!("fix: {}", changes.join(", ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn old_and_new_origins_stand_side_by_side() {
        let origins = |list: &[&str]| -> Vec<String> {
            list.iter().map(|origin| (*origin).to_owned()).collect()
        };
        let lines = side_by_side(
            &origins(&["https://api.one.test", "https://login.one.test"]),
            &origins(&["https://api.two.test", "https://login.one.test"]),
        );
        assert_eq!(
            lines,
            [
                "entered for             now",
                "https://api.one.test    https://api.two.test  (new)",
                "https://login.one.test  https://login.one.test",
            ]
        );
        assert_eq!(
            side_by_side(&[], &origins(&["https://a.test"])),
            ["entered for  now", "             https://a.test  (new)"]
        );
    }
}
