//! The catalogue of Genesys Cloud's public operations: what there is, found by path, id or tag, completed, and made a request of.
//! Only the text is read here; where it comes from and who unpacks it is the worker's.
//! Source: the MIT-licensed JavaScript SDK, see `assets/catalogue/NOTICE`.

mod completion;
mod draft;
pub mod fuzzy;
mod own;
mod reading;
mod search;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use completion::{PathCompletion, PathSuggestion};
pub use draft::{name_in_words, path_variables};
pub use own::LeftOut;
pub use reading::{may_only_read, operation_key};

/// All operations, ordered by path, then method. The text is kept as it came; each row only knows where its columns begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    text: Box<str>,
    /// The same in lower case, for searching; every column is ASCII, so that places are the same.
    lower: Box<str>,
    rows: Vec<Row>,
    tags: Vec<TagGroup>,
}

/// Where the columns of one line begin; each ends one byte before the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    starts: [u32; COLUMNS],
    end: u32,
    /// The workspace brought it.
    is_own: bool,
}

const COLUMNS: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Method,
    Path,
    Id,
    Tags,
    Query,
    Body,
}

/// What stands in the last column of an operation that takes a body.
const HAS_BODY: &str = "body";

/// The operations of one area, `Users`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagGroup {
    pub name: String,
    /// By `Catalogue::operation`.
    pub operations: Vec<u32>,
}

/// One operation, as the SDK describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation<'a> {
    pub method: &'a str,
    /// `/api/v2/users/{userId}`
    pub path: &'a str,
    /// `getUser`
    pub id: &'a str,
    /// Separated by spaces.
    tags: &'a str,
    /// Separated by spaces.
    query: &'a str,
    pub has_body: bool,
    /// The workspace brought it, from an API description that was imported.
    pub is_own: bool,
}

impl<'a> Operation<'a> {
    pub fn tags(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.tags.split_ascii_whitespace()
    }

    /// Names of the query parameters, in the order of the SDK.
    pub fn query_names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.query.split_ascii_whitespace()
    }
}

/// The text is not a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    #[error(
        "line {line} of the catalogue has {found} columns instead of {COLUMNS}, or signs that are not ASCII"
    )]
    Columns { line: usize, found: usize },
    #[error("the catalogue is larger than 4 GiB")]
    TooLarge,
}

impl Catalogue {
    /// Reads lines of `method TAB path TAB id TAB tags TAB query names TAB body or nothing`; lines that begin with `#` are remarks.
    pub fn parse(text: impl Into<Box<str>>) -> Result<Self, CatalogueError> {
        let text: Box<str> = text.into();
        if u32::try_from(text.len()).is_err() {
            return Err(CatalogueError::TooLarge);
        }
        let mut rows = Vec::new();
        let mut at = 0;
        for (index, line) in text.split('\n').enumerate() {
            if !line.is_empty() && !line.starts_with('#') {
                rows.push(row(line, at, index + 1)?);
            }
            at += line.len() + 1;
        }
        let mut catalogue = Self {
            lower: text.to_ascii_lowercase().into(),
            text,
            rows,
            tags: Vec::new(),
        };
        catalogue.tags = catalogue.by_tag();
        Ok(catalogue)
    }

    fn by_tag(&self) -> Vec<TagGroup> {
        let mut groups = std::collections::BTreeMap::<&str, Vec<u32>>::new();
        for (index, operation) in self.operations() {
            for tag in operation.tags() {
                groups.entry(tag).or_default().push(index);
            }
        }
        groups
            .into_iter()
            .map(|(name, operations)| TagGroup {
                name: name.to_owned(),
                operations,
            })
            .collect()
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// In alphabetical order. An operation with two tags is in both.
    #[must_use]
    pub fn tags(&self) -> &[TagGroup] {
        &self.tags
    }

    #[must_use]
    pub fn operation(&self, index: u32) -> Option<Operation<'_>> {
        let row = self.rows.get(usize::try_from(index).ok()?)?;
        let column = |column| &self.text[row.range(column)];
        Some(Operation {
            method: column(Column::Method),
            path: column(Column::Path),
            id: column(Column::Id),
            tags: column(Column::Tags),
            query: column(Column::Query),
            has_body: column(Column::Body) == HAS_BODY,
            is_own: row.is_own,
        })
    }

    /// With their index, by path.
    pub fn operations(&self) -> impl Iterator<Item = (u32, Operation<'_>)> {
        (0..).map_while(|index| Some((index, self.operation(index)?)))
    }

    /// The operation that a request with this method and path would call: literal parts first, `{places}` stand for anything.
    /// A query behind the path is not looked at.
    #[must_use]
    pub fn find(&self, method: &str, path: &str) -> Option<(u32, Operation<'_>)> {
        let path = path.split('?').next().unwrap_or_default();
        self.operations()
            .filter(|(_, operation)| operation.method == method)
            .filter(|(_, operation)| fits(operation.path, path))
            .min_by_key(|(_, operation)| operation.path.matches('{').count())
    }
}

/// Whether a path is one of the template's.
fn fits(template: &str, path: &str) -> bool {
    let mut wanted = template.split('/');
    let mut given = path.split('/');
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given => {}
            (Some(wanted), Some(given)) if is_place(wanted) && fills(given) => {}
            _ => return false,
        }
    }
}

/// Whether a segment can stand in a `{place}`: a value, or a whole place.
fn fills(segment: &str) -> bool {
    !segment.is_empty() && (!segment.starts_with('{') || segment.ends_with('}'))
}

/// `{userId}`
fn is_place(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

impl Row {
    fn range(&self, column: Column) -> Range<usize> {
        let at = column as usize;
        let end = self
            .starts
            .get(at + 1)
            .map_or(self.end, |next| next.saturating_sub(1));
        self.starts[at] as usize..end as usize
    }
}

fn row(line: &str, at: usize, number: usize) -> Result<Row, CatalogueError> {
    let found = line.split('\t').count();
    if found != COLUMNS || !line.is_ascii() {
        return Err(CatalogueError::Columns {
            line: number,
            found,
        });
    }
    let place = |offset: usize| u32::try_from(at + offset).map_err(|_| CatalogueError::TooLarge);
    let mut starts = [place(0)?; COLUMNS];
    for (start, (tab, _)) in starts[1..].iter_mut().zip(line.match_indices('\t')) {
        *start = place(tab + 1)?;
    }
    Ok(Row {
        starts,
        end: place(line.len())?,
        is_own: false,
    })
}
