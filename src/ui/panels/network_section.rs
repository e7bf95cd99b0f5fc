//! Proxy, certificates, HTTP version, header case and limits of the environment form.

use egui::Ui;

use crate::app::action::Action;
use crate::app::command::FilePurpose;
use crate::app::form::EnvironmentForm;
use crate::model::environment::{
    HeaderCase, HttpVersion, Limits, NetworkSettings, Proxy, ResolveOverride,
};
use crate::model::note::Field;
use crate::model::secret::SecretName;
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{fields, segmented};

use super::environment_form::{FormContext, beneath};
use super::{form_sections, limit_fields};

#[derive(Clone, Copy, PartialEq, Eq)]
enum ProxyKind {
    System,
    None,
    Explicit,
}

pub(super) fn show(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    egui::CollapsingHeader::new("Network")
        .icon(crate::ui::widgets::basic::unfold)
        .default_open(context.form.environment.network != NetworkSettings::default())
        .open(context.is_wanted(is_here).then_some(true))
        .show(ui, |ui| {
            proxy(ui, context, edited);
            certificates(ui, context, edited);
            protocol(ui, context, edited);
            resolve(ui, edited);
            limits(ui, context, &mut edited.environment.network.limits);
        });
}

/// Fields of this section.
fn is_here(field: &Field) -> bool {
    matches!(
        field,
        Field::Proxy
            | Field::CaFile
            | Field::TrustedFingerprint
            | Field::HttpVersion
            | Field::Limits
    )
}

fn proxy(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    let mut kind = match edited.environment.network.proxy {
        Proxy::System => ProxyKind::System,
        Proxy::None => ProxyKind::None,
        Proxy::Explicit { .. } => ProxyKind::Explicit,
    };
    fields::row(ui, "Proxy", |ui, width| {
        let changed = context.choice(
            ui,
            &Field::Proxy,
            &mut kind,
            &[
                (ProxyKind::System, "System"),
                (ProxyKind::None, "No proxy"),
                (ProxyKind::Explicit, "This one"),
            ],
            width,
        );
        if changed {
            edited.environment.network.proxy = match kind {
                ProxyKind::System => Proxy::System,
                ProxyKind::None => Proxy::None,
                ProxyKind::Explicit => Proxy::Explicit {
                    url: String::new(),
                    user_name: String::new(),
                    bypass: Vec::new(),
                },
            };
        }
    });
    if let Proxy::Explicit { url, user_name, .. } = &mut edited.environment.network.proxy {
        let hint = "http://proxy.example:3128";
        context.text(ui, "Proxy URL", &Field::Proxy, url, hint, Face::Mono);
        fields::row(ui, "Proxy user", |ui, width| {
            fields::text(
                ui,
                "Proxy user",
                user_name,
                "empty for none",
                Face::Mono,
                width,
            );
        });
        fields::row(ui, "Not through it", |ui, width| {
            let hint = "localhost, .internal";
            let text = &mut edited.bypass_text;
            fields::text(
                ui,
                "Hosts not through the proxy",
                text,
                hint,
                Face::Mono,
                width,
            );
        });
        form_sections::secret(
            ui,
            context,
            edited,
            "Proxy password",
            &Field::Proxy,
            &SecretName::ProxyPassword,
        );
    }
}

fn certificates(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    let network = &mut edited.environment.network;
    fields::row(ui, "CA file", |ui, width| {
        ui.horizontal(|ui| {
            let hint = "PEM file of extra roots";
            let text = &mut network.ca_file;
            let file = fields::text(ui, "CA file", text, hint, Face::Mono, width - 100.0);
            context.come_into_sight(&Field::CaFile, &file);
            if ui.button("Browse…").clicked() {
                context.view.act(Action::PickFile {
                    purpose: FilePurpose::CaFile,
                });
            }
        });
        context.remarks(ui, &Field::CaFile);
    });
    context.text(
        ui,
        "Fingerprint",
        &Field::TrustedFingerprint,
        &mut network.trusted_fingerprint,
        "SHA-256 of a certificate trusted here",
        Face::Mono,
    );
}

fn protocol(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    let network = &mut edited.environment.network;
    fields::row(ui, "HTTP version", |ui, width| {
        context.choice(
            ui,
            &Field::HttpVersion,
            &mut network.http_version,
            &[
                (HttpVersion::Http11, "1.1"),
                (HttpVersion::Automatic, "Automatic"),
                (HttpVersion::Http2, "2"),
            ],
            width,
        );
        context.remarks(ui, &Field::HttpVersion);
    });
    fields::row(ui, "Header names", |ui, width| {
        segmented::show(
            ui,
            &mut network.header_case,
            &[
                (HeaderCase::AsTyped, "As typed"),
                (HeaderCase::AddedLower, "Added ones lower"),
                (HeaderCase::Title, "Title-Case"),
                (HeaderCase::Lower, "lower-case"),
            ],
            width,
        );
        if network.header_case == HeaderCase::AsTyped {
            beneath(
                ui,
                "Names that Gatescope adds itself are spelled as the settings say",
            );
        }
    });
}

fn resolve(ui: &mut Ui, edited: &mut EnvironmentForm) {
    let list = &mut edited.environment.network.resolve;
    fields::row(ui, "Fixed addresses", |ui, _| {
        let mut removed = None;
        for (index, entry) in list.iter_mut().enumerate() {
            let label = format!("Fixed address {}", index + 1);
            ui.push_id(("resolve", index), |ui| {
                ui.horizontal(|ui| {
                    let host = format!("{label} host");
                    fields::text(ui, &host, &mut entry.host, "host", Face::Mono, 200.0);
                    let address = format!("{label} address");
                    let hint = "127.0.0.1";
                    fields::text(ui, &address, &mut entry.address, hint, Face::Mono, 140.0);
                    if icons::control(ui, Icon::Close, &format!("Remove {label}")).clicked() {
                        removed = Some(index);
                    }
                });
            });
        }
        if let Some(index) = removed {
            list.remove(index);
        }
        if ui.button("Add an address").clicked() {
            list.push(ResolveOverride {
                host: String::new(),
                address: String::new(),
            });
        }
    });
}

fn limits(ui: &mut Ui, context: &mut FormContext<'_, '_>, limits: &mut Limits) {
    let first = limit_fields::times(ui, limits);
    if let Some(first) = first {
        context.come_into_sight(&Field::Limits, &first);
    }
    limit_fields::sizes(ui, limits);
    context.remarks(ui, &Field::Limits);
}
