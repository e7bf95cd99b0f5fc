//! Examples made of schemas, so that a body is there to be filled in. Limits end circles and floods.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

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
        match self.value(schema) {
            Some(value) => serde_json::to_string_pretty(&value).unwrap_or_default(),
            None => String::new(),
        }
    }

    /// The fields of a form.
    pub(super) fn fields(&mut self, schema: &RawValue) -> Vec<(String, String)> {
        match self.value(schema) {
            Some(Value::Object(members)) => members
                .into_iter()
                .map(|(name, value)| {
                    (
                        name,
                        super::document::text_of(&value).unwrap_or_else(|| value.to_string()),
                    )
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn value(&mut self, schema: &RawValue) -> Option<Value> {
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
fn example(schemas: &ByName<'_>, raw: &RawValue, walk: &mut Walk<'_>) -> Option<Value> {
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
        return serde_json::from_str(given.get()).ok();
    }
    if let Some(first) = schema.choices.as_ref().and_then(|choices| choices.first()) {
        return serde_json::from_str(first.get()).ok();
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
) -> Value {
    let mut whole = Map::new();
    for part in parts {
        if let Some(Value::Object(members)) = example(schemas, part, walk) {
            whole.extend(members);
        }
    }
    whole.extend(properties(schemas, schema, walk));
    Value::Object(whole)
}

fn by_type(schemas: &ByName<'_>, schema: &Schema<'_>, walk: &mut Walk<'_>) -> Option<Value> {
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
        Some("string") => Some(Value::String(
            match schema.format.as_ref().map_or("", |format| &format.0) {
                "date-time" => "2026-01-02T03:04:05Z".to_owned(),
                "date" => "2026-01-02".to_owned(),
                _ => String::new(),
            },
        )),
        Some("integer" | "number") => Some(Value::from(0)),
        Some("boolean") => Some(Value::Bool(false)),
        Some("array") => {
            let element = schema.items.and_then(|items| nested(schemas, items, walk));
            Some(Value::Array(element.into_iter().collect()))
        }
        Some("object") => Some(Value::Object(properties(schemas, schema, walk))),
        _ if schema.properties.is_some() => Some(Value::Object(properties(schemas, schema, walk))),
        _ => None,
    }
}

fn properties(
    schemas: &ByName<'_>,
    schema: &Schema<'_>,
    walk: &mut Walk<'_>,
) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, raw) in schema
        .properties
        .iter()
        .flat_map(|properties| &properties.0)
    {
        if walk.values > MOST_VALUES {
            break;
        }
        if let Some(value) = nested(schemas, raw, walk) {
            members.insert(name.to_string(), value);
        }
    }
    members
}

/// One level deeper. The level is kept as an open schema without a name.
fn nested(schemas: &ByName<'_>, raw: &RawValue, walk: &mut Walk<'_>) -> Option<Value> {
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
    serde_json::from_str::<Value>(raw.get())
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| raw.get().to_owned())
}
