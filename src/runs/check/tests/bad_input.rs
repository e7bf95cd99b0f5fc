//! Answers that a check must not be sure about: contradictions, changes between steps, bodies that say nothing.

use std::sync::Arc;

use super::{answer, healthy, outcome, plan, run};
use crate::model::exchange::{BodyProblem, SendErrorKind};
use crate::runs::check::outcome::{Fault, Outcome, StepKind};
use crate::runs::check::report::{CheckReport, Verdict};
use crate::runs::check::{CheckRun, Next, Probe, Way};

type Fields = &'static [(&'static str, &'static str)];

/// Everything that is asked of the API through the gateway gets this; the rest is healthy.
fn api_answers(status: u16, headers: Fields, body: &str) -> CheckReport {
    let (report, _) = run(plan(), |request, _| {
        let is_api = matches!(
            request.probe,
            Probe::Api(Way::Gateway)
                | Probe::ApiLowerCase
                | Probe::ApiSigned
                | Probe::Users(Way::Gateway)
        );
        Some(if is_api {
            answer(request, status, headers, body)
        } else {
            healthy(request)
        })
    });
    report
}

const REST: Fields = &[("x-amzn-RequestId", "r"), ("x-amz-apigw-id", "g")];

#[test]
fn bodies_that_say_nothing_are_not_taken_for_genesys_cloud() {
    let huge = format!("{{\"message\":\"{}\"}}", "x".repeat(3 * 1024 * 1024));
    for (name, status, body) in [
        ("an empty body", 502, ""),
        (
            "HTML",
            502,
            "<html><body><h1>502 Bad Gateway</h1></body></html>",
        ),
        ("a cut body", 502, "{\"message\":\"Internal ser"),
        ("a huge body", 502, huge.as_str()),
        ("message null", 502, r#"{"message":null}"#),
        ("a capital", 502, r#"{"Message":"no"}"#),
        (
            "a customised answer",
            403,
            r#"{"error":{"reason":"ask the platform team"}}"#,
        ),
        ("not UTF-8 in spirit", 500, "\u{feff}\u{0}\u{202e}"),
    ] {
        let report = api_answers(status, REST, body);
        assert_eq!(report.steps.len(), StepKind::ALL.len(), "{name}");
        assert_eq!(
            outcome(&report, StepKind::ApiPath),
            Outcome::Failed,
            "{name}"
        );
        assert_eq!(
            outcome(&report, StepKind::Query),
            Outcome::Skipped,
            "{name}"
        );
        assert_eq!(report.verdict, Verdict::Failed, "{name}");
        // Nothing that only Genesys Cloud's own words could show.
        for certain in [
            Fault::AuthorizationDropped,
            Fault::WrongRegion,
            Fault::StatusMasked,
            Fault::SignatureNeeded,
            Fault::HeaderCaseEnforced,
        ] {
            assert!(
                !report.faults.contains(&certain),
                "{name}: {:?}",
                report.faults
            );
        }
        let longest = report
            .steps
            .iter()
            .flat_map(|step| &step.evidence)
            .map(String::len)
            .max();
        assert!(longest < Some(2_000), "{name}: a line of {longest:?} bytes");
    }
}

#[test]
fn headers_that_contradict_each_other_are_settled_by_no_guess() {
    // A REST API's id, an HTTP API's id, CloudFront's and Genesys Cloud's at once.
    const ALL: Fields = &[
        ("x-amz-apigw-id", "g"),
        ("apigw-requestid", "a"),
        ("x-amz-cf-id", "f"),
        ("ININ-Correlation-Id", "c"),
        ("x-amzn-ErrorType", "ForbiddenException"),
        ("x-amzn-ErrorType", "AccessDeniedException"),
    ];
    for body in [
        r#"{"message":"Forbidden"}"#,
        r#"{"message":null}"#,
        "<html></html>",
        "",
    ] {
        let report = api_answers(403, ALL, body);
        assert_eq!(
            report.verdict,
            Verdict::Failed,
            "{body:?}: {:?}",
            report.faults
        );
        for certain in [
            Fault::SignatureNeeded,
            Fault::AuthorizationDropped,
            Fault::WrongRegion,
        ] {
            assert!(
                !report.faults.contains(&certain),
                "{body:?}: {:?}",
                report.faults
            );
        }
    }
}

#[test]
fn a_gateway_that_changes_its_answer_between_steps_is_told_by_what_each_step_saw() {
    // A deployment in the middle of the check: the API is there, then it is not.
    let (report, _) = run(plan(), |request, _| {
        Some(match request.probe {
            Probe::MissingUser(Way::Gateway) | Probe::NextPage | Probe::Sample(_, Way::Gateway) => {
                answer(
                    request,
                    403,
                    &[
                        ("x-amz-apigw-id", "g"),
                        ("x-amzn-ErrorType", "MissingAuthenticationTokenException"),
                    ],
                    r#"{"message":"Missing Authentication Token"}"#,
                )
            }
            _ => healthy(request),
        })
    });
    assert_eq!(outcome(&report, StepKind::ApiPath), Outcome::Passed);
    assert_eq!(outcome(&report, StepKind::Query), Outcome::Passed);
    assert_eq!(report.faults, [Fault::ErrorsChanged, Fault::LinksBroken]);
    assert_eq!(outcome(&report, StepKind::Latency), Outcome::NotObservable);
    // The other way round: broken at first, sound later. What was not proved is not taken back.
    let mut asked = 0;
    let (report, _) = run(plan(), |request, _| {
        asked += 1;
        Some(if asked <= 2 {
            answer(request, 503, &[("x-amz-apigw-id", "g")], "")
        } else {
            healthy(request)
        })
    });
    assert_eq!(report.steps.len(), StepKind::ALL.len());
    assert_eq!(
        outcome(&report, StepKind::Stage),
        Outcome::NotObservable,
        "{report:#?}"
    );
    assert_eq!(outcome(&report, StepKind::Authorization), Outcome::Passed);
    assert!(
        !report.faults.contains(&Fault::StageMissing),
        "{:?}",
        report.faults
    );
}

#[test]
fn cancelled_in_flight_the_request_under_way_proves_nothing() {
    for at in 0..14 {
        let mut check = CheckRun::new(plan());
        let mut number = 0;
        loop {
            match check.next(1) {
                Next::Send(request) => {
                    let mut exchange = (*healthy(&request)).clone();
                    if number == at {
                        exchange.hops[0].response = None;
                        exchange.error = Some(crate::model::exchange::SendError {
                            kind: SendErrorKind::Cancelled,
                            phase: None,
                            text: "Cancelled".to_owned(),
                            hint: String::new(),
                        });
                    }
                    number += 1;
                    check.answer(Arc::new(exchange), 1);
                }
                Next::Done => break,
                other => panic!("{other:?}"),
            }
        }
        let report = check.report();
        assert_eq!(number, at + 1, "nothing is sent after it was cancelled");
        assert_eq!(report.steps.len(), StepKind::ALL.len());
        assert_eq!(report.faults, [], "at {at}: {report:#?}");
        assert_eq!(report.verdict, Verdict::NoVerdict, "at {at}");
    }
}

#[test]
fn a_body_that_was_cut_on_the_way_is_named() {
    let (report, _) = run(plan(), |request, _| {
        let mut exchange = (*healthy(request)).clone();
        if request.probe == Probe::Users(Way::Gateway) {
            let response = exchange.hops[0].response.as_mut().expect("an answer");
            let mut body = (*response.body).clone();
            body.incomplete = Some(BodyProblem::Truncated {
                received: 10,
                expected: 100,
            });
            response.body = Arc::new(body);
        }
        Some(Arc::new(exchange))
    });
    assert_eq!(outcome(&report, StepKind::Compression), Outcome::Failed);
    assert!(
        report.faults.contains(&Fault::BodyChanged),
        "{:?}",
        report.faults
    );
}
