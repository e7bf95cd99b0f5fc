//! A server on loopback that takes plain and TLS connections on one port, answers like a login and an API, and keeps what it
//! was asked. A client that is led here for every name and port believes that it reached them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) over_tls: bool,
    /// The name that the client asked a certificate for.
    pub(crate) server_name: Option<String>,
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case, in the order of arrival.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Recorded {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }
}

pub(crate) struct RecordingServer {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<Recorded>>>,
}

impl RecordingServer {
    /// Its threads end with the test process.
    pub(crate) fn start(tls: Arc<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tls, kept) = (Arc::clone(&tls), Arc::clone(&kept));
                thread::spawn(move || serve(stream, tls, &kept));
            }
        });
        Self { address, requests }
    }

    /// What arrived since the last time.
    pub(crate) fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

fn serve(stream: TcpStream, tls: Arc<ServerConfig>, kept: &Mutex<Vec<Recorded>>) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
    let mut first = [0];
    // A TLS connection begins with a handshake record, 22; no method of HTTP does.
    if stream.peek(&mut first).is_ok_and(|count| count == 1) && first[0] == 22 {
        let Ok(connection) = ServerConnection::new(tls) else {
            return;
        };
        let mut stream = StreamOwned::new(connection, stream);
        let Some(mut request) = read(&mut stream) else {
            return;
        };
        request.over_tls = true;
        request.server_name = stream.conn.server_name().map(str::to_owned);
        answer(&mut stream, request, kept);
        stream.conn.send_close_notify();
        let _ = stream.flush();
    } else {
        let mut stream = stream;
        if let Some(request) = read(&mut stream) {
            answer(&mut stream, request, kept);
        }
    }
}

/// `None` when no whole request arrives.
fn read(stream: &mut impl Read) -> Option<Recorded> {
    let mut received = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let count = stream.read(&mut bytes).ok().filter(|count| *count > 0)?;
        received.extend_from_slice(&bytes[..count]);
        let Some(at) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&received[..at]).into_owned();
        let (line, fields) = head.split_once("\r\n").unwrap_or((&head, ""));
        let headers: Vec<(String, String)> = fields
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers
            .iter()
            .find(|(name, _)| name == "content-length")
            .map_or(0, |(_, value)| value.parse().unwrap_or(0));
        if received.len() < at + 4 + length {
            continue;
        }
        let (method, rest) = line.split_once(' ')?;
        return Some(Recorded {
            over_tls: false,
            server_name: None,
            method: method.to_owned(),
            target: rest.rsplit_once(' ')?.0.to_owned(),
            headers,
            body: String::from_utf8_lossy(&received[at + 4..]).into_owned(),
        });
    }
}

/// Keeps the request before the answer: whoever has the answer finds it kept.
fn answer(stream: &mut impl Write, request: Recorded, kept: &Mutex<Vec<Recorded>>) {
    let body = if request.method == "POST" {
        // The token tells who asked for it.
        let credentials = request.header("authorization").replace("Basic ", "");
        format!(
            r#"{{"access_token":"token-for-{credentials}","token_type":"bearer","expires_in":86399}}"#
        )
    } else {
        r#"{"entities":[],"pageSize":5,"pageNumber":1,"total":7}"#.to_owned()
    };
    kept.lock().unwrap().push(request);
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.flush();
}
