//! A request as a cURL command for a POSIX shell: every value quoted, every secret a shell variable.
//! Text out only; reading cURL commands is another file's work.

use crate::model::dynamic::Dynamics;
use crate::model::environment::Environment;
use crate::model::note::Problem;
use crate::model::request::RequestDraft;

/// The command that sends what `draft` means in `environment` (sandbox environments: already bound).
///
/// # Errors
/// What stands in the way of sending it.
pub fn curl_command(
    draft: &RequestDraft,
    environment: &Environment,
    dynamics: Dynamics,
) -> Result<String, Vec<Problem>> {
    let _ = (draft, environment, dynamics);
    Err(Vec::new())
}
