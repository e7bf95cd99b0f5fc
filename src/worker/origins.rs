//! Which secrets a send may use: each belongs to the origins it was entered for, and goes to no other without the user's word.

use crate::app::event::NotSent;
use crate::model::environment::Environment;
use crate::model::note::{Field, Problem};
use crate::model::route;
use crate::model::secret::{Secret, SecretId, SecretKey, SecretName, Secrets};
use crate::secrets::environment_variables;
use crate::store::SecretMap;

use super::core::Core;
use super::files::Open;
use super::trust;

/// A secret that may be used, and where its value is.
#[derive(Debug, Clone)]
enum Located {
    Given(SecretKey, Secret),
    Kept(SecretKey, SecretId),
}

/// The values of `keys` for a send in `environment`. A key without a value is left out: what needs it says so.
pub(super) async fn gather(
    core: &Core,
    environment: &Environment,
    all: &[Environment],
    keys: Vec<SecretKey>,
) -> Result<Secrets, NotSent> {
    if keys.is_empty() {
        return Ok(Secrets::new());
    }
    let given = from_variables(core, all, &keys)?;
    let captured = environment.clone();
    let known = all.to_vec();
    let located = core
        .files
        .run(move |files| {
            let open = files.opened().map_err(|error| NotSent::Failed {
                text: error.to_string(),
                hint: error.hint,
            })?;
            locate(open, &captured, &known, &keys, &given)
        })
        .wait()
        .await
        .map_err(|gone| NotSent::Failed {
            text: gone.to_string(),
            hint: "Start Gatescope again".to_owned(),
        })??;
    let secrets = fetch(core, located).await?;
    for secret in secrets.values() {
        core.learn(secret);
    }
    Ok(secrets)
}

/// What `GATESCOPE_SECRET_…` gives for the keys; every environment counts when a name could mean two secrets.
pub(super) fn from_variables(
    core: &Core,
    all: &[Environment],
    keys: &[SecretKey],
) -> Result<Secrets, NotSent> {
    let variables = &core.options.secret_variables;
    if variables.is_empty() {
        return Ok(Secrets::new());
    }
    let every: Vec<SecretKey> = all.iter().flat_map(possible_keys).collect();
    let values = variables
        .iter()
        .map(|(name, value)| (name.clone(), value.expose().to_owned()));
    environment_variables::secrets_from(every.iter().chain(keys), values).map_err(|collision| {
        NotSent::Problems(vec![Problem::new(
            Field::Environment,
            collision.to_string(),
        )])
    })
}

/// Every secret an environment could have.
pub(super) fn possible_keys(environment: &Environment) -> Vec<SecretKey> {
    let variables = environment
        .variables
        .iter()
        .filter(|variable| variable.secret)
        .map(|variable| SecretName::Variable(variable.name.clone()));
    [
        SecretName::ClientSecret,
        SecretName::AccessToken,
        SecretName::GatewayPassword,
        SecretName::ProxyPassword,
    ]
    .into_iter()
    .chain(variables)
    .map(|name| SecretKey {
        environment: environment.id.clone(),
        name,
    })
    .collect()
}

fn locate(
    open: &mut Open,
    environment: &Environment,
    all: &[Environment],
    keys: &[SecretKey],
    given: &Secrets,
) -> Result<Vec<Located>, NotSent> {
    let now = route::origins(environment);
    let mut located = Vec::new();
    for key in keys {
        let value = given.get(key);
        let id = open.secrets.id(key);
        if value.is_none() && id.is_none() {
            continue;
        }
        let bound_to = if key.environment == environment.id {
            own_origins(&mut open.secrets, key, value.is_some(), &now)
        } else {
            borrowed_origins(&open.secrets, environment, all, key, value.is_some())
        };
        if !outside(&now, &bound_to).is_empty() {
            return Err(NotSent::OriginsChanged {
                environment: environment.id.clone(),
                stored: bound_to,
                now,
            });
        }
        located.extend(match (value, id) {
            (Some(value), _) => Some(Located::Given(key.clone(), value.clone())),
            (None, Some(id)) => Some(Located::Kept(key.clone(), id)),
            (None, None) => None,
        });
    }
    Ok(located)
}

/// Those of `now` that are not among `bound_to`.
fn outside(now: &[String], bound_to: &[String]) -> Vec<String> {
    let unknown = now.iter().filter(|origin| !bound_to.contains(origin));
    unknown.cloned().collect()
}

/// The environment's origins to which the secret may not go yet. Only looks: nothing is bound by it.
pub(super) fn unconfirmed(
    secrets: &SecretMap,
    environment: &Environment,
    all: &[Environment],
    key: &SecretKey,
    from_variable: bool,
) -> Vec<String> {
    let now = route::origins(environment);
    let bound_to = if key.environment != environment.id {
        borrowed_origins(secrets, environment, all, key, from_variable)
    } else if from_variable {
        let known = secrets.origins_for(&trust::variable_key(key));
        if known.is_empty() { now.clone() } else { known }
    } else {
        secrets.origins_for(key)
    };
    outside(&now, &bound_to)
}

/// Where an environment's own secret may go. A secret from a variable has no form in which it was entered:
/// it belongs to the origins of its first use on this machine.
fn own_origins(
    secrets: &mut SecretMap,
    key: &SecretKey,
    from_variable: bool,
    now: &[String],
) -> Vec<String> {
    if !from_variable {
        return secrets.origins_for(key);
    }
    let binding = trust::variable_key(key);
    let known = secrets.origins_for(&binding);
    if !known.is_empty() {
        return known;
    }
    if let (_, Err(error)) = secrets.bind(&binding, now) {
        tracing::warn!(%error, "the origins of a secret could not be written");
    }
    now.to_vec()
}

/// Where another environment's secret may go for this one: what was granted to it, and the owner's own origins.
fn borrowed_origins(
    secrets: &SecretMap,
    borrower: &Environment,
    all: &[Environment],
    key: &SecretKey,
    from_variable: bool,
) -> Vec<String> {
    let mut origins = secrets.origins_for(&trust::grant_key(&borrower.id, key));
    let own = if from_variable {
        let bound = secrets.origins_for(&trust::variable_key(key));
        let owner = all.iter().find(|candidate| candidate.id == key.environment);
        match owner {
            Some(owner) if bound.is_empty() => route::origins(owner),
            _ => bound,
        }
    } else {
        secrets.origins_for(key)
    };
    for origin in own {
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    origins
}

async fn fetch(core: &Core, located: Vec<Located>) -> Result<Secrets, NotSent> {
    let mut secrets = Secrets::new();
    let mut kept = Vec::new();
    for item in located {
        match item {
            Located::Given(key, value) => {
                secrets.insert(key, value);
            }
            Located::Kept(key, id) => kept.push((key, id)),
        }
    }
    if kept.is_empty() {
        return Ok(secrets);
    }
    let answers = core
        .ask_vault(move |vault| {
            kept.into_iter()
                .map(|(key, id)| match vault.get(&id) {
                    Ok(value) => Ok((key, value)),
                    Err(error) => Err((key, error)),
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .await;
    match answers {
        Some(Ok(found)) => {
            let found = found
                .into_iter()
                .filter_map(|(key, value)| Some((key, value?)));
            secrets.extend(found);
            Ok(secrets)
        }
        Some(Err((key, error))) => Err(NotSent::SecretUnreadable {
            text: format!(
                "The {} of `{}` cannot be read: {}",
                key.name, key.environment, error.text
            ),
            hint: format!("{}. Or set {}", error.hint, key.variable_name()),
        }),
        None => Err(NotSent::Failed {
            text: "The keyring could not be asked".to_owned(),
            hint: "Try again".to_owned(),
        }),
    }
}
