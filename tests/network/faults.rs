//! Every way in which a send can fail names its kind and phase, and keeps what arrived.

use gatescope::model::exchange::{BodyProblem, SendErrorKind as Kind};
use gatescope::model::resolved::{BodySegment, RequestBody};
use gatescope::model::timings::Phase;
use gatescope::transport::{Lookup, Resolver, Transport};
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use crate::fault_server::{FaultServer, Step, ok, send};
use crate::sending::{describe, request, secure, send_request, with_body};

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table, a row for each fault")]
async fn faults_of_the_answer_are_told_apart() {
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(5000));
    let table: Vec<(&str, Vec<Step>, Kind, Phase)> = vec![
        (
            "closed before an answer",
            vec![Step::ReadRequest],
            Kind::Closed,
            Phase::Wait,
        ),
        (
            "reset before an answer",
            vec![Step::ReadRequest, Step::Reset],
            Kind::Reset,
            Phase::Wait,
        ),
        (
            "closed inside the head",
            vec![Step::ReadRequest, send("HTTP/1.1 200 OK\r\nA:")],
            Kind::Closed,
            Phase::Download,
        ),
        (
            "not HTTP",
            vec![Step::ReadRequest, send("SSH-2.0-OpenSSH_9\r\n")],
            Kind::Protocol,
            Phase::Download,
        ),
        (
            "a TLS alert",
            vec![Step::ReadRequest, send([0x15, 3, 3, 0, 2, 2, 40])],
            Kind::Protocol,
            Phase::Download,
        ),
        (
            "two lengths",
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            ],
            Kind::Protocol,
            Phase::Download,
        ),
        (
            "bad chunk",
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            ],
            Kind::Protocol,
            Phase::Download,
        ),
        (
            "short body",
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789"),
            ],
            Kind::Closed,
            Phase::Download,
        ),
        (
            "reset in the body",
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789"),
                Step::Pause(100),
                Step::Reset,
            ],
            Kind::Reset,
            Phase::Download,
        ),
        (
            "cut chunks",
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
            ],
            Kind::Closed,
            Phase::Download,
        ),
        (
            "no first byte",
            vec![Step::ReadRequest, Step::Hang],
            Kind::FirstByteTimeout,
            Phase::Wait,
        ),
        (
            "silence in the body",
            vec![Step::ReadRequest, send(&endless), Step::Hang],
            Kind::SilenceTimeout,
            Phase::Download,
        ),
    ];
    for (name, script, kind, phase) in table {
        let server = FaultServer::start(vec![script]).await;
        let mut sent = request("GET", server.address, "/x");
        sent.network.limits.first_byte_ms = 300;
        sent.network.limits.silence_ms = 300;
        let exchange = send_request(&Transport::new(), sent).await;
        let error = exchange
            .error
            .clone()
            .unwrap_or_else(|| panic!("{name}: {}", describe(&exchange)));
        assert_eq!(
            (error.kind, error.phase),
            (kind, Some(phase)),
            "{name}: {}",
            describe(&exchange)
        );
        assert!(!error.hint.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn what_arrived_of_a_body_is_kept() {
    let table: Vec<(Step, &str, BodyProblem)> = vec![
        (
            send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789"),
            "0123456789",
            BodyProblem::Truncated {
                received: 10,
                expected: 20,
            },
        ),
        (
            send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo"),
            "hellowo",
            BodyProblem::TruncatedChunks { received: 7 },
        ),
    ];
    for (answer, body, problem) in table {
        let server = FaultServer::start(vec![vec![Step::ReadRequest, answer]]).await;
        let exchange = send_request(&Transport::new(), request("GET", server.address, "/")).await;
        let response = exchange.answer().unwrap().response.as_ref().unwrap();
        assert_eq!(&response.body.wire[..], body.as_bytes());
        assert_eq!(response.body.incomplete, Some(problem));
    }
}

#[tokio::test]
async fn an_endless_body_stops_at_the_limit() {
    let server = FaultServer::start(vec![vec![
        Step::ReadRequest,
        send(format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(5000))),
        Step::Hang,
    ]])
    .await;
    let mut sent = request("GET", server.address, "/");
    sent.network.limits.wire_bytes = 1000;
    let exchange = send_request(&Transport::new(), sent).await;
    let response = exchange.answer().unwrap().response.as_ref().unwrap();
    assert_eq!(response.body.wire.len(), 1000);
    assert_eq!(
        response.body.incomplete,
        Some(BodyProblem::WireLimit { limit: 1000 })
    );
}

/// A computer without a network: its name servers are silent.
#[derive(Debug)]
struct Offline;

impl Resolver for Offline {
    fn lookup(&self, _host: &str) -> Lookup<'_> {
        let words = "failed to lookup address information: Temporary failure in name resolution";
        Box::pin(std::future::ready(Err(io::Error::other(words))))
    }
}

#[tokio::test]
async fn faults_before_the_request_are_told_apart() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let exchange = send_request(&Transport::new(), request("GET", closed, "/")).await;
    let error = exchange.error.clone().unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::Refused, Some(Phase::Tcp)),
        "{error:?}"
    );
    let phases = &exchange.hops[0].phases;
    assert!(phases.tcp.is_some() && phases.send.is_none() && phases.dns.is_none());

    let mut unknown = request("GET", closed, "/");
    "no-such-host.invalid".clone_into(&mut unknown.url.host);
    let error = send_request(&Transport::new(), unknown)
        .await
        .error
        .unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::NameNotResolved, Some(Phase::Dns)),
        "{error:?}"
    );

    let mut offline = request("GET", closed, "/");
    "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com".clone_into(&mut offline.url.host);
    let exchange = send_request(&Transport::with_resolver(Arc::new(Offline)), offline).await;
    let error = exchange.error.clone().unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::NoNameService, Some(Phase::Dns)),
        "{error:?}"
    );
    let plain = FaultServer::start(vec![
        vec![Step::ReadHead, send("HTTP/1.1 400 Bad Request\r\n\r\n")],
        vec![Step::Reset],
    ])
    .await;
    let silent = FaultServer::start(vec![vec![Step::Hang]]).await;
    let mut sent = secure("GET", silent.address, "/");
    sent.network.limits.connect_ms = 300;
    let error = send_request(&Transport::new(), sent).await.error.unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::ConnectTimeout, Some(Phase::Tls)),
        "{error:?}"
    );
    drop(plain);
    let reset = FaultServer::start(vec![vec![Step::Reset]]).await;
    let error = send_request(&Transport::new(), secure("GET", reset.address, "/"))
        .await
        .error
        .unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::Reset, Some(Phase::Tls)),
        "{error:?}"
    );

    let mut missing = request("POST", closed, "/");
    missing.body = RequestBody {
        segments: vec![BodySegment::File {
            path: "/nowhere/x.bin".into(),
            row: Some(1),
        }],
    };
    let error = send_request(&Transport::new(), missing)
        .await
        .error
        .unwrap();
    assert_eq!(error.kind, Kind::BodyFile);
    assert!(
        error.text.contains("/nowhere/x.bin") && error.text.contains("row 2"),
        "{}",
        error.text
    );
}

#[tokio::test]
async fn ten_thousand_headers_are_an_answer() {
    let mut head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n".to_owned();
    for index in 0..10_000 {
        write!(head, "X-Header-{index}: {index}\r\n").unwrap();
    }
    head.push_str("\r\n");
    let server = FaultServer::start(vec![vec![Step::ReadRequest, send(head)]]).await;
    let exchange = send_request(&Transport::new(), request("GET", server.address, "/")).await;
    let response = exchange
        .answer()
        .unwrap()
        .response
        .as_ref()
        .unwrap_or_else(|| panic!("{}", describe(&exchange)));
    assert_eq!(response.headers.len(), 10_001);
    assert_eq!(response.headers[10_000].name, "X-Header-9999");
}

#[tokio::test]
async fn odd_answers_are_kept_as_they_came() {
    let server = FaultServer::start(vec![vec![
        Step::ReadRequest,
        send(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
        send(b"HTTP/1.1 299 caf\xc3\xa9 \r\nSet-Cookie: a\r\nVia: 1\r\nset-cookie: b\r\nX-Latin: \xe9\r\nContent-Length: 0\r\n\r\n"),
    ]])
    .await;
    let exchange = send_request(&Transport::new(), request("GET", server.address, "/")).await;
    let hop = exchange.answer().unwrap();
    let response = hop
        .response
        .as_ref()
        .unwrap_or_else(|| panic!("{}", describe(&exchange)));
    assert_eq!(
        (response.status, response.reason.as_str()),
        (299, "caf\u{e9}")
    );
    let names: Vec<&str> = response
        .headers
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "Set-Cookie",
            "Via",
            "set-cookie",
            "X-Latin",
            "Content-Length"
        ]
    );
    assert_eq!(&response.headers[3].value[..], b"\xe9");
    assert!(
        hop.notes
            .iter()
            .any(|note| note.text.contains("103 Early Hints")),
        "{:?}",
        hop.notes
    );
    assert!(response.head.as_ref().unwrap().starts_with(b"HTTP/1.1 299"));
}

#[tokio::test]
async fn answers_without_a_body_do_not_wait_for_one() {
    for (method, head) in [
        (
            "HEAD",
            "HTTP/1.1 200 OK\r\nContent-Length: 999\r\nContent-Encoding: gzip\r\n\r\n",
        ),
        (
            "GET",
            "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n",
        ),
        (
            "GET",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n",
        ),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ] {
        let server =
            FaultServer::start(vec![vec![Step::ReadRequest, send(head), Step::Hang]]).await;
        let exchange = send_request(&Transport::new(), request(method, server.address, "/")).await;
        let body = &exchange.answer().unwrap().response.as_ref().unwrap().body;
        assert!(
            exchange.error.is_none() && body.wire.is_empty() && body.incomplete.is_none(),
            "{method} {head}: {}",
            describe(&exchange)
        );
    }
}

#[tokio::test]
async fn an_answer_before_the_whole_body_was_read_is_shown() {
    let server = FaultServer::start(vec![vec![
        Step::ReadHead,
        send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig"),
        Step::Hang,
    ]])
    .await;
    let sent = with_body(
        request("POST", server.address, "/"),
        &"x".repeat(20_000_000),
    );
    let exchange = send_request(&Transport::new(), sent).await;
    let hop = exchange.answer().unwrap();
    let response = hop
        .response
        .as_ref()
        .unwrap_or_else(|| panic!("{}", describe(&exchange)));
    assert_eq!(
        (response.status, &response.body.wire[..]),
        (413, &b"big"[..])
    );
    assert!(hop.sent.body_bytes < 20_000_000);
    assert!(
        hop.notes
            .iter()
            .any(|note| note.text.contains("before the whole body")),
        "{:?}",
        hop.notes
    );
}

#[tokio::test]
async fn connections_are_reused_and_closed_ones_told() {
    let server = FaultServer::start(vec![
        vec![Step::ReadRequest, ok("one"), Step::ReadRequest],
        vec![Step::ReadRequest, ok("two")],
        vec![Step::ReadRequest, ok("three"), Step::ReadRequest],
    ])
    .await;
    let transport = Transport::new();
    let first = send_request(&transport, request("GET", server.address, "/1")).await;
    assert!(!first.hops[0].connection.reused && first.hops[0].phases.tcp.is_some());
    let second = send_request(&transport, request("GET", server.address, "/2")).await;
    let purposes: Vec<String> = second
        .hops
        .iter()
        .map(|hop| format!("{:?}", hop.purpose))
        .collect();
    assert_eq!(
        purposes,
        ["Request", "Reconnected"],
        "{}",
        describe(&second)
    );
    assert!(second.hops[0].connection.reused && second.hops[0].phases.tcp.is_none());
    assert!(second.error.is_none(), "{}", describe(&second));

    let third = send_request(&transport, request("GET", server.address, "/3")).await;
    assert!(third.error.is_none(), "{}", describe(&third));
    let fourth = send_request(
        &transport,
        with_body(request("POST", server.address, "/4"), "x"),
    )
    .await;
    let error = fourth.error.clone().unwrap();
    assert_eq!(
        (error.kind, fourth.hops.len()),
        (Kind::Closed, 1),
        "{}",
        describe(&fourth)
    );
    assert!(
        error.text.contains("closed an idle connection"),
        "{}",
        error.text
    );
}
