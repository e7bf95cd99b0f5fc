//! Cancelling in each phase that a loopback server can hold up: time from the press until the exchange ended (budget: 100 ms).
//!
//! `cargo bench --bench cancel`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use gatescope::transport::Transport;
use support::{Script, Server};
use tokio_util::sync::CancellationToken;

mod support;

const RUNS: usize = 10;
const LONG: Duration = Duration::from_mins(1);

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = folder.path().join("authority.pem");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let none = Script::default();
    let phases = [
        (
            "TLS",
            Server::tls(Script {
                before_tls: LONG,
                ..none
            }),
        ),
        (
            "wait",
            Server::plain(Script {
                before_head: LONG,
                ..none
            }),
        ),
        (
            "download",
            Server::plain(Script {
                inside_body: LONG,
                ..none
            }),
        ),
    ];
    println!("from the press to the end of the exchange, {RUNS} runs each, budget 100 ms");
    for (name, server) in phases {
        let mut took = Vec::new();
        for _ in 0..RUNS {
            let (transport, cancel) = (Transport::new(), CancellationToken::new());
            let job = support::job(&server, &authority);
            let pressed = runtime.block_on(async {
                let press = async {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    cancel.cancel();
                    Instant::now()
                };
                let send = transport.send(job, cancel.clone(), Arc::new(|_| {}));
                let (exchange, pressed) = tokio::join!(send, press);
                assert!(exchange.error.is_some(), "{name}: ended by itself");
                pressed
            });
            took.push(support::milliseconds(pressed.elapsed()));
        }
        let longest = took.iter().copied().fold(0.0, f64::max);
        println!(
            "{name:9} median {:7.2} ms   longest {longest:7.2} ms",
            support::median(&took)
        );
    }
}
