//! Sending, tokens, sandbox and command line against real servers on loopback. One module a subject.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot be set up fails the test, and the place says which"
)]

#[path = "../support/certificates.rs"]
mod certificates;
#[path = "../support/drafts.rs"]
mod drafts;
#[path = "../support/fault_server.rs"]
mod fault_server;
#[path = "../support/full_listener.rs"]
mod full_listener;
#[path = "../support/http2_server.rs"]
mod http2_server;
#[path = "../support/left_out.rs"]
mod left_out;
#[path = "../support/proxy_server.rs"]
mod proxy_server;
#[path = "../support/recording_server.rs"]
mod recording_server;
#[path = "../support/sending.rs"]
mod sending;

mod as_sent;
mod blueprints;
mod cancelling;
mod check_echo;
mod checking;
mod command_line;
mod command_line_environments;
mod command_line_sending;
mod comparing;
mod comparing_sandbox;
mod comparing_worker;
mod curl;
mod curl_import;
mod encodings;
mod exporting;
mod faults;
mod flows;
mod headers;
mod importing;
mod importing_bad_input;
mod importing_files;
mod importing_odd;
mod importing_undo;
mod official_client_forms;
mod official_clients;
mod phases;
mod proxies;
mod redirects;
mod reuse;
mod routes;
mod sandbox_gateways;
mod sandbox_genesys;
mod sandbox_harness;
mod secure_connections;
mod settings;
mod terminal_output;
mod timeouts;
mod token_owner;
mod tokens;
mod trust;
mod wire_truth;
