//! Sending, tokens, sandbox and command line against real servers on loopback. One module a subject.

#[path = "../support/mod.rs"]
mod support;
