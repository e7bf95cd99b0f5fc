//! A list of suggestions under a text field: arrows choose, Enter and Tab accept, Esc closes. It floats, so nothing moves by it.
//! What is suggested, and what becomes of the choice, is the caller's.
//!
//! ```text
//! let completion = Completion::before(ui, "path");            // takes its keys before the field sees them
//! let field = fields::text(…);                                // any single-line field
//! let accepted = completion.after(ui, &field, "Paths", Preselect::First, || suggestions(…));
//! if let Some(index) = accepted { … put the text in, then caret_to(ui, field.id, characters) … }
//! ```

use egui::text::{CCursor, CCursorRange, LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, EventFilter, FontFamily, FontId, Id, Key, Modifiers, Popup,
    PopupCloseBehavior, Response, Role, ScrollArea, Sense, TextEdit, TextFormat, Ui, WidgetInfo,
    pos2, vec2,
};

use crate::ui::tokens::{Palette, size};

/// One row of the list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::ui) struct Suggestion {
    /// Before the label, in its own colour: a method.
    pub(in crate::ui) tag: Option<(String, Color32)>,
    pub(in crate::ui) label: String,
    /// Characters of the label that matched what was typed.
    pub(in crate::ui) marks: Vec<usize>,
    /// At the right edge, quiet: what it is, or what it holds.
    pub(in crate::ui) hint: String,
    /// Paths and names of variables.
    pub(in crate::ui) is_mono: bool,
}

/// What Enter and Tab accept before an arrow was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Preselect {
    Nothing,
    First,
}

/// What is remembered from one frame to the next.
#[derive(Debug, Clone, Default)]
struct Memory {
    open: bool,
    chosen: Option<usize>,
    /// By an arrow, and so not by `Preselect`.
    is_choice: bool,
    count: usize,
    field: Option<Id>,
    /// How often all lists had been closed when this one opened.
    closings: u64,
}

/// Closes every open list: a command was given, and what it shows must not be covered.
pub(in crate::ui) fn close_all(context: &egui::Context) {
    context.data_mut(|data| {
        let closings: &mut u64 = data.get_temp_mut_or_default(closings_id());
        *closings += 1;
    });
}

fn closings(ui: &Ui) -> u64 {
    ui.data(|data| data.get_temp(closings_id()))
        .unwrap_or_default()
}

fn closings_id() -> Id {
    Id::unique("closings of completion lists")
}

/// The list of one field, between its two calls of a frame.
pub(in crate::ui) struct Completion {
    id: Id,
    memory: Memory,
    accepted: bool,
    moved: bool,
}

impl Completion {
    /// To be called before the field is shown: takes arrows, Enter, Tab and Esc while the list is open.
    /// `salt` tells apart the fields of one `Ui`.
    pub(in crate::ui) fn before(ui: &Ui, salt: impl std::hash::Hash + std::fmt::Debug) -> Self {
        let id = ui.scope_id().with(("completion", salt));
        let mut completion = Self {
            id,
            memory: ui.data(|data| data.get_temp(id)).unwrap_or_default(),
            accepted: false,
            moved: false,
        };
        completion.memory.open &= completion.memory.closings == closings(ui);
        let focused = completion
            .memory
            .field
            .is_some_and(|field| ui.memory(|memory| memory.has_focus(field)));
        if completion.memory.open && completion.memory.count > 0 && focused {
            completion.take_keys(ui);
        }
        completion
    }

    fn take_keys(&mut self, ui: &Ui) {
        let memory = &mut self.memory;
        let (down, up, accept, close) = ui.input_mut(|input| {
            let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key);
            let down = count(Key::ArrowDown);
            let up = count(Key::ArrowUp);
            let accept = memory.chosen.is_some() || down > 0 || up > 0;
            // Without a choice Enter and Tab keep their usual meaning.
            let accept = accept && count(Key::Enter) + count(Key::Tab) > 0;
            (down, up, accept, count(Key::Escape) > 0)
        });
        for _ in 0..down {
            memory.chosen = Some(next(memory.chosen, memory.count));
        }
        for _ in 0..up {
            memory.chosen = Some(previous(memory.chosen, memory.count));
        }
        self.moved = down + up > 0;
        memory.is_choice |= self.moved;
        self.accepted = accept && memory.chosen.is_some();
        if close {
            memory.open = false;
        }
    }

    /// To be called right after the field: shows the list and answers the suggestion that was accepted.
    /// `suggestions` is asked only while the list is open; an empty answer hides it.
    pub(in crate::ui) fn after(
        mut self,
        ui: &Ui,
        field: &Response,
        name: &str,
        preselect: Preselect,
        suggestions: impl FnOnce() -> Vec<Suggestion>,
    ) -> Option<usize> {
        let memory = &mut self.memory;
        memory.field = Some(field.id);
        let opens = field.changed()
            || (!memory.open
                && field.has_focus()
                && ui.input(|input| input.key_pressed(Key::ArrowDown)));
        if opens && field.has_focus() {
            memory.open = true;
            memory.is_choice = false;
            memory.closings = closings(ui);
        }
        if !memory.is_choice {
            memory.chosen = (preselect == Preselect::First).then_some(0);
        }
        let mut accepted = None;
        if memory.open {
            let list = suggestions();
            memory.count = list.len();
            memory.chosen = memory.chosen.filter(|chosen| *chosen < list.len());
            accepted = memory.chosen.filter(|_| self.accepted && !field.changed());
            if accepted.is_none() && !list.is_empty() {
                accepted = popup(self.id, field, name, &list, memory.chosen, self.moved);
            }
            if accepted.is_some() {
                memory.open = false;
                field.request_focus();
            } else if field.has_focus() {
                if !list.is_empty() {
                    hold_keys(ui, field.id);
                }
            } else {
                memory.open = false;
            }
        }
        ui.data_mut(|data| data.insert_temp(self.id, self.memory));
        accepted
    }
}

/// Esc and Tab belong to the list in the next frame: egui would otherwise move the focus by them.
pub(in crate::ui) fn hold_keys(ui: &Ui, field: Id) {
    let filter = EventFilter {
        tab: true,
        horizontal_arrows: true,
        vertical_arrows: true,
        escape: true,
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(field, filter));
}

/// One further down, and from the last to the first.
pub(in crate::ui) fn next(chosen: Option<usize>, count: usize) -> usize {
    chosen.map_or(0, |chosen| (chosen + 1) % count.max(1))
}

/// One further up, and from the first to the last.
pub(in crate::ui) fn previous(chosen: Option<usize>, count: usize) -> usize {
    match chosen {
        Some(chosen) if chosen > 0 => chosen - 1,
        _ => count.saturating_sub(1),
    }
}

/// Where the caret of a field stands, in characters.
pub(in crate::ui) fn caret(ui: &Ui, field: Id) -> Option<usize> {
    let state = TextEdit::load_state(ui.ctx(), field)?;
    state
        .cursor
        .char_range()
        .map(|range| range.primary.index.into())
}

/// Puts the caret of a field behind so many characters.
pub(in crate::ui) fn caret_to(ui: &Ui, field: Id, characters: usize) {
    if let Some(mut state) = TextEdit::load_state(ui.ctx(), field) {
        state
            .cursor
            .set_char_range(Some(CCursorRange::one(CCursor::new(characters))));
        TextEdit::store_state(ui.ctx(), field, state);
    }
}

fn popup(
    id: Id,
    field: &Response,
    name: &str,
    list: &[Suggestion],
    chosen: Option<usize>,
    moved: bool,
) -> Option<usize> {
    let width = field.rect.width().max(size::COMPLETION_MINIMUM);
    let shown = Popup::from_response(field)
        .id(id)
        .open(true)
        .close_behavior(PopupCloseBehavior::IgnoreClicks)
        .gap(2.0)
        .width(width)
        .accessible_name(name)
        .show(|ui| {
            ui.set_width(width - size::UNIT * 2.0);
            options(ui, name, list, chosen, moved, size::COMPLETION_ROWS)
        });
    shown.and_then(|shown| shown.inner)
}

/// The rows as a list box, those in sight only; answers the one that was clicked.
pub(in crate::ui) fn options(
    ui: &mut Ui,
    name: &str,
    list: &[Suggestion],
    chosen: Option<usize>,
    scroll_to_chosen: bool,
    most_rows: f32,
) -> Option<usize> {
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
        node.set_role(egui::accesskit::Role::ListBox);
        node.set_label(name);
    });
    let mut area = ScrollArea::vertical()
        .id_salt("options")
        .max_height(size::ROW * most_rows)
        .min_scrolled_height(size::ROW * most_rows)
        .auto_shrink([false, true]);
    if scroll_to_chosen && let Some(chosen) = chosen {
        area = area.vertical_scroll_offset(offset_of(chosen, list.len(), size::ROW * most_rows));
    }
    let mut clicked = None;
    area.show_rows(ui, size::ROW, list.len(), |ui, rows| {
        for row in rows {
            if option(ui, &list[row], chosen == Some(row)).clicked() {
                clicked = Some(row);
            }
        }
    });
    clicked
}

/// How far a list of rows, `height` points of which are seen, is scrolled to have the chosen one in the middle, as far as it goes.
pub(in crate::ui) fn offset_of(chosen: usize, count: usize, height: f32) -> f32 {
    let end = (rows_as_points(count) - height).max(0.0);
    let middle = ((height / size::ROW).floor() / 2.0).floor() * size::ROW;
    (rows_as_points(chosen) - middle).clamp(0.0, end)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a few thousand rows, far below 2^23"
)]
fn rows_as_points(rows: usize) -> f32 {
    rows as f32 * size::ROW
}

/// Shares of a row's width that its hint has.
const LEAST_HINT_SHARE: f32 = 0.2;
const MOST_HINT_SHARE: f32 = 0.6;

/// One row: tag, label with its marks, hint. Never in the Tab order: the field keeps the focus.
pub(in crate::ui) fn option(ui: &mut Ui, row: &Suggestion, chosen: bool) -> Response {
    let palette = Palette::of(ui);
    let wanted = vec2(ui.available_width(), size::ROW);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::CLICK);
    let spoken = [
        row.tag.as_ref().map_or("", |(tag, _)| tag.as_str()),
        &row.label,
        &row.hint,
    ];
    let spoken: Vec<&str> = spoken.into_iter().filter(|part| !part.is_empty()).collect();
    response
        .widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, spoken.join(" ")));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    ground(ui, rect, chosen, response.hovered());
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let mut left = rect.left() + size::UNIT;
    let mut right = rect.right() - size::UNIT;
    if let Some((tag, colour)) = &row.tag {
        let font = FontId::new(size::TINY - 1.0, FontFamily::Monospace);
        painter.text(
            pos2(left, rect.center().y),
            Align2::LEFT_CENTER,
            tag,
            font,
            *colour,
        );
        left += size::METHOD_TAG;
    }
    let mut job = marked(row, palette.text, palette.accent);
    let whole = right - left;
    let label = painter.layout_job(job.clone()).size().x;
    let is_roomy = whole > size::COMPLETION_ROOMY || label < whole * (1.0 - LEAST_HINT_SHARE);
    if !row.hint.is_empty() && is_roomy {
        // The label is what is looked for: the hint gets what it leaves.
        let room =
            (whole - label - size::UNIT).clamp(whole * LEAST_HINT_SHARE, whole * MOST_HINT_SHARE);
        let font = FontId::new(size::TINY, FontFamily::Proportional);
        let job = LayoutJob {
            wrap: TextWrapping::truncate_at_width(room),
            ..LayoutJob::simple_singleline(row.hint.clone(), font, palette.faint)
        };
        let galley = painter.layout_job(job);
        right -= galley.size().x;
        let at = pos2(right, rect.center().y - galley.size().y / 2.0);
        painter.galley(at, galley, palette.faint);
        right -= size::UNIT;
    }
    job.wrap = TextWrapping::truncate_at_width((right - left).max(0.0));
    let galley = painter.layout_job(job);
    let at = pos2(left, rect.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, palette.text);
    response
}

/// What is behind a row that is chosen or under the pointer.
pub(in crate::ui) fn ground(ui: &Ui, rect: egui::Rect, chosen: bool, hovered: bool) {
    let palette = Palette::of(ui);
    let fill = if chosen {
        palette.selection
    } else if hovered {
        palette.hover
    } else {
        return;
    };
    ui.painter()
        .rect_filled(rect, CornerRadius::same(size::CHIP_RADIUS), fill);
}

/// The label with its marks in another colour.
fn marked(row: &Suggestion, plain: Color32, mark: Color32) -> LayoutJob {
    let font = if row.is_mono {
        FontId::new(size::MONO, FontFamily::Monospace)
    } else {
        FontId::new(size::TEXT, FontFamily::Proportional)
    };
    marked_text(&row.label, &row.marks, font, plain, mark)
}

/// A text with some of its characters in another colour.
pub(in crate::ui) fn marked_text(
    text: &str,
    marks: &[usize],
    font: FontId,
    plain: Color32,
    mark: Color32,
) -> LayoutJob {
    let mut job = LayoutJob::default();
    let mut marks = marks.iter().peekable();
    let mut run = String::new();
    let mut run_is_marked = false;
    for (index, character) in text.chars().enumerate() {
        let is_marked = marks.next_if(|mark| **mark == index).is_some();
        if is_marked != run_is_marked && !run.is_empty() {
            let colour = if run_is_marked { mark } else { plain };
            job.append(&run, 0.0, TextFormat::simple(font.clone(), colour));
            run.clear();
        }
        run_is_marked = is_marked;
        run.push(character);
    }
    let colour = if run_is_marked { mark } else { plain };
    job.append(&run, 0.0, TextFormat::simple(font, colour));
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round() {
        for (chosen, count, down, up) in [
            (None, 3, 0, 2),
            (Some(0), 3, 1, 2),
            (Some(2), 3, 0, 1),
            (Some(0), 1, 0, 0),
            (None, 0, 0, 0),
        ] {
            assert_eq!(next(chosen, count), down, "down from {chosen:?} of {count}");
            assert_eq!(previous(chosen, count), up, "up from {chosen:?} of {count}");
        }
    }

    #[test]
    fn marks_are_told_apart_and_no_character_is_lost() {
        let row = Suggestion {
            label: "größer".to_owned(),
            marks: vec![2, 3, 5],
            ..Suggestion::default()
        };
        let palette = &crate::ui::tokens::DARK;
        let job = marked(&row, palette.text, palette.accent);
        let runs: Vec<(&str, bool)> = job
            .sections
            .iter()
            .map(|section| {
                let text =
                    &job.text[section.byte_range.start.into()..section.byte_range.end.into()];
                (text, section.format.color == palette.accent)
            })
            .collect();
        assert_eq!(
            runs,
            [("gr", false), ("öß", true), ("e", false), ("r", true)]
        );
    }
}
