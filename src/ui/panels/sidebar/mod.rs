//! The sidebar: requests, history, catalogue.

mod catalogue;
mod history;
mod requests;

use egui::Ui;

use crate::app::action::Action;
use crate::app::state::SidebarPage;
use crate::ui::widgets::basic;

use super::View;

pub(in crate::ui) use catalogue::CatalogueView;
pub(in crate::ui) use requests::short_method;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let chosen = ui
        .horizontal(|ui| {
            basic::strip(
                ui,
                "Sidebar",
                view.state.sidebar,
                &[
                    (SidebarPage::Requests, "Requests", None),
                    (SidebarPage::History, "History", None),
                    (SidebarPage::Catalogue, "Catalogue", None),
                ],
            )
        })
        .inner;
    if let Some(page) = chosen {
        view.act(Action::ShowSidebar(page));
    }
    match view.state.sidebar {
        SidebarPage::Requests => requests::show(ui, view),
        SidebarPage::History => history::show(ui, view),
        SidebarPage::Catalogue => catalogue::show(ui, view),
    }
}
