//! What stands at the right end of a row. A layout from right to left would do, but Tab goes in the order in which widgets are made:
//! here they are made from left to right, in the width that they took before.

use egui::{Align, Id, Layout, Rect, Ui, UiBuilder, pos2};

use crate::ui::tokens::size;

/// `add` at the right end of what is left of the row. `salt` tells apart those of one `Ui`.
pub(in crate::ui) fn show<R>(ui: &mut Ui, salt: &str, add: impl FnOnce(&mut Ui) -> R) -> R {
    let id = id(ui, salt);
    let known = known(ui, id);
    let room = ui.available_rect_before_wrap();
    let left = (room.right() - known).max(room.left());
    let place = Rect::from_min_max(pos2(left, room.top()), room.max);
    let builder = UiBuilder::new()
        .id_salt(salt)
        .max_rect(place)
        .layout(Layout::left_to_right(Align::Center));
    let inner = ui.scope_builder(builder, add);
    let took = inner.response.rect.width();
    // Rounding to pixels is no difference.
    if (took - known).abs() >= size::LINE {
        ui.data_mut(|data| data.insert_temp(id, took));
        ui.ctx()
            .request_discard("what stands at the end of a row took another width");
    }
    inner.inner
}

/// `before` in what the end of the row leaves, then the end.
pub(in crate::ui) fn after(
    ui: &mut Ui,
    salt: &str,
    before: impl FnOnce(&mut Ui),
    end: impl FnOnce(&mut Ui),
) {
    let room = ui.available_rect_before_wrap();
    let taken = known(ui, id(ui, salt)) + ui.spacing().item_spacing.x;
    let right = (room.right() - taken).max(room.left());
    let place = Rect::from_min_max(room.min, pos2(right, room.bottom()));
    let builder = UiBuilder::new()
        .max_rect(place)
        .layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(builder, before);
    show(ui, salt, end);
}

fn id(ui: &Ui, salt: &str) -> Id {
    ui.scope_id().with(("end of a row", salt))
}

fn known(ui: &Ui, id: Id) -> f32 {
    ui.data(|data| data.get_temp(id)).unwrap_or_default()
}
