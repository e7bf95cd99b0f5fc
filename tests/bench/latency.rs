//! The latency that a sampling reports, against a delay whose true length is known: two servers on loopback, of which B answers
//! 20 ms later (budget: the reported median is within 1 ms of what the servers measured).
//!
//! `cargo bench --bench latency`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::io::{BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use gatescope::compare::Leg;
use gatescope::compare::latency::{Connections, LatencyReport, MedianDifference};
use gatescope::compare::record::TokenUse;
use gatescope::model::timings::Phase;
use gatescope::runs::sampling::{SamplingEnd, SamplingPlan, SamplingRun, SamplingStep};
use gatescope::transport::{SendJob, Transport};
use tokio_util::sync::CancellationToken;

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

const INJECTED: Duration = Duration::from_millis(20);
const PAIRS: usize = SamplingPlan::PAIRS;
const RUNS: usize = 5;
const BUDGET_MS: f64 = 1.0;
const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

fn main() {
    println!(
        "B answers {} ms later, {PAIRS} pairs, {RUNS} runs; budget: within {BUDGET_MS} ms of what the servers measured",
        INJECTED.as_millis()
    );
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut worst = 0.0_f64;
    for run in 1..=RUNS {
        let (a, b) = (Server::start(Duration::ZERO), Server::start(INJECTED));
        let report = runtime.block_on(sample(&a, &b));
        let (connections, group) = report.main_group().expect("pairs that compare");
        let injected = injected(&a.took(), &b.took(), &report, connections);
        let total = &group.total;
        let off = total.median_ms - injected;
        worst = worst.max(off.abs());
        println!(
            "run {run}: injected {injected:7.3} ms   reported {}   off by {off:+.3} ms   {}",
            told(total),
            met(off.abs())
        );
        let wait = group.phases.iter().find(|(phase, _)| *phase == Phase::Wait);
        if let Some((_, wait)) = wait {
            println!(
                "       of it while waiting for the first byte: {}",
                told(wait)
            );
        }
    }
    println!("largest deviation {worst:.3} ms   {}", met(worst));
    assert!(worst <= BUDGET_MS, "over the budget of {BUDGET_MS} ms");
}

fn met(off: f64) -> &'static str {
    if off <= BUDGET_MS {
        "budget met"
    } else {
        "over budget"
    }
}

fn told(difference: &MedianDifference) -> String {
    let interval = difference.interval.as_ref().map_or_else(
        || "no interval".to_owned(),
        |interval| {
            format!(
                "{:.3} to {:.3} ms at {:.1} %",
                interval.low_ms,
                interval.high_ms,
                interval.confidence * 100.0
            )
        },
    );
    format!(
        "{:7.3} ms ({interval}, {} pairs)",
        difference.median_ms, difference.pairs
    )
}

/// The median of what B took longer than A by the clocks of the servers, over the pairs that the report speaks of.
fn injected(a: &[f64], b: &[f64], report: &LatencyReport, connections: Connections) -> f64 {
    assert_eq!(
        (a.len(), b.len()),
        (PAIRS, PAIRS),
        "each was asked once a pair"
    );
    let differences: Vec<f64> = report
        .samples
        .iter()
        .zip(a.iter().zip(b))
        .filter(|(pair, _)| pair.connections() == Some(connections))
        .map(|(_, (a, b))| b - a)
        .collect();
    support::median(&differences)
}

/// Sends what the sampling asks for, as the worker does.
async fn sample(a: &Server, b: &Server) -> LatencyReport {
    let transport = Transport::new();
    let jobs = [a, b].map(Server::job);
    let mut run = SamplingRun::new(SamplingPlan {
        a: Arc::clone(&jobs[0].environment),
        b: Arc::clone(&jobs[1].environment),
        safe: true,
        pairs: PAIRS,
        tokens: TokenUse::Own,
    })
    .expect("a plan for a request that reads");
    let began = Instant::now();
    let now_ms = || u64::try_from(began.elapsed().as_millis()).expect("short");
    loop {
        match run.next_step(now_ms()) {
            SamplingStep::Done(end) => {
                assert_eq!(end, SamplingEnd::Complete);
                return run.report();
            }
            SamplingStep::Send(request) => {
                let leg = request.leg.side();
                let job = match leg {
                    Leg::A => jobs[0].clone(),
                    Leg::B => jobs[1].clone(),
                };
                let exchange = transport
                    .send(job, CancellationToken::new(), Arc::new(|_| {}))
                    .await;
                run.answer(leg, &exchange, now_ms());
            }
            other => panic!("nothing to wait for: {other:?}"),
        }
    }
}

/// Answers on connections that stay, after a delay, and measures each on its own clock: from the whole request to the answer.
struct Server {
    address: SocketAddr,
    took: Receiver<f64>,
}

impl Server {
    fn start(delay: Duration) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (sender, took) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                // A connection that ends is the end of a run.
                std::thread::spawn(move || drop(serve(&stream, delay, &sender)));
            }
        });
        Self { address, took }
    }

    fn job(&self) -> SendJob {
        let server = support::Server::at(self.address);
        let mut job = support::job(&server, std::path::Path::new(""));
        job.options.cold = false;
        job
    }

    /// Milliseconds of each answer so far, in the order in which they were given.
    fn took(&self) -> Vec<f64> {
        self.took.iter().take(PAIRS).collect()
    }
}

fn serve(stream: &TcpStream, delay: Duration, took: &Sender<f64>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        support::read_head(&mut reader)?;
        let asked = Instant::now();
        let deadline = asked + delay;
        while let Some(rest) = deadline.checked_duration_since(Instant::now()) {
            std::thread::sleep(rest);
        }
        let answered = asked.elapsed();
        (&mut &*stream).write_all(ANSWER)?;
        let _ = took.send(support::milliseconds(answered));
    }
}
