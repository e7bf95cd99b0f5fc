//! Writing a file so that it is always the old one or the new one: a temporary file in the same folder, flushed to the disk,
//! renamed, and the folder flushed. Comparing with what was there before is the work of `saving`.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use tempfile::{Builder, NamedTempFile};

use super::bounded::not_regular;
use super::error::{StoreError, StoreErrorKind};

/// Ends the name of every temporary file; they begin with a dot.
pub const TEMPORARY_SUFFIX: &str = ".gatescope-tmp";

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Only this user (0600), also when the file was more open before.
    Private,
    /// As before, or what the system gives new files.
    AsBefore,
}

/// Tries of the whole write: on Windows a virus scanner may hold the target, and a program that cleans up
/// may have taken the temporary file away.
const TRIES: u32 = 5;

/// Writes `content` to `path`. After an error the file is what it was.
///
/// # Errors
/// A link, device or folder as the target, a folder that is missing or cannot be written, a full disk.
pub fn write(path: &Path, content: &[u8], access: Access) -> Result<(), StoreError> {
    write_through(path, content, access, true)
}

/// Writes a file as `write` does, without flushing it: whoever calls this does it later.
pub(super) fn write_unflushed(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    write_through(path, content, Access::AsBefore, false)
}

fn write_through(
    path: &Path,
    content: &[u8],
    access: Access,
    flushes: bool,
) -> Result<(), StoreError> {
    let failed = |error: &io::Error| StoreError::from_io("write", path, error);
    let folder = parent(path)?;
    let existing = match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(not_regular(path, &metadata)),
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(&error)),
    };
    if access == Access::AsBefore
        && existing
            .as_ref()
            .is_some_and(|metadata| metadata.permissions().readonly())
    {
        // A rename would replace it all the same; the owner said no.
        return Err(failed(&io::ErrorKind::PermissionDenied.into()));
    }
    remove_leftovers(&folder, path);
    let mut pause = Duration::from_millis(5);
    for last in (0..TRIES).map(|attempt| attempt + 1 == TRIES) {
        match attempt(&folder, path, content, access, existing.as_ref(), flushes) {
            Err(error) if !last && may_pass(&error) => {
                thread::sleep(pause);
                pause *= 3;
            }
            Err(error) => return Err(failed(&error)),
            Ok(()) => break,
        }
    }
    if !flushes {
        return Ok(());
    }
    flush_folder(&folder).map_err(|error| failed(&error))
}

/// Deletes a file and flushes its folder.
///
/// # Errors
/// When it cannot be deleted. A file that is gone already is no error.
pub fn delete(path: &Path) -> Result<(), StoreError> {
    let failed = |error: &io::Error| StoreError::from_io("delete", path, error);
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&error)),
        _ => flush_folder(&parent(path)?).map_err(|error| failed(&error)),
    }
}

/// Gives a file or a folder another place on the same disk and flushes both folders. What is at the new place must be nothing:
/// that is the caller's to know.
///
/// # Errors
/// When it cannot be moved; it is then where it was.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    let failed = |error: &io::Error| StoreError::from_io("move", from, error);
    fs::rename(from, to).map_err(|error| failed(&error))?;
    for path in [from, to] {
        flush_folder(&parent(path)?).map_err(|error| failed(&error))?;
    }
    Ok(())
}

fn attempt(
    folder: &Path,
    path: &Path,
    content: &[u8],
    access: Access,
    existing: Option<&fs::Metadata>,
    flushes: bool,
) -> io::Result<()> {
    let mut temporary = new_temporary(folder, path, access)?;
    // Tells other writers that this one is alive. Where locks do not exist, age decides.
    let _ = temporary.as_file().try_lock();
    temporary.write_all(content)?;
    if let (Access::AsBefore, Some(metadata)) = (access, existing) {
        temporary
            .as_file()
            .set_permissions(metadata.permissions())?;
    }
    if flushes {
        temporary.as_file().sync_all()?;
    }
    #[cfg(windows)]
    let _ = temporary.as_file().unlock();
    temporary.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn new_temporary(folder: &Path, path: &Path, access: Access) -> io::Result<NamedTempFile> {
    let prefix = temporary_prefix(path);
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(TEMPORARY_SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The system's mask narrows the second one.
        let mode = match access {
            Access::Private => 0o600,
            Access::AsBefore => 0o666,
        };
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = access;
    builder.tempfile_in(folder)
}

/// `.name.toml.`, the name cut so that no file system finds it too long.
fn temporary_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let short: String = name.chars().take(40).collect();
    format!(".{short}.")
}

/// Takes away what writers of this file left behind when they were killed.
fn remove_leftovers(folder: &Path, path: &Path) {
    let prefix = temporary_prefix(path);
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&prefix)
            && name.ends_with(TEMPORARY_SUFFIX)
            && entry.file_type().is_ok_and(|kind| kind.is_file())
            && is_abandoned(&entry.path())
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_abandoned(temporary: &Path) -> bool {
    let Ok(file) = File::open(temporary) else {
        return false;
    };
    match file.try_lock() {
        Ok(()) => true,
        Err(fs::TryLockError::WouldBlock) => false,
        Err(fs::TryLockError::Error(_)) => file
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|modified| SystemTime::now().duration_since(modified).ok())
            .is_some_and(|age| age > Duration::from_hours(1)),
    }
}

fn may_pass(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
        || (cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied)
}

fn parent(path: &Path) -> Result<PathBuf, StoreError> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Ok(PathBuf::from(".")),
        Some(folder) => Ok(folder.to_owned()),
        None => Err(StoreError::new(
            StoreErrorKind::NotARegularFile,
            path,
            format!("{} is not a file name", path.display()),
            "Name a file",
        )),
    }
}

#[cfg(unix)]
pub(super) fn flush_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder).and_then(|opened| opened.sync_all()) {
        // Some network file systems cannot flush a folder; the file itself is flushed.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        other => other,
    }
}

#[cfg(not(unix))]
pub(super) fn flush_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
