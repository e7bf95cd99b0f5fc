//! Draft + environment -> resolved request, or the problems that stand in the way. Sends nothing, opens nothing.
//! `path` and `query` make the target, `headers` the head, `body` the body, `preview` the text of it all; `routes` says what
//! of it the gateway's configuration is at odds with.

mod auth;
mod body;
mod headers;
mod path;
mod preview;
mod routes;

use super::dynamic::Dynamics;
use super::encode;
use super::environment::{Environment, HttpVersion, Proxy};
use super::masks::{self, MASK, Masks};
use super::note::{Field, Note, Problem};
use super::request::RequestDraft;
use super::resolved::{RequestHeader, RequestUrl, ResolvedRequest};
use super::route;
use super::sandbox_environments;
use super::secret::{Secret, SecretKey, SecretName, Secrets};
use super::variables::{Expander, Expansion, Surroundings};

pub use body::NOT_JSON;
pub use preview::{preview_body, preview_head, preview_text};

/// What `resolve` may use besides the draft and the environment.
#[derive(Debug, Clone, Copy)]
pub struct ResolveContext<'a> {
    pub secrets: &'a Secrets,
    pub purpose: Purpose,
    /// What `{{$uuid}}` and its like are made from: `Dynamics::EXAMPLE` for a preview, `None` where there are none.
    pub dynamics: Option<Dynamics>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// For showing: a secret that is not at hand stands as `MASK`.
    Preview,
    /// For sending: a secret that is not at hand is a problem.
    Send,
}

/// What `draft` means in `environment` (sandbox environments: already bound).
///
/// # Errors
/// All problems at once, each with its field.
pub fn resolve(
    draft: &RequestDraft,
    environment: &Environment,
    context: ResolveContext<'_>,
) -> Result<ResolvedRequest, Vec<Problem>> {
    let mut work = Work {
        environment,
        expander: Expander::new(environment, context),
        problems: Vec::new(),
        notes: Vec::new(),
        masks: Masks::default(),
    };
    if context.purpose == Purpose::Send && sandbox_environments::is_unbound(environment) {
        work.problem(
            Field::Environment,
            "The sandbox is not running: start it first",
        );
    }
    let method = method(&draft.method, &mut work);
    let target = path::target(draft, &mut work);
    let body = body::build(draft, &mut work);
    let head = headers::build(
        draft,
        target.as_ref().map(|target| &target.url),
        &body,
        &mut work,
    );
    if let Some(target) = &target {
        note_normalised(&target.url, environment.network.http_version, &mut work);
    }
    if let Some(problem) = route::proxy_not_kept(environment) {
        work.problems.push(problem);
    }
    for secret in &work.expander.used {
        work.masks.add(secret.expose());
    }
    let short = work.expander.too_short_to_mask();
    work.notes.extend(short.map(|name| {
        Note::new(
            Field::Variable(name.to_owned()),
            format!(
                "The secret variable `{name}` is too short to be masked: what was sent shows it"
            ),
        )
    }));
    let proxy_password = proxy_password(environment, context.secrets, &mut work.masks);
    work.mask_words();
    match target {
        Some(target) if work.problems.is_empty() => Ok(routes::noted(
            draft,
            environment,
            ResolvedRequest {
                environment: environment.id.clone(),
                method,
                url: target.url,
                headers: head.headers,
                body: body.body,
                network: environment.network.clone(),
                proxy_password,
                wants_token: head.wants_token,
                mapped_from: target.mapped_from.map(|path| work.masks.url(&path)),
                notes: work.notes,
                masks: work.masks,
            },
        )),
        _ => Err(work.problems),
    }
}

/// The password of the environment's proxy, put on the masks; one inside the proxy's URL is put there too.
pub(super) fn proxy_password(
    environment: &Environment,
    secrets: &Secrets,
    masks: &mut Masks,
) -> Option<Secret> {
    if let Proxy::Explicit { url, .. } = &environment.network.proxy {
        for range in masks::credentials_in_url(url) {
            masks.add(&encode::decode(&url[range]));
        }
    }
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::ProxyPassword,
    };
    let password = secrets.get(&key).cloned();
    if let Some(password) = &password {
        masks.add(password.expose());
    }
    password
}

/// Whether a request may change something: every method but GET, HEAD and OPTIONS,
/// and anything with `X-HTTP-Method-Override`, which a REST API obeys.
#[must_use]
pub fn is_unsafe(method: &str, headers: &[RequestHeader]) -> bool {
    !["GET", "HEAD", "OPTIONS"].contains(&method)
        || headers
            .iter()
            .any(|header| header.name.eq_ignore_ascii_case("x-http-method-override"))
}

/// What is gathered on the way.
struct Work<'a> {
    environment: &'a Environment,
    expander: Expander<'a>,
    problems: Vec<Problem>,
    notes: Vec<Note>,
    masks: Masks,
}

impl Work<'_> {
    fn expand(&mut self, text: &str, field: &Field) -> Expansion {
        self.expander
            .expand(text, Surroundings::Plain, field, &mut self.problems)
    }

    fn expand_json(&mut self, text: &str, field: &Field) -> Expansion {
        self.expander
            .expand(text, Surroundings::Json, field, &mut self.problems)
    }

    fn problem(&mut self, field: Field, text: impl Into<String>) {
        self.problems.push(Problem::new(field, text));
    }

    fn note(&mut self, field: Field, text: impl Into<String>) {
        self.notes.push(Note::new(field, text));
    }

    /// A value in a place named like a credential's: it goes on the masks, and what of it was `typed` and would be
    /// left out of a file is noted.
    fn credential(&mut self, field: Field, name: &str, typed: &str, value: &str) {
        self.mask(value);
        if !typed.is_empty() && !masks::is_made_of_references(typed) {
            self.note_typed_credential(field, name);
        }
    }

    fn mask(&mut self, value: &str) {
        // A secret that is not at hand stands masked already.
        if !value.contains(MASK) {
            self.masks.add(value);
        }
    }

    /// Notes and problems quote what was typed after its variables were put in: no secret may stay in them.
    fn mask_words(&mut self) {
        for note in &mut self.notes {
            note.text = self.masks.text(&note.text);
        }
        for problem in &mut self.problems {
            problem.text = self.masks.text(&problem.text);
        }
    }

    fn note_typed_credential(&mut self, field: Field, name: &str) {
        self.note(
            field,
            format!(
                "`{name}` looks like a credential and is not kept with the request: make it a secret variable and write `{{{{secret.name}}}}`"
            ),
        );
    }
}

/// A token of RFC 9110: what a method and a header name may consist of.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn method(typed: &str, work: &mut Work<'_>) -> String {
    let method = typed.trim();
    if method.is_empty() {
        work.problem(Field::Method, "The method is empty: choose one such as GET");
    } else if !is_token(method) {
        work.problem(
            Field::Method,
            format!("`{method}` is not a method: use letters, digits and dashes"),
        );
    } else if method == "CONNECT" {
        work.problem(
            Field::Method,
            "CONNECT asks for a tunnel and has no path: use another method",
        );
    } else if method != method.to_ascii_uppercase()
        && ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
            .contains(&method.to_ascii_uppercase().as_str())
    {
        let upper = method.to_ascii_uppercase();
        work.notes.push(
            Note::new(
                Field::Method,
                format!("Methods are case-sensitive: `{method}` is not {upper}"),
            )
            .with_fix(format!("Use {upper}"), vec![(Field::Method, upper)]),
        );
    }
    method.to_owned()
}

/// Over HTTP/2 and "automatic" the URL goes through a library that normalises it: says what it makes of it.
fn note_normalised(url: &RequestUrl, version: HttpVersion, work: &mut Work<'_>) {
    if version == HttpVersion::Http11 {
        return;
    }
    let Ok(parsed) = url::Url::parse(&url.to_string()) else {
        return;
    };
    let normalised = &parsed[url::Position::BeforePath..url::Position::AfterQuery];
    if normalised != url.target {
        let normalised = masks::mask_url(normalised);
        work.note(
            Field::Path,
            format!(
                "With this HTTP version the target goes out as `{normalised}`: choose HTTP/1.1 to send it as typed"
            ),
        );
    }
}

#[cfg(test)]
mod tests;
