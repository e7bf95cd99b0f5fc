//! Measured phases against the clock of whoever holds them up: a stub resolver, a server and a proxy with scripted delays. Medians of
//! the errors, beside curl's `-w` figures against the same server in the same run where curl shows the phase.
//!
//! Loopback cannot delay a TCP handshake: TCP is held against the time between the resolver's answer and the accepted connection.
//! The server sees the end of an upload when it has read it; the client's socket may have accepted it some milliseconds earlier.
//!
//! `cargo bench --bench phases`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gatescope::model::environment::Proxy;
use gatescope::model::resolved::RequestBody;
use gatescope::model::timings::{Phase, Phases};
use gatescope::transport::{Lookup, Resolver, SendJob, Transport};
use support::{NAME, Script, Server};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

const RUNS: usize = 25;
/// More than the buffers of both ends hold.
const UPLOAD: usize = 32 * 1024 * 1024;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = folder.path().join("authority.pem");
    let runtime = Runtime::new().expect("a runtime");
    println!("median error in ms over {RUNS} runs, against the clock of the other end");
    println!("phase          took     error   of curl    budget");
    names(&runtime, &authority);
    proxies(&runtime, &authority);
    uploads(&runtime, &authority);
    answers(&runtime, &authority);
    println!(
        "curl shows neither the proxy's part nor the end of an upload, and has no stub resolver"
    );
}

/// One phase: what the other end saw, and how far from it the measurements were.
struct Row {
    name: &'static str,
    least: f64,
    part: f64,
    took: Vec<f64>,
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Row {
    /// The budget is the greater of `least` milliseconds and `part` of what it took.
    fn new(name: &'static str, least: f64, part: f64) -> Self {
        Self {
            name,
            least,
            part,
            took: Vec::new(),
            ours: Vec::new(),
            theirs: Vec::new(),
        }
    }

    fn note(&mut self, measured: Option<Duration>, seen: Duration) {
        let seen = support::milliseconds(seen);
        self.took.push(seen);
        self.ours
            .push((measured.map_or(f64::NAN, support::milliseconds) - seen).abs());
    }

    fn note_curl(&mut self, measured: f64, seen: Duration) {
        self.theirs
            .push((measured - support::milliseconds(seen)).abs());
    }

    fn print(&self) {
        let (took, ours) = (support::median(&self.took), support::median(&self.ours));
        let budget = self.least.max(self.part * took);
        let theirs = if self.theirs.is_empty() {
            "-".to_owned()
        } else {
            format!("{:.3}", support::median(&self.theirs))
        };
        let verdict = if ours <= budget { "" } else { "   over" };
        println!(
            "{:9} {took:9.2} {ours:9.3} {theirs:>9} {budget:9.2}{verdict}",
            self.name
        );
    }
}

/// Knows one name, after a while, and notes when it was asked and when it answered.
#[derive(Debug, Default)]
struct Stub {
    last: Mutex<Option<(Instant, Instant)>>,
}

impl Resolver for Stub {
    fn lookup(&self, host: &str) -> Lookup<'_> {
        assert_eq!(host, NAME);
        Box::pin(async {
            let asked = Instant::now();
            tokio::time::sleep(Duration::from_millis(40)).await;
            *self.last.lock().expect("no thread panics with it") = Some((asked, Instant::now()));
            Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
        })
    }
}

fn send(runtime: &Runtime, transport: &Transport, job: SendJob) -> Phases {
    let exchange =
        runtime.block_on(transport.send(job, CancellationToken::new(), Arc::new(|_| {})));
    assert!(exchange.error.is_none(), "{:?}", exchange.error);
    exchange.answer().expect("an answer").phases.clone()
}

fn names(runtime: &Runtime, authority: &Path) {
    let server = Server::plain(Script::default());
    let stub = Arc::new(Stub::default());
    let transport = Transport::with_resolver(stub.clone());
    let (mut dns, mut tcp) = (Row::new("DNS", 0.3, 0.01), Row::new("TCP", 5.0, 0.05));
    for _ in 0..RUNS {
        let mut job = support::job(&server, authority);
        NAME.clone_into(&mut support::request(&mut job).url.host);
        let phases = send(runtime, &transport, job);
        let (asked, answered) = stub
            .last
            .lock()
            .expect("no thread panics with it")
            .expect("it was asked");
        dns.note(phases.get(Phase::Dns), answered - asked);
        let accepted = server.take_seen().accepted;
        tcp.note(
            phases.get(Phase::Tcp),
            accepted.saturating_duration_since(answered),
        );
    }
    dns.print();
    tcp.print();
}

fn proxies(runtime: &Runtime, authority: &Path) {
    let server = Server::tls(Script::default());
    let (address, took) = support::proxy(Duration::from_millis(50));
    let transport = Transport::with_resolver(Arc::new(Stub::default()));
    let mut row = Row::new("proxy", 0.3, 0.01);
    for _ in 0..RUNS {
        let mut job = support::job(&server, authority);
        let request = support::request(&mut job);
        NAME.clone_into(&mut request.url.host);
        request.network.proxy = Proxy::Explicit {
            url: format!("http://{address}"),
            user_name: String::new(),
            bypass: Vec::new(),
        };
        let phases = send(runtime, &transport, job);
        row.note(
            phases.get(Phase::Proxy),
            took.recv()
                .expect("the proxy lives as long as this program"),
        );
    }
    row.print();
}

fn uploads(runtime: &Runtime, authority: &Path) {
    let server = Server::plain(Script {
        before_request_body: Duration::from_millis(400),
        ..Script::default()
    });
    let transport = Transport::new();
    let body = bytes::Bytes::from(vec![b'x'; UPLOAD]);
    let mut row = Row::new("send", 5.0, 0.05);
    for _ in 0..RUNS {
        let mut job = support::job(&server, authority);
        let request = support::request(&mut job);
        "POST".clone_into(&mut request.method);
        request.body = RequestBody::from_bytes(body.clone());
        let phases = send(runtime, &transport, job);
        row.note(phases.get(Phase::Send), server.take_seen().request_body);
    }
    row.print();
}

fn answers(runtime: &Runtime, authority: &Path) {
    let server = Server::tls(Script {
        before_tls: Duration::from_millis(60),
        before_head: Duration::from_millis(80),
        inside_body: Duration::from_millis(100),
        ..Script::default()
    });
    let transport = Transport::new();
    let mut rows = [
        Row::new("TLS", 0.3, 0.01),
        Row::new("wait", 0.3, 0.01),
        Row::new("download", 0.3, 0.01),
        Row::new("total", 0.7, 0.0),
    ];
    for _ in 0..RUNS {
        let phases = send(runtime, &transport, support::job(&server, authority));
        let measured = [
            phases.get(Phase::Tls),
            phases.get(Phase::Wait),
            phases.get(Phase::Download),
            Some(phases.total),
        ];
        for ((row, seen), measured) in rows.iter_mut().zip(durations(&server)).zip(measured) {
            row.note(measured, seen);
        }
        let measured = curl(&server, authority);
        for ((row, seen), measured) in rows.iter_mut().zip(durations(&server)).zip(measured) {
            row.note_curl(measured, seen);
        }
    }
    rows.iter().for_each(Row::print);
}

/// TLS, wait, download, and from the accepted connection to the last byte.
fn durations(server: &Server) -> [Duration; 4] {
    let seen = server.take_seen();
    [
        seen.tls,
        seen.wait,
        seen.download,
        seen.ended - seen.accepted,
    ]
}

/// The same four of curl, in milliseconds.
fn curl(server: &Server, authority: &Path) -> [f64; 4] {
    let format = "%{time_connect} %{time_appconnect} %{time_pretransfer} %{time_starttransfer} %{time_total}";
    let output = Command::new("curl")
        .args(["-sS", "--noproxy", "*", "-o", "/dev/null", "-w", format])
        .arg("--cacert")
        .arg(authority)
        .arg(format!("https://{}/api/v2/users", server.address))
        .output()
        .expect("curl starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let marks: Vec<f64> = text
        .split_whitespace()
        .map(|mark| mark.parse::<f64>().expect("seconds") * 1_000.0)
        .collect();
    [
        marks[1] - marks[0],
        marks[3] - marks[2],
        marks[4] - marks[3],
        marks[4],
    ]
}
