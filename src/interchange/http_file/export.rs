//! Requests written as an `.http` file. Folders become parts of names, values of places stand in the URLs.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{METHODS, multipart};
use crate::interchange::Export;
use crate::interchange::written_requests::{Collection, Login, WrittenRequest, form_text};
use crate::model::request::{DraftBody, PartValue, QueryRow, RequestAuth, RequestDraft};

/// What a line of a body must not begin with: there the file goes on with something else.
const ENDS_A_BODY: [&str; 5] = ["###", "> ", ">> ", ">>!", "<> "];

const FORM: &str = "application/x-www-form-urlencoded";

/// Writes variables, the login where the requests need one, and the requests.
#[must_use]
pub(in crate::interchange) fn export(mut collection: Collection) -> Export {
    let mut text = String::new();
    for variable in &collection.variables {
        let _ = writeln!(
            text,
            "{}",
            format!("@{} = {}", variable.name, one_line(&variable.value)).trim_end()
        );
    }
    let token = log_in(&collection, &mut text);
    if !text.is_empty() {
        text.push('\n');
    }
    if matches!(collection.login, Login::Client { .. }) {
        collection.lost(
            "The login is written as VS Code's REST Client takes it: JetBrains' tools do not know the answers of other requests",
            "Send the request \"login\" there, and give the variable its access_token",
        );
    }
    let requests = std::mem::take(&mut collection.requests);
    for request in &requests {
        write_request(request, token.as_deref(), &mut collection, &mut text);
    }
    collection.export(text)
}

/// What stands behind `Bearer`; with a client, the request that gets it and the variable that refers to its answer.
fn log_in(collection: &Collection, text: &mut String) -> Option<String> {
    let (token_url, client_id, client_secret, scope, in_body) = match &collection.login {
        Login::None => return None,
        Login::Token(token) => return Some(token.clone()),
        Login::Client {
            token_url,
            client_id,
            client_secret,
            scope,
            in_body,
        } => (token_url, client_id, client_secret, scope, *in_body),
    };
    let mut name = "access_token".to_owned();
    while collection
        .variables
        .iter()
        .any(|variable| variable.name == name)
    {
        name.push_str("_of_login");
    }
    let _ = writeln!(
        text,
        "@{name} = {{{{login.response.body.$.access_token}}}}\n"
    );
    let mut fields = vec![("grant_type", "client_credentials")];
    if !scope.is_empty() {
        fields.push(("scope", scope));
    }
    let _ = writeln!(text, "### Log in\n# @name login\nPOST {token_url}");
    if in_body {
        fields.extend([
            ("client_id", client_id.as_str()),
            ("client_secret", client_secret),
        ]);
    } else {
        let value = basic(client_id, client_secret).unwrap_or_default();
        let _ = writeln!(text, "Authorization: {value}");
    }
    let rows: Vec<QueryRow> = fields
        .into_iter()
        .map(|(name, value)| QueryRow {
            enabled: true,
            name: name.to_owned(),
            value: Some(value.to_owned()),
        })
        .collect();
    let _ = writeln!(text, "Content-Type: {FORM}\n\n{}", form_text(&rows));
    Some(format!("{{{{{name}}}}}"))
}

/// With a space, as both tools take it. Where one of the two is empty a colon does it; where one holds a space, only what they
/// become, and of a variable nobody knows that.
fn basic(user: &str, password: &str) -> Option<String> {
    let has_space = |text: &str| text.contains([' ', '\t']);
    let both = format!("{user}:{password}");
    if !has_space(&both) {
        let joint = if user.is_empty() || password.is_empty() || both.matches(':').count() > 1 {
            ':'
        } else {
            ' '
        };
        return Some(format!("Basic {user}{joint}{password}"));
    }
    let is_known = !both.contains("{{");
    is_known.then(|| format!("Basic {}", STANDARD.encode(both)))
}

/// Line ends would begin something else.
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

fn write_request(
    request: &WrittenRequest,
    token: Option<&str>,
    collection: &mut Collection,
    text: &mut String,
) {
    let draft = &request.draft;
    tell_losses(draft, collection);
    let _ = writeln!(text, "### {}", one_line(&draft.name));
    let _ = writeln!(text, "{} {}", draft.method, one_line(&request.url()));
    let authorization = match &draft.auth {
        RequestAuth::Inherit => token.map(|token| format!("Authorization: Bearer {token}")),
        RequestAuth::None => None,
        RequestAuth::Bearer { token } => Some(format!("Authorization: Bearer {token}")),
        RequestAuth::Basic { user, password } => {
            let value = basic(user, password);
            if value.is_none() {
                collection.lost(
                    format!(
                        "User name and password of `{}` are left out: with a space in them they cannot stand beside a variable",
                        draft.name
                    ),
                    "Write the header Authorization in the other tool",
                );
            }
            value.map(|value| format!("Authorization: {value}"))
        }
        RequestAuth::Header { name, value } => Some(format!("{name}: {value}")),
    };
    let headers = draft.headers.iter().filter(|row| row.enabled);
    let has_token = headers
        .clone()
        .any(|row| row.name.trim().eq_ignore_ascii_case("authorization"));
    let authorization = authorization.filter(|line| !(has_token && line.starts_with("Auth")));
    let rows = headers.map(|row| format!("{}: {}", row.name, row.value));
    for line in authorization.into_iter().chain(rows) {
        let _ = writeln!(text, "{}", one_line(&line).trim_end());
    }
    let has_type = draft
        .headers
        .iter()
        .any(|row| row.enabled && row.name.trim().eq_ignore_ascii_case("content-type"));
    let (content_type, body) = body(draft);
    let body = fitting(body, draft, collection);
    if !content_type.is_empty() && !has_type {
        let _ = writeln!(text, "Content-Type: {content_type}");
    }
    if !body.is_empty() {
        let _ = writeln!(text, "\n{body}");
    }
    text.push('\n');
}

fn body(draft: &RequestDraft) -> (String, String) {
    match &draft.body {
        DraftBody::None => (String::new(), String::new()),
        DraftBody::Json { text } => ("application/json".to_owned(), text.clone()),
        // Their types stand among the headers.
        DraftBody::Text { text, .. } => (String::new(), text.clone()),
        DraftBody::File { path, .. } => (String::new(), format!("< {}", one_line(path))),
        DraftBody::Form { rows } => (FORM.to_owned(), form_text(rows)),
        DraftBody::Multipart { rows } => multipart::write(rows, &mut |row| match &row.value {
            PartValue::Text(text) => text.clone(),
            PartValue::File { .. } => String::new(),
        }),
    }
}

/// A body that such a file can hold; any other is left out rather than cut.
fn fitting(body: String, draft: &RequestDraft, collection: &mut Collection) -> String {
    let is_file = matches!(draft.body, DraftBody::File { .. });
    let begin = body.trim_start();
    let begins_like_a_file = !is_file && (begin.starts_with("< ") || begin.starts_with("<@ "));
    let ending = body
        .lines()
        .find_map(|line| ENDS_A_BODY.iter().find(|sign| line.starts_with(**sign)));
    let sign = match ending {
        Some(sign) => sign,
        None if begins_like_a_file => "<",
        None => return body,
    };
    collection.lost(
        format!(
            "The body of `{}` is left out: a line of it begins with `{}`, which means something else in an .http file",
            draft.name,
            sign.trim()
        ),
        "Put the body into a file and send that",
    );
    String::new()
}

fn tell_losses(draft: &RequestDraft, collection: &mut Collection) {
    if !METHODS.contains(&draft.method.as_str()) {
        collection.lost(
            format!(
                "`{}` in `{}` is no method that an .http file can begin with",
                draft.method, draft.name
            ),
            "Export the request as a cURL command",
        );
    }
    let is_off = |rows: &[QueryRow]| rows.iter().filter(|row| !row.enabled).count();
    let body = match &draft.body {
        DraftBody::Form { rows } => is_off(rows),
        DraftBody::Multipart { rows } => rows.iter().filter(|row| !row.enabled).count(),
        _ => 0,
    };
    let headers = draft.headers.iter().filter(|row| !row.enabled).count();
    let off = is_off(&draft.query) + headers + body;
    if off > 0 {
        collection.lost(
            format!(
                "{off} {} of `{}` left out: an .http file has no rows that are switched off",
                if off == 1 { "row is" } else { "rows are" },
                draft.name
            ),
            "Switch them on and export again, where they are needed",
        );
    }
}
