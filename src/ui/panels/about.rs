//! What this program is, its version, and the licences of what it brings along.

use egui::{CollapsingHeader, ScrollArea, Ui};

use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::View;
use super::environment_form::heading;
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
        of: "Crates",
        words: "The libraries of others that this program is built from",
        text: include_str!("../../../assets/licenses/CRATES.txt"),
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
        heading(ui, "Licences");
        for licence in LICENCES {
            CollapsingHeader::new(licence.of)
                .icon(crate::ui::widgets::basic::unfold)
                .show(ui, |ui| {
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

#[cfg(test)]
mod tests {
    /// The list of crates is made by hand from `cargo metadata`: it must not fall behind what the program is built from.
    #[test]
    fn every_crate_that_is_named_in_the_manifest_is_in_the_list() {
        let manifest = include_str!("../../../Cargo.toml");
        let list = include_str!("../../../assets/licenses/CRATES.txt");
        let dependencies = manifest
            .split("\n[")
            .find_map(|section| section.strip_prefix("dependencies]"))
            .expect("there are dependencies");
        let missing: Vec<&str> = dependencies
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, _)| name.trim())
            .filter(|name| !name.is_empty() && !name.starts_with(['#', '"', ' ', '}', ']']))
            .filter(|name| {
                name.chars()
                    .all(|c| c.is_alphanumeric() || "-_".contains(c))
            })
            .filter(|name| {
                !list
                    .lines()
                    .any(|line| line.starts_with(&format!("{name} ")))
            })
            .collect();
        assert!(missing.is_empty(), "not in CRATES.txt: {missing:?}");
    }
}
