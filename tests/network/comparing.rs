//! `gatescope compare` with the real binary: every verdict, every kind of bad answer, requests that act, samples and files.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::command_line::{Machine, shown};

/// Answers every request on every connection, and keeps the request lines.
pub(crate) struct Peer {
    pub(crate) origin: String,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    /// `answer` is asked with the number of the request, from 0. An answer without a length ends its connection.
    pub(crate) fn start(answer: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let (answer, kept) = (Arc::new(answer), Arc::clone(&lines));
        let counter = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, kept, counter) =
                    (Arc::clone(&answer), Arc::clone(&kept), Arc::clone(&counter));
                thread::spawn(move || {
                    converse(stream, &kept, &|| {
                        answer(counter.fetch_add(1, Ordering::SeqCst))
                    });
                });
            }
        });
        Self { origin, lines }
    }

    pub(crate) fn always(answer: Vec<u8>) -> Self {
        Self::start(move |_| answer.clone())
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("no panic").clone()
    }
}

fn converse(mut stream: TcpStream, kept: &Mutex<Vec<String>>, answer: &dyn Fn() -> Vec<u8>) {
    let _ = stream.set_nodelay(true);
    while let Some(line) = read_request(&mut stream) {
        kept.lock().expect("no panic").push(line);
        let answer = answer();
        let stays = stays_open(&answer);
        if stream.write_all(&answer).is_err() || !stays {
            return;
        }
    }
}

/// A whole answer leaves the connection as it is, and so does one that says so; what is cut off ends it.
fn stays_open(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let announced = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "))
        .and_then(|length| length.parse::<usize>().ok());
    let body = answer.len() - head.len().min(answer.len()) - 4;
    head.contains("X-Stays-Open") || announced == Some(body)
}

fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0);
    stream.read_exact(&mut vec![0; length]).ok()?;
    head.lines().next().map(str::to_owned)
}

pub(crate) fn answer(line: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {line}\r\nContent-Length: {}\r\n", body.len());
    for header in headers.lines() {
        write!(text, "{header}\r\n").expect("a string");
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

pub(crate) fn json(body: &str) -> Vec<u8> {
    answer("200 OK", "Content-Type: application/json", body.as_bytes())
}

/// Compares A and B of `machine` and gives the document with the exit code.
pub(crate) fn compare(machine: &Machine, arguments: &[&str]) -> (Option<i32>, Value) {
    let mut line = vec!["compare", "--a", "a", "--b", "b", "--json"];
    line.extend(arguments);
    let output = machine.run(&line);
    let document = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error} in\n{}", shown(&output)));
    (output.status.code(), document)
}

pub(crate) fn machine(a: &Peer, b: &Peer) -> Machine {
    let machine = Machine::new();
    machine.add("A", &a.origin, &[]);
    machine.add("B", &b.origin, &[]);
    machine
}

pub(crate) fn verdict(document: &Value) -> String {
    document["comparison"]["verdict"]["kind"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

pub(crate) fn places(document: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    document["comparison"]["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| wanted(row))
        .map(|row| row["place"].as_str().unwrap_or_default().to_owned())
        .collect()
}

pub(crate) fn counting(row: &Value) -> bool {
    row.get("set-aside").is_none()
}

pub(crate) fn set_aside_by(by: &'static str) -> impl Fn(&Value) -> bool {
    move |row| row["set-aside"]["by"] == by
}

#[test]
fn what_changes_by_itself_leaves_the_verdict_and_stays_visible() {
    let ticking = |count: usize| json(&format!(r#"{{"id":"x","tick":{count},"name":"n"}}"#));
    let (a, b) = (
        Peer::start(ticking),
        Peer::start(move |count| ticking(count + 70)),
    );
    let (code, document) = compare(&machine(&a, &b), &["/thing"]);
    assert_eq!(
        (code, verdict(&document).as_str()),
        (Some(0), "equivalent"),
        "{document:#}"
    );
    assert_eq!(
        places(&document, set_aside_by("volatile")),
        ["$.tick"],
        "{document:#}"
    );
    assert_eq!(a.lines().len(), 2, "A, then A again: {:?}", a.lines());
    assert_eq!(b.lines().len(), 1, "{:?}", b.lines());
    let sent: Vec<&str> = document["run"]["sent"]
        .as_array()
        .expect("what was sent")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(sent, ["a", "b", "a-again"]);
}

#[test]
fn differences_are_found_and_counted() {
    let a = Peer::always(json(
        r#"{"entities":[{"id":"1","n":9007199254740993},{"id":"2","n":2}],"t":["x","y"]}"#,
    ));
    let b = Peer::always(json(
        r#"{"t":["y","x"],"entities":[{"id":"2","n":2},{"id":"1","n":9007199254740992}]}"#,
    ));
    let machine = machine(&a, &b);
    let (code, document) = compare(&machine, &["/thing"]);
    assert_eq!(
        (code, verdict(&document).as_str()),
        (Some(1), "different"),
        "{document:#}"
    );
    let found = places(&document, counting);
    assert!(
        found.iter().any(|place| place == "$.entities[id=1].n"),
        "the last digit of a long number: {found:?}"
    );
    // A rule of the workspace takes it out, and says so.
    let rules = machine.folder.path().join("data/workspace/rules.toml");
    assert!(
        rules.parent().is_some_and(std::path::Path::is_dir),
        "{}",
        rules.display()
    );
    std::fs::write(
        &rules,
        "[[rule]]\njson = \"$.entities[*].n\"\naction = \"ignore\"\nbecause = \"counts\"\n\n[[rule]]\njson = \"$.entities\"\naction = \"by-key\"\nkey = \"id\"\n\n[[rule]]\njson = \"$.t\"\naction = \"set\"\n\n[[rule]]\nheader = \"x-never\"\naction = \"ignore\"\n",
    )
    .expect("written");
    let (code, document) = compare(&machine, &["/thing"]);
    assert_eq!(
        (code, verdict(&document).as_str()),
        (Some(0), "equivalent"),
        "{document:#}"
    );
    let unused = document["comparison"]["unused-rules"]
        .as_array()
        .expect("a list");
    assert!(
        unused
            .iter()
            .any(|rule| rule["place"]["header"] == "x-never"),
        "{unused:?}"
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    let good = || json(r#"{"id":"1"}"#);
    let genesys = |status: &str, code: &str| {
        let number = &status[..3];
        let body = format!(
            r#"{{"message":"m","code":"{code}","status":{number},"contextId":"c","details":[],"errors":[]}}"#
        );
        answer(
            status,
            "Content-Type: application/json\nININ-Correlation-Id: c",
            body.as_bytes(),
        )
    };
    let gateway = answer(
        "403 Forbidden",
        "Content-Type: application/json\nx-amzn-RequestId: r\nx-amzn-ErrorType: MissingAuthenticationTokenException\nx-amz-apigw-id: g",
        br#"{"message":"Missing Authentication Token"}"#,
    );
    let cut_off =
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{\"id\":"
            .to_vec();
    for (case, b, expected) in [
        (
            "429 on one side",
            genesys("429 Too Many Requests", "too.many.requests"),
            "rate-limited",
        ),
        (
            "503 on one side",
            genesys("503 Service Unavailable", "service.unavailable"),
            "server-error",
        ),
        (
            "401 on one side",
            genesys("401 Unauthorized", "bad.credentials"),
            "token-refused",
        ),
        ("the gateway itself", gateway, "gateway-answered"),
        ("cut off", cut_off, "incomplete"),
        ("nothing at all", Vec::new(), "unreachable"),
    ] {
        let (a, b) = (Peer::always(good()), Peer::always(b));
        let (code, document) = compare(&machine(&a, &b), &["/thing"]);
        assert_eq!(verdict(&document), "not-comparable", "{case}: {document:#}");
        let obstacle = &document["comparison"]["verdict"]["obstacle"];
        assert_eq!(obstacle["kind"], expected, "{case}: {document:#}");
        assert_eq!(code, Some(3), "{case}");
        let cause = document["comparison"]["verdict"]["cause"].as_str();
        assert!(
            cause.is_some_and(|cause| !cause.is_empty()),
            "{case}: {document:#}"
        );
    }
}

#[test]
fn odd_bodies_give_a_result_and_no_panic() {
    let good = || json(r#"{"id":"1","name":"\u00e9"}"#);
    let with = |kind: &str, body: &[u8]| answer("200 OK", &format!("Content-Type: {kind}"), body);
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let large = format!(r#"{{"id":"{}"}}"#, "x".repeat(10 << 20));
    for (case, b, expected) in [
        (
            "HTML",
            with("text/html", b"<html><body>hello</body></html>"),
            "different",
        ),
        ("empty", with("application/json", b""), "different"),
        (
            "JSON that ends early",
            with("application/json", br#"{"id":"1","na"#),
            "different",
        ),
        (
            "very deep",
            with("application/json", deep.as_bytes()),
            "different",
        ),
        (
            "10 MB",
            with("application/json", large.as_bytes()),
            "different",
        ),
        (
            "no UTF-8",
            with("application/json", b"{\"id\":\"1\",\"name\":\"\xff\xfe\"}"),
            "different",
        ),
        (
            "UTF-16 with a mark",
            with(
                "application/json; charset=utf-16",
                &[0xff, 0xfe]
                    .into_iter()
                    .chain(r#"{"id":"1","name":"é"}"#.encode_utf16().flat_map(u16::to_le_bytes))
                    .collect::<Vec<u8>>(),
            ),
            "equivalent",
        ),
        (
            "another letter in Latin-1",
            with(
                "application/json; charset=iso-8859-1",
                b"{\"id\":\"1\",\"name\":\"\xe8\"}",
            ),
            "different",
        ),
        (
            "Latin-1",
            with(
                "application/json; charset=iso-8859-1",
                b"{\"id\":\"1\",\"name\":\"\xe9\"}",
            ),
            "equivalent",
        ),
    ] {
        let (a, b) = (Peer::always(good()), Peer::always(b));
        let (_, document) = compare(&machine(&a, &b), &["/thing"]);
        assert_eq!(
            verdict(&document),
            expected,
            "{case}: {:#}",
            document["comparison"]["verdict"]
        );
    }
}

#[test]
fn an_answer_that_never_ends_is_given_up_and_named() {
    let endless = || {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Stays-Open: yes\r\n";
        format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\n").into_bytes()
    };
    for (case, a, b, leg) in [
        ("B", json("[1,2]"), endless(), "b"),
        ("A", endless(), json("[1,2]"), "a"),
    ] {
        let (a, b) = (Peer::always(a), Peer::always(b));
        let machine = machine(&a, &b);
        for name in ["a", "b"] {
            let file = format!("data/workspace/environments/{name}.toml");
            let file = machine.folder.path().join(file);
            let mut text = std::fs::read_to_string(&file).expect("the environment");
            text.push_str("\n[network.limits]\nsilence-ms = 300\n");
            std::fs::write(&file, text).expect("written");
        }
        let (code, document) = compare(&machine, &["/thing"]);
        let verdict = &document["comparison"]["verdict"];
        assert_eq!(code, Some(3), "{case}: {document:#}");
        assert_eq!(
            verdict["obstacle"]["kind"], "incomplete",
            "{case}: {verdict:#}"
        );
        assert_eq!(verdict["obstacle"]["leg"], leg, "{case}: {verdict:#}");
        let cause = verdict["cause"].as_str().unwrap_or_default();
        assert!(!cause.is_empty(), "{case}: {verdict:#}");
    }
}

#[test]
fn a_request_that_acts_goes_once_to_each_side_and_only_when_told() {
    let (a, b) = (Peer::always(json("{}")), Peer::always(json("{}")));
    let machine = machine(&a, &b);
    let acting = [
        "compare", "--a", "a", "--b", "b", "POST", "/thing", "-d", "{}",
    ];
    let output = machine.run(&acting);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    for part in [&a.origin, &b.origin].map(|origin| origin.trim_start_matches("http://")) {
        assert!(words.contains(part), "both addresses are named: {words}");
    }
    assert!(
        a.lines().is_empty() && b.lines().is_empty(),
        "nothing was sent"
    );

    let mut told = acting.to_vec();
    told.push("--yes");
    machine.ends_with(0, &told);
    assert_eq!(a.lines(), ["POST /thing HTTP/1.1"], "A is not asked again");
    assert_eq!(b.lines(), ["POST /thing HTTP/1.1"]);

    told.extend(["--samples", "3"]);
    let output = machine.run(&told);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert_eq!(a.lines().len(), 1, "never sampled");
}

#[test]
fn a_read_only_side_keeps_both_from_acting() {
    let (a, b) = (Peer::always(json("{}")), Peer::always(json("{}")));
    let machine = Machine::new();
    machine.add("A", &a.origin, &[]);
    machine.add("B", &b.origin, &["--protection", "read-only"]);
    let output = machine.run(&[
        "compare", "--a", "a", "--b", "b", "DELETE", "/thing", "--yes",
    ]);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert!(
        a.lines().is_empty() && b.lines().is_empty(),
        "nothing was sent"
    );
}

#[test]
fn the_same_dynamic_values_go_to_both_sides() {
    let (a, b) = (Peer::always(json("{}")), Peer::always(json("{}")));
    machine(&a, &b).ends_with(
        0,
        &[
            "compare",
            "--a",
            "a",
            "--b",
            "b",
            "/thing",
            "-q",
            "n={{$uuid}}",
        ],
    );
    let mut lines = a.lines();
    lines.extend(b.lines());
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines.iter().all(|line| *line == lines[0]), "{lines:?}");
}

#[test]
fn twenty_milliseconds_more_are_measured() {
    let a = Peer::always(json("{}"));
    let b = Peer::start(|_| {
        thread::sleep(Duration::from_millis(20));
        json("{}")
    });
    let machine = machine(&a, &b);
    let (code, document) = compare(
        &machine,
        &["/thing", "--samples", "12", "--csv", "samples.csv"],
    );
    assert_eq!(code, Some(0), "{document:#}");
    let warm = &document["latency"]["warm"]["total"];
    let median = warm["median-ms"].as_f64().unwrap_or_default();
    // Wide: other work on the machine only ever makes it longer.
    assert!((19.0..40.0).contains(&median), "{warm:#}");
    let samples =
        std::fs::read_to_string(machine.folder.path().join("samples.csv")).expect("written");
    assert_eq!(
        samples.lines().count(),
        25,
        "a head, and two lines a pair:\n{samples}"
    );
}

#[test]
fn files_are_written_in_three_forms_and_wrong_ones_told_first() {
    let a = Peer::always(json(r#"{"text":"<script>alert(1)</script>"}"#));
    let b = Peer::always(json(r#"{"text":"other"}"#));
    let machine = machine(&a, &b);
    let line = ["compare", "--a", "a", "--b", "b", "/thing"];
    let with = |files: &[&str]| {
        let mut line = line.to_vec();
        for file in files {
            line.extend(["--report", file]);
        }
        machine.run(&line)
    };
    let output = with(&["x.pdf"]);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert!(a.lines().is_empty(), "nothing was sent");
    let output = with(&["x.md", "x.json", "x.html"]);
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    let read =
        |name: &str| std::fs::read_to_string(machine.folder.path().join(name)).expect("written");
    assert!(read("x.md").contains("$.text"), "{}", read("x.md"));
    assert!(!read("x.html").contains("<script"), "{}", read("x.html"));
    let document: Value = serde_json::from_str(&read("x.json")).expect("JSON");
    assert_eq!(verdict(&document), "different");
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(words.starts_with("Different"), "{words}");
    assert!(words.contains("$.text"), "{words}");
    assert!(
        !words.contains('\u{1b}'),
        "no colours where nobody looks: {words}"
    );
}

#[test]
fn usage_is_checked_before_anything_is_sent() {
    let (a, b) = (Peer::always(json("{}")), Peer::always(json("{}")));
    let machine = machine(&a, &b);
    for arguments in [
        &["compare", "--a", "a", "--b", "a", "/thing"][..],
        &["compare", "--a", "a", "--b", "nowhere", "/thing"],
        &["compare", "--a", "a", "/thing"],
        &[
            "compare",
            "--a",
            "a",
            "--b",
            "b",
            "/thing",
            "--samples",
            "0",
        ],
    ] {
        let output = machine.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?} {}",
            shown(&output)
        );
    }
    assert!(a.lines().is_empty() && b.lines().is_empty());
}
