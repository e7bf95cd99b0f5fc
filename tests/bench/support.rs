//! What the benchmarks share: medians, and a loopback server that keeps to a script and takes its own time.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
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

/// A name that only a stub resolver knows; the certificate of `Server::tls` has it.
pub(crate) const NAME: &str = "api.bench.test";

/// How long the server waits, and where.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Script {
    pub(crate) before_tls: Duration,
    /// Between the head of the request and the first read of its body.
    pub(crate) before_request_body: Duration,
    pub(crate) before_head: Duration,
    /// Between the first and the second half of the answer's body.
    pub(crate) inside_body: Duration,
    pub(crate) keeps_alive: bool,
}

/// What the server saw of one exchange on its own clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) accepted: Instant,
    /// From the accepted connection to the end of the handshake.
    pub(crate) tls: Duration,
    /// From the end of the request's head to the end of its body.
    pub(crate) request_body: Duration,
    /// From the end of the request to the first byte of the answer.
    pub(crate) wait: Duration,
    /// From the first byte of the answer to the last.
    pub(crate) download: Duration,
    pub(crate) ended: Instant,
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

    /// One that runs elsewhere, for `job`.
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self {
            address,
            certificate: None,
            seen: Arc::default(),
        }
    }

    pub(crate) fn tls(script: Script) -> Self {
        let issued = rcgen::generate_simple_self_signed(vec![
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
            NAME.to_owned(),
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
                let accepted = Instant::now();
                let (settings, log) = (settings.clone(), Arc::clone(&log));
                std::thread::spawn(move || {
                    // A client that was cancelled or closed early is no concern of the server's.
                    if let Ok(seen) = answer(stream, settings, script, accepted) {
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
    mut stream: TcpStream,
    settings: Option<Arc<rustls::ServerConfig>>,
    script: Script,
    accepted: Instant,
) -> std::io::Result<Seen> {
    stream.set_nodelay(true)?;
    let Some(settings) = settings else {
        return serve(stream, script, accepted, Duration::ZERO);
    };
    pause(script.before_tls);
    let mut connection = rustls::ServerConnection::new(settings).map_err(std::io::Error::other)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream)?;
    }
    let tls = accepted.elapsed();
    serve(
        rustls::StreamOwned::new(connection, stream),
        script,
        accepted,
        tls,
    )
}

fn serve(
    stream: impl Read + Write,
    script: Script,
    accepted: Instant,
    tls: Duration,
) -> std::io::Result<Seen> {
    let mut stream = BufReader::new(stream);
    loop {
        let length = read_head(&mut stream)?;
        let head_read = Instant::now();
        if length > 0 {
            pause(script.before_request_body);
            std::io::copy(&mut (&mut stream).take(length), &mut std::io::sink())?;
        }
        let asked = Instant::now();
        pause(script.before_head);
        let first = Instant::now();
        respond(stream.get_mut(), script)?;
        let ended = Instant::now();
        if !script.keeps_alive {
            return Ok(Seen {
                accepted,
                tls,
                request_body: asked - head_read,
                wait: first - asked,
                download: ended - first,
                ended,
            });
        }
    }
}

/// Reads the head of a request; gives the length of its body.
pub(crate) fn read_head(reader: &mut impl BufRead) -> std::io::Result<u64> {
    let (mut line, mut length) = (String::new(), 0);
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == "\r\n" {
            return Ok(length);
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
    }
}

fn respond(writer: &mut impl Write, script: Script) -> std::io::Result<()> {
    let connection = if script.keeps_alive {
        "keep-alive"
    } else {
        "close"
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\nConnection: {connection}\r\n\r\n"
    );
    let halves = ["{\"half\"", ":\"two\"}"];
    if script.inside_body.is_zero() {
        writer.write_all((head + &halves.concat()).as_bytes())?;
    } else {
        writer.write_all((head + halves[0]).as_bytes())?;
        writer.flush()?;
        pause(script.inside_body);
        writer.write_all(halves[1].as_bytes())?;
    }
    writer.flush()
}

/// An HTTP proxy that keeps a CONNECT waiting. Gives its address and, one an exchange, how long it took from the accepted
/// connection to its answer.
pub(crate) fn proxy(before_answer: Duration) -> (SocketAddr, mpsc::Receiver<Duration>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("its address");
    let (sender, took) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (accepted, sender) = (Instant::now(), sender.clone());
            std::thread::spawn(move || drop(tunnel(&stream, accepted, before_answer, &sender)));
        }
    });
    (address, took)
}

/// The name it is asked for is looked up by nobody: the port on loopback is what counts.
fn tunnel(
    client: &TcpStream,
    accepted: Instant,
    before_answer: Duration,
    took: &mpsc::Sender<Duration>,
) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut reader = BufReader::new(client);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    read_head(&mut reader)?;
    let port: u16 = first
        .split([' ', ':'])
        .nth(2)
        .and_then(|port| port.parse().ok())
        .ok_or_else(|| std::io::Error::other("no port"))?;
    let server = TcpStream::connect(("127.0.0.1", port))?;
    server.set_nodelay(true)?;
    pause(before_answer);
    (&mut &*client).write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let _ = took.send(accepted.elapsed());
    let (from, to) = (server.try_clone()?, client.try_clone()?);
    let back = std::thread::spawn(move || {
        drop(std::io::copy(&mut &from, &mut &to));
        to.shutdown(std::net::Shutdown::Write)
    });
    std::io::copy(&mut reader, &mut &server)?;
    server.shutdown(std::net::Shutdown::Write)?;
    drop(back.join());
    Ok(())
}

fn pause(duration: Duration) {
    if !duration.is_zero() {
        std::thread::sleep(duration);
    }
}

/// A GET to the server, as `resolve` would make it, for benchmarks that drive the transport itself.
pub(crate) fn job(server: &Server, authority: &std::path::Path) -> gatescope::transport::SendJob {
    use gatescope::model::environment::{
        Environment, KeepHistory, NetworkSettings, Place, Proxy, Target,
    };
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
        history: KeepHistory::default(),
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

/// The request of a job, to be changed.
pub(crate) fn request(
    job: &mut gatescope::transport::SendJob,
) -> &mut gatescope::model::resolved::ResolvedRequest {
    job.request.as_mut().expect("`job` makes one")
}
