//! The menu of environments of one leg: choose, edit, add, token.

use egui::{Popup, PopupCloseBehavior, Ui};

use crate::app::action::Action;
use crate::app::form::NewTarget;
use crate::app::state::Leg;
use crate::model::environment::Credentials;
use crate::ui::tokens::Palette;
use crate::ui::widgets::basic;

use super::{Focus, View, top_bar};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, leg: Leg) {
    let response = basic::icon(ui, "▼", &format!("Environment of leg {}", leg.letter()));
    let by_key = view.local.wants(Focus::Environment(leg));
    if by_key {
        Popup::open_id(ui.ctx(), Popup::default_response_id(&response));
    }
    if by_key || response.clicked() {
        // The list is read as the workspace is now.
        view.act(Action::Focused);
    }
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .accessible_name(format!("Environments for leg {}", leg.letter()))
        .show(|ui| {
            ui.set_min_width(280.0);
            // The list scrolls; what can be done stays in reach below it.
            let list_height =
                (ui.ctx().content_rect().height() - ROOM_FOR_ACTIONS).clamp(80.0, 420.0);
            egui::ScrollArea::vertical()
                .max_height(list_height)
                .show(ui, |ui| entries(ui, view, leg));
            ui.separator();
            actions(ui, view, leg);
        });
}

/// Points for the top bar and for the buttons under the list.
const ROOM_FOR_ACTIONS: f32 = 260.0;

fn entries(ui: &mut Ui, view: &mut View<'_>, leg: Leg) {
    let palette = Palette::of(ui);
    let chosen = view.state.legs[leg.index()].clone();
    let state = view.state;
    for (index, environment) in state.all_environments().enumerate() {
        if index == state.environments.len() && index > 0 {
            ui.separator();
        }
        ui.horizontal(|ui| {
            basic::dot(ui, palette.environment(environment.colour));
            let selected = chosen.as_ref() == Some(&environment.id);
            if ui
                .selectable_label(selected, environment.name.as_str())
                .clicked()
            {
                view.act(Action::ChooseEnvironment {
                    leg,
                    environment: environment.id.clone(),
                });
            }
            ui.label(basic::small(top_bar::detail(environment)).color(palette.faint));
        });
    }
}

fn actions(ui: &mut Ui, view: &mut View<'_>, leg: Leg) {
    let state = view.state;
    if let Some(environment) = state.leg(leg) {
        if environment.sandbox.is_none() && ui.button("Edit this environment…").clicked() {
            view.act(Action::EditEnvironment(environment.id.clone()));
        }
        if environment.credentials != Credentials::None {
            if ui.button("Get a new token").clicked() {
                view.act(Action::FetchToken { leg });
            }
            if state.tokens.contains_key(&environment.id) && ui.button("Forget the token").clicked()
            {
                view.act(Action::ForgetToken {
                    environment: environment.id.clone(),
                });
            }
        }
    }
    if ui.button("Add an environment…").clicked() {
        view.act(Action::NewEnvironment(NewTarget::Gateway {
            invoke_url: String::new(),
        }));
    }
}
