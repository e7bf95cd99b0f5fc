//! Draft + environment -> resolved request, or the problems that stand in the way. Sends nothing, opens nothing.

use super::environment::Environment;
use super::note::Problem;
use super::request::RequestDraft;
use super::resolved::ResolvedRequest;
use super::secret::Secrets;

/// What `resolve` may use besides the draft and the environment.
#[derive(Debug, Clone, Copy)]
pub struct ResolveContext<'a> {
    pub secrets: &'a Secrets,
    pub purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// For showing: a secret that is not at hand stands as `MASK`.
    Preview,
    /// For sending: a secret that is not at hand is a problem.
    Send,
}

/// What `draft` means in `environment` (sandbox environments: already bound).
///
/// # Errors
/// All problems at once, each with its field.
pub fn resolve(
    draft: &RequestDraft,
    environment: &Environment,
    context: ResolveContext<'_>,
) -> Result<ResolvedRequest, Vec<Problem>> {
    let _ = (draft, environment, context);
    todo!("owner: model")
}
