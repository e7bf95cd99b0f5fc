//! The window: with a test harness, and for real under a display server. One module a subject.

#[path = "../support/left_out.rs"]
mod left_out;
#[path = "../support/mod.rs"]
mod support;

#[path = "../support/desktop.rs"]
mod desktop;

mod answers;
mod editing;
mod end_to_end;
mod environment_form;
mod fake;
mod keyboard;
mod repaint;
mod sending;
mod welcome;
