//! Workspace files, secrets and what never gets written. One module a subject.

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/canary.rs"]
mod canary;
mod canary_search;
