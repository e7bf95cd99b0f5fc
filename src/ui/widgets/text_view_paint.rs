//! Painting the visible rows of a body: line numbers, fold marks, what was found, the selection, the text and its links.

use std::sync::Arc;

use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Galley, Id, Pos2, Rect, Response, Sense, Shape,
    Stroke, Ui, pos2, vec2,
};

use crate::ui::tokens::{Palette, size};

use super::text_view::{Asked, Selection, TextViewState};
use super::text_view_rows::{Geometry, Row, caret_rect, rects};

/// One row on the screen.
struct Placed {
    row: Row,
    galley: Arc<Galley>,
    origin: Pos2,
}

pub(super) fn rows(
    ui: &Ui,
    id: Id,
    geometry: &Geometry<'_>,
    state: &mut TextViewState,
    focused: bool,
) -> Vec<Asked> {
    let mut asked = Vec::new();
    let mut refold = None;
    let mut top = geometry.area.top() - state.partial;
    let rows = geometry.rows(state);
    let mut number = state.first;
    while number < rows && top < geometry.area.bottom() {
        let row = geometry.row(state, number);
        let galley = geometry.galley(ui, &row);
        state.widest = state.widest.max(galley.size().x);
        follow(ui, geometry, state, &row, &galley);
        let placed = Placed {
            origin: pos2(geometry.text_left() - state.sideways, top),
            row,
            galley,
        };
        if let Some(fold) = gutter(ui, id, geometry, &placed) {
            refold = Some(fold);
        }
        text(ui, geometry, state, &placed, focused);
        asked.extend(links(ui, id, geometry, &placed));
        top += placed.galley.size().y.max(geometry.row_height);
        number += 1;
    }
    if let Some((index, folded, inside)) = refold
        && let Some(folds) = geometry.document.folds()
    {
        if inside {
            state.folding.toggle_inside(folds, index);
        } else {
            state.folding.set(folds, index, !folded);
        }
        ui.ctx().request_repaint();
    }
    if focused {
        ui.painter_at(geometry.area).rect_stroke(
            geometry.area,
            CornerRadius::ZERO,
            Stroke::new(1.0, Palette::of(ui).accent),
            egui::StrokeKind::Inside,
        );
    }
    asked
}

/// Scrolls sideways until the place that was gone to is visible.
fn follow(ui: &Ui, geometry: &Geometry<'_>, state: &mut TextViewState, row: &Row, galley: &Galley) {
    let Some(place) = state.follow.filter(|place| place.segment == row.segment) else {
        return;
    };
    state.follow = None;
    if geometry.wrap {
        return;
    }
    let x = caret_rect(galley, &row.text, place.column).left();
    let width = geometry.text_width() - size::UNIT * 3.0;
    if x < state.sideways || x > state.sideways + width {
        state.sideways = (x - width / 2.0).max(0.0);
        ui.ctx().request_repaint();
    }
}

/// Line number and fold mark. Answers a click on the mark: the container, whether it is folded, and whether its inside is meant.
fn gutter(
    ui: &Ui,
    id: Id,
    geometry: &Geometry<'_>,
    placed: &Placed,
) -> Option<(usize, bool, bool)> {
    let palette = Palette::of(ui);
    let document = geometry.document;
    let painter = ui.painter_at(geometry.area);
    let middle = placed.origin.y + geometry.row_height / 2.0;
    let segment = placed.row.segment;
    let has_folds = document.folds().is_some();
    let edge = geometry.text_left() - size::UNIT - if has_folds { size::FOLD_MARK } else { 0.0 };
    if !document.continues(segment) {
        painter.text(
            pos2(edge, middle),
            Align2::RIGHT_CENTER,
            document.line(segment),
            geometry.font(),
            palette.faint,
        );
    }
    let (index, folded) = placed.row.fold?;
    let mark = Rect::from_center_size(
        pos2(edge + size::FOLD_MARK / 2.0 + 2.0, middle),
        vec2(size::FOLD_MARK, geometry.row_height),
    );
    // Not in the Tab order: the keyboard folds at the caret.
    let response = ui.interact(mark, id.with(("fold", segment)), Sense::CLICK);
    let verb = if folded { "Unfold" } else { "Fold" };
    response.widget_info(|| {
        let words = format!("{verb} line {}", document.line(segment));
        egui::WidgetInfo::labeled(egui::Role::Button, true, words)
    });
    let colour = if response.hovered() {
        palette.text
    } else {
        palette.faint
    };
    painter.add(chevron(mark.center(), folded, colour));
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    let inside = ui.input(|input| input.modifiers.alt);
    response.clicked().then_some((index, folded, inside))
}

fn chevron(centre: Pos2, folded: bool, colour: Color32) -> Shape {
    let half = size::HALF - 1.0;
    let points = if folded {
        [
            centre + vec2(-half / 2.0, -half),
            centre + vec2(half / 2.0, 0.0),
            centre + vec2(-half / 2.0, half),
        ]
    } else {
        [
            centre + vec2(-half, -half / 2.0),
            centre + vec2(0.0, half / 2.0),
            centre + vec2(half, -half / 2.0),
        ]
    };
    Shape::line(points.to_vec(), Stroke::new(1.5, colour))
}

fn text(ui: &Ui, geometry: &Geometry<'_>, state: &TextViewState, placed: &Placed, focused: bool) {
    let palette = Palette::of(ui);
    let clip = Rect::from_min_max(
        pos2(geometry.text_left() - size::HALF, geometry.area.top()),
        geometry.area.max,
    );
    let painter = ui.painter_at(clip);
    let row = &placed.row;
    let fill = |columns, colour| {
        for rect in rects(&placed.galley, &row.text, columns) {
            painter.rect_filled(
                rect.translate(placed.origin.to_vec2()),
                CornerRadius::ZERO,
                colour,
            );
        }
    };
    if let Some(matches) = geometry.matches {
        let bytes = geometry.document.range(row.segment);
        for index in matches.within(&bytes) {
            let Some(found) = matches.get(index) else {
                continue;
            };
            let colour = if state.current_match == Some(index) {
                palette.found_current
            } else {
                palette.found
            };
            fill(geometry.document.columns(row.segment, found), colour);
        }
    }
    if let Some(columns) = selected(state.selection, row) {
        fill(columns, palette.selection);
    }
    painter.galley(placed.origin, Arc::clone(&placed.galley), palette.text);
    if let Some(selection) = state.selection
        && focused
        && selection.head.segment == row.segment
    {
        let caret = caret_rect(&placed.galley, &row.text, selection.head.column)
            .translate(placed.origin.to_vec2());
        painter.vline(
            caret.left(),
            caret.y_range(),
            Stroke::new(1.5, palette.accent),
        );
    }
}

/// The columns of a row that are selected.
fn selected(selection: Option<Selection>, row: &Row) -> Option<std::ops::Range<usize>> {
    let (from, to) = selection.filter(|known| !known.is_empty())?.ordered();
    if !(from.segment..=to.segment).contains(&row.segment) {
        return None;
    }
    let start = if from.segment == row.segment {
        from.column
    } else {
        0
    };
    let end = if to.segment == row.segment {
        to.column
    } else {
        row.text.len()
    };
    Some(start..end)
}

/// Links of the row: the addresses themselves, and `open next page` behind them, which the keyboard reaches too.
fn links(ui: &Ui, id: Id, geometry: &Geometry<'_>, placed: &Placed) -> Option<Asked> {
    let mut opened = None;
    let row = &placed.row;
    for link in &row.links {
        for (number, rect) in rects(&placed.galley, &row.text, link.range.clone())
            .into_iter()
            .enumerate()
        {
            let rect = rect
                .translate(placed.origin.to_vec2())
                .intersect(geometry.area);
            if !rect.is_positive() {
                continue;
            }
            let key = id.with(("link", row.segment, link.range.start, number));
            let response = ui.interact(rect, key, Sense::CLICK);
            name(&response, &format!("Open {}", link.uri));
            if response.hovered() {
                ui.painter_at(geometry.area).hline(
                    rect.x_range(),
                    rect.bottom() - 3.0,
                    Stroke::new(1.0, Palette::of(ui).json_string),
                );
            }
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                opened = Some(link.uri.clone());
            }
        }
        if let Some(label) = link.label {
            let rect = last_words(placed).intersect(geometry.area);
            if rect.is_positive() {
                let response = ui.interact(rect, id.with(("page", row.segment)), Sense::click());
                name(&response, label);
                if response.has_focus() {
                    ui.painter_at(geometry.area).rect_stroke(
                        rect,
                        CornerRadius::same(size::CHIP_RADIUS),
                        ui.visuals().selection.stroke,
                        egui::StrokeKind::Inside,
                    );
                }
                if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                    opened = Some(link.uri.clone());
                }
            }
        }
    }
    opened.map(Asked::OpenLink)
}

fn name(response: &Response, words: &str) {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, words));
}

/// Where the words behind the text of a row are; in a wrapped row, what of them is in its last line.
fn last_words(placed: &Placed) -> Rect {
    let end = caret_rect(&placed.galley, &placed.row.text, placed.row.text.len());
    let right = placed.galley.rect.right();
    let last = placed.galley.rows.last().map_or(end, |row| row.rect());
    let left = if (last.top() - end.top()).abs() < 1.0 {
        end.left() + size::UNIT * 2.5
    } else {
        last.left()
    };
    Rect::from_min_max(pos2(left, last.top()), pos2(right.max(left), last.bottom()))
        .translate(placed.origin.to_vec2())
}

pub(super) fn bar(ui: &Ui, handle: Rect, active: bool) {
    let palette = Palette::of(ui);
    let fill = if active {
        palette.faint
    } else {
        palette.strong_line
    };
    ui.painter()
        .rect_filled(handle.shrink2(vec2(2.0, 1.0)), CornerRadius::same(4), fill);
}
