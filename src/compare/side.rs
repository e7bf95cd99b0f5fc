//! One side of a comparison: an answer, the environment it came from, and who gave it. What is kept of it in the result is `SideSummary`.

use serde::{Deserialize, Serialize};

use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, Response};

/// One answer as the comparison takes it.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub exchange: &'a Exchange,
    /// As captured when the run began.
    pub environment: &'a Environment,
    pub answered: &'a Answered,
}

impl<'a> Side<'a> {
    /// The answer, when one came back.
    #[must_use]
    pub fn response(&self) -> Option<&'a Response> {
        self.exchange.answer()?.response.as_ref()
    }
}

/// Who answered, as `explain` decided it: `compare` takes it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Answered {
    pub by: Answerer,
    /// For a person: `Genesys Cloud, through a REST proxy`.
    pub text: String,
    /// What the answer means when it is an error, in a sentence; empty when there is nothing to say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub meaning: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answerer {
    /// Nothing came back.
    Nobody,
    /// The service behind everything, directly or through a gateway.
    GenesysCloud,
    /// The gateway (or a CDN, a firewall, a proxy before it) itself: the service was not asked, or not heard.
    Gateway,
    /// Nothing tells.
    #[default]
    Unknown,
}

/// Which of the two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leg {
    A,
    B,
}

impl Leg {
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

impl std::fmt::Display for Leg {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::A => "A",
            Self::B => "B",
        })
    }
}
