//! Reports of hostile values, and the way back from JSON.

use super::*;
use crate::compare::latency::{LegSample, LegTiming, PairSample};
use crate::compare::record::{LegOrder, RunLeg, TokenUse};
use crate::compare::test_side::{direct, gateway};
use crate::compare::{Leg, Options, Volatile, compare};
use crate::model::rules::RuleSet;

const HOSTILE: &str = "<script>alert(1)</script> `x` | **b** [l](http://e) \u{202e}&amp; \"q\" 'z'";

fn report() -> Report {
    let json = serde_json::json!({ "a": HOSTILE, (HOSTILE): 1, "token": "t0ken-in-A" }).to_string();
    let mut a = direct(200, &json)
        .with_header("X-Own", HOSTILE)
        .with_header("Date", "1");
    a.environment.name = HOSTILE.to_owned();
    a.exchange.masks.add("t0ken-in-A");
    let b = gateway(200, "{\"a\":1}").with_header("Date", "2");
    let comparison = compare(
        &a.side(),
        &b.side(),
        &Volatile::not_asked(),
        &RuleSet::default(),
        Options::default(),
        &|| false,
    )
    .expect("not cancelled");
    let sample = |total_ms| LegSample {
        status: 200,
        timing: LegTiming {
            phases: Vec::new(),
            total_ms,
            reused: true,
        },
    };
    let pair = |pair| PairSample {
        pair,
        first: Leg::A,
        a: sample(10.0),
        b: sample(30.0),
    };
    Report {
        comparison,
        latency: Some(LatencyReport::new((1..=8).map(pair).collect())),
        run: Some(RunRecord {
            method: "GET".to_owned(),
            order: LegOrder::OneAfterTheOther,
            tokens: TokenUse::Own,
            sent: vec![RunLeg::A, RunLeg::B],
        }),
    }
}

#[test]
fn a_page_holds_no_markup_of_the_answers_and_reaches_for_nothing() {
    let page = report().text(ReportFormat::Html);
    assert!(
        page.contains("Content-Security-Policy\" content=\"default-src 'none'"),
        "{page}"
    );
    for forbidden in [
        "<script",
        "<img",
        "src=",
        "href=",
        "@import",
        "url(",
        "onload",
        "\u{202e}",
        "t0ken-in-A",
    ] {
        assert!(!page.contains(forbidden), "{forbidden} in {page}");
    }
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{page}"
    );
    for told in [
        "B adds 20.0 ms in the median",
        "A, B, one after the other",
        "<rect",
        "x-own",
        "in every answer: the moment of the answer",
    ] {
        assert!(page.contains(told), "{told} not in {page}");
    }
}

#[test]
fn markdown_keeps_values_in_code_spans() {
    let text = report().text(ReportFormat::Markdown);
    assert!(text.starts_with("# Different: "), "{text}");
    for forbidden in ["\u{202e}", "t0ken-in-A"] {
        assert!(!text.contains(forbidden), "{forbidden} in {text}");
    }
    let columns = |line: &str| line.matches('|').count();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        assert_eq!(columns(line), 5, "a value broke the table: {line}");
    }
    assert!(text.contains("## Differences (4)"), "{text}");
    assert!(
        text.contains("``"),
        "a value with a backtick needs a longer fence: {text}"
    );
}

#[test]
fn json_is_read_back() {
    let report = report();
    let again: Report = serde_json::from_str(&report.text(ReportFormat::Json)).expect("the same");
    assert_eq!(again, report);
}

#[test]
fn formats_are_told_by_the_end_of_the_name() {
    for (name, expected) in [
        ("out.md", Some(ReportFormat::Markdown)),
        ("a/b.HTML", Some(ReportFormat::Html)),
        ("x.json", Some(ReportFormat::Json)),
        ("x.txt", None),
        ("md", None),
    ] {
        assert_eq!(ReportFormat::of_file(name), expected, "{name}");
        if let Some(format) = expected {
            assert_eq!(
                ReportFormat::of_file(&format!("x.{}", format.file_ending())),
                Some(format)
            );
        }
    }
}

#[test]
fn a_heading_counts_places_as_the_verdict_does() {
    let uri = |number| format!(r#"{{"id":"{number}","selfUri":"/api/v2/users/{number}"}}"#);
    let body = format!(r#"{{"entities":[{},{}]}}"#, uri(1), uri(2));
    let (a, b) = (direct(200, &body), gateway(200, &body));
    let comparison = compare(
        &a.side(),
        &b.side(),
        &Volatile::not_asked(),
        &RuleSet::default(),
        Options::default(),
        &|| false,
    )
    .expect("not cancelled");
    let listed: Vec<&Row> = comparison.rows.iter().collect();
    let places: usize = listed.iter().map(|row| row.times).sum();
    assert!(listed.len() < places, "{listed:#?}");
    let words = format!("{places} in {} row", listed.len());
    assert!(counted(&listed).starts_with(&words), "{}", counted(&listed));
}
