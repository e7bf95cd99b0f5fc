//! The report of a gateway check: what was checked, every step's result, and the whole of it in a sentence. As JSON it is this value
//! itself; Markdown and HTML are made in `page`. Nothing in it is secret.

use serde::{Deserialize, Serialize};

use crate::compare::report::ReportFormat;
use crate::model::masks::mask_url;
use crate::model::route;
use crate::model::route_map::RouteWarning;

use super::outcome::{Fault, Outcome, StepCounts, StepKind, StepResult};
use super::{CheckPlan, page};

/// The version of the document that is written.
pub const SCHEMA: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckReport {
    pub schema: u32,
    /// Ids and names of the environments.
    pub environment: String,
    pub environment_name: String,
    pub direct: Option<String>,
    pub direct_name: Option<String>,
    /// Where API requests and token requests go.
    pub api_url: String,
    pub login_url: String,
    pub verdict: Verdict,
    /// `8 of 10 passed, 1 failed`.
    pub summary: String,
    /// Each once, in the order in which they were found.
    pub faults: Vec<Fault>,
    pub counts: StepCounts,
    pub requests: usize,
    pub took_ms: u64,
    pub cancelled: bool,
    /// What the configuration that was imported gets wrong, whatever the steps say. Empty without one.
    #[serde(default)]
    pub route_warnings: Vec<RouteWarning>,
    pub steps: Vec<StepResult>,
}

/// What the check says as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Whatever could be observed is as it is directly.
    Passed,
    /// Something failed, or is not as it is directly.
    Failed,
    /// Cancelled, or no request to the API could be tried: without credentials a check proves nothing about it.
    NoVerdict,
}

impl CheckReport {
    pub(super) fn new(
        plan: &CheckPlan,
        steps: Vec<StepResult>,
        took_ms: u64,
        cancelled: bool,
        requests: usize,
    ) -> Self {
        let mut faults = Vec::new();
        for fault in steps.iter().filter_map(|step| step.fault) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        let counts = StepCounts::of(&steps);
        let nothing_proved = !steps
            .iter()
            .any(|step| step.step == StepKind::ApiPath && step.outcome != Outcome::Skipped);
        let verdict = if !faults.is_empty() {
            Verdict::Failed
        } else if cancelled || nothing_proved {
            Verdict::NoVerdict
        } else {
            Verdict::Passed
        };
        let url = |base: Result<String, Vec<crate::model::note::Problem>>| {
            base.map(|url| mask_url(&url)).unwrap_or_default()
        };
        Self {
            schema: SCHEMA,
            environment: plan.gateway.id.to_string(),
            environment_name: plan.gateway.name.clone(),
            direct: plan.direct.as_ref().map(|direct| direct.id.to_string()),
            direct_name: plan.direct.as_ref().map(|direct| direct.name.clone()),
            api_url: url(route::api_base(&plan.gateway).map(|base| base.url("").to_string())),
            login_url: url(route::login_url(&plan.gateway).map(|url| url.to_string())),
            verdict,
            summary: counts.sentence(),
            faults,
            counts,
            requests,
            took_ms,
            cancelled,
            route_warnings: plan.route_warnings(),
            steps,
        }
    }

    /// `Gateway check: 8 of 10 passed, 1 failed`.
    #[must_use]
    pub fn headline(&self) -> String {
        let cancelled = if self.cancelled { ", cancelled" } else { "" };
        format!("Gateway check: {}{cancelled}", self.summary)
    }

    #[must_use]
    pub fn write(&self, format: ReportFormat) -> String {
        match format {
            ReportFormat::Markdown => page::markdown(self),
            ReportFormat::Html => page::html(self),
            ReportFormat::Json => serde_json::to_string_pretty(self).unwrap_or_default() + "\n",
        }
    }
}
