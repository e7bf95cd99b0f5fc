//! Helpers shared by the integration tests: servers, TLS, harness. No test lives here.
