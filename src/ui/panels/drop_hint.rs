//! What a file that hovers over the window will do when it is dropped.

use egui::{Align2, Area, Frame, Id, Order, Ui, Vec2};

use crate::app::state::AppState;
use crate::app::tab::EditorPage;
use crate::ui::tokens::{inset, size};
use crate::ui::widgets::basic;

use super::View;

pub(super) fn show(ui: &Ui, view: &View<'_>) {
    let files = ui.input(|input| input.raw.hovered_files.len());
    if files == 0 {
        return;
    }
    let palette = view.palette;
    Area::new(Id::unique("drop hint"))
        .order(Order::Tooltip)
        .anchor(Align2::CENTER_CENTER, Vec2::ZERO)
        .interactable(false)
        .show(ui.ctx(), |ui| {
            let around = Frame::popup(ui.style())
                .stroke(egui::Stroke::new(size::MARK, palette.accent))
                .inner_margin(inset::DIALOG);
            around.show(ui, |ui| {
                let words = basic::strong(words(view.state, files)).size(size::TITLE);
                ui.add(egui::Label::new(words).extend());
            });
        });
}

/// As `EditingAction::FileDropped` does it.
fn words(state: &AppState, files: usize) -> String {
    let is_body = state.form.is_none()
        && state
            .active_tab()
            .is_some_and(|tab| tab.editor_page == EditorPage::Body);
    match files {
        _ if is_body => "Drop it to send it as the body".to_owned(),
        1 => "Drop it to look at what it would import".to_owned(),
        many => format!("Drop them to look at what each of the {many} would import"),
    }
}
