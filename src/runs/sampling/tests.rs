//! Interleaving, pacing, failing pairs, cancelling.

use std::time::Duration;

use super::*;
use crate::compare::test_side::{TestSide, direct, gateway};

fn plan(pairs: usize) -> SamplingPlan {
    SamplingPlan {
        a: Arc::new(direct(200, "{}").environment),
        b: Arc::new(gateway(200, "{}").environment),
        safe: true,
        pairs,
        tokens: TokenUse::Own,
    }
}

fn answer(leg: Leg, total_ms: u64, reused: bool) -> TestSide {
    let mut side = match leg {
        Leg::A => direct(200, "{}"),
        Leg::B => gateway(200, "{}"),
    };
    side.exchange.hops[0].phases.total = Duration::from_millis(total_ms);
    side.exchange.hops[0].connection.reused = reused;
    side
}

fn leg(step: &SamplingStep) -> Leg {
    match step {
        SamplingStep::Send(request) => request.environment,
        other => panic!("nothing to send: {other:?}"),
    }
}

#[test]
fn pairs_are_interleaved_and_drift_cancels_out() {
    let mut run = SamplingRun::new(plan(10)).expect("a plan");
    let mut order = String::new();
    let mut sent = 0;
    loop {
        let step = run.next_step(0);
        if step == SamplingStep::Done(SamplingEnd::Complete) {
            break;
        }
        let leg = leg(&step);
        assert_eq!(run.next_step(0), SamplingStep::Wait);
        order.push_str(&leg.to_string());
        // Each answer takes a millisecond longer than the one before; B takes 20 more.
        let own = if leg == Leg::B { 20 } else { 0 };
        run.answer(leg, &answer(leg, 50 + sent + own, sent > 1).exchange, 0);
        sent += 1;
    }
    assert_eq!(order, "ABBAABBAABBAABBAABBA");
    let report = run.report();
    let warm = report.warm.expect("warm pairs");
    assert_eq!(warm.total.pairs, 9);
    assert!((warm.total.median_ms - 20.0).abs() <= 1.0, "{warm:?}");
    assert_eq!(report.cold.map(|cold| cold.total.pairs), Some(1));
    assert_eq!(
        run.progress(),
        SamplingProgress {
            measured: 10,
            of: 10,
            discarded: 0
        }
    );
}

#[test]
fn what_acts_is_never_sampled() {
    let mut unsafe_plan = plan(30);
    unsafe_plan.safe = false;
    assert_eq!(
        SamplingRun::new(unsafe_plan).err(),
        Some(SamplingRefused::Unsafe(60))
    );
    assert_eq!(
        SamplingRun::new(plan(0)).err(),
        Some(SamplingRefused::Pairs)
    );
    assert_eq!(
        SamplingRun::new(plan(1_001)).err(),
        Some(SamplingRefused::Pairs)
    );
}

#[test]
fn pairs_wait_for_the_announced_rate() {
    let mut run = SamplingRun::new(plan(30)).expect("a plan");
    let limited = |side: TestSide, count: &str| {
        side.with_header("inin-ratelimit-count", count)
            .with_header("inin-ratelimit-allowed", "100")
            .with_header("inin-ratelimit-reset", "40")
    };
    assert_eq!(leg(&run.next_step(1_000)), Leg::A);
    run.answer(
        Leg::A,
        &limited(answer(Leg::A, 5, true), "70").exchange,
        1_000,
    );
    // Both of a pair are sent without a rest between them.
    assert_eq!(leg(&run.next_step(1_000)), Leg::B);
    run.answer(Leg::B, &answer(Leg::B, 5, true).exchange, 1_010);
    // 20 usable requests in 40 s: a request every 2 s, a pair every 4.
    assert!(
        matches!(
            run.next_step(1_020),
            SamplingStep::WaitUntil { at_ms: 5_000, .. }
        ),
        "{:?}",
        run.next_step(1_020)
    );
    assert_eq!(leg(&run.next_step(5_000)), Leg::B);
}

#[test]
fn a_refused_pair_is_sent_again_after_its_rest() {
    let mut run = SamplingRun::new(plan(2)).expect("a plan");
    run.next_step(0);
    let mut limited = answer(Leg::A, 5, true).with_header("Retry-After", "7");
    limited.response().status = 429;
    run.answer(Leg::A, &limited.exchange, 100);
    run.next_step(100);
    run.answer(Leg::B, &answer(Leg::B, 5, true).exchange, 200);
    assert!(matches!(
        run.next_step(200),
        SamplingStep::WaitUntil { at_ms: 7_100, .. }
    ));
    assert_eq!(
        run.progress(),
        SamplingProgress {
            measured: 0,
            of: 2,
            discarded: 1
        }
    );
    assert_eq!(leg(&run.next_step(7_100)), Leg::B);
    let mut hours = answer(Leg::B, 5, true).with_header("Retry-After", "7200");
    hours.response().status = 429;
    run.answer(Leg::B, &hours.exchange, 7_200);
    assert_eq!(
        run.next_step(7_200),
        SamplingStep::Done(SamplingEnd::RateLimited {
            leg: Leg::B,
            seconds: 7200
        })
    );
}

#[test]
fn pairs_that_cannot_be_compared_end_the_run() {
    let mut run = SamplingRun::new(plan(30)).expect("a plan");
    for _ in 0..6 {
        let leg = leg(&run.next_step(0));
        let mut side = answer(leg, 5, true);
        side.response().status = if leg == Leg::A { 200 } else { 403 };
        run.answer(leg, &side.exchange, 0);
    }
    let end = SamplingEnd::Failing {
        pairs: 3,
        text: "A answered 200, B 403".to_owned(),
    };
    assert_eq!(run.next_step(0), SamplingStep::Done(end));
    assert_eq!(run.report().sentence(), "No pair of samples was measured");
}

#[test]
fn cancelling_and_editing_keep_what_was_measured() {
    let mut run = SamplingRun::new(plan(30)).expect("a plan");
    for _ in 0..2 {
        let leg = leg(&run.next_step(0));
        run.answer(leg, &answer(leg, 5, true).exchange, 0);
    }
    let mut edited = run.clone();
    edited.environment_changed(Leg::B);
    assert_eq!(
        edited.next_step(0),
        SamplingStep::Done(SamplingEnd::EnvironmentChanged("Acme gateway".to_owned()))
    );
    assert_eq!(edited.report().samples.len(), 1);
    let leg = leg(&run.next_step(0));
    run.cancel();
    assert_eq!(run.next_step(0), SamplingStep::Wait);
    let stopped = answer(leg, 5, true).failed(SendErrorKind::Cancelled, "cancelled");
    run.answer(leg, &stopped.exchange, 0);
    assert_eq!(run.next_step(0), SamplingStep::Done(SamplingEnd::Cancelled));
    assert_eq!(run.report().samples.len(), 1);
}
