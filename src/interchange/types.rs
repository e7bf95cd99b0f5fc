//! What all readers give back and all writers are given: the same for every format.
//! What a single format means is in its own file.

use super::text::Place;
use crate::model::environment::{Environment, Variable};
use crate::model::ids::EnvironmentId;
use crate::model::request::RequestDraft;
use crate::model::route;
use crate::model::secret::{Secret, SecretKey, SecretName, Secrets};

/// What an imported text would create. Nothing of it exists yet: it is shown first.
/// Secrets are in `secrets` and nowhere else; requests refer to them as `{{secret.name}}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Ids are unique within the import; whoever adds them to a workspace renames those that are taken.
    pub environments: Vec<Environment>,
    pub requests: Vec<ImportedRequest>,
    /// Variables that belong to no environment of the import: they go into the one that the user picks.
    /// A secret one has no value here, but stands in `secrets`.
    pub variables: Vec<Variable>,
    pub secrets: Vec<FoundSecret>,
    /// A catalogue of operations in the text form of `model::catalogue`, from an API description.
    pub catalogue: Option<Box<str>>,
    pub lint: Vec<Lint>,
    pub ignored: Vec<Ignored>,
    /// Files that take part in requests or environments. Each waits for approval before it is opened.
    pub files: Vec<NamedFile>,
}

/// A request and the folder that it lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRequest {
    /// Names from the outermost folder to the innermost; empty for a request at the top.
    pub folder: Vec<String>,
    /// Its `id` is empty: the workspace gives one.
    pub draft: RequestDraft,
    /// Among `Imported::environments`, when the request came with one.
    pub environment: Option<EnvironmentId>,
    /// `https://host[:port]`, when the text said where the request goes.
    pub origin: Option<String>,
    /// What the text said about it, as plain text; often empty.
    pub description: String,
}

impl ImportedRequest {
    /// At the top, without an environment.
    #[must_use]
    pub fn new(draft: RequestDraft) -> Self {
        Self {
            folder: Vec::new(),
            draft,
            environment: None,
            origin: None,
            description: String::new(),
        }
    }
}

/// A secret of the text: for the keyring, never for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSecret {
    /// Among `Imported::environments`; `None`: for the environment that the user picks.
    pub environment: Option<EnvironmentId>,
    pub name: SecretName,
    pub value: Secret,
    /// `https://host[:port]`: it may be sent there and nowhere else. Empty when the text did not say.
    pub origins: Vec<String>,
    pub place: Place,
}

impl FoundSecret {
    /// A secret of `environment`, bound to its origins.
    #[must_use]
    pub fn of(environment: &Environment, name: SecretName, value: &str, place: Place) -> Self {
        Self {
            environment: Some(environment.id.clone()),
            name,
            value: Secret::new(value),
            origins: route::origins(environment),
            place,
        }
    }
}

/// Something in the text that a client stumbles over. `cause` says what happens, `fix` what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lint {
    pub place: Place,
    pub cause: String,
    pub fix: String,
}

impl Lint {
    #[must_use]
    pub fn new(place: Place, cause: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            place,
            cause: cause.into(),
            fix: fix.into(),
        }
    }
}

/// What the text had and the import does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// As it is called in the text, such as `--aws-sigv4` or `logging.log_level`. Never a value.
    pub what: String,
    pub why: String,
}

impl Ignored {
    #[must_use]
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
        }
    }
}

/// What a file of certificates is for, that an environment trusts besides those of the system.
pub const TRUSTED_CERTIFICATES: &str = "certificates that are trusted";

/// A file that the text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// As written in the text.
    pub path: String,
    /// What it is for, as in "the body of the request".
    pub purpose: String,
}

/// A text that could not be read: where, why, and what was understood until there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {text}{}", place.line, place.column, understood_words(understood))]
pub struct ImportError {
    pub place: Place,
    /// What happened, then what to try. Holds nothing of the text's values.
    pub text: String,
    /// Such as "profiles `DEFAULT` and `prod`"; empty when nothing was.
    pub understood: String,
}

fn understood_words(understood: &str) -> String {
    if understood.is_empty() {
        String::new()
    } else {
        format!(" (understood so far: {understood})")
    }
}

impl ImportError {
    #[must_use]
    pub fn new(place: Place, text: impl Into<String>) -> Self {
        Self {
            place,
            text: text.into(),
            understood: String::new(),
        }
    }

    #[must_use]
    pub fn having_understood(mut self, understood: impl Into<String>) -> Self {
        let understood = understood.into();
        self.understood = match understood.char_indices().nth(MOST_UNDERSTOOD) {
            Some((end, _)) => format!("{} …", &understood[..end]),
            None => understood,
        };
        self
    }
}

/// Characters of what was understood: a person reads them.
const MOST_UNDERSTOOD: usize = 400;

/// What an export may show.
#[derive(Debug, Clone, Copy)]
pub struct ExportContext<'a> {
    /// The secrets at hand. They go into the text only when `reveals_secrets` is set.
    pub secrets: &'a Secrets,
    pub reveals_secrets: bool,
}

impl<'a> ExportContext<'a> {
    /// Secrets masked.
    #[must_use]
    pub fn masked(secrets: &'a Secrets) -> Self {
        Self {
            secrets,
            reveals_secrets: false,
        }
    }

    /// Whether a secret of that name is stored.
    #[must_use]
    pub fn has(&self, environment: &Environment, name: &SecretName) -> bool {
        self.stored(environment, name).is_some()
    }

    /// The value that may stand in the text.
    #[must_use]
    pub fn shown(&self, environment: &Environment, name: &SecretName) -> Option<&'a str> {
        self.stored(environment, name)
            .filter(|_| self.reveals_secrets)
    }

    fn stored(&self, environment: &Environment, name: &SecretName) -> Option<&'a str> {
        let key = SecretKey {
            environment: environment.id.clone(),
            name: name.clone(),
        };
        self.secrets.get(&key).map(Secret::expose)
    }
}

/// A written text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Export {
    pub text: String,
    /// The secrets that were left out, in words: `client secret`, `gateway password`.
    pub masked: Vec<String>,
    /// What a client will stumble over; places are in `text`.
    pub lint: Vec<Lint>,
}

/// Why an environment or request cannot be written in a format: what is in the way, then what to try.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExportError(pub String);
