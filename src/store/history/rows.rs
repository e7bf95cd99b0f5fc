//! Entries in and out of SQL: columns, searches, pages.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::{Type, Value};
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};
use serde::de::DeserializeOwned;
use serde::{Serialize, de};

use crate::model::history::{
    HistoryEntry, HistoryFilter, HistoryId, HistoryKind, HistoryPlace, HistorySummary, Term,
};
use crate::model::ids::{EnvironmentId, RequestId};

const COLUMNS: &str = "id, kind, request, environment, environment_name, environment_colour, leg, method, path, url, \
     status, error, answered_by, started_at, total, wire_bytes, decoded_bytes";

/// The summary as it will be read: rows know whole microseconds.
pub(super) fn as_kept(summary: &HistorySummary) -> HistorySummary {
    let micros = |duration: Duration| {
        Duration::from_micros(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
    };
    let started_at = summary.started_at.as_microsecond();
    HistorySummary {
        started_at: Timestamp::from_microsecond(started_at).unwrap_or(summary.started_at),
        total: micros(summary.total),
        ..summary.clone()
    }
}

/// `id`: `None` for the next one.
pub(super) fn insert(
    connection: &Connection,
    id: Option<i64>,
    workspace: &str,
    entry: &HistorySummary,
    stored_bytes: usize,
) -> rusqlite::Result<i64> {
    connection.execute(
        "INSERT INTO entries (id, kind, workspace, request, environment, environment_name, environment_colour, leg, method, \
         path, url, status, error, answered_by, started_at, total, wire_bytes, decoded_bytes, stored_bytes) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
        params![
            id,
            entry.kind.word(),
            workspace,
            entry.request.as_ref().map(|request| &request.0),
            entry.environment.as_str(),
            entry.environment_name,
            word(&entry.environment_colour),
            entry.leg,
            entry.method,
            entry.path,
            entry.url,
            entry.status,
            entry.error.as_ref().map(word),
            entry.answered_by,
            entry.started_at.as_microsecond(),
            integer(entry.total.as_micros()),
            integer(entry.wire_bytes),
            integer(entry.decoded_bytes),
            integer(stored_bytes),
        ],
    )?;
    Ok(connection.last_insert_rowid())
}

/// Another document for an entry, which its size and the totals follow; whether it was there.
pub(super) fn replace_document(
    connection: &Connection,
    id: HistoryId,
    document: &[u8],
) -> rusqlite::Result<bool> {
    let before: Option<i64> = connection
        .query_row(
            "SELECT length(content) FROM documents WHERE entry = ?1",
            [id.0],
            |row| row.get(0),
        )
        .optional()?;
    let Some(before) = before else {
        return Ok(false);
    };
    let more = i64::try_from(document.len()).unwrap_or(i64::MAX) - before;
    connection.execute(
        "UPDATE documents SET content = ?2 WHERE entry = ?1",
        params![id.0, document],
    )?;
    connection.execute(
        "UPDATE entries SET stored_bytes = stored_bytes + ?2 WHERE id = ?1",
        params![id.0, more],
    )?;
    connection.execute("UPDATE totals SET bytes = bytes + ?1", [more])?;
    Ok(true)
}

pub(super) fn entry(
    connection: &Connection,
    id: HistoryId,
) -> rusqlite::Result<Option<HistoryEntry>> {
    connection
        .query_row(
            &format!("SELECT {COLUMNS} FROM entries WHERE id = ?1"),
            [id.0],
            read,
        )
        .optional()
}

pub(super) fn page(
    connection: &Connection,
    workspace: &str,
    filter: &HistoryFilter,
    after: Option<HistoryPlace>,
    most: usize,
) -> rusqlite::Result<Vec<HistoryEntry>> {
    let mut wheres = vec!["workspace = ?".to_owned(), "kind IN (?, ?)".to_owned()];
    let mut values: Vec<Value> = vec![
        workspace.to_owned().into(),
        HistoryKind::Exchange.word().to_owned().into(),
        HistoryKind::Comparison.word().to_owned().into(),
    ];
    if let Some(after) = after {
        wheres.push("(started_at, id) < (?, ?)".to_owned());
        values.push(after.started_at.as_microsecond().into());
        values.push(after.id.0.into());
    }
    for term in &filter.terms {
        wheres.push(condition(term, &mut values));
    }
    values.push(integer(most).into());
    let sql = format!(
        "SELECT {COLUMNS} FROM entries WHERE {} ORDER BY started_at DESC, id DESC LIMIT ?",
        wheres.join(" AND ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(values), read)?;
    found.collect()
}

/// The SQL of one term, as `HistoryFilter::matches` has it.
fn condition(term: &Term, values: &mut Vec<Value>) -> String {
    match term {
        Term::Status(status) => {
            values.push(i64::from(*status).into());
            "status = ?".to_owned()
        }
        Term::StatusClass(class) => {
            values.push(i64::from(*class).into());
            "status / 100 = ?".to_owned()
        }
        Term::Failed => "error IS NOT NULL".to_owned(),
        Term::Text(text) => {
            let pattern = like(text);
            values.push(pattern.clone().into());
            values.push(pattern.into());
            values.push(text.clone().into());
            "(url LIKE ? ESCAPE '\\' OR environment_name LIKE ? ESCAPE '\\' OR method = ? COLLATE NOCASE)"
                .to_owned()
        }
    }
}

/// The pattern of whatever holds `text`; what means something in a pattern stands for itself.
fn like(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

pub(super) fn of_request(
    connection: &Connection,
    workspace: &str,
    request: &RequestId,
    most: usize,
) -> rusqlite::Result<Vec<HistoryEntry>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM entries WHERE workspace = ?1 AND request = ?2 AND kind = ?3 \
         ORDER BY started_at DESC, id DESC LIMIT ?4"
    ))?;
    let found = statement.query_map(
        params![
            workspace,
            request.0,
            HistoryKind::Exchange.word(),
            integer(most)
        ],
        read,
    )?;
    found.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<HistoryEntry> {
    let kind: String = row.get(1)?;
    let environment: String = row.get(3)?;
    let colour: String = row.get(5)?;
    let error: Option<String> = row.get(11)?;
    let micros: i64 = row.get(13)?;
    let count = |index: usize| {
        row.get::<_, i64>(index)
            .map(|count| u64::try_from(count).unwrap_or_default())
    };
    Ok(HistoryEntry {
        id: HistoryId(row.get(0)?),
        summary: HistorySummary {
            kind: HistoryKind::from_word(&kind).ok_or_else(|| wrong(1, "kind"))?,
            request: row.get::<_, Option<String>>(2)?.map(RequestId),
            environment: EnvironmentId::new(environment).map_err(|_| wrong(3, "environment"))?,
            environment_name: row.get(4)?,
            // A colour of a later version is no reason to lose the entry.
            environment_colour: value(&colour).unwrap_or_default(),
            leg: row.get(6)?,
            method: row.get(7)?,
            path: row.get(8)?,
            url: row.get(9)?,
            status: row.get(10)?,
            error: error.as_deref().and_then(value),
            answered_by: row.get(12)?,
            started_at: Timestamp::from_microsecond(micros).map_err(|_| wrong(13, "time"))?,
            total: Duration::from_micros(count(14)?),
            wire_bytes: count(15)?,
            decoded_bytes: count(16)?,
        },
    })
}

fn wrong(column: usize, what: &'static str) -> rusqlite::Error {
    let reason =
        <serde_json::Error as de::Error>::custom(format!("the {what} of an entry is none"));
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(reason))
}

/// The word that serde has for a plain variant.
fn word<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
}

fn value<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

/// SQLite's numbers have a sign.
pub(super) fn integer(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn a_pattern_holds_the_text_literally() {
        for (text, expected) in [
            ("users", "%users%"),
            ("100%", "%100\\%%"),
            ("a_b\\c", "%a\\_b\\\\c%"),
        ] {
            assert_eq!(like(text), expected);
        }
    }
}
