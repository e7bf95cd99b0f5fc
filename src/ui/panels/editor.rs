//! The pages of the request editor: parameters, path variables, headers, body, auth, preview.

use egui::{ScrollArea, Ui, UiBuilder};

use crate::app::action::Action;
use crate::app::catalogue::{CatalogueAction, CatalogueStage};
use crate::app::editing::EditingAction;
use crate::app::state::AppState;
use crate::app::tab::{EditorPage, Tab};
use crate::model::note::Field;
use crate::model::request::{DraftBody, NamedText, RequestAuth, RequestDraft};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::completion::Suggestion;
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::rows::{Column, Outcome, Table};
use crate::ui::widgets::variables::{self, Names, marks};
use crate::ui::widgets::{basic, fields, header_names, rows};

use super::request_bar::remarks_of_rows;
use super::{View, auth_page, body_editor, bulk_editor, preview, request_bar};

/// The bar with method and path, and the pages below it.
pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let top = ui.cursor().top();
    let room = ui.max_rect().bottom();
    let bar_before = view.local.editor_bar;
    // Ids of their own: what is typed raises notes, and may so change how the editor scrolls, which must not take the keyboard
    // from the field.
    let (bar_id, page_id) = (ui.scope_id().with("bar"), ui.scope_id().with("page"));
    let bar = |ui: &mut Ui, view: &mut View<'_>| {
        // The line at its end lies on the page.
        let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
        ui.scope_builder(UiBuilder::new().scope_id(bar_id), |ui| {
            ui.spacing_mut().item_spacing.y = gap;
            request_bar::show(ui, view);
            strip(ui, view);
        });
        ui.spacing_mut().item_spacing.y = gap;
        ui.cursor().top()
    };
    let page = |ui: &mut Ui, view: &mut View<'_>| {
        ui.scope_builder(UiBuilder::new().scope_id(page_id), |ui| show_page(ui, view));
    };
    let (bar_height, page_height) = if top + bar_before + size::PART_LEAST > room {
        ScrollArea::vertical()
            .id_salt("whole editor")
            .auto_shrink(false)
            .show(ui, |ui| {
                let top = ui.cursor().top();
                let bar_height = bar(ui, view) - top;
                let start = ui.cursor().top();
                page(ui, view);
                (bar_height, ui.min_rect().bottom() - start)
            })
            .inner
    } else {
        let bar_height = bar(ui, view) - top;
        let scrolled = ScrollArea::vertical()
            .id_salt("editor")
            .auto_shrink(false)
            .show(ui, |ui| page(ui, view));
        (bar_height, scrolled.content_size.y)
    };
    view.local.editor_bar = bar_height;
    // The margins of the panel, and one unit so that the last row does not touch the divider.
    view.local.editor_needs = bar_height + page_height + 20.0 + size::UNIT;
}

fn strip(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(tab) = state.active_tab() else {
        return;
    };
    let draft = &tab.draft;
    let variables = variable_names(&draft.path);
    let body_sign = usize::from(draft.body != DraftBody::None);
    let auth_sign = usize::from(draft.auth != RequestAuth::Inherit);
    let on = |enabled: bool| usize::from(enabled);
    let query = draft.query.iter().map(|row| on(row.enabled)).sum();
    let headers = draft.headers.iter().map(|row| on(row.enabled)).sum();
    let mut pages = vec![(EditorPage::Params, "Params", Some(query))];
    if !variables.is_empty() || tab.editor_page == EditorPage::PathVariables {
        pages.push((
            EditorPage::PathVariables,
            "Path variables",
            Some(variables.len()),
        ));
    }
    pages.extend([
        (EditorPage::Headers, "Headers", Some(headers)),
        (EditorPage::Body, "Body", Some(body_sign)),
        (EditorPage::Auth, "Auth", Some(auth_sign)),
        (EditorPage::Preview, "Preview", None),
    ]);
    let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
    let titles = |ui: &mut Ui, view: &mut View<'_>| {
        let clicked = basic::strip(ui, "Request", tab.editor_page, &pages);
        if let Some(page) = clicked {
            view.act(Action::ShowEditorPage(page));
        }
    };
    if ui.available_width() < size::TINY_WINDOW {
        ui.horizontal_wrapped(|ui| titles(ui, view));
        ui.horizontal(|ui| bulk_editor::switch(ui, view, tab));
    } else {
        ui.horizontal(|ui| {
            titles(ui, view);
            bulk_editor::switch(ui, view, tab);
        });
    }
    // The line under the chosen title lies on it.
    basic::hairline(ui);
    ui.spacing_mut().item_spacing.y = gap;
}

fn show_page(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(tab) = state.active_tab() else {
        return;
    };
    ui.spacing_mut().item_spacing.y = size::SNUG;
    let is_table = matches!(tab.editor_page, EditorPage::Params | EditorPage::Headers)
        && !bulk_editor::is_open(view, tab);
    if !is_table {
        ui.add_space(size::UNIT);
    }
    match tab.editor_page {
        EditorPage::Params | EditorPage::Headers if bulk_editor::is_open(view, tab) => {
            bulk_editor::show(ui, view, tab);
        }
        EditorPage::Params => params(ui, view, tab),
        EditorPage::PathVariables => path_variables(ui, view, tab),
        EditorPage::Headers => headers(ui, view, tab),
        EditorPage::Body => body_editor::show(ui, view, tab),
        EditorPage::Auth => auth_page::show(ui, view, tab),
        EditorPage::Preview => preview::show(ui, view, tab),
    }
}

/// The draft with one part of it changed.
pub(super) fn edit(view: &mut View<'_>, tab: &Tab, change: impl FnOnce(&mut RequestDraft)) {
    let mut draft = tab.draft.clone();
    change(&mut draft);
    view.act(Action::EditDraft(Box::new(draft)));
}

fn params(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let state = view.state;
    let asked = std::cell::Cell::new(false);
    let suggest = |column: Column, _: &str, typed: &str| match column {
        Column::Name => {
            asked.set(true);
            query_names(state, tab, typed)
        }
        Column::Value => Vec::new(),
    };
    let can_keep = |row| request_bar::can_keep(view, tab, &Field::Query(row));
    let table = Table {
        what: "Parameter",
        names: Names(state.active_environment()),
        suggest: &suggest,
        remarks: remarks_of_rows(tab, |field| match field {
            Field::Query(row) => Some(*row),
            _ => None,
        }),
        can_keep: &can_keep,
    };
    let outcome = rows::show(ui, &table, &tab.draft.query);
    if asked.get() && matches!(state.catalogue.stage, CatalogueStage::Packed) {
        view.act(Action::Catalogue(CatalogueAction::Load));
    }
    finish(view, tab, outcome, Field::Query, |draft, rows| {
        draft.query = rows;
    });
}

/// The names that the operation of the catalogue takes and no row has yet.
fn query_names(state: &AppState, tab: &Tab, typed: &str) -> Vec<Suggestion> {
    let wanted = typed.trim().to_lowercase();
    let operation = state
        .catalogue
        .operations()
        .and_then(|catalogue| catalogue.find(&tab.draft.method, &tab.draft.path));
    let Some((_, operation)) = operation else {
        return Vec::new();
    };
    operation
        .query_names()
        .filter(|name| name.to_lowercase().contains(&wanted) && *name != typed)
        .filter(|name| tab.draft.query.iter().all(|row| row.name != **name))
        .map(|name| Suggestion {
            label: name.to_owned(),
            marks: marks(name, &wanted),
            is_mono: true,
            ..Suggestion::default()
        })
        .collect()
}

fn headers(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let can_keep = |row| request_bar::can_keep(view, tab, &Field::Header(row));
    let table = Table {
        what: "Header",
        names: Names(view.state.active_environment()),
        suggest: &header_names::suggest,
        remarks: remarks_of_rows(tab, |field| match field {
            Field::Header(row) => Some(*row),
            _ => None,
        }),
        can_keep: &can_keep,
    };
    let outcome = rows::show(ui, &table, &tab.draft.headers);
    finish(view, tab, outcome, Field::Header, |draft, rows| {
        draft.headers = rows;
    });
}

/// What was done to a table of the request.
pub(super) fn finish<T>(
    view: &mut View<'_>,
    tab: &Tab,
    outcome: Outcome<T>,
    field: impl Fn(usize) -> Field,
    put: impl FnOnce(&mut RequestDraft, Vec<T>),
) {
    if let Some(rows) = outcome.rows {
        edit(view, tab, |draft| put(draft, rows));
    }
    if let Some(fix) = outcome.fix {
        view.act(Action::ApplyFix {
            request: tab.id().clone(),
            fix,
        });
    }
    if let Some(row) = outcome.keep {
        view.act(Action::Editing(EditingAction::KeepSecret {
            request: tab.id().clone(),
            field: field(row),
        }));
    }
}

fn path_variables(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    let names = variable_names(&tab.draft.path);
    if names.is_empty() {
        ui.label(
            basic::small("Write {name} in the path, and its value goes here").color(palette.faint),
        );
    }
    ui.add_space(size::HALF);
    for name in &names {
        let mut value = tab
            .draft
            .path_variables
            .iter()
            .find(|variable| variable.name == *name)
            .map(|variable| variable.value.clone())
            .unwrap_or_default();
        let known = Names(view.state.active_environment());
        let changed = fields::row(ui, name, |ui, width| {
            let label = format!("Path variable {name}");
            let field = |ui: &mut Ui, value: &mut String| {
                fields::text(ui, &label, value, "", Face::Mono, width)
            };
            variables::completed(ui, known, name, &mut value, field, |_| Vec::new()).changed()
        });
        request_bar::at_field(ui, view, tab, &Field::PathVariable(name.clone()));
        if changed {
            edit(view, tab, |draft| set_variable(draft, name, value));
        }
    }
}

fn set_variable(draft: &mut RequestDraft, name: &str, value: String) {
    match draft
        .path_variables
        .iter_mut()
        .find(|variable| variable.name == name)
    {
        Some(variable) => variable.value = value,
        None => draft.path_variables.push(NamedText {
            name: name.to_owned(),
            value,
        }),
    }
}

/// The `{name}`s of a path, in order, once each; `{{name}}` is an environment's variable and not one of them.
fn variable_names(path: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        if let Some(after) = rest[open..].strip_prefix("{{") {
            rest = after.find("}}").map_or("", |end| &after[end + 2..]);
            continue;
        }
        let after = &rest[open + 1..];
        let Some(close) = after.find('}') else {
            break;
        };
        let name = &after[..close];
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        rest = &after[close + 1..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::variable_names;

    #[test]
    fn path_variables_are_the_single_braces() {
        for (path, names) in [
            ("/api/v2/users", &[][..]),
            ("/api/v2/users/{userId}", &["userId"]),
            ("/{a}/{b}/{a}", &["a", "b"]),
            ("/{{base}}/{id}", &["id"]),
            ("/x/{}", &[]),
            ("/x/{open", &[]),
            ("/x?filter={no}", &[]),
        ] {
            assert_eq!(variable_names(path), names, "{path}");
        }
    }
}
