//! What all commands share: the transport, the queues in front of files and keyring, the exchanges under way.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::model::ids::ExchangeId;
use crate::transport::Transport;

use super::WorkerOptions;
use super::events::EventSink;

pub(super) struct Core {
    pub(super) options: WorkerOptions,
    pub(super) events: EventSink,
    pub(super) transport: Transport,
    under_way: Mutex<HashMap<ExchangeId, CancellationToken>>,
}

impl fmt::Debug for Core {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Core")
    }
}

impl Core {
    pub(super) fn new(options: &WorkerOptions, events: EventSink) -> Self {
        Self {
            options: options.clone(),
            events,
            transport: Transport::new(),
            under_way: Mutex::default(),
        }
    }

    /// The token that `Cancel` of this exchange trips.
    pub(super) fn begin(&self, exchange: ExchangeId) -> CancellationToken {
        let token = CancellationToken::new();
        self.under_way().insert(exchange, token.clone());
        token
    }

    pub(super) fn end(&self, exchange: ExchangeId) {
        self.under_way().remove(&exchange);
    }

    pub(super) fn cancel(&self, exchange: ExchangeId) {
        if let Some(token) = self.under_way().get(&exchange) {
            token.cancel();
        }
    }

    pub(super) fn cancel_all(&self) {
        for token in self.under_way().values() {
            token.cancel();
        }
    }

    fn under_way(&self) -> std::sync::MutexGuard<'_, HashMap<ExchangeId, CancellationToken>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
