//! `gatescope check --echo-path`: a gateway with a route that answers with the head it received tells which request headers
//! arrive and which are dropped on the way.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use assert_cmd::Command;
use gatescope::runs::check::outcome::{Effect, Fault, Outcome, StepKind, StepResult};
use gatescope::runs::check::report::CheckReport;
use tempfile::TempDir;

/// What the gateway does to the headers on their way to the echo.
#[derive(Clone, Copy)]
enum Gateway {
    Passes,
    Drops(&'static str),
    /// The named route answers, and not with what it received.
    HasNoEcho,
}

const GENESYS: &str = "x-amzn-RequestId: r\r\nx-amz-apigw-id: g\r\nININ-Correlation-Id: c\r\n";
const OWN: &str = "x-amzn-RequestId: r\r\nx-amz-apigw-id: g\r\nx-amzn-ErrorType: MissingAuthenticationTokenException\r\n";

/// A REST API in front of as much of Genesys Cloud as a check needs to get to the headers, and an echo route beside it.
fn serve(gateway: Gateway) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            thread::spawn(move || answer(stream, gateway));
        }
    });
    format!("http://{address}/test")
}

fn answer(mut stream: TcpStream, gateway: Gateway) {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    while !received.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => received.extend(&buffer[..read]),
        }
    }
    let head = String::from_utf8_lossy(&received).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default();
    let (status, headers, body) = if target == "/test/echo" {
        let lines = head.lines().skip(1).take_while(|line| !line.is_empty());
        let echoed: Vec<&str> = match gateway {
            Gateway::Passes => lines.collect(),
            Gateway::Drops(name) => lines
                .filter(|line| !line.to_ascii_lowercase().starts_with(name))
                .collect(),
            Gateway::HasNoEcho => vec!["the time is now"],
        };
        ("200 OK", "x-amz-apigw-id: g\r\n", echoed.join("\n"))
    } else if target.starts_with("/test/api/v2/") {
        (
            "200 OK",
            GENESYS,
            r#"{"organization":{"id":"o"}}"#.to_owned(),
        )
    } else {
        (
            "403 Forbidden",
            OWN,
            r#"{"message":"Missing Authentication Token"}"#.to_owned(),
        )
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

/// The step about request headers, as the report has it, and the exit code.
fn request_headers(gateway: Gateway, echo_path: Option<&str>) -> (StepResult, Option<i32>) {
    let folder = TempDir::new().expect("a folder");
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_gatescope"))
            .env_clear()
            .env("HOME", folder.path())
            .env("GATESCOPE_DATA_DIR", folder.path().join("data"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("GATESCOPE_SECRET_ECHOING_ACCESS_TOKEN", "of-the-test-1")
            .current_dir(folder.path())
            .timeout(std::time::Duration::from_mins(1))
            .args(arguments)
            .output()
            .expect("it runs")
    };
    let address = serve(gateway);
    let added = run(&[
        "env",
        "add",
        "--name",
        "echoing",
        "--invoke-url",
        &address,
        "--access-token",
    ]);
    assert_eq!(
        added.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    let mut arguments = vec!["check", "--json", "--env", "echoing", "--samples", "0"];
    if let Some(path) = echo_path {
        arguments.extend(["--echo-path", path]);
    }
    let output = run(&arguments);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.contains("of-the-test-1"), "{text}");
    let report: CheckReport = serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!(
            "{error} in\n{text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let step = report
        .steps
        .iter()
        .find(|step| step.step == StepKind::RequestHeaders)
        .cloned()
        .expect("every step has a result");
    (step, output.status.code())
}

fn effect(step: &StepResult, name: &str) -> Option<Effect> {
    step.effects
        .iter()
        .find(|row| row.what == name)
        .map(|row| row.effect)
}

#[test]
fn an_echo_route_tells_each_header_that_arrives_and_each_that_does_not() {
    let (step, _) = request_headers(Gateway::Passes, Some("/echo"));
    assert_eq!(
        (step.outcome, step.fault),
        (Outcome::Passed, None),
        "{step:#?}"
    );
    for name in ["X-Gatescope-Check", "Accept-Language"] {
        assert_eq!(effect(&step, name), Some(Effect::Same), "{step:#?}");
    }

    for (name, dropped, arrives) in [
        ("x-gatescope-check:", "X-Gatescope-Check", "Accept-Language"),
        ("accept-language:", "Accept-Language", "X-Gatescope-Check"),
    ] {
        let (step, code) = request_headers(Gateway::Drops(name), Some("/echo"));
        assert_eq!(
            (step.outcome, step.fault, code),
            (Outcome::Warning, Some(Fault::HeadersChanged), Some(1)),
            "{step:#?}"
        );
        assert_eq!(effect(&step, dropped), Some(Effect::Different), "{step:#?}");
        assert_eq!(effect(&step, arrives), Some(Effect::Same), "{step:#?}");
        assert!(
            step.evidence
                .contains(&format!("the echo route did not see {dropped}")),
            "{step:#?}"
        );
        assert!(!step.tries.is_empty(), "{step:#?}");
    }
}

#[test]
fn a_route_that_is_no_echo_shows_nothing_and_blames_nobody() {
    for (gateway, path) in [
        (Gateway::HasNoEcho, "/echo"),
        (Gateway::Passes, "/no-such-route"),
    ] {
        let (step, _) = request_headers(gateway, Some(path));
        assert_eq!(step.fault, None, "{step:#?}");
        for name in ["X-Gatescope-Check", "Accept-Language"] {
            assert_eq!(
                effect(&step, name),
                Some(Effect::NotObservable),
                "{step:#?}"
            );
        }
    }
    // Without a route of that kind nothing is sent for it.
    let (step, _) = request_headers(Gateway::Passes, None);
    assert_eq!(effect(&step, "X-Gatescope-Check"), None, "{step:#?}");
    assert_eq!(step.outcome, Outcome::Passed, "{step:#?}");
}
