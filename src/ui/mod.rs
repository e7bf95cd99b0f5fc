//! The window. egui only: it shows `AppState` and pushes `Action`s; it opens no file, no connection and waits for nothing.

mod broken_list;
mod dialogs;
mod file_dialogs;
mod focus_in_sight;
mod fonts;
mod key_sheet;
mod keys;
mod panels;
mod picker;
mod place;
pub mod text;
mod theme;
pub mod tokens;
mod widgets;
mod window;

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use crate::app::Backend;
use crate::app::preferences::Start;
use crate::model::settings::Renderer;
use crate::model::window_place::WindowPlace;

pub use window::Window;

/// Called from any thread when an event is ready; asks for a repaint.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// A future that main's runtime awaits; file dialogs are made on the main thread and awaited elsewhere.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
pub type Spawner = Arc<dyn Fn(Task) + Send + Sync>;

/// The time, as the window asks for it once a frame.
pub type Clock = Box<dyn Fn() -> jiff::Timestamp>;

/// What the window starts with.
pub struct WindowOptions {
    /// `None`: the default workspace.
    pub workspace: Option<PathBuf>,
    /// Prints `first frame` to standard error when the first frame is painted; benchmarks read it.
    pub print_first_frame: bool,
    pub spawner: Spawner,
    pub clock: Clock,
    /// What was found in the data folder.
    pub start: Start,
    /// What draws, in the order in which it is tried.
    pub renderers: Renderers,
}

/// What draws the window, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Renderers {
    pub first: Renderer,
    /// The word in `GATESCOPE_RENDERER` is none that is known.
    pub unknown_word: bool,
}

impl Renderers {
    /// `variable`: what `GATESCOPE_RENDERER` says; it goes before the setting.
    #[must_use]
    pub fn choose(variable: Option<&str>, setting: Renderer) -> Self {
        let word = variable.filter(|word| !word.trim().is_empty());
        let named = word.and_then(Renderer::from_word);
        Self {
            first: named.unwrap_or(setting),
            unknown_word: word.is_some() && named.is_none(),
        }
    }
}

impl fmt::Debug for WindowOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WindowOptions")
            .field("workspace", &self.workspace)
            .field("print_first_frame", &self.print_first_frame)
            .finish_non_exhaustive()
    }
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    #[error(
        "the window could not be opened: {0}\nIt needs a display (X11 or Wayland) and OpenGL 2.1 or later; over a remote desktop or in a virtual machine, turn on 3D acceleration or set LIBGL_ALWAYS_SOFTWARE=1.\nWithout a window, `gatescope send` and the other commands do the same."
    )]
    Graphics(String),
}

/// Opens the window and returns when it is closed. When the chosen renderer cannot start, the other one is tried, and said.
/// `connect` gets the wake and answers with what executes commands.
pub fn run(
    options: WindowOptions,
    connect: impl FnOnce(Wake) -> Box<dyn Backend> + 'static,
) -> Result<(), WindowError> {
    let first = options.renderers.first;
    let place = options.start.place;
    let parts = Rc::new(Cell::new(Some(Parts {
        options,
        connect: Box::new(connect),
    })));
    let failed = match attempt(first, place, &parts, None) {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    let no_display = matches!(failed, eframe::Error::WinitEventLoop(_));
    let failed = plain_reason(&failed.to_string());
    let other = match first {
        Renderer::OpenGl => Renderer::Wgpu,
        Renderer::Wgpu => Renderer::OpenGl,
    };
    // Once the window was there, what ended it was not the choice of the renderer; without a display neither helps.
    let opened = parts.take().map(|left| parts.set(Some(left))).is_none();
    if opened || no_display {
        return Err(WindowError::Graphics(failed));
    }
    let instead = Instead {
        failed: first,
        reason: failed.clone(),
    };
    attempt(other, place, &parts, Some(instead)).map_err(|error| {
        WindowError::Graphics(format!(
            "{failed}; with {}: {}",
            other.word(),
            plain_reason(&error.to_string())
        ))
    })
}

type Connect = Box<dyn FnOnce(Wake) -> Box<dyn Backend>>;

/// What the window is made of; taken by the attempt that succeeds.
struct Parts {
    options: WindowOptions,
    connect: Connect,
}

/// The renderer that was wanted and could not start.
struct Instead {
    failed: Renderer,
    reason: String,
}

fn attempt(
    renderer: Renderer,
    place: Option<WindowPlace>,
    parts: &Rc<Cell<Option<Parts>>>,
    instead: Option<Instead>,
) -> eframe::Result {
    let viewport = egui::ViewportBuilder::default()
        .with_title("Gatescope")
        .with_app_id("gatescope")
        .with_inner_size(tokens::size::WINDOW)
        .with_min_inner_size(tokens::size::WINDOW_MINIMUM);
    let viewport = place::restored(viewport, place);
    let viewport = match eframe::icon_data::from_png_bytes(ICON) {
        Ok(icon) => viewport.with_icon(icon),
        Err(_) => viewport,
    };
    let native = eframe::NativeOptions {
        viewport,
        renderer: match renderer {
            Renderer::OpenGl => eframe::Renderer::Glow,
            Renderer::Wgpu => eframe::Renderer::Wgpu,
        },
        persist_window: false,
        ..eframe::NativeOptions::default()
    };
    let parts = Rc::clone(parts);
    eframe::run_native(
        "gatescope",
        native,
        Box::new(move |creation| {
            let Parts { options, connect } = parts.take().ok_or("the window was made already")?;
            if let Some(place) = place {
                place::bring_onto_a_screen(creation, place);
            }
            let unknown_word = options.renderers.unknown_word;
            let context = creation.egui_ctx.clone();
            let wake: Wake = Arc::new(move || context.request_repaint());
            let backend = connect(wake);
            let mut window = Window::new(&creation.egui_ctx, backend, options);
            if let Some(instead) = instead {
                window.remark(
                    format!(
                        "{} could not start, so {} draws the window: {}",
                        instead.failed.word(),
                        renderer.word(),
                        instead.reason
                    ),
                    "Choose it in the settings to start with it at once",
                );
            }
            if unknown_word {
                window.remark(
                    "GATESCOPE_RENDERER names no renderer that is known".to_owned(),
                    "Use opengl or wgpu",
                );
            }
            Ok(Box::new(window))
        }),
    )
}

const ICON: &[u8] = include_bytes!("../../assets/icon/gatescope-256.png");

/// The reason without the place in the windowing library's source that some of its errors begin with.
fn plain_reason(error: &str) -> String {
    let reason = error.split_once(".rs:").map_or(error, |(_, after)| {
        after.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == ':' || sign == ' ')
    });
    // The search for a way to draw prints everything it asked for before it says what went wrong.
    if reason.contains("ConfigTemplate") {
        return match reason.rsplit_once("Error: ") {
            Some((_, error)) => error.trim_end_matches('.').to_owned(),
            None => "no usable configuration was found".to_owned(),
        };
    }
    if reason.contains("WAYLAND_DISPLAY nor") {
        return "there is no display (neither WAYLAND_DISPLAY nor DISPLAY is set)".to_owned();
    }
    reason.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Renderer, Renderers, plain_reason};

    #[test]
    fn the_variable_goes_before_the_setting_and_an_unknown_word_is_no_choice() {
        for (variable, setting, first, unknown_word) in [
            (None, Renderer::Wgpu, Renderer::Wgpu, false),
            (Some(""), Renderer::Wgpu, Renderer::Wgpu, false),
            (Some("opengl"), Renderer::Wgpu, Renderer::OpenGl, false),
            (Some("WGPU"), Renderer::OpenGl, Renderer::Wgpu, false),
            (Some("software"), Renderer::OpenGl, Renderer::OpenGl, true),
        ] {
            assert_eq!(
                Renderers::choose(variable, setting),
                Renderers {
                    first,
                    unknown_word
                },
                "{variable:?}"
            );
        }
    }

    #[test]
    fn a_window_error_says_what_is_missing_and_no_source_path() {
        for (error, expected) in [
            (
                "winit EventLoopError: os error at src/platform_impl/linux/mod.rs:765: neither WAYLAND_DISPLAY nor WAYLAND_SOCKET nor DISPLAY is set.",
                "there is no display (neither WAYLAND_DISPLAY nor DISPLAY is set)",
            ),
            (
                "os error at x11/mod.rs:12: no server answers",
                "no server answers",
            ),
            ("no OpenGL context", "no OpenGL context"),
            (
                "Found no glutin configs matching the template: ConfigTemplate { api: None, native_window: None }. Error: failed to create EGLDisplay without a reason",
                "failed to create EGLDisplay without a reason",
            ),
        ] {
            assert_eq!(plain_reason(error), expected, "{error}");
        }
    }
}
