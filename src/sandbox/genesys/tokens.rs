//! Access tokens: issued by the login, checked by the API, opaque, forgotten when they expire or are revoked.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::super::clock::SandboxClock;
use super::super::identifiers;

#[derive(Debug)]
pub(super) struct Tokens {
    clock: SandboxClock,
    lifetime: Duration,
    /// When each was issued.
    issued: Mutex<HashMap<String, Instant>>,
}

impl Tokens {
    /// `lifetime` in sandbox time.
    pub(super) fn new(clock: SandboxClock, lifetime: Duration) -> Self {
        Self {
            clock,
            lifetime,
            issued: Mutex::new(HashMap::new()),
        }
    }

    pub(super) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    pub(super) fn issue(&self, now: Instant) -> String {
        let token = identifiers::access_token();
        let mut issued = self.issued.lock().expect("held by nobody who panics");
        issued.retain(|_, since| self.is_fresh(*since, now));
        issued.insert(token.clone(), now);
        token
    }

    pub(super) fn is_valid(&self, token: &str, now: Instant) -> bool {
        let issued = self.issued.lock().expect("held by nobody who panics");
        issued
            .get(token)
            .is_some_and(|since| self.is_fresh(*since, now))
    }

    pub(super) fn revoke(&self, token: &str) {
        let mut issued = self.issued.lock().expect("held by nobody who panics");
        issued.remove(token);
    }

    fn is_fresh(&self, since: Instant, now: Instant) -> bool {
        self.clock.between(since, now) < self.lifetime
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lives_its_lifetime_in_sandbox_time() {
        let clock = SandboxClock::scaled(Duration::from_secs(100), Duration::from_secs(1));
        let tokens = Tokens::new(clock, Duration::from_mins(5));
        let start = Instant::now();
        let token = tokens.issue(start);
        assert!(tokens.is_valid(&token, start + Duration::from_millis(2999)));
        assert!(!tokens.is_valid(&token, start + Duration::from_millis(3001)));
        assert!(!tokens.is_valid("another", start));
        tokens.revoke(&token);
        assert!(!tokens.is_valid(&token, start));
    }
}
