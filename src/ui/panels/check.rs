//! The parts of the gateway check's page.

pub(super) mod exchange;
pub(super) mod step;
