//! A body that is a picture: fitted into the page, or pixel by pixel.

use std::sync::Arc;

use egui::{ColorImage, Label, ScrollArea, TextureHandle, TextureOptions, Ui, vec2};

use crate::app::reading::Picture;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

/// What only the screen knows of a picture.
#[derive(Default)]
pub(super) struct ImageState {
    texture: Option<TextureHandle>,
    one_to_one: bool,
}

pub(super) fn show(
    ui: &mut Ui,
    picture: Option<&Result<Arc<Picture>, String>>,
    state: &mut ImageState,
) {
    let palette = Palette::of(ui);
    let picture = match picture {
        None => {
            ui.label(basic::small("Decoding the image…").color(palette.faint));
            return;
        }
        Some(Err(text)) => {
            ui.label(basic::small(text).color(palette.warn));
            let words = "Its bytes are under Hex, and can be saved";
            ui.label(basic::small(words).color(palette.secondary));
            return;
        }
        Some(Ok(picture)) => picture,
    };
    bar(ui, picture, state);
    let texture = state.texture.get_or_insert_with(|| {
        let image = ColorImage::from_rgba_unmultiplied(picture.shown, &picture.pixels);
        ui.ctx()
            .load_texture("body image", image, TextureOptions::LINEAR)
    });
    let pixels = texture.size_vec2() / ui.ctx().pixels_per_point();
    let room = ui.available_size() - vec2(size::UNIT, size::UNIT);
    let fitted = pixels * (room.x / pixels.x).min(room.y / pixels.y).min(1.0);
    let shown = if state.one_to_one { pixels } else { fitted };
    let sized = egui::load::SizedTexture::new(texture.id(), shown.max(vec2(1.0, 1.0)));
    ScrollArea::both()
        .id_salt("image")
        .auto_shrink(false)
        .show(ui, |ui| {
            let words = format!("Image, {} by {} pixels", picture.size[0], picture.size[1]);
            ui.add(egui::Image::new(sized).alt_text(words));
        });
}

fn bar(ui: &mut Ui, picture: &Picture, state: &mut ImageState) {
    let palette = Palette::of(ui);
    let [width, height] = picture.size;
    ui.horizontal(|ui| {
        for (one_to_one, words) in [(false, "Fit"), (true, "1:1")] {
            let chosen = state.one_to_one == one_to_one;
            if ui.selectable_label(chosen, words).clicked() {
                state.one_to_one = one_to_one;
            }
        }
        let mut words = format!("{} · {width} × {height} pixels", picture.format);
        let shown = picture.shown.map(|side| u32::try_from(side).unwrap_or(0));
        if shown != picture.size {
            words += &format!(", shown at {} × {}", shown[0], shown[1]);
        }
        ui.add(Label::new(basic::small(words).color(palette.secondary)).truncate());
    });
}
