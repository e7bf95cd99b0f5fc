//! Redirects, tokens, phases, cancelling: what one press of Send leads to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use gatescope::model::environment::ClientAuthentication;
use gatescope::model::exchange::{Exchange, HopPurpose, SendErrorKind as Kind};
use gatescope::model::ids::EnvironmentId;
use gatescope::model::timings::Phase;
use gatescope::model::token::{TokenKey, TokenSource};
use gatescope::transport::{Lookup, Resolver, SendJob, Transport};
use tokio_util::sync::CancellationToken;

use crate::fault_server::{FaultServer, Step, ok, send};
use crate::sending::{describe, job, no_progress, request, send_job, send_request, with_body};

fn answer(line: &str, headers: &str) -> Step {
    send(format!(
        "HTTP/1.1 {line}\r\nContent-Length: 0\r\n{headers}\r\n"
    ))
}

fn purposes(exchange: &Exchange) -> Vec<HopPurpose> {
    exchange.hops.iter().map(|hop| hop.purpose).collect()
}

#[tokio::test]
async fn redirects_inside_the_origin_are_followed() {
    let table = [
        (301, "POST", "GET", false),
        (302, "POST", "GET", false),
        (303, "PUT", "GET", false),
        (307, "POST", "POST", true),
        (308, "PATCH", "PATCH", true),
        (301, "PUT", "PUT", true),
    ];
    for (status, method, then, body) in table {
        let server = FaultServer::start(vec![vec![
            Step::ReadRequest,
            answer(
                &format!("{status} Moved"),
                "Location: /next?x=1#part\r\nSet-Cookie: s=1; Path=/\r\n",
            ),
            Step::ReadRequest,
            ok("done"),
        ]])
        .await;
        let exchange = send_request(
            &Transport::new(),
            with_body(request(method, server.address, "/a"), "hello"),
        )
        .await;
        assert_eq!(
            purposes(&exchange),
            [HopPurpose::Request, HopPurpose::Redirect],
            "{}",
            describe(&exchange)
        );
        let sent = String::from_utf8(server.received().remove(0)).unwrap();
        let second = sent
            .split(&format!("{then} /next?x=1 HTTP/1.1\r\n"))
            .nth(1)
            .unwrap_or_else(|| panic!("{status}: {sent}"));
        assert_eq!(second.ends_with("hello"), body, "{status} {second}");
        assert_eq!(second.contains("Content-"), body, "{status} {second}");
        assert!(second.contains("Cookie: s=1\r\n"), "{second}");
    }
}

#[tokio::test]
async fn redirects_that_are_not_followed_say_why() {
    let table = [
        (
            "Location: http://other.test/x\r\n",
            None,
            Some("http://other.test/x"),
        ),
        (
            "Location: //127.0.0.1:1/x\r\n",
            None,
            Some("http://127.0.0.1:1/x"),
        ),
        ("", None, None),
        (
            "Location: mailto:x@y\r\n",
            Some(Kind::RedirectInvalid),
            None,
        ),
        ("Location: /a\r\n", Some(Kind::RedirectLimit), None),
    ];
    for (headers, error, offer) in table {
        let server =
            FaultServer::start(vec![vec![Step::ReadRequest, answer("302 Found", headers)]]).await;
        let exchange = send_request(&Transport::new(), request("GET", server.address, "/a")).await;
        assert_eq!(
            exchange.error.as_ref().map(|error| error.kind),
            error,
            "{}",
            describe(&exchange)
        );
        assert_eq!(exchange.redirect_offer.as_deref(), offer);
        assert_eq!(exchange.hops.len(), 1);
        assert_eq!(
            exchange.answer().unwrap().response.as_ref().unwrap().status,
            302
        );
    }
}

#[tokio::test]
async fn too_many_redirects_show_the_chain() {
    let script = (0..20)
        .flat_map(|index| {
            [
                Step::ReadRequest,
                answer("302 Found", &format!("Location: /{index}\r\n")),
            ]
        })
        .collect();
    let server = FaultServer::start(vec![script]).await;
    let mut sent = request("GET", server.address, "/start");
    sent.network.limits.redirects = 3;
    let exchange = send_request(&Transport::new(), sent).await;
    let error = exchange.error.clone().unwrap();
    assert_eq!(error.kind, Kind::RedirectLimit);
    assert!(
        error.text.contains("/start -> ") && error.text.contains("/3"),
        "{}",
        error.text
    );
    assert_eq!(exchange.hops.len(), 4);
}

#[derive(Debug)]
struct SlowNames(u64);

impl Resolver for SlowNames {
    fn lookup(&self, _host: &str) -> Lookup<'_> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(self.0)).await;
            Ok(vec![std::net::Ipv4Addr::LOCALHOST.into()])
        })
    }
}

#[tokio::test]
async fn each_delay_lands_in_its_phase() {
    let server = FaultServer::start(vec![vec![
        Step::ReadRequest,
        Step::Pause(200),
        send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na"),
        Step::Pause(300),
        send("b"),
    ]])
    .await;
    let transport = Transport::with_resolver(Arc::new(SlowNames(100)));
    let mut sent = request("GET", server.address, "/");
    "slow.example.test".clone_into(&mut sent.url.host);
    let exchange = send_request(&transport, sent).await;
    let phases = &exchange.hops[0].phases;
    for (phase, delay) in [
        (Phase::Dns, 100),
        (Phase::Wait, 200),
        (Phase::Download, 300),
    ] {
        let measured = phases
            .get(phase)
            .unwrap_or_else(|| panic!("{phase}: {}", describe(&exchange)));
        let expected = Duration::from_millis(delay);
        assert!(
            measured >= expected.saturating_sub(Duration::from_millis(10))
                && measured < expected + Duration::from_secs(2),
            "{phase} took {measured:?}"
        );
    }
    assert!(phases.tls.is_none() && phases.proxy.is_none());
}

#[tokio::test]
async fn concurrent_sends_keep_their_own_answers() {
    let transport = Transport::new();
    let mut servers = Vec::new();
    for index in 0..20u64 {
        let body = format!("body {index}");
        servers.push(
            FaultServer::start(vec![vec![
                Step::ReadRequest,
                Step::Pause(20 * index),
                ok(&body),
            ]])
            .await,
        );
    }
    let sends = servers
        .iter()
        .map(|server| send_request(&transport, request("GET", server.address, "/")));
    let exchanges = futures_util::future::join_all(sends).await;
    for (index, exchange) in exchanges.iter().enumerate() {
        let body = &exchange
            .answer()
            .unwrap()
            .response
            .as_ref()
            .unwrap()
            .body
            .wire;
        assert_eq!(&body[..], format!("body {index}").as_bytes());
        let wait = exchange.hops[0].phases.wait.unwrap();
        assert!(
            wait >= Duration::from_millis(20 * index as u64)
                .saturating_sub(Duration::from_millis(10)),
            "{index}: {wait:?}"
        );
    }
}

#[tokio::test]
async fn cancelling_ends_any_phase_and_keeps_what_was_recorded() {
    let table: Vec<(Phase, Vec<Step>, bool)> = vec![
        (Phase::Dns, vec![Step::Hang], true),
        (Phase::Send, vec![Step::Hang], false),
        (Phase::Wait, vec![Step::ReadRequest, Step::Hang], false),
        (
            Phase::Download,
            vec![
                Step::ReadRequest,
                send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
                Step::Hang,
            ],
            false,
        ),
    ];
    for (phase, script, slow_name) in table {
        let server = FaultServer::start(vec![script]).await;
        let mut sent = request("POST", server.address, "/");
        if slow_name {
            "slow.example.test".clone_into(&mut sent.url.host);
        }
        if phase == Phase::Send {
            sent = with_body(sent, &"x".repeat(50_000_000));
        }
        let cancel = CancellationToken::new();
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let progress = Arc::new(move |progress: gatescope::transport::TransportProgress| {
            let _ = tell.send((progress.phase, progress.received_bytes));
        });
        let transport = Transport::with_resolver(Arc::new(SlowNames(60_000)));
        let stop = cancel.clone();
        let sending = tokio::spawn(async move { transport.send(job(sent), stop, progress).await });
        loop {
            let (reached, received) = told.recv().await.unwrap();
            if reached == phase && (phase != Phase::Download || received == 3) {
                break;
            }
        }
        let pressed = Instant::now();
        cancel.cancel();
        let exchange = sending.await.unwrap();
        assert!(
            pressed.elapsed() < Duration::from_secs(2),
            "{phase} took {:?}",
            pressed.elapsed()
        );
        let error = exchange.error.clone().unwrap();
        assert_eq!(
            (error.kind, error.phase),
            (Kind::Cancelled, Some(phase)),
            "{}",
            describe(&exchange)
        );
        if phase == Phase::Download {
            assert_eq!(
                &exchange.hops[0].response.as_ref().unwrap().body.wire[..],
                b"abc"
            );
        }
    }
}

fn token_source(environment: &str, address: SocketAddr, secret: u8) -> TokenSource {
    let mut asked = with_body(
        request("POST", address, "/oauth/token"),
        "grant_type=client_credentials",
    );
    asked.environment = EnvironmentId::new(environment).unwrap();
    TokenSource::Request {
        key: TokenKey {
            environment: asked.environment.clone(),
            login_url: asked.url.to_string(),
            client_id: "id".to_owned(),
            secret_fingerprint: [secret; 32],
            scope: String::new(),
            style: ClientAuthentication::Basic,
        },
        request: Box::new(asked),
    }
}

fn token_answer(token: &str) -> Step {
    let body = format!(r#"{{"access_token":"{token}","token_type":"bearer","expires_in":3600}}"#);
    send(format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

fn with_token(address: SocketAddr, source: &TokenSource) -> SendJob {
    let mut wanting = request("GET", address, "/api");
    wanting.wants_token = true;
    SendJob {
        token: source.clone(),
        ..job(wanting)
    }
}

#[tokio::test]
async fn two_sends_make_one_token_request() {
    let login = FaultServer::start(vec![vec![
        Step::ReadRequest,
        Step::Pause(200),
        token_answer("token-one"),
    ]])
    .await;
    let api = FaultServer::start(vec![vec![Step::ReadRequest, ok("1")]]).await;
    let transport = Transport::new();
    let source = token_source("acme", login.address, 1);
    let (first, second) = tokio::join!(
        send_job(&transport, with_token(api.address, &source)),
        send_job(&transport, with_token(api.address, &source)),
    );
    assert_eq!(login.received().len(), 1);
    let token_hops = |exchange: &Exchange| {
        purposes(exchange)
            .iter()
            .filter(|purpose| **purpose == HopPurpose::Token)
            .count()
    };
    assert_eq!(token_hops(&first) + token_hops(&second), 1);
    for sent in api.received() {
        assert!(String::from_utf8_lossy(&sent).contains("Authorization: Bearer token-one\r\n"));
    }
    assert_eq!(api.received().len(), 2);
    for other in [
        token_source("other", login.address, 1),
        token_source("acme", login.address, 2),
    ] {
        assert!(transport.cached_token(&other).is_none());
    }
    transport.forget_tokens(&EnvironmentId::new("acme").unwrap());
    assert!(transport.cached_token(&source).is_none());
}

#[tokio::test]
async fn cancelling_one_who_waits_leaves_the_other() {
    let login = FaultServer::start(vec![vec![
        Step::ReadRequest,
        Step::Pause(300),
        token_answer("token-two"),
    ]])
    .await;
    let api = FaultServer::start(vec![vec![Step::ReadRequest, ok("1")]]).await;
    let transport = Transport::new();
    let source = token_source("acme", login.address, 1);
    let cancel = CancellationToken::new();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let maker = transport.send(
        with_token(api.address, &source),
        cancel.clone(),
        Arc::new(move |progress| {
            let _ = tell.send(progress.phase);
        }),
    );
    let other = async {
        while told.recv().await != Some(Phase::Wait) {}
        let waiting = transport.send(
            with_token(api.address, &source),
            CancellationToken::new(),
            no_progress(),
        );
        let (exchange, ()) = tokio::join!(waiting, async {
            tokio::task::yield_now().await;
            cancel.cancel();
        });
        exchange
    };
    let (cancelled, answered) = tokio::join!(maker, other);
    assert_eq!(cancelled.error.unwrap().kind, Kind::Cancelled);
    assert_eq!(cancelled.hops[0].purpose, HopPurpose::Token);
    assert!(answered.error.is_none(), "{}", describe(&answered));
    assert_eq!(login.received().len(), 1);
}

#[tokio::test]
async fn a_401_is_renewed_once_on_safe_methods() {
    let login = FaultServer::start(vec![
        vec![Step::ReadRequest, token_answer("token-old")],
        vec![Step::ReadRequest, token_answer("token-new")],
    ])
    .await;
    let refuse = || {
        vec![
            Step::ReadRequest,
            answer("401 Unauthorized", "Connection: close\r\n"),
        ]
    };
    let api = FaultServer::start(vec![refuse()]).await;
    let transport = Transport::new();
    let source = token_source("acme", login.address, 1);
    let exchange = send_job(&transport, with_token(api.address, &source)).await;
    assert_eq!(
        purposes(&exchange),
        [
            HopPurpose::Token,
            HopPurpose::Request,
            HopPurpose::Token,
            HopPurpose::Renewed
        ],
        "{}",
        describe(&exchange)
    );
    assert!(String::from_utf8_lossy(&api.received()[1]).contains("Bearer token-new"));
    let mut unsafe_job = with_token(api.address, &source);
    unsafe_job.request.as_mut().unwrap().method = "DELETE".to_owned();
    let exchange = send_job(&transport, unsafe_job).await;
    assert_eq!(
        purposes(&exchange),
        [HopPurpose::Request],
        "{}",
        describe(&exchange)
    );
}

#[tokio::test]
async fn a_refused_token_sends_nothing_else() {
    let login = FaultServer::start(vec![vec![
        Step::ReadRequest,
        send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
        ),
    ]])
    .await;
    let api = FaultServer::start(vec![vec![Step::ReadRequest, ok("1")]]).await;
    let exchange = send_job(
        &Transport::new(),
        with_token(api.address, &token_source("acme", login.address, 1)),
    )
    .await;
    let error = exchange.error.clone().unwrap();
    assert_eq!(
        (error.kind, exchange.hops.len()),
        (Kind::Token, 1),
        "{}",
        describe(&exchange)
    );
    assert!(api.received().is_empty());
}

#[tokio::test]
async fn bodies_are_decoded_and_both_sizes_kept() {
    let coded = {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&b"text ".repeat(1000)).unwrap();
        encoder.finish().unwrap()
    };
    let mut message = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        coded.len()
    )
    .into_bytes();
    message.extend_from_slice(&coded);
    let server = FaultServer::start(vec![vec![Step::ReadRequest, Step::Send(message)]]).await;
    let exchange = send_request(&Transport::new(), request("GET", server.address, "/")).await;
    let response = exchange.answer().unwrap().response.as_ref().unwrap();
    assert_eq!(
        (response.body.wire.len(), response.body.decoded.len()),
        (coded.len(), 5000)
    );
    assert_eq!(response.body.codings, ["gzip"]);
    assert_eq!(response.body.wire, Bytes::from(coded));
}

#[tokio::test]
async fn cancelling_ends_a_tls_handshake() {
    let server = FaultServer::start(vec![vec![Step::Hang]]).await;
    let cancel = CancellationToken::new();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let stop = cancel.clone();
    let sent = crate::sending::secure("GET", server.address, "/");
    let sending = tokio::spawn(async move {
        let progress = Arc::new(move |progress: gatescope::transport::TransportProgress| {
            let _ = tell.send(progress.phase);
        });
        Transport::new().send(job(sent), stop, progress).await
    });
    while told.recv().await.unwrap() != Phase::Tls {}
    let pressed = Instant::now();
    cancel.cancel();
    let exchange = sending.await.unwrap();
    assert!(
        pressed.elapsed() < Duration::from_secs(2),
        "{:?}",
        pressed.elapsed()
    );
    let error = exchange.error.clone().unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::Cancelled, Some(Phase::Tls)),
        "{}",
        describe(&exchange)
    );
}

#[derive(Debug)]
struct TwoAddresses;

impl Resolver for TwoAddresses {
    fn lookup(&self, _host: &str) -> Lookup<'_> {
        Box::pin(async { Ok(vec![[127, 0, 0, 2].into(), [127, 0, 0, 1].into()]) })
    }
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_fails() {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("here")]]).await;
    let mut sent = request("GET", server.address, "/");
    "two.example.test".clone_into(&mut sent.url.host);
    let exchange = send_request(&Transport::with_resolver(Arc::new(TwoAddresses)), sent).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    let connection = &exchange.hops[0].connection;
    assert_eq!(connection.resolved_addresses, ["127.0.0.2", "127.0.0.1"]);
    assert_eq!(connection.peer_address, Some(server.address.to_string()));
}

#[tokio::test]
async fn connections_are_not_shared_across_settings_and_cold_sends_open_their_own() {
    let server = FaultServer::start(vec![vec![
        Step::ReadRequest,
        ok("1"),
        Step::ReadRequest,
        ok("2"),
    ]])
    .await;
    let transport = Transport::new();
    send_request(&transport, request("GET", server.address, "/1")).await;
    let mut other = request("GET", server.address, "/other");
    other.environment = EnvironmentId::new("other").unwrap();
    let exchange = send_request(&transport, other).await;
    assert!(!exchange.hops[0].connection.reused);
    let mut cold = job(request("GET", server.address, "/cold"));
    cold.options.cold = true;
    let exchange = send_job(&transport, cold).await;
    assert!(!exchange.hops[0].connection.reused);
    let exchange = send_request(&transport, request("GET", server.address, "/2")).await;
    assert!(
        exchange.hops[0].connection.reused,
        "{}",
        describe(&exchange)
    );
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    use gatescope::model::secret::Secret;
    use gatescope::model::token::AccessToken;
    let now = jiff::Timestamp::now();
    let seconds = jiff::SignedDuration::from_secs;
    for (left, asked) in [(30, 1), (300, 0)] {
        let login =
            FaultServer::start(vec![vec![Step::ReadRequest, token_answer("token-new")]]).await;
        let api = FaultServer::start(vec![vec![Step::ReadRequest, ok("1")]]).await;
        let transport = Transport::new();
        let source = token_source("acme", login.address, 1);
        let kept = AccessToken {
            value: Secret::new("token-kept"),
            received_at: now - seconds(3600),
            expires_at: Some(now + seconds(left)),
            pasted: false,
            remarks: Vec::new(),
        };
        transport.remember_token(&source, kept);
        let exchange = send_job(&transport, with_token(api.address, &source)).await;
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
        assert_eq!(login.received().len(), asked, "{left} s left");
        let expected = if asked == 1 {
            "Bearer token-new"
        } else {
            "Bearer token-kept"
        };
        assert!(String::from_utf8_lossy(&api.received()[0]).contains(expected));
    }
}
