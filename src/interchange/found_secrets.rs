//! Credentials that stand in an imported request: out of the draft, into `Imported::secrets`, with a reference in their place.
//! Which texts are credentials is decided by `model::literal`.

use super::text::Place;
use super::types::{FoundSecret, Imported, ImportedRequest};
use crate::model::environment::Variable;
use crate::model::literal::{literal, replace};
use crate::model::note::{AuthField, Field};
use crate::model::request::{DraftBody, RequestDraft};
use crate::model::secret::{Secret, SecretName};

/// A draft has no more credentials than this; more are left where they are and masked as any other.
const MOST: usize = 100;

/// Takes the credentials out of `request`. They are bound to its origin, and belong to its environment when it has one.
pub(super) fn take_out(request: &mut ImportedRequest, imported: &mut Imported, place: Place) {
    for field in fields(&request.draft) {
        for _ in 0..MOST {
            let Some(found) = literal(&request.draft, &field) else {
                break;
            };
            let name = name_for(&found.name, &found.value, request, imported);
            if !replace(&mut request.draft, &field, &found, &name) {
                break;
            }
            keep(&name, &found.value, request, imported, place);
        }
    }
}

fn fields(draft: &RequestDraft) -> Vec<Field> {
    let rows = match &draft.body {
        DraftBody::Form { rows } => rows.len(),
        DraftBody::Multipart { rows } => rows.len(),
        _ => 0,
    };
    let variables = draft
        .path_variables
        .iter()
        .map(|row| Field::PathVariable(row.name.clone()));
    [
        Field::Path,
        Field::Body,
        Field::Auth(AuthField::Token),
        Field::Auth(AuthField::Password),
        Field::Auth(AuthField::HeaderValue),
    ]
    .into_iter()
    .chain(variables)
    .chain((0..draft.query.len()).map(Field::Query))
    .chain((0..draft.headers.len()).map(Field::Header))
    .chain((0..rows).map(Field::BodyRow))
    .collect()
}

/// The same value under the same name is one secret; another value gets a name of its own.
fn name_for(wanted: &str, value: &str, request: &ImportedRequest, imported: &Imported) -> String {
    let other = |name: &str| {
        imported.secrets.iter().any(|secret| {
            secret.environment == request.environment
                && secret.name == SecretName::Variable(name.to_owned())
                && secret.value.expose() != value
        })
    };
    if !other(wanted) {
        return wanted.to_owned();
    }
    (2..100_000)
        .map(|number| format!("{wanted}_{number}"))
        .find(|name| !other(name))
        .unwrap_or_else(|| wanted.to_owned())
}

fn keep(name: &str, value: &str, request: &ImportedRequest, imported: &mut Imported, place: Place) {
    let variable = SecretName::Variable(name.to_owned());
    let known = imported
        .secrets
        .iter_mut()
        .find(|secret| secret.environment == request.environment && secret.name == variable);
    if let Some(known) = known {
        if let Some(origin) = &request.origin
            && !known.origins.contains(origin)
        {
            known.origins.push(origin.clone());
        }
        return;
    }
    imported.secrets.push(FoundSecret {
        environment: request.environment.clone(),
        name: variable,
        value: Secret::new(value),
        origins: request.origin.iter().cloned().collect(),
        place,
    });
    let environment = imported
        .environments
        .iter_mut()
        .find(|environment| Some(&environment.id) == request.environment.as_ref());
    let variables = match environment {
        Some(environment) => &mut environment.variables,
        None => &mut imported.variables,
    };
    if !variables.iter().any(|variable| variable.name == name) {
        variables.push(Variable {
            name: name.to_owned(),
            value: String::new(),
            secret: true,
        });
    }
}
