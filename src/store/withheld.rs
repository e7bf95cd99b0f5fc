//! Credentials that were typed where they do not belong are sent, but never written: files hold `(not kept)` instead.
//! What counts as one is `model::masks`' rule. A value made of references (`{{secret.name}}`) is none.

use std::ops::Range;

use crate::model::environment::{Environment, GatewayTarget, Place, Proxy, Target, TokenFrom};
use crate::model::masks::{
    FieldSyntax, credentials_in_text, credentials_in_url, is_credential_field, is_credential_header,
};
use crate::model::request::{DraftBody, HeaderRow, PartValue, QueryRow, RequestDraft};

/// What a file holds in place of a credential.
pub const NOT_KEPT: &str = "(not kept)";

/// Words before a credential that are none.
const SCHEMES: [&str; 6] = ["Bearer", "Basic", "Digest", "Token", "ApiKey", "Negotiate"];

/// The request as it may be written.
#[must_use]
pub fn without_credentials(draft: &RequestDraft) -> RequestDraft {
    withhold_request(draft).0
}

/// The request as it may be written, and the places where something was left out.
#[must_use]
pub fn withhold_request(draft: &RequestDraft) -> (RequestDraft, Vec<String>) {
    let mut draft = draft.clone();
    let mut places = Places::default();
    places.url("path", &mut draft.path);
    for variable in &mut draft.path_variables {
        if is_credential_field(&variable.name) {
            places.value(
                format!("path variable {}", variable.name),
                &mut variable.value,
            );
        }
    }
    places.query("parameter", &mut draft.query);
    places.headers("header", &mut draft.headers);
    match &mut draft.body {
        DraftBody::None | DraftBody::File { .. } => {}
        DraftBody::Json { text } => places.text("body", text, FieldSyntax::Json),
        DraftBody::Text { text, content_type } => {
            let syntax = FieldSyntax::of_content_type(content_type).unwrap_or_else(|| sniff(text));
            places.text("body", text, syntax);
        }
        DraftBody::Form { rows } => places.query("form field", rows),
        DraftBody::Multipart { rows } => {
            for row in rows {
                if let PartValue::Text(text) = &mut row.value
                    && is_credential_field(&row.name)
                {
                    places.value(format!("form field {}", row.name), text);
                }
            }
        }
    }
    (draft, places.0)
}

/// The environment as it may be written, and the places where something was left out.
#[must_use]
pub fn withhold_environment(environment: &Environment) -> (Environment, Vec<String>) {
    let mut environment = environment.clone();
    let mut places = Places::default();
    places.headers("default header", &mut environment.default_headers);
    for variable in &mut environment.variables {
        if variable.secret {
            // Its value is in the keyring; what stands here is unused.
            if !variable.value.is_empty() {
                variable.value.clear();
                places.0.push(format!("variable {}", variable.name));
            }
        } else if is_credential_field(&variable.name) {
            places.value(format!("variable {}", variable.name), &mut variable.value);
        } else {
            places.url(&format!("variable {}", variable.name), &mut variable.value);
        }
    }
    match &mut environment.target {
        Target::Direct { place } => places.place(place),
        Target::Gateway(gateway) => places.gateway(gateway),
    }
    if let Proxy::Explicit { url, .. } = &mut environment.network.proxy {
        places.authority("proxy", url);
    }
    for rule in &mut environment.path_map {
        places.url("path map", &mut rule.from);
        places.url("path map", &mut rule.to);
    }
    for route in environment
        .route_map
        .iter_mut()
        .flat_map(|map| &mut map.routes)
    {
        places.url("route", &mut route.uri);
    }
    (environment, places.0)
}

/// The places where something was left out, in order.
#[derive(Default)]
struct Places(Vec<String>);

impl Places {
    fn value(&mut self, place: String, value: &mut String) {
        if !value.is_empty() && value != NOT_KEPT && !is_made_of_references(value) {
            NOT_KEPT.clone_into(value);
            self.0.push(place);
        }
    }

    fn headers(&mut self, what: &str, rows: &mut [HeaderRow]) {
        for row in rows {
            let cookies = row.name.eq_ignore_ascii_case("cookie");
            if cookies && are_cookie_references(&row.value) {
                continue;
            }
            if is_credential_header(&row.name) {
                self.value(format!("{what} {}", row.name), &mut row.value);
            } else {
                self.url(&format!("{what} {}", row.name), &mut row.value);
            }
        }
    }

    fn query(&mut self, what: &str, rows: &mut [QueryRow]) {
        for row in rows {
            if let Some(value) = &mut row.value {
                if is_credential_field(&row.name) {
                    self.value(format!("{what} {}", row.name), value);
                } else {
                    self.url(&format!("{what} {}", row.name), value);
                }
            }
        }
    }

    fn url(&mut self, place: &str, text: &mut String) {
        let ranges = credentials_in_url(text);
        self.ranges(place, text, ranges, NOT_KEPT);
    }

    /// A host name or URL in a field that takes either: `user:password@host`.
    fn authority(&mut self, place: &str, text: &mut String) {
        if text.contains("://") || !text.contains('@') {
            return self.url(place, text);
        }
        let mut whole = format!("//{text}");
        self.url(place, &mut whole);
        whole.drain(..2);
        *text = whole;
    }

    fn text(&mut self, place: &str, text: &mut String, syntax: FieldSyntax) {
        let words = match syntax {
            FieldSyntax::Json => format!("\"{NOT_KEPT}\""),
            FieldSyntax::Form | FieldSyntax::Multipart => NOT_KEPT.to_owned(),
        };
        let ranges = credentials_in_text(text, syntax);
        self.ranges(place, text, ranges, &words);
    }

    fn ranges(&mut self, place: &str, text: &mut String, ranges: Vec<Range<usize>>, words: &str) {
        let mut left_out = false;
        for range in ranges.into_iter().rev() {
            let value = &text[range.clone()];
            let bare = value.trim_matches('"');
            if bare != NOT_KEPT && !is_made_of_references(bare) {
                text.replace_range(range, words);
                left_out = true;
            }
        }
        if left_out {
            self.0.push(place.to_owned());
        }
    }

    fn place(&mut self, place: &mut Place) {
        match place {
            Place::Region(_) => {}
            Place::Domain(domain) => self.authority("custom domain", domain),
            Place::Origins { api, login } => {
                self.authority("API origin", api);
                self.authority("login origin", login);
            }
        }
    }

    fn gateway(&mut self, gateway: &mut GatewayTarget) {
        self.authority("host", &mut gateway.host);
        self.url("login path", &mut gateway.login_path);
        self.url("API path", &mut gateway.api_path);
        if let TokenFrom::Region(place) = &mut gateway.token_from {
            self.place(place);
        }
        let form = &mut gateway.client_form;
        self.authority("client host", &mut form.host);
        self.url("client login path", &mut form.login_path);
        self.url("client API path", &mut form.api_path);
    }
}

/// A text without a telling content type.
fn sniff(text: &str) -> FieldSyntax {
    if text.trim_start().starts_with(['{', '[']) {
        FieldSyntax::Json
    } else if text.starts_with("--") {
        FieldSyntax::Multipart
    } else {
        FieldSyntax::Form
    }
}

/// `{{secret.token}}`, `Bearer {{token}}`: nothing of it is secret.
fn is_made_of_references(value: &str) -> bool {
    let value = value.trim();
    let scheme = value
        .split_once(' ')
        .filter(|(word, _)| SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(word)));
    value.contains("{{") && only_references(scheme.map_or(value, |(_, rest)| rest))
}

/// `a={{x}}; b={{y}}`: the names of cookies are no secret either.
fn are_cookie_references(value: &str) -> bool {
    value.split(';').all(|cookie| {
        cookie
            .split_once('=')
            .is_some_and(|(name, value)| !name.contains("{{") && is_made_of_references(value))
    })
}

fn only_references(text: &str) -> bool {
    let mut rest = text.trim();
    while let Some(inner) = rest.strip_prefix("{{") {
        let Some((_, after)) = inner.split_once("}}") else {
            return false;
        };
        rest = after
            .trim_start()
            .trim_start_matches([':', ','])
            .trim_start();
    }
    rest.is_empty()
}

#[cfg(test)]
#[path = "withheld_tests.rs"]
mod tests;
