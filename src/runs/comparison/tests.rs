//! What is sent when, confirmed, cancelled and concluded.

use super::*;
use crate::compare::VerdictKind;
use crate::compare::outcome::{Obstacle, VolatileState};
use crate::compare::test_side::{TestSide, direct, gateway};

fn run_of(safe: bool, change: impl FnOnce(&mut ComparisonPlan)) -> ComparisonRun {
    let a = Arc::new(direct(200, "{}").environment);
    let b = Arc::new(gateway(200, "{}").environment);
    let method = if safe { "GET" } else { "POST" };
    let mut plan = ComparisonPlan::new(a, b, method, safe);
    change(&mut plan);
    ComparisonRun::new(plan)
}

fn sent(step: &Step) -> Vec<RunLeg> {
    match step {
        Step::Send(legs) => legs.iter().map(|leg| leg.leg).collect(),
        other => panic!("nothing to send: {other:?}"),
    }
}

fn exchange(side: TestSide) -> Arc<Exchange> {
    Arc::new(side.exchange)
}

fn conclude(run: &ComparisonRun) -> Comparison {
    let who = |_: &Exchange, _: &Environment| Answered::default();
    run.conclude(&who, &RuleSet::default(), Options::default(), &|| false)
        .expect("a result")
}

#[test]
fn a_safe_method_asks_a_b_and_a_again() {
    let mut run = run_of(true, |_| {});
    assert_eq!(sent(&run.next_step()), [RunLeg::A]);
    assert_eq!(run.next_step(), Step::Wait);
    run.answer(RunLeg::A, exchange(direct(200, r#"{"n":1,"t":1}"#)));
    assert_eq!(sent(&run.next_step()), [RunLeg::B]);
    run.answer(RunLeg::B, exchange(gateway(200, r#"{"n":1,"t":3}"#)));
    let Step::Send(legs) = run.next_step() else {
        panic!("A again")
    };
    assert_eq!(
        legs,
        [LegRequest {
            leg: RunLeg::AAgain,
            environment: Leg::A,
            token: Leg::A,
            follow_redirects: false,
            renew_on_unauthorized: false
        }]
    );
    run.answer(RunLeg::AAgain, exchange(direct(200, r#"{"n":1,"t":2}"#)));
    assert_eq!(run.next_step(), Step::Compare);
    let found = conclude(&run);
    assert_eq!(found.verdict.kind, VerdictKind::Equivalent);
    assert_eq!(found.volatile, VolatileState::Known { places: 1 });
    assert_eq!(
        run.record().sentence(),
        "A, B, A again, one after the other, each with its own token"
    );
}

#[test]
fn an_unsafe_method_is_confirmed_and_sent_once_to_each() {
    let mut run = run_of(false, |_| {});
    let Step::Confirm(confirmation) = run.next_step() else {
        panic!("a question")
    };
    assert!(
        confirmation.text.contains("Acme direct") && confirmation.text.contains("Acme gateway"),
        "{confirmation:?}"
    );
    run.confirm(true);
    assert_eq!(sent(&run.next_step()), [RunLeg::A]);
    run.answer(RunLeg::A, exchange(direct(200, "{}")));
    assert_eq!(sent(&run.next_step()), [RunLeg::B]);
    run.answer(RunLeg::B, exchange(gateway(200, "{}")));
    assert_eq!(run.next_step(), Step::Compare);
    assert_eq!(conclude(&run).volatile, VolatileState::NotAsked);

    let mut refused = run_of(false, |_| {});
    refused.confirm(false);
    refused.confirm(true);
    assert_eq!(refused.next_step(), Step::Stopped(StopReason::NotConfirmed));

    let mut failed = run_of(false, |_| {});
    failed.confirm(true);
    assert_eq!(sent(&failed.next_step()), [RunLeg::A]);
    failed.answer(
        RunLeg::A,
        exchange(direct(200, "").failed(SendErrorKind::Refused, "refused")),
    );
    assert_eq!(failed.next_step(), Step::Stopped(StopReason::FirstFailed));
}

#[test]
fn both_at_once_with_one_token() {
    let mut run = run_of(true, |plan| {
        plan.order = LegOrder::AtOnce;
        plan.tokens = TokenUse::OneForBoth(Leg::A);
        plan.ask_again = false;
    });
    let Step::Send(legs) = run.next_step() else {
        panic!("both")
    };
    assert_eq!(
        legs.iter()
            .map(|leg| (leg.leg, leg.environment, leg.token))
            .collect::<Vec<_>>(),
        [(RunLeg::A, Leg::A, Leg::A), (RunLeg::B, Leg::B, Leg::A)]
    );
    run.answer(RunLeg::B, exchange(gateway(200, "{}")));
    assert_eq!(run.next_step(), Step::Wait);
    run.answer(RunLeg::A, exchange(direct(200, "{}")));
    assert_eq!(run.next_step(), Step::Compare);
    assert_eq!(
        run.record().sentence(),
        "A, B, A and B at once, both with the token of A"
    );
}

#[test]
fn a_side_that_fails_or_is_cancelled_gives_a_clear_result() {
    let mut run = run_of(true, |_| {});
    run.next_step();
    run.answer(
        RunLeg::A,
        exchange(direct(200, "").failed(SendErrorKind::Refused, "refused")),
    );
    assert_eq!(sent(&run.next_step()), [RunLeg::B]);
    run.answer(RunLeg::B, exchange(gateway(200, "{}")));
    assert_eq!(run.next_step(), Step::Compare, "A again would tell nothing");
    assert_eq!(
        conclude(&run).verdict.obstacle,
        Some(Obstacle::Unreachable(Leg::A))
    );

    let mut run = run_of(true, |_| {});
    run.next_step();
    run.answer(RunLeg::A, exchange(direct(200, "{}")));
    run.next_step();
    run.answer(
        RunLeg::B,
        exchange(gateway(200, "").failed(SendErrorKind::Cancelled, "cancelled")),
    );
    assert_eq!(run.next_step(), Step::Compare);
    assert_eq!(
        conclude(&run).verdict.obstacle,
        Some(Obstacle::Cancelled(Leg::B))
    );

    let mut run = run_of(true, |_| {});
    run.next_step();
    run.cancel();
    assert_eq!(
        run.next_step(),
        Step::Wait,
        "what is under way comes to its end first"
    );
    run.answer(RunLeg::A, exchange(direct(200, "{}")));
    assert_eq!(run.next_step(), Step::Stopped(StopReason::Cancelled));
}

#[test]
fn answers_nobody_asked_for_change_nothing() {
    let mut run = run_of(true, |_| {});
    run.answer(RunLeg::B, exchange(gateway(500, "{}")));
    assert_eq!(sent(&run.next_step()), [RunLeg::A]);
    run.answer(RunLeg::A, exchange(direct(200, "{}")));
    run.answer(RunLeg::A, exchange(direct(500, "{}")));
    let status = run
        .exchange(RunLeg::A)
        .and_then(|exchange| Some(exchange.answer()?.response.as_ref()?.status));
    assert_eq!(status, Some(200));
    assert!(run.exchange(RunLeg::B).is_none());
}
