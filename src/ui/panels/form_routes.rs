//! The routes of the gateway's configuration, as they were imported, and what it gets wrong.

use egui::Ui;

use crate::body::visible;
use crate::model::route_map::RouteWarning;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::environment_form::{FormContext, beneath, heading};

pub(super) fn show(ui: &mut Ui, context: &FormContext<'_, '_>) {
    let Some(map) = &context.form.environment.route_map else {
        return;
    };
    heading(ui, "Routes of the gateway");
    beneath(
        ui,
        "From the configuration that was imported: a request takes the route that fits it best, unless a rule of the path map says otherwise",
    );
    let palette = Palette::of(ui);
    warnings(ui, &context.form.route_warnings);
    let words = match map.routes.len() {
        1 => "1 route".to_owned(),
        count => format!("{count} routes"),
    };
    egui::CollapsingHeader::new(words)
        .icon(basic::unfold)
        .show(ui, |ui| {
            for route in map.routes.iter().take(MOST_ROUTES) {
                let line = format!("{} → {}", route.name(), route.uri);
                let line = visible::line(&line).into_owned();
                ui.add(egui::Label::new(basic::mono(line).color(palette.secondary)).wrap());
            }
            if map.routes.len() > MOST_ROUTES {
                beneath(ui, &format!("and {} more", map.routes.len() - MOST_ROUTES));
            }
        });
}

/// What the configuration gets wrong, each with what to change.
pub(super) fn warnings(ui: &mut Ui, warnings: &[RouteWarning]) {
    let palette = Palette::of(ui);
    for warning in warnings {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().interact_size.y = size::ICON;
            icons::decoration(ui, Icon::Warning, palette.warn);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = size::TIGHT;
                let cause = match &warning.route {
                    Some(route) => format!("{route}: {}", warning.text),
                    None => warning.text.clone(),
                };
                let cause = basic::small(visible::line(&cause).as_ref()).color(palette.warn);
                ui.add(egui::Label::new(cause).wrap());
                let fix = basic::small(warning.fix.as_str()).color(palette.secondary);
                ui.add(egui::Label::new(fix).wrap());
            });
        });
    }
}

/// More routes than these are counted.
const MOST_ROUTES: usize = 200;
