//! One hop on the wire: what both ways have in common.

use std::sync::Arc;

use crate::model::exchange::SendError;
use crate::model::resolved::ResolvedRequest;

use super::recorder::Recorder;

/// Why a hop brought no whole answer.
#[derive(Debug)]
pub(crate) enum HopFailure {
    /// A reused connection ended before any byte of the answer came.
    IdleConnectionClosed(SendError),
    Failed(SendError),
}

impl HopFailure {
    pub(crate) fn into_error(self) -> SendError {
        match self {
            Self::IdleConnectionClosed(error) | Self::Failed(error) => error,
        }
    }
}

impl From<SendError> for HopFailure {
    fn from(error: SendError) -> Self {
        Self::Failed(error)
    }
}

/// Sends one request once, and writes into the recorder what happened. Dropping the future ends the hop.
pub(crate) trait Sender {
    /// `cold`: on a new connection.
    fn send(
        &self,
        request: &ResolvedRequest,
        cold: bool,
        recorder: &Arc<Recorder>,
    ) -> impl Future<Output = Result<(), HopFailure>> + Send;
}
