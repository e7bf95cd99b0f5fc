//! What a comparison or a sampling is of, so that samples are shown with nothing else.

use crate::model::environment::Environment;
use crate::model::request::RequestDraft;

/// What was compared or sampled: the request and both environments as they were captured.
#[derive(Debug, Clone)]
pub(in crate::app) struct Subject {
    pub(in crate::app) draft: RequestDraft,
    pub(in crate::app) environments: [Environment; 2],
}

impl Subject {
    pub(in crate::app) fn new(draft: &RequestDraft, a: &Environment, b: &Environment) -> Self {
        Self {
            draft: draft.clone(),
            environments: [a.clone(), b.clone()],
        }
    }

    /// The same request to the same environments, whatever the request is called.
    pub(in crate::app) fn is_same(&self, other: &Self) -> bool {
        let renamed = RequestDraft {
            id: other.draft.id.clone(),
            name: other.draft.name.clone(),
            ..self.draft.clone()
        };
        renamed == other.draft && self.environments == other.environments
    }
}
