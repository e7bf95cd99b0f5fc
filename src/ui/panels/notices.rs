//! Notices above the page: what happened, what to try, and a way to put them away.

use egui::{CornerRadius, Frame, Layout, Margin, Panel, Ui};

use crate::app::action::Action;
use crate::app::notices::NoticeKind;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::View;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    if state.notices.iter().next().is_none() {
        return;
    }
    let palette = Palette::of(ui);
    // Below the page, so that nothing in it moves when a notice comes or goes.
    Panel::bottom("notices")
        .frame(
            Frame::new()
                .fill(palette.ground)
                .inner_margin(Margin::same(8)),
        )
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            for notice in state.notices.iter() {
                let (colour, fill) = match notice.kind {
                    NoticeKind::Done => (palette.ok, palette.ok_fill),
                    NoticeKind::Warning => (palette.warn, palette.warn_fill),
                    NoticeKind::Failure => (palette.bad, palette.bad_fill),
                };
                Frame::new()
                    .fill(fill)
                    .corner_radius(CornerRadius::same(size::RADIUS))
                    .inner_margin(Margin::symmetric(10, 4))
                    .show(ui, |ui| {
                        ui.with_layout(Layout::right_to_left(egui::Align::Min), |ui| {
                            if basic::icon(ui, "×", &format!("Dismiss: {}", notice.text)).clicked()
                            {
                                view.act(Action::DismissNotice(notice.id));
                            }
                            ui.with_layout(Layout::top_down(egui::Align::Min), |ui| {
                                ui.spacing_mut().item_spacing.y = 2.0;
                                ui.label(basic::small(&notice.text).color(colour));
                                if !notice.hint.is_empty() {
                                    ui.label(basic::small(&notice.hint).color(palette.secondary));
                                }
                            });
                        });
                    });
            }
        });
}
