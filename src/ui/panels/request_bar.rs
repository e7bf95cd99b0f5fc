//! Method, path, Send or Cancel, and what is said about them. The URLs below are `url_lines`.

use std::collections::BTreeMap;

use egui::{Button, ComboBox, FontFamily, FontId, Rect, Stroke, TextFormat, Ui, vec2};

use crate::app::action::Action;
use crate::app::comparing::{ComparingAction, why_not};
use crate::app::editing::{EditingAction, OfferKind};
use crate::app::importing::{ImportingAction, is_importable};
use crate::app::preview::LegPreview;
use crate::app::state::Leg;
use crate::app::tab::{FieldRemark, Tab};
use crate::model::literal::literal;
use crate::model::note::Field;
use crate::model::request::RequestDraft;
use crate::model::secret::Secret;
use crate::ui::fonts;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::completion::Completion;
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::variables::{Names, told};
use crate::ui::widgets::{basic, fields, remarks};

use super::{Focus, View, comparison, path_completion, url_lines};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(tab) = state.active_tab() else {
        return;
    };
    // What this bar edits, and nothing of what may be large.
    let mut draft = RequestDraft {
        id: tab.draft.id.clone(),
        method: tab.draft.method.clone(),
        path: tab.draft.path.clone(),
        ..RequestDraft::default()
    };
    let before = draft.clone();
    let mut pasted = false;
    // In a tiny window the buttons stand below.
    let two_rows = ui.available_width() < size::TINY_WINDOW;
    ui.horizontal(|ui| {
        method(ui, view, &mut draft);
        let buttons = if two_rows {
            0.0
        } else {
            size::SEND + compare_width(ui) + size::UNIT * 2.0
        };
        let width = (ui.available_width() - buttons).max(size::PATH_LEAST);
        let completion = Completion::before(ui, "path");
        pasted = ui.input(|input| {
            let is_paste = |event: &egui::Event| matches!(event, egui::Event::Paste(_));
            input.events.iter().any(is_paste)
        });
        let path = ui.scope(|ui| {
            ui.spacing_mut().interact_size.y = size::PRIMARY;
            fields::text(
                ui,
                "Path",
                &mut draft.path,
                "/api/v2/users",
                Face::Mono,
                width,
            )
        });
        let path = told(path.inner, Names(state.active_environment()), &draft.path);
        if view.local.wants(Focus::Path) {
            path.request_focus();
        }
        path_completion::after(ui, view, completion, &path, &mut draft);
        if !two_rows {
            send(ui, view, tab);
            compare(ui, view);
        }
    });
    if two_rows {
        ui.horizontal(|ui| {
            send(ui, view, tab);
            compare(ui, view);
        });
    }
    if draft.path != before.path
        && pasted
        && let Some(text) = pasted_configuration(ui)
    {
        view.act(Action::Importing(ImportingAction::ReadText(text)));
    } else if draft != before {
        let mut edited = tab.draft.clone();
        take_over(&mut edited, draft, &before);
        // A whole URL or path; a piece put into another is left as it is.
        let is_whole = edited.path != before.path
            && (edited.path.contains("://") || pasted_text(ui).as_ref() == Some(&edited.path));
        view.act(if pasted && is_whole {
            Action::Editing(EditingAction::TakeApart(Box::new(edited)))
        } else {
            Action::EditDraft(Box::new(edited))
        });
    }
    offer(ui, view, tab);
    for field in [Field::Method, Field::Path] {
        at_field(ui, view, tab, &field);
    }
    url_lines::show(ui, view, tab);
    compared(ui, view);
    other_remarks(ui, view, tab);
    ui.add_space(size::HALF);
}

/// What was pasted in this frame.
fn pasted_text(ui: &Ui) -> Option<String> {
    ui.input(|input| {
        input.events.iter().find_map(|event| match event {
            egui::Event::Paste(text) => Some(text.clone()),
            _ => None,
        })
    })
}

/// What was pasted in this frame and is no path: a cURL command, or a configuration of any kind that is known.
fn pasted_configuration(ui: &Ui) -> Option<Secret> {
    ui.input(|input| {
        input.events.iter().find_map(|event| match event {
            egui::Event::Paste(text) if is_importable(text) => Some(Secret::new(text.as_str())),
            _ => None,
        })
    })
}

/// Completion may have changed more than the path: a whole request comes with an operation.
fn take_over(edited: &mut RequestDraft, shown: RequestDraft, before: &RequestDraft) {
    edited.method = shown.method;
    edited.path = shown.path;
    for variable in shown.path_variables {
        let is_new = edited
            .path_variables
            .iter()
            .all(|known| known.name != variable.name);
        if is_new {
            edited.path_variables.push(variable);
        }
    }
    if edited.query.is_empty() {
        edited.query = shown.query;
    }
    if edited.headers.is_empty() {
        edited.headers = shown.headers;
    }
    if edited.body == before.body {
        edited.body = shown.body;
    }
    if edited.name.is_empty() {
        edited.name = shown.name;
    }
}

fn method(ui: &mut Ui, view: &mut View<'_>, draft: &mut RequestDraft) {
    let palette = Palette::of(ui);
    let typed = view.local.typed_method.as_ref() == Some(&draft.id)
        || !METHODS.contains(&draft.method.as_str());
    let colour = basic::method_colour(palette, &draft.method);
    let shown = if typed { "Custom" } else { &draft.method }.to_owned();
    ui.spacing_mut().interact_size.y = size::PRIMARY;
    ui.name_inputs("Method", |ui| {
        ComboBox::from_id_salt("method")
            .icon(basic::drop_down)
            .width(size::METHOD_LIST)
            .height(size::REGION_LIST)
            .selected_text(basic::mono(shown).color(colour))
            .show_ui(ui, |ui| {
                basic::list(ui);
                for known in METHODS {
                    let words = basic::mono(known).color(basic::method_colour(palette, known));
                    if ui
                        .selectable_label(!typed && draft.method == known, words)
                        .clicked()
                    {
                        known.clone_into(&mut draft.method);
                        view.local.typed_method = None;
                    }
                }
                if ui.selectable_label(typed, "Custom…").clicked() {
                    view.local.typed_method = Some(draft.id.clone());
                }
            });
    });
    if typed {
        fields::text(
            ui,
            "Custom method",
            &mut draft.method,
            "PURGE",
            Face::Mono,
            size::METHOD_LIST,
        );
    }
}

/// With the badge of the leg that it uses and its key.
fn send(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    // In a narrow window the button gives way, and its key is left to F1.
    let room = ui.available_width() - compare_width(ui) - size::UNIT;
    let width = size::SEND.min(room).max(size::PRIMARY);
    let wanted = vec2(width, size::PRIMARY);
    if let Some(in_flight) = &tab.in_flight {
        let words = if in_flight.cancelling {
            "Cancelling…"
        } else {
            "Cancel  Esc"
        };
        let button = Button::new(words).min_size(wanted);
        if ui.add(button).accessible_name("Cancel").clicked() {
            view.act(Action::Cancel);
        }
        return;
    }
    let leg = view.state.active_leg;
    let mut job = egui::text::LayoutJob::default();
    // Beside a comparison the main button is the other one.
    let is_main = !view.state.shows_comparison();
    let (on, fill, stroke) = if is_main {
        (palette.on_accent, palette.accent, Stroke::NONE)
    } else {
        (palette.text, palette.raised, palette.outline())
    };
    let (badge_on, badge_fill) = if is_main {
        (palette.accent, palette.on_accent)
    } else {
        (palette.on_badge, basic::leg_colour(palette, leg))
    };
    let format = |size: f32, family: FontFamily| TextFormat::simple(FontId::new(size, family), on);
    // Room for the badge, which is painted.
    let indent = size::BADGE + size::UNIT;
    job.append("Send", indent, format(size::TEXT, fonts::strong()));
    let key = format(size::TINY, FontFamily::Proportional);
    if width >= size::SEND {
        job.append("Ctrl ⏎", size::GAP, key);
    }
    let text_width = ui.fonts_mut(|fonts| fonts.layout_job(job.clone())).size().x;
    let response = ui
        .add(Button::new(job).fill(fill).stroke(stroke).min_size(wanted))
        .accessible_name("Send")
        .on_hover_text(format!("Send on leg {}", leg.letter()));
    let left = response.rect.center().x - text_width / 2.0;
    let badge = Rect::from_center_size(
        egui::pos2(left + size::BADGE / 2.0, response.rect.center().y),
        vec2(size::BADGE, size::BADGE),
    );
    let corner = egui::CornerRadius::same(size::CHIP_RADIUS);
    ui.painter().rect_filled(badge, corner, badge_fill);
    ui.painter().text(
        badge.center(),
        egui::Align2::CENTER_CENTER,
        leg.letter(),
        FontId::new(size::LETTER, fonts::strong()),
        badge_on,
    );
    if response.clicked() {
        view.actions.extend(comparison::leave(view.state));
        view.act(Action::Send);
    }
}

/// In a narrow bar the button says only what it is about.
fn compare_width(ui: &Ui) -> f32 {
    if ui.max_rect().width() < size::CRAMPED {
        size::COMPARE_SHORT
    } else {
        size::COMPARE
    }
}

/// To both legs. The main button where a comparison is shown, beside Send otherwise.
fn compare(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    let width = compare_width(ui);
    let words = if width < size::COMPARE {
        "A | B"
    } else {
        "Compare A | B"
    };
    let wanted = vec2(width, size::PRIMARY);
    let reason = why_not(view.state);
    let is_main = view.state.shows_comparison() && reason.is_none();
    let button = if is_main {
        Button::new(basic::strong(words).color(palette.on_accent))
            .fill(palette.accent)
            .stroke(Stroke::NONE)
    } else {
        Button::new(words)
    };
    let response = ui
        .add_enabled(reason.is_none(), button.min_size(wanted))
        .accessible_name("Compare A and B");
    let response = match reason {
        Some(reason) => response.on_disabled_hover_text(reason),
        None => response.on_hover_text(
            "Sends to A, to B and to A again, and says whether the answers are the same (Ctrl+Shift+Enter)",
        ),
    };
    if response.clicked() {
        view.act(Action::Comparing(ComparingAction::Start));
    }
}

/// The way back to a comparison that was left.
fn compared(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    let Some(comparing) = view.state.open_comparison().filter(|tab| !tab.shown) else {
        return;
    };
    let words = if comparing.running.is_some() {
        "Comparing A and B…".to_owned()
    } else if let Some(done) = &comparing.done {
        let headline = &done.comparison.verdict.headline;
        match view.state.outdated_comparison(comparing).first() {
            None => format!("Compared: {headline}"),
            Some(outdated) => format!("Compared ({}): {headline}", outdated.brief()),
        }
    } else {
        return;
    };
    let mut is_wanted = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = size::SMALL_ROW;
        let link = basic::link(ui, "show").accessible_name("Show the comparison");
        is_wanted = link.clicked();
        ui.add(egui::Label::new(basic::small(words).color(palette.secondary)).truncate());
    });
    if is_wanted {
        view.act(Action::Comparing(ComparingAction::Show));
    }
}

/// What can be done about a pasted URL of another origin.
fn offer(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    let Some(offer) = view.state.editing.offer.as_ref() else {
        return;
    };
    if offer.request != *tab.id() {
        return;
    }
    let (words, accept) = match &offer.kind {
        OfferKind::Choose { leg, name, .. } => (
            format!("{} belongs to {name}", offer.origin),
            format!("Use {name} on leg {}", leg.letter()),
        ),
        OfferKind::CameWith {
            leg,
            name,
            environment,
        } => {
            let mut chosen = view.state.legs.iter().flatten();
            if chosen.any(|id| id == environment) {
                return;
            }
            (
                format!("This request came with {name}"),
                format!("Use {name} on leg {}", leg.letter()),
            )
        }
        OfferKind::Make { .. } => (
            format!("No environment has {}", offer.origin),
            "Make an environment of it…".to_owned(),
        ),
    };
    let mut answer = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = size::SMALL_ROW;
        icons::decoration(ui, Icon::Info, palette.info);
        ui.label(basic::small(words).color(palette.info));
        if basic::link(ui, &accept).clicked() {
            answer = Some(true);
        }
        if basic::link(ui, "Not now").clicked() {
            answer = Some(false);
        }
    });
    if let Some(accepted) = answer {
        view.act(Action::Editing(EditingAction::AnswerOffer(accepted)));
    }
}

/// The remarks on one field, with what can be done about each.
pub(super) fn at_field(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, field: &Field) {
    let found = remarks_at(tab, field);
    if found.is_empty() {
        return;
    }
    let can_keep = can_keep(view, tab, field);
    let chosen = remarks::show_keeping(ui, found, can_keep);
    act_on(view, tab, field, chosen);
}

pub(super) fn act_on(
    view: &mut View<'_>,
    tab: &Tab,
    field: &Field,
    chosen: Option<remarks::Chosen>,
) {
    match chosen {
        Some(remarks::Chosen::Fix(fix)) => view.act(Action::ApplyFix {
            request: tab.id().clone(),
            fix,
        }),
        Some(remarks::Chosen::Keep) => view.act(Action::Editing(EditingAction::KeepSecret {
            request: tab.id().clone(),
            field: field.clone(),
        })),
        None => {}
    }
}

/// There is a credential in the field as typed, and an environment that can keep it.
pub(super) fn can_keep(view: &View<'_>, tab: &Tab, field: &Field) -> bool {
    let has_own = Leg::BOTH
        .into_iter()
        .filter_map(|leg| view.state.leg(leg))
        .any(|environment| environment.sandbox.is_none());
    has_own && literal(&tab.draft, field).is_some()
}

/// Remarks on fields that have no place of their own in the editor: the environment's.
fn other_remarks(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let state = view.state;
    let preview = &tab.previews[state.active_leg.index()];
    let rest = preview
        .problems()
        .iter()
        .chain(&tab.problems)
        .filter(|problem| !has_own_place(&problem.field))
        .map(|problem| {
            let words = at_its_field(&problem.field, &problem.text);
            (words, problem.fix.as_ref(), true)
        });
    let notes = preview
        .notes()
        .iter()
        .filter(|note| !has_own_place(&note.field))
        .map(|note| {
            let words = at_its_field(&note.field, &note.text);
            (words, note.fix.as_ref(), false)
        });
    let mut all: Vec<_> = rest.chain(notes).collect();
    all.dedup();
    let mut is_blocked = false;
    for (text, fix, blocking) in all {
        let remark = FieldRemark {
            text: &text,
            fix,
            blocking,
        };
        if let Some(fix) = remarks::show(ui, [remark]) {
            view.act(Action::ApplyFix {
                request: tab.id().clone(),
                fix,
            });
        }
        is_blocked |= blocking;
    }
    if is_blocked
        && let Some(environment) = state
            .active_environment()
            .filter(|known| known.sandbox.is_none())
        && basic::link(ui, "Edit the environment").clicked()
    {
        view.act(Action::EditEnvironment(environment.id.clone()));
    }
}

/// What is said of a field that stands on another page: the field first, and it begins the sentence.
fn at_its_field(field: &Field, text: &str) -> String {
    let field = field.to_string();
    let mut letters = field.chars();
    let first = letters.next().map(char::to_uppercase);
    let begun: String = first.into_iter().flatten().chain(letters).collect();
    format!("{begun}: {text}")
}

fn has_own_place(field: &Field) -> bool {
    matches!(
        field,
        Field::Method
            | Field::Path
            | Field::PathVariable(_)
            | Field::Query(_)
            | Field::Header(_)
            | Field::Body
            | Field::BodyRow(_)
            | Field::Auth(_)
    )
}

/// The remarks on one field of the request: the worker's problems, then the active leg's, then the other leg's; each once.
pub(super) fn remarks_at<'a>(tab: &'a Tab, field: &Field) -> Vec<FieldRemark<'a>> {
    let mut found: Vec<FieldRemark<'a>> = Vec::new();
    for (at, remark) in all_remarks(tab) {
        if at == field && !found.iter().any(|known| known.text == remark.text) {
            found.push(remark);
        }
    }
    found
}

/// The remarks on the rows of a table, by row.
pub(super) fn remarks_of_rows<'a>(
    tab: &'a Tab,
    row_of: impl Fn(&Field) -> Option<usize>,
) -> BTreeMap<usize, Vec<FieldRemark<'a>>> {
    let mut rows: BTreeMap<usize, Vec<FieldRemark<'a>>> = BTreeMap::new();
    for (field, remark) in all_remarks(tab) {
        if let Some(row) = row_of(field) {
            let found = rows.entry(row).or_default();
            if !found.iter().any(|known| known.text == remark.text) {
                found.push(remark);
            }
        }
    }
    rows
}

fn all_remarks(tab: &Tab) -> impl Iterator<Item = (&Field, FieldRemark<'_>)> {
    let problems = tab
        .problems
        .iter()
        .chain(tab.previews.iter().flat_map(LegPreview::problems))
        .map(|problem| (&problem.field, FieldRemark::from(problem)));
    let notes = tab
        .previews
        .iter()
        .flat_map(LegPreview::notes)
        .map(|note| (&note.field, FieldRemark::from(note)));
    problems.chain(notes)
}
