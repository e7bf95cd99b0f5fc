//! The target: path with its `{places}` filled, path map, base, stage and API path, and the query behind it.
//! A `{name}` without a row that has a value is a problem; literal braces are written `%7B` and `%7D`, and braces that hold
//! anything but a name (`{}`, `{a b}`) go out as typed.

use super::Work;
use crate::model::encode;
use crate::model::masks::is_credential_field;
use crate::model::note::{Field, Note, Problem};
use crate::model::request::RequestDraft;
use crate::model::resolved::RequestUrl;
use crate::model::route::{self, RoutedUrl, TypedUrl};
use crate::model::variables::{next_reference, not_kept};

/// The URL of the request; `None` when problems stand in the way.
pub(super) fn target(draft: &RequestDraft, work: &mut Work<'_>) -> Option<RoutedUrl> {
    let typed = draft.path.trim();
    if typed != draft.path {
        work.note(Field::Path, "Spaces around the path are not sent");
    }
    // Whole, because its parts are expanded one by one.
    if let Some(problem) = not_kept(typed, &Field::Path) {
        work.problems.push(problem);
        return None;
    }
    let (path, query) = split_query(typed);
    let query_typed = query;
    let mut filled = fill(path, draft, work);
    if filled.contains('?') {
        filled = filled.replace('?', "%3F");
    }
    if filled.contains(['\r', '\n']) {
        work.problem(Field::Path, "The path has a line end inside: take it out");
    }
    let encoded = encode::path_text(&filled);
    if encoded != filled {
        work.note(
            Field::Path,
            format!("Characters that cannot stand in a path are encoded: `{encoded}`"),
        );
    }
    let query = query_of(query, draft, work);
    let absolute = encoded.get(..8).unwrap_or(&encoded).to_ascii_lowercase();
    if absolute.starts_with("http://") || absolute.starts_with("https://") {
        return absolute_target(typed, &encoded, query.as_deref(), work);
    }
    let whole = match query {
        Some(query) => format!("{encoded}?{query}"),
        None => encoded,
    };
    match route::request_url(work.environment, &draft.method, &whole) {
        Ok(routed) => {
            // The fix rewrites what was typed, so it is about that, and not about a path that only came out of variables.
            let notes = route::path_notes(work.environment, &draft.method, path);
            work.notes
                .extend(notes.into_iter().map(|note| keep_query(note, query_typed)));
            Some(routed)
        }
        Err(problems) => {
            work.problems.extend(problems);
            None
        }
    }
}

/// The fix of a note about the path alone, for the field that holds the query too.
fn keep_query(mut note: Note, query: Option<&str>) -> Note {
    if let (Some(fix), Some(query)) = (&mut note.fix, query) {
        for (_, text) in &mut fix.changes {
            text.push('?');
            text.push_str(query);
        }
    }
    note
}

/// The first `?` outside `{{…}}` begins the query.
fn split_query(typed: &str) -> (&str, Option<&str>) {
    let mut from = 0;
    while let Some((before, _, behind)) = next_reference(&typed[from..]) {
        if before.contains('?') {
            break;
        }
        from = typed.len() - behind.len();
    }
    match typed[from..].find('?') {
        Some(at) => (&typed[..from + at], Some(&typed[from + at + 1..])),
        None => (typed, None),
    }
}

/// The path with variables and places put in, in one pass: what a value holds is not looked at again.
fn fill(path: &str, draft: &RequestDraft, work: &mut Work<'_>) -> String {
    let mut filled = String::new();
    let mut rest = path;
    loop {
        let (before, name, behind) = match next_reference(rest) {
            Some((before, name, behind)) => (before, Some(name), behind),
            None => (rest, None, ""),
        };
        fill_places(before, draft, work, &mut filled);
        let Some(name) = name else { return filled };
        let expansion = work.expand(&format!("{{{{{name}}}}}"), &Field::Path);
        filled.push_str(&expansion.text);
        rest = behind;
    }
}

fn fill_places(text: &str, draft: &RequestDraft, work: &mut Work<'_>, filled: &mut String) {
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let inside = &rest[open + 1..];
        let place = inside
            .find('}')
            .map(|end| &inside[..end])
            .filter(|name| is_place_name(name));
        let Some(name) = place else {
            filled.push('{');
            rest = inside;
            continue;
        };
        filled.push_str(&place_value(name, draft, work));
        rest = &inside[name.len() + 1..];
    }
    filled.push_str(rest);
}

fn is_place_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

fn place_value(name: &str, draft: &RequestDraft, work: &mut Work<'_>) -> String {
    let field = Field::PathVariable(name.to_owned());
    let typed = draft
        .path_variables
        .iter()
        .find(|row| row.name == name)
        .map_or("", |row| row.value.as_str());
    if typed.is_empty() {
        work.problem(
            field,
            format!("`{{{name}}}` has no value: enter one, or write `%7B{name}%7D` for the braces themselves"),
        );
        return String::new();
    }
    let value = work.expand(typed, &field).text;
    if is_credential_field(name) {
        work.credential(field, name, typed, &value);
    }
    encode::path_segment(&value)
}

/// The query as sent, without `?`: what was typed in the path first, then the enabled rows.
fn query_of(typed: Option<&str>, draft: &RequestDraft, work: &mut Work<'_>) -> Option<String> {
    let mut query = typed.map(|typed| {
        let expanded = work.expand(typed, &Field::Path).text;
        for (_, value) in credential_pairs(&expanded) {
            work.mask(&encode::decode(value));
        }
        for (name, value) in credential_pairs(typed) {
            work.credential(Field::Path, &name, value, &encode::decode(value));
        }
        encode::query_text(&expanded)
    });
    for (row, query_row) in draft.query.iter().enumerate() {
        let blank =
            query_row.name.is_empty() && query_row.value.as_deref().unwrap_or_default().is_empty();
        if !query_row.enabled || blank {
            continue;
        }
        let field = Field::Query(row);
        let name = work.expand(&query_row.name, &field).text;
        let mut pair = encode::query_name(&name);
        if let Some(value) = &query_row.value {
            let expanded = work.expand(value, &field).text;
            if is_credential_field(&name) {
                work.credential(field, &name, value, &expanded);
            }
            pair.push('=');
            pair.push_str(&encode::query_value(&expanded));
        }
        let query = query.get_or_insert_default();
        if !query.is_empty() && !query.ends_with('&') {
            query.push('&');
        }
        query.push_str(&pair);
    }
    query
}

/// The pairs of a query that are named like credentials, the names decoded.
fn credential_pairs(query: &str) -> impl Iterator<Item = (String, &str)> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (encode::decode(name), value))
        .filter(|(name, _)| is_credential_field(name))
}

/// An absolute URL is sent as it is, on the environment's own origin only.
fn absolute_target(
    typed_path: &str,
    encoded: &str,
    query: Option<&str>,
    work: &mut Work<'_>,
) -> Option<RoutedUrl> {
    let base = match route::api_base(work.environment) {
        Ok(base) => base,
        Err(problems) => {
            work.problems.extend(problems);
            return None;
        }
    };
    let typed = TypedUrl::take_apart(encoded);
    let host = route::check_host(&typed.host);
    let port = typed.port_number();
    let (Ok(host), Ok(port), Ok(Some(protocol)), false) =
        (host, port, typed.protocol(), typed.has_user_info)
    else {
        work.problem(
            Field::Path,
            "The URL in the path has a host, a port or a user name that cannot be used: type the path only",
        );
        return None;
    };
    let target = match (typed.path.as_str(), query) {
        ("", None) => "/".to_owned(),
        (path, None) => path.to_owned(),
        (path, Some(query)) => format!("{}?{query}", if path.is_empty() { "/" } else { path }),
    };
    let url = RequestUrl {
        scheme: protocol.scheme().to_owned(),
        host,
        port: port.unwrap_or(protocol.default_port()),
        target,
    };
    if url.origin() != base.origin() {
        let problem = Problem::new(
            Field::Path,
            format!(
                "The URL leads to `{}`, but this environment's own is `{}`: requests never leave it",
                url.origin(),
                base.origin()
            ),
        );
        work.problems.push(match path_of(typed_path) {
            Some(path) => {
                problem.with_fix("Keep the path only", vec![(Field::Path, path.to_owned())])
            }
            None => problem,
        });
        return None;
    }
    if !base.prefix.is_empty() && !url.target.starts_with(&base.prefix) {
        work.notes.push(Note::new(
            Field::Path,
            format!(
                "The URL is sent as typed, without `{}` before the path",
                base.prefix
            ),
        ));
    }
    Some(RoutedUrl {
        url,
        mapped_from: None,
    })
}

/// The path and query of a typed URL, its variables not put in; `None` when a variable holds the origin.
fn path_of(typed: &str) -> Option<&str> {
    let (scheme, behind) = typed.split_once("://")?;
    if scheme.contains('{') {
        return None;
    }
    let (authority, path) = behind.split_at(behind.find(['/', '?'])?);
    (!authority.contains('{') && path.starts_with('/')).then_some(path)
}
