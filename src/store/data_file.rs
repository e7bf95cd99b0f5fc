//! A small versioned JSON file of the data folder, shared by all processes of this user: read at the start,
//! read again under the lock before each change, written atomically, kept aside when it cannot be read.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::atomic::{self, Access};
use super::bounded;
use super::error::{FileReport, StoreError, StoreErrorKind};
use super::lock::{Lock, PATIENCE};
use super::paths::DataFolder;

/// The version that this Gatescope writes.
const SCHEMA: u32 = 1;

/// The largest data file that is read, in bytes. Drafts hold bodies.
const LARGEST: u64 = 64 * 1_048_576;

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    schema: u32,
    content: T,
}

#[derive(Deserialize)]
struct Version {
    schema: u32,
}

/// The content in memory and the file it belongs to.
#[derive(Debug)]
pub(super) struct DataFile<T> {
    data: DataFolder,
    folder: &'static str,
    name: String,
    content: T,
    reports: Vec<FileReport>,
    /// The last change could not be written: it holds in memory, and what is on disk must not undo it.
    unwritten: bool,
}

impl<T: Serialize + DeserializeOwned + Default + Clone> DataFile<T> {
    pub(super) fn open(data: &DataFolder, folder: &'static str, name: &str) -> Self {
        let mut file = Self {
            data: data.clone(),
            folder,
            name: name.to_owned(),
            content: T::default(),
            reports: Vec::new(),
            unwritten: false,
        };
        if let Some(content) = read_or_last_good(&file.path(), &mut file.reports) {
            file.content = content;
        }
        file
    }

    fn path(&self) -> PathBuf {
        self.data
            .root()
            .join(self.folder)
            .join(format!("{}.json", self.name))
    }

    pub(super) fn content(&self) -> &T {
        &self.content
    }

    pub(super) fn reports(&self) -> &[FileReport] {
        &self.reports
    }

    /// Changes the content on the ground of what is on disk now. When it cannot be written, it holds in memory.
    pub(super) fn change<R>(
        &mut self,
        change: impl FnOnce(&mut T) -> R,
    ) -> (R, Result<(), StoreError>) {
        let lock = Lock::acquire(
            &self.data,
            &format!("{}-{}", self.folder, self.name),
            PATIENCE,
        );
        let lock = match lock {
            Ok(lock) => lock,
            Err(busy) => {
                self.unwritten = true;
                return (change(&mut self.content), Err(busy));
            }
        };
        self.refresh();
        let result = change(&mut self.content);
        let written = self
            .data
            .subfolder(self.folder)
            .and_then(|folder| write(&folder.join(format!("{}.json", self.name)), &self.content));
        drop(lock);
        self.unwritten = written.is_err();
        (result, written)
    }

    /// Takes over what other processes wrote since.
    pub(super) fn refresh(&mut self) {
        if self.unwritten {
            return;
        }
        let path = self.path();
        match read(&path) {
            Ok(Some(content)) => self.content = content,
            Ok(None) => {}
            Err(error) => {
                let report = keep_aside(&path, &error);
                // One that cannot be moved is found again each time.
                if !self.reports.contains(&report) {
                    self.reports.push(report);
                }
            }
        }
    }
}

/// `None`: there is no such file.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StoreError> {
    let bytes = match bounded::read_bytes(path, LARGEST) {
        Ok((bytes, _)) => bytes,
        Err(error) if error.kind == StoreErrorKind::Missing => return Ok(None),
        Err(error) => return Err(error),
    };
    let malformed = |reason: String| {
        StoreError::new(
            StoreErrorKind::Malformed,
            path,
            reason,
            "It was kept beside under another name",
        )
    };
    if bytes.is_empty() {
        return Err(malformed("The file is empty".to_owned()));
    }
    // The text of these errors names a place, never a value.
    let version: Version = serde_json::from_slice(&bytes)
        .map_err(|error| malformed(format!("Not readable at line {}", error.line())))?;
    if version.schema > SCHEMA {
        return Err(StoreError::new(
            StoreErrorKind::NewerVersion,
            path,
            "Written by a newer version of Gatescope",
            "It was kept beside under another name; update Gatescope to read it",
        ));
    }
    let envelope: Envelope<T> = serde_json::from_slice(&bytes)
        .map_err(|error| malformed(format!("Not readable at line {}", error.line())))?;
    Ok(Some(envelope.content))
}

pub(super) fn write<T: Serialize>(path: &Path, content: &T) -> Result<(), StoreError> {
    let envelope = Envelope {
        schema: SCHEMA,
        content,
    };
    let mut text = serde_json::to_vec_pretty(&envelope).map_err(|error| {
        StoreError::new(
            StoreErrorKind::Malformed,
            path,
            format!("Cannot write {}: {error}", path.display()),
            "Nothing is lost, it stays in memory",
        )
    })?;
    text.push(b'\n');
    atomic::write(path, &text, Access::Private)
}

/// What was readable at a start is kept as the last good state, for the day when the file is not.
pub(super) fn read_or_last_good<T: DeserializeOwned + Serialize>(
    path: &Path,
    reports: &mut Vec<FileReport>,
) -> Option<T> {
    match read::<T>(path) {
        Ok(Some(content)) => {
            let good = last_good(path);
            // A copy that cannot be written is no reason to keep the content from the user.
            if !same_bytes(path, &good) {
                let _ = write(&good, &content);
            }
            Some(content)
        }
        Ok(None) => None,
        Err(error) => {
            let mut report = keep_aside(path, &error);
            let backup = read::<T>(&last_good(path)).ok().flatten();
            if backup.is_some() {
                report
                    .hint
                    .push_str(". The state of the last start is used instead");
            }
            reports.push(report);
            backup
        }
    }
}

pub(super) fn last_good(path: &Path) -> PathBuf {
    path.with_extension("last-good.json")
}

/// Copies are written at every start that finds a change, not at every start.
fn same_bytes(left: &Path, right: &Path) -> bool {
    let bytes = |path| bounded::read_bytes(path, LARGEST).map(|(bytes, _)| bytes);
    matches!((bytes(left), bytes(right)), (Ok(left), Ok(right)) if left == right)
}

/// Moves a file that cannot be read to `….bad-<time>`, so that nothing is ever written over it.
/// What is no file at all stays where it is: then nothing can be written, and that is reported by the write.
pub(super) fn keep_aside(path: &Path, error: &StoreError) -> FileReport {
    let file = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let cannot_move = matches!(
        error.kind,
        StoreErrorKind::NotARegularFile | StoreErrorKind::ReadOnly | StoreErrorKind::Other
    );
    let moved = if cannot_move {
        None
    } else {
        let aside = aside_name(path);
        fs::rename(path, &aside).ok().map(|()| aside)
    };
    let hint = match moved {
        Some(aside) => format!("It was kept as {}", aside.display()),
        None => "Move it out of the way; until then nothing is kept between runs".to_owned(),
    };
    FileReport {
        file,
        text: error.text.clone(),
        hint,
    }
}

fn aside_name(path: &Path) -> PathBuf {
    let time = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    (1..=u32::MAX)
        .map(|number| match number {
            1 => format!("{name}.bad-{time}"),
            number => format!("{name}.bad-{time}-{number}"),
        })
        .map(|name| path.with_file_name(name))
        .find(|aside| fs::symlink_metadata(aside).is_err())
        .expect("the numbers do not end")
}
