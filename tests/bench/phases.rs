//! Measured phases against the server's own clock for scripted delays (TLS 60 ms, wait 80 ms, download 100 ms), and curl's `-w`
//! figures against the same server in the same run. Median errors; budget: the greater of 0.3 ms and 1 % for each phase.
//! DNS is not in it: the server is reached by its address, and nothing scripts a resolver here.
//!
//! `cargo bench --bench phases`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use gatescope::model::timings::Phase;
use gatescope::transport::Transport;
use support::{Script, Seen, Server};
use tokio_util::sync::CancellationToken;

mod support;

const RUNS: usize = 20;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = folder.path().join("authority.pem");
    let server = Server::tls(Script {
        before_tls: Duration::from_millis(60),
        before_head: Duration::from_millis(80),
        inside_body: Duration::from_millis(100),
    });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let transport = Transport::new();
    let names = ["tls", "wait", "download"];
    let (mut ours, mut theirs) = ([vec![], vec![], vec![]], [vec![], vec![], vec![]]);
    for _ in 0..RUNS {
        let job = support::job(&server, &authority);
        let exchange =
            runtime.block_on(transport.send(job, CancellationToken::new(), Arc::new(|_| {})));
        assert!(exchange.error.is_none(), "{:?}", exchange.error);
        let hop = exchange.answer().expect("an answer");
        let measured = [Phase::Tls, Phase::Wait, Phase::Download].map(|phase| {
            hop.phases
                .get(phase)
                .map_or(f64::NAN, support::milliseconds)
        });
        note(&mut ours, measured, server.take_seen());
        note(&mut theirs, curl(&server, &authority), server.take_seen());
    }
    println!("median error against the server's clock in ms, {RUNS} runs");
    for (index, name) in names.iter().enumerate() {
        let (ours, theirs) = (
            support::median(&ours[index]),
            support::median(&theirs[index]),
        );
        println!(
            "{name:9} gatescope {ours:6.3}   curl {theirs:6.3}   budget the greater of 0.3 and 1 %"
        );
    }
}

fn note(errors: &mut [Vec<f64>; 3], measured: [f64; 3], seen: Seen) {
    let seen = [seen.tls, seen.wait, seen.download].map(support::milliseconds);
    for index in 0..3 {
        errors[index].push((measured[index] - seen[index]).abs());
    }
}

fn curl(server: &Server, authority: &std::path::Path) -> [f64; 3] {
    let format = "%{time_connect} %{time_appconnect} %{time_pretransfer} %{time_starttransfer} %{time_total}";
    let output = Command::new("curl")
        .args([
            "-sS",
            "--noproxy",
            "*",
            "-o",
            "/dev/null",
            "-w",
            format,
            "--cacert",
        ])
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
    ]
}
