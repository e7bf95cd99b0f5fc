//! What the canary runs share: one canary for each kind of secret, and a loopback server that writes down what it is sent
//! and echoes every canary it finds, in bare form, in places where an answer may hold text.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::canary::Canary;

/// Kinds of secrets and their values. Each is unlike the others, and holds characters that encoders change.
pub(crate) const ALL: [(&str, &str); 16] = [
    ("client secret", CLIENT_SECRET),
    ("pasted token", PASTED_TOKEN),
    ("access token", ACCESS_TOKEN),
    ("gateway password", GATEWAY_PASSWORD),
    ("proxy password", PROXY_PASSWORD),
    ("secret variable", SECRET_VARIABLE),
    ("typed Authorization header", TYPED_AUTHORIZATION),
    ("typed query field", TYPED_QUERY),
    ("typed JSON field", TYPED_JSON),
    ("typed form field", TYPED_FORM),
    ("typed multipart field", TYPED_PART),
    ("typed cookie", TYPED_COOKIE),
    ("typed x-api-key", TYPED_API_KEY),
    ("default header", DEFAULT_HEADER),
    ("user information in a URL", USER_INFORMATION),
    ("variable named like a credential", NAMED_VARIABLE),
];

pub(crate) const CLIENT_SECRET: &str = "cs/Kanarie+4711=wren%7e";
pub(crate) const PASTED_TOKEN: &str = "Pa5ted.finch-0815_tok~en/x=";
pub(crate) const ACCESS_TOKEN: &str = "Acc3ss-linnet_2718.tok~en/y=";
pub(crate) const GATEWAY_PASSWORD: &str = "gw?Stieglitz&3141 pass;word";
pub(crate) const PROXY_PASSWORD: &str = "px/Zeisig#1618+pass=word";
pub(crate) const SECRET_VARIABLE: &str = "sv/Girlitz+5772=\"quoted\"\\x";
pub(crate) const TYPED_AUTHORIZATION: &str = "Typed-hdr.siskin_6626/z=";
pub(crate) const TYPED_QUERY: &str = "qf/Bluthaenfling+9109 x&y";
pub(crate) const TYPED_JSON: &str = "jf/Gimpel+8314=brace}x";
pub(crate) const TYPED_FORM: &str = "ff/Kernbeisser+6022 a=b";
pub(crate) const TYPED_PART: &str = "mp/Erlenzeisig+1380 a=b";
pub(crate) const TYPED_COOKIE: &str = "ck/Buchfink+2997924/w";
pub(crate) const TYPED_API_KEY: &str = "ak/Bergfink+1602176/v";
pub(crate) const DEFAULT_HEADER: &str = "dh/Gruenfink+9274009/u";
pub(crate) const USER_INFORMATION: &str = "ui-Zitronenzeisig-4135667";
pub(crate) const NAMED_VARIABLE: &str = "nv/Schneefink+0529177/t";

/// All places that were looked at, and the outputs kept until the end of a run.
#[derive(Default)]
pub(crate) struct Outputs(Vec<(String, Vec<u8>)>);

impl Outputs {
    pub(crate) fn add(&mut self, what: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((what.into(), bytes.into()));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0
            .iter()
            .map(|(what, bytes)| (what.as_str(), bytes.as_slice()))
    }

    /// What every history database below `folder` holds, unpacked: compression would hide a secret from a search of the files.
    /// How many entries there were.
    pub(crate) fn add_histories(&mut self, folder: &Path) -> usize {
        let mut entries = 0;
        for path in histories(folder) {
            let database = rusqlite::Connection::open(&path).expect("a database");
            for (table, columns) in [("entries", 19), ("documents", 2), ("bodies", 3)] {
                let mut statement = database
                    .prepare(&format!("SELECT * FROM {table}"))
                    .expect("the table is there");
                assert_eq!(statement.column_count(), columns, "{table}");
                let mut rows = statement.query([]).expect("readable");
                while let Some(row) = rows.next().expect("readable") {
                    entries += usize::from(table == "entries");
                    for column in 0..columns {
                        let value: rusqlite::types::Value = row.get(column).expect("a value");
                        let bytes = match value {
                            rusqlite::types::Value::Text(text) => text.into_bytes(),
                            rusqlite::types::Value::Blob(blob) => {
                                zstd::stream::decode_all(&blob[..]).expect("compressed")
                            }
                            _ => continue,
                        };
                        self.add(format!("history: {table}, column {column}"), bytes);
                    }
                }
            }
        }
        entries
    }

    /// Fails with every canary that is in an output or in a file below `folder`, in any form.
    #[track_caller]
    pub(crate) fn assert_clean(&self, folder: &Path) {
        assert!(!self.0.is_empty(), "nothing was put out");
        let mut seen = String::new();
        for (kind, value) in ALL {
            let canary = Canary::new(value);
            for (what, bytes) in &self.0 {
                for sighting in canary.in_bytes(bytes) {
                    let near = around(bytes, sighting.offset.unwrap_or_default());
                    let _ = writeln!(seen, "{kind}: {what}: {}: …{near}…", sighting.form);
                }
            }
            for sighting in canary.in_folder(folder).expect("a search") {
                let _ = writeln!(seen, "{kind}: file {sighting}");
            }
        }
        assert!(seen.is_empty(), "secrets were put out or written:\n{seen}");
    }
}

fn histories(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(histories(&path));
        } else if entry.file_name() == "history.sqlite" {
            found.push(path);
        }
    }
    found
}

/// The canaries are no secrets: a person needs to see where they stand.
fn around(bytes: &[u8], at: usize) -> String {
    let part = &bytes[at.saturating_sub(60)..bytes.len().min(at + 40)];
    String::from_utf8_lossy(part).escape_debug().to_string()
}

/// How the server's login answers.
#[derive(Clone, Copy)]
pub(crate) enum Login {
    Token,
    /// 200 with a page that shows the whole request.
    HtmlEcho,
    /// 400 with an error description that shows the whole request.
    ErrorEcho,
}

/// A login, an API and an HTTP proxy in one.
pub(crate) struct Recorder {
    pub(crate) port: u16,
    record: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    pub(crate) fn start(login: Login) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let record: Arc<Mutex<Vec<u8>>> = Arc::default();
        let shared = Arc::clone(&record);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let request = read_request(&mut stream);
                shared.lock().expect("unpoisoned").extend(&request);
                let _ = stream.write_all(&answer(&request, login, port));
            }
        });
        Self { port, record }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The wire is where secrets belong: a canary that never went out proves nothing.
    #[track_caller]
    pub(crate) fn assert_received(&self, value: &str) {
        let record = self.record.lock().expect("unpoisoned");
        assert!(
            !Canary::new(value).in_bytes(&record).is_empty(),
            "the server never got {value}:\n{}",
            String::from_utf8_lossy(&record)
        );
    }
}

fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let read = stream.read(&mut buffer).unwrap_or_default();
        request.extend(&buffer[..read]);
        let whole = memchr::memmem::find(&request, b"\r\n\r\n").is_some_and(|end| {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .and_then(|length| length.trim().parse::<usize>().ok());
            request.len() >= end + 4 + length.unwrap_or_default()
        });
        // A TLS greeting is no request: it gets its answer too.
        if read == 0 || whole || request.first() == Some(&0x16) {
            return request;
        }
    }
}

/// Every canary that the request holds, bare.
fn found(request: &[u8]) -> Vec<&'static str> {
    ALL.into_iter()
        .map(|(_, value)| value)
        .filter(|value| !Canary::new(value).in_bytes(request).is_empty())
        .collect()
}

fn answer(request: &[u8], login: Login, port: u16) -> Vec<u8> {
    let text = String::from_utf8_lossy(request);
    let target = text.split(' ').nth(1).unwrap_or_default().to_owned();
    let bare = found(request);
    let shown = format!("{}\n{}", bare.join("\n"), text);
    if text.starts_with("CONNECT") || target.starts_with("http://") {
        let body = format!("<p>proxy says no to {shown}</p>");
        return response("407 Proxy Authentication Required", "text/html", &[], &body);
    }
    if target.contains("/oauth/token") {
        return match login {
            Login::Token => {
                let body = serde_json::json!({
                    "access_token": ACCESS_TOKEN, "token_type": "bearer", "expires_in": 86399
                });
                response("200 OK", "application/json", &[], &body.to_string())
            }
            Login::HtmlEcho => {
                let body = format!("<html><title>{}</title>{shown}</html>", bare.join(" "));
                response("200 OK", "text/html", &[], &body)
            }
            Login::ErrorEcho => {
                let body = serde_json::json!({
                    "error": "invalid_client", "description": shown, "error_description": shown
                });
                response(
                    "400 Bad Request",
                    "application/json",
                    &[],
                    &body.to_string(),
                )
            }
        };
    }
    let first = bare.first().copied().unwrap_or("nothing");
    let status = match target.as_str() {
        path if path.contains("/redirect") => "302 Found".to_owned(),
        // The reason phrase comes from the server as well.
        path if path.contains("/reason") => format!("200 {}", bare.join(" ")),
        _ => "200 OK".to_owned(),
    };
    let mut headers = vec![
        ("X-Echo", bare.join(" ")),
        ("Set-Cookie", format!("session={first}; Path=/")),
        ("X-Trace-Token", first.to_owned()),
    ];
    if target.contains("/redirect") {
        headers.push((
            "Location",
            format!(
                "http://localhost:{port}/elsewhere?access_token={ACCESS_TOKEN}&note={}",
                url::form_urlencoded::byte_serialize(bare.join(" ").as_bytes()).collect::<String>()
            ),
        ));
    }
    if target.contains("/json") {
        let body = serde_json::json!({"bare": bare, "whole": shown, "access_token": first});
        return response(&status, "application/json", &headers, &body.to_string());
    }
    response(&status, "text/plain", &headers, &shown)
}

fn response(status: &str, content_type: &str, headers: &[(&str, String)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(
        text,
        "Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    text.into_bytes()
}
