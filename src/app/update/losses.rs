//! Which edits lose something that no field's own undo brings back: rows that were removed, a body whose kind was changed.

use crate::model::request::{DraftBody, RequestDraft};

/// What was done, when it is such an edit: `Removed parameter pageSize`.
pub(super) fn of(before: &RequestDraft, after: &RequestDraft) -> Option<String> {
    let names = |rows: &[crate::model::request::QueryRow]| -> Vec<String> {
        rows.iter().map(|row| row.name.clone()).collect()
    };
    removed("parameter", &names(&before.query), &names(&after.query))
        .or_else(|| {
            let names = |draft: &RequestDraft| -> Vec<String> {
                draft.headers.iter().map(|row| row.name.clone()).collect()
            };
            removed("header", &names(before), &names(after))
        })
        .or_else(|| of_body(&before.body, &after.body))
}

fn removed(noun: &str, before: &[String], after: &[String]) -> Option<String> {
    if after.len() >= before.len() {
        return None;
    }
    let mut left = after.to_vec();
    let gone: Vec<&String> = before
        .iter()
        .filter(|name| match left.iter().position(|kept| kept == *name) {
            Some(index) => {
                left.remove(index);
                false
            }
            None => true,
        })
        .collect();
    Some(match &gone[..] {
        [name] if name.is_empty() => format!("Removed a {noun}"),
        [name] => format!("Removed {noun} {name}"),
        _ => format!("Removed {} {noun}s", before.len() - after.len()),
    })
}

fn of_body(before: &DraftBody, after: &DraftBody) -> Option<String> {
    match (before, after) {
        (DraftBody::Form { rows }, DraftBody::Form { rows: now }) => {
            let names = |rows: &[crate::model::request::QueryRow]| -> Vec<String> {
                rows.iter().map(|row| row.name.clone()).collect()
            };
            removed("form field", &names(rows), &names(now))
        }
        (DraftBody::Multipart { rows }, DraftBody::Multipart { rows: now }) => {
            let names = |rows: &[crate::model::request::PartRow]| -> Vec<String> {
                rows.iter().map(|row| row.name.clone()).collect()
            };
            removed("part", &names(rows), &names(now))
        }
        _ if std::mem::discriminant(before) == std::mem::discriminant(after)
            || before.text() == Some("")
            || is_empty(before) =>
        {
            None
        }
        // JSON becomes text with all its characters.
        (before, after) if before.text().is_some() && before.text() == after.text() => None,
        _ => Some("Changed the kind of body".to_owned()),
    }
}

fn is_empty(body: &DraftBody) -> bool {
    match body {
        DraftBody::None => true,
        DraftBody::Json { text } | DraftBody::Text { text, .. } => text.is_empty(),
        DraftBody::Form { rows } => rows.is_empty(),
        DraftBody::Multipart { rows } => rows.is_empty(),
        DraftBody::File { path, .. } => path.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::request::{HeaderRow, QueryRow};

    fn query(names: &[&str]) -> Vec<QueryRow> {
        names
            .iter()
            .map(|name| QueryRow {
                enabled: true,
                name: (*name).to_owned(),
                value: None,
            })
            .collect()
    }

    fn json(text: &str) -> DraftBody {
        DraftBody::Json {
            text: text.to_owned(),
        }
    }

    #[test]
    fn what_a_field_cannot_bring_back_is_named() {
        let of_query = |names: &[&str]| RequestDraft {
            query: query(names),
            ..RequestDraft::default()
        };
        let of_body = |body: DraftBody| RequestDraft {
            body,
            ..RequestDraft::default()
        };
        let header = RequestDraft {
            headers: vec![HeaderRow {
                enabled: true,
                name: "X-One".to_owned(),
                value: String::new(),
            }],
            ..RequestDraft::default()
        };
        let text = DraftBody::Text {
            text: "{}".to_owned(),
            content_type: String::new(),
        };
        let form = DraftBody::Form {
            rows: query(&["a"]),
        };
        let rows = [
            (
                of_query(&["a", "b"]),
                of_query(&["b"]),
                Some("Removed parameter a"),
            ),
            (
                of_query(&["a", "a"]),
                of_query(&["a"]),
                Some("Removed parameter a"),
            ),
            (
                of_query(&["a", ""]),
                of_query(&["a"]),
                Some("Removed a parameter"),
            ),
            (
                of_query(&["a", "b", "c"]),
                of_query(&[]),
                Some("Removed 3 parameters"),
            ),
            (of_query(&["a"]), of_query(&["a", "b"]), None),
            (of_query(&["a"]), of_query(&["typed"]), None),
            (
                header.clone(),
                RequestDraft::default(),
                Some("Removed header X-One"),
            ),
            (
                of_body(json("{}")),
                of_body(DraftBody::None),
                Some("Changed the kind of body"),
            ),
            (of_body(json("")), of_body(DraftBody::None), None),
            (of_body(json("{}")), of_body(json("{ }")), None),
            (of_body(json("{}")), of_body(text), None),
            (
                of_body(form.clone()),
                of_body(json("")),
                Some("Changed the kind of body"),
            ),
            (
                of_body(form),
                of_body(DraftBody::Form { rows: vec![] }),
                Some("Removed form field a"),
            ),
        ];
        for (before, after, expected) in rows {
            assert_eq!(
                of(&before, &after).as_deref(),
                expected,
                "{before:?}\n{after:?}"
            );
        }
    }
}
