//! HTTP/2, and "automatic": what ALPN agrees on. The connection is opened as `wire` opens its own, so phases, proxy,
//! chain, cipher and resumption are known here too; hyper speaks HTTP/2 on it. When ALPN chooses HTTP/1.1, `wire` takes over.
//!
//! Not over reqwest: its connection is sealed, so cipher, the proxy's phase and resumption could not be told,
//! and it adds an `Accept` nobody typed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

use crate::model::environment::{HttpVersion, Limits};
use crate::model::exchange::{
    BodyProblem, HeaderField, SendError, SendErrorKind, TlsInfo, WireVersion,
};
use crate::model::note::Field;
use crate::model::resolved::{RequestHeader, ResolvedRequest};
use crate::model::timings::Phase;

use super::connect::{Connector, Opened, host_and_port};
use super::errors::{
    With, body_cut, first_byte_timeout, from_io, idle_connection_closed, send_error,
    silence_timeout,
};
use super::pool::{Idle, PoolKey};
use super::proxy::{self, ProxyServer};
use super::recorder::{Recorder, ResponseHead};
use super::request_head;
use super::sender::{HopFailure, Sender};
use super::tls::Offer;
use super::upload::Upload;
use super::wire::Wire;

/// As for HTTP/1.1: shorter than what servers usually allow.
const IDLE_FOR: Duration = Duration::from_secs(4);
/// Bytes of all fields of an answer.
const HEAD_LIMIT: u32 = 2 * 1024 * 1024;

type Body = BoxBody<Bytes, std::io::Error>;

/// One HTTP/2 connection, shared by requests with the same key.
#[derive(Clone)]
struct Shared {
    sender: SendRequest<Body>,
    peer_address: String,
    tls: Option<TlsInfo>,
    used: Instant,
}

type Connections = Mutex<HashMap<PoolKey, Shared>>;

pub(crate) struct Negotiated {
    connector: Arc<Connector>,
    wire: Arc<Wire>,
    connections: Arc<Connections>,
}

impl std::fmt::Debug for Negotiated {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Negotiated").finish_non_exhaustive()
    }
}

impl Sender for Negotiated {
    async fn send(
        &self,
        request: &ResolvedRequest,
        cold: bool,
        recorder: &Arc<Recorder>,
    ) -> Result<(), HopFailure> {
        let proxy = proxy::route(
            &request.network,
            request.proxy_password.as_ref(),
            &request.url,
        )?;
        recorder.connection(|connection| connection.proxy = proxy.as_ref().map(ProxyServer::label));
        let upload = Upload::open(&request.body, false).await?;
        let key = PoolKey::new(request, proxy.as_ref());
        if !cold && let Some(shared) = self.take(&key) {
            return talk(shared, request, upload, true, recorder).await;
        }
        if !cold
            && request.network.http_version == HttpVersion::Automatic
            && let Some(idle) = self.wire.pool.take(&key)
        {
            return self
                .wire
                .talk(request, upload, idle, key, true, recorder)
                .await;
        }
        let offer = match request.network.http_version {
            HttpVersion::Automatic => Offer::Both,
            _ => Offer::Http2,
        };
        let opened = self
            .connector
            .open(request, proxy.as_ref(), offer, recorder)
            .await?;
        let agreed = opened.tls.as_ref().and_then(|tls| tls.alpn.clone());
        match (offer, agreed.as_deref()) {
            (_, Some("h2")) => {}
            (Offer::Http2, None) if opened.tls.is_none() => {}
            (Offer::Http2, _) => return Err(HopFailure::Failed(no_http2(&request.url.host))),
            _ => {
                let idle = Idle {
                    stream: opened.stream,
                    peer_address: opened.peer_address,
                    tls: opened.tls,
                };
                return self
                    .wire
                    .talk(request, upload, idle, key, false, recorder)
                    .await;
            }
        }
        let shared = start(opened).await.map_err(|error| {
            HopFailure::Failed(failure(&error, Phase::Send, &host_and_port(&request.url)))
        })?;
        if !cold {
            self.put(key, shared.clone());
        }
        talk(shared, request, upload, false, recorder).await
    }
}

impl Negotiated {
    pub(crate) fn new(connector: Arc<Connector>, wire: Arc<Wire>) -> Self {
        Self {
            connector,
            wire,
            connections: Arc::default(),
        }
    }

    fn take(&self, key: &PoolKey) -> Option<Shared> {
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connections
            .retain(|_, shared| !shared.sender.is_closed() && shared.used.elapsed() < IDLE_FOR);
        let shared = connections.get_mut(key)?;
        shared.used = Instant::now();
        Some(shared.clone())
    }

    fn put(&self, key: PoolKey, shared: Shared) {
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let first = connections.is_empty();
        connections.insert(key, shared);
        drop(connections);
        if first {
            tokio::spawn(close_idle(Arc::downgrade(&self.connections)));
        }
    }
}

/// As for HTTP/1.1: closes what nobody uses, also when nothing else is sent. Streams under way keep their connection.
async fn close_idle(connections: Weak<Connections>) {
    loop {
        tokio::time::sleep(IDLE_FOR).await;
        let Some(connections) = connections.upgrade() else {
            return;
        };
        let mut connections = connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections
            .retain(|_, shared| !shared.sender.is_closed() && shared.used.elapsed() < IDLE_FOR);
        if connections.is_empty() {
            return;
        }
    }
}

fn no_http2(host: &str) -> SendError {
    send_error(
        SendErrorKind::Tls,
        Phase::Tls,
        format!("{host} does not offer HTTP/2"),
        "Choose HTTP version automatic or 1.1 in the environment",
    )
}

async fn start(opened: Opened) -> hyper::Result<Shared> {
    let (sender, connection) = {
        let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_header_list_size(HEAD_LIMIT);
        builder.handshake(TokioIo::new(opened.stream)).await?
    };
    // Ends by itself when the last handle and stream are gone.
    tokio::spawn(connection);
    Ok(Shared {
        sender,
        peer_address: opened.peer_address,
        tls: opened.tls,
        used: Instant::now(),
    })
}

async fn talk(
    mut shared: Shared,
    request: &ResolvedRequest,
    upload: Upload,
    reused: bool,
    recorder: &Arc<Recorder>,
) -> Result<(), HopFailure> {
    recorder.connection(|connection| {
        connection.reused = reused;
        connection.peer_address = Some(shared.peer_address.clone());
        connection.tls.clone_from(&shared.tls);
    });
    let with = host_and_port(&request.url);
    let message = message(request, upload, recorder)?;
    recorder.begin(Phase::Send);
    let bodiless = request.body.is_empty();
    let fail = |error: &hyper::Error, phase| {
        if reused && (error.is_canceled() || error.is_closed()) {
            HopFailure::IdleConnectionClosed(idle_connection_closed(phase))
        } else {
            HopFailure::Failed(failure(error, phase, &with))
        }
    };
    shared
        .sender
        .ready()
        .await
        .map_err(|error| fail(&error, Phase::Send))?;
    let answer = shared.sender.send_request(message);
    if bodiless {
        recorder.begin(Phase::Wait);
    }
    let answer = in_time(answer, &request.network.limits, recorder)
        .await
        .map_err(HopFailure::Failed)?;
    let answer = answer.map_err(|error| fail(&error, recorder.phase().unwrap_or(Phase::Wait)))?;
    recorder.begin(Phase::Download);
    let (parts, body) = answer.into_parts();
    recorder.answered(ResponseHead {
        version: WireVersion::Http2,
        status: parts.status.as_u16(),
        reason: String::new(),
        raw: None,
        headers: fields(&parts.headers),
    });
    download(
        body,
        parts.headers.get("content-length"),
        &request.network.limits,
        recorder,
        &with,
    )
    .await
}

/// Waits for the head: silence counts while the body goes out, the first byte limit afterwards.
async fn in_time<T>(
    answer: impl Future<Output = T>,
    limits: &Limits,
    recorder: &Recorder,
) -> Result<T, SendError> {
    let mut answer = std::pin::pin!(answer);
    loop {
        let before = (recorder.phase(), recorder.body_sent());
        let limit = match before.0 {
            Some(Phase::Send) => limits.silence(),
            _ => limits.first_byte(),
        };
        if let Ok(outcome) = tokio::time::timeout(limit, &mut answer).await {
            return Ok(outcome);
        }
        if (recorder.phase(), recorder.body_sent()) != before {
            continue;
        }
        return Err(match before.0 {
            Some(Phase::Send) => silence_timeout(Phase::Send, limits.silence_ms),
            _ => first_byte_timeout(limits.first_byte_ms),
        });
    }
}

async fn download(
    mut body: Incoming,
    announced: Option<&http::HeaderValue>,
    limits: &Limits,
    recorder: &Recorder,
    with: &str,
) -> Result<(), HopFailure> {
    let expected = announced.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    loop {
        let frame = tokio::time::timeout(limits.silence(), body.frame()).await;
        let Ok(frame) = frame else {
            recorder.body_problem(BodyProblem::Silence {
                after_ms: limits.silence_ms,
            });
            return Err(HopFailure::Failed(silence_timeout(
                Phase::Download,
                limits.silence_ms,
            )));
        };
        match frame {
            None => {
                recorder.end();
                return Ok(());
            }
            Some(Ok(frame)) => match frame.into_data() {
                Ok(bytes) => {
                    if !recorder.received(&bytes, limits.wire_bytes) {
                        recorder.body_problem(BodyProblem::WireLimit {
                            limit: limits.wire_bytes,
                        });
                        recorder.end();
                        return Ok(());
                    }
                }
                Err(frame) => {
                    if let Ok(trailers) = frame.into_trailers() {
                        for field in fields(&trailers) {
                            let text = format!(
                                "Trailer behind the body: {}: {}",
                                field.name,
                                field.text()
                            );
                            recorder.note(Field::Body, text);
                        }
                    }
                }
            },
            Some(Err(error)) => {
                let received = recorder.body_received();
                let problem = match expected {
                    Some(expected) if received < expected => {
                        BodyProblem::Truncated { received, expected }
                    }
                    _ => BodyProblem::Reset,
                };
                let failed = if matches!(problem, BodyProblem::Truncated { .. }) {
                    body_cut(format!("The body is not whole: {problem}"))
                } else {
                    failure(&error, Phase::Download, with)
                };
                recorder.body_problem(problem);
                return Err(HopFailure::Failed(failed));
            }
        }
    }
}

/// The request as HTTP/2 has it: names in lower case, `Host` as `:authority`, no fields of the connection.
fn message(
    request: &ResolvedRequest,
    upload: Upload,
    recorder: &Arc<Recorder>,
) -> Result<http::Request<Body>, HopFailure> {
    let headers = request_head::with_framing(request.headers.clone(), upload.length());
    let refuse = |fault: &str| {
        HopFailure::Failed(send_error(
            SendErrorKind::Configuration,
            None,
            format!("The request cannot be sent over HTTP/2: {fault}"),
            "Mend it, or choose HTTP version 1.1 in the environment; nothing was sent",
        ))
    };
    if let Some(fault) = request_head::unsendable(&request.method, &request.url, &headers) {
        return Err(refuse(&fault));
    }
    let mut builder = http::Request::builder()
        .method(request.method.as_str())
        .uri(request.url.to_string())
        .version(http::Version::HTTP_2);
    let mut left_out = Vec::new();
    for header in &headers {
        if belongs_to_connection(header, &request.url.authority()) {
            if !header.name.eq_ignore_ascii_case("host") {
                left_out.push(header.name.clone());
            }
            continue;
        }
        let value = http::HeaderValue::from_bytes(&header.value)
            .map_err(|_| refuse(&format!("the value of the header `{}`", header.name)))?;
        builder = builder.header(header.name.as_str(), value);
    }
    let has_body = upload.length().is_some();
    let body = if has_body {
        sent_in_pieces(upload, recorder.clone())
    } else {
        Empty::new().map_err(|never| match never {}).boxed()
    };
    let message = builder
        .body(body)
        .map_err(|error| refuse(&error.to_string()))?;
    if !left_out.is_empty() {
        let text = format!(
            "Left out, because HTTP/2 has no such headers: {}",
            left_out.join(", ")
        );
        recorder.note(Field::HttpVersion, text);
    }
    let respelled: Vec<&str> = headers
        .iter()
        .map(|header| header.name.as_str())
        .filter(|name| {
            name.bytes().any(|byte| byte.is_ascii_uppercase())
                && message.headers().contains_key(*name)
        })
        .collect();
    if !respelled.is_empty() {
        let text = format!(
            "HTTP/2 writes header names in lower case: {}",
            respelled.join(", ")
        );
        recorder.note(Field::HttpVersion, text);
    }
    recorder.sending(|sent| {
        sent.version = WireVersion::Http2;
        sent.headers = fields(message.headers());
    });
    Ok(message)
}

fn belongs_to_connection(header: &RequestHeader, authority: &str) -> bool {
    let name = header.name.to_ascii_lowercase();
    match name.as_str() {
        "connection" | "keep-alive" | "proxy-connection" | "transfer-encoding" | "upgrade" => true,
        "te" => header.value != "trailers",
        "host" => header.value.eq_ignore_ascii_case(authority.as_bytes()),
        _ => false,
    }
}

fn sent_in_pieces(upload: Upload, recorder: Arc<Recorder>) -> Body {
    let pieces = stream::unfold(Some((upload, recorder)), |state| async move {
        let (mut upload, recorder) = state?;
        match upload.next().await {
            Ok(Some(piece)) => {
                recorder.wrote_body(&piece);
                Some((Ok(Frame::data(piece)), Some((upload, recorder))))
            }
            Ok(None) => {
                if !recorder.has_answer() {
                    recorder.begin(Phase::Wait);
                }
                None
            }
            Err(error) => Some((Err(error), None)),
        }
    });
    http_body_util::BodyExt::boxed(StreamBody::new(SyncStream(Mutex::new(Box::pin(pieces)))))
}

/// A stream that is only ever polled from one place, which the body type wants to hear from the type system.
struct SyncStream(Mutex<Pieces>);

type Pieces = std::pin::Pin<Box<dyn stream::Stream<Item = Piece> + Send>>;
type Piece = Result<Frame<Bytes>, std::io::Error>;

impl stream::Stream for SyncStream {
    type Item = Piece;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .as_mut()
            .poll_next(context)
    }
}

fn fields(headers: &http::HeaderMap) -> Vec<HeaderField> {
    headers
        .iter()
        .map(|(name, value)| {
            HeaderField::new(name.as_str(), Bytes::copy_from_slice(value.as_bytes()))
        })
        .collect()
}

fn failure(error: &hyper::Error, phase: Phase, with: &str) -> SendError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(io) = current.downcast_ref::<std::io::Error>() {
            return from_io(io, phase, With(with));
        }
        cause = current.source();
    }
    let cause =
        std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    send_error(
        SendErrorKind::Protocol,
        phase,
        format!("HTTP/2 with {with} failed: {cause}"),
        "Try HTTP version 1.1 in the environment",
    )
}
