//! Undoing the content codings of an answer: thin, on `body::content_coding`. Both sizes stay known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::body::content_coding::{CodingProblem, DecodeLimits, Decoded, undo};
use crate::model::environment::Limits;
use crate::model::exchange::{BodyProblem, Response, ResponseBody};

/// Bodies up to this length are decoded on the spot; longer ones on the blocking pool.
const AT_ONCE: usize = 32 * 1024;

/// Tells work on the blocking pool to stop when the future that waits for it is dropped.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Fills `decoded` and `codings`. What cannot be decoded is named in `incomplete`; the bytes as they came stay.
pub(crate) async fn decode(response: &mut Response, limits: &Limits) {
    let codings: Vec<String> = response
        .headers
        .iter()
        .filter(|field| field.name.eq_ignore_ascii_case("content-encoding"))
        .map(crate::model::exchange::HeaderField::text)
        .collect();
    if codings.is_empty() || response.body.wire.is_empty() {
        return;
    }
    let wire = response.body.wire.clone();
    let limits = DecodeLimits {
        decoded_bytes: limits.decoded_bytes,
        ratio: limits.decoded_ratio,
    };
    let stop = StopOnDrop(Arc::new(AtomicBool::new(false)));
    let flag = stop.0.clone();
    let work = {
        let wire = wire.clone();
        move || {
            undo(codings.iter().map(String::as_str), &wire, limits, &|| {
                flag.load(Ordering::Relaxed)
            })
        }
    };
    let decoded = if wire.len() <= AT_ONCE {
        work()
    } else {
        let untouched = Decoded {
            bytes: wire.clone(),
            ..Decoded::default()
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(untouched)
    };
    // A body that was cut off on the way is damaged as a coding too; the cause is told, not the effect.
    let incomplete = response
        .body
        .incomplete
        .clone()
        .or_else(|| decoded.problem.map(body_problem));
    response.body = Arc::new(ResponseBody {
        wire,
        decoded: decoded.bytes,
        codings: decoded.undone,
        incomplete,
    });
}

fn body_problem(problem: CodingProblem) -> BodyProblem {
    match problem {
        CodingProblem::DecodedLimit { coding, limit } => {
            BodyProblem::DecodedLimit { coding, limit }
        }
        CodingProblem::RatioLimit { coding, ratio } => BodyProblem::RatioLimit { coding, ratio },
        CodingProblem::Damaged { coding, detail } => BodyProblem::BadCoding { coding, detail },
        CodingProblem::Unknown { coding } => BodyProblem::UnknownCoding { coding },
        CodingProblem::Cancelled { .. } => BodyProblem::Cancelled,
    }
}
