//! Laws of the comparison of two JSON documents, on generated ones.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

/// Documents as services send them: few names, small numbers, lists of things with ids.
fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..4).prop_map(Value::from),
        "[a-c\"é]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-d]", inner.clone(), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            prop::collection::btree_map("[p-u]", inner, 0..6).prop_map(|things| {
                things
                    .into_iter()
                    .map(|(id, value)| json!({"id": id, "value": value}))
                    .collect()
            }),
        ]
    })
}

/// The document, and one made of it by small changes or another one altogether.
fn two_documents() -> impl Strategy<Value = (Value, Value)> {
    (document(), document(), any::<u64>()).prop_map(|(a, other, seed)| {
        let b = if seed % 4 == 0 {
            other
        } else {
            altered(&a, &other, &mut seed.clone())
        };
        (a, b)
    })
}

fn next(seed: &mut u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

fn altered(value: &Value, other: &Value, seed: &mut u64) -> Value {
    if next(seed).is_multiple_of(8) {
        return other.clone();
    }
    match value {
        Value::Array(elements) => {
            let mut elements: Vec<Value> = elements
                .iter()
                .map(|element| altered(element, other, seed))
                .collect();
            match next(seed) % 4 {
                0 if !elements.is_empty() => elements.rotate_left(1),
                1 => elements.insert(0, json!({"id": "new"})),
                2 if !elements.is_empty() => {
                    let at = usize::try_from(next(seed)).expect("small") % elements.len();
                    elements.remove(at);
                }
                _ => {}
            }
            Value::Array(elements)
        }
        Value::Object(members) => {
            let mut changed: Map<String, Value> = members
                .iter()
                .map(|(name, member)| (name.clone(), altered(member, other, seed)))
                .collect();
            if next(seed).is_multiple_of(5) {
                changed.insert("z".to_owned(), Value::Null);
            }
            Value::Object(changed)
        }
        scalar => scalar.clone(),
    }
}

/// RFC 6902 operations made of the changes. Values first, deepest lists first, so that every place is still where A had it.
fn patch(found: &[Found]) -> Vec<Value> {
    let pointer = |path: &[PathStep<'_>]| -> String {
        path.iter()
            .map(|step| match step {
                PathStep::Member(name) => {
                    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
                }
                PathStep::Element { index_a, .. } => format!("/{}", index_a.expect("in A")),
            })
            .collect()
    };
    let value = |text: &Option<String>| -> Value {
        serde_json::from_str(text.as_deref().expect("a value")).expect("JSON")
    };
    let indices = |change: &Found| match change.path.last() {
        Some(PathStep::Element {
            index_a, index_b, ..
        }) => Some((*index_a, *index_b)),
        _ => None,
    };
    let mut operations = Vec::new();
    let mut lists: Vec<(String, usize, Vec<&Found>)> = Vec::new();
    for change in found {
        let inner = change.path.split_last().map_or(&[][..], |(_, rest)| rest);
        match (change.kind, indices(change)) {
            (RowKind::Changed | RowKind::TypeChanged, _) => {
                operations.push(json!({"op": "replace", "path": pointer(&change.path), "value": value(&change.b)}));
            }
            (RowKind::Added | RowKind::Removed | RowKind::Moved, Some(_)) => {
                let list = pointer(inner);
                match lists.iter_mut().find(|(known, ..)| *known == list) {
                    Some((.., changes)) => changes.push(change),
                    None => lists.push((list, inner.len(), vec![change])),
                }
            }
            (RowKind::Added, None) => operations.push(
                json!({"op": "add", "path": pointer(&change.path), "value": value(&change.b)}),
            ),
            (RowKind::Removed, None) => {
                operations.push(json!({"op": "remove", "path": pointer(&change.path)}));
            }
            _ => {}
        }
    }
    lists.sort_by_key(|(_, depth, _)| std::cmp::Reverse(*depth));
    for (list, _, changes) in lists {
        let mut out: Vec<usize> = changes
            .iter()
            .filter_map(|change| indices(change)?.0)
            .collect();
        out.sort_unstable_by_key(|index| std::cmp::Reverse(*index));
        operations.extend(
            out.into_iter()
                .map(|index| json!({"op": "remove", "path": format!("{list}/{index}")})),
        );
        let mut new: Vec<(usize, Value)> = changes
            .iter()
            .filter_map(|change| Some((indices(change)?.1?, value(&change.b))))
            .collect();
        new.sort_unstable_by_key(|(index, _)| *index);
        operations.extend(new.into_iter().map(|(index, value)| json!({"op": "add", "path": format!("{list}/{index}"), "value": value})));
    }
    operations
}

fn apply(document: &mut Value, operation: &Value) {
    let path = operation["path"].as_str().expect("a path");
    let Some((parent, last)) = path.rsplit_once('/') else {
        *document = operation["value"].clone();
        return;
    };
    let last = last.replace("~1", "/").replace("~0", "~");
    match (
        document.pointer_mut(parent).expect("the parent"),
        operation["op"].as_str().expect("an operation"),
    ) {
        (Value::Object(members), "remove") => drop(members.remove(&last).expect("a member")),
        (Value::Object(members), _) => drop(members.insert(last, operation["value"].clone())),
        (Value::Array(elements), "remove") => {
            drop(elements.remove(last.parse().expect("an index")));
        }
        (Value::Array(elements), "add") => {
            elements.insert(last.parse().expect("an index"), operation["value"].clone());
        }
        (Value::Array(elements), _) => {
            elements[last.parse::<usize>().expect("an index")] = operation["value"].clone();
        }
        (other, operation) => panic!("{operation} in {other}"),
    }
}

fn shuffled(value: &Value, seed: &mut u64) -> Value {
    match value {
        Value::Array(elements) => elements
            .iter()
            .map(|element| shuffled(element, seed))
            .collect(),
        Value::Object(members) => {
            let mut members: Vec<(u64, String, Value)> = members
                .iter()
                .map(|(name, member)| (next(seed), name.clone(), shuffled(member, seed)))
                .collect();
            members.sort_by_key(|(place, ..)| *place);
            Value::Object(
                members
                    .into_iter()
                    .map(|(_, name, member)| (name, member))
                    .collect(),
            )
        }
        scalar => scalar.clone(),
    }
}

fn mirrored(found: Vec<Found>) -> Vec<Found> {
    let mut turned: Vec<Found> = found
        .into_iter()
        .map(|mut change| {
            std::mem::swap(&mut change.a, &mut change.b);
            change.kind = match change.kind {
                RowKind::Added => RowKind::Removed,
                RowKind::Removed => RowKind::Added,
                kind => kind,
            };
            for step in &mut change.path {
                if let PathStep::Element {
                    index_a, index_b, ..
                } = step
                {
                    std::mem::swap(index_a, index_b);
                }
            }
            change.place = String::new();
            change
        })
        .collect();
    sort(&mut turned);
    turned
}

fn sort(found: &mut [Found]) {
    found.sort_by_key(|change| {
        format!(
            "{:?} {:?} {:?} {:?}",
            change.path, change.kind, change.a, change.b
        )
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn applying_the_changes_to_a_gives_b((a, b) in two_documents()) {
        let found = changes(&a.to_string(), &b.to_string());
        let mut patched = a.clone();
        let operations = patch(&found);
        for operation in &operations {
            apply(&mut patched, operation);
        }
        prop_assert_eq!(&patched, &b, "{:#?}\n{:#?}", lines(&found), operations);
    }

    #[test]
    fn a_document_and_itself_have_no_change(a in document(), seed in any::<u64>()) {
        prop_assert_eq!(changes(&a.to_string(), &a.to_string()), vec![]);
        let pretty = serde_json::to_string_pretty(&a).expect("JSON");
        prop_assert_eq!(changes(&a.to_string(), &pretty), vec![]);
        let other_order = shuffled(&a, &mut seed.clone()).to_string();
        let found = changes(&a.to_string(), &other_order);
        prop_assert!(found.iter().all(|change| change.kind == RowKind::KeyOrder), "{:#?}", lines(&found));
    }

    #[test]
    fn the_other_way_round_is_the_mirror((a, b) in two_documents()) {
        let there = changes(&a.to_string(), &b.to_string());
        let mut back = changes(&b.to_string(), &a.to_string());
        for change in &mut back {
            change.place = String::new();
        }
        sort(&mut back);
        prop_assert_eq!(mirrored(there), back);
    }

    #[test]
    fn any_bytes_give_a_result(a in prop::collection::vec(prop::sample::select(b"[]{}:,\"\\ 1eunltrfas".to_vec()), 0..40)) {
        let not = || false;
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&a).is_ok();
        let read = Tape::read(&a, &not);
        prop_assert!(!is_json || read.is_ok(), "{:?}", String::from_utf8_lossy(&a));
    }
}
