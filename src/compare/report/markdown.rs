//! Markdown for issues and chats: values in code spans, so that nothing in them becomes markup.

use std::fmt::Write as _;

use super::{Report, counted, status_text, why_text};
use crate::compare::latency::LatencyReport;
use crate::compare::outcome::{Row, Shown, SideSummary};

/// Rows of one table. A report is read by people; the JSON has everything.
const MOST_ROWS: usize = 200;

pub(super) fn markdown(report: &Report) -> String {
    let comparison = &report.comparison;
    let mut text = format!("# {}\n\n", plain(&comparison.verdict.headline));
    if !comparison.verdict.cause.is_empty() {
        push(
            &mut text,
            format_args!("{}\n\n", plain(&comparison.verdict.cause)),
        );
    }
    push(
        &mut text,
        format_args!("{}\n\n", span(&report.request_line())),
    );
    text.push_str("| | A | B |\n|---|---|---|\n");
    let line = |text: &mut String, name: &str, value: &dyn Fn(&SideSummary) -> String| {
        let (a, b) = (value(&comparison.a), value(&comparison.b));
        push(
            text,
            format_args!("| {name} | {} | {} |\n", span(&a), span(&b)),
        );
    };
    line(&mut text, "Environment", &|side| {
        side.environment_name.clone()
    });
    line(&mut text, "Answered by", &|side| side.answered.text.clone());
    line(&mut text, "Status", &status_text);
    line(&mut text, "Media type", &|side| side.media_type.clone());
    line(&mut text, "Size", &|side| {
        format!("{} bytes", side.decoded_bytes)
    });
    line(&mut text, "Time", &|side| {
        format!("{:.1} ms", side.timing.total_ms)
    });
    text.push_str("\n| Layer | |\n|---|---|\n");
    for layer in &comparison.layers {
        push(
            &mut text,
            format_args!("| {} | {} |\n", layer.layer, span(&layer.text)),
        );
    }
    for (title, rows) in report.sections() {
        push_rows(&mut text, title, &rows);
    }
    if comparison.rows_left_out > 0 {
        push(
            &mut text,
            format_args!(
                "\n{} more were counted and are not listed\n",
                comparison.rows_left_out
            ),
        );
    }
    push_requests(&mut text, report);
    push_remarks(&mut text, report);
    text
}

fn push_rows(text: &mut String, title: &str, rows: &[&Row]) {
    if rows.is_empty() {
        return;
    }
    push(text, format_args!("\n## {title} ({})\n\n", counted(rows)));
    text.push_str("| Where | A | B | Why |\n|---|---|---|---|\n");
    for row in rows.iter().take(MOST_ROWS) {
        let shown = |value: &Option<Shown>| match value {
            Some(shown) => span(&shown.text),
            None => "missing".to_owned(),
        };
        push(
            text,
            format_args!(
                "| {} | {} | {} | {} |\n",
                span(&row.place),
                shown(&row.a),
                shown(&row.b),
                plain(&why_text(row))
            ),
        );
    }
    if rows.len() > MOST_ROWS {
        push(
            text,
            format_args!("\n{} more rows are left out here\n", rows.len() - MOST_ROWS),
        );
    }
}

fn push_requests(text: &mut String, report: &Report) {
    let requests = &report.comparison.requests;
    text.push_str("\n## Requests\n\n");
    for (leg, sent) in [("A", &requests.a), ("B", &requests.b)] {
        match sent {
            Some(sent) => {
                let line = format!("{} {}", sent.method, sent.url);
                push(text, format_args!("- {leg}: {}\n", span(&line)));
            }
            None => push(text, format_args!("- {leg}: not sent\n")),
        }
    }
    for row in &requests.rows {
        let side =
            |value: &Option<String>| value.as_deref().map_or_else(|| "not sent".to_owned(), span);
        let why = row.intended.as_deref().unwrap_or("**not intended**");
        push(
            text,
            format_args!(
                "- {}: {} and {}, {why}\n",
                span(&row.part),
                side(&row.a),
                side(&row.b)
            ),
        );
    }
}

fn push_remarks(text: &mut String, report: &Report) {
    let mut lines: Vec<String> = report
        .run
        .iter()
        .map(|run| format!("Sent: {}", run.sentence()))
        .collect();
    lines.extend(report.latency.iter().map(LatencyReport::sentence));
    lines.extend(report.comparison.remarks.iter().map(|remark| plain(remark)));
    lines.extend(
        report
            .comparison
            .unused_rules
            .iter()
            .map(|rule| format!("Rule {} set nothing aside", span(&rule.id))),
    );
    if !lines.is_empty() {
        text.push_str("\n## Remarks\n\n");
        for line in lines {
            push(text, format_args!("- {line}\n"));
        }
    }
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments)
        .expect("a string takes everything");
}

/// A code span that holds any text in one line of a table: a fence longer than any in it, no bar, no line end.
fn span(value: &str) -> String {
    let value: String = value
        .chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            // A bar ends the cell even inside a code span.
            '|' => '¦',
            other if is_invisible(other) => '\u{fffd}',
            other => other,
        })
        .collect();
    if value.trim().is_empty() {
        return "-".to_owned();
    }
    let longest = value
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let room = if value.starts_with('`') || value.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{room}{value}{room}{fence}")
}

/// Text of our own around values of others: nothing in it may become markup.
fn plain(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\n' | '\r' | '\t' => text.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&' => {
                text.push('\\');
                text.push(character);
            }
            other if is_invisible(other) => text.push('\u{fffd}'),
            other => text.push(other),
        }
    }
    text
}

/// Control characters, and those that turn the direction of writing.
pub(super) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}')
}
