//! 100 MB of JSON like Genesys Cloud's: pretty and searchable after the last byte (budget: 0.35 s), and what it keeps in memory
//! (budget: three times the body), also as the system counts it on Linux. Beside it serde_json's check of the same text in the same run.
//!
//! `cargo bench --bench large_body`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::cast_precision_loss, reason = "sizes and counts as figures")]

use std::fmt::Write as _;
use std::time::Instant;

use bytes::Bytes;
use gatescope::body::search::{Case, Query};
use gatescope::body::view::Mode;
use gatescope::worker;

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

const BYTES: usize = 100 * 1_000_000;
const RUNS: usize = 7;

fn main() {
    let body = Bytes::from(users());
    let search = Query {
        text: "no such user".to_owned(),
        case: Case::Exact,
        is_pattern: false,
    };
    let (mut laid_out, mut checked, mut searched, mut painted) = (vec![], vec![], vec![], vec![]);
    let (mut kept, mut last) = (0, None);
    for _ in 0..RUNS {
        drop(last.take());
        let start = Instant::now();
        let view =
            worker::lay_out(&body, Some("application/json"), &|| false).expect("not cancelled");
        laid_out.push(support::milliseconds(start.elapsed()));

        let start = Instant::now();
        serde_json::from_slice::<serde::de::IgnoredAny>(&body).expect("valid");
        checked.push(support::milliseconds(start.elapsed()));

        let pretty = view.document(Mode::Pretty);
        let start = Instant::now();
        let found = search.find(pretty.whole(), &|| false).expect("plain text");
        searched.push(support::milliseconds(start.elapsed()));
        assert_eq!(found.map(|matches| matches.total()), Some(0));

        let middle = pretty.segments() / 2;
        let start = Instant::now();
        let spans: usize = (middle..middle + 60)
            .map(|segment| pretty.spans(segment).len())
            .sum();
        painted.push(support::milliseconds(start.elapsed()));
        assert!(spans > 60);
        let raw = view.document(Mode::Raw);
        kept = body.len() + pretty.whole().len() + pretty.index_bytes() + raw.index_bytes();
        last = Some(view);
    }
    println!(
        "{} MB of JSON, medians of {RUNS} runs",
        body.len() / 1_000_000
    );
    println!(
        "lay out (pretty, raw, index)   {:8.1} ms   budget 350 ms",
        support::median(&laid_out)
    );
    println!(
        "serde_json, check only         {:8.1} ms",
        support::median(&checked)
    );
    println!(
        "search the pretty text once    {:8.1} ms",
        support::median(&searched)
    );
    println!(
        "colours of 60 lines            {:8.3} ms",
        support::median(&painted)
    );
    println!(
        "kept in memory                 {:8.2} x the body   budget 3",
        kept as f64 / body.len() as f64
    );
    let [resident, most] = ["VmRSS:", "VmHWM:"].map(resident);
    drop(last);
    match (resident, most) {
        (Some(resident), Some(most)) => println!(
            "resident, and at most          {:8.2} x the body, {:.2} x   budget 3",
            resident / body.len() as f64,
            most / body.len() as f64
        ),
        _ => println!("resident memory                not measured: it is read from /proc"),
    }
}

/// Bytes that the system says this process holds.
fn resident(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1_024.0)
}

fn users() -> String {
    let mut text = String::with_capacity(BYTES + 1_000);
    text.push_str("{\"entities\":[");
    let mut index = 0_u64;
    while text.len() < BYTES {
        if index > 0 {
            text.push(',');
        }
        write!(
            text,
            "{{\"id\":\"{:08x}-5b1c-4f9a-9a42-3d0a7d2f6b11\",\"name\":\"User {index}\",\"division\":{{\"id\":\"{:016x}\",\"name\":\"Home\",\
             \"selfUri\":\"/api/v2/authorization/divisions/{index}\"}},\"chat\":{{\"jabberId\":\"{index}@example.org\"}},\
             \"email\":\"user{index}@example.org\",\"state\":\"active\",\"version\":{},\"acdAutoAnswer\":false,\"skills\":[{},{},null],\
             \"selfUri\":\"/api/v2/users/{index}\"}}",
            index.wrapping_mul(2_654_435_761) & 0xffff_ffff,
            index.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            9_007_199_254_740_993 + index,
            index % 7,
            index % 11,
        )
        .expect("a string takes all text");
        index += 1;
    }
    text.push_str("],\"pageSize\":25,\"total\":1}");
    text
}
