//! Rows as text, one a line, and back: `name=value` for query and form rows, `name: value` for headers, `#` or `//` in front
//! of a row that is off. What a plain line cannot say (a line end in a value, a name that begins with `#`) is written in
//! quotes, as JSON writes a text, so that nothing is lost on the way there and back.

use super::request::{HeaderRow, QueryRow};

/// A row of a table that can be written as text.
pub trait BulkRow: Sized + PartialEq {
    /// Between name and value: `=` or `:`.
    const SEPARATOR: char;

    /// # Returns
    /// Whether the row is on, its name, and its value when it has one.
    fn parts(&self) -> (bool, &str, Option<&str>);

    fn from_parts(enabled: bool, name: String, value: Option<String>) -> Self;
}

impl BulkRow for QueryRow {
    const SEPARATOR: char = '=';

    fn parts(&self) -> (bool, &str, Option<&str>) {
        (self.enabled, &self.name, self.value.as_deref())
    }

    fn from_parts(enabled: bool, name: String, value: Option<String>) -> Self {
        Self {
            enabled,
            name,
            value,
        }
    }
}

impl BulkRow for HeaderRow {
    const SEPARATOR: char = ':';

    fn parts(&self) -> (bool, &str, Option<&str>) {
        (self.enabled, &self.name, Some(&self.value))
    }

    fn from_parts(enabled: bool, name: String, value: Option<String>) -> Self {
        Self {
            enabled,
            name,
            value: value.unwrap_or_default(),
        }
    }
}

/// All rows, one a line.
#[must_use]
pub fn write<R: BulkRow>(rows: &[R]) -> String {
    rows.iter().map(line).collect::<Vec<String>>().join("\n")
}

/// The rows of a text. Blank lines are no rows; every other line is one, whatever stands in it.
#[must_use]
pub fn read<R: BulkRow>(text: &str) -> Vec<R> {
    text.lines().filter_map(row).collect()
}

fn line<R: BulkRow>(row: &R) -> String {
    let (enabled, name, value) = row.parts();
    let gap = if R::SEPARATOR == ':' { " " } else { "" };
    let off = if enabled { "" } else { "# " };
    let separator = R::SEPARATOR;
    let plain = match value {
        Some("") => format!("{off}{name}{separator}"),
        Some(value) => format!("{off}{name}{separator}{gap}{value}"),
        None => format!("{off}{name}"),
    };
    if !plain.contains(['\n', '\r']) && self::row::<R>(&plain).as_ref() == Some(row) {
        return plain;
    }
    let quote = |text: &str| serde_json::Value::from(text).to_string();
    match value {
        Some(value) => format!("{off}{}{separator}{gap}{}", quote(name), quote(value)),
        None => format!("{off}{}", quote(name)),
    }
}

fn row<R: BulkRow>(line: &str) -> Option<R> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.trim().is_empty() {
        return None;
    }
    let marked = line.trim_start();
    let off = marked
        .strip_prefix('#')
        .or_else(|| marked.strip_prefix("//"))
        .map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    let text = off.unwrap_or(line);
    let (name, value) = quoted(text, R::SEPARATOR).unwrap_or_else(|| plain(text, R::SEPARATOR));
    Some(R::from_parts(off.is_none(), name, value))
}

fn plain(text: &str, separator: char) -> (String, Option<String>) {
    // A pseudo header of HTTP/2 begins with the separator; nothing else does.
    match text.split_once(separator) {
        Some((name, value)) if separator == ':' => {
            let value = value.strip_prefix(' ').unwrap_or(value);
            (name.to_owned(), Some(value.to_owned()))
        }
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    }
}

/// Name and value when both are in quotes.
fn quoted(text: &str, separator: char) -> Option<(String, Option<String>)> {
    if !text.starts_with('"') {
        return None;
    }
    let mut name = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let read = name.next()?.ok()?;
    let rest = text[name.byte_offset()..].trim_start_matches(' ');
    if rest.is_empty() {
        return Some((read, None));
    }
    let value = rest.strip_prefix(separator)?;
    let value = serde_json::from_str::<String>(value.trim_matches(' ')).ok()?;
    Some((read, Some(value)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(enabled: bool, name: &str, value: Option<&str>) -> QueryRow {
        QueryRow::from_parts(enabled, name.to_owned(), value.map(str::to_owned))
    }

    fn header(enabled: bool, name: &str, value: &str) -> HeaderRow {
        HeaderRow::from_parts(enabled, name.to_owned(), Some(value.to_owned()))
    }

    #[test]
    fn query_lines_are_written_as_people_write_them() {
        for (row, line) in [
            (query(true, "pageSize", Some("5")), "pageSize=5"),
            (query(false, "expand", Some("a")), "# expand=a"),
            (query(true, "flag", None), "flag"),
            (query(true, "empty", Some("")), "empty="),
            (query(true, "q", Some("a=b&c")), "q=a=b&c"),
            (query(true, "path", Some("C:\\new")), "path=C:\\new"),
            (query(true, "text", Some("\"quoted\"")), "text=\"quoted\""),
            (query(true, "spaces", Some(" a ")), "spaces= a "),
            (query(true, "#name", Some("1")), "\"#name\"=\"1\""),
            (query(true, "a=b", Some("1")), "\"a=b\"=\"1\""),
            (
                query(true, "x", Some("two\nlines")),
                "\"x\"=\"two\\nlines\"",
            ),
            (query(true, "", None), "\"\""),
        ] {
            assert_eq!(write(std::slice::from_ref(&row)), line);
            assert_eq!(read::<QueryRow>(line), vec![row], "{line}");
        }
    }

    #[test]
    fn header_lines_are_read_as_people_write_them() {
        for (line, row) in [
            ("Accept: text/html", header(true, "Accept", "text/html")),
            ("Accept:text/html", header(true, "Accept", "text/html")),
            ("// X-Off: 1", header(false, "X-Off", "1")),
            ("  # X-Off: 1", header(false, "X-Off", "1")),
            ("#X-Off: 1", header(false, "X-Off", "1")),
            ("X-Empty:", header(true, "X-Empty", "")),
            ("X-Name", header(true, "X-Name", "")),
            ("X-Url: https://a/b", header(true, "X-Url", "https://a/b")),
            ("X-Windows: 1\r", header(true, "X-Windows", "1")),
        ] {
            assert_eq!(read::<HeaderRow>(line), vec![row], "{line:?}");
        }
        assert_eq!(read::<HeaderRow>("\n \nA: 1\n\nB: 2\n").len(), 2);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_on_the_way_there_and_back(
            rows in prop::collection::vec(
                (any::<bool>(), "[#/\" =:\\\\a-c\n\r\u{85}\u{2028}é]{0,6}", prop::option::of("[#/\" =:\\\\a-c\n\r\té]{0,6}")),
                0..8,
            ),
        ) {
            let query: Vec<QueryRow> = rows
                .iter()
                .map(|(on, name, value)| query(*on, name, value.as_deref()))
                .collect();
            prop_assert_eq!(read::<QueryRow>(&write(&query)), query);
            let headers: Vec<HeaderRow> = rows
                .iter()
                .map(|(on, name, value)| header(*on, name, value.as_deref().unwrap_or("")))
                .collect();
            prop_assert_eq!(read::<HeaderRow>(&write(&headers)), headers);
        }

        #[test]
        fn any_text_is_read_and_stays_the_same_rows(text in "[#/\" =:a-c\n\r]{0,40}") {
            let rows = read::<QueryRow>(&text);
            prop_assert_eq!(read::<QueryRow>(&write(&rows)), rows);
        }
    }
}
