//! Connections that are used again: only whole ones, only for the same environment and settings, and shown as such.

use gatescope::model::exchange::{HopPurpose, SendErrorKind as Kind};
use gatescope::model::ids::EnvironmentId;
use gatescope::transport::Transport;

use crate::certificates::Authority;
use crate::fault_server::{FaultServer, Seen, Step, ok, send};
use crate::sending::{describe, job, request, secure, send_job, send_request};

#[tokio::test]
async fn a_reused_secure_connection_shows_no_dns_tcp_or_tls_phase() {
    let authority = Authority::new();
    let file = authority.file();
    let (config, _) = authority.server("localhost", false, &["http/1.1"]);
    let script = (0..3).flat_map(|_| [Step::ReadRequest, ok("x")]).collect();
    let server = FaultServer::start_tls(vec![script], config, 0).await;
    let transport = Transport::new();
    for turn in 0..3 {
        let mut sent = secure("GET", server.address, "/");
        file.path()
            .to_str()
            .unwrap()
            .clone_into(&mut sent.network.ca_file);
        let exchange = send_request(&transport, sent).await;
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
        let hop = &exchange.hops[0];
        assert_eq!(hop.connection.reused, turn > 0);
        let phases = &hop.phases;
        let opened = [phases.dns, phases.tcp, phases.proxy, phases.tls];
        assert_eq!(
            opened.iter().flatten().count(),
            if turn > 0 { 0 } else { 2 },
            "{turn}: {phases:?}"
        );
        let tls = hop
            .connection
            .tls
            .as_ref()
            .expect("TLS is told of a reused connection too");
        assert_eq!(
            (tls.alpn.as_deref(), tls.chain.len()),
            (Some("http/1.1"), 1)
        );
        assert!(hop.connection.peer_address.is_some());
    }
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn connections_are_not_used_again_when_they_should_not_be() {
    let table = [
        (
            "the answer says close",
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
            "",
        ),
        (
            "HTTP/1.0",
            "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
            "",
        ),
        (
            "bytes behind the end",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
            "",
        ),
        (
            "the request says close",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            "close",
        ),
    ];
    for (name, answer, connection) in table {
        let script = || vec![Step::ReadRequest, send(answer), Step::SeeItGo];
        let server = FaultServer::start(vec![script(), script()]).await;
        let transport = Transport::new();
        for _ in 0..2 {
            let mut sent = request("GET", server.address, "/");
            if !connection.is_empty() {
                sent.headers
                    .push(crate::sending::header("Connection", connection));
            }
            let exchange = send_request(&transport, sent).await;
            assert!(exchange.error.is_none(), "{name}: {}", describe(&exchange));
            assert!(!exchange.hops[0].connection.reused, "{name}");
            assert_eq!(
                &exchange
                    .answer()
                    .unwrap()
                    .response
                    .as_ref()
                    .unwrap()
                    .body
                    .wire[..],
                b"x",
                "{name}"
            );
        }
        assert_eq!(server.received().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn bytes_nobody_asked_for_are_never_taken_for_an_answer() {
    let server = FaultServer::start(vec![
        vec![
            Step::ReadRequest,
            ok("one"),
            Step::Pause(50),
            send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
            Step::SeeItGo,
        ],
        vec![Step::ReadRequest, ok("two")],
    ])
    .await;
    let transport = Transport::new();
    send_request(&transport, request("GET", server.address, "/1")).await;
    server.wait_for(Seen::Sent, 2).await;
    let exchange = send_request(&transport, request("GET", server.address, "/2")).await;
    assert_eq!(
        &exchange
            .answer()
            .unwrap()
            .response
            .as_ref()
            .unwrap()
            .body
            .wire[..],
        b"two",
        "{}",
        describe(&exchange)
    );
}

#[tokio::test]
async fn environments_and_cold_sends_open_their_own() {
    let script: Vec<Step> = (0..4).flat_map(|_| [Step::ReadRequest, ok("x")]).collect();
    let server = FaultServer::start(vec![script]).await;
    let transport = Transport::new();
    let sent = || request("GET", server.address, "/");
    send_request(&transport, sent()).await;
    let mut other = sent();
    other.environment = EnvironmentId::new("other").unwrap();
    let exchange = send_request(&transport, other).await;
    assert!(!exchange.hops[0].connection.reused);
    let mut cold = job(sent());
    cold.options.cold = true;
    let exchange = send_job(&transport, cold).await;
    assert!(!exchange.hops[0].connection.reused);
    let exchange = send_request(&transport, sent()).await;
    assert!(exchange.hops[0].connection.reused);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn a_reused_connection_that_answered_in_part_is_not_tried_again() {
    let server = FaultServer::start(vec![
        vec![
            Step::ReadRequest,
            ok("one"),
            Step::ReadRequest,
            send("HTTP/1.1 200 OK\r\nContent-Le"),
        ],
        vec![Step::ReadRequest, ok("two")],
    ])
    .await;
    let transport = Transport::new();
    send_request(&transport, request("GET", server.address, "/1")).await;
    let exchange = send_request(&transport, request("GET", server.address, "/2")).await;
    let purposes: Vec<HopPurpose> = exchange.hops.iter().map(|hop| hop.purpose).collect();
    assert_eq!(purposes, [HopPurpose::Request], "{}", describe(&exchange));
    assert_eq!(
        exchange.error.as_ref().map(|error| error.kind),
        Some(Kind::Closed)
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_new_connection_that_closes_is_not_tried_again() {
    let server = FaultServer::start(vec![vec![Step::ReadRequest]]).await;
    let exchange = send_request(&Transport::new(), request("GET", server.address, "/")).await;
    assert_eq!(exchange.hops.len(), 1, "{}", describe(&exchange));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_body_stopped_at_the_limit_leaves_no_connection_behind() {
    let server = FaultServer::start(vec![
        vec![
            Step::ReadRequest,
            send(format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{}",
                "x".repeat(5000)
            )),
            Step::SeeItGo,
        ],
        vec![Step::ReadRequest, ok("two")],
    ])
    .await;
    let transport = Transport::new();
    let mut sent = request("GET", server.address, "/1");
    sent.network.limits.wire_bytes = 100;
    send_request(&transport, sent).await;
    server.wait_for(Seen::Gone, 1).await;
    let exchange = send_request(&transport, request("GET", server.address, "/2")).await;
    assert!(!exchange.hops[0].connection.reused);
    assert_eq!(
        &exchange
            .answer()
            .unwrap()
            .response
            .as_ref()
            .unwrap()
            .body
            .wire[..],
        b"two"
    );
}
