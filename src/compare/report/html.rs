//! One HTML page that needs nothing else: no script, no reference to anywhere, a policy that forbids both, every value escaped.

use std::fmt::Write as _;

use super::markdown::is_invisible;
use super::{Report, counted, status_text, why_text};
use crate::compare::latency::{LatencyGroup, Plot};
use crate::compare::outcome::{LayerOutcome, Row, Shown, SideSummary, VerdictKind};
use crate::compare::requests::SentSummary;

/// Rows of one table: more are too many for a page.
const MOST_ROWS: usize = 2_000;

const STYLE: &str = "\
:root{color-scheme:light dark;--bg:#f4f5f8;--panel:#fff;--line:#dfe3ea;--text:#1a1f29;--soft:#505b6c;--a:#0a7060;--b:#6f42c9;--ok:#167445;--warn:#8a5a00;--bad:#b9232b}\
@media(prefers-color-scheme:dark){:root{--bg:#14161b;--panel:#191c22;--line:#2b303a;--text:#e7eaf0;--soft:#a3acbb;--a:#3ccfb4;--b:#b394ff;--ok:#4cc38a;--warn:#f0b040;--bad:#ff7a80}}\
body{margin:0;background:var(--bg);color:var(--text);font:14px/1.45 Inter,system-ui,sans-serif}\
main{max-width:1200px;margin:0 auto;padding:24px}\
h1{font-size:20px;margin:0 0 4px}h2{font-size:15px;margin:24px 0 8px}p{margin:4px 0;color:var(--soft)}\
code,pre{font:13px/1.5 \"JetBrains Mono\",ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}\
table{width:100%;border-collapse:collapse;background:var(--panel);border:1px solid var(--line)}\
th,td{text-align:left;vertical-align:top;padding:6px 10px;border-top:1px solid var(--line)}th{color:var(--soft);font-weight:500}\
.identical,.equivalent{color:var(--ok)}.different{color:var(--warn)}.not-comparable{color:var(--bad)}\
.a{color:var(--a)}.b{color:var(--b)}.missing{color:var(--soft)}details{margin-top:8px}summary{cursor:pointer}svg{display:block;width:100%;height:auto}";

pub(super) fn html(report: &Report) -> String {
    let verdict = &report.comparison.verdict;
    let mut page = Page::default();
    page.raw(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
    );
    page.text(&verdict.headline);
    page.raw("</title>\n<style>");
    page.raw(STYLE);
    page.raw("</style>\n</head>\n<body>\n<main>\n<h1 class=\"");
    page.raw(match verdict.kind {
        VerdictKind::Identical => "identical",
        VerdictKind::Equivalent => "equivalent",
        VerdictKind::Different => "different",
        VerdictKind::NotComparable => "not-comparable",
    });
    page.raw("\">");
    page.text(&verdict.headline);
    page.raw("</h1>\n");
    page.paragraph(&verdict.cause);
    page.raw("<p><code>");
    page.text(&report.request_line());
    page.raw("</code></p>\n");
    sides(&mut page, &report.comparison.a, &report.comparison.b);
    layers(&mut page, report);
    for (title, list) in report.sections() {
        rows(&mut page, title, &list);
    }
    if report.comparison.rows_left_out > 0 {
        page.paragraph(&format!(
            "{} more were counted and are not listed",
            report.comparison.rows_left_out
        ));
    }
    latency(&mut page, report);
    requests(&mut page, report);
    remarks(&mut page, report);
    page.raw("</main>\n</body>\n</html>\n");
    page.0
}

/// The text of the page. Values only ever go in through `text`.
#[derive(Default)]
struct Page(String);

impl Page {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    fn text(&mut self, value: &str) {
        for character in value.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' | '\t' => self.0.push(character),
                other if is_invisible(other) => self.0.push('\u{fffd}'),
                other => self.0.push(other),
            }
        }
    }

    fn paragraph(&mut self, value: &str) {
        if !value.is_empty() {
            self.raw("<p>");
            self.text(value);
            self.raw("</p>\n");
        }
    }

    fn cell(&mut self, value: &str) {
        self.raw("<td>");
        self.text(value);
        self.raw("</td>");
    }

    fn code_cell(&mut self, value: &str) {
        self.raw("<td><code>");
        self.text(value);
        self.raw("</code></td>");
    }

    fn heading(&mut self, value: &str) {
        self.raw("<h2>");
        self.text(value);
        self.raw("</h2>\n");
    }

    fn number(&mut self, value: f64) {
        write!(self.0, "{value:.2}").expect("a string takes everything");
    }
}

fn sides(page: &mut Page, a: &SideSummary, b: &SideSummary) {
    page.raw("<table>\n<tr><th></th><th class=\"a\">A</th><th class=\"b\">B</th></tr>\n");
    let mut line = |name: &str, value: &dyn Fn(&SideSummary) -> String| {
        page.raw("<tr><th>");
        page.text(name);
        page.raw("</th>");
        page.cell(&value(a));
        page.cell(&value(b));
        page.raw("</tr>\n");
    };
    line("Environment", &|side| side.environment_name.clone());
    line("Answered by", &|side| side.answered.text.clone());
    line("Status", &status_text);
    line("Media type", &|side| side.media_type.clone());
    line("Size", &|side| {
        format!(
            "{} bytes, {} on the wire",
            side.decoded_bytes, side.wire_bytes
        )
    });
    line("Time", &|side| {
        let phases: Vec<String> = side
            .timing
            .phases
            .iter()
            .map(|(phase, time)| format!("{phase} {time:.1}"))
            .collect();
        format!("{:.1} ms ({})", side.timing.total_ms, phases.join(", "))
    });
    line("Began", &|side| side.started_at.clone());
    page.raw("</table>\n");
}

fn layers(page: &mut Page, report: &Report) {
    page.heading("Layers");
    page.raw("<table>\n");
    for layer in &report.comparison.layers {
        page.raw("<tr><th>");
        page.text(&layer.layer.to_string());
        page.raw("</th>");
        page.cell(match layer.outcome {
            LayerOutcome::Same => "same",
            LayerOutcome::SetAside => "nothing that counts",
            LayerOutcome::Different => "different",
            LayerOutcome::NotCompared => "not compared",
            LayerOutcome::Informative => "for information",
        });
        page.cell(&layer.text);
        page.raw("</tr>\n");
    }
    page.raw("</table>\n");
}

fn rows(page: &mut Page, title: &str, rows: &[&Row]) {
    if rows.is_empty() {
        return;
    }
    page.heading(&format!("{title} ({})", counted(rows)));
    page.raw("<table>\n<tr><th>Where</th><th class=\"a\">A</th><th class=\"b\">B</th><th>Why</th></tr>\n");
    for row in rows.iter().take(MOST_ROWS) {
        page.raw("<tr>");
        page.code_cell(&row.place);
        shown(page, row.a.as_ref());
        shown(page, row.b.as_ref());
        page.cell(&why_text(row));
        page.raw("</tr>\n");
    }
    page.raw("</table>\n");
    if rows.len() > MOST_ROWS {
        page.paragraph(&format!(
            "{} more rows are left out here",
            rows.len() - MOST_ROWS
        ));
    }
}

fn shown(page: &mut Page, value: Option<&Shown>) {
    match value {
        Some(shown) => page.code_cell(&shown.text),
        None => page.raw("<td class=\"missing\">missing</td>"),
    }
}

fn latency(page: &mut Page, report: &Report) {
    let Some(latency) = &report.latency else {
        return;
    };
    page.heading("Timing");
    page.paragraph(&latency.sentence());
    for (name, group) in [
        ("Warm connections", &latency.warm),
        ("New connections", &latency.cold),
    ] {
        if let Some(group) = group {
            page.paragraph(name);
            phases(page, group);
            plot(page, &group.plot);
        }
    }
}

fn phases(page: &mut Page, group: &LatencyGroup) {
    page.raw("<table>\n<tr><th>Phase</th><th>B minus A</th></tr>\n<tr><th>total</th>");
    page.cell(&group.total.sentence());
    page.raw("</tr>\n");
    for (phase, difference) in &group.phases {
        page.raw("<tr><th>");
        page.text(&phase.to_string());
        page.raw("</th>");
        page.cell(&difference.sentence());
        page.raw("</tr>\n");
    }
    page.raw("</table>\n");
}

/// Both distributions as bars, A upwards and B downwards from one line.
#[expect(clippy::cast_precision_loss, reason = "counts of a small sample")]
fn plot(page: &mut Page, plot: &Plot) {
    let most = plot
        .a
        .iter()
        .chain(&plot.b)
        .copied()
        .max()
        .unwrap_or_default()
        .max(1) as f64;
    let bins = plot.a.len().max(1) as f64;
    page.raw("<svg viewBox=\"0 0 600 150\" role=\"img\" aria-label=\"Distribution of the times of A and B\">\n");
    for (class, counts, upwards) in [("a", &plot.a, true), ("b", &plot.b, false)] {
        for (at, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let height = 60.0 * count as f64 / most;
            page.raw("<rect fill=\"currentColor\" class=\"");
            page.raw(class);
            page.raw("\" x=\"");
            page.number(at as f64 * 600.0 / bins);
            page.raw("\" y=\"");
            page.number(if upwards { 65.0 - height } else { 66.0 });
            page.raw("\" width=\"");
            page.number(600.0 / bins - 1.0);
            page.raw("\" height=\"");
            page.number(height);
            page.raw("\"></rect>\n");
        }
    }
    page.raw("</svg>\n");
    let end = plot.start_ms + plot.bin_ms * bins;
    page.paragraph(&format!(
        "{:.1} to {end:.1} ms, A above and B below the line; {} slower ones in the last bar",
        plot.start_ms, plot.beyond
    ));
}

fn requests(page: &mut Page, report: &Report) {
    let requests = &report.comparison.requests;
    page.heading("Requests");
    if !requests.rows.is_empty() {
        page.raw("<table>\n<tr><th>Part</th><th class=\"a\">A</th><th class=\"b\">B</th><th>Why</th></tr>\n");
        for row in &requests.rows {
            page.raw("<tr>");
            page.code_cell(&row.part);
            for value in [&row.a, &row.b] {
                match value {
                    Some(value) => page.code_cell(value),
                    None => page.raw("<td class=\"missing\">not sent</td>"),
                }
            }
            page.cell(row.intended.as_deref().unwrap_or("not intended"));
            page.raw("</tr>\n");
        }
        page.raw("</table>\n");
    }
    for (leg, sent) in [("A", &requests.a), ("B", &requests.b)] {
        if let Some(sent) = sent {
            page.raw("<details><summary>Sent to ");
            page.raw(leg);
            page.raw("</summary><pre>");
            page.text(&request_text(sent));
            page.raw("</pre></details>\n");
        }
    }
}

fn request_text(sent: &SentSummary) -> String {
    let mut text = format!("{} {} {}\n", sent.method, sent.url, sent.version);
    for (name, value) in &sent.headers {
        writeln!(text, "{name}: {value}").expect("a string takes everything");
    }
    if !sent.body.is_empty() {
        text.push('\n');
        text.push_str(&sent.body);
    }
    text
}

fn remarks(page: &mut Page, report: &Report) {
    let comparison = &report.comparison;
    let mut lines: Vec<String> = report
        .run
        .iter()
        .map(|run| format!("Sent: {}", run.sentence()))
        .collect();
    lines.extend(
        comparison
            .set_aside
            .iter()
            .map(|by| format!("{} set aside: {}", by.count, by.set_aside)),
    );
    lines.extend(
        comparison
            .unused_rules
            .iter()
            .map(|rule| format!("Rule {} set nothing aside", rule.id)),
    );
    lines.extend(comparison.remarks.iter().cloned());
    if !lines.is_empty() {
        page.heading("Remarks");
        for line in lines {
            page.paragraph(&line);
        }
    }
}
