//! What came back: status row, banners, and the page that is chosen. Nothing moves when an answer arrives.

use egui::{CornerRadius, Frame, Id, Layout, Margin, Stroke, Ui};

use crate::app::action::Action;
use crate::app::command::FilePurpose;
use crate::app::tab::{Answer, BodyForm, InFlight, ResponsePage, Tab};
use crate::body::document::Document;
use crate::body::view::{BodyView, Mode};
use crate::model::exchange::Response;
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::text_view::{self, TextViewState};
use crate::ui::widgets::{basic, fields};

use super::{Focus, View, history_menu, response_pages, timing};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(tab) = state.active_tab() else {
        return;
    };
    let open: Vec<_> = state.tabs.iter().filter_map(Tab::exchange).collect();
    view.local.bodies.retain(|id, _| open.contains(id));
    Frame::new()
        .inner_margin(Margin {
            left: 16,
            right: 16,
            top: 6,
            bottom: 0,
        })
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            status_row(ui, view, tab);
            banners(ui, view, tab);
            if let Some(answer) = &tab.answer {
                pages(ui, view, tab, answer);
            } else if tab.in_flight.is_none() {
                empty(ui);
            }
        });
}

fn empty(ui: &mut Ui) {
    let palette = Palette::of(ui);
    ui.add_space(size::UNIT);
    ui.spacing_mut().interact_size.y = 22.0;
    for (keys, words) in [
        ("Ctrl+Enter", "Send on the active leg"),
        ("Ctrl+1, Ctrl+2", "Choose the leg"),
        ("Ctrl+E", "Choose its environment"),
        ("F1", "All keys"),
    ] {
        ui.horizontal(|ui| {
            let start = ui.cursor().left();
            ui.label(basic::mono(keys).color(palette.secondary));
            let used = ui.cursor().left() - start;
            ui.add_space((136.0 - used).max(0.0));
            ui.label(basic::small(words).color(palette.faint));
        });
    }
}

fn status_row(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    ui.horizontal(|ui| {
        ui.set_height(size::CONTROL);
        status(ui, view, tab);
        history_menu::show(ui, view);
    });
}

fn status(ui: &mut Ui, view: &View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    if let Some(in_flight) = &tab.in_flight {
        progress(ui, view, in_flight);
        return;
    }
    let Some(answer) = &tab.answer else {
        ui.label(basic::small("No answer yet").color(palette.faint));
        return;
    };
    let exchange = &answer.exchange;
    match exchange.answer().and_then(|hop| hop.response.as_ref()) {
        Some(response) => {
            let (colour, fill) = status_colours(palette, response.status);
            let reason = exchange.masks.text(&response.reason);
            let reason = text::reason(response.status, &reason);
            let words = format!("{} {reason}", response.status);
            basic::chip(ui, words.trim_end(), colour, fill);
        }
        None => {
            basic::chip(ui, "No answer", palette.bad, palette.bad_fill);
        }
    }
    ui.label(text::duration(exchange.total));
    if let Some(response) = exchange.answer().and_then(|hop| hop.response.as_ref()) {
        sizes(ui, response);
    }
    basic::badge(ui, answer.leg);
    let colour = palette.environment(answer.environment.colour);
    ui.label(basic::small(answer.environment.name.as_str()).color(colour));
    if exchange.hops.len() > 1 {
        let words = format!("{} hops", exchange.hops.len());
        ui.label(basic::small(words).color(palette.faint));
    }
}

fn progress(ui: &mut Ui, view: &View<'_>, in_flight: &InFlight) {
    let palette = Palette::of(ui);
    let elapsed = view.state.now.duration_since(in_flight.started_at);
    let elapsed = std::time::Duration::try_from(elapsed).unwrap_or_default();
    let words = if in_flight.cancelling {
        "Cancelling…".to_owned()
    } else {
        match in_flight.progress {
            None => "Sending…".to_owned(),
            Some(progress) => {
                let what = if progress.fetching_token {
                    "Token: "
                } else {
                    ""
                };
                let received = if progress.received_bytes > 0 {
                    format!(", {}", text::bytes(progress.received_bytes))
                } else {
                    String::new()
                };
                format!("{what}{}{received}", progress.phase)
            }
        }
    };
    basic::chip(ui, &words, palette.info, palette.info_fill);
    let tenths = elapsed.as_millis() / 100;
    ui.label(format!("{}.{} s", tenths / 10, tenths % 10));
    basic::badge(ui, in_flight.leg);
    let environment = &in_flight.command.environment;
    ui.label(
        basic::small(environment.name.as_str()).color(palette.environment(environment.colour)),
    );
}

fn status_colours(palette: &Palette, status: u16) -> (egui::Color32, egui::Color32) {
    match status {
        200..=299 => (palette.ok, palette.ok_fill),
        300..=399 | 100..=199 => (palette.info, palette.info_fill),
        400..=499 => (palette.warn, palette.warn_fill),
        _ => (palette.bad, palette.bad_fill),
    }
}

fn sizes(ui: &mut Ui, response: &Response) {
    let palette = Palette::of(ui);
    let body = &response.body;
    let decoded = u64::try_from(body.decoded.len()).unwrap_or(u64::MAX);
    let wire = u64::try_from(body.wire.len()).unwrap_or(u64::MAX);
    ui.label(text::bytes(decoded));
    if !body.codings.is_empty() {
        let words = format!("{} {}", text::bytes(wire), body.codings.join(", "));
        ui.label(basic::small(words).color(palette.secondary));
    }
}

/// What went wrong, and what can be done about it, above the answer that stays readable.
fn banners(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    if let Some(failure) = &tab.failure {
        let title = format!("Leg {}: nothing was sent", failure.leg.letter());
        banner(ui, palette.bad, palette.bad_fill, &title, |ui| {
            ui.label(&failure.text);
            hint(ui, &failure.hint);
            if tab.answer.is_some() {
                hint(ui, "The answer below is from an earlier send");
            }
        });
    }
    if tab.in_flight.is_some() {
        return;
    }
    let Some(answer) = &tab.answer else {
        return;
    };
    if let Some(error) = &answer.exchange.error {
        let phase = error
            .phase
            .map_or(String::new(), |phase| format!(" in phase {phase}"));
        let title = format!(
            "Leg {}, {}: failed{phase}",
            answer.leg.letter(),
            answer.environment.name
        );
        let masks = &answer.exchange.masks;
        banner(ui, palette.bad, palette.bad_fill, &title, |ui| {
            ui.label(masks.text(&error.text));
            hint(ui, &masks.text(&error.hint));
        });
    }
    let body = answer
        .exchange
        .answer()
        .and_then(|hop| hop.response.as_ref())
        .map(|response| &response.body);
    if let Some(problem) = body.and_then(|body| body.incomplete.as_ref()) {
        banner(
            ui,
            palette.warn,
            palette.warn_fill,
            "The body is not whole",
            |ui| {
                ui.label(problem.to_string());
                hint(ui, "What arrived is kept and shown");
            },
        );
    }
    if let Some(url) = &answer.exchange.redirect_offer {
        banner(
            ui,
            palette.info,
            palette.info_fill,
            "The answer points to another origin",
            |ui| {
                ui.label(basic::mono(answer.exchange.masks.url(url)));
                hint(
                    ui,
                    "Following it leaves out the token and everything secret",
                );
                if ui.button("Follow without credentials").clicked() {
                    view.act(Action::FollowRedirect);
                }
            },
        );
    }
}

fn hint(ui: &mut Ui, words: &str) {
    let palette = Palette::of(ui);
    if !words.is_empty() {
        ui.label(basic::small(words).color(palette.secondary));
    }
}

fn banner(
    ui: &mut Ui,
    colour: egui::Color32,
    fill: egui::Color32,
    title: &str,
    add: impl FnOnce(&mut Ui),
) {
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, colour))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.label(basic::strong(title).color(colour));
            add(ui);
        });
}

/// Below this width the tools of the body get a row of their own.
const TOOLS_BESIDE_TABS: f32 = 760.0;

fn pages(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, answer: &Answer) {
    let exchange = &answer.exchange;
    let response = exchange.answer().and_then(|hop| hop.response.as_ref());
    let headers = response.map_or(0, |response| response.headers.len());
    let has_tools = tab.response_page == ResponsePage::Body && response.is_some();
    let side_by_side = ui.available_width() > TOOLS_BESIDE_TABS;
    ui.horizontal(|ui| {
        if let Some(page) = basic::strip(
            ui,
            "Response",
            tab.response_page,
            &[
                (ResponsePage::Body, "Body", None),
                (ResponsePage::Headers, "Headers", Some(headers)),
                (ResponsePage::Timing, "Timing", None),
                (ResponsePage::Sent, "Sent", Some(exchange.hops.len())),
                (ResponsePage::Connection, "Connection", None),
            ],
        ) {
            view.act(Action::ShowResponsePage(page));
        }
        if has_tools && side_by_side {
            body_tools(ui, view, tab, answer);
        }
    });
    if has_tools && !side_by_side {
        ui.horizontal(|ui| body_tools(ui, view, tab, answer));
    }
    basic::hairline(ui);
    match tab.response_page {
        ResponsePage::Body => body(ui, view, tab, answer),
        ResponsePage::Headers => response_pages::headers(ui, exchange),
        ResponsePage::Timing => timing::show(ui, exchange),
        ResponsePage::Sent => response_pages::sent(ui, exchange),
        ResponsePage::Connection => response_pages::connection(ui, exchange),
    }
}

fn body_tools(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, answer: &Answer) {
    ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if ui.button("Save…").clicked() {
            view.local.save_path = match view.local.save_path {
                Some(_) => None,
                None => Some(String::new()),
            };
        }
        if ui.button("Find").clicked() {
            view.local.focus = Some(Focus::Find);
        }
        let modes = answer.view.as_ref().map(|known| known.modes());
        for (form, words) in [
            (BodyForm::Hex, "Hex"),
            (BodyForm::Raw, "Raw"),
            (BodyForm::Pretty, "Pretty"),
        ] {
            let offered = modes
                .as_ref()
                .is_none_or(|modes| modes.contains(&mode_of(form)));
            let chosen = answer.view.as_ref().map_or(tab.body_form == form, |view| {
                shown_mode(view, tab) == mode_of(form)
            });
            if offered && ui.selectable_label(chosen, words).clicked() {
                view.act(Action::ShowBodyAs(form));
                if let Some(state) = view.local.bodies.get_mut(&answer.exchange.id) {
                    state.changed_document();
                }
            }
        }
    });
}

fn mode_of(form: BodyForm) -> Mode {
    match form {
        BodyForm::Pretty => Mode::Pretty,
        BodyForm::Raw => Mode::Raw,
        BodyForm::Hex => Mode::Hex,
    }
}

/// The wanted way of reading where the body has it, else its best.
fn shown_mode(view: &BodyView, tab: &Tab) -> Mode {
    let modes = view.modes();
    let wanted = mode_of(tab.body_form);
    if modes.contains(&wanted) {
        wanted
    } else {
        modes.first().copied().unwrap_or(Mode::Raw)
    }
}

fn body(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, answer: &Answer) {
    let palette = Palette::of(ui);
    save_row(ui, view);
    let has_response = answer
        .exchange
        .answer()
        .is_some_and(|hop| hop.response.is_some());
    if !has_response {
        ui.label(basic::small("Nothing came back").color(palette.faint));
        return;
    }
    if let Some(without) = tab.past.as_ref().and_then(|past| past.without_bodies) {
        ui.label(basic::small(without.words()).color(palette.faint));
        return;
    }
    let Some(body_view) = &answer.view else {
        ui.label(basic::small("Laying out the body…").color(palette.faint));
        return;
    };
    for remark in body_view.remarks() {
        ui.label(basic::small(remark).color(palette.secondary));
    }
    let document = body_view.document(shown_mode(body_view, tab));
    if document.segments() == 0 {
        ui.label(basic::small("The body is empty").color(palette.faint));
        return;
    }
    let wants_find = view.local.wants(Focus::Find);
    let wants_body = view.local.wants(Focus::Body);
    let state = view.local.bodies.entry(answer.exchange.id).or_default();
    find_row(ui, document, state, wants_find);
    let id = Id::unique(("body", answer.exchange.id));
    text_view::show(ui, id, document, state, wants_body);
}

fn find_row(ui: &mut Ui, document: &Document, state: &mut TextViewState, opened: bool) {
    if opened {
        state.find.open = true;
    }
    if !state.find.open {
        return;
    }
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        let mut needle = std::mem::take(&mut state.find.text);
        let response = fields::text(
            ui,
            "Find in the body",
            &mut needle,
            "Find",
            Face::Mono,
            260.0,
        );
        state.find.text = needle;
        if opened {
            response.request_focus();
        }
        if response.changed() {
            state.find_changed(document);
        }
        let (enter, back) =
            ui.input(|input| (input.key_pressed(egui::Key::Enter), input.modifiers.shift));
        if response.lost_focus() && enter {
            state.find_again(document, back);
            response.request_focus();
        }
        if ui.button("Next").clicked() {
            state.find_again(document, false);
        }
        if ui.button("Previous").clicked() {
            state.find_again(document, true);
        }
        let escaped =
            response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Escape));
        if basic::icon(ui, "×", "Close find").clicked() || escaped {
            state.find.open = false;
        }
        if state.find.missing {
            ui.label(basic::small("Not found").color(palette.warn));
        }
    });
}

/// A path typed or picked; the picker may not exist on every desktop.
fn save_row(ui: &mut Ui, view: &mut View<'_>) {
    let Some(mut path) = view.local.save_path.take() else {
        return;
    };
    let mut open = true;
    ui.horizontal(|ui| {
        fields::text(
            ui,
            "Save the body to",
            &mut path,
            "Path of the new file",
            Face::Mono,
            360.0,
        );
        let ready = !path.trim().is_empty();
        if ui.add_enabled(ready, egui::Button::new("Save")).clicked() {
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
        if basic::icon(ui, "×", "Close saving").clicked() {
            open = false;
        }
    });
    if open {
        view.local.save_path = Some(path);
    }
}
