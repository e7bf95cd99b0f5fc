//! What came back: status row, strip of pages, and the page that is chosen. Nothing moves when an answer arrives:
//! the status row and the strip have their heights in every state, and what went wrong stands where the body would be.

use egui::{Frame, Ui};

use crate::app::action::Action;
use crate::app::tab::{Answer, ResponsePage, Tab};
use crate::ui::tokens::{inset, size};
use crate::ui::widgets::text_view::TextViewState;
use crate::ui::widgets::{basic, row_end};

use super::response_find::FindRow;
use super::response_headers::HeaderTable;
use super::{
    View, response_banners, response_body, response_explain, response_headers, response_image,
    response_pages, response_status, timing,
};

/// What only the screen knows of one answer.
#[derive(Default)]
pub(in crate::ui) struct AnswerState {
    pub(super) text: TextViewState,
    pub(super) find: FindRow,
    /// The JSONPath as it is typed; `None` while the row is closed.
    pub(super) filter: Option<String>,
    /// The document that `text` is about: another one begins at its top.
    pub(super) document: usize,
    pub(super) headers: HeaderTable,
    pub(super) image: response_image::ImageState,
}

/// To the next match, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Step {
    Next,
    Previous,
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(tab) = state.active_tab() else {
        return;
    };
    let open: Vec<_> = state
        .tabs
        .iter()
        .filter_map(|tab| tab.answer.as_ref())
        .map(|answer| answer.exchange.id)
        .collect();
    view.local.answers.retain(|id, _| open.contains(id));
    ui.spacing_mut().item_spacing.y = 0.0;
    Frame::new()
        .fill(view.palette.panel)
        .inner_margin(inset::RESPONSE_HEAD)
        .show(ui, |ui| {
            response_status::show(ui, view, tab);
            strip(ui, view, tab);
        });
    basic::hairline(ui);
    Frame::new().inner_margin(inset::RESPONSE).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = size::HALF;
        page(ui, view, tab);
    });
    view.local.find_step = None;
}

/// The pages, and on their right the tools of the body.
fn strip(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let exchange = tab.answer.as_ref().map(|answer| &answer.exchange);
    let response = exchange
        .and_then(|exchange| exchange.answer())
        .and_then(|hop| hop.response.as_ref());
    let headers = response.map(|response| response.headers.len());
    let hops = exchange.map(|exchange| exchange.hops.len());
    let has_tools = tab.response_page == ResponsePage::Body && response.is_some();
    let side_by_side = ui.available_width() > size::TOOLS_BESIDE_TABS;
    let is_tiny = ui.available_width() < size::TINY_WINDOW;
    let pages = |ui: &mut Ui, view: &mut View<'_>| {
        if let Some(page) = basic::strip(
            ui,
            "Response",
            tab.response_page,
            &[
                (ResponsePage::Body, "Body", None),
                (ResponsePage::Headers, "Headers", headers),
                (ResponsePage::Timing, "Timing", None),
                (ResponsePage::Sent, "Sent", hops.filter(|hops| *hops > 1)),
                (ResponsePage::Connection, "Connection", None),
                (ResponsePage::Explain, "Explain", None),
            ],
        ) {
            view.act(Action::ShowResponsePage(page));
        }
        if let Some(answer) = tab.answer.as_ref().filter(|_| has_tools && side_by_side) {
            tools(ui, view, tab, answer);
        }
    };
    if side_by_side {
        ui.horizontal(|ui| pages(ui, view));
    } else {
        ui.horizontal_wrapped(|ui| pages(ui, view));
    }
    if let Some(answer) = tab.answer.as_ref().filter(|_| has_tools && !side_by_side) {
        if is_tiny {
            ui.horizontal_wrapped(|ui| response_body::tools(ui, view, tab, answer));
        } else {
            ui.horizontal(|ui| tools(ui, view, tab, answer));
        }
    }
}

fn tools(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, answer: &Answer) {
    row_end::show(ui, "tools", |ui| {
        response_body::tools(ui, view, tab, answer);
    });
}

fn page(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    response_banners::not_sent(ui, view, tab);
    let Some(answer) = &tab.answer else {
        if tab.in_flight.is_none() && tab.failure.is_none() {
            empty(ui, view);
        }
        return;
    };
    response_banners::about(ui, view, tab, answer);
    match tab.response_page {
        ResponsePage::Body => response_body::show(ui, view, tab, answer),
        ResponsePage::Headers => response_headers::show(ui, view, answer),
        ResponsePage::Timing => timing::show(ui, &answer.exchange),
        ResponsePage::Sent => response_pages::sent(ui, view, answer),
        ResponsePage::Connection => response_pages::connection(ui, view, answer),
        ResponsePage::Explain => response_explain::show(ui, view, answer),
    }
}

fn empty(ui: &mut Ui, view: &View<'_>) {
    let palette = view.palette;
    ui.add_space(size::UNIT);
    for (keys, words) in [
        ("Ctrl+Enter", "Send on the active leg"),
        ("Ctrl+1, Ctrl+2", "Choose the leg"),
        ("Ctrl+E", "Choose its environment"),
        ("F1", "All keys"),
    ] {
        ui.horizontal(|ui| {
            ui.set_height(size::SMALL_ROW);
            let start = ui.cursor().left();
            ui.label(basic::mono(keys).color(palette.secondary));
            let used = ui.cursor().left() - start;
            ui.add_space((size::FORM_LABEL - used).max(0.0));
            ui.label(basic::small(words).color(palette.faint));
        });
    }
}
