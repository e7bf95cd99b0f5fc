//! Exports as the worker carries them out for the window, and archives of exchanges from the command line.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::exporting::{ExportingCommand, ExportingEvent, Job, Subject};
use gatescope::body::view::Mode;
use gatescope::interchange::curl::Shell;
use gatescope::interchange::writing::Format;
use gatescope::interchange::{ImportedRequest, reading};
use gatescope::model::dynamic::Dynamics;
use gatescope::model::environment::Environment;
use gatescope::model::request::{DraftBody, RequestAuth, RequestDraft};
use gatescope::model::secret::Secret;
use gatescope::worker::{self, Front, Waited, WorkerHandle, WorkerOptions};
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{Machine, shown};

const SECRET: &str = "canary-4711-secret";
const PROFILE: &str = "[prod]\nclient_credentials = \"abc\"\nenvironment = \"mypurecloud.de\"\n";

struct Desk {
    worker: WorkerHandle,
    folder: TempDir,
    environment: Environment,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut options = WorkerOptions::new(Front::Window);
        options.data_directory = Some(folder.path().join("data"));
        options.secret_variables = vec![(
            "GATESCOPE_SECRET_PROD_CLIENT_SECRET".to_owned(),
            Secret::new(SECRET),
        )];
        let mut imported = reading::import(PROFILE, None).expect("reads").imported;
        let environment = imported.environments.remove(0);
        let mut desk = Self {
            worker: worker::start(options),
            folder,
            environment: environment.clone(),
        };
        desk.worker.send(Command::OpenWorkspace {
            shown: None,
            directory: Some(desk.folder.path().join("workspace")),
        });
        desk.until(|event| matches!(event, Event::WorkspaceOpened(_)).then_some(()));
        desk.worker.send(Command::SaveEnvironment {
            environment: Box::new(environment),
        });
        desk.until(|event| matches!(event, Event::Saved { .. }).then_some(()));
        desk
    }

    fn until<T>(&mut self, mut pick: impl FnMut(Event) -> Option<T>) -> T {
        let began = Instant::now();
        while began.elapsed() < Duration::from_mins(1) {
            if let Waited::Event(event) = self.worker.wait(Duration::from_millis(200))
                && let Some(picked) = pick(*event)
            {
                return picked;
            }
        }
        panic!("it did not come");
    }

    fn job(&self, includes_secrets: bool) -> Box<Job> {
        Box::new(Job {
            subject: Subject::Environment(Box::new(self.environment.clone())),
            format: Format::CliConfig,
            includes_secrets,
            backend: None,
            profile: None,
            into: None,
            dynamics: Dynamics::EXAMPLE,
            folder: None,
        })
    }

    fn ask(&mut self, command: ExportingCommand) -> ExportingEvent {
        self.worker.send(Command::Exporting(command));
        self.until(|event| match event {
            Event::Exporting(event) => Some(event),
            _ => None,
        })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    fn save(&mut self, includes_secrets: bool, overwrites: bool) -> ExportingEvent {
        let command = ExportingCommand::Save {
            job: self.job(includes_secrets),
            path: self.path(),
            overwrites,
        };
        self.ask(command)
    }
}

#[test]
fn the_window_sees_masks_the_clipboard_and_the_file_what_was_agreed_to() {
    let mut desk = Desk::new();
    for includes_secrets in [false, true] {
        let job = desk.job(includes_secrets);
        let event = desk.ask(ExportingCommand::Show { number: 7, job });
        let ExportingEvent::Shown {
            number: 7,
            result: Ok(written),
        } = event
        else {
            panic!("{event:?}");
        };
        let text = String::from_utf8_lossy(written.view.document(Mode::Raw).whole()).into_owned();
        assert!(text.contains("client_credentials = \"abc\""), "{text}");
        assert!(!text.contains("canary"), "{text}");
        assert_eq!(text.contains("client_secret"), includes_secrets, "{text}");
        assert_eq!(written.remarks.masked.is_empty(), includes_secrets);
        let job = desk.job(includes_secrets);
        let event = desk.ask(ExportingCommand::Hand { job });
        assert!(!format!("{event:?}").contains("canary"), "{event:?}");
        let ExportingEvent::Handed(Ok(handed)) = event else {
            panic!("{event:?}");
        };
        assert_eq!(handed.text.expose().contains(SECRET), includes_secrets);
    }
}

/// The tab as it is open is exported: nothing has taken its credentials out yet.
#[test]
fn a_credential_that_was_just_typed_is_seen_nowhere_and_written_only_when_asked() {
    let mut desk = Desk::new();
    for (format, name) in [
        (Format::Curl(Shell::Posix), "curl"),
        (Format::PostmanCollection, "postman"),
        (Format::Insomnia, "insomnia"),
        (Format::Bruno, "bruno"),
        (Format::HttpFile, "http"),
    ] {
        for includes_secrets in [false, true] {
            let draft = RequestDraft {
                name: "Typed".to_owned(),
                method: "POST".to_owned(),
                path: "/api/v2/x?api_key=canary-1-key".to_owned(),
                auth: RequestAuth::Bearer {
                    token: "canary-2-token".to_owned(),
                },
                body: DraftBody::Json {
                    text: "{\"password\": \"canary-3-password\"}".to_owned(),
                },
                ..RequestDraft::default()
            };
            let job = Box::new(Job {
                subject: Subject::Requests {
                    name: "Typed".to_owned(),
                    requests: vec![ImportedRequest::new(draft)],
                    environment: Some(Box::new(desk.environment.clone())),
                },
                format,
                ..*desk.job(includes_secrets)
            });
            let show = ExportingCommand::Show {
                number: 8,
                job: job.clone(),
            };
            let event = desk.ask(show);
            let ExportingEvent::Shown {
                result: Ok(written),
                ..
            } = event
            else {
                panic!("{name}: {event:?}");
            };
            let text = written.view.document(Mode::Raw);
            let text = String::from_utf8_lossy(text.whole()).into_owned();
            assert!(!text.contains("canary"), "{name}: {text}");
            let path = desk
                .folder
                .path()
                .join(format!("{name}-{includes_secrets}"));
            let event = desk.ask(ExportingCommand::Save {
                job,
                path: path.clone(),
                overwrites: false,
            });
            assert!(matches!(event, ExportingEvent::Saved { .. }), "{event:?}");
            let text = fs::read_to_string(&path).expect("a file");
            for canary in ["canary-1-key", "canary-2-token", "canary-3-password"] {
                assert_eq!(text.contains(canary), includes_secrets, "{name}: {text}");
            }
        }
    }
}

#[test]
fn a_file_that_is_there_is_completed_only_after_a_yes() {
    let mut desk = Desk::new();
    let event = desk.save(false, false);
    assert!(matches!(event, ExportingEvent::Saved { .. }), "{event:?}");
    let first = fs::read_to_string(desk.path()).expect("written");
    assert!(
        first.contains("[prod]") && !first.contains("canary"),
        "{first}"
    );
    fs::write(
        desk.path(),
        "# by hand\n[other]\nenvironment = \"mypurecloud.ie\" # stays\n",
    )
    .expect("written");
    let event = desk.save(true, false);
    assert!(matches!(event, ExportingEvent::IsThere { .. }), "{event:?}");
    let event = desk.save(true, true);
    assert!(matches!(event, ExportingEvent::Saved { .. }), "{event:?}");
    let text = fs::read_to_string(desk.path()).expect("written");
    assert!(
        text.starts_with("# by hand\n[other]\nenvironment = \"mypurecloud.ie\" # stays\n"),
        "{text}"
    );
    assert!(text.contains(SECRET), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(desk.path())
            .expect("is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "others can read the secret");
    }
    fs::write(desk.path(), b"\xff\xfe\xff broken").expect("written");
    let event = desk.save(false, true);
    assert!(matches!(event, ExportingEvent::NotSaved(_)), "{event:?}");
}

/// What an update of a file would make of it is shown first, without any secret of the file, and in the profile that was chosen.
#[test]
fn an_update_is_shown_whole_and_without_the_secrets_of_the_file() {
    let mut desk = Desk::new();
    fs::write(
        desk.path(),
        "# by hand\n# client_secret = \"canary-of-old\"\n[other]\nclient_secret = \"canary-of-other\" # stays\noauth_token_data = '{\"access_token\":\"canary-token\"}'\n\n[other.deep]\nproxy_password = \"canary\"\n",
    )
    .expect("written");
    let mut job = desk.job(true);
    job.profile = Some("team".to_owned());
    job.into = Some(desk.path());
    let event = desk.ask(ExportingCommand::Show {
        number: 1,
        job: job.clone(),
    });
    let ExportingEvent::Shown {
        result: Ok(written),
        ..
    } = event
    else {
        panic!("{event:?}");
    };
    let text = String::from_utf8_lossy(written.view.document(Mode::Raw).whole()).into_owned();
    for line in [
        "# by hand",
        "# client_secret = ••••••",
        "client_secret = \"••••••\" # stays",
        "[other.deep]",
        "[team]",
        "client_credentials = \"abc\"",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("canary"), "{text}");
    // What is written keeps them.
    let event = desk.ask(ExportingCommand::Save {
        job,
        path: desk.path(),
        overwrites: true,
    });
    assert!(matches!(event, ExportingEvent::Saved { .. }), "{event:?}");
    let text = fs::read_to_string(desk.path()).expect("written");
    for kept in ["canary-of-old", "canary-of-other", "canary-token", SECRET] {
        assert!(text.contains(kept), "{kept} is not in\n{text}");
    }
    assert!(!text.contains('•'), "{text}");
    fs::write(desk.path(), "[broken").expect("written");
    let mut job = desk.job(false);
    job.into = Some(desk.path());
    let event = desk.ask(ExportingCommand::Show { number: 2, job });
    assert!(
        matches!(&event, ExportingEvent::Shown { result: Err(trouble), .. } if trouble.text.contains("no TOML")),
        "{event:?}"
    );
}

fn document(path: &std::path::Path) -> Value {
    let text = fs::read_to_string(path).expect("the archive is there");
    assert!(!text.contains("sandbox-secret"), "{text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

#[test]
fn an_archive_holds_the_token_and_the_request_and_imports_again() {
    let machine = Machine::new();
    let send = |path: &str, more: &[&str]| {
        let mut arguments = vec!["send", "--env", "sandbox-rest-proxy", path];
        arguments.extend(more);
        machine.ends_with(0, &arguments);
    };
    send("/api/v2/users?pageSize=3", &["--har", "one.har"]);
    let one = document(&machine.folder.path().join("one.har"));
    let entries = one["log"]["entries"].as_array().expect("entries");
    let told: Vec<&str> = entries
        .iter()
        .map(|entry| entry["comment"].as_str().expect("a comment"))
        .collect();
    assert_eq!(told, ["The access token", "The request"]);
    for entry in entries {
        assert_eq!(entry["response"]["status"], 200, "{entry:#}");
        assert!(entry["timings"]["wait"].as_f64().expect("a number") > 0.0);
    }
    let authorization = entries[1]["request"]["headers"]
        .as_array()
        .expect("headers")
        .iter()
        .find(|header| header["name"] == "Authorization");
    assert_eq!(authorization.expect("sent")["value"], "Bearer ••••••");

    // The same out of the history, the newest or several.
    send("/api/v2/routing/queues", &[]);
    let last = machine.ends_with(0, &["export", "--as", "har"]);
    assert!(last.contains("/api/v2/routing/queues") && !last.contains("/api/v2/users?"));
    let found = machine.ends_with(
        0,
        &["export", "--as", "har", "--last", "9", "--search", "users"],
    );
    let found: Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!(found["log"]["pages"].as_array().map(Vec::len), Some(1));
    machine.ends_with(
        0,
        &["export", "--as", "har", "--last", "9", "-o", "all.har"],
    );
    let all = document(&machine.folder.path().join("all.har"));
    assert_eq!(all["log"]["pages"].as_array().map(Vec::len), Some(2));
    // Nothing is written over unasked, and what is not there is said.
    machine.ends_with(2, &["export", "--as", "har", "-o", "all.har"]);
    machine.ends_with(2, &["export", "--as", "har", "--env", "sandbox-direct"]);

    let imported = machine.json(&["import", "--dry-run", "--json", "all.har"]);
    let paths: Vec<&Value> = imported["requests"]
        .as_array()
        .expect("requests")
        .iter()
        .map(|request| &request["path"])
        .collect();
    assert_eq!(paths.len(), 2, "{imported:#}");
    assert_eq!(imported["secrets"], Value::Array(Vec::new()));
}

#[test]
fn export_alone_lists_every_format() {
    let machine = Machine::new();
    let list = machine.ends_with(0, &["export"]);
    for format in Format::all() {
        assert!(list.contains(&format!("  {} ", format.name())), "{list}");
    }
    machine.ends_with(2, &["export", "--as", "cli-config"]);
    machine.ends_with(2, &["export", "--as", "nothing"]);
}

/// A line of the text that was printed, and no line that is not there.
#[test]
fn what_an_export_warns_of_is_at_its_line() {
    let machine = Machine::new();
    for (format, line_begins, words) in [
        (
            "variables",
            "export GENESYSCLOUD_GATEWAY_HOST",
            "The paths are not in these lines",
        ),
        (
            "cli-config",
            "environment = ",
            "The CLI needs a region beside the gateway",
        ),
    ] {
        let file = machine.folder.path().join("gate.json");
        let gateway = r#"{"host": "abc123.execute-api.us-east-1.amazonaws.com", "protocol": "https", "port": "443",
          "pathParams": {"login": "/test/loginpath", "api": "/test/apipath"}}"#;
        fs::write(&file, gateway).unwrap();
        let document = machine.json(&["import", "--yes", "--json", "--replace", "gate.json"]);
        let id = document["environments"][0]["id"].as_str().unwrap();
        let output = machine.run(&["export", "--as", format, "--env", id]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let at = text.lines().position(|line| line.starts_with(line_begins));
        let at = at.unwrap_or_else(|| panic!("no {line_begins} in\n{}", shown(&output))) + 1;
        let wanted = format!("warning: line {at}, column ");
        assert!(
            told.lines()
                .any(|line| line.starts_with(&wanted) && line.contains(words)),
            "`{wanted}` with `{words}` is not in\n{}",
            shown(&output)
        );
    }
}
