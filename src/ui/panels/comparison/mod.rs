//! The comparison of the open request: request bar, verdict, both sides, their waterfalls, and pages of what differs.
//! It stands in the place of editor and response. What is compared and how is the business of `compare` and `runs`.

mod aligned;
mod latency;
mod progress;
mod requests;
mod rules_list;
mod side_by_side;
mod strip;
mod table;
mod table_row;
mod verdict;
mod waterfalls;

use std::collections::HashMap;
use std::sync::Arc;

use egui::{CornerRadius, Frame, Label, Layout, ScrollArea, Ui, vec2};

use crate::app::action::Action;
use crate::app::comparing::{Compared, ComparingAction, TabComparing};
use crate::app::outdated::Outdated;
use crate::app::state::AppState;
use crate::body::visible;
use crate::compare::outcome::Layer;
use crate::model::ids::{ExchangeId, RequestId};
use crate::ui::text;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::{View, request_bar};

/// The pages below the waterfalls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Page {
    #[default]
    Body,
    Headers,
    Timing,
    Requests,
    Suppressed,
}

/// Which rows are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    Differences,
    All,
}

/// How the bodies are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum BodyForm {
    #[default]
    Table,
    SideBySide,
}

/// What only the screen knows of the comparisons, by request.
#[derive(Default)]
pub(in crate::ui) struct Memory {
    of: HashMap<RequestId, PageMemory>,
}

/// What only the screen knows of one.
#[derive(Default)]
struct PageMemory {
    page: Page,
    /// `None`: as suits what was found.
    listed: Option<Listed>,
    form: BodyForm,
    table: table::TableMemory,
    suppressed: rules_list::ListMemory,
    side_by_side: side_by_side::SidesMemory,
    latency: latency::LatencyMemory,
    /// The comparison that all this is about.
    about: Option<ExchangeId>,
}

/// Send shows its answer where the comparison stands: the page is left for it.
pub(in crate::ui) fn leave(state: &AppState) -> Option<Action> {
    state
        .shows_comparison()
        .then_some(Action::Comparing(ComparingAction::Close))
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let (Some(tab), Some(comparing)) = (state.active_tab(), state.open_comparison()) else {
        return;
    };
    let request = tab.id().clone();
    view.local
        .comparison
        .of
        .retain(|known, _| state.tab(known).is_some());
    let mut memory = view
        .local
        .comparison
        .of
        .remove(&request)
        .unwrap_or_default();
    // Rules that change make other rows of the same answers: the page stays where it is, the lists begin anew.
    let about = comparing.done.as_ref().map(|done| done.job);
    if memory.about != about {
        memory.about = about;
        memory.listed = None;
    }
    let least = size::COMPARISON_LEAST;
    if ui.available_height() < least {
        ScrollArea::vertical()
            .id_salt("comparison page")
            .auto_shrink(false)
            .show(ui, |ui| {
                ui.set_max_height(least);
                whole(ui, view, comparing, &mut memory);
            });
    } else {
        whole(ui, view, comparing, &mut memory);
    }
    view.local.comparison.of.insert(request, memory);
}

fn whole(ui: &mut Ui, view: &mut View<'_>, comparing: &TabComparing, memory: &mut PageMemory) {
    ui.spacing_mut().item_spacing.y = 0.0;
    Frame::new().inner_margin(inset::EDITOR).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = size::UNIT;
        ui.visuals_mut().text_edit_bg_color = Some(view.palette.panel);
        ui.push_id(
            (
                "compared",
                view.state.active_tab().map(crate::app::tab::Tab::id),
            ),
            |ui| request_bar::show(ui, view),
        );
        above(ui, view, comparing, memory);
    });
    let Some(done) = &comparing.done else {
        return;
    };
    verdict::sides(ui, &done.comparison);
    times(ui, view, comparing, done, memory);
    strip::show(ui, view, comparing, done, memory);
    basic::hairline(ui);
    page(ui, view, comparing, done, memory);
}

/// What is under way, what went wrong, the verdict: one of them in the same place, so that nothing below it moves.
fn above(ui: &mut Ui, view: &mut View<'_>, comparing: &TabComparing, memory: &mut PageMemory) {
    if let Some(running) = &comparing.running {
        progress::running(ui, view, running);
        return;
    }
    if let Some(failure) = &comparing.failure {
        progress::failed(ui, view, failure);
        if comparing.done.is_some() {
            let words = "Below: the comparison before";
            ui.label(basic::small(words).color(view.palette.secondary));
        }
        return;
    }
    let Some(done) = &comparing.done else {
        progress::nothing(ui, view);
        return;
    };
    if verdict::bar(ui, &done.comparison) {
        memory.page = Page::Suppressed;
    }
    past(ui, view, done);
    outdated(ui, view, comparing);
}

/// Legs that are not any more what was compared.
fn outdated(ui: &mut Ui, view: &mut View<'_>, comparing: &TabComparing) {
    let found = view.state.outdated_comparison(comparing);
    if found.is_empty() {
        return;
    }
    let words: Vec<String> = found.iter().map(Outdated::words).collect();
    let words = visible::line(&words.join(". ")).into_owned();
    let colour = view.palette.warn;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = size::SMALL_ROW;
        icons::decoration(ui, Icon::Warning, colour);
        ui.label(basic::small(words).color(colour));
        if crate::app::comparing::why_not(view.state).is_none()
            && basic::link(ui, "compare again").clicked()
        {
            view.act(Action::Comparing(ComparingAction::Start));
        }
    });
}

/// A comparison out of the history says so.
fn past(ui: &mut Ui, view: &mut View<'_>, done: &Compared) {
    if done.past.is_none() {
        return;
    }
    let palette = view.palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = size::SMALL_ROW;
        icons::decoration(ui, Icon::Clock, palette.info);
        let words = format!(
            "From the history: {}, nothing was sent",
            text::local_moment(done.started_at)
        );
        ui.label(basic::small(words).color(palette.info));
        if crate::app::comparing::why_not(view.state).is_none()
            && basic::link(ui, "compare again").clicked()
        {
            view.act(Action::Comparing(ComparingAction::Start));
        }
    });
}

/// Both waterfalls, their legend, and what the samples say.
fn times(
    ui: &mut Ui,
    view: &mut View<'_>,
    comparing: &TabComparing,
    done: &Compared,
    memory: &mut PageMemory,
) {
    let (a, b) = (&done.comparison.a.timing, &done.comparison.b.timing);
    Frame::new().inner_margin(inset::TIMES).show(ui, |ui| {
        waterfalls::bars(ui, a, b);
        let row = vec2(ui.available_width(), size::ROW);
        ui.allocate_ui_with_layout(row, Layout::left_to_right(egui::Align::Center), |ui| {
            ui.add_space(size::BADGE + size::DOUBLE);
            waterfalls::legend(ui, a, b);
            ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                latency::brief(ui, view, comparing, memory);
            });
        });
    });
    basic::hairline(ui);
}

fn page(
    ui: &mut Ui,
    view: &mut View<'_>,
    comparing: &TabComparing,
    done: &Arc<Compared>,
    memory: &mut PageMemory,
) {
    let comparison = &done.comparison;
    // Over the rows, so that the columns stand below their titles whether all rows fit or not.
    ui.spacing_mut().scroll = egui::style::ScrollStyle::floating();
    match memory.page {
        Page::Body if memory.form == BodyForm::SideBySide => {
            side_by_side::show(ui, comparing, &mut memory.side_by_side);
        }
        Page::Body => {
            remarks(ui, done);
            let layers = |layer| !is_of_headers(layer) && layer != Layer::Timing;
            table::show(ui, view, done, memory, "Body", layers);
        }
        Page::Headers => {
            table::show(ui, view, done, memory, "Headers", is_of_headers);
        }
        Page::Timing => latency::show(ui, view, comparing, done, &mut memory.latency),
        Page::Requests => requests::show(ui, done),
        Page::Suppressed => rules_list::show(ui, view, comparison, &mut memory.suppressed),
    }
}

/// Content-Type is a header too.
fn is_of_headers(layer: Layer) -> bool {
    matches!(layer, Layer::Headers | Layer::MediaType)
}

/// What else is worth knowing of the comparison.
fn remarks(ui: &mut Ui, done: &Compared) {
    let palette = Palette::of(ui);
    let comparison = &done.comparison;
    let mut remarks = comparison.remarks.clone();
    if comparison.rows_left_out > 0 {
        remarks.push(format!(
            "{} more differences were counted and are not listed",
            comparison.rows_left_out
        ));
    }
    if remarks.is_empty() {
        return;
    }
    Frame::new().inner_margin(inset::NOTE_BAR).show(ui, |ui| {
        let words = visible::line(&remarks.join(" · ")).into_owned();
        ui.add(Label::new(basic::small(&words).color(palette.secondary)).truncate())
            .on_hover_text(words);
    });
}

/// A message in a frame of its colour.
fn framed(ui: &mut Ui, fill: egui::Color32, line: egui::Color32, add: impl FnOnce(&mut Ui)) {
    let frame = Frame::new()
        .fill(fill)
        .stroke(egui::Stroke::new(size::LINE, line))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(inset::VERDICT);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing = vec2(size::UNIT, size::HALF);
        add(ui);
    });
}
