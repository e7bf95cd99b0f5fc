//! A copied cURL command, run by a real shell and a real curl, sends what Gatescope sends.

use std::path::Path;
use std::process::Command;

use gatescope::interchange::curl::{CurlOptions, curl_command};
use gatescope::model::dynamic::Dynamics;
use gatescope::model::environment::{Environment, Variable};
use gatescope::model::request::{
    DraftBody, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft,
};
use gatescope::model::resolve::{Purpose, ResolveContext, resolve};
use gatescope::model::secret::{Secret, SecretKey, SecretName, Secrets};
use gatescope::transport::Transport;

use crate::drafts::{draft, environment_at, row};
use crate::fault_server::{FaultServer, Step, ok};
use crate::sending::{describe, send_request};

const SECRET: &str = "canary \"7\" é";

fn with_secret(server: &FaultServer) -> Environment {
    let mut environment = environment_at("acme", server.address);
    environment.variables = vec![Variable {
        name: "key".to_owned(),
        value: String::new(),
        secret: true,
    }];
    environment
}

/// Request line, the header lines in alphabetical order, and the body; the boundary of a form has one name in both.
pub(crate) fn told(received: &[u8], server: &FaultServer) -> String {
    let text = String::from_utf8_lossy(received).replace(&server.address.to_string(), "the-server");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let (line, fields) = head.split_once("\r\n").expect("a request line");
    let boundary = fields
        .split_once("boundary=")
        .map(|(_, rest)| rest.lines().next().unwrap_or_default().to_owned());
    let mut fields: Vec<String> = fields
        .lines()
        .map(|field| match field.split_once(':') {
            // Written by each in its own way; the length of a form hangs on the boundary.
            Some((name, value)) => format!("{}: {}", name.to_lowercase(), value.trim()),
            None => field.to_owned(),
        })
        .filter(|field| boundary.is_none() || !field.starts_with("content-length"))
        .collect();
    fields.sort();
    let whole = format!("{line}\n{}\n\n{body}", fields.join("\n"));
    match boundary {
        Some(boundary) => whole.replace(&boundary, "BOUNDARY"),
        None => whole,
    }
}

async fn sent_by_gatescope(draft: &RequestDraft, folder: &Path) -> String {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let environment = with_secret(&server);
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::Variable("key".to_owned()),
    };
    let secrets = Secrets::from([(key, Secret::new(SECRET))]);
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Send,
        dynamics: Some(Dynamics::EXAMPLE),
    };
    let mut request =
        resolve(draft, &environment, context).unwrap_or_else(|problems| panic!("{problems:?}"));
    for segment in &mut request.body.segments {
        if let gatescope::model::resolved::BodySegment::File { path, .. } = segment {
            *path = folder.join(&*path);
        }
    }
    let exchange = send_request(&Transport::new(), request).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    told(&server.received().remove(0), &server)
}

async fn sent_by_curl(draft: &RequestDraft, folder: &Path) -> (String, String) {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let options = CurlOptions {
        dynamics: Dynamics::EXAMPLE,
        folder: Some(folder),
    };
    let command = curl_command(draft, &with_secret(&server), options)
        .unwrap_or_else(|problems| panic!("{problems:?}"));
    assert!(!command.contains("canary"), "a secret is in it: {command}");
    // As a file: a shell takes no argument of this length either.
    let script = folder.join("command.sh");
    std::fs::write(&script, &command).expect("written");
    let output = tokio::task::spawn_blocking(move || {
        Command::new("sh")
            .arg(&script)
            .env("SECRET_KEY", SECRET)
            .env("SECRET_KEY_ENCODED", "canary%20%227%22%20%C3%A9")
            .env("SECRET_KEY_FORM", "canary+%227%22+%C3%A9")
            .env("SECRET_KEY_JSON", "canary \\\"7\\\" é")
            .env("PASSWORD", "typed canary")
            .env("X_API_KEY", "typed canary")
            .output()
    })
    .await
    .expect("the shell ran")
    .expect("`sh` and `curl` are there");
    assert!(
        output.status.success(),
        "{command}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (told(&server.received().remove(0), &server), command)
}

fn query(name: &str, value: Option<&str>) -> QueryRow {
    QueryRow {
        enabled: true,
        name: name.to_owned(),
        value: value.map(str::to_owned),
    }
}

fn with_body(method: &str, body: DraftBody) -> RequestDraft {
    RequestDraft {
        body,
        ..draft(method, "/x")
    }
}

fn text(text: &str) -> DraftBody {
    DraftBody::Text {
        text: text.to_owned(),
        content_type: String::new(),
    }
}

fn part(name: &str, value: PartValue, content_type: &str) -> PartRow {
    PartRow {
        enabled: true,
        name: name.to_owned(),
        value,
        content_type: content_type.to_owned(),
    }
}

fn drafts() -> Vec<RequestDraft> {
    let mut strange = draft("GET", "/a/../b//c/%41{{key}}");
    strange.query = vec![
        query("q", Some("it's {a,b} [1-3] $HOME `id` \\ | ;")),
        query("flag", None),
        query("empty", Some("")),
        query("key", Some("x-{{key}}")),
    ];
    strange.headers = vec![
        row("X-Empty", ""),
        row("X-Quotes", "it's \"quoted\" $HOME `id` \\n"),
        row("X-Bang", "!! !$ -x @file ~ ä"),
        row("x-TWICE", "1"),
        row("x-TWICE", "2"),
        row("X-Sig", "v1 {{secret.key}}"),
        row("x-api-key", "typed canary"),
    ];
    let mut basic = draft("DELETE", "/x");
    basic.auth = RequestAuth::Basic {
        user: "a'da".to_owned(),
        password: "typed canary".to_owned(),
    };
    let mut bearer = draft("PURGE", "/x");
    bearer.auth = RequestAuth::Bearer {
        token: "{{secret.key}}".to_owned(),
    };
    vec![
        draft("GET", "/x"),
        strange,
        basic,
        bearer,
        draft("POST", "/x"),
        with_body(
            "POST",
            text("--config 'x' !! !$ `id` $(id) ${HOME} ä€\u{1f980}\n\ttab ~ * ? #"),
        ),
        with_body("POST", text("-leading")),
        with_body("POST", text("!bang")),
        with_body("POST", text("#not a comment")),
        with_body(
            "POST",
            DraftBody::Json {
                text: "{\"a\": \"it's {{key}}\",\n \"b\": \"\\u00e9 $HOME\"}".to_owned(),
            },
        ),
        with_body("PUT", text("@not a file\r\n%s 'x' \\\n")),
        with_body("POST", text(&"0123456789'\n".repeat(20_000))),
        with_body("POST", text("nul \0 %d \\ end")),
        with_body(
            "POST",
            DraftBody::Form {
                rows: vec![query("a b", Some("c&d=é")), query("k", Some("{{key}}"))],
            },
        ),
        with_body(
            "PATCH",
            DraftBody::File {
                path: "in put.bin".to_owned(),
                content_type: "application/octet-stream".to_owned(),
            },
        ),
        with_body(
            "POST",
            DraftBody::Multipart {
                rows: vec![
                    part("a", PartValue::Text("@x;type=y\r\nz".to_owned()), ""),
                    part("b\"c", PartValue::Text("q\"\\ {{key}}".to_owned()), ""),
                    part("t", PartValue::Text("1,2\n\"3\"".to_owned()), "text/csv"),
                    part(
                        "f",
                        PartValue::File {
                            path: "in put.bin".to_owned(),
                            file_name: "na\"me.bin".to_owned(),
                        },
                        "",
                    ),
                    part("password", PartValue::Text("typed canary".to_owned()), ""),
                ],
            },
        ),
    ]
}

#[tokio::test]
async fn a_copied_command_sends_what_send_sends() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("in put.bin"), b"bytes '\0' \xff\r\n").expect("written");
    for draft in drafts() {
        let ours = sent_by_gatescope(&draft, folder.path()).await;
        let (theirs, command) = sent_by_curl(&draft, folder.path()).await;
        assert_eq!(ours, theirs, "{}", &command[..command.len().min(4_000)]);
    }
}

#[tokio::test]
async fn a_variable_that_is_not_set_stops_the_command() {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let mut needs = draft("GET", "/x");
    needs.headers = vec![row("X-Sig", "{{secret.key}}")];
    let options = CurlOptions {
        dynamics: Dynamics::EXAMPLE,
        folder: None,
    };
    let command = curl_command(&needs, &with_secret(&server), options).expect("a command");
    let output = Command::new("sh")
        .args(["-c", &command])
        .env_remove("SECRET_KEY")
        .output()
        .expect("`sh` is there");
    assert!(!output.status.success(), "{command}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("SECRET_KEY"),
        "the shell names the variable: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(server.received().is_empty(), "nothing was sent");
}
