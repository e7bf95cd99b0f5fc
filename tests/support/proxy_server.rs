//! An HTTP proxy on loopback: tunnels and plain requests, with or without a user name and password, all to one server,
//! whatever name was asked for. It records the heads it was sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug)]
pub(crate) struct ProxyServer {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for ProxyServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ProxyServer {
    /// `credentials`: the value that `Proxy-Authorization` must have.
    pub(crate) async fn start(upstream: SocketAddr, credentials: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = heads.clone();
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, upstream, credentials, log.clone()));
            }
        });
        Self {
            address,
            heads,
            task,
        }
    }

    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Ends when either side ends.
async fn serve(
    mut client: TcpStream,
    upstream: SocketAddr,
    credentials: Option<&'static str>,
    heads: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    heads.lock().unwrap().push(head.clone());
    let given = head
        .lines()
        .find_map(|line| line.strip_prefix("Proxy-Authorization: "));
    if credentials.is_some() && given != credentials {
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
        client.write_all(refusal.as_bytes()).await.ok()?;
        return None;
    }
    let mut server = TcpStream::connect(upstream).await.ok()?;
    if head.starts_with("CONNECT ") {
        client
            .write_all(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
            .await
            .ok()?;
    } else {
        server.write_all(onward(&head).as_bytes()).await.ok()?;
    }
    tokio::io::copy_bidirectional(&mut client, &mut server)
        .await
        .ok()?;
    Some(())
}

/// The head as the server behind the proxy gets it: the target without scheme and host, the proxy's fields left out.
fn onward(head: &str) -> String {
    let (line, fields) = head.split_once("\r\n").unwrap();
    let (method, rest) = line.split_once(" http://").unwrap();
    let target = &rest[rest.find('/').unwrap()..];
    let fields: Vec<&str> = fields
        .split("\r\n")
        .filter(|field| !field.starts_with("Proxy-"))
        .collect();
    format!("{method} {target}\r\n{}", fields.join("\r\n"))
}
