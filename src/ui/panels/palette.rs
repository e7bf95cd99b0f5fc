//! Ctrl+K: every command, environment, saved request, open tab and operation, found by a few letters.
//! While it is open nothing else takes keys; when it closes the focus is where it was, and no field has changed.

use std::sync::Arc;

use egui::{Align2, Context, Frame, Id, Key, Modal, Modifiers, TextEdit, Ui, vec2};

use crate::app::action::Action;
use crate::app::catalogue::{CatalogueAction, CatalogueStage, PaletteKey, SearchPlace};
use crate::app::state::{AppState, Leg};
use crate::app::tab::title_of;
use crate::body::visible;
use crate::model::catalogue::fuzzy::{Finder, Query};
use crate::model::catalogue::name_in_words;
use crate::ui::keys::{self, KeyAction};
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::completion::{self, Suggestion};

use super::View;
use super::sidebar::short_method;
use super::top_bar;

/// A word found less well than this is there by scattered letters only: after the operations.
const WELL_FOUND: u32 = 30;
/// Of a kind, before anything is typed.
const MOST_AT_FIRST: usize = 8;
/// Operations shown at most: who wants more types more.
const MOST_OPERATIONS: usize = 200;

/// What only the screen knows of the palette.
#[derive(Debug, Default)]
pub(in crate::ui) struct PaletteView {
    typed: String,
    chosen: usize,
    entries: Vec<Entry>,
    rows: Vec<Suggestion>,
    /// What `entries` were made for.
    made_for: Option<MadeFor>,
    /// What had the focus before.
    return_to: Option<Id>,
    is_open: bool,
    command: Option<KeyAction>,
    /// Made when first needed.
    finder: Option<Finder>,
}

#[derive(Debug, Clone)]
struct MadeFor {
    typed: String,
    operations: Arc<[u32]>,
    /// Of the operations, once they are there.
    revision: Option<u64>,
    dark: bool,
}

impl MadeFor {
    fn is_same(&self, other: &Self) -> bool {
        self.typed == other.typed
            && Arc::ptr_eq(&self.operations, &other.operations)
            && self.revision == other.revision
            && self.dark == other.dark
    }
}

#[derive(Debug, Clone)]
struct Entry {
    key: PaletteKey,
    effect: Effect,
    row: Suggestion,
    /// Searched besides the label.
    more: String,
}

#[derive(Debug, Clone)]
enum Effect {
    Act(Action),
    Command(KeyAction),
}

impl PaletteView {
    /// The command that was chosen, once: the window executes it as if its key had been pressed.
    pub(in crate::ui) fn take_command(&mut self) -> Option<KeyAction> {
        self.command.take()
    }
}

pub(in crate::ui) fn show(context: &Context, view: &mut View<'_>) {
    let was_open = view.local.palette.is_open;
    let is_open = view.state.catalogue.palette_is_open && view.state.dialog.is_none();
    view.local.palette.is_open = is_open;
    if is_open && !was_open {
        let fresh = PaletteView {
            return_to: context.memory(egui::Memory::focused),
            is_open,
            ..PaletteView::default()
        };
        view.local.palette = fresh;
        // What is typed from now on is for the palette.
        context.memory_mut(|memory| memory.request_focus(field_id()));
    }
    if !is_open {
        give_back_focus(context, view, was_open);
        return;
    }
    basic::covers(context, "palette");
    let dark = context.global_style().visuals.dark_mode;
    let palette = if dark {
        &crate::ui::tokens::DARK
    } else {
        &crate::ui::tokens::LIGHT
    };
    let screen = context.content_rect();
    let width = size::PALETTE.min(screen.width() - 64.0);
    let top = (screen.height() * 0.1).min(size::TOP_BAR * 1.5);
    let id = Id::unique("palette");
    let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, top));
    let most_rows = ((screen.height() - top - 120.0) / size::ROW)
        .floor()
        .clamp(3.0, size::PALETTE_ROWS);
    let mut outcome = Outcome::None;
    let response = Modal::new(id)
        .area(area)
        .backdrop_color(palette.backdrop)
        .frame(Frame::window(&context.global_style()).inner_margin(inset::LIST))
        .show(context, |ui| {
            ui.set_width(width);
            outcome = content(ui, view, most_rows, dark);
        });
    if matches!(outcome, Outcome::None) && response.should_close() {
        outcome = Outcome::Close;
    }
    match outcome {
        Outcome::None => {}
        Outcome::Close => close(view),
        Outcome::Chosen(index) => {
            let entry = view.local.palette.entries.get(index).cloned();
            close(view);
            if let Some(entry) = entry {
                view.act(Action::Catalogue(CatalogueAction::Used(entry.key)));
                match entry.effect {
                    Effect::Act(action) => view.act(action),
                    Effect::Command(command) => view.local.palette.command = Some(command),
                }
            }
        }
    }
}

enum Outcome {
    None,
    Close,
    Chosen(usize),
}

fn field_id() -> Id {
    Id::unique("palette field")
}

fn close(view: &mut View<'_>) {
    view.act(Action::Catalogue(CatalogueAction::ClosePalette));
}

/// The focus goes back to where it was, unless what was chosen has set it elsewhere.
/// A frame later than the palette goes: until then what is behind it may not have the focus.
fn give_back_focus(context: &Context, view: &mut View<'_>, was_open: bool) {
    let local = &mut view.local.palette;
    if was_open && local.return_to.is_some() {
        context.request_repaint();
    } else if let Some(id) = local.return_to.take() {
        let focused = context.memory(egui::Memory::focused);
        if focused.is_none_or(|focused| focused == field_id()) {
            context.memory_mut(|memory| memory.request_focus(id));
        }
    }
}

fn content(ui: &mut Ui, view: &mut View<'_>, most_rows: f32, dark: bool) -> Outcome {
    let palette = Palette::of(ui);
    let keys = take_keys(ui);
    let field = TextEdit::singleline(&mut view.local.palette.typed)
        .id(field_id())
        .hint_text(
            egui::RichText::new("Search commands, environments, requests, operations")
                .color(palette.faint),
        )
        .desired_width(f32::INFINITY)
        .margin(inset::SEARCH);
    let field = ui.add(field).accessible_name("Search or run");
    // Nothing else in the palette takes the focus, and nothing behind it may.
    if !field.has_focus() {
        field.request_focus();
    }
    completion::hold_keys(ui, field.id);
    if field.changed() {
        view.act(Action::Catalogue(CatalogueAction::Search {
            place: SearchPlace::Palette,
            typed: view.local.palette.typed.clone(),
        }));
    }
    refresh(view, dark);
    let local = &mut view.local.palette;
    let count = local.entries.len();
    local.chosen = local.chosen.min(count.saturating_sub(1));
    for _ in 0..keys.down {
        local.chosen = completion::next(Some(local.chosen), count);
    }
    for _ in 0..keys.up {
        local.chosen = completion::previous(Some(local.chosen), count);
    }
    ui.add_space(size::HALF);
    let moved = keys.down + keys.up > 0;
    let clicked = completion::options(
        ui,
        "Results",
        &local.rows,
        Some(local.chosen),
        moved || field.changed(),
        most_rows,
    );
    footer(ui, view.state, count);
    if let Some(clicked) = clicked {
        return Outcome::Chosen(clicked);
    }
    if keys.enter && count > 0 {
        return Outcome::Chosen(view.local.palette.chosen);
    }
    if keys.escape {
        return Outcome::Close;
    }
    Outcome::None
}

fn footer(ui: &mut Ui, state: &AppState, count: usize) {
    let palette = Palette::of(ui);
    ui.add_space(size::HALF);
    let words = match (&state.catalogue.stage, count) {
        (CatalogueStage::Failed { text }, _) => text.as_str(),
        (CatalogueStage::Packed | CatalogueStage::Loading, _) => "Unpacking the operations…",
        (CatalogueStage::Ready(_), 0) => "Nothing matches. Try fewer or other letters",
        (CatalogueStage::Ready(_), _) => "↑ ↓ choose   Enter opens   Esc closes",
    };
    ui.horizontal(|ui| {
        ui.add_space(size::UNIT);
        ui.add(egui::Label::new(basic::small(words).color(palette.faint)).truncate());
    });
}

#[derive(Default)]
struct Keys {
    down: usize,
    up: usize,
    enter: bool,
    escape: bool,
}

/// Before the field sees them.
fn take_keys(ui: &Ui) -> Keys {
    ui.input_mut(|input| {
        let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key);
        let page = 8;
        // Tab has nowhere to go: the field is all there is.
        let _ = count(Key::Tab);
        Keys {
            down: count(Key::ArrowDown) + page * count(Key::PageDown),
            up: count(Key::ArrowUp) + page * count(Key::PageUp),
            enter: count(Key::Enter) > 0,
            escape: count(Key::Escape) > 0,
        }
    })
}

/// Makes the list anew when what it was made for has changed.
fn refresh(view: &mut View<'_>, dark: bool) {
    let state = view.state;
    let local = &mut view.local.palette;
    let search = state.catalogue.search(SearchPlace::Palette);
    let wanted = MadeFor {
        typed: local.typed.clone(),
        operations: search.operations.clone(),
        revision: state
            .catalogue
            .operations()
            .map(|_| state.catalogue.revision),
        dark,
    };
    let before = local.made_for.as_ref();
    if before.is_some_and(|before| before.is_same(&wanted)) {
        return;
    }
    if before.is_none_or(|before| before.typed != wanted.typed) {
        local.chosen = 0;
    }
    let palette = if dark {
        &crate::ui::tokens::DARK
    } else {
        &crate::ui::tokens::LIGHT
    };
    let query = Query::new(&local.typed);
    let everything = everything(state, palette);
    local.entries = if query.is_empty() {
        at_first(state, palette, &everything)
    } else {
        found(
            state,
            palette,
            &query,
            local.finder.get_or_insert_default(),
            everything,
        )
    };
    local.rows = local
        .entries
        .iter()
        .map(|entry| entry.row.clone())
        .collect();
    local.made_for = Some(wanted);
}

/// Before anything is typed: what was chosen last, then a few of each kind.
fn at_first(state: &AppState, palette: &Palette, everything: &[Entry]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = state
        .catalogue
        .recent
        .iter()
        .filter_map(|key| match key {
            PaletteKey::Operation { method, path } => {
                let index = state.catalogue.operations()?.exact(method, path)?;
                operation(state, palette, index)
            }
            key => everything.iter().find(|entry| entry.key == *key).cloned(),
        })
        .collect();
    let recent = entries.len();
    let kinds: [fn(&PaletteKey) -> bool; 4] = [
        |key| matches!(key, PaletteKey::Tab(_)),
        |key| matches!(key, PaletteKey::Request(_)),
        |key| matches!(key, PaletteKey::Environment(..)),
        |key| matches!(key, PaletteKey::Command(_)),
    ];
    for (at, is_kind) in kinds.into_iter().enumerate() {
        let most = if at == kinds.len() - 1 {
            usize::MAX
        } else {
            MOST_AT_FIRST
        };
        let more: Vec<Entry> = everything
            .iter()
            .filter(|entry| is_kind(&entry.key))
            .filter(|entry| !entries[..recent].iter().any(|known| known.key == entry.key))
            .take(most)
            .cloned()
            .collect();
        entries.extend(more);
    }
    entries
}

fn found(
    state: &AppState,
    palette: &Palette,
    query: &Query,
    finder: &mut Finder,
    everything: Vec<Entry>,
) -> Vec<Entry> {
    let words = u32::try_from(query.words().len()).unwrap_or(u32::MAX);
    let mut scored: Vec<(u32, Entry)> = everything
        .into_iter()
        .filter_map(|entry| {
            let text = format!("{} {}", entry.row.label, entry.more);
            // What the label itself answers stands before what only its details do.
            let in_label = finder.score(query, &entry.row.label).unwrap_or(0);
            let score = finder.score(query, &text)?.max(in_label + 5);
            Some((score, entry))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let (well, scattered): (Vec<_>, Vec<_>) = scored
        .into_iter()
        .partition(|(score, _)| *score >= WELL_FOUND * words);
    let search = state.catalogue.search(SearchPlace::Palette);
    let operations = search
        .operations
        .iter()
        .take(MOST_OPERATIONS)
        .filter_map(|index| operation(state, palette, *index));
    let mut entries: Vec<Entry> = well
        .into_iter()
        .map(|(_, entry)| entry)
        .chain(operations)
        .chain(scattered.into_iter().map(|(_, entry)| entry))
        .collect();
    for entry in &mut entries {
        entry.row.marks = finder.marks(query, &entry.row.label);
    }
    entries
}

/// All but the operations.
fn everything(state: &AppState, palette: &Palette) -> Vec<Entry> {
    let tabs = state.tabs.iter().map(|tab| {
        let id = tab.id().clone();
        Entry {
            row: request_row(palette, &tab.draft.method, tab.title(), "Open tab"),
            more: tab.draft.path.clone(),
            effect: Effect::Act(Action::SelectTab(id.clone())),
            key: PaletteKey::Tab(id),
        }
    });
    let requests = state
        .workspace
        .requests
        .iter()
        .map(|stored| &stored.draft)
        .filter(|draft| state.tab(&draft.id).is_none())
        .map(|draft| Entry {
            row: request_row(palette, &draft.method, title_of(draft), "Request"),
            more: draft.path.clone(),
            effect: Effect::Act(Action::OpenRequest(draft.id.clone())),
            key: PaletteKey::Request(draft.id.clone()),
        });
    let environments = Leg::BOTH.into_iter().flat_map(|leg| {
        state
            .all_environments()
            .filter(move |environment| state.legs[leg.index()].as_ref() != Some(&environment.id))
            .map(move |environment| Entry {
                row: Suggestion {
                    tag: Some((leg.letter().to_owned(), basic::leg_colour(palette, leg))),
                    label: visible::line(&environment.name).into_owned(),
                    hint: format!(
                        "{} · Environment for {}",
                        top_bar::detail(environment),
                        leg.letter()
                    ),
                    ..Suggestion::default()
                },
                more: format!("environment leg {}", leg.letter()),
                effect: Effect::Act(Action::ChooseEnvironment {
                    leg,
                    environment: environment.id.clone(),
                }),
                key: PaletteKey::Environment(leg, environment.id.clone()),
            })
    });
    let commands = keys::TABLE
        .iter()
        .filter(|row| row.action.is_possible(state))
        .map(|row| Entry {
            row: Suggestion {
                label: row.words.to_owned(),
                hint: row
                    .shortcut
                    .map(|shortcut| {
                        shortcut.format(&egui::ModifierNames::NAMES, cfg!(target_os = "macos"))
                    })
                    .unwrap_or_default(),
                ..Suggestion::default()
            },
            more: String::new(),
            effect: Effect::Command(row.action),
            key: PaletteKey::Command(row.words),
        });
    tabs.chain(requests)
        .chain(environments)
        .chain(commands)
        .collect()
}

fn request_row(palette: &Palette, method: &str, title: &str, kind: &str) -> Suggestion {
    Suggestion {
        tag: Some((short_method(method), basic::method_colour(palette, method))),
        label: visible::line(title).into_owned(),
        hint: kind.to_owned(),
        ..Suggestion::default()
    }
}

fn operation(state: &AppState, palette: &Palette, index: u32) -> Option<Entry> {
    let operation = state.catalogue.operations()?.operation(index)?;
    Some(Entry {
        key: PaletteKey::Operation {
            method: operation.method.to_owned(),
            path: operation.path.to_owned(),
        },
        effect: Effect::Act(Action::Catalogue(CatalogueAction::OpenOperation(index))),
        row: Suggestion {
            tag: Some((
                short_method(operation.method),
                basic::method_colour(palette, operation.method),
            )),
            label: operation.path.to_owned(),
            hint: if operation.is_own {
                format!("{} · imported", name_in_words(operation.id))
            } else {
                name_in_words(operation.id)
            },
            is_mono: true,
            ..Suggestion::default()
        },
        more: String::new(),
    })
}
