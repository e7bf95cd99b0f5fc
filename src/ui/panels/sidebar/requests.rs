//! The workspace's requests: open, new, delete.

use egui::{Button, Layout, ScrollArea, Sense, TextStyle, Ui, vec2};

use crate::app::action::Action;
use crate::app::state::WorkspaceStage;
use crate::app::tab::title_of;
use crate::model::ids::RequestId;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields};

use crate::ui::panels::{Focus, View};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.label(basic::strong("Requests"));
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            if basic::icon(ui, "+", "New request").clicked() {
                view.act(Action::NewRequest);
            }
        });
    });
    let width = ui.available_width();
    let filter = fields::text(
        ui,
        "Filter requests",
        &mut view.local.filter,
        "Filter requests",
        Face::Words,
        width,
    );
    if view.local.wants(Focus::Requests) {
        filter.request_focus();
    }
    ui.add_space(size::HALF);
    let wanted = view.local.filter.to_lowercase();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let state = view.state;
        let mut shown = 0;
        for stored in &state.workspace.requests {
            let draft = &stored.draft;
            let text = format!("{} {} {}", draft.method, title_of(draft), draft.path);
            if text.to_lowercase().contains(&wanted) {
                shown += 1;
                row(ui, view, &draft.id, &draft.method, title_of(draft));
            }
        }
        if shown == 0 {
            let words = match state.workspace.stage {
                WorkspaceStage::Opening => "Opening the workspace…",
                WorkspaceStage::Failed => "The workspace could not be opened",
                WorkspaceStage::Open if state.workspace.requests.is_empty() => {
                    "No saved requests yet. Ctrl+S saves the open one"
                }
                WorkspaceStage::Open => "No request matches",
            };
            ui.label(basic::small(words).color(palette.faint));
        }
    });
}

fn row(ui: &mut Ui, view: &mut View<'_>, id: &RequestId, method: &str, title: &str) {
    let palette = Palette::of(ui);
    let active = view.state.active_tab().is_some_and(|tab| tab.id() == id);
    let (rect, row) = ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::hover());
    let mut inner = ui.new_child(
        egui::UiBuilder::new()
            .id_salt(&id.0)
            .max_rect(rect)
            .layout(Layout::right_to_left(egui::Align::Center)),
    );
    let removable = row.contains_pointer() || active;
    if removable && basic::icon(&mut inner, "×", &format!("Delete {title}")).clicked() {
        view.act(Action::Tree(crate::app::tree::TreeAction::Delete(
            crate::app::tree::Node::Request(id.clone()),
        )));
    }
    let mut job = egui::text::LayoutJob::default();
    let mono = egui::FontId::new(size::TINY - 1.0, egui::FontFamily::Monospace);
    let short = short_method(method);
    job.append(
        &format!("{short:<6}"),
        0.0,
        egui::TextFormat::simple(mono, basic::method_colour(palette, method)),
    );
    job.append(
        title,
        6.0,
        egui::TextFormat::simple(TextStyle::Body.resolve(ui.style()), palette.text),
    );
    let left = inner.available_rect_before_wrap();
    let button = Button::selectable(active, job)
        .frame_when_inactive(active)
        .truncate();
    let mut child = inner.new_child(
        egui::UiBuilder::new()
            .max_rect(left)
            .layout(Layout::top_down_justified(egui::Align::Min)),
    );
    let response = child
        .add(button)
        .accessible_name(format!("Open {method} {title}"));
    if response.clicked() {
        view.act(Action::OpenRequest(id.clone()));
    }
}

/// Five letters at most, as the list has room for.
pub(in crate::ui) fn short_method(method: &str) -> String {
    match method {
        "DELETE" => "DEL".to_owned(),
        "OPTIONS" => "OPT".to_owned(),
        other => other.chars().take(5).collect(),
    }
}
