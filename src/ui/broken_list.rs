//! The faults that a gateway of the sandbox can have, each with a line that says what it does, to choose one from.

use egui::{CornerRadius, Id, Key, Label, Modifiers, RichText, ScrollArea, Ui};

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
    let moved = arrows(ui);
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
            focus(ui, &rows, moved);
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

/// Rows down, less rows up.
fn arrows(ui: &Ui) -> isize {
    ui.input_mut(|input| {
        let mut count = |key| {
            isize::try_from(input.count_and_consume_key(Modifiers::NONE, key)).unwrap_or_default()
        };
        count(Key::ArrowDown) - count(Key::ArrowUp)
    })
}

/// Passes in which a new list may take the keyboard: what was open before it gives it back late.
const SETTLES_WITHIN: u64 = 4;

/// The keyboard is in the list from the beginning, and the arrows lead through it.
fn focus(ui: &Ui, rows: &[egui::Response], moved: isize) {
    let id = Id::unique("faults listed");
    let pass = ui.ctx().cumulative_pass_nr();
    let (opened, _) = ui
        .data(|data| data.get_temp::<(u64, u64)>(id))
        .filter(|(_, last)| last + SETTLES_WITHIN >= pass)
        .unwrap_or((pass, pass));
    ui.data_mut(|data| data.insert_temp(id, (opened, pass)));
    let at = rows.iter().position(egui::Response::has_focus);
    let wanted = match at {
        None if pass < opened + SETTLES_WITHIN => {
            ui.ctx().request_repaint();
            Some(0)
        }
        Some(at) if moved != 0 => Some(at.saturating_add_signed(moved).min(rows.len() - 1)),
        _ => None,
    };
    if let Some(row) = wanted.and_then(|wanted| rows.get(wanted)) {
        row.request_focus();
        row.scroll_to_me(None);
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
    let response = content.response.interact(egui::Sense::click());
    let spoken = format!("{name}: {}", broken.words());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &spoken));
    let radius = CornerRadius::same(size::CHIP_RADIUS);
    if response.has_focus() {
        let ring = egui::Stroke::new(size::MARK, palette.accent);
        let shape = egui::Shape::Vec(vec![
            egui::Shape::rect_filled(response.rect, radius, palette.selection),
            egui::Shape::rect_stroke(response.rect, radius, ring, egui::StrokeKind::Inside),
        ]);
        ui.painter().set(place, shape);
    } else if response.hovered() {
        let shape = egui::Shape::rect_filled(response.rect, radius, palette.hover);
        ui.painter().set(place, shape);
    }
    response
}
