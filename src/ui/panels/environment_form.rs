//! The form of one environment. Each field shows its own notes with their fixes; the URLs it leads to are always visible.

use egui::{ComboBox, Frame, Layout, Margin, Panel, ScrollArea, Ui};

use crate::app::action::Action;
use crate::app::form::{EnvironmentForm, default_region};
use crate::app::tab::FieldRemark;
use crate::model::environment::{
    Colour, GatewayTarget, Place, Protection, Protocol, Target, TokenFrom,
};
use crate::model::note::{ClientFormField, Field};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields, remarks};

use super::{Focus, View, form_sections, network_section, welcome};

/// What every row of the form gets: the remarks as of the last change, and what a click asks for.
pub(super) struct FormContext<'a, 'v> {
    pub(super) form: &'a EnvironmentForm,
    pub(super) view: &'a mut View<'v>,
}

impl FormContext<'_, '_> {
    /// Notes and problems of one field.
    pub(super) fn remarks(&mut self, ui: &mut Ui, field: &Field) {
        let found = self
            .form
            .problems_at(field)
            .map(FieldRemark::from)
            .chain(self.form.notes_at(field).map(FieldRemark::from));
        if let Some(fix) = remarks::show(ui, found) {
            self.view.act(Action::ApplyFormFix(fix));
        }
    }

    /// A labelled text field with its remarks.
    pub(super) fn text(
        &mut self,
        ui: &mut Ui,
        label: &str,
        field: &Field,
        value: &mut String,
        hint: &str,
        face: Face,
    ) -> egui::Response {
        fields::row(ui, label, |ui, width| {
            let response = fields::text(ui, label, value, hint, face, width);
            self.remarks(ui, field);
            response
        })
    }
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(form) = &state.form else {
        return;
    };
    let palette = Palette::of(ui);
    Panel::top("form title")
        .exact_size(52.0)
        .frame(
            Frame::new()
                .fill(palette.panel)
                .inner_margin(Margin::symmetric(16, 0)),
        )
        .show(ui, |ui| title(ui, view, form));
    // Above the fields, so that they are seen while URL and paths are typed.
    Panel::top("form addresses")
        .frame(
            Frame::new()
                .fill(palette.panel)
                .inner_margin(Margin::symmetric(16, 6)),
        )
        .show(ui, |ui| addresses(ui, form));
    let mut edited = (**form).clone();
    ScrollArea::vertical()
        .id_salt(("environment form", &form.initial.id, form.is_new))
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::symmetric(16, 8))
                .show(ui, |ui| {
                    let mut context = FormContext { form, view };
                    basics(ui, &mut context, &mut edited);
                    target(ui, &mut context, &mut edited);
                    form_sections::credentials(ui, &mut context, &mut edited);
                    if edited.is_gateway() {
                        client_form(ui, &mut context, &mut edited);
                    }
                    form_sections::variables(ui, &mut context, &mut edited);
                    form_sections::default_headers(ui, &mut context, &mut edited);
                    form_sections::path_map(ui, &mut context, &mut edited);
                    network_section::show(ui, &mut context, &mut edited);
                    ui.add_space(size::UNIT * 3.0);
                });
        });
    if edited != **form {
        view.act(Action::EditForm(Box::new(edited)));
    }
}

fn title(ui: &mut Ui, view: &mut View<'_>, form: &EnvironmentForm) {
    ui.horizontal_centered(|ui| {
        let words = if form.is_new {
            "New environment"
        } else {
            "Environment"
        };
        ui.label(basic::strong(words).size(16.0));
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            if basic::primary(ui, "Save").clicked() {
                view.act(Action::SaveForm);
            }
            if basic::secondary(ui, "Cancel")
                .accessible_name("Cancel editing")
                .clicked()
            {
                view.act(Action::CloseForm);
            }
            if !form.is_new && basic::secondary(ui, "Delete…").clicked() {
                view.act(Action::DeleteEnvironment(form.environment.id.clone()));
            }
            if !form.problems.is_empty() {
                let palette = Palette::of(ui);
                let words = match form.problems.len() {
                    1 => "1 problem".to_owned(),
                    more => format!("{more} problems"),
                };
                ui.label(basic::small(words).color(palette.bad));
            }
        });
    });
}

fn basics(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    let name = context.text(
        ui,
        "Name",
        &Field::Name,
        &mut edited.environment.name,
        "Acme prod · gateway",
        Face::Words,
    );
    if context.view.local.wants(Focus::FormName) {
        name.request_focus();
    }
    fields::row(ui, "Colour", |ui, _| {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            let colour = edited.environment.colour;
            basic::dot(ui, palette.environment(colour));
            ui.name_inputs("Colour", |ui| {
                ComboBox::from_id_salt("colour")
                    .selected_text(basic::colour_name(colour))
                    .show_ui(ui, |ui| {
                        for known in [
                            Colour::Teal,
                            Colour::Violet,
                            Colour::Blue,
                            Colour::Green,
                            Colour::Amber,
                            Colour::Red,
                        ] {
                            ui.selectable_value(
                                &mut edited.environment.colour,
                                known,
                                basic::colour_name(known),
                            );
                        }
                    });
            });
        });
    });
    fields::row(ui, "Protection", |ui, _| {
        ui.horizontal_wrapped(|ui| {
            basic::choice(
                ui,
                &mut edited.environment.protection,
                &[
                    (Protection::Normal, "Normal"),
                    (Protection::Ask, "Ask before changes"),
                    (Protection::ReadOnly, "Read-only"),
                ],
            );
        });
    });
}

fn target(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    fields::section(ui, "Target");
    let mut gateway = edited.is_gateway();
    fields::row(ui, "Target", |ui, _| {
        ui.horizontal(|ui| {
            basic::choice(ui, &mut gateway, &[(false, "Direct"), (true, "Gateway")]);
        });
    });
    edited.choose_gateway(gateway);
    if edited.is_gateway() {
        gateway_rows(ui, context, edited);
    } else if let Target::Direct { place } = &mut edited.environment.target {
        place_rows(ui, context, place, "Region");
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PlaceKind {
    Region,
    Domain,
    Origins,
}

/// A region, a custom domain, or two origins typed in full.
pub(super) fn place_rows(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    place: &mut Place,
    label: &str,
) {
    let mut kind = match place {
        Place::Region(_) => PlaceKind::Region,
        Place::Domain(_) => PlaceKind::Domain,
        Place::Origins { .. } => PlaceKind::Origins,
    };
    fields::row(ui, label, |ui, _| {
        ui.horizontal_wrapped(|ui| {
            let changed = basic::choice(
                ui,
                &mut kind,
                &[
                    (PlaceKind::Region, "Region"),
                    (PlaceKind::Domain, "Custom domain"),
                    (PlaceKind::Origins, "Own origins"),
                ],
            );
            if changed {
                *place = match kind {
                    PlaceKind::Region => Place::Region(default_region()),
                    PlaceKind::Domain => Place::Domain(String::new()),
                    PlaceKind::Origins => Place::Origins {
                        api: String::new(),
                        login: String::new(),
                    },
                };
            }
        });
        if let Place::Region(region) = place {
            welcome::region_combo(ui, "Genesys Cloud region", region);
        }
        context.remarks(ui, &Field::Region);
    });
    match place {
        Place::Region(_) => {}
        Place::Domain(domain) => {
            context.text(
                ui,
                "Domain",
                &Field::CustomDomain,
                domain,
                "usw2.pure.cloud",
                Face::Mono,
            );
        }
        Place::Origins { api, login } => {
            context.text(
                ui,
                "API origin",
                &Field::CustomDomain,
                api,
                "http://127.0.0.1:8080",
                Face::Mono,
            );
            fields::row(ui, "Login origin", |ui, width| {
                let hint = "http://127.0.0.1:8081";
                fields::text(ui, "Login origin", login, hint, Face::Mono, width);
            });
        }
    }
}

fn gateway_rows(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    context.text(
        ui,
        "Invoke URL",
        &Field::InvokeUrl,
        &mut edited.invoke_url,
        "Paste it here to fill the fields below",
        Face::Mono,
    );
    let port_text = &mut edited.port_text;
    let Target::Gateway(gateway) = &mut edited.environment.target else {
        return;
    };
    fields::row(ui, "Protocol, port", |ui, _| {
        ui.horizontal(|ui| {
            basic::choice(
                ui,
                &mut gateway.protocol,
                &[(Protocol::Https, "https"), (Protocol::Http, "http")],
            );
            let hint = gateway.protocol.default_port().to_string();
            fields::text(ui, "Port", port_text, &hint, Face::Mono, 90.0);
        });
        context.remarks(ui, &Field::Protocol);
        context.remarks(ui, &Field::Port);
    });
    for (label, field, value, hint) in [
        (
            "Host",
            Field::Host,
            &mut gateway.host,
            "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
        ),
        (
            "Stage",
            Field::Stage,
            &mut gateway.stage,
            "test; empty for $default",
        ),
        (
            "Login path",
            Field::LoginPath,
            &mut gateway.login_path,
            "/loginpath",
        ),
        (
            "API path",
            Field::ApiPath,
            &mut gateway.api_path,
            "/apipath; empty for none",
        ),
    ] {
        context.text(ui, label, &field, value, hint, Face::Mono);
    }
    token_from(ui, context, gateway);
    context.text(
        ui,
        "Gateway user name",
        &Field::GatewayUserName,
        &mut gateway.user_name,
        "No official client sends it",
        Face::Mono,
    );
    form_sections::secret(
        ui,
        context,
        edited,
        "Gateway password",
        &Field::GatewayPassword,
        &crate::model::secret::SecretName::GatewayPassword,
    );
    fields::row(ui, "", |ui, _| {
        let palette = Palette::of(ui);
        let words = "User name and password are kept for exports: no official client sends them";
        ui.label(basic::small(words).color(palette.faint));
    });
    twin(ui, context, edited);
}

fn token_from(ui: &mut Ui, context: &mut FormContext<'_, '_>, gateway: &mut GatewayTarget) {
    let mut from_region = matches!(gateway.token_from, TokenFrom::Region(_));
    fields::row(ui, "Token from", |ui, _| {
        ui.horizontal(|ui| {
            let changed = basic::choice(
                ui,
                &mut from_region,
                &[(false, "Login path"), (true, "Region directly")],
            );
            if changed {
                gateway.token_from = if from_region {
                    TokenFrom::Region(Place::Region(default_region()))
                } else {
                    TokenFrom::LoginPath
                };
            }
        });
        context.remarks(ui, &Field::TokenFrom);
    });
    if let TokenFrom::Region(place) = &mut gateway.token_from {
        place_rows(ui, context, place, "Token region");
    }
}

/// The same without the gateway, as leg A.
fn twin(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    let palette = Palette::of(ui);
    fields::row(ui, "Direct twin", |ui, _| {
        if edited.is_new {
            ui.checkbox(&mut edited.make_twin, "Also make its direct twin, as leg A");
        } else if ui.button("Make its direct twin").clicked() {
            context.view.act(Action::MakeDirectTwin);
        }
        welcome::region_combo(ui, "Region of the direct twin", &mut edited.twin_region);
        ui.label(basic::small("The region behind the gateway").color(palette.faint));
    });
}

/// Where requests go, and where the token is requested.
fn addresses(ui: &mut Ui, form: &EnvironmentForm) {
    let palette = Palette::of(ui);
    for (label, url) in [("API", &form.api_url), ("Login", &form.login_url)] {
        let (words, colour) = if url.is_empty() {
            ("not complete yet".to_owned(), palette.faint)
        } else {
            (url.clone(), palette.secondary)
        };
        ui.horizontal(|ui| {
            let room = egui::vec2(size::FORM_LABEL, size::MONO_LINE);
            let (rect, _) = ui.allocate_exact_size(room, egui::Sense::hover());
            ui.painter().text(
                rect.left_center(),
                egui::Align2::LEFT_CENTER,
                label,
                egui::TextStyle::Body.resolve(ui.style()),
                palette.secondary,
            );
            ui.name_inputs(label, |ui| {
                ui.add(egui::Label::new(basic::mono(words).color(colour)).truncate());
            });
        });
    }
}

fn client_form(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    egui::CollapsingHeader::new("What an official client is given")
        .default_open(false)
        .show(ui, |ui| {
            let Target::Gateway(gateway) = &mut edited.environment.target else {
                return;
            };
            let form = &mut gateway.client_form;
            for (label, field, value) in [
                ("Client host", ClientFormField::Host, &mut form.host),
                ("Client port", ClientFormField::Port, &mut form.port),
                (
                    "Client protocol",
                    ClientFormField::Protocol,
                    &mut form.protocol,
                ),
                (
                    "Client login path",
                    ClientFormField::LoginPath,
                    &mut form.login_path,
                ),
                (
                    "Client API path",
                    ClientFormField::ApiPath,
                    &mut form.api_path,
                ),
            ] {
                let field = Field::ClientForm(field);
                context.text(
                    ui,
                    label,
                    &field,
                    value,
                    "as this environment says",
                    Face::Mono,
                );
            }
        });
}
