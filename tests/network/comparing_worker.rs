//! Comparisons as the worker carries them out for the window: cancelled, edited meanwhile, kept and reopened.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use gatescope::app::command::Command;
use gatescope::app::comparing::{
    CompareCommand, Compared, ComparingCommand, ComparingEvent, ComparingOptions, NotStarted,
    SampleCommand, SaveKind,
};
use gatescope::app::event::Event;
use gatescope::compare::record::{RunLeg, TokenUse};
use gatescope::compare::report::{Report, ReportFormat};
use gatescope::compare::{Leg, VerdictKind};
use gatescope::model::environment::{Environment, Place, Target};
use gatescope::model::ids::{ExchangeId, RequestId};
use gatescope::model::request::RequestDraft;
use gatescope::model::rules::{CompareRule, JsonPath, RuleAction, RulePlace, RuleSet};
use gatescope::runs::comparison::StopReason;
use gatescope::runs::sampling::SamplingEnd;
use gatescope::worker::{self, Front, Waited, WorkerHandle, WorkerOptions};
use tempfile::TempDir;

use crate::comparing::{Peer, json};
use crate::sending::environment;

const JOB: ExchangeId = ExchangeId(10);

struct Desk {
    worker: WorkerHandle,
    folder: TempDir,
}

impl Desk {
    fn new(environments: &[Environment]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut options = WorkerOptions::new(Front::Window);
        options.data_directory = Some(folder.path().join("data"));
        let mut desk = Self {
            worker: worker::start(options),
            folder,
        };
        desk.worker.send(Command::OpenWorkspace {
            shown: None,
            directory: Some(desk.folder.path().join("workspace")),
        });
        desk.until(|event| matches!(event, Event::WorkspaceOpened(_)).then_some(()));
        for environment in environments {
            desk.worker.send(Command::SaveEnvironment {
                environment: Box::new(environment.clone()),
            });
            desk.until(|event| matches!(event, Event::Saved { .. }).then_some(()));
        }
        desk
    }

    fn send(&mut self, command: ComparingCommand) {
        self.worker.send(Command::Comparing(command));
    }

    fn until<T>(&mut self, mut pick: impl FnMut(Event) -> Option<T>) -> T {
        let began = Instant::now();
        let mut seen = Vec::new();
        while began.elapsed() < Duration::from_mins(1) {
            if let Waited::Event(event) = self.worker.wait(Duration::from_millis(200)) {
                seen.push(format!("{event:.200?}"));
                if let Some(picked) = pick(*event) {
                    return picked;
                }
            }
        }
        panic!("it did not come; what came:\n{}", seen.join("\n"));
    }

    fn compared(&mut self) -> Arc<Compared> {
        self.until(|event| match event {
            Event::Comparing(ComparingEvent::Done { compared, .. }) => Some(compared),
            _ => None,
        })
    }
}

fn at(id: &str, origin: &str) -> Environment {
    Environment {
        target: Target::Direct {
            place: Place::Origins {
                api: origin.to_owned(),
                login: origin.to_owned(),
            },
        },
        ..environment(id)
    }
}

fn draft() -> RequestDraft {
    RequestDraft {
        id: RequestId("r".to_owned()),
        path: "/thing".to_owned(),
        ..RequestDraft::default()
    }
}

fn comparison(a: &Environment, b: &Environment) -> CompareCommand {
    CompareCommand {
        job: JOB,
        exchanges: [ExchangeId(11), ExchangeId(12), ExchangeId(13)],
        draft: draft(),
        a: a.clone(),
        b: b.clone(),
        confirmed: false,
        reading_operations: Vec::new(),
        options: ComparingOptions::default(),
        rules: RuleSet::default(),
        dynamics: None,
        show_secrets: false,
    }
}

fn sampling(a: &Environment, b: &Environment) -> SampleCommand {
    SampleCommand {
        job: JOB,
        draft: draft(),
        a: a.clone(),
        b: b.clone(),
        reading_operations: Vec::new(),
        tokens: TokenUse::Own,
        pairs: 500,
        dynamics: None,
    }
}

fn slow() -> Peer {
    Peer::start(|_| {
        thread::sleep(Duration::from_millis(5));
        json("{}")
    })
}

#[test]
fn a_cancelled_leg_ends_the_comparison_and_b_is_never_asked() {
    // The body never comes to its end.
    let a = Peer::start(|_| {
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nX-Stays-Open: yes\r\n\r\n{".to_vec()
    });
    let b = Peer::always(json("{}"));
    let (one, other) = (at("a", &a.origin), at("b", &b.origin));
    let mut desk = Desk::new(&[one.clone(), other.clone()]);
    desk.send(ComparingCommand::Compare(Box::new(comparison(
        &one, &other,
    ))));
    while a.lines().is_empty() {
        thread::yield_now();
    }
    desk.worker.send(Command::Cancel { exchange: JOB });
    let reason = desk.until(|event| match event {
        Event::Comparing(ComparingEvent::Stopped { job: JOB, reason }) => Some(reason),
        _ => None,
    });
    assert_eq!(reason, StopReason::Cancelled);
    assert!(b.lines().is_empty(), "{:?}", b.lines());
}

#[test]
fn an_environment_edited_by_another_program_ends_the_sampling() {
    let (a, b) = (slow(), slow());
    let (one, other) = (at("a", &a.origin), at("b", &b.origin));
    let mut desk = Desk::new(&[one.clone(), other.clone()]);
    desk.send(ComparingCommand::Sample(Box::new(sampling(&one, &other))));
    desk.until(|event| match event {
        Event::Comparing(ComparingEvent::SamplingProgress { progress, .. }) => {
            (progress.measured > 1).then_some(())
        }
        _ => None,
    });
    let file = desk.folder.path().join("workspace/environments/b.toml");
    let text = std::fs::read_to_string(&file).expect("the file of B");
    let edited = text.replace("name = \"b\"", "name = \"renamed\"");
    assert_ne!(edited, text, "{text}");
    std::fs::write(&file, edited).expect("written");
    let (end, samples) = desk.until(|event| match event {
        Event::Comparing(ComparingEvent::Sampled { end, latency, .. }) => {
            Some((end, latency.samples.len()))
        }
        _ => None,
    });
    assert_eq!(end, SamplingEnd::EnvironmentChanged("b".to_owned()));
    assert!(
        (1..500).contains(&samples),
        "what was measured is kept: {samples}"
    );
}

#[test]
fn an_environment_edited_in_the_window_ends_the_sampling() {
    let (a, b) = (slow(), slow());
    let (one, other) = (at("a", &a.origin), at("b", &b.origin));
    let mut desk = Desk::new(&[one.clone(), other.clone()]);
    desk.send(ComparingCommand::Sample(Box::new(sampling(&one, &other))));
    desk.until(|event| {
        matches!(
            event,
            Event::Comparing(ComparingEvent::SamplingProgress { .. })
        )
        .then_some(())
    });
    desk.send(ComparingCommand::EnvironmentEdited {
        job: JOB,
        leg: Leg::A,
    });
    let end = desk.until(|event| match event {
        Event::Comparing(ComparingEvent::Sampled { end, .. }) => Some(end),
        _ => None,
    });
    assert_eq!(end, SamplingEnd::EnvironmentChanged("a".to_owned()));
}

#[test]
fn a_comparison_is_kept_judged_again_and_reopened_without_sending() {
    let a = Peer::always(json(r#"{"id":"1","version":1}"#));
    let b = Peer::always(json(r#"{"id":"1","version":2}"#));
    let (one, other) = (at("a", &a.origin), at("b", &b.origin));
    let mut desk = Desk::new(&[one.clone(), other.clone()]);
    desk.send(ComparingCommand::Compare(Box::new(comparison(
        &one, &other,
    ))));
    let first = desk.compared();
    assert_eq!(first.comparison.verdict.kind, VerdictKind::Different);
    let mut texts = None;
    let kept = desk.until(|event| match event {
        Event::Comparing(ComparingEvent::TextsReady { texts: ready, .. }) => {
            texts = Some(ready);
            None
        }
        Event::Comparing(ComparingEvent::Kept { id, .. }) => Some(id),
        _ => None,
    });
    let texts = texts.expect("both bodies side by side");
    assert_eq!(texts.hunks.len(), 1, "{:?}", texts.hunks);
    assert!(texts.pretty);
    let sent = (a.lines().len(), b.lines().len());
    assert_eq!(sent, (2, 1));

    let mut rules = RuleSet::default();
    let place = RulePlace::Json(JsonPath::parse("$.version").expect("a path"));
    rules.add(CompareRule::new(place, RuleAction::Ignore, "counts"));
    desk.send(ComparingCommand::Judge {
        job: ExchangeId(20),
        compared: Arc::clone(&first),
        rules,
        options: ComparingOptions::default(),
    });
    let again = desk.compared();
    assert_eq!(again.comparison.verdict.kind, VerdictKind::Equivalent);

    desk.send(ComparingCommand::Reopen {
        id: kept,
        exchanges: [ExchangeId(21), ExchangeId(22), ExchangeId(23)],
    });
    let reopened = desk.until(|event| match event {
        Event::Comparing(ComparingEvent::Reopened { compared, .. }) => Some(compared),
        _ => None,
    });
    assert_eq!(reopened.comparison, first.comparison);
    assert_eq!(reopened.past, Some(kept));
    let body = reopened
        .b
        .exchange
        .as_ref()
        .and_then(|exchange| exchange.answer())
        .and_then(|hop| hop.response.as_ref())
        .map(|response| response.body.decoded.clone());
    assert_eq!(body.as_deref(), Some(&br#"{"id":"1","version":2}"#[..]));
    assert_eq!((a.lines().len(), b.lines().len()), sent, "nothing was sent");
}

#[test]
fn samples_are_kept_with_their_comparison() {
    let (a, b) = (slow(), slow());
    let (one, other) = (at("a", &a.origin), at("b", &b.origin));
    let mut desk = Desk::new(&[one.clone(), other.clone()]);
    desk.send(ComparingCommand::Compare(Box::new(comparison(
        &one, &other,
    ))));
    let kept = desk.until(|event| match event {
        Event::Comparing(ComparingEvent::Kept { id, .. }) => Some(id),
        _ => None,
    });
    let reopened = |desk: &mut Desk| {
        desk.send(ComparingCommand::Reopen {
            id: kept,
            exchanges: [ExchangeId(21), ExchangeId(22), ExchangeId(23)],
        });
        desk.until(|event| match event {
            Event::Comparing(ComparingEvent::Reopened { compared, .. }) => Some(compared),
            _ => None,
        })
    };
    assert_eq!(reopened(&mut desk).latency, None);
    let mut command = sampling(&one, &other);
    command.pairs = 4;
    desk.send(ComparingCommand::Sample(Box::new(command)));
    let latency = desk.until(|event| match event {
        Event::Comparing(ComparingEvent::Sampled { latency, .. }) => Some(latency),
        _ => None,
    });
    assert_eq!(latency.samples.len(), 4);
    desk.send(ComparingCommand::KeepSamples {
        id: kept,
        latency: Arc::clone(&latency),
    });
    // The history works in turn, but the document is read before it is written: asked until it is there.
    let again = (0..100)
        .map(|_| reopened(&mut desk))
        .find(|compared| compared.latency.is_some())
        .expect("the samples are in the history");
    let kept = again.latency.as_ref().map(|kept| &kept.samples);
    assert_eq!(kept, Some(&latency.samples));
    assert!(again.has_answers(), "the exchanges are still there");
}

#[test]
fn a_request_that_acts_is_asked_about_and_a_is_not_sent_again() {
    let (a, b) = (Peer::always(json("{}")), Peer::always(json("{}")));
    let (one, other) = (at("a", &a.origin), at("b", &b.origin));
    let mut desk = Desk::new(&[one.clone(), other.clone()]);
    let mut command = comparison(&one, &other);
    "POST".clone_into(&mut command.draft.method);
    desk.send(ComparingCommand::Compare(Box::new(command.clone())));
    let question = desk.until(|event| match event {
        Event::Comparing(ComparingEvent::NotStarted {
            reason: NotStarted::NeedsConfirmation(question),
            ..
        }) => Some(question),
        _ => None,
    });
    assert!(question.text.contains("sent once to each"), "{question:?}");
    assert!(
        a.lines().is_empty() && b.lines().is_empty(),
        "nothing was sent"
    );
    command.confirmed = true;
    desk.send(ComparingCommand::Compare(Box::new(command)));
    let compared = desk.compared();
    assert_eq!(compared.run.sent, [RunLeg::A, RunLeg::B]);
    assert!(compared.again.is_none());
    assert_eq!(a.lines(), ["POST /thing HTTP/1.1"]);
    assert_eq!(b.lines(), ["POST /thing HTTP/1.1"]);
}

#[test]
fn a_report_is_written_where_the_user_said() {
    let (a, b) = (
        Peer::always(json(r#"{"version":"<b>1</b>"}"#)),
        Peer::always(json(r#"{"version":"2"}"#)),
    );
    let (one, other) = (at("a", &a.origin), at("b", &b.origin));
    let mut desk = Desk::new(&[one.clone(), other.clone()]);
    desk.send(ComparingCommand::Compare(Box::new(comparison(
        &one, &other,
    ))));
    let compared = desk.compared();
    let report = Arc::new(Report {
        comparison: (*compared.comparison).clone(),
        latency: None,
        run: Some(compared.run.clone()),
    });
    for (format, told) in [
        (ReportFormat::Html, "&lt;b&gt;1&lt;/b&gt;"),
        (ReportFormat::Json, r#""place": "$.version""#),
        (ReportFormat::Markdown, "$.version"),
    ] {
        let kind = SaveKind::Report(format);
        let path = desk.folder.path().join(kind.file_name());
        desk.send(ComparingCommand::Save {
            report: Arc::clone(&report),
            kind,
            path: path.clone(),
        });
        let written = desk.until(|event| match event {
            Event::Comparing(ComparingEvent::Written { path }) => Some(path),
            _ => None,
        });
        assert_eq!(written, path);
        let text = std::fs::read_to_string(&path).expect("written");
        assert!(text.contains(told), "{format:?}: {text}");
    }
}
