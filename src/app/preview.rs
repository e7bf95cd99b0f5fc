//! What each leg would send, computed when something it depends on changes and kept until then.

use crate::model::dynamic::Dynamics;
use crate::model::environment::{Environment, SandboxAddresses};
use crate::model::note::{Note, Problem};
use crate::model::request::RequestDraft;
use crate::model::resolve::{Purpose, ResolveContext, resolve};
use crate::model::resolved::ResolvedRequest;
use crate::model::route_map::{Foretold, foretell};
use crate::model::sandbox_environments::{bind, sandbox_secrets};
use crate::model::secret::Secrets;

/// One leg's answer to "what would be sent".
#[derive(Debug, Clone, Default)]
pub enum LegPreview {
    /// No environment is chosen.
    #[default]
    NoEnvironment,
    /// The sandbox's environment has no address before the sandbox runs.
    SandboxStopped,
    Ready(Box<ResolvedRequest>),
    Problems(Vec<Problem>),
}

impl LegPreview {
    /// Resolves for showing: secrets that are not at hand stand masked.
    #[must_use]
    pub fn of(
        draft: &RequestDraft,
        environment: Option<&Environment>,
        sandbox: Option<&SandboxAddresses>,
    ) -> Self {
        let Some(environment) = environment else {
            return Self::NoEnvironment;
        };
        let bound;
        let secrets;
        let environment = if environment.sandbox.is_some() {
            let Some(addresses) = sandbox else {
                return Self::SandboxStopped;
            };
            bound = bind(environment, addresses);
            secrets = sandbox_secrets();
            &bound
        } else {
            secrets = Secrets::new();
            environment
        };
        let context = ResolveContext {
            secrets: &secrets,
            purpose: Purpose::Preview,
            dynamics: Some(Dynamics::EXAMPLE),
        };
        match resolve(draft, environment, context) {
            Ok(resolved) => Self::Ready(Box::new(resolved)),
            Err(problems) => Self::Problems(problems),
        }
    }

    /// What the configuration of the gateway says of what would be sent.
    #[must_use]
    pub fn foretold(
        &self,
        environment: Option<&Environment>,
        sandbox: Option<&SandboxAddresses>,
    ) -> Option<Foretold> {
        let environment = environment?;
        let bound = sandbox.map(|addresses| bind(environment, addresses));
        foretell(bound.as_ref().unwrap_or(environment), self.ready()?)
    }

    #[must_use]
    pub fn notes(&self) -> &[Note] {
        match self {
            Self::Ready(resolved) => &resolved.notes,
            _ => &[],
        }
    }

    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Problems(problems) => problems,
            _ => &[],
        }
    }

    #[must_use]
    pub fn ready(&self) -> Option<&ResolvedRequest> {
        match self {
            Self::Ready(resolved) => Some(resolved),
            _ => None,
        }
    }
}
