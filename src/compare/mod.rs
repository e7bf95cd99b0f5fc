//! Two answers (and what is volatile in them) become a verdict: headers, JSON structure, rules, latency statistics.
//! Pure: no window, no network, no files, no clock. Everything long takes a cancel flag and is bounded in steps and memory.
//!
//! [`compare`] is the two-answer core. [`volatile_places`] says what differs between an answer and the same answer again;
//! its result is an argument of the core. Who sends what when is the business of `runs`.

mod align;
mod json;
pub mod latency;
pub mod outcome;
mod present;
pub mod requests;
pub mod side;
