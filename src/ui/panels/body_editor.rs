//! The request's body: none, JSON, text, form, multipart, file.

use egui::{ComboBox, TextEdit, Ui};

use crate::app::action::Action;
use crate::app::command::FilePurpose;
use crate::app::tab::Tab;
use crate::model::note::{Field, Fix};
use crate::model::request::{DraftBody, PartRow, PartValue, RequestDraft};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields, remarks, rows};

use super::View;
use super::request_bar::remarks_at;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Json,
    Text,
    Form,
    Multipart,
    File,
}

fn kind_of(body: &DraftBody) -> Kind {
    match body {
        DraftBody::None => Kind::None,
        DraftBody::Json { .. } => Kind::Json,
        DraftBody::Text { .. } => Kind::Text,
        DraftBody::Form { .. } => Kind::Form,
        DraftBody::Multipart { .. } => Kind::Multipart,
        DraftBody::File { .. } => Kind::File,
    }
}

pub(super) fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    tab: &Tab,
    draft: &mut RequestDraft,
) -> Option<Fix> {
    ui.add_space(size::HALF);
    let mut kind = kind_of(&draft.body);
    let changed = ui
        .horizontal_wrapped(|ui| {
            basic::choice(
                ui,
                &mut kind,
                &[
                    (Kind::None, "None"),
                    (Kind::Json, "JSON"),
                    (Kind::Text, "Text"),
                    (Kind::Form, "Form"),
                    (Kind::Multipart, "Multipart"),
                    (Kind::File, "File"),
                ],
            )
        })
        .inner;
    if changed {
        draft.body = convert(&draft.body, kind);
    }
    let mut large = false;
    let mut fix = match &mut draft.body {
        DraftBody::None => None,
        DraftBody::Json { text } => {
            large = area(ui, text);
            None
        }
        DraftBody::Text { text, content_type } => {
            content_type_row(ui, content_type, "text/plain");
            large = area(ui, text);
            None
        }
        DraftBody::Form { rows: list } => {
            rows::query(ui, "Field", list, |row| {
                remarks_at(tab, &Field::BodyRow(row))
            })
            .fix
        }
        DraftBody::Multipart { rows } => multipart(ui, view, tab, rows),
        DraftBody::File { path, content_type } => {
            content_type_row(ui, content_type, "guessed from the file name");
            file(ui, view, "Body file", path, FilePurpose::BodyFile);
            None
        }
    };
    if large {
        view.act(Action::KeepBodyAsFile(Box::new(draft.clone())));
    }
    if let Some(chosen) = remarks::show(ui, remarks_at(tab, &Field::Body)) {
        fix = Some(chosen);
    }
    fix
}

/// The typed text goes along where both kinds have one.
fn convert(body: &DraftBody, kind: Kind) -> DraftBody {
    let text = match body {
        DraftBody::Json { text } | DraftBody::Text { text, .. } => text.clone(),
        _ => String::new(),
    };
    match kind {
        Kind::None => DraftBody::None,
        Kind::Json => DraftBody::Json { text },
        Kind::Text => DraftBody::Text {
            text,
            content_type: String::new(),
        },
        Kind::Form => DraftBody::Form { rows: Vec::new() },
        Kind::Multipart => DraftBody::Multipart { rows: Vec::new() },
        Kind::File => DraftBody::File {
            path: String::new(),
            content_type: String::new(),
        },
    }
}

/// More than this is not edited here: a text field's cost grows with the whole text.
const MOST_EDITED: usize = 256 * 1024;
/// Shown of a text that is not edited here.
const BEGINNING: usize = 2_000;

/// Answers whether the text is to become a body file.
fn area(ui: &mut Ui, text: &mut String) -> bool {
    let palette = Palette::of(ui);
    if text.len() > MOST_EDITED {
        let size = crate::ui::text::bytes(u64::try_from(text.len()).unwrap_or(u64::MAX));
        let mut becomes_file = false;
        ui.horizontal_wrapped(|ui| {
            let words = format!("{size}: too large to edit here, sent all the same");
            ui.label(basic::small(words).color(palette.warn));
            becomes_file = ui.button("Keep as a file").clicked();
            if ui.button("Clear the body").clicked() {
                text.clear();
            }
        });
        let beginning: String = text.chars().take(BEGINNING).collect();
        ui.label(basic::mono(format!("{beginning}…")).color(palette.secondary));
        return becomes_file;
    }
    let id = ui.scope_id().with("body text");
    if ui.memory(|memory| memory.has_focus(id))
        && let Some(pasted) = take_large_paste(ui)
    {
        insert(ui, id, text, &pasted);
        return true;
    }
    ui.add(
        TextEdit::multiline(text)
            .id(id)
            .font(egui::TextStyle::Monospace)
            .desired_width(f32::INFINITY)
            .desired_rows(6),
    )
    .accessible_name("Body text");
    false
}

/// A paste that the field must not get: laying it out would take longer than anyone waits.
fn take_large_paste(ui: &Ui) -> Option<String> {
    ui.input_mut(|input| {
        let index = input.events.iter().position(
            |event| matches!(event, egui::Event::Paste(text) if text.len() > MOST_EDITED),
        )?;
        match input.events.remove(index) {
            egui::Event::Paste(text) => Some(text),
            _ => None,
        }
    })
}

/// Puts `pasted` where the field would have put it: in place of what is selected.
fn insert(ui: &Ui, id: egui::Id, text: &mut String, pasted: &str) {
    let selected = TextEdit::load_state(ui.ctx(), id)
        .and_then(|state| state.cursor.char_range())
        .map(|range| range.as_sorted_char_range());
    let at = |index: usize| {
        text.char_indices()
            .nth(index)
            .map_or(text.len(), |(offset, _)| offset)
    };
    let range = selected.map_or(text.len()..text.len(), |range| {
        at(range.start.into())..at(range.end.into())
    });
    text.replace_range(range, pasted);
}

fn content_type_row(ui: &mut Ui, content_type: &mut String, hint: &str) {
    fields::row(ui, "Content type", |ui, width| {
        fields::text(ui, "Content type", content_type, hint, Face::Mono, width);
    });
}

fn file(ui: &mut Ui, view: &mut View<'_>, name: &str, path: &mut String, purpose: FilePurpose) {
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 110.0).clamp(120.0, 520.0);
        fields::text(ui, name, path, "Path of the file", Face::Mono, width);
        if ui.button("Browse…").clicked() {
            view.act(Action::PickFile { purpose });
        }
    });
}

fn multipart(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, rows: &mut Vec<PartRow>) -> Option<Fix> {
    let palette = Palette::of(ui);
    let mut fix = None;
    let mut removed = None;
    for (index, row) in rows.iter_mut().enumerate() {
        let label = format!("Part {}", index + 1);
        ui.push_id(("part", index), |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.add(egui::Checkbox::without_text(&mut row.enabled))
                    .accessible_name(format!("{label} enabled"));
                let name = format!("{label} name");
                fields::text(ui, &name, &mut row.name, "Name", Face::Mono, 150.0);
                part_kind(ui, &label, row);
                match &mut row.value {
                    PartValue::Text(text) => {
                        let name = format!("{label} value");
                        fields::text(ui, &name, text, "Value", Face::Mono, 240.0);
                    }
                    PartValue::File { path, .. } => {
                        let name = format!("{label} file");
                        fields::text(ui, &name, path, "Path of the file", Face::Mono, 240.0);
                        if ui.button("Browse…").clicked() {
                            view.act(Action::PickFile {
                                purpose: FilePurpose::PartFile(index),
                            });
                        }
                    }
                }
                let name = format!("{label} content type");
                fields::text(
                    ui,
                    &name,
                    &mut row.content_type,
                    "Content type",
                    Face::Mono,
                    140.0,
                );
                if basic::icon(ui, "×", &format!("Remove {label}")).clicked() {
                    removed = Some(index);
                }
            });
            if let Some(chosen) = remarks::show(ui, remarks_at(tab, &Field::BodyRow(index))) {
                fix = Some(chosen);
            }
        });
    }
    if let Some(index) = removed {
        rows.remove(index);
    }
    if rows.is_empty() {
        ui.label(basic::small("No parts yet").color(palette.faint));
    }
    if ui.button("Add a part").clicked() {
        rows.push(PartRow {
            enabled: true,
            name: String::new(),
            value: PartValue::Text(String::new()),
            content_type: String::new(),
        });
    }
    fix
}

fn part_kind(ui: &mut Ui, label: &str, row: &mut PartRow) {
    let is_file = matches!(row.value, PartValue::File { .. });
    let shown = if is_file { "File" } else { "Text" };
    ui.name_inputs(format!("{label} kind"), |ui| {
        ComboBox::from_id_salt("kind")
            .width(70.0)
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
