//! Notes and problems under their field, each with its one-click fix.

use egui::{Color32, Role, Sense, Ui, WidgetInfo, vec2};

use crate::app::tab::FieldRemark;
use crate::model::note::Fix;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

/// What was clicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ui) enum Chosen {
    Fix(Fix),
    /// The credential in the field goes into the keyring.
    Keep,
}

/// Shows remarks; answers the fix that was clicked.
pub(in crate::ui) fn show<'a>(
    ui: &mut Ui,
    remarks: impl IntoIterator<Item = FieldRemark<'a>>,
) -> Option<Fix> {
    match show_keeping(ui, remarks, false) {
        Some(Chosen::Fix(fix)) => Some(fix),
        Some(Chosen::Keep) | None => None,
    }
}

/// The same; with `can_keep` the last one offers to put the credential in the field into the keyring.
pub(in crate::ui) fn show_keeping<'a>(
    ui: &mut Ui,
    remarks: impl IntoIterator<Item = FieldRemark<'a>>,
    can_keep: bool,
) -> Option<Chosen> {
    let palette = Palette::of(ui);
    let mut chosen = None;
    let mut remarks = remarks.into_iter().peekable();
    while let Some(remark) = remarks.next() {
        let (colour, icon, kind) = if remark.blocking {
            (palette.bad, Icon::Cross, "Problem")
        } else {
            (palette.warn, Icon::Warning, "Note")
        };
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = size::SNUG;
            // No higher than the words: wrapping text stands at the bottom of its row.
            ui.spacing_mut().interact_size.y = size::ICON;
            sign(ui, icon, kind, colour);
            // Further lines stand below the first one's words, not below the sign.
            ui.horizontal_wrapped(|ui| {
                let words = basic::worded(ui, remark.text, colour);
                ui.label(words);
                if let Some(fix) = remark.fix
                    && basic::link(ui, &fix.label).clicked()
                {
                    chosen = Some(Chosen::Fix(fix.clone()));
                }
                if can_keep
                    && remarks.peek().is_none()
                    && basic::link(ui, "Keep in keyring").clicked()
                {
                    chosen = Some(Chosen::Keep);
                }
            });
        });
    }
    chosen
}

/// In the middle of the first line beside it.
fn sign(ui: &mut Ui, icon: Icon, kind: &str, colour: Color32) {
    let room = vec2(size::ICON, size::ICON);
    let (rect, response) = ui.allocate_exact_size(room, Sense::hover());
    icons::paint(ui.painter(), rect, icon, colour);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, kind));
}
