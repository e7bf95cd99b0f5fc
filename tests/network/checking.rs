//! `gatescope check` against the sandbox's gateways: a healthy one passes whatever can be observed, each broken one is named and
//! nothing else is, reports hold no secret, and services that only look like a gateway are not guessed at.

use std::process::Output;
use std::thread;

use assert_cmd::Command;
use gatescope::model::broken_gateways::BrokenGateway;
use gatescope::model::sandbox_environments::{DEMO_CLIENT_SECRET, broken_environments};
use gatescope::runs::check::outcome::{Fault, Outcome, StepKind};
use gatescope::runs::check::report::{CheckReport, Verdict};
use tempfile::TempDir;

struct Machine {
    folder: TempDir,
}

impl Machine {
    fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a folder"),
        }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_gatescope"))
            .env_clear()
            .env("HOME", self.folder.path())
            .env("GATESCOPE_DATA_DIR", self.folder.path().join("data"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .current_dir(self.folder.path())
            .timeout(std::time::Duration::from_mins(2))
            .args(arguments)
            .output()
            .expect("it runs")
    }

    /// The report of a check, and its exit code.
    fn check(&self, environment: &str, more: &[&str]) -> (CheckReport, Option<i32>) {
        let mut arguments = vec!["check", "--json", "--env", environment];
        arguments.extend(more);
        let output = self.run(&arguments);
        let text = String::from_utf8_lossy(&output.stdout);
        let report = serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!(
                "{error} in\n{text}\n{}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
        (report, output.status.code())
    }
}

fn shown(report: &CheckReport) -> String {
    report.write(gatescope::compare::report::ReportFormat::Markdown)
}

fn fault_of(broken: BrokenGateway) -> Fault {
    match broken {
        BrokenGateway::LoginPathMissing => Fault::LoginPathMissing,
        BrokenGateway::StageMissing => Fault::StageMissing,
        BrokenGateway::AuthorizationDropped => Fault::AuthorizationDropped,
        BrokenGateway::QueryFixed => Fault::QueryFixed,
        BrokenGateway::QueryDropped => Fault::QueryDropped,
        BrokenGateway::QueryAppended => Fault::QueryAppended,
        BrokenGateway::StatusMasked => Fault::StatusMasked,
        BrokenGateway::HeaderCase => Fault::HeaderCaseEnforced,
        BrokenGateway::WrongRegion => Fault::WrongRegion,
        BrokenGateway::SlowBackend => Fault::SlowBackend,
        BrokenGateway::Throttled => Fault::Throttled,
        BrokenGateway::ApiKeyNeeded => Fault::ApiKeyNeeded,
        BrokenGateway::SignatureNeeded => Fault::SignatureNeeded,
        BrokenGateway::WrongCertificate => Fault::WrongCertificate,
    }
}

#[test]
fn each_broken_gateway_is_named_and_nothing_else() {
    let environments = broken_environments();
    assert_eq!(environments.len(), BrokenGateway::ALL.len());
    // A few at a time: most of the time is waiting.
    let all: Vec<_> = BrokenGateway::ALL.into_iter().zip(environments).collect();
    for some in all.chunks(4) {
        thread::scope(|scope| {
            for (broken, environment) in some {
                scope.spawn(move || {
                    let machine = Machine::new();
                    let (report, code) =
                        machine.check(environment.id.as_str(), &["--samples", "2"]);
                    assert_eq!(
                        report.faults,
                        [fault_of(*broken)],
                        "{broken:?}\n{}",
                        shown(&report)
                    );
                    assert_eq!(
                        (report.verdict, code),
                        (Verdict::Failed, Some(1)),
                        "{broken:?}"
                    );
                    let told = report.steps.iter().filter(|step| step.is_finding());
                    for step in told {
                        assert!(
                            !step.means.is_empty() && !step.tries.is_empty(),
                            "{broken:?}: {} says nothing to do",
                            step.title
                        );
                    }
                    // The control does not suffer from the gateway's fault.
                    let control = report
                        .steps
                        .iter()
                        .find(|step| step.step == StepKind::RegionToken);
                    assert_eq!(
                        control.map(|step| step.outcome),
                        Some(Outcome::Passed),
                        "{broken:?}"
                    );
                });
            }
        });
    }
}

#[test]
fn a_healthy_gateway_passes_whatever_can_be_observed() {
    for (environment, skipped) in [
        ("sandbox-rest-proxy", vec![StepKind::Tls]),
        ("sandbox-http-api", vec![StepKind::Tls]),
    ] {
        let machine = Machine::new();
        let (report, code) = machine.check(environment, &["--allow-writes"]);
        assert_eq!(report.steps.len(), StepKind::ALL.len());
        for step in &report.steps {
            let expected = if skipped.contains(&step.step) {
                Outcome::Skipped
            } else {
                Outcome::Passed
            };
            assert_eq!(
                step.outcome,
                expected,
                "{environment}, {:?}\n{}",
                step.step,
                shown(&report)
            );
        }
        assert_eq!(
            (report.verdict, code),
            (Verdict::Passed, Some(0)),
            "{environment}"
        );
        let (alone, _) = machine.check(environment, &["--samples", "0"]);
        assert!(
            alone.requests < 25,
            "{} requests are not few",
            alone.requests
        );
    }
}

#[test]
fn the_non_proxy_of_the_guide_is_told_as_it_is() {
    let (report, code) = Machine::new().check("sandbox-rest-non-proxy", &["--samples", "0"]);
    assert_eq!(code, Some(1));
    assert!(
        report.faults.contains(&Fault::QueryFixed),
        "{}",
        shown(&report)
    );
    let rows = report
        .steps
        .iter()
        .find(|step| step.step == StepKind::Query)
        .map(|step| step.effects.clone())
        .unwrap_or_default();
    let size = rows.iter().find(|row| row.what == "pageSize=2");
    let size = size.expect("the size was tried");
    assert_eq!((size.gateway.as_str(), size.direct.as_str()), ("5", "2"));
}

#[test]
fn reports_are_written_in_three_forms_without_any_secret() {
    let machine = Machine::new();
    for (file, beginning) in [
        ("check.md", "# Gateway check: "),
        ("check.html", "<!doctype html>"),
        ("check.json", "{"),
    ] {
        let path = machine.folder.path().join(file);
        let name = path.to_string_lossy().into_owned();
        let output = machine.run(&[
            "check",
            "--env",
            "sandbox-broken-authorization-dropped",
            "--samples",
            "0",
            "--report",
            &name,
        ]);
        assert_eq!(output.status.code(), Some(1));
        let text = std::fs::read_to_string(&path).expect("the report");
        assert!(text.starts_with(beginning), "{text}");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            printed.contains("Authorization header does not arrive"),
            "{printed}"
        );
        // What each official client would send, to the login and to the API.
        assert!(
            printed.contains("All seven official clients: work")
                && printed.contains("/no-authorization/loginpath/oauth/token")
                && printed.contains("/no-authorization/apipath/api/v2/users"),
            "{printed}"
        );
        for (place, text) in [("report", &text), ("output", &printed)] {
            assert!(!text.contains(DEMO_CLIENT_SECRET), "{place}: {text}");
            assert!(!text.contains("Bearer "), "{place}: {text}");
            assert!(!text.contains("Basic "), "{place}: {text}");
        }
        if file == "check.html" {
            assert!(
                !text.contains("<script") && !text.contains("href="),
                "{text}"
            );
        }
    }
    let odd = machine.run(&["check", "--env", "sandbox-rest-proxy", "--report", "x.txt"]);
    assert_eq!(odd.status.code(), Some(2));
}

#[test]
fn only_gateways_are_checked_and_only_against_regions() {
    let machine = Machine::new();
    for arguments in [
        vec!["check", "--env", "sandbox-direct"],
        vec!["check", "--env", "no-such-environment"],
        vec![
            "check",
            "--env",
            "sandbox-rest-proxy",
            "--against",
            "sandbox-http-api",
        ],
        vec![
            "check",
            "--env",
            "sandbox-rest-proxy",
            "--against",
            "nowhere",
        ],
    ] {
        let output = machine.run(&arguments);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?} {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Answers every request alike, until it is dropped with the process.
fn plain_server(answer: &'static str) -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            thread::spawn(move || {
                let mut read = [0; 4096];
                let _ = stream.read(&mut read);
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    format!("http://{address}")
}

#[test]
fn what_only_looks_like_a_gateway_is_not_guessed_at() {
    for (name, answer) in [
        (
            "nginx",
            "HTTP/1.1 404 Not Found\r\nServer: nginx/1.25.3\r\nContent-Type: text/html\r\nContent-Length: 22\r\nConnection: close\r\n\r\n<html>not here</html>\n",
        ),
        (
            "kong",
            "HTTP/1.1 404 Not Found\r\nServer: kong/3.4\r\nContent-Type: application/json\r\nContent-Length: 50\r\nConnection: close\r\n\r\n{\"message\":\"no Route matched with those values\"}  ",
        ),
        (
            "a function URL",
            "HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: AccessDeniedException\r\nx-amzn-RequestId: 1\r\nContent-Type: application/json\r\nContent-Length: 20\r\nConnection: close\r\n\r\n{\"Message\":null}    ",
        ),
        (
            "cloudflare",
            "HTTP/1.1 403 Forbidden\r\nServer: cloudflare\r\nCF-RAY: 8c1f2e3d4a5b6c7d-ZRH\r\nContent-Type: text/html\r\nContent-Length: 57\r\nConnection: close\r\n\r\n<html><head><title>Just a moment...</title></head></html>",
        ),
        (
            "nothing at all",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ),
    ] {
        let machine = Machine::new();
        let address = plain_server(answer);
        let added = machine.run(&[
            "env",
            "add",
            "--name",
            "other",
            "--invoke-url",
            &format!("{address}/test"),
            "--login-path",
            "/loginpath",
            "--api-path",
            "/apipath",
        ]);
        assert_eq!(
            added.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&added.stderr)
        );
        let (report, code) = machine.check("other", &["--samples", "0"]);
        assert_eq!(code, Some(1), "{name}\n{}", shown(&report));
        assert!(
            report.faults.contains(&Fault::NotAGateway),
            "{name}\n{}",
            shown(&report)
        );
        for guessed in [
            Fault::StageMissing,
            Fault::ApiKeyNeeded,
            Fault::SignatureNeeded,
            Fault::AuthorizationDropped,
            Fault::WrongRegion,
        ] {
            assert!(
                !report.faults.contains(&guessed),
                "{name}\n{}",
                shown(&report)
            );
        }
    }
}
