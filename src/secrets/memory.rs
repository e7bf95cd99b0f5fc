//! Secrets in memory, for this run only.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{SecretError, SecretStore, StoreState};
use crate::model::secret::{Secret, SecretId};

/// Gone when the process ends; the values are wiped when dropped.
#[derive(Debug, Default)]
pub struct MemoryStore {
    secrets: Mutex<HashMap<SecretId, Secret>>,
}

impl MemoryStore {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn holds(&self, id: &SecretId) -> bool {
        self.lock().contains_key(id)
    }

    pub(super) fn ids(&self) -> Vec<SecretId> {
        self.lock().keys().cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SecretId, Secret>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretStore for MemoryStore {
    fn state(&self) -> StoreState {
        StoreState::Ready
    }

    fn reopen(&self) -> StoreState {
        StoreState::Ready
    }

    fn get(&self, id: &SecretId) -> Result<Option<Secret>, SecretError> {
        Ok(self.lock().get(id).cloned())
    }

    fn set(&self, id: &SecretId, secret: &Secret) -> Result<(), SecretError> {
        self.lock().insert(id.clone(), secret.clone());
        Ok(())
    }

    fn delete(&self, id: &SecretId) -> Result<(), SecretError> {
        self.lock().remove(id);
        Ok(())
    }
}
