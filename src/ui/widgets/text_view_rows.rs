//! The rows of a body: which segment each shows, its text with what stands for folded parts, and where places are in it.

use std::sync::Arc;

use egui::text::{CCursor, LayoutJob, TextFormat};
use egui::{Color32, FontId, Galley, Pos2, Rect, Stroke, Ui, pos2, vec2};

use crate::body::document::{Document, Place};
use crate::body::highlight::SpanKind;
use crate::body::links::{self, Link};
use crate::body::search::Matches;
use crate::body::visible;
use crate::ui::tokens::{Palette, size};

use super::text_view::{Shown, TextViewState};

/// Where things are in this frame.
pub(super) struct Geometry<'a> {
    pub(super) document: &'a Document,
    pub(super) matches: Option<&'a Matches>,
    pub(super) area: Rect,
    pub(super) row_height: f32,
    /// Rows that are at least partly visible, when none of them is wrapped.
    pub(super) rows_fitting: usize,
    pub(super) wrap: bool,
    links: bool,
    font: FontId,
    /// Width of the column of line numbers and fold marks.
    gutter: f32,
}

/// One row as text.
pub(super) struct Row {
    pub(super) segment: usize,
    /// The segment's own text; places are columns of it.
    pub(super) text: String,
    spans: Vec<(std::ops::Range<usize>, SpanKind)>,
    /// The container that opens here: its number, and whether it is folded.
    pub(super) fold: Option<(usize, bool)>,
    /// What is said behind the text: `5 items`.
    note: String,
    /// The closing bracket of what is folded.
    close: String,
    pub(super) links: Vec<Link>,
}

impl Row {
    /// What is read out: with what stands for the folded part.
    pub(super) fn whole_text(&self) -> String {
        match self.fold {
            Some((_, true)) => format!("{} {} {}", self.text, self.note, self.close),
            _ => self.text.clone(),
        }
    }
}

impl<'a> Geometry<'a> {
    pub(super) fn new(ui: &Ui, area: Rect, shown: Shown<'a>) -> Self {
        let font = egui::TextStyle::Monospace.resolve(ui.style());
        let digits = shown.document.lines().max(1).to_string().len().max(3);
        let digit = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
        let row_height = (font.size * size::MONO_LINE / size::MONO).round();
        let folds = if shown.document.folds().is_some() {
            size::FOLD_MARK
        } else {
            0.0
        };
        Self {
            document: shown.document,
            matches: shown.matches,
            area,
            row_height,
            rows_fitting: rows_fitting(area.height(), row_height),
            wrap: shown.wrap,
            links: shown.links,
            font,
            gutter: digit * count(digits) + size::UNIT * 2.0 + folds,
        }
    }

    pub(super) fn font(&self) -> FontId {
        self.font.clone()
    }

    pub(super) fn text_width(&self) -> f32 {
        (self.area.width() - self.gutter).max(size::UNIT)
    }

    pub(super) fn text_left(&self) -> f32 {
        self.area.left() + self.gutter
    }

    /// All rows of the document as it is folded.
    pub(super) fn rows(&self, state: &TextViewState) -> usize {
        state.folding.rows(self.document.segments())
    }

    pub(super) fn row(&self, state: &TextViewState, row: usize) -> Row {
        let document = self.document;
        let segment = state.folding.segment(row);
        let text = document.text(segment).into_owned();
        let spans = document.spans(segment);
        let links = if self.links && document.is_json() {
            links::links(&text, &spans)
        } else {
            Vec::new()
        };
        let mut row = Row {
            segment,
            text,
            spans,
            fold: None,
            note: String::new(),
            close: String::new(),
            links,
        };
        let folds = document.folds();
        let opening = folds.and_then(|folds| folds.opening_at(segment));
        if let Some((index, fold)) = folds
            .zip(opening)
            .and_then(|(folds, index)| folds.get(index).map(|fold| (index, fold)))
        {
            let folded = state.folding.is_folded(index);
            let is_array = row.text.ends_with('[');
            let items = fold.items();
            let what = match (is_array, items) {
                (true, 1) => "item",
                (true, _) => "items",
                (false, 1) => "key",
                (false, _) => "keys",
            };
            if folded {
                row.note = format!("{items} {what} …");
                document
                    .text(fold.close())
                    .trim_start()
                    .clone_into(&mut row.close);
            } else if is_array {
                row.note = format!("{items} {what}");
            }
            row.fold = Some((index, folded));
        }
        row
    }

    /// A row laid out, control and direction characters made visible.
    pub(super) fn galley(&self, ui: &Ui, row: &Row) -> Arc<Galley> {
        let palette = Palette::of(ui);
        let (shown, spans) = visible::line_with_spans(&row.text, row.spans.clone());
        let mut job = LayoutJob {
            break_on_newline: false,
            ..LayoutJob::default()
        };
        for (range, kind) in spans {
            if let Some(piece) = shown.get(range) {
                job.append(piece, 0.0, self.format(colour(palette, kind)));
            }
        }
        if !row.note.is_empty() {
            job.append(&format!(" {} ", row.note), 0.0, self.format(palette.faint));
        }
        if !row.close.is_empty() {
            job.append(&row.close, 0.0, self.format(palette.text));
        }
        if let Some(label) = row.links.iter().find_map(|link| link.label) {
            let mut format = self.format(palette.accent);
            format.underline = Stroke::new(1.0, palette.accent);
            job.append(label, size::UNIT * 3.0, format);
        }
        job.wrap.max_width = if self.wrap {
            self.text_width() - size::UNIT
        } else {
            f32::INFINITY
        };
        job.wrap.break_anywhere = true;
        ui.painter().layout_job(job)
    }

    fn format(&self, colour: Color32) -> TextFormat {
        TextFormat {
            line_height: Some(self.row_height),
            ..TextFormat::simple(self.font(), colour)
        }
    }

    /// Height of a row in points.
    pub(super) fn height(&self, ui: &Ui, state: &TextViewState, row: usize) -> f32 {
        if !self.wrap {
            return self.row_height;
        }
        let galley = self.galley(ui, &self.row(state, row));
        galley.size().y.max(self.row_height)
    }

    /// The place in the document under the pointer; beyond the edges, the nearest.
    pub(super) fn place_at(&self, ui: &Ui, state: &TextViewState, pointer: Pos2) -> Place {
        let last = self.rows(state).saturating_sub(1);
        let mut row = state.first.min(last);
        let mut top = self.area.top() - state.partial;
        loop {
            let height = self.height(ui, state, row);
            if pointer.y < top + height || row >= last || top > self.area.bottom() {
                break;
            }
            top += height;
            row += 1;
        }
        let row = self.row(state, row);
        let galley = self.galley(ui, &row);
        let x = pointer.x - self.text_left() + state.sideways;
        let cursor = galley.cursor_from_pos(vec2(x, pointer.y - top));
        let shown = visible::line(&row.text);
        let at = shown
            .char_indices()
            .nth(usize::from(cursor.index))
            .map_or(shown.len(), |(at, _)| at);
        Place {
            segment: row.segment,
            column: visible::original_offset(&row.text, at),
        }
    }
}

/// Where a byte column of the text stands in the galley of its row, as a caret.
pub(super) fn caret_rect(galley: &Galley, text: &str, column: usize) -> Rect {
    let shown = visible::line(text);
    let at = visible::shown_offset(text, column).min(shown.len());
    let characters = shown.get(..at).map_or(0, |part| part.chars().count());
    galley.pos_from_cursor(CCursor::new(characters))
}

/// The rectangles of a range of columns, one for each line that a wrapped row takes, in the galley's own coordinates.
pub(super) fn rects(galley: &Galley, text: &str, columns: std::ops::Range<usize>) -> Vec<Rect> {
    let start = caret_rect(galley, text, columns.start);
    let end = caret_rect(galley, text, columns.end);
    if (start.top() - end.top()).abs() < 1.0 {
        let right = end.left().max(start.left() + 3.0);
        return vec![Rect::from_min_max(start.min, pos2(right, start.bottom()))];
    }
    galley
        .rows
        .iter()
        .map(egui::epaint::text::PlacedRow::rect)
        .filter(|row| row.bottom() > start.top() + 1.0 && row.top() < end.bottom() - 1.0)
        .map(|row| {
            let left = if row.top() <= start.top() + 1.0 {
                start.left()
            } else {
                row.left()
            };
            let right = if row.bottom() >= end.bottom() - 1.0 {
                end.left()
            } else {
                row.right()
            };
            Rect::from_min_max(pos2(left, row.top()), pos2(right.max(left), row.bottom()))
        })
        .collect()
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

fn colour(palette: &Palette, kind: SpanKind) -> Color32 {
    match kind {
        SpanKind::Key => palette.json_key,
        SpanKind::String => palette.json_string,
        SpanKind::Number => palette.json_number,
        SpanKind::Literal => palette.json_literal,
        SpanKind::Punctuation | SpanKind::Plain => palette.text,
    }
}
