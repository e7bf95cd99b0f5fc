//! Importing and exporting configurations of other tools: what the user does, what is asked of the worker and what comes back.
//! What an import does to a workspace is decided in `plan`; reading the formats is `interchange`'s work.

pub mod plan;

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

use crate::interchange::reading::Read;
use crate::interchange::{Imported, Recognised, recognise};
use crate::model::environment::Environment;
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::request::RequestDraft;
use crate::model::secret::{Secret, SecretKey};

pub use plan::{Choices, Fate, Known, Plan, PlannedEnvironment, PlannedRequest, PlannedSecret};

/// What the user does.
#[derive(Debug, Clone)]
pub enum ImportingAction {
    /// A file that was chosen or dropped.
    ReadFile(PathBuf),
    /// A text that was pasted. It may hold credentials.
    ReadText(Secret),
    /// Another environment takes what names none, or what is there is replaced.
    Choose(Choices),
    /// Do what the preview shows.
    Confirm,
    Dismiss,
    /// The one that is shown, and all that wait behind it.
    DismissAll,
}

/// What is to be done outside.
#[derive(Debug, Clone)]
pub enum ImportingCommand {
    /// Reads a file; answers `Read`.
    ReadFile { path: PathBuf },
    /// Reads a text; answers `Read`.
    ReadText { text: Secret },
    /// Writes what the plan says into the workspace and its secrets into the keyring; answers `Applied`.
    Apply(Box<Plan>),
    /// Puts an environment back as it was before an import. Nothing of it counts as typed.
    PutBack(Box<Environment>),
    /// Takes back what an import put in place of something else in the catalogue and among the secrets; the same again does it
    /// again. By `Applied::import`.
    Swap { import: u64 },
}

#[derive(Debug, Clone)]
pub enum ImportingEvent {
    Read {
        /// The file's name, or what the text is called.
        name: String,
        read: Result<Box<Read>, Trouble>,
    },
    Applied(Box<Applied>),
}

/// What is looked at before an import.
#[derive(Debug, Clone, Default)]
pub struct ImportingState {
    pub preview: Option<Box<Preview>>,
    /// Read, and looked at one after the other.
    pub(super) waiting: VecDeque<(String, Box<Read>)>,
    /// How many are being read.
    pub(super) reading: usize,
    /// How many of those that came together were shown, with the one that is shown now.
    pub(super) shown: usize,
    /// How many were shown ever.
    pub(super) number: u64,
    /// A plan is being carried out: the next one is made of what is there after it.
    pub(super) applying: bool,
    /// Where the requests of the import under way go that are new, in their order.
    pub(super) environments: Vec<Option<EnvironmentId>>,
    /// The environments that requests were imported with, in this run.
    pub(super) came_with: HashMap<RequestId, EnvironmentId>,
}

impl ImportingState {
    /// Which one of how many is shown, when several came together.
    #[must_use]
    pub fn place(&self) -> Option<(usize, usize)> {
        let all = self.shown + self.waiting();
        (all > 1).then_some((self.shown, all))
    }

    /// How many are shown after this one.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len() + self.reading
    }

    /// Another one for each preview.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }
}

/// What an import would do, as long as nobody said yes.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The file's name, or what the text is called.
    pub name: String,
    /// In words.
    pub kind: String,
    pub choices: Choices,
    pub plan: Plan,
    /// For a plan of other choices.
    pub(super) imported: Imported,
}

/// What happened, then what to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub text: String,
    pub hint: String,
}

/// What was done of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Those that are new; what they replaced or completed is in `changed`.
    pub environments: Vec<EnvironmentId>,
    /// Environments as they were before.
    pub changed: Vec<Environment>,
    /// Files below `requests/`, with `/`.
    pub requests: Vec<String>,
    /// Those of them that are new, each with its file.
    pub new_requests: Vec<(RequestId, String)>,
    /// Requests that were replaced, as they were before.
    pub changed_requests: Vec<RequestDraft>,
    /// Folders that are new, below `requests/`.
    pub folders: Vec<String>,
    pub secrets: Vec<KeptSecret>,
    /// How many operations the catalogue got.
    pub operations: usize,
    /// Operations of the import that it has already, in another form, and keeps.
    pub kept_operations: usize,
    /// The worker's number of what was replaced in the catalogue and among the secrets, for `ImportingCommand::Swap`.
    pub import: Option<u64>,
    /// Files that another program changed meanwhile, each with the copy that was written beside it.
    pub conflicts: Vec<String>,
    /// What stopped it; what is listed above was written all the same.
    pub failed: Option<Trouble>,
}

/// A secret of an import, and where it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSecret {
    pub key: SecretKey,
    /// `None`: in the keyring. Otherwise it is in memory for this run only, for that reason.
    pub only_in_memory: Option<Trouble>,
}

/// Whether a pasted text is anything that can be imported.
#[must_use]
pub fn is_importable(text: &str) -> bool {
    recognise(text) != Recognised::Unknown
}
