//! Everything that is said about an environment in one place, and whether it can be used.

use egui::Ui;

use crate::app::action::Action;
use crate::app::form::EnvironmentForm;
use crate::app::tab::FieldRemark;
use crate::model::note::Field;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::environment_form::{FormContext, heading};

/// In the title bar: how many problems and notes there are.
pub(super) fn summary(ui: &mut Ui, form: &EnvironmentForm) {
    let palette = Palette::of(ui);
    let (problems, notes) = counts(form);
    if problems > 0 {
        ui.label(basic::small(counted(problems, "problem")).color(palette.bad));
    }
    if notes > 0 {
        ui.label(basic::small(counted(notes, "note")).color(palette.warn));
    }
}

/// At the end of the form.
pub(super) fn show(ui: &mut Ui, context: &mut FormContext<'_, '_>) {
    heading(ui, "Check of these settings");
    let palette = Palette::of(ui);
    let form = context.form;
    let (problems, notes) = counts(form);
    if problems == 0 {
        let (icon, colour, words) = if notes == 0 {
            (Icon::Check, palette.ok, "Nothing to remark".to_owned())
        } else {
            let words = format!("It can be used; {} worth reading", counted(notes, "note"));
            (Icon::Warning, palette.warn, words)
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = size::SMALL_ROW;
            icons::decoration(ui, icon, colour);
            ui.label(basic::small(words).color(colour));
        });
    }
    let all = form
        .problems
        .iter()
        .map(|problem| (&problem.field, FieldRemark::from(problem)))
        .chain(
            form.notes
                .iter()
                .chain(&form.invoke_notes)
                .map(|note| (&note.field, FieldRemark::from(note))),
        );
    let mut chosen = None;
    for (field, remark) in all {
        if let Some(fix) = line(ui, field, &remark) {
            chosen = Some(fix);
        }
    }
    if let Some(fix) = chosen {
        context.view.act(Action::ApplyFormFix(fix));
    }
}

fn line(ui: &mut Ui, field: &Field, remark: &FieldRemark<'_>) -> Option<crate::model::note::Fix> {
    let palette = Palette::of(ui);
    let (icon, colour) = if remark.blocking {
        (Icon::Cross, palette.bad)
    } else {
        (Icon::Warning, palette.warn)
    };
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = size::SMALL_ROW;
        icons::decoration(ui, icon, colour);
        let words = format!("{}: {}", capitalised(field), remark.text);
        ui.label(basic::worded(ui, &words, palette.secondary));
        if let Some(fix) = remark.fix
            && basic::link(ui, &fix.label).clicked()
        {
            chosen = Some(fix.clone());
        }
    });
    chosen
}

fn capitalised(field: &Field) -> String {
    let name = field.to_string();
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

fn counts(form: &EnvironmentForm) -> (usize, usize) {
    (
        form.problems.len(),
        form.notes.len() + form.invoke_notes.len(),
    )
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        more => format!("{more} {what}s"),
    }
}
