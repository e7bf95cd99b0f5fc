//! A body of any size: integer scroll state, own scroll bar, one galley for each visible row, folds, selection, copy and links.
//! Never a `TextEdit`: its cost grows with the whole text, this one's with the height of the window.
//! Rows and their texts are `text_view_rows`, scrolling `text_view_scroll`, caret and keys `text_view_caret`, painting `text_view_paint`.

use egui::{EventFilter, Id, Rect, Response, Sense, Ui, vec2};

use crate::app::reading::Taking;
use crate::body::document::{Document, Place};
use crate::body::folding::Folding;
use crate::body::search::Matches;
use crate::ui::tokens::size;

pub(in crate::ui) use super::text_view_caret::copy_all;
use super::text_view_rows::Geometry;
use super::{text_view_caret as caret, text_view_paint as paint, text_view_scroll as scroll};

/// What is to be shown in this frame.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Shown<'a> {
    pub(in crate::ui) document: &'a Document,
    pub(in crate::ui) matches: Option<&'a Matches>,
    /// Long lines go on below.
    pub(in crate::ui) wrap: bool,
    /// Links can be opened.
    pub(in crate::ui) links: bool,
}

/// Where one viewer stands.
#[derive(Debug, Default)]
pub(in crate::ui) struct TextViewState {
    /// First visible row, and how far it is scrolled out, in points.
    pub(super) first: usize,
    pub(super) partial: f32,
    /// Points scrolled to the right.
    pub(super) sideways: f32,
    pub(super) selection: Option<Selection>,
    pub(in crate::ui) folding: Folding,
    /// Number of the match that is the current one.
    pub(in crate::ui) current_match: Option<usize>,
    /// The widest row seen so far, in points.
    pub(super) widest: f32,
    /// A place that is to be made visible from left to right too, once its row is laid out.
    pub(super) follow: Option<Place>,
    pub(super) bar_grip: Option<f32>,
    /// Where the menu was opened.
    menu_place: Place,
}

/// Anchor is where the selection began, head where the caret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) anchor: Place,
    pub(super) head: Place,
}

impl Selection {
    pub(super) fn caret(place: Place) -> Self {
        Self {
            anchor: place,
            head: place,
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.anchor == self.head
    }

    pub(super) fn ordered(self) -> (Place, Place) {
        if self.anchor <= self.head {
            (self.anchor, self.head)
        } else {
            (self.head, self.anchor)
        }
    }
}

/// What the user asked for in the view, to be done outside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ui) enum Asked {
    OpenLink(String),
    Take {
        taking: Taking,
        place: Place,
    },
    /// What was to be copied has so many bytes, which is too much.
    TooMuchToCopy(usize),
    SetWrap(bool),
}

impl TextViewState {
    /// Another document under the same answer (pretty, raw, filtered): places no longer mean the same.
    pub(in crate::ui) fn changed_document(&mut self) {
        *self = Self::default();
    }

    /// The first byte of the document that is visible.
    pub(in crate::ui) fn top_offset(&self, document: &Document) -> usize {
        document.range(self.folding.segment(self.first)).start
    }

    /// Brings a place into view, opening whatever is folded over it.
    pub(in crate::ui) fn reveal(&mut self, document: &Document, place: Place) {
        if let Some(folds) = document.folds() {
            self.folding.reveal(folds, place.segment);
        }
        self.first = self.folding.row(place.segment).saturating_sub(3);
        self.partial = 0.0;
        self.follow = Some(place);
    }

    /// Makes a match the current one and shows it.
    pub(in crate::ui) fn go_to_match(
        &mut self,
        document: &Document,
        matches: &Matches,
        index: usize,
    ) {
        let Some(range) = matches.get(index) else {
            self.current_match = None;
            return;
        };
        self.current_match = Some(index);
        let place = document.place(range.start);
        self.selection = Some(Selection::caret(place));
        self.reveal(document, place);
    }

    /// The row that stands at the top stays there while rows above it are folded or unfolded.
    pub(in crate::ui) fn refold(&mut self, change: impl FnOnce(&mut Folding)) {
        let top = self.folding.segment(self.first);
        change(&mut self.folding);
        self.first = self.folding.row(top);
        self.partial = 0.0;
    }

    /// Where the caret is; the start of what is visible when it was set nowhere.
    pub(in crate::ui) fn caret(&self) -> Place {
        self.selection.map_or(
            Place {
                segment: self.folding.segment(self.first),
                column: 0,
            },
            |selection| selection.head,
        )
    }
}

/// Shows the document in all the space that is left.
pub(in crate::ui) fn show(
    ui: &mut Ui,
    id: Id,
    shown: Shown<'_>,
    state: &mut TextViewState,
    focus: bool,
) -> Vec<Asked> {
    let area = ui.available_rect_before_wrap();
    let text_area = Rect::from_min_max(area.min, area.max - vec2(size::SCROLL_BAR, 0.0));
    ui.advance_cursor_after_rect(area);
    let response = ui.interact(text_area, id, Sense::click_and_drag());
    let geometry = Geometry::new(ui, text_area, shown);
    let mut asked = Vec::new();
    if focus || response.clicked() || response.drag_started() {
        response.request_focus();
    }
    scroll::wheel(ui, &response, &geometry, state);
    scroll::bar(ui, id, area, &geometry, state);
    caret::pointer(ui, &response, &geometry, state);
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
        asked.extend(caret::keys(ui, &geometry, state));
    }
    scroll::clamp(ui, &geometry, state);
    asked.extend(paint::rows(ui, id, &geometry, state, response.has_focus()));
    announce(ui, &response, &geometry, state);
    let response = response.on_hover_cursor(egui::CursorIcon::Text);
    if response.secondary_clicked()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        state.menu_place = geometry.place_at(ui, state, pointer);
    }
    response.context_menu(|ui| asked.extend(menu(ui, shown, state)));
    asked
}

/// What can be done with the place that was clicked.
fn menu(ui: &mut Ui, shown: Shown<'_>, state: &mut TextViewState) -> Vec<Asked> {
    super::basic::menu(ui);
    let document = shown.document;
    let place = state.menu_place;
    let mut asked = Vec::new();
    let take = |taking| Asked::Take { taking, place };
    let has_selection = state
        .selection
        .is_some_and(|selection| !selection.is_empty());
    if has_selection && ui.button("Copy").clicked() {
        asked.extend(caret::copy(ui, document, state));
    }
    if document.is_json() {
        if ui.button("Copy value").clicked() {
            asked.push(take(Taking::Value));
        }
        if ui.button("Copy path").clicked() {
            asked.push(take(Taking::Path));
        }
        if ui.button("Save value as variable…").clicked() {
            asked.push(take(Taking::Variable));
        }
    }
    if ui.button("Copy line").clicked() {
        asked.extend(caret::copy_line(ui, document, place.segment));
    }
    if ui.button("Copy all").clicked() {
        asked.extend(caret::copy_all(ui, document));
    }
    if ui.button("Select all").clicked() {
        caret::select_all(document, state);
    }
    ui.separator();
    let mut wrap = shown.wrap;
    if super::basic::check(ui, &mut wrap, "Wrap long lines").changed() {
        asked.push(Asked::SetWrap(wrap));
    }
    fold_menu(ui, document, state);
    if ui.ui_contains_pointer() && ui.input(|input| input.pointer.any_click()) {
        ui.close();
    }
    asked
}

/// The levels that are offered: deeper ones are folded one by one.
const LEVELS: std::ops::RangeInclusive<usize> = 1..=3;

/// Fold all, fold to a level, unfold all. Nothing where nothing can be folded.
pub(in crate::ui) fn fold_menu(ui: &mut Ui, document: &Document, state: &mut TextViewState) {
    let Some(folds) = document.folds() else {
        return;
    };
    for level in LEVELS {
        let words = if level == 1 {
            "Fold all".to_owned()
        } else {
            format!("Fold from level {level}")
        };
        if ui.button(words).clicked() {
            state.refold(|folding| folding.fold_to_level(folds, level));
        }
    }
    let words = egui::Button::new("Unfold all");
    if ui.add_enabled(!state.folding.is_open(), words).clicked() {
        state.refold(Folding::unfold_all);
    }
}

/// One node with the visible page as its value and description, instead of a node for each line.
fn announce(ui: &Ui, response: &Response, geometry: &Geometry<'_>, state: &TextViewState) {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Document, true, "Body"));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        let page: Vec<_> = (state.first..geometry.rows(state))
            .take(geometry.rows_fitting)
            .map(|row| geometry.row(state, row).whole_text())
            .collect();
        let page = page.join("\n");
        node.set_description(page.clone());
        node.set_value(page);
    });
}
