//! The status bar: workspace, keyring, work under way, version.

use egui::{Layout, Ui};

use crate::app::action::Action;
use crate::app::event::KeyringState;
use crate::app::state::{SandboxState, WorkspaceStage};
use crate::ui::tokens::Palette;
use crate::ui::widgets::basic;

use super::View;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    ui.spacing_mut().interact_size.y = 20.0;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let workspace = &view.state.workspace;
        let place = match (&workspace.directory, workspace.stage) {
            (_, WorkspaceStage::Opening) => "opening the workspace…".to_owned(),
            (Some(directory), _) => directory.display().to_string(),
            (None, _) => "no workspace".to_owned(),
        };
        let shown = shorten_path(&place, ui.ctx().content_rect().width() < 1_000.0);
        ui.label(basic::small(shown).color(palette.secondary))
            .on_hover_text(place);
        if workspace.read_only {
            ui.label(basic::small("read-only").color(palette.warn));
        }
        ui.add_space(12.0);
        keyring(ui, view);
        ui.add_space(12.0);
        ui.label(basic::small(work(view)).color(palette.secondary));
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(basic::small(env!("CARGO_PKG_VERSION")).color(palette.secondary));
        });
    });
}

/// The end of a path says more than its beginning.
fn shorten_path(path: &str, narrow: bool) -> String {
    let most = if narrow { 28 } else { 60 };
    let count = path.chars().count();
    if count <= most {
        return path.to_owned();
    }
    let tail: String = path.chars().skip(count - most + 1).collect();
    format!("…{tail}")
}

fn work(view: &View<'_>) -> String {
    let sending = view.state.in_flight().count();
    let sandbox = match &view.state.sandbox {
        SandboxState::Starting => "sandbox starting",
        SandboxState::Running(_) => "sandbox running",
        SandboxState::Failed { .. } => "sandbox failed",
        SandboxState::Stopped => "",
    };
    let work = match sending {
        0 => "idle".to_owned(),
        1 => "1 request under way".to_owned(),
        more => format!("{more} requests under way"),
    };
    if sandbox.is_empty() {
        work
    } else {
        format!("{work} · {sandbox}")
    }
}

fn keyring(ui: &mut Ui, view: &mut View<'_>) {
    let palette = Palette::of(ui);
    let state = view.state;
    if state.keyring_retrying {
        basic::dot(ui, palette.info);
        ui.label(basic::small("keyring: trying again…").color(palette.info));
        return;
    }
    match &state.keyring {
        KeyringState::Untried => {
            basic::dot(ui, palette.faint);
            ui.label(basic::small("keyring not needed yet").color(palette.secondary));
        }
        KeyringState::Ready => {
            basic::dot(ui, palette.ok);
            ui.label(basic::small("keyring ready").color(palette.secondary));
        }
        KeyringState::Unavailable { reason, hint } => {
            basic::dot(ui, palette.warn);
            let words = format!("keyring: {reason}; secrets stay in memory");
            let narrow = ui.ctx().content_rect().width() < 1_000.0;
            let shown = if narrow || words.chars().count() > 80 {
                "keyring unavailable".to_owned()
            } else {
                words.clone()
            };
            ui.label(basic::small(shown).color(palette.warn))
                .on_hover_text(format!("{words}. {hint}"));
            if basic::link(ui, "Try again").clicked() {
                view.act(Action::RetryKeyring);
            }
        }
    }
}
