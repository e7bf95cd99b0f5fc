//! The backend call of an integration: in process, with the integration's timeout.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::super::clock::SandboxClock;
use super::super::genesys::Genesys;

/// Which Genesys service an integration points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    Api,
    Login,
}

impl Backend {
    /// What the integration's endpoint is called: the `Host` that the backend sees.
    pub(super) fn host(self) -> &'static str {
        match self {
            Self::Api => "api.mypurecloud.com",
            Self::Login => "login.mypurecloud.com",
        }
    }
}

/// No answer within the integration's timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimedOut;

/// `timeout` in sandbox time.
pub(super) async fn call(
    genesys: &Genesys,
    backend: Backend,
    request: Request<Bytes>,
    clock: SandboxClock,
    timeout: Duration,
) -> Result<Response<Bytes>, TimedOut> {
    let answer = async {
        match backend {
            Backend::Api => genesys.api(request).await,
            Backend::Login => genesys.login(&request),
        }
    };
    tokio::time::timeout(clock.real(timeout), answer)
        .await
        .map_err(|_| TimedOut)
}
