//! The path map: an environment's own routes, as a non-proxy integration needs them (`/api/v2/users` -> `/users`).
//! First match wins; a prefix matches at segment borders only.

use super::with_leading_slash;
use crate::model::environment::{PathMapRule, PathMatching};

/// A path after the path map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedPath {
    pub path: String,
    /// The path without its query before the map; `None` when no rule applied.
    pub mapped_from: Option<String>,
    /// It stands right behind the stage, without the environment's API path.
    pub outside_api_path: bool,
}

/// Applies the first rule that matches. A query is carried over untouched.
#[must_use]
pub fn map_path(rules: &[PathMapRule], path: &str) -> MappedPath {
    let (path_only, query) = path.find('?').map_or((path, ""), |at| path.split_at(at));
    let wanted = with_leading_slash(path_only);
    let mapped = rules.iter().find_map(|rule| apply(rule, &wanted));
    match mapped {
        Some(mapped) => MappedPath {
            path: format!("{mapped}{query}"),
            mapped_from: Some(wanted.into_owned()),
            outside_api_path: false,
        },
        None => MappedPath {
            path: path.to_owned(),
            mapped_from: None,
            outside_api_path: false,
        },
    }
}

/// The path after `rule`, or `None` when it does not match.
pub(super) fn apply(rule: &PathMapRule, path: &str) -> Option<String> {
    if rule.from.trim().is_empty() {
        return None;
    }
    let from = with_leading_slash(rule.from.trim());
    let to = with_leading_slash(rule.to.trim());
    match rule.matching {
        PathMatching::Exact => (path == from).then(|| to.into_owned()),
        PathMatching::Prefix => {
            let rest = path.strip_prefix(from.trim_end_matches('/'))?;
            if rest.is_empty() {
                return Some(to.into_owned());
            }
            rest.starts_with('/')
                .then(|| format!("{}{rest}", to.trim_end_matches('/')))
        }
    }
}

/// A path that the rule makes `path` of; a query is carried over.
pub(super) fn before_rule(rule: &PathMapRule, path: &str) -> Option<String> {
    let rest = path.strip_prefix(rule.to.trim().trim_end_matches('/'))?;
    let fits = match rule.matching {
        PathMatching::Exact => rest.is_empty() || rest.starts_with('?'),
        PathMatching::Prefix => rest.is_empty() || rest.starts_with(['/', '?']),
    };
    fits.then(|| format!("{}{rest}", rule.from.trim().trim_end_matches('/')))
}
