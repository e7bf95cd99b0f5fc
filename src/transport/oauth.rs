//! Tokens of one process: cached by `TokenKey`, fetched once for all who wait. What the answer means is `model::token`'s rule.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;

use crate::model::exchange::SendError;
use crate::model::ids::EnvironmentId;
use crate::model::token::{AccessToken, TokenKey};

/// How a fetch ended.
pub(crate) type Fetched = Result<AccessToken, SendError>;

/// A fetch under way, held by everybody who waits for it. When nobody holds it any more the fetch ends.
pub(crate) type Flight = Arc<watch::Receiver<Option<Fetched>>>;

#[derive(Debug, Default)]
struct Entry {
    token: Option<AccessToken>,
    flight: Option<Weak<watch::Receiver<Option<Fetched>>>>,
}

/// Who has to fetch.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Someone else fetches: wait for the outcome.
    Wait(Flight),
    /// It is up to the caller, who tells the outcome to everybody who waits.
    Fetch(watch::Sender<Option<Fetched>>, Flight),
}

#[derive(Debug, Default)]
pub(crate) struct Tokens(Mutex<HashMap<TokenKey, Entry>>);

impl Tokens {
    fn entries(&self) -> MutexGuard<'_, HashMap<TokenKey, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn cached(&self, key: &TokenKey) -> Option<AccessToken> {
        self.entries().get(key)?.token.clone()
    }

    pub(crate) fn remember(&self, key: &TokenKey, token: AccessToken) {
        self.entries().entry(key.clone()).or_default().token = Some(token);
    }

    pub(crate) fn forget(&self, environment: &EnvironmentId) {
        self.entries()
            .retain(|key, _| key.environment != *environment);
    }

    /// Joins the fetch under way for this key, or begins one.
    pub(crate) fn turn(&self, key: &TokenKey) -> Turn {
        let mut entries = self.entries();
        let entry = entries.entry(key.clone()).or_default();
        if let Some(flight) = entry.flight.as_ref().and_then(Weak::upgrade)
            && flight.borrow().is_none()
        {
            return Turn::Wait(flight);
        }
        let (sender, receiver) = watch::channel(None);
        let flight = Arc::new(receiver);
        entry.flight = Some(Arc::downgrade(&flight));
        Turn::Fetch(sender, flight)
    }

    /// The fetch is over; its token is kept unless the environment's tokens were forgotten meanwhile.
    pub(crate) fn landed(&self, key: &TokenKey, fetched: &Fetched) {
        if let Some(entry) = self.entries().get_mut(key) {
            entry.flight = None;
            if let Ok(token) = fetched {
                entry.token = Some(token.clone());
            }
        }
    }
}

/// The outcome of a flight; `None` when it was given up.
pub(crate) async fn outcome(flight: &Flight) -> Option<Fetched> {
    let mut receiver = watch::Receiver::clone(flight);
    let value = receiver.wait_for(Option::is_some).await.ok()?;
    value.clone()
}
