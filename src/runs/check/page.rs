//! The report as Markdown for issues and chats, and as one HTML page that needs nothing else: no script, no reference to anywhere.
//! Values stand in code spans, or escaped.

use std::fmt::Write as _;

use super::outcome::{LatencySample, Outcome, StepResult};
use super::report::CheckReport;
use crate::compare::latency::tenths;
use crate::model::route_map::RouteWarning;

pub(super) fn markdown(report: &CheckReport) -> String {
    let mut text = format!("# {}\n\n", plain(&report.headline()));
    line(&mut text, "Environment", &report.environment_name);
    line(&mut text, "API", &report.api_url);
    line(&mut text, "Login", &report.login_url);
    if let Some(direct) = &report.direct_name {
        line(&mut text, "Compared with", direct);
    }
    let _ = writeln!(
        text,
        "\n{} requests in {} ms\n\n| | Step | Time |\n|---|---|---|",
        report.requests, report.took_ms
    );
    for step in &report.steps {
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            step.outcome.words(),
            plain(&step.title),
            time_of(step)
        );
    }
    if !report.route_warnings.is_empty() {
        let _ = writeln!(text, "\n## {CONFIGURATION}\n");
        for warning in &report.route_warnings {
            let _ = writeln!(text, "- {}", plain(&told(warning)));
            let _ = writeln!(text, "  Try: {}", plain(&warning.fix));
        }
    }
    for step in &report.steps {
        let _ = writeln!(
            text,
            "\n## {}: {}\n",
            step.step.words(),
            step.outcome.words()
        );
        if step.title != step.step.words() {
            let _ = writeln!(text, "{}\n", plain(&step.title));
        }
        for seen in &step.evidence {
            let _ = writeln!(text, "- {}", span(seen));
        }
        if !step.means.is_empty() {
            let _ = writeln!(text, "\n{}", plain(&step.means));
        }
        for words in &step.tries {
            let _ = writeln!(text, "\nTry: {}", plain(words));
        }
        if !step.effects.is_empty() {
            text.push_str(
                "\n| Sent | Effect | Through the gateway | Directly |\n|---|---|---|---|\n",
            );
            for row in &step.effects {
                let _ = writeln!(
                    text,
                    "| {} | {} | {} | {} |",
                    span(&row.what),
                    row.effect.words(),
                    span(&row.gateway),
                    span(&row.direct)
                );
            }
        }
        if let Some(latency) = &step.latency {
            text.push_str(
                "\n| Pair | Directly | Through the gateway | Added |\n|---|---|---|---|\n",
            );
            for (number, sample) in latency.samples.iter().enumerate() {
                let [direct, gateway, added] = milliseconds(sample);
                let _ = writeln!(text, "| {} | {direct} | {gateway} | {added} |", number + 1);
            }
        }
        for id in &step.request_ids {
            let _ = writeln!(text, "\n{}: {}", plain(&id.name), span(&id.value));
        }
        for link in &step.links {
            let _ = writeln!(text, "\n<{link}>");
        }
    }
    text
}

const CONFIGURATION: &str = "What the imported configuration gets wrong";

/// With the route that it is about.
fn told(warning: &RouteWarning) -> String {
    match &warning.route {
        Some(route) => format!("{route}: {}", warning.text),
        None => warning.text.clone(),
    }
}

fn line(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "- {name}: {}", span(value));
}

/// Directly, through the gateway, and the difference.
fn milliseconds(sample: &LatencySample) -> [String; 3] {
    [
        sample.direct_ms,
        sample.gateway_ms,
        sample.gateway_ms - sample.direct_ms,
    ]
    .map(|time| format!("{} ms", tenths(time)))
}

fn time_of(step: &StepResult) -> String {
    step.took_ms
        .map_or_else(|| "—".to_owned(), |took| format!("{took:.0} ms"))
}

/// Our own words, in which names of environments and paths may stand.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in visible(text).chars() {
        if "\\`*_[]<>#|&!".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A value in a code span, whatever it holds.
fn span(text: &str) -> String {
    let text = visible(text).replace('|', "¦");
    let longest = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    if text.is_empty() {
        "—".to_owned()
    } else if longest > 0 || text.starts_with(' ') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// Without line ends and without characters that steer.
fn visible(text: &str) -> String {
    crate::body::visible::line(&text.replace(['\r', '\n', '\t'], " ")).into_owned()
}

const STYLE: &str = "\
:root{color-scheme:light dark;--bg:#f4f5f8;--panel:#fff;--line:#dfe3ea;--text:#1a1f29;--soft:#505b6c;--ok:#167445;--warn:#8a5a00;--bad:#b9232b}\
@media(prefers-color-scheme:dark){:root{--bg:#14161b;--panel:#191c22;--line:#2b303a;--text:#e7eaf0;--soft:#a3acbb;--ok:#4cc38a;--warn:#f0b040;--bad:#ff7a80}}\
body{margin:0;background:var(--bg);color:var(--text);font:14px/1.45 Inter,system-ui,sans-serif}\
main{max-width:1000px;margin:0 auto;padding:24px}h1{font-size:20px;margin:0 0 8px}p{margin:4px 0}\
section{background:var(--panel);border:1px solid var(--line);border-top:0;padding:10px 14px}section:first-of-type{border-top:1px solid var(--line)}\
h2{font-size:14px;margin:0;display:flex;gap:12px}h2 span:last-child{margin-left:auto;color:var(--soft);font-weight:400}\
code{font:13px/1.5 \"JetBrains Mono\",ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;color:var(--soft)}\
table{border-collapse:collapse;margin-top:6px}td,th{text-align:left;padding:2px 12px 2px 0;vertical-align:top}\
.passed{color:var(--ok)}.warning{color:var(--warn)}.failed{color:var(--bad)}.skipped,.not-observable{color:var(--soft)}";

pub(super) fn html(report: &CheckReport) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
    );
    page.push_str(&escaped(&report.headline()));
    page.push_str("</title>\n<style>");
    page.push_str(STYLE);
    page.push_str("</style>\n</head>\n<body>\n<main>\n");
    let _ = writeln!(page, "<h1>{}</h1>", escaped(&report.headline()));
    for (name, value) in [
        ("Environment", report.environment_name.as_str()),
        ("API", &report.api_url),
        ("Login", &report.login_url),
        (
            "Compared with",
            report.direct_name.as_deref().unwrap_or_default(),
        ),
    ] {
        if !value.is_empty() {
            let _ = writeln!(page, "<p>{name}: <code>{}</code></p>", escaped(value));
        }
    }
    let _ = writeln!(
        page,
        "<p>{} requests in {} ms</p>",
        report.requests, report.took_ms
    );
    for step in &report.steps {
        section(&mut page, step);
    }
    if !report.route_warnings.is_empty() {
        let _ = writeln!(
            page,
            "<section><h2><span class=\"warning\">{CONFIGURATION}</span></h2>"
        );
        for warning in &report.route_warnings {
            let _ = writeln!(page, "<p>{}</p>", escaped(&told(warning)));
            let _ = writeln!(page, "<p>Try: {}</p>", escaped(&warning.fix));
        }
        page.push_str("</section>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn section(page: &mut String, step: &StepResult) {
    let class = match step.outcome {
        Outcome::Passed => "passed",
        Outcome::Warning => "warning",
        Outcome::Failed => "failed",
        Outcome::Skipped => "skipped",
        Outcome::NotObservable => "not-observable",
    };
    let _ = writeln!(
        page,
        "<section><h2><span class=\"{class}\">{}</span><span>{}</span><span>{}</span></h2>",
        step.outcome.words(),
        escaped(&step.title),
        time_of(step)
    );
    for seen in &step.evidence {
        let _ = writeln!(page, "<p><code>{}</code></p>", escaped(seen));
    }
    if !step.means.is_empty() {
        let _ = writeln!(page, "<p>{}</p>", escaped(&step.means));
    }
    for words in &step.tries {
        let _ = writeln!(page, "<p>Try: {}</p>", escaped(words));
    }
    if !step.effects.is_empty() {
        page.push_str("<table><tr><th>Sent</th><th>Effect</th><th>Through the gateway</th><th>Directly</th></tr>");
        for row in &step.effects {
            let _ = write!(
                page,
                "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td><code>{}</code></td></tr>",
                escaped(&row.what),
                row.effect.words(),
                escaped(&row.gateway),
                escaped(&row.direct)
            );
        }
        page.push_str("</table>");
    }
    if let Some(latency) = &step.latency {
        page.push_str("<table><tr><th>Pair</th><th>Directly</th><th>Through the gateway</th><th>Added</th></tr>");
        for (number, sample) in latency.samples.iter().enumerate() {
            let [direct, gateway, added] = milliseconds(sample);
            let _ = write!(
                page,
                "<tr><td>{}</td><td>{direct}</td><td>{gateway}</td><td>{added}</td></tr>",
                number + 1
            );
        }
        page.push_str("</table>");
    }
    for id in &step.request_ids {
        let _ = writeln!(
            page,
            "<p>{}: <code>{}</code></p>",
            escaped(&id.name),
            escaped(&id.value)
        );
    }
    // As text: the page refers to nowhere.
    for link in &step.links {
        let _ = writeln!(page, "<p><code>{}</code></p>", escaped(link));
    }
    page.push_str("</section>\n");
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
