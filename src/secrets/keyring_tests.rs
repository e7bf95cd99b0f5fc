//! The keyring in front of a fake that fails and hangs as it is told.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, mpsc};
use std::thread;
use std::time::Instant;

use keyring_core::api::{Credential, CredentialApi, CredentialStoreApi};

use super::*;
use crate::secrets::{Kept, SecretVault};

/// A keyring in memory that does as it is told: fails in a given way, or hangs until it is let go.
#[derive(Default)]
struct Fake {
    kept: Mutex<HashMap<String, Vec<u8>>>,
    failure: Mutex<Option<fn() -> Error>>,
    hanging: Mutex<bool>,
    let_go: Condvar,
    inside: AtomicUsize,
    overlapped: AtomicBool,
}

impl Fake {
    fn fail(&self, failure: Option<fn() -> Error>) {
        *self.failure.lock().unwrap() = failure;
    }

    fn hang(&self, hanging: bool) {
        *self.hanging.lock().unwrap() = hanging;
        self.let_go.notify_all();
    }

    fn enter(&self) -> keyring_core::Result<()> {
        if self.inside.fetch_add(1, Ordering::SeqCst) > 0 {
            self.overlapped.store(true, Ordering::SeqCst);
        }
        let mut hanging = self.hanging.lock().unwrap();
        while *hanging {
            hanging = self.let_go.wait(hanging).unwrap();
        }
        drop(hanging);
        thread::yield_now();
        self.inside.fetch_sub(1, Ordering::SeqCst);
        self.failure
            .lock()
            .unwrap()
            .map_or(Ok(()), |make| Err(make()))
    }
}

struct FakeStore(Arc<Fake>);

struct FakeCredential {
    fake: Arc<Fake>,
    user: String,
}

impl CredentialStoreApi for FakeStore {
    fn vendor(&self) -> String {
        "fake".to_owned()
    }

    fn id(&self) -> String {
        "fake".to_owned()
    }

    fn build(
        &self,
        service: &str,
        user: &str,
        _: Option<&HashMap<&str, &str>>,
    ) -> keyring_core::Result<Entry> {
        assert_eq!(service, SERVICE);
        Ok(Entry::new_with_credential(Arc::new(FakeCredential {
            fake: Arc::clone(&self.0),
            user: user.to_owned(),
        })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CredentialApi for FakeCredential {
    fn set_secret(&self, secret: &[u8]) -> keyring_core::Result<()> {
        self.fake.enter()?;
        let mut kept = self.fake.kept.lock().unwrap();
        kept.insert(self.user.clone(), secret.to_vec());
        Ok(())
    }

    fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
        self.fake.enter()?;
        let kept = self.fake.kept.lock().unwrap();
        kept.get(&self.user).cloned().ok_or(Error::NoEntry)
    }

    fn delete_credential(&self) -> keyring_core::Result<()> {
        self.fake.enter()?;
        let mut kept = self.fake.kept.lock().unwrap();
        kept.remove(&self.user).map(|_| ()).ok_or(Error::NoEntry)
    }

    fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn fake(limit: Duration) -> (Arc<Fake>, KeyringStore) {
    let fake = Arc::new(Fake::default());
    let inner = Arc::clone(&fake);
    let opener = move || -> keyring_core::Result<Arc<CredentialStore>> {
        let store: Arc<CredentialStore> = Arc::new(FakeStore(Arc::clone(&inner)));
        Ok(store)
    };
    (fake, KeyringStore::with_opener(limit, Arc::new(opener)))
}

fn id(text: &str) -> SecretId {
    SecretId(text.to_owned())
}

const AMPLE: Duration = Duration::from_mins(1);

#[test]
fn a_secret_is_kept_found_and_forgotten() {
    let (_, store) = fake(AMPLE);
    assert_eq!(store.state(), StoreState::Untried);
    assert_eq!(store.get(&id("a")), Ok(None), "entry absent");
    assert_eq!(store.state(), StoreState::Ready);
    store.set(&id("a"), &Secret::new("ä\u{0}x")).expect("set");
    assert_eq!(store.get(&id("a")), Ok(Some(Secret::new("ä\u{0}x"))));
    store.delete(&id("a")).expect("deleted");
    store.delete(&id("a")).expect("gone already");
    assert_eq!(store.get(&id("a")), Ok(None));
}

/// What the platform reports, what it is, and words of the message.
type FailureRow = (fn() -> Error, SecretErrorKind, &'static str);

fn platform(text: &str) -> Error {
    Error::PlatformFailure(text.into())
}

#[test]
fn each_failure_has_its_kind_and_words() {
    use SecretErrorKind as K;
    let rows: &[FailureRow] = &[
        (
            || Error::NoStorageAccess("SS error: prompt dismissed".into()),
            K::Locked,
            "The keyring is locked",
        ),
        (
            || Error::NoStorageAccess("SS Error: object locked".into()),
            K::Locked,
            "The keyring is locked",
        ),
        (
            || platform("zbus error: org.freedesktop.Secret.Error.IsLocked: x"),
            K::Locked,
            "The keyring is locked",
        ),
        (
            || Error::NoStorageAccess("SS error: result not returned from SS API".into()),
            K::NotRunning,
            "no default keyring",
        ),
        (
            || Error::NoStorageAccess("write permissions error: access denied".into()),
            K::Denied,
            "denied access",
        ),
        (
            || platform("org.freedesktop.DBus.Error.AccessDenied: rejected"),
            K::Denied,
            "denied access",
        ),
        (
            || platform("User canceled the operation"),
            K::Denied,
            "denied access",
        ),
        (
            || Error::NoDefaultStore,
            K::NotRunning,
            "No keyring service is running",
        ),
        (
            || Error::TooLong("secret".to_owned(), 2560),
            K::TooLong,
            "2560 bytes",
        ),
        (
            || Error::Ambiguous(Vec::new()),
            K::Damaged,
            "entries of this name",
        ),
        (
            || Error::BadEncoding(b"c4n4ry".to_vec()),
            K::Damaged,
            "not text",
        ),
        (
            || Error::BadStoreFormat("x".to_owned()),
            K::Damaged,
            "not text",
        ),
    ];
    for (make, kind, words) in rows {
        let (fake, store) = fake(AMPLE);
        fake.fail(Some(*make));
        let error = store
            .set(&id("a"), &Secret::new("c4n4ry"))
            .expect_err("the fake fails");
        assert_eq!(error.kind, *kind, "{error}");
        assert!(
            error.text.contains(words),
            "`{}` lacks `{words}`",
            error.text
        );
        assert!(
            !error.hint.is_empty() && !format!("{error:?}").contains("c4n4ry"),
            "{error:?}"
        );
        let expected = if kind.concerns_the_store() {
            StoreState::Unavailable(error)
        } else {
            StoreState::Ready
        };
        assert_eq!(store.state(), expected);
    }
    #[cfg(target_os = "linux")]
    assert_eq!(
        plain(&platform(
            "no secret service provider or dbus session found"
        ))
        .kind,
        K::NotRunning
    );
}

#[test]
fn an_unavailable_store_is_not_asked_again_until_told() {
    let (fake, store) = fake(AMPLE);
    fake.fail(Some(|| Error::NoStorageAccess("locked".into())));
    let error = store.get(&id("a")).expect_err("locked");
    fake.fail(None);
    assert_eq!(store.get(&id("a")), Err(error), "no second dialog");
    assert_eq!(store.reopen(), StoreState::Ready);
    assert_eq!(store.get(&id("a")), Ok(None));
    assert!(
        fake.kept.lock().unwrap().is_empty(),
        "the check leaves nothing behind"
    );
}

#[test]
fn a_hung_call_blocks_nobody_past_the_limit() {
    let limit = Duration::from_millis(200);
    let (fake, store) = fake(limit);
    fake.hang(true);
    let started = Instant::now();
    let error = store
        .set(&id("a"), &Secret::new("late"))
        .expect_err("hangs");
    let took = started.elapsed();
    assert_eq!(error.kind, SecretErrorKind::TimedOut);
    assert_eq!(error.text, "The keyring did not answer within 0.2 s");
    assert!(took >= limit && took < limit * 25, "{took:?}");
    assert_eq!(store.state(), StoreState::Unavailable(error));

    // Once it comes back after all, what it brought is in force.
    fake.hang(false);
    let deadline = Instant::now() + AMPLE;
    while store.state() != StoreState::Ready {
        assert!(Instant::now() < deadline, "{:?}", store.state());
        thread::yield_now();
    }
    assert_eq!(store.get(&id("a")), Ok(Some(Secret::new("late"))));
}

#[test]
fn hung_calls_are_given_up_but_not_without_end() {
    let (fake, store) = fake(Duration::from_millis(30));
    fake.hang(true);
    for _ in 0..4 {
        assert!(matches!(store.reopen(), StoreState::Unavailable(_)));
    }
    let StoreState::Unavailable(error) = store.reopen() else {
        panic!("a hanging store cannot be ready");
    };
    assert!(error.text.contains("never came back"), "{error}");
    fake.hang(false);
    let deadline = Instant::now() + AMPLE;
    while store.reopen() != StoreState::Ready {
        assert!(Instant::now() < deadline, "{:?}", store.state());
        thread::yield_now();
    }
}

#[test]
fn calls_take_turns() {
    let (fake, store) = fake(AMPLE);
    let (sender, receiver) = mpsc::channel();
    for number in 0..16 {
        let (store, sender) = (store.clone(), sender.clone());
        thread::spawn(move || {
            let id = id(&number.to_string());
            let result = store
                .set(&id, &Secret::new(format!("secret {number}")))
                .and_then(|()| store.get(&id));
            let _ = sender.send((number, result));
        });
    }
    for _ in 0..16 {
        let (number, result) = receiver.recv_timeout(AMPLE).expect("every call ends");
        assert_eq!(result, Ok(Some(Secret::new(format!("secret {number}")))));
    }
    assert!(
        !fake.overlapped.load(Ordering::SeqCst),
        "two calls at a time"
    );
}

#[test]
fn without_a_keyring_secrets_stay_for_the_run_and_move_when_there_is_one() {
    let (fake, store) = fake(AMPLE);
    fake.fail(Some(|| Error::NoDefaultStore));
    let vault = SecretVault::new(Arc::new(store));
    let Kept::SessionOnly(error) = vault.set(&id("a"), &Secret::new("s3cret")) else {
        panic!("there is no keyring");
    };
    assert_eq!(error.kind, SecretErrorKind::NotRunning);
    assert_eq!(vault.get(&id("a")), Ok(Some(Secret::new("s3cret"))));
    assert!(vault.is_session_only(&id("a")));
    assert!(fake.kept.lock().unwrap().is_empty());

    fake.fail(None);
    assert_eq!(vault.try_again(), StoreState::Ready);
    assert!(!vault.is_session_only(&id("a")));
    assert_eq!(fake.kept.lock().unwrap()["a"], b"s3cret");
    assert_eq!(vault.get(&id("a")), Ok(Some(Secret::new("s3cret"))));
    vault.delete(&id("a")).expect("deleted");
    assert_eq!(vault.get(&id("a")), Ok(None));
}

#[test]
fn a_secret_that_is_too_long_stays_for_the_run_and_leaves_the_keyring_usable() {
    let (fake, store) = fake(AMPLE);
    fake.fail(Some(|| Error::TooLong("secret".to_owned(), 2560)));
    let vault = SecretVault::new(Arc::new(store));
    let long = Secret::new("x".repeat(3000));
    assert!(
        matches!(vault.set(&id("a"), &long), Kept::SessionOnly(error) if error.kind == SecretErrorKind::TooLong)
    );
    fake.fail(None);
    assert_eq!(vault.state(), StoreState::Ready);
    assert_eq!(vault.get(&id("a")), Ok(Some(long)));
    assert_eq!(vault.set(&id("b"), &Secret::new("short")), Kept::InKeyring);
}
