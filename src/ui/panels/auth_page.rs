//! The request's credentials: the environment's token, none, or its own.

use egui::{TextEdit, Ui};

use crate::app::tab::Tab;
use crate::body::visible;
use crate::model::environment::Credentials;
use crate::model::masks::{MASK, is_made_of_references};
use crate::model::note::{AuthField, Field};
use crate::model::request::RequestAuth;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::variables::{self, Names};
use crate::ui::widgets::{basic, fields};

use super::{View, editor, request_bar};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Inherit,
    Bearer,
    Basic,
    Header,
    None,
}

fn kind_of(auth: &RequestAuth) -> Kind {
    match auth {
        RequestAuth::Inherit => Kind::Inherit,
        RequestAuth::None => Kind::None,
        RequestAuth::Bearer { .. } => Kind::Bearer,
        RequestAuth::Basic { .. } => Kind::Basic,
        RequestAuth::Header { .. } => Kind::Header,
    }
}

/// What was typed goes along where both kinds have such a field.
fn convert(auth: &RequestAuth, kind: Kind) -> RequestAuth {
    let secret = match auth {
        RequestAuth::Inherit | RequestAuth::None => String::new(),
        RequestAuth::Bearer { token: text }
        | RequestAuth::Basic { password: text, .. }
        | RequestAuth::Header { value: text, .. } => text.clone(),
    };
    match kind {
        Kind::Inherit => RequestAuth::Inherit,
        Kind::None => RequestAuth::None,
        Kind::Bearer => RequestAuth::Bearer { token: secret },
        Kind::Basic => RequestAuth::Basic {
            user: String::new(),
            password: secret,
        },
        Kind::Header => RequestAuth::Header {
            name: "x-api-key".to_owned(),
            value: secret,
        },
    }
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let mut auth = tab.draft.auth.clone();
    let mut kind = kind_of(&auth);
    let chosen = ui
        .horizontal_wrapped(|ui| {
            basic::choice(
                ui,
                &mut kind,
                &[
                    (Kind::Inherit, "The environment's token"),
                    (Kind::Bearer, "Bearer"),
                    (Kind::Basic, "Basic"),
                    (Kind::Header, "Header"),
                    (Kind::None, "None"),
                ],
            )
        })
        .inner;
    if chosen {
        auth = convert(&auth, kind);
        view.local.shown_secret = None;
    }
    explained(ui, view, &auth);
    ui.add_space(size::HALF);
    match &mut auth {
        RequestAuth::Inherit | RequestAuth::None => {}
        RequestAuth::Bearer { token } => {
            secret(ui, view, tab, "Token", AuthField::Token, token);
        }
        RequestAuth::Basic { user, password } => {
            plain(ui, view, tab, "User", AuthField::User, user);
            secret(ui, view, tab, "Password", AuthField::Password, password);
        }
        RequestAuth::Header { name, value } => {
            plain(ui, view, tab, "Header name", AuthField::HeaderName, name);
            secret(ui, view, tab, "Header value", AuthField::HeaderValue, value);
        }
    }
    if auth != tab.draft.auth {
        editor::edit(view, tab, |draft| draft.auth = auth);
    }
}

/// What goes out, in words.
fn explained(ui: &mut Ui, view: &View<'_>, auth: &RequestAuth) {
    let palette = Palette::of(ui);
    let words = match (auth, view.state.active_environment()) {
        (RequestAuth::None, _) => {
            "Nothing is added; a header row may still bring its own Authorization".to_owned()
        }
        (RequestAuth::Inherit, None) => "Choose an environment in the top bar".to_owned(),
        (RequestAuth::Inherit, Some(environment)) => match environment.credentials {
            Credentials::None => {
                format!(
                    "{} has no credentials: no token is added",
                    visible::line(&environment.name)
                )
            }
            _ => format!(
                "Authorization: Bearer {MASK}, fetched for {} when it is needed",
                visible::line(&environment.name)
            ),
        },
        (RequestAuth::Bearer { .. }, _) => {
            format!("Authorization: Bearer {MASK}, in place of the environment's token")
        }
        (RequestAuth::Basic { .. }, _) => format!(
            "Authorization: Basic {MASK}, user and password in Base64, in place of the environment's token"
        ),
        (RequestAuth::Header { name, .. }, _) => format!(
            "{}: {MASK}; the environment's token is not sent",
            if name.trim().is_empty() {
                "Header"
            } else {
                name.trim()
            }
        ),
    };
    ui.label(basic::small(words).color(palette.secondary));
}

fn plain(
    ui: &mut Ui,
    view: &mut View<'_>,
    tab: &Tab,
    label: &str,
    part: AuthField,
    text: &mut String,
) {
    let names = Names(view.state.active_environment());
    fields::row(ui, label, |ui, width| {
        let field =
            |ui: &mut Ui, text: &mut String| fields::text(ui, label, text, "", Face::Mono, width);
        variables::completed(ui, names, label, text, field, |_| Vec::new());
        request_bar::at_field(ui, view, tab, &Field::Auth(part));
    });
}

/// Masked until it is revealed. References hold no secret and are shown.
fn secret(
    ui: &mut Ui,
    view: &mut View<'_>,
    tab: &Tab,
    label: &str,
    part: AuthField,
    text: &mut String,
) {
    let names = Names(view.state.active_environment());
    let request = tab.id().clone();
    let is_open = text.is_empty() || text.contains("{{") && is_made_of_references(text);
    // While somebody types `{{` the list of names has to be of use.
    let is_typing_name = text.starts_with("{{");
    let is_revealed = view.local.shown_secret.as_ref() == Some(&request);
    let is_masked = !(is_open && !text.is_empty() || is_revealed || is_typing_name);
    fields::row(ui, label, |ui, width| {
        ui.horizontal(|ui| {
            let width = width - size::CONTROL - size::UNIT;
            let field = |ui: &mut Ui, text: &mut String| {
                let id = ui.scope_id().with(("secret", label));
                masked(ui, id, label, text, is_masked, width)
            };
            variables::completed(ui, names, label, text, field, |_| Vec::new());
            let (icon, words) = if is_revealed {
                (Icon::EyeOff, format!("Hide {}", label.to_lowercase()))
            } else {
                (Icon::Eye, format!("Show {}", label.to_lowercase()))
            };
            if icons::control(ui, icon, &words).clicked() {
                view.local.shown_secret = (!is_revealed).then_some(request);
            }
        });
        request_bar::at_field(ui, view, tab, &Field::Auth(part));
    });
}

/// The same field masked or not: it keeps the focus when it changes from one to the other.
fn masked(
    ui: &mut Ui,
    id: egui::Id,
    label: &str,
    text: &mut String,
    is_masked: bool,
    width: f32,
) -> egui::Response {
    let palette = Palette::of(ui);
    if let Some(response) = fields::long::instead(ui, label, text, egui::vec2(width, size::CONTROL))
    {
        return response;
    }
    let hint = "paste it, or {{secret.name}}";
    let edit = TextEdit::singleline(text)
        .id(id)
        .password(is_masked)
        .font(egui::TextStyle::Monospace)
        .hint_text(egui::RichText::new(hint).color(palette.faint))
        .margin(crate::ui::tokens::inset::FIELD)
        .desired_width(width - size::DOUBLE)
        .min_size(egui::vec2(width, size::CONTROL))
        .align(egui::Align2::LEFT_CENTER);
    let response = ui.add(edit).accessible_name(label);
    // No copy of a secret stays in the field's memory.
    if response.changed()
        && let Some(mut state) = TextEdit::load_state(ui.ctx(), response.id)
    {
        state.clear_undoer();
        TextEdit::store_state(ui.ctx(), response.id, state);
    }
    response
}
