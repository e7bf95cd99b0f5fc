//! Keeping secrets: the system's keyring, and memory for this run when there is none.
//! Which secret belongs to what, and the origins it was entered for, is the business of `store::secret_map`.
//! Nothing here writes to disk, and nothing here may run on the window's thread: a keyring can take seconds.

mod call;
pub mod environment_variables;
pub mod fallback;
pub mod keyring;
pub mod memory;

use std::fmt;

use crate::model::secret::{Secret, SecretId};

pub use fallback::{Kept, SecretVault};
pub use keyring::KeyringStore;
pub use memory::MemoryStore;

/// A place where secrets are kept. Every call may block, at most as long as the store's own time limit.
pub trait SecretStore: fmt::Debug + Send + Sync {
    /// As far as known; asks nothing.
    fn state(&self) -> StoreState;

    /// Opens the store again after it was absent, locked or slow, and asks it something harmless.
    fn reopen(&self) -> StoreState;

    /// `None`: nothing is kept under that id.
    fn get(&self, id: &SecretId) -> Result<Option<Secret>, SecretError>;

    fn set(&self, id: &SecretId, secret: &Secret) -> Result<(), SecretError>;

    /// Deleting what is not there is no error.
    fn delete(&self, id: &SecretId) -> Result<(), SecretError>;
}

/// What is known of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StoreState {
    /// Not asked yet: it is opened when it is first needed.
    #[default]
    Untried,
    Ready,
    Unavailable(SecretError),
}

/// Why a store did not do what was asked: what happened (`to_string`) and what to try (`hint`). Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct SecretError {
    pub kind: SecretErrorKind,
    pub text: String,
    pub hint: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretErrorKind {
    /// No service answers: no session bus, no daemon.
    NotRunning,
    /// It is locked, and nobody unlocked it.
    Locked,
    /// The user or the system refused.
    Denied,
    /// No answer within the time limit.
    TimedOut,
    /// The secret is longer than this keyring takes.
    TooLong,
    /// Two entries of the same name, or bytes that are no text.
    Damaged,
    /// Anything else the platform reports.
    Failed,
}

impl SecretErrorKind {
    /// The store as a whole cannot be used, as against one secret that it does not take.
    #[must_use]
    pub fn concerns_the_store(self) -> bool {
        !matches!(self, Self::TooLong | Self::Damaged)
    }
}
