//! The eframe application: drains events, takes keys, shows the panels, applies what they asked for, and sleeps.

use std::time::Duration;

use egui::{Context, Ui};
use jiff::{SignedDuration, Timestamp};

use crate::app::Backend;
use crate::app::action::Action;
use crate::app::checking::CheckingAction;
use crate::app::command::Command;
use crate::app::comparing::{ComparingAction, TabComparing};
use crate::app::editing::{EditingAction, EditingCommand};
use crate::app::event::{Event, TokenState};
use crate::app::exporting::ExportingEvent;
use crate::app::importing::{ImportingAction, is_importable};
use crate::app::preferences::PreferencesAction;
use crate::app::state::{AppState, Leg};
use crate::app::tab::ResponsePage;
use crate::app::token_panel::{HandedFor, TokenPanelEvent};
use crate::app::tree::TreeAction;
use crate::app::update::{Input, update};
use crate::model::secret::Secret;

use super::focus_in_sight::FocusInSight;
use super::keys::{self, KeyAction};
use super::panels::{self, Focus, Local, View};
use super::picker::Picker;
use super::place::PlaceWatch;
use super::tokens::Palette;
use super::widgets::completion;
use super::{Clock, WindowOptions, dialogs, text, theme};

/// While something is in flight, its elapsed time is shown this often.
const TICK: Duration = Duration::from_millis(100);
/// After this long without input the caret stops blinking.
const CARET_RESTS_AFTER: f64 = 5.0;

pub struct Window {
    state: AppState,
    backend: Box<dyn Backend>,
    clock: Clock,
    picker: Picker,
    /// On their way to the clipboard.
    copied: Vec<String>,
    local: Local,
    /// Passes until `first frame` is said; `None`: nothing is to be said.
    passes_to_first_frame: Option<u32>,
    last_presence: Presence,
    last_input: f64,
    caret_blinks: bool,
    shown_zoom: u32,
    place: PlaceWatch,
    focus_in_sight: FocusInSight,
    shown_sizes: [u32; 2],
    /// Where the focus goes once the actions of this frame have been applied.
    focus_after: Option<Focus>,
    /// A token that the next frame puts into the clipboard.
    for_clipboard: Option<Secret>,
}

/// Whether the user was with this window in the frame before.
struct Presence {
    focused: bool,
    pointer_inside: bool,
}

impl std::fmt::Debug for Window {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Window")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Window {
    /// Installs fonts and styles and asks for the workspace.
    #[must_use]
    pub fn new(context: &Context, backend: Box<dyn Backend>, options: WindowOptions) -> Self {
        context.options_mut(|options| options.zoom_with_keyboard = false);
        let now = (options.clock)();
        let mut window = Self {
            state: AppState::new(now),
            backend,
            clock: options.clock,
            copied: Vec::new(),
            picker: Picker::new(context, options.spawner),
            local: Local::default(),
            passes_to_first_frame: options.print_first_frame.then_some(2),
            last_presence: Presence {
                focused: true,
                pointer_inside: false,
            },
            last_input: 0.0,
            caret_blinks: true,
            shown_zoom: 100,
            place: PlaceWatch::default(),
            focus_in_sight: FocusInSight::default(),
            shown_sizes: [0, 0],
            focus_after: None,
            for_clipboard: None,
        };
        let start = options.start;
        let begin = [
            Action::Preferences(PreferencesAction::Started(Box::new(start))),
            Action::Start {
                directory: options.workspace,
            },
        ];
        for command in begin
            .into_iter()
            .flat_map(|action| update(&mut window.state, action, now))
            .collect::<Vec<_>>()
        {
            window.backend.send(command);
        }
        // Before the first frame, so that none is shown in another theme or size.
        window.follow_settings(context);
        window
    }

    /// Something worth saying about this start.
    pub(super) fn remark(&mut self, text: String, hint: &str) {
        let remark = PreferencesAction::Remark {
            text,
            hint: hint.to_owned(),
        };
        let now = (self.clock)();
        // A remark asks for nothing outside.
        update(&mut self.state, Action::Preferences(remark), now);
    }

    /// What is shown.
    #[must_use]
    pub fn state(&self) -> &AppState {
        &self.state
    }

    fn apply(&mut self, input: impl Into<Input>, now: Timestamp, frame: &eframe::Frame) {
        for command in update(&mut self.state, input, now) {
            match command {
                Command::PickFile { purpose, request } => {
                    self.picker.pick(purpose, request, frame);
                }
                Command::Editing(EditingCommand::Copy(text)) => self.copied.push(text),
                command => self.backend.send(command),
            }
        }
    }

    fn drain(&mut self, frame: &eframe::Frame) {
        let now = (self.clock)();
        while let Some(mut event) = self.backend.try_event() {
            self.take_for_clipboard(&mut event);
            self.apply(event, now, frame);
        }
        for event in self.picker.events() {
            self.apply(event, now, frame);
        }
        self.apply(Action::Tick, now, frame);
    }

    /// A token or an export on its way to the clipboard goes there, and not into the state.
    fn take_for_clipboard(&mut self, event: &mut Event) {
        if let Event::TokenPanel(TokenPanelEvent::Handed {
            purpose: HandedFor::Clipboard,
            token: Some(token),
            ..
        }) = event
        {
            self.for_clipboard = Some(std::mem::replace(token, Secret::new("")));
        }
        if let Event::Exporting(ExportingEvent::Handed(Ok(handed))) = event {
            self.for_clipboard = Some(std::mem::replace(&mut handed.text, Secret::new("")));
        }
    }

    /// A text that was pasted where no field takes it: a configuration to import.
    fn pasted(&self, context: &Context, actions: &mut Vec<Action>) {
        if self.state.is_covered() || context.egui_wants_keyboard_input() {
            return;
        }
        let texts = context.input(|input| {
            let paste = |event: &egui::Event| match event {
                egui::Event::Paste(text) => Some(text.clone()),
                _ => None,
            };
            input.events.iter().filter_map(paste).collect::<Vec<_>>()
        });
        for text in texts.into_iter().filter(|text| is_importable(text)) {
            let text = Secret::new(text);
            actions.push(Action::Importing(ImportingAction::ReadText(text)));
        }
    }

    fn keys(&mut self, context: &Context, actions: &mut Vec<Action>) {
        if !self.state.is_covered() {
            let escape = context.input(|input| input.key_pressed(egui::Key::Escape));
            let in_flight = self
                .state
                .active_tab()
                .is_some_and(|tab| tab.in_flight.is_some());
            let naming = self.state.tree.naming.is_some();
            if escape && !naming && !context.any_popup_open() {
                if in_flight {
                    actions.push(Action::Cancel);
                } else if self.state.preferences.page.is_some() {
                    actions.push(Action::Preferences(PreferencesAction::Show(None)));
                } else if let Some(action) = self.escape_comparison() {
                    actions.push(Action::Comparing(action));
                } else {
                    self.escape_page(actions);
                }
            }
        }
        for key in keys::take(context) {
            if self.state.is_covered()
                && !matches!(
                    key,
                    KeyAction::ZoomIn | KeyAction::ZoomOut | KeyAction::ZoomReset
                )
            {
                continue;
            }
            completion::close_all(context);
            self.on_key(key, actions);
        }
    }

    /// First what is under way ends, then the page is left.
    fn escape_comparison(&self) -> Option<ComparingAction> {
        let comparing = self.state.open_comparison()?;
        if !self.state.shows_comparison() {
            return None;
        }
        Some(if comparing.running.is_some() {
            ComparingAction::Cancel
        } else if comparing.sampling.is_some() {
            ComparingAction::CancelSampling
        } else {
            ComparingAction::Close
        })
    }

    /// The check lies over the environment's form.
    fn escape_page(&mut self, actions: &mut Vec<Action>) {
        let checking = &self.state.checking;
        match checking.shown.as_ref().filter(|_| checking.on_page) {
            Some(_) if self.local.report_path.is_some() => self.local.report_path = None,
            Some(shown) if shown.is_running() => {
                actions.push(Action::Checking(CheckingAction::Cancel));
            }
            Some(_) => actions.push(Action::Checking(CheckingAction::Close)),
            None if self.state.form.is_some() => actions.push(Action::CloseForm),
            None => {}
        }
    }

    fn on_key(&mut self, key: KeyAction, actions: &mut Vec<Action>) {
        let form_open = self.state.form.is_some();
        let active = self.state.active_tab().map(|tab| tab.id().clone());
        match key {
            KeyAction::Send if !form_open => {
                actions.extend(panels::leave_comparison(&self.state));
                actions.push(Action::Send);
            }
            KeyAction::Compare if !form_open => {
                actions.push(Action::Comparing(ComparingAction::Start));
            }
            KeyAction::FocusPath if !form_open => self.local.focus = Some(Focus::Path),
            KeyAction::Find if !form_open => {
                // The page may have to change first.
                actions.push(Action::ShowResponsePage(ResponsePage::Body));
                self.focus_after = Some(Focus::Find);
            }
            KeyAction::FindNext => self.local.find_step = Some(panels::Step::Next),
            KeyAction::FindPrevious => self.local.find_step = Some(panels::Step::Previous),
            KeyAction::NextPane => self.local.next_pane(form_open),
            KeyAction::Send | KeyAction::Compare | KeyAction::FocusPath | KeyAction::Find => {}
            KeyAction::ChooseEnvironment => {
                self.local.focus = Some(Focus::Environment(self.state.active_leg));
            }
            KeyAction::LegA => actions.push(Action::ActivateLeg(Leg::A)),
            KeyAction::LegB => actions.push(Action::ActivateLeg(Leg::B)),
            KeyAction::NewTab => actions.push(Action::NewRequest),
            KeyAction::CloseTab if form_open => actions.push(Action::CloseForm),
            KeyAction::CloseTab => actions.extend(active.map(Action::CloseTab)),
            KeyAction::ReopenTab => actions.push(Action::Tree(TreeAction::ReopenClosed)),
            KeyAction::Undo => actions.push(Action::Tree(TreeAction::Undo)),
            KeyAction::Redo => actions.push(Action::Tree(TreeAction::Redo)),
            KeyAction::NextTab | KeyAction::RightTab => self.step_tab(1, actions),
            KeyAction::PreviousTab | KeyAction::LeftTab => {
                self.step_tab(self.state.tabs.len().saturating_sub(1), actions);
            }
            KeyAction::Save if form_open => actions.push(Action::SaveForm),
            KeyAction::Save => actions.push(Action::SaveRequest),
            KeyAction::Keys => actions.push(Action::ShowKeys),
            KeyAction::ZoomIn => {
                actions.push(Action::SetZoom(self.state.settings.zoom_percent + 10));
            }
            KeyAction::ZoomOut => {
                actions.push(Action::SetZoom(
                    self.state.settings.zoom_percent.saturating_sub(10),
                ));
            }
            KeyAction::ZoomReset => actions.push(Action::SetZoom(100)),
            KeyAction::Palette => actions.push(keys::palette()),
            KeyAction::Act(act) => actions.extend(act(&self.state)),
        }
    }

    fn step_tab(&self, step: usize, actions: &mut Vec<Action>) {
        let count = self.state.tabs.len();
        if count > 1 {
            let next = &self.state.tabs[(self.state.active_tab + step) % count];
            actions.push(Action::SelectTab(next.id().clone()));
        }
    }

    /// Files may have changed while the user was elsewhere: with another window, or just with the pointer outside this one.
    fn notice_focus(&mut self, context: &Context, actions: &mut Vec<Action>) {
        let (focused, came, pointer_inside) = context.input(|input| {
            // Both ways within one frame leave no trace but the event.
            let came = input
                .events
                .iter()
                .any(|event| matches!(event, egui::Event::WindowFocused(true)));
            let focused = input.viewport().focused.unwrap_or(true);
            (focused, came, input.pointer.has_pointer())
        });
        let returned = came || (focused && !self.last_presence.focused);
        let entered = pointer_inside && !self.last_presence.pointer_inside;
        if returned || entered {
            actions.push(Action::Focused);
        }
        self.last_presence = Presence {
            focused,
            pointer_inside,
        };
    }

    /// The caret blinks while there is input and rests afterwards, so that a focused field costs nothing.
    fn rest_caret(&mut self, context: &Context) {
        let (time, events) = context.input(|input| (input.time, !input.events.is_empty()));
        if events {
            self.last_input = time;
        }
        let blinks = time - self.last_input < CARET_RESTS_AFTER;
        if blinks != self.caret_blinks {
            self.caret_blinks = blinks;
            context.all_styles_mut(|style| style.visuals.text_cursor.blink = blinks);
        }
    }

    fn follow_settings(&mut self, context: &Context) {
        let sizes = [self.state.settings.text_size, self.state.settings.mono_size];
        if self.shown_sizes != sizes {
            self.shown_sizes = sizes;
            theme::install(context, sizes);
            self.caret_blinks = true;
        }
        theme::follow(context, self.state.settings.appearance);
        if self.shown_zoom != self.state.settings.zoom_percent {
            self.shown_zoom = self.state.settings.zoom_percent;
            let percent = u16::try_from(self.state.settings.zoom_percent).unwrap_or(100);
            context.set_zoom_factor(f32::from(percent) / 100.0);
        }
    }

    /// The second pass begins when the first frame has been swapped to the screen.
    #[expect(
        clippy::print_stderr,
        reason = "asked for by an environment variable, for benchmarks"
    )]
    fn say_first_frame(&mut self, context: &Context) {
        match self.passes_to_first_frame {
            None => {}
            Some(left @ 2..) => {
                self.passes_to_first_frame = Some(left - 1);
                context.request_repaint();
            }
            Some(_) => {
                self.passes_to_first_frame = None;
                eprintln!("first frame");
            }
        }
    }

    /// Asks for the next frame only when something will look different then.
    fn sleep(&self, context: &Context) {
        let now = self.state.now;
        let mut next: Option<Duration> = None;
        let mut wake_in = |duration: Duration| {
            next = Some(next.map_or(duration, |known| known.min(duration)));
        };
        let compares = self.state.shows_comparison()
            && self
                .state
                .open_comparison()
                .is_some_and(TabComparing::is_busy);
        if compares || self.state.in_flight().next().is_some() {
            wake_in(TICK);
        }
        if let Some(deadline) = self.state.next_deadline() {
            let left = deadline.duration_since(now);
            wake_in(Duration::try_from(left).unwrap_or_default() + Duration::from_millis(5));
        }
        for leg in Leg::BOTH {
            if let Some(TokenState::Valid {
                expires_at: Some(until),
                ..
            }) = self
                .state
                .leg(leg)
                .and_then(|environment| self.state.tokens.get(&environment.id))
                && let (_, Some(stays)) = text::countdown(now, *until)
            {
                wake_in(stays);
            }
        }
        if let Some((_, limit)) = &self.state.rate_limit
            && let Some(seconds) = limit.seconds_left(now)
        {
            let whole = i64::try_from(seconds.saturating_sub(1)).unwrap_or(i64::MAX);
            let changes = limit.resets_at.duration_since(now) - SignedDuration::from_secs(whole);
            wake_in(Duration::try_from(changes).unwrap_or_default());
        }
        if let Some(duration) = next {
            context.request_repaint_after(duration);
        }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, _context: &Context, frame: &mut eframe::Frame) {
        self.drain(frame);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let context = ui.ctx().clone();
        let mut actions = Vec::new();
        self.follow_settings(&context);
        if let Some(token) = self.for_clipboard.take() {
            context.copy_text(token.expose().to_owned());
        }
        self.notice_focus(&context, &mut actions);
        self.rest_caret(&context);
        self.place.watch(&context, &self.state, &mut actions);
        self.keys(&context, &mut actions);
        self.pasted(&context, &mut actions);
        let dropped = context.input(|input| input.raw.dropped_files.clone());
        actions.extend(dropped.iter().map(|file| {
            let path = file.path().to_owned();
            Action::Editing(EditingAction::FileDropped(path))
        }));
        self.focus_in_sight.ask(&context);
        let palette = Palette::of(ui);
        let mut view = View {
            state: &self.state,
            palette,
            local: &mut self.local,
            actions: &mut actions,
        };
        panels::show(ui, &mut view);
        panels::palette::show(&context, &mut view);
        dialogs::show(&context, &mut view);
        if !self.focus_in_sight.notice(&context) {
            theme::show_focus(&context);
        }
        if let Some(chosen) = self.local.palette.take_command() {
            self.on_key(chosen, &mut actions);
            // Where it goes is there once the palette is closed.
            self.focus_after = self.focus_after.or(self.local.focus.take());
        }
        if !actions.is_empty() {
            let now = (self.clock)();
            for action in actions {
                match action {
                    Action::NewRequest => self.focus_after = Some(Focus::Path),
                    Action::NewEnvironment(_) => self.focus_after = Some(Focus::FormName),
                    _ => {}
                }
                self.apply(action, now, frame);
            }
            self.local.focus = self.focus_after.take();
            context.request_repaint();
        }
        for text in self.copied.drain(..) {
            context.copy_text(text);
        }
        self.sleep(&context);
        self.say_first_frame(&context);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        let now = (self.clock)();
        for command in update(&mut self.state, Action::Closing, now) {
            self.backend.send(command);
        }
    }
}
