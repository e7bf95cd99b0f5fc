//! The token of a leg: its state and value, whose it is, and the request that fetched it. Opened by a click on the leg's token;
//! Esc closes it, and the keyboard goes back to where it was.

use egui::{CollapsingHeader, Frame, Grid, Id, Modal, ScrollArea, Ui};

use crate::app::action::Action;
use crate::app::event::TokenState;
use crate::app::state::Leg;
use crate::app::token_panel::{OwnerAnswer, OwnerOutcome, TokenPanelAction};
use crate::body::visible;
use crate::model::environment::{Credentials, Environment};
use crate::model::exchange::{Exchange, Hop, Response};
use crate::model::masks::Masks;
use crate::model::timings::Phase;
use crate::model::token::{Named, TokenOwner};
use crate::ui::text;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::{View, top_bar};

/// What the keyboard had before the panel opened.
#[derive(Debug, Default)]
pub(in crate::ui) struct Memory {
    shown: bool,
    return_to: Option<Id>,
}

pub(super) fn show(ui: &Ui, view: &mut View<'_>) {
    let open = view.state.token_panel.open;
    let shown = open.and_then(|leg| Some((leg, view.state.leg(leg)?)));
    let Some((leg, environment)) = shown else {
        if std::mem::take(&mut view.local.token_panel.shown)
            && let Some(id) = view.local.token_panel.return_to.take()
        {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        if open.is_some() {
            // The leg has lost its environment.
            view.act(Action::TokenPanel(TokenPanelAction::Close));
        }
        return;
    };
    let opens = !std::mem::replace(&mut view.local.token_panel.shown, true);
    if opens {
        view.local.token_panel.return_to = ui.memory(egui::Memory::focused);
    }
    let context = ui.ctx();
    let room = context.content_rect().size();
    let response = Modal::new(Id::unique("token panel"))
        .backdrop_color(view.palette.backdrop)
        .frame(Frame::window(ui.style()).inner_margin(inset::DIALOG))
        .show(context, |ui| {
            ui.set_width(size::SHEET.min(room.x - size::WIDE * 3.0));
            heading(ui, view, leg, environment);
            ScrollArea::vertical()
                .max_height((room.y - size::DIALOG_AROUND).max(size::MENU * 0.5))
                .auto_shrink([false, true])
                .show(ui, |ui| content(ui, view, environment));
            ui.add_space(size::HALF);
            buttons(ui, view, environment, opens);
        });
    if response.should_close() {
        view.act(Action::TokenPanel(TokenPanelAction::Close));
    }
}

fn heading(ui: &mut Ui, view: &mut View<'_>, leg: Leg, environment: &Environment) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = size::UNIT;
        ui.label(basic::strong("Token").size(size::TITLE));
        basic::badge(ui, leg);
        let colour = palette.environment(environment.colour);
        ui.label(egui::RichText::new(visible::line(&environment.name)).color(colour));
        ui.label(basic::small(top_bar::detail(environment)).color(palette.secondary));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icons::button(ui, Icon::Close, "Close the token panel").clicked() {
                view.act(Action::TokenPanel(TokenPanelAction::Close));
            }
        });
    });
    ui.add_space(size::HALF);
}

fn content(ui: &mut Ui, view: &mut View<'_>, environment: &Environment) {
    ui.spacing_mut().item_spacing.y = size::HALF;
    ui.spacing_mut().interact_size.y = size::SMALL_ROW;
    let panel = &view.state.token_panel;
    state(ui, view, environment);
    Grid::new("token facts")
        .num_columns(2)
        .spacing([size::DOUBLE, size::HALF])
        .min_col_width(size::FACT_LABEL)
        .show(ui, |ui| {
            value(ui, view, environment);
            expiry(ui, view, environment);
            fact(ui, "Comes from", &source(environment));
            owner(ui, view, environment);
        });
    ui.add_space(size::UNIT);
    basic::hairline(ui);
    ui.add_space(size::HALF);
    if let Some(exchange) = panel.exchanges.get(&environment.id) {
        request(ui, exchange);
    } else {
        let words = if matches!(environment.credentials, Credentials::AccessToken) {
            "A pasted token needs no request"
        } else {
            "No token was requested in this run"
        };
        ui.label(basic::small(words).color(view.palette.faint));
    }
}

/// What the token is like now, first of all.
fn state(ui: &mut Ui, view: &View<'_>, environment: &Environment) {
    let palette = view.palette;
    let words = top_bar::token_words(view, environment);
    let (text, hint) = match view.state.tokens.get(&environment.id) {
        _ if view.state.is_fetching_token(&environment.id) => ("Fetching…".to_owned(), ""),
        None | Some(TokenState::Missing | TokenState::Fetching) => (
            "No token".to_owned(),
            "It is fetched with the next send that needs one",
        ),
        Some(TokenState::Refused { text, hint } | TokenState::Unanswered { text, hint }) => {
            (text.clone(), hint.as_str())
        }
        Some(TokenState::Valid { expires_at, .. }) => match expires_at {
            None => ("Valid as far as is known".to_owned(), ""),
            Some(until) => match text::countdown(view.state.now, *until) {
                (left, Some(_)) => (format!("Valid for {left}"), ""),
                (_, None) => (
                    "Expired".to_owned(),
                    "A new one is fetched with the next send",
                ),
            },
        },
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::SNUG;
        basic::dot(ui, words.colour);
        ui.label(basic::strong(text).color(words.colour));
    });
    if !hint.is_empty() {
        ui.label(basic::small(hint).color(palette.secondary));
    }
    ui.add_space(size::HALF);
}

fn fact(ui: &mut Ui, name: &str, words: &str) {
    label(ui, name);
    ui.add(egui::Label::new(basic::small(words)).wrap());
    ui.end_row();
}

fn label(ui: &mut Ui, name: &str) {
    let palette = Palette::of(ui);
    ui.label(basic::small(name).color(palette.secondary));
}

/// The value: masked, or in the open for a while.
fn value(ui: &mut Ui, view: &mut View<'_>, environment: &Environment) {
    let Some(TokenState::Valid { masked, .. }) = view.state.tokens.get(&environment.id) else {
        return;
    };
    label(ui, "Value");
    let revealed = view.state.token_panel.revealed(&environment.id);
    ui.vertical(|ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = size::HALF;
            if revealed.is_none() {
                ui.label(basic::mono(masked.as_str()));
            }
            let (icon, name, action) = if revealed.is_some() {
                (Icon::EyeOff, "Hide the token", TokenPanelAction::Hide)
            } else {
                (Icon::Eye, "Reveal the token", TokenPanelAction::Reveal)
            };
            if icons::button(ui, icon, name).clicked() {
                view.act(Action::TokenPanel(action));
            }
            if icons::button(ui, Icon::Copy, "Copy the token").clicked() {
                view.act(Action::TokenPanel(TokenPanelAction::Copy));
            }
            if revealed.is_some() {
                let words = "Hidden again after half a minute";
                ui.label(basic::small(words).color(view.palette.faint));
            }
        });
        if let Some(token) = revealed {
            // As many of it as a person can look at; the clipboard gets all.
            let shown: String = token.expose().chars().take(MOST_REVEALED).collect();
            ui.add(egui::Label::new(basic::mono(visible::line(&shown))).wrap());
        }
    });
    ui.end_row();
}

/// Characters. Access tokens of Genesys Cloud are much shorter.
const MOST_REVEALED: usize = 4_096;

fn expiry(ui: &mut Ui, view: &View<'_>, environment: &Environment) {
    if let Some(TokenState::Valid { expires_at, .. }) = view.state.tokens.get(&environment.id) {
        match expires_at {
            Some(until) => fact(ui, "Expires", &text::local_moment(*until)),
            None => fact(ui, "Expires", "not known: it was pasted"),
        }
    }
}

fn source(environment: &Environment) -> String {
    match &environment.credentials {
        Credentials::None => "nowhere: the environment has no credentials".to_owned(),
        Credentials::ClientCredentials { client_id, .. } if client_id.is_empty() => {
            "client credentials, without a client ID so far".to_owned()
        }
        Credentials::ClientCredentials { client_id, .. } => {
            format!("client credentials of {client_id}")
        }
        Credentials::AccessToken => "pasted".to_owned(),
        Credentials::SameAs { environment } => format!("the credentials of {environment}"),
    }
}

fn owner(ui: &mut Ui, view: &mut View<'_>, environment: &Environment) {
    let Some(owner) = view.state.token_panel.owners.get(&environment.id) else {
        return;
    };
    match &owner.answer {
        OwnerAnswer::Asking(_) => fact(ui, "Organization", "asking…"),
        OwnerAnswer::Answered(OwnerOutcome::Known(owner)) => known(ui, owner),
        OwnerAnswer::Answered(OwnerOutcome::Unknown { text, hint }) => {
            label(ui, "Organization");
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = size::TIGHT;
                ui.add(egui::Label::new(basic::small(text).color(view.palette.warn)).wrap());
                if !hint.is_empty() {
                    ui.add(
                        egui::Label::new(basic::small(hint).color(view.palette.secondary)).wrap(),
                    );
                }
                if basic::link(ui, "Ask again").clicked() {
                    view.act(Action::TokenPanel(TokenPanelAction::AskOwner));
                }
            });
            ui.end_row();
        }
    }
}

fn known(ui: &mut Ui, owner: &TokenOwner) {
    fact(ui, "Organization", &both(&owner.organization));
    if let Some(home) = &owner.home_organization {
        fact(ui, "Home organization", &both(home));
    }
    if owner.client != Named::default() {
        fact(ui, "Client", &both(&owner.client));
    }
    let scopes = if owner.scopes.is_empty() {
        "none in the token: the client's roles decide".to_owned()
    } else {
        owner.scopes.join(", ")
    };
    fact(ui, "Scopes", &visible::line(&scopes));
}

fn both(named: &Named) -> String {
    let words = match (named.name.as_str(), named.id.as_str()) {
        ("", id) => id.to_owned(),
        (name, "") => name.to_owned(),
        (name, id) => format!("{name} ({id})"),
    };
    visible::line(&words).into_owned()
}

fn buttons(ui: &mut Ui, view: &mut View<'_>, environment: &Environment, opens: bool) {
    let fetching = view.state.is_fetching_token(&environment.id);
    let known = view.state.tokens.get(&environment.id);
    let has_one = matches!(known, Some(TokenState::Valid { .. }));
    ui.horizontal(|ui| {
        ui.add_enabled_ui(!fetching, |ui| {
            let fetch = basic::primary(ui, "Fetch a new token");
            if opens {
                fetch.request_focus();
            }
            if fetch.clicked() {
                view.act(Action::TokenPanel(TokenPanelAction::Fetch));
            }
        });
        ui.add_enabled_ui(has_one && !fetching, |ui| {
            if basic::secondary(ui, "Forget it")
                .on_hover_text("Taken out of memory; the next send fetches another")
                .clicked()
            {
                view.act(Action::TokenPanel(TokenPanelAction::Forget));
            }
        });
    });
}

/// The token request itself: what went out, what came back, where the time went.
fn request(ui: &mut Ui, exchange: &Exchange) {
    let palette = Palette::of(ui);
    ui.label(basic::strong("The token request"));
    let at = text::local_moment(exchange.started_at);
    ui.label(basic::small(at).color(palette.secondary));
    for (index, hop) in exchange.hops.iter().enumerate() {
        ui.push_id(index, |ui| hop_facts(ui, hop, &exchange.masks));
    }
}

fn hop_facts(ui: &mut Ui, hop: &Hop, masks: &Masks) {
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::UNIT;
        match &hop.response {
            Some(response) => {
                let (colour, fill) = palette.status(response.status);
                let reason = text::reason(response.status, &masks.text(&response.reason));
                let words = format!("{} {reason}", response.status);
                basic::chip(ui, words.trim_end(), colour, fill);
            }
            None => {
                basic::chip(ui, "No answer", palette.bad, palette.bad_fill);
            }
        }
        ui.label(text::duration(hop.phases.total));
        let url = visible::line(&masks.url(&hop.sent.url)).into_owned();
        ui.add(egui::Label::new(basic::mono(format!("{} {url}", hop.sent.method))).wrap());
    });
    if let Some(error) = &hop.error {
        ui.label(masks.text(&error.text));
        ui.label(basic::small(masks.text(&error.hint)).color(palette.secondary));
    }
    phases(ui, hop);
    CollapsingHeader::new(basic::small("Sent"))
        .icon(crate::ui::widgets::basic::unfold)
        .id_salt("sent")
        .show(ui, |ui| {
            block(ui, &super::response_pages::sent_text(hop, masks));
        });
    if let Some(response) = &hop.response {
        CollapsingHeader::new(basic::small("Headers of the answer"))
            .icon(crate::ui::widgets::basic::unfold)
            .id_salt("headers")
            .show(ui, |ui| block(ui, &headers(response, masks)));
        if response.status != 200 {
            CollapsingHeader::new(basic::small("Body of the answer"))
                .icon(crate::ui::widgets::basic::unfold)
                .id_salt("body")
                .default_open(true)
                .show(ui, |ui| block(ui, &body(response, masks)));
        }
    }
}

fn phases(ui: &mut Ui, hop: &Hop) {
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::SNUG;
        for phase in Phase::ALL {
            if let Some(duration) = hop.phases.get(phase) {
                basic::dot(ui, palette.phase(phase));
                let words = format!("{phase} {}", text::duration(duration));
                ui.label(basic::small(words).color(palette.secondary));
            }
        }
        if hop.connection.reused {
            ui.label(basic::small("reused connection").color(palette.faint));
        }
    });
}

fn block(ui: &mut Ui, text: &str) {
    ui.add(egui::Label::new(basic::mono(text)).wrap());
}

fn headers(response: &Response, masks: &Masks) -> String {
    let lines: Vec<String> = response
        .headers
        .iter()
        .map(|field| {
            let value = masks.header(&field.name, &field.value);
            let line = format!("{}: {value}", field.name);
            visible::line(&line).into_owned()
        })
        .collect();
    lines.join("\n")
}

/// Bytes of a refusal's body that are shown: OAuth errors and gateway errors are a line.
const MOST_OF_BODY: usize = 4_096;

fn body(response: &Response, masks: &Masks) -> String {
    let decoded = &response.body.decoded;
    if decoded.is_empty() {
        return "(empty)".to_owned();
    }
    let masked = masks.bytes(&decoded[..decoded.len().min(MOST_OF_BODY)]);
    visible::text(&String::from_utf8_lossy(&masked)).into_owned()
}
