//! The open requests as tabs; a dot marks what is not in the workspace. Below them, what is to be decided when the file of the
//! open one was changed outside.

use egui::{
    Align2, CornerRadius, EventFilter, FontFamily, FontId, Frame, Key, Modifiers, Panel, Popup,
    Rect, Response, ScrollArea, Sense, Stroke, StrokeKind, TextStyle, Ui, pos2, vec2,
};

use crate::app::action::Action;
use crate::app::tab::{Tab, title_of};
use crate::app::tree::{Naming, Node, TreeAction};
use crate::body::visible;
use crate::model::ids::RequestId;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::{View, name_field, sidebar};

/// What only the screen knows of the tabs.
#[derive(Default)]
pub(in crate::ui) struct TabsLocal {
    /// The chosen tab of the last frame: another one comes into view.
    last_active: Option<RequestId>,
    last_count: usize,
    /// What is being dragged.
    drag: Option<RequestId>,
}

/// One tab as it is about to be painted.
struct Sketch {
    id: RequestId,
    title: String,
    method: std::sync::Arc<egui::Galley>,
    name: std::sync::Arc<egui::Galley>,
    unsaved: bool,
    active: bool,
    naming: Option<Naming>,
    width: f32,
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    let bar = ui.max_rect();
    ui.painter().hline(
        bar.x_range(),
        bar.bottom() - 0.5,
        Stroke::new(1.0, palette.line),
    );
    let sketches: Vec<Sketch> = view
        .state
        .tabs
        .iter()
        .enumerate()
        .map(|(index, tab)| sketch(ui, view, index, tab))
        .collect();
    let wanted: f32 = sketches.iter().map(|sketch| sketch.width).sum();
    let room = bar.width() - size::TAB_BAR * 2.0 - size::UNIT;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.set_height(bar.height());
        ui.style_mut().always_scroll_the_only_direction = true;
        ScrollArea::horizontal()
            .max_width(wanted.min(room.max(size::TAB_BAR)))
            .auto_shrink([true, false])
            .scroll_bar_visibility(egui::scroll_area::ScrollBarVisibility::AlwaysHidden)
            .show(ui, |ui| tabs(ui, view, &sketches, bar, wanted));
        if square(ui, bar, "+", "New tab").clicked() {
            view.act(Action::NewRequest);
        }
        let more = square(ui, bar, "", "List of tabs");
        icons::paint(
            ui.painter(),
            more.rect,
            Icon::ChevronDown,
            palette.secondary,
        );
        Popup::menu(&more).show(|ui| list(ui, view));
    });
}

fn sketch(ui: &Ui, view: &View<'_>, index: usize, tab: &Tab) -> Sketch {
    let palette = Palette::of(ui);
    let state = view.state;
    let active = index == state.active_tab;
    let title = visible::line(tab.title()).into_owned();
    let colour = if active {
        palette.text
    } else {
        palette.secondary
    };
    let method = ui.painter().layout_no_wrap(
        sidebar::short_method(&tab.draft.method),
        FontId::new(size::METHOD, FontFamily::Monospace),
        basic::method_colour(palette, &tab.draft.method),
    );
    let mut job = egui::text::LayoutJob::single_section(
        title.clone(),
        egui::TextFormat::simple(TextStyle::Body.resolve(ui.style()), colour),
    );
    job.break_on_newline = false;
    job.wrap = egui::text::TextWrapping::truncate_at_width(size::TAB_NAME);
    let name = ui.painter().layout_job(job);
    let unsaved = state.is_unsaved(tab);
    let naming = state
        .tree
        .naming
        .clone()
        .filter(|naming| naming.in_tab && naming.node == Node::Request(tab.id().clone()));
    let name_width = if naming.is_some() {
        size::TAB_NAME
    } else {
        name.size().x
    };
    let dot = if unsaved { size::TAB_DOT } else { 0.0 };
    Sketch {
        id: tab.id().clone(),
        title,
        width: size::TAB_PADDING
            + method.size().x
            + size::UNIT
            + name_width
            + dot
            + size::TAB_CLOSE
            + size::SNUG,
        method,
        name,
        unsaved,
        active,
        naming,
    }
}

fn tabs(ui: &mut Ui, view: &mut View<'_>, sketches: &[Sketch], bar: Rect, wanted: f32) {
    let (all, _) = ui.allocate_exact_size(vec2(wanted, bar.height()), Sense::hover());
    let mut left = all.left();
    let mut rects = Vec::with_capacity(sketches.len());
    for sketch in sketches {
        let rect = Rect::from_min_max(
            pos2(left, bar.top()),
            pos2(left + sketch.width, bar.bottom()),
        );
        left = rect.right();
        rects.push(rect);
        one(ui, view, sketch, rect);
    }
    drag(ui, view, sketches, &rects);
    let active = view.state.active_tab().map(|tab| tab.id().clone());
    let local = &mut view.local.tabs;
    if local.last_active != active || local.last_count != sketches.len() {
        local.last_active = active;
        local.last_count = sketches.len();
        if let Some(rect) = rects.get(view.state.active_tab) {
            ui.scroll_to_rect(*rect, None);
        }
    }
}

fn one(ui: &mut Ui, view: &mut View<'_>, sketch: &Sketch, rect: Rect) {
    let palette = Palette::of(ui);
    // The chosen tab takes part in Tab; the arrows lead to the others.
    let focusable = if sketch.active {
        Sense::FOCUSABLE
    } else {
        Sense::HOVER
    };
    let sense = Sense::CLICK | Sense::DRAG | focusable;
    let response = ui.interact(rect, ui.scope_id().with(("tab", &sketch.id)), sense);
    let note = if sketch.unsaved { ", not saved" } else { "" };
    response.widget_info(|| {
        let name = format!("Tab {}{note}", sketch.title);
        egui::WidgetInfo::labeled(egui::Role::Tab, true, name)
    });
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_selected(sketch.active));
    let painter = ui.painter();
    if sketch.active {
        painter.rect_filled(rect, CornerRadius::ZERO, palette.ground);
        let top = rect.top() + 1.0;
        painter.hline(rect.x_range(), top, Stroke::new(size::MARK, palette.accent));
    } else if response.hovered() {
        painter.rect_filled(rect, CornerRadius::ZERO, palette.raised);
    }
    painter.vline(
        rect.right() - 0.5,
        rect.y_range(),
        Stroke::new(1.0, palette.line),
    );
    if response.has_focus() {
        let stroke = ui.visuals().selection.stroke;
        painter.rect_stroke(
            rect.shrink(size::TIGHT),
            CornerRadius::same(size::CHIP_RADIUS),
            stroke,
            StrokeKind::Inside,
        );
    }
    let middle = rect.center().y;
    let mut at = rect.left() + size::TAB_PADDING;
    let centred = |left: f32, height: f32| pos2(left, middle - height / 2.0);
    painter.galley(
        centred(at, sketch.method.size().y),
        sketch.method.clone(),
        palette.secondary,
    );
    at += sketch.method.size().x + size::UNIT;
    if let Some(naming) = &sketch.naming {
        let room = Rect::from_min_max(
            pos2(at - size::HALF, rect.top()),
            pos2(at + size::TAB_NAME, rect.bottom()),
        );
        name_field::show(ui, view, room, naming);
        return;
    }
    let painter = ui.painter();
    painter.galley(
        centred(at, sketch.name.size().y),
        sketch.name.clone(),
        palette.secondary,
    );
    at += sketch.name.size().x;
    if sketch.unsaved {
        painter.circle_filled(
            pos2(at + size::TAB_DOT * 0.6, middle),
            size::SMALL_DOT,
            palette.warn,
        );
    }
    let close = close_button(ui, sketch, rect);
    act_on(ui, view, sketch, &response, &close);
    if let Some(tab) = view.state.tab(&sketch.id) {
        let words = tooltip(tab, sketch.unsaved);
        response.on_hover_text(words);
    }
}

fn close_button(ui: &Ui, sketch: &Sketch, rect: Rect) -> Response {
    let palette = Palette::of(ui);
    let side = size::BADGE;
    let centre = pos2(
        rect.right() - size::SNUG - side / 2.0 - size::TIGHT,
        rect.center().y,
    );
    let square = Rect::from_center_size(centre, vec2(side, side));
    let focusable = if sketch.active {
        Sense::FOCUSABLE
    } else {
        Sense::HOVER
    };
    let response = ui.interact(
        square,
        ui.scope_id().with(("close tab", &sketch.id)),
        Sense::CLICK | focusable,
    );
    response.widget_info(|| {
        let name = format!("Close {}", sketch.title);
        egui::WidgetInfo::labeled(egui::Role::Button, true, name)
    });
    let radius = CornerRadius::same(size::CHIP_RADIUS);
    if response.hovered() {
        ui.painter().rect_filled(square, radius, palette.hover);
    }
    if response.has_focus() {
        let stroke = ui.visuals().selection.stroke;
        ui.painter()
            .rect_stroke(square, radius, stroke, StrokeKind::Inside);
    }
    ui.painter().text(
        square.center(),
        Align2::CENTER_CENTER,
        "×",
        TextStyle::Body.resolve(ui.style()),
        palette.secondary,
    );
    response
}

fn act_on(ui: &Ui, view: &mut View<'_>, sketch: &Sketch, response: &Response, close: &Response) {
    let id = || sketch.id.clone();
    if close.clicked() || close.middle_clicked() || response.middle_clicked() {
        view.act(Action::CloseTab(id()));
        return;
    }
    if response.double_clicked() {
        view.act(Action::Tree(TreeAction::StartNaming {
            node: Node::Request(id()),
            in_tab: true,
        }));
    } else if response.clicked() {
        view.act(Action::SelectTab(id()));
    }
    if response.drag_started() {
        view.local.tabs.drag = Some(id());
        view.act(Action::SelectTab(id()));
    }
    if response.has_focus() {
        arrows(ui, view, response);
    }
    response.context_menu(|ui| {
        basic::menu(ui);
        if ui.button("Rename").clicked() {
            view.act(Action::Tree(TreeAction::StartNaming {
                node: Node::Request(id()),
                in_tab: true,
            }));
        }
        ui.separator();
        if basic::entry(ui, "Close", "Ctrl+W").clicked() {
            view.act(Action::CloseTab(id()));
        }
        if view.state.tabs.len() > 1 && ui.button("Close the other tabs").clicked() {
            view.act(Action::Tree(TreeAction::CloseOtherTabs(id())));
        }
        if !view.state.tree.closed.is_empty()
            && basic::entry(ui, "Open the last closed tab", "Ctrl+Shift+T").clicked()
        {
            view.act(Action::Tree(TreeAction::ReopenClosed));
        }
    });
}

/// Left and right choose the tab beside the chosen one.
fn arrows(ui: &Ui, view: &mut View<'_>, response: &Response) {
    ui.memory_mut(|memory| {
        memory.set_focus_lock_filter(
            response.id,
            EventFilter {
                tab: false,
                horizontal_arrows: true,
                vertical_arrows: false,
                escape: false,
            },
        );
    });
    let state = view.state;
    for (key, to) in [
        (Key::ArrowLeft, state.active_tab.checked_sub(1)),
        (Key::ArrowRight, Some(state.active_tab + 1)),
    ] {
        let pressed = ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if let Some(tab) = to.filter(|_| pressed).and_then(|to| state.tabs.get(to)) {
            let next = ui.scope_id().with(("tab", tab.id()));
            ui.memory_mut(|memory| memory.request_focus(next));
            view.act(Action::SelectTab(tab.id().clone()));
            return;
        }
    }
}

fn drag(ui: &Ui, view: &mut View<'_>, sketches: &[Sketch], rects: &[Rect]) {
    let Some(dragged) = view.local.tabs.drag.clone() else {
        return;
    };
    let (pointer, down) =
        ui.input(|input| (input.pointer.latest_pos(), input.pointer.primary_down()));
    if !down {
        view.local.tabs.drag = None;
        return;
    }
    let Some(pointer) = pointer else { return };
    ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
    let Some(from) = sketches.iter().position(|sketch| sketch.id == dragged) else {
        return;
    };
    let to = rects
        .iter()
        .enumerate()
        .filter(|(index, rect)| {
            // It has to pass the middle of its neighbour as it will stand then, or it would go back and forth.
            let middle = if *index < from {
                rect.left() + rects[from].width().min(rect.width() * 0.5)
            } else {
                rect.right() - rects[from].width().min(rect.width() * 0.5)
            };
            *index != from && middle < pointer.x
        })
        .count();
    if to != from {
        view.act(Action::Tree(TreeAction::MoveTab {
            request: dragged,
            to,
        }));
    }
}

fn tooltip(tab: &Tab, unsaved: bool) -> String {
    let draft = &tab.draft;
    let mut words = format!(
        "{} {}",
        visible::line(&draft.method),
        visible::line(&draft.path)
    );
    let name = visible::line(tab.title());
    if name != draft.path {
        words = format!("{name}\n{words}");
    }
    if unsaved {
        words.push_str("\nNot saved. Ctrl+S writes it to the workspace");
    }
    words
}

fn square(ui: &mut Ui, bar: Rect, sign: &str, name: &str) -> Response {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(size::TAB_BAR, bar.height()), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    if response.hovered() {
        ui.painter()
            .rect_filled(rect, CornerRadius::ZERO, palette.raised);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect.shrink(size::TIGHT),
            CornerRadius::same(size::CHIP_RADIUS),
            ui.visuals().selection.stroke,
            StrokeKind::Inside,
        );
    }
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        sign,
        TextStyle::Body.resolve(ui.style()),
        palette.secondary,
    );
    ui.painter().vline(
        rect.right() - 0.5,
        rect.y_range(),
        Stroke::new(1.0, palette.line),
    );
    response.on_hover_text(name)
}

/// Every tab by name, and those that were closed.
fn list(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    basic::menu(ui);
    ui.set_max_width(size::MENU * 2.0);
    let state = view.state;
    ScrollArea::vertical()
        .max_height(size::LIST_MOST)
        .show(ui, |ui| {
            for tab in &state.tabs {
                let note = if state.is_unsaved(tab) { " •" } else { "" };
                let words = format!("{}{note}", visible::line(tab.title()));
                let chosen = state.active_tab().is_some_and(|open| open.id() == tab.id());
                let row = egui::Button::selectable(chosen, words).truncate();
                if ui.add(row).clicked() {
                    view.act(Action::SelectTab(tab.id().clone()));
                }
            }
            if !state.tree.closed.is_empty() {
                ui.separator();
                ui.label(basic::small("Closed").color(palette.faint));
                for closed in state.tree.closed.iter().rev() {
                    let note = if closed.unsaved { " •" } else { "" };
                    let title = visible::line(title_of(&closed.tab.draft));
                    let row = egui::Button::selectable(false, format!("{title}{note}")).truncate();
                    if ui
                        .add(row)
                        .accessible_name(format!("Open {title} again"))
                        .clicked()
                    {
                        view.act(Action::Tree(TreeAction::Reopen(closed.tab.id().clone())));
                    }
                }
            }
        });
}

/// Which counts: what the file has by now, or what was typed here.
pub(super) fn file_changed(ui: &mut Ui, view: &mut View<'_>) {
    let Some(id) = view
        .state
        .active_tab()
        .filter(|tab| tab.file_changed)
        .map(|tab| tab.id().clone())
    else {
        return;
    };
    let palette = Palette::of(ui);
    Panel::top("file changed")
        .frame(
            Frame::new()
                .fill(palette.warn_fill)
                .inner_margin(inset::NOTE_BAR),
        )
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let words =
                    "The file of this request was changed outside, in the same place as here";
                ui.label(basic::small(words).color(palette.warn));
                if basic::link(ui, "Take the file's").clicked() {
                    view.act(Action::Tree(TreeAction::TakeFile(id.clone())));
                }
                if basic::link(ui, "Keep mine").clicked() {
                    view.act(Action::Tree(TreeAction::KeepMine(id.clone())));
                }
            });
        });
}
