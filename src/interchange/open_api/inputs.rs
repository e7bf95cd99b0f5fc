//! What an operation takes: parameters, forms and bodies, as rows of a request.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::walk::{Members, Text};
use super::{Reader, schema};
use crate::model::request::{DraftBody, HeaderRow, PartRow, PartValue, QueryRow, RequestDraft};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Parameter<'a> {
    #[serde(borrow, rename = "$ref")]
    reference: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow, rename = "in")]
    place: Option<Text<'a>>,
    required: Option<serde_json::Value>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    schema: Option<&'a RawValue>,
    #[serde(borrow)]
    example: Option<&'a RawValue>,
    #[serde(borrow)]
    examples: Option<Members<'a>>,
    #[serde(borrow)]
    default: Option<&'a RawValue>,
    /// In place of `schema`: one media type.
    #[serde(borrow)]
    content: Option<Members<'a>>,
    explode: Option<serde_json::Value>,
    #[serde(borrow, rename = "collectionFormat")]
    collection_format: Option<Text<'a>>,
}

impl Parameter<'_> {
    /// A list has a row for each of its values: OpenAPI 3 unless it says otherwise, Swagger where it says so.
    fn has_row_for_each(&self) -> bool {
        let multi = self
            .collection_format
            .as_ref()
            .is_some_and(|format| format.0 == "multi");
        match &self.explode {
            Some(explode) => *explode == serde_json::Value::Bool(true),
            None => multi || self.schema.is_some(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Body<'a> {
    #[serde(borrow, rename = "$ref")]
    reference: Option<Text<'a>>,
    #[serde(borrow)]
    content: Option<Members<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Media<'a> {
    #[serde(borrow)]
    schema: Option<&'a RawValue>,
    #[serde(borrow)]
    example: Option<&'a RawValue>,
    #[serde(borrow)]
    examples: Option<Members<'a>>,
}

impl<'a> Reader<'a> {
    pub(super) fn parameter(
        &mut self,
        raw: &'a RawValue,
        draft: &mut RequestDraft,
        form: &mut Vec<PartRow>,
        consumes: &[String],
    ) {
        let Some(parameter) = self.parameter_of(raw) else {
            self.ignore("a parameter", "what it refers to is not in this file");
            return;
        };
        let name = parameter
            .name
            .as_ref()
            .map(|name| name.0.to_string())
            .unwrap_or_default();
        let required = parameter.required == Some(serde_json::Value::Bool(true));
        let values = Self::sample(&parameter);
        let value = values.join(",");
        match parameter.place.as_ref().map_or("", |place| &place.0) {
            "query" if !draft.query.iter().any(|row| row.name == name) => {
                let several = values.len() > 1 && parameter.has_row_for_each();
                let rows = if several { values } else { vec![value] };
                draft.query.extend(rows.into_iter().map(|value| QueryRow {
                    enabled: required,
                    name: name.clone(),
                    value: Some(value),
                }));
            }
            "header"
                if !["authorization", "accept", "content-type"]
                    .contains(&name.to_ascii_lowercase().as_str()) =>
            {
                draft.headers.push(HeaderRow {
                    enabled: required,
                    name,
                    value,
                });
            }
            "path" => {
                if let Some(row) = draft.path_variables.iter_mut().find(|row| row.name == name) {
                    row.value = value;
                }
            }
            "body" => {
                let text = parameter
                    .schema
                    .map(|schema| self.examples.text(schema))
                    .unwrap_or_default();
                let content_type = consumes.first().map_or("application/json", String::as_str);
                draft.body = body_of(text, content_type);
            }
            "formData" => {
                let is_file = parameter.kind.is_some_and(|kind| kind.get() == "\"file\"");
                form.push(PartRow {
                    enabled: required,
                    name,
                    value: if is_file {
                        PartValue::File {
                            path: String::new(),
                            file_name: String::new(),
                        }
                    } else {
                        PartValue::Text(value)
                    },
                    content_type: String::new(),
                });
            }
            "cookie" => self.ignore(
                format!("the cookie {name}"),
                "write it as a Cookie header where an operation needs it",
            ),
            _ => {}
        }
    }

    /// A parameter, looked up where it is a reference; one step, so that circles do no harm.
    fn parameter_of(&self, raw: &'a RawValue) -> Option<Parameter<'a>> {
        let parameter: Parameter<'a> = serde_json::from_str(raw.get()).ok()?;
        let Some(reference) = &parameter.reference else {
            return Some(parameter);
        };
        let name = reference.0.rsplit('/').next()?;
        let found: Parameter<'a> = serde_json::from_str(self.parameters.get(name)?.get()).ok()?;
        found.reference.is_none().then_some(found)
    }

    /// The parameter's example or default, as text; of a list its values. Empty where there is none.
    fn sample(parameter: &Parameter<'a>) -> Vec<String> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Sample<'a> {
            #[serde(borrow)]
            example: Option<&'a RawValue>,
            /// A list in schemas of OpenAPI 3.1.
            #[serde(borrow)]
            examples: Option<Vec<&'a RawValue>>,
            #[serde(borrow)]
            default: Option<&'a RawValue>,
        }
        let inner: Sample<'_> = parameter
            .schema
            .and_then(|schema| serde_json::from_str(schema.get()).ok())
            .unwrap_or_default();
        let media: Media<'_> = parameter
            .content
            .as_ref()
            .and_then(|content| serde_json::from_str(content.0.first()?.1.get()).ok())
            .unwrap_or_default();
        let own = parameter.examples.as_ref().and_then(first_value);
        let of_media = media.examples.as_ref().and_then(first_value);
        [
            parameter.example,
            own,
            media.example,
            of_media,
            parameter.default,
            inner.example,
            inner.examples.and_then(|all| all.first().copied()),
            inner.default,
        ]
        .into_iter()
        .flatten()
        .find_map(texts_of)
        .unwrap_or_default()
    }

    pub(super) fn body(&mut self, raw: &'a RawValue, draft: &mut RequestDraft) {
        let Some(body) = serde_json::from_str::<Body<'a>>(raw.get()).ok() else {
            return;
        };
        let content = match body.reference {
            None => body.content,
            Some(reference) => reference
                .0
                .rsplit('/')
                .next()
                .and_then(|name| self.bodies.get(name))
                .and_then(|raw| serde_json::from_str::<Body<'a>>(raw.get()).ok())
                .and_then(|body| body.content),
        };
        let content = content.unwrap_or_default();
        let chosen = content
            .0
            .iter()
            .find(|(name, _)| name.contains("json"))
            .or_else(|| content.0.first());
        let Some((content_type, raw)) = chosen else {
            draft.body = DraftBody::Json {
                text: String::new(),
            };
            return;
        };
        let media: Media<'a> = serde_json::from_str(raw.get()).unwrap_or_default();
        let first = media.examples.as_ref().and_then(first_value);
        let is_form = content_type == "application/x-www-form-urlencoded"
            || content_type == "multipart/form-data";
        if let Some(schema) = media.schema.filter(|_| is_form) {
            let rows = self.examples.fields(schema);
            let rows = rows
                .into_iter()
                .map(|(name, value)| PartRow {
                    enabled: true,
                    name,
                    value: PartValue::Text(value),
                    content_type: String::new(),
                })
                .collect();
            draft.body = form_body(rows, &[content_type.to_string()]);
            return;
        }
        let text = match media.example.or(first) {
            Some(example) => schema::pretty(example),
            None => media
                .schema
                .map(|schema| self.examples.text(schema))
                .unwrap_or_default(),
        };
        draft.body = body_of(text, content_type);
    }
}

/// The value of the first of several named examples.
fn first_value<'a>(examples: &Members<'a>) -> Option<&'a RawValue> {
    let (_, raw) = examples.0.first()?;
    let example = serde_json::from_str::<Members<'a>>(raw.get()).ok()?;
    let mut members = example.0.into_iter();
    members
        .find(|(name, _)| name == "value")
        .map(|(_, value)| value)
}

/// One text, or those of a list; an object is none.
fn texts_of(raw: &RawValue) -> Option<Vec<String>> {
    match serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        Ok(values) => values
            .iter()
            .map(|value| schema::scalar(value.get()))
            .collect(),
        Err(_) => Some(vec![schema::scalar(raw.get())?]),
    }
}

pub(super) fn form_body(rows: Vec<PartRow>, consumes: &[String]) -> DraftBody {
    let has_file = rows
        .iter()
        .any(|row| matches!(row.value, PartValue::File { .. }));
    if has_file || consumes.iter().any(|one| one == "multipart/form-data") {
        return DraftBody::Multipart { rows };
    }
    let plain = |row: PartRow| QueryRow {
        enabled: row.enabled,
        name: row.name,
        value: match row.value {
            PartValue::Text(text) => Some(text),
            PartValue::File { .. } => None,
        },
    };
    DraftBody::Form {
        rows: rows.into_iter().map(plain).collect(),
    }
}

fn body_of(text: String, content_type: &str) -> DraftBody {
    if content_type.contains("json") || content_type == "*/*" {
        DraftBody::Json { text }
    } else {
        DraftBody::Text {
            text,
            content_type: content_type.to_owned(),
        }
    }
}
