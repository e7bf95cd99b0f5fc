//! The gateway check: the environment's form on the left when it is open, the steps on the right as they are done. A step that has
//! its place keeps it: results are only ever added at the end.

use egui::{CentralPanel, Frame, Panel, RichText, ScrollArea, Stroke, Ui};

use crate::app::action::Action;
use crate::app::checking::{CheckingAction, ShownCheck};
use crate::app::command::FilePurpose;
use crate::body::format;
use crate::body::visible;
use crate::compare::report::ReportFormat;
use crate::runs::check::outcome::Outcome;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, fields, row_end};

use super::{View, check, environment_form, form_routes};

/// The form's share of the width.
const FORM_SHARE: f32 = 0.42;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(shown) = &state.checking.shown else {
        return;
    };
    let is_open = state
        .form
        .as_ref()
        .is_some_and(|form| form.initial.id == shown.environment);
    if is_open && ui.available_width() >= size::TWO_COLUMNS {
        let width = ui.available_width();
        Panel::left("checked environment")
            .resizable(true)
            .default_size((width * FORM_SHARE).round())
            .size_range(size::BESIDE_CHECK..=(width - size::BESIDE_CHECK).max(size::BESIDE_CHECK))
            .frame(Frame::new().fill(view.palette.panel))
            .show(ui, |ui| environment_form::show(ui, view));
    }
    CentralPanel::default()
        .frame(Frame::new().fill(view.palette.ground).stroke(Stroke::NONE))
        .show(ui, |ui| steps(ui, view, shown));
}

fn steps(ui: &mut Ui, view: &mut View<'_>, shown: &ShownCheck) {
    let is_narrow = ui.available_width() < size::CHECK_TITLE;
    let is_low = ui.available_height() < size::CHECK_HEIGHT;
    let bar = Frame::new()
        .fill(view.palette.panel)
        .inner_margin(inset::BAR);
    Panel::top("check title")
        .exact_size(size::CONTROL + size::DOUBLE)
        .frame(bar)
        .show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                row_end::after(
                    ui,
                    "check",
                    |ui| {
                        let name = basic::strong("Gateway check").size(size::TITLE);
                        ui.add(egui::Label::new(name).truncate());
                        if !is_narrow {
                            ui.add(summary(ui, shown).truncate());
                        }
                    },
                    |ui| buttons(ui, view, shown, is_narrow),
                );
            });
        });
    Panel::top("what the check found")
        .frame(
            Frame::new()
                .fill(view.palette.panel)
                .inner_margin(inset::BAR),
        )
        .show(ui, |ui| found(ui, view, shown));
    if view.local.report_path.is_some() {
        Panel::top("save the report")
            .frame(bar)
            .show(ui, |ui| save_row(ui, view));
    }
    let sheet = Frame::new()
        .fill(view.palette.panel)
        .inner_margin(inset::CARD);
    if !is_low {
        Panel::bottom("check options")
            .frame(sheet)
            .show(ui, |ui| options(ui, view, shown));
    }
    ScrollArea::vertical()
        .id_salt(("steps of the check", shown.run))
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = size::LINE;
            if is_narrow {
                // Its words begin where those of the lines above do.
                let margin = egui::Margin {
                    left: inset::BAR.left,
                    right: inset::BAR.right,
                    ..inset::CARD
                };
                sheet.inner_margin(margin).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.add(summary(ui, shown).wrap());
                });
            }
            configuration(ui, shown, sheet);
            for result in &shown.steps {
                check::step::show(ui, view, shown, result);
            }
            under_way(ui, view, shown);
            if is_low {
                sheet.show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing.y = size::HALF;
                    options(ui, view, shown);
                });
            }
        });
}

/// What the imported configuration gets wrong: known before the first step, so that no step moves by it.
fn configuration(ui: &mut Ui, shown: &ShownCheck, sheet: Frame) {
    let count = shown.route_warnings.len();
    if count == 0 {
        return;
    }
    sheet.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = size::HALF;
        // Short: a heading that unfolds does not wrap.
        let words = match count {
            1 => "Configuration: 1 warning".to_owned(),
            count => format!("Configuration: {count} warnings"),
        };
        egui::CollapsingHeader::new(words)
            .id_salt(("configuration of the check", shown.run))
            .icon(basic::unfold)
            .show(ui, |ui| form_routes::warnings(ui, &shown.route_warnings));
    });
}

/// `Acme gateway · 8 of 10 passed, 1 failed · 1.9 s`
fn summary(ui: &Ui, shown: &ShownCheck) -> egui::Label {
    let palette = Palette::of(ui);
    let took = shown.report.as_ref().map_or_else(String::new, |report| {
        let took = std::time::Duration::from_millis(report.took_ms);
        format!(" · {}", format::duration(took))
    });
    let cancelled = if shown.report.as_ref().is_some_and(|report| report.cancelled) {
        ", cancelled"
    } else {
        ""
    };
    let words = if shown.steps.is_empty() {
        visible::line(&shown.environment_name).into_owned()
    } else {
        format!(
            "{} · {}{cancelled}{took}",
            visible::line(&shown.environment_name),
            shown.summary()
        )
    };
    egui::Label::new(RichText::new(words).color(palette.secondary))
}

/// The first finding, which may stand far below, and how many there are besides. The line is always there: nothing moves when a
/// step fails.
fn found(ui: &mut Ui, view: &mut View<'_>, shown: &ShownCheck) {
    let findings = || shown.steps.iter().filter(|step| step.is_finding());
    let worst = findings()
        .find(|step| step.outcome == Outcome::Failed)
        .or_else(|| findings().next());
    let faint = view.palette.faint;
    ui.horizontal(|ui| {
        ui.set_min_height(size::SMALL_ROW);
        let Some(worst) = worst else {
            let words = if shown.is_running() {
                "Nothing found so far"
            } else {
                "Nothing found"
            };
            ui.add(egui::Label::new(basic::small(words).color(faint)).truncate());
            return;
        };
        ui.spacing_mut().item_spacing.x = size::HALF;
        row_end::after(
            ui,
            "found",
            |ui| {
                ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
                let words = format!("Found: {}", visible::line(&worst.title));
                if basic::link(ui, &words).clicked() {
                    view.local.step_wanted = Some(worst.step);
                }
            },
            |ui| {
                let more = findings().count() - 1;
                if more > 0 {
                    ui.label(basic::small(format!("and {more} more")).color(faint));
                }
            },
        );
    });
}

fn buttons(ui: &mut Ui, view: &mut View<'_>, shown: &ShownCheck, is_narrow: bool) {
    if !shown.is_running() {
        let copy = if is_narrow {
            icons::control(ui, Icon::Copy, "Copy report")
        } else {
            basic::secondary(ui, "Copy report")
        };
        if copy.clicked()
            && let Some(text) = shown.text(ReportFormat::Markdown)
        {
            ui.ctx().copy_text(text);
        }
        let save = if is_narrow {
            icons::control(ui, Icon::Save, "Save the report…")
        } else {
            basic::secondary(ui, "Save…").accessible_name("Save the report…")
        };
        if save.clicked() {
            view.local.report_path = Some(format!("check-{}.md", shown.environment));
        }
    }
    if shown.is_running() {
        if basic::secondary(ui, "Cancel")
            .accessible_name("Cancel the check")
            .clicked()
        {
            view.act(Action::Checking(CheckingAction::Cancel));
        }
    } else if basic::primary(ui, "Run again").clicked() {
        view.act(Action::Checking(CheckingAction::RunAgain));
    }
    if icons::control(ui, Icon::Close, "Close the check").clicked() {
        view.act(Action::Checking(CheckingAction::Close));
    }
}

fn under_way(ui: &mut Ui, view: &View<'_>, shown: &ShownCheck) {
    let Some(step) = shown.asking.filter(|_| shown.is_running()) else {
        return;
    };
    Frame::new().inner_margin(inset::CARD).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = size::UNIT;
            icons::decoration(ui, Icon::Clock, view.palette.faint);
            let words = if shown.resting.is_empty() {
                format!("{}…", step.words())
            } else {
                format!("{}: resting for {}", step.words(), shown.resting)
            };
            ui.label(RichText::new(words).color(view.palette.faint));
        });
    });
}

/// What the next run may do besides.
fn options(ui: &mut Ui, view: &mut View<'_>, shown: &ShownCheck) {
    let palette = view.palette;
    let compared = shown.direct_name.as_ref().map_or_else(
        || "No direct environment to compare with: add one with the same credentials".to_owned(),
        |direct| format!("Compared with {direct}"),
    );
    ui.label(basic::small(compared).color(palette.faint));
    ui.label(
        basic::small("Sends GET, and POST to the login route, paced under the rate limit")
            .color(palette.faint),
    );
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::GAP;
        let mut allow = view.state.checking.allow_writes;
        if ui
            .checkbox(
                &mut allow,
                "Also one POST with a body that is refused as incomplete",
            )
            .changed()
        {
            view.act(Action::Checking(CheckingAction::AllowWrites(allow)));
        }
        let mut echo = view.state.checking.echo_path.clone();
        let width = size::HEADER_NAME.min(ui.available_width());
        let name = "Path of an echo route";
        let field = fields::text(ui, name, &mut echo, "Echo route: /echo", Face::Mono, width);
        if field.changed() {
            view.act(Action::Checking(CheckingAction::EchoPath(echo)));
        }
    });
}

/// A path typed or picked; the picker may not exist on every desktop.
fn save_row(ui: &mut Ui, view: &mut View<'_>) {
    let Some(mut path) = view.local.report_path.take() else {
        return;
    };
    let mut open = true;
    ui.horizontal(|ui| {
        let width = (ui.available_width() * 0.5).clamp(size::SMALL_ROW, size::FORM_FIELD);
        let name = "Save the report to";
        let hint = "Path that ends in .md, .json or .html";
        let field = fields::text(ui, name, &mut path, hint, Face::Mono, width);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let ready = ReportFormat::of_file(path.trim()).is_some();
        let save = ui.add_enabled(ready, egui::Button::new("Save"));
        if save.clicked() || entered && ready {
            let path = path.trim().into();
            view.act(Action::Checking(CheckingAction::Save(path)));
            open = false;
        }
        if ui.button("Browse…").clicked() {
            view.act(Action::PickFile {
                purpose: FilePurpose::SaveReport,
            });
            open = false;
        }
        if icons::control(ui, Icon::Close, "Close saving the report").clicked() {
            open = false;
        }
    });
    if open {
        view.local.report_path = Some(path);
    }
}
