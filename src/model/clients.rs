//! What the seven official clients make of the gateway settings they are given:
//! the login and API URL each would send (facts/genesys-cloud.md sections 1.1 and 2).

use serde::{Deserialize, Serialize};

/// The gateway as an official client is told about it; texts as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ClientForm {
    pub host: String,
    pub port: String,
    pub protocol: String,
    pub login_path: String,
    pub api_path: String,
}
