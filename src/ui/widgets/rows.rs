//! Tables of rows that are edited in place: on or off, name, value; the last row is always empty. Flat until hovered or focused,
//! in order by drag or keys, and only the rows in sight are laid out, so that ten thousand are as quick as ten.
//! What a row looks like is `row_cells`.

use std::collections::{BTreeMap, HashMap};

use egui::{Id, Key, Modifiers, Rect, Sense, Ui, UiBuilder, pos2, vec2};

use crate::app::tab::FieldRemark;
use crate::model::note::Fix;
use crate::model::request::{HeaderRow, QueryRow};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::{basic, remarks};

use super::completion::Suggestion;
use super::row_cells;
use super::row_heights::RowHeights;
use super::variables::Names;

/// Rows beyond the visible ones that are laid out, so that the keyboard reaches them.
const BEYOND: usize = 3;
/// What a line of remarks is taken to need before it was measured.
const REMARK_LINE: f32 = size::SMALL_ROW;

/// A row of any table, as this widget sees it.
pub(in crate::ui) trait Row: Clone + Send + Sync + 'static {
    /// `name` without `=` is something else than `name=`: only query rows know that.
    const CAN_LACK_VALUE: bool;

    fn empty() -> Self;
    fn enabled(&self) -> bool;
    fn name(&self) -> &str;
    /// `None`: the name stands alone.
    fn value(&self) -> Option<&str>;
    fn set(&mut self, enabled: bool, name: String, value: Option<String>);

    fn is_blank(&self) -> bool {
        self.name().is_empty() && self.value().unwrap_or_default().is_empty()
    }
}

impl Row for QueryRow {
    const CAN_LACK_VALUE: bool = true;

    fn empty() -> Self {
        Self {
            enabled: true,
            name: String::new(),
            value: Some(String::new()),
        }
    }

    fn enabled(&self) -> bool {
        self.enabled
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    fn set(&mut self, enabled: bool, name: String, value: Option<String>) {
        *self = Self {
            enabled,
            name,
            value,
        };
    }
}

impl Row for HeaderRow {
    const CAN_LACK_VALUE: bool = false;

    fn empty() -> Self {
        Self {
            enabled: true,
            name: String::new(),
            value: String::new(),
        }
    }

    fn enabled(&self) -> bool {
        self.enabled
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn value(&self) -> Option<&str> {
        Some(&self.value)
    }

    fn set(&mut self, enabled: bool, name: String, value: Option<String>) {
        *self = Self {
            enabled,
            name,
            value: value.unwrap_or_default(),
        };
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::ui) enum Column {
    Name,
    Value,
}

/// What a table shows besides its rows.
pub(in crate::ui) struct Table<'a> {
    /// `Parameter`: what one row is called.
    pub(in crate::ui) what: &'a str,
    pub(in crate::ui) names: Names<'a>,
    /// What can be suggested in a column, by the row's name and what is typed there.
    pub(in crate::ui) suggest: &'a dyn Fn(Column, &str, &str) -> Vec<Suggestion>,
    pub(in crate::ui) remarks: BTreeMap<usize, Vec<FieldRemark<'a>>>,
    /// Whether the credential in a row can be put into the keyring.
    pub(in crate::ui) can_keep: &'a dyn Fn(usize) -> bool,
}

/// What was done to the table.
#[derive(Debug)]
pub(in crate::ui) struct Outcome<T> {
    /// The rows as they are now, when something changed.
    pub(in crate::ui) rows: Option<Vec<T>>,
    pub(in crate::ui) fix: Option<Fix>,
    /// The row whose credential goes into the keyring.
    pub(in crate::ui) keep: Option<usize>,
}

/// One change of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    Enabled(bool),
    Name(String),
    Value(Option<String>),
    Duplicate,
    Remove,
    /// In front of the row that has this index now.
    MoveTo(usize),
    Undo,
}

/// What is remembered from one frame to the next.
#[derive(Clone)]
struct Memory<T> {
    /// Part of the fields' ids: what one row's field remembers must not become another row's.
    generation: u64,
    /// Measured heights of remarks.
    extras: HashMap<usize, f32>,
    scroll_to: Option<usize>,
    dragged: Option<usize>,
    removed: Option<(usize, T)>,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self {
            generation: 0,
            extras: HashMap::new(),
            scroll_to: None,
            dragged: None,
            removed: None,
        }
    }
}

/// The id of a cell's field.
pub(super) fn cell_id(table: Id, generation: u64, row: usize, column: Column) -> Id {
    table.with((generation, row, column))
}

/// Shows the table in the width that there is.
pub(in crate::ui) fn show<T: Row>(ui: &mut Ui, table: &Table<'_>, rows: &[T]) -> Outcome<T> {
    let id = ui.scope_id().with(("table", table.what));
    let mut memory: Memory<T> = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let heights = heights(&memory, table, rows.len());
    let (whole, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), heights.total()), Sense::hover());
    let mut shown = Shown {
        table,
        id,
        generation: memory.generation,
        edits: Vec::new(),
        focus: None,
        drop_at: None,
        outcome: Outcome {
            rows: None,
            fix: None,
            keep: None,
        },
    };
    if let Some(row) = memory.scroll_to.take() {
        let rect = row_rect(whole, &heights, row);
        ui.scroll_to_rect(rect, None);
    }
    let clip = ui.clip_rect();
    let first = heights.at(clip.top() - whole.top()).saturating_sub(BEYOND);
    let last = (heights.at(clip.bottom() - whole.top()) + BEYOND).min(rows.len());
    let fresh = T::empty();
    for index in first..=last {
        let row = rows.get(index).unwrap_or(&fresh);
        let rect = row_rect(whole, &heights, index);
        shown.row(ui, &mut memory, rect, index, row, rows.len());
    }
    if let Some((_, removed)) = &memory.removed {
        let rect = row_rect(whole, &heights, rows.len());
        shown.offer_undo(ui, rect, removed.name(), rows.len());
    }
    if let (Some(from), Some(pointer)) = (memory.dragged, ui.ctx().pointer_latest_pos()) {
        let target = target_of(&heights, pointer.y - whole.top(), rows.len());
        let y = whole.top() + heights.top(target);
        let palette = Palette::of(ui);
        ui.painter().hline(
            whole.x_range(),
            y,
            egui::Stroke::new(size::MARK, palette.accent),
        );
        if shown.drop_at.is_some() {
            memory.dragged = None;
            if target != from && target != from + 1 {
                shown.edits.push((from, Edit::MoveTo(target)));
            }
        }
    }
    let Shown {
        edits,
        focus,
        mut outcome,
        ..
    } = shown;
    if !edits.is_empty() {
        let mut changed = rows.to_vec();
        for (row, edit) in edits {
            apply(&mut changed, &mut memory, row, edit);
        }
        outcome.rows = Some(changed);
    }
    if let Some((row, column)) = focus {
        memory.scroll_to = Some(row);
        let field = cell_id(id, memory.generation, row, column);
        ui.memory_mut(|memory| memory.request_focus(field));
    }
    ui.data_mut(|data| data.insert_temp(id, memory));
    outcome
}

fn heights<T>(memory: &Memory<T>, table: &Table<'_>, rows: usize) -> RowHeights {
    let extras = table
        .remarks
        .iter()
        .filter(|(row, _)| **row < rows)
        .map(|(row, remarks)| {
            let lines = u16::try_from(remarks.len()).unwrap_or(u16::MAX);
            let guessed = f32::from(lines) * REMARK_LINE;
            (*row, memory.extras.get(row).copied().unwrap_or(guessed))
        })
        .collect();
    RowHeights::new(rows + 1, size::TABLE_ROW, extras)
}

fn row_rect(whole: Rect, heights: &RowHeights, row: usize) -> Rect {
    let top = whole.top() + heights.top(row);
    Rect::from_min_size(
        pos2(whole.left(), top),
        vec2(whole.width(), size::TABLE_ROW),
    )
}

/// In front of which row something dropped at `height` goes.
fn target_of(heights: &RowHeights, height: f32, rows: usize) -> usize {
    let row = heights.at(height);
    let below_middle = height > heights.top(row) + size::TABLE_ROW / 2.0;
    (row + usize::from(below_middle)).min(rows)
}

/// A frame of the table.
struct Shown<'a, T> {
    table: &'a Table<'a>,
    id: Id,
    generation: u64,
    edits: Vec<(usize, Edit)>,
    focus: Option<(usize, Column)>,
    drop_at: Option<usize>,
    outcome: Outcome<T>,
}

impl<T: Row> Shown<'_, T> {
    fn row(
        &mut self,
        ui: &mut Ui,
        memory: &mut Memory<T>,
        rect: Rect,
        index: usize,
        row: &T,
        rows: usize,
    ) {
        let is_fresh = index == rows;
        for column in [Column::Name, Column::Value] {
            let field = cell_id(self.id, self.generation, index, column);
            if ui.memory(|memory| memory.has_focus(field)) {
                self.keys(ui, index, column, row, rows);
            }
        }
        let mut child = ui.new_child(UiBuilder::new().id_salt(("row", index)).max_rect(rect));
        let place = row_cells::Place {
            table: self.id,
            generation: self.generation,
            index,
            rect,
            is_fresh,
            is_dragged: memory.dragged == Some(index),
        };
        let done = row_cells::show(&mut child, self.table, &place, row);
        self.edits
            .extend(done.edits.into_iter().map(|edit| (index, edit)));
        if done.drag_started {
            memory.dragged = Some(index);
        }
        if done.drag_stopped {
            self.drop_at = Some(index);
        }
        let Some(found) = self.table.remarks.get(&index).filter(|_| !is_fresh) else {
            return;
        };
        let below = Rect::from_min_size(
            pos2(rect.left() + size::TABLE_TEXT, rect.bottom()),
            vec2(rect.width() - size::TABLE_TEXT, f32::INFINITY),
        );
        let mut child = ui.new_child(UiBuilder::new().id_salt(("remarks", index)).max_rect(below));
        child.spacing_mut().item_spacing.y = 0.0;
        let can_keep = (self.table.can_keep)(index);
        match remarks::show_keeping(&mut child, found.iter().cloned(), can_keep) {
            Some(remarks::Chosen::Fix(fix)) => self.outcome.fix = Some(fix),
            Some(remarks::Chosen::Keep) => self.outcome.keep = Some(index),
            None => {}
        }
        let measured = child.min_rect().height() + size::HALF;
        let before = memory.extras.insert(index, measured);
        if before.is_none_or(|before| (before - measured).abs() > 0.5) {
            ui.ctx().request_discard("heights of remarks");
        }
    }

    /// Keys of the focused cell, taken before its field sees them.
    fn keys(&mut self, ui: &Ui, index: usize, column: Column, row: &T, rows: usize) {
        let is_fresh = index == rows;
        let pressed = |modifiers: Modifiers, key: Key| {
            ui.input_mut(|input| input.consume_key(modifiers, key))
        };
        if pressed(Modifiers::COMMAND, Key::D) && !is_fresh {
            self.edits.push((index, Edit::Duplicate));
            self.focus = Some((index + 1, column));
        } else if pressed(Modifiers::ALT, Key::ArrowUp) && !is_fresh && index > 0 {
            self.edits.push((index, Edit::MoveTo(index - 1)));
            self.focus = Some((index - 1, column));
        } else if pressed(Modifiers::ALT, Key::ArrowDown) && !is_fresh && index + 1 < rows {
            self.edits.push((index, Edit::MoveTo(index + 2)));
            self.focus = Some((index + 1, column));
        } else if row.is_blank() && pressed(Modifiers::COMMAND, Key::Backspace) && !is_fresh {
            self.edits.push((index, Edit::Remove));
            self.focus = Some((index.saturating_sub(1), column));
        } else if pressed(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Delete) && !is_fresh {
            self.edits.push((index, Edit::Remove));
            self.focus = Some((index.min(rows - 1), column));
        } else if T::CAN_LACK_VALUE
            && column == Column::Value
            && row.value() == Some("")
            && !is_fresh
            && pressed(Modifiers::NONE, Key::Backspace)
        {
            self.edits.push((index, Edit::Value(None)));
        }
    }

    fn offer_undo(&mut self, ui: &mut Ui, rect: Rect, name: &str, rows: usize) {
        let palette = Palette::of(ui);
        let mut child = ui.new_child(
            UiBuilder::new()
                .id_salt("undo")
                .max_rect(rect)
                .layout(egui::Layout::right_to_left(egui::Align::Center)),
        );
        if basic::link(&mut child, "Undo").clicked() {
            self.edits.push((rows, Edit::Undo));
        }
        let mut name: String = name.chars().take(24).collect();
        if name.is_empty() {
            self.table.what.clone_into(&mut name);
        }
        child.label(basic::small(format!("{name} removed")).color(palette.faint));
    }
}

fn apply<T: Row>(rows: &mut Vec<T>, memory: &mut Memory<T>, index: usize, edit: Edit) {
    // Rows change places: what their fields remember (undo, selection) stays behind.
    if !matches!(edit, Edit::Enabled(_) | Edit::Name(_) | Edit::Value(_)) {
        memory.generation += 1;
        memory.extras.clear();
    }
    if !matches!(edit, Edit::Undo) {
        memory.removed = None;
    }
    if index == rows.len() && matches!(edit, Edit::Name(_) | Edit::Value(_)) {
        rows.push(T::empty());
    }
    match edit {
        Edit::Undo => {
            if let Some((at, row)) = memory.removed.take() {
                rows.insert(at.min(rows.len()), row);
            }
        }
        Edit::Remove if index < rows.len() => {
            memory.removed = Some((index, rows.remove(index)));
        }
        Edit::Duplicate if index < rows.len() => rows.insert(index + 1, rows[index].clone()),
        Edit::MoveTo(target) if index < rows.len() => {
            let row = rows.remove(index);
            let target = if target > index { target - 1 } else { target };
            rows.insert(target.min(rows.len()), row);
        }
        edit => {
            let Some(row) = rows.get_mut(index) else {
                return;
            };
            let (enabled, name) = (row.enabled(), row.name().to_owned());
            let value = row.value().map(str::to_owned);
            match edit {
                Edit::Enabled(enabled) => row.set(enabled, name, value),
                Edit::Name(name) => row.set(enabled, name, value),
                Edit::Value(value) => row.set(enabled, name, value),
                _ => {}
            }
        }
    }
}

/// What was done to a table of a form besides typing.
#[derive(Debug, Default)]
pub(in crate::ui) struct RowsOutcome {
    pub(in crate::ui) fix: Option<Fix>,
}

/// Header rows of a form, without suggestions of variables.
pub(in crate::ui) fn headers<'a, R: IntoIterator<Item = FieldRemark<'a>>>(
    ui: &mut Ui,
    what: &str,
    rows: &mut Vec<HeaderRow>,
    remarks_at: impl Fn(usize) -> R,
) -> RowsOutcome {
    let remarks = (0..rows.len())
        .map(|row| (row, remarks_at(row).into_iter().collect::<Vec<_>>()))
        .filter(|(_, remarks)| !remarks.is_empty())
        .collect();
    let table = Table {
        what,
        names: Names(None),
        suggest: &super::header_names::suggest,
        remarks,
        can_keep: &|_| false,
    };
    let outcome = show(ui, &table, rows);
    if let Some(changed) = outcome.rows {
        *rows = changed;
    }
    RowsOutcome { fix: outcome.fix }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(names: &str) -> Vec<QueryRow> {
        names
            .chars()
            .map(|name| QueryRow {
                name: name.to_string(),
                ..QueryRow::empty()
            })
            .collect()
    }

    fn names(rows: &[QueryRow]) -> String {
        rows.iter().map(|row| row.name.as_str()).collect()
    }

    #[test]
    fn rows_change_places_and_come_back() {
        for (index, edit, expected) in [
            (0, Edit::MoveTo(3), "bcad"),
            (3, Edit::MoveTo(0), "dabc"),
            (1, Edit::MoveTo(4), "acdb"),
            (1, Edit::Duplicate, "abbcd"),
            (2, Edit::Remove, "abd"),
            (9, Edit::Remove, "abcd"),
            (4, Edit::Name("e".to_owned()), "abcde"),
            (0, Edit::Name("x".to_owned()), "xbcd"),
        ] {
            let mut changed = rows("abcd");
            apply(&mut changed, &mut Memory::default(), index, edit.clone());
            assert_eq!(names(&changed), expected, "{index} {edit:?}");
        }
        let mut changed = rows("abcd");
        let mut memory = Memory::default();
        apply(&mut changed, &mut memory, 1, Edit::Remove);
        apply(&mut changed, &mut memory, 3, Edit::Undo);
        assert_eq!(names(&changed), "abcd");
    }

    #[test]
    fn a_drop_goes_in_front_of_the_nearest_border() {
        let heights = RowHeights::new(4, size::TABLE_ROW, Vec::new());
        for (height, expected) in [(2.0, 0), (size::TABLE_ROW - 2.0, 1), (1e6, 3), (-9.0, 0)] {
            assert_eq!(target_of(&heights, height, 3), expected, "{height}");
        }
    }
}
