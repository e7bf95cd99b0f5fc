//! Credentials that were typed where they do not belong are sent, but never written: files hold `(not kept)` instead.
//! By name: what `model::masks` takes for a credential's field. By value: every secret the caller knows, wherever it was typed.
//! A value made of references (`{{secret.name}}`) is none.

use std::ops::Range;

use crate::model::environment::{
    Credentials, Environment, GatewayTarget, NetworkSettings, Place, Proxy, Target, TokenFrom,
};
pub use crate::model::masks::NOT_KEPT;
use crate::model::masks::{
    FieldSyntax, Masks, credentials_in_text, credentials_in_url, is_credential_field,
    is_credential_header, is_header_of_references, is_made_of_references,
};
use crate::model::request::{
    DraftBody, HeaderRow, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft,
};
use crate::model::route_map::ExpectedEffect;

/// The request as it may be written, credentials told by their names alone.
#[must_use]
pub fn without_credentials(draft: &RequestDraft) -> RequestDraft {
    withhold_request_with(draft, &Masks::default()).0
}

/// The request as it may be written, without any of the `known` secrets either.
#[must_use]
pub fn without_credentials_with(draft: &RequestDraft, known: &Masks) -> RequestDraft {
    withhold_request_with(draft, known).0
}

/// The request as it may be written, and the places where something was left out: credentials by name,
/// and the `known` secrets wherever they stand, in each of their encoded forms.
#[must_use]
pub fn withhold_request_with(draft: &RequestDraft, known: &Masks) -> (RequestDraft, Vec<String>) {
    let mut draft = draft.clone();
    let mut places = Places::new(known);
    places.plain("name", &mut draft.name);
    places.plain("method", &mut draft.method);
    places.url("path", &mut draft.path);
    for variable in &mut draft.path_variables {
        // First, because the places name the rows.
        places.plain("path variable name", &mut variable.name);
        let place = format!("path variable {}", variable.name);
        if is_credential_field(&variable.name) {
            places.value(place, &mut variable.value);
        } else {
            places.plain(&place, &mut variable.value);
        }
    }
    places.query("parameter", &mut draft.query);
    places.headers("header", &mut draft.headers);
    match &mut draft.auth {
        RequestAuth::Inherit | RequestAuth::None => {}
        RequestAuth::Bearer { token } => places.value("bearer token".to_owned(), token),
        RequestAuth::Basic { user, password } => {
            places.plain("user name", user);
            places.value("password".to_owned(), password);
        }
        RequestAuth::Header { name, value } => {
            places.plain("credential header name", name);
            places.value(format!("credential header {name}"), value);
        }
    }
    match &mut draft.body {
        DraftBody::None => {}
        DraftBody::File { path, content_type } => {
            places.plain("body file", path);
            places.plain("body type", content_type);
        }
        DraftBody::Json { text } => places.text("body", text, FieldSyntax::Json),
        DraftBody::Text { text, content_type } => {
            let syntax = FieldSyntax::of(content_type, text);
            places.text("body", text, syntax);
            places.plain("body type", content_type);
        }
        DraftBody::Form { rows } => places.query("form field", rows),
        DraftBody::Multipart { rows } => places.parts(rows),
    }
    (draft, places.left_out)
}

/// The environment as it may be written, and the places where something was left out: credentials by name,
/// and the `known` secrets wherever they stand, in each of their encoded forms. The id stays as it is:
/// the caller chose it, and the name of the file with it.
#[must_use]
pub fn withhold_environment_with(
    environment: &Environment,
    known: &Masks,
) -> (Environment, Vec<String>) {
    let mut environment = environment.clone();
    let mut places = Places::new(known);
    places.plain("name", &mut environment.name);
    places.headers("default header", &mut environment.default_headers);
    for variable in &mut environment.variables {
        places.plain("variable name", &mut variable.name);
        let place = format!("variable {}", variable.name);
        if variable.secret {
            // Its value is in the keyring; what stands here is unused.
            if !variable.value.is_empty() {
                variable.value.clear();
                places.left_out.push(place);
            }
        } else if is_credential_field(&variable.name) {
            places.value(place, &mut variable.value);
        } else {
            places.url(&place, &mut variable.value);
        }
    }
    match &mut environment.target {
        Target::Direct { place } => places.place(place),
        Target::Gateway(gateway) => places.gateway(gateway),
    }
    if let Credentials::ClientCredentials {
        client_id, scope, ..
    } = &mut environment.credentials
    {
        places.plain("client ID", client_id);
        places.plain("scope", scope);
    }
    places.network(&mut environment.network);
    for rule in &mut environment.path_map {
        places.url("path map", &mut rule.from);
        places.url("path map", &mut rule.to);
    }
    for route in environment
        .route_map
        .iter_mut()
        .flat_map(|map| &mut map.routes)
    {
        places.plain("route", &mut route.resource);
        places.url("route", &mut route.uri);
        for effect in &mut route.effects {
            if let ExpectedEffect::ParameterFixed { value, .. }
            | ExpectedEffect::ParameterAppended { value, .. }
            | ExpectedEffect::HeaderFixed { value, .. } = effect
            {
                places.plain("route", value);
            }
        }
    }
    (environment, places.left_out)
}

/// What is left out on the way.
struct Places<'a> {
    known: &'a Masks,
    /// The places, in order.
    left_out: Vec<String>,
}

impl<'a> Places<'a> {
    fn new(known: &'a Masks) -> Self {
        Self {
            known,
            left_out: Vec::new(),
        }
    }

    /// A credential by its name.
    fn value(&mut self, place: String, value: &mut String) {
        if is_made_of_references(value) {
            self.plain(&place, value);
        } else if !value.is_empty() && value != NOT_KEPT {
            NOT_KEPT.clone_into(value);
            self.left_out.push(place);
        }
    }

    /// A text whose name says nothing.
    fn plain(&mut self, place: &str, text: &mut String) {
        let ranges = self.known.places_in(text);
        self.ranges(place, text, ranges, NOT_KEPT);
    }

    fn headers(&mut self, what: &str, rows: &mut [HeaderRow]) {
        for row in rows {
            self.plain(&format!("{what} name"), &mut row.name);
            let place = format!("{what} {}", row.name);
            if is_credential_header(&row.name) && !is_header_of_references(&row.name, &row.value) {
                self.value(place, &mut row.value);
            } else {
                self.url(&place, &mut row.value);
            }
        }
    }

    fn query(&mut self, what: &str, rows: &mut [QueryRow]) {
        for row in rows {
            self.plain(&format!("{what} name"), &mut row.name);
            let place = format!("{what} {}", row.name);
            match &mut row.value {
                Some(value) if is_credential_field(&row.name) => self.value(place, value),
                Some(value) => self.url(&place, value),
                None => {}
            }
        }
    }

    fn parts(&mut self, rows: &mut [PartRow]) {
        for row in rows {
            self.plain("form field name", &mut row.name);
            let place = format!("form field {}", row.name);
            match &mut row.value {
                PartValue::Text(text) if is_credential_field(&row.name) => self.value(place, text),
                PartValue::Text(text) => self.plain(&place, text),
                PartValue::File { path, file_name } => {
                    self.plain(&place, path);
                    self.plain(&place, file_name);
                }
            }
            self.plain("form field type", &mut row.content_type);
        }
    }

    fn url(&mut self, place: &str, text: &mut String) {
        let ranges = credentials_in_url(text);
        self.ranges(place, text, ranges, NOT_KEPT);
        self.plain(place, text);
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
        self.plain(place, text);
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
        if left_out && self.left_out.last().is_none_or(|last| last != place) {
            self.left_out.push(place.to_owned());
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

    fn network(&mut self, network: &mut NetworkSettings) {
        if let Proxy::Explicit {
            url,
            user_name,
            bypass,
        } = &mut network.proxy
        {
            self.authority("proxy", url);
            self.plain("proxy user name", user_name);
            for host in bypass {
                self.plain("proxy bypass", host);
            }
        }
        self.plain("CA file", &mut network.ca_file);
        self.plain("trusted fingerprint", &mut network.trusted_fingerprint);
        for fixed in &mut network.resolve {
            self.plain("fixed address", &mut fixed.host);
            self.plain("fixed address", &mut fixed.address);
        }
    }

    fn gateway(&mut self, gateway: &mut GatewayTarget) {
        self.authority("host", &mut gateway.host);
        self.plain("stage", &mut gateway.stage);
        self.plain("gateway user name", &mut gateway.user_name);
        self.url("login path", &mut gateway.login_path);
        self.url("API path", &mut gateway.api_path);
        if let TokenFrom::Region(place) = &mut gateway.token_from {
            self.place(place);
        }
        let form = &mut gateway.client_form;
        self.authority("client host", &mut form.host);
        self.plain("client port", &mut form.port);
        self.plain("client protocol", &mut form.protocol);
        self.url("client login path", &mut form.login_path);
        self.url("client API path", &mut form.api_path);
    }
}

#[cfg(test)]
#[path = "withheld_tests.rs"]
mod tests;
