//! The ways in: at the first start, and whenever it is asked for.

use std::path::{Path, PathBuf};

use egui::{CornerRadius, Frame, ScrollArea, Stroke, Ui};

use crate::app::action::Action;
use crate::app::checking::CheckingAction;
use crate::app::command::FilePurpose;
use crate::app::form::{NewTarget, default_region};
use crate::app::importing::ImportingAction;
use crate::app::preferences::{Page, PreferencesAction};
use crate::app::state::SandboxState;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, fields};

use super::environment_form::beneath;
use super::{View, region_picker};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let room = ui.available_width();
        let width = (room - size::DOUBLE * 2.0).clamp(size::MENU, size::COLUMN);
        let side = ((room - width) / 2.0).max(size::DOUBLE);
        ui.add_space((ui.available_height() / 10.0).clamp(size::GAP, size::WIDE * 2.0));
        ui.horizontal_top(|ui| {
            ui.add_space(side);
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.heading("Test Genesys Cloud behind your API gateway");
                ui.label(
                    egui::RichText::new(
                        "Send one request to a region directly and through a gateway, and see what was sent, what came back and where the time went",
                    )
                    .color(palette.secondary),
                );
                ui.add_space(size::UNIT);
                sandbox(ui, view);
                environment(ui, view);
                import(ui, view);
                folder(ui, view);
                ways_on(ui, view);
                ui.add_space(size::WIDE);
            });
        });
    });
}

/// For those who came back here, or who know what they want.
fn ways_on(ui: &mut Ui, view: &mut View<'_>) {
    ui.horizontal_wrapped(|ui| {
        let asked_for = view.state.preferences.page == Some(Page::Welcome);
        let has_more = !view.state.tabs.is_empty() || view.state.form.is_some();
        if asked_for && has_more && basic::link(ui, "Back to the requests").clicked() {
            view.act(Action::Preferences(PreferencesAction::Show(None)));
        }
        if !view.state.environments.is_empty()
            && basic::link(ui, "Start with an empty request").clicked()
        {
            view.act(Action::NewRequest);
        }
        if basic::link(ui, "Settings").clicked() {
            view.act(Action::Preferences(PreferencesAction::Show(Some(
                Page::Settings,
            ))));
        }
        if basic::link(ui, "Keys").clicked() {
            view.act(Action::ShowKeys);
        }
    });
}

fn card(ui: &mut Ui, title: &str, words: &str, add: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.panel)
        .stroke(Stroke::new(size::LINE, palette.line))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(inset::PAGE)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(basic::strong(title));
            ui.label(basic::small(words).color(palette.secondary));
            ui.add_space(size::HALF);
            add(ui);
        });
}

fn sandbox(ui: &mut Ui, view: &mut View<'_>) {
    card(
        ui,
        "Sandbox",
        "A Genesys Cloud and three gateways inside this program: no account, no network",
        |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = size::UNIT;
                if basic::primary(ui, "Try the sandbox").clicked() {
                    view.act(Action::TrySandbox);
                }
                let broken = basic::secondary(ui, "Break it…");
                if broken
                    .on_hover_text("A gateway with a fault, and the check that finds it")
                    .clicked()
                {
                    view.act(Action::Checking(CheckingAction::ListBroken));
                }
            });
            if let SandboxState::Failed { text, hint } = &view.state.sandbox {
                let palette = Palette::of(ui);
                ui.label(basic::small(format!("{text}. {hint}")).color(palette.bad));
            }
        },
    );
}

fn environment(ui: &mut Ui, view: &mut View<'_>) {
    card(
        ui,
        "Add an environment",
        "Paste the invoke URL of a gateway, or the API address of a region: it is taken apart",
        |ui| {
            ui.horizontal_wrapped(|ui| {
                let room =
                    (ui.available_width() - size::FORM_LABEL - size::WIDE * 2.0).max(size::MENU);
                let response = fields::text(
                    ui,
                    "Invoke URL",
                    &mut view.local.invoke_url,
                    "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
                    Face::Mono,
                    room,
                );
                let entered =
                    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
                if ui.button("Add the gateway…").clicked() || entered {
                    let invoke_url = std::mem::take(&mut view.local.invoke_url);
                    view.act(Action::NewEnvironment(NewTarget::Gateway { invoke_url }));
                }
            });
            ui.add_space(size::UNIT);
            beneath(
                ui,
                "Or pick a region: requests go straight to Genesys Cloud",
            );
            ui.horizontal_wrapped(|ui| {
                let mut region = view.local.region.unwrap_or_else(default_region);
                region_picker::show(ui, "Region", &mut region);
                view.local.region = Some(region);
                if ui.button("Add the region…").clicked() {
                    view.act(Action::NewEnvironment(NewTarget::Direct(region)));
                }
            });
        },
    );
}

fn folder(ui: &mut Ui, view: &mut View<'_>) {
    card(
        ui,
        "Open a folder",
        "A workspace is a folder of readable files: environments and requests, never a secret",
        |ui| {
            ui.horizontal(|ui| {
                let room = ui.available_width() - size::MENU;
                let response = fields::text(
                    ui,
                    "Folder",
                    &mut view.local.folder,
                    "/home/me/acme",
                    Face::Mono,
                    room.max(size::MENU / 2.0),
                );
                let entered =
                    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
                let typed = view.local.folder.trim().to_owned();
                let open = ui
                    .add_enabled(!typed.is_empty(), egui::Button::new("Open"))
                    .accessible_name("Open the typed folder")
                    .clicked();
                if (open || entered) && !typed.is_empty() {
                    view.local.folder.clear();
                    open_folder(view, PathBuf::from(typed));
                }
                if ui
                    .button("Browse…")
                    .accessible_name("Browse for a folder…")
                    .clicked()
                {
                    view.act(Action::PickFile {
                        purpose: FilePurpose::Workspace,
                    });
                }
            });
            recent(ui, view);
        },
    );
}

/// Also by a typed path: not every desktop can drop files, or has a dialog.
fn import(ui: &mut Ui, view: &mut View<'_>) {
    card(
        ui,
        "Import a configuration",
        "Of an official client, cURL, Postman, Insomnia, Bruno, HAR, .http, OpenAPI or API Gateway; or drop the file here, or paste its text",
        |ui| {
            ui.horizontal(|ui| {
                let room = ui.available_width() - size::MENU;
                let response = fields::text(
                    ui,
                    "File to import",
                    &mut view.local.import_file,
                    "/home/me/.gc/config.toml",
                    Face::Mono,
                    room.max(size::MENU / 2.0),
                );
                let entered =
                    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
                let typed = view.local.import_file.trim().to_owned();
                let import = ui
                    .add_enabled(!typed.is_empty(), egui::Button::new("Import"))
                    .accessible_name("Import the typed file")
                    .clicked();
                if (import || entered) && !typed.is_empty() {
                    // It stays: the answer may be that it cannot be read, or no.
                    let path = PathBuf::from(typed);
                    view.act(Action::Importing(ImportingAction::ReadFile(path)));
                }
                if ui
                    .button("Browse…")
                    .accessible_name("Browse for a file to import…")
                    .clicked()
                {
                    view.act(Action::PickFile {
                        purpose: FilePurpose::Import,
                    });
                }
            });
        },
    );
}

fn recent(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let open = state.workspace.directory.as_deref();
    let others: Vec<&Path> = state
        .preferences
        .recent
        .iter()
        .map(PathBuf::as_path)
        .filter(|folder| Some(*folder) != open)
        .collect();
    if let Some(open) = open {
        beneath(ui, &format!("Open now: {}", open.display()));
    }
    if others.is_empty() {
        return;
    }
    ui.add_space(size::HALF);
    let palette = Palette::of(ui);
    ui.label(basic::small("Open again").color(palette.secondary));
    for folder in others {
        let shown = folder.display().to_string();
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = size::ICON_BUTTON;
            if icons::button(ui, Icon::Close, &format!("Forget {shown}")).clicked() {
                let folder = folder.to_owned();
                view.act(Action::Preferences(PreferencesAction::ForgetFolder(folder)));
            }
            let link = egui::Link::new(basic::mono(shown.as_str()).color(palette.accent));
            if ui.add(link).clicked() {
                open_folder(view, folder.to_owned());
            }
        });
    }
}

fn open_folder(view: &mut View<'_>, folder: PathBuf) {
    view.act(Action::Preferences(PreferencesAction::OpenFolder(folder)));
}
