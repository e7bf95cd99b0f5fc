//! The top bar: the name, the two legs with their environments and tokens, the look of the window.

use egui::{Button, CornerRadius, Frame, Layout, Margin, Stroke, Ui};

use crate::app::action::Action;
use crate::app::event::TokenState;
use crate::app::state::Leg;
use crate::model::environment::{Credentials, Environment, Place, Protection, Target};
use crate::model::settings::Appearance;
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::{Focus, View, environment_menu};

/// Narrower windows need the room for the two legs.
const NARROW: f32 = 800.0;

/// Room for the longest of the usual words about a token, in points.
const TOKEN_WORDS: f32 = 72.0;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    ui.horizontal_centered(|ui| {
        if ui.available_width() > NARROW {
            ui.label(basic::strong("Gatescope").size(15.0));
            ui.add_space(size::UNIT);
        }
        for leg in Leg::BOTH {
            chip(ui, view, leg);
        }
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            look(ui, view);
            if ui.available_width() > 70.0
                && ui
                    .add(Button::new(basic::small("Keys F1")).corner_radius(CornerRadius::same(14)))
                    .clicked()
            {
                view.act(Action::ShowKeys);
            }
        });
    });
}

/// One leg: badge, name, where it goes, its token, and the menu of environments.
fn chip(ui: &mut Ui, view: &mut View<'_>, leg: Leg) {
    let palette = Palette::of(ui);
    let active = view.state.active_leg == leg;
    let stroke = if active {
        Stroke::new(1.5, basic::leg_colour(palette, leg))
    } else {
        Stroke::new(1.0, palette.line)
    };
    let roomy = ui.ctx().content_rect().width() > 1_000.0;
    Frame::new()
        .fill(palette.raised)
        .stroke(stroke)
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(Margin::symmetric(8, 0))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.spacing_mut().button_padding = egui::vec2(2.0, 4.0);
            ui.set_height(size::CONTROL);
            ui.horizontal_centered(|ui| {
                basic::badge(ui, leg);
                let environment = view.state.leg(leg);
                let name = environment.map_or("Choose an environment", |known| known.name.as_str());
                let colour = environment
                    .map_or(palette.secondary, |known| palette.environment(known.colour));
                let shown = shorten(name, if roomy { 32 } else { 16 });
                let response = ui
                    .add(
                        Button::new(egui::RichText::new(shown).color(colour))
                            .frame_when_inactive(false),
                    )
                    .accessible_name(format!("Make leg {} active: {name}", leg.letter()))
                    .on_hover_text(format!("Send on leg {}", leg.letter()));
                if response.clicked() {
                    if environment.is_none() {
                        view.local.focus = Some(Focus::Environment(leg));
                    }
                    view.act(Action::ActivateLeg(leg));
                }
                if let Some(environment) = view.state.leg(leg) {
                    if roomy {
                        ui.label(basic::small(detail(environment)).color(palette.secondary));
                    }
                    protection(ui, environment);
                    token(ui, view, leg, environment);
                }
                environment_menu::show(ui, view, leg);
            });
        });
}

fn shorten(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(most - 1).collect();
    short.push('…');
    short
}

/// `us-west-2`, `stage test`: what tells two environments of one name apart.
pub(super) fn detail(environment: &Environment) -> String {
    if environment.sandbox.is_some() {
        return "sandbox".to_owned();
    }
    match &environment.target {
        Target::Direct { place } => match place {
            Place::Region(region) => region.aws_name().to_owned(),
            Place::Domain(domain) => domain.clone(),
            Place::Origins { api, .. } => api.clone(),
        },
        Target::Gateway(gateway) if gateway.stage.is_empty() => gateway.host.clone(),
        Target::Gateway(gateway) => format!("stage {}", gateway.stage),
    }
}

fn protection(ui: &mut Ui, environment: &Environment) {
    let palette = Palette::of(ui);
    match environment.protection {
        Protection::Normal => {}
        Protection::Ask => {
            ui.label(basic::small("protected").color(palette.warn));
        }
        Protection::ReadOnly => {
            ui.label(basic::small("read-only").color(palette.info));
        }
    }
}

/// The token's state in words; a click fetches a new one.
fn token(ui: &mut Ui, view: &mut View<'_>, leg: Leg, environment: &Environment) {
    let palette = Palette::of(ui);
    let now = view.state.now;
    if environment.credentials == Credentials::None {
        return;
    }
    let (words, colour, more) = if view.state.is_fetching_token(&environment.id) {
        (
            "fetching…".to_owned(),
            palette.info,
            "The token is on its way".to_owned(),
        )
    } else {
        match view.state.tokens.get(&environment.id) {
            None | Some(TokenState::Missing | TokenState::Fetching) => (
                "no token".to_owned(),
                palette.secondary,
                "Get a token now".to_owned(),
            ),
            Some(TokenState::Refused { text, hint }) => {
                ("refused".to_owned(), palette.bad, format!("{text}. {hint}"))
            }
            Some(TokenState::Valid { expires_at, masked }) => match expires_at {
                None => ("token".to_owned(), palette.ok, masked.clone()),
                Some(until) => {
                    let (left, stays) = text::countdown(now, *until);
                    let colour = match stays {
                        None => palette.bad,
                        Some(_) if until.duration_since(now).as_secs() < 300 => palette.warn,
                        Some(_) => palette.ok,
                    };
                    (
                        left,
                        colour,
                        format!("{masked}, until {}", text::moment(*until)),
                    )
                }
            },
        }
    };
    basic::dot(ui, colour);
    let response = ui
        .add(
            Button::new(basic::small(&words).color(colour))
                .frame_when_inactive(false)
                // The countdown and the other words take turns here: the bar does not jump with them.
                .min_size(egui::vec2(TOKEN_WORDS, 0.0)),
        )
        .accessible_name(format!("Token of leg {}: {words}", leg.letter()))
        .on_hover_text(more);
    if response.clicked() {
        view.act(Action::FetchToken { leg });
    }
}

fn look(ui: &mut Ui, view: &mut View<'_>) {
    ui.menu_button("View", |ui| {
        for (appearance, words) in [
            (Appearance::System, "Like the desktop"),
            (Appearance::Dark, "Dark"),
            (Appearance::Light, "Light"),
        ] {
            if ui
                .radio(view.state.settings.appearance == appearance, words)
                .clicked()
            {
                view.act(Action::SetAppearance(appearance));
            }
        }
        ui.separator();
        for percent in [100, 125, 150, 200] {
            if ui
                .radio(
                    view.state.settings.zoom_percent == percent,
                    format!("{percent} %"),
                )
                .clicked()
            {
                view.act(Action::SetZoom(percent));
            }
        }
    });
}
