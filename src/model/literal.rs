//! Credentials that stand in a request as typed: what they are, what to call them, and how `{{secret.name}}` takes their place.
//! Which names are credentials' is decided by `masks`.

use std::ops::Range;

use super::edit::set_draft_field;
use super::environment::Environment;
use super::masks::{
    FieldSyntax, NOT_KEPT, credentials_in_text, credentials_in_url, is_credential_field,
    is_credential_header, is_header_of_references, is_made_of_references,
};
use super::note::{AuthField, Field};
use super::request::{DraftBody, PartValue, QueryRow, RequestAuth, RequestDraft};

/// A credential as typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Literal {
    /// A name for the secret variable, made from the name of the field.
    pub name: String,
    pub value: String,
    /// The text of the field, and where the value stands in it.
    text: String,
    range: Range<usize>,
}

impl std::fmt::Debug for Literal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Literal({})", self.name)
    }
}

/// The first credential that stands in a field as typed; `None` when there is none, or only references.
#[must_use]
pub fn literal(draft: &RequestDraft, field: &Field) -> Option<Literal> {
    match field {
        Field::Path => {
            let range = first(&draft.path, credentials_in_url(&draft.path))?;
            let before = draft.path[..range.start].trim_end_matches('=');
            let name = before
                .rsplit(['?', '&', '#', '/'])
                .next()
                .unwrap_or_default();
            found(name, &draft.path, range)
        }
        Field::PathVariable(name) => {
            let row = draft.path_variables.iter().find(|row| row.name == *name)?;
            named(name, &row.value)
        }
        Field::Query(row) => query(draft.query.get(*row)?),
        Field::Header(row) => {
            let row = draft.headers.get(*row)?;
            let is_literal =
                is_credential_header(&row.name) && !is_header_of_references(&row.name, &row.value);
            is_literal.then(|| header(&row.name, &row.value))?
        }
        Field::Auth(part) => match (part, &draft.auth) {
            (AuthField::Token, RequestAuth::Bearer { token }) => header("token", token),
            (AuthField::Password, RequestAuth::Basic { user, password }) => {
                let name = format!("{user} password");
                whole(&name, password)
            }
            (AuthField::HeaderValue, RequestAuth::Header { name, value }) => whole(name, value),
            _ => None,
        },
        Field::Body => body(&draft.body),
        Field::BodyRow(row) => match &draft.body {
            DraftBody::Form { rows } => query(rows.get(*row)?),
            DraftBody::Multipart { rows } => {
                let row = rows.get(*row)?;
                match &row.value {
                    PartValue::Text(text) => named(&row.name, text),
                    PartValue::File { .. } => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}

/// Puts `{{secret.name}}` in place of the literal.
pub fn replace(draft: &mut RequestDraft, field: &Field, literal: &Literal, name: &str) -> bool {
    let mut text = literal.text.clone();
    text.replace_range(literal.range.clone(), &format!("{{{{secret.{name}}}}}"));
    set_draft_field(draft, field, &text).is_ok()
}

/// `wanted`, or with the first number from 2 on that no variable of the environments has.
#[must_use]
pub fn free_name<'a>(
    wanted: &str,
    environments: &(impl IntoIterator<Item = &'a Environment> + Clone),
) -> String {
    let taken = |name: &str| {
        environments
            .clone()
            .into_iter()
            .any(|known| known.variables.iter().any(|variable| variable.name == name))
    };
    if !taken(wanted) {
        return wanted.to_owned();
    }
    (2..=u32::MAX)
        .map(|number| format!("{wanted}_{number}"))
        .find(|name| !taken(name))
        .unwrap_or_default()
}

fn query(row: &QueryRow) -> Option<Literal> {
    named(&row.name, row.value.as_deref()?)
}

fn named(name: &str, text: &str) -> Option<Literal> {
    is_credential_field(name).then(|| whole(name, text))?
}

fn whole(name: &str, text: &str) -> Option<Literal> {
    let range = first(text, std::iter::once(0..text.len()))?;
    found(name, text, range)
}

/// The scheme word stays where it is.
fn header(name: &str, text: &str) -> Option<Literal> {
    let schemes = ["bearer ", "basic ", "token "];
    let scheme = schemes.iter().find(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let start = scheme.map_or(0, |scheme| scheme.len());
    let range = first(text, std::iter::once(start..text.len()))?;
    found(name, text, range)
}

fn body(body: &DraftBody) -> Option<Literal> {
    let (text, syntax) = match body {
        DraftBody::Json { text } => (text, FieldSyntax::Json),
        DraftBody::Text { text, content_type } => (text, FieldSyntax::of(content_type, text)),
        _ => return None,
    };
    let range = first(text, credentials_in_text(text, syntax))?;
    let before = text[..range.start].trim_end_matches([' ', '\t', '\r', '\n', ':', '=', '"']);
    let name = before
        .rsplit(['"', '&', ';', '{', ',', '\n'])
        .next()
        .unwrap_or_default();
    // The quotes of a JSON text stay; what its escapes mean is the value, because expansion escapes it again.
    let quoted = &text[range.clone()];
    let read = serde_json::from_str::<String>(quoted);
    match read {
        Ok(value) if quoted.len() >= 2 => Some(Literal {
            value,
            ..found(name, text, range.start + 1..range.end - 1)?
        }),
        _ => found(name, text, range),
    }
}

fn first(text: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> Option<Range<usize>> {
    ranges.into_iter().find(|range| {
        let value = text[range.clone()].trim_matches('"').trim();
        !value.is_empty() && value != NOT_KEPT && !is_made_of_references(value)
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every way to a literal ends here, as an answer of `literal`"
)]
fn found(name: &str, text: &str, range: Range<usize>) -> Option<Literal> {
    Some(Literal {
        name: variable_name(name),
        value: text[range.clone()].trim().to_owned(),
        text: text.to_owned(),
        range,
    })
}

/// Letters, digits and underscores, as a variable is called.
fn variable_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let name = name.trim_matches('_');
    if name.is_empty() {
        "secret".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::request::{HeaderRow, NamedText, PartRow};

    fn draft() -> RequestDraft {
        RequestDraft {
            path: "/x?api_key=k1&page=2".to_owned(),
            path_variables: vec![NamedText {
                name: "token".to_owned(),
                value: "t1".to_owned(),
            }],
            query: vec![
                QueryRow {
                    enabled: true,
                    name: "client_secret".to_owned(),
                    value: Some("s1".to_owned()),
                },
                QueryRow {
                    enabled: true,
                    name: "page".to_owned(),
                    value: Some("2".to_owned()),
                },
            ],
            headers: ["Bearer abc", "{{secret.a}}", "xyz"]
                .into_iter()
                .map(|value| HeaderRow {
                    enabled: true,
                    name: "Authorization".to_owned(),
                    value: value.to_owned(),
                })
                .collect(),
            ..RequestDraft::default()
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table")]
    fn literals_are_found_named_and_replaced() {
        let with_body = |body| RequestDraft { body, ..draft() };
        let json = with_body(DraftBody::Json {
            text: "{\"a\": 1, \"password\" : \"p\\\"1\", \"token\": \"{{secret.t}}\"}".to_owned(),
        });
        let form = with_body(DraftBody::Text {
            text: "a=1&password=p1".to_owned(),
            content_type: String::new(),
        });
        let parts = with_body(DraftBody::Multipart {
            rows: vec![PartRow {
                enabled: true,
                name: "api-key".to_owned(),
                value: PartValue::Text("p1".to_owned()),
                content_type: String::new(),
            }],
        });
        let bearer = RequestDraft {
            auth: RequestAuth::Bearer {
                token: "t1".to_owned(),
            },
            ..draft()
        };
        let basic = RequestDraft {
            auth: RequestAuth::Basic {
                user: "Ada M".to_owned(),
                password: "p1".to_owned(),
            },
            ..draft()
        };
        for (draft, field, name, value, after) in [
            (
                draft(),
                Field::Path,
                "api_key",
                "k1",
                "/x?api_key={{secret.n}}&page=2",
            ),
            (
                draft(),
                Field::PathVariable("token".to_owned()),
                "token",
                "t1",
                "{{secret.n}}",
            ),
            (
                draft(),
                Field::Query(0),
                "client_secret",
                "s1",
                "{{secret.n}}",
            ),
            (
                draft(),
                Field::Header(0),
                "authorization",
                "abc",
                "Bearer {{secret.n}}",
            ),
            (
                draft(),
                Field::Header(2),
                "authorization",
                "xyz",
                "{{secret.n}}",
            ),
            (
                json,
                Field::Body,
                "password",
                "p\"1",
                "{\"a\": 1, \"password\" : \"{{secret.n}}\", \"token\": \"{{secret.t}}\"}",
            ),
            (
                form,
                Field::Body,
                "password",
                "p1",
                "a=1&password={{secret.n}}",
            ),
            (parts, Field::BodyRow(0), "api_key", "p1", "{{secret.n}}"),
            (
                bearer,
                Field::Auth(AuthField::Token),
                "token",
                "t1",
                "{{secret.n}}",
            ),
            (
                basic,
                Field::Auth(AuthField::Password),
                "ada_m_password",
                "p1",
                "{{secret.n}}",
            ),
        ] {
            let found = literal(&draft, &field).unwrap_or_else(|| panic!("{field:?}"));
            assert_eq!(
                (found.name.as_str(), found.value.as_str()),
                (name, value),
                "{field:?}"
            );
            let mut changed = draft.clone();
            assert!(replace(&mut changed, &field, &found, "n"), "{field:?}");
            let mut expected = draft.clone();
            set_draft_field(&mut expected, &field, after).expect("a field");
            assert_eq!(changed, expected, "{field:?}");
            assert_eq!(
                literal(&changed, &field),
                None,
                "{field:?}: a reference is none"
            );
        }
    }

    #[test]
    fn what_is_no_credential_is_no_literal() {
        for field in [
            Field::Query(1),
            Field::Header(1),
            Field::Query(9),
            Field::Method,
            Field::Body,
        ] {
            assert_eq!(literal(&draft(), &field), None, "{field:?}");
        }
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let mut environment = crate::model::sandbox_environments::sandbox_environments().remove(0);
        environment.variables = ["key", "key_2"]
            .into_iter()
            .map(|name| crate::model::environment::Variable {
                name: name.to_owned(),
                value: String::new(),
                secret: true,
            })
            .collect();
        assert_eq!(free_name("key", &[&environment]), "key_3");
        assert_eq!(free_name("token", &[&environment]), "token");
    }
}
