//! What the seven official clients would send with the settings of a gateway environment, and the form they are given.

use egui::text::LayoutJob;
use egui::{Color32, FontSelection, TextFormat, TextStyle, Ui, vec2};

use crate::app::client_preview::{ClientGroup, ClientPreview, ClientVerdict, names, stage_in_host};
use crate::app::form::EnvironmentForm;
use crate::model::clients::ClientForm;
use crate::model::environment::Target;
use crate::model::note::{ClientFormField, Field};
use crate::ui::fonts;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::fields::Face;

use super::environment_form::{FormContext, beneath};

pub(super) fn show(ui: &mut Ui, context: &mut FormContext<'_, '_>, edited: &mut EnvironmentForm) {
    let palette = Palette::of(ui);
    let Some(set) = &context.form.clients else {
        ui.label(basic::small("Shown when the address is complete").color(palette.faint));
        return;
    };
    let with_stage = stage_in_host_instead(context, edited);
    let preview = with_stage.as_ref().unwrap_or(set);
    for group in &preview.groups {
        line(ui, group);
    }
    let Target::Gateway(gateway) = &mut edited.environment.target else {
        return;
    };
    if with_stage.is_some() {
        beneath(
            ui,
            "So it would be with the stage inside the host and the port beside it; nothing was changed",
        );
        if basic::link(ui, "Back to the form that is set").clicked() {
            context.view.local.client_look = None;
        }
    } else if preview.all_work() && !preview.typed {
        beneath(
            ui,
            "Given the host alone, the port, and the stage inside both paths, as listed below",
        );
        if !gateway.stage.trim_matches('/').is_empty()
            && basic::link(ui, "Show what happens with the stage inside the host").clicked()
        {
            context.view.local.client_look = Some(edited.environment.id.clone());
        }
        if let Some(former) = &edited.former_clients
            && basic::link(ui, "Put back the form that was there").clicked()
        {
            gateway.client_form = former.clone();
        }
    } else if basic::link(
        ui,
        "Use the form that works in all: stage inside both paths",
    )
    .clicked()
    {
        edited.former_clients = Some(std::mem::take(&mut gateway.client_form));
    }
    exact(ui, preview);
    given(ui, context, &mut gateway.client_form, set);
}

/// What clients would make of the form of the vendor's guide, while that is looked at.
fn stage_in_host_instead(
    context: &FormContext<'_, '_>,
    edited: &EnvironmentForm,
) -> Option<ClientPreview> {
    let looks = context.view.local.client_look.as_ref() == Some(&edited.environment.id);
    if !looks {
        return None;
    }
    let mut environment = edited.environment.clone();
    if let Target::Gateway(gateway) = &mut environment.target {
        gateway.client_form = stage_in_host(gateway);
    }
    ClientPreview::of(&environment)
}

/// `Go, CX as Code   works`
fn line(ui: &mut Ui, group: &ClientGroup) {
    let palette = Palette::of(ui);
    let names = names(&group.clients);
    let word = group.verdict.word();
    let colour = match group.verdict {
        ClientVerdict::Works => palette.ok,
        ClientVerdict::Differs | ClientVerdict::Unrouted => palette.warn,
        ClientVerdict::Broken => palette.bad,
    };
    let narrow = ui.available_width() < size::CLIENTS + size::MENU;
    let verdict = |ui: &mut Ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = size::TIGHT;
            let words = if group.reason.is_empty() {
                word.to_owned()
            } else {
                format!("{word}: {}", group.reason)
            };
            ui.label(basic::small(words).color(colour));
            if !group.url.is_empty() {
                let job = url(ui, group, colour, palette.secondary);
                ui.label(job);
            }
        });
    };
    if narrow {
        ui.vertical(|ui| {
            ui.label(basic::small(names));
            verdict(ui);
        });
    } else {
        ui.horizontal_top(|ui| {
            ui.allocate_ui_with_layout(
                vec2(size::CLIENTS, size::SMALL_ROW),
                egui::Layout::top_down(egui::Align::Min),
                |ui| {
                    ui.set_width(size::CLIENTS);
                    ui.label(basic::small(names));
                },
            );
            verdict(ui);
        });
    }
}

/// Login and API URL of every client, those that send the same together.
fn exact(ui: &mut Ui, preview: &ClientPreview) {
    let palette = Palette::of(ui);
    egui::CollapsingHeader::new("The exact URLs of each client")
        .icon(basic::unfold)
        .show(ui, |ui| {
            for (clients, urls) in &preview.urls {
                ui.label(basic::small(names(clients)));
                for (method, url) in [("POST", &urls.login), ("GET", &urls.api)] {
                    let text = if url.text.is_empty() {
                        format!("{method} past the gateway, to the region")
                    } else {
                        format!("{method} {}", url.text)
                    };
                    let mono = TextStyle::Monospace.resolve(ui.style());
                    let format = TextFormat::simple(mono, palette.secondary);
                    let mut job = LayoutJob::single_section(text, format);
                    // A URL has no blanks to break at.
                    job.wrap.break_anywhere = true;
                    ui.add(egui::Label::new(job).selectable(true));
                }
            }
        });
}

/// The URL with what is odd in it in the heavier face.
fn url(ui: &Ui, group: &ClientGroup, colour: Color32, quiet: Color32) -> LayoutJob {
    let mono = TextStyle::Monospace.resolve(ui.style());
    let strong = egui::FontId::new(
        FontSelection::from(TextStyle::Monospace)
            .resolve(ui.style())
            .size,
        fonts::strong(),
    );
    let mut job = LayoutJob::default();
    let (before, rest) = group.url.split_at(group.odd.start);
    let (odd, after) = rest.split_at(group.odd.len());
    for (text, font, colour) in [
        (before, &mono, quiet),
        (odd, &strong, colour),
        (after, &mono, quiet),
    ] {
        job.append(text, 0.0, TextFormat::simple(font.clone(), colour));
    }
    // A URL has no blanks to break at.
    job.wrap.break_anywhere = true;
    job
}

/// Host, port, protocol and paths as an official client is given them.
fn given(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    form: &mut ClientForm,
    preview: &ClientPreview,
) {
    let parts = [
        ClientFormField::Host,
        ClientFormField::Port,
        ClientFormField::Protocol,
        ClientFormField::LoginPath,
        ClientFormField::ApiPath,
    ];
    let remarked = parts.iter().any(|part| {
        context
            .form
            .notes_at(&Field::ClientForm(*part))
            .next()
            .is_some()
    });
    egui::CollapsingHeader::new("What the clients are given")
        .icon(crate::ui::widgets::basic::unfold)
        .default_open(remarked || preview.typed)
        .open(
            context
                .is_wanted(|field| matches!(field, Field::ClientForm(_)))
                .then_some(true),
        )
        .show(ui, |ui| {
            let mut shown = preview.given.clone();
            for (label, part, value) in [
                ("Client host", parts[0], &mut shown.host),
                ("Client port", parts[1], &mut shown.port),
                ("Client protocol", parts[2], &mut shown.protocol),
                ("Client login path", parts[3], &mut shown.login_path),
                ("Client API path", parts[4], &mut shown.api_path),
            ] {
                context.text(ui, label, &Field::ClientForm(part), value, "", Face::Mono);
            }
            if shown != preview.given {
                *form = shown;
            }
        });
}
