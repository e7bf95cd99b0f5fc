//! How a request's page is shared between the editor and the response, one below the other or side by side,
//! and the divider that changes it. The share is kept in percent, so that it means the same in a small window and at another zoom.

use egui::{CursorIcon, Pos2, Rect, Sense, Stroke, Ui, pos2, vec2};

use crate::app::action::Action;
use crate::app::state::AppState;
use crate::model::settings::ResponsePlace;
use crate::ui::tokens::{Palette, size};

use super::View;

/// The editor's share of the height unless the user chose another.
const USUAL_PERCENT: u32 = 42;
/// Of a low page, for an editor that is full.
const MOST_PERCENT: u32 = 56;
/// The same of the width.
const USUAL_PERCENT_BESIDE: u32 = 50;

/// The page and the editor's part of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Split {
    whole: Rect,
    /// Height or width.
    editor: f32,
    place: ResponsePlace,
    is_too_small: bool,
}

impl Split {
    /// For what is shown now in `whole`.
    pub(super) fn of(view: &View<'_>, whole: Rect) -> Self {
        Self::new(
            whole,
            view.state.settings.response_place,
            view.state.editor_percent,
            view.local.editor_needs,
        )
    }

    /// `percent` 0: the usual share. `needed`: the height that the editor's content takes.
    fn new(whole: Rect, place: ResponsePlace, percent: u32, needed: f32) -> Self {
        // Side by side needs the width for two; without it they stand one below the other.
        let place = if whole.width() < size::HALF_LEAST * 2.0 {
            ResponsePlace::Below
        } else {
            place
        };
        let least = match place {
            ResponsePlace::Below => size::EDITOR_LEAST + size::RESPONSE_LEAST,
            ResponsePlace::Beside => size::PAGE_LEAST,
        };
        let is_too_small = whole.height() < size::PAGE_LEAST;
        let whole = if is_too_small {
            Rect::from_min_size(whole.min, vec2(whole.width(), least))
        } else {
            whole
        };
        let editor = match place {
            ResponsePlace::Below => editor_height(whole.height(), percent, needed),
            ResponsePlace::Beside => editor_width(whole.width(), percent),
        };
        Self {
            whole,
            editor,
            place,
            is_too_small,
        }
    }

    /// The page is too small to be shared: it scrolls, and both parts have their least.
    pub(super) fn needs_scrolling(&self) -> bool {
        self.is_too_small
    }

    pub(super) fn whole(&self) -> Rect {
        self.whole
    }

    /// The same somewhere else.
    pub(super) fn at(&self, corner: Pos2) -> Self {
        Self {
            whole: Rect::from_min_size(corner, self.whole.size()),
            ..*self
        }
    }

    pub(super) fn editor(&self) -> Rect {
        match self.place {
            ResponsePlace::Below => self.whole.split_top_bottom_at_y(self.middle()).0,
            ResponsePlace::Beside => self.whole.split_left_right_at_x(self.middle()).0,
        }
    }

    pub(super) fn response(&self) -> Rect {
        match self.place {
            ResponsePlace::Below => self.whole.split_top_bottom_at_y(self.middle()).1,
            ResponsePlace::Beside => self.whole.split_left_right_at_x(self.middle()).1,
        }
    }

    /// Where the divider is, along the way it moves.
    fn middle(&self) -> f32 {
        match self.place {
            ResponsePlace::Below => self.whole.top() + self.editor,
            ResponsePlace::Beside => self.whole.left() + self.editor,
        }
    }

    /// The two ends of the divider.
    fn line(&self) -> [Pos2; 2] {
        let middle = self.middle();
        match self.place {
            ResponsePlace::Below => [
                pos2(self.whole.left(), middle),
                pos2(self.whole.right(), middle),
            ],
            ResponsePlace::Beside => [
                pos2(middle, self.whole.top()),
                pos2(middle, self.whole.bottom()),
            ],
        }
    }

    fn percent_at(&self, pointer: Pos2) -> u32 {
        match self.place {
            ResponsePlace::Below => percent(pointer.y - self.whole.top(), self.whole.height()),
            ResponsePlace::Beside => percent(pointer.x - self.whole.left(), self.whole.width()),
        }
    }
}

fn share(percent: u32, usual: u32) -> f32 {
    let share = if percent == 0 { usual } else { percent };
    f32::from(u16::try_from(share).unwrap_or(u16::MAX)) / 100.0
}

/// The editor's height out of `height`.
fn editor_height(height: f32, percent: u32, needed: f32) -> f32 {
    let half = height * 0.5;
    let least = size::EDITOR_LEAST.min(half);
    let most = (height - size::RESPONSE_LEAST).max(half);
    // Where there is little room it goes to what needs it, as long as nobody said otherwise.
    let usual = if percent == 0 && height < size::SMALL_PAGE {
        MOST_PERCENT
    } else {
        USUAL_PERCENT
    };
    let wanted = (height * share(percent, usual)).clamp(least, most);
    if height < size::SMALL_PAGE {
        wanted.min(needed.max(least))
    } else {
        wanted
    }
}

/// The editor's width out of `width`.
fn editor_width(width: f32, percent: u32) -> f32 {
    let least = size::HALF_LEAST.min(width * 0.5);
    (width * share(percent, USUAL_PERCENT_BESIDE)).clamp(least, width - least)
}

/// The divider: drag it, move it with the arrows, or click it twice for the usual share.
/// Its menu has the other place for the response.
pub(super) fn divider(ui: &Ui, view: &mut View<'_>, split: &Split) {
    let palette = Palette::of(ui);
    let line = split.line();
    let around = Rect::from_two_pos(line[0], line[1]).expand(size::GRIP);
    let (cursor, swap) = match split.place {
        ResponsePlace::Below => (CursorIcon::ResizeVertical, ResponsePlace::Beside),
        ResponsePlace::Beside => (CursorIcon::ResizeHorizontal, ResponsePlace::Below),
    };
    let response = ui
        .interact(
            around,
            ui.scope_id().with("divider"),
            Sense::click_and_drag(),
        )
        .on_hover_and_drag_cursor(cursor);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(
            egui::Role::Splitter,
            true,
            "Divider between request and response",
        )
    });
    let colour = if response.hovered() || response.dragged() || response.has_focus() {
        Stroke::new(size::MARK, palette.accent)
    } else {
        palette.hairline()
    };
    ui.painter().line_segment(line, colour);
    if response.has_focus() {
        move_by_keys(ui, view, split, response.id);
    }
    if response.double_clicked() {
        view.act(Action::SetSplit(0));
    } else if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let percent = split.percent_at(pointer);
        if percent != view.state.editor_percent {
            view.act(Action::SetSplit(percent));
        }
    }
    response.context_menu(|ui| {
        crate::ui::widgets::basic::menu(ui);
        let words = match swap {
            ResponsePlace::Beside => "Response beside the request",
            ResponsePlace::Below => "Response below the request",
        };
        if ui.button(words).clicked() {
            view.act(Action::PlaceResponse(swap));
        }
        if ui.button("Usual sizes").clicked() {
            view.act(Action::SetSplit(0));
        }
    });
}

/// Percent by which an arrow moves the divider.
const STEP: u32 = 2;

fn move_by_keys(ui: &Ui, view: &mut View<'_>, split: &Split, id: egui::Id) {
    let filter = egui::EventFilter {
        vertical_arrows: true,
        horizontal_arrows: true,
        ..egui::EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let (back, on) = ui.input(|input| match split.place {
        ResponsePlace::Below => (
            input.key_pressed(egui::Key::ArrowUp),
            input.key_pressed(egui::Key::ArrowDown),
        ),
        ResponsePlace::Beside => (
            input.key_pressed(egui::Key::ArrowLeft),
            input.key_pressed(egui::Key::ArrowRight),
        ),
    });
    let now = split.percent_at(split.line()[0]);
    let to = match (back, on) {
        (true, false) => now.saturating_sub(STEP),
        (false, true) => now + STEP,
        _ => return,
    };
    let range = AppState::SPLIT;
    view.act(Action::SetSplit(
        to.clamp(u32::from(*range.start()), u32::from(*range.end())),
    ));
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a small positive number first"
)]
fn percent(offset: f32, length: f32) -> u32 {
    let percent = (offset / length.max(size::UNIT) * 100.0).round();
    percent.clamp(
        f32::from(*AppState::SPLIT.start()),
        f32::from(*AppState::SPLIT.end()),
    ) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            let got = editor_height(height, percent, needed);
            assert!(
                (got - expected).abs() < 0.1,
                "{height} {percent} {needed}: {got}, not {expected}"
            );
        }
    }

    #[test]
    fn side_by_side_both_keep_their_least() {
        for (width, percent, expected) in [
            (1_000.0, 0, 500.0),
            (1_000.0, 30, 300.0),
            (1_000.0, 15, 280.0),
            (1_000.0, 85, 720.0),
            (560.0, 70, 280.0),
        ] {
            let got = editor_width(width, percent);
            assert!((got - expected).abs() < 0.1, "{width} {percent}: {got}");
        }
    }

    #[test]
    fn a_page_that_is_too_small_scrolls_and_nothing_in_it_gets_lost() {
        use ResponsePlace::{Below, Beside};
        for (width, height, place, scrolls, shown) in [
            (1_000.0, 800.0, Below, false, Below),
            (1_000.0, 800.0, Beside, false, Beside),
            // No width for two.
            (500.0, 800.0, Beside, false, Below),
            (400.0, 188.0, Below, true, Below),
            (1_000.0, 188.0, Beside, true, Beside),
        ] {
            let whole = Rect::from_min_size(Pos2::ZERO, vec2(width, height));
            let split = Split::new(whole, place, 0, 300.0);
            let words = format!("{width}x{height} {place:?}: {split:?}");
            assert_eq!(split.needs_scrolling(), scrolls, "{words}");
            assert_eq!(split.place, shown, "{words}");
            let (editor, response) = (split.editor(), split.response());
            assert!(
                editor.height() >= (split.whole().height() * 0.5).min(size::EDITOR_LEAST) - 0.1
                    || !scrolls,
                "{words}"
            );
            assert_eq!(editor.union(response), split.whole(), "{words}");
        }
    }
}
