//! One writer at a time: a lock file in the data folder around each reading, comparing and writing.
//! The system drops it when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::error::{StoreError, StoreErrorKind};
use super::paths::DataFolder;

/// How long a writer waits for another one, who holds the lock for one save.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    /// `None`: the data folder cannot be written, so nobody can be kept out.
    _held: Option<Held>,
}

/// A locked file. It is unlocked explicitly: a child process that is being started at this very moment shares the lock
/// until it runs its own program, and closing our end alone would leave it locked for so long.
#[derive(Debug)]
pub(super) struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl Lock {
    /// Waits for `name`, at most `patience`. A data folder that cannot be written must not stop a save elsewhere:
    /// there the comparison before writing is all there is.
    ///
    /// # Errors
    /// When another process holds it for so long.
    pub fn acquire(data: &DataFolder, name: &str, patience: Duration) -> Result<Self, StoreError> {
        let Ok(folder) = data.subfolder("locks") else {
            return Ok(Self { _held: None });
        };
        let path = folder.join(format!("{name}.lock"));
        let Ok(file) = open(&path) else {
            return Ok(Self { _held: None });
        };
        let deadline = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => {
                    return Ok(Self {
                        _held: Some(Held(file)),
                    });
                }
                Err(TryLockError::Error(_)) => return Ok(Self { _held: None }),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(3));
                }
                Err(TryLockError::WouldBlock) => return Err(busy(&path)),
            }
        }
    }
}

/// Takes the lock if it is free. `Ok(None)`: another process (or another place in this one) holds it.
pub(super) fn try_file(path: &Path) -> std::io::Result<Option<Held>> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Held(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn busy(path: &Path) -> StoreError {
    StoreError::new(
        StoreErrorKind::Busy,
        path,
        "Another Gatescope is writing to this workspace and does not come to an end",
        "Close it, then save again",
    )
}
