//! Reading a file that may be anything: only regular files, only up to a size, only UTF-8, and what it was when it was read.

use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::Path;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::error::{StoreError, StoreErrorKind};

/// The largest file that is read, in bytes. A request with a bigger body keeps it in a body file.
pub(super) const LARGEST: u64 = 1_048_576;

/// Tells whether a file is the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// Unix: time of the last change of anything, and the number of the file. A program can set `modified` back, not these.
    change: (i64, i64, u64),
    hash: [u8; 32],
    read_at: SystemTime,
}

impl Stamp {
    pub(super) fn new(metadata: &Metadata, text: &[u8]) -> Self {
        Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            change: change_of(metadata),
            hash: Sha256::digest(text).into(),
            read_at: SystemTime::now(),
        }
    }

    /// Whether `path` still holds what was read. Reads it only when time, length or place differ,
    /// or when it was so fresh at the time that a second change could carry the same time.
    pub(super) fn still_holds(&self, path: &Path) -> bool {
        let Ok(metadata) = fs::metadata(path) else {
            return false;
        };
        let settled = self.modified.is_some_and(|modified| {
            self.read_at
                .duration_since(modified)
                .is_ok_and(|age| age.as_secs() >= 2)
        });
        if settled
            && metadata.modified().ok() == self.modified
            && metadata.len() == self.length
            && change_of(&metadata) == self.change
        {
            return true;
        }
        metadata.is_file()
            && metadata.len() <= LARGEST
            && fs::read(path).is_ok_and(|bytes| self.hash == *Sha256::digest(&bytes))
    }
}

#[cfg(unix)]
fn change_of(metadata: &Metadata) -> (i64, i64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.ctime(), metadata.ctime_nsec(), metadata.ino())
}

#[cfg(not(unix))]
fn change_of(_: &Metadata) -> (i64, i64, u64) {
    (0, 0, 0)
}

/// The text of a file and its stamp. Links are followed: where they may lead is the caller's business.
pub(super) fn read_text(path: &Path) -> Result<(String, Stamp), StoreError> {
    let (bytes, metadata) = read_bytes(path, LARGEST)?;
    let stamp = Stamp::new(&metadata, &bytes);
    let text = String::from_utf8(bytes).map_err(|error| {
        StoreError::new(
            StoreErrorKind::Malformed,
            path,
            format!(
                "Not UTF-8: byte {} is not text",
                error.utf8_error().valid_up_to() + 1
            ),
            "Save it as UTF-8 in an editor",
        )
    })?;
    Ok((text, stamp))
}

/// At most `limit` bytes of a regular file.
pub(super) fn read_bytes(path: &Path, limit: u64) -> Result<(Vec<u8>, Metadata), StoreError> {
    let failed = |error: &std::io::Error| StoreError::from_io("read", path, error);
    // Before opening: opening a pipe would wait for its other end.
    let metadata = fs::metadata(path).map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        return Err(not_regular(path, &metadata));
    }
    if metadata.len() > limit {
        return Err(too_large(path, limit));
    }
    let file = File::open(path).map_err(|error| failed(&error))?;
    let metadata = file.metadata().map_err(|error| failed(&error))?;
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&error))?;
    if bytes.len() as u64 > limit {
        return Err(too_large(path, limit));
    }
    Ok((bytes, metadata))
}

pub(super) fn not_regular(path: &Path, metadata: &Metadata) -> StoreError {
    let what = if metadata.is_symlink() {
        "a link"
    } else if metadata.is_dir() {
        "a folder"
    } else {
        "a device or pipe"
    };
    StoreError::new(
        StoreErrorKind::NotARegularFile,
        path,
        format!("{} is {what}, not a file", path.display()),
        "Put an ordinary file there, or move it out of the way",
    )
}

fn too_large(path: &Path, limit: u64) -> StoreError {
    StoreError::new(
        StoreErrorKind::TooLarge,
        path,
        format!("{} is larger than {} KB", path.display(), limit / 1024),
        "Move a large body into a file of its own and name that file as the body",
    )
}
