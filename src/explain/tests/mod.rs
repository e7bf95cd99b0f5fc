//! Every rule has a case built from a full exchange in a shape that was recorded, not from the rule's own words.

mod api_cases;
mod finding_cases;
mod gateway_cases;
mod look_alikes;
mod other_cases;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::explanation::{Explanation, explain};
use super::tables;
use crate::model::environment::{
    ApiKind, Environment, GatewayTarget, PathMapRule, PathMatching, Place, SandboxService, Target,
    TokenFrom,
};
use crate::model::exchange::{
    Connection, Exchange, HeaderField, Hop, HopPurpose, Response, ResponseBody, SendError,
    SendErrorKind, SentRequest, WireVersion,
};
use crate::model::ids::ExchangeId;
use crate::model::masks::Masks;
use crate::model::region::Region;
use crate::model::sandbox_environments::sandbox_environments;
use crate::model::timings::{Phase, Phases};

/// The ids that every answer of a REST API carries.
const REST: &[(&str, &str)] = &[
    ("x-amzn-RequestId", "0d4c7a3e-2f5b-4a0e-9f0e-1b7c1a2b3c4d"),
    ("x-amz-apigw-id", "QZFY0GF8PHcEDJg="),
    ("Content-Type", "application/json"),
];
/// The id that every answer of an HTTP API carries.
const HTTP: &[(&str, &str)] = &[
    ("apigw-requestid", "Mc7UVioPPHcEKPA="),
    ("Content-Type", "application/json"),
];
const GENESYS: &[(&str, &str)] = &[
    ("ININ-Correlation-Id", "f0a1b2c3-d4e5"),
    ("Content-Type", "application/json"),
];
const BEARER: &[(&str, &str)] = &[("Authorization", "Bearer opaque-token-of-genesys")];

#[derive(Clone, Copy)]
enum At {
    /// A REST API at execute-api, stage `test`.
    Rest,
    /// The same without a stage.
    RestWithoutStage,
    /// An HTTP API at execute-api, stage `test`.
    Http,
    /// The same without a stage.
    HttpWithoutStage,
    CustomDomain,
    /// A REST API whose path map sends `/api/v2/users` to `/users`.
    Mapped,
    Direct,
}

struct Case {
    /// The rule that must explain it.
    rule: &'static str,
    at: At,
    method: &'static str,
    /// With the stage, as sent.
    target: &'static str,
    sent: &'static [(&'static str, &'static str)],
    sent_bytes: u64,
    status: u16,
    headers: &'static [&'static [(&'static str, &'static str)]],
    body: &'static str,
    waited_ms: u64,
    failed: Option<(SendErrorKind, Phase)>,
    /// Words that the finding must hold once its holders are filled.
    says: &'static str,
}

const USUAL: Case = Case {
    rule: "",
    at: At::Rest,
    method: "GET",
    target: "/test/apipath/api/v2/users?pageSize=25",
    sent: BEARER,
    sent_bytes: 0,
    status: 200,
    headers: &[],
    body: "",
    waited_ms: 80,
    failed: None,
    says: "",
};

fn all_cases() -> Vec<&'static Case> {
    [
        gateway_cases::CASES,
        api_cases::CASES,
        other_cases::CASES,
        finding_cases::CASES,
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_case_is_explained_by_its_rule() {
    let mut wrong = Vec::new();
    for case in all_cases() {
        let explanation = explanation_of(case);
        let found = findings(&explanation);
        let is_finding = case.rule.starts_with("also.");
        let holds = if is_finding {
            found.contains(&case.rule)
        } else {
            found.first() == Some(&case.rule)
        };
        let said = explanation
            .main
            .iter()
            .chain(&explanation.also)
            .find(|finding| finding.rule == case.rule)
            .map(|finding| {
                let remedies: Vec<&str> = finding
                    .remedies
                    .iter()
                    .map(|remedy| remedy.words.as_str())
                    .collect();
                format!(
                    "{}\n{}\n{}",
                    finding.means,
                    finding.causes.join("\n"),
                    remedies.join("\n")
                )
            })
            .unwrap_or_default();
        if !holds || !said.contains(case.says) {
            wrong.push(format!(
                "{} {} {}: expected {} saying {:?}, found {found:?} by {}\n{said}",
                case.method,
                case.target,
                case.status,
                case.rule,
                case.says,
                explanation.who.words()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_rule_has_a_case_a_source_a_meaning_and_a_remedy() {
    let covered: HashSet<&str> = all_cases().iter().map(|case| case.rule).collect();
    let mut seen = HashSet::new();
    let mut wrong = Vec::new();
    for rule in tables::all() {
        if !seen.insert(rule.id) {
            wrong.push(format!("{}: twice", rule.id));
        }
        if !covered.contains(rule.id) {
            wrong.push(format!("{}: no case", rule.id));
        }
        if rule.source.trim().is_empty() {
            wrong.push(format!("{}: no source", rule.id));
        }
        if rule.means.trim().is_empty() || rule.means.ends_with('.') {
            wrong.push(format!(
                "{}: no meaning, or one that ends with a full stop",
                rule.id
            ));
        }
        if rule.remedies.is_empty() {
            wrong.push(format!("{}: nothing to try", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_holder_is_left_open() {
    const KEPT: [&str; 3] = ["{proxy+}", "{proxy}", "{domain of your region}"];
    for case in all_cases() {
        let text = serde_json::to_string(&explanation_of(case)).expect("serialisable");
        let Ok(explanation) = serde_json::from_str::<Explanation>(&text) else {
            panic!("{}: does not read back", case.rule);
        };
        for finding in explanation.main.iter().chain(&explanation.also) {
            let mut words = format!("{} {:?}", finding.means, finding.causes);
            for remedy in &finding.remedies {
                words.push_str(&remedy.words);
            }
            for kept in KEPT {
                words = words.replace(kept, "");
            }
            words = words.replace("{2}", "").replace("\\\\d", "");
            assert!(!words.contains(['{', '}']), "{}: {words}", finding.rule);
        }
    }
}

#[test]
fn what_is_only_reported_is_never_said_as_certain() {
    for rule in tables::all() {
        if rule.sureness == super::rule::Sureness::Reported {
            assert!(
                !rule.means.contains("certainly") && !rule.means.contains("always"),
                "{}",
                rule.id
            );
        }
    }
}

#[test]
fn request_ids_are_listed_under_their_received_names() {
    let case = Case {
        headers: &[REST, GENESYS, &[("X-Amzn-Trace-Id", "Root=1-2-3")]],
        body: "{}",
        ..USUAL
    };
    let names: Vec<String> = explanation_of(&case)
        .request_ids
        .into_iter()
        .map(|id| id.name)
        .collect();
    assert_eq!(
        names,
        [
            "x-amzn-RequestId",
            "x-amz-apigw-id",
            "X-Amzn-Trace-Id",
            "ININ-Correlation-Id"
        ]
    );
}

#[test]
fn a_plain_success_is_quiet() {
    let case = Case {
        at: At::Direct,
        target: "/api/v2/users",
        headers: &[GENESYS],
        body: r#"{"entities":[],"pageSize":25}"#,
        ..USUAL
    };
    let explanation = explanation_of(&case);
    assert_eq!(findings(&explanation), Vec::<&str>::new());
}

#[test]
fn strange_bodies_are_explained_without_guessing() {
    for (body, headers) in [
        ("", REST),
        ("{\"message\":", REST),
        ("{\"message\":null}", REST),
        ("<html><body>no</body></html>", REST),
        ("\u{fffd}\u{0}", HTTP),
        ("[1,2,3]", HTTP),
        ("{\"message\":null}", HTTP),
    ] {
        for status in [400, 403, 404, 418, 500, 503, 504] {
            let hop = Case {
                status,
                body,
                headers: &[],
                ..USUAL
            };
            let mut exchange = exchange_of(&hop);
            if let Some(response) = &mut exchange.hops[0].response {
                response.headers = fields(&[headers]);
            }
            let explanation = explain(&exchange, &environment(At::Rest));
            assert!(
                explanation.main.is_some(),
                "{status} {body:?} is not explained"
            );
        }
    }
}

fn findings(explanation: &Explanation) -> Vec<&str> {
    explanation
        .main
        .iter()
        .chain(&explanation.also)
        .map(|finding| finding.rule.as_str())
        .collect()
}

fn explanation_of(case: &Case) -> Explanation {
    explain(&exchange_of(case), &environment(case.at))
}

fn environment(at: At) -> Environment {
    let service = match at {
        At::Direct => SandboxService::Direct,
        _ => SandboxService::RestProxy,
    };
    let mut environment = sandbox_environments()
        .into_iter()
        .find(|environment| environment.sandbox == Some(service))
        .expect("the sandbox has it");
    environment.sandbox = None;
    let usw2 = Place::Region(Region::find("us-west-2").expect("a region"));
    match &mut environment.target {
        Target::Direct { place } => *place = usw2,
        Target::Gateway(gateway) => {
            set_up(gateway, at);
            environment.path_map = match at {
                At::Mapped => vec![PathMapRule {
                    from: "/api/v2/users".to_owned(),
                    to: "/users".to_owned(),
                    matching: PathMatching::Prefix,
                }],
                _ => Vec::new(),
            };
        }
    }
    environment
}

fn set_up(gateway: &mut GatewayTarget, at: At) {
    gateway.host = "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com".to_owned();
    gateway.port = None;
    gateway.stage = "test".to_owned();
    gateway.login_path = "/loginpath".to_owned();
    gateway.api_path = "/apipath".to_owned();
    gateway.token_from = TokenFrom::LoginPath;
    gateway.api_kind = ApiKind::Unknown;
    match at {
        At::RestWithoutStage | At::HttpWithoutStage => gateway.stage.clear(),
        At::CustomDomain => gateway.host = "api.acme.example".to_owned(),
        At::Mapped => gateway.api_path.clear(),
        At::Rest => gateway.api_kind = ApiKind::Rest,
        At::Http | At::Direct => {}
    }
}

fn exchange_of(case: &Case) -> Exchange {
    let host = match case.at {
        At::Direct => "api.usw2.pure.cloud",
        At::CustomDomain => "api.acme.example",
        _ => "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
    };
    let mut phases = Phases::default();
    phases.set(Phase::Wait, Duration::from_millis(case.waited_ms));
    phases.total = Duration::from_millis(case.waited_ms);
    let error = case.failed.map(|(kind, phase)| SendError {
        kind,
        phase: Some(phase),
        text: "it did not come about".to_owned(),
        hint: String::new(),
    });
    let response = case.failed.is_none().then(|| Response {
        version: WireVersion::Http11,
        status: case.status,
        reason: String::new(),
        head: None,
        headers: fields(case.headers),
        body: Arc::new(ResponseBody {
            wire: case.body.as_bytes().into(),
            decoded: case.body.as_bytes().into(),
            ..ResponseBody::default()
        }),
    });
    let hop = Hop {
        purpose: if case.target.contains("/oauth/token") {
            HopPurpose::Token
        } else {
            HopPurpose::Request
        },
        start_offset: Duration::ZERO,
        sent: SentRequest {
            method: case.method.to_owned(),
            url: format!("https://{host}{}", case.target),
            version: WireVersion::Http11,
            head: None,
            headers: fields(&[case.sent]),
            body_preview: bytes::Bytes::new(),
            body_bytes: case.sent_bytes,
            total_bytes: case.sent_bytes,
        },
        phases,
        connection: Connection::default(),
        response,
        error: error.clone(),
        notes: Vec::new(),
    };
    Exchange {
        id: ExchangeId(1),
        environment: environment(case.at).id,
        started_at: "2026-11-24T10:00:00Z".parse::<Timestamp>().expect("a time"),
        hops: vec![hop],
        notes: Vec::new(),
        masks: Masks::default(),
        total: Duration::from_millis(case.waited_ms),
        error,
        redirect_offer: None,
    }
}

fn fields(groups: &[&[(&str, &str)]]) -> Vec<HeaderField> {
    groups
        .iter()
        .flat_map(|group| group.iter())
        .map(|(name, value)| HeaderField::new(*name, value.as_bytes().to_vec()))
        .collect()
}
