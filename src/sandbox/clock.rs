//! The sandbox's time: how long its seconds take. Timeouts, delays, token lifetimes and rate-limit windows run on it;
//! dates in answers are the machine's own.

use std::time::{Duration, Instant};

/// Turns sandbox time into real time and back. The default runs at the machine's pace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SandboxClock {
    /// Sandbox seconds per real second.
    pace: f64,
}

impl Default for SandboxClock {
    fn default() -> Self {
        Self { pace: 1.0 }
    }
}

impl SandboxClock {
    /// A clock on which `sandbox_time` passes within `real_time`: 29 s within 300 ms, for tests.
    /// A zero on either side gives the machine's pace.
    #[must_use]
    pub fn scaled(sandbox_time: Duration, real_time: Duration) -> Self {
        if sandbox_time.is_zero() || real_time.is_zero() {
            return Self::default();
        }
        Self {
            pace: sandbox_time.as_secs_f64() / real_time.as_secs_f64(),
        }
    }

    /// How long `sandbox_time` really takes.
    #[must_use]
    pub fn real(&self, sandbox_time: Duration) -> Duration {
        sandbox_time.div_f64(self.pace)
    }

    /// Sandbox time from `earlier` to `later`.
    #[must_use]
    pub fn between(&self, earlier: Instant, later: Instant) -> Duration {
        later.saturating_duration_since(earlier).mul_f64(self.pace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_clock_shortens_and_stretches() {
        let clock = SandboxClock::scaled(Duration::from_secs(29), Duration::from_millis(300));
        let real = clock.real(Duration::from_secs(58));
        assert!(
            real.abs_diff(Duration::from_millis(600)) < Duration::from_micros(1),
            "{real:?}"
        );
        let start = Instant::now();
        let passed = clock.between(start, start + Duration::from_millis(150));
        assert!(
            passed.abs_diff(Duration::from_millis(14_500)) < Duration::from_micros(1),
            "{passed:?}"
        );
        assert_eq!(
            clock.between(start + Duration::from_secs(1), start),
            Duration::ZERO
        );
    }

    #[test]
    fn no_time_on_either_side_means_the_machines_pace() {
        let second = Duration::from_secs(1);
        for clock in [
            SandboxClock::default(),
            SandboxClock::scaled(Duration::ZERO, second),
            SandboxClock::scaled(second, Duration::ZERO),
        ] {
            assert_eq!(clock.real(second), second, "{clock:?}");
        }
    }
}
