//! Both bodies as text, line beside line, scrolling together, with what differs marked. Only the visible lines are laid out.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Color32, FontId, Frame, Key, Layout, Rect, ScrollArea, Sense, Ui, pos2, vec2};

use crate::app::comparing::{SideBySide, TabComparing};
use crate::app::state::Leg;
use crate::body::document::Document;
use crate::body::highlight::SpanKind;
use crate::body::view::{BodyView, Mode};
use crate::body::visible;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::aligned::{Aligned, Line};

/// What only the screen knows of the view.
#[derive(Debug, Default)]
pub(super) struct SidesMemory {
    /// The lines, for the texts they were made from.
    aligned: Option<(Arc<SideBySide>, Aligned)>,
    /// The first visible row.
    top: usize,
    /// A row that is to be shown at the top.
    wanted: Option<usize>,
    /// Points scrolled to the right, on both sides.
    sideways: f32,
    /// The widest line seen so far.
    widest: f32,
}

pub(super) fn show(ui: &mut Ui, comparing: &TabComparing, memory: &mut SidesMemory) {
    let palette = Palette::of(ui);
    let Some(texts) = &comparing.texts else {
        say(ui, "Laying out both bodies…");
        return;
    };
    if texts.a.is_none() && texts.b.is_none() {
        say(ui, "Neither side has a body");
        return;
    }
    let is_known = memory
        .aligned
        .as_ref()
        .is_some_and(|(known, _)| Arc::ptr_eq(known, texts));
    if !is_known {
        let lines = (
            document(texts, Leg::A).map_or(0, lines),
            document(texts, Leg::B).map_or(0, lines),
        );
        let aligned = Aligned::new(lines, &texts.hunks);
        *memory = SidesMemory {
            wanted: aligned.changed_from_the_top(),
            aligned: Some((Arc::clone(texts), aligned)),
            ..SidesMemory::default()
        };
    }
    let Some((texts, aligned)) = memory.aligned.take() else {
        return;
    };
    head(ui, palette, &texts, &aligned, memory);
    rows(ui, &texts, &aligned, memory);
    memory.aligned = Some((texts, aligned));
}

fn say(ui: &mut Ui, words: &str) {
    let palette = Palette::of(ui);
    Frame::new().inner_margin(inset::PAGE).show(ui, |ui| {
        ui.label(basic::small(words).color(palette.secondary));
    });
}

fn mode(texts: &SideBySide) -> Mode {
    if texts.pretty {
        Mode::Pretty
    } else {
        Mode::Raw
    }
}

fn view(texts: &SideBySide, leg: Leg) -> Option<&BodyView> {
    match leg {
        Leg::A => texts.a.as_deref(),
        Leg::B => texts.b.as_deref(),
    }
}

fn document(texts: &SideBySide, leg: Leg) -> Option<&Document> {
    Some(view(texts, leg)?.document(mode(texts)))
}

/// Lines as the hunks count them: an empty body has none.
fn lines(document: &Document) -> usize {
    if document.segments() == 0 {
        0
    } else {
        document.lines()
    }
}

/// How many places differ, and the way from one to the next.
fn head(
    ui: &mut Ui,
    palette: &Palette,
    texts: &SideBySide,
    aligned: &Aligned,
    memory: &mut SidesMemory,
) {
    Frame::new()
        .fill(palette.panel)
        .inner_margin(inset::BAR)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let row = vec2(ui.available_width(), size::ROW);
            ui.allocate_ui_with_layout(row, Layout::left_to_right(egui::Align::Center), |ui| {
                let changes = aligned.changes();
                let words = match changes {
                    0 => "The texts are the same".to_owned(),
                    1 => "1 place differs in the text".to_owned(),
                    _ => format!("{changes} places differ in the text"),
                };
                ui.label(basic::small(words).color(palette.secondary));
                if texts.masked {
                    ui.label(basic::small("secrets are masked").color(palette.faint));
                }
                ui.add_enabled_ui(changes > 0, |ui| {
                    if icons::button(ui, Icon::ChevronUp, "Previous change").clicked() {
                        memory.wanted = aligned.previous_change(memory.top);
                    }
                    if icons::button(ui, Icon::ChevronDown, "Next change").clicked() {
                        memory.wanted = aligned.next_change(memory.top);
                    }
                });
            });
        });
    basic::hairline(ui);
}

fn rows(ui: &mut Ui, texts: &SideBySide, aligned: &Aligned, memory: &mut SidesMemory) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let font = egui::TextStyle::Monospace.resolve(ui.style());
    let height = (font.size * size::MONO_LINE / size::MONO).round();
    let whole = ui.available_rect_before_wrap();
    let sideways = ui.input(|input| input.smooth_scroll_delta().x);
    if ui.rect_contains_pointer(whole) {
        let room = (whole.width() / 2.0 - size::PHASE_NAME).max(size::UNIT);
        let most = (memory.widest - room).max(0.0);
        memory.sideways = (memory.sideways - sideways).clamp(0.0, most);
    }
    let mut area = ScrollArea::vertical()
        .id_salt("side by side")
        .auto_shrink(false);
    if let Some(row) = memory.wanted.take() {
        let above = row.saturating_sub(LINES_ABOVE);
        area = area.vertical_scroll_offset(points(above) * height);
    }
    let digits = aligned.rows().max(100).to_string().len();
    let digit = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
    let gutter = digit * points(digits) + size::DOUBLE;
    let mut spoken = Vec::new();
    let mut top = 0;
    let output = area.show_rows(ui, height, aligned.rows(), |ui, range| {
        top = range.start;
        for row in range {
            let line = aligned.line(row);
            let texts = one_row(ui, texts, line, &font, height, gutter, memory);
            if spoken.len() < SPOKEN_LINES {
                spoken.push(texts);
            }
        }
    });
    memory.top = top + LINES_ABOVE;
    keys(ui, output.id, output.inner_rect, aligned, memory, &spoken);
}

/// Lines of the same that stay visible above a change that was gone to.
const LINES_ABOVE: usize = 2;
/// Lines that a screen reader is given at once.
const SPOKEN_LINES: usize = 60;

/// The keyboard's place in the view, and what it reads out.
fn keys(
    ui: &Ui,
    id: egui::Id,
    rect: Rect,
    aligned: &Aligned,
    memory: &mut SidesMemory,
    spoken: &[String],
) {
    let response = ui.interact(rect, id.with("keys"), Sense::focusable_noninteractive());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Document, true, "Both bodies side by side")
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_value(spoken.join("\n"));
    });
    if !response.has_focus() {
        return;
    }
    ui.memory_mut(|memory| {
        let filter = egui::EventFilter {
            vertical_arrows: true,
            ..egui::EventFilter::default()
        };
        memory.set_focus_lock_filter(response.id, filter);
    });
    let step = ui.input(|input| {
        [
            (Key::ArrowDown, 1),
            (Key::ArrowUp, -1),
            (Key::PageDown, 20),
            (Key::PageUp, -20),
            (Key::Home, isize::MIN),
            (Key::End, isize::MAX),
        ]
        .into_iter()
        .find(|(key, _)| input.key_pressed(*key))
        .map(|(_, step)| step)
    });
    if let Some(step) = step {
        let last = aligned.rows().saturating_sub(1) + LINES_ABOVE;
        memory.wanted = Some(memory.top.saturating_add_signed(step).min(last));
        ui.ctx().request_repaint();
    }
    ui.painter().rect_stroke(
        rect,
        0.0,
        Palette::of(ui).focus_ring(),
        egui::StrokeKind::Inside,
    );
}

/// Paints one row; answers what is read out of it.
fn one_row(
    ui: &mut Ui,
    texts: &SideBySide,
    line: Line,
    font: &FontId,
    height: f32,
    gutter: f32,
    memory: &mut SidesMemory,
) -> String {
    let palette = Palette::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let (left, right) = rect.split_left_right_at_fraction(0.5);
    ui.painter()
        .vline(right.left(), rect.y_range(), palette.hairline());
    let mut told = Vec::new();
    for (leg, number, other, place) in [
        (Leg::A, line.a, line.b, left),
        (Leg::B, line.b, line.a, right),
    ] {
        let (fill, sign) = match (line.differs, number, other) {
            (false, ..) => (None, ""),
            (true, Some(_), Some(_)) => (Some(palette.diff_changed), "≠"),
            (true, Some(_), None) if leg == Leg::A => (Some(palette.diff_removed), "−"),
            (true, Some(_), None) => (Some(palette.diff_added), "+"),
            (true, None, _) => (Some(palette.raised), ""),
        };
        if let Some(fill) = fill {
            let mut ground = place;
            ground.min.x += size::LINE;
            ui.painter().rect_filled(ground, 0.0, fill);
        }
        let (Some(number), Some(document)) = (number, document(texts, leg)) else {
            continue;
        };
        let mut gutter_place = place;
        gutter_place.set_width(gutter + size::GAP);
        ui.painter().text(
            pos2(place.left() + gutter - size::HALF, place.center().y),
            Align2::RIGHT_CENTER,
            (number + 1).to_string(),
            font.clone(),
            palette.faint,
        );
        ui.painter().text(
            pos2(place.left() + gutter + size::TIGHT, place.center().y),
            Align2::LEFT_CENTER,
            sign,
            font.clone(),
            palette.text,
        );
        let mut text_place = place.shrink2(vec2(0.0, 0.0));
        text_place.min.x = gutter_place.right() + size::HALF;
        let (job, words) = laid_out(palette, document, number, font);
        let galley = ui.painter().layout_job(job);
        memory.widest = memory.widest.max(galley.size().x + size::DOUBLE);
        let at = pos2(
            text_place.left() - memory.sideways,
            text_place.center().y - galley.size().y / 2.0,
        );
        ui.painter()
            .with_clip_rect(text_place.intersect(ui.clip_rect()))
            .galley(at, galley, palette.text);
        if line.differs {
            told.push(format!("{}: {}", leg.letter(), words.trim()));
        } else if leg == Leg::A {
            told.push(words.trim().to_owned());
        }
    }
    told.join(", ")
}

/// A line with its colours; of one that is longer than a segment, the first, with an ellipsis.
fn laid_out(
    palette: &Palette,
    document: &Document,
    line: usize,
    font: &FontId,
) -> (LayoutJob, String) {
    let segment = document.segment_of_line(line + 1);
    let text = document.text(segment);
    let (shown, spans) = visible::line_with_spans(&text, document.spans(segment));
    let mut job = LayoutJob {
        break_on_newline: false,
        ..LayoutJob::default()
    };
    let format = |colour| TextFormat::simple(font.clone(), colour);
    for (range, kind) in spans {
        if let Some(piece) = shown.get(range) {
            job.append(piece, 0.0, format(colour(palette, kind)));
        }
    }
    let goes_on = segment + 1 < document.segments() && document.continues(segment + 1);
    if goes_on {
        job.append("…", 0.0, format(palette.faint));
    }
    (job, shown.into_owned())
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

#[expect(
    clippy::cast_precision_loss,
    reason = "lines of a body, shown a screen at a time"
)]
fn points(count: usize) -> f32 {
    count as f32
}
