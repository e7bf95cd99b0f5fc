//! Sending, tokens, sandbox and command line against real servers on loopback. One module a subject.

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/certificates.rs"]
mod certificates;
#[path = "../support/fault_server.rs"]
mod fault_server;
#[path = "../support/sending.rs"]
mod sending;

mod command_line;
mod faults;
mod flows;
mod sandbox_gateways;
mod sandbox_genesys;
mod sandbox_harness;
mod secure_connections;
mod terminal_output;
mod wire_truth;
