//! A change of one draft, carried over to another one that was edited meanwhile; and two edits of the same draft in one.

use super::request::{DraftBody, RequestDraft};

/// `current` with what differs between `from` and `to`: rows that went come back in their place, rows that came go,
/// everything else of `current` stays.
#[must_use]
pub fn carried(current: &RequestDraft, from: &RequestDraft, to: &RequestDraft) -> RequestDraft {
    RequestDraft {
        id: current.id.clone(),
        name: value(&current.name, &from.name, &to.name),
        method: value(&current.method, &from.method, &to.method),
        path: value(&current.path, &from.path, &to.path),
        path_variables: list(
            &current.path_variables,
            &from.path_variables,
            &to.path_variables,
        ),
        query: list(&current.query, &from.query, &to.query),
        headers: list(&current.headers, &from.headers, &to.headers),
        auth: value(&current.auth, &from.auth, &to.auth),
        body: body(&current.body, &from.body, &to.body),
    }
}

/// Both edits of `base`; `None` when they changed the same part.
#[must_use]
pub fn merged(
    base: &RequestDraft,
    mine: &RequestDraft,
    theirs: &RequestDraft,
) -> Option<RequestDraft> {
    let parts = |one: &RequestDraft, other: &RequestDraft| {
        [
            one.name != other.name,
            one.method != other.method,
            one.path != other.path,
            one.path_variables != other.path_variables,
            one.query != other.query,
            one.headers != other.headers,
            one.auth != other.auth,
            one.body != other.body,
        ]
    };
    let both = parts(base, mine).into_iter().zip(parts(base, theirs));
    let agree = parts(mine, theirs);
    let clash = both
        .zip(agree)
        .any(|((mine, theirs), differ)| mine && theirs && differ);
    (!clash).then(|| carried(mine, base, theirs))
}

fn value<T: Clone + PartialEq>(current: &T, from: &T, to: &T) -> T {
    if from == to {
        current.clone()
    } else {
        to.clone()
    }
}

fn body(current: &DraftBody, from: &DraftBody, to: &DraftBody) -> DraftBody {
    match (current, from, to) {
        (
            DraftBody::Form { rows: current },
            DraftBody::Form { rows: from },
            DraftBody::Form { rows: to },
        ) => DraftBody::Form {
            rows: list(current, from, to),
        },
        (
            DraftBody::Multipart { rows: current },
            DraftBody::Multipart { rows: from },
            DraftBody::Multipart { rows: to },
        ) => DraftBody::Multipart {
            rows: list(current, from, to),
        },
        _ => value(current, from, to),
    }
}

fn list<T: Clone + PartialEq>(current: &[T], from: &[T], to: &[T]) -> Vec<T> {
    if from == to {
        return current.to_vec();
    }
    if current == from || current == to {
        return to.to_vec();
    }
    let gone = without(from, to);
    let mut rows = without(
        current,
        &gone
            .iter()
            .map(|(_, row)| *row)
            .cloned()
            .collect::<Vec<_>>(),
    )
    .into_iter()
    .map(|(_, row)| row.clone())
    .collect::<Vec<T>>();
    for (index, row) in without(to, from) {
        // Behind the row that stands before it, where that is still there.
        let behind = index
            .checked_sub(1)
            .and_then(|before| rows.iter().rposition(|known| *known == to[before]))
            .map(|at| at + 1);
        let at = behind.unwrap_or(index).min(rows.len());
        rows.insert(at, row.clone());
    }
    rows
}

/// The rows of `all` that are not in `taken`, each with its index; equal rows count one by one.
fn without<'a, T: PartialEq>(all: &'a [T], taken: &[T]) -> Vec<(usize, &'a T)> {
    let mut used = vec![false; taken.len()];
    all.iter()
        .enumerate()
        .filter(|(_, row)| {
            let found = (0..taken.len()).find(|&at| !used[at] && taken[at] == **row);
            if let Some(at) = found {
                used[at] = true;
            }
            found.is_none()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_rows_is_carried_over_and_later_typing_stays() {
        let rows: [(&str, &str, &str, &str); 8] = [
            // current, from, to, expected
            ("ab", "ab", "axb", "axb"),
            ("Ab", "ab", "axb", "Axb"),
            ("ac", "ac", "abc", "abc"),
            ("acd", "ac", "abc", "abcd"),
            ("abcd", "abc", "ac", "acd"),
            ("", "a", "ab", "b"),
            ("aab", "ab", "b", "ab"),
            ("ab", "a", "ab", "ab"),
        ];
        for (current, from, to, expected) in rows {
            let of = |text: &str| text.chars().collect::<Vec<char>>();
            let got: String = list(&of(current), &of(from), &of(to)).into_iter().collect();
            assert_eq!(got, expected, "{current} {from} -> {to}");
        }
    }

    #[test]
    fn two_edits_of_different_parts_make_one_draft_and_of_the_same_part_none() {
        let base = RequestDraft {
            path: "/a".to_owned(),
            ..RequestDraft::default()
        };
        let with = |path: &str, method: &str| RequestDraft {
            path: path.to_owned(),
            method: method.to_owned(),
            ..base.clone()
        };
        let both = merged(&base, &with("/mine", "GET"), &with("/a", "POST"));
        assert_eq!(both, Some(with("/mine", "POST")));
        assert_eq!(
            merged(&base, &with("/mine", "GET"), &with("/theirs", "GET")),
            None
        );
        let same = with("/same", "GET");
        assert_eq!(merged(&base, &same, &same), Some(same.clone()));
    }
}
