//! Sent and Connection: what went out on each hop and over what, masked, control characters made visible.

use egui::{Label, ScrollArea, Ui};
use jiff::Timestamp;

use crate::app::action::Action;
use crate::app::editing::EditingAction;
use crate::app::tab::Answer;
use crate::body::visible;
use crate::model::exchange::{Certificate, Connection, Exchange, Hop, HopPurpose, TlsInfo};
use crate::model::masks::Masks;
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::View;

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

/// `2. Request`, with what is worth saying beside it.
pub(super) fn hop_title(ui: &mut Ui, exchange: &Exchange, index: usize, beside: &str) {
    let palette = Palette::of(ui);
    let Some(hop) = exchange.hops.get(index) else {
        return;
    };
    let title = if exchange.hops.len() > 1 {
        format!("{}. {}", index + 1, purpose(hop))
    } else {
        purpose(hop).to_owned()
    };
    ui.label(basic::strong(title));
    ui.add(Label::new(basic::small(beside).color(palette.faint)).truncate());
}

pub(super) fn sent(ui: &mut Ui, view: &mut View<'_>, answer: &Answer) {
    let palette = view.palette;
    let exchange = &answer.exchange;
    ScrollArea::both()
        .id_salt("sent")
        .auto_shrink(false)
        .show(ui, |ui| {
            for (index, hop) in exchange.hops.iter().enumerate() {
                let sent = sent_text(hop, &exchange.masks);
                ui.horizontal(|ui| {
                    ui.set_max_width(ui.clip_rect().width());
                    let bytes = text::bytes(hop.sent.total_bytes);
                    hop_title(ui, exchange, index, &on_the_wire(hop, &bytes));
                    let words = format!("Copy what was sent, hop {}", index + 1);
                    let copy = icons::text_button(ui, Icon::Copy, "Copy");
                    copy.widget_info(|| {
                        egui::WidgetInfo::labeled(egui::Role::Button, true, &words)
                    });
                    if copy.clicked() {
                        ui.ctx().copy_text(sent.clone());
                    }
                    let is_last = index + 1 == exchange.hops.len();
                    if is_last
                        && hop.purpose != HopPurpose::Token
                        && icons::text_button(ui, Icon::Copy, "Copy as cURL").clicked()
                    {
                        let leg = Some(answer.leg);
                        let request = Some(answer.command.draft.id.clone());
                        let action = EditingAction::CopyAsCurl { request, leg };
                        view.act(Action::Editing(action));
                    }
                });
                ui.add(
                    Label::new(basic::mono(sent).color(palette.text))
                        .extend()
                        .selectable(true),
                );
                for note in &hop.notes {
                    let words = exchange.masks.text(&note.text);
                    ui.label(basic::small(words).color(palette.warn));
                }
                ui.add_space(size::DOUBLE);
            }
        });
}

fn on_the_wire(hop: &Hop, bytes: &str) -> String {
    let exact = if hop.sent.head.is_some() {
        ", byte for byte"
    } else {
        ", as fields"
    };
    format!("{}, {bytes} on the wire{exact}", hop.sent.version)
}

/// The most that is laid out of a head, in bytes: a long one is told by its length.
const LONGEST_HEAD: usize = 128 * 1024;

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
    let mut length = 0;
    for (index, field) in sent.headers.iter().enumerate() {
        length += field.name.len() + field.value.len();
        if length > LONGEST_HEAD {
            lines.push(format!("… {} headers more", sent.headers.len() - index));
            break;
        }
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

pub(super) fn connection(ui: &mut Ui, view: &View<'_>, answer: &Answer) {
    let exchange = &answer.exchange;
    let now = view.state.now;
    ScrollArea::vertical()
        .id_salt("connection")
        .auto_shrink(false)
        .show(ui, |ui| {
            for (index, hop) in exchange.hops.iter().enumerate() {
                ui.horizontal(|ui| {
                    let url = exchange.masks.url(&hop.sent.url);
                    let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
                    hop_title(ui, exchange, index, &visible::line(&origin));
                });
                peer(ui, hop);
                match &hop.connection.tls {
                    Some(tls) => tls_rows(ui, tls, now),
                    None => fact(ui, "TLS", without_tls(hop)),
                }
                ui.add_space(size::DOUBLE);
            }
        });
}

fn without_tls(hop: &Hop) -> &'static str {
    if hop.sent.url.starts_with("http://") {
        "none: plain HTTP"
    } else {
        "none: no connection came about"
    }
}

/// A name and what is known under it; long values go on in the next line.
fn fact(ui: &mut Ui, name: &str, value: &str) {
    fact_with(ui, name, |ui| {
        let palette = Palette::of(ui);
        let words = basic::mono(visible::line(value)).color(palette.text);
        ui.add(Label::new(words).wrap());
    });
}

fn fact_with(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(
            egui::vec2(size::FORM_LABEL, size::SMALL_ROW),
            egui::Sense::hover(),
        );
        ui.painter().text(
            rect.left_top(),
            egui::Align2::LEFT_TOP,
            name,
            egui::FontId::proportional(size::SMALL),
            palette.secondary,
        );
        ui.vertical(add);
    });
}

/// A value with a button that copies it.
fn copied_fact(ui: &mut Ui, name: &str, value: &str, shown: &str) {
    fact_with(ui, name, |ui| {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            let room = (ui.available_width() - size::ICON_BUTTON - size::UNIT).max(size::UNIT);
            ui.scope(|ui| {
                ui.set_max_width(room);
                let words = basic::mono(visible::line(shown)).color(palette.text);
                ui.add(Label::new(words).truncate()).on_hover_text(value);
            });
            let words = format!("Copy {name}");
            if icons::button_in(ui, Icon::Copy, &words, palette.secondary, size::SMALL_ROW)
                .clicked()
            {
                ui.ctx().copy_text(value.to_owned());
            }
        });
    });
}

fn peer(ui: &mut Ui, hop: &Hop) {
    let connection: &Connection = &hop.connection;
    fact(ui, "HTTP", &hop.sent.version.to_string());
    if let Some(peer) = &connection.peer_address {
        fact(ui, "Peer", peer);
    }
    if !connection.resolved_addresses.is_empty() {
        let addresses = connection.resolved_addresses.join(", ");
        fact(ui, "Name resolved to", &addresses);
    }
    if let Some(proxy) = &connection.proxy {
        fact(ui, "Proxy", proxy);
    }
    let reuse = if connection.reused {
        "reused: no DNS, TCP or TLS this time"
    } else {
        "new"
    };
    fact(ui, "Connection", reuse);
}

fn tls_rows(ui: &mut Ui, tls: &TlsInfo, now: Timestamp) {
    let resumed = if tls.resumed {
        ", session resumed"
    } else {
        ", full handshake"
    };
    fact(ui, "TLS", &format!("{}{resumed}", tls.version));
    fact(ui, "Cipher", &tls.cipher);
    fact(ui, "ALPN", tls.alpn.as_deref().unwrap_or("none"));
    if tls.trusted_by_fingerprint {
        let words = "the environment's fingerprint, not the system's roots";
        fact(ui, "Trusted by", words);
    }
    for (index, certificate) in tls.chain.iter().enumerate() {
        ui.add_space(size::HALF);
        certificate_rows(ui, index, certificate, now);
    }
    if tls.chain.is_empty() && tls.resumed {
        let words = "not sent again: the session was resumed";
        fact(ui, "Certificate", words);
    }
}

fn certificate_rows(ui: &mut Ui, index: usize, certificate: &Certificate, now: Timestamp) {
    let palette = Palette::of(ui);
    let title = if index == 0 {
        "Certificate".to_owned()
    } else {
        format!("Issuer {index}")
    };
    fact(ui, &title, &certificate.subject);
    fact(ui, "Issued by", &certificate.issuer);
    if !certificate.names.is_empty() {
        fact(ui, "Names", &certificate.names.join(", "));
    }
    if let (Some(from), Some(until)) = (certificate.not_before, certificate.not_after) {
        let words = format!("{} to {}", text::moment(from), text::moment(until));
        fact(ui, "Valid", &words);
        let (words, is_well) = validity(now, from, until);
        fact_with(ui, "", |ui| {
            let colour = if is_well { palette.ok } else { palette.bad };
            ui.label(basic::small(words).color(colour));
        });
    }
    fact(ui, "Key", &certificate.key);
    copied_fact(
        ui,
        "SHA-256",
        &certificate.fingerprint,
        &spaced(&certificate.fingerprint),
    );
}

/// The certificate is worth a look this many days before it expires.
const EXPIRES_SOON: i64 = 14;

/// How long a certificate holds, and whether that needs no attention.
fn validity(now: Timestamp, from: Timestamp, until: Timestamp) -> (String, bool) {
    let days = |from: Timestamp, until: Timestamp| until.duration_since(from).as_hours() / 24;
    if now < from {
        return ("not valid yet".to_owned(), false);
    }
    if until <= now {
        return (format!("expired {} days ago", days(until, now)), false);
    }
    match days(now, until) {
        0 => ("expires today".to_owned(), false),
        1 => ("1 day left".to_owned(), false),
        left => (format!("{left} days left"), left > EXPIRES_SOON),
    }
}

/// A fingerprint in pairs, as other tools show it.
fn spaced(fingerprint: &str) -> String {
    let upper = fingerprint.to_uppercase();
    let pairs: Vec<&str> = upper
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .collect();
    pairs.join(":")
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn days_left_are_whole_days_and_say_when_they_run_out() {
        let day = SignedDuration::from_hours(24);
        let now = Timestamp::UNIX_EPOCH + day * 100;
        for (from, until, words, is_well) in [
            (-10, 90, "90 days left", true),
            (-10, 14, "14 days left", false),
            (-10, 1, "1 day left", false),
            (-10, 0, "expired 0 days ago", false),
            (-10, -3, "expired 3 days ago", false),
            (1, 90, "not valid yet", false),
        ] {
            let (is, well) = validity(now, now + day * from, now + day * until);
            assert_eq!((is.as_str(), well), (words, is_well), "{from} {until}");
        }
        let (words, _) = validity(now, now - day, now + SignedDuration::from_hours(5));
        assert_eq!(words, "expires today");
    }

    #[test]
    fn a_fingerprint_is_shown_in_pairs() {
        assert_eq!(spaced("0aff10"), "0A:FF:10");
        assert_eq!(spaced(""), "");
    }
}
