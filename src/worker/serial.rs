//! Blocking work that must happen one piece at a time and in order: files of the workspace, calls of the keyring.
//! A thread owns the state; it starts with the first piece of work. A process that does one thing only needs none (`here`).

use std::fmt;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use tokio::sync::oneshot;

type Work<T> = Box<dyn FnOnce(&mut T) + Send>;

/// A queue in front of `T`. Work is done in the order in which it was handed in.
pub(super) struct Serial<T> {
    name: &'static str,
    state: Mutex<State<T>>,
}

enum State<T> {
    Idle(Option<Box<dyn FnOnce() -> T + Send>>),
    Running(mpsc::Sender<Work<T>>),
    /// Work is done by whoever hands it in.
    Here(Option<T>),
}

impl<T> fmt::Debug for Serial<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Serial({})", self.name)
    }
}

/// The thread is gone: the work panicked, or the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the background thread ended")]
pub(super) struct Gone;

/// The result of work that was handed in.
#[derive(Debug)]
pub(super) struct Pending<R>(oneshot::Receiver<R>);

impl<R> Pending<R> {
    pub(super) async fn wait(self) -> Result<R, Gone> {
        self.0.await.map_err(|_| Gone)
    }
}

impl<T: 'static> Serial<T> {
    /// `make` runs on the new thread, before the first piece of work.
    pub(super) fn new(name: &'static str, make: impl FnOnce() -> T + Send + 'static) -> Self {
        Self {
            name,
            state: Mutex::new(State::Idle(Some(Box::new(make)))),
        }
    }

    /// Without a thread: `run` returns when the work is done. Right where nothing else waits meanwhile.
    pub(super) fn here(name: &'static str, value: T) -> Self {
        Self {
            name,
            state: Mutex::new(State::Here(Some(value))),
        }
    }

    /// Hands `work` in at once: the order is that of the calls, not that of the waiting.
    pub(super) fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut T) -> R + Send + 'static,
    ) -> Pending<R> {
        let (sender, receiver) = oneshot::channel();
        self.enqueue(Box::new(move |state| {
            // The asker may have been cancelled; the work itself counts (a save is never half done).
            let _ = sender.send(work(state));
        }));
        Pending(receiver)
    }

    fn enqueue(&self, work: Work<T>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Here(place) = &mut *state {
            // Taken out meanwhile: work that panics leaves nothing behind, as on a thread.
            if let Some(mut value) = place.take() {
                work(&mut value);
                *place = Some(value);
            }
            return;
        }
        if let State::Idle(make) = &mut *state {
            let make = make.take().expect("started once");
            let (sender, receiver) = mpsc::channel::<Work<T>>();
            let spawned = thread::Builder::new()
                .name(self.name.to_owned())
                .spawn(move || {
                    let mut value = make();
                    for work in receiver {
                        work(&mut value);
                    }
                });
            if let Err(error) = spawned {
                tracing::error!(thread = self.name, %error, "a background thread could not be started");
            }
            *state = State::Running(sender);
        }
        if let State::Running(sender) = &*state {
            // A closed queue shows as `Gone` at the asker.
            let _ = sender.send(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime")
            .block_on(future)
    }

    #[test]
    fn work_happens_in_the_order_of_the_calls_even_when_nobody_waits() {
        let serial = Serial::new("test-serial", Vec::new);
        for number in 0..100 {
            drop(serial.run(move |numbers: &mut Vec<u32>| numbers.push(number)));
        }
        let numbers = block_on(serial.run(|numbers| numbers.clone()).wait());
        assert_eq!(numbers, Ok((0..100).collect()));
    }

    #[test]
    fn without_a_thread_the_work_is_done_before_anybody_waits() {
        let serial = Serial::here("test-here", Vec::new());
        let done = serial.run(|numbers: &mut Vec<u32>| numbers.push(1));
        let numbers = serial.run(|numbers| numbers.clone());
        assert_eq!(block_on(numbers.wait()), Ok(vec![1]));
        assert_eq!(block_on(done.wait()), Ok(()));
    }

    #[test]
    fn work_that_panics_is_told_to_the_asker() {
        let serial = Serial::new("test-panic", || 0_u8);
        let gone = block_on(serial.run(|_| -> u8 { panic!("on purpose") }).wait());
        assert_eq!(gone, Err(Gone));
        assert_eq!(block_on(serial.run(|value| *value).wait()), Err(Gone));
    }
}
