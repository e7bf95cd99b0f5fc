//! Rows as text, one a line: for pasting many and for copying them elsewhere.

use egui::{Layout, TextEdit, Ui};

use crate::app::tab::{EditorPage, Tab};
use crate::model::bulk;
use crate::model::ids::RequestId;
use crate::model::request::{HeaderRow, QueryRow};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::{View, editor};

/// Longer texts cost more than a frame has: they are edited as rows.
const MOST_EDITED: usize = 256 * 1024;

/// The text that stands for the rows of one page of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ui) struct BulkText {
    request: RequestId,
    page: EditorPage,
    /// As typed: it is not rewritten while somebody types in it.
    text: String,
}

pub(super) fn is_open(view: &View<'_>, tab: &Tab) -> bool {
    view.local
        .bulk
        .as_ref()
        .is_some_and(|bulk| bulk.request == *tab.id() && bulk.page == tab.editor_page)
}

fn written(tab: &Tab) -> String {
    match tab.editor_page {
        EditorPage::Headers => bulk::write(&tab.draft.headers),
        _ => bulk::write(&tab.draft.query),
    }
}

/// Between rows and text, at the right of the pages' titles.
pub(super) fn switch(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    if !matches!(tab.editor_page, EditorPage::Params | EditorPage::Headers) {
        return;
    }
    let open = is_open(view, tab);
    ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
        let words = if open { "Edit as rows" } else { "Edit as text" };
        // In the smallest window the titles leave room for a word.
        let short = if open { "Rows" } else { "Text" };
        let is_roomy = ui.available_width() > size::NUMBER_FIELD;
        let link = basic::link(ui, if is_roomy { words } else { short });
        if link.accessible_name(words).clicked() {
            view.local.bulk = (!open).then(|| BulkText {
                request: tab.id().clone(),
                page: tab.editor_page,
                text: written(tab),
            });
        }
    });
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    let is_headers = tab.editor_page == EditorPage::Headers;
    let Some(bulk) = view.local.bulk.as_mut() else {
        return;
    };
    // The rows were changed elsewhere meanwhile: by a fix, or in the file.
    let is_current = if is_headers {
        bulk::read::<HeaderRow>(&bulk.text) == tab.draft.headers
    } else {
        bulk::read::<QueryRow>(&bulk.text) == tab.draft.query
    };
    if !is_current {
        bulk.text = written(tab);
    }
    if bulk.text.len() > MOST_EDITED {
        let size = crate::ui::text::bytes(u64::try_from(bulk.text.len()).unwrap_or(u64::MAX));
        let words = format!("{size}: too long to edit as text, edit the rows instead");
        ui.label(basic::small(words).color(palette.warn));
        return;
    }
    let words = if is_headers {
        "One header a line, as in Name: value; # or // in front switches it off"
    } else {
        "One parameter a line, as in name=value; # or // in front switches it off"
    };
    ui.add_space(size::HALF);
    ui.label(basic::small(words).color(palette.faint));
    let name = if is_headers {
        "Headers as text"
    } else {
        "Params as text"
    };
    let edit = TextEdit::multiline(&mut bulk.text)
        .id_salt(name)
        .font(egui::TextStyle::Monospace)
        .desired_width(f32::INFINITY)
        .desired_rows(6);
    if !ui.add(edit).accessible_name(name).changed() {
        return;
    }
    let text = bulk.text.clone();
    editor::edit(view, tab, |draft| {
        if is_headers {
            draft.headers = bulk::read(&text);
        } else {
            draft.query = bulk::read(&text);
        }
    });
}
