//! Settings, recent folders and the window's place: read before the window opens, written when they change.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::event::{Event, FileReport};
use crate::app::preferences::{PreferencesCommand, PreferencesEvent, Start};
use crate::model::settings::Settings;
use crate::model::window_place::WindowPlace;
use crate::store::{self, DataFolder, SettingsFile, StoreError, WindowMemory};

use super::Front;
use super::core::Core;

/// What a front finds at the start: a small file each for the settings and, with a window, for what that remembers.
/// Without a data folder everything is as usual; opening the workspace reports why there is none.
#[must_use]
pub fn read(front: Front, data_directory: Option<&Path>) -> Start {
    let Ok(data) = DataFolder::find(data_directory) else {
        return Start::default();
    };
    let (_, loaded) = SettingsFile::open(&data);
    let mut start = Start {
        found: loaded.found,
        reports: loaded.reports.iter().map(report).collect(),
        settings: loaded.settings,
        ..Start::default()
    };
    if front == Front::Window {
        let memory = WindowMemory::open(&data);
        start.reports.extend(memory.reports().iter().map(report));
        start.place = memory.place();
        start.recent = memory.recent().to_vec();
    }
    start
}

fn report(report: &store::FileReport) -> FileReport {
    FileReport {
        file: report.file.clone(),
        text: report.text.clone(),
        hint: report.hint.clone(),
    }
}

/// The two files behind the queue. Neither is opened before something is to be written.
#[derive(Debug)]
pub(super) struct Preferences {
    /// As this process read them.
    known: Settings,
    settings: Option<SettingsFile>,
    memory: Option<WindowMemory>,
}

impl Preferences {
    pub(super) fn new(known: Settings) -> Self {
        Self {
            known,
            settings: None,
            memory: None,
        }
    }

    fn save(&mut self, data: &DataFolder, settings: &Settings) -> Result<(), StoreError> {
        let known = &self.known;
        self.settings
            .get_or_insert_with(|| SettingsFile::read_before(data, known.clone()))
            .save(settings)
    }

    fn memory(&mut self, data: &DataFolder) -> &mut WindowMemory {
        self.memory.get_or_insert_with(|| WindowMemory::open(data))
    }
}

/// Queues the work before it returns, so that two saves never change places.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: PreferencesCommand) {
    match command {
        PreferencesCommand::SaveSettings(settings) => {
            core.set_settings(&settings);
            tasks.spawn(save(core, *settings));
        }
        PreferencesCommand::SavePlace(place) => {
            tasks.spawn(keep_place(core, place));
        }
        PreferencesCommand::Forget(folder) => {
            tasks.spawn(change_recent(core, move |memory| memory.forget(&folder)));
        }
    }
}

fn save(core: &Arc<Core>, settings: Settings) -> impl Future<Output = ()> + Send + 'static {
    let pending = core.files.run(move |files| {
        let (preferences, data) = files.preferences()?;
        preferences.save(&data, &settings)
    });
    let core = Arc::clone(core);
    async move {
        if let Ok(Err(error)) = pending.wait().await {
            core.events
                .emit(Event::Preferences(PreferencesEvent::NotSaved {
                    text: error.to_string(),
                    hint: error.hint,
                }));
        }
    }
}

/// Where the window stands is not worth a message when it cannot be kept.
fn keep_place(core: &Arc<Core>, place: WindowPlace) -> impl Future<Output = ()> + Send + 'static {
    let pending = core.files.run(move |files| {
        let (preferences, data) = files.preferences()?;
        preferences.memory(&data).keep_place(place)
    });
    async move {
        if let Ok(Err(error)) = pending.wait().await {
            tracing::debug!(%error, "the window's place was not kept");
        }
    }
}

/// An opened folder goes in front of the recent ones.
pub(super) fn remember(
    core: &Arc<Core>,
    folder: PathBuf,
) -> impl Future<Output = ()> + Send + 'static {
    change_recent(core, move |memory| memory.remember(&folder))
}

fn change_recent(
    core: &Arc<Core>,
    change: impl FnOnce(&mut WindowMemory) -> Result<(), StoreError> + Send + 'static,
) -> impl Future<Output = ()> + Send + 'static {
    let pending = core.files.run(move |files| {
        let (preferences, data) = files.preferences()?;
        let memory = preferences.memory(&data);
        // What cannot be written holds in memory.
        if let Err(error) = change(memory) {
            tracing::debug!(%error, "the recent folders were not kept");
        }
        Ok::<_, StoreError>(memory.recent().to_vec())
    });
    let core = Arc::clone(core);
    async move {
        if let Ok(Ok(recent)) = pending.wait().await {
            core.events
                .emit(Event::Preferences(PreferencesEvent::Recent(recent)));
        }
    }
}
