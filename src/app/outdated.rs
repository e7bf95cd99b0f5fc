//! Whether an answer on screen still stands for what its leg is now. What is shown stays as it came; it only says so.

use crate::model::environment::{Colour, Environment};

use super::comparing::TabComparing;
use super::state::{AppState, Leg};
use super::tab::Tab;

/// Why an answer does not tell what its leg would answer now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outdated {
    /// The environment's settings were changed.
    Settings { leg: Leg, name: String },
    /// The leg is another environment now, or none.
    OtherEnvironment {
        leg: Leg,
        then: String,
        now: Option<String>,
    },
}

impl Outdated {
    /// Two words, for a narrow place.
    #[must_use]
    pub fn brief(&self) -> &'static str {
        match self {
            Self::Settings { .. } => "earlier settings",
            Self::OtherEnvironment { .. } => "other environment",
        }
    }

    /// A sentence without its stop: `A is now Sandbox direct; this came from Acme`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Settings { leg, name } => format!(
                "The settings of {name} ({}) have changed since; this came from the earlier ones",
                leg.letter()
            ),
            Self::OtherEnvironment {
                leg,
                then,
                now: Some(now),
            } => format!("{} is now {now}; this came from {then}", leg.letter()),
            Self::OtherEnvironment {
                leg,
                then,
                now: None,
            } => format!(
                "{} is no environment now; this came from {then}",
                leg.letter()
            ),
        }
    }
}

impl AppState {
    /// The answer of that tab; never of one out of the history, which says by itself that it is past.
    #[must_use]
    pub fn outdated_answer(&self, tab: &Tab) -> Option<Outdated> {
        let answer = tab.answer.as_ref().filter(|_| tab.past.is_none())?;
        self.outdated(answer.leg, &answer.command.environment)
    }

    /// The comparison of one request, leg by leg; never of one out of the history.
    #[must_use]
    pub fn outdated_comparison(&self, comparing: &TabComparing) -> Vec<Outdated> {
        let is_past = comparing
            .done
            .as_ref()
            .is_none_or(|done| done.past.is_some());
        let Some(subject) = comparing.compared.as_ref().filter(|_| !is_past) else {
            return Vec::new();
        };
        Leg::BOTH
            .into_iter()
            .zip(&subject.environments)
            .filter_map(|(leg, then)| self.outdated(leg, then))
            .collect()
    }

    fn outdated(&self, leg: Leg, then: &Environment) -> Option<Outdated> {
        let now = self.leg(leg);
        if let Some(now) = now.filter(|now| now.id == then.id) {
            return (sent_with(now) != sent_with(then)).then(|| Outdated::Settings {
                leg,
                name: now.name.clone(),
            });
        }
        Some(Outdated::OtherEnvironment {
            leg,
            then: then.name.clone(),
            now: now.map(|now| now.name.clone()),
        })
    }
}

/// The environment without what no server ever sees. The sandbox's addresses change with every start.
fn sent_with(environment: &Environment) -> Environment {
    let mut seen = environment.clone();
    seen.name.clear();
    seen.colour = Colour::default();
    seen.protection = crate::model::environment::Protection::default();
    seen.history = crate::model::environment::KeepHistory::default();
    seen.route_map = None;
    if seen.sandbox.is_some() {
        seen.target = crate::model::environment::Target::Direct {
            place: crate::model::environment::Place::Domain(String::new()),
        };
    }
    seen
}
