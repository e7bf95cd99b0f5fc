//! The catalogue of Genesys operations, and the palette that finds every action, environment, request and operation.

use std::sync::Arc;

use crate::model::catalogue::{Catalogue, PathCompletion};
use crate::model::ids::{EnvironmentId, RequestId};

use super::state::Leg;

/// What the user does there.
#[derive(Debug, Clone)]
pub enum CatalogueAction {
    /// The operations are about to be needed. Does nothing when they are there or on their way.
    Load,
    /// Something was typed into a search field.
    Search {
        place: SearchPlace,
        typed: String,
    },
    /// A path is being typed.
    CompletePath {
        typed: String,
        method: String,
    },
    /// Opens a new request that calls the operation; it is not saved. By `Catalogue::operation`.
    OpenOperation(u32),
    /// Ctrl+K, or the pill in the top bar.
    OpenPalette,
    ClosePalette,
    /// Something was chosen in the palette; the next time it stands further up.
    Used(PaletteKey),
}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum CatalogueCommand {
    /// Unpacks the operations; answers `Loaded` or `LoadFailed`.
    Load,
    /// Answers `Found`.
    Search { place: SearchPlace, typed: String },
    /// Answers `PathsFound`.
    CompletePath { typed: String, method: String },
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum CatalogueEvent {
    Loaded {
        catalogue: Arc<Catalogue>,
        /// Counts up whenever the workspace's own operations change: what was found in another one is of no use.
        revision: u64,
        /// Why operations of the workspace are missing in it.
        missing: Option<Missing>,
    },
    /// The workspace's own operations are other ones now.
    Changed,
    LoadFailed {
        text: String,
    },
    Found {
        place: SearchPlace,
        typed: String,
        /// By `Catalogue::operation`, the best first.
        operations: Arc<[u32]>,
        revision: u64,
    },
    PathsFound {
        typed: String,
        method: String,
        revision: u64,
        completion: Arc<PathCompletion>,
    },
}

/// What happened to a workspace's own operations, then what to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub text: String,
    pub hint: String,
}

/// Who searches the operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchPlace {
    Sidebar,
    Palette,
}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct CatalogueState {
    pub stage: CatalogueStage,
    /// Of the operations that are there.
    pub revision: u64,
    /// Why operations of the workspace are missing.
    pub missing: Option<Missing>,
    sidebar: Search,
    palette: Search,
    pub(super) paths: Paths,
    pub palette_is_open: bool,
    /// What was chosen in the palette, the last one first; at most `CatalogueState::RECENT`.
    pub recent: Vec<PaletteKey>,
}

#[derive(Debug, Clone, Default)]
pub enum CatalogueStage {
    /// Unpacked when first needed.
    #[default]
    Packed,
    Loading,
    Ready(Arc<Catalogue>),
    /// The program is damaged; everything else works.
    Failed {
        text: String,
    },
}

/// What was asked last in one place, and what came of it.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub typed: String,
    /// The text that `operations` answer; another one than `typed` while the answer is on its way.
    pub answered: String,
    pub operations: Arc<[u32]>,
}

/// What was asked last about a path, and what came of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Paths {
    pub(super) asked: (String, String),
    pub(super) answered: (String, String),
    pub(super) completion: Arc<PathCompletion>,
}

/// One thing that the palette offers, told apart from all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaletteKey {
    /// A row of the table of commands, by its words.
    Command(&'static str),
    Environment(Leg, EnvironmentId),
    Request(RequestId),
    Tab(RequestId),
    /// Its place changes when operations are imported.
    Operation {
        method: String,
        path: String,
    },
}

impl CatalogueState {
    /// How many chosen things are remembered.
    pub const RECENT: usize = 20;

    /// The operations, when they are unpacked.
    #[must_use]
    pub fn operations(&self) -> Option<&Arc<Catalogue>> {
        match &self.stage {
            CatalogueStage::Ready(catalogue) => Some(catalogue),
            _ => None,
        }
    }

    #[must_use]
    pub fn search(&self, place: SearchPlace) -> &Search {
        match place {
            SearchPlace::Sidebar => &self.sidebar,
            SearchPlace::Palette => &self.palette,
        }
    }

    pub(super) fn search_mut(&mut self, place: SearchPlace) -> &mut Search {
        match place {
            SearchPlace::Sidebar => &mut self.sidebar,
            SearchPlace::Palette => &mut self.palette,
        }
    }

    /// How the path can go on, when the answer to exactly this question is there.
    #[must_use]
    pub fn paths(&self, typed: &str, method: &str) -> Option<&PathCompletion> {
        let (known_typed, known_method) = &self.paths.answered;
        (known_typed == typed && known_method == method).then_some(&self.paths.completion)
    }

    /// The answer to the question before, for the time until the next one is there.
    #[must_use]
    pub fn last_paths(&self) -> &PathCompletion {
        &self.paths.completion
    }

    /// Whether this is the question that was asked last.
    #[must_use]
    pub fn has_asked_paths(&self, typed: &str, method: &str) -> bool {
        self.paths.asked.0 == typed && self.paths.asked.1 == method
    }
}
