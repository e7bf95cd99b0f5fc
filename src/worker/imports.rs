//! What imports put in place of something else, so that it can come back: lines of the catalogue, and under which id a secret is
//! kept. Values stay where they are, in the keyring or in memory: only the ids change places.

use std::collections::HashMap;

use crate::model::ids::EnvironmentId;
use crate::model::secret::{SecretId, SecretKey};
use crate::store::{CatalogueChange, Filed, StoreError};

use super::files::Open;

/// The imports of this run, by number.
#[derive(Debug, Default)]
pub(super) struct Imports {
    all: HashMap<u64, Import>,
    next: u64,
}

/// What takes one import back, or does it again.
#[derive(Debug, Clone, Default)]
pub(super) struct Import {
    pub(super) catalogue: CatalogueChange,
    pub(super) secrets: Vec<FiledAnew>,
}

/// A secret as it is to be filed, and as it is filed as long as nobody else changes it.
#[derive(Debug, Clone)]
pub(super) struct FiledAnew {
    pub(super) key: SecretKey,
    pub(super) to: Option<Filed>,
    pub(super) from: Option<Filed>,
}

/// What a change of sides did.
#[derive(Debug, Default)]
pub(super) struct Swapped {
    pub(super) has_other_operations: bool,
    /// Environments whose secrets are other ones now.
    pub(super) environments: Vec<EnvironmentId>,
}

impl Imports {
    /// Its number; `None` when there is nothing to take back.
    pub(super) fn add(&mut self, import: Import) -> Option<u64> {
        if import.catalogue.is_empty() && import.secrets.is_empty() {
            return None;
        }
        let number = self.next;
        self.next += 1;
        self.all.insert(number, import);
        Some(number)
    }

    /// Every id that they hold.
    pub(super) fn ids(&self) -> Vec<SecretId> {
        let secrets = self.all.values().flat_map(|import| &import.secrets);
        let filed = secrets.flat_map(|secret| [&secret.to, &secret.from]);
        filed.flatten().map(|filed| filed.id.clone()).collect()
    }
}

impl Open {
    /// Takes an import back as far as it still stands; the same again does it again.
    ///
    /// # Errors
    /// When something could not be written. What could be changed holds.
    pub(super) fn swap_import(&mut self, number: u64) -> Result<Swapped, StoreError> {
        let Some(import) = self.imports.all.get_mut(&number) else {
            return Ok(Swapped::default());
        };
        let mut swapped = Swapped::default();
        let mut failed = None;
        // The last one first: two of the same key lie above each other.
        import.secrets.reverse();
        for secret in &mut import.secrets {
            let now = self.secrets.filed(&secret.key);
            let id = |filed: &Option<Filed>| filed.as_ref().map(|filed| filed.id.clone());
            let is_another = now.is_some() && id(&now) != id(&secret.from);
            if !is_another {
                let (before, written) = self.secrets.put(&secret.key, secret.to.as_ref());
                failed = failed.or(written.err());
                secret.from = std::mem::replace(&mut secret.to, before);
                swapped.environments.push(secret.key.environment.clone());
            }
        }
        if !import.catalogue.is_empty() {
            match self.workspace.change_catalogue(&import.catalogue) {
                Ok(back) => {
                    import.catalogue = back;
                    swapped.has_other_operations = true;
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(swapped), Err)
    }
}
