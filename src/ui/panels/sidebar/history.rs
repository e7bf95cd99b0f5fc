//! The history: every exchange, newest first, by days. Only the rows in sight are laid out.

use std::ops::Range;

use egui::containers::menu::MenuButton;
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Button, CornerRadius, EventFilter, FontFamily, FontId, Id, Key, Pos2, Rect, Response,
    Role, ScrollArea, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::app::action::Action;
use crate::app::exporting::{ExportingAction, Wanted};
use crate::app::history::{HistoryAction, Reading};
use crate::app::state::AppState;
use crate::body::visible;
use crate::model::history::{HistoryEntry, HistoryId, HistoryKind, HistoryScope};
use crate::ui::fonts;
use crate::ui::panels::{Focus, View, history_words};
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields};

use super::short_method;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let list = Id::unique("history list");
    head(ui, view);
    let search = search(ui, view);
    if search.has_focus() && ui.input(|input| input.key_pressed(Key::ArrowDown)) {
        ui.memory_mut(|memory| memory.request_focus(list));
        if view.state.history.selected.is_none()
            && let Some(first) = view.state.history.entries.first()
        {
            view.act(Action::History(HistoryAction::Select(first.id)));
        }
    }
    ui.add_space(size::HALF);
    if view.state.history.entries.is_empty() {
        empty(ui, view.state);
    } else {
        entries(ui, view, list);
    }
}

fn head(ui: &mut Ui, view: &mut View<'_>) {
    ui.horizontal(|ui| {
        ui.label(basic::strong("History"));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if view.state.history.entries.is_empty() && view.state.history.search.is_empty() {
                ui.add_space(size::CONTROL);
                return;
            }
            let button = Button::new(basic::small("Clear")).frame_when_inactive(false);
            MenuButton::from_button(button).ui(ui, |ui| {
                let mut scope = None;
                if ui.button("Clear this workspace…").clicked() {
                    scope = Some(HistoryScope::Workspace);
                }
                if ui.button("Clear every workspace…").clicked() {
                    scope = Some(HistoryScope::Everything);
                }
                if let Some(scope) = scope {
                    view.act(Action::History(HistoryAction::Clear(scope)));
                    ui.close();
                }
            });
        });
    });
}

fn search(ui: &mut Ui, view: &mut View<'_>) -> Response {
    let mut search = view.state.history.search.clone();
    let width = ui.available_width();
    let response = fields::text(
        ui,
        "Search the history",
        &mut search,
        "Path, 404, 4xx, POST…",
        Face::Words,
        width,
    )
    .on_hover_text(
        "Part of a URL, an environment, a method, a status (404, 4xx) or failed; several words narrow it down",
    );
    if view.local.wants(Focus::Requests) {
        response.request_focus();
    }
    if response.changed() {
        view.act(Action::History(HistoryAction::Search(search)));
    }
    response
}

fn empty(ui: &mut Ui, state: &AppState) {
    let palette = Palette::of(ui);
    let history = &state.history;
    let words: &[&str] = match history.reading {
        Reading::Idle if history.search.is_empty() => &["The history was not read"],
        Reading::UnderWay | Reading::Idle => &["Reading the history…"],
        Reading::Partly | Reading::Complete if history.search.is_empty() => &[
            "Nothing sent yet",
            "Every exchange is kept here, newest first, with all that came back",
        ],
        Reading::Partly | Reading::Complete => &[
            "No exchange matches",
            "Try part of a path, an environment, POST, 404, 4xx or failed",
        ],
    };
    for words in words {
        ui.label(basic::small(*words).color(palette.faint));
    }
}

/// Where the rows are, in points from the top: days and entries have heights of their own.
struct Heights<'a> {
    state: &'a AppState,
}

impl Heights<'_> {
    fn above(days: usize, entries: usize) -> f32 {
        lengths(days) * size::ROW + lengths(entries) * size::HISTORY_ROW
    }

    fn whole(&self) -> f32 {
        let history = &self.state.history;
        Self::above(history.days.len(), history.entries.len())
    }

    fn top_of_day(&self, day: usize) -> f32 {
        Self::above(day, self.state.history.days[day].first)
    }

    fn top_of(&self, entry: usize) -> f32 {
        let days = &self.state.history.days;
        Self::above(days.partition_point(|day| day.first <= entry), entry)
    }

    /// The entries that are in sight.
    fn in_sight(&self, viewport: Rect) -> Range<usize> {
        let count = self.state.history.entries.len();
        let first = first_where(count, |entry| {
            self.top_of(entry) + size::HISTORY_ROW > viewport.top()
        });
        let end = first_where(count, |entry| self.top_of(entry) >= viewport.bottom());
        first..end
    }
}

/// The first number for which it holds; it holds for all later ones.
fn first_where(count: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[expect(
    clippy::cast_precision_loss,
    reason = "f32 is exact up to sixteen million rows"
)]
fn lengths(count: usize) -> f32 {
    count as f32
}

fn entries(ui: &mut Ui, view: &mut View<'_>, list: Id) {
    let state = view.state;
    let heights = Heights { state };
    let moved = keys(ui, view, list);
    ScrollArea::vertical()
        .id_salt("history")
        .auto_shrink(false)
        .show_viewport(ui, |ui, viewport| {
            let width = ui.available_width();
            ui.set_height(heights.whole());
            let origin = ui.min_rect().min;
            // The list is one stop for the Tab key; arrows move inside it.
            let whole = Rect::from_min_size(origin, vec2(width, heights.whole()));
            let focus = ui.interact(whole.intersect(ui.clip_rect()), list, Sense::FOCUSABLE);
            focus.widget_info(|| {
                let count = state.history.entries.len();
                WidgetInfo::labeled(Role::ListBox, true, format!("History, {count} exchanges"))
            });
            if let Some(at) = moved {
                let top = origin.y + heights.top_of(at);
                let target =
                    Rect::from_min_size(pos2(origin.x, top), vec2(width, size::HISTORY_ROW));
                // The day above the first entry belongs to it.
                ui.scroll_to_rect(target.expand2(vec2(0.0, size::ROW)), None);
            }
            let sight = heights.in_sight(viewport);
            for (index, day) in state.history.days.iter().enumerate() {
                if day.first < sight.end && day.first + day.count > sight.start {
                    let top = pos2(origin.x, origin.y + heights.top_of_day(index));
                    day_row(
                        ui,
                        top,
                        width,
                        &history_words::day(day.date, history_words::today(state)),
                    );
                }
            }
            for at in sight.clone() {
                let top = pos2(origin.x, origin.y + heights.top_of(at));
                let rect = Rect::from_min_size(top, vec2(width, size::HISTORY_ROW));
                row(
                    ui,
                    view,
                    &state.history.entries[at],
                    rect,
                    focus.has_focus(),
                    list,
                );
            }
            let near_the_end = sight.end + sight.len() * 2 + 20 > state.history.entries.len();
            if near_the_end && state.history.reading == Reading::Partly {
                view.act(Action::History(HistoryAction::ReadOn));
            }
        });
}

/// Arrows, Enter and Delete while the list has the focus; the entry that was moved to.
fn keys(ui: &Ui, view: &mut View<'_>, list: Id) -> Option<usize> {
    if !ui.memory(|memory| memory.has_focus(list)) {
        return None;
    }
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(list, filter));
    let history = &view.state.history;
    let bottom = history.entries.len().checked_sub(1)?;
    let selected = history
        .selected
        .and_then(|id| history.entries.iter().position(|entry| entry.id == id));
    let pressed = |key| ui.input(|input| input.key_pressed(key));
    let page = 10;
    let next = if pressed(Key::ArrowDown) {
        Some(selected.map_or(0, |at| at + 1))
    } else if pressed(Key::ArrowUp) {
        Some(selected.map_or(0, |at| at.saturating_sub(1)))
    } else if pressed(Key::PageDown) {
        Some(selected.map_or(0, |at| at + page))
    } else if pressed(Key::PageUp) {
        Some(selected.map_or(0, |at| at.saturating_sub(page)))
    } else if pressed(Key::Home) {
        Some(0)
    } else if pressed(Key::End) {
        Some(bottom)
    } else {
        None
    };
    if let Some(next) = next.map(|next| next.min(bottom)) {
        let id = view.state.history.entries[next].id;
        view.act(Action::History(HistoryAction::Select(id)));
        return Some(next);
    }
    let id = view.state.history.selected?;
    if pressed(Key::Enter) {
        let as_request = ui.input(|input| input.modifiers.shift);
        view.act(Action::History(if as_request {
            HistoryAction::OpenAsRequest(id)
        } else {
            HistoryAction::Open(id)
        }));
    } else if pressed(Key::Delete) {
        view.act(Action::History(HistoryAction::Delete(id)));
    }
    None
}

fn day_row(ui: &Ui, top: Pos2, width: f32, words: &str) {
    let palette = Palette::of(ui);
    let rect = Rect::from_min_size(top, vec2(width, size::ROW));
    ui.painter().text(
        rect.left_center() + vec2(size::UNIT, 0.0),
        Align2::LEFT_CENTER,
        words,
        FontId::new(size::SMALL, fonts::strong()),
        palette.secondary,
    );
}

fn row(
    ui: &mut Ui,
    view: &mut View<'_>,
    entry: &HistoryEntry,
    rect: Rect,
    list_has_focus: bool,
    list: Id,
) {
    let palette = Palette::of(ui);
    let state = view.state;
    let selected = state.history.selected == Some(entry.id);
    let response = ui.interact(rect, list.with(entry.id), Sense::CLICK);
    response.widget_info(|| {
        let words = history_words::spoken(state, palette, &entry.summary);
        WidgetInfo::selected(Role::ListBoxOption, true, selected, words)
    });
    let ground = if selected {
        Some(palette.raised)
    } else {
        response.hovered().then_some(palette.hover)
    };
    let corner = CornerRadius::same(size::CHIP_RADIUS);
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect, corner, ground);
    }
    if selected && list_has_focus {
        let stroke = ui.visuals().selection.stroke;
        ui.painter()
            .rect_stroke(rect, corner, stroke, StrokeKind::Inside);
    }
    paint(ui, state, entry, rect);
    if response.clicked() {
        ui.memory_mut(|memory| memory.request_focus(list));
        view.act(Action::History(HistoryAction::Open(entry.id)));
    }
    response.context_menu(|ui| menu(ui, view, entry));
}

/// Above: method and path. Below: status, environment, and on the right the time and how long it took.
fn paint(ui: &Ui, state: &AppState, entry: &HistoryEntry, rect: Rect) {
    let palette = Palette::of(ui);
    let summary = &entry.summary;
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let mono = FontId::new(size::TINY, FontFamily::Monospace);
    let tiny = FontId::new(size::TINY, FontFamily::Proportional);
    let inner = rect.shrink2(vec2(size::UNIT, 0.0));
    let above = rect.top() + size::HISTORY_ROW * 0.3;
    let below = rect.top() + size::HISTORY_ROW * 0.72;
    painter.text(
        pos2(inner.left(), above),
        Align2::LEFT_CENTER,
        short_method(&summary.method),
        FontId::new(size::TINY - 1.0, FontFamily::Monospace),
        basic::method_colour(palette, &summary.method),
    );
    let path_left = inner.left() + size::HISTORY_METHOD;
    let glyph = ui.fonts_mut(|fonts| fonts.glyph_width(&mono, 'm'));
    painter.text(
        pos2(path_left, above),
        Align2::LEFT_CENTER,
        history_words::end_of(&summary.path, fitting(inner.right() - path_left, glyph)),
        mono,
        palette.text,
    );
    let (outcome, colour, fill) = history_words::outcome(palette, summary);
    let galley = painter.layout_no_wrap(
        outcome,
        FontId::new(size::TINY - 1.0, fonts::strong()),
        colour,
    );
    let chip = Rect::from_min_size(
        pos2(inner.left(), below - size::UNIT),
        vec2(galley.size().x + size::UNIT, size::UNIT * 2.0),
    );
    painter.rect_filled(chip, CornerRadius::same(size::CHIP_RADIUS), fill);
    painter.galley(chip.center() - galley.size() / 2.0, galley, colour);
    let when = format!(
        "{}  {}",
        history_words::clock(&state.history.zone, summary.started_at),
        text::duration(summary.total)
    );
    let when = painter.text(
        pos2(inner.right(), below),
        Align2::RIGHT_CENTER,
        when,
        tiny.clone(),
        palette.faint,
    );
    let dot = pos2(path_left.max(chip.right() + size::UNIT) + size::HALF, below);
    painter.circle_filled(dot, 3.5, palette.environment(summary.environment_colour));
    let left = dot.x + size::UNIT;
    let name = visible::line(&summary.environment_name).into_owned();
    let mut job = LayoutJob::simple_singleline(name, tiny, palette.secondary);
    job.wrap = TextWrapping::truncate_at_width((when.left() - size::UNIT - left).max(0.0));
    let galley = painter.layout_job(job);
    let top = below - galley.size().y / 2.0;
    painter.galley(pos2(left, top), galley, palette.secondary);
}

/// How many characters of that width fit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small number that is not negative"
)]
fn fitting(width: f32, glyph: f32) -> usize {
    (width / glyph).max(4.0) as usize
}

fn menu(ui: &mut Ui, view: &mut View<'_>, entry: &HistoryEntry) {
    basic::menu(ui);
    let id: HistoryId = entry.id;
    let environment = &entry.summary.environment;
    let name = visible::line(&entry.summary.environment_name);
    let is_exchange = entry.summary.kind == HistoryKind::Exchange;
    if is_exchange && ui.button("Export as HAR…").clicked() {
        view.act(Action::Exporting(ExportingAction::Ask(Wanted::Past(id))));
        ui.close();
    }
    let clear = format!("Clear the history of {name}…");
    for (words, action) in [
        ("Open", HistoryAction::Open(id)),
        ("Open as a new request", HistoryAction::OpenAsRequest(id)),
        ("Delete", HistoryAction::Delete(id)),
        (
            &clear,
            HistoryAction::Clear(HistoryScope::Environment(environment.clone())),
        ),
    ] {
        if ui.button(words).clicked() {
            view.act(Action::History(action));
            ui.close();
        }
    }
}
