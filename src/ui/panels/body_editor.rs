//! The request's body: none, JSON, text, form, multipart, file. The field for its text is `body_text`.

use egui::{ComboBox, Ui};

use crate::app::action::Action;
use crate::app::command::FilePurpose;
use crate::app::editing::{BodyKind, EditingAction, FileLook};
use crate::app::tab::Tab;
use crate::model::note::Field;
use crate::model::request::{DraftBody, PartRow, PartValue};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::rows::{self, Table};
use crate::ui::widgets::variables::{self, Names};
use crate::ui::widgets::{basic, fields};

use super::request_bar::{at_field, can_keep, remarks_of_rows};
use super::{View, body_text, editor};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    ui.add_space(size::UNIT);
    let mut kind = BodyKind::of(&tab.draft.body);
    ui.horizontal_wrapped(|ui| {
        let options = BodyKind::ALL.map(|kind| (kind, kind.words()));
        if basic::choice(ui, &mut kind, &options) {
            view.act(Action::Editing(EditingAction::ChooseBodyKind(kind)));
        }
        if kind == BodyKind::Json && body_text::can_format(&tab.draft.body) {
            ui.add_space(size::UNIT);
            if basic::link(ui, "Format").clicked() {
                view.act(Action::Editing(EditingAction::FormatBody));
            }
        }
    });
    match &tab.draft.body {
        DraftBody::None => {
            let palette = Palette::of(ui);
            let words = "Nothing is sent; drop a file here to send it";
            ui.label(basic::small(words).color(palette.faint));
        }
        DraftBody::Json { text } => body_text::show(ui, view, tab, text, true),
        DraftBody::Text { text, content_type } => {
            content_type_row(ui, view, tab, content_type, "text/plain");
            body_text::show(ui, view, tab, text, false);
        }
        DraftBody::Form { rows } => form(ui, view, tab, rows),
        DraftBody::Multipart { rows } => multipart(ui, view, tab, rows),
        DraftBody::File { path, content_type } => {
            content_type_row(ui, view, tab, content_type, "guessed from the file name");
            let mut typed = path.clone();
            if file(
                ui,
                view,
                "Body file",
                &mut typed,
                FilePurpose::BodyFile,
                size::FORM_FIELD + size::FORM_LABEL,
            ) {
                editor::edit(view, tab, |draft| {
                    if let DraftBody::File { path, .. } = &mut draft.body {
                        *path = typed;
                    }
                });
            }
            at_field(ui, view, tab, &Field::Body);
        }
    }
}

fn content_type_row(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, content_type: &str, hint: &str) {
    let mut typed = content_type.to_owned();
    let changed = fields::row(ui, "Content type", |ui, width| {
        fields::text(ui, "Content type", &mut typed, hint, Face::Mono, width).changed()
    });
    if changed {
        editor::edit(view, tab, |draft| match &mut draft.body {
            DraftBody::Text { content_type, .. } | DraftBody::File { content_type, .. } => {
                *content_type = typed;
            }
            _ => {}
        });
    }
}

fn form(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, list: &[crate::model::request::QueryRow]) {
    let keeps = |row| can_keep(view, tab, &Field::BodyRow(row));
    let table = Table {
        what: "Field",
        names: Names(view.state.active_environment()),
        suggest: &|_, _, _| Vec::new(),
        remarks: remarks_of_rows(tab, body_row),
        can_keep: &keeps,
    };
    let outcome = rows::show(ui, &table, list);
    editor::finish(view, tab, outcome, Field::BodyRow, |draft, rows| {
        draft.body = DraftBody::Form { rows };
    });
}

fn body_row(field: &Field) -> Option<usize> {
    match field {
        Field::BodyRow(row) => Some(*row),
        _ => None,
    }
}

/// A path with a dialog beside it, and whether it can be read. Answers whether the path was changed.
fn file(
    ui: &mut Ui,
    view: &mut View<'_>,
    name: &str,
    path: &mut String,
    purpose: FilePurpose,
    width: f32,
) -> bool {
    let palette = Palette::of(ui);
    let mut changed = false;
    ui.horizontal_wrapped(|ui| {
        let width =
            (ui.available_width() - size::FILE_BUTTONS).clamp(size::TABLE_NAME_LEAST, width);
        let hint = "Path of the file";
        changed = fields::text(ui, name, path, hint, Face::Mono, width).changed();
        if ui.button("Browse…").clicked() {
            view.act(Action::PickFile { purpose });
        }
        match view.state.editing.files.get(path.as_str()) {
            Some(FileLook::Readable { bytes }) => {
                ui.label(basic::small(crate::ui::text::bytes(*bytes)).color(palette.secondary));
            }
            Some(FileLook::Unreadable(words)) => {
                icons::show(ui, Icon::Cross, "Problem", palette.bad);
                ui.label(basic::small(words).color(palette.bad));
            }
            None if !path.trim().is_empty() => {
                view.act(Action::Editing(EditingAction::LookAtFile(path.clone())));
            }
            Some(FileLook::Asked) | None => {}
        }
    });
    changed
}

fn multipart(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, rows: &[PartRow]) {
    let palette = Palette::of(ui);
    let mut changed: Option<Vec<PartRow>> = None;
    for (index, row) in rows.iter().enumerate() {
        let label = format!("Part {}", index + 1);
        ui.push_id(("part", index), |ui| {
            let mut typed = row.clone();
            let removed = part(ui, view, &label, index, &mut typed);
            if removed || typed != *row {
                let rows = changed.get_or_insert_with(|| rows.to_vec());
                if removed {
                    rows.remove(index);
                } else {
                    rows[index] = typed;
                }
            }
            at_field(ui, view, tab, &Field::BodyRow(index));
        });
    }
    if rows.is_empty() {
        ui.label(basic::small("No parts yet; drop a file here to add one").color(palette.faint));
    }
    if ui.button("Add a part").clicked() {
        changed.get_or_insert_with(|| rows.to_vec()).push(PartRow {
            enabled: true,
            name: String::new(),
            value: PartValue::Text(String::new()),
            content_type: String::new(),
        });
    }
    if let Some(rows) = changed {
        editor::edit(view, tab, |draft| {
            draft.body = DraftBody::Multipart { rows };
        });
    }
}

/// Answers whether the part is to go.
fn part(ui: &mut Ui, view: &mut View<'_>, label: &str, index: usize, row: &mut PartRow) -> bool {
    let names = Names(view.state.active_environment());
    let mut removed = false;
    ui.horizontal_wrapped(|ui| {
        ui.add(egui::Checkbox::without_text(&mut row.enabled))
            .accessible_name(format!("{label} enabled"));
        let name = format!("{label} name");
        fields::text(
            ui,
            &name,
            &mut row.name,
            "Name",
            Face::Mono,
            size::PART_NAME,
        );
        part_kind(ui, label, row);
        match &mut row.value {
            PartValue::Text(text) => {
                let name = format!("{label} value");
                let field = |ui: &mut Ui, text: &mut String| {
                    fields::text(ui, &name, text, "Value", Face::Mono, size::PART_VALUE)
                };
                variables::completed(ui, names, &name, text, field, |_| Vec::new());
            }
            PartValue::File { path, .. } => {
                let name = format!("{label} file");
                let purpose = FilePurpose::PartFile(index);
                file(ui, view, &name, path, purpose, size::PART_VALUE);
            }
        }
        let name = format!("{label} content type");
        let hint = "Content type";
        fields::text(
            ui,
            &name,
            &mut row.content_type,
            hint,
            Face::Mono,
            size::PART_NAME,
        );
        removed = icons::control(ui, Icon::Close, &format!("Remove {label}")).clicked();
    });
    removed
}

fn part_kind(ui: &mut Ui, label: &str, row: &mut PartRow) {
    let is_file = matches!(row.value, PartValue::File { .. });
    let shown = if is_file { "File" } else { "Text" };
    ui.name_inputs(format!("{label} kind"), |ui| {
        ComboBox::from_id_salt("kind")
            .icon(basic::drop_down)
            .width(size::PART_KIND)
            .selected_text(shown)
            .show_ui(ui, |ui| {
                if ui.selectable_label(!is_file, "Text").clicked() && is_file {
                    row.value = PartValue::Text(String::new());
                }
                if ui.selectable_label(is_file, "File").clicked() && !is_file {
                    row.value = PartValue::File {
                        path: String::new(),
                        file_name: String::new(),
                    };
                }
            });
    });
}
