//! Painting the visible rows of a body, and finding the place under the pointer. Scrolling and keys live in `text_view`.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align2, Color32, CornerRadius, FontFamily, FontId, Galley, Pos2, Rect, Stroke, Ui, pos2, vec2,
};

use crate::body::document::{Document, Place};
use crate::body::highlight::SpanKind;
use crate::body::visible;
use crate::ui::tokens::{Palette, size};

use super::text_view::{Selection, TextViewState};

/// Where things are in this frame.
pub(super) struct Geometry {
    pub(super) area: Rect,
    pub(super) row_height: f32,
    /// Rows that are at least partly visible.
    pub(super) rows_fitting: usize,
    /// Width of the column of line numbers.
    gutter: f32,
}

impl Geometry {
    pub(super) fn new(ui: &Ui, area: Rect, document: &Document) -> Self {
        let digits = document.lines().max(1).to_string().len().max(3);
        let digit = ui.fonts_mut(|fonts| fonts.glyph_width(&mono(), '0'));
        let row_height = size::MONO_LINE;
        Self {
            area,
            row_height,
            rows_fitting: rows_fitting(area.height(), row_height),
            gutter: digit * count(digits) + 28.0,
        }
    }

    pub(super) fn text_width(&self) -> f32 {
        (self.area.width() - self.gutter).max(0.0)
    }

    fn text_left(&self) -> f32 {
        self.area.left() + self.gutter
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows of a window: a small non-negative number"
)]
fn rows_fitting(height: f32, row: f32) -> usize {
    (height.max(0.0) / row).ceil() as usize + 1
}

fn count(digits: usize) -> f32 {
    u16::try_from(digits).map_or(0.0, f32::from)
}

fn mono() -> FontId {
    FontId::new(size::MONO, FontFamily::Monospace)
}

fn colour(palette: &Palette, kind: SpanKind) -> Color32 {
    match kind {
        SpanKind::Key => palette.json_key,
        SpanKind::String => palette.json_string,
        SpanKind::Number => palette.json_number,
        SpanKind::Literal => palette.json_literal,
        SpanKind::Punctuation | SpanKind::Plain => palette.text,
    }
}

/// One row laid out, control and direction characters made visible.
fn galley(ui: &Ui, document: &Document, segment: usize) -> Arc<Galley> {
    let palette = Palette::of(ui);
    let text = document.text(segment);
    let (shown, spans) = visible::line_with_spans(&text, document.spans(segment));
    let mut job = LayoutJob {
        break_on_newline: false,
        ..LayoutJob::default()
    };
    for (range, kind) in spans {
        if let Some(piece) = shown.get(range) {
            job.append(
                piece,
                0.0,
                TextFormat::simple(mono(), colour(palette, kind)),
            );
        }
    }
    job.wrap.max_width = f32::INFINITY;
    ui.painter().layout_job(job)
}

pub(super) fn rows(
    ui: &Ui,
    document: &Document,
    geometry: &Geometry,
    state: &mut TextViewState,
    focused: bool,
) {
    let palette = Palette::of(ui);
    let painter = ui.painter_at(geometry.area);
    let text_clip = Rect::from_min_max(
        pos2(geometry.text_left() - 4.0, geometry.area.top()),
        geometry.area.max,
    );
    let text_painter = ui.painter_at(text_clip);
    let selection = state.selection.map(Selection::ordered);
    let mut top = geometry.area.top() - state.partial;
    for segment in (state.first..document.segments()).take(geometry.rows_fitting) {
        if !document.continues(segment) {
            painter.text(
                pos2(geometry.text_left() - 14.0, top + geometry.row_height / 2.0),
                Align2::RIGHT_CENTER,
                document.line(segment),
                mono(),
                palette.faint,
            );
        }
        let galley = galley(ui, document, segment);
        state.widest = state.widest.max(galley.size().x);
        let origin = pos2(
            geometry.text_left() - state.sideways,
            top + (geometry.row_height - galley.size().y) / 2.0,
        );
        let text = document.text(segment);
        if let Some(search) = state.find.search.as_ref().filter(|_| state.find.open) {
            for range in document.matches(search, segment) {
                let current = state.find.current.is_some_and(|(start, _)| {
                    start.segment == segment && start.column == range.start
                });
                let fill = if current {
                    palette.found_current
                } else {
                    palette.found
                };
                mark(
                    &text_painter,
                    &galley,
                    &text,
                    origin,
                    geometry,
                    top,
                    range.start,
                    range.end,
                    fill,
                );
            }
        }
        if let Some((from, to)) = selection
            && from != to
            && (from.segment..=to.segment).contains(&segment)
        {
            let start = if from.segment == segment {
                from.column
            } else {
                0
            };
            let end = if to.segment == segment {
                to.column
            } else {
                text.len()
            };
            mark(
                &text_painter,
                &galley,
                &text,
                origin,
                geometry,
                top,
                start,
                end,
                palette.selection,
            );
        }
        text_painter.galley(origin, galley, palette.text);
        top += geometry.row_height;
    }
    if focused {
        painter.rect_stroke(
            geometry.area,
            CornerRadius::ZERO,
            Stroke::new(1.0, palette.accent),
            egui::StrokeKind::Inside,
        );
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "everything about one row; a struct for one caller would only rename them"
)]
fn mark(
    painter: &egui::Painter,
    galley: &Galley,
    text: &str,
    origin: Pos2,
    geometry: &Geometry,
    top: f32,
    start: usize,
    end: usize,
    fill: Color32,
) {
    let left = origin.x + x_of(galley, text, start);
    let right = origin.x + x_of(galley, text, end).max(x_of(galley, text, start) + 3.0);
    painter.rect_filled(
        Rect::from_min_max(pos2(left, top), pos2(right, top + geometry.row_height)),
        CornerRadius::ZERO,
        fill,
    );
}

/// The x of a byte column in the row's galley.
fn x_of(galley: &Galley, text: &str, column: usize) -> f32 {
    let shown = visible::line(text);
    let at = visible::shown_offset(text, column).min(shown.len());
    let characters = shown.get(..at).map_or(0, |part| part.chars().count());
    galley
        .pos_from_cursor(egui::text::CCursor::new(characters))
        .left()
}

/// The place in the document under the pointer; beyond the edges, the nearest.
pub(super) fn place_at(
    ui: &Ui,
    document: &Document,
    geometry: &Geometry,
    state: &TextViewState,
    pointer: Pos2,
) -> Place {
    let y = (pointer.y - geometry.area.top() + state.partial).max(0.0);
    let row = rows_fitting(y, geometry.row_height).saturating_sub(1);
    let below = if y % geometry.row_height == 0.0 {
        row
    } else {
        row.saturating_sub(1)
    };
    let segment = (state.first + below).min(document.segments().saturating_sub(1));
    let text = document.text(segment);
    let galley = galley(ui, document, segment);
    let x = pointer.x - geometry.text_left() + state.sideways;
    let cursor = galley.cursor_from_pos(vec2(x, galley.size().y / 2.0));
    let shown = visible::line(&text);
    let at = shown
        .char_indices()
        .nth(usize::from(cursor.index))
        .map_or(shown.len(), |(at, _)| at);
    Place {
        segment,
        column: visible::original_offset(&text, at),
    }
}

/// The word, number or run of signs at a place.
pub(super) fn word_at(document: &Document, place: Place) -> Selection {
    let text = document.text(place.segment);
    let is_word = |character: char| character.is_alphanumeric() || "_-.".contains(character);
    let column = place.column.min(text.len());
    let start = text[..column]
        .char_indices()
        .rev()
        .take_while(|(_, character)| is_word(*character))
        .last()
        .map_or(column, |(at, _)| at);
    let end = text[column..]
        .char_indices()
        .find(|(_, character)| !is_word(*character))
        .map_or(text.len(), |(at, _)| column + at);
    let at = |column| Place {
        segment: place.segment,
        column,
    };
    Selection {
        anchor: at(start),
        head: at(end),
    }
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
