//! Protected environments: which requests they refuse or ask about. Pure.

use crate::app::event::NotSent;
use crate::model::environment::{Environment, Protection};
use crate::model::request::RequestDraft;
use crate::model::route;

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
    overrides_method(draft, environment) || !SAFE_METHODS.contains(&draft.method.trim())
}

/// Whether a header asks for another method than the one that is sent.
pub(super) fn overrides_method(draft: &RequestDraft, environment: &Environment) -> bool {
    draft
        .headers
        .iter()
        .chain(&environment.default_headers)
        .any(|row| {
            row.enabled
                && METHOD_OVERRIDES
                    .iter()
                    .any(|name| row.name.trim().eq_ignore_ascii_case(name))
        })
}

/// What the user has answered already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answers<'a> {
    /// To this very send.
    pub(super) confirmed: bool,
    /// Once, for all: `METHOD path`.
    pub(super) reading_operations: &'a [String],
}

/// Refuses, asks, or lets the request through. `reading`: the operation it calls, when that one is known to read only
/// although its method is not one of those that do.
pub(super) fn check(
    draft: &RequestDraft,
    environment: &Environment,
    reading: Option<&str>,
    answers: &Answers<'_>,
) -> Result<(), NotSent> {
    if environment.protection == Protection::Normal || !is_unsafe(draft, environment) {
        return Ok(());
    }
    // With an override nobody knows what the backend makes of it.
    let reading = reading.filter(|_| !overrides_method(draft, environment));
    let method = draft.method.trim();
    let name = &environment.name;
    if let Some(operation) = reading {
        let is_known = answers
            .reading_operations
            .iter()
            .any(|known| known == operation);
        if is_known || answers.confirmed {
            return Ok(());
        }
        let kind = match environment.protection {
            Protection::ReadOnly => "read-only",
            Protection::Normal | Protection::Ask => "protected",
        };
        return Err(NotSent::NeedsReadingConfirmation {
            operation: operation.to_owned(),
            text: format!(
                "`{name}`{} is {kind}, and {method} usually changes something. By its name this operation only asks a question",
                at(environment)
            ),
        });
    }
    match environment.protection {
        Protection::ReadOnly => Err(NotSent::RefusedByProtection {
            text: format!(
                "`{name}` is read-only, so {method} is refused; change its protection to send this"
            ),
        }),
        Protection::Ask if !answers.confirmed => Err(NotSent::NeedsConfirmation {
            text: format!(
                "Send {method} {} to the protected environment `{name}`{}?",
                draft.path,
                at(environment)
            ),
        }),
        Protection::Normal | Protection::Ask => Ok(()),
    }
}

/// ` at https://api.example.com`: a name alone may say little about where it goes.
fn at(environment: &Environment) -> String {
    route::origins(environment)
        .first()
        .map_or_else(String::new, |origin| format!(" at {origin}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::environment::{Place, Target};
    use crate::model::request::HeaderRow;
    use crate::model::sandbox_environments::sandbox_environments;

    fn once(confirmed: bool) -> Answers<'static> {
        Answers {
            confirmed,
            reading_operations: &[],
        }
    }

    #[test]
    fn what_only_reads_is_asked_about_once() {
        const SEARCH: &str = "POST /api/v2/users/search";
        let search = RequestDraft {
            method: "POST".to_owned(),
            path: "/api/v2/users/search".to_owned(),
            ..RequestDraft::default()
        };
        let overridden = RequestDraft {
            headers: vec![HeaderRow {
                enabled: true,
                name: "X-HTTP-Method-Override".to_owned(),
                value: "DELETE".to_owned(),
            }],
            ..search.clone()
        };
        let remembered = [SEARCH.to_owned()];
        let other = ["POST /api/v2/groups/search".to_owned()];
        for (draft, protection, confirmed, known, expected) in [
            (&search, Protection::Normal, false, &[][..], "sent"),
            (&search, Protection::Ask, false, &[], "asked once"),
            (&search, Protection::ReadOnly, false, &[], "asked once"),
            (&search, Protection::Ask, true, &[], "sent"),
            (&search, Protection::ReadOnly, true, &[], "sent"),
            (&search, Protection::Ask, false, &remembered, "sent"),
            (&search, Protection::ReadOnly, false, &remembered, "sent"),
            (&search, Protection::ReadOnly, false, &other, "asked once"),
            (&overridden, Protection::Ask, false, &remembered, "asked"),
            (
                &overridden,
                Protection::ReadOnly,
                true,
                &remembered,
                "refused",
            ),
        ] {
            let mut environment = sandbox_environments().remove(0);
            environment.protection = protection;
            let answers = Answers {
                confirmed,
                reading_operations: known,
            };
            let outcome = match check(draft, &environment, Some(SEARCH), &answers) {
                Ok(()) => "sent",
                Err(NotSent::NeedsReadingConfirmation { operation, .. }) => {
                    assert_eq!(operation, SEARCH);
                    "asked once"
                }
                Err(NotSent::NeedsConfirmation { .. }) => "asked",
                Err(_) => "refused",
            };
            assert_eq!(
                outcome, expected,
                "{draft:?} {protection:?} confirmed: {confirmed} known: {known:?}"
            );
        }
    }

    #[test]
    fn the_question_names_the_environment_and_where_it_is() {
        let mut environment = sandbox_environments().remove(0);
        environment.sandbox = None;
        environment.name = "Live".to_owned();
        environment.protection = Protection::Ask;
        environment.target = Target::Direct {
            place: Place::Domain("mypurecloud.de".to_owned()),
        };
        let draft = RequestDraft {
            method: "DELETE".to_owned(),
            path: "/api/v2/users/1".to_owned(),
            ..RequestDraft::default()
        };
        for reading in [None, Some("DELETE /api/v2/users/{userId}")] {
            let asked = check(&draft, &environment, reading, &once(false));
            let Err(
                NotSent::NeedsConfirmation { text }
                | NotSent::NeedsReadingConfirmation { text, .. },
            ) = asked
            else {
                panic!("{asked:?}");
            };
            assert!(
                text.contains("`Live` at https://api.mypurecloud.de"),
                "{text}"
            );
        }
    }

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
                check(&draft, &environment, None, &once(false)).is_err(),
                expected,
                "{draft:?}"
            );
            assert!(
                check(&draft, &environment, None, &once(true)).is_ok(),
                "{draft:?}"
            );
            environment.protection = Protection::ReadOnly;
            assert_eq!(
                check(&draft, &environment, None, &once(true)).is_err(),
                expected,
                "{draft:?}"
            );
            environment.protection = Protection::Normal;
            assert!(
                check(&draft, &environment, None, &once(false)).is_ok(),
                "{draft:?}"
            );
        }
    }
}
