//! HTTP/1.1 over a connection of our own: what is typed is what is written, and what is recorded is what the socket took.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::{Buf as _, Bytes, BytesMut};

use crate::model::environment::Limits;
use crate::model::exchange::{BodyProblem, HeaderField, SendErrorKind};
use crate::model::note::Field;
use crate::model::resolved::ResolvedRequest;
use crate::model::timings::Phase;

use super::connect::{Connector, Stream, host_and_port};
use super::errors::{
    self, With, body_cut, closed_inside_head, closed_without_answer, first_byte_timeout, from_io,
    idle_connection_closed, send_error, silence_timeout,
};
use super::pool::{Idle, Pool, PoolKey};
use super::proxy::{self, ProxyServer};
use super::recorder::Recorder;
use super::request_head::{self, TargetForm};
use super::response_reader::{AtEnd, Item, ReadError, ResponseReader};
use super::sender::{HopFailure, Sender};
use super::tls::Offer;
use super::upload::{self, Upload};

/// Bytes read at once.
const READ: usize = 64 * 1024;
/// Bodies up to this length go into the same write as the head.
const WITH_HEAD: usize = 16 * 1024;

#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) connector: Arc<Connector>,
    pub(crate) pool: Pool,
}

impl Sender for Wire {
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
        let chunked = request_head::is_chunked(&request.headers);
        let upload = Upload::open(&request.body, chunked).await?;
        recorder.connection(|connection| {
            connection.proxy = proxy.as_ref().map(ProxyServer::label);
        });
        // Faults of the request itself are told before anything is opened.
        prepare_head(request, &upload, proxy.as_ref(), recorder)?;
        let key = PoolKey::new(request, proxy.as_ref());
        let pooled = if cold { None } else { self.pool.take(&key) };
        let reused = pooled.is_some();
        let idle = if let Some(idle) = pooled {
            idle
        } else {
            let opened = self
                .connector
                .open(request, proxy.as_ref(), Offer::Http11, recorder)
                .await?;
            Idle {
                stream: opened.stream,
                peer_address: opened.peer_address,
                tls: opened.tls,
            }
        };
        self.talk(request, upload, idle, key, reused, recorder)
            .await
    }
}

impl Wire {
    /// One request and its answer on a connection that is open.
    pub(crate) async fn talk(
        &self,
        request: &ResolvedRequest,
        upload: Upload,
        mut idle: Idle,
        key: PoolKey,
        reused: bool,
        recorder: &Arc<Recorder>,
    ) -> Result<(), HopFailure> {
        let proxy = proxy::route(
            &request.network,
            request.proxy_password.as_ref(),
            &request.url,
        )?;
        let head = prepare_head(request, &upload, proxy.as_ref(), recorder)?;
        recorder.connection(|connection| {
            connection.reused = reused;
            connection.peer_address = Some(idle.peer_address.clone());
            connection.tls.clone_from(&idle.tls);
        });
        let with = host_and_port(&request.url);
        let conversation = Conversation {
            stream: &mut *idle.stream,
            upload,
            outgoing: head,
            after_head: None,
            incoming: BytesMut::with_capacity(READ),
            reader: ResponseReader::new(&request.method),
            limits: &request.network.limits,
            recorder,
            reused,
            with: &with,
            sending: true,
            write_error: None,
            head_began: false,
        };
        let may_reuse = conversation.run().await?;
        if may_reuse && !request_head::asks_to_close(&request.headers) {
            self.pool.put(key, idle);
        }
        Ok(())
    }
}

/// The head as it will be written, told to the recorder.
fn prepare_head(
    request: &ResolvedRequest,
    upload: &Upload,
    proxy: Option<&ProxyServer>,
    recorder: &Recorder,
) -> Result<Bytes, HopFailure> {
    let headers = request_head::with_framing(request.headers.clone(), upload.length());
    if let Some(fault) = request_head::unsendable(&request.method, &request.url, &headers) {
        return Err(HopFailure::Failed(send_error(
            SendErrorKind::Configuration,
            None,
            format!("The request cannot be sent: {fault}"),
            "Mend it and send again; nothing was sent",
        )));
    }
    let mut fields = request_head::fields(&headers, request.network.header_case);
    let absolute = proxy.is_some_and(|server| !server.is_socks()) && request.url.scheme == "http";
    let form = if absolute {
        if let Some(value) = proxy.and_then(ProxyServer::authorization) {
            fields.push(HeaderField::new("Proxy-Authorization", value));
        }
        TargetForm::Absolute
    } else {
        TargetForm::Origin
    };
    let head = request_head::head(&request.method, &request.url, form, &fields);
    recorder.sending_head(head.clone(), fields);
    Ok(head)
}

enum Step {
    Wrote(usize),
    Flushed,
    WriteFailed(io::Error),
    Read(usize),
    ReadFailed(io::Error),
}

/// One request and its answer on an open connection. Reads while it writes: a server may answer before it has read all.
struct Conversation<'a> {
    stream: &'a mut dyn Stream,
    upload: Upload,
    outgoing: Bytes,
    /// A piece of the body that was too long to go with the head.
    after_head: Option<Bytes>,
    incoming: BytesMut,
    reader: ResponseReader,
    limits: &'a Limits,
    recorder: &'a Recorder,
    reused: bool,
    with: &'a str,
    /// Something is still to be written or flushed.
    sending: bool,
    write_error: Option<io::Error>,
    head_began: bool,
}

impl Conversation<'_> {
    /// Whether the connection can serve another request.
    async fn run(mut self) -> Result<bool, HopFailure> {
        self.recorder.begin(Phase::Send);
        self.join_small_body().await?;
        loop {
            if self.sending
                && self.outgoing.is_empty()
                && let Some(piece) = self.next_piece().await?
            {
                self.outgoing = piece;
            }
            match self.step_in_time().await? {
                Step::Wrote(count) => {
                    self.recorder.wrote(&self.outgoing[..count]);
                    self.outgoing.advance(count);
                }
                Step::Flushed => {
                    self.sending = false;
                    if !self.head_began {
                        self.recorder.begin(Phase::Wait);
                    }
                }
                Step::WriteFailed(error) => {
                    // The answer may be there all the same: a server that refuses a body answers first.
                    self.sending = false;
                    self.outgoing = Bytes::new();
                    self.write_error = Some(error);
                    if !self.head_began {
                        self.recorder.begin(Phase::Wait);
                    }
                }
                Step::Read(0) => return self.ended(None),
                Step::Read(_) => {
                    if let Some(may_reuse) = self.read_items()? {
                        return Ok(may_reuse);
                    }
                }
                Step::ReadFailed(error) => return self.ended(Some(error)),
            }
        }
    }

    /// A short body leaves in the same packet as the head.
    async fn join_small_body(&mut self) -> Result<(), HopFailure> {
        if let Some(piece) = self.next_piece().await? {
            if piece.len() <= WITH_HEAD {
                let mut joined = BytesMut::with_capacity(self.outgoing.len() + piece.len());
                joined.extend_from_slice(&self.outgoing);
                joined.extend_from_slice(&piece);
                self.outgoing = joined.freeze();
            } else {
                self.after_head = Some(piece);
            }
        }
        Ok(())
    }

    async fn next_piece(&mut self) -> Result<Option<Bytes>, HopFailure> {
        if let Some(piece) = self.after_head.take() {
            return Ok(Some(piece));
        }
        self.upload
            .next()
            .await
            .map_err(|error| HopFailure::Failed(upload::failed_while_sending(&error)))
    }

    async fn step_in_time(&mut self) -> Result<Step, HopFailure> {
        let (limit, phase) = if self.sending {
            (self.limits.silence(), Phase::Send)
        } else if self.head_began {
            (self.limits.silence(), Phase::Download)
        } else {
            (self.limits.first_byte(), Phase::Wait)
        };
        self.incoming.reserve(READ);
        let step = std::future::poll_fn(|context| self.poll_step(context));
        if let Ok(step) = tokio::time::timeout(limit, step).await {
            return Ok(step);
        }
        let error = match phase {
            Phase::Wait => first_byte_timeout(self.limits.first_byte_ms),
            phase => silence_timeout(phase, self.limits.silence_ms),
        };
        if self.recorder.has_answer() {
            self.recorder.body_problem(BodyProblem::Silence {
                after_ms: self.limits.silence_ms,
            });
        }
        Err(HopFailure::Failed(error))
    }

    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Step> {
        if self.sending {
            let written = if self.outgoing.is_empty() {
                Pin::new(&mut *self.stream)
                    .poll_flush(context)
                    .map_ok(|()| Step::Flushed)
            } else {
                Pin::new(&mut *self.stream)
                    .poll_write(context, &self.outgoing)
                    .map(|outcome| match outcome {
                        Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                        other => other.map(Step::Wrote),
                    })
            };
            if let Poll::Ready(outcome) = written {
                return Poll::Ready(outcome.unwrap_or_else(Step::WriteFailed));
            }
        }
        tokio_util::io::poll_read_buf(Pin::new(&mut *self.stream), context, &mut self.incoming)
            .map(|outcome| outcome.map_or_else(Step::ReadFailed, Step::Read))
    }

    /// Takes from the buffer what is there; `Some` when the answer is over.
    fn read_items(&mut self) -> Result<Option<bool>, HopFailure> {
        if !self.head_began {
            self.head_began = true;
            self.recorder.begin_at(Phase::Download, Instant::now());
        }
        loop {
            let item = self
                .reader
                .next(&mut self.incoming)
                .map_err(|error| HopFailure::Failed(self.not_understood(&error)))?;
            match item {
                None => return Ok(None),
                Some(Item::Interim(head)) => {
                    self.recorder.note(
                        Field::Path,
                        format!(
                            "The server sent the interim answer {} {} first",
                            head.status, head.reason
                        )
                        .trim_end(),
                    );
                    self.head_began = !self.incoming.is_empty();
                    self.recorder.take_back(Phase::Download);
                    if self.head_began {
                        self.recorder.begin(Phase::Download);
                    }
                }
                Some(Item::Head(head)) => {
                    self.recorder.answered(head);
                    if let Some(length) = self.reader.announced() {
                        let expected = length.min(self.limits.wire_bytes);
                        self.recorder
                            .expect_body(usize::try_from(expected).unwrap_or(0));
                    }
                }
                Some(Item::Body(bytes)) => {
                    if !self.recorder.received(&bytes, self.limits.wire_bytes) {
                        self.recorder.body_problem(BodyProblem::WireLimit {
                            limit: self.limits.wire_bytes,
                        });
                        self.recorder.end();
                        return Ok(Some(false));
                    }
                }
                Some(Item::Trailers(fields)) => {
                    for field in fields {
                        let text =
                            format!("Trailer behind the body: {}: {}", field.name, field.text());
                        self.recorder.note(Field::Body, text);
                    }
                }
                Some(Item::End) => return Ok(Some(self.whole())),
            }
        }
    }

    /// The answer is whole.
    fn whole(&mut self) -> bool {
        self.recorder.end();
        if self.sending || self.write_error.is_some() {
            let text = format!(
                "The server answered before the whole body was sent: {} bytes of it went out",
                self.recorder.body_sent()
            );
            self.recorder.note(Field::Body, text);
            return false;
        }
        if !self.incoming.is_empty() {
            let text = format!(
                "{} bytes came behind the end of the answer",
                self.incoming.len()
            );
            self.recorder.note(Field::Body, text);
            return false;
        }
        self.reader.may_reuse()
    }

    /// The connection ended, orderly (`None`) or with an error.
    fn ended(&mut self, error: Option<io::Error>) -> Result<bool, HopFailure> {
        let received = self.recorder.body_received();
        let unannounced = error
            .as_ref()
            .is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof);
        let reset = error.as_ref().is_some_and(|_| !unannounced);
        let problem = match self.reader.at_end(self.incoming.len()) {
            AtEnd::Whole if !reset => {
                if unannounced {
                    self.recorder.note(
                        Field::Body,
                        "The server ended the connection without saying so in TLS; the body may be cut off",
                    );
                }
                self.whole();
                return Ok(false);
            }
            AtEnd::Nothing => return Err(self.no_answer(error)),
            AtEnd::InsideHead { received } => {
                return Err(HopFailure::Failed(closed_inside_head(received)));
            }
            AtEnd::Whole => BodyProblem::Reset,
            AtEnd::Truncated { .. } | AtEnd::TruncatedChunks if reset => BodyProblem::Reset,
            AtEnd::Truncated { expected } => BodyProblem::Truncated { received, expected },
            AtEnd::TruncatedChunks => BodyProblem::TruncatedChunks { received },
        };
        let failure = match (&problem, error) {
            (BodyProblem::Reset, Some(error)) => from_io(&error, Phase::Download, With(self.with)),
            (problem, _) => body_cut(format!("The body is not whole: {problem}")),
        };
        self.recorder.body_problem(problem);
        Err(HopFailure::Failed(failure))
    }

    fn no_answer(&mut self, error: Option<io::Error>) -> HopFailure {
        let phase = if self.sending || self.write_error.is_some() {
            Phase::Send
        } else {
            Phase::Wait
        };
        if self.reused {
            return HopFailure::IdleConnectionClosed(idle_connection_closed(phase));
        }
        HopFailure::Failed(match self.write_error.take().or(error) {
            Some(error) => from_io(&error, phase, With(self.with)),
            None => closed_without_answer(phase),
        })
    }

    fn not_understood(&self, error: &ReadError) -> crate::model::exchange::SendError {
        let (text, hint) = match error {
            ReadError::NotHttp { start } if start.starts_with(&[0x15, 3]) => (
                format!("{} speaks TLS on this port, not plain HTTP", self.with),
                "Use https",
            ),
            ReadError::NotHttp { start } => (
                format!(
                    "The answer of {} is not HTTP; it begins with `{}`",
                    self.with,
                    start.escape_ascii()
                ),
                "Check host and port: something else than a web server listens there",
            ),
            other => (
                format!("{} broke the rules of HTTP: {other}", self.with),
                "The raw start of the answer is of no use; look at the server or what is in between",
            ),
        };
        errors::send_error(SendErrorKind::Protocol, Phase::Download, text, hint)
    }
}
