//! The window: with a test harness, and for real under a display server. One module a subject.

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod environment_form;
mod fake;
mod keyboard;
mod repaint;
mod sending;
mod welcome;
