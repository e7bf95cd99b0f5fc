//! A comparison as a document to hand on: Markdown, JSON, one self-contained HTML page. What goes in is masked already; here it is escaped.

mod html;
mod markdown;

use serde::{Deserialize, Serialize};

use super::latency::LatencyReport;
use super::outcome::{Comparison, Row, SideSummary};
use super::record::RunRecord;

/// Everything a report tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    pub comparison: Comparison,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<LatencyReport>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunRecord>,
}

/// The kinds of files a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportFormat {
    Markdown,
    Json,
    Html,
}

impl ReportFormat {
    /// By the end of a file name; `None` for others.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }

    #[must_use]
    pub fn file_ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Html => "html",
        }
    }
}

impl Report {
    #[must_use]
    pub fn new(comparison: Comparison) -> Self {
        Self {
            comparison,
            latency: None,
            run: None,
        }
    }

    /// The whole text of a file in that format.
    #[must_use]
    pub fn text(&self, format: ReportFormat) -> String {
        match format {
            ReportFormat::Markdown => markdown::markdown(self),
            ReportFormat::Html => html::html(self),
            ReportFormat::Json => {
                let mut text = serde_json::to_string_pretty(self).expect("plain values");
                text.push('\n');
                text
            }
        }
    }

    /// Rows that count, then notes, then what was set aside.
    fn sections(&self) -> [(&'static str, Vec<&Row>); 3] {
        let rows = |wanted: fn(&Row) -> bool| -> Vec<&Row> {
            self.comparison
                .rows
                .iter()
                .filter(|row| wanted(row))
                .collect()
        };
        [
            ("Differences", rows(Row::counts_as_difference)),
            (
                "Notes",
                rows(|row| row.set_aside.is_none() && row.kind.is_note()),
            ),
            ("Set aside", rows(|row| row.set_aside.is_some())),
        ]
    }

    fn request_line(&self) -> String {
        let requests = &self.comparison.requests;
        let sent = requests.a.as_ref().or(requests.b.as_ref());
        sent.map(|sent| format!("{} {}", sent.method, sent.url))
            .unwrap_or_default()
    }
}

/// How many places the rows stand for: `4`, or `14 in 4 rows`, so that a heading counts what the verdict counts.
#[must_use]
pub fn counted(rows: &[&Row]) -> String {
    let places: usize = rows.iter().map(|row| row.times).sum();
    match rows.len() {
        same if same == places => places.to_string(),
        1 => format!("{places} in 1 row"),
        fewer => format!("{places} in {fewer} rows"),
    }
}

/// `200 (401 in the body)`, or what went wrong.
fn status_text(side: &SideSummary) -> String {
    match (side.status, side.effective_status) {
        (Some(sent), Some(effective)) if sent != effective => {
            format!("{sent} ({effective} in the body)")
        }
        (Some(sent), _) if side.reason.is_empty() => sent.to_string(),
        (Some(sent), _) => format!("{sent} {}", side.reason),
        (None, _) => side
            .error
            .clone()
            .unwrap_or_else(|| "nothing came back".to_owned()),
    }
}

/// Why a row is there and what took it out of the verdict.
fn why_text(row: &Row) -> String {
    match &row.set_aside {
        None => row.why.clone(),
        Some(by) if row.why.is_empty() => by.to_string(),
        Some(by) => format!("{}; {by}", row.why),
    }
}

#[cfg(test)]
mod tests;
