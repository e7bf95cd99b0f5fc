//! Notices over the page, at its lower right: what happened, what to try, what can be done about it, and a way to put them away.
//! They lie over the page, so that nothing in it moves when one comes or goes.

use egui::{
    Align, Align2, Area, CornerRadius, Frame, Id, Layout, Margin, Order, Rect, Stroke, Ui, vec2,
};

use crate::app::action::Action;
use crate::app::notices::{Notice, NoticeKind};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::View;

/// `page`: what the notices may cover.
pub(super) fn show(ui: &Ui, view: &mut View<'_>, page: Rect) {
    let state = view.state;
    if state.notices.iter().next().is_none() {
        return;
    }
    let width = size::NOTICE.min(page.width() - size::UNIT * 2.0);
    Area::new(Id::unique("notices"))
        .order(Order::Middle)
        .pivot(Align2::RIGHT_BOTTOM)
        .fixed_pos(page.right_bottom() - vec2(size::UNIT * 2.0, size::UNIT * 2.0))
        .constrain_to(page)
        .show(ui.ctx(), |ui| {
            ui.spacing_mut().item_spacing.y = size::UNIT;
            for notice in state.notices.iter() {
                one(ui, view, notice, width);
            }
        });
}

fn one(ui: &mut Ui, view: &mut View<'_>, notice: &Notice, width: f32) {
    let palette = Palette::of(ui);
    let (colour, fill) = match notice.kind {
        NoticeKind::Done => (palette.ok, palette.ok_fill),
        NoticeKind::Warning => (palette.warn, palette.warn_fill),
        NoticeKind::Failure => (palette.bad, palette.bad_fill),
    };
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, palette.strong_line))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(Margin::symmetric(12, 6))
        .shadow(egui::epaint::Shadow {
            offset: [0, 2],
            blur: 8,
            spread: 0,
            color: palette.shadow,
        })
        .show(ui, |ui| {
            ui.set_width(width - 24.0);
            ui.spacing_mut().button_padding.x = size::HALF;
            let inside = ui.available_width();
            ui.allocate_ui_with_layout(
                vec2(inside, size::NOTICE_LINE),
                Layout::right_to_left(Align::Center),
                |ui| {
                    let dismiss = format!("Dismiss: {}", notice.text);
                    if basic::icon(ui, "×", &dismiss).clicked() {
                        view.act(Action::DismissNotice(notice.id));
                    }
                    if let Some(link) = &notice.link {
                        let name = format!("{}: {}", link.words(), notice.text);
                        let shown = basic::link(ui, link.words()).accessible_name(name);
                        if shown.clicked() {
                            view.act(Action::FollowNotice(notice.id));
                        }
                    }
                    ui.with_layout(Layout::top_down(Align::Min), |ui| {
                        ui.spacing_mut().item_spacing.y = 2.0;
                        ui.label(basic::small(&notice.text).color(colour));
                        if !notice.hint.is_empty() {
                            ui.label(basic::small(&notice.hint).color(palette.secondary));
                        }
                    });
                },
            );
        });
}
