//! Laws of the two-answer core, on generated answers.

use proptest::prelude::*;

use super::super::outcome::{Counts, Row, RowKind, SetAside};
use super::super::test_side::{direct, gateway};
use super::super::*;
use super::answers::{rule, run, run_with};
use crate::model::rules::{RuleAction, RuleSet};

fn document() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "1",
        "1.0",
        "null",
        "\"a\"",
        "\"A\"",
        "[]",
        "[1,2]",
        "[2,1]",
        "{}",
        "{\"contextId\":\"x\"}",
        "{\"contextId\":\"y\"}",
        "[{\"id\":1},{\"id\":2}]",
        "[{\"id\":2},{\"id\":1,\"v\":1}]",
        "true",
    ]);
    prop::collection::vec(("[a-c]", word), 0..5).prop_map(|members| {
        let members: Vec<String> = members
            .into_iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_answer_and_itself_are_identical(json in document(), status in prop::sample::select(vec![200_u16, 204, 301, 401, 404, 429, 503]), header in "[ -~]{0,10}") {
        let side = gateway(status, &json).with_header("X-Any", &header).with_header("Set-Cookie", &header);
        let found = run(&side, &side);
        prop_assert_eq!(found.verdict.kind, VerdictKind::Identical, "{:?}", found.rows);
    }

    #[test]
    fn the_other_way_round_is_the_mirror(one in document(), other in document(), statuses in prop::sample::select(vec![(200_u16, 200_u16), (200, 404), (429, 503), (401, 200)])) {
        let a = direct(statuses.0, &one).with_header("X-Own", "1").with_header("Vary", "a, b");
        let mut b = direct(statuses.1, &other).with_header("x-amzn-Remapped-Vary", "b, a");
        b.environment.name = "B".to_owned();
        let there = run(&a, &b);
        let back = run(&b, &a);
        prop_assert_eq!(there.verdict.kind, back.verdict.kind);
        prop_assert_eq!(there.counts, back.counts);
        let rows = |rows: Vec<Row>, turn: bool| {
            let mut rows: Vec<String> = rows
                .into_iter()
                .map(|row| if turn { row.mirrored() } else { row })
                // An element is named by its place in A.
                .map(|row| format!("{:?} {:?} {:?} {:?} {:?}", row.kind, row.a, row.b, row.times, row.set_aside))
                .collect();
            rows.sort();
            rows
        };
        prop_assert_eq!(rows(there.rows, true), rows(back.rows, false));
    }

    #[test]
    fn every_ignored_place_is_counted(one in document(), other in document()) {
        let (a, b) = (direct(200, &one), direct(200, &other));
        let without = run(&a, &b);
        let rules = RuleSet { own: vec![rule("$.a", RuleAction::Ignore)], ..RuleSet::default() };
        let with = run_with(&a, &b, &Volatile::not_asked(), &rules);
        let total = |counts: Counts| counts.differences + counts.notes + counts.by_rule;
        prop_assert_eq!(total(with.counts), total(without.counts));
        prop_assert!(with.rows.iter().all(|row| !row.place.starts_with("$.a") || row.set_aside.is_some()));
        let listed = with.set_aside.iter().map(|by| by.count).sum::<usize>();
        prop_assert_eq!(listed, with.counts.by_rule);
        let is_rule = |row: &&Row| matches!(row.set_aside, Some(SetAside::Rule { .. }));
        prop_assert_eq!(with.rows.iter().filter(is_rule).map(|row| row.times).sum::<usize>(), with.counts.by_rule);
        let key_orders = with.rows.iter().filter(|row| row.kind == RowKind::KeyOrder).count();
        prop_assert!(key_orders <= 1);
    }
}
