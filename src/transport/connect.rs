//! Opening a connection: name, TCP, proxy, TLS, each marked on the hop's clock.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::model::environment::NetworkSettings;
use crate::model::exchange::{SendError, SendErrorKind, TlsInfo};
use crate::model::resolved::{RequestUrl, ResolvedRequest};
use crate::model::timings::Phase;

use super::errors::{With, connect_timeout, from_io, name_not_resolved, send_error};
use super::proxy::{self, ProxyKind, ProxyServer};
use super::recorder::{self, Recorder};
use super::resolver::{self, Resolver};
use super::tls::{self, Offer, TlsConfigs};

/// How long one address gets before the next is tried beside it (RFC 8305 section 5).
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);

/// A byte stream to a server, whatever is in between.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    /// The socket at the bottom.
    fn socket(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<Box<dyn Stream>> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0.socket()
    }
}

/// A connection that is ready for a request.
pub(crate) struct Opened {
    pub(crate) stream: Box<dyn Stream>,
    pub(crate) peer_address: String,
    pub(crate) tls: Option<TlsInfo>,
}

/// What connecting needs besides the request.
#[derive(Debug)]
pub(crate) struct Connector {
    pub(crate) resolver: Arc<dyn Resolver>,
    pub(crate) tls: Arc<TlsConfigs>,
}

/// Roots and settings of TLS, read on the blocking pool.
enum Loading {
    UnderWay(tokio::task::JoinHandle<Result<Arc<rustls::ClientConfig>, SendError>>),
    Done(Arc<rustls::ClientConfig>),
}

impl Loading {
    /// Waits for it, and keeps it.
    async fn ready(&mut self) -> Result<(), SendError> {
        if let Self::UnderWay(loading) = self {
            let config = loading.await.unwrap_or_else(|_| {
                Err(send_error(
                    SendErrorKind::Configuration,
                    None,
                    "TLS could not be set up",
                    "Try again",
                ))
            })?;
            *self = Self::Done(config);
        }
        Ok(())
    }

    async fn done(mut self) -> Result<Arc<rustls::ClientConfig>, SendError> {
        self.ready().await?;
        match self {
            Self::Done(config) => Ok(config),
            Self::UnderWay(_) => unreachable!("it is ready"),
        }
    }
}

impl Connector {
    /// Opens a connection to the request's server within the connect limit.
    pub(crate) async fn open(
        &self,
        request: &ResolvedRequest,
        proxy: Option<&ProxyServer>,
        offer: Offer,
        recorder: &Arc<Recorder>,
    ) -> Result<Opened, SendError> {
        let limit = request.network.limits.connect();
        match tokio::time::timeout(limit, self.open_unlimited(request, proxy, offer, recorder))
            .await
        {
            Ok(outcome) => outcome,
            Err(_) => Err(connect_timeout(
                recorder.phase(),
                With(&host_and_port(&request.url)),
                request.network.limits.connect_ms,
            )),
        }
    }

    async fn open_unlimited(
        &self,
        request: &ResolvedRequest,
        proxy: Option<&ProxyServer>,
        offer: Offer,
        recorder: &Arc<Recorder>,
    ) -> Result<Opened, SendError> {
        let url = &request.url;
        let settings = &request.network;
        let secure = url.scheme == "https";
        // Beside the lookup and the TCP handshake, so that reading roots lands in no phase.
        let mut config = secure.then(|| self.config(request, offer));
        if let Some(loading) = config.as_mut()
            && !settings.ca_file.is_empty()
        {
            // A CA file that cannot be used is told before anything goes over the network.
            loading.ready().await?;
        }
        let (first_host, first_port) = proxy.map_or((url.host.as_str(), url.port), |server| {
            (server.host.as_str(), server.port)
        });
        let addresses = self.resolve(first_host, settings, recorder).await?;
        let socket = connect_tcp(first_host, first_port, &addresses, proxy, recorder).await?;
        let peer_address = socket
            .peer_addr()
            .map(|address| address.to_string())
            .unwrap_or_default();
        recorder.connection(|connection| connection.peer_address = Some(peer_address.clone()));
        let mut stream: Box<dyn Stream> = Box::new(socket);
        if let Some(server) = proxy {
            stream = self
                .through(server, stream, request, offer, recorder)
                .await?;
        }
        let mut tls = None;
        if let Some(config) = config {
            recorder.pause();
            let config = config.done().await?;
            recorder.begin(Phase::Tls);
            let secured =
                handshake(config, &url.host, url.port, stream, Phase::Tls, recorder).await?;
            let info = tls::describe(secured.get_ref().1, settings);
            recorder.connection(|connection| connection.tls = Some(info.clone()));
            tls = Some(info);
            stream = Box::new(secured);
        }
        Ok(Opened {
            stream,
            peer_address,
            tls,
        })
    }

    fn config(&self, request: &ResolvedRequest, offer: Offer) -> Loading {
        let tls = self.tls.clone();
        let environment = request.environment.clone();
        let settings = request.network.clone();
        let loading = tokio::task::spawn_blocking(move || tls.get(&environment, &settings, offer));
        Loading::UnderWay(loading)
    }

    async fn resolve(
        &self,
        host: &str,
        settings: &NetworkSettings,
        recorder: &Recorder,
    ) -> Result<Vec<IpAddr>, SendError> {
        if let Some(known) = resolver::known(host, &settings.resolve) {
            return Ok(known);
        }
        recorder.begin(Phase::Dns);
        let addresses = self
            .resolver
            .lookup(host)
            .await
            .map_err(|error| name_not_resolved(host, &error))?;
        if addresses.is_empty() {
            let nothing = io::Error::new(io::ErrorKind::NotFound, "it has no address");
            return Err(name_not_resolved(host, &nothing));
        }
        recorder.connection(|connection| {
            connection.resolved_addresses = addresses.iter().map(ToString::to_string).collect();
        });
        Ok(addresses)
    }

    /// The proxy's own handshake; plain http goes to an HTTP proxy without one.
    async fn through(
        &self,
        server: &ProxyServer,
        mut stream: Box<dyn Stream>,
        request: &ResolvedRequest,
        offer: Offer,
        recorder: &Arc<Recorder>,
    ) -> Result<Box<dyn Stream>, SendError> {
        let url = &request.url;
        if server.kind == ProxyKind::Https {
            recorder.begin(Phase::Proxy);
            let config = self.config(request, Offer::Nothing).done().await?;
            let secured = handshake(
                config,
                &server.host,
                server.port,
                stream,
                Phase::Proxy,
                recorder,
            )
            .await?;
            stream = Box::new(secured);
        }
        if server.is_socks() {
            recorder.begin(Phase::Proxy);
            let host = url.host.trim_start_matches('[').trim_end_matches(']');
            let address = match resolver::known(host, &request.network.resolve) {
                Some(known) => known.first().copied(),
                None if server.kind == ProxyKind::Socks5 => self
                    .resolver
                    .lookup(host)
                    .await
                    .map_err(|error| name_not_resolved(host, &error))?
                    .first()
                    .copied(),
                None => None,
            };
            proxy::socks5(&mut *stream, server, host, url.port, address).await?;
        } else if url.scheme == "https" || offer == Offer::Http2 {
            recorder.begin(Phase::Proxy);
            proxy::tunnel(&mut *stream, server, &host_and_port(url)).await?;
        }
        Ok(stream)
    }
}

pub(crate) fn host_and_port(url: &RequestUrl) -> String {
    format!("{}:{}", url.host, url.port)
}

async fn handshake(
    config: Arc<rustls::ClientConfig>,
    host: &str,
    port: u16,
    stream: Box<dyn Stream>,
    phase: Phase,
    recorder: &Arc<Recorder>,
) -> Result<TlsStream<Box<dyn Stream>>, SendError> {
    let with = format!("{host}:{port}");
    let name = tls::server_name(host).map_err(|error| from_io(&error, phase, With(&with)))?;
    let connecting = TlsConnector::from(config).connect(name, stream);
    recorder::within(recorder.clone(), connecting)
        .await
        .map_err(|error| from_io(&error, phase, With(&with)))
}

/// Tries all addresses: the next one as soon as one fails, or beside it when it is slow.
async fn connect_tcp(
    host: &str,
    port: u16,
    addresses: &[IpAddr],
    proxy: Option<&ProxyServer>,
    recorder: &Recorder,
) -> Result<TcpStream, SendError> {
    recorder.begin(Phase::Tcp);
    let mut waiting = resolver::in_turn(addresses, port).into_iter();
    let mut attempts = FuturesUnordered::new();
    let mut failures: Vec<(SocketAddr, io::Error)> = Vec::new();
    loop {
        let next = waiting.next();
        let more = next.is_some();
        if let Some(address) = next {
            attempts.push(async move { (address, TcpStream::connect(address).await) });
        }
        let outcome = if more && waiting.len() > 0 {
            tokio::time::timeout(NEXT_ADDRESS_AFTER, attempts.next())
                .await
                .ok()
        } else {
            Some(attempts.next().await)
        };
        match outcome {
            Some(Some((_, Ok(socket)))) => {
                let _ = socket.set_nodelay(true);
                return Ok(socket);
            }
            Some(Some((address, Err(error)))) => failures.push((address, error)),
            Some(None) => return Err(none_connected(host, port, &failures, proxy)),
            None => {}
        }
    }
}

fn none_connected(
    host: &str,
    port: u16,
    failures: &[(SocketAddr, io::Error)],
    proxy: Option<&ProxyServer>,
) -> SendError {
    let tried: Vec<String> = failures
        .iter()
        .map(|(address, _)| address.to_string())
        .collect();
    let with = match proxy {
        Some(server) => format!("The proxy {} ({})", server.label(), tried.join(", ")),
        None if tried == [format!("{host}:{port}")] => tried.concat(),
        None => format!("{host}:{port} ({})", tried.join(", ")),
    };
    let fallback = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let error = failures.first().map_or(&fallback, |(_, error)| error);
    let mut error = from_io(error, Phase::Tcp, With(&with));
    if proxy.is_some() {
        error.kind = if error.kind == SendErrorKind::Refused {
            SendErrorKind::ProxyRefused
        } else {
            SendErrorKind::Proxy
        };
        "Check the proxy's address and port, or choose no proxy in the environment"
            .clone_into(&mut error.hint);
    }
    error
}
