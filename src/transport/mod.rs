//! The client side of the network. Two senders under one trait (`wire` for HTTP/1.1, `negotiated` for the rest)
//! and one transaction above them; nothing else in the crate opens a connection to a server.

mod certificate;
mod connect;
mod cookies;
mod decode;
mod errors;
mod negotiated;
mod oauth;
mod phases;
mod pool;
mod proxy;
mod recorder;
mod redirect;
mod request_head;
mod resolver;
mod response_reader;
mod sender;
mod tls;
mod transaction;
mod upload;
mod wire;

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

#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent switches, each named where it is set"
)]
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

pub use redirect::follow_elsewhere;
pub use resolver::{Lookup, Resolver, SystemResolver};

/// Connections, TLS sessions and tokens of one process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Transport {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    wire: Arc<wire::Wire>,
    negotiated: negotiated::Negotiated,
    tokens: oauth::Tokens,
}

impl Default for Transport {
    fn default() -> Self {
        Self::with_resolver(Arc::new(SystemResolver))
    }
}

impl Transport {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A transport that looks names up by other means than the system's.
    #[must_use]
    pub fn with_resolver(resolver: Arc<dyn Resolver>) -> Self {
        let connector = Arc::new(connect::Connector {
            resolver,
            tls: Arc::default(),
        });
        let wire = Arc::new(wire::Wire {
            connector: connector.clone(),
            pool: pool::Pool::default(),
        });
        Self {
            shared: Arc::new(Shared {
                negotiated: negotiated::Negotiated::new(connector, wire.clone()),
                wire,
                tokens: oauth::Tokens::default(),
            }),
        }
    }

    /// Sends, and returns what happened, whatever happened: errors are inside the exchange.
    /// Cancelling ends it within 100 ms in any phase; what was recorded until then is kept.
    pub async fn send(
        &self,
        job: SendJob,
        cancel: CancellationToken,
        progress: ProgressSink,
    ) -> Exchange {
        transaction::run(self.clone(), job, cancel, progress).await
    }

    /// The token in the cache for this source, fresh or not.
    #[must_use]
    pub fn cached_token(&self, source: &TokenSource) -> Option<AccessToken> {
        match source {
            TokenSource::None => None,
            TokenSource::Pasted(token) => Some(token.clone()),
            TokenSource::Request { key, .. } => self.shared.tokens.cached(key),
        }
    }

    /// Puts a token into the cache (one kept in the keyring by an earlier headless run).
    pub fn remember_token(&self, source: &TokenSource, token: AccessToken) {
        if let TokenSource::Request { key, .. } = source {
            self.shared.tokens.remember(key, token);
        }
    }

    pub fn forget_tokens(&self, environment: &EnvironmentId) {
        self.shared.tokens.forget(environment);
    }
}
