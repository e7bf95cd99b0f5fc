//! The history as everybody sees it: one entry for each exchange, what a search looks for, and a past exchange as it is reopened.
//! How and where it is kept is the work of `store::history`.

mod filter;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::environment::{Colour, Environment};
use super::exchange::{Exchange, SendErrorKind};
use super::ids::{EnvironmentId, RequestId};
use super::request::RequestDraft;

pub use filter::{HistoryFilter, Term};

/// One entry of the history; never used again for another one, also when it was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HistoryId(pub i64);

/// What an entry is about. The documents of comparisons and reports are opaque to the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum HistoryKind {
    #[default]
    Exchange,
    Comparison,
    Report,
}

impl HistoryKind {
    pub const ALL: [Self; 3] = [Self::Exchange, Self::Comparison, Self::Report];

    /// As it is kept.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exchange => "exchange",
            Self::Comparison => "comparison",
            Self::Report => "report",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What a list shows of an entry. Nothing in it is secret: it was masked before it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    pub id: HistoryId,
    pub summary: HistorySummary,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistorySummary {
    pub kind: HistoryKind,
    /// `None` when there was none: a token that was fetched on its own, the command line.
    pub request: Option<RequestId>,
    pub environment: EnvironmentId,
    /// As it was called then.
    pub environment_name: String,
    pub environment_colour: Colour,
    /// `A` or `B`, where a leg was chosen.
    pub leg: Option<String>,
    pub method: String,
    /// Of the URL that was sent, without the query.
    pub path: String,
    /// Masked.
    pub url: String,
    pub status: Option<u16>,
    pub error: Option<SendErrorKind>,
    /// Who answered, in words, where that is known.
    pub answered_by: Option<String>,
    pub started_at: Timestamp,
    pub total: Duration,
    /// Body bytes of the answer as they came.
    pub wire_bytes: u64,
    /// Body bytes of the answer as they read.
    pub decoded_bytes: u64,
}

/// Between who answered and the status in the body.
const BUT: &str = ", but the body says ";

/// Who answered, of an answer that says success while its body tells a refusal.
#[must_use]
pub fn with_told_status(answered_by: &str, told: u16) -> String {
    format!("{answered_by}{BUT}{told}")
}

impl HistorySummary {
    /// The refusal that the body told while the answer said success.
    #[must_use]
    pub fn told_status(&self) -> Option<u16> {
        let (_, told) = self.answered_by.as_deref()?.rsplit_once(BUT)?;
        told.parse()
            .ok()
            .filter(|_| self.kind == HistoryKind::Exchange)
    }
}

/// Where an entry stands in the list: newest first, and the later one of two that began at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryPlace {
    pub started_at: Timestamp,
    pub id: HistoryId,
}

impl HistoryEntry {
    #[must_use]
    pub fn place(&self) -> HistoryPlace {
        HistoryPlace {
            started_at: self.summary.started_at,
            id: self.id,
        }
    }
}

/// An exchange out of the history, with all that its tabs show. Secrets are masked in it for good.
#[derive(Debug, Clone)]
pub struct PastExchange {
    pub entry: HistoryEntry,
    pub exchange: Exchange,
    /// As it was then, without its credentials; it may have been changed or deleted since.
    pub environment: Environment,
    /// What was sent, as typed; `None` for a token that was fetched on its own.
    pub draft: Option<RequestDraft>,
    /// Why the bodies are not there, when they are not.
    pub without_bodies: Option<WithoutBodies>,
}

/// Why bodies were not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithoutBodies {
    /// The environment keeps heads only.
    HeadsOnly,
    /// The body was too long.
    TooLong,
    /// The body held a secret that could not be taken out of it.
    Secret,
}

impl WithoutBodies {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::HeadsOnly => "The bodies were not kept: this environment keeps heads only",
            Self::TooLong => "The body was not kept: it is too long for the history",
            Self::Secret => {
                "The body was not kept: it held a secret in an encoding in which it cannot be masked"
            }
        }
    }
}

/// What is to be cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryScope {
    /// Every entry of every workspace.
    Everything,
    /// Every entry of the open workspace.
    Workspace,
    /// Every entry of that environment in the open workspace.
    Environment(EnvironmentId),
}
