//! Durations, sizes and counts as text: the same words in the window, on the command line and in reports.
//!
//! `1 KB` is 1,024 bytes and `1 MB` is 1,024 KB, as in curl and in the tools people compare the figures with.
//! Values are rounded once, half up, in integers; a value that rounds up to the next unit is written in that unit
//! (59,999 ms is `1 m 0 s`, never `60.0 s`).

use std::time::Duration;

const MICROSECONDS_IN_SECOND: u128 = 1_000_000;

/// `0.35 ms`, `4.2 ms`, `123 ms`, `1.05 s`, `12.3 s`, `1 m 5 s`, `2 h 3 m`, `1 d 2 h`.
#[must_use]
pub fn duration(value: Duration) -> String {
    let micros = value.as_micros();
    if micros == 0 {
        return "0 ms".to_owned();
    }
    let hundredths_of_milliseconds = rounded(micros, 10);
    if hundredths_of_milliseconds == 0 {
        return "< 0.01 ms".to_owned();
    }
    if hundredths_of_milliseconds < 100 {
        return format!("{} ms", with_decimals(hundredths_of_milliseconds, 2));
    }
    let tenths_of_milliseconds = rounded(micros, 100);
    if tenths_of_milliseconds < 100 {
        return format!("{} ms", with_decimals(tenths_of_milliseconds, 1));
    }
    let milliseconds = rounded(micros, 1_000);
    if milliseconds < 1_000 {
        return format!("{milliseconds} ms");
    }
    let hundredths = rounded(micros, 10_000);
    if hundredths < 1_000 {
        return format!("{} s", with_decimals(hundredths, 2));
    }
    let tenths = rounded(micros, 100_000);
    if tenths < 600 {
        return format!("{} s", with_decimals(tenths, 1));
    }
    long(rounded(micros, MICROSECONDS_IN_SECOND))
}

/// Milliseconds alone, for a column of phases that is read from top to bottom: `0.35 ms`, `41.50 ms`, `1,013.00 ms`.
#[must_use]
pub fn milliseconds(value: Duration) -> String {
    let hundredths = rounded(value.as_micros(), 10);
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    format!("{}.{rest:02} ms", grouped(whole))
}

/// What is left of a token's life: `23 h 41 m`, `4 m`, `41 s`, `expired`. Never rounded up: `4 m` means at least four minutes.
#[must_use]
pub fn countdown(left: Duration) -> String {
    match left.as_secs() {
        0 => "expired".to_owned(),
        seconds @ 1..60 => format!("{seconds} s"),
        seconds @ 60..3_600 => format!("{} m", seconds / 60),
        seconds @ 3_600..172_800 => format!("{} h {} m", seconds / 3_600, seconds / 60 % 60),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// How long after `left` the text of `countdown` changes: when to look again, at least one second.
#[must_use]
pub fn countdown_changes_in(left: Duration) -> Duration {
    let step = match left.as_secs() {
        0..60 => 1,
        60..172_800 => 60,
        _ => 86_400,
    };
    let into_step = Duration::from_secs(left.as_secs() / step * step);
    left.saturating_sub(into_step) + Duration::from_millis(1)
}

/// `0 B`, `1,023 B`, `4.5 KB`, `153 KB`, `1.0 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KB", "MB", "GB", "TB", "PB"];
    if bytes < 1_024 {
        return format!("{} B", count(bytes));
    }
    let mut divisor = 1_024_u128;
    let last = UNITS.len() - 1;
    for (index, unit) in UNITS.iter().enumerate() {
        let tenths = rounded(u128::from(bytes) * 10, divisor);
        if tenths < 1_000 {
            return format!("{} {unit}", with_decimals(tenths, 1));
        }
        let whole = rounded(u128::from(bytes), divisor);
        if whole < 1_024 || index == last {
            return format!("{} {unit}", grouped(whole));
        }
        divisor *= 1_024;
    }
    unreachable!("the last unit takes every size")
}

/// Every byte, for tooltips and `--json`-less tables: `4,608 bytes`, `1 byte`.
#[must_use]
pub fn exact_size(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        _ => format!("{} bytes", count(bytes)),
    }
}

/// `5,100,000`.
#[must_use]
pub fn count(value: u64) -> String {
    grouped(u128::from(value))
}

fn long(seconds: u128) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    if days > 0 {
        format!("{} d {} h", grouped(days), hours % 24)
    } else if hours > 0 {
        format!("{hours} h {} m", minutes % 60)
    } else {
        format!("{minutes} m {} s", seconds % 60)
    }
}

const fn rounded(value: u128, unit: u128) -> u128 {
    (value + unit / 2) / unit
}

fn with_decimals(value: u128, decimals: u32) -> String {
    let unit = 10_u128.pow(decimals);
    let width = decimals as usize;
    format!("{}.{:0width$}", value / unit, value % unit)
}

fn grouped(value: u128) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peers' case 83, with the wrong texts of their functions ("1.5s", "1.100s", "1.100KB") in mind.
    #[test]
    fn durations_roll_over_at_the_right_place() {
        let table = [
            (0, "0 ms"),
            (4, "< 0.01 ms"),
            (40, "0.04 ms"),
            (350, "0.35 ms"),
            (994, "0.99 ms"),
            (995, "1.0 ms"),
            (9_940, "9.9 ms"),
            (9_949, "9.9 ms"),
            (9_950, "10 ms"),
            (123_000, "123 ms"),
            (999_000, "999 ms"),
            (999_499, "999 ms"),
            (999_500, "1.00 s"),
            (1_000_000, "1.00 s"),
            (1_005_000, "1.01 s"),
            (1_050_000, "1.05 s"),
            (1_099_000, "1.10 s"),
            (1_995_000, "2.00 s"),
            (9_994_000, "9.99 s"),
            (9_995_000, "10.0 s"),
            (59_949_000, "59.9 s"),
            (59_999_000, "1 m 0 s"),
            (60_000_000, "1 m 0 s"),
            (65_000_000, "1 m 5 s"),
            (3_599_999_000, "1 h 0 m"),
            (90_000_000_000, "1 d 1 h"),
        ];
        for (micros, text) in table {
            assert_eq!(duration(Duration::from_micros(micros)), text, "{micros} µs");
        }
    }

    #[test]
    fn sizes_roll_over_at_the_right_place() {
        let table = [
            (0, "0 B"),
            (1_023, "1,023 B"),
            (1_024, "1.0 KB"),
            (1_075, "1.0 KB"),
            (1_229, "1.2 KB"),
            (2_047, "2.0 KB"),
            (4_608, "4.5 KB"),
            (102_348, "99.9 KB"),
            (102_349, "100 KB"),
            (1_048_063, "1,023 KB"),
            (1_048_064, "1.0 MB"),
            (1_048_575, "1.0 MB"),
            (1_048_576, "1.0 MB"),
            (10 * 1_048_576, "10.0 MB"),
            (1_073_741_823, "1.0 GB"),
            (u64::MAX, "16,384 PB"),
        ];
        for (bytes, text) in table {
            assert_eq!(size(bytes), text, "{bytes} bytes");
        }
    }

    #[test]
    fn countdowns_never_promise_too_much() {
        let table = [
            (0, "expired"),
            (999, "expired"),
            (1_000, "1 s"),
            (59_999, "59 s"),
            (60_000, "1 m"),
            (299_999, "4 m"),
            (3_600_000, "1 h 0 m"),
            (85_260_000, "23 h 41 m"),
            (172_800_000, "2 d"),
        ];
        for (milliseconds, text) in table {
            assert_eq!(
                countdown(Duration::from_millis(milliseconds)),
                text,
                "{milliseconds} ms"
            );
        }
    }

    #[test]
    fn a_countdown_is_looked_at_again_exactly_when_its_text_changes() {
        for left in [
            500,
            1_000,
            45_250,
            60_000,
            61_500,
            3_600_000,
            85_260_123,
            200_000_000,
        ] {
            let left = Duration::from_millis(left);
            let wait = countdown_changes_in(left);
            let just_before = left.saturating_sub(wait.saturating_sub(Duration::from_millis(1)));
            assert_eq!(
                countdown(left),
                countdown(just_before),
                "{left:?}, too late"
            );
            if left.as_secs() > 0 {
                let after = left.saturating_sub(wait);
                assert_ne!(countdown(left), countdown(after), "{left:?}, too early");
            }
        }
    }

    #[test]
    fn whole_numbers_are_grouped() {
        assert_eq!(exact_size(1), "1 byte");
        assert_eq!(exact_size(4_608), "4,608 bytes");
        assert_eq!(count(5_100_000), "5,100,000");
        assert_eq!(
            milliseconds(Duration::from_micros(1_013_004)),
            "1,013.00 ms"
        );
        assert_eq!(milliseconds(Duration::from_micros(346)), "0.35 ms");
    }
}
