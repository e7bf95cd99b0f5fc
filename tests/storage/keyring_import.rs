//! `gatescope import` with a real keyring: secrets of the file arrive in it, bound to the origin that they came with, and
//! `send` uses them there and nowhere else. `keyring` runs this in a session of its own, and then looks for them in every file.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatescope::model::ids::EnvironmentId;
use gatescope::model::secret::{SecretKey, SecretName};
use gatescope::secrets::{KeyringStore, SecretStore as _};
use gatescope::store::{DataFolder, SecretMap};
use serde_json::Value;

use crate::keyring::{AMPLE, Daemon};

const CLIENT_SECRET: &str = "c4n4ry-s3cret of the client";
const ACCESS_TOKEN: &str = "c4n4ry-token";

/// Request line and `Authorization` of each request.
type Asked = Arc<Mutex<Vec<(String, String)>>>;

/// Answers like a login and an API. Its thread ends with the process.
fn server() -> (u16, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let asked = Asked::default();
    let kept = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().expect("the same stream"));
            let (mut line, mut authorization, mut length) = (String::new(), String::new(), 0);
            reader.read_line(&mut line).expect("a request line");
            loop {
                let mut field = String::new();
                if reader.read_line(&mut field).expect("a field") <= 2 {
                    break;
                }
                let (name, value) = field.split_once(':').unwrap_or_default();
                match name.to_ascii_lowercase().as_str() {
                    "authorization" => value.trim().clone_into(&mut authorization),
                    "content-length" => length = value.trim().parse().expect("a number"),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("the body");
            let answer = if line.starts_with("POST") {
                "{\"access_token\":\"fresh\",\"token_type\":\"bearer\",\"expires_in\":86399}"
            } else {
                "{}"
            };
            kept.lock()
                .expect("nobody panicked")
                .push((line.trim().to_owned(), authorization));
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
                answer.len()
            );
        }
    });
    (port, asked)
}

fn home() -> PathBuf {
    PathBuf::from(env::var_os("HOME").expect("the session sets it"))
}

fn gatescope(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatescope"))
        .env("GATESCOPE_DATA_DIR", home().join("data"))
        .current_dir(home())
        .args(arguments)
        .output()
        .expect("it runs")
}

fn succeeds(arguments: &[&str]) -> Value {
    let output = gatescope(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

/// Imports the text, which is nowhere on the disk afterwards, and gives the id of each environment.
fn import(file: &Path, text: &str) -> Vec<String> {
    fs::write(file, text).expect("written");
    let document = succeeds(&["import", "--yes", "--json", &file.display().to_string()]);
    fs::remove_file(file).expect("removed");
    assert!(!document.to_string().contains("c4n4ry"), "{document:#}");
    assert_ne!(
        document["secrets"],
        Value::Array(Vec::new()),
        "{document:#}"
    );
    document["environments"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|environment| environment["id"].as_str().expect("an id").to_owned())
        .collect()
}

pub(crate) fn arrive_bound_to_their_origin() {
    let _daemon = Daemon::start(Some("password"));
    let (port, asked) = server();
    let gateway = format!(
        "environment = \"us-east-1\"\ngateway_host = \"127.0.0.1\"\ngateway_port = \"{port}\"\ngateway_protocol = \"http\"\n\
         gateway_pathparams = '{{login: /test/loginpath, api: /test/apipath}}'\n"
    );
    let profiles = format!(
        "[logs]\nclient_credentials = \"the client\"\nclient_secret = \"{CLIENT_SECRET}\"\n{gateway}\n\
         [holds]\naccess_token = \"{ACCESS_TOKEN}\"\n{gateway}"
    );
    let ids = import(&home().join("config.toml"), &profiles);
    assert_eq!(ids, ["logs", "holds"]);

    // In the keyring, for the gateway's origin alone.
    let data = DataFolder::at(&home().join("data"));
    let map = SecretMap::open(&data, &data.default_workspace());
    let keyring = KeyringStore::new(AMPLE);
    let origin = format!("http://127.0.0.1:{port}");
    for (environment, name, value) in [
        ("logs", SecretName::ClientSecret, CLIENT_SECRET),
        ("holds", SecretName::AccessToken, ACCESS_TOKEN),
    ] {
        let key = SecretKey {
            environment: EnvironmentId::new(environment).expect("an id"),
            name,
        };
        let id = map
            .id(&key)
            .unwrap_or_else(|| panic!("{key:?} is not filed"));
        let kept = keyring.get(&id).expect("the keyring answers");
        assert_eq!(kept.expect("it is kept").expose(), value, "{key:?}");
        assert_eq!(map.origins_for(&key), [origin.as_str()], "{key:?}");
    }

    // Each `send` is a process of its own: the keyring alone hands the secrets over.
    for id in &ids {
        succeeds(&["send", "--env", id, "/api/v2/users"]);
    }
    let credentials = STANDARD.encode(format!("the client:{CLIENT_SECRET}"));
    let line = |line: &str, authorization: &str| (line.to_owned(), authorization.to_owned());
    assert_eq!(
        std::mem::take(&mut *asked.lock().expect("nobody panicked")),
        [
            line(
                "POST /test/loginpath/oauth/token HTTP/1.1",
                &format!("Basic {credentials}")
            ),
            line("GET /test/apipath/api/v2/users HTTP/1.1", "Bearer fresh"),
            line(
                "GET /test/apipath/api/v2/users HTTP/1.1",
                &format!("Bearer {ACCESS_TOKEN}")
            ),
        ]
    );

    // At another origin they are not used: a file of the workspace that somebody else changed sends them nowhere.
    let (other, asked_there) = server();
    for id in &ids {
        let file = data
            .default_workspace()
            .join(format!("environments/{id}.toml"));
        let text = fs::read_to_string(&file).expect("readable");
        let moved = text.replace(&port.to_string(), &other.to_string());
        assert_ne!(moved, text, "{text}");
        fs::write(&file, moved).expect("written");
        let output = gatescope(&["send", "--env", id, "/api/v2/users"]);
        assert_ne!(output.status.code(), Some(0), "{id}: {output:?}");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(words.contains(&format!("127.0.0.1:{other}")), "{words}");
        assert!(!words.contains("c4n4ry"), "{words}");
    }
    assert_eq!(*asked_there.lock().expect("nobody panicked"), []);
    assert_eq!(*asked.lock().expect("nobody panicked"), []);
}
