//! The application without window, network or disk: `AppState`, `Action` (what the user did), `Command` (what is to be done),
//! `Event` (what came of it) and `update`, which connects them.

pub mod action;
pub mod catalogue;
pub mod checking;
pub mod client_preview;
pub mod command;
pub mod comparing;
pub mod editing;
pub mod event;
pub mod explaining;
pub mod exporting;
pub mod form;
pub mod history;
pub mod importing;
pub mod notices;
pub mod outdated;
pub mod pasted;
pub mod preferences;
pub mod preview;
pub mod reading;
pub mod state;
pub mod tab;
pub mod token_panel;
pub mod tree;
pub mod undo;
pub mod update;
pub mod url_line;

/// What executes commands and answers events. The window holds one; it never knows more of it.
pub trait Backend {
    /// Takes the command over and returns at once.
    fn send(&mut self, command: command::Command);

    /// The next event that has arrived, in order, or `None`. Never waits.
    fn try_event(&mut self) -> Option<event::Event>;
}
