//! The real binary, without a window: the sandbox, documents, exit codes, environments, protection, output.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;
use std::thread;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A machine of its own: data folder and workspace in a folder that goes away, and no keyring.
pub(crate) struct Machine {
    pub(crate) folder: TempDir,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a folder"),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatescope"));
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("GATESCOPE_DATA_DIR", self.folder.path().join("data"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .current_dir(self.folder.path())
            .timeout(std::time::Duration::from_mins(1))
            .args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    /// With variables of the process.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        command.output().expect("it runs")
    }

    /// Runs, checks the exit code, and gives standard output.
    pub(crate) fn ends_with(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}\n{}",
            shown(&output)
        );
        String::from_utf8(output.stdout).expect("text")
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let text = self.ends_with(0, arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
    }

    /// An environment that sends to `origin` without a token.
    pub(crate) fn add(&self, name: &str, origin: &str, more: &[&str]) {
        let mut arguments = vec![
            "env",
            "add",
            "--name",
            name,
            "--api-origin",
            origin,
            "--login-origin",
            origin,
        ];
        arguments.extend(more);
        self.ends_with(0, &arguments);
    }
}

pub(crate) fn shown(output: &Output) -> String {
    format!(
        "exit {:?}\nstdout: {}\nstderr: {}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Answers every connection with `answer` and gives back what it was sent, one text a connection.
fn server(answer: &'static [u8], connections: usize) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let thread = thread::spawn(move || {
        let mut heads = Vec::new();
        for _ in 0..connections {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1)
            {
                head.push(byte[0]);
            }
            stream.write_all(answer).expect("written");
            heads.push(String::from_utf8_lossy(&head).into_owned());
        }
        heads
    });
    (origin, thread)
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

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
fn problems_name_their_field_and_what_to_try() {
    let machine = Machine::new();
    machine.add("Nobody", "http://127.0.0.1:9", &["--client-id", "someone"]);
    for (arguments, words) in [
        (
            &["send", "--env", "nowhere", "/x"][..],
            &["nowhere", "sandbox-direct", "nobody"][..],
        ),
        (
            &["send", "--env", "nobody", "/x"],
            &["error: client secret:"],
        ),
        (
            &["send", "--env", "nobody", "--no-auth", "/{{gone}}"],
            &["error: path:", "`gone`"],
        ),
        (
            &[
                "send",
                "--env",
                "nobody",
                "--no-auth",
                "/x",
                "-H",
                "A: 1",
                "-H",
                "b",
            ],
            &["error: header 2:", "Name: value"],
        ),
        (
            &["env", "add", "--name", "Nobody", "--region", "us-east-1"],
            &["error: name:", "nobody"],
        ),
        (
            &["env", "add", "--name", "X", "--region", "mars"],
            &["error: region:", "mars"],
        ),
    ] {
        let output = machine.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        for word in words {
            assert!(
                errors.contains(word),
                "{arguments:?}: no `{word}` in\n{errors}"
            );
        }
    }
}

#[test]
fn environments_are_added_listed_shown_and_deleted() {
    let machine = Machine::new();
    machine.ends_with(
        0,
        &[
            "env",
            "add",
            "--name",
            "Acme gateway",
            "--invoke-url",
            "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
            "--login-path",
            "/loginpath",
            "--api-path",
            "/apipath",
            "--client-id",
            "abc",
            "--map",
            "/api/v2/users=/users",
            "--with-direct-twin",
            "us-west-2",
        ],
    );
    let list = machine.json(&["env", "list", "--json"]);
    let ids: Vec<&str> = list
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["id"].as_str())
        .collect();
    assert!(ids.contains(&"acme-gateway"), "{ids:?}");
    assert_eq!(
        ids.iter()
            .filter(|id| id.starts_with("sandbox-") && !id.starts_with("sandbox-broken-"))
            .count(),
        4,
        "{ids:?}"
    );
    let own = ids.iter().filter(|id| !id.starts_with("sandbox-")).count();
    assert_eq!(own, 2, "the twin as well: {ids:?}");
    let shown = machine.json(&["env", "show", "acme-gateway", "--json"]);
    let base = "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test";
    assert_eq!(shown["api"], format!("{base}/apipath"));
    assert_eq!(shown["login"], format!("{base}/loginpath/oauth/token"));
    assert_eq!(shown["settings"]["path-map"][0]["to"], "/users");
    machine.ends_with(0, &["env", "delete", "acme-gateway"]);
    machine.ends_with(2, &["env", "show", "acme-gateway"]);
    machine.ends_with(2, &["env", "delete", "sandbox-direct"]);
}

#[test]
fn tokens_are_shown_masked_and_printed_on_request() {
    let machine = Machine::new();
    let state = machine.ends_with(0, &["token", "--env", "sandbox-direct"]);
    assert!(
        state.starts_with("valid, 23 h 59 m left, until ") && state.contains(" UTC"),
        "{state}"
    );
    let token = machine.ends_with(0, &["token", "--env", "sandbox-direct", "--print"]);
    assert!(
        token.trim().len() > 20 && !token.trim().contains(char::is_whitespace),
        "{token}"
    );
    let document = machine.json(&["token", "--env", "sandbox-http-api", "--json"]);
    assert_eq!(document["token"]["state"], "valid");
    assert!(
        document["token"]["value"]
            .as_str()
            .is_some_and(|value| value.contains('…'))
    );

    let login = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 27\r\nConnection: close\r\n\r\n{\"error\": \"invalid_client\"}";
    let (origin, thread) = server(login, 1);
    machine.add("Refused", &origin, &["--client-id", "someone"]);
    let output = machine
        .command(&["token", "--env", "refused"])
        .env("GATESCOPE_SECRET_REFUSED_CLIENT_SECRET", "wrong-secret-1")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    assert!(
        !shown(&output).contains("wrong-secret-1"),
        "{}",
        shown(&output)
    );
    assert!(thread.join().expect("served")[0].starts_with("POST /oauth/token"));
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
fn configuration_that_is_missing_is_told_before_anything_is_sent() {
    let machine = Machine::new();
    let roots = machine.folder.path().join("roots.pem");
    std::fs::write(&roots, "soon gone").expect("written");
    let path = roots.to_string_lossy().into_owned();
    // Port 9 is closed: an attempt to connect would end with 3.
    machine.ends_with(
        0,
        &[
            "env",
            "add",
            "--name",
            "Own roots",
            "--api-origin",
            "https://127.0.0.1:9",
            "--login-origin",
            "https://127.0.0.1:9",
            "--ca-file",
            &path,
        ],
    );
    std::fs::remove_file(&roots).expect("removed");
    let output = machine.run(&["send", "--env", "own-roots", "/x"]);
    let words = shown(&output);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(
        words.contains(&format!(
            "CA file: `{path}` cannot be read: it does not exist"
        )),
        "{words}"
    );
    // No credentials are a matter of configuration, not a refusal.
    machine.ends_with(2, &["token", "--env", "own-roots"]);
    machine.add("Plain", "http://127.0.0.1:9", &[]);
    machine.ends_with(2, &["token", "--env", "plain"]);
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
fn secrets_come_from_standard_input_and_never_from_arguments() {
    let machine = Machine::new();
    machine.add("Acme", "http://127.0.0.1:9", &["--client-id", "someone"]);
    machine.ends_with(
        2,
        &["env", "set-secret", "acme", "client-secret", "typed-here"],
    );
    machine.ends_with(2, &["env", "set-secret", "acme", "no-such-key"]);
    let output = machine
        .command(&["env", "set-secret", "acme", "client-secret"])
        .write_stdin("piped-secret-9\n")
        .output()
        .expect("it runs");
    // Without a keyring it cannot last beyond the process, and that is said.
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    let words = shown(&output);
    assert!(
        words.contains("keyring")
            && words.contains("GATESCOPE_SECRET_ACME_CLIENT_SECRET")
            && !words.contains("for this run")
            && !words.contains("piped-secret-9"),
        "{words}"
    );
}

#[test]
fn an_environment_that_leans_on_nothing_is_refused() {
    let machine = Machine::new();
    let add = ["env", "add", "--name", "Leaning", "--region", "us-east-1"];
    for extra in [["--same-as", "ghost"], ["--ca-file", "missing.pem"]] {
        let output = machine.run(&[&add[..], &extra[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        let words = shown(&output);
        assert!(words.contains(extra[0]), "{words}");
        machine.ends_with(2, &["env", "show", "leaning"]);
    }
    machine.add("Acme", "http://127.0.0.1:9", &["--client-id", "abc"]);
    machine.add("Borrower", "http://127.0.0.1:9", &["--same-as", "acme"]);
    let words = shown(&machine.run(&["send", "--env", "borrower", "/api/v2/users"]));
    assert!(
        words.contains("GATESCOPE_SECRET_ACME_CLIENT_SECRET")
            && words.contains("gatescope env set-secret acme client-secret"),
        "{words}"
    );
}

#[cfg(unix)]
#[test]
fn each_secret_is_shown_as_missing_unreadable_or_of_this_run() {
    let machine = Machine::new();
    machine.add("Acme", "http://127.0.0.1:9", &["--client-id", "abc"]);
    machine.add("Borrower", "http://127.0.0.1:9", &["--same-as", "acme"]);
    let shown = machine.ends_with(0, &["env", "show", "acme"]);
    assert!(shown.contains("secret client-secret: missing"), "{shown}");
    let borrowed = machine.ends_with(0, &["env", "show", "borrower"]);
    assert!(
        borrowed.contains("secret client-secret of acme: missing"),
        "{borrowed}"
    );

    let document = machine
        .command(&["env", "show", "acme", "--json"])
        .env("GATESCOPE_SECRET_ACME_CLIENT_SECRET", "of-this-run-1")
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&document.stdout).into_owned();
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["secrets"][0]["key"], "client-secret");
    assert_eq!(document["secrets"][0]["state"], "this-run-only");
    assert!(!text.contains("of-this-run-1"), "{text}");

    // There is no keyring here: the secret is refused with a reason, and the next process does not claim to have it.
    let refused = machine
        .command(&["env", "set-secret", "acme", "client-secret"])
        .write_stdin("kept-nowhere-1")
        .output()
        .expect("it runs");
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let shown = machine.ends_with(0, &["env", "show", "acme"]);
    assert!(
        shown.contains("secret client-secret: cannot be read: "),
        "{shown}"
    );
    let sandbox = machine.json(&["env", "show", "sandbox-direct", "--json"]);
    assert_eq!(sandbox["secrets"], serde_json::json!([]));
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
