//! One row of the tree: a folder or a request, its menu, and the field that takes the place of its name.

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, FontFamily, FontId, Id, Rect, Response, Sense, StrokeKind,
    TextStyle, Ui, pos2, vec2,
};

use crate::app::action::Action;
use crate::app::exporting::{ExportingAction, Wanted};
use crate::app::tree::{Node, Place, TreeAction, TreeRow, rows};
use crate::body::visible;
use crate::ui::panels::{View, name_field};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

/// The id of a row, the same wherever it stands.
pub(super) fn id_of(ui: &Ui, node: &Node) -> Id {
    ui.scope_id().with(("tree row", node))
}

pub(super) fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    row: &TreeRow,
    rect: Rect,
    is_cursor: bool,
) -> Response {
    // One row takes part in Tab; the arrows lead to the others.
    let mut sense = Sense::CLICK | Sense::DRAG;
    if is_cursor {
        sense |= Sense::FOCUSABLE;
    }
    let response = ui.interact(rect, id_of(ui, &row.node), sense);
    // In the frame after the keys moved: then it is the row that can have the focus.
    if is_cursor && view.local.tree.focus.as_ref() == Some(&row.node) {
        view.local.tree.focus = None;
        response.request_focus();
    }
    let look = Look::of(view, row);
    describe(ui, &response, row, &look);
    if ui.is_rect_visible(rect) {
        paint(ui, view, row, rect, &response, &look);
    }
    if look.naming.is_some() {
        return response;
    }
    if response.clicked() || response.secondary_clicked() {
        view.act(Action::Tree(TreeAction::Choose(row.node.clone())));
        view.local.tree.focus = None;
        response.request_focus();
    }
    if response.double_clicked() && !row.is_folder() {
        start_naming(view, row);
    } else if response.clicked() {
        open(view, row);
    }
    if response.drag_started() {
        view.local.tree.drag = Some(row.node.clone());
    }
    if let Node::Request(id) = &row.node
        && response.middle_clicked()
        && view.state.tab(id).is_some()
    {
        view.act(Action::CloseTab(id.clone()));
    }
    response.context_menu(|ui| menu(ui, view, row));
    if row.path.is_empty() || row.is_folder() {
        return response;
    }
    let method = crate::body::visible::line(&row.method);
    response.on_hover_text(format!("{method} {}", row.path))
}

/// What the row looks like now.
struct Look {
    /// The request is the open one.
    active: bool,
    /// A folder that is open.
    open: bool,
    unsaved: bool,
    /// Its name is being typed.
    naming: Option<crate::app::tree::Naming>,
}

impl Look {
    fn of(view: &View<'_>, row: &TreeRow) -> Self {
        let state = view.state;
        let naming = state
            .tree
            .naming
            .clone()
            .filter(|naming| naming.node == row.node && !naming.in_tab);
        match &row.node {
            Node::Folder(path) => Self {
                active: false,
                open: !view.local.filter.trim().is_empty() || !state.tree.collapsed.contains(path),
                unsaved: false,
                naming,
            },
            Node::Request(id) => Self {
                active: state.active_tab().is_some_and(|tab| tab.id() == id),
                open: false,
                unsaved: match state.tab(id) {
                    Some(tab) => state.is_unsaved(tab),
                    None => state.tree.has_kept_draft(id),
                },
                naming,
            },
        }
    }
}

fn describe(ui: &Ui, response: &Response, row: &TreeRow, look: &Look) {
    let name = if row.is_folder() {
        format!("Folder {}", row.name)
    } else {
        let note = if look.unsaved { ", not saved" } else { "" };
        let method = crate::body::visible::line(&row.method);
        format!("{method} {}{note}", row.name)
    };
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TreeItem, true, name.clone()));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_selected(look.active);
        node.set_level(row.depth + 1);
        if row.is_folder() {
            node.set_expanded(look.open);
        }
    });
}

fn paint(
    ui: &mut Ui,
    view: &mut View<'_>,
    row: &TreeRow,
    rect: Rect,
    response: &Response,
    look: &Look,
) {
    let palette = Palette::of(ui);
    let radius = CornerRadius::same(size::CHIP_RADIUS);
    let dragged = view.local.tree.drag.as_ref() == Some(&row.node);
    if look.active || response.context_menu_opened() {
        ui.painter().rect_filled(rect, radius, palette.hover);
    } else if response.hovered() || dragged {
        ui.painter().rect_filled(rect, radius, palette.raised);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect,
            radius,
            ui.visuals().selection.stroke,
            StrokeKind::Inside,
        );
    }
    let indent = if row.is_folder() {
        row.depth
    } else {
        row.depth.saturating_sub(1)
    };
    let left = rect.left() + size::UNIT + steps(indent);
    let middle = rect.center().y;
    let name_left = if row.is_folder() {
        basic::chevron(
            ui,
            pos2(left + size::SMALL_DOT, middle),
            look.open,
            palette.secondary,
        );
        left + size::CHEVRON
    } else {
        ui.painter().text(
            pos2(left, middle),
            Align2::LEFT_CENTER,
            short_method(&row.method),
            FontId::new(size::METHOD, FontFamily::Monospace),
            basic::method_colour(palette, &row.method),
        );
        left + size::METHOD_COLUMN
    };
    let right = trailing(ui, row, rect, look);
    let room = Rect::from_min_max(pos2(name_left, rect.top()), pos2(right, rect.bottom()));
    if let Some(naming) = &look.naming {
        view.local.tree.keep_focus |=
            name_field::show(ui, view, room.expand2(vec2(size::HALF, 0.0)), naming);
        return;
    }
    let colour = if row.is_folder() {
        palette.secondary
    } else {
        palette.text
    };
    let job = name_job(ui, row, &view.local.filter, colour, room.width());
    let galley = ui.painter().layout_job(job);
    let at = pos2(room.left(), middle - galley.size().y / 2.0);
    ui.painter().galley(at, galley, colour);
}

#[expect(
    clippy::cast_precision_loss,
    reason = "folders lie a handful deep at most"
)]
fn steps(indent: usize) -> f32 {
    indent as f32 * size::TREE_INDENT
}

/// The count of a closed folder, the dot of what is not saved. Answers where the room for the name ends.
fn trailing(ui: &Ui, row: &TreeRow, rect: Rect, look: &Look) -> f32 {
    let palette = Palette::of(ui);
    let right = rect.right() - size::UNIT;
    if row.is_folder() {
        let count = ui.painter().text(
            pos2(right, rect.center().y),
            Align2::RIGHT_CENTER,
            row.count.to_string(),
            FontId::new(size::TINY, FontFamily::Proportional),
            palette.faint,
        );
        return count.left() - size::UNIT;
    }
    if look.unsaved {
        ui.painter().circle_filled(
            pos2(right - size::SMALL_DOT, rect.center().y),
            size::SMALL_DOT,
            palette.warn,
        );
        return right - size::UNIT * 2.0;
    }
    right
}

/// The name with the words that a filter found, and the path behind it when they stand there.
fn name_job(ui: &Ui, row: &TreeRow, filter: &str, colour: Color32, width: f32) -> LayoutJob {
    let palette = Palette::of(ui);
    let body = TextStyle::Body.resolve(ui.style());
    let mut job = LayoutJob {
        wrap: TextWrapping::truncate_at_width(width),
        break_on_newline: false,
        ..LayoutJob::default()
    };
    let in_name = rows::found(&row.name, filter);
    append(
        &mut job,
        &row.name,
        &in_name,
        0.0,
        &TextFormat::simple(body, colour),
        palette,
    );
    let in_path = rows::found(&row.path, filter);
    if in_name.is_empty() && !in_path.is_empty() {
        let small = TextFormat::simple(
            FontId::new(size::TINY, FontFamily::Monospace),
            palette.faint,
        );
        append(&mut job, &row.path, &in_path, size::UNIT, &small, palette);
    }
    job
}

fn append(
    job: &mut LayoutJob,
    text: &str,
    found: &[std::ops::Range<usize>],
    space: f32,
    format: &TextFormat,
    palette: &Palette,
) {
    let marked = TextFormat {
        background: palette.found_current,
        ..format.clone()
    };
    let mut at = 0;
    let mut space = space;
    for range in found {
        if range.start > at {
            job.append(&text[at..range.start], space, format.clone());
            space = 0.0;
        }
        job.append(&text[range.clone()], space, marked.clone());
        space = 0.0;
        at = range.end;
    }
    if at < text.len() || found.is_empty() {
        job.append(&text[at..], space, format.clone());
    }
}

/// A request is opened; a folder opens or closes.
pub(super) fn open(view: &mut View<'_>, row: &TreeRow) {
    match &row.node {
        Node::Request(id) => view.act(Action::OpenRequest(id.clone())),
        Node::Folder(path) => {
            let open = view.state.tree.collapsed.contains(path);
            view.act(Action::Tree(TreeAction::SetOpen {
                folder: path.clone(),
                open,
            }));
        }
    }
}

pub(super) fn start_naming(view: &mut View<'_>, row: &TreeRow) {
    view.act(Action::Tree(TreeAction::StartNaming {
        node: row.node.clone(),
        in_tab: false,
    }));
}

fn menu(ui: &mut Ui, view: &mut View<'_>, row: &TreeRow) {
    basic::menu(ui);
    let within = match &row.node {
        Node::Folder(path) => path.clone(),
        Node::Request(id) => {
            if basic::entry(ui, "Open", "Enter").clicked() {
                view.act(Action::OpenRequest(id.clone()));
            }
            row.within.clone()
        }
    };
    if basic::entry(ui, "Rename", "F2").clicked() {
        start_naming(view, row);
    }
    let node = row.node.clone();
    if basic::entry(ui, "Duplicate", "Ctrl+D").clicked() {
        view.act(Action::Tree(TreeAction::Duplicate(node.clone())));
    }
    ui.menu_button("Move to", |ui| targets(ui, view, row));
    ui.separator();
    if ui.button("New request here").clicked() {
        let within = within.clone();
        view.act(Action::Tree(TreeAction::NewRequest { within }));
    }
    if ui.button("New folder here").clicked() {
        view.act(Action::Tree(TreeAction::NewFolder { within }));
    }
    if ui.button("Export…").clicked() {
        let wanted = match &row.node {
            Node::Request(id) => Wanted::Request(id.clone()),
            Node::Folder(path) => Wanted::Folder(path.clone()),
        };
        view.act(Action::Exporting(ExportingAction::Ask(wanted)));
    }
    ui.separator();
    if basic::entry(ui, "Delete", "Del").clicked() {
        view.act(Action::Tree(TreeAction::Delete(node)));
        view.local.tree.keep_focus = true;
    }
}

/// Every folder it can be moved into.
fn targets(ui: &mut Ui, view: &mut View<'_>, row: &TreeRow) {
    basic::menu(ui);
    let state = view.state;
    egui::ScrollArea::vertical()
        .max_height(size::LIST_MOST)
        .show(ui, |ui| {
            let mut target = |ui: &mut Ui, folder: &str, words: String| {
                if folder != row.within && ui.button(words).clicked() {
                    let to = Place {
                        folder: folder.to_owned(),
                        before: None,
                    };
                    let node = row.node.clone();
                    view.act(Action::Tree(TreeAction::Move { node, to }));
                }
            };
            target(ui, "", "The top".to_owned());
            for folder in state.tree.rows.iter().filter(|row| row.is_folder()) {
                let Node::Folder(path) = &folder.node else {
                    continue;
                };
                let into_itself = matches!(&row.node, Node::Folder(own) if crate::app::tree::places::is_within(path, own));
                if !into_itself {
                    let words = format!("{}{}", "    ".repeat(folder.depth), visible::line(&folder.name));
                    target(ui, path, words);
                }
            }
        });
}

/// Five letters at most, as the list has room for; control characters are escapes.
pub(in crate::ui) fn short_method(method: &str) -> String {
    match method {
        "DELETE" => "DEL".to_owned(),
        "OPTIONS" => "OPT".to_owned(),
        other => crate::body::visible::line(other).chars().take(5).collect(),
    }
}
