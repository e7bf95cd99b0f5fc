//! Where the window stands: brought back to a screen that is there, and told when it changes.

use std::sync::Arc;

use egui::{Context, Pos2, Rect, Vec2, ViewportBuilder, ViewportCommand};

use crate::app::action::Action;
use crate::app::preferences::PreferencesAction;
use crate::app::state::{AppState, WorkspaceStage};
use crate::model::window_place::{Screen, WindowPlace};

use super::tokens::size;

/// The window's place as of the last frame.
#[derive(Debug, Default)]
pub(super) struct PlaceWatch {
    known: Option<WindowPlace>,
    /// The size that earlier versions kept with the drafts has been looked at.
    looked_at_drafts: bool,
}

impl PlaceWatch {
    /// Tells a change of size, position or maximising; the first frame only says where it begins.
    pub(super) fn watch(&mut self, context: &Context, state: &AppState, actions: &mut Vec<Action>) {
        let zoom = context.zoom_factor();
        let shown = context.content_rect().size() * zoom;
        let (maximised, hidden, outer) = context.input(|input| {
            let viewport = input.viewport();
            let hidden = viewport.minimized == Some(true) || viewport.fullscreen == Some(true);
            (
                viewport.maximized == Some(true),
                hidden,
                viewport.outer_rect,
            )
        });
        if hidden {
            return;
        }
        let place = if maximised {
            // Where it goes back to is what it was before.
            WindowPlace {
                maximised,
                ..self.known.or(state.preferences.place).unwrap_or_default()
            }
        } else {
            WindowPlace {
                size: [points(shown.x), points(shown.y)],
                position: outer.map(|rect| corner(rect, zoom)),
                maximised,
            }
        };
        if self.known.is_some_and(|known| known != place) {
            actions.push(Action::Preferences(PreferencesAction::Placed(place)));
        }
        self.known = Some(place);
        self.take_over(context, state, shown);
    }

    /// Earlier versions kept the size with the drafts of the workspace.
    fn take_over(&mut self, context: &Context, state: &AppState, shown: Vec2) {
        if self.looked_at_drafts || state.workspace.stage != WorkspaceStage::Open {
            return;
        }
        self.looked_at_drafts = true;
        let [width, height] = state.window_size;
        if state.preferences.place.is_some() || width == 0 || height == 0 {
            return;
        }
        let zoom = context.zoom_factor();
        let screen = context
            .input(|input| input.viewport().monitor_size)
            .map_or(Vec2::INFINITY, |monitor| monitor * zoom);
        let least = Vec2::from(size::WINDOW_MINIMUM);
        let wanted = lengths([width, height]).min(screen).max(least);
        if wanted != shown {
            context.send_viewport_cmd(ViewportCommand::InnerSize(wanted / zoom));
        }
    }
}

/// The window as it was left.
pub(super) fn restored(viewport: ViewportBuilder, place: Option<WindowPlace>) -> ViewportBuilder {
    let Some(place) = place else {
        return viewport;
    };
    let viewport = match place.size {
        [0, _] | [_, 0] => viewport,
        size => viewport.with_inner_size(lengths(size)),
    };
    let viewport = match place.position {
        Some([x, y]) => viewport.with_position(Pos2::new(whole(x), whole(y))),
        None => viewport,
    };
    viewport.with_maximized(place.maximised)
}

/// Moves and shrinks a window that was put where no screen is any more.
pub(super) fn bring_onto_a_screen(creation: &eframe::CreationContext<'_>, place: WindowPlace) {
    let Some(window) = creation.winit_window() else {
        return;
    };
    let scale = window.scale_factor();
    let screens: Vec<Screen> = Arc::clone(window)
        .available_monitors()
        .map(|monitor| {
            let (position, size) = (monitor.position(), monitor.size());
            Screen {
                left: scaled(f64::from(position.x), scale),
                top: scaled(f64::from(position.y), scale),
                width: scaled(f64::from(size.width), scale).unsigned_abs(),
                height: scaled(f64::from(size.height), scale).unsigned_abs(),
            }
        })
        .collect();
    let least = size::WINDOW_MINIMUM.map(points);
    let better = place.on(&screens, least);
    if better.size != place.size {
        let size = lengths(better.size);
        creation
            .egui_ctx
            .send_viewport_cmd(ViewportCommand::InnerSize(size));
    }
    if let Some([x, y]) = better
        .position
        .filter(|_| better.position != place.position)
    {
        let corner = Pos2::new(whole(x), whole(y));
        creation
            .egui_ctx
            .send_viewport_cmd(ViewportCommand::OuterPosition(corner));
    }
}

fn corner(rect: Rect, zoom: f32) -> [i32; 2] {
    let at = rect.min * zoom;
    [signed(at.x), signed(at.y)]
}

fn lengths([width, height]: [u32; 2]) -> Vec2 {
    let length = |points: u32| f32::from(u16::try_from(points).unwrap_or(u16::MAX));
    Vec2::new(length(width), length(height))
}

fn whole(points: i32) -> f32 {
    let points = points.clamp(i32::from(i16::MIN), i32::from(i16::MAX));
    f32::from(i16::try_from(points).unwrap_or_default())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a place on a screen: a small number"
)]
fn signed(points: f32) -> i32 {
    points.round() as i32
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a length on a screen: a small number"
)]
fn scaled(pixels: f64, scale: f64) -> i32 {
    (pixels / scale).round() as i32
}

/// Whole points of a length on the screen.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a length on a screen: a small non-negative number"
)]
fn points(length: f32) -> u32 {
    length.max(0.0).round() as u32
}
