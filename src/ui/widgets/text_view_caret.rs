//! Caret, selection and clipboard of a body, by pointer and by keyboard.

use egui::{Event, Key, Modifiers, Pos2, Response, Ui};

use crate::app::reading::Taking;
use crate::body::document::{Document, Place};
use crate::body::fold::Folds;

use super::text_view::{Asked, Selection, TextViewState};
use super::text_view_rows::Geometry;
use super::text_view_scroll as scroll;

/// The longest text that is copied, in bytes: the clipboard is filled within one frame.
const LONGEST_COPY: usize = 32 << 20;

pub(super) fn pointer(
    ui: &Ui,
    response: &Response,
    geometry: &Geometry<'_>,
    state: &mut TextViewState,
) {
    let Some(pointer) = response.interact_pointer_pos() else {
        return;
    };
    if !ui.input(|input| input.pointer.primary_down() || input.pointer.primary_released()) {
        return;
    }
    let place = geometry.place_at(ui, state, pointer);
    let extends = ui.input(|input| input.modifiers.shift);
    if response.double_clicked() {
        state.selection = Some(word_at(geometry.document, place));
    } else if response.triple_clicked() {
        state.selection = Some(line_at(geometry.document, place.segment));
    } else if response.drag_started() || (response.clicked() && !extends) {
        let origin = ui
            .input(|input| input.pointer.press_origin())
            .filter(|_| response.drag_started())
            .unwrap_or(pointer);
        state.selection = Some(Selection {
            anchor: geometry.place_at(ui, state, origin),
            head: place,
        });
    } else if let Some(selection) = &mut state.selection
        && (response.dragged() || response.clicked())
    {
        selection.head = place;
        drag_scroll(ui, geometry, state, pointer);
    }
}

/// A drag beyond the edge scrolls on.
fn drag_scroll(ui: &Ui, geometry: &Geometry<'_>, state: &mut TextViewState, pointer: Pos2) {
    let beyond = if pointer.y < geometry.area.top() {
        pointer.y - geometry.area.top()
    } else if pointer.y > geometry.area.bottom() {
        pointer.y - geometry.area.bottom()
    } else {
        return;
    };
    scroll::by(ui, geometry, state, beyond * 0.3);
    ui.ctx().request_repaint();
}

/// Keys that move the caret; with Shift they select.
const MOVES: [Key; 8] = [
    Key::ArrowUp,
    Key::ArrowDown,
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::PageUp,
    Key::PageDown,
    Key::Home,
    Key::End,
];

/// Takes the keys of the view. Enter opens the link of the caret's line, Space folds and unfolds what opens there.
pub(super) fn keys(ui: &Ui, geometry: &Geometry<'_>, state: &mut TextViewState) -> Vec<Asked> {
    let mut asked = Vec::new();
    for key in MOVES {
        for modifiers in [
            Modifiers::COMMAND | Modifiers::SHIFT,
            Modifiers::COMMAND,
            Modifiers::SHIFT,
            Modifiers::NONE,
        ] {
            let is_exact = |input: &mut egui::InputState| {
                input.modifiers.matches_exact(modifiers) && input.consume_key(modifiers, key)
            };
            if ui.input_mut(is_exact) {
                move_caret(geometry, state, key, modifiers);
            }
        }
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::A)) {
        select_all(geometry.document, state);
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Space)) {
        toggle_fold(geometry, state);
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
        let row = state.folding.row(state.caret().segment);
        match geometry.row(state, row).links.first() {
            Some(link) => asked.push(Asked::OpenLink(link.uri.clone())),
            None => toggle_fold(geometry, state),
        }
    }
    let copies = ui.input(|input| {
        input
            .events
            .iter()
            .any(|event| matches!(event, Event::Copy))
            .then_some(input.modifiers.shift)
    });
    let place = state.caret();
    let has_selection = state
        .selection
        .is_some_and(|selection| !selection.is_empty());
    match copies {
        Some(true) if geometry.document.is_json() => asked.push(Asked::Take {
            taking: Taking::Path,
            place,
        }),
        // Without a selection it is the value at the caret.
        Some(false) if !has_selection && geometry.document.is_json() => asked.push(Asked::Take {
            taking: Taking::Value,
            place,
        }),
        Some(_) => asked.extend(copy(ui, geometry.document, state)),
        None => {}
    }
    asked
}

fn toggle_fold(geometry: &Geometry<'_>, state: &mut TextViewState) {
    let segment = state.caret().segment;
    let Some(folds) = geometry.document.folds() else {
        return;
    };
    if let Some(index) = around(folds, state, segment) {
        let folded = !state.folding.is_folded(index);
        state.folding.set(folds, index, folded);
    }
}

/// What opens in the segment, or in the line whose fold hides it.
fn around(folds: &Folds, state: &TextViewState, segment: usize) -> Option<usize> {
    let shown = state.folding.segment(state.folding.row(segment));
    folds.opening_at(shown)
}

fn move_caret(geometry: &Geometry<'_>, state: &mut TextViewState, key: Key, modifiers: Modifiers) {
    let document = geometry.document;
    let head = state.caret();
    let row = state.folding.row(head.segment);
    let last_row = geometry.rows(state).saturating_sub(1);
    let page = geometry.rows_fitting.saturating_sub(2).max(1);
    let to_row = |row: usize| Place {
        segment: state.folding.segment(row.min(last_row)),
        column: head.column,
    };
    let length = |segment: usize| document.text(segment).len();
    let place = match key {
        Key::ArrowUp => to_row(row.saturating_sub(1)),
        Key::ArrowDown => to_row(row + 1),
        Key::PageUp => to_row(row.saturating_sub(page)),
        Key::PageDown => to_row(row + page),
        Key::Home if modifiers.command => Place::default(),
        Key::End if modifiers.command => {
            let segment = state.folding.segment(last_row);
            Place {
                segment,
                column: length(segment),
            }
        }
        Key::Home => Place { column: 0, ..head },
        Key::End => Place {
            column: length(head.segment),
            ..head
        },
        Key::ArrowLeft => beside(document, state, head, false),
        _ => beside(document, state, head, true),
    };
    let place = at_character(document, place);
    state.selection = Some(match state.selection {
        Some(selection) if modifiers.shift => Selection {
            head: place,
            ..selection
        },
        None if modifiers.shift => Selection {
            anchor: head,
            head: place,
        },
        _ => Selection::caret(place),
    });
    let row = state.folding.row(place.segment);
    scroll::to_row(geometry, state, row);
    state.follow = Some(place);
}

/// One character further, into the next visible row at the end of this one.
fn beside(document: &Document, state: &TextViewState, place: Place, forward: bool) -> Place {
    let text = document.text(place.segment);
    let column = place.column.min(text.len());
    let row = state.folding.row(place.segment);
    if forward {
        match text[column..].chars().next() {
            Some(character) => Place {
                column: column + character.len_utf8(),
                ..place
            },
            None if row + 1 < state.folding.rows(document.segments()) => Place {
                segment: state.folding.segment(row + 1),
                column: 0,
            },
            None => place,
        }
    } else {
        match text[..column].chars().next_back() {
            Some(character) => Place {
                column: column - character.len_utf8(),
                ..place
            },
            None if row > 0 => {
                let segment = state.folding.segment(row - 1);
                Place {
                    segment,
                    column: document.text(segment).len(),
                }
            }
            None => place,
        }
    }
}

fn at_character(document: &Document, place: Place) -> Place {
    let text = document.text(place.segment);
    Place {
        column: text.floor_char_boundary(place.column.min(text.len())),
        ..place
    }
}

/// The word, number or run of signs at a place.
fn word_at(document: &Document, place: Place) -> Selection {
    let text = document.text(place.segment);
    let is_word = |character: char| character.is_alphanumeric() || "_-.".contains(character);
    let column = text.floor_char_boundary(place.column.min(text.len()));
    let start = text[..column]
        .char_indices()
        .rev()
        .take_while(|(_, character)| is_word(*character))
        .last()
        .map_or(column, |(at, _)| at);
    let end = text[column..]
        .char_indices()
        .find(|(_, character)| !is_word(*character))
        .map_or(text.len(), |(at, _)| column + at);
    let at = |column| Place {
        segment: place.segment,
        column,
    };
    Selection {
        anchor: at(start),
        head: at(end),
    }
}

/// All segments of the line.
fn line_at(document: &Document, segment: usize) -> Selection {
    let first = document.segment_of_line(document.line(segment));
    let mut last = segment;
    while document.continues(last + 1) {
        last += 1;
    }
    Selection {
        anchor: Place {
            segment: first,
            column: 0,
        },
        head: Place {
            segment: last,
            column: document.text(last).len(),
        },
    }
}

pub(super) fn select_all(document: &Document, state: &mut TextViewState) {
    let last = document.segments().saturating_sub(1);
    state.selection = Some(Selection {
        anchor: Place::default(),
        head: Place {
            segment: last,
            column: document.text(last).len(),
        },
    });
}

pub(super) fn copy(ui: &Ui, document: &Document, state: &TextViewState) -> Option<Asked> {
    let (from, to) = state.selection?.ordered();
    copy_between(ui, document, from, to)
}

pub(super) fn copy_line(ui: &Ui, document: &Document, segment: usize) -> Option<Asked> {
    let (from, to) = line_at(document, segment).ordered();
    copy_between(ui, document, from, to)
}

/// The whole document as it is shown, folded parts included.
pub(in crate::ui) fn copy_all(ui: &Ui, document: &Document) -> Option<Asked> {
    let segment = document.segments().checked_sub(1)?;
    let to = Place {
        segment,
        column: document.text(segment).len(),
    };
    copy_between(ui, document, Place::default(), to)
}

fn copy_between(ui: &Ui, document: &Document, from: Place, to: Place) -> Option<Asked> {
    let bytes = document.offset(to).saturating_sub(document.offset(from));
    if bytes > LONGEST_COPY {
        return Some(Asked::TooMuchToCopy(bytes));
    }
    let text = document.slice(from, to);
    if !text.is_empty() {
        ui.ctx().copy_text(text);
    }
    None
}
