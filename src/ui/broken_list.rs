//! The faults that a gateway of the sandbox can have, each with a line that says what it does, to choose one from.

use egui::{CornerRadius, Id, Label, RichText, ScrollArea, Ui};

use crate::app::action::DialogAnswer;
use crate::model::broken_gateways::BrokenGateway;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::{basic, row_end};

pub(super) fn show(ui: &mut Ui) -> Option<DialogAnswer> {
    let palette = Palette::of(ui);
    let mut answer = None;
    ui.add(
        Label::new(
            RichText::new(
                "Opens a gateway of the sandbox with one fault as leg B, and checks it: see what the check says, and what a request answers",
            )
            .color(palette.secondary),
        )
        .wrap(),
    );
    ui.add_space(size::HALF);
    let below = size::PRIMARY + size::DOUBLE * 2.0;
    ScrollArea::vertical()
        .max_height((ui.available_height() - below).max(size::ROW * 2.0))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = size::TIGHT;
            let mut rows = Vec::new();
            for broken in BrokenGateway::ALL {
                let response = row(ui, broken);
                if response.clicked() {
                    answer = Some(DialogAnswer::Break(broken));
                }
                rows.push(response);
            }
            focus(ui, &rows);
        });
    ui.add_space(size::UNIT);
    ui.horizontal(|ui| {
        row_end::show(ui, "close", |ui| {
            if basic::secondary(ui, "Cancel").clicked() {
                answer = Some(DialogAnswer::Dismiss);
            }
        });
    });
    answer
}

/// Passes in which a new list may take the keyboard: what was open before it gives it back late.
const SETTLES_WITHIN: u64 = 4;

/// The keyboard is in the list from the beginning; from there the arrows lead through it, as everywhere.
fn focus(ui: &Ui, rows: &[egui::Response]) {
    let id = Id::unique("faults listed");
    let pass = ui.ctx().cumulative_pass_nr();
    let (opened, _) = ui
        .data(|data| data.get_temp::<(u64, u64)>(id))
        .filter(|(_, last)| last + SETTLES_WITHIN >= pass)
        .unwrap_or((pass, pass));
    ui.data_mut(|data| data.insert_temp(id, (opened, pass)));
    let is_there = rows.iter().any(egui::Response::has_focus);
    if let Some(first) = rows.first()
        && !is_there
        && pass < opened + SETTLES_WITHIN
    {
        first.request_focus();
        ui.ctx().request_repaint();
    }
}

fn row(ui: &mut Ui, broken: BrokenGateway) -> egui::Response {
    let palette = Palette::of(ui);
    let mut name = broken.fault().to_owned();
    name[..1].make_ascii_uppercase();
    let place = ui.painter().add(egui::Shape::Noop);
    let content = egui::Frame::new().inner_margin(inset::CARD).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = size::TIGHT;
        ui.add(Label::new(basic::strong(&name)).selectable(false));
        let words = basic::small(broken.words()).color(palette.secondary);
        ui.add(Label::new(words).selectable(false).wrap());
    });
    // The frame itself takes no focus, and would take it away from what shares its id.
    let id = content.response.id.with("row");
    let response = ui.interact(content.response.rect, id, egui::Sense::click());
    let spoken = format!("{name}: {}", broken.words());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &spoken));
    let radius = CornerRadius::same(size::CHIP_RADIUS);
    // The ring around what has the keyboard is painted for every widget alike.
    if response.has_focus() {
        let shape = egui::Shape::rect_filled(response.rect, radius, palette.selection);
        ui.painter().set(place, shape);
    } else if response.hovered() {
        let shape = egui::Shape::rect_filled(response.rect, radius, palette.hover);
        ui.painter().set(place, shape);
    }
    response
}
