//! The open requests as tabs; a dot marks what is not in the workspace.

use egui::{Button, ScrollArea, Stroke, TextStyle, Ui};

use crate::app::action::Action;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::View;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    ScrollArea::horizontal().show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.add_space(size::UNIT);
            let state = view.state;
            for (index, tab) in state.tabs.iter().enumerate() {
                let active = index == state.active_tab;
                let unsaved = state.is_unsaved(tab);
                let start = ui.next_widget_position().x;
                let mut job = egui::text::LayoutJob::default();
                job.append(
                    &super::sidebar::short_method(&tab.draft.method),
                    0.0,
                    egui::TextFormat::simple(
                        egui::FontId::new(size::TINY - 1.0, egui::FontFamily::Monospace),
                        basic::method_colour(palette, &tab.draft.method),
                    ),
                );
                let title: String = tab.title().chars().take(28).collect();
                let body = TextStyle::Body.resolve(ui.style());
                let colour = if active {
                    palette.text
                } else {
                    palette.secondary
                };
                job.append(&title, 8.0, egui::TextFormat::simple(body.clone(), colour));
                if unsaved {
                    job.append("•", 6.0, egui::TextFormat::simple(body, palette.warn));
                }
                let note = if unsaved { ", not saved" } else { "" };
                let response = ui
                    .add(Button::new(job).frame_when_inactive(false))
                    .accessible_name(format!("Tab {}{note}", tab.title()));
                if response.clicked() {
                    view.act(Action::SelectTab(tab.id().clone()));
                }
                if response.middle_clicked()
                    || basic::icon(ui, "×", &format!("Close {}", tab.title())).clicked()
                {
                    view.act(Action::CloseTab(tab.id().clone()));
                }
                if active {
                    let top = ui.max_rect().top() + 1.0;
                    let end = ui.next_widget_position().x;
                    ui.painter()
                        .hline(start..=end, top, Stroke::new(2.0, palette.accent));
                }
                ui.add_space(size::HALF);
            }
            if basic::icon(ui, "+", "New tab").clicked() {
                view.act(Action::NewRequest);
            }
        });
    });
}
