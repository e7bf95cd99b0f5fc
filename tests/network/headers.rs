//! Headers of requests and answers at their limits and in odd spellings.

use std::fmt::Write as _;

use gatescope::model::exchange::SendErrorKind as Kind;
use gatescope::transport::Transport;

use crate::fault_server::{FaultServer, Step, ok, send};
use crate::sending::{describe, header, request, send_request};

#[tokio::test]
async fn line_breaks_in_a_request_never_reach_the_wire() {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let table = [
        ("X-A\r\nX-B", "1", "/"),
        ("X-A", "1\r\nX-B: 2", "/"),
        ("X-A", "1\nX-B: 2", "/"),
        ("X-A", "1\0", "/"),
        ("X A", "1", "/"),
        ("", "1", "/"),
        ("X-A", "1", "/a b"),
        ("X-A", "1", "/a\r\nX-B: 2"),
        ("X-A", "1", "no-slash"),
    ];
    for (name, value, target) in table {
        let mut sent = request("GET", server.address, target);
        sent.headers.push(header(name, value));
        let exchange = send_request(&Transport::new(), sent).await;
        let error = exchange.error.clone().unwrap();
        assert_eq!(
            error.kind,
            Kind::Configuration,
            "{name:?} {value:?} {target:?}: {}",
            describe(&exchange)
        );
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn big_heads_go_both_ways() {
    let long = "v".repeat(64 * 1024);
    let mut head = format!("HTTP/1.1 200 OK\r\nX-Long: {long}\r\nContent-Length: 0\r\n");
    for index in 0..200 {
        let _ = write!(head, "X-Many: {index}\r\n");
    }
    head.push_str("\r\n");
    let server = FaultServer::start(vec![vec![Step::ReadRequest, send(head)]]).await;
    let mut sent = request("GET", server.address, "/");
    sent.headers.push(header("X-Long", &long));
    for index in 0..200 {
        sent.headers.push(header("X-Many", index.to_string()));
    }
    let exchange = send_request(&Transport::new(), sent).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    let hop = exchange.answer().unwrap();
    let received = server.received().remove(0);
    assert_eq!(hop.sent.head.as_deref(), Some(&received[..]));
    let fields = &hop.response.as_ref().unwrap().headers;
    assert_eq!(fields.len(), 202);
    assert_eq!(fields[0].value.len(), long.len());
    assert_eq!(fields[201].text(), "199");
}

#[tokio::test]
async fn a_head_without_end_is_stopped() {
    let table: Vec<(&str, Vec<Step>)> = vec![
        (
            "endless headers",
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\n"),
                Step::SendForEver(
                    b"X-Header: 0123456789012345678901234567890123456789\r\n".repeat(100),
                ),
            ],
        ),
        (
            "one endless line",
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\nX: "),
                Step::SendForEver(vec![b'x'; 65_536]),
            ],
        ),
        (
            "an endless trailer",
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"),
                Step::SendForEver(
                    b"X-Trailer: 0123456789012345678901234567890123456789\r\n".repeat(100),
                ),
            ],
        ),
        (
            "an endless chunk size",
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;"),
                Step::SendForEver(vec![b'x'; 65_536]),
            ],
        ),
        (
            "interim answers without end",
            vec![
                Step::ReadRequest,
                Step::SendForEver(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(100)),
            ],
        ),
    ];
    for (name, script) in table {
        let server = FaultServer::start(vec![script]).await;
        let transport = Transport::new();
        let sending = send_request(&transport, request("GET", server.address, "/"));
        let exchange = tokio::time::timeout(std::time::Duration::from_secs(20), sending)
            .await
            .unwrap_or_else(|_| panic!("{name}: never stopped"));
        assert_eq!(
            exchange.error.as_ref().map(|error| error.kind),
            Some(Kind::Protocol),
            "{name}: {}",
            describe(&exchange)
        );
    }
}

#[tokio::test]
async fn odd_statuses_and_reasons_are_shown() {
    let table = [
        ("HTTP/1.1 200 \r\n", 200, ""),
        ("HTTP/1.1 200\r\n", 200, ""),
        ("HTTP/1.1 299 Custom  words\r\n", 299, "Custom  words"),
        ("HTTP/1.1 600 Beyond\r\n", 600, "Beyond"),
        ("HTTP/1.1 999 Denied\r\n", 999, "Denied"),
        ("HTTP/1.0 404 Not Found\r\n", 404, "Not Found"),
        ("HTTP/1.1 200 caf\u{e9}\r\n", 200, "caf\u{e9}"),
    ];
    for (line, status, reason) in table {
        let server = FaultServer::start(vec![vec![
            Step::ReadRequest,
            send(format!("{line}Content-Length: 2\r\n\r\nok")),
        ]])
        .await;
        let exchange = send_request(&Transport::new(), request("GET", server.address, "/")).await;
        let response = exchange
            .answer()
            .unwrap()
            .response
            .as_ref()
            .unwrap_or_else(|| panic!("{line}: {}", describe(&exchange)));
        assert_eq!(
            (
                response.status,
                response.reason.as_str(),
                &response.body.wire[..]
            ),
            (status, reason, &b"ok"[..]),
            "{line}"
        );
        let head = response.head.as_ref().unwrap();
        assert!(head.starts_with(line.as_bytes()), "{line}");
    }
}

#[tokio::test]
async fn values_that_are_not_ascii_are_sent_and_read_losslessly() {
    let server = FaultServer::start(vec![vec![
        Step::ReadRequest,
        send(b"HTTP/1.1 200 OK\r\nX-Latin: caf\xe9\r\nX-Utf8: caf\xc3\xa9\r\nContent-Length: 0\r\n\r\n"),
    ]])
    .await;
    let mut sent = request("GET", server.address, "/");
    sent.headers.push(header("X-Latin", b"caf\xe9"));
    sent.headers.push(header("X-Utf8", "caf\u{e9}"));
    let exchange = send_request(&Transport::new(), sent).await;
    let received = server.received().remove(0);
    assert!(
        received.ends_with(b"X-Latin: caf\xe9\r\nX-Utf8: caf\xc3\xa9\r\n\r\n"),
        "{}",
        received.escape_ascii()
    );
    let fields = &exchange
        .answer()
        .unwrap()
        .response
        .as_ref()
        .unwrap()
        .headers;
    assert_eq!(&fields[0].value[..], b"caf\xe9");
    assert_eq!(&fields[1].value[..], b"caf\xc3\xa9");
    assert_eq!(
        (fields[0].text(), fields[1].text()),
        ("caf\u{e9}".to_owned(), "caf\u{e9}".to_owned())
    );
}
