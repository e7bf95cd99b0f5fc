//! What an import would do, and what it did, in words and as a JSON document. Never a secret's value.

use serde_json::{Value, json};

use crate::app::importing::{Applied, Fate, Plan, PlannedRequest, PlannedSecret};
use crate::model::environment::Environment;
use crate::model::ids::EnvironmentId;
use crate::model::masks::mask_url;

use super::environments::{address, login};
use super::terminal;

/// More requests than these are counted.
const MOST_LINES: usize = 30;

/// Shows the plan on standard output, what to know about it on standard error.
pub(super) fn preview(kind: &str, plan: &Plan) {
    terminal::line(&format!("{kind}:"));
    for planned in &plan.environments {
        let what = match &planned.fate {
            Fate::New => "new environment".to_owned(),
            Fate::Numbered(was) => format!("new environment (`{was}` is taken)"),
            Fate::Replaces => "replaces environment".to_owned(),
            Fate::Completed => "adds variables to".to_owned(),
            Fate::Used => "uses environment".to_owned(),
        };
        let environment = &planned.environment;
        terminal::line(&format!(
            "  {what} {} ({}): {}",
            environment.id,
            environment.name,
            address(environment)
        ));
        if let Some(map) = &environment.route_map {
            terminal::line(&format!("    with the map of {} routes", map.routes.len()));
        }
    }
    for planned in plan.requests.iter().take(MOST_LINES) {
        let what = match &planned.fate {
            Fate::Replaces => "replaces request",
            Fate::Numbered(_) => "new request (the name is taken)",
            _ => "new request",
        };
        terminal::line(&format!("  {what} {}", request_words(planned)));
    }
    if plan.requests.len() > MOST_LINES {
        terminal::line(&format!(
            "  and {} more requests",
            plan.requests.len() - MOST_LINES
        ));
    }
    if let Some(words) = plan.operations_in_words() {
        terminal::line(&format!("  {words}"));
    }
    for secret in &plan.secrets {
        terminal::line(&format!("  secret for the keyring: {}", secret.in_words()));
    }
    for file in &plan.files {
        terminal::line(&format!(
            "  names a file, which waits for approval: {} ({})",
            file.path, file.purpose
        ));
    }
    for words in plan.asked_settings() {
        terminal::line(&format!("  asks for what waits for approval: {words}"));
    }
    for stumbling in &plan.clients {
        for words in &stumbling.lines {
            terminal::note(&format!("clients of {}: {words}", stumbling.environment));
        }
    }
    if !plan.clients.is_empty() {
        terminal::note("fix: --mend-clients gives them the form that works in all seven");
    }
    for lint in &plan.lint {
        terminal::note(&format!(
            "warning: line {}, column {}: {}",
            lint.place.line, lint.place.column, lint.cause
        ));
        terminal::note(&format!("fix: {}", lint.fix));
    }
    for ignored in &plan.ignored {
        terminal::note(&format!("ignored: {}: {}", ignored.what, ignored.why));
    }
}

fn request_words(planned: &PlannedRequest) -> String {
    let mut names: Vec<&str> = planned
        .folder
        .iter()
        .map(|(_, name)| name.as_str())
        .collect();
    names.push(&planned.draft.name);
    format!(
        "{}: {} {}",
        names.join("/"),
        planned.draft.method,
        mask_url(&planned.draft.path)
    )
}

pub(super) fn print_done(applied: &Applied) {
    for id in written(applied) {
        terminal::note(&format!("imported: environment {id}"));
    }
    match applied.requests.as_slice() {
        [] => {}
        few if few.len() <= MOST_LINES => {
            for path in few {
                terminal::note(&format!("imported: requests/{path}"));
            }
        }
        many => terminal::note(&format!("imported: {} requests", many.len())),
    }
    for secret in &applied.secrets {
        match &secret.only_in_memory {
            None => terminal::note(&format!(
                "kept in the keyring: {} of {}",
                secret.key.name, secret.key.environment
            )),
            Some(trouble) => {
                terminal::note(&format!(
                    "warning: {} of {} was kept nowhere: {}",
                    secret.key.name, secret.key.environment, trouble.text
                ));
                terminal::note(&format!(
                    "hint: A command keeps nothing in memory: without a keyring set {} for each run",
                    secret.key.variable_name()
                ));
            }
        }
    }
    if applied.kept_operations > 0 {
        terminal::note(&format!(
            "{} operations of the catalogue stay as they were: --replace takes those of the import",
            applied.kept_operations
        ));
    }
    for copy in &applied.conflicts {
        terminal::note(&format!(
            "warning: another program changed the same file; the imported one went to {copy}"
        ));
    }
    if let Some(trouble) = &applied.failed {
        terminal::note(&format!("error: {}", trouble.text));
        terminal::note(&format!("hint: {}", trouble.hint));
    }
}

/// Environments that are new or changed.
fn written(applied: &Applied) -> Vec<&EnvironmentId> {
    let changed = applied.changed.iter().map(|before| &before.id);
    applied.environments.iter().chain(changed).collect()
}

/// `applied`: `None` when nothing was changed.
pub(super) fn document(kind: &str, plan: &Plan, applied: Option<&Applied>) -> Value {
    let environments: Vec<Value> = plan
        .environments
        .iter()
        .map(|planned| environment(&planned.environment, &planned.fate))
        .collect();
    let requests: Vec<Value> = plan
        .requests
        .iter()
        .map(|planned| {
            let folder: Vec<&str> = planned
                .folder
                .iter()
                .map(|(_, name)| name.as_str())
                .collect();
            json!({
                "name": planned.draft.name,
                "folder": folder,
                "method": planned.draft.method,
                "path": mask_url(&planned.draft.path),
                "environment": planned.environment,
                "fate": fate(&planned.fate),
            })
        })
        .collect();
    let lint: Vec<Value> = plan
        .lint
        .iter()
        .map(|lint| {
            json!({
                "line": lint.place.line,
                "column": lint.place.column,
                "cause": lint.cause,
                "fix": lint.fix,
            })
        })
        .collect();
    json!({
        "kind": kind,
        "environments": environments,
        "requests": requests,
        "secrets": plan.secrets.iter().map(|planned| secret(planned, applied)).collect::<Vec<_>>(),
        "catalogue_operations": plan.catalogue.as_ref().map(|text| text.lines().count()),
        "lint": lint,
        "ignored": plan.ignored.iter()
            .map(|ignored| json!({"what": ignored.what, "why": ignored.why}))
            .collect::<Vec<_>>(),
        "files": plan.files.iter()
            .map(|file| json!({"path": file.path, "purpose": file.purpose}))
            .collect::<Vec<_>>(),
        "waiting": plan.asked_settings(),
        "lost_secrets": plan.lost_secrets,
        "imported": applied.map(|applied| json!({
            "environments": written(applied),
            "requests": applied.requests,
            "conflicts": applied.conflicts,
            "kept_operations": applied.kept_operations,
            "error": applied.failed.as_ref()
                .map(|trouble| json!({"text": trouble.text, "hint": trouble.hint})),
        })),
    })
}

fn environment(environment: &Environment, fate: &Fate) -> Value {
    json!({
        "id": environment.id,
        "name": environment.name,
        "api": address(environment),
        "login": login(environment),
        "routes": environment.route_map.as_ref().map(|map| map.routes.len()),
        "fate": self::fate(fate),
    })
}

fn secret(planned: &PlannedSecret, applied: Option<&Applied>) -> Value {
    let kept = applied.and_then(|applied| {
        applied
            .secrets
            .iter()
            .find(|secret| secret.key == planned.key)
    });
    json!({
        "environment": planned.key.environment,
        "key": planned.key.name.to_string(),
        "origins": planned.origins,
        "kept": kept.map(|kept| kept.only_in_memory.is_none()),
        "reason": kept.and_then(|kept| kept.only_in_memory.as_ref().map(|trouble| trouble.text.clone())),
    })
}

fn fate(fate: &Fate) -> &'static str {
    match fate {
        Fate::New => "new",
        Fate::Numbered(_) => "numbered",
        Fate::Replaces => "replaces",
        Fate::Completed => "completed",
        Fate::Used => "used",
    }
}
