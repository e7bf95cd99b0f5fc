//! TLS: what is trusted and what is told of it, resumption, and HTTP/2.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use gatescope::model::environment::HttpVersion;
use gatescope::model::exchange::{SendErrorKind as Kind, WireVersion};
use gatescope::model::timings::Phase;
use gatescope::transport::{SendOptions, Transport};
use http_body_util::{BodyExt as _, Full};
use sha2::{Digest as _, Sha256};

use crate::certificates::Authority;
use crate::fault_server::{FaultServer, Step, ok};
use crate::sending::{describe, header, job, secure, send_job, send_request, with_body};

fn hex(der: &[u8]) -> String {
    Sha256::digest(der)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect::<Vec<_>>()
        .join(":")
}

#[tokio::test]
async fn certificate_faults_are_told_apart_and_the_chain_is_shown() {
    let authority = Authority::new();
    let file = authority.file();
    let known = file.path().to_str().unwrap();
    let table = [
        ("localhost", false, "", Kind::CertificateUnknownAuthority),
        ("localhost", true, known, Kind::CertificateExpired),
        ("other.test", false, known, Kind::CertificateWrongName),
    ];
    for (name, expired, ca_file, kind) in table {
        let (config, leaf) = authority.server(name, expired, &[]);
        let server = FaultServer::start_tls(vec![vec![Step::ReadRequest, ok("")]], config, 0).await;
        let mut sent = secure("GET", server.address, "/");
        ca_file.clone_into(&mut sent.network.ca_file);
        let exchange = send_request(&Transport::new(), sent.clone()).await;
        let error = exchange.error.clone().unwrap();
        assert!(
            !(kind == Kind::CertificateUnknownAuthority && error.kind == Kind::CertificateOther),
            "the system's roots could not be read: {}",
            error.text
        );
        assert_eq!(
            (error.kind, error.phase),
            (kind, Some(Phase::Tls)),
            "{}",
            describe(&exchange)
        );
        let chain = &exchange.hops[0].connection.tls.as_ref().unwrap().chain;
        assert_eq!(
            chain[0].fingerprint,
            hex(&leaf).replace(':', "").to_lowercase()
        );

        sent.network.trusted_fingerprint = hex(&leaf);
        sent.network.ca_file.clear();
        let exchange = send_request(&Transport::new(), sent).await;
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
        assert!(
            exchange.hops[0]
                .connection
                .tls
                .as_ref()
                .unwrap()
                .trusted_by_fingerprint
        );
    }
}

#[tokio::test]
async fn a_ca_file_is_trusted_and_sessions_are_resumed() {
    let authority = Authority::new();
    let file = authority.file();
    let (config, _) = authority.server("localhost", false, &["http/1.1"]);
    let server = FaultServer::start_tls(vec![vec![Step::ReadRequest, ok("x")]], config, 200).await;
    let transport = Transport::new();
    for resumed in [false, true] {
        let mut sent = secure("GET", server.address, "/");
        file.path()
            .to_str()
            .unwrap()
            .clone_into(&mut sent.network.ca_file);
        let mut job = job(sent);
        job.options = SendOptions {
            cold: true,
            ..SendOptions::default()
        };
        let exchange = send_job(&transport, job).await;
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
        let hop = &exchange.hops[0];
        let tls = hop.connection.tls.as_ref().unwrap();
        assert_eq!(
            (tls.version.as_str(), tls.alpn.as_deref(), tls.resumed),
            ("TLS 1.3", Some("http/1.1"), resumed)
        );
        assert!(tls.cipher.starts_with("TLS13_"), "{}", tls.cipher);
        assert!(!tls.trusted_by_fingerprint);
        assert_eq!(tls.chain[0].names, ["localhost"]);
        let handshake = hop.phases.tls.unwrap().as_millis();
        assert!((190..600).contains(&handshake), "{handshake} ms");
    }
}

type Seen = Arc<Mutex<Vec<(http::request::Parts, Bytes)>>>;

async fn http2_server(config: Arc<rustls::ServerConfig>) -> (std::net::SocketAddr, Seen) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen: Seen = Arc::default();
    let log = seen.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = tokio_rustls::TlsAcceptor::from(config.clone());
            let log = log.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(socket).await else {
                    return;
                };
                let service = hyper::service::service_fn(
                    move |request: http::Request<hyper::body::Incoming>| {
                        let log = log.clone();
                        async move {
                            let (parts, body) = request.into_parts();
                            let body = body.collect().await.unwrap().to_bytes();
                            log.lock().unwrap().push((parts, body));
                            let answer = http::Response::builder()
                                .status(201)
                                .header("x-answer", "yes")
                                .body(Full::new(Bytes::from_static(b"over two")));
                            Ok::<_, Infallible>(answer.unwrap())
                        }
                    },
                );
                let executor = hyper_util::rt::TokioExecutor::new();
                let _ = hyper::server::conn::http2::Builder::new(executor)
                    .serve_connection(hyper_util::rt::TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    (address, seen)
}

#[tokio::test]
async fn over_http2_fields_and_body_arrive_as_recorded() {
    let authority = Authority::new();
    let file = authority.file();
    let (config, _) = authority.server("localhost", false, &["h2"]);
    let (address, seen) = http2_server(config).await;
    let transport = Transport::new();
    for (index, version) in [
        HttpVersion::Http2,
        HttpVersion::Automatic,
        HttpVersion::Automatic,
    ]
    .into_iter()
    .enumerate()
    {
        let mut sent = with_body(
            secure("POST", address, "/a/../b?x=1"),
            &"body".repeat(50_000),
        );
        sent.headers.push(header("TenantId", "7"));
        sent.headers.push(header("x-two", "a"));
        sent.headers.push(header("x-two", "b"));
        sent.headers.push(header("Connection", "keep-alive"));
        file.path()
            .to_str()
            .unwrap()
            .clone_into(&mut sent.network.ca_file);
        sent.network.http_version = version;
        let exchange = send_request(&transport, sent).await;
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
        let hop = exchange.answer().unwrap();
        let response = hop.response.as_ref().unwrap();
        assert_eq!(
            (response.version, response.status, &response.body.wire[..]),
            (WireVersion::Http2, 201, &b"over two"[..])
        );
        let (parts, body) = seen.lock().unwrap().remove(0);
        assert_eq!((body.len(), hop.sent.body_bytes), (200_000, 200_000));
        let received: Vec<(String, Bytes)> = parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), Bytes::copy_from_slice(value.as_bytes())))
            .collect();
        let recorded: Vec<(String, Bytes)> = hop
            .sent
            .headers
            .iter()
            .map(|field| (field.name.clone(), field.value.clone()))
            .collect();
        assert_eq!(recorded, received);
        assert_eq!(parts.uri.path(), "/a/../b");
        let tls = hop.connection.tls.as_ref().unwrap();
        assert_eq!(tls.alpn.as_deref(), Some("h2"));
        assert!(tls.cipher.starts_with("TLS13_"));
        assert_eq!(hop.connection.reused, index == 2);
        assert!(
            hop.notes
                .iter()
                .any(|note| note.text.contains("Connection")),
            "{:?}",
            hop.notes
        );
        assert!(
            hop.notes
                .iter()
                .any(|note| note.text.contains("lower case") && note.text.contains("TenantId")),
            "{:?}",
            hop.notes
        );
    }
}

#[tokio::test]
async fn automatic_falls_back_to_http1_and_http2_says_when_it_is_not_offered() {
    let authority = Authority::new();
    let file = authority.file();
    let (config, _) = authority.server("localhost", false, &["http/1.1"]);
    let server = FaultServer::start_tls(vec![vec![Step::ReadRequest, ok("one")]], config, 0).await;
    let mut sent = secure("GET", server.address, "/");
    file.path()
        .to_str()
        .unwrap()
        .clone_into(&mut sent.network.ca_file);
    sent.network.http_version = HttpVersion::Automatic;
    let exchange = send_request(&Transport::new(), sent.clone()).await;
    let response = exchange
        .answer()
        .unwrap()
        .response
        .as_ref()
        .unwrap_or_else(|| panic!("{}", describe(&exchange)));
    assert_eq!(
        (response.version, &response.body.wire[..]),
        (WireVersion::Http11, &b"one"[..])
    );
    sent.network.http_version = HttpVersion::Http2;
    let exchange = send_request(&Transport::new(), sent).await;
    assert_eq!(
        exchange.error.as_ref().map(|error| error.kind),
        Some(Kind::Tls),
        "{}",
        describe(&exchange)
    );
}
