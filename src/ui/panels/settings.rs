//! The settings page: what holds for the whole program, applied at once and kept in `settings.toml`.

use egui::{DragValue, Frame, Panel, ScrollArea, Ui};

use crate::app::action::Action;
use crate::app::preferences::PreferencesAction;
use crate::model::settings::{Appearance, HeaderCase, Renderer, ResponsePlace, Settings};
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::{basic, fields, segmented};

use super::environment_form::{beneath, heading};
use super::{View, limit_fields};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    page(ui, view, "Settings", |ui, view| {
        let mut settings = view.state.settings.clone();
        look(ui, &mut settings);
        requests(ui, &mut settings);
        history(ui, &mut settings);
        ends(ui, view, &mut settings);
        if settings != view.state.settings {
            view.act(Action::Preferences(PreferencesAction::Change(Box::new(
                settings,
            ))));
        }
    });
}

/// A page in place of the request: a title, a way back, and what scrolls below.
pub(super) fn page(
    ui: &mut Ui,
    view: &mut View<'_>,
    title: &str,
    content: impl FnOnce(&mut Ui, &mut View<'_>),
) {
    let palette = Palette::of(ui);
    Panel::top("page title")
        .exact_size(size::CONTROL + size::DOUBLE)
        .frame(Frame::new().fill(palette.panel).inner_margin(inset::BAR))
        .show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                ui.label(basic::strong(title).size(size::TITLE));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if basic::secondary(ui, "Close")
                        .accessible_name(format!("Close {}", title.to_lowercase()))
                        .clicked()
                    {
                        view.act(Action::Preferences(PreferencesAction::Show(None)));
                    }
                });
            });
        });
    basic::sheet(ui);
    ScrollArea::vertical()
        .id_salt(("page", title))
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new().inner_margin(inset::PAGE).show(ui, |ui| {
                content(ui, view);
                ui.add_space(size::WIDE);
            });
        });
}

fn look(ui: &mut Ui, settings: &mut Settings) {
    heading(ui, "Look");
    fields::row(ui, "Theme", |ui, width| {
        segmented::show(
            ui,
            &mut settings.appearance,
            &[
                (Appearance::System, "Like the desktop"),
                (Appearance::Dark, "Dark"),
                (Appearance::Light, "Light"),
            ],
            width,
        );
    });
    fields::row(ui, "Zoom", |ui, _| {
        let mut percent = settings.zoom_percent;
        ui.horizontal_wrapped(|ui| {
            // Applied at the end of a drag: the control would move away under the pointer.
            number(
                ui,
                "Zoom",
                &mut percent,
                Settings::ZOOM,
                " %",
                &mut settings.zoom_percent,
            );
            for usual in [100, 125, 150, 200] {
                let chosen = settings.zoom_percent == usual;
                if ui
                    .selectable_label(chosen, format!("{usual} %"))
                    .accessible_name(format!("Zoom {usual} %"))
                    .clicked()
                {
                    settings.zoom_percent = usual;
                }
            }
        });
    });
    for (label, value, words) in [
        ("Text size", &mut settings.text_size, "of words"),
        (
            "Mono size",
            &mut settings.mono_size,
            "of bodies, paths and headers",
        ),
    ] {
        fields::row(ui, label, |ui, _| {
            ui.horizontal(|ui| {
                let mut shown = *value;
                number(ui, label, &mut shown, Settings::TEXT, " pt", value);
                beneath(ui, words);
            });
        });
    }
    fields::row(ui, "Response", |ui, width| {
        segmented::show(
            ui,
            &mut settings.response_place,
            &[
                (ResponsePlace::Below, "Below the request"),
                (ResponsePlace::Beside, "Beside it"),
            ],
            width,
        );
    });
    fields::row(ui, "Long lines", |ui, _| {
        ui.checkbox(&mut settings.wrap_lines, "Wrap long lines of bodies");
    });
    fields::row(ui, "Renderer", |ui, width| {
        segmented::show(
            ui,
            &mut settings.renderer,
            &[(Renderer::OpenGl, "OpenGL"), (Renderer::Wgpu, "wgpu")],
            width,
        );
        beneath(
            ui,
            "At the next start. wgpu uses Vulkan, Metal or Direct3D; GATESCOPE_RENDERER goes before this",
        );
    });
}

/// A number that takes effect when it has been typed or the drag is over.
fn number(
    ui: &mut Ui,
    name: &str,
    shown: &mut u32,
    range: std::ops::RangeInclusive<u32>,
    suffix: &str,
    value: &mut u32,
) {
    let id = ui.make_persistent_id(("number", name));
    if let Some(dragged) = ui.data(|data| data.get_temp::<u32>(id)) {
        *shown = dragged;
    }
    let response = ui
        .add(
            DragValue::new(shown)
                .range(range)
                .speed(0.5)
                .suffix(suffix)
                .update_while_editing(false),
        )
        .accessible_name(name);
    if response.dragged() {
        ui.data_mut(|data| data.insert_temp(id, *shown));
    } else {
        ui.data_mut(|data| data.remove_temp::<u32>(id));
        if response.changed() || response.drag_stopped() {
            *value = *shown;
        }
    }
}

fn requests(ui: &mut Ui, settings: &mut Settings) {
    heading(ui, "Requests");
    fields::row(ui, "Saving", |ui, _| {
        ui.checkbox(&mut settings.save_at_once, "Write every change at once");
        beneath(
            ui,
            if settings.save_at_once {
                "Saved requests follow what is typed; new ones are saved by Ctrl+S first"
            } else {
                "Changes are drafts until Ctrl+S; nothing typed is ever lost"
            },
        );
    });
    fields::row(ui, "Added headers", |ui, width| {
        segmented::show(
            ui,
            &mut settings.header_case,
            &[
                (HeaderCase::Canonical, "Content-Type"),
                (HeaderCase::Lower, "content-type"),
            ],
            width,
        );
        beneath(
            ui,
            "How names that Gatescope adds are spelled over HTTP/1.1; what you type goes out as typed",
        );
    });
    heading(ui, "Time limits of new environments");
    limit_fields::times(ui, &mut settings.limits);
}

fn history(ui: &mut Ui, settings: &mut Settings) {
    heading(ui, "History");
    beneath(ui, "The oldest go when one of these is reached");
    let limits = &mut settings.history;
    for (label, value, suffix) in [
        ("Exchanges", &mut limits.exchanges, ""),
        ("Disk space", &mut limits.mebibytes, " MiB"),
        ("Age", &mut limits.days, " days"),
    ] {
        fields::row(ui, label, |ui, _| {
            ui.add(
                DragValue::new(value)
                    .range(1..=1_000_000)
                    .suffix(suffix)
                    .update_while_editing(false),
            )
            .accessible_name(format!("History: {}", label.to_lowercase()));
        });
    }
}

fn ends(ui: &mut Ui, view: &mut View<'_>, settings: &mut Settings) {
    ui.add_space(size::DOUBLE);
    ui.horizontal_wrapped(|ui| {
        if basic::secondary(ui, "Back to the usual settings").clicked() {
            // What was confirmed once is no matter of taste.
            *settings = Settings {
                reading_operations: std::mem::take(&mut settings.reading_operations),
                ..Settings::default()
            };
        }
        if basic::link(ui, "About Gatescope, licences").clicked() {
            view.act(Action::Preferences(PreferencesAction::Show(Some(
                crate::app::preferences::Page::About,
            ))));
        }
    });
    beneath(
        ui,
        "Kept in settings.toml in the data folder; you may edit it by hand",
    );
}
