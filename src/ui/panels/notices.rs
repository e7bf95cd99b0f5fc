//! Notices above the page: what happened, what to try, and a way to put them away.

use egui::{Align, CornerRadius, Frame, Layout, Margin, Panel, Ui, vec2};

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
                        ui.horizontal(|ui| {
                            let room = if notice.link.is_some() {
                                ROOM_FOR_DISMISS + ROOM_FOR_LINK
                            } else {
                                ROOM_FOR_DISMISS
                            };
                            let width = (ui.available_width() - room).max(80.0);
                            ui.vertical(|ui| {
                                ui.set_width(width);
                                ui.spacing_mut().item_spacing.y = 2.0;
                                ui.label(basic::small(&notice.text).color(colour));
                                if !notice.hint.is_empty() {
                                    ui.label(basic::small(&notice.hint).color(palette.secondary));
                                }
                            });
                            if let Some(link) = &notice.link {
                                ui.allocate_ui_with_layout(
                                    vec2(ROOM_FOR_LINK - size::UNIT, size::CONTROL),
                                    Layout::right_to_left(Align::Center),
                                    |ui| {
                                        let words = format!("{}: {}", link.words(), notice.text);
                                        let shown = basic::link(ui, link.words());
                                        if shown.accessible_name(words).clicked() {
                                            view.act(Action::FollowNotice(notice.id));
                                        }
                                    },
                                );
                            }
                            let name = format!("Dismiss: {}", notice.text);
                            if basic::icon(ui, "×", &name).clicked() {
                                view.act(Action::DismissNotice(notice.id));
                            }
                        });
                    });
            }
        });
}

/// The button that puts a notice away, with the gap before it, in points.
const ROOM_FOR_DISMISS: f32 = 36.0;
/// What a notice offers to do, in points.
const ROOM_FOR_LINK: f32 = 72.0;
