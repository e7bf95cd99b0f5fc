//! An HTTP/2 server over TLS that does not answer as it should, and tells when a request was given up.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::Frame;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Reads the request and never answers.
    NoAnswer,
    /// A head, three bytes, and no more.
    StopsInBody,
    /// A head and a body without end.
    EndlessBody,
}

#[derive(Debug)]
pub(crate) struct Http2Server {
    pub(crate) address: SocketAddr,
    given_up: watch::Receiver<usize>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Http2Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Http2Server {
    pub(crate) async fn start(config: Arc<rustls::ServerConfig>, behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (count, given_up) = watch::channel(0);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let acceptor = TlsAcceptor::from(config.clone());
                let count = count.clone();
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(socket).await {
                        serve(stream, behaviour, count).await;
                    }
                });
            }
        });
        Self {
            address,
            given_up,
            task,
        }
    }

    /// Until the client has given up a request.
    pub(crate) async fn wait_until_given_up(&mut self) {
        let waiting = self.given_up.wait_for(|count| *count > 0);
        tokio::time::timeout(std::time::Duration::from_secs(30), waiting)
            .await
            .expect("the server sees the request given up")
            .unwrap();
    }
}

async fn serve(
    stream: tokio_rustls::server::TlsStream<tokio::net::TcpStream>,
    behaviour: Behaviour,
    count: watch::Sender<usize>,
) {
    let service = hyper::service::service_fn(move |request| {
        let guard = Guard(count.clone());
        async move {
            let request: http::Request<hyper::body::Incoming> = request;
            let (_, body) = request.into_parts();
            let _ = http_body_util::BodyExt::collect(body).await;
            if behaviour == Behaviour::NoAnswer {
                std::future::pending::<()>().await;
            }
            let body = Unfinished {
                behaviour,
                began: false,
                _guard: guard,
            };
            Ok::<_, Infallible>(http::Response::new(body))
        }
    });
    let executor = hyper_util::rt::TokioExecutor::new();
    let _ = hyper::server::conn::http2::Builder::new(executor)
        .serve_connection(hyper_util::rt::TokioIo::new(stream), service)
        .await;
}

/// Counts when it is dropped: the client gave the request up, for nothing here ends by itself.
struct Guard(watch::Sender<usize>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count += 1);
    }
}

struct Unfinished {
    behaviour: Behaviour,
    began: bool,
    _guard: Guard,
}

impl hyper::body::Body for Unfinished {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let first = !std::mem::replace(&mut self.began, true);
        match self.behaviour {
            Behaviour::EndlessBody => {
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 1024])))))
            }
            _ if first => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"abc"))))),
            _ => Poll::Pending,
        }
    }
}
