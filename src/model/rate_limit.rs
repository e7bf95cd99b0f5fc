//! The rate limit that Genesys Cloud announces in every answer of its API: how much of the window is used, and when it ends.
//! Source: `inin-ratelimit-count`, `-allowed` and `-reset` (seconds) of recorded answers; absent in the gateway's own ones.

use jiff::{SignedDuration, Timestamp};

use super::exchange::{HeaderField, header};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests counted in this window so far.
    pub count: u64,
    /// Requests that the window allows.
    pub allowed: u64,
    /// When the count begins again.
    pub resets_at: Timestamp,
}

impl RateLimit {
    /// What the headers of an answer received at `at` announce. `None` when one of the three is missing or no number.
    #[must_use]
    pub fn read(headers: &[HeaderField], at: Timestamp) -> Option<Self> {
        let number = |name: &str| -> Option<u64> {
            let text = header(headers, name)?.text();
            // A gateway in between may have joined the values of two hops: the first is the one nearest to Genesys.
            text.split(',').next()?.trim().parse().ok()
        };
        let seconds = number("inin-ratelimit-reset")?.min(LONGEST);
        let resets_in = SignedDuration::from_secs(i64::try_from(seconds).ok()?);
        Some(Self {
            count: number("inin-ratelimit-count")?,
            allowed: number("inin-ratelimit-allowed")?,
            resets_at: at.checked_add(resets_in).ok()?,
        })
    }

    /// Whole seconds until the count begins again, rounded up; `None` once it has.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> Option<u64> {
        let left = u64::try_from(self.resets_at.duration_since(now).as_millis()).ok()?;
        (left > 0).then(|| left.div_ceil(1_000))
    }

    /// Nine tenths or more of the window are used.
    #[must_use]
    pub fn is_nearly_used(&self) -> bool {
        u128::from(self.count) * 10 >= u128::from(self.allowed) * 9
    }
}

/// Seconds. Windows last a minute; daily caps reach hours.
const LONGEST: u64 = 7 * 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<HeaderField> {
        pairs
            .iter()
            .map(|(name, value)| HeaderField::new(*name, (*value).as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn all_three_headers_make_a_limit() {
        let at = Timestamp::UNIX_EPOCH;
        for (count, allowed, reset, expected) in [
            ("1", "180", "61", Some((1, 180, 61))),
            (" 12", "300 ", "48", Some((12, 300, 48))),
            ("300", "300", "0", Some((300, 300, 0))),
            ("12, 1", "300, 180", "48, 60", Some((12, 300, 48))),
            ("-1", "300", "48", None),
            ("", "300", "48", None),
            ("12", "many", "48", None),
            ("12", "300", "48.5", None),
            (
                "12",
                "300",
                "18446744073709551615",
                Some((12, 300, 604_800)),
            ),
            ("18446744073709551616", "300", "48", None),
        ] {
            let headers = fields(&[
                ("ININ-RateLimit-Count", count),
                ("inin-ratelimit-allowed", allowed),
                ("inin-ratelimit-reset", reset),
            ]);
            let got = RateLimit::read(&headers, at)
                .map(|limit| (limit.count, limit.allowed, limit.resets_at.as_second()));
            assert_eq!(got, expected, "{count} {allowed} {reset}");
        }
        let two = fields(&[
            ("inin-ratelimit-count", "1"),
            ("inin-ratelimit-allowed", "2"),
        ]);
        assert_eq!(RateLimit::read(&two, at), None);
    }

    #[test]
    fn the_seconds_run_down_to_nothing() {
        let now = Timestamp::UNIX_EPOCH;
        for (milliseconds, expected) in [
            (48_000, Some(48)),
            (47_001, Some(48)),
            (47_000, Some(47)),
            (1, Some(1)),
            (0, None),
            (-5_000, None),
        ] {
            let limit = RateLimit {
                count: 1,
                allowed: 300,
                resets_at: now + SignedDuration::from_millis(milliseconds),
            };
            assert_eq!(limit.seconds_left(now), expected, "{milliseconds} ms");
        }
    }

    #[test]
    fn nine_tenths_are_nearly_all() {
        for (count, allowed, expected) in [
            (0, 300, false),
            (269, 300, false),
            (270, 300, true),
            (301, 300, true),
            (u64::MAX, u64::MAX, true),
        ] {
            let limit = RateLimit {
                count,
                allowed,
                resets_at: Timestamp::UNIX_EPOCH,
            };
            assert_eq!(limit.is_nearly_used(), expected, "{count} of {allowed}");
        }
    }
}
