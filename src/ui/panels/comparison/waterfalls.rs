//! Where the time of both sides went, on one scale: equal lengths are equal times.

use egui::{Align2, CornerRadius, FontFamily, FontId, Rect, Sense, Ui, pos2, vec2};

use crate::app::state::Leg;
use crate::compare::latency::LegTiming;
use crate::model::timings::Phase;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::verdict::milliseconds;

/// Both bars.
pub(super) fn bars(ui: &mut Ui, a: &LegTiming, b: &LegTiming) {
    let scale = whole(a).max(whole(b)).max(f64::EPSILON);
    for (leg, timing) in [(Leg::A, a), (Leg::B, b)] {
        bar(ui, leg, timing, scale);
    }
}

/// The phases may be longer than the total says, by rounding.
fn whole(timing: &LegTiming) -> f64 {
    let sum: f64 = timing.phases.iter().map(|(_, time)| time).sum();
    timing.total_ms.max(sum)
}

fn bar(ui: &mut Ui, leg: Leg, timing: &LegTiming, scale: f64) {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::hover());
    let side = vec2(size::BADGE, size::BADGE);
    let badge =
        Rect::from_center_size(pos2(rect.left() + size::BADGE / 2.0, rect.center().y), side);
    basic::paint_badge(ui.painter(), badge, palette, leg);
    let left = badge.right() + size::DOUBLE;
    let right = (rect.right() - size::PHASE_NUMBER).max(left + size::BAR_LEAST);
    let top = rect.center().y - size::BAR_HEIGHT / 2.0;
    let track = Rect::from_min_max(pos2(left, top), pos2(right, top + size::BAR_HEIGHT));
    let corners = CornerRadius::same(size::CHIP_RADIUS / 2);
    ui.painter().rect_filled(track, corners, palette.raised);
    let mut start = 0.0;
    let mut hovered = None;
    for (phase, time) in &timing.phases {
        let end = start + time;
        let part = Rect::from_min_max(
            pos2(at(track, start, scale), track.top()),
            pos2(
                at(track, end, scale).max(at(track, start, scale) + size::LINE),
                track.bottom(),
            ),
        );
        ui.painter()
            .rect_filled(part, corners, palette.phase(*phase));
        if ui.rect_contains_pointer(part.expand2(vec2(0.0, size::HALF))) {
            hovered = Some((*phase, *time));
        }
        start = end;
    }
    let total = if timing.phases.is_empty() {
        "none".to_owned()
    } else {
        milliseconds(timing.total_ms)
    };
    ui.painter().text(
        pos2(right + size::GAP, rect.center().y),
        Align2::LEFT_CENTER,
        &total,
        FontId::new(size::SMALL, FontFamily::Proportional),
        palette.text,
    );
    response.widget_info(|| {
        let parts: Vec<String> = timing
            .phases
            .iter()
            .map(|(phase, time)| format!("{phase} {}", milliseconds(*time)))
            .collect();
        let words = format!(
            "Time of leg {}: {total}. {}",
            leg.letter(),
            parts.join(", ")
        );
        egui::WidgetInfo::labeled(egui::Role::Label, true, words)
    });
    match hovered {
        Some((phase, time)) => {
            response.on_hover_text(format!("{phase} {}", milliseconds(time)));
        }
        None if !timing.phases.is_empty() => {
            let outside = milliseconds(timing.outside_phases());
            response.on_hover_text(format!(
                "{total} in all, {outside} of it before and between the phases"
            ));
        }
        None => {}
    }
}

/// Where a time stands on the track.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a share of a width in points"
)]
fn at(track: Rect, time: f64, scale: f64) -> f32 {
    track.left() + ((time / scale).clamp(0.0, 1.0) as f32) * track.width()
}

/// The phases that occur, each with its colour.
pub(super) fn legend(ui: &mut Ui, a: &LegTiming, b: &LegTiming) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.x = size::SNUG;
    for phase in Phase::ALL {
        if a.phase(phase).is_none() && b.phase(phase).is_none() {
            continue;
        }
        let (rect, _) = ui.allocate_exact_size(vec2(size::CHECK, size::CHECK), Sense::hover());
        ui.painter().rect_filled(
            rect,
            CornerRadius::same(size::CHIP_RADIUS / 2),
            palette.phase(phase),
        );
        ui.label(basic::small(phase.to_string()).color(palette.secondary));
        ui.add_space(size::SNUG);
    }
}
