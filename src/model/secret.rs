//! Secrets: where one belongs, and a value that cannot be printed. Keeping them is the work of `secrets`.

use std::collections::HashMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::ids::EnvironmentId;

/// Which secret of an environment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretName {
    ClientSecret,
    AccessToken,
    GatewayPassword,
    ProxyPassword,
    /// A variable marked secret, by its name.
    Variable(String),
}

impl fmt::Display for SecretName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ClientSecret => "client-secret",
            Self::AccessToken => "access-token",
            Self::GatewayPassword => "gateway-password",
            Self::ProxyPassword => "proxy-password",
            Self::Variable(name) => name,
        })
    }
}

/// One secret of one environment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SecretKey {
    pub environment: EnvironmentId,
    pub name: SecretName,
}

impl SecretKey {
    /// The environment variable from which the secret is read: `GATESCOPE_SECRET_<ENV>_<KEY>`, upper-cased,
    /// with `_` for everything that a shell takes in no variable's name.
    #[must_use]
    pub fn variable_name(&self) -> String {
        let shout = |text: &str| -> String {
            text.chars()
                .map(|character| {
                    if character.is_ascii_alphanumeric() {
                        character.to_ascii_uppercase()
                    } else {
                        '_'
                    }
                })
                .collect()
        };
        format!(
            "GATESCOPE_SECRET_{}_{}",
            shout(self.environment.as_str()),
            shout(&self.name.to_string())
        )
    }
}

/// Under what a secret is kept: random, made on this machine, known to no workspace file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretId(pub String);

impl fmt::Display for SecretId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A secret text. `Debug` prints `(secret)`; it is wiped when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself: only for the wire, the keyring and a reveal the user asked for.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

/// The secrets at hand when a request is resolved. An absent key is a secret that is not stored.
pub type Secrets = HashMap<SecretKey, Secret>;
