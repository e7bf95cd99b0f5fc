//! The status row: what came back, how long it took, how large it is and who answered; or how far a send has come.
//! One row of one height in every state. A screen reader gets it as one live sentence.

use egui::text::{LayoutJob, TextFormat};
use egui::{
    CornerRadius, FontId, Label, Layout, Sense, TextWrapMode, Ui, UiBuilder, accesskit, vec2,
};

use crate::app::action::Action;
use crate::app::tab::{Answer, InFlight, Tab};
use crate::body::visible;
use crate::model::exchange::ResponseBody;
use crate::model::timings::Phase;
use crate::ui::text;
use crate::ui::tokens::{inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::{View, history_menu};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::PRIMARY), Sense::hover());
    let layout = Layout::left_to_right(egui::Align::Center);
    // A child that the rows below know nothing of: what does not fit here must not make them wider than the window.
    let mut row = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    row.set_clip_rect(rect.intersect(ui.clip_rect()));
    row.style_mut().wrap_mode = Some(TextWrapMode::Extend);
    row.spacing_mut().item_spacing.x = size::GAP;
    let spoken = content(&mut row, view, tab);
    announce(ui, rect, &spoken);
}

/// What stands in the row; answers what is read out.
fn content(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) -> String {
    match (&tab.in_flight, &tab.answer) {
        (Some(in_flight), _) => progress(ui, view, in_flight),
        (None, Some(answer)) => answered(ui, view, tab, answer),
        (None, None) => {
            let words = "No answer yet";
            ui.label(basic::small(words).color(view.palette.faint));
            // After a restart the earlier ones are there.
            history_menu::show(ui, view);
            words.to_owned()
        }
    }
}

/// The whole row as one sentence, read out when it changes.
fn announce(ui: &Ui, rect: egui::Rect, words: &str) {
    let response = ui.interact(rect, ui.scope_id().with("response status"), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, words));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(accesskit::Live::Polite);
    });
}

fn answered(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, answer: &Answer) -> String {
    let palette = view.palette;
    let is_tiny = ui.available_width() < size::TINY_WINDOW;
    let exchange = &answer.exchange;
    let response = exchange.answer().and_then(|hop| hop.response.as_ref());
    let (words, (colour, fill)) = match response {
        Some(response) => {
            let reason = exchange.masks.text(&response.reason);
            let reason = text::reason(response.status, &reason);
            let words = format!(
                "{} {}",
                response.status,
                crate::body::visible::line(&reason)
            );
            let words = elided(words.trim_end(), LONGEST_REASON);
            match told_status(answer) {
                Some(told) => (format!("{words}, {told} in the body"), palette.status(told)),
                None => (words, palette.status(response.status)),
            }
        }
        None => ("No answer".to_owned(), (palette.bad, palette.bad_fill)),
    };
    chip(ui, &words, colour, fill);
    let total = text::duration(exchange.total);
    ui.label(&total);
    let mut spoken = vec![words, total];
    if let Some(response) = response {
        spoken.extend(sizes(ui, view, &response.body, is_tiny));
    }
    let environment = visible::line(&answer.environment.name);
    ui.scope(|ui| basic::badge(ui, answer.leg))
        .response
        .on_hover_text(environment.as_ref());
    spoken.push(format!("leg {}, {environment}", answer.leg.letter()));
    if let Some(outdated) = view.state.outdated_answer(tab) {
        let words = visible::line(&outdated.words()).into_owned();
        let colour = palette.warn;
        icons::decoration(ui, Icon::Warning, colour);
        if !is_tiny {
            ui.add_space(-size::HALF);
            ui.label(basic::small(outdated.brief()).color(colour))
                .on_hover_text(format!("{words}. Send again to see what holds now"));
        }
        spoken.push(words);
    }
    let who = answer.who.words();
    spoken.push(format!("answered by {who}"));
    ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
        history_menu::show(ui, view);
        ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
            if ui.available_width() > size::CONTROL * 2.0 {
                who_answered(ui, view, answer, &who);
            }
        });
    });
    spoken.join(", ")
}

/// The refusal that the gateway hides behind a success.
fn told_status(answer: &Answer) -> Option<u16> {
    let explanation = answer.explanation.as_ref()?;
    explanation.told_status
}

/// A filled label as high as its text, in a row that is higher.
fn chip(ui: &mut Ui, words: &str, colour: egui::Color32, fill: egui::Color32) {
    let font = FontId::new(size::TEXT, crate::ui::fonts::strong());
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, colour);
    let room = inset::CHIP.sum();
    let (rect, response) = ui.allocate_exact_size(galley.size() + room, Sense::hover());
    ui.painter()
        .rect_filled(rect, CornerRadius::same(size::CHIP_RADIUS), fill);
    let at = rect.min + inset::CHIP.left_top();
    ui.painter().galley(at, galley, colour);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words));
}

/// Longer reason phrases are cut, in characters.
const LONGEST_REASON: usize = 48;

fn elided(words: &str, most: usize) -> String {
    match words.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words.to_owned(),
    }
}

fn who_answered(ui: &mut Ui, view: &View<'_>, answer: &Answer, who: &str) {
    let palette = view.palette;
    let font = FontId::proportional(size::SMALL);
    let quiet = TextFormat::simple(font.clone(), palette.secondary);
    let (name, way) = who.split_at(who.find([',', ':']).unwrap_or(who.len()));
    let mut job = LayoutJob::default();
    job.append("answered by ", 0.0, quiet.clone());
    job.append(name, 0.0, TextFormat::simple(font, palette.text));
    job.append(way, 0.0, quiet);
    let response = ui.add(Label::new(job).truncate());
    if answer.who.evidence.is_empty() {
        return;
    }
    response.on_hover_ui(|ui| {
        ui.set_max_width(size::NOTICE);
        for evidence in &answer.who.evidence {
            let words = format!("{}: {}", evidence.seen, evidence.shows);
            let words = answer.exchange.masks.text(&words);
            ui.label(basic::small(words).color(palette.secondary));
        }
    });
}

fn sizes(ui: &mut Ui, view: &View<'_>, body: &ResponseBody, is_tiny: bool) -> Vec<String> {
    let length = |bytes: usize| text::bytes(u64::try_from(bytes).unwrap_or(u64::MAX));
    let decoded = length(body.decoded.len());
    ui.label(&decoded).on_hover_text("The body, decoded");
    let mut spoken = vec![decoded];
    if !body.codings.is_empty() {
        let words = format!("{} {}", length(body.wire.len()), body.codings.join(", "));
        if !is_tiny {
            ui.add_space(-size::SNUG);
            ui.label(basic::small(&words).color(view.palette.secondary))
                .on_hover_text("The body as it came over the wire");
        }
        spoken.push(words);
    }
    spoken
}

fn progress(ui: &mut Ui, view: &mut View<'_>, in_flight: &InFlight) -> String {
    let palette = view.palette;
    let elapsed = view.state.now.duration_since(in_flight.started_at);
    let elapsed = std::time::Duration::try_from(elapsed).unwrap_or_default();
    let doing = doing(in_flight);
    chip(ui, &doing, palette.info, palette.info_fill);
    let tenths = elapsed.as_millis() / 100;
    ui.label(format!("{}.{} s", tenths / 10, tenths % 10));
    if let Some(progress) = in_flight.progress
        && progress.received_bytes > 0
    {
        ui.label(text::bytes(progress.received_bytes));
    }
    basic::badge(ui, in_flight.leg);
    let environment = &in_flight.command.environment;
    ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
        let cancel = ui.add_enabled(!in_flight.cancelling, egui::Button::new("Cancel"));
        let cancel = cancel.accessible_name("Cancel the request");
        if cancel.on_hover_text("Esc").clicked() {
            view.act(Action::Cancel);
        }
        ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
            let name = basic::small(visible::line(&environment.name));
            ui.add(Label::new(name.color(palette.environment(environment.colour))).truncate());
        });
    });
    format!(
        "{doing} leg {}, {}",
        in_flight.leg.letter(),
        visible::line(&environment.name)
    )
}

/// The phase that is under way, as what is being done.
fn doing(in_flight: &InFlight) -> String {
    if in_flight.cancelling {
        return "Cancelling…".to_owned();
    }
    let Some(progress) = in_flight.progress else {
        return "Sending…".to_owned();
    };
    let what = match progress.phase {
        Phase::Dns => "looking the name up",
        Phase::Tcp => "connecting",
        Phase::Proxy => "asking the proxy",
        Phase::Tls => "securing the connection",
        Phase::Send => "sending",
        Phase::Wait => "waiting for the answer",
        Phase::Download => "receiving",
    };
    if progress.fetching_token {
        return format!("Token: {what}…");
    }
    let (first, rest) = what.split_at(1);
    format!("{}{rest}…", first.to_uppercase())
}
