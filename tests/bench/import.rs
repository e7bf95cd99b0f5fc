//! An `OpenAPI` document of 30 MB, 3,000 operations and circular schemas, imported by the real binary (budget: 2 s, and 300 MB of
//! memory above a process that only lists environments).
//!
//! `cargo bench --bench import`; on Linux, because memory is read from `/proc`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gatescope::interchange::reading;

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

const OPERATIONS: usize = 3_000;
const SCHEMAS: usize = 9_000;
const BYTES: usize = 30_000_000;
const RUNS: usize = 5;

fn main() {
    let document = document();
    println!(
        "{:.1} MB of OpenAPI, {OPERATIONS} operations, {SCHEMAS} schemas in circles; medians of {RUNS} runs",
        megabytes(document.len())
    );
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let read = reading::import(&document, None).expect("it reads");
        times.push(support::milliseconds(start.elapsed()));
        assert_eq!(read.imported.requests.len(), OPERATIONS);
    }
    println!("reading alone          {:8.1} ms", support::median(&times));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("description.json");
    fs::write(&file, &document).expect("written");
    drop(document);
    let file = file.to_str().expect("a path");
    for (what, arguments) in [
        ("import, catalogue", vec!["import", file, "--yes"]),
        (
            "import, all requests",
            vec!["import", file, "--yes", "--all-requests"],
        ),
    ] {
        let (mut times, mut peaks) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let (time, peak) = run(&arguments);
            times.push(support::milliseconds(time));
            peaks.push(peak);
        }
        let (_, idle) = run(&["env", "list"]);
        println!(
            "{what:22} {:8.1} ms (budget 2000 ms), {:6.1} MB above `env list` (budget 300 MB)",
            support::median(&times),
            support::median(&peaks) - idle
        );
    }
}

/// Time and peak of memory in MB of one run on a machine of its own.
fn run(arguments: &[&str]) -> (Duration, f64) {
    let folder = tempfile::tempdir().expect("a folder");
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatescope"))
        .args(arguments)
        .env("GATESCOPE_DATA_DIR", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    loop {
        if let Some(now) = high_water(Path::new(&status)) {
            peak = f64::max(peak, now);
        }
        if let Some(ended) = child.try_wait().expect("a child") {
            assert!(ended.success(), "{arguments:?}: {ended}");
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn high_water(status: &Path) -> Option<f64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1_000.0)
}

#[expect(clippy::cast_precision_loss, reason = "for a table")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// Operations with parameters, bodies and answers; schemas that refer to each other in circles.
fn document() -> String {
    let mut text = String::with_capacity(BYTES + 1_000_000);
    text.push_str("{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"Bench\", \"version\": \"1\"}, \"servers\": [{\"url\": \"https://api.mypurecloud.com\"}], \"paths\": {");
    for number in 0..OPERATIONS {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}\n\"/api/v2/area{}/things{number}/{{thingId}}\": {{\"post\": {{\"operationId\": \"postThing{number}\", \"summary\": \"Makes a thing of kind {number}\", \
             \"tags\": [\"Area {}\"], \"parameters\": [{{\"name\": \"thingId\", \"in\": \"path\", \"required\": true, \"schema\": {{\"type\": \"string\"}}}}, \
             {{\"name\": \"pageSize\", \"in\": \"query\", \"schema\": {{\"type\": \"integer\", \"default\": 25}}}}], \
             \"requestBody\": {{\"content\": {{\"application/json\": {{\"schema\": {{\"$ref\": \"#/components/schemas/Schema{}\"}}}}}}}}, \
             \"responses\": {{\"200\": {{\"description\": \"ok\", \"content\": {{\"application/json\": {{\"schema\": {{\"$ref\": \"#/components/schemas/Schema{}\"}}}}}}}}, \
             \"400\": {{\"description\": \"{}\"}}}}}}}}",
            number % 60,
            number % 60,
            number % SCHEMAS,
            (number * 7) % SCHEMAS,
            "bad request; ".repeat(60),
        );
    }
    text.push_str("}, \"components\": {\"schemas\": {");
    let room = (BYTES - text.len()) / SCHEMAS;
    for number in 0..SCHEMAS {
        let comma = if number == 0 { "" } else { "," };
        let begun = text.len();
        let _ = write!(
            text,
            "{comma}\n\"Schema{number}\": {{\"type\": \"object\", \"properties\": {{"
        );
        let mut property = 0;
        while text.len() - begun + 260 < room {
            let _ = write!(
                text,
                "\"property{property}\": {{\"type\": \"string\", \"description\": \"What the property says about a thing of this kind\", \"example\": \"value {property}\"}}, ",
            );
            property += 1;
        }
        let _ = write!(
            text,
            "\"parent\": {{\"$ref\": \"#/components/schemas/Schema{}\"}}, \"children\": {{\"type\": \"array\", \"items\": {{\"$ref\": \"#/components/schemas/Schema{number}\"}}}}}}}}",
            (number + 1) % SCHEMAS
        );
    }
    text.push_str("}}}\n");
    text
}
