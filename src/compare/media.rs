//! The layer of media types: `Content-Type` by type and by the parameters that mean something.

use super::applied::Values;
use super::collect::{Collected, Work};
use super::outcome::{Layer, Row, RowKind, SetAside, Shown};
use crate::body::sniff;

const NAME: &str = "content-type";

/// How two media types differ; `None` when they do not.
pub(super) fn difference(a: Option<&str>, b: Option<&str>) -> Option<(RowKind, String)> {
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (Some(_), None) => return Some((RowKind::Removed, "missing on B".to_owned())),
        (None, Some(_)) => return Some((RowKind::Added, "missing on A".to_owned())),
        (None, None) => return None,
    };
    if sniff::essence(a) != sniff::essence(b) {
        return Some((RowKind::Changed, "another type".to_owned()));
    }
    let (mut one, mut other) = (parameters(a), parameters(b));
    if one == other {
        return None;
    }
    // Bodies are compared as the text they are; a boundary is made for one answer.
    let has_meaning = |(name, _): &(String, String)| name != "charset" && name != "boundary";
    one.retain(has_meaning);
    other.retain(has_meaning);
    Some(if one == other {
        let why = "equal but for the charset or boundary".to_owned();
        (RowKind::MediaParameter, why)
    } else {
        (RowKind::Changed, "other parameters".to_owned())
    })
}

pub(super) fn compare_media_types(
    a: Option<&str>,
    b: Option<&str>,
    work: &Work<'_>,
    collected: &mut Collected,
) {
    let shown = |value: Option<&str>| value.map(|value| Shown::plain(work.show.text(value)));
    let Some((kind, why)) = difference(a, b) else {
        if let (Some(a), Some(b)) = (shown(a), shown(b)) {
            collected.add_same(Layer::MediaType, NAME.to_owned(), [a, b]);
        }
        return;
    };
    let values = match (a, b) {
        (Some(a), Some(b)) => Values::Texts(a, b),
        _ => Values::Other,
    };
    let set_aside = work
        .rules
        .for_header(NAME, kind, values)
        .or_else(|| work.volatile.media_type.then_some(SetAside::Volatile));
    collected.add_row(Row {
        layer: Layer::MediaType,
        place: NAME.to_owned(),
        kind,
        a: shown(a),
        b: shown(b),
        why,
        times: 1,
        set_aside,
    });
}

/// Names and values, folded where case means nothing, in an order of their own.
fn parameters(value: &str) -> Vec<(String, String)> {
    let mut parameters: Vec<(String, String)> = value
        .split(';')
        .skip(1)
        .filter_map(|part| {
            let (name, value) = part.split_once('=')?;
            let name = name.trim().to_ascii_lowercase();
            let value = value.trim().trim_matches('"');
            let value = if name == "charset" {
                value.to_ascii_lowercase()
            } else {
                value.to_owned()
            };
            Some((name, value))
        })
        .collect();
    parameters.sort();
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_parameters() {
        let table = [
            (Some("application/json"), Some("application/json"), None),
            (
                Some("application/json; charset=utf-8"),
                Some("application/json"),
                Some(RowKind::MediaParameter),
            ),
            (
                Some("application/json; charset=utf-8"),
                Some("Application/JSON;charset=\"UTF-8\""),
                None,
            ),
            (
                Some("application/json"),
                Some("text/html"),
                Some(RowKind::Changed),
            ),
            (
                Some("multipart/mixed; boundary=a"),
                Some("multipart/mixed; boundary=b"),
                Some(RowKind::MediaParameter),
            ),
            (
                Some("a/b; profile=x"),
                Some("a/b; profile=y"),
                Some(RowKind::Changed),
            ),
            (Some("a/b; x=1; y=2"), Some("a/b; y=2; x=1"), None),
            (None, Some("a/b"), Some(RowKind::Added)),
            (Some("a/b"), None, Some(RowKind::Removed)),
            (None, None, None),
        ];
        for (a, b, expected) in table {
            assert_eq!(
                difference(a, b).map(|found| found.0),
                expected,
                "{a:?} {b:?}"
            );
        }
    }
}
