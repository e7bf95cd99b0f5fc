//! Editing a request beyond its fields: bulk edit, formatting, dropped files, copies of it as a command line.
//! What they do is in `update::editing`; what bulk text looks like is `model::bulk`.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::note::Field;
use crate::model::request::{DraftBody, RequestDraft};

use super::form::NewTarget;
use super::state::Leg;

/// What the user does there.
#[derive(Debug, Clone)]
pub enum EditingAction {
    /// Puts the request as a cURL command on the clipboard, secrets as shell variables.
    /// `request: None`: the open one; `leg: None`: the active one.
    CopyAsCurl {
        request: Option<RequestId>,
        leg: Option<Leg>,
    },
    /// Indents the JSON body; nothing of it is respelled.
    FormatBody,
    /// Another kind of body; what was typed for the kind before comes back with it.
    ChooseBodyKind(BodyKind),
    /// A URL was pasted into the path: the draft as it is with it.
    TakeApart(Box<RequestDraft>),
    /// The answer to `UrlOffer`; `false` puts it away.
    AnswerOffer(bool),
    /// Keeps the credential that stands in the field in the keyring, and puts `{{secret.name}}` in its place.
    KeepSecret { request: RequestId, field: Field },
    /// A file was dropped on the window while the body was shown.
    FileDropped(PathBuf),
    /// Asks the worker whether a body file can be read.
    LookAtFile(String),
}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum EditingCommand {
    /// Puts a text on the clipboard; the window does it.
    Copy(String),
    /// Looks whether a file can be sent; relative paths begin in the workspace. Answers `FileLookedAt`.
    LookAtFile { path: String },
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum EditingEvent {
    FileLookedAt { path: String, file: FileLook },
}

/// What is known of a file that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileLook {
    /// Asked, not answered yet.
    Asked,
    Readable {
        bytes: u64,
    },
    /// It cannot be sent, in words.
    Unreadable(String),
}

/// The kinds of body there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BodyKind {
    None,
    Json,
    Text,
    Form,
    Multipart,
    File,
}

impl BodyKind {
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::Json,
        Self::Text,
        Self::Form,
        Self::Multipart,
        Self::File,
    ];

    #[must_use]
    pub fn of(body: &DraftBody) -> Self {
        match body {
            DraftBody::None => Self::None,
            DraftBody::Json { .. } => Self::Json,
            DraftBody::Text { .. } => Self::Text,
            DraftBody::Form { .. } => Self::Form,
            DraftBody::Multipart { .. } => Self::Multipart,
            DraftBody::File { .. } => Self::File,
        }
    }

    /// As the choice says.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Json => "JSON",
            Self::Text => "Text",
            Self::Form => "Form",
            Self::Multipart => "Multipart",
            Self::File => "File",
        }
    }
}

/// A URL was pasted whose origin is not that of the active leg, or a request was imported with another environment.
#[derive(Debug, Clone, PartialEq)]
pub struct UrlOffer {
    pub request: RequestId,
    /// `https://api.example.com`; empty for an imported request.
    pub origin: String,
    pub kind: OfferKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum OfferKind {
    /// It is an environment's that is not on this leg.
    Choose {
        leg: Leg,
        environment: EnvironmentId,
        name: String,
    },
    /// The request was imported with an environment that is on no leg.
    CameWith {
        leg: Leg,
        environment: EnvironmentId,
        name: String,
    },
    /// No environment has it.
    Make { target: NewTarget },
}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct EditingState {
    pub offer: Option<UrlOffer>,
    /// By the path as typed.
    pub files: HashMap<String, FileLook>,
    /// The request whose pasted URL is taken apart once an environment for it has been made.
    pub(super) waiting: Option<RequestId>,
    /// Bodies of the kinds that are not chosen, for coming back to.
    pub(super) other_bodies: HashMap<RequestId, Vec<DraftBody>>,
}
