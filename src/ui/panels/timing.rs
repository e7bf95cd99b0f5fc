//! The waterfall: every hop on one time scale, each phase a bar with its number and what it means.

use std::time::Duration;

use egui::{Align2, CornerRadius, FontFamily, FontId, Rect, ScrollArea, Sense, Ui, pos2, vec2};

use crate::model::exchange::{Exchange, Hop};
use crate::model::timings::Phase;
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::response_pages::hop_title;

pub(super) fn show(ui: &mut Ui, exchange: &Exchange) {
    ScrollArea::vertical()
        .id_salt("timing")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = size::TIGHT;
            total(ui, exchange);
            let whole = exchange.total.max(Duration::from_micros(1));
            for (index, hop) in exchange.hops.iter().enumerate() {
                ui.add_space(size::UNIT);
                ui.horizontal(|ui| {
                    hop_title(ui, exchange, index, &beside(hop));
                });
                hop_bar(ui, hop, whole);
                hop_rows(ui, hop, whole);
            }
            ui.add_space(size::UNIT);
        });
}

fn total(ui: &mut Ui, exchange: &Exchange) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.label(basic::strong("Total"));
        ui.label(text::duration(exchange.total));
        if exchange.hops.len() > 1 {
            let words = format!("{} hops", exchange.hops.len());
            ui.label(basic::small(words).color(palette.secondary));
        }
    });
}

/// How long the hop took, when it began, and over what connection.
fn beside(hop: &Hop) -> String {
    let mut words = text::duration(hop.phases.total);
    if !hop.start_offset.is_zero() {
        words += &format!(", from {} on", text::duration(hop.start_offset));
    }
    words += if hop.connection.reused {
        ", reused connection: no DNS, TCP or TLS"
    } else if hop.connection.tls.as_ref().is_some_and(|tls| tls.resumed) {
        ", new connection, TLS session resumed"
    } else {
        ", new connection"
    };
    words
}

/// What there is left of and right of the bars.
struct Columns {
    left: f32,
    width: f32,
}

impl Columns {
    fn of(rect: Rect) -> Self {
        let left = rect.left() + size::PHASE_NAME + size::PHASE_NUMBER + size::GAP;
        Self {
            left,
            width: (rect.right() - left - size::UNIT).max(size::BAR_LEAST),
        }
    }

    /// The bar of a time span, at least as wide as can be seen.
    fn bar(&self, rect: Rect, start: Duration, duration: Duration, whole: Duration) -> Rect {
        let share = |part: Duration| {
            (part.as_secs_f32() / whole.as_secs_f32()).clamp(0.0, 1.0) * self.width
        };
        let left = self.left + share(start).min(self.width - size::BAR_LEAST);
        let top = rect.center().y - size::BAR_HEIGHT / 2.0;
        Rect::from_min_size(
            pos2(left, top),
            vec2(share(duration).max(size::BAR_LEAST), size::BAR_HEIGHT),
        )
    }
}

/// The phases of a hop with the time at which each begins.
fn phases(hop: &Hop) -> impl Iterator<Item = (Phase, Duration, Duration)> {
    let mut start = hop.start_offset;
    Phase::ALL.into_iter().filter_map(move |phase| {
        let duration = hop.phases.get(phase)?;
        let began = start;
        start += duration;
        Some((phase, began, duration))
    })
}

/// All phases of a hop in one bar.
fn hop_bar(ui: &mut Ui, hop: &Hop, whole: Duration) {
    let palette = Palette::of(ui);
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::SMALL_ROW), Sense::hover());
    let columns = Columns::of(rect);
    let painter = ui.painter_at(rect);
    let track = columns.bar(rect, Duration::ZERO, whole, whole);
    let corners = CornerRadius::same(size::CHIP_RADIUS / 2);
    painter.rect_filled(track, corners, palette.raised);
    for (phase, start, duration) in phases(hop) {
        let bar = columns.bar(rect, start, duration, whole);
        painter.rect_filled(bar, corners, palette.phase(phase));
    }
}

fn hop_rows(ui: &mut Ui, hop: &Hop, whole: Duration) {
    for (phase, start, duration) in phases(hop) {
        row(ui, phase, start, duration, whole);
    }
}

fn row(ui: &mut Ui, phase: Phase, start: Duration, duration: Duration, whole: Duration) {
    let palette = Palette::of(ui);
    let size_of_row = vec2(ui.available_width(), size::SMALL_ROW);
    let (rect, response) = ui.allocate_exact_size(size_of_row, Sense::hover());
    let columns = Columns::of(rect);
    let painter = ui.painter_at(rect);
    let words = FontId::new(size::SMALL, FontFamily::Proportional);
    let middle = rect.center().y;
    painter.text(
        pos2(rect.left() + size::DOUBLE, middle),
        Align2::LEFT_CENTER,
        phase.to_string(),
        words.clone(),
        palette.secondary,
    );
    painter.text(
        pos2(columns.left - size::GAP, middle),
        Align2::RIGHT_CENTER,
        text::duration(duration),
        FontId::new(size::MONO, FontFamily::Monospace),
        palette.text,
    );
    let bar = columns.bar(rect, start, duration, whole);
    let corners = CornerRadius::same(size::CHIP_RADIUS / 2);
    painter.rect_filled(bar, corners, palette.phase(phase));
    let meaning = meaning(phase);
    let galley = painter.layout_no_wrap(meaning.to_owned(), words, palette.faint);
    let width = galley.size().x;
    let top = middle - galley.size().y / 2.0;
    // Beside the bar where there is room, right of it or left of it.
    if bar.right() + size::UNIT + width < rect.right() {
        painter.galley(pos2(bar.right() + size::UNIT, top), galley, palette.faint);
    } else if bar.left() - size::UNIT - width > columns.left {
        let left = bar.left() - size::UNIT - width;
        painter.galley(pos2(left, top), galley, palette.faint);
    }
    response.widget_info(|| {
        egui::WidgetInfo::labeled(
            egui::Role::Label,
            true,
            format!("{phase} {}, {meaning}", text::duration(duration)),
        )
    });
    response.on_hover_text(meaning);
}

/// What happens in a phase, in one sentence.
fn meaning(phase: Phase) -> &'static str {
    match phase {
        Phase::Dns => "The host name was looked up",
        Phase::Tcp => "The connection to the server, or to the proxy, was opened",
        Phase::Proxy => "The proxy was asked to connect to the server",
        Phase::Tls => "Both sides agreed on keys and the certificate was checked",
        Phase::Send => "The request was handed to the network",
        Phase::Wait => "The server worked on the answer, until its first byte came",
        Phase::Download => "The rest of the answer came",
    }
}
