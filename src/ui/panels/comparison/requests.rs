//! Both requests as they were sent: what differs between them and why that is as it should be, then each whole.

use egui::{FontFamily, FontId, Frame, Label, ScrollArea, Sense, Ui, vec2};

use crate::app::comparing::Compared;
use crate::app::state::Leg;
use crate::body::visible;
use crate::compare::requests::{RequestRow, SentSummary};
use crate::ui::text;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::table::{self, Columns, cell};

pub(super) fn show(ui: &mut Ui, done: &Compared) {
    let palette = Palette::of(ui);
    let comparison = &done.comparison;
    let requests = &comparison.requests;
    Frame::new().inner_margin(inset::NOTE_BAR).show(ui, |ui| {
        let unintended = requests.unintended().count();
        let words = format!("Sent: {}", done.run.sentence());
        ui.horizontal_wrapped(|ui| {
            ui.label(basic::small(words).color(palette.secondary));
            if unintended > 0 {
                let words = format!(
                    "{unintended} of the differences are not explained by the environments: the answers may be to different questions"
                );
                icons::decoration(ui, Icon::Warning, palette.warn);
                ui.label(basic::small(words).color(palette.warn));
            }
        });
    });
    table::head(
        ui,
        &visible::line(&comparison.a.environment_name),
        &visible::line(&comparison.b.environment_name),
    );
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("requests compared")
        .auto_shrink(false)
        .show(ui, |ui| {
            if requests.rows.is_empty() {
                Frame::new().inner_margin(inset::PAGE).show(ui, |ui| {
                    let words = "Nothing differs between the two requests";
                    ui.label(basic::small(words).color(palette.secondary));
                });
            }
            for row in &requests.rows {
                difference(ui, row);
            }
            Frame::new().inner_margin(inset::PAGE).show(ui, |ui| {
                both(ui, requests.a.as_ref(), requests.b.as_ref());
            });
        });
}

fn difference(ui: &mut Ui, row: &RequestRow) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(
        vec2(ui.available_width(), size::TABLE_ROW),
        Sense::focusable_noninteractive(),
    );
    if row.intended.is_none() {
        ui.painter().rect_filled(rect, 0.0, palette.diff_changed);
    }
    ui.painter()
        .hline(rect.x_range(), rect.bottom(), palette.hairline());
    let columns = Columns::of(rect);
    let mono = egui::TextStyle::Monospace.resolve(ui.style());
    let words = FontId::new(size::SMALL, FontFamily::Proportional);
    cell(ui, columns.place, &row.part, &mono, palette.text);
    let shown = |value: &Option<String>| {
        value.as_deref().map_or("not sent".to_owned(), |value| {
            visible::line(value).into_owned()
        })
    };
    let (a, b) = (shown(&row.a), shown(&row.b));
    for (place, value, is_there) in [
        (columns.a, &a, row.a.is_some()),
        (columns.b, &b, row.b.is_some()),
    ] {
        let colour = if is_there {
            palette.text
        } else {
            palette.faint
        };
        cell(ui, place, value, &mono, colour);
    }
    let why = match &row.intended {
        Some(reason) => format!("intended: {reason}"),
        None => "not intended".to_owned(),
    };
    let colour = if row.intended.is_some() {
        palette.secondary
    } else {
        palette.text
    };
    cell(ui, columns.why, &why, &words, colour);
    response.widget_info(|| {
        let words = format!("{}: A {a}, B {b}, {why}", row.part);
        egui::WidgetInfo::labeled(egui::Role::Label, true, words)
    });
    response.on_hover_text(format!("A {a}\nB {b}\n{why}"));
}

/// Both whole, beside each other where there is room.
fn both(ui: &mut Ui, a: Option<&SentSummary>, b: Option<&SentSummary>) {
    let sides = [(Leg::A, a), (Leg::B, b)];
    if ui.available_width() < size::TWO_COLUMNS {
        for (leg, sent) in sides {
            whole(ui, leg, sent);
            ui.add_space(size::DOUBLE);
        }
    } else {
        ui.columns_const(|columns: &mut [Ui; 2]| {
            for (column, (leg, sent)) in columns.iter_mut().zip(sides) {
                whole(column, leg, sent);
            }
        });
    }
}

fn whole(ui: &mut Ui, leg: Leg, sent: Option<&SentSummary>) {
    let palette = Palette::of(ui);
    let Some(sent) = sent else {
        ui.horizontal(|ui| {
            basic::badge(ui, leg);
            ui.label(basic::small("Nothing was sent").color(palette.faint));
        });
        return;
    };
    let mut head = format!("{} {} {}", sent.method, sent.url, sent.version);
    for (name, value) in &sent.headers {
        head.push('\n');
        head.push_str(&visible::line(&format!("{name}: {value}")));
    }
    ui.horizontal(|ui| {
        basic::badge(ui, leg);
        ui.label(basic::small("as sent, secrets masked").color(palette.secondary));
        let words = format!("Copy the request of {}", leg.letter());
        if icons::button(ui, Icon::Copy, &words).clicked() {
            ui.ctx().copy_text(format!("{head}\n\n{}", sent.body));
        }
    });
    let line = |ui: &mut Ui, words: String, colour| {
        ui.add(
            Label::new(basic::mono(words).color(colour))
                .wrap()
                .selectable(true),
        );
    };
    line(ui, head, palette.text);
    if sent.body_bytes > 0 {
        ui.add_space(size::UNIT);
        let text: String = sent
            .body
            .lines()
            .take(BODY_LINES)
            .map(|line| visible::line(line).into_owned())
            .collect::<Vec<_>>()
            .join("\n");
        line(ui, text, palette.text);
        let words = format!("{} of body", text::bytes(sent.body_bytes));
        ui.label(basic::small(words).color(palette.faint));
    }
}

/// Lines of a body that are shown: the rest is in what Preview and Sent show.
const BODY_LINES: usize = 40;
