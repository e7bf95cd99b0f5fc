//! The window: with a test harness, and for real under a display server. One module a subject.

#[path = "../support/desktop.rs"]
mod desktop;
#[path = "../support/left_out.rs"]
mod left_out;

mod answers;
mod bad_input;
mod break_it;
mod by_keyboard;
mod catalogue;
mod check;
mod check_fields;
mod compared;
mod comparison;
mod comparison_menus;
mod cut_off;
mod editing;
mod editor_rows;
mod end_to_end;
mod environment_form;
mod explaining;
mod exporting;
mod fake;
mod history;
mod importing;
mod keyboard;
mod names;
mod outdated;
mod package;
mod palette;
mod reading;
mod repaint;
mod routes;
mod scenes;
mod sending;
mod settings;
mod shortcuts;
mod snapshots;
mod tabs;
mod token_panel;
mod tour;
mod tree;
mod welcome;
