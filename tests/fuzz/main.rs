//! A fuzz loop for each reader of a format, on stable: samples of `corpus` are changed at random and read. Whatever comes in, a
//! reader answers: no panic, no hang, and errors name a place that is in the text.
//!
//! `GATESCOPE_FUZZ_SECONDS` (1), `GATESCOPE_FUZZ_COUNT` (as many as fit) and `GATESCOPE_FUZZ_SEED` say how much and from where; with
//! a count there is no limit of time. One reader: `cargo test --release --test fuzz curl`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it tells how much was done, and what stopped it"
)]

mod mutate;

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use gatescope::interchange::reading::{import, import_bytes};
use gatescope::interchange::text::decode;
use gatescope::interchange::{ImportError, Kind};

use mutate::{Random, mutate};

/// A text that is still being read after so many looks has stopped the reader. Looks are counted, because a machine that stands
/// still takes none.
const HANG: usize = 12;
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn corpus_of(kind: Kind) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(kind.name());
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| fs::read(file).expect("a sample"))
        .collect()
}

/// What is being read, by the number of the run: for whoever watches.
type Watched = Arc<Mutex<Option<(u64, Vec<u8>)>>>;

fn watch(kind: Kind, watched: &Watched) {
    let watched = Arc::clone(watched);
    thread::spawn(move || {
        let mut looks = (None, 0);
        loop {
            thread::sleep(BETWEEN_LOOKS);
            let Ok(now) = watched.lock() else { return };
            let run = now.as_ref().map(|(run, _)| *run);
            looks = if run.is_some() && run == looks.0 {
                (run, looks.1 + 1)
            } else {
                (run, 0)
            };
            if let (Some((_, input)), HANG..) = (&*now, looks.1) {
                eprintln!("{}: it hangs on {}", kind.name(), shown(input));
                process::exit(101);
            }
        }
    });
}

fn shown(input: &[u8]) -> String {
    format!("b\"{}\"", input.escape_ascii())
}

/// The place of an error is in the text, and its words are for a person.
fn check(error: &ImportError, input: &[u8]) {
    let breaks = |text: &[u8]| text.split(|byte| *byte == b'\n').count();
    let lines = decode(input).map_or_else(|_| breaks(input), |text| breaks(text.as_bytes())) + 2;
    assert!(
        (1..=lines).contains(&error.place.line) && error.place.column >= 1,
        "the error is at {:?} of {lines} lines: {error}",
        error.place
    );
    assert!(!error.text.trim().is_empty(), "an error without words");
}

fn read(kind: Kind, input: &[u8], by_content: bool) {
    let hint = (!by_content).then_some(kind);
    match import_bytes(input, hint) {
        Ok(read) => {
            for secret in &read.imported.secrets {
                assert!(!secret.value.expose().is_empty(), "an empty secret");
            }
        }
        Err(error) => check(&error, input),
    }
}

fn fuzz(kind: Kind) {
    let corpus = corpus_of(kind);
    for sample in &corpus {
        let text = decode(sample).expect("a sample is text");
        let known = import(&text, None).unwrap_or_else(|error| panic!("{error} in {text}"));
        assert_eq!(known.kind, kind, "{text}");
    }
    let seed = number("GATESCOPE_FUZZ_SEED").unwrap_or(0x9e37_79b9);
    let count = number("GATESCOPE_FUZZ_COUNT");
    let limit = Duration::from_secs(number("GATESCOPE_FUZZ_SECONDS").unwrap_or(1));
    let watched = Watched::default();
    watch(kind, &watched);
    let begun = Instant::now();
    let mut random = Random::new(seed);
    let mut done = 0_u64;
    let mut slowest = Duration::ZERO;
    while count.map_or_else(|| begun.elapsed() < limit, |count| done < count) {
        let input = mutate(&corpus, &mut random);
        let by_content = random.below(4) == 0;
        let since = Instant::now();
        *watched.lock().expect("watched") = Some((done, input.clone()));
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| read(kind, &input, by_content)));
        *watched.lock().expect("watched") = None;
        assert!(
            outcome.is_ok(),
            "{} of seed {seed}, run {done}, {}: {}",
            kind.name(),
            if by_content { "by content" } else { "as it is" },
            shown(&input)
        );
        slowest = slowest.max(since.elapsed());
        done += 1;
    }
    println!(
        "{}: {done} runs in {:?}, the slowest in {slowest:?}",
        kind.name(),
        begun.elapsed()
    );
    assert!(done > 0, "no run fitted into {limit:?}");
}

macro_rules! readers {
    ($($name:ident: $kind:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                fuzz(Kind::$kind);
            }
        )*
    };
}

readers! {
    bruno: Bruno,
    cli_config: CliConfig,
    cli_gateway: CliGateway,
    curl: Curl,
    cx_as_code: CxAsCode,
    har: Har,
    http_environments: HttpEnvironments,
    http_file: HttpFile,
    insomnia: Insomnia,
    java_script: JavaScriptGateway,
    open_api: OpenApi,
    open_collection: OpenCollection,
    postman: PostmanCollection,
    postman_environment: PostmanEnvironment,
    process_variables: ProcessVariables,
    sdk_ini: SdkIni,
    sdk_json: SdkJson,
}
