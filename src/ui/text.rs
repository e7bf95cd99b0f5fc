//! Numbers as words: sizes, durations, countdowns, dates.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// `512 B`, `4.5 KB`, `1.2 MB`: powers of ten, as browsers count.
#[must_use]
pub fn bytes(count: u64) -> String {
    let units = ["KB", "MB", "GB", "TB"];
    if count < 1_000 {
        return format!("{count} B");
    }
    let mut tenths = count / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < units.len() {
        tenths /= 1_000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, units[unit])
}

/// `0.41 ms`, `123 ms`, `1.2 s`, `1 m 5 s`.
#[must_use]
pub fn duration(duration: Duration) -> String {
    let micros = duration.as_micros();
    let seconds = duration.as_secs();
    if micros < 10_000 {
        format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
    } else if seconds < 1 {
        format!("{} ms", micros / 1_000)
    } else if seconds < 60 {
        format!("{}.{} s", seconds, duration.subsec_millis() / 100)
    } else {
        format!("{} m {} s", seconds / 60, seconds % 60)
    }
}

/// Time that is left: `23 h 41 m`, `4 m`, `< 1 m`, `expired`; and how long these words stay true.
#[must_use]
pub fn countdown(now: Timestamp, until: Timestamp) -> (String, Option<Duration>) {
    let left = until.duration_since(now);
    if left <= SignedDuration::ZERO {
        return ("expired".to_owned(), None);
    }
    let millis = u64::try_from(left.as_millis()).unwrap_or(0);
    let minutes = millis / 60_000;
    let words = if minutes >= 60 {
        format!("{} h {} m", minutes / 60, minutes % 60)
    } else if minutes >= 1 {
        format!("{minutes} m")
    } else {
        "< 1 m".to_owned()
    };
    (words, Some(Duration::from_millis(millis % 60_000 + 1)))
}

/// `2026-11-24 17:03:21 UTC`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
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
    use super::*;

    #[test]
    fn sizes_read_as_people_count() {
        for (count, words) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 KB"),
            (4_567, "4.5 KB"),
            (999_999, "999.9 KB"),
            (1_200_000, "1.2 MB"),
            (200_000_000, "200.0 MB"),
            (3_000_000_000, "3.0 GB"),
        ] {
            assert_eq!(bytes(count), words, "{count}");
        }
    }

    #[test]
    fn durations_keep_the_digits_that_matter() {
        for (micros, words) in [
            (0, "0.00 ms"),
            (410, "0.41 ms"),
            (9_999, "9.99 ms"),
            (123_456, "123 ms"),
            (1_234_000, "1.2 s"),
            (65_000_000, "1 m 5 s"),
        ] {
            assert_eq!(duration(Duration::from_micros(micros)), words, "{micros}");
        }
    }

    #[test]
    fn a_countdown_says_when_its_words_change() {
        let now = Timestamp::UNIX_EPOCH;
        for (seconds, words, stays) in [
            (23 * 3600 + 41 * 60 + 5, "23 h 41 m", Some(5_001)),
            (4 * 60 + 30, "4 m", Some(30_001)),
            (59, "< 1 m", Some(59_001)),
            (0, "expired", None),
            (-5, "expired", None),
        ] {
            let until = now + SignedDuration::from_secs(seconds);
            let expected = (words.to_owned(), stays.map(Duration::from_millis));
            assert_eq!(countdown(now, until), expected, "{seconds}");
        }
    }
}
