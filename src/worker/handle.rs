//! What a front holds: commands in, events out, and the end.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::app::Backend;
use crate::app::command::Command;
use crate::app::event::Event;
use crate::model::environment::Environment;
use crate::model::ids::EnvironmentId;
use crate::model::masks::Masks;
use crate::model::secret::Secret;
use crate::store::withheld::withhold_environment_with;

use super::core::Core;
use super::dispatch::{self, Incoming};
use super::events::{EventSink, Outgoing};
use super::{Wake, WorkerOptions};

/// How long the end waits for saves and cancelled exchanges.
const SHUTDOWN_LIMIT: Duration = Duration::from_millis(500);

/// Takes a future over and returns at once.
pub type Spawner = Arc<dyn Fn(Pin<Box<dyn Future<Output = ()> + Send>>) + Send + Sync>;

/// What `WorkerHandle::wait` came back with.
#[derive(Debug)]
pub enum Waited {
    Event(Box<Event>),
    /// Ctrl+C: everything under way is being cancelled (headless only).
    Interrupted,
    /// Nothing came within the time.
    TimedOut,
    /// The worker is gone; no event will come any more.
    Stopped,
}

/// The front's end of the worker. Dropping it shuts the worker down: exchanges are cancelled, saves are awaited.
pub struct WorkerHandle {
    options: WorkerOptions,
    wake: Arc<OnceLock<Wake>>,
    outgoing: mpsc::Sender<Outgoing>,
    events: mpsc::Receiver<Outgoing>,
    running: Option<Running>,
}

struct Running {
    commands: UnboundedSender<Incoming>,
    core: Arc<Core>,
    ended: mpsc::Receiver<()>,
    thread: JoinHandle<()>,
}

impl fmt::Debug for WorkerHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WorkerHandle")
            .field("options", &self.options)
            .field("running", &self.running.is_some())
            .finish_non_exhaustive()
    }
}

impl WorkerHandle {
    pub(super) fn new(options: WorkerOptions) -> Self {
        let (outgoing, events) = mpsc::channel();
        Self {
            options,
            wake: Arc::default(),
            outgoing,
            events,
            running: None,
        }
    }

    /// Called from any thread whenever an event is ready. The first call counts.
    pub fn set_wake(&self, wake: Wake) {
        let _ = self.wake.set(wake);
    }

    /// Runs futures on the worker's runtime: file dialogs are made on the main thread and awaited there.
    pub fn spawner(&mut self) -> Spawner {
        let commands = self.running().commands.clone();
        Arc::new(move |task| {
            let _ = commands.send(Incoming::Task(task));
        })
    }

    /// The access token that an environment used last in this process, to be shown because the user asked for it.
    #[must_use]
    pub fn reveal_token(&self, environment: &EnvironmentId) -> Option<Secret> {
        self.running.as_ref()?.core.token_in_use(environment)
    }

    /// The environment as it may be shown: what a file may not hold is not shown either.
    #[must_use]
    pub fn without_secrets(&self, environment: &Environment) -> Environment {
        let mut known = Masks::default();
        for (_, secret) in &self.options.secret_variables {
            known.add(secret.expose());
        }
        if let Some(running) = &self.running {
            known.extend(&running.core.known());
        }
        withhold_environment_with(environment, &known).0
    }

    /// Hands a command in and returns at once. The first one starts the thread.
    pub fn send(&mut self, command: Command) {
        let running = self.running();
        // A worker that is gone shows as `Waited::Stopped`.
        let _ = running.commands.send(Incoming::Command(Box::new(command)));
    }

    /// The next event, when there is one.
    #[must_use]
    pub fn try_event(&self) -> Option<Event> {
        loop {
            match self.events.try_recv().ok()? {
                Outgoing::Event(event) => return Some(event),
                Outgoing::Interrupted => {}
            }
        }
    }

    /// Waits for the next event, at most `limit`.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> Waited {
        match self.events.recv_timeout(limit) {
            Ok(Outgoing::Event(event)) => Waited::Event(Box::new(event)),
            Ok(Outgoing::Interrupted) => Waited::Interrupted,
            Err(mpsc::RecvTimeoutError::Timeout) if self.is_alive() => Waited::TimedOut,
            Err(_) => Waited::Stopped,
        }
    }

    /// Ends the worker: cancels what is under way and waits for saves, 500 ms at most.
    pub fn shutdown(&mut self) {
        let Some(running) = self.running.take() else {
            return;
        };
        let _ = running.commands.send(Incoming::Shutdown);
        // A thread that hangs is left behind: the process ends anyway.
        if running.ended.recv_timeout(SHUTDOWN_LIMIT * 2).is_ok() && running.thread.join().is_err()
        {
            tracing::error!("the worker thread panicked");
        }
    }

    fn is_alive(&self) -> bool {
        self.running
            .as_ref()
            .is_none_or(|running| !running.thread.is_finished())
    }

    fn running(&mut self) -> &Running {
        let options = &self.options;
        let outgoing = &self.outgoing;
        let wake = &self.wake;
        self.running.get_or_insert_with(|| {
            let (commands, receiver) = unbounded_channel();
            let (end, ended) = mpsc::channel();
            let sink = EventSink::new(outgoing.clone(), wake.clone());
            let core = Arc::new(Core::new(options, sink));
            let front = options.front;
            let shared = core.clone();
            let thread = thread::Builder::new()
                .name("gatescope-worker".to_owned())
                .spawn(move || {
                    dispatch::run(front, shared, receiver, SHUTDOWN_LIMIT);
                    let _ = end.send(());
                })
                .expect("the system can start one more thread");
            Running {
                commands,
                core,
                ended,
                thread,
            }
        })
    }
}

impl Backend for WorkerHandle {
    fn send(&mut self, command: Command) {
        Self::send(self, command);
    }

    fn try_event(&mut self) -> Option<Event> {
        Self::try_event(self)
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.shutdown();
    }
}
