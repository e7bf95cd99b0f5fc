//! Numbers as words, as the window needs them; how they are spelled is `body::format`'s.

use std::time::Duration;

use jiff::Timestamp;

use crate::body::format;

pub use crate::body::format::{duration, size as bytes};

/// Time that is left, `expired` when there is none; and how long these words stay true.
#[must_use]
pub fn countdown(now: Timestamp, until: Timestamp) -> (String, Option<Duration>) {
    match Duration::try_from(until.duration_since(now)) {
        Ok(left) if left > Duration::ZERO => (
            format::countdown(left),
            Some(format::countdown_changes_in(left)),
        ),
        _ => ("expired".to_owned(), None),
    }
}

/// `2026-11-24 17:03:21 UTC`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `Thu 26 Nov 2026, 14:03:21 +01:00`, in the time zone of this machine.
#[must_use]
pub fn local_moment(at: Timestamp) -> String {
    at.to_zoned_datetime(jiff::tz::TimeZone::system())
        .strftime("%a %-d %b %Y, %H:%M:%S %:z")
        .to_string()
}

/// The words that HTTP gives a status when the server gave none.
#[must_use]
pub fn reason(status: u16, received: &str) -> String {
    if !received.is_empty() {
        return received.to_owned();
    }
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_countdown_ends_and_says_when_its_words_change() {
        let now = Timestamp::UNIX_EPOCH;
        for seconds in [0, -5] {
            let until = now + SignedDuration::from_secs(seconds);
            assert_eq!(countdown(now, until), ("expired".to_owned(), None));
        }
        let (words, stays) = countdown(now, now + SignedDuration::from_secs(4 * 60 + 30));
        assert!(words.starts_with('4'), "{words}");
        let stays = stays.expect("it runs on");
        let (next, _) = countdown(
            now + SignedDuration::try_from(stays).expect("short"),
            now + SignedDuration::from_secs(270),
        );
        assert_ne!(words, next);
    }

    #[test]
    fn a_status_without_words_gets_the_usual_ones() {
        assert_eq!(reason(404, ""), "Not Found");
        assert_eq!(reason(404, "Nope"), "Nope");
        assert_eq!(reason(799, ""), "");
    }
}
