//! What is written is a valid archive, masked, and reads again as the request it was.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::interchange::har::import;
use crate::model::exchange::{
    Connection, ResponseBody, SendError, SendErrorKind, SentRequest, WireVersion,
};
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::resolve::{Purpose, ResolveContext, resolve};
use crate::model::resolved::BodySegment;
use crate::model::secret::Secrets;
use crate::model::timings::Phases;

const TOKEN: &str = "canary-4711-token";

fn fields(pairs: &[(&str, &str)]) -> Vec<HeaderField> {
    pairs
        .iter()
        .map(|(name, value)| HeaderField::new(*name, Bytes::copy_from_slice(value.as_bytes())))
        .collect()
}

fn hop(purpose: HopPurpose, method: &str, url: &str) -> Hop {
    let mut phases = Phases::default();
    for (phase, microseconds) in [
        (Phase::Dns, 1_100),
        (Phase::Tcp, 2_200),
        (Phase::Tls, 3_300),
        (Phase::Send, 400),
        (Phase::Wait, 50_500),
        (Phase::Download, 600),
    ] {
        phases.set(phase, Duration::from_micros(microseconds));
    }
    phases.total = Duration::from_millis(60);
    Hop {
        purpose,
        start_offset: Duration::from_millis(5),
        sent: SentRequest {
            method: method.to_owned(),
            url: url.to_owned(),
            version: WireVersion::Http11,
            head: Some(Bytes::from_static(b"0123456789")),
            headers: Vec::new(),
            body_preview: Bytes::new(),
            body_bytes: 0,
            total_bytes: 10,
        },
        phases,
        connection: Connection {
            peer_address: Some("203.0.113.7:443".to_owned()),
            ..Connection::default()
        },
        response: None,
        error: None,
        notes: Vec::new(),
    }
}

fn answer(content_type: &str, body: &[u8]) -> Response {
    Response {
        version: WireVersion::Http11,
        status: 200,
        reason: "OK".to_owned(),
        head: Some(Bytes::from_static(b"01234")),
        headers: fields(&[
            ("Content-Type", content_type),
            (
                "Set-Cookie",
                "sid=canary-4711-cookie; Path=/; HttpOnly; Secure; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
            ),
        ]),
        body: Arc::new(ResponseBody {
            wire: Bytes::copy_from_slice(body),
            decoded: Bytes::copy_from_slice(body),
            ..ResponseBody::default()
        }),
    }
}

/// A token through the gateway's login path, then the request with it.
fn exchange() -> Exchange {
    let origin = "https://abc123.execute-api.us-east-1.amazonaws.com/test";
    let mut token = hop(
        HopPurpose::Token,
        "POST",
        &format!("{origin}/loginpath/oauth/token"),
    );
    token.sent.headers = fields(&[("Authorization", "Basic Y2FuYXJ5")]);
    token.response = Some(answer(
        "text/plain",
        format!("{{\"access_token\":\"{TOKEN}\",\"expires_in\":60}}").as_bytes(),
    ));
    let mut request = hop(
        HopPurpose::Request,
        "POST",
        &format!("{origin}/apipath/api/v2/users/search?pageSize=5&q=a%20b"),
    );
    request.sent.headers = fields(&[
        ("Authorization", &format!("Bearer {TOKEN}")),
        ("X-Trace", "7"),
        ("Cookie", "sid=canary-4711-cookie; lang=en"),
        ("Content-Type", "application/json"),
    ]);
    request.sent.body_preview = Bytes::from_static(b"{\"name\":\"x\"}");
    request.sent.body_bytes = 12;
    request.response = Some(answer("application/json", b"{\"total\":1}"));
    let mut masks = Masks::default();
    masks.add(TOKEN);
    masks.add("canary-4711-cookie");
    Exchange {
        id: ExchangeId(1),
        environment: EnvironmentId::new("gate").expect("an id"),
        started_at: Timestamp::from_millisecond(1_700_000_000_123).expect("a moment"),
        hops: vec![token, request],
        notes: Vec::new(),
        masks,
        total: Duration::from_millis(130),
        error: None,
        redirect_offer: None,
    }
}

fn written(exchange: &Exchange, shows_secrets: bool) -> (Value, Export) {
    let export = export(&[exchange], "0.1.0", shows_secrets);
    let document = serde_json::from_str(&export.text).expect("JSON");
    (document, export)
}

/// What the format asks for, member by member.
fn assert_valid(document: &Value) {
    let log = &document["log"];
    assert_eq!(log["version"], "1.2");
    let has = |value: &Value, names: &[&str]| {
        for name in names {
            assert!(!value[*name].is_null(), "{name} is missing in {value:#}");
        }
    };
    has(&log["creator"], &["name", "version"]);
    let date = |value: &Value| {
        let text = value.as_str().expect("a date");
        text.parse::<Timestamp>()
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    };
    let mut ids = Vec::new();
    for page in log["pages"].as_array().expect("pages") {
        has(page, &["startedDateTime", "id", "title", "pageTimings"]);
        date(&page["startedDateTime"]);
        ids.push(page["id"].clone());
    }
    for entry in log["entries"].as_array().expect("entries") {
        let members = [
            "startedDateTime",
            "time",
            "request",
            "response",
            "cache",
            "timings",
        ];
        has(entry, &members);
        date(&entry["startedDateTime"]);
        assert!(ids.contains(&entry["pageref"]), "{entry:#}");
        let members = [
            "method",
            "url",
            "httpVersion",
            "cookies",
            "headers",
            "queryString",
            "headersSize",
            "bodySize",
        ];
        has(&entry["request"], &members);
        if let Some(data) = entry["request"].get("postData") {
            has(data, &["mimeType", "text", "params"]);
        }
        let members = [
            "status",
            "statusText",
            "httpVersion",
            "cookies",
            "headers",
            "content",
            "redirectURL",
            "headersSize",
            "bodySize",
        ];
        has(&entry["response"], &members);
        has(&entry["response"]["content"], &["size", "mimeType"]);
        let timings = &entry["timings"];
        let members = [
            "blocked", "dns", "connect", "ssl", "send", "wait", "receive",
        ];
        has(timings, &members);
        let sum: f64 = members
            .iter()
            .filter(|name| **name != "ssl")
            .map(|name| timings[*name].as_f64().expect("a number").max(0.0))
            .sum();
        let time = entry["time"].as_f64().expect("a number");
        assert!((sum - time).abs() < 0.002, "{sum} is not {time}: {timings}");
    }
}

#[test]
fn an_archive_is_valid_and_masked_and_holds_every_hop() {
    let (document, export) = written(&exchange(), false);
    assert_valid(&document);
    assert!(!export.text.contains("canary"), "{}", export.text);
    assert_eq!(
        export.masked,
        [
            "header Authorization",
            "header Cookie",
            "header Set-Cookie",
            "the token in the answer of the token request",
        ]
    );
    let entries = document["log"]["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["comment"], "The access token");
    let request = &entries[1];
    assert_eq!(request["startedDateTime"], "2023-11-14T22:13:20.128Z");
    assert_eq!(request["serverIPAddress"], "203.0.113.7");
    assert_eq!(request["request"]["postData"]["text"], "{\"name\":\"x\"}");
    assert_eq!(request["response"]["content"]["text"], "{\"total\":1}");
    assert_eq!(
        request["request"]["queryString"],
        json!([{"name": "pageSize", "value": "5"}, {"name": "q", "value": "a b"}])
    );
    assert_eq!(
        request["timings"],
        json!({"blocked": 1.9, "dns": 1.1, "connect": 5.5, "ssl": 3.3, "send": 0.4, "wait": 50.5, "receive": 0.6})
    );
    assert_eq!(request["time"], 60.0);
    let cookie = &request["response"]["cookies"][0];
    assert_eq!(
        (&cookie["name"], &cookie["path"], &cookie["httpOnly"]),
        (&json!("sid"), &json!("/"), &json!(true))
    );
    assert_eq!(cookie["expires"], "2026-10-21T07:28:00.000Z");
}

#[test]
fn secrets_stand_in_it_only_when_that_is_asked_for() {
    let (document, export) = written(&exchange(), true);
    assert_valid(&document);
    assert!(export.masked.is_empty(), "{:?}", export.masked);
    assert!(export.text.contains(TOKEN) && export.text.contains("canary-4711-cookie"));
}

#[test]
fn what_is_no_text_is_base64_and_what_did_not_happen_is_minus_one() {
    let mut exchange = exchange();
    let last = exchange.hops.last_mut().expect("a hop");
    last.phases = Phases {
        send: Some(Duration::from_millis(1)),
        total: Duration::from_millis(1),
        ..Phases::default()
    };
    last.connection.peer_address = Some("[::1]:443".to_owned());
    last.response = Some(answer("image/png", b"\x89PNG\r\n\x1a\n\0\0"));
    let (document, _) = written(&exchange, false);
    assert_valid(&document);
    let entry = &document["log"]["entries"][1];
    assert_eq!(entry["response"]["content"]["encoding"], "base64");
    assert_eq!(entry["response"]["content"]["text"], "iVBORw0KGgoAAA==");
    assert_eq!(entry["serverIPAddress"], "::1");
    assert_eq!(
        entry["timings"],
        json!({"blocked": -1.0, "dns": -1.0, "connect": -1.0, "ssl": -1.0, "send": 1.0, "wait": 0.0, "receive": 0.0})
    );
}

#[test]
fn an_unanswered_hop_says_why() {
    let mut exchange = exchange();
    let last = exchange.hops.last_mut().expect("a hop");
    last.response = None;
    last.error = Some(SendError {
        kind: SendErrorKind::Refused,
        phase: Some(Phase::Tcp),
        text: "203.0.113.7 refused the connection".to_owned(),
        hint: String::new(),
    });
    let (document, _) = written(&exchange, false);
    assert_valid(&document);
    let response = &document["log"]["entries"][1]["response"];
    assert_eq!(response["status"], 0);
    assert_eq!(response["_error"], "203.0.113.7 refused the connection");
}

#[test]
fn an_archive_reads_again_as_the_request_that_it_was() {
    let (_, export) = written(&exchange(), false);
    let imported = import(&export.text).expect("reads");
    // The environment asks for its token itself, and the mask is no token.
    assert_eq!(imported.requests.len(), 1, "{:?}", imported.requests);
    assert!(imported.secrets.is_empty(), "{:?}", imported.secrets);
    let draft = &imported.requests[0].draft;
    assert_eq!(draft.method, "POST");
    let query: Vec<_> = draft.query.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(query, ["pageSize", "q"]);
    let headers: Vec<_> = draft.headers.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(headers, ["X-Trace"]);
    assert_eq!(
        draft.body,
        crate::model::request::DraftBody::Json {
            text: "{\"name\":\"x\"}".to_owned()
        }
    );
    let ignored: Vec<_> = imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    for what in ["the token request", "masked header Authorization"] {
        assert!(ignored.contains(&what), "{ignored:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_goes_out_again_as_it_went_out(
        method in prop_oneof![Just("GET"), Just("POST"), Just("PATCH"), Just("DELETE")],
        place in "[a-z]{1,8}",
        query in prop::collection::vec(("[a-z]{1,6}x", "[a-zA-Z0-9._~-]{0,6}(%20|%C3%A4|%2F)?"), 0..4),
        trace in "[!-z]{1,12}",
        text in "[ -zäß€]{0,16}",
    ) {
        let mut exchange = exchange();
        let mut url = format!("https://abc123.execute-api.us-east-1.amazonaws.com/test/apipath/api/v2/{place}");
        for (index, (name, value)) in query.iter().enumerate() {
            let sign = if index == 0 { '?' } else { '&' };
            let _ = write!(url, "{sign}{name}={value}");
        }
        let body = json!({"name": text}).to_string();
        let last = exchange.hops.last_mut().expect("a hop");
        method.clone_into(&mut last.sent.method);
        url.clone_into(&mut last.sent.url);
        last.sent.headers = fields(&[("X-Trace", &trace), ("Content-Type", "application/json")]);
        let sends_body = method != "GET";
        last.sent.body_preview = Bytes::from(if sends_body { body.clone() } else { String::new() });
        last.sent.body_bytes = last.sent.body_preview.len() as u64;
        let (_, export) = written(&exchange, true);
        let imported = import(&export.text)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{}", export.text)))?;
        prop_assert_eq!(imported.requests.len(), 1, "{}", export.text);
        let context = ResolveContext {
            secrets: &Secrets::new(),
            purpose: Purpose::Preview,
            dynamics: None,
        };
        let resolved = resolve(&imported.requests[0].draft, &imported.environments[0], context)
            .map_err(|problems| TestCaseError::fail(format!("{problems:?}\n{}", export.text)))?;
        prop_assert_eq!(&resolved.method, method);
        prop_assert_eq!(resolved.url.to_string(), url);
        let header = |name: &str| {
            let mut headers = resolved.headers.iter();
            let header = headers.find(|header| header.name.eq_ignore_ascii_case(name))?;
            Some(String::from_utf8_lossy(&header.value).into_owned())
        };
        prop_assert_eq!(header("X-Trace"), Some(trace));
        prop_assert_eq!(resolved.body.is_empty(), !sends_body);
        if sends_body {
            prop_assert_eq!(header("Content-Type"), Some("application/json".to_owned()));
            let mut sent = Vec::new();
            for segment in &resolved.body.segments {
                if let BodySegment::Bytes(bytes) = segment {
                    sent.extend_from_slice(bytes);
                }
            }
            prop_assert_eq!(String::from_utf8_lossy(&sent), body);
        }
    }
}
