//! A comparison for a person at a terminal: the verdict first, then what differs as a table, then what was set aside in a line each.

use crate::compare::VerdictKind;
use crate::compare::latency::LatencyReport;
use crate::compare::outcome::{Comparison, Row, Shown, SideSummary};
use crate::compare::report::{Report, counted};

use super::terminal::{self, Tone};

/// Rows of one table; the reports have more, the JSON document has all.
const MOST_ROWS: usize = 60;
/// Characters of a column at most.
const WHERE: usize = 48;
const VALUE: usize = 32;

pub(super) fn print(report: &Report, all: bool) {
    let comparison = &report.comparison;
    let tone = match comparison.verdict.kind {
        VerdictKind::Identical | VerdictKind::Equivalent => Tone::Good,
        VerdictKind::Different | VerdictKind::NotComparable => Tone::Bad,
    };
    terminal::toned(tone, &comparison.verdict.headline);
    if !comparison.verdict.cause.is_empty() {
        terminal::line(&comparison.verdict.cause);
    }
    terminal::line("");
    print_side("A", &comparison.a);
    print_side("B", &comparison.b);
    let rows = |wanted: fn(&Row) -> bool| -> Vec<&Row> {
        let rows = comparison.rows.iter();
        rows.filter(|row| wanted(row)).collect()
    };
    print_rows("Differences", &rows(Row::counts_as_difference));
    let notes = rows(|row| row.set_aside.is_none() && row.kind.is_note());
    if all || comparison.verdict.kind == VerdictKind::Equivalent {
        print_rows("Notes", &notes);
    }
    print_set_aside(comparison);
    if all {
        print_rows("Set aside, in full", &rows(|row| row.set_aside.is_some()));
    }
    print_remarks(report, all);
}

fn print_side(name: &str, side: &SideSummary) {
    let status = match (side.status, side.effective_status) {
        (Some(sent), Some(effective)) if sent != effective => {
            format!("{sent} ({effective} in the body)")
        }
        (Some(sent), _) => format!("{sent} {}", side.reason).trim_end().to_owned(),
        (None, _) => side
            .error
            .clone()
            .unwrap_or_else(|| "nothing came back".to_owned()),
    };
    let mut parts = vec![status];
    if side.status.is_some() {
        parts.push(format!("{:.1} ms", side.timing.total_ms));
        parts.push(format!("{} bytes", side.decoded_bytes));
    }
    parts.push(side.answered.text.clone());
    terminal::line(&format!(
        "{name}  {}: {}",
        side.environment_name,
        parts.join(" · ")
    ));
}

/// Where, A, B and why, in columns as wide as what stands in them.
fn print_rows(title: &str, rows: &[&Row]) {
    if rows.is_empty() {
        return;
    }
    terminal::line("");
    terminal::toned(Tone::Strong, &format!("{title} ({})", counted(rows)));
    let cells: Vec<[String; 4]> = rows
        .iter()
        .take(MOST_ROWS)
        .map(|row| {
            let why = match &row.set_aside {
                Some(by) if row.why.is_empty() => by.to_string(),
                Some(by) => format!("{}; {by}", row.why),
                None => row.why.clone(),
            };
            [
                place(&row.place),
                value(row.a.as_ref()),
                value(row.b.as_ref()),
                why,
            ]
        })
        .collect();
    let heads = ["where", "A", "B", "why"].map(str::to_owned);
    let mut widths = [0; 3];
    for line in cells.iter().chain([&heads]) {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    terminal::toned(Tone::Faint, &table_line(&heads, widths));
    for line in &cells {
        terminal::line(&table_line(line, widths));
    }
    if rows.len() > MOST_ROWS {
        let more = rows.len() - MOST_ROWS;
        terminal::toned(
            Tone::Faint,
            &format!("{more} more: --json and --report have them"),
        );
    }
}

fn table_line(cells: &[String; 4], widths: [usize; 3]) -> String {
    let [place, a, b, why] = cells;
    let [first, second, third] = widths;
    format!("  {place:first$}  {a:second$}  {b:third$}  {why}")
        .trim_end()
        .to_owned()
}

/// The end of a path says more than its beginning.
fn place(text: &str) -> String {
    let count = text.chars().count();
    if count <= WHERE {
        return text.to_owned();
    }
    let end: String = text.chars().skip(count - WHERE + 1).collect();
    format!("…{end}")
}

fn value(shown: Option<&Shown>) -> String {
    let Some(shown) = shown else {
        return "missing".to_owned();
    };
    let text = shown.text.replace(['\n', '\r', '\t'], " ");
    if text.chars().count() <= VALUE {
        return text;
    }
    let start: String = text.chars().take(VALUE - 1).collect();
    format!("{start}…")
}

fn print_set_aside(comparison: &Comparison) {
    if comparison.set_aside.is_empty() {
        return;
    }
    terminal::line("");
    terminal::toned(Tone::Strong, "Set aside");
    for used in &comparison.set_aside {
        terminal::line(&format!("  {:>4}  {}", used.count, used.set_aside));
    }
}

fn print_remarks(report: &Report, all: bool) {
    let comparison = &report.comparison;
    let mut lines: Vec<String> = Vec::new();
    if comparison.rows_left_out > 0 {
        lines.push(format!(
            "{} more differences were counted and are not listed anywhere",
            comparison.rows_left_out
        ));
    }
    let unintended = comparison
        .requests
        .rows
        .iter()
        .filter(|row| row.intended.is_none());
    lines.extend(unintended.map(|row| {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "not sent".to_owned());
        format!(
            "The requests differ where nobody asked for it: {}: {} and {}",
            row.part,
            side(&row.a),
            side(&row.b)
        )
    }));
    lines.extend(comparison.remarks.iter().cloned());
    lines.extend(
        comparison
            .unused_rules
            .iter()
            .map(|rule| format!("Rule {} set nothing aside", rule.id)),
    );
    if let Some(latency) = &report.latency {
        lines.extend(latency_lines(latency));
    }
    if all && let Some(run) = &report.run {
        lines.push(format!("Sent: {}", run.sentence()));
    }
    if !lines.is_empty() {
        terminal::line("");
    }
    for line in lines {
        terminal::line(&line);
    }
}

/// The sentence, and each phase that is long enough to be told.
fn latency_lines(latency: &LatencyReport) -> Vec<String> {
    let mut lines = vec![latency.sentence()];
    let group = latency.main_group().map(|(_, group)| group);
    let phases = group.into_iter().flat_map(|group| &group.phases);
    lines.extend(phases.map(|(phase, difference)| format!("  {phase}: {}", difference.sentence())));
    lines
}
