//! The doors of the broken gateways: one in plain HTTP with a stage for each fault, one over TLS with a certificate of another name.
//! What each fault does is in `gateway::broken`.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use http::Extensions;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::gateway::BrokenApi;
use super::server::{Door, Doorway, PAUSE_AFTER_FAILED_ACCEPT, converse};

/// A certificate for `another-gateway.example`, signed by itself. It guards nothing: it is there to be refused.
const CERTIFICATE: &[u8] = include_bytes!("../../assets/sandbox/wrong-certificate.der");
const KEY: &[u8] = include_bytes!("../../assets/sandbox/wrong-certificate-key.der");

/// Where one door listens, and what it needs to answer.
#[derive(Debug)]
pub(super) struct BrokenDoor {
    pub(super) api: Arc<BrokenApi>,
    pub(super) names: Extensions,
    pub(super) port: u16,
    /// `None`: plain HTTP.
    pub(super) certificate: Option<TlsAcceptorBox>,
}

/// The acceptor has no `Debug` of its own.
#[derive(Clone)]
pub(super) struct TlsAcceptorBox(TlsAcceptor);

impl std::fmt::Debug for TlsAcceptorBox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TlsAcceptor")
    }
}

/// TLS with the wrong certificate.
pub(super) fn wrong_certificate() -> io::Result<TlsAcceptorBox> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(KEY.to_vec()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(vec![CertificateDer::from(CERTIFICATE.to_vec())], key)
        })
        .map_err(io::Error::other)?;
    Ok(TlsAcceptorBox(TlsAcceptor::from(Arc::new(config))))
}

/// Accepts until `cancelled`; every connection is a task of its own in `tasks`.
pub(super) async fn serve(
    listener: TcpListener,
    door: BrokenDoor,
    cancelled: CancellationToken,
    tasks: TaskTracker,
) {
    loop {
        let stream = tokio::select! {
            () = cancelled.cancelled() => return,
            accepted = listener.accept() => if let Ok((stream, _)) = accepted { stream } else {
                tokio::time::sleep(PAUSE_AFTER_FAILED_ACCEPT).await;
                continue;
            },
        };
        let _ = stream.set_nodelay(true);
        let lower_case = Arc::new(AtomicBool::new(false));
        let doorway = Arc::new(Doorway::new(
            Door::Broken(Arc::clone(&door.api), Arc::clone(&lower_case)),
            door.port,
            door.names.clone(),
        ));
        let certificate = door.certificate.clone();
        let cancelled = cancelled.clone();
        tasks.spawn(async move {
            let connection = async {
                match certificate {
                    None => converse(CaseWatch::new(stream, lower_case), doorway).await,
                    Some(TlsAcceptorBox(acceptor)) => {
                        // A client that refuses the certificate ends it here.
                        if let Ok(stream) = acceptor.accept(stream).await {
                            converse(CaseWatch::new(stream, lower_case), doorway).await;
                        }
                    }
                }
            };
            tokio::select! {
                () = cancelled.cancelled() => {}
                () = connection => {}
            }
        });
    }
}

/// Passes everything through, and notes how the last request head spelled `authorization`: hyper tells names in lower case only.
struct CaseWatch<S> {
    stream: S,
    lower_case: Arc<AtomicBool>,
    /// The end of what was read before: a name may come in two pieces.
    tail: Vec<u8>,
}

const NAME: &[u8] = b"\nauthorization:";

impl<S> CaseWatch<S> {
    fn new(stream: S, lower_case: Arc<AtomicBool>) -> Self {
        Self {
            stream,
            lower_case,
            tail: Vec::new(),
        }
    }

    fn note(&mut self, read: &[u8]) {
        self.tail.extend_from_slice(read);
        for part in self.tail.windows(NAME.len()) {
            if part.eq_ignore_ascii_case(NAME) {
                self.lower_case.store(part == NAME, Ordering::Relaxed);
            }
        }
        let rest = self.tail.len().saturating_sub(NAME.len() - 1);
        self.tail.drain(..rest);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for CaseWatch<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        let read = buffer.filled()[before..].to_vec();
        this.note(&read);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for CaseWatch<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spelling_is_seen_also_across_two_reads() {
        for (pieces, expected) in [
            (vec!["GET / HTTP/1.1\r\nAuthorization: x\r\n\r\n"], false),
            (vec!["GET / HTTP/1.1\r\nauthorization: x\r\n\r\n"], true),
            (vec!["GET / HTTP/1.1\r\nautho", "rization: x\r\n\r\n"], true),
            (vec!["GET / HTTP/1.1\r\nx-authorization: x\r\n\r\n"], false),
        ] {
            let flag = Arc::new(AtomicBool::new(false));
            let mut watch = CaseWatch::new((), Arc::clone(&flag));
            for piece in &pieces {
                watch.note(piece.as_bytes());
            }
            assert_eq!(flag.load(Ordering::Relaxed), expected, "{pieces:?}");
        }
    }

    #[test]
    fn the_certificate_and_its_key_belong_together() {
        wrong_certificate().expect("a server with it");
    }
}
