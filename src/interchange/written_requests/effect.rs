//! What an environment does to a request before it is sent, put into the request: its address with path map and routes, its default
//! headers, and which credentials win. As `model::resolve` does it, but with variables and places of the path left open.

use crate::interchange::collecting::read_query;
use crate::model::encode;
use crate::model::environment::Environment;
use crate::model::request::{QueryRow, RequestAuth, RequestDraft};
use crate::model::route;
use crate::model::variables::references;

/// Where a request goes, in Gatescope's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// `https://host:port`; empty when nobody knows it.
    pub(super) origin: String,
    /// Begins with a slash.
    pub(super) path: String,
}

/// Rows of the environment that no row of the request and none of its credentials take the place of, in front of its own.
pub(super) fn put_headers_in(draft: &mut RequestDraft, environment: &Environment) {
    let own = auth_header(&draft.auth).map(str::to_owned);
    let defaults = environment.default_headers.iter().filter(|default| {
        let name = default.name.trim();
        default.enabled
            && !name.is_empty()
            && !has_header(draft, name)
            && !own
                .as_deref()
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
    });
    let mut headers: Vec<_> = defaults.cloned().collect();
    headers.append(&mut draft.headers);
    draft.headers = headers;
}

/// A header row wins over the request's own credentials and over the environment's token; other tools do it the other way round.
pub(super) fn let_rows_win(draft: &mut RequestDraft, has_login: bool) {
    let name = match &draft.auth {
        RequestAuth::Inherit if has_login => Some("Authorization"),
        auth => auth_header(auth),
    };
    if name.is_some_and(|name| has_header(draft, name)) {
        draft.auth = RequestAuth::None;
    }
}

pub(super) fn has_header(draft: &RequestDraft, name: &str) -> bool {
    draft
        .headers
        .iter()
        .any(|row| row.enabled && row.name.trim().eq_ignore_ascii_case(name))
}

fn auth_header(auth: &RequestAuth) -> Option<&str> {
    match auth {
        RequestAuth::Inherit | RequestAuth::None => None,
        RequestAuth::Bearer { .. } | RequestAuth::Basic { .. } => Some("Authorization"),
        RequestAuth::Header { name, .. } => Some(name.trim()),
    }
}

/// Takes the query out of the path and puts it in front of the rows, as it is sent.
pub(super) fn split_query(draft: &mut RequestDraft) {
    let typed = draft.path.trim().to_owned();
    let taken: Vec<_> = references(&typed)
        .into_iter()
        .map(|known| known.range)
        .collect();
    let is_free = |at: &usize| !taken.iter().any(|range| range.contains(at));
    let mark = typed.match_indices('?').map(|(at, _)| at).find(is_free);
    let mut rows: Vec<QueryRow> = Vec::new();
    if let Some(at) = mark {
        rows = read_query(&typed[at + 1..]);
        typed[..at].clone_into(&mut draft.path);
    } else {
        draft.path = typed;
    }
    let is_blank =
        |row: &QueryRow| row.name.is_empty() && row.value.as_deref().unwrap_or_default().is_empty();
    rows.extend(draft.query.drain(..).filter(|row| !is_blank(row)));
    draft.query = rows;
}

/// Where the request goes. A rule of the path map may fit the path only with the values of its places in it: then they stand in it.
pub(super) fn address(draft: &RequestDraft, environment: Option<&Environment>) -> Address {
    if let Some((scheme, behind)) = draft.path.split_once("://") {
        let (authority, path) = behind
            .find('/')
            .map_or((behind, "/"), |at| behind.split_at(at));
        return Address {
            origin: format!("{scheme}://{authority}"),
            path: path.to_owned(),
        };
    }
    let slashed = if draft.path.starts_with('/') {
        draft.path.clone()
    } else {
        format!("/{}", draft.path)
    };
    let unknown = Address {
        origin: String::new(),
        path: slashed,
    };
    let Some(environment) = environment else {
        return unknown;
    };
    let fill = |path: &str| filled(path, draft, environment);
    let routed = |path: &str| route::request_url(environment, &draft.method, path);
    let (Ok(typed), Ok(sent)) = (routed(&draft.path), routed(&fill(&draft.path))) else {
        return unknown;
    };
    Address {
        origin: typed.url.origin(),
        path: if fill(&typed.url.target) == sent.url.target {
            typed.url.target
        } else {
            sent.url.target
        },
    }
}

/// The path with what is known by now.
fn filled(path: &str, draft: &RequestDraft, environment: &Environment) -> String {
    let mut filled = String::new();
    let mut from = 0;
    for reference in references(path) {
        filled.push_str(&path[from..reference.range.start]);
        from = reference.range.end;
        let plain = environment
            .variables
            .iter()
            .find(|known| known.name == reference.name && !known.secret);
        match plain {
            Some(variable) => filled.push_str(&variable.value),
            None => filled.push_str(&path[reference.range]),
        }
    }
    filled.push_str(&path[from..]);
    for row in &draft.path_variables {
        if !row.value.is_empty() && !row.value.contains("{{") {
            let place = format!("{{{}}}", row.name);
            filled = filled.replace(&place, &encode::path_segment(&row.value));
        }
    }
    filled
}

/// A part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Text(&'a str),
    /// `{name}`.
    Place(&'a str),
    /// The name in `{{name}}`.
    Reference(&'a str),
}

/// The path in its parts.
pub(super) fn parts(path: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    for reference in references(path) {
        places(&path[from..reference.range.start], &mut found);
        found.push(Part::Reference(reference.name));
        from = reference.range.end;
    }
    places(&path[from..], &mut found);
    found
}

fn places<'a>(text: &'a str, found: &mut Vec<Part<'a>>) {
    let mut rest = text;
    let mut from = 0;
    while let Some(open) = rest[from..].find('{').map(|at| at + from) {
        let inside = &rest[open + 1..];
        let name = inside
            .find('}')
            .map(|end| &inside[..end])
            .filter(|name| is_place_name(name));
        let Some(name) = name else {
            from = open + 1;
            continue;
        };
        found.push(Part::Text(&rest[..open]));
        found.push(Part::Place(name));
        rest = &inside[name.len() + 1..];
        from = 0;
    }
    found.push(Part::Text(rest));
}

/// As `resolve` takes one for a place.
fn is_place_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}
