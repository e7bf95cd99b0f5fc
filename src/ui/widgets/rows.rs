//! Tables of rows that are edited in place: enabled, name, value, remove; the last row is always empty.

use egui::{Checkbox, Ui, vec2};

use crate::app::tab::FieldRemark;
use crate::model::note::Fix;
use crate::model::request::{HeaderRow, QueryRow};
use crate::ui::tokens::size;
use crate::ui::widgets::{basic, fields, remarks};

use super::fields::Face;

/// What was done to the rows besides typing.
#[derive(Debug, Default)]
pub(in crate::ui) struct RowsOutcome {
    pub(in crate::ui) fix: Option<Fix>,
}

/// A row of any table, as this widget sees it.
trait Row: Sized {
    fn empty() -> Self;
    fn enabled(&mut self) -> &mut bool;
    fn name(&mut self) -> &mut String;
    /// The text, and whether there is a value at all.
    fn value(&mut self) -> (String, bool);
    fn set_value(&mut self, text: String);
    /// `name` without `=` is something else than `name=`: only query rows know that.
    fn toggle_value(&mut self) -> bool;
}

impl Row for QueryRow {
    fn empty() -> Self {
        Self {
            enabled: true,
            name: String::new(),
            value: Some(String::new()),
        }
    }

    fn enabled(&mut self) -> &mut bool {
        &mut self.enabled
    }

    fn name(&mut self) -> &mut String {
        &mut self.name
    }

    fn value(&mut self) -> (String, bool) {
        (self.value.clone().unwrap_or_default(), self.value.is_some())
    }

    fn set_value(&mut self, text: String) {
        self.value = Some(text);
    }

    fn toggle_value(&mut self) -> bool {
        self.value = match self.value {
            Some(_) => None,
            None => Some(String::new()),
        };
        true
    }
}

impl Row for HeaderRow {
    fn empty() -> Self {
        Self {
            enabled: true,
            name: String::new(),
            value: String::new(),
        }
    }

    fn enabled(&mut self) -> &mut bool {
        &mut self.enabled
    }

    fn name(&mut self) -> &mut String {
        &mut self.name
    }

    fn value(&mut self) -> (String, bool) {
        (self.value.clone(), true)
    }

    fn set_value(&mut self, text: String) {
        self.value = text;
    }

    fn toggle_value(&mut self) -> bool {
        false
    }
}

/// Query or form rows; each can have a name without a value.
pub(in crate::ui) fn query<'a, R: IntoIterator<Item = FieldRemark<'a>>>(
    ui: &mut Ui,
    what: &str,
    rows: &mut Vec<QueryRow>,
    remarks_at: impl Fn(usize) -> R,
) -> RowsOutcome {
    table(ui, what, rows, true, remarks_at)
}

pub(in crate::ui) fn headers<'a, R: IntoIterator<Item = FieldRemark<'a>>>(
    ui: &mut Ui,
    what: &str,
    rows: &mut Vec<HeaderRow>,
    remarks_at: impl Fn(usize) -> R,
) -> RowsOutcome {
    table(ui, what, rows, false, remarks_at)
}

fn table<'a, T: Row, R: IntoIterator<Item = FieldRemark<'a>>>(
    ui: &mut Ui,
    what: &str,
    rows: &mut Vec<T>,
    can_lack_value: bool,
    remarks_at: impl Fn(usize) -> R,
) -> RowsOutcome {
    let mut outcome = RowsOutcome::default();
    let mut removed = None;
    let count = rows.len();
    let mut fresh = T::empty();
    ui.spacing_mut().item_spacing.y = 4.0;
    let all = rows.iter_mut().chain(std::iter::once(&mut fresh));
    for (index, row) in all.enumerate() {
        let is_fresh = index == count;
        ui.push_id((what, index), |ui| {
            ui.horizontal(|ui| {
                let label = format!("{what} {}", index + 1);
                check(ui, row, is_fresh, &label);
                let rest = (ui.available_width() - 70.0).max(160.0);
                let hint = if is_fresh {
                    format!("Add {}", what.to_lowercase())
                } else {
                    String::new()
                };
                fields::text(
                    ui,
                    &format!("{label} name"),
                    row.name(),
                    &hint,
                    Face::Mono,
                    rest * 0.36,
                );
                value(ui, row, &label, rest * 0.64 - 8.0, can_lack_value);
                if !is_fresh && basic::icon(ui, "×", &format!("Remove {label}")).clicked() {
                    removed = Some(index);
                }
            });
            if !is_fresh && let Some(fix) = remarks::show(ui, remarks_at(index)) {
                outcome.fix = Some(fix);
            }
        });
    }
    let (text, _) = fresh.value();
    if !fresh.name().is_empty() || !text.is_empty() {
        rows.push(fresh);
    }
    if let Some(index) = removed {
        rows.remove(index);
    }
    outcome
}

fn check<T: Row>(ui: &mut Ui, row: &mut T, is_fresh: bool, label: &str) {
    if is_fresh {
        ui.allocate_exact_size(vec2(32.0, size::CONTROL), egui::Sense::hover());
    } else {
        ui.add_sized(
            vec2(32.0, size::CONTROL),
            Checkbox::without_text(row.enabled()),
        )
        .accessible_name(format!("{label} enabled"));
    }
}

fn value<T: Row>(ui: &mut Ui, row: &mut T, label: &str, width: f32, can_lack_value: bool) {
    let (mut text, present) = row.value();
    let width = if can_lack_value { width - 30.0 } else { width };
    if can_lack_value {
        let (sign, words) = if present {
            ("=", format!("{label}: send the name alone, without ="))
        } else {
            ("–", format!("{label}: send = and a value"))
        };
        if basic::icon(ui, sign, &words).clicked() {
            row.toggle_value();
        }
    }
    let hint = if present { "" } else { "no value, no =" };
    let response = fields::text(
        ui,
        &format!("{label} value"),
        &mut text,
        hint,
        Face::Mono,
        width,
    );
    if response.changed() {
        row.set_value(text);
    }
}
