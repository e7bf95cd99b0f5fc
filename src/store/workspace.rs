//! The workspace in memory and where each part of it came from. Finding the files is the work of `scan`,
//! writing them of `saving`, their text of `document`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::{FileReport, StoreError};
use super::paths::DataFolder;
use crate::model::environment::Environment;
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::request::RequestDraft;

/// One request of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRequest {
    /// Below `requests/`, with `/`: `users/list-users.toml`.
    pub path: String,
    pub draft: RequestDraft,
}

/// What a save did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Below the workspace folder, with `/`: where it was written. In a conflict this is the copy.
    pub file: String,
    /// The file as it is on disk was changed outside in the same place: that one stays under its name, and what was
    /// saved here went to this file, under a new id.
    pub conflict: Option<String>,
    /// Changes made outside were taken over: what is in memory differs from what was handed in.
    pub merged: bool,
    /// Credentials that were typed into the text and are not in the file, each by its place: `header Authorization`.
    pub withheld: Vec<String>,
}

/// A workspace folder as it was read. Every method that touches the disk says so; the rest is memory.
#[derive(Debug)]
pub struct Workspace {
    pub(super) root: PathBuf,
    pub(super) data: DataFolder,
    pub(super) environments: BTreeMap<String, Loaded<Environment>>,
    pub(super) requests: BTreeMap<String, Loaded<RequestDraft>>,
    /// Files that were not read, or not wholly, and stay as they are: a save never writes over one.
    pub(super) kept_aside: BTreeMap<String, Stamp>,
    pub(super) reports: Vec<FileReport>,
    /// Why nothing is written here.
    pub(super) read_only: Option<StoreError>,
    pub(super) folders: BTreeMap<PathBuf, Option<SystemTime>>,
}

/// One file and what it means.
#[derive(Debug, Clone)]
pub(super) struct Loaded<T> {
    pub(super) value: T,
    /// The text as it was read or written last.
    pub(super) text: String,
    pub(super) stamp: Stamp,
    /// Where it really is; differs from the name for a link inside the folder.
    pub(super) real: PathBuf,
    /// Written by a newer version.
    pub(super) newer: bool,
}

/// Tells whether a file is the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) modified: Option<SystemTime>,
    pub(super) length: u64,
    /// SHA-256; zero for a file that was not read.
    pub(super) hash: [u8; 32],
}

impl Workspace {
    /// Reads the folder. One that does not exist is an empty workspace; it is made by the first save.
    /// Files that cannot be read are in `reports`, and stay as they are.
    ///
    /// # Errors
    /// When the folder itself cannot be read: a file, no permission.
    pub fn open(directory: &Path, data: &DataFolder) -> Result<Self, StoreError> {
        let _ = (directory, data);
        todo!()
    }

    /// The folder, absolute.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.root
    }

    /// In the order of their file names.
    #[must_use]
    pub fn environments(&self) -> Vec<Environment> {
        self.environments
            .values()
            .map(|loaded| loaded.value.clone())
            .collect()
    }

    #[must_use]
    pub fn environment(&self, id: &EnvironmentId) -> Option<&Environment> {
        self.environments
            .values()
            .map(|loaded| &loaded.value)
            .find(|environment| environment.id == *id)
    }

    /// In the order of their paths.
    #[must_use]
    pub fn requests(&self) -> Vec<StoredRequest> {
        todo!()
    }

    /// What was odd about the files when they were read last.
    #[must_use]
    pub fn reports(&self) -> &[FileReport] {
        &self.reports
    }

    /// Why nothing can be saved here, when that is known.
    #[must_use]
    pub fn read_only(&self) -> Option<&StoreError> {
        self.read_only.as_ref()
    }

    /// Reads names, times and lengths (and the text of what looks changed): whether anything on disk differs
    /// from what was read. Cheap enough for every focus and every send.
    #[must_use]
    pub fn changed_outside(&self) -> bool {
        todo!()
    }

    /// Reads the folder again.
    ///
    /// # Errors
    /// As `open`; the workspace stays as it was.
    pub fn reload(&mut self) -> Result<(), StoreError> {
        todo!()
    }

    /// Writes an environment to its file, or to a new one named after its id.
    ///
    /// # Errors
    /// When nothing was written. What is on disk is then unchanged.
    pub fn save_environment(&mut self, environment: &Environment) -> Result<Saved, StoreError> {
        let _ = environment;
        todo!()
    }

    /// Writes a request to its file, or to a new one named after it.
    ///
    /// # Errors
    /// When nothing was written. What is on disk is then unchanged.
    pub fn save_request(&mut self, draft: &RequestDraft) -> Result<Saved, StoreError> {
        let _ = draft;
        todo!()
    }

    /// Deletes the file of an environment.
    ///
    /// # Errors
    /// When it was changed outside since it was read, or cannot be deleted.
    pub fn delete_environment(&mut self, id: &EnvironmentId) -> Result<(), StoreError> {
        let _ = id;
        todo!()
    }

    /// Deletes the file of a request.
    ///
    /// # Errors
    /// When it was changed outside since it was read, or cannot be deleted.
    pub fn delete_request(&mut self, id: &RequestId) -> Result<(), StoreError> {
        let _ = id;
        todo!()
    }

    /// A new id for a request.
    #[must_use]
    pub fn new_request_id() -> RequestId {
        todo!()
    }
}
