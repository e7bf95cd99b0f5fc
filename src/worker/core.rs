//! What all commands share: the transport, the queue in front of the files, the keyring, the sandbox, the exchanges under way.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::app::event::{Event, KeyringState};
use crate::model::environment::{Environment, SandboxAddresses, SandboxService};
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::masks::Masks;
use crate::model::secret::Secret;
use crate::model::settings::Settings;
use crate::model::token::TokenSource;
use crate::sandbox::{self, Sandbox, SandboxOptions, SandboxPorts};
use crate::secrets::{KeyringStore, SecretVault, StoreState};
use crate::transport::Transport;

use super::catalogue::Shelf;
use super::events::EventSink;
use super::files::Files;
use super::history::Archive;
use super::serial::Serial;
use super::{Front, WorkerOptions};

pub(super) struct Core {
    pub(super) options: WorkerOptions,
    pub(super) events: EventSink,
    pub(super) transport: Transport,
    pub(super) files: Serial<Files>,
    pub(super) history: Archive,
    pub(super) vault: SecretVault,
    pub(super) catalogue: Shelf,
    sandbox: tokio::sync::Mutex<Option<Sandbox>>,
    under_way: Mutex<HashMap<ExchangeId, CancellationToken>>,
    /// What each environment's last send used, so that its token can be shown and forgotten.
    sources: Mutex<HashMap<EnvironmentId, TokenSource>>,
    /// Status by URL of redirects that were offered: whether a method survives depends on it.
    offers: Mutex<HashMap<String, u16>>,
    keyring: Mutex<KeyringState>,
    /// Every secret that this run has seen: none of them is shown or written, whatever field it stands in.
    known: Mutex<Masks>,
    settings: Mutex<Settings>,
    /// Samplings that an edit of an environment ended.
    edited: Mutex<HashMap<ExchangeId, crate::compare::Leg>>,
}

impl fmt::Debug for Core {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Core")
    }
}

/// What happened and what to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) text: String,
    pub(super) hint: String,
}

impl Core {
    pub(super) fn new(options: &WorkerOptions, events: EventSink) -> Self {
        let (front, data) = (options.front, options.data_directory.clone());
        let settings = options.settings.clone();
        let mut known = Masks::default();
        for (_, secret) in &options.secret_variables {
            known.add(secret.expose());
        }
        Self {
            options: options.clone(),
            events,
            transport: Transport::new(),
            files: match front {
                Front::Window => {
                    Serial::new("gatescope-files", move || Files::new(front, data, settings))
                }
                // One command at a time: a thread more would only be waited for.
                Front::Headless => {
                    Serial::here("gatescope-files", Files::new(front, data, settings))
                }
            },
            history: Archive::new(options),
            vault: SecretVault::new(Arc::new(KeyringStore::default())),
            catalogue: Shelf::default(),
            sandbox: tokio::sync::Mutex::default(),
            under_way: Mutex::default(),
            sources: Mutex::default(),
            offers: Mutex::default(),
            keyring: Mutex::default(),
            known: Mutex::new(known),
            settings: Mutex::new(options.settings.clone()),
            edited: Mutex::default(),
        }
    }

    /// From now on `secret` is masked and withheld wherever it occurs.
    pub(super) fn learn(&self, secret: &Secret) {
        locked(&self.known).add(secret.expose());
    }

    /// What the user chose, as of now.
    pub(super) fn settings(&self) -> Settings {
        locked(&self.settings).clone()
    }

    pub(super) fn set_settings(&self, settings: &Settings) {
        locked(&self.settings).clone_from(settings);
    }

    pub(super) fn known(&self) -> Masks {
        locked(&self.known).clone()
    }

    /// The token that `Cancel` of this exchange trips.
    pub(super) fn begin(&self, exchange: ExchangeId) -> CancellationToken {
        let token = CancellationToken::new();
        locked(&self.under_way).insert(exchange, token.clone());
        token
    }

    pub(super) fn end(&self, exchange: ExchangeId) {
        locked(&self.under_way).remove(&exchange);
        locked(&self.edited).remove(&exchange);
    }

    /// Ends a sampling, unless it is over: its environment of that side is not what it was.
    pub(super) fn environment_edited(&self, job: ExchangeId, leg: crate::compare::Leg) {
        if locked(&self.under_way).contains_key(&job) {
            locked(&self.edited).insert(job, leg);
            self.cancel(job);
        }
    }

    pub(super) fn edited_leg(&self, job: ExchangeId) -> Option<crate::compare::Leg> {
        locked(&self.edited).get(&job).copied()
    }

    pub(super) fn cancel(&self, exchange: ExchangeId) {
        if let Some(token) = locked(&self.under_way).get(&exchange) {
            token.cancel();
        }
    }

    pub(super) fn cancel_all(&self) {
        for token in locked(&self.under_way).values() {
            token.cancel();
        }
    }

    pub(super) fn remember_source(&self, environment: &EnvironmentId, source: &TokenSource) {
        locked(&self.sources).insert(environment.clone(), source.clone());
    }

    pub(super) fn forget_token(&self, environment: &EnvironmentId) {
        locked(&self.sources).remove(environment);
        self.transport.forget_tokens(environment);
    }

    pub(super) fn token_in_use(&self, environment: &EnvironmentId) -> Option<Secret> {
        let source = locked(&self.sources).get(environment).cloned()?;
        match &source {
            TokenSource::None => None,
            TokenSource::Pasted(token) => Some(token.value.clone()),
            TokenSource::Request { .. } => self
                .transport
                .cached_token(&source)
                .map(|token| token.value),
        }
    }

    pub(super) fn remember_offer(&self, url: &str, status: u16) {
        locked(&self.offers).insert(url.to_owned(), status);
    }

    pub(super) fn offered_status(&self, url: &str) -> Option<u16> {
        locked(&self.offers).get(url).copied()
    }

    /// Asks the vault on the blocking pool, and tells the front when the state of the keyring changed by it.
    pub(super) async fn ask_vault<R: Send + 'static>(
        &self,
        question: impl FnOnce(&SecretVault) -> R + Send + 'static,
    ) -> Option<R> {
        let vault = self.vault.clone();
        let answer = tokio::task::spawn_blocking(move || question(&vault)).await;
        self.tell_keyring_state();
        answer.ok()
    }

    fn tell_keyring_state(&self) {
        let now = self.keyring_state();
        let mut told = locked(&self.keyring);
        if *told != now {
            *told = now.clone();
            drop(told);
            self.events.emit(Event::Keyring(now));
        }
    }

    /// The answer to one who asked for it: it comes also when nothing changed.
    pub(super) fn answer_keyring_state(&self) {
        let now = self.keyring_state();
        locked(&self.keyring).clone_from(&now);
        self.events.emit(Event::Keyring(now));
    }

    fn keyring_state(&self) -> KeyringState {
        match self.vault.state() {
            StoreState::Untried => KeyringState::Untried,
            StoreState::Ready => KeyringState::Ready,
            StoreState::Unavailable(error) => KeyringState::Unavailable {
                reason: error.text,
                hint: error.hint,
            },
        }
    }

    /// The running sandbox; started when it does not run yet.
    pub(super) async fn sandbox(&self) -> Result<SandboxAddresses, Trouble> {
        let mut running = self.sandbox.lock().await;
        if let Some(sandbox) = &*running {
            return Ok(sandbox.addresses());
        }
        let options = SandboxOptions {
            ports: self
                .options
                .sandbox_port
                .map_or(SandboxPorts::Free, SandboxPorts::From),
            ..SandboxOptions::default()
        };
        let started = sandbox::start(options).await.map_err(trouble)?;
        let addresses = started.addresses();
        *running = Some(started);
        self.events.emit(Event::SandboxReady(addresses.clone()));
        Ok(addresses)
    }

    /// The running sandbox, with whatever doors that environment needs.
    pub(super) async fn sandbox_for(
        &self,
        environment: &Environment,
    ) -> Result<SandboxAddresses, Trouble> {
        let addresses = self.sandbox().await?;
        if !matches!(environment.sandbox, Some(SandboxService::Broken(_)))
            || addresses.broken.is_some()
        {
            return Ok(addresses);
        }
        let mut running = self.sandbox.lock().await;
        let Some(sandbox) = &mut *running else {
            return Ok(addresses);
        };
        let addresses = sandbox.break_gateways().await.map_err(trouble)?;
        drop(running);
        self.events.emit(Event::SandboxReady(addresses.clone()));
        Ok(addresses)
    }

    pub(super) async fn stop_sandbox(&self) {
        if let Some(sandbox) = self.sandbox.lock().await.take() {
            sandbox.stop().await;
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn trouble(error: sandbox::SandboxError) -> Trouble {
    let words = error.to_string();
    let (text, hint) = words.rsplit_once(": ").unwrap_or((&words, ""));
    Trouble {
        text: text.to_owned(),
        hint: hint.to_owned(),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
