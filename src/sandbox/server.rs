//! Connections: accepts them, guards the Host name, reads request bodies whole and writes answers. What an answer says is
//! the doors' business.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING};
use http::request::Parts;
use http::{Extensions, HeaderValue, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::gateway::{BrokenApi, HttpApi, RestApi};
use super::genesys::Genesys;
use super::host_guard::HostGuard;

/// Bytes of a request body that every door takes: 10 MB, the gateways' own limit.
pub(super) const BODY_LIMIT: usize = 10 * 1024 * 1024;
/// Bytes read and thrown away beyond the limit, so that the client sees the answer and not a reset.
const DISCARD_LIMIT: usize = 8 * BODY_LIMIT;
pub(super) const PAUSE_AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// One of the services.
#[derive(Debug)]
pub(super) enum Door {
    Api(Arc<Genesys>),
    Login(Arc<Genesys>),
    HttpApi(HttpApi),
    RestApi(RestApi),
    /// The flag says how the request under way spelled `authorization`.
    Broken(Arc<BrokenApi>, Arc<AtomicBool>),
}

impl Door {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        match self {
            Self::Api(genesys) => genesys.api(request).await,
            Self::Login(genesys) => genesys.login(&request),
            Self::HttpApi(gateway) => gateway.answer(request).await,
            Self::RestApi(gateway) => gateway.answer(request).await,
            Self::Broken(gateway, lower_case) => {
                gateway
                    .answer(request, lower_case.load(Ordering::Relaxed))
                    .await
            }
        }
    }

    fn too_large(&self) -> Response<Bytes> {
        match self {
            Self::Api(_) | Self::Login(_) => Genesys::too_large(),
            Self::HttpApi(_) | Self::RestApi(_) | Self::Broken(..) => super::gateway::too_large(),
        }
    }
}

/// A door with what every answer through it needs.
#[derive(Debug)]
pub(super) struct Doorway {
    door: Door,
    guard: HostGuard,
    names: Extensions,
}

impl Doorway {
    pub(super) fn new(door: Door, port: u16, names: Extensions) -> Self {
        Self {
            door,
            guard: HostGuard::new(port),
            names,
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let wants_close = wants_close(&parts);
        let version = parts.version;
        let mut response = match self.guard.refuses(&parts) {
            Some(refusal) => refusal,
            None => match read(body).await {
                Ok(body) => self.door.answer(Request::from_parts(parts, body)).await,
                Err(ReadError::TooLarge) => self.door.too_large(),
                // Nobody is left to answer; hyper closes the connection.
                Err(ReadError::Broken) => Response::new(Bytes::new()),
            },
        };
        if version == Version::HTTP_2 {
            response.headers_mut().remove(CONNECTION);
        } else if wants_close {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.headers_mut().remove(TRANSFER_ENCODING);
        response.extensions_mut().extend(self.names.clone());
        response.map(Full::new)
    }
}

/// Accepts until `cancelled`; every connection is a task of its own in `tasks`.
pub(super) async fn serve(
    listener: TcpListener,
    doorway: Arc<Doorway>,
    cancelled: CancellationToken,
    tasks: TaskTracker,
) {
    loop {
        tokio::select! {
            () = cancelled.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    let connection = converse(stream, Arc::clone(&doorway));
                    let cancelled = cancelled.clone();
                    tasks.spawn(async move {
                        tokio::select! {
                            () = cancelled.cancelled() => {}
                            () = connection => {}
                        }
                    });
                }
                // Out of file descriptors, or the client has gone: neither ends the sandbox.
                Err(_) => tokio::time::sleep(PAUSE_AFTER_FAILED_ACCEPT).await,
            },
        }
    }
}

pub(super) async fn converse<S>(stream: S, doorway: Arc<Doorway>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new());
    builder.http2().timer(TokioTimer::new());
    let service = service_fn(move |request| {
        let doorway = Arc::clone(&doorway);
        async move { Ok::<_, Infallible>(doorway.answer(request).await) }
    });
    // A connection that breaks concerns its client, who sees it.
    let _ = builder
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

enum ReadError {
    TooLarge,
    Broken,
}

async fn read(mut body: Incoming) -> Result<Bytes, ReadError> {
    let mut kept = BytesMut::new();
    let mut seen = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ReadError::Broken)?.into_data() else {
            continue;
        };
        seen += data.len();
        if seen <= BODY_LIMIT {
            kept.extend_from_slice(&data);
        } else if seen > DISCARD_LIMIT {
            break;
        }
    }
    if seen > BODY_LIMIT {
        return Err(ReadError::TooLarge);
    }
    Ok(kept.freeze())
}

fn wants_close(request: &Parts) -> bool {
    let said = |word: &str| {
        request.headers.get_all(CONNECTION).iter().any(|value| {
            value.to_str().is_ok_and(|text| {
                text.split(',')
                    .any(|part| part.trim().eq_ignore_ascii_case(word))
            })
        })
    };
    said("close") || (request.version == Version::HTTP_10 && !said("keep-alive"))
}

/// Puts in what a server writes on the wire by itself, so that a gateway in front sees it too.
pub(super) fn finish(response: &mut Response<Bytes>) {
    let length = response.body().len();
    let is_empty_by_nature = response.status() == StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    if !headers.contains_key(DATE) {
        headers.insert(DATE, now());
    }
    headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
    if is_empty_by_nature {
        headers.remove(CONTENT_LENGTH);
    } else {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}

/// Now, as a `Date` header.
fn now() -> HeaderValue {
    let text = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&jiff::Timestamp::now())
        .unwrap_or_default();
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
