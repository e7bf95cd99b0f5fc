//! GraphQL in `.http` files: the method `GRAPHQL` of one tool, the header `X-Request-Type` of the other. It is sent as POST.

use crate::interchange::collecting::graphql_body;
use crate::model::request::{DraftBody, HeaderRow};

/// Whether the request is one; marks of it are taken away.
pub(super) fn is_graphql(method: &mut String, headers: &mut Vec<HeaderRow>) -> bool {
    let is_mark = |row: &HeaderRow| {
        row.name.eq_ignore_ascii_case("x-request-type") && row.value.eq_ignore_ascii_case("graphql")
    };
    let found = method == "GRAPHQL" || headers.iter().any(is_mark);
    if method == "GRAPHQL" {
        "POST".clone_into(method);
    }
    headers.retain(|row| !is_mark(row));
    found
}

/// The query, and behind an empty line its variables as a JSON object.
pub(super) fn body(text: &str) -> DraftBody {
    let text = text.trim();
    let split = text.match_indices("\n{").map(|(at, _)| at).find(|at| {
        let (before, behind) = text.split_at(*at);
        let is_object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(behind);
        before.ends_with('\n') && is_object.is_ok()
    });
    let (query, variables) = split.map_or((text, ""), |at| text.split_at(at));
    graphql_body(query.trim_end(), variables.trim())
}
