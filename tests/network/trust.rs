//! What is trusted over TLS, and that trust given once is not trust for ever.

use gatescope::model::environment::HttpVersion;
use gatescope::model::exchange::SendErrorKind as Kind;
use gatescope::model::timings::Phase;
use gatescope::transport::{SendOptions, Transport};
use sha2::{Digest as _, Sha256};

use crate::certificates::{Authority, self_signed};
use crate::fault_server::{FaultServer, Step, ok, send};
use crate::http2_server::{Behaviour, Http2Server};
use crate::sending::{describe, job, secure, send_job, send_request};

fn fingerprint(der: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(der)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    pairs.concat()
}

#[tokio::test]
async fn certificates_that_are_their_own_authority_or_not_yet_valid_are_told() {
    let authority = Authority::new();
    let file = authority.file();
    let table = [
        (
            self_signed("localhost"),
            "",
            Kind::CertificateUnknownAuthority,
        ),
        (
            authority.server_of("localhost", (3000, 3001), &[]),
            file.path().to_str().unwrap(),
            Kind::CertificateNotYetValid,
        ),
    ];
    for ((config, leaf), ca_file, kind) in table {
        let server = FaultServer::start_tls(vec![vec![Step::ReadRequest, ok("")]], config, 0).await;
        let mut sent = secure("GET", server.address, "/");
        ca_file.clone_into(&mut sent.network.ca_file);
        let exchange = send_request(&Transport::new(), sent.clone()).await;
        let error = exchange.error.clone().unwrap();
        assert_eq!(
            (error.kind, error.phase),
            (kind, Some(Phase::Tls)),
            "{}",
            describe(&exchange)
        );
        assert!(error.text.contains("localhost") && !error.hint.is_empty());
        assert!(server.received()[0].is_empty(), "no byte of the request");
        assert_eq!(exchange.hops[0].phases.send, None);
        sent.network.trusted_fingerprint = fingerprint(&leaf);
        let exchange = send_request(&Transport::new(), sent).await;
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
    }
}

#[tokio::test]
async fn trust_that_is_taken_back_ends_at_once_whatever_was_kept() {
    for version in [HttpVersion::Http11, HttpVersion::Http2] {
        let protocol = if version == HttpVersion::Http2 {
            "h2"
        } else {
            "http/1.1"
        };
        let authority = Authority::new();
        let (config, leaf) = authority.server("localhost", false, &[protocol]);
        let script = vec![Step::ReadRequest, ok("1"), Step::ReadRequest, ok("2")];
        let one = FaultServer::start_tls(vec![script], config.clone(), 0).await;
        let two = Http2Server::start(config, Behaviour::StopsInBody).await;
        let address = if version == HttpVersion::Http2 {
            two.address
        } else {
            one.address
        };
        let transport = Transport::new();
        let mut sent = secure("GET", address, "/");
        sent.network.http_version = version;
        sent.network.trusted_fingerprint = fingerprint(&leaf);
        sent.network.limits.silence_ms = 300;
        let exchange = send_request(&transport, sent.clone()).await;
        assert!(
            exchange.answer().unwrap().response.is_some(),
            "{}",
            describe(&exchange)
        );
        for other in [String::new(), fingerprint(b"another")] {
            sent.network.trusted_fingerprint = other;
            let exchange = send_request(&transport, sent.clone()).await;
            assert_eq!(
                exchange.error.as_ref().map(|error| error.kind),
                Some(Kind::CertificateUnknownAuthority),
                "{version:?}: {}",
                describe(&exchange)
            );
        }
    }
}

#[tokio::test]
async fn environments_share_no_session() {
    let authority = Authority::new();
    let file = authority.file();
    let (config, _) = authority.server("localhost", false, &["http/1.1"]);
    let server = FaultServer::start_tls(vec![vec![Step::ReadRequest, ok("x")]], config, 0).await;
    let transport = Transport::new();
    for (environment, resumed) in [("acme", false), ("other", false), ("acme", true)] {
        let mut sent = secure("GET", server.address, "/");
        sent.environment = gatescope::model::ids::EnvironmentId::new(environment).unwrap();
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
        assert_eq!(
            exchange.hops[0].connection.tls.as_ref().unwrap().resumed,
            resumed,
            "{environment}"
        );
    }
}

#[tokio::test]
async fn what_stands_in_the_way_of_tls_is_told() {
    let speaks_http = FaultServer::start(vec![vec![
        send("HTTP/1.1 400 Bad Request\r\n\r\n"),
        Step::SeeItGo,
    ]])
    .await;
    let closes = FaultServer::start(vec![vec![Step::Pause(20)]]).await;
    for (address, kind, words) in [
        (speaks_http.address, Kind::Tls, "does not speak TLS"),
        (closes.address, Kind::Closed, "during the TLS handshake"),
    ] {
        let exchange = send_request(&Transport::new(), secure("GET", address, "/")).await;
        let error = exchange.error.clone().unwrap();
        assert_eq!(
            (error.kind, error.phase),
            (kind, Some(Phase::Tls)),
            "{}",
            describe(&exchange)
        );
        assert!(error.text.contains(words), "{}", error.text);
        assert!(!error.hint.is_empty());
    }
    for (ca_file, trusted, words) in [
        ("/nowhere/ca.pem", "", "/nowhere/ca.pem"),
        ("", "12:34", "fingerprint"),
    ] {
        let mut sent = secure("GET", closes.address, "/");
        ca_file.clone_into(&mut sent.network.ca_file);
        trusted.clone_into(&mut sent.network.trusted_fingerprint);
        let error = send_request(&Transport::new(), sent).await.error.unwrap();
        assert_eq!(error.kind, Kind::Configuration, "{error:?}");
        assert!(error.text.contains(words), "{}", error.text);
    }
}

#[tokio::test]
async fn a_connection_that_ends_without_a_tls_goodbye_is_not_taken_for_whole() {
    let authority = Authority::new();
    let file = authority.file();
    let (config, _) = authority.server("localhost", false, &[]);
    let server = FaultServer::start_tls(
        vec![vec![
            Step::ReadRequest,
            send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789"),
            Step::Pause(50),
            Step::Reset,
        ]],
        config,
        0,
    )
    .await;
    let mut sent = secure("GET", server.address, "/");
    file.path()
        .to_str()
        .unwrap()
        .clone_into(&mut sent.network.ca_file);
    let exchange = send_request(&Transport::new(), sent).await;
    assert!(exchange.error.is_some(), "{}", describe(&exchange));
    let body = &exchange.answer().unwrap().response.as_ref().unwrap().body;
    assert_eq!(&body.wire[..], b"0123456789");
    assert!(body.incomplete.is_some());
}
