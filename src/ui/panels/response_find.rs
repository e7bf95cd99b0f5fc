//! The row of the search in a body: what is looked for, how, and how much of it there is.

use egui::{Button, Key, Label, Response, Ui};

use crate::app::reading::Finding;
use crate::body::document::Document;
use crate::body::search::{Case, Matches, Query};
use crate::model::ids::ExchangeId;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, fields};

use super::response::{AnswerState, Step};

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct FindRow {
    pub(super) open: bool,
    pub(super) query: Query,
    /// The search whose first match was gone to.
    pub(super) seen: Option<ExchangeId>,
}

pub(super) fn step_to(state: &mut AnswerState, document: &Document, matches: &Matches, step: Step) {
    let count = matches.kept();
    if count == 0 {
        return;
    }
    let next = match (state.text.current_match, step) {
        (None, _) => 0,
        (Some(at), Step::Next) => (at + 1) % count,
        (Some(at), Step::Previous) => (at + count - 1) % count,
    };
    state.text.go_to_match(document, matches, next);
}

/// What happened in the row of the search.
#[derive(Default)]
pub(super) struct FindOutcome {
    /// It was closed: the body has the keyboard again.
    pub(super) closed: bool,
}

pub(super) fn show(
    ui: &mut Ui,
    state: &mut AnswerState,
    finding: Option<&Finding>,
    opened: bool,
    step: &mut Option<Step>,
) -> FindOutcome {
    let mut outcome = FindOutcome::default();
    if opened {
        state.find.open = true;
    }
    if !state.find.open {
        return outcome;
    }
    let (current, find) = (state.text.current_match, &mut state.find);
    ui.horizontal(|ui| {
        let width = size::SEARCH_FIELD.min(ui.available_width() * 0.4);
        let query = &mut find.query;
        let name = "Find in the body";
        let response = fields::text(ui, name, &mut query.text, "Find", Face::Mono, width);
        if opened {
            response.request_focus();
        }
        let (enter, escape, back) = ui.input(|input| {
            (
                input.key_pressed(Key::Enter),
                input.key_pressed(Key::Escape),
                input.modifiers.shift,
            )
        });
        if response.lost_focus() && enter {
            *step = Some(if back { Step::Previous } else { Step::Next });
            response.request_focus();
        }
        ui.spacing_mut().item_spacing.x = size::HALF;
        let exact = query.case == Case::Exact;
        let case = toggle(ui, exact, "Aa", "Match case");
        if case.clicked() {
            query.case = if exact { Case::Ignored } else { Case::Exact };
        }
        let pattern = toggle(ui, query.is_pattern, ".*", "Regular expression");
        if pattern.clicked() {
            query.is_pattern = !query.is_pattern;
        }
        // The typing goes on where it was.
        if case.clicked() || pattern.clicked() {
            response.request_focus();
        }
        let previous = icons::control(ui, Icon::ChevronUp, "Previous match");
        if previous.clicked() {
            *step = Some(Step::Previous);
        }
        let next = icons::control(ui, Icon::ChevronDown, "Next match");
        if next.clicked() {
            *step = Some(Step::Next);
        }
        let close = icons::control(ui, Icon::Close, "Close find");
        let left = [&response, &case, &pattern, &previous, &next, &close]
            .into_iter()
            .any(Response::lost_focus);
        if close.clicked() || left && escape {
            find.open = false;
            outcome.closed = true;
        }
        found_words(ui, finding, current, find.query.text.is_empty());
    });
    outcome
}

/// A small button that stays pressed.
fn toggle(ui: &mut Ui, on: bool, sign: &str, name: &str) -> Response {
    let response = ui.add(Button::selectable(on, basic::mono(sign)));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, on, name));
    response.on_hover_text(name)
}

/// `3 of 17`, `No matches`, what is wrong with the pattern.
fn found_words(ui: &mut Ui, finding: Option<&Finding>, current: Option<usize>, is_empty: bool) {
    let palette = Palette::of(ui);
    if is_empty {
        return;
    }
    let (words, colour) = match finding.and_then(|finding| finding.result.as_ref()) {
        None => ("Searching…".to_owned(), palette.faint),
        Some(Err(error)) => (error.clone(), palette.bad),
        Some(Ok(matches)) if matches.total() == 0 => ("Not found".to_owned(), palette.warn),
        Some(Ok(matches)) => {
            let total = matches.total();
            let at = current.map_or(0, |current| current + 1);
            let more = if matches.kept() < total {
                format!(", the first {} can be gone to", matches.kept())
            } else {
                String::new()
            };
            (format!("{at} of {total}{more}"), palette.secondary)
        }
    };
    ui.add(Label::new(basic::small(words).color(colour)).truncate());
}
