//! Text fields with a name for those who cannot see them, and the label-and-field rows of forms.
//! What is too long for a field is the work of `long`.

pub(in crate::ui) mod long;

use egui::{Response, RichText, TextEdit, Ui, vec2};

use crate::model::masks::NOT_KEPT;
use crate::ui::tokens::{Palette, inset, size};

/// Said where `(not kept)` stands in place of a credential.
const ENTER_AGAIN: &str = "enter it again";

/// How a field looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Face {
    Words,
    Mono,
    /// Masked, and its undo history wiped, so that no copy stays in memory.
    Secret,
}

/// A single-line field with a name, `width` points wide.
pub(in crate::ui) fn text(
    ui: &mut Ui,
    name: &str,
    value: &mut String,
    hint: &str,
    face: Face,
    width: f32,
) -> Response {
    let palette = Palette::of(ui);
    if let Some(response) = long::instead(ui, name, value, vec2(width, size::CONTROL)) {
        return response;
    }
    let left_out = value.contains(NOT_KEPT);
    let mut edit = TextEdit::singleline(value)
        .hint_text(RichText::new(hint).color(palette.faint))
        .desired_width(width - size::FIELD_SIDE * 2.0)
        .margin(inset::FIELD)
        .min_size(vec2(width, size::CONTROL))
        .align(egui::Align2::LEFT_CENTER);
    edit = match face {
        Face::Words => edit,
        Face::Mono => edit.font(egui::TextStyle::Monospace),
        Face::Secret => edit.password(true),
    };
    if left_out {
        edit = edit.text_color(palette.bad);
    }
    let mut response = ui.add(edit).accessible_name(name);
    if left_out {
        response = response.on_hover_text(ENTER_AGAIN);
        enter_again(ui, &response);
    }
    if face == Face::Secret
        && response.changed()
        && let Some(mut state) = TextEdit::load_state(ui.ctx(), response.id)
    {
        state.clear_undoer();
        TextEdit::store_state(ui.ctx(), response.id, state);
    }
    response
}

/// Marks a field in which a credential was left out when it was written.
fn enter_again(ui: &Ui, response: &Response) {
    let palette = Palette::of(ui);
    ui.painter().rect_stroke(
        response.rect,
        egui::CornerRadius::same(size::RADIUS),
        egui::Stroke::new(1.0, palette.bad),
        egui::StrokeKind::Inside,
    );
    if response.rect.width() > size::FORM_LABEL * 2.0 {
        ui.painter().text(
            response.rect.right_center() - vec2(size::FIELD_SIDE, 0.0),
            egui::Align2::RIGHT_CENTER,
            ENTER_AGAIN,
            egui::FontId::proportional(size::SMALL),
            palette.bad,
        );
    }
}

/// A form row: label on the left, what is to be filled in on the right, remarks below it.
pub(in crate::ui) fn row<R>(ui: &mut Ui, label: &str, add: impl FnOnce(&mut Ui, f32) -> R) -> R {
    let palette = Palette::of(ui);
    let narrow = ui.available_width() < size::FORM_LABEL + 260.0;
    let mut result = None;
    let fill = |ui: &mut Ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = size::HALF;
            let width = ui.available_width().min(size::FORM_FIELD);
            ui.set_max_width(width);
            result = Some(ui.name_inputs(label, |ui| add(ui, width)));
        });
    };
    // The label is painted rather than added: the fields carry its words as their name, and nobody has to hear them twice.
    let paint_label = |ui: &mut Ui, height: f32| {
        let (rect, _) =
            ui.allocate_exact_size(vec2(size::FORM_LABEL, height), egui::Sense::hover());
        ui.painter().text(
            rect.left_center(),
            egui::Align2::LEFT_CENTER,
            label,
            egui::TextStyle::Body.resolve(ui.style()),
            palette.secondary,
        );
    };
    if narrow {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = size::HALF;
            paint_label(ui, 20.0);
            fill(ui);
        });
    } else {
        ui.horizontal_top(|ui| {
            paint_label(ui, size::CONTROL);
            fill(ui);
        });
    }
    result.expect("the row was filled")
}

/// The heading of a group of rows.
pub(in crate::ui) fn section(ui: &mut Ui, title: &str) {
    ui.add_space(size::UNIT);
    ui.label(super::basic::strong(title));
}
