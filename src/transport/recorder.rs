//! What is known of one hop so far. Both senders write into it while they work, so that a hop that is cancelled
//! or fails half-way still shows what was sent, what arrived and where the time went.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use rustls::pki_types::CertificateDer;

use crate::model::exchange::{
    BodyProblem, Certificate, Connection, HeaderField, Hop, HopPurpose, Response, ResponseBody,
    SendError, SentRequest, TlsInfo, WireVersion,
};
use crate::model::note::{Field, Note};
use crate::model::resolved::ResolvedRequest;
use crate::model::timings::Phase;

use super::phases::PhaseClock;
use super::{ProgressSink, TransportProgress};

tokio::task_local! {
    /// The hop whose task is running: hooks that rustls and the resolver call find their hop here, and only here.
    /// A connection that was moved to a background task finds none, and its marks are dropped.
    static CURRENT: Arc<Recorder>;
}

/// Runs `work` with `recorder` as the hop of the running task.
pub(crate) async fn within<T>(recorder: Arc<Recorder>, work: impl Future<Output = T>) -> T {
    CURRENT.scope(recorder, work).await
}

/// Calls `mark` with the hop of the running task, if it is one.
pub(crate) fn current(mark: impl FnOnce(&Recorder)) {
    let _ = CURRENT.try_with(|recorder| mark(recorder));
}

/// The head of an answer.
#[derive(Debug, Clone)]
pub(crate) struct ResponseHead {
    pub(crate) version: WireVersion,
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) raw: Option<Bytes>,
    pub(crate) headers: Vec<HeaderField>,
}

pub(crate) struct Recorder {
    progress: ProgressSink,
    fetching_token: bool,
    quiet: AtomicBool,
    record: Mutex<Record>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Recorder").finish_non_exhaustive()
    }
}

struct Record {
    clock: PhaseClock,
    sent: SentRequest,
    /// The head that is being written; `sent.head` is the part the socket accepted.
    head: Bytes,
    preview: BytesMut,
    connection: Connection,
    response: Option<ResponseHead>,
    body: BytesMut,
    problem: Option<BodyProblem>,
    notes: Vec<Note>,
}

impl Recorder {
    pub(crate) fn new(
        request: &ResolvedRequest,
        progress: ProgressSink,
        fetching_token: bool,
    ) -> Arc<Self> {
        let headers = request
            .headers
            .iter()
            .map(|header| HeaderField::new(header.name.clone(), header.value.clone()))
            .collect();
        Arc::new(Self {
            progress,
            fetching_token,
            quiet: AtomicBool::new(false),
            record: Mutex::new(Record {
                clock: PhaseClock::new(Instant::now()),
                sent: SentRequest {
                    method: request.method.clone(),
                    url: request.url.to_string(),
                    version: WireVersion::Http11,
                    head: None,
                    headers,
                    body_preview: Bytes::new(),
                    body_bytes: 0,
                    total_bytes: 0,
                },
                head: Bytes::new(),
                preview: BytesMut::new(),
                connection: Connection::default(),
                response: None,
                body: BytesMut::new(),
                problem: None,
                notes: Vec::new(),
            }),
        })
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No more progress: the exchange that asked for it is over.
    pub(crate) fn silence(&self) {
        self.quiet.store(true, Ordering::Relaxed);
    }

    fn report(&self, phase: Phase, received: usize) {
        if !self.quiet.load(Ordering::Relaxed) {
            (self.progress)(TransportProgress {
                phase,
                fetching_token: self.fetching_token,
                received_bytes: received as u64,
            });
        }
    }

    pub(crate) fn begin(&self, phase: Phase) {
        self.begin_at(phase, Instant::now());
    }

    pub(crate) fn begin_at(&self, phase: Phase, at: Instant) {
        let received = {
            let mut record = self.record();
            record.clock.begin(phase, at);
            record.body.len()
        };
        self.report(phase, received);
    }

    pub(crate) fn pause(&self) {
        self.record().clock.pause(Instant::now());
    }

    pub(crate) fn take_back(&self, phase: Phase) {
        self.record().clock.take_back(phase);
    }

    /// The phase under way, or the one before a pause.
    pub(crate) fn phase(&self) -> Option<Phase> {
        self.record().clock.last()
    }

    pub(crate) fn end(&self) {
        self.record().clock.end(Instant::now());
    }

    pub(crate) fn connection(&self, change: impl FnOnce(&mut Connection)) {
        change(&mut self.record().connection);
    }

    /// The chain a server presented, whether it was accepted or not.
    pub(crate) fn saw_chain(&self, chain: Vec<Certificate>) {
        self.connection(|connection| {
            connection.tls.get_or_insert_with(TlsInfo::default).chain = chain;
        });
    }

    pub(crate) fn note(&self, field: Field, text: impl Into<String>) {
        self.record().notes.push(Note::new(field, text));
    }

    /// The request as it is about to be sent.
    pub(crate) fn sending(&self, change: impl FnOnce(&mut SentRequest)) {
        change(&mut self.record().sent);
    }

    /// HTTP/1.1: the head that will be written before anything else.
    pub(crate) fn sending_head(&self, head: Bytes, headers: Vec<HeaderField>) {
        let mut record = self.record();
        record.sent.headers = headers;
        record.sent.head = Some(Bytes::new());
        record.head = head;
    }

    /// The socket accepted the next `bytes` of head and body.
    pub(crate) fn wrote(&self, bytes: &[u8]) {
        let mut record = self.record();
        let before = usize::try_from(record.sent.total_bytes).unwrap_or(usize::MAX);
        let after = before.saturating_add(bytes.len());
        let head_length = record.head.len();
        if before < head_length {
            record.sent.head = Some(record.head.slice(..after.min(head_length)));
        }
        let body = &bytes[head_length.saturating_sub(before).min(bytes.len())..];
        record.add_body(body);
        record.sent.total_bytes += (bytes.len() - body.len()) as u64;
    }

    /// HTTP/2: the next body bytes were handed to the connection.
    pub(crate) fn wrote_body(&self, bytes: &[u8]) {
        self.record().add_body(bytes);
    }

    /// Body bytes that went out so far.
    pub(crate) fn body_sent(&self) -> u64 {
        self.record().sent.body_bytes
    }

    pub(crate) fn answered(&self, head: ResponseHead) {
        self.record().response = Some(head);
    }

    /// Room for the body that was announced.
    pub(crate) fn expect_body(&self, length: usize) {
        self.record().body.reserve(length);
    }

    /// Keeps body bytes up to `limit`; `false` when the limit was reached.
    pub(crate) fn received(&self, bytes: &[u8], limit: u64) -> bool {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let (received, whole) = {
            let mut record = self.record();
            let room = limit.saturating_sub(record.body.len());
            record
                .body
                .extend_from_slice(&bytes[..bytes.len().min(room)]);
            (record.body.len(), bytes.len() <= room)
        };
        self.report(Phase::Download, received);
        whole
    }

    pub(crate) fn body_received(&self) -> u64 {
        self.record().body.len() as u64
    }

    pub(crate) fn body_problem(&self, problem: BodyProblem) {
        self.record().problem.get_or_insert(problem);
    }

    /// Whether the head of the answer is there.
    pub(crate) fn has_answer(&self) -> bool {
        self.record().response.is_some()
    }

    /// Closes the record. The body is not decoded yet: `decoded` is what arrived.
    pub(crate) fn finish(
        &self,
        purpose: HopPurpose,
        exchange_started: Instant,
        error: Option<SendError>,
    ) -> Hop {
        let mut record = self.record();
        record.clock.end(Instant::now());
        let wire = std::mem::take(&mut record.body).freeze();
        record.hop(purpose, exchange_started, error, wire)
    }

    /// The hop as far as it got, while its work goes on for others.
    pub(crate) fn snapshot(
        &self,
        purpose: HopPurpose,
        exchange_started: Instant,
        error: Option<SendError>,
    ) -> Hop {
        let record = self.record();
        let wire = Bytes::copy_from_slice(&record.body);
        record.hop(purpose, exchange_started, error, wire)
    }
}

impl Record {
    fn hop(
        &self,
        purpose: HopPurpose,
        exchange_started: Instant,
        error: Option<SendError>,
        wire: Bytes,
    ) -> Hop {
        let mut sent = self.sent.clone();
        sent.body_preview = Bytes::copy_from_slice(&self.preview);
        Hop {
            purpose,
            start_offset: self
                .clock
                .started()
                .saturating_duration_since(exchange_started),
            sent,
            phases: self.clock.phases(Instant::now()),
            connection: self.connection.clone(),
            response: self.response.clone().map(|head| Response {
                version: head.version,
                status: head.status,
                reason: head.reason,
                head: head.raw,
                headers: head.headers,
                body: Arc::new(ResponseBody {
                    decoded: wire.clone(),
                    wire,
                    codings: Vec::new(),
                    incomplete: self.problem.clone(),
                }),
            }),
            error,
            notes: self.notes.clone(),
        }
    }

    fn add_body(&mut self, bytes: &[u8]) {
        let room = SentRequest::BODY_PREVIEW.saturating_sub(self.preview.len());
        self.preview
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.sent.body_bytes += bytes.len() as u64;
        self.sent.total_bytes += bytes.len() as u64;
    }
}

/// The chain of DER certificates in readable form.
pub(crate) fn readable_chain(
    leaf: &CertificateDer<'_>,
    rest: &[CertificateDer<'_>],
) -> Vec<Certificate> {
    std::iter::once(leaf)
        .chain(rest)
        .map(|der| super::certificate::read(der))
        .collect()
}
