//! The system's keyring: Secret Service on Linux and FreeBSD, the Credential Manager on Windows, the login keychain on macOS.
//! Opened when first needed, and again on request. The store crates are used directly: `keyring::v1::Entry` would
//! remember a failed start for the life of the process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::call::{NoAnswer, Turnstile};
use super::{SecretError, SecretErrorKind, SecretStore, StoreState};
use crate::model::secret::{Secret, SecretId};

/// How long one call may take, the wait for an earlier one included.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The name of Gatescope's entries in the keyring.
pub const SERVICE: &str = "gatescope";

type Opener = dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync;

/// The keyring of this user. Cheap to clone; clones share one connection and one turn.
#[derive(Clone)]
pub struct KeyringStore {
    opener: Arc<Opener>,
    shared: Arc<Mutex<Shared>>,
    turnstile: Turnstile,
    limit: Duration,
}

#[derive(Default)]
struct Shared {
    opened: Option<Arc<CredentialStore>>,
    state: StoreState,
    /// Rises with every `reopen`, so that an answer from before it changes nothing.
    generation: u64,
}

impl fmt::Debug for KeyringStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeyringStore")
            .field("state", &self.state())
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl Default for KeyringStore {
    fn default() -> Self {
        Self::new(TIME_LIMIT)
    }
}

impl KeyringStore {
    /// Opens nothing yet.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self::with_opener(limit, Arc::new(open_platform_store))
    }

    fn with_opener(limit: Duration, opener: Arc<Opener>) -> Self {
        Self {
            opener,
            shared: Arc::default(),
            turnstile: Turnstile::default(),
            limit,
        }
    }

    /// Runs one operation. While the store is unavailable this fails at once: asking again and again
    /// would show an unlock dialog each time; `reopen` is the way back.
    fn call<T: Send + 'static>(
        &self,
        operation: impl Fn(&CredentialStore) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<T, SecretError> {
        let (opened, generation) = {
            let shared = self.lock();
            if let StoreState::Unavailable(error) = &shared.state {
                return Err(error.clone());
            }
            (shared.opened.clone(), shared.generation)
        };
        let open = Arc::clone(&self.opener);
        let late = self.clone();
        let outcome = self.turnstile.run(
            self.limit,
            move || perform(opened, &*open, operation),
            move |(store, answer)| {
                let _ = late.settle(generation, store, answer);
            },
        );
        match outcome {
            Ok((store, answer)) => self.settle(generation, store, answer),
            Err(reason) => {
                let error = no_answer(&reason, self.limit);
                self.note(generation, StoreState::Unavailable(error.clone()));
                Err(error)
            }
        }
    }

    /// Takes over what a call brought: the open store, and what its answer says of the store as a whole.
    fn settle<T>(
        &self,
        generation: u64,
        store: Option<Arc<CredentialStore>>,
        answer: keyring_core::Result<T>,
    ) -> Result<T, SecretError> {
        let answer = answer.map_err(|error| plain(&error));
        let state = match &answer {
            Err(error) if error.kind.concerns_the_store() => StoreState::Unavailable(error.clone()),
            _ => StoreState::Ready,
        };
        let mut shared = self.lock();
        if shared.generation == generation {
            shared.opened = store;
            shared.state = state;
        }
        drop(shared);
        answer
    }

    fn note(&self, generation: u64, state: StoreState) {
        let mut shared = self.lock();
        if shared.generation == generation {
            shared.state = state;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretStore for KeyringStore {
    fn state(&self) -> StoreState {
        self.lock().state.clone()
    }

    /// Connects anew, then writes and deletes an entry of its own: only that shows whether the keyring is unlocked,
    /// and lets the system ask for its password.
    fn reopen(&self) -> StoreState {
        {
            let mut shared = self.lock();
            shared.generation += 1;
            shared.opened = None;
            shared.state = StoreState::Untried;
        }
        self.turnstile.give_up();
        let probed = self.call(|store| {
            let entry = entry(store, "availability-check")?;
            entry.set_secret(b"ok")?;
            entry.delete_credential()
        });
        match probed {
            Ok(()) => self.state(),
            Err(error) => StoreState::Unavailable(error),
        }
    }

    fn get(&self, id: &SecretId) -> Result<Option<Secret>, SecretError> {
        let id = id.clone();
        let bytes = self.call(move |store| match entry(store, &id.0)?.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })?;
        let Some(bytes) = bytes else {
            return Ok(None);
        };
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(_) => Err(plain(&Error::BadEncoding(Vec::new()))),
        }
    }

    fn set(&self, id: &SecretId, secret: &Secret) -> Result<(), SecretError> {
        let (id, secret) = (id.clone(), secret.clone());
        self.call(move |store| entry(store, &id.0)?.set_secret(secret.expose().as_bytes()))
    }

    fn delete(&self, id: &SecretId) -> Result<(), SecretError> {
        let id = id.clone();
        self.call(
            move |store| match entry(store, &id.0)?.delete_credential() {
                Err(Error::NoEntry) => Ok(()),
                other => other,
            },
        )
    }
}

type Performed<T> = (Option<Arc<CredentialStore>>, keyring_core::Result<T>);

/// Opens the store unless it is open, and runs the operation. A connection that broke since (the service was restarted)
/// is opened once more.
fn perform<T>(
    opened: Option<Arc<CredentialStore>>,
    open: &Opener,
    operation: impl Fn(&CredentialStore) -> keyring_core::Result<T>,
) -> Performed<T> {
    if let Some(store) = opened {
        match operation(&*store) {
            Err(Error::PlatformFailure(_)) => {}
            answer => return (Some(store), answer),
        }
    }
    match open() {
        Ok(store) => {
            let answer = operation(&*store);
            (Some(store), answer)
        }
        Err(error) => (None, Err(error)),
    }
}

#[cfg(any(target_os = "linux", target_os = "freebsd"))]
fn open_platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(windows)]
fn open_platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn open_platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "freebsd",
    target_os = "macos",
    windows
)))]
fn open_platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NoDefaultStore)
}

fn entry(store: &CredentialStore, user: &str) -> keyring_core::Result<Entry> {
    store.build(SERVICE, user, None)
}

fn no_answer(reason: &NoAnswer, limit: Duration) -> SecretError {
    let text = match reason {
        NoAnswer::TimedOut => format!("The keyring did not answer within {} s", seconds(limit)),
        NoAnswer::StillBusy => "The keyring has not answered an earlier call yet".to_owned(),
        NoAnswer::NoThread(detail) => format!("The keyring cannot be asked: {detail}"),
    };
    SecretError {
        kind: SecretErrorKind::TimedOut,
        text,
        hint: "Look for a password dialog of the keyring, then try again; restart the keyring service if there is none"
            .to_owned(),
    }
}

fn seconds(limit: Duration) -> String {
    let text = format!("{:.1}", limit.as_secs_f64());
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The platform's error in plain words. The details come from the store crates and hold no secret:
/// variants that carry the bytes themselves are never printed.
fn plain(error: &Error) -> SecretError {
    let (kind, text, hint) = match error {
        Error::NoStorageAccess(cause) => no_access(&cause.to_string()),
        Error::PlatformFailure(cause) => platform_failure(&cause.to_string()),
        Error::NoDefaultStore => not_running(),
        Error::TooLong(_, limit) => (
            SecretErrorKind::TooLong,
            format!("The secret is longer than the {limit} bytes that this keyring takes"),
            "It stays in memory for this run; enter it again after a restart",
        ),
        Error::Ambiguous(found) => (
            SecretErrorKind::Damaged,
            format!("The keyring holds {} entries of this name", found.len()),
            "Delete the entries of `gatescope` in the system's password manager, then enter the secret again",
        ),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => (
            SecretErrorKind::Damaged,
            "What the keyring holds for this secret is not text".to_owned(),
            "Enter the secret again",
        ),
        other => (
            SecretErrorKind::Failed,
            format!("The keyring refused: {other}"),
            "Try again; until then secrets stay in memory for this run",
        ),
    };
    SecretError {
        kind,
        text,
        hint: hint.to_owned(),
    }
}

type Words = (SecretErrorKind, String, &'static str);

fn no_access(cause: &str) -> Words {
    if speaks_of_refusal(cause) {
        denied(cause)
    } else if cause.contains("not returned") {
        (
            SecretErrorKind::NotRunning,
            "The keyring service runs, but has no default keyring".to_owned(),
            "Create one in the system's password manager (on Linux: Passwords and Keys), then try again",
        )
    } else {
        (
            SecretErrorKind::Locked,
            "The keyring is locked".to_owned(),
            "Unlock it (the system may have asked for its password), then try again",
        )
    }
}

fn platform_failure(cause: &str) -> Words {
    let lower = cause.to_lowercase();
    if lower.contains("islocked")
        || lower.contains("is locked")
        || lower.contains("locked collection")
    {
        no_access("locked")
    } else if speaks_of_refusal(cause) {
        denied(cause)
    } else if cfg!(any(target_os = "linux", target_os = "freebsd")) {
        not_running()
    } else {
        (
            SecretErrorKind::Failed,
            format!("The keyring failed: {cause}"),
            "Try again; until then secrets stay in memory for this run",
        )
    }
}

fn not_running() -> Words {
    (
        SecretErrorKind::NotRunning,
        "No keyring service is running".to_owned(),
        "Start one (gnome-keyring, KWallet or KeePassXC) in this session, then try again; until then secrets stay in memory for this run",
    )
}

fn denied(cause: &str) -> Words {
    (
        SecretErrorKind::Denied,
        format!("The keyring denied access ({cause})"),
        "Allow Gatescope in the system's password manager, then try again",
    )
}

fn speaks_of_refusal(cause: &str) -> bool {
    let lower = cause.to_lowercase();
    [
        "accessdenied",
        "access denied",
        "denied",
        "not permitted",
        "canceled",
        "not allowed",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

#[cfg(test)]
#[path = "keyring_tests.rs"]
mod tests;
