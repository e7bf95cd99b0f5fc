//! What can go wrong with a file, in plain words.

use std::io;
use std::path::{Path, PathBuf};

/// What happened (`to_string`) to which file, and what to try. Whatever it was, what is in memory stays usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct StoreError {
    pub kind: StoreErrorKind,
    pub path: PathBuf,
    pub text: String,
    pub hint: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreErrorKind {
    /// The folder, the file or the whole disk cannot be written.
    ReadOnly,
    /// Disk, quota or file size limit.
    DiskFull,
    Missing,
    /// A link, a device or a folder where a file belongs, or a file where a folder belongs.
    NotARegularFile,
    TooLarge,
    /// Written by a newer version of Gatescope: read, never written.
    NewerVersion,
    /// Changed by another program since it was read.
    ChangedOutside,
    /// Another Gatescope holds the lock.
    Busy,
    /// Not the text it should be: not UTF-8, not TOML, a field that is missing or wrong.
    Malformed,
    /// Nothing of that id in the workspace.
    NoSuchEntry,
    /// No place for data: the system names no home folder.
    NoHome,
    Other,
}

/// A file that could not be read or was changed on the way in. The file itself stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FileReport {
    /// Below the folder it concerns, with `/`.
    pub file: String,
    pub text: String,
    pub hint: String,
}

impl StoreError {
    pub(crate) fn new(
        kind: StoreErrorKind,
        path: &Path,
        text: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            text: text.into(),
            hint: hint.into(),
        }
    }

    /// An error of the system while `doing` (`write`, `read`, `delete`) something with `path`.
    pub(crate) fn from_io(doing: &str, path: &Path, error: &io::Error) -> Self {
        use io::ErrorKind as E;
        let shown = path.display();
        let (kind, reason, hint) = match error.kind() {
            E::PermissionDenied | E::ReadOnlyFilesystem => (
                StoreErrorKind::ReadOnly,
                "permission denied or read-only".to_owned(),
                "Check the permissions, or choose another folder; nothing is lost, it stays in memory",
            ),
            E::StorageFull | E::QuotaExceeded | E::FileTooLarge => (
                StoreErrorKind::DiskFull,
                "the disk or the quota is full".to_owned(),
                "Free some space and save again; what was on disk is unchanged",
            ),
            E::NotFound => (
                StoreErrorKind::Missing,
                "it does not exist".to_owned(),
                "Was the folder moved or deleted? Bring it back or choose another one",
            ),
            E::NotADirectory | E::IsADirectory | E::AlreadyExists => (
                StoreErrorKind::NotARegularFile,
                "there is a file where a folder belongs, or the other way round".to_owned(),
                "Move it out of the way, or choose another folder",
            ),
            E::InvalidFilename => (
                StoreErrorKind::Other,
                "the name is too long or not allowed".to_owned(),
                "Choose a shorter path or name",
            ),
            _ => (
                StoreErrorKind::Other,
                error.to_string(),
                "Try again; nothing is lost, it stays in memory",
            ),
        };
        Self::new(
            kind,
            path,
            format!("Cannot {doing} {shown}: {reason}"),
            hint,
        )
    }
}
