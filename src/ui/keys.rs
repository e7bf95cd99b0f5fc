//! Every command of the window in one table: what keys do, what F1 lists, and what the palette offers.
//! A new command is one row here. Most rows say which `Action` they are; what only the window can do (focus) is a `KeyAction` of its own.
//! Keys are taken before any widget runs, because a text field would otherwise take Ctrl+K, U, W and H and delete text.

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use crate::app::action::Action;
use crate::app::catalogue::CatalogueAction;
use crate::app::checking::{self, CheckingAction};
use crate::app::command::FilePurpose;
use crate::app::comparing::{ComparingAction, PAIRS, SaveKind, why_not};
use crate::app::exporting::{ExportingAction, Wanted};
use crate::app::form::NewTarget;
use crate::app::preferences::{Page, PreferencesAction};
use crate::app::state::{AppState, Leg, SandboxState, SidebarPage};
use crate::app::token_panel::TokenPanelAction;
use crate::app::tree::{Node, TreeAction};
use crate::compare::report::ReportFormat;
use crate::model::environment::Credentials;
use crate::model::settings::{Appearance, ResponsePlace};

/// What a command does.
#[derive(Debug, Clone, Copy)]
pub(super) enum KeyAction {
    Send,
    Compare,
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
    FindNext,
    FindPrevious,
    NextPane,
    Palette,
    Keys,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    /// What the state makes of it; `None`: not now, and the palette does not offer it.
    Act(fn(&AppState) -> Option<Action>),
}

impl KeyAction {
    /// Whether the palette offers it now.
    pub(super) fn is_possible(self, state: &AppState) -> bool {
        let has_request = state.form.is_none() && state.active_tab().is_some();
        match self {
            Self::Send | Self::FocusPath => has_request,
            Self::Compare => has_request && why_not(state).is_none(),
            Self::Find | Self::FindNext | Self::FindPrevious => {
                has_request && state.active_tab().is_some_and(|tab| tab.answer.is_some())
            }
            Self::CloseTab | Self::Save => has_request || state.form.is_some(),
            Self::NextTab | Self::PreviousTab | Self::RightTab | Self::LeftTab => {
                state.tabs.len() > 1
            }
            Self::ReopenTab => !state.tree.closed.is_empty(),
            Self::Undo => {
                let open = state.active_tab().map(crate::app::tab::Tab::id);
                state.tree.undo.next_undo(open).is_some()
            }
            Self::Redo => {
                let open = state.active_tab().map(crate::app::tab::Tab::id);
                state.tree.undo.next_redo(open).is_some()
            }
            // It is open.
            Self::Palette => false,
            Self::Act(act) => act(state).is_some(),
            Self::ChooseEnvironment
            | Self::LegA
            | Self::LegB
            | Self::NewTab
            | Self::NextPane
            | Self::Keys
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomReset => true,
        }
    }
}

pub(super) struct KeyRow {
    pub(super) action: KeyAction,
    /// `None`: in the palette only.
    pub(super) shortcut: Option<KeyboardShortcut>,
    pub(super) words: &'static str,
}

/// Where F1 lists a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyGroup {
    Sending,
    Requests,
    Environments,
    Window,
}

impl KeyGroup {
    pub(super) const ALL: [Self; 4] = [
        Self::Sending,
        Self::Requests,
        Self::Environments,
        Self::Window,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Sending => "Sending and reading",
            Self::Requests => "Requests",
            Self::Environments => "Environments",
            Self::Window => "Window",
        }
    }
}

impl KeyRow {
    pub(super) fn group(&self) -> KeyGroup {
        match self.action {
            KeyAction::Send
            | KeyAction::Compare
            | KeyAction::Find
            | KeyAction::FindNext
            | KeyAction::FindPrevious => KeyGroup::Sending,
            KeyAction::ChooseEnvironment | KeyAction::LegA | KeyAction::LegB => {
                KeyGroup::Environments
            }
            KeyAction::FocusPath
            | KeyAction::NewTab
            | KeyAction::CloseTab
            | KeyAction::NextTab
            | KeyAction::PreviousTab
            | KeyAction::RightTab
            | KeyAction::LeftTab
            | KeyAction::ReopenTab
            | KeyAction::Undo
            | KeyAction::Redo
            | KeyAction::Save => KeyGroup::Requests,
            KeyAction::NextPane
            | KeyAction::Palette
            | KeyAction::Keys
            | KeyAction::ZoomIn
            | KeyAction::ZoomOut
            | KeyAction::ZoomReset
            | KeyAction::Act(_) => KeyGroup::Window,
        }
    }
}

/// Keys that depend on where the focus is; they are taken where they are needed.
pub(super) const UNLISTED: &[(KeyGroup, &str, &str)] = &[
    (
        KeyGroup::Sending,
        "Esc",
        "Cancel what is under way, or close what is open",
    ),
    (
        KeyGroup::Requests,
        "Up, Down, Home, End",
        "In the tree: another row",
    ),
    (
        KeyGroup::Requests,
        "Right, Left",
        "In the tree: open or close a folder",
    ),
    (KeyGroup::Requests, "Enter", "In the tree: open the request"),
    (KeyGroup::Requests, "F2", "In the tree: rename"),
    (
        KeyGroup::Requests,
        "Delete",
        "In the tree: delete; it can be undone",
    ),
    (KeyGroup::Requests, "Ctrl+D", "In the tree: duplicate"),
    (
        KeyGroup::Requests,
        "Alt+Up, Alt+Down",
        "In the tree: move up or down",
    ),
    (
        KeyGroup::Requests,
        "Alt+Left, Alt+Right",
        "In the tree: move out of or into a folder",
    ),
    (KeyGroup::Window, "Tab", "Next field"),
    (KeyGroup::Window, "Shift+Tab", "Field before"),
];

const fn command(key: Key, action: KeyAction, words: &'static str) -> KeyRow {
    KeyRow {
        action,
        shortcut: Some(KeyboardShortcut::new(Modifiers::COMMAND, key)),
        words,
    }
}

const fn plain(key: Key, action: KeyAction, words: &'static str) -> KeyRow {
    KeyRow {
        action,
        shortcut: Some(KeyboardShortcut::new(Modifiers::NONE, key)),
        words,
    }
}

/// A command without a key.
const fn offered(words: &'static str, act: fn(&AppState) -> Option<Action>) -> KeyRow {
    KeyRow {
        action: KeyAction::Act(act),
        shortcut: None,
        words,
    }
}

/// More specific ones first: a shortcut also matches with more modifiers than it names.
pub(super) const TABLE: &[KeyRow] = &[
    KeyRow {
        action: KeyAction::Compare,
        shortcut: Some(KeyboardShortcut::new(
            Modifiers::COMMAND.plus(Modifiers::SHIFT),
            Key::Enter,
        )),
        words: "Compare A and B",
    },
    command(Key::Enter, KeyAction::Send, "Send"),
    command(Key::L, KeyAction::FocusPath, "Go to the path"),
    command(
        Key::K,
        KeyAction::Palette,
        "Search everything, or run a command",
    ),
    command(
        Key::E,
        KeyAction::ChooseEnvironment,
        "Choose the environment of the active leg",
    ),
    command(Key::Num1, KeyAction::LegA, "Make leg A active"),
    command(Key::Num2, KeyAction::LegB, "Make leg B active"),
    KeyRow {
        action: KeyAction::ReopenTab,
        shortcut: Some(KeyboardShortcut::new(
            Modifiers::COMMAND.plus(Modifiers::SHIFT),
            Key::T,
        )),
        words: "Open the last closed request again",
    },
    command(Key::T, KeyAction::NewTab, "New request"),
    command(Key::W, KeyAction::CloseTab, "Close the request"),
    KeyRow {
        action: KeyAction::PreviousTab,
        shortcut: Some(KeyboardShortcut::new(
            Modifiers::CTRL.plus(Modifiers::SHIFT),
            Key::Tab,
        )),
        words: "Previous request",
    },
    KeyRow {
        action: KeyAction::NextTab,
        shortcut: Some(KeyboardShortcut::new(Modifiers::CTRL, Key::Tab)),
        words: "Next request",
    },
    KeyRow {
        action: KeyAction::RightTab,
        shortcut: Some(KeyboardShortcut::new(Modifiers::CTRL, Key::PageDown)),
        words: "Request to the right",
    },
    KeyRow {
        action: KeyAction::LeftTab,
        shortcut: Some(KeyboardShortcut::new(Modifiers::CTRL, Key::PageUp)),
        words: "Request to the left",
    },
    KeyRow {
        action: KeyAction::Redo,
        shortcut: Some(KeyboardShortcut::new(
            Modifiers::COMMAND.plus(Modifiers::SHIFT),
            Key::Z,
        )),
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
    KeyRow {
        action: KeyAction::FindPrevious,
        shortcut: Some(KeyboardShortcut::new(Modifiers::SHIFT, Key::F3)),
        words: "Previous match",
    },
    plain(Key::F3, KeyAction::FindNext, "Next match"),
    plain(Key::F6, KeyAction::NextPane, "Next pane"),
    plain(Key::F1, KeyAction::Keys, "This list"),
    command(
        Key::Comma,
        KeyAction::Act(|state| Some(page(state, Page::Settings))),
        "Settings",
    ),
    command(Key::Plus, KeyAction::ZoomIn, "Larger"),
    command(Key::Minus, KeyAction::ZoomOut, "Smaller"),
    command(Key::Num0, KeyAction::ZoomReset, "Normal size"),
    offered("Show the comparison", |state| {
        let comparing = state.open_comparison()?;
        let is_there = comparing.done.is_some() || comparing.running.is_some();
        (is_there && !comparing.shown).then_some(Action::Comparing(ComparingAction::Show))
    }),
    offered("Back from the comparison to the request", |state| {
        state
            .shows_comparison()
            .then_some(Action::Comparing(ComparingAction::Close))
    }),
    offered("Copy the comparison as Markdown", |state| {
        report(state, ComparingAction::CopyMarkdown)
    }),
    offered("Save the comparison as HTML…", |state| {
        let kind = SaveKind::Report(ReportFormat::Html);
        report(state, ComparingAction::AskWhereToSave(kind))
    }),
    offered("Save the comparison as JSON…", |state| {
        let kind = SaveKind::Report(ReportFormat::Json);
        report(state, ComparingAction::AskWhereToSave(kind))
    }),
    offered("Save the samples of the comparison as CSV…", |state| {
        state.open_comparison()?.latency.as_ref()?;
        report(state, ComparingAction::AskWhereToSave(SaveKind::Samples))
    }),
    offered("Sample the latency of A and B", |state| {
        state.open_comparison()?.done.as_ref()?;
        let pairs = PAIRS[0];
        why_not(state)
            .is_none()
            .then_some(Action::Comparing(ComparingAction::StartSampling { pairs }))
    }),
    offered("Import a file…", |_| {
        Some(Action::PickFile {
            purpose: FilePurpose::Import,
        })
    }),
    offered("Export the environment of leg A…", |state| {
        export_environment(state, Leg::A)
    }),
    offered("Export the environment of leg B…", |state| {
        export_environment(state, Leg::B)
    }),
    offered("Export the request…", |state| {
        let id = state.active_tab()?.id().clone();
        Some(export(Wanted::Request(id)))
    }),
    offered("Export all saved requests…", |state| {
        let has_some = !state.workspace.requests.is_empty();
        has_some.then(|| export(Wanted::AllRequests))
    }),
    offered("Export the answer as HAR…", |state| {
        let tab = state.active_tab()?;
        tab.answer.as_ref()?;
        Some(export(Wanted::Answer(tab.id().clone())))
    }),
    offered("Open another folder…", |_| {
        Some(Action::PickFile {
            purpose: FilePurpose::Workspace,
        })
    }),
    offered("Welcome page", |state| Some(page(state, Page::Welcome))),
    offered("About Gatescope, licences", |state| {
        Some(page(state, Page::About))
    }),
    offered("Swap A and B", |_| Some(Action::SwapLegs)),
    offered("Token of leg A…", |state| token(state, Leg::A)),
    offered("Token of leg B…", |state| token(state, Leg::B)),
    offered("Response beside the request", |state| {
        place(state, ResponsePlace::Beside)
    }),
    offered("Response below the request", |state| {
        place(state, ResponsePlace::Below)
    }),
    offered("Usual sizes of request and response", |state| {
        (state.editor_percent != 0).then_some(Action::SetSplit(0))
    }),
    offered("Add a new environment…", |_| {
        Some(Action::NewEnvironment(NewTarget::Gateway {
            invoke_url: String::new(),
        }))
    }),
    offered("Edit the environment of leg A…", |state| {
        edit_environment(state, Leg::A)
    }),
    offered("Edit the environment of leg B…", |state| {
        edit_environment(state, Leg::B)
    }),
    offered("Get a new token for leg A", |state| {
        new_token(state, Leg::A)
    }),
    offered("Get a new token for leg B", |state| {
        new_token(state, Leg::B)
    }),
    offered("Check the gateway", |state| {
        checking::checkable(state).map(|id| Action::Checking(CheckingAction::Run(id)))
    }),
    offered("Show the last gateway check", |state| {
        let has_one = state.checking.shown.is_some() && !state.checking.on_page;
        has_one.then_some(Action::Checking(CheckingAction::Show))
    }),
    offered("Try the sandbox", |_| Some(Action::TrySandbox)),
    offered("Break it: a sandbox gateway with a fault…", |_| {
        Some(Action::Checking(CheckingAction::ListBroken))
    }),
    offered("Start the sandbox", |state| {
        matches!(
            state.sandbox,
            SandboxState::Stopped | SandboxState::Failed { .. }
        )
        .then_some(Action::StartSandbox)
    }),
    offered("Show the saved requests", |_| {
        Some(Action::ShowSidebar(SidebarPage::Requests))
    }),
    offered("Show the history", |_| {
        Some(Action::ShowSidebar(SidebarPage::History))
    }),
    offered("Show the catalogue of operations", |_| {
        Some(Action::ShowSidebar(SidebarPage::Catalogue))
    }),
    offered("Dark theme", |state| appearance(state, Appearance::Dark)),
    offered("Light theme", |state| appearance(state, Appearance::Light)),
    offered("Theme like the desktop", |state| {
        appearance(state, Appearance::System)
    }),
    offered("Try the keyring again", |state| {
        matches!(
            state.keyring,
            crate::app::event::KeyringState::Unavailable { .. }
        )
        .then_some(Action::RetryKeyring)
    }),
    offered("Delete the saved request", |state| {
        let tab = state.active_tab()?;
        let id = tab.id();
        state
            .stored(id)
            .map(|_| Action::Tree(TreeAction::Delete(Node::Request(id.clone()))))
    }),
];

/// Something that is done with the comparison that is shown.
fn report(state: &AppState, action: ComparingAction) -> Option<Action> {
    let is_there = state.shows_comparison() && state.open_comparison()?.done.is_some();
    is_there.then_some(Action::Comparing(action))
}

/// The page, or the request again when the page is there already.
fn page(state: &AppState, page: Page) -> Action {
    let shown = state.preferences.page == Some(page);
    Action::Preferences(PreferencesAction::Show(Some(page).filter(|_| !shown)))
}

fn edit_environment(state: &AppState, leg: Leg) -> Option<Action> {
    state
        .leg(leg)
        .filter(|environment| environment.sandbox.is_none())
        .map(|environment| Action::EditEnvironment(environment.id.clone()))
}

fn export(wanted: Wanted) -> Action {
    Action::Exporting(ExportingAction::Ask(wanted))
}

fn export_environment(state: &AppState, leg: Leg) -> Option<Action> {
    let environment = state.leg(leg)?;
    Some(export(Wanted::Environment(environment.id.clone())))
}

fn new_token(state: &AppState, leg: Leg) -> Option<Action> {
    state
        .leg(leg)
        .filter(|environment| environment.credentials != Credentials::None)
        .map(|_| Action::FetchToken { leg })
}

fn token(state: &AppState, leg: Leg) -> Option<Action> {
    state
        .leg(leg)
        .map(|_| Action::TokenPanel(TokenPanelAction::Open(leg)))
}

fn place(state: &AppState, wanted: ResponsePlace) -> Option<Action> {
    (state.settings.response_place != wanted).then_some(Action::PlaceResponse(wanted))
}

fn appearance(state: &AppState, wanted: Appearance) -> Option<Action> {
    (state.settings.appearance != wanted).then_some(Action::SetAppearance(wanted))
}

/// What Ctrl+K and the pill in the top bar do.
pub(super) fn palette() -> Action {
    Action::Catalogue(CatalogueAction::OpenPalette)
}

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
            row.shortcut.is_some_and(|shortcut| {
                shortcut.logical_key == key
                    && modifiers.matches_logically(shortcut.modifiers)
                    // AltGr is Ctrl and Alt on some systems, and types a character there.
                    && modifiers.alt == shortcut.modifiers.alt
            })
        })
        .map(|row| row.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_types_a_character_with_alt_gr_is_no_shortcut() {
        let event = |modifiers: Modifiers| Event::Key {
            key: Key::E,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        };
        let plain = Modifiers::CTRL.plus(Modifiers::COMMAND);
        assert!(matches!(
            action_of(&event(plain)),
            Some(KeyAction::ChooseEnvironment)
        ));
        assert!(action_of(&event(plain.plus(Modifiers::ALT))).is_none());
    }

    #[test]
    fn no_two_rows_share_a_key_or_their_words() {
        for (index, row) in TABLE.iter().enumerate() {
            for other in &TABLE[index + 1..] {
                assert!(
                    row.shortcut.is_none() || row.shortcut != other.shortcut,
                    "{} / {}",
                    row.words,
                    other.words
                );
                assert_ne!(row.words, other.words);
            }
        }
    }
}
