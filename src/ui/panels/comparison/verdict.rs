//! The top of the page: the verdict with its likely cause, and what came back on each side, one beside the other.

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Color32, CornerRadius, FontId, Frame, Label, Layout, Rect, Sense, Stroke, Ui, UiBuilder,
    accesskit, pos2, vec2,
};

use crate::app::state::Leg;
use crate::body::visible;
use crate::compare::VerdictKind;
use crate::compare::outcome::{Comparison, SideSummary};
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::{fonts, text};

/// Text and ground of a verdict, and the picture beside its word.
pub(super) fn face(palette: &Palette, kind: VerdictKind) -> (Color32, Color32, Icon) {
    match kind {
        VerdictKind::Identical => (palette.ok, palette.ok_fill, Icon::Check),
        VerdictKind::Equivalent => (palette.info, palette.info_fill, Icon::Check),
        VerdictKind::Different => (palette.warn, palette.warn_fill, Icon::Warning),
        VerdictKind::NotComparable => (palette.bad, palette.bad_fill, Icon::Cross),
    }
}

/// The bar with the verdict; answers whether what was set aside is to be shown.
pub(super) fn bar(ui: &mut Ui, comparison: &Comparison) -> bool {
    let palette = Palette::of(ui);
    let verdict = &comparison.verdict;
    let (colour, fill, icon) = face(palette, verdict.kind);
    let word = verdict.kind.to_string();
    let rest = verdict
        .headline
        .strip_prefix(&word)
        .unwrap_or(&verdict.headline)
        .trim_start_matches([':', ' ']);
    let rest = visible::line(rest).into_owned();
    let aside = comparison.counts.suppressed() + comparison.counts.built_in;
    let mut shows_aside = false;
    let frame = Frame::new()
        .fill(fill)
        .stroke(Stroke::new(size::LINE, colour))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(inset::VERDICT)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = vec2(size::UNIT, size::HALF);
            ui.spacing_mut().interact_size.y = size::SMALL_ROW;
            ui.horizontal_wrapped(|ui| {
                icons::decoration(ui, icon, colour);
                ui.label(basic::strong(&word).color(colour));
                if !rest.is_empty() {
                    ui.label(&rest);
                }
                if aside > 0 {
                    let is_counted = comparison.counts.suppressed() > 0
                        || verdict.kind == VerdictKind::Identical;
                    let words = if is_counted {
                        "show"
                    } else {
                        "show what differs in every answer"
                    };
                    let link = basic::link(ui, words)
                        .accessible_name("Show what was set aside")
                        .on_hover_text("What was set aside, and by what");
                    shows_aside = link.clicked();
                }
            });
            if !verdict.cause.is_empty() {
                let cause = visible::line(&verdict.cause);
                ui.add(Label::new(basic::small(cause).color(palette.secondary)).wrap());
            }
        });
    let spoken = [verdict.headline.as_str(), verdict.cause.as_str()];
    announce(ui, frame.response.rect, &join(&spoken));
    shows_aside
}

/// Sentences one after the other, to be read out; empty ones are left out.
pub(super) fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(". ")
}

/// One sentence that is read out when it changes.
pub(super) fn announce(ui: &Ui, rect: Rect, words: &str) {
    let id = ui.scope_id().with("what the comparison says");
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, words));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(accesskit::Live::Polite);
    });
}

/// What came back on A and on B, in one row; in two where one is too narrow.
pub(super) fn sides(ui: &mut Ui, comparison: &Comparison) {
    let palette = Palette::of(ui);
    let width = ui.available_width();
    let beside = width >= size::TOOLS_BESIDE_COMPARISON;
    let rows = if beside { 1.0 } else { 2.0 };
    let (whole, _) =
        ui.allocate_exact_size(vec2(width, size::COMPARED_SIDE * rows), Sense::hover());
    ui.painter()
        .rect_filled(whole, CornerRadius::ZERO, palette.panel);
    let halves = if beside {
        let (left, right) = whole.split_left_right_at_fraction(0.5);
        ui.painter()
            .vline(right.left(), whole.y_range(), palette.hairline());
        [left, right]
    } else {
        let (upper, lower) = whole.split_top_bottom_at_fraction(0.5);
        [upper, lower]
    };
    for (leg, side, rect) in [
        (Leg::A, &comparison.a, halves[0]),
        (Leg::B, &comparison.b, halves[1]),
    ] {
        let inner = rect.shrink2(vec2(size::DOUBLE, 0.0));
        let layout = Layout::left_to_right(egui::Align::Center);
        ui.scope_builder(UiBuilder::new().max_rect(inner).layout(layout), |ui| {
            ui.set_clip_rect(inner.intersect(ui.clip_rect()));
            ui.spacing_mut().item_spacing.x = size::GAP;
            one_side(ui, leg, side);
        });
    }
    for y in [whole.top(), whole.bottom()] {
        ui.painter().hline(whole.x_range(), y, palette.hairline());
    }
}

fn one_side(ui: &mut Ui, leg: Leg, side: &SideSummary) {
    let palette = Palette::of(ui);
    ui.scope(|ui| basic::badge(ui, leg))
        .response
        .on_hover_text(visible::line(&side.environment_name));
    let Some(status) = side.status else {
        chip(ui, "No answer", palette.bad, palette.bad_fill);
        let error = side.error.as_deref().unwrap_or("Nothing came back");
        let error = visible::line(error).into_owned();
        ui.add(Label::new(basic::small(&error).color(palette.text)).truncate())
            .on_hover_text(error);
        return;
    };
    let reason = text::reason(status, &side.reason);
    let words = format!("{status} {}", visible::line(&reason));
    let (colour, fill) = palette.status(status);
    chip(ui, words.trim_end(), colour, fill);
    if let Some(effective) = side.effective_status.filter(|other| *other != status) {
        let (colour, fill) = palette.status(effective);
        chip(ui, &format!("{effective} in the body"), colour, fill);
    }
    ui.label(milliseconds(side.timing.total_ms));
    let bytes = |bytes: usize| text::bytes(u64::try_from(bytes).unwrap_or(u64::MAX));
    ui.label(bytes(side.decoded_bytes))
        .on_hover_text("The body, decoded");
    if !side.codings.is_empty() {
        let words = format!("{} {}", bytes(side.wire_bytes), side.codings.join(", "));
        ui.label(basic::small(words).color(palette.secondary))
            .on_hover_text("The body as it came over the wire");
    }
    let who = visible::line(&side.answered.text).into_owned();
    ui.add(Label::new(basic::small(&who).color(palette.secondary)).truncate())
        .on_hover_text(format!("{}: {who}", visible::line(&side.environment_name)));
}

/// A filled label as high as its text.
fn chip(ui: &mut Ui, words: &str, colour: Color32, fill: Color32) {
    let font = FontId::new(size::TEXT, fonts::strong());
    let mut job = LayoutJob::single_section(words.to_owned(), TextFormat::simple(font, colour));
    job.wrap = TextWrapping::truncate_at_width((ui.available_width() * 0.6).max(size::UNIT));
    let galley = ui.painter().layout_job(job);
    let (rect, response) =
        ui.allocate_exact_size(galley.size() + inset::CHIP.sum(), Sense::hover());
    ui.painter()
        .rect_filled(rect, CornerRadius::same(size::CHIP_RADIUS), fill);
    let at = rect.min + inset::CHIP.left_top();
    ui.painter().galley(pos2(at.x, at.y), galley, colour);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words));
}

/// As durations are written everywhere.
pub(super) fn milliseconds(value: f64) -> String {
    let seconds = if value.is_finite() {
        (value / 1_000.0).max(0.0)
    } else {
        0.0
    };
    text::duration(std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default())
}
