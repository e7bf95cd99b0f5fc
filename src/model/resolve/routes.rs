//! What the gateway's configuration is at odds with in a request, as notes at the fields that it is about.

use crate::model::environment::Environment;
use crate::model::note::{Field, Note};
use crate::model::request::RequestDraft;
use crate::model::resolved::ResolvedRequest;
use crate::model::route_map::{Part, foretell};

pub(super) fn noted(
    draft: &RequestDraft,
    environment: &Environment,
    mut request: ResolvedRequest,
) -> ResolvedRequest {
    let Some(foretold) = foretell(environment, &request) else {
        return request;
    };
    for sentence in foretold.sentences {
        let Some(part) = sentence.at_odds else {
            continue;
        };
        let note = Note::new(field(draft, &part), sentence.text);
        if !request.notes.contains(&note) {
            request.notes.push(note);
        }
    }
    request
}

/// The row that holds it, or the path where none does.
fn field(draft: &RequestDraft, part: &Part) -> Field {
    match part {
        Part::Whole => None,
        Part::Body => Some(Field::Body),
        Part::Query(name) => draft
            .query
            .iter()
            .position(|row| row.enabled && row.name == *name)
            .map(Field::Query),
        Part::Header(name) => draft
            .headers
            .iter()
            .position(|row| row.enabled && row.name.trim().eq_ignore_ascii_case(name))
            .map(Field::Header),
    }
    .unwrap_or(Field::Path)
}
