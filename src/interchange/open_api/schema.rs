//! Examples made of schemas, so that a body is there to be filled in. Limits end circles and floods.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::walk::{ByName, Members, Text};

/// Objects inside objects.
const DEEPEST: usize = 4;
/// Values in one example.
const MOST_VALUES: usize = 80;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Schema<'a> {
    #[serde(borrow, rename = "$ref")]
    reference: Option<Text<'a>>,
    #[serde(rename = "type")]
    kind: Option<Value>,
    #[serde(borrow)]
    format: Option<Text<'a>>,
    #[serde(borrow)]
    properties: Option<Members<'a>>,
    #[serde(borrow)]
    items: Option<&'a RawValue>,
    #[serde(borrow)]
    example: Option<&'a RawValue>,
    #[serde(borrow)]
    default: Option<&'a RawValue>,
    #[serde(borrow, rename = "enum")]
    choices: Option<Vec<&'a RawValue>>,
    #[serde(borrow, rename = "allOf")]
    all_of: Option<Vec<&'a RawValue>>,
    #[serde(borrow, rename = "oneOf")]
    one_of: Option<Vec<&'a RawValue>>,
    #[serde(borrow, rename = "anyOf")]
    any_of: Option<Vec<&'a RawValue>>,
    #[serde(rename = "readOnly")]
    read_only: Option<Value>,
}

/// A value of an example.
enum Sample {
    /// JSON as the document has it.
    Written(String),
    List(Vec<Sample>),
    Map(Vec<(String, Sample)>),
}

impl Sample {
    fn of(raw: &RawValue) -> Self {
        Self::Written(raw.get().to_owned())
    }

    /// Those of an object.
    fn members(self) -> Option<Vec<(String, Self)>> {
        match self {
            Self::Map(members) => Some(members),
            Self::Written(text) => {
                let members: Members<'_> = serde_json::from_str(&text).ok()?;
                let named = members.0.into_iter();
                Some(
                    named
                        .map(|(name, raw)| (name.into_owned(), Self::of(raw)))
                        .collect(),
                )
            }
            Self::List(_) => None,
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Written(text) => text.clone(),
            Self::List(values) => {
                let values: Vec<String> = values.iter().map(Self::written).collect();
                format!("[{}]", values.join(","))
            }
            Self::Map(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| {
                        format!("{}:{}", Value::String(name.clone()), value.written())
                    })
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

pub(super) struct Examples<'a> {
    schemas: ByName<'a>,
    /// An example was ended by a limit.
    pub(super) was_cut: bool,
}

/// One example under way.
struct Walk<'s> {
    /// Names of the schemas that are open.
    open: Vec<String>,
    values: usize,
    cut: &'s mut bool,
}

impl<'a> Examples<'a> {
    pub(super) fn new(schemas: ByName<'a>) -> Self {
        Self {
            schemas,
            was_cut: false,
        }
    }

    /// An example as JSON, indented; empty where the schema says nothing.
    pub(super) fn text(&mut self, schema: &RawValue) -> String {
        self.value(schema)
            .map(|sample| indented(&sample.written()))
            .unwrap_or_default()
    }

    /// The fields of a form.
    pub(super) fn fields(&mut self, schema: &RawValue) -> Vec<(String, String)> {
        let members = self.value(schema).and_then(Sample::members);
        members
            .into_iter()
            .flatten()
            .map(|(name, value)| {
                let written = value.written();
                let text = scalar(&written).unwrap_or(written);
                (name, text)
            })
            .collect()
    }

    fn value(&mut self, schema: &RawValue) -> Option<Sample> {
        let mut cut = false;
        let mut walk = Walk {
            open: Vec::new(),
            values: 0,
            cut: &mut cut,
        };
        let value = example(&self.schemas, schema, &mut walk);
        self.was_cut |= cut;
        value
    }
}

/// `None`: read only, a circle, or nothing known.
fn example(schemas: &ByName<'_>, raw: &RawValue, walk: &mut Walk<'_>) -> Option<Sample> {
    walk.values += 1;
    if walk.values > MOST_VALUES || walk.open.len() > DEEPEST * 4 {
        *walk.cut = true;
        return None;
    }
    let schema: Schema<'_> = serde_json::from_str(raw.get()).ok()?;
    if let Some(reference) = &schema.reference {
        let name = reference.0.rsplit('/').next()?.to_owned();
        if walk.open.contains(&name) {
            *walk.cut = true;
            return None;
        }
        let target = schemas.get(name.as_str())?;
        walk.open.push(name);
        let value = example(schemas, target, walk);
        walk.open.pop();
        return value;
    }
    if schema.read_only == Some(Value::Bool(true)) {
        return None;
    }
    if let Some(given) = schema.example.or(schema.default) {
        return Some(Sample::of(given));
    }
    if let Some(first) = schema.choices.as_ref().and_then(|choices| choices.first()) {
        return Some(Sample::of(first));
    }
    if let Some(parts) = &schema.all_of {
        return Some(merged(schemas, parts, &schema, walk));
    }
    if let Some(first) = schema
        .one_of
        .as_ref()
        .or(schema.any_of.as_ref())
        .and_then(|choices| choices.first())
    {
        return example(schemas, first, walk);
    }
    by_type(schemas, &schema, walk)
}

fn merged(
    schemas: &ByName<'_>,
    parts: &[&RawValue],
    schema: &Schema<'_>,
    walk: &mut Walk<'_>,
) -> Sample {
    let mut whole = Vec::new();
    let mut add = |members: Vec<(String, Sample)>| {
        for (name, value) in members {
            match whole.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value,
                None => whole.push((name, value)),
            }
        }
    };
    for part in parts {
        add(example(schemas, part, walk)
            .and_then(Sample::members)
            .unwrap_or_default());
    }
    add(properties(schemas, schema, walk));
    Sample::Map(whole)
}

fn by_type(schemas: &ByName<'_>, schema: &Schema<'_>, walk: &mut Walk<'_>) -> Option<Sample> {
    // OpenAPI 3.1 has lists of types.
    let kind = match &schema.kind {
        Some(Value::Array(kinds)) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null"),
        Some(Value::String(kind)) => Some(kind.as_str()),
        _ => None,
    };
    match kind {
        Some("string") => Some(Sample::Written(
            match schema.format.as_ref().map_or("", |format| &format.0) {
                "date-time" => "\"2026-01-02T03:04:05Z\"".to_owned(),
                "date" => "\"2026-01-02\"".to_owned(),
                _ => "\"\"".to_owned(),
            },
        )),
        Some("integer" | "number") => Some(Sample::Written("0".to_owned())),
        Some("boolean") => Some(Sample::Written("false".to_owned())),
        Some("array") => {
            let element = schema.items.and_then(|items| nested(schemas, items, walk));
            Some(Sample::List(element.into_iter().collect()))
        }
        Some("object") => Some(Sample::Map(properties(schemas, schema, walk))),
        _ if schema.properties.is_some() => Some(Sample::Map(properties(schemas, schema, walk))),
        _ => None,
    }
}

fn properties(
    schemas: &ByName<'_>,
    schema: &Schema<'_>,
    walk: &mut Walk<'_>,
) -> Vec<(String, Sample)> {
    let mut members: Vec<(String, Sample)> = Vec::new();
    for (name, raw) in schema
        .properties
        .iter()
        .flat_map(|properties| &properties.0)
    {
        if walk.values > MOST_VALUES {
            break;
        }
        if let Some(value) = nested(schemas, raw, walk) {
            match members.iter_mut().find(|(known, _)| *known == *name) {
                Some((_, known)) => *known = value,
                None => members.push((name.to_string(), value)),
            }
        }
    }
    members
}

/// One level deeper. The level is kept as an open schema without a name.
fn nested(schemas: &ByName<'_>, raw: &RawValue, walk: &mut Walk<'_>) -> Option<Sample> {
    let level = walk.open.iter().filter(|name| name.is_empty()).count();
    if level >= DEEPEST {
        *walk.cut = true;
        return None;
    }
    walk.open.push(String::new());
    let value = example(schemas, raw, walk);
    walk.open.pop();
    value
}

/// An example of the document, indented.
pub(super) fn pretty(raw: &RawValue) -> String {
    indented(raw.get())
}

/// Numbers stay as they are written: an identifier of twenty digits is none that a machine's number holds.
fn indented(text: &str) -> String {
    crate::body::pretty::pretty(text.as_bytes(), &|| false)
        .and_then(|pretty| String::from_utf8(pretty.text).ok())
        .unwrap_or_else(|| text.to_owned())
}

/// The text of a JSON text, number or truth value, numbers as they are written.
pub(super) fn scalar(json: &str) -> Option<String> {
    match serde_json::from_str(json).ok()? {
        Value::String(text) => Some(text),
        Value::Number(_) => Some(json.trim().to_owned()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}
