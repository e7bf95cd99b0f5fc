//! Credentials, variables, default headers and the path map (with the imported routes below) of the environment form.

use egui::{ComboBox, Ui};

use crate::app::form::EnvironmentForm;
use crate::app::tab::FieldRemark;
use crate::model::environment::{
    ClientAuthentication, Credentials, PathMapRule, PathMatching, Target, Variable,
};
use crate::model::ids::EnvironmentId;
use crate::model::note::Field;
use crate::model::secret::SecretName;
use crate::ui::tokens::size;
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{fields, rows, segmented};

use super::environment_form::{self, FormContext, beneath, heading};
use super::secret_field;

pub(super) use secret_field::show as secret;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Client,
    Token,
    SameAs,
}

pub(super) fn credentials(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    edited: &mut EnvironmentForm,
) {
    let mut kind = match &edited.environment.credentials {
        Credentials::None => Kind::None,
        Credentials::ClientCredentials { .. } => Kind::Client,
        Credentials::AccessToken => Kind::Token,
        Credentials::SameAs { .. } => Kind::SameAs,
    };
    let others: Vec<_> = context
        .view
        .state
        .environments
        .iter()
        .filter(|known| known.id != edited.environment.id)
        .map(|known| (known.id.clone(), known.name.clone()))
        .collect();
    let mut options = vec![
        (Kind::None, "None"),
        (Kind::Client, "Client credentials"),
        (Kind::Token, "Pasted token"),
    ];
    if !others.is_empty() || kind == Kind::SameAs {
        options.push((Kind::SameAs, "Same as…"));
    }
    fields::row(ui, "Credentials", |ui, width| {
        // A field of another kind of credentials is reached by way of this choice.
        let wanted = context
            .view
            .state
            .checking
            .field_wanted
            .clone()
            .filter(|field| is_elsewhere(field, kind))
            .unwrap_or(Field::Environment);
        if context.choice(ui, &wanted, &mut kind, &options, width) {
            edited.environment.credentials = match (kind, others.first()) {
                (Kind::Client, _) => Credentials::ClientCredentials {
                    client_id: String::new(),
                    scope: String::new(),
                    style: ClientAuthentication::default(),
                },
                (Kind::Token, _) => Credentials::AccessToken,
                (Kind::SameAs, Some((id, _))) => Credentials::SameAs {
                    environment: id.clone(),
                },
                (Kind::None | Kind::SameAs, _) => Credentials::None,
            };
        }
        let words = match kind {
            Kind::None => "Requests go out without a token",
            Kind::Token => "A token from elsewhere; it is not renewed",
            Kind::Client | Kind::SameAs => "",
        };
        beneath(ui, words);
    });
    if kind == Kind::Client {
        client(ui, context, edited);
    }
    match &mut edited.environment.credentials {
        Credentials::None | Credentials::ClientCredentials { .. } => {}
        Credentials::AccessToken => secret(
            ui,
            context,
            edited,
            "Access token",
            &Field::AccessToken,
            &SecretName::AccessToken,
        ),
        Credentials::SameAs { environment } => same_as(ui, context, environment, &others),
    }
    if matches!(kind, Kind::Client | Kind::SameAs) {
        if let Target::Gateway(gateway) = &mut edited.environment.target {
            environment_form::token_from(ui, context, gateway);
        }
        let url = &context.form.login_url;
        environment_form::address(ui, "Token request", "POST", url, "");
    }
    environment_form::gateway_user(ui, context, edited);
}

/// Whether a field of the credentials is not there with this kind.
fn is_elsewhere(field: &Field, kind: Kind) -> bool {
    match field {
        Field::ClientId | Field::ClientSecret | Field::Scope => kind != Kind::Client,
        Field::AccessToken => kind != Kind::Token,
        Field::SameAs => kind != Kind::SameAs,
        Field::TokenFrom => !matches!(kind, Kind::Client | Kind::SameAs),
        _ => false,
    }
}

fn client(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    let Credentials::ClientCredentials { client_id, .. } = &mut edited.environment.credentials
    else {
        return;
    };
    let hint = "2f7a0c1e-77f0-4f3e-8c57-0b7e3b1f5a10";
    context.text(
        ui,
        "Client ID",
        &Field::ClientId,
        client_id,
        hint,
        Face::Mono,
    );
    secret(
        ui,
        context,
        edited,
        "Client secret",
        &Field::ClientSecret,
        &SecretName::ClientSecret,
    );
    if let Credentials::ClientCredentials { scope, style, .. } = &mut edited.environment.credentials
    {
        let hint = "empty for all that the client may";
        context.text(ui, "Scope", &Field::Scope, scope, hint, Face::Mono);
        authentication(ui, style);
    }
}

fn same_as(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    environment: &mut EnvironmentId,
    others: &[(EnvironmentId, String)],
) {
    fields::row(ui, "Same as", |ui, _| {
        let shown = others
            .iter()
            .find(|(id, _)| id == environment)
            .map_or_else(|| environment.to_string(), |(_, name)| name.clone());
        let list = ui.name_inputs("Same as", |ui| {
            ComboBox::from_id_salt("same as")
                .icon(crate::ui::widgets::basic::drop_down)
                .width(260.0)
                .selected_text(shown)
                .show_ui(ui, |ui| {
                    for (id, name) in others {
                        if ui.selectable_label(environment == id, name).clicked() {
                            *environment = id.clone();
                        }
                    }
                })
                .response
        });
        context.come_into_sight(&Field::SameAs, &list);
        context.remarks(ui, &Field::SameAs);
    });
}

fn authentication(ui: &mut Ui, style: &mut ClientAuthentication) {
    fields::row(ui, "Sent as", |ui, width| {
        segmented::show(
            ui,
            style,
            &[
                (ClientAuthentication::Basic, "Basic"),
                (ClientAuthentication::BasicRaw, "Basic, raw"),
                (ClientAuthentication::Body, "In the body"),
            ],
            width,
        );
        let words = match style {
            ClientAuthentication::Basic => "",
            ClientAuthentication::BasicRaw => {
                "Without form-encoding, as all official clients send it"
            }
            ClientAuthentication::Body => "client_id and client_secret as form fields",
        };
        beneath(ui, words);
    });
}

pub(super) fn variables(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    edited: &mut EnvironmentForm,
) {
    heading(ui, "Variables");
    beneath(
        ui,
        "Written {{name}} in paths, parameters, headers and bodies; the values of secret ones go into the keyring",
    );
    let mut removed = None;
    for index in 0..edited.environment.variables.len() {
        let label = format!("Variable {}", index + 1);
        let name = edited.environment.variables[index].name.clone();
        ui.push_id(("variable", index), |ui| {
            ui.horizontal_wrapped(|ui| {
                let variable = &mut edited.environment.variables[index];
                let name_label = format!("{label} name");
                fields::text(
                    ui,
                    &name_label,
                    &mut variable.name,
                    "name",
                    Face::Mono,
                    160.0,
                );
                if !variable.secret {
                    let value_label = format!("{label} value");
                    fields::text(
                        ui,
                        &value_label,
                        &mut variable.value,
                        "value",
                        Face::Mono,
                        240.0,
                    );
                }
                ui.checkbox(&mut variable.secret, "secret");
                if variable.secret {
                    variable.value.clear();
                }
                if icons::control(ui, Icon::Close, &format!("Remove {label}")).clicked() {
                    removed = Some(index);
                }
            });
            if edited.environment.variables[index].secret && !name.is_empty() {
                let field = Field::Variable(name.clone());
                let secret_name = SecretName::Variable(name.clone());
                let label = format!("Value of {}", crate::body::visible::line(&name));
                secret(ui, context, edited, &label, &field, &secret_name);
            } else {
                context.remarks(ui, &Field::Variable(name));
            }
        });
    }
    if let Some(index) = removed {
        edited.environment.variables.remove(index);
    }
    if ui.button("Add a variable").clicked() {
        edited.environment.variables.push(Variable {
            name: String::new(),
            value: String::new(),
            secret: false,
        });
    }
}

pub(super) fn default_headers(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    edited: &mut EnvironmentForm,
) {
    heading(ui, "Default headers");
    beneath(ui, "Sent with every request that has none of that name");
    let form = context.form;
    let outcome = ui
        .scope(|ui| {
            ui.set_max_width(size::FORM_LABEL + size::UNIT + size::FORM_FIELD);
            rows::headers(
                ui,
                "Default header",
                &mut edited.environment.default_headers,
                |row| {
                    let field = Field::DefaultHeader(row);
                    let problems = form.problems_at(&field).map(FieldRemark::from);
                    let notes = form.notes_at(&field).map(FieldRemark::from);
                    problems.chain(notes).collect::<Vec<_>>()
                },
            )
        })
        .inner;
    if let Some(fix) = outcome.fix {
        context
            .view
            .act(crate::app::action::Action::ApplyFormFix(fix));
    }
}

pub(super) fn path_map(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    edited: &mut EnvironmentForm,
) {
    heading(ui, "Path map");
    beneath(
        ui,
        "The gateway's own routes: a request under the first path goes to the second; the first match wins",
    );
    let mut removed = None;
    for (index, rule) in edited.environment.path_map.iter_mut().enumerate() {
        let label = format!("Rule {}", index + 1);
        ui.push_id(("rule", index), |ui| {
            ui.horizontal_wrapped(|ui| {
                let from = format!("{label} from");
                fields::text(
                    ui,
                    &from,
                    &mut rule.from,
                    "/api/v2/users",
                    Face::Mono,
                    190.0,
                );
                ui.label("→");
                let to = format!("{label} to");
                fields::text(ui, &to, &mut rule.to, "/users", Face::Mono, 150.0);
                let mut exact = rule.matching == PathMatching::Exact;
                ui.checkbox(&mut exact, "exactly");
                rule.matching = if exact {
                    PathMatching::Exact
                } else {
                    PathMatching::Prefix
                };
                if icons::control(ui, Icon::Close, &format!("Remove {label}")).clicked() {
                    removed = Some(index);
                }
            });
            context.remarks(ui, &Field::PathMap(index));
        });
    }
    if let Some(index) = removed {
        edited.environment.path_map.remove(index);
    }
    if ui.button("Add a rule").clicked() {
        edited.environment.path_map.push(PathMapRule {
            matching: PathMatching::Prefix,
            from: String::new(),
            to: String::new(),
        });
    }
    super::form_routes::show(ui, context);
}
