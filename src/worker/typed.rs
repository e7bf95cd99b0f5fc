//! Credentials that were typed into plain fields: a save leaves them out of the file, but they stay usable in this run.
//! In memory only.

use std::fmt;

use crate::model::environment::Environment;
use crate::model::masks::Masks;
use crate::model::request::RequestDraft;
use crate::store::{Workspace, withheld};

/// What the files hold, each with what was typed in its place.
#[derive(Default)]
pub(super) struct Typed {
    requests: Vec<(RequestDraft, RequestDraft)>,
    environments: Vec<(Environment, Environment)>,
}

impl fmt::Debug for Typed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Typed")
    }
}

impl Typed {
    /// Call it after the save. When someone else's changes were merged into the file, the file is what counts.
    pub(super) fn request_saved(
        &mut self,
        typed: &RequestDraft,
        workspace: &Workspace,
        known: &Masks,
    ) {
        self.requests.retain(|(stored, _)| stored.id != typed.id);
        let kept = withheld::without_credentials_with(typed, known);
        let stored = workspace.requests().into_iter().map(|entry| entry.draft);
        if kept != *typed && stored.into_iter().any(|draft| draft == kept) {
            self.requests.push((kept, typed.clone()));
        }
    }

    /// As `request_saved`.
    pub(super) fn environment_saved(
        &mut self,
        typed: &Environment,
        workspace: &Workspace,
        known: &Masks,
    ) {
        self.environments
            .retain(|(stored, _)| stored.id != typed.id);
        let (kept, left_out) = withheld::withhold_environment_with(typed, known);
        if !left_out.is_empty() && workspace.environment(&typed.id) == Some(&kept) {
            self.environments.push((kept, typed.clone()));
        }
    }

    /// What was typed, as long as the file holds what was written for it.
    pub(super) fn request(&self, stored: RequestDraft) -> RequestDraft {
        instead(&self.requests, stored)
    }

    pub(super) fn environment(&self, stored: Environment) -> Environment {
        instead(&self.environments, stored)
    }
}

fn instead<T: Clone + PartialEq>(typed: &[(T, T)], stored: T) -> T {
    let found = typed.iter().find(|(written, _)| *written == stored);
    found.map_or(stored, |(_, typed)| typed.clone())
}
