//! The sidebar: requests, history, catalogue.

mod catalogue;
mod history;
mod requests;
mod tree_drag;
mod tree_keys;
mod tree_row;

use egui::{CornerRadius, Sense, Stroke, StrokeKind, Ui, vec2};

use crate::app::action::Action;
use crate::app::state::SidebarPage;
use crate::ui::tokens::{Palette, size};

use super::View;

pub(in crate::ui) use catalogue::CatalogueView;
pub(in crate::ui) use requests::TreeLocal;
pub(in crate::ui) use tree_row::short_method;

const PAGES: [(SidebarPage, &str); 3] = [
    (SidebarPage::Requests, "Requests"),
    (SidebarPage::History, "History"),
    (SidebarPage::Catalogue, "Catalogue"),
];

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    pages(ui, view);
    match view.state.sidebar {
        SidebarPage::Requests => requests::show(ui, view),
        SidebarPage::History => history::show(ui, view),
        SidebarPage::Catalogue => catalogue::show(ui, view),
    }
}

/// Three segments in one frame; the chosen one stands out by its ground and border.
fn pages(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    let (frame, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::CONTROL), Sense::hover());
    ui.painter()
        .rect_filled(frame, CornerRadius::same(size::RADIUS), palette.raised);
    // As wide as their words need, the rest shared equally.
    let font = egui::TextStyle::Body.resolve(ui.style());
    let galleys = PAGES.map(|(page, words)| {
        let colour = if page == view.state.sidebar {
            palette.text
        } else {
            palette.secondary
        };
        ui.painter()
            .layout_no_wrap(words.to_owned(), font.clone(), colour)
    });
    let words: f32 = galleys.iter().map(|galley| galley.size().x).sum();
    let inside = frame.shrink(size::TIGHT);
    let spare = (inside.width() - words) / 3.0;
    let mut left = inside.left();
    for ((page, words), galley) in PAGES.into_iter().zip(galleys) {
        let width = (galley.size().x + spare).max(size::UNIT);
        let rect =
            egui::Rect::from_min_size(egui::pos2(left, inside.top()), vec2(width, inside.height()));
        left += width;
        let active = page == view.state.sidebar;
        let response = ui.interact(
            rect,
            ui.scope_id().with(("sidebar page", words)),
            Sense::click(),
        );
        response.widget_info(|| {
            let name = format!("Sidebar {}", words.to_lowercase());
            egui::WidgetInfo::labeled(egui::Role::Tab, true, name)
        });
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_selected(active));
        let radius = CornerRadius::same(size::RADIUS - 1);
        if active {
            ui.painter().rect(
                rect,
                radius,
                palette.panel,
                Stroke::new(1.0, palette.strong_line),
                StrokeKind::Inside,
            );
        } else if response.hovered() {
            ui.painter().rect_filled(rect, radius, palette.hover);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(
                rect,
                radius,
                ui.visuals().selection.stroke,
                StrokeKind::Inside,
            );
        }
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        painter.galley(
            rect.center() - galley.size() / 2.0,
            galley,
            palette.secondary,
        );
        if response.clicked() {
            view.act(Action::ShowSidebar(page));
        }
    }
}
