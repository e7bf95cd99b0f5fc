//! Two answers (and what is volatile in them) become a verdict: headers, JSON structure, rules, latency statistics.
//! Pure: no window, no network, no files, no clock. Everything long takes a cancel flag and is bounded in steps and memory.
//!
//! [`compare`] is the two-answer core. [`volatile_places`] says what differs between an answer and the same answer again;
//! its result is an argument of the core. Who sends what when is the business of `runs`.
//!
//! ```text
//!  Side A, Side B ──> status ─ headers ─ media ─ body ─┬─ json (tape, walk, members, lists, scalar)
//!  Volatile, RuleSet                                   └─ text (lines, bytes)
//!        └──> collect (rules: applied, route maps: expected) ──> verdict ──> outcome::Comparison ──> report
//! ```

mod align;
mod answers;
mod applied;
mod body;
pub mod built_in;
mod collect;

mod expected;
mod headers;
mod json;
mod json_rows;
pub mod latency;
mod media;
mod obstacle;
pub mod outcome;
mod present;
pub mod record;
pub mod report;
pub mod requests;
pub mod side;
mod status;
mod text;
mod uri;
mod verdict;
mod volatile;

pub use answers::{Options, compare, volatile_places};
pub use outcome::{Comparison, VerdictKind};
pub use side::{Answered, Answerer, Leg, Side};
pub use text::{Hunk, differing_lines};
pub use volatile::Volatile;

#[cfg(test)]
pub(crate) mod test_side;
#[cfg(test)]
mod tests;
