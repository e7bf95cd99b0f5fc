//! Subcommands.
pub mod arguments;
