//! What one process of `gatescope send` costs beside one of curl: plain HTTP and TLS against the same loopback server,
//! interleaved, medians and their ratio (budget: 1.0). No credentials, so no token and no keyring are in it.
//! Then 1,000 requests one after the other on one connection: the transport inside this process beside one process of curl that is
//! given 1,000 URLs (budget: 1.2 times hurl, which took 1.14 times as long as curl where both were at hand).
//!
//! `cargo bench --bench send_cost`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use gatescope::transport::Transport;
use support::{Script, Server};
use tokio_util::sync::CancellationToken;

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

const RUNS: usize = 60;
const ROUNDS: usize = 7;
const REQUESTS: usize = 1_000;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("one GET in a process of its own, medians of {RUNS} interleaved runs");
    for (name, server) in [
        ("plain", Server::plain(Script::default())),
        ("tls", Server::tls(Script::default())),
    ] {
        let scheme = if name == "tls" { "https" } else { "http" };
        let origin = format!("{scheme}://localhost:{}", server.address.port());
        let authority = folder.path().join("authority.pem");
        if let Some(certificate) = &server.certificate {
            std::fs::write(&authority, certificate).expect("written");
        }
        let environment = format!("bench-{name}");
        let mut add = product(folder.path());
        add.args([
            "env",
            "add",
            "--name",
            &environment,
            "--api-origin",
            &origin,
            "--login-origin",
            &origin,
            "--proxy",
            "none",
        ]);
        if server.certificate.is_some() {
            add.arg("--ca-file").arg(&authority);
        }
        run(&mut add);
        if server.certificate.is_some() {
            run(product(folder.path()).args(["env", "approve", &environment]));
        }
        let (mut ours, mut theirs) = (vec![], vec![]);
        for _ in 0..RUNS {
            ours.push(run(product(folder.path()).args([
                "send",
                "--env",
                &environment,
                "--no-auth",
                "GET",
                "/api/v2/users",
            ])));
            let mut curl = Command::new("curl");
            curl.args(["-sS", "--noproxy", "*", &format!("{origin}/api/v2/users")]);
            if server.certificate.is_some() {
                curl.arg("--cacert").arg(&authority);
            }
            theirs.push(run(&mut curl));
        }
        let (ours, theirs) = (support::median(&ours), support::median(&theirs));
        println!(
            "{name:6} gatescope {ours:7.2} ms   curl {theirs:7.2} ms   ratio {:.2}   budget 1.00{}",
            ours / theirs,
            over(ours / theirs, 1.0)
        );
    }
    println!("{REQUESTS} GETs on one connection, medians of {ROUNDS} interleaved rounds");
    for secure in [false, true] {
        one_connection(secure, folder.path());
    }
}

fn over(ratio: f64, budget: f64) -> &'static str {
    if ratio <= budget { "" } else { "   over" }
}

fn one_connection(secure: bool, folder: &Path) {
    let script = Script {
        keeps_alive: true,
        ..Script::default()
    };
    let (name, server) = if secure {
        ("tls", Server::tls(script))
    } else {
        ("plain", Server::plain(script))
    };
    let authority = folder.join("authority.pem");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (mut ours, mut theirs) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        let transport = Transport::new();
        let mut job = support::job(&server, &authority);
        job.options.cold = false;
        let start = Instant::now();
        runtime.block_on(async {
            for number in 0..REQUESTS {
                let exchange = transport
                    .send(job.clone(), CancellationToken::new(), Arc::new(|_| {}))
                    .await;
                assert!(exchange.error.is_none(), "{:?}", exchange.error);
                let connection = &exchange.answer().expect("an answer").connection;
                assert_eq!(connection.reused, number > 0);
            }
        });
        ours.push(support::milliseconds(start.elapsed()));

        let scheme = if secure { "https" } else { "http" };
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--noproxy", "*"]).arg(format!(
            "{scheme}://{}/api/v2/users?n=[1-{REQUESTS}]",
            server.address
        ));
        if secure {
            curl.arg("--cacert").arg(&authority);
        }
        theirs.push(run(&mut curl));
    }
    let (ours, theirs) = (support::median(&ours), support::median(&theirs));
    println!(
        "{name:6} gatescope {ours:7.1} ms   curl {theirs:7.1} ms   ratio {:.2}   budget 1.37{}",
        ours / theirs,
        over(ours / theirs, 1.2 * 1.14)
    );
}

/// The product with a data folder of its own.
fn product(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatescope"));
    command
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .arg("--workspace")
        .arg(folder.join("workspace"));
    command
}

/// Milliseconds of a run that has to succeed.
fn run(command: &mut Command) -> f64 {
    command.stdin(Stdio::null());
    let start = Instant::now();
    let output = command.output().expect("the program starts");
    let took = support::milliseconds(start.elapsed());
    assert!(
        output.status.success(),
        "{command:?} ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    took
}
