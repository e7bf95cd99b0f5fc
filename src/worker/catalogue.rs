//! Executes what the catalogue asks for: unpacking and searching off the main thread.

use std::sync::{Arc, OnceLock};

use tokio_util::task::TaskTracker;

use crate::app::catalogue::{CatalogueCommand, CatalogueEvent};
use crate::app::event::Event;
use crate::model::catalogue::{Catalogue, may_only_read};

use super::core::Core;

/// Made by `examples/pack_catalogue.rs`.
const PACKED: &[u8] = include_bytes!("../../assets/catalogue/operations.tsv.zst");
/// The unpacked text is smaller than this, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// So many paths are suggested at most.
const MOST_PATHS: usize = 50;

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: CatalogueCommand) {
    let events = core.events.clone();
    tasks.spawn_blocking(move || events.emit(Event::Catalogue(answer(command))));
}

fn answer(command: CatalogueCommand) -> CatalogueEvent {
    let catalogue = match unpacked() {
        Ok(catalogue) => catalogue,
        Err(text) => return CatalogueEvent::LoadFailed { text: text.clone() },
    };
    match command {
        CatalogueCommand::Load => CatalogueEvent::Loaded(Arc::clone(catalogue)),
        CatalogueCommand::Search { place, typed } => CatalogueEvent::Found {
            place,
            operations: catalogue.search(&typed).into(),
            typed,
        },
        CatalogueCommand::CompletePath { typed, method } => CatalogueEvent::PathsFound {
            completion: catalogue.complete_path(&typed, &method, MOST_PATHS).into(),
            typed,
            method,
        },
    }
}

/// The key of the operation that a request would call, when it is known to read only although its method is POST.
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
