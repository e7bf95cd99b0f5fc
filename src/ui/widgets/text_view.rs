//! A body of any size: integer scroll state, own scroll bar, one galley for each visible row, selection, copy and find.
//! Never a `TextEdit`: its cost grows with the whole text, this one's with the height of the window.

use egui::{Event, EventFilter, Id, Key, Modifiers, Pos2, Rect, Response, Sense, Ui, pos2, vec2};

use crate::body::document::{Document, Place};
use crate::body::search::{Case, Search};
use crate::ui::tokens::size;

use super::text_view_paint as paint;

/// Where one viewer stands.
#[derive(Debug, Default)]
pub(in crate::ui) struct TextViewState {
    /// First visible row, and how far it is scrolled out, in points.
    pub(super) first: usize,
    pub(super) partial: f32,
    /// Points scrolled to the right.
    pub(super) sideways: f32,
    pub(super) selection: Option<Selection>,
    pub(in crate::ui) find: Find,
    /// The widest row seen so far, in points.
    pub(super) widest: f32,
    bar_grip: Option<f32>,
}

/// Anchor is where the drag began, head where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) anchor: Place,
    pub(super) head: Place,
}

impl Selection {
    pub(super) fn ordered(self) -> (Place, Place) {
        if self.anchor <= self.head {
            (self.anchor, self.head)
        } else {
            (self.head, self.anchor)
        }
    }
}

#[derive(Debug, Default)]
pub(in crate::ui) struct Find {
    pub(in crate::ui) open: bool,
    pub(in crate::ui) text: String,
    pub(super) search: Option<Search>,
    pub(super) current: Option<(Place, Place)>,
    pub(in crate::ui) missing: bool,
}

impl TextViewState {
    /// Looks for the text from the current match on; wraps round once.
    pub(in crate::ui) fn find_again(&mut self, document: &Document, backwards: bool) {
        self.find.search = Search::new(&self.find.text, Case::Ignored);
        let Some(search) = &self.find.search else {
            self.find.current = None;
            self.find.missing = false;
            return;
        };
        let end = Place {
            segment: document.segments(),
            column: 0,
        };
        let found = if backwards {
            let before = self.find.current.map_or(end, |(start, _)| start);
            document
                .find_previous(search, before)
                .or_else(|| document.find_previous(search, end))
        } else {
            let from = self.find.current.map_or(
                Place {
                    segment: self.first,
                    column: 0,
                },
                |(_, end)| end,
            );
            document
                .find_next(search, from)
                .or_else(|| document.find_next(search, Place::default()))
        };
        self.find.missing = found.is_none();
        self.find.current = found.map(|range| (range.start, range.end));
        if let Some((start, _)) = self.find.current {
            self.reveal(start.segment);
        }
    }

    /// The text of the search changed: start again from the top of what is visible.
    pub(in crate::ui) fn find_changed(&mut self, document: &Document) {
        self.find.current = None;
        self.find_again(document, false);
    }

    fn reveal(&mut self, segment: usize) {
        self.first = segment.saturating_sub(3);
        self.partial = 0.0;
    }

    /// Another document under the same answer (pretty, raw): places no longer mean the same.
    pub(in crate::ui) fn changed_document(&mut self) {
        self.first = 0;
        self.partial = 0.0;
        self.sideways = 0.0;
        self.widest = 0.0;
        self.selection = None;
        self.find.current = None;
    }
}

/// Shows the document in all the space that is left.
pub(in crate::ui) fn show(
    ui: &mut Ui,
    id: Id,
    document: &Document,
    state: &mut TextViewState,
    focus: bool,
) {
    let area = ui.available_rect_before_wrap();
    let text_area = Rect::from_min_max(area.min, area.max - vec2(size::SCROLL_BAR, 0.0));
    ui.advance_cursor_after_rect(area);
    let response = ui.interact(text_area, id, Sense::click_and_drag());
    let geometry = paint::Geometry::new(ui, text_area, document);
    if focus || response.clicked() || response.drag_started() {
        response.request_focus();
    }
    wheel(ui, &response, document, &geometry, state);
    bar(ui, id, area, document, &geometry, state);
    select(ui, &response, document, &geometry, state);
    if response.has_focus() {
        ui.memory_mut(|memory| {
            memory.set_focus_lock_filter(
                id,
                EventFilter {
                    vertical_arrows: true,
                    horizontal_arrows: true,
                    ..EventFilter::default()
                },
            );
        });
        keys(ui, document, &geometry, state);
    }
    clamp(document, &geometry, state);
    paint::rows(ui, document, &geometry, state, response.has_focus());
    announce(ui, &response, document, &geometry, state);
    let response = response.on_hover_cursor(egui::CursorIcon::Text);
    response.context_menu(|ui| {
        if ui.button("Copy").clicked() {
            copy(ui, document, state);
            ui.close();
        }
        if ui.button("Select all").clicked() {
            select_all(document, state);
            ui.close();
        }
    });
}

/// One node with the visible page as its value and description, instead of a node for each line.
fn announce(
    ui: &Ui,
    response: &Response,
    document: &Document,
    geometry: &paint::Geometry,
    state: &TextViewState,
) {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Document, true, "Body"));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        let page: Vec<_> = (state.first..document.segments())
            .take(geometry.rows_fitting)
            .map(|segment| document.text(segment).into_owned())
            .collect();
        let page = page.join("\n");
        node.set_description(page.clone());
        node.set_value(page);
    });
}

fn wheel(
    ui: &Ui,
    response: &Response,
    document: &Document,
    geometry: &paint::Geometry,
    state: &mut TextViewState,
) {
    if response.contains_pointer() {
        let delta = ui.input(egui::InputState::smooth_scroll_delta);
        state.sideways -= delta.x;
        scroll_by(document, geometry, state, -delta.y);
    }
}

/// Moves by points, with whole rows counted as integers so that no precision is lost far down.
fn scroll_by(
    document: &Document,
    geometry: &paint::Geometry,
    state: &mut TextViewState,
    points: f32,
) {
    state.partial += points;
    let rows = (state.partial / geometry.row_height).floor();
    state.partial -= rows * geometry.row_height;
    if rows < 0.0 {
        let up = whole(-rows);
        if up > state.first {
            state.partial = 0.0;
        }
        state.first = state.first.saturating_sub(up);
    } else {
        state.first = (state.first + whole(rows)).min(document.segments());
    }
}

/// A non-negative number of rows.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows moved in one frame: a small non-negative number"
)]
fn whole(rows: f32) -> usize {
    rows as usize
}

fn clamp(document: &Document, geometry: &paint::Geometry, state: &mut TextViewState) {
    let last_first = document
        .segments()
        .saturating_sub(geometry.rows_fitting.saturating_sub(1).max(1));
    if state.first >= last_first {
        state.first = last_first;
        state.partial = 0.0;
    }
    let room = (state.widest - geometry.text_width() + 24.0).max(0.0);
    state.sideways = state.sideways.clamp(0.0, room);
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "row numbers go through f64, which is exact far beyond any body that fits into memory"
)]
fn bar(
    ui: &Ui,
    id: Id,
    area: Rect,
    document: &Document,
    geometry: &paint::Geometry,
    state: &mut TextViewState,
) {
    let total = document.segments();
    if total <= geometry.rows_fitting.saturating_sub(1) {
        return;
    }
    let track = Rect::from_min_max(pos2(area.right() - size::SCROLL_BAR, area.top()), area.max);
    let reach = (total - (geometry.rows_fitting - 1).min(total)).max(1);
    let share = geometry.rows_fitting as f64 / total as f64;
    let handle_height = (f64::from(track.height()) * share)
        .max(f64::from(size::SCROLL_HANDLE_MINIMUM))
        .min(f64::from(track.height()));
    let room = (f64::from(track.height()) - handle_height).max(1.0);
    let at = (state.first as f64 / reach as f64).min(1.0) * room;
    let handle = Rect::from_min_size(
        pos2(track.left(), track.top() + at as f32),
        vec2(track.width(), handle_height as f32),
    );
    let response = ui.interact(track, id.with("bar"), Sense::click_and_drag());
    if let Some(pointer) = response.interact_pointer_pos() {
        let grip = *state.bar_grip.get_or_insert_with(|| {
            if handle.contains(pointer) {
                pointer.y - handle.top()
            } else {
                handle.height() / 2.0
            }
        });
        let wanted = f64::from(pointer.y - grip - track.top()) / room;
        state.first = (wanted.clamp(0.0, 1.0) * reach as f64).round() as usize;
        state.partial = 0.0;
    } else {
        state.bar_grip = None;
    }
    paint::bar(ui, handle, response.hovered() || response.dragged());
}

fn select(
    ui: &Ui,
    response: &Response,
    document: &Document,
    geometry: &paint::Geometry,
    state: &mut TextViewState,
) {
    let Some(pointer) = response.interact_pointer_pos() else {
        return;
    };
    let place = paint::place_at(ui, document, geometry, state, pointer);
    let extends = ui.input(|input| input.modifiers.shift);
    if response.double_clicked() {
        state.selection = Some(paint::word_at(document, place));
    } else if response.triple_clicked() {
        state.selection = Some(Selection {
            anchor: Place {
                segment: place.segment,
                column: 0,
            },
            head: Place {
                segment: place.segment,
                column: document.text(place.segment).len(),
            },
        });
    } else if response.drag_started() || (response.clicked() && !extends) {
        let origin = ui
            .input(|input| input.pointer.press_origin())
            .filter(|_| response.drag_started())
            .unwrap_or(pointer);
        let anchor = paint::place_at(ui, document, geometry, state, origin);
        state.selection = Some(Selection {
            anchor,
            head: place,
        });
    } else if let Some(selection) = &mut state.selection
        && (response.dragged() || response.clicked())
    {
        selection.head = place;
        drag_scroll(ui, document, geometry, state, pointer);
    }
}

/// A drag beyond the edge scrolls on.
fn drag_scroll(
    ui: &Ui,
    document: &Document,
    geometry: &paint::Geometry,
    state: &mut TextViewState,
    pointer: Pos2,
) {
    let beyond = if pointer.y < geometry.area.top() {
        pointer.y - geometry.area.top()
    } else if pointer.y > geometry.area.bottom() {
        pointer.y - geometry.area.bottom()
    } else {
        return;
    };
    scroll_by(document, geometry, state, beyond * 0.3);
    ui.ctx().request_repaint();
}

fn keys(ui: &Ui, document: &Document, geometry: &paint::Geometry, state: &mut TextViewState) {
    let page = geometry.rows_fitting.saturating_sub(2).max(1);
    let last = document.segments();
    let (copied, all) = ui.input_mut(|input| {
        let copied = input
            .events
            .iter()
            .any(|event| matches!(event, Event::Copy));
        let all = input.consume_key(Modifiers::COMMAND, Key::A);
        for (key, modifiers, first) in [
            (
                Key::PageUp,
                Modifiers::NONE,
                state.first.saturating_sub(page),
            ),
            (Key::PageDown, Modifiers::NONE, state.first + page),
            (Key::ArrowUp, Modifiers::NONE, state.first.saturating_sub(1)),
            (Key::ArrowDown, Modifiers::NONE, state.first + 1),
            (Key::Home, Modifiers::NONE, 0),
            (Key::End, Modifiers::NONE, last),
        ] {
            if input.consume_key(modifiers, key) {
                state.first = first.min(last);
                state.partial = 0.0;
            }
        }
        if input.consume_key(Modifiers::NONE, Key::ArrowLeft) {
            state.sideways -= 40.0;
        }
        if input.consume_key(Modifiers::NONE, Key::ArrowRight) {
            state.sideways += 40.0;
        }
        (copied, all)
    });
    if all {
        select_all(document, state);
    }
    if copied {
        copy(ui, document, state);
    }
}

fn select_all(document: &Document, state: &mut TextViewState) {
    let last = document.segments().saturating_sub(1);
    state.selection = Some(Selection {
        anchor: Place::default(),
        head: Place {
            segment: last,
            column: document.text(last).len(),
        },
    });
}

fn copy(ui: &Ui, document: &Document, state: &TextViewState) {
    if let Some(selection) = state.selection {
        let (from, to) = selection.ordered();
        let text = document.slice(from, to);
        if !text.is_empty() {
            ui.ctx().copy_text(text);
        }
    }
}
