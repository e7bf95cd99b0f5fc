//! The request's own credentials as a header: a bearer token, user and password, or a header of another name.
//! The environment's token is not among them: it is put in when the request is sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::{Work, is_token};
use crate::model::masks::is_made_of_references;
use crate::model::note::{AuthField, Field, Note};
use crate::model::request::RequestAuth;
use crate::model::resolved::{HeaderOrigin, RequestHeader};

/// The name of the header that the credentials go into; the environment's token has the same.
pub(super) fn header_name(auth: &RequestAuth) -> Option<&str> {
    match auth {
        RequestAuth::Inherit | RequestAuth::None => None,
        RequestAuth::Bearer { .. } | RequestAuth::Basic { .. } => Some("Authorization"),
        RequestAuth::Header { name, .. } => Some(name.trim()),
    }
}

/// The header, when the request has credentials of its own and nothing is wrong with them.
pub(super) fn header(auth: &RequestAuth, work: &mut Work<'_>) -> Option<RequestHeader> {
    let (name, value) = match auth {
        RequestAuth::Inherit | RequestAuth::None => return None,
        RequestAuth::Bearer { token } => ("Authorization".to_owned(), bearer(token, work)?),
        RequestAuth::Basic { user, password } => {
            ("Authorization".to_owned(), basic(user, password, work)?)
        }
        RequestAuth::Header { name, value } => custom(name, value, work)?,
    };
    Some(RequestHeader {
        name,
        value: Bytes::from(value),
        origin: HeaderOrigin::Secret,
    })
}

fn bearer(typed: &str, work: &mut Work<'_>) -> Option<String> {
    let field = Field::Auth(AuthField::Token);
    if typed.trim().is_empty() {
        work.problem(
            field,
            "The token is empty: paste one, or write `{{secret.name}}`",
        );
        return None;
    }
    let token = value(typed, &field, work)?;
    if let Some((scheme, rest)) = token.split_once(' ')
        && scheme.eq_ignore_ascii_case("bearer")
    {
        let note = Note::new(
            field.clone(),
            "The token begins with `Bearer`, which is put in front of it anyway",
        );
        let bare = typed
            .split_once(' ')
            .map_or(rest, |(_, bare)| bare)
            .trim()
            .to_owned();
        work.notes
            .push(note.with_fix("Remove it", vec![(field, bare)]));
    }
    Some(format!("Bearer {token}"))
}

fn basic(user: &str, password: &str, work: &mut Work<'_>) -> Option<String> {
    let field = Field::Auth(AuthField::User);
    let name = work.expand(user, &field).text;
    if name.contains(':') {
        work.problem(
            field,
            "A user name for Basic cannot hold a colon: the server would take what follows for the password",
        );
        return None;
    }
    if name.chars().any(char::is_control) {
        work.problem(field, "The user name has a control character inside");
        return None;
    }
    let field = Field::Auth(AuthField::Password);
    let secret = work.expand(password, &field).text;
    keep(field, password, &secret, work);
    let pair = STANDARD.encode(format!("{name}:{secret}"));
    work.mask(&pair);
    Some(format!("Basic {pair}"))
}

fn custom(name: &str, typed: &str, work: &mut Work<'_>) -> Option<(String, String)> {
    let field = Field::Auth(AuthField::HeaderName);
    let name = work.expand(name, &field).text.trim().to_owned();
    if name.is_empty() {
        work.problem(
            field,
            "The header has no name: name it, such as `x-api-key`",
        );
        return None;
    }
    if !is_token(&name) {
        work.problem(
            field,
            format!(
                "`{}` is not a header name: use letters, digits and dashes",
                name.escape_debug()
            ),
        );
        return None;
    }
    let value = value(typed, &Field::Auth(AuthField::HeaderValue), work)?;
    Some((name, value))
}

/// A secret text that can stand in a header.
fn value(typed: &str, field: &Field, work: &mut Work<'_>) -> Option<String> {
    let expanded = work.expand(typed, field).text;
    let trimmed = expanded.trim();
    keep(field.clone(), typed, trimmed, work);
    if trimmed.contains(|character: char| character.is_control()) {
        work.problem(
            field.clone(),
            "The value has a line end or another control character inside: take it out",
        );
        return None;
    }
    Some(trimmed.to_owned())
}

/// Masks what is sent, and notes what was typed and would be left out of a file.
fn keep(field: Field, typed: &str, value: &str, work: &mut Work<'_>) {
    work.mask(value);
    if !value.is_empty() && !is_made_of_references(typed) {
        work.note(
            field,
            "It is sent as typed, but not kept with the request: make it a secret variable and write `{{secret.name}}`",
        );
    }
}
