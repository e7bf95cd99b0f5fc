//! Credentials that were typed into requests: variables stand for them in whatever is written, and what they were is told in words.
//! Which texts are credentials is decided by `model::masks` and `model::literal`; one that was found hides itself everywhere else too.

use std::ops::Range;

use crate::interchange::ImportedRequest;
use crate::model::environment::Variable;
use crate::model::literal::{literal, replace};
use crate::model::masks::{
    Masks, NOT_KEPT, credentials_in_url, is_credential_field, is_credential_value,
    is_made_of_references,
};
use crate::model::note::{AuthField, Field};
use crate::model::request::{DraftBody, PartValue, RequestAuth, RequestDraft};
use crate::model::variables::references;

/// More credentials than this in one field are no request.
const MOST_IN_A_FIELD: usize = 1_000;

/// Puts `{{secret.name}}` in the place of each typed credential, adds the variable, and names it in `masked`.
pub(super) fn hide(
    requests: &mut [ImportedRequest],
    variables: &mut Vec<Variable>,
    masked: &mut Vec<String>,
) {
    let mut hiding = Hiding {
        variables,
        masked,
        known: Vec::new(),
    };
    for request in requests.iter_mut() {
        hiding.named(&mut request.draft);
        hiding.inside(&mut request.draft);
    }
    if hiding.known.is_empty() {
        return;
    }
    let mut masks = Masks::default();
    for (_, value) in &hiding.known {
        masks.add(value);
    }
    for request in requests {
        hiding.repeated(&masks, request);
        request.draft.name = masks.text(&request.draft.name);
        request.description = masks.text(&request.description);
    }
}

/// What was typed as a credential into the requests: masks, and whether one is too short for them.
#[must_use]
pub fn typed_credentials(requests: &[ImportedRequest]) -> (Masks, bool) {
    let mut variables = Vec::new();
    let mut masked = Vec::new();
    let mut hiding = Hiding {
        variables: &mut variables,
        masked: &mut masked,
        known: Vec::new(),
    };
    for request in requests {
        let mut draft = request.draft.clone();
        hiding.named(&mut draft);
        hiding.inside(&mut draft);
    }
    let mut masks = Masks::default();
    let mut holds_short = false;
    for (_, value) in &hiding.known {
        masks.add(value);
        holds_short |= value.len() < Masks::SHORTEST;
    }
    (masks, holds_short)
}

struct Hiding<'a> {
    variables: &'a mut Vec<Variable>,
    masked: &'a mut Vec<String>,
    /// Names of variables, and the values that they stand for.
    known: Vec<(String, String)>,
}

impl Hiding<'_> {
    /// Fields that are named like credentials.
    fn named(&mut self, draft: &mut RequestDraft) {
        for field in fields(draft) {
            for _ in 0..MOST_IN_A_FIELD {
                let Some(found) = literal(draft, &field) else {
                    break;
                };
                let name = self.variable(&found.name, &found.value, &draft.name);
                if !replace(draft, &field, &found, &name) {
                    break;
                }
            }
        }
    }

    /// Credentials inside the values of other fields: of a URL, behind `Bearer`, in a part that is JSON.
    fn inside(&mut self, draft: &mut RequestDraft) {
        let owner = draft.name.clone();
        for row in &mut draft.headers {
            self.value(&row.name, &mut row.value, &owner);
        }
        for row in &mut draft.query {
            if let Some(value) = &mut row.value {
                self.value(&row.name, value, &owner);
            }
        }
        for row in &mut draft.path_variables {
            self.value(&row.name, &mut row.value, &owner);
        }
        match &mut draft.body {
            DraftBody::Form { rows } => {
                for row in rows {
                    if let Some(value) = &mut row.value {
                        self.value(&row.name, value, &owner);
                    }
                }
            }
            DraftBody::Multipart { rows } => {
                for row in rows {
                    let content_type = row.content_type.clone();
                    if let PartValue::Text(text) = &mut row.value {
                        self.value(&row.name, text, &owner);
                        self.document(text, content_type, &owner);
                    }
                }
            }
            DraftBody::None
            | DraftBody::Json { .. }
            | DraftBody::Text { .. }
            | DraftBody::File { .. } => {}
        }
    }

    fn value(&mut self, name: &str, text: &mut String, owner: &str) {
        if is_credential_value(text) {
            // The scheme word stays where it is.
            let start = text.find(' ').map_or(0, |at| at + 1);
            self.range(name, text, start..text.len(), owner);
        }
        let mut ranges = credentials_in_url(text);
        ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
        for range in ranges {
            self.range(name, text, range, owner);
        }
    }

    fn range(&mut self, name: &str, text: &mut String, range: Range<usize>, owner: &str) {
        let value = &text[range.clone()];
        if value.is_empty() || value == NOT_KEPT || is_made_of_references(value) {
            return;
        }
        let variable = self.variable(&variable_name(name), value, owner);
        text.replace_range(range, &reference(&variable));
    }

    /// A part's text is looked through as a body of its own.
    fn document(&mut self, text: &mut String, content_type: String, owner: &str) {
        let mut inner = RequestDraft {
            name: owner.to_owned(),
            body: DraftBody::Text {
                text: std::mem::take(text),
                content_type,
            },
            ..RequestDraft::default()
        };
        self.named(&mut inner);
        if let Some(hidden) = inner.body.text() {
            hidden.clone_into(text);
        }
    }

    /// What was typed as a credential in one place is one in every other.
    fn repeated(&mut self, masks: &Masks, request: &mut ImportedRequest) {
        let owner = request.draft.name.clone();
        for_each_text(&mut request.draft, &mut |text| {
            let taken = references(text);
            let is_free = |range: &Range<usize>| {
                taken
                    .iter()
                    .all(|known| known.range.end <= range.start || range.end <= known.range.start)
            };
            let mut places = masks.places_in(text);
            places.retain(is_free);
            places.sort_by_key(|range| std::cmp::Reverse(range.start));
            for range in places {
                let value = text[range.clone()].to_owned();
                let variable = self.variable("credential", &value, &owner);
                text.replace_range(range, &reference(&variable));
            }
        });
    }

    /// The variable that stands for `value`.
    fn variable(&mut self, wanted: &str, value: &str, owner: &str) -> String {
        let known = self.known.iter().find(|(_, known)| known == value);
        let name = if let Some((name, _)) = known {
            name.clone()
        } else {
            let is_free = |name: &str| !self.variables.iter().any(|known| known.name == name);
            let mut name = telling(wanted.to_owned());
            let mut number = 2;
            while !is_free(&name) {
                name = telling(format!("other{number}_{wanted}"));
                number += 1;
            }
            self.known.push((name.clone(), value.to_owned()));
            self.variables.push(Variable {
                name: name.clone(),
                value: String::new(),
                secret: true,
            });
            name
        };
        let words = if wanted == name {
            format!("{wanted} of `{owner}`")
        } else {
            format!("{wanted} of `{owner}`, the variable `{name}`")
        };
        if !self.masked.contains(&words) {
            self.masked.push(words);
        }
        name
    }
}

/// Few tools say of a variable that it is secret: its name does, and so the next reader keeps it as one.
fn telling(name: String) -> String {
    if is_credential_field(&name) {
        name
    } else {
        format!("{name}_secret")
    }
}

fn reference(name: &str) -> String {
    format!("{{{{secret.{name}}}}}")
}

fn variable_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    match name.trim_matches('_') {
        "" => "credential".to_owned(),
        name => name.to_owned(),
    }
}

/// Every field that may hold a credential by its name.
fn fields(draft: &RequestDraft) -> Vec<Field> {
    let mut fields = vec![Field::Path, Field::Body];
    fields.extend(match &draft.auth {
        RequestAuth::Inherit | RequestAuth::None => None,
        RequestAuth::Bearer { .. } => Some(Field::Auth(AuthField::Token)),
        RequestAuth::Basic { .. } => Some(Field::Auth(AuthField::Password)),
        RequestAuth::Header { .. } => Some(Field::Auth(AuthField::HeaderValue)),
    });
    let places = draft.path_variables.iter();
    fields.extend(places.map(|row| Field::PathVariable(row.name.clone())));
    fields.extend((0..draft.query.len()).map(Field::Query));
    fields.extend((0..draft.headers.len()).map(Field::Header));
    let rows = match &draft.body {
        DraftBody::Form { rows } => rows.len(),
        DraftBody::Multipart { rows } => rows.len(),
        _ => 0,
    };
    fields.extend((0..rows).map(Field::BodyRow));
    fields
}

/// Calls `change` with each text that goes into a request, names left out.
pub(in crate::interchange) fn for_each_text(
    draft: &mut RequestDraft,
    change: &mut impl FnMut(&mut String),
) {
    change(&mut draft.path);
    for row in &mut draft.path_variables {
        change(&mut row.value);
    }
    for value in draft.query.iter_mut().filter_map(|row| row.value.as_mut()) {
        change(value);
    }
    for row in &mut draft.headers {
        change(&mut row.value);
    }
    match &mut draft.auth {
        RequestAuth::Inherit | RequestAuth::None => {}
        RequestAuth::Bearer { token } => change(token),
        RequestAuth::Basic { user, password } => {
            change(user);
            change(password);
        }
        RequestAuth::Header { value, .. } => change(value),
    }
    match &mut draft.body {
        DraftBody::None | DraftBody::File { .. } => {}
        DraftBody::Json { text } | DraftBody::Text { text, .. } => change(text),
        DraftBody::Form { rows } => {
            for value in rows.iter_mut().filter_map(|row| row.value.as_mut()) {
                change(value);
            }
        }
        DraftBody::Multipart { rows } => {
            for row in rows {
                if let PartValue::Text(text) = &mut row.value {
                    change(text);
                }
            }
        }
    }
}

/// Whether a credential was left out of the request's file, so that nothing can take its place.
pub(super) fn lacks_a_credential(draft: &RequestDraft) -> bool {
    let mut lacks = false;
    draft.for_each_text(&mut |text| lacks |= text.contains(NOT_KEPT));
    lacks
}
