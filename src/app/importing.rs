//! Importing and exporting configurations of other tools: what is asked of the worker and what comes back.
//! What an import does to a workspace is decided in `plan`; reading the formats is `interchange`'s work.

pub mod plan;

use crate::model::environment::Environment;
use crate::model::ids::EnvironmentId;
use crate::model::secret::{SecretKey, Secrets};

pub use plan::{Choices, Fate, Known, Plan, PlannedEnvironment, PlannedRequest, PlannedSecret};

/// What is to be done outside.
#[derive(Debug, Clone)]
pub enum ImportingCommand {
    /// Writes what the plan says into the workspace and its secrets into the keyring; answers `Applied`.
    Apply(Box<Plan>),
    /// The values of every secret of the environment, for an export that shows them; answers `Secrets`.
    ReadSecrets { environment: Box<Environment> },
}

#[derive(Debug, Clone)]
pub enum ImportingEvent {
    Applied(Box<Applied>),
    Secrets(Result<Secrets, Trouble>),
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
    pub environments: Vec<EnvironmentId>,
    /// Files below `requests/`, with `/`.
    pub requests: Vec<String>,
    pub secrets: Vec<KeptSecret>,
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
