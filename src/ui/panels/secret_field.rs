//! A secret of an environment: typed once, never shown again; where it is kept, and how to replace or forget it.

use egui::{Frame, Ui};

use crate::app::action::Action;
use crate::app::event::{SecretPresence, SecretState};
use crate::app::form::EnvironmentForm;
use crate::app::preferences::PreferencesAction;
use crate::model::note::Field;
use crate::model::secret::{Secret, SecretKey, SecretName};
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields};

use super::environment_form::{FormContext, beneath};

/// Where the value is, in words.
struct Kept {
    words: String,
    hint: String,
    mood: Mood,
    /// There is something to be forgotten.
    on_this_machine: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Good,
    Passing,
    Bad,
}

pub(super) fn show(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    edited: &mut EnvironmentForm,
    label: &str,
    field: &Field,
    name: &SecretName,
) {
    fields::row(ui, label, |ui, width| {
        let kept = kept(context, edited, name);
        match (kept, edited.entered.contains_key(name)) {
            (Some(kept), false) => {
                let replace = stored(ui, context, edited, label, name, &kept, width);
                context.come_into_sight(field, &replace);
            }
            (kept, _) => {
                let typed = edited.entered.get(name);
                let mut text = typed.map_or_else(String::new, |secret| secret.expose().to_owned());
                let hint = "goes into the keyring, never into the workspace";
                let response = fields::text(ui, label, &mut text, hint, Face::Secret, width);
                context.come_into_sight(field, &response);
                context.frame_remarked(ui, field, &response);
                if response.changed() {
                    edited.entered.insert(name.clone(), Secret::new(text));
                }
                if kept.is_some() {
                    let words = format!("Keep the stored {}", label.to_lowercase());
                    if basic::link(ui, &words).clicked() {
                        edited.entered.remove(name);
                    }
                } else if edited
                    .entered
                    .get(name)
                    .is_some_and(|secret| secret.expose().is_empty())
                {
                    edited.entered.remove(name);
                }
            }
        }
        context.remarks(ui, field);
    });
}

fn stored(
    ui: &mut Ui,
    context: &mut FormContext<'_, '_>,
    edited: &mut EnvironmentForm,
    label: &str,
    name: &SecretName,
    kept: &Kept,
    width: f32,
) -> egui::Response {
    let palette = Palette::of(ui);
    let colour = match kept.mood {
        Mood::Good => palette.text,
        Mood::Passing => palette.warn,
        Mood::Bad => palette.bad,
    };
    let shown = Frame::new()
        .fill(palette.raised)
        .stroke(egui::Stroke::new(size::LINE, palette.line))
        .corner_radius(egui::CornerRadius::same(size::RADIUS))
        .inner_margin(inset::FIELD)
        .show(ui, |ui| {
            ui.set_width(width - size::SMALL_ROW - size::LINE * 2.0);
            ui.spacing_mut().interact_size.y = size::SMALL_ROW;
            ui.horizontal_wrapped(|ui| {
                ui.label(egui::RichText::new(&kept.words).color(colour));
                let lower = label.to_lowercase();
                let replace =
                    basic::link(ui, "Replace…").accessible_name(format!("Replace {lower}"));
                if replace.clicked() {
                    edited.entered.insert(name.clone(), Secret::new(""));
                }
                if kept.on_this_machine
                    && basic::link(ui, "Forget")
                        .accessible_name(format!("Forget {lower}"))
                        .clicked()
                {
                    context
                        .view
                        .act(Action::Preferences(PreferencesAction::ForgetSecret(
                            name.clone(),
                        )));
                }
                replace
            })
            .inner
        });
    beneath(ui, &kept.hint);
    shown.inner
}

/// `None`: there is none, so the field is to be filled.
fn kept(
    context: &FormContext<'_, '_>,
    edited: &EnvironmentForm,
    name: &SecretName,
) -> Option<Kept> {
    if edited.is_new {
        return None;
    }
    let key = SecretKey {
        environment: edited.environment.id.clone(),
        name: name.clone(),
    };
    let state = context.view.state.secrets.get(&key).copied();
    let kept = |words: &str, mood| Kept {
        words: words.to_owned(),
        hint: String::new(),
        mood,
        on_this_machine: state.is_some(),
    };
    let elsewhere = "Entered for other addresses: sending asks before it goes to the new ones";
    if let Some(report) = context.form.secret_report(name) {
        let mut found = match &report.presence {
            SecretPresence::Stored => kept("stored in keyring", Mood::Good),
            SecretPresence::SessionOnly => kept("in memory, for this run only", Mood::Passing),
            SecretPresence::Variable(variable) => Kept {
                hint: format!("For this run only, from {variable}"),
                ..kept("from a variable", Mood::Passing)
            },
            SecretPresence::Missing if state.is_some() => Kept {
                hint: "It was entered on this machine, and somebody took it out of the keyring"
                    .to_owned(),
                ..kept("not in the keyring any more", Mood::Bad)
            },
            SecretPresence::Missing => return None,
            SecretPresence::Unreadable { reason, hint } => Kept {
                hint: hint.clone(),
                ..kept(&format!("cannot be read: {reason}"), Mood::Bad)
            },
        };
        if !report.unconfirmed.is_empty() && found.mood != Mood::Bad {
            elsewhere.clone_into(&mut found.hint);
            found.mood = Mood::Passing;
        }
        return Some(found);
    }
    match state? {
        SecretState::Stored => Some(kept("stored in keyring", Mood::Good)),
        SecretState::SessionOnly => Some(kept("in memory, for this run only", Mood::Passing)),
        SecretState::OriginsChanged => Some(Kept {
            hint: elsewhere.to_owned(),
            ..kept("stored in keyring", Mood::Passing)
        }),
    }
}
