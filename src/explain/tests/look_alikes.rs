//! Services that only look like an API Gateway, and answers in which marks contradict each other: they are explained by what they
//! show, and nothing is guessed.

use super::{At, Case, USUAL, environment, exchange_of, explanation_of, fields};
use crate::explain::answerer::Answerer;
use crate::explain::explanation::explain;

/// What only an API Gateway or Genesys Cloud would be told to do.
const GUESSES: [&str; 9] = [
    "stage test",
    "usage plan",
    "deploy",
    "integration request",
    "authorizer",
    "IAM",
    "OAuth client",
    "token is",
    "In the gateway",
];

type Fields = &'static [(&'static str, &'static str)];
/// What answers, its status, headers and body, and the rule that explains it.
type LookAlike = (
    &'static str,
    u16,
    &'static [Fields],
    &'static str,
    &'static str,
);

const JSON: Fields = &[("Content-Type", "application/json")];
const NGINX: Fields = &[("Server", "nginx/1.25.3"), ("Content-Type", "text/html")];
const KONG: Fields = &[
    ("Server", "kong/3.4.0"),
    ("X-Kong-Response-Latency", "0"),
    ("X-Kong-Request-Id", "ab12"),
];
const CLOUDFLARE: Fields = &[
    ("Server", "cloudflare"),
    ("CF-RAY", "8c1f2e3d4a5b6c7d-ZRH"),
    ("Content-Type", "text/html; charset=UTF-8"),
];
const FUNCTION: Fields = &[
    ("x-amzn-RequestId", "0d4c7a3e-2f5b"),
    ("x-amzn-ErrorType", "AccessDeniedException"),
];
const OTHER: &str = "way.other-refusal";
const AWS: &str = "way.aws-service";

const LOOK_ALIKES: [LookAlike; 10] = [
    (
        "nginx, no such page",
        404,
        &[NGINX],
        "<html><center><h1>404 Not Found</h1></center></html>",
        OTHER,
    ),
    (
        "nginx, bad gateway",
        502,
        &[NGINX],
        "<html><center><h1>502 Bad Gateway</h1></center></html>",
        OTHER,
    ),
    (
        "Kong, no route",
        404,
        &[KONG, JSON],
        r#"{"message":"no Route matched with those values","request_id":"ab12"}"#,
        OTHER,
    ),
    (
        "Kong, unauthorized",
        401,
        &[KONG, JSON],
        r#"{"message":"Unauthorized"}"#,
        OTHER,
    ),
    (
        "Kong, too many",
        429,
        &[KONG, JSON],
        r#"{"message":"API rate limit exceeded"}"#,
        OTHER,
    ),
    (
        "Cloudflare, a challenge",
        403,
        &[CLOUDFLARE],
        "<!DOCTYPE html><html><title>Just a moment...</title></html>",
        OTHER,
    ),
    (
        "Cloudflare, origin down",
        522,
        &[CLOUDFLARE],
        "error code: 522",
        OTHER,
    ),
    (
        "a function URL, forbidden",
        403,
        &[FUNCTION, JSON],
        r#"{"Message":"Forbidden"}"#,
        AWS,
    ),
    (
        "a function URL, null",
        403,
        &[FUNCTION, JSON],
        r#"{"Message":null}"#,
        AWS,
    ),
    (
        "nobody's headers",
        403,
        &[JSON],
        r#"{"message":"Forbidden"}"#,
        OTHER,
    ),
];

#[test]
fn services_that_only_look_like_a_gateway_are_explained_by_what_they_show() {
    let mut wrong = Vec::new();
    for (name, status, headers, body, rule) in LOOK_ALIKES {
        let mut exchange = exchange_of(&Case { status, ..USUAL });
        let response = exchange.hops[0].response.as_mut().expect("an answer");
        response.headers = fields(headers);
        let mut whole = (*response.body).clone();
        whole.wire = body.as_bytes().to_vec().into();
        whole.decoded = whole.wire.clone();
        response.body = std::sync::Arc::new(whole);
        // At the address of a gateway, as an own domain and as an execute-api host.
        for at in [At::CustomDomain, At::Rest] {
            let explanation = explain(&exchange, &environment(at));
            let Some(finding) = &explanation.main else {
                wrong.push(format!("{name}: not explained"));
                continue;
            };
            if finding.rule != rule {
                wrong.push(format!("{name}: {} instead of {rule}", finding.rule));
            }
            let is_nobody_known = matches!(
                explanation.who.answerer,
                Answerer::SomethingElse | Answerer::AwsService
            );
            if !is_nobody_known {
                wrong.push(format!("{name}: taken for {}", explanation.who.words()));
            }
            if explanation.who.evidence.is_empty() {
                wrong.push(format!("{name}: no evidence"));
            }
            let mut said = format!("{} {}", finding.means, finding.causes.join(" "));
            for remedy in &finding.remedies {
                said.push_str(&remedy.words);
            }
            for guess in GUESSES {
                if said.contains(guess) {
                    wrong.push(format!("{name}: guesses about {guess:?}: {said}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn contradicting_marks_are_all_in_the_evidence_or_none_is_believed() {
    // An id of a REST API and one of an HTTP API at once: two gateways in a row, or a forgery.
    let both: &[(&str, &str)] = &[
        ("x-amz-apigw-id", "QZFY0GF8PHcEDJg="),
        ("x-amzn-RequestId", "0d4c7a3e"),
        ("apigw-requestid", "Mc7UVioPPHcEKPA="),
        ("x-amz-cf-id", "abc"),
        ("Content-Type", "application/json"),
    ];
    for body in [
        r#"{"message":"Forbidden"}"#,
        r#"{"message":null}"#,
        r#"{"Message":"no"}"#,
        r#"{"message":"cut"#,
        "",
    ] {
        let mut exchange = exchange_of(&Case {
            status: 403,
            ..USUAL
        });
        let response = exchange.hops[0].response.as_mut().expect("an answer");
        response.headers = fields(&[both]);
        let mut whole = (*response.body).clone();
        whole.wire = body.as_bytes().to_vec().into();
        whole.decoded = whole.wire.clone();
        response.body = std::sync::Arc::new(whole);
        let explanation = explain(&exchange, &environment(At::Rest));
        assert!(
            !explanation.who.answerer.is_genesys(),
            "{body:?}: {}",
            explanation.who.words()
        );
        let names: Vec<&str> = explanation
            .request_ids
            .iter()
            .map(|id| id.name.as_str())
            .collect();
        // Both ids are at hand for a log search.
        for name in ["x-amz-apigw-id", "apigw-requestid"] {
            assert!(names.contains(&name), "{body:?}: {names:?}");
        }
        assert!(explanation.main.is_some(), "{body:?}");
    }
}

#[test]
fn a_gateway_answer_that_its_owner_customised_is_still_told_by_its_headers() {
    let case = Case {
        status: 403,
        headers: &[
            super::REST,
            &[("x-amzn-ErrorType", "MissingAuthenticationTokenException")],
        ],
        body: r#"{"fault":{"text":"ask the platform team"}}"#,
        ..USUAL
    };
    let explanation = explanation_of(&case);
    assert_eq!(explanation.who.answerer, Answerer::RestGateway);
    let finding = explanation.main.expect("it is explained");
    assert_eq!(finding.rule, "rest.no-route-customised");
}

#[test]
fn huge_and_cut_bodies_are_explained_at_once_and_in_few_words() {
    for body in [
        format!("{{\"message\":\"{}\"}}", "x".repeat(4 * 1024 * 1024)),
        format!("<html><body>{}", "y".repeat(4 * 1024 * 1024)),
        "[".repeat(1024 * 1024),
    ] {
        for headers in [super::REST, super::HTTP, super::GENESYS, &[]] {
            let mut exchange = exchange_of(&Case {
                status: 502,
                ..USUAL
            });
            let response = exchange.hops[0].response.as_mut().expect("an answer");
            response.headers = fields(&[headers]);
            let mut whole = (*response.body).clone();
            whole.wire = body.clone().into_bytes().into();
            whole.decoded = whole.wire.clone();
            response.body = std::sync::Arc::new(whole);
            let explanation = explain(&exchange, &environment(At::Rest));
            let finding = explanation.main.expect("it is explained");
            let said = finding.means.len() + finding.causes.concat().len();
            assert!(said < 4_000, "{} says {said} bytes", finding.rule);
        }
    }
}

#[test]
fn a_gateway_of_the_sandbox_is_explained_as_one_at_execute_api() {
    let case = Case {
        status: 403,
        headers: &[super::REST, &[("x-amzn-ErrorType", "ForbiddenException")]],
        body: r#"{"message":"Forbidden"}"#,
        ..USUAL
    };
    let broken = crate::model::sandbox_environments::broken_environments()
        .into_iter()
        .find(|environment| environment.id.as_str() == "sandbox-broken-stage-missing")
        .expect("the sandbox has it");
    let explanation = explain(&exchange_of(&case), &broken);
    let finding = explanation.main.expect("it is explained");
    assert_eq!(finding.rule, "rest.forbidden");
    assert!(
        finding.causes[0].starts_with("Stage no-stage does not exist"),
        "{:?}",
        finding.causes
    );
}
