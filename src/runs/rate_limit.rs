//! What answers announce about the rate at which they may be asked (facts/genesys-cloud.md: `inin-ratelimit-*`, `Retry-After`).

use crate::model::exchange::{HeaderField, header};

/// The announcement of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RateLimit {
    /// Requests still allowed in this window.
    pub(super) remaining: u64,
    pub(super) allowed: u64,
    /// Until the next window.
    pub(super) reset_ms: u64,
}

impl RateLimit {
    pub(super) fn of(headers: &[HeaderField]) -> Option<Self> {
        let allowed = number(headers, "inin-ratelimit-allowed")?;
        Some(Self {
            remaining: allowed.saturating_sub(number(headers, "inin-ratelimit-count")?),
            allowed,
            reset_ms: number(headers, "inin-ratelimit-reset")?.saturating_mul(1000),
        })
    }

    /// How long to rest before the next request, when `wanted` more are to be sent. A tenth of the limit is left to others.
    pub(super) fn pause_ms(self, wanted: u64) -> u64 {
        let usable = self.remaining.saturating_sub(self.allowed / 10);
        if usable >= wanted {
            return 0;
        }
        self.reset_ms.checked_div(usable).unwrap_or(self.reset_ms)
    }
}

/// Seconds of `Retry-After`, in milliseconds. A date is not understood: no service here sends one.
pub(super) fn retry_after_ms(headers: &[HeaderField]) -> Option<u64> {
    Some(number(headers, "retry-after")?.saturating_mul(1000))
}

fn number(headers: &[HeaderField], name: &str) -> Option<u64> {
    header(headers, name)?.text().trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_spread_what_is_left_over_the_window() {
        let table = [
            (100, 180, 60_000, 60, 0),
            (100, 180, 60_000, 82, 0),
            (100, 180, 60_000, 83, 60_000 / 82),
            (18, 180, 60_000, 10, 60_000),
            (0, 180, 5_000, 1, 5_000),
        ];
        for (remaining, allowed, reset_ms, wanted, expected) in table {
            let limit = RateLimit {
                remaining,
                allowed,
                reset_ms,
            };
            assert_eq!(limit.pause_ms(wanted), expected, "{limit:?} {wanted}");
        }
    }

    #[test]
    fn announcements_are_read() {
        let field = |name: &str, value: &str| HeaderField::new(name, value.as_bytes().to_vec());
        let headers = [
            field("ININ-RateLimit-Count", "170"),
            field("inin-ratelimit-allowed", "180"),
            field("inin-ratelimit-reset", "61"),
            field("Retry-After", " 7 "),
        ];
        let limit = RateLimit::of(&headers).expect("a limit");
        assert_eq!(
            (limit.remaining, limit.allowed, limit.reset_ms),
            (10, 180, 61_000)
        );
        assert_eq!(retry_after_ms(&headers), Some(7_000));
        assert_eq!(RateLimit::of(&headers[..2]), None);
        assert_eq!(
            retry_after_ms(&[field("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT")]),
            None
        );
    }
}
