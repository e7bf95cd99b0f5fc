//! Timeouts and sizes of one hop, in units that a person thinks in: seconds and megabytes.

use egui::{DragValue, Response, Ui};

use crate::model::environment::Limits;
use crate::ui::widgets::fields;

/// Answers the first of them, for those who lead the keyboard to it.
pub(super) fn times(ui: &mut Ui, limits: &mut Limits) -> Option<Response> {
    let mut first = None;
    for (label, value, words) in [
        (
            "Connect within",
            &mut limits.connect_ms,
            "name, address and TLS",
        ),
        (
            "First byte within",
            &mut limits.first_byte_ms,
            "a gateway itself gives up after 29 to 30 s",
        ),
        (
            "Silence at most",
            &mut limits.silence_ms,
            "between two reads",
        ),
    ] {
        let shown = scaled(ui, label, value, 1_000, " s", words);
        first.get_or_insert(shown);
    }
    first
}

pub(super) fn sizes(ui: &mut Ui, limits: &mut Limits) {
    for (label, value, unit, suffix, words) in [
        (
            "Body on the wire",
            &mut limits.wire_bytes,
            1_000_000,
            " MB",
            "more is cut off, what arrived is kept",
        ),
        (
            "Body decoded",
            &mut limits.decoded_bytes,
            1_000_000,
            " MB",
            "",
        ),
        ("Decoded per byte", &mut limits.decoded_ratio, 1, " : 1", ""),
    ] {
        scaled(ui, label, value, unit, suffix, words);
    }
    fields::row(ui, "Redirects", |ui, _| {
        ui.add(DragValue::new(&mut limits.redirects).range(0..=100))
            .accessible_name("Redirects");
    });
}

/// A number shown in `unit`s. One that is no whole number of them keeps its digits until it is changed.
fn scaled(
    ui: &mut Ui,
    label: &str,
    value: &mut u64,
    unit: u32,
    suffix: &str,
    words: &str,
) -> Response {
    fields::row(ui, label, |ui, _| {
        ui.horizontal(|ui| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "far below 2^53 in any use, and only shown"
            )]
            let mut shown = *value as f64 / f64::from(unit);
            let least = 1.0 / f64::from(unit);
            let response = ui
                .add(
                    DragValue::new(&mut shown)
                        .range(least..=f64::from(u32::MAX))
                        .max_decimals(3)
                        .custom_formatter(|shown, _| shown.to_string())
                        .speed(0.5)
                        .suffix(suffix),
                )
                .accessible_name(label);
            if response.changed() {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the range keeps it positive and below 2^63"
                )]
                let changed = (shown * f64::from(unit)).round() as u64;
                *value = changed.max(1);
            }
            super::environment_form::beneath(ui, words);
            response
        })
        .inner
    })
}
