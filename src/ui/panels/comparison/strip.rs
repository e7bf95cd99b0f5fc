//! The strip of pages, and on its right how the page is shown and what can be done with the whole comparison.

use egui::{Button, Layout, Popup, PopupCloseBehavior, RichText, Ui, vec2};

use crate::app::action::Action;
use crate::app::comparing::{
    Alignment, Compared, ComparingAction, ComparingOptions, SaveKind, TabComparing,
};
use crate::compare::Leg;
use crate::compare::outcome::Comparison;
use crate::compare::record::{LegOrder, TokenUse};
use crate::compare::report::ReportFormat;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::fields::{self, Face};
use crate::ui::widgets::icons::{self, Icon};

use super::super::View;
use super::{BodyForm, Listed, Page, PageMemory, is_of_headers};

pub(super) fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    comparing: &TabComparing,
    done: &Compared,
    memory: &mut PageMemory,
) {
    let beside = ui.available_width() > size::TOOLS_BESIDE_COMPARISON;
    egui::Frame::new()
        .fill(view.palette.panel)
        .inner_margin(inset::BAR)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                ui.set_height(size::TAB_BAR);
                pages(ui, &done.comparison, memory);
                if beside {
                    right(ui, view, comparing, done, memory);
                }
            });
            if !beside {
                ui.horizontal(|ui| {
                    ui.set_height(size::CONTROL);
                    right(ui, view, comparing, done, memory);
                });
            }
        });
}

fn pages(ui: &mut Ui, comparison: &Comparison, memory: &mut PageMemory) {
    let differences = |of_headers: bool| -> usize {
        let layers = comparison.layers.iter();
        layers
            .filter(|result| is_of_headers(result.layer) == of_headers)
            .map(|result| result.counts.differences)
            .sum()
    };
    // As the verdict counts them: fields that differ in every answer only where nothing else was set aside.
    let aside = match comparison.counts.suppressed() {
        0 => comparison.counts.built_in,
        suppressed => suppressed,
    };
    let unintended = comparison.requests.unintended().count();
    let clicked = basic::strip(
        ui,
        "Comparison",
        memory.page,
        &[
            (Page::Body, "Body", Some(differences(false))),
            (Page::Headers, "Headers", Some(differences(true))),
            (Page::Timing, "Timing", None),
            (Page::Requests, "Requests", Some(unintended)),
            (Page::Suppressed, "Set aside", Some(aside)),
        ],
    );
    if let Some(page) = clicked {
        memory.page = page;
    }
}

fn right(
    ui: &mut Ui,
    view: &mut View<'_>,
    comparing: &TabComparing,
    done: &Compared,
    memory: &mut PageMemory,
) {
    ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = size::HALF;
        let back = icons::control(ui, Icon::Close, "Back to the request");
        if back.on_hover_text("Esc").clicked() {
            view.act(Action::Comparing(ComparingAction::Close));
        }
        report_menu(ui, view, comparing);
        options_menu(ui, view);
        if matches!(memory.page, Page::Body | Page::Headers) {
            listed_menu(ui, done, memory);
        }
        if memory.page == Page::Body {
            form_button(ui, memory);
        }
    });
}

/// A quiet button that opens a menu below it.
fn menu_button(ui: &mut Ui, words: &str, spoken: &str) -> egui::Response {
    let palette = Palette::of(ui);
    // The blanks make room for the chevron, which no text font has.
    let text = RichText::new(format!("{words}     ")).size(size::SMALL);
    let button = Button::new(text.color(palette.secondary))
        .frame_when_inactive(false)
        .min_size(vec2(0.0, size::ROW));
    let before = ui.spacing().button_padding;
    ui.spacing_mut().button_padding.x = size::UNIT;
    let response = ui.add(button).accessible_name(spoken);
    ui.spacing_mut().button_padding = before;
    let side = vec2(size::ICON, size::ICON);
    let centre = response.rect.right_center() - vec2(size::GAP, 0.0);
    let place = egui::Rect::from_center_size(centre, side);
    icons::paint(ui.painter(), place, Icon::ChevronDown, palette.secondary);
    response
}

fn form_button(ui: &mut Ui, memory: &mut PageMemory) {
    let (icon, name, other) = match memory.form {
        BodyForm::Table => (
            Icon::SplitBeside,
            "Bodies side by side",
            BodyForm::SideBySide,
        ),
        BodyForm::SideBySide => (Icon::List, "Differences as a table", BodyForm::Table),
    };
    if icons::control(ui, icon, name).clicked() {
        memory.form = other;
    }
}

/// What is listed unless the user chose: the differences, and everything where there is none.
pub(super) fn listed(memory: &PageMemory, differences: usize) -> Listed {
    memory.listed.unwrap_or(if differences > 0 {
        Listed::Differences
    } else {
        Listed::All
    })
}

fn listed_menu(ui: &mut Ui, done: &Compared, memory: &mut PageMemory) {
    if memory.page == Page::Body && memory.form == BodyForm::SideBySide {
        return;
    }
    let on_headers = memory.page == Page::Headers;
    let differences = done
        .comparison
        .differences()
        .filter(|row| is_of_headers(row.layer) == on_headers)
        .take(1)
        .count();
    let now = listed(memory, differences);
    let words = match now {
        Listed::Differences => "Only differences",
        Listed::All => "All",
    };
    let response = menu_button(ui, words, &format!("Rows: {words}"));
    Popup::menu(&response)
        .accessible_name("Which rows are listed")
        .show(|ui| {
            basic::menu(ui);
            let all = if on_headers {
                "All headers of both sides"
            } else {
                "All, with notes, what was set aside and what is the same"
            };
            for (choice, words) in [
                (Listed::Differences, "Only differences"),
                (Listed::All, all),
            ] {
                if ui.selectable_label(now == choice, words).clicked() {
                    memory.listed = Some(choice);
                    ui.close();
                }
            }
        });
}

/// How the next comparison is made. What concerns the judging only takes effect at once.
fn options_menu(ui: &mut Ui, view: &mut View<'_>) {
    let options = &view.state.comparing.options;
    let words = match &options.alignment {
        Alignment::Automatic => "Lists by id".to_owned(),
        Alignment::InOrder => "Lists in order".to_owned(),
        Alignment::ByKey(key) => format!("Lists by {key}"),
    };
    let response = menu_button(ui, &words, &format!("Options: {words}"));
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name("Options of the comparison")
        .show(|ui| {
            ui.set_min_width(size::SEARCH_FIELD);
            if let Some(changed) = options_form(ui, options) {
                view.act(Action::Comparing(ComparingAction::SetOptions(changed)));
            }
        });
}

fn options_form(ui: &mut Ui, options: &ComparingOptions) -> Option<ComparingOptions> {
    let palette = Palette::of(ui);
    let mut edited = options.clone();
    ui.label(basic::small("Elements of lists belong together").color(palette.secondary));
    let mut choice = |ui: &mut Ui, value: Alignment, words: &str| {
        let is_chosen = std::mem::discriminant(&edited.alignment) == std::mem::discriminant(&value);
        if ui.radio(is_chosen, words).clicked() && !is_chosen {
            edited.alignment = value;
        }
    };
    choice(
        ui,
        Alignment::Automatic,
        "By id, selfUri or name, else in order",
    );
    choice(ui, Alignment::InOrder, "In order");
    choice(ui, Alignment::ByKey("id".to_owned()), "By this key");
    if let Alignment::ByKey(key) = &mut edited.alignment {
        fields::text(
            ui,
            "Key of the elements",
            key,
            "id",
            Face::Mono,
            size::SEARCH_FIELD - size::WIDE,
        );
    }
    ui.separator();
    ui.label(basic::small("From the next comparison on").color(palette.secondary));
    let mut at_once = edited.order == LegOrder::AtOnce;
    if ui
        .checkbox(&mut at_once, "Send to A and B at once")
        .changed()
    {
        edited.order = if at_once {
            LegOrder::AtOnce
        } else {
            LegOrder::OneAfterTheOther
        };
    }
    for (tokens, words) in [
        (TokenUse::Own, "Each side with its own token"),
        (TokenUse::OneForBoth(Leg::A), "Both with the token of A"),
        (TokenUse::OneForBoth(Leg::B), "Both with the token of B"),
    ] {
        ui.radio_value(&mut edited.tokens, tokens, words);
    }
    (edited != *options).then_some(edited)
}

fn report_menu(ui: &mut Ui, view: &mut View<'_>, comparing: &TabComparing) {
    let response = menu_button(ui, "Report", "Report");
    Popup::menu(&response)
        .accessible_name("What to do with the comparison")
        .show(|ui| {
            basic::menu(ui);
            if ui.button("Copy as Markdown").clicked() {
                view.act(Action::Comparing(ComparingAction::CopyMarkdown));
            }
            for (format, words) in [
                (ReportFormat::Html, "Save as HTML…"),
                (ReportFormat::Json, "Save as JSON…"),
                (ReportFormat::Markdown, "Save as Markdown…"),
            ] {
                if ui.button(words).clicked() {
                    let kind = SaveKind::Report(format);
                    view.act(Action::Comparing(ComparingAction::AskWhereToSave(kind)));
                }
            }
            let samples = comparing.latency.is_some();
            let save = ui.add_enabled(samples, Button::new("Save the samples as CSV…"));
            if save.clicked() {
                let kind = SaveKind::Samples;
                view.act(Action::Comparing(ComparingAction::AskWhereToSave(kind)));
            }
        });
}
