//! The four built-in environments that point at the sandbox, and its demo credentials.
//! No port is stored: `bind` puts the addresses of the running instance in.

use super::environment::{Environment, SandboxAddresses};
use super::secret::Secrets;

/// The demo client. Not a secret: it opens nothing but a sandbox on loopback.
pub const DEMO_CLIENT_ID: &str = "sandbox-client";
pub const DEMO_CLIENT_SECRET: &str = "sandbox-secret";

/// `sandbox-direct`, `sandbox-http-api`, `sandbox-rest-proxy`, `sandbox-rest-non-proxy`, not yet bound.
#[must_use]
pub fn sandbox_environments() -> Vec<Environment> {
    todo!("owner: model")
}

/// The demo secrets of the four.
#[must_use]
pub fn sandbox_secrets() -> Secrets {
    todo!("owner: model")
}

/// `environment` with the running sandbox's addresses; an environment that is not the sandbox's comes back unchanged.
#[must_use]
pub fn bind(environment: &Environment, addresses: &SandboxAddresses) -> Environment {
    let _ = (environment, addresses);
    todo!("owner: model")
}
