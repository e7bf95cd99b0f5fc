//! A history of 100,000 exchanges: writing one more, reading pages, searching, trimming, and what recording costs after an answer.
//!
//! `cargo bench --bench history`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use gatescope::app::event::Event;
use gatescope::app::history::{HistoryAction, HistoryCommand, HistoryEvent};
use gatescope::app::state::AppState;
use gatescope::app::update::update;
use gatescope::app::{action::Action, command::Command};
use gatescope::model::environment::Colour;
use gatescope::model::exchange::{
    Connection, Exchange, HeaderField, Hop, HopPurpose, Response, ResponseBody, SentRequest,
    WireVersion,
};
use gatescope::model::history::{
    HistoryEntry, HistoryFilter, HistoryKind, HistoryPlace, HistorySummary,
};
use gatescope::model::ids::{EnvironmentId, ExchangeId, RequestId};
use gatescope::model::masks::Masks;
use gatescope::model::sandbox_environments::sandbox_environments;
use gatescope::model::settings::HistoryLimits;
use gatescope::model::timings::Phases;
use gatescope::store::DataFolder;
use gatescope::store::history::{History, Keeper, Recording, prepare};
use jiff::{SignedDuration, Timestamp};

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

const ENTRIES: i64 = 100_000;
const RUNS: usize = 9;
const PAGE: usize = 200;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = DataFolder::at(folder.path());
    let workspace = folder.path().join("workspace");
    let mut history = History::new(data.clone(), Keeper::Lasting);
    let document = vec![7; 1_500];
    let mut written = Vec::new();
    for number in 0..ENTRIES {
        let start = Instant::now();
        history
            .put(&workspace, &summary(number), &document, &[])
            .expect("written");
        written.push(support::milliseconds(start.elapsed()));
    }
    println!("{ENTRIES} exchanges, medians");
    print("write one", support::median(&written));

    let page = |history: &mut History, search: &str, after: Option<HistoryPlace>| {
        let filter = HistoryFilter::parse(search);
        let mut took = Vec::new();
        let mut found = 0;
        for _ in 0..RUNS {
            let start = Instant::now();
            found = history
                .page(&workspace, &filter, after, PAGE)
                .expect("read")
                .len();
            took.push(support::milliseconds(start.elapsed()));
        }
        (support::median(&took), found)
    };
    let start = Instant::now();
    let mut fresh = History::new(data, Keeper::Lasting);
    let newest = fresh
        .page(&workspace, &HistoryFilter::default(), None, PAGE)
        .expect("read");
    print(
        "open the file, first page",
        support::milliseconds(start.elapsed()),
    );
    assert_eq!(newest.len(), PAGE);
    let middle = HistoryPlace {
        started_at: summary(ENTRIES / 2).started_at,
        id: newest[0].id,
    };
    for (what, search, after) in [
        ("first page", "", None),
        ("page in the middle", "", Some(middle)),
        ("search: users", "users", None),
        ("search: 5xx", "5xx", None),
        ("search: one in all", "/users/77 ", None),
        ("search: nothing", "no-such-path", None),
        ("search: Acme GET 404 77", "Acme GET 404 77", None),
    ] {
        let (took, found) = page(&mut history, search, after);
        print(&format!("{what} ({found})"), took);
    }
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        history
            .of_request(&workspace, &RequestId("r7".to_owned()), 20)
            .expect("read");
        took.push(support::milliseconds(start.elapsed()));
    }
    print("last 20 of a request", support::median(&took));

    history.set_limits(HistoryLimits {
        exchanges: u32::try_from(ENTRIES).expect("small") - 2_000,
        mebibytes: 10_000,
        days: 100_000,
    });
    let mut took = Vec::new();
    loop {
        let start = Instant::now();
        let more = history.trim_step(Timestamp::UNIX_EPOCH).expect("trimmed");
        took.push(support::milliseconds(start.elapsed()));
        if !more {
            break;
        }
    }
    print("trim 100 of the oldest", support::median(&took));
    in_the_window();
    preparing();
}

/// What the window's own thread does.
fn in_the_window() {
    let now = Timestamp::UNIX_EPOCH;
    let mut state = AppState::new(now);
    state.workspace.directory = Some("/w".into());
    let commands = update(
        &mut state,
        Action::History(HistoryAction::Search(String::new())),
        now,
    );
    let [Command::History(HistoryCommand::Read { number, .. })] = commands[..] else {
        unreachable!("a page is asked for");
    };
    let entries: Vec<HistoryEntry> = (0..ENTRIES)
        .rev()
        .map(|number| HistoryEntry {
            id: gatescope::model::history::HistoryId(number),
            summary: summary(number),
        })
        .collect();
    let start = Instant::now();
    let page = HistoryEvent::Page {
        number,
        entries,
        complete: true,
        zone: jiff::tz::TimeZone::UTC,
    };
    update(&mut state, Event::History(page), now);
    print(
        "window: take over all entries at once",
        support::milliseconds(start.elapsed()),
    );
    let mut took = Vec::new();
    for number in 0..20 {
        let recorded = HistoryEvent::Recorded {
            workspace: "/w".into(),
            entry: Box::new(HistoryEntry {
                id: gatescope::model::history::HistoryId(ENTRIES + number),
                summary: summary(ENTRIES + number),
            }),
            zone: jiff::tz::TimeZone::UTC,
        };
        let start = Instant::now();
        update(&mut state, Event::History(recorded), now);
        took.push(support::milliseconds(start.elapsed()));
    }
    print("window: one more on top of them", support::median(&took));
}

/// Masking and packing, on a thread of its own after the answer.
fn preparing() {
    for (what, bytes) in [("5 KB", 5_000), ("1 MB", 1_000_000), ("10 MB", 10_000_000)] {
        let recording = recording(bytes);
        let mut took = Vec::new();
        for _ in 0..5 {
            let start = Instant::now();
            let prepared = prepare(&recording).expect("packed");
            took.push(support::milliseconds(start.elapsed()));
            assert!(prepared.is_some());
        }
        print(
            &format!("mask and pack a body of {what}"),
            support::median(&took),
        );
    }
}

fn print(what: &str, milliseconds: f64) {
    println!("{what:40} {milliseconds:9.3} ms");
}

fn summary(number: i64) -> HistorySummary {
    let modulo = |by: i64| usize::try_from(number % by).expect("small");
    let path = [
        "/api/v2/users",
        "/api/v2/routing/queues",
        "/api/v2/analytics",
    ][modulo(3)];
    HistorySummary {
        kind: HistoryKind::Exchange,
        request: Some(RequestId(format!("r{}", number % 40))),
        environment: EnvironmentId::new("acme").expect("a slug"),
        environment_name: ["Acme prod · direct", "Acme prod · gateway"][modulo(2)].to_owned(),
        environment_colour: Colour::Teal,
        leg: Some("A".to_owned()),
        method: ["GET", "POST"][modulo(2)].to_owned(),
        path: format!("{path}/{number}"),
        url: format!(
            "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test{path}/{number} ?pageSize=25"
        ),
        status: Some([200, 200, 200, 404, 503][modulo(5)]),
        error: None,
        answered_by: Some("Genesys Cloud, through a REST API proxy".to_owned()),
        started_at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(number * 60),
        total: Duration::from_millis(123),
        wire_bytes: 1_200,
        decoded_bytes: 4_500,
    }
}

fn recording(bytes: usize) -> Recording {
    let row =
        r#"{"id":"8f4c2f0e-5b1c-4f9a-9a42-3d0a7d2f6b11","name":"Ada \"A\" Moreno","version":12},"#;
    let body = format!("[{}0]", row.repeat(bytes / row.len()));
    let mut masks = Masks::default();
    for secret in [
        "client-secret-of-some-length",
        "an-access-token-of-some-length",
    ] {
        masks.add(secret);
    }
    let body = bytes::Bytes::from(body);
    let hop = Hop {
        purpose: HopPurpose::Request,
        start_offset: Duration::ZERO,
        sent: SentRequest {
            method: "GET".to_owned(),
            url: "https://h.example/api/v2/users?pageSize=25".to_owned(),
            version: WireVersion::Http11,
            head: None,
            headers: vec![HeaderField::new(
                "Authorization",
                "Bearer an-access-token-of-some-length",
            )],
            body_preview: bytes::Bytes::new(),
            body_bytes: 0,
            total_bytes: 200,
        },
        phases: Phases::default(),
        connection: Connection::default(),
        response: Some(Response {
            version: WireVersion::Http11,
            status: 200,
            reason: "OK".to_owned(),
            head: None,
            headers: vec![HeaderField::new("Content-Type", "application/json")],
            body: Arc::new(ResponseBody {
                wire: body.clone(),
                decoded: body,
                codings: Vec::new(),
                incomplete: None,
            }),
        }),
        error: None,
        notes: Vec::new(),
    };
    Recording {
        exchange: Arc::new(Exchange {
            id: ExchangeId(1),
            environment: EnvironmentId::new("acme").expect("a slug"),
            started_at: Timestamp::UNIX_EPOCH,
            hops: vec![hop],
            notes: Vec::new(),
            masks,
            total: Duration::from_millis(123),
            error: None,
            redirect_offer: None,
        }),
        environment: sandbox_environments().remove(0),
        draft: None,
        leg: None,
        answered_by: None,
    }
}
