//! The table of differences: where, A, B, why. One node for each visible row, however many there are;
//! a click, Enter or the link at its end opens what can be done with it.

use std::ops::Range;
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Color32, EventFilter, FontFamily, FontId, Id, Key, Rect, ScrollArea, Sense, Ui, pos2, vec2,
};

use crate::app::comparing::Compared;
use crate::app::state::Leg;
use crate::body::visible;
use crate::compare::outcome::{Comparison, Layer};
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;

use super::super::View;
use super::strip::listed;
use super::{Listed, PageMemory, table_row};

/// The rows that are listed, found once for each comparison and way of listing.
#[derive(Debug, Default)]
pub(super) struct TableMemory {
    rows: Option<Found>,
    /// The row that is to get the keyboard.
    wanted: Option<usize>,
}

#[derive(Debug)]
struct Found {
    /// The comparison by its address: another one has another.
    comparison: Arc<Comparison>,
    title: &'static str,
    listed: Listed,
    rows: Vec<usize>,
    others: usize,
}

impl TableMemory {
    fn of(
        &mut self,
        comparison: &Arc<Comparison>,
        title: &'static str,
        wanted: Option<Listed>,
        layers: impl Fn(Layer) -> bool,
    ) -> &Found {
        let is_known = self.rows.as_ref().is_some_and(|found| {
            Arc::ptr_eq(&found.comparison, comparison)
                && found.title == title
                && wanted.is_none_or(|wanted| wanted == found.listed)
        });
        if !is_known {
            self.rows = Some(Found::new(comparison, title, wanted, layers));
            self.wanted = None;
        }
        self.rows.as_ref().expect("just made")
    }
}

impl Found {
    fn new(
        comparison: &Arc<Comparison>,
        title: &'static str,
        wanted: Option<Listed>,
        layers: impl Fn(Layer) -> bool,
    ) -> Self {
        let of_page = || {
            comparison
                .rows
                .iter()
                .enumerate()
                .filter(|(_, row)| layers(row.layer))
        };
        let mut rows: Vec<usize> = of_page()
            .filter(|(_, row)| row.counts_as_difference())
            .map(|(index, _)| index)
            .collect();
        let differences = rows.len();
        let same = comparison
            .same
            .iter()
            .zip(comparison.rows.len()..)
            .filter(|(row, _)| layers(row.layer))
            .map(|(_, index)| index);
        let others: Vec<usize> = of_page()
            .filter(|(_, row)| !row.counts_as_difference())
            .map(|(index, _)| index)
            .chain(same)
            .collect();
        let memory = PageMemory {
            listed: wanted,
            ..PageMemory::default()
        };
        let listed = listed(&memory, differences);
        let count = others.len();
        if listed == Listed::All {
            // What counts stands first, what is the same last; among each other they keep the order of the answers.
            rows.extend(others);
        }
        Self {
            comparison: Arc::clone(comparison),
            title,
            listed,
            rows,
            others: count,
        }
    }
}

/// The four columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub(super) place: Rect,
    pub(super) a: Rect,
    pub(super) b: Rect,
    pub(super) why: Rect,
}

impl Columns {
    pub(super) fn of(rect: Rect) -> Self {
        let inner = rect.shrink2(vec2(size::DOUBLE, 0.0));
        let width = inner.width();
        let column = |from: f32, to: f32| {
            Rect::from_min_max(
                pos2(inner.left() + width * from, rect.top()),
                pos2(inner.left() + width * to - size::GAP, rect.bottom()),
            )
        };
        Self {
            place: column(0.0, 0.25),
            a: column(0.25, 0.49),
            b: column(0.49, 0.73),
            why: Rect::from_min_max(
                pos2(inner.left() + width * 0.73, rect.top()),
                rect.right_bottom() - vec2(size::DOUBLE, 0.0),
            ),
        }
    }
}

pub(super) fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    done: &Compared,
    memory: &mut PageMemory,
    title: &'static str,
    layers: impl Fn(Layer) -> bool,
) {
    let wanted = memory.listed;
    memory.table.of(&done.comparison, title, wanted, layers);
    let Some(found) = memory.table.rows.take() else {
        return;
    };
    head(
        ui,
        &visible::line(&done.comparison.a.environment_name),
        &visible::line(&done.comparison.b.environment_name),
    );
    if found.rows.is_empty() {
        empty(ui, &found, memory);
    } else {
        rows(ui, view, &found, &mut memory.table.wanted);
    }
    memory.table.rows = Some(found);
}

/// Nothing is listed: because there is nothing, or because it is left out.
fn empty(ui: &mut Ui, found: &Found, memory: &mut PageMemory) {
    let palette = Palette::of(ui);
    egui::Frame::new().inner_margin(inset::PAGE).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            let words = if found.others == 0 {
                format!("{}: no difference", found.title)
            } else {
                format!("{}: no difference that counts", found.title)
            };
            ui.label(basic::small(words).color(palette.secondary));
            if found.others > 0 && basic::link(ui, "show all rows").clicked() {
                memory.listed = Some(Listed::All);
            }
        });
    });
}

/// The titles of the columns; names of the environments beside the badges.
pub(super) fn head(ui: &mut Ui, a: &str, b: &str) {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, palette.panel);
    ui.painter()
        .hline(rect.x_range(), rect.bottom(), palette.hairline());
    let columns = Columns::of(rect);
    let font = FontId::new(size::SMALL, FontFamily::Proportional);
    cell(ui, columns.place, "Where", &font, palette.secondary);
    for (leg, name, place) in [(Leg::A, a, columns.a), (Leg::B, b, columns.b)] {
        let centre = pos2(place.left() + size::BADGE / 2.0, place.center().y);
        let badge = Rect::from_center_size(centre, vec2(size::BADGE, size::BADGE) * BADGE_SHARE);
        basic::paint_badge(ui.painter(), badge, palette, leg);
        let mut words = place;
        words.min.x += size::BADGE + size::SNUG;
        cell(ui, words, name, &font, palette.secondary);
    }
    cell(ui, columns.why, "Why", &font, palette.secondary);
    response.widget_info(|| {
        let words = format!("Columns: where, A {a}, B {b}, why");
        egui::WidgetInfo::labeled(egui::Role::Label, true, words)
    });
}

/// Badges in the head of a table are a little smaller.
const BADGE_SHARE: f32 = 0.85;

/// Text in a cell, cut with an ellipsis; answers whether it was cut.
pub(super) fn cell(ui: &Ui, rect: Rect, words: &str, font: &FontId, colour: Color32) -> bool {
    let format = TextFormat::simple(font.clone(), colour);
    let mut job = LayoutJob::single_section(words.to_owned(), format);
    job.break_on_newline = false;
    job.wrap = TextWrapping::truncate_at_width(rect.width().max(1.0));
    let galley = ui.painter().layout_job(job);
    let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    let elided = galley.elided;
    ui.painter()
        .with_clip_rect(rect.intersect(ui.clip_rect()))
        .galley(at, galley, colour);
    elided
}

fn rows(ui: &mut Ui, view: &mut View<'_>, found: &Found, wanted: &mut Option<usize>) {
    let table = Id::unique(("comparison rows", found.title));
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical()
        .id_salt(("comparison table", found.title))
        .auto_shrink(false);
    let height = size::TABLE_ROW;
    area.show_rows(ui, height, found.rows.len(), |ui, range| {
        bring_into_view(ui, &range, height, *wanted);
        for at in range {
            let Some(row) = found.comparison.row(found.rows[at]) else {
                continue;
            };
            let response = table_row::row(
                ui,
                view,
                table.with(at),
                row,
                found.rows[at],
                &table_row::why(row),
            );
            if *wanted == Some(at) {
                response.request_focus();
                *wanted = None;
            }
            if response.has_focus()
                && let Some(step) = keys(ui, response.id)
            {
                let last = found.rows.len() - 1;
                *wanted = Some(at.saturating_add_signed(step).min(last));
                ui.ctx().request_repaint();
            }
        }
    });
}

/// Scrolls to the row that gets the keyboard when it is not among the visible ones.
fn bring_into_view(ui: &Ui, visible: &Range<usize>, height: f32, wanted: Option<usize>) {
    let Some(wanted) = wanted else {
        return;
    };
    let first = ui.max_rect().top();
    #[expect(clippy::cast_precision_loss, reason = "rows of a list, far below 2^23")]
    let offset = (wanted as f32 - visible.start as f32) * height;
    let rect = Rect::from_min_size(
        pos2(ui.max_rect().left(), first + offset),
        vec2(1.0, height),
    );
    ui.scroll_to_rect(rect, None);
}

/// How far the arrow keys go from the row that has the keyboard.
fn keys(ui: &Ui, id: Id) -> Option<isize> {
    ui.memory_mut(|memory| {
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        memory.set_focus_lock_filter(id, filter);
    });
    // Taken, or the row that gets the keyboard within this frame would go on with it.
    ui.input_mut(|input| {
        let steps = [
            (Key::ArrowDown, 1),
            (Key::ArrowUp, -1),
            (Key::PageDown, PAGE),
            (Key::PageUp, -PAGE),
            (Key::Home, isize::MIN),
            (Key::End, isize::MAX),
        ];
        steps
            .into_iter()
            .find(|(key, _)| input.consume_key(egui::Modifiers::NONE, *key))
            .map(|(_, step)| step)
    })
}

/// Rows that Page Up and Page Down go.
const PAGE: isize = 15;
