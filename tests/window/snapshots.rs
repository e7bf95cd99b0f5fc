//! Pictures of the window, compared pixel by pixel with those under `tests/snapshots`.
//! They are drawn by one renderer only (lavapipe, Debian's `mesa-vulkan-drivers`), so they run where `GATESCOPE_SNAPSHOTS=1`
//! says that it is there, as `tests/run` does. `UPDATE_SNAPSHOTS=1` writes new ones: look at them before they are committed.
//! At most thirty in all; what text and layout say is better asserted by query.

use std::time::Duration;

use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, SnapshotOptions, SnapshotResults};
use gatescope::app::command::Drafts;
use gatescope::model::environment::Environment;
use gatescope::model::exchange::{SendError, SendErrorKind};
use gatescope::model::settings::Appearance;
use gatescope::model::timings::Phase;
use gatescope::ui::Window;

use super::answers;
use super::fake::{Desk, snapshot};
use super::scenes;

/// How a picture is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Camera {
    pub(crate) dark: bool,
    /// Of the window, in points at 100 %.
    pub(crate) size: [f32; 2],
    pub(crate) zoom_percent: u16,
}

impl Camera {
    pub(crate) const DARK: Self = Self {
        dark: true,
        size: [1_280.0, 800.0],
        zoom_percent: 100,
    };
    pub(crate) const LIGHT: Self = Self {
        dark: false,
        ..Self::DARK
    };

    pub(crate) const fn sized(self, width: f32, height: f32) -> Self {
        Self {
            size: [width, height],
            ..self
        }
    }

    pub(crate) const fn zoomed(self, zoom_percent: u16) -> Self {
        Self {
            zoom_percent,
            ..self
        }
    }

    /// A desk that can be drawn, with these environments in its workspace.
    pub(crate) fn desk(self, environments: Vec<Environment>) -> Desk {
        let builder = Harness::<Window>::builder()
            .with_size(Self::DARK.size)
            .with_os(egui::os::OperatingSystem::Nix)
            .with_options(SnapshotOptions::new().threshold(1.0).max_failed_pixels(100))
            .wgpu();
        let mut desk = Desk::built(snapshot(environments, Drafts::default()), builder);
        let (words, appearance) = if self.dark {
            ("Dark theme", Appearance::Dark)
        } else {
            ("Light theme", Appearance::Light)
        };
        desk.run_command(words);
        let settings = &desk.harness.state().state().settings;
        assert_eq!(settings.appearance, appearance, "`{words}` was run");
        desk
    }

    /// Compares with the picture of that name, once nothing moves any more and no pointer hovers.
    pub(crate) fn picture(self, desk: &mut Desk, name: &str) {
        for _ in 0..(self.zoom_percent - 100) / 10 {
            desk.harness
                .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Plus);
            desk.harness.run_steps(2);
        }
        // A real window has fewer points at a higher zoom.
        let zoom = f32::from(self.zoom_percent) / 100.0;
        desk.harness.set_size(egui::Vec2::from(self.size) / zoom);
        desk.harness.run_steps(2);
        desk.harness
            .input_mut()
            .events
            .push(egui::Event::PointerGone);
        desk.wait(10_000);
        desk.harness.run();
        desk.harness.snapshot(name);
    }
}

/// Whether pictures are left out here.
pub(crate) fn without_pictures() -> bool {
    let asked = std::env::var_os("GATESCOPE_SNAPSHOTS").is_some_and(|value| value == "1");
    crate::left_out::leaves_out(
        "pictures of the window",
        (!asked).then_some("GATESCOPE_SNAPSHOTS is not 1"),
    )
}

/// The usual sight: an answer through the gateway, tokens, a rate limit.
fn with_answer(camera: Camera) -> Desk {
    let mut desk = camera.desk(Vec::new());
    scenes::try_sandbox(&mut desk);
    scenes::token_arrives(&mut desk, "sandbox-direct", 270);
    scenes::token_arrives(&mut desk, "sandbox-rest-proxy", 23 * 3_600 + 41 * 60 + 30);
    scenes::answered(&mut desk, |exchange| {
        scenes::announces(exchange, 12, 300, 58);
    });
    desk
}

/// The window with an answer in it.
fn main_picture(camera: Camera, name: &str) {
    if !without_pictures() {
        camera.picture(&mut with_answer(camera), name);
    }
}

#[test]
fn main_dark() {
    main_picture(Camera::DARK, "main-dark");
}

#[test]
fn main_light() {
    main_picture(Camera::LIGHT, "main-light");
}

#[test]
fn main_at_double_size() {
    main_picture(
        Camera::DARK.sized(1_440.0, 900.0).zoomed(200),
        "main-dark-200",
    );
}

#[test]
fn main_in_a_small_window() {
    main_picture(Camera::LIGHT.sized(900.0, 600.0), "main-light-small");
}

#[test]
fn main_in_the_smallest_window() {
    main_picture(Camera::DARK.sized(400.0, 300.0), "main-dark-tiny");
}

#[test]
fn main_with_the_response_beside_the_request() {
    if without_pictures() {
        return;
    }
    let camera = Camera::LIGHT;
    let mut desk = with_answer(camera);
    desk.run_command("Response beside the request");
    camera.picture(&mut desk, "main-light-beside");
}

#[test]
fn main_with_an_error() {
    if without_pictures() {
        return;
    }
    let camera = Camera::DARK;
    let mut desk = camera.desk(Vec::new());
    scenes::try_sandbox(&mut desk);
    scenes::answered(&mut desk, |exchange| {
        *exchange = answers::failure(
            exchange.id,
            SendError {
                kind: SendErrorKind::FirstByteTimeout,
                phase: Some(Phase::Wait),
                text: "Nothing came back within 60 s".to_owned(),
                hint: "An API gateway answers within 30 s: look whether the request arrived at all"
                    .to_owned(),
            },
        );
        exchange.total = Duration::from_mins(1);
    });
    camera.picture(&mut desk, "error-dark");
}

#[test]
fn the_switcher() {
    if without_pictures() {
        return;
    }
    let camera = Camera::DARK;
    let mut desk = with_answer(camera);
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::E);
    desk.harness.run();
    camera.picture(&mut desk, "switcher-dark");
}

#[test]
fn the_token_panel() {
    if without_pictures() {
        return;
    }
    let camera = Camera::LIGHT;
    let mut desk = with_answer(camera);
    desk.harness.get_by_label_contains("Token of leg B").click();
    desk.harness.run();
    camera.picture(&mut desk, "token-panel-light");
}

#[test]
fn the_welcome_page() {
    if without_pictures() {
        return;
    }
    let camera = Camera::LIGHT;
    camera.picture(&mut camera.desk(Vec::new()), "welcome-light");
}

/// A page that a command of the palette opens.
fn page_picture(camera: Camera, command: &str, name: &str) -> SnapshotResults {
    let mut desk = with_answer(camera);
    desk.run_command(command);
    camera.picture(&mut desk, name);
    desk.harness.take_snapshot_results()
}

#[test]
fn the_settings() {
    if without_pictures() {
        return;
    }
    let mut all = page_picture(Camera::DARK, "Settings", "settings-dark");
    all.extend(page_picture(Camera::LIGHT, "Settings", "settings-light"));
}

#[test]
fn the_palette() {
    if without_pictures() {
        return;
    }
    let mut all = SnapshotResults::new();
    for (camera, name) in [
        (Camera::DARK, "palette-dark"),
        (Camera::LIGHT, "palette-light"),
    ] {
        let mut desk = with_answer(camera);
        desk.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::K);
        desk.harness.run();
        super::catalogue::unpacked(&mut desk);
        super::catalogue::type_text(&mut desk, "users");
        camera.picture(&mut desk, name);
        all.extend(desk.harness.take_snapshot_results());
    }
}

#[test]
fn the_form_of_an_environment() {
    if without_pictures() {
        return;
    }
    let mut all = SnapshotResults::new();
    for (camera, name) in [
        (Camera::DARK, "form-dark"),
        (Camera::LIGHT, "form-light"),
        (Camera::DARK.sized(900.0, 600.0), "form-dark-small"),
    ] {
        let mut desk = camera.desk(Vec::new());
        let url = "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test";
        desk.harness.get_by_label("Invoke URL").focus();
        desk.harness.run();
        desk.harness.get_by_label("Invoke URL").type_text(url);
        desk.harness.run();
        desk.harness.get_by_label("Add the gateway…").click();
        desk.harness.run();
        camera.picture(&mut desk, name);
        all.extend(desk.harness.take_snapshot_results());
    }
}

#[test]
fn the_history() {
    if without_pictures() {
        return;
    }
    let mut all = SnapshotResults::new();
    for (camera, name) in [
        (Camera::DARK, "history-dark"),
        (Camera::LIGHT, "history-light"),
    ] {
        let mut desk = with_answer(camera);
        super::history::show_entries(&mut desk, 40);
        camera.picture(&mut desk, name);
        all.extend(desk.harness.take_snapshot_results());
    }
}

#[test]
fn the_catalogue() {
    if without_pictures() {
        return;
    }
    let camera = Camera::LIGHT;
    let mut desk = with_answer(camera);
    desk.harness.get_by_label("Sidebar catalogue").click();
    desk.harness.run();
    super::catalogue::unpacked(&mut desk);
    camera.picture(&mut desk, "catalogue-light");
}

#[test]
fn the_explanation() {
    if without_pictures() {
        return;
    }
    let mut all = SnapshotResults::new();
    for (camera, name) in [
        (Camera::DARK, "explain-dark"),
        (Camera::LIGHT, "explain-light"),
    ] {
        let mut desk = with_answer(camera);
        super::scenes::explained(&mut desk);
        desk.harness.get_by_label("Response explain").click();
        desk.harness.run();
        camera.picture(&mut desk, name);
        all.extend(desk.harness.take_snapshot_results());
    }
}

#[test]
fn long_content() {
    if without_pictures() {
        return;
    }
    let camera = Camera::DARK;
    let mut desk = with_answer(camera);
    let long = "a-name-that-does-not-end-".repeat(20);
    desk.harness.get_by_label("Path").focus();
    desk.harness.run();
    desk.harness.event(egui::Event::Text(format!("/{long}")));
    desk.harness.run();
    desk.harness.get_by_label("Parameter 1 value").focus();
    desk.harness.run();
    desk.harness.event(egui::Event::Text(long));
    desk.harness.run();
    camera.picture(&mut desk, "long-dark");
}
