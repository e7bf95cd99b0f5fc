//! Cancelling while connecting, in each handshake and over HTTP/2: the exchange ends at once, and the server sees the
//! connection go. The other phases are in `flows`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatescope::model::environment::{HttpVersion, Proxy};
use gatescope::model::exchange::{BodyProblem, Exchange, SendErrorKind as Kind};
use gatescope::model::resolved::ResolvedRequest;
use gatescope::model::timings::Phase;
use gatescope::transport::{Transport, TransportProgress};
use tokio_util::sync::CancellationToken;

use crate::certificates::Authority;
use crate::fault_server::{FaultServer, Seen, Step, ok, send};
use crate::full_listener::FullListener;
use crate::http2_server::{Behaviour, Http2Server};
use crate::sending::{describe, job, request, secure, send_request};

/// Far above the 100 ms that are promised, far below every limit: this machine may be busy.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Cancels when `when` holds.
async fn cancelled_when(
    transport: &Transport,
    sent: ResolvedRequest,
    when: impl Fn(&TransportProgress) -> bool,
) -> Exchange {
    let cancel = CancellationToken::new();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let progress = Arc::new(move |progress: TransportProgress| {
        let _ = tell.send(progress);
    });
    let (transport, stop) = (transport.clone(), cancel.clone());
    let sending = tokio::spawn(async move { transport.send(job(sent), stop, progress).await });
    while let Some(progress) = told.recv().await {
        if when(&progress) {
            break;
        }
    }
    let pressed = Instant::now();
    cancel.cancel();
    let exchange = sending.await.unwrap();
    assert!(pressed.elapsed() < AT_ONCE, "took {:?}", pressed.elapsed());
    exchange
}

fn check(exchange: &Exchange, phase: Phase) {
    let error = exchange.error.clone().unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::Cancelled, Some(phase)),
        "{}",
        describe(exchange)
    );
    let hop = exchange.hops.last().unwrap();
    assert!(hop.phases.get(phase).is_some(), "{phase}: {:?}", hop.phases);
    for later in Phase::ALL.iter().filter(|other| **other > phase) {
        assert_eq!(hop.phases.get(*later), None, "{later} in {:?}", hop.phases);
    }
}

#[tokio::test]
async fn while_connecting() {
    let full = FullListener::new();
    let sent = request("GET", full.address, "/");
    let exchange = cancelled_when(&Transport::new(), sent, |at| at.phase == Phase::Tcp).await;
    check(&exchange, Phase::Tcp);
}

#[tokio::test]
async fn in_the_tls_handshake() {
    let server = FaultServer::start(vec![vec![Step::SeeItGo]]).await;
    let sent = secure("GET", server.address, "/");
    let exchange = cancelled_when(&Transport::new(), sent, |at| at.phase == Phase::Tls).await;
    check(&exchange, Phase::Tls);
    server.wait_for(Seen::Gone, 1).await;
}

#[tokio::test]
async fn in_the_proxys_handshake() {
    let server = FaultServer::start(vec![vec![Step::ReadHead, Step::SeeItGo]]).await;
    let sent = proxied(server.address);
    let exchange = cancelled_when(&Transport::new(), sent, |at| at.phase == Phase::Proxy).await;
    check(&exchange, Phase::Proxy);
    server.wait_for(Seen::Gone, 1).await;
}

fn proxied(proxy: SocketAddr) -> ResolvedRequest {
    let mut sent = secure("GET", proxy, "/");
    "api.example.test".clone_into(&mut sent.url.host);
    sent.network.proxy = Proxy::Explicit {
        url: format!("http://{proxy}"),
        user_name: String::new(),
        bypass: Vec::new(),
    };
    sent
}

#[tokio::test]
async fn the_server_sees_the_connection_go_and_it_is_not_used_again() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
    for (phase, script) in [
        (Phase::Wait, vec![Step::ReadRequest, Step::SeeItGo]),
        (
            Phase::Download,
            vec![Step::ReadRequest, send(head), Step::SeeItGo],
        ),
    ] {
        let server = FaultServer::start(vec![script, vec![Step::ReadRequest, ok("next")]]).await;
        let transport = Transport::new();
        let sent = request("GET", server.address, "/");
        let exchange = cancelled_when(&transport, sent.clone(), |at| {
            at.phase == phase && (phase == Phase::Wait || at.received_bytes == 3)
        })
        .await;
        check(&exchange, phase);
        server.wait_for(Seen::Gone, 1).await;
        let exchange = send_request(&transport, sent).await;
        let hop = exchange.answer().unwrap();
        assert!(!hop.connection.reused, "{}", describe(&exchange));
        assert_eq!(&hop.response.as_ref().unwrap().body.wire[..], b"next");
    }
}

#[tokio::test]
async fn over_http2() {
    let authority = Authority::new();
    let file = authority.file();
    for (behaviour, phase) in [
        (Behaviour::NoAnswer, Phase::Wait),
        (Behaviour::StopsInBody, Phase::Download),
        (Behaviour::EndlessBody, Phase::Download),
    ] {
        let (config, _) = authority.server("localhost", false, &["h2"]);
        let mut server = Http2Server::start(config, behaviour).await;
        let mut sent = secure("GET", server.address, "/");
        sent.network.http_version = HttpVersion::Http2;
        file.path()
            .to_str()
            .unwrap()
            .clone_into(&mut sent.network.ca_file);
        let exchange = cancelled_when(&Transport::new(), sent, |at| {
            at.phase == phase && (phase == Phase::Wait || at.received_bytes >= 3)
        })
        .await;
        check(&exchange, phase);
        if let Some(response) = &exchange.hops[0].response {
            assert_eq!(response.body.incomplete, Some(BodyProblem::Cancelled));
            assert!(response.body.wire.len() >= 3);
        }
        server.wait_until_given_up().await;
    }
}

#[tokio::test]
async fn before_anything_began() {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("x")]]).await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let exchange = Transport::new()
        .send(
            job(request("POST", server.address, "/")),
            cancel,
            crate::sending::no_progress(),
        )
        .await;
    assert_eq!(
        exchange.error.as_ref().map(|error| error.kind),
        Some(Kind::Cancelled)
    );
    assert!(server.received().is_empty(), "nothing goes out");
}
