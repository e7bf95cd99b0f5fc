//! Two answers of 10 MB of JSON with 1 % of the values changed, all keys shuffled and one element in front (budget: 0.5 s, with exactly
//! the changes and the one insertion reported, integers beyond 2^53 that differ in the last digit among them).
//! Beside it in the same run: `jq -S` of both and `diff`, and jsondiffpatch under node when its folder is named.
//!
//! `npm install jsondiffpatch` in a folder of its own, then `GATESCOPE_BENCH_NODE=FOLDER cargo bench --bench compare`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use gatescope::compare::outcome::RowKind;
use gatescope::compare::{Answered, Comparison, Options, Side, Volatile, compare};
use gatescope::model::environment::Environment;
use gatescope::model::exchange::{
    Connection, Exchange, HeaderField, Hop, HopPurpose, Response, ResponseBody, SentRequest,
    WireVersion,
};
use gatescope::model::ids::{EnvironmentId, ExchangeId};
use gatescope::model::masks::Masks;
use gatescope::model::rules::RuleSet;
use gatescope::model::timings::Phases;

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

const ELEMENTS: usize = 29_980;
const VALUES: usize = 10;
const CHANGES: usize = ELEMENTS * VALUES / 100;
const RUNS: usize = 9;

fn main() {
    let (a, b) = documents();
    println!(
        "{:.1} MB and {:.1} MB of JSON, {CHANGES} values changed, one element in front, keys shuffled; medians of {RUNS} runs",
        megabytes(&a),
        megabytes(&b)
    );
    let environment = environment();
    let answered = Answered::default();
    let (one, other) = (exchange(&a), exchange(&b));
    let side = |exchange| Side {
        exchange,
        environment: &environment,
        answered: &answered,
    };
    let (one, other) = (side(&one), side(&other));
    let rules = RuleSet::default();
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let found = compare(
            &one,
            &other,
            &Volatile::not_asked(),
            &rules,
            Options::default(),
            &|| false,
        )
        .expect("not cancelled");
        times.push(support::milliseconds(start.elapsed()));
        check(&found);
    }
    let ours = support::median(&times);
    println!("gatescope              {ours:8.1} ms, exact (budget 500 ms)");
    let folder = tempfile::tempdir().expect("a folder");
    let (file_a, file_b) = (folder.path().join("a.json"), folder.path().join("b.json"));
    fs::write(&file_a, &a).expect("a file");
    fs::write(&file_b, &b).expect("a file");
    jq_and_diff(&file_a, &file_b, folder.path());
    json_diff_patch(&file_a, &file_b);
}

/// Exactly the values that were changed and the one element are told; the shuffled keys are a note.
fn check(found: &Comparison) {
    let of_kind = |kind| {
        let rows = found.rows.iter().filter(|row| row.kind == kind);
        rows.collect::<Vec<_>>()
    };
    assert_eq!(
        found.counts.differences,
        CHANGES + 1,
        "{}",
        found.verdict.headline
    );
    assert_eq!(of_kind(RowKind::Added).len(), 1);
    let changed = of_kind(RowKind::Changed);
    assert_eq!(changed.len(), CHANGES);
    let places: HashSet<&str> = changed.iter().map(|row| row.place.as_str()).collect();
    for change in 0..CHANGES {
        let place = format!(
            "$.entities[id={}].{}",
            id(change * 10),
            FIELDS[field(change)]
        );
        assert!(places.contains(place.as_str()), "{place} is missing");
    }
}

fn jq_and_diff(a: &Path, b: &Path, folder: &Path) {
    let mut times = Vec::new();
    let mut lines = 0;
    for _ in 0..3 {
        let start = Instant::now();
        let sorted = |name: &str, file: &Path| {
            let path = folder.join(name);
            let out = fs::File::create(&path).expect("a file");
            let status = Command::new("jq")
                .args(["-S", "."])
                .arg(file)
                .stdout(out)
                .status();
            status.is_ok_and(|status| status.success()).then_some(path)
        };
        let (Some(a), Some(b)) = (sorted("a.sorted", a), sorted("b.sorted", b)) else {
            println!("jq -S + diff           not installed");
            return;
        };
        let diff = Command::new("diff")
            .arg(a)
            .arg(b)
            .stderr(Stdio::null())
            .output();
        times.push(support::milliseconds(start.elapsed()));
        let told = diff.expect("diff is installed").stdout;
        lines = told
            .split(|&byte| byte == b'\n')
            .filter(|line| line.starts_with(b"<"))
            .count();
    }
    let time = support::median(&times);
    println!("jq -S + diff           {time:8.1} ms, {lines} lines of A differ, of {CHANGES}");
}

fn json_diff_patch(a: &Path, b: &Path) {
    let name = "jsondiffpatch in node ";
    let Some(folder) = std::env::var_os("GATESCOPE_BENCH_NODE") else {
        println!("{name} its folder is not named in GATESCOPE_BENCH_NODE");
        return;
    };
    // Quoted as a JavaScript string is.
    let quoted = |path: &Path| format!("{:?}", path.to_string_lossy());
    let (first, second) = (quoted(a), quoted(b));
    let script = format!(
        "import {{ create }} from 'jsondiffpatch'; import fs from 'fs';\
         const read = path => fs.readFileSync(path, 'utf8');\
         const start = performance.now();\
         const delta = create({{ objectHash: thing => thing.id }}).diff(JSON.parse(read({first})), JSON.parse(read({second})));\
         const time = performance.now() - start;\
         let changes = 0, added = 0;\
         for (const [key, value] of Object.entries(delta.entities)) {{\
           if (key === '_t') continue;\
           if (Array.isArray(value)) added += 1; else changes += Object.keys(value).length;\
         }}\
         console.log(`${{time.toFixed(1)}} ${{changes}} ${{added}}`);"
    );
    let output = Command::new("node")
        .args(["--input-type=module", "-e", &script])
        .current_dir(folder)
        .output();
    let told = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let told = told.unwrap_or_default();
    match told.split_whitespace().collect::<Vec<_>>()[..] {
        [time, changes, added] => println!(
            "{name} {time:>8} ms inside the process, {changes} changes and {added} insertion, of {CHANGES} and 1"
        ),
        _ => println!("{name} did not run"),
    }
}

const FIELDS: [&str; VALUES] = [
    "id",
    "name",
    "email",
    "title",
    "department",
    "state",
    "version",
    "score",
    "dateModified",
    "active",
];

/// Which field is changed: each but the id in turn.
fn field(change: usize) -> usize {
    change % (VALUES - 1) + 1
}

fn id(element: usize) -> String {
    format!("{element:08x}-52b8-4a7c-9b1d-{:012x}", element * 7919)
}

/// The text of each value, changed or not.
fn value(element: usize, field: usize, changed: bool) -> String {
    let mark = if changed { "x" } else { "" };
    match field {
        0 => format!("\"{}\"", id(element)),
        1 => format!("\"Agent number {element} of the contact centre{mark}\""),
        2 => format!("\"agent.{element}{mark}@example.com\""),
        3 => format!("\"Senior specialist, tier {}{mark}\"", element % 4),
        4 => format!("\"Service and sales, site {}{mark}\"", element % 40),
        5 => if changed {
            "\"inactive\""
        } else {
            "\"active\""
        }
        .to_owned(),
        // Beyond 2^53: as floating point both are one number.
        6 => (9_007_199_254_740_992_u64 + 2 * element as u64 + u64::from(changed)).to_string(),
        7 => format!("{}.{}", element % 100, if changed { 75 } else { 25 }),
        8 => format!(
            "\"2026-11-23T20:14:07.{:03}Z\"",
            if changed { 999 } else { element % 900 }
        ),
        _ => (!changed).to_string(),
    }
}

fn documents() -> (Vec<u8>, Vec<u8>) {
    let mut seed = 42_u64;
    let mut next = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("31 bits")
    };
    let mut a = String::from("{\"pageSize\":29980,\"entities\":[");
    let mut b =
        String::from("{\"entities\":[{\"id\":\"in-front\",\"name\":\"New\",\"version\":1},");
    for element in 0..ELEMENTS {
        let changed = element % 10 == 0 && element / 10 < CHANGES;
        let mut order: Vec<usize> = (0..VALUES).collect();
        for at in (1..VALUES).rev() {
            order.swap(at, next() % (at + 1));
        }
        let separator = if element == 0 { "" } else { "," };
        a.push_str(separator);
        b.push_str(separator);
        push(&mut a, 0..VALUES, |field| value(element, field, false));
        let own = field(element / 10);
        push(&mut b, order.into_iter(), |field| {
            value(element, field, changed && field == own)
        });
    }
    a.push_str("]}");
    b.push_str("],\"pageSize\":29980}");
    (a.into_bytes(), b.into_bytes())
}

fn push(text: &mut String, fields: impl Iterator<Item = usize>, value: impl Fn(usize) -> String) {
    text.push('{');
    for (place, field) in fields.enumerate() {
        let separator = if place == 0 { "" } else { "," };
        write!(text, "{separator}\"{}\":{}", FIELDS[field], value(field))
            .expect("a string takes everything");
    }
    text.push('}');
}

#[expect(clippy::cast_precision_loss, reason = "a size as a figure")]
fn megabytes(text: &[u8]) -> f64 {
    text.len() as f64 / 1e6
}

fn environment() -> Environment {
    let target = serde_json::json!({ "kind": "direct", "place": { "domain": "mypurecloud.com" } });
    let text = serde_json::json!({ "id": "direct", "name": "Direct", "target": target });
    serde_json::from_value(text).expect("an environment")
}

fn exchange(body: &[u8]) -> Exchange {
    let body = Bytes::copy_from_slice(body);
    let sent = SentRequest {
        method: "GET".to_owned(),
        url: "https://api.mypurecloud.com/api/v2/users".to_owned(),
        version: WireVersion::Http11,
        head: None,
        headers: Vec::new(),
        body_preview: Bytes::new(),
        body_bytes: 0,
        total_bytes: 0,
    };
    let response = Response {
        version: WireVersion::Http11,
        status: 200,
        reason: "OK".to_owned(),
        head: None,
        headers: vec![HeaderField::new("Content-Type", "application/json")],
        body: Arc::new(ResponseBody {
            wire: body.clone(),
            decoded: body,
            ..ResponseBody::default()
        }),
    };
    Exchange {
        id: ExchangeId(1),
        environment: EnvironmentId::new("direct").expect("a slug"),
        started_at: jiff::Timestamp::UNIX_EPOCH,
        hops: vec![Hop {
            purpose: HopPurpose::Request,
            start_offset: Duration::ZERO,
            sent,
            phases: Phases::default(),
            connection: Connection::default(),
            response: Some(response),
            error: None,
            notes: Vec::new(),
        }],
        notes: Vec::new(),
        masks: Masks::default(),
        total: Duration::ZERO,
        error: None,
        redirect_offer: None,
    }
}
