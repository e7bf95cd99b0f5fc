//! The catalogue of Genesys operations: by area while nothing is typed, else the best matches first.

use std::collections::BTreeSet;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    FontId, Key, Modifiers, Rect, Response, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};

use crate::app::action::Action;
use crate::app::catalogue::{CatalogueAction, CatalogueStage, SearchPlace};
use crate::model::catalogue::fuzzy::{Finder, Query};
use crate::model::catalogue::{Catalogue, Operation, name_in_words};
use crate::ui::panels::{Focus, View};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::completion;
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, fields};

use super::short_method;

/// What only the screen knows of the catalogue.
#[derive(Debug, Default)]
pub(in crate::ui) struct CatalogueView {
    typed: String,
    /// Index of the row that Enter opens or unfolds, once an arrow was pressed or something was found.
    chosen: Option<usize>,
    unfolded: BTreeSet<String>,
    /// Made when first needed.
    finder: Option<Finder>,
    /// The search field, once it was shown.
    field: Option<egui::Id>,
}

/// Rows that Page up and Page down go.
const PAGE: usize = 12;

/// What one row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    /// Index of the group.
    Group(usize),
    Operation(u32),
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    if matches!(view.state.catalogue.stage, CatalogueStage::Packed) {
        view.act(Action::Catalogue(CatalogueAction::Load));
    }
    let keys = take_keys(ui, view);
    let field = search_field(ui, view);
    ui.add_space(size::HALF);
    let catalogue = match &view.state.catalogue.stage {
        CatalogueStage::Ready(catalogue) => catalogue,
        CatalogueStage::Packed | CatalogueStage::Loading => {
            return words(ui, "Unpacking the operations…");
        }
        CatalogueStage::Failed { text } => return words(ui, text),
    };
    let search = view.state.catalogue.search(SearchPlace::Sidebar);
    let is_search = !view.local.catalogue.typed.trim().is_empty();
    if field.changed() {
        view.local.catalogue.chosen = is_search.then_some(0);
    }
    let rows = if is_search {
        search
            .operations
            .iter()
            .copied()
            .map(Row::Operation)
            .collect()
    } else {
        grouped(catalogue, &view.local.catalogue.unfolded)
    };
    if is_search && rows.is_empty() {
        // While the answer is on its way nothing is said, or the words would flicker.
        if search.answered == view.local.catalogue.typed {
            words(
                ui,
                "No operation matches. Try a part of its path, its id or its area",
            );
        }
        return;
    }
    fold_by_key(view, catalogue, &rows, &keys);
    let moved = step(&mut view.local.catalogue.chosen, &keys, rows.len());
    let clicked = list(
        ui,
        view,
        catalogue,
        &rows,
        is_search,
        moved || field.changed(),
    );
    let by_key = keys.enter.then_some(view.local.catalogue.chosen).flatten();
    if let Some(row) = clicked.or(by_key).and_then(|row| rows.get(row)) {
        open(view, catalogue, *row);
    }
}

fn words(ui: &mut Ui, words: &str) {
    let palette = Palette::of(ui);
    ui.label(basic::small(words).color(palette.faint));
}

#[derive(Default)]
struct Keys {
    down: usize,
    up: usize,
    enter: bool,
    unfold: bool,
    fold: bool,
}

/// Arrows and Enter, while the search field has the focus.
fn take_keys(ui: &Ui, view: &View<'_>) -> Keys {
    let local = &view.local.catalogue;
    let focused = local
        .field
        .is_some_and(|field| ui.memory(|memory| memory.has_focus(field)));
    if !focused {
        return Keys::default();
    }
    let can_fold = local.typed.is_empty();
    ui.input_mut(|input| {
        let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key);
        Keys {
            down: count(Key::ArrowDown) + PAGE * count(Key::PageDown),
            up: count(Key::ArrowUp) + PAGE * count(Key::PageUp),
            enter: count(Key::Enter) > 0,
            unfold: can_fold && count(Key::ArrowRight) > 0,
            fold: can_fold && count(Key::ArrowLeft) > 0,
        }
    })
}

fn search_field(ui: &mut Ui, view: &mut View<'_>) -> Response {
    let width = ui.available_width();
    let field = fields::text(
        ui,
        "Search operations",
        &mut view.local.catalogue.typed,
        "Search operations",
        Face::Words,
        width,
    );
    view.local.catalogue.field = Some(field.id);
    if view.local.wants(Focus::Requests) {
        field.request_focus();
    }
    if field.changed() {
        view.act(Action::Catalogue(CatalogueAction::Search {
            place: SearchPlace::Sidebar,
            typed: view.local.catalogue.typed.clone(),
        }));
    }
    field
}

/// The areas, and below each unfolded one its operations.
fn grouped(catalogue: &Catalogue, unfolded: &BTreeSet<String>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, group) in catalogue.tags().iter().enumerate() {
        rows.push(Row::Group(at));
        if unfolded.contains(&group.name) {
            rows.extend(group.operations.iter().copied().map(Row::Operation));
        }
    }
    rows
}

/// Moves the choice by the arrows; whether it moved.
fn step(chosen: &mut Option<usize>, keys: &Keys, count: usize) -> bool {
    for _ in 0..keys.down {
        *chosen = Some(completion::next(*chosen, count));
    }
    for _ in 0..keys.up {
        *chosen = Some(completion::previous(*chosen, count));
    }
    *chosen = chosen.filter(|chosen| *chosen < count);
    keys.down + keys.up > 0
}

/// The rows in sight; answers the one that was clicked.
fn list(
    ui: &mut Ui,
    view: &mut View<'_>,
    catalogue: &Catalogue,
    rows: &[Row],
    is_search: bool,
    scroll_to_chosen: bool,
) -> Option<usize> {
    let local = &mut view.local.catalogue;
    let tops = tops(rows);
    let whole = tops.last().copied().unwrap_or_default();
    let mut area = ScrollArea::vertical()
        .id_salt(("operations", is_search))
        .auto_shrink(false);
    if scroll_to_chosen && let Some(chosen) = local.chosen {
        let height = ui.available_height();
        let middle = tops[chosen] - ((height - size::DOUBLE_ROW) * 0.5).max(0.0);
        area = area.vertical_scroll_offset(middle.clamp(0.0, (whole - height).max(0.0)));
    }
    let query = Query::new(&local.typed);
    let mut clicked = None;
    area.show_viewport(ui, |ui, seen| {
        ui.set_height(whole);
        let origin = ui.max_rect().min;
        let width = ui.available_width();
        // The last one that begins above the seen part, and all up to its end.
        let first = tops.partition_point(|top| *top <= seen.top()).max(1) - 1;
        for at in (first..rows.len()).take_while(|at| tops[*at] < seen.bottom()) {
            let height = tops[at + 1] - tops[at];
            let rect = Rect::from_min_size(origin + vec2(0.0, tops[at]), vec2(width, height));
            let chosen = local.chosen == Some(at);
            let builder = UiBuilder::new().id_salt(at).max_rect(rect);
            let response = ui.scope_builder(builder, |ui| match rows[at] {
                Row::Group(index) => catalogue.tags().get(index).map(|group| {
                    let open = local.unfolded.contains(&group.name);
                    group_row(ui, &group.name, group.operations.len(), open, chosen)
                }),
                Row::Operation(index) => catalogue.operation(index).map(|operation| {
                    let finder = local.finder.get_or_insert_default();
                    operation_row(ui, &operation, &query, finder, chosen)
                }),
            });
            if response.inner.is_some_and(|response| response.clicked()) {
                local.chosen = Some(at);
                clicked = Some(at);
            }
        }
    });
    clicked
}

/// Where each row begins, and at last where all end, in points.
fn tops(rows: &[Row]) -> Vec<f32> {
    let mut top = 0.0;
    let mut tops = vec![top];
    for row in rows {
        top += match row {
            Row::Group(_) => size::ROW,
            Row::Operation(_) => size::DOUBLE_ROW,
        };
        tops.push(top);
    }
    tops
}

fn group_row(ui: &mut Ui, name: &str, count: usize, open: bool, chosen: bool) -> Response {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::CLICK);
    let spoken = format!("{} {count} operations", words_of(name));
    response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, chosen, &spoken));
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_expanded(open));
    completion::ground(ui, rect, chosen, response.hovered());
    let sign = if open {
        Icon::ChevronDown
    } else {
        Icon::ChevronRight
    };
    let place = Rect::from_center_size(
        pos2(rect.left() + size::UNIT * 1.5, rect.center().y),
        egui::Vec2::splat(size::ICON),
    );
    icons::paint(ui.painter(), place, sign, palette.secondary);
    let counted = ui.painter().text(
        pos2(rect.right() - size::UNIT, rect.center().y),
        egui::Align2::RIGHT_CENTER,
        count,
        FontId::proportional(size::TINY),
        palette.faint,
    );
    let left = rect.left() + size::UNIT * 3.0;
    let font = egui::TextStyle::Body.resolve(ui.style());
    let job = LayoutJob {
        wrap: TextWrapping::truncate_at_width(counted.left() - size::HALF - left),
        ..LayoutJob::simple_singleline(words_of(name), font, palette.text)
    };
    let galley = ui.painter().layout_job(job);
    let at = pos2(left, rect.center().y - galley.size().y * 0.5);
    ui.painter().galley(at, galley, palette.text);
    response
}

/// `WorkforceManagement` is `Workforce management`.
fn words_of(tag: &str) -> String {
    name_in_words(tag)
}

/// What it is in words, and below that its path.
fn operation_row(
    ui: &mut Ui,
    operation: &Operation<'_>,
    query: &Query,
    finder: &mut Finder,
    chosen: bool,
) -> Response {
    let palette = Palette::of(ui);
    let wanted = vec2(ui.available_width(), size::DOUBLE_ROW);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::CLICK);
    let source = if operation.is_own { IMPORTED } else { "" };
    let spoken = match source {
        "" => format!("{} {}", operation.method, operation.path),
        source => format!("{} {}, {source}", operation.method, operation.path),
    };
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &spoken));
    completion::ground(ui, rect, chosen, response.hovered());
    let left = rect.left() + size::UNIT + size::METHOD_TAG;
    let room = rect.right() - size::HALF - left;
    let upper = rect.top() + rect.height() * 0.3;
    let lower = rect.top() + rect.height() * 0.72;
    ui.painter().text(
        pos2(rect.left() + size::UNIT, upper),
        egui::Align2::LEFT_CENTER,
        short_method(operation.method),
        FontId::monospace(size::TINY - 1.0),
        basic::method_colour(palette, operation.method),
    );
    // The method stands before it already.
    let name = name_in_words(operation.id);
    let name = name
        .split_once(' ')
        .map_or(name.as_str(), |(_, behind)| behind);
    let name = capitalised(name);
    let marks = finder.marks(query, &name);
    let font = FontId::proportional(size::SMALL);
    let mut job = completion::marked_text(&name, &marks, font, palette.text, palette.accent);
    // Quietly at the end of the line: whoever imported operations looks for them among thousands.
    let source_at = pos2(rect.right() - size::HALF, upper);
    let source_font = FontId::proportional(size::TINY);
    let marked = ui.painter().text(
        source_at,
        egui::Align2::RIGHT_CENTER,
        source,
        source_font,
        palette.faint,
    );
    let room_above = (marked.left() - size::HALF - left).min(room);
    job.wrap = TextWrapping::truncate_at_width(room_above);
    let galley = ui.painter().layout_job(job);
    let at = pos2(left, upper - galley.size().y * 0.5);
    ui.painter().galley(at, galley, palette.text);
    let (path, marks) = shown_path(ui, operation.path, query, finder, room);
    let font = FontId::monospace(size::TINY - 1.0);
    let job = completion::marked_text(&path, &marks, font, palette.faint, palette.accent);
    let galley = ui.painter().layout_job(job);
    let at = pos2(left, lower - galley.size().y * 0.5);
    ui.painter().galley(at, galley, palette.faint);
    let tags: Vec<String> = operation.tags().map(words_of).collect();
    response.on_hover_text(format!(
        "{} {}\n{} · {}{}",
        operation.method,
        operation.path,
        operation.id,
        tags.join(", "),
        if operation.is_own {
            "\nFrom an API description that was imported"
        } else {
            ""
        }
    ))
}

/// Of operations that the workspace brought.
const IMPORTED: &str = "imported";

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The end of the path that has room, with what was found in it.
fn shown_path(
    ui: &Ui,
    path: &str,
    query: &Query,
    finder: &mut Finder,
    room: f32,
) -> (String, Vec<usize>) {
    let shown = &path[beginning(path, letters_in(ui, room))..];
    let left_out = path.len() - shown.len();
    let is_cut = left_out > COMMON.len();
    let sign = if is_cut { "…" } else { "" };
    // What was found in the part that is left out is not marked elsewhere instead.
    let marks = finder
        .marks(query, path)
        .into_iter()
        .filter(|mark| *mark >= left_out)
        .map(|mark| mark - left_out + sign.chars().count())
        .collect();
    (format!("{sign}{shown}"), marks)
}

/// How many letters of a path have room.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few dozen letters"
)]
fn letters_in(ui: &Ui, room: f32) -> usize {
    let font = FontId::monospace(size::TINY - 1.0);
    let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&font, 'm'));
    (room / letter.max(1.0)).max(1.0) as usize
}

/// So many letters stay unused for a path that begins with a whole segment.
const ROOM_GIVEN_UP: usize = 5;

/// What all paths begin with.
const COMMON: &str = "/api/v2/";

/// Where the shown part of a path begins: behind what all have, and so far on that `most` letters have room.
/// The end tells paths apart better than the beginning. A segment is cut through when otherwise much room were left.
fn beginning(path: &str, most: usize) -> usize {
    let common = if path.starts_with(COMMON) {
        COMMON.len()
    } else {
        0
    };
    if path.len() - common <= most {
        return common;
    }
    // One letter says that something is left out.
    let earliest = (path.len() + 1)
        .saturating_sub(most)
        .clamp(common, path.len());
    let whole = path[earliest..]
        .find('/')
        .map(|slash| earliest + slash)
        .filter(|whole| whole - earliest <= ROOM_GIVEN_UP);
    whole.unwrap_or(earliest)
}

/// A group is unfolded or folded, an operation becomes a request.
fn open(view: &mut View<'_>, catalogue: &Catalogue, row: Row) {
    match row {
        Row::Group(index) => {
            if let Some(group) = catalogue.tags().get(index) {
                let unfolded = &mut view.local.catalogue.unfolded;
                if !unfolded.remove(&group.name) {
                    unfolded.insert(group.name.clone());
                }
            }
        }
        Row::Operation(index) => {
            view.act(Action::Catalogue(CatalogueAction::OpenOperation(index)));
        }
    }
}

/// Right unfolds the chosen group, left folds it.
fn fold_by_key(view: &mut View<'_>, catalogue: &Catalogue, rows: &[Row], keys: &Keys) {
    let local = &mut view.local.catalogue;
    let Some(Row::Group(index)) = local.chosen.and_then(|chosen| rows.get(chosen)) else {
        return;
    };
    let Some(group) = catalogue.tags().get(*index) else {
        return;
    };
    if keys.unfold {
        local.unfolded.insert(group.name.clone());
    }
    if keys.fold {
        local.unfolded.remove(&group.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_too_long_keeps_its_end() {
        for (path, most, expected) in [
            ("/api/v2/users", 20, "users"),
            (
                "/api/v2/routing/queues/{queueId}",
                24,
                "routing/queues/{queueId}",
            ),
            ("/api/v2/routing/queues/{queueId}", 23, "/queues/{queueId}"),
            (
                "/api/v2/assistants/{assistantId}/copilot",
                18,
                "istantId}/copilot",
            ),
            ("/api/v2/routing/queues", 4, "ues"),
            ("/api/v2/routing/queues", 1, ""),
            ("/scim/users", 20, "/scim/users"),
        ] {
            assert_eq!(&path[beginning(path, most)..], expected, "{path} in {most}");
        }
    }

    #[test]
    fn areas_unfold_in_place() {
        let catalogue = Catalogue::parse(
            "GET\t/api/v2/users\tgetUsers\tUsers\t\t\nGET\t/api/v2/teams\tgetTeams\tTeams Users\t\t\n",
        )
        .expect("a catalogue");
        let folded = grouped(&catalogue, &BTreeSet::new());
        assert_eq!(folded, [Row::Group(0), Row::Group(1)]);
        let unfolded = grouped(&catalogue, &BTreeSet::from(["Users".to_owned()]));
        assert_eq!(
            unfolded,
            [
                Row::Group(0),
                Row::Group(1),
                Row::Operation(0),
                Row::Operation(1)
            ]
        );
    }
}
