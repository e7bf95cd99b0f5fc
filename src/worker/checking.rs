//! Executes a gateway check: asks the step machine, sends what it says, tells each result as it is there. The exchanges and the report
//! go into the history when everything has been told.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::checking::{CheckRequest, CheckingCommand, CheckingEvent};
use crate::app::command::SendCommand;
use crate::app::event::{Event, NotSent};
use crate::model::environment::{Environment, KeepHistory};
use crate::model::exchange::Exchange;
use crate::model::history::{HistoryKind, HistorySummary};
use crate::model::ids::ExchangeId;
use crate::model::sandbox_environments::bind;
use crate::model::token::TokenSource;
use crate::runs::check::report::CheckReport;
use crate::runs::check::{CheckPlan, CheckRun, Next, Probe, ProbeRequest, TokenOf};
use crate::store::atomic::{self, Access};
use crate::store::history::Recording;
use crate::transport::SendJob;

use super::core::Core;
use super::{history, prepare, sending};

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: CheckingCommand) {
    match command {
        CheckingCommand::Run(request) => {
            let cancel = core.begin(request.run);
            tasks.spawn(run(Arc::clone(core), *request, cancel));
        }
        CheckingCommand::Load { id, run } => {
            let core = Arc::clone(core);
            tasks.spawn(async move {
                if let Some(report) = history::document(&core, id, HistoryKind::Report)
                    .await
                    .and_then(|document| serde_json::from_slice(&document).ok())
                {
                    core.events.emit(Event::Checking(CheckingEvent::Loaded {
                        run,
                        report: Arc::new(report),
                    }));
                }
            });
        }
        CheckingCommand::Save { text, path } => {
            let core = Arc::clone(core);
            tasks.spawn_blocking(move || {
                let event = match atomic::write(&path, text.as_bytes(), Access::AsBefore) {
                    Ok(()) => CheckingEvent::Saved { path },
                    Err(error) => CheckingEvent::NotSaved {
                        path,
                        text: error.to_string(),
                    },
                };
                core.events.emit(Event::Checking(event));
            });
        }
    }
}

async fn run(core: Arc<Core>, request: CheckRequest, cancel: CancellationToken) {
    let id = request.run;
    let workspace = history::open_folder(&core).await;
    let began = Timestamp::now();
    let started = Instant::now();
    let direct = match &request.direct {
        Some(direct) => Some(bound(&core, direct).await),
        None => None,
    };
    let gateway = bound(&core, &request.gateway).await;
    let mut plan = CheckPlan::new(gateway, direct, &request.all);
    plan.allow_writes = request.allow_writes;
    plan.echo_path = request.echo_path;
    plan.latency_pairs = request.latency_pairs.min(CheckRequest::MOST_PAIRS);
    let mut driver = Driver {
        core: &core,
        cancel: &cancel,
        next_id: id.0 + 1,
        recordings: Vec::new(),
    };
    let mut check = CheckRun::new(plan);
    let mut told = Told::default();
    loop {
        if cancel.is_cancelled() {
            check.cancel();
        }
        let next = check.next(milliseconds_since(started));
        told.tell(&core, id, &check);
        match next {
            Next::Done => break,
            Next::Wait => check.not_sent("Its answer never came"),
            Next::WaitUntil { at_ms, because } => {
                asking(&core, id, &check, &because);
                let rest = at_ms.saturating_sub(milliseconds_since(started));
                tokio::select! {
                    () = cancel.cancelled() => {}
                    () = tokio::time::sleep(std::time::Duration::from_millis(rest.max(1))) => {}
                }
            }
            Next::Send(probe) => {
                asking(&core, id, &check, "");
                match driver.send(*probe, check.plan()).await {
                    Ok(exchange) => check.answer(exchange, milliseconds_since(started)),
                    Err(reason) => {
                        if matches!(reason, NotSent::Cancelled) {
                            check.cancel();
                        }
                        check.not_sent(words(reason));
                    }
                }
            }
        }
    }
    core.end(id);
    let report = Arc::new(check.report());
    core.events.emit(Event::Checking(CheckingEvent::Ended {
        run: id,
        report: Arc::clone(&report),
    }));
    let recordings = driver.recordings;
    let keeps = request.gateway.history != KeepHistory::Nothing;
    if keeps && let Ok(document) = serde_json::to_vec(&*report) {
        let summary = summary(&request.gateway, &report, began);
        history::put(&core, workspace.clone(), summary, document).await;
    }
    for recording in recordings {
        history::record(&core, workspace.clone(), recording).await;
    }
}

fn milliseconds_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// With the addresses of the running sandbox, when it is the sandbox's. One that cannot be started shows with the first request.
async fn bound(core: &Core, environment: &Environment) -> Environment {
    if environment.sandbox.is_none() {
        return environment.clone();
    }
    match core.sandbox_for(environment).await {
        Ok(addresses) => bind(environment, &addresses),
        Err(_) => environment.clone(),
    }
}

fn asking(core: &Core, run: ExchangeId, check: &CheckRun, resting: &str) {
    if let Some(step) = check.current() {
        core.events.emit(Event::Checking(CheckingEvent::Asking {
            run,
            step,
            resting: resting.to_owned(),
        }));
    }
}

/// What the front knows already.
#[derive(Debug, Default)]
struct Told {
    steps: usize,
    exchanges: std::collections::BTreeSet<u64>,
}

impl Told {
    fn tell(&mut self, core: &Core, run: ExchangeId, check: &CheckRun) {
        for result in &check.steps()[self.steps..] {
            let exchanges = check
                .exchanges()
                .filter(|exchange| result.exchanges.contains(&exchange.id.0))
                .filter(|exchange| self.exchanges.insert(exchange.id.0))
                .map(Arc::clone)
                .collect();
            core.events.emit(Event::Checking(CheckingEvent::Step {
                run,
                result: Box::new(result.clone()),
                exchanges,
            }));
        }
        self.steps = check.steps().len();
    }
}

struct Driver<'a> {
    core: &'a Arc<Core>,
    cancel: &'a CancellationToken,
    next_id: u64,
    recordings: Vec<Recording>,
}

impl Driver<'_> {
    async fn send(
        &mut self,
        request: ProbeRequest,
        plan: &CheckPlan,
    ) -> Result<Arc<Exchange>, NotSent> {
        let id = ExchangeId(self.next_id);
        self.next_id += 1;
        let core = self.core;
        let prepared = tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(NotSent::Cancelled),
            prepared = prepared(core, id, &request, plan) => prepared,
        };
        let job = prepared.map_err(|reason| sending::without_secrets(reason, &core.known()))?;
        let environment = Arc::clone(&job.environment);
        let source = job.token.clone();
        let sink = Arc::new(|_| {});
        let mut result = core.transport.send(job, self.cancel.clone(), sink).await;
        if let Some(token) = core.transport.cached_token(&source) {
            core.learn(&token.value);
        }
        result.masks.extend(&core.known());
        if request.draft.is_none() {
            core.remember_source(&environment.id, &source);
            core.events.emit(Event::Token {
                environment: environment.id.clone(),
                state: sending::token_state(core, &source, &result),
            });
        }
        let result = Arc::new(result);
        // Samples are numbers, not something to read again.
        if !matches!(request.probe, Probe::Sample(..)) {
            self.recordings.push(Recording {
                exchange: Arc::clone(&result),
                environment: request.environment,
                draft: request.draft,
                leg: None,
                answered_by: None,
            });
        }
        Ok(result)
    }
}

/// The job of one request. A redirect and a 401 are findings: neither is followed nor mended here.
async fn prepared(
    core: &Core,
    id: ExchangeId,
    request: &ProbeRequest,
    plan: &CheckPlan,
) -> Result<SendJob, NotSent> {
    let mut job = match &request.draft {
        None => prepare::token(core, id, &request.environment, true).await?,
        Some(draft) => {
            let command = SendCommand {
                exchange: id,
                leg: None,
                draft: draft.clone(),
                environment: request.environment.clone(),
                confirmed_unsafe: true,
                reading_operations: Vec::new(),
                follow_redirects: false,
                follow_to: None,
                dynamics: None,
            };
            prepare::send(core, &command).await?
        }
    };
    match (request.token, &plan.direct) {
        (TokenOf::Nobody, _) if request.draft.is_some() => job.token = TokenSource::None,
        (TokenOf::Direct, Some(direct)) => {
            job.token = prepare::token(core, id, direct, false).await?.token;
        }
        _ => {}
    }
    job.options.follow_redirects = false;
    job.options.renew_on_unauthorized = false;
    job.options.cold = request.cold;
    Ok(job)
}

fn words(reason: NotSent) -> String {
    match reason {
        NotSent::Problems(problems) => {
            let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
            texts.join("; ")
        }
        NotSent::RefusedByProtection { text }
        | NotSent::NeedsConfirmation { text }
        | NotSent::NeedsReadingConfirmation { text, .. } => text,
        NotSent::OriginsChanged { now, .. } => format!(
            "The secrets were entered for other addresses than {}: confirm them by sending a request once",
            now.join(" and ")
        ),
        NotSent::NeedsApproval { environment, .. } => format!(
            "`{environment}` asks for something that was not allowed on this machine yet: send a request once to be asked"
        ),
        NotSent::Failed { text, hint } | NotSent::SecretUnreadable { text, hint }
            if hint.is_empty() =>
        {
            text
        }
        NotSent::Failed { text, hint } | NotSent::SecretUnreadable { text, hint } => {
            format!("{text}. {hint}")
        }
        NotSent::Cancelled => "The check was cancelled".to_owned(),
    }
}

fn summary(environment: &Environment, report: &CheckReport, began: Timestamp) -> HistorySummary {
    HistorySummary {
        kind: HistoryKind::Report,
        request: None,
        environment: environment.id.clone(),
        environment_name: environment.name.clone(),
        environment_colour: environment.colour,
        leg: None,
        method: "CHECK".to_owned(),
        path: report.headline(),
        url: report.api_url.clone(),
        status: None,
        error: None,
        answered_by: None,
        started_at: began,
        total: std::time::Duration::from_millis(report.took_ms),
        wire_bytes: 0,
        decoded_bytes: 0,
    }
}
