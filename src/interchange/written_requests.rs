//! What the writers of collections have in common: where a request goes, and which of its values are left out.

use super::Export;
use crate::model::environment::Environment;
use crate::model::masks::{is_credential_field, is_credential_header, is_made_of_references};
use crate::model::request::{HeaderRow, QueryRow, RequestDraft};
use crate::model::route;

/// Leaves literal credentials out and remembers which.
#[derive(Debug, Default)]
pub(super) struct Hiding {
    masked: Vec<String>,
}

impl Hiding {
    /// A reference stays; a literal is left out.
    pub(super) fn credential(&mut self, what: &str, value: &str, draft: &RequestDraft) -> String {
        if value.is_empty() || is_made_of_references(value) {
            return value.to_owned();
        }
        self.masked.push(format!("{what} of `{}`", draft.name));
        String::new()
    }

    pub(super) fn header(&mut self, row: &HeaderRow, draft: &RequestDraft) -> String {
        if is_credential_header(&row.name) {
            self.credential(&row.name, &row.value, draft)
        } else {
            row.value.clone()
        }
    }

    pub(super) fn row(&mut self, row: &QueryRow, draft: &RequestDraft) -> String {
        let value = row.value.as_deref().unwrap_or_default();
        if is_credential_field(&row.name) {
            self.credential(&row.name, value, draft)
        } else {
            value.to_owned()
        }
    }

    pub(super) fn export(self, text: String) -> Export {
        Export {
            text,
            masked: self.masked,
            lint: Vec::new(),
        }
    }
}

/// `base` and the path, `{name}` as `:name`.
pub(super) fn colon_url(base: &str, draft: &RequestDraft) -> String {
    let path: Vec<String> = draft
        .path
        .split('/')
        .map(|segment| {
            let name = segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            match name {
                Some(name) if !name.starts_with('{') => format!(":{name}"),
                _ => segment.to_owned(),
            }
        })
        .collect();
    let path = path.join("/");
    if path.contains("://") {
        path
    } else {
        format!("{base}{path}")
    }
}

/// What stands before every path: the environment's own address, or the variable `baseUrl`.
pub(super) fn base_of(environment: Option<&Environment>) -> String {
    environment
        .and_then(|environment| route::api_base(environment).ok())
        .map_or_else(
            || "{{baseUrl}}".to_owned(),
            |base| format!("{}{}", base.origin(), base.prefix),
        )
}
