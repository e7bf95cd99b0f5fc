//! The whole comparison: `layers` has a table a layer, `answers` the verdicts and the laws.

mod answers;
mod layers;
