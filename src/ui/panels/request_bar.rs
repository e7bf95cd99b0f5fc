//! Method, path, Send or Cancel, and the exact URL of each leg with its notes.

use egui::{Button, ComboBox, Stroke, Ui, vec2};

use crate::app::action::Action;
use crate::app::preview::LegPreview;
use crate::app::state::Leg;
use crate::app::tab::{FieldRemark, Tab};
use crate::model::note::Field;
use crate::model::request::RequestDraft;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::completion::Completion;
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields, remarks};

use super::{Focus, View, path_completion};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(tab) = state.active_tab() else {
        return;
    };
    let mut draft = tab.draft.clone();
    ui.horizontal(|ui| {
        method(ui, view, &mut draft);
        let width = (ui.available_width() - 158.0).max(120.0);
        let completion = Completion::before(ui, "path");
        let path = ui.scope(|ui| {
            ui.spacing_mut().interact_size.y = size::PRIMARY;
            fields::text(
                ui,
                "Path",
                &mut draft.path,
                "/api/v2/users",
                Face::Mono,
                width,
            )
        });
        if view.local.wants(Focus::Path) {
            path.inner.request_focus();
        }
        path_completion::after(ui, view, completion, &path.inner, &mut draft);
        send(ui, view, tab);
    });
    if draft != tab.draft {
        view.act(Action::EditDraft(Box::new(draft)));
    }
    for field in [Field::Method, Field::Path] {
        if let Some(fix) = remarks::show(ui, remarks_at(tab, &field)) {
            view.act(Action::ApplyFix {
                request: tab.id().clone(),
                fix,
            });
        }
    }
    ui.spacing_mut().item_spacing.y = 2.0;
    for leg in Leg::BOTH {
        url(ui, view, tab, leg);
    }
    other_remarks(ui, view, tab);
    ui.add_space(size::HALF);
}

fn method(ui: &mut Ui, view: &mut View<'_>, draft: &mut RequestDraft) {
    let palette = Palette::of(ui);
    let typed = view.local.typed_method.as_ref() == Some(&draft.id)
        || !METHODS.contains(&draft.method.as_str());
    let colour = basic::method_colour(palette, &draft.method);
    let shown = if typed {
        "Custom".to_owned()
    } else {
        draft.method.clone()
    };
    ui.spacing_mut().interact_size.y = size::PRIMARY;
    ui.name_inputs("Method", |ui| {
        ComboBox::from_id_salt("method")
            .width(100.0)
            .selected_text(basic::mono(shown).color(colour))
            .show_ui(ui, |ui| {
                for known in METHODS {
                    if ui
                        .selectable_label(!typed && draft.method == known, basic::mono(known))
                        .clicked()
                    {
                        known.clone_into(&mut draft.method);
                        view.local.typed_method = None;
                    }
                }
                if ui.selectable_label(typed, "Custom…").clicked() {
                    view.local.typed_method = Some(draft.id.clone());
                }
            });
    });
    if typed {
        fields::text(
            ui,
            "Custom method",
            &mut draft.method,
            "PURGE",
            Face::Mono,
            100.0,
        );
    }
}

fn send(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    if let Some(in_flight) = &tab.in_flight {
        let words = if in_flight.cancelling {
            "Cancelling…"
        } else {
            "Cancel  Esc"
        };
        let button = Button::new(words).min_size(vec2(150.0, size::PRIMARY));
        if ui.add(button).accessible_name("Cancel").clicked() {
            view.act(Action::Cancel);
        }
        return;
    }
    let leg = view.state.active_leg;
    let mut job = egui::text::LayoutJob::default();
    job.append(
        &format!("{}  Send", leg.letter()),
        0.0,
        egui::TextFormat::simple(
            egui::FontId::new(size::TEXT, crate::ui::fonts::strong()),
            palette.on_accent,
        ),
    );
    job.append(
        "Ctrl ⏎",
        10.0,
        egui::TextFormat::simple(
            egui::FontId::new(size::TINY, egui::FontFamily::Proportional),
            palette.on_accent,
        ),
    );
    let response = ui
        .add(
            Button::new(job)
                .fill(palette.accent)
                .stroke(Stroke::NONE)
                .min_size(vec2(150.0, size::PRIMARY)),
        )
        .accessible_name("Send")
        .on_hover_text(format!("Send on leg {}", leg.letter()));
    if response.clicked() {
        view.act(Action::Send);
    }
}

/// The exact URL of one leg, its own part (stage, path map) in the leg's colour.
fn url(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, leg: Leg) {
    let palette = Palette::of(ui);
    ui.spacing_mut().interact_size.y = size::MONO_LINE;
    ui.horizontal(|ui| {
        basic::badge(ui, leg);
        match &tab.previews[leg.index()] {
            LegPreview::NoEnvironment => {
                ui.label(basic::small("no environment").color(palette.faint));
            }
            LegPreview::SandboxStopped => {
                let starting = view.state.sandbox == crate::app::state::SandboxState::Starting;
                if starting {
                    ui.label(basic::small("The sandbox is starting…").color(palette.faint));
                } else {
                    ui.label(basic::small("The sandbox is not running").color(palette.warn));
                    if basic::link(ui, "Start it").clicked() {
                        view.act(Action::StartSandbox);
                    }
                }
            }
            LegPreview::Problems(problems) => {
                let words = if problems.len() == 1 {
                    "1 problem".to_owned()
                } else {
                    format!("{} problems", problems.len())
                };
                let first = problems.first().map(|problem| problem.field.to_string());
                let at = first.map_or(String::new(), |field| format!(" at {field}"));
                ui.label(basic::small(format!("{words}{at}")).color(palette.bad));
            }
            LegPreview::Ready(resolved) => {
                let masked = resolved.masks.url(&resolved.url.to_string());
                let origin = resolved.url.origin();
                let rest = masked.strip_prefix(&origin).unwrap_or(&masked).to_owned();
                let mut job = egui::text::LayoutJob::default();
                let font = egui::FontId::new(size::MONO, egui::FontFamily::Monospace);
                let has_origin = rest.len() < masked.len();
                if has_origin {
                    job.append(
                        &origin,
                        0.0,
                        egui::TextFormat::simple(font.clone(), palette.secondary),
                    );
                }
                job.append(&rest, 0.0, egui::TextFormat::simple(font, palette.text));
                ui.add(egui::Label::new(job).wrap());
                if let Some(from) = &resolved.mapped_from {
                    ui.label(basic::small(format!("mapped from {from}")).color(palette.info));
                    let environment = view.state.leg(leg).filter(|known| known.sandbox.is_none());
                    if let Some(environment) = environment
                        && basic::link(ui, "Edit").clicked()
                    {
                        view.act(Action::EditEnvironment(environment.id.clone()));
                    }
                }
            }
        }
    });
}

/// Remarks on fields that have no place of their own in the editor: the environment's.
fn other_remarks(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let state = view.state;
    let preview = &tab.previews[state.active_leg.index()];
    let rest = preview
        .problems()
        .iter()
        .chain(&tab.problems)
        .filter(|problem| !has_own_place(&problem.field))
        .map(|problem| {
            (
                format!("{}: {}", problem.field, problem.text),
                problem.fix.as_ref(),
                true,
            )
        });
    let notes = preview
        .notes()
        .iter()
        .filter(|note| !has_own_place(&note.field))
        .map(|note| {
            (
                format!("{}: {}", note.field, note.text),
                note.fix.as_ref(),
                false,
            )
        });
    let mut all: Vec<_> = rest.chain(notes).collect();
    all.dedup();
    for (text, fix, blocking) in all {
        let remark = FieldRemark {
            text: &text,
            fix,
            blocking,
        };
        if let Some(fix) = remarks::show(ui, [remark]) {
            view.act(Action::ApplyFix {
                request: tab.id().clone(),
                fix,
            });
        }
        if blocking
            && let Some(environment) = state
                .active_environment()
                .filter(|known| known.sandbox.is_none())
            && basic::link(ui, "Edit the environment").clicked()
        {
            view.act(Action::EditEnvironment(environment.id.clone()));
        }
    }
}

fn has_own_place(field: &Field) -> bool {
    matches!(
        field,
        Field::Method
            | Field::Path
            | Field::PathVariable(_)
            | Field::Query(_)
            | Field::Header(_)
            | Field::Body
            | Field::BodyRow(_)
    )
}

/// The remarks on one field of the request: the worker's problems, then the active leg's, then the other leg's; each once.
pub(super) fn remarks_at<'a>(tab: &'a Tab, field: &Field) -> Vec<FieldRemark<'a>> {
    let mut found: Vec<FieldRemark<'a>> = Vec::new();
    let problems = tab
        .problems
        .iter()
        .chain(tab.previews.iter().flat_map(LegPreview::problems))
        .filter(|problem| problem.field == *field)
        .map(FieldRemark::from);
    let notes = tab
        .previews
        .iter()
        .flat_map(LegPreview::notes)
        .filter(|note| note.field == *field)
        .map(FieldRemark::from);
    for remark in problems.chain(notes) {
        if !found.iter().any(|known| known.text == remark.text) {
            found.push(remark);
        }
    }
    found
}
