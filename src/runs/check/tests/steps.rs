//! What single steps say: measured times, official clients, and the headers that an echo route shows.

use std::sync::Arc;
use std::time::Duration;

use super::{answer, healthy, outcome, plan, run};
use crate::compare::latency::Connections;
use crate::compare::report::ReportFormat;
use crate::model::clients::ClientForm;
use crate::model::environment::Target;
use crate::runs::check::outcome::{Effect, Fault, Outcome, StepKind, StepResult};
use crate::runs::check::report::CheckReport;
use crate::runs::check::{CheckPlan, CheckRun, Next, Probe, Way};

fn step(report: &CheckReport, kind: StepKind) -> &StepResult {
    report
        .steps
        .iter()
        .find(|step| step.step == kind)
        .expect("every step has a result")
}

/// Eight pairs: 10, 11, … ms directly, and 5 ms more through the gateway.
fn measured(reused: bool) -> CheckReport {
    let plan = CheckPlan {
        latency_pairs: 8,
        ..plan()
    };
    let (report, _) = run(plan, |request, _| {
        let mut exchange = (*healthy(request)).clone();
        if let Probe::Sample(pair, way) = request.probe {
            let pair = u64::try_from(pair).expect("few pairs");
            let more = if way == Way::Gateway { 5 } else { 0 };
            exchange.hops[0].phases.total = Duration::from_millis(10 + pair + more);
            exchange.hops[0].connection.reused = reused;
        }
        Some(Arc::new(exchange))
    });
    report
}

#[test]
fn what_was_measured_is_in_the_report_as_numbers() {
    for (reused, connections) in [(true, Connections::Warm), (false, Connections::Cold)] {
        let report = measured(reused);
        let found = step(&report, StepKind::Latency);
        assert_eq!(found.title, "Latency: the gateway adds 5.0 ms");
        let latency = found.latency.as_ref().expect("it was measured");
        assert_eq!(latency.connections, connections);
        assert_eq!((latency.added.pairs, latency.mixed_pairs), (8, 0));
        assert!((latency.added.median_ms - 5.0).abs() < 0.001, "{latency:?}");
        let interval = latency.added.interval.as_ref().expect("eight are enough");
        assert!((interval.low_ms - 5.0).abs() < 0.001, "{interval:?}");
        assert!((interval.high_ms - 5.0).abs() < 0.001, "{interval:?}");
        let samples: Vec<(f64, f64, bool)> = latency
            .samples
            .iter()
            .map(|sample| (sample.direct_ms, sample.gateway_ms, sample.direct_first))
            .collect();
        assert_eq!(samples[0], (10.0, 15.0, true));
        assert_eq!(samples[7], (17.0, 22.0, false));
        let json: serde_json::Value =
            serde_json::from_str(&report.write(ReportFormat::Json)).expect("it is JSON");
        let place = StepKind::ALL
            .iter()
            .position(|kind| *kind == StepKind::Latency);
        let written = &json["steps"][place.expect("it is a step")]["latency"];
        assert_eq!(written["added"]["pairs"], 8);
        assert_eq!(written["added"]["median-ms"], 5.0);
        assert_eq!(written["added"]["interval"]["low-ms"], 5.0);
        assert_eq!(written["samples"].as_array().map(Vec::len), Some(8));
        let markdown = report.write(ReportFormat::Markdown);
        assert!(
            markdown.contains("| 8 | 17.0 ms | 22.0 ms | 5.0 ms |"),
            "{markdown}"
        );
        let page = report.write(ReportFormat::Html);
        assert!(
            page.contains("<td>8</td><td>17.0 ms</td><td>22.0 ms</td><td>5.0 ms</td>"),
            "{page}"
        );
    }
}

#[test]
fn a_gateway_that_is_faster_adds_no_negative_time() {
    let plan = CheckPlan {
        latency_pairs: 2,
        ..plan()
    };
    let (report, _) = run(plan, |request, _| {
        let mut exchange = (*healthy(request)).clone();
        if let Probe::Sample(_, way) = request.probe {
            let took = if way == Way::Gateway { 8 } else { 10 };
            exchange.hops[0].phases.total = Duration::from_millis(took);
        }
        Some(Arc::new(exchange))
    });
    let found = step(&report, StepKind::Latency);
    assert_eq!(found.title, "Latency: the gateway is 2.0 ms faster");
    assert!(
        found.evidence[0].starts_with("it saves 2.0 ms in the median, too few for an interval"),
        "{:?}",
        found.evidence
    );
}

fn with_form(form: ClientForm) -> CheckReport {
    let mut plan = plan();
    let mut gateway = (*plan.gateway).clone();
    if let Target::Gateway(target) = &mut gateway.target {
        target.client_form = form;
    }
    plan.gateway = Arc::new(gateway);
    run(plan, |request, _| Some(healthy(request))).0
}

#[test]
fn official_clients_are_told_with_what_each_would_send() {
    let text = |text: &str| text.to_owned();
    let report = with_form(ClientForm {
        host: text("a1b2c3.execute-api.us-east-1.amazonaws.com/test"),
        port: text("443"),
        protocol: text("https"),
        login_path: text("/loginpath"),
        api_path: text("/apipath"),
    });
    let found = step(&report, StepKind::Clients);
    assert_eq!(
        (found.outcome, found.fault),
        (Outcome::Warning, Some(Fault::ClientsBreak))
    );
    // The Go family leaves 443 out; the others put it behind the stage.
    assert_eq!(
        found.title,
        "JavaScript SDK, Python SDK, Java SDK, .NET SDK would break"
    );
    assert_eq!(
        found.evidence,
        [
            "JavaScript SDK, Python SDK, Java SDK, .NET SDK: would break, the port lands in the path, behind the stage",
            "POST https://a1b2c3.execute-api.us-east-1.amazonaws.com/test:443/loginpath/oauth/token",
            "GET https://a1b2c3.execute-api.us-east-1.amazonaws.com/test:443/apipath/api/v2/users",
            "Go SDK, CX as Code, Genesys Cloud CLI: work",
            "POST https://a1b2c3.execute-api.us-east-1.amazonaws.com/test/loginpath/oauth/token",
            "GET https://a1b2c3.execute-api.us-east-1.amazonaws.com/test/apipath/api/v2/users",
        ]
    );
    assert_eq!(report.faults, [Fault::ClientsBreak]);
    assert!(
        found.field.is_some() && !found.tries.is_empty(),
        "{found:?}"
    );
    // Another setting breaks the others: without a port the Go family leaves a colon in the path.
    let report = with_form(ClientForm {
        host: text("a1b2c3.execute-api.us-east-1.amazonaws.com/test"),
        port: String::new(),
        protocol: text("https"),
        login_path: text("/loginpath"),
        api_path: text("/apipath"),
    });
    let found = step(&report, StepKind::Clients);
    assert_eq!(
        found.title,
        "Go SDK, CX as Code, Genesys Cloud CLI would break"
    );
    assert!(
        found.evidence.contains(&text(
            "GET https://a1b2c3.execute-api.us-east-1.amazonaws.com/test:/apipath/api/v2/users"
        )),
        "{:?}",
        found.evidence
    );
    // The form that works in all is the one in force while nothing is typed.
    let report = with_form(ClientForm::default());
    let found = step(&report, StepKind::Clients);
    assert_eq!(found.outcome, Outcome::Passed);
    assert_eq!(
        found.evidence,
        [
            "All seven official clients: work",
            "POST http://127.0.0.1:40004/test/loginpath/oauth/token",
            "GET http://127.0.0.1:40004/test/apipath/api/v2/users",
        ]
    );
}

/// The step about request headers, with an echo route that answers with that.
fn echoed(status: u16, body: &str) -> StepResult {
    let plan = CheckPlan {
        echo_path: Some("/echo".to_owned()),
        latency_pairs: 0,
        ..plan()
    };
    let (report, sent) = run(plan, |request, _| {
        Some(match request.probe {
            Probe::Echo => answer(request, status, &[("x-amz-apigw-id", "g")], body),
            _ => healthy(request),
        })
    });
    let echo = sent.iter().find(|request| request.probe == Probe::Echo);
    let draft = echo.and_then(|request| request.draft.as_ref());
    assert_eq!(draft.map(|draft| draft.path.as_str()), Some("/echo"));
    assert_eq!(outcome(&report, StepKind::Authorization), Outcome::Passed);
    step(&report, StepKind::RequestHeaders).clone()
}

#[test]
fn an_echo_route_tells_which_headers_arrive() {
    const BOTH: &str = r#"{"headers":{"host":"h","x-gatescope-check":"gatescope-check-1","Accept-Language":"de-CH"}}"#;
    let (check, language) = ("X-Gatescope-Check", "Accept-Language");
    for (name, status, body, expected) in [
        ("both", 200, BOTH, [Effect::Same, Effect::Same]),
        (
            "one dropped",
            200,
            r#"{"headers":{"Host":"h","Accept-Language":"de-CH"}}"#,
            [Effect::Different, Effect::Same],
        ),
        (
            "both dropped",
            200,
            r#"{"headers":{"Host":"h"}}"#,
            [Effect::Different, Effect::Different],
        ),
        (
            "renamed",
            200,
            r#"{"headers":{"Host":"h","X-Other":"gatescope-check-1","Accept-Language":"de-CH"}}"#,
            [Effect::Different, Effect::Same],
        ),
        (
            "no echo at all",
            200,
            r#"{"hello":"world"}"#,
            [Effect::NotObservable, Effect::NotObservable],
        ),
        (
            "no such route",
            403,
            r#"{"message":"Missing Authentication Token"}"#,
            [Effect::NotObservable, Effect::NotObservable],
        ),
        (
            "an error that quotes",
            500,
            BOTH,
            [Effect::NotObservable, Effect::NotObservable],
        ),
    ] {
        let found = echoed(status, body);
        let effects: Vec<(&str, Effect)> = found.effects[1..]
            .iter()
            .map(|row| (row.what.as_str(), row.effect))
            .collect();
        assert_eq!(
            effects,
            [(check, expected[0]), (language, expected[1])],
            "{name}"
        );
        let lost = expected.contains(&Effect::Different);
        assert_eq!(
            (found.outcome, found.fault),
            if lost {
                (Outcome::Warning, Some(Fault::HeadersChanged))
            } else {
                (Outcome::Passed, None)
            },
            "{name}"
        );
        for (field, effect) in [(check, expected[0]), (language, expected[1])] {
            let line = match effect {
                Effect::Same if lost => "it saw",
                Effect::Same => "the echo route saw",
                Effect::Different => "the echo route did not see",
                Effect::NotObservable => continue,
            };
            assert!(
                found
                    .evidence
                    .iter()
                    .any(|seen| seen.starts_with(line) && seen.contains(field)),
                "{name}: {:?}",
                found.evidence
            );
        }
    }
}

#[test]
fn the_report_names_what_the_imported_configuration_gets_wrong() {
    let export = include_str!("../../../../tests/fixtures/exports/3-rest-non-proxy.json");
    let read = crate::interchange::reading::import(export, None).expect("it reads");
    let gateway = read.imported.environments.into_iter().next().expect("one");
    let mut check = CheckRun::new(CheckPlan::new(gateway, None, &[]));
    while let Next::Send(_) = check.next(1) {
        check.not_sent("nothing was sent");
    }
    let report = check.report();
    let missing = "Authorization is marked as required, but no request validator checks it";
    let masked =
        "There is one integration response only, so every error of Genesys Cloud reads 200";
    let written = serde_json::from_str::<serde_json::Value>(&report.write(ReportFormat::Json));
    let written = written.expect("it is JSON");
    let texts: Vec<&str> = written["route_warnings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|warning| warning["text"].as_str())
        .collect();
    for text in [missing, masked] {
        assert!(texts.contains(&text), "{texts:?}");
        let markdown = report.write(ReportFormat::Markdown);
        assert!(markdown.contains(text), "{markdown}");
        let page = report.write(ReportFormat::Html);
        assert!(page.contains(text), "{page}");
    }
    // A document that was kept before there were any is read as well.
    let mut older = written;
    older
        .as_object_mut()
        .expect("an object")
        .remove("route_warnings");
    let older: CheckReport = serde_json::from_value(older).expect("it reads");
    assert!(older.route_warnings.is_empty());
    // Without an imported configuration nothing is said about one.
    let mut check = CheckRun::new(plan());
    check.cancel();
    while let Next::Send(_) = check.next(1) {
        check.not_sent("nothing was sent");
    }
    let markdown = check.report().write(ReportFormat::Markdown);
    assert!(!markdown.contains("imported"), "{markdown}");
}
