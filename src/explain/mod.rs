//! An exchange and its environment become an explanation: who answered, what it means, what to try, with the evidence.
//! Pure; rules are data, one table an answerer.

pub mod answerer;
pub mod explanation;
pub mod facts;
pub mod rule;
pub mod shape;
pub mod tables;

#[cfg(test)]
mod tests;
