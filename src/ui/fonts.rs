//! The window's typefaces: Inter for words, JetBrains Mono for what goes over the wire. Both SIL OFL, in `assets/fonts`.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

const INTER: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const INTER_SEMI_BOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");
const MONO: &[u8] = include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf");

/// The family of titles and of what is stressed.
#[must_use]
pub(super) fn strong() -> FontFamily {
    FontFamily::Name("strong".into())
}

/// egui's own fonts stay behind ours, for symbols and scripts that ours do not have.
#[must_use]
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in [
        ("inter", INTER),
        ("inter-semi-bold", INTER_SEMI_BOLD),
        ("jetbrains-mono", MONO),
    ] {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallback = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    let with = |own: &str| {
        let mut names = vec![own.to_owned()];
        names.extend(fallback.iter().cloned());
        names
    };
    let strong_names = with("inter-semi-bold");
    let proportional = with("inter");
    let mut monospace = vec!["jetbrains-mono".to_owned()];
    monospace.extend(
        fonts
            .families
            .get(&FontFamily::Monospace)
            .cloned()
            .unwrap_or_default(),
    );
    fonts.families.insert(strong(), strong_names);
    fonts
        .families
        .insert(FontFamily::Proportional, proportional);
    fonts.families.insert(FontFamily::Monospace, monospace);
    fonts
}
