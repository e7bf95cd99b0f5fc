//! Secrets from `GATESCOPE_SECRET_<ENV>_<KEY>`: the environment's slug and the secret's name, upper-cased,
//! and `_` for `-` and everything else that a shell takes in no variable's name.
//! Pure: the variables come in as values.

use std::collections::BTreeMap;

use crate::model::ids::EnvironmentId;
use crate::model::secret::{Secret, SecretKey, SecretName, Secrets};

/// What every such variable begins with.
pub const PREFIX: &str = "GATESCOPE_SECRET_";

/// Two secrets would be read from the same variable, so neither is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the variable `{variable}` could mean {first} or {second}: rename one of them, or keep the secret with `gatescope env set-secret`"
)]
pub struct Collision {
    pub variable: String,
    pub first: String,
    pub second: String,
}

/// The variable from which a secret is read.
#[must_use]
pub fn variable_name(environment: &EnvironmentId, name: &SecretName) -> String {
    SecretKey {
        environment: environment.clone(),
        name: name.clone(),
    }
    .variable_name()
}

/// The secrets of `keys` that `variables` hold. Variables that belong to no key are left alone.
///
/// # Errors
/// When two of the keys give the name of a variable that is set.
pub fn secrets_from<'a>(
    keys: impl IntoIterator<Item = &'a SecretKey>,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Secrets, Collision> {
    let mut by_variable: BTreeMap<String, Vec<&SecretKey>> = BTreeMap::new();
    for key in keys {
        let claimants = by_variable
            .entry(variable_name(&key.environment, &key.name))
            .or_default();
        if !claimants.contains(&key) {
            claimants.push(key);
        }
    }
    let mut secrets = Secrets::new();
    for (variable, value) in variables {
        match by_variable.get(&variable).map(Vec::as_slice) {
            None | Some([]) => {}
            Some([key]) => {
                secrets.insert((*key).clone(), Secret::new(value));
            }
            Some([first, second, ..]) => {
                return Err(Collision {
                    variable,
                    first: describe(first),
                    second: describe(second),
                });
            }
        }
    }
    Ok(secrets)
}

fn describe(key: &SecretKey) -> String {
    format!("`{}` of environment `{}`", key.name, key.environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(environment: &str, name: SecretName) -> SecretKey {
        SecretKey {
            environment: EnvironmentId::new(environment).expect("a slug"),
            name,
        }
    }

    fn variable(name: &str) -> SecretName {
        SecretName::Variable(name.to_owned())
    }

    #[test]
    fn names_are_the_slug_and_the_key_in_capitals() {
        for (environment, name, expected) in [
            (
                "acme",
                SecretName::ClientSecret,
                "GATESCOPE_SECRET_ACME_CLIENT_SECRET",
            ),
            (
                "acme-prod-2",
                SecretName::AccessToken,
                "GATESCOPE_SECRET_ACME_PROD_2_ACCESS_TOKEN",
            ),
            (
                "a",
                SecretName::ProxyPassword,
                "GATESCOPE_SECRET_A_PROXY_PASSWORD",
            ),
            (
                "a",
                SecretName::GatewayPassword,
                "GATESCOPE_SECRET_A_GATEWAY_PASSWORD",
            ),
            ("a", variable("api-key"), "GATESCOPE_SECRET_A_API_KEY"),
            ("a", variable("api.key 2"), "GATESCOPE_SECRET_A_API_KEY_2"),
        ] {
            let row = key(environment, name);
            assert_eq!(
                variable_name(&row.environment, &row.name),
                expected,
                "{row:?}"
            );
        }
    }

    #[test]
    fn a_variable_goes_to_its_one_key() {
        let keys = [
            key("acme", SecretName::ClientSecret),
            key("acme", SecretName::AccessToken),
        ];
        let found = secrets_from(
            &keys,
            [
                (
                    "GATESCOPE_SECRET_ACME_CLIENT_SECRET".to_owned(),
                    "s3cret".to_owned(),
                ),
                (
                    "GATESCOPE_SECRET_OTHER_CLIENT_SECRET".to_owned(),
                    "no".to_owned(),
                ),
                ("PATH".to_owned(), "/bin".to_owned()),
            ],
        )
        .expect("no collision");
        assert_eq!(found.len(), 1);
        assert_eq!(found[&keys[0]].expose(), "s3cret");
    }

    #[test]
    fn a_name_that_means_two_secrets_is_refused() {
        for (first, second) in [
            (key("a", variable("b_key")), key("a-b", variable("key"))),
            (key("a", variable("api-key")), key("a", variable("api_key"))),
            (
                key("a", SecretName::ClientSecret),
                key("a", variable("client-secret")),
            ),
        ] {
            let name = variable_name(&first.environment, &first.name);
            assert_eq!(name, variable_name(&second.environment, &second.name));
            let keys = [first, second];
            assert_eq!(
                secrets_from(&keys, []),
                Ok(Secrets::new()),
                "nothing set, nothing wrong"
            );
            let refused =
                secrets_from(&keys, [(name.clone(), "value-123".to_owned())]).expect_err(&name);
            assert_eq!(refused.variable, name);
            assert!(!refused.to_string().contains("value-123"), "{refused}");
        }
    }
}
