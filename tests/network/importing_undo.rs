//! An import by the real worker into a real workspace, taken back and done again: the catalogue, secrets that were there before,
//! environments that were replaced.

use std::time::{Duration, Instant};

use gatescope::app::action::Action;
use gatescope::app::catalogue::{CatalogueCommand, CatalogueEvent};
use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::exporting::{ExportingCommand, ExportingEvent, Job, Subject};
use gatescope::app::importing::{Choices, ImportingAction, ImportingEvent, Known, Plan};
use gatescope::app::state::AppState;
use gatescope::app::tree::TreeAction;
use gatescope::app::update::update;
use gatescope::interchange::reading;
use gatescope::interchange::writing::Format;
use gatescope::model::dynamic::Dynamics;
use gatescope::model::environment::Environment;
use gatescope::model::secret::{Secret, SecretName};
use gatescope::worker::{self, Front, Waited, WorkerHandle, WorkerOptions};
use jiff::Timestamp;
use tempfile::TempDir;

struct Desk {
    worker: WorkerHandle,
    state: AppState,
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let mut desk = Self::at(TempDir::new().expect("a folder"));
        desk.open();
        desk
    }

    fn at(folder: TempDir) -> Self {
        let mut options = WorkerOptions::new(Front::Window);
        options.data_directory = Some(folder.path().join("data"));
        Self {
            worker: worker::start(options),
            state: AppState::new(Timestamp::UNIX_EPOCH),
            folder,
        }
    }

    fn open(&mut self) {
        self.worker.send(Command::OpenWorkspace {
            shown: None,
            directory: Some(self.folder.path().join("workspace")),
        });
        self.until(|event| matches!(event, Event::WorkspaceOpened(_)).then_some(()));
    }

    /// Another run of the program in the same folders.
    fn again(self) -> Self {
        let Self { worker, folder, .. } = self;
        drop(worker);
        let mut desk = Self::at(folder);
        desk.open();
        desk
    }

    fn act(&mut self, action: Action) {
        for command in update(&mut self.state, action, Timestamp::UNIX_EPOCH) {
            self.worker.send(command);
        }
    }

    fn until<T>(&mut self, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
        let began = Instant::now();
        let mut seen = Vec::new();
        while began.elapsed() < Duration::from_mins(1) {
            if let Waited::Event(event) = self.worker.wait(Duration::from_millis(200)) {
                seen.push(format!("{event:.200?}"));
                let picked = pick(&event);
                for command in update(&mut self.state, *event, Timestamp::UNIX_EPOCH) {
                    self.worker.send(command);
                }
                if let Some(picked) = picked {
                    return picked;
                }
            }
        }
        panic!("it did not come; what came:\n{}", seen.join("\n"));
    }

    fn import(&mut self, text: &str, replaces: bool) {
        self.act(Action::Importing(ImportingAction::ReadText(Secret::new(
            text,
        ))));
        self.until(|event| {
            matches!(event, Event::Importing(ImportingEvent::Read { .. })).then_some(())
        });
        self.act(Action::Importing(ImportingAction::Choose(Choices {
            replaces,
            ..Choices::default()
        })));
        self.act(Action::Importing(ImportingAction::Confirm));
        self.until(|event| match event {
            Event::Importing(ImportingEvent::Applied(applied)) => {
                assert_eq!(applied.failed, None);
                Some(())
            }
            _ => None,
        });
    }

    /// What the search finds, once everything before it is done.
    fn found(&mut self, path: &str) -> bool {
        self.worker
            .send(Command::Catalogue(CatalogueCommand::CompletePath {
                typed: path[..path.len() - 1].to_owned(),
                method: "GET".to_owned(),
            }));
        self.until(|event| match event {
            Event::Catalogue(CatalogueEvent::PathsFound { completion, .. }) => Some(
                completion
                    .suggestions
                    .iter()
                    .any(|suggestion| suggestion.path == path),
            ),
            _ => None,
        })
    }

    /// The undo or redo reaches the files with the next event of the secrets, which the worker tells last.
    fn step(&mut self, action: TreeAction) {
        self.act(Action::Tree(action));
        self.until(|event| matches!(event, Event::SecretsKnown(_)).then_some(()));
    }

    fn secret(&mut self, environment: &Environment) -> Option<String> {
        let job = Job {
            subject: Subject::Environment(Box::new(environment.clone())),
            format: Format::CliConfig,
            includes_secrets: true,
            backend: None,
            profile: None,
            into: None,
            dynamics: Dynamics::EXAMPLE,
            folder: None,
        };
        self.worker.send(Command::Exporting(ExportingCommand::Hand {
            job: Box::new(job),
        }));
        let text = self.until(|event| match event {
            Event::Exporting(ExportingEvent::Handed(handed)) => Some(
                handed
                    .clone()
                    .unwrap_or_else(|trouble| panic!("{trouble:?}"))
                    .text,
            ),
            _ => None,
        });
        let written = reading::import(text.expose(), None)
            .expect("reads")
            .imported;
        let mut secrets = written.secrets.into_iter();
        secrets
            .find(|secret| secret.name == SecretName::ClientSecret)
            .map(|secret| secret.value.expose().to_owned())
    }
}

fn description(paths: &[&str]) -> String {
    let paths: Vec<String> = paths
        .iter()
        .map(|path| format!(r#""{path}":{{"get":{{"operationId":"getIt","responses":{{}}}}}}"#))
        .collect();
    format!(
        r#"{{"openapi":"3.0.1","info":{{"title":"Own","version":"1"}},"paths":{{{}}}}}"#,
        paths.join(",")
    )
}

#[test]
fn imported_operations_are_found_at_once_after_a_restart_and_not_after_undo() {
    let own = "/api/v2/wombats/zanzibar";
    let mut desk = Desk::new();
    assert!(!desk.found(own));
    desk.import(&description(&[own]), false);
    assert!(desk.found(own));
    assert!(desk.found("/api/v2/users/search"), "the built-in ones stay");
    desk.step(TreeAction::Undo);
    assert!(!desk.found(own));
    desk.step(TreeAction::Redo);
    assert!(desk.found(own));
    let mut desk = desk.again();
    assert!(desk.found(own));
}

#[test]
fn a_broken_line_or_file_is_said_and_the_built_in_operations_stay() {
    let mut desk = Desk::new();
    desk.import(&description(&["/api/v2/wombats/zanzibar"]), false);
    let file = desk.folder.path().join("workspace/catalogue.tsv");
    for (content, words) in [
        (b"nonsense\n".as_slice(), "line 1 is no operation"),
        (&[0xff, 0xfe], "is not UTF-8"),
    ] {
        std::fs::write(&file, content).expect("written");
        desk = desk.again();
        desk.worker.send(Command::Catalogue(CatalogueCommand::Load));
        let missing = desk.until(|event| match event {
            Event::Catalogue(CatalogueEvent::Loaded { missing, .. }) => Some(missing.clone()),
            _ => None,
        });
        let text = missing.expect("something is missing").text;
        assert!(text.contains(words), "{text}");
        assert!(desk.found("/api/v2/users/search"));
    }
}

#[test]
fn a_secret_that_an_import_replaced_comes_back_and_goes_again() {
    let profile = |secret: &str, domain: &str| {
        format!(
            "[prod]\nenvironment = \"{domain}\"\nclient_credentials = \"id\"\ngrant_type = \"1\"\nclient_secret = \"{secret}\"\n"
        )
    };
    let first = profile("heron-before-4711", "mypurecloud.de");
    let second = profile("stork-after-4711", "mypurecloud.ie");
    let planned = |text: &str| {
        let imported = reading::import(text, None).expect("reads").imported;
        let known = Known {
            environments: &[],
            requests: &[],
        };
        Plan::new(imported, known, &Choices::default()).environments[0]
            .environment
            .clone()
    };
    let (before, after) = (planned(&first), planned(&second));
    assert_eq!(before.id, after.id);

    let mut desk = Desk::new();
    desk.import(&first, false);
    assert_eq!(desk.secret(&before).as_deref(), Some("heron-before-4711"));
    desk.import(&second, true);
    assert_eq!(desk.secret(&after).as_deref(), Some("stork-after-4711"));
    desk.step(TreeAction::Undo);
    assert_eq!(desk.secret(&before).as_deref(), Some("heron-before-4711"));
    assert_eq!(desk.state.environments[0].target, before.target);
    desk.step(TreeAction::Redo);
    assert_eq!(desk.secret(&after).as_deref(), Some("stork-after-4711"));
    desk.step(TreeAction::Undo);
    desk.step(TreeAction::Undo);
    assert_eq!(desk.secret(&before), None);
    assert!(desk.state.environments.is_empty());
    for entry in walk(desk.folder.path()) {
        let bytes = std::fs::read(&entry).expect("readable");
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("-4711"),
            "a secret is in {}",
            entry.display()
        );
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}
