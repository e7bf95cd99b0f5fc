//! The panels of the window and what they share: the state they read, what only the screen knows, and the actions they ask for.

mod about;
mod auth_page;
mod body_editor;
mod body_text;
mod bulk_editor;
mod check;
mod check_page;
mod client_preview;
mod comparison;
mod drop_hint;
mod editor;
mod environment_form;
mod environment_menu;
mod export_dialog;
mod form_bar;
mod form_check;
mod form_routes;
mod form_sections;
mod history_menu;
mod history_words;
mod import_preview;
mod limit_fields;
mod name_field;
mod network_section;
mod notices;
pub(super) mod palette;
mod path_completion;
mod preview;
mod region_picker;
mod request_bar;
mod response;
mod response_banners;
mod response_body;
mod response_explain;
mod response_find;
mod response_headers;
mod response_image;
mod response_pages;
mod response_status;
mod secret_field;
mod settings;
mod sidebar;
mod split;
mod status_bar;
mod tab_bar;
mod timing;
mod token_panel;
mod top_bar;
mod url_lines;
mod welcome;

use std::collections::HashMap;

use egui::{
    Align, CentralPanel, Frame, Id, Layout, Panel, ScrollArea, Sense, Stroke, Ui, UiBuilder,
};

use crate::app::action::Action;
use crate::app::preferences::Page;
use crate::app::state::{AppState, Leg};
use crate::model::ids::{EnvironmentId, ExchangeId, RequestId};

use super::tokens::{Palette, inset, size};

pub(super) use comparison::leave as leave_comparison;
pub(super) use response::Step;

/// What a panel gets.
pub(super) struct View<'a> {
    pub(super) state: &'a AppState,
    /// Of the appearance that is shown.
    pub(super) palette: &'static Palette,
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
    /// The folder typed on the welcome page.
    pub(super) folder: String,
    /// The file to import, typed there.
    pub(super) import_file: String,
    pub(super) filter: String,
    pub(super) tree: sidebar::TreeLocal,
    pub(super) tabs: tab_bar::TabsLocal,
    /// A name that is being typed.
    pub(super) naming: Option<name_field::NameField>,
    /// Requests whose method is typed rather than chosen.
    pub(super) typed_method: Option<RequestId>,
    /// What the preview page shows, kept until the request changes.
    pub(super) preview: preview::Shown,
    /// Rows that are edited as text.
    pub(super) bulk: Option<bulk_editor::BulkText>,
    /// The request whose credential is shown as it is.
    pub(super) shown_secret: Option<RequestId>,
    pub(super) save_path: Option<String>,
    /// Where the report of a check goes, while it is typed.
    pub(super) report_path: Option<String>,
    /// The step of the check that is to come into sight, once.
    pub(super) step_wanted: Option<crate::runs::check::outcome::StepKind>,
    /// The name under which a value is about to be kept.
    pub(super) variable_name: Option<String>,
    pub(super) answers: HashMap<ExchangeId, response::AnswerState>,
    /// F3: to the next match, or back to the one before.
    pub(super) find_step: Option<response::Step>,
    /// The height that the editor's content took in the last frame.
    pub(super) editor_needs: f32,
    /// Of that, the part above the pages.
    pub(super) editor_bar: f32,
    /// In a narrow window: the sidebar instead of the page.
    pub(super) sidebar_alone: bool,
    /// The tab and whether the form was open, as of the last frame.
    last_open: (Option<RequestId>, bool),
    pub(super) switcher: Option<environment_menu::Switcher>,
    pub(super) anchors: environment_menu::Anchors,
    pub(super) token_panel: token_panel::Memory,
    pub(super) palette: palette::PaletteView,
    pub(super) catalogue: sidebar::CatalogueView,
    pub(super) comparison: comparison::Memory,
    pub(super) export: export_dialog::Memory,
    /// The environment whose clients are looked at with the stage inside the host.
    pub(super) client_look: Option<EnvironmentId>,
    pane: usize,
}

/// Where the keyboard focus goes in the next frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    Path,
    Environment(Leg),
    Find,
    Filter,
    Requests,
    Body,
    FormName,
}

impl Focus {
    /// It is somewhere in the page, not in a bar or the sidebar.
    fn is_on_page(self) -> bool {
        matches!(
            self,
            Self::Path | Self::Find | Self::Filter | Self::Body | Self::FormName
        )
    }
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
    let palette = view.palette;
    let bar = Frame::new().fill(palette.panel).inner_margin(inset::BAR);
    Panel::top("top bar")
        .exact_size(size::TOP_BAR)
        .frame(bar)
        .show(ui, |ui| top_bar::show(ui, view));
    Panel::bottom("status bar")
        .exact_size(size::STATUS_BAR)
        .frame(bar)
        .show(ui, |ui| status_bar::show(ui, view));
    let narrow = ui.available_width() < size::CRAMPED;
    let sidebar_alone = narrow && sidebar_wanted(view);
    if !narrow {
        sidebar_panel(ui, view);
    }
    CentralPanel::default()
        .frame(Frame::new().fill(palette.ground).stroke(Stroke::NONE))
        .show(ui, |ui| {
            let page = ui.available_rect_before_wrap();
            if sidebar_alone {
                Frame::new()
                    .fill(palette.panel)
                    .inner_margin(inset::SIDEBAR)
                    .show(ui, |ui| sidebar::show(ui, view));
            } else {
                match view.state.preferences.page {
                    Some(Page::Settings) => settings::show(ui, view),
                    Some(Page::About) => about::show(ui, view),
                    _ if view.state.shows_welcome() => welcome::show(ui, view),
                    _ if view.state.checking.on_page => check_page::show(ui, view),
                    _ if view.state.form.is_some() => environment_form::show(ui, view),
                    _ => request(ui, view),
                }
            }
            notices::show(ui, view, page);
        });
    token_panel::show(ui, view);
    import_preview::show(ui, view);
    export_dialog::show(ui, view);
    drop_hint::show(ui, view);
    // A wish that no panel could fulfil is forgotten, or it would come true at an odd moment.
    view.local.focus = None;
}

fn sidebar_panel(ui: &mut Ui, view: &mut View<'_>) {
    let most =
        (ui.available_width() * SIDEBAR_SHARE).clamp(size::SIDEBAR_MINIMUM, size::SIDEBAR_MAXIMUM);
    Panel::left("requests")
        .resizable(true)
        .default_size(size::SIDEBAR)
        .size_range(size::SIDEBAR_MINIMUM..=most)
        .frame(
            Frame::new()
                .fill(view.palette.panel)
                .inner_margin(inset::SIDEBAR),
        )
        .show(ui, |ui| sidebar::show(ui, view));
}

/// The sidebar takes no more of the width than this.
const SIDEBAR_SHARE: f32 = 0.36;

/// In a window too narrow for both, the sidebar stands in the page's place until something was opened from it.
fn sidebar_wanted(view: &mut View<'_>) -> bool {
    let open = (
        view.state.active_tab().map(|tab| tab.id().clone()),
        view.state.form.is_some(),
    );
    if view.local.focus == Some(Focus::Requests) {
        view.local.sidebar_alone = true;
    } else if view.local.focus.is_some_and(Focus::is_on_page) || view.local.last_open != open {
        view.local.sidebar_alone = false;
    }
    view.local.last_open = open;
    view.local.sidebar_alone
}

fn request(ui: &mut Ui, view: &mut View<'_>) {
    Panel::top("tabs")
        .exact_size(size::TAB_BAR)
        .frame(Frame::new().fill(view.palette.panel))
        .show(ui, |ui| tab_bar::show(ui, view));
    tab_bar::file_changed(ui, view);
    if view.state.shows_comparison() {
        comparison::show(ui, view);
        return;
    }
    let whole = ui.available_rect_before_wrap();
    let split = split::Split::of(view, whole);
    if split.needs_scrolling() {
        ScrollArea::vertical()
            .id_salt("page")
            .auto_shrink(false)
            .show(ui, |ui| {
                let start = ui.cursor().min;
                let size = split.whole().size();
                ui.allocate_exact_size(size, Sense::hover());
                let moved = split.at(start);
                halves(ui, view, &moved);
            });
    } else {
        halves(ui, view, &split);
    }
}

fn halves(ui: &mut Ui, view: &mut View<'_>, split: &split::Split) {
    // Ids of their own: a bar that comes above them must not take the keyboard from what is being typed.
    let half = |name: &str, rect| {
        UiBuilder::new()
            .scope_id(Id::unique(name))
            .max_rect(rect)
            .layout(Layout::top_down(Align::Min))
    };
    let editor = split.editor();
    let inner = editor - inset::EDITOR;
    ui.scope_builder(half("editor half", inner), |ui| {
        // Fields stand out from the ground here; in bars and lists they are sunk into the panel.
        ui.visuals_mut().text_edit_bg_color = Some(view.palette.panel);
        ui.set_clip_rect(editor.intersect(ui.clip_rect()));
        // Each request has fields of its own, or undo in one would bring back the text of another.
        let id = view.state.active_tab().map(|tab| tab.id().clone());
        ui.push_id(id, |ui| editor::show(ui, view));
    });
    // Between the two, where the eye finds it: Tab goes in the same order.
    split::divider(ui, view, split);
    let response = split.response();
    ui.scope_builder(half("response half", response), |ui| {
        ui.set_clip_rect(response.intersect(ui.clip_rect()));
        response::show(ui, view);
    });
}
