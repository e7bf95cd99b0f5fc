//! Full answers in the shapes that were recorded, and who they are decided to be from.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::model::environment::SandboxService;
use crate::model::exchange::{Connection, ResponseBody, SendError, SentRequest, WireVersion};
use crate::model::sandbox_environments::sandbox_environments;
use crate::model::timings::Phases;

const REST: [(&str, &str); 2] = [
    ("x-amzn-RequestId", "0d4c7a3e-2f5b-4a0e-9f0e-1b7c1a2b3c4d"),
    ("x-amz-apigw-id", "QZFY0GF8PHcEDJg="),
];
const HTTP: [(&str, &str); 1] = [("apigw-requestid", "Mc7UVioPPHcEKPA=")];
const GENESYS_ERROR: &str = r#"{"message":"No authentication bearer token specified","code":"authentication.required","status":401,"contextId":"8f4c2f0e","details":[],"errors":[]}"#;

fn environment(service: SandboxService) -> Environment {
    sandbox_environments()
        .into_iter()
        .find(|environment| environment.sandbox == Some(service))
        .expect("the sandbox has it")
}

fn hop(path: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Hop {
    Hop {
        purpose: HopPurpose::Request,
        start_offset: Duration::ZERO,
        sent: SentRequest {
            method: "GET".to_owned(),
            url: format!("https://gateway.example{path}"),
            version: WireVersion::Http11,
            head: None,
            headers: Vec::new(),
            body_preview: bytes::Bytes::new(),
            body_bytes: 0,
            total_bytes: 0,
        },
        phases: Phases::default(),
        connection: Connection::default(),
        response: Some(Response {
            version: WireVersion::Http11,
            status,
            reason: String::new(),
            head: None,
            headers: headers
                .iter()
                .map(|(name, value)| HeaderField::new(*name, value.as_bytes().to_vec()))
                .collect(),
            body: Arc::new(ResponseBody {
                wire: body.as_bytes().to_vec().into(),
                decoded: body.as_bytes().to_vec().into(),
                ..ResponseBody::default()
            }),
        }),
        error: None,
        notes: Vec::new(),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of full answers")]
fn answers_are_told_apart_by_their_headers_and_bodies() {
    use Answerer as W;
    let gateway = environment(SandboxService::RestProxy);
    let direct = environment(SandboxService::Direct);
    let inin = ("ININ-Correlation-Id", "a1b2");
    let remapped = ("x-amzn-Remapped-Date", "Tue, 24 Nov 2026 10:00:00 GMT");
    let denied = ("x-amzn-ErrorType", "MissingAuthenticationTokenException");
    let path = "/test/api/v2/users";
    let entity = r#"{"entities":[{"id":"1","selfUri":"/api/v2/users/1"}]}"#;
    let rest = |more: &[(&'static str, &'static str)]| [&REST[..], more].concat();
    let page = "<!DOCTYPE html><html><body>Welcome</body></html>";
    let rows: Vec<(&str, &Environment, Hop, Answerer)> = vec![
        (
            "a direct answer",
            &direct,
            hop(path, 200, &[inin], entity),
            W::GenesysApi {
                through: Through::Direct,
            },
        ),
        (
            "a REST proxy that renamed the backend's headers",
            &gateway,
            hop(path, 200, &rest(&[inin, remapped]), entity),
            W::GenesysApi {
                through: Through::RestProxy,
            },
        ),
        (
            "a REST proxy's Genesys 401",
            &gateway,
            hop(path, 401, &rest(&[inin]), GENESYS_ERROR),
            W::GenesysApi {
                through: Through::RestProxy,
            },
        ),
        (
            "a non-proxy that masks a 401 as 200",
            &gateway,
            hop(path, 200, &rest(&[]), GENESYS_ERROR),
            W::GenesysApi {
                through: Through::RestNonProxy,
            },
        ),
        (
            "a non-proxy with entities",
            &gateway,
            hop(path, 200, &rest(&[]), entity),
            W::GenesysApi {
                through: Through::RestNonProxy,
            },
        ),
        (
            "a non-proxy with something unknown",
            &gateway,
            hop(path, 200, &rest(&[]), r#"{"ok":true}"#),
            W::Backend {
                through: Through::RestNonProxy,
            },
        ),
        (
            "the REST gateway",
            &gateway,
            hop(
                path,
                403,
                &rest(&[denied]),
                r#"{"message":"Missing Authentication Token"}"#,
            ),
            W::RestGateway,
        ),
        (
            "the REST gateway with a body of its owner's",
            &gateway,
            hop(path, 403, &rest(&[denied]), r#"{"fault":"no"}"#),
            W::RestGateway,
        ),
        (
            "a lone message without an error type",
            &gateway,
            hop(path, 403, &rest(&[]), r#"{"message":"Forbidden"}"#),
            W::RestGateway,
        ),
        (
            "a function URL",
            &gateway,
            hop(path, 403, &[REST[0], denied], r#"{"Message":"Forbidden"}"#),
            W::AwsService,
        ),
        (
            "an HTTP API without the route",
            &gateway,
            hop(path, 404, &HTTP, r#"{"message":"Not Found"}"#),
            W::HttpApi,
        ),
        (
            "a backend's 404 behind an HTTP API",
            &gateway,
            hop(path, 404, &HTTP, ""),
            W::Backend {
                through: Through::HttpApi,
            },
        ),
        (
            "Genesys behind an HTTP API",
            &gateway,
            hop(path, 404, &[HTTP[0], inin], GENESYS_ERROR),
            W::GenesysApi {
                through: Through::HttpApi,
            },
        ),
        (
            "a token through an HTTP API",
            &gateway,
            hop(
                "/login/oauth/token",
                200,
                &HTTP,
                r#"{"access_token":"x","token_type":"bearer","expires_in":86399}"#,
            ),
            W::GenesysLogin {
                through: Through::HttpApi,
            },
        ),
        (
            "a refused client, directly",
            &direct,
            hop(
                "/oauth/token",
                400,
                &[inin],
                r#"{"error":"invalid_client"}"#,
            ),
            W::GenesysLogin {
                through: Through::Direct,
            },
        ),
        (
            "CloudFront's own page",
            &gateway,
            hop(
                path,
                403,
                &[("x-amz-cf-id", "abc")],
                "<!DOCTYPE HTML><HTML>The request could not be satisfied.</HTML>",
            ),
            W::CloudFront,
        ),
        (
            "CloudFront in front of a REST API is not the answerer",
            &gateway,
            hop(
                path,
                200,
                &rest(&[("x-amz-cf-id", "abc"), inin, remapped]),
                entity,
            ),
            W::GenesysApi {
                through: Through::RestProxy,
            },
        ),
        (
            "a proxy that wants credentials",
            &direct,
            hop(path, 407, &[("Proxy-Authenticate", "Basic")], ""),
            W::Proxy,
        ),
        (
            "a network's sign-in",
            &direct,
            hop(path, 511, &[], page),
            W::CaptivePortal,
        ),
        (
            "plain nginx",
            &gateway,
            hop(
                path,
                404,
                &[("Server", "nginx")],
                "<html><body>404</body></html>",
            ),
            W::SomethingElse,
        ),
        (
            "Kong: a lone message without any id",
            &gateway,
            hop(
                path,
                404,
                &[("Server", "kong/3.4")],
                r#"{"message":"no Route matched with those values"}"#,
            ),
            W::SomethingElse,
        ),
        (
            "Genesys at an address that shows no gateway",
            &gateway,
            hop(path, 200, &[inin], entity),
            W::GenesysApi {
                through: Through::NotShown,
            },
        ),
    ];
    for (name, environment, hop, expected) in rows {
        let who = who_answered_hop(&hop, environment);
        assert_eq!(who.answerer, expected, "{name}: {:#?}", who.evidence);
        assert!(!who.evidence.is_empty(), "{name}: no evidence");
    }
}

#[test]
fn without_an_answer_the_phase_is_said() {
    let mut silent = hop("/api/v2/users", 0, &[], "");
    silent.response = None;
    silent.error = Some(SendError {
        kind: SendErrorKind::NameNotResolved,
        phase: Some(Phase::Dns),
        text: "gateway.example was not found".to_owned(),
        hint: String::new(),
    });
    let who = who_answered_hop(&silent, &environment(SandboxService::Direct));
    assert_eq!(who.words(), "nobody: it ended at DNS");
    assert_eq!(who.evidence[0].seen, "gateway.example was not found");
}

#[test]
fn the_evidence_names_the_headers_as_they_were_received() {
    let answer = hop(
        "/test/api/v2/users",
        200,
        &[
            ("inin-correlation-id", "x"),
            ("X-Amz-Apigw-Id", "y"),
            ("X-AMZN-Remapped-Server", "z"),
        ],
        "{}",
    );
    let who = who_answered_hop(&answer, &environment(SandboxService::RestProxy));
    let seen: Vec<&str> = who.evidence.iter().map(|one| one.seen.as_str()).collect();
    assert_eq!(
        seen,
        [
            "header inin-correlation-id",
            "headers X-Amz-Apigw-Id and X-AMZN-Remapped-Server"
        ]
    );
}
