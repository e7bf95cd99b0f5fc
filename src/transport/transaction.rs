//! From one press of Send to the last byte of the last hop: token, redirects, renewal, reconnecting, cancelling, decoding.
//! Every hop is recorded; nothing is sent again unseen.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::model::environment::{Environment, HttpVersion};
use crate::model::exchange::{
    BodyProblem, Exchange, Hop, HopPurpose, ResponseBody, SendError, SendErrorKind,
};
use crate::model::note::{Field, Note};
use crate::model::resolved::{HeaderOrigin, ResolvedRequest};
use crate::model::secret::Secret;
use crate::model::timings::Phase;
use crate::model::token::{AccessToken, TokenKey, TokenSource, read_token_answer};

use super::cookies::Cookies;
use super::errors::{cancelled, send_error};
use super::oauth::{self, Fetched, Turn};
use super::recorder::Recorder;
use super::redirect;
use super::sender::{HopFailure, Sender as _};
use super::{ProgressSink, SendJob, Transport, decode};

pub(crate) async fn run(
    transport: Transport,
    job: SendJob,
    cancel: CancellationToken,
    progress: ProgressSink,
) -> Exchange {
    let started = Instant::now();
    let exchange = Exchange {
        id: job.id,
        environment: job.environment.id.clone(),
        started_at: Timestamp::now(),
        hops: Vec::new(),
        notes: Vec::new(),
        masks: crate::model::masks::Masks::default(),
        total: Duration::ZERO,
        error: None,
        redirect_offer: None,
    };
    let mut run = Run {
        transport,
        job,
        cancel,
        progress,
        started,
        exchange,
    };
    let outcome = run.go().await;
    run.exchange.error = outcome.err();
    run.exchange.total = started.elapsed();
    run.exchange
}

struct Run {
    transport: Transport,
    job: SendJob,
    cancel: CancellationToken,
    progress: ProgressSink,
    started: Instant,
    exchange: Exchange,
}

/// Which token will do.
enum Wanted<'a> {
    Fresh,
    /// A new one, whatever the cache holds.
    New,
    /// Another one than this, which was refused.
    NotThis(&'a Secret),
}

impl Run {
    async fn go(&mut self) -> Result<(), SendError> {
        let wanted = if self.job.options.force_new_token {
            Wanted::New
        } else {
            Wanted::Fresh
        };
        let Some(mut request) = self.job.request.take() else {
            return self.token(wanted).await.map(|_| ());
        };
        self.exchange.notes.extend(request.notes.iter().cloned());
        self.exchange.masks.extend(&request.masks);
        if let Some(password) = &request.proxy_password {
            self.exchange.masks.add(password.expose());
        }
        let mut token = None;
        if request.wants_token
            && let Some(found) = self.token(wanted).await?
        {
            request = request.with_authorization(&found.value);
            token = Some(found.value);
        }
        self.hops(request, token).await
    }

    /// The request and what its answers lead to.
    async fn hops(
        &mut self,
        mut request: ResolvedRequest,
        mut token: Option<Secret>,
    ) -> Result<(), SendError> {
        let mut purpose = HopPurpose::Request;
        let mut trail = Trail::new(&request);
        loop {
            self.hop(&request, purpose).await?;
            if self.may_renew(&request)
                && let Some(rejected) = token.take()
            {
                match self.token(Wanted::NotThis(&rejected)).await {
                    Ok(Some(renewed)) => {
                        replace_token(&mut request, &renewed.value);
                        purpose = HopPurpose::Renewed;
                        continue;
                    }
                    Ok(None) => {}
                    Err(error) if error.kind == SendErrorKind::Cancelled => return Err(error),
                    Err(error) => self.exchange.notes.push(Note::new(
                        Field::Environment,
                        format!(
                            "The token was refused and could not be renewed: {}",
                            error.text
                        ),
                    )),
                }
            }
            let Some(next) = self.redirected(&request, &mut trail)? else {
                return Ok(());
            };
            request = next;
            purpose = HopPurpose::Redirect;
        }
    }

    fn may_renew(&self, request: &ResolvedRequest) -> bool {
        let refused = self
            .exchange
            .hops
            .last()
            .and_then(|hop| hop.response.as_ref())
            .is_some_and(|response| response.status == 401);
        refused
            && self.job.options.renew_on_unauthorized
            && is_safe(request)
            && matches!(self.job.token, TokenSource::Request { .. })
    }

    /// The request that the last answer redirects to, when it is to be followed.
    fn redirected(
        &mut self,
        request: &ResolvedRequest,
        trail: &mut Trail,
    ) -> Result<Option<ResolvedRequest>, SendError> {
        if !self.job.options.follow_redirects {
            return Ok(None);
        }
        let Some(hop) = self.exchange.hops.last_mut() else {
            return Ok(None);
        };
        let Some(response) = hop.response.as_ref() else {
            return Ok(None);
        };
        if !redirect::is_redirect(response.status) {
            return Ok(None);
        }
        let status = response.status;
        let path = request.url.target.split('?').next().unwrap_or("/");
        for line in redirect::set_cookies(&response.headers) {
            trail.cookies.set(&line, path);
        }
        let Some(location) = redirect::location(response) else {
            let text = format!("The answer {status} names no `Location` to go to");
            hop.notes.push(Note::new(Field::Path, text));
            return Ok(None);
        };
        let url = redirect::resolve(&request.url, &location)?;
        if url.origin() != request.url.origin() {
            let text = format!(
                "Not followed, because it leads to another origin: {}",
                url.origin()
            );
            hop.notes.push(Note::new(Field::Path, text));
            self.exchange.redirect_offer = Some(url.to_string());
            return Ok(None);
        }
        let next = redirect::next_request(request, status, url);
        if next.method != request.method {
            let text = format!(
                "{status} turns {} into {}, without the body",
                request.method, next.method
            );
            hop.notes.push(Note::new(Field::Method, text));
        }
        let next = redirect::with_cookies(next, &trail.cookies);
        trail.step(&next)?;
        Ok(Some(next))
    }

    /// One request and its answer; once more on a new connection when a reused one was found closed and the method is safe.
    async fn hop(
        &mut self,
        request: &ResolvedRequest,
        purpose: HopPurpose,
    ) -> Result<(), SendError> {
        let mut purpose = purpose;
        let mut cold = self.job.options.cold;
        loop {
            let recorder = Recorder::new(request, self.progress.clone(), false);
            let sending = dispatch(&self.transport, request, cold, &recorder);
            let outcome = tokio::select! {
                biased;
                () = self.cancel.cancelled() => Err(HopFailure::Failed(cancelled(recorder.phase()))),
                outcome = sending => outcome,
            };
            let (error, closed_idle) = match outcome {
                Ok(()) => (None, false),
                Err(failure) => {
                    let closed_idle = matches!(failure, HopFailure::IdleConnectionClosed(_));
                    (Some(failure.into_error()), closed_idle)
                }
            };
            if let Some(error) = &error
                && error.kind == SendErrorKind::Cancelled
                && recorder.has_answer()
            {
                recorder.body_problem(BodyProblem::Cancelled);
            }
            let hop = recorder.finish(purpose, self.started, error);
            let error = self.keep(hop, request).await;
            match error {
                Some(_) if closed_idle && is_safe(request) && !self.cancel.is_cancelled() => {
                    purpose = HopPurpose::Reconnected;
                    cold = true;
                }
                Some(error) => return Err(error),
                None => return Ok(()),
            }
        }
    }

    /// Decodes the hop's answer and adds it to the exchange; gives its error back.
    async fn keep(&mut self, mut hop: Hop, request: &ResolvedRequest) -> Option<SendError> {
        if let Some(response) = hop.response.as_mut() {
            let untouched = response.body.clone();
            let stopped = tokio::select! {
                biased;
                () = decode::decode(response, &request.network.limits) => false,
                () = self.cancel.cancelled(), if hop.error.is_none() => true,
            };
            if stopped {
                response.body = Arc::new(ResponseBody {
                    incomplete: Some(BodyProblem::Cancelled),
                    ..(*untouched).clone()
                });
                hop.error = Some(cancelled(Some(crate::model::timings::Phase::Download)));
            }
        }
        let error = hop.error.clone();
        self.exchange.hops.push(hop);
        error
    }

    /// The environment's token; `None` when it has no credentials.
    async fn token(&mut self, wanted: Wanted<'_>) -> Result<Option<AccessToken>, SendError> {
        let (key, request) = match &self.job.token {
            TokenSource::None => return Ok(None),
            TokenSource::Pasted(token) => {
                self.exchange.masks.add(token.value.expose());
                return Ok(Some(token.clone()));
            }
            TokenSource::Request { key, request } => (key.clone(), request.clone()),
        };
        self.exchange.masks.extend(&request.masks);
        let cached = self.transport.shared.tokens.cached(&key).filter(|token| {
            let usable = match &wanted {
                Wanted::Fresh => true,
                Wanted::New => false,
                Wanted::NotThis(rejected) => token.value != **rejected,
            };
            usable && token.is_fresh(Timestamp::now())
        });
        let fetched = match cached {
            Some(token) => Ok(token),
            None => self.fetch(&key, *request).await,
        };
        match fetched {
            Ok(token) => {
                self.exchange.masks.add(token.value.expose());
                Ok(Some(token))
            }
            Err(error) => Err(as_token_error(error)),
        }
    }

    /// Asks the token endpoint, or waits for a send that asks it already.
    async fn fetch(&mut self, key: &TokenKey, request: ResolvedRequest) -> Fetched {
        loop {
            let flight = match self.transport.shared.tokens.turn(key) {
                Turn::Fetch(sender, flight) => {
                    return self.fetch_for_all(key, request, sender, flight).await;
                }
                Turn::Wait(flight) => flight,
            };
            let fetched = tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(cancelled(None)),
                fetched = oauth::outcome(&flight) => fetched,
            };
            if let Some(fetched) = fetched {
                self.exchange.notes.push(Note::new(
                    Field::Environment,
                    "The token came with the request of another send",
                ));
                return fetched;
            }
        }
    }

    /// Fetches in a task of its own, which goes on for the others when this exchange is cancelled.
    async fn fetch_for_all(
        &mut self,
        key: &TokenKey,
        request: ResolvedRequest,
        sender: watch::Sender<Option<Fetched>>,
        flight: oauth::Flight,
    ) -> Fetched {
        let recorder = Recorder::new(&request, self.progress.clone(), true);
        let finished: Arc<Mutex<Option<Hop>>> = Arc::default();
        tokio::spawn(fetch_task(Fetch {
            transport: self.transport.clone(),
            environment: self.job.environment.clone(),
            key: key.clone(),
            request,
            cold: self.job.options.cold,
            recorder: recorder.clone(),
            started: self.started,
            finished: finished.clone(),
            sender,
        }));
        let fetched = tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(cancelled(recorder.phase())),
            fetched = oauth::outcome(&flight) => fetched
                .unwrap_or_else(|| Err(send_error(SendErrorKind::Token, Phase::Wait, "The token request was given up", "Try again"))),
        };
        recorder.silence();
        let hop = finished
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let hop = hop.unwrap_or_else(|| {
            recorder.snapshot(
                HopPurpose::Token,
                self.started,
                fetched.as_ref().err().cloned(),
            )
        });
        self.exchange.hops.push(hop);
        fetched
    }
}

/// One way or the other, by the environment's HTTP version. Without TLS there is nothing to negotiate.
async fn dispatch(
    transport: &Transport,
    request: &ResolvedRequest,
    cold: bool,
    recorder: &Arc<Recorder>,
) -> Result<(), HopFailure> {
    match request.network.http_version {
        HttpVersion::Automatic if request.url.scheme == "http" => {
            transport.shared.wire.send(request, cold, recorder).await
        }
        HttpVersion::Http11 => transport.shared.wire.send(request, cold, recorder).await,
        HttpVersion::Automatic | HttpVersion::Http2 => {
            transport
                .shared
                .negotiated
                .send(request, cold, recorder)
                .await
        }
    }
}

struct Fetch {
    transport: Transport,
    environment: Arc<Environment>,
    key: TokenKey,
    request: ResolvedRequest,
    cold: bool,
    recorder: Arc<Recorder>,
    started: Instant,
    finished: Arc<Mutex<Option<Hop>>>,
    sender: watch::Sender<Option<Fetched>>,
}

async fn fetch_task(fetch: Fetch) {
    let fetched = tokio::select! {
        biased;
        fetched = fetch_token(&fetch) => fetched,
        () = fetch.sender.closed() => return,
    };
    fetch.transport.shared.tokens.landed(&fetch.key, &fetched);
    let _ = fetch.sender.send(Some(fetched));
}

async fn fetch_token(fetch: &Fetch) -> Fetched {
    let Fetch {
        request, recorder, ..
    } = fetch;
    let outcome = dispatch(&fetch.transport, request, fetch.cold, recorder).await;
    let error = outcome.err().map(HopFailure::into_error);
    let mut hop = recorder.finish(HopPurpose::Token, fetch.started, error);
    if let Some(response) = hop.response.as_mut() {
        decode::decode(response, &request.network.limits).await;
    }
    let fetched = match (&hop.error, &hop.response) {
        (Some(error), _) => Err(error.clone()),
        (None, Some(response)) => read_token_answer(
            &fetch.environment,
            &request.url.to_string(),
            response.status,
            &response.headers,
            &response.body.decoded,
            Timestamp::now(),
            &request.masks,
        )
        .map_err(|refusal| send_error(SendErrorKind::Token, None, refusal.text, refusal.hint)),
        (None, None) => Err(send_error(
            SendErrorKind::Token,
            Phase::Wait,
            "The token endpoint gave no answer",
            "Try again",
        )),
    };
    *fetch
        .finished
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = Some(hop);
    fetched
}

/// A network fault of the token request is told as what it means here: no token.
fn as_token_error(error: SendError) -> SendError {
    match error.kind {
        SendErrorKind::Cancelled | SendErrorKind::Token => error,
        _ => SendError {
            kind: SendErrorKind::Token,
            text: format!("No token: {}", error.text),
            ..error
        },
    }
}

/// May be sent twice: GET, HEAD and OPTIONS, unless a header makes another method of it.
fn is_safe(request: &ResolvedRequest) -> bool {
    matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS")
        && !request
            .headers
            .iter()
            .any(|header| header.name.eq_ignore_ascii_case("x-http-method-override"))
}

fn replace_token(request: &mut ResolvedRequest, token: &Secret) {
    request.masks.add(token.expose());
    for header in &mut request.headers {
        if header.origin == HeaderOrigin::Token {
            header.value = Bytes::from(format!("Bearer {}", token.expose()));
        }
    }
}

/// The way through redirects: what was visited, and the cookies found on it.
struct Trail {
    cookies: Cookies,
    chain: Vec<String>,
    visited: Vec<(String, String, Option<Bytes>)>,
    limit: u32,
}

impl Trail {
    fn new(request: &ResolvedRequest) -> Self {
        Self {
            cookies: Cookies::default(),
            chain: vec![request.url.to_string()],
            visited: vec![Self::place(request)],
            limit: request.network.limits.redirects,
        }
    }

    /// The same place with the same cookies gives the same answer again.
    fn place(request: &ResolvedRequest) -> (String, String, Option<Bytes>) {
        let cookie = request
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case("cookie"));
        (
            request.method.clone(),
            request.url.to_string(),
            cookie.map(|header| header.value.clone()),
        )
    }

    fn step(&mut self, next: &ResolvedRequest) -> Result<(), SendError> {
        self.chain.push(next.url.to_string());
        let place = Self::place(next);
        if self.visited.contains(&place) {
            return Err(redirect::endless(&self.chain, self.limit, true));
        }
        self.visited.push(place);
        if self.chain.len() > self.limit as usize + 1 {
            return Err(redirect::endless(&self.chain, self.limit, false));
        }
        Ok(())
    }
}
