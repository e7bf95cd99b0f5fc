//! The keyboard: one table that is both what keys do and what F1 lists.
//! Keys are taken before any widget runs, because a text field would otherwise take Ctrl+K, U, W and H and delete text.

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyAction {
    Send,
    FocusPath,
    ChooseEnvironment,
    LegA,
    LegB,
    NewTab,
    CloseTab,
    ReopenTab,
    NextTab,
    PreviousTab,
    RightTab,
    LeftTab,
    Undo,
    Redo,
    Save,
    Find,
    NextPane,
    Keys,
    ZoomIn,
    ZoomOut,
    ZoomReset,
}

pub(super) struct KeyRow {
    pub(super) action: KeyAction,
    pub(super) shortcut: KeyboardShortcut,
    pub(super) words: &'static str,
}

const fn command(key: Key, action: KeyAction, words: &'static str) -> KeyRow {
    KeyRow {
        action,
        shortcut: KeyboardShortcut::new(Modifiers::COMMAND, key),
        words,
    }
}

const fn plain(key: Key, action: KeyAction, words: &'static str) -> KeyRow {
    KeyRow {
        action,
        shortcut: KeyboardShortcut::new(Modifiers::NONE, key),
        words,
    }
}

/// More specific ones first: a shortcut also matches with more modifiers than it names.
pub(super) const TABLE: &[KeyRow] = &[
    command(Key::Enter, KeyAction::Send, "Send"),
    command(Key::L, KeyAction::FocusPath, "Go to the path"),
    command(
        Key::E,
        KeyAction::ChooseEnvironment,
        "Choose the environment of the active leg",
    ),
    command(Key::Num1, KeyAction::LegA, "Make leg A active"),
    command(Key::Num2, KeyAction::LegB, "Make leg B active"),
    KeyRow {
        action: KeyAction::ReopenTab,
        shortcut: KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::T),
        words: "Open the last closed request again",
    },
    command(Key::T, KeyAction::NewTab, "New request"),
    command(Key::W, KeyAction::CloseTab, "Close the request"),
    KeyRow {
        action: KeyAction::PreviousTab,
        shortcut: KeyboardShortcut::new(Modifiers::CTRL.plus(Modifiers::SHIFT), Key::Tab),
        words: "Previous request",
    },
    KeyRow {
        action: KeyAction::NextTab,
        shortcut: KeyboardShortcut::new(Modifiers::CTRL, Key::Tab),
        words: "Next request",
    },
    KeyRow {
        action: KeyAction::RightTab,
        shortcut: KeyboardShortcut::new(Modifiers::CTRL, Key::PageDown),
        words: "Request to the right",
    },
    KeyRow {
        action: KeyAction::LeftTab,
        shortcut: KeyboardShortcut::new(Modifiers::CTRL, Key::PageUp),
        words: "Request to the left",
    },
    KeyRow {
        action: KeyAction::Redo,
        shortcut: KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z),
        words: "Do again what was undone",
    },
    command(
        Key::Z,
        KeyAction::Undo,
        "Undo what was deleted, moved or changed as a whole",
    ),
    command(
        Key::S,
        KeyAction::Save,
        "Save the request or the environment",
    ),
    command(Key::F, KeyAction::Find, "Find in the body"),
    plain(Key::F6, KeyAction::NextPane, "Next pane"),
    plain(Key::F1, KeyAction::Keys, "This list"),
    command(Key::Plus, KeyAction::ZoomIn, "Larger"),
    command(Key::Minus, KeyAction::ZoomOut, "Smaller"),
    command(Key::Num0, KeyAction::ZoomReset, "Normal size"),
];

/// The keys of the tree of requests, which count while one of its rows has the focus: what F1 says of them.
pub(super) const TREE: [(&str, &str); 8] = [
    ("↑ ↓ Home End", "In the tree: another row"),
    ("→ ←", "In the tree: open or close a folder"),
    ("Enter", "In the tree: open the request"),
    ("F2", "In the tree: rename"),
    ("Delete", "In the tree: delete; it can be undone"),
    ("Ctrl+D", "In the tree: duplicate"),
    ("Alt+↑ Alt+↓", "In the tree: move up or down"),
    ("Alt+← Alt+→", "In the tree: move out of or into a folder"),
];

/// Takes the keys of the table out of the input, in the order in which they were pressed:
/// Ctrl+2 and Ctrl+Enter within one slow frame must not send on the leg that was left.
pub(super) fn take(context: &Context) -> Vec<KeyAction> {
    let mut taken = Vec::new();
    let typing = context.text_edit_focused();
    context.input_mut(|input| {
        input.events.retain(|event| {
            // A text field has an undo of its own.
            let action = action_of(event)
                .filter(|action| !(typing && matches!(action, KeyAction::Undo | KeyAction::Redo)));
            taken.extend(action);
            action.is_none()
        });
    });
    taken
}

fn action_of(event: &Event) -> Option<KeyAction> {
    let Event::Key {
        key,
        pressed: true,
        modifiers,
        ..
    } = event
    else {
        return None;
    };
    // `=` is the key that carries plus on many keyboards.
    let key = match key {
        Key::Equals => Key::Plus,
        key => *key,
    };
    TABLE
        .iter()
        .find(|row| {
            row.shortcut.logical_key == key && modifiers.matches_logically(row.shortcut.modifiers)
        })
        .map(|row| row.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_share_a_key_or_an_action() {
        for (index, row) in TABLE.iter().enumerate() {
            for other in &TABLE[index + 1..] {
                assert_ne!(
                    row.shortcut, other.shortcut,
                    "{} / {}",
                    row.words, other.words
                );
                assert_ne!(row.action, other.action, "{} / {}", row.words, other.words);
            }
        }
    }
}
