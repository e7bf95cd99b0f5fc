//! What an import would do, before it is done: what is created, where secrets go, what is ignored and what a client stumbles
//! over. Esc leaves everything as it is.

use egui::{ComboBox, Frame, Id, Label, Modal, ScrollArea, Ui, Vec2, vec2};

use crate::app::action::Action;
use crate::app::importing::{
    Choices, Fate, ImportingAction, Plan, PlannedEnvironment, PlannedRequest, PlannedSecret,
    Preview,
};
use crate::body::visible;
use crate::model::masks::mask_url;
use crate::model::route;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::{basic, row_end};

use super::View;

/// More requests than these are counted.
const MOST_ROWS: usize = 200;

pub(super) fn show(ui: &Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(preview) = &state.importing.preview else {
        return;
    };
    let context = ui.ctx();
    // Of the window alone: what is read into it, or chosen in it, moves no button.
    let room = context.content_rect().size() - inset::DIALOG.sum() - Vec2::splat(size::DOUBLE);
    let whole = room.min(vec2(size::SHEET, size::CHECK_HEIGHT));
    let response = Modal::new(Id::unique("import"))
        .backdrop_color(view.palette.backdrop)
        .frame(Frame::window(ui.style()).inner_margin(inset::DIALOG))
        .show(context, |ui| {
            ui.set_width(whole.x);
            ui.set_height(whole.y);
            let bottom = ui.max_rect().bottom();
            heading(ui, state.importing.place(), preview);
            let foot = size::PRIMARY + size::UNIT + ui.spacing().item_spacing.y;
            ScrollArea::vertical()
                .id_salt(("import", state.importing.number()))
                .min_scrolled_height(0.0)
                .max_height((bottom - foot - ui.cursor().top()).max(0.0))
                .auto_shrink(false)
                .show(ui, |ui| {
                    choices(ui, view, preview);
                    plan(ui, &preview.plan);
                });
            ui.add_space(size::UNIT);
            buttons(ui, view, preview);
        });
    // A click beside it is no answer: what was read would be lost by a slip.
    let escape =
        || context.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape));
    if response.is_top_modal && !response.any_popup_open && escape() {
        view.act(Action::Importing(ImportingAction::Dismiss));
    }
}

/// `place`: which one of how many.
fn heading(ui: &mut Ui, place: Option<(usize, usize)>, preview: &Preview) {
    let palette = Palette::of(ui);
    let name = visible::line(&preview.name);
    let words = basic::strong(format!("Import {name}?")).size(size::TITLE);
    ui.add(Label::new(words).truncate());
    let kind = match place {
        Some((which, all)) => format!("{which} of {all} · {}", preview.kind),
        None => preview.kind.clone(),
    };
    ui.add(Label::new(basic::small(kind).color(palette.secondary)).truncate());
    ui.add_space(size::HALF);
}

fn choices(ui: &mut Ui, view: &mut View<'_>, preview: &Preview) {
    let mut choices = preview.choices.clone();
    let state = view.state;
    if !state.environments.is_empty() {
        taker(ui, view, &mut choices);
    }
    basic::check(ui, &mut choices.replaces, "Replace what has the same name");
    if preview.plan.catalogue.is_some() {
        basic::check(
            ui,
            &mut choices.takes_all_requests,
            "A request of each operation",
        );
    }
    if !preview.plan.clients.is_empty() || choices.mends_clients {
        basic::check(
            ui,
            &mut choices.mends_clients,
            "Give official clients the form that works in all seven: stage inside both paths",
        );
    }
    ui.add_space(size::HALF);
    changed(view, preview, choices);
}

/// Which environment takes what belongs to none.
fn taker(ui: &mut Ui, view: &View<'_>, choices: &mut Choices) {
    let known = &view.state.environments;
    let shown = choices
        .into
        .as_ref()
        .and_then(|id| known.iter().find(|known| known.id == *id))
        .map_or_else(
            || "one of the import".to_owned(),
            |known| visible::line(&known.name).into_owned(),
        );
    ui.horizontal_wrapped(|ui| {
        ui.label("What names no environment goes into");
        ui.name_inputs("Environment that takes the rest", |ui| {
            ComboBox::from_id_salt("import into")
                .icon(basic::drop_down)
                .selected_text(shown)
                .show_ui(ui, |ui| {
                    let none = choices.into.is_none();
                    if ui.selectable_label(none, "one of the import").clicked() {
                        choices.into = None;
                    }
                    for known in known {
                        let is_chosen = choices.into.as_ref() == Some(&known.id);
                        let name = visible::line(&known.name);
                        if ui.selectable_label(is_chosen, name).clicked() {
                            choices.into = Some(known.id.clone());
                        }
                    }
                })
                .response
        });
    });
}

fn changed(view: &mut View<'_>, preview: &Preview, choices: Choices) {
    if choices != preview.choices {
        view.act(Action::Importing(ImportingAction::Choose(choices)));
    }
}

fn plan(ui: &mut Ui, plan: &Plan) {
    section(
        ui,
        "Environments",
        plan.environments.iter().map(environment),
    );
    let more = plan.requests.len().saturating_sub(MOST_ROWS);
    let rest = (more > 0).then(|| format!("and {more} more"));
    section(
        ui,
        "Requests",
        plan.requests
            .iter()
            .take(MOST_ROWS)
            .map(request)
            .chain(rest),
    );
    section(ui, "Catalogue", plan.operations_in_words().into_iter());
    section(
        ui,
        "Secrets, for the keyring and never for a file",
        plan.secrets.iter().map(PlannedSecret::in_words),
    );
    section(
        ui,
        "Files, which wait for approval",
        plan.files
            .iter()
            .map(|file| format!("{} ({})", file.path, file.purpose)),
    );
    section(
        ui,
        "Network settings, which wait for approval",
        plan.asked_settings().into_iter(),
    );
    let palette = Palette::of(ui);
    for stumbling in &plan.clients {
        title(
            ui,
            &format!(
                "What official clients would send for {}",
                stumbling.environment
            ),
        );
        for words in &stumbling.lines {
            line(ui, words, palette.warn);
        }
    }
    if !plan.lint.is_empty() {
        title(ui, "What to know about it");
        for lint in &plan.lint {
            let words = format!(
                "Line {}, column {}: {}",
                lint.place.line, lint.place.column, lint.cause
            );
            line(ui, &words, palette.warn);
            line(ui, &lint.fix, palette.secondary);
        }
    }
    section(
        ui,
        "Not taken",
        plan.ignored
            .iter()
            .map(|ignored| format!("{}: {}", ignored.what, ignored.why)),
    );
    if plan.is_empty() {
        line(ui, "There is nothing to import", palette.secondary);
    }
}

fn environment(planned: &PlannedEnvironment) -> String {
    let environment = &planned.environment;
    let what = match &planned.fate {
        Fate::New => "New".to_owned(),
        Fate::Numbered(was) => format!("New, because {was} is taken"),
        Fate::Replaces => "Replaces".to_owned(),
        Fate::Completed => "Gets variables".to_owned(),
        Fate::Used => "Is there already".to_owned(),
    };
    let address = route::api_base(environment).map_or_else(
        |_| "incomplete".to_owned(),
        |base| format!("{}{}", base.origin(), base.prefix),
    );
    let routes = environment
        .route_map
        .as_ref()
        .map_or_else(String::new, |map| {
            format!(", with {} routes", map.routes.len())
        });
    format!("{what}: {}, {address}{routes}", environment.name)
}

fn request(planned: &PlannedRequest) -> String {
    let mut names: Vec<&str> = planned
        .folder
        .iter()
        .map(|(_, name)| name.as_str())
        .collect();
    names.push(&planned.draft.name);
    let what = match planned.fate {
        Fate::Replaces => "Replaces",
        _ => "New",
    };
    let line = format!("{} {}", planned.draft.method, mask_url(&planned.draft.path));
    let name = names.join(" / ");
    if name == line {
        return format!("{what}: {line}");
    }
    format!("{what}: {name}, {line}")
}

fn title(ui: &mut Ui, words: &str) {
    ui.add_space(size::UNIT);
    ui.label(basic::strong(words));
}

fn line(ui: &mut Ui, words: &str, colour: egui::Color32) {
    let font = egui::TextStyle::Body.resolve(ui.style());
    let words = basic::worded_in(&font, &visible::line(words), colour);
    ui.add(egui::Label::new(words).wrap());
}

fn section(ui: &mut Ui, words: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    title(ui, words);
    let colour = Palette::of(ui).text;
    for words in lines {
        line(ui, &words, colour);
    }
}

fn buttons(ui: &mut Ui, view: &mut View<'_>, preview: &Preview) {
    ui.horizontal(|ui| {
        row_end::show(ui, "import answers", |ui| {
            let waiting = view.state.importing.waiting();
            let cancel = if waiting > 0 { "Skip" } else { "Cancel" };
            if basic::secondary(ui, cancel).clicked() {
                view.act(Action::Importing(ImportingAction::Dismiss));
            }
            if waiting > 0 && basic::secondary(ui, "Cancel all").clicked() {
                view.act(Action::Importing(ImportingAction::DismissAll));
            }
            ui.add_enabled_ui(!preview.plan.is_empty(), |ui| {
                if basic::primary(ui, "Import").clicked() {
                    view.act(Action::Importing(ImportingAction::Confirm));
                }
            });
        });
    });
}
