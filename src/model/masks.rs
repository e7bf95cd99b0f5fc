//! Masking by value: the secrets of one exchange, in every form in which they may turn up.
//! Masking by name (headers and fields named like credentials) lives in `names` and `fields`, so that one rule serves every output.
//! The encoded forms and the decoding views of a text are `forms` and `views`.

mod fields;
mod forms;
mod names;
mod references;
mod views;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::memmem::Finder;

pub use fields::{
    FieldSyntax, credentials_in_text, credentials_in_url, mask_named_fields, mask_url,
    replace_named_fields,
};
pub use names::{is_credential_field, is_credential_header, is_credential_value, shown_field};
pub use references::{is_header_of_references, is_made_of_references};

use super::secret::Secret;
use forms::Needle;
use views::View;

/// What stands in place of a secret.
pub const MASK: &str = "••••••";

/// What a file holds in place of a credential that was typed where it does not belong. Never sent: `resolve` refuses it.
pub const NOT_KEPT: &str = "(not kept)";

/// Secret values to be taken out of anything shown, written or copied. Cheap to clone; `Debug` prints a count only.
#[derive(Clone, Default)]
pub struct Masks {
    secrets: Arc<Vec<Secret>>,
    /// Made when first needed; emptied when a secret is added.
    needles: Arc<OnceLock<Vec<Needle>>>,
}

impl fmt::Debug for Masks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Masks({})", self.secrets.len())
    }
}

impl Masks {
    /// The shortest value that is masked, in bytes.
    pub const SHORTEST: usize = 4;

    /// The shortest value, in bytes, that `places_in` takes for the secret wherever it occurs. A shorter one (`test`, `1234`)
    /// is found by chance in paths and texts too: masking it there costs nothing, leaving it out of a file loses what was typed.
    const UNMISTAKABLE: usize = 8;

    /// Adds a secret value. Empty and very short values (under 4 bytes) are ignored: masking them would blot out everything.
    pub fn add(&mut self, value: &str) {
        // It stands where a credential was left out; masking it would hide the words that say so.
        if value == NOT_KEPT {
            return;
        }
        if value.len() >= Self::SHORTEST
            && value != NOT_KEPT
            && !self.secrets.iter().any(|known| known.expose() == value)
        {
            Arc::make_mut(&mut self.secrets).push(Secret::new(value));
            self.needles = Arc::default();
        }
    }

    pub fn extend(&mut self, other: &Self) {
        for secret in other.secrets.iter() {
            self.add(secret.expose());
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }

    /// `text` with every secret replaced: raw, percent-encoded, form-encoded, JSON-escaped and Base64,
    /// also inside a longer Base64 text such as that of `user:password`, and one encoding inside another.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let bytes = self.bytes(text.as_bytes());
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// The same over bytes that need not be UTF-8; there a Latin-1 spelling of a secret counts too.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        Self::replaced(bytes, self.occurrences(bytes))
    }

    /// Where secrets are, sorted and without overlaps: for bodies that are looked through part by part.
    #[must_use]
    pub fn ranges(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        self.occurrences(bytes)
    }

    /// Bytes that a secret takes at most, however it is spelled. Parts of a body that overlap by as much miss none.
    #[must_use]
    pub fn longest_form(&self) -> usize {
        // `\u0025` for the `%` of `%XX`, twice over; Base64 takes less.
        const LONGEST_SPELLING: usize = 24;
        let longest = self
            .secrets
            .iter()
            .map(|secret| secret.expose().len())
            .max();
        longest.unwrap_or(0) * LONGEST_SPELLING
    }

    /// `bytes` with the mask in place of each range; the ranges are sorted and apart.
    #[must_use]
    pub fn replaced(bytes: &[u8], ranges: Vec<Range<usize>>) -> Vec<u8> {
        let mut masked = Vec::with_capacity(bytes.len());
        let mut position = 0;
        for range in ranges {
            masked.extend_from_slice(&bytes[position..range.start]);
            masked.extend_from_slice(MASK.as_bytes());
            position = range.end;
        }
        masked.extend_from_slice(&bytes[position..]);
        masked
    }

    /// Where secrets stand in a text that is about to be written to a file, sorted and without overlaps.
    /// A secret under 8 bytes counts only where it is the whole text.
    #[must_use]
    pub fn places_in(&self, text: &str) -> Vec<Range<usize>> {
        if self.secrets.iter().any(|secret| secret.expose() == text) {
            return std::iter::once(0..text.len()).collect();
        }
        let whole_characters = |range: Range<usize>| {
            text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
        };
        self.found(text.as_bytes(), |needle| !needle.is_short())
            .into_iter()
            .map(whole_characters)
            .collect()
    }

    /// Whether any secret occurs in any form.
    #[must_use]
    pub fn occur_in(&self, bytes: &[u8]) -> bool {
        !self.occurrences(bytes).is_empty()
    }

    /// A header value for showing: wholly masked when the name is a credential's (the scheme word kept, `Bearer ••••••`),
    /// else by value; in `Location` and its like also by the names of the URL's fields.
    #[must_use]
    pub fn header(&self, name: &str, value: &[u8]) -> String {
        if is_credential_header(name) {
            return names::masked_credential(value);
        }
        let bytes = self.bytes(value);
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => latin1(error.as_bytes()),
        };
        if names::holds_url(name) {
            mask_url(&text)
        } else {
            text
        }
    }

    /// A URL or request target for showing: by value, its password, and its query fields named like credentials.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        mask_url(&self.text(url))
    }

    /// A body for showing: by value, and by field name where the content type tells how fields are written.
    #[must_use]
    pub fn body(&self, content_type: Option<&str>, text: &str) -> String {
        let text = self.text(text);
        match content_type.and_then(FieldSyntax::of_content_type) {
            Some(syntax) => mask_named_fields(&text, syntax),
            None => text,
        }
    }

    /// Prints `value` with every secret in it masked: for the `Debug` of whatever carries its masks.
    pub fn debug(&self, formatter: &mut fmt::Formatter<'_>, value: &dyn fmt::Debug) -> fmt::Result {
        let text = if formatter.alternate() {
            format!("{value:#?}")
        } else {
            format!("{value:?}")
        };
        formatter.write_str(&self.text(&text))
    }

    /// Where secrets are, sorted and without overlaps.
    fn occurrences(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        self.found(bytes, |_| true)
    }

    fn found(&self, bytes: &[u8], wanted: impl Fn(&Needle) -> bool) -> Vec<Range<usize>> {
        if self.is_empty() || bytes.len() < Self::SHORTEST {
            return Vec::new();
        }
        let needles = self
            .needles
            .get_or_init(|| forms::needles(self.secrets.iter().map(Secret::expose)));
        let latin1 = std::str::from_utf8(bytes).is_err();
        let spaces = needles.iter().any(Needle::holds_space);
        let mut found = Vec::new();
        views::for_each(bytes, spaces, |view| {
            let wanted = needles
                .iter()
                .filter(|needle| wanted(needle) && (latin1 || !needle.latin1_only()));
            find_in(view, wanted, &mut found);
        });
        merged(found)
    }
}

fn find_in<'a>(
    view: &View<'_>,
    needles: impl Iterator<Item = &'a Needle>,
    found: &mut Vec<Range<usize>>,
) {
    let haystack = view.bytes();
    for needle in needles {
        for start in Finder::new(needle.bytes()).find_iter(haystack) {
            found.push(view.source_range(needle.extent(haystack, start)));
        }
    }
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn latin1(bytes: &[u8]) -> String {
    // The mask itself is UTF-8 and must survive among Latin-1 bytes.
    let mut text = String::new();
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, MASK.as_bytes()) {
        text.extend(rest[..at].iter().map(|&byte| char::from(byte)));
        text.push_str(MASK);
        rest = &rest[at + MASK.len()..];
    }
    text.extend(rest.iter().map(|&byte| char::from(byte)));
    text
}

#[cfg(test)]
mod tests;
