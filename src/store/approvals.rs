//! What the user allowed a workspace to do on this machine. Filed in the data folder by workspace and environment under
//! a hash of what was allowed, so that any change asks again.

use std::path::Path;

use super::error::{FileReport, StoreError};
use super::paths::DataFolder;
use crate::model::environment::Environment;
use crate::model::ids::EnvironmentId;

/// Something that takes effect only after it was allowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Approvable {
    /// A PEM file of extra roots; its content counts, not only its name.
    CaFile(String),
    /// The proxy's URL.
    Proxy(String),
    ResolveOverride {
        host: String,
        address: String,
    },
    /// A body file outside the workspace folder.
    BodyFile(String),
    TrustedFingerprint(String),
}

/// The approvals of one workspace. A change that cannot be written holds in memory and is answered with the error.
#[derive(Debug)]
pub struct Approvals {}

impl Approvals {
    #[must_use]
    pub fn open(data: &DataFolder, workspace: &Path) -> Self {
        let _ = (data, workspace);
        todo!()
    }

    #[must_use]
    pub fn reports(&self) -> &[FileReport] {
        todo!()
    }

    /// Reads the CA file, when it is one.
    #[must_use]
    pub fn is_approved(&self, environment: &EnvironmentId, item: &Approvable) -> bool {
        let _ = (environment, item);
        todo!()
    }

    /// # Errors
    /// When it could not be written; it then holds for this run.
    pub fn approve(
        &mut self,
        environment: &EnvironmentId,
        item: &Approvable,
    ) -> Result<(), StoreError> {
        let _ = (environment, item);
        todo!()
    }

    /// What the environment's network settings ask for and nobody has allowed yet.
    #[must_use]
    pub fn missing(&self, environment: &Environment) -> Vec<Approvable> {
        let _ = environment;
        todo!()
    }

    /// Those of the body files that lie outside the workspace folder and nobody has allowed yet.
    #[must_use]
    pub fn missing_body_files(
        &self,
        environment: &EnvironmentId,
        paths: &[String],
    ) -> Vec<Approvable> {
        let _ = (environment, paths);
        todo!()
    }
}
