//! How the height is shared between the editor and the response, and the divider that changes it.
//! The share is kept in percent, so that it means the same in a small window and at another zoom.

use egui::{CursorIcon, Rect, Sense, Stroke, Ui, vec2};

use crate::app::action::Action;
use crate::app::state::AppState;
use crate::ui::tokens::{Palette, size};

use super::View;

/// The editor's share unless the user chose another.
const USUAL_PERCENT: u32 = 42;
/// Enough for the path, the URL of each leg, the strip and a row.
const EDITOR_LEAST: f32 = 190.0;
/// Enough for the status row, the strip and some lines.
const RESPONSE_LEAST: f32 = 170.0;
/// Below this height nothing is left empty in the editor while the response lacks room.
const SMALL: f32 = 560.0;
/// The pointer takes hold of the divider this far from it.
const GRIP: f32 = 4.0;

/// The editor's height out of `height`. `percent` 0: the usual share. `needed`: what its content takes.
pub(super) fn editor_height(height: f32, percent: u32, needed: f32) -> f32 {
    let share = if percent == 0 { USUAL_PERCENT } else { percent };
    let share = f32::from(u16::try_from(share).unwrap_or(u16::MAX)) / 100.0;
    let half = height * 0.5;
    let least = EDITOR_LEAST.min(half);
    let most = (height - RESPONSE_LEAST).max(half);
    let wanted = (height * share).clamp(least, most);
    if height < SMALL {
        wanted.min(needed.max(least))
    } else {
        wanted
    }
}

/// The divider below the editor: drag it, or click it twice for the usual share.
pub(super) fn divider(ui: &Ui, view: &mut View<'_>, whole: Rect, editor: f32) {
    let palette = Palette::of(ui);
    let middle = whole.top() + editor;
    let line = Rect::from_min_size(
        egui::pos2(whole.left(), middle - GRIP),
        vec2(whole.width(), GRIP * 2.0),
    );
    let response = ui
        .interact(line, ui.scope_id().with("divider"), Sense::click_and_drag())
        .on_hover_and_drag_cursor(CursorIcon::ResizeVertical);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(
            egui::Role::Splitter,
            true,
            "Divider between request and response",
        )
    });
    if response.hovered() || response.dragged() {
        ui.painter()
            .hline(whole.x_range(), middle, Stroke::new(2.0, palette.accent));
    }
    if response.double_clicked() {
        view.act(Action::SetSplit(0));
    } else if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let percent = percent_at(pointer.y - whole.top(), whole.height());
        if percent != view.state.editor_percent {
            view.act(Action::SetSplit(percent));
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a small positive number first"
)]
fn percent_at(offset: f32, height: f32) -> u32 {
    let percent = (offset / height.max(size::UNIT) * 100.0).round();
    percent.clamp(
        f32::from(*AppState::SPLIT.start()),
        f32::from(*AppState::SPLIT.end()),
    ) as u32
}

#[cfg(test)]
mod tests {
    use super::editor_height;

    #[test]
    fn the_editor_gets_its_share_and_leaves_the_response_room() {
        for (height, percent, needed, expected) in [
            (800.0, 0, 300.0, 336.0),
            (800.0, 60, 300.0, 480.0),
            // The response keeps its least.
            (800.0, 95, 300.0, 630.0),
            // The editor keeps its least.
            (800.0, 5, 300.0, 190.0),
            // A small window leaves nothing empty.
            (500.0, 60, 220.0, 220.0),
            (500.0, 60, 900.0, 300.0),
            // Too small for both: each gets half.
            (200.0, 0, 300.0, 100.0),
            (200.0, 90, 300.0, 100.0),
        ] {
            let got = editor_height(height, percent, needed);
            assert!(
                (got - expected).abs() < 0.1,
                "{height} {percent} {needed}: {got}, not {expected}"
            );
        }
    }
}
