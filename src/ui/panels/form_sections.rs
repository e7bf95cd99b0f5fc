//! Credentials, variables, default headers and the path map of the environment form.

use egui::{ComboBox, Ui};

use crate::app::event::SecretState;
use crate::app::form::EnvironmentForm;
use crate::app::tab::FieldRemark;
use crate::model::environment::{
    ClientAuthentication, Credentials, PathMapRule, PathMatching, Variable,
};
use crate::model::ids::EnvironmentId;
use crate::model::note::Field;
use crate::model::secret::{Secret, SecretKey, SecretName};
use crate::ui::tokens::Palette;
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields, rows};

use super::environment_form::FormContext;

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
    fields::section(ui, "Credentials");
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
    fields::row(ui, "Token", |ui, _| {
        ui.horizontal_wrapped(|ui| {
            if basic::choice(ui, &mut kind, &options) {
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
        });
    });
    match &mut edited.environment.credentials {
        Credentials::None => {}
        Credentials::ClientCredentials {
            client_id,
            scope,
            style,
        } => {
            let hint = "2f7a0c1e-77f0-4f3e-8c57-0b7e3b1f5a10";
            context.text(
                ui,
                "Client ID",
                &Field::ClientId,
                client_id,
                hint,
                Face::Mono,
            );
            context.text(
                ui,
                "Scope",
                &Field::Scope,
                scope,
                "empty for all that the client may",
                Face::Mono,
            );
            authentication(ui, style);
            let field = Field::ClientSecret;
            secret(
                ui,
                context,
                edited,
                "Client secret",
                &field,
                &SecretName::ClientSecret,
            );
        }
        Credentials::AccessToken => {
            let field = Field::AccessToken;
            secret(
                ui,
                context,
                edited,
                "Access token",
                &field,
                &SecretName::AccessToken,
            );
        }
        Credentials::SameAs { environment } => same_as(ui, context, environment, &others),
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
        ui.name_inputs("Same as", |ui| {
            ComboBox::from_id_salt("same as")
                .width(260.0)
                .selected_text(shown)
                .show_ui(ui, |ui| {
                    for (id, name) in others {
                        if ui.selectable_label(environment == id, name).clicked() {
                            *environment = id.clone();
                        }
                    }
                });
        });
        context.remarks(ui, &Field::SameAs);
    });
}

fn authentication(ui: &mut Ui, style: &mut ClientAuthentication) {
    fields::row(ui, "Sent as", |ui, _| {
        ui.horizontal_wrapped(|ui| {
            basic::choice(
                ui,
                style,
                &[
                    (ClientAuthentication::Basic, "Basic"),
                    (ClientAuthentication::BasicRaw, "Basic, raw"),
                    (ClientAuthentication::Body, "In the body"),
                ],
            );
        });
    });
}

/// A secret: typed once, never shown again. What is stored is only replaced.
pub(super) fn secret(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    edited: &mut EnvironmentForm,
    label: &str,
    field: &Field,
    name: &SecretName,
) {
    let palette = Palette::of(ui);
    fields::row(ui, label, |ui, width| {
        let key = SecretKey {
            environment: edited.environment.id.clone(),
            name: name.clone(),
        };
        let stored = context
            .view
            .state
            .secrets
            .get(&key)
            .copied()
            .filter(|_| !edited.is_new);
        let typed = edited.entered.get(name);
        if let (Some(stored), None) = (stored, typed) {
            ui.horizontal(|ui| {
                let (words, colour) = match stored {
                    SecretState::Stored => ("stored in keyring", palette.ok),
                    SecretState::SessionOnly => ("in memory for this run", palette.warn),
                    SecretState::OriginsChanged => (
                        "stored for other addresses; asked about when sending",
                        palette.warn,
                    ),
                };
                ui.label(basic::small(words).color(colour));
                if ui
                    .button("Replace…")
                    .accessible_name(format!("Replace {}", label.to_lowercase()))
                    .clicked()
                {
                    edited.entered.insert(name.clone(), Secret::new(""));
                }
            });
        } else {
            let mut text = typed.map_or_else(String::new, |secret| secret.expose().to_owned());
            let hint = "goes into the keyring, never into the workspace";
            let response = fields::text(ui, label, &mut text, hint, Face::Secret, width);
            if response.changed() {
                if text.is_empty() {
                    edited.entered.remove(name);
                } else {
                    edited.entered.insert(name.clone(), Secret::new(text));
                }
            }
        }
        context.remarks(ui, field);
    });
}

pub(super) fn variables(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    edited: &mut EnvironmentForm,
) {
    fields::section(ui, "Variables");
    let palette = Palette::of(ui);
    ui.label(
        basic::small("Written {{name}} in paths, parameters, headers and bodies")
            .color(palette.faint),
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
                if basic::icon(ui, "×", &format!("Remove {label}")).clicked() {
                    removed = Some(index);
                }
            });
            if edited.environment.variables[index].secret && !name.is_empty() {
                let field = Field::Variable(name.clone());
                let secret_name = SecretName::Variable(name.clone());
                secret(ui, context, edited, "Secret value", &field, &secret_name);
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
    fields::section(ui, "Default headers");
    let form = context.form;
    let outcome = rows::headers(
        ui,
        "Default header",
        &mut edited.environment.default_headers,
        |row| {
            let field = Field::DefaultHeader(row);
            let problems = form.problems_at(&field).map(FieldRemark::from);
            let notes = form.notes_at(&field).map(FieldRemark::from);
            problems.chain(notes).collect::<Vec<_>>()
        },
    );
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
    fields::section(ui, "Path map");
    let palette = Palette::of(ui);
    ui.label(
        basic::small("The gateway's own routes: a request under the first path goes to the second; the first match wins")
            .color(palette.faint),
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
                if basic::icon(ui, "×", &format!("Remove {label}")).clicked() {
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
}
