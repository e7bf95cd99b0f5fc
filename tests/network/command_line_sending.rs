//! `gatescope send` and what surrounds it: the sandbox, documents, exit codes, redirects, proxies, output, cancelling.

use std::io::Read as _;
use std::net::TcpListener;
use std::path::Path;

use serde_json::Value;

use crate::command_line::{Machine, OK, server, shown};

#[test]
fn every_sandbox_environment_answers() {
    let machine = Machine::new();
    for (environment, size) in [
        ("sandbox-direct", 3),
        ("sandbox-http-api", 3),
        ("sandbox-rest-proxy", 3),
        // The guide's mapping fixes it, whatever is asked.
        ("sandbox-rest-non-proxy", 5),
    ] {
        let text = machine.ends_with(
            0,
            &[
                "send",
                "--env",
                environment,
                "/api/v2/users",
                "-q",
                "pageSize=3",
            ],
        );
        let body: Value = serde_json::from_str(&text).expect(environment);
        assert_eq!(body["pageSize"], size, "{environment}");
        assert_eq!(
            body["entities"].as_array().map(Vec::len),
            Some(size),
            "{environment}"
        );
    }
}

#[test]
fn the_document_holds_the_whole_exchange_and_no_secret() {
    let machine = Machine::new();
    let arguments = [
        "send",
        "--env",
        "sandbox-rest-proxy",
        "GET",
        "/api/v2/users",
        "--json",
    ];
    let document = machine.json(&arguments);
    let keys: Vec<&String> = document.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "environment",
            "started_at",
            "total_ms",
            "status",
            "url",
            "answered_by",
            "explanation",
            "hops",
            "notes",
            "redirect_offer",
            "error"
        ]
    );
    assert_eq!(document["status"], 200);
    assert_eq!(
        document["answered_by"]["words"],
        "Genesys Cloud, through a REST API proxy"
    );
    let hops = document["hops"].as_array().expect("hops");
    let purposes: Vec<&Value> = hops.iter().map(|hop| &hop["purpose"]).collect();
    assert_eq!(purposes, ["token", "request"]);
    let answer = &hops[1];
    assert_eq!(answer["request"]["method"], "GET");
    assert_eq!(answer["request"]["headers"][0]["name"], "Host");
    assert!(
        answer["phases"]["wait_ms"]
            .as_f64()
            .is_some_and(|wait| wait > 0.0)
    );
    assert_eq!(answer["phases"]["tls_ms"], Value::Null);
    let text = answer["response"]["body"]["text"].as_str().expect("a text");
    assert_eq!(answer["response"]["body"]["decoded_bytes"], text.len());
    let authorization = answer["request"]["headers"]
        .as_array()
        .and_then(|fields| fields.iter().find(|field| field["name"] == "Authorization"))
        .expect("an Authorization header");
    assert_eq!(authorization["value"], "Bearer ••••••");

    let mut open = arguments.to_vec();
    open.push("--show-secrets");
    let revealed = machine.json(&open);
    let token_answer = revealed["hops"][0]["response"]["body"]["text"]
        .as_str()
        .expect("a text");
    let token: Value = serde_json::from_str(token_answer).expect("JSON");
    let token = token["access_token"].as_str().expect("a token");
    assert!(
        revealed.to_string().matches(token).count() >= 2,
        "answer and header"
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of commands")]
fn exit_codes_say_what_happened() {
    let machine = Machine::new();
    let nobody = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address");
    machine.add("Nobody", &format!("http://{nobody}"), &[]);
    machine.add(
        "Careful",
        &format!("http://{nobody}"),
        &["--protection", "ask"],
    );
    machine.add(
        "Fixed",
        &format!("http://{nobody}"),
        &["--protection", "read-only"],
    );
    machine.add(
        "Without secret",
        &format!("http://{nobody}"),
        &["--client-id", "someone"],
    );
    let table: [(i32, &[&str]); 18] = [
        (
            0,
            &["send", "--env", "sandbox-direct", "/api/v2/users/none"],
        ),
        (
            1,
            &[
                "send",
                "--env",
                "sandbox-direct",
                "/api/v2/users/none",
                "--fail",
            ],
        ),
        (
            0,
            &[
                "send",
                "--env",
                "sandbox-direct",
                "/api/v2/users/none",
                "--expect-status",
                "404",
            ],
        ),
        (
            1,
            &[
                "send",
                "--env",
                "sandbox-direct",
                "/api/v2/users",
                "--expect-status",
                "404",
            ],
        ),
        (
            0,
            &["send", "--env", "sandbox-direct", "/api/v2/users", "--fail"],
        ),
        (
            1,
            &[
                "send",
                "--env",
                "sandbox-direct",
                "/api/v2/users",
                "--fail",
                "--no-auth",
            ],
        ),
        (2, &["send", "--env", "nowhere", "/x"]),
        (2, &["send", "--env", "nobody", "/{{unknown}}"]),
        (2, &["send", "--env", "nobody", "/x", "-H", "no colon"]),
        (2, &["send", "--env", "careful", "DELETE", "/x"]),
        (2, &["send", "--env", "fixed", "DELETE", "/x", "--yes"]),
        (
            2,
            &["send", "--env", "fixed", "POST", "/api/v2/users", "--yes"],
        ),
        // It only asks a question, but somebody has to say so.
        (
            2,
            &["send", "--env", "fixed", "POST", "/api/v2/users/search"],
        ),
        (
            3,
            &[
                "send",
                "--env",
                "fixed",
                "POST",
                "/api/v2/users/search",
                "--yes",
            ],
        ),
        (2, &["send", "--env", "without-secret", "/x"]),
        (2, &["send", "--nonsense"]),
        (3, &["send", "--env", "nobody", "/x"]),
        (3, &["send", "--env", "careful", "DELETE", "/x", "--yes"]),
    ];
    for (code, arguments) in table {
        machine.ends_with(code, arguments);
    }
}

#[test]
fn redirects_to_another_origin_are_offered_and_not_followed() {
    let machine = Machine::new();
    let (other, _) = server(OK, 1);
    let answer = format!(
        "HTTP/1.1 302 Found\r\nLocation: {other}/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let (origin, _) = server(Box::leak(answer.into_bytes().into_boxed_slice()), 1);
    machine.add("Moved", &origin, &[]);
    let document = machine.json(&["send", "--env", "moved", "/x", "--json"]);
    assert_eq!(document["status"], 302);
    assert_eq!(document["redirect_offer"], format!("{other}/elsewhere"));
    assert_eq!(document["hops"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_redirect_to_another_origin_is_followed_when_asked_without_what_is_secret() {
    let moved = |location: &str| -> &'static [u8] {
        let answer = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        Box::leak(answer.into_bytes().into_boxed_slice())
    };
    let machine = Machine::new();
    let (other, thread) = server(OK, 1);
    let (origin, _) = server(moved(&format!("{other}/elsewhere")), 1);
    machine.add("Moved", &origin, &["--default-header", "X-Default: canary"]);
    let document = machine.json(&[
        "send",
        "--env",
        "moved",
        "/x",
        "-H",
        "X-Api-Key: canary",
        "-H",
        "X-Plain: 1",
        "--follow-elsewhere",
        "--json",
    ]);
    assert_eq!(document["status"], 200);
    assert_eq!(document["url"], format!("{other}/elsewhere"));
    assert_eq!(document["hops"][0]["response"]["status"], 307);
    assert_eq!(document["hops"][1]["purpose"], "redirect");
    assert_eq!(document["redirect_offer"], Value::Null);
    let received = thread.join().expect("served").remove(0);
    assert!(received.starts_with("GET /elsewhere "), "{received}");
    assert!(
        received.contains("X-Plain: 1") && !received.contains("canary"),
        "{received}"
    );

    // A body stays here until it is allowed to go there; the words say what to do.
    let (other, _) = server(OK, 1);
    let (origin, _) = server(moved(&format!("{other}/y")), 1);
    machine.add("Body", &origin, &[]);
    let output = machine.run(&[
        "send",
        "--env",
        "body",
        "POST",
        "/x",
        "-d",
        "{}",
        "--follow-elsewhere",
    ]);
    let words = shown(&output);
    assert!(
        words.contains("307") && words.contains("--yes") && !words.contains("200 OK"),
        "{words}"
    );
}

#[test]
fn the_proxy_of_the_surroundings_is_used_except_for_this_computer() {
    let machine = Machine::new();
    let (proxy, thread) = server(OK, 2);
    let (near, near_thread) = server(OK, 1);
    machine.add("Far", "http://api.far.invalid", &[]);
    machine.add("Exempt", "http://api.exempt.invalid", &[]);
    machine.add("Near", &near, &[]);
    machine.add(
        "Straight",
        "http://api.straight.invalid",
        &["--proxy", "none"],
    );
    let send = |environment: &str, variable: &str| {
        machine
            .command(&["send", "--env", environment, "/x", "--json"])
            .env(variable, &proxy)
            .env("no_proxy", "api.exempt.invalid")
            .output()
            .expect("it runs")
    };
    for (environment, variable, code, through) in [
        ("far", "http_proxy", 0, Value::from(proxy.as_str())),
        ("far", "all_proxy", 0, Value::from(proxy.as_str())),
        ("near", "http_proxy", 0, Value::Null),
        // No proxy: the name is looked up here, and there is none.
        ("exempt", "http_proxy", 3, Value::Null),
        ("straight", "http_proxy", 3, Value::Null),
    ] {
        let output = send(environment, variable);
        let row = format!("{environment} {variable}: {}", shown(&output));
        assert_eq!(output.status.code(), Some(code), "{row}");
        let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(document["hops"][0]["connection"]["proxy"], through, "{row}");
    }
    for head in thread.join().expect("served") {
        assert!(head.starts_with("GET http://api.far.invalid/x "), "{head}");
    }
    assert!(near_thread.join().expect("served")[0].starts_with("GET /x "));
}

#[test]
fn the_help_of_send_documents_the_whole_document() {
    let machine = Machine::new();
    let help = machine.ends_with(0, &["send", "--help"]);
    assert!(help.contains("[METHOD] <PATH>"), "{help}");
    let document = machine.json(&["send", "--env", "sandbox-direct", "/api/v2/date", "--json"]);
    let mut missing = Vec::new();
    named_in(&help, &document, &mut missing);
    assert!(missing.is_empty(), "not in the help: {missing:?}\n{help}");
}

/// The keys of `value` that `help` does not name.
fn named_in(help: &str, value: &Value, missing: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if !help.contains(key.as_str()) {
                    missing.push(key.clone());
                }
                named_in(help, value, missing);
            }
        }
        Value::Array(values) => {
            for value in values {
                named_in(help, value, missing);
            }
        }
        _ => {}
    }
}

#[test]
fn requests_go_out_as_typed_and_bytes_come_out_as_they_came() {
    let machine = Machine::new();
    let (origin, thread) = server(
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n\xff\x1b[2J\x00",
        2,
    );
    machine.add("Echo", &origin, &[]);
    let arguments = [
        "send",
        "--env",
        "echo",
        "PUT",
        "/a",
        "-q",
        "x=1",
        "-q",
        "x",
        "-H",
        "tenantId: 7",
        "-d",
        "{}",
    ];
    let output = machine.run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(
        output.stdout, b"\xff\x1b[2J\x00",
        "piped bytes are not touched"
    );
    let file = machine.folder.path().join("body.bin");
    machine.ends_with(
        0,
        &[
            "send",
            "--env",
            "echo",
            "/b",
            "--output",
            path_text(&file),
            "--json",
        ],
    );
    assert_eq!(std::fs::read(&file).expect("written"), b"\xff\x1b[2J\x00");
    let heads = thread.join().expect("served");
    assert!(
        heads[0].starts_with("PUT /a?x=1&x HTTP/1.1\r\n"),
        "{}",
        heads[0]
    );
    assert!(heads[0].contains("\r\ntenantId: 7\r\n"), "{}", heads[0]);
    assert!(heads[0].contains("application/json"), "{}", heads[0]);
}

fn path_text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

#[test]
fn ctrl_c_cancels_and_says_so() {
    use std::process::{Command as Process, Stdio};

    let machine = Machine::new();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", silent.local_addr().expect("an address"));
    machine.add("Silent", &origin, &[]);
    let child = Process::new(env!("CARGO_BIN_EXE_gatescope"))
        .env_clear()
        .env("HOME", machine.folder.path())
        .env("GATESCOPE_DATA_DIR", machine.folder.path().join("data"))
        .args(["send", "--env", "silent", "/x", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // The request is under way when its connection and its first bytes have arrived.
    let (mut stream, _) = silent.accept().expect("a connection");
    let mut byte = [0];
    stream.read_exact(&mut byte).expect("the request");
    let killed = Process::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(killed.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", shown(&output));
    let document: Value = serde_json::from_slice(&output.stdout).expect("a document all the same");
    assert_eq!(document["error"]["kind"], "cancelled");
}

#[cfg(target_os = "linux")]
#[test]
fn the_window_runs_without_the_secret_variables() {
    let machine = Machine::new();
    // No display: the window fails, and says what it needs, in the process that never had the variable.
    let output = machine
        .command(&[])
        .env("GATESCOPE_SECRET_A_CLIENT_SECRET", "inherited-by-nobody")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(3), "{}", shown(&output));
    let words = shown(&output);
    assert!(
        words.contains("display") && !words.contains("inherited-by-nobody"),
        "{words}"
    );
}
