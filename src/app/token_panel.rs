//! The token panel of a leg: the token's state, where it came from, whose it is and what it may do.
//! The value of a token is here only while it is revealed.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::model::environment::Environment;
use crate::model::exchange::Exchange;
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::secret::Secret;
use crate::model::token::TokenOwner;

use super::state::Leg;

/// What the user does there.
#[derive(Debug, Clone)]
pub enum TokenPanelAction {
    Open(Leg),
    Close,
    /// A new token now, even when the old one is still good.
    Fetch,
    Forget,
    /// The token goes to the clipboard.
    Copy,
    /// The token is shown for a while.
    Reveal,
    Hide,
    /// Whose token it is, asked again.
    AskOwner,
}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum TokenPanelCommand {
    /// Hands the token over that the environment's requests use; answers `Handed`.
    Hand {
        environment: EnvironmentId,
        purpose: HandedFor,
    },
    /// Asks the environment's API whose token it is, without fetching or renewing one; answers `Owner`.
    AskOwner {
        exchange: ExchangeId,
        environment: Box<Environment>,
    },
}

/// What a token is handed over for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandedFor {
    Clipboard,
    Reveal,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum TokenPanelEvent {
    /// `None`: there is none any more. A token for the clipboard is taken out by the window, which puts it there:
    /// it never becomes part of the state.
    Handed {
        environment: EnvironmentId,
        purpose: HandedFor,
        token: Option<Secret>,
    },
    Owner {
        exchange: ExchangeId,
        environment: EnvironmentId,
        outcome: OwnerOutcome,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerOutcome {
    Known(TokenOwner),
    /// What happened and what to try.
    Unknown {
        text: String,
        hint: String,
    },
}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct TokenPanelState {
    /// The leg whose panel is open.
    pub open: Option<Leg>,
    pub revealed: Option<Revealed>,
    /// The last token request of each environment, without the requests that followed it.
    pub exchanges: HashMap<EnvironmentId, Arc<Exchange>>,
    pub owners: HashMap<EnvironmentId, Owner>,
}

/// A token in the open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revealed {
    pub environment: EnvironmentId,
    pub token: Secret,
    /// When it is hidden again.
    pub until: Timestamp,
}

impl Revealed {
    /// How long a token stays in the open.
    pub const LASTS: SignedDuration = SignedDuration::from_secs(30);
}

/// What is known of a token's owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Of which token: its masked value and its end.
    pub of: (String, Option<Timestamp>),
    pub answer: OwnerAnswer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerAnswer {
    Asking(ExchangeId),
    Answered(OwnerOutcome),
}

impl TokenPanelState {
    /// The token of this environment, while it is in the open.
    #[must_use]
    pub fn revealed(&self, environment: &EnvironmentId) -> Option<&Secret> {
        self.revealed
            .as_ref()
            .filter(|revealed| revealed.environment == *environment)
            .map(|revealed| &revealed.token)
    }

    /// When something here changes without any input.
    #[must_use]
    pub fn next_change(&self) -> Option<Timestamp> {
        self.revealed.as_ref().map(|revealed| revealed.until)
    }
}
