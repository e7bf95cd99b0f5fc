//! Past exchanges in words: days, times, what came of them. In local time, as the history was told.

use egui::Color32;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::state::AppState;
use crate::body::visible;
use crate::compare::VerdictKind;
use crate::model::history::{HistoryKind, HistorySummary};
use crate::ui::text;
use crate::ui::tokens::Palette;

/// `Today`, `Yesterday`, `Mon 23 Nov`, `23 Nov 2025`.
pub(super) fn day(date: Date, today: Date) -> String {
    if date == today {
        "Today".to_owned()
    } else if date.tomorrow().is_ok_and(|next| next == today) {
        "Yesterday".to_owned()
    } else if date.year() == today.year() {
        date.strftime("%a %-d %b").to_string()
    } else {
        date.strftime("%-d %b %Y").to_string()
    }
}

pub(super) fn today(state: &AppState) -> Date {
    state.history.zone.to_datetime(state.now).date()
}

/// `17:03`.
pub(super) fn clock(zone: &TimeZone, at: Timestamp) -> String {
    zone.to_datetime(at).strftime("%H:%M").to_string()
}

/// `17:03` today, `Yesterday 17:03`, `23 Nov 2025 17:03`.
pub(super) fn moment(state: &AppState, at: Timestamp) -> String {
    let zone = &state.history.zone;
    let (date, today) = (zone.to_datetime(at).date(), today(state));
    if date == today {
        clock(zone, at)
    } else {
        format!("{} {}", day(date, today), clock(zone, at))
    }
}

/// The same with seconds: what tells the exchanges of one request apart.
pub(super) fn second(state: &AppState, at: Timestamp) -> String {
    let seconds = state.history.zone.to_datetime(at).strftime(":%S");
    format!("{}{seconds}", moment(state, at))
}

/// `404`, `failed`, or the verdict of a comparison; with its colours.
pub(super) fn outcome(palette: &Palette, entry: &HistorySummary) -> (String, Color32, Color32) {
    if entry.kind == HistoryKind::Comparison {
        return verdict(palette, entry.answered_by.as_deref().unwrap_or_default());
    }
    let Some(status) = entry.status else {
        return ("failed".to_owned(), palette.bad, palette.bad_fill);
    };
    let (colour, fill) = palette.status(entry.told_status().unwrap_or(status));
    (status.to_string(), colour, fill)
}

/// The verdict that a headline begins with.
fn verdict(palette: &Palette, headline: &str) -> (String, Color32, Color32) {
    [
        (VerdictKind::Identical, palette.ok, palette.ok_fill),
        (VerdictKind::Equivalent, palette.info, palette.info_fill),
        (VerdictKind::Different, palette.warn, palette.warn_fill),
        (VerdictKind::NotComparable, palette.bad, palette.bad_fill),
    ]
    .into_iter()
    .map(|(kind, colour, fill)| (kind.to_string(), colour, fill))
    .find(|(word, ..)| headline.starts_with(word))
    .unwrap_or_else(|| ("compared".to_owned(), palette.info, palette.info_fill))
}

/// All that a row says, for those who hear it.
pub(super) fn spoken(state: &AppState, palette: &Palette, entry: &HistorySummary) -> String {
    format!(
        "{} {}, {}, {}, {}, {}",
        entry.method,
        visible::line(&entry.path),
        match entry.told_status() {
            Some(told) => format!("{}, {told} in the body", outcome(palette, entry).0),
            None => outcome(palette, entry).0,
        },
        visible::line(&entry.environment_name),
        moment(state, entry.started_at),
        text::duration(entry.total),
    )
}

/// The end of a path in `most` characters: what tells two paths apart stands there.
pub(super) fn end_of(path: &str, most: usize) -> String {
    let count = path.chars().count();
    if count <= most {
        return path.to_owned();
    }
    let kept = most.saturating_sub(1);
    let end: String = path.chars().skip(count - kept).collect();
    // Whole segments where one begins near.
    let end = match end.find('/') {
        Some(at) if at <= end.len() / 2 => &end[at..],
        _ => &end,
    };
    format!("…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_comparison_says_its_verdict() {
        let palette = &crate::ui::tokens::DARK;
        for (headline, word, colour) in [
            ("Identical, apart from 2 fields", "Identical", palette.ok),
            ("Equivalent: 3 notes", "Equivalent", palette.info),
            ("Different: 1 header differs", "Different", palette.warn),
            (
                "Not comparable: B was cancelled",
                "Not comparable",
                palette.bad,
            ),
            ("", "compared", palette.info),
        ] {
            let (told, found, _) = verdict(palette, headline);
            assert_eq!((told.as_str(), found), (word, colour), "{headline}");
        }
    }

    #[test]
    fn days_are_called_as_people_call_them() {
        let today = date(2026, 3, 1);
        for (day_of, expected) in [
            (date(2026, 3, 1), "Today"),
            (date(2026, 2, 28), "Yesterday"),
            (date(2026, 2, 27), "Fri 27 Feb"),
            (date(2025, 12, 31), "31 Dec 2025"),
            (date(2026, 3, 2), "Mon 2 Mar"),
        ] {
            assert_eq!(day(day_of, today), expected);
        }
    }

    #[test]
    fn the_end_of_a_long_path_is_kept_by_segments() {
        for (path, most, expected) in [
            ("/api/v2/users", 20, "/api/v2/users"),
            ("/test/api/v2/routing/queues", 20, "…/v2/routing/queues"),
            ("/api/v2/users/0123456789abcdef", 12, "…56789abcdef"),
            ("/ä/ö/ü", 4, "…/ü"),
            (
                "/api/v2/analytics/conversations/details/query",
                25,
                "…/details/query",
            ),
        ] {
            let shown = end_of(path, most);
            assert_eq!(shown, expected, "{path}");
            assert!(shown.chars().count() <= most, "{shown}");
        }
    }
}
