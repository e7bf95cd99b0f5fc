//! Where an environment's token comes from: its own or another's credentials, and the client credentials request they make.
//! What the answer means is `answer`'s business.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded::{Serializer, byte_serialize};

use super::{AccessToken, TokenKey, TokenSource};
use crate::model::environment::{ClientAuthentication, Credentials, Environment};
use crate::model::masks::Masks;
use crate::model::note::{Field, Note, Problem};
use crate::model::resolve::{self, Purpose, ResolveContext};
use crate::model::resolved::{
    HeaderOrigin, RequestBody, RequestHeader, RequestUrl, ResolvedRequest,
};
use crate::model::route;
use crate::model::secret::{Secret, SecretKey, SecretName, Secrets};
use crate::model::variables::{Expander, Surroundings};

const USER_AGENT: &str = concat!("gatescope/", env!("CARGO_PKG_VERSION"));

/// How `environment` gets its token. `all` resolves `SameAs`; the login URL is always `environment`'s own,
/// and so are network settings and proxy password.
///
/// # Errors
/// Fields that are missing or malformed: client id, secret, login URL, a `SameAs` that leads nowhere or in a circle.
pub fn token_source(
    environment: &Environment,
    all: &[Environment],
    secrets: &Secrets,
    now: Timestamp,
) -> Result<TokenSource, Vec<Problem>> {
    let owner = credentials_owner(environment, all).map_err(|problem| vec![problem])?;
    match &owner.credentials {
        Credentials::None | Credentials::SameAs { .. } => Ok(TokenSource::None),
        Credentials::AccessToken => pasted(owner, environment, secrets, now)
            .map(TokenSource::Pasted)
            .map_err(|problem| vec![problem]),
        Credentials::ClientCredentials {
            client_id,
            scope,
            style,
        } => {
            let url = route::login_url(environment);
            let client = Client::of(owner, environment, secrets, client_id, scope, *style);
            let proxy = route::proxy_not_kept(environment);
            match (url, client, proxy) {
                (Ok(url), Ok(client), None) => Ok(request(environment, secrets, url, &client)),
                (url, client, proxy) => Err(url
                    .err()
                    .into_iter()
                    .chain(client.err())
                    .flatten()
                    .chain(proxy)
                    .collect()),
            }
        }
    }
}

/// The environment whose credentials `environment` uses: itself, or the end of its `SameAs` chain.
/// Secrets are looked up, and origins to which they are bound are checked, under its id.
///
/// # Errors
/// A chain that leads nowhere or in a circle.
pub fn credentials_owner<'a>(
    environment: &'a Environment,
    all: &'a [Environment],
) -> Result<&'a Environment, Problem> {
    let mut owner = environment;
    let mut chain = vec![&environment.id];
    while let Credentials::SameAs { environment: next } = &owner.credentials {
        if chain.contains(&next) {
            chain.push(next);
            let steps: Vec<String> = chain.iter().map(|id| format!("`{id}`")).collect();
            return Err(Problem::new(
                Field::SameAs,
                format!(
                    "The credentials lead in a circle: {}. Enter credentials in one of these environments",
                    steps.join(" → ")
                ),
            ));
        }
        owner = all.iter().find(|other| other.id == *next).ok_or_else(|| {
            let by = if owner.id == environment.id {
                String::new()
            } else {
                format!(", which `{}` refers to", owner.id)
            };
            Problem::new(
                Field::SameAs,
                format!(
                    "There is no environment `{next}`{by}. Choose another one or enter credentials here"
                ),
            )
        })?;
        chain.push(next);
    }
    Ok(owner)
}

/// A pasted token without what is often copied along: `Authorization:`, `Bearer `, quotes, blanks and line ends.
/// Each is taken off once; what was taken off is said in the remarks.
#[must_use]
pub fn normalised_token(text: &str) -> (String, Vec<String>) {
    let mut remarks = Vec::new();
    let mut token: String = text
        .chars()
        .filter(|character| !is_line(*character))
        .collect();
    if token.trim() != text {
        remarks.push("Blanks and line ends around or inside the token were taken off".to_owned());
    }
    token = token.trim().to_owned();
    strip_quotes(&mut token, &mut remarks);
    if let Some(rest) = strip_word(&token, "authorization:") {
        token = rest;
        remarks.push("`Authorization:` before the token was taken off".to_owned());
    }
    let alone = token.eq_ignore_ascii_case("bearer").then(String::new);
    if let Some(rest) = alone.or_else(|| strip_word(&token, "bearer ")) {
        token = rest;
        remarks.push("`Bearer` before the token was taken off".to_owned());
    }
    strip_quotes(&mut token, &mut remarks);
    (token, remarks)
}

fn is_line(character: char) -> bool {
    matches!(
        character,
        '\r' | '\n' | '\u{feff}' | '\u{2028}' | '\u{2029}'
    )
}

fn strip_word(text: &str, word: &str) -> Option<String> {
    let start = text.get(..word.len())?;
    start
        .eq_ignore_ascii_case(word)
        .then(|| text[word.len()..].trim().to_owned())
}

fn strip_quotes(token: &mut String, remarks: &mut Vec<String>) {
    for (open, close) in [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”')] {
        let inner = token
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner {
            let inner = inner.trim().to_owned();
            *token = inner;
            let remark = "Quotes around the token were taken off";
            if !remarks.iter().any(|known| known == remark) {
                remarks.push(remark.to_owned());
            }
            return;
        }
    }
}

fn pasted(
    owner: &Environment,
    environment: &Environment,
    secrets: &Secrets,
    now: Timestamp,
) -> Result<AccessToken, Problem> {
    let key = SecretKey {
        environment: owner.id.clone(),
        name: SecretName::AccessToken,
    };
    let Some(stored) = secrets.get(&key) else {
        let text = format!(
            "No access token{} is stored: enter it, or set {}",
            of_owner(owner, environment),
            key.variable_name()
        );
        return Err(Problem::new(Field::AccessToken, text));
    };
    let (token, remarks) = normalised_token(stored.expose());
    if token.is_empty() {
        let text = format!("The access token{} is empty", of_owner(owner, environment));
        return Err(Problem::new(Field::AccessToken, text));
    }
    if let Some(trouble) = header_trouble(&token) {
        let text = format!(
            "The access token{} holds {trouble}, which no token has: paste it again",
            of_owner(owner, environment)
        );
        return Err(Problem::new(Field::AccessToken, text));
    }
    Ok(AccessToken {
        value: Secret::new(token),
        received_at: now,
        expires_at: None,
        pasted: true,
        remarks,
    })
}

/// What keeps a text from being a token in `Authorization`.
pub(super) fn header_trouble(token: &str) -> Option<&'static str> {
    if token.chars().any(char::is_control) {
        Some("control characters")
    } else if !token.is_ascii() {
        Some("characters that are not ASCII")
    } else if token.contains(' ') {
        Some("a blank")
    } else {
        None
    }
}

fn of_owner(owner: &Environment, environment: &Environment) -> String {
    if owner.id == environment.id {
        String::new()
    } else {
        format!(" of `{}`, whose credentials are used here,", owner.id)
    }
}

/// A client as it authenticates at the token endpoint, its variables put in.
struct Client {
    id: String,
    /// What stands for the id in the cache: the id, or a fingerprint where a secret variable is part of it.
    key_id: String,
    secret: Secret,
    scope: String,
    style: ClientAuthentication,
    notes: Vec<Note>,
    /// Values of secret variables in id and scope.
    used: Vec<Secret>,
}

impl Client {
    /// `owner`'s client; variables are `owner`'s too.
    fn of(
        owner: &Environment,
        environment: &Environment,
        secrets: &Secrets,
        client_id: &str,
        scope: &str,
        style: ClientAuthentication,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let whose = of_owner(owner, environment);
        let context = ResolveContext {
            secrets,
            purpose: Purpose::Send,
            dynamics: None,
        };
        let mut expander = Expander::new(owner, context);
        let mut expand = |text: &str, field: Field| {
            expander.expand(text, Surroundings::Plain, &field, &mut problems)
        };
        let id = expand(client_id, Field::ClientId);
        let scope = expand(scope, Field::Scope).text;
        if problems.is_empty() && id.text.trim().is_empty() {
            let text = format!("The client ID{whose} is missing");
            problems.push(Problem::new(Field::ClientId, text));
        }
        let key = SecretKey {
            environment: owner.id.clone(),
            name: SecretName::ClientSecret,
        };
        let Some(secret) = secrets.get(&key) else {
            let text = format!(
                "No client secret{whose} is stored: enter it, or set {}",
                key.variable_name()
            );
            problems.push(Problem::new(Field::ClientSecret, text));
            return Err(problems);
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let key_id = if id.has_secret() {
            format!("{client_id} {:x}", Sha256::digest(id.text.as_bytes()))
        } else {
            id.text.clone()
        };
        Ok(Self {
            notes: client_notes(&id.text, secret.expose(), style),
            id: id.text,
            key_id,
            secret: secret.clone(),
            scope,
            style,
            used: expander.used,
        })
    }
}

/// An empty secret is sent as it is (some servers have such clients), said in a note; blanks are never taken off silently.
fn client_notes(id: &str, secret: &str, style: ClientAuthentication) -> Vec<Note> {
    let mut notes = Vec::new();
    if secret.is_empty() {
        notes.push(Note::new(
            Field::ClientSecret,
            "The client secret is empty, and is sent so",
        ));
    }
    for (field, text) in [(Field::ClientId, id), (Field::ClientSecret, secret)] {
        if text.trim() != text {
            let text =
                format!("The {field} begins or ends with a blank or a line end, and is sent so");
            notes.push(Note::new(field, text));
        }
    }
    match style {
        ClientAuthentication::Basic if form(id) != id || form(secret) != secret => {
            let field = if form(id) == id {
                Field::ClientSecret
            } else {
                Field::ClientId
            };
            let text = format!(
                "The {field} holds characters that are form-encoded before Basic (RFC 6749 section 2.3.1). \
                 The official clients send them raw: choose raw Basic to do the same"
            );
            notes.push(Note::new(field, text));
        }
        ClientAuthentication::BasicRaw => {
            if id.contains(':') {
                notes.push(Note::new(
                    Field::ClientId,
                    "The client ID holds a `:`, at which raw Basic ends it: choose form-encoded Basic",
                ));
            }
            for (field, text) in [(Field::ClientId, id), (Field::ClientSecret, secret)] {
                if !text.is_ascii() {
                    let text = format!(
                        "The {field} is not ASCII and goes out as UTF-8, as from JavaScript and Java; \
                         .NET sends ISO-8859-1, and Python cannot send it"
                    );
                    notes.push(Note::new(field, text));
                }
            }
        }
        ClientAuthentication::Basic | ClientAuthentication::Body => {}
    }
    notes
}

fn request(
    environment: &Environment,
    secrets: &Secrets,
    url: RequestUrl,
    client: &Client,
) -> TokenSource {
    let mut masks = Masks::default();
    masks.add(client.secret.expose());
    for secret in &client.used {
        masks.add(secret.expose());
    }
    let proxy_password = resolve::proxy_password(environment, secrets, &mut masks);
    let body = body(client);
    let mut headers = vec![automatic("Host", url.authority())];
    headers.extend(authorization(client));
    headers.extend([
        automatic("Accept", "application/json"),
        automatic("Content-Type", "application/x-www-form-urlencoded"),
        automatic("User-Agent", USER_AGENT),
        automatic("Content-Length", body.len().to_string()),
    ]);
    let key = TokenKey {
        environment: environment.id.clone(),
        login_url: url.to_string(),
        client_id: client.key_id.clone(),
        secret_fingerprint: Sha256::digest(client.secret.expose().as_bytes()).into(),
        scope: client.scope.clone(),
        style: client.style,
    };
    let request = ResolvedRequest {
        environment: environment.id.clone(),
        method: "POST".to_owned(),
        url,
        headers,
        body: RequestBody::from_bytes(body),
        network: environment.network.clone(),
        proxy_password,
        wants_token: false,
        mapped_from: None,
        notes: client.notes.clone(),
        masks,
    };
    TokenSource::Request {
        key,
        request: Box::new(request),
    }
}

fn body(client: &Client) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    if client.style == ClientAuthentication::Body {
        form.append_pair("client_id", &client.id);
        form.append_pair("client_secret", client.secret.expose());
    }
    if !client.scope.trim().is_empty() {
        form.append_pair("scope", client.scope.trim());
    }
    form.finish()
}

fn authorization(client: &Client) -> Option<RequestHeader> {
    let secret = client.secret.expose();
    let pair = match client.style {
        ClientAuthentication::Basic => format!("{}:{}", form(&client.id), form(secret)),
        ClientAuthentication::BasicRaw => format!("{}:{secret}", client.id),
        ClientAuthentication::Body => return None,
    };
    Some(RequestHeader {
        name: "Authorization".to_owned(),
        value: Bytes::from(format!("Basic {}", STANDARD.encode(pair))),
        origin: HeaderOrigin::Token,
    })
}

fn form(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn automatic(name: &str, value: impl Into<Bytes>) -> RequestHeader {
    RequestHeader {
        name: name.to_owned(),
        value: value.into(),
        origin: HeaderOrigin::Automatic,
    }
}

#[cfg(test)]
mod tests;
