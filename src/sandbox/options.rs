//! What can be chosen when the sandbox starts.

use std::time::Duration;

use super::clock::SandboxClock;
use super::error::SandboxError;

/// How the sandbox is to run. The default suits a person at the window: free ports, real time, Genesys's own limits.
#[derive(Debug, Clone, PartialEq)]
pub struct SandboxOptions {
    pub ports: SandboxPorts,
    pub clock: SandboxClock,
    /// How long an access token is good for, in sandbox time. Genesys allows 5 minutes to 48 hours, 24 hours by default.
    pub token_lifetime: Duration,
    /// Token requests per minute before the login answers 400 `rate limit exceeded`.
    pub token_requests_per_minute: u32,
    /// API requests per token and minute before the API answers 429 (`client.credentials.token.rate.per.minute`).
    pub requests_per_minute: u32,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            ports: SandboxPorts::Free,
            clock: SandboxClock::default(),
            token_lifetime: Duration::from_hours(24),
            token_requests_per_minute: 120,
            requests_per_minute: 300,
        }
    }
}

/// Which ports the four doors take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SandboxPorts {
    /// Whatever the system gives.
    #[default]
    Free,
    /// This port and the three after it: API, login, HTTP API, REST API.
    From(u16),
    /// Each by itself, in the same order; 0 for a free one.
    Each([u16; 4]),
}

impl SandboxPorts {
    pub(super) fn numbers(self) -> Result<[u16; 4], SandboxError> {
        match self {
            Self::Free => Ok([0; 4]),
            Self::Each(ports) => Ok(ports),
            Self::From(first) if first == 0 || first > u16::MAX - 3 => {
                Err(SandboxError::PortRange { first })
            }
            Self::From(first) => Ok([first, first + 1, first + 2, first + 3]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_ports_follow_the_first() {
        let table: [(SandboxPorts, Option<[u16; 4]>); 6] = [
            (SandboxPorts::Free, Some([0; 4])),
            (SandboxPorts::From(8080), Some([8080, 8081, 8082, 8083])),
            (
                SandboxPorts::From(65_532),
                Some([65_532, 65_533, 65_534, 65_535]),
            ),
            (SandboxPorts::From(65_533), None),
            (SandboxPorts::From(0), None),
            (SandboxPorts::Each([1, 0, 3, 4]), Some([1, 0, 3, 4])),
        ];
        for (ports, expected) in table {
            assert_eq!(ports.numbers().ok(), expected, "{ports:?}");
        }
    }
}
