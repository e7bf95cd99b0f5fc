//! Imports and exports through the real binary: each format becomes what `env list` and `send` know, what is exported is read
//! again as the same, and an exported cURL command sends what `send` sends.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::command_line::{Machine, shown};

/// Values of secrets in the samples: none may be in a file, whatever was imported.
const SECRETS: [&str; 18] = [
    "egret-2-token",
    "stork-8-word",
    "crane-1-secret",
    "grebe-6-secret",
    "siskin-2-token",
    "ibis-3-word",
    "heron-5-token",
    "wagtail-9-token",
    "plover-4711-pin",
    "plover-8-value",
    "sparrow-3-token",
    "finch-6-token",
    "swift-2-word",
    "wagtail-9-value",
    "pipit-4-value",
    "siskin-1-dev",
    "siskin-3-value",
    "siskin-4-value",
];

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus")
}

/// Every file below `folder`, as text.
pub(crate) fn texts_below(folder: &Path, texts: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            texts_below(&path, texts);
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            texts.push((path, text));
        }
    }
}

pub(crate) fn assert_no_secret(machine: &Machine) {
    let mut texts = Vec::new();
    texts_below(&machine.folder.path().join("data"), &mut texts);
    for (path, text) in texts {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} is in {}", path.display());
        }
    }
}

/// Imports `file` and gives the document. Without a keyring a secret is kept nowhere, and the exit code says so.
pub(crate) fn import(machine: &Machine, arguments: &[&str]) -> Value {
    let mut all = vec!["import", "--yes", "--json"];
    all.extend(arguments);
    let output = machine.run(&all);
    let document: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", shown(&output)));
    let has_secrets = document["secrets"] != Value::Array(Vec::new());
    let loses_secrets = document["lost_secrets"] != 0;
    assert_eq!(
        output.status.code(),
        Some(i32::from(has_secrets || loses_secrets)),
        "{arguments:?}\n{}",
        shown(&output)
    );
    document
}

#[test]
fn each_sample_becomes_environments_and_requests() {
    let mut kinds: Vec<PathBuf> = fs::read_dir(corpus())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    kinds.sort();
    assert!(kinds.len() >= 17, "{kinds:?}");
    for sample in kinds
        .iter()
        .flat_map(|kind| fs::read_dir(kind).unwrap())
        .map(|entry| entry.unwrap().path())
    {
        let machine = Machine::new();
        let file = sample.display().to_string();
        let preview = machine.json(&["import", "--dry-run", "--json", &file]);
        assert_eq!(preview["imported"], Value::Null, "{file}");
        assert!(
            !machine.folder.path().join("data/workspace").exists(),
            "a look wrote something: {file}"
        );
        if file.contains("postman-environment") || file.ends_with("private.json") {
            // It says nothing about where requests go: an environment has to take it.
            machine.add("Taker", "http://127.0.0.1:9", &[]);
            let document = import(&machine, &[&file, "--env", "taker"]);
            assert_eq!(document["environments"][0]["fate"], "completed", "{file}");
            assert_no_secret(&machine);
            continue;
        }
        let document = import(&machine, &[&file]);
        assert_eq!(document["environments"], preview["environments"], "{file}");
        assert_eq!(document["imported"]["error"], Value::Null, "{file}");
        let known = machine.json(&["env", "list", "--json"]);
        let known: Vec<&Value> = known
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["id"])
            .collect();
        for environment in document["environments"].as_array().unwrap() {
            assert!(known.contains(&&environment["id"]), "{file}: {known:?}");
        }
        let requests = document["imported"]["requests"].as_array().unwrap();
        assert_eq!(
            requests.len(),
            document["requests"].as_array().unwrap().len(),
            "{file}"
        );
        assert!(
            !document["environments"].as_array().unwrap().is_empty(),
            "{file}: {document}"
        );
        assert!(!document.to_string().contains(SECRETS[0]), "{file}");
        assert_no_secret(&machine);
    }
}

/// Two words of the settings of an environment that say where requests go.
fn target(machine: &Machine, id: &str) -> Value {
    machine.json(&["env", "show", id, "--json"])["settings"]["target"].clone()
}

/// The vendor's own form has no place for a region beside the gateway.
const WITHOUT_REGION: [&str; 1] = ["cli-gateway"];

#[test]
fn what_is_exported_is_read_again_as_the_same() {
    let machine = Machine::new();
    let profiles = corpus().join("cli-config/two-profiles.toml");
    import(&machine, &[&profiles.display().to_string()]);
    for format in [
        "cli-config",
        "cli-gateway",
        "cx-as-code",
        "sdk-ini",
        "sdk-json",
        "go-ini",
        "go-json",
        "javascript",
    ] {
        let output = machine.run(&["export", "--as", format, "--env", "gate"]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{format}: {}",
            shown(&output)
        );
        let other = Machine::new();
        fs::write(other.folder.path().join("exported"), &output.stdout).unwrap();
        let document = import(&other, &["exported"]);
        let id = document["environments"][0]["id"].as_str().unwrap();
        let mut expected = target(&machine, "gate");
        if WITHOUT_REGION.contains(&format)
            && let Some(members) = expected.as_object_mut()
        {
            members.remove("region");
        }
        assert_eq!(
            target(&other, id),
            expected,
            "{format}:\n{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

#[test]
fn requests_are_exported_and_read_again_in_their_folders() {
    let machine = Machine::new();
    let sample = corpus().join("bruno/collection.json").display().to_string();
    let imported = import(&machine, &[&sample]);
    for format in ["postman", "insomnia", "bruno"] {
        let text = machine.ends_with(
            0,
            &[
                "export",
                "--as",
                format,
                "--all",
                "--env",
                "us-east-n-virginia-direct",
            ],
        );
        let other = Machine::new();
        fs::write(other.folder.path().join("exported"), &text).unwrap();
        let again = import(&other, &["exported"]);
        let told = |document: &Value| {
            let mut requests: Vec<String> = document["requests"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| {
                    format!(
                        "{} {} {} {}",
                        one["folder"], one["name"], one["method"], one["path"]
                    )
                })
                .collect();
            requests.sort();
            requests
        };
        assert_eq!(told(&again), told(&imported), "{format}:\n{text}");
    }
}

#[test]
fn a_profile_is_written_into_the_file_that_is_there() {
    let machine = Machine::new();
    let profiles = corpus().join("cli-config/two-profiles.toml");
    import(&machine, &[&profiles.display().to_string()]);
    let file = machine.folder.path().join("config.toml");
    let before = "# by hand\n[other]\nenvironment = \"mypurecloud.ie\" # stays\n\n[gate]\nenvironment = \"us-west-2\" # so far\nlog_file = \"x\"\n";
    fs::write(&file, before).unwrap();
    let output = machine.run(&[
        "export",
        "--as",
        "cli-config",
        "--env",
        "gate",
        "-o",
        "config.toml",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let after = fs::read_to_string(&file).unwrap();
    assert!(
        after.starts_with("# by hand\n[other]\nenvironment = \"mypurecloud.ie\" # stays\n"),
        "{after}"
    );
    for line in [
        "log_file = \"x\"",
        "gateway_host = \"abc123.execute-api.us-east-1.amazonaws.com\"",
        "gateway_pathparams = '{login: /test/loginpath, api: /test/apipath}'",
    ] {
        assert!(after.contains(line), "{line} is not in\n{after}");
    }
    // Another format does not write over a file unasked.
    machine.ends_with(
        2,
        &[
            "export",
            "--as",
            "sdk-ini",
            "--env",
            "gate",
            "-o",
            "config.toml",
        ],
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), after);
    machine.ends_with(
        0,
        &[
            "export",
            "--as",
            "sdk-ini",
            "--env",
            "gate",
            "-o",
            "config.toml",
            "--replace",
        ],
    );
    assert!(fs::read_to_string(&file).unwrap().starts_with("[gateway]"));
}

#[test]
fn nothing_is_overwritten_unless_asked() {
    let machine = Machine::new();
    let profile = machine.folder.path().join("one.toml");
    fs::write(&profile, "[prod]\nenvironment = \"mypurecloud.de\"\n").unwrap();
    import(&machine, &["one.toml"]);
    fs::write(&profile, "[prod]\nenvironment = \"mypurecloud.ie\"\n").unwrap();
    // Nobody can be asked here.
    machine.ends_with(2, &["import", "one.toml"]);
    let second = import(&machine, &["one.toml"]);
    assert_eq!(second["environments"][0]["id"], "prod-2");
    let api = |id: &str| machine.json(&["env", "show", id, "--json"])["api"].clone();
    assert_eq!(api("prod"), "https://api.mypurecloud.de");
    let third = import(&machine, &["one.toml", "--replace"]);
    assert_eq!(third["environments"][0]["fate"], "replaces");
    assert_eq!(api("prod"), "https://api.mypurecloud.ie");

    machine.ends_with(0, &["env", "delete", "prod-2"]);
    let curl = "curl https://api.mypurecloud.ie/api/v2/users";
    fs::write(machine.folder.path().join("command"), curl).unwrap();
    for (number, name) in ["GET /api/v2/users", "GET /api/v2/users 2"]
        .iter()
        .enumerate()
    {
        let document = import(&machine, &["command"]);
        assert_eq!(document["requests"][0]["name"], *name, "import {number}");
        // The environment that goes there is there already.
        assert_eq!(document["environments"][0]["id"], "prod");
        assert_eq!(document["environments"][0]["fate"], "used");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let machine = Machine::new();
    let folder = machine.folder.path();
    let utf_16: Vec<u8> = "[gateway]\nhost = gw.example.com\nprotocol = https\n"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let files: [(&str, Vec<u8>, &str); 9] = [
        (
            "empty",
            Vec::new(),
            "line 1, column 1: There is nothing in it",
        ),
        (
            "unknown",
            b"hello\n".to_vec(),
            "line 1, column 1: The kind is not recognised",
        ),
        (
            "bytes",
            b"curl \xff\xff h".to_vec(),
            "line 1, column 6: The bytes are no UTF-8 text",
        ),
        (
            "quote",
            b"curl 'https://h".to_vec(),
            "line 1, column 6: A quote",
        ),
        (
            "cut",
            b"{\"openapi\": \"3.0.1\", \"paths\": {".to_vec(),
            "line 1, column 31",
        ),
        (
            "two",
            b"{\"openapi\":\"3\"}\n{\"log\":{}}".to_vec(),
            "Several kinds",
        ),
        (
            "toml",
            b"[prod]\nclient_credentials = \"x\"\nclient_secret = \"abc\n".to_vec(),
            "line 3",
        ),
        (
            "deep",
            format!("{{\"openapi\": {}", "[".repeat(100_000)).into_bytes(),
            "line 1, column",
        ),
        ("utf16", utf_16, ""),
    ];
    for (name, bytes, words) in files {
        fs::write(folder.join(name), bytes).unwrap();
        let output = machine.run(&["import", name, "--dry-run"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = if words.is_empty() { 0 } else { 2 };
        assert_eq!(
            output.status.code(),
            Some(code),
            "{name}: {}",
            shown(&output)
        );
        assert!(told.contains(words), "{name}: {told}");
        assert!(told.lines().all(|line| line.len() < 2_000), "{name}");
    }
    for (path, words) in [(".", "is a folder"), ("nowhere", "cannot be read")] {
        let output = machine.run(&["import", path, "--yes"]);
        assert_eq!(output.status.code(), Some(2), "{path}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(words),
            "{path}"
        );
    }
}

/// Answers one connection and gives back what it was sent.
fn recorder() -> (String, thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut received = Vec::new();
        let mut bytes = [0; 4096];
        loop {
            let count = stream.read(&mut bytes).unwrap();
            received.extend_from_slice(&bytes[..count]);
            let text = String::from_utf8_lossy(&received).to_ascii_lowercase();
            let Some((head, _)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.trim().parse().unwrap());
            let head = head.len() + 4;
            if received.len() >= head + length || count == 0 {
                break;
            }
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            .unwrap();
        received
    });
    (origin, thread)
}

/// Request line, sorted header lines, body.
fn told(received: &[u8]) -> String {
    let text = String::from_utf8_lossy(received).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let mut lines: Vec<String> = head
        .lines()
        .skip(1)
        .map(|line| match line.split_once(':') {
            Some((name, value)) => format!("{}:{value}", name.to_ascii_lowercase()),
            None => line.to_owned(),
        })
        .filter(|line| !line.starts_with("host:"))
        .collect();
    lines.sort();
    format!(
        "{}\n{}\n\n{body}",
        head.lines().next().unwrap_or_default(),
        lines.join("\n")
    )
}

#[test]
fn an_exported_command_sends_what_send_sends() {
    for command in [
        "curl 'ORIGIN/a/b?x=1&y=%20z' -H 'X-One: a b' -H 'Content-Type: application/json' -d '{\"a\": \"it'\\''s\"}'",
        "curl -X PUT ORIGIN/form -d 'a=1&b=%C3%A4' -H 'Accept: text/plain'",
        "curl ORIGIN/plain -H 'X-Empty;'",
        "curl ORIGIN/secret -H 'Authorization: Bearer egret-2-token'",
        "curl -I ORIGIN/head",
    ] {
        let machine = Machine::new();
        let send = |machine: &Machine, origin: &str| {
            fs::write(
                machine.folder.path().join("command"),
                command.replace("ORIGIN", origin),
            )
            .unwrap();
            let document = import(machine, &["command"]);
            let id = document["environments"][0]["id"]
                .as_str()
                .unwrap()
                .to_owned();
            let file = document["imported"]["requests"][0]
                .as_str()
                .unwrap()
                .to_owned();
            (id, file)
        };
        let (origin, arrived) = recorder();
        let (id, file) = send(&machine, &origin);
        let variable = format!(
            "GATESCOPE_SECRET_{}_TOKEN",
            id.to_uppercase().replace('-', "_")
        );
        let output = machine.run_with(
            &["send", "--env", &id, "--request", &file, "--silent"],
            &[(&variable, "egret-2-token")],
        );
        assert_eq!(
            output.status.code(),
            Some(0),
            "{command}: {}",
            shown(&output)
        );
        let by_gatescope = told(&arrived.join().unwrap());

        let (origin, arrived) = recorder();
        let (id, file) = send(&machine, &origin);
        let text = machine.ends_with(
            0,
            &["export", "--as", "curl", "--env", &id, "--request", &file],
        );
        assert!(!text.contains("egret"), "{text}");
        let output = Command::new("sh")
            .args(["-c", &text])
            .env("SECRET_TOKEN", "egret-2-token")
            .output()
            .expect("`sh` and `curl` are there");
        assert!(output.status.success(), "{text}\n{}", shown(&output));
        assert_eq!(told(&arrived.join().unwrap()), by_gatescope, "{text}");
    }
}

#[test]
fn a_file_that_an_import_names_waits_for_approval() {
    let machine = Machine::new();
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), "outside").unwrap();
    let command = format!(
        "curl --data-binary @{} http://127.0.0.1:9/x",
        outside.path().display()
    );
    fs::write(machine.folder.path().join("command"), command).unwrap();
    let document = import(&machine, &["command"]);
    assert_eq!(
        document["files"][0]["path"],
        outside.path().display().to_string()
    );
    let id = document["environments"][0]["id"].as_str().unwrap();
    let file = document["imported"]["requests"][0].as_str().unwrap();
    let output = machine.run(&["send", "--env", id, "--request", file]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert!(told.contains("not allowed on this machine"), "{told}");
    // After the word of the user it is only the port that nobody listens on.
    machine.ends_with(0, &["env", "approve", id, "--request", file]);
    let output = machine.run(&["send", "--env", id, "--request", file]);
    assert_eq!(output.status.code(), Some(3), "{}", shown(&output));
}

/// A sandbox in a process of its own.
struct Sandbox(Child);

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_imported_gateway_reaches_the_sandbox_with_a_token() {
    let machine = Machine::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatescope"))
        .args(["sandbox", "--json"])
        .env("GATESCOPE_DATA_DIR", machine.folder.path().join("sandbox"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let _sandbox = Sandbox(child);
    let addresses: Value = serde_json::Deserializer::from_reader(output)
        .into_iter()
        .next()
        .expect("the addresses")
        .expect("a document");
    let text = addresses.to_string();
    let rest = addresses["rest_api"]
        .as_str()
        .unwrap_or_else(|| panic!("{text}"));
    let port = rest.rsplit(':').next().unwrap();
    fs::write(
        machine.folder.path().join("config.toml"),
        format!(
            "[gate]\nclient_credentials = \"sandbox-client\"\nclient_secret = \"sandbox-secret\"\ngateway_host = \"127.0.0.1\"\n\
             gateway_port = \"{port}\"\ngateway_protocol = \"http\"\ngateway_pathparams = '{{login: /test/loginpath, api: /test/apipath}}'\n"
        ),
    )
    .unwrap();
    let document = import(&machine, &["config.toml"]);
    assert_eq!(document["environments"][0]["id"], "gate");
    let output = machine.run_with(
        &[
            "send",
            "--env",
            "gate",
            "/api/v2/users?pageSize=3",
            "--json",
        ],
        &[("GATESCOPE_SECRET_GATE_CLIENT_SECRET", "sandbox-secret")],
    );
    let answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", shown(&output)));
    assert_eq!(answer["status"], 200, "{}", shown(&output));
}
