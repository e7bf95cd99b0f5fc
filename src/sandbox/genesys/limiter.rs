//! Counts requests per key in windows of a minute.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::super::clock::SandboxClock;

const WINDOW: Duration = Duration::from_mins(1);

/// How far a key has used its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    /// This request included.
    pub(super) count: u32,
    pub(super) allowed: u32,
    /// Until the window ends, rounded up; never 0.
    pub(super) reset_seconds: u64,
}

impl Usage {
    pub(super) fn is_exceeded(self) -> bool {
        self.count > self.allowed
    }
}

#[derive(Debug)]
pub(super) struct Limiter {
    clock: SandboxClock,
    allowed: u32,
    windows: Mutex<HashMap<String, Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    opened: Instant,
    count: u32,
}

impl Limiter {
    /// `allowed`: requests per window and key.
    pub(super) fn new(clock: SandboxClock, allowed: u32) -> Self {
        Self {
            clock,
            allowed,
            windows: Mutex::new(HashMap::new()),
        }
    }

    /// Counts one request of `key` at `now`.
    pub(super) fn count(&self, key: &str, now: Instant) -> Usage {
        let mut windows = self.windows.lock().expect("held by nobody who panics");
        windows.retain(|_, window| self.clock.between(window.opened, now) < WINDOW);
        let window = windows.entry(key.to_owned()).or_insert(Window {
            opened: now,
            count: 0,
        });
        window.count = window.count.saturating_add(1);
        let left = WINDOW.saturating_sub(self.clock.between(window.opened, now));
        Usage {
            count: window.count,
            allowed: self.allowed,
            reset_seconds: (left.as_secs() + u64::from(left.subsec_nanos() > 0)).max(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_counts_per_key_and_ends() {
        let limiter = Limiter::new(SandboxClock::default(), 2);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let table = [
            ("a", 0, 1, 60, false),
            ("a", 10, 2, 50, false),
            ("a", 20, 3, 40, true),
            ("b", 20, 1, 60, false),
            ("a", 59, 4, 1, true),
            ("a", 60, 1, 60, false),
        ];
        for (key, second, count, reset_seconds, exceeded) in table {
            let usage = limiter.count(key, at(second));
            let expected = Usage {
                count,
                allowed: 2,
                reset_seconds,
            };
            assert_eq!(usage, expected, "{key} at {second} s");
            assert_eq!(usage.is_exceeded(), exceeded, "{key} at {second} s");
        }
    }
}
