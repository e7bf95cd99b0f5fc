//! Cancelling in each phase: time from the press until the exchange ended (budget: 100 ms).
//!
//! `cargo bench --bench cancel`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatescope::model::environment::Proxy;
use gatescope::model::exchange::SendErrorKind;
use gatescope::model::resolved::RequestBody;
use gatescope::model::timings::Phase;
use gatescope::transport::{Lookup, Resolver, SendJob, Transport};
use socket2::{Domain, Socket, Type};
use support::{NAME, Script, Server};
use tokio_util::sync::CancellationToken;

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

const RUNS: usize = 10;
const LONG: Duration = Duration::from_mins(1);
/// More than the buffers of both ends hold.
const UPLOAD: usize = 32 * 1024 * 1024;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = folder.path().join("authority.pem");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("from the press to the end of the exchange, {RUNS} runs each, budget 100 ms");
    for phase in Phase::ALL {
        let Some(held_up) = HeldUp::new(phase) else {
            println!(
                "{:9} not measured: this system answers every connection",
                phase.to_string()
            );
            continue;
        };
        let mut took = Vec::new();
        for _ in 0..RUNS {
            let transport = held_up.transport();
            let cancel = CancellationToken::new();
            let job = held_up.job(&authority);
            took.push(runtime.block_on(async {
                let press = async {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    cancel.cancel();
                    Instant::now()
                };
                let send = async {
                    let exchange = transport.send(job, cancel.clone(), Arc::new(|_| {})).await;
                    (exchange, Instant::now())
                };
                let ((exchange, ended), pressed) = tokio::join!(send, press);
                let error = exchange.error.expect("it was cancelled");
                assert_eq!(
                    (error.kind, error.phase),
                    (SendErrorKind::Cancelled, Some(phase)),
                    "{error}"
                );
                support::milliseconds(ended - pressed)
            }));
        }
        let longest = took.iter().copied().fold(0.0, f64::max);
        println!(
            "{:9} median {:7.2} ms   longest {longest:7.2} ms{}",
            phase.to_string(),
            support::median(&took),
            if longest <= 100.0 { "" } else { "   over" }
        );
    }
}

/// An exchange that stays in one phase.
struct HeldUp {
    phase: Phase,
    server: Server,
    proxy: Option<SocketAddr>,
    full: Option<Full>,
}

impl HeldUp {
    /// `None`: this phase cannot be held up here.
    fn new(phase: Phase) -> Option<Self> {
        let script = Script::default();
        let server = match phase {
            Phase::Dns | Phase::Tcp | Phase::Proxy => Server::tls(script),
            Phase::Tls => Server::tls(Script {
                before_tls: LONG,
                ..script
            }),
            Phase::Send => Server::plain(Script {
                before_request_body: LONG,
                ..script
            }),
            Phase::Wait => Server::plain(Script {
                before_head: LONG,
                ..script
            }),
            Phase::Download => Server::plain(Script {
                inside_body: LONG,
                ..script
            }),
        };
        let full = if phase == Phase::Tcp {
            Some(Full::new()?)
        } else {
            None
        };
        Some(Self {
            phase,
            server,
            proxy: (phase == Phase::Proxy).then(|| support::proxy(LONG).0),
            full,
        })
    }

    fn transport(&self) -> Transport {
        match self.phase {
            Phase::Dns => Transport::with_resolver(Arc::new(Silent)),
            _ => Transport::new(),
        }
    }

    fn job(&self, authority: &Path) -> SendJob {
        let mut job = support::job(&self.server, authority);
        let request = support::request(&mut job);
        if matches!(self.phase, Phase::Dns | Phase::Proxy) {
            // Loopback needs no lookup and no proxy.
            NAME.clone_into(&mut request.url.host);
        }
        if let Some(proxy) = self.proxy {
            request.network.proxy = Proxy::Explicit {
                url: format!("http://{proxy}"),
                user_name: String::new(),
                bypass: Vec::new(),
            };
        }
        if let Some(full) = &self.full {
            request.url.port = full.port;
        }
        if self.phase == Phase::Send {
            "POST".clone_into(&mut request.method);
            request.body = RequestBody::from_bytes(vec![b'x'; UPLOAD]);
        }
        job
    }
}

/// Never answers.
#[derive(Debug)]
struct Silent;

impl Resolver for Silent {
    fn lookup(&self, _host: &str) -> Lookup<'_> {
        Box::pin(std::future::pending())
    }
}

/// A port whose queue of connections that nobody accepts is full: Linux drops what else comes.
struct Full {
    port: u16,
    _listener: Socket,
    _waiting: Vec<TcpStream>,
}

impl Full {
    fn new() -> Option<Self> {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).ok()?;
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        listener.bind(&any.into()).ok()?;
        listener.listen(0).ok()?;
        let address = listener.local_addr().ok()?.as_socket()?;
        let mut waiting = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
            waiting.push(stream);
            if waiting.len() > 16 {
                return None;
            }
        }
        Some(Self {
            port: address.port(),
            _listener: listener,
            _waiting: waiting,
        })
    }
}
