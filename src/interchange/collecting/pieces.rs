//! Pieces of requests as texts: queries, places of paths, bodies.

use std::fmt::Write as _;

use crate::model::request::{DraftBody, QueryRow};

pub(super) fn shortened(text: &str) -> String {
    text.chars().take(20).collect()
}

/// The rows of a query as typed: `a`, `a=` and `a=b` are three things; what is encoded stays encoded.
pub(in crate::interchange) fn read_query(query: &str) -> Vec<QueryRow> {
    query
        .split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (name, value) = piece
                .split_once('=')
                .map_or((piece, None), |(name, value)| (name, Some(value)));
            QueryRow {
                enabled: true,
                name: name.to_owned(),
                value: value.map(str::to_owned),
            }
        })
        .collect()
}

/// `:userId` and its like, as Postman and Bruno write places of a path, become `{userId}`.
pub(in crate::interchange) fn colon_places(url: &str) -> String {
    let (head, path_start) = match url.split_once("://") {
        Some((scheme, behind)) => (format!("{scheme}://"), behind),
        None => (String::new(), url),
    };
    let (path, query) = path_start
        .find('?')
        .map_or((path_start, ""), |at| path_start.split_at(at));
    let mut segments = path.split('/');
    let mut written = head;
    written.push_str(segments.next().unwrap_or_default());
    for segment in segments {
        written.push('/');
        match segment.strip_prefix(':').filter(|name| !name.is_empty()) {
            Some(name) => {
                let _ = write!(written, "{{{name}}}");
            }
            None => written.push_str(segment),
        }
    }
    written.push_str(query);
    written
}

/// The body for a text with its media type.
pub(in crate::interchange) fn text_body(text: String, content_type: &str) -> DraftBody {
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if text.is_empty() {
        return DraftBody::None;
    }
    if essence == "application/json" {
        return DraftBody::Json { text };
    }
    if essence == "application/x-www-form-urlencoded" && !text.contains('\n') {
        return DraftBody::Form {
            rows: read_query(&text)
                .into_iter()
                .map(|row| QueryRow {
                    name: form_decoded(&row.name),
                    value: row.value.map(|value| form_decoded(&value)),
                    ..row
                })
                .collect(),
        };
    }
    DraftBody::Text {
        text,
        content_type: if content_type.is_empty() {
            "text/plain".to_owned()
        } else {
            content_type.to_owned()
        },
    }
}

/// A GraphQL query as it is sent: JSON with the variables as an object. `variables` that are no JSON stay a text.
pub(in crate::interchange) fn graphql_body(query: &str, variables: &str) -> DraftBody {
    let mut body = serde_json::json!({ "query": query });
    if !variables.trim().is_empty() {
        body["variables"] = serde_json::from_str(variables)
            .unwrap_or_else(|_| serde_json::Value::String(variables.to_owned()));
    }
    DraftBody::Json {
        text: serde_json::to_string_pretty(&body).unwrap_or_default(),
    }
}

/// Form text decoded, but `{{variables}}` untouched.
pub(in crate::interchange) fn form_decoded(text: &str) -> String {
    if text.contains("{{") {
        return text.to_owned();
    }
    crate::model::encode::decode(&text.replace('+', " "))
}
