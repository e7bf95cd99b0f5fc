//! The text of a workspace file: a schema version, then the value; what has its default value is left out.
//! Which files there are is the business of `scan`, putting new values into an old text of `merge`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use toml_edit::{DocumentMut, Item, Table, TableLike, TomlError};

use super::merge;
use crate::model::masks::Masks;

/// The version that this Gatescope writes. A file of a higher one is read where possible, and never written.
pub(super) const SCHEMA: i64 = 1;

/// The key of the version.
pub(super) const SCHEMA_KEY: &str = "schema";

/// A kind of workspace file.
pub(super) trait Stored: Serialize + DeserializeOwned + Clone + PartialEq {
    /// The folder of such files.
    const FOLDER: &'static str;
    /// What one is called in messages.
    const NOUN: &'static str;

    fn id_text(&self) -> &str;

    /// Fills in what a person need not write: the id and the name, from the name of the file.
    fn complete(document: &mut Table, file: &str);

    /// The text of everything that may be left out of a file.
    fn defaults() -> Table;

    /// Dotted paths of keys that are written even when they hold the default.
    fn always_written() -> &'static [&'static str];

    /// The same under another id, for a file that may not keep its own.
    fn with_id(&self, id: &str) -> Self;

    fn with_name_suffix(&self, suffix: &str) -> Self;

    /// A free id in place of a doubled one; the same for the same file each time.
    fn other_id(&self, file: &str, taken: &dyn Fn(&str) -> bool) -> String;

    /// The name of a new file, without folder and ending.
    fn file_stem(&self) -> String;

    /// As it may be written, and what was left out: credentials by name, and the secrets that are `known`.
    fn withheld(&self, known: &Masks) -> (Self, Vec<String>);
}

/// A text that was understood.
#[derive(Debug)]
pub(super) struct Understood<T> {
    pub(super) value: T,
    pub(super) newer: bool,
}

/// # Errors
/// What is wrong with the text, for a person.
pub(super) fn understand<T: Stored>(text: &str, file: &str) -> Result<Understood<T>, String> {
    if text.trim().is_empty() {
        return Err("The file is empty".to_owned());
    }
    let mut document = parse(text)?;
    let version = version(document.as_table())?;
    T::complete(document.as_table_mut(), file);
    document.remove(SCHEMA_KEY);
    let value = toml_edit::de::from_document(document).map_err(|error| {
        // Says which key, and has no place: the document may have been completed.
        let text = error.to_string();
        sentence(&text.trim().replace('\n', " "))
    })?;
    Ok(Understood {
        value,
        newer: version > SCHEMA,
    })
}

pub(super) fn parse(text: &str) -> Result<DocumentMut, String> {
    text.parse::<DocumentMut>()
        .map_err(|error| place_and_message(text, &error))
}

/// The version of a file; one without counts as the first.
pub(super) fn version(table: &Table) -> Result<i64, String> {
    match table.get(SCHEMA_KEY) {
        None => Ok(1),
        Some(item) => item
            .as_integer()
            .filter(|&version| version >= 1)
            .ok_or_else(|| format!("`{SCHEMA_KEY}` must be a whole number such as {SCHEMA}")),
    }
}

/// What the model knows of a file: the value without its defaults, and the version.
///
/// # Errors
/// When a number is larger than TOML allows.
pub(super) fn known<T: Stored>(value: &T) -> Result<Table, String> {
    let mut table = table_of(value)?;
    prune(&mut table, &T::defaults(), T::always_written(), "");
    let mut document = Table::new();
    document.insert(SCHEMA_KEY, toml_edit::value(SCHEMA));
    for (key, item) in &table {
        document.insert(key, item.clone());
    }
    Ok(document)
}

/// A value as TOML, defaults included.
pub(super) fn table_of<T: Serialize>(value: &T) -> Result<Table, String> {
    let text = toml_edit::ser::to_string_pretty(value).map_err(|error| error.to_string())?;
    Ok(parse(&text)?.into_table())
}

/// The text of a new file.
pub(super) fn new_text<T: Stored>(value: &T) -> Result<String, String> {
    let mut document = DocumentMut::new();
    merge::apply(document.as_table_mut(), &Table::new(), &known(value)?);
    Ok(document.to_string())
}

fn prune(table: &mut dyn TableLike, defaults: &dyn TableLike, keep: &[&str], within: &str) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        let path = format!("{within}{key}");
        if keep.contains(&path.as_str()) {
            continue;
        }
        let (Some(item), Some(default)) = (table.get_mut(&key), defaults.get(&key)) else {
            continue;
        };
        if let (Some(nested), Some(default)) = (item.as_table_like_mut(), default.as_table_like()) {
            prune(nested, default, keep, &format!("{path}."));
        }
        let emptied = item.as_table_like().is_some_and(TableLike::is_empty);
        if emptied || merge::same(item, default) {
            table.remove(&key);
        }
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// Where in the text, and what: without the quoted lines that the crate prints for a terminal.
fn place_and_message(text: &str, error: &TomlError) -> String {
    let message = error.message().trim().replace('\n', ", ");
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => {
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
            format!("Line {line}, column {column}: {message}")
        }
        None => sentence(&message),
    }
}

/// Adds a text under `key` unless something is there.
pub(super) fn fill_in(document: &mut Table, key: &str, text: &str) {
    if !document.contains_key(key) {
        document.insert(key, Item::Value(text.into()));
    }
}

/// `requests/users/list.toml` -> `list`.
pub(super) fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.strip_suffix(".toml").unwrap_or(name)
}
