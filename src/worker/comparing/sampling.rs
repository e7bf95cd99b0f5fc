//! Carries samplings out: pairs of requests, paced by `runs::sampling`, with progress now and then.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::app::comparing::{ComparingEvent, NotStarted, SampleCommand};
use crate::compare::Leg;
use crate::model::environment::Environment;
use crate::runs::sampling::{SamplingPlan, SamplingRun, SamplingStep};

use super::super::core::Core;
use super::super::{prepare, sending};
use super::{Acting, Sides, Wanted, acting, both_sides, may_read, tell};

/// The least time between two progress events.
const INTERVAL: Duration = Duration::from_millis(100);

pub(super) async fn sample(core: Arc<Core>, command: SampleCommand, cancel: CancellationToken) {
    let job = command.job;
    let started = start(&core, &command, &cancel).await;
    match started {
        Err(reason) => {
            core.end(job);
            tell(&core, ComparingEvent::NotStarted { job, reason });
        }
        Ok((run, sides)) => {
            let (run, end) = measure(&core, &command, (run, &sides), &cancel).await;
            core.end(job);
            let latency = Arc::new(run.report());
            tell(&core, ComparingEvent::Sampled { job, end, latency });
            for leg in [Leg::A, Leg::B] {
                sending::keep_token(&core, sides.of(leg)).await;
            }
        }
    }
}

async fn start(
    core: &Arc<Core>,
    command: &SampleCommand,
    cancel: &CancellationToken,
) -> Result<(SamplingRun, Sides), NotStarted> {
    let wanted = Wanted {
        draft: &command.draft,
        a: &command.a,
        b: &command.b,
        reading_operations: &command.reading_operations,
        dynamics: command.dynamics.unwrap_or_else(prepare::dynamics_of_now),
    };
    let acting = acting(
        &command.draft,
        [&command.a, &command.b],
        false,
        &command.reading_operations,
    );
    if let Acting::MayRead { operation } = acting {
        return Err(may_read(operation, command.draft.method.trim()));
    }
    let refused = |error: crate::runs::sampling::SamplingRefused| NotStarted::Failed {
        text: error.to_string(),
        hint: "Compare without samples".to_owned(),
    };
    let safe = matches!(acting, Acting::Reads);
    let plan = |a: &Environment, b: &Environment| SamplingPlan {
        a: Arc::new(a.clone()),
        b: Arc::new(b.clone()),
        safe,
        pairs: command.pairs,
        tokens: command.tokens,
    };
    // Before anything is prepared: a request that acts is refused without a look at the keyring.
    let run = SamplingRun::new(plan(&command.a, &command.b)).map_err(refused)?;
    let sides = both_sides(core, &wanted, cancel).await?;
    Ok((run, sides))
}

async fn measure(
    core: &Arc<Core>,
    command: &SampleCommand,
    (mut run, sides): (SamplingRun, &Sides),
    cancel: &CancellationToken,
) -> (SamplingRun, crate::runs::sampling::SamplingEnd) {
    let began = Instant::now();
    let now_ms = || u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut progress = Progress {
        core,
        command,
        told: None,
    };
    let mut requests = 0_usize;
    loop {
        if cancel.is_cancelled() {
            stop(core, command, &mut run);
        }
        match run.next_step(now_ms()) {
            SamplingStep::Done(end) => return (run, end),
            SamplingStep::Send(request) => {
                // Another program may edit the files meanwhile; looked at before each pair.
                if requests.is_multiple_of(2)
                    && let Some(leg) = edited_outside(core, command).await
                {
                    run.environment_changed(leg);
                }
                requests += 1;
                let job = sides.job(request, command.job);
                let exchange = sending::perform_quietly(core, job, cancel.clone()).await;
                if cancel.is_cancelled() {
                    stop(core, command, &mut run);
                }
                run.answer(request.leg.side(), &exchange, now_ms());
                progress.tell(&run, None);
            }
            SamplingStep::WaitUntil { at_ms, because } => {
                progress.tell(&run, Some(because));
                let rest = Duration::from_millis(at_ms.saturating_sub(now_ms()).max(1));
                tokio::select! {
                    () = cancel.cancelled() => {}
                    () = tokio::time::sleep(rest) => {}
                }
            }
            // Every request is awaited above.
            SamplingStep::Wait => run.cancel(),
        }
    }
}

/// Stopped by the user, or because an environment was edited.
fn stop(core: &Core, command: &SampleCommand, run: &mut SamplingRun) {
    match core.edited_leg(command.job) {
        Some(leg) => run.environment_changed(leg),
        None => run.cancel(),
    }
}

async fn edited_outside(core: &Core, command: &SampleCommand) -> Option<Leg> {
    let changed = prepare::changed_by_another(core, [&command.a, &command.b]).await?;
    Some([Leg::A, Leg::B][changed])
}

struct Progress<'a> {
    core: &'a Core,
    command: &'a SampleCommand,
    told: Option<Instant>,
}

impl Progress<'_> {
    fn tell(&mut self, run: &SamplingRun, waiting: Option<String>) {
        let is_early = self.told.is_some_and(|told| told.elapsed() < INTERVAL);
        if is_early && waiting.is_none() {
            return;
        }
        self.told = Some(Instant::now());
        tell(
            self.core,
            ComparingEvent::SamplingProgress {
                job: self.command.job,
                progress: run.progress(),
                waiting,
            },
        );
    }
}
