use std::cell::Cell;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::compare::outcome::RowKind;

/// A change with everything a test looks at.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    kind: RowKind,
    place: String,
    path: Vec<PathStep<'static>>,
    a: Option<String>,
    b: Option<String>,
    times: usize,
    rule: Option<usize>,
}

fn owned(step: PathStep<'_>) -> PathStep<'static> {
    match step {
        PathStep::Member(name) => PathStep::Member(name.into_owned().into()),
        PathStep::Element {
            index_a,
            index_b,
            identity,
        } => PathStep::Element {
            index_a,
            index_b,
            identity: identity
                .map(|(key, value)| (key.into_owned().into(), value.into_owned().into())),
        },
    }
}

fn changes_by(a: &str, b: &str, action: Option<&RuleAction>) -> (Vec<Found>, Vec<String>) {
    let not = || false;
    let (one, other) = (
        Tape::read(a.as_bytes(), &not).expect(a),
        Tape::read(b.as_bytes(), &not).expect(b),
    );
    let list_rule = |_: &[PathStep<'_>]| action.map(|action| ListRule { number: 7, action });
    let options = WalkOptions {
        list_rule: if action.is_some() {
            Some(&list_rule)
        } else {
            None
        },
        list_rule_depth: usize::MAX,
        most_steps: MOST_STEPS,
        cancelled: &not,
    };
    let mut found = Vec::new();
    let text = |tape: &Tape<'_>, node: u32| String::from_utf8_lossy(tape.value(node)).into_owned();
    let remarks = walk(&one, &other, &options, &mut |place, change| {
        found.push(Found {
            kind: change.kind,
            place: place.text(),
            path: place.path().into_iter().map(owned).collect(),
            a: change.a.map(|node| text(&one, node)),
            b: change.b.map(|node| text(&other, node)),
            times: change.times,
            rule: change.rule,
        });
    })
    .expect("little work");
    (found, remarks.0)
}

fn changes(a: &str, b: &str) -> Vec<Found> {
    changes_by(a, b, None).0
}

fn lines(found: &[Found]) -> Vec<String> {
    found
        .iter()
        .map(|change| {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            format!(
                "{:?} {} {} {}",
                change.kind,
                change.place,
                value(&change.a),
                value(&change.b)
            )
        })
        .collect()
}

/// Peers' case 89 and the rules of the issue: two documents, and what is said about them.
#[expect(clippy::too_many_lines, reason = "one table")]
#[test]
fn what_differs_and_what_does_not() {
    let table: [(&str, &str, &[&str]); 33] = [
        ("{}", "{ }", &[]),
        (
            r#"{"a":1,"b":[]}"#,
            r#"{"b":[],"a":1}"#,
            &[r#"KeyOrder $ {"a":1,"b":[]} {"b":[],"a":1}"#],
        ),
        ("[1]", "[1.0]", &["NumberText $[0] 1 1.0"]),
        (
            "9007199254740993",
            "9007199254740992",
            &["Changed $ 9007199254740993 9007199254740992"],
        ),
        (r#"{"a":null}"#, "{}", &["Removed $.a null -"]),
        ("{}", r#"{"a":null}"#, &["Added $.a - null"]),
        (r#"{"a":null}"#, r#"{"a":0}"#, &["TypeChanged $.a null 0"]),
        (r#"{"a":"1"}"#, r#"{"a":1}"#, &[r#"TypeChanged $.a "1" 1"#]),
        (
            r#"{"a":true}"#,
            r#"{"a":false}"#,
            &["Changed $.a true false"],
        ),
        (r#"{"a":[]}"#, r#"{"a":{}}"#, &["TypeChanged $.a [] {}"]),
        (
            r#"{"a":"é"}"#,
            r#"{"a":"\u00e9"}"#,
            &[r#"StringText $.a "é" "\u00e9""#],
        ),
        (r#"{"\u0061":1}"#, r#"{"a":2}"#, &["Changed $.a 1 2"]),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#, &["DuplicateKey $.a 1 -"]),
        (
            r#"{"a":1,"b":0,"a":2}"#,
            r#"{"b":0,"a":3}"#,
            &["DuplicateKey $.a 1 -", "Changed $.a 2 3"],
        ),
        (
            r#"{"d":"2026-01-01T00:00:00Z"}"#,
            r#"{"d":"2026-01-01T01:00:00.000+01:00"}"#,
            &[r#"Instant $.d "2026-01-01T00:00:00Z" "2026-01-01T01:00:00.000+01:00""#],
        ),
        ("[1,2,3]", "[0,1,2,3]", &["Added $[0] - 0"]),
        ("[1,2,3]", "[1,3]", &["Removed $[1] 2 -"]),
        ("[1,2,3]", "[2,3,1]", &["Moved $[0] 1 1"]),
        ("[1,2,3]", "[1,5,3]", &["Changed $[1] 2 5"]),
        ("[1,2,3]", r#"[1,"2",3]"#, &[r#"TypeChanged $[1] 2 "2""#]),
        (
            r#"[{"id":"x","v":1},{"id":"y","v":2}]"#,
            r#"[{"id":"n","v":0},{"v":1,"id":"x"},{"id":"y","v":3}]"#,
            &[
                r#"Added $[id=n] - {"id":"n","v":0}"#,
                "Changed $[id=y].v 2 3",
                r#"KeyOrder $[id=x] {"id":"x","v":1} {"v":1,"id":"x"}"#,
            ],
        ),
        (
            r#"[{"id":"x","v":1},{"id":"y"},{"id":"z"}]"#,
            r#"[{"id":"y"},{"id":"z"},{"id":"x","v":2}]"#,
            &[
                r#"Moved $[id=x] {"id":"x","v":1} {"id":"x","v":2}"#,
                "Changed $[id=x].v 1 2",
            ],
        ),
        // Ids that are not unique name nothing; the next member that could is taken.
        (
            r#"[{"id":1,"name":"a"},{"id":1,"name":"b"}]"#,
            r#"[{"id":1,"name":"b"}]"#,
            &[r#"Removed $[name=a] {"id":1,"name":"a"} -"#],
        ),
        // A number and a string are two identities.
        (
            r#"[{"id":1}]"#,
            r#"[{"id":"1"}]"#,
            &[
                r#"Removed $[id=1] {"id":1} -"#,
                r#"Added $[id=1] - {"id":"1"}"#,
            ],
        ),
        (
            r#"[{"k":"a","v":1},{"k":"b","v":2}]"#,
            r#"[{"k":"n","v":9},{"k":"a","v":1},{"k":"b","v":3}]"#,
            &[r#"Added $[0] - {"k":"n","v":9}"#, "Changed $[1].v 2 3"],
        ),
        (
            r#"[{"k":"a","v":1,"w":1},{"k":"c"}]"#,
            r#"[{"k":"n","v":9,"w":8},{"k":"a","v":2,"w":1},{"k":"c"}]"#,
            &[
                r#"Added $[0] - {"k":"n","v":9,"w":8}"#,
                "Changed $[0].v 1 2",
            ],
        ),
        ("[[1,2],[3]]", "[[1,2],[3,4]]", &["Added $[1][1] - 4"]),
        ("[]", "[null]", &["Added $[0] - null"]),
        (
            r#"{"a b":{"":1}}"#,
            r#"{"a b":{"":2}}"#,
            &[r#"Changed $["a b"][""] 1 2"#],
        ),
        ("\u{feff}{\"a\":1}", r#")]}',{"a":1}"#, &[]),
        ("1", "-0", &["Changed $ 1 -0"]),
        ("0", "-0", &["NumberText $ 0 -0"]),
        (r#""a""#, r#""b""#, &[r#"Changed $ "a" "b""#]),
    ];
    for (a, b, expected) in table {
        assert_eq!(lines(&changes(a, b)), expected, "\nA {a}\nB {b}");
    }
}

#[test]
fn rules_say_how_lists_are_aligned() {
    let by_key = RuleAction::ByKey("k".to_owned());
    let table: [(&str, &str, &RuleAction, &[&str]); 9] = [
        (
            "[1,2,2,3]",
            "[3,2,1]",
            &RuleAction::Set,
            &["Order $ [1,2,2,3] [3,2,1]", "Repeats $ [1,2,2,3] [3,2,1]"],
        ),
        (
            "[1,2]",
            "[1,4]",
            &RuleAction::Set,
            &["Removed $[1] 2 -", "Added $[1] - 4"],
        ),
        (
            "[1,1,1]",
            "[1]",
            &RuleAction::Set,
            &["Repeats $ [1,1,1] [1]"],
        ),
        ("[1,1]", "[1,1]  ", &RuleAction::Set, &[]),
        (
            "[1,2,2]",
            "[2,1]",
            &RuleAction::Multiset,
            &["Order $ [1,2,2] [2,1]", "Removed $[2] 2 -"],
        ),
        (
            "[1,2,2]",
            "[2,1,2]",
            &RuleAction::Multiset,
            &["Order $ [1,2,2] [2,1,2]"],
        ),
        (
            r#"[{"id":1,"v":1},{"id":2,"v":2}]"#,
            r#"[{"id":2,"v":2},{"id":1,"v":1}]"#,
            &RuleAction::List,
            &[r#"Moved $[0] {"id":1,"v":1} {"id":1,"v":1}"#],
        ),
        (
            r#"[{"k":1,"v":1},{"k":2,"v":2}]"#,
            r#"[{"k":2,"v":3},{"k":1,"v":1}]"#,
            &by_key,
            &[
                r#"Order $ [{"k":1,"v":1},{"k":2,"v":2}] [{"k":2,"v":3},{"k":1,"v":1}]"#,
                "Changed $[k=2].v 2 3",
            ],
        ),
        (
            r#"[{"k":1},{"k":1}]"#,
            r#"[{"k":1}]"#,
            &by_key,
            &[r#"Removed $[1] {"k":1} -"#],
        ),
    ];
    for (a, b, action, expected) in table {
        let (found, remarks) = changes_by(a, b, Some(action));
        // Which of two equal moves is told depends on neither side's place, so it may be either.
        let found: Vec<String> = lines(&found)
            .into_iter()
            .map(|line| {
                line.replace(
                    r#"Moved $[1] {"id":2,"v":2} {"id":2,"v":2}"#,
                    r#"Moved $[0] {"id":1,"v":1} {"id":1,"v":1}"#,
                )
            })
            .collect();
        assert_eq!(found, expected, "\nA {a}\nB {b} {action}");
        assert_eq!(
            !remarks.is_empty(),
            a == r#"[{"k":1},{"k":1}]"#,
            "{remarks:?}"
        );
    }
}

#[test]
fn texts_that_are_no_json_say_where() {
    let table: [(&str, usize); 14] = [
        ("", 0),
        ("  ", 2),
        ("{", 1),
        ("[1", 2),
        ("[1,]", 3),
        ("{\"a\"}", 4),
        ("{\"a\":1,}", 7),
        ("[1 2]", 3),
        ("{} {}", 3),
        ("[1}", 2),
        ("]", 0),
        ("\"abc", 0),
        ("<html>", 0),
        ("[01]", 1),
    ];
    for (text, offset) in table {
        let error = Tape::read(text.as_bytes(), &|| false).expect_err(text);
        assert_eq!(error, TapeError::Invalid { offset }, "{text:?}");
    }
}

#[test]
fn a_hundred_thousand_levels_and_a_difference_at_the_bottom() {
    let nested = |inside: &str| {
        format!(
            "{}{inside}{}",
            "[{\"a\":".repeat(50_000),
            "}]".repeat(50_000)
        )
    };
    let found = changes(&nested("1"), &nested("2"));
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].kind, found[0].path.len()),
        (RowKind::Changed, 100_000)
    );
    assert!(found[0].place.len() < 1000, "{}", found[0].place);
    let found = changes(&nested(r#"{"a":1,"b":2}"#), &nested(r#"{"b":2,"a":1}"#));
    assert_eq!(
        found.iter().map(|change| change.kind).collect::<Vec<_>>(),
        [RowKind::KeyOrder]
    );
}

#[test]
fn big_objects_with_other_names_take_no_square_of_their_size() {
    let object = |letter: char| {
        let members: Vec<String> = (0..60_000)
            .map(|at| format!("\"{letter}{at}\":{at}"))
            .collect();
        format!("{{{}}}", members.join(","))
    };
    let found = changes(&object('a'), &object('b'));
    assert_eq!(found.len(), 120_000);
    assert!(
        found
            .iter()
            .all(|change| matches!(change.kind, RowKind::Added | RowKind::Removed))
    );
}

#[test]
fn a_walk_is_cancelled_and_gives_up() {
    let list = |from: usize| {
        format!(
            "[{}]",
            (from..from + 300_000)
                .map(|at| (at * 7919).to_string())
                .collect::<Vec<_>>()
                .join(",")
        )
    };
    let (a, b) = (list(0), list(1_000_000));
    let not = || false;
    let (one, other) = (
        Tape::read(a.as_bytes(), &not).expect("a"),
        Tape::read(b.as_bytes(), &not).expect("b"),
    );
    let looks = Cell::new(0);
    let cancelled = || {
        looks.set(looks.get() + 1);
        looks.get() > 3
    };
    let options = WalkOptions {
        list_rule: None,
        list_rule_depth: 0,
        most_steps: MOST_STEPS,
        cancelled: &cancelled,
    };
    assert_eq!(
        walk(&one, &other, &options, &mut |_, _| {}).err(),
        Some(Stop::Cancelled)
    );
    let options = WalkOptions {
        list_rule: None,
        list_rule_depth: 0,
        most_steps: 1000,
        cancelled: &not,
    };
    assert_eq!(
        walk(&one, &other, &options, &mut |_, _| {}).err(),
        Some(Stop::TooMuchWork)
    );
    assert_eq!(
        Tape::read(a.as_bytes(), &|| true).err(),
        Some(TapeError::Cancelled)
    );
}

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
    if next(seed) % 8 == 0 {
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
            if next(seed) % 5 == 0 {
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
                operations.push(json!({"op": "remove", "path": pointer(&change.path)}))
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
            drop(elements.remove(last.parse().expect("an index")))
        }
        (Value::Array(elements), "add") => {
            elements.insert(last.parse().expect("an index"), operation["value"].clone())
        }
        (Value::Array(elements), _) => {
            elements[last.parse::<usize>().expect("an index")] = operation["value"].clone()
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
