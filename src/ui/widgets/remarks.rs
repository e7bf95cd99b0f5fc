//! Notes and problems under their field, each with its one-click fix.

use egui::{RichText, Ui};

use crate::app::tab::FieldRemark;
use crate::model::note::Fix;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

/// Shows remarks; answers the fix that was clicked.
pub(in crate::ui) fn show<'a>(
    ui: &mut Ui,
    remarks: impl IntoIterator<Item = FieldRemark<'a>>,
) -> Option<Fix> {
    let palette = Palette::of(ui);
    let mut chosen = None;
    for remark in remarks {
        let colour = if remark.blocking {
            palette.bad
        } else {
            palette.warn
        };
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = size::SNUG;
            ui.spacing_mut().interact_size.y = size::BADGE;
            let sign = if remark.blocking { "×" } else { "!" };
            ui.label(basic::strong(sign).size(size::SMALL).color(colour));
            ui.label(RichText::new(remark.text).size(size::SMALL).color(colour));
            if let Some(fix) = remark.fix
                && basic::link(ui, &fix.label).clicked()
            {
                chosen = Some(fix.clone());
            }
        });
    }
    chosen
}
