//! What goes: single entries, a Clear, and what the limits do not allow any more. Everything in small steps, so that no one waits long.

use jiff::{SignedDuration, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};

use crate::model::history::{HistoryId, HistoryScope};
use crate::model::settings::HistoryLimits;

use super::rows::integer;

/// Entries that are deleted at once.
const STEP: usize = 100;
/// Pages (4 KiB) that are given back at once.
const PAGES: u32 = 2_048;

/// Deletes the entries with all that belongs to them.
pub(super) fn delete(connection: &Connection, ids: &[i64]) -> rusqlite::Result<usize> {
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
    let mut deleted = 0;
    for id in ids {
        deleted += transaction.execute("DELETE FROM entries WHERE id = ?1", [id])?;
    }
    transaction.commit()?;
    Ok(deleted)
}

pub(super) fn clear_step(
    connection: &Connection,
    workspace: &str,
    scope: &HistoryScope,
    newest: HistoryId,
) -> rusqlite::Result<usize> {
    let mut values: Vec<Value> = vec![newest.0.into()];
    let condition = match scope {
        HistoryScope::Everything => "",
        HistoryScope::Workspace => {
            values.push(workspace.to_owned().into());
            " AND workspace = ?"
        }
        HistoryScope::Environment(environment) => {
            values.push(workspace.to_owned().into());
            values.push(environment.to_string().into());
            " AND workspace = ? AND environment = ?"
        }
    };
    values.push(integer(STEP).into());
    let ids: Vec<i64> = connection
        .prepare_cached(&format!(
            "SELECT id FROM entries WHERE id <= ?{condition} ORDER BY id LIMIT ?"
        ))?
        .query_map(params_from_iter(values), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    delete(connection, &ids)
}

/// Whether the log could be emptied.
pub(super) fn scrub(connection: &Connection) -> rusqlite::Result<bool> {
    loop {
        let free: u32 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
        if free == 0 {
            break;
        }
        give_back(connection)?;
        let left: u32 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
        if left >= free {
            break;
        }
    }
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

fn give_back(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
    let mut rows = statement.query([])?;
    // It gives one page back for each row that is asked for.
    while rows.next()?.is_some() {}
    Ok(())
}

/// The limits that hold: those given, which are written down, or those that were written down, or the usual ones.
pub(super) fn agreed_limits(
    connection: &Connection,
    given: Option<HistoryLimits>,
) -> rusqlite::Result<HistoryLimits> {
    let written = connection
        .query_row("SELECT exchanges, mebibytes, days FROM limits", [], |row| {
            Ok(HistoryLimits {
                exchanges: row.get(0)?,
                mebibytes: row.get(1)?,
                days: row.get(2)?,
            })
        })
        .optional()?;
    if let Some(given) = given
        && written != Some(given)
    {
        connection.execute(
            "INSERT OR REPLACE INTO limits (one, exchanges, mebibytes, days) VALUES (1, ?1, ?2, ?3)",
            params![given.exchanges, given.mebibytes, given.days],
        )?;
    }
    Ok(given.or(written).unwrap_or_default())
}

/// Deletes up to `STEP` of the oldest; whether there may be more.
pub(super) fn trim_step(
    connection: &Connection,
    limits: HistoryLimits,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let (entries, bytes): (i64, i64) =
        connection.query_row("SELECT entries, bytes FROM totals", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let mut too_many = entries - i64::from(limits.exchanges);
    let mut too_large = bytes - i64::from(limits.mebibytes) * 1_048_576;
    let oldest_allowed = now
        .checked_sub(SignedDuration::from_hours(24 * i64::from(limits.days)))
        .unwrap_or(Timestamp::MIN)
        .as_microsecond();
    let oldest: Vec<(i64, i64, i64)> = connection
        .prepare_cached(
            "SELECT id, started_at, stored_bytes FROM entries ORDER BY started_at, id LIMIT ?1",
        )?
        .query_map([integer(STEP)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut ids = Vec::new();
    for (id, started_at, stored) in oldest {
        if too_many <= 0 && too_large <= 0 && started_at >= oldest_allowed {
            break;
        }
        too_many -= 1;
        too_large -= stored;
        ids.push(id);
    }
    if ids.is_empty() {
        return Ok(false);
    }
    delete(connection, &ids)?;
    give_back(connection)?;
    Ok(ids.len() == STEP)
}
