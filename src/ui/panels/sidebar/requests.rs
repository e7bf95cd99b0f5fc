//! The workspace's requests as a tree: filter, the rows in view, and what is dropped where. One row is the business of `tree_row`,
//! its keys of `tree_keys`, dragging of `tree_drag`.

use egui::{Popup, Rect, ScrollArea, Ui, pos2, vec2};

use crate::app::action::Action;
use crate::app::command::FilePurpose;
use crate::app::exporting::{ExportingAction, Wanted};
use crate::app::state::WorkspaceStage;
use crate::app::tree::{Node, TreeAction, rows};
use crate::ui::panels::{Focus, View};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::{basic, fields};

use super::{tree_drag, tree_keys, tree_row};

/// What only the screen knows of the tree.
#[derive(Default)]
pub(in crate::ui) struct TreeLocal {
    /// The row that has to come into view.
    pub(super) scroll_to: Option<Node>,
    /// The row that gets the keyboard.
    pub(super) focus: Option<Node>,
    /// What is being dragged.
    pub(super) drag: Option<Node>,
    /// The keys stay in the tree, at whatever row they are at next.
    pub(super) keep_focus: bool,
    /// The cursor of the last frame: when it moves, it comes into view.
    last_cursor: Option<Node>,
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let filter = head(ui, view);
    ui.add_space(size::HALF);
    let state = view.state;
    let shown = rows::shown(&state.tree.rows, &state.tree.collapsed, &view.local.filter);
    let first = shown
        .first()
        .map(|index| state.tree.rows[*index].node.clone());
    if filter.has_focus()
        && let Some(first) = first
        && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::ArrowDown))
    {
        view.act(Action::Tree(TreeAction::Choose(first.clone())));
        view.local.tree.focus = Some(first);
    }
    if filter.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
        let request = shown
            .iter()
            .find_map(|index| match &state.tree.rows[*index].node {
                Node::Request(id) => Some(id.clone()),
                Node::Folder(_) => None,
            });
        if let Some(id) = request.filter(|_| !view.local.filter.trim().is_empty()) {
            view.act(Action::OpenRequest(id));
        }
    }
    if shown.is_empty() {
        empty(ui, view);
    } else {
        list(ui, view, &shown);
    }
}

/// The filter, and the menu of what can be made.
fn head(ui: &mut Ui, view: &mut View<'_>) -> egui::Response {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = size::HALF;
        ui.spacing_mut().button_padding.x = size::HALF;
        let width = ui.available_width() - size::BESIDE_FILTER;
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
        // The key has taken the focus away by now.
        if filter.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Escape)) {
            view.local.filter.clear();
        }
        let more = basic::icon(ui, "+", "New request or folder");
        Popup::menu(&more).show(|ui| {
            basic::menu(ui);
            let within = view.state.tree.chosen_folder();
            if ui.button("New request").clicked() {
                view.act(Action::NewRequest);
            }
            if ui.button("New folder").clicked() {
                view.act(Action::Tree(TreeAction::NewFolder { within }));
            }
            ui.separator();
            if ui.button("Import a file…").clicked() {
                view.act(Action::PickFile {
                    purpose: FilePurpose::Import,
                });
            }
            if ui.button("Export all requests…").clicked() {
                view.act(Action::Exporting(ExportingAction::Ask(Wanted::AllRequests)));
            }
            ui.separator();
            if ui.button("Open all folders").clicked() {
                view.act(Action::Tree(TreeAction::OpenAll(true)));
            }
            if ui.button("Close all folders").clicked() {
                view.act(Action::Tree(TreeAction::OpenAll(false)));
            }
        });
        filter
    })
    .inner
}

fn empty(ui: &mut Ui, view: &View<'_>) {
    let palette = Palette::of(ui);
    let state = view.state;
    let words = match state.workspace.stage {
        WorkspaceStage::Opening => "Opening the workspace…",
        WorkspaceStage::Failed => "The workspace could not be opened",
        WorkspaceStage::Open if state.tree.rows.is_empty() => {
            "No saved requests yet. Ctrl+S saves the open one"
        }
        WorkspaceStage::Open => "No request matches. Esc clears the filter",
    };
    ui.label(basic::small(words).color(palette.faint));
}

fn list(ui: &mut Ui, view: &mut View<'_>, shown: &[usize]) {
    let state = view.state;
    if view.local.tree.last_cursor != state.tree.cursor {
        view.local.tree.last_cursor.clone_from(&state.tree.cursor);
        view.local.tree.scroll_to.clone_from(&state.tree.cursor);
    }
    if std::mem::take(&mut view.local.tree.keep_focus) {
        view.local.tree.focus.clone_from(&state.tree.cursor);
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_viewport(ui, |ui, viewport| {
            let origin = ui.max_rect().min;
            let width = ui.available_width();
            ui.set_height(row_top(shown.len()) + size::ROW);
            let rect_of = |at: usize| {
                Rect::from_min_size(
                    pos2(origin.x, origin.y + row_top(at)),
                    vec2(width, size::ROW),
                )
            };
            let (from, to) = in_view(viewport, shown.len());
            let cursor = cursor_at(view, shown);
            if cursor.is_none() && view.local.tree.focus == state.tree.cursor {
                view.local.tree.focus = None;
            }
            let mut visible: Vec<usize> = (from..to).collect();
            // The row with the keyboard is there even when it was scrolled away, or its keys would go nowhere.
            visible.extend(cursor.filter(|at| *at < from || *at >= to));
            for at in visible {
                let row = &state.tree.rows[shown[at]];
                let is_cursor = cursor.unwrap_or(0) == at;
                let response = tree_row::show(ui, view, row, rect_of(at), is_cursor);
                if response.has_focus() {
                    tree_keys::take(ui, view, shown, at, &response);
                }
            }
            tree_drag::show(ui, view, shown, &rect_of);
            if let Some(node) = view.local.tree.scroll_to.take()
                && let Some(at) = shown
                    .iter()
                    .position(|index| state.tree.rows[*index].node == node)
            {
                ui.scroll_to_rect(rect_of(at), None);
            }
        });
}

fn cursor_at(view: &View<'_>, shown: &[usize]) -> Option<usize> {
    let tree = &view.state.tree;
    let cursor = tree.cursor.as_ref()?;
    shown
        .iter()
        .position(|index| tree.rows[*index].node == *cursor)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a row of a list: far below what a float holds exactly"
)]
pub(super) fn row_top(at: usize) -> f32 {
    at as f32 * size::ROW
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in a list that is on the screen: small and not negative"
)]
fn in_view(viewport: Rect, count: usize) -> (usize, usize) {
    let from = (viewport.top() / size::ROW).floor().max(0.0) as usize;
    let to = (viewport.bottom() / size::ROW).ceil().max(0.0) as usize + 1;
    (from.min(count), to.min(count))
}
