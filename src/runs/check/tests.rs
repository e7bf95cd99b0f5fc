//! The step machine by hand: what it sends, when it rests, how it ends, and that no answer makes it fall over.

mod bad_input;
mod steps;

use std::sync::Arc;

use proptest::prelude::*;

use super::outcome::{Fault, Outcome, StepKind};
use super::report::{CheckReport, Verdict};
use super::{CheckPlan, CheckRun, Next, Probe, ProbeRequest, TokenOf, Way, twin};
use crate::compare::test_side;
use crate::model::environment::{
    ClientAuthentication, Credentials, Environment, SandboxAddresses, Target,
};
use crate::model::exchange::{Exchange, HopPurpose, SendError, SendErrorKind};
use crate::model::masks::Masks;
use crate::model::sandbox_environments::{bind, sandbox_environments};

const SECRET: &str = "never-to-be-seen-token";

fn environments() -> (Environment, Environment) {
    let addresses = SandboxAddresses {
        api: "http://127.0.0.1:40001".to_owned(),
        login: "http://127.0.0.1:40002".to_owned(),
        http_api: "http://127.0.0.1:40003".to_owned(),
        rest_api: "http://127.0.0.1:40004".to_owned(),
        broken: None,
    };
    let all = sandbox_environments();
    (bind(&all[2], &addresses), bind(&all[0], &addresses))
}

fn plan() -> CheckPlan {
    let (gateway, direct) = environments();
    CheckPlan {
        latency_pairs: 2,
        ..CheckPlan::new(gateway, Some(direct), &[])
    }
}

/// An answer to `request`.
fn answer(
    request: &ProbeRequest,
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> Arc<Exchange> {
    let mut side = test_side::gateway(status, body);
    for (name, value) in headers {
        side = side.with_header(name, value);
    }
    let draft = request.draft.as_ref();
    side.sent().method = draft
        .map_or("POST", |draft| draft.method.as_str())
        .to_owned();
    side.sent().url = format!(
        "http://127.0.0.1:40004/test{}",
        draft.map_or("/oauth/token", |draft| draft.path.as_str())
    );
    if draft.is_none() {
        side.exchange.hops[0].purpose = HopPurpose::Token;
    }
    let mut masks = Masks::default();
    masks.add(SECRET);
    side.exchange.masks = masks;
    Arc::new(side.exchange)
}

/// Runs to the end; `say` answers each request, or does not.
fn run(
    plan: CheckPlan,
    mut say: impl FnMut(&ProbeRequest, usize) -> Option<Arc<Exchange>>,
) -> (CheckReport, Vec<ProbeRequest>) {
    let mut check = CheckRun::new(plan);
    let mut sent = Vec::new();
    let mut now_ms = 0;
    loop {
        now_ms += 1;
        match check.next(now_ms) {
            Next::Done => return (check.report(), sent),
            Next::Wait => panic!("nothing is outstanding"),
            Next::WaitUntil { at_ms, .. } => {
                assert!(at_ms > now_ms, "a rest that is over: {at_ms} at {now_ms}");
                now_ms = at_ms;
            }
            Next::Send(request) => {
                match say(&request, sent.len()) {
                    Some(exchange) => check.answer(exchange, now_ms),
                    None => check.not_sent("it was not allowed"),
                }
                sent.push(*request);
            }
        }
        assert!(sent.len() < 100, "it never ends: {sent:?}");
    }
}

/// What a healthy REST API in front of Genesys Cloud answers.
fn healthy(request: &ProbeRequest) -> Arc<Exchange> {
    const GENESYS: [(&str, &str); 5] = [
        ("x-amzn-RequestId", "r"),
        ("x-amz-apigw-id", "g"),
        ("ININ-Correlation-Id", "c"),
        ("inin-ratelimit-count", "1"),
        ("inin-ratelimit-allowed", "300"),
    ];
    const OWN: [(&str, &str); 3] = [
        ("x-amzn-RequestId", "r"),
        ("x-amz-apigw-id", "g"),
        ("x-amzn-ErrorType", "MissingAuthenticationTokenException"),
    ];
    let users = r#"{"entities":[{"id":"a-1","name":"A"},{"id":"b-2","name":"B"}],"pageSize":2,"pageNumber":2,"nextUri":"/api/v2/users?pageSize=2&pageNumber=3","selfUri":"/api/v2/users?pageSize=2&pageNumber=2"}"#;
    match request.probe {
        Probe::Root => answer(
            request,
            403,
            &OWN,
            r#"{"message":"Missing Authentication Token"}"#,
        ),
        Probe::LoginBare => answer(
            request,
            400,
            &GENESYS,
            r#"{"error":"invalid_client","description":"client not found","error_description":"client not found"}"#,
        ),
        Probe::GatewayToken | Probe::RegionToken => answer(
            request,
            200,
            &GENESYS,
            &format!(r#"{{"access_token":"{SECRET}","token_type":"bearer","expires_in":86400}}"#),
        ),
        Probe::Users(_) | Probe::Repeats(_) => answer(request, 200, &GENESYS, users),
        Probe::NextPage => answer(
            request,
            200,
            &GENESYS,
            &users.replace(r#""pageNumber":2,"#, r#""pageNumber":3,"#),
        ),
        Probe::Tricky(_) => answer(
            request,
            400,
            &GENESYS,
            r#"{"message":"Value [s/l~p+l~s p~q q~r|{};~x%y] is not valid for parameter [sortOrder].","code":"invalid.query.param.value","status":400,"contextId":"c"}"#,
        ),
        Probe::MissingUser(_) => answer(
            request,
            404,
            &GENESYS,
            r#"{"message":"not found","code":"not.found","status":404,"contextId":"c"}"#,
        ),
        _ => answer(request, 200, &GENESYS, r#"{"organization":{"id":"o"}}"#),
    }
}

fn outcome(report: &CheckReport, step: StepKind) -> Outcome {
    report
        .steps
        .iter()
        .find(|result| result.step == step)
        .map(|result| result.outcome)
        .expect("every step has a result")
}

#[test]
fn a_healthy_gateway_passes_with_gets_and_the_login_alone() {
    let (report, sent) = run(plan(), |request, _| Some(healthy(request)));
    assert_eq!(report.faults, [], "{report:#?}");
    assert_eq!(report.verdict, Verdict::Passed);
    for request in &sent {
        let Some(draft) = &request.draft else {
            continue;
        };
        let is_login = draft.path == "/oauth/token";
        assert_eq!(
            draft.method,
            if is_login { "POST" } else { "GET" },
            "{:?}",
            request.probe
        );
        let carries = matches!(request.token, TokenOf::Own | TokenOf::Direct);
        let before_any_token = matches!(request.probe, Probe::Root | Probe::LoginBare);
        assert_eq!(carries, !before_any_token, "{:?}", request.probe);
    }
    assert!(!format!("{report:?}").contains(SECRET), "{report:?}");
    let document = report.write(crate::compare::report::ReportFormat::Json);
    let again: CheckReport = serde_json::from_str(&document).expect("it reads again");
    assert_eq!(again, report);
}

#[test]
fn cancelled_half_way_it_says_nothing_about_the_rest() {
    for at in 0..12 {
        let mut check = CheckRun::new(plan());
        let mut number = 0;
        loop {
            match check.next(1) {
                Next::Send(request) => {
                    if number == at {
                        check.cancel();
                    }
                    number += 1;
                    check.answer(healthy(&request), 1);
                }
                Next::Done => break,
                other => panic!("{other:?}"),
            }
        }
        let report = check.report();
        assert!(report.cancelled);
        assert_eq!(report.steps.len(), StepKind::ALL.len());
        assert_eq!(report.verdict, Verdict::NoVerdict, "at {at}: {report:#?}");
        assert_eq!(number, at + 1, "nothing is sent after it was cancelled");
        assert_eq!(
            outcome(&report, StepKind::Latency),
            Outcome::Skipped,
            "at {at}"
        );
    }
}

#[test]
fn what_is_not_allowed_is_skipped_with_the_reason() {
    let (report, sent) = run(plan(), |_, _| None);
    assert_eq!(report.verdict, Verdict::Failed);
    assert_eq!(report.faults, [Fault::NoConnection]);
    assert!(
        report.steps[0]
            .evidence
            .contains(&"it was not allowed".to_owned()),
        "{:?}",
        report.steps[0]
    );
    assert!(sent.len() <= 2, "{sent:?}");
}

#[test]
fn genesys_rests_are_kept_and_asked_about_once() {
    let mut refused = 0;
    let (report, sent) = run(plan(), |request, _| {
        if request.probe == Probe::Users(Way::Gateway) && refused == 0 {
            refused += 1;
            return Some(answer(
                request,
                429,
                &[
                    ("ININ-Correlation-Id", "c"),
                    ("Retry-After", "2"),
                    ("x-amz-apigw-id", "g"),
                ],
                r#"{"message":"slow down","code":"too.many.requests","status":429}"#,
            ));
        }
        Some(healthy(request))
    });
    assert_eq!(report.faults, []);
    let asked = sent
        .iter()
        .filter(|request| request.probe == Probe::Users(Way::Gateway))
        .count();
    assert_eq!(asked, 2);
    assert!(report.took_ms >= 2_000, "{} ms", report.took_ms);
}

#[test]
fn the_pace_follows_the_announced_limit() {
    let mut check = CheckRun::new(plan());
    let Next::Send(request) = check.next(10) else {
        panic!("it begins with a request");
    };
    check.answer(
        answer(
            &request,
            404,
            &[
                ("ININ-Correlation-Id", "c"),
                ("x-amz-apigw-id", "g"),
                ("inin-ratelimit-count", "299"),
                ("inin-ratelimit-allowed", "300"),
                ("inin-ratelimit-reset", "30"),
            ],
            "{}",
        ),
        10,
    );
    match check.next(11) {
        Next::WaitUntil { at_ms, .. } => assert_eq!(at_ms, 30_010),
        other => panic!("{other:?}"),
    }
    assert!(matches!(check.next(30_010), Next::Send(_)));
}

#[test]
fn without_a_direct_environment_effects_are_those_asked_for() {
    let (gateway, _) = environments();
    let plan = CheckPlan {
        latency_pairs: 0,
        ..CheckPlan::new(gateway, None, &[])
    };
    let (report, sent) = run(plan, |request, _| Some(healthy(request)));
    assert!(
        sent.iter()
            .all(|request| request.probe.way() == Way::Gateway)
    );
    assert_eq!(report.faults, []);
    assert_eq!(outcome(&report, StepKind::Query), Outcome::Passed);
    for step in [
        StepKind::RegionToken,
        StepKind::SameAnswer,
        StepKind::Latency,
    ] {
        assert_eq!(outcome(&report, step), Outcome::Skipped, "{step:?}");
    }
}

#[test]
fn a_token_goes_through_the_gateway_only_when_both_have_the_same_client() {
    let (gateway, mut direct) = environments();
    for (client, expected) in [
        ("sandbox-client", TokenOf::Direct),
        ("another", TokenOf::Nobody),
    ] {
        direct.credentials = Credentials::ClientCredentials {
            client_id: client.to_owned(),
            scope: String::new(),
            style: ClientAuthentication::Basic,
        };
        let plan = CheckPlan {
            latency_pairs: 0,
            ..CheckPlan::new(gateway.clone(), Some(direct.clone()), &[])
        };
        let (_, sent) = run(plan, |request, _| {
            Some(match request.probe {
                // The login path is not there.
                Probe::LoginBare | Probe::LoginSigned => healthy(&ProbeRequest {
                    probe: Probe::Root,
                    ..request.clone()
                }),
                _ => healthy(request),
            })
        });
        let api = sent
            .iter()
            .find(|request| request.probe == Probe::Api(Way::Gateway))
            .expect("the API path is tried");
        assert_eq!(api.token, expected, "{client}");
    }
}

#[test]
fn a_twin_shares_its_credentials() {
    let (gateway, direct) = environments();
    let mut own = gateway.clone();
    own.sandbox = None;
    let mut region = direct.clone();
    region.sandbox = None;
    assert_eq!(
        twin(&gateway, &[own.clone(), direct.clone()]).map(|known| &known.id),
        Some(&direct.id)
    );
    assert!(twin(&own, &[region.clone(), direct]).is_none());
    own.credentials = Credentials::SameAs {
        environment: region.id.clone(),
    };
    assert_eq!(
        twin(&own, &[own.clone(), region.clone()]).map(|known| &known.id),
        Some(&region.id)
    );
    assert!(matches!(region.target, Target::Direct { .. }));
}

#[test]
fn the_phase_that_failed_is_the_step_that_failed() {
    for (kind, step, fault) in [
        (
            SendErrorKind::NameNotResolved,
            StepKind::Name,
            Fault::NameNotResolved,
        ),
        (
            SendErrorKind::NoNameService,
            StepKind::Name,
            Fault::NoConnection,
        ),
        (SendErrorKind::Refused, StepKind::Tcp, Fault::NoConnection),
        (SendErrorKind::Closed, StepKind::Http, Fault::NoHttpAnswer),
    ] {
        let (report, _) = run(plan(), |request, _| {
            if request.probe != Probe::Root {
                return Some(healthy(request));
            }
            let mut exchange = (*healthy(request)).clone();
            exchange.hops[0].response = None;
            exchange.error = Some(SendError {
                kind,
                phase: None,
                text: "it failed".to_owned(),
                hint: String::new(),
            });
            Some(Arc::new(exchange))
        });
        assert_eq!(report.faults, [fault], "{kind:?}");
        assert_eq!(outcome(&report, step), Outcome::Failed, "{kind:?}");
        assert_eq!(
            outcome(&report, StepKind::ApiPath),
            Outcome::Skipped,
            "{kind:?}"
        );
        assert_eq!(
            outcome(&report, StepKind::RegionToken),
            Outcome::Passed,
            "{kind:?}"
        );
    }
}

/// Headers of an answer.
type Fields = &'static [(&'static str, &'static str)];

/// Answers that nobody should count on.
const ODD: [(u16, Fields, &str); 12] = [
    (200, &[], "<html><body>sign in</body></html>"),
    (200, &[], ""),
    (
        403,
        &[
            ("x-amz-apigw-id", "g"),
            ("x-amzn-ErrorType", "ForbiddenException"),
        ],
        r#"{"message":"Forbidden"}"#,
    ),
    (
        500,
        &[
            ("x-amz-apigw-id", "g"),
            ("x-amzn-ErrorType", "AuthorizerConfigurationException"),
        ],
        r#"{"message":null}"#,
    ),
    (
        403,
        &[
            ("x-amz-apigw-id", "g"),
            ("x-amzn-ErrorType", "AccessDeniedException"),
        ],
        r#"{"Message":"explicit deny"}"#,
    ),
    (
        502,
        &[
            ("x-amz-apigw-id", "g"),
            ("apigw-requestid", "a"),
            ("ININ-Correlation-Id", "c"),
        ],
        "{\"cut",
    ),
    (
        503,
        &[("apigw-requestid", "a")],
        r#"{"message":"Service Unavailable"}"#,
    ),
    (
        404,
        &[("apigw-requestid", "a")],
        r#"{"message":"Not Found"}"#,
    ),
    (
        401,
        &[("ININ-Correlation-Id", "c"), ("x-amz-apigw-id", "g")],
        r#"{"code":"bad.credentials","message":"Invalid login credentials.","status":401}"#,
    ),
    (
        200,
        &[("ININ-Correlation-Id", "c"), ("x-amz-apigw-id", "g")],
        r#"{"entities":{},"pageSize":"two","pageNumber":-1,"nextUri":7}"#,
    ),
    (
        429,
        &[
            ("x-amz-apigw-id", "g"),
            ("x-amzn-ErrorType", "TooManyRequestsException"),
        ],
        r#"{"message":"Too Many Requests"}"#,
    ),
    (
        407,
        &[("Proxy-Authenticate", "Basic")],
        "never-to-be-seen-token",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn no_answers_make_it_fall_over(picks in proptest::collection::vec(0..ODD.len() + 4, 40)) {
        let (report, sent) = run(plan(), |request, at| {
            let pick = picks[at % picks.len()];
            Some(match ODD.get(pick) {
                Some((status, headers, body)) => answer(request, *status, headers, body),
                None => healthy(request),
            })
        });
        prop_assert_eq!(report.steps.len(), StepKind::ALL.len());
        for (result, kind) in report.steps.iter().zip(StepKind::ALL) {
            prop_assert_eq!(result.step, kind);
            prop_assert_eq!(result.fault.is_some(), result.is_finding(), "{:?}", result);
        }
        prop_assert!(sent.len() < 60);
        let written = report.write(crate::compare::report::ReportFormat::Markdown);
        prop_assert!(!written.contains(SECRET), "{}", written);
    }
}
