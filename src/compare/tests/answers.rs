//! Verdicts, what sets differences aside, and the laws of the core.

use super::super::test_side::{TestSide, direct, gateway};
use super::super::*;
use crate::model::environment::ApiKind;
use crate::model::exchange::{HeaderField, SendErrorKind};
use crate::model::masks::MASK;
use crate::model::route_map::{ExpectedEffect, Integration, Route, RouteMap};
use crate::model::rules::{CompareRule, JsonPath, RuleAction, RulePlace, RuleSet};

pub(super) fn run(a: &TestSide, b: &TestSide) -> Comparison {
    run_with(a, b, &Volatile::not_asked(), &RuleSet::default())
}

pub(super) fn run_with(
    a: &TestSide,
    b: &TestSide,
    volatile: &Volatile,
    rules: &RuleSet,
) -> Comparison {
    compare(
        &a.side(),
        &b.side(),
        volatile,
        rules,
        Options::default(),
        &|| false,
    )
    .expect("not cancelled")
}

pub(super) fn rule(path: &str, action: RuleAction) -> CompareRule {
    CompareRule::new(
        RulePlace::Json(JsonPath::parse(path).expect(path)),
        action,
        "known",
    )
}

#[test]
fn each_verdict() {
    let answer = r#"{"id":"x","version":3}"#;
    let error = r#"{"message":"m","code":"bad","status":401,"contextId":"c"}"#;
    let dated = |side: TestSide, date: &str| {
        side.with_header("Date", date)
            .with_header("inin-ratelimit-count", date)
    };
    let table = [
        (
            direct(200, answer),
            gateway(200, answer),
            VerdictKind::Identical,
            "Identical",
        ),
        (
            dated(direct(200, answer), "1"),
            dated(gateway(200, answer), "2"),
            VerdictKind::Identical,
            "Identical, apart from 2 fields that differ in every answer",
        ),
        (
            direct(200, answer),
            gateway(200, r#"{"version":3,"id":"x"}"#),
            VerdictKind::Equivalent,
            "Equivalent: 1 note",
        ),
        (
            direct(401, error),
            gateway(200, &error.replace("\"c\"", "\"d\"")),
            VerdictKind::Equivalent,
            "Equivalent: 1 note, 1 difference set aside",
        ),
        (
            direct(200, answer),
            gateway(200, r#"{"id":"x","version":4}"#),
            VerdictKind::Different,
            "Different: 1 body place differs",
        ),
        (
            direct(200, answer).with_header("X-Own", "1"),
            gateway(404, r#"{"id":"y"}"#),
            VerdictKind::Different,
            "Different: the status, 1 header and 2 body places differ",
        ),
    ];
    for (a, b, kind, headline) in table {
        let found = run(&a, &b).verdict;
        assert_eq!(
            (found.kind, found.headline.as_str()),
            (kind, headline),
            "{found:?}"
        );
    }
}

/// The gateway answers pages of five users whatever was asked for.
fn users_map() -> RouteMap {
    RouteMap {
        kind: ApiKind::Rest,
        stage: "test".to_owned(),
        routes: vec![Route {
            method: "GET".to_owned(),
            resource: "/api/v2/users".to_owned(),
            integration: Integration::Http,
            uri: String::new(),
            timeout_ms: None,
            effects: vec![ExpectedEffect::ParameterFixed {
                name: "pageSize".to_owned(),
                value: "5".to_owned(),
            }],
            demands: crate::model::route_map::Demands::default(),
        }],
    }
}

#[test]
fn rules_volatility_and_route_map_are_counted_each() {
    let a = direct(
        200,
        r#"{"entities":[{"id":"p","v":1,"name":"Ann","seen":"1"},{"id":"q","v":1,"name":"B"}],"pageSize":25,"total":2,"load":1.00}"#,
    );
    let again = direct(
        200,
        r#"{"entities":[{"id":"p","v":1,"name":"Ann","seen":"2"},{"id":"q","v":1,"name":"B"}],"pageSize":25,"total":2,"load":1.00}"#,
    );
    let mut b = gateway(
        200,
        r#"{"entities":[{"id":"p","v":2,"name":"ANN","seen":"3"}],"pageSize":5,"total":2,"load":1.25}"#,
    );
    b.environment.route_map = Some(users_map());
    let rules = RuleSet {
        own: vec![
            rule("$.entities[*].name", RuleAction::IgnoreCase),
            rule("$.load", RuleAction::Tolerance("0.25".to_owned())),
            rule("$.never", RuleAction::Ignore),
        ],
        ..RuleSet::default()
    };
    let volatile =
        volatile_places(&a.side(), &again.side(), &rules, &|| false).expect("not cancelled");
    assert_eq!(volatile.places(), 1);
    let found = run_with(&a, &b, &volatile, &rules);
    let rows: Vec<String> = found
        .rows
        .iter()
        .map(|row| {
            format!(
                "{} {:?} | {}",
                row.place,
                row.kind,
                row.set_aside
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "$.entities[id=p].v Changed | ",
            "$.entities[id=p].name Changed | rule entities-name-ignore-case: known",
            "$.entities[id=p].seen Changed | volatile: A differs from A",
            "$.entities[id=q] Removed | expected: pageSize fixed to 5",
            "$.pageSize Changed | expected: pageSize fixed to 5",
            "$.load Changed | rule load-tolerance: known",
        ]
    );
    assert_eq!(
        (
            found.counts.differences,
            found.counts.by_rule,
            found.counts.volatile,
            found.counts.expected
        ),
        (1, 2, 1, 2)
    );
    assert_eq!(found.set_aside.iter().map(|by| by.count).sum::<usize>(), 5);
    assert_eq!(
        found
            .unused_rules
            .iter()
            .map(|rule| rule.id.as_str())
            .collect::<Vec<_>>(),
        ["never-ignore"]
    );
    assert_eq!(
        found.verdict.headline,
        "Different: 1 body place differs; 5 differences are expected, volatile or ignored"
    );
    assert!(
        found
            .verdict
            .cause
            .contains("Expected: the route /api/v2/users fixes pageSize to 5"),
        "{}",
        found.verdict.cause
    );
}

#[test]
fn an_effect_that_shows_in_no_answer_is_not_told() {
    let (_, mut b) = (direct(200, "{}"), gateway(200, r#"{"version":1}"#));
    b.environment.route_map = Some(users_map());
    let a = direct(200, r#"{"version":1}"#).with_header("X-Own", "1");
    let found = run(&a, &b);
    assert!(found.counts.expected > 0, "the header: {:?}", found.counts);
    assert!(
        !found.verdict.cause.contains("pageSize"),
        "neither answer has it: {}",
        found.verdict.cause
    );
}

#[test]
fn an_ignore_made_of_a_row_sets_that_row_aside() {
    let (a, b) = (
        direct(200, r#"{"e":[{"id":"a b","v":1},{"id":"c","v":1}]}"#),
        gateway(200, r#"{"e":[{"id":"a b","v":2},{"id":"c","v":3}]}"#),
    );
    let found = run(&a, &b);
    let offered = found.rows[0].ignore_rules();
    assert_eq!(
        offered
            .iter()
            .map(|rule| rule.place.to_string())
            .collect::<Vec<_>>(),
        ["$.e[id=\"a b\"].v", "$.e[*].v"]
    );
    for (rule, left) in offered.into_iter().zip([1, 0]) {
        let mut rules = RuleSet::default();
        rules.add(rule);
        assert_eq!(
            run_with(&a, &b, &Volatile::not_asked(), &rules)
                .counts
                .differences,
            left
        );
    }
    let (a, b) = (
        direct(200, "{}").with_header("X-Own", "1"),
        gateway(200, "{}"),
    );
    let found = run(&a, &b);
    let mut rules = RuleSet::default();
    rules.add(found.rows[0].ignore_rules().remove(0));
    assert_eq!(
        run_with(&a, &b, &Volatile::not_asked(), &rules)
            .verdict
            .kind,
        VerdictKind::Equivalent
    );
}

#[test]
fn likely_causes_in_a_sentence() {
    let table = [
        (
            direct(200, r#"{"v":9007199254740993}"#),
            gateway(200, r#"{"v":9007199254740992}"#),
            "A number lost digits at $.v: something on the way reads numbers as floating point",
        ),
        (
            direct(200, "[1,2,3]"),
            gateway(200, "[2,3,1]"),
            "Only the order of lists differs in the body",
        ),
        (
            direct(200, r#"{"pageSize":25,"total":9}"#),
            gateway(200, r#"{"pageSize":5,"total":9}"#),
            "The two answers are different pages of one list: pageSize is 25 on A and 5 on B",
        ),
        (
            direct(200, "{}"),
            gateway(200, "{}").with_bytes("text/html", b"<!doctype html><p>"),
            "The bodies are not alike: A is JSON, B is HTML",
        ),
        (
            direct(200, "{}"),
            gateway(404, "{}"),
            "A answered 200, B 404",
        ),
        (
            direct(200, "{}"),
            gateway(200, r#"{"code":"c","status":404,"contextId":"i"}"#),
            "A answered 200, B 404. B says 200 for a Genesys error 404: a non-proxy integration hides the status",
        ),
        (
            direct(200, "{}")
                .with_header("X-One", "1")
                .with_header("X-Two", "2"),
            gateway(200, "{}"),
            "B lacks 2 headers that A has: something on the way takes them out or adds them",
        ),
        (
            direct(200, r#"{"v":1}"#),
            gateway(200, r#"{"v":2}"#),
            "1 place of the body differs between the two answers; A was not asked again, so some of it may change by itself",
        ),
    ];
    for (a, b, cause) in table {
        assert_eq!(run(&a, &b).verdict.cause, cause);
    }
}

#[test]
fn an_unsteady_a_leaves_volatility_unknown() {
    let a = direct(200, "{}");
    for (again, because) in [
        (
            direct(503, "{}"),
            "A answered 200 first and 503 when it was asked again",
        ),
        (
            direct(200, "{}").failed(SendErrorKind::Reset, "reset"),
            "A did not answer when it was asked again",
        ),
    ] {
        let volatile = volatile_places(&a.side(), &again.side(), &RuleSet::default(), &|| false)
            .expect("not cancelled");
        assert_eq!(
            volatile.state(),
            &outcome::VolatileState::Unusable {
                because: because.to_owned()
            }
        );
    }
}

#[test]
fn volatile_lists_texts_and_headers() {
    let table: [(&str, &str, &str, usize); 5] = [
        ("[1,2,3]", "[2,3,1]", "[3,1,2]", 0),
        (r#"{"l":[5,6]}"#, r#"{"l":[5,6,7]}"#, r#"{"l":[5,6,8]}"#, 0),
        (r#"{"l":[5,6]}"#, r#"{"l":[5,6,7]}"#, r#"{"l":[5,9]}"#, 1),
        (r#"{"p":null}"#, r#"{"p":{"x":1}}"#, r#"{"p":{"x":2}}"#, 0),
        (
            r#"{"p":{"x":1,"y":1}}"#,
            r#"{"p":{"x":2,"y":1}}"#,
            r#"{"p":{"x":3,"y":2}}"#,
            1,
        ),
    ];
    for (a, again, b, differences) in table {
        let (a, again, b) = (direct(200, a), direct(200, again), gateway(200, b));
        let volatile = volatile_places(&a.side(), &again.side(), &RuleSet::default(), &|| false)
            .expect("not cancelled");
        let found = run_with(&a, &b, &volatile, &RuleSet::default());
        assert_eq!(found.counts.differences, differences, "{:#?}", found.rows);
    }
    let text = |side: TestSide, text: &str| {
        side.with_bytes("text/plain", text.as_bytes())
            .with_header("X-At", text)
    };
    let a = text(direct(200, ""), "head\nat 1\nend\n");
    let again = text(direct(200, ""), "head\nat 2\nend\n");
    let b = text(gateway(200, ""), "head\nat 3\nEND\n");
    let volatile = volatile_places(&a.side(), &again.side(), &RuleSet::default(), &|| false)
        .expect("not cancelled");
    let found = run_with(&a, &b, &volatile, &RuleSet::default());
    // The two lines are one run of differing lines, of which one line is not volatile.
    assert_eq!(
        (found.counts.volatile, found.counts.differences),
        (1, 1),
        "{:#?}",
        found.rows
    );
}

#[test]
fn secrets_are_masked_unless_asked_for() {
    let mut a = direct(
        200,
        r#"{"access_token":"tok-1234567890","note":"see tok-1234567890","x":{"password":"hunter22"}}"#,
    );
    a.exchange.masks.add("tok-1234567890");
    a.sent().headers.push(HeaderField::new(
        "Authorization",
        "Bearer tok-1234567890".as_bytes().to_vec(),
    ));
    let b = gateway(200, r#"{"access_token":"tok-other","note":"see nothing"}"#)
        .with_header("X-Echo", "tok-1234567890");
    let found = run(&a, &b);
    let text = serde_json::to_string(&found).expect("JSON");
    for secret in ["tok-1234567890", "tok-other", "hunter22"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains(MASK));
    let shown = compare(
        &a.side(),
        &b.side(),
        &Volatile::not_asked(),
        &RuleSet::default(),
        Options { show_secrets: true },
        &|| false,
    )
    .expect("not cancelled");
    assert!(
        serde_json::to_string(&shown)
            .expect("JSON")
            .contains("hunter22")
    );
}

#[test]
fn both_requests_and_their_intended_differences() {
    let mut a = direct(200, "{}");
    let mut b = gateway(200, "{}");
    b.sent()
        .headers
        .push(HeaderField::new("x-api-key", "key".as_bytes().to_vec()));
    b.sent()
        .headers
        .push(HeaderField::new("X-Odd", "1".as_bytes().to_vec()));
    a.sent().headers.push(HeaderField::new(
        "Authorization",
        "Bearer one".as_bytes().to_vec(),
    ));
    b.sent().headers.push(HeaderField::new(
        "Authorization",
        "Bearer two".as_bytes().to_vec(),
    ));
    let found = run(&a, &b);
    let rows: Vec<(&str, bool)> = found
        .requests
        .rows
        .iter()
        .map(|row| (row.part.as_str(), row.intended.is_some()))
        .collect();
    assert_eq!(
        rows,
        [
            ("origin", true),
            ("path", true),
            ("host", true),
            ("authorization", true),
            ("x-api-key", true),
            ("x-odd", false)
        ]
    );
    b.sent().url = b
        .sent()
        .url
        .replace("/api/v2/users", "/users")
        .replace("25", "5");
    b.environment.path_map = vec![crate::model::environment::PathMapRule {
        matching: crate::model::environment::PathMatching::Prefix,
        from: "/api/v2/users".to_owned(),
        to: "/users".to_owned(),
    }];
    let found = run(&a, &b);
    let reason = |part: &str| {
        found
            .requests
            .rows
            .iter()
            .find(|row| row.part == part)
            .map(|row| row.intended.clone())
    };
    assert_eq!(
        reason("path"),
        Some(Some(
            "mapped by an environment's path map or routes".to_owned()
        ))
    );
    assert_eq!(reason("query"), Some(None));
}

#[test]
fn a_result_is_stored_and_read_again() {
    let found = run(
        &direct(200, r#"{"a":[1,null,{"id":"x"}],"d":1}"#),
        &gateway(404, "<html>").with_header("Set-Cookie", "a=b; Path=/"),
    );
    let text = serde_json::to_string(&found).expect("JSON");
    let again: Comparison = serde_json::from_str(&text).expect("the same");
    assert_eq!(again, found);
}

#[test]
fn a_cancelled_comparison_has_no_result() {
    let (a, b) = (direct(200, "[1]"), gateway(200, "[2]"));
    assert!(
        compare(
            &a.side(),
            &b.side(),
            &Volatile::not_asked(),
            &RuleSet::default(),
            Options::default(),
            &|| true
        )
        .is_none()
    );
    assert!(volatile_places(&a.side(), &b.side(), &RuleSet::default(), &|| true).is_none());
}

#[test]
fn floods_are_counted_and_cut() {
    let list = |from: usize| {
        format!(
            "[{}]",
            (0..30_000)
                .map(|at| format!("{{\"id\":{at},\"v\":{}}}", from + at))
                .collect::<Vec<_>>()
                .join(",")
        )
    };
    let found = run(&direct(200, &list(0)), &gateway(200, &list(1)));
    assert_eq!(found.counts.differences, 30_000);
    assert_eq!(found.rows.len() + found.rows_left_out, 30_000);
    assert!(found.rows.len() <= 20_000);
}
