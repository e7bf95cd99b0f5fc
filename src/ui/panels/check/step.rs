//! One step of the check: its sign, its title, what was seen, what it means, what to try, and links.

use egui::{Color32, Frame, Label, RichText, Ui, UiBuilder, vec2};

use crate::app::action::Action;
use crate::app::checking::{CheckingAction, ShownCheck};
use crate::body::{format, visible};
use crate::model::environment::SandboxService;
use crate::runs::check::outcome::{Effect, Outcome, StepResult};
use crate::ui::panels::View;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::exchange;

pub(in crate::ui::panels) fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    shown: &ShownCheck,
    result: &StepResult,
) {
    let palette = view.palette;
    let (icon, colour, fill) = look(palette, result.outcome);
    let frame = Frame::new()
        .fill(fill)
        .inner_margin(inset::CARD)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let whole = ui.available_width();
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = size::UNIT;
                ui.scope(|ui| {
                    ui.set_height(size::SMALL_ROW);
                    icons::decoration(ui, icon, colour);
                });
                let width =
                    (whole - size::ICON - size::PHASE_NUMBER - size::DOUBLE).max(size::COMBO);
                ui.allocate_ui_with_layout(
                    vec2(width, 0.0),
                    egui::Layout::top_down(egui::Align::Min),
                    |ui| {
                        ui.set_width(width);
                        ui.spacing_mut().item_spacing.y = size::HALF;
                        words(ui, view, result);
                        links(ui, view, shown, result);
                        if shown.opened.contains(&result.step) {
                            opened(ui, shown, result);
                        }
                    },
                );
                let time = result.took_ms.map_or_else(
                    || "—".to_owned(),
                    |took| format::duration(std::time::Duration::from_secs_f64(took / 1_000.0)),
                );
                ui.allocate_ui_with_layout(
                    vec2(size::PHASE_NUMBER, size::SMALL_ROW),
                    egui::Layout::right_to_left(egui::Align::Center),
                    |ui| ui.label(RichText::new(time).color(palette.secondary)),
                );
            });
        });
    let rect = frame.response.rect;
    if view.local.step_wanted == Some(result.step) {
        view.local.step_wanted = None;
        ui.scroll_to_rect(rect, Some(egui::Align::Min));
    }
    ui.painter().hline(
        rect.x_range(),
        rect.bottom(),
        egui::Stroke::new(size::LINE, palette.line),
    );
}

fn look(palette: &Palette, outcome: Outcome) -> (Icon, Color32, Color32) {
    match outcome {
        Outcome::Passed => (Icon::Check, palette.ok, palette.panel),
        Outcome::Warning => (Icon::Warning, palette.warn, palette.warn_fill),
        Outcome::Failed => (Icon::Cross, palette.bad, palette.bad_fill),
        Outcome::Skipped => (Icon::More, palette.faint, palette.panel),
        Outcome::NotObservable => (Icon::EyeOff, palette.faint, palette.panel),
    }
}

fn words(ui: &mut Ui, view: &View<'_>, result: &StepResult) {
    let palette = view.palette;
    let title = visible::line(&result.title);
    let title = if result.is_finding() {
        basic::strong(title.as_ref())
    } else {
        RichText::new(title.as_ref())
    };
    // The sign says it by colour and shape; this says it to those who hear the page.
    let spoken = format!("{}: {}", result.outcome.words(), result.title);
    ui.add(Label::new(title).wrap())
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
    for seen in &result.evidence {
        let seen = visible::line(seen);
        ui.add(Label::new(basic::small(seen.as_ref()).color(palette.secondary)).wrap());
    }
    if !result.means.is_empty() {
        let means = visible::line(&result.means);
        let colour = if result.is_finding() {
            palette.text
        } else {
            palette.faint
        };
        ui.add(Label::new(basic::small(means.as_ref()).color(colour)).wrap());
    }
    for tried in &result.tries {
        let tried = format!("Try: {}", visible::line(tried));
        ui.add(Label::new(basic::small(tried).color(palette.secondary)).wrap());
    }
}

fn links(ui: &mut Ui, view: &mut View<'_>, shown: &ShownCheck, result: &StepResult) {
    let has_exchange = result
        .exchanges
        .iter()
        .any(|id| shown.exchanges.contains_key(id));
    let environment = view.state.environment(&shown.environment);
    let is_editable = environment.is_some_and(|environment| environment.sandbox.is_none());
    let has_field = is_editable && result.is_finding() && result.field.is_some();
    let sandbox = environment
        .and_then(|environment| environment.sandbox)
        .filter(|_| result.is_finding() && !shown.is_running());
    if !has_exchange && !has_field && sandbox.is_none() && result.request_ids.is_empty() {
        return;
    }
    let named = |words: &str| format!("{words}: {}", result.step.words());
    ui.spacing_mut().interact_size.y = size::SMALL_ROW;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::GAP;
        if has_exchange {
            let words = if shown.opened.contains(&result.step) {
                "Hide exchange"
            } else {
                "Show exchange"
            };
            if basic::link(ui, words)
                .accessible_name(named(words))
                .clicked()
            {
                view.act(Action::Checking(CheckingAction::ToggleExchange(
                    result.step,
                )));
            }
        }
        if let Some(id) = result.request_ids.first() {
            let beginning: String = id.value.chars().take(6).collect();
            let link = basic::link(ui, &format!("Copy request id {beginning}…"));
            if link.accessible_name(named("Copy request id")).clicked() {
                let all: Vec<String> = result
                    .request_ids
                    .iter()
                    .map(|id| format!("{}: {}", id.name, id.value))
                    .collect();
                ui.ctx().copy_text(all.join("\n"));
            }
        }
        if let Some(fix) = result.fix.as_ref().filter(|_| is_editable)
            && basic::link(ui, &fix.label).clicked()
        {
            view.act(Action::Checking(CheckingAction::Fix(result.step)));
        }
        if let Some(field) = result.field.as_ref().filter(|_| has_field) {
            let words = format!("Edit the {field}");
            if basic::link(ui, &words).clicked() {
                view.act(Action::Checking(CheckingAction::ShowField(result.step)));
            }
        }
        if let Some(SandboxService::Broken(_)) = sandbox {
            let words = "Check the gateway without this fault";
            if basic::link(ui, words)
                .accessible_name(named(words))
                .clicked()
            {
                view.act(Action::Checking(CheckingAction::Mend));
            }
        }
    });
    if sandbox.is_some()
        && let Some(field) = &result.field
    {
        let words = format!(
            "The sandbox's environments cannot be changed: in one of your own, a link here leads to the {field}"
        );
        ui.add(Label::new(basic::small(words).color(view.palette.faint)).wrap());
    }
}

/// What was sent both ways, and the exchanges.
fn opened(ui: &mut Ui, shown: &ShownCheck, result: &StepResult) {
    let palette = Palette::of(ui);
    for row in &result.effects {
        let colour = match row.effect {
            Effect::Same => palette.ok,
            Effect::Different => palette.warn,
            Effect::NotObservable => palette.faint,
        };
        let text = format!(
            "{}: {} · through the gateway: {} · directly: {}",
            row.what,
            row.effect.words(),
            visible::line(&row.gateway),
            visible::line(&row.direct)
        );
        ui.add(Label::new(basic::small(text).color(colour)).wrap());
    }
    for id in &result.exchanges {
        if let Some(exchange) = shown.exchanges.get(id) {
            ui.scope_builder(UiBuilder::new().id_salt(id), |ui| {
                Frame::new()
                    .fill(palette.ground)
                    .inner_margin(inset::CARD)
                    .show(ui, |ui| {
                        ui.set_width(ui.available_width());
                        exchange::show(ui, exchange);
                    });
            });
        }
    }
}
