//! Phases against the server's own clock, never on another request's account, and absent when they did not happen.

use std::time::Duration;

use gatescope::model::exchange::SendErrorKind as Kind;
use gatescope::model::timings::Phase;
use gatescope::transport::Transport;

use crate::certificates::Authority;
use crate::fault_server::{FaultServer, Seen, Step, send};
use crate::sending::{describe, request, secure, send_request};

/// One step of the servers' delays.
const STEP: u64 = 400;
/// Wide, because the machine may be busy, and still less than a step: another request's delay would be seen.
const MARGIN: Duration = Duration::from_millis(300);

fn close_to(measured: Duration, expected: Duration, what: &str) {
    assert!(
        measured.abs_diff(expected) < MARGIN,
        "{what} took {measured:?}, the server says {expected:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_at_once_over_tls_keep_their_own_delays() {
    let authority = Authority::new();
    let file = authority.file();
    let transport = Transport::new();
    let mut servers = Vec::new();
    for index in 0..20u64 {
        let (config, _) = authority.server("localhost", false, &["http/1.1"]);
        let script = vec![
            Step::ReadRequest,
            Step::Pause(STEP * (index % 3)),
            send(format!(
                "HTTP/1.1 200 OK\r\nX-Index: {index}\r\nContent-Length: 2\r\n\r\na"
            )),
            Step::Pause(STEP * (index % 2)),
            send("b"),
        ];
        let server = FaultServer::start_tls(vec![script], config, STEP * (index % 4)).await;
        servers.push(server);
    }
    let sends = servers.iter().map(|server| {
        let mut sent = secure("GET", server.address, "/");
        file.path()
            .to_str()
            .unwrap()
            .clone_into(&mut sent.network.ca_file);
        send_request(&transport, sent)
    });
    let exchanges = futures_util::future::join_all(sends).await;
    for (index, (exchange, server)) in exchanges.iter().zip(&servers).enumerate() {
        assert!(exchange.error.is_none(), "{index}: {}", describe(exchange));
        let hop = &exchange.hops[0];
        assert_eq!(
            hop.response.as_ref().unwrap().headers[0].text(),
            index.to_string()
        );
        assert_eq!(
            hop.connection.peer_address,
            Some(server.address.to_string())
        );
        let seen = server.seen(0);
        let kinds: Vec<Seen> = seen.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(
            kinds,
            [
                Seen::Accepted,
                Seen::Secured,
                Seen::Request,
                Seen::Sent,
                Seen::Sent
            ]
        );
        let between = |from: usize, to: usize| seen[to].1 - seen[from].1;
        let phases = &hop.phases;
        close_to(phases.tls.unwrap(), between(0, 1), &format!("{index}: TLS"));
        close_to(
            phases.wait.unwrap(),
            between(2, 3),
            &format!("{index}: wait"),
        );
        close_to(
            phases.download.unwrap(),
            between(3, 4),
            &format!("{index}: download"),
        );
        let sum: Duration = Phase::ALL
            .iter()
            .filter_map(|phase| phases.get(*phase))
            .sum();
        assert!(phases.total >= sum, "{index}: {phases:?}");
    }
}

#[tokio::test]
async fn phases_that_were_not_reached_are_absent() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let resets = FaultServer::start(vec![vec![Step::Reset]]).await;
    let silent = FaultServer::start(vec![vec![Step::ReadRequest]]).await;
    let cut = FaultServer::start(vec![vec![
        Step::ReadRequest,
        send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
    ]])
    .await;
    let table: [(_, Kind, &[Phase]); 4] = [
        (request("GET", closed, "/"), Kind::Refused, &[Phase::Tcp]),
        (
            secure("GET", resets.address, "/"),
            Kind::Reset,
            &[Phase::Tcp, Phase::Tls],
        ),
        (
            request("GET", silent.address, "/"),
            Kind::Closed,
            &[Phase::Tcp, Phase::Send, Phase::Wait],
        ),
        (
            request("GET", cut.address, "/"),
            Kind::Closed,
            &[Phase::Tcp, Phase::Send, Phase::Wait, Phase::Download],
        ),
    ];
    for (sent, kind, reached) in table {
        let exchange = send_request(&Transport::new(), sent).await;
        assert_eq!(
            exchange.error.as_ref().map(|error| error.kind),
            Some(kind),
            "{}",
            describe(&exchange)
        );
        let phases = &exchange.hops[0].phases;
        let present: Vec<Phase> = Phase::ALL
            .into_iter()
            .filter(|phase| phases.get(*phase).is_some())
            .collect();
        assert_eq!(present, reached, "{kind:?}");
        assert_eq!(
            exchange.error.as_ref().unwrap().phase,
            reached.last().copied()
        );
        assert!(exchange.total >= phases.total);
    }
}
