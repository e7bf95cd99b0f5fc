//! The menu of a request's earlier exchanges, at the right of the status row.

use egui::{Button, Layout, Popup, RichText, ScrollArea, Ui, vec2};

use crate::app::action::Action;
use crate::app::exporting::{ExportingAction, Wanted};
use crate::app::history::{HistoryAction, stops_being_new};
use crate::app::tab::{Answer, Tab};
use crate::body::visible;
use crate::model::history::HistoryEntry;
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::{View, history_words};

/// Shows the button of the open request's history and its menu: `just now`, or the time of what is shown,
/// and `from the history` where it is a past exchange. Call it last in the status row: it takes what is left, from the right.
pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(tab) = state.active_tab() else {
        return;
    };
    ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
        let palette = Palette::of(ui);
        let (words, spoken, colour) = label(view, tab, palette);
        // The blanks make room for the chevron, which no text font has.
        let text = RichText::new(format!("{words}     ")).size(size::SMALL);
        let button = Button::new(text.color(colour)).frame_when_inactive(false);
        let response = ui.add(button.truncate()).accessible_name(spoken);
        let side = vec2(size::ICON, size::ICON);
        let centre = response.rect.right_center() - vec2(size::ICON, 0.0);
        let place = egui::Rect::from_center_size(centre, side);
        icons::paint(ui.painter(), place, Icon::ChevronDown, colour);
        if response.clicked() {
            view.act(Action::History(HistoryAction::ListOf(tab.id().clone())));
        }
        Popup::menu(&response)
            .accessible_name("Earlier exchanges of this request")
            .show(|ui| {
                ui.set_min_width(size::HISTORY_MENU);
                menu(ui, view, tab);
            });
    });
}

fn label(view: &View<'_>, tab: &Tab, palette: &Palette) -> (String, String, egui::Color32) {
    let state = view.state;
    if let Some(past) = &tab.past {
        let moment = history_words::moment(state, past.entry.summary.started_at);
        let name = visible::line(&past.entry.summary.environment_name);
        let words = format!("from the history · {name} · {moment}");
        let spoken = format!("History: this answer is from the history, {moment}, {name}");
        return (words, spoken, palette.info);
    }
    let Some(answer) = &tab.answer else {
        let spoken = "History of this request".to_owned();
        return ("earlier".to_owned(), spoken, palette.secondary);
    };
    let moment = if stops_being_new(state).is_some() {
        "just now".to_owned()
    } else {
        history_words::moment(state, answer.exchange.started_at)
    };
    let spoken = format!("History: this answer is from {moment}");
    (moment, spoken, palette.secondary)
}

fn menu(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    if tab.answer.is_some() && ui.button("Export this answer as HAR…").clicked() {
        let wanted = Wanted::Answer(tab.id().clone());
        view.act(Action::Exporting(ExportingAction::Ask(wanted)));
        ui.close();
    }
    let has_newest = tab.past.as_ref().is_some_and(|past| past.newest.is_some());
    if has_newest {
        if ui.button("Back to the newest answer").clicked() {
            view.act(Action::History(HistoryAction::BackToNewest));
            ui.close();
        }
        ui.separator();
    }
    let state = view.state;
    let words = match state.history.of(tab.id()) {
        None => "Reading the history…",
        Some([]) => "Nothing of this request in the history yet",
        Some(entries) => {
            let most = (ui.ctx().content_rect().height() * 0.5).max(size::ROW * 4.0);
            // The menu takes its size from its first frame, when the entries may not be there yet.
            let area = ScrollArea::vertical()
                .max_height(most)
                .min_scrolled_height(most);
            area.show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = size::TIGHT;
                for entry in entries {
                    row(ui, view, tab, entry);
                }
            });
            return;
        }
    };
    ui.label(basic::small(words).color(palette.faint));
}

fn row(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, entry: &HistoryEntry) {
    let palette = Palette::of(ui);
    let summary = &entry.summary;
    let is = |answer: Option<&Answer>| {
        let started_at = answer.map(|answer| answer.exchange.started_at.as_microsecond());
        started_at == Some(summary.started_at.as_microsecond())
    };
    let is_shown = is(tab.answer.as_ref());
    let (outcome, colour, _) = history_words::outcome(palette, summary);
    let mut job = egui::text::LayoutJob::default();
    let mono = egui::FontId::new(size::TINY, egui::FontFamily::Monospace);
    let small = egui::FontId::new(size::SMALL, egui::FontFamily::Proportional);
    let mut add = |text: &str, font: &egui::FontId, colour| {
        let format = egui::TextFormat::simple(font.clone(), colour);
        job.append(text, if job.is_empty() { size::HALF } else { 0.0 }, format);
    };
    let moment = history_words::second(view.state, summary.started_at);
    add(&format!("{outcome:<7}"), &mono, colour);
    add(&format!("{moment}  "), &small, palette.text);
    add(
        "● ",
        &small,
        palette.environment(summary.environment_colour),
    );
    add(
        &elided(&visible::line(&summary.environment_name)),
        &small,
        palette.text,
    );
    add(
        &format!("  {}", text::duration(summary.total)),
        &small,
        palette.faint,
    );
    let response = ui
        .add(
            Button::selectable(is_shown, job)
                .wrap_mode(egui::TextWrapMode::Extend)
                .min_size(vec2(0.0, size::ROW)),
        )
        .accessible_name(history_words::spoken(view.state, palette, summary));
    if response.clicked() {
        let newest = match &tab.past {
            Some(past) => past.newest.as_ref(),
            None => tab.answer.as_ref(),
        };
        if !is(newest) {
            view.act(Action::History(HistoryAction::LookBack(entry.id)));
        } else if tab.past.is_some() {
            view.act(Action::History(HistoryAction::BackToNewest));
        }
        ui.close();
    }
}

/// A name that leaves room for the time behind it: a row never wraps.
fn elided(name: &str) -> std::borrow::Cow<'_, str> {
    const LONGEST: usize = 28;
    match name.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &name[..at]).into(),
        None => name.into(),
    }
}
