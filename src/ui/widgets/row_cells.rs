//! One row of a table: grip, check mark, name, value, and what can be done with it. Nothing but text until the pointer or
//! the keyboard is there.

use egui::{
    CornerRadius, Id, Key, Modifiers, Rect, Response, Role, Sense, TextEdit, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};

use crate::model::masks::NOT_KEPT;
use crate::ui::tokens::{Palette, inset, size};

use super::completion::Suggestion;
use super::fields::long;
use super::icons::{self, Icon};
use super::rows::{Column, Edit, Row, Table, cell_id};
use super::variables;

/// Which row it is and where it stands.
pub(super) struct Place {
    pub(super) table: Id,
    pub(super) generation: u64,
    pub(super) index: usize,
    pub(super) rect: Rect,
    /// The empty one at the end.
    pub(super) is_fresh: bool,
    pub(super) is_dragged: bool,
}

#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) edits: Vec<Edit>,
    pub(super) drag_started: bool,
    pub(super) drag_stopped: bool,
}

pub(super) fn show<T: Row>(ui: &mut Ui, table: &Table<'_>, place: &Place, row: &T) -> Done {
    let palette = Palette::of(ui);
    let rect = place.rect;
    let label = format!("{} {}", table.what, place.index + 1);
    let mut done = Done::default();
    let hovered = ui.rect_contains_pointer(rect);
    if place.is_dragged {
        ui.painter()
            .rect_filled(rect, CornerRadius::ZERO, palette.hover);
    }
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, palette.hairline());
    let left = rect.left();
    let column = |from: f32, to: f32| {
        Rect::from_min_max(
            pos2(from, rect.top() + size::LINE),
            pos2(to, rect.bottom() - size::MARK),
        )
    };
    if !place.is_fresh {
        grip(
            ui,
            place,
            column(left, left + size::GAP),
            hovered,
            &label,
            &mut done,
        );
        let check = column(left + size::GAP, left + size::TABLE_TEXT - size::HALF);
        check_mark(ui, place, check, row.enabled(), &label, &mut done);
    }
    let actions = if T::CAN_LACK_VALUE { 3.0 } else { 2.0 };
    let right = rect.right() - actions * size::ICON_BUTTON - size::HALF;
    let start = left + size::TABLE_TEXT - size::SNUG;
    let width = right - start;
    let split = start
        + (width * size::TABLE_NAME).clamp(
            size::TABLE_NAME_LEAST.min(width / 2.0),
            size::TABLE_NAME_MOST,
        );
    name(
        ui,
        table,
        place,
        column(start, split - size::HALF),
        row,
        &label,
        &mut done,
    );
    value(
        ui,
        table,
        place,
        column(split, right),
        row,
        &label,
        &mut done,
    );
    if !place.is_fresh {
        row_actions(ui, rect, right, row, hovered, &label, &mut done);
    }
    done
}

fn grip(ui: &mut Ui, place: &Place, rect: Rect, hovered: bool, label: &str, done: &mut Done) {
    let palette = Palette::of(ui);
    let id = place.table.with(("grip", place.index));
    // Not in the Tab order: Alt and the arrows do the same.
    let response = ui.interact(rect, id, Sense::DRAG);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Drag {label}")));
    if hovered || place.is_dragged {
        icons::paint_sized(ui.painter(), rect, Icon::Grip, palette.faint, size::GAP);
    }
    done.drag_started = response.drag_started();
    done.drag_stopped = response.drag_stopped();
    response
        .on_hover_cursor(egui::CursorIcon::Grab)
        .on_hover_text("Drag, or Alt with ↑ and ↓");
}

fn check_mark(ui: &mut Ui, place: &Place, rect: Rect, on: bool, label: &str, done: &mut Done) {
    let palette = Palette::of(ui);
    let id = place.table.with(("check", place.generation, place.index));
    let response = ui.interact(rect, id, Sense::click());
    response
        .widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, format!("{label} enabled")));
    let square = Rect::from_center_size(rect.center(), vec2(size::TABLE_CHECK, size::TABLE_CHECK));
    let corner = CornerRadius::same(size::CHIP_RADIUS);
    if on {
        ui.painter().rect_filled(square, corner, palette.accent);
        icons::paint_sized(
            ui.painter(),
            square,
            Icon::Check,
            palette.on_accent,
            size::GAP,
        );
    } else {
        ui.painter()
            .rect_stroke(square, corner, palette.outline(), egui::StrokeKind::Inside);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(
            square.expand(size::MARK),
            corner,
            palette.focus_ring(),
            egui::StrokeKind::Outside,
        );
    }
    if response.clicked() {
        done.edits.push(Edit::Enabled(!on));
    }
}

fn name<T: Row>(
    ui: &mut Ui,
    table: &Table<'_>,
    place: &Place,
    rect: Rect,
    row: &T,
    label: &str,
    done: &mut Done,
) {
    let hint = if place.is_fresh {
        format!("Add {}", table.what.to_lowercase())
    } else {
        String::new()
    };
    let mut text = row.name().to_owned();
    let cell = Cell {
        name: format!("{label} name"),
        hint: &hint,
        is_off: !row.enabled(),
        column: Column::Name,
    };
    let suggest = |typed: &str| (table.suggest)(Column::Name, "", typed);
    if cell
        .show(ui, table, place, rect, &mut text, suggest)
        .changed()
    {
        done.edits.push(Edit::Name(text));
    }
}

fn value<T: Row>(
    ui: &mut Ui,
    table: &Table<'_>,
    place: &Place,
    rect: Rect,
    row: &T,
    label: &str,
    done: &mut Done,
) {
    let mut text = row.value().unwrap_or_default().to_owned();
    let cell = Cell {
        name: format!("{label} value"),
        hint: match row.value() {
            None => "no value, no =",
            Some(_) => "",
        },
        is_off: !row.enabled(),
        column: Column::Value,
    };
    let suggest = |typed: &str| (table.suggest)(Column::Value, row.name(), typed);
    if cell
        .show(ui, table, place, rect, &mut text, suggest)
        .changed()
    {
        done.edits.push(Edit::Value(Some(text)));
    }
}

struct Cell<'a> {
    name: String,
    hint: &'a str,
    is_off: bool,
    column: Column,
}

impl Cell<'_> {
    fn show(
        &self,
        ui: &mut Ui,
        table: &Table<'_>,
        place: &Place,
        rect: Rect,
        text: &mut String,
        suggest: impl FnOnce(&str) -> Vec<Suggestion>,
    ) -> Response {
        let mut child = ui.new_child(
            UiBuilder::new()
                .id_salt(self.column)
                .max_rect(rect)
                .layout(egui::Layout::left_to_right(egui::Align::Center)),
        );
        // A control of the usual height would hang out of its cell.
        child.spacing_mut().interact_size.y = rect.height();
        child.set_clip_rect(ui.clip_rect().intersect(rect.expand(size::MARK)));
        let response = variables::completed(
            &mut child,
            table.names,
            &self.name,
            text,
            |ui, text| self.field(ui, table, place, rect, text),
            suggest,
        );
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
        response
    }

    fn field(
        &self,
        ui: &mut Ui,
        table: &Table<'_>,
        place: &Place,
        rect: Rect,
        text: &mut String,
    ) -> Response {
        let palette = Palette::of(ui);
        let id = cell_id(place.table, place.generation, place.index, self.column);
        Self::next_row(ui, place, id);
        let pasted = long::take_paste(ui, id, text, long::LONGEST);
        if let Some(mut response) = long::instead(ui, &self.name, text, rect.size()) {
            if pasted {
                response.mark_changed();
            }
            return response;
        }
        let colour = if text.contains(NOT_KEPT) {
            palette.bad
        } else if self.is_off {
            palette.faint
        } else {
            palette.text
        };
        let background = ui.painter().add(egui::Shape::Noop);
        let has_variables = text.contains("{{");
        let names = table.names;
        let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, _: f32| {
            variables::layout(ui, text, names, colour)
        };
        let mut edit = TextEdit::singleline(text)
            .id(id)
            .frame(egui::Frame::NONE.inner_margin(inset::CELL))
            .hint_text(egui::RichText::new(self.hint).color(palette.faint))
            .font(egui::TextStyle::Monospace)
            .text_color(colour)
            .desired_width(rect.width() - size::GAP)
            .min_size(rect.size())
            .align(egui::Align2::LEFT_CENTER);
        if has_variables {
            edit = edit.layouter(&mut layouter);
        }
        let response = ui.add(edit).accessible_name(&self.name);
        let stroke = if response.has_focus() {
            Some(palette.focus_ring())
        } else if response.hovered() {
            Some(palette.outline())
        } else {
            None
        };
        if let Some(stroke) = stroke {
            let frame = egui::epaint::RectShape::new(
                rect,
                CornerRadius::same(size::CHIP_RADIUS),
                palette.ground,
                stroke,
                egui::StrokeKind::Inside,
            );
            ui.painter().set(background, frame);
        }
        response
    }

    /// Enter goes on in the next row; from the empty one at the end it stays, so that nothing is lost by it.
    fn next_row(ui: &Ui, place: &Place, id: Id) {
        let enter = ui.memory(|memory| memory.has_focus(id))
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        if enter && !place.is_fresh {
            let next = cell_id(place.table, place.generation, place.index + 1, Column::Name);
            ui.memory_mut(|memory| memory.request_focus(next));
        }
    }
}

fn row_actions<T: Row>(
    ui: &mut Ui,
    rect: Rect,
    right: f32,
    row: &T,
    hovered: bool,
    label: &str,
    done: &mut Done,
) {
    let mut actions: Vec<(Option<Icon>, String, Edit)> = Vec::new();
    if T::CAN_LACK_VALUE {
        let (words, value) = match row.value() {
            Some(_) => (format!("{label}: send the name alone, without ="), None),
            None => (format!("{label}: send = and a value"), Some(String::new())),
        };
        actions.push((None, words, Edit::Value(value)));
    }
    actions.push((
        Some(Icon::Duplicate),
        format!("Duplicate {label}"),
        Edit::Duplicate,
    ));
    actions.push((Some(Icon::Close), format!("Remove {label}"), Edit::Remove));
    let palette = Palette::of(ui);
    let mut at = right + size::HALF;
    for (icon, words, edit) in actions {
        let place = Rect::from_min_size(
            pos2(at, rect.center().y - size::ICON_BUTTON / 2.0),
            vec2(size::ICON_BUTTON, size::ICON_BUTTON),
        );
        at += size::ICON_BUTTON;
        // Not in the Tab order: each has a key (F1), and a row would else take six steps to get past.
        let response = ui.interact(place, ui.scope_id().with(&words), Sense::CLICK);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &words));
        // What differs from the usual stays in sight.
        let is_shown = hovered || (icon.is_none() && row.value().is_none());
        if is_shown {
            let colour = if response.hovered() {
                ui.painter().rect_filled(
                    place,
                    CornerRadius::same(size::CHIP_RADIUS),
                    palette.hover,
                );
                palette.text
            } else {
                palette.secondary
            };
            if let Some(icon) = icon {
                icons::paint(ui.painter(), place, icon, colour);
            } else {
                let sign = if row.value().is_some() { "=" } else { "–" };
                let font = egui::FontId::monospace(size::MONO);
                ui.painter().text(
                    place.center(),
                    egui::Align2::CENTER_CENTER,
                    sign,
                    font,
                    colour,
                );
            }
        }
        if response.on_hover_text(&words).clicked() {
            done.edits.push(edit);
        }
    }
}
