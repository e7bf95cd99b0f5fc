//! How the answers of a comparison came about: kept beside its result, so that a reader knows what was really done.

use serde::{Deserialize, Serialize};

use super::side::Leg;

/// How the legs of one comparison were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RunRecord {
    pub method: String,
    pub order: LegOrder,
    pub tokens: TokenUse,
    /// What was sent, in the order in which it was begun.
    pub sent: Vec<RunLeg>,
}

/// One request of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunLeg {
    A,
    B,
    /// The same request to A once more, to see what changes by itself.
    AAgain,
}

impl RunLeg {
    /// The environment it goes to.
    #[must_use]
    pub fn side(self) -> Leg {
        match self {
            Self::A | Self::AAgain => Leg::A,
            Self::B => Leg::B,
        }
    }
}

impl std::fmt::Display for RunLeg {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::A => "A",
            Self::B => "B",
            Self::AAgain => "A again",
        })
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegOrder {
    #[default]
    OneAfterTheOther,
    /// A and B at once; A again after both.
    AtOnce,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenUse {
    /// Each side with the token of its own environment.
    #[default]
    Own,
    /// Both sides with the token of that one.
    OneForBoth(Leg),
}

impl TokenUse {
    /// Whose token a request to that side carries.
    #[must_use]
    pub fn owner(self, side: Leg) -> Leg {
        match self {
            Self::Own => side,
            Self::OneForBoth(owner) => owner,
        }
    }
}

impl RunRecord {
    /// `A, B, A again, one after the other, each with its own token`
    #[must_use]
    pub fn sentence(&self) -> String {
        let sent: Vec<String> = self.sent.iter().map(ToString::to_string).collect();
        let order = match self.order {
            LegOrder::OneAfterTheOther => "one after the other",
            LegOrder::AtOnce => "A and B at once",
        };
        let tokens = match self.tokens {
            TokenUse::Own => "each with its own token".to_owned(),
            TokenUse::OneForBoth(leg) => format!("both with the token of {leg}"),
        };
        format!("{}, {order}, {tokens}", sent.join(", "))
    }
}
