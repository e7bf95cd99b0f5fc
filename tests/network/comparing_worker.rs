//! Comparisons as the worker carries them out for the window: cancelled, edited meanwhile, kept and reopened.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use gatescope::app::command::Command;
use gatescope::app::comparing::{
    CompareCommand, Compared, ComparingCommand, ComparingEvent, ComparingOptions, SampleCommand,
};
use gatescope::app::event::Event;
use gatescope::compare::record::TokenUse;
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
