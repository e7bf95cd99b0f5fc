//! Sending, tokens, sandbox and command line against real servers on loopback. One module a subject.

#[path = "../support/mod.rs"]
mod support;

mod command_line;
mod sandbox_gateways;
mod sandbox_genesys;
mod sandbox_harness;
