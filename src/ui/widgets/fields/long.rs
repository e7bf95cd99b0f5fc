//! Values that are too long for a single-line field: laying one of megabytes out takes longer than anyone waits.
//! They are kept and sent whole, but shown as their beginning; a paste of one goes past the field into the value.

use egui::{Response, RichText, TextEdit, Ui, Vec2, vec2};

use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::icons::{self, Icon};

/// Bytes that a single-line field edits.
pub(in crate::ui) const LONGEST: usize = 16 * 1024;
/// Characters shown of a longer value.
const BEGINNING: usize = 200;

/// Shows what takes the place of a field whose value is too long, or takes a paste that would make it so.
/// To be called right before the field is added to the same `Ui`.
pub(in crate::ui) fn instead(
    ui: &mut Ui,
    name: &str,
    value: &mut String,
    wanted: Vec2,
) -> Option<Response> {
    if value.len() <= LONGEST {
        let id = ui.next_auto_id();
        if !take_paste(ui, id, value, LONGEST) {
            return None;
        }
        let mut response = show(ui, name, value, wanted);
        response.mark_changed();
        return Some(response);
    }
    Some(show(ui, name, value, wanted))
}

/// The beginning, how long it is, and a way to get rid of it.
fn show(ui: &mut Ui, name: &str, value: &mut String, wanted: Vec2) -> Response {
    let palette = Palette::of(ui);
    let bytes = u64::try_from(value.len()).unwrap_or(u64::MAX);
    let words = format!(
        "{}: too long to edit here, sent all the same",
        crate::ui::text::bytes(bytes)
    );
    let mut cleared = false;
    let mut response = ui
        .horizontal(|ui| {
            ui.set_width(wanted.x);
            let mut beginning: String = value.chars().take(BEGINNING).collect();
            beginning.push('…');
            let edit = TextEdit::singleline(&mut beginning)
                .interactive(false)
                .margin(inset::FIELD)
                .desired_width(wanted.x - size::WIDE * 3.0)
                .min_size(vec2(0.0, wanted.y))
                .text_color(palette.secondary)
                .font(egui::TextStyle::Monospace);
            let shown = ui.add(edit).accessible_name(name).on_hover_text(&words);
            ui.label(
                RichText::new(crate::ui::text::bytes(bytes))
                    .size(size::SMALL)
                    .color(palette.warn),
            );
            cleared = icons::button(ui, Icon::Close, &format!("Clear {name}")).clicked();
            shown
        })
        .inner;
    if cleared {
        value.clear();
        response.mark_changed();
    }
    response
}

/// Takes a paste of more than `longest` bytes out of the input and puts it where the field would have put it:
/// in place of what is selected. Answers whether it did.
pub(in crate::ui) fn take_paste(
    ui: &Ui,
    field: egui::Id,
    value: &mut String,
    longest: usize,
) -> bool {
    if !ui.memory(|memory| memory.has_focus(field)) {
        return false;
    }
    let pasted = ui.input_mut(|input| {
        let index = input
            .events
            .iter()
            .position(|event| matches!(event, egui::Event::Paste(text) if text.len() > longest))?;
        match input.events.remove(index) {
            egui::Event::Paste(text) => Some(text),
            _ => None,
        }
    });
    let Some(pasted) = pasted else {
        return false;
    };
    let selected = TextEdit::load_state(ui.ctx(), field)
        .and_then(|state| state.cursor.char_range())
        .map(|range| range.as_sorted_char_range());
    let at = |index: usize| {
        value
            .char_indices()
            .nth(index)
            .map_or(value.len(), |(offset, _)| offset)
    };
    let range = selected.map_or(value.len()..value.len(), |range| {
        at(range.start.into())..at(range.end.into())
    });
    value.replace_range(range, &pasted);
    true
}
