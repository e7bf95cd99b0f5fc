//! What was set aside, by what set it aside, and the rules that set nothing aside. Rules are switched off and deleted here.

use std::sync::Arc;

use egui::{Frame, Id, Label, Layout, ScrollArea, Sense, Ui, vec2};

use crate::app::action::Action;
use crate::app::comparing::ComparingAction;
use crate::body::visible;
use crate::compare::outcome::{Comparison, Counts, SetAside};
use crate::model::rules::{CompareRule, shipped_rules};
use crate::ui::tokens::{inset, size};
use crate::ui::widgets::basic;

use super::super::View;
use super::{table, table_row};

/// What is listed, made once for each comparison.
#[derive(Debug, Default)]
pub(super) struct ListMemory {
    lines: Option<(Arc<Comparison>, Vec<Line>)>,
    /// Groups whose rows are hidden.
    closed: Vec<SetAside>,
}

#[derive(Debug)]
enum Line {
    Group {
        by: SetAside,
        count: usize,
        open: bool,
    },
    /// By its number in the comparison.
    Row(usize),
    /// Differences of the group that were counted and are not listed.
    Rest(usize),
    /// How many there are, where there are two sorts of them.
    InAll(String),
    UnusedTitle,
    Unused(CompareRule),
    OffTitle,
    /// A rule that is switched off.
    Off(CompareRule),
}

pub(super) fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    comparison: &Arc<Comparison>,
    memory: &mut ListMemory,
) {
    let is_known = memory
        .lines
        .as_ref()
        .is_some_and(|(known, _)| Arc::ptr_eq(known, comparison));
    if !is_known {
        memory.lines = Some((
            Arc::clone(comparison),
            lines(view, comparison, &memory.closed),
        ));
    }
    let Some((_, lines)) = &memory.lines else {
        return;
    };
    if lines.is_empty() {
        Frame::new().inner_margin(inset::PAGE).show(ui, |ui| {
            let words = "Nothing was set aside, and every rule was needed";
            ui.label(basic::small(words).color(view.palette.secondary));
        });
        return;
    }
    table::head(
        ui,
        &visible::line(&comparison.a.environment_name),
        &visible::line(&comparison.b.environment_name),
    );
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut toggled = None;
    ScrollArea::vertical()
        .id_salt("suppressed")
        .auto_shrink(false)
        .show_rows(ui, size::TABLE_ROW, lines.len(), |ui, range| {
            for at in range {
                match &lines[at] {
                    Line::Group { by, count, open } => {
                        if group(ui, view, by, *count, *open) {
                            toggled = Some(by.clone());
                        }
                    }
                    Line::Row(index) => {
                        if let Some(row) = comparison.rows.get(*index) {
                            let id = Id::unique(("suppressed", at));
                            table_row::row(ui, view, id, row, *index, &table_row::what(row));
                        }
                    }
                    Line::Rest(count) => title(ui, view, &format!("{count} more, not listed")),
                    Line::InAll(words) => title(ui, view, words),
                    Line::UnusedTitle => title(ui, view, "Rules that set nothing aside here"),
                    Line::Unused(rule) => rule_line(ui, view, rule, true),
                    Line::OffTitle => title(ui, view, "Rules that are switched off"),
                    Line::Off(rule) => rule_line(ui, view, rule, false),
                }
            }
        });
    if let Some(by) = toggled {
        let known = memory.closed.iter().position(|closed| *closed == by);
        match known {
            Some(at) => {
                memory.closed.remove(at);
            }
            None => memory.closed.push(by),
        }
        memory.lines = None;
    }
}

/// `32 set aside, and 11 fields that differ in every answer`: where the verdict counts less than is listed.
fn in_all(counts: Counts) -> Option<String> {
    let fields = if counts.built_in == 1 {
        "1 field that differs".to_owned()
    } else {
        format!("{} fields that differ", counts.built_in)
    };
    (counts.suppressed() > 0 && counts.built_in > 0).then(|| {
        format!(
            "{} set aside, and {fields} in every answer",
            counts.suppressed()
        )
    })
}

fn lines(view: &View<'_>, comparison: &Comparison, closed: &[SetAside]) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.extend(in_all(comparison.counts).map(Line::InAll));
    for used in &comparison.set_aside {
        let open = !closed.contains(&used.set_aside);
        lines.push(Line::Group {
            by: used.set_aside.clone(),
            count: used.count,
            open,
        });
        if !open {
            continue;
        }
        let rows = comparison
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.set_aside.as_ref() == Some(&used.set_aside));
        let mut listed = 0;
        for (index, row) in rows {
            listed += row.times;
            lines.push(Line::Row(index));
        }
        if listed < used.count {
            lines.push(Line::Rest(used.count - listed));
        }
    }
    if !comparison.unused_rules.is_empty() {
        lines.push(Line::UnusedTitle);
        lines.extend(comparison.unused_rules.iter().cloned().map(Line::Unused));
    }
    let off: Vec<CompareRule> = view
        .state
        .comparing
        .rules
        .listed()
        .filter(|listed| !listed.applies)
        .map(|listed| listed.rule.clone())
        .collect();
    if !off.is_empty() {
        lines.push(Line::OffTitle);
        lines.extend(off.into_iter().map(Line::Off));
    }
    lines
}

fn title(ui: &mut Ui, view: &View<'_>, words: &str) {
    line(ui, |ui| {
        ui.label(basic::small(words).color(view.palette.secondary));
    });
}

/// One row of the list, with a line below it.
fn line(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let palette = crate::ui::tokens::Palette::of(ui);
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::TABLE_ROW), Sense::hover());
    ui.painter()
        .hline(rect.x_range(), rect.bottom(), palette.hairline());
    let inner = rect.shrink2(vec2(size::DOUBLE, 0.0));
    let layout = Layout::left_to_right(egui::Align::Center);
    let builder = egui::UiBuilder::new().max_rect(inner).layout(layout);
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(inner.intersect(ui.clip_rect()));
        add(ui);
    });
}

/// What set something aside, how often, and its switch; answers whether it is to be opened or closed.
fn group(ui: &mut Ui, view: &mut View<'_>, by: &SetAside, count: usize, open: bool) -> bool {
    let palette = view.palette;
    let mut clicked = false;
    line(ui, |ui| {
        let words = visible::line(&by.to_string()).into_owned();
        let (mark, _) = ui.allocate_exact_size(vec2(size::GAP, size::SMALL_ROW), Sense::hover());
        basic::chevron(ui, mark.center(), open, palette.secondary);
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            if let SetAside::Rule { id, .. } = by {
                rule_links(ui, view, id, true);
            }
            ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
                let button = egui::Button::new(basic::strong(&words).size(size::SMALL))
                    .frame(false)
                    .truncate();
                let shown = if open { "open" } else { "closed" };
                let response = ui
                    .add(button)
                    .accessible_name(format!("{words}: {count} set aside, {shown}"));
                clicked = response.clicked();
                let number = basic::small(count.to_string()).color(palette.faint);
                ui.label(number);
            });
        });
    });
    clicked
}

fn rule_line(ui: &mut Ui, view: &mut View<'_>, rule: &CompareRule, on: bool) {
    let palette = view.palette;
    line(ui, |ui| {
        let words = format!("{}: {} {}", rule.id, rule.place, rule.action);
        let words = visible::line(&words).into_owned();
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            rule_links(ui, view, &rule.id, on);
            ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
                let label = Label::new(basic::small(&words).color(palette.text)).truncate();
                ui.add(label).on_hover_text(&rule.because);
            });
        });
    });
}

/// Switch off or on for each rule, delete for those of the workspace.
fn rule_links(ui: &mut Ui, view: &mut View<'_>, id: &str, on: bool) {
    let own = view
        .state
        .comparing
        .rules
        .own
        .iter()
        .any(|rule| rule.id == id);
    if !own && !shipped_rules().iter().any(|rule| rule.id == id) {
        return;
    }
    if own {
        let delete = basic::link(ui, "delete").accessible_name(format!("Delete rule {id}"));
        if delete.clicked() {
            let id = id.to_owned();
            view.act(Action::Comparing(ComparingAction::DeleteRule { id }));
        }
    }
    let words = if on { "switch off" } else { "switch on" };
    let spoken = if on { "Switch off" } else { "Switch on" };
    let switch = basic::link(ui, words).accessible_name(format!("{spoken} rule {id}"));
    if switch.clicked() {
        let id = id.to_owned();
        view.act(Action::Comparing(ComparingAction::SwitchRule {
            id,
            on: !on,
        }));
    }
}
