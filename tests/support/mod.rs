//! Helpers shared by the integration tests: servers, TLS, harness. No test lives here.

pub mod raw_http;
