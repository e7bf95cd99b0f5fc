//! The file of the history: opening, its schema, and what happens when it is damaged or cannot be written.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::super::error::{FileReport, StoreError, StoreErrorKind};
use super::super::paths::DataFolder;
use super::Keeper;

/// In the data folder; SQLite's log and index lie beside it.
pub const FILE: &str = "history.sqlite";

/// The version that this Gatescope writes.
const VERSION: i64 = 1;

/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// Rows are narrow, so that a search reads little; what is large has tables of its own. `totals` is kept by triggers:
/// counting a hundred thousand rows after each entry would be work for nothing.
const SCHEMA: &str = "
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  workspace TEXT NOT NULL,
  request TEXT,
  environment TEXT NOT NULL,
  environment_name TEXT NOT NULL,
  environment_colour TEXT NOT NULL,
  leg TEXT,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  url TEXT NOT NULL,
  status INTEGER,
  error TEXT,
  answered_by TEXT,
  started_at INTEGER NOT NULL,
  total INTEGER NOT NULL,
  wire_bytes INTEGER NOT NULL,
  decoded_bytes INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL
);
CREATE INDEX entries_of_workspace ON entries (workspace, started_at DESC, id DESC);
CREATE INDEX entries_of_request ON entries (workspace, request, started_at DESC, id DESC);
CREATE INDEX entries_by_age ON entries (started_at);
CREATE TABLE documents (
  entry INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
  content BLOB NOT NULL
);
CREATE TABLE bodies (
  entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  content BLOB NOT NULL
);
CREATE INDEX bodies_of_entry ON bodies (entry, position);
CREATE TABLE limits (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  exchanges INTEGER NOT NULL,
  mebibytes INTEGER NOT NULL,
  days INTEGER NOT NULL
);
CREATE TABLE totals (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);
INSERT INTO totals VALUES (1, 0, 0);
CREATE TRIGGER entry_added AFTER INSERT ON entries BEGIN
  UPDATE totals SET entries = entries + 1, bytes = bytes + NEW.stored_bytes;
END;
CREATE TRIGGER entry_removed AFTER DELETE ON entries BEGIN
  UPDATE totals SET entries = entries - 1, bytes = bytes - OLD.stored_bytes;
END;
";

/// Why something did not work.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The file is no database, or its content contradicts itself.
    Damaged(String),
    Error(StoreError),
}

impl Trouble {
    pub(super) fn of(doing: &str, path: &Path, error: &rusqlite::Error) -> Self {
        let code = error.sqlite_error_code();
        let (kind, reason, hint) = match code {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                return Self::Damaged(error.to_string());
            }
            Some(ErrorCode::DiskFull) => (
                StoreErrorKind::DiskFull,
                "the disk or the quota is full".to_owned(),
                "Free some space; sending goes on without being recorded",
            ),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
                StoreErrorKind::ReadOnly,
                "permission denied or read-only".to_owned(),
                "Check the permissions of the data folder; sending goes on without being recorded",
            ),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
                StoreErrorKind::Busy,
                "another process holds it".to_owned(),
                "Is another Gatescope clearing its history? It will be there for the next exchange",
            ),
            Some(ErrorCode::SystemIoFailure) => (
                StoreErrorKind::Other,
                format!("the disk failed ({error})"),
                "Check the disk and the free space; sending goes on without being recorded",
            ),
            _ => (
                StoreErrorKind::Other,
                error.to_string(),
                "Sending goes on without being recorded",
            ),
        };
        Self::Error(StoreError::new(
            kind,
            path,
            format!("Cannot {doing} the history {}: {reason}", path.display()),
            hint,
        ))
    }

    /// The error after which nobody tries again.
    pub(super) fn into_error(self, path: &Path) -> StoreError {
        match self {
            Self::Error(error) => error,
            Self::Damaged(reason) => StoreError::new(
                StoreErrorKind::Malformed,
                path,
                format!("The history {} is damaged: {reason}", path.display()),
                "Move the file away; a new one is begun with the next exchange",
            ),
        }
    }
}

/// Opens the file, and makes it or brings it up to this version where that is needed.
pub(super) fn open(data: &DataFolder, keeper: Keeper) -> Result<Connection, Trouble> {
    let path = data.root().join(FILE);
    data.make().map_err(Trouble::Error)?;
    make_private_file(&path).map_err(Trouble::Error)?;
    let trouble = |error: rusqlite::Error| Trouble::of("open", &path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(trouble)?;
    connection.busy_timeout(PATIENCE).map_err(trouble)?;
    let found = version(&connection).map_err(trouble)?;
    if found > VERSION {
        return Err(Trouble::Error(StoreError::new(
            StoreErrorKind::NewerVersion,
            &path,
            format!(
                "The history {} was written by a newer Gatescope",
                path.display()
            ),
            "Use that one, or another data folder; sending goes on without being recorded",
        )));
    }
    set_up(&connection, keeper, found).map_err(trouble)?;
    if found < VERSION {
        migrate(&connection).map_err(trouble)?;
    }
    Ok(connection)
}

/// The file is there and private before SQLite sees it: its log and index take over the permissions.
fn make_private_file(path: &Path) -> Result<(), StoreError> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => {
            return Err(StoreError::new(
                StoreErrorKind::NotARegularFile,
                path,
                format!(
                    "Cannot open the history {}: it is a link or no file",
                    path.display()
                ),
                "Move it out of the way; sending goes on without being recorded",
            ));
        }
        Ok(_) => return Ok(()),
        Err(_) => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| StoreError::from_io("create the history", path, &error))
}

fn set_up(connection: &Connection, keeper: Keeper, found: i64) -> rusqlite::Result<()> {
    if found == 0 {
        // Before the first table, or it has no effect: space is given back in small steps.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A crash of the system may cost the last entries, never the file.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    write_ahead(connection)?;
    if keeper == Keeper::Passing {
        // Emptying the log at each end would wait for the disk; `shorten_log` does it now and then.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    }
    Ok(())
}

/// A longer log is emptied, in bytes. Whoever opens the file first reads all of it, and a process that sends once is often the first.
const LONGEST_LOG: u64 = 256 * 1024;

/// Empties the log of writes when it has grown long. While another process reads or writes it stays as it is, for the next time:
/// what was written is safe either way.
pub(super) fn shorten_log(connection: &Connection) {
    let length = connection
        .path()
        .and_then(|path| std::fs::metadata(format!("{path}-wal")).ok())
        .map_or(0, |found| found.len());
    if length <= LONGEST_LOG {
        return;
    }
    let emptied = connection
        .busy_timeout(Duration::ZERO)
        .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    let patient = connection.busy_timeout(PATIENCE);
    if let Err(error) = emptied.and(patient) {
        tracing::warn!(%error, "the log of the history could not be emptied");
    }
}

/// Changing the way of writing asks for the whole file for a moment, and SQLite does not wait for it by itself.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let result = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match result {
            // A file system that cannot share memory keeps the older way, which works as well.
            Ok(_) => return Ok(()),
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && Instant::now() < deadline =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(error),
        }
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Another process may have done it while this one waited.
fn migrate(connection: &Connection) -> rusqlite::Result<()> {
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
    if version(&transaction)? == 0 {
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()
}

/// Renames a damaged file with its log and index; a new one can be begun.
pub(super) fn keep_aside(path: &Path, reason: &str) -> Result<FileReport, StoreError> {
    let stamp = Timestamp::now().strftime("%Y%m%d-%H%M%S-%6f").to_string();
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let aside = beside(&format!(".damaged-{stamp}"));
    fs::rename(path, &aside)
        .map_err(|error| StoreError::from_io("keep the damaged history aside", path, &error))?;
    for suffix in ["-wal", "-shm"] {
        let left = beside(suffix);
        if left.exists() {
            let moved = beside(&format!(".damaged-{stamp}{suffix}"));
            fs::rename(&left, &moved).map_err(|error| {
                StoreError::from_io("keep the damaged history aside", &left, &error)
            })?;
        }
    }
    let name = aside
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(FileReport {
        file: FILE.to_owned(),
        text: format!("The history was damaged and a new one was begun: {reason}"),
        hint: format!("The old file is kept as {name} in the data folder"),
    })
}

pub(super) fn unreadable_entry(path: &Path, reason: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Malformed,
        path,
        format!("This entry of the history cannot be read: {reason}"),
        "Delete it; the others are not affected",
    )
}

pub(super) fn still_in_use(path: &Path) -> StoreError {
    StoreError::new(
        StoreErrorKind::Busy,
        path,
        "Deleted, but another process is still reading the history, so its log could not be emptied",
        "Close the other Gatescope, then clear once more",
    )
}
