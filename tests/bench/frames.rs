//! CPU of one frame of the real window, without the painting of it: idle, typing in the path, typing in a JSON body that is coloured
//! (64 KB) and in a text that is not (256 KB), scrolling a body of 100 MB, scrolling 100,000 exchanges of the history.
//! Budgets: a keystroke 8 ms, a scrolled frame 4 ms. The window gets events as its backend would send them and does not know the difference.
//!
//! `cargo bench --bench frames`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use eframe::egui::{self, Event as Input, Key, Modifiers, MouseWheelUnit, RawInput, Rect};
use gatescope::app::Backend;
use gatescope::app::command::{Command, Drafts, OpenDraft};
use gatescope::app::event::{Event, WorkspaceSnapshot};
use gatescope::app::history::{HistoryCommand, HistoryEvent};
use gatescope::app::preferences::Start;
use gatescope::model::environment::{Colour, SandboxAddresses};
use gatescope::model::exchange::{
    Connection, Exchange, HeaderField, Hop, HopPurpose, Response, ResponseBody, SentRequest,
    WireVersion,
};
use gatescope::model::history::{HistoryEntry, HistoryId, HistoryKind, HistorySummary};
use gatescope::model::ids::{EnvironmentId, ExchangeId, RequestId};
use gatescope::model::masks::Masks;
use gatescope::model::request::{DraftBody, RequestDraft};
use gatescope::model::timings::Phases;
use gatescope::ui::{Renderers, Window, WindowOptions};
use gatescope::worker;
use jiff::{SignedDuration, Timestamp};

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

/// Frames whose median is printed.
const FRAMES: usize = 120;
const SIZE: [f32; 2] = [1_440.0, 900.0];
const BODY_BYTES: usize = 100 * 1_000_000;
const ENTRIES: i64 = 100_000;

fn main() {
    println!("one frame, median of {FRAMES}, CPU without painting");
    idle();
    typing("type in the path", RequestDraft::default(), &[]);
    let json = json(64 * 1024 - 2_048);
    typing(
        "type in 64 KB of JSON, coloured",
        with_body(DraftBody::Json { text: json }),
        BODY,
    );
    let text = "words and more words of a plain text\n".repeat(256 * 1024 / 37 - 60);
    let content_type = "text/plain".to_owned();
    typing(
        "type in 256 KB of text, plain",
        with_body(DraftBody::Text { text, content_type }),
        BODY,
    );
    scrolled_body();
    scrolled_history();
}

/// How to get to the body's field by keys: its page is the one that was open.
const BODY: &[&str] = &["Body text"];

fn print(what: &str, took: &[f64], budget: &str) {
    let mut sorted = took.to_vec();
    sorted.sort_by(f64::total_cmp);
    let high = sorted[sorted.len() * 95 / 100];
    println!(
        "{what:36} {:7.2} ms   95 % below {high:7.2} ms   budget {budget}",
        support::median(took)
    );
}

fn idle() {
    let mut screen = Screen::with(RequestDraft::default());
    let took: Vec<f64> = (0..FRAMES).map(|_| screen.frame(Vec::new())).collect();
    print("a frame without cause", &took, "none is asked for");
    assert_eq!(
        screen.delay,
        Duration::MAX,
        "an idle window asks for no frame"
    );
}

fn typing(what: &str, draft: RequestDraft, field: &[&str]) {
    let mut screen = Screen::with(draft);
    if field.is_empty() {
        screen.key(Modifiers::COMMAND, Key::L);
    } else {
        screen.focus(field[0]);
    }
    let before = screen.typed_bytes();
    let took: Vec<f64> = (0..FRAMES)
        .map(|_| screen.frame(vec![Input::Text("x".to_owned())]))
        .collect();
    screen.settle();
    let after = screen.typed_bytes();
    assert_eq!(after, before + FRAMES, "every keystroke reached the field");
    print(what, &took, "8 ms");
}

fn scrolled_body() {
    let mut screen = Screen::with(RequestDraft {
        path: "/api/v2/users".to_owned(),
        ..RequestDraft::default()
    });
    screen.key(Modifiers::COMMAND, Key::Enter);
    let exchange = screen.sent();
    let body = Bytes::from(json(BODY_BYTES));
    let view = worker::lay_out(&body, Some("application/json"), &|| false).expect("not cancelled");
    screen.event(Event::Finished {
        exchange,
        result: Box::new(answer(exchange, body)),
    });
    screen.event(Event::BodyReady {
        exchange,
        view: Arc::new(view),
    });
    // Into the response.
    let took = screen.scroll(egui::pos2(800.0, 700.0));
    print("scroll a body of 100 MB", &took, "4 ms");
}

fn scrolled_history() {
    let mut screen = Screen::with(RequestDraft::default());
    screen.palette("Show the history");
    let commands = screen.commands();
    let number = commands
        .iter()
        .find_map(|command| match command {
            Command::History(HistoryCommand::Read { number, .. }) => Some(*number),
            _ => None,
        })
        .expect("the history is read");
    screen.event(Event::History(HistoryEvent::Page {
        number,
        entries: (0..ENTRIES).rev().map(entry).collect(),
        complete: true,
        zone: jiff::tz::TimeZone::UTC,
    }));
    let took = screen.scroll(egui::pos2(120.0, 500.0));
    print("scroll 100,000 exchanges", &took, "4 ms");
}

#[derive(Default)]
struct Wires {
    sent: Vec<Command>,
    events: VecDeque<Event>,
}

struct Remembering(Rc<RefCell<Wires>>);

impl Backend for Remembering {
    fn send(&mut self, command: Command) {
        self.0.borrow_mut().sent.push(command);
    }

    fn try_event(&mut self) -> Option<Event> {
        self.0.borrow_mut().events.pop_front()
    }
}

/// The window, and a clock of its own for egui.
struct Screen {
    context: egui::Context,
    window: Window,
    frame: eframe::Frame,
    wires: Rc<RefCell<Wires>>,
    seconds: f64,
    /// Until the next frame that was asked for.
    delay: Duration,
}

impl Screen {
    /// With this request open, its body's page in front when it has a body, and the sandbox as both legs.
    fn with(mut draft: RequestDraft) -> Self {
        draft.id = RequestId("r1".to_owned());
        let context = egui::Context::default();
        let wires = Rc::new(RefCell::new(Wires::default()));
        let options = WindowOptions {
            workspace: None,
            print_first_frame: false,
            spawner: Arc::new(|_| {}),
            clock: Box::new(|| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(60)),
            start: Start::default(),
            renderers: Renderers::default(),
        };
        let backend = Box::new(Remembering(Rc::clone(&wires)));
        let window = Window::new(&context, backend, options);
        let mut screen = Self {
            context,
            window,
            frame: eframe::Frame::_new_kittest(),
            wires,
            seconds: 0.0,
            delay: Duration::ZERO,
        };
        let has_body = !matches!(draft.body, DraftBody::None);
        let drafts = Drafts {
            open: vec![OpenDraft { draft, dirty: true }],
            zoom_percent: 100,
            leg_a: Some(EnvironmentId::from_name("sandbox direct")),
            ..Drafts::default()
        };
        screen.event(Event::WorkspaceOpened(Box::new(WorkspaceSnapshot {
            rules: gatescope::app::event::StoredRules::default(),
            directory: "/bench".into(),
            environments: Vec::new(),
            requests: Vec::new(),
            folders: Vec::new(),
            drafts,
            reports: Vec::new(),
            read_only: false,
        })));
        screen.event(Event::SandboxReady(SandboxAddresses {
            api: "http://127.0.0.1:1101".to_owned(),
            login: "http://127.0.0.1:1102".to_owned(),
            http_api: "http://127.0.0.1:1103".to_owned(),
            rest_api: "http://127.0.0.1:1104".to_owned(),
            broken: None,
        }));
        if has_body {
            screen.focus("Request body");
            screen.key(Modifiers::NONE, Key::Enter);
        }
        screen
    }

    /// One frame with this input: its CPU in milliseconds.
    fn frame(&mut self, events: Vec<Input>) -> f64 {
        self.seconds += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, SIZE.into())),
            time: Some(self.seconds),
            focused: true,
            events,
            ..RawInput::default()
        };
        let start = cpu();
        let mut output = self.context.run_ui(input, |ui| {
            let context = ui.ctx().clone();
            eframe::App::logic(&mut self.window, &context, &mut self.frame);
            eframe::App::ui(&mut self.window, ui, &mut self.frame);
        });
        // Nothing is painted: the textures are let go.
        output.textures_delta.clear();
        let shapes = self
            .context
            .tessellate(output.shapes, output.pixels_per_point);
        let took = support::milliseconds(
            cpu()
                .checked_sub(start)
                .expect("the clock of a process goes on"),
        );
        assert!(!shapes.is_empty(), "something is shown");
        self.delay = output.viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        took
    }

    /// Until nothing asks for a frame at once.
    fn settle(&mut self) {
        for _ in 0..20 {
            self.frame(Vec::new());
            if self.delay > Duration::ZERO {
                return;
            }
        }
    }

    fn event(&mut self, event: Event) {
        self.wires.borrow_mut().events.push_back(event);
        self.settle();
    }

    fn commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.wires.borrow_mut().sent)
    }

    fn sent(&mut self) -> ExchangeId {
        self.commands()
            .into_iter()
            .find_map(|command| match command {
                Command::Send(send) => Some(send.exchange),
                _ => None,
            })
            .expect("it was sent")
    }

    fn key(&mut self, modifiers: Modifiers, key: Key) {
        for pressed in [true, false] {
            self.frame(vec![Input::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers,
            }]);
        }
        self.settle();
    }

    fn palette(&mut self, words: &str) {
        self.key(Modifiers::COMMAND, Key::K);
        self.frame(vec![Input::Text(words.to_owned())]);
        self.settle();
        self.key(Modifiers::NONE, Key::Enter);
    }

    /// With Tab, as far as the widget of that name.
    fn focus(&mut self, name: &str) {
        self.context.enable_accesskit();
        for _ in 0..200 {
            self.key(Modifiers::NONE, Key::Tab);
            if self.focused_name().as_deref() == Some(name) {
                self.context.disable_accesskit();
                self.settle();
                return;
            }
        }
        panic!("Tab does not reach `{name}`");
    }

    fn focused_name(&mut self) -> Option<String> {
        let id = self.context.memory(egui::Memory::focused)?;
        self.seconds += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, SIZE.into())),
            time: Some(self.seconds),
            focused: true,
            ..RawInput::default()
        };
        let mut output = self.context.run_ui(input, |ui| {
            eframe::App::ui(&mut self.window, ui, &mut self.frame);
        });
        output.textures_delta.clear();
        let tree = output.platform_output.accesskit_update?;
        let (_, node) = tree
            .nodes
            .iter()
            .find(|(known, _)| *known == id.accesskit_id())?;
        node.label().map(str::to_owned)
    }

    /// Bytes of path and body of the open request.
    fn typed_bytes(&self) -> usize {
        let draft = &self.window.state().tabs[0].draft;
        draft.path.len() + draft.body.text().map_or(0, str::len)
    }

    fn scroll(&mut self, at: egui::Pos2) -> Vec<f64> {
        self.frame(vec![Input::PointerMoved(at)]);
        (0..FRAMES)
            .map(|_| {
                self.frame(vec![Input::MouseWheel {
                    unit: MouseWheelUnit::Point,
                    delta: egui::vec2(0.0, -400.0),
                    phase: egui::TouchPhase::Move,
                    source: egui::MouseWheelSource::Unknown,
                    modifiers: Modifiers::NONE,
                }])
            })
            .collect()
    }
}

/// CPU time of this thread; the clock on the wall where the system does not tell.
fn cpu() -> Duration {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map_or_else(
            || {
                std::time::SystemTime::UNIX_EPOCH
                    .elapsed()
                    .unwrap_or_default()
            },
            Duration::from_nanos,
        )
}

fn with_body(body: DraftBody) -> RequestDraft {
    RequestDraft {
        method: "POST".to_owned(),
        path: "/api/v2/users/search".to_owned(),
        body,
        ..RequestDraft::default()
    }
}

/// An array of users, `bytes` long at most.
fn json(bytes: usize) -> String {
    let row = "{\n  \"id\": \"8f4c2f0e-5b1c-4f9a-9a42-3d0a7d2f6b11\",\n  \"name\": \"Ada Moreno\",\n  \"version\": 12,\n  \"acdAutoAnswer\": false\n},\n";
    format!("[{}0]", row.repeat(bytes / row.len()))
}

fn answer(id: ExchangeId, body: Bytes) -> Exchange {
    Exchange {
        id,
        environment: EnvironmentId::from_name("sandbox direct"),
        started_at: Timestamp::UNIX_EPOCH,
        hops: vec![Hop {
            purpose: HopPurpose::Request,
            start_offset: Duration::ZERO,
            sent: SentRequest {
                method: "GET".to_owned(),
                url: "http://127.0.0.1:1101/api/v2/users".to_owned(),
                version: WireVersion::Http11,
                head: None,
                headers: Vec::new(),
                body_preview: Bytes::new(),
                body_bytes: 0,
                total_bytes: 100,
            },
            phases: Phases::default(),
            connection: Connection::default(),
            response: Some(Response {
                version: WireVersion::Http11,
                status: 200,
                reason: "OK".to_owned(),
                head: None,
                headers: vec![HeaderField::new("Content-Type", "application/json")],
                body: Arc::new(ResponseBody {
                    wire: body.clone(),
                    decoded: body,
                    codings: Vec::new(),
                    incomplete: None,
                }),
            }),
            error: None,
            notes: Vec::new(),
        }],
        notes: Vec::new(),
        masks: Masks::default(),
        total: Duration::from_millis(123),
        error: None,
        redirect_offer: None,
    }
}

fn entry(number: i64) -> HistoryEntry {
    HistoryEntry {
        id: HistoryId(number),
        summary: HistorySummary {
            kind: HistoryKind::Exchange,
            request: Some(RequestId("r1".to_owned())),
            environment: EnvironmentId::from_name("acme"),
            environment_name: "Acme · gateway".to_owned(),
            environment_colour: Colour::Teal,
            leg: Some("A".to_owned()),
            method: "GET".to_owned(),
            path: format!("/api/v2/users/{number}"),
            url: format!("https://h.example/api/v2/users/{number}"),
            status: Some(200),
            error: None,
            answered_by: Some("Genesys Cloud, through a REST API proxy".to_owned()),
            started_at: Timestamp::UNIX_EPOCH - SignedDuration::from_secs((ENTRIES - number) * 60),
            total: Duration::from_millis(123),
            wire_bytes: 1_200,
            decoded_bytes: 4_500,
        },
    }
}
