//! A sandbox for one test, on a runtime of its own, and a token for it. No test lives here.

use std::time::Duration;

use gatescope::model::environment::SandboxAddresses;
use gatescope::sandbox::{self, Sandbox, SandboxClock, SandboxOptions};

use raw_http::RawResponse;

#[path = "../support/raw_http.rs"]
pub(crate) mod raw_http;

/// 29 s of the sandbox pass in 300 ms.
pub(crate) fn quick_clock() -> SandboxClock {
    SandboxClock::scaled(Duration::from_secs(29), Duration::from_millis(300))
}

/// Runs until dropped.
pub(crate) struct Running {
    pub(crate) addresses: SandboxAddresses,
    sandbox: Option<Sandbox>,
    runtime: tokio::runtime::Runtime,
}

impl Running {
    pub(crate) fn new(options: SandboxOptions) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let sandbox = runtime
            .block_on(sandbox::start(options))
            .expect("the sandbox starts");
        Self {
            addresses: sandbox.addresses(),
            sandbox: Some(sandbox),
            runtime,
        }
    }

    /// `Bearer …` with a fresh token.
    pub(crate) fn bearer(&self) -> String {
        let answer = token(&self.addresses.login, "/oauth/token");
        let token = answer.json()["access_token"].as_str().map(str::to_owned);
        format!(
            "Bearer {}",
            token.unwrap_or_else(|| panic!("no token: {answer:?}"))
        )
    }

    pub(crate) fn stop(mut self) -> SandboxAddresses {
        let sandbox = self.sandbox.take().expect("runs");
        self.runtime.block_on(sandbox.stop());
        self.addresses.clone()
    }
}

impl Default for Running {
    fn default() -> Self {
        Self::new(SandboxOptions::default())
    }
}

pub(crate) const BASIC: &str = "Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQ=";

/// The client credentials grant of the demo client at `path`.
pub(crate) fn token(origin: &str, path: &str) -> RawResponse {
    grant(
        origin,
        path,
        &[("Authorization", BASIC)],
        "grant_type=client_credentials",
    )
}

pub(crate) fn grant(origin: &str, path: &str, headers: &[(&str, &str)], body: &str) -> RawResponse {
    let mut all = vec![("Content-Type", "application/x-www-form-urlencoded")];
    all.extend_from_slice(headers);
    raw_http::send(origin, "POST", path, &all, body.as_bytes())
}
