//! Pieces of requests as texts: queries, places of paths, bodies.

use std::fmt::Write as _;

use crate::model::request::{DraftBody, HeaderRow, QueryRow, RequestDraft};
use crate::model::variables::references;

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
    let decode = |text: &str| crate::model::encode::decode(&text.replace('+', " "));
    let mut decoded = String::with_capacity(text.len());
    let mut from = 0;
    for reference in references(text) {
        decoded.push_str(&decode(&text[from..reference.range.start]));
        decoded.push_str(&text[reference.range.clone()]);
        from = reference.range.end;
    }
    decoded.push_str(&decode(&text[from..]));
    decoded
}

/// A header row that says what the body says by itself is taken away; a text or a file is of the type that its row names.
pub(in crate::interchange) fn own_type(draft: &mut RequestDraft) {
    let is_type = |row: &HeaderRow| row.name.trim().eq_ignore_ascii_case("content-type");
    let mut rows = (0..draft.headers.len()).filter(|&at| is_type(&draft.headers[at]));
    let (Some(at), None) = (rows.next(), rows.next()) else {
        return;
    };
    let row = &draft.headers[at];
    if !row.enabled || row.value.trim().is_empty() || row.value.contains("{{") {
        return;
    }
    let is_own = match &mut draft.body {
        DraftBody::Json { .. } => row.value == "application/json",
        DraftBody::Form { .. } => row.value == "application/x-www-form-urlencoded",
        DraftBody::Text { content_type, .. } | DraftBody::File { content_type, .. } => {
            row.value.clone_into(content_type);
            true
        }
        DraftBody::None | DraftBody::Multipart { .. } => false,
    };
    if is_own {
        draft.headers.remove(at);
    }
}
