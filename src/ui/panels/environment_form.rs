//! The form of one environment. Each field shows its own notes with their fixes; the URLs it leads to are always visible.

use egui::{CornerRadius, Frame, Panel, ScrollArea, Stroke, StrokeKind, Ui, Vec2};

use crate::app::action::Action;
use crate::app::checking::CheckingAction;
use crate::app::form::{EnvironmentForm, default_region};
use crate::app::preferences::{OutsideChange, PreferencesAction};
use crate::app::tab::FieldRemark;
use crate::model::environment::{
    Colour, GatewayTarget, KeepHistory, Place, Protection, Protocol, Target, TokenFrom,
};
use crate::model::note::Field;
use crate::model::secret::SecretName;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, fields, remarks, segmented};

use super::{
    Focus, View, client_preview, form_bar, form_check, form_sections, network_section,
    region_picker,
};

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
            self.come_into_sight(field, &response);
            self.frame_remarked(ui, field, &response);
            self.remarks(ui, field);
            response
        })
    }

    /// A link somewhere else led to this field.
    pub(super) fn come_into_sight(&mut self, field: &Field, response: &egui::Response) {
        if self.view.state.checking.field_wanted.as_ref() == Some(field) {
            response.request_focus();
            response.scroll_to_me(Some(egui::Align::Center));
            self.view.act(Action::Checking(CheckingAction::FieldShown));
        }
    }

    /// Whether a link somewhere else led to one of these fields.
    pub(super) fn is_wanted(&self, wanted: impl Fn(&Field) -> bool) -> bool {
        self.view
            .state
            .checking
            .field_wanted
            .as_ref()
            .is_some_and(wanted)
    }

    /// Some choices in a bar, which come into sight as a field does.
    pub(super) fn choice<T: Copy + PartialEq>(
        &mut self,
        ui: &mut Ui,
        field: &Field,
        chosen: &mut T,
        options: &[(T, &str)],
        width: f32,
    ) -> bool {
        let (changed, shown) = segmented::shown(ui, chosen, options, width);
        if let Some(shown) = shown {
            self.come_into_sight(field, &shown);
        }
        changed
    }

    /// A field about which something is said stands out by its edge.
    pub(super) fn frame_remarked(&self, ui: &Ui, field: &Field, response: &egui::Response) {
        let palette = Palette::of(ui);
        let colour = if self.form.problems_at(field).next().is_some() {
            palette.bad
        } else if self.form.notes_at(field).next().is_some() {
            palette.warn
        } else {
            return;
        };
        if !response.has_focus() {
            ui.painter().rect_stroke(
                response.rect,
                CornerRadius::same(size::RADIUS),
                Stroke::new(size::LINE, colour),
                StrokeKind::Inside,
            );
        }
    }
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(form) = &state.form else {
        return;
    };
    let palette = view.palette;
    let bar = Frame::new().fill(palette.panel).inner_margin(inset::BAR);
    Panel::top("form title")
        .exact_size(size::CONTROL + size::DOUBLE)
        .frame(bar)
        .show(ui, |ui| form_bar::show(ui, view, form));
    if let Some(outside) = &form.outside {
        Panel::top("form changed outside")
            .frame(
                Frame::new()
                    .fill(palette.warn_fill)
                    .inner_margin(inset::CARD),
            )
            .show(ui, |ui| changed_outside(ui, view, outside));
    }
    let mut edited = (**form).clone();
    basic::sheet(ui);
    ScrollArea::vertical()
        .id_salt(("environment form", &form.initial.id, form.is_new))
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new().inner_margin(inset::PAGE).show(ui, |ui| {
                let mut context = FormContext { form, view };
                heading(ui, "Environment");
                basics(ui, &mut context, &mut edited);
                target(ui, &mut context, &mut edited);
                heading(ui, "Credentials");
                form_sections::credentials(ui, &mut context, &mut edited);
                if edited.is_gateway() {
                    heading(ui, "What official clients will send with these settings");
                    client_preview::show(ui, &mut context, &mut edited);
                }
                form_sections::variables(ui, &mut context, &mut edited);
                form_sections::default_headers(ui, &mut context, &mut edited);
                form_sections::path_map(ui, &mut context, &mut edited);
                network_section::show(ui, &mut context, &mut edited);
                form_check::show(ui, &mut context);
                ui.add_space(size::WIDE);
            });
        });
    if edited != **form {
        view.act(Action::EditForm(Box::new(edited)));
    }
}

/// The title of a group of rows.
pub(super) fn heading(ui: &mut Ui, title: &str) {
    ui.add_space(size::UNIT);
    fields::section(ui, title);
}

/// Another program changed or deleted the file while this form was open.
fn changed_outside(ui: &mut Ui, view: &mut View<'_>, outside: &OutsideChange) {
    let palette = Palette::of(ui);
    let (words, take) = match outside {
        OutsideChange::Changed(_) => (
            "The file of this environment was changed by another program while you were editing",
            "Take the file's",
        ),
        OutsideChange::Deleted => (
            "The file of this environment was deleted by another program while you were editing",
            "Close the form",
        ),
    };
    ui.horizontal_wrapped(|ui| {
        icons::decoration(ui, Icon::Warning, palette.warn);
        ui.label(words);
        if ui.button("Keep mine").clicked() {
            view.act(Action::Preferences(PreferencesAction::KeepMine));
        }
        if ui.button(take).clicked() {
            view.act(Action::Preferences(PreferencesAction::TakeFile));
        }
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
    fields::row(ui, "Colour", |ui, _| colours(ui, edited));
    fields::row(ui, "Protection", |ui, width| {
        segmented::show(
            ui,
            &mut edited.environment.protection,
            &[
                (Protection::Normal, "Normal"),
                (Protection::Ask, "Ask before changes"),
                (Protection::ReadOnly, "Read-only"),
            ],
            width,
        );
        let words = match edited.environment.protection {
            Protection::Normal => "",
            Protection::Ask => "Asks before everything but GET, HEAD and OPTIONS",
            Protection::ReadOnly => "Refuses everything but GET, HEAD and OPTIONS",
        };
        beneath(ui, words);
    });
    fields::row(ui, "History", |ui, width| {
        segmented::show(
            ui,
            &mut edited.environment.history,
            &[
                (KeepHistory::Everything, "Everything"),
                (KeepHistory::HeadsOnly, "Without bodies"),
                (KeepHistory::Nothing, "Nothing"),
            ],
            width,
        );
        let words = match edited.environment.history {
            KeepHistory::Everything => "",
            KeepHistory::HeadsOnly => "Status, headers and timings are kept, bodies are not",
            KeepHistory::Nothing => "What is sent here is gone when the tab is closed",
        };
        beneath(ui, words);
    });
}

/// Small words under a field; nothing for none.
pub(super) fn beneath(ui: &mut Ui, words: &str) {
    if !words.is_empty() {
        let palette = Palette::of(ui);
        ui.label(basic::small(words).color(palette.faint));
    }
}

/// A row of dots, each with its name for those who cannot see it.
fn colours(ui: &mut Ui, edited: &mut EnvironmentForm) {
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        for known in Colour::ALL {
            let (rect, response) =
                ui.allocate_exact_size(Vec2::splat(size::CONTROL), egui::Sense::click());
            let name = basic::colour_name(known);
            let chosen = edited.environment.colour == known;
            response.widget_info(|| {
                egui::WidgetInfo::selected(egui::Role::RadioButton, true, chosen, name)
            });
            let painter = ui.painter();
            painter.circle_filled(rect.center(), size::UNIT, palette.environment(known));
            if chosen || response.hovered() {
                let ring = if chosen {
                    palette.text
                } else {
                    palette.strong_line
                };
                painter.circle_stroke(rect.center(), size::GAP, Stroke::new(size::MARK, ring));
            }
            if response.on_hover_text(name).clicked() {
                edited.environment.colour = known;
            }
        }
        ui.label(
            basic::small(basic::colour_name(edited.environment.colour)).color(palette.secondary),
        );
    });
}

fn target(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    let mut gateway = edited.is_gateway();
    fields::row(ui, "Target", |ui, width| {
        let options = [(false, "Direct region"), (true, "Gateway")];
        segmented::show(ui, &mut gateway, &options, width);
    });
    edited.choose_gateway(gateway);
    if edited.is_gateway() {
        gateway_rows(ui, context, edited);
    } else if let Target::Direct { place } = &mut edited.environment.target {
        place_rows(ui, context, place, "Region");
    }
    let form = context.form;
    let mapped = if form.sample_is_mapped {
        "The gateway has a path of its own for it"
    } else {
        ""
    };
    address(ui, "Sample request", "GET", &form.sample_url, mapped);
    if edited.is_gateway() {
        twin(ui, context, edited);
    }
}

/// What will be requested, in full.
pub(super) fn address(ui: &mut Ui, label: &str, method: &str, url: &str, words: &str) {
    let palette = Palette::of(ui);
    fields::row(ui, label, |ui, _| {
        ui.add_space(size::SNUG);
        if url.is_empty() {
            ui.label(basic::small("The address is not complete yet").color(palette.faint));
        } else {
            let mono = egui::TextStyle::Monospace.resolve(ui.style());
            let mut shown = egui::text::LayoutJob::single_section(
                format!("{method} {url}"),
                egui::TextFormat::simple(mono, palette.secondary),
            );
            // A URL has no blanks to break at.
            shown.wrap.break_anywhere = true;
            ui.label(shown);
        }
        beneath(ui, words);
    });
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
    fields::row(ui, label, |ui, width| {
        let changed = segmented::show(
            ui,
            &mut kind,
            &[
                (PlaceKind::Region, "By region"),
                (PlaceKind::Domain, "Custom domain"),
                (PlaceKind::Origins, "Own origins"),
            ],
            width,
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
        if let Place::Region(region) = place {
            let (_, list) = region_picker::shown(ui, "Genesys Cloud region", region);
            context.come_into_sight(&Field::Region, &list);
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
        "Paste it here, or any URL of the gateway, to fill the fields below",
        Face::Mono,
    );
    let port_text = &mut edited.port_text;
    let Target::Gateway(gateway) = &mut edited.environment.target else {
        return;
    };
    context.text(
        ui,
        "Host",
        &Field::Host,
        &mut gateway.host,
        "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
        Face::Mono,
    );
    fields::row(ui, "Stage, port", |ui, width| {
        ui.horizontal(|ui| {
            let room = width - size::NUMBER_FIELD - size::UNIT;
            let hint = "test; empty for $default";
            let stage = fields::text(ui, "Stage", &mut gateway.stage, hint, Face::Mono, room);
            context.come_into_sight(&Field::Stage, &stage);
            context.frame_remarked(ui, &Field::Stage, &stage);
            let hint = gateway.protocol.default_port().to_string();
            let port = fields::text(ui, "Port", port_text, &hint, Face::Mono, size::NUMBER_FIELD);
            context.come_into_sight(&Field::Port, &port);
            context.frame_remarked(ui, &Field::Port, &port);
        });
        context.remarks(ui, &Field::Stage);
        context.remarks(ui, &Field::Port);
    });
    fields::row(ui, "Protocol", |ui, width| {
        let options = [(Protocol::Https, "https"), (Protocol::Http, "http")];
        context.choice(ui, &Field::Protocol, &mut gateway.protocol, &options, width);
        context.remarks(ui, &Field::Protocol);
    });
    for (label, field, value, hint) in [
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
}

/// Where a gateway environment's token comes from.
pub(super) fn token_from(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    gateway: &mut GatewayTarget,
) {
    let mut from_region = matches!(gateway.token_from, TokenFrom::Region(_));
    fields::row(ui, "Token from", |ui, width| {
        let options = [(false, "Login path"), (true, "Region directly")];
        // The login path leads to no region that could be chosen here.
        let field = if !from_region && context.is_wanted(|field| *field == Field::Region) {
            Field::Region
        } else {
            Field::TokenFrom
        };
        if context.choice(ui, &field, &mut from_region, &options, width) {
            gateway.token_from = if from_region {
                TokenFrom::Region(Place::Region(context.form.twin_region))
            } else {
                TokenFrom::LoginPath
            };
        }
        context.remarks(ui, &Field::TokenFrom);
    });
    if let TokenFrom::Region(place) = &mut gateway.token_from {
        place_rows(ui, context, place, "Token region");
    }
}

/// What the official configuration asks for and no client sends.
pub(super) fn gateway_user(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    edited: &mut EnvironmentForm,
) {
    let Target::Gateway(gateway) = &edited.environment.target else {
        return;
    };
    let used = !gateway.user_name.is_empty();
    egui::CollapsingHeader::new("Gateway user and password")
        .icon(crate::ui::widgets::basic::unfold)
        .default_open(used)
        .show(ui, |ui| {
            beneath(
                ui,
                "Kept for exports of official configurations: no official client sends them",
            );
            if let Target::Gateway(gateway) = &mut edited.environment.target {
                context.text(
                    ui,
                    "User name",
                    &Field::GatewayUserName,
                    &mut gateway.user_name,
                    "",
                    Face::Mono,
                );
            }
            form_sections::secret(
                ui,
                context,
                edited,
                "Gateway password",
                &Field::GatewayPassword,
                &SecretName::GatewayPassword,
            );
        });
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
        region_picker::show(ui, "Region of the direct twin", &mut edited.twin_region);
        ui.label(basic::small("The region behind the gateway").color(palette.faint));
    });
}
