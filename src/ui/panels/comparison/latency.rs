//! How much longer B takes than A: the samples' sentence beside the waterfalls, and the page with both distributions,
//! the differences by phase, and what starts, stops and saves the samples.

use egui::{
    Align2, CornerRadius, FontFamily, FontId, Frame, Label, Popup, Rect, ScrollArea, Sense, Ui,
    pos2, vec2,
};

use crate::app::action::Action;
use crate::app::comparing::{
    Compared, ComparingAction, PAIRS, Sampling, SaveKind, TabComparing, why_not,
};
use crate::app::state::Leg;
use crate::compare::latency::{
    Connections, Distribution, LatencyGroup, LatencyReport, MedianDifference, Plot,
};
use crate::model::timings::Phase;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::super::View;
use super::verdict::milliseconds;
use super::{Page, PageMemory, progress};

/// What only the screen knows of the page.
#[derive(Debug, Default)]
pub(super) struct LatencyMemory {
    /// `None`: the group that the report speaks of first.
    shown: Option<Connections>,
}

/// Beside the legend: what the samples say, and the way to more. From the right.
pub(super) fn brief(
    ui: &mut Ui,
    view: &mut View<'_>,
    comparing: &TabComparing,
    memory: &mut PageMemory,
) {
    let palette = view.palette;
    if let Some(sampling) = &comparing.sampling {
        cancel(ui, view, sampling);
        let words = sampling_words(sampling);
        ui.add(Label::new(basic::small(words).color(palette.info)).truncate());
        return;
    }
    sample_menu(ui, view);
    let Some(latency) = &comparing.latency else {
        let words = "one request each: sample to know what the gateway adds";
        ui.add(Label::new(basic::small(words).color(palette.faint)).truncate());
        return;
    };
    let sentence = latency.sentence();
    let label = Label::new(basic::small(&sentence).color(palette.secondary)).truncate();
    let response = ui.add(label.sense(Sense::click()));
    if response.on_hover_text("Both distributions").clicked() {
        memory.page = Page::Timing;
    }
}

fn sampling_words(sampling: &Sampling) -> String {
    let progress = &sampling.progress;
    let mut words = format!("{} of {} pairs", progress.measured, progress.of);
    if progress.discarded > 0 {
        words = format!("{words}, {} sent again", progress.discarded);
    }
    if let Some(waiting) = &sampling.waiting {
        words = format!("{words}, {waiting}");
    }
    words
}

fn cancel(ui: &mut Ui, view: &mut View<'_>, sampling: &Sampling) {
    if sampling.cancelling {
        ui.label(basic::small("Cancelling…").color(view.palette.info));
        return;
    }
    let link = basic::link(ui, "Cancel").accessible_name("Cancel the sampling");
    if link.clicked() {
        view.act(Action::Comparing(ComparingAction::CancelSampling));
    }
}

/// How many pairs, and what that means.
fn sample_menu(ui: &mut Ui, view: &mut View<'_>) {
    let reason = why_not(view.state);
    let link = ui
        .add_enabled_ui(reason.is_none(), |ui| {
            basic::link(ui, "sample…").accessible_name("Sample the latency…")
        })
        .inner;
    let link = match reason {
        Some(reason) => link.on_disabled_hover_text(reason),
        None => link,
    };
    Popup::menu(&link)
        .accessible_name("Sample the latency")
        .show(|ui| {
            basic::menu(ui);
            ui.set_max_width(size::SEARCH_FIELD);
            let words = "Sends the request to A and B in turn, paced under the rate limit";
            // A menu justifies, which tears words apart.
            ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| {
                egui::Frame::new().inner_margin(inset::CHIP).show(ui, |ui| {
                    ui.add(Label::new(basic::small(words).color(view.palette.secondary)).wrap());
                });
            });
            for pairs in PAIRS {
                if ui.button(format!("{pairs} pairs")).clicked() {
                    view.act(Action::Comparing(ComparingAction::StartSampling { pairs }));
                }
            }
        });
}

pub(super) fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    comparing: &TabComparing,
    done: &Compared,
    memory: &mut LatencyMemory,
) {
    ScrollArea::vertical()
        .id_salt("latency")
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new().inner_margin(inset::PAGE).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = size::UNIT;
                head(ui, view, comparing, memory);
                let group = comparing
                    .latency
                    .as_deref()
                    .and_then(|latency| chosen(latency, memory));
                if let Some(group) = group {
                    plot(ui, &group.plot);
                    distributions(ui, &group.a, &group.b);
                    ui.add_space(size::UNIT);
                }
                phases(ui, done, group);
            });
        });
}

fn chosen<'l>(latency: &'l LatencyReport, memory: &LatencyMemory) -> Option<&'l LatencyGroup> {
    match memory.shown {
        Some(Connections::Warm) if latency.warm.is_some() => latency.warm.as_ref(),
        Some(Connections::Cold) if latency.cold.is_some() => latency.cold.as_ref(),
        _ => latency.main_group().map(|(_, group)| group),
    }
}

/// What is under way or what came of it, then which connections are shown, then saving.
fn head(ui: &mut Ui, view: &mut View<'_>, comparing: &TabComparing, memory: &mut LatencyMemory) {
    let palette = view.palette;
    ui.horizontal_wrapped(|ui| {
        if let Some(sampling) = &comparing.sampling {
            let elapsed = progress::elapsed(view, sampling.started_at);
            ui.label(sampling_words(sampling));
            ui.label(basic::small(elapsed).color(palette.secondary));
            cancel(ui, view, sampling);
        } else if let Some(latency) = &comparing.latency {
            ui.label(basic::strong(latency.sentence()));
            sample_menu(ui, view);
        } else {
            let words = "One request each says little. Samples show what the gateway adds, and how sure that is";
            ui.label(basic::small(words).color(palette.secondary));
            sample_menu(ui, view);
        }
    });
    if let Some(end) = &comparing.sampling_end {
        ui.label(basic::small(end.to_string()).color(palette.warn));
    }
    let Some(latency) = &comparing.latency else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        groups(ui, latency, memory);
        if icons::text_button(ui, Icon::Save, "Save the samples as CSV…").clicked() {
            let kind = SaveKind::Samples;
            view.act(Action::Comparing(ComparingAction::AskWhereToSave(kind)));
        }
    });
}

/// Warm and cold connections apart, when there are both.
fn groups(ui: &mut Ui, latency: &LatencyReport, memory: &mut LatencyMemory) {
    let palette = Palette::of(ui);
    if latency.mixed_pairs > 0 {
        let words = format!(
            "{} pairs are left out: one connection was new, the other was not",
            latency.mixed_pairs
        );
        ui.label(basic::small(words).color(palette.faint));
    }
    let (Some(warm), Some(cold)) = (&latency.warm, &latency.cold) else {
        return;
    };
    let Some((main, _)) = latency.main_group() else {
        return;
    };
    let mut shown = memory.shown.unwrap_or(main);
    let words = [
        format!("Warm connections ({})", warm.total.pairs),
        format!("New connections ({})", cold.total.pairs),
    ];
    let options = [
        (Connections::Warm, words[0].as_str()),
        (Connections::Cold, words[1].as_str()),
    ];
    if basic::choice(ui, &mut shown, &options) {
        memory.shown = Some(shown);
    }
}

/// Both distributions over one scale: A's bars up, B's bars down.
fn plot(ui: &mut Ui, plot: &Plot) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(
        vec2(ui.available_width(), size::PLOT_HEIGHT + size::SMALL_ROW),
        Sense::hover(),
    );
    let bins = plot.a.len().max(plot.b.len());
    let highest = plot.a.iter().chain(&plot.b).copied().max().unwrap_or(0);
    if bins == 0 || highest == 0 {
        return;
    }
    let area = Rect::from_min_max(
        pos2(rect.left() + size::WIDE, rect.top()),
        pos2(rect.right(), rect.top() + size::PLOT_HEIGHT),
    );
    let middle = area.center().y;
    let width = area.width() / points(bins);
    let tallest = area.height() / 2.0 - size::TIGHT;
    let small = FontId::new(size::TINY, FontFamily::Proportional);
    for (leg, counts, up) in [(Leg::A, &plot.a, true), (Leg::B, &plot.b, false)] {
        for (bin, count) in counts.iter().enumerate() {
            if *count == 0 {
                continue;
            }
            let height = (tallest * points(*count) / points(highest)).max(size::BAR_LEAST);
            let left = area.left() + width * points(bin) + size::LINE;
            let right = left + (width - size::TIGHT).max(size::LINE);
            let bar = if up {
                Rect::from_min_max(pos2(left, middle - height), pos2(right, middle))
            } else {
                Rect::from_min_max(pos2(left, middle), pos2(right, middle + height))
            };
            ui.painter()
                .rect_filled(bar, CornerRadius::ZERO, basic::leg_colour(palette, leg));
        }
        let centre = pos2(
            rect.left() + size::BADGE / 2.0,
            if up {
                middle - area.height() / 4.0
            } else {
                middle + area.height() / 4.0
            },
        );
        let badge = Rect::from_center_size(centre, vec2(size::BADGE, size::BADGE));
        basic::paint_badge(ui.painter(), badge, palette, leg);
    }
    ui.painter()
        .hline(area.x_range(), middle, palette.outline());
    scale(ui, plot, area, bins, &small);
    let beyond = if plot.beyond > 0 {
        format!(", {} slower than that in the last bar", plot.beyond)
    } else {
        String::new()
    };
    let end = plot.start_ms + plot.bin_ms * f64::from(u32::try_from(bins).unwrap_or(u32::MAX));
    let words = format!(
        "Times of A (up) and B (down), from {} to {}{beyond}",
        milliseconds(plot.start_ms),
        milliseconds(end)
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, words.clone()));
    response.on_hover_text(words);
}

/// Five times below the bars.
fn scale(ui: &Ui, plot: &Plot, area: Rect, bins: usize, font: &FontId) {
    let palette = Palette::of(ui);
    let whole = plot.bin_ms * f64::from(u32::try_from(bins).unwrap_or(u32::MAX));
    for (share, align) in [
        (0.0_f32, Align2::LEFT_TOP),
        (0.25, Align2::CENTER_TOP),
        (0.5, Align2::CENTER_TOP),
        (0.75, Align2::CENTER_TOP),
        (1.0, Align2::RIGHT_TOP),
    ] {
        let mut words = milliseconds(plot.start_ms + whole * f64::from(share));
        if share >= 1.0 && plot.beyond > 0 {
            words = format!("{words} and more");
        }
        let x = area.left() + area.width() * share;
        ui.painter().vline(
            x,
            area.bottom() - size::HALF..=area.bottom(),
            palette.outline(),
        );
        let at = pos2(x, area.bottom() + size::TIGHT);
        ui.painter()
            .text(at, align, words, font.clone(), palette.faint);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few samples and bins")]
fn points(count: usize) -> f32 {
    count as f32
}

/// A row of cells: name, then numbers that are right-aligned below their titles.
fn numbers(ui: &mut Ui, cells: &[(&str, egui::Color32)], wide: bool) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::SMALL_ROW), Sense::hover());
    let words = FontId::new(size::SMALL, FontFamily::Proportional);
    let mono = egui::TextStyle::Monospace.resolve(ui.style());
    let mut left = rect.left() + size::PHASE_NAME;
    for (index, (text, colour)) in cells.iter().enumerate() {
        if index == 0 {
            ui.painter().text(
                rect.left_center(),
                Align2::LEFT_CENTER,
                text,
                words.clone(),
                *colour,
            );
            continue;
        }
        let is_last = wide && index + 1 == cells.len();
        let font = if is_last { words.clone() } else { mono.clone() };
        if is_last {
            let at = pos2(left + size::DOUBLE, rect.center().y);
            ui.painter()
                .text(at, Align2::LEFT_CENTER, text, font, *colour);
        } else {
            left += size::PHASE_NUMBER;
            ui.painter().text(
                pos2(left, rect.center().y),
                Align2::RIGHT_CENTER,
                text,
                font,
                *colour,
            );
        }
    }
    response.widget_info(|| {
        let told: Vec<&str> = cells.iter().map(|(text, _)| *text).collect();
        egui::WidgetInfo::labeled(egui::Role::Label, true, told.join(", "))
    });
}

fn distributions(ui: &mut Ui, a: &Distribution, b: &Distribution) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let quiet = palette.faint;
    numbers(
        ui,
        &[
            ("", quiet),
            ("least", quiet),
            ("quarter", quiet),
            ("median", quiet),
            ("three q.", quiet),
            ("95 %", quiet),
            ("most", quiet),
        ],
        false,
    );
    for (leg, of) in [(Leg::A, a), (Leg::B, b)] {
        let texts = [
            of.least_ms,
            of.quarter_ms,
            of.median_ms,
            of.three_quarters_ms,
            of.ninety_fifth_ms,
            of.most_ms,
        ]
        .map(milliseconds);
        let name = format!("Leg {}", leg.letter());
        let mut cells = vec![(name.as_str(), basic::leg_colour(palette, leg))];
        cells.extend(texts.iter().map(|text| (text.as_str(), palette.text)));
        numbers(ui, &cells, false);
    }
}

/// This comparison's phases, and what the samples say about each.
fn phases(ui: &mut Ui, done: &Compared, group: Option<&LatencyGroup>) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let quiet = palette.faint;
    let title = if group.is_some() {
        "B minus A in the samples"
    } else {
        ""
    };
    numbers(
        ui,
        &[("", quiet), ("A", quiet), ("B", quiet), (title, quiet)],
        true,
    );
    let (a, b) = (&done.comparison.a.timing, &done.comparison.b.timing);
    let shown = |value: Option<f64>| value.map_or("none".to_owned(), milliseconds);
    for phase in Phase::ALL {
        let sampled = group.and_then(|group| {
            let found = group.phases.iter().find(|(known, _)| *known == phase)?;
            Some(&found.1)
        });
        let (one, other) = (a.phase(phase), b.phase(phase));
        if one.is_none() && other.is_none() && sampled.is_none() {
            continue;
        }
        let name = phase.to_string();
        let told = sampled.map(difference).unwrap_or_default();
        let cells = [
            (name.as_str(), palette.secondary),
            (&shown(one), palette.text),
            (&shown(other), palette.text),
            (&told, palette.text),
        ];
        numbers(ui, &cells, true);
    }
    let (one, other) = (a.outside_phases(), b.outside_phases());
    if one.max(other) >= SHOWN_OUTSIDE_MS {
        let why = "Before and between the phases: getting ready, reading root certificates";
        let cells = [
            ("outside", palette.secondary),
            (&milliseconds(one), palette.text),
            (&milliseconds(other), palette.text),
            (why, palette.secondary),
        ];
        numbers(ui, &cells, true);
    }
    let told = group
        .map(|group| difference(&group.total))
        .unwrap_or_default();
    numbers(
        ui,
        &[
            ("Total", palette.text),
            (&milliseconds(a.total_ms), palette.text),
            (&milliseconds(b.total_ms), palette.text),
            (&told, palette.text),
        ],
        true,
    );
}

/// Less than that is the rounding of the phases.
const SHOWN_OUTSIDE_MS: f64 = 0.05;

/// `+46.2 ms, 95 % between 39.0 and 55.1 ms`
fn difference(of: &MedianDifference) -> String {
    let median = format!("{} ms", signed(of.median_ms));
    match &of.interval {
        Some(interval) => format!(
            "{median}, 95 % between {} and {} ms, n = {}",
            signed(interval.low_ms),
            signed(interval.high_ms),
            of.pairs
        ),
        None => format!("{median}, n = {}: too few for an interval", of.pairs),
    }
}

/// `+46.2`, and `0.0` without a sign.
fn signed(milliseconds: f64) -> String {
    if milliseconds.abs() < 0.05 {
        "0.0".to_owned()
    } else {
        format!("{milliseconds:+.1}")
    }
}
