//! First start: the ways in.

use egui::{ComboBox, CornerRadius, Frame, Margin, ScrollArea, Stroke, Ui};

use crate::app::action::Action;
use crate::app::form::{NewTarget, default_region};
use crate::app::state::SandboxState;
use crate::model::region::Region;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields};

use super::View;

const WIDTH: f32 = 560.0;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let width = (ui.available_width() - 32.0).clamp(200.0, WIDTH);
        let side = ((ui.available_width() - width) / 2.0).max(16.0);
        ui.add_space((ui.available_height() * 0.10).clamp(12.0, 80.0));
        ui.horizontal_top(|ui| {
            ui.add_space(side - size::UNIT);
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
                gateway(ui, view);
                direct(ui, view);
                if !view.state.environments.is_empty() && basic::link(ui, "Start with an empty request").clicked() {
                    view.act(Action::NewRequest);
                }
            });
        });
    });
}

fn card(ui: &mut Ui, title: &str, words: &str, add: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.panel)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(Margin::same(16))
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
            if basic::primary(ui, "Try the sandbox").clicked() {
                view.act(Action::TrySandbox);
            }
            if let SandboxState::Failed { text, hint } = &view.state.sandbox {
                let palette = Palette::of(ui);
                ui.label(basic::small(format!("{text}. {hint}")).color(palette.bad));
            }
        },
    );
}

fn gateway(ui: &mut Ui, view: &mut View<'_>) {
    card(
        ui,
        "Add a gateway",
        "Paste its invoke URL; stage, host and port are taken from it",
        |ui| {
            let width = ui.available_width();
            let response = fields::text(
                ui,
                "Invoke URL",
                &mut view.local.invoke_url,
                "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
                Face::Mono,
                width,
            );
            let entered =
                response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            if basic::secondary(ui, "Add the gateway…").clicked() || entered {
                let invoke_url = std::mem::take(&mut view.local.invoke_url);
                view.act(Action::NewEnvironment(NewTarget::Gateway { invoke_url }));
            }
        },
    );
}

fn direct(ui: &mut Ui, view: &mut View<'_>) {
    card(
        ui,
        "Add a region",
        "Requests go straight to Genesys Cloud",
        |ui| {
            ui.horizontal(|ui| {
                let mut region = view.local.region.unwrap_or_else(default_region);
                region_combo(ui, "Region", &mut region);
                view.local.region = Some(region);
                if basic::secondary(ui, "Add the region…").clicked() {
                    view.act(Action::NewEnvironment(NewTarget::Direct(region)));
                }
            });
        },
    );
}

/// The 18 regions by place and AWS name.
pub(super) fn region_combo(ui: &mut Ui, name: &str, region: &mut Region) -> bool {
    let mut changed = false;
    ui.name_inputs(name, |ui| {
        ComboBox::from_id_salt(name)
            .width(280.0)
            .height(360.0)
            .selected_text(region_words(*region))
            .show_ui(ui, |ui| {
                for known in Region::all() {
                    if ui
                        .selectable_label(*region == known, region_words(known))
                        .clicked()
                    {
                        *region = known;
                        changed = true;
                    }
                }
            });
    });
    changed
}

fn region_words(region: Region) -> String {
    format!("{} · {}", region.place(), region.aws_name())
}
