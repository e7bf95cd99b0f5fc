//! The way back to the front: a channel and the call that wakes it.

use std::fmt;
use std::sync::{Arc, OnceLock, mpsc};

use crate::app::event::Event;

use super::Wake;

/// What travels to the front.
#[derive(Debug)]
pub(super) enum Outgoing {
    Event(Event),
    /// Ctrl+C was pressed (headless only).
    Interrupted,
}

/// Cheap to clone. A front that went away is no error: its events go nowhere.
#[derive(Clone)]
pub(super) struct EventSink {
    sender: mpsc::Sender<Outgoing>,
    wake: Arc<OnceLock<Wake>>,
}

impl fmt::Debug for EventSink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EventSink")
    }
}

impl EventSink {
    pub(super) fn new(sender: mpsc::Sender<Outgoing>, wake: Arc<OnceLock<Wake>>) -> Self {
        Self { sender, wake }
    }

    pub(super) fn emit(&self, event: Event) {
        self.forward(Outgoing::Event(event));
    }

    pub(super) fn interrupted(&self) {
        self.forward(Outgoing::Interrupted);
    }

    fn forward(&self, outgoing: Outgoing) {
        if self.sender.send(outgoing).is_ok()
            && let Some(wake) = self.wake.get()
        {
            wake();
        }
    }
}
