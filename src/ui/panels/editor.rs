//! The pages of the request editor: parameters, path variables, headers, body, auth, preview.

use egui::{ScrollArea, Ui};

use crate::app::action::Action;
use crate::app::tab::{EditorPage, Tab};
use crate::model::note::{Field, Fix};
use crate::model::request::{DraftBody, NamedText, RequestAuth, RequestDraft};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields, remarks, rows};

use super::request_bar::remarks_at;
use super::{View, body_editor, preview, request_bar};

/// What is left for the pages must be at least this, or all of the editor scrolls as one.
const PAGE_LEAST: f32 = 32.0;

/// The bar with method and path, and the pages below it.
pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let top = ui.cursor().top();
    let room = ui.max_rect().bottom();
    let bar_before = view.local.editor_bar;
    let bar = |ui: &mut Ui, view: &mut View<'_>| {
        request_bar::show(ui, view);
        strip(ui, view);
        ui.cursor().top()
    };
    let (bar_height, page_height) = if top + bar_before + PAGE_LEAST > room {
        ScrollArea::vertical()
            .id_salt("whole editor")
            .auto_shrink(false)
            .show(ui, |ui| {
                let top = ui.cursor().top();
                let bar_height = bar(ui, view) - top;
                let start = ui.cursor().top();
                show_page(ui, view);
                (bar_height, ui.min_rect().bottom() - start)
            })
            .inner
    } else {
        let bar_height = bar(ui, view) - top;
        let page = ScrollArea::vertical()
            .id_salt("editor")
            .auto_shrink(false)
            .show(ui, |ui| show_page(ui, view));
        (bar_height, page.content_size.y)
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
    let variables = variable_names(&tab.draft.path);
    let body_sign = usize::from(tab.draft.body != DraftBody::None);
    let clicked = ui
        .horizontal(|ui| {
            basic::strip(
                ui,
                "Request",
                tab.editor_page,
                &[
                    (EditorPage::Params, "Params", Some(tab.draft.query.len())),
                    (
                        EditorPage::PathVariables,
                        "Path variables",
                        Some(variables.len()),
                    ),
                    (
                        EditorPage::Headers,
                        "Headers",
                        Some(tab.draft.headers.len()),
                    ),
                    (EditorPage::Body, "Body", Some(body_sign)),
                    (EditorPage::Auth, "Auth", None),
                    (EditorPage::Preview, "Preview", None),
                ],
            )
        })
        .inner;
    if let Some(page) = clicked {
        view.act(Action::ShowEditorPage(page));
    }
    basic::hairline(ui);
}

fn show_page(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(tab) = state.active_tab() else {
        return;
    };
    let variables = variable_names(&tab.draft.path);
    let mut draft = tab.draft.clone();
    let fix = page(ui, view, tab, &mut draft, &variables);
    if draft != tab.draft {
        view.act(Action::EditDraft(Box::new(draft)));
    }
    if let Some(fix) = fix {
        view.act(Action::ApplyFix {
            request: tab.id().clone(),
            fix,
        });
    }
}

fn page(
    ui: &mut Ui,
    view: &mut View<'_>,
    tab: &Tab,
    draft: &mut RequestDraft,
    variables: &[String],
) -> Option<Fix> {
    match tab.editor_page {
        EditorPage::Params => {
            rows::query(ui, "Parameter", &mut draft.query, |row| {
                remarks_at(tab, &Field::Query(row))
            })
            .fix
        }
        EditorPage::PathVariables => path_variables(ui, tab, draft, variables),
        EditorPage::Headers => {
            rows::headers(ui, "Header", &mut draft.headers, |row| {
                remarks_at(tab, &Field::Header(row))
            })
            .fix
        }
        EditorPage::Body => body_editor::show(ui, view, tab, draft),
        EditorPage::Auth => {
            auth(ui, view, draft);
            None
        }
        EditorPage::Preview => {
            preview::show(ui, view, tab);
            None
        }
    }
}

fn path_variables(
    ui: &mut Ui,
    tab: &Tab,
    draft: &mut RequestDraft,
    variables: &[String],
) -> Option<Fix> {
    let palette = Palette::of(ui);
    let mut fix = None;
    if variables.is_empty() {
        ui.label(
            basic::small("Write {name} in the path, and its value goes here").color(palette.faint),
        );
    }
    for name in variables {
        let mut value = draft
            .path_variables
            .iter()
            .find(|variable| variable.name == *name)
            .map(|variable| variable.value.clone())
            .unwrap_or_default();
        let changed = fields::row(ui, name, |ui, width| {
            let name = format!("Path variable {name}");
            let response = fields::text(ui, &name, &mut value, "", Face::Mono, width);
            response.changed()
        });
        if let Some(chosen) = remarks::show(ui, remarks_at(tab, &Field::PathVariable(name.clone())))
        {
            fix = Some(chosen);
        }
        if changed {
            set_variable(draft, name, value);
        }
    }
    fix
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

fn auth(ui: &mut Ui, view: &View<'_>, draft: &mut RequestDraft) {
    let palette = Palette::of(ui);
    ui.add_space(size::HALF);
    let mut inherit = draft.auth == RequestAuth::Inherit;
    ui.horizontal(|ui| {
        basic::choice(
            ui,
            &mut inherit,
            &[(true, "The environment's token"), (false, "None")],
        );
    });
    draft.auth = if inherit {
        RequestAuth::Inherit
    } else {
        RequestAuth::None
    };
    let words = match (inherit, view.state.active_environment()) {
        (false, _) => {
            "Nothing is added; a header row may still bring its own Authorization".to_owned()
        }
        (true, None) => "Choose an environment in the top bar".to_owned(),
        (true, Some(environment)) => match environment.credentials {
            crate::model::environment::Credentials::None => {
                format!("{} has no credentials: no token is added", environment.name)
            }
            _ => format!(
                "Authorization: Bearer ••••••, fetched for {} when it is needed",
                environment.name
            ),
        },
    };
    ui.label(basic::small(words).color(palette.secondary));
    ui.add_space(size::UNIT);
    fields::row(ui, "Request name", |ui, width| {
        fields::text(
            ui,
            "Request name",
            &mut draft.name,
            "List users",
            Face::Words,
            width,
        );
    });
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
