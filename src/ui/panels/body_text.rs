//! The text of a JSON or text body: edited in place up to a size, coloured up to a smaller one, with the place of an error.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;
use std::sync::Arc;

use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::{FontFamily, FontId, Galley, Id, TextBuffer, TextEdit, Ui};

use crate::app::action::Action;
use crate::app::tab::Tab;
use crate::body::highlight::SpanKind;
use crate::body::pretty::JsonProblem;
use crate::body::template;
use crate::model::note::Field;
use crate::model::request::DraftBody;
use crate::model::resolve::NOT_JSON;
use crate::model::variables::references;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::long;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, remarks};

use super::request_bar::{act_on, can_keep, remarks_at};
use super::{View, editor};

/// More than this is not edited here: a text field's cost grows with the whole text.
const MOST_EDITED: usize = 256 * 1024;
/// A line is laid out as a whole, whatever of it is in sight.
const LONGEST_LINE: usize = 32 * 1024;
/// More than this is not coloured and not checked while it is typed.
const MOST_COLOURED: usize = 64 * 1024;
/// Characters shown of a text that is not edited here.
const BEGINNING: usize = 2_000;

pub(super) fn can_format(body: &DraftBody) -> bool {
    body.text()
        .is_some_and(|text| !text.trim().is_empty() && text.len() <= MOST_EDITED)
}

fn has_long_line(text: &str) -> bool {
    text.len() > LONGEST_LINE && text.split('\n').any(|line| line.len() > LONGEST_LINE)
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, text: &str, is_json: bool) {
    let id = ui.scope_id().with("body text");
    let is_short = text.len() <= MOST_EDITED && !looked_at(ui, text).has_long_line;
    let problem = if is_short {
        let mut edited = Edited::new(text);
        if !pasted(ui, view, tab, id, text) {
            area(ui, &mut edited, id, is_json);
            if let Some(text) = edited.changed {
                editor::edit(view, tab, |draft| set_text(&mut draft.body, text));
            }
        }
        if is_json {
            looked_at(ui, text).problem.clone()
        } else {
            None
        }
    } else {
        too_large(ui, view, tab, text);
        None
    };
    if let Some(problem) = &problem {
        place_of(ui, id, text, problem);
    }
    // The place in what was typed says more than the one in what is sent.
    let found = remarks_at(tab, &Field::Body)
        .into_iter()
        .filter(|remark| problem.is_none() || !remark.text.starts_with(NOT_JSON));
    let keeps = can_keep(view, tab, &Field::Body);
    let chosen = remarks::show_keeping(ui, found, keeps);
    act_on(view, tab, &Field::Body, chosen);
}

fn set_text(body: &mut DraftBody, new: String) {
    if let DraftBody::Json { text } | DraftBody::Text { text, .. } = body {
        *text = new;
    }
}

/// A text that is copied only when it is edited.
struct Edited<'a> {
    typed: &'a str,
    changed: Option<String>,
}

impl<'a> Edited<'a> {
    fn new(typed: &'a str) -> Self {
        Self {
            typed,
            changed: None,
        }
    }

    fn text(&mut self) -> &mut String {
        self.changed.get_or_insert_with(|| self.typed.to_owned())
    }
}

impl TextBuffer for Edited<'_> {
    fn is_mutable(&self) -> bool {
        true
    }

    fn as_str(&self) -> &str {
        self.changed.as_deref().unwrap_or(self.typed)
    }

    fn insert_text(&mut self, text: &str, index: egui::text::CharIndex) -> usize {
        self.text().insert_text(text, index)
    }

    fn delete_char_range(&mut self, range: Range<egui::text::CharIndex>) {
        self.text().delete_char_range(range);
    }

    fn type_id(&self) -> std::any::TypeId {
        // As egui tells buffers apart; this one is used nowhere else.
        std::any::TypeId::of::<Edited<'static>>()
    }
}

/// A paste that the field must not get: laying it out would take longer than anyone waits. It becomes a body file.
fn pasted(ui: &Ui, view: &mut View<'_>, tab: &Tab, id: Id, text: &str) -> bool {
    let is_large = ui.input(|input| {
        input.events.iter().any(
            |event| matches!(event, egui::Event::Paste(text) if text.len() > LONGEST_LINE && (text.len() > MOST_EDITED || has_long_line(text))),
        )
    });
    if !is_large {
        return false;
    }
    let mut whole = text.to_owned();
    if !long::take_paste(ui, id, &mut whole, LONGEST_LINE) {
        return false;
    }
    let becomes_file = whole.len() > MOST_EDITED;
    let mut draft = tab.draft.clone();
    set_text(&mut draft.body, whole);
    view.act(if becomes_file {
        Action::KeepBodyAsFile(Box::new(draft))
    } else {
        Action::EditDraft(Box::new(draft))
    });
    true
}

fn too_large(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, text: &str) {
    let palette = Palette::of(ui);
    let size = crate::ui::text::bytes(u64::try_from(text.len()).unwrap_or(u64::MAX));
    ui.horizontal_wrapped(|ui| {
        let words = if text.len() > MOST_EDITED {
            format!("{size}: too large to edit here, sent all the same")
        } else {
            format!(
                "{size} with a very long line: format it to edit it here; it is sent all the same"
            )
        };
        icons::show(ui, Icon::Warning, "Note", palette.warn);
        ui.label(basic::small(words).color(palette.warn));
        if ui.button("Keep as a file").clicked() {
            view.act(Action::KeepBodyAsFile(Box::new(tab.draft.clone())));
        }
        if ui.button("Clear the body").clicked() {
            editor::edit(view, tab, |draft| set_text(&mut draft.body, String::new()));
        }
    });
    let beginning: String = text.chars().take(BEGINNING).collect();
    ui.label(basic::mono(format!("{beginning}…")).color(palette.secondary));
}

fn area(ui: &mut Ui, text: &mut Edited<'_>, id: Id, is_json: bool) {
    if ui.data_mut(|data| data.remove_temp::<bool>(id.with("goes there")).is_some()) {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let mut layouter =
        |ui: &Ui, text: &dyn TextBuffer, width: f32| laid_out(ui, text.as_str(), width, is_json);
    ui.add(
        TextEdit::multiline(text)
            .id(id)
            .font(egui::TextStyle::Monospace)
            .layouter(&mut layouter)
            .desired_width(f32::INFINITY)
            .desired_rows(6),
    )
    .accessible_name("Body text");
}

/// What is known of a text, kept for as long as it stays the same.
#[derive(Clone, Default)]
struct Looked {
    hash: u64,
    has_long_line: bool,
    problem: Option<JsonProblem>,
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Looks at a text once: at its lines, and where it stops being JSON.
fn looked_at(ui: &Ui, text: &str) -> Arc<Looked> {
    let id = Id::unique("body text, looked at");
    let hash = hash_of(text);
    let known: Option<Arc<Looked>> = ui.data(|data| data.get_temp(id));
    if let Some(known) = known.filter(|known| known.hash == hash) {
        return known;
    }
    let looked = Arc::new(Looked {
        hash,
        has_long_line: has_long_line(text),
        problem: (text.len() <= MOST_COLOURED)
            .then(|| template::problem(text, &places(text)))
            .flatten(),
    });
    ui.data_mut(|data| data.insert_temp(id, looked.clone()));
    looked
}

fn places(text: &str) -> Vec<Range<usize>> {
    references(text)
        .into_iter()
        .map(|reference| reference.range)
        .collect()
}

/// A job and what it was made from.
#[derive(Clone)]
struct Coloured {
    hash: u64,
    is_dark: bool,
    job: Arc<LayoutJob>,
}

/// The text with its colours; made anew only when it changed.
fn laid_out(ui: &Ui, text: &str, width: f32, is_json: bool) -> Arc<Galley> {
    let palette = Palette::of(ui);
    let font = FontId::new(size::MONO, FontFamily::Monospace);
    if !is_json || text.len() > MOST_COLOURED {
        let job = LayoutJob::simple(text.to_owned(), font, palette.text, width);
        return ui.fonts_mut(|fonts| fonts.layout_job(job));
    }
    let id = Id::unique("body text, coloured");
    let hash = hash_of(text);
    let known: Option<Coloured> = ui.data(|data| data.get_temp(id));
    let known = known.filter(|known| known.hash == hash && known.is_dark == palette.dark);
    let coloured = known.unwrap_or_else(|| {
        let made = Coloured {
            hash,
            is_dark: palette.dark,
            job: Arc::new(coloured(text, &font, palette)),
        };
        ui.data_mut(|data| data.insert_temp(id, made.clone()));
        made
    });
    let mut job = (*coloured.job).clone();
    job.wrap.max_width = width;
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

fn coloured(text: &str, font: &FontId, palette: &Palette) -> LayoutJob {
    let places = places(text);
    let mut job = LayoutJob::default();
    let format = |colour| TextFormat::simple(font.clone(), colour);
    let mut next = places.iter().peekable();
    for (range, kind) in template::spans(text, &places) {
        let colour = match kind {
            SpanKind::Key => palette.json_key,
            SpanKind::String => palette.json_string,
            SpanKind::Number => palette.json_number,
            SpanKind::Literal => palette.json_literal,
            SpanKind::Punctuation => palette.secondary,
            SpanKind::Plain => palette.text,
        };
        let mut at = range.start;
        while let Some(place) = next.next_if(|place| place.start < range.end) {
            job.append(&text[at..place.start.max(at)], 0.0, format(colour));
            let end = place.end.min(range.end);
            job.append(&text[place.start.max(at)..end], 0.0, format(palette.accent));
            at = end;
        }
        job.append(&text[at..range.end], 0.0, format(colour));
    }
    if let Some(problem) = template::problem(text, &places) {
        mark(&mut job, text, problem.offset, palette);
    }
    job
}

/// Underlines what stands where the text stops being JSON.
fn mark(job: &mut LayoutJob, text: &str, offset: usize, palette: &Palette) {
    let mut marked = Vec::with_capacity(job.sections.len() + 2);
    for section in std::mem::take(&mut job.sections) {
        let (start, end) = (
            usize::from(section.byte_range.start),
            usize::from(section.byte_range.end),
        );
        // The end of the text has nothing to underline: its last character stands for it.
        let at = if offset >= text.len() {
            text.char_indices().next_back().map_or(0, |(at, _)| at)
        } else {
            text.floor_char_boundary(offset)
        };
        if !(start..end).contains(&at) {
            marked.push(section);
            continue;
        }
        let behind = text.ceil_char_boundary(at + 1).min(end);
        for (range, is_marked) in [(start..at, false), (at..behind, true), (behind..end, false)] {
            if range.is_empty() {
                continue;
            }
            let mut part = section.clone();
            part.byte_range = range.start.into()..range.end.into();
            if is_marked {
                part.format.underline = egui::Stroke::new(size::MARK, palette.bad);
            }
            marked.push(part);
        }
    }
    job.sections = marked;
}

/// Where the text stops being JSON; a click goes there.
fn place_of(ui: &mut Ui, field: Id, text: &str, problem: &JsonProblem) {
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = size::SMALL_ROW;
        icons::show(ui, Icon::Warning, "Note", palette.warn);
        let words = format!("This is not JSON, sent as typed: {}", problem.kind);
        ui.label(basic::small(words).color(palette.warn));
        let place = format!("line {}, column {}", problem.line, problem.column);
        if basic::link(ui, &place).clicked() {
            let offset = text.floor_char_boundary(problem.offset.min(text.len()));
            let start = text[..offset].chars().count();
            let end = (start + 1).min(text.chars().count());
            let mut state = TextEdit::load_state(ui.ctx(), field).unwrap_or_default();
            state.cursor.set_char_range(Some(CCursorRange::two(
                CCursor::new(start),
                CCursor::new(end),
            )));
            TextEdit::store_state(ui.ctx(), field, state);
            // The field gets the focus when it is shown next: this click takes it away first.
            ui.data_mut(|data| data.insert_temp(field.with("goes there"), true));
            ui.ctx().request_repaint();
        }
    });
}
