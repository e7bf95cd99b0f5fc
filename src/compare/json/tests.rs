//! What the walk finds: tables of documents, rules about lists, bad and very large input. Laws are in `laws`.

use std::cell::Cell;

use super::*;
use crate::compare::outcome::RowKind;

mod laws;

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
        most_same: 0,
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
        most_same: 0,
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
        most_same: 0,
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
