//! What went wrong, and what can be done about it, in place of the body: which leg, which phase, what happened, what to try.

use egui::{Color32, CornerRadius, Frame, Stroke, Ui};

use crate::app::action::Action;
use crate::app::tab::{Answer, ResponsePage, Tab};
use crate::body::visible;
use crate::ui::tokens::{inset, size};
use crate::ui::widgets::basic;

use super::{View, response_explain};

/// Why the last press of Send sent nothing.
pub(super) fn not_sent(ui: &mut Ui, view: &View<'_>, tab: &Tab) {
    let palette = view.palette;
    let Some(failure) = &tab.failure else {
        return;
    };
    let title = format!("Leg {}: nothing was sent", failure.leg.letter());
    banner(ui, (palette.bad, palette.bad_fill), &title, |ui| {
        ui.label(&failure.text);
        hint(ui, view, &failure.hint);
        if tab.answer.is_some() {
            hint(ui, view, "The answer below is from an earlier send");
        }
    });
}

/// What an answer needs said about it: on the body's page, where the body would be.
pub(super) fn about(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, answer: &Answer) {
    if tab.in_flight.is_some() || tab.response_page != ResponsePage::Body {
        return;
    }
    failed(ui, view, answer);
    let palette = view.palette;
    let body = answer
        .exchange
        .answer()
        .and_then(|hop| hop.response.as_ref())
        .map(|response| &response.body);
    if let Some(problem) = body.and_then(|body| body.incomplete.as_ref()) {
        let title = "The body is not whole";
        banner(ui, (palette.warn, palette.warn_fill), title, |ui| {
            ui.label(problem.to_string());
            hint(ui, view, "What arrived is kept and shown");
        });
    }
    redirect(ui, view, answer);
    refused(ui, view, answer);
}

/// A refused answer's meaning in a sentence; the page Explain has the rest.
fn refused(ui: &mut Ui, view: &mut View<'_>, answer: &Answer) {
    if answer.exchange.error.is_some() {
        return;
    }
    let Some(sentence) = answer
        .explanation
        .as_ref()
        .and_then(|explanation| response_explain::sentence(explanation))
    else {
        return;
    };
    let palette = view.palette;
    let mut sentence = crate::body::visible::line(sentence).into_owned();
    let told = answer
        .explanation
        .as_ref()
        .and_then(|explanation| explanation.told_status);
    let hop = answer.exchange.answer();
    if let (Some(told), Some(response)) = (told, hop.and_then(|hop| hop.response.as_ref())) {
        let said = response.status;
        sentence = format!("{sentence}. The gateway made {said} of the status {told}");
    }
    let mut explain = false;
    Frame::new()
        .fill(palette.warn_fill)
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(inset::CARD)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_wrapped(|ui| {
                ui.add(egui::Label::new(egui::RichText::new(sentence).color(palette.text)).wrap());
                explain = basic::link(ui, "Explain").clicked();
            });
        });
    if explain {
        view.act(Action::ShowResponsePage(ResponsePage::Explain));
    }
}

fn failed(ui: &mut Ui, view: &View<'_>, answer: &Answer) {
    let palette = view.palette;
    let exchange = &answer.exchange;
    let Some(error) = &exchange.error else {
        return;
    };
    let phase = error
        .phase
        .map_or(String::new(), |phase| format!(" in phase {phase}"));
    let title = format!(
        "Leg {}, {}: failed{phase}",
        answer.leg.letter(),
        visible::line(&answer.environment.name)
    );
    banner(ui, (palette.bad, palette.bad_fill), &title, |ui| {
        ui.label(exchange.masks.text(&error.text));
        hint(ui, view, &exchange.masks.text(&error.hint));
        let mut names = exchange.hops.iter().rev();
        if let Some(hop) = names.next() {
            let url = exchange.masks.url(&hop.sent.url);
            let words = format!("{} {url}", hop.sent.method);
            let words = crate::body::visible::line(&words).into_owned();
            ui.add(egui::Label::new(basic::mono(words).color(palette.secondary)).truncate());
        }
    });
}

fn redirect(ui: &mut Ui, view: &mut View<'_>, answer: &Answer) {
    let palette = view.palette;
    let Some(url) = &answer.exchange.redirect_offer else {
        return;
    };
    let title = "The answer points to another origin";
    let tab = view.state.active_tab();
    let is_past = tab.is_some_and(|tab| tab.past.is_some());
    let mut follow = false;
    banner(ui, (palette.info, palette.info_fill), title, |ui| {
        ui.label(basic::mono(answer.exchange.masks.url(url)));
        if is_past {
            hint(ui, view, "Send the request again to follow it");
            return;
        }
        hint(
            ui,
            view,
            "Following it leaves out the token and everything secret",
        );
        follow = ui.button("Follow without credentials").clicked();
    });
    if follow {
        view.act(Action::FollowRedirect);
    }
}

fn hint(ui: &mut Ui, view: &View<'_>, words: &str) {
    if !words.is_empty() {
        ui.label(basic::small(words).color(view.palette.secondary));
    }
}

fn banner(ui: &mut Ui, (colour, fill): (Color32, Color32), title: &str, add: impl FnOnce(&mut Ui)) {
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(size::LINE, colour))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(inset::CARD)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = size::HALF;
            ui.label(basic::strong(title).color(colour));
            add(ui);
        });
}
