//! Executes what the catalogue asks for: unpacking, adding the workspace's own operations, and searching off the main thread.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use tokio_util::task::TaskTracker;

use crate::app::catalogue::{CatalogueCommand, CatalogueEvent, Missing};
use crate::app::event::Event;
use crate::model::catalogue::{Catalogue, may_only_read};
use crate::store::StoreError;

use super::core::Core;
use super::files::Open;

/// Made by `examples/pack_catalogue.rs`.
const PACKED: &[u8] = include_bytes!("../../assets/catalogue/operations.tsv.zst");
/// The unpacked text is smaller than this, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// So many paths are suggested at most.
const MOST_PATHS: usize = 50;

/// The built-in operations together with those of the open workspace, made when first needed after either changed.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// Counts the changes of the workspace's own operations.
    revision: AtomicU64,
    made: tokio::sync::Mutex<Option<Made>>,
}

#[derive(Debug, Clone)]
struct Made {
    catalogue: Arc<Catalogue>,
    revision: u64,
    missing: Option<Missing>,
}

/// The operations of the open workspace are other ones now.
pub(super) fn own_changed(core: &Core) {
    core.catalogue.revision.fetch_add(1, Ordering::SeqCst);
    core.events.emit(Event::Catalogue(CatalogueEvent::Changed));
}

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: CatalogueCommand) {
    let core = Arc::clone(core);
    tasks.spawn(async move {
        let made = made(&core).await;
        let answered = tokio::task::spawn_blocking(move || match made {
            Ok(made) => answer(made, command),
            Err(text) => CatalogueEvent::LoadFailed { text },
        });
        if let Ok(event) = answered.await {
            core.events.emit(Event::Catalogue(event));
        }
    });
}

fn answer(made: Made, command: CatalogueCommand) -> CatalogueEvent {
    let Made {
        catalogue,
        revision,
        missing,
    } = made;
    match command {
        CatalogueCommand::Load => CatalogueEvent::Loaded {
            catalogue,
            revision,
            missing,
        },
        CatalogueCommand::Search { place, typed } => CatalogueEvent::Found {
            place,
            operations: catalogue.search(&typed).into(),
            typed,
            revision,
        },
        CatalogueCommand::CompletePath { typed, method } => CatalogueEvent::PathsFound {
            completion: catalogue.complete_path(&typed, &method, MOST_PATHS).into(),
            typed,
            method,
            revision,
        },
    }
}

/// As of now. One makes it; who comes meanwhile waits for that.
async fn made(core: &Core) -> Result<Made, String> {
    let mut shelf = core.catalogue.made.lock().await;
    let revision = core.catalogue.revision.load(Ordering::SeqCst);
    if let Some(made) = shelf.as_ref().filter(|made| made.revision == revision) {
        return Ok(made.clone());
    }
    let own = core
        .files
        .run(|files| files.if_open().map_or(Ok(None), Open::own_operations))
        .wait()
        .await;
    // The queue has ended: so does the program.
    let own = own.unwrap_or(Ok(None));
    let made = tokio::task::spawn_blocking(move || make(revision, own))
        .await
        .map_err(|error| error.to_string())??;
    Ok(shelf.insert(made).clone())
}

fn make(revision: u64, own: Result<Option<String>, StoreError>) -> Result<Made, String> {
    let built_in = unpacked().map_err(String::clone)?;
    let (catalogue, missing) = match own {
        Ok(None) => (Arc::clone(built_in), None),
        Ok(Some(own)) => {
            let (merged, left_out) = built_in.with_own(&own);
            let missing = left_out.map(|left_out| Missing {
                text: format!("catalogue.tsv: {left_out}"),
                hint: "The other operations are there; import the API description again".to_owned(),
            });
            (Arc::new(merged), missing)
        }
        Err(error) => {
            let missing = Missing {
                text: format!("The workspace's own operations are missing: {error}"),
                hint: error.hint,
            };
            (Arc::clone(built_in), Some(missing))
        }
    };
    Ok(Made {
        catalogue,
        revision,
        missing,
    })
}

/// The key of the operation that a request would call, when it is known to read only although its method is POST.
/// The built-in operations alone decide: a workspace does not say of itself that a request is harmless.
pub(super) fn reading_operation(method: &str, path: &str) -> Option<String> {
    if !may_only_read(method, path) {
        return None;
    }
    unpacked().ok()?.reading_operation(method, path)
}

/// The operations, unpacked with the first question and shared from then on. May take some milliseconds.
fn unpacked() -> Result<&'static Arc<Catalogue>, &'static String> {
    static CATALOGUE: OnceLock<Result<Arc<Catalogue>, String>> = OnceLock::new();
    CATALOGUE
        .get_or_init(|| {
            let text = zstd::bulk::decompress(PACKED, MOST_BYTES)
                .map_err(|error| format!("The catalogue could not be unpacked: {error}"))?;
            let text = String::from_utf8(text)
                .map_err(|error| format!("The catalogue is not text: {error}"))?;
            Catalogue::parse(text)
                .map(Arc::new)
                .map_err(|error| format!("The catalogue could not be read: {error}"))
        })
        .as_ref()
}
