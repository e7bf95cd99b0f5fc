//! The workspace's own operations, imported from API descriptions: `catalogue.tsv`, one operation a line, in the text form of
//! `model::catalogue`. What the operations mean is not known here.

use std::collections::BTreeMap;
use std::fs;

use super::Workspace;
use super::atomic::{self, Access};
use super::bounded;
use super::data_file::keep_aside;
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

    /// Time and length of the workspace's own catalogue; other ones say that it changed.
    #[must_use]
    pub fn catalogue_mark(&self) -> Option<(std::time::SystemTime, u64)> {
        let metadata = fs::symlink_metadata(self.root.join(CATALOGUE_FILE)).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }

    /// Adds operations to the workspace's own catalogue; those of the same method and path that it has stay, or are replaced when
    /// `replaces` says so. A catalogue that is no text is kept aside and reported. Answers what was done, and how many
    /// operations stayed although they are other ones.
    ///
    /// # Errors
    /// When the catalogue that is there cannot be read, or nothing can be written.
    pub fn save_catalogue(
        &mut self,
        text: &str,
        replaces: bool,
    ) -> Result<(CatalogueChange, usize), StoreError> {
        self.refuse_when_newer()?;
        self.make_root()?;
        let before = match self.catalogue() {
            Err(error) if error.kind == StoreErrorKind::Malformed => {
                let report = keep_aside(&self.root.join(CATALOGUE_FILE), &error);
                self.reports.push(report);
                None
            }
            other => other?,
        };
        let mut lines = Lines::read(before.as_deref().unwrap_or_default());
        let mut change = CatalogueChange::default();
        let mut kept = 0;
        let there = lines.operations.clone();
        for line in text.lines() {
            let Some(key) = key(line) else { continue };
            if !replaces && let Some(known) = there.get(&key) {
                kept += usize::from(known != line);
                continue;
            }
            let replaced = lines.operations.insert(key, line.to_owned());
            if replaced.as_deref() != Some(line) {
                change.0.push((replaced, Some(line.to_owned())));
            }
        }
        self.write_catalogue(&lines)?;
        Ok((change, kept))
    }

    /// Does what `change` says with each operation that is still as the change found it. Answers what takes that back.
    ///
    /// # Errors
    /// As for `save_catalogue`; a catalogue that is no text stays as it is.
    pub fn change_catalogue(
        &mut self,
        change: &CatalogueChange,
    ) -> Result<CatalogueChange, StoreError> {
        self.refuse_when_newer()?;
        let before = self.catalogue()?.unwrap_or_default();
        let mut lines = Lines::read(&before);
        let mut done = CatalogueChange::default();
        for (from, to) in &change.0 {
            let Some(key) = from.as_deref().or(to.as_deref()).and_then(key) else {
                continue;
            };
            if lines.operations.get(&key) != from.as_ref() {
                continue;
            }
            match to {
                Some(line) => lines.operations.insert(key, line.clone()),
                None => lines.operations.remove(&key),
            };
            done.0.push((from.clone(), to.clone()));
        }
        self.make_root()?;
        self.write_catalogue(&lines)?;
        Ok(done.reversed())
    }

    /// None at all: no file.
    fn write_catalogue(&self, lines: &Lines) -> Result<(), StoreError> {
        let path = self.root.join(CATALOGUE_FILE);
        let text = lines.text();
        if text.is_empty() {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(StoreError::from_io("remove", &path, &error))
                }
                _ => Ok(()),
            };
        }
        atomic::write(&path, text.as_bytes(), Access::AsBefore)
    }
}

/// Operations of a catalogue as they are found and as they become, each a line; `None` is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogueChange(Vec<(Option<String>, Option<String>)>);

impl CatalogueChange {
    /// What takes it back.
    #[must_use]
    pub fn reversed(self) -> Self {
        let swapped = self.0.into_iter().map(|(from, to)| (to, from));
        Self(swapped.collect())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many operations are other ones.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// The file, taken apart: what is no operation stays at its head.
struct Lines {
    others: Vec<String>,
    operations: BTreeMap<(String, String), String>,
}

impl Lines {
    fn read(text: &str) -> Self {
        let mut lines = Self {
            others: Vec::new(),
            operations: BTreeMap::new(),
        };
        for line in text.lines() {
            match key(line) {
                Some(key) => {
                    lines.operations.insert(key, line.to_owned());
                }
                None => lines.others.push(line.to_owned()),
            }
        }
        lines
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for line in self.others.iter().chain(self.operations.values()) {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// Path and method of a line, by which lines are ordered.
fn key(line: &str) -> Option<(String, String)> {
    let mut columns = line.split('\t');
    let (method, path) = (columns.next()?, columns.next()?);
    Some((path.to_owned(), method.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DataFolder;

    fn workspace(folder: &tempfile::TempDir) -> Workspace {
        let data = DataFolder::find(Some(&folder.path().join("data"))).expect("a data folder");
        Workspace::open(&folder.path().join("workspace"), &data).expect("a workspace")
    }

    fn text(workspace: &Workspace) -> Option<String> {
        workspace.catalogue().expect("reads")
    }

    #[test]
    fn operations_are_added_replaced_and_taken_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut workspace = workspace(&folder);
        assert_eq!(text(&workspace), None);
        let (first, _) = workspace
            .save_catalogue("GET\t/b\tgetB\tB\t\t\nGET\t/a\tgetA\tA\t\t\n", false)
            .expect("written");
        let before = text(&workspace);
        let (nothing, kept) = workspace
            .save_catalogue("GET\t/a\tgetOtherA\tA\tx\t\nGET\t/b\tgetB\tB\t\t\n", false)
            .expect("written");
        assert!(nothing.is_empty(), "nothing is replaced unasked");
        assert_eq!(kept, 1, "the same operation is no other one");
        assert_eq!(text(&workspace), before);
        let (second, kept) = workspace
            .save_catalogue("GET\t/a\tgetOtherA\tA\tx\t\n", true)
            .expect("written");
        assert_eq!((second.len(), kept), (1, 0));
        let both = "GET\t/a\tgetOtherA\tA\tx\t\nGET\t/b\tgetB\tB\t\t\n";
        assert_eq!(text(&workspace).as_deref(), Some(both));

        let again = workspace
            .change_catalogue(&second.clone().reversed())
            .expect("taken back");
        assert_eq!(
            text(&workspace).as_deref(),
            Some("GET\t/a\tgetA\tA\t\t\nGET\t/b\tgetB\tB\t\t\n")
        );
        assert_eq!(again, second);
        workspace.change_catalogue(&again).expect("done again");
        assert_eq!(text(&workspace).as_deref(), Some(both));

        // The earlier one alone: what the later one replaced stays.
        let rest = workspace
            .change_catalogue(&first.reversed())
            .expect("taken back");
        assert_eq!(
            text(&workspace).as_deref(),
            Some("GET\t/a\tgetOtherA\tA\tx\t\n")
        );
        workspace.change_catalogue(&rest).expect("done again");
        assert_eq!(text(&workspace).as_deref(), Some(both));
    }

    #[test]
    fn the_last_operation_takes_the_file_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut workspace = workspace(&folder);
        let (change, _) = workspace
            .save_catalogue("GET\t/a\tgetA\tA\t\t\n", false)
            .expect("written");
        workspace
            .change_catalogue(&change.reversed())
            .expect("taken back");
        assert!(!folder.path().join("workspace/catalogue.tsv").exists());
        assert_eq!(text(&workspace), None);
    }

    #[test]
    fn what_is_no_operation_stays_and_what_is_no_text_is_kept_aside() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut workspace = workspace(&folder);
        let file = folder.path().join("workspace/catalogue.tsv");
        fs::create_dir_all(folder.path().join("workspace")).expect("the folder");
        fs::write(&file, "# of ours\nGET\t/b\tgetB\tB\t\t\n").expect("written");
        workspace
            .save_catalogue("GET\t/a\tgetA\tA\t\t\n", false)
            .expect("written");
        let both = "# of ours\nGET\t/a\tgetA\tA\t\t\nGET\t/b\tgetB\tB\t\t\n";
        assert_eq!(text(&workspace).as_deref(), Some(both));

        fs::write(&file, [0xff, 0xfe, 0x00]).expect("written");
        workspace.catalogue().expect_err("no text");
        workspace
            .save_catalogue("GET\t/a\tgetA\tA\t\t\n", false)
            .expect("written");
        let report = workspace.reports().last().expect("it is reported");
        assert!(report.hint.starts_with("It was kept as "), "{report:?}");
        assert_eq!(text(&workspace).as_deref(), Some("GET\t/a\tgetA\tA\t\t\n"));
    }
}
