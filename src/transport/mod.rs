//! The client side of the network. Two senders under one trait (`wire` for HTTP/1.1, `negotiated` for the rest)
//! and one transaction above them; nothing else in the crate opens a connection to a server.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::model::environment::Environment;
use crate::model::exchange::Exchange;
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::resolved::ResolvedRequest;
use crate::model::timings::Phase;
use crate::model::token::{AccessToken, TokenSource};

/// One job of `Transport::send`.
#[derive(Debug, Clone)]
pub struct SendJob {
    pub id: ExchangeId,
    /// As captured when Send was pressed; for the words of token refusals.
    pub environment: Arc<Environment>,
    /// `None`: only the token is wanted.
    pub request: Option<ResolvedRequest>,
    pub token: TokenSource,
    pub options: SendOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendOptions {
    /// Inside the origin only.
    pub follow_redirects: bool,
    /// After a 401 on a safe method: one renewal and one more try.
    pub renew_on_unauthorized: bool,
    /// Fetch a token even when a fresh one is cached.
    pub force_new_token: bool,
    /// A new connection for every hop.
    pub cold: bool,
}

impl Default for SendOptions {
    fn default() -> Self {
        Self {
            follow_redirects: true,
            renew_on_unauthorized: true,
            force_new_token: false,
            cold: false,
        }
    }
}

/// Called from the sending task at each phase and, coalesced by the receiver, while a body arrives.
pub type ProgressSink = Arc<dyn Fn(TransportProgress) + Send + Sync>;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransportProgress {
    pub phase: Phase,
    pub fetching_token: bool,
    pub received_bytes: u64,
}

/// Connections, TLS sessions and tokens of one process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Transport {}

impl Transport {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends, and returns what happened, whatever happened: errors are inside the exchange.
    /// Cancelling ends it within 100 ms in any phase; what was recorded until then is kept.
    pub async fn send(
        &self,
        job: SendJob,
        cancel: CancellationToken,
        progress: ProgressSink,
    ) -> Exchange {
        let _ = (job, cancel, progress);
        todo!("owner: transport")
    }

    /// The token in the cache for this source, fresh or not.
    #[must_use]
    pub fn cached_token(&self, source: &TokenSource) -> Option<AccessToken> {
        let _ = source;
        todo!("owner: transport")
    }

    /// Puts a token into the cache (one kept in the keyring by an earlier headless run).
    pub fn remember_token(&self, source: &TokenSource, token: AccessToken) {
        let _ = (source, token);
        todo!("owner: transport")
    }

    pub fn forget_tokens(&self, environment: &EnvironmentId) {
        let _ = environment;
        todo!("owner: transport")
    }
}
