//! Settings, recent folders and the window's place: from the window's commands into the data folder and back at the next start.

use std::fs;
use std::path::Path;
use std::time::Duration;

use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::preferences::{PreferencesCommand, PreferencesEvent};
use gatescope::model::settings::{Appearance, Settings};
use gatescope::model::window_place::WindowPlace;
use gatescope::worker::{self, Front, Waited, WorkerHandle, WorkerOptions};
use tempfile::TempDir;

fn worker(data: &Path) -> WorkerHandle {
    let mut options = WorkerOptions::new(Front::Window);
    options.data_directory = Some(data.to_owned());
    options.settings = worker::read_preferences(Front::Window, Some(data)).settings;
    worker::start(options)
}

/// Waits for the event that `pick` picks.
fn until<T>(worker: &WorkerHandle, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
    loop {
        match worker.wait(Duration::from_mins(1)) {
            Waited::Event(event) => {
                if let Some(found) = pick(&event) {
                    return found;
                }
            }
            other => panic!("no such event: {other:?}"),
        }
    }
}

#[test]
fn what_is_chosen_is_found_at_the_next_start() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    let before = worker::read_preferences(Front::Window, Some(&data));
    assert!(!before.found, "{before:?}");
    assert!(!data.exists(), "reading makes nothing");

    let mut first = worker(&data);
    let settings = Settings {
        appearance: Appearance::Dark,
        zoom_percent: 175,
        ..Settings::default()
    };
    let place = WindowPlace {
        size: [1_000, 700],
        position: Some([30, 40]),
        maximised: true,
    };
    first.send(Command::Preferences(PreferencesCommand::SaveSettings(
        Box::new(settings.clone()),
    )));
    first.send(Command::Preferences(PreferencesCommand::SavePlace(place)));
    first.shutdown();

    let after = worker::read_preferences(Front::Window, Some(&data));
    assert!(after.found);
    assert_eq!(after.settings, settings);
    assert_eq!(after.place, Some(place));
    assert!(after.reports.is_empty(), "{after:?}");
}

#[test]
fn opened_folders_are_remembered_latest_first_and_can_be_forgotten() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    let mut worker = worker(&data);
    let recent = |event: &Event| match event {
        Event::Preferences(PreferencesEvent::Recent(folders)) => Some(folders.clone()),
        _ => None,
    };
    let mut known = Vec::new();
    for name in ["one", "two", "one"] {
        worker.send(Command::OpenWorkspace {
            directory: Some(folder.path().join(name)),
            shown: None,
        });
        known = until(&worker, recent);
    }
    assert_eq!(
        known,
        [folder.path().join("one"), folder.path().join("two")]
    );
    let forget = PreferencesCommand::Forget(folder.path().join("one"));
    worker.send(Command::Preferences(forget));
    assert_eq!(until(&worker, recent), [folder.path().join("two")]);
    worker.shutdown();
    let start = worker::read_preferences(Front::Window, Some(&data));
    assert_eq!(start.recent, [folder.path().join("two")]);
}

#[test]
fn settings_that_cannot_be_written_are_said_and_hold() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    fs::create_dir_all(&data).expect("made");
    let text = "schema = 9\nzoom-percent = 110\n";
    fs::write(data.join("settings.toml"), text).expect("written");
    let mut worker = worker(&data);
    worker.send(Command::Preferences(PreferencesCommand::SaveSettings(
        Box::default(),
    )));
    let said = until(&worker, |event| match event {
        Event::Preferences(PreferencesEvent::NotSaved { text, hint }) => {
            Some(format!("{text}. {hint}"))
        }
        _ => None,
    });
    assert!(said.contains("newer version"), "{said}");
    worker.shutdown();
    let kept = fs::read_to_string(data.join("settings.toml")).expect("there");
    assert_eq!(kept, text);
}
