//! Step machines: what to send next, and what the answers mean. Pure: they send nothing themselves, and time comes in as a value.
//! `check` proves a gateway environment step by step, `comparison` sends one request to two environments (and to the first again), `sampling` many pairs to measure what the second adds.

pub mod check;
pub mod comparison;
mod rate_limit;
pub mod sampling;
