//! The page of the body: its tools, the rows that open under them (save, find, filter, keep a value), and the body itself.

use std::sync::Arc;

use egui::{Button, Id, Key, Label, Popup, PopupCloseBehavior, Response, RichText, Ui};

use crate::app::action::Action;
use crate::app::command::FilePurpose;
use crate::app::reading::{ReadingAction, ShownForm, forms, shown_form, value_offset};
use crate::app::tab::{Answer, BodyForm, Tab};
use crate::body::search::Query;
use crate::body::view::{BodyView, Mode};
use crate::body::{filter, visible};
use crate::model::ids::ExchangeId;
use crate::ui::tokens::size;
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::text_view::{self, Asked, Shown};
use crate::ui::widgets::{basic, fields};

use super::{Focus, View, response_find, response_image};

/// The form of the body with everything about how it is shown, Find, Filter, Save….
pub(super) fn tools(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, answer: &Answer) {
    ui.spacing_mut().item_spacing.x = size::HALF;
    if let Some(whole) = &answer.view {
        form_menu(ui, view, tab, answer, whole);
        if shown_form(whole, tab.body_form) != ShownForm::Image {
            looking(ui, view, answer, whole);
        }
    }
    if quiet(ui, view, "Save…").clicked() {
        view.local.save_path = match view.local.save_path {
            Some(_) => None,
            None => Some(String::new()),
        };
    }
}

/// Find, and for JSON the filter.
fn looking(ui: &mut Ui, view: &mut View<'_>, answer: &Answer, whole: &BodyView) {
    if quiet(ui, view, "Find").on_hover_text("Ctrl+F").clicked() {
        view.local.focus = Some(Focus::Find);
    }
    let id = answer.exchange.id;
    let is_json = whole.document(Mode::Raw).is_json();
    if is_json {
        let filter = quiet(ui, view, "Filter $.").on_hover_text("Show what a JSONPath selects");
        if filter.clicked() {
            let state = view.local.answers.entry(id).or_default();
            if state.filter.take().is_some() {
                end_filter(view, id);
            } else {
                state.filter = Some("$.".to_owned());
                view.local.focus = Some(Focus::Filter);
            }
        }
    }
}

/// A button without a frame.
fn quiet(ui: &mut Ui, view: &View<'_>, words: &str) -> Response {
    let text = RichText::new(words).color(view.palette.secondary);
    ui.add(Button::new(text).frame_when_inactive(false))
}

fn form_words(form: BodyForm) -> &'static str {
    match form {
        BodyForm::Pretty => "Pretty",
        BodyForm::Raw => "Raw",
        BodyForm::Hex => "Hex",
        BodyForm::Image => "Image",
    }
}

fn form_of(shown: ShownForm) -> BodyForm {
    match shown {
        ShownForm::Image => BodyForm::Image,
        ShownForm::Text(Mode::Pretty) => BodyForm::Pretty,
        ShownForm::Text(Mode::Raw) => BodyForm::Raw,
        ShownForm::Text(Mode::Hex) => BodyForm::Hex,
    }
}

/// `Pretty`, with a mark: the other forms, wrapping, folding, and copying all of it.
fn form_menu(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, answer: &Answer, whole: &BodyView) {
    let shown = form_of(shown_form(whole, tab.body_form));
    // The spaces are the room of the mark.
    let words = format!("{}    ", form_words(shown));
    let button = quiet(ui, view, &words).accessible_name(format!("Body as {}", form_words(shown)));
    let mark = egui::Rect::from_min_max(
        button.rect.right_top() - egui::vec2(size::ICON_BUTTON + size::HALF, 0.0),
        button.rect.right_bottom(),
    );
    icons::paint(
        ui.painter(),
        mark,
        Icon::ChevronDown,
        view.palette.secondary,
    );
    let wrap = view.state.settings.wrap_lines;
    let state = view.state;
    let body = state.reading.view(answer).map_or(whole, |body| &**body);
    Popup::menu(&button)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .show(|ui| {
            basic::menu(ui);
            for form in forms(whole) {
                if basic::radio(ui, form == shown, form_words(form)).clicked() {
                    view.act(Action::ShowBodyAs(form));
                }
            }
            let ShownForm::Text(mode) = shown_form(whole, tab.body_form) else {
                return;
            };
            ui.separator();
            let mut wraps = wrap;
            if basic::check(ui, &mut wraps, "Wrap long lines").changed() {
                view.act(Action::Reading(ReadingAction::SetWrap(wraps)));
            }
            let state = view.local.answers.entry(answer.exchange.id).or_default();
            text_view::fold_menu(ui, body.document(mode), &mut state.text);
            ui.separator();
            if ui.button("Copy all").clicked() {
                let asked = text_view::copy_all(ui, body.document(mode));
                too_much(view, asked.as_ref());
            }
        });
}

/// Says that the clipboard did not get it.
fn too_much(view: &mut View<'_>, asked: Option<&Asked>) {
    if let Some(Asked::TooMuchToCopy(bytes)) = asked {
        let bytes = *bytes;
        view.act(Action::Reading(ReadingAction::TooMuchToCopy { bytes }));
    }
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, answer: &Answer) {
    let palette = view.palette;
    save_row(ui, view);
    keep_row(ui, view, answer);
    let exchange = &answer.exchange;
    let has_response = exchange.answer().is_some_and(|hop| hop.response.is_some());
    if !has_response {
        if exchange.error.is_none() {
            ui.label(basic::small("Nothing came back").color(palette.faint));
        }
        return;
    }
    if let Some(without) = tab.past.as_ref().and_then(|past| past.without_bodies) {
        ui.label(basic::small(without.words()).color(palette.faint));
        return;
    }
    let Some(whole) = &answer.view else {
        ui.label(basic::small("Laying out the body…").color(palette.faint));
        return;
    };
    let ShownForm::Text(mode) = shown_form(whole, tab.body_form) else {
        let state = view.local.answers.entry(exchange.id).or_default();
        let reading = view.state.reading.reading(exchange.id);
        let picture = reading.and_then(|reading| reading.picture.as_ref());
        response_image::show(ui, picture, &mut state.image);
        return;
    };
    if whole.document(mode).segments() == 0 {
        ui.label(basic::small("The body is empty").color(palette.faint));
        return;
    }
    filter_row(ui, view, answer);
    remarks(ui, view, whole);
    let body = view.state.reading.view(answer).unwrap_or(whole);
    text(ui, view, answer, body, mode);
}

fn remarks(ui: &mut Ui, view: &View<'_>, whole: &BodyView) {
    let mut remarks = whole.remarks();
    if whole.is_preview() {
        remarks.push("The beginning, while the rest is laid out".to_owned());
    }
    if !remarks.is_empty() {
        let words = visible::line(&remarks.join(" · ")).into_owned();
        let label = Label::new(basic::small(words).color(view.palette.secondary));
        ui.add(label.truncate());
    }
}

fn text(ui: &mut Ui, view: &mut View<'_>, answer: &Answer, body: &Arc<BodyView>, mode: Mode) {
    let exchange = answer.exchange.id;
    let document = body.document(mode);
    let wants_find = view.local.wants(Focus::Find);
    let wants_body = view.local.wants(Focus::Body);
    let step = view.local.find_step.take();
    let finding = view
        .state
        .reading
        .reading(exchange)
        .and_then(|reading| reading.find.as_ref());
    let state = view.local.answers.entry(exchange).or_default();
    // Another document: its places have nothing to do with those of the one before.
    let key = std::ptr::from_ref(document).addr();
    if state.document != key {
        state.text.changed_document();
        state.document = key;
        state.find.seen = None;
    }
    let current = finding.filter(|finding| {
        Arc::ptr_eq(&finding.view, body)
            && finding.mode == mode
            && finding.query == state.find.query
    });
    let matches = current
        .and_then(|finding| finding.result.as_ref())
        .and_then(|result| result.as_ref().ok())
        .cloned();
    if let (Some(finding), Some(matches)) = (current, &matches)
        && state.find.seen != Some(finding.job)
    {
        state.find.seen = Some(finding.job);
        let from = state.text.top_offset(document);
        let first = matches.from(from) % matches.kept().max(1);
        state.text.go_to_match(document, matches, first);
    }
    let mut moved = step;
    let find = response_find::show(ui, state, current, wants_find, &mut moved);
    if let (Some(step), Some(matches)) = (moved, &matches) {
        response_find::step_to(state, document, matches, step);
    }
    let is_open = state.find.open;
    let shown = Shown {
        document,
        matches: matches.as_deref().filter(|_| is_open),
        wrap: view.state.settings.wrap_lines,
        links: true,
    };
    let id = Id::unique(("body", exchange));
    let asked = text_view::show(ui, id, shown, &mut state.text, wants_body || find.closed);
    let wanted = if is_open {
        state.find.query.clone()
    } else {
        Query::default()
    };
    let is_due = if wanted.text.is_empty() {
        finding.is_some()
    } else {
        current.is_none()
    };
    if is_due {
        view.act(Action::Reading(ReadingAction::Find {
            exchange,
            mode,
            query: wanted,
        }));
    }
    for asked in asked {
        act(view, exchange, body, mode, asked);
    }
}

fn act(view: &mut View<'_>, exchange: ExchangeId, body: &BodyView, mode: Mode, asked: Asked) {
    let action = match asked {
        Asked::OpenLink(uri) => ReadingAction::OpenLink { exchange, uri },
        Asked::Take { taking, place } => ReadingAction::Take {
            exchange,
            mode,
            offset: value_offset(body.document(mode), mode, place.segment, place.column),
            taking,
        },
        Asked::TooMuchToCopy(bytes) => ReadingAction::TooMuchToCopy { bytes },
        Asked::SetWrap(wrap) => ReadingAction::SetWrap(wrap),
    };
    view.act(Action::Reading(action));
}

fn end_filter(view: &mut View<'_>, exchange: ExchangeId) {
    view.act(Action::Reading(ReadingAction::Filter {
        exchange,
        expression: String::new(),
    }));
}

/// The JSONPath, and what it selected. It runs while it is typed, as soon as it is one.
fn filter_row(ui: &mut Ui, view: &mut View<'_>, answer: &Answer) {
    let exchange = answer.exchange.id;
    let wants_focus = view.local.wants(Focus::Filter);
    let state = view.local.answers.entry(exchange).or_default();
    let Some(mut expression) = state.filter.take() else {
        return;
    };
    let mut open = true;
    let mut changed = false;
    ui.horizontal(|ui| {
        let width = (ui.available_width() * 0.5).max(size::SEARCH_FIELD);
        let name = "Filter with JSONPath";
        let hint = "$.entities[*].name";
        let response = fields::text(ui, name, &mut expression, hint, Face::Mono, width);
        if wants_focus {
            response.request_focus();
        }
        changed = response.changed();
        // A whole expression, pasted or typed behind the beginning that stood there.
        if changed && expression.starts_with("$.$") {
            expression.drain(..2);
        }
        let escape = ui.input(|input| input.key_pressed(Key::Escape));
        if icons::control(ui, Icon::Close, "Close the filter").clicked()
            || response.lost_focus() && escape
        {
            open = false;
        }
        filter_words(ui, view, exchange, &expression);
    });
    if !open {
        end_filter(view, exchange);
        return;
    }
    if changed {
        if filter::check(&expression).is_ok() {
            view.act(Action::Reading(ReadingAction::Filter {
                exchange,
                expression: expression.clone(),
            }));
        } else if expression.trim().is_empty() {
            end_filter(view, exchange);
        }
    }
    let state = view.local.answers.entry(exchange).or_default();
    state.filter = Some(expression);
}

fn filter_words(ui: &mut Ui, view: &View<'_>, exchange: ExchangeId, expression: &str) {
    let palette = view.palette;
    let filter = view
        .state
        .reading
        .reading(exchange)
        .and_then(|reading| reading.filter.as_ref());
    let trimmed = expression.trim();
    let (words, colour) = match (filter::check(expression), filter) {
        _ if trimmed.is_empty() || trimmed == "$." => return,
        (Err(error), _) => (error.to_string(), palette.warn),
        (Ok(()), Some(filter)) => match &filter.result {
            None => ("Filtering…".to_owned(), palette.faint),
            Some(Err(error)) => (error.clone(), palette.bad),
            Some(Ok(filtered)) => {
                let shown = filtered.locations.len();
                let words = match filtered.total {
                    0 => "No matches".to_owned(),
                    1 => "1 match".to_owned(),
                    total if shown < total => format!("The first {shown} of {total} matches"),
                    total => format!("{total} matches"),
                };
                (words, palette.secondary)
            }
        },
        (Ok(()), None) => return,
    };
    ui.add(Label::new(basic::small(words).color(colour)).truncate());
}

/// A path typed or picked; the picker may not exist on every desktop.
fn save_row(ui: &mut Ui, view: &mut View<'_>) {
    let Some(mut path) = view.local.save_path.take() else {
        return;
    };
    let mut open = true;
    ui.horizontal(|ui| {
        let width = (ui.available_width() * 0.5).clamp(size::SMALL_ROW, size::FORM_FIELD);
        let name = "Save the body to";
        let hint = "Path of the new file";
        let field = fields::text(ui, name, &mut path, hint, Face::Mono, width);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let ready = !path.trim().is_empty();
        let save = ui.add_enabled(ready, Button::new("Save"));
        if save.clicked() || entered && ready {
            view.act(Action::SaveBody {
                path: path.trim().into(),
            });
            open = false;
        }
        if ui.button("Browse…").clicked() {
            view.act(Action::PickFile {
                purpose: FilePurpose::SaveBody,
            });
            open = false;
        }
        if icons::control(ui, Icon::Close, "Close saving").clicked() {
            open = false;
        }
    });
    if open {
        view.local.save_path = Some(path);
    }
}

/// The name under which a value becomes a variable of the active environment.
fn keep_row(ui: &mut Ui, view: &mut View<'_>, answer: &Answer) {
    let palette = view.palette;
    let Some(taken) = view
        .state
        .reading
        .taken
        .as_ref()
        .filter(|taken| taken.exchange == answer.exchange.id)
    else {
        view.local.variable_name = None;
        return;
    };
    let fresh = view.local.variable_name.is_none();
    let mut name = view
        .local
        .variable_name
        .take()
        .unwrap_or_else(|| taken.value.name.clone());
    let exists = taken.exists.as_deref() == Some(name.trim());
    ui.horizontal(|ui| {
        let width = size::SEARCH_FIELD.min(ui.available_width() * 0.4);
        let label = "Name of the variable";
        let field = fields::text(ui, label, &mut name, "Name", Face::Mono, width);
        if fresh {
            field.request_focus();
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let words = if exists { "Replace" } else { "Save variable" };
        let ready = !name.trim().is_empty();
        let save = ui.add_enabled(ready, Button::new(words));
        // Enter never replaces: that is a button of its own.
        if save.clicked() || entered && ready && !exists {
            view.act(Action::Reading(ReadingAction::KeepValue {
                name: name.trim().to_owned(),
                replace: exists,
            }));
        }
        if icons::control(ui, Icon::Close, "Do not save the value").clicked() {
            view.act(Action::Reading(ReadingAction::DropValue));
        }
        let words = if exists {
            format!("`{}` is there already", name.trim())
        } else {
            let value: String = taken.value.value.chars().take(80).collect();
            format!("{} = {}", taken.value.path, visible::line(&value))
        };
        let colour = if exists {
            palette.warn
        } else {
            palette.secondary
        };
        ui.add(Label::new(basic::small(words).color(colour)).truncate());
    });
    view.local.variable_name = Some(name);
}
