//! The application without window, network or disk: `AppState`, `Action` (what the user did), `Command` (what is to be done),
//! `Event` (what came of it) and `update`, which connects them.

pub mod command;
pub mod event;
