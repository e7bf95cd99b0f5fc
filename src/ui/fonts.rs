//! The window's typefaces: Inter for words, JetBrains Mono for what goes over the wire. Both SIL OFL, in `assets/fonts`.
//! The files lack the originals' ligatures and contextual forms (`calt`, `liga`), made with fontTools' subsetter and all characters kept:
//! `://`, `->` and `!=` are to be seen as the characters that they are.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily, TextStyle};

const INTER: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const INTER_SEMI_BOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");
const MONO: &[u8] = include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf");

/// The family of titles and of what is stressed.
#[must_use]
pub(super) fn strong() -> FontFamily {
    FontFamily::Name("strong".into())
}

/// The style of words beside and below others: a point smaller than the text, whatever size that has.
#[must_use]
pub(super) fn small() -> TextStyle {
    TextStyle::Name("beside".into())
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

#[cfg(test)]
mod tests {
    use egui::{FontFamily, FontId};

    /// A character looks the same beside others as it does alone.
    #[test]
    fn nothing_is_drawn_together() {
        let context = egui::Context::default();
        context.set_fonts(super::definitions());
        let mut joined = Vec::new();
        let mut output = context.run_ui(egui::RawInput::default(), |ui| {
            for family in [
                FontFamily::Monospace,
                FontFamily::Proportional,
                super::strong(),
            ] {
                let font = FontId::new(13.0, family.clone());
                let glyphs = |text: &str| -> Vec<_> {
                    let galley = ui.ctx().fonts_mut(|fonts| {
                        fonts.layout_no_wrap(
                            text.to_owned(),
                            font.clone(),
                            crate::ui::tokens::DARK.text,
                        )
                    });
                    galley
                        .rows
                        .iter()
                        .flat_map(|row| {
                            row.glyphs
                                .iter()
                                .map(|glyph| (glyph.chr, glyph.uv_rect.size))
                        })
                        .collect()
                };
                for text in [
                    "://", "->", "=>", "!=", "==", "<=", "www", "0x10", "fi", "***", "2x3",
                ] {
                    let alone: Vec<_> = text
                        .chars()
                        .flat_map(|one| glyphs(one.encode_utf8(&mut [0; 4])))
                        .collect();
                    let together = glyphs(text);
                    // Where a glyph falls between two pixels may make its picture a pixel wider.
                    let same = together.len() == alone.len()
                        && together.iter().zip(&alone).all(|(one, other)| {
                            one.0 == other.0 && (one.1 - other.1).abs().max_elem() < 1.5
                        });
                    if !same {
                        joined.push((family.clone(), text));
                    }
                }
            }
        });
        output.textures_delta.clear();
        assert!(joined.is_empty(), "{joined:?}");
    }
}
