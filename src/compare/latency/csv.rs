//! The samples as CSV (RFC 4180): one line a request, so that a spreadsheet can group as it likes.

use std::fmt::Write as _;

use super::{LegSample, PairSample};
use crate::compare::side::Leg;
use crate::model::timings::Phase;

/// A head line, then two lines a pair in the order in which they were sent. Milliseconds; an absent phase is an empty field.
#[must_use]
pub fn samples_csv(samples: &[PairSample]) -> String {
    let mut text = "pair,leg,order,connection,status".to_owned();
    for phase in Phase::ALL {
        let name = phase.to_string().to_ascii_lowercase();
        write!(text, ",{name}_ms").expect("a string takes everything");
    }
    text.push_str(",total_ms\r\n");
    for pair in samples {
        let second = pair.first.other();
        for (order, leg) in [(1, pair.first), (2, second)] {
            let sample = match leg {
                Leg::A => &pair.a,
                Leg::B => &pair.b,
            };
            push_line(&mut text, pair.pair, leg, order, sample);
        }
    }
    text
}

fn push_line(text: &mut String, pair: usize, leg: Leg, order: usize, sample: &LegSample) {
    let connection = if sample.timing.reused { "warm" } else { "cold" };
    write!(text, "{pair},{leg},{order},{connection},{}", sample.status)
        .expect("a string takes everything");
    for phase in Phase::ALL {
        text.push(',');
        if let Some(time) = sample.timing.phase(phase) {
            write!(text, "{time}").expect("a string takes everything");
        }
    }
    write!(text, ",{}\r\n", sample.timing.total_ms).expect("a string takes everything");
}
