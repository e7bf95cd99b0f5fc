//! The secrets of an environment in words and in JSON: whether each is stored, for this run only or missing. Never a value.

use serde_json::{Value, json};

use crate::app::event::{SecretPresence, SecretReport};
use crate::model::ids::EnvironmentId;

/// `client-secret: stored in the keyring`.
pub(super) fn state(report: &SecretReport, environment: &EnvironmentId) -> String {
    let whose = if report.key.environment == *environment {
        String::new()
    } else {
        format!(" of {}", report.key.environment)
    };
    let state = match &report.presence {
        SecretPresence::Stored => "stored in the keyring".to_owned(),
        SecretPresence::SessionOnly => "in memory, for this run only".to_owned(),
        SecretPresence::Variable(name) => format!("from {name}, for this run only"),
        SecretPresence::Missing => "missing".to_owned(),
        SecretPresence::Unreadable { reason, .. } => format!("cannot be read: {reason}"),
    };
    let held_back = if report.unconfirmed.is_empty() {
        String::new()
    } else {
        format!(
            "; not sent to {} until that is confirmed",
            report.unconfirmed.join(" and ")
        )
    };
    format!("{}{whose}: {state}{held_back}", report.key.name)
}

/// What to do about it, when there is something to do.
pub(super) fn hint(report: &SecretReport, environment: &EnvironmentId) -> Option<String> {
    match &report.presence {
        SecretPresence::Missing => Some(format!(
            "gatescope env set-secret {} {}",
            report.key.environment, report.key.name
        )),
        SecretPresence::Unreadable { hint, .. } => Some(hint.clone()),
        _ if report.unconfirmed.is_empty() => None,
        _ => Some(format!(
            "If the new address is right: gatescope env confirm-origins {environment}"
        )),
    }
}

pub(super) fn document(report: &SecretReport) -> Value {
    let (state, reason, hint) = match &report.presence {
        SecretPresence::Stored => ("stored", None, None),
        SecretPresence::SessionOnly => ("this-run-only", None, None),
        SecretPresence::Variable(name) => {
            ("this-run-only", Some(format!("It comes from {name}")), None)
        }
        SecretPresence::Missing => ("missing", None, None),
        SecretPresence::Unreadable { reason, hint } => {
            ("unreadable", Some(reason.clone()), Some(hint.clone()))
        }
    };
    json!({
        "environment": report.key.environment,
        "key": report.key.name.to_string(),
        "state": state,
        "reason": reason,
        "hint": hint,
        "unconfirmed_origins": report.unconfirmed,
    })
}
