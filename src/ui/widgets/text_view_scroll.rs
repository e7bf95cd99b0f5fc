//! Scrolling a body: whole rows are counted as integers, so that no precision is lost far down; only the rest is in points.

use egui::{Id, Rect, Response, Sense, Ui, pos2, vec2};

use crate::ui::tokens::size;

use super::text_view::TextViewState;
use super::text_view_paint as paint;
use super::text_view_rows::Geometry;

pub(super) fn wheel(
    ui: &Ui,
    response: &Response,
    geometry: &Geometry<'_>,
    state: &mut TextViewState,
) {
    if response.contains_pointer() {
        let delta = ui.input(egui::InputState::smooth_scroll_delta);
        state.sideways -= delta.x;
        if delta.y != 0.0 {
            by(ui, geometry, state, -delta.y);
        }
    }
}

/// Moves by points.
pub(super) fn by(ui: &Ui, geometry: &Geometry<'_>, state: &mut TextViewState, points: f32) {
    state.partial += points;
    if geometry.wrap {
        by_heights(ui, geometry, state);
        return;
    }
    let rows = (state.partial / geometry.row_height).floor();
    state.partial -= rows * geometry.row_height;
    if rows < 0.0 {
        let up = whole(-rows);
        if up > state.first {
            state.partial = 0.0;
        }
        state.first = state.first.saturating_sub(up);
    } else {
        state.first = (state.first + whole(rows)).min(geometry.rows(state));
    }
}

/// Rows that are wrapped differ in height.
fn by_heights(ui: &Ui, geometry: &Geometry<'_>, state: &mut TextViewState) {
    let last = geometry.rows(state).saturating_sub(1);
    while state.partial < 0.0 && state.first > 0 {
        state.first -= 1;
        state.partial += geometry.height(ui, state, state.first);
    }
    state.partial = state.partial.max(0.0);
    while state.first < last {
        let height = geometry.height(ui, state, state.first);
        if state.partial < height {
            break;
        }
        state.partial -= height;
        state.first += 1;
    }
}

/// A non-negative number of rows.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows moved in one frame: a small non-negative number"
)]
fn whole(rows: f32) -> usize {
    rows as usize
}

/// The last page is the end, and nothing lies beyond the longest line.
pub(super) fn clamp(ui: &Ui, geometry: &Geometry<'_>, state: &mut TextViewState) {
    let rows = geometry.rows(state);
    if geometry.wrap {
        state.sideways = 0.0;
        if state.first + geometry.rows_fitting >= rows {
            let (first, partial) = last_page(ui, geometry, state);
            if (state.first, state.partial) > (first, partial) {
                (state.first, state.partial) = (first, partial);
            }
        }
        return;
    }
    let last_first = rows.saturating_sub(geometry.rows_fitting.saturating_sub(1).max(1));
    if state.first >= last_first {
        state.first = last_first;
        state.partial = 0.0;
    }
    let room = (state.widest - geometry.text_width() + size::UNIT * 3.0).max(0.0);
    state.sideways = state.sideways.clamp(0.0, room);
}

/// Where the last page of wrapped rows begins.
fn last_page(ui: &Ui, geometry: &Geometry<'_>, state: &TextViewState) -> (usize, f32) {
    let mut left = geometry.area.height();
    let mut row = geometry.rows(state);
    while row > 0 {
        row -= 1;
        left -= geometry.height(ui, state, row);
        if left <= 0.0 {
            return (row, -left);
        }
    }
    (0, 0.0)
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "row numbers go through f64, which is exact far beyond any body that fits into memory"
)]
pub(super) fn bar(ui: &Ui, id: Id, area: Rect, geometry: &Geometry<'_>, state: &mut TextViewState) {
    let total = geometry.rows(state);
    if total <= geometry.rows_fitting.saturating_sub(1) && !geometry.wrap {
        return;
    }
    let track = Rect::from_min_max(pos2(area.right() - size::SCROLL_BAR, area.top()), area.max);
    let reach = (total - (geometry.rows_fitting - 1).min(total)).max(1);
    let share = (geometry.rows_fitting as f64 / total.max(1) as f64).min(1.0);
    let handle_height = (f64::from(track.height()) * share)
        .max(f64::from(size::SCROLL_HANDLE_MINIMUM))
        .min(f64::from(track.height()));
    let room = (f64::from(track.height()) - handle_height).max(1.0);
    let at = (state.first as f64 / reach as f64).min(1.0) * room;
    let handle = Rect::from_min_size(
        pos2(track.left(), track.top() + at as f32),
        vec2(track.width(), handle_height as f32),
    );
    let response = ui.interact(track, id.with("bar"), Sense::CLICK | Sense::DRAG);
    if let Some(pointer) = response.interact_pointer_pos() {
        let grip = *state.bar_grip.get_or_insert_with(|| {
            if handle.contains(pointer) {
                pointer.y - handle.top()
            } else {
                handle.height() / 2.0
            }
        });
        let wanted = f64::from(pointer.y - grip - track.top()) / room;
        state.first = (wanted.clamp(0.0, 1.0) * reach as f64).round() as usize;
        state.partial = 0.0;
    } else {
        state.bar_grip = None;
    }
    paint::bar(ui, handle, response.hovered() || response.dragged());
}

/// The least scrolling that makes a row visible.
pub(super) fn to_row(geometry: &Geometry<'_>, state: &mut TextViewState, row: usize) {
    let page = geometry.rows_fitting.saturating_sub(2).max(1);
    if row < state.first || row == state.first && state.partial > 0.0 {
        state.first = row;
        state.partial = 0.0;
    } else if row >= state.first + page {
        state.first = row + 1 - page;
        state.partial = 0.0;
    }
}
