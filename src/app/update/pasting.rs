//! A URL pasted into the form of an environment, taken apart into its fields, and the name that follows from it.

use crate::model::environment::{Environment, Place, Target};
use crate::model::note::{Field, Note};
use crate::model::route;

use super::super::form::EnvironmentForm;
use super::super::pasted::{self, Pasted};
use super::super::state::AppState;

/// `Frankfurt · direct`, `Gateway · test`.
pub(super) fn suggested_name(environment: &Environment) -> String {
    match &environment.target {
        Target::Direct { place } => match place {
            Place::Region(region) => format!("{} · direct", region.place()),
            Place::Domain(domain) => format!("{domain} · direct"),
            Place::Origins { .. } => "Direct".to_owned(),
        },
        Target::Gateway(gateway) => match gateway.stage.trim_matches('/') {
            "" => "Gateway".to_owned(),
            stage => format!("Gateway · {stage}"),
        },
    }
}

/// The name, or with the first number from 2 on that no other environment has.
pub(super) fn unused_name(state: &AppState, name: &str) -> String {
    let taken = |name: &str| state.all_environments().any(|known| known.name == name);
    if name.is_empty() || !taken(name) {
        return name.to_owned();
    }
    (2..=u32::MAX)
        .map(|number| format!("{name} {number}"))
        .find(|name| !taken(name))
        .expect("there are more numbers than environments")
}

/// Another host, stage, port or protocol than before.
pub(super) fn is_elsewhere(before: &EnvironmentForm, after: &EnvironmentForm) -> bool {
    let place = |form: &EnvironmentForm| {
        form.gateway().map(|gateway| {
            (
                gateway.protocol,
                gateway.host.clone(),
                gateway.stage.clone(),
                form.port_text.clone(),
            )
        })
    };
    place(before) != place(after)
}

/// A URL that one edit brought into a field that holds something else, and whether that was the name.
pub(super) fn pasted_url(
    before: &EnvironmentForm,
    after: &EnvironmentForm,
) -> Option<(Pasted, bool)> {
    let name = (&before.environment.name, &after.environment.name);
    if let Some(pasted) = pasted::pasted_into(name.0, name.1) {
        return Some((pasted, true));
    }
    let into = |before: &str, after: &str| pasted::pasted_into(before, after);
    let found = match (&before.environment.target, &after.environment.target) {
        (Target::Gateway(before), Target::Gateway(after)) => [
            (&before.host, &after.host),
            (&before.stage, &after.stage),
            (&before.login_path, &after.login_path),
            (&before.api_path, &after.api_path),
        ]
        .into_iter()
        .find_map(|(before, after)| into(before, after)),
        (
            Target::Direct {
                place: Place::Domain(before),
            },
            Target::Direct {
                place: Place::Domain(after),
            },
        ) => into(before, after),
        _ => None,
    };
    let found = found.or_else(|| match into(&before.invoke_url, &after.invoke_url) {
        // The usual case: it stays in its field.
        Some(Pasted::Gateway(_)) | None => None,
        direct => direct,
    });
    found.map(|pasted| (pasted, false))
}

/// The target that the URL names, in place of the one before.
pub(super) fn take_pasted(form: &mut EnvironmentForm, pasted: Pasted) {
    match pasted {
        Pasted::Direct(place) => {
            form.invoke_url.clear();
            form.invoke_notes.clear();
            form.choose_gateway(false);
            form.environment.target = Target::Direct { place };
            form.mirror_texts();
        }
        Pasted::Gateway(url) => {
            form.choose_gateway(true);
            // What stands in the fields by the paste is replaced by what the URL says.
            if let Target::Gateway(gateway) = &mut form.environment.target {
                for path in [&mut gateway.login_path, &mut gateway.api_path] {
                    if path.contains("://") {
                        path.clear();
                    }
                }
            }
            take_invoke_url(form, &url);
        }
    }
}

pub(super) fn take_invoke_url(form: &mut EnvironmentForm, pasted: &str) {
    pasted.clone_into(&mut form.invoke_url);
    form.invoke_notes.clear();
    if pasted.trim().is_empty() {
        return;
    }
    match route::InvokeUrl::parse(pasted) {
        Ok(invoke) => {
            if let Target::Gateway(gateway) = &mut form.environment.target {
                invoke.apply_to(gateway);
            }
            form.invoke_notes = invoke.notes;
            form.mirror_texts();
        }
        Err(problems) => {
            form.invoke_notes = problems
                .into_iter()
                .map(|problem| Note::new(Field::InvokeUrl, problem.text))
                .collect();
        }
    }
}
