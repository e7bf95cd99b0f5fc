//! The window. egui only: it shows `AppState` and pushes `Action`s; it opens no file, no connection and waits for nothing.

mod dialogs;
mod fonts;
mod keys;
mod panels;
mod picker;
pub mod text;
mod theme;
pub mod tokens;
mod widgets;
mod window;

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use crate::app::Backend;

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

/// Opens the window and returns when it is closed. `connect` gets the wake and answers with what executes commands.
pub fn run(
    options: WindowOptions,
    connect: impl FnOnce(Wake) -> Box<dyn Backend> + 'static,
) -> Result<(), WindowError> {
    let viewport = egui::ViewportBuilder::default()
        .with_title("Gatescope")
        .with_app_id("gatescope")
        .with_inner_size(tokens::size::WINDOW)
        .with_min_inner_size(tokens::size::WINDOW_MINIMUM);
    let viewport = match eframe::icon_data::from_png_bytes(ICON) {
        Ok(icon) => viewport.with_icon(icon),
        Err(_) => viewport,
    };
    let native = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        persist_window: false,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "gatescope",
        native,
        Box::new(move |creation| {
            let context = creation.egui_ctx.clone();
            let wake: Wake = Arc::new(move || context.request_repaint());
            let backend = connect(wake);
            Ok(Box::new(Window::new(&creation.egui_ctx, backend, options)))
        }),
    )
    .map_err(|error| WindowError::Graphics(plain_reason(&error.to_string())))
}

const ICON: &[u8] = include_bytes!("../../assets/icon/gatescope-256.png");

/// The reason without the place in the windowing library's source that some of its errors begin with.
fn plain_reason(error: &str) -> String {
    let reason = error.split_once(".rs:").map_or(error, |(_, after)| {
        after.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == ':' || sign == ' ')
    });
    if reason.contains("WAYLAND_DISPLAY nor") {
        return "there is no display (neither WAYLAND_DISPLAY nor DISPLAY is set)".to_owned();
    }
    reason.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::plain_reason;

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
        ] {
            assert_eq!(plain_reason(error), expected, "{error}");
        }
    }
}
