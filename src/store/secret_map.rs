//! Which secret belongs where, on this machine: workspace, environment and name lead to a random id, under which `secrets`
//! keeps the value, and to the origins it was entered for. In the data folder, never in the workspace, and never a value.

use std::path::Path;

use super::error::{FileReport, StoreError};
use super::paths::DataFolder;
use crate::model::ids::EnvironmentId;
use crate::model::secret::{SecretId, SecretKey};

/// The secrets of one workspace. A change that cannot be written holds in memory and is answered with the error.
#[derive(Debug)]
pub struct SecretMap {}

impl SecretMap {
    /// Reads the map. One that cannot be read is kept aside and reported: the secrets have to be entered again.
    #[must_use]
    pub fn open(data: &DataFolder, workspace: &Path) -> Self {
        let _ = (data, workspace);
        todo!()
    }

    #[must_use]
    pub fn reports(&self) -> &[FileReport] {
        todo!()
    }

    /// Everything that is filed, in order.
    #[must_use]
    pub fn entries(&self) -> Vec<(SecretKey, SecretId)> {
        todo!()
    }

    #[must_use]
    pub fn id(&self, key: &SecretKey) -> Option<SecretId> {
        let _ = key;
        todo!()
    }

    /// The id of `key`, made when there is none, bound to `origins`. Call it before the secret is kept.
    /// The id holds even when the error says that it could not be written.
    pub fn bind(
        &mut self,
        key: &SecretKey,
        origins: &[String],
    ) -> (SecretId, Result<(), StoreError>) {
        let _ = (key, origins);
        todo!()
    }

    /// The origins the secret was entered or confirmed for; empty when it is not filed.
    #[must_use]
    pub fn origins_for(&self, key: &SecretKey) -> Vec<String> {
        let _ = key;
        todo!()
    }

    /// Those of `now` to which the secret may not be sent yet.
    #[must_use]
    pub fn unconfirmed(&self, key: &SecretKey, now: &[String]) -> Vec<String> {
        let _ = (key, now);
        todo!()
    }

    /// The user saw old and new origins: the environment's secrets belong to `origins` from now on, and to no other.
    ///
    /// # Errors
    /// When it could not be written; it then holds for this run.
    pub fn confirm_origins(
        &mut self,
        environment: &EnvironmentId,
        origins: &[String],
    ) -> Result<(), StoreError> {
        let _ = (environment, origins);
        todo!()
    }

    /// Forgets where the secret is; returns the id to delete it under.
    ///
    /// # Errors
    /// When it could not be written; it then holds for this run.
    pub fn remove(&mut self, key: &SecretKey) -> (Option<SecretId>, Result<(), StoreError>) {
        let _ = key;
        todo!()
    }
}
