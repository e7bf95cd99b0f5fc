//! What keeps two answers from being compared.

use std::sync::Arc;

use super::super::outcome::Obstacle;
use super::super::test_side::{TestSide, direct, gateway};
use super::super::*;
use super::answers::run;
use crate::model::exchange::{BodyProblem, ResponseBody, SendErrorKind};
use crate::model::timings::Phase;

#[test]
#[expect(clippy::too_many_lines, reason = "one table, a row for each obstacle")]
fn each_obstacle() {
    let ok = || direct(200, "{}");
    let cut = |mut side: TestSide, problem| {
        side.response().body = Arc::new(ResponseBody {
            incomplete: Some(problem),
            ..ResponseBody::default()
        });
        side
    };
    let offline = |side: TestSide| {
        let mut side = side.failed(SendErrorKind::Token, "No token: no name server answered");
        if let Some(error) = side.exchange.error.as_mut() {
            error.phase = Some(Phase::Dns);
        }
        side
    };
    let truncated = BodyProblem::Truncated {
        received: 5,
        expected: 10,
    };
    let table = vec![
        (
            ok(),
            gateway(200, "{}").failed(SendErrorKind::Refused, "refused"),
            Obstacle::Unreachable(Leg::B),
        ),
        (
            ok().failed(SendErrorKind::Refused, "no"),
            gateway(200, "{}").failed(SendErrorKind::Refused, "no"),
            Obstacle::BothUnreachable,
        ),
        (
            ok().failed(SendErrorKind::Cancelled, "stopped"),
            gateway(200, "{}"),
            Obstacle::Cancelled(Leg::A),
        ),
        (
            ok(),
            gateway(200, "{}").failed(SendErrorKind::Token, "no token"),
            Obstacle::TokenRefused(Leg::B),
        ),
        // Nobody refused anything: the login was not reached.
        (
            ok(),
            offline(gateway(200, "{}")),
            Obstacle::Unreachable(Leg::B),
        ),
        (
            offline(ok()),
            offline(gateway(200, "{}")),
            Obstacle::BothUnreachable,
        ),
        (ok(), gateway(401, "{}"), Obstacle::TokenRefused(Leg::B)),
        (
            ok(),
            gateway(200, r#"{"code":"c","status":401,"contextId":"i"}"#),
            Obstacle::TokenRefused(Leg::B),
        ),
        (
            ok(),
            gateway(403, r#"{"message":"Forbidden"}"#).by(Answerer::Gateway, "REST API"),
            Obstacle::GatewayAnswered(Leg::B),
        ),
        (
            direct(429, "{}"),
            gateway(200, "{}"),
            Obstacle::RateLimited(Leg::A),
        ),
        (ok(), gateway(503, "{}"), Obstacle::ServerError(Leg::B)),
        (
            ok(),
            cut(gateway(200, "{}"), truncated),
            Obstacle::Incomplete(Leg::B),
        ),
        (
            ok(),
            cut(
                gateway(200, "{}"),
                BodyProblem::Silence { after_ms: 60_000 },
            ),
            Obstacle::Incomplete(Leg::B),
        ),
        (
            ok(),
            cut(gateway(200, "{}"), BodyProblem::Cancelled),
            Obstacle::Cancelled(Leg::B),
        ),
    ];
    for (a, b, obstacle) in table {
        let found = run(&a, &b);
        assert_eq!(
            found.verdict.obstacle,
            Some(obstacle),
            "{:?}",
            found.verdict
        );
        assert_eq!(found.verdict.kind, VerdictKind::NotComparable);
        assert!(
            found.verdict.headline.starts_with("Not comparable: "),
            "{:?}",
            found.verdict
        );
        assert_eq!(found.layers.len(), 7);
    }
    // What both sides have keeps nothing from being compared.
    for (a, b) in [
        (direct(503, "{}"), gateway(503, "{}")),
        (direct(401, "{}"), gateway(401, "{}")),
        (
            gateway(403, "{}").by(Answerer::Gateway, "g"),
            gateway(403, "{}").by(Answerer::Gateway, "g"),
        ),
    ] {
        assert_eq!(run(&a, &b).verdict.kind, VerdictKind::Identical);
    }
}
