//! On a terminal nothing that an answer holds may steer it: the same command with a pseudo-terminal as its output and without.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use tempfile::TempDir;

/// A red word, a title of the terminal, a text that runs backwards, and a C1 control.
const STEERING: &str = "a\u{1b}[31mred\u{1b}]0;title\u{7} b\u{202e}txt.exe\u{202c} c\u{9b}2J";

fn server(content_type: &'static str, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1)
            {
                head.push(byte[0]);
            }
            let _ = write!(
                stream,
                "HTTP/1.1 200 O\u{202e}K\r\nContent-Type: {content_type}\r\nX-Steering: d\u{202e}e\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    origin
}

fn gatescope(folder: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("HOME", folder)
        .env("PATH", "/usr/bin:/bin")
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm")
        .env("GATESCOPE_DATA_DIR", folder.join("data"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .stdin(Stdio::null())
        .current_dir(folder);
    command
}

/// Control and bidirectional characters that are left in an output.
fn steering(text: &str) -> Vec<char> {
    text.chars()
        .filter(|character| match character {
            '\n' | '\r' | '\t' => false,
            character => character.is_control() || ('\u{202a}'..='\u{202e}').contains(character),
        })
        .collect()
}

#[test]
fn what_an_answer_holds_does_not_steer_the_terminal() {
    let script = Path::new("/usr/bin/script");
    if !cfg!(target_os = "linux") || !script.exists() {
        assert!(
            std::env::var_os("GATESCOPE_TESTS_COMPLETE").is_none_or(|value| value != "1"),
            "output on a terminal was left out: there is no script(1)"
        );
        return;
    }
    let json = serde_json::json!({"text": STEERING}).to_string();
    for (content_type, body) in [
        ("text/plain", STEERING.to_owned()),
        (
            "text/plain; charset=utf-8",
            format!("{STEERING}\n{STEERING}"),
        ),
        ("application/json", json),
        ("application/octet-stream", STEERING.to_owned()),
    ] {
        let folder = TempDir::new().expect("a folder");
        let origin = server(content_type, body.clone());
        let binary = env!("CARGO_BIN_EXE_gatescope");
        let added = gatescope(folder.path(), binary)
            .args(["env", "add", "--name", "Acme", "--api-origin", &origin])
            .args(["--login-origin", &origin])
            .output()
            .expect("it runs");
        assert!(added.status.success(), "{added:?}");
        for more in ["", "-i", "--json"] {
            let what = format!("{content_type} {more}");
            let line = format!("{binary} send --env acme /x {more}");
            let shown = gatescope(folder.path(), "/usr/bin/script")
                .args(["-qec", &line, "/dev/null"])
                .output()
                .expect("script runs");
            let text = String::from_utf8(shown.stdout).expect("a terminal gets text");
            assert!(shown.status.success(), "{what}: {text}");
            assert!(steering(&text).is_empty(), "{what}: {text:?}");
            assert!(
                text.contains("\\u{202e}"),
                "{what}: it is escaped: {text:?}"
            );

            // Into a pipe the very bytes go, and notes stay lines.
            let mut piped = gatescope(folder.path(), binary);
            let piped = piped.args(["send", "--env", "acme", "/x"]).output();
            let piped = piped.expect("it runs");
            assert_eq!(piped.stdout, body.as_bytes(), "{what}");
            let notes = String::from_utf8(piped.stderr).expect("text");
            assert!(steering(&notes).is_empty(), "{what}: {notes:?}");
        }
    }
}

#[test]
fn what_a_request_holds_does_not_steer_the_terminal_that_it_is_exported_to() {
    if !cfg!(target_os = "linux") || !Path::new("/usr/bin/script").exists() {
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let binary = env!("CARGO_BIN_EXE_gatescope");
    let added = gatescope(folder.path(), binary)
        .args(["env", "add", "--name", "Acme", "--region", "us-east-1"])
        .args(["--workspace", "w"])
        .output()
        .expect("it runs");
    assert!(added.status.success(), "{added:?}");
    let request = "schema = 1\nid = \"672432b721fbb9c46837e305cf7fd989\"\nname = \"A\"\nmethod = \"POST\"\npath = \"/a\"\n[body]\nkind = \"text\"\ncontent_type = \"\"\ntext = \"x\\u001b]0;title\\u0007y\\u202ez\"\n";
    let requests = folder.path().join("w/requests");
    std::fs::create_dir_all(&requests).expect("a folder");
    std::fs::write(requests.join("a.toml"), request).expect("a request");
    for format in ["curl", "http", "postman"] {
        let line = format!("{binary} export --workspace w --env acme --all --as {format}");
        let shown = gatescope(folder.path(), "/usr/bin/script")
            .args(["-qec", &line, "/dev/null"])
            .output()
            .expect("script runs");
        let text = String::from_utf8(shown.stdout).expect("a terminal gets text");
        assert!(shown.status.success(), "{format}: {text}");
        assert!(steering(&text).is_empty(), "{format}: {text:?}");
        assert!(text.contains("\\u{202e}"), "{format}: {text:?}");
    }
}
