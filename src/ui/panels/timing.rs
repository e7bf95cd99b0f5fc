//! The waterfall: every hop on one time scale, each phase a bar with its number.

use std::time::Duration;

use egui::{CornerRadius, Rect, ScrollArea, Sense, Ui, pos2, vec2};

use crate::model::exchange::{Exchange, Hop};
use crate::model::timings::Phase;
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::response_pages::purpose;

const NAME_WIDTH: f32 = 96.0;
const NUMBER_WIDTH: f32 = 88.0;

pub(super) fn show(ui: &mut Ui, exchange: &Exchange) {
    let palette = Palette::of(ui);
    ScrollArea::vertical()
        .id_salt("timing")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let whole = exchange.total.max(Duration::from_micros(1));
            for (index, hop) in exchange.hops.iter().enumerate() {
                ui.add_space(size::HALF);
                ui.horizontal(|ui| {
                    ui.label(basic::strong(format!("{}. {}", index + 1, purpose(hop))));
                    let words = format!(
                        "{} after {}",
                        text::duration(hop.phases.total),
                        text::duration(hop.start_offset)
                    );
                    ui.label(basic::small(words).color(palette.secondary));
                    if hop.connection.reused {
                        ui.label(basic::small("reused connection").color(palette.faint));
                    }
                });
                hop_rows(ui, hop, whole);
            }
            ui.add_space(size::UNIT);
            ui.horizontal(|ui| {
                ui.label(basic::strong("Total"));
                ui.label(text::duration(exchange.total));
            });
        });
}

fn hop_rows(ui: &mut Ui, hop: &Hop, whole: Duration) {
    let mut start = hop.start_offset;
    for phase in Phase::ALL {
        if let Some(duration) = hop.phases.get(phase) {
            row(ui, phase, start, duration, whole);
            start += duration;
        }
    }
}

fn row(ui: &mut Ui, phase: Phase, start: Duration, duration: Duration, whole: Duration) {
    let palette = Palette::of(ui);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 20.0), Sense::hover());
    let font = egui::FontId::new(size::SMALL, egui::FontFamily::Proportional);
    let painter = ui.painter_at(rect);
    painter.text(
        rect.left_center() + vec2(16.0, 0.0),
        egui::Align2::LEFT_CENTER,
        phase.to_string(),
        font,
        palette.secondary,
    );
    painter.text(
        pos2(
            rect.left() + NAME_WIDTH + NUMBER_WIDTH - 12.0,
            rect.center().y,
        ),
        egui::Align2::RIGHT_CENTER,
        text::duration(duration),
        egui::FontId::new(size::MONO, egui::FontFamily::Monospace),
        palette.text,
    );
    let left = rect.left() + NAME_WIDTH + NUMBER_WIDTH;
    let room = (rect.right() - left - 8.0).max(1.0);
    let share = |part: Duration| (part.as_secs_f32() / whole.as_secs_f32()).clamp(0.0, 1.0) * room;
    let bar = Rect::from_min_size(
        pos2(left + share(start).min(room - 2.0), rect.center().y - 5.0),
        vec2(share(duration).max(2.0), 10.0),
    );
    painter.rect_filled(bar, CornerRadius::same(2), palette.phase(phase));
    response.widget_info(|| {
        egui::WidgetInfo::labeled(
            egui::Role::Label,
            true,
            format!("{phase} {}", text::duration(duration)),
        )
    });
}
