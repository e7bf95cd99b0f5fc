//! The 18 regions by place and AWS name, to choose one from.

use egui::{ComboBox, Response, Ui};

use crate::model::region::Region;
use crate::ui::tokens::size;
use crate::ui::widgets::basic;

/// Answers whether another one was chosen.
pub(super) fn show(ui: &mut Ui, name: &str, region: &mut Region) -> bool {
    shown(ui, name, region).0
}

/// The same, with the closed list, for those who lead the keyboard to it.
pub(super) fn shown(ui: &mut Ui, name: &str, region: &mut Region) -> (bool, Response) {
    let mut changed = false;
    let width = ui.available_width().min(size::REGION);
    let list = ui.name_inputs(name, |ui| {
        ComboBox::from_id_salt(name)
            .icon(basic::drop_down)
            .width(width)
            .height(size::REGION_LIST)
            .selected_text(words(*region))
            .show_ui(ui, |ui| {
                basic::list(ui);
                for known in Region::all() {
                    if ui
                        .selectable_label(*region == known, words(known))
                        .clicked()
                    {
                        *region = known;
                        changed = true;
                    }
                }
            })
            .response
    });
    (changed, list)
}

fn words(region: Region) -> String {
    format!("{} · {}", region.place(), region.aws_name())
}
