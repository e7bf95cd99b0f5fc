//! Progress of one exchange, coalesced: what happened last, told at most every 50 ms.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::app::event::{Event, Progress, TokenState};
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::transport::{ProgressSink, TransportProgress};

use super::events::EventSink;

/// The least time between two progress events.
pub(super) const INTERVAL: Duration = Duration::from_millis(50);

/// The last state, written by the sending task.
#[derive(Debug, Clone, Default)]
pub(super) struct Latest(Arc<Mutex<Option<TransportProgress>>>);

impl Latest {
    /// What the transport calls. A token request that begins is told at once: the countdown waits for it.
    pub(super) fn sink(&self, environment: EnvironmentId, events: EventSink) -> ProgressSink {
        let latest = self.clone();
        Arc::new(move |progress| {
            let before = latest.replace(Some(progress));
            let was_fetching = before.is_some_and(|before| before.fetching_token);
            if progress.fetching_token && !was_fetching {
                events.emit(Event::Token {
                    environment: environment.clone(),
                    state: TokenState::Fetching,
                });
            }
        })
    }

    /// Tells what happens every 50 ms, when it changed. Never ends by itself.
    pub(super) async fn tell(&self, exchange: ExchangeId, events: &EventSink) {
        let mut told = None;
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let now = self.current();
            if now == told {
                continue;
            }
            told = now;
            if let Some(progress) = now {
                events.emit(Event::Progress {
                    exchange,
                    progress: Progress {
                        phase: progress.phase,
                        fetching_token: progress.fetching_token,
                        received_bytes: progress.received_bytes,
                    },
                });
            }
        }
    }

    fn replace(&self, progress: Option<TransportProgress>) -> Option<TransportProgress> {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *latest, progress)
    }

    fn current(&self) -> Option<TransportProgress> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::model::timings::Phase;
    use crate::worker::events::Outgoing;

    #[test]
    fn many_steps_make_few_events_and_the_last_one_arrives() {
        let (sender, receiver) = mpsc::channel();
        let events = EventSink::new(sender, Arc::default());
        let latest = Latest::default();
        let environment = EnvironmentId::new("a").expect("a slug");
        let sink = latest.sink(environment, events.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let last = runtime.block_on(async {
            for received_bytes in 0..10_000 {
                sink(TransportProgress {
                    phase: Phase::Download,
                    fetching_token: false,
                    received_bytes,
                });
            }
            let told = tokio::time::timeout(Duration::from_secs(20), async {
                tokio::select! {
                    () = latest.tell(ExchangeId(1), &events) => unreachable!("it never ends"),
                    event = first(&receiver) => event,
                }
            });
            told.await.expect("an event in time")
        });
        match last {
            Outgoing::Event(Event::Progress { progress, .. }) => {
                assert_eq!(progress.received_bytes, 9_999);
            }
            other => panic!("not progress: {other:?}"),
        }
        assert!(receiver.try_recv().is_err(), "one event for 10,000 steps");
    }

    async fn first(receiver: &mpsc::Receiver<Outgoing>) -> Outgoing {
        loop {
            if let Ok(outgoing) = receiver.try_recv() {
                return outgoing;
            }
            tokio::task::yield_now().await;
        }
    }
}
