//! A backend that does nothing but remember commands and hand out events, and a harness around the real window.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use egui_kittest::{Harness, HarnessBuilder};
use gatescope::app::Backend;
use gatescope::app::command::{Command, Drafts};
use gatescope::app::event::{Event, WorkspaceSnapshot};
use gatescope::app::preferences::Start;
use gatescope::model::environment::{Environment, SandboxAddresses};
use gatescope::ui::{Renderers, Window, WindowOptions};
use jiff::Timestamp;

#[derive(Default)]
pub(crate) struct Wires {
    pub(crate) sent: Vec<Command>,
    pub(crate) events: VecDeque<Event>,
}

/// Shared with the window's backend.
pub(crate) type Shared = Rc<RefCell<Wires>>;

struct Fake(Shared);

impl Backend for Fake {
    fn send(&mut self, command: Command) {
        self.0.borrow_mut().sent.push(command);
    }

    fn try_event(&mut self) -> Option<Event> {
        self.0.borrow_mut().events.pop_front()
    }
}

/// The window in a harness, with its fake backend.
pub(crate) struct Desk {
    pub(crate) harness: Harness<'static, Window>,
    pub(crate) wires: Shared,
    /// Whether the first frame was dark, and its zoom.
    pub(crate) first_frame: (bool, f32),
    /// The window's clock; it stands still until a test moves it.
    pub(crate) now: Rc<Cell<Timestamp>>,
}

/// Where every test's clock begins.
pub(crate) const BEGINNING: i64 = 60;

impl Desk {
    /// An empty workspace has just been opened.
    pub(crate) fn fresh() -> Self {
        Self::with(snapshot(Vec::new(), Drafts::default()))
    }

    pub(crate) fn with(snapshot: WorkspaceSnapshot) -> Self {
        Self::started(
            Start::default(),
            snapshot,
            Harness::builder().with_size(egui::vec2(1_440.0, 900.0)),
        )
    }

    /// In a harness of the caller's: another size, a renderer.
    pub(crate) fn built(snapshot: WorkspaceSnapshot, builder: HarnessBuilder<Window>) -> Self {
        Self::started(Start::default(), snapshot, builder)
    }

    /// With what was found before the window opened.
    pub(crate) fn started(
        start: Start,
        snapshot: WorkspaceSnapshot,
        builder: HarnessBuilder<Window>,
    ) -> Self {
        let beginning = Timestamp::from_second(BEGINNING).expect("a second of 1970");
        let now = Rc::new(Cell::new(beginning));
        let clock = Rc::clone(&now);
        let wires = Shared::default();
        let backend = Fake(wires.clone());
        let options = WindowOptions {
            workspace: None,
            print_first_frame: false,
            spawner: Arc::new(|_| {}),
            clock: Box::new(move || clock.get()),
            start,
            renderers: Renderers::default(),
        };
        let mut harness = builder.build_eframe(move |creation| {
            Window::new(&creation.egui_ctx, Box::new(backend), options)
        });
        let first_frame = (
            harness.ctx.global_style().visuals.dark_mode,
            harness.ctx.zoom_factor(),
        );
        wires
            .borrow_mut()
            .events
            .push_back(Event::WorkspaceOpened(Box::new(snapshot)));
        harness.run();
        Self {
            harness,
            wires,
            first_frame,
            now,
        }
    }

    /// Time passes, and the window is painted again.
    pub(crate) fn wait(&mut self, milliseconds: i64) {
        let later = self.now.get() + jiff::SignedDuration::from_millis(milliseconds);
        self.now.set(later);
        self.harness.run_steps(2);
    }

    /// Hands an event to the window and lets it settle.
    pub(crate) fn event(&mut self, event: Event) {
        self.wires.borrow_mut().events.push_back(event);
        self.harness.run();
    }

    /// The commands so far, without the looks at the workspace that every coming back asks for; the list is empty afterwards.
    pub(crate) fn commands(&self) -> Vec<Command> {
        let mut commands = self.all_commands();
        commands.retain(|command| !matches!(command, Command::CheckWorkspace));
        commands
    }

    /// Every command so far; the list is empty afterwards.
    pub(crate) fn all_commands(&self) -> Vec<Command> {
        std::mem::take(&mut self.wires.borrow_mut().sent)
    }
}

pub(crate) fn snapshot(environments: Vec<Environment>, drafts: Drafts) -> WorkspaceSnapshot {
    WorkspaceSnapshot {
        rules: gatescope::app::event::StoredRules::default(),
        directory: "/tmp/workspace".into(),
        environments,
        requests: Vec::new(),
        folders: Vec::new(),
        drafts,
        reports: Vec::new(),
        read_only: false,
    }
}

pub(crate) fn addresses() -> SandboxAddresses {
    SandboxAddresses {
        api: "http://127.0.0.1:1101".to_owned(),
        login: "http://127.0.0.1:1102".to_owned(),
        http_api: "http://127.0.0.1:1103".to_owned(),
        rest_api: "http://127.0.0.1:1104".to_owned(),
        broken: None,
    }
}

/// The delay until the next frame that the window asked for.
pub(crate) fn repaint_delay(harness: &Harness<'_, Window>) -> Duration {
    harness
        .output()
        .viewport_output
        .get(&egui::ViewportId::ROOT)
        .expect("there is a root viewport")
        .repaint_delay
}
