//! The organization's queues: read, created, changed and deleted while the sandbox runs.

use std::sync::Mutex;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::identifiers::{random_uuid, stable_uuid};
use super::errors::ApiError;
use super::people::home_division;

const LONGEST_NAME: usize = 255;

#[derive(Debug)]
pub(super) struct QueueBook {
    queues: Mutex<Vec<Queue>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Queue {
    id: String,
    name: String,
    description: String,
    member_count: u64,
    date_created: String,
    date_modified: String,
    /// Fields that the caller set and that nothing here interprets.
    others: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    name: String,
    description: String,
    member_count: u64,
}

/// Set by the service, whatever the caller sends.
const OWN_FIELDS: [&str; 7] = [
    "id",
    "name",
    "description",
    "memberCount",
    "dateCreated",
    "dateModified",
    "selfUri",
];
const FIRST_VERSION: u64 = 9_007_199_254_740_993;
const BUNDLED_DATE: &str = "2025-02-12T09:14:27.000Z";

impl QueueBook {
    pub(super) fn bundled() -> Self {
        let records: Vec<Record> =
            serde_json::from_str(include_str!("../../../assets/sandbox/queues.json"))
                .expect("the bundled queues are valid JSON");
        let queues = records
            .into_iter()
            .zip(0_u64..)
            .map(|(record, position)| Queue {
                id: stable_uuid("queue", &record.name),
                name: record.name,
                description: record.description,
                member_count: record.member_count,
                date_created: BUNDLED_DATE.to_owned(),
                date_modified: BUNDLED_DATE.to_owned(),
                // Beyond 2^53, so that whoever reads numbers as floating point loses the last digit.
                others: Map::from_iter([(
                    "version".to_owned(),
                    (FIRST_VERSION + 2 * position).into(),
                )]),
            })
            .collect();
        Self {
            queues: Mutex::new(queues),
        }
    }

    /// Queues whose name fits `pattern` (`*` stands for anything, letter case does not count), by name.
    pub(super) fn named(&self, pattern: Option<&str>) -> Vec<Queue> {
        let queues = self.queues.lock().expect("held by nobody who panics");
        let mut found: Vec<Queue> = queues
            .iter()
            .filter(|queue| pattern.is_none_or(|pattern| fits(pattern, &queue.name)))
            .cloned()
            .collect();
        found.sort_by_key(|queue| queue.name.to_lowercase());
        found
    }

    pub(super) fn by_id(&self, id: &str) -> Result<Queue, ApiError> {
        let queues = self.queues.lock().expect("held by nobody who panics");
        let found = queues.iter().find(|queue| queue.id == id);
        found.cloned().ok_or_else(ApiError::not_found)
    }

    pub(super) fn create(&self, body: Map<String, Value>) -> Result<Queue, ApiError> {
        let mut queues = self.queues.lock().expect("held by nobody who panics");
        let now = now();
        let mut queue = Queue {
            id: random_uuid(),
            name: String::new(),
            description: String::new(),
            member_count: 0,
            date_created: now.clone(),
            date_modified: now,
            others: Map::new(),
        };
        queue.take(body)?;
        unclaimed(&queues, &queue)?;
        queues.push(queue.clone());
        Ok(queue)
    }

    /// `whole`: fields that the body does not name are forgotten (PUT), else kept (PATCH).
    pub(super) fn change(
        &self,
        id: &str,
        body: Map<String, Value>,
        whole: bool,
    ) -> Result<Queue, ApiError> {
        let mut queues = self.queues.lock().expect("held by nobody who panics");
        let position = queues
            .iter()
            .position(|queue| queue.id == id)
            .ok_or_else(ApiError::not_found)?;
        let mut queue = queues[position].clone();
        if whole {
            queue.name.clear();
            queue.description.clear();
            queue.others.clear();
        }
        queue.take(body)?;
        queue.date_modified = now();
        unclaimed(&queues, &queue)?;
        queues[position] = queue.clone();
        Ok(queue)
    }

    pub(super) fn delete(&self, id: &str) -> Result<(), ApiError> {
        let mut queues = self.queues.lock().expect("held by nobody who panics");
        let before = queues.len();
        queues.retain(|queue| queue.id != id);
        if queues.len() == before {
            return Err(ApiError::not_found());
        }
        Ok(())
    }
}

impl Queue {
    /// Takes over what `body` says, or names the field that is wrong.
    fn take(&mut self, body: Map<String, Value>) -> Result<(), ApiError> {
        for (field, value) in body {
            match (field.as_str(), value) {
                ("name", Value::String(name)) => name.trim().clone_into(&mut self.name),
                ("description", Value::String(text)) => self.description = text,
                ("description", Value::Null) => self.description.clear(),
                ("name" | "description", _) => {
                    return Err(ApiError::constraint(&field, "must be a string"));
                }
                (name, _) if OWN_FIELDS.contains(&name) => {}
                (_, value) => {
                    self.others.insert(field, value);
                }
            }
        }
        if self.name.is_empty() {
            return Err(ApiError::constraint("name", "must not be empty"));
        }
        if self.name.chars().count() > LONGEST_NAME {
            return Err(ApiError::constraint(
                "name",
                "must not be longer than 255 characters",
            ));
        }
        Ok(())
    }

    pub(super) fn shape(&self) -> Value {
        let mut body = Map::new();
        body.insert("id".into(), self.id.clone().into());
        body.insert("name".into(), self.name.clone().into());
        body.insert("division".into(), home_division());
        if !self.description.is_empty() {
            body.insert("description".into(), self.description.clone().into());
        }
        body.insert("dateCreated".into(), self.date_created.clone().into());
        body.insert("dateModified".into(), self.date_modified.clone().into());
        body.insert("memberCount".into(), self.member_count.into());
        body.insert(
            "mediaSettings".into(),
            json!({
                "call": { "alertingTimeoutSeconds": 8, "serviceLevel": { "percentage": 0.8, "durationMs": 20_000 } },
                "message": { "alertingTimeoutSeconds": 30, "serviceLevel": { "percentage": 0.8, "durationMs": 60_000 } },
            }),
        );
        body.insert(
            "acwSettings".into(),
            json!({ "wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 300_000 }),
        );
        body.insert("skillEvaluationMethod".into(), "ALL".into());
        body.insert("enableTranscription".into(), false.into());
        for (field, value) in &self.others {
            body.insert(field.clone(), value.clone());
        }
        body.insert(
            "selfUri".into(),
            format!("/api/v2/routing/queues/{}", self.id).into(),
        );
        Value::Object(body)
    }
}

fn unclaimed(queues: &[Queue], queue: &Queue) -> Result<(), ApiError> {
    let taken = queues.iter().any(|other| {
        other.id != queue.id && other.name.to_lowercase() == queue.name.to_lowercase()
    });
    if taken {
        return Err(ApiError::conflict(format!(
            "A queue with the name [{}] already exists.",
            queue.name
        )));
    }
    Ok(())
}

/// Whether `name` fits `pattern`.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else {
        return pattern == name;
    };
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Now, to the millisecond, as the API writes it.
pub(super) fn now() -> String {
    format!("{:.3}", Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            other => panic!("not an object: {other}"),
        }
    }

    #[test]
    fn names_fit_patterns() {
        let table = [
            ("billing voice", "Billing Voice", true),
            ("billing", "Billing Voice", false),
            ("Billing*", "Billing Voice", true),
            ("*voice", "Billing Voice", true),
            ("*ing*", "Billing Voice", true),
            ("*", "Billing Voice", true),
            ("b*g*e", "Billing Voice", true),
            ("b*x*e", "Billing Voice", false),
            ("ab*ba", "aba", false),
        ];
        for (pattern, name, expected) in table {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn queues_are_created_changed_and_deleted() {
        let book = QueueBook::bundled();
        let before = book.named(None).len();
        let created = book
            .create(body(
                json!({ "name": "Night shift", "id": "mine", "outboundEmail": 1 }),
            ))
            .expect("valid");
        assert_ne!(created.id, "mine");
        assert_eq!(created.shape()["outboundEmail"], 1);
        let patched = book
            .change(
                &created.id,
                body(json!({ "description": "From ten" })),
                false,
            )
            .expect("valid");
        assert_eq!(patched.shape()["name"], "Night shift");
        assert_eq!(patched.shape()["outboundEmail"], 1);
        let replaced = book
            .change(&created.id, body(json!({ "name": "Late shift" })), true)
            .expect("valid");
        assert_eq!(replaced.shape().get("description"), None);
        assert_eq!(replaced.shape().get("outboundEmail"), None);
        assert_eq!(book.delete(&created.id), Ok(()));
        assert_eq!(book.delete(&created.id), Err(ApiError::not_found()));
        assert_eq!(book.named(None).len(), before);
    }

    #[test]
    fn wrong_bodies_are_named_and_change_nothing() {
        let book = QueueBook::bundled();
        let table = [
            (json!({}), ApiError::constraint("name", "must not be empty")),
            (
                json!({ "name": "  " }),
                ApiError::constraint("name", "must not be empty"),
            ),
            (
                json!({ "name": 5 }),
                ApiError::constraint("name", "must be a string"),
            ),
            (
                json!({ "name": "x".repeat(256) }),
                ApiError::constraint("name", "must not be longer than 255 characters"),
            ),
            (
                json!({ "name": "RETENTION" }),
                ApiError::conflict("A queue with the name [RETENTION] already exists.".into()),
            ),
        ];
        let before = book.named(None);
        for (value, expected) in table {
            assert_eq!(book.create(body(value.clone())), Err(expected), "{value}");
        }
        assert_eq!(book.named(None), before);
    }
}
