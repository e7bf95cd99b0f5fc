//! Headers, Sent and Connection: tables of what was on the wire, masked, control characters made visible.

use egui::{Grid, ScrollArea, Ui};

use crate::body::visible;
use crate::model::exchange::{Certificate, Connection, Exchange, Hop, HopPurpose, TlsInfo};
use crate::model::masks::Masks;
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

/// Headers beyond this many are counted, not shown: a table of ten thousand rows helps nobody.
const MOST_HEADERS: usize = 500;

pub(super) fn headers(ui: &mut Ui, exchange: &Exchange) {
    let palette = Palette::of(ui);
    let Some(response) = exchange.answer().and_then(|hop| hop.response.as_ref()) else {
        ui.label(basic::small("Nothing came back").color(palette.faint));
        return;
    };
    ScrollArea::both()
        .id_salt("headers")
        .auto_shrink(false)
        .show(ui, |ui| {
            let first = format!(
                "{} {} {}",
                response.version,
                response.status,
                text::reason(response.status, &exchange.masks.text(&response.reason))
            );
            ui.label(basic::mono(visible::line(&first)).color(palette.secondary));
            Grid::new("response headers")
                .num_columns(2)
                .spacing([24.0, 4.0])
                .show(ui, |ui| {
                    for field in response.headers.iter().take(MOST_HEADERS) {
                        ui.label(basic::mono(visible::line(&field.name)).color(palette.json_key));
                        let value = exchange.masks.header(&field.name, &field.value);
                        ui.label(basic::mono(visible::line(&value)).color(palette.text));
                        ui.end_row();
                    }
                });
            let more = response.headers.len().saturating_sub(MOST_HEADERS);
            if more > 0 {
                ui.label(basic::small(format!("{more} more headers")).color(palette.faint));
            }
        });
}

/// What a hop is called.
pub(super) fn purpose(hop: &Hop) -> &'static str {
    match hop.purpose {
        HopPurpose::Token => "Token",
        HopPurpose::Request => "Request",
        HopPurpose::Redirect => "Redirect",
        HopPurpose::Renewed => "Renewed token",
        HopPurpose::Reconnected => "Reconnected",
    }
}

pub(super) fn sent(ui: &mut Ui, exchange: &Exchange) {
    let palette = Palette::of(ui);
    ScrollArea::both()
        .id_salt("sent")
        .auto_shrink(false)
        .show(ui, |ui| {
            for (index, hop) in exchange.hops.iter().enumerate() {
                ui.horizontal(|ui| {
                    ui.label(basic::strong(format!("{}. {}", index + 1, purpose(hop))));
                    let size = text::bytes(hop.sent.total_bytes);
                    let words = format!("{}, {size} on the wire", hop.sent.version);
                    ui.label(basic::small(words).color(palette.faint));
                });
                ui.label(basic::mono(sent_text(hop, &exchange.masks)).color(palette.text));
                for note in &hop.notes {
                    let words = exchange.masks.text(&note.text);
                    ui.label(basic::small(words).color(palette.warn));
                }
                ui.add_space(size::UNIT);
            }
        });
}

/// Head and the beginning of the body as they went out; names as sent, values masked.
pub(super) fn sent_text(hop: &Hop, masks: &Masks) -> String {
    let sent = &hop.sent;
    let mut lines = Vec::new();
    let first = sent
        .head
        .as_ref()
        .and_then(|head| head.split(|byte| *byte == b'\r' || *byte == b'\n').next())
        .map_or_else(
            || format!("{} {}", sent.method, sent.url),
            |line| String::from_utf8_lossy(line).into_owned(),
        );
    // The target of a redirect comes from the server: its fields are known by their names alone.
    let first: Vec<String> = first.split(' ').map(|part| masks.url(part)).collect();
    lines.push(first.join(" "));
    for field in &sent.headers {
        lines.push(format!(
            "{}: {}",
            field.name,
            masks.header(&field.name, &field.value)
        ));
    }
    if !sent.body_preview.is_empty() {
        lines.push(String::new());
        let masked = masks.bytes(&sent.body_preview);
        lines.push(String::from_utf8_lossy(&masked).into_owned());
        let shown = u64::try_from(sent.body_preview.len()).unwrap_or(u64::MAX);
        if sent.body_bytes > shown {
            lines.push(format!("… {} bytes more", sent.body_bytes - shown));
        }
    }
    visible::text(&lines.join("\n")).into_owned()
}

pub(super) fn connection(ui: &mut Ui, exchange: &Exchange) {
    ScrollArea::both()
        .id_salt("connection")
        .auto_shrink(false)
        .show(ui, |ui| {
            for (index, hop) in exchange.hops.iter().enumerate() {
                ui.label(basic::strong(format!("{}. {}", index + 1, purpose(hop))));
                Grid::new(("connection", index))
                    .num_columns(2)
                    .spacing([24.0, 4.0])
                    .show(ui, |ui| {
                        peer(ui, &hop.connection);
                        match &hop.connection.tls {
                            Some(tls) => tls_rows(ui, tls),
                            None => pair(ui, "TLS", without_tls(hop)),
                        }
                    });
                ui.add_space(size::UNIT);
            }
        });
}

fn without_tls(hop: &Hop) -> &'static str {
    if hop.sent.url.starts_with("http://") {
        "plain HTTP, no TLS"
    } else {
        "none: no connection came about"
    }
}

fn pair(ui: &mut Ui, name: &str, value: &str) {
    let palette = Palette::of(ui);
    ui.label(basic::small(name).color(palette.secondary));
    ui.label(basic::mono(visible::line(value)).color(palette.text));
    ui.end_row();
}

fn peer(ui: &mut Ui, connection: &Connection) {
    if let Some(peer) = &connection.peer_address {
        pair(ui, "Peer", peer);
    }
    if connection.resolved_addresses.len() > 1 {
        pair(
            ui,
            "Name resolved to",
            &connection.resolved_addresses.join(", "),
        );
    }
    if let Some(proxy) = &connection.proxy {
        pair(ui, "Proxy", proxy);
    }
    let reuse = if connection.reused {
        "reused: no DNS, TCP or TLS this time"
    } else {
        "new"
    };
    pair(ui, "Connection", reuse);
}

fn tls_rows(ui: &mut Ui, tls: &TlsInfo) {
    let resumed = if tls.resumed { ", session resumed" } else { "" };
    pair(ui, "TLS", &format!("{}{resumed}", tls.version));
    pair(ui, "Cipher", &tls.cipher);
    pair(ui, "ALPN", tls.alpn.as_deref().unwrap_or("none"));
    if tls.trusted_by_fingerprint {
        pair(
            ui,
            "Trusted by",
            "the environment's fingerprint, not the system's roots",
        );
    }
    for (index, certificate) in tls.chain.iter().enumerate() {
        certificate_rows(ui, index, certificate);
    }
}

fn certificate_rows(ui: &mut Ui, index: usize, certificate: &Certificate) {
    let title = if index == 0 {
        "Certificate".to_owned()
    } else {
        format!("Issuer {index}")
    };
    pair(ui, &title, &certificate.subject);
    pair(ui, "Issued by", &certificate.issuer);
    if !certificate.names.is_empty() {
        pair(ui, "Names", &certificate.names.join(", "));
    }
    if let (Some(from), Some(until)) = (certificate.not_before, certificate.not_after) {
        let words = format!("{} to {}", text::moment(from), text::moment(until));
        pair(ui, "Valid", &words);
    }
    pair(ui, "Key", &certificate.key);
    pair(ui, "SHA-256", &certificate.fingerprint);
}
