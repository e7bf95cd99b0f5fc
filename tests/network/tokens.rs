//! Tokens the product's way: asked for once, shared rightly, renewed in time, and every refusal told.

use std::net::SocketAddr;
use std::time::Duration;

use gatescope::model::exchange::{Exchange, HopPurpose, SendErrorKind as Kind};
use gatescope::model::secret::Secret;
use gatescope::model::token::AccessToken;
use gatescope::transport::Transport;

use crate::drafts::{CLIENT_SECRET, draft, draft_job, source, with_client};
use crate::fault_server::{FaultServer, Step, ok, send};
use crate::sending::{describe, send_job};

fn json(status: &str, body: &str) -> Step {
    send(format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

fn granted(token: &str, expires_in: &str) -> Step {
    json(
        "200 OK",
        &format!(r#"{{"access_token":"{token}","token_type":"bearer","expires_in":{expires_in}}}"#),
    )
}

async fn login(answers: Vec<Step>) -> FaultServer {
    let scripts = answers
        .into_iter()
        .map(|answer| vec![Step::ReadRequest, answer])
        .collect();
    FaultServer::start(scripts).await
}

async fn api() -> FaultServer {
    FaultServer::start(vec![vec![
        Step::ReadRequest,
        send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"),
    ]])
    .await
}

fn purposes(exchange: &Exchange) -> Vec<HopPurpose> {
    exchange.hops.iter().map(|hop| hop.purpose).collect()
}

fn bearers(server: &FaultServer) -> Vec<String> {
    let received = server.received().into_iter();
    received
        .map(|bytes| {
            let text = String::from_utf8(bytes).unwrap();
            let found = text
                .lines()
                .find_map(|line| line.strip_prefix("Authorization: Bearer "));
            found.unwrap_or("none").to_owned()
        })
        .collect()
}

async fn send_with(
    transport: &Transport,
    id: &str,
    api: SocketAddr,
    login: SocketAddr,
) -> Exchange {
    let environment = with_client(id, api, login);
    send_job(transport, draft_job(&draft("GET", "/x"), &environment)).await
}

#[tokio::test]
async fn the_token_hop_is_recorded_and_masked() {
    let login = login(vec![granted("canary-token-1", "86400")]).await;
    let api = api().await;
    let exchange = send_with(&Transport::new(), "acme", api.address, login.address).await;
    assert_eq!(
        purposes(&exchange),
        [HopPurpose::Token, HopPurpose::Request],
        "{}",
        describe(&exchange)
    );
    let hop = &exchange.hops[0];
    let received = login.received().remove(0);
    let mut recorded = hop.sent.head.clone().unwrap().to_vec();
    recorded.extend_from_slice(&hop.sent.body_preview);
    assert_eq!(recorded, received);
    let text = String::from_utf8(received).unwrap();
    assert!(text.starts_with("POST /oauth/token HTTP/1.1\r\n"), "{text}");
    assert!(
        text.ends_with("\r\n\r\ngrant_type=client_credentials"),
        "{text}"
    );
    let phases = &hop.phases;
    assert!(phases.tcp.is_some() && phases.send.is_some() && phases.wait.is_some());
    assert_eq!(bearers(&api), ["canary-token-1"]);
    for hop in &exchange.hops {
        let head = exchange.masks.bytes(hop.sent.head.as_ref().unwrap());
        let head = String::from_utf8_lossy(&head).into_owned();
        let body = exchange
            .masks
            .bytes(&hop.response.as_ref().unwrap().body.decoded);
        let body = String::from_utf8_lossy(&body).into_owned();
        let form_encoded = "client-7:sh%2By%2Fsecret%3A1%25";
        let basic = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, form_encoded);
        for secret in ["canary-token-1", CLIENT_SECRET, basic.as_str()] {
            assert!(!head.contains(secret), "{secret} in {head}");
            assert!(!body.contains(secret), "{secret} in {body}");
        }
    }
}

#[tokio::test]
async fn ten_sends_at_once_make_one_token_request() {
    let login = FaultServer::start(vec![vec![
        Step::ReadRequest,
        Step::Pause(300),
        granted("shared", "86400"),
    ]])
    .await;
    let api = api().await;
    let transport = Transport::new();
    let sends = (0..10).map(|_| send_with(&transport, "acme", api.address, login.address));
    let exchanges = futures_util::future::join_all(sends).await;
    assert_eq!(login.received().len(), 1);
    assert_eq!(bearers(&api), vec!["shared"; 10]);
    for exchange in &exchanges {
        assert!(exchange.error.is_none(), "{}", describe(exchange));
        let told = exchange
            .notes
            .iter()
            .any(|note| note.text.contains("another send"));
        assert_eq!(told, exchange.hops.len() == 1, "{:?}", exchange.notes);
    }
    let again = send_with(&transport, "acme", api.address, login.address).await;
    assert_eq!(purposes(&again), [HopPurpose::Request], "from the cache");
}

#[tokio::test]
async fn environments_and_secrets_never_share_a_token() {
    let login = login(vec![
        granted("first", "86400"),
        granted("second", "86400"),
        granted("third", "86400"),
    ])
    .await;
    let api = api().await;
    let transport = Transport::new();
    send_with(&transport, "acme", api.address, login.address).await;
    send_with(&transport, "other", api.address, login.address).await;
    let environment = with_client("acme", api.address, login.address);
    let mut job = draft_job(&draft("GET", "/x"), &environment);
    let key = gatescope::model::secret::SecretKey {
        environment: environment.id.clone(),
        name: gatescope::model::secret::SecretName::ClientSecret,
    };
    let secrets = [(key, Secret::new("another secret"))].into();
    job.token = gatescope::model::token::token_source(
        &environment,
        std::slice::from_ref(&environment),
        &secrets,
        jiff::Timestamp::now(),
    )
    .unwrap();
    send_job(&transport, job).await;
    assert_eq!(bearers(&api), ["first", "second", "third"]);
}

#[tokio::test]
async fn a_refused_token_fails_all_who_wait_and_is_asked_for_anew() {
    let login = FaultServer::start(vec![
        vec![
            Step::ReadRequest,
            Step::Pause(300),
            json(
                "401 Unauthorized",
                r#"{"error":"invalid_client","description":"authentication failed"}"#,
            ),
        ],
        vec![Step::ReadRequest, granted("later", "86400")],
    ])
    .await;
    let api = api().await;
    let transport = Transport::new();
    let (one, two) = tokio::join!(
        send_with(&transport, "acme", api.address, login.address),
        send_with(&transport, "acme", api.address, login.address),
    );
    for exchange in [one, two] {
        assert_eq!(
            exchange.error.as_ref().map(|error| error.kind),
            Some(Kind::Token),
            "{}",
            describe(&exchange)
        );
    }
    assert!(api.received().is_empty());
    assert_eq!(login.received().len(), 1);
    let exchange = send_with(&transport, "acme", api.address, login.address).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    assert_eq!(bearers(&api), ["later"]);
}

#[tokio::test]
async fn a_token_near_its_end_is_renewed_before_and_a_forced_one_always() {
    let login = login(vec![granted("new-1", "86400"), granted("new-2", "86400")]).await;
    let api = api().await;
    let transport = Transport::new();
    let environment = with_client("acme", api.address, login.address);
    let now = jiff::Timestamp::now();
    let remembered = |left: i64| AccessToken {
        value: Secret::new("kept"),
        received_at: now - jiff::SignedDuration::from_secs(3600 - left),
        expires_at: Some(now + jiff::SignedDuration::from_secs(left)),
        pasted: false,
        remarks: Vec::new(),
    };
    let job = || draft_job(&draft("GET", "/x"), &environment);
    transport.remember_token(&source(&environment), remembered(300));
    send_job(&transport, job()).await;
    transport.remember_token(&source(&environment), remembered(30));
    send_job(&transport, job()).await;
    let mut forced = job();
    forced.options.force_new_token = true;
    send_job(&transport, forced).await;
    assert_eq!(bearers(&api), ["kept", "new-1", "new-2"]);
    transport.forget_tokens(&environment.id);
    assert!(transport.cached_token(&source(&environment)).is_none());
}

#[tokio::test]
async fn only_the_token_is_fetched_when_nothing_else_is_asked() {
    let login = login(vec![granted("alone", "3600")]).await;
    let api = api().await;
    let transport = Transport::new();
    let environment = with_client("acme", api.address, login.address);
    let mut job = draft_job(&draft("GET", "/x"), &environment);
    job.request = None;
    let exchange = send_job(&transport, job).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    assert_eq!(purposes(&exchange), [HopPurpose::Token]);
    assert!(api.received().is_empty());
    let token = transport.cached_token(&source(&environment)).unwrap();
    assert_eq!(token.value.expose(), "alone");
    assert_eq!(token.lifetime(), Some(Duration::from_hours(1)));
}

#[tokio::test]
async fn odd_lifetimes_are_used_once_or_longer_and_never_asked_for_in_a_loop() {
    for (expires_in, requests) in [
        ("0", 2),
        ("-1", 2),
        ("\"3600\"", 1),
        ("1e9", 1),
        ("null", 1),
        ("\"soon\"", 1),
    ] {
        let login = login(vec![granted("odd", expires_in)]).await;
        let api = api().await;
        let transport = Transport::new();
        for _ in 0..2 {
            let exchange = send_with(&transport, "acme", api.address, login.address).await;
            assert!(
                exchange.error.is_none(),
                "{expires_in}: {}",
                describe(&exchange)
            );
        }
        assert_eq!(login.received().len(), requests, "{expires_in}");
        assert_eq!(bearers(&api), ["odd", "odd"], "{expires_in}");
    }
}

#[tokio::test]
async fn a_new_token_that_is_refused_too_ends_it() {
    let login = login(vec![granted("stale", "0")]).await;
    let refuses = FaultServer::start(vec![vec![
        Step::ReadRequest,
        send("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
    ]])
    .await;
    let exchange = send_with(&Transport::new(), "acme", refuses.address, login.address).await;
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
    assert_eq!(refuses.received().len(), 2);
    assert!(exchange.error.is_none(), "a 401 is an answer");
    assert_eq!(
        exchange.answer().unwrap().response.as_ref().unwrap().status,
        401
    );
}

#[tokio::test]
async fn an_unsafe_method_is_never_sent_twice_after_a_401() {
    let login = login(vec![granted("stale", "86400")]).await;
    let refuses = FaultServer::start(vec![vec![
        Step::ReadRequest,
        send("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
    ]])
    .await;
    for (method, header) in [
        ("POST", None),
        ("PUT", None),
        ("PATCH", None),
        ("DELETE", None),
        ("GET", Some("DELETE")),
    ] {
        let transport = Transport::new();
        let environment = with_client("acme", refuses.address, login.address);
        let mut typed = draft(method, "/x");
        if let Some(value) = header {
            typed.headers = vec![crate::drafts::row("X-HTTP-Method-Override", value)];
        }
        let before = refuses.received().len();
        let exchange = send_job(&transport, draft_job(&typed, &environment)).await;
        assert_eq!(
            refuses.received().len() - before,
            1,
            "{method}: {}",
            describe(&exchange)
        );
    }
}

#[tokio::test]
async fn renewal_can_be_switched_off() {
    let login = login(vec![granted("stale", "86400")]).await;
    let refuses = FaultServer::start(vec![vec![
        Step::ReadRequest,
        send("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
    ]])
    .await;
    let environment = with_client("acme", refuses.address, login.address);
    let mut job = draft_job(&draft("GET", "/x"), &environment);
    job.options.renew_on_unauthorized = false;
    let exchange = send_job(&Transport::new(), job).await;
    assert_eq!(
        purposes(&exchange),
        [HopPurpose::Token, HopPurpose::Request]
    );
}

/// An unknown client, told in gzip.
fn packed_refusal() -> Step {
    let gz = {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder
            .write_all(br#"{"error":"invalid_client","description":"client not found: client-7"}"#)
            .unwrap();
        encoder.finish().unwrap()
    };
    let mut packed = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        gz.len()
    )
    .into_bytes();
    packed.extend_from_slice(&gz);
    Step::Send(packed)
}

#[tokio::test]
async fn every_shape_of_refusal_is_told_and_nothing_else_is_sent() {
    let html = "<!DOCTYPE html><html><title>Sign in</title></html>";
    let table: Vec<(&str, Step, &str)> = vec![
        (
            "unknown client",
            json(
                "400 Bad Request",
                r#"{"error":"invalid_client","description":"client not found: client-7","error_description":"client not found: client-7"}"#,
            ),
            "does not know this client",
        ),
        (
            "unknown client in gzip",
            packed_refusal(),
            "does not know this client",
        ),
        (
            "wrong secret",
            json(
                "401 Unauthorized",
                r#"{"error":"invalid_client","description":"authentication failed"}"#,
            ),
            "refused the client's secret",
        ),
        (
            "rate limit",
            json(
                "400 Bad Request",
                r#"{"error":"invalid_request","description":"rate limit exceeded"}"#,
            ),
            "Too many tokens",
        ),
        (
            "web page",
            send(format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{html}",
                html.len()
            )),
            "web page",
        ),
        (
            "error in success",
            json("200 OK", r#"{"error":"invalid_scope"}"#),
            "invalid_scope",
        ),
        (
            "no token",
            json("200 OK", r#"{"token":"x"}"#),
            "no `access_token`",
        ),
        (
            "empty",
            send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
            "empty body",
        ),
        ("not JSON", json("200 OK", "hello"), "not a JSON object"),
        (
            "redirect",
            send(
                "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            ),
            "redirected",
        ),
        (
            "line end in the token",
            json("200 OK", r#"{"access_token":"a\r\nX: 1","expires_in":60}"#),
            "cannot be sent",
        ),
        (
            "cut answer",
            send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"access_token\":\"half"),
            "No token",
        ),
        ("no answer", Step::Pause(1), "No token"),
    ];
    for (name, answer, words) in table {
        let login = login(vec![answer]).await;
        let api = api().await;
        let exchange = send_with(&Transport::new(), "acme", api.address, login.address).await;
        let error = exchange
            .error
            .clone()
            .unwrap_or_else(|| panic!("{name}: {}", describe(&exchange)));
        assert_eq!(error.kind, Kind::Token, "{name}: {error:?}");
        assert!(error.text.contains(words), "{name}: {}", error.text);
        assert!(!error.hint.is_empty(), "{name}");
        assert!(
            !format!("{} {}", error.text, error.hint).contains(CLIENT_SECRET),
            "{name}"
        );
        assert_eq!(purposes(&exchange), [HopPurpose::Token], "{name}");
        assert!(
            api.received().is_empty(),
            "{name}: the request went out without a token"
        );
    }
}

#[tokio::test]
async fn no_connection_to_the_login_is_told_as_no_token_with_its_phase() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let api = api().await;
    let exchange = send_with(&Transport::new(), "acme", api.address, gone).await;
    let error = exchange.error.clone().unwrap();
    assert_eq!(error.kind, Kind::Token);
    assert_eq!(error.phase, Some(gatescope::model::timings::Phase::Tcp));
    assert!(
        error.text.starts_with("No token: ") && error.text.contains("refused"),
        "{}",
        error.text
    );
    assert_eq!(exchange.hops[0].error.as_ref().unwrap().kind, Kind::Refused);
    assert!(api.received().is_empty());
}

#[tokio::test]
async fn a_pasted_or_typed_authorization_asks_for_no_token() {
    let login = login(vec![granted("unused", "60")]).await;
    let api = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let environment = with_client("acme", api.address, login.address);
    let mut typed = draft("GET", "/x");
    typed.headers = vec![crate::drafts::row("authorization", "Bearer mine")];
    let exchange = send_job(&Transport::new(), draft_job(&typed, &environment)).await;
    assert_eq!(
        purposes(&exchange),
        [HopPurpose::Request],
        "{}",
        describe(&exchange)
    );
    assert!(login.received().is_empty());
    let received = String::from_utf8(api.received().remove(0)).unwrap();
    assert_eq!(
        received.to_lowercase().matches("authorization:").count(),
        1,
        "{received}"
    );
}
