//! `{{variables}}` in single-line fields: completed while they are typed, coloured where they stand, and told on hover.
//! What a name means is `model::variables`.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{FontFamily, FontId, Galley, Response, TextBuffer, Ui};

use crate::model::environment::Environment;
use crate::model::masks::MASK;
use crate::model::variables::{Meaning, known_names, meaning, open_reference, references};
use crate::ui::tokens::{Palette, size};

use super::basic;
use super::completion::{self, Completion, Preselect, Suggestion};

/// More of them in one field are not told on hover.
const MOST_TOLD: usize = 12;

/// The names that a field knows: those of the environment that Send uses.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Names<'a>(pub(in crate::ui) Option<&'a Environment>);

impl Names<'_> {
    fn meaning(self, name: &str) -> Option<Meaning> {
        self.0.map(|environment| meaning(environment, name))
    }
}

/// A field with its list of suggestions: variables behind `{{`, else what `others` answers for the text in front of the caret.
/// `field` shows it; the text that was accepted is put in.
pub(in crate::ui) fn completed(
    ui: &mut Ui,
    names: Names<'_>,
    salt: &str,
    value: &mut String,
    field: impl FnOnce(&mut Ui, &mut String) -> Response,
    others: impl FnOnce(&str) -> Vec<Suggestion>,
) -> Response {
    let completion = Completion::before(ui, salt);
    let mut response = field(ui, value);
    let open = response
        .has_focus()
        .then(|| completion::caret(ui, response.id))
        .flatten()
        .and_then(|caret| {
            let end = byte_of(value, caret);
            open_reference(&value[..end]).map(|start| (start, end))
        });
    let mut list: Vec<Suggestion> = Vec::new();
    let (name, preselect) = match open {
        Some(_) => ("Variables", Preselect::First),
        None => ("Suggestions", Preselect::Nothing),
    };
    let accepted = completion.after(ui, &response, name, preselect, || {
        list = match open {
            Some((start, end)) => variables(names, &value[start..end]),
            None => others(value),
        };
        list.clone()
    });
    if let Some(chosen) = accepted.and_then(|index| list.get(index)) {
        let caret = if let Some((start, end)) = open {
            let closed = value[end..].starts_with("}}");
            let text = format!("{}{}", chosen.label, if closed { "" } else { "}}" });
            value.replace_range(start..end, &text);
            value[..start].chars().count() + chosen.label.chars().count() + 2
        } else {
            value.clone_from(&chosen.label);
            value.chars().count()
        };
        completion::caret_to(ui, response.id, caret);
        response.mark_changed();
    }
    told(response, names, value)
}

fn byte_of(text: &str, characters: usize) -> usize {
    text.char_indices()
        .nth(characters)
        .map_or(text.len(), |(at, _)| at)
}

fn variables(names: Names<'_>, typed: &str) -> Vec<Suggestion> {
    let wanted = typed.trim().to_lowercase();
    let known = names.0.map(known_names).unwrap_or_default();
    known
        .into_iter()
        .filter(|(name, _)| name.to_lowercase().contains(&wanted))
        .map(|(name, meaning)| Suggestion {
            marks: marks(&name, &wanted),
            hint: in_words(&meaning),
            label: name,
            is_mono: true,
            tag: None,
        })
        .collect()
}

/// The characters of `label` in which `wanted` was found; both in any case.
pub(in crate::ui) fn marks(label: &str, wanted: &str) -> Vec<usize> {
    let lower = label.to_lowercase();
    match lower.find(wanted).filter(|_| !wanted.is_empty()) {
        Some(at) => {
            let first = lower[..at].chars().count();
            (first..first + wanted.chars().count()).collect()
        }
        None => Vec::new(),
    }
}

fn in_words(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Plain(value) => value.clone(),
        Meaning::Secret => MASK.to_owned(),
        Meaning::Dynamic(words) => format!("{words}, made for each send"),
        Meaning::Unknown => "not known here".to_owned(),
    }
}

/// What each variable of the text means, on hover.
pub(in crate::ui) fn told(response: Response, names: Names<'_>, text: &str) -> Response {
    if !text.contains("{{") || names.0.is_none() {
        return response;
    }
    response.on_hover_ui(|ui| {
        let palette = Palette::of(ui);
        for reference in references(text).into_iter().take(MOST_TOLD) {
            let Some(meaning) = names.meaning(reference.name) else {
                continue;
            };
            let colour = colour_of(palette, Some(&meaning));
            ui.horizontal(|ui| {
                ui.label(basic::mono(reference.name).color(colour));
                ui.label(basic::small(in_words(&meaning)).color(palette.secondary));
            });
        }
    })
}

fn colour_of(palette: &Palette, meaning: Option<&Meaning>) -> egui::Color32 {
    match meaning {
        Some(Meaning::Unknown) => palette.bad,
        _ => palette.accent,
    }
}

/// A mono text on one line with its variables coloured; an unknown one is underlined too.
pub(in crate::ui) fn layout(
    ui: &Ui,
    text: &dyn TextBuffer,
    names: Names<'_>,
    plain: egui::Color32,
) -> Arc<Galley> {
    let palette = Palette::of(ui);
    let font = FontId::new(size::MONO, FontFamily::Monospace);
    let text = text.as_str();
    let mut job = LayoutJob {
        break_on_newline: false,
        keep_trailing_whitespace: true,
        ..LayoutJob::default()
    };
    job.wrap.max_width = f32::INFINITY;
    let mut at = 0;
    for reference in references(text) {
        let range = reference.range;
        let format = TextFormat::simple(font.clone(), plain);
        job.append(&text[at..range.start], 0.0, format);
        let meaning = names.meaning(reference.name);
        let colour = colour_of(palette, meaning.as_ref());
        let mut format = TextFormat::simple(font.clone(), colour);
        if meaning == Some(Meaning::Unknown) {
            format.underline = egui::Stroke::new(size::LINE, colour);
        }
        job.append(&text[range.clone()], 0.0, format);
        at = range.end;
    }
    job.append(&text[at..], 0.0, TextFormat::simple(font, plain));
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}
