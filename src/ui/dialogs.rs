//! Questions that have to be answered before anything else, with the words of the event that asks.

use egui::{Context, Frame, Id, Modal, Ui};

use crate::app::action::{Action, DialogAnswer};
use crate::app::command::Approval;
use crate::app::state::Dialog;
use crate::body::visible;
use crate::model::masks::mask_url;
use crate::ui::panels::View;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::{basic, row_end};

use super::{broken_list, key_sheet};

pub(super) fn show(context: &Context, view: &mut View<'_>) {
    let Some(dialog) = &view.state.dialog else {
        return;
    };
    let palette = if context.global_style().visuals.dark_mode {
        &crate::ui::tokens::DARK
    } else {
        &crate::ui::tokens::LIGHT
    };
    basic::covers(context, "dialog");
    let mut answer = None;
    let response = Modal::new(Id::unique("dialog"))
        .backdrop_color(palette.backdrop)
        .frame(Frame::window(&context.global_style()).inner_margin(inset::DIALOG))
        .show(context, |ui| {
            let room = context.content_rect().size() - inset::DIALOG.sum() * 2.0;
            let wanted = match dialog {
                Dialog::Keys | Dialog::BreakIt => size::SHEET,
                _ => size::DIALOG,
            };
            ui.set_width(wanted.min(room.x));
            // A dialog takes its height from what is in it, which would keep what scrolls as low as it begins.
            ui.set_max_height(room.y);
            let scrolls_itself = matches!(dialog, Dialog::Keys | Dialog::BreakIt);
            if scrolls_itself && room.y > size::DIALOG_AROUND * 1.5 {
                answer = content(ui, dialog);
                return;
            }
            // What does not fit scrolls, so that the buttons can always be reached.
            egui::ScrollArea::vertical()
                .max_height(room.y)
                .show(ui, |ui| answer = content(ui, dialog));
        });
    if answer.is_none() && response.should_close() {
        answer = Some(DialogAnswer::Dismiss);
    }
    if let Some(answer) = answer {
        view.act(Action::Answer(answer));
    }
}

fn content(ui: &mut Ui, dialog: &Dialog) -> Option<DialogAnswer> {
    match dialog {
        Dialog::ConfirmUnsafe { text, command, .. } => {
            title(ui, "Send to a protected environment?");
            told(ui, &visible::text(text));
            let name = visible::line(&command.environment.name);
            buttons(ui, Face::Danger, &format!("Send to {name}"), None)
        }
        Dialog::ConfirmReading {
            operation, text, ..
        } => {
            title(ui, "Does this operation only read?");
            told(ui, &visible::text(text));
            ui.label(basic::mono(visible::line(operation)));
            ui.label("The answer is remembered: protected and read-only environments will let this operation through");
            buttons(ui, Face::Primary, "It only reads, send it", None)
        }
        Dialog::OriginsChanged { stored, now, .. } => {
            title(ui, "The addresses of this environment have changed");
            ui.label("Its secrets were entered for other addresses. Nothing secret is sent to the new ones until you say so");
            origins(ui, stored, now);
            buttons(
                ui,
                Face::Danger,
                "Use the secrets for the new addresses",
                None,
            )
        }
        Dialog::Approve { items, .. } => {
            title(ui, "This workspace asks for something outside its folder");
            ui.label("Allow it on this machine only if you know where the workspace comes from");
            for item in items {
                ui.label(basic::mono(visible::line(&approval(item))));
            }
            buttons(ui, Face::Primary, "Allow and send", None)
        }
        Dialog::Refused { text } => {
            title(ui, "Not sent");
            told(ui, &visible::text(text));
            closing(ui)
        }
        Dialog::ConfirmFollow { url, .. } => {
            title(ui, "Send the body to another origin?");
            ui.label(basic::mono(visible::line(url)));
            ui.label("The token and everything secret is left out, the body goes along");
            buttons(ui, Face::Danger, "Follow with the body", None)
        }
        Dialog::CloseForm => {
            title(ui, "Discard the changes to this environment?");
            buttons(ui, Face::Danger, "Discard", Some("Save"))
        }
        Dialog::ConfirmComparison { confirmation, .. } => {
            title(ui, &confirmation.title);
            ui.label(&confirmation.text);
            buttons(ui, Face::Danger, "Send to both", None)
        }
        Dialog::ClearHistory { text, .. } => {
            title(ui, "Clear the history?");
            told(ui, &visible::text(text));
            buttons(ui, Face::Danger, "Clear", None)
        }
        Dialog::BreakIt => {
            title(ui, "Break it");
            broken_list::show(ui)
        }
        Dialog::Keys => {
            title(ui, "Keys");
            key_sheet::show(ui);
            closing(ui)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Face {
    Primary,
    Danger,
}

/// Names and paths in it have a face of their own.
fn told(ui: &mut Ui, text: &str) {
    let words = basic::worded(ui, text, Palette::of(ui).text);
    ui.add(egui::Label::new(words).wrap());
}

fn title(ui: &mut Ui, text: &str) {
    ui.label(basic::strong(text).size(size::TITLE));
    ui.add_space(size::HALF);
}

fn buttons(ui: &mut Ui, face: Face, confirm: &str, save: Option<&str>) -> Option<DialogAnswer> {
    let mut answer = None;
    ui.add_space(size::UNIT);
    ui.horizontal(|ui| {
        row_end::show(ui, "answers", |ui| {
            if basic::secondary(ui, "Cancel").clicked() {
                answer = Some(DialogAnswer::Dismiss);
            }
            if let Some(save) = save
                && basic::primary(ui, save).clicked()
            {
                answer = Some(DialogAnswer::Save);
            }
            let clicked = match face {
                Face::Primary => basic::primary(ui, confirm).clicked(),
                Face::Danger => basic::danger(ui, confirm).clicked(),
            };
            if clicked {
                answer = Some(DialogAnswer::Confirm);
            }
        });
    });
    answer
}

fn closing(ui: &mut Ui) -> Option<DialogAnswer> {
    let mut answer = None;
    ui.add_space(size::UNIT);
    // One row high, and not as high as the window lets it be.
    ui.horizontal(|ui| {
        row_end::show(ui, "close", |ui| {
            answer = basic::secondary(ui, "Close")
                .clicked()
                .then_some(DialogAnswer::Dismiss);
        });
    });
    answer
}

fn origins(ui: &mut Ui, stored: &[String], now: &[String]) {
    let palette = Palette::of(ui);
    ui.columns(2, |columns| {
        for (column, heading, list) in [(0, "Entered for", stored), (1, "Now", now)] {
            let ui = &mut columns[column];
            ui.label(basic::small(heading).color(palette.secondary));
            for origin in list {
                let same = stored.contains(origin) && now.contains(origin);
                let colour = if same { palette.text } else { palette.warn };
                ui.label(basic::mono(visible::line(origin)).color(colour));
            }
        }
    });
}

fn approval(item: &Approval) -> String {
    match item {
        Approval::CaFile(path) => format!("CA file: {path}"),
        Approval::Proxy(url) => format!("Proxy: {}", mask_url(url)),
        Approval::ResolveOverride { host, address } => format!("Address: {host} at {address}"),
        Approval::BodyFile(path) => format!("File to send: {path}"),
        Approval::TrustedFingerprint(hex) => format!("Trusted certificate: {hex}"),
    }
}
