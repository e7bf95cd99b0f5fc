//! What this program is, its version, and the licences of what it brings along.

use egui::{CollapsingHeader, ScrollArea, Ui};

use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::{basic, fields};

use super::View;
use super::settings::page;

/// A text that comes with the program, and what it is about.
struct Licence {
    of: &'static str,
    words: &'static str,
    text: &'static str,
}

const LICENCES: &[Licence] = &[
    Licence {
        of: "Gatescope: MIT",
        words: "Either this licence or the next one, as you choose",
        text: include_str!("../../../assets/licenses/LICENSE-MIT"),
    },
    Licence {
        of: "Gatescope: Apache 2.0",
        words: "Either this licence or the one before, as you choose",
        text: include_str!("../../../assets/licenses/LICENSE-APACHE"),
    },
    Licence {
        of: "Inter",
        words: "The typeface of words",
        text: include_str!("../../../assets/fonts/Inter-OFL.txt"),
    },
    Licence {
        of: "JetBrains Mono",
        words: "The typeface of what goes over the wire",
        text: include_str!("../../../assets/fonts/JetBrainsMono-OFL.txt"),
    },
    Licence {
        of: "Catalogue of operations",
        words: "Methods, paths and names, taken from the Platform API client for JavaScript",
        text: include_str!("../../../assets/catalogue/NOTICE"),
    },
];

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    page(ui, view, "About Gatescope", |ui, _| {
        let palette = Palette::of(ui);
        ui.label(
            basic::strong(concat!("Gatescope ", env!("CARGO_PKG_VERSION"))).size(size::HEADING),
        );
        ui.label(
            egui::RichText::new(
                "Tests Genesys Cloud APIs behind an Amazon API Gateway: one request straight to a region and through the gateway",
            )
            .color(palette.secondary),
        );
        ui.label(
            basic::small("It is no product of Genesys or Amazon Web Services").color(palette.faint),
        );
        fields::section(ui, "Licences");
        for licence in LICENCES {
            CollapsingHeader::new(licence.of).show(ui, |ui| {
                ui.label(basic::small(licence.words).color(palette.faint));
                ScrollArea::vertical()
                    .id_salt(licence.of)
                    .max_height(size::REGION_LIST)
                    .auto_shrink([false, true])
                    .show(ui, |ui| ui.label(basic::small(licence.text)));
            });
        }
    });
}
