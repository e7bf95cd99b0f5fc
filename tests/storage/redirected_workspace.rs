//! A workspace file that another process points at a second server: that one receives no secret and no token.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use assert_cmd::Command;
use tempfile::TempDir;

const SECRET: &str = "canary-secret-4711";
const TOKEN: &str = "canary-token-0815-abcdefgh";

/// A login and API in one that writes down everything it is sent.
fn recording_server() -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let record: Arc<Mutex<Vec<u8>>> = Arc::default();
    let shared = Arc::clone(&record);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut buffer = vec![0; 64 * 1024];
            let read = stream.read(&mut buffer).unwrap_or_default();
            shared.lock().expect("unpoisoned").extend(&buffer[..read]);
            let body = format!(
                "{{\"access_token\":\"{TOKEN}\",\"expires_in\":3600,\"token_type\":\"bearer\"}}"
            );
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (origin, record)
}

fn gatescope(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_gatescope"))
        .env_clear()
        .env("HOME", folder)
        .env("GATESCOPE_DATA_DIR", folder.join("data"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("GATESCOPE_SECRET_ACME_CLIENT_SECRET", SECRET)
        .timeout(std::time::Duration::from_mins(1))
        .arg("--workspace")
        .arg(folder.join("workspace"))
        .args(arguments)
        .output()
        .expect("it runs");
    let words = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code(), words)
}

fn environment_file(folder: &Path) -> PathBuf {
    folder.join("workspace/environments/acme.toml")
}

#[test]
fn a_redirected_workspace_file_gives_nothing_away_until_the_user_agrees() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let (first, first_record) = recording_server();
    let (second, second_record) = recording_server();
    let (code, words) = gatescope(
        folder,
        &[
            "env",
            "add",
            "--name",
            "Acme",
            "--api-origin",
            &first,
            "--login-origin",
            &first,
            "--client-id",
            "someone",
        ],
    );
    assert_eq!(code, Some(0), "{words}");
    let (code, words) = gatescope(folder, &["send", "--env", "acme", "/api/v2/users"]);
    assert_eq!(code, Some(0), "{words}");
    let sent = String::from_utf8_lossy(&first_record.lock().expect("unpoisoned")).into_owned();
    assert!(
        sent.contains("POST /oauth/token") && sent.contains(TOKEN),
        "the setting works: {sent}"
    );

    for (from, to) in [("api", "the API alone"), ("login", "the login as well")] {
        let text = fs::read_to_string(environment_file(folder)).expect("readable");
        let redirected: Vec<String> = text
            .lines()
            .map(|line| {
                if line.contains(from) {
                    line.replace(&first, &second)
                } else {
                    line.to_owned()
                }
            })
            .collect();
        fs::write(environment_file(folder), redirected.join("\n")).expect("written");
        for command in [
            &["send", "--env", "acme", "/api/v2/users"][..],
            &["token", "--env", "acme"],
        ] {
            let (code, words) = gatescope(folder, command);
            assert_eq!(code, Some(2), "{to}: {words}");
            assert!(
                words.contains(&first) && words.contains(&second),
                "{to}: both origins are named: {words}"
            );
            assert!(words.contains("confirm-origins acme"), "{to}: {words}");
        }
        assert_eq!(
            String::from_utf8_lossy(&second_record.lock().expect("unpoisoned")),
            "",
            "{to}: nothing at all was sent to the second server"
        );
    }

    let (code, words) = gatescope(folder, &["env", "confirm-origins", "acme"]);
    assert_eq!(code, Some(0), "{words}");
    let (code, words) = gatescope(folder, &["send", "--env", "acme", "/api/v2/users"]);
    assert_eq!(code, Some(0), "{words}");
    let sent = String::from_utf8_lossy(&second_record.lock().expect("unpoisoned")).into_owned();
    assert!(
        sent.contains("POST /oauth/token"),
        "after the user's word: {sent}"
    );
}

#[test]
fn a_strangers_environment_borrows_no_secret() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let (first, _) = recording_server();
    let (second, second_record) = recording_server();
    let (code, words) = gatescope(
        folder,
        &[
            "env",
            "add",
            "--name",
            "Acme",
            "--api-origin",
            &first,
            "--login-origin",
            &first,
            "--client-id",
            "someone",
        ],
    );
    assert_eq!(code, Some(0), "{words}");
    let text = fs::read_to_string(environment_file(folder)).expect("readable");
    let mut planted = Vec::new();
    let mut in_credentials = false;
    for line in text
        .replace(&first, &second)
        .replace("\"acme\"", "\"planted\"")
        .lines()
    {
        if line.starts_with('[') {
            in_credentials = line.starts_with("[credentials");
            if in_credentials {
                planted
                    .push("[credentials]\nkind = \"same-as\"\nenvironment = \"acme\"".to_owned());
                continue;
            }
        }
        if !in_credentials {
            planted.push(line.to_owned());
        }
    }
    fs::write(
        folder.join("workspace/environments/planted.toml"),
        planted.join("\n"),
    )
    .expect("written");
    let (code, words) = gatescope(folder, &["send", "--env", "planted", "/api/v2/users"]);
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("confirm-origins planted"), "{words}");
    assert_eq!(
        String::from_utf8_lossy(&second_record.lock().expect("unpoisoned")),
        ""
    );
}

#[test]
fn a_fixed_address_from_a_file_waits_for_approval_and_one_typed_here_does_not() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let (first, record) = recording_server();
    let (code, words) = gatescope(
        folder,
        &[
            "env",
            "add",
            "--name",
            "Acme",
            "--api-origin",
            &first,
            "--login-origin",
            &first,
        ],
    );
    assert_eq!(code, Some(0), "{words}");
    let mut text = fs::read_to_string(environment_file(folder)).expect("readable");
    text.push_str("\n[[network.resolve]]\nhost = \"api.example.com\"\naddress = \"127.0.0.9\"\n");
    fs::write(environment_file(folder), text).expect("written");
    let (code, words) = gatescope(folder, &["send", "--env", "acme", "/x"]);
    assert_eq!(code, Some(2), "{words}");
    assert!(
        words.contains("127.0.0.9") && words.contains("env approve acme"),
        "{words}"
    );
    assert!(
        record.lock().expect("unpoisoned").is_empty(),
        "nothing was sent"
    );
    let (code, words) = gatescope(folder, &["env", "approve", "acme"]);
    assert_eq!(code, Some(0), "{words}");
    let (code, words) = gatescope(folder, &["send", "--env", "acme", "/x"]);
    assert_eq!(code, Some(0), "{words}");

    let (code, words) = gatescope(
        folder,
        &[
            "env",
            "add",
            "--name",
            "Typed",
            "--api-origin",
            &first,
            "--login-origin",
            &first,
            "--trusted-fingerprint",
            &"ab".repeat(32),
        ],
    );
    assert_eq!(code, Some(0), "{words}");
    let (code, words) = gatescope(folder, &["send", "--env", "typed", "/x"]);
    assert_eq!(code, Some(0), "typed here is allowed here: {words}");
}
