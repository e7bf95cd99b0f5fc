//! The whole comparison: `layers` has a table a layer, `answers` the verdicts, `laws` what holds for all.

mod answers;
mod laws;
mod layers;
