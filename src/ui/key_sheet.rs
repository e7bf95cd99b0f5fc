//! The sheet of keys that F1 shows: the one table of `keys`, in groups, searchable.

use egui::{Context, Grid, Id, ScrollArea, Ui, vec2};

use crate::ui::keys::{self, KeyGroup};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::fields::{self, Face};

/// A key and what it does.
struct Line {
    group: KeyGroup,
    keys: String,
    words: &'static str,
}

pub(super) fn show(ui: &mut Ui) {
    let palette = Palette::of(ui);
    let id = Id::unique("key sheet search");
    let mut wanted = ui
        .data(|data| data.get_temp::<String>(id))
        .unwrap_or_default();
    let width = ui.available_width();
    fields::text(
        ui,
        "Find a key",
        &mut wanted,
        "Find: send, tab, zoom…",
        Face::Words,
        width,
    );
    ui.data_mut(|data| data.insert_temp(id, wanted.clone()));
    let lines = lines(ui.ctx(), &wanted);
    // One edge for the words of all groups.
    let keys_width = widest(ui, &lines);
    // Title, search and the button stay in sight.
    let room = (ui.ctx().content_rect().height() - size::DIALOG_AROUND - size::PRIMARY * 2.0)
        .max(size::PRIMARY * 2.0);
    ScrollArea::vertical()
        .id_salt("keys")
        .max_height(room)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().interact_size.y = size::SMALL_ROW;
            if lines.is_empty() {
                ui.label(basic::small("No key does that").color(palette.faint));
            }
            for group in KeyGroup::ALL {
                let own: Vec<&Line> = lines.iter().filter(|line| line.group == group).collect();
                if own.is_empty() {
                    continue;
                }
                fields::section(ui, group.title());
                if width < size::FORM_FIELD {
                    for line in own {
                        ui.label(basic::mono(line.keys.as_str()).color(palette.secondary));
                        ui.label(line.words);
                    }
                    continue;
                }
                Grid::new(group.title())
                    .num_columns(2)
                    .min_col_width(keys_width)
                    .spacing(vec2(size::DOUBLE, size::SNUG))
                    .show(ui, |ui| {
                        for line in own {
                            ui.label(basic::mono(line.keys.as_str()).color(palette.secondary));
                            ui.label(line.words);
                            ui.end_row();
                        }
                    });
            }
        });
}

fn widest(ui: &Ui, lines: &[Line]) -> f32 {
    let font = egui::TextStyle::Monospace.resolve(ui.style());
    ui.fonts_mut(|fonts| {
        let width = |line: &Line| {
            let shown =
                fonts.layout_no_wrap(line.keys.clone(), font.clone(), egui::Color32::PLACEHOLDER);
            shown.size().x
        };
        lines.iter().map(width).fold(size::FORM_LABEL, f32::max)
    })
}

/// Those whose words or keys hold every word that was typed.
fn lines(context: &Context, wanted: &str) -> Vec<Line> {
    let words: Vec<String> = wanted.split_whitespace().map(str::to_lowercase).collect();
    keys::TABLE
        .iter()
        .filter_map(|row| {
            Some(Line {
                group: row.group(),
                keys: context.format_shortcut(&row.shortcut?),
                words: row.words,
            })
        })
        .chain(keys::UNLISTED.iter().map(|(group, keys, words)| Line {
            group: *group,
            keys: (*keys).to_owned(),
            words,
        }))
        .filter(|line| {
            let text = format!("{} {}", line.keys, line.words).to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
        .collect()
}
