//! The workspace's own operations, imported from API descriptions: `catalogue.tsv`, one operation a line, in the text form of
//! `model::catalogue`. What the operations mean is not known here.

use std::collections::BTreeMap;
use std::fs;

use super::Workspace;
use super::atomic::{self, Access};
use super::bounded;
use super::error::{StoreError, StoreErrorKind};

const CATALOGUE_FILE: &str = "catalogue.tsv";

/// The largest catalogue that is read, in bytes: some hundred thousand operations.
const LARGEST: u64 = 32 << 20;

impl Workspace {
    /// The text of the workspace's own catalogue; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read, is no text, or leads out of the workspace folder.
    pub fn catalogue(&self) -> Result<Option<String>, StoreError> {
        let path = self.root.join(CATALOGUE_FILE);
        match fs::symlink_metadata(&path) {
            Err(_) => return Ok(None),
            Ok(metadata) if !metadata.is_file() => {
                return Err(bounded::not_regular(&path, &metadata));
            }
            Ok(_) => {}
        }
        let (bytes, _) = bounded::read_bytes(&path, LARGEST)?;
        String::from_utf8(bytes).map(Some).map_err(|_| {
            StoreError::new(
                StoreErrorKind::Malformed,
                &path,
                format!("{CATALOGUE_FILE} is not UTF-8"),
                "Import the API description again",
            )
        })
    }

    /// Adds operations to the workspace's own catalogue; those of the same method and path are replaced.
    ///
    /// # Errors
    /// When the catalogue that is there cannot be read, or nothing can be written.
    pub fn save_catalogue(&mut self, text: &str) -> Result<(), StoreError> {
        self.refuse_when_newer()?;
        self.make_root()?;
        let before = self.catalogue()?.unwrap_or_default();
        let mut operations = BTreeMap::new();
        for line in before.lines().chain(text.lines()) {
            let mut columns = line.split('\t');
            if let (Some(method), Some(path)) = (columns.next(), columns.next()) {
                operations.insert((path, method), line);
            }
        }
        let mut all = String::new();
        for line in operations.values() {
            all.push_str(line);
            all.push('\n');
        }
        atomic::write(
            &self.root.join(CATALOGUE_FILE),
            all.as_bytes(),
            Access::AsBefore,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DataFolder;

    #[test]
    fn operations_are_added_and_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::find(Some(&folder.path().join("data"))).expect("a data folder");
        let mut workspace =
            Workspace::open(&folder.path().join("workspace"), &data).expect("a workspace");
        assert_eq!(workspace.catalogue(), Ok(None));
        workspace
            .save_catalogue("GET\t/b\tgetB\tB\t\t\nGET\t/a\tgetA\tA\t\t\n")
            .expect("written");
        workspace
            .save_catalogue("GET\t/a\tgetOtherA\tA\tx\t\n")
            .expect("written");
        assert_eq!(
            workspace.catalogue().expect("reads").as_deref(),
            Some("GET\t/a\tgetOtherA\tA\tx\t\nGET\t/b\tgetB\tB\t\t\n")
        );
    }
}
