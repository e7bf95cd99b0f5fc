//! The layer of headers: names folded, `x-amzn-remapped-…` undone, repeats as ordered lists, `Set-Cookie` never joined.
//! `Content-Type` belongs to the layer of media types.

use super::applied::Values;
use super::built_in::{BuiltInScope, built_in};
use super::collect::{Collected, Work};
use super::outcome::{Layer, Row, RowKind, SetAside, Shown};
use super::side::Side;
use super::uri::Homes;
use crate::model::exchange::HeaderField;

const REMAPPED: &str = "x-amzn-remapped-";

/// One header of one side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Field {
    /// In wire order.
    values: Vec<Vec<u8>>,
    /// It came as `x-amzn-remapped-…`.
    remapped: bool,
}

/// The headers of one side by their folded names, in wire order.
#[derive(Debug, Default)]
struct Fields(Vec<(String, Field)>);

impl Fields {
    fn of(headers: &[HeaderField]) -> Self {
        let mut fields = Self::default();
        // What the service said counts: it came under the other name.
        for field in headers {
            if let Some(name) = remapped_name(&field.name) {
                fields.add(&name, &field.value, true);
            }
        }
        for field in headers {
            let name = field.name.to_ascii_lowercase();
            let replaced = fields.get(&name).is_some_and(|field| field.remapped);
            if remapped_name(&name).is_none() && !replaced {
                fields.add(&name, &field.value, false);
            }
        }
        fields
    }

    fn add(&mut self, name: &str, value: &[u8], remapped: bool) {
        if let Some((_, field)) = self.0.iter_mut().find(|(known, _)| known == name) {
            field.values.push(value.to_vec());
        } else {
            let field = Field {
                values: vec![value.to_vec()],
                remapped,
            };
            self.0.push((name.to_owned(), field));
        }
    }

    fn get(&self, name: &str) -> Option<&Field> {
        let found = self.0.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }
}

fn remapped_name(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let bare = name.strip_prefix(REMAPPED)?;
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// Adds what differs between the headers of two answers.
pub(super) fn compare_headers(
    sides: (&Side<'_>, &Side<'_>),
    headers: (&[HeaderField], &[HeaderField]),
    work: &Work<'_>,
    collected: &mut Collected,
) {
    let (a, b) = (Fields::of(headers.0), Fields::of(headers.1));
    let only_b = b.0.iter().filter(|(name, _)| a.get(name).is_none());
    let homes = Homes::of(sides.0, sides.1);
    let is_head = sides
        .0
        .exchange
        .answer()
        .is_some_and(|hop| hop.sent.method.eq_ignore_ascii_case("HEAD"));
    for (name, _) in a.0.iter().chain(only_b) {
        if name == "content-type" {
            continue;
        }
        let pair = HeaderPair {
            name,
            a: a.get(name),
            b: b.get(name),
            is_head,
        };
        if let Some(row) = pair.row(sides, &homes, work) {
            collected.add_row(row);
        } else if let (Some(a), Some(b)) = (pair.shown(pair.a, work), pair.shown(pair.b, work)) {
            collected.add_same(Layer::Headers, name.clone(), [a, b]);
        }
    }
}

/// Names of headers that differ in a way that counts: what is volatile between A and A again.
pub(super) fn differing_names(a: &[HeaderField], b: &[HeaderField]) -> Vec<String> {
    let (a, b) = (Fields::of(a), Fields::of(b));
    let only_b = b.0.iter().filter(|(name, _)| a.get(name).is_none());
    a.0.iter()
        .chain(only_b)
        .filter(|(name, _)| {
            let values = |fields: &Fields| fields.get(name).map(|field| field.values.clone());
            name != "content-type" && built_in(name).is_none() && values(&a) != values(&b)
        })
        .map(|(name, _)| name.clone())
        .collect()
}

struct HeaderPair<'h> {
    name: &'h str,
    a: Option<&'h Field>,
    b: Option<&'h Field>,
    is_head: bool,
}

impl HeaderPair<'_> {
    fn row(&self, sides: (&Side<'_>, &Side<'_>), homes: &Homes, work: &Work<'_>) -> Option<Row> {
        let (kind, why) = self.difference(sides, homes)?;
        let set_aside = self.set_aside(kind, work);
        Some(Row {
            layer: Layer::Headers,
            place: self.name.to_owned(),
            kind,
            a: self.shown(self.a, work),
            b: self.shown(self.b, work),
            why,
            times: 1,
            set_aside,
        })
    }

    fn shown(&self, field: Option<&Field>, work: &Work<'_>) -> Option<Shown> {
        let texts: Vec<String> = field?
            .values
            .iter()
            .map(|value| work.show.header(self.name, value))
            .collect();
        Some(Shown::plain(texts.join("\n")))
    }

    fn difference(
        &self,
        sides: (&Side<'_>, &Side<'_>),
        homes: &Homes,
    ) -> Option<(RowKind, String)> {
        let (a, b) = match (self.a, self.b) {
            (Some(a), Some(b)) => (a, b),
            (Some(_), None) => return Some((RowKind::Removed, "missing on B".to_owned())),
            (None, Some(_)) => return Some((RowKind::Added, "missing on A".to_owned())),
            (None, None) => return None,
        };
        let is_address = matches!(self.name, "location" | "content-location");
        if is_address && homes.leads_past(Some(&joined(a)), Some(&joined(b))) {
            let why = "leads to the service itself, past the gateway".to_owned();
            return Some((RowKind::PastGateway, why));
        }
        if a.values == b.values {
            if a.remapped == b.remapped {
                return None;
            }
            let leg = if a.remapped { "A" } else { "B" };
            return Some((
                RowKind::Remapped,
                format!("came as {REMAPPED}{} on {leg}", self.name),
            ));
        }
        let (text_a, text_b) = (joined(a), joined(b));
        if self.name != "set-cookie" && text_a == text_b {
            let why = "the same values, in several lines on one side".to_owned();
            return Some((RowKind::MergedValues, why));
        }
        if is_address {
            let relation = homes.relation(&text_a, &text_b, sides);
            if relation == Some(RowKind::OwnOrigin) {
                return Some((RowKind::OwnOrigin, "each leads to its own side".to_owned()));
            }
            if relation == Some(RowKind::StageLost) {
                return Some((RowKind::StageLost, homes.lost_words(&text_a, &text_b)));
            }
        }
        Some((RowKind::Changed, String::new()))
    }

    fn set_aside(&self, kind: RowKind, work: &Work<'_>) -> Option<SetAside> {
        if let Some(field) = built_in(self.name)
            && self.is_built_in(field.scope, kind)
        {
            return Some(SetAside::BuiltIn {
                because: field.because.to_owned(),
            });
        }
        let text = |field: Option<&Field>| field.map(joined).unwrap_or_default();
        let (a, b) = (text(self.a), text(self.b));
        let values = match kind {
            RowKind::Changed => Values::Texts(&a, &b),
            _ => Values::Other,
        };
        work.rules
            .for_header(self.name, kind, values)
            .or_else(|| work.expected.header(kind))
            .or_else(|| {
                work.volatile
                    .holds_header(self.name)
                    .then_some(SetAside::Volatile)
            })
    }

    fn is_built_in(&self, scope: BuiltInScope, kind: RowKind) -> bool {
        // An answer to HEAD has no body of its own: its length is what it says.
        if self.is_head && self.name == "content-length" {
            return false;
        }
        match scope {
            BuiltInScope::Whole => true,
            BuiltInScope::Values => !matches!(kind, RowKind::Added | RowKind::Removed),
            BuiltInScope::CookieValues => {
                let cookies = |field: Option<&Field>| -> Option<Vec<String>> {
                    Some(field?.values.iter().map(|value| cookie(value)).collect())
                };
                self.a.is_some() && cookies(self.a) == cookies(self.b)
            }
        }
    }
}

fn joined(field: &Field) -> String {
    let texts: Vec<String> = field
        .values
        .iter()
        .map(|value| HeaderField::new("", value.clone()).text())
        .collect();
    let joined = texts.join(",");
    let words: Vec<&str> = joined.split(',').map(str::trim).collect();
    words.join(", ")
}

/// A cookie without its value and without the moment at which it ends.
fn cookie(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let mut parts = text.split(';').map(str::trim);
    let name = parts
        .next()
        .unwrap_or_default()
        .split('=')
        .next()
        .unwrap_or_default();
    let mut attributes: Vec<String> = parts
        .map(str::to_ascii_lowercase)
        .filter(|part| !part.starts_with("expires="))
        .collect();
    attributes.sort();
    format!("{name}; {}", attributes.join("; "))
}
