//! Gatescope: a desktop request tester for Genesys Cloud APIs behind an Amazon API Gateway.
//!
//! ```text
//!  ui (main thread)                          worker (named thread, tokio)             blocking pool
//!  panels --Action--> app::update --Command--> channel --> a task per command ------> keyring, dialogs, files, indexing
//!    ^                    ^                                   | CancellationToken by exchange id
//!    | &AppState          +--Event-- channel <----------------+  + wake()
//! ```
//!
//! `RequestDraft --resolve(environment)--> ResolvedRequest | Vec<Problem> --send--> Exchange`
//!
//! Dependencies point one way: `model, body` <- `compare, explain, interchange` <- `runs` <- `app` <- {`ui`, `worker`, `cli`}; `transport, secrets, store, sandbox`
//! know `model` and `body` only; `ui` and `worker` never see each other. `tests/layering.rs` holds this.

pub mod app;
pub mod body;
pub mod cli;
pub mod compare;
pub mod explain;
pub mod interchange;
pub mod model;
pub mod runs;
pub mod sandbox;
pub mod secrets;
pub mod store;
pub mod transport;
pub mod ui;
pub mod worker;
