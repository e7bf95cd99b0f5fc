//! Open drafts and window choices of one workspace, in the data folder. What they consist of is the caller's business;
//! requests must go through `withheld::without_credentials_with` first, so that no credential is ever written.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::atomic;
use super::data_file::{last_good, read_or_last_good, write};
use super::error::{FileReport, StoreError, StoreErrorKind};
use super::lock::{self, Held};
use super::paths::{DataFolder, workspace_key};

/// Windows on one workspace at the same time.
const SLOTS: usize = 32;

/// The drafts of one window. A second window on the same workspace gets a slot of its own, so that neither overwrites
/// the other's; the slot is free again when this value is dropped or the process ends.
#[derive(Debug)]
pub struct DraftSlot {
    path: PathBuf,
    _lock: Held,
    /// Other slots that were free when this one was read, held so that nobody else takes them over too.
    adopting: Vec<(PathBuf, Held)>,
}

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
    /// When the data folder cannot be written, or 32 windows are open.
    pub fn claim(data: &DataFolder, workspace: &Path) -> Result<Self, StoreError> {
        let folder = data.subfolder("drafts")?;
        let key = workspace_key(workspace);
        for slot in 0..SLOTS {
            let path = slot_path(&folder, &key, slot);
            if let Some(lock) = take(&path)? {
                return Ok(Self {
                    path,
                    _lock: lock,
                    adopting: Vec::new(),
                });
            }
        }
        Err(StoreError::new(
            StoreErrorKind::Busy,
            &folder,
            format!("{SLOTS} windows are open on this workspace"),
            "Close some; until then the drafts of this one stay in memory",
        ))
    }

    /// An unreadable file is kept beside as `….bad-<time>` and reported; the last good state is returned in its place.
    #[must_use]
    pub fn load<T: DeserializeOwned + Serialize>(&mut self) -> LoadedDrafts<T> {
        let mut reports = Vec::new();
        let drafts = read_or_last_good(&self.path, &mut reports);
        let mut left_by_others = Vec::new();
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let key = self.key();
        for slot in 0..SLOTS {
            let path = slot_path(folder, &key, slot);
            let held = self.adopting.iter().any(|(other, _)| *other == path);
            if path == self.path || held || !path.exists() {
                continue;
            }
            if let Ok(Some(lock)) = take(&path)
                && let Some(found) = read_or_last_good(&path, &mut reports)
            {
                left_by_others.push(found);
                self.adopting.push((path, lock));
            }
        }
        LoadedDrafts {
            drafts,
            left_by_others,
            reports,
        }
    }

    /// # Errors
    /// When nothing was written; what was there is unchanged.
    pub fn save<T: Serialize>(&mut self, drafts: &T) -> Result<(), StoreError> {
        write(&self.path, drafts)
    }

    /// What `left_by_others` held has been saved here: the other slots are emptied.
    ///
    /// # Errors
    /// When a file cannot be deleted.
    pub fn adopted(&mut self) -> Result<(), StoreError> {
        for (path, _lock) in self.adopting.drain(..) {
            atomic::delete(&path)?;
            atomic::delete(&last_good(&path))?;
        }
        Ok(())
    }

    fn key(&self) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        name.split(['-', '.']).next().unwrap_or_default().to_owned()
    }
}

fn slot_path(folder: &Path, key: &str, slot: usize) -> PathBuf {
    match slot {
        0 => folder.join(format!("{key}.json")),
        slot => folder.join(format!("{key}-{}.json", slot + 1)),
    }
}

fn take(path: &Path) -> Result<Option<Held>, StoreError> {
    let lock_path = path.with_extension("lock");
    lock::try_file(&lock_path).map_err(|error| StoreError::from_io("lock", &lock_path, &error))
}
