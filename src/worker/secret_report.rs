//! What is known of every secret that an environment needs: whether its value is at hand, and whether it may go where the
//! environment sends. The keyring is asked, within its time limit; no value leaves this module.

use std::sync::Arc;

use crate::app::event::{Event, SecretPresence, SecretReport};
use crate::model::environment::{Environment, Target};
use crate::model::sandbox_environments::sandbox_environments;
use crate::model::secret::{SecretId, SecretKey, SecretName, Secrets};
use crate::secrets::{SecretVault, environment_variables};

use super::core::Core;
use super::files::Open;
use super::{origins, prepare, trust};

/// One secret, before the keyring is asked.
struct Filed {
    key: SecretKey,
    id: Option<SecretId>,
    from_variable: bool,
    unconfirmed: Vec<String>,
    entered_for: Vec<String>,
}

pub(super) async fn check(core: Arc<Core>, environment: Environment) {
    let reports = if environment.sandbox.is_some() {
        // Its demo secret is built in.
        Vec::new()
    } else {
        reports(&core, environment).await
    };
    core.events.emit(Event::SecretsChecked(reports));
}

pub(super) async fn reports(core: &Arc<Core>, environment: Environment) -> Vec<SecretReport> {
    let shared = Arc::clone(core);
    let filed = core
        .files
        .run(move |files| {
            let open = files.opened().ok()?;
            open.secrets.refresh();
            Some(look_up(&shared, open, &environment))
        })
        .wait()
        .await;
    let Ok(Some(filed)) = filed else {
        return Vec::new();
    };
    core.ask_vault(move |vault| {
        filed
            .into_iter()
            .map(|filed| SecretReport {
                presence: presence(vault, &filed),
                key: filed.key,
                unconfirmed: filed.unconfirmed,
                entered_for: filed.entered_for,
            })
            .collect()
    })
    .await
    .unwrap_or_default()
}

fn look_up(core: &Core, open: &Open, environment: &Environment) -> Vec<Filed> {
    let mut all = open.workspace.environments();
    all.extend(sandbox_environments());
    let keys = needed(environment, &all);
    // Two secrets of one variable name are told when something is sent.
    let given = origins::from_variables(core, &all, &keys).unwrap_or_else(|_| Secrets::new());
    keys.into_iter()
        .map(|key| {
            let from_variable = given.contains_key(&key);
            let id = open.secrets.id(&key);
            let unconfirmed = if id.is_some() || from_variable {
                origins::unconfirmed(&open.secrets, environment, &all, &key, from_variable)
            } else {
                Vec::new()
            };
            Filed {
                entered_for: open.secrets.origins_for(&key),
                key,
                id,
                from_variable,
                unconfirmed,
            }
        })
        .collect()
}

/// What the environment's settings ask for, in the order in which a form shows it.
fn needed(environment: &Environment, all: &[Environment]) -> Vec<SecretKey> {
    let own = |name: SecretName| SecretKey {
        environment: environment.id.clone(),
        name,
    };
    let mut keys: Vec<SecretKey> = trust::credential_key(environment, all)
        .into_iter()
        .collect();
    if let Target::Gateway(gateway) = &environment.target
        && !gateway.user_name.is_empty()
    {
        keys.push(own(SecretName::GatewayPassword));
    }
    keys.extend(prepare::proxy_keys(environment));
    let variables = environment.variables.iter();
    let secret = variables.filter(|variable| variable.secret);
    keys.extend(secret.map(|variable| own(SecretName::Variable(variable.name.clone()))));
    keys
}

fn presence(vault: &SecretVault, filed: &Filed) -> SecretPresence {
    if filed.from_variable {
        let name = environment_variables::variable_name(&filed.key.environment, &filed.key.name);
        return SecretPresence::Variable(name);
    }
    let Some(id) = &filed.id else {
        return SecretPresence::Missing;
    };
    if vault.is_session_only(id) {
        return SecretPresence::SessionOnly;
    }
    match vault.get(id) {
        Ok(Some(_)) => SecretPresence::Stored,
        Ok(None) => SecretPresence::Missing,
        Err(error) => SecretPresence::Unreadable {
            reason: error.text,
            hint: error.hint,
        },
    }
}
