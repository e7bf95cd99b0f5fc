//! The place of the verdict while there is none: what is under way, or why nothing came of it.
//! As high as a verdict with its cause, so that nothing below it moves.

use std::time::Duration;

use egui::{Label, Layout, Ui, vec2};

use crate::app::action::Action;
use crate::app::comparing::{ComparingAction, ComparingFailure, Running, why_not};
use crate::body::visible;
use crate::ui::tokens::size;
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::super::View;
use super::{framed, verdict};

/// `1.4 s`
pub(super) fn elapsed(view: &View<'_>, since: jiff::Timestamp) -> String {
    let elapsed = Duration::try_from(view.state.now.duration_since(since)).unwrap_or_default();
    let tenths = elapsed.as_millis() / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

pub(super) fn running(ui: &mut Ui, view: &mut View<'_>, running: &Running) {
    let palette = view.palette;
    let words = if running.cancelling {
        "Cancelling…".to_owned()
    } else if running.judges_again {
        "Judging the same answers again, nothing is sent".to_owned()
    } else {
        format!("{}…", running.step.words())
    };
    let elapsed = elapsed(view, running.started_at);
    let start = ui.cursor().min;
    framed(ui, palette.info_fill, palette.info, |ui| {
        let row = vec2(ui.available_width(), size::SMALL_ROW);
        ui.allocate_ui_with_layout(row, Layout::left_to_right(egui::Align::Center), |ui| {
            ui.label(basic::strong(&words).color(palette.info));
            ui.label(basic::small(&elapsed).color(palette.text));
            ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                if running.cancelling {
                    return;
                }
                let cancel = basic::link(ui, "Cancel")
                    .accessible_name("Cancel the comparison")
                    .on_hover_text("Esc");
                if cancel.clicked() {
                    view.act(Action::Comparing(ComparingAction::Cancel));
                }
            });
        });
        let bar = vec2(ui.available_width(), size::SMALL_ROW);
        let (rect, _) = ui.allocate_exact_size(bar, egui::Sense::hover());
        let track = egui::Rect::from_center_size(rect.center(), vec2(rect.width(), size::HALF));
        ui.painter().rect_filled(track, size::TIGHT, palette.raised);
        let mut full = track;
        full.set_width(track.width() * running.step.share());
        ui.painter().rect_filled(full, size::TIGHT, palette.info);
    });
    let rect = egui::Rect::from_min_max(start, ui.min_rect().max);
    // Without the time, or it would be read out ten times a second.
    verdict::announce(ui, rect, &words);
}

pub(super) fn failed(ui: &mut Ui, view: &mut View<'_>, failure: &ComparingFailure) {
    let palette = view.palette;
    let start = ui.cursor().min;
    let mut words = visible::line(&failure.text).into_owned();
    if let Some(leg) = failure.leg
        && !words.starts_with(&format!("{leg} "))
    {
        words = format!("{leg}: {words}");
    }
    let hint = visible::line(&failure.hint).into_owned();
    framed(ui, palette.bad_fill, palette.bad, |ui| {
        ui.horizontal_wrapped(|ui| {
            icons::decoration(ui, Icon::Cross, palette.bad);
            ui.label(basic::strong("No comparison").color(palette.bad));
            ui.label(&words);
        });
        if !hint.is_empty() {
            ui.add(Label::new(basic::small(&hint).color(palette.secondary)).wrap());
        }
    });
    let rect = egui::Rect::from_min_max(start, ui.min_rect().max);
    let spoken = verdict::join(&["No comparison", &words, &hint]);
    verdict::announce(ui, rect, &spoken);
}

/// The page was opened, and nothing has been compared yet.
pub(super) fn nothing(ui: &mut Ui, view: &mut View<'_>) {
    let palette = view.palette;
    framed(ui, palette.raised, palette.strong_line, |ui| {
        ui.label("Nothing has been compared yet");
        let words = why_not(view.state).unwrap_or("Ctrl+Shift+Enter sends the request to A, to B and to A again, and says whether the answers are the same");
        ui.add(Label::new(basic::small(words).color(palette.secondary)).wrap());
    });
}
