//! One choice out of a few that stand side by side in one bar, like a switch with more than two places.

use egui::{
    Align2, CornerRadius, FontSelection, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    vec2,
};

use crate::ui::tokens::{Palette, size};

use super::basic;

/// Shows the bar `width` points wide, each choice with its share; where the words do not fit, in lines below each other.
/// Answers whether another one was chosen.
pub(in crate::ui) fn show<T: Copy + PartialEq>(
    ui: &mut Ui,
    chosen: &mut T,
    options: &[(T, &str)],
    width: f32,
) -> bool {
    shown(ui, chosen, options, width).0
}

/// The same, with the choice that is in force, for those who lead the keyboard to it.
pub(in crate::ui) fn shown<T: Copy + PartialEq>(
    ui: &mut Ui,
    chosen: &mut T,
    options: &[(T, &str)],
    width: f32,
) -> (bool, Option<Response>) {
    let font = FontSelection::Default.resolve(ui.style());
    let palette = Palette::of(ui);
    let galleys: Vec<_> = options
        .iter()
        .map(|(_, words)| {
            ui.painter()
                .layout_no_wrap((*words).to_owned(), font.clone(), palette.text)
        })
        .collect();
    let natural: Vec<f32> = galleys
        .iter()
        .map(|galley| galley.size().x + size::DOUBLE)
        .collect();
    let needed: f32 = natural.iter().sum();
    if needed > width - size::HALF {
        return ui
            .horizontal_wrapped(|ui| basic::choice_shown(ui, chosen, options))
            .inner;
    }
    let height = size::CONTROL.max(font.size + size::GAP);
    let (bar, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    ui.painter()
        .rect_filled(bar, CornerRadius::same(size::RADIUS), palette.hover);
    #[expect(
        clippy::cast_precision_loss,
        reason = "a handful of choices, counted exactly"
    )]
    let more = (width - size::HALF - needed) / options.len() as f32;
    let mut left = bar.left() + size::TIGHT;
    let mut changed = false;
    let mut shown = None;
    for (index, (option, words)) in options.iter().enumerate() {
        let length = natural[index] + more;
        let rect = Rect::from_min_size(
            egui::pos2(left, bar.top() + size::TIGHT),
            vec2(length, height - size::HALF),
        );
        left += length;
        let response = ui.interact(rect, ui.next_auto_id().with(index), Sense::click());
        let active = *option == *chosen;
        response.widget_info(|| {
            WidgetInfo::selected(egui::Role::RadioButton, ui.is_enabled(), active, *words)
        });
        if active {
            ui.painter().rect(
                rect,
                CornerRadius::same(size::CHIP_RADIUS),
                palette.panel,
                Stroke::new(size::LINE, palette.strong_line),
                StrokeKind::Inside,
            );
        }
        let colour = if active || response.hovered() {
            palette.text
        } else {
            palette.secondary
        };
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            words,
            font.clone(),
            colour,
        );
        if response.clicked() && !active {
            *chosen = *option;
            changed = true;
        }
        if active {
            shown = Some(response);
        }
    }
    // Each bar keeps the ids of its parts, whatever stands before it.
    ui.skip_ahead_auto_ids(1);
    (changed, shown)
}
