//! Limits in each phase: what is said, and in which phase it was.

use std::sync::Arc;
use std::time::Duration;

use gatescope::model::environment::HttpVersion;
use gatescope::model::exchange::{BodyProblem, SendErrorKind as Kind};
use gatescope::model::timings::Phase;
use gatescope::transport::{Lookup, Resolver, Transport};

use crate::certificates::Authority;
use crate::fault_server::{FaultServer, Step, send};
use crate::full_listener::FullListener;
use crate::http2_server::{Behaviour, Http2Server};
use crate::proxy_server::ProxyServer;
use crate::sending::{describe, request, secure, send_request, with_body};

const LIMIT: u64 = 400;

#[derive(Debug)]
struct NoNames;

impl Resolver for NoNames {
    fn lookup(&self, _host: &str) -> Lookup<'_> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn connecting_has_a_limit_in_each_of_its_phases() {
    let full = FullListener::new();
    let silent = FaultServer::start(vec![vec![Step::Hang]]).await;
    let mut named = request("GET", silent.address, "/");
    "slow.example.test".clone_into(&mut named.url.host);
    let mut tunnelled = secure("GET", silent.address, "/");
    "slow.example.test".clone_into(&mut tunnelled.url.host);
    tunnelled.network.proxy = gatescope::model::environment::Proxy::Explicit {
        url: format!("http://{}", silent.address),
        user_name: String::new(),
        bypass: Vec::new(),
    };
    let table = [
        (named, Phase::Dns, "Looking up"),
        (
            request("GET", full.address, "/"),
            Phase::Tcp,
            "No connection",
        ),
        (
            secure("GET", silent.address, "/"),
            Phase::Tls,
            "TLS handshake",
        ),
        (tunnelled, Phase::Proxy, "proxy"),
    ];
    for (mut sent, phase, words) in table {
        sent.network.limits.connect_ms = LIMIT;
        let transport = Transport::with_resolver(Arc::new(NoNames));
        let exchange = send_request(&transport, sent).await;
        let error = exchange.error.clone().unwrap();
        assert_eq!(
            (error.kind, error.phase),
            (Kind::ConnectTimeout, Some(phase)),
            "{}",
            describe(&exchange)
        );
        assert!(
            error.text.contains(words) && error.text.contains("400 ms"),
            "{}",
            error.text
        );
        assert!(error.hint.contains("connect limit"), "{}", error.hint);
        let measured = exchange.hops[0].phases.get(phase).unwrap();
        assert!(
            measured >= Duration::from_millis(200) && measured < Duration::from_secs(5),
            "{phase}: {measured:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_does_not_read_is_given_up() {
    let server = FaultServer::start(vec![vec![Step::Hang]]).await;
    let mut sent = with_body(
        request("POST", server.address, "/"),
        &"x".repeat(50_000_000),
    );
    sent.network.limits.silence_ms = LIMIT;
    let exchange = send_request(&Transport::new(), sent).await;
    let error = exchange.error.clone().unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::SilenceTimeout, Some(Phase::Send)),
        "{}",
        describe(&exchange)
    );
    let sent = &exchange.hops[0].sent;
    assert!(
        sent.body_bytes > 0 && sent.body_bytes < 50_000_000,
        "{}",
        sent.body_bytes
    );
}

#[tokio::test]
async fn a_slow_but_steady_body_is_read_to_its_end() {
    let mut script = vec![
        Step::ReadRequest,
        send("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"),
    ];
    for _ in 0..12 {
        script.push(Step::Pause(60));
        script.push(send("x"));
    }
    let server = FaultServer::start(vec![script]).await;
    let mut sent = request("GET", server.address, "/");
    sent.network.limits.silence_ms = 600;
    sent.network.limits.first_byte_ms = 600;
    sent.network.limits.connect_ms = 600;
    let exchange = send_request(&Transport::new(), sent).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    assert_eq!(
        exchange
            .answer()
            .unwrap()
            .response
            .as_ref()
            .unwrap()
            .body
            .wire
            .len(),
        12
    );
    assert!(exchange.hops[0].phases.download.unwrap() >= Duration::from_millis(600));
}

#[tokio::test]
async fn limits_hold_over_http2_and_what_arrived_is_kept() {
    let authority = Authority::new();
    let file = authority.file();
    let table = [
        (
            Behaviour::NoAnswer,
            Some(Kind::FirstByteTimeout),
            Phase::Wait,
            None,
        ),
        (
            Behaviour::StopsInBody,
            Some(Kind::SilenceTimeout),
            Phase::Download,
            Some(BodyProblem::Silence { after_ms: LIMIT }),
        ),
        (
            Behaviour::EndlessBody,
            None,
            Phase::Download,
            Some(BodyProblem::WireLimit { limit: 5000 }),
        ),
    ];
    for (behaviour, kind, phase, problem) in table {
        let (config, _) = authority.server("localhost", false, &["h2"]);
        let server = Http2Server::start(config, behaviour).await;
        let mut sent = secure("GET", server.address, "/");
        sent.network.http_version = HttpVersion::Http2;
        file.path()
            .to_str()
            .unwrap()
            .clone_into(&mut sent.network.ca_file);
        sent.network.limits.first_byte_ms = LIMIT;
        sent.network.limits.silence_ms = LIMIT;
        sent.network.limits.wire_bytes = 5000;
        let exchange = send_request(&Transport::new(), sent).await;
        let error = exchange.error.as_ref();
        assert_eq!(
            error.map(|error| error.kind),
            kind,
            "{behaviour:?}: {}",
            describe(&exchange)
        );
        if let Some(error) = error {
            assert_eq!(error.phase, Some(phase));
        }
        let response = exchange.answer().unwrap().response.as_ref();
        assert_eq!(
            response.and_then(|response| response.body.incomplete.clone()),
            problem,
            "{behaviour:?}"
        );
        let expected = match behaviour {
            Behaviour::NoAnswer => None,
            Behaviour::StopsInBody => Some(3),
            Behaviour::EndlessBody => Some(5000),
        };
        assert_eq!(
            response.map(|response| response.body.wire.len()),
            expected,
            "{behaviour:?}"
        );
    }
}

#[tokio::test]
async fn a_server_behind_a_tunnel_has_the_same_limits() {
    let silent = FaultServer::start(vec![vec![Step::Hang]]).await;
    let proxy = ProxyServer::start(silent.address, None).await;
    let mut sent = secure("GET", silent.address, "/");
    "far.example.test".clone_into(&mut sent.url.host);
    sent.network.proxy = gatescope::model::environment::Proxy::Explicit {
        url: format!("http://{}", proxy.address),
        user_name: String::new(),
        bypass: Vec::new(),
    };
    sent.network.limits.connect_ms = LIMIT;
    let exchange = send_request(&Transport::new(), sent).await;
    let error = exchange.error.clone().unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::ConnectTimeout, Some(Phase::Tls)),
        "{}",
        describe(&exchange)
    );
}
