//! The panels of the window and what they share: the state they read, what only the screen knows, and the actions they ask for.

mod body_editor;
mod editor;
mod environment_form;
mod environment_menu;
mod form_sections;
mod name_field;
mod network_section;
mod notices;
mod preview;
mod request_bar;
mod response;
mod response_pages;
mod sidebar;
mod split;
mod status_bar;
mod tab_bar;
mod timing;
mod top_bar;
mod welcome;

use std::collections::HashMap;

use egui::{CentralPanel, Frame, Margin, Panel, Stroke, Ui};

use crate::app::action::Action;
use crate::app::state::{AppState, Leg};
use crate::model::ids::{ExchangeId, RequestId};

use super::tokens::{Palette, size};
use super::widgets::text_view::TextViewState;

/// What a panel gets.
pub(super) struct View<'a> {
    pub(super) state: &'a AppState,
    pub(super) local: &'a mut Local,
    pub(super) actions: &'a mut Vec<Action>,
}

impl View<'_> {
    pub(super) fn act(&mut self, action: Action) {
        self.actions.push(action);
    }
}

/// What only the screen knows: scroll positions, the text of a search, where the focus is to go.
#[derive(Default)]
pub(super) struct Local {
    pub(super) focus: Option<Focus>,
    pub(super) invoke_url: String,
    pub(super) region: Option<crate::model::region::Region>,
    pub(super) filter: String,
    pub(super) tree: sidebar::TreeLocal,
    pub(super) tabs: tab_bar::TabsLocal,
    /// A name that is being typed.
    pub(super) naming: Option<name_field::NameField>,
    /// Requests whose method is typed rather than chosen.
    pub(super) typed_method: Option<RequestId>,
    pub(super) save_path: Option<String>,
    pub(super) bodies: HashMap<ExchangeId, TextViewState>,
    /// The height that the editor's content took in the last frame.
    pub(super) editor_needs: f32,
    /// Of that, the part above the pages.
    pub(super) editor_bar: f32,
    pane: usize,
}

/// Where the keyboard focus goes in the next frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    Path,
    Environment(Leg),
    Find,
    Requests,
    Body,
    FormName,
}

impl Local {
    /// F6: requests, path, body, and round again; or requests and the form.
    pub(super) fn next_pane(&mut self, form_open: bool) {
        let panes: &[Focus] = if form_open {
            &[Focus::FormName, Focus::Requests]
        } else {
            &[Focus::Path, Focus::Body, Focus::Requests]
        };
        self.focus = Some(panes[self.pane % panes.len()]);
        self.pane = (self.pane + 1) % panes.len();
    }

    /// Takes the focus wish when it is this one.
    pub(super) fn wants(&mut self, focus: Focus) -> bool {
        if self.focus == Some(focus) {
            self.focus = None;
            return true;
        }
        false
    }
}

/// All panels. Bars first, because each takes its part of what is left.
pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    let bar = |height: i8| {
        Frame::new()
            .fill(palette.panel)
            .inner_margin(Margin::symmetric(12, height))
    };
    Panel::top("top bar")
        .exact_size(size::TOP_BAR)
        .frame(bar(0))
        .show(ui, |ui| top_bar::show(ui, view));
    Panel::bottom("status bar")
        .exact_size(size::STATUS_BAR)
        .frame(bar(0))
        .show(ui, |ui| status_bar::show(ui, view));
    let sidebar_most =
        (ui.available_width() * 0.3).clamp(size::SIDEBAR_MINIMUM, size::SIDEBAR_MAXIMUM);
    Panel::left("requests")
        .resizable(true)
        .default_size(size::SIDEBAR)
        .size_range(size::SIDEBAR_MINIMUM..=sidebar_most)
        .frame(
            Frame::new()
                .fill(palette.panel)
                .inner_margin(Margin::same(8)),
        )
        .show(ui, |ui| sidebar::show(ui, view));
    CentralPanel::default()
        .frame(Frame::new().fill(palette.ground).stroke(Stroke::NONE))
        .show(ui, |ui| {
            notices::show(ui, view, ui.max_rect());
            if view.state.form.is_some() {
                environment_form::show(ui, view);
            } else if view.state.shows_welcome() {
                welcome::show(ui, view);
            } else {
                request(ui, view);
            }
        });
    // A wish that no panel could fulfil is forgotten, or it would come true at an odd moment.
    view.local.focus = None;
}

fn request(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    Panel::top("tabs")
        .exact_size(size::TAB_BAR)
        .frame(Frame::new().fill(palette.panel))
        .show(ui, |ui| tab_bar::show(ui, view));
    tab_bar::file_changed(ui, view);
    let whole = ui.available_rect_before_wrap();
    let percent = view.state.editor_percent;
    let editor_height = split::editor_height(whole.height(), percent, view.local.editor_needs);
    Panel::top("editor")
        .exact_size(editor_height)
        .frame(Frame::new().fill(palette.ground).inner_margin(Margin {
            left: 16,
            right: 16,
            top: 12,
            bottom: 8,
        }))
        .show(ui, |ui| {
            // Each request has fields of its own, or undo in one would bring back the text of another.
            let id = view.state.active_tab().map(|tab| tab.id().clone());
            ui.push_id(id, |ui| editor::show(ui, view));
        });
    response::show(ui, view);
    split::divider(ui, view, whole, editor_height);
}
