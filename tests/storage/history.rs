//! The history's store: what goes in comes out, searches and pages, limits, Clear, and everything that can go wrong with the file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use gatescope::model::environment::KeepHistory;
use gatescope::model::exchange::{Exchange, SendErrorKind};
use gatescope::model::history::{
    HistoryEntry, HistoryFilter, HistoryId, HistoryKind, HistoryPlace, HistoryScope,
    HistorySummary, WithoutBodies,
};
use gatescope::model::ids::{EnvironmentId, ExchangeId, RequestId};
use gatescope::model::masks::MASK;
use gatescope::model::settings::HistoryLimits;
use gatescope::store::history::{History, Keeper, LARGEST_BODY, prepare};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::history_scene::{at, exchange, holds, raw, recording, summary};
use crate::scene::Scene;

pub(crate) fn open(scene: &Scene) -> History {
    History::new(scene.data(), Keeper::Lasting)
}

pub(crate) fn put(
    history: &mut History,
    workspace: &Path,
    summary: &HistorySummary,
) -> HistoryEntry {
    history
        .put(workspace, summary, b"document", &[])
        .expect("written")
}

pub(crate) fn newest(history: &mut History, workspace: &Path) -> Vec<HistoryEntry> {
    history
        .page(workspace, &HistoryFilter::default(), None, 1_000)
        .expect("read")
}

pub(crate) fn paths(entries: &[HistoryEntry]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry.summary.path.as_str())
        .collect()
}

/// Everything that a tab shows, bytes included. `Debug` of a hop tells lengths, so heads and bodies come on top.
fn told(exchange: &Exchange) -> String {
    let mut text = format!(
        "{:?} {:?} {:?} {:?} {:?}\n",
        exchange.started_at,
        exchange.notes,
        exchange.total,
        exchange.error,
        exchange.redirect_offer
    );
    for hop in &exchange.hops {
        let sent = &hop.sent;
        let _ = writeln!(text, "{hop:?}\n{:?} {:?}", sent.head, sent.body_preview);
        for field in &hop.sent.headers {
            let _ = writeln!(text, "{:?}", field.value);
        }
        if let Some(response) = &hop.response {
            let _ = writeln!(text, "{:?} {:?}", response.head, response.body.decoded);
        }
    }
    text
}

#[test]
fn an_exchange_comes_back_with_all_that_its_tabs_show_also_in_another_process() {
    let scene = Scene::new();
    let sent = recording(exchange());
    let prepared = prepare(&sent).expect("packed").expect("kept");
    let entry = open(&scene)
        .insert(&scene.directory(), &prepared)
        .expect("written");
    let past = open(&scene)
        .load(entry.id, ExchangeId(99))
        .expect("read")
        .expect("there");
    assert_eq!(past.entry, entry);
    assert_eq!(past.exchange.id, ExchangeId(99));
    assert_eq!(past.environment, sent.environment);
    assert_eq!(past.draft, sent.draft);
    assert_eq!(past.without_bodies, None);
    // The only thing named like a credential in it.
    let expected = told(&sent.exchange)
        .replace(
            r#"b"{\"access_token\":\"abc\",\"expires_in\":86399}""#,
            &format!(
                "{:?}",
                bytes::Bytes::from(format!(r#"{{"access_token":"{MASK}","expires_in":86399}}"#))
            ),
        )
        // Lengths of that body.
        .replace("wire_bytes: 41, decoded_bytes: 41", "…");
    let found = told(&past.exchange).replace("wire_bytes: 41, decoded_bytes: 56", "…");
    assert_eq!(found, expected);
    let listed = &newest(&mut open(&scene), &scene.directory())[0];
    assert_eq!(*listed, entry);
    let row = &listed.summary;
    assert_eq!(
        (
            row.method.as_str(),
            row.path.as_str(),
            row.status,
            row.error,
            row.leg.as_deref()
        ),
        (
            "GET",
            "/next",
            Some(404),
            Some(SendErrorKind::Reset),
            Some("A")
        )
    );
    assert_eq!(row.answered_by.as_deref(), Some("Genesys Cloud"));
}

#[test]
fn heads_only_and_nothing_are_kept_as_the_environment_says_and_long_bodies_are_left_out() {
    let scene = Scene::new();
    let mut history = open(&scene);
    let mut sent = recording(exchange());
    sent.environment.history = KeepHistory::Nothing;
    assert!(prepare(&sent).expect("packed").is_none());
    sent.environment.history = KeepHistory::HeadsOnly;
    let prepared = prepare(&sent).expect("packed").expect("kept");
    assert!(prepared.bodies.is_empty());
    let entry = history
        .insert(&scene.directory(), &prepared)
        .expect("written");
    let past = history
        .load(entry.id, ExchangeId(1))
        .expect("read")
        .expect("there");
    assert_eq!(past.without_bodies, Some(WithoutBodies::HeadsOnly));
    for hop in &past.exchange.hops {
        assert!(hop.sent.body_preview.is_empty());
        let response = hop.response.as_ref().expect("a response");
        assert!(response.body.decoded.is_empty() && response.headers.len() == 3);
    }
    let mut long = exchange();
    let body = &mut long.hops[1].response.as_mut().expect("a response").body;
    Arc::make_mut(body).decoded = vec![b' '; LARGEST_BODY + 1].into();
    let prepared = prepare(&recording(long)).expect("packed").expect("kept");
    let entry = history
        .insert(&scene.directory(), &prepared)
        .expect("written");
    let past = history
        .load(entry.id, ExchangeId(1))
        .expect("read")
        .expect("there");
    assert_eq!(past.without_bodies, Some(WithoutBodies::TooLong));
    assert!(past.exchange.hops[2].response.is_some());
}

#[test]
fn a_known_secret_is_in_no_byte_of_the_files() {
    let scene = Scene::new();
    let secret = "a-secret-of-this-run";
    let mut leaky = exchange();
    let hop = &mut leaky.hops[1];
    hop.sent.url = format!("https://h.example/{secret}?q={secret}");
    hop.sent.head = Some(format!("GET /{secret} HTTP/1.1\r\nX: {secret}\r\n\r\n").into());
    hop.sent.headers[0].value = secret.into();
    hop.sent.body_preview = format!("{{\"a\":\"{secret}\"}}").into();
    let response = hop.response.as_mut().expect("a response");
    response.reason = secret.to_owned();
    response.headers[1].value = secret.into();
    response.head = Some(format!("HTTP/1.1 200 {secret}\r\nX: {secret}\r\n").into());
    Arc::make_mut(&mut response.body).decoded = format!("<p>{secret}</p>").into();
    Arc::make_mut(&mut response.body).wire = secret.into();
    leaky.notes[0].text = secret.to_owned();
    leaky.redirect_offer = Some(format!("https://h.example/{secret}"));
    let mut sent = recording(leaky);
    sent.draft.as_mut().expect("a draft").path = format!("/{secret}");
    sent.environment.name = secret.to_owned();
    sent.answered_by = Some(secret.to_owned());
    let prepared = prepare(&sent).expect("packed").expect("kept");
    let mut history = open(&scene);
    history
        .insert(&scene.directory(), &prepared)
        .expect("written");
    drop(history);
    let mut outputs = crate::canary_scene::Outputs::default();
    let entries = outputs.add_histories(scene.home());
    assert_eq!(entries, 1);
    let canary = crate::canary::Canary::new(secret);
    for (what, bytes) in outputs.iter() {
        canary.assert_absent_from(what, bytes);
    }
    canary.assert_absent_below(scene.home());
}

#[test]
fn pages_follow_each_other_without_a_gap_or_a_repeat() {
    let scene = Scene::new();
    let mut history = open(&scene);
    let workspace = scene.directory();
    // Every third one began at the same moment as another.
    let mut expected: Vec<HistoryPlace> = (0..230)
        .map(|number| put(&mut history, &workspace, &summary(number / 3)).place())
        .collect();
    put(&mut history, &scene.home().join("other"), &summary(1));
    expected.sort_by(|one, other| other.cmp(one));
    let mut found = Vec::new();
    loop {
        let page = history
            .page(
                &workspace,
                &HistoryFilter::default(),
                found.last().copied(),
                50,
            )
            .expect("read");
        if page.is_empty() {
            break;
        }
        found.extend(page.iter().map(HistoryEntry::place));
    }
    assert_eq!(found, expected);
}

#[test]
fn a_request_has_its_own_last_exchanges_and_a_link_is_the_folder_it_leads_to() {
    let scene = Scene::new();
    let mut history = open(&scene);
    let workspace = scene.directory();
    fs::create_dir_all(&workspace).expect("a folder");
    for number in 0..6 {
        let mut row = summary(number);
        row.request = Some(RequestId(format!("r{}", number % 2)));
        put(&mut history, &workspace, &row);
    }
    let request = RequestId("r1".to_owned());
    let of = history.of_request(&workspace, &request, 2).expect("read");
    assert_eq!(paths(&of), ["/api/v2/users/5", "/api/v2/users/3"]);
    #[cfg(unix)]
    {
        let link = scene.home().join("link");
        std::os::unix::fs::symlink(&workspace, &link).expect("linked");
        assert_eq!(newest(&mut history, &link).len(), 6);
    }
}

#[test]
fn documents_of_other_kinds_are_kept_as_they_are_and_listed_as_what_they_are() {
    let scene = Scene::new();
    let mut history = open(&scene);
    let bytes = [0, 159, 1, 2, 255];
    let mut row = summary(1);
    row.kind = HistoryKind::Comparison;
    let entry = history
        .put(&scene.directory(), &row, &bytes, &[])
        .expect("written");
    let (found, document) = history.document(entry.id).expect("read").expect("there");
    assert_eq!((found, document), (entry.clone(), bytes.to_vec()));
    let kinds: Vec<HistoryKind> = newest(&mut history, &scene.directory())
        .iter()
        .map(|entry| entry.summary.kind)
        .collect();
    assert_eq!(kinds, [HistoryKind::Comparison]);
    let loaded = history.load(entry.id, ExchangeId(1)).expect("read");
    assert!(loaded.is_none(), "no exchange");
    let missing = history.document(HistoryId(999)).expect("read");
    assert!(missing.is_none());
}

#[test]
fn a_document_is_replaced_and_its_size_counts() {
    let scene = Scene::new();
    let mut history = open(&scene);
    let entry = put(&mut history, &scene.directory(), &summary(0));
    let larger = vec![b'x'; 3 << 19];
    assert!(history.replace(entry.id, &larger).expect("written"));
    let (found, document) = history
        .document(entry.id)
        .expect("read")
        .expect("still there");
    assert_eq!((found, document.len()), (entry.clone(), larger.len()));
    let gone = HistoryId(entry.id.0 + 1);
    assert!(!history.replace(gone, b"x").expect("no trouble"));
    // What the limits reckon with is the new size.
    let newer = put(&mut history, &scene.directory(), &summary(1));
    history.set_limits(HistoryLimits {
        mebibytes: 1,
        ..HistoryLimits::default()
    });
    trim(&mut history);
    assert_eq!(newest(&mut history, &scene.directory()), [newer]);
}

fn any_summary() -> impl Strategy<Value = HistorySummary> {
    let words = prop::sample::select(vec!["users", "Queues", "100%", "a_b", "x\\y", "404", "ä"]);
    let status = prop::option::of(prop::sample::select(vec![200_u16, 204, 400, 404, 503]));
    let method = prop::sample::select(vec!["GET", "POST", "patch"]);
    (words, status, method, any::<bool>(), 0..5_i64).prop_map(
        |(word, status, method, second, number)| HistorySummary {
            path: format!("/{word}"),
            url: format!("https://h.example/{word}?n={number}"),
            status,
            error: status.is_none().then_some(SendErrorKind::Refused),
            method: method.to_owned(),
            environment_name: if second { "Acme Test" } else { "Other" }.to_owned(),
            ..summary(number)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_store_finds_what_the_filter_matches(
        rows in prop::collection::vec(any_summary(), 1..12),
        searches in prop::collection::vec(
            prop::collection::vec(
                prop::sample::select(vec![
                    "users", "QUEUES", "404", "4xx", "2XX", "failed", "get", "PATCH", "acme", "%",
                    "_", "\\", "\"404\"", "\"acme test\"", "ä", "Ä", "n=3", "'; DROP",
                ]),
                0..3,
            ),
            8,
        ),
    ) {
        let scene = Scene::new();
        let mut history = open(&scene);
        let workspace = scene.directory();
        let mut all: Vec<HistoryEntry> = rows.iter().map(|row| put(&mut history, &workspace, row)).collect();
        all.sort_by_key(|entry| std::cmp::Reverse(entry.place()));
        for words in searches {
            let search = words.join(" ");
            let filter = HistoryFilter::parse(&search);
            let expected: Vec<&HistoryEntry> = all.iter().filter(|entry| filter.matches(&entry.summary)).collect();
            let found = history.page(&workspace, &filter, None, 100).expect("read");
            prop_assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{}", search);
        }
    }
}

fn trim(history: &mut History) {
    while history.trim_step(at(0)).expect("trimmed") {}
}

#[test]
fn each_limit_takes_the_oldest_away() {
    let days = |days: i64| at(0) - SignedDuration::from_hours(24 * days);
    for (limits, kept) in [
        (
            HistoryLimits {
                exchanges: 3,
                mebibytes: 100,
                days: 90,
            },
            3,
        ),
        (
            HistoryLimits {
                exchanges: 0,
                mebibytes: 100,
                days: 90,
            },
            0,
        ),
        (
            HistoryLimits {
                exchanges: 900,
                mebibytes: 100,
                days: 5,
            },
            6,
        ),
        (
            HistoryLimits {
                exchanges: 900,
                mebibytes: 1,
                days: 90,
            },
            10,
        ),
        (
            HistoryLimits {
                exchanges: 900,
                mebibytes: 100,
                days: 90,
            },
            250,
        ),
    ] {
        let scene = Scene::new();
        let mut history = open(&scene);
        for number in 0..250 {
            let mut row = summary(0);
            row.started_at = days(number.min(80));
            row.path = format!("/{number}");
            history
                .put(&scene.directory(), &row, &vec![7; 100_000], &[])
                .expect("written");
        }
        history.set_limits(limits);
        trim(&mut history);
        let left = newest(&mut history, &scene.directory());
        let expected: Vec<String> = (0..kept).map(|number| format!("/{number}")).collect();
        // Those of one moment go in the order in which they came, so that only the number tells there.
        assert_eq!(left.len(), kept, "{limits:?}");
        if kept < 80 {
            assert_eq!(paths(&left), expected, "{limits:?}");
        }
        // A process that sets none goes by those that were set.
        for number in 0..5 {
            put(&mut history, &scene.directory(), &summary(number));
        }
        let mut other = History::new(scene.data(), Keeper::Passing);
        trim(&mut other);
        let most = usize::try_from(limits.exchanges).expect("small");
        assert!(
            newest(&mut other, &scene.directory()).len() <= most,
            "{limits:?}"
        );
    }
}

#[test]
fn what_was_cleared_is_in_no_file_any_more() {
    let marker = |name: &str| format!("marker-of-{name}-{}", "x".repeat(40));
    let scopes: [(&str, Option<HistoryScope>, &[&str]); 4] = [
        ("everything", Some(HistoryScope::Everything), &[]),
        ("workspace", Some(HistoryScope::Workspace), &["elsewhere"]),
        (
            "environment",
            Some(HistoryScope::Environment(
                EnvironmentId::new("acme").expect("a slug"),
            )),
            &["other", "elsewhere"],
        ),
        ("one entry", None, &["other", "elsewhere"]),
    ];
    for (what, scope, left) in scopes {
        let scene = Scene::new();
        let mut history = open(&scene);
        let elsewhere = scene.home().join("elsewhere");
        let mut ids = Vec::new();
        for (name, workspace) in [
            ("acme", scene.directory()),
            ("other", scene.directory()),
            ("elsewhere", elsewhere),
        ] {
            let marker = marker(name);
            let mut row = summary(1);
            row.environment = EnvironmentId::new(name).expect("a slug");
            row.url = format!("https://h.example/{marker}");
            let body = marker.repeat(3_000).into_bytes();
            let entry = history
                .put(&workspace, &row, marker.as_bytes(), &[body])
                .expect("written");
            ids.push(entry.id);
        }
        let before = raw(scene.data().root());
        for name in ["acme", "other", "elsewhere"] {
            assert!(holds(&before, marker(name).as_bytes()), "{name} is written");
        }
        match &scope {
            Some(scope) => {
                let newest = history.newest().expect("read");
                let workspace = scene.directory();
                while history
                    .clear_step(&workspace, scope, newest)
                    .expect("cleared")
                    > 0
                {}
                history.scrub().expect("scrubbed");
            }
            None => assert!(history.delete(ids[0]).expect("deleted").was_there),
        }
        let after = raw(scene.data().root());
        for name in ["acme", "other", "elsewhere"] {
            let expected = left.contains(&name);
            assert_eq!(
                holds(&after, marker(name).as_bytes()),
                expected,
                "{what}: {name}"
            );
        }
        assert!(
            after.len() < before.len(),
            "{what}: the space is given back"
        );
    }
}

#[test]
fn what_is_written_while_a_clear_goes_on_stays() {
    let scene = Scene::new();
    let mut history = open(&scene);
    let workspace = scene.directory();
    for number in 0..150 {
        put(&mut history, &workspace, &summary(number));
    }
    let until = history.newest().expect("read");
    let first = history
        .clear_step(&workspace, &HistoryScope::Workspace, until)
        .expect("cleared");
    assert!(first > 0 && first < 150, "{first}: in steps");
    put(
        &mut History::new(scene.data(), Keeper::Passing),
        &workspace,
        &summary(999),
    );
    while history
        .clear_step(&workspace, &HistoryScope::Workspace, until)
        .expect("cleared")
        > 0
    {}
    history.scrub().expect("scrubbed");
    assert_eq!(
        paths(&newest(&mut history, &workspace)),
        ["/api/v2/users/999"]
    );
}

#[test]
fn processes_that_write_once_and_go_leave_a_short_log() {
    let scene = Scene::new();
    let workspace = scene.directory();
    let document = vec![7_u8; 20_000];
    let mut longest = 0;
    for number in 0..60 {
        History::new(scene.data(), Keeper::Passing)
            .put(&workspace, &summary(number), &document, &[])
            .expect("written");
        let log = scene.data().root().join("history.sqlite-wal");
        longest = longest.max(fs::metadata(log).map_or(0, |found| found.len()));
    }
    assert!(
        longest < 1 << 20,
        "the log grew to {longest} bytes: whoever opens the history reads all of it"
    );
    assert_eq!(newest(&mut open(&scene), &workspace).len(), 60);
}
