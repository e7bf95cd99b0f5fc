//! The whole comparison: `layers` has a table a layer, `obstacles` one of what keeps answers from being compared, `answers` the verdicts, `laws` what holds for all.

mod answers;
mod laws;
mod layers;
mod obstacles;
