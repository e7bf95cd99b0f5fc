//! What the window remembers about this machine: where it stood, and which folders were open. In the data folder.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::data_file::DataFile;
use super::error::{FileReport, StoreError};
use super::paths::DataFolder;
use crate::model::window_place::WindowPlace;

/// More would not be looked at.
const MOST_RECENT: usize = 10;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Content {
    place: Option<WindowPlace>,
    recent: Vec<PathBuf>,
}

/// `window/memory.json`, shared by all windows of this user.
#[derive(Debug)]
pub struct WindowMemory {
    file: DataFile<Content>,
}

impl WindowMemory {
    #[must_use]
    pub fn open(data: &DataFolder) -> Self {
        Self {
            file: DataFile::open(data, "window", "memory"),
        }
    }

    #[must_use]
    pub fn place(&self) -> Option<WindowPlace> {
        self.file.content().place
    }

    /// Latest first.
    #[must_use]
    pub fn recent(&self) -> &[PathBuf] {
        &self.file.content().recent
    }

    #[must_use]
    pub fn reports(&self) -> &[FileReport] {
        self.file.reports()
    }

    /// # Errors
    /// When it could not be written; it holds for this run.
    pub fn keep_place(&mut self, place: WindowPlace) -> Result<(), StoreError> {
        self.file.change(|content| content.place = Some(place)).1
    }

    /// Puts a folder in front of the others.
    ///
    /// # Errors
    /// When it could not be written; it holds for this run.
    pub fn remember(&mut self, folder: &Path) -> Result<(), StoreError> {
        self.file
            .change(|content| {
                content.recent.retain(|known| known != folder);
                content.recent.insert(0, folder.to_owned());
                content.recent.truncate(MOST_RECENT);
            })
            .1
    }

    /// # Errors
    /// When it could not be written; it holds for this run.
    pub fn forget(&mut self, folder: &Path) -> Result<(), StoreError> {
        self.file
            .change(|content| content.recent.retain(|known| known != folder))
            .1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_opened_folder_comes_first_and_none_stands_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::at(folder.path());
        let mut memory = WindowMemory::open(&data);
        for number in 0..12 {
            memory
                .remember(Path::new(&format!("/w/{number}")))
                .expect("written");
        }
        memory.remember(Path::new("/w/5")).expect("written");
        memory.forget(Path::new("/w/11")).expect("written");
        memory
            .keep_place(WindowPlace {
                size: [900, 600],
                position: Some([-4, 7]),
                maximised: true,
            })
            .expect("written");
        let again = WindowMemory::open(&data);
        let names: Vec<String> = again
            .recent()
            .iter()
            .map(|folder| folder.display().to_string())
            .collect();
        let expected = ["5", "10", "9", "8", "7", "6", "4", "3", "2"].map(|n| format!("/w/{n}"));
        assert_eq!(names, expected);
        assert_eq!(
            again.place().map(|place| (place.position, place.maximised)),
            Some((Some([-4, 7]), true))
        );
    }
}
