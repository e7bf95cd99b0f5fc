//! What is said, and where a path can be typed, on a desktop that has no file dialog.

use super::super::command::FilePurpose;
use super::super::comparing::SaveKind;
use super::super::notices::NoticeKind;
use super::super::preferences::Page;
use super::super::state::AppState;
use super::notice;

pub(super) fn missing(state: &mut AppState, purpose: &FilePurpose) {
    let hint = match purpose {
        FilePurpose::Import => {
            show_welcome(state);
            "Type the path under `Import a configuration`, drop the file on the window, or paste its text"
        }
        FilePurpose::Workspace => {
            show_welcome(state);
            "Type the path under `Open a folder`"
        }
        FilePurpose::BodyFile | FilePurpose::PartFile(_) => {
            "Type the path in the field, or drop the file on the body"
        }
        FilePurpose::CaFile => "Type the path in the field",
        FilePurpose::SaveBody | FilePurpose::SaveReport | FilePurpose::Export { .. } => {
            "Type the path in the field, then press Save"
        }
        FilePurpose::SaveComparison(SaveKind::Samples) => {
            "Install xdg-desktop-portal or zenity, which bring one"
        }
        FilePurpose::SaveComparison(SaveKind::Report(_)) => {
            "Copy the comparison as Markdown, or run `gatescope compare` with --report"
        }
    };
    notice(
        state,
        NoticeKind::Warning,
        "This desktop has no file dialog: neither a portal nor zenity answers",
        hint,
    );
}

/// The fields are there. What is in front of it and was changed is not put away for it.
fn show_welcome(state: &mut AppState) {
    if state.form.is_none() {
        state.preferences.page = Some(Page::Welcome);
    }
}
