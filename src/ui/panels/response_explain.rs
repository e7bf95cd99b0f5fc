//! What an answer means: the sentence, the likely causes, what to try with a click where one click can do it,
//! the evidence, and the request ids. On success it is quiet and lists what the gateway changed.

use egui::{Label, RichText, ScrollArea, Ui};

use crate::app::action::Action;
use crate::app::explaining::{ExplainingAction, can_mend, is_possible, link_words, why_not};
use crate::app::tab::Answer;
use crate::body::visible;
use crate::explain::explanation::{Explanation, Finding, Remedy};
use crate::ui::tokens::size;
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::View;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, answer: &Answer) {
    let palette = view.palette;
    let Some(explanation) = &answer.explanation else {
        ui.label(basic::small("Looking at the answer…").color(palette.faint));
        return;
    };
    ScrollArea::vertical()
        .id_salt("explanation")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(size::READABLE));
            ui.spacing_mut().item_spacing.y = size::HALF;
            ui.spacing_mut().interact_size.y = size::SMALL_ROW;
            ui.add_space(size::UNIT);
            match &explanation.main {
                Some(finding) => self::finding(ui, view, answer, finding, true),
                None => quiet(ui, view, explanation),
            }
            if !explanation.also.is_empty() {
                title(ui, "Also worth knowing");
                for also in &explanation.also {
                    finding(ui, view, answer, also, false);
                    ui.add_space(size::UNIT);
                }
            }
            evidence(ui, view, explanation);
            request_ids(ui, view, explanation);
        });
}

/// The banner above a refused answer's body: the sentence, and the way to the page.
pub(super) fn sentence(explanation: &Explanation) -> Option<&str> {
    explanation
        .main
        .as_ref()
        .map(|finding| finding.means.as_str())
}

fn quiet(ui: &mut Ui, view: &View<'_>, explanation: &Explanation) {
    let words = if explanation.also.is_empty() {
        "Nothing to explain: the answer came through as it was sent, as far as it shows"
    } else {
        "The answer is a success. What the gateway changed, or may change, is below"
    };
    ui.label(RichText::new(words).color(view.palette.secondary));
}

fn title(ui: &mut Ui, words: &str) {
    ui.add_space(size::UNIT);
    ui.label(basic::strong(words));
}

fn finding(ui: &mut Ui, view: &mut View<'_>, answer: &Answer, finding: &Finding, is_main: bool) {
    let palette = view.palette;
    let means = visible::line(&finding.means);
    let means = if is_main {
        basic::strong(means.as_ref()).size(size::TITLE)
    } else {
        RichText::new(means.as_ref())
    };
    ui.add(Label::new(means).wrap());
    if is_main && !finding.causes.is_empty() {
        ui.label(basic::small("Likely causes, the likeliest first").color(palette.faint));
        for cause in &finding.causes {
            bullet(ui, view, cause);
        }
    }
    if !finding.remedies.is_empty() {
        if is_main {
            ui.label(basic::small("What to try").color(palette.faint));
        }
        for remedy in &finding.remedies {
            self::remedy(ui, view, answer, remedy);
        }
        if is_main && can_mend(view.state) {
            let link = basic::link(ui, "Send through the sandbox's gateway without this fault");
            if link.clicked() {
                view.act(Action::Explaining(ExplainingAction::Mend));
            }
        }
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::UNIT;
        ui.label(basic::small(finding.sureness.words()).color(palette.faint))
            .on_hover_text(&finding.source);
        for link in &finding.links {
            ui.hyperlink_to(basic::small(host(link)), link)
                .on_hover_text(link);
        }
    });
}

/// The host of a link, for its short form.
fn host(link: &str) -> &str {
    link.split_once("://")
        .map_or(link, |(_, rest)| rest)
        .split('/')
        .next()
        .unwrap_or(link)
}

fn bullet(ui: &mut Ui, view: &View<'_>, words: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = size::UNIT;
        ui.label(RichText::new("·").color(view.palette.faint));
        let words = visible::line(words);
        ui.add(Label::new(RichText::new(words.as_ref()).color(view.palette.secondary)).wrap());
    });
}

fn remedy(ui: &mut Ui, view: &mut View<'_>, answer: &Answer, remedy: &Remedy) {
    let words = visible::line(&remedy.words).into_owned();
    let action = remedy
        .action
        .as_ref()
        .filter(|action| is_possible(view.state, action));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::UNIT;
        // No chevron: nothing folds out.
        ui.label(RichText::new("·").color(view.palette.faint));
        ui.add(Label::new(&words).wrap());
        if let Some(action) = action {
            let link = basic::link(ui, link_words(action));
            if link
                .accessible_name(format!("{}: {words}", link_words(action)))
                .clicked()
            {
                view.act(Action::Explaining(ExplainingAction::Take(action.clone())));
            }
        } else if let Some(why) = remedy
            .action
            .as_ref()
            .and_then(|action| why_not(answer, action))
        {
            ui.label(basic::small(why).color(view.palette.faint));
        }
    });
}

fn evidence(ui: &mut Ui, view: &View<'_>, explanation: &Explanation) {
    title(ui, &format!("Answered by {}", explanation.who.words()));
    for one in explanation.evidence() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = size::UNIT;
            ui.label(basic::mono(visible::line(&one.seen).as_ref()).color(view.palette.secondary));
            ui.label(RichText::new(&one.shows).color(view.palette.faint));
        });
    }
}

fn request_ids(ui: &mut Ui, view: &mut View<'_>, explanation: &Explanation) {
    if explanation.request_ids.is_empty() {
        return;
    }
    let mut copied = None;
    ui.add_space(size::UNIT);
    ui.horizontal(|ui| {
        ui.label(basic::strong(
            "Request ids, for a log search or a support ticket",
        ));
        if icons::button(ui, Icon::Copy, "Copy all request ids").clicked() {
            let all: Vec<String> = explanation
                .request_ids
                .iter()
                .map(|id| format!("{}: {}", id.name, id.value))
                .collect();
            copied = Some(all.join("\n"));
        }
    });
    for id in &explanation.request_ids {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = size::UNIT;
            ui.label(basic::small(&id.name).color(view.palette.secondary));
            let value = visible::line(&id.value);
            ui.label(basic::mono(value.as_ref()));
            if icons::button(ui, Icon::Copy, &format!("Copy {}", id.name)).clicked() {
                copied = Some(id.value.clone());
            }
        });
    }
    if let Some(text) = copied {
        ui.ctx().copy_text(text);
    }
}
