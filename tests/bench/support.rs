//! What the benchmarks share: medians, and a loopback server that keeps to a script and takes its own time.

#![expect(dead_code, reason = "each benchmark uses its part of it")]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[length / 2],
        length => f64::midpoint(sorted[length / 2 - 1], sorted[length / 2]),
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// How long the server waits, and where.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Script {
    pub(crate) before_tls: Duration,
    pub(crate) before_head: Duration,
    /// Between the first and the second half of the body.
    pub(crate) inside_body: Duration,
}

/// What the server saw of one exchange on its own clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    /// From the accepted connection to the end of the handshake.
    pub(crate) tls: Duration,
    /// From the end of the request head to the first byte of the answer.
    pub(crate) wait: Duration,
    /// From the first byte of the answer to the last.
    pub(crate) download: Duration,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// PEM of the certificate to trust, for a server with TLS.
    pub(crate) certificate: Option<String>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(crate) fn plain(script: Script) -> Self {
        Self::start(script, None, None)
    }

    pub(crate) fn tls(script: Script) -> Self {
        let issued = rcgen::generate_simple_self_signed(vec![
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
        ])
        .expect("a certificate for loopback");
        let certificate = CertificateDer::from(issued.cert.der().to_vec());
        let key = PrivateKeyDer::try_from(issued.signing_key.serialize_der()).expect("its key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let settings = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("certificate and key belong together");
        Self::start(script, Some(Arc::new(settings)), Some(issued.cert.pem()))
    }

    fn start(
        script: Script,
        settings: Option<Arc<rustls::ServerConfig>>,
        certificate: Option<String>,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (settings, log) = (settings.clone(), Arc::clone(&log));
                std::thread::spawn(move || {
                    // A client that was cancelled or closed early is no concern of the server's.
                    if let Ok(seen) = answer(stream, settings, script) {
                        log.lock().expect("no thread panics with it").push(seen);
                    }
                });
            }
        });
        Self {
            address,
            certificate,
            seen,
        }
    }

    /// What was seen of the latest whole exchange; waits for the server's thread to write it down.
    pub(crate) fn take_seen(&self) -> Seen {
        loop {
            if let Some(seen) = self.seen.lock().expect("no thread panics with it").pop() {
                return seen;
            }
            std::thread::yield_now();
        }
    }
}

fn answer(
    stream: TcpStream,
    settings: Option<Arc<rustls::ServerConfig>>,
    script: Script,
) -> std::io::Result<Seen> {
    let accepted = Instant::now();
    stream.set_nodelay(true)?;
    let Some(settings) = settings else {
        let mut reader = BufReader::new(stream.try_clone()?);
        return exchange(&mut reader, stream, script, Duration::ZERO);
    };
    pause(script.before_tls);
    let mut stream = stream;
    let mut connection = rustls::ServerConnection::new(settings).map_err(std::io::Error::other)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream)?;
    }
    let tls = accepted.elapsed();
    let mut secured = rustls::StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        secured.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    respond(&mut secured, script, tls)
}

fn exchange(
    reader: &mut impl BufReadExt,
    mut writer: impl Write,
    script: Script,
    tls: Duration,
) -> std::io::Result<Seen> {
    reader.skip_head()?;
    respond(&mut writer, script, tls)
}

trait BufReadExt {
    fn skip_head(&mut self) -> std::io::Result<()>;
}

impl<R: Read> BufReadExt for BufReader<R> {
    fn skip_head(&mut self) -> std::io::Result<()> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line == "\r\n" {
                return Ok(());
            }
        }
    }
}

fn respond(writer: &mut impl Write, script: Script, tls: Duration) -> std::io::Result<Seen> {
    let asked = Instant::now();
    pause(script.before_head);
    let first = Instant::now();
    writer.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\nConnection: close\r\n\r\n{\"half\"")?;
    writer.flush()?;
    pause(script.inside_body);
    writer.write_all(b":\"two\"}")?;
    writer.flush()?;
    Ok(Seen {
        tls,
        wait: first - asked,
        download: first.elapsed(),
    })
}

fn pause(duration: Duration) {
    if !duration.is_zero() {
        std::thread::sleep(duration);
    }
}

/// A GET to the server, as `resolve` would make it, for benchmarks that drive the transport itself.
pub(crate) fn job(server: &Server, authority: &std::path::Path) -> gatescope::transport::SendJob {
    use gatescope::model::environment::{Environment, NetworkSettings, Place, Proxy, Target};
    use gatescope::model::ids::{EnvironmentId, ExchangeId};
    use gatescope::model::resolved::{
        HeaderOrigin, RequestBody, RequestHeader, RequestUrl, ResolvedRequest,
    };

    let id = EnvironmentId::new("bench").expect("a slug");
    let mut network = NetworkSettings {
        proxy: Proxy::None,
        ..NetworkSettings::default()
    };
    let mut scheme = "http";
    if let Some(certificate) = &server.certificate {
        std::fs::write(authority, certificate).expect("written");
        network.ca_file = authority.display().to_string();
        scheme = "https";
    }
    let url = RequestUrl {
        scheme: scheme.to_owned(),
        host: "127.0.0.1".to_owned(),
        port: server.address.port(),
        target: "/api/v2/users".to_owned(),
    };
    let environment = Environment {
        id: id.clone(),
        name: "Bench".to_owned(),
        colour: gatescope::model::environment::Colour::default(),
        protection: gatescope::model::environment::Protection::default(),
        target: Target::Direct {
            place: Place::Origins {
                api: url.origin(),
                login: url.origin(),
            },
        },
        credentials: gatescope::model::environment::Credentials::None,
        variables: Vec::new(),
        default_headers: Vec::new(),
        path_map: Vec::new(),
        network: network.clone(),
        route_map: None,
        sandbox: None,
    };
    let host = RequestHeader {
        name: "Host".to_owned(),
        value: url.authority().into_bytes().into(),
        origin: HeaderOrigin::Automatic,
    };
    let request = ResolvedRequest {
        environment: id,
        method: "GET".to_owned(),
        url,
        headers: vec![host],
        body: RequestBody::default(),
        network,
        proxy_password: None,
        wants_token: false,
        mapped_from: None,
        notes: Vec::new(),
        masks: gatescope::model::masks::Masks::default(),
    };
    gatescope::transport::SendJob {
        id: ExchangeId(1),
        environment: Arc::new(environment),
        request: Some(request),
        token: gatescope::model::token::TokenSource::None,
        options: gatescope::transport::SendOptions {
            cold: true,
            ..gatescope::transport::SendOptions::default()
        },
    }
}
