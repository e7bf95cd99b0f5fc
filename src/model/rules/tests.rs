//! Paths, header patterns, and the text of `rules.toml` there and back.

use std::borrow::Cow;

use proptest::prelude::*;

use super::*;

fn member(name: &str) -> PathStep<'_> {
    PathStep::Member(Cow::Borrowed(name))
}

fn element(index: usize, id: Option<&str>) -> PathStep<'_> {
    PathStep::Element {
        index_a: Some(index),
        index_b: Some(index),
        identity: id.map(|id| (Cow::Borrowed("id"), Cow::Borrowed(id))),
    }
}

#[test]
fn paths_match_places_and_cover_what_is_below() {
    let version = [
        member("entities"),
        element(3, Some("8f 4c")),
        member("version"),
    ];
    let table = [
        ("$.entities[*].version", true, true),
        ("$.entities[3].version", true, true),
        ("$.entities[4].version", false, false),
        ("$.entities[id=\"8f 4c\"].version", true, true),
        ("$.entities[id=other].version", false, false),
        ("$..version", true, true),
        ("$..[*]", false, true),
        ("$..entities..version", true, true),
        ("$.entities", false, true),
        ("$", false, true),
        ("$.*[*].*", true, true),
        ("$.*.*.*", false, false),
        ("$.entities[*].version.more", false, false),
        ("$[\"entities\"][*][\"version\"]", true, true),
    ];
    for (text, matches, covers) in table {
        let path = JsonPath::parse(text).expect(text);
        assert_eq!(
            (path.matches(&version), path.covers(&version)),
            (matches, covers),
            "{text}"
        );
    }
}

#[test]
fn texts_that_are_no_path_are_refused() {
    for text in [
        "",
        "entities",
        "$entities",
        "$.",
        "$.a.",
        "$..",
        "$[",
        "$[x",
        "$[\"a]",
        "$[a=",
        "$.a b",
    ] {
        assert!(JsonPath::parse(text).is_err(), "{text}");
    }
    let long = format!("${}", ".a".repeat(61));
    assert_eq!(JsonPath::parse(&long), Err(PathError::TooLong));
}

#[test]
fn a_found_place_prints_as_a_path_that_matches_it() {
    let steps = [
        member("a b\"]"),
        element(0, Some("x\"]\u{1}")),
        member("plain"),
        member(""),
        element(12, None),
        member("*"),
    ];
    let mut text = "$".to_owned();
    for step in &steps {
        text.push_str(&step.to_string());
    }
    let path = JsonPath::parse(&text).expect(&text);
    assert!(path.matches(&steps), "{text}");
    assert_eq!(path.to_string(), text);
}

#[test]
fn header_patterns() {
    for (pattern, name, expected) in [
        ("X-Amz-Cf-*", "x-amz-cf-id", true),
        ("x-amz-cf-*", "x-amz", false),
        ("date", "Date", true),
        ("date", "Dates", false),
    ] {
        assert_eq!(header_fits(pattern, name), expected, "{pattern} {name}");
    }
}

#[test]
fn every_kind_of_rule_is_read_and_the_rest_is_reported() {
    let text = r#"
schema = 1
switched-off = ["context-id"]
[[rule]]
json = "$.entities[*].version"
action = "ignore"
because = "counts every write"
[[rule]]
header = "x-region"
action = "ignore-case"
[[rule]]
json = "$.skills"
action = "by-key"
key = "skillId"
[[rule]]
json = "$.load"
action = "tolerance"
within = 0.5
[[rule]]
header = "etag"
action = "mask"
pattern = "^W/"
enabled = false
[[rule]]
json = "$.x"
action = "mask"
pattern = "("
[[rule]]
id = "odd"
json = "$.x"
action = "forget"
[[rule]]
action = "ignore"
[[rule]]
header = "vary"
action = "by-key"
key = "id"
[[rule]]
json = "$.y"
action = "ignore"
because = "x"
colour = "red"
"#;
    let read = RuleSet::read(text);
    let actions: Vec<String> = read
        .rules
        .own
        .iter()
        .map(|rule| format!("{} {}", rule.place, rule.action))
        .collect();
    assert_eq!(
        actions,
        [
            "$.entities[*].version ignore",
            "x-region equal ignoring case",
            "$.skills by key skillId",
            "$.load within 0.5",
            "etag mask ^W/",
        ]
    );
    let problems: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 5, "{problems:#?}");
    assert!(
        problems[0].starts_with("rule 6: `pattern`"),
        "{problems:#?}"
    );
    assert!(
        problems[1].starts_with("rule 7 (odd): `forget` is no action"),
        "{problems:#?}"
    );
    assert!(
        !read
            .rules
            .active()
            .any(|rule| rule.id == "context-id" || rule.id == "etag-mask")
    );
    assert!(read.rules.active().any(|rule| rule.id == "correlation-id"));
    let again = RuleSet::read(&read.rules.text());
    assert_eq!(again.rules, read.rules);
    assert_eq!(again.problems, []);
}

#[test]
fn a_text_that_is_no_toml_or_newer_is_reported() {
    assert!(matches!(
        RuleSet::read("[[rule").problems[..],
        [RuleProblem::Text(_)]
    ));
    assert_eq!(
        RuleSet::read("schema = 2").problems,
        [RuleProblem::Newer(2)]
    );
    assert_eq!(RuleSet::read(""), RulesText::default());
}

#[test]
fn a_rule_is_added_once_and_switched() {
    let mut rules = RuleSet::default();
    let rule = CompareRule::new(
        RulePlace::Json(JsonPath::parse("$.entities[*].version").expect("a path")),
        RuleAction::Ignore,
        "",
    );
    let id = rules.add(rule.clone());
    assert_eq!(id, "entities-version-ignore");
    assert_eq!(rules.add(rule.clone()), id);
    let other = CompareRule {
        action: RuleAction::IgnoreCase,
        id: id.clone(),
        ..rule
    };
    assert_eq!(rules.add(other), "entities-version-ignore-2");
    assert!(rules.switch(&id, false) && rules.switch("context-id", false));
    assert!(!rules.switch("no-such-rule", true));
    let off: Vec<&str> = rules
        .listed()
        .filter(|rule| !rule.applies)
        .map(|rule| rule.rule.id.as_str())
        .collect();
    assert_eq!(off, ["entities-version-ignore", "context-id"]);
}

fn segment() -> impl Strategy<Value = Segment> {
    prop_oneof![
        ".{0,6}".prop_map(Segment::Member),
        Just(Segment::AnyMember),
        (0_usize..1000).prop_map(Segment::Index),
        Just(Segment::AnyElement),
        ("[a-z]{1,4}", ".{0,6}").prop_map(|(key, value)| Segment::Identity { key, value }),
        Just(Segment::AnyDepth),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn paths_print_and_read_back(mut segments in prop::collection::vec(segment(), 0..8), last in ".{1,5}") {
        segments.dedup_by(|next, before| *next == Segment::AnyDepth && *before == Segment::AnyDepth);
        segments.push(Segment::Member(last));
        let path = JsonPath::new(segments).expect("short");
        prop_assert_eq!(JsonPath::parse(&path.to_string()), Ok(path.clone()), "{}", path);
    }
}
