//! Exporting out of the window: what is exported as what, what is shown of it first, and what is asked of the worker.
//! Writing the formats is `interchange`'s work. No text with a secret in it becomes part of the state.

use std::path::PathBuf;
use std::sync::Arc;

use crate::body::view::BodyView;
use crate::interchange::writing::{Format, SubjectKind};
use crate::interchange::{ImportedRequest, Lint};
use crate::model::dynamic::Dynamics;
use crate::model::environment::{Credentials, Environment, Place, Target};
use crate::model::exchange::Exchange;
use crate::model::history::HistoryId;
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::region::Region;
use crate::model::secret::Secret;

use super::importing::Trouble;

/// What is to be exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Environment(EnvironmentId),
    /// As it is open, with what is not saved.
    Request(RequestId),
    /// Below `requests/`, with `/`.
    Folder(String),
    AllRequests,
    /// The answer that the request's tab shows, with all its hops.
    Answer(RequestId),
    Past(HistoryId),
}

/// What the user does.
#[derive(Debug, Clone)]
pub enum ExportingAction {
    Ask(Wanted),
    ChooseFormat(Format),
    /// The region behind a gateway that is to be created.
    ChooseBackend(Region),
    /// The profile of a `config.toml`; without a name, the environment's.
    ChooseProfile(String),
    /// The switch was pressed: the user is asked first.
    AskForSecrets,
    /// The answer, and the way back.
    IncludeSecrets(bool),
    Copy,
    SaveTo(PathBuf),
    /// The file that is there is written over, or completed.
    Overwrite,
    KeepFile,
    Dismiss,
}

/// What is to be done outside.
#[derive(Debug, Clone)]
pub enum ExportingCommand {
    /// Writes it to be looked at, secrets masked in any case; answers `Shown` with the same number.
    Show { number: u64, job: Box<Job> },
    /// Writes it for the clipboard; answers `Handed`.
    Hand { job: Box<Job> },
    /// Writes it into a file; answers `Saved`, `IsThere` or `NotSaved`.
    Save {
        job: Box<Job>,
        path: PathBuf,
        /// Also over a file that is there, or into it.
        overwrites: bool,
    },
}

#[derive(Debug, Clone)]
pub enum ExportingEvent {
    Shown {
        number: u64,
        result: Result<Arc<Written>, Trouble>,
    },
    /// The text is taken out by the window, which puts it into the clipboard: it never becomes part of the state.
    Handed(Result<Handed, Trouble>),
    Saved {
        path: PathBuf,
        remarks: Remarks,
    },
    IsThere {
        path: PathBuf,
    },
    NotSaved(Trouble),
}

/// A whole text, and what is to be known about it.
#[derive(Debug, Clone)]
pub struct Handed {
    pub text: Secret,
    pub remarks: Remarks,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remarks {
    /// What was left out, in words.
    pub masked: Vec<String>,
    pub lint: Vec<Lint>,
}

/// One export, with everything that it is made of as it is now.
#[derive(Debug, Clone)]
pub struct Job {
    pub subject: Subject,
    pub format: Format,
    pub includes_secrets: bool,
    /// The region behind a gateway that is to be created; without one, what the environment's credentials say.
    pub backend: Option<Place>,
    /// Of a `config.toml`; without one, the environment's name.
    pub profile: Option<String>,
    /// The file that it is shown in, where the format is written into files that are there.
    pub into: Option<PathBuf>,
    pub dynamics: Dynamics,
    /// Relative paths of body files begin here.
    pub folder: Option<PathBuf>,
}

#[derive(Debug, Clone)]
pub enum Subject {
    Environment(Box<Environment>),
    Requests {
        name: String,
        requests: Vec<ImportedRequest>,
        /// Where they go.
        environment: Option<Box<Environment>>,
    },
    Exchange(Arc<Exchange>),
    /// Those that are still in the history; one at least.
    Past(Vec<HistoryId>),
}

/// What an export looks like, without its secrets.
#[derive(Debug, Clone)]
pub struct Written {
    pub view: Arc<BodyView>,
    pub remarks: Remarks,
}

#[derive(Debug, Clone, Default)]
pub struct ExportingState {
    pub open: Option<Box<OpenExport>>,
    /// Counts the questions, so that an answer to an older one is known.
    pub(super) number: u64,
}

/// The dialog.
#[derive(Debug, Clone)]
pub struct OpenExport {
    pub wanted: Wanted,
    /// Of what is exported.
    pub name: String,
    pub kind: SubjectKind,
    pub format: Format,
    pub secrets: SecretsWish,
    pub backend: Option<Region>,
    /// As it is typed; empty for the environment's name.
    pub profile: String,
    /// `None` until the worker wrote it.
    pub written: Option<Result<Arc<Written>, Trouble>>,
    /// A file that is there: it is asked about, and shown with the export in it where the format is written into files.
    pub is_there: Option<PathBuf>,
    /// What was done last, or why it was not.
    pub said: Option<Result<String, Trouble>>,
}

/// Secrets stay out until the user said yes to a plain question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SecretsWish {
    #[default]
    LeftOut,
    Asked,
    Included,
}

/// Credentials that are another environment's, as the environment's own.
#[must_use]
pub fn with_own_credentials(mut environment: Environment, all: &[Environment]) -> Environment {
    if let Some(owner) = owner(&environment, all) {
        environment.credentials = owner.credentials;
    }
    environment
}

/// Whose credentials the environment uses, when they are not its own.
fn owner(environment: &Environment, all: &[Environment]) -> Option<Environment> {
    let mut credentials = environment.credentials.clone();
    let mut found = None;
    for _ in 0..=all.len() {
        let Credentials::SameAs { environment } = &credentials else {
            return found;
        };
        let next = all.iter().find(|known| known.id == *environment)?.clone();
        credentials = next.credentials.clone();
        found = Some(next);
    }
    None
}

/// The region that a gateway most likely leads to: that of the direct environment whose credentials it uses.
#[must_use]
pub fn likely_backend(environment: &Environment, all: &[Environment]) -> Option<Place> {
    match owner(environment, all)?.target {
        Target::Direct { place } => Some(place),
        Target::Gateway(_) => None,
    }
}
