//! Redirects with something to lose: what is secret stays inside the origin. The table of methods is in `flows`.

use gatescope::model::exchange::{Exchange, HopPurpose, SendErrorKind as Kind};
use gatescope::model::request::DraftBody;
use gatescope::transport::{Transport, follow_elsewhere};

use crate::drafts::{draft, draft_job, resolved, row, with_client};
use crate::fault_server::{FaultServer, Step, ok};
use crate::sending::{describe, header, request, send_job, send_request};

fn moved(status: u16, location: &[u8], more: &str) -> Step {
    let mut answer = format!("HTTP/1.1 {status} Moved\r\nContent-Length: 0\r\n{more}").into_bytes();
    answer.extend_from_slice(b"Location: ");
    answer.extend_from_slice(location);
    answer.extend_from_slice(b"\r\n\r\n");
    Step::Send(answer)
}

async fn token_login() -> FaultServer {
    let body = r#"{"access_token":"canary-token","token_type":"bearer","expires_in":3600}"#;
    FaultServer::start(vec![vec![Step::ReadRequest, ok(body)]]).await
}

fn purposes(exchange: &Exchange) -> Vec<HopPurpose> {
    exchange.hops.iter().map(|hop| hop.purpose).collect()
}

#[tokio::test]
async fn another_origin_gets_nothing_until_the_user_follows_and_then_nothing_secret() {
    let elsewhere = FaultServer::start(vec![vec![Step::ReadRequest, ok("there")]]).await;
    let login = token_login().await;
    for location in [
        format!("http://{}/x", elsewhere.address),
        format!("//{}/x", elsewhere.address),
        format!("HTTP://{}/x", elsewhere.address),
        format!("http://user:pass@{}/x", elsewhere.address),
    ] {
        let api = FaultServer::start(vec![vec![
            Step::ReadRequest,
            moved(
                307,
                location.as_bytes(),
                "Set-Cookie: session=canary-cookie\r\n",
            ),
        ]])
        .await;
        let mut environment = with_client("acme", api.address, login.address);
        environment.default_headers = vec![row("X-Default", "canary-default")];
        let mut typed = draft("POST", "/x");
        typed.headers = vec![
            row("X-Plain", "1"),
            row("X-Api-Key", "canary-key"),
            row("Cookie", "a=canary-typed-cookie"),
        ];
        typed.body = DraftBody::Json {
            text: "{}".to_owned(),
        };
        let transport = Transport::new();
        let exchange = send_job(&transport, draft_job(&typed, &environment)).await;
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
        assert_eq!(
            purposes(&exchange),
            [HopPurpose::Token, HopPurpose::Request]
        );
        assert_eq!(
            exchange.answer().unwrap().response.as_ref().unwrap().status,
            307
        );
        let offer = exchange.redirect_offer.clone().expect("an offer to follow");
        assert_eq!(offer, format!("http://{}/x", elsewhere.address));
        let before = elsewhere.received().len();
        assert!(String::from_utf8_lossy(&api.received()[0]).contains("Bearer canary-token"));

        let (followed, dropped) =
            follow_elsewhere(&resolved(&typed, &environment), 307, &offer).unwrap();
        assert_eq!(dropped, ["X-Default", "X-Api-Key", "Cookie"]);
        let mut job = draft_job(&typed, &environment);
        job.request = Some(followed);
        let exchange = send_job(&transport, job).await;
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
        let received = elsewhere.received();
        assert_eq!(
            received.len(),
            before + 1,
            "one request, by the user's will"
        );
        let text = String::from_utf8_lossy(&received[before]).into_owned();
        assert!(
            !text.contains("canary") && !text.contains("Authorization"),
            "{text}"
        );
        assert!(
            text.starts_with(&format!(
                "POST /x HTTP/1.1\r\nHost: {}\r\n",
                elsewhere.address
            )),
            "{text}"
        );
        assert!(text.contains("X-Plain: 1\r\n"), "{text}");
    }
}

#[tokio::test]
async fn another_port_or_scheme_of_the_same_host_is_another_origin() {
    let first = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let port = first.address.port();
    for location in [
        format!("https://127.0.0.1:{port}/x"),
        format!("http://127.0.0.1:{}/x", port.wrapping_add(1).max(1)),
        format!("http://localhost:{port}/x"),
        "http://127.0.0.1/x".to_owned(),
    ] {
        let server = FaultServer::start(vec![vec![
            Step::ReadRequest,
            moved(302, location.as_bytes(), ""),
        ]])
        .await;
        let exchange = send_request(&Transport::new(), request("GET", server.address, "/")).await;
        assert_eq!(
            exchange.hops.len(),
            1,
            "{location}: {}",
            describe(&exchange)
        );
        assert!(exchange.redirect_offer.is_some(), "{location}");
        assert!(
            exchange.hops[0]
                .notes
                .iter()
                .any(|note| note.text.contains("another origin"))
        );
    }
    assert!(first.received().is_empty());
}

async fn target_after(location: &[u8], from: &str) -> Result<String, Exchange> {
    let server = FaultServer::start(vec![vec![
        Step::ReadRequest,
        moved(302, location, ""),
        Step::ReadRequest,
        ok("done"),
    ]])
    .await;
    let exchange = send_request(&Transport::new(), request("GET", server.address, from)).await;
    if exchange.hops.len() < 2 {
        return Err(exchange);
    }
    let text = String::from_utf8(server.received().remove(0)).unwrap();
    let second = text.split("\r\n\r\n").nth(1).unwrap();
    Ok(second.split(' ').nth(1).unwrap().to_owned())
}

#[tokio::test]
async fn locations_are_read_as_servers_write_them() {
    let table: [(&[u8], &str); 8] = [
        (b"/next", "/next"),
        (b"next?x=1", "/a/next?x=1"),
        (b"../up", "/up"),
        (b"?only=query", "/a/b?only=query"),
        (b"/n#fragment", "/n"),
        ("/caf\u{e9}".as_bytes(), "/caf%C3%A9"),
        (b"/with space", "/with%20space"),
        (b"/%7Bid%7D/{id}", "/%7Bid%7D/{id}"),
    ];
    for (location, expected) in table {
        let found = target_after(location, "/a/b?q=1")
            .await
            .unwrap_or_else(|exchange| {
                panic!("{}: {}", location.escape_ascii(), describe(&exchange))
            });
        assert_eq!(found, expected, "{}", location.escape_ascii());
    }
}

#[tokio::test]
async fn a_location_to_the_same_place_is_a_circle() {
    for location in [&b"#top"[..], b"", b"/a/b?q=1"] {
        let exchange = target_after(location, "/a/b?q=1").await.unwrap_err();
        let error = exchange
            .error
            .clone()
            .unwrap_or_else(|| panic!("{}: {}", location.escape_ascii(), describe(&exchange)));
        assert_eq!(error.kind, Kind::RedirectLimit);
        assert!(error.text.contains("circle"), "{}", error.text);
        assert!(
            exchange.answer().unwrap().response.is_some(),
            "the answer is kept"
        );
    }
}

#[tokio::test]
async fn the_token_stays_on_the_way_inside_the_origin_and_each_hop_has_its_phases() {
    let login = token_login().await;
    let api = FaultServer::start(vec![vec![
        Step::ReadRequest,
        moved(
            302,
            b"/second",
            "Set-Cookie: s=1; Path=/second\r\nSet-Cookie: t=2; Path=/other\r\n",
        ),
        Step::ReadRequest,
        ok("done"),
    ]])
    .await;
    let environment = with_client("acme", api.address, login.address);
    let exchange = send_job(
        &Transport::new(),
        draft_job(&draft("GET", "/first"), &environment),
    )
    .await;
    assert_eq!(
        purposes(&exchange),
        [HopPurpose::Token, HopPurpose::Request, HopPurpose::Redirect],
        "{}",
        describe(&exchange)
    );
    let text = String::from_utf8(api.received().remove(0)).unwrap();
    assert_eq!(
        text.matches("Authorization: Bearer canary-token\r\n")
            .count(),
        2,
        "{text}"
    );
    let second = text.split("GET /second").nth(1).unwrap();
    assert!(second.contains("Cookie: s=1\r\n"), "{second}");
    for (hop, next) in exchange.hops.iter().zip(exchange.hops.iter().skip(1)) {
        assert!(next.start_offset >= hop.start_offset + hop.phases.total / 2);
        assert!(hop.phases.send.is_some() && hop.phases.wait.is_some());
    }
    assert!(exchange.hops[2].connection.reused);
}

#[tokio::test]
async fn not_followed_when_told_so() {
    let server = FaultServer::start(vec![vec![
        Step::ReadRequest,
        moved(302, b"/next", ""),
        Step::SeeItGo,
    ]])
    .await;
    let mut job = crate::sending::job(request("GET", server.address, "/"));
    job.options.follow_redirects = false;
    let exchange = send_job(&Transport::new(), job).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    assert_eq!(exchange.hops.len(), 1);
    let response = exchange.answer().unwrap().response.as_ref().unwrap();
    assert_eq!(
        gatescope::model::exchange::header(&response.headers, "location")
            .unwrap()
            .text(),
        "/next"
    );
}

#[tokio::test]
async fn a_redirect_cannot_write_headers_of_its_own() {
    let server = FaultServer::start(vec![vec![
        Step::ReadRequest,
        moved(302, b"/x\rX-Injected:1", ""),
        Step::ReadRequest,
        ok("done"),
    ]])
    .await;
    let mut sent = request("GET", server.address, "/");
    sent.headers.push(header("X-Mine", "1"));
    let exchange = send_request(&Transport::new(), sent).await;
    let text = String::from_utf8(server.received().remove(0)).unwrap();
    assert!(
        !text.contains("\rX-Injected"),
        "{text:?} {}",
        describe(&exchange)
    );
}
