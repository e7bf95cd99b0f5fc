//! The status bar: workspace, keyring, work under way, the announced rate limit, version.

use std::path::PathBuf;
use std::sync::OnceLock;

use egui::{Align, Layout, Response, Ui};

use crate::app::action::Action;
use crate::app::event::KeyringState;
use crate::app::state::{AppState, SandboxState, WorkspaceStage};
use crate::body::visible;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::View;

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    ui.spacing_mut().interact_size.y = size::SMALL_ROW;
    let width = ui.available_width();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = size::SNUG;
        // The right end first: it keeps its place, and what stands left of it is cut before it is.
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if width > size::CRAMPED {
                quiet(ui, env!("CARGO_PKG_VERSION"));
                ui.add_space(size::UNIT);
            }
            rate_limit(ui, view.state, width);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                // Trouble is worth more than the place where there is not room for both.
                let trouble = matches!(view.state.keyring, KeyringState::Unavailable { .. });
                if trouble && width < size::CRAMPED {
                    keyring(ui, view, width);
                    return;
                }
                workspace(ui, view.state, width);
                ui.add_space(size::GAP);
                if has_room(ui) {
                    keyring(ui, view, width);
                    ui.add_space(size::GAP);
                }
                if has_room(ui) {
                    quiet(ui, &work(view.state));
                }
            });
        });
    });
}

/// For more than the sign that words were cut off.
fn has_room(ui: &Ui) -> bool {
    ui.available_width() > size::ICON_BUTTON * 2.0
}

fn quiet(ui: &mut Ui, words: &str) -> Response {
    let palette = Palette::of(ui);
    ui.add(egui::Label::new(basic::small(words).color(palette.secondary)).truncate())
}

fn workspace(ui: &mut Ui, state: &AppState, width: f32) {
    let palette = Palette::of(ui);
    let workspace = &state.workspace;
    let place = match (&workspace.directory, workspace.stage) {
        (_, WorkspaceStage::Opening) => "opening the workspace…".to_owned(),
        (Some(directory), _) => directory.display().to_string(),
        (None, _) => "no workspace".to_owned(),
    };
    let most = if width > size::NARROW { LONG } else { SHORT };
    let shown = shorten_path(&from_home(&place), most);
    quiet(ui, &shown).on_hover_text(place);
    if workspace.read_only {
        ui.label(basic::small("read-only").color(palette.warn));
    }
}

/// Characters of the workspace's path in a wide window and in a narrow one.
const LONG: usize = 48;
const SHORT: usize = 24;

/// `~` for the user's own folder.
fn from_home(path: &str) -> String {
    static HOME: OnceLock<Option<PathBuf>> = OnceLock::new();
    let rest = HOME
        .get_or_init(std::env::home_dir)
        .as_ref()
        .and_then(|home| std::path::Path::new(path).strip_prefix(home).ok());
    match rest {
        Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
        Some(rest) => format!("~{}{}", std::path::MAIN_SEPARATOR, rest.display()),
        None => path.to_owned(),
    }
}

/// The end of a path says more than its beginning.
fn shorten_path(path: &str, most: usize) -> String {
    let count = path.chars().count();
    if count <= most {
        return path.to_owned();
    }
    let tail: String = path.chars().skip(count - most + 1).collect();
    format!("…{tail}")
}

fn work(state: &AppState) -> String {
    let sending = state.in_flight().count();
    let sandbox = match &state.sandbox {
        SandboxState::Starting => " · sandbox starting",
        SandboxState::Running(_) => " · sandbox running",
        SandboxState::Failed { .. } => " · sandbox failed",
        SandboxState::Stopped => "",
    };
    let work = match sending {
        0 => "idle".to_owned(),
        1 => "1 request under way".to_owned(),
        more => format!("{more} requests under way"),
    };
    format!("{work}{sandbox}")
}

/// What the last answer announced, as long as the window that it speaks of lasts.
fn rate_limit(ui: &mut Ui, state: &AppState, width: f32) {
    let Some((environment, limit)) = &state.rate_limit else {
        return;
    };
    let palette = Palette::of(ui);
    let left = limit.seconds_left(state.now);
    let (words, colour) = match left {
        Some(seconds) => {
            let words = if width > size::NARROW {
                format!(
                    "rate limit {} of {}, resets in {seconds} s",
                    limit.count, limit.allowed
                )
            } else {
                format!("{} of {}, {seconds} s", limit.count, limit.allowed)
            };
            let colour = if limit.is_nearly_used() {
                palette.warn
            } else {
                palette.secondary
            };
            (words, colour)
        }
        None => (
            format!("rate limit of {}, unused again", limit.allowed),
            palette.secondary,
        ),
    };
    let name = state
        .environment(environment)
        .map_or("an environment that is gone".into(), |known| {
            visible::line(&known.name)
        });
    ui.add(egui::Label::new(basic::small(words).color(colour)).truncate())
        .on_hover_text(format!(
            "Announced by the last answer of {name}: {} of {} requests of this window are used",
            limit.count, limit.allowed
        ));
}

fn keyring(ui: &mut Ui, view: &mut View<'_>, width: f32) {
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
            quiet(ui, "keyring not needed yet");
        }
        KeyringState::Ready => {
            basic::dot(ui, palette.ok);
            quiet(ui, "keyring ready");
        }
        KeyringState::Unavailable { reason, hint } => {
            basic::dot(ui, palette.warn);
            let words = format!("keyring: {reason}; secrets stay in memory");
            let shown = if width < size::NARROW || words.chars().count() > LONG * 2 {
                "keyring unavailable"
            } else {
                &words
            };
            ui.add(egui::Label::new(basic::small(shown).color(palette.warn)).truncate())
                .on_hover_text(format!("{words}. {hint}"));
            if basic::link(ui, "Try again").clicked() {
                view.act(Action::RetryKeyring);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_its_end() {
        for (path, most, expected) in [
            ("~/gatescope/acme", 24, "~/gatescope/acme"),
            ("/a/very/long/way/to/acme", 10, "…y/to/acme"),
            ("ünïcödé", 4, "…ödé"),
            ("", 4, ""),
        ] {
            assert_eq!(shorten_path(path, most), expected, "{path}");
        }
    }
}
