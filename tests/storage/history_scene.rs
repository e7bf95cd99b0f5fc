//! Exchanges for the history, with something in every field.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gatescope::model::environment::{Colour, Environment};
use gatescope::model::exchange::{
    BodyProblem, Certificate, Connection, Exchange, HeaderField, Hop, HopPurpose, Response,
    ResponseBody, SendError, SendErrorKind, SentRequest, TlsInfo, WireVersion,
};
use gatescope::model::history::{HistoryKind, HistorySummary};
use gatescope::model::ids::{EnvironmentId, ExchangeId, RequestId};
use gatescope::model::masks::Masks;
use gatescope::model::note::{Field, Note};
use gatescope::model::request::RequestDraft;
use gatescope::model::timings::{Phase, Phases};
use gatescope::store::history::Recording;
use jiff::{SignedDuration, Timestamp};

use crate::scene::{environment, request};

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000).expect("a time") + SignedDuration::from_secs(seconds)
}

/// A summary whose times and names differ by `number`.
pub(crate) fn summary(number: i64) -> HistorySummary {
    HistorySummary {
        kind: HistoryKind::Exchange,
        request: Some(RequestId("r1".to_owned())),
        environment: EnvironmentId::new("acme").expect("a slug"),
        environment_name: "Acme".to_owned(),
        environment_colour: Colour::Violet,
        leg: Some("B".to_owned()),
        method: "GET".to_owned(),
        path: format!("/api/v2/users/{number}"),
        url: format!("https://h.example/api/v2/users/{number}?x=1"),
        status: Some(200),
        error: None,
        answered_by: Some("Genesys Cloud".to_owned()),
        started_at: at(number),
        total: Duration::from_micros(1_234),
        wire_bytes: 10,
        decoded_bytes: 20,
    }
}

pub(crate) fn recording(exchange: Exchange) -> Recording {
    Recording {
        environment: Environment {
            colour: Colour::Amber,
            ..environment("acme")
        },
        draft: Some(RequestDraft {
            path: "/api/v2/users".to_owned(),
            ..request("r1", "List users")
        }),
        leg: Some("A".to_owned()),
        answered_by: Some("Genesys Cloud".to_owned()),
        exchange: Arc::new(exchange),
    }
}

/// A token, a request over HTTP/2 that was answered with compressed JSON, and a last hop that broke off.
pub(crate) fn exchange() -> Exchange {
    let mut masks = Masks::default();
    masks.add("a-secret-of-this-run");
    let error = SendError {
        kind: SendErrorKind::Reset,
        phase: Some(Phase::Download),
        text: "The connection was reset".to_owned(),
        hint: "Try again".to_owned(),
    };
    let mut token = hop(
        HopPurpose::Token,
        "POST",
        "https://login.example/oauth/token",
    );
    token.response = Some(response(
        200,
        "application/json",
        br#"{"access_token":"abc","expires_in":86399}"#,
        &[],
    ));
    token.sent.body_preview = Bytes::from_static(b"grant_type=client_credentials");
    let mut second = hop(
        HopPurpose::Request,
        "GET",
        "https://h.example/api/v2/users?pageSize=5",
    );
    second.sent.version = WireVersion::Http2;
    second.sent.head = None;
    second.response = Some(Response {
        version: WireVersion::Http2,
        ..response(
            302,
            "application/json",
            br#"{"n":12345678901234567890,"text":"\u00e4"}"#,
            &["gzip"],
        )
    });
    let mut last = hop(HopPurpose::Redirect, "GET", "https://h.example/next");
    last.start_offset = Duration::from_nanos(123_456_789);
    last.response = Some(response(
        404,
        "application/octet-stream",
        &[0, 159, 146, 150, 255],
        &[],
    ));
    last.error = Some(error.clone());
    if let Some(response) = &mut last.response {
        Arc::make_mut(&mut response.body).incomplete = Some(BodyProblem::Truncated {
            received: 5,
            expected: 99,
        });
    }
    Exchange {
        id: ExchangeId(7),
        environment: EnvironmentId::new("acme").expect("a slug"),
        started_at: at(0) + SignedDuration::from_nanos(123),
        hops: vec![token, second, last],
        notes: vec![
            Note::new(Field::Path, "The path was mapped")
                .with_fix("Remove it", vec![(Field::Path, "/x".to_owned())]),
        ],
        masks,
        total: Duration::from_nanos(987_654_321),
        error: Some(error),
        redirect_offer: Some("https://elsewhere.example/x".to_owned()),
    }
}

fn hop(purpose: HopPurpose, method: &str, url: &str) -> Hop {
    let mut phases = Phases::default();
    for (nanos, phase) in (1_001..).step_by(777).zip(Phase::ALL) {
        phases.set(phase, Duration::from_nanos(nanos));
    }
    phases.total = Duration::from_nanos(99_999);
    Hop {
        purpose,
        start_offset: Duration::ZERO,
        sent: SentRequest {
            method: method.to_owned(),
            url: url.to_owned(),
            version: WireVersion::Http11,
            head: Some(Bytes::from(format!(
                "{method} /x HTTP/1.1\r\nhOsT: h.example\r\nX-Raw: \u{fc}\r\n\r\n"
            ))),
            headers: vec![
                HeaderField::new("hOsT", "h.example"),
                HeaderField::new("X-Raw", vec![b'M', 0xfc, b'r']),
            ],
            body_preview: Bytes::new(),
            body_bytes: 29,
            total_bytes: 129,
        },
        phases,
        connection: Connection {
            peer_address: Some("203.0.113.7:443".to_owned()),
            resolved_addresses: vec!["203.0.113.7".to_owned(), "203.0.113.8".to_owned()],
            proxy: Some("http://proxy.example:3128".to_owned()),
            reused: false,
            tls: Some(TlsInfo {
                version: "TLS 1.3".to_owned(),
                cipher: "TLS13_AES_256_GCM_SHA384".to_owned(),
                alpn: Some("h2".to_owned()),
                resumed: true,
                trusted_by_fingerprint: false,
                chain: vec![Certificate {
                    subject: "CN=h.example".to_owned(),
                    issuer: "CN=Issuer".to_owned(),
                    names: vec!["h.example".to_owned()],
                    not_before: Some(at(-10)),
                    not_after: None,
                    key: "ECDSA P-256".to_owned(),
                    fingerprint: "00ff".to_owned(),
                }],
            }),
        },
        response: None,
        error: None,
        notes: vec![Note::new(Field::Header(0), "Dropped on the way")],
    }
}

fn response(status: u16, content_type: &str, body: &'static [u8], codings: &[&str]) -> Response {
    let decoded = Bytes::from_static(body);
    let wire = if codings.is_empty() {
        decoded.clone()
    } else {
        Bytes::from_static(b"coded")
    };
    Response {
        version: WireVersion::Http11,
        status,
        reason: "As received".to_owned(),
        head: Some(Bytes::from(format!(
            "HTTP/1.1 {status} As received\r\nContent-Type: {content_type}\r\n\r\n"
        ))),
        headers: vec![
            HeaderField::new("Content-Type", content_type.to_owned()),
            HeaderField::new("X-Twice", "1"),
            HeaderField::new("X-Twice", "2"),
        ],
        body: Arc::new(ResponseBody {
            wire,
            decoded,
            codings: codings.iter().map(|&coding| coding.to_owned()).collect(),
            incomplete: None,
        }),
    }
}

/// Every file of the history as it lies on the disk: database, log, index, and what was kept aside.
pub(crate) fn raw(data: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(data).expect("the data folder") {
        let entry = entry.expect("an entry");
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with("history.sqlite")
        {
            bytes.extend(std::fs::read(entry.path()).expect("readable"));
        }
    }
    bytes
}

pub(crate) fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}
