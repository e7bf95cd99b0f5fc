//! Executes what the history asks for: recording what ended, reading, searching, clearing. On a thread of its own;
//! recording begins when the answer is out, and nothing that goes wrong here stops a send.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio_util::task::TaskTracker;

use crate::app::event::Event;
use crate::app::history::{HistoryCommand, HistoryEvent, LoadPurpose, OF_REQUEST, PAGE};
use crate::explain::facts::Facts;
use crate::model::environment::KeepHistory;
use crate::model::exchange::Exchange;
use crate::model::history::{
    HistoryEntry, HistoryId, HistoryKind, HistoryScope, HistorySummary, with_told_status,
};
use crate::model::ids::ExchangeId;
use crate::model::settings::HistoryLimits;
use crate::store::history::{self as store, History, Keeper, Prepared, Recording};
use crate::store::{DataFolder, StoreError};

use super::core::Core;
use super::serial::{Gone, Pending, Serial};
use super::{Front, WorkerOptions};

/// The history behind its queue.
#[derive(Debug)]
pub(super) struct Archive {
    shelf: Serial<Shelf>,
    /// The number of the last list that was asked for: what an older one says interests nobody.
    last_asked: Arc<AtomicU64>,
}

#[derive(Debug)]
struct Shelf {
    history: Result<History, StoreError>,
    /// What was said last, as long as it goes on.
    trouble_told: Option<String>,
}

impl Archive {
    pub(super) fn new(options: &WorkerOptions) -> Self {
        let (front, data) = (options.front, options.data_directory.clone());
        let name = "gatescope-history";
        Self {
            shelf: match front {
                Front::Window => Serial::new(name, move || Shelf::new(front, data.as_deref())),
                Front::Headless => Serial::here(name, Shelf::new(front, data.as_deref())),
            },
            last_asked: Arc::default(),
        }
    }
}

impl Shelf {
    fn new(front: Front, data: Option<&Path>) -> Self {
        let keeper = match front {
            Front::Window => Keeper::Lasting,
            Front::Headless => Keeper::Passing,
        };
        let history = DataFolder::find(data).map(|data| {
            let mut history = History::new(data, keeper);
            if front == Front::Window {
                history.set_limits(HistoryLimits::default());
            }
            history
        });
        Self {
            history,
            trouble_told: None,
        }
    }

    /// Runs the work and says besides what was odd about the file.
    fn work<R>(
        &mut self,
        work: impl FnOnce(&mut History) -> Result<R, StoreError>,
    ) -> (Result<R, StoreError>, Vec<HistoryEvent>) {
        match &mut self.history {
            Ok(history) => {
                let result = work(history);
                let odd = history
                    .take_reports()
                    .into_iter()
                    .map(|report| HistoryEvent::Trouble {
                        text: report.text,
                        hint: report.hint,
                    })
                    .collect();
                (result, odd)
            }
            Err(error) => (Err(error.clone()), Vec::new()),
        }
    }

    /// Whether this trouble is news: a full disk is not told with every send.
    fn is_news(&mut self, trouble: Option<&StoreError>) -> bool {
        let text = trouble.map(ToString::to_string);
        let news = text.is_some() && text != self.trouble_told;
        self.trouble_told = text;
        news
    }
}

/// What came of work in the queue.
type Answered<R> = Pending<(Result<R, StoreError>, Vec<HistoryEvent>)>;

/// Hands work in; the answer can be waited for.
fn queue<R: Send + 'static>(
    core: &Core,
    work: impl FnOnce(&mut History) -> Result<R, StoreError> + Send + 'static,
) -> Answered<R> {
    core.history.shelf.run(move |shelf| shelf.work(work))
}

/// Waits for the work; `None` when it failed, which has been told then.
async fn answer<R>(core: &Core, answered: Answered<R>) -> Option<R> {
    let Ok((result, odd)) = answered.wait().await else {
        tell(core, Gone.to_string(), "Start Gatescope again".to_owned());
        return None;
    };
    for event in odd {
        core.events.emit(Event::History(event));
    }
    result
        .map_err(|error| tell(core, error.to_string(), error.hint))
        .ok()
}

fn tell(core: &Core, text: String, hint: String) {
    core.events
        .emit(Event::History(HistoryEvent::Trouble { text, hint }));
}

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: HistoryCommand) {
    match command {
        HistoryCommand::Read {
            number,
            workspace,
            filter,
            after,
        } => {
            let last_asked = Arc::clone(&core.history.last_asked);
            last_asked.store(number, Ordering::Relaxed);
            let core = Arc::clone(core);
            tasks.spawn(async move {
                let workspace = place(&core, workspace).await;
                let reading = queue(&core, move |history| {
                    if last_asked.load(Ordering::Relaxed) != number {
                        return Ok(None);
                    }
                    history.page(&workspace, &filter, after, PAGE).map(Some)
                });
                if let Some(Some(entries)) = answer(&core, reading).await {
                    core.events.emit(Event::History(HistoryEvent::Page {
                        number,
                        complete: entries.len() < PAGE,
                        entries,
                        zone: TimeZone::system(),
                    }));
                }
            });
        }
        HistoryCommand::ReadOf { workspace, request } => {
            let core = Arc::clone(core);
            tasks.spawn(async move {
                let workspace = place(&core, workspace).await;
                let of = request.clone();
                let reading = queue(&core, move |history| {
                    history.of_request(&workspace, &of, OF_REQUEST)
                });
                if let Some(entries) = answer(&core, reading).await {
                    core.events.emit(Event::History(HistoryEvent::Of {
                        request,
                        entries,
                        zone: TimeZone::system(),
                    }));
                }
            });
        }
        HistoryCommand::Load {
            id,
            exchange,
            purpose,
        } => {
            tasks.spawn(load(Arc::clone(core), id, exchange, purpose));
        }
        HistoryCommand::Delete { id } => {
            let deleting = queue(core, move |history| history.delete(id));
            let core = Arc::clone(core);
            tasks.spawn(async move {
                if let Some(deletion) = answer(&core, deleting).await {
                    core.events
                        .emit(Event::History(HistoryEvent::Gone { id, deleted: true }));
                    if !deletion.lost.is_empty() {
                        core.events
                            .emit(Event::History(HistoryEvent::Lost(deletion.lost)));
                    }
                }
            });
        }
        HistoryCommand::BringBack { id, workspace } => {
            let core = Arc::clone(core);
            tasks.spawn(async move {
                let workspace = place(&core, workspace).await;
                let folder = workspace.clone();
                let writing = queue(&core, move |history| history.bring_back(&folder, id));
                match answer(&core, writing).await {
                    Some(Some(entry)) => {
                        recorded(&core, workspace, entry).await;
                    }
                    Some(None) => core
                        .events
                        .emit(Event::History(HistoryEvent::Gone { id, deleted: false })),
                    None => {}
                }
            });
        }
        HistoryCommand::Clear { workspace, scope } => {
            tasks.spawn(clear(Arc::clone(core), workspace, scope));
        }
        HistoryCommand::SetLimits(limits) => {
            let setting = queue(core, move |history| {
                history.set_limits(limits);
                Ok(history.is_open())
            });
            let core = Arc::clone(core);
            tasks.spawn(async move {
                if answer(&core, setting).await == Some(true) {
                    trim(&core).await;
                }
            });
        }
    }
}

async fn place(core: &Core, workspace: Option<PathBuf>) -> PathBuf {
    match workspace {
        Some(workspace) => workspace,
        None => open_folder(core).await,
    }
}

/// The folder that what is sent now is filed under, whichever is open when it ends.
pub(super) fn open_folder(core: &Core) -> impl Future<Output = PathBuf> + Send + use<> {
    let open = core.files.run(|files| files.directory());
    let named = core.options.workspace.clone();
    let data = core.options.data_directory.clone();
    async move {
        let open = open.wait().await;
        open.ok()
            .flatten()
            .or(named)
            .or_else(|| {
                DataFolder::find(data.as_deref())
                    .ok()
                    .map(|data| data.default_workspace())
            })
            .unwrap_or_default()
    }
}

async fn load(core: Arc<Core>, id: HistoryId, exchange: ExchangeId, purpose: LoadPurpose) {
    let loading = queue(&core, move |history| history.load(id, exchange));
    match answer(&core, loading).await {
        Some(Some(past)) => core.events.emit(Event::History(HistoryEvent::Loaded {
            past: Box::new(past),
            purpose,
        })),
        Some(None) => core
            .events
            .emit(Event::History(HistoryEvent::Gone { id, deleted: false })),
        None => {}
    }
}

/// Step by step, so that other work comes in between.
async fn clear(core: Arc<Core>, workspace: Option<PathBuf>, scope: HistoryScope) {
    let workspace = place(&core, workspace).await;
    let beginning = queue(&core, |history| {
        history.forget_deleted();
        history.newest()
    });
    let Some(newest) = answer(&core, beginning).await else {
        return;
    };
    let mut entries = 0;
    loop {
        let (folder, what) = (workspace.clone(), scope.clone());
        let step = queue(&core, move |history| {
            history.clear_step(&folder, &what, newest)
        });
        match answer(&core, step).await {
            Some(0) => break,
            Some(deleted) => entries += u64::try_from(deleted).unwrap_or_default(),
            None => return,
        }
    }
    if answer(&core, queue(&core, History::scrub)).await.is_some() {
        core.events
            .emit(Event::History(HistoryEvent::Cleared { scope, entries }));
    }
}

/// Writes what ended. The answer has been delivered.
pub(super) async fn record(
    core: &Arc<Core>,
    workspace: PathBuf,
    recording: Recording,
) -> Option<HistoryId> {
    let nothing_happened = recording.exchange.hops.is_empty() && recording.exchange.error.is_none();
    if nothing_happened || recording.environment.history == KeepHistory::Nothing {
        return None;
    }
    let prepared = match core.options.front {
        Front::Window => tokio::task::spawn_blocking(move || prepare(recording)).await,
        // Nothing else waits, and the process ends after this.
        Front::Headless => Ok(prepare(recording)),
    };
    let prepared = match prepared {
        Ok(Ok(Some(prepared))) => prepared,
        Ok(Ok(None)) => return None,
        Ok(Err(reason)) => {
            let text = format!("The exchange is not in the history: {reason}");
            tell(core, text, String::new());
            return None;
        }
        Err(error) => {
            tracing::error!(%error, "an exchange could not be prepared for the history");
            return None;
        }
    };
    let entry = write(core, workspace.clone(), prepared).await?;
    Some(recorded(core, workspace, entry).await)
}

async fn recorded(core: &Core, workspace: PathBuf, entry: HistoryEntry) -> HistoryId {
    let id = entry.id;
    // Finding the time zone reads its whole database: only a list on screen needs it.
    if core.options.front == Front::Window {
        core.events.emit(Event::History(HistoryEvent::Recorded {
            workspace,
            entry: Box::new(entry),
            zone: TimeZone::system(),
        }));
    }
    trim(core).await;
    id
}

/// Writes a document that is masked already.
pub(super) async fn put(
    core: &Core,
    workspace: PathBuf,
    summary: HistorySummary,
    document: Vec<u8>,
) -> Option<HistoryId> {
    let folder = workspace.clone();
    let writing = queue(core, move |history| {
        history.put(&folder, &summary, &document, &[])
    });
    let entry = answer(core, writing).await?;
    Some(recorded(core, workspace, entry).await)
}

/// Writes another document in place of the one of an entry. It is masked already.
pub(super) async fn replace(core: &Core, id: HistoryId, document: Vec<u8>) {
    let writing = queue(core, move |history| history.replace(id, &document));
    if answer(core, writing).await == Some(true) {
        trim(core).await;
    }
}

/// The document of an entry of that kind, when it is still there.
pub(super) async fn document(core: &Core, id: HistoryId, kind: HistoryKind) -> Option<Vec<u8>> {
    let reading = queue(core, move |history| history.document(id));
    let (entry, document) = answer(core, reading).await??;
    (entry.summary.kind == kind).then_some(document)
}

/// The exchange of an entry under a new id, when it is still there.
pub(super) async fn exchange(core: &Core, id: HistoryId, new: ExchangeId) -> Option<Exchange> {
    let reading = queue(core, move |history| history.load(id, new));
    answer(core, reading).await?.map(|past| past.exchange)
}

fn prepare(mut recording: Recording) -> Result<Option<Prepared>, String> {
    let facts = Facts::new(&recording.exchange, &recording.environment);
    let who = facts.who.words();
    recording.answered_by = Some(match facts.told_status() {
        Some(told) => with_told_status(&who, told),
        None => who,
    });
    store::prepare(&recording)
}

/// Tells trouble once, not with every send.
async fn write(core: &Core, workspace: PathBuf, prepared: Prepared) -> Option<HistoryEntry> {
    let writing = core.history.shelf.run(move |shelf| {
        let (result, odd) = shelf.work(|history| history.insert(&workspace, &prepared));
        let news = shelf.is_news(result.as_ref().err());
        (result, odd, news)
    });
    let Ok((result, odd, news)) = writing.wait().await else {
        return None;
    };
    for event in odd {
        core.events.emit(Event::History(event));
    }
    match result {
        Ok(entry) => Some(entry),
        Err(error) if news => {
            tell(core, error.to_string(), error.hint);
            None
        }
        Err(_) => None,
    }
}

/// What the limits do not allow goes, in small steps; a process of one command does one of them.
async fn trim(core: &Core) {
    loop {
        let step = queue(core, |history| history.trim_step(Timestamp::now()));
        let more = match step.wait().await {
            Ok((Ok(more), _)) => more,
            Ok((Err(error), _)) => {
                tracing::warn!(%error, "old entries of the history could not be deleted");
                false
            }
            Err(Gone) => false,
        };
        if !more || core.options.front == Front::Headless {
            return;
        }
    }
}
