//! Settings of the whole program as they reach the wire: read from `settings.toml` by the real binary.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use assert_cmd::Command;
use tempfile::TempDir;

/// A login and API in one that answers `requests` requests and gives back their heads.
fn server(requests: usize) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let heads = thread::spawn(move || {
        (0..requests)
            .map(|_| {
                let (mut stream, _) = listener.accept().expect("a connection");
                let mut buffer = vec![0; 64 * 1024];
                let read = stream.read(&mut buffer).expect("a request");
                let body = r#"{"access_token":"token-4711-abcdefgh","expires_in":3600,"token_type":"bearer"}"#;
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                )
                .expect("written");
                String::from_utf8_lossy(&buffer[..read]).into_owned()
            })
            .collect()
    });
    (origin, heads)
}

fn gatescope(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_gatescope"))
        .env_clear()
        .env("HOME", folder)
        .env("GATESCOPE_DATA_DIR", folder.join("data"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("GATESCOPE_SECRET_ACME_CLIENT_SECRET", "secret-4711")
        .current_dir(folder)
        .timeout(std::time::Duration::from_mins(1))
        .args(arguments)
        .output()
        .expect("it runs");
    let words = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{words}");
    words
}

/// The heads of the token request and of the API request, with that settings file.
fn sent_with(settings: Option<&str>) -> (Vec<String>, String) {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    fs::create_dir_all(folder.join("data")).expect("made");
    if let Some(settings) = settings {
        fs::write(folder.join("data/settings.toml"), settings).expect("written");
    }
    let (origin, heads) = server(2);
    let add = [
        "env",
        "add",
        "--name",
        "Acme",
        "--api-origin",
        &origin,
        "--login-origin",
        &origin,
        "--client-id",
        "client",
    ];
    gatescope(folder, &add);
    let words = gatescope(
        folder,
        &[
            "send",
            "--env",
            "acme",
            "--header",
            "X-Typed-NAME: 1",
            "/api/v2/users",
        ],
    );
    (heads.join().expect("both requests arrived"), words)
}

#[test]
fn added_header_names_are_spelled_as_the_settings_say_and_typed_ones_as_typed() {
    let added = [
        "Host",
        "Accept",
        "Accept-Encoding",
        "User-Agent",
        "Authorization",
    ];
    for (settings, lower) in [
        (None, false),
        (Some("header-case = \"canonical\"\n"), false),
        (Some("# mine\nheader-case = \"lower\"\n"), true),
    ] {
        let (heads, _) = sent_with(settings);
        let api = &heads[1];
        assert!(
            api.contains("\r\nX-Typed-NAME: 1\r\n"),
            "{settings:?}: {api}"
        );
        for name in added {
            let name = if lower {
                name.to_ascii_lowercase()
            } else {
                name.to_owned()
            };
            assert!(
                api.contains(&format!("\r\n{name}: ")),
                "{settings:?}: no `{name}` in {api}"
            );
        }
        let authorization = if lower {
            "\r\nauthorization: Basic "
        } else {
            "\r\nAuthorization: Basic "
        };
        assert!(
            heads[0].contains(authorization),
            "{settings:?}: the token request too: {}",
            heads[0]
        );
    }
}

#[test]
fn a_settings_file_that_cannot_be_read_is_said_and_kept_aside_and_the_request_goes_out() {
    let (heads, words) = sent_with(Some("header-case = = \"lower\"\n"));
    assert!(heads[1].contains("\r\nAuthorization: "), "{}", heads[1]);
    // The first of the two commands found it.
    assert!(!words.contains("settings.toml"), "{words}");
}

#[test]
fn a_new_environment_starts_with_the_limits_of_the_settings() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    fs::create_dir_all(folder.join("data")).expect("made");
    let settings = "[limits]\nconnect-ms = 4321\n";
    fs::write(folder.join("data/settings.toml"), settings).expect("written");
    gatescope(
        folder,
        &["env", "add", "--name", "Acme", "--region", "us-west-2"],
    );
    let file = folder.join("data/workspace/environments/acme.toml");
    let text = fs::read_to_string(file).expect("the environment's file");
    assert!(text.contains("connect-ms = 4321"), "{text}");
}

#[test]
fn environments_that_are_added_differ_in_colour() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let mut colours = Vec::new();
    for name in ["one", "two", "three"] {
        gatescope(
            folder,
            &["env", "add", "--name", name, "--region", "us-west-2"],
        );
        let file = folder.join(format!("data/workspace/environments/{name}.toml"));
        let text = fs::read_to_string(file).expect("the environment's file");
        let colour = text
            .lines()
            .find_map(|line| line.strip_prefix("colour = "))
            .expect("it has a colour")
            .to_owned();
        assert!(!colours.contains(&colour), "{colours:?} and {colour}");
        colours.push(colour);
    }
}
