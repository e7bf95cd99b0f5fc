//! Pages: `pageSize`, `pageNumber`, and the relative links between them.

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::errors::ApiError;

/// A query string, taken apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(text: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(text.unwrap_or_default().as_bytes());
        Self(pairs.into_owned().collect())
    }

    /// The last value of `name`.
    pub(super) fn last(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All values of `name`, repeated or joined by commas: clients do both.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// Everything but the page, encoded for a link; with a leading `&` unless empty.
    fn others(&self) -> String {
        let mut encoder = form_urlencoded::Serializer::new(String::new());
        for (key, value) in &self.0 {
            if key != "pageSize" && key != "pageNumber" {
                encoder.append_pair(key, value);
            }
        }
        let text = encoder.finish();
        if text.is_empty() {
            text
        } else {
            format!("&{text}")
        }
    }
}

/// Which page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    size: usize,
    number: usize,
}

const DEFAULT_SIZE: usize = 25;
const LARGEST_SIZE: usize = 500;

impl Page {
    pub(super) fn of(query: &Query) -> Result<Self, ApiError> {
        let number = |name: &str, default: usize, largest: usize| match query.last(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .ok()
                .filter(|value| (1..=largest).contains(value))
                .ok_or_else(|| ApiError::invalid_query(name, text, &format!("[1 - {largest}]"))),
        };
        Ok(Self {
            size: number("pageSize", DEFAULT_SIZE, LARGEST_SIZE)?,
            number: number("pageNumber", 1, i32::MAX as usize)?,
        })
    }

    /// The page of `all`, shaped as the API shapes every listing. `path` is the resource's own.
    pub(super) fn listing<T>(
        self,
        path: &str,
        query: &Query,
        all: &[T],
        mut shape: impl FnMut(&T) -> Value,
    ) -> Value {
        let start = (self.number - 1).saturating_mul(self.size);
        let entities: Vec<Value> = all
            .iter()
            .skip(start)
            .take(self.size)
            .map(&mut shape)
            .collect();
        let count = all.len().div_ceil(self.size);
        let others = query.others();
        let link = |number: usize| {
            Value::from(format!(
                "{path}?pageSize={}&pageNumber={number}{others}",
                self.size
            ))
        };
        let mut body = Map::new();
        body.insert("entities".into(), Value::Array(entities));
        body.insert("pageSize".into(), self.size.into());
        body.insert("pageNumber".into(), self.number.into());
        body.insert("total".into(), all.len().into());
        body.insert("firstUri".into(), link(1));
        if self.number > 1 {
            body.insert("previousUri".into(), link(self.number - 1));
        }
        if self.number < count {
            body.insert("nextUri".into(), link(self.number + 1));
        }
        body.insert("lastUri".into(), link(count.max(1)));
        body.insert("selfUri".into(), link(self.number));
        body.insert("pageCount".into(), count.into());
        Value::Object(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Option<(usize, usize)> {
        let page = Page::of(&Query::parse(Some(query))).ok()?;
        Some((page.size, page.number))
    }

    #[test]
    fn page_parameters() {
        let table = [
            ("", Some((25, 1))),
            ("pageSize=5", Some((5, 1))),
            ("pageSize=500&pageNumber=7", Some((500, 7))),
            ("pageSize=5&pageSize=6", Some((6, 1))),
            ("pageSize=0", None),
            ("pageSize=501", None),
            ("pageSize=abc", None),
            ("pageSize=", None),
            ("pageSize=-1", None),
            ("pageNumber=0", None),
            ("pageNumber=1.5", None),
        ];
        for (query, expected) in table {
            assert_eq!(page(query), expected, "{query:?}");
        }
    }

    #[test]
    fn links_are_relative_and_keep_the_other_parameters() {
        let all: Vec<usize> = (0..11).collect();
        let table = [
            ("pageSize=5", 5, None, Some(2)),
            ("pageSize=5&pageNumber=2", 5, Some(1), Some(3)),
            ("pageSize=5&pageNumber=3", 1, Some(2), None),
            ("pageSize=5&pageNumber=4", 0, Some(3), None),
        ];
        for (raw, count, previous, next) in table {
            let query = Query::parse(Some(&format!("{raw}&expand=presence,groups")));
            let body = Page::of(&query)
                .expect("valid")
                .listing("/x", &query, &all, |item| Value::from(*item));
            let link = |number: usize| {
                format!("/x?pageSize=5&pageNumber={number}&expand=presence%2Cgroups")
            };
            assert_eq!(
                body["entities"].as_array().map(Vec::len),
                Some(count),
                "{raw}"
            );
            assert_eq!(body["total"], 11, "{raw}");
            assert_eq!(body["pageCount"], 3, "{raw}");
            assert_eq!(body["firstUri"], link(1), "{raw}");
            assert_eq!(body["lastUri"], link(3), "{raw}");
            assert_eq!(
                body.get("previousUri").and_then(Value::as_str),
                previous.map(link).as_deref(),
                "{raw}"
            );
            assert_eq!(
                body.get("nextUri").and_then(Value::as_str),
                next.map(link).as_deref(),
                "{raw}"
            );
        }
    }

    #[test]
    fn lists_come_repeated_or_joined() {
        let query = Query::parse(Some("expand=presence,groups&expand=skills&expand=&other=x"));
        assert_eq!(query.list("expand"), ["presence", "groups", "skills"]);
        assert_eq!(query.last("other"), Some("x"));
        assert_eq!(query.last("missing"), None);
    }
}
