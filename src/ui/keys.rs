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
    NextTab,
    PreviousTab,
    Save,
    Find,
    FindNext,
    FindPrevious,
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
    command(
        Key::S,
        KeyAction::Save,
        "Save the request or the environment",
    ),
    command(Key::F, KeyAction::Find, "Find in the body"),
    KeyRow {
        action: KeyAction::FindPrevious,
        shortcut: KeyboardShortcut::new(Modifiers::SHIFT, Key::F3),
        words: "Previous match",
    },
    plain(Key::F3, KeyAction::FindNext, "Next match"),
    plain(Key::F6, KeyAction::NextPane, "Next pane"),
    plain(Key::F1, KeyAction::Keys, "This list"),
    command(Key::Plus, KeyAction::ZoomIn, "Larger"),
    command(Key::Minus, KeyAction::ZoomOut, "Smaller"),
    command(Key::Num0, KeyAction::ZoomReset, "Normal size"),
];

/// Takes the keys of the table out of the input, in the order in which they were pressed:
/// Ctrl+2 and Ctrl+Enter within one slow frame must not send on the leg that was left.
pub(super) fn take(context: &Context) -> Vec<KeyAction> {
    let mut taken = Vec::new();
    context.input_mut(|input| {
        input.events.retain(|event| {
            let action = action_of(event);
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
