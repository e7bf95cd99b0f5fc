//! One call at a time to something that may hang: each on its own named thread, none longer than the limit.
//! What is called, and what its errors mean, is the business of `keyring`.

use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Threads that may hang at the same time; beyond that nothing more is tried.
const MOST_HUNG: usize = 4;

/// Why a call brought no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Nothing within the limit. The call goes on; `on_late` hears of its end.
    TimedOut,
    /// An earlier call has not come back, and was not given up.
    StillBusy,
    /// Too many calls hang, or the system gives no thread.
    NoThread(String),
}

#[derive(Debug, Default)]
struct Turn {
    /// Number of the call that has the turn.
    holder: Option<u64>,
    /// The holder ran past its limit.
    overdue: bool,
    next: u64,
    /// Threads that were started and have not ended.
    running: usize,
}

/// Hands out turns.
#[derive(Debug, Clone, Default)]
pub(super) struct Turnstile {
    turn: Arc<(Mutex<Turn>, Condvar)>,
}

impl Turnstile {
    /// Runs `work` on a thread of its own. Waits for the turn and for the answer, together at most `limit`.
    /// When the answer is late it goes to `on_late` instead, unless the call was given up in between.
    pub(super) fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl FnOnce() -> T + Send + 'static,
        on_late: impl FnOnce(T) + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let deadline = Instant::now() + limit;
        let number = self.take_turn(deadline)?;
        let (sender, receiver) = mpsc::sync_channel::<T>(1);
        let turnstile = self.clone();
        let body = move || {
            let answer = work();
            let late = turnstile.finish(number);
            match late {
                Finish::InTime => drop(sender.send(answer)),
                Finish::Late => on_late(answer),
                Finish::GivenUp => {}
            }
        };
        if let Err(error) = thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(body)
        {
            self.finish(number);
            return Err(NoAnswer::NoThread(error.to_string()));
        }
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(answer) => Ok(answer),
            Err(_) => self.overdue(number, &receiver),
        }
    }

    /// Lets the next call through although the last one hangs. Its answer will be dropped.
    pub(super) fn give_up(&self) {
        let mut turn = self.lock();
        turn.holder = None;
        turn.overdue = false;
        self.turn.1.notify_all();
    }

    fn take_turn(&self, deadline: Instant) -> Result<u64, NoAnswer> {
        let mut turn = self.lock();
        while turn.holder.is_some() {
            let rest = deadline.saturating_duration_since(Instant::now());
            if turn.overdue || rest.is_zero() {
                return Err(NoAnswer::StillBusy);
            }
            turn = self
                .turn
                .1
                .wait_timeout(turn, rest)
                .map_or_else(|poisoned| poisoned.into_inner().0, |(turn, _)| turn);
        }
        if turn.running >= MOST_HUNG {
            return Err(NoAnswer::NoThread(format!(
                "{MOST_HUNG} earlier calls never came back"
            )));
        }
        turn.next += 1;
        turn.running += 1;
        turn.overdue = false;
        turn.holder = Some(turn.next);
        Ok(turn.next)
    }

    fn finish(&self, number: u64) -> Finish {
        let mut turn = self.lock();
        turn.running = turn.running.saturating_sub(1);
        if turn.holder != Some(number) {
            return Finish::GivenUp;
        }
        let finish = if turn.overdue {
            Finish::Late
        } else {
            Finish::InTime
        };
        turn.holder = None;
        turn.overdue = false;
        self.turn.1.notify_all();
        finish
    }

    /// The limit is over; the answer may have come in this very moment.
    fn overdue<T>(&self, number: u64, receiver: &mpsc::Receiver<T>) -> Result<T, NoAnswer> {
        let mut turn = self.lock();
        if turn.holder == Some(number) {
            turn.overdue = true;
            self.turn.1.notify_all();
            return Err(NoAnswer::TimedOut);
        }
        drop(turn);
        receiver
            .recv_timeout(Duration::from_millis(100))
            .map_err(|_| NoAnswer::TimedOut)
    }

    fn lock(&self) -> MutexGuard<'_, Turn> {
        self.turn.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Finish {
    InTime,
    Late,
    GivenUp,
}
