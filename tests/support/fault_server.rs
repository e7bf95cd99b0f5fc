//! A scripted server on a free loopback port: for each connection a list of steps with exact bytes, pauses, resets and cuts,
//! over TCP or TLS. It records the raw bytes that each connection sent, and on its own clock when what happened.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Until a head and the body its `Content-Length` announces (or the last chunk) have arrived.
    ReadRequest,
    /// Until the blank line behind a head.
    ReadHead,
    Send(Vec<u8>),
    /// Milliseconds.
    Pause(u64),
    /// Ends the connection with RST.
    Reset,
    /// Keeps the connection open, reads nothing and says nothing.
    Hang,
    /// Reads until the other side is gone, and takes note of that.
    SeeItGo,
    /// The same bytes again and again until the other side is gone.
    SendForEver(Vec<u8>),
}

/// What happened on a connection, for `FaultServer::seen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    Accepted,
    /// The TLS handshake was done.
    Secured,
    /// A whole request, or a head when only that was read.
    Request,
    /// A step's bytes were given to the socket.
    Sent,
    /// The other side ended the connection.
    Gone,
}

type Timeline = watch::Sender<Vec<(usize, Seen, Instant)>>;

/// A step that sends `text`.
pub(crate) fn send(text: impl AsRef<[u8]>) -> Step {
    Step::Send(text.as_ref().to_vec())
}

/// An answer with a length.
pub(crate) fn ok(body: &str) -> Step {
    send(format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

#[derive(Debug)]
pub(crate) struct FaultServer {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
    timeline: Timeline,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FaultServer {
    /// The first connection runs the first script and so on; the last script serves all further ones.
    pub(crate) async fn start(scripts: Vec<Vec<Step>>) -> Self {
        Self::serve(scripts, None, 0).await
    }

    /// TLS; `handshake_pause` milliseconds pass before the handshake is answered.
    pub(crate) async fn start_tls(
        scripts: Vec<Vec<Step>>,
        config: Arc<rustls::ServerConfig>,
        handshake_pause: u64,
    ) -> Self {
        Self::serve(scripts, Some(TlsAcceptor::from(config)), handshake_pause).await
    }

    async fn serve(
        scripts: Vec<Vec<Step>>,
        tls: Option<TlsAcceptor>,
        handshake_pause: u64,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let log = received.clone();
        let timeline = Timeline::default();
        let clock = timeline.clone();
        let task = tokio::spawn(async move {
            let mut index = 0;
            loop {
                let Ok((socket, _)) = listener.accept().await else {
                    return;
                };
                let script = scripts[index.min(scripts.len() - 1)].clone();
                log.lock().unwrap().push(Vec::new());
                let record = Record {
                    received: log.clone(),
                    timeline: clock.clone(),
                    index,
                };
                record.saw(Seen::Accepted);
                tokio::spawn(connection(
                    socket,
                    script,
                    tls.clone(),
                    handshake_pause,
                    record,
                ));
                index += 1;
            }
        });
        Self {
            address,
            received,
            timeline,
            task,
        }
    }

    /// The moments of one connection, in their order.
    pub(crate) fn seen(&self, connection: usize) -> Vec<(Seen, Instant)> {
        let of_this = |entry: &&(usize, Seen, Instant)| entry.0 == connection;
        let timeline = self.timeline.borrow();
        let moments = timeline.iter().filter(of_this);
        moments.map(|(_, seen, at)| (*seen, *at)).collect()
    }

    /// Until `seen` has happened on `count` connections; fails when that does not come.
    pub(crate) async fn wait_for(&self, seen: Seen, count: usize) {
        let mut timeline = self.timeline.subscribe();
        let happened = timeline
            .wait_for(|moments| moments.iter().filter(|moment| moment.1 == seen).count() >= count);
        let outcome = tokio::time::timeout(PATIENCE, happened)
            .await
            .map(|found| found.is_ok());
        assert_eq!(
            outcome,
            Ok(true),
            "no {count} x {seen:?}, but {:?}",
            *self.timeline.borrow()
        );
    }

    /// What each connection sent so far.
    pub(crate) fn received(&self) -> Vec<Vec<u8>> {
        self.received.lock().unwrap().clone()
    }
}

/// What one connection writes down.
struct Record {
    received: Arc<Mutex<Vec<Vec<u8>>>>,
    timeline: Timeline,
    index: usize,
}

impl Record {
    fn saw(&self, seen: Seen) {
        self.timeline
            .send_modify(|moments| moments.push((self.index, seen, Instant::now())));
    }
}

async fn connection(
    socket: TcpStream,
    script: Vec<Step>,
    tls: Option<TlsAcceptor>,
    handshake_pause: u64,
    record: Record,
) {
    let resets = script.iter().any(|step| matches!(step, Step::Reset));
    if resets {
        socket2::SockRef::from(&socket)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
    }
    match tls {
        None => run(socket, script, record).await,
        Some(acceptor) => {
            tokio::time::sleep(Duration::from_millis(handshake_pause)).await;
            if let Ok(stream) = acceptor.accept(socket).await {
                record.saw(Seen::Secured);
                run(stream, script, record).await;
            }
        }
    }
}

async fn run(mut stream: impl AsyncRead + AsyncWrite + Unpin, script: Vec<Step>, record: Record) {
    let mut pending = Vec::new();
    for step in script {
        match step {
            Step::ReadRequest => {
                while request_length(&pending).is_none_or(|length| pending.len() < length) {
                    if !read(&mut stream, &mut pending, &record).await {
                        return;
                    }
                }
                let length = request_length(&pending).unwrap();
                pending.drain(..length);
                record.saw(Seen::Request);
            }
            Step::ReadHead => {
                while head_length(&pending).is_none() {
                    if !read(&mut stream, &mut pending, &record).await {
                        return;
                    }
                }
                record.saw(Seen::Request);
            }
            Step::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                    return record.saw(Seen::Gone);
                }
                record.saw(Seen::Sent);
            }
            Step::SendForEver(bytes) => {
                while stream.write_all(&bytes).await.is_ok() && stream.flush().await.is_ok() {}
                return record.saw(Seen::Gone);
            }
            Step::Pause(milliseconds) => {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Step::Reset => return,
            Step::Hang => std::future::pending().await,
            Step::SeeItGo => {
                while read(&mut stream, &mut pending, &record).await {
                    pending.clear();
                }
                return;
            }
        }
    }
    let _ = stream.shutdown().await;
}

/// Whether something came; else the other side is gone.
async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    pending: &mut Vec<u8>,
    record: &Record,
) -> bool {
    let mut buffer = vec![0; 64 * 1024];
    match stream.read(&mut buffer).await {
        Ok(count) if count > 0 => {
            pending.extend_from_slice(&buffer[..count]);
            record.received.lock().unwrap()[record.index].extend_from_slice(&buffer[..count]);
            true
        }
        _ => {
            record.saw(Seen::Gone);
            false
        }
    }
}

fn head_length(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|at| at + 4)
}

fn request_length(bytes: &[u8]) -> Option<usize> {
    let head = head_length(bytes)?;
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    if text.contains("transfer-encoding: chunked") {
        let end = bytes[head..]
            .windows(5)
            .position(|window| window == b"0\r\n\r\n")?;
        return Some(head + end + 5);
    }
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |value| value.trim().parse().unwrap());
    Some(head + length)
}
