//! `gatescope compare` against the sandbox: its environments show each verdict.

use serde_json::Value;

use crate::command_line::{Machine, shown};
use crate::comparing::{counting, places, set_aside_by, verdict};

const QUEUES: &str = "/api/v2/routing/queues?pageSize=5";

/// Compares the sandbox's direct environment with `b`.
fn sandbox(machine: &Machine, b: &str, more: &[&str]) -> (Option<i32>, Value) {
    let mut line = vec!["compare", "--a", "sandbox-direct", "--b", b, "--json"];
    line.extend(more);
    let output = machine.run(&line);
    let document = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error} in\n{}", shown(&output)));
    (output.status.code(), document)
}

#[test]
fn the_sandbox_shows_every_verdict() {
    let machine = Machine::new();
    let sandbox = |b: &str, more: &[&str]| sandbox(&machine, b, more);
    let (code, same) = sandbox("sandbox-rest-proxy", &["/api/v2/ipranges"]);
    assert_eq!(
        (code, verdict(&same).as_str()),
        (Some(0), "identical"),
        "{same:#}"
    );
    let remapped = places(&same, |row| {
        row["why"]
            .as_str()
            .is_some_and(|why| why.contains("x-amzn-remapped-"))
    });
    assert!(remapped.contains(&"date".to_owned()), "{remapped:?}");

    let (code, users) = sandbox("sandbox-rest-proxy", &["/api/v2/users", "-q", "pageSize=5"]);
    assert_eq!(
        (code, verdict(&users).as_str()),
        (Some(0), "equivalent"),
        "{users:#}"
    );

    // The guide's non-proxy integration fixes the page size: the route map of the environment says so.
    let (code, fixed) = sandbox(
        "sandbox-rest-non-proxy",
        &["/api/v2/users", "-q", "pageSize=7"],
    );
    assert_eq!(
        (code, verdict(&fixed).as_str()),
        (Some(0), "equivalent"),
        "{fixed:#}"
    );
    let expected = places(&fixed, set_aside_by("expected"));
    assert!(expected.contains(&"$.pageSize".to_owned()), "{expected:?}");

    // It also answers 200 whatever comes back: the error in the body is what counts.
    let (code, masked) = sandbox("sandbox-rest-non-proxy", &["/api/v2/users", "--no-auth"]);
    let b = &masked["comparison"]["b"];
    assert_eq!(b["status"], 200, "{masked:#}");
    assert_eq!(b["effective-status"], 401, "{masked:#}");
    assert_eq!(
        (code, verdict(&masked).as_str()),
        (Some(0), "equivalent"),
        "{masked:#}"
    );

    let (code, other) = sandbox(
        "sandbox-rest-non-proxy",
        &["/api/v2/users", "-q", "pageSize=999"],
    );
    assert_eq!(
        (code, verdict(&other).as_str()),
        (Some(1), "different"),
        "{other:#}"
    );

    let (code, refused) = sandbox(
        "sandbox-rest-proxy",
        &["/api/v2/users", "--auth", "bearer:{{secret.none}}"],
    );
    assert_eq!(code, Some(2), "{refused:#}");
}

/// Rows that count against the verdict, as place, kind and why.
fn differences(document: &Value) -> Vec<(String, String, String)> {
    let text = |row: &Value, member: &str| row[member].as_str().unwrap_or_default().to_owned();
    let rows = document["comparison"]["rows"].as_array().expect("rows");
    rows.iter()
        .filter(|row| counting(row) && row["kind"] != "stage-lost")
        .map(|row| (text(row, "place"), text(row, "kind"), text(row, "why")))
        .collect()
}

#[test]
fn a_reordered_list_and_lost_digits_are_told_apart() {
    let machine = Machine::new();
    let (code, found) = sandbox(&machine, "sandbox-rest-non-proxy", &[QUEUES]);
    assert_eq!(
        (code, verdict(&found).as_str()),
        (Some(1), "different"),
        "{found:#}"
    );
    let differences = differences(&found);
    let moved: Vec<_> = differences
        .iter()
        .filter(|(_, kind, _)| kind == "moved")
        .collect();
    assert!(!moved.is_empty(), "{differences:#?}");
    for (place, _, why) in &moved {
        assert_eq!(why, "stands at another place of its list", "{place}");
        assert!(place.starts_with("$.entities[id="), "{place}");
    }
    let versions: Vec<_> = differences
        .iter()
        .filter(|(place, ..)| place.ends_with("].version"))
        .collect();
    assert_eq!(versions.len(), 5, "one an element: {differences:#?}");
    for (place, kind, why) in &versions {
        assert_eq!(
            (kind.as_str(), why.as_str()),
            ("changed", "another value"),
            "{place}"
        );
    }
    assert_eq!(
        moved.len() + versions.len(),
        differences.len(),
        "{differences:#?}"
    );
    let cause = found["comparison"]["verdict"]["cause"]
        .as_str()
        .expect("a cause");
    assert!(
        cause.starts_with("5 numbers lost digits at $.entities[*].version:"),
        "{cause}"
    );
    assert!(cause.contains("reads numbers as floating point"), "{cause}");
    assert!(
        cause.contains("elements stand at another place of their list"),
        "{cause}"
    );
}

#[test]
fn a_rule_takes_the_order_of_a_list_out() {
    let machine = Machine::new();
    let rules = machine.folder.path().join("data/workspace/rules.toml");
    std::fs::create_dir_all(rules.parent().expect("a folder")).expect("a folder");
    std::fs::write(
        &rules,
        "[[rule]]\njson = \"$.entities\"\naction = \"set\"\nbecause = \"any order\"\n\n\
         [[rule]]\njson = \"$.entities[*].version\"\naction = \"ignore\"\nbecause = \"counts\"\n",
    )
    .expect("written");
    let (code, found) = sandbox(&machine, "sandbox-rest-non-proxy", &[QUEUES]);
    let differences = differences(&found);
    let moves: Vec<_> = differences
        .iter()
        .filter(|(_, kind, _)| kind == "moved")
        .collect();
    assert!(moves.is_empty(), "{moves:#?}");
    let uses = found["comparison"]["set-aside"].as_array().expect("a list");
    let by = |because: &str| {
        uses.iter()
            .find(|used| used["set-aside"]["because"] == because)
            .and_then(|used| used["count"].as_u64())
    };
    assert_eq!(by("any order"), Some(4), "{uses:#?}");
    assert_eq!(by("counts"), Some(5), "{uses:#?}");
    assert_eq!(
        (code, verdict(&found).as_str()),
        (Some(0), "equivalent"),
        "{differences:#?}"
    );
    let places = places(&found, set_aside_by("rule"));
    assert!(places.contains(&"$.entities".to_owned()), "{places:?}");
}

/// A request from elsewhere becomes one of the workspace, and is compared by its name.
#[test]
fn an_imported_request_is_compared_by_its_name() {
    let machine = Machine::new();
    let collection = serde_json::json!({
        "info": {
            "name": "Mine",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": [
            { "name": "One page", "request": {
                "method": "GET",
                "header": [{ "key": "X-Here", "value": "there" }],
                "url": "https://api.mypurecloud.com/api/v2/users?pageSize=5",
            }},
            { "name": "Another page", "request": {
                "method": "GET",
                "url": "https://api.mypurecloud.com/api/v2/users?pageSize=999",
            }},
        ],
    });
    let file = machine.folder.path().join("collection.json");
    std::fs::write(file, collection.to_string()).expect("written");
    machine.ends_with(0, &["import", "--yes", "collection.json"]);
    let (same_page, other_page) = ("One page", "Another page");
    for (name, code, expected) in [(same_page, 0, "equivalent"), (other_page, 1, "different")] {
        let (found, document) = sandbox(&machine, "sandbox-rest-non-proxy", &["--request", name]);
        assert_eq!(
            (found, verdict(&document).as_str()),
            (Some(code), expected),
            "{name}: {document:#}"
        );
    }
    let (_, document) = sandbox(&machine, "sandbox-rest-proxy", &["--request", same_page]);
    let text = document.to_string();
    assert!(text.contains("/api/v2/users?pageSize=5"), "{document:#}");
    assert!(text.to_ascii_lowercase().contains("x-here"), "{document:#}");
    let (code, words) = sandbox_words(&machine, "no such request");
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("No saved request is called"), "{words}");
}

fn sandbox_words(machine: &Machine, name: &str) -> (Option<i32>, String) {
    let output = machine.run(&[
        "compare",
        "--a",
        "sandbox-direct",
        "--b",
        "sandbox-rest-proxy",
        "--request",
        name,
    ]);
    (output.status.code(), shown(&output))
}
