//! The bar above the form of an environment: its name, and what can be done with it. Words become pictures where there is little
//! room; saving is a word always.

use egui::Ui;

use crate::app::action::Action;
use crate::app::checking::CheckingAction;
use crate::app::form::EnvironmentForm;
use crate::app::preferences::PreferencesAction;
use crate::body::visible;
use crate::ui::tokens::size;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, row_end};

use super::{View, environment_menu, form_check};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, form: &EnvironmentForm) {
    ui.horizontal_centered(|ui| {
        let room = ui.available_width();
        let name = |ui: &mut Ui| {
            let words = if form.is_new {
                "New environment".into()
            } else {
                visible::line(&form.initial.name)
            };
            ui.add(egui::Label::new(basic::strong(words.as_ref()).size(size::TITLE)).truncate());
        };
        row_end::after(ui, "what to do with it", name, |ui| {
            if room > size::DIALOG {
                form_check::summary(ui, form);
            }
            buttons(ui, view, form, room);
        });
    });
}

fn buttons(ui: &mut Ui, view: &mut View<'_>, form: &EnvironmentForm, room: f32) {
    if !form.is_new {
        // In the narrowest window these two make way for the name: the palette exports, and a wider window has both.
        if room >= size::REGION {
            if icons::control(ui, Icon::Duplicate, "Duplicate the environment").clicked() {
                let id = form.initial.id.clone();
                view.act(Action::Preferences(PreferencesAction::Duplicate(id)));
            }
            environment_menu::export(ui, view, form);
        }
        if icons::control(ui, Icon::Trash, "Delete the environment").clicked() {
            view.act(Action::DeleteEnvironment(form.environment.id.clone()));
        }
    }
    let cancel = if room < size::BESIDE_CHECK {
        icons::control(ui, Icon::Close, "Cancel editing")
    } else {
        basic::secondary(ui, "Cancel").accessible_name("Cancel editing")
    };
    if cancel.clicked() {
        view.act(Action::CloseForm);
    }
    if can_check(view, form) {
        let check = if room < size::FORM_FIELD {
            icons::control(ui, Icon::Check, "Check the gateway")
        } else {
            basic::secondary(ui, "Check the gateway")
        };
        if check.clicked() {
            let id = form.initial.id.clone();
            view.act(Action::Checking(CheckingAction::Run(id)));
        }
    }
    if basic::primary(ui, "Save").clicked() {
        view.act(Action::SaveForm);
    }
}

/// What is checked is what is saved; beside the check's own page there is no second way.
fn can_check(view: &View<'_>, form: &EnvironmentForm) -> bool {
    let is_checked = view.state.checking.on_page;
    !form.is_new && form.is_gateway() && !form.is_changed() && !is_checked
}
