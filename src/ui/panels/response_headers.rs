//! The headers of the answer: a table in the order in which they came, or sorted, filtered by a word; or the head as it came.
//! Values are masked, control characters made visible; a hundred thousand rows cost what the visible ones cost.

use egui::{Label, Rect, ScrollArea, Sense, Ui, UiBuilder, vec2};

use crate::app::tab::Answer;
use crate::body::visible;
use crate::model::exchange::Response;
use crate::model::ids::ExchangeId;
use crate::model::masks::Masks;
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, fields};

use super::View;

/// How the table is shown, and its rows as they are shown that way.
#[derive(Debug, Default)]
pub(super) struct HeaderTable {
    filter: String,
    sorted: bool,
    raw: bool,
    rows: Option<Rows>,
    head: Option<Head>,
}

/// The head as one text, made once.
#[derive(Debug)]
struct Head {
    made_for: ExchangeId,
    text: String,
    /// Headers behind the longest text that is laid out.
    left_out: usize,
}

/// Names and values ready to be painted, made once for each way of showing them.
#[derive(Debug)]
struct Rows {
    made_for: (ExchangeId, String, bool),
    rows: Vec<(String, String)>,
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, answer: &Answer) {
    let palette = view.palette;
    let exchange = &answer.exchange;
    let Some(response) = exchange.answer().and_then(|hop| hop.response.as_ref()) else {
        ui.label(basic::small("Nothing came back").color(palette.faint));
        return;
    };
    let table = &mut view.local.answers.entry(exchange.id).or_default().headers;
    tools(ui, table);
    if table.raw {
        raw(ui, table, exchange.id, response, &exchange.masks);
    } else {
        rows(ui, table, exchange.id, response, &exchange.masks);
    }
}

fn tools(ui: &mut Ui, table: &mut HeaderTable) {
    ui.horizontal(|ui| {
        let width = size::SEARCH_FIELD.min(ui.available_width() * 0.5);
        let name = "Filter the headers";
        ui.add_enabled_ui(!table.raw, |ui| {
            fields::text(ui, name, &mut table.filter, "Filter", Face::Words, width);
        });
        ui.add_enabled(
            !table.raw,
            egui::Checkbox::new(&mut table.sorted, "Sort by name"),
        );
        ui.checkbox(&mut table.raw, "As received");
    });
}

/// The first line of the answer.
fn status_line(response: &Response, masks: &Masks) -> String {
    let reason = text::reason(response.status, &masks.text(&response.reason));
    let line = format!("{} {} {reason}", response.version, response.status);
    visible::line(line.trim_end()).into_owned()
}

fn rows(
    ui: &mut Ui,
    table: &mut HeaderTable,
    exchange: ExchangeId,
    response: &Response,
    masks: &Masks,
) {
    let palette = Palette::of(ui);
    let wanted = (exchange, table.filter.trim().to_lowercase(), table.sorted);
    if table.rows.as_ref().map(|rows| &rows.made_for) != Some(&wanted) {
        table.rows = Some(Rows {
            rows: prepared(response, masks, &wanted.1, wanted.2),
            made_for: wanted,
        });
    }
    let Some(Rows { rows, .. }) = &table.rows else {
        return;
    };
    let line = status_line(response, masks);
    ui.add(Label::new(basic::mono(line).color(palette.secondary)).truncate());
    if rows.is_empty() {
        let words = if response.headers.is_empty() {
            "The answer has no headers"
        } else {
            "No header matches the filter"
        };
        ui.label(basic::small(words).color(palette.faint));
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("headers")
        .auto_shrink(false)
        .show_rows(ui, size::ROW, rows.len(), |ui, range| {
            for (name, value) in &rows[range] {
                row(ui, name, value);
            }
        });
}

fn prepared(
    response: &Response,
    masks: &Masks,
    filter: &str,
    sorted: bool,
) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = response
        .headers
        .iter()
        .map(|field| {
            let value = masks.header(&field.name, &field.value);
            (
                visible::line(&field.name).into_owned(),
                visible::line(&value).into_owned(),
            )
        })
        .filter(|(name, value)| {
            filter.is_empty()
                || name.to_lowercase().contains(filter)
                || value.to_lowercase().contains(filter)
        })
        .collect();
    if sorted {
        // Repeats keep their order.
        rows.sort_by_key(|(name, _)| name.to_lowercase());
    }
    rows
}

/// Name and value, with a line below and copying on hover.
fn row(ui: &mut Ui, name: &str, value: &str) {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::hover());
    let name_width = size::HEADER_NAME.min(rect.width() * 0.4);
    let copies = ui.rect_contains_pointer(rect) || response.has_focus();
    let painter = ui.painter();
    painter.hline(rect.x_range(), rect.bottom(), palette.hairline());
    let cell = |left: f32, right: f32| {
        Rect::from_min_max(
            egui::pos2(rect.left() + left, rect.top()),
            egui::pos2(rect.left() + right, rect.bottom()),
        )
    };
    let end = rect.width() - size::ICON_BUTTON;
    for (place, words, colour) in [
        (cell(0.0, name_width - size::UNIT), name, palette.json_key),
        (cell(name_width, end), value, palette.text),
    ] {
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        ui.scope_builder(UiBuilder::new().max_rect(place).layout(layout), |ui| {
            ui.add(Label::new(basic::mono(words).color(colour)).truncate());
        });
    }
    let place = cell(end, rect.width());
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(layout), |ui| {
        let colour = if copies {
            palette.secondary
        } else {
            palette.line
        };
        let words = format!("Copy {name}");
        if icons::button_in(ui, Icon::Copy, &words, colour, size::ICON_BUTTON).clicked() {
            ui.ctx().copy_text(value.to_owned());
        }
    });
}

/// The longest head that is laid out as one text, in bytes; the table shows all of any.
const LONGEST_RAW: usize = 256 * 1024;

/// The head with its own spelling: what came over HTTP/1.1 byte for byte, its values masked.
fn raw(
    ui: &mut Ui,
    table: &mut HeaderTable,
    exchange: ExchangeId,
    response: &Response,
    masks: &Masks,
) {
    let palette = Palette::of(ui);
    let kept = table.head.take().filter(|head| head.made_for == exchange);
    let head = table
        .head
        .insert(kept.unwrap_or_else(|| head_of(exchange, response, masks)));
    if response.head.is_none() {
        let words = "HTTP/2 sends fields, not lines: this is how they would be written";
        ui.label(basic::small(words).color(palette.secondary));
    }
    ui.horizontal(|ui| {
        if icons::text_button(ui, Icon::Copy, "Copy all headers").clicked() {
            ui.ctx().copy_text(head.text.clone());
        }
        if head.left_out > 0 {
            let words = format!("{} more headers are in the table", head.left_out);
            ui.label(basic::small(words).color(palette.warn));
        }
    });
    ScrollArea::both()
        .id_salt("raw headers")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.add(
                Label::new(basic::mono(head.text.as_str()).color(palette.text))
                    .extend()
                    .selectable(true),
            );
        });
}

fn head_of(exchange: ExchangeId, response: &Response, masks: &Masks) -> Head {
    let mut head = status_line(response, masks);
    let mut left_out = 0;
    for field in &response.headers {
        if head.len() > LONGEST_RAW {
            left_out += 1;
            continue;
        }
        let value = masks.header(&field.name, &field.value);
        head.push('\n');
        head.push_str(&visible::line(&format!("{}: {value}", field.name)));
    }
    Head {
        made_for: exchange,
        text: head,
        left_out,
    }
}
