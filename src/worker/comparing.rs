//! Carries comparisons out: both sides are prepared, `runs::comparison` says what is sent when, the answers are judged on the
//! blocking pool. Samplings are in `sampling`, the history of comparisons and their files in `keeping`.

mod keeping;
mod sampling;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::command::SendCommand;
use crate::app::comparing::{
    CompareCommand, CompareStep, Compared, ComparedSide, ComparingCommand, ComparingEvent,
    ComparingOptions, NotStarted, SideBySide,
};
use crate::app::event::{Event, NotSent};
use crate::app::state::Leg as WindowLeg;
use crate::body::view::{BodyView, Mode};
use crate::compare::record::{RunLeg, RunRecord};
use crate::compare::{Answered, Answerer, Leg, Options, differing_lines};
use crate::explain::answerer::{Answerer as Who, Through};
use crate::explain::explanation::explain;
use crate::model::dynamic::Dynamics;
use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, HeaderField, header};
use crate::model::history::HistoryId;
use crate::model::ids::ExchangeId;
use crate::model::masks::Masks;
use crate::model::request::RequestDraft;
use crate::model::rules::RuleSet;
use crate::runs::comparison::{ComparisonPlan, ComparisonRun, LegRequest, Step, StopReason};
use crate::store::history::Recording;
use crate::transport::SendJob;

use super::core::Core;
use super::{Front, catalogue, commands, history, laying_out, prepare, protection, sending};

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: ComparingCommand) {
    let shared = || Arc::clone(core);
    match command {
        ComparingCommand::Compare(command) => {
            let cancel = core.begin(command.job);
            tasks.spawn(compare(shared(), *command, cancel));
        }
        ComparingCommand::Judge {
            job,
            compared,
            rules,
            options,
        } => {
            let cancel = core.begin(job);
            tasks.spawn(judge_again(
                shared(),
                job,
                compared,
                (rules, options),
                cancel,
            ));
        }
        ComparingCommand::Sample(command) => {
            let cancel = core.begin(command.job);
            tasks.spawn(sampling::sample(shared(), *command, cancel));
        }
        ComparingCommand::EnvironmentEdited { job, leg } => core.environment_edited(job, leg),
        ComparingCommand::Reopen { id, exchanges } => {
            tasks.spawn(keeping::reopen(shared(), id, exchanges));
        }
        ComparingCommand::KeepSamples { id, latency } => {
            tasks.spawn(keeping::add_samples(shared(), id, latency));
        }
        ComparingCommand::SaveRules { rules } => {
            tasks.spawn(commands::save_rules(core, rules));
        }
        ComparingCommand::Save { report, kind, path } => {
            tasks.spawn_blocking({
                let core = shared();
                move || keeping::save(&core, &report, kind, path)
            });
        }
    }
}

fn tell(core: &Core, event: ComparingEvent) {
    core.events.emit(Event::Comparing(event));
}

/// What a request is to both environments.
enum Acting {
    Reads,
    /// Its method is one that acts, and the catalogue knows it to read only: asked about once.
    MayRead {
        operation: String,
    },
    Acts,
}

fn acting(
    draft: &RequestDraft,
    sides: [&Environment; 2],
    confirmed: bool,
    reading_operations: &[String],
) -> Acting {
    if sides.iter().all(|side| !protection::is_unsafe(draft, side)) {
        return Acting::Reads;
    }
    if sides
        .iter()
        .any(|side| protection::overrides_method(draft, side))
    {
        return Acting::Acts;
    }
    match catalogue::reading_operation(draft.method.trim(), draft.path.trim()) {
        Some(operation) if confirmed || reading_operations.contains(&operation) => Acting::Reads,
        Some(operation) => Acting::MayRead { operation },
        None => Acting::Acts,
    }
}

/// Both sides, ready to be sent as often as wanted.
struct Sides {
    a: SendJob,
    b: SendJob,
    /// That was open when they were prepared.
    workspace: PathBuf,
}

impl Sides {
    fn of(&self, leg: Leg) -> &SendJob {
        match leg {
            Leg::A => &self.a,
            Leg::B => &self.b,
        }
    }

    /// The request of one leg, with the token that it is to carry.
    fn job(&self, request: LegRequest, id: ExchangeId) -> SendJob {
        let mut job = self.of(request.environment).clone();
        job.id = id;
        let wants_token = job
            .request
            .as_ref()
            .is_some_and(|request| request.wants_token);
        if wants_token {
            job.token = self.of(request.token).token.clone();
        }
        job.options.follow_redirects = request.follow_redirects;
        job.options.renew_on_unauthorized = request.renew_on_unauthorized;
        job
    }
}

/// What is to be sent to both sides.
struct Wanted<'a> {
    draft: &'a RequestDraft,
    a: &'a Environment,
    b: &'a Environment,
    reading_operations: &'a [String],
    dynamics: Dynamics,
}

/// Prepares both sides before anything is sent: what keeps B from being sent must not leave A acting alone.
async fn both_sides(
    core: &Core,
    wanted: &Wanted<'_>,
    cancel: &CancellationToken,
) -> Result<Sides, NotStarted> {
    let workspace = super::history::open_folder(core);
    let side = async |leg: Leg, environment: &Environment| {
        let command = SendCommand {
            exchange: ExchangeId(0),
            leg: None,
            draft: wanted.draft.clone(),
            environment: environment.clone(),
            // The question of the comparison itself comes after this; read-only environments refuse all the same.
            confirmed_unsafe: true,
            reading_operations: wanted.reading_operations.to_vec(),
            follow_redirects: false,
            follow_to: None,
            dynamics: Some(wanted.dynamics),
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(NotSent::Cancelled),
            prepared = prepare::send(core, &command) => prepared,
        }
        .map_err(|reason| NotStarted::Side {
            leg,
            reason: sending::without_secrets(reason, &core.known()),
        })
    };
    Ok(Sides {
        a: side(Leg::A, wanted.a).await?,
        b: side(Leg::B, wanted.b).await?,
        workspace: workspace.await,
    })
}

async fn compare(core: Arc<Core>, command: CompareCommand, cancel: CancellationToken) {
    let job = command.job;
    let outcome = Box::pin(run(&core, &command, &cancel)).await;
    core.end(job);
    let (run, sides) = match outcome {
        Ok(run) => run,
        Err(Ended::Stopped(reason)) => {
            tell(&core, ComparingEvent::Stopped { job, reason });
            return;
        }
        Err(Ended::NotStarted(reason)) => {
            tell(&core, ComparingEvent::NotStarted { job, reason });
            return;
        }
    };
    let show_secrets = command.show_secrets;
    let (rules, options) = (command.rules.clone(), command.options.clone());
    let judging = core.begin(job);
    // Cancel that was pressed at the very end of sending counts here too.
    if cancel.is_cancelled() {
        judging.cancel();
    }
    let judged = judge(&run, (rules, options), show_secrets, &judging).await;
    core.end(job);
    let Some(comparison) = judged else {
        record_all(&core, &command, &run, &sides).await;
        let reason = StopReason::Cancelled;
        tell(&core, ComparingEvent::Stopped { job, reason });
        return;
    };
    let side = |leg: RunLeg| ComparedSide {
        environment: Arc::clone(&sides.of(leg.side()).environment),
        exchange: run.exchange(leg).cloned(),
    };
    let compared = Arc::new(Compared {
        job,
        comparison: Arc::new(comparison),
        run: run.record(),
        a: side(RunLeg::A),
        b: side(RunLeg::B),
        again: run.exchange(RunLeg::AAgain).cloned(),
        started_at: run
            .exchange(RunLeg::A)
            .map_or_else(Timestamp::now, |exchange| exchange.started_at),
        past: None,
        latency: None,
    });
    tell(
        &core,
        ComparingEvent::Done {
            job,
            compared: Arc::clone(&compared),
        },
    );
    if core.options.front == Front::Window {
        lay_out(&core, &compared).await;
    }
    let entries = record_all(&core, &command, &run, &sides).await;
    keeping::keep(&core, sides.workspace, &compared, &command.draft, entries).await;
}

enum Ended {
    Stopped(StopReason),
    NotStarted(NotStarted),
}

impl From<NotStarted> for Ended {
    fn from(reason: NotStarted) -> Self {
        Self::NotStarted(reason)
    }
}

/// Sends what the run asks for, until there is something to compare.
async fn run(
    core: &Arc<Core>,
    command: &CompareCommand,
    cancel: &CancellationToken,
) -> Result<(ComparisonRun, Sides), Ended> {
    let job = command.job;
    let step = |step| tell(core, ComparingEvent::Progress { job, step });
    step(CompareStep::Preparing);
    let wanted = Wanted {
        draft: &command.draft,
        a: &command.a,
        b: &command.b,
        reading_operations: &command.reading_operations,
        dynamics: command.dynamics.unwrap_or_else(prepare::dynamics_of_now),
    };
    let sides = both_sides(core, &wanted, cancel).await?;
    let method = command.draft.method.trim();
    let acting = acting(
        &command.draft,
        [&command.a, &command.b],
        command.confirmed,
        &command.reading_operations,
    );
    if let Acting::MayRead { operation } = acting {
        return Err(Ended::NotStarted(may_read(operation, method)));
    }
    let mut plan = ComparisonPlan::new(
        Arc::clone(&sides.a.environment),
        Arc::clone(&sides.b.environment),
        method,
        matches!(acting, Acting::Reads),
    );
    plan.order = command.options.order;
    plan.tokens = command.options.tokens;
    let mut run = ComparisonRun::new(plan);
    loop {
        if cancel.is_cancelled() {
            run.cancel();
        }
        match run.next_step() {
            Step::Confirm(_) if command.confirmed => run.confirm(true),
            Step::Confirm(mut confirmation) => {
                confirmation.text.push_str(&addresses(&sides));
                let reason = NotStarted::NeedsConfirmation(confirmation);
                return Err(Ended::NotStarted(reason));
            }
            Step::Send(requests) => {
                let first = requests.first().map_or(RunLeg::A, |request| request.leg);
                step(CompareStep::Sending {
                    leg: first,
                    and_the_other: requests.len() > 1,
                });
                let jobs = requests.into_iter().map(|request| {
                    let id = command.exchanges[request.leg as usize];
                    let sent = sending::perform(core, sides.job(request, id), cancel.clone());
                    async move { (request.leg, sent.await) }
                });
                for (leg, exchange) in Box::pin(together(jobs.collect())).await {
                    run.answer(leg, Arc::new(exchange));
                }
            }
            Step::Compare | Step::Wait => break,
            Step::Stopped(reason) => {
                record_all(core, command, &run, &sides).await;
                return Err(Ended::Stopped(reason));
            }
        }
    }
    step(CompareStep::Judging);
    Ok((run, sides))
}

/// One or two at once.
async fn together<T>(mut futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let second = futures.pop();
    match (futures.pop(), second) {
        (Some(first), Some(second)) => {
            let (first, second) = tokio::join!(first, second);
            vec![first, second]
        }
        (None, Some(only)) => vec![only.await],
        _ => Vec::new(),
    }
}

fn may_read(operation: String, method: &str) -> NotStarted {
    NotStarted::Side {
        leg: Leg::A,
        reason: NotSent::NeedsReadingConfirmation {
            operation,
            text: format!(
                "{method} usually changes something. By its name this operation only asks a question; the comparison sends it to A twice and to B once"
            ),
        },
    }
}

/// Where both requests go, for the question whether they may.
fn addresses(sides: &Sides) -> String {
    let host = |job: &SendJob| {
        job.request
            .as_ref()
            .map(|request| request.url.authority())
            .unwrap_or_default()
    };
    format!(". A is {}, B is {}", host(&sides.a), host(&sides.b))
}

/// Every exchange of a run goes into the history; their entries by leg.
async fn record_all(
    core: &Arc<Core>,
    command: &CompareCommand,
    run: &ComparisonRun,
    sides: &Sides,
) -> Vec<(RunLeg, HistoryId)> {
    let mut entries = Vec::new();
    for leg in [RunLeg::A, RunLeg::B, RunLeg::AAgain] {
        let Some(exchange) = run.exchange(leg) else {
            continue;
        };
        let window_leg = match leg.side() {
            Leg::A => WindowLeg::A,
            Leg::B => WindowLeg::B,
        };
        let recording = Recording {
            exchange: Arc::clone(exchange),
            environment: match leg.side() {
                Leg::A => command.a.clone(),
                Leg::B => command.b.clone(),
            },
            draft: Some(command.draft.clone()),
            leg: Some(window_leg.letter().to_owned()),
            answered_by: None,
        };
        if let Some(id) = history::record(core, sides.workspace.clone(), recording).await {
            entries.push((leg, id));
        }
    }
    for leg in [Leg::A, Leg::B] {
        sending::keep_token(core, sides.of(leg)).await;
    }
    entries
}

/// Judges the answers of a run off the threads that send. `None` when cancelled.
async fn judge(
    run: &ComparisonRun,
    (rules, options): (RuleSet, ComparingOptions),
    show_secrets: bool,
    cancel: &CancellationToken,
) -> Option<crate::compare::Comparison> {
    let run = run.clone();
    let cancel = cancel.clone();
    let judged = tokio::task::spawn_blocking(move || {
        let rules = options.applied_to(&rules);
        let cancelled = || cancel.is_cancelled();
        let mut comparison =
            run.conclude(&answered, &rules, Options { show_secrets }, &cancelled)?;
        ComparingOptions::clean(&mut comparison);
        Some(comparison)
    });
    judged.await.ok().flatten()
}

/// The same answers, under other rules.
async fn judge_again(
    core: Arc<Core>,
    job: ExchangeId,
    compared: Arc<Compared>,
    by: (RuleSet, ComparingOptions),
    cancel: CancellationToken,
) {
    let judged = match replayed(&compared) {
        Some(run) => judge(&run, by, false, &cancel).await,
        None => None,
    };
    core.end(job);
    let Some(comparison) = judged else {
        let reason = StopReason::Cancelled;
        tell(&core, ComparingEvent::Stopped { job, reason });
        return;
    };
    let compared = Arc::new(Compared {
        comparison: Arc::new(comparison),
        ..(*compared).clone()
    });
    tell(&core, ComparingEvent::Done { job, compared });
}

/// The run that a comparison came from, with its answers; `None` when they are not at hand.
fn replayed(compared: &Compared) -> Option<ComparisonRun> {
    let RunRecord {
        method,
        order,
        tokens,
        ..
    } = compared.run.clone();
    let mut plan = ComparisonPlan::new(
        Arc::clone(&compared.a.environment),
        Arc::clone(&compared.b.environment),
        &method,
        true,
    );
    plan.order = order;
    plan.tokens = tokens;
    plan.ask_again = compared.again.is_some();
    let mut run = ComparisonRun::new(plan);
    loop {
        match run.next_step() {
            Step::Send(requests) => {
                for request in requests {
                    let exchange = match request.leg {
                        RunLeg::A => compared.a.exchange.clone()?,
                        RunLeg::B => compared.b.exchange.clone()?,
                        RunLeg::AAgain => compared.again.clone()?,
                    };
                    run.answer(request.leg, exchange);
                }
            }
            Step::Compare => return Some(run),
            Step::Confirm(_) | Step::Wait | Step::Stopped(_) => return None,
        }
    }
}

/// Who answered and what it means, as the explanations have it.
pub(super) fn answered(exchange: &Exchange, environment: &Environment) -> Answered {
    let explanation = explain(exchange, environment);
    let by = match explanation.who.answerer {
        Who::Nobody { .. } => Answerer::Nobody,
        Who::GenesysLogin { .. } | Who::GenesysApi { .. } => Answerer::GenesysCloud,
        // Something stands behind the gateway and was heard; whether it is the service is not shown.
        Who::Backend {
            through: Through::Direct,
        }
        | Who::Backend { .. }
        | Who::SomethingElse => Answerer::Unknown,
        Who::RestGateway
        | Who::HttpApi
        | Who::CloudFront
        | Who::AwsService
        | Who::Proxy
        | Who::CaptivePortal => Answerer::Gateway,
    };
    Answered {
        by,
        text: explanation.who.words(),
        meaning: explanation
            .main
            .map(|finding| finding.means)
            .unwrap_or_default(),
    }
}

/// Lays both bodies out and finds the lines that differ, for the page that shows them side by side.
async fn lay_out(core: &Arc<Core>, compared: &Arc<Compared>) {
    let job = compared.job;
    let cancel = core.begin(job);
    let compared = Arc::clone(compared);
    let laid_out = tokio::task::spawn_blocking(move || {
        side_by_side(
            compared.a.exchange.as_deref(),
            compared.b.exchange.as_deref(),
            &|| cancel.is_cancelled(),
        )
    });
    let texts = laid_out.await.ok().flatten();
    core.end(job);
    if let Some(texts) = texts {
        let texts = Arc::new(texts);
        tell(core, ComparingEvent::TextsReady { job, texts });
    }
}

fn side_by_side(
    a: Option<&Exchange>,
    b: Option<&Exchange>,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Option<SideBySide> {
    // A secret of one side may turn up on the other.
    let mut masks = Masks::default();
    for exchange in [a, b].into_iter().flatten() {
        masks.extend(&exchange.masks);
    }
    let view = |exchange: Option<&Exchange>| -> Option<Option<BodyView>> {
        let response = exchange
            .and_then(Exchange::answer)
            .and_then(|hop| hop.response.as_ref());
        let Some(response) = response else {
            return Some(None);
        };
        let content_type = header(&response.headers, "content-type").map(HeaderField::text);
        laying_out::lay_out_masked(
            &response.body.decoded,
            content_type.as_deref(),
            &masks,
            cancelled,
        )
        .map(Some)
    };
    let (a, b) = (view(a)?, view(b)?);
    let mode = [Mode::Pretty, Mode::Raw].into_iter().find(|mode| {
        [&a, &b]
            .into_iter()
            .flatten()
            .all(|view| view.modes().contains(mode))
    });
    let hunks = match (&a, &b, mode) {
        (Some(a), Some(b), Some(mode)) => differing_lines(
            a.document(mode).whole(),
            b.document(mode).whole(),
            cancelled,
        )?,
        _ => Vec::new(),
    };
    Some(SideBySide {
        a: a.map(Arc::new),
        b: b.map(Arc::new),
        hunks,
        pretty: mode == Some(Mode::Pretty),
        masked: !masks.is_empty(),
    })
}
