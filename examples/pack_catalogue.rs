//! Makes `assets/catalogue/operations.tsv` (to be read by people) and `operations.tsv.zst` (what the program carries).
//!
//! `cargo run --example pack_catalogue -- operations.jsonl assets/catalogue` takes a table of operations, one JSON object a line:
//! `{"tag", "id", "method", "path", "query": […], "body": bool}`, an operation with two tags on two lines.
//! `cargo run --example pack_catalogue -- assets/catalogue` packs the readable table again after it was edited by hand.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

/// Packed once, unpacked by everybody: the slowest level.
const LEVEL: i32 = 19;

const HEAD: &str = "\
# The public operations of Genesys Cloud, derived from the MIT-licensed JavaScript SDK: see NOTICE.
# method, path, operation id, tags, query names, body; columns are separated by tabs, lists by spaces.
";

/// By path and method.
type Operations = BTreeMap<(String, String), Operation>;

#[derive(Debug, Default, PartialEq, Eq)]
struct Operation {
    id: String,
    tags: Vec<String>,
    query: Vec<String>,
    has_body: bool,
}

#[derive(serde::Deserialize)]
struct Row {
    tag: String,
    id: String,
    method: String,
    path: String,
    query: Vec<String>,
    body: bool,
}

/// The readable table of a JSON one.
pub(crate) fn table(rows: &str) -> Result<String, Box<dyn Error>> {
    let mut operations = Operations::new();
    for line in rows.lines().filter(|line| !line.trim().is_empty()) {
        let row: Row = serde_json::from_str(line)?;
        let words = [&row.tag, &row.id, &row.method, &row.path];
        if let Some(word) = words
            .into_iter()
            .chain(&row.query)
            .find(|word| word.contains(char::is_whitespace) || !word.is_ascii())
        {
            return Err(format!("`{word}` cannot stand in the table").into());
        }
        let operation = operations.entry((row.path, row.method)).or_default();
        operation.id = row.id;
        operation.query = row.query;
        operation.has_body = row.body;
        operation.tags.push(row.tag);
    }
    let lines = operations.into_iter().map(|((path, method), operation)| {
        let Operation {
            id,
            tags,
            query,
            has_body,
        } = operation;
        let body = if has_body { "body" } else { "" };
        let (tags, query) = (tags.join(" "), query.join(" "));
        format!("{method}\t{path}\t{id}\t{tags}\t{query}\t{body}\n")
    });
    Ok(std::iter::once(HEAD.to_owned()).chain(lines).collect())
}

/// What the program carries.
pub(crate) fn packed(table: &str) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(table.as_bytes(), LEVEL)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (table, directory) = match &arguments[..] {
        [directory] => (
            fs::read_to_string(Path::new(directory).join("operations.tsv"))?,
            directory,
        ),
        [rows, directory] => {
            let table = table(&fs::read_to_string(rows)?)?;
            fs::write(Path::new(directory).join("operations.tsv"), &table)?;
            (table, directory)
        }
        _ => return Err("usage: pack_catalogue [operations.jsonl] assets/catalogue".into()),
    };
    fs::write(
        Path::new(directory).join("operations.tsv.zst"),
        packed(&table)?,
    )?;
    Ok(())
}
