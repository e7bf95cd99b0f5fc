//! What was sent for a step and what came back, as text: heads whole, bodies by their beginning, secrets masked.

use std::fmt::Write as _;

use egui::{Label, Ui};

use crate::body::visible;
use crate::model::exchange::{Exchange, HeaderField, Hop};
use crate::model::masks::mask_url;
use crate::ui::tokens::Palette;
use crate::ui::widgets::basic;

/// Bytes of a body that are shown.
const BEGINNING: usize = 2_000;

pub(in crate::ui::panels) fn show(ui: &mut Ui, exchange: &Exchange) {
    let palette = Palette::of(ui);
    for hop in &exchange.hops {
        let text = text_of(exchange, hop);
        ui.add(Label::new(basic::mono(text).color(palette.secondary)).wrap());
    }
    if let Some(error) = &exchange.error {
        ui.label(basic::small(exchange.masks.text(&error.text)).color(palette.bad));
    }
}

fn text_of(exchange: &Exchange, hop: &Hop) -> String {
    let mut text = String::new();
    let masks = &exchange.masks;
    let _ = writeln!(
        text,
        "{} {} {}",
        hop.sent.method,
        mask_url(&masks.text(&hop.sent.url)),
        hop.sent.version
    );
    fields(&mut text, exchange, &hop.sent.headers);
    if let Some(response) = &hop.response {
        let _ = writeln!(
            text,
            "\n{} {} {}",
            response.version, response.status, response.reason
        );
        fields(&mut text, exchange, &response.headers);
        let body = &response.body.decoded;
        let beginning = &body[..body.len().min(BEGINNING)];
        if !beginning.is_empty() {
            let content_type = crate::model::exchange::header(&response.headers, "content-type")
                .map(HeaderField::text);
            let beginning = String::from_utf8_lossy(beginning);
            let shown = masks.body(content_type.as_deref(), &beginning);
            let _ = write!(text, "\n{}", visible::text(&shown));
            if body.len() > BEGINNING {
                text.push('…');
            }
        }
    }
    text
}

fn fields(text: &mut String, exchange: &Exchange, fields: &[HeaderField]) {
    for field in fields {
        let value = exchange.masks.header(&field.name, &field.value);
        let _ = writeln!(text, "{}: {}", field.name, visible::line(&value));
    }
}
