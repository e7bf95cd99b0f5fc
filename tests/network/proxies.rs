//! Proxies that carry and that refuse: tunnels with TLS inside, plain requests, credentials for the proxy alone.

use std::net::SocketAddr;

use gatescope::model::environment::{HttpVersion, Proxy};
use gatescope::model::exchange::SendErrorKind as Kind;
use gatescope::model::resolved::ResolvedRequest;
use gatescope::model::secret::Secret;
use gatescope::model::timings::Phase;
use gatescope::transport::Transport;

use crate::certificates::Authority;
use crate::fault_server::{FaultServer, Step, ok, send};
use crate::proxy_server::ProxyServer;
use crate::sending::{describe, header, request, send_request};

const HOST: &str = "api.example.test";
/// `user:proxy-pass-canary`
const BASIC: &str = "Basic dXNlcjpwcm94eS1wYXNzLWNhbmFyeQ==";

fn through(proxy: &ProxyServer, scheme: &str, password: Option<&str>) -> ResolvedRequest {
    let mut sent = request("GET", proxy.address, "/x/../y?q={1}");
    scheme.clone_into(&mut sent.url.scheme);
    HOST.clone_into(&mut sent.url.host);
    sent.url.port = if scheme == "https" { 443 } else { 80 };
    sent.headers = vec![header("Host", HOST), header("X-OdD", "1")];
    sent.network.proxy = Proxy::Explicit {
        url: format!("http://{}", proxy.address),
        user_name: password.map_or("", |_| "user").to_owned(),
        bypass: vec![],
    };
    sent.proxy_password = password.map(Secret::new);
    sent
}

#[tokio::test]
async fn a_tunnel_carries_tls_to_the_server_itself() {
    let authority = Authority::new();
    let file = authority.file();
    for credentials in [None, Some("proxy-pass-canary")] {
        let (config, _) = authority.server(HOST, false, &["http/1.1"]);
        let script = vec![Step::ReadRequest, ok("1"), Step::ReadRequest, ok("2")];
        let server = FaultServer::start_tls(vec![script], config, 0).await;
        let proxy = ProxyServer::start(server.address, credentials.map(|_| BASIC)).await;
        let transport = Transport::new();
        for turn in 0..2 {
            let mut sent = through(&proxy, "https", credentials);
            file.path()
                .to_str()
                .unwrap()
                .clone_into(&mut sent.network.ca_file);
            let exchange = send_request(&transport, sent).await;
            assert!(exchange.error.is_none(), "{}", describe(&exchange));
            let hop = exchange.answer().unwrap();
            assert_eq!(
                hop.connection.proxy,
                Some(format!("http://{}", proxy.address))
            );
            assert_eq!(hop.connection.reused, turn == 1);
            let phases = &hop.phases;
            let opened = [phases.tcp, phases.proxy, phases.tls];
            assert_eq!(
                opened.iter().flatten().count(),
                if turn == 0 { 3 } else { 0 }
            );
            assert_eq!(phases.dns, None, "the proxy looks the name up");
            assert_eq!(hop.connection.tls.as_ref().unwrap().chain[0].names, [HOST]);
        }
        let heads = proxy.heads();
        assert_eq!(heads.len(), 1);
        assert!(
            heads[0].starts_with(
                "CONNECT api.example.test:443 HTTP/1.1\r\nHost: api.example.test:443\r\n"
            ),
            "{}",
            heads[0]
        );
        assert!(!heads[0].contains("X-OdD"), "{}", heads[0]);
        let received = String::from_utf8(server.received().remove(0)).unwrap();
        assert!(
            received.starts_with(
                "GET /x/../y?q={1} HTTP/1.1\r\nHost: api.example.test\r\nX-OdD: 1\r\n\r\n"
            ),
            "{received}"
        );
        assert!(!received.contains("Proxy-"), "{received}");
    }
}

#[tokio::test]
async fn a_plain_request_goes_with_the_whole_address_as_recorded() {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("via")]]).await;
    let proxy = ProxyServer::start(server.address, Some(BASIC)).await;
    let exchange = send_request(
        &Transport::new(),
        through(&proxy, "http", Some("proxy-pass-canary")),
    )
    .await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    let hop = exchange.answer().unwrap();
    let head = String::from_utf8(hop.sent.head.clone().unwrap().to_vec()).unwrap();
    assert_eq!(head, proxy.heads()[0], "recorded and received");
    assert!(
        head.starts_with("GET http://api.example.test/x/../y?q={1} HTTP/1.1\r\n"),
        "{head}"
    );
    let shown = exchange.masks.text(&head);
    assert!(!shown.contains(BASIC), "{shown}");
    let received = String::from_utf8(server.received().remove(0)).unwrap();
    assert!(!received.contains("Proxy-Authorization"), "{received}");
}

#[tokio::test]
async fn wrong_credentials_are_told_and_send_nothing_on() {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("via")]]).await;
    for password in [None, Some("wrong-password-canary")] {
        let proxy = ProxyServer::start(server.address, Some(BASIC)).await;
        let exchange = send_request(&Transport::new(), through(&proxy, "https", password)).await;
        let error = exchange.error.clone().unwrap();
        assert_eq!(
            (error.kind, error.phase),
            (Kind::ProxyAuthentication, Some(Phase::Proxy)),
            "{}",
            describe(&exchange)
        );
        assert!(!format!("{} {}", error.text, error.hint).contains("canary"));
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn the_certificate_must_be_the_servers_not_the_proxys() {
    let authority = Authority::new();
    let file = authority.file();
    let (config, _) = authority.server("localhost", false, &[]);
    let server = FaultServer::start_tls(vec![vec![Step::ReadRequest, ok("")]], config, 0).await;
    let proxy = ProxyServer::start(server.address, None).await;
    let mut sent = through(&proxy, "https", None);
    file.path()
        .to_str()
        .unwrap()
        .clone_into(&mut sent.network.ca_file);
    let exchange = send_request(&Transport::new(), sent).await;
    let error = exchange.error.clone().unwrap();
    assert_eq!(
        (error.kind, error.phase),
        (Kind::CertificateWrongName, Some(Phase::Tls)),
        "{}",
        describe(&exchange)
    );
}

#[tokio::test]
async fn automatic_falls_back_to_http1_inside_a_tunnel() {
    let authority = Authority::new();
    let file = authority.file();
    let (config, _) = authority.server(HOST, false, &["http/1.1"]);
    let server = FaultServer::start_tls(vec![vec![Step::ReadRequest, ok("1")]], config, 0).await;
    let proxy = ProxyServer::start(server.address, None).await;
    let mut sent = through(&proxy, "https", None);
    sent.network.http_version = HttpVersion::Automatic;
    file.path()
        .to_str()
        .unwrap()
        .clone_into(&mut sent.network.ca_file);
    let exchange = send_request(&Transport::new(), sent).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    assert!(exchange.answer().unwrap().phases.proxy.is_some());
    assert!(server.received()[0].starts_with(b"GET /x/../y?q={1} HTTP/1.1\r\n"));
}

#[tokio::test]
async fn proxies_that_are_none_or_refuse_are_told_apart() {
    let table: Vec<(&str, &str, Vec<Step>, Kind)> = vec![
        (
            "no HTTP proxy",
            "http",
            vec![Step::ReadHead, send("SSH-2.0-OpenSSH_9\r\n\r\n")],
            Kind::Proxy,
        ),
        ("no SOCKS proxy", "socks5h", vec![send("HTTP")], Kind::Proxy),
        (
            "SOCKS wants credentials",
            "socks5h",
            vec![send([5, 0xff]), Step::SeeItGo],
            Kind::ProxyAuthentication,
        ),
        (
            "SOCKS cannot connect",
            "socks5h",
            vec![
                send([5, 0]),
                send([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]),
                Step::SeeItGo,
            ],
            Kind::ProxyRefused,
        ),
    ];
    for (name, scheme, script, kind) in table {
        let server = FaultServer::start(vec![script]).await;
        let mut sent = request("GET", server.address, "/");
        HOST.clone_into(&mut sent.url.host);
        "https".clone_into(&mut sent.url.scheme);
        sent.network.proxy = Proxy::Explicit {
            url: format!("{scheme}://{}", server.address),
            user_name: String::new(),
            bypass: vec![],
        };
        let exchange = send_request(&Transport::new(), sent).await;
        let error = exchange.error.clone().unwrap();
        assert_eq!(
            (error.kind, error.phase),
            (kind, Some(Phase::Proxy)),
            "{name}: {}",
            describe(&exchange)
        );
        let address = server.address.to_string();
        assert!(error.text.contains(&address), "{name}: {}", error.text);
        assert!(!error.hint.is_empty(), "{name}");
        assert!(exchange.hops[0].phases.send.is_none(), "{name}");
    }
}

#[tokio::test]
async fn proxies_carry_requests_and_refuse_them() {
    let proxied = |address: SocketAddr, scheme: &str| {
        let mut sent = request("GET", address, "/x");
        "api.example.test".clone_into(&mut sent.url.host);
        scheme.clone_into(&mut sent.url.scheme);
        sent.headers = vec![header("Host", "api.example.test")];
        sent.network.limits.connect_ms = 2_000;
        sent.network.proxy = Proxy::Explicit {
            url: format!("http://{address}"),
            user_name: "user".to_owned(),
            bypass: vec!["bypassed.test".to_owned()],
        };
        sent.proxy_password = Some(gatescope::model::secret::Secret::new("pass"));
        sent
    };
    let proxy = FaultServer::start(vec![vec![Step::ReadRequest, ok("via")]]).await;
    let exchange = send_request(&Transport::new(), proxied(proxy.address, "http")).await;
    let text = String::from_utf8(proxy.received().remove(0)).unwrap();
    assert!(text.starts_with("GET http://api.example.test:"), "{text}");
    assert!(
        text.contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"),
        "{text}"
    );
    assert_eq!(
        exchange.hops[0].connection.proxy,
        Some(format!("http://{}", proxy.address))
    );
    for (line, kind) in [
        (
            "407 Proxy Authentication Required",
            Kind::ProxyAuthentication,
        ),
        ("403 Forbidden", Kind::ProxyRefused),
    ] {
        let proxy = FaultServer::start(vec![vec![
            Step::ReadRequest,
            send(format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n")),
        ]])
        .await;
        let exchange = send_request(&Transport::new(), proxied(proxy.address, "https")).await;
        let error = exchange.error.clone().unwrap();
        assert_eq!(
            (error.kind, error.phase),
            (kind, Some(Phase::Proxy)),
            "{}",
            describe(&exchange)
        );
        assert!(proxy.received()[0].starts_with(b"CONNECT api.example.test:"));
    }
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let exchange = send_request(&Transport::new(), proxied(gone, "http")).await;
    assert_eq!(exchange.error.unwrap().kind, Kind::ProxyRefused);
    let direct = FaultServer::start(vec![vec![Step::ReadRequest, ok("direct")]]).await;
    let mut loopback = proxied(gone, "http");
    loopback.url = request("GET", direct.address, "/x").url;
    let exchange = send_request(&Transport::new(), loopback).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
}

#[tokio::test]
async fn socks_proxies_are_asked_for_the_name() {
    let mut greeting = vec![5, 0];
    greeting.extend_from_slice(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    let proxy = FaultServer::start(vec![vec![send(&greeting), Step::ReadRequest, ok("via")]]).await;
    let mut sent = request("GET", proxy.address, "/x");
    "api.example.test".clone_into(&mut sent.url.host);
    sent.network.proxy = Proxy::Explicit {
        url: format!("socks5h://{}", proxy.address),
        user_name: String::new(),
        bypass: Vec::new(),
    };
    let exchange = send_request(&Transport::new(), sent).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    let mut asked = vec![5, 1, 0, 5, 1, 0, 3, 16];
    asked.extend_from_slice(b"api.example.test");
    asked.extend_from_slice(&proxy.address.port().to_be_bytes());
    let received = proxy.received().remove(0);
    assert!(received.starts_with(&asked), "{}", received.escape_ascii());
    assert!(received[asked.len()..].starts_with(b"GET /x HTTP/1.1\r\n"));
    assert!(exchange.hops[0].phases.proxy.is_some());
}
