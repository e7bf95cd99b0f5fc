//! The history: every exchange that ended, in one SQLite file of the data folder, shared by all processes of this user.
//! Secrets are masked before anything is written (`masking`); what is deleted is overwritten. Comparisons and reports are kept
//! here too, as documents that nobody here looks into.
//!
//! - `prepared`: an exchange becomes a row, a document and its bodies; a lot of computing, no disk
//! - `masking`, `kept`: the exchange without secrets, and the form in which it is written
//! - `database`: the file, its schema, what happens when it is damaged
//! - `rows`: entries in and out of SQL; `clearing`: limits and Clear

mod clearing;
mod database;
mod kept;
mod masking;
mod prepared;
mod rows;

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::{FileReport, StoreError};
use super::paths::{DataFolder, real_path};
use crate::model::history::{
    HistoryEntry, HistoryFilter, HistoryId, HistoryKind, HistoryPlace, HistoryScope,
    HistorySummary, PastExchange,
};
use crate::model::ids::{ExchangeId, RequestId};
use crate::model::settings::HistoryLimits;

pub use database::FILE;
pub use prepared::{LARGEST_BODY, Prepared, Recording, prepare};

/// Who keeps the history open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// For hours: the file is tidied while nobody waits.
    Lasting,
    /// For one entry: nothing is done that the next one could do as well.
    Passing,
}

/// The open history; the file is opened, and made, by the first call that needs it.
#[derive(Debug)]
pub struct History {
    data: DataFolder,
    keeper: Keeper,
    connection: Option<Connection>,
    /// As they were set here; they are written beside the entries for those who set none.
    limits: Option<HistoryLimits>,
    reports: Vec<FileReport>,
    /// Entries that were deleted here and can come back in this run, the latest last.
    deleted: Vec<Deleted>,
}

/// A deleted entry, in memory only.
#[derive(Debug)]
struct Deleted {
    entry: HistoryEntry,
    document: Vec<u8>,
    bodies: Vec<Vec<u8>>,
}

impl Deleted {
    fn bytes(&self) -> usize {
        self.document.len() + self.bodies.iter().map(Vec::len).sum::<usize>()
    }
}

/// What became of a `History::delete`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    pub was_there: bool,
    /// Entries deleted now or before that cannot come back: they would hold too much memory.
    pub lost: Vec<HistoryId>,
}

/// Deleted entries that can come back hold so many bytes at most.
const DELETED_BYTES: usize = 64 << 20;
/// And there are so many of them at most.
const DELETED_ENTRIES: usize = 100;

impl History {
    #[must_use]
    pub fn new(data: DataFolder, keeper: Keeper) -> Self {
        Self {
            data,
            keeper,
            connection: None,
            limits: None,
            reports: Vec::new(),
            deleted: Vec::new(),
        }
    }

    /// What was odd about the file since the last call: a damaged one that was kept aside.
    pub fn take_reports(&mut self) -> Vec<FileReport> {
        std::mem::take(&mut self.reports)
    }

    /// Writes an exchange.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub fn insert(
        &mut self,
        workspace: &Path,
        prepared: &Prepared,
    ) -> Result<HistoryEntry, StoreError> {
        self.put(
            workspace,
            &prepared.summary,
            &prepared.document,
            &prepared.bodies,
        )
    }

    /// Writes a document of any kind. The caller has masked it.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub fn put(
        &mut self,
        workspace: &Path,
        summary: &HistorySummary,
        document: &[u8],
        bodies: &[Vec<u8>],
    ) -> Result<HistoryEntry, StoreError> {
        self.write(None, workspace, summary, document, bodies)
    }

    fn write(
        &mut self,
        id: Option<HistoryId>,
        workspace: &Path,
        summary: &HistorySummary,
        document: &[u8],
        bodies: &[Vec<u8>],
    ) -> Result<HistoryEntry, StoreError> {
        let workspace = workspace_text(workspace);
        let summary = rows::as_kept(summary);
        let keeper = self.keeper;
        let id = self.run("write", |connection| {
            let transaction = rusqlite::Transaction::new_unchecked(
                connection,
                rusqlite::TransactionBehavior::Immediate,
            )?;
            let stored = document.len() + bodies.iter().map(Vec::len).sum::<usize>();
            let id = rows::insert(
                &transaction,
                id.map(|id| id.0),
                &workspace,
                &summary,
                stored,
            )?;
            transaction.execute(
                "INSERT INTO documents (entry, content) VALUES (?1, ?2)",
                params![id, document],
            )?;
            for (position, body) in bodies.iter().enumerate() {
                transaction.execute(
                    "INSERT INTO bodies (entry, position, content) VALUES (?1, ?2, ?3)",
                    params![id, i64::try_from(position).unwrap_or(i64::MAX), body],
                )?;
            }
            transaction.commit()?;
            if keeper == Keeper::Passing {
                database::shorten_log(connection);
            }
            Ok(HistoryId(id))
        })?;
        Ok(HistoryEntry { id, summary })
    }

    /// At most `most` exchanges of the workspace that the filter matches, newest first, behind `after` when there is one.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn page(
        &mut self,
        workspace: &Path,
        filter: &HistoryFilter,
        after: Option<HistoryPlace>,
        most: usize,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        let workspace = workspace_text(workspace);
        self.run("read", |connection| {
            rows::page(connection, &workspace, filter, after, most)
        })
    }

    /// The last exchanges of one request, newest first.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn of_request(
        &mut self,
        workspace: &Path,
        request: &RequestId,
        most: usize,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        let workspace = workspace_text(workspace);
        self.run("read", |connection| {
            rows::of_request(connection, &workspace, request, most)
        })
    }

    /// The exchange of that entry, under a new exchange id; `None` when there is none (any more).
    ///
    /// # Errors
    /// When the file cannot be opened or read, or the document is not what it should be.
    pub fn load(
        &mut self,
        id: HistoryId,
        exchange: ExchangeId,
    ) -> Result<Option<PastExchange>, StoreError> {
        let Some((entry, document)) = self.document(id)? else {
            return Ok(None);
        };
        if entry.summary.kind != HistoryKind::Exchange {
            return Ok(None);
        }
        let bodies = self.bodies(id)?;
        prepared::restore(entry, &document, &bodies, exchange)
            .map(Some)
            .map_err(|reason| database::unreadable_entry(&self.path(), &reason))
    }

    fn bodies(&mut self, id: HistoryId) -> Result<Vec<Vec<u8>>, StoreError> {
        self.run("read", |connection| {
            let mut statement = connection
                .prepare("SELECT content FROM bodies WHERE entry = ?1 ORDER BY position")?;
            let bodies = statement.query_map([id.0], |row| row.get::<_, Vec<u8>>(0))?;
            bodies.collect()
        })
    }

    /// Any entry with its document.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn document(
        &mut self,
        id: HistoryId,
    ) -> Result<Option<(HistoryEntry, Vec<u8>)>, StoreError> {
        self.run("read", |connection| {
            let Some(entry) = rows::entry(connection, id)? else {
                return Ok(None);
            };
            let document = connection
                .query_row(
                    "SELECT content FROM documents WHERE entry = ?1",
                    [id.0],
                    |row| row.get::<_, Vec<u8>>(0),
                )
                .optional()?;
            Ok(document.map(|document| (entry, document)))
        })
    }

    /// Writes another document for an entry; whether the entry was there. The caller has masked it.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub fn replace(&mut self, id: HistoryId, document: &[u8]) -> Result<bool, StoreError> {
        let keeper = self.keeper;
        self.run("write", |connection| {
            let transaction = rusqlite::Transaction::new_unchecked(
                connection,
                rusqlite::TransactionBehavior::Immediate,
            )?;
            let replaced = rows::replace_document(&transaction, id, document)?;
            transaction.commit()?;
            if keeper == Keeper::Passing {
                database::shorten_log(connection);
            }
            Ok(replaced)
        })
    }

    /// Deletes one entry. Nothing of it is left in any file, but `bring_back` has it as long as this value lives, unless it is among the lost.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub fn delete(&mut self, id: HistoryId) -> Result<Deletion, StoreError> {
        // One that cannot be read is deleted all the same.
        let kept = self.with_bodies(id);
        let deleted = self.run("write", |connection| clearing::delete(connection, &[id.0]))?;
        let was_there = deleted > 0;
        let lost = match kept.filter(|kept| kept.bytes() <= DELETED_BYTES) {
            Some(kept) if was_there => self.hold(kept),
            None if was_there => vec![id],
            _ => Vec::new(),
        };
        self.scrub()?;
        Ok(Deletion { was_there, lost })
    }

    fn with_bodies(&mut self, id: HistoryId) -> Option<Deleted> {
        let (entry, document) = self.document(id).ok().flatten()?;
        let bodies = self.bodies(id).ok()?;
        Some(Deleted {
            entry,
            document,
            bodies,
        })
    }

    /// Holds what was deleted; the oldest go when there is too much. Answers those.
    fn hold(&mut self, deleted: Deleted) -> Vec<HistoryId> {
        let mut lost = Vec::new();
        self.deleted.push(deleted);
        let bytes = |deleted: &[Deleted]| deleted.iter().map(Deleted::bytes).sum::<usize>();
        while self.deleted.len() > DELETED_ENTRIES || bytes(&self.deleted) > DELETED_BYTES {
            lost.push(self.deleted.remove(0).entry.id);
        }
        lost
    }

    /// Writes an entry again that `delete` deleted; `None` when it cannot come back any more.
    ///
    /// # Errors
    /// When the file cannot be opened or written; it can be tried again.
    pub fn bring_back(
        &mut self,
        workspace: &Path,
        id: HistoryId,
    ) -> Result<Option<HistoryEntry>, StoreError> {
        let Some(at) = self.deleted.iter().position(|known| known.entry.id == id) else {
            return Ok(None);
        };
        let deleted = self.deleted.remove(at);
        let written = self.write(
            Some(id),
            workspace,
            &deleted.entry.summary,
            &deleted.document,
            &deleted.bodies,
        );
        if written.is_err() {
            self.deleted.push(deleted);
        }
        written.map(Some)
    }

    /// Deleted entries cannot come back any more.
    pub fn forget_deleted(&mut self) {
        self.deleted.clear();
    }

    /// The last id so far: what comes later is not meant by a Clear that begins now.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn newest(&mut self) -> Result<HistoryId, StoreError> {
        self.run("read", |connection| {
            connection
                .query_row("SELECT coalesce(max(id), 0) FROM entries", [], |row| {
                    row.get(0)
                })
                .map(HistoryId)
        })
    }

    /// Deletes some entries of the scope, up to `newest`; how many. Call it until it says none, then `scrub`.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub fn clear_step(
        &mut self,
        workspace: &Path,
        scope: &HistoryScope,
        newest: HistoryId,
    ) -> Result<usize, StoreError> {
        let workspace = workspace_text(workspace);
        self.run("write", |connection| {
            clearing::clear_step(connection, &workspace, scope, newest)
        })
    }

    /// Gives freed pages back and empties the write-ahead log: nothing of what was deleted is left in any file.
    ///
    /// # Errors
    /// When the file cannot be written, or another process keeps the log busy.
    pub fn scrub(&mut self) -> Result<(), StoreError> {
        let path = self.path();
        if self.run("write", clearing::scrub)? {
            Ok(())
        } else {
            Err(database::still_in_use(&path))
        }
    }

    /// Whether the file was needed already.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.connection.is_some()
    }

    /// From now on these limits hold, here and for those who set none.
    pub fn set_limits(&mut self, limits: HistoryLimits) {
        self.limits = Some(limits);
    }

    /// Deletes some of the oldest entries when there are more than the limits allow; whether there may be more to delete.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub fn trim_step(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let limits = self.limits;
        self.run("write", |connection| {
            let limits = clearing::agreed_limits(connection, limits)?;
            clearing::trim_step(connection, limits, now)
        })
    }

    fn path(&self) -> std::path::PathBuf {
        self.data.root().join(FILE)
    }

    /// Runs `work` on the open database. A damaged one is kept aside, and the work is done on a new one.
    fn run<R>(
        &mut self,
        doing: &str,
        work: impl Fn(&Connection) -> rusqlite::Result<R>,
    ) -> Result<R, StoreError> {
        let path = self.path();
        let mut renewed = false;
        loop {
            let result = match &self.connection {
                Some(connection) => {
                    work(connection).map_err(|error| database::Trouble::of(doing, &path, &error))
                }
                None => match database::open(&self.data, self.keeper) {
                    Ok(connection) => {
                        self.connection = Some(connection);
                        continue;
                    }
                    Err(trouble) => Err(trouble),
                },
            };
            match result {
                Ok(result) => return Ok(result),
                Err(database::Trouble::Damaged(reason)) if !renewed => {
                    renewed = true;
                    self.connection = None;
                    self.reports.push(database::keep_aside(&path, &reason)?);
                }
                Err(trouble) => return Err(trouble.into_error(&path)),
            }
        }
    }
}

/// As it is written beside the entries: where the folder really is.
fn workspace_text(workspace: &Path) -> String {
    real_path(workspace).to_string_lossy().into_owned()
}
