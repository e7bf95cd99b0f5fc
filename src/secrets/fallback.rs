//! The keyring first, memory for this run when it cannot be used, and the move back when it can.

use std::sync::Arc;

use super::{MemoryStore, SecretError, SecretStore, StoreState};
use crate::model::secret::{Secret, SecretId};

/// Where a secret ended up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    InKeyring,
    /// In memory, for this run only; the error says why.
    SessionOnly(SecretError),
}

/// A keyring with memory behind it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SecretVault {
    keyring: Arc<dyn SecretStore>,
    memory: Arc<MemoryStore>,
}

impl SecretVault {
    #[must_use]
    pub fn new(keyring: Arc<dyn SecretStore>) -> Self {
        Self {
            keyring,
            memory: Arc::new(MemoryStore::new()),
        }
    }

    #[must_use]
    pub fn state(&self) -> StoreState {
        self.keyring.state()
    }

    /// Keeps a secret, in memory when the keyring does not take it. Nothing is lost either way.
    #[must_use]
    pub fn set(&self, id: &SecretId, secret: &Secret) -> Kept {
        match self.keyring.set(id, secret) {
            Ok(()) => {
                let _ = self.memory.delete(id);
                Kept::InKeyring
            }
            Err(error) => {
                let _ = self.memory.set(id, secret);
                Kept::SessionOnly(error)
            }
        }
    }

    /// What was kept in this run goes before what the keyring holds: it is newer.
    pub fn get(&self, id: &SecretId) -> Result<Option<Secret>, SecretError> {
        match self.memory.get(id)? {
            Some(secret) => Ok(Some(secret)),
            None => self.keyring.get(id),
        }
    }

    /// Forgets a secret in both places.
    pub fn delete(&self, id: &SecretId) -> Result<(), SecretError> {
        self.memory.delete(id)?;
        self.keyring.delete(id)
    }

    #[must_use]
    pub fn is_session_only(&self, id: &SecretId) -> bool {
        self.memory.holds(id)
    }

    /// "Try again": opens the keyring once more and moves into it what only memory held.
    #[must_use]
    pub fn try_again(&self) -> StoreState {
        if let StoreState::Unavailable(error) = self.keyring.reopen() {
            return StoreState::Unavailable(error);
        }
        for id in self.memory.ids() {
            if let Ok(Some(secret)) = self.memory.get(&id) {
                let _ = self.set(&id, &secret);
            }
        }
        self.keyring.state()
    }
}
