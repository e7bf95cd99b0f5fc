//! What the worker and the command line write into the history: every exchange that ended, after its answer; and what comes back.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gatescope::app::command::{Command, Drafts, OpenDraft, SendCommand};
use gatescope::app::event::Event;
use gatescope::app::history::{HistoryCommand, HistoryEvent, LoadPurpose};
use gatescope::app::state::Leg;
use gatescope::model::environment::{Credentials, Environment, KeepHistory, Place, Target};
use gatescope::model::exchange::{Exchange, SendErrorKind};
use gatescope::model::history::{HistoryEntry, HistoryFilter, HistoryScope, PastExchange};
use gatescope::model::ids::{ExchangeId, RequestId};
use gatescope::model::request::RequestDraft;
use gatescope::model::sandbox_environments::sandbox_environments;
use gatescope::store::history::FILE;
use gatescope::worker::{self, Front, Waited, WorkerHandle, WorkerOptions};
use tempfile::TempDir;

use crate::scene::environment;

struct Session {
    worker: WorkerHandle,
    next: u64,
    /// The folder that was opened at the start.
    shown: PathBuf,
    /// What was told besides what was waited for.
    trouble: Vec<String>,
}

impl Session {
    fn open(folder: &Path) -> Self {
        let mut options = WorkerOptions::new(Front::Window);
        options.data_directory = Some(folder.join("data"));
        let mut session = Self {
            worker: worker::start(options),
            next: 1,
            shown: PathBuf::new(),
            trouble: Vec::new(),
        };
        session.worker.send(Command::OpenWorkspace {
            directory: None,
            shown: None,
        });
        session.shown = session.until("the workspace", |event| match event {
            Event::WorkspaceOpened(snapshot) => Some(snapshot.directory.clone()),
            _ => None,
        });
        session
    }

    #[track_caller]
    fn until<T>(&mut self, what: &str, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
        loop {
            let Waited::Event(event) = self.worker.wait(Duration::from_mins(1)) else {
                panic!("no event: {what}");
            };
            if let Event::History(HistoryEvent::Trouble { text, .. }) = &*event {
                self.trouble.push(text.clone());
            }
            if let Some(picked) = pick(&event) {
                return picked;
            }
        }
    }

    fn id(&mut self) -> ExchangeId {
        self.next += 1;
        ExchangeId(self.next)
    }

    fn send(&mut self, environment: &Environment, path: &str) -> ExchangeId {
        let exchange = self.id();
        self.worker.send(Command::Send(Box::new(SendCommand {
            exchange,
            leg: Some(Leg::B),
            draft: RequestDraft {
                id: RequestId("r7".to_owned()),
                name: "Named".to_owned(),
                path: path.to_owned(),
                ..RequestDraft::default()
            },
            environment: environment.clone(),
            confirmed_unsafe: false,
            reading_operations: Vec::new(),
            dynamics: None,
            follow_redirects: true,
            follow_to: None,
        })));
        exchange
    }

    #[track_caller]
    fn finished(&mut self) -> Exchange {
        self.until("the end of a send", |event| match event {
            Event::Finished { result, .. } => Some((**result).clone()),
            Event::NotSent { reason, .. } => panic!("not sent: {reason:?}"),
            Event::History(HistoryEvent::Recorded { .. }) => panic!("written before the answer"),
            _ => None,
        })
    }

    #[track_caller]
    fn recorded(&mut self) -> HistoryEntry {
        self.until("an entry", |event| match event {
            Event::History(HistoryEvent::Recorded { entry, .. }) => Some((**entry).clone()),
            _ => None,
        })
    }

    #[track_caller]
    fn list(&mut self, search: &str) -> Vec<HistoryEntry> {
        self.next += 1;
        let asked = self.next;
        self.worker.send(Command::History(HistoryCommand::Read {
            number: asked,
            workspace: None,
            filter: HistoryFilter::parse(search),
            after: None,
        }));
        self.until("a page", |event| match event {
            Event::History(HistoryEvent::Page {
                number, entries, ..
            }) if *number == asked => Some(entries.clone()),
            _ => None,
        })
    }

    #[track_caller]
    fn load(&mut self, entry: &HistoryEntry) -> PastExchange {
        let exchange = self.id();
        self.worker.send(Command::History(HistoryCommand::Load {
            id: entry.id,
            exchange,
            purpose: LoadPurpose::OwnTab,
        }));
        let past = self.until("a past exchange", |event| match event {
            Event::History(HistoryEvent::Loaded { past, .. }) => Some((**past).clone()),
            Event::History(HistoryEvent::Gone { .. }) => panic!("it is gone"),
            _ => None,
        });
        assert_eq!(past.exchange.id, exchange);
        past
    }
}

fn sandbox() -> Environment {
    sandbox_environments().remove(0)
}

fn at(port: u16) -> Environment {
    let origin = format!("http://127.0.0.1:{port}");
    Environment {
        target: Target::Direct {
            place: Place::Origins {
                api: origin.clone(),
                login: origin,
            },
        },
        credentials: Credentials::None,
        ..environment("acme")
    }
}

fn body(exchange: &Exchange) -> bytes::Bytes {
    let response = exchange.answer().and_then(|hop| hop.response.as_ref());
    response.expect("a response").body.decoded.clone()
}

#[test]
fn whatever_ends_is_written_after_its_answer_and_comes_back_after_a_restart() {
    let folder = TempDir::new().expect("a folder");
    let mut session = Session::open(folder.path());
    session.send(&sandbox(), "/api/v2/users?pageSize=3");
    let answer = session.finished();
    let first = session.recorded();
    let row = &first.summary;
    assert_eq!(row.request, Some(RequestId("r7".to_owned())));
    assert_eq!(row.leg.as_deref(), Some("B"));
    assert_eq!(
        (row.path.as_str(), row.status),
        ("/api/v2/users", Some(200))
    );
    assert_eq!(row.environment_name, sandbox().name);
    assert!(
        row.answered_by
            .as_deref()
            .is_some_and(|who| who.contains("Genesys")),
        "{row:?}"
    );
    assert_eq!(row.decoded_bytes, body(&answer).len() as u64);

    // Nobody listens there.
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        at(listener.local_addr().expect("an address").port())
    };
    session.send(&closed, "/x");
    session.finished();
    let failed = session.recorded();
    assert_eq!(failed.summary.error, Some(SendErrorKind::Refused));
    assert_eq!(failed.summary.status, None);

    // Nobody answers there.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let exchange = session.send(&at(silent.local_addr().expect("an address").port()), "/y");
    let _taken = silent.accept().expect("a connection");
    session.worker.send(Command::Cancel { exchange });
    session.finished();
    let cancelled = session.recorded();
    assert_eq!(cancelled.summary.error, Some(SendErrorKind::Cancelled));

    let exchange = session.id();
    session.worker.send(Command::FetchToken {
        exchange,
        environment: Box::new(sandbox()),
        force: true,
    });
    session.finished();
    let token = session.recorded();
    assert_eq!(token.summary.request, None);
    assert_eq!(token.summary.path, "/oauth/token");

    // What is not to be kept is not: the next one is.
    let mut nothing = sandbox();
    nothing.history = KeepHistory::Nothing;
    session.send(&nothing, "/api/v2/users/me");
    session.finished();
    session.send(&sandbox(), "/api/v2/no/such/thing");
    session.finished();
    let last = session.recorded();
    assert_eq!(last.summary.status, Some(404));
    assert_eq!(session.trouble, Vec::<String>::new());
    drop(session);

    let mut session = Session::open(folder.path());
    let listed = session.list("");
    let written = [&last, &token, &cancelled, &failed, &first];
    assert_eq!(listed.iter().collect::<Vec<_>>(), written);
    assert_eq!(session.list("4xx"), [last]);
    let past = session.load(&first);
    assert_eq!(body(&past.exchange), body(&answer));
    assert_eq!(past.exchange.hops.len(), answer.hops.len());
    assert_eq!(past.exchange.started_at, answer.started_at);
    assert_eq!(past.environment, sandbox());
    assert_eq!(past.draft.map(|draft| draft.name), Some("Named".to_owned()));

    session
        .worker
        .send(Command::History(HistoryCommand::Delete { id: first.id }));
    session.until("the deletion", |event| {
        matches!(event, Event::History(HistoryEvent::Gone { id, deleted: true }) if *id == first.id).then_some(())
    });
    session.worker.send(Command::History(HistoryCommand::Clear {
        workspace: None,
        scope: HistoryScope::Workspace,
    }));
    let cleared = session.until("the end of Clear", |event| match event {
        Event::History(HistoryEvent::Cleared { entries, .. }) => Some(*entries),
        _ => None,
    });
    assert_eq!(cleared, 4);
    assert!(session.list("").is_empty());
    assert_eq!(session.trouble, Vec::<String>::new());
}

#[test]
fn limits_hold_for_what_is_sent_from_now_on() {
    let folder = TempDir::new().expect("a folder");
    let mut session = Session::open(folder.path());
    let limits = gatescope::model::settings::HistoryLimits {
        exchanges: 2,
        ..Default::default()
    };
    session
        .worker
        .send(Command::History(HistoryCommand::SetLimits(limits)));
    for number in 0..4 {
        session.send(&sandbox(), &format!("/api/v2/users?n={number}"));
        session.finished();
        session.recorded();
    }
    // The trimming follows the recording; both are done one after the other.
    let left = loop {
        let left = session.list("");
        if left.len() <= 2 {
            break left;
        }
    };
    let urls: Vec<&str> = left
        .iter()
        .map(|entry| entry.summary.url.as_str())
        .collect();
    assert!(
        urls.len() == 2 && urls[0].ends_with("n=3") && urls[1].ends_with("n=2"),
        "{urls:?}"
    );
}

#[test]
fn a_history_that_cannot_be_written_is_told_once_and_sending_goes_on() {
    let folder = TempDir::new().expect("a folder");
    std::fs::create_dir_all(folder.path().join("data").join(FILE)).expect("a folder in its place");
    let mut session = Session::open(folder.path());
    for _ in 0..3 {
        session.send(&sandbox(), "/api/v2/users");
        assert!(session.finished().error.is_none());
    }
    session.worker.shutdown();
    while let Some(event) = session.worker.try_event() {
        if let Event::History(HistoryEvent::Trouble { text, .. }) = event {
            session.trouble.push(text);
        }
    }
    assert_eq!(session.trouble.len(), 1, "{:?}", session.trouble);
    assert!(session.trouble[0].contains(FILE), "{:?}", session.trouble);

    let output = gatescope(
        folder.path(),
        &["send", "--env", "sandbox-direct", "/api/v2/users"],
    );
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(
        errors.contains("warning: Cannot open the history"),
        "{errors}"
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("entities"));
}

fn gatescope(folder: &Path, arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_gatescope"))
        .env("GATESCOPE_DATA_DIR", folder.join("data"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .args(arguments)
        .output()
        .expect("it runs")
}

#[test]
fn the_command_line_writes_into_the_history_of_its_workspace() {
    let folder = TempDir::new().expect("a folder");
    let elsewhere = folder.path().join("elsewhere");
    let elsewhere = elsewhere.to_string_lossy();
    for (arguments, code) in [
        (&["send", "--env", "sandbox-direct", "/api/v2/users"][..], 0),
        (
            &["send", "--env", "sandbox-direct", "--fail", "/api/v2/nope"],
            1,
        ),
        (&["token", "--env", "sandbox-direct"], 0),
        (
            &[
                "send",
                "--workspace",
                &elsewhere,
                "--env",
                "sandbox-direct",
                "/api/v2/other",
            ],
            0,
        ),
    ] {
        let output = gatescope(folder.path(), arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    }
    let mut session = Session::open(folder.path());
    let listed = session.list("");
    let rows: Vec<(&str, Option<u16>, Option<&str>)> = listed
        .iter()
        .map(|entry| {
            let row = &entry.summary;
            (row.path.as_str(), row.status, row.leg.as_deref())
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("/oauth/token", Some(200), None),
            ("/api/v2/nope", Some(404), None),
            ("/api/v2/users", Some(200), None),
        ]
    );
}

#[test]
fn what_ends_after_another_folder_was_opened_is_filed_where_it_was_sent_from() {
    let folder = TempDir::new().expect("a folder");
    let mut session = Session::open(folder.path());
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let exchange = session.send(&at(silent.local_addr().expect("an address").port()), "/y");
    let _taken = silent.accept().expect("a connection");
    let other = folder.path().join("other");
    session.worker.send(Command::OpenWorkspace {
        directory: Some(other.clone()),
        shown: Some(session.shown.clone()),
    });
    session.until("the other workspace", |event| match event {
        Event::WorkspaceOpened(snapshot) if snapshot.directory == other => Some(()),
        _ => None,
    });
    session.worker.send(Command::EnterWorkspace {
        directory: other.clone(),
        drafts: Drafts::default(),
    });
    session.worker.send(Command::Cancel { exchange });
    let filed = session.until("an entry", |event| match event {
        Event::History(HistoryEvent::Recorded { workspace, .. }) => Some(workspace.clone()),
        _ => None,
    });
    assert_ne!(filed, other);
    assert_eq!(session.list(""), [], "the other one has sent nothing");
}

#[test]
fn what_is_saved_before_the_window_shows_the_other_folder_goes_into_the_present_one() {
    let folder = TempDir::new().expect("a folder");
    let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
    let mut session = Session::open(folder.path());
    let opened = |session: &mut Session, directory: &Path, shown: &Path| {
        session.worker.send(Command::OpenWorkspace {
            directory: Some(directory.to_owned()),
            shown: Some(shown.to_owned()),
        });
        session.until("the workspace", |event| match event {
            Event::WorkspaceOpened(snapshot) if snapshot.directory == directory => {
                Some((**snapshot).clone())
            }
            _ => None,
        })
    };
    let enter = |session: &mut Session, directory: &Path, drafts: Drafts| {
        let directory = directory.to_owned();
        session
            .worker
            .send(Command::EnterWorkspace { directory, drafts });
    };
    let first = session.shown.clone();
    opened(&mut session, &one, &first);
    enter(&mut session, &one, Drafts::default());
    opened(&mut session, &two, &one);
    let draft = RequestDraft {
        id: RequestId("r1".to_owned()),
        name: "Typed meanwhile".to_owned(),
        path: "/x".to_owned(),
        ..RequestDraft::default()
    };
    session.worker.send(Command::SaveRequest {
        draft: Box::new(draft.clone()),
    });
    session.until("the save", |event| match event {
        Event::WorkspaceChanged(snapshot) if snapshot.directory == one => Some(()),
        _ => None,
    });
    let last = Drafts {
        open: vec![OpenDraft { draft, dirty: true }],
        ..Drafts::default()
    };
    enter(&mut session, &two, last);
    let found = opened(&mut session, &one, &two);
    assert_eq!(found.requests.len(), 1, "{:?}", found.requests);
    assert_eq!(found.drafts.open.len(), 1, "{:?}", found.drafts);
    enter(&mut session, &one, Drafts::default());
    let found = opened(&mut session, &two, &one);
    assert!(found.requests.is_empty(), "{:?}", found.requests);
    assert!(found.drafts.open.is_empty(), "{:?}", found.drafts);
}
