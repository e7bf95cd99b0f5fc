//! Open drafts and window choices of one workspace, in the data folder. What they consist of is the caller's business;
//! drafts must go through `withheld::without_credentials` first, so that no credential is ever written.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{FileReport, StoreError};
use super::paths::DataFolder;

/// The drafts of one window. A second window on the same workspace gets a slot of its own, so that neither overwrites
/// the other's; the slot is free again when this value is dropped or the process ends.
#[derive(Debug)]
pub struct DraftSlot {}

/// What was read.
#[derive(Debug)]
pub struct LoadedDrafts<T> {
    /// `None`: nothing was written yet, or nothing of it can be read.
    pub drafts: Option<T>,
    /// Drafts of other windows that are closed now. Add them to the open ones, save, then call `DraftSlot::adopted`.
    pub left_by_others: Vec<T>,
    pub reports: Vec<FileReport>,
}

impl DraftSlot {
    /// Takes the first free slot of the workspace.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn claim(data: &DataFolder, workspace: &Path) -> Result<Self, StoreError> {
        let _ = (data, workspace);
        todo!()
    }

    /// An unreadable file is kept beside as `….bad-<time>` and reported; the last good state is returned in its place.
    #[must_use]
    pub fn load<T: DeserializeOwned>(&mut self) -> LoadedDrafts<T> {
        todo!()
    }

    /// # Errors
    /// When nothing was written; what was there is unchanged.
    pub fn save<T: Serialize>(&mut self, drafts: &T) -> Result<(), StoreError> {
        let _ = drafts;
        todo!()
    }

    /// What `left_by_others` held has been saved here: the other slots are emptied.
    ///
    /// # Errors
    /// When a file cannot be deleted.
    pub fn adopted(&mut self) -> Result<(), StoreError> {
        todo!()
    }
}
