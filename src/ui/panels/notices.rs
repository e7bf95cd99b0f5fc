//! Notices over the page, at its lower right: what happened, what to try, and a way to put them away.
//! They float, so that nothing moves when one comes or goes, and leave what is typed above them free.

use egui::{
    Align, Align2, Area, CornerRadius, Frame, Id, Label, Layout, Order, Rect, ScrollArea, Stroke,
    Ui, vec2,
};

use crate::app::action::Action;
use crate::app::notices::{Notice, NoticeKind};
use crate::body::visible;
use crate::ui::tokens::{inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::View;

/// The share of the page's height that notices take at most; the rest is scrolled.
const MOST: f32 = 0.5;

/// Over `page`.
pub(super) fn show(ui: &Ui, view: &mut View<'_>, page: Rect) {
    let state = view.state;
    if state.notices.iter().next().is_none() {
        return;
    }
    let width = size::NOTICE.min(page.width() - size::DOUBLE * 2.0);
    let corner = page.right_bottom() - vec2(size::DOUBLE, size::DOUBLE);
    Area::new(Id::unique("notices"))
        .order(Order::Middle)
        .pivot(Align2::RIGHT_BOTTOM)
        .fixed_pos(corner)
        .constrain_to(page)
        .show(ui.ctx(), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = size::SNUG;
            // The area is as high as it was in the frame before: one notice more must be able to make it higher.
            ScrollArea::vertical()
                .id_salt("notices")
                .max_height(page.height() * MOST)
                .min_scrolled_height(page.height() * MOST)
                .stick_to_bottom(true)
                .show(ui, |ui| {
                    for notice in state.notices.iter() {
                        if card(ui, view, notice) {
                            view.act(Action::DismissNotice(notice.id));
                        }
                    }
                });
        });
}

/// Answers whether it was dismissed.
fn card(ui: &mut Ui, view: &mut View<'_>, notice: &Notice) -> bool {
    let palette = view.palette;
    let (icon, colour, fill) = match notice.kind {
        NoticeKind::Done => (Icon::Check, palette.ok, palette.ok_fill),
        NoticeKind::Warning => (Icon::Warning, palette.warn, palette.warn_fill),
        NoticeKind::Failure => (Icon::Cross, palette.bad, palette.bad_fill),
    };
    let mut dismissed = false;
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(size::LINE, colour))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(inset::CARD)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = size::UNIT;
                // As high as the button beside the words.
                ui.spacing_mut().interact_size.y = size::ICON_BUTTON;
                icons::decoration(ui, icon, colour);
                let link_width = if notice.link.is_some() {
                    size::NOTICE_LINK
                } else {
                    0.0
                };
                let width = ui.available_width() - size::ICON_BUTTON - size::UNIT - link_width;
                ui.vertical(|ui| {
                    ui.set_width(width.max(size::ICON_BUTTON));
                    ui.spacing_mut().item_spacing.y = size::TIGHT;
                    ui.add_space((size::ICON_BUTTON - size::SMALL_ROW) / 2.0);
                    ui.add(
                        Label::new(basic::worded(ui, &visible::text(&notice.text), colour)).wrap(),
                    );
                    if !notice.hint.is_empty() {
                        let hint =
                            basic::worded(ui, &visible::text(&notice.hint), palette.secondary);
                        ui.add(Label::new(hint).wrap());
                    }
                });
                ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                    let name = format!("Dismiss: {}", notice.text);
                    dismissed = icons::button(ui, Icon::Close, &name).clicked();
                    if let Some(link) = &notice.link {
                        let name = format!("{}: {}", link.words(), visible::text(&notice.text));
                        let shown = basic::link(ui, link.words()).accessible_name(name);
                        if shown.clicked() {
                            view.act(Action::FollowNotice(notice.id));
                        }
                    }
                });
            });
        });
    dismissed
}
