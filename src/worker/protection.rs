//! Protected environments: which requests they refuse or ask about. Pure.

use crate::app::event::NotSent;
use crate::model::environment::{Environment, Protection};
use crate::model::request::RequestDraft;

/// Only these are known to change nothing.
const SAFE_METHODS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];
/// Headers that make a backend take the request for another method.
const METHOD_OVERRIDES: [&str; 3] = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
];

/// Whether the request may change something: any method but GET, HEAD and OPTIONS, and anything with a method override.
pub(super) fn is_unsafe(draft: &RequestDraft, environment: &Environment) -> bool {
    let overrides = draft
        .headers
        .iter()
        .chain(&environment.default_headers)
        .any(|row| {
            row.enabled
                && METHOD_OVERRIDES
                    .iter()
                    .any(|name| row.name.trim().eq_ignore_ascii_case(name))
        });
    overrides || !SAFE_METHODS.contains(&draft.method.trim())
}

/// Refuses, asks, or lets the request through.
pub(super) fn check(
    draft: &RequestDraft,
    environment: &Environment,
    confirmed: bool,
) -> Result<(), NotSent> {
    if environment.protection == Protection::Normal || !is_unsafe(draft, environment) {
        return Ok(());
    }
    let method = draft.method.trim();
    let name = &environment.name;
    match environment.protection {
        Protection::ReadOnly => Err(NotSent::RefusedByProtection {
            text: format!(
                "`{name}` is read-only, so {method} is refused; change its protection to send this"
            ),
        }),
        Protection::Ask if !confirmed => Err(NotSent::NeedsConfirmation {
            text: format!(
                "Send {method} {} to the protected environment `{name}`?",
                draft.path
            ),
        }),
        Protection::Normal | Protection::Ask => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::request::HeaderRow;
    use crate::model::sandbox_environments::sandbox_environments;

    #[test]
    fn unsafe_requests_are_refused_or_asked_about() {
        let header = |name: &str, enabled| HeaderRow {
            enabled,
            name: name.to_owned(),
            value: "DELETE".to_owned(),
        };
        let plain = |method: &str| RequestDraft {
            method: method.to_owned(),
            ..RequestDraft::default()
        };
        let with = |row| RequestDraft {
            headers: vec![row],
            ..plain("GET")
        };
        for (draft, expected) in [
            (plain("GET"), false),
            (plain("HEAD"), false),
            (plain("OPTIONS"), false),
            (plain("POST"), true),
            (plain("DELETE"), true),
            (plain("PURGE"), true),
            (plain("get"), true),
            (with(header("X-HTTP-Method-Override", true)), true),
            (with(header("x-http-method-override", false)), false),
            (with(header("Accept", true)), false),
        ] {
            let mut environment = sandbox_environments().remove(0);
            environment.protection = Protection::Ask;
            assert_eq!(is_unsafe(&draft, &environment), expected, "{draft:?}");
            assert_eq!(
                check(&draft, &environment, false).is_err(),
                expected,
                "{draft:?}"
            );
            assert!(check(&draft, &environment, true).is_ok(), "{draft:?}");
            environment.protection = Protection::ReadOnly;
            assert_eq!(
                check(&draft, &environment, true).is_err(),
                expected,
                "{draft:?}"
            );
            environment.protection = Protection::Normal;
            assert!(check(&draft, &environment, false).is_ok(), "{draft:?}");
        }
    }
}
